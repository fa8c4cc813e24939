"""Points: the claims of all accounts, joined by their links into matters that they speak to.

The groups that are closest on average are joined first, and only while the average between their claims stays high, so
that no chain of half-alike claims forces two matters into one. A claim that is linked to none is a point of its own.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import fsum

import msgspec

from rashomon.compare.align import Bounds, Links
from rashomon.types import Claim

# How much closer two groups must be for each claim that the smaller one has beyond one.
_CLOSER = 0.05
_NEAR = 1  # claims of each account that may speak to a point, too
_COMPARED = 0.5  # from such a link on a claim that may speak to a point is held against one that does
# Article, start and end of a claim.
_Place = tuple[str, int, int]


class Matter(msgspec.Struct):
    """One point in the making: its claims in the order of the accounts, and the scores of its pairs of claims.

    ``near`` are claims that may speak to it, too, the likeliest first: linked with claims of it, but not as a whole
    near enough to be counted to it, or counted to another.
    """

    claims: list[Claim]
    scores: dict[tuple[str, str], float]
    near: list[Claim] = []

    def score(self, a: Claim, b: Claim) -> float:
        """How likely two of the claims speak to the same matter (0 where the pair was never looked at)."""
        return self.scores.get((min(a.id, b.id), max(a.id, b.id)), 0.0)

    def compared(self) -> Iterator[tuple[Claim, Claim]]:
        """The claims two by two that may be held against each other; of those near it the ones that are linked well."""
        yield from combinations(self.claims, 2)
        yield from ((a, b) for a in self.claims for b in self.near if self.score(a, b) >= _COMPARED)

    @property
    def confidence(self) -> float:
        """The mean of the scores over the pairs of claims of different accounts; 1 where there are none."""
        pairs = [self.score(a, b) for a, b in combinations(self.claims, 2) if a.article != b.article]
        return round(fsum(pairs) / len(pairs), 2) if pairs else 1.0


def join(links: Links) -> list[Matter]:
    """The claims of all accounts as matters, in order of first appearance; each claim in one at most.

    A claim that is joined with none of another account is a matter of its own if it stands alone for sure.
    """
    edges = [(link.probability, link.one, link.other) for link in links.links]
    places = [(c.article, c.spans[0].start, c.spans[-1].end) for c in links.claims]
    groups = _join(places, edges, links.bounds)
    linked: dict[int, dict[int, float]] = defaultdict(dict)
    for p, i, j in edges:
        linked[i][j] = linked[j][i] = p
    told = [g for g in groups if len({links.claims[i].article for i in g}) > 1 or links.alone.issuperset(g)]
    return [_matter(group, linked, links) for group in told]


def _join(places: Sequence[_Place], edges: Sequence[tuple[float, int, int]], bounds: Bounds) -> list[list[int]]:
    """Average-linkage groups, the two that are closest on average first; ties by where their claims stand.

    Pairs that are not among ``edges`` count as zero; those of one article do not count. The more claims both groups
    have, the closer they must be: a claim that speaks to two matters ("33 were killed or injured") is near both.
    """
    members = {i: [i] for i in range(len(places))}
    totals: dict[int, dict[int, float]] = {i: {} for i in members}
    best: dict[tuple[int, int], float] = {}
    for probability, i, j in edges:
        totals[i][j] = totals[j][i] = probability
        best[i, j] = probability

    def candidate(a: int, b: int) -> tuple[float, list[_Place], int, int]:
        own, theirs = (Counter(places[i][0] for i in members[x]) for x in (a, b))
        apart = len(members[a]) * len(members[b]) - sum(own[article] * theirs[article] for article in own)
        mean = totals[a][b] / max(apart, 1)
        mean -= _CLOSER * (min(len(members[a]), len(members[b])) - 1)
        return -round(mean, 5), sorted(min(places[i] for i in members[x]) for x in (a, b)), a, b

    heap = [candidate(a, b) for a, b in best if best[a, b] >= bounds.linked]
    heapq.heapify(heap)
    while heap:
        found = heapq.heappop(heap)
        mean, _, a, b = found
        if -mean < round(bounds.grouped, 5):
            break
        if a not in members or b not in members or found != candidate(a, b):
            continue
        members[a] += members.pop(b)
        _absorb(totals, best, a, b)
        for c in totals[a]:
            if best[min(a, c), max(a, c)] >= bounds.linked:
                heapq.heappush(heap, candidate(min(a, c), max(a, c)))
    return [sorted(members[a]) for a in sorted(members, key=lambda a: min(members[a]))]


def _absorb(totals: dict[int, dict[int, float]], best: dict[tuple[int, int], float], a: int, b: int) -> None:
    """Give group ``a`` the links of ``b``: their totals added, of their best pairs the better."""
    del totals[a][b]
    for c, total in totals.pop(b).items():
        if c == a:
            continue
        del totals[c][b]
        totals[a][c] = totals[c][a] = round(totals[a].get(c, 0.0) + total, 6)
        both = best.get((min(a, c), max(a, c)), 0.0), best[min(b, c), max(b, c)]
        best[min(a, c), max(a, c)] = max(both)


def _matter(group: Sequence[int], linked: Mapping[int, Mapping[int, float]], links: Links) -> Matter:
    claims = [links.claims[i] for i in group]
    near = _near(group, linked, links) if len({c.article for c in claims}) > 1 else []
    scores = {}
    for i, j in (*combinations(group, 2), *((i, j) for i in group for j in near)):
        if j in linked[i]:
            a, b = sorted((links.claims[i].id, links.claims[j].id))
            scores[a, b] = linked[i][j]
    return Matter(claims, scores, [links.claims[j] for j in near])


def _near(group: Sequence[int], linked: Mapping[int, Mapping[int, float]], links: Links) -> list[int]:
    """The claims that are linked with some of a group, of each account the likeliest few."""
    best: dict[int, float] = defaultdict(float)
    for i in group:
        for j, p in linked[i].items():
            best[j] = max(best[j], p)
    inside, told, found = set(group), {links.claims[i].article for i in group}, []
    left = Counter({claim.article: _NEAR for claim in links.claims})
    for j in sorted(best, key=lambda j: (-best[j], links.claims[j].article, links.claims[j].spans[0].start)):
        article = links.claims[j].article
        least = links.bounds.beside if article in told else links.bounds.near
        if j not in inside and best[j] >= least and left[article]:
            left[article] -= 1
            found.append(j)
    return found
