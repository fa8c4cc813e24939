"""Visits to feeds that misbehave, each with what must come of it, and the rhythm of visits. All texts are invented."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import msgspec
import pytest
from feedserver import GOOD, NOW, OUTLET, Clock, FeedServer, Item, article, paragraphs, rss
from hypothesis import given, settings
from hypothesis import strategies as st

from rashomon.archive.polling import MAX_ATTEMPTS, Visit, first_due, visit
from rashomon.errors import FetchError, TryLater
from rashomon.read import canonical_url, read_fetched
from rashomon.read.crawl import Answer, Crawler, Stopped
from rashomon.store import Feed, Seen
from rashomon.types import Article


class Memory:
    """Where the addresses that were seen are kept, and the visits of one test one after another."""

    def __init__(self, crawler: Crawler, clock: Clock) -> None:
        self.kept: dict[str, Seen] = {}
        self.crawler, self.clock = crawler, clock

    def seen(self, addresses: Sequence[str]) -> Mapping[str, Seen]:
        return {address: self.kept[address] for address in addresses if address in self.kept}

    def visit(self, feed: Feed, *, after: timedelta = timedelta(0), per_visit: int = 200) -> Visit:
        self.clock.now += 100_000  # no host rests any more, and every robots.txt is asked for anew
        found = visit(feed, self.crawler, NOW + after, self.seen, per_visit=per_visit)
        self.kept |= {seen.url: seen for seen in found.seen}
        return found


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        yield running


@pytest.fixture
def memory() -> Iterator[Memory]:
    clock = Clock()
    with Crawler(allow_private=True, clock=clock, sleep=clock.sleep, max_bytes=300_000) as crawler:
        yield Memory(crawler, clock)


class Outcome(NamedTuple):
    """What a visit must come to: how many articles, the kinds of trouble, and whether it counts as a failure."""

    articles: int = 0
    troubles: tuple[str, ...] = ()
    fails: bool = False
    gone: bool = False
    moved: bool = False


THREE = Outcome(3)
OUTCOMES: dict[str, Outcome] = {
    "/good.xml": THREE,
    "/type/html.xml": THREE,
    "/type/octets.xml": THREE,
    "/type/picture.xml": THREE,
    "/packed/gzip.xml": THREE,
    "/packed/brotli.xml": THREE,
    "/packed/not.xml": THREE,
    "/packed/wrongly.xml": Outcome(0, ("FetchError",), fails=True),
    "/packed/cut.xml": Outcome(0, ("TryLater",), fails=True),
    "/bomb/gzip.xml": Outcome(0, ("FetchError",), fails=True),
    "/bomb/brotli.xml": Outcome(0, ("FetchError",), fails=True),
    "/moved.xml": Outcome(3, moved=True),
    "/moved-twice.xml": Outcome(3, moved=True),
    "/moved-for-now.xml": THREE,
    "/moved-somehow.xml": THREE,
    "/moved-to-page.xml": Outcome(0, ("UnreadableInput",), fails=True),
    "/loop.xml": Outcome(0, ("FetchError",), fails=True),
    "/to-file.xml": Outcome(0, ("FetchError",), fails=True),
    "/gone.xml": Outcome(0, ("FetchError",), fails=True, gone=True),
    "/missing.xml": Outcome(0, ("FetchError",), fails=True),
    "/forbidden.xml": Outcome(0, ("FetchError",), fails=True),
    "/failing.xml": Outcome(0, ("TryLater",), fails=True),
    "/busy.xml": Outcome(0, ("TryLater",), fails=True),
    "/busy-at-first.xml": THREE,
    "/slow.xml": Outcome(0, ("TryLater",), fails=True),
    "/slow-headers.xml": Outcome(0, ("TryLater",), fails=True),
    "/endless.xml": Outcome(0, ("FetchError",), fails=True),
    "/huge-headers.xml": Outcome(0, ("TryLater",), fails=True),
    "/cut.xml": Outcome(0, ("TryLater",), fails=True),
    "/empty.xml": Outcome(0, ("UnreadableInput",), fails=True),
    "/page.xml": Outcome(0, ("UnreadableInput",), fails=True),
    "/ids.xml": THREE,
    "/future.xml": Outcome(2, ("InvalidRecord",)),
    "/links.xml": Outcome(1, ("UnreadableInput",) * 4),
    "/content.xml": Outcome(1, ("FetchError",)),
    "/shared/1.xml": Outcome(2),
}


@pytest.mark.parametrize("path", OUTCOMES)
def test_what_comes_of_a_visit(path: str, server: FeedServer, memory: Memory) -> None:
    expected, url = OUTCOMES[path], server.url + path
    if path.startswith("/slow"):
        memory.crawler = Crawler(allow_private=True, seconds=0.3)
    found = memory.visit(Feed(url=url))
    assert len(found.articles) == expected.articles and found.finished
    assert tuple(trouble.kind for trouble in found.troubles) == expected.troubles
    assert all(trouble.message and trouble.first == "2031-05-17T12:00:00Z" for trouble in found.troubles)
    assert found.feed.failures == expected.fails and found.feed.gone == expected.gone
    assert found.moved == (url if expected.moved else None)
    assert found.feed.url == (f"{server.url}/good.xml" if expected.moved else url)
    assert found.feed.due is not None and found.feed.due > "2031-05-17T12:04:59Z"
    assert found.feed.checked == "2031-05-17T12:00:00Z"


def test_an_article_of_a_feed(server: FeedServer, memory: Memory) -> None:
    server.instead["/page/2"] = article("2").replace(f"<meta property=og:site_name content='{OUTLET}'>", "").encode()
    found = memory.visit(Feed(url=f"{server.url}/good.xml"))
    first, second, _ = found.articles
    assert first.title is not None and first.title.startswith("Bridge 1 closed in ")
    assert first.published is not None and first.published.value.startswith("2031-05-17T10:00:00")
    assert first.url == f"{server.url}/page/1" and first.outlet == second.outlet == OUTLET
    assert found.feed.title == OUTLET and found.feed.etag == '"first"'
    assert {seen.article for seen in found.seen} == {one.id for one in found.articles}


def test_an_outlet_that_neither_page_nor_feed_names_is_the_host(server: FeedServer, memory: Memory) -> None:
    bare = article("1").replace(f"<meta property=og:site_name content='{OUTLET}'>", "").encode()
    server.instead |= {"/f": rss(server.url, [Item("/page/1")], title=""), "/page/1": bare}
    assert [one.outlet for one in memory.visit(Feed(url=f"{server.url}/f")).articles] == ["127.0.0.1"]


def test_the_id_is_that_of_the_page_at_the_end(server: FeedServer, memory: Memory) -> None:
    server.instead["/f"] = rss(server.url, [Item("/page/1?utm_source=feed#top"), Item("/page/1/?utm_medium=x")])
    server.instead["/g"] = rss(server.url, [Item("/page/1")])
    (one,) = memory.visit(Feed(url=f"{server.url}/f")).articles
    memory.kept.clear()
    (other,) = memory.visit(Feed(url=f"{server.url}/g")).articles
    assert one.id == other.id and one.id.startswith("a")


def test_nothing_is_read_twice(server: FeedServer, memory: Memory) -> None:
    for path in ("/good.xml", "/ids.xml", "/type/html.xml"):
        feed = memory.visit(Feed(url=server.url + path)).feed
        again = memory.visit(feed, after=timedelta(hours=2))
        assert not again.articles and not again.seen and not again.troubles
    assert server.times("/page/1") == 1
    assert [asked.headers.get("if-none-match") for asked in server.asked if asked.path == "/good.xml"] == [
        None,
        '"first"',
    ]


def test_what_five_feeds_name_is_read_once(server: FeedServer, memory: Memory) -> None:
    articles = [one for n in range(1, 6) for one in memory.visit(Feed(url=f"{server.url}/shared/{n}.xml")).articles]
    assert len(articles) == len({one.id for one in articles}) == 6
    assert sum(asked.path.startswith("/page/shared") for asked in server.asked) == 1


def test_a_thousand_entries_are_read_some_at_a_time(server: FeedServer, memory: Memory) -> None:
    feed, read = Feed(url=f"{server.url}/thousand.xml"), set[str]()
    for number in range(1, 4):
        found = memory.visit(feed, after=timedelta(hours=number), per_visit=7)
        assert len(found.articles) == 7 and found.feed.due == _at(timedelta(hours=number, minutes=5))
        feed, read = found.feed, read | {one.id for one in found.articles}
    assert len(read) == 21


def test_a_feed_that_is_not_read_to_its_end_is_asked_for_whole(server: FeedServer, memory: Memory) -> None:
    found = memory.visit(Feed(url=f"{server.url}/good.xml"), per_visit=2)
    assert len(found.articles) == 2 and found.feed.etag is None
    found = memory.visit(found.feed, after=timedelta(hours=1), per_visit=2)
    assert len(found.articles) == 1 and found.feed.etag == '"first"'


def test_dates_in_the_future_are_left_out(server: FeedServer, memory: Memory) -> None:
    found = memory.visit(Feed(url=f"{server.url}/future.xml"))
    dates = {urlsplit(one.url or "").path: one.published for one in found.articles}
    assert dates["/page/1"] is None and str(dates["/page/2"]).count("2031-05-17T17:00:00") == 1
    assert "2032-06-20" in found.troubles[0].message and "/page/1" in found.troubles[0].input
    late_text = Item("/nowhere", date=NOW + timedelta(days=2), content=paragraphs("9"))
    server.instead["/f"] = rss(server.url, [late_text])
    found = memory.visit(Feed(url=f"{server.url}/f"))
    assert found.articles[0].published is None and "2031-05-19" in found.troubles[0].message
    late = b"<head><meta property='article:published_time' content='2099-01-01'>"
    server.instead["/page/5"] = article("5").encode().replace(b"<head>", late)
    server.instead["/f"] = rss(server.url, [Item("/page/5")])
    found = memory.visit(Feed(url=f"{server.url}/f"))
    assert "2099" in found.troubles[0].message
    assert found.articles[0].published is not None and found.articles[0].published.value.startswith("2031-05-17T10")


def test_no_local_file_is_read_and_no_address_that_an_entity_names(server: FeedServer, memory: Memory) -> None:
    from pathlib import Path

    found = memory.visit(Feed(url=f"{server.url}/entity.xml"))
    told = str(found)
    assert server.times("/page/secret") == 0
    assert all(line not in told for line in Path("/etc/passwd").read_text().split("\n") if line)
    assert len(memory.visit(Feed(url=f"{server.url}/laughs.xml"), after=timedelta(hours=1)).articles) <= 1


def test_links_to_anything_but_pages_are_told_once(server: FeedServer, memory: Memory) -> None:
    found = memory.visit(Feed(url=f"{server.url}/links.xml"))
    told = [f"names no page for 'Link {n}', nor has it the text" for n in range(4)]
    assert [trouble.message for trouble in found.troubles] == told
    assert not memory.visit(found.feed, after=timedelta(days=1)).troubles


def test_an_entry_without_a_page_is_read_from_the_feed(server: FeedServer, memory: Memory) -> None:
    long = f"https://velm.example/{'x' * 3000}"
    items = [Item("", "A", guid="1", content=paragraphs("1")), Item(long, "B", content=paragraphs("2")), Item("", "C")]
    server.instead["/f"] = rss(server.url, items)
    found = memory.visit(Feed(url=f"{server.url}/f"))
    assert len({one.id for one in found.articles}) == 2 and len(found.troubles) == 1
    assert all(len(seen.url) < 100 for seen in found.seen)
    assert not memory.visit(found.feed, after=timedelta(days=1)).articles


def test_a_page_that_fails_leaves_the_text_of_the_feed(server: FeedServer, memory: Memory) -> None:
    found = memory.visit(Feed(url=f"{server.url}/content.xml"))
    (one,) = found.articles
    assert one.title == "Bridge 7 closed" and len(one.paragraphs) == 3 and one.outlet == OUTLET
    assert one.url == f"{server.url}/nowhere/7"
    server.robots = "User-agent: *\nDisallow: /page"
    server.instead["/f"] = rss(server.url, [Item("/page/9", content=paragraphs("9")), Item("/page/10")])
    found = memory.visit(Feed(url=f"{server.url}/f"))
    assert len(found.articles) == 1 and "robots.txt" in found.troubles[0].message and server.times("/page/9") == 0


def test_a_page_without_an_article_leaves_the_text_of_the_feed(server: FeedServer, memory: Memory) -> None:
    server.instead["/empty"] = b"<html><body>Please wait</body></html>"
    server.instead["/f"] = rss(
        server.url, [Item("/empty?a", content=paragraphs("9")), Item("/empty?b"), Item("/page/1")]
    )
    found = memory.visit(Feed(url=f"{server.url}/f"))
    assert len(found.articles) == 2 and [t.kind for t in found.troubles] == ["UnreadableInput"]
    assert not memory.visit(found.feed, after=timedelta(days=1)).troubles


def test_a_page_that_fails_is_tried_five_times_within_a_day(server: FeedServer, memory: Memory) -> None:
    server.instead |= {"/page/2": 500, "/f": rss(server.url, GOOD)}
    feed, tried = Feed(url=f"{server.url}/f"), list[int]()
    for hour in range(40):
        found = memory.visit(feed, after=timedelta(hours=hour))
        feed = found.feed
        tried += [hour] * bool(found.troubles)
    address = canonical_url(f"{server.url}/page/2")
    assert tried == [0, 1, 2, 6, 22] and memory.kept[address].attempts == MAX_ATTEMPTS
    assert server.times("/page/2") == 3 * 5 and server.times("/page/1") == 1


def test_a_page_that_failed_is_read_when_it_can_be(server: FeedServer, memory: Memory) -> None:
    server.instead |= {"/page/2": 500, "/f": rss(server.url, GOOD)}
    found = memory.visit(Feed(url=f"{server.url}/f"))
    assert len(found.articles) == 2 and found.feed.etag is None and found.feed.due == _at(timedelta(minutes=15))
    del server.instead["/page/2"]
    found = memory.visit(found.feed, after=timedelta(minutes=15))
    assert len(found.articles) == 1 and memory.kept[canonical_url(f"{server.url}/page/2")].attempts == 0


def test_what_is_new_does_not_wait_for_what_failed(server: FeedServer, memory: Memory) -> None:
    server.instead |= {"/page/1": 500, "/f": rss(server.url, GOOD[:1])}
    feed = memory.visit(Feed(url=f"{server.url}/f")).feed
    server.instead["/f"] = rss(server.url, GOOD)
    for number, tried in ((2, ["/page/2"]), (3, ["/page/3"]), (4, ["/page/1"] * 3)):
        server.asked.clear()
        feed = memory.visit(feed, after=timedelta(hours=number), per_visit=1).feed
        assert [asked.path for asked in server.asked if asked.path.startswith("/page")] == tried


def test_a_page_that_is_not_there_yet_is_tried_again_and_one_that_is_refused_is_not(
    server: FeedServer, memory: Memory
) -> None:
    server.instead |= {"/page/1": 404, "/page/2": 403, "/page/3": 410, "/f": rss(server.url, GOOD)}
    feed = memory.visit(Feed(url=f"{server.url}/f")).feed
    server.instead = {"/f": server.instead["/f"]}
    found = memory.visit(feed, after=timedelta(hours=1))
    assert [one.url for one in found.articles] == [f"{server.url}/page/1"]


def test_the_text_of_the_feed_is_what_is_left_when_all_attempts_failed(server: FeedServer, memory: Memory) -> None:
    server.instead |= {"/page/9": 500, "/f": rss(server.url, [Item("/page/9", content=paragraphs("9"))])}
    feed, read = Feed(url=f"{server.url}/f"), list[int]()
    for hour in range(30):
        found = memory.visit(feed, after=timedelta(hours=hour))
        feed = found.feed
        read += [hour] * len(found.articles)
    assert read == [22]


def test_the_text_of_a_feed_is_not_read_where_the_page_was_taken_back(server: FeedServer, memory: Memory) -> None:
    server.instead |= {"/page/9": 410, "/f": rss(server.url, [Item("/page/9", content=paragraphs("9"))])}
    found = memory.visit(Feed(url=f"{server.url}/f"))
    assert not found.articles and "is there no more" in found.troubles[0].message


def test_ways_that_lead_to_one_page_are_gone_once(server: FeedServer, memory: Memory) -> None:
    server.instead |= {"/to/1": "/page/1", "/f": rss(server.url, [Item("/to/1"), Item("/page/1")])}
    server.instead["/g"] = rss(server.url, [Item("/page/1?utm_medium=feed")])
    assert len(memory.visit(Feed(url=f"{server.url}/f")).articles) == 1
    assert len(memory.visit(Feed(url=f"{server.url}/g")).articles) == 0
    assert server.times("/page/1") == 1


def test_pages_of_a_host_that_asks_for_time_wait_without_being_counted(server: FeedServer, memory: Memory) -> None:
    server.robots = 503
    server.instead["/f"] = rss(server.url, GOOD)
    feed = Feed(url=f"{server.url}/f")
    for hour in range(7):
        found = memory.visit(feed, after=timedelta(hours=hour))
        feed = found.feed
        assert not found.articles and not found.seen and not feed.failures
        assert [trouble.input for trouble in found.troubles] == [feed.url]
    server.robots = 404
    assert len(memory.visit(feed, after=timedelta(hours=8)).articles) == 3


def test_a_page_that_its_feed_says_has_changed_is_read_again(server: FeedServer, memory: Memory) -> None:
    def atom(updated: str) -> bytes:
        return (
            "<feed xmlns='http://www.w3.org/2005/Atom'><title>Velm</title><entry><title>Old bridge</title><id>b</id>"
            f"<link href='{server.url}/page/1'/><updated>{updated}</updated></entry></feed>"
        ).encode()

    def articles(updated: str, **after: int) -> int:
        server.instead["/f"] = atom(updated)
        return len(memory.visit(Feed(url=f"{server.url}/f"), after=timedelta(**after)).articles)

    assert articles("2031-05-17T11:00:00Z") == 1
    assert articles("2031-05-17T11:00:00Z", hours=3) == 0
    assert articles("2031-05-17T14:00:00Z", hours=3) == 1
    assert articles("2031-05-17T15:10:00Z", hours=3, minutes=20) == 0  # not more often than once in an hour
    assert articles("2031-05-17T15:10:00Z", hours=5) == 1
    assert articles("2031-05-19T15:10:00Z", hours=8) == 0  # and not for what has not happened yet


def test_the_text_of_a_feed_does_not_replace_that_of_its_page(server: FeedServer, memory: Memory) -> None:
    entry = "<entry><link href='{}/page/1'/><updated>{}</updated><content type='html'>{}</content></entry>"

    def visited_at(hour: int, page: int | None) -> Visit:
        if page is not None:
            server.instead["/page/1"] = page
        body = entry.format(server.url, _at(timedelta(hours=hour)), escape(paragraphs("9")))
        server.instead["/f"] = f"<feed xmlns='http://www.w3.org/2005/Atom'>{body}</feed>".encode()
        return memory.visit(Feed(url=f"{server.url}/f"), after=timedelta(hours=hour, minutes=1))

    (first,) = visited_at(0, None).articles
    failed = visited_at(5, 403)
    assert "bridge 1" in first.text and not failed.articles and len(failed.troubles) == 1
    assert memory.kept[canonical_url(f"{server.url}/page/1")].article == first.id


def test_one_bad_entry_costs_the_others_nothing(
    server: FeedServer, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even where the reader itself is at fault."""

    def faulty(data: bytes, url: str, **options: Any) -> Article:
        if url.endswith("/page/2"):
            raise ZeroDivisionError
        return read_fetched(data, url, **options)

    monkeypatch.setattr("rashomon.archive.polling.read_fetched", faulty)
    found = memory.visit(Feed(url=f"{server.url}/good.xml"))
    assert len(found.articles) == 2 and [trouble.kind for trouble in found.troubles] == ["ZeroDivisionError"]


class Scripted:
    """A crawler that answers as it is told."""

    def __init__(self, *answers: Answer | Exception) -> None:
        self.answers = list(answers)

    def get(self, url: str, **_: object) -> Answer:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def _at(after: timedelta) -> str:
    return (NOW + after).strftime("%Y-%m-%dT%H:%M:%SZ")


def _nothing(addresses: Sequence[str]) -> Mapping[str, Seen]:
    return {}


def visited(feed: Feed, *answers: Answer | Exception, after: timedelta = timedelta(0)) -> Visit:
    crawler = Scripted(*answers)
    return visit(feed, crawler, NOW + after, _nothing)  # type: ignore[arg-type]


URL = "https://velm.example/feed"
UNCHANGED = Answer(URL, None, "unchanged")
ITEM = rss("https://velm.example", [Item("/page/1")])
FRESH = Answer(URL, None, "fresh", ITEM)
PAGE = Answer("https://velm.example/page/1", None, "fresh", article("1").encode())


def test_the_interval_follows_what_a_feed_brings() -> None:
    feed = visited(Feed(url=URL, interval=1800), FRESH, PAGE).feed
    assert feed.interval == 1200 and feed.due == _at(timedelta(minutes=20))
    feed = visited(feed, UNCHANGED).feed
    assert feed.interval == 1800
    for _ in range(20):
        feed = visited(feed, UNCHANGED).feed
    assert feed.interval == 86_400 and feed.due == _at(timedelta(days=1))
    for _ in range(20):
        feed = visited(feed, FRESH, PAGE).feed
    assert feed.interval == 300 and feed.due == _at(timedelta(minutes=5))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([FRESH, UNCHANGED, TryLater("x"), FetchError("x", status=403)]), max_size=12),
    st.floats(1, 1e9),
    st.one_of(st.none(), st.floats(0, 1e9)),
    st.one_of(st.none(), st.floats(0, 1e9)),
)
def test_a_feed_is_always_due_between_five_minutes_and_a_day(
    answers: list[Answer | Exception], interval: float, age: float | None, wait: float | None
) -> None:
    feed = Feed(url=URL, interval=interval)
    for answer in answers:
        given_ = answer._replace(max_age=age, retry_after=wait) if isinstance(answer, Answer) else answer
        feed = visited(feed, given_, PAGE).feed
        assert _at(timedelta(minutes=5)) <= (feed.due or "") <= _at(timedelta(days=1)) and not feed.gone


@pytest.mark.parametrize(
    ("answer", "minutes"),
    [
        (UNCHANGED._replace(max_age=7200.0), 120),
        (UNCHANGED._replace(max_age=31_536_000.0), 360),
        (UNCHANGED._replace(retry_after=36_000.0), 600),
        (FRESH._replace(data=rss("", [], extra="<ttl>90</ttl>")), 90),
    ],
)
def test_a_feed_is_not_visited_sooner_than_it_asks_for(answer: Answer, minutes: int) -> None:
    assert visited(Feed(url=URL, interval=600), answer).feed.due == _at(timedelta(minutes=minutes))


def test_a_fault_of_the_parser_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("rashomon.archive.polling.parse", faulty)
    found = visited(Feed(url=URL), FRESH)
    assert found.feed.failures == 1 and found.troubles[0].message == "cannot be read as a feed (ZeroDivisionError)"


def test_failures_are_followed_by_longer_and_longer_rests() -> None:
    feed, rests = Feed(url=URL, interval=1800), list[str]()
    for _ in range(7):
        feed = visited(feed, TryLater("was silent"), after=timedelta(days=40)).feed
        feed = msgspec.structs.replace(feed, due=_at(timedelta(0)))
        rests.append(str(feed.failures))
    assert rests == ["1", "2", "3", "4", "5", "6", "7"]
    hours = [visited(Feed(url=URL, failures=n), TryLater("x")).feed.due for n in range(7)]
    assert hours == [_at(timedelta(hours=h)) for h in (1, 2, 4, 8, 16, 24, 24)]
    assert visited(Feed(url=URL), TryLater("x", status=503, retry_after=36_000)).feed.due == _at(timedelta(hours=10))
    assert visited(feed, UNCHANGED).feed.failures == 0


def test_a_visit_before_its_time_is_no_further_failure() -> None:
    feed = visited(Feed(url=URL), FetchError("x", status=404)).feed
    for minute in range(20):
        feed = visited(feed, FetchError("x", status=404), after=timedelta(minutes=minute)).feed
    assert feed.failures == 1 and not feed.gone


@pytest.mark.parametrize(("status", "gone_after"), [(404, 7.3), (403, None), (None, None)])
def test_a_feed_that_is_not_there_for_a_week_is_gone(status: int | None, gone_after: float | None) -> None:
    feed, now = Feed(url=URL), NOW
    days = None
    while days is None and now < NOW + timedelta(days=30):
        found = visited(feed, FetchError("x", status=status), after=now - NOW)
        feed = found.feed
        assert ("not visited any more" in found.troubles[0].message) == feed.gone
        if feed.gone:
            days = round((now - NOW) / timedelta(days=1), 1)
        now = datetime.fromisoformat(feed.due or "")
    assert days == gone_after


def test_a_host_that_was_not_asked_is_no_failure_of_the_feed() -> None:
    feed = visited(Feed(url=URL, etag="e"), TryLater("was not asked for", retry_after=900.0)).feed
    assert feed == Feed(url=URL, etag="e", due=_at(timedelta(minutes=15)))


def test_a_feed_that_moved_while_nothing_changed() -> None:
    found = visited(Feed(url=URL, etag="e"), UNCHANGED._replace(permanent="https://velm.example/new"))
    assert (found.feed.url, found.feed.etag, found.moved) == ("https://velm.example/new", "e", URL)


def test_stopping_keeps_what_was_read_and_leaves_the_rest() -> None:
    two = FRESH._replace(data=rss("https://velm.example", [Item("/page/1"), Item("/page/2")]), etag="e")
    feed = Feed(url=URL, due=_at(timedelta(0)))
    found = visited(feed, two, PAGE, Stopped("x"))
    assert len(found.articles) == 1 and not found.finished
    assert found.feed.etag is None and found.feed.due == feed.due
    assert visited(feed, Stopped("x")) == Visit(feed, finished=False)


def test_first_visits_are_spread() -> None:
    moments = [first_due(f"https://velm.example/{n}", NOW, 3600) for n in range(600)]
    assert min(moments) >= _at(timedelta(0)) and max(moments) <= _at(timedelta(hours=1))
    by_minute = [
        sum(_at(timedelta(minutes=m)) <= at < _at(timedelta(minutes=m + 10)) for at in moments)
        for m in range(0, 60, 10)
    ]
    assert min(by_minute) > 60
    assert first_due(URL, NOW) == first_due(URL, NOW.astimezone(UTC))
