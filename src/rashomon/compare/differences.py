"""Findings on a point: where two accounts' claims on one matter differ.

Every detector looks at one pair of claims of different accounts that speak to the same matter, and yields findings
with the differing words as marks. It prefers silence: a difference is reported only where the same thing is told of
(the same predicate, the same counted noun), so that two true statements about different things are no finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from rashomon.compare import quantities as numbers
from rashomon.compare.causes import Cause, causes
from rashomon.compare.evidence import LIGHT, Indexed, rarity
from rashomon.compare.points import Matter
from rashomon.compare.predicates import Predicate, predicate
from rashomon.data.strength import CONSIDERING
from rashomon.data.timex import compatible
from rashomon.types import Actor, Claim, Finding, Side, Span, Strength

# Below this score two claims of a point may be shown together but are not held against each other.
COMPARABLE = 0.6
_FIRM = 0.75
_RUNGS: dict[Strength, int] = {"denied": 0, "doubted": 1, "alleged": 1, "reported": 2, "planned": 2, "stated": 3}


class Pair(msgspec.Struct):
    """Two claims of different accounts on one point, with all that the detectors look at."""

    left: Claim
    right: Claim
    score: float
    accounts: tuple[Indexed, Indexed]
    predicates: tuple[Predicate, Predicate]
    names: dict[str, str]
    actors: dict[str, Actor]

    def same_predicate(self) -> bool:
        """Whether both claims say it with the same or an evidently akin main word."""
        a, b = self.predicates
        return bool(a.stems & b.stems)

    def outlet(self, side: int) -> str:
        """How the account is called in the program's own sentences."""
        return self.names[(self.left, self.right)[side].article]

    def side(self, side: int, marks: Sequence[Span] = ()) -> Side:
        """One account's side of a finding: the sentence that the claim stands in, with the marks in it."""
        claim, account = (self.left, self.right)[side], self.accounts[side]
        whole = account.article.span(claim.spans[0].start, claim.spans[-1].end)
        first, last = account.sentence_of(whole), account.sentence_of(marks[-1] if marks else whole)
        begin = min([first.start, last.start, *(m.start for m in marks)])
        end = max([first.end, last.end, *(m.end for m in marks)])
        return Side(article=claim.article, passage=account.article.span(begin, end), marks=tuple(marks))


def differences(
    matter: Matter, accounts: dict[str, Indexed], names: dict[str, str], actors: dict[str, Actor]
) -> list[Finding]:
    """All findings on a point, each kind at most once for a pair of articles; ids and points are set by the caller."""
    found: dict[tuple[str, ...], Finding] = {}
    for pair in _pairs(matter, accounts, names, actors):
        for detector in _DETECTORS:
            for finding in detector(pair):
                key = (
                    finding.kind,
                    *(side.article for side in finding.sides),
                    *sorted({s.text for s in finding.spans}),
                )
                found.setdefault(key, finding)
    return list(found.values())


def _pairs(
    matter: Matter, accounts: dict[str, Indexed], names: dict[str, str], actors: dict[str, Actor]
) -> Iterator[Pair]:
    scored = [
        (matter.score(a, b), a, b)
        for n, a in enumerate(matter.claims)
        for b in matter.claims[n + 1 :]
        if a.article != b.article
    ]
    for score, a, b in sorted(scored, key=lambda item: (-item[0], item[1].id, item[2].id)):
        if score >= COMPARABLE:
            both = (accounts[a.article], accounts[b.article])
            predicates = (predicate(both[0], a), predicate(both[1], b))
            yield Pair(a, b, score, both, predicates, names, actors)


def _finding(
    pair: Pair, kind: str, marks: tuple[Sequence[Span], Sequence[Span]], reason: str, weight: float, **more: object
) -> Finding:
    sides = (pair.side(0, marks[0]), pair.side(1, marks[1]))
    spans = (*marks[0], *marks[1]) or (sides[0].passage, sides[1].passage)
    return Finding(id="", kind=kind, spans=spans, sides=sides, reason=reason, weight=round(weight, 3), **more)  # type: ignore[arg-type]


def _numbers(pair: Pair) -> Iterator[Finding]:
    left = pair.accounts[0].quantities_in(pair.left.spans)
    right = pair.accounts[1].quantities_in(pair.right.spans)
    for unit in sorted({q.unit for q in left} & {q.unit for q in right}):
        ours, theirs = ([q for q in side if q.unit == unit] for side in (left, right))
        if len(ours) != 1 or len(theirs) != 1 or not _counted_alike(pair, ours[0], theirs[0]):
            continue
        a, b = ours[0], theirs[0]
        marks = ([a.span], [b.span])
        match numbers.relation(a, b):
            case "rounding":
                reason = f"{pair.outlet(0)} gives {a.span.text}, {pair.outlet(1)} {b.span.text}: one rounds the other"
                yield _finding(pair, "not-a-conflict", marks, reason, 0.2, nonconflict="rounding")
            case "different":
                yield _number_finding(pair, a, b, marks)


def _number_finding(
    pair: Pair, a: numbers.Quantity, b: numbers.Quantity, marks: tuple[list[Span], list[Span]]
) -> Finding:
    what = f" for “{a.unit}”" if a.unit.isalpha() else ""
    reason = f"{pair.outlet(0)} gives {a.span.text}{what}, {pair.outlet(1)} {b.span.text}"
    if _is_update(pair, a, b):
        return _finding(
            pair, "not-a-conflict", marks, reason + "; the later report may be an update", 0.4, nonconflict="update"
        )
    return _finding(pair, "number", marks, reason, 0.85)


def _counted_alike(pair: Pair, a: numbers.Quantity, b: numbers.Quantity) -> bool:
    """Whether the same is counted: the word that governs the counted noun is the same, or the claims match firmly."""
    governors = [pair.accounts[n].governor(q.span) for n, q in enumerate((a, b))]
    if a.unit in {"", "%", "$", "£", "€", "¥"}:
        return bool(set(governors[0]) & set(governors[1]) - LIGHT) and pair.score >= _FIRM
    return bool(set(governors[0]) & set(governors[1])) or pair.same_predicate()


def _is_update(pair: Pair, a: numbers.Quantity, b: numbers.Quantity) -> bool:
    """Whether the later of two reports, published at different times, gives the higher of two counts."""
    published = [account.article.published for account in pair.accounts]
    if not published[0] or not published[1] or published[0].inferred or published[1].inferred:
        return False
    first, second = published[0].value, published[1].value
    size = min(len(first), len(second))
    if first[:size] == second[:size]:
        return False
    return (first[:size] < second[:size]) == (a.value < b.value)


def _dates(pair: Pair) -> Iterator[Finding]:
    if not pair.same_predicate():
        return
    left, right = ([t for t in p.times if t.value and t.type == "DATE"] for p in pair.predicates)
    if len(left) != 1 or len(right) != 1:
        return
    a, b = left[0], right[0]
    relation = compatible(str(a.value), str(b.value))
    marks = ([a.span], [b.span])
    if relation == "different":
        reason = f"{pair.outlet(0)} dates it {a.value}, {pair.outlet(1)} {b.value}"
        yield _finding(pair, "date", marks, reason, 0.8)
    elif relation == "refinement" and a.span.text.lower() != b.span.text.lower():
        reason = "One date is more exact than the other; both can hold"
        yield _finding(pair, "not-a-conflict", marks, reason, 0.15, nonconflict="refinement")


def _places(pair: Pair) -> Iterator[Finding]:
    if not pair.same_predicate():
        return
    left, right = pair.predicates[0].places, pair.predicates[1].places
    known = {m.actor for account in pair.accounts for m in account.mentions_in(account.article.paragraphs)}
    if len(left) != 1 or len(right) != 1 or left[0].actor == right[0].actor:
        return
    a, b = left[0], right[0]
    here = [{m.actor for m in account.annotated.mentions} for account in pair.accounts]
    if a.actor in here[1] or b.actor in here[0] or not {a.actor, b.actor} <= known:
        # An account that names both places tells of a place within another, or of two events.
        return
    kinds = {pair.actors[x.actor].kind for x in (a, b)}
    if len(kinds) == 1:
        reason = f"{pair.outlet(0)} places it in {a.span.text}, {pair.outlet(1)} in {b.span.text}"
        yield _finding(pair, "place", ([a.span], [b.span]), reason, 0.75)


def _polarity(pair: Pair) -> Iterator[Finding]:
    a, b = pair.left, pair.right
    if (
        a.polarity == b.polarity
        or not pair.same_predicate()
        or not pair.predicates[0].shares_subject(pair.predicates[1])
    ):
        return
    negator = 0 if a.polarity == "negated" else 1
    marks = tuple([p.span] for p in pair.predicates)
    reason = f"{pair.outlet(negator)} has it in the negative, {pair.outlet(1 - negator)} in the affirmative"
    yield _finding(pair, "polarity", marks, reason, 0.9)  # type: ignore[arg-type]


def _strength(pair: Pair) -> Iterator[Finding]:
    if not pair.same_predicate() or not pair.predicates[0].shares_subject(pair.predicates[1]):
        return
    left, right = (_rung(pair, n) for n in (0, 1))
    if left == right or {left, right} <= {"reported", "stated"}:
        return
    if {left, right} == {"denied", "reported"}:
        return
    marks = tuple([p.span] for p in pair.predicates)
    reason = f"{pair.outlet(0)} has it as {left}, {pair.outlet(1)} as {right}"
    gap = 0.8 if abs(_RUNGS.get(left, 1) - _RUNGS.get(right, 1)) >= 2 else 0.6  # type: ignore[call-overload]
    yield _finding(pair, "strength", marks, reason, gap)  # type: ignore[arg-type]


def _rung(pair: Pair, side: int) -> str:
    claim, told = (pair.left, pair.right)[side], pair.predicates[side]
    if claim.strength == "planned" and told.governors & CONSIDERING:
        return "considered"
    return claim.strength


def _attribution(pair: Pair) -> Iterator[Finding]:
    a, b = pair.left, pair.right
    if not a.voice or not b.voice or pair.score < _FIRM or set(a.voice) & set(b.voice):
        return
    speakers = [pair.actors.get(c.voice[-1]) for c in (a, b)]
    quotes = [pair.accounts[n].quote(c.quote) for n, c in enumerate((a, b))]
    if None in speakers or not all(q and q.speaker_span and q.confidence >= 0.7 for q in quotes):
        return
    if not pair.predicates[0].says_nearly_the_same(pair.predicates[1]):
        return
    marks = ([quotes[0].speaker_span], [quotes[1].speaker_span])  # type: ignore[union-attr]
    reason = f"{pair.outlet(0)} gives it to {speakers[0].name}, {pair.outlet(1)} to {speakers[1].name}"  # type: ignore[union-attr]
    yield _finding(pair, "attribution", marks, reason, 0.7)  # type: ignore[arg-type]


def _causes(pair: Pair) -> Iterator[Finding]:
    left, right = (
        causes(account, claim) for account, claim in zip(pair.accounts, (pair.left, pair.right), strict=True)
    )
    if (not left and not right) or not pair.predicates[0].shares_subject(pair.predicates[1]):
        return
    if left and right and _same_cause(left, right):
        return
    if not (left and right) and not (pair.same_predicate() or pair.score >= _FIRM):
        return
    marks = ([c.span for c in left], [c.span for c in right])
    if left and right:
        reason = f"{pair.outlet(0)} and {pair.outlet(1)} give different causes"
        yield _finding(pair, "cause", marks, reason, 0.75)
    else:
        giver = 0 if left else 1
        reason = f"{pair.outlet(giver)} gives a cause that {pair.outlet(1 - giver)} does not give here"
        yield _finding(pair, "cause", marks, reason, 0.55)


def _same_cause(left: Sequence[Cause], right: Sequence[Cause]) -> bool:
    ours, theirs = ({w for c in side for w in c.words if rarity(w) > 0.3} for side in (left, right))
    return bool(ours & theirs) and len(ours & theirs) >= 0.5 * min(len(ours), len(theirs))


_DETECTORS: tuple[Callable[[Pair], Iterator[Finding]], ...] = (
    _numbers,
    _dates,
    _places,
    _polarity,
    _strength,
    _attribution,
    _causes,
)
