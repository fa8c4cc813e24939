"""A made-up stream of articles, and what it costs to group as it grows.

    python -m benchmarks.stream [ARTICLES] [WINDOW]

Words and vectors are drawn by a seed: events come and go, each with words of its own among words that all news share,
and with a dozen reports or a hundred. The exponent is that of the whole cost over the length of the stream, 1 where an
article costs the same however many came before, fitted to blocks of the stream behind the first window.
"""

from __future__ import annotations

import math
import resource
import sys
import time
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import numpy as np

from rashomon.encode.embedding import DIMENSIONS
from rashomon.group.features import BUCKETS, Features
from rashomon.group.stories import Grouper

_OPEN = 300  # events that are reported on at a time
_COMMON = 20_000  # words that all news share; the first are the commonest
_OWN, _SHARED = 25, 95  # words of an article: of its event, of news
_A_DAY = 1_000  # articles
_BLOCKS = 16


class Growth(NamedTuple):
    """Articles a second, the exponent of the cost, the most articles remembered, stories in all."""

    rate: float
    exponent: float
    remembered: int
    stories: int


def stream(seed: int = 0) -> Iterator[Features]:
    """Articles without end; the same for the same seed."""
    chance = np.random.default_rng(seed)
    topics = chance.standard_normal((30, DIMENSIONS))
    events = [_event(chance, topics) for _ in range(_OPEN)]
    number = 0
    while True:
        at = int(_OPEN * chance.random() ** 2)  # some events are reported on far more than others
        if chance.random() < 1 / 15:
            events[at] = _event(chance, topics)
        own, direction = events[at]
        words = chance.choice(own, _OWN, replace=False)
        common = (_COMMON * chance.random(_SHARED) ** 3).astype(np.int64)
        told = np.unique(np.concatenate([words, common]))
        vector = direction + 0.5 * chance.standard_normal(DIMENSIONS)
        yield Features(
            id=f"a{number:08d}",
            day=17_000 + number / _A_DAY,
            words=told.astype("<i4").tobytes(),
            counts=(1 + np.log(chance.integers(1, 6, len(told)))).astype("<f2").tobytes(),
            vector=(vector / np.linalg.norm(vector)).astype("<f2").tobytes(),
        )
        number += 1


def _event(chance: np.random.Generator, topics: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The words of an event, and the direction of its reports' vectors: its topic's, and its own."""
    direction = topics[chance.integers(len(topics))] + chance.standard_normal(DIMENSIONS)
    return chance.integers(_COMMON, BUCKETS, 2 * _OWN), direction


def growth(articles: int, window: int) -> Growth:
    """Group so many articles of the stream. Making them is not timed."""
    grouper = Grouper(window)
    made = stream()
    size = articles // _BLOCKS
    costs, places, most = [], [], 0
    stories: set[str] = set()
    for block in range(_BLOCKS):
        batch = list(islice(made, size))
        start = time.process_time()
        changes = [grouper.add(features) for features in batch]
        costs.append((time.process_time() - start) / size)
        places.append((block + 0.5) * size)
        most = max(most, len(grouper))
        stories.update(story for change in changes for story in change.moved.values())
    full = [n for n, place in enumerate(places) if place - size / 2 >= window] or list(range(_BLOCKS))
    slope = np.polyfit(np.log([places[n] for n in full]), np.log([costs[n] for n in full]), 1)[0] if full[1:] else 0.0
    return Growth(1.0 / (sum(costs) / len(costs)), 1.0 + float(slope), most, len(stories))


def main() -> None:
    """Print one line."""
    articles, window = (int(value) for value in (sys.argv[1:] + ["100000", "20000"][len(sys.argv) - 1 :])[:2])
    grown = growth(articles, window)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{articles} articles, window {window}: {grown.rate:.0f} a second, exponent {grown.exponent:.3f}, "
        f"{grown.remembered} remembered, {grown.stories} stories, peak {math.ceil(peak)} MiB"
    )


if __name__ == "__main__":
    main()
