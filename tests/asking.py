"""Asking the server in its tests: an archive and somebody who asks, a story by words in it, a page taken apart."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from served import client, opened

from rashomon.archive import Archive

Client = TestClient[Any]
BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture(scope="module")
def archive(town: Path) -> Iterator[Archive]:
    with opened(town) as archive:
        yield archive


@pytest.fixture(scope="module")
def web(archive: Archive) -> Iterator[Client]:
    with client(archive) as asking:
        for words in ("harbour", "cyclists"):
            assert asking.get(f"/stories/{story_with(archive, words)}/comparison.json").status_code == 200
        yield asking


@pytest.fixture
def own(own_town: Path) -> Iterator[tuple[Archive, Client]]:
    """An archive that may be written to, and somebody who asks."""
    with opened(own_town, patience=0.3) as archive, client(archive) as asking:
        yield archive, asking


def story_with(archive: Archive, words: str) -> str:
    return archive.stories(words=words).items[0].id


class Page(HTMLParser):
    """The links, ids and elements of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags.append((tag, told))
        if href := told.get("href" if tag in ("a", "link") else "src"):
            self.links.append(href)
        if name := told.get("id"):
            self.ids.append(name)
