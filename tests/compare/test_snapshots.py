"""Whole comparisons, held as digests: a change that is to change nothing changes none of them.

The stories are those that come with the program, the two seeds, and sixty short ones of the collection, where these lie
beside the repository. What a change is meant to change is looked at and kept anew:
``PYTHONPATH=tests python tests/compare/test_snapshots.py --renew``.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from parts import NO_GOLD, NO_SEEDS

import rashomon
from rashomon.errors import RashomonError
from rashomon.types import Article

HERE = Path(__file__).resolve()
KEPT = HERE.with_name("snapshots.json")
SHARED = HERE.parents[3] / "shared"
SEEDS = SHARED / "seeds"
STORIES = SHARED / "gold" / "stories" / "stories.jsonl"
DEMO = Path(rashomon.__file__).parent / "demo"
RENEW = "PYTHONPATH=tests python tests/compare/test_snapshots.py --renew"

# Of each story its two shortest reports of some length; of the stories that are shortest then, so many by lot.
LEAST_TEXT = 600  # characters
SHORTEST = 75
DRAWN = 60
LOT = 20310509

# A document's parts (``points``, ``findings``, …), each as a digest.
Digests = dict[str, str]


def bundled() -> dict[str, list[Article]]:
    """The stories that come with the program."""
    return {f"demo/{name}": _read(sorted((DEMO / name).glob("*.html"))) for name in ("bridge", "harbour")}


def seeds() -> dict[str, list[Article]]:
    """The two seeds, as one story."""
    return {"seeds": _read([SEEDS])}


def collected() -> dict[str, list[Article]]:
    """The stories drawn from the collection."""
    rows = [json.loads(line) for line in STORIES.read_text(encoding="utf-8").splitlines()]
    reports: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (len(row["text"]), row["id"])):
        two = reports[f"{row['set']}/{row['story']}"]
        if len(row["text"]) >= LEAST_TEXT and len(two) < 2:
            two.append(row)
    length = {name: sum(len(row["text"]) for row in two) for name, two in reports.items() if len(two) == 2}
    shortest = sorted(length, key=lambda name: (length[name], name))[:SHORTEST]
    stories = {}
    for name in sorted(shortest):
        with suppress(RashomonError):  # a notice that stands in place of a report
            stories[name] = [_article(n, row) for n, row in enumerate(reports[name])]
    return {name: stories[name] for name in Random(LOT).sample(sorted(stories), DRAWN)}


def _read(inputs: list[Path]) -> list[Article]:
    articles, problems = rashomon.read([str(path) for path in inputs])
    assert not problems
    return articles


def _article(number: int, row: dict[str, str]) -> Article:
    known = {field: row[field] for field in ("outlet", "published", "title") if row[field]}
    return rashomon.read_text(row["text"], id=f"n{number}", **known)


def digests(articles: list[Article]) -> Digests:
    """What is made of a story: the parts of the document that ``rashomon compare --json`` prints, but the versions."""
    document: dict[str, Any] = json.loads(msgspec.json.encode(rashomon.compare(articles, anyway=True)))
    return {
        part: hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
        for part, value in document.items()
        if part != "versions"
    }


def changed(was: dict[str, Digests], now: dict[str, Digests]) -> list[str]:
    """The documents that are not as they were, each with its parts that are not."""
    told = []
    for name in sorted(was.keys() | now.keys()):
        if name not in was or name not in now:
            told.append(f"{name}: {'is new' if name in now else 'is gone'}")
        elif was[name] != now[name]:
            parts = [p for p in {**was[name], **now[name]} if was[name].get(p) != now[name].get(p)]
            told.append(f"{name}: {', '.join(parts)}")
    return told


def processor() -> str:
    """What this machine reckons with: without instructions for small integers a model's numbers come out otherwise."""
    known = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8", "asimddp")
    about = Path("/proc/cpuinfo")
    has = set(about.read_text(encoding="utf-8").split()) if about.is_file() else set()
    return " ".join([platform.machine(), *(flag for flag in known if flag in has)])


GROUPS: dict[str, tuple[Callable[[], dict[str, list[Article]]], Path]] = {
    "bundled": (bundled, DEMO),
    "seeds": (seeds, SEEDS),
    "collected": (collected, STORIES),
}


@pytest.mark.parametrize("group", GROUPS)
def test_nothing_has_changed(group: str) -> None:
    stories, where = GROUPS[group]
    if not where.exists():
        pytest.skip(NO_SEEDS if group == "seeds" else NO_GOLD)
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    now = {name: digests(articles) for name, articles in stories().items()}
    told = changed(kept["documents"][group], now)
    if told and processor() != kept["processor"]:
        pytest.skip(f"the snapshots are of another processor ({kept['processor']}); here {len(told)} are otherwise")
    assert not told, "\n".join([f"{len(told)} of {len(now)} documents changed, in these parts:", *told, "", RENEW])


def test_what_changed_is_named() -> None:
    was = {"a": {"points": "1", "quotes": "2"}, "b": {"points": "3"}, "c": {}}
    now = {"a": {"points": "1", "quotes": "9", "overview": "4"}, "b": {"points": "3"}, "d": {}}
    assert changed(was, now) == ["a: quotes, overview", "c: is gone", "d: is new"]


def renew() -> None:
    """Keep what is made of the stories today; of those that are not here what was kept."""
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.is_file() else {"documents": {}}
    for group, (stories, where) in GROUPS.items():
        if where.exists():
            now = {name: digests(articles) for name, articles in stories().items()}
            print(f"{group}: {len(changed(kept['documents'].get(group, {}), now))} of {len(now)} documents renewed")
            kept["documents"][group] = now
    kept["processor"] = processor()
    KEPT.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != ["--renew"]:
        sys.exit(f"usage: {RENEW}")
    renew()
