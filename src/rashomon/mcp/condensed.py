"""A comparison, a story and an article in so few words that they fit a language model's context. All text is cut out
of the articles, never reworded: every string with a place equals ``article.text[start:end]``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, TypeVar, get_args

import msgspec

from rashomon.archive.answers import ArticleAnswer, Brief, StoryAnswer
from rashomon.show.gist import differing
from rashomon.show.outline import Outline
from rashomon.show.pieces import Account, Cell, Collation, Row, Silence
from rashomon.store import Said, StoryEntry
from rashomon.types import (
    Comparison,
    CopyKind,
    Finding,
    FindingKind,
    NonConflict,
    Published,
    Side,
    Span,
    Stance,
    VariantKind,
)

Section = Literal["points", "findings", "utterances", "alone"]
SECTIONS: tuple[Section, ...] = get_args(Section)
# Code points. A longer passage is cut down to what stands around the words that matter.
_LONGEST = 360
# Passages in common that are shown of two articles that share text.
_SHARED = 2
T = TypeVar("T")


class Teller(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One account of the story. ``same_text_as`` names those with whom it is one independent account."""

    article: str
    name: str
    title: str | None = None
    published: Published | None = None
    url: str | None = None
    same_text_as: tuple[str, ...] = ()


class PointTelling(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How one account tells a point: its stance, and the passage that shows it (``None`` where it is silent).

    Of its words ``otherwise`` are those that other accounts have otherwise; ``nearest`` is what comes nearest in an
    account in which nothing on the point was found.
    """

    article: str
    stance: Stance
    passage: Span | None
    otherwise: tuple[Span, ...] = ()
    nearest: Span | None = None


class Matter(msgspec.Struct, frozen=True, kw_only=True):
    """One matter of the story, in the words of one account, and what each account has on it.

    ``confidence`` is how sure it is that the accounts speak of one thing here.
    """

    id: str
    label: Span
    independent: int
    confidence: float
    told: tuple[PointTelling, ...]


class Difference(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One difference. ``reason`` is the program's own wording; the marks of each side are the words that differ."""

    id: str
    kind: FindingKind
    reason: str
    sides: tuple[Side, ...]
    nonconflict: NonConflict | None = None


class OtherWords(msgspec.Struct, frozen=True, kw_only=True):
    """Other words where the base has ``lemma`` (empty: nothing); ``spans`` show who has them."""

    lemma: str
    kind: VariantKind
    spans: tuple[Span, ...]


class Speech(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One act of speech: the fullest quotation, other readings of it, and who only paraphrases it.

    ``setting`` is what bears on it from outside the quotation marks, in the program's words.
    """

    id: str
    speaker: str | None = None
    base: Span
    setting: str = ""
    quoted_by: tuple[str, ...] = ()
    readings: tuple[OtherWords, ...] = ()
    paraphrases: tuple[Span, ...] = ()


class Lone(msgspec.Struct, frozen=True, kw_only=True):
    """What one independent account (these articles) alone reports, and what most others report and it does not."""

    articles: tuple[str, ...]
    alone: tuple[Span, ...]
    missing: tuple[Span, ...]


class Condensed(msgspec.Struct, frozen=True, kw_only=True):
    """A comparison in little. ``totals`` says how much there is of each section; ``offset`` reaches the rest."""

    story: str
    title: str
    start: str | None
    end: str | None
    independent: int
    accounts: tuple[Teller, ...]
    totals: dict[str, int]
    offset: int = 0
    points: tuple[Matter, ...] = ()
    findings: tuple[Difference, ...] = ()
    utterances: tuple[Speech, ...] = ()
    alone: tuple[Lone, ...] = ()


class Link(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Two articles that have text in common; ``target`` took it from ``source``, or both from ``agency``."""

    source: str
    target: str
    kind: CopyKind
    agency: str | None = None
    passages: tuple[Span, ...] = ()


class StoryInLittle(msgspec.Struct, frozen=True, kw_only=True):
    """A story, its articles, which of them have text in common, and quotations that an ``older`` one had before."""

    story: StoryEntry
    articles: tuple[Brief, ...]
    independent: int
    lineage: tuple[Link, ...]
    older: tuple[Said, ...] = ()


class Excerpt(msgspec.Struct, frozen=True, kw_only=True):
    """A range of an article's text. ``length`` is that of the whole; ``next`` where to go on, ``None`` at the end.

    ``older`` are the quotations that begin in the range and stood in an older article before.
    """

    article: Brief
    revisions: int
    text: Span
    length: int
    next: int | None = None
    actors: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    older: tuple[Said, ...] = ()


def condensed(
    comparison: Comparison, story: str, *, sections: Iterable[Section], limit: int, offset: int = 0
) -> Condensed:
    """The weightiest of each section, at most ``limit`` of each, from the ``offset``-th on."""
    o = Outline(comparison)
    findings = [finding for dispute in o.disputes for finding in dispute.findings]
    findings += [finding for part in o.non_conflicts for finding in part.findings]
    totals: dict[str, int] = {
        "points": len(o.shared),
        "findings": len(findings),
        "utterances": len(o.collations),
        "alone": len(o.silences),
    }
    wanted = set(sections)

    def some(section: Section, items: Sequence[T]) -> Sequence[T]:
        return items[offset : offset + limit] if section in wanted else ()

    return Condensed(
        story=story,
        title=comparison.story.title,
        start=comparison.story.start,
        end=comparison.story.end,
        independent=comparison.lineage.independent,
        accounts=tuple(map(_teller, o.accounts)),
        totals=totals,
        offset=offset,
        points=tuple(_matter(o, row) for row in some("points", o.shared)),
        findings=tuple(_difference(o, finding) for finding in some("findings", findings)),
        utterances=tuple(_speech(o, collation) for collation in some("utterances", o.collations)),
        alone=tuple(_lone(o, silence, limit) for silence in some("alone", o.silences)),
    )


def story_in_little(answer: StoryAnswer) -> StoryInLittle:
    """A story with the beginnings of what its articles have in common."""
    links = tuple(
        Link(
            source=edge.source,
            target=edge.target,
            kind=edge.kind,
            agency=edge.agency,
            passages=tuple(_beginning(passage.copy) for passage in edge.passages[:_SHARED]),
        )
        for edge in answer.lineage.edges
    )
    independent = answer.lineage.independent
    return StoryInLittle(
        story=answer.story, articles=answer.articles, independent=independent, lineage=links, older=answer.older
    )


def excerpt(answer: ArticleAnswer, start: int, most: int) -> Excerpt:
    """The article's text from ``start`` on, cut between words where it is cut."""
    article = answer.article
    start = min(start, len(article.text))
    end = min(start + most, len(article.text))
    if end < len(article.text):
        end = max(article.text.rfind(" ", start + most // 2, end) + 1, article.text.rfind("\n", start, end) + 1) or end
    return Excerpt(
        article=answer.brief,
        revisions=len(answer.revisions),
        text=article.span(start, end),
        length=len(article.text),
        next=end if end < len(article.text) else None,
        actors=answer.actors,
        places=answer.places,
        older=tuple(one for one in answer.older if one.earlier and start <= one.earlier.words.start < end),
    )


def _teller(account: Account) -> Teller:
    article = account.article
    return Teller(
        article=article.id,
        name=account.name,
        title=article.title,
        published=article.published,
        url=article.url,
        same_text_as=account.same_text_as,
    )


def _matter(o: Outline, row: Row) -> Matter:
    told = tuple(_told(o, cell) for cell in row.cells)
    return Matter(
        id=row.point.id,
        label=_cut(o, row.point.label),
        independent=row.independent,
        confidence=round(row.point.confidence, 2),
        told=told,
    )


def _told(o: Outline, cell: Cell) -> PointTelling:
    telling = next(iter(cell.tellings), None)
    parts = differing(telling) if telling is not None else ()
    otherwise = tuple(part for status, part in parts if status == "other")
    passage = telling.passage if telling is not None else next(iter(cell.spans), None)
    shown = _cut(o, passage, otherwise) if passage is not None else None
    return PointTelling(
        article=cell.account.article.id,
        stance=cell.stance,
        passage=shown,
        otherwise=tuple(p for p in otherwise if shown is not None and shown.start <= p.start and p.end <= shown.end),
        nearest=_cut(o, cell.nearest) if shown is None and cell.nearest is not None else None,
    )


def _difference(o: Outline, finding: Finding) -> Difference:
    sides = tuple(
        Side(article=side.article, passage=_cut(o, side.passage, side.marks), marks=side.marks, reading=side.reading)
        for side in finding.sides
    )
    return Difference(
        id=finding.id, kind=finding.kind, reason=o.reason(finding), sides=sides, nonconflict=finding.nonconflict
    )


def _speech(o: Outline, collation: Collation) -> Speech:
    readings = tuple(
        OtherWords(lemma=reading.variant.base, kind=reading.variant.kind, spans=reading.variant.spans)
        for reading in collation.readings
    )
    paraphrases = collation.utterance.paraphrases
    return Speech(
        id=collation.utterance.id,
        speaker=collation.speaker,
        base=_cut(o, collation.utterance.base),
        setting=collation.setting,
        quoted_by=tuple(witness.account.article.id for witness in collation.witnesses if witness.quoted),
        readings=readings,
        paraphrases=tuple(_cut(o, paraphrase.span) for paraphrase in paraphrases),
    )


def _lone(o: Outline, silence: Silence, limit: int) -> Lone:
    def labels(rows: tuple[Row, ...]) -> tuple[Span, ...]:
        return tuple(_cut(o, row.point.label) for row in rows[:limit])

    return Lone(
        articles=tuple(account.article.id for account in silence.accounts),
        alone=labels(silence.alone),
        missing=labels(silence.missing),
    )


def _cut(o: Outline, span: Span, marks: Sequence[Span] = ()) -> Span:
    """A passage, if it is long what stands around the marks in it, cut between words."""
    if span.end - span.start <= _LONGEST:
        return span
    inside = [mark for mark in marks if span.start <= mark.start and mark.end <= span.end]
    first = min((mark.start for mark in inside), default=span.start)
    last = max((mark.end for mark in inside), default=first)
    around = max((_LONGEST - (last - first)) // 2, 0)
    start, end = max(span.start, first - around), min(span.end, last + around)
    article = o.account(span.article).article
    if start > span.start:
        start = article.text.find(" ", start, first) + 1 or start
    if end < span.end:
        end = max(article.text.rfind(" ", last, end), last) if " " in article.text[last + 1 : end] else end
    return article.span(start, end)


def _beginning(span: Span) -> Span:
    length = min(len(span.text), _LONGEST)
    return Span(span.article, span.start, span.start + length, span.text[:length])
