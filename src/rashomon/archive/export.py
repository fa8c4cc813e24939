"""Tables of what an archive holds, for other programs: JSON Lines, CSV and Parquet, a row for each record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Literal, get_args

from rashomon import tables
from rashomon.archive.tables import COLUMNS, article_row, event_row, story_row
from rashomon.errors import RashomonError
from rashomon.jobs import batches
from rashomon.store import Articles, Events, Said, Sayings, Store, Stored, Stories
from rashomon.tables import Row, quote_row
from rashomon.types import Comparison, Table, TableFormat

Kind = Literal["articles", "stories", "plover", Table]
# Events whose articles are looked up together.
_TOGETHER = 500


def write(
    store: Store, kind: Kind, form: TableFormat, out: IO[bytes], compared: Iterable[tuple[str, Comparison]]
) -> int:
    """Write all records of a kind; gives their number. The order is the store's, or that of the stories ``compared``.

    Raises:
        MissingPart: Parquet is asked for and pyarrow is not installed.
        RashomonError: no such kind or format.
    """
    if kind not in get_args(Kind):
        raise RashomonError(f"nothing of this kind can be exported; there are: {', '.join(get_args(Kind))}", input=kind)
    return tables.write((COLUMNS | tables.COLUMNS)[kind], _rows(store, kind, compared), form, out)


def _rows(store: Store, kind: Kind, compared: Iterable[tuple[str, Comparison]]) -> Iterator[Row]:
    if kind == "articles":
        return map(_article, store.find(Articles()))
    if kind == "stories":
        return map(story_row, store.find(Stories()))
    if kind == "quotes":
        return map(_quote, store.find(Sayings()))
    if kind == "plover":
        return _events(store)
    return (row for story, comparison in compared for row in tables.rows(comparison, kind, story))


def _article(stored: Stored) -> Row:
    return article_row(stored.article) | {
        "id": stored.id,
        "story": stored.story,
        "actors": list(stored.actors),
        "places": list(stored.places),
        "gathered": stored.gathered,
        "revision": stored.revision,
    }


def _quote(said: Said) -> Row:
    known = {"story": said.story, "outlet": said.outlet, "published": said.published}
    return quote_row(said.id, said.article, said.quote, said.speaker) | known


def _events(store: Store) -> Iterator[Row]:
    """Events, each with the first of the articles that tell of it."""
    for some in batches(store.find(Events()), _TOGETHER):
        first = {event.id: event.accounts[0].article for event in some}
        stored = {one.id: one for one in store.get(Stored, sorted(set(first.values())))}
        for event in some:
            if (one := stored.get(first[event.id])) is not None:
                yield event_row(event, one.article)
