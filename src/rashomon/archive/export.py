"""Tables of what an archive holds, for other programs: JSON Lines, CSV and Parquet, a row for each record."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from itertools import islice
from typing import IO, Any, Literal, get_args

import msgspec

from rashomon.archive.tables import COLUMNS, Columns, Row, article_row, event_row, quote_row, story_row, write_parquet
from rashomon.errors import RashomonError
from rashomon.store import Articles, Events, Said, Sayings, Store, Stored, Stories

Kind = Literal["articles", "stories", "quotes", "events"]
# Events whose articles are looked up together.
_TOGETHER = 500
Format = Literal["jsonl", "csv", "parquet"]


def write(store: Store, kind: Kind, form: Format, out: IO[bytes]) -> int:
    """Write all records of a kind; gives their number. The order is the store's.

    Raises:
        MissingPart: Parquet is asked for and pyarrow is not installed.
        RashomonError: no such kind or format.
    """
    if kind not in get_args(Kind):
        raise RashomonError(f"nothing of this kind can be exported; there are: {', '.join(get_args(Kind))}", input=kind)
    writers: dict[str, Callable[[Columns, Iterator[Row], IO[bytes]], int]] = {
        "jsonl": _jsonl,
        "csv": _csv,
        "parquet": write_parquet,
    }
    if form not in writers:
        raise RashomonError(f"no such format; there are: {', '.join(get_args(Format))}", input=form)
    return writers[form](COLUMNS[kind], _rows(store, kind), out)


def _rows(store: Store, kind: Kind) -> Iterator[Row]:
    if kind == "articles":
        return map(_article, store.find(Articles()))
    if kind == "stories":
        return map(story_row, store.find(Stories()))
    if kind == "quotes":
        return map(_quote, store.find(Sayings()))
    return _events(store)


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
    left = store.find(Events())
    while some := list(islice(left, _TOGETHER)):
        first = {event.id: event.accounts[0].article for event in some}
        stored = {one.id: one for one in store.get(Stored, sorted(set(first.values())))}
        for event in some:
            if (one := stored.get(first[event.id])) is not None:
                yield event_row(event, one.article)


def _jsonl(columns: Columns, rows: Iterator[Row], out: IO[bytes]) -> int:
    number = 0
    for row in rows:
        number += 1
        out.write(msgspec.json.encode({name: row[name] for name in columns}) + b"\n")
    return number


def _csv(columns: Columns, rows: Iterator[Row], out: IO[bytes]) -> int:
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    table = csv.writer(text)
    table.writerow(columns)
    number = 0
    for row in rows:
        number += 1
        table.writerow([_cell(row[c], kind) for c, kind in columns.items()])
    text.detach()
    return number


def _cell(value: Any, kind: str) -> Any:
    if kind == "list":
        return "; ".join(value)
    if kind == "ranges":
        return "; ".join(f"{at['start']}-{at['end']}" for at in value)
    return value
