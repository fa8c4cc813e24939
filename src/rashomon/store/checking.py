"""What is wrong with what a store keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from msgspec import MsgspecError
from sqlalchemy import Column, Connection, Select, func, literal_column, select
from sqlalchemy.exc import SQLAlchemyError

from rashomon.store import packing
from rashomon.store.engine import Engine
from rashomon.store.schema import (
    articles,
    counters,
    documents,
    facets,
    judgements,
    revisions,
    sayings,
    seen,
    speakers,
    stories,
)

_TOGETHER = 500
# The most that are named of one fault; a damaged archive may have a million.
_NAMED = 20


def faults(connection: Connection, engine: Engine) -> list[str]:
    """What is wrong, a line each: damage first, then records that name others that are not there."""
    try:
        # What a damaged database says of its records is worth nothing.
        return engine.damage(connection) or [*_damaged(connection), *_dangling(connection), *_uncounted(connection)]
    except SQLAlchemyError as error:
        return [engine.explain(error).message]


def _some(message: str, names: Iterable[object]) -> Iterator[str]:
    left = iter(names)
    for name in islice(left, _NAMED):
        yield message.format(name)
    if more := sum(1 for _ in left):
        yield message.format(f"(and {more} more)")


def _damaged(connection: Connection) -> Iterator[str]:
    number: Any = literal_column("0").label("number")
    current = select(articles, documents.c.title, documents.c.text, documents.c.rest)
    current = current.join_from(articles, documents, documents.c.number == articles.c.number)
    said = select(sayings, *(literal_column("NULL").label(name) for name in ("story", "outlet", "published")))
    kinds: tuple[tuple[str, Select[Any], Callable[[packing.Columns], object]], ...] = (
        ("article {}: what is kept of it is damaged", current, _sealed),
        ("article {}: what is kept of an older revision is damaged", select(revisions, number), _sealed),
        ("attribution {}: what is kept of it is damaged", said, packing.said),
        ("story {}: what is kept of it is damaged", select(stories), packing.story),
    )
    for message, rows, read in kinds:
        yield from _some(message, _unreadable(connection, rows, read))


def _sealed(row: packing.Columns) -> None:
    packing.stored(row)
    if packing.seal(row) != row["seal"]:
        raise ValueError("the document is not the one that was put")


def _unreadable(connection: Connection, rows: Select[Any], read: Callable[[packing.Columns], object]) -> Iterator[str]:
    for row in connection.execute(rows, execution_options={"yield_per": _TOGETHER}).mappings():
        try:
            read(row)
        except (ValueError, TypeError, StopIteration, MsgspecError):
            yield row["id"]


# What is said of a record, the column that names it, the column that names another, and where that other should be.
_NAMES: tuple[tuple[str, Column[Any], Column[Any], Column[Any]], ...] = (
    ("article {}: its text is missing", articles.c.id, articles.c.number, documents.c.number),
    ("text {}: its article is missing", documents.c.number, documents.c.number, articles.c.number),
    ("article {}: it has older revisions but no current one", revisions.c.id, revisions.c.id, articles.c.id),
    ("article {}: the story that it belongs to is missing", articles.c.id, articles.c.story, stories.c.id),
    ("attribution {}: its article is missing", sayings.c.id, sayings.c.article, articles.c.id),
    ("address {}: the article that it gave is missing", seen.c.url, seen.c.article, articles.c.id),
    ("name {}: the story that it finds is missing", facets.c.name, facets.c.story, stories.c.id),
    ("name {}: the attribution that it finds is missing", speakers.c.word, speakers.c.saying, sayings.c.number),
)


def _dangling(connection: Connection) -> Iterator[str]:
    for message, name, column, other in _NAMES:
        there = select(other).where(other == column).exists()
        lacking = select(name).where(column.is_not(None), ~there).order_by(name)
        yield from _some(message, connection.scalars(lacking))


def _uncounted(connection: Connection) -> Iterator[str]:
    for order, column in (
        ("articles", articles.c.number),
        ("sayings", sayings.c.number),
        ("judgements", judgements.c.number),
    ):
        last = connection.scalar(select(counters.c.value).where(counters.c.name == order)) or 0
        if (connection.scalar(select(func.max(column))) or 0) > last:
            yield f"{order}: some have numbers that were not counted"
