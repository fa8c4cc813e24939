"""Ranges over a text, which may overlap, as properly nested HTML elements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from rashomon.show.words import visible


@dataclass(frozen=True)
class Element:
    """A range ``[start, end)`` of an article's text to be shown as an element.

    Where ranges cross, one is cut into pieces, rather one without an ``id``, which stays on the first piece. With
    ``account`` (an account's letter) set, every piece says which slice of its text it shows (``data-at``).
    """

    start: int
    end: int
    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    id: str | None = None
    account: str | None = None
    rank: int = 0


@dataclass
class _Open:
    element: Element
    start: int
    slot: int
    first: bool


def safe(text: str) -> Markup:
    """Text as HTML: escaped, with nothing in it that acts; a carriage return survives the HTML parser."""
    return Markup(str(escape(visible(text))).replace("\r", "&#13;"))


def attributes(pairs: Mapping[str, str]) -> str:
    """Attributes with a leading space each; values are escaped."""
    return "".join(f' {name}="{safe(value)}"' for name, value in pairs.items())


def slice_attribute(account: str, start: int, end: int) -> str:
    """The attribute by which an element says which slice of which account it shows: "A 120 185"."""
    return attributes({"data-at": f"{account} {start} {end}"})


def nest(text: str, start: int, end: int, elements: Iterable[Element]) -> Markup:
    """``text[start:end]`` with the elements, clipped to it, nested; the longest range is the outermost."""
    kept = sorted(
        (e for e in elements if (e.start < end and e.end > start) or start <= e.start == e.end <= end),
        key=lambda e: (max(e.start, start), -e.end, e.rank, e.id or ""),
    )
    starting: dict[int, list[Element]] = {}
    for element in kept:
        starting.setdefault(max(element.start, start), []).append(element)
    cuts = sorted({start, end, *(min(max(p, start), end) for e in kept for p in (e.start, e.end))})
    out: list[str] = []
    stack: list[_Open] = []
    for cut, following in zip(cuts, [*cuts[1:], end], strict=True):
        _close(stack, out, cut, end)
        for element in starting.get(cut, ()):
            aside = _crossed(stack, element, end) if element.id else len(stack)
            crossed = [opened.element for opened in stack[aside:]]
            _close_from(aside, stack, out, cut)
            _open(stack, out, element, cut, first=True)
            for other in crossed:
                _open(stack, out, other, cut, first=False)
            if element.end == element.start:
                _close(stack, out, cut, end)
        # Between tags quotation marks need no escape, and reports are full of them.
        out.append(safe(text[cut:following]).replace("&#34;", '"').replace("&#39;", "'"))
    return Markup("".join(out))


def _open(stack: list[_Open], out: list[str], element: Element, at: int, *, first: bool) -> None:
    stack.append(_Open(element, at, len(out), first))
    out.append("")


def _crossed(stack: list[_Open], element: Element, last: int) -> int:
    """From where on what is open ends before the element does, and has no id of its own to keep whole."""
    crossing = (n for n, o in enumerate(stack) if min(o.element.end, last) < min(element.end, last))
    first = next(crossing, len(stack))
    return len(stack) if any(o.element.id for o in stack[first:]) else first


def _close(stack: list[_Open], out: list[str], at: int, last: int) -> None:
    """Close what ends here; what lay inside and goes on is closed too and opened again."""
    ending = [n for n, opened in enumerate(stack) if min(opened.element.end, last) <= at]
    if not ending:
        return
    inner = (o.element for o in stack[ending[0] :] if min(o.element.end, last) > at)
    reopen = [e for e in inner if e.attributes or e.account is not None]
    _close_from(ending[0], stack, out, at)
    for element in reopen:
        _open(stack, out, element, at, first=False)


def _close_from(depth: int, stack: list[_Open], out: list[str], at: int) -> None:
    while len(stack) > depth:
        opened = stack.pop()
        element = opened.element
        head = f"<{element.tag}" + (attributes({"id": element.id}) if element.id and opened.first else "")
        head += slice_attribute(element.account, opened.start, at) if element.account is not None else ""
        out[opened.slot] = head + attributes(element.attributes) + ">"
        out.append(f"</{element.tag}>")
