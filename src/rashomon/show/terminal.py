"""The terminal report. It reads the same with and without colour: differing words are set off in either."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from rashomon.data.timex import date_words
from rashomon.show import words
from rashomon.show.gist import differing
from rashomon.show.lines import GLUE, Lines, folded
from rashomon.show.outline import Outline, excerpt_range
from rashomon.show.pieces import Account, Cell, Collation, Dispute, Form, Part, Row
from rashomon.show.words import counted, listed
from rashomon.types import Comparison, Side, Span, Stance, Telling

# Columns: two passages stand side by side from this width on.
_ABREAST = 88
# A matrix needs this much for its labels and this much for each account; with less room its rows become lists.
_LABEL, _CELL = 34, 18
# Lines that the differences and the matrix may fill unless all is asked for: a screen or two with what stands around.
_DIFFERENCES, _ROWS = 28, 8
_STYLES: dict[Stance, str] = {"says": "", "differs": "bold yellow", "denies": "bold magenta", "silent": "dim"}


def write_report(comparison: Comparison, console: Console, *, full: bool) -> None:
    """Print the report; see :func:`rashomon.show.report`."""
    report = _Report(Outline(comparison), console, full)
    report.head()
    report.disputes()
    report.matrix()
    report.brief()
    if full:
        report.matters()
        report.openings()
        report.voices()
        report.quotes()
        report.silences()
        report.names()
        report.timeline()
        report.lineage()
        report.non_conflicts()
        report.articles()
    report.foot()


class _Report:
    """The sections of the report, in order."""

    def __init__(self, outline: Outline, console: Console, full: bool) -> None:
        self._o = outline
        self._out = Lines(console)
        self._full = full

    def _some(self, items: Sequence[object], most: int) -> int:
        return len(items) if self._full else min(len(items), most)

    def _more(self, total: int, shown: int, what: str, indent: int = 0) -> None:
        if total > shown:
            self._out.put(f"+ {counted(total - shown, what)}; --full shows all", indent, style="dim")

    def _verbatim(self, span: Span, marks: Iterable[Span] = ()) -> Text:
        """An account's own words with the differing ones set off; white space is folded, nothing in it acts."""
        text = Text()
        at = span.start
        for mark in sorted(marks, key=lambda m: m.start):
            start, end = max(mark.start, at), min(mark.end, span.end)
            if start >= end:
                continue
            text.append(folded(span.text[at - span.start : start - span.start]))
            inner = folded(span.text[start - span.start : end - span.start])
            bare = inner.strip(" ")
            before, after = inner[: len(inner) - len(inner.lstrip(" "))], inner[len(inner.rstrip(" ")) :]
            text.append(before)
            text.append(f"*{bare}*" if self._out.plain and bare else bare, "bold underline")
            text.append(after)
            at = end
        text.append(folded(span.text[at - span.start :]))
        return text

    def _quoted(self, span: Span, marks: Iterable[Span] = (), *, room: int | None = None) -> Text:
        """Verbatim words within a line, in quotation marks unless they open with their own; cut to ``room`` columns."""
        text = self._verbatim(span, marks)
        cut = ""
        if room is not None and cell_len(text.plain) > room:
            text.truncate(max(room - 2, 8))
            at = text.plain.rfind(" ")
            text, cut = text[: at if at > 0 else len(text)], " …"
        if span.text.startswith(words.QUOTATION_MARKS):
            return Text.assemble(text, cut)
        return Text.assemble("“", text, "”", cut)

    def _place(self, span: Span, *, short: bool = False) -> Text:
        account = self._o.account(span.article)
        name = "" if short else f" {folded(account.name)}"
        return Text(f"{account.siglum}{name}{GLUE}{folded(self._o.place(span))}", "dim")

    def _passages(self, sides: Sequence[Side], indent: int) -> None:
        """The passages of a finding, two abreast where there is room, each followed by its place."""
        room = self._out.width - indent
        abreast = 2 if room >= _ABREAST and len(sides) > 1 else 1
        width = (room - 3 * (abreast - 1)) // abreast
        for number in range(0, len(sides), abreast):
            columns = [
                [
                    *self._out.bar(self._verbatim(s.passage, s.marks), width),
                    *self._out.wrap(self._place(s.passage), width),
                ]
                for s in sides[number : number + abreast]
            ]
            for row in range(max(map(len, columns))):
                line = Text(" " * indent)
                for place, column in enumerate(columns):
                    cell = column[row] if row < len(column) else Text()
                    line.append(" " * (indent + place * (width + 3) - cell_len(line.plain)))
                    line.append_text(cell)
                self._out.line(line)

    def head(self) -> None:
        """The title, whose it is, the accounts and how many are independent."""
        o, out = self._o, self._out
        story = o.comparison.story
        title = folded(story.title) or f"One event, {counted(len(o.accounts), 'account')}"
        by = o.title_account()
        out.put(Text(f"“{title}”" if by else title, "bold"))
        about = [f"headline of {folded(by.name)}"] if by else []
        about += [words.period_words(story.start, story.end), ", ".join(o.places())]
        out.put(" · ".join(folded(part) for part in about if part), style="dim")
        out.blank()
        out.put(folded(o.independence()))
        if o.judged:
            out.put(folded(o.judged))
        if self._full:
            for account in o.accounts:
                out.put(self._account(account), 5 if len(o.accounts) > 26 else 4, first=f"  {account.siglum}")
            return
        shown = o.accounts[: self._some(o.accounts, 12)]
        row = Text("  ").join(Text.assemble((a.siglum, "bold"), GLUE, self._account(a)) for a in shown)
        out.put(row)
        self._more(len(o.accounts), len(shown), "more account")

    def voices(self) -> None:
        """Who gets to speak, and how much, in every account."""
        if not self._o.voices:
            return
        out = self._out
        out.heading("Who gets to speak")
        for speaker, said in self._o.voices:
            told = [
                f"{a.siglum} {counted(v.quotes, 'statement')}, {counted(v.words, 'word')}, first in ¶{v.paragraph}"
                for a, v in zip(self._o.accounts, said, strict=True)
                if v is not None
            ]
            out.put(Text.assemble((folded(speaker), "bold"), f"  {'; '.join(told)}"), 4)

    def _account(self, account: Account) -> Text:
        """An account's name, its date, and whose text it prints."""
        same = f" · same text as {listed(account.same_text_as, 3)}" if account.same_text_as else ""
        unnamed = "" if account.article.outlet else f" · {account.article.id}"
        return Text.assemble((folded(account.name), "bold"), (folded(f" · {account.date}{same}{unnamed}"), "dim"))

    def brief(self) -> None:
        """What most independent accounts share, in words that all of them have."""
        o, out = self._o, self._out
        out.heading(o.brief_title)
        shown = o.brief[: self._some(o.brief, 3)]
        for number, row in enumerate(shown, 1):
            place = self._place(row.point.label, short=True)
            out.put(Text.assemble(self._gist(row), " ", place, (f" · {o.told(row)}", "dim")), 4, first=f"{number:>2}")
        self._more(len(o.brief), len(shown), "more point", 4)
        if not o.brief:
            out.put("No point was found that two independent accounts share.")

    def _gist(self, row: Row, room: int | None = None) -> Text:
        """The shared words that stand for a matter, in one pair of quotation marks."""
        if len(row.gist) == 1:
            return self._quoted(row.gist[0], room=room)
        text = Text(" … ").join(self._verbatim(span) for span in row.gist)
        if room is not None and cell_len(text.plain) > room:
            text.truncate(max(room - 2, 8))
            text.append(" …")
        return Text.assemble("“", text, "”")

    def _excerpt(self, side: Side) -> Text:
        start, end = excerpt_range(side)
        span = self._o.account(side.article).article.span(start, end)
        lead, trail = "… " if start > side.passage.start else "", " …" if end < side.passage.end else ""
        place = (folded(self._o.place(side.passage)), "dim")
        return Text.assemble(lead, self._quoted(span, side.marks), trail, " ", place)

    def matrix(self) -> None:
        """Points by account, each cell with the words of its account: a table where it fits, else lists."""
        rows, out = self._o.shared, self._out
        if not rows:
            return
        out.heading("Who says what")
        before, shown = out.count, 0
        table = out.room >= _LABEL + _CELL * len(self._o.accounts)
        if table:
            label = min(out.room - _CELL * len(self._o.accounts), 64)
            heads = ((a.siglum.ljust(_CELL), "bold") for a in self._o.accounts)
            out.line(Text.assemble(" " * label, *heads))
        for row in rows:
            if not self._full and out.count - before >= _ROWS:
                break
            if table:
                self._table_row(row, label)
            else:
                self._listed_row(row)
            shown += 1
        self._more(len(rows), shown, "more point")
        if any(row.loose for row in rows[:shown]):
            out.put("A question mark: the accounts may speak of two things here.", style="dim")
        if any(cell.stance == "silent" and cell.possible for row in rows[:shown] for cell in row.cells):
            out.put("Perhaps: a passage of the account may speak to it; --full shows it side by side.", style="dim")
        out.put("A cell has the words by which its account differs. Not found: that is not a denial.", style="dim")

    def _table_row(self, row: Row, label: int) -> None:
        room = None if self._full else 2 * (label - 8)
        for number, line in enumerate(self._out.wrap(self._label(row, room), label - 2)):
            line.append(" " * (label - cell_len(line.plain)))
            for cell in row.cells if number == 0 else ():
                text = self._cell(cell)
                text.truncate(_CELL - 1, overflow="ellipsis", pad=False)
                text.append(" " * (_CELL - cell_len(text.plain)))
                line.append_text(text)
            self._out.line(line)

    def _cell(self, cell: Cell) -> Text:
        said = words.PERHAPS if cell.stance == "silent" and cell.possible else words.STANCE_WORDS[cell.stance]
        worded = cell.value is not None and cell.stance in {"says", "differs"}
        told = self._quoted(cell.value) if cell.value is not None and worded else Text(said)
        return Text.assemble(f"{words.STANCES[cell.stance]} ", told, style=_STYLES[cell.stance])

    def _label(self, row: Row, room: int | None) -> Text:
        loose = ("? ", "dim") if row.loose else ""
        return Text.assemble(loose, self._gist(row, room), " ", self._place(row.point.label, short=True))

    def _listed_row(self, row: Row) -> None:
        room = None if self._full else 2 * self._out.width - 12
        self._out.put(self._label(row, room))
        parts: dict[str, tuple[Text, list[str]]] = {}
        for cell in row.cells:
            text = self._cell(cell)
            parts.setdefault(text.plain, (text, []))[1].append(cell.account.siglum)
        cells = (Text.assemble((", ".join(letters), "bold"), " ", text) for text, letters in parts.values())
        self._out.put(Text("   ").join(cells), 4)

    def matters(self) -> None:
        """Every matter as all accounts tell it, side by side."""
        if not self._o.matters:
            return
        out = self._out
        out.heading("Side by side")
        for row in out.apart(self._o.matters):
            out.put(self._label(row, None))
            self._passages([_side(t) for c in row.cells for t in c.tellings], 4)
            for cell in row.cells:
                if cell.possible:
                    out.put(f"Perhaps also in {folded(cell.account.name)}:", 4, style="dim")
                    self._passages([_side(t) for t in cell.possible], 6)
                elif not cell.tellings and cell.nearest is not None:
                    out.put(f"Not found in {folded(cell.account.name)}; nearest:", 4, style="dim")
                    self._passages([Side(article=cell.nearest.article, passage=cell.nearest, marks=())], 6)

    def openings(self) -> None:
        """The headline and the first paragraph of every account."""
        out = self._out
        out.heading("Headlines and openings")
        for account, headline, lead in self._o.openings:
            title = self._quoted(headline) if headline is not None else Text(folded(account.article.title or ""))
            out.put(Text.assemble((folded(account.name), "bold"), " ", title), 4, first=f"  {account.siglum}")
            if lead is not None:
                self._passages([Side(article=lead.article, passage=lead)], 4)

    def disputes(self) -> None:
        """Each finding with its passages, facts first, gathered by what it is about."""
        o, out = self._o, self._out
        out.heading("Where they differ")
        if not o.disputes:
            side = " What they tell of the same matters stands side by side with --full." if o.matters else ""
            out.put(f"No difference was named.{side}")
            return
        style = "*marked*" if out.plain else "marked"
        out.put(Text.assemble("Words that differ are ", (style, "bold underline"), ". Nothing here says who is right."))
        before, shown = out.count, 0
        for group, disputes, count in o.grouped:
            if not self._full and out.count - before >= _DIFFERENCES:
                break
            out.blank()
            out.put(Text.assemble((words.GROUPS[group], "bold underline"), (f"  {count}", "dim")))
            for number, dispute in enumerate(disputes):
                if not self._full and out.count - before >= _DIFFERENCES:
                    break
                if number:
                    out.blank()
                shown += self._dispute(dispute, before)
        self._more(o.difference_count, shown, "more difference")

    def _dispute(self, dispute: Dispute, before: int) -> int:
        """One matter; of a long one as many parts as there is room for. How many findings were shown."""
        title, shown = self._about(dispute), 0
        if title is not None:
            self._out.put(title, 2)
        for part in dispute.parts:
            if shown and not self._full and self._out.count - before >= _DIFFERENCES:
                break
            if shown and self._full:
                self._out.blank()
            self._part(part)
            shown += len(part.findings)
        return shown

    def _about(self, dispute: Dispute) -> Text | None:
        """What a dispute is about, where its one part does not say it already."""
        room = None if self._full else 2 * self._out.width - 20
        if dispute.utterance is not None:
            return self._quoted(dispute.utterance.base, room=room)
        if dispute.actor is not None:
            return Text(f"What the accounts call {folded(dispute.actor.name)}")
        if dispute.row is not None and len(dispute.parts) > 1:
            return self._quoted(dispute.row.point.label, room=room)
        return None

    def _part(self, part: Part) -> None:
        kind = ""
        for finding in part.findings:
            title = words.NON_CONFLICTS[finding.nonconflict] if finding.nonconflict else words.KINDS[finding.kind]
            lead = "" if title == kind else f"{title}. "
            self._out.put(Text.assemble((lead, "bold"), folded(self._o.reason(finding))), 2)
            kind = title
        shown = part.sides[: self._some(part.sides, 3)]
        if self._full:
            self._passages(shown, 4)
        else:
            for side in shown:
                self._out.put(self._excerpt(side), 4, first=f"  {self._o.account(side.article).siglum}")
        self._more(len(part.sides), len(shown), "more account", 4)

    def quotes(self) -> None:
        """The utterances that several accounts carry, as a critical apparatus; the others too in the full report."""
        shared = [c for c in self._o.collations if c.shared]
        single = [c for c in self._o.collations if not c.shared]
        if not self._o.collations:
            return
        self._out.heading("In whose words")
        shown = shared[: self._some(shared, 6)]
        for collation in self._out.apart([*shown, *(single if self._full else ())]):
            self._collation(collation)
        self._more(len(shared), len(shown), "more utterance")
        if not self._full and single:
            self._out.put(f"+ {counted(len(single), 'utterance')} in one account only; --full shows all", style="dim")

    def _collation(self, collation: Collation) -> None:
        out, base = self._out, collation.utterance.base
        setting = f", {folded(collation.setting)}" if collation.setting else ""
        out.put(Text.assemble((folded(collation.speaker or "Speaker not identified"), "bold"), (setting, "dim")))
        for line in out.bar(self._verbatim(base, [r.lemma for r in collation.readings if r.lemma]), out.width - 2):
            out.line(Text.assemble("  ", line))
        out.put(self._place(base), 2)
        if collation.shared:
            out.put(self._carried(collation), 2)
        for number, reading in enumerate(collation.readings, 1):
            lemma = self._quoted(reading.lemma) if reading.lemma else Text("nothing here")
            rest = Text("not there")
            if reading.variant.reading.strip() and reading.variant.spans:
                rest = Text(" ").join(self._quoted(span) for span in reading.variant.spans)
            letters = ", ".join(a.siglum for a in reading.accounts)
            kind = f" ({words.VARIANTS[reading.variant.kind]})"
            text = Text.assemble(f"{collation.account.siglum}: ", lemma, f"; {letters}: ", rest, (kind, "dim"))
            out.put(text, 6, first=f"  {number:>2}")
        for paraphrase in collation.utterance.paraphrases:
            out.put("Paraphrase:", 2)
            self._passages([Side(article=paraphrase.span.article, passage=paraphrase.span, marks=paraphrase.adds)], 4)
            dropped = [self._quoted(self._o.within(base, at)) for at in paraphrase.drops]
            for label, parts in (("leaves out", dropped), ("adds", [self._quoted(s) for s in paraphrase.adds])):
                if parts:
                    out.put(Text.assemble(f"{label} ", Text(", ").join(parts)), 4)

    def _carried(self, collation: Collation) -> str:
        """Who quotes it whole, who with other words, who in part, who paraphrases it."""
        ways: dict[str, list[str]] = {
            "quoted whole by": [],
            "quoted with other words by": [],
            "quoted in part by": [],
            "paraphrased by": [],
        }
        for witness in collation.witnesses:
            if not witness.quoted:
                way = "paraphrased by"
            elif collation.missing(witness):
                way = "quoted in part by"
            else:
                way = "quoted with other words by" if collation.departures(witness) else "quoted whole by"
            ways[way].append(witness.account.siglum)
        return "; ".join(f"{way} {', '.join(dict.fromkeys(letters))}" for way, letters in ways.items() if letters)

    def silences(self) -> None:
        """What only one account reports and what it leaves out."""
        out = self._out
        if not self._o.silences:
            return
        out.heading("Only in one, or left out")
        accounts = self._o.silences[: self._some(self._o.silences, 8)]
        for silence in out.apart(accounts):
            out.put(Text(folded(_names(silence.accounts)), "bold"))
            said = [row for row in silence.alone if not row.denials]
            denied = [row for row in silence.alone if row.denials]
            told = (
                ("only here", said),
                ("only here, and in the negative", denied),
                ("told by most, not here", silence.missing),
            )
            for title, rows in told:
                if not rows:
                    continue
                shown = rows[: self._some(rows, 2)]
                out.put(f"{title}: {f'{len(shown)} of ' if len(shown) < len(rows) else ''}{len(rows)}", 2)
                for row in shown:
                    self._span_line(row.point.label)
        self._more(len(self._o.silences), len(accounts), "more account")

    def _span_line(self, span: Span) -> None:
        room = None if self._full else 2 * self._out.width - 20
        place = self._place(span, short=True)
        self._out.put(Text.assemble(self._quoted(span, room=room), " ", place), 4, first="  ·")

    def names(self) -> None:
        """What each account calls the same actor."""
        out = self._out
        if not self._o.namings:
            return
        out.heading("Who is called what")
        for naming in self._o.namings:
            out.put(Text(folded(naming.actor.name), "bold"))
            for account, own, inside in naming.uses:
                text = self._forms(own)
                if inside:
                    text.append("; inside quotation marks: " if own else "inside quotation marks: ")
                    text.append_text(self._forms(inside))
                out.put(text, 5, first=f"  {account.siglum}")

    def _forms(self, forms: Sequence[Form]) -> Text:
        parts = []
        for form in forms:
            times = f" {form.count}×," if form.count > 1 else ""
            place = Text(f"{times} {folded(self._o.place(form.span))}", "dim")
            parts.append(Text.assemble(self._quoted(form.span), place))
        return Text(", ").join(parts)

    def timeline(self) -> None:
        """What happened, by its dates."""
        if not self._o.timeline:
            return
        self._out.heading("What happened, and when")
        for moment in self._o.timeline:
            self._out.put(Text(folded(moment.words), "bold"))
            for deed in moment.deeds:
                self._out.put(Text(folded(self._o.deed_words(deed))))
                self._span_line(deed.event.spans[0])
            for span in moment.spans:
                self._span_line(span)

    def lineage(self) -> None:
        """Which account prints another's text."""
        edges, out = self._o.comparison.lineage.edges, self._out
        if not edges:
            return
        out.heading("Who prints whose text")
        for edge in edges:
            source, target = (folded(self._o.account(id).name) for id in (edge.source, edge.target))
            joint = {"duplicate": "as", "passage": "with"}.get(edge.kind, "of")
            credit = f"; credited to {folded(edge.agency)}" if edge.agency else ""
            out.put(f"{target} has {words.COPIES[edge.kind]} {joint} {source}{credit}.")
            for passage in edge.passages:
                self._passages([Side(article=s.article, passage=s) for s in (passage.source, passage.copy)], 4)

    def non_conflicts(self) -> None:
        """What only looks like a conflict."""
        if not self._o.non_conflicts:
            return
        self._out.heading(words.KINDS["not-a-conflict"])
        for part in self._out.apart(self._o.non_conflicts):
            self._part(part)

    def articles(self) -> None:
        """Every article in full, its paragraphs numbered as the places above count them."""
        out = self._out
        for account in self._o.accounts:
            out.heading(f"{account.siglum} {folded(account.name)}")
            for block in self._o.annotated_blocks(account.article.id):
                first = f"¶{block.number}" if block.number else None
                dim = "dim" if block.number is None and block.kind not in ("headline", "cross-head") else ""
                if not block.number:
                    out.put(f"[{block.kind}]", 5, style="dim")
                text = self._verbatim(block.span)
                text.style = dim
                out.put(text, 5, first=first)
                for quote in block.quotes:
                    chain = " › ".join(folded(self._o.actor_name(id) or "") for id in quote.chain)
                    speaker = folded(self._o.actor_name(quote.speaker) or "speaker not identified")
                    out.put(f"{chain or speaker}: {words.manner(quote)}", 7, style="dim", first="     -")
                for time in block.times:
                    if time.value != time.span.text:
                        value = folded(date_words(time.value or "")) or "not resolved"
                        out.put(Text.assemble(self._quoted(time.span), f" is {value}", style="dim"), 7, first="     -")

    def foot(self) -> None:
        """What else there is and how to see it."""
        o, out = self._o, self._out
        if self._full:
            return
        alone = sum(len(silence.alone) for silence in o.silences)
        also = [
            f"{counted(len(o.matters), 'matter')} side by side" if o.matters else "",
            f"{counted(len(o.collations), 'utterance')} word by word" if o.collations else "",
            f"{counted(alone, 'point')} in one account only" if alone else "",
            counted(len(o.namings), "actor named in different ways", "actors named in different ways")
            if o.namings
            else "",
            f"a timeline of {counted(len(o.timeline), 'date')}" if o.timeline else "",
            f"{len(o.non_conflicts)} that only look like conflicts" if o.non_conflicts else "",
            "the articles in full",
        ]
        out.blank()
        out.put(f"Also: {listed([part for part in also if part])} (--full, or --html FILE for a page).", style="dim")


def _side(telling: Telling) -> Side:
    """A telling as a passage with the words that others have otherwise."""
    marks = tuple(span for status, span in differing(telling) if status == "other")
    return Side(article=telling.article, passage=telling.passage, marks=marks)


def _names(accounts: Sequence[Account]) -> str:
    return ", ".join(f"{account.siglum} {account.name}" for account in accounts)
