"""What an archive answers, as lines for people: the same in a pipe and on a narrow terminal, with ids to copy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from rashomon.archive.answers import (
    ArticleAnswer,
    Brief,
    Counts,
    Edit,
    Gathered,
    Hit,
    Judged,
    Page,
    RelationsAnswer,
    Revision,
    Stats,
    StoryAnswer,
)
from rashomon.data.timex import date_words
from rashomon.show import words
from rashomon.show.lines import Lines, folded
from rashomon.show.words import counted, listed, visible
from rashomon.store import Earlier, Judgement, Party, Said, StoryEntry, StoryEvent, Trouble
from rashomon.types import Article, Lineage, Span

# Ids as archives give them are shown by so much of their beginning as tells them from a billion others.
_SHORT = 9
_GIVEN = re.compile(r"a[0-9a-f]{10,}")
_NAMES = 6
# Reports of one event that are quoted.
_TOLD = 2
# Columns of a figure in a table; where the terminal is narrower than so many, fewer.
_FIGURE, _NARROW, _SMALL = 8, 64, 6


def rest(page: Page[Any], noun: str, plural: str | None = None) -> str:
    """What a list does not show, in a line that is not part of it."""
    end = page.offset + len(page.items)
    plural = plural or f"{noun}s"
    if not page.total:
        return f"No {noun} was found."
    if not page.items:
        return f"There are no more than {counted(page.total, noun, plural)}."
    if end < page.total:
        return f"{page.offset + 1} to {end} of {counted(page.total, noun, plural)}; --offset {end} shows the next"
    return ""


def show_gathered(gathered: Gathered, console: Console) -> None:
    """What came of a gathering, on one line."""
    parts = [f"{gathered.new} new", f"{gathered.revised} revised", f"{gathered.unchanged} unchanged"]
    parts.append(f"{gathered.annotated} annotated")
    told = f"{', '.join(parts)}; {counted(len(gathered.stories), 'story', 'stories')} changed"
    Lines(console).put(told + (f"; {counted(gathered.troubles, 'error')}" if gathered.troubles else ""))


def show_stories(page: Page[StoryEntry], console: Console) -> None:
    """Stories by id, title, time, size, places."""
    out = Lines(console)
    short = _shortened(entry.id for entry in page.items)
    for entry in page.items:
        out.put(Text(folded(entry.title) or "(without a title)", "bold"), 11, first=_id(short[entry.id]))
        about = [words.period_words(entry.start, entry.end), _size(entry.articles, entry.independent)]
        about += [", ".join(entry.places[:3])]
        if entry.differences is not None:
            about.append(counted(entry.differences, "difference"))
        out.put(_dotted(about), 11, style="dim")
        if entry.teaser:
            out.put(folded(entry.teaser), 11)


def show_story(answer: StoryAnswer, console: Console) -> None:
    """A story and its reports."""
    out, entry = Lines(console), answer.story
    short = _shortened((entry.id, *(one.id for one in answer.articles)))
    out.put(Text(folded(entry.title) or "(without a title)", "bold"))
    about = [short[entry.id], words.period_words(entry.start, entry.end)]
    out.put(_dotted([*about, _size(entry.articles, entry.independent)]), style="dim")
    _cast(out, entry.actors[:_NAMES], entry.places[:_NAMES])
    out.blank()
    for one in answer.articles:
        _brief(out, one, short)
    _lineage(out, answer.lineage, answer.articles)
    _older(out, answer.older)


def _cast(out: Lines, actors: Sequence[str], places: Sequence[str]) -> None:
    for label, names in (("Who", actors), ("Where", places)):
        if names:
            out.put(folded(", ".join(names)), 7, first=Text(label, "dim"))


def show_hits(page: Page[Hit], console: Console) -> None:
    """Articles that a search found, with the passages."""
    out = Lines(console)
    short = _shortened(hit.article.id for hit in page.items)
    for hit in out.apart(page.items):
        _brief(out, hit.article, short)
        for said in hit.said:
            _said(out, said)
        for passage in () if hit.said else hit.passages:
            _barred(out, passage, 11)


def show_quotes(page: Page[Said], console: Console) -> None:
    """Quotations with their speakers and where they stand."""
    _statements(Lines(console), page.items)


def _statements(out: Lines, said: Sequence[Said]) -> None:
    older = [one.earlier.article for one in said if one.earlier is not None]
    short = _shortened([*(one.article for one in said), *older])
    for one in out.apart(said):
        where = [one.outlet or "no outlet given", date_words(one.published or "")]
        out.put(_dotted(where), 11, first=_id(short[one.article]), style="dim")
        _said(out, one)
        if one.earlier is not None:
            _first_seen(out, one.earlier, short[one.earlier.article])


def _older(out: Lines, older: Sequence[Said]) -> None:
    """Quotations whose words stood in an older article before."""
    if older:
        out.blank()
        out.put(Text("Words said before", "bold"))
        _statements(out, older)


def _first_seen(out: Lines, earlier: Earlier, id: str) -> None:
    day = f" ({date_words(earlier.published)})" if earlier.published else ""
    place = f"{folded(earlier.outlet or 'a report without an outlet')}{day}, {id}"
    told = f"first seen {words.days_earlier(earlier.days)}, in {place}"
    out.put(f"{told}: {words.PREDATES}" if earlier.predates else told, 11)


def show_events(page: Page[StoryEvent], console: Console) -> None:
    """Events: day, type, who to whom, and the passages that tell of them."""
    _events(Lines(console), page.items)


def show_relations(answer: RelationsAnswer, console: Console) -> None:
    """What came to pass between two: a table of periods, who did how much to whom, and the events."""
    out = Lines(console)
    one, other = folded(answer.one), folded(answer.other)
    out.put(Text(f"{one} and {other}", "bold"))
    if not answer.events.total:
        return
    rows = [(words.stretch_words(period.start, answer.by), period.counts) for period in answer.periods]
    rows += [("day not told exactly", answer.undated)] if answer.undated.total else []
    sums = [("all", answer.total), (f"{one} to {other}", answer.by_one), (f"{other} to {one}", answer.by_other)]
    figure = _FIGURE if out.width >= _NARROW else _SMALL
    wide = max(min(max(cell_len(name) for name, _ in (*rows, *sums)), out.width - 5 * figure), 8)
    kinds = "".join(f"{kind:>{2 * figure}}" for kind in ("cooperation", "conflict"))
    forms = "".join(f"{form:>{figure}}" for form in ("words", "deeds", "words", "deeds", "all"))
    for head in (kinds, forms):
        out.line(Text(" " * wide + head, "dim"))
    for part in (rows, sums):
        for name, counts in part:
            _counted(out, name, counts, wide, figure)
        out.blank()
    aside = [(answer.planned, "only planned"), (answer.denied, "denied")]
    if any(number for number, _ in aside):
        out.put(f"Not counted: {listed([f'{number} {what}' for number, what in aside if number])}.", style="dim")
        out.blank()
    _events(out, answer.events.items)


def _counted(out: Lines, name: str, counts: Counts, wide: int, figure: int) -> None:
    numbers = (
        counts.verbal_cooperation,
        counts.material_cooperation,
        counts.verbal_conflict,
        counts.material_conflict,
        counts.total,
    )
    cells = Text("".join(f"{number or '–':>{figure}}" for number in numbers))
    *above, last = out.wrap(Text(name), wide)
    for line in above:
        out.line(line)
    out.line(Text.assemble(last, " " * (wide - cell_len(last.plain)), cells))


def _events(out: Lines, events: Sequence[StoryEvent]) -> None:
    short = _shortened(event.story for event in events)
    for event in out.apart(events):
        status = "" if event.status == "done" else f" ({event.status})"
        who = [names for names in (_names(event.actors), _names(event.recipients)) if names]
        told = " → ".join(who) if event.actors else f"to {who[0]}"
        out.put(Text.assemble((f"{event.type}{status}", "bold"), f"  {told}"), 11, first=_id(short[event.story]))
        place = f"in {folded(event.place)}" if event.place else ""
        often = counted(event.independent, "independent account") if event.independent > 1 else ""
        about = [words.event_day(event.date, event.first), place, event.mode or "", ", ".join(event.context), often]
        out.put(_dotted(about), 11, style="dim")
        for account in event.accounts[:_TOLD]:
            differing = account.status if account.status != event.status else ""
            where = [account.outlet or "no outlet given", date_words(account.published or ""), differing]
            out.put(_dotted(where), 11, style="dim")
            _barred(out, account.spans[0], 11)
        if len(event.accounts) > _TOLD:
            out.put(f"and {counted(len(event.accounts) - _TOLD, 'more report')}", 11, style="dim")


def _names(parties: Sequence[Party]) -> str:
    return listed([folded(party.name) for party in parties])


def show_article(answer: ArticleAnswer, console: Console) -> None:
    """An article without what belongs to the page only."""
    out, article, brief = Lines(console), answer.article, answer.brief
    if article.title:
        out.put(Text(folded(article.title), "bold"))
    out.put(_dotted([article.outlet or "no outlet given", _when(brief), article.author or ""]), style="dim")
    if article.url:
        out.put(folded(article.url), style="dim")
    revised = f"revision {brief.revision} of {len(answer.revisions)}" if len(answer.revisions) > 1 else ""
    story = f"story {brief.story}" if brief.story else ""
    out.put(_dotted([brief.id, story, revised]), style="dim")
    _cast(out, answer.actors, answer.places)
    headings = set(article.headings)
    parts = sorted((*article.paragraphs, *article.headings), key=lambda span: span.start)
    for part in parts or (article.span(0, len(article.text)),):
        out.blank()
        out.put(Text(folded(part.text.strip()), "bold" if part in headings else ""))
    _older(out, answer.older)


def show_diff(revision: Revision, old: Article, new: Article, console: Console) -> None:
    """The lines of an article that were changed, taken out and put in marked by colour or as [-this-]{+this+}."""
    out = Lines(console)
    when = f"{date_words(revision.old_gathered)} to {date_words(revision.new_gathered)}"
    out.put(_dotted([revision.article, f"revision {revision.old} to {revision.new}", when]), style="dim")
    about: list[tuple[str, Callable[[Article], str | None]]] = [
        ("Title", lambda article: article.title),
        ("Outlet", lambda article: article.outlet),
        ("Date", lambda article: article.published.value if article.published else None),
    ]
    for label, of in about:
        before, after = of(old) or "", of(new) or ""
        if before != after:
            out.blank()
            out.put(_marked(((before, "old"), (after, "new")), out.plain), 8, first=Text(label, "dim"))
    skipped = False
    for line in _lines(revision.edits, new.text):
        if any(kind for _, kind in line):
            out.blank()
            out.put(_marked(line, out.plain))
            skipped = False
        elif not skipped and any(text.strip() for text, _ in line):
            out.blank()
            out.put("…", style="dim")
            skipped = True
    if not revision.edits:
        out.blank()
        out.put("The text is the same.")


def show_judged(judged: Judged, console: Console) -> None:
    """Where a judgement left the two articles."""
    stories = list(dict.fromkeys(judged.stories))
    told = f"{'They are' if judged.verdict != 'unsure' else 'As before: they are'} "
    told += f"in one story, {stories[0]}" if len(stories) == 1 else f"in two stories, {listed(stories)}"
    Lines(console).put(told)


def show_judgements(page: Page[Judgement], console: Console) -> None:
    """Judgements with who gave them, when and why."""
    out = Lines(console)
    signs = {"same": "=", "different": "≠", "unsure": "?"}
    short = _shortened(id for one in page.items for id in (one.one, one.other))
    for one in page.items:
        other = short[one.other] if one.about == "articles" else f"finding {folded(one.other)}"
        told = "no finding" if one.about == "finding" else f"{signs[one.verdict]} {one.verdict}"
        out.put(Text.assemble(_id(short[one.one]), f"  {other}  ", (told, "bold")))
        about = [one.by or "", date_words(one.given), one.note or ""]
        out.put(_dotted(about), 4, style="dim")


def show_errors(page: Page[Trouble], console: Console) -> None:
    """Troubles: what with which input, how often, when."""
    out = Lines(console)
    for trouble in out.apart(page.items):
        out.put(Text(folded(trouble.input) or "(no input)", "bold"))
        out.put(folded(trouble.message), 4)
        often = f"{trouble.times} times since {date_words(trouble.first)}" if trouble.times > 1 else ""
        out.put(_dotted([trouble.kind, date_words(trouble.last), often]), 4, style="dim")


def show_stats(stats: Stats, console: Console) -> None:
    """Counts, one a line."""
    out = Lines(console)
    period = words.period_words(stats.first, stats.last)
    rows = [
        ("articles", stats.articles, f"{stats.pending} to be annotated" if stats.pending else ""),
        ("stories", stats.stories, period),
        ("outlets", stats.outlets, ""),
        ("quotations", stats.quotes, ""),
        ("events", stats.events, ""),
        ("feeds", stats.feeds, ""),
        ("judgements", stats.judgements, ""),
        ("errors", stats.troubles, ""),
    ]
    wide = max(len(str(number)) for _, number, _ in rows)
    for label, number, more in rows:
        out.put(more, 14 + wide, first=f"{label:<12}{number:>{wide}}", style="dim")


def _shortened(ids: Iterable[str]) -> dict[str, str]:
    """For each id the beginning by which it is shown: of those listed together no two look alike."""
    whole = sorted(set(ids))
    short = {}
    for number, id in enumerate(whole):
        near = (*whole[max(number - 1, 0) : number], *whole[number + 1 : number + 2])
        length = next((n for n in range(_SHORT, len(id)) if not any(o.startswith(id[:n]) for o in near)), len(id))
        short[id] = id[:length] if _GIVEN.fullmatch(id) else visible(id)
    return short


def _id(shown: str) -> Text:
    return Text(shown.ljust(_SHORT), "cyan")


def _dotted(parts: Iterable[str]) -> str:
    return " · ".join(folded(part) for part in parts if part)


def _size(articles: int, independent: int) -> str:
    reports = counted(articles, "report")
    return f"{reports}, {independent} independent" if articles > 1 and independent else reports


def _when(brief: Brief) -> str:
    if brief.published is None:
        return "date not known"
    return date_words(brief.published.value) + (" (inferred)" if brief.published.inferred else "")


def _brief(out: Lines, brief: Brief, short: dict[str, str]) -> None:
    out.put(folded(brief.title or "(without a title)"), 11, first=_id(short.get(brief.id, brief.id)))
    revised = f"revision {brief.revision}" if brief.revision > 1 else ""
    out.put(_dotted([brief.outlet or "no outlet given", _when(brief), revised]), 11, style="dim")


def _said(out: Lines, said: Said) -> None:
    speaker = folded(said.speaker or "speaker not identified")
    out.put(Text.assemble((speaker, "bold"), (f" · {words.manner(said.quote)}", "dim")), 11)
    for span in said.quote.content:
        _barred(out, span, 11)


def _barred(out: Lines, passage: Span, indent: int) -> None:
    room = max(out.width - indent, 20)
    for line in out.bar(Text(folded(passage.text)), room):
        out.line(Text.assemble(" " * min(indent, out.width - room), line))


def _lineage(out: Lines, lineage: Lineage, articles: Sequence[Brief]) -> None:
    """Which report prints another's text."""
    names = {one.id: folded(one.outlet or one.id) for one in articles}
    if lineage.edges:
        out.blank()
    for edge in lineage.edges:
        joint = {"duplicate": "as", "passage": "with"}.get(edge.kind, "of")
        credit = f", credited to {folded(edge.agency)}" if edge.agency else ""
        source, target = (names.get(id, id) for id in (edge.source, edge.target))
        out.put(f"{target} has {words.COPIES[edge.kind]} {joint} {source}{credit}.")


def _lines(edits: Sequence[Edit], new: str) -> Iterator[list[tuple[str, str]]]:
    """The new text by its lines, each in parts: as it was (""), taken out ("old"), put in ("new")."""
    parts: list[tuple[str, str]] = []
    at = 0
    for edit in edits:
        parts += [(new[at : edit.new[0]], ""), (edit.old_text, "old"), (edit.new_text, "new")]
        at = edit.new[1]
    parts.append((new[at:], ""))
    line: list[tuple[str, str]] = []
    for text, kind in parts:
        first, *others = text.split("\n")
        line.append((first, kind))
        for other in others:
            yield [part for part in line if part[0]]
            line = [(other, kind)]
    yield [part for part in line if part[0]]


def _marked(parts: Iterable[tuple[str, str]], plain: bool) -> Text:
    """One line of a difference, as ``wdiff`` marks it where there is no colour."""
    signs = {"old": ("[-", "-]", "red strike"), "new": ("{+", "+}", "green")}
    text = Text()
    for part, kind in parts:
        if kind not in signs or not part:
            text.append(folded(part))
            continue
        before, after, style = signs[kind]
        text.append(f"{before}{folded(part)}{after}" if plain else folded(part), style)
    return text
