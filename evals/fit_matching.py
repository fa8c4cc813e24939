"""Fit the matcher's logistic model and report what it is worth.

Usage: python evals/fit_matching.py GOLD_DIRECTORY

Fits on our labelled pairs of claims (``evals/accounts/matching_pairs.jsonl``, offsets into the articles of
``stories/stories.jsonl``) and, at 1/20 of their weight, on sentence pairs of the train topics of ECB+. Prints the
intercept and coefficients for ``rashomon.compare.matching``, the average precision over the labelled pairs with each
story left out in turn, and that over the validation topics of ECB+. Deterministic (Newton's method, ridge 1).
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rashomon_evals.points import average_precision, pairs, statements, topics

from rashomon import read_text
from rashomon.annotate import annotate
from rashomon.compare import cast
from rashomon.compare.evidence import Indexed
from rashomon.compare.matching import FEATURES, Matcher
from rashomon.compare.predicates import statement
from rashomon.types import Article

VALIDATION = (2, 5, 12, 18, 21, 23, 34, 35)
TRAIN = (1, 3, 4, *range(6, 12), *range(13, 18), 19, 20, 22, *range(24, 34))
ECB_WEIGHT = 0.05
LABELLED = Path(__file__).parent / "accounts" / "matching_pairs.jsonl"

Floats = NDArray[np.float64]
Labels = NDArray[np.bool_]


def ecb(path: Path, wanted: tuple[int, ...]) -> tuple[Floats, Labels]:
    features, labels = [], []
    for topic in topics(path, wanted):
        items, _, chains = statements(topic)
        counted, gold = pairs(items, chains)
        features.append(Matcher(items, thorough=True).features(slice(None))[counted].astype(np.float64))
        labels.append(gold[counted])
    return np.concatenate(features), np.concatenate(labels)


def labelled(stories: Path) -> tuple[Floats, Labels, list[str]]:
    """Features, labels and stories of our own pairs."""
    by_story: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in LABELLED.read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        by_story[pair["story"]].append(pair)
    articles: dict[str, list[Article]] = defaultdict(list)
    for line in stories.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["story"] in by_story:
            articles[row["story"]].append(read_text(row["text"], id=row["id"], title=row["title"] or ""))
    features: list[Floats] = []
    labels: list[bool] = []
    for story in sorted(by_story):
        accounts = {a.article.id: a for a in cast(list(annotate(articles[story]))).accounts}
        features += story_features(accounts, by_story[story])
        labels += [pair["label"] == "same" for pair in by_story[story]]
    return np.array(features), np.array(labels), [s for s in sorted(by_story) for _ in by_story[s]]


def story_features(accounts: dict[str, Indexed], wanted: list[dict[str, Any]]) -> list[Floats]:
    items = [statement(a, c.spans) for a in accounts.values() for c in a.annotated.claims]
    place: dict[str, int] = {}
    for article, ranges in (pair[side] for pair in wanted for side in "ab"):
        account = accounts[article]
        place.setdefault(f"{article} {ranges}", len(items))
        if place[f"{article} {ranges}"] == len(items):
            items.append(statement(account, [account.article.span(start, end) for start, end in ranges]))
    table = Matcher(items, thorough=True).features(slice(None)).astype(np.float64)
    return [table[place["{} {}".format(*pair["a"])], place["{} {}".format(*pair["b"])]] for pair in wanted]


def fit(x: Floats, y: Labels, weight: Floats) -> Floats:
    """Intercept and coefficients of a weighted logistic regression with a ridge of 1, by Newton's method."""
    x = np.hstack([np.ones((len(x), 1)), x])
    beta = np.zeros(x.shape[1])
    penalty = np.eye(x.shape[1])
    penalty[0, 0] = 0.0
    for _ in range(60):
        p = 1.0 / (1.0 + np.exp(-x @ beta))
        gradient = x.T @ (weight * (y - p)) - penalty @ beta
        step = np.linalg.solve((x * (weight * p * (1 - p))[:, None]).T @ x + penalty, gradient)
        beta = beta + step
        if np.abs(step).max() < 1e-9:
            break
    return beta


def main() -> None:
    gold = Path(sys.argv[1])
    x, y, stories = labelled(gold / "stories" / "stories.jsonl")
    ex, ey = ecb(gold / "ecbplus", TRAIN)
    vx, vy = ecb(gold / "ecbplus", VALIDATION)
    groups = np.array(stories)
    held_out = np.zeros(len(y))

    def joint(keep: Labels) -> Floats:
        weight = np.r_[np.ones(keep.sum()), np.full(len(ey), ECB_WEIGHT)]
        return fit(np.r_[x[keep], ex], np.r_[y[keep], ey], weight)

    for story in sorted(set(stories)):
        beta = joint(groups != story)
        held_out[groups == story] = x[groups == story] @ beta[1:] + beta[0]
    beta = joint(np.ones(len(y), dtype=bool))
    print(f"{len(y)} labelled pairs, {y.sum()} same; ECB+ train {len(ey)} pairs, validation {len(vy)}")
    print("intercept", round(float(beta[0]), 2))
    for name, value, column in zip(FEATURES, beta[1:], x.T, strict=True):
        print(f"  {name:18} {value:6.2f}   alone, on the labelled pairs: {average_precision(y, column):.1f}")
    print(f"labelled pairs, story left out: AP {average_precision(y, held_out):.1f}")
    for floor in (-0.5, 0.0, 0.5, 1.0, 1.5):
        kept = held_out >= floor
        reached = y[kept].sum() / y.sum()
        print(f"  p >= {1 / (1 + np.exp(-floor)):.2f}: precision {y[kept].mean():.3f}, recall {reached:.3f}")
    print(f"ECB+ validation: AP {average_precision(vy, vx @ beta[1:]):.1f}")


if __name__ == "__main__":
    main()
