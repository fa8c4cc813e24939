"""Counts on a point: where the accounts give different numbers for one thing, and where they only seem to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from rashomon.compare import quantities as numbers
from rashomon.compare.contrasts import CONTRADICTABLE, FIRM, Contrast, Pair
from rashomon.compare.evidence import LIGHT, Indexed
from rashomon.compare.predicates import Predicate
from rashomon.data.timex import compatible
from rashomon.types import Claim

_NEEDING = {"need", "require", "have", "fail"}
_ON_TOP = {"more", "other", "others", "additional", "further"}
_CURRENCIES = numbers.SIGNS | {""}
# Amounts of money that are no counts of things: two of them are easily two sums.
_MEASURES = _CURRENCIES | set("dollar pound euro yen yuan rupee ruble peso franc krona cent".split())
_ANYBODY = {"person", ""}


def number_contrasts(pair: Pair) -> Iterator[Contrast]:
    """Different counts of one thing; a rounded, more exact or later count, or one of another whole, is no conflict."""
    if not pair.same_time() or pair.score < CONTRADICTABLE:
        return
    left, right = (account.quantities_in(c.spans) for account, c in zip(pair.accounts, pair.claims, strict=True))
    yield from _crowds(pair, left, right)
    for unit in sorted({q.unit for q in left} & {q.unit for q in right}):
        ours, theirs = ([q for q in side if q.unit == unit] for side in (left, right))
        if len(ours) != 1 or len(theirs) != 1:
            continue
        a, b = ours[0], theirs[0]
        if numbers.are_part_and_whole(a, left, b, right):
            continue
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
    if people[0] is None or people[1] is None or not pair.same_predicate() or not pair.same_people():
        return
    counts = [
        [q for q in side if q.span.end <= named.start and named.start - q.span.end <= 1]
        for side, named in zip((left, right), people, strict=True)
        if named is not None
    ]
    if all(len(side) == 1 for side in counts) and counts[0][0].unit != counts[1][0].unit:
        a, b = counts[0][0], counts[1][0]
        if numbers.relation(a, b) == "different" and not {a.unit, b.unit} & _ANYBODY:
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
    if not ours or not theirs:
        return ""
    if ours < theirs or theirs < ours:
        return "partly" if a.unit not in _MEASURES else ""
    sure = a.unit not in _MEASURES or pair.score >= FIRM
    return "wholly" if sure and ours & theirs else ""


def _is_update(pair: Pair, a: numbers.Quantity, b: numbers.Quantity) -> bool | None:
    """Whether the later of two reports gives the higher of two counts; ``None`` where nobody can tell the later.

    A report that says that it corrects or updates an earlier one is the later.
    """
    one, other = (c.article for c in pair.claims)
    if pair.scene.is_revised_count((one, a), (other, b)):
        return True
    first, second = pair.published()
    size = min(len(first or ""), len(second or ""))
    if first is None or second is None or first[:size] == second[:size]:
        return None
    return (first[:size] < second[:size]) == (a.value < b.value)
