"""Parquet files: a row is an article, its columns are named as the fields of our JSON records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rashomon.errors import InputError, InvalidRecord, MissingPart, UnreadableInput, own_words
from rashomon.read.records import FIELDS, TEXT_FIELDS, Record, record_of

# Rows that are unpacked together: few, for each may hold a long text.
_ROWS = 16
_TELLING = frozenset((*TEXT_FIELDS, "path"))


def rows(path: Path, max_bytes: int) -> Iterator[Record | InputError]:
    """The rows of a Parquet file as records ("row 7", counted from 1); columns that are no field of ours are not read.

    A damaged row group costs its own rows only.

    Raises:
        MissingPart: pyarrow is not installed.
        UnreadableInput: not a Parquet file.
        InvalidRecord: it has no column with the articles' texts.
    """
    parquet = _library()
    try:
        file = parquet.ParquetFile(path, pre_buffer=False)
        names: list[str] = file.schema_arrow.names
        sizes = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
    except Exception as error:  # pyarrow raises a dozen kinds of errors for damaged files
        raise UnreadableInput(f"is no Parquet file, or is damaged ({own_words(error)})") from error
    if not any(name.casefold() in TEXT_FIELDS for name in names):
        shown = ", ".join(names[:20]) + (" …" if len(names) > 20 else "")
        wanted = "has no column with the articles' texts; name it 'text' or 'articleBody'"
        raise InvalidRecord(f"{wanted} (its columns are: {shown or 'none'})")
    columns = [name for name in names if name.casefold() in FIELDS]
    before = 0
    for group, size in enumerate(sizes):
        yield from _group(file, group, columns, before, max_bytes)
        before += size
    if before == 0:
        yield UnreadableInput("is empty: it has no rows")


def _library() -> Any:
    try:
        import pyarrow.parquet
    except ImportError as error:
        wanted = "Parquet files are read with pyarrow; install it with: pip install 'rashomon[parquet]'"
        raise MissingPart(wanted) from error
    return pyarrow.parquet


def _group(file: Any, group: int, columns: list[str], before: int, max_bytes: int) -> Iterator[Record | InputError]:
    number = empty = before
    batches = file.iter_batches(batch_size=_ROWS, row_groups=[group], columns=columns, use_threads=False)
    while True:
        try:
            batch = next(batches, None)
            values = None if batch is None else [] if _is_empty(batch) else _microseconds(batch).to_pylist()
        except Exception as error:  # as above
            yield from _without_text(empty, number)
            yield UnreadableInput(f"cannot be read after row {number}: its row group is damaged ({own_words(error)})")
            return
        if values or values is None:
            yield from _without_text(empty, number)
        if batch is None or values is None:
            return
        for at, value in enumerate(values, start=number + 1):
            yield record_of(f"row {at}", value, max_bytes)
        number += batch.num_rows
        if values:
            empty = number


def _is_empty(batch: Any) -> bool:
    """Whether no row has a text or names a file."""
    told = (c for name, c in zip(batch.schema.names, batch.columns, strict=True) if name.casefold() in _TELLING)
    return all(column.null_count == batch.num_rows for column in told)


def _without_text(first: int, last: int) -> Iterator[InvalidRecord]:
    """One problem for however many rows, which cost a file next to nothing."""
    if first < last:
        rows = f"row {last}: it has" if last == first + 1 else f"rows {first + 1} to {last}: they have"
        yield InvalidRecord(f"{rows} no text; give the article's text as 'text' or 'articleBody'")


def _microseconds(batch: Any) -> Any:
    """The batch with its times cut to microseconds, for Python's have no nanoseconds."""
    import pyarrow as pa

    fields = [
        field.with_type(pa.timestamp("us", tz=field.type.tz)) if pa.types.is_timestamp(field.type) else field
        for field in batch.schema
    ]
    return pa.Table.from_batches([batch]).cast(pa.schema(fields), safe=False)
