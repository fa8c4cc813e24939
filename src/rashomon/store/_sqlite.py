"""SQLite: one file in WAL mode, full text by FTS5.

``synchronous`` is FULL: what was committed outlives a loss of power, not only a killed process.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import ColumnElement, Connection, FromClause, QueuePool, Table, text
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.sql.dml import Insert
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from rashomon.errors import ArchiveBusy, StoreError
from rashomon.store.engine import Renew, WordIndex, begun, replacing
from rashomon.store.migrations import bring_up
from rashomon.store.terms import Term

APPLICATION = 0x52534D4E
"""``RSMN``, in the header of the file: what ``file`` and other programs can tell an archive by."""

_WRITES = "rashomon_writes"
_TREE = re.compile(r"\bTree (\d+)|\bOn tree page (\d+)")
# Pages of the log (16 MB) after which it is carried into the file; fewer would write the same pages more often.
_LOG_PAGES = 4000
# The most that the log may keep of the disk after a checkpoint, in bytes.
_LOG_LIMIT = 64 * 2**20

_MEANINGS = {
    sqlite3.SQLITE_FULL: "the disk is full: nothing of this was kept; make room and do it again",
    sqlite3.SQLITE_IOERR: "the disk failed while the archive was read or written: check the disk, then the archive",
    sqlite3.SQLITE_CORRUPT: "the file is damaged: go back to a copy of it",
    sqlite3.SQLITE_NOTADB: "this is no archive: it is not a SQLite database",
    sqlite3.SQLITE_READONLY: "the file cannot be written: check its permissions, and its folder's",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened: check that it and its folder may be read and written, or copy"
    " it to a folder that may",
    sqlite3.SQLITE_TOOBIG: "a text or value is too large to be kept (1,000,000,000 bytes)",
}


class SqliteEngine:
    """An archive in a SQLite file."""

    def __init__(self, path: Path, *, patience: float, readonly: bool) -> None:
        """Open the file, create it or bring it to the newest schema.

        Raises:
            StoreError: there is none and it is only to be read; it is no archive, or of a newer version.
            ArchiveBusy: another process is bringing it up to date.
        """
        self.name = str(path)
        self._path, self._patience, self._readonly = path, patience, readonly
        self.documents: WordIndex = _Fts("documents", ("title", "text"), (4.0, 1.0))
        self.sayings: WordIndex = _Fts("sayings", ("content",), (1.0,))
        self._look()
        self._engine = sqlalchemy.create_engine(
            "sqlite://", creator=self._connect, poolclass=QueuePool, pool_size=4, max_overflow=-1
        )
        sqlalchemy.event.listen(self._engine, "begin", _begin)
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def _look(self) -> None:
        if self._path.is_dir():
            raise StoreError("this is a folder: give the name of a file for the archive", input=self.name)
        if self._path.exists():
            return
        if self._readonly:
            raise StoreError("there is no such archive", input=self.name)
        if not self._path.parent.is_dir():
            raise StoreError("there is no such folder: make it first", input=self.name)

    def _connect(self) -> sqlite3.Connection:
        mode = "rwc"
        if self._readonly:
            # In a folder that cannot be written, SQLite cannot share the file with a writer; nor is there one.
            alone = not os.access(self._path.parent, os.W_OK) and not Path(f"{self._path}-wal").exists()
            mode = "ro&immutable=1" if alone else "ro"
        connection = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=self._patience,
            isolation_level=None,  # transactions begin where ``_begin`` says, not where the driver guesses
            check_same_thread=False,  # the pool hands a connection to one thread at a time
        )
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA journal_size_limit = {_LOG_LIMIT}")
        connection.execute("PRAGMA cache_size = -32000")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
        return connection

    def _prepare(self) -> None:
        try:
            if self._is_new() and not self._readonly:
                with closing(self._connect()) as connection:
                    connection.execute("PRAGMA journal_mode = WAL")
            bring_up(self, readonly=self._readonly)
            # A connection reads the measures that searches are planned by when it is made.
            self._engine.dispose()
        except (sqlalchemy.exc.SQLAlchemyError, sqlite3.Error) as error:
            raise self.explain(error) from error

    def _is_new(self) -> bool:
        with closing(self._connect()) as connection:
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            if tables and application != APPLICATION:
                raise StoreError("this is a SQLite database, but no archive", input=self.name)
            if not tables and self._readonly:
                raise StoreError("there is no archive in this file", input=self.name)
            return not tables

    def read(self) -> Connection:
        return begun(self._engine.connect())

    def write(self) -> Connection:
        if self._readonly:
            raise StoreError("it was opened for reading only", input=self.name)
        return begun(self._engine.connect().execution_options(**{_WRITES: True}))

    def insert(self, table: Table, key: Sequence[str], renew: Renew | None = None) -> Insert:
        return replacing(insert(table), key, renew)

    def settled(self, order: ColumnElement[Any]) -> ColumnElement[Any]:
        # An order that no index has makes SQLite sort, and so read all rows before it gives the first.
        return UnaryExpression(order, operator=custom_op("+"))

    def explain(self, error: Exception) -> StoreError:
        cause = getattr(error, "orig", None) or error
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            waited = f"{self._patience:g} seconds"
            return ArchiveBusy(f"another process did not stop writing to it within {waited}", input=self.name)
        return StoreError(_MEANINGS.get(code, f"the archive cannot be used: {cause}"), input=self.name)

    def damage(self, connection: Connection) -> list[str]:
        wrong = [str(line) for line in connection.scalars(text("PRAGMA integrity_check")) if line != "ok"]
        found = [self._named(connection, line) for line in wrong]
        for table in ("documents", "sayings"):
            lacking = connection.scalar(
                text(
                    f"SELECT count(*) FROM (SELECT number FROM {table} UNION ALL SELECT id FROM {table}_fts_docsize) "
                    "GROUP BY number HAVING count(*) <> 2"
                )
            )
            if lacking:
                found.append(f"the full-text index of the {table} does not fit them")
        if not found and not self._readonly:
            found = self._index_damage(connection)
        return found

    def _named(self, connection: Connection, line: str) -> str:
        """What SQLite says of a page of an index, with the name of the index."""
        tree = _TREE.search(line)
        asked = text(
            "SELECT name FROM sqlite_schema WHERE rootpage = :tree AND (type = 'index' OR name LIKE '%_fts_%')"
        )
        name = connection.scalar(asked.bindparams(tree=int(tree[1] or tree[2]))) if tree else None
        return line if name is None else f"index {name}: {line}"

    def mend(self, connection: Connection) -> None:
        connection.execute(text("REINDEX"))
        for table in ("documents", "sayings"):
            connection.execute(text(f"INSERT INTO {table}_fts ({table}_fts) VALUES ('rebuild')"))

    def _index_damage(self, connection: Connection) -> list[str]:
        """What is wrong within the full-text indexes. FTS5 looks only on behalf of one that may write."""
        if not connection.get_execution_options().get(_WRITES):
            with self.write() as writer:
                return self._index_damage(writer)
        found = []
        for table in ("documents", "sayings"):
            try:
                index = f"{table}_fts"
                connection.execute(text(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)"))
            except sqlalchemy.exc.DatabaseError as error:
                if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_CORRUPT:
                    raise
                found.append(f"the full-text index of the {table} is damaged")
        return found

    def close(self) -> None:
        self._engine.dispose()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class _Fts:
    """An FTS5 table over columns of a table; the text stays where it is (external content)."""

    def __init__(self, table: str, columns: tuple[str, ...], weights: tuple[float, ...]) -> None:
        self._name = f"{table}_fts"
        names = ", ".join(columns)
        values = ", ".join(f":{column}" for column in columns)
        weighed = ", ".join(map(str, weights))
        self._enter = text(f"INSERT INTO {self._name} (rowid, {names}) VALUES (:number, {values})")
        self._leave = text(
            f"INSERT INTO {self._name} ({self._name}, rowid, {names}) "
            f"SELECT 'delete', number, {names} FROM {table} WHERE number = :number"
        )
        self._match = text(
            f"SELECT rowid AS number, bm25({self._name}, {weighed}) AS rank "
            f"FROM {self._name} WHERE {self._name} MATCH :words"
        )

    def enter(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            connection.execute(self._enter, rows)

    def leave(self, connection: Connection, numbers: Sequence[int]) -> None:
        if numbers:
            connection.execute(self._leave, [{"number": number} for number in numbers])

    def matching(self, *choices: Sequence[Term]) -> FromClause:
        columns: Any = (sqlalchemy.column("number"), sqlalchemy.column("rank"))
        return (
            self._match.bindparams(words=" OR ".join(f"({_match(terms)})" for terms in choices))
            .columns(*columns)
            .subquery("match")
        )


def _match(terms: Sequence[Term]) -> str:
    """Terms in FTS5's own syntax. Words hold only letters and digits, so none can be taken for syntax."""

    def some(without: bool, join: str) -> str:
        phrases = ('"' + " ".join(t.words) + '"' + ("*" if t.begins else "") for t in terms if t.without == without)
        return join.join(phrases)

    unwanted = some(True, " OR ")
    return f"({some(False, ' AND ')})" + (f" NOT ({unwanted})" if unwanted else "")
