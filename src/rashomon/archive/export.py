"""Tables of what an archive holds, for other programs: JSON Lines, CSV and Parquet, a row for each record."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from itertools import islice
from typing import IO, Any, Literal, get_args

import msgspec

from rashomon.errors import MissingPart, RashomonError
from rashomon.store import Articles, Said, Sayings, Store, Stored, Stories, StoryEntry

Kind = Literal["articles", "stories", "quotes"]
Format = Literal["jsonl", "csv", "parquet"]
Row = dict[str, Any]
# Columns and their types as Parquet has them; "list" is a list of strings (in CSV, joined by "; ").
_COLUMNS: dict[Kind, dict[str, str]] = {
    "articles": {
        "id": "string",
        "story": "string",
        "outlet": "string",
        "title": "string",
        "published": "string",
        "published_inferred": "bool",
        "author": "string",
        "url": "string",
        "language": "string",
        "credits": "list",
        "actors": "list",
        "places": "list",
        "gathered": "string",
        "revision": "int",
        "text": "string",
    },
    "stories": {
        "id": "string",
        "title": "string",
        "start": "string",
        "end": "string",
        "changed": "string",
        "articles": "int",
        "independent": "int",
        "differences": "int",
        "teaser": "string",
        "outlets": "list",
        "actors": "list",
        "places": "list",
    },
    "quotes": {
        "id": "string",
        "article": "string",
        "story": "string",
        "outlet": "string",
        "published": "string",
        "speaker": "string",
        "form": "string",
        "polarity": "string",
        "cue": "string",
        "content": "string",
        "start": "int",
        "end": "int",
        "confidence": "float",
    },
}
_ROWS_AT_ONCE = 1000


def write(store: Store, kind: Kind, form: Format, out: IO[bytes]) -> int:
    """Write all records of a kind; gives their number. The order is the store's.

    Raises:
        MissingPart: Parquet is asked for and pyarrow is not installed.
        RashomonError: no such kind or format.
    """
    if kind not in _COLUMNS:
        raise RashomonError(f"nothing of this kind can be exported; there are: {', '.join(_COLUMNS)}", input=kind)
    writers: dict[str, Callable[[dict[str, str], Iterator[Row], IO[bytes]], int]] = {
        "jsonl": _jsonl,
        "csv": _csv,
        "parquet": _parquet,
    }
    if form not in writers:
        raise RashomonError(f"no such format; there are: {', '.join(get_args(Format))}", input=form)
    return writers[form](_COLUMNS[kind], _rows(store, kind), out)


def _rows(store: Store, kind: Kind) -> Iterator[Row]:
    if kind == "articles":
        return map(_article, store.find(Articles()))
    if kind == "stories":
        return map(_story, store.find(Stories()))
    return map(_quote, store.find(Sayings()))


def _article(stored: Stored) -> Row:
    article = stored.article
    return {
        "id": stored.id,
        "story": stored.story,
        "outlet": article.outlet,
        "title": article.title,
        "published": article.published.value if article.published else None,
        "published_inferred": article.published.inferred if article.published else None,
        "author": article.author,
        "url": article.url,
        "language": article.language,
        "credits": list(article.credits),
        "actors": list(stored.actors),
        "places": list(stored.places),
        "gathered": stored.gathered,
        "revision": stored.revision,
        "text": article.text,
    }


def _story(entry: StoryEntry) -> Row:
    row: Row = msgspec.to_builtins(entry)
    del row["stale"]
    return row


def _quote(said: Said) -> Row:
    """A quotation as a row: ``start`` and ``end`` are of all its content, whose parts are joined by ``…``."""
    quote = said.quote
    return {
        "id": said.id,
        "article": said.article,
        "story": said.story,
        "outlet": said.outlet,
        "published": said.published,
        "speaker": said.speaker,
        "form": quote.form,
        "polarity": quote.polarity,
        "cue": quote.cue.text if quote.cue else None,
        "content": " … ".join(span.text for span in quote.content),
        "start": min((span.start for span in quote.content), default=None),
        "end": max((span.end for span in quote.content), default=None),
        "confidence": quote.confidence,
    }


def _jsonl(columns: dict[str, str], rows: Iterator[Row], out: IO[bytes]) -> int:
    number = 0
    for row in rows:
        number += 1
        out.write(msgspec.json.encode({name: row[name] for name in columns}) + b"\n")
    return number


def _csv(columns: dict[str, str], rows: Iterator[Row], out: IO[bytes]) -> int:
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    table = csv.writer(text)
    table.writerow(columns)
    number = 0
    for row in rows:
        number += 1
        table.writerow(["; ".join(row[c]) if kind == "list" else row[c] for c, kind in columns.items()])
    text.detach()
    return number


def _parquet(columns: dict[str, str], rows: Iterator[Row], out: IO[bytes]) -> int:
    try:
        import pyarrow
        from pyarrow import parquet
    except ModuleNotFoundError as error:
        raise MissingPart('Parquet needs pyarrow: pip install "rashomon[parquet]"') from error
    types = {
        "string": pyarrow.string(),
        "int": pyarrow.int64(),
        "float": pyarrow.float64(),
        "bool": pyarrow.bool_(),
        "list": pyarrow.list_(pyarrow.string()),
    }
    shape = pyarrow.schema([(name, types[kind]) for name, kind in columns.items()])
    number = 0
    with parquet.ParquetWriter(out, shape, compression="zstd") as table:
        while some := list(islice(rows, _ROWS_AT_ONCE)):
            table.write_table(pyarrow.Table.from_pylist(some, schema=shape))
            number += len(some)
    return number
