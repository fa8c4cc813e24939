"""The stages over folders: done once whatever is interrupted, the same bytes whoever works, taken in as they are."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from rashomon.archive import Archive
from rashomon.archive.tables import article_of, article_row
from rashomon.archive.worked import Done
from rashomon.errors import MissingPart, RashomonError
from rashomon.jobs import Workers
from rashomon.read import read_text, stream
from rashomon.scale import Settings, run
from rashomon.scale.chunks import Task, do
from rashomon.scale.driver import here
from rashomon.store import open_store
from rashomon.tables import read_parquet
from rashomon.types import Article, Published, Stage

FAST = Settings(annotators="fast")
NOW = datetime(2031, 5, 1, tzinfo=UTC)

needs_daft = pytest.mark.skipif(
    importlib.util.find_spec("daft") is None and not os.environ.get("CI"),
    reason="Daft is not installed: pip install 'rashomon[scale]'",
)


def lines() -> Iterator[dict[str, str]]:
    """Invented reports of three events, of four days and one of no known day."""
    told = {
        "bridge": "The mayor of Velm said the old bridge was closed after a barge struck it. Engineers look at the"
        ' arches, and lorries drive round by Orsby. "The bridge stood for two centuries," the mayor said.',
        "ferry": "A ferry with ninety people ran aground off Port Sellen, the harbour office said. Lifeboats took the"
        ' passengers ashore in heavy fog. "Nobody panicked on board," the captain said.',
        "strike": "Teachers in Ambley walked out over pay, and the schools stayed shut. Norway condemned Sweden. The"
        ' union wants five percent, the county offers two. "Our classes are too large," the union said.',
    }
    for number in range(11):
        event = list(told)[number % 3]
        yield {
            "url": f"https://paper{number % 4}.example/{event}/{number}",
            "outlet": f"Paper {number % 4}",
            "title": f"{event.capitalize()} news, part {number // 3}",
            "text": f"{told[event]}\n\nThe {event} began at {number + 5}.",
        } | ({"published": f"2031-04-0{1 + number // 3}"} if number != 7 else {})


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The reports in four files, with a line that is none."""
    folder = tmp_path_factory.mktemp("inputs")
    every = [json.dumps(line) for line in lines()]
    every.insert(5, "{broken")
    for number in range(4):
        (folder / f"{number}.jsonl").write_text("\n".join(every[number * 3 : number * 3 + 3]) + "\n", encoding="utf-8")
    return sorted(map(str, folder.iterdir()))


def unhurried(tasks: Sequence[Task]) -> Iterator[Done]:
    """All in this process: what it comes to is what processes must come to."""
    with Workers(1) as workers:
        for task in tasks:
            yield do(task, workers)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def worked(inputs: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All stages, done in this process."""
    out = tmp_path_factory.mktemp("worked") / "out"
    for stage in get_args(Stage):
        run(stage, inputs if stage == "read" else [str(out)], str(out), settings=FAST, engine=unhurried)
    return out


def test_an_article_comes_out_of_its_row_as_it_went_in() -> None:
    article = read_text(
        "By Ida Moor\n\nIt rained in Velm.\n\nShare this\n\nIt will rain on.", title="Rain", outlet="Post"
    )
    assert article_of(article_row(article)) == article
    inferred = msgspec.structs.replace(article, published=Published(value="2031-04-01", inferred=True), modified="2031")
    assert article_of(article_row(inferred)) == inferred


def test_articles_lie_by_day(worked: Path, inputs: list[str]) -> None:
    found: dict[str, Article] = {}
    for path in sorted((worked / "articles").rglob("*.parquet")):
        with path.open("rb") as file:
            for row in read_parquet(file):
                found[row["id"]] = article_of(row)
                assert path.parent.name == f"day={(row['published'] or 'unknown')[:10]}"
    assert list(map(found.get, sorted(found))) == sorted(
        (one for one in stream(inputs) if isinstance(one, Article)), key=lambda one: one.id
    )
    listed = (worked / "stages" / "read" / "troubles.jsonl").read_text(encoding="utf-8")
    assert "line 3" in listed and listed.count("\n") == 1


def test_an_archive_takes_it_in_without_working_anything_out(
    worked: Path, inputs: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive(open_store(str(tmp_path / "own.db")), annotators="fast", clock=lambda: NOW) as own:
        own.ingest(inputs)
        own.regroup()
        wanted = {entry.id: own.compare(entry.id) for entry in own.stories(limit=100).items if entry.articles > 1}
        entries = {entry.id: entry for entry in own.stories(limit=100).items}
        quotes = list(own.quotes(limit=1000).items)
        events = list(own.events(limit=1000).items)
        assert events

    def never(*_: object, **__: object) -> Any:
        raise AssertionError("it was worked out again")

    for name in (
        "rashomon.annotate.pipeline.load",
        "rashomon.archive.batches.features_of",
        "rashomon.stages.compare_annotated",
    ):
        monkeypatch.setattr(name, never)
    monkeypatch.setattr("rashomon.archive.analysis.described", never)
    with Archive(open_store(str(tmp_path / "taken.db")), annotators="fast", clock=lambda: NOW) as taken:
        gathered = taken.ingest([str(worked)])
        assert (gathered.new, gathered.troubles, taken.stats().pending) == (11, 1, 0)
        assert {entry.id: entry for entry in taken.stories(limit=100).items} == entries
        assert len(wanted) == 3
        assert {story: taken.compare(story) for story in wanted} == wanted
        assert list(taken.quotes(limit=1000).items) == quotes
        assert list(taken.events(limit=1000).items) == events
        assert taken.check() == []
        again = taken.ingest([str(worked)])
        assert (again.new, again.revised, again.unchanged) == (0, 0, 11)
        monkeypatch.undo()
        assert taken.regroup() == 0


def test_an_archive_with_articles_groups_what_comes_among_them(worked: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    first = next(lines())
    other.write_text(json.dumps(first | {"url": "https://else.example/1", "outlet": "Else"}) + "\n", encoding="utf-8")
    with Archive(open_store(str(tmp_path / "news.db")), annotators="fast", clock=lambda: NOW) as archive:
        archive.ingest([str(other)], annotate=False)
        archive.ingest([str(worked)], annotate=False)
        stats = archive.stats()
        assert (stats.articles, stats.stories, stats.pending) == (12, 3, 1)
        assert archive.check() == []


def test_what_is_done_is_not_done_again(inputs: list[str], worked: Path, tmp_path: Path) -> None:
    """A driver that ends in the middle goes on from there, and comes to the same bytes."""
    asked: list[list[int]] = []

    def failing(tasks: Sequence[Task]) -> Iterator[Done]:
        asked.append([task.number for task in tasks])
        for number, done in enumerate(unhurried(tasks)):
            if number == 1 and len(asked) < 2:
                raise KeyboardInterrupt
            yield done
            if number == 0 and len(asked) == 2:
                raise ConnectionError("a worker is gone")

    with pytest.raises(KeyboardInterrupt):
        run("read", inputs, str(tmp_path), engine=failing)
    run("read", inputs, str(tmp_path), engine=failing)
    assert asked == [[0, 1, 2, 3], [2, 3], [3]]
    whole = files(worked)
    assert files(tmp_path) == {name: whole[name] for name in whole if name.startswith(("articles/", "stages/read/"))}
    run("read", inputs, str(tmp_path), engine=failing)
    assert len(asked) == 3


def test_an_engine_that_gets_nothing_done_is_given_up(inputs: list[str], tmp_path: Path) -> None:
    def broken(tasks: Sequence[Task]) -> Iterator[Done]:
        raise ConnectionError("no worker answers")

    with pytest.raises(RashomonError, match="no worker answers"):
        run("read", inputs, str(tmp_path), engine=broken)


def test_events_are_those_of_an_archive_that_compared_the_same(worked: Path, inputs: list[str], tmp_path: Path) -> None:
    with Archive(open_store(str(tmp_path / "own.db")), annotators="fast", clock=lambda: NOW) as own:
        own.ingest(inputs)
        for story in own.stories(limit=50).items:
            if story.articles > 1:
                own.compare(story.id)
        own.export("plover", out := io.BytesIO(), format="parquet")
    out.seek(0)
    wanted = {row["Event ID"]: row for row in read_parquet(out)}
    found = {}
    for path in sorted((worked / "plover").rglob("*.parquet")):
        with path.open("rb") as file:
            for row in read_parquet(file):
                found[row["Event ID"]] = row
                assert path.parent.name == f"day={row['Event Date'] or 'unknown'}"
    assert found == wanted and {row["Event Type"] for row in found.values()} == {"ACCUSE"}


def test_a_stage_is_not_mixed_with_another(inputs: list[str], worked: Path, tmp_path: Path) -> None:
    with pytest.raises(RashomonError, match="other inputs, settings or versions"):
        run("annotate", [str(worked)], str(worked), settings=Settings(annotators="accurate"), engine=unhurried)
    with pytest.raises(RashomonError, match="do it first"):
        run("annotate", [str(tmp_path)], str(tmp_path), engine=unhurried)


def test_a_deadly_article_costs_itself_and_is_listed(inputs: list[str], tmp_path: Path) -> None:
    poison = next(one for one in stream(inputs) if isinstance(one, Article)).id

    class Deadly(Workers):
        def do(self, work: Any, batch: Sequence[Any], lost: Callable[[Any], Any], noted: Any = None) -> list[Any]:
            return [lost(one) if isinstance(one, Article) and one.id == poison else work([one])[0] for one in batch]

    def deadly(tasks: Sequence[Task]) -> Iterator[Done]:
        for task in tasks:
            yield do(task, Deadly(1))

    out = str(tmp_path / "out")
    for stage in get_args(Stage):
        done = run(stage, inputs if stage == "read" else [out], out, settings=FAST, engine=deadly)
        if stage in ("annotate", "features"):
            assert done.troubles == 1 and done.listed is not None
            assert poison in Path(done.listed).read_text(encoding="utf-8")
    with Archive(open_store(str(tmp_path / "news.db")), annotators="fast", clock=lambda: NOW) as archive:
        archive.ingest([out])
        stats = archive.stats()
        # It is there, alone in its story, and is not tried again.
        assert (stats.articles, stats.stories, stats.pending) == (11, 4, 0)
        assert archive.article(poison).brief.story == poison


def test_without_daft_it_says_what_to_install(
    inputs: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "daft", None)
    with pytest.raises(MissingPart, match=r"rashomon\[scale\]"):
        run("read", inputs, str(tmp_path))


@needs_daft
def test_daft_comes_to_the_same_bytes(inputs: list[str], worked: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    stages: tuple[Stage, ...] = ("read", "features", "group")
    for stage in stages:
        run(stage, inputs if stage == "read" else [str(out)], str(out), settings=FAST, jobs=2)
    whole, parts = files(worked), ("articles/", "features/", "groups/", "window/", *(f"stages/{s}/" for s in stages))
    assert files(out) == {name: data for name, data in whole.items() if name.startswith(parts)}


@needs_daft
def test_daft_killed_again_and_again_comes_to_the_same_bytes(inputs: list[str], worked: Path, tmp_path: Path) -> None:
    """Workers are killed, and the driver; what it comes to in the end is the same."""
    command = [sys.executable, "-m", "rashomon", "scale", "read", *inputs, str(tmp_path), "--jobs", "2"]
    for whom in ("worker", "driver", "nobody"):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        end = time.monotonic() + 120
        while whom != "nobody" and process.poll() is None and time.monotonic() < end:
            below = children(process.pid)
            if below:
                os.kill(below[0] if whom == "worker" else process.pid, signal.SIGKILL)
                break
            time.sleep(0.05)
        _, told = process.communicate(timeout=120)
        assert whom == "driver" or process.returncode == 0, told.decode()
    whole = files(worked)
    assert files(tmp_path) == {name: whole[name] for name in whole if name.startswith(("articles/", "stages/read/"))}


def children(process: int) -> list[int]:
    """The processes that a process started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError, ValueError):
            continue
        if parent == process:
            found.append(int(path.parent.name))
    return sorted(found)


def test_here_is_apart_and_comes_to_the_same_bytes(inputs: list[str], worked: Path, tmp_path: Path) -> None:
    run("read", inputs, str(tmp_path), engine=here)
    whole = files(worked)
    assert files(tmp_path) == {name: whole[name] for name in whole if name.startswith(("articles/", "stages/read/"))}
