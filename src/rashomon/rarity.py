"""Stems, and how rare they are in news at large: the background against which a shared word is evidence."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

from rashomon.data import table


@lru_cache(maxsize=1)
def _stemmer() -> Callable[[str], str]:
    import snowballstemmer

    stemmed: Callable[[str], str] = snowballstemmer.stemmer("english").stemWord
    return stemmed


@lru_cache(maxsize=65536)
def stem(lemma: str) -> str:
    """The stem that a verb and the noun made from it share (Snowball English): ``annexation`` and ``annex``."""
    return _stemmer()(lemma.lower())


@lru_cache(maxsize=1)
def background() -> tuple[dict[str, int], int]:
    """Document counts of stems in a corpus of news (of a stem's commonest word), and the number of its documents."""
    rows = table("word_frequencies.tsv")
    documents = int(next(rows)[0])
    return {word: int(count) for word, count in rows}, documents


def rarity(word: str) -> float:
    """Inverse document frequency of a stem in news at large, from 0 (in every document) to 1 (never seen)."""
    counts, documents = background()
    return math.log((documents + 1) / (counts.get(word, 0) + 1)) / math.log(documents + 1)
