"""Score everything, write the tables of ``docs/accuracy.md``, hold the floors.

Usage: python evals/accuracy.py GOLD_DIRECTORY [--only TASK ...] [--set-floors]

GOLD_DIRECTORY holds the public data (see the page for where they come from): ``polnear/dev``, ``times/aquaint``,
``times/wikiwars``, ``ecbplus``, ``newswcl50``, ``stories/stories.jsonl``. The stories that we annotated are in
``evals/accounts/stories``, their texts among the last of these. Ends with exit code 1, and says why, where a score has
fallen below its floor in ``evals/floors.json``. ``--set-floors`` sets the floors anew, a point below what was measured
(two for the subsets that the tests run). ``--only`` leaves the other tasks' tables and floors as they are.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import msgspec
from rashomon_evals import Score
from rashomon_evals.command import table
from rashomon_evals.floors import Floor, breaches, measure, read, with_accounts, write

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "accuracy.md"
FLOORS = ROOT / "evals" / "floors.json"
ANNOTATED = ROOT / "evals" / "accounts" / "stories"
# How far below what was measured a floor is set; a subset of few documents swings more.
SLACK, SLACK_OF_SUBSETS = 1.0, 2.0
# Measures with a floor, by task; the first of a task is the one it is judged by.
HELD = {
    "quotes": "content.overlap.f1 content.exact.f1 cue.exact.f1 speaker.exact.f1 link.f1",
    "times": "value.f1 strict.f1 relaxed.f1 type.f1",
    "points": "average_precision matcher.average_precision bcubed.f1 conll.f1",
    "naming": "f1 gold_mentions.conll.f1",
    "copies": "passage.f1 passage.precision passage.recall light.recall heavy.recall excerpt.recall",
    "stories": "bcubed.f1 ari ami",
    "accounts": "points.precision points.recall findings.anykind.precision findings.anykind.recall shown.recall "
    "points.stance speaker.accuracy",
}
# Measures of which less is better, with a ceiling.
BOUNDED = {"accounts": ("alone.false",)}
SUITE = (
    ("quotes", "polnear/dev", None),
    ("times", "times/aquaint", None),
    ("times", "times/wikiwars", None),
    ("points", "ecbplus", None),
    ("naming", "newswcl50", None),
    ("copies", "stories/stories.jsonl", None),
    ("stories", "stories/stories.jsonl", None),
    ("stories", "streams/basil.jsonl", None),
    ("stories", "streams/seesaw.jsonl", None),
    ("stories", "streams/giveme5w1h.jsonl", None),
    ("accounts", "accounts/train", None),
    ("accounts", "accounts/fit", None),
    ("accounts", "accounts/tune", None),
    ("accounts", "accounts/test", None),
    # Fast enough for every run of the tests.
    ("quotes", "polnear/dev", 16),
    ("times", "times/aquaint", 20),
    ("points", "ecbplus", 2),
    ("naming", "newswcl50", 2),
    ("accounts", "accounts/tune", 4),
)
# Where programs of other people run too, if they are installed (make peers).
PEERED = {("quotes", "polnear/dev", None), ("times", "times/aquaint", None), ("copies", "stories/stories.jsonl", None)}


def main() -> int:
    """Score the suite; 1 if something is wrong."""
    parser = argparse.ArgumentParser(description="Score everything, write docs/accuracy.md, hold the floors.")
    parser.add_argument("gold", type=Path)
    parser.add_argument("--only", nargs="+", choices=list(HELD), default=list(HELD), metavar="TASK")
    parser.add_argument("--set-floors", action="store_true")
    asked = parser.parse_args()
    with with_accounts(asked.gold, ANNOTATED) as gold:
        return hold(gold, asked.only, setting=asked.set_floors)


def hold(gold: Path, tasks: Sequence[str], *, setting: bool) -> int:
    """Write the tables of some tasks, hold or set their floors. Data without floors that are not there are left out."""
    held = {(f.task, f.data, f.first): f for f in read(FLOORS)} if FLOORS.is_file() else {}
    floors = dict(held)
    scores: list[Score] = []
    broken: list[str] = []
    for key in SUITE:
        task, data, first = key
        if task not in tasks or (not (gold / data).exists() and key not in held):
            continue
        empty = Floor(task=task, data=data, digest="", floors={}, first=first)
        score = measure(empty, gold, partial(_tell, f"{task} {data}"), peers=key in PEERED)
        if setting or key not in floors:
            floors[key] = _floor(empty, score)
        broken += breaches(floors[key], score)
        scores += [score] if first is None else []
    text = PAGE.read_text(encoding="utf-8")
    for score in scores:
        text = _replaced(text, score)
    PAGE.write_text(text, encoding="utf-8")
    if setting or not held:
        write(FLOORS, [floors[key] for key in SUITE if key in floors])
    for line in broken:
        print(line)
    return 1 if broken else 0


def _floor(empty: Floor, score: Score) -> Floor:
    slack = SLACK if empty.first is None else SLACK_OF_SUBSETS
    held = (name for name in HELD[score.task].split() if name in score.scores)
    floors = {name: max(0.0, math.floor(10 * (score.scores[name] - slack)) / 10) for name in held}
    ceilings = {name: math.ceil(10 * (score.scores[name] + slack)) / 10 for name in BOUNDED.get(score.task, ())}
    return msgspec.structs.replace(empty, digest=score.digest, floors=floors, ceilings=ceilings)


def _tell(name: str, done: int, of: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{name}: {done} of {of}", end="\n" if done == of else "", file=sys.stderr, flush=True)


def _replaced(page: str, score: Score) -> str:
    """The page with the table between ``<!-- TASK DATA -->`` and ``<!-- end -->`` made anew."""
    header, rows = table(score)
    rows = [row for row in rows if row[0] != "seconds"]  # another on every machine
    lines = [header, ["---", *("---:" for _ in header[1:])], *rows]
    made = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    told = f"{score.documents} documents, digest `{score.digest[:12]}`.\n\n{made}"
    marks = re.compile(rf"(<!-- {score.task} {re.escape(score.data)} -->\n).*?(?=<!-- end -->)", re.S)
    page, count = marks.subn(lambda m: f"{m[1]}\n{told}\n\n", page)
    if count != 1:
        raise SystemExit(f"docs/accuracy.md has no place for {score.task} {score.data}")
    return page


if __name__ == "__main__":
    sys.exit(main())
