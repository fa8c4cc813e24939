"""One account's place in its story: what it shares, what it alone tells, what it is silent on, where it differs."""

from __future__ import annotations

from dataclasses import dataclass

from rashomon.show.outline import Outline
from rashomon.show.pieces import Account, Cell, Row
from rashomon.types import Claim, Edge, Finding


@dataclass(frozen=True)
class Standing:
    """How one account stands to the others. ``findings`` are those that show words of it, the weightiest first."""

    account: Account
    shared: tuple[Row, ...]
    alone: tuple[Row, ...]
    missing: tuple[Row, ...]
    differs: tuple[Row, ...]
    denies: tuple[Row, ...]
    findings: tuple[Finding, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True)
class ToldClaim:
    """The ``number``-th claim of one account, the point that it is on, if it is on one, and that account's cell."""

    number: int
    claim: Claim
    row: Row | None = None
    cell: Cell | None = None

    @property
    def manner(self) -> str:
        """How it is told: its stance where that is another than the others', ``shared``, ``alone``, or ``unplaced``."""
        if self.row is None or self.cell is None:
            return "unplaced"
        if self.cell.stance in ("differs", "denies"):
            return self.cell.stance
        return "shared" if self.row.independent + self.row.denials > 1 else "alone"


def standing(outline: Outline, article: str) -> Standing:
    """The place of an article in its story."""
    account = outline.account(article)
    own = {row.point.id: cell for row in outline.rows for cell in row.cells if cell.account == account}
    told = [row for row in outline.rows if own[row.point.id].stance != "silent"]
    silence = next((s for s in outline.silences if account in s.accounts), None)
    alone = silence.alone if silence else ()
    findings = [f for f in outline.comparison.findings if any(side.article == article for side in f.sides)]
    return Standing(
        account=account,
        shared=tuple(row for row in told if row not in alone),
        alone=tuple(row for row in alone if row in told),
        missing=silence.missing if silence else (),
        differs=tuple(row for row in told if own[row.point.id].stance == "differs"),
        denies=tuple(row for row in told if own[row.point.id].stance == "denies"),
        findings=tuple(sorted((f for f in findings if f.kind != "not-a-conflict"), key=lambda f: -f.weight)),
        edges=tuple(e for e in outline.comparison.lineage.edges if article in (e.source, e.target)),
    )


def claims_told(outline: Outline, article: str) -> tuple[ToldClaim, ...]:
    """The claims of an article, numbered in the order of its text; a claim that is on many points has the first."""
    claims = [claim for claim in outline.comparison.claims if claim.article == article and claim.spans]
    found: dict[str, tuple[Row, Cell]] = {}
    for row in outline.rows:
        cell = next(cell for cell in row.cells if cell.account.article.id == article)
        for id in row.point.claims:
            found.setdefault(id, (row, cell))
    claims.sort(key=lambda claim: (claim.spans[0].start, claim.spans[0].end, claim.id))
    return tuple(ToldClaim(number, claim, *found.get(claim.id, ())) for number, claim in enumerate(claims, 1))
