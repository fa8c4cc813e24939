"""Which sentences of two texts tell one matter, and which words answer which: a small trained model.

Three networks, run by onnxruntime (``docs/alignment-model.md``). The *lower* one (three layers of MiniLM-L6, Wang et
al. 2020) reads each text once, in windows, and gives a vector for each word. Late interaction over small projections of
these vectors (Khattab and Zaharia 2020) scores every pair of sentences of two texts. The *upper* one (the other three
layers) reads the words of the few pairs that are worth it together. It says of a pair whether it tells one matter,
which words tell it, which words of the two stand on one matter and which answer each other. Of the pairs that do tell
one matter a third network (three layers, too) says in what way they differ, and which words do.

Pairs are put together only with pairs of as many words, and nothing is padded: a pair's result hangs on the two texts
alone. Training is in ``training/alignment.py``, what it learns from in ``training/alignment_data.py``; both share the
reading of texts with this module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rashomon.data.wording import FUNCTION
from rashomon.encode.embedding import session, spread
from rashomon.encode.windows import SHAPES, Floats, Ints, Range, Window, Words, read_words, windows
from rashomon.rarity import rarity, stem

KINDS = (
    "none number date place name event-name quote-wording quoted-paraphrased polarity attribution addressee strength"
    " cause term omission-within refinement update scope rounding translation"
).split()
"""What two passages on one matter may differ in, in the order of the networks' outputs; ``none`` is variation."""

LONGEST = 72
"""Of a longer sentence its first words are read with another."""
_NEAR = 0.3  # a cosine from which a word counts towards what two sentences share
_FIRM, _UNMATCHED, _SAME_STEM, _SAME_WORD = range(4)


class Text(NamedTuple):
    """A text as the networks see it. Arrays have a row a word, unless said otherwise."""

    words: Words
    sentences: tuple[Range, ...]
    """Ranges of words; empty where a sentence has none."""
    forms: tuple[str, ...]
    """The words in lower case."""
    stems: tuple[str, ...]
    rarity: Ints
    """0 for function words and marks, 1 (common) to 4 (rare) for others."""

    def within(self, start: int, end: int) -> Range:
        """The words that the characters ``[start, end)`` touch, as a range."""
        first, last = self.bounds(start, end)
        return int(first), max(int(first), int(last))

    def bounds(self, starts: ArrayLike, ends: ArrayLike) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The same of many: the first words, and those behind the last; not after the first where there is none."""
        first = np.searchsorted(self.words.end, starts, side="right")
        return np.asarray(first), np.asarray(np.searchsorted(self.words.start, ends, side="left"))


class Encoded(NamedTuple):
    """A text and what the lower network makes of it: vectors ``(words, 384)``, projections to unit length, weights."""

    text: Text
    vectors: Floats
    units: Floats
    weights: Floats


class PairReading(NamedTuple):
    """What the upper network says of two sentences. ``left`` and ``right`` are their ranges of words.

    ``same`` is a logit; the others are chances: of each word to tell the shared matter (``told``), for the words of
    the left and then the right sentence; of each pair of words (left, right) to stand on one matter (``link``) and to
    answer each other (``answers``).
    """

    left: Range
    right: Range
    same: float
    told: tuple[Floats, Floats]
    link: Floats
    answers: Floats


class Difference(NamedTuple):
    """How two sentences on one matter differ: the chance of each of ``KINDS``, which sum to one, and of each word of
    the left and of the right sentence to be what differs (``marks``)."""

    marks: tuple[Floats, Floats]
    kinds: Floats


class Joined(NamedTuple):
    """The upper network's outputs for pairs of one length L: logits of shapes (n,), (n, L) or (n, L, L)."""

    same: Floats
    told: Floats
    link: Floats
    answers: Floats


class Networks(Protocol):
    """The three networks, run by whatever can run them."""

    likeness: tuple[float, float, float]
    """Of late interaction: the factors of the best cosines and of what is shared, and the intercept."""

    def read(self, window: Window) -> tuple[Floats, Floats, Floats]:
        """Vectors ``(words, 384)``, unit projections and weights of a window's words."""

    def join(self, vectors: Floats, features: Ints, sides: Ints) -> Joined:
        """Pairs of one length L: ``(n, L, 384)``, ``(n, L, 2)`` and ``(n, L)``, 1 for the left sentence's words, 2."""

    def differ(self, vectors: Floats, features: Ints, sides: Ints) -> tuple[Floats, Floats]:
        """Logits of the words that differ ``(n, L)`` and of the kinds ``(n, kinds)``, of what ``join`` takes."""


def read_text(text: str, sentences: Sequence[Range]) -> Text:
    """The words of a text's sentences, which are ranges of characters in ascending order."""
    words = read_words(text, sentences)
    forms = tuple(text[a:b].lower() for a, b in zip(words.start.tolist(), words.end.tolist(), strict=True))
    stems = tuple(map(stem, forms))
    found = [(int(np.searchsorted(words.start, a)), int(np.searchsorted(words.start, b))) for a, b in sentences]
    return Text(words, tuple(found), forms, stems, np.array([*map(_bucket, forms, stems)], dtype=np.int64))


def _bucket(form: str, stemmed: str) -> int:
    if form in FUNCTION or not any(c.isalnum() for c in form):
        return 0
    return 1 + min(3, int(4 * rarity(stemmed)))


def encode(text: Text, networks: Networks) -> Encoded:
    """Run the lower network over a text."""
    parts = spread(networks.read, list(windows(text.words)))
    if not parts:
        empty = np.zeros((0, 1), dtype=np.float32)
        return Encoded(text, empty, empty, empty[:, 0])
    vectors, units, weights = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return Encoded(text, vectors, units, np.where(text.rarity > 0, weights, 0.0).astype(np.float32) + np.float32(1e-6))


def likeness(one: Encoded, other: Encoded, networks: Networks) -> Floats:
    """Logits that the sentences of two texts tell one matter, by late interaction: ``(sentences, sentences)``.

    A pair with an empty sentence has ``-inf``.
    """
    shape = (len(one.text.sentences), len(other.text.sentences))
    found = np.full(shape, -np.inf, dtype=np.float32)
    rows, columns = ([n for n, (a, b) in enumerate(t.text.sentences) if b > a] for t in (one, other))
    if not rows or not columns:
        return found
    cosines = one.units @ other.units.T
    left = _covered(cosines, one, other, rows, columns)
    right = tuple(part.T for part in _covered(cosines.T, other, one, columns, rows))
    best, shared, intercept = networks.likeness
    score = best * np.maximum(left[0], right[0]) + best / 2 * np.minimum(left[0], right[0])
    found[np.ix_(rows, columns)] = score + shared * np.log1p(left[1] + right[1]) + intercept
    return found


def _covered(
    cosines: Floats, one: Encoded, other: Encoded, rows: Sequence[int], columns: Sequence[int]
) -> tuple[Floats, Floats]:
    """How well the words of each sentence of one text are met by each of the other's: on average, and in all."""
    starts, others = ([t.text.sentences[n][0] for n in wanted] for t, wanted in ((one, rows), (other, columns)))
    best = np.maximum.reduceat(cosines, others, axis=1)
    weights = one.weights[:, None]
    mass = np.add.reduceat(weights, starts, axis=0)
    mean = np.add.reduceat(weights * best, starts, axis=0) / (mass + 0.5)
    shared = np.add.reduceat(weights * np.maximum(best - np.float32(_NEAR), np.float32(0.0)), starts, axis=0)
    return np.asarray(mean, dtype=np.float32), np.asarray(shared, dtype=np.float32)


Pair = tuple[Encoded, int, Encoded, int]
"""Two sentences: a text and the number of a sentence of it that has words, twice."""
Pairs = Sequence[Pair]


def join(pairs: Pairs, networks: Networks) -> list[PairReading]:
    """What the upper network says of pairs of sentences."""

    def read(pair: Pair) -> PairReading:
        left, right = _sides(pair)
        return _reading(networks.join(*_inputs(pair, left, right)), left, right)

    return spread(read, pairs)


def differ(pairs: Pairs, networks: Networks) -> list[Difference]:
    """How pairs of sentences differ that tell one matter."""

    def read(pair: Pair) -> Difference:
        left, right = _sides(pair)
        [marks], [kinds] = networks.differ(*_inputs(pair, left, right))
        weights = np.exp(kinds - kinds.max())
        chances, cut = chance(marks), left[1] - left[0]
        return Difference((chances[:cut], chances[cut:]), weights / weights.sum())

    return spread(read, pairs)


def _sides(pair: Pair) -> tuple[Range, Range]:
    """The words that are read of the left and of the right sentence."""
    one, i, other, j = pair
    return _side(one, i), _side(other, j)


def _side(encoded: Encoded, sentence: int) -> Range:
    start, end = encoded.text.sentences[sentence]
    return start, min(end, start + LONGEST)


def _inputs(pair: Pair, left: Range, right: Range) -> tuple[Floats, Ints, Ints]:
    """What the networks are given of a pair, which is read alone: sums over several hang on how many they are."""
    one, _, other, _ = pair
    vectors = np.concatenate([one.vectors[slice(*left)], other.vectors[slice(*right)]])
    features = np.concatenate(
        [features_of(one.text, left, other.text, right), features_of(other.text, right, one.text, left)]
    )
    sides = np.repeat(np.array([1, 2], dtype=np.int64), [left[1] - left[0], right[1] - right[0]])
    return vectors[None], features[None], sides[None]


def features_of(text: Text, own: Range, other: Text, theirs: Range) -> Ints:
    """For each word of a sentence its shape with whether the other has it, and how rare it is: ``(words, 2)``."""
    forms, stems = set(other.forms[slice(*theirs)]), set(other.stems[slice(*theirs)])
    rare = text.rarity[slice(*own)]
    match = np.array(
        [
            _FIRM if not r else _SAME_WORD if form in forms else _SAME_STEM if stemmed in stems else _UNMATCHED
            for r, form, stemmed in zip(rare, text.forms[slice(*own)], text.stems[slice(*own)], strict=True)
        ],
        dtype=np.int64,
    )
    return np.stack([match * len(SHAPES) + text.words.shape[slice(*own)], rare], axis=1)


def _reading(joined: Joined, left: Range, right: Range) -> PairReading:
    cut = left[1] - left[0]
    [same], [told] = joined.same, chance(joined.told)
    return PairReading(
        left,
        right,
        float(same),
        (told[:cut], told[cut:]),
        chance(joined.link[0, :cut, cut:]),
        chance(joined.answers[0, :cut, cut:]),
    )


def chance(logits: Floats) -> Floats:
    """The logistic function."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -30.0, 30.0))), dtype=np.float32)


def logit(probability: float) -> float:
    """The inverse of the logistic function, within what four decimals can tell."""
    return float(logits(np.array(probability)))


def logits(probabilities: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """The same of each of an array."""
    bounded = np.clip(probabilities, 1e-4, 1 - 1e-4)
    return np.asarray(np.log(bounded / (1 - bounded)))


class _Onnx:
    """The networks as onnxruntime runs them."""

    def __init__(self, lower: Path, upper: Path, differences: Path) -> None:
        self._lower, self._upper, self._differences = map(session, (lower, upper, differences))
        told: Mapping[str, str] = self._upper.get_modelmeta().custom_metadata_map
        best, shared, intercept = map(float, told["likeness"].split())
        self.likeness = (best, shared, intercept)

    def read(self, window: Window) -> tuple[Floats, Floats, Floats]:
        inputs = {"pieces": window.pieces, "features": window.features, "first": window.first}
        vectors, units, weights = self._lower.run(None, inputs)
        return vectors, units, weights

    def join(self, vectors: Floats, features: Ints, sides: Ints) -> Joined:
        return Joined(*self._upper.run(None, {"vectors": vectors, "features": features, "sides": sides}))

    def differ(self, vectors: Floats, features: Ints, sides: Ints) -> tuple[Floats, Floats]:
        marks, kinds = self._differences.run(None, {"vectors": vectors, "features": features, "sides": sides})
        return marks, kinds


@lru_cache(maxsize=2)
def load(model: Path) -> Networks:
    """The networks in a folder with ``lower.onnx``, ``upper.onnx`` and ``differences.onnx``, loaded once."""
    return _Onnx(*(model / f"{name}.onnx" for name in ("lower", "upper", "differences")))
