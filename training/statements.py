"""Train the model that tells statements from other attributions: writes ``rashomon/data/statements.tsv``.

    python training/statements.py STORIES_JSONL [--folds]

Needs scikit-learn beside the package. ``statements_read.tsv`` gives attributions of articles by the places of
their cue and content, and whether readers hold each for a statement. With ``--folds`` it prints what ten-fold
cross-validation by article gives, and writes nothing.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rashomon_evals.annotations import read_stories
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

import rashomon.annotate._statements as model
from rashomon.annotate import load
from rashomon.annotate.document import make_doc
from rashomon.types import Quote

HERE = Path(__file__).parent
FOLDS = 10
STRENGTH = 0.3  # of the fit against the penalty (C)
LEAST = 2  # times that a feature occurs
WEIGHT = 4.0  # of what was drawn at random: one in fifteen was, of the odd ones nearly all
SMALL = 0.02  # a weight below it is left out


class Row(NamedTuple):
    article: str
    features: frozenset[str]
    statement: bool
    drawn: str  # "random", or "odd": only such as have no plain verb of speech


def key(quote: Quote) -> tuple[int, int, int]:
    """Where the cue begins (-1 where there is none) and the content begins and ends."""
    return (quote.cue.start if quote.cue else -1), quote.content[0].start, quote.content[-1].end


def rows(stories: Path) -> list[Row]:
    read: dict[str, dict[tuple[int, int, int], tuple[bool, str]]] = defaultdict(dict)
    names = set()
    with (HERE / "statements_read.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            names.add(row["story"])
            places = int(row["cue"]), int(row["start"]), int(row["end"])
            read[row["article"]][places] = row["statement"] == "1", row["drawn"]
    nlp = load()
    found = []
    for article in (one for story in read_stories(stories, names).values() for one in story if one.id in read):
        doc, judged = nlp(make_doc(nlp, article)), read[article.id]
        for quote in doc._.quotes:
            if key(quote) in judged:
                found.append(Row(article.id, frozenset(model.features(doc, quote)), *judged[key(quote)]))
    return found


def fit(learnt: list[Row]) -> dict[str, float]:
    seen = Counter(name for row in learnt for name in row.features)
    vectors = DictVectorizer()
    cells = vectors.fit_transform([{name: 1.0 for name in row.features if seen[name] >= LEAST} for row in learnt])
    shares = [WEIGHT if row.drawn == "random" else 1.0 for row in learnt]
    fitted = LogisticRegression(C=STRENGTH, max_iter=2000).fit(cells, [row.statement for row in learnt], shares)
    weights = dict(zip(vectors.get_feature_names_out(), fitted.coef_[0], strict=True))
    return {"": float(fitted.intercept_[0])} | {n: float(w) for n, w in sorted(weights.items()) if abs(w) >= SMALL}


def folds(found: list[Row]) -> None:
    names = sorted({row.article for row in found})
    np.random.default_rng(1).shuffle(names)
    fold = {name: number % FOLDS for number, name in enumerate(names)}
    chances = np.zeros(len(found))
    for number in range(FOLDS):
        weights = fit([row for row in found if fold[row.article] != number])
        for at, row in enumerate(found):
            if fold[row.article] == number:
                chances[at] = model.chance(row.features, weights)
    wanted, plain = (
        np.array([getattr(r, n) == v for r in found]) for n, v in (("statement", True), ("drawn", "random"))
    )
    for least in (0.45, 0.5, 0.55, 0.6):
        kept = chances >= least
        print(f"floor {least}", end="")
        for name, some in (("all", np.ones(len(found), bool)), ("random", plain)):
            print(
                f"; {name}: of {some.sum()} {(some & ~wanted).sum()} are none; kept {(some & kept).sum()},"
                f" of which {(some & kept & ~wanted).sum()} none; lost {(some & ~kept & wanted).sum()}",
                end="",
            )
        print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stories", type=Path)
    parser.add_argument("--folds", action="store_true")
    given = parser.parse_args()
    found = rows(given.stories)
    if given.folds:
        folds(found)
        return
    lines = [
        "# Weights, in log odds, of what speaks for a statement; by training/statements.py. The first is the bias."
    ]
    lines += [f"{name}\t{weight:.3f}" for name, weight in fit(found).items()]
    (HERE.parent / "src/rashomon/data/statements.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
