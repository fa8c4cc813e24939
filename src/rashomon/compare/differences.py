"""What detectors find on a point. ``compare.story`` joins it with what quotations, relations, names and events give.

Every detector looks at one pair of claims of different accounts that speak to the same matter and yields contrasts:
how each side reads and which words show it. Contrasts of a kind on one point are then told as one finding over all
accounts: who reads which way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

import msgspec

from rashomon.compare import detectors
from rashomon.compare.contrasts import Contrast, Pair, Scene, finding
from rashomon.compare.counts import number_contrasts
from rashomon.compare.points import Matter
from rashomon.compare.predicates import predicate
from rashomon.types import Finding, FindingKind, NonConflict

_DETECTORS: tuple[Callable[[Pair], Iterator[Contrast]], ...] = (
    detectors.dates,
    detectors.places,
    detectors.polarity,
    detectors.strength,
    detectors.attribution,
    detectors.reasons,
    detectors.people,
)
# Where counts of one thing seem to differ in several ways, the first of these is told.
_CLASSES_OF_COUNTS: tuple[NonConflict, ...] = ("update", "refinement", "rounding")


def differences(matter: Matter, scene: Scene) -> list[Finding]:
    """All findings on a point, one of each kind and class; ids and points are set by the caller."""
    counts: list[Contrast] = []
    others: list[Contrast] = []
    for pair in _pairs(matter, scene):
        counts += number_contrasts(pair)
        others += [contrast for detector in _DETECTORS for contrast in detector(pair)]
    classes: dict[tuple[FindingKind, str], list[Contrast]] = defaultdict(list)
    for contrast in (*_settled(counts), *others):
        classes[contrast.kind, contrast.nonconflict or ""].append(contrast)
    return [finding(kind, found, scene) for (kind, _), found in classes.items()]


def _settled(counts: Sequence[Contrast]) -> list[Contrast]:
    """The contrasts in number on a point as one kind or class, so that the counts of one thing are told once.

    Counts of another whole (scope) are told beside them.
    Two counts that stand in an earlier and a later report are an update also where an undated report has them. But
    where some counts plainly conflict, all of them do.
    """
    numbers = [c for c in counts if c.kind == "number"]
    scope = [c for c in counts if c.nonconflict == "scope"]
    updates = [c for c in counts if c.nonconflict == "update"]
    explained = {frozenset(r.wording for r in c.readings) for c in updates}
    if any(not c.undated or frozenset(r.wording for r in c.readings) not in explained for c in numbers):
        return [*scope, *numbers, *(msgspec.structs.replace(c, kind="number", nonconflict=None) for c in updates)]
    again = [msgspec.structs.replace(c, kind="not-a-conflict", nonconflict="update", weight=0.4) for c in numbers]
    for name in _CLASSES_OF_COUNTS:
        found = [c for c in (*updates, *again, *counts) if c.nonconflict == name and c.kind == "not-a-conflict"]
        if found:
            return [*scope, *dict.fromkeys(found)]
    return scope


def _pairs(matter: Matter, scene: Scene) -> Iterator[Pair]:
    told = {c.id: predicate(scene.accounts[c.article], c.spans) for c in (*matter.claims, *matter.near)}
    scored = [(matter.score(a, b), a, b) for a, b in matter.compared() if a.article != b.article]
    for score, a, b in sorted(scored, key=lambda item: (-item[0], item[1].id, item[2].id)):
        if score >= scene.comparable:
            both = (scene.accounts[a.article], scene.accounts[b.article])
            yield Pair((a, b), score, both, (told[a.id], told[b.id]), scene)
