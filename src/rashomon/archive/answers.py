"""What an archive answers with: records made to be shown, and to be printed as JSON."""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

import msgspec

from rashomon.store import Said, StoryEntry, StoryEvent
from rashomon.types import Article, Lineage, Published, Span

T = TypeVar("T")
Stretch = Literal["day", "week", "month"]


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A part of a list: ``total`` is how long the list is, ``offset`` where this part begins."""

    items: tuple[T, ...]
    total: int
    offset: int = 0


class Brief(msgspec.Struct, frozen=True, kw_only=True):
    """An article without its text."""

    id: str
    outlet: str | None = None
    title: str | None = None
    published: Published | None = None
    url: str | None = None
    gathered: str = ""
    revision: int = 1
    story: str | None = None


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """What one gathering brought: articles by what became of them, and how many troubles were noted.

    ``stories`` are the stories to which articles came or that they left.
    """

    new: int = 0
    revised: int = 0
    unchanged: int = 0
    annotated: int = 0
    troubles: int = 0
    stories: tuple[str, ...] = ()


class StoryAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A story with its articles in the order of their days, and who copies whom among them.

    ``older`` are the quotations in them that stood in an older article before, of this story or another.
    """

    story: StoryEntry
    articles: tuple[Brief, ...]
    lineage: Lineage
    older: tuple[Said, ...] = ()


class ArticleAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An article (one revision of it), and what is known of it. ``revisions`` are the times at which they came.

    ``older`` are the quotations in it (in the current revision) that stood in an older article before.
    """

    article: Article
    brief: Brief
    revisions: tuple[str, ...]
    actors: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    older: tuple[Said, ...] = ()


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """An article that a search found, and sentences of it that hold the words (``marks``).

    ``said`` is there where speech was searched.
    """

    article: Brief
    passages: tuple[Span, ...] = ()
    said: tuple[Said, ...] = ()
    marks: tuple[Span, ...] = ()

    def pieces(self, passage: Span) -> list[tuple[str, bool]]:
        """A passage in pieces, and which of them are what was searched for."""
        found, at = [], passage.start
        for mark in sorted(self.marks, key=lambda mark: mark.start):
            if passage.start <= mark.start and mark.end <= passage.end:
                found += [(passage.text[at - passage.start : mark.start - passage.start], False), (mark.text, True)]
                at = mark.end
        return [*found, (passage.text[at - passage.start :], False)]


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """A place where two revisions of an article differ; either side may be empty. Offsets are of their own texts."""

    old: tuple[int, int]
    new: tuple[int, int]
    old_text: str
    new_text: str


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """How one revision of an article became another, word by word."""

    article: str
    old: int
    new: int
    old_gathered: str
    new_gathered: str
    edits: tuple[Edit, ...]


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a judgement: the stories of the two articles now; not ``obeyed`` before ``regroup`` if so said."""

    one: str
    other: str
    verdict: str
    stories: tuple[str, ...] = ()
    obeyed: bool = True


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """Events by PLOVER's quad classes."""

    verbal_cooperation: int = 0
    material_cooperation: int = 0
    verbal_conflict: int = 0
    material_conflict: int = 0
    total: int = 0


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """A day, a week from Monday on or a month, by its first and its last day, and the events in it."""

    start: str
    end: str
    counts: Counts


class RelationsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What came to pass between two. ``periods`` without an event are not there.

    ``undated`` counts events that no one period holds, ``total`` all; ``by_one`` is what one does to the other and
    ``by_other`` the reverse (what both do together is in neither). Of events only planned, or denied, there is the
    number alone. ``events`` are a part of all of them, the latest first.
    """

    one: str
    other: str
    by: Stretch
    periods: tuple[Period, ...] = ()
    undated: Counts = Counts()
    total: Counts = Counts()
    by_one: Counts = Counts()
    by_other: Counts = Counts()
    planned: int = 0
    denied: int = 0
    events: Page[StoryEvent] = Page(items=(), total=0)


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of what an archive holds. ``pending`` articles are not annotated yet; ``first`` and ``last`` are days."""

    articles: int
    stories: int
    outlets: int
    quotes: int
    events: int
    pending: int
    feeds: int
    troubles: int
    judgements: int
    first: str | None = None
    last: str | None = None
