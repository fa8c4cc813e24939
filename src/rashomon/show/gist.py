"""The words that head a row of the matrix, and those in which a telling differs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from rashomon.data.wording import FUNCTION, MODALS, NEGATIONS, NUMERALS
from rashomon.spans import part
from rashomon.types import Span, Telling, ToldWord, WordStatus

# Characters of the words that stand for a matter; what a word among them weighs that one account has alone, or that
# another has otherwise, where one that all have weighs 1, of who speaks less; what does not stand between them.
_GIST = 110
_ALONE, _CONTESTED, _FRAME = -0.3, -0.8, 0.4
# What weighs less says little by itself; so many words on either side are given with it.
_SAID, _BESIDE = 2.5, 4
_JOINING = {"", "-", "'", "’"}
_BREAK = re.compile(r'["“”«»()\[\];:.!?—]')


def headed(telling: Telling, label: Span, set_off: Sequence[Span], frames: Sequence[Span]) -> tuple[Span, ...]:
    """The words of a telling that head a row: its gist; the label where that tells more, and not only who speaks."""
    spans = tuple(_gist(telling, set_off, frames))
    inside = [word for word in telling.words if label.start <= word.start < label.end]
    says_who = all(any(s.start <= word.start < s.end for s in frames) for word in inside)
    longer = sum(len(span.text) for span in spans) > len(label.text)
    return spans if spans and (longer or says_who) else (label,)


def _gist(telling: Telling, set_off: Sequence[Span], frames: Sequence[Span]) -> Iterator[Span]:
    """The stretch of a telling with the most words that others have, too, cut where another account has other words.

    Who speaks (``frames``) counts less than what is said.

    It begins and ends with words that others have, and no end of a sentence is in it. Where it would say little, some
    of what stands beside it is given, too.
    """
    words = telling.words
    own = [part(telling.passage, word.start, word.end).text.lower() for word in words]
    small = [word in FUNCTION for word in own]
    contested = [
        any(s.start <= word.start < s.end for s in set_off) or _is_contested(word, text)
        for word, text in zip(words, own, strict=True)
    ]
    breaks = [
        n == 0 or bool(_BREAK.search(part(telling.passage, words[n - 1].end, word.start).text))
        for n, word in enumerate(words)
    ]
    at, weight, best = 0, 0.0, (0.0, 0, 0)
    for number, word in enumerate(words):
        if weight <= 0 or breaks[number] or word.end - words[at].start > _GIST:
            at, weight = number, 0.0
        framed = any(s.start <= word.start < s.end for s in frames)
        own_weight = _ALONE if word.status == "alone" else float(not small[number])
        weight += _CONTESTED if contested[number] else own_weight * (_FRAME if framed else 1.0)
        if weight > best[0]:
            best = weight, at, number + 1
    weight, start, end = best
    for _ in range(_BESIDE if 0 < weight < _SAID else 0):
        start -= start > 0 and not breaks[start]
        end += end < len(words) and not breaks[end]
    while start < end and (contested[start] or (small[start] and contested[start + 1 : start + 2] == [True])):
        start += 1
    while start < end and (contested[end - 1] or small[end - 1] or _is_cut(telling, end)):
        end -= 1
    for otherwise, run in groupby(range(start, end), key=lambda number: contested[number]):
        told = [words[number] for number in run]
        if not otherwise:
            yield part(telling.passage, told[0].start, told[-1].end)


def _is_cut(telling: Telling, end: int) -> bool:
    """Whether what is written as one word ("de-escalate") would be cut before a word of a telling."""
    if end == len(telling.words):
        return False
    before, after = telling.words[end - 1 : end + 1]
    return part(telling.passage, before.end, after.start).text in _JOINING


def _is_contested(word: ToldWord, own: str) -> bool:
    """Whether others have another word for it and none has it, or any another number; "the" for "a" is none.

    A word that one account quotes and another says itself is the same word, and so is one that another qualifies.
    """
    if _says_little(own):
        return False
    answers = {answer.text.lower() for answer in word.answers}
    if own in NUMERALS or any(c.isdigit() for c in own):
        return bool(answers - {own})
    return word.status == "other" and not any(own in answer.split() for answer in answers)


def _says_little(word: str) -> bool:
    return word in FUNCTION and word not in MODALS | NEGATIONS


def meaningful(marks: Sequence[Span]) -> list[Span]:
    """Of the words set off in a passage those that tell something when they stand by themselves."""
    return [mark for mark in marks if not all(map(_says_little, mark.text.lower().split()))]


def differing(telling: Telling) -> Iterator[tuple[WordStatus, Span]]:
    """The stretches of a telling that others have otherwise (``other``) or not at all (``alone``)."""
    for status, run in groupby(telling.words, key=lambda word: word.status):
        words = list(run)
        if status != "shared":
            yield status, part(telling.passage, words[0].start, words[-1].end)
