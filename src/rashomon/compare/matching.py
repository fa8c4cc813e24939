"""How likely it is that two statements of different accounts speak to the same matter.

A logistic model over a few kinds of evidence: shared words, shared event words, shared actors, quantities and times,
and the cosine of sentence embeddings. ``evals/fit_matching.py`` fits it on claims of news stories that we labelled
(``evals/accounts/matching_pairs.jsonl``) and, at a lower weight, on the train topics of ECB+ (Cybulska and Vossen
2014), where two sentences count as speaking to the same matter when they share an event.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import fsum

import numpy as np
from numpy.typing import NDArray

from rashomon.compare.evidence import Matrix, Statement, Weights
from rashomon.encode.embedding import DIMENSIONS, embed

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


# A statement none of whose pairs reaches this logit without the embedding is not embedded: only a cosine above 0.7
# would link it. That spares a fifth and loses 7 of 3310 links in 16 stories; of 736 labelled pairs, 4 wrong links and
# 3 right ones. At -1.6 paraphrases begin to go that share hardly a word.
_WORTH_EMBEDDING = np.float32(-1.9)
# Rows scored at a time: bounds the memory, whatever the number of statements.
_ROWS = 128


class Matcher:
    """Scores pairs of statements of one story; rows and columns are in the order of ``statements``.

    Unless ``thorough``, statements that share too little with any other article's to match are not embedded: the
    cosine of their pairs counts as zero. Without ``embedded`` none is.
    """

    def __init__(self, statements: Sequence[Statement], *, thorough: bool = False, embedded: bool = True) -> None:
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
        if embedded:
            wanted = np.arange(len(statements)) if thorough else self._worth_embedding()
            self._embeddings[wanted] = embed([statements[i].text for i in wanted])

    def features(self, rows: slice) -> Matrix:
        """Evidence for the given rows against all statements: shape (rows, statements, ``len(FEATURES)``)."""
        return np.stack(list(self._evidence(rows)), axis=-1)

    def probabilities(self, rows: slice) -> Matrix:
        """Probability of the same matter: shape (rows, statements)."""
        return np.asarray(1.0 / (1.0 + np.exp(-self._logits(rows))), dtype=np.float32)

    def _logits(self, rows: slice) -> Matrix:
        # Summed one kind at a time: all of them at once would take thirteen times the memory.
        logits = np.full((len(self._articles[rows]), len(self._articles)), _INTERCEPT, dtype=np.float32)
        for coefficient, evidence in zip(_COEFFICIENTS, self._evidence(rows), strict=True):
            logits += coefficient * evidence
        return logits

    def _evidence(self, rows: slice) -> Iterator[Matrix]:
        """Evidence of each kind, in the order of ``FEATURES``, each of shape (rows, statements)."""
        yield self._words.cosine(rows)
        yield np.minimum(self._events.shared(rows), 2.0)
        yield self._actors.cosine(rows)
        yield np.minimum(self._actors.shared(rows), 2.0)
        yield np.minimum(self._quantities.shared(rows), 1.0)
        yield np.minimum(self._times.shared(rows), 1.0)
        yield np.asarray(np.clip(self._embeddings[rows] @ self._embeddings.T, 0.0, 1.0), dtype=np.float32)
        heads = np.minimum(self._heads.shared(rows), 1.0)
        doers = np.minimum(self._doers.shared(rows), 1.0)
        things = np.minimum(self._things.shared(rows), 1.0)
        yield heads
        yield doers
        yield things
        yield ((heads > 0) & (doers + things > 0)).astype(np.float32)
        yield np.asarray(np.minimum(self._topics.shared(rows), 2.0) / 2.0, dtype=np.float32)
        yield np.minimum(self._counts.shared(rows), 1.0)

    def _worth_embedding(self) -> NDArray[np.intp]:
        """Indices of the statements that cheaper evidence leaves in play."""
        best = np.full(len(self._articles), -np.inf, dtype=np.float32)
        for start in range(0, len(best), _ROWS):
            rows = slice(start, min(start + _ROWS, len(best)))
            logits = self._logits(rows)
            logits[self._articles[rows, None] == self._articles[None, :]] = -np.inf
            best[rows] = logits.max(axis=1, initial=-np.inf)
        return np.flatnonzero(best >= _WORTH_EMBEDDING)


class _Bags:
    """Weighted sets of items, one a statement: how much of each pair's weight is shared.

    An item weighs the same in every set. Kept as an inverted index: in a long article nearly every pair shares nothing.
    """

    def __init__(self, bags: Sequence[dict[str, float]]) -> None:
        self._size = len(bags)
        holders: dict[str, list[int]] = defaultdict(list)
        for row, bag in enumerate(bags):
            for item in bag:
                holders[item].append(row)
        # What only one statement has is shared with none: it counts for the norm alone.
        items = [item for item in sorted(holders) if len(holders[item]) > 1]
        number = {item: n for n, item in enumerate(items)}
        kept = [[number[item] for item in sorted(bag) if item in number] for bag in bags]
        self._bounds = np.cumsum([0, *map(len, kept)])
        self._items = np.array([n for bag in kept for n in bag], dtype=np.intp)
        self._rows = np.repeat(np.arange(self._size), np.diff(self._bounds))
        self._counts = np.array([len(holders[item]) for item in items], dtype=np.intp)
        self._first = np.cumsum(self._counts) - self._counts
        self._holders = np.array([row for item in items for row in holders[item]], dtype=np.intp)
        self._weights = np.array([bags[holders[item][0]][item] for item in items], dtype=np.float64)
        self._norms = np.sqrt(np.array([fsum(bag.values()) for bag in bags], dtype=np.float32) + np.float32(1e-6))

    def shared(self, rows: slice) -> Matrix:
        """The summed weight of what each pair shares: shape (rows, statements)."""
        start, stop, _ = rows.indices(self._size)
        here = slice(self._bounds[start], self._bounds[stop])
        items = self._items[here]
        counts = self._counts[items]
        # For each item of each row the places of all its holders, one after another.
        places = np.arange(counts.sum()) + np.repeat(self._first[items] - (np.cumsum(counts) - counts), counts)
        pairs = np.repeat((self._rows[here] - start) * self._size, counts) + self._holders[places]
        summed = np.bincount(pairs, np.repeat(self._weights[items], counts), (stop - start) * self._size)
        return summed.astype(np.float32).reshape(stop - start, self._size)

    def cosine(self, rows: slice) -> Matrix:
        """The cosine of each pair's weights: shape (rows, statements)."""
        return np.asarray(self.shared(rows) / np.outer(self._norms[rows], self._norms), dtype=np.float32)
