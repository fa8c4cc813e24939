"""The archive's four faces can do the same: Python, command line, API and MCP, compared by the names of their verbs."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest
import typer
from served import client

from rashomon.archive import Archive, open_archive
from rashomon.cli.app import app
from rashomon.mcp.tools import TOOLS

# What of the facade is no verb of its own, with the reason.
NO_VERBS = {
    "close": "what opened the archive closes it",
    "compared": "compare, for a page that must not wait",
    "told": "story, for pages that show no quotations",
    "reported": "judgements, as the page of a story needs them",
}
# What a face leaves out, with the reason.
LEFT_OUT = {
    "command line": {},
    "API": {
        "ingest": "whoever can reach a page must not make the server read files and addresses",
        "watch": "the same, and it never ends",
        "regroup": "it holds off all other writers for as long as it takes",
        "check": "it reads the whole archive",
        "export": "it reads the whole archive; the lists give the same part by part",
    },
    "MCP": {
        "ingest": "it only reads",
        "watch": "it only reads",
        "regroup": "it only reads",
        "judge": "it only reads: a judgement is a person's",
        "report": "it only reads: a judgement is a person's",
        "export": "a context holds no table; the lists give the same part by part",
    },
}
# What a face has besides, with the reason.
BESIDES = {
    "command line": {
        "demo": "compares a bundled story, without an archive",
        "schema": "prints the form of a document",
        "eval": "measures accuracy",
        "serve": "starts the API",
        "scale": "works on folders, before there is an archive",
        "mcp": "starts MCP",
    },
    "API": {
        "utterance": "one of the utterances that compare gives, at an address of its own",
        "speaker": "quotes of one speaker, arranged for a page",
        "about": "what the server is",
    },
    "MCP": {},
}
# Arguments that only Python can give, or that a face gives in another way.
# (``mend``: the command line makes anew what can be, MCP only reads.)
_OWN = {"progress", "stop", "stdin", "out", "jobs", "mend"}


@pytest.fixture(scope="module")
def operations(demo_archive: Path) -> dict[str, tuple[str, set[str]]]:
    """The operations of the API: for each the HTTP method and the names of what an address takes."""
    with open_archive(str(demo_archive)) as archive, client(archive) as asking:
        paths = asking.get("/openapi.json").json()["paths"]
    return {
        operation["operationId"]: (method, {parameter["name"] for parameter in operation.get("parameters", ())})
        for methods in paths.values()
        for method, operation in methods.items()
    }


@pytest.fixture
def faces(operations: dict[str, tuple[str, set[str]]]) -> dict[str, set[str]]:
    """The names of what each face can do."""
    program: Any = typer.main.get_command(app)
    return {"command line": set(program.commands), "API": set(operations), "MCP": {tool.name for tool in TOOLS}}


def _verbs() -> dict[str, set[str]]:
    """The archive's verbs with the names of their arguments."""
    methods = {name: method for name, method in vars(Archive).items() if not name.startswith("_")}
    assert set(NO_VERBS) <= set(methods)
    return {
        name: set(inspect.signature(method).parameters) - {"self"} - _OWN
        for name, method in methods.items()
        if name not in NO_VERBS
    }


@pytest.mark.parametrize("face", LEFT_OUT)
def test_a_face_has_every_verb_but_what_it_leaves_out_for_a_reason(face: str, faces: dict[str, set[str]]) -> None:
    verbs = set(_verbs())
    assert faces[face] == (verbs - set(LEFT_OUT[face])) | set(BESIDES[face])
    assert set(LEFT_OUT[face]) <= verbs and not set(BESIDES[face]) & verbs
    assert all([*LEFT_OUT[face].values(), *BESIDES[face].values()])


def test_the_command_line_takes_every_argument_of_a_verb() -> None:
    program: Any = typer.main.get_command(app)
    for name, arguments in _verbs().items():
        taken = {
            max(parameter.opts, key=len).lstrip("-").replace("-", "_") for parameter in program.commands[name].params
        }
        if name == "compare":
            # Its first arguments are files, or an archive and a story.
            taken = taken - {"inputs"} | {"story"}
        assert arguments <= taken, name


def test_mcp_takes_every_argument_of_a_verb() -> None:
    verbs = _verbs()
    for tool in TOOLS:
        assert verbs[tool.name] <= set(tool.takes.__struct_fields__), tool.name


def test_the_api_takes_every_argument_of_a_verb(operations: dict[str, tuple[str, set[str]]]) -> None:
    verbs = _verbs()
    for name, (method, taken) in operations.items():
        if name in verbs and method == "get":
            assert verbs[name] <= taken, (name, verbs[name] - taken)
