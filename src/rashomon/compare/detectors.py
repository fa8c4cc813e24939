"""The detectors of differences but for counts: dates, places, polarity, strength, attribution, causes, people.

A contrast is drawn only where the same thing is told of (the same predicate, the same participant), so that two true
statements about different things are none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rashomon.compare.causes import Cause, causes
from rashomon.compare.contrasts import CONTRADICTABLE, FIRM, Contrast, Pair
from rashomon.compare.evidence import Indexed
from rashomon.compare.naming import spelt_differently
from rashomon.compare.predicates import Predicate
from rashomon.compare.speakers import are_two_people
from rashomon.data.strength import ALLEGING, CONSIDERING, DENYING, DOUBTING, PLANNING
from rashomon.data.timex import compatible, date_words
from rashomon.rarity import rarity, stem
from rashomon.types import Claim, Quote, Span, TimeExpression

_TELLING = 0.3  # the rarity from which a word of a cause tells it from others
# Of what is alike much is planned, and done another time.
_SAME_PLAN = 0.75
# A speaker named by a pronoun may be resolved wrongly: no ground to say that accounts name different speakers.
_PRONOUNS = {"he", "she", "they", "it", "we", "i", "who", "one"}
_ASPECTS = {"begin", "start", "continue", "manage"}
_TELLING_WHY = {"why", "after", "when", "as", "amid", "citing", "blaming", "given"}


def dates(pair: Pair) -> Iterator[Contrast]:
    """Different times for one happening; a more exact one is a refinement."""
    one, other = pair.predicates
    if not pair.same_predicate() or not pair.same_subject() or one.past != other.past:
        return
    if one.governors != other.governors:
        # "Fired a missile", "threatened to fire a missile".
        return
    left, right = ([t for t in p.times if t.value and t.type in {"DATE", "TIME"}] for p in pair.predicates)
    if len(left) != 1 or len(right) != 1:
        return
    a, b = left[0], right[0]
    marks, wordings = ([a.span], [b.span]), (_when(a), _when(b))
    match compatible(str(a.value), str(b.value)):
        case "different" if a.type == b.type == "DATE" and pair.same_matter() and _date_alike(pair, a.span, b.span):
            yield pair.contrast("date", wordings, marks, 0.8)
        case "refinement" if a.span.text.lower() != b.span.text.lower() and _are_bound_alike(pair, a.span, b.span):
            yield pair.contrast("not-a-conflict", wordings, marks, 0.15, "refinement")


def _when(time: TimeExpression) -> str:
    """The words for a time and, unless they say it themselves, the date that they mean."""
    meant = date_words(str(time.value))
    clear = meant.lower() in {"", time.span.text.lower()}
    return f"“{time.span.text}”" if clear else f"“{time.span.text}” ({meant})"


def _date_alike(pair: Pair, a: Span, b: Span) -> bool:
    """Whether two dates stand in one relation to what happened, and are not the same words read on different days."""
    doers = [p.agents for p in pair.predicates]
    if pair.score < CONTRADICTABLE or pair.are_each_of_its_day() or (all(doers) and not doers[0] & doers[1]):
        # Two who do the same to the same (a lower house, a senate vote on a bill) do so on days of their own.
        return False
    return _are_bound_alike(pair, a, b) and (a.text.lower() != b.text.lower() or a.text[:1].isupper())


def _are_bound_alike(pair: Pair, a: Span, b: Span) -> bool:
    """Whether two dates stand behind the same bound ("before", "until"), or behind none."""
    one, other = (account.bounds_of(span) for account, span in zip(pair.accounts, (a, b), strict=True))
    return one == other


def places(pair: Pair) -> Iterator[Contrast]:
    """Different places for one happening, or one place spelled in two ways."""
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


def polarity(pair: Pair) -> Iterator[Contrast]:
    """One account affirms what the other negates; "not yet" in an earlier report is an update."""
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
    comparable = comparable and not any(map(_is_told_of, pair.accounts, pair.claims))
    if a.polarity != b.polarity and comparable and pair.same_matter() and not (one.negations and other.negations):
        wordings = tuple("in the negative" if c.polarity == "negated" else "in the affirmative" for c in (a, b))
        if _not_yet(pair):
            yield pair.contrast("not-a-conflict", (wordings[0], wordings[1]), _heads(pair), 0.4, "update")
        else:
            yield pair.contrast("polarity", (wordings[0], wordings[1]), _heads(pair), 0.9)


def _are_two_voices(a: Claim, b: Claim) -> bool:
    """Whether two speakers say it: that they contradict each other is no difference between the accounts."""
    return bool(a.voice and b.voice) and not set(a.voice) & set(b.voice)


def _is_told_of(account: Indexed, claim: Claim) -> bool:
    """Whether a claim is what a noun above it tells of ("the promise that", "a report that says"), or is put both ways.

    ("The ship will (or won't) sail".)
    """
    at = account.head_of(claim.spans)
    while account.tokens[at].head != at:
        dep, at = account.tokens[at].dep, account.tokens[at].head
        if dep in {"acl", "relcl", "ccomp"} and account.tokens[at].pos == "NOUN":
            return True
    return any("(or " in s.text for s in claim.spans)


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
    not_yet = "yet" in words or "so far" in " ".join(s.text.lower() for s in pair.claims[negated].spans)
    return not_yet and earlier is not None and later is not None and earlier[:10] < later[:10]


def _heads(pair: Pair) -> tuple[Sequence[Span], Sequence[Span]]:
    return [pair.predicates[0].span], [pair.predicates[1].span]


def strength(pair: Pair) -> Iterator[Contrast]:
    """The accounts put one thing on different rungs of the strength ladder."""
    if not pair.same_matter() or not pair.same_time() or any(c.polarity == "negated" for c in pair.claims):
        return
    rungs = [
        _rung(claim, told, account.quote(claim.quote))
        for claim, told, account in zip(pair.claims, pair.predicates, pair.accounts, strict=True)
    ]
    if rungs[0] == rungs[1] or "" in rungs or set(rungs) <= {"said", "stated as fact"}:
        return
    if set(rungs) & {"alleged", "doubted", "denied"} and set(rungs) & {"planned", "possible", "considered"}:
        # How sure it is, and whether it has happened: two questions.
        return
    if any(_is_told_of(*told) for told in zip(pair.accounts, pair.claims, strict=True)):
        return
    if "possible" in rungs and (_are_two_voices(*pair.claims) or _could_do(pair, rungs)):
        return
    if "planned" in rungs and pair.score < _SAME_PLAN:
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
    if told.governors - _ASPECTS and not told.governors & PLANNING and claim.strength != "planned":
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


def attribution(pair: Pair) -> Iterator[Contrast]:
    """Two speakers for nearly the same words."""
    a, b = pair.claims
    if not a.voice or not b.voice or pair.score < FIRM or set(a.voice) & set(b.voice):
        return
    quotes = [account.quote(c.quote) for account, c in zip(pair.accounts, pair.claims, strict=True)]
    if any(q is None or q.speaker_span is None or q.speaker_span.text.lower() in _PRONOUNS for q in quotes):
        return
    speakers = [pair.scene.actors[c.voice[-1]].name for c in (a, b)]
    if not are_two_people(*(pair.scene.actors[c.voice[-1]] for c in (a, b))):
        return
    one, other = pair.predicates
    if one.modals != other.modals or one.negations != other.negations or pair.on_other_days():
        return
    other_verb = one.is_copula != other.is_copula or (one.stems and other.stems and not pair.same_verb())
    if not other_verb and one.says_nearly_the_same(other) and not _names_the_other(pair):
        marks = tuple([q.speaker_span] if q and q.speaker_span else [] for q in quotes)
        yield pair.contrast("attribution", (speakers[0], speakers[1]), (marks[0], marks[1]), 0.7)


def _names_the_other(pair: Pair) -> bool:
    """Whether an account names the other's speaker in the same sentence: the words may be a third party's report."""
    return any(
        m.actor in other.voice
        for account, claim, other in zip(pair.accounts, pair.claims, reversed(pair.claims), strict=True)
        for m in account.mentions_in([account.sentence_of(claim.spans[0])])
    )


def reasons(pair: Pair) -> Iterator[Contrast]:
    """Different causes for one thing, or a cause in one account only."""
    left, right = (causes(account, claim) for account, claim in zip(pair.accounts, pair.claims, strict=True))
    if not (left or right) or not pair.same_subject() or pair.predicates[0].has_other_object(pair.predicates[1]):
        return
    marks = ([c.span for c in left], [c.span for c in right])
    wordings = tuple(" … ".join(f"“{c.span.text}”" for c in side) or "gives none here" for side in (left, right))
    if left and right:
        if not _same_cause(left, right):
            yield pair.contrast("cause", (wordings[0], wordings[1]), marks, 0.75)
    elif (
        pair.same_matter()
        and pair.score >= FIRM
        and not any(map(_may_tell_why, pair.accounts, pair.claims))
        and not _has_words_of(pair, bool(left), left or right)
    ):
        yield pair.contrast("cause", (wordings[0], wordings[1]), marks, 0.35)


def _has_words_of(pair: Pair, number: bool, given: Sequence[Cause]) -> bool:
    """Whether the sentence of a claim has half of the telling words of what the other account gives as a cause.

    Words that the other account has beside the cause, too, tell nothing of it.
    """
    there, beside = (
        _stems(account, [account.sentence_of(claim.spans[0])], without)
        for account, claim, without in (
            (pair.accounts[number], pair.claims[number], ()),
            (pair.accounts[not number], pair.claims[not number], [c.span for c in given]),
        )
    )
    words = {w for cause in given for w in cause.words if rarity(w) > _TELLING} - beside
    return 2 * len(words & there) >= len(words)


def _stems(account: Indexed, spans: Sequence[Span], without: Sequence[Span]) -> set[str]:
    left_out = {i for span in without for i in account.token_range(span)}
    return {stem(account.tokens[i].lemma) for span in spans for i in account.token_range(span) if i not in left_out}


def _may_tell_why(account: Indexed, claim: Claim) -> bool:
    """Whether the sentence asks why, or tells what went before: a cause that no connective marks."""
    inside = account.token_range(account.sentence_of(claim.spans[0]))
    words = {account.word(i) for i in inside if account.tokens[i].pos != "ADV" or account.word(i) == "why"}
    return bool(words & _TELLING_WHY)


def _same_cause(left: Sequence[Cause], right: Sequence[Cause]) -> bool:
    ours, theirs = ({w for c in side for w in c.words if rarity(w) > _TELLING} for side in (left, right))
    return 2 * len(ours & theirs) >= min(len(ours), len(theirs))


def people(pair: Pair) -> Iterator[Contrast]:
    """What the accounts call the people who do or undergo one and the same thing."""
    left, right = (p.people for p in pair.predicates)
    if not pair.same_verb() or len(left) != 1 or len(right) != 1 or not pair.same_time():
        return
    if any(p.is_copula for p in pair.predicates) or pair.score < CONTRADICTABLE or not pair.same_people():
        return
    a, b = left[0], right[0]
    heads = [stem(s.text.split()[-1]) for s in (a, b)]
    undergone = all(f"~{head}" in told.objects for head, told in zip(heads, pair.predicates, strict=True))
    if not undergone and not pair.same_predicate():
        return
    if heads[0] != heads[1] and not {"people", "person"} & {s.text.lower() for s in (a, b)}:
        yield pair.contrast("term", (f"“{a.text}”", f"“{b.text}”"), ([a], [b]), 0.55)
