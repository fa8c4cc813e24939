"""An article in the making: its text, what is known of it, and the ranges of its parts. It lacks only a settled id."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec

from rashomon.errors import UnreadableInput
from rashomon.read import credits
from rashomon.read.addresses import canonical_url, names_a_page
from rashomon.read.furniture import Mark, headline_index, mark
from rashomon.read.language import detect, normal, require_english
from rashomon.read.layout import Unit
from rashomon.read.metadata import Metadata, merge
from rashomon.types import Article, Published

Range = tuple[int, int]
# A dateline stands at the head of the report; a line or two (a deck, an editor's note) may come before it.
_DATELINE_WITHIN = 3
# 60 bits: among a hundred million articles, two share an id with a chance of one in two hundred.
_IDENTITY_DIGITS = 15


class Draft(NamedTuple):
    """All of an article but its id.

    ``input`` is what it was read from, ``where`` the place in it ("line 3"), and ``called`` a name to call it by where
    it states no id of its own: its file's, or the last part of its address.
    """

    input: str
    metadata: Metadata
    text: str
    paragraphs: tuple[Range, ...]
    headings: tuple[Range, ...] = ()
    furniture: tuple[Range, ...] = ()
    credits: tuple[str, ...] = ()
    where: str = ""
    called: str | None = None

    def article(self, id: str) -> Article:
        """The article, under this id."""
        bare = Article(id=id, text=self.text)
        known = self.metadata
        return msgspec.structs.replace(
            bare,
            outlet=known.outlet,
            title=known.title,
            published=known.published,
            modified=known.modified,
            author=known.author,
            url=known.url,
            language=known.language,
            paragraphs=tuple(bare.span(*r) for r in self.paragraphs),
            headings=tuple(bare.span(*r) for r in self.headings),
            furniture=tuple(bare.span(*r) for r in self.furniture),
            credits=self.credits,
        )

    def digest(self) -> str:
        """A fingerprint of the text with its white space folded, in hexadecimal."""
        return hashlib.sha256(" ".join(self.text.split()).encode()).hexdigest()

    def identity(self) -> str:
        """An id that depends on the article alone: on its address, else on the id that it states, else on its text.

        An address that leads to a site as a whole tells no article from another, so it does not count.
        """
        known = self.metadata
        outlet = " ".join((known.outlet or "").split()).casefold()
        if known.url is not None and names_a_page(known.url):
            told: tuple[str, ...] = ("address", canonical_url(known.url))
        elif known.id is not None:
            told = ("id", known.id, outlet)
        else:
            told = ("text", self.digest(), outlet)
        return "a" + hashlib.sha256("\0".join(told).encode("utf-8", "replace")).hexdigest()[:_IDENTITY_DIGITS]


def compose(
    input: str,
    text: str,
    units: Sequence[Unit],
    known: Metadata,
    *,
    trusted_language: str | None,
    credited: Sequence[str] = (),
) -> Draft:
    """Mark the units, read off them what is not known yet, and check that there is a report and that it is English.

    Raises:
        UnreadableInput: no unit is a paragraph.
        UnsupportedLanguage: the text is not English.
    """
    known = _with_host(known)
    if known.title and known.outlet:
        known = msgspec.structs.replace(known, title=credits.without_outlet(known.title, known.outlet))
    marks = mark(units, title=known.title, outlet=known.outlet)
    parts: dict[str, list[Range]] = {"paragraph": [], "heading": [], "furniture": []}
    for unit, m in zip(units, marks, strict=True):
        parts[m.kind].append((unit.start, unit.end))
    if not parts["paragraph"]:
        raise UnreadableInput("holds no paragraph of a report, only headings or page furniture")
    names = [*credited, *_agencies(units, marks), *_first_published(units, marks, known.outlet)]
    filed = _cut_dateline(text, parts, known.outlet)
    if filed and filed.agency:
        names.insert(0, filed.agency)
    names += _cut_closing_credit(text, parts)
    known = merge(known, _inferred(units, marks, filed))
    body = "\n".join(text[start:end] for start, end in parts["paragraph"])
    known = msgspec.structs.replace(known, language=_language(trusted_language, known.language, body))
    return Draft(
        input,
        known,
        text,
        tuple(parts["paragraph"]),
        tuple(parts["heading"]),
        tuple(sorted(parts["furniture"])),
        credits.merged(names),
    )


def _with_host(known: Metadata) -> Metadata:
    """With the URL's host as the outlet where none is named: that is a fact, a better name would be a guess."""
    if known.outlet is not None or known.url is None:
        return known
    try:
        host = urlsplit(known.url).hostname
    except ValueError:
        return known
    return msgspec.structs.replace(known, outlet=host.removeprefix("www.")) if host else known


def _language(trusted: str | None, stated: str | None, body: str) -> str | None:
    """What an option, manifest or record says; else what the text shows; else what the page's markup states.

    Templates often state a wrong language for the page, so the markup's word is the last.
    """
    if trusted is not None:
        require_english(trusted)
        return normal(trusted)
    found = detect(body)
    if found == "en" and stated is not None and normal(stated).startswith("en"):
        return normal(stated)
    if found or stated:
        require_english(found or stated or "")
    return found or (normal(stated) if stated else None)


def _cut_dateline(text: str, parts: dict[str, list[Range]], outlet: str | None) -> credits.Dateline | None:
    """Let the paragraph begin after its dateline, which becomes furniture, so that no claim begins with it."""
    for i, (start, end) in enumerate(parts["paragraph"][:_DATELINE_WITHIN]):
        filed = credits.dateline(text[start:end], outlet)
        if filed and filed.length < end - start:
            parts["paragraph"][i] = (start + filed.length, end)
            parts["furniture"].append((start, start + len(text[start : start + filed.length].rstrip())))
            return filed
    return None


def _cut_closing_credit(text: str, parts: dict[str, list[Range]]) -> list[str]:
    """Let the last paragraph end before a credit in brackets; the agencies that this names."""
    start, end = parts["paragraph"][-1]
    cut = start + credits.trailing_credit(text[start:end])
    if cut == end:
        return []
    closing = text[cut:end]
    parts["paragraph"][-1] = (start, start + len(text[start:cut].rstrip()))
    parts["furniture"].append((cut + len(closing) - len(closing.lstrip()), end))
    return credits.agencies_in(closing)


def _agencies(units: Sequence[Unit], marks: Sequence[Mark]) -> list[str]:
    """The agencies named where a page credits its text: bylines, credit and copyright lines, and lines of their own
    beside the byline or below the report (amid the report, such a line credits a picture)."""
    body = [i for i, m in enumerate(marks) if m.kind == "paragraph"]
    names: list[str] = []
    for i, (unit, m) in enumerate(zip(units, marks, strict=True)):
        above, below = i < body[0], i > body[-1]
        credited = m.rule in ("credit", "copyright") and not credits.is_of_picture(unit.text)
        by_agency = m.rule == "byline" and credits.agency_line(unit.text)
        if credited or by_agency or (above and m.rule in ("byline", "publication line")):
            names += credits.agencies_in(unit.text)
        elif m.rule == "agency" and (below or (above and _beside_byline(marks, i))):
            names += credits.agency_line(unit.text)
    return names


def _first_published(units: Sequence[Unit], marks: Sequence[Mark], outlet: str | None) -> list[str]:
    """The outlets from which a note says that the text was taken."""
    found = [
        credits.first_published_by(unit.text) for unit, m in zip(units, marks, strict=True) if m.kind == "furniture"
    ]
    return [name for name in found if name is not None and not credits.same_name(name, outlet)]


def _beside_byline(marks: Sequence[Mark], i: int) -> bool:
    neighbours = [marks[j] for j in (i - 1, i + 1) if 0 <= j < len(marks)]
    return any(m.kind == "heading" or m.rule in ("byline", "publication line", "dateline") for m in neighbours)


def _inferred(units: Sequence[Unit], marks: Sequence[Mark], filed: credits.Dateline | None) -> Metadata:
    """Headline, author and dates as the text itself gives them. A bare date counts only above the report."""
    first = next(i for i, m in enumerate(marks) if m.kind == "paragraph")
    stamps = [
        (stamp[1], stamp[0], i < first)
        for i, (unit, m) in enumerate(zip(units, marks, strict=True))
        if m.kind == "furniture" and (stamp := credits.published_on(unit.text))
    ]
    above = [value for what, value, is_above in stamps if is_above and what in ("published", "date")]
    below = {value for what, value, is_above in stamps if not is_above and what == "published"}
    updated = next((value for what, value, _ in stamps if what == "updated"), None)
    written = filed.published if filed else None
    value = next(iter(above), None) or written or (below.pop() if len(below) == 1 else None) or updated
    names = [
        name
        for u, m in zip(units[:first], marks, strict=False)
        if m.kind == "furniture" and (name := credits.byline(u.text))
    ]
    top = headline_index(units, marks)
    return Metadata(
        title=units[top].text if top is not None else None,
        published=Published(value=value, inferred=True) if value else None,
        modified=updated if updated != value else None,
        author=names[0] if names else None,
    )
