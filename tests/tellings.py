"""Small stories for tests of the comparison: the sentences in question among others that are in one account only.

Without those others every word of a story would be in all its accounts, and nothing in it would be rare.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

import rashomon
from rashomon.types import Article, Comparison, Published, Stance

OTHERWISE = (
    "A museum of lighthouses opened its doors in the upper town. Two choirs sang carols under the lime trees, and the"
    " baker of Finland gave away loaves of rye. Gulls from Portugal nested on the roof of the library."
    " Cheese from Greece and olives from Italy were sold beside the gate.",
    "Snow fell on the orchards behind the railway. Farmers brought ponies from Iceland to the autumn fair, where a"
    " juggler lost three plates. The cinema showed an old comedy from Belgium about a plumber."
    " The stamps of Peru and the coins of Chile lie in a drawer.",
    "A violin from Austria was stolen from the conservatory. Gardeners planted tulips from Turkey along the canal, and"
    " a clockmaker repaired the bells of the chapel. The tram was late again."
    " A tailor sewed the costumes of Cuba and a map of Malta.",
)
SAME_DAY = ("2031-05-09", "2031-05-09", "2031-05-09")
NEXT_DAY = ("2031-05-09", "2031-05-10")

# A kind of finding, or the class of one that is no conflict, and for each side the words that are marked.
Found = dict[str, tuple[tuple[str, ...], ...]]


def articles(*tellings: str, dates: tuple[str, ...] = SAME_DAY, padded: bool = True) -> list[Article]:
    """Two or three accounts, ``a1``, ``a2``, ``a3``; one without a date is undated."""
    return [
        Article(
            id=f"a{n}",
            outlet=f"Paper {n}",
            text=f"{text}\n{otherwise}" if padded else text,
            published=Published(value=dates[n - 1]) if any(dates[n - 1 : n]) else None,
        )
        for n, (text, otherwise) in enumerate(zip(tellings, OTHERWISE, strict=False), 1)
    ]


@lru_cache(maxsize=256)
def compared(*tellings: str, dates: tuple[str, ...] = SAME_DAY, padded: bool = True) -> Comparison:
    """The comparison of such accounts."""
    return rashomon.compare(articles(*tellings, dates=dates, padded=padded), anyway=True, annotators="fast")


def found(*tellings: str, dates: tuple[str, ...] = SAME_DAY) -> Found:
    """All findings of the story but those about quotations."""
    shown: dict[str, tuple[tuple[str, ...], ...]] = {}
    for finding in compared(*tellings, dates=dates).findings:
        if finding.utterance is None:
            kind = finding.nonconflict or finding.kind
            assert kind not in shown, "a kind is told twice of one small story"
            shown[kind] = tuple(tuple(mark.text for mark in side.marks) for side in finding.sides)
    return shown


def stances(*tellings: str, dates: tuple[str, ...] = SAME_DAY) -> tuple[Stance, ...]:
    """The stances, account by account, on the point that the first sentence of the first account is on."""
    comparison = compared(*tellings, dates=dates)
    [point] = [p for p in comparison.points if comparison.claims[0].id in p.claims]
    return tuple(point.stances.values())


def claims_by_point(comparison: Comparison) -> dict[str, list[str]]:
    """Claim id -> the ids of the points that it stands on."""
    standing: dict[str, list[str]] = defaultdict(list)
    for point in comparison.points:
        for claim in point.claims:
            standing[claim].append(point.id)
    return standing
