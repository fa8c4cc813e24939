"""Comparing in a process of its own: the archive has the result, whoever asked hears of it, and of what went wrong."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from archived import written

from rashomon.archive import open_archive
from rashomon.archive.apart import Apart
from rashomon.errors import UnknownItem

TOLD = "The mayor of Velm said the old bridge was closed after a barge struck it. Engineers look at the arches."


def test_a_story_is_compared_apart(tmp_path: Path) -> None:
    file, name = tmp_path / "reports.jsonl", str(tmp_path / "news.db")
    reports = [
        {
            "url": f"https://paper{n}.example/",
            "outlet": f"Paper {n}",
            "published": "2031-04-01",
            "text": f"{TOLD} {end}",
        }
        for n, end in enumerate(("Three people were hurt.", "Two people were hurt."))
    ]
    written(file, reports)
    with open_archive(name, create=True, annotators="fast") as archive, closing(Apart(name, 10.0)) as apart:
        archive.ingest([str(file)], annotate=False)
        [story] = archive.stories().items
        heard: list[tuple[str, int, int]] = []
        apart.compare(story.id, lambda *told: heard.append(told))
        assert heard == [("reading", 2, 2), ("comparing", 0, 2)]
        kept = archive.compared(story.id)
        assert kept is not None and kept == archive.compare(story.id)
        with pytest.raises(UnknownItem):
            apart.compare("no-such-story", lambda *told: None)
