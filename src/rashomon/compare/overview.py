"""What needs no alignment: headlines and leads, who gets to speak and how much, where each matter stands."""

from __future__ import annotations

from collections.abc import Sequence

from rashomon.compare.evidence import paragraph_of
from rashomon.types import Annotations, Opening, Overview, Point, Quote, Span, Voice


def overview(annotated: Sequence[Annotations], points: Sequence[Point]) -> Overview:
    """The overview of a story's articles and of the points that two or more of them tell."""
    articles = [one.article for one in annotated]
    return Overview(
        headlines=tuple(Opening(article=a.id, span=a.headings[0]) for a in articles if a.headings),
        leads=tuple(Opening(article=a.id, span=a.paragraphs[0]) for a in articles if a.paragraphs),
        voices=tuple(voice for one in annotated for voice in _voices(one)),
        prominence={point.id: _paragraphs(point) for point in points if point.tellings},
    )


def _voices(one: Annotations) -> list[Voice]:
    """The speakers of an article in the order in which they first speak."""
    said: dict[str, list[Quote]] = {}
    for quote in sorted(one.quotes, key=lambda q: q.content[0].start):
        if quote.speaker is not None:
            said.setdefault(quote.speaker, []).append(quote)
    return [
        Voice(
            actor=actor,
            article=one.article.id,
            quotes=len(quotes),
            words=_words([span for quote in quotes for span in quote.content]),
            paragraph=paragraph_of(one.article, quotes[0].content[0]),
        )
        for actor, quotes in said.items()
    ]


def _words(spans: Sequence[Span]) -> int:
    """How many words spans hold; what two of them share counts once."""
    found, reached = 0, 0
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        start = max(span.start, reached)
        if start < span.end:
            found += len(span.text[start - span.start :].split())
            reached = span.end
    return found


def _paragraphs(point: Point) -> dict[str, int]:
    """For each account the first paragraph in which it tells a point."""
    found: dict[str, int] = {}
    for telling in (t for t in point.tellings if not t.possible):
        found[telling.article] = min(telling.paragraph, found.get(telling.article, telling.paragraph))
    return found
