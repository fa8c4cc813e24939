"""``serve`` and ``mcp``: an archive for browsers and for language models."""

from __future__ import annotations

from typing import Annotated

import typer

from rashomon.cli.app import SERVE, ArchiveName, How, Pipeline, app, opened
from rashomon.errors import MissingPart
from rashomon.types import DEFAULT_ANNOTATORS


@app.command(rich_help_panel=SERVE)
def serve(
    archive: ArchiveName,
    host: Annotated[str, typer.Option(help="Address to listen on; others than this machine's need --token.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
    token: Annotated[
        str | None,
        typer.Option(envvar="RASHOMON_TOKEN", help="What visitors must present.", show_default=False),
    ] = None,
) -> None:
    """Serve an archive as pages, with a JSON API."""
    opened(archive).close()
    try:
        from rashomon.web import serve as serve_pages
    except ModuleNotFoundError as error:
        raise _missing(error, "the pages", "web") from error
    serve_pages(archive, host=host, port=port, token=token)


@app.command(rich_help_panel=SERVE)
def mcp(archive: ArchiveName, pipeline: Pipeline = None, annotators: How = DEFAULT_ANNOTATORS) -> None:
    """Answer a language model's questions to an archive, by MCP over standard input and output."""
    try:
        from rashomon.mcp import run
    except ModuleNotFoundError as error:
        raise _missing(error, "MCP", "mcp") from error
    with opened(archive, annotators=annotators, pipeline=pipeline) as kept:
        run(kept)


def _missing(error: ModuleNotFoundError, what: str, extra: str) -> Exception:
    """The error to raise for a library that is not there; one of our own modules missing is a fault of the program."""
    name = (error.name or "").partition(".")[0]
    if name in ("", "rashomon"):
        return error
    return MissingPart(f'{what} need {name}, which is not installed: pip install "rashomon[{extra}]"')
