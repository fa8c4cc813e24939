"""How likely two articles report one event, and which groups that makes of a few dozen of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Fitted on BASIL and SEESAW: see evals/fit_stories.py. Log odds of two articles, whatever their days.
EMBEDDING, WORDS, INTERCEPT = 12.4, 12.2, -12.9
# Mean log odds at which two groups are one story; chosen there, too. BASIL and SEESAW do not tell -1.5 from -0.75.
LEAST = -1.5
# Reports of one event are published g days apart with a likelihood that falls as 1/(1 + g)², the shape and the pace of
# BASIL's; those of different events anyhow, within a year or so. One date in five is taken to be wrong or of another
# thing (pages carry the dates of their revisions, sites that of the visit), so that no gap is proof; with one in ten
# BASIL and SEESAW, a tenth of their dates spoilt, come out a little worse.
_WRONG = 0.2
_YEAR = 365.0
_PACE = 1.645  # the sum of 1/(1 + g)² over all days g
# No pair may decide alone for a whole group.
_BOUND = 8.0


def evidence_of_time(days: Floats) -> Floats:
    """Log likelihood ratio of gaps between publication dates, in days; 0 where a date is unknown (NaN)."""
    near = 1.0 / (_PACE * (1.0 + np.abs(days)) ** 2)
    told: Floats = np.log(((1.0 - _WRONG) * near + _WRONG / _YEAR) * _YEAR)
    return np.where(np.isnan(days), 0.0, told)


def likeness(embedding: Floats, words: Floats, days: Floats) -> Floats:
    """Log odds that two articles report one event, by the cosines of their vectors and of their words, and the gap."""
    odds = EMBEDDING * embedding + WORDS * words + INTERCEPT + evidence_of_time(days)
    bounded: Floats = np.clip(odds, -_BOUND, _BOUND)
    return bounded


def average_linkage(
    odds: Floats, together: Sequence[tuple[int, int]], apart: Sequence[tuple[int, int]], least: float = LEAST
) -> list[int]:
    """Group by average linkage (UPGMA; Sokal and Michener 1958) down to a mean of ``least``: a number for each row.

    ``odds`` is a symmetric matrix. Pairs in ``together`` are in one group and pairs in ``apart`` are not, whatever the
    odds; where both cannot be, what is ``apart`` goes before, and the earlier of ``together`` before the later.
    """
    count = len(odds)
    label = list(range(count))
    sums = odds.astype(np.float64).copy()
    sizes = np.ones(count)
    barred = np.eye(count, dtype=bool)
    for i, j in apart:
        barred[i, j] = barred[j, i] = True

    def join(i: int, j: int) -> None:
        sums[i] += sums[j]
        sums[:, i] += sums[:, j]
        sizes[i] += sizes[j]
        barred[i] |= barred[j]
        barred[:, i] |= barred[:, j]
        barred[j] = barred[:, j] = True
        label[:] = [i if at == j else at for at in label]

    for one, other in together:
        i, j = sorted((label[one], label[other]))
        if i != j and not barred[i, j]:
            join(i, j)
    while count > 1:
        means = np.where(barred, -np.inf, sums / np.outer(sizes, sizes))
        best = int(np.argmax(means))
        if means.flat[best] < least:
            break
        join(*sorted(divmod(best, count)))
    return label
