"""An archive for language models, by the Model Context Protocol: its reading verbs as tools, over stdio.

Every answer carries verbatim spans with the id of their article and their place in it, so that a model can cite and
need not invent. :mod:`rashomon.mcp.tools` says what there is, :mod:`rashomon.mcp.server` speaks the protocol (with the
official SDK, the extra ``mcp``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rashomon.errors import MissingPart

if TYPE_CHECKING:
    from rashomon.archive import Archive

__all__ = ["run"]


def run(archive: Archive) -> None:
    """Answer requests on standard input until it is closed. Nothing else may be written to standard output meanwhile.

    Raises:
        MissingPart: the SDK is not installed.
    """
    try:
        from rashomon.mcp.server import serve
    except ModuleNotFoundError as error:
        raise MissingPart(f'{error.name} is not installed: pip install "rashomon[archive,mcp]"') from error

    serve(archive)
