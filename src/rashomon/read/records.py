"""JSON and JSON Lines: our own records, manifest lines, schema.org articles, and documents of several of these."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from rashomon.errors import InputError, InvalidRecord, UnreadableInput
from rashomon.read.decode import clean, decode
from rashomon.read.draft import Draft, compose
from rashomon.read.language import require_english
from rashomon.read.markdown import parts
from rashomon.read.metadata import FIELD_NAMES, Metadata, from_fields, merge
from rashomon.read.page import looks_like_html, read_page
from rashomon.read.schema_org import article_nodes

TEXT_FIELDS = (
    "text", "articlebody", "body", "content", "content_text", "body_text", "maintext", "main_text", "fulltext",
    "full_text", "article_text", "bodytext", "raw_text",
)  # fmt: skip
_PARTS = ("paragraphs", "headings", "furniture")
# Every name, in lower case, under which something of a record is read.
FIELDS = frozenset((*TEXT_FIELDS, *_PARTS, "credits", *(name for names in FIELD_NAMES.values() for name in names)))


class Record(NamedTuple):
    """One JSON object that stands for an article, and where it stands ("line 3", "article 2")."""

    where: str
    fields: Mapping[str, object]


def record_of(where: str, values: Mapping[str, object], max_bytes: int) -> Record | InputError:
    """A row of a table as a record: dates as ISO 8601 has them, bytes decoded, arrays as lists, no empty cells."""
    fields: dict[str, object] = {}
    for name, value in values.items():
        if isinstance(value, str | bytes) and len(value) > max_bytes:
            return UnreadableInput(f"{where}: {name!r} is larger than {max_bytes / 1e6:g} MB")
        if isinstance(value, datetime | date):
            fields[name] = value.isoformat()
        elif isinstance(value, bytes):
            try:
                fields[name] = decode(value)
            except InputError as error:
                return type(error)(f"{where}: {name!r} {error.message}")
        elif value is not None:
            fields[name] = value.tolist() if hasattr(value, "tolist") else value
    return Record(where, fields)


def looks_like_json(text: str) -> bool:
    """Whether a text opens as a JSON object or a list of them."""
    return bool(re.match(r"\s*(?:\{\s*(?:\"|\})|\[\s*(?:\{|\]|\[))", text))


def records(text: str) -> Iterator[Record | InvalidRecord]:
    """The records of a JSON or JSON Lines text. A bad line is an error in its place and does not end the reading."""
    whole = _decoded(text)
    if not isinstance(whole, InvalidRecord):
        yield from _within(whole, "article")
        return
    lines = [(n, line) for n, line in enumerate(text.split("\n"), start=1) if line.strip()]
    opened = [line for _, line in lines if line.lstrip().startswith("{")]
    if len(opened) < 2 or (len(opened) < len(lines) and isinstance(_decoded(opened[0]), InvalidRecord)):
        yield whole
        return
    for number, line in lines:
        value = _decoded(line)
        if isinstance(value, InvalidRecord):
            yield InvalidRecord(f"line {number}: {value.message}")
        elif not isinstance(value, dict):
            yield InvalidRecord(f"line {number}: is not a JSON object")
        else:
            yield from _within(value, f"line {number}")


def _decoded(text: str) -> object:
    try:
        return msgspec.json.decode(text.encode("utf-8"))
    except RecursionError:
        return InvalidRecord("the JSON is nested too deeply")
    except (msgspec.MsgspecError, UnicodeError) as error:
        return InvalidRecord(f"is not valid JSON: {str(error).removeprefix('JSON is malformed: ')}")


def _within(value: object, where: str) -> Iterator[Record | InvalidRecord]:
    """The records in one JSON value: itself, its items, its ``articles``, or the articles of its graph."""
    if isinstance(value, list):
        for number, item in enumerate(value, start=1):
            if isinstance(item, dict):
                yield from _within(item, f"article {number}")
            else:
                yield InvalidRecord(f"article {number}: is not a JSON object")
        if not value:
            yield InvalidRecord("holds no article: the list is empty")
    elif isinstance(value, dict):
        if isinstance(value.get("articles"), list):
            yield from _within(value["articles"], where)
        elif "@graph" in value or ("@type" in value and not _text(value)[1]):
            nodes = article_nodes(value)
            yield from (Record(where, node) for node in nodes)
            if not nodes:
                yield InvalidRecord(f"{where}: holds no schema.org article")
        else:
            yield Record(where, value)
    else:
        yield InvalidRecord("is JSON, but neither an object nor a list of objects")


def is_manifest_line(record: Record) -> bool:
    """Whether a record names a file instead of holding a text."""
    return isinstance(record.fields.get("path"), str) and not _text(record.fields)[1]


def read_record(input: str, record: Record, stated: Metadata, default: Metadata) -> Draft:
    """The article in a record. ``stated`` beats the record's fields, which beat ``default``.

    Raises:
        InvalidRecord: no text, a field of the wrong type, a date that is none, or parts that do not fit the text.
        InputError: the text is no report or not English.
    """
    known = merge(stated, from_fields(record.fields, record.where), default)
    name, text = _text(record.fields)
    if not isinstance(text, str):
        missing = f"{name!r} must be a string" if text is not None else "it has no text"
        raise InvalidRecord(f"{record.where}: {missing}; give the article's text as 'text' or 'articleBody'")
    try:
        if looks_like_html(text):
            return read_page(input, text, known, Metadata())
        if any(record.fields.get(part) for part in _PARTS):
            return _with_parts(input, text, record, known)
        text = clean(text)
        text, found = parts(text)
        return compose(input, text, found, known, trusted_language=known.language)
    except InvalidRecord:
        raise
    except InputError as error:
        raise type(error)(f"{record.where}: {error.message}") from error


def _text(fields: Mapping[str, object]) -> tuple[str, object]:
    """The name and value of the field that holds the text; a list of paragraphs is joined."""
    folded = {str(key).casefold(): value for key, value in fields.items()}
    for name in TEXT_FIELDS:
        value = folded.get(name)
        if value not in (None, "", []):
            if isinstance(value, list) and all(isinstance(item, str) for item in value):
                return name, "\n\n".join(value)
            return name, value
    return "text", None


class _Part(msgspec.Struct):
    start: int
    end: int


def _with_parts(input: str, text: str, record: Record, known: Metadata) -> Draft:
    """An article that was read before: its parts stand as they are, if they fit the text."""
    try:
        given = {name: tuple(msgspec.convert(record.fields.get(name) or [], list[_Part])) for name in _PARTS}
        credits = msgspec.convert(record.fields.get("credits") or (), tuple[str, ...])
    except msgspec.ValidationError as error:
        raise InvalidRecord(
            f"{record.where}: paragraphs, headings, furniture or credits are malformed: {error}"
        ) from error
    ranges = sorted((p.start, p.end) for parts in given.values() for p in parts)
    ends = [0, *(end for _, end in ranges)]
    if any(start < before or end < start for (start, end), before in zip(ranges, ends, strict=False)) or ends[-1] > len(
        text
    ):
        raise InvalidRecord(f"{record.where}: paragraphs, headings and furniture overlap or lie outside the text")
    if text != clean(text):
        raise InvalidRecord(f"{record.where}: the text has line ends that would move its paragraphs' offsets; use \\n")
    if known.language:
        require_english(known.language)
    paragraphs, headings, furniture = (tuple(sorted((p.start, p.end) for p in given[name])) for name in _PARTS)
    return Draft(input, known, text, paragraphs, headings, furniture, credits)
