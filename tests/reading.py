"""What the tests of the reader read: two reports of one event, files, and outcomes. Places and people are invented."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rashomon.read import Problem
from rashomon.types import Article

ONE = "The harbour master of Velm closed the old bridge on Saturday after two days of heavy rain.\n\nNobody was hurt."
TWO = "The old bridge at Velm is shut until the county has looked at its piers, the mayor said.\n\nShe named no date."


def write(path: Path, content: str | bytes) -> str:
    """The name of a file with this in it, and of its folder, too, where there was none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def sorted_out(found: Iterable[Article | Problem]) -> tuple[list[Article], list[Problem]]:
    """Of a stream the articles, and the problems."""
    outcomes = list(found)
    return [a for a in outcomes if isinstance(a, Article)], [p for p in outcomes if isinstance(p, Problem)]
