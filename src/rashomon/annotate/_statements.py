"""Whether an attribution is a statement: something said, thought, ordered or asked, given as it was said.

Annotators of attribution also mark plans, expectations and topics of talk (PolNeAR does: "plans to seek", "is expected
to", "asked about taxes"). A reader who wants to know who said what does not count these. A logistic model over the
words of the attribution tells them apart; ``training/statements.py`` fits it on attributions that readers judged.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from spacy.tokens import Doc, Span, Token

from rashomon.data import table
from rashomon.data.cues import cue_frames, is_deed, quotes_words, utters
from rashomon.types import Quote

FLOOR = 0.55
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "expl"})
_LENGTHS = (1, 2, 3, 5, 8, 13)


def is_statement(doc: Doc, quote: Quote) -> bool:
    """Whether a reader would list the attribution among what was said. Words in marks always are."""
    return quote.form == "direct" or chance(features(doc, quote), weights()) >= FLOOR


def chance(found: Iterable[str], model: Mapping[str, float]) -> float:
    """The probability that the attribution with these features is a statement."""
    return 1 / (1 + math.exp(-math.fsum(model.get(name, 0.0) for name in {"", *found})))


def features(doc: Doc, quote: Quote) -> Iterator[str]:
    """What speaks for or against a statement: the cue, what it governs, whose it is, how much is told."""
    yield f"form={quote.form}"
    content = [t for s in quote.content if (span := _words(doc, s.start, s.end)) is not None for t in span]
    clause = _clause(content)
    yield from _of_content(content, clause)
    yield from _of_speaker(doc, quote)
    cue = _words(doc, quote.cue.start, quote.cue.end) if quote.cue is not None else None
    if cue is None:
        yield "cue=none"
    else:
        yield from _of_cue(cue, content, clause)


def _words(doc: Doc, start: int, end: int) -> Span | None:
    found: Span | None = doc.char_span(start, end, alignment_mode="expand")
    return found


def _clause(content: list[Token]) -> str:
    """Whether the content has a subject, and a finite verb."""
    finite = any(t.tag_ in {"VBD", "VBZ", "VBP", "MD"} for t in content)
    return f"{any(t.dep_ in _SUBJECTS for t in content):d}{finite:d}"


def _of_content(content: list[Token], clause: str) -> Iterator[str]:
    words = [t for t in content if not t.is_punct and not t.is_space]
    yield f"length={sum(len(words) > most for most in _LENGTHS)}"
    within = {t.i for t in content}
    roots = [t for t in words if t.head.i not in within or t.head is t]
    yield f"clause={clause}"
    if roots:
        yield f"root={roots[0].dep_}"
        yield f"root={roots[0].pos_}"
    if words:
        yield f"first={words[0].lower_ if words[0].pos_ in {'ADP', 'PART', 'SCONJ', 'PRON', 'DET'} else words[0].pos_}"


def _of_speaker(doc: Doc, quote: Quote) -> Iterator[str]:
    speaker = quote.speaker_span
    if speaker is None:
        yield "speaker=none"
        return
    words = _words(doc, speaker.start, speaker.end)
    if words is not None:
        yield f"speaker={words.root.pos_}"
        yield f"speaker={words.root.lemma_.lower() if words.root.pos_ == 'NOUN' else words.root.tag_}"


def _of_cue(cue: Span, content: list[Token], clause: str) -> Iterator[str]:
    head = next((t for t in (cue.root, *cue) if t.pos_ in {"VERB", "AUX", "NOUN"}), cue.root)
    lemma = head.lemma_.lower()
    yield f"cue={lemma}"
    yield from (f"word={t.lemma_.lower()}" for t in cue if not t.is_punct)
    yield f"size={min(len(cue), 5)}"
    yield f"tag={head.tag_}"
    yield f"pos={head.pos_}"
    children = {t.dep_ for t in head.children}
    if "auxpass" in children or (head.tag_ == "VBN" and "aux" not in children):
        yield f"passive={'agent' in children:d}"
        yield f"passive={lemma}"
    yield from (f"has={name}" for name in ("neg", "expl", "aux", "prt") if name in children)
    if head.dep_ in {"xcomp", "pcomp", "advcl", "acl", "relcl"}:
        yield f"under={head.dep_}"
        yield f"under={head.head.lemma_.lower()}"
    within = {t.i for t in content}
    top = next((t for t in content if t.head.i not in within), None)
    if top is not None:
        yield f"holds={top.dep_}"
        yield f"holds={lemma}+{top.dep_}"
        if top.head.pos_ == "ADP":
            yield f"by={top.head.lower_}"
            yield f"by={lemma}+{top.head.lower_}"
    yield f"clause={lemma}+{clause}"
    rates = cue_frames().get((lemma, head.pos_), {})
    yield f"rate={round(4 * max(rates.values(), default=0.0))}"
    yield f"kind={quotes_words(lemma):d}{utters(lemma):d}{is_deed(lemma):d}"


@lru_cache(maxsize=1)
def weights() -> dict[str, float]:
    """The weight of each feature, in log odds; the bias has no name."""
    return {name: float(weight) for name, weight in table("statements.tsv")}
