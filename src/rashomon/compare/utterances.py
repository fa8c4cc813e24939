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
from itertools import groupby, pairwise
from math import fsum

import msgspec

from rashomon.compare._collation import (
    Lexicon,
    Reading,
    Word,
    align,
    fold,
    readings,
    same,
    verbatim,
)
from rashomon.compare._paraphrases import is_named, paraphrases
from rashomon.compare._quote_findings import findings
from rashomon.data import wording
from rashomon.encode.embedding import embed
from rashomon.spans import marked
from rashomon.types import (
    Actor,
    Annotations,
    Fragment,
    Span,
    Utterance,
    Variant,
    VariantKind,
)

__all__ = ["collate", "findings"]

# A candidate must share words worth this much with the base before it is aligned.
_SHARED = 0.5
_ALIGNED = 1.2
_RARE = 0.7  # the weight of a word or two that a known speaker is quoted with again
# Between two sentences of one quotation: how many words of the base may be left out, how many put in.
_CUT = 60
_PUT_IN = 8
_TWIN = 4  # words in common of two quotations that differ in one
_MATTER = 0.5  # the weight of a word that tells of what a quotation is about
_LEAST_TRANSLATED = 4  # words
_SAME_MEANING = 0.4  # cosine; unrelated quotations of one speaker have 0.0 to 0.3, two translations 0.4 to 0.9
_MARKS = " \n,.;:!?"
_TRANSLATED = re.compile(wording.TRANSLATED)
_PUNCTUATION = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "\n": " ", "\xa0": " "})


@dataclass(slots=True)
class _Piece:
    """One marked passage: a stretch of an article inside quotation marks, cut into sentences (ranges of ``words``).

    ``known`` says whether the speaker is somebody in particular: "a witness" in two accounts may be two witnesses.
    ``around`` holds the telling words of its sentence outside all marks.
    """

    span: Span
    speaker: str | None
    words: list[Word]
    segments: list[tuple[int, int]]
    free: list[bool] = field(default_factory=list)
    known: bool = False
    around: frozenset[str] = frozenset()

    def run(self, first: int, last: int) -> list[Word]:
        return self.words[self.segments[first][0] : self.segments[last][1]]


@dataclass(slots=True)
class _Placed:
    """A fragment placed in a base: its words, and the pairs of places that are the same word in both.

    ``translated`` if it is the base in another translation; then the pair is the first and last words.
    """

    piece: _Piece
    words: list[Word]
    pairs: list[tuple[int, int]]
    translated: bool = False


# A base, its words and the fragments placed in it.
_Gathered = tuple[_Piece, list[Word], list[_Placed]]
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
    gathered = _translations(list(_gather(pieces)), texts)
    gathered.sort(key=lambda g: (g[0].span.article, g[1][0].start))
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


def _pieces(one: Annotations, lexicon: Lexicon) -> Iterator[_Piece]:
    """The marked passages of an article; of two quotes that mark the same words, the one with a speaker counts."""
    found = [(span, quote.speaker) for quote in one.quotes for span in marked(quote)]
    found.sort(key=lambda m: (m[0].start, -m[0].end, m[1] is None, m[1] or ""))
    end = 0
    for span, speaker in found:
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
        around = _around(one, span, [s for s, _ in found], lexicon)
        yield _Piece(span, speaker, words, segments, [True] * len(segments), around=around)


def _around(one: Annotations, span: Span, inside: Sequence[Span], lexicon: Lexicon) -> frozenset[str]:
    sentences = [s for s in one.sentences if s.start < span.end and span.start < s.end]
    words = [w for s in sentences for w in lexicon.words(s.article, s.start, s.end) if w.weight >= _MATTER]
    return frozenset(w.lemma for w in words if not w.name and not any(m.start <= w.start < m.end for m in inside))


def _gather(pieces: Sequence[_Piece]) -> Iterator[_Gathered]:
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
    matched = [(words[i], j) for i, j in pairs]
    equal = sum(same(word, said[j]) for word, j in matched)
    weight = fsum(min(words[i].weight, said[j].weight) * (1 if same(words[i], said[j]) else 0.6) for i, j in pairs)
    length = pairs[-1][1] - pairs[0][1] + 1
    stretch = pairs[-1][0] - pairs[0][0] + 1
    coverage = weight / (fsum(w.weight for w in said) or 1.0)
    density = min(equal / length, 2 * equal / stretch)
    verbatim = equal == length == stretch == len(said)
    if base.known and base.speaker == other.speaker:
        whole = verbatim and (weight >= _RARE or (equal >= 4 and weight > 0))
        many = equal >= 0.6 * len(said) or weight >= 4
        # "The attorney general of the United States" may be spoken of in two sentences.
        tells = any(w.content and w.actor is None and not w.name and same(w, said[j]) for w, j in matched)
        most = tells and equal >= 4 and weight >= 1.6 and coverage >= 0.6 and density >= 0.6 and many
        run = _longest_run(words, said, pairs)
        part = tells and weight >= 2 and density >= 0.6 and (run >= 8 or (run >= 6 and coverage >= 0.5))
        return whole or most or part or _are_twins(base, words, other, said, pairs)
    if not (base.known and other.known):
        whole = verbatim and weight >= 1.5 and len(said) >= 2
        return whole or (equal >= 5 and weight >= 2 and coverage >= 0.8 and density >= 0.8)
    alike = coverage >= 0.85 and density >= 0.85
    return alike and ((equal >= 6 and weight >= 2.5) or (equal >= 9 and weight >= 1.5))


def _are_twins(
    base: _Piece, words: Sequence[Word], other: _Piece, said: Sequence[Word], pairs: Sequence[tuple[int, int]]
) -> bool:
    """Whether two short quotations are one but for a single word, and are told of one matter.

    "A disgraceful attack on working people" against "a shameful attack on working people": too little agrees to be
    sure by itself, but both accounts speak of the operation.
    """
    if len(words) != len(said) or len(said) < _TWIN + 1 or any(i != j for i, j in pairs):
        return False
    equal = [i for i, j in pairs if same(words[i], said[j])]
    content = sum(words[i].content for i in equal)
    return len(equal) == len(said) - 1 and content >= 2 and bool(base.around & other.around)


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


def _translations(gathered: list[_Gathered], texts: dict[str, str]) -> list[_Gathered]:
    """Join quotations of one speaker in two accounts which both tell that they translate, if they mean the same.

    Two translations may have no word in common. Each must be the other's nearest among all that the other account
    has of the speaker in translation, and stand in no other utterance.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for n, (piece, words, placed) in enumerate(gathered):
        whole = not placed and words == piece.words and len(words) >= _LEAST_TRANSLATED
        if piece.known and whole and _is_said_to_be_translated(piece.span, texts):
            places[piece.speaker or ""].append(n)
    joined: set[int] = set()
    for _, numbers in sorted(places.items()):
        for one, two in _nearest([(n, gathered[n][0].span) for n in numbers]):
            base, other = gathered[one], gathered[two][0]
            ends = [(0, 0), (len(base[1]) - 1, len(other.words) - 1)]
            base[2].append(_Placed(other, other.words, ends, translated=True))
            joined.add(two)
    return [g for n, g in enumerate(gathered) if n not in joined]


def _nearest(quotations: Sequence[tuple[int, Span]]) -> Iterator[tuple[int, int]]:
    """The pairs of quotations, of two articles, that are nearest to each other in meaning, and near enough."""
    if len({span.article for _, span in quotations}) < 2:
        return
    vectors = embed([span.text.strip(_MARKS) for _, span in quotations])
    cosines = vectors @ vectors.T
    best: list[int | None] = []
    for i, (_, span) in enumerate(quotations):
        others = [j for j, (_, other) in enumerate(quotations) if other.article != span.article]
        best.append(max(others, key=lambda j: (round(float(cosines[i, j]), 6), -j), default=None))
    for i, j in enumerate(best):
        if j is not None and i < j and best[j] == i and cosines[i, j] >= _SAME_MEANING:
            yield quotations[i][0], quotations[j][0]


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
    return any(_is_said_to_be_translated(s, texts) for s in spans)


def _is_said_to_be_translated(span: Span, texts: dict[str, str]) -> bool:
    return _TRANSLATED.search(texts[span.article], max(0, span.start - 150), span.end + 150) is not None


def _variants(
    base: Span, words: Sequence[Word], placed: Sequence[_Placed], texts: dict[str, str], translated: bool
) -> tuple[Variant, ...]:
    """The readings of all fragments; the same reading in several fragments is one variant with several spans."""
    found: dict[tuple[tuple[int, int], str, VariantKind], list[Span]] = defaultdict(list)
    for one in placed:
        text = texts[one.piece.span.article]
        departures = [*readings(words, one.words, one.pairs), *_points(base, words, one, text)]
        if one.translated:
            departures = [Reading(0, len(words), 0, len(one.words), "translation")]
        elif translated:
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
