"""Words of a text, the alignment of one wording with another, and the kinds of reading by which they differ."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from rashomon.data import wording
from rashomon.types import Annotations, VariantKind
from rashomon.unseen import CLASS, seen

_WORD = re.compile(
    r"(?:[^\W\d_]\.){2,}|\d+(?:[.,:]\d+)*|['’](?:em|cause)\b"
    rf"|[^\W_](?:[^\W_]|(?:[{CLASS}]+|['’])(?=[^\W_]))*|[%&]"
)
_ELLIPSIS = re.compile(r"…|\.\s?\.\s?\.")
_SPELLING = tuple((re.compile(pattern), to) for pattern, to in wording.SPELLING)
# Weights of a content word as evidence: a name runs through the whole story, a common word through all stories.
_NAME_WEIGHT = 0.4
_COMMON_WEIGHT = 0.3
# Scores of the local alignment (Smith and Waterman 1981, gaps after Gotoh 1982), for words of weight 0 to 1.
_MATCH = 0.4
_RELATED = 0.5
_MISMATCH = -0.8
_GAP_OPEN = -0.8
_GAP_MORE = -0.12
_CONTRACTED = ({"'s", "is"}, {"'s", "has"}, {"'d", "would"}, {"'d", "had"})
_ONE_SOUND = set("cgkq")  # first letters that stand for one sound of another script
_STEM = 5  # letters that two words of one stem share at least
_REACH = 4  # words at the end of a wording that a local alignment may leave out by mistake


@dataclass(frozen=True, slots=True)
class Word:
    """One word at ``[start, end)`` of its article; ``weight`` (0 to 1) is its worth as evidence of one utterance.

    ``token`` is the number of its (first) token or -1, ``actor`` whom it names or helps to name.
    """

    start: int
    end: int
    text: str
    key: str
    lemma: str
    weight: float
    name: bool
    number: bool
    token: int
    sentence: int
    actor: str | None

    @property
    def content(self) -> bool:
        """Whether the word carries content: it is no closed-class word."""
        return self.weight > 0


@dataclass(frozen=True, slots=True)
class Reading:
    """Words ``[b0, b1)`` of the base against words ``[r0, r1)`` of the other wording, and how they differ."""

    b0: int
    b1: int
    r0: int
    r1: int
    kind: VariantKind


class Lexicon:
    """The words of a story's articles and their weights: words rare within an article tell utterances apart."""

    def __init__(self, annotated: Sequence[Annotations]) -> None:
        self._annotated = {a.article.id: a for a in annotated}
        self._starts = {a.article.id: [t.start for t in a.tokens] for a in annotated}
        self._actors = {
            a.article.id: {
                t: m.actor for m in a.mentions if m.form != "pronoun" for t in range(m.span.start, m.span.end)
            }
            for a in annotated
        }
        self._known: dict[tuple[str, int, int], list[Word]] = {}
        uses: dict[str, list[int]] = defaultdict(list)
        for one in annotated:
            found = Counter(t.lemma.casefold() for t in one.tokens)
            for lemma, count in found.items():
                uses[lemma].append(count)
        # The mean number of uses in the articles that have the word; twice (lead and quote) is still rare.
        self._uses = {lemma: sum(counts) / len(counts) for lemma, counts in uses.items()}

    def words(self, article: str, start: int, end: int) -> list[Word]:
        """The words of ``[start, end)`` of an article, in order."""
        place = (article, start, end)
        if place not in self._known:
            annotations = self._annotated[article]
            self._known[place] = [
                self._word(annotations, m) for m in _WORD.finditer(annotations.article.text, start, end)
            ]
        return self._known[place]

    def _word(self, annotations: Annotations, match: re.Match[str]) -> Word:
        at = bisect_left(self._starts[annotations.article.id], match.end()) - 1
        tokens = annotations.tokens
        # The token that begins the word: "don't" is read as "do", but its key keeps the negation.
        while at > 0 and tokens[at].start > match.start():
            at -= 1
        token = tokens[at] if tokens and tokens[at].end > match.start() else None
        key = key_of(seen(match.group()))
        lemma = token.lemma.casefold() if token is not None and token.lemma else key
        return Word(
            match.start(),
            match.end(),
            match.group(),
            key,
            lemma,
            self._weight(key, lemma, token is not None and token.pos == "PROPN"),
            token is not None and token.pos == "PROPN",
            key[0].isdigit() or key in wording.QUANTITIES,
            at if token is not None else -1,
            token.sentence if token is not None else -1,
            self._actors[annotations.article.id].get(match.start()),
        )

    def _weight(self, key: str, lemma: str, name: bool) -> float:
        if all(k in wording.FUNCTION for k in spelt_out(key)):
            return 0.0
        rarity = min(1.0, 2.0 / self._uses.get(lemma, 1.0))
        if name:
            return _NAME_WEIGHT * rarity
        return _COMMON_WEIGHT * rarity if lemma in wording.COMMON or key in wording.COMMON else rarity


@lru_cache(maxsize=65536)
def key_of(text: str) -> str:
    """A word without what spelling conventions change: case, kind of apostrophe, full stops, commas in numbers."""
    key = text.casefold().replace("’", "'")
    if key[0].isdigit():
        return key.replace(",", "")
    return key.replace(".", "")


@lru_cache(maxsize=65536)
def spelt_out(key: str) -> tuple[str, ...]:
    """A contraction or spoken form as the words it stands for; "'s" is left, as it may be "is", "has" or a genitive."""
    if key in wording.SPELT_OUT:
        return wording.SPELT_OUT[key]
    for ending, full in wording.CONTRACTED.items():
        if key.endswith(ending) and len(key) > len(ending):
            return (key[: -len(ending)], full)
    head, _, ending = key.partition("'")
    return (head, f"'{ending}") if head and ending in ("s", "d") else (key,)


@lru_cache(maxsize=65536)
def fold(key: str) -> str:
    """A word as both British and American spelling and figures and numerals have it."""
    if key in wording.NUMERALS:
        return wording.NUMERALS[key]
    for pattern, to in _SPELLING:
        key = pattern.sub(to, key)
    return key


@lru_cache(maxsize=65536)
def related(one: str, two: str) -> bool:
    """Whether two words (keys or lemmas) share a stem: most of both, and at least five letters, from the start."""
    shared = 0
    for a, b in zip(one, two, strict=False):
        if a != b:
            break
        shared += 1
    return shared >= _STEM and shared >= 0.6 * max(len(one), len(two))


class Bag:
    """Words to look for counterparts in: the same word, a kindred one, or another name of the same actor."""

    def __init__(self, words: Iterable[Word]) -> None:
        self._weights: dict[tuple[str, str], float] = {}
        self._stems: dict[str, list[Word]] = defaultdict(list)
        for word in words:
            for label in self._labels(word):
                self._weights[label] = max(word.weight, self._weights.get(label, 0.0))
            if word.content:
                self._stems[word.key[:_STEM]].append(word)

    @staticmethod
    def _labels(word: Word) -> list[tuple[str, str]]:
        labels = [("word", fold(word.key))]
        if word.content:
            labels.append(("lemma", fold(word.lemma)))
        if word.actor is not None:
            labels.append(("actor", word.actor))
        return labels

    def weight(self, word: Word) -> float | None:
        """The weight of the weightiest counterpart of a word; ``None`` if there is none."""
        found = [self._weights[label] for label in self._labels(word) if label in self._weights]
        if word.content:
            found += [w.weight for w in self._stems.get(word.key[:_STEM], ()) if related(word.key, w.key)]
        return max(found, default=None)

    def __contains__(self, word: Word) -> bool:
        return self.weight(word) is not None


def same(one: Word, two: Word) -> bool:
    """Whether two words are the same word, however spelt."""
    return one.key == two.key or fold(one.key) == fold(two.key)


def akin(one: Word, two: Word) -> bool:
    """Whether two content words are forms of one word or of one stem."""
    if not (one.content and two.content):
        return False
    return one.lemma == two.lemma or fold(one.lemma) == fold(two.lemma) or related(one.key, two.key)


def align(base: Sequence[Word], other: Sequence[Word]) -> list[tuple[int, int]]:
    """The best local alignment of two wordings: pairs of places of the same or kindred words, rising on both sides.

    Empty when they have nothing in common. The first and last pair may be two words that stand for each other.
    """
    exact = verbatim(base, other)
    if exact is not None:
        return [(exact + j, j) for j in range(len(other))]
    pairs = _trace(base, other)
    while pairs and not same(base[pairs[0][0]], other[pairs[0][1]]):
        pairs.pop(0)
    while pairs and not same(base[pairs[-1][0]], other[pairs[-1][1]]):
        pairs.pop()
    return _substituted_ends(base, other, _to_ends(base, other, pairs)) if pairs else []


def _to_ends(base: Sequence[Word], other: Sequence[Word], pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Take in the ends of the other wording where its outermost word stands near by in the base.

    A local alignment stops short of "we will" against "we would not": too little agrees there, but there it counts.
    """
    (i, j), (i2, j2) = pairs[0], pairs[-1]
    if 0 < j <= _REACH:
        start = next((a for a in range(i - 1, max(-1, i - _REACH - 2), -1) if same(base[a], other[0])), None)
        if start is not None:
            pairs = [(start, 0), *_inner(base, other, (start + 1, i), (1, j)), *pairs]
    rest = len(other) - 1 - j2
    if 0 < rest <= _REACH:
        stop = next((a for a in range(i2 + 1, min(len(base), i2 + _REACH + 2)) if same(base[a], other[-1])), None)
        if stop is not None:
            pairs = [*pairs, *_inner(base, other, (i2 + 1, stop), (j2 + 1, len(other) - 1)), (stop, len(other) - 1)]
    return pairs


def _substituted_ends(
    base: Sequence[Word], other: Sequence[Word], pairs: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Pair the one or two outermost words of a fragment with other words that the base has at the same place.

    Only where all the rest agrees: "closer to a nuclear bomb" against "closer to nuclear arms".
    """
    agree = sum(same(base[i], other[j]) for i, j in pairs)
    if agree < 5 or agree < 0.8 * (pairs[-1][1] - pairs[0][1] + 1):
        return pairs
    (i, j), (i2, j2) = pairs[0], pairs[-1]
    rest = len(other) - 1 - j2
    if j == 1 and i >= 2 and spelt_out(other[0].key) == tuple(w.key for w in base[i - 2 : i]):
        pairs = [(i - 2, 0), *pairs]
    elif 0 < j <= 2 and i >= j and base[i - j].sentence == base[i].sentence:
        pairs = [(i - j, 0), *pairs]
    if 0 < rest <= 2 and "".join(_plain(base[i2 + 1 : i2 + 4 - rest])) == "".join(_plain(other[j2 + 1 :])):
        pairs = [*pairs, (i2 + 3 - rest, j2 + rest)]  # "work force" against "workforce"
    elif 0 < rest <= 2 and i2 + rest < len(base) and base[i2 + rest].sentence == base[i2].sentence:
        pairs = [*pairs, (i2 + rest, j2 + rest)]
    return pairs


def _inner(
    base: Sequence[Word], other: Sequence[Word], within: tuple[int, int], against: tuple[int, int]
) -> list[tuple[int, int]]:
    """The same words, in order, in two short stretches."""
    pairs = []
    i = within[0]
    for j in range(*against):
        found = next((a for a in range(i, within[1]) if same(base[a], other[j])), None)
        if found is not None:
            pairs.append((found, j))
            i = found + 1
    return pairs


def verbatim(base: Sequence[Word], other: Sequence[Word]) -> int | None:
    """Where the other wording stands in the base, word for word; nearly all fragments do."""
    keys, size = [w.key for w in base], len(other)
    sought = [w.key for w in other]
    return next((i for i in range(len(keys) - size + 1) if keys[i] == sought[0] and keys[i : i + size] == sought), None)


def _score(one: Word, two: Word) -> float:
    if same(one, two):
        return _MATCH + 2 * min(one.weight, two.weight)
    if akin(one, two):
        return _RELATED
    return _MISMATCH


def _trace(base: Sequence[Word], other: Sequence[Word]) -> list[tuple[int, int]]:
    """Fill the matrices of matches and gaps row by row, and follow the best cell back."""
    columns = len(base) + 1
    minus = float("-inf")
    best = [0.0] * columns  # best[i]: the best alignment that ends at base word i and the row above
    down = [minus] * columns
    moves: list[list[tuple[int, int]]] = [[(0, 0)] * columns]
    down_from = [0] * columns
    top, corner = 0.0, (0, 0)
    for j, word in enumerate(other, 1):
        row = [0.0] * columns
        move = [(0, 0)] * columns
        right, right_from = minus, 0
        for i in range(1, columns):
            diagonal = best[i - 1] + _score(base[i - 1], word)
            if best[i] + _GAP_OPEN > down[i] + _GAP_MORE:
                down[i], down_from[i] = best[i] + _GAP_OPEN, j - 1
            else:
                down[i] += _GAP_MORE
            if row[i - 1] + _GAP_OPEN > right + _GAP_MORE:
                right, right_from = row[i - 1] + _GAP_OPEN, i - 1
            else:
                right += _GAP_MORE
            score = max(0.0, diagonal, down[i], right)
            row[i] = score
            if score > 0:
                if score == diagonal:
                    move[i] = (i - 1, j - 1)
                else:
                    move[i] = (i, down_from[i]) if score == down[i] else (right_from, j)
            else:
                move[i] = (i, j)
            if score > top + 1e-9:
                top, corner = score, (i, j)
        best = row
        moves.append(move)
    return _follow(base, other, moves, corner)


def _follow(
    base: Sequence[Word], other: Sequence[Word], moves: Sequence[Sequence[tuple[int, int]]], corner: tuple[int, int]
) -> list[tuple[int, int]]:
    pairs = []
    i, j = corner
    while i > 0 and j > 0 and moves[j][i] != (i, j):
        back = moves[j][i]
        if back == (i - 1, j - 1) and (same(base[i - 1], other[j - 1]) or akin(base[i - 1], other[j - 1])):
            pairs.append((i - 1, j - 1))
        i, j = back
    return pairs[::-1]


def readings(base: Sequence[Word], other: Sequence[Word], pairs: Sequence[tuple[int, int]]) -> Iterator[Reading]:
    """The places, in order, at which the aligned stretch of the other wording departs from the base.

    A word that stands for another at either end belongs to the gap beside it: "we will" against "we'll".
    """
    pairs = _parts_joined(base, other, pairs)
    last = len(pairs) - 1
    edges = {n for n in (0, last) if pairs and not same(base[pairs[n][0]], other[pairs[n][1]])}
    for n, (i, j) in enumerate(pairs):
        joined = n in edges and last > 0
        if not joined and base[i].text.replace("’", "'") != other[j].text.replace("’", "'"):
            yield Reading(i, i + 1, j, j + 1, kind_of(base[i : i + 1], other[j : j + 1]))
        if n < last:
            i0, j0 = (i, j) if joined else (i + 1, j + 1)
            i2, j2 = pairs[n + 1]
            if n + 1 in edges:
                i2, j2 = i2 + 1, j2 + 1
            if i2 > i0 or j2 > j0:
                yield Reading(i0, i2, j0, j2, kind_of(base[i0:i2], other[j0:j2]))


def _parts_joined(
    base: Sequence[Word], other: Sequence[Word], pairs: Sequence[tuple[int, int]]
) -> Sequence[tuple[int, int]]:
    """Without the pairs of a word and its first or last part: "work force" and "workforce" differ as wholes."""
    kept = []
    for n, (i, j) in enumerate(pairs):
        before = pairs[n - 1] if n else (i - 1, j - 1)
        after = pairs[n + 1] if n + 1 < len(pairs) else (i + 1, j + 1)
        one, two = base[before[0] + 1 : after[0]], other[before[1] + 1 : after[1]]
        inner = 0 < n < len(pairs) - 1 and len(one) != len(two) and not same(base[i], other[j])
        if not inner or "".join(_plain(one)) != "".join(_plain(two)):
            kept.append((i, j))
    return kept


def kind_of(base: Sequence[Word], other: Sequence[Word]) -> VariantKind:
    """The kind of a reading: what the words of the base became."""
    one, two = _plain(base), _plain(other)
    if len(one) == len(two) and all(a == b or {a, b} in _CONTRACTED for a, b in zip(one, two, strict=True)):
        case_only = [w.key for w in base] == [w.key for w in other] and all(
            "." not in w.text[:-1] for w in (*base, *other) if not w.number
        )
        return "punctuation" if case_only else "spelling"
    if "".join(one) == "".join(two) or _one_name(base, other) or _one_handle("".join(one), "".join(two)):
        return "spelling"
    if all(k in wording.FUNCTION for k in (*one, *two)) and not _weighty(one, two):
        return "function-word"
    if not other:
        return "omission"
    return "content-word" if base else "insertion"


def _plain(words: Iterable[Word]) -> list[str]:
    return [fold(part) for w in words for part in spelt_out(w.key)]


def _weighty(one: Sequence[str], two: Sequence[str]) -> bool:
    """Whether closed-class words changed that alter what is said: negation, modality, condition."""
    kinds = (wording.NEGATIONS, wording.MODALS, wording.CONDITIONS)
    return any({k for k in one if k in kind} != {k for k in two if k in kind} for kind in kinds)


def _one_name(base: Sequence[Word], other: Sequence[Word]) -> bool:
    """Whether both are the same name in two transliterations ("Moammar Gadhafi", "Muammar al-Qaddafi")."""
    names = [[w.key for w in words if w.name or w.key in ("al", "el")] for words in (base, other)]
    if not all(names) or [len(n) for n in names] != [len(base), len(other)]:
        return False
    one, two = ("".join(n) for n in names)
    return (one[0] == two[0] or {one[0], two[0]} <= _ONE_SOUND) and SequenceMatcher(
        None, one, two, autojunk=False
    ).ratio() >= 0.7


def _one_handle(one: str, two: str) -> bool:
    """Whether one is the other's name on a network ("@realadatarn" for "Ada Tarn")."""
    shorter, longer = sorted((one, two), key=len)
    return len(shorter) >= 8 and shorter in longer


def has_ellipsis(text: str) -> bool:
    """Whether a text marks a cut by an ellipsis."""
    return bool(_ELLIPSIS.search(text))
