"""The content codings of HTTP (RFC 9110, 8.4), undone piece by piece, so that no answer grows beyond what is wanted."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable, Iterable, Iterator

from rashomon.errors import FetchError, TryLater

try:
    import brotli
except ImportError:  # it comes with the archive's libraries; without it, servers send gzip
    brotli = None

# A thousandfold swelling is read in steps of this many bytes and stopped at the limit, not after it.
_PIECE = 64 * 1024
_GZIP, _ZLIB, _RAW = 31, 15, -15
_MOST_CODINGS = 3


def accepted() -> str:
    """The value of an Accept-Encoding header: what is undone here."""
    return ", ".join(name for name in _UNDONE if not name.startswith("x-"))


def unpacked(chunks: Iterable[bytes], codings: str, max_bytes: int, *, cut: bool = False) -> bytes:
    """The bytes of an answer with its ``codings`` undone (a Content-Encoding header; unknown ones count as none).

    What is labelled gzip but is none passes as it is, for many servers label so. ``max_bytes`` holds for what came and
    for all that it unpacks to; with ``cut``, more is left out, else it is an error.

    Raises:
        FetchError: too large, or not what the label says.
        TryLater: it ends in the middle.
    """
    names = [name.strip().lower() for name in codings.split(",") if name.strip()]
    if len(names) > _MOST_CODINGS:
        raise FetchError(f"is compressed {len(names)} times over; no page needs that")
    stream = _within(chunks, max_bytes, cut)
    for name in reversed(names):
        if name in _UNDONE:
            stream = _within(_named(name, _UNDONE[name](stream)), max_bytes, cut)
    return b"".join(stream)


def _within(chunks: Iterable[bytes], max_bytes: int, cut: bool) -> Iterator[bytes]:
    left = max_bytes
    for chunk in chunks:
        if len(chunk) > left and not cut:
            raise FetchError(f"is larger than {max_bytes / 1e6:g} MB; no article's page is")
        yield chunk[:left]
        left -= len(chunk)
        if left < 0:
            return


def _named(name: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, with a library's complaint put into words."""
    complaint: type[Exception] = brotli.error if name == "br" else zlib.error
    try:
        yield from pieces
    except complaint as error:
        raise FetchError(f"is not compressed as its server says ({name})") from error


def _gunzipped(chunks: Iterator[bytes]) -> Iterator[bytes]:
    first = _opening(chunks)
    rest = itertools.chain([first], chunks)
    return _inflated(rest, _GZIP) if first.startswith(b"\x1f\x8b") else rest


def _deflated(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """``deflate`` means zlib's format (RFC 1950), but some servers send the bare one (RFC 1951)."""
    first = _opening(chunks)
    wrapped = len(first) > 1 and first[0] & 15 == 8 and int.from_bytes(first[:2], "big") % 31 == 0
    return _inflated(itertools.chain([first], chunks), _ZLIB if wrapped else _RAW)


def _opening(chunks: Iterator[bytes]) -> bytes:
    """The first two bytes, and what came with them."""
    first = b""
    for chunk in chunks:
        first += chunk
        if len(first) > 1:
            break
    return first


def _inflated(chunks: Iterable[bytes], bits: int) -> Iterator[bytes]:
    """What zlib unpacks; of gzip, all members that stand one behind the other. What follows the end is left out."""
    machine, begun = zlib.decompressobj(bits), False
    for chunk in chunks:
        while chunk:
            if bits == _GZIP and not begun and not chunk.startswith(b"\x1f"):
                return
            begun = True
            yield from _pieces(machine, chunk)
            if not machine.eof:
                break
            if bits != _GZIP:
                return
            chunk = machine.unused_data
            machine, begun = zlib.decompressobj(bits), False
    if begun:
        raise _ends_early()


def _pieces(machine: zlib._Decompress, chunk: bytes) -> Iterator[bytes]:
    """All that a chunk unpacks to, a piece at a time."""
    while True:
        piece = machine.decompress(chunk, _PIECE)
        yield piece
        chunk = machine.unconsumed_tail
        if machine.eof or (not chunk and len(piece) < _PIECE):
            return


def _unbrotlied(chunks: Iterator[bytes]) -> Iterator[bytes]:
    machine, begun = brotli.Decompressor(), False
    for chunk in chunks:
        begun = begun or bool(chunk)
        while True:
            piece = machine.process(chunk, output_buffer_limit=_PIECE)
            yield piece
            chunk = b""
            if machine.is_finished():
                return
            # A full piece may leave more behind, even where all of the chunk was taken in.
            if len(piece) < _PIECE and machine.can_accept_more_data():
                break
    if begun:
        raise _ends_early()


def _ends_early() -> TryLater:
    return TryLater("broke off in the middle; try again")


_UNDONE: dict[str, Callable[[Iterator[bytes]], Iterator[bytes]]] = {
    "gzip": _gunzipped,
    "x-gzip": _gunzipped,
    "deflate": _deflated,
}
# Only later releases can stop in the middle of a piece; others would fill the memory.
if brotli is not None and hasattr(brotli.Decompressor, "can_accept_more_data"):
    _UNDONE["br"] = _unbrotlied
