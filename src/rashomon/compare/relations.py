"""Relations: in what way two accounts differ on a point, as the trained model reads it.

For every two claims of a point whose sentences were read together the model gives chances of each kind of difference
and of each word to be one that differs. A logistic model over these says how likely a careful reader would want to be
shown the difference. A kind is named that the words can be of (:mod:`rashomon.compare.checks`); the relations of a kind
on a point make one finding.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

import msgspec
import numpy as np
from numpy.typing import NDArray

from rashomon.compare.align import Links, Pair
from rashomon.compare.checks import MarkedSide, computed, differing, fits, names_nobody, of_times, sources
from rashomon.compare.contrasts import Scene
from rashomon.compare.evidence import Indexed
from rashomon.compare.points import Matter
from rashomon.compare.revisions import is_revisable
from rashomon.data.kinds import group_of
from rashomon.data.wording import CEASING, FUNCTION, NEGATIONS
from rashomon.encode.alignment import KINDS, Difference, Encoded, chance, logit
from rashomon.spans import closed, together
from rashomon.types import Claim, Finding, FindingKind, NonConflict, Side, Span, Token

Flags = NDArray[np.bool_]

FEATURES = (
    "no difference",
    "words of the shorter",
    "likeness",
    "same",
    "link",
    "counted elsewhere",
    "term",
    "omission-within",
    "refinement",
)
# Fitted by training/alignment_fit.py on the stories of the parts fit and tune.
_COEFFICIENTS = np.array([-0.350, 0.713, 0.103, 0.187, 0.089, -0.667, 0.293, -0.588, 0.384], dtype=np.float32)
_INTERCEPT = np.float32(-3.629)
SHOWN = 0.52
"""A relation is a finding from this probability on."""
# Kinds of which both accounts must have words of their own; of the others one may have what the other lacks.
TWO_SIDED = {"number", "date", "place", "name", "event-name", "quote-wording", "term", "rounding"}
_COUNTED = {"number", "date", "rounding", "update"}
_SEEN = 0.15  # from this probability on what differs is set off in the tellings
_JOINS = 0.4  # from this probability on a relation joins a finding that others make
_LOOKED_UP = 0.9  # how likely a number or date that differs is one that a reader wants to see, if the matter is one
_DEGREE = 0.75  # and how likely another degree of certainty (will close, has closed), or a count of a later day
_WORDING = 0.9  # what another wording weighs, where another fact weighs 1
_LIKELIEST = 3  # kinds among which one must fit the words; otherwise the model has not understood the difference
_MARKED = 0.5  # a word differs from this chance on
_PAIRED = 0.2  # two words differ from each other from this on: that they answer each other, and that both differ
_RUNS = 3  # stretches of words that differ on one side
_AROUND = " \"'“”‘’()[],.;:!?-–—…"  # what may stand around words that are set off and is none of them
_BRACKETS = (("[", "]"), ("(", ")"))
_HYPHENATED = re.compile(r"(?<=\w)-(?=\w)|(?<=\w-)(?=\w)")  # where a word goes on ("semi-automatic")
_WORD = re.compile(r"\w+|[$€£¥]")
_NONCONFLICTS: dict[str, NonConflict] = {
    name: name for name in ("refinement", "update", "scope", "rounding", "translation")
}


class Relation(msgspec.Struct, frozen=True):
    """How two claims differ: a kind of ``KINDS``, how likely a reader wants to be shown it, the words that differ.

    ``answering`` says that the words of the two sides stand for each other, ``judged`` that a model says so that a
    person brought along.
    """

    claims: tuple[Claim, Claim]
    kind: str
    probability: float
    marks: tuple[tuple[Span, ...], tuple[Span, ...]]
    answering: bool = False
    judged: bool = False


Verdicts = Mapping[tuple[str, str], Relation | None]
"""What a judge says of pairs of claims (their ids): how they differ, ``None`` where they do not."""


def asked(matters: Iterable[Matter], links: Links, scene: Scene) -> Iterator[tuple[int, int]]:
    """The pairs of claims (their numbers) that may stand in a relation."""
    for matter in matters:
        for one, other in pairs_of(matter, scene):
            yield links.numbers[one.id], links.numbers[other.id]


def pairs_of(matter: Matter, scene: Scene) -> Iterator[tuple[Claim, Claim]]:
    """The claims of a matter two by two, in the order of their articles' ids; of reprints those with other words."""
    pairs = (sorted(pair, key=_place) for pair in matter.compared())
    for one, other in sorted(pairs, key=lambda pair: [*map(_place, pair)]):
        if not _is_reprint(one, other, scene) or [s.text for s in one.spans] != [s.text for s in other.spans]:
            yield one, other


def _is_reprint(one: Claim, other: Claim, scene: Scene) -> bool:
    return scene.groups[one.article] == scene.groups[other.article]


def relations(matter: Matter, links: Links, scene: Scene, verdicts: Verdicts | None = None) -> list[Relation]:
    """The relations between the claims of a matter that were compared, the likeliest first.

    Of claims that a judge has a verdict on that is taken, beside what is looked up; of reprints nothing else is asked
    but whether a number or a date is another.
    """
    found: list[Relation] = []
    verdicts = verdicts or {}
    for one, other in pairs_of(matter, scene):
        pair = links.pair(links.numbers[one.id], links.numbers[other.id])
        is_judged, verdict = (one.id, other.id) in verdicts, verdicts.get((one.id, other.id))
        own: list[Relation] = []
        if pair is not None and pair.difference is not None:
            looked_up = is_judged or _is_reprint(one, other, scene)
            own = list(_relations(pair, (one, other), matter, scene, looked_up=looked_up))
        if verdict is not None and not any(_is_same_place(relation, verdict) for relation in own):
            own.append(verdict)
        found += own
    return sorted(found, key=lambda r: (-r.probability, [_place(c) for c in r.claims], r.kind))


def _is_same_place(one: Relation, other: Relation) -> bool:
    """Whether words that two relations of the same claims set off overlap on both sides."""
    return all(
        any(_overlap(a, b) for a in own for b in theirs) for own, theirs in zip(one.marks, other.marks, strict=True)
    )


def _place(claim: Claim) -> tuple[str, int, int]:
    return claim.article, claim.spans[0].start, claim.spans[-1].end


def features(pair: Pair, claims: tuple[Claim, Claim], matter: Matter, kind: str) -> list[float]:
    """What speaks for a difference of a kind that a reader wants to see, in the order of ``FEATURES``.

    The other kinds, words likely to differ, quotation marks, voices, places and negation tell little more.
    """
    reading = pair.reading
    return [
        logit(float(_difference(pair).kinds[0])),
        float(np.log(min(r[1] - r[0] for r in (reading.left, reading.right)))),
        pair.likeness,
        reading.same,
        logit(matter.score(*claims)),
        float(any(claim in matter.near for claim in claims)),
        *(float(kind == name) for name in FEATURES[-3:]),
    ]


def _difference(pair: Pair) -> Difference:
    assert pair.difference is not None, "asked for before"
    return pair.difference


def _relations(
    pair: Pair, claims: tuple[Claim, Claim], matter: Matter, scene: Scene, *, looked_up: bool
) -> Iterator[Relation]:
    """What can be looked up and, unless that alone is asked for, the likeliest kind that set-off words can be of."""
    articles = claims[0].article, claims[1].article
    published = scene.published(*articles)
    own_revision = scene.is_own_revision(*articles)
    tried = [_told(pair, claims, flags, scene) for flags in (_answering(pair), _likely(pair)) if flags]
    found = list(
        computed(pair, *tried[-1], published, lambda a, b: scene.is_revised_count((articles[0], a), (articles[1], b)))
    )
    for one_found in found:
        marks = (one_found.marks[0],), (one_found.marks[1],)
        if _same_words(*marks):
            continue
        kind = "update" if own_revision and is_revisable(one_found.kind) else one_found.kind
        worth = _DEGREE if one_found.kind in {"strength", "update"} else _LOOKED_UP
        yield Relation(claims, kind, round(matter.score(*claims) * worth, 4), marks, answering=True)
    if looked_up:
        return
    # Other words for one act of speech are found by collating its quotations.
    order = [KINDS[1 + int(n)] for n in np.argsort(-_difference(pair).kinds[1:], kind="stable")]
    order.remove("quote-wording")
    for sides in tried:
        own, theirs = differing(*sides), differing(*sides[::-1])
        one, other = (*sides[0][:3], own), (*sides[1][:3], theirs)
        fitting = (k for k in order[:_LIKELIEST] if fits(k, one, other))
        kind = of_times(one, other) or next(fitting, "")
        if not kind:
            continue
        if kind == "attribution" and names_nobody(one, other):
            own, theirs = sources(one), sources(other)
        if any(_overlap(x.marks[0], a) and _overlap(x.marks[1], b) for x in found for a in own for b in theirs):
            return
        if own and theirs and _say_the_same(sides, (own, theirs)):
            continue
        if _is_told(own, claims[1], matter, scene) or _is_told(theirs, claims[0], matter, scene):
            continue
        if (own and theirs) or (kind not in TWO_SIDED and (own or theirs)):
            answering = len(tried) > 1 and sides is tried[0]
            row = np.array(features(pair, claims, matter, kind), dtype=np.float32)
            wanted = round(float(chance(row @ _COEFFICIENTS + _INTERCEPT)), 4)
            kind = "update" if own_revision and is_revisable(kind) else kind
            yield Relation(claims, kind, wanted, (own, theirs), answering=answering)
            return


def _say_the_same(sides: tuple[MarkedSide, MarkedSide], marks: tuple[Sequence[Span], Sequence[Span]]) -> bool:
    """Whether what two sides set off is no difference: the same words, a pronoun for a name, "stop" and "no longer".

    Nor are two names of one actor, which are told once for the whole story (:mod:`rashomon.compare.naming`).
    """
    if _same_words(*marks):
        return True
    told = [(side[0], [side[0].tokens[i] for i in side[0].tokens_in(m)]) for side, m in zip(sides, marks, strict=True)]
    names = [{_named(account, token) for token in tokens} for account, tokens in told]
    words = [{token.lemma.lower() for token in tokens} - FUNCTION for _, tokens in told]
    return (
        any(all(token.pos == "PRON" for token in tokens) for _, tokens in told)
        or all(some and some <= CEASING for some in words)
        or (names[0] == names[1] and len(names[0]) == 1 and "" not in names[0])
    )


def _named(account: Indexed, token: Token) -> str:
    """The actor whom a word names by a proper name, if it does."""
    actors = (mention.actor for mention in account.mentions_at(token.start)[:1])
    return next(actors, "") if token.pos == "PROPN" else ""


def _is_told(marks: Sequence[Span], beside: Claim, matter: Matter, scene: Scene) -> bool:
    """Whether what is set off stands in another sentence of the other account on the matter."""
    words = {word for mark in marks for word in _WORD.findall(mark.text.lower())} - FUNCTION
    account = scene.accounts[beside.article]
    return bool(words) and any(
        words <= {account.word(i) for i in account.token_range(account.sentence_of(claim.spans[0]))}
        for claim in (*matter.claims, *matter.near)
        if claim.article == beside.article and claim.id != beside.id
    )


def _same_words(own: Sequence[Span], theirs: Sequence[Span]) -> bool:
    """Whether words that are set off are the same on both sides, but for letters' case and marks."""
    return [w for s in own for w in _WORD.findall(s.text.lower())] == [
        w for s in theirs for w in _WORD.findall(s.text.lower())
    ]


def _told(
    pair: Pair, claims: tuple[Claim, Claim], flags: tuple[Flags, Flags], scene: Scene
) -> tuple[MarkedSide, MarkedSide]:
    """The two sides, with the words that are flagged set off."""
    given: list[MarkedSide] = []
    reading = pair.reading
    for encoded, side, differs, claim in zip(
        (pair.left, pair.right), (reading.left, reading.right), flags, claims, strict=True
    ):
        account = scene.accounts[claim.article]
        start, end = int(encoded.text.words.start[side[0]]), int(encoded.text.words.end[side[1] - 1])
        marks = tuple(_runs(encoded, side, differs, account))
        given.append((account, claim, account.article.span(start, end), marks))
    return given[0], given[1]


def _answering(pair: Pair) -> tuple[Flags, Flags] | None:
    """The words that answer each other and are likeliest to differ, with what stands about them; if any do."""
    reading, (left, right) = pair.reading, _difference(pair).marks
    joint = reading.answers * np.sqrt(np.outer(left, right))
    if not joint.size or joint.max() < _PAIRED:
        return None
    i, j = divmod(int(joint.argmax()), joint.shape[1])
    sides = (left, reading.answers[:, j], i), (right, reading.answers[i], j)
    first, second = (_about(at, (marked >= _MARKED) | (answers >= _MARKED)) for marked, answers, at in sides)
    return first, second


def _likely(pair: Pair) -> tuple[Flags, Flags]:
    """The words that are likely to differ, of either side the likeliest at least; a few runs of them."""
    first, second = (_few(side, min(_MARKED, float(side.max(initial=0.0)))) for side in _difference(pair).marks)
    return first, second


def _few(chances: NDArray[np.float32], least: float) -> Flags:
    """The words from a chance on, in the runs with the likeliest of them: more of them nobody can read."""
    runs = [list(run) for flag, run in groupby(range(len(chances)), key=lambda n: bool(chances[n] >= least)) if flag]
    found = np.zeros(len(chances), dtype=np.bool_)
    for run in sorted(runs, key=lambda run: -float(chances[run].max()))[:_RUNS]:
        found[run] = True
    return found


def _about(at: int, flags: Flags) -> Flags:
    """The run of flags that a place stands in."""
    start = end = at
    while start and flags[start - 1]:
        start -= 1
    while end + 1 < len(flags) and flags[end + 1]:
        end += 1
    found = np.zeros(len(flags), dtype=np.bool_)
    found[start : end + 1] = True
    return found


def _runs(encoded: Encoded, side: tuple[int, int], differs: Flags, account: Indexed) -> Iterator[Span]:
    """Words that differ, as runs."""
    words = encoded.text.words
    for flag, run in groupby(range(len(differs)), key=lambda n: bool(differs[n])):
        numbers = [side[0] + n for n in run]
        start, end = int(words.start[numbers[0]]), int(words.end[numbers[-1]])
        text = account.article.text[start:end]
        if flag and any(c.isalnum() for c in text):
            first = start + len(text) - len(text.lstrip(_AROUND))
            yield _whole(account, first, first + len(text.strip(_AROUND)))


def _whole(account: Indexed, start: int, end: int) -> Span:
    """A run of words with what belongs to them: the rest of a word, a negation before it, the bracket it opens."""
    text, tokens = account.article.text, account.tokens
    inside = account.token_range(account.article.span(start, end))
    if inside:
        first, last = inside.start, inside.stop - 1
        while first and (_HYPHENATED.match(text, tokens[first].start) or _is_negating(account, first - 1, inside)):
            first -= 1
        while last + 1 < len(tokens) and _HYPHENATED.match(text, tokens[last + 1].start):
            last += 1
        start, end = min(start, tokens[first].start), max(end, tokens[last].end)
    return account.article.span(*closed(text, start, end, _BRACKETS))


def _is_negating(account: Indexed, index: int, inside: Sequence[int]) -> bool:
    """Whether a word negates one that is set off right behind it ("no longer", "not sell")."""
    return account.word(index) in NEGATIONS and account.tokens[index].head in inside


def values(found: Sequence[Relation]) -> dict[str, Span]:
    """By the ids of claims the words that tell them from others on their point, all in answer to each other.

    Of the things in which the claims differ it is the one that most accounts word, numbers and dates before others.
    """
    sides: dict[bool, list[dict[str, Span]]] = {True: [], False: []}
    for relation in found:
        if relation.answering and all(relation.marks):
            words = {c.id: marks[0] for c, marks in zip(relation.claims, relation.marks, strict=True)}
            sides[relation.kind in _COUNTED].append(words)
    counted = together(sides[True])
    things = together(sides[False], counted)
    accounts = [len({span.article for span in thing.values()}) for thing in things]
    best = max(range(len(things)), key=lambda n: (accounts[n], n < len(counted)), default=None)
    return {} if best is None else things[best]


def findings(found: Sequence[Relation], scene: Scene) -> list[Finding]:
    """The findings of a point: of each kind the likeliest relation, and with it what differs from the same words.

    An account's side is that of its likeliest relation to words that are shown already, so that all that one finding
    sets off is held against each other; ids are set by the caller. One that rests on a judge's word has no
    ``confidence``: how often that is right nobody has measured.
    """
    kinds: dict[str, list[Relation]] = defaultdict(list)
    for relation in found:  # the likeliest first
        least = _JOINS if relation.kind in kinds else SHOWN
        if relation.judged or relation.probability >= least:
            kinds[relation.kind].append(relation)
    return [_finding(kind, some, scene) for kind, some in kinds.items()]


def _finding(kind: str, some: Sequence[Relation], scene: Scene) -> Finding:
    best = {c.article: (c, marks) for c, marks in zip(some[0].claims, some[0].marks, strict=True)}
    seen = {scene.groups[article] for article in best}
    judged = some[0].judged
    for relation in some[1:]:
        if relation.claims == some[0].claims and relation.answering and some[0].answering:
            for claim, marks in zip(relation.claims, relation.marks, strict=True):
                best[claim.article] = (claim, tuple(sorted((*best[claim.article][1], *marks), key=lambda m: m.start)))
        sides = list(zip(relation.claims, relation.marks, strict=True))
        for (claim, marks), (known, own) in (sides, sides[::-1]):
            if scene.groups[claim.article] not in seen and _is_shown(known, own, best):
                best[claim.article] = (claim, marks)
                judged = judged or relation.judged
                seen.add(scene.groups[claim.article])
    shown = tuple(_side(scene.accounts[a], *best[a]) for a in scene.accounts if a in best)
    marks = tuple(mark for side in shown for mark in side.marks)
    conflict = _NONCONFLICTS.get(kind)
    named: FindingKind = "not-a-conflict" if conflict else kind  # type: ignore[assignment]
    return Finding(
        id="",
        kind=named,
        spans=marks or tuple(side.passage for side in shown),
        sides=shown,
        reason="; ".join(f"{_words(side)}: {scene.names[side.article]}" for side in shown),
        weight=round(some[0].probability * (_WORDING if group_of(named) == "wording" else 1.0), 4),
        confidence=None if judged else some[0].probability,
        nonconflict=conflict,
    )


def _is_shown(claim: Claim, marks: Sequence[Span], best: Mapping[str, tuple[Claim, tuple[Span, ...]]]) -> bool:
    """Whether the words of a claim, or the claim where it has none, are among what a finding sets off already."""
    known, own = best.get(claim.article, (None, ()))
    if known is None:
        return False
    return any(_overlap(x, y) for x in marks for y in own) if marks or own else known.id == claim.id


def apart(found: Iterable[Relation], scene: Scene) -> Iterator[tuple[Side, Side]]:
    """The sides of relations that are likely enough to be seen in the tellings, if not to be named."""
    for relation in found:
        if relation.probability >= _SEEN and all(relation.marks):
            one, other = zip(relation.claims, relation.marks, strict=True)
            yield _side(scene.accounts[one[0].article], *one), _side(scene.accounts[other[0].article], *other)


def _side(account: Indexed, claim: Claim, marks: tuple[Span, ...]) -> Side:
    whole = account.article.span(claim.spans[0].start, claim.spans[-1].end)
    sentence = account.sentence_of(whole)
    inside = tuple(m for m in marks if sentence.start <= m.start and m.end <= sentence.end)
    return Side(article=claim.article, passage=sentence, marks=inside, reading=" … ".join(m.text for m in inside))


def _words(side: Side) -> str:
    return f"“{side.reading}”" if side.reading else "nothing in its place"


def untold(found: Sequence[Finding], told: Sequence[Finding], groups: Mapping[str, int]) -> list[Finding]:
    """The findings of relations that tell nothing that another finding, or a weightier one of them, tells already."""
    kept: list[Finding] = []
    for finding in sorted(
        found, key=lambda f: (-f.weight, f.kind, sorted((s.article, s.passage.start) for s in f.sides))
    ):
        if not any(_tells(other, finding, groups) for other in (*told, *kept)):
            kept.append(finding)
    return kept


def _tells(one: Finding, other: Finding, groups: Mapping[str, int]) -> bool:
    """Whether two findings set off the same words, or are of one kind in the same passages, in two accounts.

    Where one tells that a count was brought up to date, another number in its passages is most likely not the one.
    """
    alike = one.kind == other.kind or (one.nonconflict == "update" and other.kind == "number")
    pairs = [(a, b) for a in one.sides for b in other.sides if groups[a.article] == groups[b.article]]
    common = [
        groups[a.article]
        for a, b in pairs
        if any(_overlap(x, y) for x in (a.marks or (a.passage,)) for y in (b.marks or (b.passage,)))
        or (alike and _overlap(a.passage, b.passage))
    ]
    return len(set(common)) > 1


def _overlap(one: Span, other: Span) -> bool:
    """Whether two spans overlap; of articles that print one text, whether half of the shorter's words stand in both."""
    if one.article == other.article:
        return one.start < other.end and other.start < one.end
    words, others = (set(span.text.lower().split()) for span in (one, other))
    return 2 * len(words & others) >= min(len(words), len(others))
