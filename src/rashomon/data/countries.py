"""Names that stand for countries: the countries themselves, their people, capitals, seats of government and places.

Codes are ISO 3166-1 alpha-3; names are the English short names and those in common use. The tables beside this
module hold one row per country, seat or group of places and say in their first line what their columns are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

import msgspec

from rashomon.data import table

EntryKind = Literal["country", "nationality", "capital", "seat", "place", "organisation"]

# Everyday words or names of people, too: they need a second witness in the text before they name a country.
_CAPITALS = re.compile(r"[A-Z]{4,}(?: [A-Z]{3,})*\b")
AMBIGUOUS = frozenset(
    "Georgia|Jordan|Chad|Niger|Guinea|Male|Lima|Nice|Victoria|Queens|Georgetown|Kingston|Wellington|San Jose|San José|"
    "Sofia|Santiago|St. George's|St. John's|Nassau".split("|")
)


class Entry(msgspec.Struct, frozen=True):
    """One written form and what it can stand for.

    ``name`` is the name of the thing meant (for ``seat`` the institution, empty where the seat stands for the state
    itself); ``country`` its alpha-3 code, ``None`` where it lies in no country or in more than one.
    """

    form: str
    kind: EntryKind
    country: str | None
    name: str


@lru_cache(maxsize=1)
def country_names() -> dict[str, str]:
    """English short name by alpha-3 code."""
    return {row[0]: row[1] for row in table("countries.tsv")}


def _plural(demonym: str) -> str | None:
    last = demonym[-1]
    regular = last in "nicktdesbr" and not demonym.endswith(("ese", "ss", "ish", "ch", "men", "man", "s"))
    return demonym + "s" if regular else None


def _country_entries() -> Iterator[Entry]:
    for row in table("countries.tsv"):
        code, name, others, demonyms, capitals = (*row, "", "", "")[:5]
        for form in (name, *others.split("|")):
            yield Entry(form, "country", code, name)
        for demonym in filter(None, demonyms.split("|")):
            yield Entry(demonym, "nationality", code, name)
            if plural := _plural(demonym):
                yield Entry(plural, "nationality", code, name)
        for capital in capitals.split("|"):
            yield Entry(capital, "capital", code, capital.split(",")[0].removesuffix(" DC").removesuffix(" D.C."))


def _other_entries() -> Iterator[Entry]:
    for row in table("seats.tsv"):
        form, code, institution = (*row, "")[:3]
        yield Entry(form, "seat", code, institution)
    for code, places in table("places.tsv"):
        for place in places.split("|"):
            name, _, abbreviation = place.partition("=")
            for form in filter(None, (name, abbreviation)):
                yield Entry(form, "place", None if code == "-" else code, name)
    for row in table("organisations.tsv"):
        name, others, code = (*row, "", "")[:3]
        for form in (name, *others.split("|")):
            yield Entry(form, "organisation", code or None, name)


@lru_cache(maxsize=1)
def gazetteer() -> dict[str, Entry]:
    """Every written form and what it stands for; the first table that lists a form wins."""
    found: dict[str, Entry] = {}
    for entry in (*_country_entries(), *_other_entries()):
        if entry.form:
            found.setdefault(entry.form.removeprefix("the "), entry)
    return found


@lru_cache(maxsize=1)
def _by_prefix() -> dict[str, tuple[str, ...]]:
    """The forms by their first two characters, longest first."""
    index: dict[str, list[str]] = {}
    for form in gazetteer():
        index.setdefault(form[:2], []).append(form)
    return {prefix: tuple(sorted(forms, key=lambda f: (-len(f), f))) for prefix, forms in index.items()}


def entry_at(text: str, start: int) -> Entry | None:
    """The longest form of the gazetteer that stands in ``text`` at ``start`` as a whole word, if any.

    A form in capitals ("MOSCOW") is found, too. Apostrophes must be straight and white space plain: ``text`` is usually
    a copy of an article's text with just these replaced.
    """
    for form in _by_prefix().get(text[start : start + 2], ()):
        if text.startswith(form, start):
            after = text[start + len(form) : start + len(form) + 1]
            if not (after.isalnum() or after == "_"):
                return gazetteer()[form]
    capitals = _CAPITALS.match(text, start)
    if capitals is not None and (found := gazetteer().get(capitals[0].title())) is not None:
        return Entry(capitals[0], found.kind, found.country, found.name)
    return None
