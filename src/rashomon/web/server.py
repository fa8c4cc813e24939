"""The server that runs the application. uvicorn: one process, no build step, and it stops when it is told to.

(granian answers more requests a second, but with worker processes of its own; here one process holds the comparisons
under way and the pages kept, and SQLite, not HTTP, is what takes the time.)
"""

from __future__ import annotations

import re
import socket
import sys
import threading
from contextlib import closing, suppress
from urllib.parse import urlencode

from rashomon.errors import MissingPart, RashomonError

try:
    import litestar  # noqa: F401
    import uvicorn
except ImportError:
    raise MissingPart("serving needs more libraries; install them with: pip install 'rashomon[archive,web]'") from None

from rashomon.archive.apart import Apart
from rashomon.archive.archive import open_archive
from rashomon.web import access
from rashomon.web.application import application
from rashomon.web.waiting import MOST_SILENT, Impatient

# Connections that wait for an answer at once; beyond them a client is told to come back (503).
_MOST_AT_ONCE = 200
# How long an interrupted server waits for answers that are being given (seconds).
_GRACE = 3
# How long a page waits while another process writes (seconds).
_PATIENCE = 10.0


def run(archive_url: str, *, host: str, port: int, token: str | None) -> None:
    """Serve; see :func:`rashomon.web.serve`."""
    rules = access.rules(host, token)
    with (
        _listening(host, port) as listener,
        open_archive(archive_url, patience=_PATIENCE) as archive,
        closing(Apart(archive_url, _PATIENCE)) as apart,
    ):
        threading.Thread(target=_warm, args=(apart,), name="warming", daemon=True).start()
        where = _address(listener, host)
        print(f"Rashomon shows {_named(archive_url)} at {where}/ (Ctrl+C stops it)", file=sys.stderr, flush=True)
        if rules.token is not None and token is None:
            print(f"Enter with {where}/login?{urlencode({'token': rules.token})}", file=sys.stderr, flush=True)
        config = uvicorn.Config(
            application(archive, rules, apart.compare),
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            http=Impatient,
            limit_concurrency=_MOST_AT_ONCE + MOST_SILENT,
            timeout_graceful_shutdown=_GRACE,
        )
        # uvicorn passes an interruption on when it has ended in order; nothing is left to be interrupted then.
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


def _warm(apart: Apart) -> None:
    """Have the models loaded; what keeps them from it is told to whoever asks for a comparison."""
    with suppress(Exception):
        apart.warm()


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        RashomonError: it cannot: the port is taken, or the host is another machine's.
    """
    name = host.strip("[]")
    try:
        family = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((name, port), family=family)
    except (OSError, OverflowError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise RashomonError(
            f"the server cannot listen there: {reason}; give another port or host", input=f"{host}:{port}"
        ) from None
    # What is accepted inherits it; asyncio would set it only on sockets that name their protocol. Without it an answer
    # in two pieces waits 40 ms for the first to be acknowledged.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _named(archive_url: str) -> str:
    """The archive without what opens it: a database's address may hold a name and a password."""
    return re.sub(r"//[^/]*@", "//", archive_url.partition("?")[0]) if "://" in archive_url else archive_url


def _address(listener: socket.socket, host: str) -> str:
    name = f"[{host.strip('[]')}]" if ":" in host else host
    return f"http://{name}:{listener.getsockname()[1]}"
