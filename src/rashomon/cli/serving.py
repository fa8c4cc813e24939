"""``serve`` and ``mcp``: an archive for browsers and for language models."""

from __future__ import annotations

from typing import Annotated

import typer

from rashomon.cli.app import SERVE, ArchiveName, app, opened, option


@app.command(rich_help_panel=SERVE)
def serve(
    archive: ArchiveName,
    host: Annotated[str, typer.Option(help="Address to listen on; others than this machine's own need a token.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on (0: any that is free).")] = 8000,
    token: Annotated[str | None, option(envvar="RASHOMON_TOKEN", help="What visitors must present.")] = None,
) -> None:
    """Serve an archive as pages, with a JSON API."""
    from rashomon.web import serve as serve_pages

    serve_pages(archive, host=host, port=port, token=token)


@app.command(rich_help_panel=SERVE)
def mcp(archive: ArchiveName) -> None:
    """Answer a language model over MCP.

    The server reads and writes on standard input and output.
    """
    from rashomon.mcp import run

    with opened(archive) as kept:
        run(kept)
