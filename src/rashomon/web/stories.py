"""Stories: the list, one story and its comparison, its acts of speech, and the word that a finding is none."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import Annotated, Any, Literal, cast
from urllib.parse import quote, urlencode

import msgspec
from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody

from rashomon import show, tables
from rashomon.archive.analysis import lasting_name
from rashomon.archive.answers import Page, StoryAnswer
from rashomon.errors import ComparisonError, UnknownItem
from rashomon.store import Judgement, StoryEntry
from rashomon.types import Comparison, Utterance
from rashomon.web import addresses, feeds
from rashomon.web.answer import HTML, JSON, Asked, address, answer, moved, page_links, tagged, wanted
from rashomon.web.asking import Filters, Part, Parts, StoryFilter
from rashomon.web.comparing import Working
from rashomon.web.problems import COMPARING, READING, WRITING
from rashomon.web.reading import older_words
from rashomon.web.site import Site, StoryTold, TheSite

# A comparison that is kept is there at once; a reader is told after this that another is being worked out (seconds).
_GLANCE = 0.4
# A program would rather wait than ask again, but not for ever (seconds).
_PATIENCE = 20.0
_LATER = {202: ResponseSpec(Working, description="It is being worked out; ask again.", generate_examples=False)}


class Doubt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person's word that a finding (its id) is none, or with ``take_back`` set that it is one after all.

    ``reason`` is one of the page's, ``note`` the person's own words; ``at`` is the fragment of the story's page to go
    back to.
    """

    finding: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    at: Annotated[str, msgspec.Meta(max_length=200)] = ""
    by: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    reason: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    note: Annotated[str, msgspec.Meta(max_length=5000)] | None = None
    take_back: Literal["", "yes"] = ""


@get("/stories", operation_id="stories", sync_to_thread=True, responses=READING)
def stories(request: Asked, site: TheSite, filters: Filters, part: Parts) -> Response[Page[StoryEntry]]:
    """Stories, those changed last first; also as an Atom feed (`.atom`)."""
    return _listed(request, site, filters, part)


@get("/", sync_to_thread=True, include_in_schema=False)
def home(request: Asked, site: TheSite, filters: Filters, part: Parts) -> Response[Page[StoryEntry]]:
    """The list of stories is what one sees first."""
    return _listed(request, site, filters, part)


@get("/stories/{story:str}", operation_id="story", responses=READING | _LATER)
async def one(request: Asked, site: TheSite, story: FromPath[str]) -> Response[StoryAnswer]:
    """A story, its articles and who copies whom; an old id or an article's leads to where the story is now."""
    told = await run_sync(partial(site.told, story, older=True))
    if told.answer.story.id != story:
        return moved(request, addresses.story(told.answer.story.id))
    if wanted(request) == JSON:
        return answer(request, told.answer)
    body = site.pages.get(told.key)
    if body is None:
        made = await _made(site, told)
        if isinstance(made, Response):
            return made
        body = made
    return tagged(request, body, HTML)


@get("/stories/{story:str}/comparison", operation_id="compare", responses=COMPARING | _LATER)
async def comparison(request: Asked, site: TheSite, story: FromPath[str]) -> Response[Comparison]:
    """The comparison document of a story. It may take longer than one wants to wait: then ask again (202)."""
    told = await run_sync(site.told, story)
    id = told.answer.story.id
    if wanted(request) == HTML:
        return moved(request, addresses.story(id))
    if id != story:
        return moved(request, f"{addresses.story(id)}/comparison")
    found = await _compared(site, id, _PATIENCE)
    if isinstance(found, Working):
        return cast(Response[Comparison], _later(found))
    return await run_sync(answer, request, found)


@get("/stories/{story:str}/differences.csv", include_in_schema=False)
async def table(site: TheSite, story: FromPath[str]) -> Response[Any]:
    """The differences of a story as a table for a spreadsheet."""
    id = (await run_sync(site.told, story)).answer.story.id
    found = await _compared(site, id, _PATIENCE)
    if isinstance(found, Working):
        return _later(found)
    named = {"content-disposition": f'attachment; filename="{quote(id, safe="")}.csv"'}
    body = await run_sync(tables.spreadsheet, found)
    return Response(content=body.encode(), media_type="text/csv", headers=named)


@get("/stories/{story:str}/articles", include_in_schema=False)
async def articles(request: Asked, site: TheSite, story: FromPath[str]) -> Response[Any]:
    """The articles of a story in full, for any two to be read beside each other."""
    told = await run_sync(site.told, story)
    id = told.answer.story.id
    if id != story:
        return moved(request, f"{addresses.story(id)}/articles")
    found = await _compared(site, id, _GLANCE)
    if isinstance(found, Working):
        return _wait(site, told, found)
    body = await run_sync(show.articles_page, found, addresses.links(id))
    return tagged(request, body.encode(), HTML)


@get("/stories/{story:str}/utterances/{utterance:str}", operation_id="utterance", responses=COMPARING | _LATER)
async def utterance(
    request: Asked, site: TheSite, story: FromPath[str], utterance: FromPath[str]
) -> Response[Utterance]:
    """One act of speech of a story as all its accounts quote or paraphrase it."""
    told = await run_sync(site.told, story)
    id = told.answer.story.id
    if id != story:
        return moved(request, addresses.utterances(id)(utterance))
    page = wanted(request) == HTML
    found = await _compared(site, id, _GLANCE if page else _PATIENCE)
    if isinstance(found, Working):
        return cast(Response[Utterance], _wait(site, told, found) if page else _later(found))
    record = next((u for u in found.utterances if u.id == utterance), None)
    if record is None:
        raise UnknownItem("the story has no such utterance; its page lists them", input=utterance)
    shown = partial(show.utterance_page, found, utterance, links=addresses.links(id))
    return await run_sync(answer, request, record, shown)


@post("/stories/{story:str}/report", operation_id="report", status_code=200, sync_to_thread=True, responses=WRITING)
def report(request: Asked, site: TheSite, story: FromPath[str], data: JSONBody[Doubt]) -> Response[Judgement]:
    """Keep a person's word that a finding of a story's comparison is wrong, and why; or take it back."""
    id = site.told(story).answer.story.id
    if site.comparison(id) is None:
        raise UnknownItem("the story changed since and is not compared anew yet: look at its page again", input=id)
    note = ": ".join(filter(None, (data.reason, data.note))) or None
    word = site.archive.report(id, data.finding, withdrawn=bool(data.take_back), by=data.by, note=note)
    if wanted(request) == JSON:
        return answer(request, word)
    to = f"{addresses.story(id)}/reported?{urlencode({'finding': data.finding, 'at': data.at, 'why': note or ''})}"
    return cast(Response[Judgement], Response(content=None, status_code=303, headers={"location": to}))


@get("/stories/{story:str}/reported", sync_to_thread=True, include_in_schema=False)
def reported(
    request: Asked,
    site: TheSite,
    story: FromPath[str],
    finding: FromQuery[str],
    at: FromQuery[str] = "",
    why: FromQuery[str] = "",
) -> Response[bytes]:
    """What a reader sees who reported a finding: the question why, and how to take it back."""
    told = site.told(story)
    compared = site.comparison(told.answer.story.id)
    record = next((f for f in compared.findings if f.id == finding), None) if compared else None
    if record is None:
        raise UnknownItem("the story's comparison has no such finding (any more)", input=finding)
    back = (
        f"{addresses.story(told.answer.story.id)}#{quote(at, safe='')}" if at else addresses.story(told.answer.story.id)
    )
    body = site.page(
        "reported.html.j2",
        story=told.answer.story,
        finding=record,
        back=back,
        at=at,
        why=why,
        stands=lasting_name(record) in told.reported,
    )
    return tagged(request, body.encode(), HTML)


def _listed(request: Asked, site: Site, filters: StoryFilter, part: Part) -> Response[Page[StoryEntry]]:
    found = site.archive.stories(**filters.named(), limit=part.limit, offset=part.offset)
    site.describe(found.items)
    links = page_links(request, found, part.limit)

    def page() -> str:
        return site.page(
            "stories.html.j2",
            here="/stories",
            found=found,
            filters=filters,
            parts=links,
            feed=address(request, "/stories.atom", limit=None, offset=None),
            news=address(request, "/stories.json"),
        )

    return answer(request, found, page, feed=lambda: feeds.of_stories(request, found.items), links=links)


async def _made(site: Site, told: StoryTold) -> bytes | Response[Any]:
    """The page of a story, and keep it; or what is shown for as long as there is none."""
    if told.answer.story.articles < 2:
        return (await run_sync(_bare, site, told, "")).encode()
    try:
        found = await _compared(site, told.answer.story.id, _GLANCE)
    except ComparisonError as error:
        return (await run_sync(_bare, site, told, error.message)).encode()
    if isinstance(found, Working):
        return _wait(site, told, found)
    page = await run_sync(_drawn, found, told)
    site.pages.put(told.key, page)
    return page


def _drawn(compared: Comparison, told: StoryTold) -> bytes:
    wrong = [finding.id for finding in compared.findings if lasting_name(finding) in told.reported]
    links = addresses.links(told.answer.story.id)
    links = dataclasses.replace(links, reported=wrong, older=older_words(told.answer.older))
    return show.page(compared, links=links).encode()


async def _compared(site: Site, story: str, patience: float) -> Comparison | Working:
    """A story's comparison, or how far it is.

    Raises:
        RashomonError: it cannot be compared.
    """
    found = await run_sync(site.comparison, story)
    if found is None:
        working = await site.compared(story, patience)
        if working is not None:
            return working
        found = await run_sync(site.comparison, story)
    # An article that came in this very moment makes it old again.
    return found if found is not None else Working(story=story, stage="waiting")


def _bare(site: Site, told: StoryTold, why: str) -> str:
    return site.page(
        "bare.html.j2", story=told.answer.story, articles=told.answer.articles, why=why, older=told.answer.older
    )


def _wait(site: Site, told: StoryTold, working: Working) -> Response[Any]:
    """A page that asks again by itself until the comparison is there."""
    body = site.page("working.html.j2", story=told.answer.story, articles=told.answer.articles, working=working)
    headers = {"cache-control": "no-store", "retry-after": "2"}
    return Response(content=body.encode(), media_type=HTML, status_code=202, headers=headers)


def _later(working: Working) -> Response[Any]:
    headers = {"cache-control": "no-store", "retry-after": "2"}
    return Response(content=msgspec.json.encode(working), media_type=JSON, status_code=202, headers=headers)
