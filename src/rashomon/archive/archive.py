"""The archive as a whole: what the command line, the pages and every other surface can do, each as one method."""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO

import msgspec

from rashomon import group
from rashomon.archive import passages
from rashomon.archive.age import aged
from rashomon.archive.analysis import Analyst, lasting_name
from rashomon.archive.answers import (
    ArticleAnswer,
    Brief,
    Gathered,
    Hit,
    Judged,
    Page,
    RelationsAnswer,
    Revision,
    Stats,
    StoryAnswer,
    Stretch,
)
from rashomon.archive.batches import EPOCH, Batch, Kept, assign, fresh, keep, stamp
from rashomon.archive.events import between, country_of, sector_of, type_of, who
from rashomon.archive.export import Kind, write
from rashomon.archive.gathering import Options, follow, gathered, on_the_web, subscriptions, watched
from rashomon.archive.grouping import Grouping
from rashomon.archive.taking import take
from rashomon.archive.worked import is_worked_out
from rashomon.errors import AnalysisError, ComparisonError, RashomonError, StoreError, UnknownItem
from rashomon.group import Features, features_of
from rashomon.group.stories import WINDOW
from rashomon.jobs import Progress, Workers
from rashomon.read.crawl import Crawler
from rashomon.stages import DEFAULT_PIPELINE
from rashomon.store import (
    Articles,
    Blob,
    Events,
    Feeds,
    Judgement,
    Judgements,
    Revisions,
    Said,
    Sayings,
    Store,
    Stored,
    Stories,
    StoryEntry,
    StoryEvent,
    Trouble,
    Troubles,
    Verdict,
    Who,
    open_store,
)
from rashomon.types import DEFAULT_ANNOTATORS, Annotators, Article, Comparison, StoryOrder, TableFormat


class _Settings(msgspec.Struct, frozen=True):
    """What an archive is worked on with, by whatever process."""

    annotators: Annotators
    pipeline: str
    window: int


def open_archive(
    url: str,
    *,
    create: bool = False,
    annotators: Annotators | None = None,
    pipeline: str | None = None,
    window: int | None = None,
    patience: float = 30.0,
) -> Archive:
    """Open an archive: a file (SQLite), or a database by its address (``postgresql://…``).

    ``create`` makes a file that is not there. ``annotators``, ``pipeline`` and ``window`` (how many articles grouping
    remembers) are the archive's own: what is given is kept and holds until something else is given.
    ``patience`` is how many seconds to wait while another process writes. A file in a folder that cannot be written to
    is opened for reading: what questions need is worked out, and not kept.

    Raises:
        StoreError: there is no such archive, or it cannot be opened.
        MissingPart: a library for it is not installed.
    """
    path = url.removeprefix("sqlite:///")
    if not create and "://" not in path and not Path(path).exists():
        raise StoreError("there is no such archive; rashomon ingest makes one", input=url)
    readonly = "://" not in path and Path(path).exists() and not os.access(Path(path).absolute().parent, os.W_OK)
    store = open_store(url, patience=patience, readonly=readonly)
    try:
        settings = _settled(store, annotators, pipeline, window)
    except BaseException:
        store.close()
        raise
    return Archive(
        store,
        annotators=settings.annotators,
        pipeline=settings.pipeline,
        window=settings.window,
        readonly=readonly,
    )


def _settled(store: Store, annotators: Annotators | None, pipeline: str | None, window: int | None) -> _Settings:
    """The archive's settings, with what is given now in place of what was kept."""
    shelf, key = "settings", "analysis"
    kept = store.get(Blob, [(shelf, key)])
    try:
        before = msgspec.json.decode(kept[0].data, type=_Settings) if kept else None
    except (msgspec.MsgspecError, ValueError):  # damaged, which check tells
        before = None
    old = before or _Settings(DEFAULT_ANNOTATORS, DEFAULT_PIPELINE, WINDOW)
    new = _Settings(annotators or old.annotators, pipeline or old.pipeline, window or old.window)
    if new != old or (before is None and (annotators or pipeline or window)):
        with store.writing():
            store.put([Blob(shelf=shelf, key=key, data=msgspec.json.encode(new))])
    return new


class Archive:
    """Gathers reports, groups them into stories and answers questions about them.

    Several processes may read while one writes; two that write take turns. Close it, or use it in a ``with``.
    Stories and articles are named by their ids or by any beginning that only one article's id has.
    Every method raises :class:`rashomon.errors.StoreError` where the store fails.
    """

    def __init__(
        self,
        store: Store,
        *,
        annotators: Annotators = DEFAULT_ANNOTATORS,
        pipeline: str = DEFAULT_PIPELINE,
        window: int = WINDOW,
        batch: int = 64,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        readonly: bool = False,
    ) -> None:
        """``batch`` is how many articles are read and kept together: what a kill costs is reading so many again.

        ``readonly``: the store can only be read, so that what is worked out for an answer is not kept.
        """
        self._store, self._clock, self._batch, self._readonly = store, clock, batch, readonly
        self._grouping = Grouping(store, window)
        self._analyst = Analyst(store, annotators, pipeline, keeps=not readonly)

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()

    # --- gathering

    def ingest(
        self,
        inputs: Sequence[str] = (),
        *,
        outlet: str | None = None,
        published: str | None = None,
        language: str | None = None,
        allow_private: bool = False,
        annotate: bool = True,
        stdin: BinaryIO | None = None,
        progress: Progress | None = None,
        jobs: int = 1,
    ) -> Gathered:
        """Take in what files, folders, pages and feeds hold, group it into stories, and annotate it.

        What an earlier call left undone is done, too, also where there are no ``inputs``. What cannot be read becomes
        a trouble (:meth:`errors`) and stops nothing else. The same again changes nothing; a kill at any instant costs
        at most what was read last. Without ``annotate`` articles are annotated when they are first needed.
        ``progress`` is called with what is being done, how much of it is done and how much there is (0: not known).
        A folder that ``rashomon scale`` wrote comes with its features, annotations, stories and comparisons.
        So many ``jobs`` (processes) share the work; what is kept is the same whatever their number.
        """
        options = Options(outlet, published, language, allow_private, stdin)
        tally = _Tally(progress)
        with ExitStack() as stack:
            workers = stack.enter_context(Workers(jobs))
            crawler = None
            if on_the_web(inputs):
                crawler = stack.enter_context(Crawler(allow_private=allow_private))
            now = self._clock()
            for folder in filter(is_worked_out, inputs):
                for kept, troubles in take(self._store, self._grouping, self._analyst.version, folder, now):
                    tally.add(kept, troubles)
            inputs = [name for name in inputs if not is_worked_out(name)]
            read = gathered(self._store, inputs, options, size=self._batch, crawler=crawler, now=now)
            # What is fetched is kept before the next is: what is there already is not fetched again.
            alone = crawler is not None or workers.jobs == 1
            for batch, features in ((batch, None) for batch in read) if alone else self._ahead(read, workers):
                tally.add(*keep(self._store, self._grouping, batch, self._clock(), features))
            self._analyst.refresh(progress)
            return tally.gathered(self._annotate(workers, progress) if annotate else 0)

    def _ahead(self, read: Iterable[Batch], workers: Workers) -> Iterator[tuple[Batch, list[Features]]]:
        """Batches with the features of what is new in them, worked out while others are kept."""
        under_way: deque[Batch] = deque()

        def new() -> Iterator[list[Article]]:
            for batch in read:
                wanted = fresh(self._store, batch, under_way)
                under_way.append(batch)
                yield wanted

        for features in workers.map(features_of, new(), lambda article: Features(id=article.id)):
            yield under_way.popleft(), features

    def watch(
        self,
        feeds: Sequence[str] = (),
        *,
        stop: threading.Event,
        allow_private: bool = False,
        contact: str | None = None,
        annotate: bool = True,
        progress: Progress | None = None,
    ) -> Gathered:
        """Follow feeds (addresses, lists of feeds in OPML) and all that were followed before, until ``stop`` is set.

        Each feed is visited at its own rhythm. What a visit brings is kept at once; stories are described and articles
        annotated between visits. ``contact`` is told to the servers. Gives what all visits together brought.

        Raises:
            InputError: a list of feeds cannot be read.
        """
        follow(self._store, subscriptions(feeds), self._clock())
        tally, annotated = _Tally(progress), 0
        with Crawler(allow_private=allow_private, contact=contact) as crawler:
            for batch in watched(self._store, crawler, self._clock, stop):
                if batch is not None:
                    tally.add(*keep(self._store, self._grouping, batch, self._clock()))
                    continue
                self._analyst.refresh()
                while annotate and not stop.is_set() and not self._due() and self._analyst.pending():
                    annotated += self._analyst.annotate(stamp(self._clock()), Workers(1), most=16)
                self._analyst.refresh()
        return tally.gathered(annotated)

    def _annotate(self, workers: Workers, progress: Progress | None) -> int:
        annotated = self._analyst.annotate(stamp(self._clock()), workers, progress=progress)
        if annotated:
            self._analyst.refresh()
        return annotated

    def _due(self) -> int:
        return self._store.count(Feeds(due=stamp(self._clock())))

    # --- stories

    def stories(
        self,
        *,
        words: str | None = None,
        since: str | None = None,
        until: str | None = None,
        outlet: str | None = None,
        actor: str | None = None,
        place: str | None = None,
        independent: int = 0,
        order: StoryOrder = "changed",
        limit: int = 20,
        offset: int = 0,
    ) -> Page[StoryEntry]:
        """Stories: those changed last first, or in another ``order``, of which those are first that have most.

        ``since`` and ``until`` are ISO dates, ``independent`` is the least number of independent accounts.
        """
        query = Stories(
            words=words,
            since=iso_day(since),
            until=iso_day(until),
            outlet=outlet,
            actor=actor,
            place=place,
            independent=independent,
            order=order,
            limit=limit,
            offset=offset,
        )
        return Page(items=tuple(self._store.find(query)), total=self._store.count(query), offset=offset)

    def story(self, story: str) -> StoryAnswer:
        """A story, its articles, who copies whom, and which words are older; an article's id leads to its story.

        Raises:
            UnknownItem: there is no such story or article.
        """
        told = self.told(story)
        return msgspec.structs.replace(told, older=self._older(Sayings(story=told.story.id)))

    def told(self, story: str) -> StoryAnswer:
        """A story, its articles and who copies whom; whether the words in it are older is not looked for.

        Raises:
            UnknownItem: there is no such story or article.
        """
        entry = self._entry(story)
        articles = tuple(map(brief, self._analyst.articles(entry.id)))
        return StoryAnswer(story=entry, articles=articles, lineage=self._analyst.lineage(entry.id))

    def compare(self, story: str, *, progress: Progress | None = None, jobs: int = 1) -> Comparison:
        """The comparison of a story's reports: as it was kept, or brought up to date by up to so many processes.

        Raises:
            UnknownItem: there is no such story.
            TooFewArticles: it has one report only.
        """
        return self._analyst.compare(self._entry(story).id, stamp(self._clock()), progress, jobs)

    def compared(self, story: str) -> Comparison | None:
        """The comparison of a story's reports if it is there and up to date; nothing is worked out.

        Raises:
            UnknownItem: there is no such story.
        """
        return self._analyst.compared(self._entry(story).id)

    def regroup(self, *, progress: Progress | None = None) -> int:
        """Group all articles anew, as if they had come in the order of their days; gives how many changed story.

        The stories are the same in whatever order the articles came. All judgements are obeyed.
        """
        now = stamp(self._clock())
        with self._grouping.writing():
            before = {stored.id: stored.story for stored in self._store.find(Articles())}
            after = self._grouping.anew(progress)
            changed = {id: story for id, story in after.items() if before.get(id) != story}
            assign(self._store, changed, {}, now)
        self._analyst.refresh(progress)
        return len(changed)

    def judge(
        self, one: str, other: str, verdict: Verdict, *, by: str | None = None, note: str | None = None
    ) -> Judged:
        """Keep a person's word on whether two articles report the same event, and obey it.

        Raises:
            UnknownItem: there is no such article.
            RashomonError: the two are one article.
        """
        one, other = self._article(one), self._article(other)
        if one == other:
            raise RashomonError("a judgement is about two articles; this is one", input=one)
        given = stamp(self._clock())
        with self._grouping.writing():
            self._store.put([Judgement(one=one, other=other, verdict=verdict, given=given, by=by, note=note)])
            moved = self._grouping.judge(group.Judged(one, other, verdict))
            assign(self._store, moved or {}, {}, given)
        self._analyst.refresh()
        stories = tuple(stored.story or stored.id for stored in self._store.get(Stored, [one, other]))
        as_told = {"same": len(set(stories)) == 1, "different": len(set(stories)) == 2, "unsure": True}
        return Judged(one=one, other=other, verdict=verdict, stories=stories, obeyed=as_told[verdict])

    def report(
        self, story: str, finding: str, *, withdrawn: bool = False, by: str | None = None, note: str | None = None
    ) -> Judgement:
        """Keep a person's word that a finding of a story's comparison is none; or, ``withdrawn``, that it is one.

        It is kept under a name that the finding has in every comparison of the story (:func:`lasting_name`), with what
        the finding said where the person says nothing. The last word counts.

        Raises:
            UnknownItem: there is no such story, or its comparison has no such finding.
        """
        entry = self._entry(story)
        found = next((one for one in self.compare(entry.id).findings if one.id == finding), None)
        if found is None:
            raise UnknownItem("the story's comparison has no such finding; --json of compare shows them", input=finding)
        word = Judgement(
            about="finding",
            one=entry.id,
            other=lasting_name(found),
            verdict="same" if withdrawn else "different",
            given=stamp(self._clock()),
            by=by,
            note=note or found.reason,
        )
        with self._store.writing():
            self._store.put([word])
        return word

    def reported(self, story: str) -> frozenset[str]:
        """The lasting names (:func:`lasting_name`) of a story's findings of which the last word is that they are none.

        Raises:
            UnknownItem: there is no such story.
        """
        words = self._store.find(Judgements(about="finding", naming=self._entry(story).id))
        last = {word.other: word.verdict for word in words}
        return frozenset(name for name, verdict in last.items() if verdict == "different")

    # --- articles and what is said in them

    def article(self, article: str, *, revision: int | None = None) -> ArticleAnswer:
        """An article, its current revision or another.

        Raises:
            UnknownItem: there is no such article or revision.
        """
        revisions = self._revisions(article)
        wanted = [stored for stored in revisions if revision in (None, stored.revision)]
        if not wanted:
            raise UnknownItem(f"there is no revision {revision}; it has {len(revisions)}", input=article)
        stored = wanted[-1]
        return ArticleAnswer(
            article=stored.article,
            brief=brief(stored),
            revisions=tuple(one.gathered for one in revisions),
            actors=stored.actors,
            places=stored.places,
            older=self._older(Sayings(article=stored.id)) if stored == revisions[-1] else (),
        )

    def diff(self, article: str, *, old: int | None = None, new: int | None = None) -> Revision:
        """How a revision of an article became a later one; the last two where none are named.

        Raises:
            UnknownItem: there is no such article or revision.
        """
        revisions = {stored.revision: stored for stored in self._revisions(article)}
        after = new if new is not None else max(revisions)
        before = old if old is not None else max(after - 1, 1)
        for number in (before, after):
            if number not in revisions:
                raise UnknownItem(f"there is no revision {number}; it has {len(revisions)}", input=article)
        one, other = revisions[before], revisions[after]
        return Revision(
            article=one.id,
            old=before,
            new=after,
            old_gathered=one.gathered,
            new_gathered=other.gathered,
            edits=passages.edits(one.article.text, other.article.text),
        )

    def search(
        self,
        words: str,
        *,
        speaker: str | None = None,
        outlet: str | None = None,
        since: str | None = None,
        until: str | None = None,
        limit: int = 20,
        offset: int = 0,
    ) -> Page[Hit]:
        """Articles with these words, best first; with a ``speaker``, those in which that speaker says them.

        ``words`` are words in any form, ``"phrases"``, ``-without`` and ``begin*``.
        """
        first, last = _days(since, until)
        if speaker is not None:
            said = Sayings(
                words=words, speaker=speaker, outlet=outlet, since=first, until=last, limit=limit, offset=offset
            )
            hits = tuple(self._spoken(aged(self._store, list(self._store.find(said))), words))
            return Page(items=hits, total=self._store.count(said), offset=offset)
        query = Articles(words=words, outlet=outlet, since=first, until=last, limit=limit, offset=offset)
        found = []
        for stored in self._store.find(query):
            told = passages.passages(stored.article, words)
            marks = passages.marks(stored.article, told, words)
            found.append(Hit(article=brief(stored), passages=told, marks=marks))
        return Page(items=tuple(found), total=self._store.count(query), offset=offset)

    def quotes(
        self,
        speaker: str | None = None,
        *,
        words: str | None = None,
        story: str | None = None,
        article: str | None = None,
        outlet: str | None = None,
        since: str | None = None,
        until: str | None = None,
        limit: int = 20,
        offset: int = 0,
    ) -> Page[Said]:
        """What a speaker is said to have said, latest first, and how old the words are (``earlier``).

        Only annotated articles are looked at.
        """
        first, last = _days(since, until)
        query = Sayings(
            speaker=speaker,
            words=words,
            story=self._entry(story).id if story is not None else None,
            article=self._article(article) if article is not None else None,
            outlet=outlet,
            since=first,
            until=last,
            limit=limit,
            offset=offset,
        )
        said = aged(self._store, list(self._store.find(query)))
        return Page(items=said, total=self._store.count(query), offset=offset)

    # --- what happened

    def events(
        self,
        *,
        type: str | None = None,
        actor: str | None = None,
        recipient: str | None = None,
        country: str | None = None,
        sector: str | None = None,
        story: str | None = None,
        since: str | None = None,
        until: str | None = None,
        independent: int = 0,
        limit: int = 20,
        offset: int = 0,
    ) -> Page[StoryEvent]:
        """What the stories tell of, the latest first; each event once, however many reports of its story have it.

        ``type`` is one of PLOVER's. ``actor`` and ``recipient`` are words of a name; a country's name or code stands
        for all who are of it. ``country`` and ``sector`` (PLOVER's code) are those of one party, whatever its role.
        ``since`` and ``until`` are ISO dates of the event; where none is told, of its first report. ``independent`` is
        the least number of independent accounts. Only annotated articles are looked at.

        Raises:
            UnknownItem: there is no such story.
            RashomonError: there is no such type, country or sector.
        """
        party = Who(country=country_of(country), sector=sector_of(sector))
        query = Events(
            type=type_of(type),
            actor=who(actor) if actor is not None else None,
            recipient=who(recipient) if recipient is not None else None,
            party=party if party != Who() else None,
            story=self._entry(story).id if story is not None else None,
            since=iso_day(since),
            until=iso_day(until),
            independent=independent,
            limit=limit,
            offset=offset,
        )
        return Page(items=tuple(self._store.find(query)), total=self._store.count(query), offset=offset)

    def relations(
        self,
        one: str,
        other: str,
        *,
        by: Stretch = "month",
        since: str | None = None,
        until: str | None = None,
        limit: int = 20,
        offset: int = 0,
    ) -> RelationsAnswer:
        """What came to pass between two, by day, week or month: cooperation and conflict in words and in deeds.

        Each is named by words of a name; a country's name or code stands for all who are of it.
        """
        pair = (who(one), who(other))
        query = Events(between=pair, since=iso_day(since), until=iso_day(until))
        return between(*pair, by, list(self._store.find(query)), slice(offset, offset + limit))

    # --- the archive itself

    def errors(self, *, kind: str | None = None, limit: int = 20, offset: int = 0) -> Page[Trouble]:
        """What could not be read or analysed, and why; the latest first."""
        query = Troubles(kind=kind, limit=limit, offset=offset)
        return Page(items=tuple(self._store.find(query)), total=self._store.count(query), offset=offset)

    def judgements(self, *, naming: str | None = None, limit: int = 20, offset: int = 0) -> Page[Judgement]:
        """Judgements in the order in which they were given; those about one article or story."""
        whole = self._article(naming) if naming is not None else None
        query = Judgements(naming=whole, limit=limit, offset=offset)
        return Page(items=tuple(self._store.find(query)), total=self._store.count(query), offset=offset)

    def stats(self) -> Stats:
        """Counts of what the archive holds."""
        entries = list(self._store.find(Stories()))
        days = sorted(day for entry in entries for day in (entry.start, entry.end) if day)
        return Stats(
            articles=self._store.count(Articles()),
            stories=len(entries),
            outlets=len({outlet for entry in entries for outlet in entry.outlets}),
            quotes=self._store.count(Sayings()),
            events=self._store.count(Events()),
            pending=self._analyst.pending(),
            feeds=self._store.count(Feeds()),
            troubles=self._store.count(Troubles()),
            judgements=self._store.count(Judgements()),
            first=days[0] if days else None,
            last=days[-1] if days else None,
        )

    def check(self, *, mend: bool = True, progress: Progress | None = None) -> list[str]:
        """What is wrong with the archive, a line each; empty for a sound one.

        Beside the store's own check: every article is in a story that there is, every quotation is in its article.
        What can be made anew from the rest (indexes, entries of stories, annotations, comparisons, what grouping keeps)
        is, or will be when it is needed, unless not ``mend``; then a second look finds nothing of it.
        """
        mend = mend and not self._readonly
        found = self._store.check(mend=mend)
        try:
            if mend:
                found += self._analyst.mend()
                found += self._mend_groups()
                self._analyst.refresh(progress)
            return [*found, *self._grouping.problems(), *self._analyst.problems(progress)]
        except StoreError as error:
            return [*found, error.message]

    def _mend_groups(self) -> list[str]:
        """Make anew what grouping keeps and is damaged; a line each."""
        lost, anew = self._grouping.lost()
        if not anew:
            return []
        stored = self._store.get(Stored, lost)
        gathered = {one.id: (datetime.fromisoformat(one.gathered) - EPOCH) / timedelta(days=1) for one in stored}
        made = group.features_of([one.article for one in stored])
        with self._grouping.writing():
            self._grouping.mend(msgspec.structs.replace(one, gathered=gathered[one.id]) for one in made)
        self.regroup()
        return [*(f"features of {id}: were made anew" for id in lost), "the stories were grouped anew"]

    def export(
        self,
        kind: Kind,
        out: IO[bytes],
        *,
        format: TableFormat = "jsonl",
        progress: Progress | None = None,
        jobs: int = 1,
    ) -> int:
        """Write all records of a kind as JSON Lines, CSV or Parquet; gives the number of rows.

        Findings, points, tellings, events and voices are of the stories with two reports or more, which are compared
        for it where they are not yet, by up to so many processes. A story that cannot be is left out.

        Raises:
            MissingPart: Parquet is asked for and pyarrow is not installed.
        """
        return write(self._store, kind, format, out, self._all_compared(progress, jobs))

    def _all_compared(self, progress: Progress | None, jobs: int) -> Iterator[tuple[str, Comparison]]:
        """The stories with two reports or more and their comparisons, one after the other."""
        if not self._readonly:
            self._analyst.refresh()
        stories = [entry.id for entry in self._store.find(Stories()) if entry.articles > 1]
        for done, story in enumerate(stories, 1):
            try:
                yield story, self._analyst.compare(story, stamp(self._clock()), jobs=jobs)
            except (AnalysisError, ComparisonError) as error:
                logging.getLogger(__name__).warning("%s: is left out (%s)", story, error)
            if progress is not None:
                progress("comparing", done, len(stories))

    def _entry(self, story: str) -> StoryEntry:
        entry = self._analyst.entry(story)
        if entry is None:
            found = self._begun(story)
            entry = self._analyst.entry(found.story) if found is not None and found.story else None
        if entry is None:
            raise UnknownItem("there is no such story; rashomon stories lists them", input=story)
        return entry

    def _begun(self, id: str) -> Stored | None:
        """The article of this id or of the only one that begins so.

        Raises:
            UnknownItem: several begin so.
        """
        found = list(self._store.find(Articles(begins=id, limit=4))) if id else []
        whole = next((stored for stored in found if stored.id == id), None)
        if whole is not None or not found:
            return whole
        if len(found) > 1:
            some = ", ".join(sorted(stored.id for stored in found)[:3])
            raise UnknownItem(
                f"more than one id begins so ({some}{', …' if len(found) > 3 else ''}); add to it", input=id
            )
        return found[0]

    def _article(self, id: str) -> str:
        """The whole id of an article.

        Raises:
            UnknownItem: there is none of this id, or several begin so.
        """
        found = self._begun(id)
        if found is None:
            raise UnknownItem("there is no such article in the archive", input=id)
        return found.id

    def _revisions(self, article: str) -> list[Stored]:
        return list(self._store.find(Revisions(article=self._article(article))))

    def _older(self, query: Sayings) -> tuple[Said, ...]:
        """What a question finds of which an older article has the words."""
        return tuple(one for one in aged(self._store, list(self._store.find(query))) if one.earlier is not None)

    def _spoken(self, found: Iterable[Said], words: str) -> Iterator[Hit]:
        """Statements with their articles, those of one article that follow each other together."""
        together: dict[str, list[Said]] = {}
        for said in found:
            together.setdefault(said.article, []).append(said)
        for stored in self._store.get(Stored, list(together)):
            own = together[stored.id]
            contents = tuple(span for said in own for span in said.quote.content)
            marks = passages.marks(stored.article, contents, words)
            yield Hit(article=brief(stored), passages=contents, said=tuple(own), marks=marks)


class _Tally:
    """What was gathered so far."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._new = self._revised = self._unchanged = self._troubles = 0
        self._stories: set[str] = set()

    def add(self, kept: Kept, troubles: int) -> None:
        self._new += kept.new
        self._revised += kept.revised
        self._unchanged += kept.unchanged
        self._troubles += troubles
        self._stories |= kept.stories
        if self._progress is not None:
            self._progress("reading", self._new + self._revised + self._unchanged, 0)

    def gathered(self, annotated: int) -> Gathered:
        return Gathered(
            new=self._new,
            revised=self._revised,
            unchanged=self._unchanged,
            annotated=annotated,
            troubles=self._troubles,
            stories=tuple(sorted(self._stories)),
        )


def brief(stored: Stored) -> Brief:
    """An article of the store without its text."""
    article = stored.article
    return Brief(
        id=stored.id,
        outlet=article.outlet,
        title=article.title,
        published=article.published,
        url=article.url,
        gathered=stored.gathered,
        revision=stored.revision,
        story=stored.story,
    )


def iso_day(value: str | None) -> str | None:
    """A date as a person gives it, checked.

    Raises:
        RashomonError: it is no ISO 8601 date.
    """
    if value is None:
        return None
    try:
        return datetime.fromisoformat(value).date().isoformat()
    except ValueError:
        raise RashomonError("is no date; write it as 2017-02-16", input=value) from None


def _days(since: str | None, until: str | None) -> tuple[float | None, float | None]:
    """The first and the last moment of a period of whole days, in days since 1970."""
    first, last = iso_day(since), iso_day(until)
    start = (datetime.fromisoformat(first).replace(tzinfo=UTC) - EPOCH).days if first else None
    end = (datetime.fromisoformat(last).replace(tzinfo=UTC) - EPOCH).days + 0.99999 if last else None
    return start, end
