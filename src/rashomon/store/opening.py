"""Opening a store by its URL."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rashomon.errors import MissingPart, StoreError
from rashomon.store.protocol import Store

if TYPE_CHECKING:
    from rashomon.store.engine import Engine


def open_store(url: str, *, patience: float = 30.0, readonly: bool = False) -> Store:
    """Open the store at ``url``; make it if there is none yet, bring it to the newest schema if it is older.

    ``url`` is the path of a SQLite file, ``sqlite:///path`` or ``postgresql://user:password@host/database``.
    ``patience`` is how long, in seconds, to wait for another process to stop writing. ``readonly`` opens what is there
    and changes nothing.

    Raises:
        MissingPart: what the store needs is not installed; the message says how to install it.
        StoreError: there is no such archive (``readonly``), it is no archive, or it is of a newer version.
        ArchiveBusy: another process did not stop writing, so that the schema could not be made or brought up.
    """
    scheme, colon, rest = url.partition("://")
    try:
        from rashomon.store.sql import SqlStore

        engine: Engine
        if colon and scheme in {"postgresql", "postgres", "postgresql+psycopg"}:
            from rashomon.store._postgresql import PostgresqlEngine

            engine = PostgresqlEngine(rest, patience=patience, readonly=readonly)
        else:
            from rashomon.store._sqlite import SqliteEngine

            engine = SqliteEngine(_path(url, scheme if colon else None), patience=patience, readonly=readonly)
    except ModuleNotFoundError as error:
        part = "postgresql" if error.name == "psycopg" else "archive"
        raise MissingPart(f'{error.name} is not installed: pip install "rashomon[{part}]"') from error
    return SqlStore(engine)


def _path(url: str, scheme: str | None) -> Path:
    if scheme is None:
        path = url
    elif scheme == "sqlite" and url.startswith("sqlite:///"):
        path = url.removeprefix("sqlite:///")
    else:
        raise StoreError(f"an archive is a file, sqlite:///FILE or postgresql://…, not {scheme}://…")
    if not path or path == ":memory:" or "\0" in path:
        raise StoreError("an archive needs the name of a file", input=url or None)
    return Path(path)
