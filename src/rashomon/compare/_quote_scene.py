"""The articles of a story as the findings on quotations need them: outlets, sentences, quotes by place, actors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rashomon.compare._collation import Lexicon, Word
from rashomon.spans import lies_in, marked
from rashomon.types import Actor, Annotations, Article, Quote, Side, Span


def outlet_names(articles: Sequence[Article]) -> dict[str, str]:
    """Article id -> what to call it: its outlet, with the id where an outlet has several; the id where it has none."""
    outlets = [a.outlet for a in articles]
    return {
        a.id: (a.outlet if outlets.count(a.outlet) == 1 else f"{a.outlet} ({a.id})") if a.outlet else a.id
        for a in articles
    }


class QuoteScene:
    """The articles as the findings need them: names, sentences, quotes by place, actors, independent accounts."""

    def __init__(self, annotated: Sequence[Annotations], groups: Mapping[str, int] | None) -> None:
        ordered = sorted(annotated, key=lambda a: a.article.id)
        self.by_id = {a.article.id: a for a in ordered}
        self.lexicon = Lexicon(ordered)
        self.actors: dict[str, Actor] = {actor.id: actor for a in ordered for actor in a.actors}
        self.names = outlet_names([a.article for a in ordered])
        self._groups = groups or {}

    def outlets(self, articles: Iterable[str]) -> str:
        """The outlets of articles, each once ("A, B and C")."""
        names = [self.names[a] for a in dict.fromkeys(articles)]
        return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)

    def independent(self, articles: Iterable[str]) -> list[str]:
        """Of the articles of every independent account the first."""
        first: dict[int | str, str] = {}
        for article in articles:
            first.setdefault(self._groups.get(article, article), article)
        return list(first.values())

    def passage(self, span: Span) -> Span:
        """The sentence or sentences that a span stands in."""
        one = self.by_id[span.article]
        within = [s for s in one.sentences if s.start < span.end and span.start < s.end]
        start = min([span.start, *(s.start for s in within)])
        end = max([span.end, *(s.end for s in within)])
        return one.article.span(start, end)

    def quote(self, span: Span) -> Quote | None:
        """The quote that a marked passage belongs to, one with a speaker if there is one."""
        quotes = self.by_id[span.article].quotes
        holding = [q for q in quotes if any(m.start <= span.start and span.end <= m.end for m in marked(q))]
        return min(holding, key=lambda q: (q.speaker is None, q.id), default=None)

    def words(self, span: Span) -> list[Word]:
        return self.lexicon.words(span.article, span.start, span.end)

    def cut(self, base: Span, at: tuple[int, int]) -> Span:
        return self.by_id[base.article].article.span(base.start + at[0], base.start + at[1])


def side(scene: QuoteScene, place: Span, marks: Sequence[Span]) -> Side:
    passage = scene.passage(place)
    inside = {m for m in marks if lies_in(m, passage)}
    return Side(article=place.article, passage=passage, marks=tuple(sorted(inside, key=lambda s: (s.start, s.end))))
