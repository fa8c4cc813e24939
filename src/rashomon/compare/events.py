"""The events of a story: what several accounts tell of is one row, with how each of them puts it.

Two accounts tell of one event where type and parties are the same and neither date nor place differs. Where one has as
done what the other plans or denies, or names fewer of the parties, a point that both speak to must join them as well:
"they did not discuss sanctions" is no telling of the meeting at which they did not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

import msgspec

from rashomon.compare.actors import merge
from rashomon.compare.contrasts import Scene
from rashomon.compare.evidence import Indexed
from rashomon.data.plover import MUTUAL
from rashomon.data.timex import may_be_one
from rashomon.spans import overlap
from rashomon.types import Actor, Annotations, Event, EventStatus, Finding, FindingKind, Mention, Side, Span

_WEIGHT = 0.6  # what a difference between tellings of a deed weighs
_DIFFERENT: Mapping[frozenset[str], FindingKind] = {
    frozenset(("done", "planned")): "strength",
    frozenset(("done", "denied")): "polarity",
}
_ORDER: tuple[EventStatus, ...] = ("done", "reported", "planned", "denied")


class ToldEvent(msgspec.Struct):
    """One event as one account tells it, and the points that its passages stand on."""

    article: str
    event: Event
    points: frozenset[str]


def unaligned(
    annotated: Sequence[Annotations],
) -> tuple[tuple[Actor, ...], tuple[Event, ...], tuple[Mention, ...]]:
    """The actors and events of a story whose accounts are not aligned (joined by what the events tell alone), and who
    is mentioned where.
    """
    actors, ids = merge(annotated)
    told = []
    for one in annotated:
        local = {actor.id: ids[one.article.id, actor.id] for actor in one.actors}
        told.append(msgspec.structs.replace(one, claims=(), events=tuple(renamed(e, local) for e in one.events)))
    mentions = tuple(
        msgspec.structs.replace(m, actor=ids[one.article.id, m.actor]) for one in annotated for m in one.mentions
    )
    return actors, rows(tellings(told, {})), mentions


def renamed(event: Event, actors: Mapping[str, str]) -> Event:
    """An event under other ids of actors; of a place that is none of them it tells nothing."""
    return msgspec.structs.replace(
        event,
        actors=tuple(dict.fromkeys(actors[a] for a in event.actors)),
        recipients=tuple(dict.fromkeys(actors[a] for a in event.recipients)),
        place=actors.get(event.place or ""),
        voice=tuple(actors[a] for a in event.voice),
    )


def tellings(annotated: Sequence[Annotations], homes: Mapping[str, str]) -> list[ToldEvent]:
    """The events of each account, in its order. ``homes`` has the points of claims."""
    told: list[ToldEvent] = []
    for one in annotated:
        places = [(s, homes[c.id]) for c in one.claims if c.id in homes for s in c.spans]
        for event in one.events:
            points = frozenset(p for s, p in places if any(overlap(s, e) for e in event.spans))
            told.append(ToldEvent(one.article.id, event, points))
    return told


def rows(tellings: Iterable[ToldEvent]) -> tuple[Event, ...]:
    """The events under ids ``e1``, ``e2``, ... : those of most accounts first, then in the order of the accounts."""
    joined: list[list[ToldEvent]] = []
    for told in tellings:
        fitting = [row for row in joined if any(_is_same(told, other) for other in row)]
        if fitting:
            fitting[0].append(told)
        else:
            joined.append([told])
    joined.sort(key=lambda row: -len({told.article for told in row}))
    return tuple(_row(f"e{number}", row) for number, row in enumerate(joined, 1))


def _is_same(one: ToldEvent, other: ToldEvent) -> bool:
    a, b = one.event, other.event
    if a.type != b.type or not may_be_one(a.date, b.date) or (a.place and b.place and a.place != b.place):
        return False
    parties = [{*e.actors, *e.recipients} for e in (a, b)]
    if a.type not in MUTUAL and set(a.actors) & set(b.recipients):
        return False
    linked = one.article != other.article and bool(one.points & other.points)
    if parties[0] == parties[1]:
        return linked or (_is_open(a) == _is_open(b) and (a.status == "denied") == (b.status == "denied"))
    return linked and (parties[0] < parties[1] or parties[1] < parties[0])


def _is_open(event: Event) -> bool:
    return event.status == "planned"


def _row(id: str, row: Sequence[ToldEvent]) -> Event:
    """The row: parties of whoever names most, the finest date, the surest status, and how each account puts it."""
    events = [told.event for told in row]
    fullest = max(events, key=lambda e: (len({*e.actors, *e.recipients}), bool(e.recipients)))
    surest = min(events, key=lambda e: _ORDER.index(e.status))
    statuses: dict[str, EventStatus] = {}
    for told in row:
        known = statuses.get(told.article, told.event.status)
        statuses[told.article] = min(known, told.event.status, key=_ORDER.index)
    return msgspec.structs.replace(
        surest,
        id=id,
        mode=next((e.mode for e in events if e.mode), None),
        context=tuple(sorted({c for e in events for c in e.context})),
        actors=fullest.actors,
        recipients=fullest.recipients,
        date=max((e.date for e in events), key=lambda d: len(d or "")),
        place=next((e.place for e in events if e.place), None),
        spans=tuple(dict.fromkeys(s for e in events for s in e.spans)),
        accounts=statuses,
    )


def by_date(events: Sequence[Event]) -> Mapping[str, list[str]]:
    """Date -> the events put there."""
    dated: dict[str, list[str]] = defaultdict(list)
    for event in events:
        if event.date:
            dated[event.date].append(event.id)
    return dated


def findings(tellings: Iterable[ToldEvent], scene: Scene) -> Iterator[Finding]:
    """Where two accounts tell of one deed on one point, but not of who did it, or of whether it was done.

    Differences of type and recipient are not told: in what readers marked they were mistakes of ours.
    """
    seen: set[tuple[str, str, FindingKind]] = set()
    for one, other in combinations((one for one in tellings if one.points), 2):
        point = min(one.points & other.points, default=None)
        if point is None or scene.groups[one.article] == scene.groups[other.article]:
            continue
        kind = _differ(one.event, other.event)
        if kind is None or (one.article, other.article, kind) in seen:
            continue
        sides = [_side(scene.accounts[x.article], x.event, kind) for x in (one, other)]
        if all(side.marks for side in sides) and _may_be_of_one_day(sides, one.event, other.event, scene):
            seen.add((one.article, other.article, kind))
            yield Finding(
                id="",
                kind=kind,
                point=point,
                spans=tuple(mark for side in sides for mark in side.marks),
                sides=tuple(sides),
                reason="; ".join(f"{side.reading}: {scene.names[side.article]}" for side in sides),
                weight=_WEIGHT,
            )


def _differ(one: Event, other: Event) -> FindingKind | None:
    """In what two tellings of a deed differ, if in one thing only: who did it, or whether it was."""
    if one.type != other.type:
        return None
    statuses = {one.status, other.status}
    if set(one.actors) & set(other.actors) and set(one.recipients) == set(other.recipients):
        return _DIFFERENT.get(frozenset(statuses))
    apart = one.actors and other.actors and not set(one.actors) & set(other.actors)
    mutual = set(one.actors) & set(other.recipients) or set(other.actors) & set(one.recipients)
    same = set(one.recipients) & set(other.recipients) and one.status == other.status and not mutual
    return "attribution" if apart and same else None


def _may_be_of_one_day(sides: Sequence[Side], one: Event, other: Event, scene: Scene) -> bool:
    """Whether no two times are told that may be of two deeds: their dates are one, or a sentence has none."""
    if one.date and other.date:
        return may_be_one(one.date, other.date)
    told = [{t.span.text.lower() for t in scene.accounts[s.article].times_in([s.passage])} for s in sides]
    return not all(told) or bool(told[0] & told[1])


def _side(account: Indexed, event: Event, kind: FindingKind) -> Side:
    """An account's side: its sentence with who did it set off, or with the deed."""
    sentence = account.sentence_of(event.spans[0])
    marks = event.spans[:1] if kind != "attribution" else _doer(account, event)
    reading = f"“{marks[0].text}”" if marks and kind == "attribution" else event.status
    return Side(article=event.spans[0].article, passage=sentence, marks=marks, reading=reading)


def _doer(account: Indexed, event: Event) -> tuple[Span, ...]:
    """The words for who did it, an office and a name beside it as one."""
    named = [m.span for m in account.mentions_in(event.spans[:1]) if m.actor in event.actors]
    if not named:
        return ()
    start, end = named[0].start, named[0].end
    for span in named[1:]:
        end = span.end if span.start - end <= 1 else end
    return (account.article.span(start, end),)
