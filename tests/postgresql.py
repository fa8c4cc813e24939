"""A PostgreSQL server of the tests' own: in a temporary folder, on a Unix socket, gone when the tests end.

Without the server's programs (Debian's package ``postgresql``) the tests that need it are skipped; in CI (``CI=true``)
they fail.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from parts import lack

# Durability of a database that is thrown away costs time for nothing; a killed server of these tests loses no page,
# for the system's cache outlives it.
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "autovacuum_naptime": "5s",
}


class Server:
    """A server that can be stopped, killed and started again; every database is a new one."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs, self._folder = programs, folder
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)
        # The server refuses to run as root.
        self._user = "postgres" if os.getuid() == 0 else None
        if self._user is not None:
            owner = pwd.getpwnam(self._user)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        self._run("initdb", "-D", str(folder / "data"), "-U", "tester", "--auth=trust", "--encoding=UTF8", "--no-sync")

    def _arguments(self, *words: str) -> list[str]:
        return [str(self._programs / words[0]), *words[1:]]

    def _run(self, *words: str, given: str = "") -> str:
        done = subprocess.run(
            self._arguments(*words),
            user=self._user,
            cwd=self._folder,
            input=given,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{words[0]} failed: {done.stderr or done.stdout}")
        return done.stdout

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._arguments("postgres", "-D", str(self._folder / "data"), "-k", str(self._folder), *options),
                user=self._user,
                cwd=self._folder,
                stdout=log,
                stderr=log,
            )
        ready = self._arguments("pg_isready", "-q", "-h", str(self._folder), "-d", "postgres", "-U", "tester")
        until = time.monotonic() + 60
        while subprocess.run(ready, check=False).returncode:
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the server did not start: {(self._folder / 'log').read_text()[-2000:]}")
            time.sleep(0.05)

    def stop(self, *, at_once: bool = False) -> None:
        """Stop the server; ``at_once`` as if its machine had lost power."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT if at_once else signal.SIGINT)
            self._process.wait(60)
            self._process = None

    def url(self, database: str = "postgres", *, schema: str | None = None, password: str | None = None) -> str:
        """The URL of a database, or of a schema in it."""
        user = "tester" if password is None else f"tester:{password}"
        within = "" if schema is None else f"&options=-csearch_path%3D{schema}"
        return f"postgresql://{user}@/{database}?host={self._folder}{within}"

    def schema(self) -> str:
        """The name of a new, empty schema. Much quicker to make and to clear away than a database."""
        name = f"archive{next(self._numbers)}"
        self.run_sql(f"CREATE SCHEMA {name}")
        return name

    def database(self, encoding: str = "UTF8") -> str:
        """The name of a new, empty database."""
        name = f"archive{next(self._numbers)}"
        self.run_sql(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}' LOCALE 'C'")
        return name

    def run_sql(self, sql: str, database: str = "postgres", *, schema: str | None = None) -> None:
        """Run SQL in a database, or in a schema of it."""
        if schema is not None:
            sql = f"SET search_path = {schema}; {sql}"
        self._run(*self._client("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql)

    def run_file(self, path: Path, database: str) -> None:
        """Run a file of SQL in a database."""
        words = (*self._client("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database)
        self._run(*words, given=path.read_text("utf-8"))

    def dump(self, database: str) -> str:
        """A database as SQL, without what names the time or the server's version."""
        told = self._run(*self._client("pg_dump"), "--inserts", "--no-owner", "--no-privileges", database)
        kept = (line for line in told.splitlines() if not line.startswith(("--", "\\")))
        return "\n".join(kept) + "\n"

    def _client(self, program: str) -> tuple[str, ...]:
        return (program, "-h", str(self._folder), "-U", "tester")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """The server, running."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    if not programs:
        lack("PostgreSQL's server", "apt-get install postgresql")
    # Not pytest's own folder: no other user may enter that, and a socket's path must be short.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        server = Server(programs[-1].parent, folder)
        server.start()
        try:
            yield server
        finally:
            server.stop(at_once=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
