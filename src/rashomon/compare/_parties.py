"""Who is said to have said one utterance, to whom, on what occasion, and how firmly the account stands by it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from rashomon.compare._quote_scene import QuoteScene, side
from rashomon.compare.speakers import are_two_people
from rashomon.data import wording
from rashomon.data.strength import ADMITTING, CLAIMING, HEDGING, SAYING
from rashomon.spans import lies_in
from rashomon.types import Finding, FindingKind, Quote, Span, Utterance

# Parties (actor ids, or kinds of audience and occasion), each with the quotations and the words that name it.
_Told = dict[str, list[tuple[Span, Span]]]

_BROADCAST = re.compile(wording.BROADCAST)
_OCCASIONS = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in wording.OCCASIONS.items()}
_FIRMNESS = {"doubted": HEDGING | CLAIMING, "admitted": ADMITTING, "said": SAYING}
# Fewer words may have been said twice.
_LEAST_WORDS = 3
_OTHER_SPEAKER = 0.9
_OTHER_ADDRESSEE = 0.5
_LESS_FIRM = 0.6


def parties(utterance: Utterance, scene: QuoteScene) -> Iterator[Finding]:
    """Where the same words are given to different speakers, said to different people or elsewhere, or doubted."""
    told: _Told = defaultdict(list)
    heard: dict[str, _Told] = {kind: defaultdict(list) for kind in ("person", "organisation", "audience", "occasion")}
    firmness: _Told = defaultdict(list)
    for span in (utterance.base, *(f.span for f in utterance.fragments)):
        quote = scene.quote(span)
        if quote is None:
            continue
        if quote.speaker_span and _is_surely(quote, scene):
            told[quote.speaker or ""].append((span, quote.speaker_span))
        if len(scene.words(span)) > _LEAST_WORDS:
            _hear(span, quote, heard, scene)
            _weigh(span, quote, firmness, scene)
    if all(are_two_people(scene.actors[a], scene.actors[b]) for a, b in combinations(told, 2)):
        yield from _parted(utterance, told, "attribution", scene)
    # A person against an organisation may be a reporter and the outlet: neither is held against the other.
    named = [f for kind in ("person", "organisation") for f in _parted(utterance, heard[kind], "addressee", scene)]
    yield from (
        named
        or [f for kind in ("audience", "occasion") for f in _parted(utterance, heard[kind], "addressee", scene)][:1]
    )
    yield from _parted(utterance, firmness, "strength", scene)


def _hear(span: Span, quote: Quote, heard: Mapping[str, _Told], scene: QuoteScene) -> None:
    """Note whom a quotation is said to have been said to, and on what occasion."""
    passage = scene.passage(span)
    if quote.addressee_span and not _BROADCAST.search(passage.text):
        for kind in ("person", "organisation"):
            if _is_named(quote.addressee, quote.addressee_span, kind, scene):
                heard[kind][quote.addressee or ""].append((span, quote.addressee_span))
        kinds = [k for k, words in wording.AUDIENCES.items() if words & _name_words(quote.addressee_span.text)]
        if len(kinds) == 1:
            heard["audience"][kinds[0]].append((span, quote.addressee_span))
    frame = _frame(passage, quote)
    occasions = {kind: m for kind, pattern in _OCCASIONS.items() if (m := pattern.search(frame))}
    if len(occasions) == 1:
        [(kind, match)] = occasions.items()
        article = scene.by_id[passage.article].article
        where = article.span(passage.start + match.start(), passage.start + match.end())
        heard["occasion"][kind].append((span, where))


def _frame(passage: Span, quote: Quote) -> str:
    """A sentence with all that is said in it blanked out, character for character."""
    text = passage.text
    for said in (*quote.content, *quote.quoted):
        start, end = max(said.start - passage.start, 0), min(said.end - passage.start, len(text))
        if start < end:
            text = text[:start] + " " * (end - start) + text[end:]
    return re.sub(r"[“\"][^“”\"]*[”\"]", lambda m: " " * len(m.group()), text)


def _weigh(span: Span, quote: Quote, firmness: _Told, scene: QuoteScene) -> None:
    """Note how far an account stands by its attribution: "said", "claimed", "reportedly said"."""
    if quote.cue is None or not lies_in(quote.cue, scene.passage(span)):
        return
    words = set(quote.cue.text.lower().split())
    kinds = [kind for kind, lexicon in _FIRMNESS.items() if words & lexicon]
    if len(kinds) == 1:
        firmness[kinds[0]].append((span, quote.cue))


def _is_surely(quote: Quote, scene: QuoteScene) -> bool:
    """Whether a quote's speaker is a person named beside it, or one whom "he" or "she" can only stand for."""
    span = quote.speaker_span
    if span is None or _is_named(quote.speaker, span, "person", scene):
        return span is not None
    if span.text.lower() not in {"he", "she"}:
        return False
    one = scene.by_id[span.article]
    paragraphs = [p for p in one.article.paragraphs if p.start <= span.start]
    near = [
        m.actor
        for p in paragraphs[-2:]
        for m in one.mentions
        if p.start <= m.span.start < min(p.end, span.start) and m.form in {"name", "role"}
    ]
    return {a for a in near if a in scene.actors and scene.actors[a].kind == "person"} == {quote.speaker}


def _is_named(actor: str | None, span: Span, kind: str, scene: QuoteScene) -> bool:
    """Whether a span names an actor of a kind: an office or a pronoun may have been resolved wrongly."""
    if actor not in scene.actors or scene.actors[actor].kind != kind:
        return False
    here = (m for m in scene.by_id[span.article].mentions if m.span.start < span.end and span.start < m.span.end)
    return any(m.actor == actor and m.form == "name" for m in here)


def _parted(
    utterance: Utterance, parties: Mapping[str, Sequence[tuple[Span, Span]]], kind: FindingKind, scene: QuoteScene
) -> Iterator[Finding]:
    """A finding for two parties neither of which the other's account names in the same passage."""
    ranked = sorted(parties.items(), key=lambda p: (-len({s.article for s, _ in p[1]}), p[0]))
    for (one, first), (two, second) in zip(ranked[:1] * len(ranked[1:]), ranked[1:], strict=True):
        told = [{w for s, _ in places for w in _name_words(scene.passage(s).text)} for places in (first, second)]
        named = [_all_names(party, scene) for party in (one, two)]
        articles = [{s.article for s, _ in places} for places in (first, second)]
        if articles[0] & articles[1] or named[0] & (named[1] | told[1]) or named[1] & told[0]:
            continue
        sides, listed = [], []
        for party, places in ((one, first), (two, second)):
            by_article = {s.article: (s, mark) for s, mark in reversed(places)}
            shown = scene.independent(sorted(by_article))
            sides += [side(scene, s, [mark]) for s, mark in (by_article[a] for a in shown)]
            words = f"“{by_article[shown[0]][1].text}”"
            name = scene.actors[party].name if party in scene.actors else words
            listed.append(f"{name}: {scene.outlets(sorted(by_article))}")
        yield Finding(
            id="",
            kind=kind,
            utterance=utterance.id,
            actor=utterance.speaker,
            spans=tuple(m for side in sides for m in side.marks),
            sides=tuple(sides),
            reason=f"{_what(kind, one)} {'; '.join(listed)}.",
            weight={"attribution": _OTHER_SPEAKER, "strength": _LESS_FIRM}.get(kind, _OTHER_ADDRESSEE),
        )


def _what(kind: FindingKind, party: str) -> str:
    if kind == "attribution":
        return "The same words are given to different people."
    if kind == "strength":
        return "The same words are reported more or less firmly."
    return f"The same words are said {'on different occasions' if party in _OCCASIONS else 'to different people'}."


def _all_names(party: str, scene: QuoteScene) -> set[str]:
    """The words by which a party may be named: an actor's names, or all words for an audience of its kind."""
    found = scene.actors.get(party)
    if found is None:
        return set(wording.AUDIENCES.get(party, ()))
    return {w for n in (found.name, *found.aliases) for w in _name_words(n)}


def _name_words(text: str) -> set[str]:
    return set(re.findall(r"\w{3,}", text.casefold()))
