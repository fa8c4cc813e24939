"""Articles to stories: an online clustering over a sliding window, with merge and split, that obeys a person's word.

An article is held against those of the window with which it shares a telling word; the stories of those that may
report its event are then grouped anew together with it, by average linkage. So one article can join a story, begin
one, merge two or split one. (Single-pass clustering after Allan, Papka and Lavrenko, *On-line new event detection and
tracking*, SIGIR 1998; here the pass may think better of it while a story is in the window.)

The cost of an article does not grow with the stream: the window bounds what is remembered, and fixed figures bound what
is looked at for each article.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from rashomon.encode.embedding import DIMENSIONS
from rashomon.group._likeness import LEAST, Floats, average_linkage, likeness
from rashomon.group.features import BUCKETS, MOST_WORDS, Features, known
from rashomon.headline import headline
from rashomon.types import Article, Story

WINDOW = 20_000
# Of each story so many articles can still change their story; older ones have settled and go where most of these go.
_LIVELY = 32
# An article is looked up by its heaviest words, each of them among the last articles that have it, and held against
# those articles that share most.
_LOOKED_UP = 40
_RECENT = 256
_CANDIDATES = 64
# At most so many articles are grouped anew at once.
_REGION = 128
# What weight the corpus of news at large has beside the window in telling how rare a word is: that of some 400
# articles. A word is never rarer than one in three of them.
_BACKGROUND = 0.3
_LEAST_DOCUMENTS = 3.0

Verdict = Literal["same", "different", "unsure"]
_Pair = tuple[str, str]


class Judged(msgspec.Struct, frozen=True):
    """A person's word on two articles (ids): one story, two, or cannot tell. The last word on a pair counts."""

    one: str
    other: str
    verdict: Verdict


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """An article of the window as the grouper remembers it: enough, with the others', to go on after an interruption.

    ``weights`` belong to ``features.words``; they were set when the article came in (little-endian 32-bit floats).
    """

    features: Features
    weights: bytes
    story: str


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What one step did.

    A story is named by an article that it holds, the one that came in first but for those that a person has judged.
    So an old name leads to where that article is now. ``merged`` maps names of stories to the names of those that all
    their articles go into; it is to be carried out before ``moved``, which maps articles of the window to their new
    stories. ``left`` are articles that the grouper has now forgotten: from the next step on their stories change by
    ``merged`` only.
    """

    moved: dict[str, str] = {}
    merged: dict[str, str] = {}
    left: tuple[str, ...] = ()


class _Story:
    """The articles of a story that can still move, by arrival, and the name under which others have settled."""

    __slots__ = ("settled", "slots")

    def __init__(self, slots: list[int], settled: str | None = None) -> None:
        self.slots, self.settled = slots, settled


class Grouper:
    """Groups a stream of articles into stories, one at a time, remembering at most ``window`` of them.

    Articles that a person has judged stay beyond the window, so that the word on them can be obeyed. The same calls in
    the same order give the same stories.
    """

    def __init__(self, window: int = WINDOW, judgements: Iterable[Judged] = ()) -> None:
        if window < 1:
            raise ValueError(f"a window holds at least one article, not {window}")
        self._window = window
        self._verdicts: dict[_Pair, Verdict] = {}
        self._judged: dict[str, set[str]] = {}
        for judged in judgements:
            self._record(judged)
        self._table = _Table()
        self._slots: dict[str, int] = {}
        self._stories: dict[int, _Story] = {}
        # The slots that may be forgotten, oldest first; a dict for its order.
        self._leaving: dict[int, None] = {}

    @classmethod
    def resume(cls, kept: Iterable[Kept], window: int = WINDOW, judgements: Iterable[Judged] = ()) -> Grouper:
        """A grouper as it was when its :meth:`kept` was taken; the judgements are those made until then."""
        grouper = cls(window, judgements)
        stories: dict[str, _Story] = {}
        for one in kept:
            slot = grouper._insert(one.features, np.frombuffer(one.weights, dtype="<f4"))
            story = stories.setdefault(one.story, _Story([]))
            story.slots.append(slot)
            grouper._stories[slot] = story
        for name, story in stories.items():
            if name != grouper._table.ids[story.slots[0]]:
                story.settled = name
        return grouper

    def __len__(self) -> int:
        """The number of articles that are remembered."""
        return len(self._slots)

    def kept(self, only: Collection[str] | None = None) -> Iterator[Kept]:
        """What is remembered, in order of arrival: all of it, or of these articles."""
        ids = self._slots if only is None else [i for i in only if i in self._slots]
        for slot in sorted(map(self._slots.__getitem__, ids), key=self._table.arrived.__getitem__):
            yield Kept(
                features=self._table.features[slot],
                weights=self._table.weights_of(slot).astype("<f4").tobytes(),
                story=self._name(self._stories[slot]),
            )

    def story(self, article: str) -> str | None:
        """The story that an article of the window is in; ``None`` for one that is not in the window."""
        slot = self._slots.get(article)
        return None if slot is None else self._name(self._stories[slot])

    def add(self, features: Features) -> Change:
        """Take in an article. One that is in the window already changes nothing."""
        if features.id in self._slots:
            return Change()
        left: list[str] = []
        moved: dict[str, str] = {}
        if len(self._leaving) >= self._window and features.id not in self._judged:
            moved |= self._forget(next(iter(self._leaving)), left)
        slot = self._insert(features, None)
        self._stories[slot] = _Story([slot])
        near = [self._stories[other] for other in self._table.alike(slot)]
        change = self._regroup(slot, [self._stories[slot], *self._linked([slot])], near)
        moved |= change.moved
        story = self._stories[slot]
        while len(lively := [s for s in story.slots if s in self._leaving]) > _LIVELY:
            moved |= self._forget(lively[0], left)
        return Change(moved=moved, merged=change.merged, left=tuple(left))

    def judge(self, judged: Judged) -> Change:
        """Obey a person's word on two articles of the window; on others it is remembered, for when they come in."""
        self._record(judged)
        slots = [self._slots[i] for i in (judged.one, judged.other) if i in self._slots]
        for slot in slots:
            self._leaving.pop(slot, None)
        if len(slots) < 2:
            return Change()
        near = [self._stories[other] for slot in slots for other in self._table.alike(slot)]
        return self._regroup(None, [*(self._stories[s] for s in slots), *self._linked(slots)], near)

    def _record(self, judged: Judged) -> None:
        if judged.one == judged.other:
            raise ValueError(f"a judgement is about two articles, not about {judged.one} alone")
        self._verdicts[_pair(judged.one, judged.other)] = judged.verdict
        for one, other in ((judged.one, judged.other), (judged.other, judged.one)):
            self._judged.setdefault(one, set()).add(other)

    def _insert(self, features: Features, weights: NDArray[np.float32] | None) -> int:
        slot = self._table.insert(features, weights)
        self._slots[features.id] = slot
        if features.id not in self._judged:
            self._leaving[slot] = None
        return slot

    def _forget(self, slot: int, left: list[str]) -> dict[str, str]:
        """Let an article settle in its story, and note that it left; gives what moves if the story's name changes."""
        article = self._table.ids[slot]
        story = self._stories.pop(slot)
        before = self._name(story)
        story.settled = story.settled or article
        # It changes where an article came in before this one that a person has judged, which might still move.
        moved = {self._table.ids[s]: story.settled for s in story.slots} if story.settled != before else {}
        story.slots.remove(slot)
        del self._leaving[slot], self._slots[article]
        self._table.remove(slot)
        left.append(article)
        return moved

    def _name(self, story: _Story) -> str:
        return story.settled or self._table.ids[story.slots[0]]

    def _linked(self, slots: Sequence[int]) -> Iterator[_Story]:
        """The stories of articles that a person has put together with these."""
        for slot in slots:
            one = self._table.ids[slot]
            for other in sorted(self._judged.get(one, ())):
                if other in self._slots and self._verdicts[_pair(one, other)] == "same":
                    yield self._stories[self._slots[other]]

    def _regroup(self, new: int | None, touched: Iterable[_Story], near: Iterable[_Story]) -> Change:
        """Group the articles of the touched stories anew, together with those near them while they are few enough."""
        region = list(dict.fromkeys(touched))
        for story in dict.fromkeys(near):
            if story not in region and sum(len(s.slots) for s in region) + len(story.slots) <= _REGION:
                region.append(story)
        slots = sorted((s for story in region for s in story.slots), key=self._table.arrived.__getitem__)
        before = {slot: self._name(self._stories[slot]) for slot in slots if slot != new}
        parts: dict[int, _Story] = {}
        labels = [0] if len(slots) == 1 else average_linkage(self._table.odds(slots), *self._constraints(slots))
        for slot, label in zip(slots, labels, strict=True):
            parts.setdefault(label, _Story([])).slots.append(slot)
            self._stories[slot] = parts[label]
        merged = self._settle(region)
        after = {slot: self._name(self._stories[slot]) for slot in slots}
        moved = {self._table.ids[s]: name for s, name in after.items() if before.get(s) != name}
        return Change(moved=moved, merged=merged)

    def _settle(self, region: Sequence[_Story]) -> dict[str, str]:
        """Settled articles follow most of those they were with; of names in one story the oldest one's stays."""
        merged = {}
        for old in sorted(region, key=lambda story: self._table.arrived[story.slots[0]]):
            if old.settled is not None:
                votes = Counter(self._stories[slot] for slot in old.slots)
                story = max(votes, key=votes.__getitem__)
                if story.settled is None:
                    story.settled = old.settled
                else:
                    merged[old.settled] = story.settled
        return merged

    def _constraints(self, slots: Sequence[int]) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """Which of these a person has put together, and which apart, as pairs of numbers into ``slots``."""
        found: dict[Verdict, list[tuple[int, int]]] = {"same": [], "different": [], "unsure": []}
        number = {self._table.ids[slot]: i for i, slot in enumerate(slots)}
        for one in sorted(number.keys() & self._judged.keys()):
            for other in sorted(self._judged[one] & number.keys()):
                if one < other:
                    found[self._verdicts[one, other]].append((number[one], number[other]))
        return found["same"], found["different"]


def regroup(articles: Iterable[Features], judgements: Iterable[Judged] = (), window: int = WINDOW) -> dict[str, str]:
    """The story of each article, the same in whatever order the articles are given.

    They are taken by their days (by when they were gathered, where the day is unknown; last, where both are) and ids.
    """
    found, merged = taken(Grouper(window, judgements), sorted(articles, key=place))
    return {article: last_name(story, merged) for article, story in found.items()}


def taken(grouper: Grouper, articles: Iterable[Features]) -> tuple[dict[str, str], dict[str, str]]:
    """Have a grouper take in articles, in their order.

    Gives the last story that each article was put into, and the stories that went into others meanwhile.
    """
    found: dict[str, str] = {}
    merged: dict[str, str] = {}
    for features in articles:
        change = grouper.add(features)
        merged |= change.merged
        found |= change.moved
    return found, merged


def describe(articles: Sequence[Article]) -> Story:
    """The title and the time span of a story.

    The title is a headline of theirs (:func:`rashomon.headline.headline`). ``start`` and ``end`` are the first and the
    last day of publication that is known, as ISO 8601 dates. Raises :class:`ValueError` where there is no article.
    """
    if not articles:
        raise ValueError("a story holds at least one article")
    days = sorted(a.published.value[:10] for a in articles if a.published)
    start, end = (days[0], days[-1]) if days else (None, None)
    return Story(title=headline(articles), start=start, end=end)


def _pair(one: str, other: str) -> _Pair:
    return (one, other) if one < other else (other, one)


def place(features: Features) -> tuple[float, str]:
    """Where an article belongs in the order of the stream: by its day (or when it was gathered) and its id."""
    at = features.day if features.day is not None else features.gathered
    return (math.inf if at is None else at, features.id)


def last_name(story: str, merged: Mapping[str, str]) -> str:
    """The story that a story went into, and that one in turn."""
    while story in merged:
        story = merged[story]
    return story


class _Table:
    """The features of the articles in the window as arrays, a row (slot) for each, and the words that lead to them."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.features: list[Features] = []
        self.arrived: list[int] = []
        self._words = np.zeros((0, MOST_WORDS), dtype=np.int32)
        self._weights = np.zeros((0, MOST_WORDS), dtype=np.float32)
        self._vectors = np.zeros((0, DIMENSIONS), dtype=np.float32)
        self._days = np.zeros(0)
        self._free: list[int] = []
        self._arrivals = 0
        self._documents: Counter[int] = Counter()
        self._having: dict[int, dict[int, float]] = {}
        self._scratch = np.zeros(BUCKETS, dtype=np.float32)

    def insert(self, features: Features, weights: NDArray[np.float32] | None) -> int:
        """Put an article in; without ``weights`` its words are weighed by how rare they are now."""
        slot = self._free.pop() if self._free else self._grown()
        words = np.frombuffer(features.words, dtype="<i4")
        self.ids[slot], self.features[slot], self.arrived[slot] = features.id, features, self._arrivals
        self._arrivals += 1
        self._documents.update(words.tolist())
        if weights is None:
            weights = self._weighed(features)
        self._words[slot], self._weights[slot] = 0, 0.0
        self._words[slot, : len(words)], self._weights[slot, : len(words)] = words, weights
        self._vectors[slot] = np.frombuffer(features.vector, dtype="<f2")
        self._days[slot] = math.nan if features.day is None else features.day
        for word, weight in self._heaviest(slot):
            self._having.setdefault(word, {})[slot] = weight
        return slot

    def remove(self, slot: int) -> None:
        """Take an article out."""
        for word, _ in self._heaviest(slot):
            having = self._having[word]
            del having[slot]
            if not having:
                del self._having[word]
        for word in self._words[slot, : self._count(slot)].tolist():
            self._documents[word] -= 1
            if not self._documents[word]:
                del self._documents[word]
        self._free.append(slot)

    def weights_of(self, slot: int) -> NDArray[np.float32]:
        """The weights of an article's words, in their order."""
        weights: NDArray[np.float32] = self._weights[slot, : self._count(slot)]
        return weights

    def alike(self, slot: int) -> list[int]:
        """The articles that may report the event of this one, the likeliest first."""
        shared: dict[int, float] = {}
        for word, weight in self._heaviest(slot):
            for other, theirs in islice(reversed(self._having[word].items()), _RECENT):
                shared[other] = shared.get(other, 0.0) + weight * theirs
        shared.pop(slot, None)
        most = heapq.nlargest(_CANDIDATES, ((weight, self.arrived[other], other) for other, weight in shared.items()))
        # In order of arrival, not of slots, which depend on what was forgotten: so sums are rounded in one way only.
        others = [other for _, _, other in sorted(most, key=lambda one: one[1])]
        if not others:
            return []
        odds = self._odds([slot], others)[0].tolist()
        ranked = sorted(range(len(others)), key=lambda n: (-odds[n], n))
        return [others[n] for n in ranked if odds[n] >= LEAST]

    def odds(self, slots: Sequence[int]) -> Floats:
        """Log odds for each pair of articles: a symmetric matrix."""
        return self._odds(slots, slots)

    def _odds(self, slots: Sequence[int], others: Sequence[int]) -> Floats:
        rows, columns = np.array(slots), np.array(others)
        vectors = self._vectors[rows] @ self._vectors[columns].T
        theirs, weights = self._words[columns], self._weights[columns]
        words = np.empty((len(rows), len(columns)))
        for n, slot in enumerate(slots):
            own = self._words[slot, : self._count(slot)]
            self._scratch[own] = self.weights_of(slot)
            np.einsum("ij,ij->i", self._scratch[theirs], weights, out=words[n])
            self._scratch[own] = 0.0
        return likeness(vectors.astype(np.float64), words, self._days[rows][:, None] - self._days[columns])

    def _weighed(self, features: Features) -> NDArray[np.float32]:
        """Term frequency times inverse document frequency, in the window and the corpus together, as a unit vector."""
        counts, documents = known()
        total = _BACKGROUND * documents + len(self.ids) - len(self._free)
        words = np.frombuffer(features.words, dtype="<i4").tolist()
        seen = [_BACKGROUND * counts.get(word, 0) + self._documents[word] for word in words]
        rare = np.log(total / np.maximum(np.array(seen), _LEAST_DOCUMENTS))
        weights = np.frombuffer(features.counts, dtype="<f2").astype(np.float64) * np.maximum(rare, 0.0)
        unit: NDArray[np.float32] = (weights / max(float(np.linalg.norm(weights)), 1e-9)).astype(np.float32)
        return unit

    def _heaviest(self, slot: int) -> list[tuple[int, float]]:
        weights = self.weights_of(slot)
        order = np.argsort(-weights, kind="stable")[:_LOOKED_UP]
        return list(zip(self._words[slot, order].tolist(), weights[order].tolist(), strict=True))

    def _count(self, slot: int) -> int:
        return len(self.features[slot].words) // 4

    def _grown(self) -> int:
        """The next free row; the arrays double when they are full."""
        slot = len(self.ids)
        if slot == len(self._days):
            more = max(256, slot)
            self._words = np.concatenate([self._words, np.zeros((more, MOST_WORDS), dtype=np.int32)])
            self._weights = np.concatenate([self._weights, np.zeros((more, MOST_WORDS), dtype=np.float32)])
            self._vectors = np.concatenate([self._vectors, np.zeros((more, DIMENSIONS), dtype=np.float32)])
            self._days = np.concatenate([self._days, np.zeros(more)])
        self.ids.append("")
        self.features.append(Features(id=""))
        self.arrived.append(0)
        return slot
