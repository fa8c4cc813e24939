"""The headline that may stand for a story: chosen from those of its articles, not written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import fsum

from rashomon.data.wording import NUMERALS
from rashomon.rarity import rarity, stem
from rashomon.types import Article

_WORD = re.compile(r"\w+")
# How much of the other articles must have a word for it to speak for a headline.
_SHARED = 0.4
_SHOUTED = 5  # letters; a word of so many capitals is no abbreviation


def headline(articles: Sequence[Article]) -> str:
    """The headline whose words are rare in news and common in the story; empty where no article has one.

    Each word counts by its rarity, for a headline where the other articles have it, against it where they have not. One
    that counts something, which others may count otherwise, or that shouts is chosen only where there is no other.
    """
    titled = [number for number, article in enumerate(articles) if article.title]
    if not titled:
        return ""
    words = [_stems(f"{article.title or ''}\n{article.text}") for article in articles]

    def rank(number: int) -> tuple[bool, float, str]:
        title = (articles[number].title or "").strip()
        others = words[:number] + words[number + 1 :]
        plain = _WORD.findall(title)
        loud = any((len(w) >= _SHOUTED and w.isupper()) or w.isdigit() or w.lower() in NUMERALS for w in plain)
        shares = {w: sum(w in own for own in others) / max(len(others), 1) for w in sorted(_stems(title))}
        return not loud, round(fsum((share - _SHARED) * rarity(w) for w, share in shares.items()), 6), title

    return max(map(rank, titled))[2]


def _stems(text: str) -> set[str]:
    return {stem(word) for word in _WORD.findall(text.lower())}
