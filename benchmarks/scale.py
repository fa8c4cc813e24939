"""Simulate a day of the world's news on 1 to 1,000 workers, from the times that the stages take here.

    python -m benchmarks.scale [--articles N] [--measure] [--json]

What is simulated is what ``rashomon scale`` does: chunks of so many articles that go to whichever worker is free, each
worker with its start, chunks of unequal length, workers that die, a driver that hands out and marks one chunk after the
other, and grouping as one stream. ``--measure`` takes the times of the stages anew, in processor time, so that a busy
machine moves them less; otherwise those of the last measurement stand in.
"""

from __future__ import annotations

import argparse
import heapq
import json
import math
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

T = TypeVar("T")
ARTICLES = 3_000_000
WORKERS = (1, 10, 100, 1_000)
WORDS = 600
DEMO = Path(__file__).resolve().parents[1] / "src" / "rashomon" / "demo"


class Times(NamedTuple):
    """Seconds of one processor for an article of 600 words (``group``: whatever its length)."""

    read: float
    annotate: float
    features: float
    group: float
    compare: float


class World(NamedTuple):
    """What a cluster is like. All but ``group`` was assumed, not measured."""

    chunk: int = 256
    start: float = 20.0
    """Seconds until a worker has its place, its image and its models."""
    skew: float = 0.35
    """Of the logarithm of a chunk's length, its standard deviation: articles differ, and so do machines."""
    life: float = 12 * 3600.0
    """Seconds after which a worker dies, on average; what it had in hand is done again."""
    notice: float = 30.0
    """Seconds until a dead worker's chunk is given to another."""
    driver: float = 0.01
    """Seconds of the driver for a chunk: to hand it out and to take its answer."""


MEASURED = Times(read=0.011, annotate=0.25, features=0.024, group=0.0021, compare=1.03)


class Stage(NamedTuple):
    """How long a stage took, in seconds, what of it was lost to deaths, and how busy the workers were (0 to 1)."""

    name: str
    seconds: float
    again: float
    busy: float


def simulate(times: Times, world: World, articles: int, workers: int, seed: int = 1) -> list[Stage]:
    """The stages one after the other."""
    found = []
    for name in ("read", "annotate", "features", "compare"):
        found.append(_spread(name, getattr(times, name), world, articles, workers, random.Random(seed)))
    found.insert(3, Stage("group", times.group * articles, 0.0, 1 / workers))
    return found


def _spread(name: str, each: float, world: World, articles: int, workers: int, chance: random.Random) -> Stage:
    chunks = math.ceil(articles / world.chunk)
    # Of a log-normal variable with this mean.
    mean = math.log(each * world.chunk) - world.skew**2 / 2
    free = [world.start] * min(workers, chunks)
    dies = {worker: chance.expovariate(1 / world.life) for worker in range(len(free))}
    queue = [(at, worker) for worker, at in enumerate(free)]
    heapq.heapify(queue)
    handed = end = work = again = 0.0
    left = chunks
    waiting: list[tuple[float, float]] = []
    while left or waiting:
        at, worker = heapq.heappop(queue)
        # The driver hands out one chunk at a time.
        handed = max(at, handed) + world.driver
        if waiting and waiting[0][0] <= handed:
            _, length = heapq.heappop(waiting)
        elif left:
            left -= 1
            length = chance.lognormvariate(mean, world.skew)
        else:
            heapq.heappush(queue, (max(waiting[0][0], handed), worker))
            continue
        done = handed + length
        if done > dies[worker]:
            again += max(dies[worker] - handed, 0.0)
            back = max(dies[worker], handed)
            heapq.heappush(waiting, (back + world.notice, length))
            dies[worker] = back + world.start + chance.expovariate(1 / world.life)
            heapq.heappush(queue, (back + world.start, worker))
            continue
        work += length
        end = max(end, done)
        heapq.heappush(queue, (done, worker))
    return Stage(name, end, again, work / (end * workers))


def measured() -> Times:
    """The times of the stages on the bundled stories, as if their articles had 600 words each."""
    import rashomon
    from rashomon import stages
    from rashomon.annotate import annotate
    from rashomon.group import features_of

    pages = [str(page) for page in sorted(DEMO.glob("harbour/*.html"))]
    made = stages.versions()
    first = rashomon.read(sorted(map(str, DEMO.glob("bridge/*.html"))))[0]  # loads what reads
    rashomon.compare(first, anyway=True), features_of(first)  # and the models
    articles, read = _timed(lambda: rashomon.read(pages)[0])
    annotated, annotating = _timed(lambda: list(annotate(articles)))
    _, featuring = _timed(lambda: features_of(articles))
    _, comparing = _timed(lambda: stages.compare_annotated(annotated, versions=made, anyway=True))
    share = WORDS / sum(len(article.text.split()) for article in articles)
    # Of an article no more than two hundred words are embedded, however long it is.
    return MEASURED._replace(
        read=read * share, annotate=annotating * share, features=featuring / len(articles), compare=comparing * share
    )


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    begun = time.process_time()
    done = work()
    return done, time.process_time() - begun


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=ARTICLES)
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    times = measured() if given.measure else MEASURED
    tables = {workers: simulate(times, World(), given.articles, workers) for workers in WORKERS}
    if given.json:
        json.dump(
            {"times": times._asdict(), "workers": {w: [s._asdict() for s in t] for w, t in tables.items()}}, sys.stdout
        )
        return
    print("seconds an article: " + ", ".join(f"{name} {value:.4f}" for name, value in times._asdict().items()))
    one = sum(stage.seconds for stage in tables[1])
    for workers, found in tables.items():
        whole = sum(stage.seconds for stage in found)
        told = ", ".join(f"{stage.name} {stage.seconds / 3600:.2f} h" for stage in found)
        print(f"{workers} workers: {whole / 3600:.1f} h, {one / whole:.1f} times as fast ({told})")


if __name__ == "__main__":
    main()
