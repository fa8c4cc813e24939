"""Revisions: reports that say they correct or update an earlier one, in their headline or in a note.

What such a report tells otherwise than the one before it is no dispute between the two.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import get_args

from rashomon.compare.quantities import Quantity
from rashomon.data.kinds import group_of
from rashomon.data.wording import NUMERALS
from rashomon.types import Article, FindingKind

_REVISED = r"(?:correct(?:ed|ion|s)|updat(?:e|es|ed)|clarif(?:ied|ication|ies)|refiles?|recasts?)"
# "CORRECTED-Blast ...", "UPDATE 2: ...", "[Updated] ...", "... (corrected)".
_MARKED = re.compile(
    rf"[\[(*]?{_REVISED}(?: \d\d?)?[\])*]? ?[-–—:|/\]].*|.*(?:[\[(] ?|[-–—:|] ){_REVISED}[\])]?", re.IGNORECASE
)
_KIND = r"(?:account|article|column|dispatch|headline|item|piece|post|report|story|text|version)"
# "(Corrects number of dead ...)", "Correction: ...", "An earlier version of this article said ...".
_NOTE = re.compile(
    rf"[\[(]? ?(?:{_REVISED}|adds)\b[^()\[\]]*[\])]"
    rf"|(?:editors?['’]?s?['’]? note|{_REVISED})\b[^.:]{{0,30}}:.*"
    rf"|.*\b(?:earlier|previous|original|first|initial) version of (?:this|the|our) {_KIND}\b.*"
    rf"|.*\bthis {_KIND} (?:was|has been|is|had been) (?:since |later |first )?{_REVISED}\b.*"
    rf"|.*\bthis (?:is a |{_KIND} is an? )?(?:corrected|updated) (?:{_KIND}|version)\b.*",
    re.IGNORECASE,
)
_REVISABLE = frozenset(kind for kind in get_args(FindingKind) if group_of(kind) in ("facts", "certainty"))
_NEAR_EDGE = 4  # lines from the beginning or the end in which a note stands


def revision_note(article: Article) -> str:
    """The words by which a report says that it corrects or updates an earlier one; empty where it does not."""
    return _note(article.title or "", article.text)


@lru_cache(maxsize=1024)
def _note(title: str, text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    edges = lines[:_NEAR_EDGE] + lines[_NEAR_EDGE:][-_NEAR_EDGE:]
    headlines = [line for line in (title.strip(), *lines[:1]) if len(line) < 200 and _MARKED.fullmatch(line)]
    return "\n".join([*headlines, *(line for line in edges if _NOTE.fullmatch(line))])


def later(one: Article, other: Article) -> Article | None:
    """Which of two reports says that it revises an earlier one and was not published before the other, if either."""
    revised = [a for a in (one, other) if revision_note(a)]
    dates = [a.published.value if a.published else "" for a in (one, other)]
    size = min(map(len, dates))
    last = None if dates[0][:size] == dates[1][:size] else max(one, other, key=lambda a: _date(a)[:size])
    if last is not None:
        return last if last in revised else None
    return revised[0] if len(revised) == 1 else None


def _date(article: Article) -> str:
    return article.published.value if article.published else ""


def names_count(article: Article, count: Quantity) -> bool:
    """Whether the note of a revised report has a count: it tells what stood there before."""
    words = {NUMERALS.get(word, word) for word in re.findall(r"[\w,.]*\w", revision_note(article).lower())}
    return bool(words & {f"{count.value:.10g}", f"{count.value:,.10g}"})


def is_revisable(kind: str) -> bool:
    """Whether a difference of a kind is one in what is told, and not in how it is worded."""
    return kind in _REVISABLE
