"""From what a person names (files, folders, archives of pages, feeds, lists of feeds) to batches to be kept."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, NamedTuple

from rashomon.archive.batches import Batch, stamp, trouble
from rashomon.archive.polling import MIN_INTERVAL, Visit, first_due, visit
from rashomon.errors import InputError, MissingInput, StoreError, UnreadableInput
from rashomon.jobs import batches
from rashomon.read import MAX_BYTES, Problem, opml, read_fetched, stream
from rashomon.read.crawl import Answer, Crawler
from rashomon.read.feeds import parse
from rashomon.read.metadata import Metadata, iso_date
from rashomon.store import Feed, Feeds, Seen, Store
from rashomon.types import Article, Published

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
# Hosts that are asked side by side; each of them is asked one thing at a time.
_VISITS_AT_ONCE = 8
# Of feeds that are new, so many seconds each until all of them are visited: somebody waits to see the first articles.
_SPREAD = 0.5
# How often a watch looks whether another process added a feed, in seconds.
_LOOK = 60.0


class Options(NamedTuple):
    """What holds for all inputs of one gathering."""

    outlet: str | None = None
    published: str | None = None
    language: str | None = None
    allow_private: bool = False
    stdin: BinaryIO | None = None


def gathered(
    store: Store, inputs: Sequence[str], options: Options, *, size: int, crawler: Crawler | None, now: datetime
) -> Iterator[Batch]:
    """What the inputs hold, in their order, at most ``size`` articles of files at a time.

    An address is that of a feed or of an article: what is there decides. ``crawler`` may be missing if there is none.
    """
    files: list[str] = []
    for name in inputs:
        if crawler is None or not on_the_web([name]):
            files.append(name)
            continue
        yield from _from_files(files, options, size, now)
        files = []
        try:
            yield from _from_web(store, name, options, crawler, now)
        except StoreError:
            raise
        except Exception as error:  # whatever a library trips over, the other inputs go on (law 7)
            yield Batch(troubles=[trouble(error, name, stamp(now))])
    yield from _from_files(files, options, size, now)


def on_the_web(inputs: Sequence[str]) -> bool:
    """Whether any of the inputs is an address, or a list of feeds."""
    return any(_ADDRESS.match(name) or name.casefold().endswith(".opml") for name in inputs)


def subscriptions(names: Sequence[str]) -> list[Feed]:
    """The feeds that addresses and lists of feeds (OPML) name, each once.

    Raises:
        InputError: a list cannot be read.
    """
    found: dict[str, Feed] = {}
    for name in names:
        if _ADDRESS.match(name):
            found.setdefault(name, Feed(url=name))
            continue
        try:
            for one in opml.parse(_bytes(name)):
                found.setdefault(one.url, Feed(url=one.url, title=one.title))
        except InputError as error:
            raise error.about(name) from error
    return list(found.values())


def follow(store: Store, feeds: Sequence[Feed], now: datetime) -> None:
    """Have feeds visited from now on; those that were followed before go on as they were."""
    with store.writing():
        known = {feed.url for feed in store.get(Feed, [feed.url for feed in feeds])}
        new = [feed for feed in feeds if feed.url not in known]
        within = min(_SPREAD * len(new), MIN_INTERVAL)
        store.put(Feed(url=feed.url, title=feed.title, due=first_due(feed.url, now, within)) for feed in new)


def watched(
    store: Store, crawler: Crawler, clock: Callable[[], datetime], stop: threading.Event
) -> Iterator[Batch | None]:
    """Visit all feeds, each when it is due, until ``stop``; ``None`` where nothing was due, before waiting.

    Whoever takes the batches may take his time: visits go on meanwhile, some at once.
    """
    under_way: dict[Future[Visit], str] = {}
    with ThreadPoolExecutor(_VISITS_AT_ONCE) as threads:
        while not stop.is_set() or under_way:
            if stop.is_set():
                crawler.stop()
            elif len(under_way) < _VISITS_AT_ONCE:
                for feed in store.find(Feeds(due=stamp(clock()))):
                    if feed.url not in under_way.values() and len(under_way) < 2 * _VISITS_AT_ONCE:
                        under_way[threads.submit(visit, feed, crawler, clock(), _seen(store))] = feed.url
            done, _ = wait(under_way, timeout=1.0 if under_way else 0.0, return_when=FIRST_COMPLETED)
            for future in done:
                yield _batch(future.result(), under_way.pop(future))
            if not under_way and not stop.is_set():
                yield None
                stop.wait(_until_next(store, clock()))


def _until_next(store: Store, now: datetime) -> float:
    """The seconds until the next feed is due, at most :data:`_LOOK`."""
    later = (now + timedelta(seconds=_LOOK)).replace(microsecond=0)
    dues = [feed.due for feed in store.find(Feeds(due=stamp(later))) if feed.due is not None]
    if not dues:
        return _LOOK
    return min(max((datetime.fromisoformat(min(dues)) - now).total_seconds(), 0.1), _LOOK)


def _from_files(names: Sequence[str], options: Options, size: int, now: datetime) -> Iterator[Batch]:
    for some in batches(stream(names, **options._asdict()), size):
        yield Batch(
            articles=[one for one in some if isinstance(one, Article)],
            troubles=[trouble(one.error, one.input, stamp(now)) for one in some if isinstance(one, Problem)],
        )


def _from_web(store: Store, name: str, options: Options, crawler: Crawler, now: datetime) -> Iterator[Batch]:
    if not _ADDRESS.match(name):
        for feed in subscriptions([name]):
            yield _visited(store, crawler, feed, now)
        return
    answer = crawler.get(name, accept="feed", obey_robots=False)
    if opml.is_list(answer.data):
        for one in opml.parse(answer.data):
            yield _visited(store, crawler, Feed(url=one.url, title=one.title), now)
        return
    try:
        parse(answer.data, answer.url, answer.charset)
    except UnreadableInput:
        stated = Metadata(
            outlet=options.outlet,
            published=Published(value=iso_date(options.published, "published", "option"))
            if options.published
            else None,
            language=options.language,
        )
        yield Batch(articles=[read_fetched(answer.data, answer.url, charset=answer.charset, stated=stated)])
        return
    yield _visited(store, crawler, Feed(url=name), now, answer)


def _visited(store: Store, crawler: Crawler, feed: Feed, now: datetime, answer: Answer | None = None) -> Batch:
    known = store.get(Feed, [feed.url])
    return _batch(visit(known[0] if known else feed, crawler, now, _seen(store), answer=answer), feed.url)


def _seen(store: Store) -> Callable[[Sequence[str]], dict[str, Seen]]:
    return lambda addresses: {one.url: one for one in store.get(Seen, list(addresses))}


def _batch(visit: Visit, url: str) -> Batch:
    return Batch(
        articles=visit.articles,
        troubles=visit.troubles,
        seen=visit.seen,
        feeds=[visit.feed],
        moved_feeds=[url] if visit.moved else [],
    )


def _bytes(name: str) -> bytes:
    try:
        data = Path(name).read_bytes()
    except FileNotFoundError:
        raise MissingInput("there is no such file") from None
    except OSError as error:
        raise UnreadableInput(f"cannot be read: {error.strerror or type(error).__name__}") from error
    if len(data) > MAX_BYTES:
        raise UnreadableInput(f"is larger than {MAX_BYTES / 1e6:g} MB")
    return data
