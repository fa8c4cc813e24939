"""Measure the comparison beside spaCy alone, cold starts, a crowded story and peak memory.

    python -m benchmarks.run [--json] [--rounds N]

Times on a shared machine move; so what counts are ratios of things timed in turn, and beside the time on the clock
stands the time of the processor, which a busy neighbour moves less. The seeds and the largest real story are measured
only where ``../shared`` is present.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

import msgspec

import rashomon
from benchmarks.crowd import crowd
from benchmarks.stream import growth
from rashomon.group import features_of
from rashomon.types import Annotators, Article

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
DEMO = ROOT / "src" / "rashomon" / "demo" / "harbour"
SEEDS = SHARED / "seeds" / "manifest.jsonl"
STORIES = SHARED / "gold" / "stories" / "stories.jsonl"
CROWD = 50
STREAM, WINDOW = 40_000, 5_000
# How many times what spaCy alone needs a comparison may take.
_MOST: dict[Annotators, float] = {"fast": 3.5, "accurate": 4.0}


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement. ``goal`` is the largest value that is good enough, in the same unit; ``processor`` is the same
    measured in processor time, of all threads and children together, where that can be told."""

    name: str
    value: float
    unit: str
    processor: float | None = None
    goal: float | None = None


def measure(rounds: int) -> list[Row]:
    """All measurements, in the order in which they are shown."""
    stories = _stories()
    rows = [
        row
        for name, articles in stories.items()
        for annotators in _MOST
        for row in _beside_spacy(name, articles, rounds, annotators)
    ]
    rows.append(_cold("rashomon --help", ["--help"], rounds, goal=0.3))
    start = [str(SEEDS)] if SEEDS.exists() else sorted(map(str, DEMO.glob("*.html")))[:2]
    name = "the two seeds" if SEEDS.exists() else "two demo pages"
    rows.append(_cold(f"cold start, {name}", ["compare", *start], rounds, goal=3.0))
    with TemporaryDirectory() as folder:
        for name, articles in stories.items():
            file = Path(folder) / "story.jsonl"
            file.write_bytes(msgspec.json.Encoder().encode_lines(articles))
            peak = _peak_mib(["compare", str(file), "--anyway"])
            rows.append(Row(name=f"peak memory, {name}", value=peak, unit="MiB", goal=1024.0))
    return [*rows, *_grouping(rounds, next(iter(stories.values())))]


def _grouping(rounds: int, articles: Sequence[Article]) -> list[Row]:
    """Articles to stories: the features of an article, and the cost of an article as the stream grows."""
    features_of(articles)
    times = [timed(lambda: features_of(articles)) for _ in range(rounds)]
    each = 1000.0 / len(articles)
    grown = growth(STREAM, WINDOW)
    return [
        Row(
            name="features for grouping, an article",
            value=median(t.clock for t in times) * each,
            unit="ms",
            processor=median(t.processor for t in times) * each,
        ),
        Row(name=f"grouping, an article of {STREAM}", value=1000.0 / grown.rate, unit="ms"),
        Row(name="  exponent of the whole cost", value=grown.exponent, unit="", goal=1.05),
    ]


def _stories() -> dict[str, list[Article]]:
    articles = demo()
    stories = {f"demo, {len(articles)} articles": articles}
    if SEEDS.exists():
        stories["seeds, 2 articles"] = _read([str(SEEDS)])
    if STORIES.exists():
        real = largest_real_story()
        stories[f"real story, {len(real)} articles"] = real
    stories[f"made-up crowd, {CROWD} articles"] = crowd(articles, CROWD)
    return stories


def demo() -> list[Article]:
    """The bundled story."""
    return _read([str(page) for page in sorted(DEMO.glob("*.html"))])


def _read(inputs: Sequence[str]) -> list[Article]:
    articles, problems = rashomon.read(inputs)
    if problems:
        raise SystemExit("\n".join(f"{problem.input}: {problem.message}" for problem in problems))
    return articles


def largest_real_story() -> list[Article]:
    """The story of ``STORIES`` with the most reports."""
    records = [json.loads(line) for line in STORIES.read_text(encoding="utf-8").splitlines()]
    sizes = Counter(record["story"] for record in records)
    name = min(sizes, key=lambda story: (-sizes[story], story))
    with TemporaryDirectory() as folder:
        file = Path(folder) / "story.jsonl"
        file.write_text("".join(json.dumps(r) + "\n" for r in records if r["story"] == name), encoding="utf-8")
        return _read([str(file)])


def _beside_spacy(name: str, articles: Sequence[Article], rounds: int, annotators: Annotators) -> list[Row]:
    """The whole comparison and spaCy alone on the same texts, in turn, both warm."""
    import spacy

    from rashomon.annotate.pipeline import DEFAULT_PIPELINE

    nlp = spacy.load(DEFAULT_PIPELINE)
    texts = [article.text for article in articles]

    def alone() -> None:
        for _ in nlp.pipe(texts, batch_size=16):
            pass

    def whole() -> None:
        rashomon.compare(articles, anyway=True, annotators=annotators)

    alone()
    whole()
    pairs = [(timed(alone), timed(whole)) for _ in range(rounds)]
    ratios = [(w.clock / a.clock, w.processor / a.processor) for a, w in pairs]
    return [
        Row(
            name=f"comparison ({annotators}), {name}",
            value=median(w.clock for _, w in pairs),
            unit="s",
            processor=median(w.processor for _, w in pairs),
        ),
        Row(
            name="  ÷ spaCy alone",
            value=median(clock for clock, _ in ratios),
            unit="×",
            processor=median(processor for _, processor in ratios),
            goal=_MOST[annotators],
        ),
    ]


class Timed(NamedTuple):
    """Seconds that some work took, on the clock and of the processor."""

    clock: float
    processor: float


def timed(work: Callable[[], object]) -> Timed:
    """What some work takes."""
    clock, before = time.perf_counter(), os.times()
    work()
    after = os.times()
    return Timed(time.perf_counter() - clock, sum(after[:4]) - sum(before[:4]))


def _cold(name: str, arguments: list[str], rounds: int, *, goal: float) -> Row:
    """The program in a process of its own, from a warm disk: the round that was disturbed least."""
    times = [timed(lambda: _run(arguments)) for _ in range(rounds + 1)]
    return Row(
        name=name,
        value=min(t.clock for t in times),
        unit="s",
        processor=min(t.processor for t in times),
        goal=goal,
    )


def _command(arguments: list[str]) -> list[str]:
    return [str(Path(sys.executable).with_name("rashomon")), *arguments]


def _run(arguments: list[str]) -> None:
    subprocess.run(_command(arguments), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


# A child's peak counts from its fork, so that it is never below the memory of its parent: a small parent is needed.
_SMALL_PARENT = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def _peak_mib(arguments: list[str]) -> float:
    """Peak resident memory of the program, in MiB (Linux counts in KiB, macOS in bytes)."""
    done = subprocess.run(
        [sys.executable, "-c", _SMALL_PARENT, *_command(arguments)], check=True, stdout=subprocess.PIPE
    )
    return int(done.stdout) / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _table(rows: Sequence[Row]) -> str:
    width = max(len(row.name) for row in rows)
    lines = []
    for row in rows:
        goal = "" if row.goal is None else f"   at most {row.goal:g}{'' if row.value <= row.goal else '   MISSED'}"
        processor = " " * 22 if row.processor is None else f"  (processor {row.processor:7.2f})"
        lines.append(f"{row.name:<{width}}  {row.value:9.2f} {row.unit:<3}{processor}{goal}".rstrip())
    return "\n".join(lines)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON array instead of a table")
    parser.add_argument("--rounds", type=int, default=5, help="how often each thing is timed")
    options = parser.parse_args()
    rows = measure(options.rounds)
    print(msgspec.json.encode(rows).decode() if options.json else _table(rows))


if __name__ == "__main__":
    main()
