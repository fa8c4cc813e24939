"""Contrasts: how two accounts read differently in one respect, and the finding that many contrasts make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec

from rashomon.compare.evidence import Indexed
from rashomon.compare.predicates import Predicate
from rashomon.compare.quantities import Quantity
from rashomon.compare.revisions import is_revisable, later, names_count
from rashomon.data.timex import calendar_day, compatible
from rashomon.types import Actor, Claim, Finding, FindingKind, NonConflict, Published, Side, Span

# Contradictions in number, date or polarity weigh most and mislead most: they need surer ground (docs/errors.md).
CONTRADICTABLE = 0.55
FIRM = 0.7
# The share of a finding's weight that it has however loosely the claims match.
_LEAST_SURE = 0.3
_UPDATE = 0.4  # what an update weighs
_DAYS = 5
# Reports further apart (in days) that each tell of something fresh do not tell of the same.
_SAME_NEWS = 2


class ClaimReading(msgspec.Struct, frozen=True):
    """How one claim reads in one respect, in the program's words, and the words of the article that show it."""

    claim: Claim
    wording: str
    marks: tuple[Span, ...]


class Contrast(msgspec.Struct, frozen=True):
    """Two readings that differ, and how much a reader would want to know of it (0 to 1).

    ``undated`` marks two counts of which nobody can tell which is the later.
    """

    kind: FindingKind
    readings: tuple[ClaimReading, ClaimReading]
    weight: float
    nonconflict: NonConflict | None = None
    undated: bool = False


class Scene(msgspec.Struct):
    """What the detectors need to know about a story: accounts, names of outlets, actors, independent groups.

    Below the score ``comparable`` two claims of a point may be shown together but are not held against each other.
    """

    accounts: Mapping[str, Indexed]
    names: Mapping[str, str]
    actors: Mapping[str, Actor]
    groups: Mapping[str, int]
    comparable: float

    def published(self, one: str, other: str) -> tuple[str | None, str | None]:
        """When the texts of two articles were first published by any who print them; ``None`` where nobody says.

        Of two printings of one text that differ, each has its own date.
        """
        if self.groups[one] == self.groups[other]:
            return self._first_of([one]), self._first_of([other])
        first, second = ([id for id in self.accounts if self.groups[id] == self.groups[a]] for a in (one, other))
        return self._first_of(first), self._first_of(second)

    def revised(self, one: str, other: str) -> str | None:
        """Which of two articles says that it revises what came before, and can be a later state of the other."""
        last = later(self.accounts[one].article, self.accounts[other].article)
        return last.id if last is not None else None

    def is_own_revision(self, one: str, other: str) -> bool:
        """Whether of two printings of one text, or of one outlet's reports, one says that it revises the other."""
        outlets = {self.accounts[id].article.outlet for id in (one, other)}
        alike = self.groups[one] == self.groups[other] or (len(outlets) == 1 and None not in outlets)
        return alike and self.revised(one, other) is not None

    def is_revised_count(self, one: tuple[str, Quantity], other: tuple[str, Quantity]) -> bool:
        """Whether of two counts, each with its article, one revises the other.

        It does in a report that revises its own outlet's, names the other count in its note, or has the higher one.
        """
        last = self.revised(one[0], other[0])
        if last is None:
            return False
        new, old = (one, other) if last == one[0] else (other, one)
        named = names_count(self.accounts[last].article, old[1])
        return named or new[1].value > old[1].value or self.is_own_revision(one[0], other[0])

    def _first_of(self, articles: Sequence[str]) -> str | None:
        dates = [self.accounts[id].article.published for id in articles]
        return min((d.value for d in dates if d is not None and not d.inferred), default=None)


class Pair(msgspec.Struct):
    """Two claims of different accounts on one point, with all that the detectors look at."""

    claims: tuple[Claim, Claim]
    score: float
    accounts: tuple[Indexed, Indexed]
    predicates: tuple[Predicate, Predicate]
    scene: Scene

    def same_verb(self) -> bool:
        """Whether both claims say it with the same or an evidently akin main word."""
        return bool(self.predicates[0].stems & self.predicates[1].stems)

    def same_predicate(self) -> bool:
        """Whether both claims say it with the same main word, and not of two objects."""
        return self.same_verb() and not self.predicates[0].has_other_object(self.predicates[1])

    def same_matter(self) -> bool:
        """Whether both claims tell the same of the same: predicate, participant and much of the content agree."""
        a, b = self.predicates
        alike = self.same_predicate() and a.is_light == b.is_light and not (a.is_copula or b.is_copula)
        return alike and self.same_subject() and a.is_covered_by(b)

    def same_time(self) -> bool:
        """Whether both may tell of one time: no date of theirs excludes it, and none is of long before the report."""
        if all(p.days for p in self.predicates):
            return not self.on_other_days()
        return not any(
            _is_long_before(value, account.article.published)
            for told, account in zip(self.predicates, self.accounts, strict=True)
            for value in told.days
        )

    def on_other_days(self) -> bool:
        """Whether both claims are dated, and by dates that exclude each other."""
        ours, theirs = (p.days for p in self.predicates)
        return bool(ours and theirs) and all(compatible(x, y) == "different" for x in ours for y in theirs)

    def are_each_of_its_day(self) -> bool:
        """Whether both tell of what happened just before each was published, and these are days apart: two events."""
        days = [told for value in self.published() if (told := calendar_day(value or "")) is not None]
        fresh = all(
            any(compatible(value, (own - timedelta(days=n)).isoformat()) != "different" for n in range(3))
            for own, told in zip(days, self.predicates, strict=False)
            for value in told.days
        )
        return len(days) > 1 and abs((days[0] - days[1]).days) > _SAME_NEWS and fresh

    def same_subject(self) -> bool:
        """Whether both claims tell of the same doer, or else of the same thing done to."""
        return self.predicates[0].shares_subject(self.predicates[1])

    def same_people(self) -> bool:
        """Whether the words for people in both claims may mean the same: not "consumers" and "Canadian citizens"."""
        nations = [
            {m.actor for s in told.people for m in account.mentions_in([s]) if account.kind(m.actor) == "country"}
            for told, account in zip(self.predicates, self.accounts, strict=True)
        ]
        return nations[0] == nations[1]

    def published(self) -> tuple[str | None, str | None]:
        """When the two texts were first published; ``None`` where nobody says."""
        return self.scene.published(*(c.article for c in self.claims))

    def contrast(
        self,
        kind: FindingKind,
        wordings: tuple[str, str],
        marks: tuple[Sequence[Span], Sequence[Span]],
        weight: float,
        nonconflict: NonConflict | None = None,
    ) -> Contrast:
        """A contrast between the two claims, the weightier the surer it is that they speak to one matter.

        Where one of the reports says that it revises the other, what it tells otherwise is an update.
        """
        if is_revisable(kind) and self.scene.is_own_revision(*(c.article for c in self.claims)):
            kind, nonconflict, weight = "not-a-conflict", "update", min(weight, _UPDATE)
        left, right = (
            ClaimReading(claim, wording, tuple(spans))
            for claim, wording, spans in zip(self.claims, wordings, marks, strict=True)
        )
        return Contrast(
            kind, (left, right), round(weight * (_LEAST_SURE + (1 - _LEAST_SURE) * self.score), 3), nonconflict
        )


def _is_long_before(value: str, published: Published | None) -> bool:
    """Whether a TIMEX3 date lies more than a few days before publication."""
    told = calendar_day(published.value) if published else None
    if told is None:
        return False
    days = [(told - timedelta(days=n)).isoformat() for n in range(-1, _DAYS)]
    return all(compatible(value, one) == "different" for one in days)


def finding(kind: FindingKind, contrasts: Sequence[Contrast], scene: Scene) -> Finding:
    """One finding of all contrasts of a kind: each account reads as in its best contrast."""
    best: dict[str, ClaimReading] = {}
    for contrast in contrasts:
        for reading in contrast.readings:
            best.setdefault(reading.claim.article, reading)
    order = [a for a in scene.accounts if a in best]
    by_wording: dict[str, list[str]] = defaultdict(list)
    for article in order:
        by_wording[best[article].wording].append(article)
    shown: dict[tuple[str, int], str] = {}
    for wording, articles in by_wording.items():
        for article in articles:
            shown.setdefault((wording, scene.groups[article]), article)
    sides = tuple(_side(best[a], scene) for a in order if a in shown.values())
    marks = tuple(m for side in sides for m in side.marks)
    told = "; ".join(
        f"{wording}: {', '.join(scene.names[a] for a in articles)}" for wording, articles in by_wording.items()
    )
    return Finding(
        id="",
        kind=kind,
        spans=marks or tuple(side.passage for side in sides),
        sides=sides,
        reason=f"{told[:1].upper()}{told[1:]}",
        weight=max(c.weight for c in contrasts),
        nonconflict=contrasts[0].nonconflict if kind == "not-a-conflict" else None,
    )


def _side(reading: ClaimReading, scene: Scene) -> Side:
    """The sentence that a claim stands in, with the marks in it."""
    account, marks = scene.accounts[reading.claim.article], reading.marks
    whole = account.article.span(reading.claim.spans[0].start, reading.claim.spans[-1].end)
    first, last = account.sentence_of(whole), account.sentence_of(marks[-1] if marks else whole)
    begin = min([first.start, last.start, *(m.start for m in marks)])
    end = max([first.end, last.end, *(m.end for m in marks)])
    passage = account.article.span(begin, end)
    return Side(article=reading.claim.article, passage=passage, marks=marks, reading=reading.wording)
