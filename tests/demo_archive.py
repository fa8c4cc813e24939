"""An archive of the bundled stories, one report that was revised and one input that could not be read.

It is made once, by the command line, with the annotators that are fast; a test that writes takes a copy.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import rashomon

STORIES = Path(rashomon.__file__).parent / "demo"
SCRIPT = [sys.executable, "-c", "from rashomon.cli import main; main()"]
FAST = ("--annotators", "fast")
# Invented, like its place, people and outlet.
BEFORE = (
    "A flood carried away the footbridge at Lower Tarn on Monday night.\n\n"
    "Nobody was on the bridge, said Fire Chief Runa Olt, who had it closed an hour before.\n\n"
    "The river Tarn rose by two metres in a day."
)
AFTER = BEFORE.replace("Monday night", "Tuesday morning") + "\n\nTwo anglers were hurt at the mill."
TITLES = ("Flood takes bridge at Lower Tarn", "Flood takes bridge at Lower Tarn, two hurt")


def process(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A run of the command line in a process of its own."""
    return subprocess.run(
        [*SCRIPT, *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=240,
        check=False,
    )


def revision(folder: Path, number: int) -> Path:
    """The report that is revised, as it was found first (0) and later (1)."""
    record = {
        "outlet": "Tarn Herald",
        "title": TITLES[number],
        "published": "2031-03-24",
        "url": "https://tarn-herald.example/flood",
        "text": (BEFORE, AFTER)[number],
    }
    path = folder / f"flood-{number}.jsonl"
    path.write_text(json.dumps(record), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def demo_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Not to be written to."""
    folder = tmp_path_factory.mktemp("archive")
    archive = folder / "news.db"
    first = process("ingest", archive, STORIES / "harbour", STORIES / "bridge", revision(folder, 0), *FAST)
    assert first.returncode == 0, first.stderr
    second = process("ingest", archive, folder / "gone.html", revision(folder, 1), *FAST)
    assert second.returncode == 0, second.stderr
    return archive


@pytest.fixture
def own_archive(demo_archive: Path, tmp_path: Path) -> Path:
    """A copy to write to."""
    return Path(shutil.copy(demo_archive, tmp_path / "own.db"))
