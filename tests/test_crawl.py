"""Fetching politely, from a server on loopback that misbehaves; waiting is on a clock of our own."""

from __future__ import annotations

import gzip
import importlib
import socket
import ssl
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import brotli
import pytest
from feedserver import CERTIFICATE, Clock, FeedServer, article
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rashomon.errors import FetchError, InputError, TryLater
from rashomon.read.crawl import Answer, Crawler, Stopped
from rashomon.read.unpack import unpacked


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def crawler(clock: Clock) -> Iterator[Crawler]:
    with Crawler(allow_private=True, clock=clock, sleep=clock.sleep, max_bytes=300_000) as polite:
        yield polite


def feed(crawler: Crawler, server: FeedServer, path: str) -> Answer:
    return crawler.get(server.url + path, accept="feed", obey_robots=False)


def page(crawler: Crawler, server: FeedServer, path: str) -> Answer:
    return crawler.get(server.url + path, accept="page", obey_robots=True)


READ = [
    "/good.xml", "/type/html.xml", "/type/octets.xml", "/type/picture.xml", "/broken.xml", "/moved.xml", "/future.xml",
    "/moved-for-now.xml", "/moved-twice.xml", "/moved-somehow.xml", "/packed/gzip.xml", "/packed/brotli.xml",
    "/packed/zlib.xml", "/packed/bare.xml", "/packed/twice.xml", "/packed/members.xml", "/packed/not.xml",
    "/packed/as-nonsense.xml", "/links.xml", "/entity.xml", "/laughs.xml", "/thousand.xml", "/page.xml",
    "/busy-at-first.xml",
]  # fmt: skip


@pytest.mark.parametrize("path", READ)
def test_what_can_be_fetched_is(path: str, server: FeedServer, crawler: Crawler) -> None:
    answer = feed(crawler, server, path)
    assert answer.status == "fresh" and answer.data.lstrip().startswith((b"<?xml", b"<!DOCTYPE html"))
    if path.startswith("/packed/"):
        assert answer.data == feed(crawler, server, "/type/html.xml").data


# What is asked for, whether asking later can help, and what is said.
REFUSED: list[tuple[str, bool, str]] = [
    ("/missing.xml", False, "HTTP status 404"),
    ("/forbidden.xml", False, "HTTP status 403"),
    ("/failing.xml", True, "HTTP status 500"),
    ("/busy.xml", True, "HTTP status 429"),
    ("/unasked-304.xml", False, "not changed, though nothing of it is known"),
    ("/loop.xml", False, "redirects more than 5 times"),
    ("/nowhere-to.xml", False, "HTTP status 302"),
    ("/to-file.xml", False, "leads to 'file:///etc/passwd'; only http and https"),
    ("/to-data.xml", False, "only http and https"),
    ("/to-ftp.xml", False, "only http and https"),
    ("/endless.xml", False, "is larger than 0.3 MB"),
    ("/bomb/gzip.xml", False, "is larger than 0.3 MB"),
    ("/bomb/brotli.xml", False, "is larger than 0.3 MB"),
    ("/bomb/twice.xml", False, "is larger than 0.3 MB"),
    ("/packed/wrongly.xml", False, "is not compressed as its server says (br)"),
    ("/packed/many-times.xml", False, "is compressed 4 times over"),
    ("/packed/cut.xml", True, "broke off in the middle"),
    ("/packed/cut-brotli.xml", True, "broke off in the middle"),
    ("/huge-headers.xml", True, "could not be fetched"),
    ("/cut.xml", True, "could not be fetched"),
]


@pytest.mark.parametrize(("path", "later", "said"), REFUSED)
def test_what_cannot_be_fetched_is_told(
    path: str, later: bool, said: str, server: FeedServer, crawler: Crawler
) -> None:
    with pytest.raises(FetchError) as caught:
        feed(crawler, server, path)
    assert said in caught.value.message and caught.value.input == server.url + path
    assert isinstance(caught.value, TryLater) is later


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "javascript:alert(1)", "ftp://velm.example/", "data:,x", "//x/", ""]
)
def test_other_schemes_are_refused_without_a_request(url: str, crawler: Crawler) -> None:
    with pytest.raises(FetchError, match="only http and https") as caught:
        crawler.get(url, obey_robots=True)
    assert not isinstance(caught.value, TryLater)


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(st.text(), st.text().map(lambda text: f"http://{text}"), st.text().map(lambda text: f"https://v.{text}/"))
)
def test_whatever_an_address_is_made_of(url: str) -> None:
    with pytest.MonkeyPatch.context() as patch, Crawler(sleep=lambda _: None) as crawler:
        patch.setattr(socket, "getaddrinfo", lambda *_, **__: [])
        for obey in (True, False):
            with pytest.raises(FetchError):
                crawler.get(url, obey_robots=obey)


def test_redirects_into_a_private_network_are_refused(
    server: FeedServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server's own address is let through as if it were public; the one that it leads to is not."""
    fetching = importlib.import_module("rashomon.read.fetch")
    monkeypatch.setattr(fetching, "_is_public", lambda ip: ip == "127.0.0.1")
    monkeypatch.setattr(fetching, "_PORTS", (80, 443, server.port))
    with Crawler(clock=clock, sleep=clock.sleep) as crawler, pytest.raises(FetchError, match="private or reserved"):
        feed(crawler, server, "/inward.xml")


def test_a_private_address_is_not_even_connected_to(server: FeedServer, clock: Clock) -> None:
    with Crawler(clock=clock, sleep=clock.sleep) as crawler:
        for obey in (True, False):
            with pytest.raises(FetchError, match="private or reserved" if not obey else "robots|private"):
                crawler.get(f"{server.url}/good.xml", obey_robots=obey)
    assert not server.asked


def _everywhere_is_here(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let every name stand for this machine (or these addresses); the list of names that are asked for."""
    asked: list[str] = []

    def table(host: str, port: int, *_: object, **__: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        asked.append(host)
        found = (addresses or ("127.0.0.1",)) if host[0].isalpha() else (host,)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", table)
    return asked


def test_a_certificate_is_checked_against_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not against the address that the name was resolved to; and a connection to one name serves no other."""
    trusting = ssl.create_default_context(cafile=CERTIFICATE)
    monkeypatch.setattr(importlib.import_module("rashomon.read.hop"), "_tls", lambda: trusting)
    _everywhere_is_here(monkeypatch)
    with FeedServer(tls=True) as server, Crawler(allow_private=True, delay=0.0, sleep=lambda _: None) as crawler:
        assert crawler.get(f"https://velm.example:{server.port}/good.xml", obey_robots=True).status == "fresh"
        for host in ("orrin.example", "127.0.0.1"):
            with pytest.raises(TryLater, match="certificate verify failed"):
                crawler.get(f"https://{host}:{server.port}/good.xml", obey_robots=False)
        assert {asked.headers["host"] for asked in server.asked} == {f"velm.example:{server.port}"}


def test_a_certificate_of_nobody_is_not_trusted(crawler: Crawler) -> None:
    with FeedServer(tls=True) as server, pytest.raises(TryLater, match="certificate verify failed"):
        crawler.get(f"{server.url}/good.xml", obey_robots=False)
    assert not server.asked


def test_a_name_is_resolved_by_us_and_the_address_that_was_checked_is_connected_to(
    server: FeedServer, crawler: Crawler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A resolver that gives another answer the next time gains nothing: there is no next time."""
    asked = _everywhere_is_here(monkeypatch)
    port = server.port
    answer = crawler.get(f"http://velm.example:{port}/good.xml", obey_robots=False)
    assert answer.status == "fresh" and asked.count("velm.example") == 1
    assert server.asked[0].headers["host"] == f"velm.example:{port}"


def test_where_one_address_of_a_host_does_not_answer_the_next_is_asked(
    server: FeedServer, crawler: Crawler, monkeypatch: pytest.MonkeyPatch
) -> None:
    _everywhere_is_here(monkeypatch, "127.0.0.9", "127.0.0.1")
    assert crawler.get(f"http://velm.example:{server.port}/good.xml", obey_robots=False).status == "fresh"


def test_a_bomb_does_not_fill_the_memory(server: FeedServer, crawler: Crawler) -> None:
    for path in ("/bomb/gzip.xml", "/bomb/brotli.xml", "/bomb/twice.xml"):
        tracemalloc.start()
        with pytest.raises(FetchError, match="larger"):
            feed(crawler, server, path)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 3_000_000


PACKING: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "identity": lambda data: data,
    "X-Gzip": lambda data: gzip.compress(data[: len(data) // 2]) + gzip.compress(data[len(data) // 2 :]),
}


@settings(max_examples=150, deadline=None)
@example(b"bridge " * 40_000, ["br"], 65_536, 0)
@given(
    st.one_of(st.binary(max_size=300), st.sampled_from([2, 9000, 40_000]).map(lambda n: b"bridge " * n)),
    st.lists(st.sampled_from(sorted(PACKING)), max_size=3),
    st.integers(1, 5000),
    st.integers(0, 400_000),
)
def test_what_was_packed_is_unpacked_whatever_pieces_it_comes_in(
    data: bytes, codings: list[str], size: int, limit: int
) -> None:
    packed, largest = data, len(data)
    for coding in codings:
        packed = PACKING[coding](packed)
        largest = max(largest, len(packed))
    size = max(size, len(packed) // 2000)
    pieces = [packed[at : at + size] for at in range(0, len(packed), size)]
    said = ", ".join(codings)
    assert unpacked(pieces, said, largest) == data
    if len(data) > limit:
        with pytest.raises(FetchError, match="is larger"):
            unpacked(pieces, said, limit)
    if not codings:
        assert unpacked(pieces, said, limit, cut=True) == data[:limit]


def test_the_limit_of_time_is_one_for_everything(server: FeedServer, clock: Clock) -> None:
    with Crawler(allow_private=True, clock=clock, sleep=clock.sleep, seconds=0.3) as crawler:
        for path in ("/slow.xml", "/slow-headers.xml"):
            begun = time.monotonic()
            with pytest.raises(TryLater, match=r"within 0\.3 seconds"):
                feed(crawler, server, path)
            assert time.monotonic() - begun < 10
            clock.now += 100


def test_where_it_moved_for_good(server: FeedServer, crawler: Crawler) -> None:
    good = f"{server.url}/good.xml"
    assert feed(crawler, server, "/good.xml").permanent is None
    assert feed(crawler, server, "/moved.xml").permanent == good
    assert feed(crawler, server, "/moved-twice.xml").permanent == good
    for path in ("/moved-for-now.xml", "/moved-somehow.xml"):
        answer = feed(crawler, server, path)
        assert answer.permanent is None and answer.url == good


def test_gone_and_unchanged(server: FeedServer, crawler: Crawler) -> None:
    assert feed(crawler, server, "/gone.xml").status == "gone"
    first = feed(crawler, server, "/good.xml")
    assert (first.etag, first.modified, first.max_age) == ('"first"', "Sat, 17 May 2031 12:00:00 GMT", 600.0)
    again = crawler.get(
        f"{server.url}/good.xml", etag=first.etag, modified=first.modified, accept="feed", obey_robots=False
    )
    assert again.status == "unchanged" and not again.data
    assert server.asked[-1].headers["if-modified-since"] == first.modified


def test_a_tag_may_be_of_any_characters(server: FeedServer, crawler: Crawler) -> None:
    for tag in ('"caf\u00e9"', '"\u6a4b"'):
        crawler.get(f"{server.url}/good.xml", etag=tag, accept="feed", obey_robots=False)
        assert server.asked[-1].headers["if-none-match"].encode("latin-1") == tag.encode()


def test_charset_and_kind_of_page(server: FeedServer, crawler: Crawler) -> None:
    answer = page(crawler, server, "/page/1")
    assert answer.data == article("1").encode() and answer.charset == "utf-8"
    with pytest.raises(FetchError, match="'image/png', not a page of text"):
        page(crawler, server, "/picture")


def test_one_connection_serves_many_requests(server: FeedServer, crawler: Crawler) -> None:
    ports = set()
    accept = socket.socket.accept

    def counted(sock: socket.socket) -> tuple[socket.socket, object]:
        got = accept(sock)
        ports.add(got[1])
        return got

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "accept", counted)
        for number in range(4):
            page(crawler, server, f"/page/{number}")
    assert len(server.asked) == 5 and len(ports) == 1


def test_who_asks(server: FeedServer, clock: Clock) -> None:
    for contact, told in ((None, "rashomon/"), ("desk@velm.example", " (+desk@velm.example)")):
        with Crawler(allow_private=True, contact=contact, clock=clock, sleep=clock.sleep) as crawler:
            feed(crawler, server, "/good.xml")
        agent = server.asked[-1].headers["user-agent"]
        assert agent.startswith("rashomon/") and told in agent
    for contact in ("a\r\nx-evil: 1", "Jörg", "(", ""):
        with pytest.raises(InputError, match="no contact"):
            Crawler(contact=contact)


def test_a_host_is_asked_once_a_second(server: FeedServer, crawler: Crawler, clock: Clock) -> None:
    for number in range(3):
        page(crawler, server, f"/page/{number}")
    assert [asked.path for asked in server.asked] == ["/robots.txt", "/page/0", "/page/1", "/page/2"]
    assert clock.waits == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(("wanted", "waited"), [("12", 12.0), ("0.1", 1.0), ("3600", 30.0), ("soon", 1.0)])
def test_the_delay_that_a_site_wants(
    wanted: str, waited: float, server: FeedServer, crawler: Crawler, clock: Clock
) -> None:
    server.robots = f"User-agent: *\nCrawl-delay: {wanted}\n"
    page(crawler, server, "/page/1")
    feed(crawler, server, "/good.xml")
    assert clock.waits == [waited, waited]


def test_one_host_is_asked_one_thing_at_a_time_and_hosts_side_by_side(server: FeedServer) -> None:
    """Two hosts (by name; both are this machine) and eight threads: no host sees two requests at once."""
    server.linger = 0.1
    port = server.url.rpartition(":")[2]
    with Crawler(allow_private=True, delay=0.0) as crawler, ThreadPoolExecutor(8) as pool:
        urls = [f"http://{host}:{port}/page/{n}" for n in range(4) for host in ("127.0.0.1", "localhost")]
        answers = list(pool.map(lambda url: crawler.get(url, obey_robots=True), urls))
    assert all(answer.status == "fresh" for answer in answers)
    assert server.most_of_one == 1 and server.most_of_all == 2
    assert server.times("/robots.txt") == 2


ROBOTS: list[tuple[str | int, dict[str, bool]]] = [
    (404, {"/page/1": True}),
    (403, {"/page/1": True}),
    (410, {"/page/1": True}),
    ("", {"/page/1": True}),
    ("<html><body>Not found</body></html>", {"/page/1": True}),
    ("User-agent: *\nDisallow: /", {"/page/1": False}),
    ("User-agent: *\nDisallow: /\n\nUser-agent: Rashomon\nAllow: /page", {"/page/1": True}),
    ("User-agent: rashomon\nDisallow: /page/\nAllow: /page/2$", {"/page/1": False, "/page/2": True, "/page/22": False}),
    ("User-agent: othermon\nDisallow: /", {"/page/1": True}),
    ("\ufeffUser-agent: *\nDisallow: /page/1" + "\n#" * 300_000 + "\nDisallow: /", {"/page/1": False, "/page/2": True}),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "pages"), ROBOTS)
def test_robots_txt(rules: str | int, pages: dict[str, bool], server: FeedServer, crawler: Crawler) -> None:
    server.robots = rules
    for path, allowed in pages.items():
        if allowed:
            assert page(crawler, server, path).status == "fresh"
        else:
            with pytest.raises(FetchError, match=r"may not be read by programs, says the site's robots\.txt") as caught:
                page(crawler, server, path)
            assert not isinstance(caught.value, TryLater) and server.times(path) == 0
    assert server.times("/robots.txt") == 1


def test_a_feed_is_read_whatever_robots_txt_says(server: FeedServer, crawler: Crawler) -> None:
    server.robots = "User-agent: *\nDisallow: /"
    assert feed(crawler, server, "/good.xml").status == "fresh" and server.times("/robots.txt") == 0


def test_robots_txt_is_asked_for_once_a_day(server: FeedServer, crawler: Crawler, clock: Clock) -> None:
    for wait, times in ((0.0, 1), (80_000.0, 1), (10_000.0, 2)):
        clock.now += wait
        page(crawler, server, "/page/1")
        assert server.times("/robots.txt") == times


def test_while_robots_txt_cannot_be_had_nothing_is_read(server: FeedServer, crawler: Crawler, clock: Clock) -> None:
    server.robots = 500
    for _ in range(2):
        with pytest.raises(TryLater, match=r"robots\.txt cannot be had") as caught:
            page(crawler, server, "/page/1")
        assert caught.value.retry_after is not None and 0 < caught.value.retry_after <= 600
    assert server.times("/robots.txt") == 3 and server.times("/page/1") == 0
    server.robots = 404
    clock.now += 601
    assert page(crawler, server, "/page/1").status == "fresh"


@pytest.mark.parametrize("to", ["file:///etc/passwd", "/robots.txt"])
def test_a_robots_txt_that_leads_nowhere_allows_nothing_for_now(
    to: str, server: FeedServer, crawler: Crawler, clock: Clock
) -> None:
    server.instead["/robots.txt"] = to
    with pytest.raises(TryLater, match=r"robots\.txt cannot be had"):
        page(crawler, server, "/page/1")
    server.instead["/robots.txt"] = "/elsewhere.txt"
    clock.now += 601
    assert page(crawler, server, "/page/1").status == "fresh"


def test_the_robots_txt_of_each_hop_counts(server: FeedServer, crawler: Crawler) -> None:
    server.robots = "User-agent: *\nDisallow: /good.xml"
    with pytest.raises(FetchError, match="may not be read by programs"):
        page(crawler, server, "/moved.xml")
    assert server.times("/good.xml") == 0


def test_three_tries_ever_further_apart(server: FeedServer, crawler: Crawler, clock: Clock) -> None:
    with pytest.raises(TryLater) as caught:
        feed(crawler, server, "/failing.xml")
    assert caught.value.status == 500 and caught.value.retry_after is None
    assert server.times("/failing.xml") == 3 and clock.waits == [2.0, 8.0]
    assert feed(crawler, server, "/good.xml").status == "fresh"  # one page's fault is not the host's


def test_what_the_server_asks_for_is_waited_for(server: FeedServer, crawler: Crawler, clock: Clock) -> None:
    assert feed(crawler, server, "/busy-at-first.xml").status == "fresh"
    assert clock.waits == [7.0, 7.0]


def test_a_host_that_asks_for_more_time_is_left_alone(server: FeedServer, crawler: Crawler, clock: Clock) -> None:
    with pytest.raises(TryLater) as caught:
        feed(crawler, server, "/busy.xml")
    assert (caught.value.status, caught.value.retry_after, clock.waits) == (429, 1800.0, [])
    with pytest.raises(TryLater, match="was not asked for") as caught:
        page(crawler, server, "/page/1")
    assert caught.value.status is None and len(server.asked) == 1
    clock.now += 1801
    assert page(crawler, server, "/page/1").status == "fresh"


def test_a_moment_to_come_back_is_understood(server: FeedServer, crawler: Crawler) -> None:
    with pytest.raises(TryLater) as caught:
        feed(crawler, server, "/busy-until.xml")
    assert caught.value.retry_after == pytest.approx(900, abs=2)


def test_a_host_that_does_not_answer_is_left_alone_for_a_minute(crawler: Crawler, clock: Clock) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
    with pytest.raises(TryLater, match="could not be fetched") as caught:
        crawler.get(url, obey_robots=False)
    assert caught.value.retry_after is None and clock.waits == [2.0, 8.0]
    with pytest.raises(TryLater, match="was not asked for") as caught:
        crawler.get(url, obey_robots=False)
    assert caught.value.retry_after == 60.0


def test_stopping_ends_all_waits(server: FeedServer) -> None:
    server.robots = "User-agent: *\nCrawl-delay: 30"
    with Crawler(allow_private=True) as crawler, ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(page, crawler, server, f"/page/{n}") for n in range(3)]
        while not server.asked:
            time.sleep(0.01)
        time.sleep(0.1)
        begun = time.monotonic()
        crawler.stop()
        assert all(isinstance(one.exception(20), Stopped) for one in waiting)
        assert time.monotonic() - begun < 15
        with pytest.raises(Stopped):
            page(crawler, server, "/page/9")
    assert server.times("/page/9") == 0
