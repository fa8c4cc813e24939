"""The words that head a row of the matrix, and those in which a telling differs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from rashomon.data.wording import FUNCTION, MODALS, NEGATIONS, NUMERALS
from rashomon.spans import closed, overlap, part
from rashomon.types import Span, Telling, ToldWord, WordStatus

# Characters of a clause that heads a row as a whole, and of the words of a longer one; what a word among these weighs
# that one account has alone, or that another has otherwise, where one that all have weighs 1, of who speaks less.
_CLAUSE, _GIST = 160, 110
_ALONE, _CONTESTED, _FRAME = -0.3, -0.8, 0.4
# What weighs less says little by itself; so many words on either side are given with it. So many words off is near.
_SAID, _BESIDE, _REACH = 2.5, 4, 6
_JOINING = {"", "-", "'", "’"}
_MARKS = (("“", "”"), ("‘", "’"), ('"', '"'))
_ENOUGH = 3  # words that say something; a clause of fewer heads no row by itself
_BREAK = re.compile(r'["“”«»()\[\];:.!?—]')


def headed(
    telling: Telling, label: Span, claims: Iterable[Sequence[Span]], set_off: Sequence[Span], frames: Sequence[Span]
) -> tuple[Span, ...]:
    """The words of a telling that head a row, without those that are ``set_off`` as what the accounts differ in.

    The whole clause (of ``claims``) that the label of the point is of, where that is short enough to be read at a
    glance; else the gist of the telling; the label where that tells more, and not only who speaks.
    """
    least = min(claims, key=lambda spans: (-sum(_common(s, label) for s in spans), _length(spans)), default=())
    spans = tuple(_clause(telling, least, set_off)) if _length(least) <= _CLAUSE else ()
    if _says_enough(telling, spans):
        return spans
    spans = tuple(_gist(telling, set_off, frames))
    inside = [word for word in telling.words if label.start <= word.start < label.end]
    says_who = all(any(s.start <= word.start < s.end for s in frames) for word in inside)
    longer = _length(spans) > len(label.text)
    return spans if spans and (longer or says_who) else (label,)


def _length(spans: Iterable[Span]) -> int:
    return sum(len(span.text) for span in spans)


def _common(one: Span, other: Span) -> int:
    """How many characters two overlapping spans share."""
    return min(one.end, other.end) - max(one.start, other.start) if overlap(one, other) else 0


def _clause(telling: Telling, claim: Iterable[Span], set_off: Sequence[Span]) -> Iterator[Span]:
    """What a clause says but for the words set off."""
    for piece in claim:
        inside = [n for n, w in enumerate(telling.words) if piece.start <= w.start and w.end <= piece.end]
        yield from _kept(telling, inside, set_off)


def _kept(telling: Telling, numbers: Sequence[int], set_off: Sequence[Span]) -> Iterator[Span]:
    """Of a run of words (their numbers) what is left without those set off and what is written together with them."""
    words = telling.words
    cut = {n for n in numbers if any(s.start < words[n].end and words[n].start < s.end for s in set_off)}
    for n in (*numbers, *reversed(numbers)):
        cut |= {m for m in (n - 1, n + 1) if n in cut and m in numbers and _is_joined(telling, max(m, n))}
    runs = [(left_out, list(run)) for left_out, run in groupby(numbers, key=cut.__contains__)]
    for number, (left_out, run) in enumerate(runs):
        # What leads to a word that is left out at the end is left out with it ("was signed on").
        while run and number == len(runs) - 2 and _says_little(_own(telling, words[run[-1]])):
            run.pop()
        told = [words[n] for n in run]
        if not left_out and not all(_says_little(_own(telling, word)) for word in told):
            yield _closed(telling.passage, told[0].start, told[-1].end)


def _closed(passage: Span, start: int, end: int) -> Span:
    """A stretch of a passage with the marks of a quotation that go with those in it."""
    at, to = closed(passage.text, start - passage.start, end - passage.start, _MARKS)
    return part(passage, passage.start + at, passage.start + to)


def _says_enough(telling: Telling, spans: Sequence[Span]) -> bool:
    """Whether a heading has words enough to be understood."""
    told = [word for word in telling.words if any(s.start <= word.start < s.end for s in spans)]
    return sum(not _says_little(_own(telling, word)) for word in told) >= _ENOUGH


def _gist(telling: Telling, set_off: Sequence[Span], frames: Sequence[Span]) -> Iterator[Span]:
    """The stretch of a telling with the most words that others have, too, and what belongs to it.

    Who speaks (``frames``) counts less than what is said. The stretch goes on to the comma or the end of a sentence
    that is near; where none is, to the next word that says little. No end of a sentence is in it. Where it would say
    little, some of what stands beside it is given, too.
    """
    words = telling.words
    own = [_own(telling, word) for word in words]
    small = [*map(_says_little, own)]
    contested = [
        any(s.start <= word.start < s.end for s in set_off) or _is_contested(word, text)
        for word, text in zip(words, own, strict=True)
    ]
    breaks = [n == 0 or bool(_BREAK.search(_between(telling, n))) for n in range(len(words))]
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
    pauses = [*(stop or "," in _between(telling, n) for n, stop in enumerate(breaks)), True]
    first = next((n for n in range(start, max(-1, start - _REACH), -1) if pauses[n]), None)
    last = next((n for n in range(end, min(len(words), end + _REACH) + 1) if pauses[n]), None)
    if first is None:
        while start > 0 and not breaks[start] and (not small[start - 1] or _is_joined(telling, start)):
            start -= 1
    if last is None:
        while end < len(words) and not breaks[end] and (not small[end] or _is_joined(telling, end)):
            end += 1
        while start < end and small[end - 1]:
            end -= 1
    return _kept(telling, range(start if first is None else first, end if last is None else last), set_off)


def _own(telling: Telling, word: ToldWord) -> str:
    return part(telling.passage, word.start, word.end).text.lower()


def _between(telling: Telling, number: int) -> str:
    """What stands before a word of a telling, from the word before it."""
    before = telling.words[number - 1].end if number else telling.passage.start
    return part(telling.passage, before, telling.words[number].start).text


def _is_joined(telling: Telling, number: int) -> bool:
    """Whether a word is written together with the one before it ("de-escalate", "Valentine's")."""
    return 0 < number < len(telling.words) and _between(telling, number) in _JOINING


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
