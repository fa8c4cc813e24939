"""Lines of pasted text to units: the pieces of which each is one paragraph, heading or bit of page furniture.

Two habits occur. In most pasted text a line is a paragraph, however long, and blank lines mean nothing more. In
hard-wrapped text (mail, old wire services) lines break at a fixed width and a paragraph takes many. The second is told
by how wrapping works: a line breaks exactly where the next word would no longer have fitted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

_LINE = re.compile(r"[^\n]+")
# Editors wrap between 50 and 100 columns; longer lines are paragraphs.
_NARROWEST, _WIDEST = 45, 110
_WRAPPED_SHARE = 0.75
_LEAST_PAIRS = 3

# The words of a paragraph, or (true) of a heading.
Block = tuple[str, bool]


class Unit(NamedTuple):
    """A trimmed range ``[start, end)`` of the text, with that text. ``heading`` if the markup says it is one."""

    start: int
    end: int
    text: str
    heading: bool = False


class _Line(NamedTuple):
    start: int
    end: int
    indent: int
    blank_before: bool


def units(text: str) -> list[Unit]:
    """The text's paragraphs or lines, trimmed of white space, in order."""
    lines = _lines(text)
    width = _wrap_width(text, lines)
    groups: list[list[_Line]] = []
    for line in lines:
        if width and groups and _continues(text, groups[-1][-1], line, width):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_unit(text, group[0].start, group[-1].end) for group in groups]


def laid_out(blocks: Sequence[Block]) -> tuple[str, list[Unit]]:
    """One text of the blocks of a marked-up document, a blank line between them, and where each stands in it."""
    found: list[Unit] = []
    at = 0
    for words, heading in blocks:
        found.append(Unit(at, at + len(words), words, heading))
        at += len(words) + 2
    return "\n\n".join(words for words, _ in blocks), found


def _unit(text: str, start: int, end: int) -> Unit:
    return Unit(start, end, text[start:end])


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    at = 0
    for match in _LINE.finditer(text):
        raw = match.group()
        body = raw.strip()
        if not body:
            continue
        indent = len(raw) - len(raw.lstrip())
        start = match.start() + indent
        lines.append(_Line(start, start + len(body), indent, text.count("\n", at, start) > 1))
        at = start + len(body)
    return lines


def _wrap_width(text: str, lines: list[_Line]) -> int:
    """The column at which the text is wrapped, or 0 if its lines are paragraphs."""
    lengths = [line.end - line.start for line in lines if text[line.start : line.end].count(" ") >= 3]
    if not lengths or not _NARROWEST <= max(lengths) <= _WIDEST:
        return 0
    width = max(lengths)
    pairs = [(a, b) for a, b in pairwise(lines) if not b.blank_before]
    full = [_is_full(text, a, b, width) for a, b in pairs]
    if len(full) < _LEAST_PAIRS or sum(full) < _WRAPPED_SHARE * len(full):
        return 0
    # Whole sentences on every line are a list of short paragraphs that happen to be of one length.
    open_ended = sum(f and text[a.end - 1] not in '.!?"”’:' for f, (a, _) in zip(full, pairs, strict=True))
    return width if open_ended >= 0.5 * sum(full) else 0


def _is_full(text: str, line: _Line, following: _Line, width: int) -> bool:
    """Whether the next line's first word would not have fitted (a twelfth of slack for ragged hand-wrapping)."""
    word = text[following.start : following.end].split(maxsplit=1)[0]
    return line.end - line.start + 1 + len(word) > width - width // 12


def _continues(text: str, line: _Line, following: _Line, width: int) -> bool:
    if following.blank_before or following.indent > line.indent + 1:
        return False
    return _is_full(text, line, following, width) or text[following.start].islower()
