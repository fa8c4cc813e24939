"""A person's word on two articles: are they reports of one event?"""

from __future__ import annotations

from typing import Annotated, NamedTuple, cast

import msgspec
from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.params import JSONBody

from rashomon.archive.answers import ArticleAnswer, Brief, Judged, Page
from rashomon.store import Judgement, Verdict
from rashomon.web import addresses
from rashomon.web.answer import JSON, Asked, answer, page_links, wanted
from rashomon.web.asking import Id, Part, Parts
from rashomon.web.problems import READING, WRITING
from rashomon.web.site import Site, TheSite

# Stories that pairs to judge are suggested from.
_SUGGESTIONS = 8

_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class Word(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether two articles (ids) report the same event: ``same``, ``different``, or ``unsure``."""

    one: _Id
    other: _Id
    verdict: Verdict
    by: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    note: Annotated[str, msgspec.Meta(max_length=5000)] | None = None


class Pair(NamedTuple):
    """Two articles side by side, and what was said of the two, the last word last."""

    one: ArticleAnswer
    other: ArticleAnswer
    words: tuple[Judgement, ...]

    @property
    def verdict(self) -> str | None:
        """The word that counts."""
        return self.words[-1].verdict if self.words else None

    @property
    def together(self) -> bool:
        """Whether they are in one story now."""
        return self.one.brief.story == self.other.brief.story


# Litestar (2.25) puts a handler into a thread twice over where another of its path follows; this one goes there itself.
@get("/judge", operation_id="judgements", responses=READING)
async def judgements(
    request: Asked, site: TheSite, part: Parts, naming: Id = None, one: Id = None, other: Id = None, story: Id = None
) -> Response[Page[Judgement]]:
    """Judgements in the order in which they were given; those about one article or story (`naming`).

    The page shows the articles `one` and `other` side by side to be judged, or the pairs of a `story`.
    """
    return await run_sync(_judgements, request, site, part, naming, (one, other), story)


@post("/judge", operation_id="judge", status_code=200, sync_to_thread=True, responses=WRITING)
def judge(request: Asked, site: TheSite, data: JSONBody[Word]) -> Response[Judged]:
    """Keep a person's word on whether two articles report the same event, and obey it."""
    judged = site.archive.judge(data.one, data.other, data.verdict, by=data.by, note=data.note)
    if wanted(request) == JSON:
        return answer(request, judged)
    there = {"location": addresses.pair(data.one, data.other)}
    return cast(Response[Judged], Response(content=None, status_code=303, headers=there))


def _judgements(
    request: Asked, site: Site, part: Part, naming: str | None, two: tuple[str | None, str | None], story: str | None
) -> Response[Page[Judgement]]:
    one, other = two
    found = site.archive.judgements(naming=naming, limit=part.limit, offset=part.offset)
    links = page_links(request, found, part.limit)

    def page() -> str:
        pair = _pair(site, one, other) if one and other else None
        choice = site.archive.told(story) if story else None
        return site.page(
            "judge.html.j2",
            here="/judge",
            found=found,
            parts=links,
            pair=pair,
            choice=choice,
            asked={"one": one, "other": other},
            suggestions=_suggested(site) if not pair and not choice else (),
        )

    return answer(request, found, page, links=links)


def _pair(site: Site, one: str, other: str) -> Pair:
    words = [w for w in _all_about(site, one) if {w.one, w.other} == {one, other}]
    return Pair(site.archive.article(one), site.archive.article(other), tuple(words))


def _all_about(site: Site, article: str) -> list[Judgement]:
    found: list[Judgement] = []
    total = 1
    while len(found) < total:
        page = site.archive.judgements(naming=article, limit=100, offset=len(found))
        if not page.items:
            break
        found += page.items
        total = page.total
    return found


def _suggested(site: Site) -> list[tuple[str, Brief, Brief]]:
    """Of stories that changed last, the first and the last report: the two most likely not to belong together."""
    found: list[tuple[str, Brief, Brief]] = []
    for entry in site.archive.stories(limit=_SUGGESTIONS * 3).items:
        if entry.articles > 1 and len(found) < _SUGGESTIONS:
            articles = site.archive.told(entry.id).articles
            found.append((entry.title, articles[0], articles[-1]))
    return found
