"""What is wrong with what a store keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Select, func, literal_column, select, true
from sqlalchemy.exc import SQLAlchemyError

from rashomon.errors import StoreError
from rashomon.store import packing
from rashomon.store.engine import Engine
from rashomon.store.queries import whole_articles
from rashomon.store.records import Said, StoryEntry, StoryEvent
from rashomon.store.rows import SUMMED, Keeping, counted, sum_name, summed
from rashomon.store.schema import (
    articles,
    blobs,
    documents,
    events,
    facets,
    judgements,
    parties,
    revisions,
    sayings,
    seen,
    speakers,
    stories,
)
from rashomon.store.terms import name_words

_TOGETHER = 500
# The most that are named of one fault; a damaged archive may have a million.
_NAMED = 20


class Survey:
    """What is wrong, a line each, and what of it can be made anew from the rest."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.indexes = False
        self.entries: list[str] = []
        """Stories whose entries are damaged."""
        self.pending: set[str] = set()
        """Articles whose attributions are damaged."""
        self.untold: set[str] = set()
        """Stories whose events are damaged."""

    @property
    def can_be_mended(self) -> bool:
        """Whether anything is."""
        return self.indexes or bool(self.entries or self.pending or self.untold)


def survey(connection: Connection, engine: Engine) -> Survey:
    """Look at everything: damage first, then records that name others that are not there."""
    found = Survey()
    try:
        found.lines += engine.damage(connection)
        # An index can be made anew; what a database that is damaged deeper says of its records is worth nothing.
        found.indexes = bool(found.lines) and all(_of_index(line) for line in found.lines)
        if not found.lines or found.indexes:
            found.lines += [*_damaged(connection, found), *_unfound(connection, found), *_astray(connection, found)]
        if not found.lines:
            found.lines += [*_dangling(connection), *_uncounted(connection), *_unsummed(connection)]
    except (SQLAlchemyError, StoreError) as error:
        found.lines.append(error.message if isinstance(error, StoreError) else engine.explain(error).message)
    return found


def _of_index(line: str) -> bool:
    return "index" in line


def repair(found: Survey, connection: Connection, engine: Engine, keeping: Keeping) -> None:
    """Make anew what can be; attributions are dropped, and their articles to be annotated once more."""
    if found.indexes:
        engine.mend(connection)
    entries = [_entry(connection, id) for id in found.entries]
    keeping.drop(StoryEntry, found.entries)
    keeping.put(entries)
    if found.untold:
        keeping.drop(StoryEvent, found.untold)
        keeping.put(msgspec.structs.replace(_entry(connection, id), stale=True) for id in _there(connection, found))
    if found.pending:
        found.lines.append("the attributions of these articles are found anew by the next rashomon ingest")
        keeping.drop(Said, found.pending)
        rows = connection.execute(whole_articles.where(articles.c.id.in_(found.pending))).mappings()
        kept = [packing.read(packing.stored, row) for row in rows]
        keeping.put(msgspec.structs.replace(one, annotated=None) for one in kept)


def _there(connection: Connection, found: Survey) -> list[str]:
    """The stories with damaged events that there are."""
    return list(connection.scalars(select(stories.c.id).where(stories.c.id.in_(found.untold))))


def _entry(connection: Connection, story: str) -> StoryEntry:
    """A story's entry as it is kept; where that is damaged, what of it the articles' rows say, to be described anew."""
    row = connection.execute(select(stories).where(stories.c.id == story)).mappings().first()
    if row is not None:
        try:
            packing.check_story(row)
            return packing.story(row)
        except packing.DAMAGED:
            pass
    held = select(func.count(), func.max(articles.c.gathered)).where(articles.c.story == story)
    count, last = connection.execute(held).one()
    return StoryEntry(id=story, articles=count, changed=last or "", stale=True)


def _some(message: str, names: Iterable[object]) -> Iterator[str]:
    left = iter(names)
    for name in islice(left, _NAMED):
        yield message.format(name)
    if more := sum(1 for _ in left):
        yield message.format(f"(and {more} more)")


def _damaged(connection: Connection, found: Survey) -> Iterator[str]:
    number: Any = literal_column("0").label("number")
    current = select(articles, documents.c.title, documents.c.text, documents.c.rest)
    current = current.join_from(articles, documents, documents.c.number == articles.c.number)
    said = select(sayings, *(literal_column("NULL").label(name) for name in ("story", "outlet", "published")))
    yield from _some("article {}: what is kept of it is damaged", _ids(connection, current, packing.check_article))
    older = _ids(connection, select(revisions, number), packing.check_article)
    yield from _some("article {}: what is kept of an older revision is damaged", older)
    wrong = list(_unreadable(connection, said, packing.check_said))
    found.pending |= {row["article"] for row in wrong}
    yield from _some("attribution {}: what is kept of it is damaged", (row["id"] for row in wrong))
    found.entries = list(_ids(connection, select(stories), packing.check_story))
    yield from _some("story {}: what is kept of it is damaged", found.entries)
    told = list(_unreadable(connection, select(events), packing.check_event))
    found.untold |= {row["story"] for row in told}
    yield from _some("event {}: what is kept of it is damaged", (row["id"] for row in told))
    lost = _unreadable(connection, select(blobs), packing.check_blob)
    yield from _some("{}: what is kept of it is damaged", (f"{row['shelf']} of {row['key']}" for row in lost))


def _ids(connection: Connection, rows: Select[Any], check: Callable[[packing.Columns], object]) -> Iterator[str]:
    return (row["id"] for row in _unreadable(connection, rows, check))


def _unreadable(
    connection: Connection, rows: Select[Any], check: Callable[[packing.Columns], object]
) -> Iterator[packing.Columns]:
    for row in connection.execute(rows, execution_options={"yield_per": _TOGETHER}).mappings():
        try:
            check(row)
        except packing.DAMAGED:
            yield row


def _unfound(connection: Connection, found: Survey) -> Iterator[str]:
    """By what stories and attributions are found, where that is not what they are."""
    if found.lines or found.entries or found.pending or found.untold:
        return  # these are made anew
    wanted: dict[str, set[tuple[str, str]]] = {}
    for row in connection.execute(select(stories)).mappings():
        wanted[row["id"]] = {(one["kind"], one["name"]) for one in packing.facet_rows(packing.story(row))}
    for row in connection.execute(select(facets)).mappings():
        wanted.setdefault(row["story"], set()).symmetric_difference_update({(row["kind"], row["name"])})
    found.entries += [id for id, names in wanted.items() if names]
    yield from _some("story {}: the names by which it is found are damaged", found.entries)
    columns = select(sayings.c.number, sayings.c.article, sayings.c.speaker)
    said = {one.number: (one.article, set(name_words(one.speaker or ""))) for one in connection.execute(columns)}
    for one in connection.execute(select(speakers.c.word, speakers.c.saying)):
        said.setdefault(one.saying, ("", set()))[1].symmetric_difference_update({one.word})
    wrong = sorted({article for article, words in said.values() if words})
    found.pending |= set(wrong) - {""}
    yield from _some("article {}: the speakers by which its attributions are found are damaged", wrong)


def _astray(connection: Connection, found: Survey) -> Iterator[str]:
    """Stories with events that are found by other parties than they have."""
    if found.untold:
        return  # these are made anew
    wanted: dict[int, tuple[str, set[tuple[object, ...]]]] = {}
    columns = ("kind", "value", "party", "role")
    for row in connection.execute(select(events)).mappings():
        keys = {tuple(one[column] for column in columns) for one in packing.party_rows(packing.event(row))}
        wanted[row["number"]] = (row["story"], keys)
    for row in connection.execute(select(parties)).mappings():
        key = tuple(row[column] for column in columns)
        wanted.setdefault(row["event"], ("", set()))[1].symmetric_difference_update({key})
    wrong = sorted({story for story, keys in wanted.values() if keys})
    found.untold |= set(wrong) - {""}
    yield from _some("story {}: the parties by which its events are found are damaged", wrong)


def _unsummed(connection: Connection) -> Iterator[str]:
    """Tables without records of their own to be made anew from, whose sum is not what was counted."""
    for table in SUMMED:
        told = counted(connection, sum_name(table))
        if told is not None and told != summed(connection, table, true()):
            yield f"{table.name}: something in them is not as it was put"


# What is said of a record, the column that names it, the column that names another, and where that other should be.
_NAMES: tuple[tuple[str, Column[Any], Column[Any], Column[Any]], ...] = (
    ("article {}: its text is missing", articles.c.id, articles.c.number, documents.c.number),
    ("text {}: its article is missing", documents.c.number, documents.c.number, articles.c.number),
    ("article {}: it has older revisions but no current one", revisions.c.id, revisions.c.id, articles.c.id),
    ("article {}: the story that it belongs to is missing", articles.c.id, articles.c.story, stories.c.id),
    ("attribution {}: its article is missing", sayings.c.id, sayings.c.article, articles.c.id),
    ("event {}: its story is missing", events.c.id, events.c.story, stories.c.id),
    ("name {}: the event that it finds is missing", parties.c.value, parties.c.event, events.c.number),
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
        ("events", events.c.number),
        ("judgements", judgements.c.number),
    ):
        if (connection.scalar(select(func.max(column))) or 0) > (counted(connection, order) or 0):
            yield f"{order}: some have numbers that were not counted"
