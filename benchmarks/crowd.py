"""A story told by as many outlets as one likes, made from the bundled one by editing its text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rashomon.types import Article

# Each telling takes some of these and not others, so that no two are alike and few pass as copies of each other.
_SWAPS = (
    ("police", "officers"),
    ("harbour", "port"),
    ("fire", "blaze"),
    ("crowd", "people"),
    ("killed", "left dead"),
    ("injured", "hurt"),
    ("picket", "protest"),
    ("gates", "entrance"),
    ("container terminal", "terminal"),
    ("said that", "told the local radio that"),
    ("lease", "contract"),
    ("warehouse", "storehouse"),
    ("an hour", "ninety minutes"),
    ("are to meet", "will meet"),
    ("dock workers", "dockers"),
    ("leader of", "head of"),
)
_NUMBER = re.compile(r"(?<![\w.,])\d{2,3}(?![\w.,])")


def crowd(articles: Sequence[Article], size: int) -> list[Article]:
    """``size`` articles by invented outlets, each made from two of ``articles``; the same on every call."""
    return [_telling(articles, number) for number in range(size)]


def _telling(articles: Sequence[Article], number: int) -> Article:
    first = articles[number % len(articles)]
    second = articles[(number + 1 + number // len(articles)) % len(articles)]
    taken = [p.text for i, p in enumerate(first.paragraphs) if (i + number) % 4]
    taken += [p.text for i, p in enumerate(second.paragraphs) if not (i + number) % 4]
    text = "\n\n".join(_edited(paragraph, number) for paragraph in taken)
    return Article(
        id=f"telling-{number}",
        outlet=f"Outlet {number}",
        published=first.published,
        language="en",
        text=text,
    )


def _edited(paragraph: str, number: int) -> str:
    for place, (word, other) in enumerate(_SWAPS):
        if (number * 7 + place * 5) % 11 < 5:
            paragraph = paragraph.replace(word, other)
    return _NUMBER.sub(lambda match: str(int(match.group()) + number % 3), paragraph)
