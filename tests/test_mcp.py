"""The MCP server as a client meets it: over stdio in a process of its own, and within this process for the rest."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import anyio
import jsonschema
import msgspec
import pytest
from demo_archive import SCRIPT, TITLES
from hypothesis import given
from hypothesis import strategies as st
from mcp import StdioServerParameters
from mcp.client.client import Client
from mcp.client.stdio import stdio_client
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult, TextContent
from running import spans_in

from rashomon.archive import Archive, open_archive
from rashomon.archive.answers import ArticleAnswer, Brief
from rashomon.mcp.condensed import SECTIONS, condensed, excerpt
from rashomon.mcp.server import server
from rashomon.mcp.tools import INSTRUCTIONS, TOOLS
from rashomon.types import Article, Comparison, Side

T = TypeVar("T")
Talk = Callable[[Client], Awaitable[T]]
# Characters, some four of which are a token: a comparison is to leave a model room for everything else.
_ROOM = 36_000


@pytest.fixture
def archive(own_archive: Path) -> Iterator[Archive]:
    with open_archive(str(own_archive), annotators="fast") as opened:
        yield opened


def _talk(archive: Archive, talk: Talk[T]) -> T:
    """What a client makes of a server within this process."""

    async def run() -> T:
        async with Client(server(archive)) as client:
            return await talk(client)

    return anyio.run(run)


def _asked(archive: Archive, tool: str, **arguments: Any) -> Any:
    """A tool's answer, which is no error."""
    return _answer(_talk(archive, lambda client: client.call_tool(tool, arguments)))


def _answer(result: CallToolResult) -> Any:
    """The structured answer, which is what the text says, too."""
    assert not result.is_error, result.content
    (content,) = result.content
    assert isinstance(content, TextContent)
    assert json.loads(content.text) == result.structured_content
    return result.structured_content


def _check_spans(archive: Archive, answer: Any) -> int:
    """Every span is what stands in its article at that place; gives their number."""
    texts: dict[str, str] = {}
    found = list(spans_in(answer))
    for span in found:
        id = span["article"]
        text = texts.setdefault(id, archive.article(id).article.text)
        assert text[span["start"] : span["end"]] == span["text"]
    return len(found)


def test_a_client_over_stdio_gets_from_the_stories_to_the_words(own_archive: Path, tmp_path: Path) -> None:
    errors = tmp_path / "errors.txt"
    command = StdioServerParameters(command=sys.executable, args=[*SCRIPT[1:], "mcp", str(own_archive)])

    async def run() -> dict[str, Any]:
        with errors.open("w", encoding="utf-8") as log:
            async with Client(stdio_client(command, errlog=log)) as client:
                assert client.instructions == INSTRUCTIONS
                listed = await client.list_tools()
                assert [tool.name for tool in listed.tools] == [tool.name for tool in TOOLS]
                answers = {"stories": _answer(await client.call_tool("stories", {"words": "lease"}))}
                story = answers["stories"]["items"][0]["id"]
                for tool, arguments in (
                    ("story", {"story": story}),
                    ("compare", {"story": story, "limit": 4}),
                    ("quotes", {"speaker": "Aldous", "story": story}),
                    ("search", {"words": "lease", "speaker": "Aldous"}),
                    ("events", {"story": story}),
                    ("article", {"article": story}),
                ):
                    answers[tool] = _answer(await client.call_tool(tool, arguments))
                return answers

    answers = anyio.run(run)
    assert errors.read_text(encoding="utf-8") == ""
    assert answers["story"]["independent"] == answers["compare"]["independent"] == 6
    assert len(answers["compare"]["findings"]) == 4
    with open_archive(str(own_archive), annotators="fast") as archive:
        for tool in ("story", "compare", "quotes", "search", "events", "article"):
            assert _check_spans(archive, answers[tool]) > 0, tool


def test_tools_say_how_their_answers_are_to_be_used() -> None:
    for tool in TOOLS:
        if tool.name in ("story", "compare", "search", "quotes", "events", "relations", "article", "diff"):
            assert "ever change words inside them" in tool.description
    assert "never change a word inside it" in INSTRUCTIONS and "silent on a point does not deny it" in INSTRUCTIONS


def test_the_schemas_are_valid_and_the_answers_are_of_their_form(archive: Archive) -> None:
    story = archive.stories(words="lease").items[0].id
    flood = next(entry.id for entry in archive.stories().items if entry.title == TITLES[1])
    arguments: dict[str, dict[str, Any]] = {
        "story": {"story": story},
        "compare": {"story": story, "sections": list(SECTIONS)},
        "search": {"words": "bridge"},
        "article": {"article": flood},
        "diff": {"article": flood},
        "relations": {"one": "Hallam", "other": "Aldous", "by": "day"},
    }

    async def talk(client: Client) -> None:
        for tool in (await client.list_tools()).tools:
            assert tool.annotations is not None and tool.annotations.read_only_hint
            for schema in (tool.input_schema, tool.output_schema):
                assert schema is not None and schema["type"] == "object"
                jsonschema.Draft202012Validator.check_schema(schema)
            taken = arguments.get(tool.name, {})
            jsonschema.validate(taken, tool.input_schema)
            answer = _answer(await client.call_tool(tool.name, taken))
            assert tool.output_schema is not None
            jsonschema.validate(answer, tool.output_schema)

    _talk(archive, talk)


def test_a_comparison_fits_a_context_and_its_rest_can_be_reached(archive: Archive) -> None:
    story = archive.stories(words="lease").items[0].id
    answer = _asked(archive, "compare", story=story[:9])
    assert answer["story"] == story and len(json.dumps(answer)) < _ROOM
    assert answer["points"] and answer["findings"] and answer["utterances"] and not answer["alone"]
    assert _check_spans(archive, answer) > 50
    whole = archive.compare(story)
    found: list[str] = []
    while len(found) < answer["totals"]["findings"]:
        part = _asked(archive, "compare", story=story, sections=["findings"], limit=10, offset=len(found))
        assert part["findings"] and not part["points"]
        found += [finding["id"] for finding in part["findings"]]
    assert sorted(found) == sorted(finding.id for finding in whole.findings)
    alone = _asked(archive, "compare", story=story, sections=["alone"])
    assert alone["alone"] and any(one["alone"] for one in alone["alone"]) and _check_spans(archive, alone) > 5


def test_a_point_shows_every_account_and_a_difference_its_words(archive: Archive) -> None:
    story = archive.stories(words="lease").items[0].id
    answer = _asked(archive, "compare", story=story, limit=50)
    accounts = [account["article"] for account in answer["accounts"]]
    whole: Comparison = archive.compare(story)
    points = {point.id: point for point in whole.points}
    for point in answer["points"]:
        assert [told["article"] for told in point["told"]] == accounts
        assert {told["article"]: told["stance"] for told in point["told"]} == points[point["id"]].stances
        for told in point["told"]:
            assert (told["passage"] is None) == (told["stance"] == "silent")
            words = told.get("otherwise", ())
            assert all(told["passage"]["start"] <= w["start"] < w["end"] <= told["passage"]["end"] for w in words)
            assert told.get("nearest") is None or told["passage"] is None
    for finding in answer["findings"]:
        assert len(finding["sides"]) > 1 and finding["reason"]
        for side in finding["sides"]:
            passage = side["passage"]
            assert all(passage["start"] <= mark["start"] <= mark["end"] <= passage["end"] for mark in side["marks"])


def test_long_passages_are_cut_around_the_words_that_matter(archive: Archive) -> None:
    comparison = archive.compare(archive.stories(words="lease").items[0].id)
    texts = {article.id: article for article in comparison.articles}

    def widened(side: Side) -> Side:
        article = texts[side.article]
        return msgspec.structs.replace(side, passage=article.span(0, len(article.text)))

    findings = tuple(
        msgspec.structs.replace(finding, sides=tuple(map(widened, finding.sides))) for finding in comparison.findings
    )
    wide = msgspec.structs.replace(comparison, findings=findings)
    shown = condensed(wide, "story", sections=("findings",), limit=50).findings
    assert shown
    for finding in shown:
        for side in finding.sides:
            text = texts[side.article].text
            assert text[side.passage.start : side.passage.end] == side.passage.text and len(side.passage.text) < 500
            inner = [mark for mark in side.marks if mark.text]
            assert all(side.passage.start <= mark.start and mark.end <= side.passage.end for mark in inner)
            # Words are whole at both ends.
            assert not side.passage.text.startswith(" ") and not side.passage.text.endswith(" ")
            assert not text[side.passage.start - 1 : side.passage.start + 1].isalpha() or side.passage.start == 0
            assert not text[side.passage.end - 1 : side.passage.end + 1].isalpha() or side.passage.end == len(text)


def test_an_article_is_read_range_by_range(archive: Archive) -> None:
    id = archive.stories(words="lease").items[0].id
    text, at = "", 0
    while True:
        part = _asked(archive, "article", article=id, start=at, length=300)
        assert part["length"] == len(archive.article(id).article.text) and len(part["text"]["text"]) <= 300
        text += part["text"]["text"]
        if "next" not in part or part["next"] is None:
            break
        at = part["next"]
    assert text == archive.article(id).article.text
    beyond = _asked(archive, "article", article=id, start=10**6)
    assert beyond["text"]["text"] == "" and beyond["next"] is None


@given(st.text(st.sampled_from("ab \n¶é"), max_size=400), st.integers(1, 60))
def test_ranges_of_any_text_join_to_the_whole(text: str, most: int) -> None:
    answer = ArticleAnswer(article=Article(id="a", text=text), brief=Brief(id="a"), revisions=("2031-03-01",))
    read, at = "", 0
    for _ in range(len(text) + 1):
        part = excerpt(answer, at, most)
        assert part.text.text == text[part.text.start : part.text.end] and len(part.text.text) <= most
        read += part.text.text
        if part.next is None:
            break
        assert part.next > at
        at = part.next
    assert read == text


def test_what_is_asked_wrongly_is_told_so_that_a_model_can_ask_again(archive: Archive) -> None:
    for tool, arguments, told in (
        ("story", {"story": "zzz"}, "zzz: there is no such story"),
        ("compare", {"stori": "a"}, "compare: wrong arguments: Object contains unknown field `stori`"),
        ("compare", {}, "wrong arguments: Object missing required field `story`"),
        ("compare", {"story": "a", "sections": ["all"]}, "wrong arguments: Invalid enum value 'all'"),
        ("stories", {"limit": 1000}, "wrong arguments: Expected `int` <= 100"),
        ("stories", {"since": "yesterday"}, "yesterday: is no date"),
        ("diff", {"article": archive.stories().items[0].id, "old": 7}, "there is no revision 7"),
    ):
        result = _talk(archive, lambda client, tool=tool, arguments=arguments: client.call_tool(tool, arguments))  # type: ignore[misc]
        (content,) = result.content
        assert result.is_error and isinstance(content, TextContent) and told in content.text
    with pytest.raises(BaseException) as raised:
        _talk(archive, lambda client: client.call_tool("judge", {}))
    assert "no such tool" in str(_inner(raised.value))


def _inner(error: BaseException) -> BaseException:
    """The one error within groups of errors."""
    while isinstance(error, BaseExceptionGroup):
        (error,) = error.exceptions
    assert isinstance(error, MCPError)
    return error


def test_a_fault_of_the_program_is_an_answer_too(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> None:
        raise KeyError("an actor nobody knows")

    monkeypatch.setattr(archive, "stats", broken)
    result = _talk(archive, lambda client: client.call_tool("stats", {}))
    (content,) = result.content
    assert result.is_error and isinstance(content, TextContent)
    assert content.text.startswith("internal error of rashomon (KeyError: ") and "report" in content.text
