"""Fit the log odds that two articles report one event, and choose the mean at which two groups are one story.

Usage: python evals/fit_stories.py STORIES_JSONL [CACHE]

Fitted on BASIL and SEESAW alone. Their dates are better than any that are met on the way: SEESAW's are one per story,
and none is wrong. So SEESAW's are spread as BASIL's are within a story, and of all dates one in ten is moved by up to
1,000 days (log-uniform). What a gap in time is worth is set (``rashomon.group._likeness``); printed is the coefficient
that a fit would give it, which is near 1. The articles are grouped with their dates as they are, spoilt, and taken
away; each counts. Of the thresholds within 0.1 of the best the program has the lowest: all these stories have three
reports, and larger ones spread over more days. CACHE keeps the features; it is written if it is not there.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, median

import msgspec
import numpy as np
from numpy.typing import NDArray
from rashomon_evals.stories import Told, agreement, read_gold

from rashomon.group import _likeness
from rashomon.group._likeness import average_linkage, evidence_of_time
from rashomon.group.features import Features, features_of
from rashomon.group.stories import Grouper, Kept

TUNED = ("basil", "seesaw")
SPOILINGS = 5
WRONG = 0.1
MOST_DAYS = 1000.0
RIDGE = 0.01
LEAST = tuple(n / 4 for n in range(-10, 1))

Floats = NDArray[np.float64]


def read(path: Path, cache: Path | None) -> tuple[list[Told], list[Features]]:
    """The articles of the tuned sets, in the order of a stream, and their features."""
    told = [one for one in read_gold(path) if one.set in TUNED]
    if cache is not None and cache.is_file():
        found = msgspec.json.decode(cache.read_bytes(), type=list[Features])
    else:
        found = features_of([one.article for one in told])
        if cache is not None:
            cache.write_bytes(msgspec.json.encode(found))
    order = sorted(range(len(told)), key=lambda n: (found[n].day, found[n].id))
    return [told[n] for n in order], [found[n] for n in order]


def cosines(found: Sequence[Features]) -> tuple[Floats, Floats]:
    """Cosines of the articles' vectors and of their words as weighed in the stream."""
    grouper = Grouper(len(found))
    for one in found:
        grouper.add(one)
    weights = {one.features.id: _weights(one) for one in grouper.kept()}
    vectors = np.stack([np.frombuffer(one.vector, dtype="<f2").astype(float) for one in found])
    words = np.eye(len(found))
    for i, one in enumerate(found):
        for j in range(i):
            other = weights[found[j].id]
            words[i, j] = words[j, i] = sum(w * other.get(word, 0.0) for word, w in weights[one.id].items())
    return vectors @ vectors.T, words


def _weights(kept: Kept) -> dict[int, float]:
    words, weights = np.frombuffer(kept.features.words, dtype="<i4"), np.frombuffer(kept.weights, dtype="<f4")
    return dict(zip(words.tolist(), weights.tolist(), strict=True))


def spoilt(told: Sequence[Told], days: Floats, seed: int) -> Floats:
    """The days as they might be met: SEESAW's spread, one in ten wrong."""
    chance = np.random.default_rng(seed)
    stories = defaultdict(list)
    for one, day in zip(told, days, strict=True):
        if one.set == "basil":
            stories[one.story].append(float(day))
    spread = sorted(day - median(own) for own in stories.values() for day in own)
    moved = days.copy()
    for n, one in enumerate(told):
        if one.set == "seesaw":
            moved[n] += chance.choice(spread)
        if chance.random() < WRONG:
            moved[n] += chance.choice((-1, 1)) * np.exp(chance.uniform(0, np.log(MOST_DAYS)))
    return moved


def fit(evidence: Floats, same: Floats, offset: Floats) -> Floats:
    """Coefficients and, last, the intercept of a logistic regression, by Newton's method with halved steps."""
    given = np.hstack([evidence, np.ones((len(evidence), 1))])
    ridge = np.diag([RIDGE] * evidence.shape[1] + [1e-9])
    found = np.zeros(given.shape[1])
    found[-1] = -5.0

    def loss(at: Floats) -> float:
        odds = given @ at + offset
        return float(np.sum(np.logaddexp(0.0, odds) - same * odds) + at @ ridge @ at / 2.0)

    for _ in range(100):
        likely = 1.0 / (1.0 + np.exp(-np.clip(given @ found + offset, -500, 500)))
        slope = given.T @ (likely - same) + ridge @ found
        step = np.linalg.solve((given.T * (likely * (1.0 - likely))) @ given + ridge, slope)
        share = 1.0
        while loss(found - share * step) > loss(found) and share > 1e-6:
            share /= 2.0
        found = found - share * step
        if np.abs(share * step).max() < 1e-6:
            break
    return found


def gaps(days: Floats) -> Floats:
    """Days between each two articles."""
    return days[:, None] - days[None, :]


def grouped(told: Sequence[Told], odds: Floats, least: float) -> float:
    """The mean of B-cubed F1 and ARI, on each set alone."""
    labels = average_linkage(odds, (), (), least)
    figures = []
    for name in TUNED:
        own = [n for n, one in enumerate(told) if one.set == name]
        scores = agreement([told[n].story for n in own], [labels[n] for n in own])
        figures += [scores["bcubed.f1"], scores["ari"]]
    return mean(figures)


def main() -> None:
    """Print the fit and what each threshold gives."""
    told, found = read(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
    days = np.array([one.day for one in found], dtype=float)
    vectors, words = cosines(found)
    sets, stories = np.array([one.set for one in told]), np.array([one.story for one in told])
    # An event that both sets report has a label in each: pairs across the sets tell nothing.
    rows, columns = np.nonzero(np.triu(sets[:, None] == sets[None, :], k=1))
    same = (stories[rows] == stories[columns]).astype(float)
    text = np.stack([vectors[rows, columns], words[rows, columns]], axis=1)
    spoilings = [spoilt(told, days, seed) for seed in range(SPOILINGS)]
    times = [evidence_of_time(gaps(moved))[rows, columns] for moved in spoilings]
    fits = np.mean([fit(text, same, time) for time in times], axis=0)
    free = np.mean([fit(np.hstack([text, time[:, None]]), same, 0.0 * time) for time in times], axis=0)
    names = ("EMBEDDING", "WORDS", "INTERCEPT")
    told_now = tuple(getattr(_likeness, name) for name in names)
    print("fitted", dict(zip(names, fits.round(2).tolist(), strict=True)), "the program has", told_now)
    print(f"time, were it fitted: {free[2]:.2f}")
    odds = fits[0] * vectors + fits[1] * words + fits[2]
    seen = {
        "as they are": [days],
        "spoilt": spoilings,
        "unknown": [np.full(len(days), np.nan)],
    }
    print("least   " + "  ".join(f"{name:>12}" for name in (*seen, "mean")))
    for least in LEAST:
        figures = [
            mean(grouped(told, np.clip(odds + evidence_of_time(gaps(d)), -8, 8), least) for d in dated)
            for dated in seen.values()
        ]
        print(f"{least:5.2f}   " + "  ".join(f"{figure:12.2f}" for figure in (*figures, mean(figures))), flush=True)


if __name__ == "__main__":
    main()
