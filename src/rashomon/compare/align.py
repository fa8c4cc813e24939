"""Links: which claims of different accounts may speak to one matter, how likely, and which words answer which.

The only place that proposes pairs. With a trained model (:mod:`rashomon.encode.alignment`) the sentences of all
accounts are held against each other by late interaction; the pairs that are worth it, a fixed number for each sentence,
are read together. What the model says of two sentences is then read off for each two claims in them, joined with the
logistic model of :mod:`rashomon.compare.matching` by a second logistic model, and is a probability. Without the trained
model the logistic one alone links claims, and no words answer each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from importlib.resources import as_file, files
from itertools import combinations
from math import fsum
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from rashomon.compare.evidence import Indexed, Matrix
from rashomon.compare.matching import Matcher
from rashomon.compare.predicates import statement
from rashomon.encode import alignment as model
from rashomon.encode.alignment import Difference, Encoded, Networks, PairReading
from rashomon.types import Claim, Span, Utterance

QUOTED, PARAPHRASED = 0.9, 0.6
"""How likely two claims tell one matter that quote the same words, or of which one paraphrases what the other has."""
ALONE = 0.02
"""A claim all whose pairs are less likely than this to tell one matter stands in its account only."""

FEATURES = (
    "same",
    "late",
    "logistic",
    "link",
    "link of the less met",
    "link of the better met",
    "told of the less told",
    "told of the better told",
    "answered of the less answered",
    "answered of the better answered",
    "best of its sentences, less",
    "best of its sentences, better",
    "words of the shorter",
    "odds in length",
    "ahead of the next, less",
    "ahead of the next, more",
    "how late",
    "two speakers",
    "one speaker",
    "met in all",
    "met beside it, more",
)
# Fitted by training/alignment_fit.py on the stories of the parts fit and tune.
_COEFFICIENTS = np.array(
    [
        0.468,
        0.011,
        0.766,
        -3.933,
        2.140,
        1.630,
        1.391,
        0.083,
        1.278,
        2.270,
        1.549,
        0.351,
        0.267,
        0.105,
        0.040,
        0.090,
        -0.364,
        0.037,
        0.389,
        -0.840,
        -0.094,
    ],
    dtype=np.float32,
)
_INTERCEPT = np.float32(-3.814)

_READ = 2000  # pairs of sentences, of a story
_PARTNERS = 10  # of one sentence, unless the other one has fewer
WORTH = (
    "late",
    "logistic",
    "words of the shorter",
    "words of the longer",
    "ahead of its rivals, less",
    "ahead of its rivals, more",
)
# In logits, how likely two sentences hold a link, by what is known before they are read; fitted by
# training/alignment_fit.py --worth. They are read from _LIKELY on, and so is the likeliest pair of each sentence (of no
# more than _FEW accounts the likeliest in each other account).
_WORTH = np.array([2.784, 2.829, 0.262, -0.751, 0.477, 0.762], dtype=np.float32)
_WORTH_INTERCEPT = np.float32(6.634)
_LIKELY = -3.5
_FEW = 5
# A claim stands alone only if no pair of its sentence that is likelier than this went unread.
_UNSEEN = -4.0
_NOTHING_LIKE = np.float32(-12.0)  # the likeness of a sentence without words, in logits
_FUNCTION_WEIGHT = np.float32(0.05)  # of a function word, where one of rarity r counts r
_ROWS = 512
_FAR_AHEAD = 4.0  # logits; a pair that is further ahead of its rivals counts as so far
_UNREAD = -4.0  # what a rival that was not read counts


class Bounds(NamedTuple):
    """From which probabilities on claims are put together, for an aligner's probabilities are not another's.

    Below ``noted`` there is no link. A link of ``linked`` or more may join two groups of claims, and its claims are
    held against each other, if the mean over all pairs between the groups reaches ``grouped``; what is no link counts
    as zero. A claim linked by ``near`` or more with one of a group of other claims may speak to their matter, too; by
    ``beside`` or more where its account does so already. Of the trained model's either are right nearly half the time.
    """

    noted: float
    linked: float
    grouped: float
    near: float
    beside: float


LOGISTIC_BOUNDS, TRAINED_BOUNDS = Bounds(0.25, 0.5, 0.4, 0.4, 0.5), Bounds(0.2, 0.33, 0.33, 0.25, 0.35)

# An article and the number of a sentence of it.
_Sentence = tuple[str, int]


class Link(msgspec.Struct, frozen=True):
    """Two claims of different accounts (numbers in ``Links.claims``), and how likely they are on one matter."""

    one: int
    other: int
    probability: float


class Pair(msgspec.Struct, frozen=True):
    """Two sentences of different accounts and what the model says of them; how they differ only where it was asked."""

    left: Encoded
    right: Encoded
    reading: PairReading
    likeness: float
    difference: Difference | None = None

    def turned(self) -> Pair:
        """The same with the sides changed over."""
        r = self.reading
        reading = r._replace(
            left=r.right,
            right=r.left,
            told=(r.told[1], r.told[0]),
            link=r.link.T,
            answers=r.answers.T,
        )
        difference = self.difference and Difference(self.difference.marks[::-1], self.difference.kinds)
        return Pair(self.right, self.left, reading, self.likeness, difference)

    def answered(self, own: Span, theirs: Span) -> float:
        """The chance that words of two spans, of the left and of the right sentence, answer each other."""
        rows, columns = (
            [n - side[0] for n in range(*encoded.text.within(span.start, span.end)) if side[0] <= n < side[1]]
            for encoded, side, span in (
                (self.left, self.reading.left, own),
                (self.right, self.reading.right, theirs),
            )
        )
        return float(self.reading.answers[np.ix_(rows, columns)].max()) if rows and columns else 0.0


class Links(msgspec.Struct, dict=True):
    """The claims of all accounts in their order, the links between them (best first), and the pairs that were read.

    ``places`` has for each claim its sentence and its words (numbers in the account's text), where it has any. Of the
    sentences of a pair the left one is that of the article whose id comes first. ``nearest`` has for a sentence the
    likest one of each other account, ``alone`` the claims that no other account can be taken to make.
    """

    claims: list[Claim]
    links: list[Link]
    pairs: dict[tuple[_Sentence, _Sentence], Pair]
    places: list[tuple[_Sentence, Sequence[int]] | None]
    nearest: dict[_Sentence, dict[str, int]]
    alone: frozenset[int]
    bounds: Bounds

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each claim by its id."""
        return {claim.id: number for number, claim in enumerate(self.claims)}

    def pair(self, one: int, other: int) -> Pair | None:
        """What was read of the sentences of two claims, the first one's on the left."""
        key, turned = self.key(one, other)
        pair = self.pairs.get(key) if key is not None else None
        return pair.turned() if pair is not None and turned else pair

    def key(self, one: int, other: int) -> tuple[tuple[_Sentence, _Sentence] | None, bool]:
        """By what ``pairs`` has the sentences of two claims, and whether the second one's is on its left."""
        left, right = self.places[one], self.places[other]
        if left is None or right is None:
            return None, False
        if (right[0], left[0]) in self.pairs:
            return (right[0], left[0]), True
        return (left[0], right[0]), False


class Logistic:
    """The logistic model alone."""

    def links(self, accounts: Sequence[Indexed]) -> Links:
        """Links by what the claims share."""
        claims = [c for account in accounts for c in account.annotated.claims]
        probabilities = _logistic(accounts, embedded=True)
        found = ((i, j, float(p[0])) for i, j, p in _noted(claims, probabilities))
        links = _ordered(claims, found)
        linked = {n for link in links for n in (link.one, link.other)}
        alone = frozenset(range(len(claims))) - linked
        return Links(claims, links, {}, [None] * len(claims), {}, alone, LOGISTIC_BOUNDS)

    def compared(self, links: Links, asked: Iterable[tuple[int, int]]) -> Links:
        """The links as they are: the logistic model tells no differences."""
        return links


class Trained:
    """The trained model, its evidence joined with that of the logistic one."""

    def __init__(self, networks: Networks) -> None:
        self._networks = networks

    def links(self, accounts: Sequence[Indexed]) -> Links:
        """Links by what the model says of the claims' sentences."""
        found = self.evidence(accounts)
        rows = list(found.features)
        matrix = np.array([found.features[row] for row in rows], dtype=np.float32).reshape(len(rows), len(FEATURES))
        chances = model.chance(matrix @ _COEFFICIENTS + _INTERCEPT)
        return found.linked(chances.tolist())

    def compared(self, links: Links, asked: Iterable[tuple[int, int]]) -> Links:
        """The links, with how the sentences of two claims differ, where they were read together."""
        keys = {links.key(one, other)[0] for one, other in asked}
        found = {key: links.pairs[key] for key in sorted(k for k in keys if k is not None and k in links.pairs)}
        read = model.differ([(p.left, a[1], p.right, b[1]) for (a, b), p in found.items()], self._networks)
        told = {
            key: msgspec.structs.replace(pair, difference=difference)
            for (key, pair), difference in zip(found.items(), read, strict=True)
        }
        return msgspec.structs.replace(links, pairs=links.pairs | told)

    def evidence(self, accounts: Sequence[Indexed]) -> Evidence:
        """What the model says of all pairs of claims whose sentences it read."""
        encoded = {a.article.id: self._encoded(a) for a in accounts}
        claims = [c for account in accounts for c in account.annotated.claims]
        places = [_place(encoded[c.article], c) for c in claims]
        # What sentence embeddings add to it the model knows better, and they cost as much as all the rest.
        logistic = _logistic(accounts, embedded=False)
        sight = self._sight(encoded, _Likely(logistic, places))
        chosen = sight.chosen()
        read = model.join([(encoded[a], i, encoded[b], j) for (a, i), (b, j) in chosen], self._networks)
        pairs = {
            key: Pair(encoded[key[0][0]], encoded[key[1][0]], reading, sight.likeness(*key))
            for key, reading in zip(chosen, read, strict=True)
        }
        inside: dict[_Sentence, list[int]] = defaultdict(list)
        for number, place in enumerate(places):
            if place is not None:
                inside[place[0]].append(number)
        features: dict[tuple[int, int], list[float]] = {}
        ahead = _ahead(pairs)
        for (left, right), pair in pairs.items():
            late = float(np.log1p(max(left[1], right[1])))
            for (i, j), found in _features(pair, inside[left], inside[right], places, logistic).items():
                one = float(not set(claims[i].voice).isdisjoint(claims[j].voice))
                two = float(bool(claims[i].voice and claims[j].voice) and not one)
                features[i, j] = [*found, *ahead[left, right], late, two, one]
        for key, beside in _beside(features, claims).items():
            features[key] += beside
        return Evidence(claims, pairs, places, features, sight.nearest(), sight.unread(pairs))

    def _encoded(self, account: Indexed) -> Encoded:
        sentences = [(s.start, s.end) for s in account.annotated.sentences]
        return model.encode(model.read_text(account.article.text, sentences), self._networks)

    def _sight(self, encoded: Mapping[str, Encoded], likely: _Likely) -> _Sight:
        found: dict[tuple[str, str], tuple[Matrix, Matrix]] = {}
        for one, other in combinations(sorted(encoded), 2):
            likeness = model.likeness(encoded[one], encoded[other], self._networks)
            worth = _worth(likeness, likely.of(one, other, likeness.shape), encoded[one], encoded[other])
            found[one, other] = likeness, worth
        return _Sight(found, len(encoded))


class _Sight(NamedTuple):
    """What is known of pairs of sentences before they are read.

    ``found`` has for each two accounts, the one whose id comes first on the left, how like their sentences are by late
    interaction and how likely each two are to hold a link, ``(sentences, sentences)`` each.
    """

    found: Mapping[tuple[str, str], tuple[Matrix, Matrix]]
    accounts: int

    def likeness(self, left: _Sentence, right: _Sentence) -> float:
        return round(float(self.found[left[0], right[0]][0][left[1], right[1]]), 4)

    def nearest(self) -> dict[_Sentence, dict[str, int]]:
        """The likest sentence in each other account."""
        nearest: dict[_Sentence, dict[str, int]] = defaultdict(dict)
        for (one, other), (likeness, _) in self.found.items():
            if likeness.size:
                for i, j in enumerate(likeness.argmax(axis=1).tolist()):
                    nearest[one, i][other] = j
                for j, i in enumerate(likeness.argmax(axis=0).tolist()):
                    nearest[other, j][one] = i
        return dict(nearest)

    def chosen(self) -> list[tuple[_Sentence, _Sentence]]:
        """The pairs that are read, best first, but before all others the likeliest of each sentence, so that none is
        told to stand alone unseen; of one sentence no more than ``_PARTNERS``."""
        least = _LIKELY if self.accounts > _FEW else -np.inf
        scores: dict[tuple[_Sentence, _Sentence], float] = {}
        best: dict[_Sentence, tuple[float, tuple[_Sentence, _Sentence]]] = {}
        for (one, other), (_, worth) in self.found.items():
            first = _first(worth)
            for flat in {*first, *np.flatnonzero(worth >= _LIKELY).tolist()}:
                i, j = divmod(flat, worth.shape[1])
                key, score = ((one, i), (other, j)), float(worth[i, j])
                if not np.isfinite(score):
                    continue
                if score >= least:
                    scores[key] = score
                for sentence in key if flat in first else ():
                    best[sentence] = min(best.get(sentence, (np.inf, key)), (-score, key))
        likeliest = {key: -score for score, key in best.values()}
        scores |= likeliest
        partners: dict[_Sentence, int] = defaultdict(int)
        found: list[tuple[_Sentence, _Sentence]] = []
        for key in sorted(scores, key=lambda k: (k not in likeliest, -scores[k], k)):
            if len(found) == _READ:
                break
            if key in likeliest or min(partners[s] for s in key) < _PARTNERS:
                found.append(key)
                for sentence in key:
                    partners[sentence] += 1
        return found

    def unread(self, read: Iterable[tuple[_Sentence, _Sentence]]) -> dict[_Sentence, float]:
        """For each sentence, in logits, how likely the likeliest of its pairs that was not read holds a link."""
        left = {accounts: worth.copy() for accounts, (_, worth) in self.found.items()}
        for (one, i), (other, j) in read:
            left[one, other][i, j] = -np.inf
        found: dict[_Sentence, float] = defaultdict(lambda: -np.inf)
        for (one, other), worth in left.items():
            for account, best in (
                (one, worth.max(axis=1, initial=-np.inf)),
                (other, worth.max(axis=0, initial=-np.inf)),
            ):
                for number, value in enumerate(best.tolist()):
                    found[account, number] = max(found[account, number], value)
        return dict(found)


class _Likely:
    """How likely the logistic model holds the claims of two sentences to tell one matter."""

    def __init__(self, logistic: Matrix, places: Sequence[tuple[_Sentence, Sequence[int]] | None]) -> None:
        self._logistic = logistic
        inside: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, place in enumerate(places):
            if place is not None:
                inside[place[0][0]].append((place[0][1], number))
        # Of each account with claims: its sentences that have some, where each begins among the claims, the claims.
        self._inside: dict[str, tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]] = {}
        for account, some in inside.items():
            ordered = np.array(sorted(some), dtype=np.intp)
            self._inside[account] = (*np.unique(ordered[:, 0], return_index=True), ordered[:, 1])

    def of(self, one: str, other: str, shape: tuple[int, ...]) -> Matrix:
        """The probability of the likeliest two claims of each two sentences of two accounts; 0 where one has none."""
        found = np.zeros(shape, dtype=np.float32)
        if one in self._inside and other in self._inside:
            (rows, of_rows, left), (columns, of_columns, right) = self._inside[one], self._inside[other]
            best = np.maximum.reduceat(self._logistic[np.ix_(left, right)], of_rows, axis=0)
            found[np.ix_(rows, columns)] = np.maximum.reduceat(best, of_columns, axis=1)
        return found


def figures(likeness: Matrix, logistic: Matrix, one: Encoded, other: Encoded) -> Matrix:
    """What is known of each two sentences before they are read, in the order of ``WORTH``.

    ``likeness`` and ``logistic``, how likely the logistic model holds claims of theirs to tell one matter, are
    ``(sentences, sentences)``, what comes of them ``(sentences, sentences, figures)``.
    """
    rows, columns = (
        np.array([min(end - start, model.LONGEST) for start, end in side.text.sentences], dtype=np.float32)
        for side in (one, other)
    )
    bounded = np.maximum(likeness, _NOTHING_LIKE)
    margins = [np.clip(bounded - _rival(bounded, axis), -_FAR_AHEAD, _FAR_AHEAD) for axis in (0, 1)]
    return np.stack(
        [
            bounded,
            model.logits(logistic),
            np.log1p(np.minimum.outer(rows, columns)),
            np.log1p(np.maximum.outer(rows, columns)),
            np.minimum(*margins),
            np.maximum(*margins),
        ],
        axis=2,
    ).astype(np.float32)


def _rival(scores: Matrix, axis: int) -> Matrix:
    """For each number of a matrix the largest of the others in its column (axis 0) or row (axis 1)."""
    if scores.shape[axis] < 2:
        return np.full_like(scores, -np.inf)
    second, best = np.split(np.partition(scores, (-2, -1), axis=axis).take((-2, -1), axis=axis), 2, axis=axis)
    return np.where(scores == best, second, best)


def _worth(likeness: Matrix, logistic: Matrix, one: Encoded, other: Encoded) -> Matrix:
    """In logits, to four decimals, how likely each two sentences hold a link; ``-inf`` where one has no words."""
    known = figures(likeness, logistic, one, other)
    scores = sum(w * known[..., n] for n, w in enumerate(_WORTH)) + _WORTH_INTERCEPT
    return np.where(np.isfinite(likeness), np.round(scores, 4), -np.inf).astype(np.float32)


class Evidence(msgspec.Struct):
    """What the model says of the claims of a story: ``features`` by pairs of claims, in the order of ``FEATURES``.

    ``unread`` has for each sentence how likely, in logits, the likeliest of its pairs that went unread holds a link.
    """

    claims: list[Claim]
    pairs: dict[tuple[_Sentence, _Sentence], Pair]
    places: list[tuple[_Sentence, Sequence[int]] | None]
    features: dict[tuple[int, int], list[float]]
    nearest: dict[_Sentence, dict[str, int]]
    unread: dict[_Sentence, float]

    def linked(self, chances: Sequence[float]) -> Links:
        """The links, from the probabilities of the pairs of claims in the order of ``features``."""
        bounds = TRAINED_BOUNDS
        likely = ((i, j, p) for (i, j), p in zip(self.features, chances, strict=True) if p >= bounds.noted)
        best = [0.0] * len(self.claims)
        for (i, j), p in zip(self.features, chances, strict=True):
            best[i], best[j] = max(best[i], p), max(best[j], p)
        seen = [place is None or self.unread[place[0]] < _UNSEEN for place in self.places]
        alone = frozenset(n for n, p in enumerate(best) if p < ALONE and seen[n])
        return Links(
            self.claims, _ordered(self.claims, likely), self.pairs, self.places, self.nearest, alone, TRAINED_BOUNDS
        )


@lru_cache(maxsize=1)
def trained() -> Trained:
    """The aligner with the model that comes with the package, loaded once."""
    with as_file(files("rashomon.data") / "alignment") as folder:
        return Trained(model.load(folder))


def with_quotations(links: Links, utterances: Sequence[Utterance]) -> Links:
    """The links, with those between claims that quote or paraphrase the same words of one act of speech."""
    claims: dict[str, list[tuple[int, Claim]]] = defaultdict(list)
    for number, claim in enumerate(links.claims):
        claims[claim.article].append((number, claim))
    known = {(link.one, link.other): link.probability for link in links.links}
    for utterance in utterances:
        whole = (0, len(utterance.base.text))
        quoted = [(utterance.base, whole), *((f.span, f.at) for f in utterance.fragments)]
        told = [
            (number, place, QUOTED) for span, at in quoted for number, place in _spoken(span, at, claims[span.article])
        ]
        told += [
            (number, whole, PARAPHRASED)
            for paraphrase in utterance.paraphrases
            for number, _ in _spoken(paraphrase.span, whole, claims[paraphrase.span.article])
        ]
        for (i, one, p), (j, other, q) in combinations(told, 2):
            common = min(one[1], other[1]) - max(one[0], other[0])
            apart = links.claims[i].article != links.claims[j].article
            if apart and 2 * common >= min(one[1] - one[0], other[1] - other[0]) > 0:
                key = min(i, j), max(i, j)
                known[key] = max(known.get(key, 0.0), min(p, q))
    linked = {n for key in known for n in key}
    again = _ordered(links.claims, ((i, j, p) for (i, j), p in known.items()))
    return msgspec.structs.replace(links, links=again, alone=links.alone - linked)


def _spoken(
    span: Span, at: tuple[int, int], claims: Sequence[tuple[int, Claim]]
) -> Iterator[tuple[int, tuple[int, int]]]:
    """The claims that lie half in a quoted passage, and where in the utterance they are; the passage is at ``at``."""
    for number, claim in claims:
        start, end = claim.spans[0].start, claim.spans[-1].end
        first, last = max(start, span.start), min(end, span.end)
        if 2 * (last - first) >= min(end - start, span.end - span.start):
            ratio = (at[1] - at[0]) / max(span.end - span.start, 1)
            yield number, (round(at[0] + (first - span.start) * ratio), round(at[0] + (last - span.start) * ratio))


def _logistic(accounts: Sequence[Indexed], *, embedded: bool) -> Matrix:
    """The logistic model's probabilities for all pairs of claims."""
    statements = [statement(account, c.spans) for account in accounts for c in account.annotated.claims]
    if not statements:
        return np.zeros((0, 0), dtype=np.float32)
    matcher = Matcher(statements, embedded=embedded)
    rows = range(0, len(statements), _ROWS)
    return np.concatenate([matcher.probabilities(slice(at, min(at + _ROWS, len(statements)))) for at in rows])


def _noted(claims: Sequence[Claim], probabilities: Matrix) -> Iterator[tuple[int, int, tuple[float]]]:
    articles = np.array([c.article for c in claims])
    for i, j in np.argwhere(np.triu(probabilities >= LOGISTIC_BOUNDS.noted, 1)):
        if articles[i] != articles[j]:
            yield int(i), int(j), (round(float(probabilities[i, j]), 5),)


def _ordered(claims: Sequence[Claim], found: Iterable[tuple[int, int, float]]) -> list[Link]:
    """Best first; ties not by position in the list, for the order of the articles must change nothing."""
    places = [(c.article, c.spans[0].start, c.spans[-1].end) for c in claims]
    links = [Link(min(i, j), max(i, j), round(p, 5)) for i, j, p in found]
    return sorted(links, key=lambda link: (-link.probability, sorted((places[link.one], places[link.other]))))


def _place(encoded: Encoded, claim: Claim) -> tuple[_Sentence, Sequence[int]] | None:
    """The sentence that most of a claim's words are in, and those words."""
    words: set[int] = set()
    for span in claim.spans:
        words.update(range(*encoded.text.within(span.start, span.end)))
    inside = [sorted(w for w in words if a <= w < b) for a, b in encoded.text.sentences]
    best = max(range(len(inside)), key=lambda n: (len(inside[n]), -n), default=0)
    if not inside or not inside[best]:
        return None
    return (claim.article, best), inside[best]


def _features(
    pair: Pair,
    left: Sequence[int],
    right: Sequence[int],
    places: Sequence[tuple[_Sentence, Sequence[int]] | None],
    logistic: Matrix,
) -> dict[tuple[int, int], list[float]]:
    """What two sentences' reading says of each two claims in them."""
    reading = pair.reading
    blocks: dict[tuple[int, int], list[float]] = {}
    for i in left:
        for j in right:
            own, theirs = (_within(places[n], side) for n, side in ((i, reading.left), (j, reading.right)))
            if len(own) and len(theirs):
                blocks[i, j] = _block(pair, own, theirs)
    best: dict[int, float] = defaultdict(float)
    for (i, j), block in blocks.items():
        for claim in (i, j):
            best[claim] = max(best[claim], block[0])
    found: dict[tuple[int, int], list[float]] = {}
    for (i, j), block in blocks.items():
        of_best = sorted(block[0] / max(best[claim], 1e-4) for claim in (i, j))
        sizes = sorted(block[7:])
        odds = float(np.log((sizes[1] + 1) / (sizes[0] + 1)) ** 2)
        found[min(i, j), max(i, j)] = [
            reading.same,
            pair.likeness,
            model.logit(float(logistic[i, j])),
            block[0],
            *(value for at in (1, 3, 5) for value in sorted(block[at : at + 2])),
            *of_best,
            float(np.log(sizes[0])),
            odds,
        ]
    return found


def _ahead(pairs: Mapping[tuple[_Sentence, _Sentence], Pair]) -> dict[tuple[_Sentence, _Sentence], list[float]]:
    """By how much each pair is likelier than the next of either of its sentences with the same other account."""
    scores: dict[tuple[_Sentence, str], list[float]] = defaultdict(list)
    for (left, right), pair in pairs.items():
        scores[left, right[0]].append(pair.reading.same)
        scores[right, left[0]].append(pair.reading.same)
    for found in scores.values():
        found.sort(reverse=True)
    ahead: dict[tuple[_Sentence, _Sentence], list[float]] = {}
    for (left, right), pair in pairs.items():
        margins = []
        for own in (scores[left, right[0]], scores[right, left[0]]):
            rivals = own[1:] if own[0] == pair.reading.same else own
            margin = pair.reading.same - max([*rivals[:1], _UNREAD])
            margins.append(float(np.clip(margin, -_FAR_AHEAD, _FAR_AHEAD)))
        ahead[left, right] = sorted(margins)
    return ahead


def _beside(
    features: Mapping[tuple[int, int], Sequence[float]], claims: Sequence[Claim]
) -> dict[tuple[int, int], list[float]]:
    """How much the claims of each pair are met in all, and by the best rival of either in the account of the other.

    A claim is met by another as likely as their sentences tell one matter, times the link between their words. One that
    all accounts have meets many; one that is met better elsewhere tells what stands there.
    """
    met: dict[int, dict[int, float]] = defaultdict(dict)
    for (i, j), (same, _, _, link, *_) in features.items():
        met[i][j] = met[j][i] = float(model.chance(np.array(same, dtype=np.float32))) * link

    def rival(claim: int, other: int) -> float:
        account = claims[other].article
        return max((m for n, m in met[claim].items() if n != other and claims[n].article == account), default=0.0)

    in_all = {claim: fsum(others.values()) for claim, others in met.items()}
    return {
        (i, j): [float(np.log1p(in_all[i] + in_all[j])), model.logit(max(rival(i, j), rival(j, i)))]
        for i, j in features
    }


def _within(place: tuple[_Sentence, Sequence[int]] | None, side: tuple[int, int]) -> list[int]:
    """The words of a claim that were read, counted from the start of their sentence."""
    return [w - side[0] for w in place[1] if side[0] <= w < side[1]] if place else []


def _block(pair: Pair, own: Sequence[int], theirs: Sequence[int]) -> list[float]:
    """Means over the words of two claims, rare ones weighing most: of the link between all of them; for either claim of
    the best link, of being told, of the best answer; and how many words each has."""
    reading = pair.reading
    a, b = (
        e.text.rarity[side[0] : side[1]][words].astype(np.float32) + _FUNCTION_WEIGHT
        for e, side, words in ((pair.left, reading.left, own), (pair.right, reading.right, theirs))
    )
    a, b = a / a.sum(), b / b.sum()
    link, answers = (matrix[np.ix_(own, theirs)] for matrix in (reading.link, reading.answers))
    means = [
        a @ link @ b,
        a @ link.max(axis=1),
        b @ link.max(axis=0),
        a @ reading.told[0][own],
        b @ reading.told[1][theirs],
        a @ answers.max(axis=1),
        b @ answers.max(axis=0),
    ]
    return [*map(float, means), float(len(own)), float(len(theirs))]


def _first(scores: Matrix) -> set[int]:
    """The places (in the flattened matrix) of the best of each row and of each column."""
    if not scores.size:
        return set()
    rows, columns = np.arange(scores.shape[0]), np.arange(scores.shape[1])
    of_rows, of_columns = scores.argmax(axis=1), scores.argmax(axis=0)
    return {*(rows * scores.shape[1] + of_rows).tolist(), *(of_columns * scores.shape[1] + columns).tolist()}
