"""Where everything is: the addresses of the pages, percent-encoded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import quote, urlencode

from rashomon.show import Links, anchor
from rashomon.types import Span

ASSETS = "/static/"
NAVIGATION = (
    ("Stories", "/stories"),
    ("Search", "/search"),
    ("Quotes", "/quotes"),
    ("Events", "/events"),
    ("Compare", "/compare"),
    ("Judge", "/judge"),
    ("Errors", "/errors"),
    ("Statistics", "/stats"),
    ("About", "/about"),
)


def story(id: str) -> str:
    """The address of a story, or of the story that an article is in."""
    return f"/stories/{_part(id)}"


def article(id: str, revision: int | None = None) -> str:
    """The address of an article, the current revision or another."""
    return f"/articles/{_part(id)}" + (f"?revision={revision}" if revision is not None else "")


def passage(span: Span) -> str:
    """The address of a passage on the page of its article, whatever the page would have marked without it."""
    return f"{article(span.article)}?at={span.start}-{span.end}#{anchor(span)}"


def diff(id: str, old: int, new: int) -> str:
    """The address of what changed between two revisions of an article."""
    return f"/articles/{_part(id)}/diff?old={old}&new={new}"


def speaker(name: str) -> str:
    """The address of all that somebody is said to have said. A name that no path can hold is asked for instead."""
    if "/" in name or not name.strip("."):
        return f"/quotes?{urlencode({'speaker': name})}"
    return f"/speakers/{_part(name)}"


def events(story_id: str) -> str:
    """The address of the events of a story."""
    return f"/events?{urlencode({'story': story_id})}"


def relations(one: str, other: str, by: str = "month") -> str:
    """The address of the history of two who take part in events."""
    return f"/relations?{urlencode({'one': one, 'other': other, 'by': by})}"


def pair(one: str, other: str) -> str:
    """The address at which two articles are judged."""
    return f"/judge?{urlencode({'one': one, 'other': other})}"


def utterances(story_id: str) -> Callable[[str], str]:
    """What gives the address of an utterance of a story by its id."""
    return lambda id: f"{story(story_id)}/utterances/{_part(id)}"


def links(story_id: str | None = None, *, entered: bool = True) -> Links:
    """What a page about a story (or about none) links to; nothing leads further where nobody has ``entered``."""
    return Links(
        article=article,
        speaker=speaker,
        utterance=utterances(story_id or ""),
        story=story(story_id) if story_id else "",
        assets=ASSETS,
        navigation=_navigation(story_id) if entered else (),
        report=f"{story(story_id)}/report" if story_id else None,
        events=events(story_id) if story_id else None,
    )


def _navigation(story_id: str | None) -> Sequence[tuple[str, str]]:
    """From a story one comes to judge its own reports."""
    if story_id is None:
        return NAVIGATION
    own = f"/judge?{urlencode({'story': story_id})}"
    return [(label, own if to == "/judge" else to) for label, to in NAVIGATION]


def _part(text: str) -> str:
    return quote(text.encode("utf-8", "replace"), safe="")
