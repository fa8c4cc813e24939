"""How likely it is that two statements of different accounts speak to the same matter.

A logistic model over a few kinds of evidence: shared words, shared event words, shared actors, quantities and times,
and the cosine of sentence embeddings. ``evals/fit_matching.py`` fits it on claims of news stories that we labelled
(``evals/accounts/matching_pairs.jsonl``) and, at a lower weight, on the train topics of ECB+ (Cybulska and Vossen
2014), where two sentences count as speaking to the same matter when they share an event.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rashomon.compare.embedding import embed
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
)
# Fitted: see evals/fit_matching.py.
_COEFFICIENTS = np.array([1.8, 0.15, -1.21, 1.05, 1.08, 0.45, 2.81, 1.05, 0.71, 0.21, 0.56, 1.0], dtype=np.float32)
_INTERCEPT = np.float32(-2.55)


class Matcher:
    """Scores pairs of statements of one story; rows and columns are in the order of ``statements``."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self._weights = Weights(statements)
        w = self._weights
        self._words = _weighted([{x: w.word(x) for x in s.words} for s in statements])
        self._events = _weighted([{x: w.word(x) for x in s.events} for s in statements])
        self._actors = _weighted([{x: w.actor(x) for x in s.actors} for s in statements])
        self._quantities = _weighted([{f"{q.value:g} {q.unit}": 1.0 for q in s.quantities} for s in statements])
        self._times = _weighted([dict.fromkeys(s.times, 1.0) for s in statements])
        self._heads = _weighted([{x: w.word(x) for x in s.heads} for s in statements])
        self._doers = _weighted([{x: w.actor(x) for x in s.participants & s.actors} for s in statements])
        self._things = _weighted([{x: w.word(x) for x in s.participants - s.actors} for s in statements])
        self._topics = _weighted([dict.fromkeys(s.topic, 1.0) for s in statements])
        self._embeddings = embed([s.text for s in statements])

    def features(self, rows: slice) -> Matrix:
        """Evidence for the given rows against all statements: shape (rows, statements, ``len(FEATURES)``)."""
        heads = np.minimum(_shared(self._heads, rows), 1.0)
        doers = np.minimum(_shared(self._doers, rows), 1.0)
        things = np.minimum(_shared(self._things, rows), 1.0)
        return np.stack(
            [
                _cosine(self._words, rows),
                np.minimum(_shared(self._events, rows), 2.0),
                _cosine(self._actors, rows),
                np.minimum(_shared(self._actors, rows), 2.0),
                np.minimum(_shared(self._quantities, rows), 1.0),
                np.minimum(_shared(self._times, rows), 1.0),
                np.clip(self._embeddings[rows] @ self._embeddings.T, 0.0, 1.0),
                heads,
                doers,
                things,
                heads * np.minimum(doers + things, 1.0),
                np.minimum(_shared(self._topics, rows), 2.0) / 2.0,
            ],
            axis=-1,
        ).astype(np.float32)

    def probabilities(self, rows: slice) -> Matrix:
        """Probability of the same matter: shape (rows, statements)."""
        logits = self.features(rows) @ _COEFFICIENTS + _INTERCEPT
        result: Matrix = 1.0 / (1.0 + np.exp(-logits))
        return result


def _weighted(bags: Sequence[dict[str, float]]) -> Matrix:
    """A matrix of statements by items, each entry the square root of the item's weight."""
    column = {item: i for i, item in enumerate(sorted({item for bag in bags for item in bag}))}
    matrix: Matrix = np.zeros((len(bags), max(len(column), 1)), dtype=np.float32)
    for row, bag in enumerate(bags):
        for item, weight in bag.items():
            matrix[row, column[item]] = np.sqrt(weight)
    return matrix


def _shared(matrix: Matrix, rows: slice) -> Matrix:
    """The summed weight of what each pair shares."""
    result: Matrix = matrix[rows] @ matrix.T
    return result


def _cosine(matrix: Matrix, rows: slice) -> Matrix:
    norms = np.sqrt((matrix**2).sum(axis=1) + np.float32(1e-6))
    return np.asarray(_shared(matrix, rows) / np.outer(norms[rows], norms), dtype=np.float32)
