"""Take the pictures of the README: the page of the bundled story, its first screen and two articles side by side.

python docs/pictures.py        # -> docs/pictures/page.png, docs/pictures/side-by-side.png
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).parent / "pictures"
WIDTH, HEIGHT = 1280, 800
PICTURES = {"page": "", "side-by-side": "?one=D&beside=G#articles"}


def main() -> None:
    chromium = next(p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as browsers:
        page = Path(folder) / "demo.html"
        subprocess.run([sys.executable, "-m", "rashomon", "demo", "--html", str(page)], check=True, capture_output=True)
        browser = browsers.chromium.launch(executable_path=chromium)
        view = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        FOLDER.mkdir(exist_ok=True)
        for name, query in PICTURES.items():
            view.goto(f"{page.as_uri()}{query}")
            view.screenshot(path=FOLDER / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
