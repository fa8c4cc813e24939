"""The pages that people look at, and the API: an archive served over HTTP, by default to this machine only."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rashomon.archive.archive import Archive
    from rashomon.web.access import Access
    from rashomon.web.gate import Application

__all__ = ["application", "serve"]


def serve(archive_url: str, *, host: str = "127.0.0.1", port: int = 8000, token: str | None = None) -> None:
    """Serve an archive until interrupted, and say on standard error where.

    Any other host than this machine's own loopback needs a token; one is made and told where none is given.

    Raises:
        MissingPart: the libraries for it are not installed.
        StoreError: there is no such archive, or it cannot be opened.
        RashomonError: the port is taken, the host is not this machine's, or the token is too short.
    """
    from rashomon.web.server import run

    run(archive_url, host=host, port=port, token=token)


def application(archive: Archive, access: Access | None = None) -> Application:
    """The ASGI application over an open archive, for servers and tests of one's own; the caller closes the archive."""
    from rashomon.web.application import application as made

    return made(archive, access)
