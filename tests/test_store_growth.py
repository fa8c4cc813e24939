"""What is asked of an archive often takes no more work in a large one: counted in steps of SQLite's machine."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from stores import each_connection, said, stored

from rashomon.store import (
    Articles,
    Blob,
    Judgement,
    Judgements,
    Query,
    Record,
    Revisions,
    Said,
    Sayings,
    Shelf,
    Store,
    Stored,
    Stories,
    StoryEntry,
    Trouble,
    Troubles,
    open_store,
)

SMALL, LARGE = 300, 3000


@contextmanager
def counted(steps: list[int]) -> Iterator[None]:
    """Counts the steps, ten by ten, of all that is asked of SQLite meanwhile."""

    def count() -> int:
        steps[0] += 10
        return 0

    def listen(connection: sqlite3.Connection, _: object) -> None:
        connection.set_progress_handler(count, 10)

    with each_connection(listen):
        yield


def fill(store: Store, size: int) -> None:
    """Each story has ten articles of one outlet, each article a speaker of its own and one of all."""
    for start in range(0, size, 100):
        with store.writing():
            for n in range(start, start + 100):
                article = stored(f"a{n}", f"The ferry number{n} leaves the quay.", day=float(n), story=f"s{n // 10}",
                                 outlet=f"Outlet {n // 10}", annotated="v" if n >= 20 else None)  # fmt: skip
                put: list[Record] = [
                    article,
                    said(f"{n}.1", article, "ferry", f"Ida {n}"),
                    said(f"{n}.2", article, "quay", "Korn"),
                ]
                store.put([*put, Blob(shelf="s", key=str(n), data=b"x" * 300)])
            store.put(
                StoryEntry(id=f"s{n}", changed=f"{n:06}", outlets=(f"Outlet {n}",), actors=(f"Ida {n}",), stale=n < 5)
                for n in range(start // 10, start // 10 + 10)
            )
            store.put(
                Trouble(input=f"i{n}", kind="k", message="m", first=f"{n}", last=f"{n}")
                for n in range(start, start + 100)
            )
            store.put(
                Judgement(one=f"a{n}", other=f"b{n}", verdict="same", given="1") for n in range(start, start + 100)
            )


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store, list[int]]]:
    """A small archive and a large one, and the steps that they take."""
    folder: Path = tmp_path_factory.mktemp("growth")
    steps = [0]
    with (
        counted(steps),
        closing(open_store(str(folder / "s"))) as small,
        closing(open_store(str(folder / "l"))) as large,
    ):
        fill(small, SMALL)
        fill(large, LARGE)
        yield small, large, steps


def found(query: Query[Any]) -> Callable[[Store], int]:
    return lambda store: sum(1 for _ in store.find(query))


def moved(store: Store) -> int:
    with store.writing():
        some = store.get(Stored, [f"a{n}" for n in range(50, 60)])
        store.put(stored(one.id, one.article.text, day=one.day, story="s4", outlet=one.article.outlet, annotated="v")
                  for one in some)  # fmt: skip
        return len(some)


def dropped(store: Store) -> int:
    with store.writing():
        some = store.get(Said, ["7.1", "7.2"])
        store.drop(Said, ["a7"])
        store.put(some)
        return len(some)


ASKED: dict[str, Callable[[Store], int]] = {
    "the first articles": found(Articles(limit=20)),
    "the next articles": found(Articles(limit=20, beyond=200)),
    "a story's articles": found(Articles(story="s7")),
    "an outlet's articles": found(Articles(outlet="outlet 9")),
    "a day's articles": found(Articles(since=50.0, until=59.0)),
    "articles to annotate": found(Articles(pending="v")),
    "the first articles to annotate anew": found(Articles(pending="w", limit=10)),
    "articles by the beginning of their ids": found(Articles(begins="a0")),
    "articles with a rare word": found(Articles(words="number77")),
    "an article's revisions": found(Revisions(article="a77")),
    "the newest stories": found(Stories(limit=20)),
    "stale stories": found(Stories(stale=True)),
    "an outlet's stories": found(Stories(outlet="outlet 3")),
    "an actor's stories": found(Stories(actor="4")),
    "the newest attributions": found(Sayings(limit=20)),
    "an article's attributions": found(Sayings(article="a77")),
    "a story's attributions": found(Sayings(story="s7")),
    "a speaker's attributions": found(Sayings(speaker="77")),
    "the latest troubles": found(Troubles(limit=20)),
    "judgements on an article": found(Judgements(naming="b77")),
    "the first of a shelf": found(Shelf(shelf="s", limit=20)),
    "articles by id": lambda store: len(store.get(Stored, ["a7", "a77"])),
    "stories by id": lambda store: len(store.get(StoryEntry, ["s7"])),
    "blobs by key": lambda store: len(store.get(Blob, [("s", "7"), ("s", "77")])),
    "articles moved to another story": moved,
    "attributions put anew": dropped,
}


@pytest.mark.parametrize("what", ASKED)
def test_what_is_asked_often_takes_no_more_in_a_larger_archive(
    archives: tuple[Store, Store, list[int]], what: str
) -> None:
    small, large, steps = archives
    took = []
    for store in (small, large):
        begun = steps[0]
        answer = ASKED[what](store)
        took.append((answer, steps[0] - begun))
    (wanted, few), (got, many) = took
    assert got == wanted > 0
    assert many <= 2 * few + 400, took
