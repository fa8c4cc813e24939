"""Attributions as the trained model reads them, in the form in which syntax proposes them.

The model says where cue, speaker and content stand; whether it is believed hangs on syntax too, for a cue that both see
is nearly always one (:data:`_BELIEF`). What the model does not say (who is told, whether the cue is negated) is taken
from the draft that syntax makes of the same cue; who quotes whom only syntax tells. Quotation marks are certain
evidence: a cue that syntax alone sees keeps what stands in them where the model knows of no speaker or where the cue's
own subject stands beside it, and nothing else.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import exp, fsum, log
from typing import NamedTuple

from spacy.tokens import Doc

from rashomon.annotate._attribution_model import Attribution
from rashomon.annotate._clauses import Draft, Range
from rashomon.data.cues import utters

_BELIEF = (-1.79, 0.29, 0.25, 1.94)
"""What speaks for a reading: a constant, then for each number of its evidence. A logistic regression on
whether the attribution is linked right (:mod:`rashomon_evals.quotes`), by ``training/attribution_belief.py``."""
_ENOUGH = 0.32  # less is dropped: best on the articles held out, where 0.28 to 0.35 differ little
_EDGE = 1e-4  # no chance is taken for nearer to 0 or 1 than this
_COLON = 0.9  # in place of a rate: syntax does not know the colon of a headline
# How often a cue must attribute to be believed where the model reads nothing: beside marked words, and without them.
_LIKELY, _SURE = 0.5, 0.8
_LOOSE = frozenset({",", ";", ":", ".", "?", "!", "…", "...", "-", "--", "–", "—"})
_BRACKETS = {")": "(", "]": "["}


class BelievedDraft(NamedTuple):
    """A draft made of what the model reads; ``rate`` of the draft is how far it is believed.

    ``evidence`` has the log odds of its cue, those of the rest, and the rate of the draft that syntax makes of the cue.
    """

    draft: Draft
    evidence: tuple[float, float, float]


def read_drafts(doc: Doc, ruled: Sequence[Draft], read: Iterable[Attribution], inside: Sequence[int]) -> list[Draft]:
    """The drafts of a document, one a cue, in order of their heads; of two readings of one cue the surer counts.

    ``inside[i]`` tells the marked passage that token i stands in, -1 for none.
    """
    found: dict[int, Draft] = {}
    for draft, _ in sorted(readings(doc, ruled, read), key=lambda reading: -reading.draft.rate):
        if draft.rate >= _ENOUGH:
            found.setdefault(draft.head, draft)
    taken = {i for draft in found.values() for i in range(*draft.cue)} | found.keys()
    chains = {draft.head: draft for draft in ruled if draft.reporter is not None}
    passed_on = (part for d in chains.values() for part in (d.speaker, *d.content) if part is not None)
    heard = {i for part in passed_on for i in range(*part)}
    kept = [d for d in found.values() if not _lies_in(d.content, heard)]
    told = {i for d in found.values() if d.speaker is not None for part in d.content for i in range(*part)}
    open_ = [passage if i not in told else -1 for i, passage in enumerate(inside)]
    free = [(d, _voices(doc, d, inside)) for d in ruled if d.head not in taken]
    likely = ((d, voices) for d, voices in free if voices or d.rate >= _LIKELY or not d.content)
    rest = [_left(d, inside if voices or _names_as(d) else open_) for d, voices in likely]
    drafts = {draft.head: draft for draft in (*rest, *kept)} | chains
    return [drafts[head] for head in sorted(drafts)]


def _lies_in(content: Sequence[Range], tokens: set[int]) -> bool:
    words = [i for part in content for i in range(*part)]
    return 2 * sum(i in tokens for i in words) > len(words)


def _names_as(draft: Draft) -> bool:
    """``what the office described as “...”``: whose words they are stands within what another tells of."""
    return draft.frame == "prep:as" and draft.speaker is not None


def _voices(doc: Doc, draft: Draft, inside: Sequence[int]) -> bool:
    """``his neighbour had shouted “…”`` in what another tells of: its own subject says what stands in the marks."""
    after = draft.cue[1]
    while (
        after < len(doc) and inside[after] < 0 and (doc[after].is_punct or doc[after].dep_ in {"dobj", "dative", "det"})
    ):
        after += 1
    named = draft.speaker is not None and draft.speaker[1] <= draft.cue[0]
    return named and after < len(doc) and inside[after] >= 0 and utters(doc[draft.head].lemma_.lower())


def _left(draft: Draft, inside: Sequence[int]) -> Draft:
    """What a draft of syntax alone is left with: all if its cue nearly always attributes, else what stands in marks."""
    if draft.rate >= _SURE:
        return draft
    return replace(draft, content=[part for part in draft.content if any(inside[i] >= 0 for i in range(*part))])


def readings(doc: Doc, ruled: Sequence[Draft], read: Iterable[Attribution]) -> Iterator[BelievedDraft]:
    """What the model reads as drafts, with the evidence for each, in the order given."""
    starts = [token.idx for token in doc]
    for attribution in read:
        cue = _tokens(doc, starts, attribution.cue) or _all_tokens(doc, starts, attribution.cue)
        content = [words for part in attribution.content if (words := _tokens(doc, starts, part)) is not None]
        if cue[0] == cue[1] or not content:
            continue
        same = next((d for d in ruled if cue[0] <= d.head < cue[1]), None)
        head = same.head if same is not None else doc[cue[0] : cue[1]].root.i
        rate = same.rate if same is not None else _COLON if doc[head].text == ":" else 0.0
        evidence = _log_odds(attribution.cue_chance), _log_odds(attribution.rest_chance), rate
        speaker = _tokens(doc, starts, attribution.speaker) if attribution.speaker is not None else None
        draft = Draft(cue, head, speaker, content=content, rate=_belief(evidence))
        if same is None:
            draft.negated = any(c.dep_ == "neg" for c in doc[head].children)
        else:
            _add_what_syntax_says(doc, draft, same)
        yield BelievedDraft(draft, evidence)


def _add_what_syntax_says(doc: Doc, draft: Draft, same: Draft) -> None:
    if _names_as(same) and any(doc[start].is_quote for start, _ in same.content[:1]):
        draft.cue, draft.content = same.cue, same.content
    elif same.content and draft.content[0][0] < same.cue[1] <= same.content[0][0] < draft.content[0][1]:
        # "said in a statement after the talks that": the statement is of the cue, whatever the model takes it for
        draft.cue, draft.content[0] = same.cue, (same.content[0][0], draft.content[0][1])
    if same.speaker == draft.speaker:
        draft.named = same.named
    draft.addressee, draft.negated = same.addressee, same.negated
    draft.frame = same.frame if same.frame == "according" else draft.frame


def _belief(evidence: Sequence[float]) -> float:
    constant, *weights = _BELIEF
    return 1 / (1 + exp(-constant - fsum(weight * said for weight, said in zip(weights, evidence, strict=True))))


def _log_odds(chance: float) -> float:
    chance = min(max(chance, _EDGE), 1 - _EDGE)
    return log(chance / (1 - chance))


def _tokens(doc: Doc, starts: Sequence[int], span: Range) -> Range | None:
    """The tokens of a span of characters without what parts clauses at either end; ``None`` if nothing is left."""
    first, last = _all_tokens(doc, starts, span)
    while first < last and _loose(doc, first, first, last):
        first += 1
    while last > first and _loose(doc, last - 1, first, last):
        last -= 1
    return (first, last) if first < last else None


def _all_tokens(doc: Doc, starts: Sequence[int], span: Range) -> Range:
    first, last = bisect_left(starts, span[0]), bisect_left(starts, span[1])
    if first and starts[first - 1] + len(doc[first - 1]) > span[0]:
        first -= 1
    return first, last


def _loose(doc: Doc, i: int, first: int, last: int) -> bool:
    """Whether a token at an end of ``[first, last)`` is no part of it: a mark that parts clauses, or half a pair."""
    text = doc[i].text
    if text in _BRACKETS:
        return _BRACKETS[text] not in {t.text for t in doc[first:i]}
    if text in _BRACKETS.values():
        return not any(_BRACKETS.get(t.text) == text for t in doc[i + 1 : last])
    return doc[i].is_space or text in _LOOSE
