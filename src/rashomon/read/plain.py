"""Pasted or saved plain text or Markdown, with or without front matter, to an article."""

from __future__ import annotations

import re

from rashomon.read.decode import clean
from rashomon.read.draft import Draft, compose
from rashomon.read.markdown import parts
from rashomon.read.metadata import FIELD_NAMES, Metadata, from_fields, merge

_FRONT_MATTER = re.compile(
    r"\s*---[ \t]*\n(?P<fields>(?:[ \t]*(?:#.*)?\n|[\w-]+[ \t]*:.*\n|[ \t]+\S.*\n|-[ \t].*\n)+)---[ \t]*(?:\n|\Z)"
)
_FIELD = re.compile(r"(?P<key>[\w-]+)[ \t]*:[ \t]*(?P<value>.*)")
_ITEM = re.compile(r"[ \t]*-[ \t]+(?P<value>\S.*)")


def read_plain(input: str, text: str, stated: Metadata, default: Metadata, *, markdown: bool = False) -> Draft:
    """The article in a plain text. ``stated`` beats the front matter, which beats ``default``.

    ``markdown``: it is known to be Markdown; else it is if it looks like it.

    Raises:
        InputError: nothing to analyse, another language, or a date in the front matter that is none.
    """
    front, text = _front_matter(clean(text))
    known = merge(stated, front, default)
    text, found = parts(text, markdown=markdown)
    return compose(input, text, found, known, trusted_language=known.language)


def _front_matter(text: str) -> tuple[Metadata, str]:
    """The fields between ``---`` lines at the top (``key: value`` lines and lists below a key) and the text below them.

    A block without a single known key is text like any other.
    """
    match = _FRONT_MATTER.match(text)
    if not match:
        return Metadata(), text
    fields: dict[str, object] = {}
    key = ""
    for line in match["fields"].splitlines():
        if field := _FIELD.match(line):
            key, value = field["key"], _value(field["value"])
            within = re.fullmatch(r"\[(.*)\]", value)
            fields[key] = [_value(item) for item in within[1].split(",")] if within else value
        elif (item := _ITEM.match(line)) and key and (isinstance(fields[key], list) or not fields[key]):
            fields[key] = [*(fields[key] or []), _value(item["value"])]  # type: ignore[misc]  # (a list or nothing)
    if not any(key.casefold() in names for key in fields for names in FIELD_NAMES.values()):
        return Metadata(), text
    return from_fields(fields, "front matter"), text[match.end() :]


def _value(written: str) -> str:
    """A value without the marks around it: quotation marks, and those of a link within a collection."""
    return re.sub(r"^\[\[(?:[^|\]]*\|)?|\]\]$", "", written.strip().strip("\"'"))
