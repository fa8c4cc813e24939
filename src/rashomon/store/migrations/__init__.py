"""How an archive comes from the schema it has to the newest: by itself, when it is opened."""

from __future__ import annotations

import logging
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from rashomon.errors import StoreError
from rashomon.store.engine import Engine
from rashomon.store.schema import HEAD


def bring_up(engine: Engine, *, readonly: bool) -> None:
    """Give the archive the newest schema if it has an older one or none. An archive that has it is only looked at.

    Raises:
        StoreError: its schema is newer than any that is known here; or older, and it is only to be read.
        ArchiveBusy: another process did not stop writing.
    """
    with engine.read() as connection:
        version = schema_version(connection)
    _check(engine, version, readonly)
    if version == HEAD:
        return
    with engine.write() as connection:
        # Another process may have done it since.
        version = schema_version(connection)
        _check(engine, version, readonly)
        if version != HEAD:
            _upgrade(connection)
        connection.commit()


def schema_version(connection: Connection) -> str | None:
    """The revision of the schema, ``None`` where there is none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version


def _check(engine: Engine, version: str | None, readonly: bool) -> None:
    if version is not None and version > HEAD:
        message = f"the archive was written by a newer version (its schema is {version}, known here is {HEAD})"
        raise StoreError(f"{message}: install that version of rashomon", input=engine.name)
    if readonly and version is None:
        raise StoreError("there is no archive in this database", input=engine.name)
    if readonly and version != HEAD:
        message = f"the archive is of an older version (its schema is {version})"
        raise StoreError(f"{message}: open it once for writing, that brings it up to date", input=engine.name)
    if version is not None and version not in _known():
        raise StoreError(f"the file is damaged: its schema is said to be {version!r}", input=engine.name)


def _known() -> set[str]:
    """The versions of the schema that there have been."""
    return {file.name.partition("_")[0] for file in (Path(__file__).parent / "versions").glob("0*.py")}


def _upgrade(connection: Connection) -> None:
    # Here and not above: an archive that is up to date is opened without it.
    from alembic import command
    from alembic.config import Config

    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
