"""The API as it is described: the description is sound, its names stay, no request that fits it breaks the server."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, cast

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from served import client, opened

from rashomon.archive import Archive
from rashomon.web import application

# Names that programs call by; one that is missing breaks them. Most are methods of the archive.
OPERATIONS = {
    "stories": "GET /stories",
    "story": "GET /stories/{story}",
    "compare": "GET /stories/{story}/comparison",
    "utterance": "GET /stories/{story}/utterances/{utterance}",
    "report": "POST /stories/{story}/report",
    "article": "GET /articles/{article}",
    "diff": "GET /articles/{article}/diff",
    "speaker": "GET /speakers/{name}",
    "search": "GET /search",
    "quotes": "GET /quotes",
    "events": "GET /events",
    "relations": "GET /relations",
    "judgements": "GET /judge",
    "judge": "POST /judge",
    "errors": "GET /errors",
    "stats": "GET /stats",
    "about": "GET /about",
}
# What is about a page of the server and not a question to the archive.
PAGES = {"utterance", "speaker", "about"}
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def archive(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Of its own, for random judgements are kept, too."""
    path = Path(shutil.copy(town, tmp_path_factory.mktemp("api") / "own.db"))
    with opened(path) as archive:
        for story in archive.stories(independent=2).items:
            archive.compare(story.id)
        yield archive


@pytest.fixture(scope="module")
def described(archive: Archive) -> dict[str, Any]:
    with client(archive) as web:
        return cast(dict[str, Any], web.get("/openapi.json").json())


def _operations(described: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }


def test_names_of_operations_stay(described: dict[str, Any]) -> None:
    assert {op["operationId"]: at for at, op in _operations(described).items()} == OPERATIONS


def test_operations_are_methods_of_the_archive() -> None:
    assert [name for name in OPERATIONS if name not in PAGES and not callable(getattr(Archive, name, None))] == []


def test_records_are_described_once_and_named_plainly(described: dict[str, Any]) -> None:
    names = set(described["components"]["schemas"])
    assert {"Comparison", "StoryAnswer", "PageOfStoryEntry", "PageOfHit", "PageOfSaid", "Problem", "Judged"} <= names
    assert [name for name in names if not name.isalnum()] == []
    used = set(json.dumps(described).split('"#/components/schemas/')[1:])
    assert {one.partition('"')[0] for one in used} <= names
    for operation in _operations(described).values():
        assert operation["description"]
        assert "404" in operation["responses"]
        assert "application/problem+json" in operation["responses"]["404"]["content"]


def test_answers_are_as_described(archive: Archive, described: dict[str, Any]) -> None:
    closed = deepcopy(described["components"])
    # Nothing may be told that is not described.
    for schema in closed["schemas"].values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    story = archive.stories(words="harbour").items[0].id
    utterance = archive.compare(story).utterances[0].id
    asked = {
        "/stories": "/stories.json",
        "/stories/{story}": f"/stories/{story}.json",
        "/stories/{story}/comparison": f"/stories/{story}/comparison.json",
        "/stories/{story}/utterances/{utterance}": f"/stories/{story}/utterances/{utterance}.json",
        "/articles/{article}": f"/articles/{story}.json",
        "/articles/{article}/diff": f"/articles/{story}/diff.json",
        "/speakers/{name}": "/speakers/Petra%20Hallam.json",
        "/search": "/search.json?words=fire&speaker=hallam",
        "/quotes": "/quotes.json",
        "/events": "/events.json",
        "/relations": "/relations.json?one=hallam&other=aldous",
        "/judge": "/judge.json",
        "/errors": "/errors.json",
        "/stats": "/stats.json",
        "/about": "/about.json",
    }
    assert set(asked) == {at.partition(" ")[2] for at in OPERATIONS.values() if at.startswith("GET")}
    with client(archive) as web:
        for path, address in asked.items():
            answer = web.get(address)
            assert answer.status_code == 200, address
            schema = described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
            validator = jsonschema.Draft202012Validator({**schema, "components": closed})
            assert [error.message for error in validator.iter_errors(answer.json())] == []


@pytest.fixture(scope="module")
def api(archive: Archive) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_asgi("/openapi.json", application(archive), headers={"host": "localhost"})


@pytest.mark.parametrize("at", OPERATIONS.values())
def test_no_request_that_fits_the_description_breaks_the_server(
    archive: Archive, api: schemathesis.BaseSchema, at: str
) -> None:
    method, _, path = at.partition(" ")
    story = archive.stories(words="harbour").items[0].id
    known = {"story": story, "article": story, "utterance": "u1", "name": "Petra Hallam"}

    @given(case=api[path][method].as_strategy(), real=st.booleans())
    @settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def ask(case: Any, real: bool) -> None:
        if real:
            case.path_parameters = {name: known[name] for name in case.path_parameters or {}}
        case.call_and_validate(headers={"host": "localhost", "accept": "application/json"}, checks=CHECKS)

    ask()
