"""Articles by themselves: what is shown of one that was not compared, and how one revision became another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from rashomon.archive.answers import Revision
from rashomon.show import Older
from rashomon.store import Earlier, Said
from rashomon.types import Actor, Quote, Span
from rashomon.web import addresses


class Piece(NamedTuple):
    """A part of a text that two revisions have in common, or that only one of them has."""

    kind: Literal["same", "old", "new"]
    text: str


def said_in(said: Sequence[Said]) -> tuple[list[Actor], list[Quote]]:
    """The quotes of an article as its page shows them, and their speakers."""
    names = {one.quote.speaker: one.speaker for one in said if one.quote.speaker and one.speaker}
    # Only the name is kept with a quote; what kind of body bears it is not shown on the page of an article.
    actors = [Actor(id=id, name=name, kind="person") for id, name in names.items()]
    return actors, [_known(one.quote, names) for one in said]


def older_words(said: Sequence[Said]) -> list[Older]:
    """Quotations that are older than their articles, those of the same origin together, the oldest first."""
    together: dict[tuple[str, Earlier], list[Span]] = {}
    for one in sorted(said, key=lambda one: (one.published or "", one.article)):
        if one.earlier is not None:
            origin = msgspec.structs.replace(one.earlier, words=one.earlier.passage)
            together.setdefault((origin.published or "", origin), []).append(one.earlier.words)
    return [
        Older(
            spans=spans,
            days=origin.days,
            address=addresses.passage(origin.passage),
            outlet=origin.outlet,
            published=origin.published,
            predates=origin.predates,
        )
        for (_, origin), spans in sorted(together.items(), key=lambda item: item[0][0])
    ]


def changes(text: str, revision: Revision) -> Iterator[Piece]:
    """A text and what became of it, piece by piece; ``text`` is the older one."""
    at = 0
    for edit in revision.edits:
        yield from _piece("same", text[at : edit.old[0]])
        yield from _piece("old", edit.old_text)
        yield from _piece("new", edit.new_text)
        at = edit.old[1]
    yield from _piece("same", text[at:])


def _piece(kind: Literal["same", "old", "new"], text: str) -> Iterator[Piece]:
    if text:
        yield Piece(kind, text)


def _known(quote: Quote, names: Mapping[str, str]) -> Quote:
    """A quote that names no actor but those whose names are known."""
    return msgspec.structs.replace(
        quote,
        speaker=quote.speaker if quote.speaker in names else None,
        chain=tuple(id for id in quote.chain if id in names),
        addressee=None,
    )
