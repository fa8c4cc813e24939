"""Questions to a store as SQL, the same for every engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, cast

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    and_,
    false,
    func,
    literal,
    or_,
    select,
    true,
)

from rashomon.data.plover import MUTUAL
from rashomon.errors import StoreError
from rashomon.store import packing
from rashomon.store.engine import Engine, WordIndex
from rashomon.store.records import (
    Articles,
    Blob,
    Events,
    Feed,
    Feeds,
    Judgement,
    Judgements,
    Key,
    Query,
    R,
    Record,
    Revisions,
    Said,
    Sayings,
    Seen,
    Shelf,
    Stored,
    Stories,
    StoryEntry,
    StoryEvent,
    Trouble,
    Troubles,
    Who,
)
from rashomon.store.schema import (
    articles,
    blobs,
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
from rashomon.store.terms import Term, name_words, terms

_TROUBLES = (troubles.c.last.desc(), troubles.c.input, troubles.c.kind, troubles.c.message)

Make = Callable[[packing.Columns], Record]


class Asked(NamedTuple):
    """A question as SQL: its rows in order, their number without limit and offset, and what makes records of them."""

    rows: Select[Any]
    total: Select[Any]
    make: Make


class _Asking(NamedTuple):
    """What a question is asked of. ``settled``: its answer must not follow what is put while it is read."""

    connection: Connection
    engine: Engine
    settled: bool

    def order(self, *columns: ColumnElement[Any]) -> list[ColumnElement[Any]]:
        return [self.engine.settled(column) for column in columns] if self.settled else list(columns)


_ARTICLE = [column for column in articles.c if column.name not in {"outlet_key", "seal"}]
_DOCUMENT = [documents.c.title, documents.c.text, documents.c.rest]
whole_articles = select(*_ARTICLE, *_DOCUMENT).join_from(articles, documents, documents.c.number == articles.c.number)
"""All articles, each row as :func:`packing.stored` reads it."""

whole_sayings = select(
    sayings.c.id,
    sayings.c.article,
    sayings.c.speaker,
    sayings.c.content,
    sayings.c.quote,
    articles.c.story,
    articles.c.outlet,
    articles.c.published,
).join_from(sayings, articles, articles.c.id == sayings.c.article)
"""All attributions of articles that are there, each row as :func:`packing.said` reads it."""


def asked(connection: Connection, engine: Engine, query: Query[Any], *, settled: bool) -> Asked:
    """A question as SQL for an engine. ``settled``: inside a transaction that writes."""
    asking = _Asking(connection, engine, settled)
    match query:
        case Articles():
            return _articles(asking, query)
        case Revisions():
            return _revisions(asking, query)
        case Stories():
            return _stories(asking, query)
        case Sayings():
            return _sayings(asking, query)
        case Events():
            return _events(asking, query)
        case Troubles():
            where = _equal(troubles.c.kind, query.kind)
            return _plain(asking, query, Trouble, troubles, where, _TROUBLES)
        case Judgements():
            where = and_(_equal(judgements.c.about, query.about), _naming(query.naming))
            return _plain(asking, query, Judgement, judgements, where, (judgements.c.number,))
        case Feeds():
            return _plain(asking, query, Feed, feeds, _due(query.due), (feeds.c.url,))
        case Shelf():
            where = _equal(blobs.c.shelf, query.shelf)
            return _plain(asking, query, Blob, blobs, where, (blobs.c.place, blobs.c.key))
        case _:
            raise StoreError(f"a store cannot answer a {type(query).__name__}")


class _Kind(NamedTuple):
    """How records of a kind are got by their keys. ``column`` holds what ``lookup`` makes of a key."""

    rows: Select[Any]
    column: ColumnElement[Any]
    make: Make
    key: Callable[[Any], Key]
    lookup: Callable[[Any], Any] = lambda key: key


def _plain_kind(kind: type[Record], table: Table, column: ColumnElement[Any], **more: Any) -> _Kind:
    columns = [table.c[field] for field in kind.__struct_fields__]
    return _Kind(select(*columns), column, lambda row: packing.plain(kind, row), **more)


_KINDS: dict[type[Any], _Kind] = {
    Stored: _Kind(whole_articles, articles.c.id, packing.stored, lambda stored: stored.id),
    Said: _Kind(whole_sayings, sayings.c.id, packing.said, lambda said: said.id),
    StoryEvent: _Kind(select(events), events.c.id, packing.event, lambda event: event.id),
    StoryEntry: _Kind(select(stories), stories.c.id, packing.story, lambda entry: entry.id),
    Feed: _plain_kind(Feed, feeds, feeds.c.key, key=lambda feed: feed.url, lookup=packing.hashed),
    Seen: _plain_kind(Seen, seen, seen.c.key, key=lambda one: one.url, lookup=packing.hashed),
    Trouble: _plain_kind(
        Trouble, troubles, troubles.c.input_key, key=lambda trouble: trouble.input, lookup=packing.hashed
    ),
    Judgement: _plain_kind(
        Judgement, judgements, judgements.c.number, key=lambda one: str(one.number), lookup=packing.number
    ),
    Blob: _plain_kind(Blob, blobs, blobs.c.key, key=lambda blob: (blob.shelf, blob.key)),
}


def by_key(connection: Connection, kind: type[R], keys: Sequence[Key]) -> Iterator[tuple[Key, R]]:
    """The records with these keys, each with the key by which it was asked for."""
    how = _KINDS[kind]
    if kind is Blob:
        # Not pairs of shelf and key in one list: SQLite would look for them without an index.
        shelves: dict[str, list[str]] = {}
        for shelf, name in map(packing.pair, keys):
            shelves.setdefault(shelf, []).append(name)
        on = (and_(blobs.c.shelf == shelf, blobs.c.key.in_(names)) for shelf, names in shelves.items())
        rows = how.rows.where(or_(false(), *on))
    else:
        rows = how.rows.where(how.column.in_([how.lookup(key) for key in keys]))
    if kind is Trouble:
        rows = rows.order_by(*_TROUBLES)
    for row in connection.execute(rows).mappings():
        record = cast(R, packing.read(how.make, row))
        yield how.key(record), record


def _part(rows: Select[Any], query: Query[Any]) -> Select[Any]:
    if query.limit is not None:
        rows = rows.limit(max(query.limit, 0))
    elif query.offset:
        # SQLite knows no OFFSET without LIMIT; this is the most that a LIMIT can say on both engines.
        rows = rows.limit(2**63 - 1)
    return rows.offset(query.offset) if query.offset > 0 else rows


def _equal(column: ColumnElement[Any], value: str | None) -> ColumnElement[bool]:
    return true() if value is None else column == packing.clean_text(value)


def _between(column: ColumnElement[Any], since: object, until: object) -> ColumnElement[bool]:
    return and_(
        true() if since is None else column >= since,
        true() if until is None else column <= until,
    )


def _beginning(column: ColumnElement[Any], text: str | None) -> ColumnElement[bool]:
    """As a range, which an index finds; text is ordered by code point, and U+10FFFF is the last of them."""
    text = packing.clean_text(text or "")
    return _between(column, text, f"{text}\U0010ffff") if text else true()


def _plain(
    asking: _Asking,
    query: Query[Any],
    kind: type[Record],
    table: Table,
    where: ColumnElement[bool],
    order: Sequence[ColumnElement[Any]],
) -> Asked:
    """A question to a table whose columns are a record's fields."""
    rows = select(*(table.c[field] for field in kind.__struct_fields__)).where(where).order_by(*asking.order(*order))
    count = select(func.count()).select_from(table).where(where)
    return Asked(_part(rows, query), count, lambda row: packing.plain(kind, row))


def _naming(name: str | None) -> ColumnElement[bool]:
    if name is None:
        return true()
    name = packing.clean_text(name)
    return or_(judgements.c.one == name, judgements.c.other == name)


def _due(due: str | None) -> ColumnElement[bool]:
    # A feed that was never visited has no day for its next visit: it is due.
    return true() if due is None else and_(feeds.c.gone.is_(False), or_(feeds.c.due.is_(None), feeds.c.due <= due))


def _matching(index: WordIndex, words: str) -> FromClause | None:
    found = terms(packing.clean_text(words))
    return index.matching(found) if found else None


def _articles(asking: _Asking, query: Articles) -> Asked:
    where = and_(
        _equal(articles.c.story, query.story),
        _equal(articles.c.outlet_key, packing.name_key(query.outlet)),
        _between(articles.c.day, query.since, query.until),
        true() if not query.beyond else articles.c.number > query.beyond,
        _beginning(articles.c.id, query.begins),
        _pending(asking.connection, query.pending),
    )
    rank: ColumnElement[Any] = literal(0)
    number: ColumnElement[Any] = articles.c.number
    tables: FromClause = articles
    if query.words is not None:
        match = _matching(asking.engine.documents, query.words)
        if match is None:
            where = false()
        elif msgspec.structs.replace(query, words=None, limit=None, offset=0) == Articles():
            # Nothing is asked of the articles themselves, which may match by the ten thousand.
            tables, rank, number = match, match.c.rank, match.c.number
        else:
            tables, rank = articles.join(match, match.c.number == articles.c.number), match.c.rank
    count = select(func.count()).select_from(tables).where(where)
    if query.words is None and query.limit is None and not query.offset:
        return Asked(whole_articles.where(where).order_by(*asking.order(articles.c.number)), count, packing.stored)
    # The rows that are wanted are picked before their documents are read.
    order = (number,) if query.words is None else (rank, number)
    picked = select(number, rank.label("rank")).select_from(tables).where(where).order_by(*order)
    top = _part(picked, query).subquery("picked")
    rows = whole_articles.join(top, top.c.number == articles.c.number)
    return Asked(rows.order_by(*asking.order(top.c.rank, top.c.number)), count, packing.stored)


def _pending(connection: Connection, pending: str | None) -> ColumnElement[bool]:
    """Not annotated by ``pending``: by nothing or by one of the others, each of which an index finds in order."""
    if pending is None:
        return true()
    lowest = select(func.min(articles.c.annotated).label("value")).cte("annotators", recursive=True)
    higher = select(func.min(articles.c.annotated)).where(articles.c.annotated > lowest.c.value).scalar_subquery()
    values = lowest.union_all(select(higher).where(lowest.c.value.is_not(None)))
    others = [value for value in connection.scalars(select(values.c.value)) if value not in {None, pending}]
    nothing = articles.c.annotated.is_(None)
    return or_(nothing, articles.c.annotated.in_(others)) if others else nothing


def _revisions(asking: _Asking, query: Revisions) -> Asked:
    id = packing.clean_text(query.article)
    names = [column.name for column in whole_articles.selected_columns]
    columns = [articles.c.number if name == "number" else revisions.c[name] for name in names]
    old = select(*columns).join_from(revisions, articles, articles.c.id == revisions.c.id).where(revisions.c.id == id)
    both = old.union_all(whole_articles.where(articles.c.id == id)).subquery("both")
    rows = select(both).order_by(*asking.order(both.c.revision))
    return Asked(_part(rows, query), select(func.count()).select_from(both), packing.stored)


def _stories(asking: _Asking, query: Stories) -> Asked:
    conditions = [
        true() if query.since is None else stories.c.last_day >= query.since,
        true() if query.until is None else stories.c.first_day <= query.until,
        true() if query.independent <= 0 else stories.c.independent >= query.independent,
        true() if query.stale is None else stories.c.stale.is_(query.stale),
    ]
    wanted = [("outlet", packing.name_key(packing.clean_text(query.outlet)))] if query.outlet is not None else []
    for kind, name in (("actor", query.actor), ("place", query.place)):
        words = name_words(packing.clean_text(name)) if name is not None else ()
        wanted += [(kind, word) for word in words]
        if name is not None and not words:
            conditions.append(false())
    for kind, word in wanted:
        named = and_(facets.c.kind == kind, facets.c.name == word)
        conditions.append(stories.c.id.in_(select(facets.c.story).where(named)))
    if query.words is not None:
        match = _matching(asking.engine.documents, query.words)
        if match is None:
            conditions.append(false())
        else:
            found = select(articles.c.story).join_from(match, articles, articles.c.number == match.c.number)
            conditions.append(stories.c.id.in_(found.where(articles.c.story.is_not(None))))
    where = and_(true(), *conditions)
    first: dict[str, tuple[ColumnElement[Any], ...]] = {
        "changed": (),
        "newest": (func.coalesce(stories.c.last_day, "").desc(),),
        "independent": (stories.c.independent.desc(),),
        "differences": (func.coalesce(stories.c.differences, -1).desc(),),
    }
    newest = (*first[query.order], stories.c.changed.desc(), func.coalesce(stories.c.last_day, "").desc(), stories.c.id)
    rows = select(stories).where(where).order_by(*asking.order(*newest))
    return Asked(_part(rows, query), select(func.count()).select_from(stories).where(where), packing.story)


def _sayings(asking: _Asking, query: Sayings) -> Asked:
    conditions = [
        _equal(sayings.c.article, query.article),
        _equal(articles.c.story, query.story),
        _equal(articles.c.outlet_key, packing.name_key(query.outlet)),
        _between(articles.c.day, query.since, query.until),
    ]
    if query.speaker is not None:
        names = name_words(query.speaker)
        conditions += [sayings.c.number.in_(select(speakers.c.saying).where(speakers.c.word == name)) for name in names]
        if not names:
            conditions.append(false())
    if query.words is not None:
        match = _matching(asking.engine.sayings, query.words)
        conditions.append(false() if match is None else sayings.c.number.in_(select(match.c.number)))
    order = [articles.c.day.desc(), sayings.c.id]
    if query.choices is not None:
        choices = [tuple(Term((word,)) for word in words) for words in query.choices]
        match = asking.engine.sayings.matching(*choices) if choices else None
        conditions.append(false() if match is None else sayings.c.number.in_(select(match.c.number)))
        order = [articles.c.day.asc(), sayings.c.article, sayings.c.id]
    rows = whole_sayings.where(*conditions).order_by(*asking.order(*order))
    counted = whole_sayings.where(*conditions).with_only_columns(func.count())
    return Asked(_part(rows, query), counted, packing.said)


def _events(asking: _Asking, query: Events) -> Asked:
    conditions = [
        _equal(events.c.story, query.story),
        _equal(events.c.type, query.type),
        true() if query.since is None else events.c.last_day >= query.since,
        true() if query.until is None else and_(events.c.first_day != "", events.c.first_day <= query.until),
        true() if query.independent <= 0 else events.c.independent >= query.independent,
    ]
    for who, role in ((query.actor, "actor"), (query.recipient, "recipient"), (query.party, None)):
        if who is not None:
            found = _taking_part(who, role)
            conditions.append(events.c.number.in_(select(found.c.event)))
    if query.between is not None:
        one, other = (_taking_part(who, None) for who in query.between)
        pairs = one.join(other, and_(one.c.event == other.c.event, one.c.party != other.c.party))
        across = select(one.c.event).select_from(pairs).where(one.c.role != other.c.role)
        together = select(one.c.event).select_from(pairs)
        mutual = and_(events.c.type.in_(sorted(MUTUAL)), events.c.number.in_(together))
        conditions.append(or_(mutual, events.c.number.in_(across)))
    rows = select(events).where(*conditions)
    order = asking.order(events.c.first_day.desc(), events.c.independent.desc(), events.c.id)
    count = select(func.count()).select_from(events).where(*conditions)
    return Asked(_part(rows.order_by(*order), query), count, packing.event)


def _taking_part(who: Who, role: str | None) -> FromClause:
    """The parties of events whom a question is about: ``event``, ``party`` and ``role``."""
    asked = [("word", word) for word in name_words(packing.clean_text(who.name))] if who.name is not None else []
    asked += [(kind, value) for kind, value in (("country", who.country), ("sector", who.sector)) if value is not None]
    wanted = or_(false(), *(and_(parties.c.kind == kind, parties.c.value == value) for kind, value in asked))
    rows = select(parties.c.event, parties.c.party, parties.c.role).where(wanted, _equal(parties.c.role, role))
    groups = rows.group_by(parties.c.event, parties.c.party, parties.c.role)
    return groups.having(func.count() == len(asked)).subquery()
