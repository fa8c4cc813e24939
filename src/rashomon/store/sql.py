"""The store over SQL, for every engine."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, cast

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from rashomon.errors import StoreError
from rashomon.jobs import batches
from rashomon.store import packing, queries
from rashomon.store.checking import repair, survey
from rashomon.store.engine import Engine
from rashomon.store.records import Key, Query, R, Record
from rashomon.store.rows import BATCH, Keeping


class _Writing:
    """A transaction that writes, and what went wrong in it."""

    def __init__(self, connection: Connection, engine: Engine) -> None:
        self.connection = connection
        self.keeping = Keeping(connection, engine)
        self.failed: StoreError | None = None


class SqlStore:
    """A :class:`rashomon.store.Store` in a SQL database. Its threads share it; each has its own transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._local = threading.local()
        self._closed = False

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction that no other writer shares. See :meth:`rashomon.store.Store.writing`."""
        if self._writing is not None:
            raise StoreError("it is being written to already: end that first", input=self._engine.name)
        with self._errors():
            writing = _Writing(self._engine.write(), self._engine)
        self._local.writing = writing
        try:
            yield
            if writing.failed is not None:
                # Whoever called went on, but what failed is not kept, so nothing is.
                raise writing.failed
            with self._errors():
                writing.connection.commit()
        finally:
            self._local.writing = None
            # Rolls back what was not committed; a connection that is broken has nothing to roll back.
            with suppress(SQLAlchemyError):
                writing.connection.close()

    def put(self, records: Iterable[Record]) -> None:
        """Keep records, each in place of the one with its key. See :meth:`rashomon.store.Store.put`."""
        with self._errors():
            self._keeping("put").put(records)

    def drop(self, kind: type[Record], keys: Iterable[Key]) -> None:
        """Forget records by their keys. See :meth:`rashomon.store.Store.drop`."""
        with self._errors():
            self._keeping("drop").drop(kind, keys)

    def get(self, kind: type[R], keys: Sequence[Key]) -> list[R]:
        """The records with these keys, in the order of the keys. See :meth:`rashomon.store.Store.get`."""
        found: dict[Key, list[R]] = {}
        wanted = [packing.clean_key(key) for key in keys]
        with self._errors(), self._connection() as connection:
            for batch in batches(dict.fromkeys(wanted), BATCH):
                for key, record in queries.by_key(connection, kind, batch):
                    found.setdefault(key, []).append(record)
        return [record for key in wanted for record in found.get(key, ())]

    def find(self, query: Query[R]) -> Iterator[R]:
        """The records that a query asks for, in its order. See :meth:`rashomon.store.Store.find`."""
        writing = self._writing
        with self._errors(), self._connection() as connection:
            asked = queries.asked(connection, self._engine, query, settled=writing is not None)
            rows = connection.execute(asked.rows, execution_options={"yield_per": BATCH}).mappings()
            while some := rows.fetchmany(BATCH):
                for row in some:
                    yield cast(R, packing.read(asked.make, row))
                    if writing is not None and writing is not self._writing:
                        raise StoreError("a search cannot go on after the transaction that it began in")

    def count(self, query: Query[Any]) -> int:
        """How many records a query would find without its limit and offset."""
        with self._errors(), self._connection() as connection:
            asked = queries.asked(connection, self._engine, query, settled=False)
            return connection.scalar(asked.total) or 0

    def check(self, *, mend: bool = False) -> list[str]:
        """What is wrong with what is kept, a line each. See :meth:`rashomon.store.Store.check`."""
        with self._errors(), self._connection() as connection:
            found = survey(connection, self._engine)
        if mend and found.can_be_mended:
            with self.writing(), self._errors():
                assert self._writing is not None
                repair(found, self._writing.connection, self._engine, self._writing.keeping)
        return found.lines

    def close(self) -> None:
        """Let go of the connections. Closing twice is harmless."""
        self._closed = True
        self._engine.close()

    @property
    def _writing(self) -> _Writing | None:
        """The transaction of this thread."""
        writing: _Writing | None = getattr(self._local, "writing", None)
        return writing

    def _keeping(self, verb: str) -> Keeping:
        if self._writing is None:
            raise StoreError(f"{verb} is only possible while writing()", input=self._engine.name)
        return self._writing.keeping

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """The connection of this thread's transaction, or one for a single call that sees one state of the archive."""
        if self._writing is not None:
            yield self._writing.connection
            return
        connection = self._engine.read()
        try:
            yield connection
        finally:
            with suppress(SQLAlchemyError):
                connection.close()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """What an engine raises, as what a person can read; the transaction that it happened in is not kept."""
        if self._closed:
            raise StoreError("the archive was closed", input=self._engine.name)
        try:
            yield
        except (SQLAlchemyError, OverflowError) as error:
            explained = self._engine.explain(error)
            if self._writing is not None:
                self._writing.failed = explained
            raise explained from error
        except StoreError as error:
            named = error.about(error.input or self._engine.name)
            if self._writing is not None:
                self._writing.failed = named
            raise named from error
