"""The archive as a thing to look after: ``stats``, ``errors``, ``check``, ``regroup``, ``export``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from rashomon.cli.app import KEEP, ArchiveName, Jobs, Json, Limit, Offset, app, argument, opened, option
from rashomon.cli.streams import check_writable, console, document, note, progress
from rashomon.errors import RashomonError
from rashomon.jobs import cores
from rashomon.types import Table, TableFormat

Kind = Literal["articles", "stories", "plover", Table]


@app.command(rich_help_panel=KEEP)
def stats(archive: ArchiveName, json: Json = False) -> None:
    """Count what an archive holds."""
    with opened(archive) as kept:
        counted = kept.stats()
    if json:
        document(counted)
        return
    from rashomon.cli.listings import show_stats

    show_stats(counted, console())


@app.command(rich_help_panel=KEEP)
def errors(
    archive: ArchiveName,
    json: Json = False,
    kind: Annotated[str | None, option(metavar="KIND", help="Of this kind only, as FetchError.")] = None,
    limit: Limit = 20,
    offset: Offset = 0,
) -> None:
    """List inputs that failed, and why, the latest first."""
    with opened(archive) as kept:
        page = kept.errors(kind=kind, limit=limit, offset=offset)
    if json:
        document(page)
        return
    from rashomon.cli.listings import rest, show_errors

    show_errors(page, console())
    note(rest(page, "error"))


@app.command(rich_help_panel=KEEP)
def check(archive: ArchiveName, json: Json = False) -> None:
    """Look for damage in an archive. The exit code is 1 where there is any."""
    with opened(archive) as kept, progress() as tick:
        problems = kept.check(progress=tick)
    if json:
        document({"items": problems, "total": len(problems), "offset": 0})
    else:
        for problem in problems:
            print(problem)
        if not problems:
            note("Nothing is wrong.")
    raise typer.Exit(1 if problems else 0)


@app.command(rich_help_panel=KEEP)
def regroup(archive: ArchiveName, json: Json = False) -> None:
    """Group all reports into stories again.

    They are taken in the order of their days. Judgements are obeyed.
    """
    with opened(archive) as kept, progress() as tick:
        changed = kept.regroup(progress=tick)
    if json:
        document({"changed": changed})
        return
    from rashomon.show.words import counted

    print(f"{counted(changed, 'report')} changed story")


@app.command(rich_help_panel=KEEP)
def export(
    archive: ArchiveName,
    kind: Annotated[Kind, argument(help="What to export.")],
    output: Annotated[Path, option("--output", "-o", metavar="FILE", help="Where to (- for standard output).")],
    json: Json = False,
    form: Annotated[
        TableFormat | None, option("--format", help="JSON Lines, CSV or Parquet; else as FILE ends, or jsonl.")
    ] = None,
    jobs: Jobs = None,
) -> None:
    """Write a table for other programs.

    Of articles, stories, or what was found in them; plover are events in POLECAT's columns.

    For findings, points, tellings, events and voices the stories are compared that are not yet.
    """
    check_writable(output)
    format = form or _named(output)
    if str(output) == "-":
        if json:
            raise RashomonError("standard output cannot take the table and --json; name a file", input="-")
        with opened(archive) as kept:
            kept.export(kind, sys.stdout.buffer, format=format, jobs=jobs or cores())
        return
    # Beside it first: where writing fails, what was there before is there still.
    unfinished = output.with_name(f".{output.name}.unfinished")
    try:
        with opened(archive) as kept, unfinished.open("wb") as file, progress() as tick:
            rows = kept.export(kind, file, format=format, progress=tick, jobs=jobs or cores())
        os.replace(unfinished, output)  # noqa: PTH105
    except OSError as error:
        raise RashomonError(f"cannot be written: {error.strerror or error}", input=str(output)) from error
    finally:
        unfinished.unlink(missing_ok=True)
    if json:
        document({"rows": rows, "format": format, "file": str(output)})
    else:
        from rashomon.show.words import counted

        note(f"Wrote {counted(rows, 'row')} to {output}")


def _named(output: Path) -> TableFormat:
    """The format that a file's name promises."""
    formats: dict[str, TableFormat] = {".csv": "csv", ".parquet": "parquet"}
    return formats.get(output.suffix.lower(), "jsonl")
