"""Following feeds: when each is to be visited, and what one visit brings. Nothing is kept here, and no clock is read.

The rhythm of a feed: a visit that finds something new makes its interval shorter by a third, any other longer by half,
between five minutes and a day; so a feed comes to be visited about twice for each thing it brings. It is never visited
sooner than the feed or its server asks for. After a failure it is left alone for an hour, after each further one twice
as long, up to a day. It is gone when its server says so for good (410), and when after a week of failures, which are
twelve in a row, there is still no such address (404).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec

from rashomon.archive.batches import stamp, trouble
from rashomon.data.timex import moment
from rashomon.errors import FetchError, InputError, InvalidRecord, TryLater, UnreadableInput
from rashomon.read import canonical_url, read_fetched
from rashomon.read.crawl import Answer, Crawler, Stopped
from rashomon.read.feeds import Entry, FeedDocument, article, parse
from rashomon.read.metadata import Metadata
from rashomon.store import Feed, Seen, Trouble
from rashomon.types import Article, Published

PER_VISIT = 200
MAX_ATTEMPTS = 5
MIN_INTERVAL, MAX_INTERVAL = 300.0, 86_400.0
_PACE = 1.5
_HOUR, _DAY, _WEEK = 3600.0, 86_400.0, 604_800.0
# Who asks to be left alone for longer is asked again after this; a server that has too much to do, after a day.
_MOST_FRESH = 6 * _HOUR
# After the first failure of a page; after each further one, four times as long: all five lie within a day.
_PAGE_AGAIN = 900.0
# A page is asked for again because its feed says that it changed, but not more often than this.
_PAGE_CHANGES = _HOUR
_TOO_FAR = timedelta(days=1)
_LONGEST_ADDRESS = 2000


class Visit(NamedTuple):
    """What one visit to a feed brought, to be kept together.

    ``feed`` is how the feed stands now; where it moved for good, ``moved`` is the address under which it was kept
    before. ``seen`` are the addresses that were read or tried. ``finished`` is false where the program was stopped
    before the visit was over: the rest comes with the next.
    """

    feed: Feed
    moved: str | None = None
    articles: Sequence[Article] = ()
    seen: Sequence[Seen] = ()
    troubles: Sequence[Trouble] = ()
    finished: bool = True


def first_due(url: str, now: datetime, within: float = MIN_INTERVAL) -> str:
    """When a feed that is new is to be visited: at a moment ``within`` so many seconds that depends on its address, so
    that many feeds that are added together are not visited together."""
    share = int.from_bytes(hashlib.sha256(url.encode("utf-8", "replace")).digest()[:4], "big") / 2**32
    return stamp(now + timedelta(seconds=within * share))


def visit(
    feed: Feed,
    crawler: Crawler,
    now: datetime,
    seen: Callable[[Sequence[str]], Mapping[str, Seen]],
    *,
    per_visit: int = PER_VISIT,
    answer: Answer | None = None,
) -> Visit:
    """Ask a feed what is new, and read it.

    ``seen`` gives what is known of addresses (as of ``canonical_url``) that were read before. Of the pages that are
    new, or that the feed says have changed since they were read, ``per_visit`` at most are read, new ones first. A page
    that fails is tried again with later visits, ``MAX_ATTEMPTS`` times within a day; where it fails for good, what the
    feed itself has of the article is read. What the page says of itself beats what the feed says of it. A date that is
    more than a day after ``now`` is not believed.

    ``answer`` is what the feed's address gave a moment ago, if it was asked.

    Whatever goes wrong is among the troubles, and costs nothing but what it is about.
    """
    try:
        answer, document = _asked(feed, crawler, answer)
    except Stopped:
        return Visit(feed, finished=False)
    except Exception as fault:  # whatever a parser trips over, the other feeds go on (law 7)
        return _fruitless(feed, fault, now)
    reading = _Reading(crawler, now, feed.url, (document and document.title) or feed.title)
    if document is not None:
        reading.read(document, seen, per_visit)
    moved = feed.url if answer.permanent not in (None, feed.url) else None
    return Visit(
        _visited(feed, answer, document, reading, now),
        moved,
        reading.articles,
        list(reading.seen.values()),
        list(reading.troubles.values()),
        reading.finished,
    )


def _asked(feed: Feed, crawler: Crawler, answer: Answer | None) -> tuple[Answer, FeedDocument | None]:
    """What a feed's address gives, and what stands in it, where that is new."""
    answer = answer or crawler.get(feed.url, etag=feed.etag, modified=feed.modified, accept="feed", obey_robots=False)
    if answer.status == "gone":
        raise FetchError("is there no more, says its server", status=410)
    return answer, parse(answer.data, answer.url, answer.charset) if answer.status == "fresh" else None


def _fruitless(feed: Feed, fault: Exception, now: datetime) -> Visit:
    """A visit that gave nothing but trouble."""
    name = type(fault).__name__
    error = fault if isinstance(fault, InputError) else UnreadableInput(f"cannot be read as a feed ({name})")
    failed = _failed(feed, error, now)
    more = "; the feed is gone, and not visited any more" if failed.gone else ""
    return Visit(failed, troubles=[trouble(error.about(feed.url, more=more), feed.url, stamp(now))])


def _visited(feed: Feed, answer: Answer, document: FeedDocument | None, reading: _Reading, now: datetime) -> Feed:
    """The feed after a visit that went well."""
    interval = feed.interval / _PACE if reading.news else feed.interval * _PACE
    interval = min(max(interval, MIN_INTERVAL), MAX_INTERVAL)
    fresh_for = max((document and document.ttl) or 0.0, answer.max_age or 0.0)
    least = max(MIN_INTERVAL, min(fresh_for, _MOST_FRESH), min(answer.retry_after or 0.0, _DAY))
    wait = interval if reading.again is None else min(interval, reading.again)
    # What is left over is in the feed's document, so that must come whole the next time.
    whole = reading.again is not None or not reading.finished
    fresh = answer.status == "fresh"
    return msgspec.structs.replace(
        feed,
        url=answer.permanent or feed.url,
        title=reading.outlet,
        etag=None if whole else answer.etag if fresh else answer.etag or feed.etag,
        modified=None if whole else answer.modified if fresh else answer.modified or feed.modified,
        checked=stamp(now),
        due=stamp(now + timedelta(seconds=max(least, wait))) if reading.finished else feed.due,
        interval=interval,
        failures=0,
        gone=False,
    )


def _failed(feed: Feed, error: InputError, now: datetime) -> Feed:
    """The feed after a visit that failed. One made before it was due counts for no more than the one before."""
    asked_to_wait = min(error.retry_after or 0.0, _DAY) if isinstance(error, TryLater) else 0.0
    if isinstance(error, TryLater) and error.status is None and error.retry_after is not None:
        wait = max(MIN_INTERVAL, asked_to_wait)
        return msgspec.structs.replace(feed, due=stamp(now + timedelta(seconds=wait)))
    early = feed.failures > 0 and feed.due is not None and stamp(now) < feed.due
    failures = feed.failures if early else feed.failures + 1
    status = error.status if isinstance(error, FetchError) else None
    lasted = sum(_backoff(n) for n in range(1, failures))
    return msgspec.structs.replace(
        feed,
        checked=stamp(now),
        due=stamp(now + timedelta(seconds=max(_backoff(failures), asked_to_wait))),
        failures=failures,
        gone=status == 410 or (status == 404 and lasted >= _WEEK),
    )


def _backoff(failures: int) -> float:
    """The seconds to leave a feed alone after so many failures in a row."""
    return min(_HOUR * 2.0 ** min(failures - 1, 10), _DAY)


class _Reading:
    """The reading of one feed's entries, and what it has brought so far.

    ``again`` is the seconds after which something that is left over can be read. ``news`` says whether an address that
    had not been seen before was read, or tried.
    """

    def __init__(self, crawler: Crawler, now: datetime, url: str, outlet: str | None) -> None:
        self.outlet = outlet
        self.articles: list[Article] = []
        self.seen: dict[str, Seen] = {}
        self.troubles: dict[tuple[str, str, str], Trouble] = {}
        self.again: float | None = None
        self.news = False
        self.finished = True
        self._crawler, self._now, self._url = crawler, now, url

    def read(self, document: FeedDocument, seen: Callable[[Sequence[str]], Mapping[str, Seen]], per_visit: int) -> None:
        """Read what is new of a feed's entries, or has changed, or failed before."""
        entries: dict[str, Entry] = {}
        for entry in document.entries:
            entries.setdefault(self._address(entry), entry)
        known = seen(list(entries))
        order = sorted(entries, key=lambda address: _rank(known.get(address)))
        due = [address for address in order if self._is_due(entries[address], known.get(address))]
        if len(due) > per_visit:
            self._left_over(0.0)
        for address in due[:per_visit]:
            if address in self.seen:
                continue  # another entry led to the same page
            try:
                self._entry(address, entries[address], known.get(address))
            except Stopped:
                self.finished = False
                break
            except Exception as error:  # whatever a page trips over, the other entries go on (law 7)
                self._fails(address, known.get(address), error, for_good=True)
        self.news = any(address in entries and address not in known for address in self.seen)

    def _address(self, entry: Entry) -> str:
        """What an entry is known by: its page, or where it names none, its id in this feed."""
        if entry.url and len(entry.url) <= _LONGEST_ADDRESS:
            return canonical_url(entry.url)
        identity = (entry.url or entry.id or entry.title or "").encode("utf-8", "replace")
        return f"{self._url}#{hashlib.sha256(identity).hexdigest()[:16]}"

    def _is_due(self, entry: Entry, before: Seen | None) -> bool:
        if before is None:
            return True
        if 0 < before.attempts < MAX_ATTEMPTS:
            wait = _again_at(before) - self._now.timestamp()
            if wait > 0:
                self._left_over(wait)
            return wait <= 0
        changed, read = moment(entry.updated or ""), moment(before.read)
        if changed is None or read is None or changed > self._now:
            return False
        return changed > read and (self._now - read).total_seconds() >= _PAGE_CHANGES

    def _entry(self, address: str, entry: Entry, before: Seen | None) -> None:
        """Read one entry's page, or where that cannot be, what the feed has of it."""
        url = entry.url
        if not url or len(url) > _LONGEST_ADDRESS:
            if not self._from_feed(address, entry, None):
                self._note(UnreadableInput(f"names no page for {_called(entry)!r}, nor has it the text"), self._url)
                self._fails(address, before, None, for_good=True)
            return
        etag, modified = (before.etag, before.modified) if before is not None else (None, None)
        try:
            answer = self._crawler.get(url, etag=etag, modified=modified, accept="page", obey_robots=True)
            if answer.status == "gone":
                raise FetchError("is there no more, says its server", status=410)
        except TryLater as error:
            if error.retry_after is not None and error.status is None:
                self._note(TryLater(f"pages of {urlsplit(url).hostname} wait: one {error.message}"), self._url)
                self._left_over(max(error.retry_after, _HOUR))
                return
            last = before is not None and before.attempts + 1 >= MAX_ATTEMPTS
            if not (last and self._from_feed(address, entry, before)):
                self._fails(address, before, error)
            return
        except FetchError as error:
            if error.status == 410 or not self._from_feed(address, entry, before):
                self._fails(address, before, error, for_good=error.status != 404)
            return
        if answer.status == "unchanged" and before is not None:
            self.seen[address] = msgspec.structs.replace(before, read=stamp(self._now), attempts=0)
            return
        self._page(address, entry, before, answer)

    def _page(self, address: str, entry: Entry, before: Seen | None, answer: Answer) -> None:
        """Read what an entry's page holds."""
        default = self._believable(entry)
        try:
            found = read_fetched(answer.data, answer.url, charset=answer.charset, default=default)
        except InputError as error:
            if not self._from_feed(address, entry._replace(url=answer.url), before):
                self._fails(address, before, error, for_good=True)
            return
        found = self._without_future(found, default)
        self.articles.append(found)
        for name in (address, canonical_url(answer.url), canonical_url(found.url or answer.url)):
            self.seen[name] = Seen(
                url=name, read=stamp(self._now), article=found.id, etag=answer.etag, modified=answer.modified
            )

    def _from_feed(self, address: str, entry: Entry, before: Seen | None) -> bool:
        """Read the text that the feed itself gives, if it gives more than a summary, and nothing better is kept."""
        found = article(entry, self.outlet)
        if found is None or (before is not None and before.article is not None):
            return False
        self.articles.append(self._without_future(found, Metadata()))
        self.seen[address] = Seen(url=address, read=stamp(self._now), article=found.id)
        return True

    def _fails(self, address: str, before: Seen | None, error: Exception | None, *, for_good: bool = False) -> None:
        """Note that a page failed: to be tried again, unless that cannot help or was done often enough."""
        attempts = MAX_ATTEMPTS if for_good else (before.attempts if before else 0) % MAX_ATTEMPTS + 1
        known = before.article if before else None
        found = Seen(url=address, read=stamp(self._now), article=known, attempts=attempts)
        self.seen[address] = found
        if error is not None:
            self._note(error, address)
        if attempts < MAX_ATTEMPTS:
            self._left_over(_again_at(found) - self._now.timestamp())

    def _believable(self, entry: Entry) -> Metadata:
        """What a feed says of an article, without dates that lie in the future."""
        about = entry.url or self._url
        published, modified = (None if self._is_too_late(v, about) else v for v in (entry.published, entry.updated))
        return Metadata(
            outlet=self.outlet,
            title=entry.title,
            author=entry.author,
            published=Published(value=published) if published else None,
            modified=modified,
        )

    def _without_future(self, found: Article, default: Metadata) -> Article:
        """The article without dates that lie in the future; where it has such a one, with that of ``default``."""
        about, published, modified = found.url or self._url, found.published, found.modified
        if published is not None and self._is_too_late(published.value, about):
            published = default.published
        if self._is_too_late(modified, about):
            modified = default.modified
        return msgspec.structs.replace(found, published=published, modified=modified)

    def _is_too_late(self, value: str | None, about: str) -> bool:
        told = moment(value or "")
        if told is None or told - self._now <= _TOO_FAR:
            return False
        self._note(InvalidRecord(f"is dated {value}, which has not come yet; that is left out"), about)
        return True

    def _left_over(self, wait: float) -> None:
        self.again = wait if self.again is None else min(self.again, wait)

    def _note(self, error: Exception, about: str) -> None:
        noted = trouble(error, about, stamp(self._now))
        self.troubles.setdefault((noted.input, noted.kind, noted.message), noted)


def _rank(before: Seen | None) -> int:
    """New pages first, then those that failed, so that they never keep others waiting; then those read before."""
    if before is None:
        return 0
    return 1 if 0 < before.attempts < MAX_ATTEMPTS else 2


def _again_at(failed: Seen) -> float:
    """From when a page that failed is tried again, in seconds since 1970."""
    read = moment(failed.read)
    return (read.timestamp() if read else 0.0) + _PAGE_AGAIN * 4.0 ** (failed.attempts - 1)


def _called(entry: Entry) -> str:
    return " ".join((entry.title or entry.id or "an entry without a title").split())[:80]
