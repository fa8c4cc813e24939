"""Nothing lost and nothing mixed: several processes, killed writers, servers and disks that fail."""

from __future__ import annotations

import random
import time

import pytest
from postgresql import Server
from stores import Opening, start, stored

from rashomon.errors import StoreError
from rashomon.store import Articles, Blob, Shelf, Store, open_store

# Adds one to a number, again and again, each time by reading and writing it.
COUNT = """
import sys
from rashomon.store import Blob, open_store
store = open_store(sys.argv[1])
for turn in range(int(sys.argv[2])):
    with store.writing():
        kept = store.get(Blob, [("numbers", "count")])
        number = int(kept[0].data) if kept else 0
        store.put([Blob(shelf="numbers", key="count", data=b"%d" % (number + 1))])
        store.put([Blob(shelf=sys.argv[3], key=str(turn), data=b"%d" % number)])
"""

# Puts batches of articles for ever, each together with the number of the batch, and says so once it is kept.
WRITE = """
import sys
from rashomon.store import Blob, Stored, open_store
from rashomon.types import Article
store = open_store(sys.argv[1])
def articles(batch):
    for n in range(20):
        text = f"The ferry {batch} of Velm left at {n}. " * 20
        id = f"a{batch}-{n}"
        yield Stored(id=id, article=Article(id=id, text=text), digest=text, gathered="now", day=float(n))
kept = store.get(Blob, [("numbers", "batch")])
batch = int(kept[0].data) if kept else 0
while True:
    batch += 1
    with store.writing():
        store.put(articles(batch))
        store.put([Blob(shelf="numbers", key="batch", data=b"%d" % batch)])
        store.put(Blob(shelf="same", key=str(n), data=b"%d" % batch) for n in range(600))
        store.put(articles(batch))
    print(batch, flush=True)
"""

# Watches a store: in every search the articles must be whole batches.
READ = """
import sys
from rashomon.store import Articles, Blob, open_store
store = open_store(sys.argv[1], readonly=True)
seen = 0
print("ready", flush=True)
while seen < 400:
    assert len({blob.data for blob in store.get(Blob, [("same", str(n)) for n in range(600)])}) <= 1
    found = list(store.find(Articles()))
    assert len(found) % 20 == 0, len(found)
    assert len({record.id for record in found}) == len(found)
    assert store.count(Articles(words="ferry")) >= len(found) >= seen
    seen = len(found)
print(seen, flush=True)
"""

_END_ALL = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IS NOT NULL AND pid <> pg_backend_pid()"
)


def number(store: Store, key: str) -> int:
    return int(store.get(Blob, [("numbers", key)])[0].data)


def test_writers_in_two_processes_take_turns(url: str, store: Store) -> None:
    writers = [start(COUNT, url, "60", name) for name in ("one", "other")]
    assert [writer.wait(120) for writer in writers] == [0, 0]
    assert number(store, "count") == 120
    read = [int(blob.data) for name in ("one", "other") for blob in store.find(Shelf(shelf=name))]
    assert sorted(read) == list(range(120))


def test_readers_in_other_processes_see_whole_transactions_while_one_writes(url: str, store: Store) -> None:
    reader = start(READ, url)
    assert reader.stdout is not None and reader.stdout.readline() == "ready\n"
    writer = start(WRITE, url)
    try:
        seen, _ = reader.communicate(timeout=120)
        assert (reader.returncode, int(seen) >= 400) == (0, True)
        assert writer.poll() is None
    finally:
        writer.kill()
        writer.wait()


def test_a_killed_writer_leaves_exactly_what_it_committed(url: str, opening: Opening) -> None:
    rng = random.Random(17)
    for _ in range(4):
        writer = start(WRITE, url)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(rng.uniform(0, 0.15))
        writer.kill()
        writer.wait()
        told = writer.stdout.read().split()
        store = opening()
        # The next to write is not kept waiting by one that is dead.
        with store.writing():
            batches = number(store, "batch")
        assert batches >= int(told[-1] if told else 1)
        assert store.count(Articles()) == store.count(Articles(words="ferry")) == 20 * batches
        assert [record.number for record in store.find(Articles())] == list(range(1, 20 * batches + 1))
        assert store.check() == []
        store.close()


def test_many_may_open_what_is_not_there_yet(url: str, opening: Opening) -> None:
    openers = [start(COUNT, url, "1", name) for name in ("a", "b", "c")]
    assert [opener.wait(120) for opener in openers] == [0, 0, 0]
    assert number(opening(), "count") == 3


def test_a_server_that_goes_away_says_so_and_is_found_again(postgresql: Server) -> None:
    url = postgresql.url(schema=postgresql.schema())
    store, reader = open_store(url), open_store(url)
    with store.writing():
        store.put([stored("a"), stored("b")])
    search = reader.find(Articles())
    next(search)
    with pytest.raises(StoreError, match="went away"), store.writing():
        store.put([stored("c")])
        postgresql.stop(at_once=True)
        store.put([stored("d")])
    try:
        with pytest.raises(StoreError, match="cannot be reached"):
            store.count(Articles())
        with pytest.raises(StoreError, match="cannot be reached"):
            open_store(url)
    finally:
        postgresql.start()
    with pytest.raises(StoreError, match="went away"):
        list(search)
    for one in (store, reader):
        assert [record.id for record in one.find(Articles())] == ["a", "b"]
    with store.writing():
        store.put([stored("c")])
    with pytest.raises(StoreError, match="went away"), store.writing():
        store.put([stored("d")])
        postgresql.run_sql(_END_ALL)
        store.put([stored("e")])
    assert [record.id for record in store.find(Articles())] == ["a", "b", "c"]
    store.close()
    reader.close()
