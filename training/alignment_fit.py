"""Fit what joins the alignment model's evidence, on annotated stories that its networks do not learn from.

    python training/alignment_fit.py STORIES_JSONL [--part fit tune] [--worth]

Prints the coefficients of ``rashomon.compare.align`` (do two claims tell one matter?) and of
``rashomon.compare.relations`` (does a reader want to be shown a difference between them?), average precision on stories
that were left out of the fit one at a time, and what thresholds give there. With ``--worth`` (those that ship: part
*train*) the coefficients by which pairs of sentences are read: will the model find a link? No label has a part in it.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rashomon_evals.annotations import (
    Annotation,
    Place,
    alike,
    annotated_articles,
    assigned,
    joined,
    meet,
    pairs,
    passage,
    read_annotations,
    read_stories,
    shared,
)

from rashomon.annotate import annotate
from rashomon.compare import align, points, relations
from rashomon.compare._quote_scene import outlet_names
from rashomon.compare.contrasts import Scene
from rashomon.compare.story import Cast, cast
from rashomon.group import lineage
from rashomon.types import Article

ANNOTATED = Path(__file__).resolve().parents[1] / "evals" / "accounts" / "stories"
PENALTY = 5.0  # of squared coefficients, over standardised features
EVEN_UNLIKELY = -7.0  # logits; by the coefficients that ship, from where pairs are read to fit others


class Story(NamedTuple):
    """An annotated story with what the model says of it: rows of features of pairs of claims, and which are right."""

    gold: Annotation
    cast: Cast
    scene: Scene
    evidence: align.Evidence
    keys: list[tuple[int, int]]
    rows: Any
    right: Any
    missed: int


def scene_of(articles: Sequence[Article]) -> tuple[Cast, Scene]:
    players = cast(list(annotate(articles, annotators="accurate", problems=[])))
    groups = {a: n for n, members in enumerate(lineage(articles).groups) for a in members}
    scene = Scene(
        {a.article.id: a for a in players.accounts},
        outlet_names(articles),
        {a.id: a for a in players.actors},
        groups,
        0.0,
    )
    return players, scene


def story(gold: Annotation, path: Path) -> Story:
    articles = annotated_articles(gold, read_stories(path, {gold.story})[gold.story])
    players, scene = scene_of(articles)
    evidence = align.trained().evidence(players.accounts)
    places: list[Place] = [tuple(map(passage, c.spans)) for c in evidence.claims]
    wanted = set()
    for point in gold.places():
        inside = [n for n, place in enumerate(places) if any(meet(place, told) for told in point)]
        wanted |= {
            (i, j) for i in inside for j in inside if i < j and evidence.claims[i].article != evidence.claims[j].article
        }
    keys = list(evidence.features)
    right = np.array([key in wanted for key in keys], dtype=float)
    rows = np.array([evidence.features[key] for key in keys]).reshape(len(keys), len(align.FEATURES))
    return Story(gold, players, scene, evidence, keys, rows, right, len(wanted - set(keys)))


def fit(rows: Any, right: Any) -> tuple[Any, float]:
    """Logistic regression by Newton's method; coefficients and intercept of the features as they are."""
    mean, spread = rows.mean(0), rows.std(0) + 1e-6
    x = np.column_stack([(rows - mean) / spread, np.ones(len(rows))])
    weights, penalty = np.zeros(x.shape[1]), np.append(np.full(rows.shape[1], PENALTY), 0.0)
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        gradient = x.T @ (chance - right) + penalty * weights
        curve = (x * (chance * (1 - chance))[:, None]).T @ x + np.diag(penalty + 1e-6)
        weights -= np.linalg.solve(curve, gradient)
    coefficients = weights[:-1] / spread
    return coefficients, float(weights[-1] - (coefficients * mean).sum())


def left_out(rows: Sequence[Any], right: Sequence[Any]) -> list[Any]:
    """The probabilities of each story's pairs by a fit on the others."""
    found = []
    for n, own in enumerate(rows):
        others = [r for m, r in enumerate(rows) if m != n and len(r)]
        coefficients, intercept = fit(
            np.concatenate(others), np.concatenate([r for m, r in enumerate(right) if m != n and len(r)])
        )
        found.append(1 / (1 + np.exp(-(own @ coefficients + intercept))) if len(own) else np.zeros(0))
    return found


def average_precision(right: Any, chances: Any, missed: int = 0) -> float:
    hits = right[np.argsort(-chances, kind="stable")]
    return float(100 * (np.cumsum(hits) / np.arange(1, len(hits) + 1) * hits).sum() / max(1, hits.sum() + missed))


def matters(one: Story, chances: Any) -> tuple[align.Links, list[points.Matter]]:
    links = one.evidence.linked(list(map(float, chances)))
    return links, points.join(links)


def of_points(stories: Sequence[Story], chances: Sequence[Any]) -> str:
    """Precision, recall and F1 of points, and the share of lone claims that are not alone."""
    right = given = found = of = lone = false = 0
    for one, own in zip(stories, chances, strict=True):
        gold = one.gold.places()
        told = [place for point in gold for place in point]
        places = [[tuple(map(passage, c.spans)) for c in m.claims] for m in matters(one, own)[1]]
        some = [p for p in places if pairs(p)]
        right, given = right + joined(shared(some, gold)), given + sum(len(pairs(p)) for p in some)
        found, of = found + joined(shared(gold, some)), of + sum(len(pairs(p)) for p in gold)
        alone = [p[0] for p in places if len({c[0].article for c in p}) == 1]
        lone, false = lone + len(alone), false + sum(any(meet(p, t) for t in told) for p in alone)
    precision, recall = 100 * right / max(1, given), 100 * found / max(1, of)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    false = 100 * false / max(1, lone)
    return f"precision {precision:.1f} recall {recall:.1f} f1 {f1:.1f} alone.false {false:.1f} of {lone}"


def of_alone(stories: Sequence[Story], chances: Sequence[Any], likely: float) -> str:
    """Of the claims without any link as likely as that, how many readers found elsewhere."""
    lone = false = 0
    for one, own in zip(stories, chances, strict=True):
        best = np.zeros(len(one.evidence.claims))
        for (i, j), p in zip(one.keys, own, strict=True):
            best[i], best[j] = max(best[i], p), max(best[j], p)
        told = [place for point in one.gold.places() for place in point]
        alone = [c for c, p in zip(one.evidence.claims, best, strict=True) if p < likely]
        lone += len(alone)
        false += sum(any(meet(tuple(map(passage, c.spans)), t) for t in told) for c in alone)
    return f"{100 * false / max(1, lone):.1f} of {lone}"


def relations_of(joined_here: Sequence[points.Matter], links: align.Links, scene: Scene) -> list[Any]:
    links = align.trained().compared(links, relations.asked(joined_here, links, scene))
    return [r for m in joined_here for r in candidates(m, links, scene)]


def of_relations(stories: Sequence[Story], chances: Sequence[Any]) -> None:
    """Fit the relations on points as they come out of fits on other stories, and print what thresholds give."""
    rows, right, found = [], [], []
    for one, own in zip(stories, chances, strict=True):
        links, joined_here = matters(one, own)
        some = relations_of(joined_here, links, one.scene)
        gold = [f.passages for f in one.gold.findings]
        given = [[passage(side.passage) for side in sides] for _, sides, _ in some]
        hit = {j for _, j in alike(gold, given)}
        rows.append(np.array([row for row, _, _ in some]).reshape(len(some), len(relations.FEATURES)))
        right.append(np.array([float(j in hit) for j in range(len(some))]))
        found.append(some)
    print("relations", sum(map(len, rows)), "right", int(sum(r.sum() for r in right)))
    told = left_out(rows, right)
    print("average precision", round(average_precision(np.concatenate(right), np.concatenate(told)), 1))
    for least in (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7):
        counts = np.zeros(5)
        for one, some, own in zip(stories, found, told, strict=True):
            kept: dict[tuple[int, str], Any] = {}
            for (_, sides, key), p in sorted(zip(some, own, strict=True), key=lambda item: -item[1]):
                if p >= least:
                    kept.setdefault(key, (p, sides))
            ranked = sorted(kept.values(), key=lambda item: -item[0])
            given = [[passage(side.passage) for side in sides] for _, sides in ranked]
            edges = alike([f.passages for f in one.gold.findings], given)
            counts += [len(assigned(edges)), len(given), len(one.gold.findings), 0, min(5, len(given))]
            counts[3] += len(assigned(e for e in edges if e[1] < 5))
        hits, of_given, of_gold, top, of_top = counts
        print(
            f"from {least}: precision {100 * hits / max(1, of_given):.1f} recall {100 * hits / of_gold:.1f}"
            f" f1 {200 * hits / (of_given + of_gold):.1f} top5 {100 * top / max(1, of_top):.1f} given {of_given:.0f}"
        )
    told_by(relations.FEATURES, *fit(np.concatenate(rows), np.concatenate(right)))


def candidates(matter: points.Matter, links: align.Links, scene: Scene) -> list[Any]:
    """The relations of a matter: features, sides, and by what they make one finding."""
    numbers = {claim.id: n for n, claim in enumerate(links.claims)}
    found = []
    for relation in relations.relations(matter, links, scene):
        if relation.probability != 0.5:  # looked up, not ranked: with no coefficients every chance is a half
            continue
        pair = links.pair(*(numbers[c.id] for c in relation.claims))
        assert pair is not None
        sides = [
            relations._side(scene.accounts[c.article], c, marks)
            for c, marks in zip(relation.claims, relation.marks, strict=True)
        ]
        key = (min(numbers[c.id] for c in matter.claims), relation.kind)
        found.append((relations.features(pair, relation.claims, matter, relation.kind), sides, key))
    return found


def worth(stories: Sequence[Story]) -> None:
    """Fit what tells before two sentences are read whether they hold a link; print what thresholds spare and lose."""
    rows, right = [], []
    for one in stories:
        best: dict[Any, float] = defaultdict(float)
        chances = 1 / (1 + np.exp(-(one.rows @ align._COEFFICIENTS + align._INTERCEPT)))
        for (i, j), chance in zip(one.keys, chances, strict=True):
            key = tuple(sorted(one.evidence.places[n][0] for n in (i, j)))  # type: ignore[index]
            best[key] = max(best[key], chance)
        known = figures(one)
        for own, theirs in one.evidence.pairs:
            rows.append(known[own[0], theirs[0]][own[1], theirs[1]])
            right.append(float(best[own, theirs] >= align.TRAINED_BOUNDS.noted))
    x, y = np.array(rows), np.array(right)
    coefficients, intercept = fit(x, y)
    print("pairs of sentences", len(y), "with a link", int(y.sum()))
    told_by(align.WORTH, coefficients, intercept)
    scores = x @ coefficients + intercept
    for least in np.arange(-7, 0, 0.5):
        kept = scores >= least
        print(f"from {least}: read {100 * kept.mean():.1f}, links kept {100 * y[kept].sum() / y.sum():.1f}")


def figures(one: Story) -> dict[tuple[str, str], Any]:
    """What is known of the sentences of each two accounts before they are read."""
    aligner, accounts = align.trained(), one.cast.accounts
    encoded = {a.article.id: aligner._encoded(a) for a in accounts}
    likely = align._Likely(align._logistic(accounts, embedded=False), one.evidence.places)
    found = {}
    for left, right in combinations(sorted(encoded), 2):
        likeness = align.model.likeness(encoded[left], encoded[right], aligner._networks)
        found[left, right] = align.figures(
            likeness, likely.of(left, right, likeness.shape), encoded[left], encoded[right]
        )
    return found


def told_by(names: Sequence[str], coefficients: Any, intercept: float) -> None:
    print("    " + ", ".join(f"{c:.3f}" for c in coefficients), "| intercept", round(intercept, 3))
    for name, c in zip(names, coefficients, strict=True):
        print(f"      {name}: {c:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stories", type=Path)
    parser.add_argument("--part", nargs="+", default=["fit", "tune"])
    parser.add_argument("--worth", action="store_true")
    given = parser.parse_args()
    # They are what is sought.
    relations._COEFFICIENTS, relations._INTERCEPT = np.zeros(len(relations.FEATURES), dtype=np.float32), np.float32(0)
    kept = [a for a in read_annotations(ANNOTATED).values() if a.part in given.part]
    if given.worth:
        align._LIKELY = EVEN_UNLIKELY
        align._READ, align._PARTNERS = 3000, 1000
        return worth([story(gold, given.stories) for gold in kept])
    stories = [story(gold, given.stories) for gold in kept]
    chances = left_out([s.rows for s in stories], [s.right for s in stories])
    right, missed = np.concatenate([s.right for s in stories]), sum(s.missed for s in stories)
    print("pairs of claims", len(right), "right", int(right.sum()), "not read", missed)
    print("average precision", round(average_precision(right, np.concatenate(chances), missed), 1))
    told_by(align.FEATURES, *fit(np.concatenate([s.rows for s in stories]), right))
    shipped = align.TRAINED_BOUNDS
    for linked, grouped in ((0.5, 0.5), (0.4, 0.4), (0.35, 0.35), (0.33, 0.33), (0.3, 0.3), (0.3, 0.25)):
        align.TRAINED_BOUNDS = shipped._replace(linked=linked, grouped=grouped)
        print("linked", linked, "grouped", grouped, of_points(stories, chances))
    for likely in (0.02, 0.04, 0.06, 0.1, 0.15, 0.2, 0.3):
        print("no link from", likely, of_alone(stories, chances, likely))
    align.TRAINED_BOUNDS = shipped
    of_relations(stories, chances)


if __name__ == "__main__":
    main()
