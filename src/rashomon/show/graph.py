"""Who has text from whom, as a drawing: agencies and first texts to the left, what was taken from them to the right."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from markupsafe import Markup

from rashomon.show.nesting import safe
from rashomon.show.outline import Outline
from rashomon.show.pieces import Account
from rashomon.show.words import visible
from rashomon.types import CopyKind, Edge

# In the drawing's own units, which are CSS pixels: it is scrolled, not shrunk.
_BOX, _HEIGHT, _ROW, _GAP, _EDGE = 212, 28, 38, 72, 2
_TALL = 12  # rows
# Code points of a name that fit into a box; the whole name is in the box's title and in the list beneath.
_NAME = 24


@dataclass(frozen=True)
class Node:
    """A text in the drawing: an account's, or an agency's that is not itself among the accounts."""

    key: str
    name: str
    account: Account | None = None


@dataclass(frozen=True)
class Tie:
    """A line of the drawing, from the text that was there first to the one that has it, too."""

    start: Node
    end: Node
    kind: CopyKind


def closest(edges: tuple[Edge, ...]) -> tuple[Edge, ...]:
    """The edges without those between two articles that both have their text from a third."""
    kept = _closest((edge.source, edge.target) for edge in edges)
    return tuple(edge for edge in edges if (edge.source, edge.target) in kept)


def drawing(outline: Outline, address: Callable[[Account], str]) -> Markup:
    """The lineage of a story as SVG; ``address`` says where an article stands. Empty where no text is in common.

    To a screen reader it is a list of links: the list of the edges must say in words what the lines say.
    """
    ties = _ties(outline)
    if not ties:
        return Markup("")
    places = _places(ties)
    width = max(x for x, _ in places.values()) + _BOX + _EDGE
    height = max(y for _, y in places.values()) + _HEIGHT + _EDGE
    lines = "".join(_line(places[tie.start], places[tie.end], tie.kind) for tie in ties)
    boxes = "".join(_box(node, at, address) for node, at in places.items())
    return Markup(
        f'<svg class="lineage" width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
        f' role="group" aria-label="Who has whose text, drawn; the list beneath says it in words">{lines}{boxes}</svg>'
    )


def _ties(outline: Outline) -> list[Tie]:
    nodes = {a.article.id: Node(a.article.id, a.name, a) for a in outline.accounts}
    ties: dict[tuple[str, str], Tie] = {}
    for edge in outline.comparison.lineage.edges:
        start, end = nodes[edge.source], nodes[edge.target]
        first = outline.account(edge.source).article
        # An article that does not credit the agency is the agency's own.
        if edge.agency and first.credits and edge.agency.casefold() != (first.outlet or "").casefold():
            wire = Node(f"agency {edge.agency}", edge.agency)
            for node in (start, end):
                ties.setdefault((wire.key, node.key), Tie(wire, node, edge.kind))
        ties.setdefault((start.key, end.key), Tie(start, end, edge.kind))
    kept = _closest(ties)
    return [tie for pair, tie in ties.items() if pair in kept]


def _closest(pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Of (origin, copy), those whose origin does not itself have its text from another origin of the same copy."""
    origins: dict[str, set[str]] = {}
    for origin, copy in pairs:
        origins.setdefault(copy, set()).add(origin)
    kept = set()
    for copy, found in origins.items():
        first = {origin for origin in found if found.isdisjoint(origins.get(origin, ()))}
        kept |= {(origin, copy) for origin in first or found}
    return kept


def _places(ties: list[Tie]) -> dict[Node, tuple[float, float]]:
    """The left upper corner of each box: columns by the longest way to it, rows by a walk along the lines."""
    nodes = list(dict.fromkeys(node for tie in ties for node in (tie.start, tie.end)))
    column = dict.fromkeys(nodes, 0)
    for _ in nodes:
        for tie in ties:
            # Circles, which no lineage should have, end at the right margin.
            column[tie.end] = min(max(column[tie.end], column[tie.start] + 1), len(nodes) - 1)
    rows: dict[Node, float] = {}
    free = 0

    def walk(node: Node) -> float:
        nonlocal free
        rows[node] = -1
        below = [walk(tie.end) for tie in ties if tie.start == node and tie.end not in rows]
        if not below:
            below, free = [free], free + 1
        # Beside a long column its origin would be out of sight in the middle.
        rows[node] = (below[0] + below[-1]) / 2 if below[-1] - below[0] < _TALL else below[0]
        return rows[node]

    targets = {tie.end for tie in ties}
    for node in [*(n for n in nodes if n not in targets), *nodes]:
        if node not in rows:
            walk(node)
    return {node: (_EDGE + column[node] * (_BOX + _GAP), _EDGE + rows[node] * _ROW) for node in nodes}


def _line(start: tuple[float, float], end: tuple[float, float], kind: CopyKind) -> str:
    x, y, to_x, to_y = start[0] + _BOX, start[1] + _HEIGHT / 2, end[0], end[1] + _HEIGHT / 2
    bend = (x + to_x) / 2
    return (
        f'<path class="{kind}" d="M{x:g} {y:g}C{bend:g} {y:g} {bend:g} {to_y:g} {to_x - 7:g} {to_y:g}"/>'
        f'<path class="tip" d="M{to_x - 8:g} {to_y - 4:g}L{to_x - 1:g} {to_y:g}L{to_x - 8:g} {to_y + 4:g}z"/>'
    )


def _box(node: Node, at: tuple[float, float], address: Callable[[Account], str]) -> str:
    name = visible(node.name)
    short = name if len(name) <= _NAME else name[: _NAME - 1] + "…"
    x, y = at
    kind = "account" if node.account else "agency"
    drawn = f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{_BOX}" height="{_HEIGHT}" rx="4"/>'
    inset = 36 if node.account else 10
    # A drawing within the drawing cuts off what is wider than the box.
    label = (
        f'<svg x="{x + inset:g}" y="{y:g}" width="{_BOX - inset - 6}" height="{_HEIGHT}">'
        f'<text y="18.5">{safe(short)}</text></svg>'
    )
    if node.account is None:
        return f"<g><title>{safe(name)}</title>{drawn}{label}</g>"
    letter = f'<text class="letter" x="{x + 19:g}" y="{y + 18.5:g}">{node.account.siglum}</text>'
    return f'<a href="{safe(address(node.account))}"><title>{safe(name)}</title>{drawn}{letter}{label}</a>'
