"""Archives of the tests: on both engines, with invented articles of invented outlets."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from postgresql import Server
from sqlalchemy import event
from sqlalchemy.pool import Pool

from rashomon.store import EventAccount, Party, Said, Store, Stored, StoryEvent, open_store
from rashomon.types import Article, Published, Quote, Span

Opening = Callable[..., Store]

PARAGRAPHS = (
    "The harbour council of Velm met on Tuesday to vote on the old bridge.",
    "“We will not reopen the bridge before the winter”, said Ida Korn, the harbour master.",
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where there is no archive yet."""
    if request.param == "sqlite":
        return str(tmp_path / "news.db")
    server: Server = request.getfixturevalue("postgresql")
    return server.url(schema=server.schema())


@pytest.fixture
def opening(url: str) -> Iterator[Opening]:
    """Opens the archive; what was opened is closed at the end."""
    with ExitStack() as stack:
        yield lambda **more: stack.enter_context(closing(open_store(url, **more)))


@pytest.fixture
def store(opening: Opening) -> Store:
    """A new archive."""
    return opening()


def stored(id: str, *paragraphs: str, title: str | None = "The bridge of Velm", **more: Any) -> Stored:
    """An article with these paragraphs (or some of its own), as it is put into a store."""
    paragraphs = paragraphs or PARAGRAPHS
    text = "\n\n".join(paragraphs)
    outlet = more.pop("outlet", "Velm Courier")
    spans = []
    at = 0
    for paragraph in paragraphs:
        spans.append(Span(id, at, at + len(paragraph), paragraph))
        at += len(paragraph) + 2
    article = Article(
        id=id,
        outlet=outlet,
        title=title,
        published=Published(value="2031-05-06T07:08:09Z"),
        url=f"https://velm.example/{id}",
        language="en",
        text=text,
        paragraphs=tuple(spans),
    )
    fields: dict[str, Any] = {"digest": f"of {text}", "gathered": "2031-05-06T08:00:00Z", "day": 22405.5}
    return Stored(id=id, article=article, **(fields | more))


def said(id: str, article: Stored, content: str, speaker: str | None = "Ida Korn") -> Said:
    """That somebody said ``content``, which stands in the article."""
    start = article.article.text.index(content)
    span = article.article.span(start, start + len(content))
    cue = article.article.span(0, 3)
    quote = Quote(
        id=f"{id}.q", form="mixed", content=(span,), quoted=(article.article.span(start, start + 4),), cue=cue
    )
    return Said(id=id, article=article.id, quote=quote, speaker=speaker)


def happened(id: str, story: str, *articles: Stored, **more: Any) -> StoryEvent:
    """That Norway's Ida Korn met Otto Brill of the Velm army, as the articles tell it with their first words."""
    fields: dict[str, Any] = {
        "type": "CONSULT",
        "quad": 1,
        "actors": (Party(name="Ida Korn", kind="person", country="NOR", sector="GOV"),),
        "recipients": (Party(name="Otto Brill", kind="person", country="SWE", sector="MIL"),),
        "first": "2031-05-06",
        "last": "2031-05-06",
        "status": "done",
        "independent": len(articles),
        "accounts": tuple(
            EventAccount(article=one.id, outlet=one.article.outlet, status="done", spans=(one.article.span(0, 19),))
            for one in articles
        ),
    }
    return StoryEvent(id=id, story=story, **(fields | more))


def numbered(record: Stored, number: int) -> Stored:
    """The record as a store gives it back."""
    return msgspec.structs.replace(record, number=number)


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    """A Python process that runs a script."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


@contextmanager
def each_connection(do: Callable[[sqlite3.Connection, object], None]) -> Iterator[None]:
    """Has this done to every connection that is made meanwhile."""
    event.listen(Pool, "connect", do)
    try:
        yield
    finally:
        event.remove(Pool, "connect", do)
