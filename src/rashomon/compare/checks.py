"""What can be looked up: whether words can differ in the way that a model names, and numbers and dates that do differ.

Two numbers or dates of linked claims are held against each other where the model has their words answer each other; in
what relation they stand is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from rashomon.compare.align import Pair
from rashomon.compare.causes import causes
from rashomon.compare.evidence import Indexed
from rashomon.compare.predicates import predicate
from rashomon.compare.quantities import SIGNS, Quantity, are_part_and_whole, relation
from rashomon.data.strength import ALLEGING, CONSIDERING, DENYING, DOUBTING, HEDGING, PLANNING, REFUSING, SAYING
from rashomon.data.timex import compatible
from rashomon.data.wording import CONDITIONS, FUNCTION, MODALS, NEGATIONS, NUMERALS, QUANTITIES
from rashomon.spans import overlap
from rashomon.types import Claim, Span, Strength, TimeExpression

T = TypeVar("T")
_ANSWERED = 0.7  # numbers and dates answer each other from this chance on
_COUNTING = 0.5  # words for what is counted answer each other from this chance on
_TOLD = {"stated", "reported"}  # by the account or by somebody it names: no difference of certainty by itself


class Looked(NamedTuple):
    """A difference that was looked up: its kind, and the words on either side."""

    kind: str
    marks: tuple[Span, Span]


# A side of a difference: its account, its claim, its sentence, and the words that are set off in that.
MarkedSide = tuple[Indexed, Claim, Span, Sequence[Span]]

_ALTERING = NEGATIONS | MODALS | CONDITIONS
_FAMILY = 5  # letters; words that begin with as many alike are taken for one
_PLACES = {"place", "country"}
_DATED = {"DATE", "TIME"}
_NAMES = {"PROPN"}
_NEGATING = NEGATIONS | DENYING | REFUSING
_RUNGS = ALLEGING | CONSIDERING | DENYING | DOUBTING | HEDGING | PLANNING | MODALS | NEGATIONS


def fits(kind: str, one: MarkedSide, other: MarkedSide) -> bool:
    """Whether a difference can be of a kind; kinds that rest on meaning alone are taken as they come."""
    check = _CHECKS.get(kind)
    return check is None or check(one, other)


def of_times(one: MarkedSide, other: MarkedSide) -> str | None:
    """The kind of a difference whose words are times on both sides and nothing else, by how the times stand."""
    times = [_times_alone(side) for side in (one, other)]
    stand = {compatible(s, t) for s in times[0] for t in times[1]}
    return "date" if stand == {"different"} else "refinement" if stand == {"refinement"} else None


def _set_off(side: MarkedSide) -> Iterator[int]:
    """The words that are set off, as indices of tokens."""
    account, _, _, marks = side
    return (i for mark in marks for i in account.token_range(mark))


def _both_set_off(one: MarkedSide, other: MarkedSide) -> Iterator[tuple[Indexed, int]]:
    return ((side[0], i) for side in (one, other) for i in _set_off(side))


def _touches(side: MarkedSide, span: Span) -> bool:
    """Whether something of a span is set off."""
    return any(overlap(span, mark) for mark in side[3])


def _times_alone(side: MarkedSide) -> list[str]:
    """The values of the times that are set off, if nothing else is and none of them is only a bound."""
    account, times = side[0], _times(side)
    words = (i for i in _set_off(side) if account.word(i) not in FUNCTION)
    inside = all(any(t.span.start <= account.tokens[i].start < t.span.end for t in times) for i in words)
    bounded = any(_is_bound(account, t) for t in times)
    return [str(t.value) for t in times if t.value] if inside and not bounded else []


def _times(side: MarkedSide) -> list[TimeExpression]:
    """The times that are set off."""
    account, _, sentence, _ = side
    return [t for t in account.times_in([sentence]) if _touches(side, t.span)]


def _is_bound(account: Indexed, time: TimeExpression) -> bool:
    """Whether a word before a time, or in it, makes it a bound ("since Monday", "more than two months ago")."""
    return bool(account.bounds_of(time.span))


def _is_open(account: Indexed, time: TimeExpression) -> bool:
    """Whether a time is told as no more than a bound ("more than two months ago")."""
    return "than" in account.bounds_of(time.span)


def _both(has: Callable[[MarkedSide], bool]) -> Callable[[MarkedSide, MarkedSide], bool]:
    return lambda one, other: has(one) and has(other)


def _has_number(side: MarkedSide) -> bool:
    words = map(side[0].word, _set_off(side))
    return any(w in NUMERALS or w in QUANTITIES or any(c.isdigit() for c in w) for w in words)


def _counts(side: MarkedSide) -> list[Quantity]:
    """The numbers that are set off, read in their sentence ("dozen" in "a dozen")."""
    return [q for q in side[0].quantities_in([side[2]]) if _touches(side, q.span)]


def _has_count(side: MarkedSide) -> bool:
    """Whether a number is set off that is no date and no time of day."""
    account, claim, sentence, marks = side
    dated = [t.span for t in _times(side) if t.type in _DATED]
    free = [m for m in marks if not any(s.start <= m.start and m.end <= s.end for s in dated)]
    return _has_number((account, claim, sentence, free))


def _is_other_count(one: MarkedSide, other: MarkedSide) -> bool:
    """Whether numbers are set off on both sides that are not the same ("a dozen" and "12")."""
    counts = [_counts(side) for side in (one, other)]
    told = [side[0].quantities_in([side[2]]) for side in (one, other)]
    same = all(counts) and all(
        relation(a, b) == "same" or are_part_and_whole(a, told[0], b, told[1]) for a in counts[0] for b in counts[1]
    )
    return _has_count(one) and _has_count(other) and not same


def _is_rounded(one: MarkedSide, other: MarkedSide) -> bool:
    """Whether numbers are set off on both sides of which one can be the other rounded."""
    counts = [_counts(side) for side in (one, other)]
    rounded = any(relation(a, b) == "rounding" for a in counts[0] for b in counts[1])
    return _has_count(one) and _has_count(other) and (rounded or not all(counts))


def _has_cause(side: MarkedSide) -> bool:
    """Whether words for why it happened are set off."""
    account, claim, _, _ = side
    return any(_touches(side, cause.span) for cause in causes(account, claim))


def _is_other_time(one: MarkedSide, other: MarkedSide) -> bool:
    """Whether times are set off that cannot both be the time of one thing, neither of them a bound."""
    values = [[str(t.value) for t in _times(side) if t.value and not _is_bound(side[0], t)] for side in (one, other)]
    return any(compatible(s, t) == "different" for s in values[0] for t in values[1])


def _is_more_exact(one: MarkedSide, other: MarkedSide) -> bool:
    """Whether one side can be more exact: a day of the other's month, a bound of its number; of names the model knows.

    Times and numbers that are looked up decide it.
    """
    times = [_times(side) for side in (one, other)]
    if all(times):
        bounded = any(_is_bound(side[0], t) for side, own in zip((one, other), times, strict=True) for t in own)
        return not bounded and any(
            compatible(str(s.value), str(t.value)) == "refinement" for s in times[0] for t in times[1]
        )
    counts = [_counts(side) for side in (one, other)]
    if all(counts):
        return any(relation(a, b) == "refinement" for a in counts[0] for b in counts[1])
    return any(has(one) and has(other) for has in (_has_number, _has_place, _has_name))


def _has_place(side: MarkedSide) -> bool:
    account, _, sentence, _ = side
    return any(account.kind(m.actor) in _PLACES and _touches(side, m.span) for m in account.mentions_in([sentence]))


def _has_name(side: MarkedSide) -> bool:
    return any(side[0].tokens[i].pos in _NAMES for i in _set_off(side))


def _is_sourced(one: MarkedSide, other: MarkedSide) -> bool:
    """Whether a source can differ: other voices, or somebody named among the words set off; no two dates or numbers."""
    return not _is_counted(one, other) and (one[1].voice != other[1].voice or _has_mention(one, other))


def sources(side: MarkedSide) -> tuple[Span, ...]:
    """The words for who says what a side tells; none where the account says it itself."""
    account, claim, sentence, _ = side
    quote = account.quote(claim.quote)
    said = quote.speaker_span if quote else None
    return (said,) if said and sentence.start <= said.start and said.end <= sentence.end else ()


def names_nobody(one: MarkedSide, other: MarkedSide) -> bool:
    """Whether nobody is named among the words set off, so that they cannot be the sources that differ."""
    return not _has_mention(one, other)


def _is_counted(one: MarkedSide, other: MarkedSide) -> bool:
    """Whether both sides set off a number, or both a time."""
    return any(has(one) and has(other) for has in (_has_number, _times))


def _has_mention(one: MarkedSide, other: MarkedSide) -> bool:
    return any(_touches(side, m.span) for side in (one, other) for m in side[0].mentions_in([side[2]]))


def _is_quoted(side: MarkedSide) -> bool:
    """Whether words that are set off stand inside quotation marks."""
    account, _, sentence, marks = side
    quoted = [
        part
        for quote in account.annotated.quotes
        for part in (quote.quoted or (quote.content if quote.form == "direct" else ()))
        if overlap(part, sentence)
    ]
    return any(overlap(part, mark) for part in quoted for mark in marks or [sentence])


def _is_rung(one: MarkedSide, other: MarkedSide) -> bool:
    """Whether certainty or realisation can differ: a word for one set off, or other rungs or voices.

    Two dates or two numbers differ as such, whatever the rungs are.
    """
    if one[1].strength != other[1].strength or bool(one[1].voice) != bool(other[1].voice):
        return not _is_counted(one, other) or _has_rung(one, other)
    return _has_rung(one, other)


def _has_rung(one: MarkedSide, other: MarkedSide) -> bool:
    return any(
        account.tokens[i].lemma.lower() in _RUNGS or account.word(i) in _RUNGS or account.tokens[i].tag == "MD"
        for account, i in _both_set_off(one, other)
    )


def _is_negated(one: MarkedSide, other: MarkedSide) -> bool:
    """Whether just one side has a negation, or a word that denies or ends it, in its claim or what is set off."""
    return _negates(one) != _negates(other)


def _negates(side: MarkedSide) -> bool:
    account, claim, _, marks = side
    words = (account.tokens[i] for i in account.tokens_in([*claim.spans, *marks]))
    return claim.polarity == "negated" or any(t.lemma.lower() in _NEGATING or t.dep == "neg" for t in words)


def computed(
    pair: Pair,
    one: MarkedSide,
    other: MarkedSide,
    published: tuple[str | None, str | None],
    is_revised: Callable[[Quantity, Quantity], bool],
) -> Iterator[Looked]:
    """The numbers, dates and rungs in which two claims differ, by what they say and by when the two were published.

    ``is_revised`` says whether one count is a later state of the other by what a report says of itself.
    """
    numbers = [account.quantities_in(claim.spans) for account, claim, _, _ in (one, other)]
    for a, b in _answering(pair, *([(q.span, q) for q in side] for side in numbers)):
        if _count_alike(pair, a, b) and not (_is_told(a, other) or _is_told(b, one)):
            if are_part_and_whole(a, numbers[0], b, numbers[1]):
                continue
            related = relation(a, b)
            if related == "different":
                update = _later_is_more(a, b, published) or is_revised(a, b)
                yield Looked("update" if update else "number", (a.span, b.span))
            elif related != "same":
                yield Looked(related, (a.span, b.span))
    times = [
        [t for t in account.times_in(claim.spans) if t.value and t.type in _DATED and not _is_open(account, t)]
        for account, claim, _, _ in (one, other)
    ]
    for s, t in _answering(pair, *([(x.span, x) for x in side] for side in times)):
        if compatible(str(s.value), str(t.value)) == "different":
            yield Looked("date", (s.span, t.span))
    rungs = one[1].strength, other[1].strength
    if rungs[0] != rungs[1] and set(rungs) != _TOLD:
        left, right = (predicate(account, claim.spans).span for account, claim, _, _ in (one, other))
        speak = [span.text.split()[-1].lower() in SAYING for span in (left, right)]
        if speak[0] == speak[1] and pair.answered(left, right) >= _ANSWERED:
            yield Looked("update" if _is_done_later(rungs, published) else "strength", (left, right))


def _count_alike(pair: Pair, a: Quantity, b: Quantity) -> bool:
    """Whether two numbers can count the same: words for one thing, or words that answer each other."""
    if a.unit == b.unit:
        return True
    if {a.unit, b.unit} & SIGNS:
        return False
    return a.counted is None or b.counted is None or pair.answered(a.counted, b.counted) >= _COUNTING


def _is_told(quantity: Quantity, side: MarkedSide) -> bool:
    """Whether a side's sentence has the number, too: of another of its numbers it is no other count."""
    account, _, sentence, _ = side
    return any(relation(quantity, q) == "same" for q in account.quantities_in([sentence]))


def _answering(pair: Pair, own: Sequence[tuple[Span, T]], theirs: Sequence[tuple[Span, T]]) -> Iterator[tuple[T, T]]:
    """What answers each other: each the other's best."""
    chances = {(i, j): pair.answered(a, b) for i, (a, _) in enumerate(own) for j, (b, _) in enumerate(theirs)}
    for (i, j), p in chances.items():
        rivals = [q for (k, m), q in chances.items() if (k == i) != (m == j)]
        if p >= _ANSWERED and all(p > q for q in rivals):
            yield own[i][1], theirs[j][1]


def _is_done_later(rungs: tuple[Strength, Strength], published: tuple[str | None, str | None]) -> bool:
    """Whether a report has as done what one of an earlier day has as planned."""
    days = [(value or "")[:10] for value in published]
    planned = rungs.index("planned") if "planned" in rungs else None
    return planned is not None and all(days) and days[planned] < days[1 - planned] and rungs[1 - planned] in _TOLD


def _later_is_more(a: Quantity, b: Quantity, published: tuple[str | None, str | None]) -> bool:
    """Whether the later of two reports, published on different days, gives the higher count."""
    first, second = ((value or "")[:10] for value in published)
    return bool(first and second) and first != second and (first < second) == (a.value < b.value)


_CHECKS: dict[str, Callable[[MarkedSide, MarkedSide], bool]] = {
    "refinement": _is_more_exact,
    "term": lambda one, other: not _is_counted(one, other),
    "number": _is_other_count,
    "rounding": _is_rounded,
    "date": _is_other_time,
    "place": _both(_has_place),
    "name": _both(_has_name),
    "quote-wording": _both(_is_quoted),
    "quoted-paraphrased": lambda one, other: _is_quoted(one) or _is_quoted(other),
    "cause": lambda one, other: _has_cause(one) or _has_cause(other),
    "attribution": _is_sourced,
    "strength": _is_rung,
    "polarity": _is_negated,
}


def differing(side: MarkedSide, other: MarkedSide) -> tuple[Span, ...]:
    """Of the words that are set off those that the other side does not have, nor a word of the same family.

    A function word tells nothing, unless it changes what is said.
    """
    account, _, _, marks = side
    there, _, sentence, _ = other
    theirs = {form for i in there.token_range(sentence) for form in (there.tokens[i].lemma.lower(), there.word(i))}
    return tuple(mark for mark in marks if any(_is_telling(account, i, theirs) for i in account.token_range(mark)))


def _is_telling(account: Indexed, index: int, theirs: set[str]) -> bool:
    word, lemma = account.word(index), account.tokens[index].lemma.lower()
    if not any(c.isalnum() for c in word) or (word in FUNCTION and word not in _ALTERING):
        return False
    return theirs.isdisjoint((word, lemma)) and not any(
        w[:_FAMILY] == word[:_FAMILY] for w in theirs if min(len(w), len(word)) >= _FAMILY
    )
