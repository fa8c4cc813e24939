"""``ingest`` and ``watch``: reports into an archive."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from rashomon.cli.app import (
    GATHER,
    AllowPrivate,
    ArchiveName,
    How,
    Jobs,
    Json,
    LanguageOf,
    OutletOf,
    Pipeline,
    PublishedOf,
    app,
    argument,
    opened,
    option,
    shown,
)
from rashomon.cli.streams import complain, console, document, note, progress
from rashomon.errors import RashomonError
from rashomon.jobs import cores

if TYPE_CHECKING:
    from rashomon.archive import Archive
    from rashomon.archive.answers import Gathered

Inputs = Annotated[
    list[str] | None,
    argument(
        metavar="INPUT",
        help="Feeds, lists of feeds (OPML), pages, files (text, HTML, JSON, JSONL, Parquet, WARC), folders,"
        " or - for standard input. None: go on with what an interrupted run left undone.",
    ),
]
# So many troubles are told one by one; the archive keeps all.
_TOLD = 10


@app.command(rich_help_panel=GATHER)
def ingest(
    archive: ArchiveName,
    inputs: Inputs = None,
    json: Json = False,
    outlet: OutletOf = None,
    published: PublishedOf = None,
    language: LanguageOf = None,
    annotate: Annotated[
        bool, typer.Option("--annotate/--no-annotate", help="Now, or when an article is first needed.")
    ] = True,
    allow_private: AllowPrivate = False,
    pipeline: Pipeline = None,
    annotators: How = None,
    jobs: Jobs = None,
) -> None:
    """Take reports into an archive and group them into stories. The same again changes nothing."""
    wanted = inputs or []
    if wanted.count("-") > 1:
        raise RashomonError("standard input can be read only once", input="-")
    with opened(archive, create=bool(wanted), annotators=annotators, pipeline=pipeline) as kept:
        with progress() as tick:
            gathered = kept.ingest(
                wanted,
                outlet=outlet,
                published=published,
                language=language,
                allow_private=allow_private,
                annotate=annotate,
                stdin=sys.stdin.buffer,
                progress=tick,
                jobs=jobs or cores(),
            )
        _tell(kept, archive, gathered.troubles)
    _present(gathered, json)
    if gathered.troubles and not gathered.new + gathered.revised + gathered.unchanged:
        raise typer.Exit(2)


@app.command(rich_help_panel=GATHER)
def watch(
    archive: ArchiveName,
    feeds: Annotated[
        list[str] | None,
        argument(
            metavar="FEED",
            help="Feeds, and lists of feeds (OPML); besides these, all that the archive followed before.",
        ),
    ] = None,
    json: Json = False,
    annotate: Annotated[
        bool, typer.Option("--annotate/--no-annotate", help="Between visits, or when an article is first needed.")
    ] = True,
    contact: Annotated[
        str | None, option(metavar="ADDRESS", help="Whom a server's owner can write to; told to it.")
    ] = None,
    allow_private: AllowPrivate = False,
    pipeline: Pipeline = None,
    annotators: How = None,
) -> None:
    """Poll feeds until Ctrl-C.

    Each feed is visited at the rate of its own news. Ctrl-C stops after the visit in hand.
    """
    with opened(archive, create=bool(feeds), annotators=annotators, pipeline=pipeline) as kept:
        if not feeds and not kept.stats().feeds:
            raise RashomonError("follows no feed yet; name one, or a list of feeds (OPML)", input=shown(archive))
        with _stopped() as stop, progress() as tick:
            gathered = kept.watch(
                feeds or [], stop=stop, allow_private=allow_private, contact=contact, annotate=annotate, progress=tick
            )
    _present(gathered, json)
    if gathered.troubles:
        note(f"rashomon errors {shown(archive)} lists what could not be read")


@contextmanager
def _stopped() -> Iterator[threading.Event]:
    """Set by the first signal to end; the second ends the program at once, as it would have done the first time."""
    stop = threading.Event()
    kinds = (signal.SIGINT, signal.SIGTERM)

    def end(*_: object) -> None:
        stop.set()
        for kind in kinds:
            signal.signal(kind, before[kind])
        note("Stopping; once more to stop at once.")

    before = {kind: signal.signal(kind, end) for kind in kinds}
    try:
        yield stop
    finally:
        for kind in kinds:
            signal.signal(kind, before[kind])


def _tell(kept: Archive, name: str, troubles: int) -> None:
    """The latest troubles, one line each."""
    if not troubles:
        return
    told = kept.errors(limit=min(troubles, _TOLD)).items
    for trouble in reversed(told):
        complain(RashomonError(trouble.message, input=trouble.input or None))
    if troubles > len(told):
        note(f"rashomon: {troubles - len(told)} more could not be read; rashomon errors {shown(name)} lists them")


def _present(gathered: Gathered, json: bool) -> None:
    if json:
        document(gathered)
        return
    from rashomon.cli.listings import show_gathered

    show_gathered(gathered, console())
