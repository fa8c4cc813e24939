"""Asking other people's servers for feeds and pages as a guest should: slowly, one at a time, never again for nothing.

The standards: conditional requests and what may be kept how long (RFC 9110, RFC 9111), robots.txt (RFC 9309).
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Literal, NamedTuple

import httpx

from rashomon.errors import FetchError, InputError, MissingPart, RashomonError, TryLater, told
from rashomon.read.hop import PAGE, Allowance, Received, Want, Web, expect_page, follow, retry_after

if TYPE_CHECKING:
    from protego import Protego

MAX_BYTES = 10_000_000
TOTAL_SECONDS = 60.0
DELAY = 1.0
TRIES = 3
# Our name in a robots.txt, and the first word of our User-Agent.
TOKEN = "rashomon"
_MAX_DELAY = 30.0
# Before the second and the third try, unless the server says for how long.
_BACKOFF = (2.0, 8.0)
# A longer wait than this is not waited for: the caller comes back.
_MAX_WAIT = 60.0
# How long a host that did not answer is left alone, and for how long at most one that asks for it.
_REST, _MAX_REST = 60.0, 3600.0
_ROBOTS_BYTES = 512 * 1024
_ROBOTS_KEPT = 86_400.0
# While a robots.txt cannot be had, nothing of its host is read; so ask again sooner.
_ROBOTS_AGAIN = 600.0
# Of all robots.txt that are kept together. Parsed, one takes some sixty times its bytes where it is full of wildcards.
_ROBOTS_TOGETHER = 2 * 2**20
_MOST_HOSTS = 10_000
_FEED = {
    "accept": "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, application/json;q=0.9, text/xml;q=0.9, text/html;q=0.5, */*;q=0.1"
}
_UNCHANGED, _GONE = 304, 410
_log = logging.getLogger(__name__)
_CONTACT = re.compile(r"[!-'*-~]+(?: [!-'*-~]+)*")
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


class Stopped(RashomonError):
    """The crawler was stopped while this request waited for its turn; nothing was asked."""


class Answer(NamedTuple):
    """What an address gave.

    ``url`` is the address after redirects; ``permanent`` is the address to ask from now on, where all redirects were
    for good. ``status``: ``fresh`` (``data`` is what is there now), ``unchanged`` (since ``etag`` or ``modified``, as
    given) or ``gone`` (for good, says the server). ``etag`` and ``modified`` are for the next time. ``retry_after``
    and ``max_age`` are the seconds before which the server asks us not to come back, or says there is nothing new.
    """

    url: str
    permanent: str | None
    status: Literal["fresh", "unchanged", "gone"]
    data: bytes = b""
    charset: str | None = None
    etag: str | None = None
    modified: str | None = None
    retry_after: float | None = None
    max_age: float | None = None


class _Host:
    """How one host is to be treated. ``turn`` is held by whoever asks it; ``learning`` by whoever fetches its rules.

    The moments are of the crawler's clock.
    """

    def __init__(self, delay: float) -> None:
        self.turn = threading.Lock()
        self.learning = threading.Lock()
        self.delay = delay
        self.next = float("-inf")
        self.rests_until = float("-inf")


class _Rules(NamedTuple):
    """A robots.txt, or ``None`` while it cannot be had, when to ask for it again, and how many bytes it has."""

    rules: Protego | None
    until: float
    size: int = 0


class Crawler:
    """Fetches feeds and pages politely, over one pool of connections. Safe to use from several threads.

    One host is asked one thing at a time and once in ``delay`` seconds (or as its robots.txt has it, up to 30 s), hosts
    are asked side by side. A host that does not answer is left alone for a minute, and one that asks for more time
    gets it, up to an hour. ``contact`` (an address of mail or web) is told to the servers in the User-Agent header.
    ``seconds`` is all the time on the network for one ``get``, redirects and further tries included.
    ``clock`` and ``sleep`` are for waiting only; without ``sleep``, ``stop`` ends all waits.

    Raises:
        MissingPart: a library for it is not installed.
        InputError: the contact cannot stand in a header.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        contact: str | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
        max_bytes: int = MAX_BYTES,
        seconds: float = TOTAL_SECONDS,
        delay: float = DELAY,
    ) -> None:
        self._protego = _protego()
        self._stopped = threading.Event()
        self._clock, self._sleep = clock, sleep or self._stopped.wait
        self._max_bytes, self._seconds, self._delay = max_bytes, seconds, delay
        self._web = Web(agent=_agent(contact), allow_private=allow_private)
        self._lock = threading.Lock()
        self._hosts: dict[str, _Host] = {}
        self._robots: dict[str, _Rules] = {}

    def __enter__(self) -> Crawler:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def stop(self) -> None:
        """Let what is being received end, and everything that waits for its turn, or comes later, fail at once."""
        self._stopped.set()

    def close(self) -> None:
        """Stop, and close all connections. To be called when no other thread asks for anything any more."""
        self.stop()
        self._web.close()

    def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        modified: str | None = None,
        accept: Literal["page", "feed"] = "page",
        obey_robots: bool,
    ) -> Answer:
        """What is at an address now, unless it is what it was at ``etag`` and ``modified``.

        ``obey_robots`` is for whatever this program comes to by itself, such as the articles that a feed names. A feed
        to which a person subscribed is asked for as every feed reader does, whatever robots.txt says. A page must be
        text by its own word; a feed may call itself anything.

        Raises:
            FetchError: it cannot be had, and asking again will not help.
            TryLater: it cannot be had now. ``retry_after`` is set where its host is to be left alone so many seconds.
            Stopped: ``stop`` was called.
        """
        headers = dict(PAGE if accept == "page" else _FEED)
        headers |= {k: v for k, v in (("if-none-match", etag), ("if-modified-since", modified)) if v}
        want, allowance = Want(self._max_bytes, headers, text_only=accept == "page"), Allowance(self._seconds)

        def ask(target: httpx.URL) -> Received:
            if obey_robots:
                self._expect_allowed(target)
            return self._asked(target, allowance, want)

        try:
            last, permanent = follow(url, ask)
            return _answer(last, permanent, conditional=bool(etag or modified))
        except RashomonError as error:
            raise error.about(error.input or url) from error

    def _asked(self, target: httpx.URL, allowance: Allowance, want: Want) -> Received:
        """One hop, tried up to ``TRIES`` times."""
        with self._turn(target.host) as host:
            for backoff in (*_BACKOFF, None):
                self._wait(host)
                try:
                    return _expected(self._web.get(target, allowance, want))
                except TryLater as error:
                    wait = backoff if error.retry_after is None else error.retry_after
                    if backoff is None or wait is None or wait > _MAX_WAIT or not allowance.left:
                        self._let_rest(host, error)
                        raise
                    host.next = self._clock() + max(wait, host.delay)
                finally:
                    host.next = max(host.next, self._clock() + host.delay)
        raise AssertionError("the last try returns or raises")

    def _host(self, name: str) -> _Host:
        with self._lock:
            if name not in self._hosts and len(self._hosts) >= _MOST_HOSTS:
                self._forget()
            return self._hosts.setdefault(name, _Host(self._delay))

    def _forget(self) -> None:
        """Forget the hosts that nobody asks and that may be asked at once."""
        now = self._clock()
        for name, host in list(self._hosts.items()):
            if not host.turn.locked() and not host.learning.locked() and max(host.next, host.rests_until) <= now:
                del self._hosts[name]

    @contextmanager
    def _turn(self, name: str) -> Iterator[_Host]:
        """The host, for this thread alone; not while it rests."""
        host = self._host(name)
        with host.turn:
            rest = host.rests_until - self._clock()
            if rest > 0:
                raise TryLater("was not asked for: its host failed or asked for time a moment ago", retry_after=rest)
            yield host

    def _wait(self, host: _Host) -> None:
        wait = host.next - self._clock()
        if wait > 0 and not self._stopped.is_set():
            self._sleep(wait)
        if self._stopped.is_set():
            raise Stopped("was not asked for: the program is stopping")

    def _let_rest(self, host: _Host, error: TryLater) -> None:
        """Leave a host alone that does not answer at all, or that says it has too much to do."""
        if error.status in (None, 429, 503):
            host.rests_until = self._clock() + min(error.retry_after or _REST, _MAX_REST)

    def _expect_allowed(self, target: httpx.URL) -> None:
        origin = f"{target.scheme}://{target.netloc.decode('ascii').rpartition('@')[2]}"
        host = self._host(target.host)
        with host.learning:
            known = self._robots.get(origin)
            if known is None or known.until <= self._clock():
                known = self._rules(origin, host)
                self._keep(origin, known)
        if known.rules is None:
            raise TryLater(
                "was not asked for: the site's robots.txt cannot be had, so it is not known what may be read there",
                retry_after=max(0.0, known.until - self._clock()),
            )
        if not known.rules.can_fetch(str(target), TOKEN):
            raise FetchError("may not be read by programs, says the site's robots.txt")

    def _rules(self, origin: str, host: _Host) -> _Rules:
        """The rules of a site: all is allowed where there is no robots.txt, nothing while it cannot be had."""
        want, allowance = Want(_ROBOTS_BYTES, PAGE, cut=True), Allowance(self._seconds)
        try:
            last, _ = follow(f"{origin}/robots.txt", lambda target: self._asked(target, allowance, want))
            text = last.data.decode("utf-8-sig", "replace")
            if len(last.data) >= _ROBOTS_BYTES:
                said = "%s/robots.txt: is larger than %d kB; what comes after them is left out (RFC 9309, 2.5)"
                _log.warning(said, origin, _ROBOTS_BYTES // 1024)
        except TryLater as error:
            return _Rules(None, self._clock() + min(error.retry_after or _ROBOTS_AGAIN, _MAX_REST))
        except FetchError as error:
            if error.status is None:
                return _Rules(None, self._clock() + _ROBOTS_AGAIN)
            text = ""
        rules = self._parsed(origin, text)
        if rules is None:
            return _Rules(None, self._clock() + _ROBOTS_AGAIN)
        host.delay = max(self._delay, min(rules.crawl_delay(TOKEN) or 0.0, _MAX_DELAY))
        host.next = max(host.next, self._clock() + host.delay)
        return _Rules(rules, self._clock() + _ROBOTS_KEPT, len(text))

    def _parsed(self, origin: str, text: str) -> Protego | None:
        """The rules in a robots.txt; none, so that nothing is read, where they defeat the library."""
        try:
            return self._protego.parse(text)
        except Exception as error:  # whatever a parser trips over, the other sites go on (law 7)
            _log.warning("%s/robots.txt: cannot be read (%s)", origin, told(error))
            return None

    def _keep(self, origin: str, rules: _Rules) -> None:
        """Keep the rules of a site, and forget the oldest where all together are too many bytes."""
        with self._lock:
            self._robots.pop(origin, None)
            self._robots[origin] = rules
            while len(self._robots) > 1 and sum(r.size + 1024 for r in self._robots.values()) > _ROBOTS_TOGETHER:
                del self._robots[next(iter(self._robots))]


def _expected(received: Received) -> Received:
    """What was received, if it is an answer to go on with: the thing, a redirect, no change, or gone for good."""
    if received.location is None and received.status not in (_UNCHANGED, _GONE):
        expect_page(received)
    return received


def _answer(last: Received, permanent: str | None, *, conditional: bool) -> Answer:
    if last.status == _UNCHANGED and not conditional:
        raise FetchError("answered that it has not changed, though nothing of it is known here", status=_UNCHANGED)
    age = _MAX_AGE.search(last.headers.get("cache-control", ""))
    return Answer(
        str(last.url),
        permanent,
        "unchanged" if last.status == _UNCHANGED else "gone" if last.status == _GONE else "fresh",
        data=last.data,
        charset=last.charset,
        etag=last.headers.get("etag"),
        modified=last.headers.get("last-modified"),
        retry_after=retry_after(last),
        max_age=float(age.group(1)) if age else None,
    )


def _agent(contact: str | None) -> str:
    if contact is not None and not _CONTACT.fullmatch(contact):
        raise InputError("is no contact that can be told to servers; give an address of mail or web", input=contact)
    return f"{TOKEN}/{version('rashomon')}" + (f" (+{contact})" if contact else "")


def _protego() -> type[Protego]:
    try:
        from protego import Protego
    except ImportError as error:
        raise MissingPart("fetching feeds needs more libraries; pip install 'rashomon[archive]'") from error
    return Protego
