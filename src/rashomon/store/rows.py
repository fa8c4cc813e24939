"""Records put into the tables and taken out of them, in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, bindparam, case, delete, select, true, update

from rashomon.jobs import batches
from rashomon.store import packing
from rashomon.store.engine import Engine, Renew
from rashomon.store.packing import Row
from rashomon.store.records import (
    Blob,
    Feed,
    Judgement,
    Key,
    Record,
    Said,
    Seen,
    Stored,
    StoryEntry,
    StoryEvent,
    Trouble,
)
from rashomon.store.schema import (
    articles,
    blobs,
    counters,
    documents,
    events,
    facets,
    feeds,
    judgements,
    parties,
    revisions,
    sayings,
    seen,
    speakers,
    stories,
    troubles,
)
from rashomon.store.terms import name_words

# Records or keys in one statement.
BATCH = 500

SUMMED = (feeds, judgements, seen, troubles)
"""Tables of which no row has a seal, for they have no room for one; what is kept is a sum over all rows."""
_SUMS = 1 << 62  # in which sums are counted: what an integer of a database holds


def sum_name(table: Table) -> str:
    """Under what name the sum of a table is counted."""
    return f"sum of {table.name}"


def summed(connection: Connection, table: Table, where: ColumnElement[bool]) -> int:
    """The sum of the seals of some rows of a table."""
    rows = connection.execute(select(table).where(where))
    return sum(int.from_bytes(packing.sealing(*row), "big") for row in rows) % _SUMS


def counted(connection: Connection, name: str) -> int | None:
    """How far was counted under a name; ``None`` where nobody has begun."""
    value: int | None = connection.scalar(select(counters.c.value).where(counters.c.name == name))
    return value


class Keeping:
    """What is put and dropped in one transaction that has the right to write."""

    def __init__(self, connection: Connection, engine: Engine) -> None:
        self._connection, self._engine = connection, engine

    def put(self, records: Iterable[Record]) -> None:
        """Keep records, each in place of the one with its key."""
        for batch in batches(records, BATCH):
            kinds: dict[type[Record], list[Any]] = {}
            for record in batch:
                kinds.setdefault(type(record), []).append(packing.clean(record))
            for kind, some in kinds.items():
                _PUT[kind](self, some)

    def drop(self, kind: type[Record], keys: Iterable[Key]) -> None:
        """Forget records by their keys."""
        for batch in batches(keys, BATCH):
            _DROP[kind](self, batch)

    # What all kinds need

    def _many(self, statement: Any, rows: Sequence[Row]) -> None:
        if rows:
            self._connection.execute(statement, rows)

    def _count(self, name: str, value: int) -> None:
        self._connection.execute(self._engine.insert(counters, ["name"]), {"name": name, "value": value})

    def _number(self, order: str, rows: Sequence[Row]) -> None:
        """Give rows the next numbers of an order. Nobody else counts, for only one writes."""
        last = counted(self._connection, order) or 0
        self._count(order, last + len(rows))
        for number, row in enumerate(rows, last + 1):
            row["number"] = number

    def put_by_hash(self, table: Table, records: Iterable[Any], renew: Renew | None = None) -> None:
        """Keep records of a table without seals, each in place of the one with its key."""
        rows = [packing.plain_row(record) for record in records]
        with self._summed(table, table.c.key.in_([row["key"] for row in rows])):
            self._many(self._engine.insert(table, ["key"], renew), rows)

    def drop_by_hash(self, column: ColumnElement[Any], keys: Iterable[Key]) -> None:
        """Forget records of a table without seals."""
        hashes = [packing.hashed(_text(key)) for key in keys]
        with self._summed(column.table, column.in_(hashes)):
            self._connection.execute(delete(column.table).where(column.in_(hashes)))

    @contextmanager
    def _summed(self, table: Table, where: ColumnElement[bool]) -> Iterator[None]:
        """Keep the sum of a table in step with what is done inside to the rows ``where``."""
        told = counted(self._connection, sum_name(table))
        if told is None:
            told = summed(self._connection, table, true())
        before = summed(self._connection, table, where)
        yield
        self._count(sum_name(table), (told + summed(self._connection, table, where) - before) % _SUMS)

    # Articles

    def put_stored(self, records: Sequence[Stored]) -> None:
        # One after the other where one article comes twice, for each may push the one before it among its revisions.
        for round in _rounds(records):
            self._put_stored(round)

    def _put_stored(self, records: Sequence[Stored]) -> None:
        columns = (articles.c.id, articles.c.number, articles.c.revision, articles.c.seal)
        ids = [stored.id for stored in records]
        known = {row.id: row for row in self._connection.execute(select(*columns).where(articles.c.id.in_(ids)))}
        rows = [packing.article_row(stored) for stored in records]
        self._add_articles([pair for pair in rows if pair[0]["id"] not in known])
        older, moved, edited, superseded = [], [], [], []
        for row, document in rows:
            if (old := known.get(row["id"])) is None:
                continue
            if row["revision"] < old.revision:
                older.append({column.name: (row | document)[column.name] for column in revisions.c})
                continue
            row["number"] = document["number"] = old.number
            moved.append({f"new_{name}": value for name, value in row.items()})
            if row["seal"] != old.seal:
                edited.append(document)
            if row["revision"] > old.revision:
                superseded.append(old.number)
        self._many(self._engine.insert(revisions, ["id", "revision"]), older)
        self._supersede(superseded)
        self._many(_UPDATE_ARTICLE, moved)
        self._edit(edited)

    def _add_articles(self, pairs: Sequence[tuple[Row, Row]]) -> None:
        if not pairs:
            return
        rows = [row for row, _ in pairs]
        self._number("articles", rows)
        self._many(articles.insert(), rows)
        added = [document | {"number": row["number"]} for row, document in pairs]
        self._many(documents.insert(), added)
        self._engine.documents.enter(self._connection, added)

    def _supersede(self, numbers: Sequence[int]) -> None:
        """Copy articles among their revisions, as they are."""
        if not numbers:
            return
        names = [column.name for column in revisions.c]
        columns = [articles.c[name] if name in articles.c else documents.c[name] for name in names]
        whole = select(*columns).join_from(articles, documents, documents.c.number == articles.c.number)
        self._connection.execute(revisions.insert().from_select(names, whole.where(articles.c.number.in_(numbers))))

    def _edit(self, changed: Sequence[Row]) -> None:
        if not changed:
            return
        self._engine.documents.leave(self._connection, [row["number"] for row in changed])
        self._many(_UPDATE_DOCUMENT, [{f"new_{name}": value for name, value in row.items()} for row in changed])
        self._engine.documents.enter(self._connection, changed)

    def drop_stored(self, keys: Sequence[Key]) -> None:
        ids = list(map(_text, keys))
        numbers = list(self._connection.scalars(select(articles.c.number).where(articles.c.id.in_(ids))))
        self._engine.documents.leave(self._connection, numbers)
        self._connection.execute(delete(documents).where(documents.c.number.in_(numbers)))
        self._connection.execute(delete(articles).where(articles.c.number.in_(numbers)))
        self._connection.execute(delete(revisions).where(revisions.c.id.in_(ids)))

    # Attributions

    def put_said(self, records: Sequence[Said]) -> None:
        latest = {said.id: said for said in records}
        columns = select(sayings.c.id, sayings.c.number).where(sayings.c.id.in_(list(latest)))
        self._forget_sayings([row.number for row in self._connection.execute(columns)])
        rows = [packing.said_row(said) for said in latest.values()]
        self._number("sayings", rows)
        words = [{"word": word, "saying": row["number"]} for row in rows for word in name_words(row["speaker"] or "")]
        self._many(sayings.insert(), rows)
        self._many(speakers.insert(), words)
        self._engine.sayings.enter(self._connection, rows)

    def drop_said(self, keys: Sequence[Key]) -> None:
        ids = list(map(_text, keys))
        self._forget_sayings(list(self._connection.scalars(select(sayings.c.number).where(sayings.c.article.in_(ids)))))

    def _forget_sayings(self, numbers: Sequence[int]) -> None:
        for some in batches(numbers, BATCH):
            self._engine.sayings.leave(self._connection, some)
            self._connection.execute(delete(speakers).where(speakers.c.saying.in_(some)))
            self._connection.execute(delete(sayings).where(sayings.c.number.in_(some)))

    # Events

    def put_events(self, records: Sequence[StoryEvent]) -> None:
        latest = {event.id: event for event in records}
        columns = select(events.c.number).where(events.c.id.in_(list(latest)))
        self._forget_events(list(self._connection.scalars(columns)))
        rows = [packing.event_row(event) for event in latest.values()]
        self._number("events", rows)
        told = zip(rows, latest.values(), strict=True)
        found = [party | {"event": row["number"]} for row, event in told for party in packing.party_rows(event)]
        self._many(events.insert(), rows)
        self._many(parties.insert(), found)

    def drop_events(self, keys: Sequence[Key]) -> None:
        ids = list(map(_text, keys))
        self._forget_events(list(self._connection.scalars(select(events.c.number).where(events.c.story.in_(ids)))))

    def _forget_events(self, numbers: Sequence[int]) -> None:
        for some in batches(numbers, BATCH):
            self._connection.execute(delete(parties).where(parties.c.event.in_(some)))
            self._connection.execute(delete(events).where(events.c.number.in_(some)))

    # Stories

    def put_stories(self, records: Sequence[StoryEntry]) -> None:
        latest = {entry.id: entry for entry in records}
        rows = {id: packing.story_row(entry) for id, entry in latest.items()}
        kept = select(stories.c.id, stories.c.names).where(stories.c.id.in_(list(latest)))
        known = {row.id: row.names for row in self._connection.execute(kept)}
        renamed = [id for id, row in rows.items() if not packing.same_names(row["names"], known.get(id))]
        self._many(self._engine.insert(stories, ["id"]), list(rows.values()))
        self._connection.execute(delete(facets).where(facets.c.story.in_([id for id in renamed if id in known])))
        self._many(facets.insert(), [row for id in renamed for row in packing.facet_rows(latest[id])])

    def drop_stories(self, keys: Sequence[Key]) -> None:
        ids = list(map(_text, keys))
        self._connection.execute(delete(facets).where(facets.c.story.in_(ids)))
        self._connection.execute(delete(stories).where(stories.c.id.in_(ids)))

    # The rest

    def put_troubles(self, records: Sequence[Trouble]) -> None:
        def renewed(new: Mapping[Any, Any]) -> dict[str, ColumnElement[Any]]:
            first, last = troubles.c.first, troubles.c.last
            return {
                "first": case((new["first"] < first, new["first"]), else_=first),
                "last": case((new["last"] > last, new["last"]), else_=last),
                "times": troubles.c.times + new["times"],
            }

        self.put_by_hash(troubles, records, renewed)

    def put_judgements(self, records: Sequence[Judgement]) -> None:
        rows = [packing.plain_row(judgement) for judgement in records]
        self._number("judgements", rows)
        with self._summed(judgements, judgements.c.number.in_([row["number"] for row in rows])):
            self._many(judgements.insert(), rows)

    def drop_judgements(self, keys: Sequence[Key]) -> None:
        numbers = [packing.number(key) for key in keys]
        with self._summed(judgements, judgements.c.number.in_(numbers)):
            self._connection.execute(delete(judgements).where(judgements.c.number.in_(numbers)))

    def put_blobs(self, records: Sequence[Blob]) -> None:
        self._many(self._engine.insert(blobs, ["shelf", "key"]), [packing.plain_row(record) for record in records])

    def drop_blobs(self, keys: Sequence[Key]) -> None:
        statement = delete(blobs).where(blobs.c.shelf == bindparam("of"), blobs.c.key == bindparam("named"))
        pairs = [(packing.clean_text(shelf), packing.clean_text(key)) for shelf, key in map(packing.pair, keys)]
        self._many(statement, [{"of": shelf, "named": key} for shelf, key in pairs])


def _rounds(records: Sequence[Stored]) -> Iterator[list[Stored]]:
    """The records in order, in as few lists as it takes for none to hold an article twice."""
    round: dict[str, Stored] = {}
    for stored in records:
        if stored.id in round:
            yield list(round.values())
            round = {}
        round[stored.id] = stored
    yield list(round.values())


def _text(key: Key) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a key of text was expected, not {key!r}")
    return packing.clean_text(key)


def _updating(table: Table) -> Any:
    names = [column.name for column in table.c if column.name != "number"]
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return update(table).where(table.c.number == bindparam("new_number")).values(values)


_UPDATE_ARTICLE = _updating(articles)
_UPDATE_DOCUMENT = _updating(documents)

_PUT: dict[type[Record], Callable[[Keeping, Any], None]] = {
    Stored: Keeping.put_stored,
    Said: Keeping.put_said,
    StoryEvent: Keeping.put_events,
    StoryEntry: Keeping.put_stories,
    Trouble: Keeping.put_troubles,
    Judgement: Keeping.put_judgements,
    Feed: lambda keeping, records: keeping.put_by_hash(feeds, records),
    Seen: lambda keeping, records: keeping.put_by_hash(seen, records),
    Blob: Keeping.put_blobs,
}
_DROP: dict[type[Record], Callable[[Keeping, Sequence[Key]], None]] = {
    Stored: Keeping.drop_stored,
    Said: Keeping.drop_said,
    StoryEvent: Keeping.drop_events,
    StoryEntry: Keeping.drop_stories,
    Trouble: lambda keeping, keys: keeping.drop_by_hash(troubles.c.input_key, keys),
    Judgement: Keeping.drop_judgements,
    Feed: lambda keeping, keys: keeping.drop_by_hash(feeds.c.key, keys),
    Seen: lambda keeping, keys: keeping.drop_by_hash(seen.c.key, keys),
    Blob: Keeping.drop_blobs,
}
