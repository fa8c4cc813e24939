"""Words that attribute what is said, thought, asked or promised to somebody, and in which construction they do."""

from __future__ import annotations

from functools import lru_cache

from rashomon.data import table


@lru_cache(maxsize=1)
def cue_frames() -> dict[tuple[str, str], dict[str, float]]:
    """``{(lemma, Universal POS): {construction: rate}}``; ``cues.tsv`` says what the columns mean."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    for lemma, pos, frame, rate in table("cues.tsv"):
        found.setdefault((lemma, pos), {})[frame] = float(rate)
    return found


def quotes_words(lemma: str) -> bool:
    """Whether a verb of this lemma can stand beside words in quotation marks: ``“…,” she added``."""
    return cue_frames().get((lemma, "VERB"), {}).get("ccomp", 0.0) >= 0.4


_THOUGHTS = frozenset(
    "assume believe consider doubt expect fear feel find hope imagine know notice realise realize remember see sense "
    "suspect think understand want wish wonder worry".split()
)


def utters(lemma: str) -> bool:
    """Whether words in quotation marks beside a verb of this lemma were spoken or written, not only thought."""
    return quotes_words(lemma) and lemma not in _THOUGHTS


# What is done or aimed at, though a model of attribution takes it for something said where no clause follows.
_DEEDS = frozenset(
    "aim appoint attempt begin continue help hire impose launch levy look manage move prepare publish refer release "
    "seek set start struggle take try work".split()
)


def is_deed(lemma: str) -> bool:
    """Whether a verb of this lemma, before a phrase or an infinitive, tells of a deed or an aim: ``took note``."""
    return lemma in _DEEDS
