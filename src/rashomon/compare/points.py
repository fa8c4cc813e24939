"""Points: the claims of all accounts, aligned into matters that they speak to.

Pairs of claims of different articles are scored by :mod:`rashomon.compare.matching`; groups are built from the best
pair downwards and joined only while the average score between their claims stays high, so that no chain of half-alike
claims forces two matters into one. A claim that matches nothing is a point of its own.
"""

from __future__ import annotations

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
    groups = _join(len(claims), edges)
    scores = {(i, j): p for p, i, j in edges}
    return [_matter([claims[i] for i in group], group, scores, claims) for group in groups]


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
    places = [(c.article, c.spans[0].start, c.spans[-1].end) for c in claims]
    return sorted(found, key=lambda edge: (-edge[0], sorted((places[edge[1]], places[edge[2]]))))


def _join(size: int, edges: Sequence[tuple[float, int, int]]) -> list[list[int]]:
    """Average-linkage groups; pairs that are not among ``edges`` (same article, or not noted) count as zero."""
    group_of = list(range(size))
    members: dict[int, list[int]] = {i: [i] for i in range(size)}
    linked: dict[int, dict[int, float]] = {i: {} for i in range(size)}
    for probability, i, j in edges:
        linked[i][j] = linked[j][i] = probability
    for probability, i, j in edges:
        a, b = sorted((group_of[i], group_of[j]))
        if a == b or probability < LINKED:
            continue
        total = sum(linked[x].get(y, 0.0) for x in members[a] for y in members[b])
        if round(total, 4) >= round(GROUPED * len(members[a]) * len(members[b]), 4):
            members[a] += members.pop(b)
            for x in members[a]:
                group_of[x] = a
    return [sorted(members[a]) for a in sorted(members, key=lambda a: min(members[a]))]


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
