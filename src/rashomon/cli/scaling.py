"""``scale``: the stages over any number of articles, on one machine or many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from rashomon.cli.app import SCALE, How, Jobs, Json, LanguageOf, OutletOf, Pipeline, PublishedOf, app, argument, option
from rashomon.cli.streams import document, note, progress
from rashomon.errors import RashomonError
from rashomon.types import DEFAULT_ANNOTATORS, Runner, Stage

if TYPE_CHECKING:
    from rashomon.scale import Summary

Places = Annotated[
    list[str],
    argument(
        metavar="IN... OUT",
        help="For read, files and folders (WARC, JSONL, Parquet, pages) and the folder to write to; else the"
        " folder that the stages before wrote, and the folder to write to, which may be the same."
        " Folders may lie in an object store (s3://bucket/folder).",
    ),
]


@app.command(rich_help_panel=SCALE)
def scale(
    stage: Annotated[Stage, argument(help="What to do, in this order.")],
    places: Places,
    json: Json = False,
    runner: Annotated[Runner, typer.Option(help="Processes of this machine, or a Ray cluster.")] = "native",
    address: Annotated[
        str | None, option(metavar="ADDRESS", help="The Ray cluster's address (ray://host:10001).")
    ] = None,
    jobs: Jobs = None,
    outlet: OutletOf = None,
    published: PublishedOf = None,
    language: LanguageOf = None,
    window: Annotated[int | None, option(min=1, metavar="N", help="How many articles grouping remembers.")] = None,
    pipeline: Pipeline = None,
    annotators: How = None,
) -> None:
    """Run a stage over any number of articles.

    A chunk is done once, whatever is interrupted. rashomon ingest takes the result in.
    """
    if len(places) < 2:
        raise RashomonError("needs what to work on and a folder to write to: rashomon scale STAGE IN OUT", input=stage)
    if address is not None and runner != "ray":
        raise RashomonError("is the address of a Ray cluster: give --runner ray, too", input=address)
    from rashomon.group.stories import WINDOW
    from rashomon.scale import Settings, run
    from rashomon.stages import DEFAULT_PIPELINE

    settings = Settings(
        outlet=outlet,
        published=published,
        language=language,
        pipeline=pipeline or DEFAULT_PIPELINE,
        annotators=annotators or DEFAULT_ANNOTATORS,
        window=window or WINDOW,
    )
    with progress() as tick:
        done = run(
            stage, places[:-1], places[-1], settings=settings, runner=runner, address=address, jobs=jobs, progress=tick
        )
    _present(done, json)
    if done.troubles:
        note(f"rashomon: {done.troubles} could not be done; {done.listed} lists them")


def _present(done: Summary, json: bool) -> None:
    if json:
        document(done)
        return
    from rashomon.show.words import counted

    rows = ", ".join(f"{table} {number}" for table, number in sorted(done.rows.items()))
    print(f"{done.stage}: {counted(done.chunks, 'chunk')} done ({rows or 'nothing'})")
