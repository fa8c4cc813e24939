"""Feeds: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, JSON Feed 1.x, well-formed or not.

Dates are read as they are written, with their offset from UTC; what names no full date is no date.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import msgspec

from rashomon.errors import InputError, UnreadableInput
from rashomon.read import opml
from rashomon.read.contents import article_in
from rashomon.read.decode import clean_markup, decode
from rashomon.read.metadata import Metadata, parse_date
from rashomon.read.xml import name_of, root
from rashomon.types import Article, Published

MOST_ENTRIES = 1000
# More elements than any entry has.
_MOST_PARTS = 500
# Summaries in news feeds have up to some 80 words, and no report worth comparing has fewer than this.
_FULL_TEXT_WORDS = 120
# What a feed gives apart from its summary, as the entry's content, is the report, however short, unless it is cut off.
_SHORT_TEXT_WORDS = 25
_CUT = re.compile(
    r"(?:\[?(?:…|\.\.\.)\]?|\b(?:read (?:more|on)|continue reading|more)\W*)"
    r"(?:\W*(?:the post|source:?|this post)\b.{0,200})?$",
    re.IGNORECASE,
)
_ROOTS = ("rss", "feed", "rdf", "channel")
_ENTRIES = ("item", "entry")
_PERIODS = {"hourly": 3600.0, "daily": 86400.0, "weekly": 604800.0, "monthly": 2592000.0, "yearly": 31536000.0}
_HTML = re.compile(r"(?:\s|<\?xml[^>]*>|<!--(?:(?!-->).)*-->)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_SHORT_YEAR = re.compile(r"(?:[A-Za-z]{3},\s*)?\d{1,2} [A-Za-z]{3} \d{2} \d")


class Entry(NamedTuple):
    """One entry. ``url`` is absolute, http or https; dates are ISO 8601; the title is plain text, the rest HTML."""

    url: str | None = None
    id: str | None = None
    title: str | None = None
    published: str | None = None
    updated: str | None = None
    author: str | None = None
    summary_html: str | None = None
    content_html: str | None = None


class FeedDocument(NamedTuple):
    """A feed as it was served; ``ttl`` is for how many seconds it asks not to be asked for again."""

    title: str | None
    entries: tuple[Entry, ...]
    ttl: float | None = None


def parse(data: bytes, url: str, charset: str | None = None) -> FeedDocument:
    """The feed in what an address answered; ``url`` resolves relative links, ``charset`` is what the server declared.

    At most ``MOST_ENTRIES`` entries are taken, in the feed's order.

    Raises:
        UnreadableInput: no feed. For a web page, with the feeds that it names.
    """
    text = clean_markup(decode(data, charset)).lstrip()
    if text.startswith("{"):
        return _json_feed(text, url)
    if _HTML.match(text):
        raise UnreadableInput(_named_by_page(text, url))
    if opml.is_list(data):
        raise UnreadableInput("is a list of feeds (OPML), no feed; save it and give it as a file that ends in .opml")
    feed = root(text, _ROOTS, url)
    if feed is None:
        raise UnreadableInput("is no feed: neither RSS nor Atom nor JSON Feed")
    channel = next((e for e in feed if name_of(e) == "channel"), feed)
    found = (e for e in feed.iter() if name_of(e) in _ENTRIES)
    entries = tuple(_entry(e, url) for e in islice(found, MOST_ENTRIES))
    fields = _fields(channel)
    return FeedDocument(_plain(fields.get("title")), entries, _ttl(fields))


def article(entry: Entry, feed_title: str | None) -> Article | None:
    """The article that an entry itself holds, for when its page cannot be had; ``None`` where it is only a summary."""
    body = entry.content_html or entry.summary_html or ""
    words = html.unescape(_TAG.sub(" ", body)).split()
    least = _FULL_TEXT_WORDS if entry.content_html is None else _SHORT_TEXT_WORDS
    if len(words) < least or (len(words) < _FULL_TEXT_WORDS and _CUT.search(" ".join(words))):
        return None
    known = Metadata(
        id=entry.id,
        outlet=feed_title,
        title=entry.title,
        published=Published(value=entry.published) if entry.published else None,
        modified=entry.updated,
        author=entry.author,
        url=entry.url,
    )
    page = f"<html><body><article>{body}</article></body></html>" if _TAG.search(body) else html.unescape(body)
    try:
        draft = article_in(entry.url or entry.id or "entry", page, Metadata(), known)
    except InputError:
        return None
    return draft.article(draft.identity())


def _fields(elements: Iterable[Any]) -> dict[str, Any]:
    """The first element of each name."""
    found: dict[str, Any] = {}
    for element in elements:
        found.setdefault(name_of(element), element)
    return found


def _parts(entry: Any) -> list[Any]:
    """The elements of an entry: its children. Where they were misplaced by a tag left open, all that is below it."""
    parts = list(islice(entry, _MOST_PARTS))
    if not any(name_of(part) in ("link", "guid", "id", "url") for part in parts):
        pending, parts = parts[::-1], []
        while pending and len(parts) < _MOST_PARTS:
            part = pending.pop()
            if name_of(part) not in _ENTRIES:
                parts.append(part)
                pending += reversed(part)
    return parts


def _entry(element: Any, feed_url: str) -> Entry:
    parts = _parts(element)
    fields = _fields(parts)
    identity = _text(fields.get("guid")) or _text(fields.get("id")) or _rdf_about(element)
    content = [_html(fields.get(name)) for name in ("content:encoded", "content", "xhtml:body", "xhtml:div")]
    summary = [_html(fields.get(name)) for name in ("description", "summary", "dc:description", "itunes:summary")]
    return Entry(
        url=_link(element, parts, feed_url),
        id=identity,
        title=_plain(fields.get("title")) or _plain(fields.get("dc:title")),
        published=_first_date(fields, "pubdate", "published", "issued", "dc:date", "dcterms:issued", "dcterms:created"),
        updated=_first_date(fields, "updated", "modified", "lastmod", "dcterms:modified"),
        author=_author(fields),
        summary_html=next(filter(None, summary), None),
        content_html=next(filter(None, content), None),
    )


def _text(element: Any) -> str | None:
    """All text in an element, its white space folded."""
    return None if element is None else " ".join("".join(element.itertext()).split()) or None


def _plain(element: Any) -> str | None:
    """The words of a title, which may be text, markup, or markup written as text."""
    words = _text(element)
    if words is None:
        return None
    if (element.get("type") or "").casefold() not in ("text", "text/plain"):
        words = html.unescape(_TAG.sub("", html.unescape(words) if "&lt;" in words else words))
    return " ".join(words.split()) or None


def _html(element: Any) -> str | None:
    """An element's content as HTML; ``None`` where it stands elsewhere or is no text."""
    if element is None or element.get("src") is not None:
        return None
    kind = (element.get("type") or "").casefold()
    if kind and not kind.startswith("text") and kind not in ("html", "xhtml", "application/xhtml+xml"):
        return None
    if len(element):
        from lxml import etree

        inner = (etree.tostring(child, encoding="unicode", method="html") for child in element)
        return (html.escape(element.text or "") + "".join(inner)).strip() or None
    text = (element.text or "").strip()
    return (html.escape(text) if kind in ("text", "text/plain") else text) or None


def _rdf_about(element: Any) -> str | None:
    about = element.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about") or element.get("rdf:about")
    return str(about).strip() or None if about else None


def _link(element: Any, parts: Sequence[Any], feed_url: str) -> str | None:
    """The page of an entry: the first of its links that is an http or https address."""
    fields = _fields(parts)
    guid = fields.get("guid")
    permanent = guid is not None and (guid.get("isPermaLink") or "true").casefold() == "true"
    candidates = [
        _text(fields.get("feedburner:origlink")),
        *_links(parts),
        _text(guid) if permanent and _is_web(_text(guid) or "") else None,
        _rdf_about(element),
        *(given for given in [_text(fields.get("id"))] if _is_web(given or "")),
    ]
    return _first_page(candidates, element.base or feed_url)


def _links(parts: Sequence[Any]) -> Iterator[str | None]:
    """RSS gives a link as text (old ones, behind an empty element), Atom as an attribute, one for each relation."""
    links = [e for e in parts if name_of(e) in ("link", "url")]
    pages = [e for e in links if (e.get("rel") or "alternate").casefold() == "alternate"]
    for link in sorted(pages, key=lambda e: "html" not in (e.get("type") or "html")):
        yield link.get("href") or _text(link) or (link.tail or "").strip()


def _is_web(url: str) -> bool:
    return url.casefold().startswith(("http://", "https://"))


def _first_page(given: Iterable[str | None], base: str) -> str | None:
    """The first link that is an http or https address once it is resolved."""
    for link in filter(None, given):
        try:
            url = urljoin(base, re.sub(r"\s", "", link))
            if _is_web(url) and urlsplit(url).hostname:
                return url
        except ValueError:
            continue
    return None


def _author(fields: Mapping[str, Any]) -> str | None:
    author = fields.get("author")
    if author is not None and (named := _text(_fields(author).get("name"))):
        return named
    given = _text(author) or _text(fields.get("dc:creator")) or _text(fields.get("itunes:author"))
    # RSS has "ida@velm.example (Ida Korn)".
    mailbox = re.fullmatch(r"\S+@\S+\s*(?:\((.+)\))?", given or "")
    return mailbox.group(1) if mailbox else given


def _first_date(fields: Mapping[str, Any], *names: str) -> str | None:
    return next(filter(None, (_date(_text(fields.get(name))) for name in names)), None)


def _date(value: str | None) -> str | None:
    if not value or len(value) > 100:
        return None
    found = parse_date(value)
    if found is None and _SHORT_YEAR.match(value):
        try:
            found = parsedate_to_datetime(value).isoformat()
        except ValueError:
            return None
    return found


def _ttl(fields: Mapping[str, Any]) -> float | None:
    """RSS gives it in minutes, the syndication module as a number of updates in a period."""
    minutes = _number(_text(fields.get("ttl")))
    if minutes:
        return minutes * 60
    period = _PERIODS.get((_text(fields.get("sy:updateperiod")) or "").casefold())
    often = _number(_text(fields.get("sy:updatefrequency"))) or 1.0
    return period / often if period else None


def _number(text: str | None) -> float | None:
    return float(text) if text and re.fullmatch(r"\d{1,7}", text, re.ASCII) else None


def _named_by_page(text: str, url: str) -> str:
    """What to say of a web page: the feeds that it names (RSS autodiscovery)."""
    found = []
    for tag in re.findall(r"<link\b[^<>]{0,2000}>", text[:500_000], re.IGNORECASE):
        pairs = re.findall(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", tag)
        fields = {name.casefold(): html.unescape(a or b or c) for name, a, b, c in pairs}
        kind = re.fullmatch(r"application/(?:rss|atom|feed)\+(?:xml|json)", fields.get("type", "").casefold().strip())
        if kind and "alternate" in fields.get("rel", "").casefold().split():
            try:
                found.append(urljoin(url, fields.get("href", "").strip()))
            except ValueError:
                continue
    named = [f for f in dict.fromkeys(found) if _is_web(f)][:5]
    said = f"it names these feeds: {', '.join(named)}" if named else "it names no feed; look for one on the site"
    return f"is a web page, not a feed; {said}"


def _json_feed(text: str, url: str) -> FeedDocument:
    try:
        feed = msgspec.json.decode(text.encode("utf-8", "replace"))
    except (msgspec.MsgspecError, RecursionError) as error:
        raise UnreadableInput("is no feed: it begins as JSON, but is not valid") from error
    items = feed.get("items")
    if not isinstance(items, list) or "jsonfeed.org" not in str(feed.get("version", "")):
        raise UnreadableInput("is no feed: it is JSON, but no JSON Feed (https://jsonfeed.org)")
    entries = tuple(_json_entry(item, url) for item in items[:MOST_ENTRIES] if isinstance(item, dict))
    return FeedDocument(_words(feed.get("title")), entries)


def _json_entry(item: Mapping[str, object], feed_url: str) -> Entry:
    given = item.get("authors")
    given = given if isinstance(given, list) else [item.get("author")]
    authors = [name for one in given if isinstance(one, Mapping) and (name := _words(one.get("name")))]
    body, plain = item.get("content_html"), item.get("content_text")
    if not isinstance(body, str) and isinstance(plain, str):
        body = "".join(f"<p>{html.escape(p)}</p>" for p in re.split(r"\n\s*\n", plain))
    identity = _words(item.get("id"))
    links = (_words(item.get("url")), _words(item.get("external_url")), identity if _is_web(identity or "") else None)
    return Entry(
        url=_first_page(links, feed_url),
        id=identity,
        title=_words(item.get("title")),
        published=_date(_words(item.get("date_published"))),
        updated=_date(_words(item.get("date_modified"))),
        author=", ".join(authors) or None,
        summary_html=html.escape(summary) if (summary := _words(item.get("summary"))) else None,
        content_html=body if isinstance(body, str) and body.strip() else None,
    )


def _words(value: object) -> str | None:
    """A JSON value as one line of text; numbers count, for some feeds have them as ids."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return " ".join(str(value).split()) or None
