"""Attributions as the trained model reads them, in the form in which syntax proposes them.

The model says where cue, speaker and content stand. What it does not say (who is told, whether the cue is negated, a
speaker that it leaves out) is taken from the draft that syntax makes of the same cue; who quotes whom only syntax
tells. Quotation marks are certain evidence: a cue that syntax alone sees keeps what stands in them where the model
knows of no speaker, and nothing else.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace

from spacy.tokens import Doc

from rashomon.annotate._attribution_model import Attribution
from rashomon.annotate._clauses import Draft, Range

# How often a cue must attribute to be believed where the model reads nothing.
_SURE = 0.8


def read_drafts(doc: Doc, ruled: Sequence[Draft], read: Iterable[Attribution], inside: Sequence[int]) -> list[Draft]:
    """The drafts of a document, one a cue, in order of their heads; of two readings of one cue the surer counts.

    ``inside[i]`` tells the marked passage that token i stands in, -1 for none.
    """
    starts = [token.idx for token in doc]
    found: dict[int, Draft] = {}
    for attribution in sorted(read, key=lambda a: -a.probability):
        draft = _draft(doc, starts, ruled, attribution)
        if draft is not None:
            found.setdefault(draft.head, draft)
    taken = {i for draft in found.values() for i in range(*draft.cue)} | found.keys()
    chains = {draft.head: draft for draft in ruled if draft.reporter is not None}
    heard = {i for draft in chains.values() for part in draft.content for i in range(*part)}
    kept = [d for d in found.values() if not _lies_in(d.content, heard)]
    told = {i for d in found.values() if d.speaker is not None for part in d.content for i in range(*part)}
    open_ = [passage if i not in told else -1 for i, passage in enumerate(inside)]
    rest = [_left(d, inside if _names_as(d) else open_) for d in ruled if d.head not in taken]
    drafts = {draft.head: draft for draft in (*rest, *kept)} | chains
    return [drafts[head] for head in sorted(drafts)]


def _lies_in(content: Sequence[Range], tokens: set[int]) -> bool:
    words = [i for part in content for i in range(*part)]
    return 2 * sum(i in tokens for i in words) > len(words)


def _names_as(draft: Draft) -> bool:
    """``what the office described as “...”``: whose words they are stands within what another tells of."""
    return draft.frame == "prep:as" and draft.speaker is not None


def _left(draft: Draft, inside: Sequence[int]) -> Draft:
    """What a draft of syntax alone is left with: all if its cue nearly always attributes, else what stands in marks."""
    if draft.rate >= _SURE:
        return draft
    return replace(draft, content=[part for part in draft.content if any(inside[i] >= 0 for i in range(*part))])


def _draft(doc: Doc, starts: Sequence[int], ruled: Sequence[Draft], read: Attribution) -> Draft | None:
    cue = _tokens(doc, starts, read.cue)
    content = [words for part in read.content if (words := _tokens(doc, starts, part)) is not None]
    if cue is None or not content:
        return None
    same = next((d for d in ruled if cue[0] <= d.head < cue[1]), None)
    speaker = _tokens(doc, starts, read.speaker) if read.speaker is not None else None
    head = same.head if same is not None else doc[cue[0] : cue[1]].root.i
    draft = Draft(cue, head, speaker, content=content, rate=0.5 + read.probability / 2)
    if same is None:
        draft.negated = any(c.dep_ == "neg" for c in doc[head].children)
        return draft
    if speaker is None or same.speaker == speaker:
        draft.speaker, draft.named = same.speaker, same.named
    draft.addressee, draft.negated = same.addressee, same.negated
    draft.frame = same.frame if same.frame == "according" else draft.frame
    return draft


def _tokens(doc: Doc, starts: Sequence[int], span: Range) -> Range | None:
    """The tokens of a span of characters, without the punctuation at either end that no quotation mark is."""
    first, last = bisect_left(starts, span[0]), bisect_left(starts, span[1])
    if first and starts[first - 1] + len(doc[first - 1]) > span[0]:
        first -= 1
    while first < last and (doc[first].is_space or (doc[first].is_punct and not doc[first].is_quote)):
        first += 1
    while last > first and (doc[last - 1].is_space or (doc[last - 1].is_punct and not doc[last - 1].is_quote)):
        last -= 1
    return (first, last) if first < last else None
