"""Feeds that others can follow: Atom (RFC 4287)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from xml.etree import ElementTree

from rashomon.show import words
from rashomon.store import StoryEntry
from rashomon.types import Comparison, Finding
from rashomon.web import addresses
from rashomon.web.answer import Asked, address

_ATOM = "http://www.w3.org/2005/Atom"
# A feed that has nothing in it has never changed.
_NEVER = "1970-01-01T00:00:00Z"
# What XML 1.0 cannot hold (2.2), beside what `words.visible` has shown by its number already.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Findings of a story that its feed tells: the weightiest.
_MOST_FINDINGS = 10

ElementTree.register_namespace("", _ATOM)


def of_stories(request: Asked, stories: Sequence[StoryEntry]) -> bytes:
    """The stories of a list, each an entry that is new again when the story changes."""
    return _feed(request, "Rashomon: stories", "stories", [_story(request, story) for story in stories])


def of_findings(request: Asked, asked: str, stories: Sequence[tuple[StoryEntry, Comparison | None]]) -> bytes:
    """The findings of stories that were compared; of one that was not, the story."""
    entries = []
    for story, compared in stories:
        if compared is None:
            entries.append(_story(request, story))
            continue
        best = sorted(compared.findings, key=lambda finding: -finding.weight)[:_MOST_FINDINGS]
        entries += [_finding(request, story, finding) for finding in best if finding.kind != "not-a-conflict"]
    return _feed(request, f"Rashomon: where accounts of “{asked}” differ", f"findings:{asked}", entries)


def _feed(request: Asked, title: str, about: str, entries: Sequence[ElementTree.Element]) -> bytes:
    feed = ElementTree.Element(f"{{{_ATOM}}}feed")
    _texts(feed, title=title, id=_id(f"feed:{about}:{request.url.query}"))
    times = [entry.findtext(f"{{{_ATOM}}}updated") or _NEVER for entry in entries]
    _texts(feed, updated=max(times, default=_NEVER))
    _link(feed, "self", _whole(request, address(request)))
    _link(feed, "alternate", _whole(request, address(request, request.scope["path"])))
    author = ElementTree.SubElement(feed, f"{{{_ATOM}}}author")
    _texts(author, name="Rashomon")
    feed.extend(entries)
    made: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return made


def _story(request: Asked, story: StoryEntry) -> ElementTree.Element:
    entry = ElementTree.Element(f"{{{_ATOM}}}entry")
    accounts = f"{words.counted(story.independent, 'independent account')}, {words.counted(story.articles, 'report')}"
    by = f": {', '.join(story.outlets)}" if story.outlets else ""
    _texts(
        entry,
        title=story.title or "A story that is being described",
        id=_id(f"story:{story.id}"),
        updated=story.changed or _NEVER,
        summary=f"{accounts}{by}",
    )
    _link(entry, "alternate", _whole(request, addresses.story(story.id)))
    return entry


def _finding(request: Asked, story: StoryEntry, finding: Finding) -> ElementTree.Element:
    entry = ElementTree.Element(f"{{{_ATOM}}}entry")
    sides = "\n".join(f"“{side.passage.text}”" for side in finding.sides)
    # Numbers of findings change with every article; the passages that a finding is about do not.
    passages = sorted(f"{span.article}:{span.start}:{span.end}" for span in finding.spans)
    _texts(
        entry,
        title=f"{words.KINDS[finding.kind]}: {finding.reason}" if finding.reason else words.KINDS[finding.kind],
        id=_id(f"finding:{story.id}:{finding.kind}:{' '.join(passages)}"),
        updated=story.changed or _NEVER,
        summary=f"{story.title}\n{sides}",
    )
    _link(entry, "alternate", _whole(request, addresses.story(story.id)))
    return entry


def _texts(parent: ElementTree.Element, **texts: str) -> None:
    for name, text in texts.items():
        ElementTree.SubElement(parent, f"{{{_ATOM}}}{name}").text = _NOT_XML.sub("", words.visible(text))


def _link(parent: ElementTree.Element, rel: str, href: str) -> None:
    ElementTree.SubElement(parent, f"{{{_ATOM}}}link", {"rel": rel, "href": href})


def _whole(request: Asked, path: str) -> str:
    return f"{request.url.scheme}://{request.headers.get('host', 'localhost')}{path}"


def _id(name: str) -> str:
    """An id that is the same for the same thing, wherever the archive is served from."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"rashomon:{name}").urn
