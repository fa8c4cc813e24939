"""The pages that are made of a comparison: a story, an act of speech, an article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

from rashomon.errors import UnknownItem
from rashomon.show import charts, graph
from rashomon.show.drawing import Drawing
from rashomon.show.frame import environment
from rashomon.show.links import Links
from rashomon.show.outline import Outline, excerpt_range
from rashomon.show.standing import claims_told, standing
from rashomon.types import Actor, Article, Comparison, Lineage, Quote, Side, Span, Story, Versions


def story(comparison: Comparison, links: Links | None) -> str:
    """The page for a comparison; see :func:`rashomon.show.page`."""
    outline = Outline(comparison)
    draw = Drawing(outline, links)
    return (
        environment()
        .get_template("story.html.j2")
        .render(
            o=outline,
            c=comparison,
            draw=draw,
            links=links,
            lineage=graph.drawing(outline, draw.article),
            heat=charts.heat(outline, outline.shared),
            days=charts.days(outline, outline.timeline),
            edges=graph.closest(comparison.lineage.edges),
        )
    )


def articles(comparison: Comparison, links: Links) -> str:
    """The articles of a story in full; see :func:`rashomon.show.articles_page`."""
    outline = Outline(comparison)
    template = environment().get_template("articles.html.j2")
    return template.render(o=outline, c=comparison, draw=Drawing(outline, links, apart=True), links=links)


def utterance(comparison: Comparison, id: str, links: Links) -> str:
    """The page of one act of speech; see :func:`rashomon.show.utterance_page`."""
    outline = Outline(comparison)
    collation = next((k for k in outline.collations if k.utterance.id == id), None)
    if collation is None:
        raise UnknownItem("the story has no act of speech of this name", input=id)
    speaker = collation.utterance.speaker
    others = [k for k in outline.collations if speaker is not None and k.utterance.speaker == speaker]
    template = environment().get_template("utterance.html.j2")
    return template.render(
        o=outline,
        c=comparison,
        draw=Drawing(outline, links, apart=True),
        links=links,
        k=collation,
        others=[k for k in others if k is not collation],
        findings=outline.parts(f for f in comparison.findings if f.utterance == id),
    )


@dataclass(frozen=True)
class Change:
    """A change from the revision before, in the text as it is now: the words around it, what is new, what was there."""

    place: str
    lead: Span
    new: Span
    trail: Span
    old: str


def article(
    article: Article,
    links: Links,
    comparison: Comparison | None,
    *,
    actors: Sequence[Actor],
    quotes: Sequence[Quote],
    passages: Sequence[Span],
    revision: int,
    revisions: Sequence[tuple[int, str, str]],
    edits: Sequence[tuple[tuple[int, int], tuple[int, int], str, str]],
) -> str:
    """The page of one article; see :func:`rashomon.show.article_page`."""
    compared_text = next((a.text for a in comparison.articles if a.id == article.id), None) if comparison else None
    compared = compared_text == article.text
    shown = comparison if comparison is not None and compared else _alone(article, actors, quotes)
    outline = Outline(shown)
    draw = Drawing(outline, links, apart=True, here=article.id)
    draw.mark_claims(claims_told(outline, article.id))
    for span in passages:
        draw.address(span)
    return (
        environment()
        .get_template("article.html.j2")
        .render(
            o=outline,
            c=shown,
            draw=draw,
            links=links,
            a=outline.account(article.id),
            compared=compared,
            compared_otherwise=compared_text is not None,
            story=comparison.story if comparison is not None else None,
            standing=standing(outline, article.id),
            counts=_counts(shown, article.id),
            revision=revision,
            revisions=revisions,
            changes=[_change(outline, article, new, old) for _, new, old, _ in edits],
        )
    )


def _alone(article: Article, actors: Sequence[Actor], quotes: Sequence[Quote]) -> Comparison:
    """An article as a comparison of one, so that it is drawn as all others are."""
    return Comparison(
        versions=Versions(rashomon=version("rashomon"), models={}, data={}),
        story=Story(title=""),
        articles=(article,),
        lineage=Lineage(independent=1, groups=((article.id,),)),
        actors=tuple(actors),
        quotes=tuple(quotes),
    )


def _counts(shown: Comparison, article: str) -> list[tuple[str, str, int]]:
    """The layers of an article: identifier, label, and how many there are to be seen; only those that there are."""
    quotes = [q for q in shown.quotes if q.content and q.content[0].article == article]
    layers = [
        ("quotes", "Who said what", len(quotes)),
        ("times", "Times", sum(t.span.article == article for t in shown.times)),
        ("actors", "Names", sum(m.span.article == article and m.form != "pronoun" for m in shown.mentions)),
        ("claims", "Claims", sum(claim.article == article for claim in shown.claims)),
    ]
    return [layer for layer in layers if layer[2]]


def _change(outline: Outline, article: Article, at: tuple[int, int], old: str) -> Change:
    new = article.span(*at)
    blocks = [b.span for b in outline.blocks(article.id) if b.span.start <= new.end and new.start <= b.span.end]
    first, last = min([new.start, *(b.start for b in blocks)]), max([new.end, *(b.end for b in blocks)])
    side = Side(article=article.id, passage=article.span(first, last), marks=(new,))
    start, end = excerpt_range(side)
    return Change(outline.place(new), article.span(start, new.start), new, article.span(new.end, end), old)
