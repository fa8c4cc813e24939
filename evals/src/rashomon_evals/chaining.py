"""Cross-document chains of event mentions, and the likelihood that two sentences share an event, for the evaluation.

What :mod:`rashomon.compare.matching` holds of two sentences is joined with what their articles have in common: a set of
articles may report several events. Two logistic models over little evidence, fitted by ``evals/fit_chaining.py`` on the
train topics of ECB+; chains are made by average linkage.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from rashomon.compare.evidence import Indexed, Statement
from rashomon.compare.matching import Matcher
from rashomon.encode.embedding import embed
from rashomon.rarity import rarity, stem

Floats = NDArray[np.float64]

PAIR_FEATURES = ("sentences", "articles alike", "articles grouped")
CHAIN_FEATURES = (
    "same stem",
    "rarity of the same stem",
    "phrase embedding",
    "same sentence",
    "same article",
    "articles alike",
    "articles grouped",
    "partners shared",
)
# Fitted: see evals/fit_chaining.py.
_PAIR_INTERCEPT, _PAIR = -1.28, np.array([0.91, 4.24, 2.12])
_CHAIN_INTERCEPT, _CHAIN = -8.96, np.array([-1.73, 4.13, 7.67, -1.6, -0.79, 2.18, 2.67, 1.48])
_CHAIN_FLOOR = 0.25
_MOST_GROUPS = 6
_WORD = re.compile(r"[^\W\d_]{2,}|\d+")
_PARTNERS = frozenset("nsubj nsubjpass dobj attr agent poss compound pobj nmod amod".split())


class Happening(msgspec.Struct, frozen=True):
    """One event mention: the number of its sentence, its words, its head's lemma, and who and what takes part."""

    sentence: int
    text: str
    lemma: str
    partners: frozenset[str]


def happening(account: Indexed, sentence: int, start: int, end: int) -> Happening:
    """The mention that stands at ``[start, end)`` of an account."""
    span = account.article.span(start, end)
    inside = account.token_range(span)
    if not inside:
        return Happening(sentence, span.text, span.text.lower(), frozenset())
    head = account.top(inside)
    return Happening(sentence, span.text, account.tokens[head].lemma.lower(), _partners(account, head))


def _partners(account: Indexed, head: int) -> frozenset[str]:
    nouns: list[int] = []
    for i in account.children(head):
        if account.tokens[i].dep in _PARTNERS:
            nouns.append(i)
        if account.tokens[i].dep in {"prep", "agent"}:
            nouns += [j for j in account.children(i) if account.tokens[j].dep == "pobj"]
    found: set[str] = set()
    for i in nouns:
        actors = {m.actor for m in account.mentions_at(account.tokens[i].start)}
        content = account.tokens[i].pos in {"NOUN", "PROPN", "NUM", "ADJ"}
        found |= actors or ({stem(account.tokens[i].lemma)} if content else set())
    return frozenset(found)


class Setting:
    """The articles of one topic and their sentences: what the evidence is drawn from.

    ``texts`` holds the articles' full texts by id; ``statements`` their sentences, in order.
    """

    def __init__(self, texts: dict[str, str], statements: Sequence[Statement]) -> None:
        self._statements = list(statements)
        ids = sorted(texts)
        alike = likeness([texts[i] for i in ids])
        groups = np.array(grouping(alike))
        at = np.array([ids.index(s.article) for s in statements], dtype=int)
        apart = np.triu_indices(len(ids), k=1)
        mean = float(alike[apart].mean()) if len(ids) > 1 else 0.0
        matcher = Matcher(self._statements, thorough=True)
        probability = np.clip(matcher.probabilities(slice(None)).astype(float), 1e-6, 1 - 1e-6)
        self._sentences = np.log(probability / (1.0 - probability))
        self._alike = (alike - mean)[np.ix_(at, at)]
        self._grouped = (groups[at][:, None] == groups[at][None, :]).astype(float)
        self._article = at

    def pair_features(self) -> Floats:
        """Evidence that two sentences share an event: shape (sentences, sentences, ``len(PAIR_FEATURES)``)."""
        return np.stack([self._sentences, self._alike, self._grouped], axis=-1)

    def pair_scores(self) -> Floats:
        """Probability that two sentences share an event: shape (sentences, sentences)."""
        return _logistic(self.pair_features() @ _PAIR + _PAIR_INTERCEPT)

    def chain_features(self, mentions: Sequence[Happening]) -> Floats:
        """Evidence that two mentions are of one event: shape (mentions, mentions, ``len(CHAIN_FEATURES)``)."""
        rows = np.array([m.sentence for m in mentions], dtype=int)
        table = np.ix_(rows, rows)
        stems = np.array([stem(m.lemma) for m in mentions])
        same = (stems[:, None] == stems[None, :]).astype(float)
        rare = np.array([rarity(stem(m.lemma)) for m in mentions])
        vectors = embed([m.text for m in mentions]).astype(float)
        together = (rows[:, None] == rows[None, :]).astype(float)
        articles = self._article[rows]
        partners = [[min(len(a.partners & b.partners), 2) for b in mentions] for a in mentions]
        return np.stack(
            [
                same,
                same * rare[:, None],
                vectors @ vectors.T,
                together,
                (articles[:, None] == articles[None, :]).astype(float),
                self._alike[table],
                self._grouped[table],
                np.array(partners, dtype=float),
            ],
            axis=-1,
        )

    def chains(self, mentions: Sequence[Happening]) -> list[int]:
        """A number for each mention; mentions of one event have the same."""
        if not mentions:
            return []
        return linked(_logistic(self.chain_features(mentions) @ _CHAIN + _CHAIN_INTERCEPT), floor=_CHAIN_FLOOR)


def likeness(texts: Sequence[str]) -> Floats:
    """Cosine of the texts' words, weighted by their rarity in news at large: shape (texts, texts)."""
    bags = [Counter(stem(w) for w in _WORD.findall(text)) for text in texts]
    column = {word: i for i, word in enumerate(sorted({word for bag in bags for word in bag}))}
    matrix = np.zeros((len(bags), max(len(column), 1)))
    for row, bag in enumerate(bags):
        for word, count in bag.items():
            matrix[row, column[word]] = (1.0 + math.log(count)) * rarity(word)
    matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9)
    return np.asarray(matrix @ matrix.T)


def grouping(alike: Floats) -> list[int]:
    """Groups of articles that report one event each: as many (up to 6) as give the best silhouette (Rousseeuw 1987)."""
    size = len(alike)
    tries = [linked(alike, groups=k) for k in range(2, min(_MOST_GROUPS, size - 1) + 1)]
    best = max(tries, key=lambda labels: (_silhouette(1.0 - alike, labels), -len(set(labels))), default=[0] * size)
    return best


def _silhouette(distance: Floats, labels: Sequence[int]) -> float:
    groups = np.array(labels)
    values = []
    for i, own in enumerate(labels):
        mates = groups == own
        mates[i] = False
        if not mates.any():
            values.append(0.0)
            continue
        inside = float(distance[i, mates].mean())
        outside = min(float(distance[i, groups == other].mean()) for other in set(labels) - {own})
        values.append((outside - inside) / max(inside, outside, 1e-9))
    return round(sum(values) / len(values), 9)


def linked(similar: Floats, *, floor: float | None = None, groups: int = 1) -> list[int]:
    """Average-linkage groups: the likest two are joined while they reach ``floor`` and more than ``groups`` stand.

    Ties go to the first pair. The result labels each row with the first row of its group.
    """
    table = similar.astype(float).copy()
    np.fill_diagonal(table, -np.inf)
    sizes = np.ones(len(table))
    labels = np.arange(len(table))
    for _ in range(len(table) - groups):
        i, j = sorted(divmod(int(np.argmax(table)), len(table)))
        if floor is not None and table[i, j] < floor:
            break
        merged = (sizes[i] * table[i] + sizes[j] * table[j]) / (sizes[i] + sizes[j])
        table[i], table[:, i] = merged, merged
        table[i, i] = -np.inf
        table[j], table[:, j] = -np.inf, -np.inf
        sizes[i] += sizes[j]
        labels[labels == j] = i
    return [int(label) for label in labels]


def _logistic(logits: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-logits)))
