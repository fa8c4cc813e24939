"""What a reader should see of an apparatus: where quotations part, and where one account renders what another quotes.

A difference is told once, with all accounts that take part in it, by the names of their outlets.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from rashomon.compare._collation import Word, akin, fold, has_ellipsis, key_of, kind_of
from rashomon.compare._paraphrases import Omission, Rendered, omission, worth
from rashomon.compare._parties import parties
from rashomon.compare._quote_scene import QuoteScene, side
from rashomon.data import wording
from rashomon.spans import lies_in, marked
from rashomon.types import (
    Annotations,
    Finding,
    Fragment,
    Paraphrase,
    Span,
    Utterance,
    Variant,
    VariantKind,
)

_WEIGHTS: dict[VariantKind, float] = {
    "content-word": 0.85,
    "insertion": 0.55,
    "omission": 0.55,
    "function-word": 0.25,
    "translation": 0.3,
}
_GRAVE = 0.95  # a negation, a modal or a number differs
_SLIGHT = 0.4  # another form of the same word, a word of stress, a cut that is marked
_MOVED = 0.25  # the same words in another order
_PARAPHRASED = 0.4
_OMITTED = 0.65
_SHOWN = 60  # characters of a phrase that a reason quotes
_IN_A_ROW = 8  # words that a paraphrase may have in a row with what it renders
_MOSTLY_QUOTED = 0.4  # an account that quotes this share of the base does not merely render it


def findings(
    utterances: Sequence[Utterance], annotated: Sequence[Annotations], groups: Mapping[str, int] | None = None
) -> list[Finding]:
    """What a reader should see of the differences, between accounts only, heaviest first; ids are left empty.

    Kinds: ``quote-wording`` where two quotations hold different words at one place, ``quoted-paraphrased`` and
    ``omission-within`` where one account quotes what another renders, ``attribution`` and ``addressee`` where the
    same words are given to or meant for different people, ``not-a-conflict`` for two translations. Spelling and
    punctuation are in the apparatus and make no finding. ``groups`` numbers the articles by independent account
    (default: each its own): where several print one text, one of them is the side and the reason names all.
    """
    scene = QuoteScene(annotated, groups)
    found = [f for u in utterances for f in (*_wordings(u, scene), *_renderings(u, scene), *parties(u, scene))]
    found = _told_once(found)
    return sorted(found, key=lambda f: (-f.weight, f.utterance or "", f.kind, [(s.article, s.start) for s in f.spans]))


def _told_once(found: Sequence[Finding]) -> list[Finding]:
    """Without the renderings of which another finding shows all passages: two fragments of one sentence."""
    shown = [{(s.passage.article, s.passage.start, s.passage.end) for s in f.sides} for f in found]

    def is_told(n: int) -> bool:
        return found[n].kind == "quoted-paraphrased" and any(
            f.kind == found[n].kind and (shown[n] < shown[m] or (shown[n] == shown[m] and m < n))
            for m, f in enumerate(found)
        )

    return [f for n, f in enumerate(found) if not is_told(n)]


@dataclass(frozen=True, slots=True)
class _Place:
    """A place of the base at which accounts depart from it, with the fragments that do and their readings."""

    at: tuple[int, int]
    departs: tuple[tuple[Fragment, Variant], ...]


def _wordings(utterance: Utterance, scene: QuoteScene) -> Iterator[Finding]:
    """One finding for each set of accounts that depart together; where only small words differ, one for them all."""
    together: dict[tuple[str, ...], list[_Place]] = defaultdict(list)
    places = _places(utterance, scene)
    for place in places:
        if not _is_small(place):
            together[tuple(sorted({f.span.article for f, _ in place.departs}))].append(place)
    for place in filter(_is_small, places):
        articles = {f.span.article for f, _ in place.departs}
        together[next((k for k in sorted(together) if articles <= set(k)), ())].append(place)
    for _, group in sorted(together.items()):
        yield _wording(utterance, sorted(group, key=lambda p: p.at), scene)


def _is_small(place: _Place) -> bool:
    return all(v.kind == "function-word" for _, v in place.departs)


def _places(utterance: Utterance, scene: QuoteScene) -> list[_Place]:
    found: dict[tuple[int, int], list[tuple[Fragment, Variant]]] = defaultdict(list)
    for variant in utterance.variants:
        for fragment in utterance.fragments:
            if fragment.span.article == utterance.base.article or variant.kind not in _WEIGHTS:
                continue
            here = any(lies_in(s, fragment.span) for s in variant.spans)
            if here and not _is_editors(variant, fragment, utterance, scene):
                found[variant.at].append((fragment, variant))
    return [_Place(at, tuple(departs)) for at, departs in sorted(found.items())]


def _is_editors(variant: Variant, fragment: Fragment, utterance: Utterance, scene: QuoteScene) -> bool:
    """Whether a reading is an editor's: words in brackets, on either side, explain and do not quote."""
    places = [scene.cut(utterance.base, variant.at), *(s for s in variant.spans if lies_in(s, fragment.span))]
    texts = [(scene.by_id[s.article].article.text, s) for s in places]
    around = [(1 if s.text else 3, text, s) for text, s in texts]
    return any(set("[]()") & set(text[max(0, s.start - reach) : s.end + reach]) for reach, text, s in around)


def _wording(utterance: Utterance, places: Sequence[_Place], scene: QuoteScene) -> Finding:
    departs = [d for p in places for d in p.departs]
    weight, fragment, variant = max(
        ((_weight(v, f, utterance, scene), f, v) for f, v in departs), key=lambda told: told[0]
    )
    agree = _agreeing(utterance, places, scene)
    away: dict[str, list[Fragment]] = defaultdict(list)
    for f, _ in departs:
        away[f.span.article] += [f] if f not in away[f.span.article] else []
    passages = [agree[a] for a in scene.independent(agree)]
    for article in scene.independent(sorted(away)):
        passages += [
            (f.span, [s for g, v in departs if g == f for s in v.spans if s.text and lies_in(s, f.span)])
            for f in away[article]
        ]
    sides = tuple(side(scene, place, marks) for place, marks in passages)
    kinds = {v.kind for _, v in departs}
    translation = kinds <= {"translation", "function-word"} and "translation" in kinds
    return Finding(
        id="",
        kind="not-a-conflict" if translation else "quote-wording",
        nonconflict="translation" if translation else None,
        utterance=utterance.id,
        actor=utterance.speaker,
        spans=tuple(m for s in sides for m in s.marks) or tuple(s.passage for s in sides),
        sides=sides,
        reason=_reason(utterance, variant, fragment, _readers(variant, departs), list(agree), scene),
        weight=weight,
    )


def _agreeing(utterance: Utterance, places: Sequence[_Place], scene: QuoteScene) -> dict[str, tuple[Span, list[Span]]]:
    """The accounts that have what the base has at all the places, the base's first: a passage of each and the words."""
    base = utterance.base
    at = (min(p.at[0] for p in places), max(p.at[1] for p in places))
    cuts = [scene.cut(base, p.at) for p in places if p.at[1] > p.at[0]]
    found = {base.article: (scene.cut(base, at), cuts)}
    away = {f.span.article for p in places for f, _ in p.departs}
    for fragment in utterance.fragments:
        span = fragment.span
        if span.article in found or span.article in away or fragment.at[0] > at[0] or fragment.at[1] < at[1]:
            continue
        words = [c.text for c in cuts if span.text.count(c.text) == 1]
        starts = [(span.start + span.text.index(w), len(w)) for w in words]
        article = scene.by_id[span.article].article
        found[span.article] = (span, [article.span(start, start + size) for start, size in starts])
    return found


def _readers(variant: Variant, departs: Sequence[tuple[Fragment, Variant]]) -> dict[str, list[str]]:
    """The readings at the place of a variant, each with the articles that have it, the variant's own first."""
    found: dict[str, list[str]] = {variant.reading: []}
    for fragment, other in departs:
        if other.at == variant.at and other.kind == variant.kind:
            readers = found.setdefault(other.reading, [])
            readers += [fragment.span.article] if fragment.span.article not in readers else []
    return found


def _weight(variant: Variant, fragment: Fragment, utterance: Utterance, scene: QuoteScene) -> float:
    """How much a reader would want to see of a variant."""
    if variant.kind in ("function-word", "translation"):
        return _WEIGHTS[variant.kind]
    if _moved(variant, fragment, utterance):
        return _MOVED
    was, now = _both(variant, fragment, utterance, scene)
    if _is_cut(variant, fragment, was, now, scene):
        return _SLIGHT
    if _is_grave(was, now):
        return _GRAVE
    if all(w.key in wording.STRESS | wording.FUNCTION for w in (*was, *now)) or _are_forms(was, now):
        return _SLIGHT
    return _WEIGHTS[variant.kind]


def _moved(variant: Variant, fragment: Fragment, utterance: Utterance) -> str:
    """The words that a fragment has at another place than the base; empty if it lacks or adds them."""
    words = variant.base or variant.reading
    if variant.base and variant.reading:
        return ""
    for other in utterance.variants:
        opposite = (not other.base and variant.base) or (not other.reading and variant.reading)
        here = any(lies_in(s, fragment.span) for s in other.spans)
        if opposite and here and key_of(other.base or other.reading) == key_of(words):
            return words
    return ""


def _both(
    variant: Variant, fragment: Fragment, utterance: Utterance, scene: QuoteScene
) -> tuple[list[Word], list[Word]]:
    """The words of the base and of a fragment at a variant."""
    reading = next(s for s in variant.spans if lies_in(s, fragment.span))
    place = scene.cut(utterance.base, variant.at)
    was, now = (scene.words(s) for s in (place, reading))
    return was, now


def _are_forms(was: Sequence[Word], now: Sequence[Word]) -> bool:
    return len(was) == len(now) == 1 and akin(was[0], now[0])


def _is_cut(variant: Variant, fragment: Fragment, was: Sequence[Word], now: Sequence[Word], scene: QuoteScene) -> bool:
    """Whether an ellipsis stands for the words that a fragment leaves out."""
    reading = next(s for s in variant.spans if lies_in(s, fragment.span))
    around = scene.by_id[reading.article].article.text[max(reading.start - 6, 0) : reading.end + 6]
    return len(was) > len(now) + 2 * (variant.kind != "omission") and has_ellipsis(around)


def _is_grave(was: Sequence[Word], now: Sequence[Word]) -> bool:
    """Whether a negation, a modal or a figure is on one side only."""
    telling = wording.NEGATIONS | wording.MODALS
    sets = [
        {fold(w.key) for w in words if w.key in telling or w.number or w.key.endswith("n't")} for words in (was, now)
    ]
    return sets[0] != sets[1] and kind_of(was, now) not in ("spelling", "punctuation")


def _reason(
    utterance: Utterance,
    variant: Variant,
    fragment: Fragment,
    readers: Mapping[str, Sequence[str]],
    agree: Sequence[str],
    scene: QuoteScene,
) -> str:
    """The line that says what a variant is, and which accounts have which reading."""
    keep, away = scene.outlets(agree), scene.outlets(a for articles in readers.values() for a in articles)
    if moved := _moved(variant, fragment, utterance):
        return f"Inside the quotation marks “{moved}” stands at one place in {keep} and at another in {away}."
    if variant.kind == "function-word":
        differ = "differs" if sum(map(len, readers.values())) == 1 else "differ"
        return f"{away} {differ} from {keep} in a function word inside the quotation marks."
    if variant.kind == "translation":
        return f"{keep} and {away} may give two translations of the same words."
    was, now = _both(variant, fragment, utterance, scene)
    mine = scene.outlets(readers[variant.reading])
    if _is_cut(variant, fragment, was, now, scene):
        return f"{mine} cuts words of the quotation and marks the cut; {keep} has them."
    if variant.kind == "content-word":
        told = {variant.base: keep} | {reading: scene.outlets(articles) for reading, articles in readers.items()}
        if max(map(len, told)) > _SHOWN:
            return f"{keep} and {away} have different words inside the quotation marks."
        listed = "; ".join(f"“{words}”: {outlets}" for words, outlets in told.items())
        return f"Different forms of a word. {listed}." if _are_forms(was, now) else f"{listed}."
    words = variant.base or variant.reading
    shown = f"“{words}”" if len(words) <= _SHOWN else "words"
    more, less = (keep, mine) if variant.kind == "omission" else (mine, keep)
    return f"Inside the quotation marks {shown} stands in {more}, not in {less}."


@dataclass(frozen=True, slots=True)
class _Link:
    """How one account renders an utterance: the clauses, what they leave out and what they say with other words."""

    article: str
    spans: tuple[Span, ...]
    drops: tuple[tuple[int, int], ...]
    replaced: tuple[tuple[tuple[int, int], Span], ...]
    left_out: Omission | None


def _renderings(utterance: Utterance, scene: QuoteScene) -> Iterator[Finding]:
    """Where other accounts say in their own words what the base quotes, those together that leave out the same."""
    groups: dict[str, list[_Link]] = defaultdict(list)
    for account, group in groupby(utterance.paraphrases, key=lambda p: p.span.article):
        if account == utterance.base.article or _quoted(utterance, account) >= _MOSTLY_QUOTED:
            continue
        if _is_printed(utterance, scene.by_id[account].article.text):
            continue
        link = _link(utterance, list(group), scene)
        if link is not None:
            groups[link.left_out.what if link.left_out else ""].append(link)
    for _, links in sorted(groups.items()):
        yield _rendering(utterance, links, scene)


def _is_printed(utterance: Utterance, text: str) -> bool:
    """Whether an account prints what is quoted, be it without marks (as a post shown in full)."""
    words, said = (" ".join(re.findall(r"[^\W_]+", fold(t.lower()))) for t in (text, utterance.base.text))
    return f" {said} " in f" {words} "


def _link(utterance: Utterance, found: Sequence[Paraphrase], scene: QuoteScene) -> _Link | None:
    rendered = [Rendered(utterance, p, scene.by_id, scene.lexicon) for p in found]
    left_out = next((o for r in rendered if (o := omission(r))), None)
    kept = [
        r
        for r in rendered
        if not _quotes_other_words(utterance, r.rendering, scene)
        and (left_out or not _is_repeated(utterance, r.rendering, scene))
    ]
    if not kept:
        return None
    drops = sorted({d for r in kept for d in r.rendering.drops})
    replaced = tuple(pair for r in kept for pair in r.replaced())
    spans = tuple(r.rendering.span for r in kept)
    return _Link(spans[0].article, spans, tuple(drops), replaced, left_out)


def _quotes_other_words(utterance: Utterance, rendering: Paraphrase, scene: QuoteScene) -> bool:
    """Whether a rendering has words in marks of which the base has hardly any: it renders another utterance."""
    base, span = {fold(w.key) for w in scene.words(utterance.base)}, rendering.span
    marks = [m for q in scene.by_id[span.article].quotes for m in marked(q)]
    inside = [w for w in scene.words(span) if w.content and _is_in(w, marks)]
    return len(inside) > 1 and 2 * sum(fold(w.key) in base for w in inside) < len(inside)


def _is_repeated(utterance: Utterance, rendering: Paraphrase, scene: QuoteScene) -> bool:
    """Whether a rendering repeats the quotation's words in a row: it quotes without marks, and is no paraphrase."""
    base, span = utterance.base, rendering.span
    quoted = [fold(w.key) for w in scene.words(base)]
    inside = [m for q in scene.by_id[span.article].quotes for m in marked(q)]
    own = [w for w in scene.words(span) if not _is_in(w, inside)]
    told = [fold(w.key) for w in own]
    match = SequenceMatcher(None, quoted, told, autojunk=False).find_longest_match()
    return match.size >= _IN_A_ROW or match.size >= 0.8 * len(told)


def _is_in(word: Word, spans: Sequence[Span]) -> bool:
    return any(s.start <= word.start and word.end <= s.end for s in spans)


def _quoted(utterance: Utterance, account: str) -> float:
    """The share of the base that an account has inside quotation marks, too."""
    ranges = sorted(f.at for f in utterance.fragments if f.span.article == account)
    total = at = 0
    for start, end in ranges:
        total += max(0, end - max(start, at))
        at = max(at, end)
    return total / (len(utterance.base.text) or 1)


def _rendering(utterance: Utterance, links: Sequence[_Link], scene: QuoteScene) -> Finding:
    left_out = links[0].left_out
    if left_out:
        cuts = [left_out.at]
    else:
        cuts = sorted({at for link in links for at in (*link.drops, *(at for at, _ in link.replaced))})
    marks = [scene.cut(utterance.base, at) for at in cuts]
    whole = (0, len(utterance.base.text))
    place = (min(a for a, _ in cuts), max(b for _, b in cuts)) if cuts else whole
    sides = [side(scene, scene.cut(utterance.base, place), marks)]
    shown = scene.independent(link.article for link in links)
    for link in links:
        if link.article in shown:
            said = [] if left_out else [s for _, s in link.replaced]
            first = next((s for s in link.spans if any(lies_in(w, s) for w in said)), link.spans[0])
            sides.append(side(scene, first, said))
    told = tuple(s for link in links if link.article in shown for s in link.spans)
    return Finding(
        id="",
        kind="omission-within" if left_out else "quoted-paraphrased",
        utterance=utterance.id,
        actor=utterance.speaker,
        spans=(*sides[0].marks, *told) if marks else tuple(s.passage for s in sides),
        sides=tuple(sides),
        reason=_rendering_reason(utterance, links, scene),
        weight=_OMITTED if left_out else _PARAPHRASED,
    )


def _rendering_reason(utterance: Utterance, links: Sequence[_Link], scene: QuoteScene) -> str:
    one, two = scene.names[utterance.base.article], scene.outlets(link.article for link in links)
    several = len(links) > 1
    if links[0].left_out:
        return (
            f"{two} {'leave' if several else 'leaves'} out {links[0].left_out.what} that stands in what {one} quotes."
        )
    parts = {link.article: part for link in links if (part := _part(utterance, link, scene))}
    if several:
        told = "".join(f"; {scene.names[article]} {part}" for article, part in parts.items())
        return f"{two} say in their own words what {one} quotes{told}."
    part = parts.get(links[0].article, "")
    if links[0].replaced:
        return f"{two} {part}."
    return f"{two} says in its own words what {one} quotes{', ' if part else ''}{part}."


def _part(utterance: Utterance, link: _Link, scene: QuoteScene) -> str:
    """What a rendering says with another word or, if nothing, the weightiest two phrases that it does without."""

    def words(at: tuple[int, int]) -> str:
        return utterance.base.text[at[0] : at[1]]

    if link.replaced:
        at, said = link.replaced[0]
        return f"says “{said.text}” where {scene.names[utterance.base.article]} quotes “{words(at)}”"
    short = [at for at in link.drops if at[1] - at[0] <= _SHOWN]
    if not short:
        return ""
    first, *others = sorted(short, key=lambda at: (-worth(scene.words(scene.cut(utterance.base, at))), at))
    second = [at for at in others[:1] if at[1] - at[0] + first[1] - first[0] <= _SHOWN]
    return f"without {' and '.join(f'“{words(at)}”' for at in sorted([first, *second]))}"
