"""What is known about an article besides its text, and which of several statements about it wins."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from email.utils import parsedate_to_datetime

import msgspec

from rashomon.errors import InvalidRecord
from rashomon.read.addresses import names_a_page
from rashomon.types import Published

# Field names of ours first, then those of schema.org, ninjs, feeds, common front matter, and what other extractors and
# news services write (trafilatura, newspaper4k, news-please, NewsAPI and its like).
FIELD_NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "identifier", "guid"),
    "outlet": (
        "outlet", "publisher", "site", "sitename", "site_name", "publication", "newspaper", "source", "source_name",
        "media_name", "source-hostname", "hostname", "source_domain", "domain",
    ),
    "title": ("title", "headline", "name", "title_page", "webtitle"),
    "published": (
        "published", "datepublished", "date_published", "published_at", "publishedat", "publish_date", "date_publish",
        "published_date", "publication_date", "published_time", "pubdate", "pub_date", "webpublicationdate",
        "versioncreated", "date",
    ),
    "modified": (
        "modified", "datemodified", "date_modified", "date_modify", "modified_at", "updated", "updated_at", "updatedat",
        "last_modified", "lastmod",
    ),
    "author": ("author", "authors", "creator", "byline"),
    "url": (
        "url", "link", "permalink", "canonical", "mainentityofpage", "canonical_link", "canonical_url", "article_url",
        "web_url", "weburl", "source",
    ),
    "language": ("language", "lang", "inlanguage", "meta_lang"),
}  # fmt: skip
# What programs write where there is nothing.
_NOTHING = ("", "none", "null", "nan", "n/a", "[removed]")

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
FULL_DATE = re.compile(
    rf"\b(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m1>{MONTH}),?\s+(?P<y1>\d{{4}})"
    rf"|(?P<m2>{MONTH})\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>\d{{4}})"
    r"|(?P<y3>\d{4})-(?P<m3>\d{2})-(?P<d3>\d{2})|(?P<y4>\d{4})/(?P<m4>\d{1,2})/(?P<d4>\d{1,2})"
    r"|(?P<d5>\d{1,2})(?P<mark>[./])(?P<m5>\d{1,2})(?P=mark)(?P<y5>\d{4}))(?!\d)",
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
        given = [folded[name] for name in names if folded.get(name) is not None and _fits(folded[name], field, name)]
        value = next((v for v in given if field == "url" and names_a_page(_address(v))), next(iter(given), None))
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


def _fits(value: object, field: str, name: str) -> bool:
    """Whether a value can be this field's: it is something, and no address is the name of anybody.

    ``source`` is an outlet in some records and the article's address in others.
    """
    if not isinstance(value, str):
        if field != "url" or not isinstance(value, Mapping):
            return True
        return name != "source" and _address(value) != ""  # an outlet's address is not the article's
    if value.strip().casefold() in _NOTHING:
        return False
    is_address = re.match(r"https?://", value.strip(), re.IGNORECASE) is not None
    return not is_address if field in ("outlet", "author") else is_address or (field, name) != ("url", "source")


def _address(value: object) -> str:
    """The address that a value is or holds, or nothing."""
    if isinstance(value, Mapping):
        value = value.get("url") or value.get("@id")
    return value if isinstance(value, str) else ""


def _word(value: object, field: str, where: str) -> str | None:
    """A field's value as one string; schema.org gives objects with a name, and lists of them."""
    if value is None:
        return None
    if isinstance(value, str):
        words = " ".join(value.split())
        return (_names(words) if field == "author" else words) or None
    if isinstance(value, Mapping):
        keys = ("url", "@id", "name") if field == "url" else ("name", "alternateName", "main", "original", "rendered")
        found = next((v.strip() for key in keys if isinstance(v := value.get(key), str) and v.strip()), None)
        return _names(found) if found and field == "author" else found
    if isinstance(value, list) and all(isinstance(v, str | Mapping) for v in value):
        several = [w for v in value if (w := _word(v, field, where))]
        return (", ".join(several) if field == "author" else several[0]) if several else None
    if field == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise InvalidRecord(f"{where}: {field!r} must be a string, not {_type_name(value)}")


def _names(words: str) -> str:
    """The authors in what a program took for them: without "By", one separator between them."""
    return re.sub(r"^by\s+", "", words, flags=re.IGNORECASE).replace("; ", ", ")


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
    """The ISO date of a ``FULL_DATE`` match, or ``None`` if the calendar has no such day, or it may be one of two.

    Of numbers between points the day is the first. Between strokes it is so in Britain, and the month in America: only
    a number that can be no month, or twice the same number, decides.
    """
    groups = match.groupdict()
    number = next(n for n in "12345" if groups["y" + n])
    month, day = groups["m" + number], int(groups["d" + number])
    month_number = int(month) if month.isdigit() else _MONTHS.index(month[:3].casefold()) + 1
    if groups["mark"] == "/" and day != month_number:
        if day <= 12 and month_number <= 12:
            return None
        day, month_number = max(day, month_number), min(day, month_number)
    try:
        return date(int(groups["y" + number]), month_number, day).isoformat()
    except ValueError:
        return None
