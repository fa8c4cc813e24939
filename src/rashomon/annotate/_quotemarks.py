"""Where quotation marks open and close: pairs of marks in one paragraph after another, apostrophes told apart.

Works on characters alone, before any syntax, because a parser is no help inside marks and a hindrance near them.
Reads curly and straight marks, double and single, guillemets, and the doubled single marks of wire copy. A mark
that finds no partner is dropped and disturbs no other, with one exception: a passage that runs over several
paragraphs opens anew in each and closes only in the last (Chicago Manual of Style 13.32).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

# Of three single marks in a row after a word the first closes on its own: ``“had me at ‘independence’”`` in wire copy.
_MARK = re.compile(r"(?<=\S)'(?=''(?!'))|''|``|[\"“”„«»‘’']")
_OPENING = {"“", "„", "«", "``"}
_CLOSING = {"”", "»"}
_DOUBLE = {'"', "“", "”", "„", "''", "``"}
# Words that lose their head to an apostrophe: the mark before them opens nothing.
_ELISION = re.compile(r"(?:\d0s|\d\d\b|em\b|tis\b|twas\b|til\b|till\b|cause\b|bout\b|round\b|n\b|cuz\b|ere\b)", re.I)
_BEFORE_OPENING = set(" \t\n\r\xa0([{—–-/…:,;\u2009\u200a\u202f")

_Family = Literal["double", "single", "angle"]


@dataclass(frozen=True, slots=True)
class Marked:
    """A passage between marks: ``[start, end)`` inside them, ``[outer_start, outer_end)`` with them.

    ``level`` is 0 for a passage in no other. ``opens_more`` is set when the passage goes on in the next paragraph,
    ``goes_on`` when it continues the one before.
    """

    start: int
    end: int
    outer_start: int
    outer_end: int
    level: int = 0
    opens_more: bool = False
    goes_on: bool = False


@dataclass(slots=True)
class _Open:
    family: _Family
    at: int
    width: int


def marked_passages(text: str, paragraphs: Iterable[tuple[int, int]]) -> list[Marked]:
    """The marked passages of each paragraph ``[start, end)`` of ``text``, in order of their opening marks."""
    found: list[Marked] = []
    unclosed: Marked | None = None  # from a double mark left open to the end of the paragraph before
    for start, end in paragraphs:
        passages, left_open = _in_paragraph(text, start, end)
        if unclosed is not None and _opens_with_double(text, start):
            found.append(unclosed)
        found.extend(passages)
        unclosed = None
        if left_open is not None:
            inside = left_open.at + left_open.width
            unclosed = Marked(inside, end, left_open.at, end, opens_more=True)
    found.sort(key=lambda p: (p.outer_start, -p.outer_end))
    return list(_levels(_chained(found)))


def _chained(found: list[Marked]) -> Iterator[Marked]:
    """Set ``goes_on`` on every passage that follows one that opens more."""
    more = False
    for passage in found:
        yield replace(passage, goes_on=True) if more else passage
        more = passage.opens_more


def _levels(found: Iterable[Marked]) -> Iterator[Marked]:
    ends: list[int] = []
    for passage in found:
        while ends and ends[-1] <= passage.outer_start:
            ends.pop()
        yield replace(passage, level=len(ends))
        ends.append(passage.outer_end)


def _opens_with_double(text: str, at: int) -> bool:
    match = _MARK.match(text, at)
    return match is not None and match.group() in _DOUBLE


def _in_paragraph(text: str, start: int, end: int) -> tuple[list[Marked], _Open | None]:
    """The closed passages of one paragraph and the double mark left open at its end, if any."""
    passages: list[Marked] = []
    stack: list[_Open] = []
    for match in _MARK.finditer(text, start, end):
        mark, at, width = match.group(), match.start(), len(match.group())
        family: _Family = "angle" if mark in "«»" else "double" if mark in _DOUBLE else "single"
        inside = next((k for k in range(len(stack) - 1, -1, -1) if stack[k].family == family), None)
        before = text[at - 1] if at > start else " "
        after = text[at + width] if at + width < end else " "
        if family == "single" and _is_apostrophe(text, at, end, before, after, inside=inside is not None):
            continue
        if inside is not None and _closes(mark, before, after):
            opened = stack[inside]
            if opened.at + opened.width < at:
                passages.append(Marked(opened.at + opened.width, at, opened.at, at + width))
            del stack[inside:]
        elif _opens(mark, before, after, inside is not None):
            # A second opening mark of a family means that the first lost its partner.
            if inside is not None:
                del stack[inside:]
            stack.append(_Open(family, at, width))
    left = next((o for o in stack if o.family == "double"), None)
    return passages, left


def _opens(mark: str, before: str, after: str, inside: bool) -> bool:
    if mark in _OPENING:
        return True
    if mark in _CLOSING or mark == "’":  # a closing mark set by mistake where only an opening one can stand
        return mark == "”" and not inside and before.isspace() and after.isalnum()
    if after.isspace():
        return mark == '"' and before.isspace() and not inside
    if mark in {"'", "‘"}:
        return before in _BEFORE_OPENING or before in "\"“„'`"
    return before in _BEFORE_OPENING or before in "'‘" or (not before.isdigit() and not inside and not before.isalnum())


def _closes(mark: str, before: str, after: str) -> bool:
    if mark == "”":
        return not (before.isspace() and after.isalnum())
    if mark in _CLOSING or mark == "’":
        return True
    if mark in _OPENING or mark == "‘":
        return False
    if before.isspace() or before in "([{":
        return after.isspace() and mark == '"'
    return not after.isalnum() or mark == '"'


def _is_apostrophe(text: str, at: int, end: int, *around: str, inside: bool) -> bool:
    """Whether a single mark belongs to a word: ``don't``, ``the workers' rights``, ``'90s``."""
    before, after = around
    if before.isalnum() and after.isalnum():
        return True
    if not before.isalnum() and (after.isalnum() and _ELISION.match(text, at + 1)):
        return True
    if before in "sS" and not after.isalnum() and text[at] != "‘":
        return not inside or _closed_later(text, at, end)
    return before.isdigit() and not inside


def _closed_later(text: str, at: int, end: int) -> bool:
    """Whether a better closing single mark follows: then the one at ``at``, after an s, was a possessive."""
    if at + 2 >= end or not (text[at + 1] == " " and text[at + 2].islower()):
        return False
    for match in re.finditer(r"['’]", text[at + 1 : end]):
        place = at + 1 + match.start()
        before, after = text[place - 1], text[place + 1] if place + 1 < end else " "
        if not before.isspace() and not after.isalnum():
            return True
        if before.isspace() and after.isalnum():
            return False
    return False
