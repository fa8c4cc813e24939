"""Findings on a point: where the accounts' claims on one matter differ.

Every detector looks at one pair of claims of different accounts that speak to the same matter and yields contrasts:
how each side reads and which words show it. A contrast is drawn only where the same thing is told of (the same
predicate, the same counted noun), so that two true statements about different things are none. Contrasts of a kind
on one point are then told as one finding over all accounts: who reads which way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

import msgspec

from rashomon.compare import quantities as numbers
from rashomon.compare.causes import Cause, causes
from rashomon.compare.evidence import LIGHT, Indexed, rarity, stem
from rashomon.compare.naming import spelt_differently
from rashomon.compare.points import Matter
from rashomon.compare.predicates import Predicate, predicate
from rashomon.compare.speakers import are_two_people
from rashomon.data.strength import ALLEGING, CONSIDERING, DENYING, DOUBTING, PLANNING
from rashomon.data.timex import compatible
from rashomon.types import Actor, Claim, Finding, FindingKind, NonConflict, Published, Quote, Side, Span

# Below this score two claims of a point may be shown together but are not held against each other.
COMPARABLE = 0.5
# Contradictions in number, date or polarity weigh most and mislead most: they need surer ground (docs/errors.md).
CONTRADICTABLE = 0.65
# The share of a finding's weight that it has however loosely the claims match.
_LEAST_SURE = 0.3
_FIRM = 0.8
# A speaker named by a pronoun may be resolved wrongly: no ground to say that accounts name different speakers.
_PRONOUNS = {"he", "she", "they", "it", "we", "i", "who", "one"}
_ASPECTS = {"begin", "start", "continue", "manage"}
_NEEDING = {"need", "require", "have", "fail"}
_ON_TOP = {"more", "other", "others", "additional", "further"}
# A date behind one of these bounds what is told; it is not when it happened.
_BOUNDS = {"since", "until", "till", "by", "before", "after", "from", "through"}
_TELLING_WHY = {"why", "after", "when", "as", "amid"}
_DAYS = 5
_CURRENCIES = {"", "%", "$", "£", "€", "¥"}


def _is_long_before(value: str, published: Published | None) -> bool:
    """Whether a TIMEX3 date lies more than a few days before publication."""
    if published is None:
        return False
    day = date.fromisoformat(published.value[:10])
    return all(compatible(value, (day - timedelta(days=n)).isoformat()) == "different" for n in range(-1, _DAYS))


class Reading(msgspec.Struct, frozen=True):
    """How one claim reads in one respect, in the program's words, and the words of the article that show it."""

    claim: Claim
    wording: str
    marks: tuple[Span, ...]


class Contrast(msgspec.Struct, frozen=True):
    """Two readings that differ, and how much a reader would want to know of it (0 to 1).

    ``undated`` marks two counts of which nobody can tell which is the later.
    """

    kind: FindingKind
    readings: tuple[Reading, Reading]
    weight: float
    nonconflict: NonConflict | None = None
    undated: bool = False


class Scene(msgspec.Struct):
    """What the detectors need to know about a story: accounts, names of outlets, actors, independent groups."""

    accounts: Mapping[str, Indexed]
    names: Mapping[str, str]
    actors: Mapping[str, Actor]
    groups: Mapping[str, int]

    def published(self, one: str, other: str) -> tuple[str | None, str | None]:
        """When the texts of two articles were first published by any who print them; ``None`` where nobody says.

        Of two printings of one text that differ, each has its own date.
        """
        if self.groups[one] == self.groups[other]:
            return self._first_of([one]), self._first_of([other])
        first, second = ([id for id in self.accounts if self.groups[id] == self.groups[a]] for a in (one, other))
        return self._first_of(first), self._first_of(second)

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

    def same_subject(self) -> bool:
        """Whether both claims tell of the same doer, or else of the same thing done to."""
        return self.predicates[0].shares_subject(self.predicates[1])

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
        """A contrast between the two claims, the weightier the surer it is that they speak to one matter."""
        left, right = (
            Reading(claim, wording, tuple(spans))
            for claim, wording, spans in zip(self.claims, wordings, marks, strict=True)
        )
        return Contrast(
            kind, (left, right), round(weight * (_LEAST_SURE + (1 - _LEAST_SURE) * self.score), 3), nonconflict
        )


def differences(matter: Matter, scene: Scene) -> list[Finding]:
    """All findings on a point, one of each kind and class; ids and points are set by the caller."""
    contrasts: dict[FindingKind, list[Contrast]] = defaultdict(list)
    for pair in _pairs(matter, scene):
        for detector in _DETECTORS:
            for contrast in detector(pair):
                contrasts[contrast.kind].append(contrast)
    _settle_updates(contrasts)
    classes: dict[tuple[FindingKind, str], list[Contrast]] = defaultdict(list)
    for contrast in (c for found in contrasts.values() for c in found):
        classes[contrast.kind, contrast.nonconflict or ""].append(contrast)
    return [finding(kind, found, scene) for (kind, _), found in classes.items()]


def _settle_updates(contrasts: dict[FindingKind, list[Contrast]]) -> None:
    """Put counts that an update explains together, and counts that none explains.

    Two counts that stand in an earlier and a later report are an update also where an undated report has them. But
    where some counts plainly conflict, all belong to that finding.
    """
    updates = [c for c in contrasts["not-a-conflict"] if c.nonconflict == "update"]
    explained = {frozenset(r.wording for r in c.readings) for c in updates}
    others = [c for c in contrasts["number"] if c.undated and frozenset(r.wording for r in c.readings) in explained]
    if len(others) < len(contrasts["number"]):
        contrasts["number"] += [msgspec.structs.replace(c, kind="number", nonconflict=None) for c in updates]
        contrasts["not-a-conflict"] = [c for c in contrasts["not-a-conflict"] if c not in updates]
    elif others:
        again = [msgspec.structs.replace(c, kind="not-a-conflict", nonconflict="update", weight=0.4) for c in others]
        contrasts["not-a-conflict"] += again
        contrasts["number"] = []


def _pairs(matter: Matter, scene: Scene) -> Iterator[Pair]:
    told = {c.id: predicate(scene.accounts[c.article], c.spans) for c in matter.claims}
    scored = [
        (matter.score(a, b), a, b)
        for n, a in enumerate(matter.claims)
        for b in matter.claims[n + 1 :]
        if a.article != b.article
    ]
    for score, a, b in sorted(scored, key=lambda item: (-item[0], item[1].id, item[2].id)):
        if score >= COMPARABLE:
            both = (scene.accounts[a.article], scene.accounts[b.article])
            yield Pair((a, b), score, both, (told[a.id], told[b.id]), scene)


def finding(kind: FindingKind, contrasts: Sequence[Contrast], scene: Scene) -> Finding:
    """One finding of all contrasts of a kind: each account reads as in its best contrast."""
    best: dict[str, Reading] = {}
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


def _side(reading: Reading, scene: Scene) -> Side:
    """The sentence that a claim stands in, with the marks in it."""
    account, marks = scene.accounts[reading.claim.article], reading.marks
    whole = account.article.span(reading.claim.spans[0].start, reading.claim.spans[-1].end)
    first, last = account.sentence_of(whole), account.sentence_of(marks[-1] if marks else whole)
    begin = min([first.start, last.start, *(m.start for m in marks)])
    end = max([first.end, last.end, *(m.end for m in marks)])
    passage = account.article.span(begin, end)
    return Side(article=reading.claim.article, passage=passage, marks=marks, reading=reading.wording)


def _numbers(pair: Pair) -> Iterator[Contrast]:
    if not pair.same_time() or pair.score < CONTRADICTABLE:
        return
    left, right = (account.quantities_in(c.spans) for account, c in zip(pair.accounts, pair.claims, strict=True))
    yield from _crowds(pair, left, right)
    for unit in sorted({q.unit for q in left} & {q.unit for q in right}):
        ours, theirs = ([q for q in side if q.unit == unit] for side in (left, right))
        if len(ours) != 1 or len(theirs) != 1:
            continue
        a, b = ours[0], theirs[0]
        alike = _counted_alike(pair, a, b) if _of_one_reckoning(pair, a, b) else ""
        marks, wordings = ([a.span], [b.span]), (_amount(a), _amount(b))
        match numbers.relation(a, b):
            case "rounding" if alike:
                yield pair.contrast("not-a-conflict", wordings, marks, 0.2, "rounding")
            case "refinement" if alike:
                yield pair.contrast("not-a-conflict", wordings, marks, 0.2, "refinement")
            case "different" if alike == "partly":
                yield pair.contrast("not-a-conflict", wordings, marks, 0.3, "scope")
            case "different" if alike:
                update = _is_update(pair, a, b)
                if update:
                    yield pair.contrast("not-a-conflict", wordings, marks, 0.4, "update")
                else:
                    contrast = pair.contrast("number", wordings, marks, 0.85)
                    yield msgspec.structs.replace(contrast, undated=update is None)


def _of_one_reckoning(pair: Pair, a: numbers.Quantity, b: numbers.Quantity) -> bool:
    """Whether nothing sets two counts apart: one is on top ("two more"), is needed, or of another hour or place."""
    told = zip(pair.accounts, pair.predicates, pair.claims, (a, b), strict=True)
    marks = [_reckoning(account, predicate, claim, q) for account, predicate, claim, q in told]
    hours = [
        [t.value for t in account.times_in([account.sentence_of(c.spans[0])]) if t.type == "TIME" and t.value]
        for account, c in zip(pair.accounts, pair.claims, strict=True)
    ]
    if a.unit in _CURRENCIES and any(hours):
        # Prices and rates move by the hour.
        return False
    apart = all(hours) and all(compatible(x, y) == "different" for x in hours[0] for y in hours[1])
    return marks[0] == marks[1] and not apart


def _reckoning(account: Indexed, told: Predicate, claim: Claim, quantity: numbers.Quantity) -> tuple[bool, bool, bool]:
    """Whether a count comes on top of another, is only needed, and is of a place told of before ("there")."""
    behind = account.token_range(quantity.span).stop
    sentence = account.token_range(account.sentence_of(claim.spans[0]))
    near = {account.word(i) for i in range(behind, min(behind + 1, sentence.stop))}
    there = any(account.word(i) == "there" and account.tokens[i].dep == "advmod" for i in sentence)
    return bool(near & _ON_TOP), bool(told.governors & _NEEDING), there


def _crowds(pair: Pair, left: Sequence[numbers.Quantity], right: Sequence[numbers.Quantity]) -> Iterator[Contrast]:
    """People counted under different names who do one and the same thing ("1,000 marchers", "300 looters")."""
    people = [p.people[0] if len(p.people) == 1 else None for p in pair.predicates]
    if people[0] is None or people[1] is None or not pair.same_predicate():
        return
    counts = [
        [q for q in side if q.span.end <= named.start and named.start - q.span.end <= 1]
        for side, named in zip((left, right), people, strict=True)
        if named is not None
    ]
    if all(len(side) == 1 for side in counts) and counts[0][0].unit != counts[1][0].unit:
        a, b = counts[0][0], counts[1][0]
        if numbers.relation(a, b) == "different":
            yield pair.contrast("number", (_amount(a), _amount(b)), ([a.span], [b.span]), 0.85)


def _amount(quantity: numbers.Quantity) -> str:
    """A quantity in figures, so that "two" and "2" read alike."""
    bound = {"exact": "", "about": "about ", "least": "at least ", "most": "at most "}[quantity.bound]
    sign = quantity.unit if quantity.unit in _CURRENCIES else ""
    return f"{bound}{quantity.value:,.10g}%" if sign == "%" else f"{bound}{sign}{quantity.value:,.10g}"


def _counted_alike(pair: Pair, a: numbers.Quantity, b: numbers.Quantity) -> str:
    """Whether the same is counted, wholly or partly (killed; killed or injured); empty where it is not."""
    roles = [pair.accounts[n].role(q.span) for n, q in enumerate((a, b))]
    if not roles[0] or roles[0] != roles[1]:
        return ""
    ours, theirs = (set(pair.accounts[n].governor(q.span)) - LIGHT for n, q in enumerate((a, b)))
    if ours != theirs and (ours < theirs or theirs < ours):
        return "partly" if a.unit not in _CURRENCIES else ""
    if a.unit in _CURRENCIES:
        return "wholly" if ours & theirs and pair.score >= _FIRM else ""
    return "wholly" if ours & theirs else ""


def _is_update(pair: Pair, a: numbers.Quantity, b: numbers.Quantity) -> bool | None:
    """Whether the later of two reports gives the higher of two counts; ``None`` where nobody can tell the later."""
    first, second = pair.published()
    size = min(len(first or ""), len(second or ""))
    if first is None or second is None or first[:size] == second[:size]:
        return None
    return (first[:size] < second[:size]) == (a.value < b.value)


def _dates(pair: Pair) -> Iterator[Contrast]:
    if not pair.same_predicate() or not pair.same_subject() or pair.predicates[0].past != pair.predicates[1].past:
        return
    left, right = ([t for t in p.times if t.value and t.type in {"DATE", "TIME"}] for p in pair.predicates)
    if len(left) != 1 or len(right) != 1:
        return
    a, b = left[0], right[0]
    marks, wordings = ([a.span], [b.span]), (f"“{a.span.text}” ({a.value})", f"“{b.span.text}” ({b.value})")
    match compatible(str(a.value), str(b.value)):
        case "different" if a.type == b.type == "DATE" and pair.same_matter() and _date_alike(pair, a.span, b.span):
            yield pair.contrast("date", wordings, marks, 0.8)
        case "refinement" if a.span.text.lower() != b.span.text.lower():
            yield pair.contrast("not-a-conflict", wordings, marks, 0.15, "refinement")


def _date_alike(pair: Pair, a: Span, b: Span) -> bool:
    """Whether two dates stand in one relation to what happened, and are not the same words read on different days."""
    doers = [p.agents for p in pair.predicates]
    if pair.score < CONTRADICTABLE or (all(doers) and not doers[0] & doers[1]):
        # Two who do the same to the same (a lower house, a senate vote on a bill) do so on days of their own.
        return False
    bounds = [
        {account.word(max(0, account.token_range(span).start - 1))} & _BOUNDS
        for account, span in zip(pair.accounts, (a, b), strict=True)
    ]
    return bounds[0] == bounds[1] and (a.text.lower() != b.text.lower() or a.text[:1].isupper())


def _places(pair: Pair) -> Iterator[Contrast]:
    left, right = pair.predicates[0].places, pair.predicates[1].places
    if not pair.same_predicate() or len(left) != 1 or len(right) != 1 or left[0].actor == right[0].actor:
        return
    a, b = left[0], right[0]
    kinds = {pair.scene.actors[x.actor].kind for x in (a, b)}
    if len(kinds) == 1 and not any(_one_in_another(account, a.actor, b.actor) for account in pair.accounts):
        wordings, marks = (f"“{a.span.text}”", f"“{b.span.text}”"), ([a.span], [b.span])
        spelling = spelt_differently(a.span.text, b.span.text)
        yield pair.contrast("name" if spelling else "place", wordings, marks, 0.45 if spelling else 0.75)


def _one_in_another(account: Indexed, one: str, other: str) -> bool:
    """Whether an account names two places side by side ("Bonn, Germany"), so that one may lie in the other."""
    near = sorted((m.span.start, m.span.end, m.actor) for m in account.annotated.mentions if m.actor in {one, other})
    return any(a != b and start - end <= 3 for (_, end, a), (start, _, b) in pairwise(near))


def _polarity(pair: Pair) -> Iterator[Contrast]:
    a, b = pair.claims
    one, other = pair.predicates
    comparable = pair.score >= CONTRADICTABLE and one.past == other.past and one.governors == other.governors
    comparable = comparable and not pair.on_other_days()
    # "He did not want to ..." negates the wish, not what is wished.
    comparable = comparable and not any(
        c.polarity == "negated" and c.strength == "planned" and q and q.polarity == "negated"
        for c, q in ((c, account.quote(c.quote)) for c, account in zip(pair.claims, pair.accounts, strict=True))
    )
    comparable = comparable and not _are_two_voices(a, b) and not any(_only_until(c) for c in (a, b))
    if a.polarity != b.polarity and comparable and pair.same_matter() and not (one.negations and other.negations):
        wordings = tuple("in the negative" if c.polarity == "negated" else "in the affirmative" for c in (a, b))
        if _not_yet(pair):
            yield pair.contrast("not-a-conflict", (wordings[0], wordings[1]), _heads(pair), 0.4, "update")
        else:
            yield pair.contrast("polarity", (wordings[0], wordings[1]), _heads(pair), 0.9)


def _are_two_voices(a: Claim, b: Claim) -> bool:
    """Whether two speakers say it: that they contradict each other is no difference between the accounts."""
    return bool(a.voice and b.voice) and not set(a.voice) & set(b.voice)


def _only_until(claim: Claim) -> bool:
    """Whether a negated claim says that it did happen later ("did not answer until March")."""
    words = {w for s in claim.spans for w in s.text.lower().split()}
    return claim.polarity == "negated" and bool(words & {"until", "till"})


def _not_yet(pair: Pair) -> bool:
    """Whether an earlier report says "not yet" of what a later one has as done."""
    negated = 0 if pair.claims[0].polarity == "negated" else 1
    words = {w for s in pair.claims[negated].spans for w in s.text.lower().split()}
    dates = pair.published()
    earlier, later = dates[negated], dates[1 - negated]
    return "yet" in words and earlier is not None and later is not None and earlier[:10] < later[:10]


def _heads(pair: Pair) -> tuple[Sequence[Span], Sequence[Span]]:
    return [pair.predicates[0].span], [pair.predicates[1].span]


def _strength(pair: Pair) -> Iterator[Contrast]:
    if not pair.same_matter() or pair.on_other_days() or any(c.polarity == "negated" for c in pair.claims):
        return
    rungs = [
        _rung(claim, told, account.quote(claim.quote))
        for claim, told, account in zip(pair.claims, pair.predicates, pair.accounts, strict=True)
    ]
    if rungs[0] == rungs[1] or "" in rungs or set(rungs) <= {"said", "stated as fact"}:
        return
    if "possible" in rungs and (_are_two_voices(*pair.claims) or _could_do(pair, rungs)):
        return
    marks = (_committing(pair, 0), _committing(pair, 1))
    if _was_done_since(pair, rungs):
        yield pair.contrast("not-a-conflict", (rungs[0], rungs[1]), marks, 0.4, "update")
        return
    weight = 0.8 if set(rungs) & {"alleged", "doubted", "denied"} else 0.65
    yield pair.contrast("strength", (rungs[0], rungs[1]), marks, weight)


def _committing(pair: Pair, side: int) -> list[Span]:
    """The words by which a side commits itself: the verb, and before it the cue that puts what is said in doubt."""
    quote = pair.accounts[side].quote(pair.claims[side].quote)
    cue = quote.cue if quote is not None else None
    doubting = cue is not None and set(cue.text.lower().split()) & (DENYING | DOUBTING | ALLEGING)
    marks = [cue, pair.predicates[side].span] if doubting else [pair.predicates[side].span]
    return sorted((m for m in marks if m is not None), key=lambda m: m.start)


def _could_do(pair: Pair, rungs: Sequence[str]) -> bool:
    """Whether one says that somebody could do (not: could have done) what the other has as done: an ability."""
    possible = pair.predicates[rungs.index("possible")]
    return (
        "could" in possible.modals and " have " not in f" {possible.span.text} " and rungs[0] != "planned" != rungs[1]
    )


def _was_done_since(pair: Pair, rungs: Sequence[str]) -> bool:
    """Whether a later report, or one of the same day, has as done what another has as planned."""
    if set(rungs) not in ({"planned", "stated as fact"}, {"planned", "said"}):
        return False
    days = [(value or "")[:10] for value in pair.published()]
    return all(days) and days[rungs.index("planned")] <= days[1 - rungs.index("planned")]


def _rung(claim: Claim, told: Predicate, quote: Quote | None) -> str:
    """The rung of the strength ladder in plain words; empty where the words leave open whether it has happened."""
    if told.governors - _ASPECTS and not told.governors & PLANNING:
        # "developed it to lift", "failed to find": what the governing verb says of it is neither plan nor fact.
        return ""
    match claim.strength:
        case "planned" if {*told.modals, _modal(quote)} & {"may", "might", "could"}:
            return "possible"
        case "planned":
            return "considered" if told.governors & CONSIDERING else "planned"
        case "stated":
            return "stated as fact" if told.past else ""
        case "reported":
            return "said" if told.past else ""
        case rung:
            return rung


def _modal(quote: Quote | None) -> str:
    """The modal verb that stands outside the marks of a quotation, if any."""
    return quote.modality.text.lower() if quote is not None and quote.modality is not None else ""


def _attribution(pair: Pair) -> Iterator[Contrast]:
    a, b = pair.claims
    if not a.voice or not b.voice or pair.score < _FIRM or set(a.voice) & set(b.voice):
        return
    quotes = [account.quote(c.quote) for account, c in zip(pair.accounts, pair.claims, strict=True)]
    if any(q is None or q.speaker_span is None or q.speaker_span.text.lower() in _PRONOUNS for q in quotes):
        return
    speakers = [pair.scene.actors[c.voice[-1]].name for c in (a, b)]
    if not are_two_people(*(pair.scene.actors[c.voice[-1]] for c in (a, b))):
        return
    if pair.predicates[0].says_nearly_the_same(pair.predicates[1]) and not _names_the_other(pair):
        marks = tuple([q.speaker_span] if q and q.speaker_span else [] for q in quotes)
        yield pair.contrast("attribution", (speakers[0], speakers[1]), (marks[0], marks[1]), 0.7)


def _names_the_other(pair: Pair) -> bool:
    """Whether an account names the other's speaker in the same sentence: the words may be a third party's report."""
    return any(
        m.actor in other.voice
        for account, claim, other in zip(pair.accounts, pair.claims, reversed(pair.claims), strict=True)
        for m in account.mentions_in([account.sentence_of(claim.spans[0])])
    )


def _causes(pair: Pair) -> Iterator[Contrast]:
    left, right = (causes(account, claim) for account, claim in zip(pair.accounts, pair.claims, strict=True))
    if not (left or right) or not pair.same_subject() or pair.predicates[0].has_other_object(pair.predicates[1]):
        return
    marks = ([c.span for c in left], [c.span for c in right])
    if left and right:
        if not _same_cause(left, right):
            wordings = tuple(" … ".join(f"“{c.span.text}”" for c in side) for side in (left, right))
            yield pair.contrast("cause", (wordings[0], wordings[1]), marks, 0.75)
    elif pair.same_matter() and pair.score >= _FIRM and not any(map(_may_tell_why, pair.accounts, pair.claims)):
        wordings = tuple("gives a cause" if side else "gives none here" for side in (left, right))
        yield pair.contrast("cause", (wordings[0], wordings[1]), marks, 0.35)


def _may_tell_why(account: Indexed, claim: Claim) -> bool:
    """Whether the sentence asks why, or tells what went before: a cause that no connective marks."""
    inside = account.token_range(account.sentence_of(claim.spans[0]))
    words = {account.word(i) for i in inside if account.tokens[i].pos != "ADV" or account.word(i) == "why"}
    return bool(words & _TELLING_WHY)


def _same_cause(left: Sequence[Cause], right: Sequence[Cause]) -> bool:
    ours, theirs = ({w for c in side for w in c.words if rarity(w) > 0.3} for side in (left, right))
    return 2 * len(ours & theirs) >= min(len(ours), len(theirs))


def _people(pair: Pair) -> Iterator[Contrast]:
    """What the accounts call the people who do or undergo one and the same thing."""
    left, right = (p.people for p in pair.predicates)
    if not pair.same_verb() or len(left) != 1 or len(right) != 1:
        return
    a, b = left[0], right[0]
    heads = [stem(s.text.split()[-1]) for s in (a, b)]
    undergone = all(f"~{head}" in told.objects for head, told in zip(heads, pair.predicates, strict=True))
    if not undergone and not pair.same_predicate():
        return
    if heads[0] != heads[1] and not {"people", "person"} & {s.text.lower() for s in (a, b)}:
        yield pair.contrast("term", (f"“{a.text}”", f"“{b.text}”"), ([a], [b]), 0.55)


_DETECTORS: tuple[Callable[[Pair], Iterator[Contrast]], ...] = (
    _numbers,
    _dates,
    _places,
    _polarity,
    _strength,
    _attribution,
    _causes,
    _people,
)
