"""Interviews and transcripts, where a label before a colon says who speaks: ``Q:`` and ``A:``, ``MARLOW:``.

Such lines hold no quotation marks, so they are found here by their form alone: labels that come back, before words
that are plainly spoken. A single line with a colon is none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_QUESTION, _ANSWER = frozenset({"Q", "Question"}), frozenset({"A", "Answer"})
_ASKED = re.compile(r"(Q|A|Question|Answer)(?:[.:]|\s?[–—])\s*(?=\S)")
_NAMED = re.compile(
    r"((?:[A-Z][\w.'’-]*)(?:\s(?:[A-Z][\w.'’-]*|of|the|for|and|de|van|von)){0,5})(?:\s\([^()]{1,40}\)|,\s[^:]{3,40})?:\s+"
    r"(?=[^\s\"“«„‘'])"
)
_SPOKEN = re.compile(r"\?|\b(?:I|[Ww]e|[Yy]ou|[Mm]y|[Oo]ur|[Yy]our|[Yy]es|No|[Ww]ell|[Tt]hanks?)\b")
_FEWEST = 3  # lines of a transcript with names


@dataclass(frozen=True, slots=True)
class Line:
    """What one says: characters ``[start, end)``, and where the label stands that says who.

    ``asked`` is set where the label only tells a question from an answer.
    """

    start: int
    end: int
    label: tuple[int, int]
    asked: bool | None = None


def spoken_lines(text: str, paragraphs: Sequence[tuple[int, int]]) -> list[Line]:
    """The lines of an interview or a transcript in the paragraphs ``[start, end)``, in order; none of a report."""
    asked = _labelled(text, paragraphs, _ASKED)
    labels = {label[1] for label in asked.values()}
    if labels & _QUESTION and labels & _ANSWER:
        return _lines(asked, paragraphs)
    named = _labelled(text, paragraphs, _NAMED)
    counts = Counter(label for _, label, _ in named.values())
    spoken = sum(_SPOKEN.search(text, at, paragraphs[n][1]) is not None for n, (_, _, at) in named.items())
    several = len(counts) > 1 and max(counts.values()) > 1 and len(named) >= _FEWEST
    if not several or 2 * spoken < len(named) or 2 * len(named) <= max(named) - min(named):
        return []
    return _lines(named, paragraphs)


_Labelled = dict[int, tuple[tuple[int, int], str, int]]  # by paragraph: where the label stands, it, where speech begins


def _labelled(text: str, paragraphs: Sequence[tuple[int, int]], form: re.Pattern[str]) -> _Labelled:
    found = ((n, form.match(text, start, end)) for n, (start, end) in enumerate(paragraphs))
    return {n: (m.span(1), m[1], m.end()) for n, m in found if m is not None and m.end() < paragraphs[n][1]}


def _lines(labelled: _Labelled, paragraphs: Sequence[tuple[int, int]]) -> list[Line]:
    """A line a paragraph from the first label to the last; one without a label goes on with who spoke before."""
    lines: list[Line] = []
    for n in range(min(labelled), max(labelled) + 1):
        start, end = paragraphs[n]
        if n in labelled:
            label, name, start = labelled[n]
            asked = name in _QUESTION if name in _QUESTION | _ANSWER else None
        lines.append(Line(start, end, label, asked))
    return lines
