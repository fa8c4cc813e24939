"""How old quotations are: whether an older article of the archive has the same words inside quotation marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import chain
from typing import NamedTuple

import msgspec

from rashomon.data.timex import moment
from rashomon.rarity import rarity, stem
from rashomon.store import Earlier, Said, Sayings, Store, StoryEntry
from rashomon.store.terms import fold, indexed
from rashomon.types import Quote, Span

# Fewer words in a row are turns of phrase that anybody may use.
_WORDS = 8
# Words of a run that are looked for in the index.
_RAREST = 4
_APOSTROPHE = re.compile(r"(?<=[^\W_])['’ʼ](?=[^\W_])")
_EPOCH = date(1970, 1, 1)

_Run = tuple[str, ...]


class _Found(NamedTuple):
    """An older occurrence of words, and where they stand here and there."""

    older: Said
    words: Span
    passage: Span


class _When(NamedTuple):
    """When an article was published: the date as it says it, and the moment, if it says that."""

    day: date
    moment: datetime | None


def aged(store: Store, said: Sequence[Said]) -> tuple[Said, ...]:
    """What was said; where an older article quotes the same words, with the first that does. One search for all."""
    first = _first(store, said)
    stories = {one.story for one, found in zip(said, first, strict=True) if found and one.story is not None}
    begun = {entry.id: entry.start for entry in store.get(StoryEntry, sorted(stories)) if not entry.stale}
    return tuple(
        msgspec.structs.replace(one, earlier=_earlier(one, found, begun.get(one.story or ""))) if found else one
        for one, found in zip(said, first, strict=True)
    )


def _first(store: Store, said: Sequence[Said]) -> list[_Found | None]:
    """For each its first occurrence in the archive, where that is an older one."""
    found: list[_Found | None] = [None] * len(said)
    sought: dict[_Run, dict[int, Span]] = {}
    choices: dict[tuple[str, ...], None] = {}
    last = date.min
    for number, one in enumerate(said):
        # Of an article without a date nobody can tell what is older.
        when = _when(one.published)
        for parts in _quoted(one.quote) if when else ():
            choices |= dict.fromkeys(_telling(parts))
            for run, part in _runs(parts):
                sought.setdefault(run, {}).setdefault(number, part)
        last = max(last, when.day) if when else last
    pending = {number for numbers in sought.values() for number in numbers}
    if not pending:
        return found
    # Days of a moment differ by where on earth one is.
    until = float((last - _EPOCH).days + 2)
    for older in store.find(Sayings(choices=tuple(choices), until=until)):
        places = [place for parts in _quoted(older.quote) for place in _runs(parts)] if _when(older.published) else []
        for run, passage in places:
            for number, words in sought.get(run, {}).items():
                if number in pending:
                    pending.remove(number)
                    found[number] = _Found(older, words, passage) if _is_older(older, said[number]) else None
        if not pending:
            break
    return found


def _quoted(quote: Quote) -> list[tuple[Span, ...]]:
    """What stands inside quotation marks; parts that only the speaker's name keeps asunder are one."""
    return [quote.content] if quote.form == "direct" else [(part,) for part in quote.quoted]


def _runs(parts: Sequence[Span]) -> Iterator[tuple[_Run, Span]]:
    """Words that follow each other, folded, as many as make a quotation; and the part in which they begin."""
    words = [fold(_APOSTROPHE.sub("", part.text)).split() for part in parts]
    joined = tuple(chain.from_iterable(words))
    begun = [part for part, own in zip(parts, words, strict=True) for _ in own]
    for at in range(len(joined) - _WORDS + 1):
        yield joined[at : at + _WORDS], begun[at]


def _telling(parts: Sequence[Span]) -> Iterator[tuple[str, ...]]:
    """Of each run of words the rarest: whatever has the run has these, and little else does."""
    words = [word for part in parts for word in indexed(part.text)]
    for at in range(len(words) - _WORDS + 1):
        rarest = sorted(set(words[at : at + _WORDS]), key=lambda word: (-rarity(stem(word)), word))
        yield tuple(sorted(rarest[:_RAREST]))


def _when(published: str | None) -> _When | None:
    found = moment(published or "")
    if found is None:
        return None
    return _When(found.date(), found if len(published or "") > len("2017-02-16") else None)


def _is_older(older: Said, said: Said) -> bool:
    """Of an earlier day; or earlier on the same one, in another story."""
    one, other = _when(older.published), _when(said.published)
    if one is None or other is None or older.article == said.article:
        return False
    if one.moment and other.moment:
        return one.moment < other.moment and (_days(one, other) > 0 or _apart(older, said))
    return _days(one, other) > 0


def _apart(older: Said, said: Said) -> bool:
    return None not in (older.story, said.story) and older.story != said.story


def _days(one: _When, other: _When) -> int:
    """How many days lie between two publications, by the dates that they give and on one clock."""
    days = (other.day - one.day).days
    if one.moment and other.moment:
        days = min(days, (other.moment.astimezone(UTC).date() - one.moment.astimezone(UTC).date()).days)
    return max(days, 0)


def _earlier(said: Said, found: _Found, begun: str | None) -> Earlier:
    """An older occurrence for an answer; ``begun`` is the day of the first report of the story that has it now."""
    older = found.older
    one, other, first = _when(older.published), _when(said.published), _when(begun)
    days = _days(one, other) if one and other else 0
    before = one is not None and first is not None and one.day < first.day
    return Earlier(
        article=older.article,
        outlet=older.outlet,
        published=older.published,
        story=older.story,
        days=days,
        predates=before and days > 0 and _apart(older, said),
        words=found.words,
        passage=found.passage,
    )
