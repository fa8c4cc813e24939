"""The command line as its users meet it: what goes to which stream, one line for every bad input, exit codes."""

from __future__ import annotations

import functools
import importlib
import json
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from demo_archive import SCRIPT, process
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from loopback import Answering, listening
from reading import write
from running import Run, spans_in

from rashomon import cli, stages

ONE = (
    "The harbour master of Velm closed the old bridge on Saturday after two days of heavy rain.\n\n"
    '"Nobody was hurt," Ida Korn told reporters. She said the bridge would stay closed for nine days.\n'
)
TWO = (
    "The old bridge at Velm is shut after two days of heavy rain, harbour master Ida Korn said on Saturday.\n\n"
    "Korn said that the bridge would be closed for ten days. Nobody was hurt, she told reporters.\n"
)
ELSEWHERE = (
    "Three goats won the cheese prize of Upper Sarn, the dairy union announced.\n\n"
    'Their keeper, Otto Brill, wept with joy. "I owe it all to the clover," he told the village orchestra.\n'
)
GERMAN = "Der Bürgermeister hat die Brücke gesperrt und will sie vor dem Winter nicht mehr öffnen lassen. " * 5
HEAVY = {"spacy", "numpy", "trafilatura", "httpx", "rich", "jinja2", "onnxruntime", "lxml", "thinc"}
HEAVY |= {"sqlalchemy", "litestar", "mcp", "pydantic", "anyio"}


@pytest.fixture
def good(tmp_path: Path) -> list[str]:
    """Two reports of one event."""
    return [write(tmp_path / "one.txt", ONE), write(tmp_path / "two.txt", TWO)]


BAD: dict[str, tuple[str, str | bytes | None, str]] = {
    "missing file": ("missing.txt", None, "there is no such file or directory"),
    "missing page": ("missing.html", None, "there is no such file or directory"),
    "directory without articles": ("empty/", None, "holds no article"),
    "empty file": ("empty.txt", "", "is empty"),
    "white space": ("blank.txt", " \n\t\n", "is empty"),
    "picture": ("picture.txt", b"\x89PNG\r\n\x1a\n" + bytes(64), "not text"),
    "binary": ("binary.txt", bytes(range(256)) * 4, "binary, not text"),
    "wrong encoding": ("encoded.txt", b"\xef\xbb\xbfThe bridge \xff\xfe\xfd is shut.", "is not valid UTF-8"),
    "page without an article": (
        "menu.html",
        "<html><body><nav><a href=/>Home</a><a href=/sport>Sport</a></nav></body></html>",
        "no article was found in the page",
    ),
    "page of 20 MB": ("large.html", b"<p>The bridge is shut.</p>\n" * 750_000, "is larger than 10 MB"),
    "record without text": ("records.jsonl", '{"title": "No text here"}\n', "line 1: "),
    "record that is no JSON": ("broken.jsonl", '{"text": "The bridge\n', "line 1: "),
    "German": ("german.txt", GERMAN, "the text is in German (de); only English can be analysed"),
}


def _bad(folder: Path, name: str) -> str:
    file, content, _ = BAD[name]
    if content is not None:
        return write(folder / file, content)
    if file.endswith("/"):
        (folder / file).mkdir()
    return str(folder / file)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_input_alone_is_one_line_and_exit_code_2(name: str, run: Run, tmp_path: Path) -> None:
    path = _bad(tmp_path, name)
    code, out, err = run("compare", path)
    assert (code, out, len(err)) == (2, "", 1), err
    assert err[0].startswith(f"rashomon: {path.rstrip('/')}") and BAD[name][2] in err[0]


@pytest.mark.parametrize("name", BAD)
def test_the_good_inputs_beside_a_bad_one_are_compared(name: str, run: Run, tmp_path: Path, good: list[str]) -> None:
    code, out, err = run("compare", good[0], _bad(tmp_path, name), good[1], "--json")
    assert (code, len(err)) == (0, 1) and BAD[name][2] in err[0]
    assert [a["id"] for a in json.loads(out)["articles"]] == ["one", "two"]


def test_a_bad_line_among_good_ones_is_named(run: Run, tmp_path: Path) -> None:
    lines = [json.dumps({"id": "a", "text": ONE}), json.dumps({"id": "b"}), json.dumps({"id": "c", "text": TWO})]
    code, out, err = run("compare", write(tmp_path / "story.jsonl", "\n".join(lines)), "--json")
    assert (code, len(err)) == (0, 1) and "line 2: " in err[0]
    assert [a["id"] for a in json.loads(out)["articles"]] == ["a", "c"]


def test_an_old_encoding_is_read(run: Run, tmp_path: Path, good: list[str]) -> None:
    old = write(tmp_path / "old.txt", TWO.replace("Velm", "Vélm").replace('"', "”").encode("cp1252"))
    code, out, err = run("compare", good[0], old, "--json", "--anyway")
    assert (code, err) == (0, []) and "Vélm" in json.loads(out)["articles"][1]["text"]


def test_one_article_only(run: Run, good: list[str]) -> None:
    code, out, err = run("compare", good[0])
    assert (code, out) == (1, "")
    assert err == ["rashomon: needs at least two different articles to compare; give another one"]


def test_the_same_article_twice(run: Run, tmp_path: Path, good: list[str]) -> None:
    copy = write(tmp_path / "copy.txt", ONE)
    for again, told in ((copy, f"has the same text as {good[0]}"), (good[0], "was given before")):
        code, out, err = run("compare", good[0], again)
        assert (code, out, len(err)) == (1, "", 1) and told in err[0], err
    code, out, err = run("compare", *good, copy, "--json")
    assert (code, len(err), len(json.loads(out)["articles"])) == (0, 1, 2)


def test_different_events_are_told_apart_unless_anyway(run: Run, tmp_path: Path, good: list[str]) -> None:
    other = write(tmp_path / "goats.txt", ELSEWHERE)
    code, out, err = run("compare", good[0], other)
    assert (code, out, len(err)) == (1, "", 1)
    for told in ("plainly report different events", "in common", "Ida Korn", "Otto Brill", "--anyway"):
        assert told in err[0]
    code, out, err = run("compare", *good, other)
    assert code == 1 and "one, two / goats" in err[0]
    code, out, err = run("compare", good[0], other, "--anyway", "--json")
    assert (code, err) == (0, []) and len(json.loads(out)["articles"]) == 2


class _Handler(Answering):
    def get(self) -> None:
        match self.path:
            case "/fails":
                self.send_error(500)
            case "/picture":
                self.answer(b"\x89PNG", "image/png")
            case "/private":
                self.redirect("http://10.0.0.7/admin")
            case "/slow":
                time.sleep(2)
            case _:
                self.answer(TWO.encode(), "text/plain; charset=utf-8")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with listening(_Handler) as address:
        yield address


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("fails", "HTTP status 500"),
        ("picture", "not a page of text"),
        ("private", "a private or reserved address"),
        ("slow", "no complete answer within"),
    ],
)
def test_an_address_that_gives_no_article(
    page: str, told: str, server: str, run: Run, good: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server counts as public here, so that what it redirects to is judged and not itself."""
    reading, fetching = (importlib.import_module(f"rashomon.read.{name}") for name in ("contents", "fetch"))
    monkeypatch.setattr(fetching, "_is_public", lambda address: address == "127.0.0.1")
    monkeypatch.setattr(fetching, "_PORTS", (80, 443, int(server.rpartition(":")[2])))
    monkeypatch.setattr(reading, "fetch", functools.partial(fetching.fetch, seconds=0.5))
    code, out, err = run("compare", f"{server}/{page}", good[0])
    assert (code, out, len(err)) == (2, "", 1)
    assert err[0].startswith(f"rashomon: {server}/{page}: ") and told in err[0]
    code, out, err = run("compare", f"{server}/{page}", *good, "--json")
    assert (code, len(err), len(json.loads(out)["articles"])) == (0, 1, 2)


def test_a_private_address_is_fetched_only_on_request(server: str, run: Run, good: list[str]) -> None:
    code, _, err = run("compare", f"{server}/two", good[0])
    assert code == 2 and "a private or reserved address" in err[0]
    code, out, err = run("compare", f"{server}/two", good[0], "--allow-private", "--json")
    assert (code, err) == (0, []) and json.loads(out)["articles"][0]["url"] == f"{server}/two"


def test_a_port_where_nobody_listens(run: Run) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/"
    code, out, err = run("compare", address, "--allow-private")
    assert (code, out, len(err)) == (2, "", 1) and "could not be fetched" in err[0]


def test_standard_input_is_read_once(run: Run, good: list[str]) -> None:
    code, out, err = run("compare", "-", good[0], "--json", stdin=TWO.encode())
    assert (code, err, len(json.loads(out)["articles"])) == (0, [], 2)
    code, out, err = run("compare", "-", good[0])
    assert (code, out, err) == (2, "", ["rashomon: -: is empty"])
    code, out, err = run("compare", "-", "-", stdin=TWO.encode())
    assert (code, out, len(err)) == (2, "", 1)


def test_the_document_is_valid_and_true(run: Run, good: list[str]) -> None:
    code, out, err = run("schema", "comparison")
    assert (code, err) == (0, [])
    schema = json.loads(out)
    jsonschema.Draft202012Validator.check_schema(schema)
    for story in (("compare", *good), ("demo",), ("demo", "bridge")):
        document = json.loads(run(*story, "--json").out)
        jsonschema.validate(document, schema)
        texts = {a["id"]: a["text"] for a in document["articles"]}
        spans = list(spans_in(document))
        assert len(spans) > 20
        assert all(texts[s["article"]][s["start"] : s["end"]] == s["text"] for s in spans)


def test_a_page_is_written_and_the_report_printed(run: Run, good: list[str], tmp_path: Path) -> None:
    page = tmp_path / "story.html"
    code, out, err = run("compare", *good, "--html", page)
    assert (code, err) == (0, [f"Wrote {page}"]) and "*nine* days" in out
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    code, out, err = run("compare", *good, "--html", "-")
    assert (code, err, out) == (0, [], page.read_text(encoding="utf-8"))


def test_a_page_that_cannot_be_written(run: Run, good: list[str], tmp_path: Path) -> None:
    for target in (tmp_path / "nowhere" / "story.html", tmp_path):
        code, out, err = run("compare", *good, "--html", target)
        assert (code, out, len(err)) == (2, "", 1)
        assert err[0].startswith(f"rashomon: {target}: cannot be written")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--nope"],
        ["compare"],
        ["compare", "--nope", "a.txt"],
        ["compare", "a.txt", "--html"],
        ["compare", "a.txt", "--published", "yesterday"],
        ["compare", "a.txt", "--json=yes"],
        ["compare", ""],
        ["compare", "a\0b"],
        ["compare", "ftp://velm.example/a"],
        ["compare", "x" * 5000],
        ["frobnicate"],
        ["demo", "nowhere"],
        ["schema", "nothing"],
    ],
    ids=lambda arguments: " ".join(arguments)[:30] or "empty",
)
def test_a_wrong_command_line_is_one_line_and_exit_code_2(arguments: list[str], run: Run) -> None:
    code, out, err = run(*arguments)
    assert (code, out, len(err)) == (2, "", 1) and err[0].startswith("rashomon")


def test_a_pipeline_that_is_not_installed(run: Run, good: list[str]) -> None:
    code, out, err = run("compare", *good, "--pipeline", "xx_no_such_pipeline")
    assert (code, out, len(err)) == (2, "", 1) and "xx_no_such_pipeline" in err[0] and "install" in err[0]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=12) | st.sampled_from(["--json", "--html", "-", "--outlet", "compare"]), max_size=4))
@example(["\udce9"])
@example(["--outlet"])
def test_no_arguments_whatever_show_a_traceback(run: Run, arguments: list[str]) -> None:
    """Whatever is typed after ``compare``: an exit code of ours and a line that says why."""
    outcome = run("compare", *arguments)
    assert outcome.code in (0, 1, 2) and (outcome.err or outcome.code == 0)
    assert all(not line.startswith("rashomon: internal") for line in outcome.err)


def test_the_program_alone_shows_its_help(run: Run) -> None:
    code, out, err = run()
    assert (code, out) == (2, "") and any("compare" in line for line in err)
    code, out, err = run("--help")
    assert (code, err) == (0, []) and "compare" in out
    code, out, err = run("--version")
    assert (code, err) == (0, []) and out.startswith("rashomon ")


def test_a_fault_of_the_program_is_one_line(run: Run, good: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("an actor\nnobody knows")

    monkeypatch.setattr(stages, "compare", broken)
    code, out, err = run("compare", *good)
    assert (code, out, len(err)) == (70, "", 1)
    assert "internal error (KeyError: " in err[0] and "please report it" in err[0] and "RASHOMON_DEBUG=1" in err[0]
    monkeypatch.setenv("RASHOMON_DEBUG", "1")
    with pytest.raises(KeyError):
        cli.main()


def test_an_article_that_defeats_an_annotator_is_told_and_the_others_compared(
    run: Run, good: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = importlib.import_module("rashomon.annotate.pipeline")
    whole = pipeline.to_records

    def brittle(doc: Any) -> Any:
        if doc._.article.id == "three":
            raise IndexError("out of range")
        return whole(doc)

    monkeypatch.setattr(pipeline, "to_records", brittle)
    three = write(tmp_path / "three.txt", TWO.replace("ten", "eleven"))
    code, out, err = run("compare", three, *good, "--json")
    assert (code, len(err)) == (0, 1)
    assert err[0].startswith("rashomon: three: cannot be analysed (IndexError: out of range)")
    assert [a["id"] for a in json.loads(out)["articles"]] == ["one", "two"]
    code, out, err = run("compare", three, good[0], "--json")
    assert (code, out, len(err)) == (1, "", 2)


def test_a_reader_that_leaves_a_pipe_is_no_error(good: list[str]) -> None:
    for arguments in (["demo", "--json"], ["demo", "--full"], ["demo", "--html", "-"]):
        with subprocess.Popen([*SCRIPT, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
            assert running.stdout is not None and running.stderr is not None
            running.stdout.read(10)
            running.stdout.close()
            err = running.stderr.read().decode()
        assert "Error" not in err and "Traceback" not in err and "Exception" not in err, err


def test_piped_output_is_plain_and_any_encoding_will_do(good: list[str]) -> None:
    plain = process("compare", *good)
    assert plain.returncode == 0 and plain.stderr == "" and "\x1b" not in plain.stdout
    forced = process("compare", *good, NO_COLOR="1", FORCE_COLOR="1")
    assert forced.returncode == 0 and "\x1b[3" not in forced.stdout
    ascii_only = process("compare", *good, PYTHONIOENCODING="ascii")
    assert ascii_only.returncode == 0 and ascii_only.stdout.isascii()


def test_an_interruption_is_no_traceback(good: list[str]) -> None:
    program = (
        "import sys; from rashomon import stages, cli\n"
        "def interrupted(*a, **k): raise KeyboardInterrupt\n"
        "stages.compare = interrupted; sys.argv = ['rashomon', 'demo']; cli.main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 130 and "Traceback" not in done.stderr


def test_help_loads_nothing_heavy_and_answers_at_once() -> None:
    program = (
        "import sys; sys.argv = ['rashomon', '--help']\n"
        "from rashomon.cli import main\n"
        "try: main()\n"
        "finally: print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "compare" in done.stdout
    assert not HEAVY & {name.partition(".")[0] for name in done.stderr.split()}

    def seconds() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert process("--help").returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    # Processor time, so that a busy machine does not count; the goal is 0.3 s, the rest is for slow machines.
    assert min(seconds() for _ in range(4)) < 0.6
