"""What happened: the list of events, and the history of two who take part in them."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get
from litestar.params import QueryParameter

from rashomon.archive.answers import Page, RelationsAnswer, Stretch
from rashomon.data.plover import QUAD, QUAD_NAMES, SECTORS
from rashomon.store import StoryEvent
from rashomon.web.answer import Asked, answer, page_links
from rashomon.web.asking import EventFilters, Parts, Party, Since, Until
from rashomon.web.history import drawing
from rashomon.web.problems import READING
from rashomon.web.site import TheSite

_TYPES = [(QUAD_NAMES[quad], sorted(type for type in QUAD if QUAD[type] == quad)) for quad in sorted(QUAD_NAMES)]


@get("/events", operation_id="events", sync_to_thread=True, responses=READING)
def events(request: Asked, site: TheSite, wanted_events: EventFilters, part: Parts) -> Response[Page[StoryEvent]]:
    """Who did what to whom, the latest first: each event once, however many reports of its story tell of it."""
    asked = wanted_events.named()
    found = site.archive.events(**asked, limit=part.limit, offset=part.offset)
    links = page_links(request, found, part.limit)

    def page() -> str:
        story = site.archive.told(asked["story"]).story if asked["story"] else None
        return site.page(
            "events.html.j2",
            here="/events",
            found=found,
            asked=asked,
            story=story,
            types=_TYPES,
            sectors=sorted(SECTORS),
            parts=links,
        )

    return answer(request, found, page, links=links)


@get("/relations", operation_id="relations", sync_to_thread=True, responses=READING)
def relations(
    request: Asked,
    site: TheSite,
    part: Parts,
    one: Party = None,
    other: Party = None,
    by: Annotated[Stretch, QueryParameter(description="What to count by.")] = "month",
    since: Since = None,
    until: Until = None,
) -> Response[RelationsAnswer]:
    """What came to pass between two over time: cooperation and conflict in words and deeds (PLOVER's quad classes)."""
    found = RelationsAnswer(one=one or "", other=other or "", by=by)
    if one and other:
        found = site.archive.relations(
            one, other, by=by, since=since or None, until=until or None, limit=part.limit, offset=part.offset
        )
    links = page_links(request, found.events, part.limit)

    def page() -> str:
        return site.page(
            "relations.html.j2",
            here="/events",
            found=found,
            asked={"one": one, "other": other, "by": by, "since": since, "until": until},
            drawn=drawing(found),
            parts=links,
        )

    return answer(request, found, page, links=links)
