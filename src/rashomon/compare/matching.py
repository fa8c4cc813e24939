"""How likely it is that two statements of different accounts speak to the same matter.

A logistic model over a few kinds of evidence: shared words, shared event words, shared actors, quantities and times,
and the cosine of sentence embeddings. ``evals/fit_matching.py`` fits it on claims of news stories that we labelled
(``evals/accounts/matching_pairs.jsonl``) and, at a lower weight, on the train topics of ECB+ (Cybulska and Vossen
2014), where two sentences count as speaking to the same matter when they share an event.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rashomon.compare.embedding import DIMENSIONS, embed
from rashomon.compare.evidence import Matrix, Statement, Weights

FEATURES = (
    "words cosine",
    "events shared",
    "actors cosine",
    "actors shared",
    "quantities",
    "times",
    "embedding",
    "heads",
    "doers",
    "things",
    "heads and participants",
    "topic",
    "counts",
)
# Fitted by evals/fit_matching.py, but for the last two: too rare among the labelled pairs, they are set by hand.
_COEFFICIENTS = np.array([1.82, 0.14, -1.12, 1.03, 1.11, 0.78, 2.71, 0.67, 0.6, 0.08, 0.6, 1.0, 1.5], dtype=np.float32)
_INTERCEPT = np.float32(-2.52)


# A pair whose other evidence stays below this logit would need a cosine above 0.85 to be linked, which statements
# reach only with words in common; a statement without any better pair is not embedded.
_WORTH_EMBEDDING = np.float32(-2.2)
_ROWS = 512


class Matcher:
    """Scores pairs of statements of one story; rows and columns are in the order of ``statements``.

    Unless ``thorough``, statements that share too little with any other article's to match are not embedded: the
    cosine of their pairs counts as zero.
    """

    def __init__(self, statements: Sequence[Statement], *, thorough: bool = False) -> None:
        w = Weights(statements)
        self._articles = np.array([s.article for s in statements])
        self._words = _Bags([{x: w.word(x) for x in s.words} for s in statements])
        self._events = _Bags([{x: w.word(x) for x in s.events} for s in statements])
        self._actors = _Bags([{x: w.actor(x) for x in s.actors} for s in statements])
        self._quantities = _Bags([{f"{q.value:g} {q.unit}": 1.0 for q in s.quantities} for s in statements])
        self._times = _Bags([dict.fromkeys(s.times, 1.0) for s in statements])
        self._heads = _Bags([{x: w.word(x) for x in s.heads} for s in statements])
        self._doers = _Bags([{x: w.actor(x) for x in s.participants & s.actors} for s in statements])
        self._things = _Bags([{x: w.word(x) for x in s.participants - s.actors} for s in statements])
        self._topics = _Bags([dict.fromkeys(s.topic, 1.0) for s in statements])
        self._counts = _Bags([dict.fromkeys(s.counts, 1.0) for s in statements])
        self._embeddings: Matrix = np.zeros((len(statements), DIMENSIONS), dtype=np.float32)
        wanted = np.arange(len(statements)) if thorough else self._worth_embedding()
        self._embeddings[wanted] = embed([statements[i].text for i in wanted])

    def features(self, rows: slice) -> Matrix:
        """Evidence for the given rows against all statements: shape (rows, statements, ``len(FEATURES)``)."""
        heads = np.minimum(self._heads.shared(rows), 1.0)
        doers = np.minimum(self._doers.shared(rows), 1.0)
        things = np.minimum(self._things.shared(rows), 1.0)
        return np.stack(
            [
                self._words.cosine(rows),
                np.minimum(self._events.shared(rows), 2.0),
                self._actors.cosine(rows),
                np.minimum(self._actors.shared(rows), 2.0),
                np.minimum(self._quantities.shared(rows), 1.0),
                np.minimum(self._times.shared(rows), 1.0),
                np.clip(self._embeddings[rows] @ self._embeddings.T, 0.0, 1.0),
                heads,
                doers,
                things,
                ((heads > 0) & (doers + things > 0)).astype(np.float32),
                np.minimum(self._topics.shared(rows), 2.0) / 2.0,
                np.minimum(self._counts.shared(rows), 1.0),
            ],
            axis=-1,
        ).astype(np.float32)

    def probabilities(self, rows: slice) -> Matrix:
        """Probability of the same matter: shape (rows, statements)."""
        logits = self.features(rows) @ _COEFFICIENTS + _INTERCEPT
        result: Matrix = 1.0 / (1.0 + np.exp(-logits))
        return result

    def _worth_embedding(self) -> NDArray[np.intp]:
        """Indices of the statements that cheaper evidence leaves in play."""
        best = np.full(len(self._articles), -np.inf, dtype=np.float32)
        for start in range(0, len(best), _ROWS):
            rows = slice(start, min(start + _ROWS, len(best)))
            logits = self.features(rows) @ _COEFFICIENTS + _INTERCEPT
            logits[self._articles[rows, None] == self._articles[None, :]] = -np.inf
            best[rows] = logits.max(axis=1, initial=-np.inf)
        return np.flatnonzero(best >= _WORTH_EMBEDDING)


class _Bags:
    """Weighted sets of items, one a statement: how much of each pair's weight is shared."""

    def __init__(self, bags: Sequence[dict[str, float]]) -> None:
        counts = Counter(item for bag in bags for item in bag)
        column = {item: i for i, item in enumerate(sorted(item for item, count in counts.items() if count > 1))}
        # What only one statement has is shared with none: it counts for the norm and needs no column.
        self._matrix: Matrix = np.zeros((len(bags), max(len(column), 1)), dtype=np.float32)
        for row, bag in enumerate(bags):
            for item, weight in bag.items():
                if item in column:
                    self._matrix[row, column[item]] = math.sqrt(weight)
        self._norms = np.sqrt(np.array([sum(bag.values()) for bag in bags], dtype=np.float32) + np.float32(1e-6))

    def shared(self, rows: slice) -> Matrix:
        """The summed weight of what each pair shares: shape (rows, statements)."""
        return np.asarray(self._matrix[rows] @ self._matrix.T, dtype=np.float32)

    def cosine(self, rows: slice) -> Matrix:
        """The cosine of each pair's weights: shape (rows, statements)."""
        return np.asarray(self.shared(rows) / np.outer(self._norms[rows], self._norms), dtype=np.float32)
