"""What is known about an article besides its text, and which of several statements about it wins."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from email.utils import parsedate_to_datetime

import msgspec

from rashomon.errors import InvalidRecord
from rashomon.types import Published

# Field names of ours first, then those of schema.org, ninjs, feeds and common front matter.
FIELD_NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "identifier", "guid"),
    "outlet": ("outlet", "publisher", "site", "sitename", "site_name", "publication", "newspaper"),
    "title": ("title", "headline", "name"),
    "published": ("published", "datepublished", "date_published", "published_at", "pubdate", "versioncreated", "date"),
    "modified": ("modified", "datemodified", "date_modified", "updated", "updated_at", "lastmod"),
    "author": ("author", "authors", "creator", "byline"),
    "url": ("url", "link", "permalink", "canonical", "mainentityofpage"),
    "language": ("language", "lang", "inlanguage"),
}

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
FULL_DATE = re.compile(
    rf"\b(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m1>{MONTH}),?\s+(?P<y1>\d{{4}})"
    rf"|(?P<m2>{MONTH})\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>\d{{4}})"
    r"|(?P<y3>\d{4})-(?P<m3>\d{2})-(?P<d3>\d{2}))(?!\d)",
    re.IGNORECASE,
)


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """What one place (an option, a manifest line, a page) says about an article; ``None`` where it is silent."""

    id: str | None = None
    outlet: str | None = None
    title: str | None = None
    published: Published | None = None
    modified: str | None = None
    author: str | None = None
    url: str | None = None
    language: str | None = None


def merge(*layers: Metadata) -> Metadata:
    """Field by field, the first layer that says anything."""
    return Metadata(
        **{
            name: next((value for layer in layers if (value := getattr(layer, name)) is not None), None)
            for name in Metadata.__struct_fields__
        }
    )


def from_fields(fields: Mapping[str, object], where: str) -> Metadata:
    """Metadata from a record's fields, under any of the ``FIELD_NAMES``.

    Raises:
        InvalidRecord: a field has a value of the wrong type, or a date that is none; ``where`` names the place.
    """
    folded = {str(key).casefold(): value for key, value in fields.items()}
    values: dict[str, str | None] = {}
    inferred = False
    for field, names in FIELD_NAMES.items():
        value = next((folded[name] for name in names if folded.get(name) not in (None, "")), None)
        if field == "published" and isinstance(value, Mapping):
            inferred = value.get("inferred") is True
            value = value.get("value")
        values[field] = _word(value, field, where)
    published = values.pop("published")
    modified = values.pop("modified")
    return Metadata(
        **values,
        published=Published(value=iso_date(published, "published", where), inferred=inferred) if published else None,
        modified=iso_date(modified, "modified", where) if modified else None,
    )


def _word(value: object, field: str, where: str) -> str | None:
    """A field's value as one string; schema.org gives objects with a name, and lists of them."""
    if value is None:
        return None
    if isinstance(value, str):
        return " ".join(value.split()) or None
    if isinstance(value, Mapping):
        keys = ("url", "@id", "name") if field == "url" else ("name", "alternateName")
        return next((v.strip() for key in keys if isinstance(v := value.get(key), str) and v.strip()), None)
    if isinstance(value, list) and all(isinstance(v, str | Mapping) for v in value):
        words = [w for v in value if (w := _word(v, field, where))]
        return (", ".join(words) if field == "author" else words[0]) if words else None
    if field == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise InvalidRecord(f"{where}: {field!r} must be a string, not {_type_name(value)}")


def _type_name(value: object) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), "an object")


def iso_date(value: str, field: str, where: str) -> str:
    """An ISO 8601 date or date and time, normalised; RFC 2822 (feeds, HTTP) and dates with a named month are read too.

    Raises:
        InvalidRecord: the value is no full date.
    """
    parsed = parse_date(value)
    if parsed is None:
        raise InvalidRecord(
            f"{where}: {field!r} is {value[:40]!r}, which is no date; write it like 2031-05-17 or 2031-05-17T14:30:00Z"
        )
    return parsed


def parse_date(value: str) -> str | None:
    """As ``iso_date``, but ``None`` for what is no full date."""
    value = value.strip()
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(value).isoformat()
    except ValueError:
        pass
    if re.match(r"(?:[A-Za-z]{3},\s*)?\d{1,2} [A-Za-z]{3} \d{4} \d", value):
        try:
            return parsedate_to_datetime(value).isoformat()
        except ValueError:
            return None
    match = FULL_DATE.search(value) if len(value) <= 60 else None
    return named_date(match) if match else None


def named_date(match: re.Match[str]) -> str | None:
    """The ISO date of a ``FULL_DATE`` match, or ``None`` if the calendar has no such day."""
    groups = match.groupdict()
    number = next(n for n in "123" if groups["y" + n])
    month = groups["m" + number]
    month_number = int(month) if month.isdigit() else _MONTHS.index(month[:3].casefold()) + 1
    try:
        return date(int(groups["y" + number]), month_number, int(groups["d" + number])).isoformat()
    except ValueError:
        return None
