"""A text as the networks read it: words with their pieces and marks, put together in windows.

Words are BERT's (runs of letters and digits, or single marks), pieces those of MiniLM's vocabulary. Nothing is computed
across windows, so what a network says of a text hangs on that text alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rashomon.encode.embedding import word_pieces

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Range = tuple[int, int]

WINDOW_PIECES = 192
"""Paragraphs are read together up to so many word pieces; a longer paragraph is read alone."""
LONGEST_PIECES = 320
"""A paragraph of more word pieces is cut, at the end of a sentence where there is one."""

SHAPES = ("lower", "title", "upper", "mixed", "digit", "mark")
OUTSIDE, INSIDE, OPENING, CLOSING = range(4)
"""Where a word stands to quotation marks."""

_OPENING = frozenset({"“", "``", "„", "«"})
_CLOSING = frozenset({"”", "''", "»"})
_SENTENCE_END = frozenset({".", "?", "!"})

_CLS, _SEP = 101, 102


class Words(NamedTuple):
    """The words of a text, as the model sees them: arrays of one row a word unless said otherwise."""

    start: Ints
    end: Ints
    pieces: tuple[tuple[int, ...], ...]
    shape: Ints
    spaced: Ints
    quoted: Ints
    quotation: Ints
    """The number of the quotation that the word stands in, 0 outside."""
    sentence: Ints
    """Marks that end a sentence, counted from the start of the text."""
    paragraphs: tuple[Range, ...]
    """Ranges of words: paragraphs, or the parts of one that is too long."""


class Window(NamedTuple):
    """Paragraphs read together: ranges of words, and the encoder's inputs."""

    paragraphs: tuple[Range, ...]
    words: Range
    pieces: Ints
    features: Ints
    """Shape, spacing and quotation of every piece: ``(pieces, 3)``."""
    first: Ints
    """Where the first piece of every word stands."""


def read_words(text: str, paragraphs: Sequence[Range]) -> Words:
    """Words (BERT's: runs of letters and digits, or single marks) with their pieces, shape and place in quotations."""
    spans: list[Range] = []
    pieces: list[tuple[int, ...]] = []
    ranges: list[Range] = []
    places: list[int] = []
    for paragraph, found in zip(paragraphs, _pieces(text, paragraphs), strict=True):
        tokens = [text[a:b] for a, b, _ in found]
        places.extend(_quotations(tokens, [a for a, _, _ in found], text, paragraph))
        ranges.extend(_parts(tokens, [p for _, _, p in found], len(spans)))
        spans.extend((a, b) for a, b, _ in found)
        pieces.extend(p for _, _, p in found)
    tokens = [text[a:b] for a, b in spans]
    quoted = np.array(places, dtype=np.int64)
    opened = np.cumsum(quoted == OPENING) + _paragraph_numbers(ranges, len(tokens)) * 1000
    return Words(
        start=np.array([a for a, _ in spans], dtype=np.int64),
        end=np.array([b for _, b in spans], dtype=np.int64),
        pieces=tuple(pieces),
        shape=np.array([_shape(token) for token in tokens], dtype=np.int64),
        spaced=np.array([a > 0 and text[a - 1].isspace() for a, _ in spans], dtype=np.int64),
        quoted=quoted,
        quotation=np.where(quoted == OUTSIDE, 0, opened + 1),
        sentence=np.cumsum([token in _SENTENCE_END for token in tokens], dtype=np.int64),
        paragraphs=tuple(ranges),
    )


def _pieces(text: str, paragraphs: Sequence[Range]) -> Iterator[list[tuple[int, int, tuple[int, ...]]]]:
    """For each paragraph its words: start, end, word pieces."""
    encodings = _tokenizer().encode_batch([text[a:b] for a, b in paragraphs], add_special_tokens=False)
    for (at, _), encoded in zip(paragraphs, encodings, strict=True):
        found: list[tuple[int, int, tuple[int, ...]]] = []
        last = -1
        for word, piece, (left, right) in zip(encoded.word_ids, encoded.ids, encoded.offsets, strict=True):
            if word == last:
                found[-1] = (found[-1][0], at + right, (*found[-1][2], piece))
            else:
                found.append((at + left, at + right, (piece,)))
            last = word
        yield found


def _paragraph_numbers(ranges: Sequence[Range], count: int) -> Ints:
    numbers = np.zeros(count, dtype=np.int64)
    for number, (start, end) in enumerate(ranges):
        numbers[start:end] = number
    return numbers


def _shape(token: str) -> int:
    if token.isdigit():
        return 4
    if not token.isalpha():
        return 3 if token.isalnum() else 5
    if token.islower():
        return 0
    if token.isupper() and len(token) > 1:
        return 2
    return 1 if token.istitle() else 3


def _quotations(tokens: Sequence[str], starts: Sequence[int], text: str, paragraph: Range) -> list[int]:
    """For each word of a paragraph whether it stands in double quotation marks; an open quotation ends with it."""
    places = []
    inside = False
    for token, at in zip(tokens, starts, strict=True):
        doubled = text[max(at - 1, paragraph[0]) : min(at + 2, paragraph[1])]
        straight = token == '"' or (
            token in {"'", "`"} and (doubled.startswith(token * 2) or doubled.endswith(token * 2))
        )
        if token in _OPENING or (straight and not inside and token != "'"):
            inside = True
            places.append(OPENING)
        elif token in _CLOSING or straight:
            inside = False
            places.append(CLOSING)
        else:
            places.append(INSIDE if inside else OUTSIDE)
    return places


def _parts(tokens: Sequence[str], pieces: Sequence[tuple[int, ...]], offset: int) -> Iterator[Range]:
    """The paragraph as one range of words, or several where it has too many pieces."""
    start = size = 0
    sentence_end = -1
    for at, token in enumerate(tokens):
        if size + len(pieces[at]) > LONGEST_PIECES - 2:
            cut = sentence_end if sentence_end > start else at
            yield (offset + start, offset + cut)
            start, size = cut, sum(len(p) for p in pieces[cut:at])
        size += len(pieces[at])
        if token in _SENTENCE_END and size > LONGEST_PIECES // 2:
            sentence_end = at + 1
    if len(tokens) > start:
        yield (offset + start, offset + len(tokens))


def windows(words: Words, first_limit: int = WINDOW_PIECES) -> Iterator[Window]:
    """The paragraphs in windows; ``first_limit`` is the size of the first (training begins windows elsewhere)."""
    taken: list[Range] = []
    size, limit = 2, first_limit
    for paragraph in words.paragraphs:
        length = sum(len(p) for p in words.pieces[slice(*paragraph)]) + 1
        if taken and size + length > limit:
            yield _window(words, taken)
            taken, size, limit = [], 2, WINDOW_PIECES
        taken.append(paragraph)
        size += length
    if taken:
        yield _window(words, taken)


def _window(words: Words, paragraphs: list[Range]) -> Window:
    pieces, first = [_CLS], []
    features = [(0, 0, 0)]
    for start, end in paragraphs:
        for word in range(start, end):
            first.append(len(pieces))
            pieces.extend(words.pieces[word])
            row = (int(words.shape[word]) + 1, int(words.spaced[word]) + 1, int(words.quoted[word]) + 1)
            features.extend([row] * len(words.pieces[word]))
        pieces.append(_SEP)
        features.append((0, 0, 0))
    return Window(
        paragraphs=tuple(paragraphs),
        words=(paragraphs[0][0], paragraphs[-1][1]),
        pieces=np.array(pieces, dtype=np.int64),
        features=np.array(features, dtype=np.int64),
        first=np.array(first, dtype=np.int64),
    )


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    return word_pieces()
