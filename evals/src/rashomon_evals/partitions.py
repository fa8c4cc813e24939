"""How well a partition agrees with the gold one, corrected for chance. Figures are from 0 to 100, at most.

A partition is a label for each item, in one order on both sides. B-cubed is in :mod:`rashomon_evals.coreference`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence

Labels = Sequence[Hashable]


def adjusted_rand(gold: Labels, predicted: Labels) -> float:
    """The adjusted Rand index (Hubert and Arabie 1985): pairs that both put together; 0 is what chance gives."""
    shared = _pairs(Counter(zip(gold, predicted, strict=True)).values())
    ours, theirs = _pairs(Counter(predicted).values()), _pairs(Counter(gold).values())
    chance = ours * theirs / max(_pairs([len(gold)]), 1)
    most = (ours + theirs) / 2.0
    return 100.0 if most == chance else 100.0 * (shared - chance) / (most - chance)


def adjusted_information(gold: Labels, predicted: Labels) -> float:
    """Adjusted mutual information (Vinh, Epps and Bailey 2010), by the mean of the two entropies; 0 is chance."""
    count = len(gold)
    rows, columns = Counter(gold), Counter(predicted)
    shared = sum(
        both / count * math.log(count * both / (rows[g] * columns[p]))
        for (g, p), both in Counter(zip(gold, predicted, strict=True)).items()
    )
    most = (_entropy(rows.values(), count) + _entropy(columns.values(), count)) / 2.0
    chance = _expected(Counter(rows.values()), Counter(columns.values()), count)
    return 100.0 if abs(most - chance) < 1e-12 else 100.0 * (shared - chance) / (most - chance)


def _pairs(sizes: Iterable[int]) -> float:
    return sum(size * (size - 1) / 2.0 for size in sizes)


def _entropy(sizes: Iterable[int], count: int) -> float:
    return -sum(size / count * math.log(size / count) for size in sizes)


def _expected(rows: Counter[int], columns: Counter[int], count: int) -> float:
    """The mutual information that partitions of these sizes have by chance; sizes are given with their numbers."""
    log = [math.lgamma(n + 1) for n in range(count + 1)]
    total = 0.0
    for a, as_many in rows.items():
        for b, so_many in columns.items():
            fixed = log[a] + log[b] + log[count - a] + log[count - b] - log[count]
            for both in range(max(1, a + b - count), min(a, b) + 1):
                weight = fixed - log[both] - log[a - both] - log[b - both] - log[count - a - b + both]
                total += as_many * so_many * both / count * math.log(count * both / (a * b)) * math.exp(weight)
    return total
