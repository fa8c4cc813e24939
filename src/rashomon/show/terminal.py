"""The terminal report. It reads the same with and without colour: differing words are set off in either."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from rashomon.show import words
from rashomon.show.lines import GLUE, Lines, folded
from rashomon.show.outline import Account, Collation, Dispute, Form, Outline, Part, Row, excerpt_range
from rashomon.show.words import counted, listed
from rashomon.types import Comparison, Side, Span, Stance

# Columns: two passages stand side by side from this width on.
_ABREAST = 88
# A matrix needs this much for its labels and this much for each account; with less room its rows become lists.
_LABEL, _CELL = 34, 11
_STYLES: dict[Stance, str] = {"says": "", "differs": "bold yellow", "denies": "bold magenta", "silent": "dim"}


def write_report(comparison: Comparison, console: Console, *, full: bool) -> None:
    """Print the report; see :func:`rashomon.show.report`."""
    report = _Report(Outline(comparison), console, full)
    report.head()
    report.brief()
    report.matrix()
    report.disputes()
    report.quotes()
    report.silences()
    if full:
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
        shown = o.accounts[: self._some(o.accounts, 20)]
        for account in shown:
            same = f" · same text as {listed(account.same_text_as)}" if account.same_text_as else ""
            unnamed = "" if account.article.outlet else f" · {account.article.id}"
            text = Text.assemble((folded(account.name), "bold"), (folded(f" · {account.date}{same}{unnamed}"), "dim"))
            out.put(text, 5 if len(o.accounts) > 26 else 4, first=f"  {account.siglum}")
        self._more(len(o.accounts), len(shown), "more account", 2)

    def brief(self) -> None:
        """What most independent accounts share, then what is most in dispute."""
        o, out = self._o, self._out
        out.heading("What most accounts share")
        for number, row in enumerate(o.brief, 1):
            out.put(self._quoted(row.point.label), 4, first=f"{number:>2}")
            out.put(Text.assemble(self._place(row.point.label), (f" · {o.told(row)}", "dim")), 4)
        if not o.brief:
            out.put("No point was found that two independent accounts share.")
        out.heading("What is most in dispute")
        for number, dispute in enumerate(o.disputes[:5]):
            if number:
                out.blank()
            finding = dispute.findings[0]
            out.put(Text.assemble((words.KINDS[finding.kind], "bold"), f". {folded(self._o.reason(finding))}"))
            for side in o.sides(finding)[:3]:
                out.put(self._excerpt(side), 4, first=f"  {self._o.account(side.article).siglum}")
            self._more(len(finding.sides), 3 if not self._full else len(finding.sides), "more account", 4)
        if not o.disputes:
            out.put("No difference was found between the accounts.")
        else:
            out.blank()
            style = "*marked*" if out.plain else "marked"
            legend = Text.assemble(
                "Words that differ are ", (style, "bold underline"), ". Nothing here says who is right."
            )
            out.put(legend)

    def _excerpt(self, side: Side) -> Text:
        start, end = excerpt_range(side)
        span = self._o.account(side.article).article.span(start, end)
        lead, trail = "… " if start > side.passage.start else "", " …" if end < side.passage.end else ""
        account = self._o.account(span.article)
        place = (f"{folded(account.name)}{GLUE}{folded(self._o.place(side.passage))}", "dim")
        return Text.assemble(lead, self._quoted(span, side.marks), trail, " ", place)

    def matrix(self) -> None:
        """Points by account: a table where it fits, else lists."""
        rows, out = self._o.shared, self._out
        if not rows:
            return
        out.heading("Who says what")
        shown = rows[: self._some(rows, 12)]
        if out.room >= _LABEL + _CELL * len(self._o.accounts):
            self._table(shown)
        else:
            for number, row in enumerate(shown):
                if number:
                    out.blank()
                self._listed_row(row)
            out.blank()
        self._more(len(rows), len(shown), "more point")
        if any(row.loose for row in shown):
            out.put("A question mark: the accounts may speak of two things here.", style="dim")
        out.put("Differs means otherwise than in the words shown.", style="dim")
        out.put("Silent means that an account does not mention it; that is not a denial.", style="dim")

    def _table(self, rows: Sequence[Row]) -> None:
        out, accounts = self._out, self._o.accounts
        label = min(out.room - _CELL * len(accounts), 64)
        out.line(Text.assemble(" " * label, *((a.siglum.ljust(_CELL), "bold") for a in accounts)))
        for row in rows:
            room = None if self._full else 2 * (label - 8)
            text = self._label(row, room)
            for number, line in enumerate(out.wrap(text, label - 2)):
                line.append(" " * (label - cell_len(line.plain)))
                for cell in row.cells if number == 0 else ():
                    line.append(f"{words.STANCES[cell.stance]} {cell.stance}".ljust(_CELL), _STYLES[cell.stance])
                out.line(line)

    def _label(self, row: Row, room: int | None) -> Text:
        loose = ("? ", "dim") if row.loose else ""
        words = self._quoted(row.point.label, room=room)
        return Text.assemble(loose, words, " ", self._place(row.point.label, short=True))

    def _listed_row(self, row: Row) -> None:
        out = self._out
        room = None if self._full else 2 * out.width - 12
        out.put(self._label(row, room))
        parts = [
            (f"{words.STANCES[stance]} {stance} ", ", ".join(a.siglum for a in accounts), _STYLES[stance])
            for stance, accounts in row.by_stance()
        ]
        line = Text("    ").join(Text(label + letters, style) for label, letters, style in parts)
        if cell_len(line.plain) <= out.width - 4:
            out.put(line, 4)
        else:
            for label, letters, style in parts:
                out.put(Text(letters, style), 15, first=f"    {label}")

    def disputes(self) -> None:
        """Each finding with its passages, gathered by what it is about."""
        disputes, out = self._o.disputes, self._out
        if not disputes:
            return
        out.heading("Where they differ")
        left = self._some([f for d in disputes for f in d.findings], 12)
        for number, dispute in enumerate(disputes):
            if left <= 0:
                break
            if number:
                out.blank()
            left -= self._dispute(number + 1, dispute, left)
        shown = self._some(range(self._o.difference_count), 12) - left
        self._more(self._o.difference_count, shown, "more difference")

    def _dispute(self, number: int, dispute: Dispute, most: int) -> int:
        """Print one dispute's parts until ``most`` findings are out; says how many."""
        out = self._out
        title = self._about(dispute)
        if title is not None:
            out.put(title, 4, first=f"{number:>2}")
        shown = 0
        for part in dispute.parts:
            if shown >= most:
                break
            if shown:
                out.blank()
            first = f"{number:>2}" if title is None and not shown else None
            self._part(part, first)
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

    def _part(self, part: Part, first: str | None) -> None:
        kind = ""
        for finding in part.findings:
            title = words.NON_CONFLICTS[finding.nonconflict] if finding.nonconflict else words.KINDS[finding.kind]
            lead = "" if title == kind else f"{title}. "
            self._out.put(Text.assemble((lead, "bold"), folded(self._o.reason(finding))), 4, first=first)
            kind, first = title, None
        shown = part.sides[: self._some(part.sides, 4)]
        self._passages(shown, 4)
        self._more(len(part.sides), len(shown), "more account", 4)

    def quotes(self) -> None:
        """The utterances that several accounts carry, as a critical apparatus; the others too in the full report."""
        shared = [c for c in self._o.collations if c.shared]
        single = [c for c in self._o.collations if not c.shared]
        if not self._o.collations:
            return
        self._out.heading("In whose words")
        shown = shared[: self._some(shared, 6)]
        for number, collation in enumerate([*shown, *(single if self._full else ())]):
            if number:
                self._out.blank()
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
            letters = " ".join(a.siglum for a in reading.accounts)
            kind = f" · {words.VARIANTS[reading.variant.kind]}"
            text = Text.assemble(lemma, f" {collation.account.siglum} ] ", rest, f" {letters}", (kind, "dim"))
            out.put(text, 6, first=f"  {number:>2}")
        for paraphrase in collation.utterance.paraphrases:
            out.put("Paraphrase:", 2)
            self._passages([Side(article=paraphrase.span.article, passage=paraphrase.span, marks=paraphrase.adds)], 4)
            dropped = [self._quoted(self._o.within(base, at)) for at in paraphrase.drops]
            for label, parts in (("leaves out", dropped), ("adds", [self._quoted(s) for s in paraphrase.adds])):
                if parts:
                    out.put(Text.assemble(f"{label} ", Text(", ").join(parts)), 4)

    def _carried(self, collation: Collation) -> str:
        """Who quotes it whole, who in part, who paraphrases it."""
        whole = ((0, len(collation.utterance.base.text)),)
        ways: dict[str, list[str]] = {"quoted whole by": [], "quoted in part by": [], "paraphrased by": []}
        for witness in collation.witnesses:
            way = "paraphrased by" if not witness.quoted else "quoted whole by" if witness.ranges == whole else ""
            ways[way or "quoted in part by"].append(witness.account.siglum)
        return "; ".join(f"{way} {', '.join(dict.fromkeys(letters))}" for way, letters in ways.items() if letters)

    def silences(self) -> None:
        """What only one account reports and what it leaves out."""
        out = self._out
        if not self._o.silences:
            return
        out.heading("Alone and silent")
        accounts = self._o.silences[: self._some(self._o.silences, 8)]
        for number, silence in enumerate(accounts):
            if number:
                out.blank()
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
        """The dated passages."""
        if not self._o.timeline:
            return
        self._out.heading("When")
        for moment in self._o.timeline:
            self._out.put(Text(folded(moment.words), "bold"))
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
        for number, part in enumerate(self._o.non_conflicts):
            if number:
                self._out.blank()
            self._part(part, None)

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
                        value = folded(words.date_words(time.value)) if time.value else "not resolved"
                        out.put(Text.assemble(self._quoted(time.span), f" is {value}", style="dim"), 7, first="     -")

    def foot(self) -> None:
        """What else there is and how to see it."""
        o, out = self._o, self._out
        if self._full:
            return
        also = [
            counted(len(o.namings), "actor named in different ways", "actors named in different ways")
            if o.namings
            else "",
            f"a timeline of {counted(len(o.timeline), 'date')}" if o.timeline else "",
            f"{len(o.non_conflicts)} that only look like conflicts" if o.non_conflicts else "",
            "the articles in full",
        ]
        out.blank()
        out.put(f"Also: {listed([part for part in also if part])} (--full, or --html FILE for a page).", style="dim")


def _names(accounts: Sequence[Account]) -> str:
    return ", ".join(f"{account.siglum} {account.name}" for account in accounts)
