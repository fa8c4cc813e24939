"""The history of two as a drawing: a column for each period, cooperation above the line and conflict beneath it."""

from __future__ import annotations

from datetime import date, timedelta

from markupsafe import Markup, escape

from rashomon.archive.answers import Counts, RelationsAnswer, Stretch
from rashomon.show.words import stretch_words

# In CSS pixels: a drawing is scrolled, not shrunk.
_LEFT, _TOP, _FOOT = 92, 10, 40
_WIDEST, _NARROWEST, _WHOLE = 64, 22, 760
_TALLEST, _HEIGHT = 14, 110  # of one event, where there are few, and of all of a column's on one side
_LABEL = 84
# More empty periods than these are one gap.
_GAP = 6


def drawing(answer: RelationsAnswer) -> Markup:
    """The counts of the periods; empty where there are none. The table beside it says the same in words."""
    columns = _columns(answer)
    if not columns:
        return Markup("")
    up, down = (max(side(counts) for _, counts in columns if counts is not None) for side in (_up, _down))
    unit = min(_TALLEST, _HEIGHT / max(up, down, 1))
    wide = int(min(_WIDEST, max(_NARROWEST, _WHOLE / len(columns))))
    # Where a side is empty there is room for its name.
    middle = int(_TOP + max(up * unit, 18))
    bottom = int(middle + max(down * unit, 18))
    parts = [
        f'<path class="axis" d="M{_LEFT} {middle + 0.5}h{len(columns) * wide}"/>',
        f'<text class="side" x="{_LEFT - 8}" y="{middle - 5}">cooperation</text>',
        f'<text class="side" x="{_LEFT - 8}" y="{middle + 15}">conflict</text>',
    ]
    labelled = -_LABEL
    for number, (start, counts) in enumerate(columns):
        x = _LEFT + number * wide
        if counts is None:
            parts.append(f'<text x="{x + wide // 2}" y="{middle - 4}">…</text>')
            continue
        parts += _bars(x + 3, wide - 6, middle, counts, unit)
        if x - labelled >= _LABEL and counts.total:
            labelled = x
            parts += _label(x + wide // 2, bottom, start, answer.by)
    width, height = _LEFT + len(columns) * wide + _LABEL, bottom + _FOOT
    return Markup(
        f'<svg class="history" width="{width}" height="{height}" viewBox="0 0 {width} {height}" aria-hidden="true">'
        f"{''.join(parts)}</svg>"
    )


def _up(counts: Counts) -> int:
    return counts.verbal_cooperation + counts.material_cooperation


def _down(counts: Counts) -> int:
    return counts.verbal_conflict + counts.material_conflict


def _bars(x: int, width: int, middle: int, counts: Counts, unit: float) -> list[str]:
    """Deeds next to the line, words beyond them."""
    bars = []
    for kind, count, offset, sign in (
        ("deed with", counts.material_cooperation, 0, -1),
        ("word with", counts.verbal_cooperation, counts.material_cooperation, -1),
        ("deed against", counts.material_conflict, 0, 1),
        ("word against", counts.verbal_conflict, counts.material_conflict, 1),
    ):
        if count:
            start = middle + sign * offset * unit
            top = start - count * unit if sign < 0 else start + 1
            bars.append(f'<rect class="{kind}" x="{x}" y="{top:g}" width="{width}" height="{count * unit - 1:g}"/>')
    return bars


def _label(x: int, bottom: int, start: str, stretch: Stretch) -> list[str]:
    """The period's first day under its column; its year, which is the last word, on a line of its own."""
    words, _, year = stretch_words(start, stretch).removeprefix("week of ").rpartition(" ")
    return [
        f'<path class="tick" d="M{x + 0.5} {bottom + 4}v6"/>',
        f'<text x="{x}" y="{bottom + 23}">{escape(words)}</text>',
        f'<text x="{x}" y="{bottom + 37}">{escape(year)}</text>',
    ]


def _columns(answer: RelationsAnswer) -> list[tuple[str, Counts | None]]:
    """The periods in order with those between them that are empty; many of these together are one gap (``None``)."""
    columns: list[tuple[str, Counts | None]] = []
    before: date | None = None
    for period in answer.periods:
        start = date.fromisoformat(period.start)
        if before is not None:
            empty = _between(before, start, answer.by)
            columns += [(day.isoformat(), Counts()) for day in empty] if len(empty) <= _GAP else [("", None)]
        columns.append((period.start, period.counts))
        before = date.fromisoformat(period.end)
    return columns


def _between(before: date, start: date, stretch: Stretch) -> list[date]:
    """The first days of the periods that lie between the last day of one and the first of another: a few, or many."""
    found: list[date] = []
    day = before + timedelta(days=1)
    while day < start and len(found) <= _GAP:
        found.append(day)
        if stretch == "month":
            day = (day + timedelta(days=31)).replace(day=1)
        else:
            day += timedelta(days=7 if stretch == "week" else 1)
    return found
