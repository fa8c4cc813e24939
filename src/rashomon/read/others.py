"""What is text but no article: lists of feeds, feeds, maps of sites, calendars. Each is refused by its own name."""

from __future__ import annotations

import re

_OPENING = re.compile(
    r"(?:\s|<\?xml[^>]{0,500}\?>|<!--(?:(?!-->).)*-->|<\?xml-stylesheet[^>]{0,1000}\?>|<!DOCTYPE\s+(?!html)[^>]{0,1000}>)*",
    re.IGNORECASE | re.DOTALL,
)
_ROOT = re.compile(r"<(?:[\w-]{1,20}:)?(?P<name>[A-Za-z][\w-]{0,40})(?=[\s/>])")
_BY_ADDRESS = "have the pages that it names read by giving its address to `rashomon ingest`"
_KINDS = {
    "opml": "a list of feeds (OPML), no article; give it to `rashomon ingest`, as a file that ends in .opml or by its"
    " address, and the feeds are visited",
    "rss": f"a feed (RSS), no article; {_BY_ADDRESS}",
    "rdf": f"a feed (RSS), no article; {_BY_ADDRESS}",
    "feed": f"a feed (Atom), no article; {_BY_ADDRESS}",
    "urlset": "a map of a site, no article; give the addresses of the articles",
    "sitemapindex": "a map of a site, no article; give the addresses of the articles",
}
_XML = "XML of a kind that is not read; web pages, plain text, Markdown, JSON, CSV, Parquet and WARC files are"
_CALENDAR = re.compile(r"\s*BEGIN:V(?:CALENDAR|CARD)\b")


def kind_of(text: str) -> str | None:
    """What a text is that is no article and no web page, with what to do; ``None`` if it may well be an article."""
    if _CALENDAR.match(text):
        return "a calendar or a list of contacts, no article"
    opening = _OPENING.match(text)
    root = _ROOT.match(text, opening.end() if opening else 0)
    if root is None:
        return None
    name = root["name"].casefold()
    return _KINDS.get(name) or (_XML if name != "html" and re.match(r"\s*<\?xml\b", text) else None)
