"""Several processes: what they give is what one gives, in its order, and what kills one costs only itself."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from archived import written
from deadly import dies_once, doubled

from rashomon.annotate import annotate
from rashomon.archive import Archive
from rashomon.jobs import Workers
from rashomon.read import read_text
from rashomon.store import open_store

NOW = datetime(2031, 5, 1, tzinfo=UTC)


def lost(number: int) -> tuple[int, int]:
    return (-1, number)


def test_results_come_in_order_from_several_processes() -> None:
    with Workers(2) as workers:
        found = [pair for some in workers.map(doubled, [[n, n + 1] for n in range(20, 60, 2)], lost) for pair in some]
    assert [value for value, _ in found] == [2 * n for n in range(20, 60)]
    assert os.getpid() not in {process for _, process in found}


def test_one_job_is_done_here_unless_apart() -> None:
    with Workers(1) as here, Workers(1, apart=True) as apart:
        assert here.do(doubled, [4], lost) == [(8, os.getpid())]
        assert apart.do(doubled, [4], lost)[0][1] != os.getpid()


def test_what_kills_a_worker_costs_only_itself() -> None:
    with Workers(2) as workers:
        found = list(workers.map(doubled, [[11, 12, 13, 14], [15, 16]], lost))
    assert [[value for value, _ in some] for some in found] == [[22, 24, -1, 28], [30, 32]]


def test_a_worker_that_was_killed_by_chance_costs_nothing(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    mark.touch()
    with Workers(1, apart=True) as workers:
        assert workers.do(dies_once, [str(mark)], lambda file: "lost") == [str(mark)]
    assert not mark.exists()


def test_an_error_of_the_work_is_raised_and_the_worker_goes_on() -> None:
    with Workers(1, apart=True) as workers:
        with pytest.raises(ValueError, match="no double of -3"):
            workers.do(doubled, [-3], lost)
        assert workers.do(doubled, [3], lost)[0][0] == 6


def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    """Also where it is killed, and they are in the middle of their work."""
    program = (
        "import os, signal, sys, threading, time\n"
        "from pathlib import Path\n"
        "from deadly import sleeps\n"
        "from rashomon.jobs import Workers\n"
        "workers, mark = Workers(1, apart=True), sys.argv[1]\n"
        "threading.Thread(target=workers.do, args=(sleeps, [mark], str), daemon=True).start()\n"
        "while not Path(mark).exists():\n"
        "    time.sleep(0.05)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    # Gives when everybody is gone who has its standard error: the worker, too.
    command = [sys.executable, "-c", program, str(tmp_path / "mark")]
    own = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    done = subprocess.run(command, capture_output=True, timeout=60, check=False, env=own)
    assert done.returncode == -signal.SIGKILL


def reports(count: int) -> list[dict[str, str]]:
    """Invented reports of two events, some of them printed twice over."""
    town, sea = (
        "The mayor of Velm said the bridge was closed.",
        "A ferry ran aground off Port Sellen, the harbour said.",
    )
    return [
        {
            "outlet": f"Outlet {n % 3}",
            "published": f"2031-04-{1 + n % 5:02}",
            "title": f"Report {n // 2}",
            "text": f"{(town, sea)[n % 2]} Anna Orrin, who leads the council, said that {n // 2 + 3} were hurt.\n\n"
            f"Nobody was found on Sunday evening. Work goes on until day {n // 2}.",
        }
        for n in range(count)
    ]


def test_annotations_are_the_same_from_several_processes() -> None:
    articles = [read_text(**report) for report in reports(6)]
    with Workers(2) as workers:
        shared = list(annotate(articles, annotators="fast", workers=workers))
    assert shared == list(annotate(articles, annotators="fast"))


def test_an_archive_is_the_same_whatever_the_number_of_jobs(tmp_path: Path) -> None:
    file = tmp_path / "reports.jsonl"
    # The second half again, changed: what is new hangs on what came a moment before.
    again = [report | {"url": f"https://velm.example/{n}"} for n, report in enumerate(reports(8))]
    lines = [*again, *(report | {"text": report["text"] + " More follows."} for report in again), *again[:3]]
    written(file, lines)
    kept = []
    for jobs in (1, 2):
        name = tmp_path / f"{jobs}.db"
        with Archive(open_store(str(name)), annotators="fast", batch=3, clock=lambda: NOW) as archive:
            gathered = archive.ingest([str(file)], jobs=jobs)
            assert (gathered.new, gathered.revised, gathered.annotated, gathered.troubles) == (8, 11, 8, 0)
        with closing(sqlite3.connect(name)) as database:
            kept.append(list(database.iterdump()))
    assert kept[0] == kept[1]
