"""The tests of the comparison need no browser: they are collected, and run, where nothing that drives one is there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]
# Runs pytest as on a machine without Playwright, without axe, and without what sets up the browser of the tests.
WITHOUT = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"playwright", "axe_playwright_python", "chromium"}:
            raise ModuleNotFoundError(f"{name} is not here", name=name)

sys.meta_path.insert(0, Missing())
import pytest
sys.exit(pytest.main(sys.argv[1:]))
"""
# All tests of the folder are collected, these few are run.
FEW = "test_two_people_are_two_by_their_full_names"


def test_the_folder_is_collected_and_runs_without_a_browser() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT, str(FOLDER), "-k", FEW, "-p", "no:cacheprovider"],
        cwd=ROOT,
        env={**os.environ, "PYTEST_ADDOPTS": "-v"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.search(r"\b6 passed, [1-9]\d\d deselected\b", ran.stdout), ran.stdout
