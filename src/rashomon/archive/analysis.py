"""What is worked out from the kept articles, and kept beside them: annotations, story entries, comparisons.

All of it can be lost and worked out again. Work is done outside the store's transactions; what it comes to is kept only
if nothing that it rests on changed meanwhile.
"""

from __future__ import annotations

import hashlib
import logging
import zlib
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, partial
from typing import TypeVar

import msgspec

from rashomon import stages
from rashomon.archive.batches import ANNOTATIONS, COMPARISONS, LINEAGES, mark, trouble
from rashomon.archive.events import told as events_told
from rashomon.errors import AnalysisError, TooFewArticles, told
from rashomon.group import describe, lineage
from rashomon.jobs import Progress, Workers
from rashomon.store import (
    Articles,
    Blob,
    Events,
    Said,
    Sayings,
    Shelf,
    Store,
    Stored,
    Stories,
    StoryEntry,
    StoryEvent,
)
from rashomon.types import (
    Actor,
    Annotations,
    Annotators,
    Article,
    Comparison,
    Event,
    Finding,
    Lineage,
    Mention,
    Versions,
)

R = TypeVar("R")
_BATCH = 16
# Articles of one story that a worker is given at a time, so that all workers have something to do to the end.
_FEW = 4
# Names of an article, and of a story, that are kept to filter by: those mentioned most.
_NAMES = 12
_PLACES = ("country", "place")
# That the stories' events were worked out, which archives of older versions lack.
_EVENTS = ("settings", "events")
# A difference in facts tells more of a story than one in words.
_GROUPS = ("facts", "certainty", "wording", None)


class _Told(msgspec.Struct, frozen=True):
    """Of an article's annotations what its events need: the rest is passed over unread."""

    actors: tuple[Actor, ...] = ()
    mentions: tuple[Mention, ...] = ()
    events: tuple[Event, ...] = ()


class Analyst:
    """Annotates, describes and compares what a store holds, always with the same annotators."""

    def __init__(self, store: Store, annotators: Annotators, pipeline: str, *, keeps: bool = True) -> None:
        """``keeps``: what is worked out is kept in the store; where it can only be read, it is not."""
        self._store, self._annotators, self._pipeline, self._keeps = store, annotators, pipeline, keeps

    @cached_property
    def _versions(self) -> Versions:
        # Looked up in what is installed: not for every page that asks whether its comparison is up to date.
        return stages.versions(self._pipeline, self._annotators)

    @cached_property
    def version(self) -> str:
        """What annotates, as one word for the record of an article."""
        return one_word(self._versions)

    def pending(self) -> int:
        """How many articles are not annotated yet, or by another version."""
        return self._store.count(Articles(pending=self.version))

    def annotate(self, now: str, workers: Workers, *, most: int | None = None, progress: Progress | None = None) -> int:
        """Annotate pending articles, oldest first, at most so many; gives how many there were."""
        done, total = 0, min(self.pending(), most if most is not None else 1 << 60)
        for batch, found in self._read(self._pending(total), workers):
            self._keep(batch, found, now)
            done += len(batch)
            if progress is not None:
                progress("annotating", done, total)
        return done

    def _pending(self, most: int) -> Iterator[list[Stored]]:
        """Pending articles, oldest first, so many at the most, some at a time."""
        last = 0
        while most > 0:
            batch = list(self._store.find(Articles(pending=self.version, beyond=last, limit=min(_BATCH, most))))
            if not batch:
                return
            last = batch[-1].number
            most -= len(batch)
            yield batch

    def _read(
        self, batches: Iterable[Sequence[Stored]], workers: Workers
    ) -> Iterator[tuple[Sequence[Stored], list[Annotations | AnalysisError]]]:
        """Batches of articles with what was read off them, in their order."""
        from rashomon.annotate.pipeline import annotate_batch, fatal

        under_way: deque[Sequence[Stored]] = deque()

        def texts() -> Iterator[list[Article]]:
            for batch in batches:
                under_way.append(batch)
                yield [stored.article for stored in batch]

        work = partial(annotate_batch, pipeline=self._pipeline, annotators=self._annotators)
        for found in workers.map(work, texts(), fatal):
            yield under_way.popleft(), found

    def refresh(self, progress: Progress | None = None) -> int:
        """Work out anew the entries and events of the stories that changed; gives how many there were."""
        if self._keeps and not self._store.get(Blob, [_EVENTS]):
            self._catch_up()
        stale = list(self._store.find(Stories(stale=True)))
        for start in range(0, len(stale), _BATCH):
            self._describe(stale[start : start + _BATCH])
            if progress is not None:
                progress("describing", min(start + _BATCH, len(stale)), len(stale))
        return len(stale)

    def _catch_up(self) -> None:
        """Work out the events of stories that were described before there were any."""
        for entry in list(self._store.find(Stories(stale=False))):
            found = self._events(entry.id, self.articles(entry.id), self.lineage(entry.id))
            with self._store.writing():
                if self._store.get(StoryEntry, [entry.id]) == [entry]:
                    put_events(self._store, entry.id, found)
        with self._store.writing():
            self._store.put([Blob(shelf=_EVENTS[0], key=_EVENTS[1], data=b"1")])

    def entry(self, story: str) -> StoryEntry | None:
        """A story's entry, up to date; ``None`` where there is no such story."""
        found = self._store.get(StoryEntry, [story])
        if not found or not found[0].stale:
            return found[0] if found else None
        return self._describe(found)[0]

    def _describe(self, stale: Sequence[StoryEntry]) -> list[StoryEntry]:
        """Entries worked out anew; kept, but for those of stories that changed meanwhile."""
        held = [self.articles(entry.id) for entry in stale]
        made = [_described(self._with_differences(entry), own) for entry, own in zip(stale, held, strict=True)]
        if not self._keeps:
            return [entry for entry, _ in made]
        happened = [self._events(entry.id, own, traced) for (entry, traced), own in zip(made, held, strict=True)]
        with self._store.writing():
            now = {entry.id: entry for entry in self._store.get(StoryEntry, [entry.id for entry in stale])}
            for old, (entry, traced), found in zip(stale, made, happened, strict=True):
                if now.get(old.id) == old:
                    self._store.put([entry, Blob(shelf=LINEAGES, key=entry.id, data=packed(traced))])
                    put_events(self._store, entry.id, found)
        return [entry for entry, _ in made]

    def _events(self, story: str, stored: Sequence[Stored], traced: Lineage) -> list[StoryEvent]:
        """The events of a story with these articles, with the help of its comparison where that is up to date."""
        return events_of(self._store, story, stored, traced, self._compared(story, key_of(stored, self.version)))

    def _with_differences(self, entry: StoryEntry) -> StoryEntry:
        """The entry with what the kept comparison says, where it has lost that."""
        kept = self.compared(entry.id) if entry.differences is None else None
        return entry if kept is None else told_of(kept, entry)

    def lineage(self, story: str) -> Lineage:
        """Who copies whom in a story whose entry is up to date."""
        found = self._store.get(Blob, [(LINEAGES, story)])
        traced = record_of(found[0].data, Lineage) if found else None
        return traced or lineage([stored.article for stored in self.articles(story)])

    def articles(self, story: str) -> list[Stored]:
        """A story's articles in the order of their days."""
        return sorted(self._store.find(Articles(story=story)), key=lambda stored: (stored.day, stored.id))

    def compared(self, story: str) -> Comparison | None:
        """The comparison of a story's articles if it was kept and none of them changed since; nothing is worked out."""
        return self._compared(story, key_of(self.articles(story), self.version))

    def _compared(self, story: str, key: bytes) -> Comparison | None:
        kept = self._store.get(Blob, [(COMPARISONS, story)])
        if not kept or kept[0].data[: len(key)] != key:
            return None
        return record_of(kept[0].data[len(key) :], Comparison)

    def compare(self, story: str, now: str, progress: Progress | None = None, jobs: int = 1) -> Comparison:
        """The comparison of a story's articles: as it was kept, if none of them changed, else made anew.

        Annotating takes most of the time and is done for new articles only.
        """
        stored = self.articles(story)
        key = key_of(stored, self.version)
        kept = self._compared(story, key)
        if kept is not None:
            return kept
        annotated = self._of(stored, now, progress, jobs)
        if len(annotated) < 2:
            raise TooFewArticles("has fewer than two articles that could be analysed; nothing to compare", input=story)
        if progress is not None:
            progress("comparing", 0, len(annotated))
        comparison = stages.compare_annotated(annotated, versions=self._versions, anyway=True)
        if not self._keeps:
            return comparison
        happened = events_of(self._store, story, stored, comparison.lineage, comparison)
        with self._store.writing():
            self._store.put([Blob(shelf=COMPARISONS, key=story, data=key + packed(comparison))])
            entries = self._store.get(StoryEntry, [story])
            self._store.put(told_of(comparison, entry) for entry in entries)
            if key_of(self.articles(story), self.version) == key:
                put_events(self._store, story, happened)
        return comparison

    def mend(self) -> list[str]:
        """Drop what is kept and damaged: it is made anew when it is needed; a line each."""
        lost = {shelf: self._lost(shelf) for shelf in (ANNOTATIONS, COMPARISONS, LINEAGES)}
        if not any(lost.values()):
            return []
        with self._store.writing():
            for shelf, keys in lost.items():
                self._store.drop(Blob, [(shelf, key) for key in keys])
            again = self._store.get(Stored, lost[ANNOTATIONS])
            self._store.put(msgspec.structs.replace(stored, annotated=None) for stored in again)
        return [f"{shelf} of {key}: will be made anew" for shelf, keys in lost.items() for key in keys]

    def _lost(self, shelf: str) -> list[str]:
        return [blob.key for blob in self._store.find(Shelf(shelf=shelf)) if not blob.data]

    def problems(self, progress: Progress | None = None) -> Iterator[str]:
        """Articles without a story that there is, and words that do not stand in their article, a line each."""
        stories = {entry.id: entry.stale for entry in self._store.find(Stories())}
        for story in (id for id, stale in stories.items() if not stale):
            yield from self._strayed(story)
        articles = self._store.count(Articles())
        for number, stored in enumerate(self._store.find(Articles()), start=1):
            if progress is not None:
                progress("checking", number, articles)
            if stored.story not in stories:
                yield f"{stored.id}: is in the story {stored.story}, which there is not"
            for said in self._store.find(Sayings(article=stored.id)):
                for span in said.quote.content:
                    if stored.article.text[span.start : span.end] != span.text:
                        yield f"{said.id}: its words do not stand at {span.start} to {span.end} of the article"

    def _strayed(self, story: str) -> Iterator[str]:
        """Events of a story whose passages do not stand in its articles, a line each."""
        texts = {stored.id: stored.article.text for stored in self.articles(story)}
        for event in self._store.find(Events(story=story)):
            for span in (span for account in event.accounts for span in account.spans):
                if texts.get(span.article, "")[span.start : span.end] != span.text:
                    yield f"{event.id}: its words do not stand at {span.start} to {span.end} of {span.article}"

    def _of(self, stored: Sequence[Stored], now: str, progress: Progress | None, jobs: int) -> list[Annotations]:
        """The annotations of these articles, kept or made now; an article that defeats an annotator is left out."""
        current = [(ANNOTATIONS, one.id) for one in stored if one.annotated == self.version]
        kept = {blob.key: record_of(blob.data, Annotations) for blob in self._store.get(Blob, current)}
        # Those of an article that defeated an annotator are not there; those that are damaged are made anew.
        missing = [one for one in stored if one.annotated != self.version or kept.get(one.id, one) is None]
        made: dict[str, Annotations] = {}
        with Workers(stages.worth([one.article for one in missing], jobs)) as workers:
            size, done = _BATCH if workers.jobs == 1 else _FEW, 0
            parts = (missing[at : at + size] for at in range(0, len(missing), size))
            for batch, found in self._read(parts, workers):
                made |= self._keep(batch, found, now)
                done += len(batch)
                if progress is not None:
                    progress("reading", done, len(missing))
        for one in stored:
            if (bare := kept.get(one.id)) is not None:
                made[one.id] = msgspec.structs.replace(bare, article=one.article)
        return [made[one.id] for one in stored if one.id in made]

    def _keep(
        self, batch: Sequence[Stored], made: Sequence[Annotations | AnalysisError], now: str
    ) -> dict[str, Annotations]:
        """Keep what was read off articles, but for those that were revised meanwhile; gives it by article."""
        found = {one.article.id: one for one in made if isinstance(one, Annotations)}
        problems = [one for one in made if isinstance(one, AnalysisError)]
        if not self._keeps:
            return found
        with self._store.writing():
            current = {one.id: one for one in self._store.get(Stored, [stored.id for stored in batch])}
            same = [current[s.id] for s in batch if s.id in current and current[s.id].revision == s.revision]
            self._store.drop(Said, [stored.id for stored in same])
            for stored in same:
                self._store.put(records(stored, found.get(stored.id), self.version))
            mark(self._store, {stored.story for stored in same if stored.story}, None)
            self._store.put(trouble(problem, "", now) for problem in problems)
        return found


def events_of(
    store: Store, story: str, stored: Sequence[Stored], traced: Lineage, comparison: Comparison | None = None
) -> list[StoryEvent]:
    """The events of a story with these articles, as its comparison or else their kept annotations have them."""
    read = []
    if comparison is None:
        kept = {
            blob.key: blob.data for blob in store.get(Blob, [(ANNOTATIONS, one.id) for one in stored if one.annotated])
        }
        for one in stored:
            bare = record_of(kept[one.id], _Told) if one.id in kept else None
            if bare is not None:
                read.append(
                    Annotations(article=one.article, actors=bare.actors, mentions=bare.mentions, events=bare.events)
                )
    return events_told(story, stored, traced, comparison, read)


def put_events(store: Store, story: str, found: Sequence[StoryEvent]) -> None:
    """Keep the events of a story in place of those that it had; inside a transaction."""
    store.drop(StoryEvent, [story])
    store.put(found)


def lasting_name(finding: Finding) -> str:
    """A name for a finding that lasts while other accounts come to tell the same: by kind and differing words."""
    words = sorted({span.text.casefold() for span in finding.spans})
    told = msgspec.json.encode([finding.kind, finding.nonconflict, words])
    return f"{finding.kind}-{hashlib.sha256(told).hexdigest()[:12]}"


def one_word(versions: Versions) -> str:
    """What annotates, as one word."""
    return hashlib.sha256(msgspec.json.encode(versions, order="sorted")).hexdigest()[:12]


def told_of(comparison: Comparison, entry: StoryEntry) -> StoryEntry:
    """A story's entry with what its comparison came to."""
    differing = [finding for finding in comparison.findings if finding.kind != "not-a-conflict"]
    differing.sort(key=lambda finding: _GROUPS.index(finding.group))
    teaser = differing[0].reason if differing else ""
    return msgspec.structs.replace(entry, differences=len(differing), teaser=teaser)


def _described(entry: StoryEntry, stored: Sequence[Stored]) -> tuple[StoryEntry, Lineage]:
    """As :func:`described`; of articles that defeat it, what the entry says already, and each independent."""
    try:
        return described(entry, stored)
    except Exception as error:  # one story must not keep the others from being described (law 7)
        logging.getLogger(__name__).warning("%s: cannot be described (%s); please report it", entry.id, told(error))
        alone = Lineage(independent=len(stored), groups=tuple((one.id,) for one in stored))
        return msgspec.structs.replace(entry, articles=len(stored), stale=False), alone


def described(entry: StoryEntry, stored: Sequence[Stored]) -> tuple[StoryEntry, Lineage]:
    """What a story's articles make of its entry, and who copies whom among them."""
    articles = [one.article for one in stored]
    told, traced = describe(articles), lineage(articles)
    fresh = msgspec.structs.replace(
        entry,
        title=told.title,
        start=told.start,
        end=told.end,
        articles=len(stored),
        independent=traced.independent,
        outlets=tuple(sorted({a.outlet for a in articles if a.outlet})),
        actors=_most(one.actors for one in stored),
        places=_most(one.places for one in stored),
        stale=False,
    )
    return fresh, traced


def _most(names: Iterator[tuple[str, ...]]) -> tuple[str, ...]:
    """The names that most articles have; of those alike the one that comes first in them."""
    counts: Counter[str] = Counter()
    for own in names:
        counts.update(dict.fromkeys(own, 1))
    return tuple(name for name, _ in counts.most_common(_NAMES))


def records(stored: Stored, annotations: Annotations | None, version: str) -> Iterator[Stored | Said | Blob]:
    """What the annotations of an article leave in the store; an article that defeated them is not tried again."""
    if annotations is None:
        yield msgspec.structs.replace(stored, annotated=version)
        return
    actors = {actor.id: actor for actor in annotations.actors}
    mentions = Counter(m.actor for m in annotations.mentions)
    # What is called "the crowd" is an actor, but not one to look for.
    named = [actors[id] for id, _ in mentions.most_common() if id in actors and not actors[id].name.islower()]
    yield msgspec.structs.replace(
        stored,
        annotated=version,
        actors=tuple(dict.fromkeys(a.name for a in named if a.kind != "place"))[:_NAMES],
        places=tuple(dict.fromkeys(a.name for a in named if a.kind in _PLACES))[:_NAMES],
    )
    bare = msgspec.structs.replace(annotations, article=Article(id=stored.id, text=""))
    yield Blob(shelf=ANNOTATIONS, key=stored.id, data=packed(bare))
    for quote in annotations.quotes:
        if not quote.statement:
            continue
        speaker = actors[quote.speaker].name if quote.speaker in actors else None
        yield Said(id=f"{stored.id}:{quote.id}", article=stored.id, quote=quote, speaker=speaker)


def unpacked(data: bytes, article: Article) -> Annotations:
    """The annotations of an article as they were kept, without it."""
    return msgspec.structs.replace(_record(data, Annotations), article=article)


def record_of(data: bytes, kind: type[R]) -> R | None:
    """A record as it was packed; ``None`` where it is damaged."""
    try:
        return _record(data, kind)
    except (zlib.error, msgspec.MsgspecError, ValueError):
        return None


def _record(data: bytes, kind: type[R]) -> R:
    record: R = msgspec.msgpack.decode(zlib.decompress(data), type=kind)
    return record


def packed(record: Annotations | Comparison | Lineage) -> bytes:
    """A record as it is kept."""
    return zlib.compress(msgspec.msgpack.encode(record), 1)


def key_of(stored: Sequence[Stored], versions: str) -> bytes:
    """Tells whether a comparison is of these articles as they are now, made by these versions."""
    told = [(one.id, one.revision, one.digest) for one in stored]
    return hashlib.sha256(msgspec.json.encode([versions, told])).digest()
