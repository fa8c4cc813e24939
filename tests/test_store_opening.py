"""Opening an archive, and what is said where it cannot be opened or used. All of it is the tests' own invention."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from postgresql import Server
from stores import Opening, each_connection, start, stored

from rashomon.errors import MissingPart, StoreError
from rashomon.store import Articles, Blob, Shelf, Store, Stored, open_store


def refusal(url: str | Path, **more: bool) -> str:
    """What is said when an archive cannot be opened: one line that names it."""
    with pytest.raises(StoreError) as raised:
        open_store(str(url), **more)
    assert "\n" not in str(raised.value)
    assert raised.value.exit_code == 2
    return str(raised.value)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


@pytest.fixture
def kept(file: Path) -> Path:
    """A file with an archive of one article."""
    with closing(open_store(str(file))) as store, store.writing():
        store.put([stored("a")])
    return file


def test_a_file_is_named_by_its_path_or_by_a_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    odd = "a #50% ?näme & more.db"
    for url in (odd, f"sqlite:///{odd}", f"sqlite:///{tmp_path / odd}", str(tmp_path / odd)):
        with closing(open_store(url)) as store, store.writing():
            store.put([Blob(shelf="s", key=url, data=b"")])
    assert [path.name for path in tmp_path.iterdir()] == [odd]
    with closing(open_store(odd, readonly=True)) as store:
        assert store.count(Shelf(shelf="s")) == 4


def test_what_cannot_be_an_archive_is_refused(tmp_path: Path) -> None:
    for url in ("", "sqlite://", "sqlite:///", ":memory:", "a\0b"):
        assert "name of a file" in refusal(url) or "sqlite:///FILE" in refusal(url)
    assert "not mysql://…" in refusal("mysql://me:secret@host/db")
    assert "secret" not in refusal("mysql://me:secret@host/db")
    assert refusal(tmp_path).startswith(f"{tmp_path}: this is a folder")
    assert "no such folder" in refusal(tmp_path / "none" / "news.db")
    (tmp_path / "page.db").write_text("This is a page about bridges. " * 99)
    assert refusal(tmp_path / "page.db").endswith("not a SQLite database")
    (tmp_path / "empty.db").touch()
    assert "no archive" in refusal(tmp_path / "empty.db", readonly=True)
    with closing(open_store(str(tmp_path / "empty.db"))) as store:
        assert store.check() == []


def test_a_database_of_another_program_is_left_alone(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
    before = file.read_bytes()
    for readonly in (False, True):
        assert refusal(file, readonly=readonly).endswith("this is a SQLite database, but no archive")
    assert file.read_bytes() == before


def behind_its_back(url: str, postgresql: Server, sql: str) -> None:
    """Carry out a statement in the database of an archive."""
    if url.startswith("postgresql"):
        postgresql.run_sql(sql, schema=url.rpartition("%3D")[2])
    else:
        with closing(sqlite3.connect(url)) as connection, connection:
            connection.execute(sql)


def test_an_archive_of_a_newer_version_is_left_alone(url: str, opening: Opening, postgresql: Server) -> None:
    opening().close()
    behind_its_back(url, postgresql, "UPDATE alembic_version SET version_num = '9999'")
    for readonly in (False, True):
        said = refusal(url, readonly=readonly)
        assert "newer version (its schema is 9999, known here is" in said
        assert "install that version" in said


# Opens an archive without a superuser's rights; everything is imported before, for those may be needed for that.
TRY = """
import os, sys
from rashomon.errors import StoreError
from rashomon.store import Articles, open_store
open_store(sys.argv[2]).close()
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
for readonly in (False, True):
    try:
        store = open_store(sys.argv[1], readonly=readonly)
        print("opened", store.count(Articles()), store.check())
        with store.writing():
            pass
    except StoreError as error:
        print(error)
"""


def without_rights(archive: Path, another: Path) -> list[str]:
    """What is said on opening an archive for writing and for reading."""
    said, _ = start(TRY, str(archive), str(another)).communicate(timeout=60)
    return said.splitlines()


def test_a_file_that_cannot_be_written_can_be_read(kept: Path) -> None:
    folder = Path(tempfile.mkdtemp())  # not pytest's own, which no other user may enter
    file = folder / "news.db"
    shutil.copy(kept, file)
    try:
        file.chmod(0o444)
        folder.chmod(0o555)
        refused, opened, closed = without_rights(file, kept)
        assert refused.startswith(f"{file}: the file cannot be ")
        assert opened == "opened 1 []"
        assert closed == f"{file}: it was opened for reading only"
        file.chmod(0o000)
        assert [line.partition(": ")[2][:27] for line in without_rights(file, kept)] == [
            "the file cannot be opened: "[:27]
        ] * 2
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


def test_a_full_disk_keeps_what_was_there(file: Path) -> None:
    with full_disk(), closing(open_store(str(file))) as store:
        with pytest.raises(StoreError, match="disk is full") as raised:
            fill(store)
        assert str(raised.value).startswith(f"{file}: ")
        batches = store.count(Shelf(shelf="s"))
        assert batches > 0
        assert store.count(Articles()) == store.count(Articles(words="ferry")) == 50 * batches
        assert store.check() == []
    with closing(open_store(str(file))) as store:
        with store.writing():
            store.put([stored("more")])
        assert store.count(Articles()) == 50 * batches + 1


def fill(store: Store) -> None:
    for batch in range(400):
        with store.writing():
            store.put(stored(f"a{batch}-{n}", f"The ferry {n} leaves. " * 20) for n in range(50))
            store.put([Blob(shelf="s", key=str(batch), data=b"x" * 999)])


@contextmanager
def full_disk() -> Iterator[None]:
    """As if the disk had room for 2 MB of database: SQLite answers as it does when the system says ENOSPC."""

    def limit(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA max_page_count = 500")

    with each_connection(limit):
        yield


# Lets files grow to 1 MB only: what a disk with a fault looks like, for the system answers EFBIG.
FAIL = """
import resource, signal, sys
sys.path.insert(0, sys.argv[2])
from rashomon.errors import StoreError
from rashomon.store import open_store
from test_store_opening import fill
store = open_store(sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, -1))
try:
    fill(store)
except StoreError as error:
    print(error)
"""


def test_a_disk_that_fails_keeps_what_was_there(file: Path) -> None:
    process = start(FAIL, str(file), str(Path(__file__).parent))
    said, _ = process.communicate(timeout=60)
    assert said.startswith(f"{file}: the disk failed")
    with closing(open_store(str(file))) as store:
        assert store.count(Articles()) == 50 * store.count(Shelf(shelf="s"))
        assert store.check() == []


def test_damage_is_found(file: Path) -> None:
    with closing(open_store(str(file))) as store, store.writing():
        store.put(stored(f"a{n}", f"The ferry {n} leaves. " * 200) for n in range(100))
    whole = file.read_bytes()
    said = {}
    for place in (4096 * 5, len(whole) // 2, len(whole) - 4096):
        file.write_bytes(whole[:place] + b"\x5a" * 2000 + whole[place + 2000 :])
        try:
            with closing(open_store(str(file))) as store:
                said[place] = store.check()
        except StoreError as error:
            said[place] = [error.message]
    assert all(said.values()), said
    file.write_bytes(b"SQLite format 3\0" + b"\x5a" * 5000)
    assert "no archive" in refusal(file) or "damaged" in refusal(file)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (
            "UPDATE documents SET text = 'Another text.' WHERE number = 1",
            "article a: what is kept of it is damaged|fit|index",
        ),
        ("UPDATE articles SET names = seal WHERE number = 1", "article a: what is kept of it is damaged"),
        ("DELETE FROM documents WHERE number = 1", "index of the documents"),
        ("DELETE FROM articles WHERE number = 1", "its article is missing"),
        ("DELETE FROM sayings", "index of the sayings"),
        ("UPDATE counters SET value = 0", "numbers that were not counted"),
        ("UPDATE revisions SET rest = seal", "article b: what is kept of an older revision is damaged"),
    ],
)
def test_changes_behind_its_back_are_found(url: str, store: Store, postgresql: Server, sql: str, said: str) -> None:
    import stores

    with store.writing():
        store.put([stored("a"), stored("b"), stored("b", "Rewritten.", revision=2)])
        store.put([stores.said("1", stored("a"), "bridge")])
    assert store.check() == []
    behind_its_back(url, postgresql, sql)
    found = store.check()
    assert any(part in line for line in found for part in said.split("|")), found


# PostgreSQL


def test_a_server_that_does_not_let_us_in_says_why(postgresql: Server) -> None:
    assert "cannot be reached or went away (" in (said := refusal(postgresql.url("none")))
    assert 'database "none" does not exist' in said
    assert "cannot be reached" in refusal("postgresql://me@127.0.0.1:1/news")
    assert "is not of the form" in refusal("postgresql://me:s3cret@host:port/db")
    assert "SQL_ASCII: make one with" in refusal(postgresql.url(postgresql.database(encoding="SQL_ASCII")))
    with closing(open_store(postgresql.url(postgresql.database()))) as store:
        assert store.count(Articles()) == 0


def test_passwords_are_not_repeated(postgresql: Server) -> None:
    secret = "s3cret%2Fpass"
    urls = (
        postgresql.url("none", password=secret),
        f"postgresql://me:{secret}@127.0.0.1:1/news",
        f"postgresql://me@127.0.0.1:1/news?password={secret}",
        f"postgresql://me:{secret}@host:port/db",
        f"postgresql://me:{secret}@127.0.0.1:1/news?nonsense={secret}",
        f"postgresql://me:{secret}@127.0.0.1:1/news?keepalives={secret}",  # the driver repeats what is no number
    )
    for url in urls:
        assert "s3cret" not in refusal(url), url


def test_a_user_without_rights_is_told(postgresql: Server) -> None:
    schema = postgresql.schema()
    postgresql.run_sql(f"CREATE ROLE guest{schema} LOGIN; GRANT USAGE ON SCHEMA {schema} TO guest{schema}")
    url = postgresql.url(schema=schema).replace("tester@", f"guest{schema}@")
    assert "may not do that" in refusal(url)
    with closing(open_store(postgresql.url(schema=schema))) as store, store.writing():
        store.put([stored("a")])
    postgresql.run_sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO guest{schema}")
    with closing(open_store(url, readonly=True)) as store:
        assert [record.id for record in store.find(Articles(words="bridge"))] == ["a"]
    with closing(open_store(url)) as store, pytest.raises(StoreError, match="may not do that"), store.writing():
        store.put([stored("b")])


# Parts


WITHOUT = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == sys.argv[2]:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Missing())
from rashomon.errors import MissingPart
from rashomon.store import open_store
try:
    open_store(sys.argv[1])
except MissingPart as error:
    print(error)
"""


def test_what_is_not_installed_is_named_with_how_to_install_it(tmp_path: Path) -> None:
    for url, part, extra in (
        (str(tmp_path / "news.db"), "sqlalchemy", "archive"),
        (str(tmp_path / "news.db"), "alembic", "archive"),
        ("postgresql:///news", "psycopg", "postgresql"),
    ):
        said, _ = start(WITHOUT, url, part).communicate(timeout=60)
        assert said == f'{part} is not installed: pip install "rashomon[{extra}]"\n'
    assert issubclass(MissingPart, Exception)


def test_stores_cost_nothing_until_one_is_opened() -> None:
    script = "import sys, rashomon.store; print([name for name in sys.argv[1:] if name in sys.modules])"
    said, _ = start(script, "sqlalchemy", "alembic", "psycopg").communicate(timeout=60)
    assert said == "[]\n"


def test_an_archive_that_is_up_to_date_is_opened_without_the_means_to_bring_it_up(kept: Path) -> None:
    script = (
        "import sys; from rashomon.store import open_store; open_store(sys.argv[1]); print('alembic' in sys.modules)"
    )
    said, _ = start(script, str(kept)).communicate(timeout=60)
    assert said == "False\n"
    with closing(open_store(str(kept))) as store:
        assert store.get(Stored, ["a"])[0].article.id == "a"
