"""Where quotation marks open and close: pairs of marks in one paragraph after another, apostrophes told apart.

Works on characters alone, before any syntax, because a parser is no help inside marks and a hindrance near them.
Reads curly and straight marks, double and single, and the doubled single marks of wire copy; what other languages
use (guillemets, low marks) becomes one of these first (:func:`with_english_marks`). A mark that finds no partner is
dropped and disturbs no other, but for two kinds: a passage that runs over several paragraphs, whether it opens anew in
each and closes only in the last (Chicago Manual of Style 13.32) or opens once and closes paragraphs later; and one
that a comma or a colon leads into, or that goes on from the paragraph before, which lasts to the end of its paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

# Of three single marks in a row after a word the first closes on its own: ``“had me at ‘independence’”`` in wire copy.
_MARK = re.compile(r"(?<=\S)'(?=''(?!'))|''|``|[\"“”‘’']")
_OPENING = {"“", "``"}
_CLOSING = {"”"}
_DOUBLE = {'"', "“", "”", "''", "``"}
_FOREIGN = re.compile(r"[«»‹›„‚“‘]")
_ANGLES = {"«": "“", "»": "”", "‹": "‘", "›": "’"}
_TURNED = {"“": "”", "”": "“", "‘": "’", "’": "‘"}
_MOST_BETWEEN = 4  # paragraphs without a mark that a quotation may run through
# Words that lose their head to an apostrophe: the mark before them opens nothing.
_ELISION = re.compile(r"(?:\d0s|\d\d\b|em\b|tis\b|twas\b|til\b|till\b|cause\b|bout\b|round\b|n\b|cuz\b|ere\b)", re.I)
_BEFORE_OPENING = set(" \t\n\r\xa0([{—–-/…:,;\u2009\u200a\u202f")

_Family = Literal["double", "single"]


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


def with_english_marks(text: str) -> str:
    """The text with guillemets and low marks made English ones, character for character: ``„Go,“`` is ``“Go,”``.

    Guillemets open where a word follows white space, whichever way they point; ``“`` and ``‘`` close after a low mark.
    """
    if not set(text) & set("«»‹›„‚"):
        return text
    made = list(text)
    low: set[str] = set()  # of the low marks those that wait for their partner
    for match in _FOREIGN.finditer(text):
        mark, at = match.group(), match.start()
        if mark in _ANGLES:
            made[at] = _angle(mark, text[at - 1 : at], text[at + 1 : at + 2])
        elif mark in "„‚":
            closing = "“" if mark == "„" else "‘"
            if mark == "„" or text[at + 1 : at + 2].isalnum():
                low.add(closing)
                made[at] = closing
        elif mark in low:
            low.discard(mark)
            made[at] = _TURNED[mark]
    return "".join(made)


def _angle(mark: str, before: str, after: str) -> str:
    """The English mark in place of a guillemet: its way tells, but where only the other can stand."""
    usual = _ANGLES[mark]
    opens, closes = not before or before.isspace() or before in "([{—–-", not after.isalnum()
    if usual in "“‘":
        return _TURNED[usual] if not opens and closes else usual
    return _TURNED[usual] if opens and not closes else usual


@dataclass(slots=True)
class _Pending:
    """A passage left open at the end of its paragraph, and the paragraphs since that have no double mark."""

    passage: Marked
    led_into: bool
    between: list[tuple[int, int]] = field(default_factory=list)


def marked_passages(
    text: str, paragraphs: Iterable[tuple[int, int]], spoken: Iterable[tuple[int, int]] = ()
) -> list[Marked]:
    """The marked passages of each paragraph ``[start, end)`` of ``text``, in order of their opening marks.

    ``spoken`` are the lines of a transcript: passages without marks, with what is marked in them on the next level.
    """
    found = [Marked(start, end, start, end) for start, end in spoken]
    pending: _Pending | None = None
    for start, end in paragraphs:
        first = next((m for m in _MARK.finditer(text, start, end) if m.group() in _DOUBLE), None)
        if pending is not None and first is None and len(pending.between) < _MOST_BETWEEN:
            pending.between.append((start, end))
            found.extend(_in_paragraph(text, start, end)[0])
            continue
        runs_on = pending is not None and first is not None and _only_closes(text, first, start, end)
        opens_anew = pending is not None and not pending.between and first is not None and first.start() == start
        found.extend(_settled(pending, runs_on, opens_anew))
        passages, left = _in_paragraph(text, start, end, runs_on)
        found.extend(passages)
        led_into = opens_anew or (left is not None and text[start : left.at].rstrip()[-1:] in {",", ":"})
        inside = left.at + left.width if left is not None else end
        pending = _Pending(Marked(inside, end, left.at, end), led_into) if left is not None and inside < end else None
    found.extend(_settled(pending, runs_on=False, opens_anew=False))
    found.sort(key=lambda p: (p.outer_start, -p.outer_end))
    return list(_chained(_levels(found)))


def _settled(pending: _Pending | None, runs_on: bool, opens_anew: bool) -> Iterator[Marked]:
    """What becomes of a passage left open: it goes on in a later paragraph, ends with its own, or is none."""
    if pending is None:
        return
    if runs_on or opens_anew:
        yield replace(pending.passage, opens_more=True)
        for start, end in pending.between:
            yield Marked(start, end, start, end, opens_more=True)
    elif pending.led_into:
        yield pending.passage


def _only_closes(text: str, match: re.Match[str], start: int, end: int) -> bool:
    """Whether the first double mark of a paragraph can only close what stands before it."""
    before = text[match.start() - 1] if match.start() > start else " "
    after = text[match.end()] if match.end() < end else " "
    closes = _closes(match.group(), before, after) and not before.isspace()
    return closes and not _opens(match.group(), before, after, inside=True)


def _chained(found: Iterable[Marked]) -> Iterator[Marked]:
    """Set ``goes_on`` on every outer passage that follows one that opens more."""
    more = False
    for passage in found:
        yield replace(passage, goes_on=True) if more and passage.level == 0 else passage
        more = passage.opens_more if passage.level == 0 else more


def _levels(found: Iterable[Marked]) -> Iterator[Marked]:
    ends: list[int] = []
    for passage in found:
        while ends and ends[-1] <= passage.outer_start:
            ends.pop()
        yield replace(passage, level=len(ends))
        ends.append(passage.outer_end)


def _in_paragraph(text: str, start: int, end: int, runs_on: bool = False) -> tuple[list[Marked], _Open | None]:
    """The closed passages of one paragraph and the double mark left open at its end, if any.

    ``runs_on`` says that an earlier paragraph's passage closes in this one.
    """
    passages: list[Marked] = []
    stack: list[_Open] = [_Open("double", start, 0)] if runs_on else []
    for match in _MARK.finditer(text, start, end):
        mark, at, width = match.group(), match.start(), len(match.group())
        family: _Family = "double" if mark in _DOUBLE else "single"
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
