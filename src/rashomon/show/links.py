"""How a page of a server links to the server's other pages."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from rashomon.types import Span


@dataclass(frozen=True, kw_only=True)
class Older:
    """Words that stood in an older article before: where they stand here, and there.

    ``days`` is how many earlier that was published, ``address`` leads to the words in it. ``predates``: they are older
    than the event of the story.
    """

    spans: Sequence[Span]
    days: int
    address: str
    outlet: str | None = None
    published: str | None = None
    predates: bool = False


@dataclass(frozen=True, kw_only=True)
class Links:
    """The addresses that a page may link to. Each is written as given: the server has percent-encoded it.

    ``article`` takes an article's id, ``speaker`` a name as the comparison has it, ``utterance`` an utterance's id
    within its story. ``story`` is the address of the story that the page is about, if it is about one. ``assets`` is
    the prefix of the files in :func:`rashomon.show.assets`, with its last slash; without it they stand in the page.
    ``navigation`` holds labels and addresses. ``report`` is where a form posts ``finding`` (its id) and ``at`` (the
    fragment of the story page to come back to) when a reader says that a finding is wrong. ``reported`` are the ids of
    findings of which somebody said so. ``events`` is the address of the story's events. ``older`` are words
    on the page that are older than its articles.
    """

    article: Callable[[str], str]
    speaker: Callable[[str], str]
    utterance: Callable[[str], str]
    story: str = ""
    assets: str | None = None
    navigation: Sequence[tuple[str, str]] = ()
    report: str | None = None
    reported: Collection[str] = ()
    events: str | None = None
    older: Sequence[Older] = ()
