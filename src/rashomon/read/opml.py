"""OPML: lists of feeds, as feed readers export them."""

from __future__ import annotations

import re
from typing import NamedTuple

from rashomon.errors import UnreadableInput
from rashomon.read.addresses import canonical_url
from rashomon.read.decode import clean_markup, decode
from rashomon.read.xml import name_of, root


class Subscription(NamedTuple):
    """A feed's address, and what the list calls it."""

    url: str
    title: str | None = None


def is_list(data: bytes) -> bool:
    """Whether bytes open as a list of feeds."""
    return (
        re.match(
            rb"(?:\xef\xbb\xbf)?(?:\s|<\?xml[^>]{0,500}>|<!--(?:(?!-->).){0,5000}-->)*<opml[\s>]",
            data[:20_000],
            re.I | re.S,
        )
        is not None
    )


def parse(data: bytes) -> tuple[Subscription, ...]:
    """The feeds in a list, each once, in its order, however deep in folders they are.

    Raises:
        UnreadableInput: not OPML, or no feed in it.
    """
    opml = root(clean_markup(decode(data)), ("opml",))
    if opml is None:
        raise UnreadableInput("is no list of feeds (OPML); export one from a feed reader, or give the feeds themselves")
    found: dict[str, Subscription] = {}
    for outline in opml.iter():
        if name_of(outline) != "outline":
            continue
        fields = {str(key).casefold(): " ".join(value.split()) for key, value in outline.attrib.items()}
        url = fields.get("xmlurl", "")
        if url.casefold().startswith("feed:"):  # as in feed:https://… and feed://…
            rest = url[5:]
            url = "https:" + rest if rest.startswith("//") else rest
        if url.casefold().startswith(("http://", "https://")):
            title = fields.get("title") or fields.get("text") or None
            found.setdefault(canonical_url(url), Subscription(url, title))
    if not found:
        raise UnreadableInput("is a list without feeds: no outline has an xmlUrl that is an http or https address")
    return tuple(found.values())
