"""The documentation: every example runs, every excerpt of output is the program's own, every link leads somewhere."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from parts import lack

import rashomon

ROOT = Path(__file__).resolve().parents[1]
PAGES = [
    path
    for pattern in ("*.md", "docs/*.md", "src/**/README.md", "evals/**/README.md")
    for path in sorted(ROOT.glob(pattern))
]
# Languages whose blocks are no examples to run.
PLAIN = {"text", "json", "html"}
# Lines of shell examples that are left out when the examples run, each with its reason.
NOT_RUN = {
    "make demo": "this is what sets the environment up",
    "make test": "this is what runs these tests",
    "https://": "needs the network; fetching is tested against a server on the loopback",
    "docker ": "needs a registry of images; that the image is made of what is here is tested",
}
_BLOCK = re.compile(r"^```(?P<language>\w*)\n(?P<code>.*?)^```$", re.M | re.S)
_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")


class Example(NamedTuple):
    """A fenced block of a page of documentation."""

    page: Path
    line: int
    language: str
    code: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def _examples() -> list[Example]:
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for match in _BLOCK.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(Example(page, line, match["language"], match["code"]))
    return found


EXAMPLES = _examples()


def _of(language: str) -> list[Example]:
    return [example for example in EXAMPLES if example.language == language]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like a checkout, with the bundled stories and the environment, in which examples may write."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(Path(rashomon.__file__).parent / "demo", folder / "src" / "rashomon" / "demo")
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def _bash(script: str, place: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=place,
        env={**os.environ, "PATH": path, "COLUMNS": "100", "NO_COLOR": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{script}\n{done.stderr}"
    return done.stdout


def test_every_example_is_in_a_language_that_is_checked_or_plain() -> None:
    assert {e.language for e in EXAMPLES} <= {"sh", "console", "python"} | PLAIN, EXAMPLES
    assert _of("sh") and _of("console") and _of("python")


def test_every_line_that_is_left_out_has_its_reason() -> None:
    code = "".join(example.code for example in _of("sh"))
    assert [part for part in NOT_RUN if part not in code] == []


@pytest.mark.parametrize("example", _of("sh"), ids=str)
def test_shell_examples_run(example: Example, place: Path) -> None:
    lines = [line for line in example.code.splitlines() if not any(part in line for part in NOT_RUN)]
    for program in ("curl", "jq"):
        if any(re.search(rf"\b{program} ", line) for line in lines) and not shutil.which(program):
            lack(program, f"apt-get install {program}")
    _bash("\n".join(lines), place)


@pytest.mark.parametrize("example", _of("python"), ids=str)
def test_python_examples_run(example: Example, place: Path) -> None:
    script = place / "example.py"
    script.write_text(example.code, encoding="utf-8")
    assert _bash(f"{sys.executable} {script}", place).strip()


@pytest.mark.parametrize("example", _of("console"), ids=str)
def test_excerpts_of_output_are_what_the_program_prints(example: Example, place: Path) -> None:
    """The lines of an excerpt come in order, word for word; a line with nothing but dots stands for any number."""
    command, *excerpt = example.code.splitlines()
    printed = iter(line.rstrip() for line in _bash(command.removeprefix("$ "), place).splitlines())
    for line in excerpt:
        if line.strip() not in ("", "…"):
            still = line.rstrip() in printed
            assert still, f"{example} no longer prints: {line}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    for match in _LINK.finditer(text):
        target, _, anchor = match["target"].partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        file = page.parent / target if target else page
        assert file.exists(), f"{page.name} links to {match['target']}"
        if anchor:
            assert anchor in _anchors(file), f"{page.name} links to {match['target']}"


def test_the_figures_of_the_readme_are_those_of_the_accuracy_report() -> None:
    told = (
        (ROOT / "README.md")
        .read_text(encoding="utf-8")
        .partition("**How wrong it is**")[2]
        .partition("**To start**")[0]
    )
    report = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")
    measured = report.partition("<!-- accounts accounts/test -->")[2].partition("<!-- end -->")[0]
    figures = re.findall(r"\d+ of \d+", told)
    assert len(figures) >= 4 and [figure for figure in figures if f"| {figure} |" not in measured] == []


def test_every_page_can_be_reached_from_the_index() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    linked = {match["target"].partition("#")[0] for match in _LINK.finditer(index)}
    assert {page.name for page in (ROOT / "docs").glob("*.md")} - {"index.md"} == linked


def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    if importlib.util.find_spec("mkdocs") is None:
        lack("MkDocs", "pip install 'rashomon[docs]'")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    built = (tmp_path / "site" / "tutorial" / "index.html").read_text(encoding="utf-8")
    assert "Go to the source" in built
    assert re.findall(r'<(?:script|img|link rel="stylesheet")[^>]+(?:src|href)="(?:https?:)?//', built) == []


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.casefold()).replace(" ", "-") for heading in headings}
