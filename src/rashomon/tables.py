"""Tables of what was found out about stories: their columns, their rows, and files of them.

The same rows come from :meth:`rashomon.types.Comparison.to_pandas`, ``rashomon compare --csv`` and ``rashomon export``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, TYPE_CHECKING, Any, get_args

import msgspec

from rashomon.errors import MissingPart, RashomonError
from rashomon.jobs import batches
from rashomon.show.words import KINDS, NON_CONFLICTS, siglum
from rashomon.types import Actor, Comparison, Quote, Side, Span, Table, TableFormat

if TYPE_CHECKING:
    import pandas
    import pyarrow

Row = dict[str, Any]
Columns = dict[str, str]
"""Names and types: "list" is one of strings (in CSV, joined by "; "), "ranges" one of starts and ends in the text."""

# Of what stands in one article: which it is. Starts and ends of passages are code points of its text.
_WHERE: Columns = {"story": "string", "article": "string", "outlet": "string", "published": "string"}
_PASSAGE: Columns = {"passage": "string", "start": "int", "end": "int"}

COLUMNS: dict[Table, Columns] = {
    # A row for each account of each finding. ``kind`` is the code, ``kind_words`` what the report calls it; ``matter``
    # the point in words, ``judge`` the model on whose word alone it rests, ``account`` the letter that the report gives
    # the article, ``words`` those that differ.
    "findings": {
        "finding": "string",
        "group": "string",
        "kind": "string",
        "nonconflict": "string",
        "kind_words": "string",
        "confidence": "float",
        "weight": "float",
        "point": "string",
        "utterance": "string",
        "matter": "string",
        "judge": "string",
        "account": "string",
        **_WHERE,
        "url": "string",
        "words": "string",
        "marks": "ranges",
        **_PASSAGE,
        "reason": "string",
    },
    # A row for each point. ``says`` to ``silent`` are the articles of that stance; the passage is the point's label.
    "points": {
        "point": "string",
        **_WHERE,
        **_PASSAGE,
        "confidence": "float",
        "brief": "bool",
        "claims": "int",
        "says": "list",
        "differs": "list",
        "denies": "list",
        "silent": "list",
    },
    # A row for each account of each point that two or more tell. The last three count words of the passage.
    "tellings": {
        "point": "string",
        **_WHERE,
        "stance": "string",
        "paragraph": "int",
        "possible": "bool",
        "value": "string",
        **_PASSAGE,
        "shared": "int",
        "other": "int",
        "alone": "int",
    },
    # A row for each attribution; ``start`` and ``end`` are of all its content.
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
    # A row for each account of each event, in PLOVER's codes. Countries (ISO 3166-1 alpha-3) and sectors are in the
    # order of ``actors`` and ``recipients``; "" where one is unknown.
    "events": {
        "event": "string",
        **_WHERE,
        "type": "string",
        "mode": "string",
        "context": "list",
        "status": "string",
        "date": "string",
        "place": "string",
        "actors": "list",
        "actor_countries": "list",
        "actor_sectors": "list",
        "recipients": "list",
        "recipient_countries": "list",
        "recipient_sectors": "list",
        "voice": "list",
        **_PASSAGE,
    },
    # A row for each actor whom an article lets speak: so many statements of so many words, the first in a paragraph.
    "voices": {
        "speaker": "string",
        "kind": "string",
        "country": "string",
        **_WHERE,
        "quotes": "int",
        "words": "int",
        "paragraph": "int",
    },
}
_ROWS_AT_ONCE = 1000
# What a spreadsheet would take for a formula.
_ACTING = ("=", "+", "-", "@", "\t", "\r")


def rows(comparison: Comparison, table: Table, story: str | None = None) -> Iterator[Row]:
    """The rows of a table, with its ``COLUMNS``. ``story`` is the id of the story in an archive, where it has one.

    Raises:
        RashomonError: there is no such table.
    """
    return _Rows(comparison, story).of(table)


def to_pandas(comparison: Comparison, table: Table) -> pandas.DataFrame:
    """A table as a ``pandas.DataFrame``, with types that know missing values.

    Raises:
        MissingPart: pandas is not installed.
        RashomonError: there is no such table.
    """
    try:
        import pandas
    except ModuleNotFoundError as error:
        raise MissingPart('it needs pandas: pip install "rashomon[pandas]"') from error
    found = list(rows(comparison, table))
    types = {"string": "string", "int": "Int64", "float": "Float64", "bool": "boolean"}
    frame = pandas.DataFrame(found, columns=list(COLUMNS[table]))
    return frame.astype({name: types.get(kind, "object") for name, kind in COLUMNS[table].items()})


def to_arrow(comparison: Comparison, table: Table) -> pyarrow.Table:
    """A table as a ``pyarrow.Table``.

    Raises:
        MissingPart: pyarrow is not installed.
        RashomonError: there is no such table.
    """
    pyarrow, _ = _arrow("it")
    found = list(rows(comparison, table))
    return pyarrow.Table.from_pylist(found, schema=schema(COLUMNS[table]))


def spreadsheet(comparison: Comparison) -> str:
    """The table of findings as CSV (RFC 4180), with an apostrophe before what a spreadsheet would run as formula."""
    out = io.StringIO()
    columns = COLUMNS["findings"]
    table = csv.writer(out)
    table.writerow(columns)
    for row in rows(comparison, "findings"):
        cells = (_cell(row[name], kind) for name, kind in columns.items())
        table.writerow(f"'{cell}" if isinstance(cell, str) and cell.startswith(_ACTING) else cell for cell in cells)
    return out.getvalue()


class _Rows:
    """The rows of the tables of one comparison."""

    def __init__(self, comparison: Comparison, story: str | None) -> None:
        self._comparison, self._story = comparison, story
        self._articles = {article.id: article for article in comparison.articles}
        self._actors = {actor.id: actor for actor in comparison.actors}

    def of(self, table: Table) -> Iterator[Row]:
        """The rows of one table."""
        tables: dict[str, Callable[[], Iterator[Row]]] = {
            "findings": self._findings,
            "points": self._points,
            "tellings": self._tellings,
            "quotes": self._quotes,
            "events": self._events,
            "voices": self._voices,
        }
        if table not in tables:
            raise RashomonError(f"no such table; there are: {', '.join(tables)}", input=table)
        return tables[table]()

    def _where(self, article: str) -> Row:
        found = self._articles[article]
        published = found.published.value if found.published else None
        return {"story": self._story, "article": article, "outlet": found.outlet, "published": published}

    def _findings(self) -> Iterator[Row]:
        labels = {point.id: point.label.text for point in self._comparison.points}
        judge = self._comparison.judge
        letters = {id: siglum(number) for number, id in enumerate(self._articles)}
        for finding in self._comparison.findings:
            told: Row = {name: getattr(finding, name) for name in _OF_FINDING}
            told["finding"], told["matter"] = finding.id, labels.get(finding.point or "")
            told["judge"] = judge.model if judge and finding.id in judge.findings else None
            told["kind_words"] = NON_CONFLICTS[finding.nonconflict] if finding.nonconflict else KINDS[finding.kind]
            for side in finding.sides:
                url = self._articles[side.article].url
                own = {"account": letters[side.article], "url": url, "words": side.reading, "marks": _marks(side)}
                yield told | self._where(side.article) | own | _passage(side.passage)

    def _points(self) -> Iterator[Row]:
        for point in self._comparison.points:
            of = {
                stance: [article for article, own in point.stances.items() if own == stance]
                for stance in ("says", "differs", "denies", "silent")
            }
            known = {"point": point.id, "confidence": point.confidence, "claims": len(point.claims)}
            known["brief"] = point.id in self._comparison.story.brief
            yield known | self._where(point.label.article) | _passage(point.label) | of

    def _tellings(self) -> Iterator[Row]:
        for point in self._comparison.points:
            for telling in point.tellings:
                statuses = [word.status for word in telling.words]
                counts = {status: statuses.count(status) for status in ("shared", "other", "alone")}
                known = {
                    "point": point.id,
                    "stance": point.stances[telling.article],
                    "paragraph": telling.paragraph,
                    "possible": telling.possible,
                    "value": telling.value.text if telling.value else None,
                }
                yield known | self._where(telling.article) | _passage(telling.passage) | counts

    def _quotes(self) -> Iterator[Row]:
        for quote in self._comparison.quotes:
            article = quote.content[0].article
            yield quote_row(quote.id, article, quote, self._name(quote.speaker)) | self._where(article)

    def _events(self) -> Iterator[Row]:
        for event in self._comparison.events:
            known: Row = {name: getattr(event, name) for name in ("type", "mode", "date")}
            known |= {"event": event.id, "place": self._name(event.place)}
            known |= {"context": list(event.context), "voice": [self._name(id) for id in event.voice]}
            for part, ids in (("actor", event.actors), ("recipient", event.recipients)):
                actors = [self._actors[id] for id in ids]
                known[f"{part}s"] = [actor.name for actor in actors]
                known[f"{part}_countries"] = [actor.country or "" for actor in actors]
                known[f"{part}_sectors"] = [actor.sector or "" for actor in actors]
            for article, status in event.accounts.items():
                own = [span for span in event.spans if span.article == article]
                yield known | {"status": status} | self._where(article) | _passage(*own)

    def _voices(self) -> Iterator[Row]:
        for voice in self._comparison.overview.voices:
            actor: Actor = self._actors[voice.actor]
            known = {"speaker": actor.name, "kind": actor.kind, "country": actor.country}
            counts = {"quotes": voice.quotes, "words": voice.words, "paragraph": voice.paragraph}
            yield known | self._where(voice.article) | counts

    def _name(self, actor: str | None) -> str | None:
        return self._actors[actor].name if actor in self._actors else None


_OF_FINDING = ("group", "kind", "nonconflict", "confidence", "weight", "point", "utterance", "reason")


def _passage(*spans: Span) -> Row:
    """Where spans of one article stand, and their words, which ``…`` joins."""
    return {
        "passage": " … ".join(span.text for span in spans) or None,
        "start": min((span.start for span in spans), default=None),
        "end": max((span.end for span in spans), default=None),
    }


def _marks(side: Side) -> list[dict[str, int]]:
    return [{"start": mark.start, "end": mark.end} for mark in side.marks]


def quote_row(id: str, article: str, quote: Quote, speaker: str | None) -> Row:
    """A quotation as a row of ``quotes``: ``start`` and ``end`` are of all its content, whose parts ``…`` joins."""
    row: Row = dict.fromkeys(COLUMNS["quotes"])
    told = _passage(*quote.content)
    return row | {
        "id": id,
        "article": article,
        "speaker": speaker,
        "form": quote.form,
        "polarity": quote.polarity,
        "cue": quote.cue.text if quote.cue else None,
        "content": told["passage"] or "",
        "start": told["start"],
        "end": told["end"],
        "confidence": quote.confidence,
    }


def write(columns: Columns, rows: Iterable[Row], form: TableFormat, out: IO[bytes]) -> int:
    """Write rows in a format; gives their number.

    Raises:
        MissingPart: Parquet is asked for and pyarrow is not installed.
        RashomonError: there is no such format.
    """
    writers: dict[str, Callable[[Columns, Iterable[Row], IO[bytes]], int]] = {
        "jsonl": _jsonl,
        "csv": _csv,
        "parquet": write_parquet,
    }
    if form not in writers:
        raise RashomonError(f"no such format; there are: {', '.join(get_args(TableFormat))}", input=form)
    return writers[form](columns, rows, out)


def _jsonl(columns: Columns, rows: Iterable[Row], out: IO[bytes]) -> int:
    number = 0
    for row in rows:
        number += 1
        out.write(msgspec.json.encode({name: row[name] for name in columns}) + b"\n")
    return number


def _csv(columns: Columns, rows: Iterable[Row], out: IO[bytes]) -> int:
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


def write_parquet(columns: Columns, rows: Iterable[Row], out: IO[bytes], together: int = _ROWS_AT_ONCE) -> int:
    """Write rows as Parquet, so many in a group; gives their number. The same rows give the same bytes.

    Raises:
        MissingPart: pyarrow is not installed.
    """
    pyarrow, parquet = _arrow("Parquet")
    shape, number = schema(columns), 0
    with parquet.ParquetWriter(out, shape, compression="zstd") as table:
        for some in batches(rows, together):
            table.write_table(pyarrow.Table.from_pylist(some, schema=shape))
            number += len(some)
    return number


def read_parquet(file: IO[bytes], columns: Sequence[str] | None = None) -> Iterator[Row]:
    """The rows of a Parquet file that :func:`write_parquet` wrote, all columns or these."""
    _, parquet = _arrow("Parquet")
    for batch in parquet.ParquetFile(file).iter_batches(
        batch_size=_ROWS_AT_ONCE, columns=None if columns is None else list(columns), use_threads=False
    ):
        yield from batch.to_pylist()


def schema(columns: Columns) -> Any:
    """The columns as a ``pyarrow.Schema``."""
    pyarrow, _ = _arrow("Parquet")
    place = pyarrow.int64()
    types = {
        "string": pyarrow.string(),
        "int": pyarrow.int64(),
        "float": pyarrow.float64(),
        "bool": pyarrow.bool_(),
        "binary": pyarrow.binary(),
        "list": pyarrow.list_(pyarrow.string()),
        "ranges": pyarrow.list_(pyarrow.struct([("start", place), ("end", place)])),
    }
    return pyarrow.schema([(name, types[kind]) for name, kind in columns.items()])


def _arrow(what: str) -> tuple[Any, Any]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ModuleNotFoundError as error:
        raise MissingPart(f'{what} needs pyarrow: pip install "rashomon[parquet]"') from error
    return pyarrow, parquet
