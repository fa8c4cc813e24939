"""Spans of a comparison as HTML: passages, marks, anchors and the links between them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from unicodedata import bidirectional
from urllib.parse import urlsplit

import msgspec
from markupsafe import Markup

from rashomon.data.timex import date_words
from rashomon.show import words
from rashomon.show.gist import differing
from rashomon.show.links import Links
from rashomon.show.nesting import Element, attributes, nest, safe, slice_attribute
from rashomon.show.outline import Outline
from rashomon.show.pieces import Account, Block, Cell, Row, Witness
from rashomon.show.standing import ToldClaim
from rashomon.spans import marked
from rashomon.types import Article, Quote, Span, Telling, TimeExpression

# An article's id stands in every anchor; a longer one (a digest, a path) gives way to the account's letter.
_LONGEST_ID = 16
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Drawing:
    """Draws spans as HTML, each linked to its place in its article.

    Where there are no ``links`` the articles stand in the page itself: what was linked to is remembered, so that it
    gets an anchor there, and the articles must be drawn last. ``here`` is the one article that has the page;
    ``apart`` says that the page is another than the story's.
    """

    def __init__(
        self, outline: Outline, links: Links | None = None, *, apart: bool = False, here: str | None = None
    ) -> None:
        self._outline = outline
        self._links = links
        self._here = here
        self._apart = apart
        self._linked: dict[str, dict[Span, None]] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._taken: set[str] = set()
        self._anchored: set[str] = set()
        self._told: tuple[ToldClaim, ...] = ()
        self._layers: dict[str, list[Element]] = {}
        comparison = outline.comparison
        leftward = any(bidirectional(c) in {"R", "AL"} for a in comparison.articles for c in a.text)
        # Where no text runs from right to left, no passage needs to say which way it runs.
        self.direction = Markup(' dir="auto"' if leftward else "")
        for quote in comparison.quotes:
            for span in quote.content[:1]:
                self._layers.setdefault(span.article, []).extend(_quote_elements(quote))
        # Other pages link to these, so they are named in the order of the document and not in that of the page.
        for prefix, records in (("p", comparison.points), ("f", comparison.findings), ("u", comparison.utterances)):
            for record in records:
                self.id(prefix, record.id)
        if here is not None:
            article = outline.account(here).article
            spans = (span for span in spans_of(comparison) if span.article == here)
            self._linked[here] = dict.fromkeys((*article.headings, *article.paragraphs, *spans))
            self._layers.setdefault(here, []).extend(
                Element(m.span.start, m.span.end, "span", {"class": "name"}, rank=3)
                for m in comparison.mentions
                if m.span.article == here and m.form != "pronoun"
            )

    def id(self, prefix: str, name: str) -> str:
        """A fragment identifier for a record's id: letters, digits, ``-``, ``_`` and ``.``, never twice the same."""
        key = (prefix, name)
        if key not in self._names:
            made = f"{prefix}-" + re.sub(r"[^A-Za-z0-9_.]+", "-", name).strip("-")
            number = 2
            unique = made
            while unique in self._taken:
                unique, number = f"{made}--{number}", number + 1
            self._names[key] = unique
            self._taken.add(unique)
        return self._names[key]

    def anchor(self, span: Span) -> str:
        """The fragment identifier of a passage in its article's full text."""
        if self._links is not None:
            return anchor(span)
        account = self._outline.account(span.article)
        name = span.article if len(span.article) <= _LONGEST_ID else account.siglum
        return f"{self.id('a', name)}-{span.start}-{span.end}"

    def address(self, span: Span) -> str:
        """Where a passage stands: in this page or on the page of its article."""
        if self._links is not None and span.article != self._here:
            return f"{self._links.article(span.article)}#{self.anchor(span)}"
        self._linked.setdefault(span.article, {})[span] = None
        return f"#{self.anchor(span)}"

    def article(self, account: Account) -> str:
        """The address of an article in full."""
        if self._links is not None:
            return self._links.article(account.article.id)
        return f"#{self.id('article', account.article.id)}"

    def record(self, prefix: str, name: str) -> str:
        """The address of a point (``p``), a finding (``f``) or an utterance (``u``) on the page of the story."""
        story = self._links.story if self._links is not None and self._apart else ""
        return f"{story}#{self.id(prefix, name)}"

    def speaker(self, name: str) -> Markup:
        """A speaker's name, linked to the speaker's page where there is one."""
        shown = Markup(f"<bdi>{safe(name)}</bdi>")
        if self._links is None:
            return shown
        return Markup(f'<a href="{safe(self._links.speaker(name))}">{shown}</a>')

    def _link(self, span: Span, content: Markup, place: Span | None = None) -> Markup:
        """``content`` as a link to the place of ``span``, or to ``place`` where only that is a record's own span."""
        return Markup(f'<a href="{safe(self.address(place or span))}">{content}</a>')

    def _marked(self, span: Span, marks: Iterable[Span]) -> Markup:
        account = self._outline.account(span.article)
        elements = (
            Element(m.start, m.end, "mark", account=account.siglum)
            if m.start < m.end
            else Element(m.start, m.end, "span", {"class": "gap", "role": "img", "aria-label": "nothing here"})
            for m in marks
        )
        return nest(account.article.text, span.start, span.end, elements)

    def words(self, span: Span, marks: Sequence[Span] = (), place: Span | None = None) -> Markup:
        """A passage within a line, in quotation marks, linked to its place or the wider ``place`` it is cut from."""
        # A passage that opens with a quotation mark of its own gets no second one.
        own = ' class="own-marks"' if span.text.startswith(words.QUOTATION_MARKS) else ""
        content = self._link(span, self._marked(span, marks), place)
        return Markup(f"<q{self.direction}{self.slice(span)}{own}>{content}</q>")

    def gist(self, row: Row, *, linked: bool = True) -> Markup:
        """The words that stand for a matter, in one pair of quotation marks; unlinked within what is clicked itself."""
        spans = row.gist
        if linked and len(spans) == 1:
            return self.words(spans[0], place=row.point.label)
        content = Markup(" … ").join(Markup(f"<span{self.slice(s)}>{safe(s.text)}</span>") for s in spans)
        if linked:
            content = self._link(row.point.label, content)
        own = ' class="own-marks"' if spans[0].text.startswith(words.QUOTATION_MARKS) else ""
        return Markup(f"<q{self.direction}{own}>{content}</q>")

    def passage(self, span: Span, marks: Sequence[Span] = ()) -> Markup:
        """A passage as a block, linked to its place."""
        return self._block(span, self._marked(span, marks))

    def telling(self, telling: Telling) -> Markup:
        """A telling as a block: words that others have otherwise are marked, those that none has are underlined."""
        span = telling.passage
        elements = [
            Element(part.start, part.end, "mark" if status == "other" else "u") for status, part in differing(telling)
        ]
        text = self._outline.account(span.article).article.text
        return self._block(span, nest(text, span.start, span.end, elements))

    def _block(self, span: Span, content: Markup, kind: str = "") -> Markup:
        """A passage's ``content`` as a block that leads to its place."""
        return Markup(f"<blockquote{kind}{self.direction}{self.slice(span)}>{self._link(span, content)}</blockquote>")

    def cite(self, span: Span) -> Markup:
        """The account and the place of a passage, as the line beneath it."""
        account = self._outline.account(span.article)
        return self._cite(span, Markup(f"{self.siglum(account)} <bdi>{safe(account.name)}</bdi>"))

    def cite_briefly(self, span: Span) -> Markup:
        """As :meth:`cite`, with the account's letter for its name."""
        return self._cite(span, self.siglum(self._outline.account(span.article)))

    def _cite(self, span: Span, who: Markup) -> Markup:
        return Markup(f'<cite>{who} <span class="at">{safe(self._outline.place(span))}</span></cite>')

    def cite_place(self, span: Span) -> Markup:
        """The place alone, where the account is plain from what stands above."""
        return Markup(f"<cite>{safe(self._outline.place(span))}</cite>")

    def letter(self, account: Account) -> Markup:
        """An account's letter that stands alone; a screen reader hears the name."""
        return Markup(f'{self.siglum(account)}<span class="visually-hidden">{safe(account.name)}</span>')

    def siglum(self, account: Account) -> Markup:
        """An account's letter, by which the program's own words name it."""
        return Markup(f'<b class="siglum">{account.siglum}</b>')

    def time(self, value: str) -> Markup:
        """A date in words, with its machine form where HTML knows it."""
        text = safe(date_words(value))
        if re.fullmatch(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?)?)?", value):
            return Markup(f"<time{attributes({'datetime': value})}>{text}</time>")
        return text

    def coverage(self, witness: Witness, length: int) -> Markup:
        """A bar of the base with the parts that a witness carries filled in."""
        bars = "".join(
            f'<rect x="{100 * start / length:.2f}" width="{100 * (end - start) / length:.2f}" height="4"/>'
            for start, end in witness.ranges
        )
        kind = "quoted" if witness.quoted else "told"
        return Markup(
            f'<svg class="cover {kind}" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">'
            f'<rect class="whole" width="100" height="4"/>{bars}</svg>'
        )

    def strip(self, paragraph: int, of: int) -> Markup:
        """A report drawn as a line from its first paragraph to its last, with a mark at one of them."""
        x = 100 * (min(paragraph, of) - 0.5) / of
        return Markup(
            f'<svg class="strip" aria-hidden="true"><rect x="{x - 2.5:.1f}%" width="5%" height="100%"/></svg>'
        )

    def bar(self, number: int, most: int) -> Markup:
        """A bar as long as a number is beside the most."""
        share = 100 * number / most
        return Markup(f'<svg class="length" aria-hidden="true"><rect width="{share:.0f}%" height="100%"/></svg>')

    def base(self, span: Span, readings: Sequence[tuple[int, int]]) -> Markup:
        """The base text of an utterance with a number at every place where accounts part."""
        text = self._outline.account(span.article).article.text
        elements = [
            Element(span.start + start, span.start + end, "span", {"class": "lemma", "data-n": str(number)})
            for number, (start, end) in enumerate(readings, 1)
        ]
        return self._block(span, nest(text, span.start, span.end, elements), ' class="base"')

    def block(self, block: Block) -> Markup:
        """A block of an article's full text with its anchors and annotations."""
        article = block.span.article
        elements = []
        for span in self._linked.get(article, ()):
            # A passage may run through several blocks; its anchor is where it begins to be seen.
            if _stands_in(span, block.span) and (anchor := self.anchor(span)) not in self._anchored:
                self._anchored.add(anchor)
                elements.append(Element(span.start, span.end, "span", id=anchor))
        if block.kind == "paragraph":
            elements += self._layers.get(article, [])
            elements += [Element(t.span.start, t.span.end, "span", {"class": "when"}, rank=3) for t in block.times]
            elements += [Element(s.start, s.end, "span", {"class": "name"}, rank=3) for s, _ in block.names]
        text = self._outline.account(article).article.text
        return nest(text, block.span.start, block.span.end, elements)

    def mark_claims(self, told: Sequence[ToldClaim]) -> None:
        """Have claims shown in the text with their numbers, each as its account stands on its point."""
        self._told = tuple(told)
        for one in told:
            for span in one.claim.spans:
                kind = {"class": f"claim is-{one.manner}"}
                self._layers.setdefault(span.article, []).append(Element(span.start, span.end, "span", kind, rank=2))
            first = one.claim.spans[0]
            sign = {"class": "claim-n", "data-n": str(one.number)}
            self._layers[first.article].append(Element(first.start, first.start, "span", sign, rank=1))

    def times_in(self, block: Block) -> list[TimeExpression]:
        """The dates and times of day of a block that say more than their words do."""
        return [t for t in block.times if t.type in {"DATE", "TIME"} and t.value != t.span.text]

    def claims_in(self, block: Block) -> list[ToldClaim]:
        """The claims to be shown that begin in a block."""
        return [one for one in self._told if block.span.start <= one.claim.spans[0].start < block.span.end]

    def stance_link(self, cell: Cell) -> Markup:
        """What an account says, by the words that tell it from others, linked to where it says so.

        Where all its words are shared, it is the stance; the style sheet adds the sign of that.
        """
        value = cell.value
        if value is None or cell.stance == "denies":
            return self._link(cell.spans[0], Markup(words.STANCE_WORDS[cell.stance]))
        return self.words(value)

    def perhaps_link(self, cell: Cell) -> Markup:
        """That an account may speak to a matter, linked to the passage that may do so."""
        return self._link(cell.possible[0].passage, Markup(words.PERHAPS))

    def change(self, lead: Span, new: Span, trail: Span, old: str) -> Markup:
        """What a text had and has at a place, with the words around it. ``old`` is of another text: it is no slice."""
        gone = Markup(f"<del>{safe(old)}</del>{' ' if new.text else ''}") if old else ""
        come = Markup(f"<ins{self.slice(new)}>{safe(new.text)}</ins>") if new.text else ""
        around = (Markup(f"<span{self.slice(span)}>{safe(span.text)}</span>") for span in (lead, trail))
        return Markup(f"{next(around)}{gone}{come}{next(around)}")

    def slice(self, span: Span) -> Markup:
        """The attributes that say which slice an element shows."""
        return Markup(slice_attribute(self._outline.account(span.article).siglum, span.start, span.end))

    def accounts(self) -> str:
        """For each account's letter the id of its article, as JSON: what ``data-at`` speaks of."""
        return json.dumps({a.siglum: a.article.id for a in self._outline.accounts}, ensure_ascii=False)

    def disputed_points(self) -> dict[str, str]:
        """For each point with findings, the fragment identifier of their section."""
        return {d.row.point.id: self.id("d", d.key) for d in self._outline.disputes if d.row is not None}

    def runs(self, blocks: Sequence[Block]) -> list[tuple[bool, list[Block]]]:
        """Blocks in order, neighbouring pieces of furniture together (``True``)."""
        runs = groupby(blocks, key=lambda block: block.kind in ("page furniture", "unclassified text"))
        return [(furniture, list(run)) for furniture, run in runs]

    def expect_notes(self, blocks: Sequence[Block]) -> str:
        """Make anchors for the passages that the margin notes of these blocks will link to; draws nothing."""
        for block in blocks:
            for span in [*(t.span for t in self.times_in(block)), *(s for s, _ in block.names)]:
                self.words(span)
        return ""

    def outward(self, url: str | None) -> str | None:
        """The address of an article if it is one that a browser may safely be sent to."""
        if url is None or words.visible(url) != url:
            return None
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        return url if parts.scheme in ("http", "https") and parts.netloc else None

    def language(self, tag: str | None) -> Markup:
        """A ``lang`` attribute for a text in another language than the page."""
        foreign = tag and _LANGUAGE.fullmatch(tag) and not re.match("en(-|$)", tag, flags=re.IGNORECASE)
        return Markup(attributes({"lang": str(tag)}) if foreign else "")


def anchor(span: Span) -> str:
    """The fragment identifier of a passage on the page of its article."""
    return f"a-{span.start}-{span.end}"


def _stands_in(span: Span, block: Span) -> bool:
    """Whether a part of the span is seen in the block; of an empty one, whether its place is."""
    return (span.start < block.end and span.end > block.start) or block.start <= span.start == span.end <= block.end


def spans_of(record: object) -> Iterator[Span]:
    """Every span that a record holds at any depth, but for the blocks of articles."""
    if isinstance(record, Span):
        yield record
    elif isinstance(record, Mapping):
        for value in record.values():
            yield from spans_of(value)
    elif isinstance(record, tuple):
        for value in record:
            yield from spans_of(value)
    elif isinstance(record, msgspec.Struct) and not isinstance(record, Article):
        for name in record.__struct_fields__:
            yield from spans_of(getattr(record, name))


def _quote_elements(quote: Quote) -> list[Element]:
    elements = [Element(s.start, s.end, "span", {"class": "said"}, rank=1) for s in marked(quote)]
    if quote.form != "direct":
        elements += [Element(s.start, s.end, "span", {"class": "told"}, rank=1) for s in quote.content]
    return elements
