"""Rashomon beside programs of other people on the same articles in one run: how many a second, and how right.

    python -m benchmarks.peers GOLD

``GOLD`` is the folder of gold data; peers are those that are installed (``make peers``; HeidelTime needs Java, too).
Every program has one process after another and is warm but for HeidelTime, of which a new one starts for each article.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

from rashomon_evals import copies, peers, quotes, times

from benchmarks.run import Timed, timed
from rashomon.annotate import annotate
from rashomon.types import Annotators, Article

QUOTES = ("content.exact.f1", "content.overlap.f1", "cue.exact.f1", "speaker.exact.f1", "link.f1")
TIMES = ("value.f1", "strict.f1", "relaxed.f1")
COPIES = ("passage.precision", "passage.recall", "passage.f1")


class Beside(NamedTuple):
    """A program on a task: articles, what they took, and its measures in per cent."""

    task: str
    program: str
    articles: int
    taken: Timed
    scores: Mapping[str, float]


def measured(gold: Path) -> Iterator[Beside]:
    """All programs on all tasks."""
    polnear = gold / "polnear" / "dev"
    told = quotes.read_gold(polnear)
    kinds: tuple[Annotators, ...] = ("fast", "accurate")
    for annotators in kinds:
        yield _one("quotes", f"rashomon, {annotators}", len(told), partial(_quotes, told, annotators), QUOTES)
    yield _one("quotes", "textacy", len(told), partial(peers.quotes, polnear), QUOTES)

    aquaint = gold / "times" / "aquaint"
    count = len(times.read_gold(aquaint))
    yield _one("times", "rashomon", count, lambda: times.score(aquaint).scores, TIMES)
    for name in peers.readers():
        yield _one("times", name, count, partial(peers.times, aquaint, only=name), TIMES)

    stories = gold / "stories" / "stories.jsonl"
    scenes = copies.scenes(stories)
    beside = len({article.id for scene in scenes for article in (scene.copy, scene.origin, *scene.others)})
    yield _one("copies", "rashomon", beside, lambda: copies.passages(scenes, copies.reported), COPIES)
    yield _one("copies", "minhash-rensa", beside, partial(peers.copies, stories), COPIES)


def _quotes(told: list[quotes.Gold], annotators: Annotators) -> dict[str, float]:
    articles = [Article(id=one.name, text=one.text) for one in told]
    found = [quotes.predicted_attributions(one) for one in annotate(articles, annotators=annotators)]
    return quotes.compare(told, found)


def _one(
    task: str, program: str, articles: int, work: Callable[[], Mapping[str, float]], measures: tuple[str, ...]
) -> Beside:
    found: list[Mapping[str, float]] = []
    taken = timed(lambda: found.append(work()))
    scores = {name.removeprefix(f"peer.{program}."): value for name, value in found[0].items()}
    return Beside(task, program, articles, taken, {name: scores[name] for name in measures if name in scores})


def main() -> None:
    """Print a row for each program on each task; one that is not installed is left out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    list(annotate([Article(id="warm", text="The mayor of Velm said so on Monday.")]))
    for row in measured(parser.parse_args().gold):
        if row.scores:
            right = ", ".join(f"{name} {value:.1f}" for name, value in row.scores.items())
            speed = f"{row.articles / row.taken.clock:8.1f} a second, {row.taken.processor:7.1f} s of processor"
            print(f"{row.task:7} {row.program:20} {row.articles:5} articles, {speed}: {right}", flush=True)


if __name__ == "__main__":
    main()
