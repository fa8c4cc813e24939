"""What an engine does in its own way: how a transaction begins, how words are searched, what its errors mean.

Another SQL database is another :class:`Engine`; the store over it is written once, in :mod:`rashomon.store.sql`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, FromClause, Table
from sqlalchemy.sql.dml import Insert

from rashomon.errors import StoreError
from rashomon.store.terms import Term

Renew = Callable[[Mapping[Any, Any]], dict[str, ColumnElement[Any]]]
"""From the columns of the row that comes: new values for columns of the row that is there."""


class WordIndex(Protocol):
    """A full-text index over the rows of a table, told of every change."""

    def enter(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Take up rows that the table has now; each has its ``number`` and the columns that are searched."""

    def leave(self, connection: Connection, numbers: Sequence[int]) -> None:
        """Forget rows while the table still has them as they were entered."""

    def matching(self, *choices: Sequence[Term]) -> FromClause:
        """The ``number`` of each row that matches all terms of one choice, and its ``rank``: the lower, the better."""


class Engine(Protocol):
    """A database that a store is kept in."""

    name: str
    """The file or the URL, without a password: what messages call it."""

    documents: WordIndex
    sayings: WordIndex

    def read(self) -> Connection:
        """A connection in a transaction of its own that sees the database as it is at its first question."""

    def write(self) -> Connection:
        """A connection in a transaction that has the right to write, which no other has until it ends.

        Raises:
            ArchiveBusy: another did not give up that right in time.
        """

    def insert(self, table: Table, key: Sequence[str], renew: Renew | None = None) -> Insert:
        """An insertion that puts a row in place of the one with its key; or renews of that one what ``renew`` says."""

    def settled(self, order: ColumnElement[Any]) -> ColumnElement[Any]:
        """The order of a question inside a transaction that writes, so that what is put meanwhile is not seen."""

    def explain(self, error: Exception) -> StoreError:
        """What went wrong, for a person."""

    def damage(self, connection: Connection) -> list[str]:
        """What is wrong with the database itself and its indexes, a line each."""

    def mend(self, connection: Connection) -> None:
        """Make all indexes anew, from the tables."""

    def close(self) -> None:
        """Close all connections that are not in use."""


def begun(connection: Connection) -> Connection:
    """The connection, in a transaction from now on."""
    try:
        connection.begin()
    except BaseException:
        connection.close()
        raise
    return connection


def replacing(insertion: Any, key: Sequence[str], renew: Renew | None) -> Insert:
    """A dialect's insertion as :meth:`Engine.insert` has it, for the dialects that know ``ON CONFLICT``."""
    new = insertion.excluded
    values = renew(new) if renew else {column.name: new[column.name] for column in insertion.table.c}
    found: Insert = insertion.on_conflict_do_update(index_elements=list(key), set_=values)
    return found
