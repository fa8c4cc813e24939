"""This program beside itself as it was at a commit, in turn, in one run.

    python -m benchmarks.against COMMIT [--rounds N]

Each round starts both anew, so that neither finds anything warm, and measures what follows once its models are loaded.
The packages are those of this environment; a commit that needs others cannot be measured. Articles are the largest real
story where ``../shared`` is present, and otherwise a made-up crowd.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import msgspec

from benchmarks.crowd import crowd
from benchmarks.run import CROWD, ROOT, STORIES, demo, largest_real_story

# Runs with either program, so it uses only what both have.
_WORK = """
import json, os, sys, time
import rashomon
from rashomon.annotate import annotate
from rashomon.group import features_of

articles = rashomon.read([sys.argv[1]])[0]
told = {}

def timed(name, work):
    work(articles[:2])
    clock, before = time.perf_counter(), os.times()
    work(articles)
    after = os.times()
    told[name] = time.perf_counter() - clock, sum(after[:4]) - sum(before[:4])

timed("annotate, fast", lambda some: list(annotate(some, annotators="fast")))
timed("annotate, accurate", lambda some: list(annotate(some, annotators="accurate")))
timed("features for grouping", features_of)
timed("compare, fast", lambda some: rashomon.compare(some, anyway=True, annotators="fast"))
timed("compare, accurate", lambda some: rashomon.compare(some, anyway=True))
print(json.dumps(told))
"""


@contextmanager
def _checked_out(commit: str) -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", tree, commit], cwd=ROOT, check=True)
        try:
            yield tree
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", tree], cwd=ROOT, check=True)


def _measured(tree: Path, articles: Path) -> dict[str, tuple[float, float]]:
    """Seconds on the clock and of processor for each piece of work."""
    done = subprocess.run(
        [sys.executable, "-c", _WORK, str(articles)],
        env=os.environ | {"PYTHONPATH": str(tree / "src")},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    told: dict[str, tuple[float, float]] = json.loads(done.stdout)
    return told


def main() -> None:
    """Print for each piece of work what it takes now and what it took then, an article, and how these stand."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commit")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    articles = largest_real_story() if STORIES.exists() else crowd(demo(), CROWD)
    with _checked_out(given.commit) as before, TemporaryDirectory() as folder:
        file = Path(folder) / "articles.jsonl"
        file.write_bytes(msgspec.json.Encoder().encode_lines(articles))
        rounds = [(_measured(before, file), _measured(ROOT, file)) for _ in range(given.rounds)]
    words = sum(len(article.text.split()) for article in articles) / len(articles)
    print(f"{len(articles)} articles of {words:.0f} words; milliseconds an article, in brackets of processor")
    for name in rounds[0][0]:
        then, now = ([median(one[side][name][at] for one in rounds) for at in (0, 1)] for side in (0, 1))
        each = 1000 / len(articles)
        print(
            f"{name:22} then {each * then[0]:7.1f} ({each * then[1]:7.1f})  now {each * now[0]:7.1f}"
            f" ({each * now[1]:7.1f})  {then[0] / now[0]:.2f} times as fast ({then[1] / now[1]:.2f})"
        )


if __name__ == "__main__":
    main()
