"""PostgreSQL: writers take turns by an advisory lock, full text by ``tsvector`` and GIN."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
import sqlalchemy
from sqlalchemy import ColumnElement, Connection, FromClause, Table, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import URL, make_url
from sqlalchemy.sql.dml import Insert

from rashomon.errors import ArchiveBusy, StoreError
from rashomon.store.engine import Renew, WordIndex, begun, replacing
from rashomon.store.migrations import bring_up
from rashomon.store.schema import documents, sayings
from rashomon.store.terms import Term, fold

# Half of the lock's key; the other half is the schema, for a database can hold an archive in each.
_LOCK = 0x52534D4E
# Code points of a column that are searched: a ``tsvector`` has room for 1 MB, and a code point takes up to 4 bytes.
_SEARCHED = 200_000
# What of a URL's options tells an archive from another. Others may be secrets.
_SHOWN = frozenset({"host", "port", "dbname", "service", "options"})
# Seconds to wait for a server to answer at all.
_ANSWER = 10
# Rows that are searched for words together.
_TOGETHER = 500

_MEANINGS = {
    "42501": "this user may not do that in the database: grant it the right to create and change tables",
    "53100": "the server's disk is full: nothing of this was kept; make room and do it again",
    "53300": "the server has no connection left: try again, or let it accept more",
    "25006": "the database can only be read",
    "XX001": "the database is damaged: go back to a copy of it",
    "XX002": "an index of the database is damaged: REINDEX it",
}


class PostgresqlEngine:
    """An archive in a PostgreSQL database."""

    def __init__(self, url: str, *, patience: float, readonly: bool) -> None:
        """Connect, and make the schema or bring it to the newest.

        Raises:
            StoreError: the server cannot be reached or does not let us in; there is no archive and it is only to be
                read; it is of a newer version.
            ArchiveBusy: another process did not stop writing.
        """
        where = _parsed(url)
        self._secrets = [s for s in (where.password, where.query.get("password")) if isinstance(s, str) and s]
        shown = {name: value for name, value in where.query.items() if name in _SHOWN}
        self.name = where.set(drivername="postgresql", query=shown).render_as_string(hide_password=True)
        self._patience, self._readonly = patience, readonly
        self.documents: WordIndex = _Words("documents", ("title", "text"))
        self.sayings: WordIndex = _Words("sayings", ("content",))
        self._engine = sqlalchemy.create_engine(
            where,
            pool_pre_ping=True,
            max_overflow=-1,
            connect_args={"connect_timeout": _ANSWER, "client_encoding": "utf8"},
        )
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        try:
            with self.read() as connection:
                encoding = connection.scalar(text("SHOW server_encoding"))
            if encoding != "UTF8":
                message = f"the database keeps text as {encoding}: make one with createdb --encoding=UTF8 -T template0"
                raise StoreError(message, input=self.name)
            bring_up(self, readonly=self._readonly)
        except sqlalchemy.exc.SQLAlchemyError as error:
            raise self.explain(error) from error

    def read(self) -> Connection:
        connection = self._engine.connect()
        return begun(connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True))

    def write(self) -> Connection:
        if self._readonly:
            raise StoreError("it was opened for reading only", input=self.name)
        connection = begun(self._engine.connect())
        try:
            # 0 would mean to wait for ever.
            limit = max(1, math.ceil(self._patience * 1000))
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {limit}")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK}, hashtext(current_schema()))")
        except BaseException:
            connection.close()
            raise
        return connection

    def insert(self, table: Table, key: Sequence[str], renew: Renew | None = None) -> Insert:
        return replacing(insert(table), key, renew)

    def settled(self, order: ColumnElement[Any]) -> ColumnElement[Any]:
        # Cursors see nothing that was done after they were opened.
        return order

    def explain(self, error: Exception) -> StoreError:
        cause = getattr(error, "orig", None) or error
        state = getattr(cause, "sqlstate", None)
        if isinstance(cause, psycopg.errors.LockNotAvailable):
            waited = f"{self._patience:g} seconds"
            return ArchiveBusy(f"another process did not stop writing to it within {waited}", input=self.name)
        said = next(iter(str(cause).splitlines()), type(cause).__name__)
        for secret in self._secrets:
            said = said.replace(secret, "***")
        gone = isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError)
        if gone and (state is None or state.startswith("57P") or state.startswith("08")):
            message = f"the server cannot be reached or went away ({said})"
            return StoreError(f"{message}: check the URL, or try again later", input=self.name)
        return StoreError(_MEANINGS.get(state or "", f"the archive cannot be used: {said}"), input=self.name)

    def damage(self, connection: Connection) -> list[str]:
        found = []
        for table in ("documents", "sayings"):
            lacking = text(
                f"SELECT (SELECT count(*) FROM {table} t WHERE NOT EXISTS "
                f"(SELECT FROM {table}_words w WHERE w.number = t.number)) + (SELECT count(*) FROM {table}_words w "
                f"WHERE NOT EXISTS (SELECT FROM {table} t WHERE t.number = w.number))"
            )
            if connection.scalar(lacking):
                found.append(f"the full-text index of the {table} does not fit them")
        return found

    def mend(self, connection: Connection) -> None:
        for index, table in ((self.documents, documents), (self.sayings, sayings)):
            connection.execute(text(f"DELETE FROM {table.name}_words"))
            rows = connection.execute(select(table), execution_options={"yield_per": _TOGETHER}).mappings()
            while some := rows.fetchmany(_TOGETHER):
                index.enter(connection, [dict(row) for row in some])

    def close(self) -> None:
        self._engine.dispose()


def _parsed(rest: str) -> URL:
    try:
        return make_url(f"postgresql+psycopg://{rest}")
    except (sqlalchemy.exc.ArgumentError, ValueError):
        # The message would repeat the URL, and with it the password.
        raise StoreError("the URL is not of the form postgresql://user:password@host:port/database") from None


class _Words:
    """A table of ``tsvector``s beside a table. The columns stand apart in it, so that no phrase reaches over."""

    def __init__(self, table: str, columns: tuple[str, ...]) -> None:
        self._columns = columns
        # Between two columns stands a lexeme that nobody can ask for.
        gap = r" || $$.\:1$$\:\:tsvector || "
        vectors = [f"setweight(to_tsvector('rashomon', c{at}), '{'AB'[at]}')" for at, _ in enumerate(columns)]
        arrays = ", ".join(f"CAST(:c{at} AS text[])" for at, _ in enumerate(columns))
        names = ", ".join(f"c{at}" for at, _ in enumerate(columns))
        self._enter = text(
            f"INSERT INTO {table}_words (number, words) SELECT number, {gap.join(vectors)} "
            f"FROM unnest(CAST(:numbers AS bigint[]), {arrays}) AS rows (number, {names})"
        )
        self._leave = text(f"DELETE FROM {table}_words WHERE number = ANY(CAST(:numbers AS bigint[]))")
        asked = "to_tsquery('rashomon', :words)"
        self._match = text(f"SELECT number, -ts_rank(words, {asked}) AS rank FROM {table}_words WHERE words @@ {asked}")

    def enter(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        if not rows:
            return
        values: dict[str, Any] = {"numbers": [row["number"] for row in rows]}
        for at, column in enumerate(self._columns):
            values[f"c{at}"] = [fold((row[column] or "")[:_SEARCHED]) for row in rows]
        connection.execute(self._enter, values)

    def leave(self, connection: Connection, numbers: Sequence[int]) -> None:
        if numbers:
            connection.execute(self._leave, {"numbers": list(numbers)})

    def matching(self, *choices: Sequence[Term]) -> FromClause:
        columns: Any = (sqlalchemy.column("number"), sqlalchemy.column("rank"))
        return (
            self._match.bindparams(words=" | ".join(f"({_asked(terms)})" for terms in choices))
            .columns(*columns)
            .subquery("match")
        )


def _asked(terms: Sequence[Term]) -> str:
    """Terms in the syntax of ``to_tsquery``. Folded words hold only letters and digits: none is taken for syntax."""

    def some(without: bool, join: str) -> str:
        return join.join(
            "(" + " <-> ".join(f"'{fold(word)}'" for word in t.words) + (":*" if t.begins else "") + ")"
            for t in terms
            if t.without == without
        )

    unwanted = some(True, " | ")
    return some(False, " & ") + (f" & !({unwanted})" if unwanted else "")
