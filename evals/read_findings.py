"""Hold the findings given now against the judgements of readers (docs/errors.md).

Usage: python evals/read_findings.py STORIES_JSONL [SAMPLE]

STORIES_JSONL has one article a line with ``id``, ``story`` and ``text``. ``evals/accounts/read_findings.jsonl`` has a
candidate a line: the sample it is of, its story, the kind that the program named, whether it was shown, its sides
(article, start and end of the passage, then starts and ends of the words set off), and what a reader said: do the
passages tell one matter (``same``), is there a difference worth showing (``worth``, 0 to 3), which kind fits, are the
words set off the ones that differ (``marks``), was it told before (``again``).

Prints for each sample what was shown when it was read, then the findings given now: those whose passages were judged to
hold a difference, those judged to hold none, and those that nobody has judged. No threshold: the judged stories are not
unseen any more.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import rashomon
from rashomon.data.kinds import group_of

JUDGED = Path(__file__).parent / "accounts" / "read_findings.jsonl"
COLUMNS = ("found", "stands", "other matter", "no difference", "again", "kind", "group", "words", "words nearly")
# Article, start and end of a passage.
Place = tuple[str, int, int]


def tallied(rows: Iterable[Mapping[str, Any]]) -> dict[str, Counter[str]]:
    """By kind how many shown findings stand, why the others do not, and of what stands what is named right."""
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        stands = row["worth"] > 0 and not row.get("again", False)
        facts = {
            "found": True,
            "stands": stands,
            "other matter": not row["same"],
            "no difference": row["same"] and not row["worth"],
            "again": row["worth"] > 0 and not stands,
            "kind": stands and row["fits"] == row["kind"],
            "group": stands and group_of(row["fits"]) == group_of(row["kind"]),
            "words": stands and row["marks"] == "good",
            "words nearly": stands and row["marks"] == "loose",
        }
        for kind in (row["kind"], "all"):
            table[kind].update(name for name, holds in facts.items() if holds)
    return table


def places(row: Mapping[str, Any]) -> list[Place]:
    return [(article, start, end) for article, start, end, *_ in row["sides"]]


def given(lines: Sequence[str]) -> list[list[Place]]:
    """The passages of the findings that a story's articles, one JSON object a line, give now."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "story.jsonl"
        path.write_text("".join(lines), encoding="utf-8")
        articles, _ = rashomon.read([str(path)])
    found = rashomon.compare(articles, anyway=True).findings
    return [[(s.article, s.passage.start, s.passage.end) for s in f.sides] for f in found]


def alike(one: Sequence[Place], other: Sequence[Place]) -> bool:
    """Whether two findings show passages that overlap in two accounts."""
    common = {a for a, s, e in one for b, t, f in other if a == b and s < f and t < e}
    return len(common) > 1


def main(stories: Path, sample: str | None = None) -> None:
    """Print the tables."""
    articles: dict[str, list[str]] = defaultdict(list)
    with stories.open(encoding="utf-8") as lines:
        for line in lines:
            articles[json.loads(line)["story"]].append(line)
    samples: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in map(json.loads, JUDGED.read_text(encoding="utf-8").splitlines()):
        if sample in {None, row["sample"]}:
            samples[row["sample"]].append(row)
    for name, rows in samples.items():
        table = tallied(row for row in rows if row["shown"])
        print(f"{name:20}" + "".join(f"{column:>15}" for column in COLUMNS))
        for kind, counts in sorted(table.items(), key=lambda item: -item[1]["found"]):
            print(f"{kind:20}" + "".join(f"{counts[column]:15}" for column in COLUMNS))
        now: Counter[str] = Counter()
        for story in sorted({row["story"] for row in rows}):
            judged = [(places(row), row["worth"] > 0) for row in rows if row["story"] == story]
            for finding in given(articles[story]):
                verdicts = {worth for passages, worth in judged if alike(passages, finding)}
                now["not judged" if not verdicts else "a difference" if True in verdicts else "none"] += 1
        print("given now:", ", ".join(f"{verdict} {count}" for verdict, count in now.most_common()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:3])
