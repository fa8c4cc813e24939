"""A run on a machine that lacks a part passes and says so; in CI it fails."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parent


def _run(ci: str) -> subprocess.CompletedProcess[str]:
    """Tests of pages in a browser, where no program of the system is found."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_show_browser.py"]
    environment = {**os.environ, "PATH": str(Path(sys.executable).parent), "CI": ci}
    return subprocess.run(command, cwd=TESTS, env=environment, capture_output=True, encoding="utf-8", check=False)


def test_what_was_left_out_and_how_to_get_it_stands_in_the_last_lines() -> None:
    done = _run(ci="")
    *_, told, counted = done.stdout.splitlines()
    assert done.returncode == 0 and "skipped" in counted
    assert "tests: Chromium is not installed: apt-get install chromium" in told


def test_in_ci_nothing_is_left_out_for_want_of_a_part() -> None:
    done = _run(ci="true")
    assert done.returncode == 1 and "Chromium is not installed" in done.stdout


def test_ci_asks_for_every_part() -> None:
    script = (TESTS.parent / ".ci" / "run").read_text(encoding="utf-8")
    assert "export CI=true" in script and all(part in script for part in ("chromium", "postgresql", "jq"))
