"""From the name of an input (file, folder, manifest, address, ``-``) to all that it holds, article by article."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

import msgspec

from rashomon.errors import InputError, InvalidRecord, MissingInput, RashomonError, UnreadableInput, missing, told
from rashomon.read import parquet, table, warc
from rashomon.read.decode import clean, decode
from rashomon.read.draft import Draft
from rashomon.read.fetch import fetch
from rashomon.read.metadata import Metadata, from_fields, merge
from rashomon.read.others import kind_of
from rashomon.read.page import looks_like_html, read_page
from rashomon.read.plain import read_plain
from rashomon.read.records import Record, is_manifest_line, looks_like_json, read_record, records

MANIFEST = "manifest.jsonl"
_MARKDOWN_SUFFIXES = (".md", ".markdown")
_TEXT_SUFFIXES = (".txt", ".text", *_MARKDOWN_SUFFIXES)
_HTML_SUFFIXES = (".html", ".htm", ".xhtml")
_LINES_SUFFIXES = (".jsonl", ".ndjson")
_JSON_SUFFIXES = (".json", *_LINES_SUFFIXES)
_TABLE_SUFFIXES = (".csv", ".tsv")
_PLAIN_SUFFIXES = (*_TEXT_SUFFIXES, *_HTML_SUFFIXES, *_JSON_SUFFIXES, *_TABLE_SUFFIXES)
_ARCHIVE_SUFFIXES = (".warc", ".parquet")
# What reading compressed files raises where they are damaged or cut off.
_BROKEN = (OSError, EOFError, zlib.error)
# So many troubles of one file or address are told one by one.
_MOST_TOLD = 1000
Outcome = Draft | RashomonError


@dataclass(frozen=True)
class Settings:
    """How inputs are read. ``bulk``: folders with their sub-folders, compressed files and archives in them, too, and
    a line that is too long costs itself and not the lines after it."""

    options: Metadata
    max_bytes: int
    allow_private: bool
    stdin: BinaryIO | None
    bulk: bool = False


def contents(name: str, settings: Settings) -> Iterator[Outcome]:
    """All that one input holds, errors in their places, each with the input it is about.

    Of one file's errors the first are given, and then one that says how many more there are.
    """
    more: dict[str, int] = {}
    for outcome in _caught(name, _opened(name, settings)):
        if isinstance(outcome, RashomonError):
            about = outcome.input or name
            more[about] = more.get(about, 0) + 1
            if more[about] > _MOST_TOLD:
                continue
        yield outcome
    for about, count in more.items():
        if count > _MOST_TOLD:
            yield UnreadableInput(f"{count - _MOST_TOLD:,} more like these could not be read", input=about)


def shown(name: str) -> str:
    """An input's name as it can be printed."""
    return printable(name)[:300] or repr(name)


def printable(name: str) -> str:
    """The text on one line, undecodable bytes and control characters replaced."""
    return "".join(c if c.isprintable() else "_" for c in name.encode("utf-8", "replace").decode("utf-8")).strip()


def _caught(name: str, outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
    """The outcomes, and what breaks them off as the last of them, so that other inputs are read."""
    try:
        for outcome in outcomes:
            yield outcome.about(shown(name)) if isinstance(outcome, RashomonError) and not outcome.input else outcome
    except RashomonError as error:
        yield error.about(error.input or shown(name))
    except _BROKEN as error:
        yield UnreadableInput(f"cannot be read: {_reason(error)}", input=shown(name))
    except Exception as error:  # whatever a library trips over costs what it was reading, and no more (law 7)
        yield defeated(error, input=shown(name))


@contextmanager
def guarded(name: str, where: str | None = None) -> Iterator[None]:
    """What goes wrong while one record is read, as an error of that record.

    Raises:
        InputError: the record cannot be read, or the reader was defeated by it.
        MissingPart: a package is missing.
    """
    try:
        yield
    except (RashomonError, *_BROKEN):
        raise
    except Exception as error:
        raise defeated(error, where, input=shown(name)) from error


def defeated(error: Exception, where: str | None = None, *, input: str | None = None) -> RashomonError:
    """What a foreign exception is to a person: the input defeated the reader, or a package is missing."""
    if isinstance(error, ImportError):
        return missing(error)
    place = f"{where}: " if where else ""
    return UnreadableInput(f"{place}cannot be read ({printable(told(error))}); please report it", input=input)


def _reason(error: Exception) -> str:
    if isinstance(error, gzip.BadGzipFile | EOFError | zlib.error):
        return "the compressed data is damaged or cut off"
    return getattr(error, "strerror", None) or type(error).__name__


def _opened(name: str, settings: Settings) -> Iterator[Outcome]:
    if name == "-":
        yield from _standard_input(settings)
    elif re.match(r"https?://", name, re.IGNORECASE):
        page = fetch(name, max_bytes=settings.max_bytes, allow_private=settings.allow_private)
        called = _stem_of_url(page.url)
        known = Metadata(url=page.url)
        yield from _documents(name, page.data, settings, called=called, known=known, charset=page.charset)
    elif re.match(r"[a-zA-Z][a-zA-Z0-9+.-]+://", name):
        raise MissingInput("is no http or https address and no file")
    else:
        yield from _file_or_folder(name, settings)


class _Rejoined(io.RawIOBase):
    """A stream from which some bytes were read already, as if they had not been."""

    def __init__(self, begun: bytes, rest: BinaryIO) -> None:
        self._begun, self._rest = io.BytesIO(begun), rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # (the stubs' Buffer has no length)
        data = self._begun.read(len(buffer)) or self._rest.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _standard_input(settings: Settings) -> Iterator[Outcome]:
    """One document within the limit, or JSON lines of any number, of which each is."""
    stream = settings.stdin if settings.stdin is not None else sys.stdin.buffer
    data = stream.read(settings.max_bytes + 1)
    first = data.removeprefix(codecs.BOM_UTF8).lstrip().partition(b"\n")[0].strip()
    if len(data) > settings.max_bytes and first.startswith(b"{") and first.endswith(b"}"):
        yield from _lines("-", io.BufferedReader(_Rejoined(data, stream)), settings)
    else:
        yield from _documents("-", _within(data, settings), settings)


def _file_or_folder(name: str, settings: Settings) -> Iterator[Outcome]:
    path = Path(name)
    if not name or "\0" in name:
        raise MissingInput("is no name of a file")
    try:
        is_folder = path.is_dir()
        there = path.exists() or path.is_symlink()
    except OSError as error:
        raise MissingInput(f"cannot be looked up: {error.strerror}") from error
    if not there:
        raise MissingInput("there is no such file or directory")
    if is_folder:
        yield from _folder(path, settings)
    else:
        yield from _file(path, settings)


def _folder(folder: Path, settings: Settings) -> Iterator[Outcome]:
    """A folder's manifest if it has one, else what it holds, by name; in bulk, its sub-folders likewise.

    Hidden files and folders, links to folders and files of other kinds are passed over.
    """
    empty = True
    pending = [folder]
    while pending:
        path = pending.pop()
        if path != folder and not path.is_dir():
            empty = False
            yield from _caught(str(path), _file(path, settings))
            continue
        try:
            below = [path / MANIFEST] if (path / MANIFEST).is_file() else _below(path, settings)
        except OSError as error:
            empty = False
            yield UnreadableInput(f"cannot be read: {_reason(error)}", input=shown(str(path)))
            continue
        pending += reversed(below)
    if empty:
        wanted = _PLAIN_SUFFIXES if not settings.bulk else (*_PLAIN_SUFFIXES, *_ARCHIVE_SUFFIXES, ".gz")
        raise MissingInput(f"holds no article: no {MANIFEST} and no file that ends in {', '.join(wanted)}")


def _below(folder: Path, settings: Settings) -> list[Path]:
    """The files of a folder that are read and, in bulk, its folders, sorted by name."""
    names = sorted(p for p in folder.iterdir() if not p.name.startswith("."))
    return [p for p in names if (_is_read_in_folders(p, settings) and not p.is_dir()) or _is_branch(p, settings)]


def _is_read_in_folders(path: Path, settings: Settings) -> bool:
    if settings.bulk:
        return _suffix(path) in (*_PLAIN_SUFFIXES, *_ARCHIVE_SUFFIXES)
    return path.suffix.casefold() in _PLAIN_SUFFIXES


def _is_branch(path: Path, settings: Settings) -> bool:
    return settings.bulk and path.is_dir() and not path.is_symlink()


def _suffix(path: Path) -> str:
    """What kind of file it is: the last suffix, or the one before ``.gz``."""
    last = path.suffix.casefold()
    return Path(path.stem).suffix.casefold() if last == ".gz" else last


def _stem(path: Path) -> str | None:
    stem = Path(path.stem).stem if path.suffix.casefold() == ".gz" else path.stem
    return printable(stem) or None


@contextmanager
def _stream(path: Path) -> Iterator[BinaryIO]:
    """The file's bytes, decompressed where its name ends in ``.gz``."""
    with path.open("rb") as plain:
        if path.suffix.casefold() != ".gz":
            yield plain
            return
        with gzip.GzipFile(fileobj=plain, mode="rb") as unpacked:
            yield io.BufferedReader(unpacked)


def _file(path: Path, settings: Settings, manifest: Metadata | None = None) -> Iterator[Outcome]:
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
        raise UnreadableInput("is no regular file")
    suffix, name = _suffix(path), str(path)
    if suffix in _ARCHIVE_SUFFIXES:
        if not stat.S_ISREG(mode):
            raise UnreadableInput("is no regular file")
        yield from (_pages if suffix == ".warc" else _rows)(path, settings, _of_all(manifest))
        return
    with _stream(path) as stream:
        if suffix in _LINES_SUFFIXES:
            yield from _lines(name, stream, settings, manifest, base=path.parent)
            return
        data = _within(stream.read(settings.max_bytes + 1), settings)
    called, base = _stem(path), path.parent
    yield from _documents(name, data, settings, manifest, suffix=suffix, called=called, base=base)


def _within(data: bytes, settings: Settings) -> bytes:
    if len(data) > settings.max_bytes:
        advice = "write many articles as JSON lines" if data.lstrip()[:1] in (b"[", b"{") else "give the article alone"
        raise UnreadableInput(f"is larger than {settings.max_bytes / 1e6:g} MB; no article is; {advice}")
    return data


def _lines(
    name: str, stream: BinaryIO, settings: Settings, manifest: Metadata | None = None, base: Path | None = None
) -> Iterator[Outcome]:
    """JSON lines, one by one, for there may be many where none is large."""
    empty = True
    for number, line in _numbered(stream, settings):
        if len(line) > settings.max_bytes:
            empty = False
            yield UnreadableInput(f"line {number}: is larger than {settings.max_bytes / 1e6:g} MB")
            if not settings.bulk:
                return
        elif line.strip():
            empty = False
            yield from _line(name, number, line, settings, manifest, base)
    if empty:
        raise UnreadableInput("is empty")


def _numbered(stream: BinaryIO, settings: Settings) -> Iterator[tuple[int, bytes]]:
    """The lines and their numbers from 1; of one that is too long, its beginning.

    Raises:
        UnreadableInput: the stream broke off.
    """
    number = 0
    try:
        while line := stream.readline(settings.max_bytes + 1):
            number += 1
            yield number, line
            while len(line) > settings.max_bytes and not line.endswith(b"\n"):
                line = stream.readline(settings.max_bytes + 1)
                if not line:
                    return
    except _BROKEN as error:
        where = f"after line {number}" if number else "from its beginning"
        raise UnreadableInput(f"cannot be read {where}: {_reason(error)}") from error


def _line(
    name: str, number: int, line: bytes, settings: Settings, manifest: Metadata | None, base: Path | None
) -> Iterator[Outcome]:
    try:
        with guarded(name):
            found = list(records(decode(line)))
    except InputError as error:
        yield type(error)(f"line {number}: {error.message}")
        return
    for record in found:
        if isinstance(record, InvalidRecord):
            yield InvalidRecord(f"line {number}: {record.message}")
        else:
            placed = Record(f"line {number}", record.fields)
            several = len(found) > 1
            yield from _record(name, placed, settings, _of_all(manifest) if several else manifest, base=base)


def _of_all(manifest: Metadata | None) -> Metadata | None:
    """What a manifest's line says of all articles of a file; an id or an address can be one article's only."""
    return None if manifest is None else msgspec.structs.replace(manifest, id=None, url=None)


def _record(
    name: str,
    record: Record | InputError,
    settings: Settings,
    manifest: Metadata | None = None,
    *,
    base: Path | None = None,
    called: str | None = None,
    known: Metadata | None = None,
) -> Iterator[Outcome]:
    """The article of a record, or of the file that a manifest's line names; a record that is none is the error."""
    if isinstance(record, InputError):
        yield record
        return
    manifest = manifest or Metadata()
    try:
        if is_manifest_line(record):
            if base is None:
                raise InvalidRecord(f"{record.where}: names a file, which only a manifest in a file can do")
            path = _listed(record, base)
            line = merge(from_fields(record.fields, record.where), manifest)
            yield from _caught(str(path), _file(path, settings, line))
        else:
            with guarded(name, record.where):
                draft = read_record(name, record, merge(settings.options, manifest), known or Metadata())
            yield draft._replace(where=record.where, called=called)
    except InputError as error:
        yield error.about(shown(name))


def _pages(path: Path, settings: Settings, manifest: Metadata | None) -> Iterator[Outcome]:
    """The articles of a WARC file's pages."""
    stated = merge(settings.options, manifest or Metadata())
    for page in warc.pages(path, settings.max_bytes):
        if isinstance(page, InputError):
            yield page
            continue
        try:
            with guarded(str(path)):
                draft = article_in(str(path), decode(page.data, page.charset), stated, Metadata(url=page.url))
            yield draft._replace(where=page.where, called=_stem_of_url(page.url))
        except InputError as error:
            yield type(error)(f"{page.where}: {error.message}")


def _rows(path: Path, settings: Settings, manifest: Metadata | None) -> Iterator[Outcome]:
    """The articles of a Parquet file's rows."""
    for row in parquet.rows(path, settings.max_bytes):
        yield from _record(str(path), row, settings, manifest)


def _listed(record: Record, base: Path) -> Path:
    """The file that a manifest's line names, inside the manifest's own folder.

    Raises:
        InvalidRecord: the path leads out of that folder, to itself a manifest, or nowhere.
    """
    given = str(record.fields["path"])
    path = base / given
    try:
        inside = path.resolve().is_relative_to(base.resolve())
        there = inside and path.is_file()
    except (OSError, ValueError, RuntimeError):
        inside, there = True, False
    if not inside:
        raise InvalidRecord(f"{record.where}: the path {given!r} leads out of the manifest's directory")
    if not there:
        raise InvalidRecord(f"{record.where}: there is no file {given!r} beside the manifest")
    if _suffix(path) in _LINES_SUFFIXES:
        raise InvalidRecord(f"{record.where}: the path {given!r} names another manifest; list the articles themselves")
    return path


def _documents(
    name: str,
    data: bytes,
    settings: Settings,
    manifest: Metadata | None = None,
    *,
    suffix: str = "",
    called: str | None = None,
    known: Metadata | None = None,
    charset: str | None = None,
    base: Path | None = None,
) -> Iterator[Outcome]:
    """What the bytes of one file, page or stream hold, told by the content first and by the suffix in doubt."""
    text = decode(data, charset)
    known = known or Metadata()
    if suffix in _JSON_SUFFIXES or looks_like_json(text):
        found = list(records(clean(text)))
        if suffix in _JSON_SUFFIXES or _is_json(text) or not all(isinstance(r, InvalidRecord) for r in found):
            several = len(found) > 1
            for record in found:
                if several:  # the file's name and address can stand for one article only
                    yield from _record(name, record, settings, _of_all(manifest), base=base)
                else:
                    yield from _record(name, record, settings, manifest, base=base, called=called, known=known)
            return
    if suffix in _TABLE_SUFFIXES or (suffix not in _HTML_SUFFIXES and table.looks_like_table(text)):
        for row in table.rows(clean(text)):
            yield from _record(name, row, settings, _of_all(manifest))
        return
    stated = merge(settings.options, manifest or Metadata())
    draft = article_in(
        name, text, stated, known, markup=suffix in _HTML_SUFFIXES, markdown=suffix in _MARKDOWN_SUFFIXES
    )
    yield draft._replace(called=called)


def article_in(
    name: str, text: str, stated: Metadata, known: Metadata, *, markup: bool = False, markdown: bool = False
) -> Draft:
    """The article in a page, if the text looks like one or is known to be ``markup``, else in plain text.

    ``markdown``: a plain text is known to be Markdown.

    ``stated`` beats what the text says of itself, which beats what is ``known``.

    Raises:
        InputError: there is none, or it is not English.
    """
    if (what := kind_of(text)) is not None:
        raise UnreadableInput(f"is {what}")
    if markup or looks_like_html(text):
        return read_page(name, text, stated, known)
    return read_plain(name, text, stated, known, markdown=markdown)


def _is_json(text: str) -> bool:
    """Whether a text without a telling suffix is meant as JSON: it opens with an object's first key."""
    return bool(re.match(r"\s*\[\s*\]\s*$|\s*\[?\s*\{\s*\"[^\"\n]{1,60}\"\s*:", text))


def _stem_of_url(url: str) -> str | None:
    """The last part of a URL's path without its suffix; ``None`` for a bare host."""
    last = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
    return printable(Path(last).stem)[:60] or None
