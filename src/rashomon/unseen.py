"""Characters that no reader sees: soft hyphens, zero-width blanks and joiners, marks of direction.

A text keeps them, for it is never edited; whatever reads words or names reads the text without them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Any

import msgspec

from rashomon.types import Annotations, Article, Span, Token

CLASS = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
_UNSEEN = re.compile(f"[{CLASS}]+")
# Blanks of other widths and hyphens at which no line breaks, each as the common one of its kind.
_BLANKS = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_HYPHENS = "\u2010\u2011"
_ALIKE = str.maketrans({**dict.fromkeys(_BLANKS, " "), **dict.fromkeys(_HYPHENS, "-")})
_ODD = re.compile(f"[{CLASS}{_BLANKS}{_HYPHENS}]")


def seen(text: str) -> str:
    """The text as a reader sees it, without the characters that nobody does."""
    return text if text.isascii() else _UNSEEN.sub("", text)


def taken_out(text: str) -> list[tuple[int, str]]:
    """What ``seen`` leaves out: for each run its place in the text and its characters."""
    return [] if text.isascii() else [(m.start(), m.group()) for m in _UNSEEN.finditer(text)]


def put_back(text: str, runs: list[tuple[int, str]]) -> str:
    """The text from which ``seen`` took these runs."""
    parts: list[str] = []
    at = done = 0
    for place, characters in runs:
        parts += (text[at : at + place - done], characters)
        at += place - done
        done = place + len(characters)
    return "".join((*parts, text[at:]))


def readable(article: Article) -> Article:
    """The article as programs should read it: nothing in it that is not seen, every blank a blank.

    The same article where that changes nothing.
    """
    if _ODD.search(article.text) is None:
        return article
    moved = _Moved(article.text)
    bare = Article(id=article.id, text=seen(article.text).translate(_ALIKE))

    def parts(spans: tuple[Span, ...]) -> tuple[Span, ...]:
        return tuple(bare.span(moved.to(s.start), moved.to(s.end)) for s in spans)

    return msgspec.structs.replace(
        article,
        text=bare.text,
        paragraphs=parts(article.paragraphs),
        headings=parts(article.headings),
        furniture=parts(article.furniture),
    )


def restored(annotations: Annotations, article: Article) -> Annotations:
    """What was read off ``readable(article)`` as annotations of the article itself, its spans where they are in it."""
    if annotations.article.text == article.text:
        return annotations
    moved = _Moved(article.text)

    def back(value: Any) -> Any:
        if isinstance(value, Span):
            return article.span(*moved.back(value.start, value.end))
        if isinstance(value, Token):
            start, end = moved.back(value.start, value.end)
            return msgspec.structs.replace(value, start=start, end=end)
        if isinstance(value, tuple):
            return tuple(map(back, value))
        if isinstance(value, msgspec.Struct):
            fields = {name: back(getattr(value, name)) for name in value.__struct_fields__}
            return msgspec.structs.replace(value, **fields)
        return value

    found = {name: back(getattr(annotations, name)) for name in annotations.__struct_fields__ if name != "article"}
    return msgspec.structs.replace(annotations, article=_with_parts(article, annotations.article, back), **found)


def _with_parts(article: Article, read: Article, back: Any) -> Article:
    """The article with the paragraphs that the annotators took it to have, where it states none."""
    return article if article.paragraphs else msgspec.structs.replace(article, paragraphs=back(read.paragraphs))


class _Moved:
    """Where offsets of a text are in the text without what is not seen, and the other way."""

    def __init__(self, text: str) -> None:
        self._starts: list[int] = []  # of the runs, in the text
        self._left_out = [0]  # characters before each run, and after the last
        self._places: list[int] = []  # of the runs, in the text without them
        for start, characters in taken_out(text):
            self._starts.append(start)
            self._places.append(start - self._left_out[-1])
            self._left_out.append(self._left_out[-1] + len(characters))

    def to(self, offset: int) -> int:
        number = bisect_right(self._starts, offset - 1)
        if number and offset < self._starts[number - 1] + self._left_out[number] - self._left_out[number - 1]:
            return self._places[number - 1]  # within a run
        return offset - self._left_out[number]

    def back(self, start: int, end: int) -> tuple[int, int]:
        """The range in the text that begins and ends with characters that are seen."""
        first = start + self._left_out[bisect_right(self._places, start)]
        if end <= start:
            return first, first
        return first, end + self._left_out[bisect_right(self._places, end - 1)]


__all__ = ["CLASS", "put_back", "readable", "restored", "seen", "taken_out"]
