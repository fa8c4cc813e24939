"""Measures of coreference: how well predicted chains of mentions agree with the gold ones.

MUC (Vilain et al. 1995), B-cubed (Bagga and Baldwin 1998) and entity CEAF (Luo 2005), for gold and predicted mentions
alike, as the reference scorer has them (Pradhan et al. 2014); their mean F1 is the CoNLL score. :func:`best_match` is
the measure of Hamborg, Zhukova and Gipp (2019). A chain is a set of mentions, a mention anything hashable; no mention
may be in two chains of one side, but for :func:`best_match`. All figures are from 0 to 100.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import NamedTuple

Chains = Sequence[Collection[Hashable]]


class Agreement(NamedTuple):
    """Precision, recall and F1, from 0 to 100."""

    precision: float
    recall: float
    f1: float


def chains_of(labels: Iterable[Hashable]) -> list[set[int]]:
    """The numbers of those mentions together that have one label."""
    found: dict[Hashable, set[int]] = defaultdict(set)
    for number, label in enumerate(labels):
        found[label].add(number)
    return list(found.values())


def muc(gold: Chains, predicted: Chains) -> Agreement:
    """The share of links (a chain of n mentions has n - 1) that the other side's chains leave whole."""
    return _agreement(*_links(predicted, gold), *_links(gold, predicted))


def b_cubed(gold: Chains, predicted: Chains) -> Agreement:
    """For each mention the share of its chain that is in its chain on the other side, averaged over mentions."""
    squares_predicted = squares_gold = 0.0
    for g, p, shared in _overlaps(gold, predicted):
        squares_gold += shared**2 / len(gold[g])
        squares_predicted += shared**2 / len(predicted[p])
    return _agreement(squares_predicted, sum(map(len, predicted)), squares_gold, sum(map(len, gold)))


def ceaf_e(gold: Chains, predicted: Chains) -> Agreement:
    """The Dice coefficients (Luo's fourth similarity) of chains matched one to one so that their sum is greatest."""
    similar = {(g, p): 2.0 * shared / (len(gold[g]) + len(predicted[p])) for g, p, shared in _overlaps(gold, predicted)}
    total = sum(_best_assignment(part) for part in _components(similar))
    return _agreement(total, len(predicted), total, len(gold))


def conll(gold: Chains, predicted: Chains) -> dict[str, float]:
    """MUC, B-cubed and entity CEAF by name (``bcubed.f1``), and ``conll.f1``, the mean of the three F1."""
    measures = {"muc": muc(gold, predicted), "bcubed": b_cubed(gold, predicted), "ceafe": ceaf_e(gold, predicted)}
    scores = {f"{name}.{part}": getattr(m, part) for name, m in measures.items() for part in Agreement._fields}
    scores["conll.f1"] = sum(m.f1 for m in measures.values()) / len(measures)
    return scores


def best_match(gold: Chains, predicted: Chains) -> Agreement:
    """Each gold chain against the predicted one that shares most mentions with it, weighted by the gold chain's size.

    Where two share as many, the smaller counts. A predicted chain may serve several gold ones, as a mention may be in
    several chains here. Each figure is the weighted mean of the chains' own, F1 too.
    """
    best: dict[int, tuple[int, int]] = {}
    for g, p, shared in _overlaps(gold, predicted):
        best[g] = max(best.get(g, (0, 0)), (shared, -len(predicted[p])))
    precision = recall = f1 = 0.0
    for g, (shared, minus_size) in best.items():
        precision += len(gold[g]) * shared / -minus_size
        recall += shared
        f1 += len(gold[g]) * 2.0 * shared / (len(gold[g]) - minus_size)
    size = max(sum(map(len, gold)), 1)
    return Agreement(100.0 * precision / size, 100.0 * recall / size, 100.0 * f1 / size)


def _links(broken: Chains, by: Chains) -> tuple[float, int]:
    """How many links of the first side's chains survive when the other side breaks them, and how many there are."""
    home = {mention: number for number, chain in enumerate(by) for mention in chain}
    whole = 0
    for chain in broken:
        inside = [home[m] for m in chain if m in home]
        whole += len(inside) - len(set(inside))
    return whole, sum(len(chain) - 1 for chain in broken)


def _overlaps(gold: Chains, predicted: Chains) -> list[tuple[int, int, int]]:
    """The pairs of a gold and a predicted chain that share mentions, with how many they share."""
    homes: dict[Hashable, list[int]] = defaultdict(list)
    for number, chain in enumerate(predicted):
        for mention in chain:
            homes[mention].append(number)
    shared: dict[tuple[int, int], int] = defaultdict(int)
    for number, chain in enumerate(gold):
        for mention in chain:
            for other in homes.get(mention, ()):
                shared[number, other] += 1
    return [(g, p, count) for (g, p), count in sorted(shared.items())]


def _components(similar: dict[tuple[int, int], float]) -> list[list[list[float]]]:
    """The similarities as matrices (gold by predicted), one for each group of chains that overlap each other."""
    neighbours: dict[tuple[str, int], list[tuple[str, int]]] = defaultdict(list)
    for g, p in similar:
        neighbours["gold", g].append(("predicted", p))
        neighbours["predicted", p].append(("gold", g))
    matrices: list[list[list[float]]] = []
    seen: set[tuple[str, int]] = set()
    for start in sorted(neighbours):
        if start in seen:
            continue
        seen.add(start)
        group, open_ = [start], [start]
        while open_:
            fresh = [n for n in neighbours[open_.pop()] if n not in seen]
            seen.update(fresh)
            group += fresh
            open_ += fresh
        rows = sorted(number for side, number in group if side == "gold")
        columns = sorted(number for side, number in group if side == "predicted")
        matrices.append([[similar.get((g, p), 0.0) for p in columns] for g in rows])
    return matrices


def _best_assignment(matrix: list[list[float]]) -> float:
    """The greatest sum of entries of which no two share a row or a column (Kuhn 1955, Munkres 1957; O(n³))."""
    if len(matrix) > len(matrix[0]):
        matrix = [list(column) for column in zip(*matrix, strict=True)]
    rows, columns = len(matrix), len(matrix[0])
    row_price, column_price = [0.0] * (rows + 1), [0.0] * (columns + 1)
    row_of = [0] * (columns + 1)  # the row that each column serves; column 0 and row 0 stand for none
    for row in range(1, rows + 1):
        row_of[0] = row
        slack, via = [float("inf")] * (columns + 1), [0] * (columns + 1)
        done = [False] * (columns + 1)
        at = 0
        while row_of[at]:
            done[at] = True
            here, gap, following = row_of[at], float("inf"), 0
            for j in range(1, columns + 1):
                if done[j]:
                    continue
                cost = -matrix[here - 1][j - 1] - row_price[here] - column_price[j]
                if cost < slack[j]:
                    slack[j], via[j] = cost, at
                if slack[j] < gap:
                    gap, following = slack[j], j
            for j in range(columns + 1):
                if done[j]:
                    row_price[row_of[j]] += gap
                    column_price[j] -= gap
                else:
                    slack[j] -= gap
            at = following
        while at:
            row_of[at], at = row_of[via[at]], via[at]
    return sum(matrix[row_of[j] - 1][j - 1] for j in range(1, columns + 1) if row_of[j])


def _agreement(right: float, predicted: float, right_gold: float, gold: float) -> Agreement:
    precision = 100.0 * right / predicted if predicted else 0.0
    recall = 100.0 * right_gold / gold if gold else 0.0
    return Agreement(precision, recall, 2.0 * precision * recall / (precision + recall) if precision + recall else 0.0)
