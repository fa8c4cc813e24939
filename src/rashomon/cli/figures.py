"""``schema`` and ``eval``: the form of what Rashomon writes, and how good it is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rashomon.cli.app import FIGURES, Json, app
from rashomon.cli.streams import console, document, progress, write
from rashomon.errors import MissingPart, RashomonError


@app.command(rich_help_panel=FIGURES)
def schema(
    name: Annotated[str, typer.Argument(metavar="DOCUMENT", help="The document: comparison.")] = "comparison",
) -> None:
    """Print the JSON Schema of a document that Rashomon writes."""
    import msgspec

    from rashomon.types import Comparison

    if name != "comparison":
        raise RashomonError("no such document; there is: comparison", input=name)
    described = msgspec.json.schema(Comparison)
    described = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "rashomon.comparison/2",
        **described,
    }
    write(msgspec.json.format(msgspec.json.encode(described), indent=2) + b"\n")


@app.command("eval", rich_help_panel=FIGURES)
def evaluate(
    task: Annotated[
        str, typer.Argument(help="What to measure: quotes, times, points, naming, copies, stories, events or accounts.")
    ],
    data: Annotated[Path, typer.Argument(help="Gold data, a folder or file in the form it is published in.")],
    json: Json = False,
    peers: Annotated[
        bool, typer.Option("--peers", help="Run other people's programs too, where installed (make peers); slow.")
    ] = False,
) -> None:
    """Score Rashomon on public gold data, beside its peers."""
    try:
        from rashomon_evals.command import run, table
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "rashomon_evals":
            raise
        where = "the scorers come with the source of Rashomon, not with the package: make install in its folder"
        raise MissingPart(f"{where}, then .venv/bin/rashomon eval there", input="eval") from error

    with progress() as bar:
        score = run(task, data, None if bar is None else lambda done, of: bar(task, done, of), peers=peers)
    if json:
        document(score)
        return
    from rich.table import Table

    header, rows = table(score)
    shown = Table()
    for number, column in enumerate(header):
        shown.add_column(column, justify="right" if number else "left")
    for row in rows:
        shown.add_row(*row)
    out = console()
    out.print(shown)
    out.print(f"{score.data}: documents {score.documents}, digest {score.digest[:12]}", soft_wrap=True)
