"""Relations: in what way two accounts differ on a point, as the trained model reads it.

For every two claims of a point whose sentences were read together the model gives chances of each kind of difference
and of each word to be one that differs. A logistic model over these says how likely a careful reader would want to be
shown the difference. A kind is named that the words can be of (:mod:`rashomon.compare.checks`); the relations of a kind
on a point make one finding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, groupby

import msgspec
import numpy as np

from rashomon.compare.align import Links, Pair
from rashomon.compare.checks import Told, differing, fits
from rashomon.compare.contrasts import Scene
from rashomon.compare.evidence import Indexed
from rashomon.compare.points import Matter
from rashomon.encode.alignment import KINDS, Encoded
from rashomon.types import Claim, Finding, FindingKind, NonConflict, Side, Span

FEATURES = ("same", "no difference", "likeliest mark", "words of the shorter")
# Fitted by training/alignment_fit.py on the stories of the part tune.
_COEFFICIENTS = np.array([0.376, -0.191, 0.355, 1.384], dtype=np.float32)
_INTERCEPT = np.float32(-5.643)
SHOWN = 0.4
"""A relation is a finding from this probability on."""
# Kinds of which both accounts must have words of their own; of the others one may have what the other lacks.
_TWO_SIDED = {"number", "date", "place", "name", "event-name", "quote-wording", "term", "rounding"}
_MARKED = 0.5  # a word differs from this chance on
_NONCONFLICTS: dict[str, NonConflict] = {
    name: name for name in ("refinement", "update", "scope", "rounding", "translation")
}


class Relation(msgspec.Struct, frozen=True):
    """How two claims differ: a kind of ``KINDS``, how likely a reader wants to be shown it, the words that differ."""

    claims: tuple[Claim, Claim]
    kind: str
    probability: float
    marks: tuple[tuple[Span, ...], tuple[Span, ...]]


def relations(matter: Matter, links: Links, scene: Scene) -> list[Relation]:
    """The relations between the claims of a matter, the likeliest first; reprints do not differ."""
    numbers = {claim.id: n for n, claim in enumerate(links.claims)}
    found = []
    for one, other in combinations(sorted(matter.claims, key=lambda c: numbers[c.id]), 2):
        pair = links.pair(numbers[one.id], numbers[other.id])
        if pair is not None and scene.groups[one.article] != scene.groups[other.article]:
            row = np.array(features(pair), dtype=np.float32)
            chance = float(1.0 / (1.0 + np.exp(-(row @ _COEFFICIENTS + _INTERCEPT))))
            found.append(_relation(pair, (one, other), round(chance, 4), scene))
    return sorted(found, key=lambda r: (-r.probability, [(c.article, c.spans[0].start) for c in r.claims]))


def features(pair: Pair) -> list[float]:
    """What speaks for a difference that a reader wants to see, in the order of ``FEATURES``.

    Numbers, quotation marks, voices, negation and certainty that differ were tried, too, and told nothing more.
    """
    reading = pair.reading
    return [
        reading.same,
        _logit(float(reading.kinds[0])),
        _logit(max(float(side.max(initial=0.0)) for side in reading.marks)),
        float(np.log(min(r[1] - r[0] for r in (reading.left, reading.right)))),
    ]


def _logit(chance: float) -> float:
    bounded = min(max(chance, 1e-3), 1 - 1e-3)
    return float(np.log(bounded / (1 - bounded)))


def _relation(pair: Pair, claims: tuple[Claim, Claim], chance: float, scene: Scene) -> Relation:
    """The likeliest kind that the words set off can be of."""
    sides = zip((pair.left, pair.right), (pair.reading.left, pair.reading.right), pair.reading.marks, strict=True)
    given: list[Told] = []
    for (encoded, side, chances), claim in zip(sides, claims, strict=True):
        account = scene.accounts[claim.article]
        start, end = int(encoded.text.words.start[side[0]]), int(encoded.text.words.end[side[1] - 1])
        marks = tuple(_marked(encoded, side, chances, account))
        given.append((account, claim, account.article.span(start, end), marks))
    one, other = given
    order = np.argsort(-pair.reading.kinds[1:], kind="stable")
    kind = next((KINDS[1 + n] for n in order if fits(KINDS[1 + int(n)], one, other)), KINDS[1 + int(order[0])])
    own, theirs = differing(one, other), differing(other, one)
    told = (own and theirs) or (kind not in _TWO_SIDED and (own or theirs))
    return Relation(claims, kind, chance if told else 0.0, (own, theirs))


def _marked(encoded: Encoded, side: tuple[int, int], chances: np.ndarray, account: Indexed) -> Iterator[Span]:
    """The words that differ, as runs; where none is likely to, the likeliest."""
    least = min(_MARKED, float(chances.max(initial=0.0)))
    words = encoded.text.words
    for differs, run in groupby(range(len(chances)), key=lambda n: bool(chances[n] >= least)):
        numbers = [side[0] + n for n in run]
        start, end = int(words.start[numbers[0]]), int(words.end[numbers[-1]])
        if differs and any(c.isalnum() for c in account.article.text[start:end]):
            yield account.article.span(start, end)


def findings(found: Sequence[Relation], scene: Scene) -> list[Finding]:
    """One finding for each kind among the relations of a point that a reader wants to see; ids are set by the caller.

    Each account's side is that of its likeliest relation.
    """
    kinds: dict[str, list[Relation]] = defaultdict(list)
    for relation in found:
        if relation.probability >= SHOWN:
            kinds[relation.kind].append(relation)
    return [_finding(kind, some, scene) for kind, some in kinds.items()]


def _finding(kind: str, some: Sequence[Relation], scene: Scene) -> Finding:
    best: dict[str, tuple[Claim, tuple[Span, ...]]] = {}
    seen: set[int] = set()
    for relation in some:
        for claim, marks in zip(relation.claims, relation.marks, strict=True):
            if claim.article not in best and scene.groups[claim.article] not in seen:
                best[claim.article] = (claim, marks)
                seen.add(scene.groups[claim.article])
    sides = tuple(_side(scene.accounts[a], *best[a]) for a in scene.accounts if a in best)
    marks = tuple(mark for side in sides for mark in side.marks)
    conflict = _NONCONFLICTS.get(kind)
    named: FindingKind = "not-a-conflict" if conflict else kind  # type: ignore[assignment]
    return Finding(
        id="",
        kind=named,
        spans=marks or tuple(side.passage for side in sides),
        sides=sides,
        reason="; ".join(f"{_words(side)}: {scene.names[side.article]}" for side in sides),
        weight=some[0].probability,
        nonconflict=conflict,
    )


def _side(account: Indexed, claim: Claim, marks: tuple[Span, ...]) -> Side:
    whole = account.article.span(claim.spans[0].start, claim.spans[-1].end)
    sentence = account.sentence_of(whole)
    inside = tuple(m for m in marks if sentence.start <= m.start and m.end <= sentence.end)
    return Side(article=claim.article, passage=sentence, marks=inside, reading=" … ".join(m.text for m in inside))


def _words(side: Side) -> str:
    return f"“{side.reading}”" if side.reading else "nothing in its place"


def untold(found: Sequence[Finding], told: Sequence[Finding]) -> list[Finding]:
    """The findings of relations that tell nothing that another finding, or a weightier one of them, tells already."""
    kept: list[Finding] = []
    for finding in sorted(found, key=lambda f: (-f.weight, f.kind, [(s.article, s.passage.start) for s in f.sides])):
        if not any(_tells(other, finding) for other in (*told, *kept)):
            kept.append(finding)
    return kept


def _tells(one: Finding, other: Finding) -> bool:
    """Whether two findings set off the same words, or are of one kind in the same passages, in two accounts."""
    alike = one.kind == other.kind
    pairs = [(a, b) for a in one.sides for b in other.sides if a.article == b.article]
    common = [
        a.article
        for a, b in pairs
        if any(_overlap(x, y) for x in (a.marks or (a.passage,)) for y in (b.marks or (b.passage,)))
        or (alike and _overlap(a.passage, b.passage))
    ]
    return len(set(common)) > 1


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
