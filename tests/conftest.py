"""Fixtures that tests of several parts share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from demo_archive import demo_archive, own_archive
from parts import left_out
from postgresql import postgresql
from running import run
from served import filled, own_town, town
from stores import opening, store, url

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = [
    "browser",
    "demo_archive",
    "filled",
    "opening",
    "own_archive",
    "own_town",
    "postgresql",
    "run",
    "store",
    "town",
    "url",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, one for each file of tests; what starts it is loaded when the first test asks for it."""
    from chromium import started

    with started() as chromium:
        yield chromium


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in the last lines what was left out and how to get what was missing."""
    lines = left_out(terminalreporter.stats.get("skipped", []))
    if lines:
        terminalreporter.section("left out")
        for line in lines:
            terminalreporter.write_line(line)
