"""What a comparison finds in stories that people annotated: points, stances, speakers and findings.

The data are a folder of annotated stories (``*.json``, see ``docs/annotation-guidelines.md``) and the articles' texts
(``stories.jsonl``). Measures, each on a scale of 0 to 100, over all stories together; two passages *meet* if they share
at least half the characters of the shorter:

``findings.precision|recall|f1``
    A given finding is right if an annotated one is of its kind (of its class, where it is no conflict) and their
    passages overlap in two articles or more; each serves once, and as many as possible are assigned.
``findings.anykind.…``, ``findings.KIND.…``
    The same whatever the kinds are, and for the findings of one kind.
``findings.weighted.recall``
    The recall whatever the kinds are, each annotated finding counted by its weight.
``findings.top5.precision``
    How many of the first five findings of each story are right, whatever their kinds are.
``shown.recall``
    The annotated differences that a reader can see side by side, named or not: on one point, the tellings of two
    accounts meet the annotated passages, and on both sides an annotated mark (if there is one) meets a word that is
    not ``shared``.
``alone.false``
    Of the claims that are said to be in one account only, the share that meets a passage of an annotated point.
``points.precision|recall|f1``
    Over pairs of passages of different articles on one point. An annotated pair is found if a given point has a claim
    that meets the first and one that meets the second; a given pair of claims is right if an annotated point has a
    passage that meets the first and one that meets the second. What nobody annotated counts as wrong.
``points.confidence.LOW-HIGH.precision``
    The precision of the given pairs by the confidence of their point, in percent: a reliability table.
``points.stance``, ``points.stance.GOLD-as-GIVEN``
    How often an article's stance (or silence) is the annotated one, on annotated points that were found; and how often
    one stance is taken for another. The given point is the one that has most of the annotated point's pairs.
``speaker.found``, ``speaker.accuracy``, ``speaker.accuracy_of_found``, ``speaker.BY.accuracy``
    An annotated statement is found if a quote's content, its words in quotation marks or one part of either has a
    Jaccard index (shared characters by all) of at least 0.5 with it. Its speaker is right if the name of the actor, or
    an alias, agrees with the annotated name (:func:`rashomon_evals.annotations.same_name`); the words that name the
    speaker stand for one who was not resolved, and where nobody is annotated nobody must be given. ``accuracy`` counts
    a statement that was not found as wrong; ``BY`` is how the text names the speaker.
``seconds``
    How long reading and comparing took, by the clock, all stories together.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import get_args

import msgspec

from rashomon.errors import AnalysisError
from rashomon.stages import compare
from rashomon.types import Article, Comparison, Finding, FindingKind, Point, Quote, Stance, Telling
from rashomon_evals import Score, digest_of
from rashomon_evals.annotations import (
    STORIES,
    Annotation,
    GoldFinding,
    GoldSpeaker,
    NamedBy,
    Passage,
    Place,
    Shared,
    alike,
    annotated_articles,
    assigned,
    common,
    jaccard,
    joined,
    labelled,
    meet,
    pairs,
    passage,
    read_annotations,
    read_stories,
    same_name,
    shared,
)

# The bins of the reliability table; a confidence of 1 is below the last bound.
_CONFIDENCES = (0.0, 0.5, 0.65, 0.8, 0.9, 1.01)
_FIRST = 5  # so many findings are read first
_FOUND = 0.5  # the Jaccard index from which a quote is the annotated statement
# A measure, how many are right, and of how many.
_Count = tuple[str, int, int]
# Measures that are given even where there is nothing to count.
_ALWAYS = (
    "findings.precision findings.recall findings.anykind.precision findings.anykind.recall findings.weighted.recall "
    "findings.top5.precision shown.recall alone.false points.precision points.recall points.stance"
).split()


class Heard(msgspec.Struct, frozen=True):
    """An annotated statement, the quote that is it if one was found, and whether its speaker is right."""

    gold: GoldSpeaker
    quote: Quote | None
    right: bool


class Judged(msgspec.Struct, frozen=True):
    """An annotated story beside the comparison of its articles.

    ``same_kind`` and ``any_kind`` assign annotated findings to given ones, by their numbers in the two lists; ``top``
    does so to the first five given.
    ``points`` are the given points that two articles or more speak to, ``places`` their claims; ``found`` and ``right``
    have the annotated pairs that these join and the given pairs that annotated points join.
    """

    annotation: Annotation
    comparison: Comparison
    same_kind: dict[int, int]
    any_kind: dict[int, int]
    top: dict[int, int]
    points: list[Point]
    places: list[list[Place]]
    found: Shared
    right: Shared
    speakers: list[Heard]


def score(path: Path, progress: Callable[[int, int], None] | None = None) -> Score:
    """Score a folder of annotated stories (``*.json``) with their texts (``stories.jsonl``).

    The digest is of the annotations, which hold the digests of the texts; ``documents`` are articles. ``progress`` is
    called with the number of stories done and their total. Raises :class:`~rashomon.errors.MissingInput` where a file
    is not there, :class:`~rashomon.errors.InvalidRecord` where one is malformed or a text is not the annotated one.
    """
    gold = read_annotations(path)
    articles = read_stories(path / STORIES, {annotation.story for annotation in gold.values()})
    counts: dict[str, tuple[int, int]] = {}
    started = time.perf_counter()
    for done, annotation in enumerate(gold.values(), 1):
        for name, right, of in _counts(judge(annotation, articles[annotation.story])):
            before = counts.get(name, (0, 0))
            counts[name] = (before[0] + right, before[1] + of)
        if progress is not None:
            progress(done, len(gold))
    kept = {name: count for name, count in counts.items() if count[1] or name in _ALWAYS}
    return Score(
        task="accounts",
        data=path.name,
        digest=digest_of(gold),
        documents=sum(len(annotation.articles) for annotation in gold.values()),
        scores=_scores(kept) | {"seconds": time.perf_counter() - started},
        counts=kept,
    )


def _scores(counts: dict[str, tuple[int, int]]) -> dict[str, float]:
    """The counts as percentages, and F1 behind the recall of what has both of its parts."""
    scores: dict[str, float] = {}
    for name, (right, of) in counts.items():
        scores[name] = 100.0 * right / max(of, 1)
        what, _, measure = name.rpartition(".")
        if measure == "recall" and f"{what}.precision" in scores:
            both = scores[f"{what}.precision"] + scores[name]
            scores[f"{what}.f1"] = 2.0 * scores[f"{what}.precision"] * scores[name] / both if both else 0.0
    return scores


def judge(annotation: Annotation, articles: Sequence[Article]) -> Judged:
    """Compare the articles of an annotated story and hold the comparison against the annotation.

    An article that cannot be analysed costs its own figures. Raises :class:`~rashomon.errors.InvalidRecord` for
    articles that are not those that were annotated.
    """
    problems: list[AnalysisError] = []
    comparison = compare(annotated_articles(annotation, articles), anyway=True, problems=problems)
    given = comparison.findings
    edges = alike(
        [f.passages for f in annotation.findings], [[passage(side.passage) for side in f.sides] for f in given]
    )
    same = {(i, j) for i, j in edges if annotation.findings[i].label == label(given[j])}
    claims = {claim.id: tuple(map(passage, claim.spans)) for claim in comparison.claims}
    points = [p for p in comparison.points if pairs([claims[c] for c in p.claims])]
    places = [[claims[c] for c in point.claims] for point in points]
    return Judged(
        annotation=annotation,
        comparison=comparison,
        same_kind=assigned(edge for edge in edges if edge in same),
        any_kind=assigned(sorted(edges, key=lambda edge: edge not in same)),
        top=assigned(edge for edge in edges if edge[1] < _FIRST),
        points=points,
        places=places,
        found=shared(annotation.places(), places),
        right=shared(places, annotation.places()),
        speakers=_heard(annotation, comparison),
    )


def label(finding: Finding) -> str:
    """The kind of a given finding, with the class of what is no conflict."""
    return labelled(finding.kind, finding.nonconflict)


def _heard(annotation: Annotation, comparison: Comparison) -> list[Heard]:
    forms = {actor.id: (actor.name, *actor.aliases) for actor in comparison.actors}
    names = {speaker.speaker for speaker in annotation.speakers if speaker.speaker}
    heard: list[Heard] = []
    for gold in annotation.speakers:
        near = [(_nearness(gold, quote), -n) for n, quote in enumerate(comparison.quotes)]
        best, number = max(near, default=(0.0, 0))
        quote = comparison.quotes[-number] if best >= _FOUND else None
        right = False
        if quote is not None and gold.speaker is None:
            right = quote.speaker is None
        elif quote is not None and gold.speaker is not None:
            words = (quote.speaker_span.text,) if quote.speaker_span else ()
            given = words if quote.speaker is None else forms[quote.speaker]
            right = same_name(gold.speaker, given, names - {gold.speaker})
        heard.append(Heard(gold, quote, right))
    return heard


def _nearness(gold: GoldSpeaker, quote: Quote) -> float:
    """The Jaccard index of a statement and a quote: its content, its words in marks, or a part of either.

    Of a statement that its cue interrupts the longer part was annotated, of a mixed one often the marked words alone.
    """
    content, marked = (tuple(map(passage, spans)) for spans in (quote.content, quote.quoted))
    places = [content, marked, *((piece,) for piece in (*content, *marked))]
    return max(jaccard((gold.passage,), place) for place in places)


def _counts(judged: Judged) -> Iterator[_Count]:
    yield from _of_findings(judged)
    yield from _of_points(judged)
    yield from _of_speakers(judged)


def _of_findings(judged: Judged) -> Iterator[_Count]:
    gold, given = judged.annotation.findings, judged.comparison.findings
    for name, matched in (("findings", judged.same_kind), ("findings.anykind", judged.any_kind)):
        yield f"{name}.precision", len(matched), len(given)
        yield f"{name}.recall", len(matched), len(gold)
    weights = {i: finding.weight or 1 for i, finding in enumerate(gold)}
    yield "findings.weighted.recall", sum(weights[i] for i in judged.any_kind), sum(weights.values())
    yield "findings.top5.precision", len(judged.top), min(_FIRST, len(given))
    yield "shown.recall", sum(is_shown(finding, judged.comparison.points) for finding in gold), len(gold)
    for kind in get_args(FindingKind):
        right = sum(gold[i].kind == kind for i in judged.same_kind)
        yield f"findings.{kind}.precision", right, sum(f.kind == kind for f in given)
        yield f"findings.{kind}.recall", right, sum(f.kind == kind for f in gold)


def is_shown(finding: GoldFinding, points: Sequence[Point]) -> bool:
    """Whether the tellings of some point let a reader see an annotated difference, with its words marked as such."""

    def shows(telling: Telling) -> bool:
        """Whether a telling has an annotated passage and sets off what is marked in it."""
        wanted = [p for p in finding.passages if meet((p,), (passage(telling.passage),))]
        marks = [m for m in finding.marks if m.article == telling.article]
        differing = [Passage(telling.article, w.start, w.end) for w in telling.words if w.status != "shared"]
        return bool(wanted) and (not marks or common(marks, differing) > 0)

    return any(len({t.article for t in point.tellings if shows(t)}) > 1 for point in points)


def _of_points(judged: Judged) -> Iterator[_Count]:
    yield "points.precision", joined(judged.right), sum(len(pairs(p)) for p in judged.places)
    yield "points.recall", joined(judged.found), sum(len(pairs(p)) for p in judged.annotation.places())
    alone = _alone(judged.comparison)
    told = [place for point in judged.annotation.places() for place in point]
    yield "alone.false", sum(any(meet(place, other) for other in told) for place in alone), len(alone)
    for low, high in pairwise(_CONFIDENCES):
        inside = [n for n, point in enumerate(judged.points) if low <= point.confidence < high]
        right = joined({key: own for key, own in judged.right.items() if key[0] in inside})
        given = sum(len(pairs(judged.places[n])) for n in inside)
        yield f"points.confidence.{round(100 * low)}-{round(100 * high)}.precision", right, given
    cells = list(_cells(judged))
    yield "points.stance", sum(gold == given for gold, given in cells), len(cells)
    for gold in get_args(Stance):
        for given in get_args(Stance):
            yield f"points.stance.{gold}-as-{given}", cells.count((gold, given)), sum(g == gold for g, _ in cells)


def _alone(comparison: Comparison) -> list[Place]:
    """The claims that only one account is said to make."""
    claims = {claim.id: tuple(map(passage, claim.spans)) for claim in comparison.claims}
    return [
        claims[claim]
        for point in comparison.points
        if sum(stance != "silent" for stance in point.stances.values()) == 1
        for claim in point.claims
    ]


def _cells(judged: Judged) -> Iterator[tuple[Stance, Stance]]:
    """The annotated and the given stance of each article on each annotated point that was found."""
    for number in range(len(judged.annotation.points)):
        sizes = [(len(own), -j) for (i, j), own in judged.found.items() if i == number]
        if sizes:
            best = judged.points[-max(sizes)[1]]
            for text in judged.annotation.articles:
                yield judged.annotation.stance(number, text.id), best.stances.get(text.id, "silent")


def _of_speakers(judged: Judged) -> Iterator[_Count]:
    heard = judged.speakers
    right, found = sum(h.right for h in heard), sum(h.quote is not None for h in heard)
    yield "speaker.found", found, len(heard)
    yield "speaker.accuracy", right, len(heard)
    yield "speaker.accuracy_of_found", right, found
    for by in get_args(NamedBy):
        own = [h.right for h in heard if h.gold.by == by]
        yield f"speaker.{by}.accuracy", sum(own), len(own)
