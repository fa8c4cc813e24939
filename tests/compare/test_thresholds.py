"""Every number by which the comparison decides, held from both sides.

An edge is a small case that lies a little on one side of a threshold, and what is made of it. Halve a threshold or
raise it by half, and an edge of its name fails: one that is reached no more, or one that was missed and is reached now.
So a threshold is moved on purpose, together with its edges, or not at all.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from typing import Any

import edges_of_claims
import edges_of_quotations
import edges_of_stories
import numpy as np
import pytest
from edges import Edge

EDGES: tuple[Edge, ...] = (*edges_of_claims.EDGES, *edges_of_stories.EDGES, *edges_of_quotations.EDGES)
# Numbers that decide nothing, each with the reason.
NO_THRESHOLDS = {
    "align._ROWS": "how many claims are scored at a time: it bounds the memory",
    **dict.fromkeys(
        "align._COEFFICIENTS align._INTERCEPT relations._COEFFICIENTS relations._INTERCEPT".split(),
        "fitted to what the trained model gives; test_pairs.py and the floors on annotated stories hold the outcome",
    ),
    **dict.fromkeys(("tellings._SAID", "tellings._NAME"), "which of the shared words head a point, in test_align.py"),
    "relations._LIKELIEST": "how many kinds are tried on the words; one more or less changes next to nothing",
    "contrasts._UPDATE": "where a report's own update stands among the findings; what is one is in test_differences.py",
    "revisions._NEAR_EDGE": "how far from its edges a report's note on itself is looked for",
    **dict.fromkeys(
        "align._READ align._PARTNERS align._WORTH align._WORTH_INTERCEPT align._LIKELY align._FEW align._NOTHING_LIKE"
        " align._UNREAD".split(),
        "which pairs the trained model reads, and what others count: it bounds the time",
    ),
    **dict.fromkeys(
        "align._FUNCTION_WEIGHT align._FAR_AHEAD relations._MARKED relations._PAIRED relations._LOOKED_UP"
        " relations._DEGREE relations._WORDING relations.SHOWN relations._JOINS relations._SEEN points._COMPARED"
        " tellings.ANSWERED tellings._SURELY tellings._MOST tellings._WHOLE tellings._FEW"
        " relations._RUNS checks._COUNTING story._SURE story._COUNTED checks._ANSWERED"
        " checks._FAMILY detectors._TELLING events._WEIGHT".split(),
        "how what the trained model gives is read and shown; test_pairs.py and the floors hold the outcome",
    ),
    "story._RANKED": "in what order findings come that are looked up and those that are likely",
    "matching._ROWS": "how many statements are looked at at a time: it bounds the memory",
    "quantities._SCALES": "what words for numbers mean",
}


@pytest.mark.parametrize("edge", [pytest.param(e, id=f"{e.threshold}-{e.side}".replace(" ", "-")) for e in EDGES])
def test_edges(edge: Edge) -> None:
    assert edge.read() == edge.expected


def test_every_threshold_has_an_edge() -> None:
    """Whoever adds a number to the comparison says by a case or two what it decides."""
    held = {edge.threshold for edge in EDGES} | NO_THRESHOLDS.keys()
    there = _thresholds()
    new, gone = sorted(there - held), sorted(name for name in held - there if "(" not in name)
    assert not new, f"without an edge (or a reason in NO_THRESHOLDS): {', '.join(new)}"
    assert not gone, f"no longer there: {', '.join(gone)}"


def _thresholds() -> set[str]:
    """The numbers, and tables of numbers, that modules of the comparison name in capitals."""
    package = importlib.import_module("rashomon.compare.story").__package__ or ""
    path = importlib.import_module("rashomon").__path__
    names = [module.name for module in pkgutil.iter_modules([f"{path[0]}/compare"])]
    return {
        f"{name}.{constant}"
        for name in names
        for constant, value in _own(importlib.import_module(f"{package}.{name}")).items()
        if re.fullmatch(r"_?[A-Z][A-Z_]*", constant) and _is_number(value)
    }


def _own(module: Any) -> dict[str, Any]:
    """What a module assigns itself and does not import."""
    source = (module.__loader__.get_source(module.__name__) or "").splitlines()
    assigned = {match[1] for line in source if (match := re.match(r"(\w+)(?:: [^=]+)? = ", line))}
    return {name: value for name, value in vars(module).items() if name in assigned}


def _is_number(value: object) -> bool:
    if isinstance(value, dict):
        return bool(value) and all(isinstance(v, (int, float)) for v in value.values())
    return isinstance(value, (int, float, np.number, np.ndarray)) and not isinstance(value, bool)
