"""Points: the claims of all accounts, aligned into matters that they speak to.

Pairs of claims of different articles are scored by :mod:`rashomon.compare.matching`; the groups that are closest on
average are joined first, and only while the average between their claims stays high, so that no chain of half-alike
claims forces two matters into one. A claim that matches nothing is a point of its own.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from itertools import combinations

import msgspec
import numpy as np

from rashomon.compare.evidence import Indexed, Matrix
from rashomon.compare.matching import Matcher
from rashomon.compare.predicates import statement
from rashomon.types import Claim

# A pair below the first figure counts for nothing; one above the second may join two groups, if the mean over all
# pairs between them reaches the third.
NOTED = 0.25
LINKED = 0.5
GROUPED = 0.4
_ROWS = 512

# Article, start and end of a claim.
_Place = tuple[str, int, int]


class Matter(msgspec.Struct):
    """One point in the making: its claims in the order of the accounts, and the scores of its pairs of claims."""

    claims: list[Claim]
    scores: dict[tuple[str, str], float]

    def score(self, a: Claim, b: Claim) -> float:
        """How likely two of the claims speak to the same matter (0 where the pair was never looked at)."""
        return self.scores.get((min(a.id, b.id), max(a.id, b.id)), 0.0)

    @property
    def confidence(self) -> float:
        """The mean of the scores over the pairs of claims of different accounts; 1 where there are none."""
        pairs = [self.score(a, b) for a, b in combinations(self.claims, 2) if a.article != b.article]
        return round(sum(pairs) / len(pairs), 2) if pairs else 1.0


def align(accounts: Sequence[Indexed]) -> list[Matter]:
    """The claims of all accounts as matters, each claim in exactly one, in order of first appearance."""
    claims = [c for account in accounts for c in account.annotated.claims]
    by_article = {account.article.id: account for account in accounts}
    statements = [statement(by_article[c.article], c.spans) for c in claims]
    edges = _edges(claims, Matcher(statements)) if claims else []
    groups = _join([_place(c) for c in claims], edges)
    scores = {(i, j): p for p, i, j in edges}
    return [_matter([claims[i] for i in group], group, scores, claims) for group in groups]


def _place(claim: Claim) -> _Place:
    return claim.article, claim.spans[0].start, claim.spans[-1].end


def _edges(claims: Sequence[Claim], matcher: Matcher) -> list[tuple[float, int, int]]:
    """(probability, i, j) of every pair worth noting, i < j, best first; ties by where the claims stand."""
    articles = np.array([c.article for c in claims])
    found: list[tuple[float, int, int]] = []
    for start in range(0, len(claims), _ROWS):
        rows = slice(start, min(start + _ROWS, len(claims)))
        probabilities: Matrix = matcher.probabilities(rows)
        different = articles[rows, None] != articles[None, :]
        for i, j in np.argwhere(different & (probabilities >= NOTED)):
            left = int(i) + start
            if left < j:
                found.append((round(float(probabilities[i, j]), 5), left, int(j)))
    # Not by position in the list: the order of the articles must change nothing.
    places = [_place(c) for c in claims]
    return sorted(found, key=lambda edge: (-edge[0], sorted((places[edge[1]], places[edge[2]]))))


def _join(places: Sequence[_Place], edges: Sequence[tuple[float, int, int]]) -> list[list[int]]:
    """Average-linkage groups, the two that are closest on average first; ties by where their claims stand.

    Pairs that are not among ``edges`` (same article, or not noted) count as zero.
    """
    members = {i: [i] for i in range(len(places))}
    totals: dict[int, dict[int, float]] = {i: {} for i in members}
    best: dict[tuple[int, int], float] = {}
    for probability, i, j in edges:
        totals[i][j] = totals[j][i] = probability
        best[i, j] = probability

    def candidate(a: int, b: int) -> tuple[float, list[_Place], int, int]:
        mean = totals[a][b] / (len(members[a]) * len(members[b]))
        return -round(mean, 5), sorted(min(places[i] for i in members[x]) for x in (a, b)), a, b

    heap = [candidate(a, b) for a, b in best if best[a, b] >= LINKED]
    heapq.heapify(heap)
    while heap:
        found = heapq.heappop(heap)
        mean, _, a, b = found
        if -mean < round(GROUPED, 5):
            break
        if a not in members or b not in members or found != candidate(a, b):
            continue
        members[a] += members.pop(b)
        _absorb(totals, best, a, b)
        for c in totals[a]:
            if best[min(a, c), max(a, c)] >= LINKED:
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


def _matter(
    claims: list[Claim], group: list[int], scores: dict[tuple[int, int], float], everything: Sequence[Claim]
) -> Matter:
    inside = {}
    for n, i in enumerate(group):
        for j in group[n + 1 :]:
            if (i, j) in scores:
                a, b = sorted((everything[i].id, everything[j].id))
                inside[a, b] = scores[i, j]
    return Matter(claims, inside)
