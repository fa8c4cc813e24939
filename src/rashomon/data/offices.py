"""Offices, titles and what they tell: who is addressed as what, and which offices are the same under another name."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from importlib.resources import files
from typing import Any

from rashomon.data import table

_WORDS = re.compile(r"[^\W_]+(?:[-.'][^\W_]+)*\.?")


@lru_cache(maxsize=1)
def _tables() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((files(__package__) / "offices.json").read_text(encoding="utf-8"))
    return loaded


@lru_cache(maxsize=1)
def titles() -> dict[str, str]:
    """Titles that precede a name (lower case, with or without a full stop) and the gender they tell (or ``""``)."""
    return {title: gender for gender, forms in _tables()["titles"].items() for title in forms}


@lru_cache(maxsize=1)
def office_heads() -> dict[str, str]:
    """Nouns that name an office or occupation, singular, lower case, and the gender they tell (or ``""``)."""
    return {head: gender for gender, forms in _tables()["heads"].items() for head in forms}


@lru_cache(maxsize=1)
def office_compounds() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Offices of several words as tuples of lower-case words, longest first, by their first word."""
    index: dict[str, list[tuple[str, ...]]] = {}
    for phrase in _tables()["compounds"]:
        words = tuple(re.findall(r"[^\s-]+|-", phrase))
        index.setdefault(words[0], []).append(words)
    return {first: tuple(sorted(forms, key=lambda f: (-len(f), f))) for first, forms in index.items()}


@lru_cache(maxsize=1)
def office_modifiers() -> frozenset[str]:
    """Lower-case words that may stand before the noun of an office and belong to it."""
    return frozenset(_tables()["modifiers"])


@lru_cache(maxsize=1)
def _synonyms() -> tuple[tuple[re.Pattern[str], str], ...]:
    pairs = sorted(_tables()["synonyms"].items(), key=lambda pair: (-len(pair[0]), pair[0]))
    return tuple((re.compile(rf"(?<!\w){re.escape(old)}(?!\w)"), new) for old, new in pairs)


@lru_cache(maxsize=4096)
def office_words(role: str) -> frozenset[str]:
    """The words that tell an office apart from others, with synonyms made equal; ``former`` and the like dropped.

    ``"new US Secretary of State"`` and ``"foreign minister"`` share ``{"foreign", "minister"}``.
    """
    text = role.lower().replace("\u2019", "'")
    for pattern, new in _synonyms():
        text = pattern.sub(new, text)
    words = (w.removesuffix("'s") for w in _WORDS.findall(text))
    return frozenset(words) - frozenset(_tables()["temporal"]) - {"the", "of", "to", "for", "a", "an", "at", "in", "s"}


@lru_cache(maxsize=1)
def given_name_genders() -> dict[str, str]:
    """``"m"`` or ``"f"`` by given name, for names that are as a rule borne by one gender alone."""
    return {name: gender for gender, names in table("given_names.tsv") for name in names.split()}
