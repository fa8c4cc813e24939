"""A person's word beside the program's: ``judge``, ``report``, ``judgements``."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from rashomon.cli.app import JUDGE, ArchiveName, By, Json, Limit, Offset, Why, app, argument, opened, shown
from rashomon.cli.asking import ArticleName, StoryName
from rashomon.cli.streams import console, document, note, progress


@app.command(rich_help_panel=JUDGE)
def judge(
    archive: ArchiveName,
    one: ArticleName,
    other: ArticleName,
    verdict: Annotated[Literal["same", "different", "unsure"], argument(help="Whether they report the same event.")],
    json: Json = False,
    by: By = None,
    why: Why = None,
) -> None:
    """Say whether two articles report the same event. It is kept, and grouping obeys it."""
    with opened(archive) as kept:
        judged = kept.judge(one, other, verdict, by=by, note=why)
    if json:
        document(judged)
        return
    from rashomon.cli.listings import show_judged

    show_judged(judged, console())
    if not judged.obeyed:
        note(f"Other articles hold them as they were; rashomon regroup {shown(archive)} groups all anew.")


@app.command(rich_help_panel=JUDGE)
def report(
    archive: ArchiveName,
    story: StoryName,
    finding: Annotated[str, argument(help="The finding's id in the story's comparison (--json).")],
    json: Json = False,
    withdrawn: Annotated[bool, typer.Option("--withdrawn", "--undo", help="Take the mark back.")] = False,
    by: By = None,
    why: Why = None,
) -> None:
    """Mark a finding of a story's comparison as wrong. It is kept as a judgement."""
    with opened(archive) as kept:
        with progress() as tick:
            kept.compare(story, progress=tick)
        word = kept.report(story, finding, withdrawn=withdrawn, by=by, note=why)
    if json:
        document(word)
    else:
        note("Kept.")


@app.command(rich_help_panel=JUDGE)
def judgements(
    archive: ArchiveName,
    naming: Annotated[str | None, argument(metavar="ID", help="About this article or story.")] = None,
    json: Json = False,
    limit: Limit = 20,
    offset: Offset = 0,
) -> None:
    """List what people judged, in the order in which they did."""
    with opened(archive) as kept:
        page = kept.judgements(naming=naming, limit=limit, offset=offset)
    if json:
        document(page)
        return
    from rashomon.cli.listings import rest, show_judgements

    show_judgements(page, console())
    note(rest(page, "judgement"))
