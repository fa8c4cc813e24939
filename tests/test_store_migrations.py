"""An archive of every schema that was released comes to the newest by being opened, with all that it holds.

``archives/REVISION.ENGINE.sql`` is an archive of that schema as it was released, with the records of :func:`records`
(of which a later schema may know more; an older archive then holds those that it knows). They are never written anew:
a new schema gets new ones, by ``python tests/test_store_migrations.py REVISION``.
"""

from __future__ import annotations

import re
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from postgresql import Server
from stores import happened, said, stored

import rashomon.store.migrations
from rashomon.store import (
    Articles,
    Blob,
    Events,
    Feed,
    Feeds,
    Judgement,
    Judgements,
    Query,
    Record,
    Revisions,
    Sayings,
    Seen,
    Shelf,
    Stories,
    StoryEntry,
    Trouble,
    Troubles,
    Who,
    open_store,
)
from rashomon.store.schema import HEAD, metadata

ARCHIVES = Path(__file__).parent / "archives"
_SCRIPTS = ScriptDirectory(str(Path(rashomon.store.migrations.__file__).parent))
RELEASED = sorted(script.revision for script in _SCRIPTS.walk_revisions())


def records() -> list[Record]:
    """Some of every kind. The texts are invented."""
    bridge = stored("bridge", story="velm", annotated="fast/1", actors=("Ida Korn",), places=("Velm",))
    ferry = stored("ferry", "The ferry’s timetable changes.", title=None, outlet="Radio Sarn")
    feed = Feed(url="https://velm.example/feed", title="Velm", etag="e", due="2031-05-07", interval=60.0, failures=1)
    return [
        bridge,
        ferry,
        stored("ferry", "The ferry’s timetable changed.", title=None, outlet="Radio Sarn", revision=2),
        StoryEntry(id="velm", title="The bridge", start="2031-05-06", end="2031-05-06", changed="2031-05-06T09:00:00Z",
                   articles=1, independent=1, outlets=("Velm Courier",), actors=("Ida Korn",), places=("Velm",)),
        said("korn", bridge, "We will not reopen the bridge before the winter"),
        happened("velm:e1", "velm", bridge),
        Trouble(input="x.html", kind="read", message="no text", first="2031-05-06", last="2031-05-07", times=2),
        Judgement(one="bridge", other="ferry", verdict="different", given="2031-05-08", by="Mara", note="the quay"),
        feed,
        Seen(url="https://velm.example/bridge", read="2031-05-06", article="bridge", etag="e", attempts=1),
        Blob(shelf="features", key="bridge", data=b"\x00\xff", place=3),
    ]  # fmt: skip


def contents(url: str) -> list[Any]:
    """All that an archive finds."""
    queries: list[Query[Any]] = [
        Articles(), Revisions(article="ferry"), Stories(), Sayings(), Troubles(), Judgements(), Feeds(),
        Shelf(shelf="features"), Articles(words="timetable"), Articles(outlet="radio sarn"), Stories(actor="korn"),
        Sayings(words="reopening"), Sayings(speaker="ida"),
    ]  # fmt: skip
    with closing(open_store(url)) as store:
        assert store.check() == []
        return [list(store.find(query)) for query in queries] + [store.get(Seen, ["https://velm.example/bridge"])]


def events(url: str) -> list[Any]:
    """What of it are events, which there are since the schema 0003."""
    asked = (Events(), Events(actor=Who(name="korn")), Events(party=Who(country="SWE", sector="MIL")))
    with closing(open_store(url)) as store:
        return [list(store.find(query)) for query in asked]


def filled(url: str) -> str:
    with closing(open_store(url)) as store, store.writing():
        store.put(records())
    return url


def revived(revision: str, engine: str, folder: Path, server: Server) -> str:
    """The archive of a released schema as it was."""
    dump = ARCHIVES / f"{revision}.{engine}.sql"
    if engine == "sqlite":
        path = folder / f"{revision}.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(dump.read_text("utf-8"))
        return str(path)
    database = server.database()
    server.run_file(dump, database)
    return server.url(database)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
@pytest.mark.parametrize("revision", RELEASED)
def test_an_archive_of_a_released_schema_holds_all_that_it_held(
    revision: str, engine: str, tmp_path: Path, postgresql: Server
) -> None:
    fresh = str(tmp_path / "fresh.db") if engine == "sqlite" else postgresql.url(postgresql.database())
    url = revived(revision, engine, tmp_path, postgresql)
    assert contents(url) == contents(filled(fresh))
    assert events(url) == (events(fresh) if revision >= "0003" else [[], [], []])
    with closing(open_store(url)) as store:
        with store.writing():
            store.put([stored("more", "Another ferry.")])
        assert [record.number for record in store.find(Articles(words="ferry"))][-1] == 3
        assert store.count(Articles(words="another")) == 1


def test_the_newest_schema_is_what_the_migrations_come_to(url: str) -> None:
    open_store(url).close()
    assert _SCRIPTS.get_heads() == [HEAD]
    where = (
        f"sqlite:///{url}" if not url.startswith("postgresql") else url.replace("postgresql:", "postgresql+psycopg:")
    )
    own = re.compile(r"alembic_version|\w+_fts(_\w+)?|\w+_words")
    engine = sqlalchemy.create_engine(where)
    with engine.connect() as connection:
        options = {
            "include_name": lambda name, kind, _: kind != "table" or not own.fullmatch(name),
            "compare_type": True,
        }
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
    engine.dispose()


def test_an_archive_that_is_only_to_be_read_is_not_brought_up(url: str, postgresql: Server) -> None:
    open_store(url).close()
    older = "UPDATE alembic_version SET version_num = '0000'"
    if url.startswith("postgresql"):
        postgresql.run_sql(older, schema=url.rpartition("%3D")[2])
    else:
        with closing(sqlite3.connect(url)) as connection, connection:
            connection.execute(older)
    with pytest.raises(Exception, match=r"of an older version \(its schema is 0000\): open it once for writing"):
        open_store(url, readonly=True)


def _dumped(path: Path) -> Iterator[str]:
    """A SQLite file as SQL. The tables within the full-text indexes are SQLite's own; they are built from the texts."""
    with closing(sqlite3.connect(path)) as connection:
        yield "PRAGMA journal_mode = WAL;"
        yield f"PRAGMA application_id = {connection.execute('PRAGMA application_id').fetchone()[0]};"
        for statement in connection.iterdump():
            if not re.match(r'PRAGMA writable|INSERT INTO sqlite_|(CREATE TABLE|INSERT INTO) [\'"]?\w+_fts', statement):
                yield statement
        for name, sql in connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL%'"):
            yield f"{sql};"
            yield f"INSERT INTO {name} ({name}) VALUES ('rebuild');"


def _write(revision: str) -> None:
    """Write the archives of the newest schema, once it is to be released."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        path = Path(folder) / "archive.db"
        filled(str(path))
        (ARCHIVES / f"{revision}.sqlite.sql").write_text("\n".join(_dumped(path)) + "\n", "utf-8")
        server = Server(programs, Path(folder))
        server.start()
        try:
            database = server.database()
            filled(server.url(database))
            dump = server.dump(database)
        finally:
            server.stop()
        (ARCHIVES / f"{revision}.postgresql.sql").write_text(dump, "utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != [HEAD] or list(ARCHIVES.glob(f"{HEAD}.*")):
        sys.exit(f"usage: test_store_migrations.py {HEAD}, once; those that are there stay as they are")
    _write(HEAD)
