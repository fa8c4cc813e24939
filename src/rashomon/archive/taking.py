"""A folder of ``rashomon scale`` into an archive: what was worked out there is not worked out again.

An archive without articles takes the stories as they are, as grouping all anew would give them. One that has articles
groups those that come among its own, by the features that come with them. Annotations and comparisons are taken where
the same versions would make them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from rashomon.archive.analysis import events_of, key_of, put_events, record_of, records, unpacked
from rashomon.archive.batches import (
    COMPARISONS,
    EPOCH,
    LINEAGES,
    Batch,
    Kept,
    assign,
    digest,
    keep,
    mark,
    stamp,
)
from rashomon.archive.grouping import FEATURES, Grouping
from rashomon.archive.tables import article_of, features_from, kept_from, story_of
from rashomon.archive.worked import (
    Folder,
    Place,
    article_files,
    beside,
    by_story,
    done,
    is_done,
    places,
    rows,
)
from rashomon.group import Features, lineage
from rashomon.jobs import batches
from rashomon.store import Articles, Blob, Store, Stored, StoryEntry, Trouble
from rashomon.tables import Row
from rashomon.types import Article, Comparison, Lineage

_BATCH = 64
# That an archive is taking in the stories of a folder: a run that is killed goes on with it.
_UNDER_WAY = ("taking", "folder")


class _Row(NamedTuple):
    """An article with what was worked out from it."""

    article: Article
    features: Features | None
    annotations: Row | None


def take(store: Store, grouping: Grouping, version: str, url: str, now: datetime) -> Iterator[tuple[Kept, int]]:
    """Take in a folder, some articles at a time, and say what came of them and how many troubles there were.

    ``version`` is what annotates in this archive.
    """
    folder = Folder(url)
    found = places(folder) if is_done(folder, "group") else {}
    whole = bool(found) and _may_adopt(store, folder)
    for batch in batches(_rows(folder, found), _BATCH):
        if whole:
            yield _adopted(store, grouping, batch, found, version, now), 0
            continue
        given = [one.features for one in batch]
        features = [one for one in given if one is not None] if None not in given else None
        articles = Batch(articles=[one.article for one in batch])
        kept, failed = keep(store, grouping, articles, now, features)
        with store.writing():
            _annotated(store, batch, version)
        yield kept, failed
    if whole:
        _finish(store, grouping, folder, found, now)
    if is_done(folder, "compare"):
        _compared(store, folder, found, version, now)
    told = [one for stage in ("read", "annotate", "compare") if is_done(folder, stage) for one in done(folder, stage)]
    at = stamp(now)
    troubles = [
        Trouble(input=one.input, kind=one.kind, message=one.message, first=at, last=at)
        for part in told
        for one in part.troubles
    ]
    with store.writing():
        store.put(troubles)
    yield Kept(0, 0, 0, frozenset()), len(troubles)


def _may_adopt(store: Store, folder: Folder) -> bool:
    """Whether the archive has no articles but those that an interrupted run took from this folder."""
    told = folder.read("stages/group/manifest.json")
    with store.writing():
        before = store.get(Blob, [_UNDER_WAY])
        if before:
            return before[0].data == told
        if store.count(Articles()):
            return False
        shelf, key = _UNDER_WAY
        store.put([Blob(shelf=shelf, key=key, data=told)])
    return True


def _rows(folder: Folder, found: Mapping[str, Place]) -> Iterator[_Row]:
    """The articles of a folder, each id once, with what there is of them."""
    has = {table: is_done(folder, stage) for table, stage in (("features", "features"), ("annotations", "annotate"))}
    seen: set[str] = set()
    for name, count in article_files(folder):
        more = [
            list(rows(folder, table, beside(table, name))) if has[table] else [None] * count
            for table in ("features", "annotations")
        ]
        for number, (row, told, read) in enumerate(zip(rows(folder, "articles", name), *more, strict=True)):
            id = row["id"]
            place = found.get(id)
            if id in seen or (place is not None and (place.file, place.row) != (name, number)):
                continue
            seen.add(id)
            yield _Row(article_of(row), told and features_from(told), read)


def _adopted(
    store: Store, grouping: Grouping, batch: list[_Row], found: Mapping[str, Place], version: str, now: datetime
) -> Kept:
    """Keep articles in the stories that they were put into."""
    days = (now - EPOCH) / timedelta(days=1)
    with grouping.writing():
        known = {stored.id for stored in store.get(Stored, [one.article.id for one in batch])}
        new = [one for one in batch if one.article.id not in known and one.features is not None]
        for one in new:
            assert one.features is not None
            features = msgspec.structs.replace(one.features, gathered=days)
            id = one.article.id
            day = features.day if features.day is not None else days
            story = found[id].story
            store.put(
                [
                    Stored(
                        id=id,
                        article=one.article,
                        digest=digest(one.article),
                        gathered=stamp(now),
                        day=day,
                        story=story,
                    ),
                    Blob(shelf=FEATURES, key=id, data=msgspec.msgpack.encode(features)),
                ]
            )
        _annotated(store, new, version)
    stories = frozenset(found[one.article.id].story for one in new)
    return Kept(len(new), 0, len(batch) - len(new), stories)


def _annotated(store: Store, batch: list[_Row], version: str) -> None:
    """Keep annotations of this version, of articles that the archive has as they were annotated and has none of."""
    kept = {stored.id: stored for stored in store.get(Stored, [one.article.id for one in batch])}
    for one in batch:
        stored, row = kept.get(one.article.id), one.annotations
        if stored is None or row is None or row["version"] != version or stored.annotated == version:
            continue
        if stored.digest == digest(one.article):
            made = None if row["data"] is None else unpacked(row["data"], one.article)
            store.put(records(stored, made, version))
            if stored.story is not None:
                mark(store, [stored.story], None)


def _finish(store: Store, grouping: Grouping, folder: Folder, found: Mapping[str, Place], now: datetime) -> None:
    """Go on from where the folder's grouping ended; all is grouped anew where others put articles in meanwhile."""
    last = done(folder, "group")[-1]
    name = next(name for name, _ in last.files if name.startswith("window/"))
    window = map(kept_from, rows(folder, "window", name))
    with grouping.writing():
        if not store.get(Blob, [_UNDER_WAY]):
            return
        if not grouping.adopt(window):
            before = {stored.id: stored.story for stored in store.find(Articles())}
            after = grouping.anew()
            assign(store, {id: story for id, story in after.items() if before.get(id) != story}, {}, stamp(now))
        names = sorted({place.story for place in found.values()})
        for start in range(0, len(names), _BATCH):
            mark(store, names[start : start + _BATCH], stamp(now))
        store.drop(Blob, [_UNDER_WAY])


def _compared(store: Store, folder: Folder, found: Mapping[str, Place], version: str, now: datetime) -> None:
    """Keep the entries and comparisons of stories that have the same articles here."""
    members = by_story(dict(found))
    for one in done(folder, "compare"):
        for name, _ in one.files:
            if not name.startswith("stories/"):
                continue
            told = rows(folder, "stories", name)
            more = rows(folder, "comparisons", name.replace("stories/", "comparisons/", 1))
            with store.writing():
                for entry, row in zip(told, more, strict=True):
                    _put_story(store, story_of(entry), row, set(members.get(row["story"], ())), version, now)


def _put_story(store: Store, entry: StoryEntry, row: Row, members: set[str], version: str, now: datetime) -> None:
    stored = sorted(store.find(Articles(story=entry.id)), key=lambda one: (one.day, one.id))
    entries = store.get(StoryEntry, [entry.id])
    if {one.id for one in stored} != members or any(one.revision > 1 for one in stored) or not entries:
        return
    if row["version"] == version or all(one.annotated is None for one in stored):
        store.put([msgspec.structs.replace(entry, changed=entries[0].changed or stamp(now), stale=False)])
        store.put([Blob(shelf=LINEAGES, key=entry.id, data=row["lineage"])])
        compared = row["comparison"] if row["version"] == version else None
        comparison = None if compared is None else record_of(compared, Comparison)
        traced = record_of(row["lineage"], Lineage) or lineage([one.article for one in stored])
        put_events(store, entry.id, events_of(store, entry.id, stored, traced, comparison))
    if row["version"] == version and row["comparison"] is not None:
        store.put([Blob(shelf=COMPARISONS, key=entry.id, data=key_of(stored, version) + row["comparison"])])
