"""Articles into the store: what is new, what is a revision, and the stories they go to. One batch, one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from rashomon.archive.grouping import Grouping
from rashomon.errors import RashomonError, told
from rashomon.group import Features, features_of
from rashomon.store import Articles, Blob, Feed, Said, Seen, Store, Stored, StoryEntry, StoryEvent, Trouble
from rashomon.types import Article

ANNOTATIONS = "annotations"
COMPARISONS = "comparisons"
LINEAGES = "lineages"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Batch(NamedTuple):
    """What was read together and is kept together: all of it or nothing."""

    articles: Sequence[Article] = ()
    troubles: Sequence[Trouble] = ()
    seen: Sequence[Seen] = ()
    feeds: Sequence[Feed] = ()
    moved_feeds: Sequence[str] = ()


class Kept(NamedTuple):
    """What a batch came to."""

    new: int
    revised: int
    unchanged: int
    stories: frozenset[str]


def stamp(moment: datetime) -> str:
    """A moment as the store writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def trouble(error: Exception, about: str, at: str) -> Trouble:
    """What went wrong (with the input that it names, else ``about``), as the archive keeps it; ``at`` is a stamp."""
    message = error.message if isinstance(error, RashomonError) else f"cannot be read ({told(error)}); please report it"
    name = (error.input if isinstance(error, RashomonError) else None) or about
    return Trouble(input=name, kind=type(error).__name__, message=message, first=at, last=at)


def digest(article: Article) -> str:
    """Tells a revision from the same again: of what an outlet can change about its report."""
    published = article.published.value if article.published else ""
    parts = (article.outlet or "", article.title or "", published, article.text)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def keep(
    store: Store, grouping: Grouping, batch: Batch, now: datetime, features: Sequence[Features] | None = None
) -> tuple[Kept, int]:
    """Keep a batch, and say how many troubles it had.

    The same batch again changes nothing but the times of its troubles, feeds and addresses. Where a library trips over
    it, its articles are kept one by one, and one that cannot be is a trouble (law 7). ``features`` are those of
    :func:`fresh`, where they were worked out before.
    """
    try:
        return _keep(store, grouping, batch, now, features), len(batch.troubles)
    except (RashomonError, ImportError):
        raise
    except Exception:
        if not batch.articles:
            raise
    sums, failed = Kept(0, 0, 0, frozenset()), {}
    for article in batch.articles:
        try:
            sums = _sum(sums, _keep(store, grouping, Batch(articles=[article]), now))
        except RashomonError:
            raise
        except Exception as error:
            failed[article.id] = trouble(error, article.url or article.id, stamp(now))
    seen = [msgspec.structs.replace(one, article=None) if one.article in failed else one for one in batch.seen]
    rest = batch._replace(articles=(), seen=seen, troubles=[*batch.troubles, *failed.values()])
    return _sum(sums, _keep(store, grouping, rest, now)), len(rest.troubles)


def _sum(one: Kept, other: Kept) -> Kept:
    return Kept(
        one.new + other.new,
        one.revised + other.revised,
        one.unchanged + other.unchanged,
        one.stories | other.stories,
    )


def _keep(
    store: Store, grouping: Grouping, batch: Batch, now: datetime, features: Sequence[Features] | None = None
) -> Kept:
    last = {article.id: article for article in batch.articles}
    days = (now - EPOCH) / timedelta(days=1)
    made = features_of(fresh(store, batch)) if features is None else features
    found = {f.id: msgspec.structs.replace(f, gathered=days) for f in made}
    with grouping.writing():
        known = {stored.id: stored for stored in store.get(Stored, list(last))}
        new = {}
        for article in last.values():
            stored = _stored(article, known.get(article.id), found.get(article.id), now)
            if stored is not None:
                new[article.id] = stored
        stories = _group(store, grouping, new, known, [found[id] for id in new], stamp(now))
        store.put((*batch.troubles, *batch.seen, *batch.feeds))
        store.drop(Feed, batch.moved_feeds)
    unknown = sum(id not in known for id in new)
    return Kept(unknown, len(new) - unknown, len(batch.articles) - len(new), frozenset(stories))


def fresh(store: Store, batch: Batch, before: Iterable[Batch] = ()) -> list[Article]:
    """The articles of a batch that the store does not have as they are, or may not once it has those ``before``."""
    last = {article.id: article for article in batch.articles}
    known = {stored.id: stored.digest for stored in store.get(Stored, list(last))}
    coming = {article.id for one in before for article in one.articles}
    return [a for a in last.values() if a.id in coming or known.get(a.id) != digest(a)]


def assign(store: Store, stories: Mapping[str, str], fresh: Mapping[str, Stored], now: str) -> set[str]:
    """Put articles into their stories (those of ``fresh`` as they are there); gives the stories that changed."""
    others = store.get(Stored, [id for id in stories if id not in fresh])
    touched: set[str] = set()
    records = []
    for stored in (*fresh.values(), *others):
        story = stories.get(stored.id, stored.story)
        if stored.id not in fresh and story == stored.story:
            continue
        touched |= {name for name in (story, stored.story) if name is not None}
        records.append(msgspec.structs.replace(stored, story=story))
    store.put(records)
    mark(store, touched, now)
    return touched


def mark(store: Store, stories: Iterable[str], now: str | None) -> None:
    """Note that stories changed (at ``now``, where articles came or left); one without an article is none any more."""
    names = sorted(stories)
    known = {entry.id: entry for entry in store.get(StoryEntry, names)}
    counts = {name: store.count(Articles(story=name)) for name in names}
    held = [name for name in names if counts[name]]
    entries = [known.get(name, StoryEntry(id=name)) for name in held]
    store.put(
        msgspec.structs.replace(
            entry, articles=counts[entry.id], changed=entry.changed if now is None else now, stale=True
        )
        for entry in entries
    )
    empty = [name for name in names if not counts[name]]
    store.drop(StoryEntry, empty)
    store.drop(StoryEvent, empty)
    store.drop(Blob, [(shelf, name) for shelf in (LINEAGES, COMPARISONS) for name in empty])


def _stored(article: Article, old: Stored | None, features: Features | None, now: datetime) -> Stored | None:
    """The record to keep; ``None`` where the store has the article as it is."""
    new = digest(article)
    if features is None or (old is not None and old.digest == new):
        return None
    day = features.day if features.day is not None else features.gathered
    return Stored(
        id=article.id,
        article=article,
        digest=new,
        gathered=stamp(now),
        day=day or 0.0,
        revision=old.revision + 1 if old else 1,
        story=old.story if old else None,
    )


def _group(
    store: Store,
    grouping: Grouping,
    fresh: Mapping[str, Stored],
    known: Mapping[str, Stored],
    features: Sequence[Features],
    now: str,
) -> set[str]:
    """Group what is new. A revision stays in its story, but its annotations are no longer true, nor its events."""
    if not fresh:
        return set()
    moved = grouping.take([f for f in features if f.id not in known], [f for f in features if f.id in known])
    revised = [id for id in fresh if id in known]
    store.drop(Said, revised)
    store.drop(StoryEvent, sorted({story for id in revised if (story := known[id].story) is not None}))
    store.drop(Blob, [(ANNOTATIONS, id) for id in revised])
    return assign(store, moved, fresh, now)
