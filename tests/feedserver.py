"""A server on loopback that serves feeds in every way in which feeds go wrong. All texts and places are invented.

Each path behaves in its own way, the same every time unless its name says otherwise; ``asked`` keeps what was asked
for. Pages are at ``/page/NAME``, each another article.
"""

from __future__ import annotations

import gzip
import ssl
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

import brotli

NOW = datetime(2031, 5, 17, 12, 0, tzinfo=UTC)
OUTLET = "The Velm Harbour Post"
CERTIFICATE = Path(__file__).with_name("velm.example.pem")
_PLACES = ("Velm", "Orrin", "Tarsk", "Lower Hask", "Brennick", "Sund", "Quay Marl", "Ostrey")


class Clock:
    """A clock that only sleeping moves; ``waits`` are how long it was slept."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits: list[float] = []
        self._lock = threading.Lock()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.now += seconds
            self.waits.append(round(seconds, 3))


class Asked(NamedTuple):
    """One request: its path and its headers by lower-case name."""

    path: str
    headers: Mapping[str, str]


class Item(NamedTuple):
    """One entry of a feed. ``link`` is a path, or a whole address."""

    link: str
    title: str = "Old bridge closed"
    date: datetime | None = NOW - timedelta(hours=2)
    guid: str | None = None
    content: str | None = None


def article(name: str) -> str:
    """A page with an article of its own about an event in a place that does not exist."""
    place = _PLACES[zlib.crc32(name.encode()) % len(_PLACES)]
    return (
        f"<!DOCTYPE html><html lang=en><head><title>Bridge {name} closed in {place}</title>"
        f"<meta property=og:site_name content='{OUTLET}'></head><body><article>"
        f"<h1>Bridge {name} closed in {place}</h1>{paragraphs(name, place)}</article></body></html>"
    )


def paragraphs(name: str, place: str = "Velm") -> str:
    """The paragraphs of an article as HTML."""
    return (
        f"<p>The harbour master of {place} closed bridge {name} on Saturday after two days of heavy rain, and said "
        "that nobody would be let across before the engineers had seen its piers.</p>"
        f"<p>The ferry will run through the night for those who work on the far bank of the river, Mara Tolle, who "
        f"speaks for the town of {place}, told reporters at the quay on Saturday evening.</p>"
        f"<p>Shopkeepers near bridge {name} said that they had heard nothing of how long the works would take, and "
        "that the last time it had been a month, which had cost some of them their best weeks of the year. The council "
        "meets on Tuesday to hear what the engineers have found, and what a new pier would cost the town.</p>"
    )


def rss(base: str, items: Iterable[Item], *, title: str = OUTLET, extra: str = "", opening: str = "") -> bytes:
    """An RSS 2.0 document."""
    out = []
    for item in items:
        link = base + item.link if item.link.startswith("/") else item.link
        date = f"<pubDate>{format_datetime(item.date)}</pubDate>" if item.date else ""
        guid = f"<guid isPermaLink='false'>{escape(item.guid)}</guid>" if item.guid else ""
        content = f"<content:encoded><![CDATA[{item.content}]]></content:encoded>" if item.content else ""
        out.append(f"<item><title>{item.title}</title><link>{escape(link)}</link>{guid}{date}{content}</item>")
    return (
        f"<?xml version='1.0' encoding='utf-8'?>{opening}<rss version='2.0' "
        "xmlns:content='http://purl.org/rss/1.0/modules/content/'>"
        f"<channel><title>{title}</title><link>{base}/</link>{extra}{''.join(out)}</channel></rss>"
    ).encode()


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that go away."""


class FeedServer:
    """The server; a context.

    ``robots`` is its robots.txt, or a status; a path in ``instead`` answers with that (a status, a body, or where it
    leads to). It takes ``linger`` seconds for each answer. ``most_of_one`` and ``most_of_all`` are the most requests
    that it had at once, by one of the names of its host and in all. With ``tls`` it speaks https, as ``velm.example``.
    """

    def __init__(self, *, tls: bool = False) -> None:
        self.asked: list[Asked] = []
        self.robots: str | int = 404
        self.instead: dict[str, int | bytes | str] = {}
        self.linger = 0.0
        self.most_of_one = self.most_of_all = 0
        self._present: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._http = _Quiet(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self._ending = threading.Event()
        self.port = self._http.server_port
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
            self._http.socket = context.wrap_socket(self._http.socket, server_side=True)

    def __enter__(self) -> FeedServer:
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._http.shutdown()
        self._http.server_close()

    def times(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(asked.path == path for asked in self.asked)

    @contextmanager
    def present(self, host: str) -> Iterator[None]:
        """Count a request while it is answered."""
        with self._lock:
            self._present[host] += 1
            self.most_of_one = max(self.most_of_one, *self._present.values())
            self.most_of_all = max(self.most_of_all, self._present.total())
        self.pause(self.linger)
        try:
            yield
        finally:
            with self._lock:
                self._present[host] -= 1

    def pause(self, seconds: float) -> bool:
        """Wait; whether the server goes on."""
        return not self._ending.wait(seconds)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(_Handler):
            server_ = outer

        return Handler


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server_: FeedServer

    def do_GET(self) -> None:
        self.server_.asked.append(Asked(self.path, {k.lower(): v for k, v in self.headers.items()}))
        try:
            with self.server_.present(self.headers["host"]):
                self._route(self.path.partition("?")[0])
        except OSError:  # the client has had enough
            self.close_connection = True

    def _route(self, path: str) -> None:
        if path in self.server_.instead:
            self._instead(self.server_.instead[path])
        elif path == "/robots.txt":
            rules = self.server_.robots
            self._instead(rules.encode() if isinstance(rules, str) else rules)
        elif path.startswith("/page/"):
            self.answer(article(path.removeprefix("/page/")).encode(), "text/html; charset=utf-8")
        elif path in _ROUTES:
            _ROUTES[path](self)
        else:
            self.status(404)

    def _instead(self, what: int | str | bytes) -> None:
        if isinstance(what, int):
            self.status(what)
        elif isinstance(what, str):
            self.status(302, location=what)
        else:
            self.answer(what, "text/html")

    def answer(self, body: bytes, kind: str = "application/rss+xml", **headers: str) -> None:
        self.head(200, {"content-type": kind, "content-length": str(len(body)), **_dashed(headers)})
        self.wfile.write(body)

    def status(self, code: int, **headers: str) -> None:
        self.head(code, {"content-length": "0", **_dashed(headers)})

    def head(self, code: int, headers: Mapping[str, str]) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def feed(self, *items: Item, **options: str) -> bytes:
        return rss(self.server_.url, items, **options)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _dashed(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


Route = Callable[[_Handler], None]
GOOD = (Item("/page/1"), Item("/page/2"), Item("/page/3"))


def _good(h: _Handler) -> None:
    if h.headers["if-none-match"] == '"first"':
        h.status(304, etag='"first"')
    else:
        h.answer(
            h.feed(*GOOD), etag='"first"', last_modified=format_datetime(NOW, usegmt=True), cache_control="max-age=600"
        )


def _typed(kind: str) -> Route:
    return lambda h: h.answer(h.feed(*GOOD), kind)


def _body(body: bytes, kind: str = "application/rss+xml", **headers: str) -> Route:
    return lambda h: h.answer(body, kind, **headers)


def _packed(pack: Callable[[bytes], bytes], coding: str) -> Route:
    return lambda h: h.answer(pack(h.feed(*GOOD)), content_encoding=coding)


def _moved(code: int, to: str) -> Route:
    return lambda h: h.status(code, location=to)


def _drips(h: _Handler) -> None:
    """A byte now and then: no single read ever takes long."""
    h.head(200, {"content-type": "application/rss+xml", "connection": "close"})
    for byte in h.feed(*GOOD):
        h.wfile.write(bytes([byte]))
        if not h.server_.pause(0.05):
            return


def _drips_headers(h: _Handler) -> None:
    h.wfile.write(b"HTTP/1.1 200 OK\r\n")
    number = 0
    while h.server_.pause(0.05):
        number += 1
        h.wfile.write(f"x-{number}: y\r\n".encode())


def _endless(h: _Handler) -> None:
    h.head(200, {"content-type": "application/rss+xml", "connection": "close"})
    h.wfile.write(b"<rss><channel>")
    while not h.server_._ending.is_set():
        h.wfile.write(b"<item><title>And another one</title></item>" * 500)


def _huge_headers(h: _Handler) -> None:
    h.head(200, {f"x-{n}": "y" * 1000 for n in range(400)} | {"content-length": "0"})


def _cut(h: _Handler) -> None:
    body = h.feed(*GOOD)
    h.head(200, {"content-type": "application/rss+xml", "content-length": str(len(body))})
    h.wfile.write(body[: len(body) // 2])
    h.close_connection = True


def _changing_ids(h: _Handler) -> None:
    turn = h.server_.times(h.path)
    h.answer(h.feed(*(item._replace(guid=f"{turn}-{item.link}") for item in GOOD)))


def _busy_at_first(h: _Handler) -> None:
    if h.server_.times(h.path) < 3:
        h.status(503, retry_after="7")
    else:
        h.answer(h.feed(*GOOD))


def _shared(number: int) -> Route:
    def route(h: _Handler) -> None:
        own = Item(f"/page/own-{number}", f"Of feed {number} alone")
        tracked = Item(f"/page/shared?utm_source=feed{number}", "In all five", guid=f"s{number}")
        h.answer(h.feed(tracked, own, title=f"Velm, section {number}"))

    return route


def _hostile_links(h: _Handler) -> None:
    links = (
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,hello",
        "ftp://velm.example/bridge",
        "/page/1",
    )
    h.answer(h.feed(*(Item(link, f"Link {n}") for n, link in enumerate(links))))


def _entity(h: _Handler) -> None:
    opening = (
        "<!DOCTYPE rss [<!ENTITY local SYSTEM 'file:///etc/passwd'>"
        f"<!ENTITY inward SYSTEM '{h.server_.url}/page/secret'>]>"
    )
    h.answer(h.feed(Item("/page/1", "Leak &local; &inward;"), opening=opening))


def _laughs(h: _Handler) -> None:
    opening = "<!DOCTYPE rss [<!ENTITY a0 'ha'>"
    opening += "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)) + "]>"
    h.answer(h.feed(Item("/page/1", "Funny &a11;"), opening=opening))


def _future(h: _Handler) -> None:
    h.answer(h.feed(Item("/page/1", date=NOW + timedelta(days=400)), Item("/page/2", date=NOW + timedelta(hours=5))))


def _thousand(h: _Handler) -> None:
    h.answer(h.feed(*(Item(f"/page/{n}", f"Number {n}") for n in range(1000))))


def _with_content(h: _Handler) -> None:
    h.answer(
        h.feed(Item("/nowhere/7", "Bridge 7 closed", content=paragraphs("7")), Item("/nowhere/8", "Bridge 8 closed"))
    )


_BOMB = gzip.compress(bytes(40_000_000), mtime=0)
_ROUTES: dict[str, Route] = {
    "/good.xml": _good,
    "/type/html.xml": _typed("text/html"),
    "/type/octets.xml": _typed("application/octet-stream"),
    "/type/picture.xml": _typed("image/png"),
    "/packed/gzip.xml": _packed(gzip.compress, "gzip"),
    "/packed/brotli.xml": _packed(brotli.compress, "br"),
    "/packed/zlib.xml": _packed(zlib.compress, "deflate"),
    "/packed/bare.xml": _packed(lambda data: zlib.compress(data)[2:-4], "deflate"),
    "/packed/twice.xml": _packed(lambda data: brotli.compress(gzip.compress(data)), "gzip, br"),
    "/packed/members.xml": _packed(lambda data: gzip.compress(data[:99]) + gzip.compress(data[99:]), "gzip"),
    "/packed/not.xml": _packed(lambda data: data, "gzip"),
    "/packed/as-nonsense.xml": _packed(lambda data: data, "utf-8"),
    "/packed/wrongly.xml": _packed(lambda data: data, "br"),
    "/packed/many-times.xml": _packed(lambda data: data, "gzip, gzip, gzip, gzip"),
    "/packed/cut.xml": _packed(lambda data: gzip.compress(data)[:-30], "gzip"),
    "/packed/cut-brotli.xml": _packed(lambda data: brotli.compress(data)[:-30], "br"),
    "/bomb/gzip.xml": _body(_BOMB, content_encoding="gzip"),
    "/bomb/brotli.xml": _body(brotli.compress(bytes(40_000_000), quality=1), content_encoding="br"),
    "/bomb/twice.xml": _body(gzip.compress(_BOMB, mtime=0), content_encoding="gzip, gzip"),
    "/broken.xml": lambda h: h.answer(h.feed(*GOOD).replace(b"</item>", b"</itm>", 1)[:-30]),
    "/moved.xml": _moved(301, "/good.xml"),
    "/moved-for-now.xml": _moved(302, "/good.xml"),
    "/moved-twice.xml": _moved(308, "/moved.xml"),
    "/moved-somehow.xml": _moved(302, "/moved.xml"),
    "/moved-to-page.xml": _moved(301, "/page/1"),
    "/loop.xml": _moved(301, "/loop.xml"),
    "/nowhere-to.xml": lambda h: h.status(302),
    "/inward.xml": _moved(301, "http://10.0.0.7/feed.xml"),
    "/to-file.xml": _moved(301, "file:///etc/passwd"),
    "/to-data.xml": _moved(302, "data:text/xml,<rss/>"),
    "/to-ftp.xml": _moved(307, "ftp://velm.example/feed.xml"),
    "/gone.xml": lambda h: h.status(410),
    "/forbidden.xml": lambda h: h.status(403),
    "/failing.xml": lambda h: h.status(500),
    "/busy.xml": lambda h: h.status(429, retry_after="1800"),
    "/busy-until.xml": lambda h: h.status(
        503, retry_after=format_datetime(datetime.now(UTC) + timedelta(seconds=900), usegmt=True)
    ),
    "/busy-at-first.xml": _busy_at_first,
    "/unasked-304.xml": lambda h: h.status(304),
    "/slow.xml": _drips,
    "/slow-headers.xml": _drips_headers,
    "/endless.xml": _endless,
    "/huge-headers.xml": _huge_headers,
    "/cut.xml": _cut,
    "/empty.xml": _body(b""),
    "/page.xml": lambda h: h.answer(article("1").encode(), "application/rss+xml"),
    "/ids.xml": _changing_ids,
    "/future.xml": _future,
    "/thousand.xml": _thousand,
    "/links.xml": _hostile_links,
    "/entity.xml": _entity,
    "/laughs.xml": _laughs,
    "/content.xml": _with_content,
    "/picture": _body(b"\x89PNG", "image/png"),
    **{f"/shared/{n}.xml": _shared(n) for n in range(1, 6)},
}
