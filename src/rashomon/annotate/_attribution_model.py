"""Who said what, by a small trained model: every attribution of a text with its cue, speaker and content.

Two networks, both run by onnxruntime. The *encoder* (MiniLM-L6, Wang et al. 2020, fine-tuned on PolNeAR) reads a window
of paragraphs once, gives a vector for each word and tags the cues. The *reader* takes one cue and the vectors of its
paragraph and says for each word how well it suits the speaker or the content that belong to this cue, as in semantic
role labelling (Shi and Lin 2019); so attributions may nest, overlap and be discontinuous. A conditional random field
over eight states allows only sequences that mean something: one speaker at most, none of it inside the cue.

Nothing is padded and nothing is computed across windows, so a text's result hangs on that text alone. Training is in
``training/attribution.py``, which shares the reading of words, windows and states with this module.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from rashomon.encode.embedding import session, spread
from rashomon.encode.windows import Floats, Ints, Range, Window, Words, read_words, windows

# The reader's tags, and the states of the field: before and from the speaker on, other words and content each have a
# state of their own, so that a second speaker is no path.
TAGS = ("other", "begin-speaker", "in-speaker", "begin-content", "in-content")
OTHER, BEGIN_SPEAKER, IN_SPEAKER, BEGIN_CONTENT, IN_CONTENT = range(5)
STATE_TAGS = (OTHER, BEGIN_CONTENT, IN_CONTENT, BEGIN_SPEAKER, IN_SPEAKER, OTHER, BEGIN_CONTENT, IN_CONTENT)
STARTS = (0, 1, 3)
NEXT_STATES = ((0, 1, 3), (0, 2, 3), (0, 2, 3), (4, 5, 6), (4, 5, 6), (5, 6), (5, 7), (5, 7))
IMPOSSIBLE = -1e4

CUE_FLOOR = 0.5
"""What is more likely a cue than none."""

_PATHS = 64  # so many paths are sought at once


class Attribution(NamedTuple):
    """One attribution in characters of the text: how likely the networks hold its cue, and given it the rest, to be."""

    cue: Range
    speaker: Range | None
    content: tuple[Range, ...]
    cue_chance: float
    rest_chance: float


class Networks(Protocol):
    """The two networks, run by whatever can run them."""

    field: Floats
    """Transitions between states ``(8, 8)``, impossible ones included."""

    def encode(self, window: Window) -> tuple[Floats, Floats]:
        """Of each word its vector ``(words, 384)`` and the scores of no cue, first and further word ``(words, 3)``."""

    def read(self, vectors: Floats, told: Mapping[str, Ints]) -> Floats:
        """The scores of a paragraph's words ``(cues, words, 5)``; ``told`` is what :func:`reader_inputs` gives."""


def attributions(
    text: str, paragraphs: Sequence[Range], networks: Networks, floor: float = CUE_FLOOR
) -> list[Attribution]:
    """The attributions in the paragraphs of a text, in order of their cues, which have a chance above ``floor``.

    ``paragraphs`` are ranges of characters in ascending order; leave page furniture out. The networks are those of
    :func:`load`.
    """
    words = read_words(text, paragraphs)
    asked: list[_Asked] = []
    read = list(windows(words))
    for window, (vectors, cue_scores) in zip(read, spread(networks.encode, read), strict=True):
        for paragraph in window.paragraphs:
            at = slice(paragraph[0] - window.words[0], paragraph[1] - window.words[0])
            cues = find_cues(cue_scores[at], floor)
            if cues:
                told = reader_inputs(words, paragraph, [cue[:2] for cue in cues])
                scores = forbid_cues(networks.read(vectors[at], told), [cue[:2] for cue in cues])
                asked.extend(_Asked(paragraph, *cue, row) for cue, row in zip(cues, scores, strict=True))
    paths = best_paths([a.scores for a in asked], networks.field)
    return [found for a, path in zip(asked, paths, strict=True) if (found := _decoded(words, a, *path)) is not None]


class _Asked(NamedTuple):
    """A cue, in words of its paragraph, and the reader's scores for it."""

    paragraph: Range
    start: int
    end: int
    chance: float
    scores: Floats


def reader_inputs(words: Words, paragraph: Range, cues: Sequence[Range]) -> dict[str, Ints]:
    """What the reader is told of a paragraph's words and of cues, given as ranges of words from its start.

    ``cues`` ``(cues, 2)``: first and last word. ``distance``, ``sentences`` and ``marks``, each ``(cues, words)``:
    buckets of the distance from the cue in words and in sentences, and whether both stand in quotation marks.
    """
    at = slice(*paragraph)
    spans = np.array(cues, dtype=np.int64).reshape(-1, 2)
    position = np.arange(paragraph[1] - paragraph[0])[None, :]
    start, last = spans[:, :1], spans[:, 1:] - 1
    signed = np.minimum(position - start, 0) + np.maximum(position - last, 0)
    sentence = words.sentence[at]
    ended = sentence[None, :] - sentence[start[:, 0]][:, None]
    quotation, of_cue = words.quotation[at][None, :], words.quotation[at][start[:, 0]][:, None]
    marks = np.where(quotation == 0, np.where(of_cue == 0, 0, 1), np.where(quotation == of_cue, 2, 3))
    return {
        "cues": np.concatenate([start, last], axis=1),
        "distance": _buckets(signed),
        "sentences": np.clip(ended, -3, 3) + 3,
        "marks": marks * 4 + words.quoted[at][None, :],
    }


def _buckets(signed: NDArray[Any]) -> Ints:
    """Distances from -8 to 8 exactly, larger ones by half octaves up to 15: values from 0 to 30."""
    size = np.abs(signed)
    far = 8 + np.floor(2 * np.log2(np.maximum(size, 8) / 8)).astype(np.int64)
    return np.asarray(np.sign(signed) * np.where(size <= 8, size, np.minimum(far, 15)) + 15, dtype=np.int64)


def find_cues(scores: Floats, floor: float = CUE_FLOOR) -> list[tuple[int, int, float]]:
    """Cues as ``(start, end, probability)`` from scores ``(words, 3)`` for outside, begin and inside."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances = shifted / shifted.sum(axis=1, keepdims=True)
    found = []
    at = 0
    while at < len(scores):
        if chances[at, 1] <= max(floor, chances[at, 2]):
            at += 1
            continue
        end = at + 1
        while end < len(scores) and chances[end, 2] > max(chances[end, 0], chances[end, 1]):
            end += 1
        found.append((at, end, float(chances[at, 1])))
        at = end
    return found


def forbid_cues(scores: Floats, cues: Sequence[Range]) -> Floats:
    """Reader's scores ``(cues, words, 5)`` with no role left to the words of the cue itself."""
    for row, (start, end) in enumerate(cues):
        scores[row, start:end, 1:] = IMPOSSIBLE
    return scores


def best_paths(scores: Sequence[Floats], field: Floats) -> list[tuple[Ints, float]]:
    """Viterbi: for each table of the reader's scores ``(words, 5)`` the best states and their probability among all."""
    order = sorted(range(len(scores)), key=lambda i: -len(scores[i]))
    found: list[tuple[Ints, float] | None] = [None] * len(scores)
    for at in range(0, len(order), _PATHS):
        some = order[at : at + _PATHS]
        for index, path in zip(some, _paths([scores[i] for i in some], field), strict=True):
            found[index] = path
    return [path for path in found if path is not None]


def _paths(scores: list[Floats], field: Floats) -> Iterator[tuple[Ints, float]]:
    """All at once; the longest first, so that those that go on at a step are always the first ones."""
    lengths = np.array([len(s) for s in scores])
    emissions = np.zeros((lengths[0], len(scores), len(STATE_TAGS)))
    for row, table in enumerate(scores):
        emissions[: len(table), row] = table[:, list(STATE_TAGS)]
    best = emissions[0] + np.where(np.isin(np.arange(len(STATE_TAGS)), STARTS), 0.0, IMPOSSIBLE)
    total = best.copy()
    back = np.zeros((lengths[0], len(scores), len(STATE_TAGS)), dtype=np.int64)
    for at in range(1, lengths[0]):
        on = int((lengths > at).sum())
        steps = best[:on, :, None] + field
        back[at, :on] = steps.argmax(axis=1)
        best[:on] = steps.max(axis=1) + emissions[at, :on]
        total[:on] = np.logaddexp.reduce(total[:on, :, None] + field, axis=1) + emissions[at, :on]
    whole = np.logaddexp.reduce(total, axis=1)
    for row, length in enumerate(lengths):
        path = np.zeros(length, dtype=np.int64)
        path[-1] = best[row].argmax()
        for at in range(length - 1, 0, -1):
            path[at - 1] = back[at, row, path[at]]
        yield path, float(np.exp(best[row].max() - whole[row]))


def _decoded(words: Words, asked: _Asked, path: Ints, chance: float) -> Attribution | None:
    """The attribution of a path through the states, if it has content."""
    tags = np.array(STATE_TAGS)[path]
    offset = asked.paragraph[0]
    content = _runs(words, offset, (tags == BEGIN_CONTENT) | (tags == IN_CONTENT))
    speaker = _runs(words, offset, (tags == BEGIN_SPEAKER) | (tags == IN_SPEAKER))
    if not content:
        return None
    cue = int(words.start[offset + asked.start]), int(words.end[offset + asked.end - 1])
    return Attribution(cue, speaker[0] if speaker else None, tuple(content), asked.chance, chance)


def _runs(words: Words, offset: int, wanted: NDArray[np.bool_]) -> list[Range]:
    """The runs of wanted words, in characters."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], wanted, [False]]).astype(np.int8)))
    return [
        (int(words.start[offset + a]), int(words.end[offset + b - 1]))
        for a, b in zip(edges[::2], edges[1::2], strict=True)
    ]


class _Onnx:
    """The networks as onnxruntime runs them."""

    def __init__(self, encoder: Path, reader: Path) -> None:
        self._encoder, self._reader = session(encoder), session(reader)
        numbers = self._reader.get_modelmeta().custom_metadata_map["field"].split()
        self.field: Floats = np.array(numbers, dtype=np.float32).reshape(len(STATE_TAGS), len(STATE_TAGS))

    def encode(self, window: Window) -> tuple[Floats, Floats]:
        inputs = {"pieces": window.pieces, "features": window.features, "first": window.first}
        vectors, cue_scores = self._encoder.run(None, inputs)
        return vectors, cue_scores

    def read(self, vectors: Floats, told: Mapping[str, Ints]) -> Floats:
        scores: Floats = self._reader.run(None, {"vectors": vectors, **told})[0]
        return scores


@lru_cache(maxsize=2)
def load(model: Path) -> Networks:
    """The networks in a folder with ``encoder.onnx`` and ``reader.onnx``, loaded once."""
    return _Onnx(model / "encoder.onnx", model / "reader.onnx")
