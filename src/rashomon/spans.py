"""Spans and ranges of characters beside each other: what overlaps, lies in another, is left of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rashomon.types import Quote, Span


def overlap(one: Span, other: Span) -> bool:
    """Whether two spans of one article have a character in common."""
    return one.article == other.article and one.start < other.end and other.start < one.end


def lies_in(span: Span, passage: Span) -> bool:
    """Whether a span lies within a passage."""
    return span.article == passage.article and passage.start <= span.start and span.end <= passage.end


def marked(quote: Quote) -> tuple[Span, ...]:
    """The parts of a quote that stand inside quotation marks."""
    return quote.content if quote.form == "direct" else quote.quoted


def together(told: Iterable[Mapping[str, Span]], known: Iterable[Mapping[str, Span]] = ()) -> list[dict[str, Span]]:
    """Spans by what they are of, with those joined that overlap on any of it; after what is ``known`` to be one."""
    found = [dict(one) for one in known]
    for spans in told:
        home = next((t for t in found if any(key in t and overlap(t[key], s) for key, s in spans.items())), None)
        if home is None:
            found.append(dict(spans))
        else:
            for key, span in spans.items():
                home.setdefault(key, span)
    return found


def part(passage: Span, start: int, end: int) -> Span:
    """The characters ``[start, end)`` of an article, of which a passage holds them."""
    text = passage.text[start - passage.start : end - passage.start]
    return Span(article=passage.article, start=start, end=end, text=text)


def closed(text: str, start: int, end: int, pairs: Iterable[tuple[str, str]]) -> tuple[int, int]:
    """A stretch ``[start, end)`` of a text with the marks right before and behind it that go with those in it.

    ``pairs`` are brackets or quotation marks, what opens and what closes, in the order in which they are looked for.
    """
    for opening, closing in pairs:
        opened, ended = text.count(opening, start, end), text.count(closing, start, end)
        before, behind = text.endswith(opening, 0, start), text.startswith(closing, end)
        if opening != closing:
            start, end = start - (before and ended > opened), end + (behind and opened > ended)
        elif opened % 2:
            start, end = start - (before and not behind), end + behind
        elif opened and before and behind:
            start, end = start - 1, end + 1
    return start, end


def merged(ranges: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Ranges in order, joined where they touch."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def complement(ranges: Iterable[tuple[int, int]], length: int) -> tuple[tuple[int, int], ...]:
    """What is left of ``[0, length)`` without the ranges."""
    left, at = [], 0
    for start, end in merged(ranges):
        if start > at:
            left.append((at, start))
        at = end
    return tuple([*left, (at, length)] if at < length else left)
