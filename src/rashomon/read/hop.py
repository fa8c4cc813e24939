"""One request to one checked address, and the redirects from one to the next.

All that this program asks of the network goes through ``Web``: it connects to no address that ``fetch`` has not
checked, waits no longer than it is allowed to, and takes in no more bytes than it is told, however they are packed.
"""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, NamedTuple

import httpcore
import httpx

from rashomon.errors import FetchError, TryLater, own_words
from rashomon.read.fetch import MAX_REDIRECTS, checked_addresses
from rashomon.read.unpack import accepted, unpacked

_LONGEST_SILENCE = 10.0
_CONNECTIONS = 64
_SHORT = 16_384
_REDIRECTS = (301, 302, 303, 307, 308)
_LASTING = (301, 308)
_OK = (200, 203)
_PASSING = (408, 425, 429)
PAGE = {"accept": "text/html, application/xhtml+xml, application/json;q=0.9, text/plain;q=0.8, */*;q=0.1"}
_TEXTUAL = re.compile(r"text/|application/(?:(?:[\w.-]+\+)?xml|(?:[\w.-]+\+)?json|x-ndjson|jsonl|json-seq)", re.I)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w:.-]+)", re.IGNORECASE)


class Allowance:
    """The seconds that all requests for one thing may take together. Waiting for one's turn does not count."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.left = seconds


class Want(NamedTuple):
    """What is asked for: request headers, and what of an answer is taken.

    ``text_only``: what says that it is no text is an error before it is read. ``cut``: what is larger than
    ``max_bytes`` is cut there instead of being an error.
    """

    max_bytes: int
    headers: Mapping[str, str]
    text_only: bool = False
    cut: bool = False


class Received(NamedTuple):
    """The answer to one request. ``headers`` are by lower-case name; ``data`` is empty unless the status is OK."""

    url: httpx.URL
    status: int
    reason: str
    headers: Mapping[str, str]
    data: bytes

    @property
    def ok(self) -> bool:
        """Whether this is the thing that was asked for."""
        return self.status in _OK

    @property
    def charset(self) -> str | None:
        """The charset that the server declares."""
        found = _CHARSET.search(self.headers.get("content-type", ""))
        return found.group(1) if found else None

    @property
    def location(self) -> str | None:
        """Where it redirects to, as the server words it."""
        return self.headers.get("location") if self.status in _REDIRECTS else None


class Web:
    """A pool of connections to checked addresses. Safe to use from several threads.

    ``agent`` is the User-Agent header; a host without any private address is asked unless ``allow_private``.
    """

    def __init__(self, *, agent: str, allow_private: bool = False) -> None:
        self._headers = {"user-agent": agent, "accept-encoding": accepted()}
        self._pool = httpcore.ConnectionPool(
            ssl_context=_tls(),
            max_connections=_CONNECTIONS,
            keepalive_expiry=_LONGEST_SILENCE,
            network_backend=_Guard(allow_private),
        )

    def __enter__(self) -> Web:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    def get(self, target: httpx.URL, allowance: Allowance, want: Want) -> Received:
        """The answer to one GET.

        Raises:
            FetchError: refused address, too large, wrongly packed, no text.
            TryLater: no connection, no answer in time, or one that broke off.
        """
        begun = time.monotonic()
        try:
            return self._get(target, begun + allowance.left, want)
        except httpcore.TimeoutException as error:
            if time.monotonic() - begun < allowance.left:
                raise TryLater(f"was silent for {_LONGEST_SILENCE:g} seconds") from error
            raise TryLater(f"gave no complete answer within {allowance.seconds:g} seconds") from error
        except (httpcore.NetworkError, httpcore.RemoteProtocolError) as error:
            raise TryLater(f"could not be fetched ({own_words(error)})") from error
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
            raise FetchError(f"is not a valid address ({own_words(error)})") from error
        finally:
            allowance.left = max(0.0, allowance.left - (time.monotonic() - begun))

    def _get(self, target: httpx.URL, deadline: float, want: Want) -> Received:
        address = httpcore.URL(scheme=target.raw_scheme, host=target.raw_host, port=target.port, target=target.raw_path)
        host = target.netloc.decode("ascii").rpartition("@")[2]
        headers = [(k.encode(), v.encode()) for k, v in ({"host": host} | self._headers | dict(want.headers)).items()]
        # Moments, not durations: see _Guarded.
        limits = {"connect": deadline, "read": deadline, "write": deadline}
        with self._pool.stream("GET", address, headers=headers, extensions={"timeout": limits}) as got:
            found = Received(target, got.status, _reason(got), _by_name(got.headers), b"")
            if not found.ok:
                _pass_over(got, found)
                return found
            if want.text_only:
                _expect_text(found)
            packed = found.headers.get("content-encoding", "")
            return found._replace(data=unpacked(got.iter_stream(), packed, want.max_bytes, cut=want.cut))


def follow(url: str, ask: Callable[[httpx.URL], Received]) -> tuple[Received, str | None]:
    """The answer at the end of the redirects from ``url``, each hop asked by ``ask``; and the address to ask from now
    on, where every redirect said that it is for good.

    Raises:
        FetchError: no http or https address on the way, or more than ``MAX_REDIRECTS`` redirects.
    """
    target = _target(url)
    lasting = True
    for hop in range(MAX_REDIRECTS + 1):
        received = ask(target)
        if received.location is None:
            return received, str(target) if hop and lasting else None
        lasting = lasting and received.status in _LASTING
        target = _target(received.location, target)
    raise FetchError(f"redirects more than {MAX_REDIRECTS} times")


def _target(url: str, base: httpx.URL | None = None) -> httpx.URL:
    try:
        target = (base.join(url) if base is not None else httpx.URL(url)).copy_with(fragment=None)
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise FetchError(f"is not a valid address ({own_words(error)})") from error
    if target.scheme not in ("http", "https") or not target.host:
        raise FetchError(f"leads to {url[:80]!r}; only http and https addresses are read")
    return target


def expect_page(received: Received) -> None:
    """Nothing, if this is what was asked for.

    Raises:
        FetchError: the server says that it is not there, or not for us.
        TryLater: the server is busy or broken; how long to wait is given if it says so in seconds.
    """
    if received.ok:
        return
    said = f"answered with HTTP status {received.status} {received.reason}".rstrip()
    if received.status >= 500 or received.status in _PASSING:
        raise TryLater(said, status=received.status, retry_after=retry_after(received))
    raise FetchError(said, status=received.status)


def retry_after(received: Received) -> float | None:
    """The seconds for which the server asks us to wait; a moment is counted from the answer's own date."""
    value = received.headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}", value):
        return float(value)
    try:
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(received.headers.get("date", ""))
    except (ValueError, TypeError):
        return None
    return max(0.0, wait.total_seconds())


@cache
def _tls() -> ssl.SSLContext:
    """What certificates are checked against; it takes a twentieth of a second to load."""
    return httpx.create_ssl_context(trust_env=False)


def _pass_over(response: httpcore.Response, received: Received) -> None:
    """Take in the short words that go with a redirect or an error, so that the connection can be used again."""
    length = received.headers.get("content-length", "")
    if received.status == 304 or (length.isdecimal() and int(length) <= _SHORT):
        with suppress(httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
            for _ in response.iter_stream():
                pass


def _expect_text(received: Received) -> None:
    kind = received.headers.get("content-type", "").strip()
    if kind and not _TEXTUAL.match(kind):
        raise FetchError(f"is {kind.split(';')[0].strip()[:60]!r}, not a page of text")


def _reason(response: httpcore.Response) -> str:
    told = response.extensions.get("reason_phrase", b"")
    return bytes(told).decode("ascii", "replace")[:60]


def _by_name(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by lower-case name; of repeated ones, the values behind each other (RFC 9110, 5.3)."""
    found: dict[str, str] = {}
    for name, value in headers:
        key = name.decode("ascii", "replace").lower()
        try:
            text = value.decode("utf-8")
        except UnicodeDecodeError:
            text = value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


class _Guard(httpcore.NetworkBackend):
    """Connects to checked addresses only. The pool knows hosts by their names, so that TLS is with the name, too."""

    def __init__(self, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first of the host's addresses that answers."""
        addresses = checked_addresses(host, port, allow_private=self._allow_private)
        for last, address in enumerate(addresses, start=1):
            try:
                stream = self._plain.connect_tcp(address, port, _until(timeout), local_address, socket_options)
                return _Guarded(stream)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if last == len(addresses):
                    raise
        raise httpcore.ConnectError("no address")


class _Guarded(httpcore.NetworkStream):
    """A connection whose limits of time are the moments (of ``time.monotonic``) at which they are over.

    httpcore hands a time-out through to each single read, so that a server that sends a byte now and then could go on
    for ever, in its headers, too. A moment, handed through in its place, holds for all of them together.
    """

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _until(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _until(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Guarded(self._stream.start_tls(ssl_context, server_hostname, _until(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _until(moment: float | None) -> float:
    """The seconds that one wait may take before ``moment``."""
    left = _LONGEST_SILENCE if moment is None else min(_LONGEST_SILENCE, moment - time.monotonic())
    if left <= 0:
        raise httpcore.ReadTimeout("no time left")
    return left
