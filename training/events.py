"""Train the model that tells which PLOVER type a deed is of: writes ``rashomon/data/plover.npz``.

    python training/events.py PLOVER_TSV STORIES_JSONL [--folds]

Needs scikit-learn 1.7 beside the package. Trained on the coded sentences but for a fifth (by the SHA-256 of the
sentence), on ``events_invented.tsv`` (our own sentences) and on ``events_read.tsv``: deeds of articles, given by the
place of their head, that we read and coded, most of which are none. With ``--folds`` it prints what five-fold
cross-validation on the coded sentences gives and writes nothing.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rashomon_evals import events
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from spacy.tokens import Doc

from rashomon.annotate import _event_model as model
from rashomon.annotate import load
from rashomon.annotate._frames import frames
from rashomon.annotate.document import make_doc
from rashomon.annotate.events import candidates, names_of
from rashomon.annotate.pipeline import own_pipes
from rashomon.encode.embedding import embed
from rashomon.types import Article

HERE = Path(__file__).parent
FOLDS = 5
LEAST = 2  # times that a feature occurs
STRENGTH = 12.0  # of the fit against the penalty (C)
INVENTED = 0.7  # weight of a sentence of ours beside a coded one
READ = 0.7
TAUGHT = 6  # every sixth article
SAID = 0.3  # weight of what the joint model says
CLEAR = 0.6  # how likely it must hold it
SEED = 5


class Row(NamedTuple):
    reading: model.DeedText
    type: str
    weight: float
    fold: int
    digest: str = ""


def parsed(gold: Sequence[events.Gold]) -> list[Doc]:
    """The sentences with their syntax alone."""
    nlp = load(annotators="fast")
    with nlp.select_pipes(disable=[*own_pipes(nlp), "ner"]):
        return list(nlp.pipe((g.text for g in gold), batch_size=64))


def coded(path: Path) -> list[Row]:
    gold = events.read_gold(path)
    found = zip(parsed(gold), gold, strict=True)
    return [Row(model.read(events.frame_of(d, g)), g.type, 1.0, int(g.digest, 16) % FOLDS, g.digest) for d, g in found]


def invented(path: Path) -> list[Row]:
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    gold = [events.unmarked(marked, type) for type, marked in lines]
    found = zip(parsed(gold), gold, strict=True)
    return [Row(model.read(events.frame_of(d, g)), g.type, INVENTED, -1) for d, g in found]


def read(path: Path, stories: Path) -> list[Row]:
    texts = {str(row["id"]): row["text"] for row in map(json.loads, stories.read_text(encoding="utf-8").splitlines())}
    told: dict[str, dict[int, str]] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            told.setdefault(row["article"], {})[int(row["at"])] = row["type"]
    nlp = load(annotators="fast")
    rows = []
    for article, types in told.items():
        end = max(types) + 500
        with nlp.select_pipes(disable=["rashomon_events"]):
            doc = nlp(make_doc(nlp, Article(id=article, text=texts[article][:end])))
        named = names_of(doc)
        for frame in frames(doc, lambda token, named=named: token.i in named):  # type: ignore[misc]
            if frame.head.idx in types:
                rows.append(Row(model.read(frame), types[frame.head.idx], READ, -1))
    return rows


def taught(weights: model.Weights, stories: Path) -> list[Row]:
    """Deeds of articles as the joint model judges them: of these the words alone learn what is none."""
    rows = [json.loads(line) for line in stories.read_text(encoding="utf-8").splitlines()][::TAUGHT]
    nlp = load(annotators="fast")
    readings: list[model.DeedText] = []
    for row in rows:
        with nlp.select_pipes(disable=["rashomon_events"]):
            doc = nlp(make_doc(nlp, Article(id=str(row["id"]), text=row["text"])))
        readings += [model.read(frame) for frame in candidates(doc, names_of(doc))]
    judged = model.scores(weights, readings)
    return [
        Row(reading, weights.types[int(chances.argmax())], SAID, -1)
        for reading, chances in zip(readings, judged, strict=True)
        if chances.max() >= CLEAR
    ]


def features(rows: Iterable[Row]) -> tuple[dict[str, int], Any]:
    """The features that occur often enough, and how rare each is."""
    seen: Counter[str] = Counter()
    total = 0
    for row in rows:
        total += 1
        seen.update({f"{group}:{f}" for group in model.GROUPS for f in row.reading.features[group]})
    names = sorted(f for f, count in seen.items() if count >= LEAST and "\n" not in f)
    rarity = np.array([1 + np.log((1 + total) / (1 + seen[f])) for f in names], dtype=np.float32)
    return {f: number for number, f in enumerate(names)}, rarity


def matrix(weights: model.Weights, rows: Sequence[Row]) -> Any:
    cells = [(n, i, v) for n, row in enumerate(rows) for i, v in model.vector(weights, row.reading)]
    at = ([c[0] for c in cells], [c[1] for c in cells])
    return sparse.csr_matrix(([c[2] for c in cells], at), shape=(len(rows), len(weights.rarity) + 1), dtype=np.float32)


def fit(rows: Sequence[Row], vectors: Any) -> model.Weights:
    known, rarity = features(rows)
    types = tuple(sorted({r.type for r in rows}))
    empty = np.zeros((len(rarity) + 1, len(types)), dtype=np.float32)
    held = frozenset(r.digest for r in rows if r.digest)
    weights = model.Weights(types, known, rarity, empty, empty, np.zeros((vectors.shape[1], len(types))), held)
    cells = matrix(weights, rows)
    joint = _fitted(sparse.hstack([cells, sparse.csr_matrix(vectors)]).tocsr(), rows)
    return weights._replace(
        words=_fitted(cells, rows), joint=joint[: len(rarity) + 1], vectors=joint[len(rarity) + 1 :]
    )


def _fitted(cells: Any, rows: Sequence[Row]) -> Any:
    """The coefficients ``(columns, types)``. Types are weighed by the root of their rarity."""
    counts = Counter(r.type for r in rows)
    each = np.array([r.weight * (len(rows) / counts[r.type]) ** 0.5 for r in rows])
    classifier = LogisticRegression(C=STRENGTH, max_iter=300, tol=1e-3, fit_intercept=False, random_state=SEED)
    return classifier.fit(cells, [r.type for r in rows], each / each.mean()).coef_.T.astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plover", type=Path)
    parser.add_argument("stories", type=Path)
    parser.add_argument("--folds", action="store_true")
    options = parser.parse_args()
    ours = [*invented(HERE / "events_invented.tsv"), *read(HERE / "events_read.tsv", options.stories)]
    rows = [*coded(options.plover), *ours]
    print(len(rows), "rows;", dict(Counter(r.type for r in ours)))
    vectors = embed([r.reading.text for r in rows])
    if options.folds:
        wanted: list[str] = []
        found: list[str] = []
        for fold in range(FOLDS):
            here = [i for i, r in enumerate(rows) if r.fold != fold]
            weights = fit([rows[i] for i in here], vectors[here])
            test = [r for r in rows if r.fold == fold]
            wanted += [r.type for r in test]
            found += events._likeliest(weights, [r.reading for r in test])
            print(fold, events._types("", wanted, found), flush=True)
        return
    here = [i for i, r in enumerate(rows) if r.fold != 0]
    own = [rows[i] for i in here]
    weights = fit(own, vectors[here])
    more = [*own, *taught(weights, options.stories)]
    print(len(more) - len(own), "rows taught")
    weights = weights._replace(words=_fitted(matrix(weights, more), more))
    small = {name: getattr(weights, name).astype(np.float16) for name in ("rarity", "words", "joint", "vectors")}
    np.savez_compressed(
        Path(model.__file__).parents[1] / "data" / "plover.npz",
        types=" ".join(weights.types),
        features="\n".join(weights.features),
        held=" ".join(sorted(weights.held)),
        **small,
    )


if __name__ == "__main__":
    main()
