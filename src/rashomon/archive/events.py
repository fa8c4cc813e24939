"""Events over an archive: what each story tells of, once, and what came to pass between two of those who take part.

A story that was compared has the events of its comparison; of another they are joined by type, parties, date and place.
Actors are named as all the reports of a story together name them; over the archive they go by name and country.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache

import msgspec

from rashomon.archive.answers import Counts, Page, Period, RelationsAnswer, Stretch
from rashomon.compare.events import unaligned
from rashomon.data.countries import country_names, gazetteer
from rashomon.data.names import plain
from rashomon.data.plover import MUTUAL, QUAD, SECTORS
from rashomon.data.timex import first_and_last_day
from rashomon.errors import RashomonError
from rashomon.store import EventAccount, Party, Stored, StoryEvent, Who
from rashomon.store.terms import name_words
from rashomon.types import Actor, Annotations, Comparison, Event, Lineage, Mention

_LONGEST = 31  # days from the first to the last of a period


def told(
    story: str,
    stored: Sequence[Stored],
    lineage: Lineage,
    comparison: Comparison | None,
    annotated: Sequence[Annotations],
) -> list[StoryEvent]:
    """The events of a story: of its comparison, or where there is none of its ``annotated`` articles."""
    if comparison is not None:
        actors, events, mentions = comparison.actors, comparison.events, comparison.mentions
    else:
        actors, events, mentions = unaligned(annotated)
    naming = _Naming(story, stored, lineage, actors, mentions)
    return [made for event in events if (made := naming.event(event)) is not None]


class _Naming:
    """What the ids of a story's events stand for."""

    def __init__(
        self,
        story: str,
        stored: Sequence[Stored],
        lineage: Lineage,
        actors: Sequence[Actor],
        mentions: Iterable[Mention],
    ) -> None:
        self._story = story
        self._stored = {one.id: one for one in stored}
        self._group = {id: number for number, members in enumerate(lineage.groups) for id in members}
        forms = Counter((mention.actor, " ".join(mention.span.text.split())) for mention in mentions)
        self._actors = {actor.id: _usual(actor, forms) for actor in actors}

    def event(self, event: Event) -> StoryEvent | None:
        """The event with names; ``None`` where no passage of an article of the story tells of it."""
        accounts = tuple(self._accounts(event))
        if not accounts:
            return None
        place = self._actors.get(event.place or "")
        days = first_and_last_day(event.date) if event.date else self._reported(accounts)
        return StoryEvent(
            id=f"{self._story}:{event.id}",
            story=self._story,
            type=event.type,
            quad=QUAD[event.type],
            mode=event.mode,
            context=event.context,
            actors=self._parties(event.actors),
            recipients=self._parties(event.recipients),
            date=event.date,
            first=days[0] if days else None,
            last=days[1] if days else None,
            place=place.name if place else None,
            place_country=place.country if place else None,
            status=event.status,
            voice=tuple(self._actors[id].name for id in event.voice if id in self._actors),
            independent=len({self._group.get(one.article, one.article) for one in accounts}),
            accounts=accounts,
        )

    def _parties(self, ids: Iterable[str]) -> tuple[Party, ...]:
        known = [self._actors[id] for id in ids if id in self._actors]
        return tuple(Party(name=one.name, kind=one.kind, country=one.country, sector=one.sector) for one in known)

    def _accounts(self, event: Event) -> Iterable[EventAccount]:
        for stored in self._stored.values():
            text = stored.article.text
            spans = tuple(s for s in event.spans if s.article == stored.id and text[s.start : s.end] == s.text)
            if spans:
                published = stored.article.published
                yield EventAccount(
                    article=stored.id,
                    outlet=stored.article.outlet,
                    published=published.value if published else None,
                    status=event.accounts.get(stored.id, event.status),
                    spans=spans,
                )

    def _reported(self, accounts: Sequence[EventAccount]) -> tuple[str, str] | None:
        """The day of the first report, if one is known."""
        days = [one.published[:10] for one in accounts if one.published]
        return first_and_last_day(min(days)) if days else None


def _usual(actor: Actor, forms: Mapping[tuple[str, str], int]) -> Actor:
    """A person under the full name that is used most: the fullest has initials, or a caption run into it."""
    full = [name for name in (actor.name, *actor.aliases) if len(name_words(name)) > 1]
    if actor.kind != "person" or not full:
        return actor
    return msgspec.structs.replace(actor, name=max(full, key=lambda name: forms[actor.id, name]))


def type_of(name: str | None) -> str | None:
    """An event type as it is written.

    Raises:
        RashomonError: there is no such type.
    """
    if name is not None and name.upper() not in QUAD:
        raise RashomonError(f"is no type of event; there are: {', '.join(sorted(QUAD))}", input=name)
    return name.upper() if name is not None else None


def sector_of(name: str | None) -> str | None:
    """A PLOVER sector as it is written.

    Raises:
        RashomonError: there is no such sector.
    """
    if name is not None and name.upper() not in SECTORS:
        raise RashomonError(f"is no sector; there are: {', '.join(sorted(SECTORS))}", input=name)
    return name.upper() if name is not None else None


def country_of(name: str | None) -> str | None:
    """The code of a country by its name or code.

    Raises:
        RashomonError: there is no such country.
    """
    found = _country(name) if name is not None else None
    if name is not None and found is None:
        raise RashomonError("is no country; give its English name or its ISO 3166-1 alpha-3 code", input=name)
    return found


def who(name: str) -> Who:
    """Whom a name stands for: a country's for all who are of it, another's for those who bear its words."""
    country = _country(name)
    if country is not None:
        return Who(country=country)
    entry = gazetteer().get(name.strip())
    return Who(name=entry.name if entry is not None and entry.kind == "organisation" else name)


def label(one: Who) -> str:
    """Whom a question is about, in words."""
    return country_names()[one.country] if one.country is not None else one.name or ""


def _country(name: str) -> str | None:
    return name.strip().upper() if name.strip().upper() in country_names() else _countries().get(plain(name))


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """The codes of countries by their plain names."""
    forms = (entry for entry in gazetteer().values() if entry.kind == "country" and entry.country is not None)
    return {plain(entry.form): entry.country for entry in forms if entry.country is not None}


def between(one: Who, other: Who, stretch: Stretch, events: Sequence[StoryEvent], part: slice) -> RelationsAnswer:
    """What the events between two come to, counted by days, weeks or months.

    What is only planned, or denied by all who tell of it, is not counted with the rest. Events that are not told
    exactly enough for one of the periods are ``undated``.
    """
    real = [event for event in events if event.status in ("done", "reported")]
    periods: dict[str, list[StoryEvent]] = defaultdict(list)
    for event in real:
        periods[_period(event, stretch) or ""].append(event)
    undated = periods.pop("", [])
    return RelationsAnswer(
        one=label(one),
        other=label(other),
        by=stretch,
        periods=tuple(
            Period(start=start, end=_end(start, stretch), counts=_counts(periods[start])) for start in sorted(periods)
        ),
        undated=_counts(undated),
        total=_counts(real),
        by_one=_counts(event for event in real if _does(event, one, other)),
        by_other=_counts(event for event in real if _does(event, other, one)),
        planned=sum(event.status == "planned" for event in events),
        denied=sum(event.status == "denied" for event in events),
        events=Page(items=tuple(events[part]), total=len(events), offset=part.start),
    )


def _does(event: StoryEvent, one: Who, other: Who) -> bool:
    """Whether it is one who does it to the other; of what both do together neither."""
    if event.type in MUTUAL:
        return False
    return any(_is(one, party) for party in event.actors) and any(_is(other, party) for party in event.recipients)


def _is(one: Who, party: Party) -> bool:
    if one.country is not None and party.country != one.country:
        return False
    return one.name is None or set(name_words(one.name)) <= set(name_words(party.name))


def _counts(events: Iterable[StoryEvent]) -> Counts:
    found = [0, 0, 0, 0]
    for event in events:
        found[event.quad - 1] += 1
    return Counts(
        verbal_cooperation=found[0],
        material_cooperation=found[1],
        verbal_conflict=found[2],
        material_conflict=found[3],
        total=sum(found),
    )


def _period(event: StoryEvent, stretch: Stretch) -> str | None:
    """The first day of the one period that the event is in."""
    if event.first is None or event.last is None:
        return None
    first, last = (_start(date.fromisoformat(day), stretch) for day in (event.first, event.last))
    return first.isoformat() if first == last else None


def _start(day: date, stretch: Stretch) -> date:
    if stretch == "week":
        return day - timedelta(days=day.weekday()) if day.toordinal() > day.weekday() else date.min
    return day.replace(day=1) if stretch == "month" else day


def _end(start: str, stretch: Stretch) -> str:
    """The last day of the period that begins on a day."""
    day = date.fromisoformat(start)
    if stretch == "day" or day.toordinal() + _LONGEST > date.max.toordinal():
        return start
    following = day + timedelta(days=7) if stretch == "week" else (day + timedelta(days=_LONGEST)).replace(day=1)
    return (following - timedelta(days=1)).isoformat()
