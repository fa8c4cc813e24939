"""What an archive costs: reading, annotating, grouping and keeping articles, and finding words among them.

    python -m benchmarks.archive [ARTICLES] [--url URL]

Articles of two sentences are drawn by a seed, and so are their features (``benchmarks.stream``), for to embed a text
takes far longer than to keep it and is measured beside it. ``URL`` is where the archive is to be (a file in a temporary
folder where none is given; ``postgresql://…`` for a database, which must be empty).
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from unittest.mock import patch

import msgspec
import numpy as np

import rashomon
from benchmarks.crowd import crowd
from benchmarks.stream import growth, stream
from rashomon.annotate import annotate
from rashomon.archive import Archive, open_archive
from rashomon.group import Features, features_of
from rashomon.group.stories import WINDOW
from rashomon.read import stream as read_stream
from rashomon.types import Annotators, Article

_WORDS = 30_000
_SOME = 200  # articles whose reading and features are measured
_REPORTS = 24  # reports that are annotated


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=int, nargs="?", default=100_000)
    parser.add_argument("--url")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "news.jsonl"
        _write(file, options.articles)
        _stages(file)
        with open_archive(options.url or str(Path(folder) / "news.db"), create=True) as archive:
            _measure(archive, file, options.articles)
    grown = growth(options.articles, min(WINDOW, options.articles // 2))
    _say(f"grouping a stream of {options.articles}", grown.rate, f"a second; exponent {grown.exponent:.3f}")


def _write(file: Path, articles: int) -> None:
    chance = np.random.default_rng(1)
    with file.open("w") as out:
        for number in range(articles):
            words = [f"w{int(w)}" for w in _WORDS * chance.random(40) ** 4]
            text = f"The {' '.join(words[:20])} of Velm. And {' '.join(words[20:])}, said the mayor in the harbour."
            record = {
                "title": " ".join(words[:6]),
                "text": text,
                "url": f"https://velm.example/{number}",
                "language": "en",
            }
            out.write(json.dumps(record) + "\n")


def _stages(file: Path) -> None:
    begun = time.perf_counter()
    some = [one for one in islice(read_stream([str(file)]), _SOME) if isinstance(one, Article)]
    _say("reading short articles", len(some) / (time.perf_counter() - begun), "a second")
    begun = time.perf_counter()
    features_of(some)
    _say("their features", len(some) / (time.perf_counter() - begun), "a second")
    bundled = [str(path) for path in sorted((Path(rashomon.__file__).parent / "demo" / "harbour").glob("*.html"))]
    reports = crowd(rashomon.read(bundled)[0], _REPORTS)
    words = sum(len(report.text.split()) for report in reports) / len(reports)
    kinds: tuple[Annotators, ...] = ("fast", "accurate")
    for annotators in kinds:
        list(annotate(reports[:1], annotators=annotators))
        begun = time.perf_counter()
        list(annotate(reports, annotators=annotators))
        rate = len(reports) / (time.perf_counter() - begun)
        _say(f"annotating reports of {words:.0f} words, {annotators}", rate, "a second")


def _measure(archive: Archive, file: Path, articles: int) -> None:
    with _drawn_features():
        begun = time.perf_counter()
        archive.ingest([str(file)], annotate=False)
        rate = articles / (time.perf_counter() - begun)
        _say(f"ingest of {articles} articles of known features", rate, "a second")
        begun = time.perf_counter()
        archive.ingest([str(file)], annotate=False)
        _say("the same again", articles / (time.perf_counter() - begun), "a second")
    times = []
    for words in ("w17 w3", "mayor w420", '"harbour" w2000', "w29 -w5", "w1000*", "velm w77 w78"):
        begun = time.perf_counter()
        archive.search(words)
        times.append(1000 * (time.perf_counter() - begun))
    _say("search, median", statistics.median(times), "ms")
    _say("search, slowest of six", max(times), "ms")
    begun = time.perf_counter()
    archive.stories(independent=2)
    _say("list of stories", 1000 * (time.perf_counter() - begun), "ms")


@contextmanager
def _drawn_features() -> Iterator[None]:
    drawn = stream()

    def features(articles: Sequence[Article]) -> list[Features]:
        return [msgspec.structs.replace(next(drawn), id=article.id) for article in articles]

    with patch("rashomon.archive.batches.features_of", features):
        yield


def _say(what: str, value: float, unit: str) -> None:
    print(f"{what}: {value:,.1f} {unit}", flush=True)


if __name__ == "__main__":
    main()
