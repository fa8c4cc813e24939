"""Findings on a point: where the accounts' claims on one matter differ.

Every detector looks at one pair of claims of different accounts that speak to the same matter and yields contrasts:
how each side reads and which words show it. Contrasts of a kind on one point are then told as one finding over all
accounts: who reads which way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

import msgspec

from rashomon.compare import detectors
from rashomon.compare.contrasts import COMPARABLE, Contrast, Pair, Scene, finding
from rashomon.compare.counts import number_contrasts
from rashomon.compare.points import Matter
from rashomon.compare.predicates import predicate
from rashomon.types import Finding, FindingKind

_DETECTORS: tuple[Callable[[Pair], Iterator[Contrast]], ...] = (
    number_contrasts,
    detectors.dates,
    detectors.places,
    detectors.polarity,
    detectors.strength,
    detectors.attribution,
    detectors.reasons,
    detectors.people,
)


def differences(matter: Matter, scene: Scene) -> list[Finding]:
    """All findings on a point, one of each kind and class; ids and points are set by the caller."""
    contrasts: dict[FindingKind, list[Contrast]] = defaultdict(list)
    for pair in _pairs(matter, scene):
        for detector in _DETECTORS:
            for contrast in detector(pair):
                contrasts[contrast.kind].append(contrast)
    _settle_updates(contrasts)
    classes: dict[tuple[FindingKind, str], list[Contrast]] = defaultdict(list)
    for contrast in (c for found in contrasts.values() for c in found):
        classes[contrast.kind, contrast.nonconflict or ""].append(contrast)
    return [finding(kind, found, scene) for (kind, _), found in classes.items()]


def _settle_updates(contrasts: dict[FindingKind, list[Contrast]]) -> None:
    """Put counts that an update explains together, and counts that none explains.

    Two counts that stand in an earlier and a later report are an update also where an undated report has them. But
    where some counts plainly conflict, all belong to that finding.
    """
    updates = [c for c in contrasts["not-a-conflict"] if c.nonconflict == "update"]
    explained = {frozenset(r.wording for r in c.readings) for c in updates}
    others = [c for c in contrasts["number"] if c.undated and frozenset(r.wording for r in c.readings) in explained]
    if len(others) < len(contrasts["number"]):
        contrasts["number"] += [msgspec.structs.replace(c, kind="number", nonconflict=None) for c in updates]
        contrasts["not-a-conflict"] = [c for c in contrasts["not-a-conflict"] if c not in updates]
    elif others:
        again = [msgspec.structs.replace(c, kind="not-a-conflict", nonconflict="update", weight=0.4) for c in others]
        contrasts["not-a-conflict"] += again
        contrasts["number"] = []


def _pairs(matter: Matter, scene: Scene) -> Iterator[Pair]:
    told = {c.id: predicate(scene.accounts[c.article], c.spans) for c in matter.claims}
    scored = [
        (matter.score(a, b), a, b)
        for n, a in enumerate(matter.claims)
        for b in matter.claims[n + 1 :]
        if a.article != b.article
    ]
    for score, a, b in sorted(scored, key=lambda item: (-item[0], item[1].id, item[2].id)):
        if score >= COMPARABLE:
            both = (scene.accounts[a.article], scene.accounts[b.article])
            yield Pair((a, b), score, both, (told[a.id], told[b.id]), scene)
