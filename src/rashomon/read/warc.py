"""WARC files (ISO 28500): the pages that a crawl kept, as the files of Common Crawl News hold them.

A page is the answer to a request: a ``response`` record with HTTP status 200 and HTML or plain text in it. A record's
date is when it was crawled and says nothing of when its article was published.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, NamedTuple

from rashomon.errors import FetchError, InputError, MissingPart, TryLater, UnreadableInput, told
from rashomon.read.unpack import unpacked

if TYPE_CHECKING:
    from fastwarc.warc import ArchiveIterator, WarcRecord

_KINDS = ("text/html", "application/xhtml+xml", "text/plain")
_GZIP = b"\x1f\x8b\x08"
_PLAIN = b"WARC/1."
_STEP = 1 << 20


class Page(NamedTuple):
    """An answer with its codings undone; ``where`` is "record 17 (https://…)", counted from 1 over all records."""

    where: str
    url: str
    data: bytes
    charset: str | None


def pages(path: Path, max_bytes: int) -> Iterator[Page | InputError]:
    """The pages in a WARC file, plain or compressed record by record, with what cannot be read in its place.

    After a damaged place the reading goes on with the next record that can be found.

    Raises:
        MissingPart: fastwarc is not installed.
        OSError: the file cannot be read.
    """
    iterator = _library()
    number = 0
    with path.open("rb") as stream:
        opening = _GZIP if stream.read(len(_GZIP)) == _GZIP else _PLAIN
        at: int | None = 0
        found: Page | InputError | None = None
        while at is not None:
            stream.seek(at)
            last, whole = at, True
            try:
                for record in iterator(stream, parse_http=False):
                    number += 1
                    last, found = record.stream_pos, None
                    try:
                        for found in _page(record, number, max_bytes):
                            yield found
                    except (OSError, InputError):
                        raise
                    except Exception as error:  # whatever a library trips over costs the record, and no more (law 7)
                        yield UnreadableInput(f"record {number}: cannot be read ({told(error)}); please report it")
            except OSError as error:
                if error.errno is not None:
                    raise
                whole = False
            # A record that states too great a length swallows those after it without an error.
            at = _next_record(stream, last + 1, opening)
            if not whole or at is not None:
                yield UnreadableInput(_damage(number, at))
        if number == 0 and whole:
            yield UnreadableInput("holds no record")
        elif (
            whole
            and (broken := _broken_end(stream, last, opening))
            and not (broken == "in" and isinstance(found, InputError))
        ):
            yield UnreadableInput(f"breaks off {broken} record {number}; what comes after that is lost")


def _library() -> type[ArchiveIterator]:
    try:
        from fastwarc.warc import ArchiveIterator
    except ImportError as error:
        wanted = "WARC files are read with fastwarc; install it with: pip install 'rashomon[archive]'"
        raise MissingPart(wanted) from error
    return ArchiveIterator


def _damage(number: int, at: int | None) -> str:
    where = f"after record {number}" if number else "from its beginning"
    rest = "what comes after it is lost" if at is None else f"the reading goes on at byte {at}"
    return f"is damaged {where}, or is no WARC file; {rest}"


def _broken_end(stream: BinaryIO, last: int, opening: bytes) -> Literal["in", "after"] | None:
    """Whether the file ends within the record that begins at ``last``, or with something after it that is no record.

    The library passes over both without an error.
    """
    stream.seek(last)
    return _broken_member(stream) if opening == _GZIP else _broken_plain(stream, last)


def _broken_member(stream: BinaryIO) -> Literal["in", "after"] | None:
    machine = zlib.decompressobj(31)
    data = stream.read(_STEP)
    try:
        while data and not machine.eof:
            while data and not machine.eof:
                machine.decompress(data, _STEP)  # by parts, for a few bytes may unpack to any number
                data = machine.unconsumed_tail
            data = machine.unused_data or stream.read(_STEP)
    except zlib.error:  # packed as a whole, so that no member begins with the record
        return None
    return "in" if not machine.eof else "after" if data.strip(b"\0") else None


def _broken_plain(stream: BinaryIO, last: int) -> Literal["in", "after"] | None:
    head = stream.read(_STEP)
    fields = re.match(rb"(?:[^\r\n]+\r?\n)+\r?\n", head)
    length = re.search(rb"^content-length:\s*(\d{1,15})", head, re.IGNORECASE | re.MULTILINE)
    if fields is None or length is None or len(head) < fields.end():
        return "in"
    end = last + fields.end() + int(length[1])
    if stream.seek(0, 2) < end:
        return "in"
    stream.seek(end)
    return "after" if stream.read(_STEP).strip() else None


def _next_record(stream: BinaryIO, start: int, opening: bytes) -> int | None:
    """The first byte from ``start`` on at which a record begins; ``None`` if there is none."""
    base, window = start, b""
    while True:
        stream.seek(base + len(window))
        data = stream.read(_STEP)
        window += data
        found = window.find(opening)
        while found != -1:
            if _begins_record(stream, base + found, opening):
                return base + found
            found = window.find(opening, found + 1)
        if not data:
            return None
        kept = window[1 - len(opening) :]
        base += len(window) - len(kept)
        window = kept


def _begins_record(stream: BinaryIO, at: int, opening: bytes) -> bool:
    stream.seek(at - 1)
    before = stream.read(1)
    data = stream.read(200)
    if opening == _GZIP:
        try:
            data = zlib.decompressobj(31).decompress(data, 40)
        except zlib.error:
            return False
    elif before != b"\n":
        return False
    return bool(re.match(rb"WARC/1\.\d\r?\n", data))


def _page(record: WarcRecord, number: int, max_bytes: int) -> Iterator[Page | InputError]:
    """The page in a record, if it holds one, or why it cannot be had.

    Raises:
        OSError: the file is damaged here, so that the place of the next record is not known.
    """
    if (record.headers.get("WARC-Type") or "").strip().casefold() != "response":
        return
    url = (record.headers.get("WARC-Target-URI") or "").strip("<> ")
    where = f"record {number}" + (f" ({url})" if url else "")
    if url and not re.match(r"https?://", url, re.IGNORECASE):
        return
    record.parse_http(auto_decode="none")
    if not record.is_http_parsed or record.http_headers.status_code is None:
        yield UnreadableInput(f"{where}: holds no HTTP response, or not all of one")
        return
    if record.http_headers.status_code != 200 or (record.http_content_type or "").casefold() not in _KINDS:
        return
    whole = record.content_length
    body = record.reader.read(max_bytes + 1)
    if not url:
        yield UnreadableInput(f"{where}: names no address (WARC-Target-URI)")
    elif len(body) < min(whole, max_bytes + 1):
        yield UnreadableInput(f"{where}: breaks off after {len(body)} of {whole} bytes")
    else:
        yield _decoded(record, body, where, url, max_bytes)


def _decoded(record: WarcRecord, body: bytes, where: str, url: str, max_bytes: int) -> Page | InputError:
    headers = record.http_headers
    if "chunked" in (headers.get("Transfer-Encoding") or "").casefold():
        body = _unchunked(body)
    try:
        data = unpacked([body], headers.get("Content-Encoding") or "", max_bytes)
    except FetchError as error:
        # Some crawlers keep the header and undo the coding.
        if not body.lstrip().startswith(b"<") or len(body) > max_bytes:
            broken_off = isinstance(error, TryLater)
            return UnreadableInput(
                f"{where}: {'breaks off within its compressed data' if broken_off else error.message}"
            )
        data = body
    return Page(where, url, data, record.http_charset)


def _unchunked(body: bytes) -> bytes:
    """The body without the sizes of its chunks (RFC 9112, 7.1); as it is where a crawler took them out already."""
    found: list[bytes] = []
    at = 0
    while size := re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n").match(body, at):
        length = int(size[1], 16)
        found.append(body[size.end() : size.end() + length])
        at = size.end() + length + 2
        if length == 0:
            break
    return b"".join(found) if found else body
