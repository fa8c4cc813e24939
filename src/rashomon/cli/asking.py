"""Questions to an archive: stories, what is said in them, what happened, articles and how they were changed."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from rashomon.cli.app import (
    ASK,
    ArchiveName,
    Json,
    Limit,
    Offset,
    Outlet,
    Since,
    Until,
    app,
    argument,
    opened,
    option,
    shown,
)
from rashomon.cli.streams import console, document, note
from rashomon.types import StoryOrder

Stretch = Literal["day", "week", "month"]
StoryName = Annotated[str, argument(metavar="STORY", help="A story's id or the beginning of it; or an article's.")]
ArticleName = Annotated[str, argument(metavar="ARTICLE", help="An article's id or the beginning of it.")]


@app.command(rich_help_panel=ASK)
def stories(
    archive: ArchiveName,
    words: Annotated[list[str] | None, argument(metavar="WORDS", help="With a report that has these words.")] = None,
    json: Json = False,
    since: Since = None,
    until: Until = None,
    outlet: Outlet = None,
    actor: Annotated[str | None, option(metavar="NAME", help="That names this one.")] = None,
    place: Annotated[str | None, option(metavar="NAME", help="That names it.")] = None,
    independent: Annotated[int, typer.Option(min=0, help="Of so many independent accounts at least.")] = 0,
    order: Annotated[StoryOrder, typer.Option(help="Which come first: those changed last, newest, or with most.")] = (
        "changed"
    ),
    limit: Limit = 20,
    offset: Offset = 0,
) -> None:
    """List the stories.

    Those that were compared are shown with their first difference.
    """
    with opened(archive) as kept:
        page = kept.stories(
            words=_joined(words),
            since=since,
            until=until,
            outlet=outlet,
            actor=actor,
            place=place,
            independent=independent,
            order=order,
            limit=limit,
            offset=offset,
        )
    if json:
        document(page)
        return
    from rashomon.cli.listings import rest, show_stories

    show_stories(page, console())
    note(rest(page, "story", "stories"))


@app.command(rich_help_panel=ASK)
def story(archive: ArchiveName, story: StoryName, json: Json = False) -> None:
    """Show a story: its reports, who prints whose text, old words. (rashomon compare ARCHIVE STORY compares them.)"""
    with opened(archive) as kept:
        answer = kept.story(story)
    if json:
        document(answer)
        return
    from rashomon.cli.listings import show_story

    show_story(answer, console())


@app.command(rich_help_panel=ASK)
def search(
    archive: ArchiveName,
    words: Annotated[
        list[str],
        argument(metavar="WORDS", help="Words in any form, 'begin*', '\"a phrase\"'; after --, also -without."),
    ],
    json: Json = False,
    speaker: Annotated[str | None, option(metavar="NAME", help="Only where this speaker says them.")] = None,
    outlet: Outlet = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 20,
    offset: Offset = 0,
) -> None:
    """Search the reports, or what one speaker says in them."""
    with opened(archive) as kept:
        page = kept.search(
            " ".join(words), speaker=speaker, outlet=outlet, since=since, until=until, limit=limit, offset=offset
        )
    if json:
        document(page)
        return
    from rashomon.cli.listings import rest, show_hits

    show_hits(page, console())
    note(rest(page, "report" if speaker is None else "statement"))


@app.command(rich_help_panel=ASK)
def quotes(
    archive: ArchiveName,
    words: Annotated[list[str] | None, argument(metavar="WORDS", help="With these words in what is said.")] = None,
    json: Json = False,
    speaker: Annotated[str | None, option(metavar="NAME", help="Of this speaker.")] = None,
    story: Annotated[str | None, option(metavar="STORY", help="In this story.")] = None,
    article: Annotated[str | None, option(metavar="ARTICLE", help="In this one.")] = None,
    outlet: Outlet = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 20,
    offset: Offset = 0,
) -> None:
    """List what a speaker is said to have said, latest first, and which words an older report quotes."""
    with opened(archive) as kept:
        page = kept.quotes(
            speaker,
            words=_joined(words),
            story=story,
            article=article,
            outlet=outlet,
            since=since,
            until=until,
            limit=limit,
            offset=offset,
        )
    if json:
        document(page)
        return
    from rashomon.cli.listings import rest, show_quotes

    show_quotes(page, console())
    note(rest(page, "quotation"))


@app.command(rich_help_panel=ASK)
def events(
    archive: ArchiveName,
    json: Json = False,
    type: Annotated[str | None, option(metavar="TYPE", help="Of this PLOVER type (CONSULT).")] = None,
    actor: Annotated[str | None, option(metavar="NAME", help="Done by this one, or any of this country.")] = None,
    recipient: Annotated[str | None, option(metavar="NAME", help="Done to this one, or any of this country.")] = None,
    country: Annotated[str | None, option(metavar="NAME", help="With a party of this country (Russia, RUS).")] = None,
    sector: Annotated[str | None, option(metavar="CODE", help="With a party of this PLOVER sector (MIL).")] = None,
    story: Annotated[str | None, option(metavar="STORY", help="In this story.")] = None,
    since: Since = None,
    until: Until = None,
    independent: Annotated[int, typer.Option(min=0, help="Told by so many independent accounts at least.")] = 0,
    limit: Limit = 20,
    offset: Offset = 0,
) -> None:
    """List who did what to whom, latest first, each event once. Articles not annotated yet have none."""
    with opened(archive) as kept:
        page = kept.events(
            type=type,
            actor=actor,
            recipient=recipient,
            country=country,
            sector=sector,
            story=story,
            since=since,
            until=until,
            independent=independent,
            limit=limit,
            offset=offset,
        )
        pending = 0 if page.total else kept.stats().pending
    if json:
        document(page)
        return
    from rashomon.cli.listings import rest, show_events

    show_events(page, console())
    note(rest(page, "event"))
    if pending:
        note(f"{pending} articles are not annotated yet; rashomon ingest {shown(archive)} does that.")


@app.command(rich_help_panel=ASK)
def relations(
    archive: ArchiveName,
    one: Annotated[str, argument(metavar="A", help="Words of a name; or a country, for all that is of it.")],
    other: Annotated[str, argument(metavar="B", help="The other.")],
    json: Json = False,
    by: Annotated[Stretch, typer.Option(help="Count by day, week or month.")] = "month",
    since: Since = None,
    until: Until = None,
    limit: Limit = 20,
    offset: Offset = 0,
) -> None:
    """Count events between two parties over time.

    Cooperation and conflict, in words and in deeds (the quad classes of PLOVER).
    """
    with opened(archive) as kept:
        answer = kept.relations(one, other, by=by, since=since, until=until, limit=limit, offset=offset)
    if json:
        document(answer)
        return
    from rashomon.cli.listings import rest, show_relations

    show_relations(answer, console())
    note(rest(answer.events, "event"))


@app.command(rich_help_panel=ASK)
def article(
    archive: ArchiveName,
    article: ArticleName,
    json: Json = False,
    revision: Annotated[int | None, option(min=1, help="Another than the current one.")] = None,
) -> None:
    """Show an article as it was read, or as it was before, and which words in it an older one quotes."""
    with opened(archive) as kept:
        answer = kept.article(article, revision=revision)
    if json:
        document(answer)
        return
    from rashomon.cli.listings import show_article

    show_article(answer, console())


@app.command(rich_help_panel=ASK)
def diff(
    archive: ArchiveName,
    article: ArticleName,
    json: Json = False,
    old: Annotated[int | None, option(min=1, help="The earlier revision.")] = None,
    new: Annotated[int | None, option(min=1, help="The later revision.")] = None,
) -> None:
    """Show how an article was changed, word by word.

    Its last two revisions, unless others are named.
    """
    with opened(archive) as kept:
        revision = kept.diff(article, old=old, new=new)
        before, after = (kept.article(article, revision=number) for number in (revision.old, revision.new))
    if json:
        document(revision)
        return
    if revision.old == revision.new:
        note("There is one revision of this article only.")
        return
    from rashomon.cli.listings import show_diff

    show_diff(revision, before.article, after.article, console())


def _joined(words: list[str] | None) -> str | None:
    return " ".join(words) if words else None
