"""Which PLOVER type a deed is of: a linear model over the words of its clause and the clause's embedding.

The words are read first; only what they leave open is then embedded (MiniLM), which is what costs time.
Training is in ``training/events.py``, which shares the reading of features with this module.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import as_file, files
from itertools import pairwise
from math import fsum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rashomon.annotate._frames import Frame
from rashomon.encode.digests import verified
from rashomon.encode.embedding import embed

Floats = NDArray[np.float32]

_CLEAR = 0.8
"""Of what the words hold so likely, the embedding says the same (94 in 100)."""
NONE = "none"
"""What is no deed in PLOVER's sense."""

GROUPS = ("frame", "clause", "sentence")
_PARTS = frozenset({"dobj", "dative", "prep", "prt", "acomp", "ccomp", "attr", "agent", "aux", "neg", "oprd"})


class DeedText(NamedTuple):
    """One deed as the model reads it: features by group, and the text to be embedded."""

    features: Mapping[str, tuple[str, ...]]
    text: str


class Verdict(NamedTuple):
    """The likeliest type, and how likely it and being a deed at all are."""

    type: str
    chance: float


def read(frame: Frame) -> DeedText:
    """The features of a frame. A denial is read as what it denies."""
    marked = frame.marked()
    sentence = frame.marked(frame.head.sent)
    return DeedText(
        {
            "frame": tuple(_frame_features(frame)),
            "clause": tuple(_grams([lemma for _, lemma in marked])),
            "sentence": tuple(_grams([lemma for _, lemma in sentence])),
        },
        " ".join(text for text, _ in marked),
    )


def _frame_features(frame: Frame) -> Iterator[str]:
    """The verbs with their parts, the objects with theirs."""
    for verb in frame.steps:
        lemma = verb.lemma_.lower()
        yield f"verb={lemma}"
        for child in verb.children:
            below = child.lemma_.lower()
            if child.dep_ in _PARTS:
                yield f"{lemma}+{child.dep_}={below}"
            if child.dep_ in {"dobj", "acomp", "attr"}:
                yield f"object={below}"
                yield from (f"of={c.lemma_.lower()}" for c in child.children if c.dep_ in {"amod", "compound"})
    yield f"agent={bool(frame.agents)}"
    yield f"patient={bool(frame.patients)}"


def _grams(words: Sequence[str]) -> Iterator[str]:
    yield from words
    yield from (f"{one} {two}" for one, two in pairwise(words))


class Weights(NamedTuple):
    """A model: its types, the number and the weight (inverse document frequency) of each feature, its matrices.

    ``words`` ``(features, types)`` judges by words alone; ``joint`` ``(features, types)`` and ``vectors``
    ``(384, types)`` judge together. The last row of ``words`` and ``joint`` is the bias.
    """

    types: tuple[str, ...]
    features: Mapping[str, int]
    rarity: Floats
    words: Floats
    joint: Floats
    vectors: Floats
    held: frozenset[str]
    """Digests of the sentences that the model was trained on."""


def judge(readings: Sequence[DeedText], *, floor: float, embedded: bool = True) -> list[Verdict]:
    """What each deed is.

    Not embedded are those that the words alone give a chance below ``floor`` of being one, or are sure of.
    """
    return _judged(load(), readings, floor, embedded)


def scores(weights: Weights, readings: Sequence[DeedText], *, embedded: bool = True) -> Floats:
    """The chances of the types ``(readings, types)``."""
    rows = [vector(weights, reading) for reading in readings]
    if not embedded:
        return _softmax(np.array([_sum(weights.words, row) for row in rows]).reshape(len(rows), -1))
    told = np.array([_sum(weights.joint, row) for row in rows]).reshape(len(rows), -1)
    return _softmax(told + embed([r.text for r in readings]) @ weights.vectors)


def _judged(weights: Weights, readings: Sequence[DeedText], floor: float, embedded: bool) -> list[Verdict]:
    if not readings:
        return []
    none = weights.types.index(NONE)
    chances = scores(weights, readings, embedded=False)
    doubtful = (1 - chances[:, none] >= floor) & (np.delete(chances, none, axis=1).max(axis=1) < _CLEAR)
    asked = [int(i) for i in np.flatnonzero(doubtful)] if embedded else []
    if asked:
        chances[asked] = scores(weights, [readings[i] for i in asked])
    best = chances.argmax(axis=1)
    return [Verdict(weights.types[b], float(row[b])) for b, row in zip(best, chances, strict=True)]


def vector(weights: Weights, reading: DeedText) -> list[tuple[int, float]]:
    """The known features with their weights; each group has length 1."""
    found: list[tuple[int, float]] = [(len(weights.rarity), 1.0)]
    for group in GROUPS:
        known = {weights.features[key] for f in reading.features[group] if (key := f"{group}:{f}") in weights.features}
        length = float(np.sqrt(fsum(weights.rarity[i] ** 2 for i in known))) or 1.0
        found += [(i, float(weights.rarity[i]) / length) for i in sorted(known)]
    return found


def _sum(matrix: Floats, row: Sequence[tuple[int, float]]) -> Floats:
    values = np.array([value for _, value in row], dtype=np.float32)
    summed: Floats = values @ matrix[[index for index, _ in row]]
    return summed


def _softmax(values: Floats) -> Floats:
    shifted = np.exp(values - values.max(axis=1, keepdims=True))
    chances: Floats = shifted / shifted.sum(axis=1, keepdims=True)
    return chances


@lru_cache(maxsize=1)
def load() -> Weights:
    """The model that comes with the package."""
    with (
        as_file(files("rashomon.data") / "plover.npz") as path,
        verified({"plover.npz": path}, package="rashomon"),
        np.load(path) as saved,
    ):
        names = str(saved["features"]).split("\n")
        return Weights(
            types=tuple(str(saved["types"]).split()),
            features={name: number for number, name in enumerate(names)},
            rarity=saved["rarity"].astype(np.float32),
            words=saved["words"].astype(np.float32),
            joint=saved["joint"].astype(np.float32),
            vectors=saved["vectors"].astype(np.float32),
            held=frozenset(str(saved["held"]).split()),
        )
