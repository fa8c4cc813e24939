"""XML from anywhere, as lenient as it can be and still be safe: nothing is fetched, no entity swells, time is linear.

What declares entities or names other files stands before the root element, and nothing before it is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from html.entities import html5
from typing import Any

# Prefixes by which elements are known, whatever prefix (or none) a document gives them. Empty: the format's own.
_PREFIXES = {
    "http://www.w3.org/2005/atom": "",
    "https://www.w3.org/2005/atom": "",
    "http://purl.org/atom/ns#": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss2": "",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
}
_MARKUP = "&<>\"'"
_AMPERSAND = re.compile(r"&(?:#(?:\d{1,7}|[xX][0-9a-fA-F]{1,6});|(\w{1,31});)?")
_LESS_THAN = re.compile(r"<(?![A-Za-z_/!?])")
_OPENING, _CLOSING = "<![CDATA[", "]]>"


def root(text: str, names: Iterable[str], url: str | None = None) -> Any | None:
    """The element (lxml) that begins with the first tag of one of these names (in any case); ``None`` without one.

    What is not well-formed is mended: tags left open, ampersands that begin no entity, entities of HTML, prefixes that
    are not declared, junk before and after. ``url`` becomes the elements' ``base``, unless they state another.
    """
    from lxml import etree

    start = re.search(rf"<(?:[\w-]{{1,20}}:)?(?:{'|'.join(names)})(?=[\s/>])", text, re.IGNORECASE)
    if start is None:
        return None
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    mended = _mended(text[start.start() :])
    try:
        return etree.fromstring(mended.encode("utf-8", "replace"), parser, base_url=url)
    except etree.XMLSyntaxError:
        return None


def name_of(element: Any) -> str:
    """An element's name in lower case, with a fixed prefix where it is of a known extension: ``title``, ``dc:date``."""
    return _name(str(element.tag), element.prefix)


@lru_cache(maxsize=1024)
def _name(tag: str, given: str | None) -> str:
    if tag.startswith("{"):
        namespace, _, local = tag[1:].partition("}")
        prefix = _PREFIXES.get(namespace.casefold(), given or "")
        return f"{prefix}:{local}".casefold() if prefix else local.casefold()
    return tag.casefold().removeprefix("atom:").removeprefix("rss:")


def _mended(text: str) -> str:
    """With every ampersand and less-than sign outside of CDATA sections the beginning of something that XML knows."""
    parts: list[str] = []
    at = 0
    while (begin := text.find(_OPENING, at)) != -1 and (end := text.find(_CLOSING, begin)) != -1:
        parts += (_escaped(text[at:begin]), text[begin : end + len(_CLOSING)])
        at = end + len(_CLOSING)
    parts.append(_escaped(text[at:]))
    return "".join(parts)


def _escaped(text: str) -> str:
    return _LESS_THAN.sub("&#60;", _AMPERSAND.sub(_known, text))


def _known(match: re.Match[str]) -> str:
    """The character that an entity stands for, by its number where it is markup (libxml2 loses ``&amp;`` in what is
    not well-formed); of what is no entity, the ampersand itself."""
    entity = match.group(1)
    if entity is None:
        return match.group() if match.group() != "&" else "&#38;"
    meant = html5.get(entity + ";", f"&{entity};")
    return "".join(f"&#{ord(c)};" if c in _MARKUP else c for c in meant)
