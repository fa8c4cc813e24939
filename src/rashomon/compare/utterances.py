"""The critical apparatus of quotations: who is quoted with what words, and where the quotations part.

Every marked fragment is collated as an editor of old texts would do it (base text, placed fragments, variant readings;
see the TEI Guidelines, chapter 12, *Critical Apparatus*), and indirect speech is linked to what it paraphrases.
Fragments are aligned with the base word by word: local alignment with affine gaps, in which rare words weigh most.
Which wording is right is not asked: the base is merely the fullest.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import groupby, pairwise

import msgspec

from rashomon.compare._collation import (
    Lexicon,
    Reading,
    Word,
    akin,
    align,
    fold,
    has_ellipsis,
    kind_of,
    readings,
    same,
    verbatim,
)
from rashomon.compare._paraphrases import Omission, is_named, omission, paraphrases
from rashomon.data import wording
from rashomon.types import (
    Actor,
    Annotations,
    Finding,
    FindingKind,
    Fragment,
    Paraphrase,
    Quote,
    Side,
    Span,
    Utterance,
    Variant,
    VariantKind,
)

# A candidate must share words worth this much with the base before it is aligned.
_SHARED = 0.5
_ALIGNED = 1.2
_RARE = 0.7  # the weight of a word or two that a known speaker is quoted with again
# Between two sentences of one quotation: how many words of the base may be left out, how many put in.
_CUT = 60
_PUT_IN = 8
_TRANSLATED = re.compile(wording.TRANSLATED)
_PUNCTUATION = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "\n": " ", "\xa0": " "})

_WEIGHTS: dict[VariantKind, float] = {
    "content-word": 0.85,
    "insertion": 0.55,
    "omission": 0.55,
    "function-word": 0.25,
    "translation": 0.3,
}
_GRAVE = 0.95  # a negation, a modal or a number differs
_SLIGHT = 0.4  # another form of the same word, a word of stress, a cut that is marked
_PARAPHRASED = 0.4
_OMITTED = 0.65
_SHOWN = 50  # characters of a dropped phrase that a reason quotes
_IN_A_ROW = 8  # words that a paraphrase may have in a row with what it renders
_MOSTLY_QUOTED = 0.4  # an account that quotes this share of the base does not merely render it
_OTHER_SPEAKER = 0.9
_OTHER_ADDRESSEE = 0.5
_HEARERS = ("person", "organisation")


@dataclass(slots=True)
class _Piece:
    """One marked passage: a stretch of an article inside quotation marks, cut into sentences (ranges of ``words``).

    ``known`` says whether the speaker is somebody in particular: "a witness" in two accounts may be two witnesses.
    """

    span: Span
    speaker: str | None
    words: list[Word]
    segments: list[tuple[int, int]]
    free: list[bool] = field(default_factory=list)
    known: bool = False

    def run(self, first: int, last: int) -> list[Word]:
        return self.words[self.segments[first][0] : self.segments[last][1]]


@dataclass(slots=True)
class _Placed:
    """A fragment placed in a base: its words, the base's, and the pairs of places that are the same word."""

    piece: _Piece
    words: list[Word]
    pairs: list[tuple[int, int]]


# A sentence of a piece, by number, and the places of the same words in a base and in the piece.
_Linked = tuple[int, list[tuple[int, int]]]


def collate(annotated: Sequence[Annotations]) -> tuple[Utterance, ...]:
    """Every act of speech that the articles quote, each with its fragments, variant readings and paraphrases.

    Actor ids must already be the same in all of ``annotated``. The base is the quotation with the most words (of
    equals, the first by article id and place) and is not among its own fragments. The order of the articles does not
    matter; utterances are in the order of their bases' article ids and places. A fragment's ``at`` and a variant's
    ``at`` count code points of ``base.text``; an omission's span is empty and stands where the words are left out.
    """
    ordered = sorted(annotated, key=lambda a: a.article.id)
    lexicon = Lexicon(ordered)
    actors = {actor.id: actor for one in ordered for actor in one.actors}
    pieces = [piece for one in ordered for piece in _pieces(one, lexicon)]
    for piece in pieces:
        piece.known = is_named(piece.speaker, actors)
    texts = {one.article.id: one.article.text for one in ordered}
    gathered = sorted(_gather(pieces), key=lambda g: (g[0].span.article, g[1][0].start))
    utterances = []
    for number, (piece, words, placed) in enumerate(gathered, 1):
        base = _base(piece, words, texts[piece.span.article])
        actor = actors.get(piece.speaker or "")
        translated = _is_translated(actor, [base, *(p.piece.span for p in placed)], texts)
        utterances.append(
            Utterance(
                id=f"u{number}",
                speaker=_speaker(piece, placed),
                base=base,
                fragments=tuple(sorted((_fragment(base, words, p, texts) for p in placed), key=_place)),
                variants=_variants(base, words, placed, texts, translated),
            )
        )
    links = paraphrases(utterances, ordered, lexicon)
    return tuple(msgspec.structs.replace(u, paraphrases=links.get(u.id, ())) for u in utterances)


def _place(fragment: Fragment) -> tuple[str, int]:
    return (fragment.span.article, fragment.span.start)


def _marked(quote: Quote) -> tuple[Span, ...]:
    """The parts of a quote that stand inside quotation marks."""
    return quote.content if quote.form == "direct" else quote.quoted


def _pieces(one: Annotations, lexicon: Lexicon) -> Iterator[_Piece]:
    """The marked passages of an article; of two quotes that mark the same words, the one with a speaker counts."""
    marked = [(span, quote.speaker) for quote in one.quotes for span in _marked(quote)]
    marked.sort(key=lambda m: (m[0].start, -m[0].end, m[1] is None, m[1] or ""))
    end = 0
    for span, speaker in marked:
        if span.start < end:
            continue
        words = lexicon.words(span.article, span.start, span.end)
        if not words:
            continue
        end = span.end
        numbers = [one.tokens[w.token].sentence if w.token >= 0 else 0 for w in words]
        segments = []
        for _, group in groupby(range(len(words)), key=numbers.__getitem__):
            places = list(group)
            segments.append((places[0], places[-1] + 1))
        yield _Piece(span, speaker, words, segments, [True] * len(segments))


def _gather(pieces: Sequence[_Piece]) -> Iterator[tuple[_Piece, list[Word], list[_Placed]]]:
    """Bases, fullest first, each with the fragments that it takes from the other pieces.

    A base takes whole sentences; what is left of a piece may become a base of its own.
    """
    index = _index(pieces)
    heap = [(-len(p.words), n, 0, len(p.segments) - 1) for n, p in enumerate(pieces)]
    heapq.heapify(heap)
    while heap:
        _, n, first, last = heapq.heappop(heap)
        piece = pieces[n]
        if not all(piece.free[first : last + 1]):
            for a, b in _free_runs(piece, first, last):
                heapq.heappush(heap, (-len(piece.run(a, b)), n, a, b))
            continue
        words = piece.run(first, last)
        piece.free[first : last + 1] = [False] * (last + 1 - first)
        placed = []
        for other, numbers in _candidates(words, pieces, index):
            found = _link(piece, words, pieces[other], numbers)
            for k, _ in found:
                pieces[other].free[k] = False
            placed += _join(pieces[other], found)
        yield piece, words, placed


def _free_runs(piece: _Piece, first: int, last: int) -> Iterator[tuple[int, int]]:
    for free, group in groupby(range(first, last + 1), key=piece.free.__getitem__):
        if free:
            places = list(group)
            yield places[0], places[-1]


def _index(pieces: Sequence[_Piece]) -> dict[str, list[tuple[int, int]]]:
    """For every content word, the pieces and their sentences that have it."""
    index: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for n, piece in enumerate(pieces):
        for k, (start, end) in enumerate(piece.segments):
            for key in sorted({fold(w.key) for w in piece.words[start:end] if w.content}):
                index[key].append((n, k))
    return index


def _candidates(
    words: Sequence[Word], pieces: Sequence[_Piece], index: dict[str, list[tuple[int, int]]]
) -> list[tuple[int, list[tuple[int, float]]]]:
    """The pieces that share enough with a base; of each, the sentences that are still free and what they share."""
    shared: Counter[tuple[int, int]] = Counter()
    for key, weight in sorted({(fold(w.key), w.weight) for w in words if w.content}):
        for place in index[key]:
            shared[place] += weight  # type: ignore[assignment]  # a Counter of floats
    found: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for (n, k), weight in sorted(shared.items()):
        if weight >= _SHARED and pieces[n].free[k]:
            found[n].append((k, weight))
    return sorted(found.items())


def _link(base: _Piece, words: Sequence[Word], other: _Piece, numbers: Sequence[tuple[int, float]]) -> list[_Linked]:
    """Those sentences of another piece that stand in the base, with the pairs of places that are the same word.

    The neighbours of a sentence that stands there need no more than to stand beside it, word for word.
    """
    found: dict[int, list[tuple[int, int]]] = {}
    for k, weight in numbers:
        start, end = other.segments[k]
        # Alignment is dear: what shares little can only be the same word for word.
        if weight < _ALIGNED and verbatim(words, other.words[start:end]) is None:
            continue
        pairs = align(words, other.words[start:end])
        if pairs and _is_same_speech(base, words, other, other.words[start:end], pairs):
            found[k] = [(i, j + start) for i, j in pairs]
    for step in (1, -1):
        for number in sorted(found, reverse=step < 0):
            k = number + step
            while 0 <= k < len(other.segments) and k not in found and other.free[k]:
                start, end = other.segments[k]
                size = end - start
                at = found[k - step][-1][0] + 1 if step > 0 else found[k - step][0][0] - size
                beside = words[at : at + size] if at >= 0 else []
                if len(beside) < size or not all(map(same, beside, other.words[start:end])):
                    break
                found[k] = [(at + n, start + n) for n in range(size)]
                k += step
    return sorted(found.items())


def _is_same_speech(
    base: _Piece, words: Sequence[Word], other: _Piece, said: Sequence[Word], pairs: Sequence[tuple[int, int]]
) -> bool:
    """Whether aligned words are one act of speech: the less is known of the speakers, the more of them must agree."""
    equal = sum(same(words[i], said[j]) for i, j in pairs)
    weight = sum(min(words[i].weight, said[j].weight) * (1 if same(words[i], said[j]) else 0.6) for i, j in pairs)
    length = pairs[-1][1] - pairs[0][1] + 1
    stretch = pairs[-1][0] - pairs[0][0] + 1
    coverage = weight / (sum(w.weight for w in said) or 1.0)
    density = min(equal / length, 2 * equal / stretch)
    verbatim = equal == length == stretch == len(said)
    if base.known and base.speaker == other.speaker:
        whole = verbatim and (weight >= _RARE or (equal >= 4 and weight > 0))
        many = equal >= 0.6 * len(said) or weight >= 4
        most = equal >= 4 and weight >= 1.6 and coverage >= 0.6 and density >= 0.6 and many
        run = _longest_run(words, said, pairs)
        part = weight >= 2 and density >= 0.6 and (run >= 8 or (run >= 6 and coverage >= 0.5))
        return whole or most or part
    if not (base.known and other.known):
        whole = verbatim and weight >= 1.5 and len(said) >= 2
        return whole or (equal >= 5 and weight >= 2 and coverage >= 0.7 and density >= 0.7)
    alike = coverage >= 0.85 and density >= 0.85
    return alike and ((equal >= 6 and weight >= 2.5) or (equal >= 9 and weight >= 1.5))


def _longest_run(one: Sequence[Word], two: Sequence[Word], pairs: Sequence[tuple[int, int]]) -> int:
    best = run = 0
    before = (-2, -2)
    for i, j in pairs:
        if same(one[i], two[j]):
            run = run + 1 if (i - 1, j - 1) == before else 1
            best = max(best, run)
            before = (i, j)
    return best


def _join(piece: _Piece, found: Sequence[_Linked]) -> list[_Placed]:
    """One fragment of sentences that follow each other in the piece and in the base; what lies between is a reading."""
    placed: list[_Placed] = []
    before = -2
    for number, pairs in found:
        if placed and number == before + 1:
            (i, j), (i2, j2) = placed[-1].pairs[-1], pairs[0]
            if 0 < i2 - i <= _CUT and j2 - j <= _PUT_IN + 1:
                placed[-1].pairs.extend(pairs)
                before = number
                continue
        placed.append(_Placed(piece, piece.words, list(pairs)))
        before = number
    return placed


def _base(piece: _Piece, words: Sequence[Word], text: str) -> Span:
    """The span of a base: its words, with the marks at its ends if it is all of its quotation."""
    whole = len(words) == len(piece.words)
    start = piece.span.start if words[0] is piece.words[0] else words[0].start
    end = piece.span.end if whole or words[-1] is piece.words[-1] else words[-1].end
    return Span(piece.span.article, start, end, text[start:end])


def _fragment(base: Span, words: Sequence[Word], placed: _Placed, texts: dict[str, str]) -> Fragment:
    (i, j), (i2, j2) = placed.pairs[0], placed.pairs[-1]
    start, end = placed.words[j].start, placed.words[j2].end
    article = placed.piece.span.article
    at = (words[i].start - base.start, words[i2].end - base.start)
    return Fragment(span=Span(article, start, end, texts[article][start:end]), at=at)


def _speaker(piece: _Piece, placed: Sequence[_Placed]) -> str | None:
    """Whom most articles name; of equals, whom the base names."""
    named = {(p.span.article, p.speaker) for p in (piece, *(x.piece for x in placed)) if p.speaker is not None}
    votes = Counter(speaker for _, speaker in named)
    return min(votes, key=lambda s: (-votes[s], s != piece.speaker, s), default=None)


def _is_translated(speaker: Actor | None, spans: Sequence[Span], texts: dict[str, str]) -> bool:
    """Whether the words may reach the reader by way of translators: the speaker's country, or what an article says."""
    if speaker is not None and speaker.country is not None:
        return speaker.country not in wording.ENGLISH_SPEAKING
    return any(_TRANSLATED.search(texts[s.article], max(0, s.start - 150), s.end + 150) for s in spans)


def _variants(
    base: Span, words: Sequence[Word], placed: Sequence[_Placed], texts: dict[str, str], translated: bool
) -> tuple[Variant, ...]:
    """The readings of all fragments; the same reading in several fragments is one variant with several spans."""
    found: dict[tuple[tuple[int, int], str, VariantKind], list[Span]] = defaultdict(list)
    for one in placed:
        text = texts[one.piece.span.article]
        departures = [*readings(words, one.words, one.pairs), *_points(base, words, one, text)]
        if translated:
            departures = _as_translation(departures, len(one.pairs))
        for r in departures:
            at, (start, end) = _range(words, r.b0, r.b1), _range(one.words, r.r0, r.r1)
            if r.kind == "punctuation" and r.b1 == r.b0:
                at, (start, end) = _between(words, r.b0), _between(one.words, r.r0)
            key = ((at[0] - base.start, at[1] - base.start), text[start:end], r.kind)
            found[key].append(Span(one.piece.span.article, start, end, text[start:end]))
    return tuple(
        Variant(
            at=at,
            base=base.text[at[0] : at[1]],
            reading=reading,
            kind=kind,
            spans=tuple(sorted(spans, key=lambda s: (s.article, s.start))),
        )
        for (at, reading, kind), spans in sorted(found.items())
    )


def _range(words: Sequence[Word], first: int, last: int) -> tuple[int, int]:
    """The offsets of words ``[first, last)``; of none, the end of the word before."""
    return (words[first].start, words[last - 1].end) if last > first else (words[first - 1].end, words[first - 1].end)


def _between(words: Sequence[Word], at: int) -> tuple[int, int]:
    return words[at - 1].end, words[at].start


def _points(base: Span, words: Sequence[Word], placed: _Placed, text: str) -> Iterator[Reading]:
    """Where only what stands between two words differs: as readings of no words before word ``b0`` and ``r0``."""
    for (i, j), (i2, j2) in pairwise(placed.pairs):
        if (i2, j2) == (i + 1, j + 1):
            one = base.text[words[i].end - base.start : words[i2].start - base.start]
            two = text[placed.words[j].end : placed.words[j2].start]
            if _point(one) != _point(two):
                yield Reading(i2, i2, j2, j2, "punctuation")


def _point(text: str) -> str:
    return re.sub(r"\s+|--", lambda m: "-" if m.group() == "--" else "", text.translate(_PUNCTUATION))


def _as_translation(departures: Sequence[Reading], length: int) -> list[Reading]:
    """Call the readings those of two translations where several words throughout the fragment differ in wording."""
    worded = [r for r in departures if r.kind in ("content-word", "insertion", "omission")]
    changed = sum(max(r.b1 - r.b0, r.r1 - r.r0) for r in worded)
    if len(worded) < 2 or not any(r.kind == "content-word" for r in worded) or changed < 0.2 * length:
        return list(departures)
    return [Reading(r.b0, r.b1, r.r0, r.r1, "translation") if r in worded else r for r in departures]


def findings(utterances: Sequence[Utterance], annotated: Sequence[Annotations]) -> list[Finding]:
    """What a reader should see of the differences, between accounts only, heaviest first; ids are left empty.

    Kinds: ``quote-wording`` where two quotations hold different words at one place, ``quoted-paraphrased`` and
    ``omission-within`` where one account quotes what another renders, ``attribution`` and ``addressee`` where the
    same words are given to or meant for different people, ``not-a-conflict`` for two translations. Spelling and
    punctuation are in the apparatus and make no finding.
    """
    scene = _Scene(annotated)
    found = [f for u in utterances for f in (*_wordings(u, scene), *_renderings(u, scene), *_parties(u, scene))]
    return sorted(found, key=lambda f: (-f.weight, f.utterance or "", f.kind, [(s.article, s.start) for s in f.spans]))


class _Scene:
    """The articles as the findings need them: names, sentences, quotes by place, actors."""

    def __init__(self, annotated: Sequence[Annotations]) -> None:
        ordered = sorted(annotated, key=lambda a: a.article.id)
        self.by_id = {a.article.id: a for a in ordered}
        self.lexicon = Lexicon(ordered)
        self.actors: dict[str, Actor] = {actor.id: actor for a in ordered for actor in a.actors}

    def outlet(self, article: str) -> str:
        return self.by_id[article].article.outlet or article

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
        holding = [q for q in quotes if any(m.start <= span.start and span.end <= m.end for m in _marked(q))]
        return min(holding, key=lambda q: (q.speaker is None, q.id), default=None)

    def cut(self, base: Span, at: tuple[int, int]) -> Span:
        return self.by_id[base.article].article.span(base.start + at[0], base.start + at[1])


def _wordings(utterance: Utterance, scene: _Scene) -> Iterator[Finding]:
    """One finding for each set of readings that departs from the base, with every account that has it."""
    accounts: dict[tuple[tuple[tuple[int, int], str], ...], list[Fragment]] = defaultdict(list)
    telling = [v for v in utterance.variants if v.kind in _WEIGHTS]
    for fragment in utterance.fragments:
        if fragment.span.article != utterance.base.article:
            mine = tuple((v.at, v.reading) for v in telling if any(_within(s, fragment.span) for s in v.spans))
            if mine and not all(
                _is_editors(v, fragment, utterance, scene) for v in telling if (v.at, v.reading) in mine
            ):
                accounts[mine].append(fragment)
    for mine, fragments in sorted(accounts.items()):
        variants = [
            v for v in telling if (v.at, v.reading) in mine and not _is_editors(v, fragments[0], utterance, scene)
        ]
        yield _wording(utterance, variants, fragments, scene)


def _within(inner: Span, outer: Span) -> bool:
    return inner.article == outer.article and outer.start <= inner.start and inner.end <= outer.end


def _is_editors(variant: Variant, fragment: Fragment, utterance: Utterance, scene: _Scene) -> bool:
    """Whether a reading is an editor's: words in brackets, on either side, explain and do not quote."""
    places = [scene.cut(utterance.base, variant.at), *(s for s in variant.spans if _within(s, fragment.span))]
    texts = [(scene.by_id[s.article].article.text, s) for s in places]
    around = [(1 if s.text else 3, text, s) for text, s in texts]
    return any(set("[]()") & set(text[max(0, s.start - reach) : s.end + reach]) for reach, text, s in around)


def _wording(
    utterance: Utterance, variants: Sequence[Variant], fragments: Sequence[Fragment], scene: _Scene
) -> Finding:
    at = (min(f.at[0] for f in fragments), max(f.at[1] for f in fragments))
    base_marks = [scene.cut(utterance.base, v.at) for v in variants if v.base]
    sides = [_side(scene, scene.cut(utterance.base, at), base_marks)]
    for fragment in fragments:
        marks = [s for v in variants for s in v.spans if s.text and _within(s, fragment.span)]
        sides.append(_side(scene, fragment.span, marks))
    kinds = {v.kind for v in variants}
    marks = [m for side in sides for m in side.marks]
    weight, reason = max((_weigh(v, fragments[0], utterance, scene) for v in variants), key=lambda w: w[0])
    translation = kinds <= {"translation", "function-word"} and "translation" in kinds
    return Finding(
        id="",
        kind="not-a-conflict" if translation else "quote-wording",
        nonconflict="translation" if translation else None,
        utterance=utterance.id,
        actor=utterance.speaker,
        spans=tuple(marks) or tuple(s.passage for s in sides),
        sides=tuple(sides),
        reason=reason,
        weight=weight,
    )


def _side(scene: _Scene, place: Span, marks: Sequence[Span]) -> Side:
    passage = scene.passage(place)
    return Side(article=place.article, passage=passage, marks=tuple(sorted(set(marks), key=lambda s: (s.start, s.end))))


def _weigh(variant: Variant, fragment: Fragment, utterance: Utterance, scene: _Scene) -> tuple[float, str]:
    """How much a variant matters, and the line that says what it is."""
    one, two = scene.outlet(utterance.base.article), scene.outlet(fragment.span.article)
    if variant.kind == "function-word":
        return _WEIGHTS["function-word"], f"{one} and {two} differ in a function word inside the quotation marks."
    if variant.kind == "translation":
        return _WEIGHTS["translation"], f"{one} and {two} may give two translations of the same words."
    lexicon = scene.lexicon
    reading = next(s for s in variant.spans if _within(s, fragment.span))
    place = scene.cut(utterance.base, variant.at)
    was, now = (lexicon.words(s.article, s.start, s.end) for s in (place, reading))
    weight = _WEIGHTS[variant.kind]
    around = scene.by_id[reading.article].article.text[max(reading.start - 6, 0) : reading.end + 6]
    if len(was) > len(now) + 2 * (variant.kind != "omission") and has_ellipsis(around):
        return _SLIGHT, f"{two} cuts words of the quotation and marks the cut; {one} has them."
    if variant.kind == "content-word":
        reason = f"{one} and {two} have different words inside the quotation marks."
        if len(was) == len(now) == 1 and akin(was[0], now[0]):
            weight, reason = _SLIGHT, f"{one} and {two} have different forms of a word inside the quotation marks."
    else:
        more, less = (one, two) if variant.kind == "omission" else (two, one)
        reason = f"{more} has words inside the quotation marks that {less} does not have there."
    if all(w.key in wording.STRESS | wording.FUNCTION for w in (*was, *now)) and not _grave(was, now):
        return _SLIGHT, reason
    return (_GRAVE, reason) if _grave(was, now) else (weight, reason)


def _grave(was: Sequence[Word], now: Sequence[Word]) -> bool:
    """Whether a negation, a modal or a figure is on one side only."""
    telling = wording.NEGATIONS | wording.MODALS
    sets = [
        {fold(w.key) for w in words if w.key in telling or w.number or w.key.endswith("n't")} for words in (was, now)
    ]
    return sets[0] != sets[1] and kind_of(was, now) not in ("spelling", "punctuation")


def _renderings(utterance: Utterance, scene: _Scene) -> Iterator[Finding]:
    """Where another account says in its own words what the base quotes."""
    for account, group in groupby(utterance.paraphrases, key=lambda p: p.span.article):
        links = list(group)
        if account == utterance.base.article or _quoted(utterance, account) >= _MOSTLY_QUOTED:
            continue
        left_out = next((o for p in links if (o := omission(utterance, p, scene.by_id, scene.lexicon))), None)
        links = [p for p in links if left_out or not _is_repeated(utterance, p, scene)]
        if not links:
            continue
        drops = sorted({d for p in links for d in p.drops})
        yield _rendering(utterance, [p.span for p in links], drops, left_out, scene)


def _is_repeated(utterance: Utterance, rendering: Paraphrase, scene: _Scene) -> bool:
    """Whether a rendering repeats the quotation's words in a row: it quotes without marks, and is no paraphrase."""
    base, span = utterance.base, rendering.span
    quoted = [fold(w.key) for w in scene.lexicon.words(base.article, base.start, base.end)]
    marked = [m for q in scene.by_id[span.article].quotes for m in _marked(q)]
    own = [w for w in scene.lexicon.words(span.article, span.start, span.end) if not _is_in(w, marked)]
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


def _rendering(
    utterance: Utterance,
    spans: Sequence[Span],
    drops: Sequence[tuple[int, int]],
    left_out: Omission | None,
    scene: _Scene,
) -> Finding:
    one, two = scene.outlet(utterance.base.article), scene.outlet(spans[0].article)
    marks = [scene.cut(utterance.base, left_out.at)] if left_out else [scene.cut(utterance.base, d) for d in drops]
    kind: FindingKind = "quoted-paraphrased"
    weight, reason = _PARAPHRASED, f"{two} says in its own words what {one} quotes"
    if left_out:
        kind, weight = "omission-within", _OMITTED
        reason = f"{two} leaves out {left_out.what} that stands in what {one} quotes."
    elif marks:
        # The longest two that are short enough for a line, in their order; all are marked in the passage.
        short = sorted((m for m in marks if len(m.text) <= _SHOWN), key=lambda m: m.start - m.end)[:2]
        shown = " and ".join(f"“{m.text}”" for m in sorted(short, key=lambda m: m.start))
        reason += f", without the words {shown}." if shown else ", without the words marked."
    else:
        reason += "."
    place = scene.cut(utterance.base, _covering(utterance, marks))
    sides = (_side(scene, place, marks), Side(article=spans[0].article, passage=scene.passage(spans[0]), marks=()))
    return Finding(
        id="",
        kind=kind,
        utterance=utterance.id,
        actor=utterance.speaker,
        spans=tuple(marks) + tuple(spans) if marks else tuple(s.passage for s in sides),
        sides=sides,
        reason=reason,
        weight=weight,
    )


def _covering(utterance: Utterance, marks: Sequence[Span]) -> tuple[int, int]:
    """The part of the base that holds the marks; all of it if there are none."""
    if not marks:
        return (0, len(utterance.base.text))
    start = utterance.base.start
    return (min(m.start for m in marks) - start, max(m.end for m in marks) - start)


def _parties(utterance: Utterance, scene: _Scene) -> Iterator[Finding]:
    """Where the same words are given to different speakers, or said to different addressees."""
    spans = [utterance.base, *(f.span for f in utterance.fragments)]
    quoted = [(s, q) for s in spans if (q := scene.quote(s)) is not None]
    told: dict[str, list[tuple[Span, Quote]]] = defaultdict(list)
    heard: dict[str, list[tuple[Span, Quote]]] = defaultdict(list)
    for span, quote in quoted:
        if _is_named(quote.speaker, quote.speaker_span, ("person",), scene):
            told[quote.speaker or ""].append((span, quote))
        long = len(scene.lexicon.words(span.article, span.start, span.end)) > 3
        if long and _is_named(quote.addressee, quote.addressee_span, _HEARERS, scene):
            heard[quote.addressee or ""].append((span, quote))
    yield from _parted(utterance, told, "attribution", scene)
    yield from _parted(utterance, heard, "addressee", scene)


def _is_named(actor: str | None, span: Span | None, kinds: Sequence[str], scene: _Scene) -> bool:
    """Whether a span names an actor of one of the kinds: an office or a pronoun may have been resolved wrongly."""
    if span is None or actor not in scene.actors or scene.actors[actor].kind not in kinds:
        return False
    here = (m for m in scene.by_id[span.article].mentions if m.span.start < span.end and span.start < m.span.end)
    return any(m.actor == actor and m.form == "name" for m in here)


def _parted(
    utterance: Utterance, parties: dict[str, list[tuple[Span, Quote]]], kind: FindingKind, scene: _Scene
) -> Iterator[Finding]:
    """A finding for two parties neither of which the other's account names in the same passage."""
    ranked = sorted(parties.items(), key=lambda p: (-len({s.article for s, _ in p[1]}), p[0]))
    for (one, first), (two, second) in zip(ranked[:1] * len(ranked[1:]), ranked[1:], strict=True):
        told = [{w for s, _ in side for w in _name_words(scene.passage(s).text)} for side in (first, second)]
        named = [{w for n in _all_names(actor, scene) for w in _name_words(n)} for actor in (one, two)]
        articles = [{s.article for s, _ in side} for side in (first, second)]
        if articles[0] & articles[1] or named[0] & (named[1] | told[1]) or named[1] & told[0]:
            continue
        sides, marks = [], []
        for span, quote in (first[0], second[0]):
            mark = quote.speaker_span if kind == "attribution" else quote.addressee_span
            assert mark is not None
            marks.append(mark)
            sides.append(_side(scene, span, [mark]))
        outlets = [scene.outlet(s.article) for s in sides]
        did = "give the same words to different speakers" if kind == "attribution" else "name different addressees"
        yield Finding(
            id="",
            kind=kind,
            utterance=utterance.id,
            actor=utterance.speaker,
            spans=tuple(marks),
            sides=tuple(sides),
            reason=f"{outlets[0]} and {outlets[1]} {did}.",
            weight=_OTHER_SPEAKER if kind == "attribution" else _OTHER_ADDRESSEE,
        )


def _all_names(actor: str, scene: _Scene) -> tuple[str, ...]:
    found = scene.actors[actor]
    return (found.name, *found.aliases)


def _name_words(text: str) -> set[str]:
    return set(re.findall(r"\w{3,}", text.casefold()))
