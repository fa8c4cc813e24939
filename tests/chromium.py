"""The browser in which pages are tried, and a visit to one; tests that try none load neither this nor Playwright."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from parts import lack
from playwright.sync_api import Browser, Page, sync_playwright

SIZE = {"width": 1280, "height": 900}
_AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


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


class Visit:
    """A page in the browser, the only one open, and everything it said and asked for."""

    def __init__(self, browser: Browser, at: str | Path, **context: Any) -> None:
        for old in browser.contexts:
            old.close()
        self.page: Page = browser.new_context(**{"viewport": SIZE, **context}).new_page()
        self.messages: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.page.on("dialog", lambda dialog: self.messages.append(f"dialog: {dialog.message}"))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(at.as_uri() if isinstance(at, Path) else at)

    def outside(self, base: str) -> list[str]:
        """What was asked of anybody else; pictures that stand in the page itself are nobody's."""
        return [url for url in self.requests if not url.startswith((f"{base}/", "data:"))]


def serious(page: Page) -> list[str]:
    """The barriers that axe finds; it is evaluated, for the page's own policy might not let it be loaded."""
    page.evaluate(_AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found if v["impact"] in ("serious", "critical")]
