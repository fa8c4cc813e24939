"""What requests may ask for in their query, the same for pages, JSON and feeds."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from rashomon.types import StoryOrder

MOST = 100
_DEEPEST = 1_000_000

Words = Annotated[
    str | None,
    QueryParameter(
        max_length=1000, description='Words in any form, `"a phrase"`, `-without`, `begin*`; all must match.'
    ),
]
Name = Annotated[str | None, QueryParameter(max_length=500, description="A whole name, in any case.")]
Speaker = Annotated[str | None, QueryParameter(max_length=500, description="Words of the speaker's name, in any case.")]
Party = Annotated[
    str | None,
    QueryParameter(max_length=500, description="Words of a name; or a country, which stands for all who are of it."),
]
Since = Annotated[str | None, QueryParameter(max_length=40, description="The first day, an ISO 8601 date.")]
Until = Annotated[str | None, QueryParameter(max_length=40, description="The last day, an ISO 8601 date.")]
Id = Annotated[str | None, QueryParameter(max_length=500)]
Number = Annotated[int | None, QueryParameter(ge=1, le=_DEEPEST)]


Place = Annotated[
    str | None,
    QueryParameter(pattern=r"^\d{1,9}-\d{1,9}$", description="A passage (offsets) to give an anchor on the page."),
]


class Part(msgspec.Struct, frozen=True):
    """Which part of a list is wanted."""

    limit: int
    offset: int


class StoryFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which stories are wanted; the parameters of ``Archive.stories``."""

    words: str | None = None
    since: str | None = None
    until: str | None = None
    outlet: str | None = None
    actor: str | None = None
    place: str | None = None
    independent: int = 0
    order: StoryOrder = "changed"

    def named(self) -> dict[str, Any]:
        """What was asked for, as arguments."""
        return msgspec.structs.asdict(self)


class EventFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which events are wanted; the parameters of ``Archive.events``."""

    type: str | None = None
    actor: str | None = None
    recipient: str | None = None
    country: str | None = None
    sector: str | None = None
    story: str | None = None
    since: str | None = None
    until: str | None = None
    independent: int = 0

    def named(self) -> dict[str, Any]:
        """What was asked for, as arguments; an empty field of a form asks for nothing."""
        return {name: value or None for name, value in msgspec.structs.asdict(self).items()} | {
            "independent": self.independent
        }


def part(
    limit: Annotated[int, QueryParameter(ge=1, le=MOST, description="How many at most.")] = 20,
    offset: Annotated[int, QueryParameter(ge=0, le=_DEEPEST, description="How many to skip before the first.")] = 0,
) -> Part:
    """The part of a list that a request asks for."""
    return Part(limit, offset)


def story_filter(
    words: Words = None,
    since: Since = None,
    until: Until = None,
    outlet: Name = None,
    actor: Name = None,
    place: Name = None,
    independent: Annotated[
        int, QueryParameter(ge=0, le=_DEEPEST, description="The least number of independent accounts.")
    ] = 0,
    order: Annotated[
        StoryOrder, QueryParameter(description="By the last change, the last day, or the most of what is named.")
    ] = "changed",
) -> StoryFilter:
    """The stories that a request asks for."""
    return StoryFilter(
        words=words,
        since=since,
        until=until,
        outlet=outlet,
        actor=actor,
        place=place,
        independent=independent,
        order=order,
    )


def event_filter(
    type: Annotated[str | None, QueryParameter(max_length=40, description="A PLOVER type, as `CONSULT`.")] = None,
    actor: Party = None,
    recipient: Party = None,
    country: Annotated[str | None, QueryParameter(max_length=500, description="A party's country.")] = None,
    sector: Annotated[str | None, QueryParameter(max_length=40, description="A party's PLOVER sector.")] = None,
    story: Id = None,
    since: Since = None,
    until: Until = None,
    independent: Annotated[
        int, QueryParameter(ge=0, le=_DEEPEST, description="The least number of independent accounts.")
    ] = 0,
) -> EventFilter:
    """The events that a request asks for."""
    return EventFilter(
        type=type,
        actor=actor,
        recipient=recipient,
        country=country,
        sector=sector,
        story=story,
        since=since,
        until=until,
        independent=independent,
    )


Parts = NamedDependency[Part]
Filters = NamedDependency[StoryFilter]
EventFilters = NamedDependency[EventFilter]
