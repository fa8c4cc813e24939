"""The browser in which pages are tried; tests that try none load neither this nor Playwright."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from parts import lack
from playwright.sync_api import Browser, sync_playwright


@contextmanager
def started() -> Iterator[Browser]:
    """Chromium as the machine has it; in CI it must be there."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        lack("Chromium", "apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path)
        yield chromium
        chromium.close()
