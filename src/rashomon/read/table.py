"""Tables in text (CSV, RFC 4180, also with semicolons or tabs): a row is an article, a column one of our fields."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from rashomon.errors import InvalidRecord
from rashomon.read.records import FIELDS, TEXT_FIELDS, Record

_DELIMITERS = ",;\t"
# The module's own limit of 131,072 characters is below what a long report has with its markup.
_LONGEST_CELL = 10_000_000


def looks_like_table(text: str) -> bool:
    """Whether the first line names columns, of which one holds the articles' texts and others what is known of them."""
    names = _names(text)
    return len(names) > 1 and any(n in TEXT_FIELDS for n in names) and sum(n in FIELDS for n in names) > len(names) / 2


def rows(text: str) -> Iterator[Record | InvalidRecord]:
    """The rows of a table as records ("row 2": the first line, which names the columns, is row 1).

    Raises:
        InvalidRecord: no column has the articles' texts.
    """
    names = _names(text)
    if not any(name in TEXT_FIELDS for name in names):
        shown = ", ".join(names[:20]) + (" …" if len(names) > 20 else "")
        wanted = "is a table without a column of the articles' texts; name it 'text' or 'articleBody'"
        raise InvalidRecord(f"{wanted} (its columns are: {shown or 'none'})")
    number = 1
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        found = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)) if any(row)]
    except csv.Error as error:
        raise InvalidRecord(f"is no table that can be read ({error})") from error
    finally:
        csv.field_size_limit(before)
    for number, row in enumerate(found[1:], start=2):
        if len(row) > len(names):
            yield InvalidRecord(f"row {number}: has {len(row)} cells, but there are {len(names)} columns")
        else:
            yield Record(f"row {number}", {name: cell for name, cell in zip(names, row, strict=False) if cell.strip()})
    if len(found) < 2:
        yield InvalidRecord("is empty: it has no rows below its first line")


def _names(text: str) -> list[str]:
    """The names of the columns, in lower case."""
    line = text.removeprefix("\ufeff").lstrip("\r\n").partition("\n")[0][:5000]
    try:
        return [name.strip().casefold() for name in next(csv.reader([line], delimiter=_delimiter(text)), [])]
    except csv.Error:
        return []


def _delimiter(text: str) -> str:
    """What stands between the names of the columns most often."""
    line = text.lstrip("\ufeff\r\n").partition("\n")[0]
    return max(_DELIMITERS, key=line.count)
