"""The differences of a comparison as a table for a spreadsheet: a row for each account of each finding."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from rashomon.show.outline import Outline
from rashomon.show.words import KINDS, NON_CONFLICTS
from rashomon.types import Comparison

COLUMNS = (
    *("finding", "group", "kind", "confidence", "matter", "account", "outlet", "article", "url"),
    *("words", "passage", "start", "end"),
)
# What a spreadsheet would take for a formula.
_ACTING = ("=", "+", "-", "@", "\t", "\r")


def rows(comparison: Comparison) -> Iterator[tuple[object, ...]]:
    """The cells of each row, in the order of ``COLUMNS``. ``start`` and ``end`` are the passage's, in code points."""
    outline = Outline(comparison)
    labels = {point.id: point.label.text for point in comparison.points}
    for finding in comparison.findings:
        kind = NON_CONFLICTS[finding.nonconflict] if finding.nonconflict else KINDS[finding.kind]
        for side in finding.sides:
            account = outline.account(side.article)
            article = account.article
            yield (
                *(finding.id, finding.group or "no conflict", kind, finding.confidence),
                *(labels.get(finding.point or "", ""), account.siglum, article.outlet, article.id, article.url),
                *(side.reading, side.passage.text, side.passage.start, side.passage.end),
            )


def as_csv(comparison: Comparison) -> str:
    """The table as CSV (RFC 4180). An apostrophe stands before what a spreadsheet would take for a formula."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for row in rows(comparison):
        table.writerow(f"'{cell}" if isinstance(cell, str) and cell.startswith(_ACTING) else cell for cell in row)
    return out.getvalue()
