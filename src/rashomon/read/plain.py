"""Pasted or saved plain text, with or without front matter, to an article."""

from __future__ import annotations

import re

from rashomon.read.decode import clean
from rashomon.read.draft import Draft, compose
from rashomon.read.layout import units
from rashomon.read.metadata import FIELD_NAMES, Metadata, from_fields, merge

_FRONT_MATTER = re.compile(r"\s*---[ \t]*\n(?P<fields>(?:[ \t]*(?:#.*)?\n|[\w-]+[ \t]*:.*\n)+)---[ \t]*\n")
_FIELD = re.compile(r"(?P<key>[\w-]+)[ \t]*:[ \t]*(?P<value>.*)")


def read_plain(input: str, text: str, stated: Metadata, default: Metadata) -> Draft:
    """The article in a plain text. ``stated`` beats the front matter, which beats ``default``.

    Raises:
        InputError: nothing to analyse, another language, or a date in the front matter that is none.
    """
    front, text = _front_matter(clean(text))
    known = merge(stated, front, default)
    return compose(input, text, units(text), known, trusted_language=known.language)


def _front_matter(text: str) -> tuple[Metadata, str]:
    """The fields between ``---`` lines at the top (simple ``key: value`` lines only) and the text below them.

    A block without a single known key is text like any other.
    """
    match = _FRONT_MATTER.match(text)
    if not match:
        return Metadata(), text
    fields = {f["key"]: f["value"].strip().strip("\"'") for f in map(_FIELD.match, match["fields"].splitlines()) if f}
    if not any(key.casefold() in names for key in fields for names in FIELD_NAMES.values()):
        return Metadata(), text
    return from_fields(fields, "front matter"), text[match.end() :]
