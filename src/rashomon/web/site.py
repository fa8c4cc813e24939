"""What all handlers share: the archive, the comparisons under way, pages kept, and the templates."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from litestar.di import NamedDependency

from rashomon import show
from rashomon.archive.answers import StoryAnswer
from rashomon.archive.archive import Archive
from rashomon.store import StoryEntry
from rashomon.types import Comparison
from rashomon.web import addresses, static
from rashomon.web.access import Access
from rashomon.web.comparing import Compare, Comparing, Crowded, Working
from rashomon.web.kept import Kept

_TEMPLATES = Path(__file__).parent / "templates"
# Rendered pages: a story's is some 300 kB, so that two hundred that are being read stay at hand.
_KEPT_BYTES = 64 * 2**20


class StoryTold(NamedTuple):
    """A story as the archive has it. ``key`` changes when anything that its pages show does."""

    answer: StoryAnswer
    reported: frozenset[str]
    key: bytes


class Site:
    """The server's one archive and what it remembers of it. Its methods may be called from any thread."""

    def __init__(self, archive: Archive, access: Access, compare: Compare | None = None) -> None:
        self.archive, self.access = archive, access
        self.comparing = Comparing(compare or (lambda story, progress: archive.compare(story, progress=progress)))
        self._describing = Comparing(lambda story, _: archive.told(story))
        self.pages = Kept(_KEPT_BYTES)

    def page(self, template: str, here: str | None = None, **values: Any) -> str:
        """A page from one of our templates. ``here`` is its address in the navigation."""
        made = show.environment(_TEMPLATES).get_template(template)
        values.setdefault("links", addresses.links())
        return made.render(here=here, to=addresses, file=static.versioned, **values)

    def told(self, story: str, *, older: bool = False) -> StoryTold:
        """A story by its id, an old id, or an article's; with ``older``, which words in it are older, too.

        Raises:
            UnknownItem: there is no such story or article.
        """
        answer = self.archive.story(story) if older else self.archive.told(story)
        reported = self.archive.reported(answer.story.id)
        shown = msgspec.msgpack.encode([answer, sorted(reported)])
        return StoryTold(answer, reported, hashlib.blake2b(shown, digest_size=16).digest())

    async def compared(self, story: str, patience: float) -> Working | None:
        """See that a story's comparison is there: ``None`` when it is, else how far it is after so many seconds.

        Raises:
            RashomonError: it cannot be compared.
        """
        work = self.comparing.begin(story)
        if not await work.wait(patience):
            return work.state
        if work.error is not None:
            self.comparing.done_with(work)
            raise work.error
        return None

    def describe(self, stories: Iterable[StoryEntry]) -> None:
        """Have stories of a list described that changed since they were; nobody waits for it.

        While much is gathered at once that is otherwise done at its end, and a list would show no titles until then.
        """
        for story in stories:
            if story.stale:
                try:
                    work = self._describing.begin(story.id)
                except Crowded:
                    return
                if work.finished.is_set():  # it failed: the archive was busy, or the story is gone
                    self._describing.done_with(work)

    def comparison(self, story: str) -> Comparison | None:
        """A story's comparison if it is there and of the articles as they are now."""
        return self.archive.compared(story)


TheSite = NamedDependency[Site]
