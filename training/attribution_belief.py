"""Fit how far the model's readings are believed and how sure a quote is, on the articles held out of training.

    python training/attribution_belief.py POLNEAR [--check SPLIT]

The environment is that of ``training/attribution.py``; the model is the one in ``rashomon/data/attribution``. Prints
the constants of ``rashomon.annotate._read_drafts`` and ``rashomon.annotate.quotes``, and for the articles of another
split (dev) a reliability table. Right is what ``rashomon_evals.quotes`` counts for ``link.f1``: a gold attribution
whose content has a Jaccard index of at least 0.5 with this one's, its speaker a token in common (or neither has one).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attribution
import numpy as np
from numpy.typing import NDArray
from rashomon_evals import quotes

from rashomon.annotate import _read_drafts as reading
from rashomon.annotate import annotate, load
from rashomon.annotate import quotes as quotes_
from rashomon.annotate._attribution import Attributions
from rashomon.annotate._clauses import Draft
from rashomon.annotate.document import make_doc
from rashomon.types import Annotators, Article

BINS = 8
MODES: tuple[Annotators, ...] = ("fast", "accurate")
Floats = NDArray[np.float64]


def right(guess: quotes.Attribution, gold: quotes.Gold) -> bool:
    return any(
        quotes._jaccard(guess.content, g.content) >= 0.5
        and bool(guess.speaker & g.speaker or not (guess.speaker or g.speaker))
        for g in gold.attributions
    )


# --- readings


def evidence(gold: list[quotes.Gold]) -> tuple[Floats, Floats]:
    """Of every reading its evidence, with a constant before it, and whether it is right."""
    nlp = load()
    rows, truths = [], []
    for article in gold:
        doc = nlp(make_doc(nlp, Article(id=article.name, text=article.text)))
        paragraphs = [(p.start, p.end) for p in doc._.article.paragraphs]
        ruled = Attributions(doc, doc.text, paragraphs).drafts
        for read in reading.readings(doc, ruled, doc._.attributions):
            rows.append((1.0, *read.evidence))
            truths.append(right(as_marked(doc, read.draft), article))
    return np.array(rows), np.array(truths, dtype=float)


def as_marked(doc: Any, draft: Draft) -> quotes.Attribution:
    def characters(words: tuple[int, int]) -> tuple[int, int]:
        last = doc[words[1] - 1]
        return doc[words[0]].idx, last.idx + len(last)

    spans = {
        "speaker": [draft.speaker] if draft.speaker is not None else [],
        "cue": [draft.cue],
        "content": draft.content,
    }
    found = {kind: [characters(words) for words in ranges] for kind, ranges in spans.items()}
    return quotes.on_tokens(doc.text, [found])[0]


def logistic(rows: Floats, truths: Floats) -> Floats:
    """Weights of a logistic regression, by Newton's method."""
    weights = np.zeros(rows.shape[1])
    for _ in range(30):
        chances = 1 / (1 + np.exp(-rows @ weights))
        curve = rows.T @ (rows * (chances * (1 - chances))[:, None])
        weights += np.linalg.solve(curve, rows.T @ (truths - chances))
    return weights


# --- quotes


def sureness(gold: list[quotes.Gold], mode: Annotators) -> tuple[Floats, Floats]:
    """Of every quote outside quotation marks its confidence and whether it is right."""
    rows = [
        (quote.confidence, right(guess, article))
        for article, annotated in zip(gold, annotate(articles(gold), annotators=mode), strict=True)
        for quote, guess in outside_marks(annotated)
    ]
    table = np.array(rows, dtype=float)
    return table[:, 0], table[:, 1]


def articles(gold: list[quotes.Gold]) -> list[Article]:
    return [Article(id=g.name, text=g.text) for g in gold]


def outside_marks(annotated: Any) -> Iterator[tuple[Any, quotes.Attribution]]:
    outside = quotes.outside_marks(annotated)
    spans = (quotes.attribution_spans(quote, annotated.article) for quote in outside)
    return zip(outside, quotes.on_tokens(annotated.article.text, spans), strict=True)


def by_rank(said: Floats, truths: Floats) -> list[tuple[float, float, int]]:
    """Mean confidence, share that is right and number, of quotes of like confidence; equal ones are kept together."""
    order = np.argsort(said, kind="stable")
    edges = {int(np.searchsorted(said[order], said[order][at])) for at in range(0, len(said), len(said) // BINS)}
    bins = [b for b in np.split(order, sorted(edges)) if len(b)]
    return [(float(said[b].mean()), float(truths[b].mean()), len(b)) for b in bins]


def monotone(bins: list[tuple[float, float, int]]) -> list[tuple[float, float]]:
    """Isotonic regression: neighbours that fall are pooled (Ayer et al. 1955); by Laplace's rule none is certain."""
    pools: list[tuple[float, float, int]] = []
    for one in bins:
        pools.append(one)
        while len(pools) > 1 and pools[-2][1] >= pools[-1][1]:
            (x, y, n), (x_, y_, n_) = pools.pop(-2), pools.pop()
            pools.append(((x * n + x_ * n_) / (n + n_), (y * n + y_ * n_) / (n + n_), n + n_))
    return [(round(x, 2), round((y * n + 1) / (n + 2), 2)) for x, y, n in pools]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("polnear", type=Path, help="folder with train and dev")
    parser.add_argument("--check", help="a split to show the reliability on, such as dev")
    options = parser.parse_args()
    held = attribution.split(options.polnear)[1]
    weights = logistic(*evidence(held))
    reading._BELIEF = tuple(round(float(w), 2) for w in weights)
    print("_BELIEF =", reading._BELIEF)
    quotes_._RIGHT = dict.fromkeys(MODES, ((0.0, 0.0), (1.0, 1.0)))
    tables = {mode: tuple(monotone(by_rank(*sureness(held, mode)))) for mode in MODES}
    for mode, table in tables.items():
        print(f"_RIGHT[{mode!r}] =", table)
    if options.check is not None:
        quotes_._RIGHT = tables
        gold = quotes.read_gold(options.polnear / options.check)
        for mode in MODES:
            said, truths = sureness(gold, mode)
            print(mode, f"Brier score {np.mean((said - truths) ** 2):.3f}, of the mean {truths.var():.3f}")
            print("\n".join(f"{x:.2f} {y:.2f} {n}" for x, y, n in by_rank(said, truths)))


if __name__ == "__main__":
    main()
