"""Small drawings beside the tables that say the same: who parts from the others where, who tells of which days."""

from __future__ import annotations

from markupsafe import Markup

from rashomon.show.nesting import safe
from rashomon.show.outline import Outline
from rashomon.show.pieces import Moment, Row

# In CSS pixels: a drawing is scrolled, not shrunk.
_CELL, _BAND, _MOST_ROWS = 26, 7, 60
_DAY, _LINE, _NAMES, _MOST_DAYS = 84, 22, 34, 16


def heat(outline: Outline, rows: tuple[Row, ...]) -> Markup:
    """The matrix from afar: a column for each account, a band for each point, as it says, differs or denies."""
    accounts = len(outline.accounts)
    drawn = rows[:_MOST_ROWS]
    if accounts < 3 or len(drawn) < 4:
        return Markup("")
    bands: dict[str, list[str]] = {}
    for y, row in enumerate(drawn):
        for x, cell in enumerate(row.cells):
            if cell.stance != "silent":
                bands.setdefault(cell.stance, []).append(
                    f"M{x * _CELL} {16 + y * _BAND}h{_CELL - 2}v{_BAND - 1}h-{_CELL - 2}z"
                )
    cells = [f'<path class="{stance}" d="{"".join(parts)}"/>' for stance, parts in bands.items()]
    heads = [
        f'<text x="{x * _CELL + _CELL // 2 - 1}" y="11">{account.siglum}</text>'
        for x, account in enumerate(outline.accounts)
    ]
    return _svg("heat", accounts * _CELL, 16 + len(drawn) * _BAND, [*heads, *cells])


def days(outline: Outline, moments: tuple[Moment, ...]) -> Markup:
    """The dates told of, in order and equally far apart; for each account a dot, the larger the more it tells of it."""
    told = sorted(
        sorted((m for m in moments if m.date), key=lambda m: -len(m.passages))[:_MOST_DAYS], key=lambda m: m.date or ""
    )
    if len(told) < 3:
        return Markup("")
    order = {account.article.id: n for n, account in enumerate(outline.accounts)}
    lines = [
        f'<text class="by" x="0" y="{n * _LINE + 15}">{account.siglum}</text>'
        f'<path d="M{_NAMES} {n * _LINE + 11}h{len(told) * _DAY}"/>'
        for n, account in enumerate(outline.accounts)
    ]
    below = len(order) * _LINE
    for column, moment in enumerate(told):
        x = _NAMES + column * _DAY + _DAY // 2
        counts = [sum(order[span.article] == n for span in moment.passages) for n in range(len(order))]
        lines += [
            f'<circle cx="{x}" cy="{n * _LINE + 11}" r="{min(3 + 1.5 * count, 9):g}"/>'
            for n, count in enumerate(counts)
            if count
        ]
        words = moment.words.split(" ")
        parts = (" ".join(words[:2]), " ".join(words[2:]))
        lines += [
            f'<text x="{x}" y="{below + 14 + 13 * n}">{safe(part)}</text>' for n, part in enumerate(parts) if part
        ]
    return _svg("days", _NAMES + len(told) * _DAY, below + 32, lines)


def _svg(name: str, width: int, height: int, parts: list[str]) -> Markup:
    return Markup(
        f'<svg class="{name}" width="{width}" height="{height}" viewBox="0 0 {width} {height}" aria-hidden="true">'
        f"{''.join(parts)}</svg>"
    )
