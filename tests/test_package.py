"""The package as others install it: its names, version, types, completion, manual page and reference."""

from __future__ import annotations

import inspect
import json
import os
import pickle
import re
import runpy
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
import typer
from running import Run

import rashomon
from rashomon.cli.app import app

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
# Every module is what its package has under its name; what cannot be imported by itself is passed over.
NOTHING_HIDDEN = """
import importlib, pkgutil, sys, rashomon
names = [m.name for m in pkgutil.walk_packages(rashomon.__path__, "rashomon.") if ".migrations" not in m.name]
for name in names:
    importlib.import_module(name)
for package, _, name in (name.rpartition(".") for name in names):
    if getattr(sys.modules[package], name) is not sys.modules[f"{package}.{name}"]:
        print(package, name)
"""


def _python(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_no_function_hides_a_module() -> None:
    assert _python(NOTHING_HIDDEN) == ""


@pytest.mark.parametrize(
    "first", ["import rashomon", "import rashomon.read.feeds", "from rashomon import read, compare"]
)
def test_read_and_compare_can_be_called_and_looked_into_after_any_import(first: str) -> None:
    program = f"{first}\nimport rashomon, rashomon.read.feeds, rashomon.compare.story\n"
    program += "found = rashomon.read.stream, rashomon.read.feeds.parse, rashomon.compare.story.compare\n"
    program += "print(all(map(callable, found)), rashomon.read(['no such file'])[1][0].input)\n"
    assert _python(program) == "True no such file"


def test_what_can_be_called_tells_its_arguments_and_can_be_sent_to_another_process() -> None:
    assert next(iter(inspect.signature(rashomon.read).parameters)) == "inputs"
    assert next(iter(inspect.signature(rashomon.compare).parameters)) == "articles"
    assert pickle.loads(pickle.dumps(rashomon.compare)) is rashomon.compare


def test_all_names_are_there_and_exactly_those_that_are_documented() -> None:
    headings = re.findall(r"^## `(.+)`$", (DOCS / "python.md").read_text(encoding="utf-8"), re.M)
    assert headings == rashomon.__all__ == sorted(set(rashomon.__all__))
    assert [name for name in rashomon.__all__ if getattr(rashomon, name).__doc__ is None] == []


def test_the_reference_and_the_manual_page_are_up_to_date() -> None:
    python = runpy.run_path(str(DOCS / "python.py"))
    assert python["PAGE"].read_text(encoding="utf-8") == python["reference"](), "make docs writes it anew"
    commands = runpy.run_path(str(DOCS / "commands.py"))
    assert commands["MAN"].read_text(encoding="utf-8") == commands["manual"](), "make docs writes it anew"


def test_the_manual_page_has_every_command_and_no_line_that_roff_takes_for_another_request() -> None:
    manual = (DOCS / "rashomon.1").read_text(encoding="utf-8")
    helped = _python("import sys; sys.argv = ['rashomon', '--help']; from rashomon.cli import main; main()")
    commands = re.findall(r"^  (\w+)  +\w", helped.partition("Compare reports:")[2], re.M)
    assert len(commands) > 20 and re.findall(r'^\.SS "rashomon (\w+)', manual, re.M) == commands
    assert set(re.findall(r"^[.'](\S*)", manual, re.M)) == {"TH", "SH", "SS", "TP", "PP", "B"}
    assert PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"] == {
        "docs/rashomon.1": "share/man/man1/rashomon.1"
    }


def test_the_version_is_one_everywhere_and_the_newest_in_the_list_of_changes() -> None:
    assert rashomon.__version__ == version("rashomon")
    assert _python("import sys; sys.argv = ['rashomon', '--version']; from rashomon.cli import main; main()") == (
        f"rashomon {rashomon.__version__}"
    )
    released = re.findall(r"^## \[(\d[^\]]*)\] - \d{4}-\d\d-\d\d$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert released[0] == PROJECT["project"]["version"]


def test_the_types_are_for_others_too() -> None:
    assert (Path(rashomon.__file__).parent / "py.typed").is_file()


def test_the_wheel_has_models_and_types_and_no_scorers(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("rashomon")}
    source = Path(rashomon.__file__).parent
    held = {f"rashomon/{p.relative_to(source).as_posix()}" for p in source.rglob("*") if p.is_file()}
    assert {name for name in packed if name.startswith("rashomon/")} == {n for n in held if "__pycache__" not in n}
    assert not [name for name in packed if "evals" in name]


def test_the_command_that_scores_says_where_its_scorers_are(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rashomon_evals", None)
    for name in [name for name in sys.modules if name.startswith("rashomon_evals.")]:
        monkeypatch.delitem(sys.modules, name)
    done = run("eval", "quotes", "gold")
    assert (done.code, done.out) == (2, "") and "the scorers come with the source" in done.err[0]


def _completed(*words: str, home: Path) -> str:
    program = "import sys; sys.argv = sys.argv[:1]; from rashomon.cli import main; main()"
    environment = {**os.environ, "HOME": str(home), "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**environment, "_RASHOMON_COMPLETE": "complete_bash"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.stdout


def test_a_shell_completes_commands_options_and_choices_and_nothing_is_written(tmp_path: Path) -> None:
    assert _completed("rashomon", "reg", home=tmp_path).split() == ["regroup"]
    assert _completed("rashomon", "compare", "--anno", home=tmp_path).split() == ["--annotators"]
    assert _completed("rashomon", "compare", "--annotators", "f", home=tmp_path).split() == ["fast"]
    assert list(tmp_path.iterdir()) == []


def test_the_image_is_made_of_what_is_here_and_serves_as_a_user() -> None:
    build, serving = re.split(r"^FROM .*\n", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.M)[1:]
    copied = [source for line in re.findall(r"^COPY (.+)$", build, re.M) for source in line.split()[:-1]]
    assert "src" in copied and [source for source in copied if not (ROOT / source).exists()] == []
    let_in = [line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").split() if line[0] == "!"]
    assert [source for source in copied if not any(source.startswith(name) for name in let_in)] == []
    assert serving.index("USER rashomon") < serving.index("ENTRYPOINT") and "VOLUME /archive" in serving
    given = json.loads(serving.partition("\nCMD ")[2])
    serve = typer.main.get_command(app).commands["serve"]  # type: ignore[attr-defined]
    assert given[0] == "serve" and serve.make_context("serve", given[1:]).params["host"] == "0.0.0.0"
