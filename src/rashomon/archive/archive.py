"""The archive as a whole: what the command line, the pages and every other surface can do, each as one method."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal

import msgspec

from rashomon import group
from rashomon.archive import passages
from rashomon.archive.analysis import Analyst, Progress
from rashomon.archive.answers import (
    ArticleAnswer,
    Brief,
    Gathered,
    Hit,
    Judged,
    Page,
    Revision,
    Stats,
    StoryAnswer,
)
from rashomon.archive.grouping import Grouping
from rashomon.archive.keeping import Batch, assign, keep, stamp
from rashomon.errors import RashomonError, UnknownItem
from rashomon.group.stories import WINDOW
from rashomon.stages import DEFAULT_PIPELINE
from rashomon.store import (
    Articles,
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
    Trouble,
    Troubles,
    Verdict,
)
from rashomon.types import DEFAULT_ANNOTATORS, Annotators, Comparison

_EPOCH_DAY = datetime(1970, 1, 1, tzinfo=UTC)


class Archive:
    """Gathers reports, groups them into stories and answers questions about them.

    Several processes may read while one writes; two that write take turns. Close it, or use it in a ``with``.
    Every method raises :class:`rashomon.errors.StoreError` where the store fails.
    """

    def __init__(
        self,
        store: Store,
        *,
        annotators: Annotators = DEFAULT_ANNOTATORS,
        pipeline: str = DEFAULT_PIPELINE,
        window: int = WINDOW,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store, self._clock = store, clock
        self._grouping = Grouping(store, window)
        self._analyst = Analyst(store, annotators, pipeline)

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
        limit: int = 20,
        offset: int = 0,
    ) -> Page[StoryEntry]:
        """Stories, those changed last first. ``since`` and ``until`` are ISO dates; ``independent`` is a least number."""
        query = Stories(
            words=words,
            since=iso_day(since),
            until=iso_day(until),
            outlet=outlet,
            actor=actor,
            place=place,
            independent=independent,
            limit=limit,
            offset=offset,
        )
        return Page(items=tuple(self._store.find(query)), total=self._store.count(query), offset=offset)

    def story(self, story: str) -> StoryAnswer:
        """A story, its articles and who copies whom; an article's id leads to the story that it is in.

        Raises:
            UnknownItem: there is no such story or article.
        """
        entry = self._entry(story)
        articles = tuple(map(brief, self._analyst.articles(entry.id)))
        return StoryAnswer(story=entry, articles=articles, lineage=self._analyst.lineage(entry.id))

    def compare(self, story: str, *, progress: Progress | None = None) -> Comparison:
        """The comparison of a story's reports: as it was kept, or brought up to date.

        Raises:
            UnknownItem: there is no such story.
            TooFewArticles: it has one report only.
        """
        return self._analyst.compare(self._entry(story).id, stamp(self._clock()), progress)

    def regroup(self) -> int:
        """Group all articles anew, as if they had come in the order of their days; gives how many changed story.

        The stories are the same in whatever order the articles came. All judgements are obeyed.
        """
        now = stamp(self._clock())
        with self._store.writing():
            before = {stored.id: stored.story for stored in self._store.find(Articles())}
            after = self._grouping.anew()
            changed = {id: story for id, story in after.items() if before.get(id) != story}
            assign(self._store, changed, {}, now)
        self._analyst.refresh()
        return len(changed)

    def judge(
        self, one: str, other: str, verdict: Verdict, *, by: str | None = None, note: str | None = None
    ) -> Judged:
        """Keep a person's word on whether two articles report the same event, and obey it.

        Raises:
            UnknownItem: there is no such article.
            RashomonError: the two are one article.
        """
        if one == other:
            raise RashomonError("a judgement is about two articles; this is one", input=one)
        given = stamp(self._clock())
        with self._store.writing():
            for id in (one, other):
                if not self._store.get(Stored, [id]):
                    raise UnknownItem("there is no such article in the archive", input=id)
            self._store.put([Judgement(one=one, other=other, verdict=verdict, given=given, by=by, note=note)])
            moved = self._grouping.judge(group.Judged(one, other, verdict))
            assign(self._store, moved or {}, {}, given)
        self._analyst.refresh()
        stories = tuple(stored.story or stored.id for stored in self._store.get(Stored, [one, other]))
        as_told = {"same": len(set(stories)) == 1, "different": len(set(stories)) == 2, "unsure": True}
        return Judged(one=one, other=other, verdict=verdict, stories=stories, obeyed=as_told[verdict])

    def report(self, story: str, finding: str, *, by: str | None = None, note: str | None = None) -> None:
        """Keep a person's word that a finding of a story's comparison is none."""
        entry = self._entry(story)
        word = Judgement(
            about="finding",
            one=entry.id,
            other=finding,
            verdict="different",
            given=stamp(self._clock()),
            by=by,
            note=note,
        )
        with self._store.writing():
            self._store.put([word])

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
            article=article,
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
            hits = tuple(self._spoken(self._store.find(said)))
            return Page(items=hits, total=self._store.count(said), offset=offset)
        query = Articles(words=words, outlet=outlet, since=first, until=last, limit=limit, offset=offset)
        found = [Hit(article=brief(s), passages=passages.passages(s.article, words)) for s in self._store.find(query)]
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
        """What a speaker is said to have said, latest first. Only annotated articles are looked at."""
        first, last = _days(since, until)
        query = Sayings(
            speaker=speaker,
            words=words,
            story=self._entry(story).id if story is not None else None,
            article=article,
            outlet=outlet,
            since=first,
            until=last,
            limit=limit,
            offset=offset,
        )
        return Page(items=tuple(self._store.find(query)), total=self._store.count(query), offset=offset)

    # --- the archive itself

    def errors(self, *, kind: str | None = None, limit: int = 20, offset: int = 0) -> Page[Trouble]:
        """What could not be read or analysed, and why; the latest first."""
        query = Troubles(kind=kind, limit=limit, offset=offset)
        return Page(items=tuple(self._store.find(query)), total=self._store.count(query), offset=offset)

    def judgements(self, *, naming: str | None = None, limit: int = 20, offset: int = 0) -> Page[Judgement]:
        """Judgements in the order in which they were given; those about one article or story."""
        query = Judgements(naming=naming, limit=limit, offset=offset)
        return Page(items=tuple(self._store.find(query)), total=self._store.count(query), offset=offset)

    def _entry(self, story: str) -> StoryEntry:
        entry = self._analyst.entry(story)
        if entry is None:
            found = self._store.get(Stored, [story])
            entry = self._analyst.entry(found[0].story) if found and found[0].story else None
        if entry is None:
            raise UnknownItem("there is no such story; rashomon stories lists them", input=story)
        return entry

    def _revisions(self, article: str) -> list[Stored]:
        revisions = list(self._store.find(Revisions(article=article)))
        if not revisions:
            raise UnknownItem("there is no such article in the archive", input=article)
        return revisions

    def _spoken(self, found: Iterable[Said]) -> Iterator[Hit]:
        """Statements with their articles, those of one article that follow each other together."""
        together: dict[str, list[Said]] = {}
        for said in found:
            together.setdefault(said.article, []).append(said)
        for stored in self._store.get(Stored, list(together)):
            own = together[stored.id]
            contents = tuple(span for said in own for span in said.quote.content)
            yield Hit(article=brief(stored), passages=contents, said=tuple(own))


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
    start = (datetime.fromisoformat(first).replace(tzinfo=UTC) - _EPOCH_DAY).days if first else None
    end = (datetime.fromisoformat(last).replace(tzinfo=UTC) - _EPOCH_DAY).days + 0.99999 if last else None
    return start, end
