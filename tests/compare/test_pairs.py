"""Differences worded as reporters word them, ten of each kind beside ten near misses: how many are seen.

``pairs.jsonl`` has the pairs, two passages of news each, all invented: no minimal pairs with one verb, but other
syntax, verbs and order. A difference is
*shown* if tellings of one point set off a differing word of both sides, *seen* if a finding does, *named* if its kind
is the right one, too. Of the near misses, which differ in no such way, those that are given a finding of that kind are
*false*. The figures here are floors and ceilings; raise them as the program gets better.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from tellings import OTHERWISE

from rashomon.annotate import annotate
from rashomon.stages import compare_annotated, versions
from rashomon.types import Article, Finding, FindingKind, NonConflict, Point, Published, Side, Span, ToldWord

PAIRS = Path(__file__).resolve().parents[1] / "pairs.jsonl"
# By kind, of ten each: shown, seen and named at least, false at most.
HELD = {
    "quote-wording": (4, 0, 0, 1),
    "quoted-paraphrased": (7, 0, 0, 0),
    "number": (10, 3, 3, 2),
    "date": (10, 4, 3, 4),
    "place": (9, 0, 0, 0),
    "name": (9, 0, 0, 0),
    "event-name": (8, 0, 0, 0),
    "term": (9, 0, 0, 1),
    "strength": (9, 4, 3, 0),
    "attribution": (10, 1, 1, 0),
    "addressee": (8, 0, 0, 0),
    "polarity": (9, 2, 0, 2),
    "cause": (10, 0, 0, 0),
    "omission-within": (9, 0, 0, 0),
    "not-a-conflict": (10, 3, 2, 0),
}


class Two(msgspec.Struct, frozen=True):
    """Two passages, and where they differ the words that do."""

    kind: FindingKind
    differs: bool
    a: str
    b: str
    nonconflict: NonConflict | None = msgspec.field(default=None, name="class")
    marks_a: tuple[str, ...] = ()
    marks_b: tuple[str, ...] = ()
    why: str = ""


@lru_cache(maxsize=1)
def pairs() -> list[Two]:
    return [msgspec.json.decode(line, type=Two) for line in PAIRS.read_bytes().splitlines()]


@lru_cache(maxsize=1)
def counted() -> Counter[tuple[str, str]]:
    """By kind how many pairs are seen, named, false."""
    given = [
        Article(
            id=f"{number}{side}",
            outlet=f"Paper {side}",
            text=f"{text}\n{OTHERWISE[n]}",
            published=Published(value="2031-05-09"),
        )
        for number, two in enumerate(pairs())
        for n, (side, text) in enumerate((("a", two.a), ("b", two.b)))
    ]
    annotated = list(annotate(given, annotators="accurate"))
    found: Counter[tuple[str, str]] = Counter()
    for two, accounts in zip(pairs(), zip(annotated[::2], annotated[1::2], strict=True), strict=True):
        comparison = compare_annotated(accounts, versions=versions(), anyway=True)
        findings = comparison.findings
        same = [f for f in findings if f.kind == two.kind and f.nonconflict == two.nonconflict]
        if not two.differs:
            found[two.kind, "false"] += bool(same)
            continue
        found[two.kind, "shown"] += any(_tells_apart(point, two) for point in comparison.points)
        found[two.kind, "seen"] += any(_sets_off(f, two) for f in findings)
        found[two.kind, "named"] += any(_sets_off(f, two) for f in same)
    return found


def _sets_off(finding: Finding, two: Two) -> bool:
    return all(
        any(_touches(side, text, marks) for side in finding.sides if side.article.endswith(name))
        for name, text, marks in (("a", two.a, two.marks_a), ("b", two.b, two.marks_b))
    )


def _tells_apart(point: Point, two: Two) -> bool:
    """Whether the tellings of a point set off a word that differs on both sides."""
    return all(
        any(
            t.article.endswith(name) and (not places or _meets([w for w in t.words if w.status != "shared"], places))
            for t in point.tellings
        )
        for name, places in (("a", _places(two.a, two.marks_a)), ("b", _places(two.b, two.marks_b)))
    )


def _places(text: str, marks: Sequence[str]) -> list[tuple[int, int]]:
    return [(text.index(mark), text.index(mark) + len(mark)) for mark in marks]


def _meets(words: Sequence[ToldWord] | Sequence[Span], places: Sequence[tuple[int, int]]) -> bool:
    return any(word.start < end and start < word.end for word in words for start, end in places)


def _touches(side: Side, text: str, marks: Sequence[str]) -> bool:
    """Whether a side sets off one of the words that differ; a side that has none needs no mark."""
    places = _places(text, marks)
    return not places or _meets(side.marks, places)


def test_there_are_twenty_pairs_of_each_kind() -> None:
    assert Counter((two.kind, two.differs) for two in pairs()) == {
        (kind, differs): 10 for kind in get_args(FindingKind) for differs in (True, False)
    }
    for two in pairs():
        assert all(two.a.count(mark) == 1 for mark in two.marks_a) and all(two.b.count(m) == 1 for m in two.marks_b)


@pytest.mark.parametrize("kind", get_args(FindingKind))
def test_differences_in_other_words_are_seen_and_near_misses_are_not(kind: str) -> None:
    shown, seen, named, false = HELD[kind]
    found = counted()
    assert found[kind, "shown"] >= shown and found[kind, "seen"] >= seen
    assert found[kind, "named"] >= named and found[kind, "false"] <= false


if __name__ == "__main__":
    for _kind in get_args(FindingKind):
        _counts = [counted()[_kind, what] for what in ("shown", "seen", "named", "false")]
        print(f'    "{_kind}": ({", ".join(map(str, _counts))}),')
