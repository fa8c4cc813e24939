"""The protocol: tools listed and called, by the official SDK, over standard input and output."""

from __future__ import annotations

from functools import partial
from importlib.metadata import version
from typing import Any

import anyio
import mcp_types as types
import msgspec
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError

from rashomon.archive import Archive
from rashomon.errors import RashomonError
from rashomon.mcp.tools import INSTRUCTIONS, TOOLS, Tool, schema

_BY_NAME = {tool.name: tool for tool in TOOLS}


def serve(archive: Archive) -> None:
    """Answer until standard input is closed."""
    anyio.run(_serve, archive)


def server(archive: Archive) -> Server[Any]:
    """The server of an archive's tools, to be run on any transport."""
    # The archive's work is not asynchronous, so it is done in a thread; one question at a time.
    turn = anyio.CapacityLimiter(1)

    async def listing(_: Any, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_described(tool) for tool in TOOLS])

    async def calling(_: Any, call: types.CallToolRequestParams) -> types.CallToolResult:
        tool = _BY_NAME.get(call.name)
        if tool is None:
            raise MCPError(types.INVALID_PARAMS, f"no such tool; there are: {', '.join(_BY_NAME)}")
        try:
            answer = await anyio.to_thread.run_sync(
                partial(tool.answer, archive, call.arguments or {}), limiter=turn, abandon_on_cancel=True
            )
        except RashomonError as error:
            return _failed(str(error))
        except Exception as error:
            return _failed(f"internal error of rashomon ({type(error).__name__}: {error}); please report it")
        text = msgspec.json.encode(answer).decode()
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=text)], structured_content=msgspec.to_builtins(answer)
        )

    return Server(
        "rashomon",
        version=version("rashomon"),
        title="Rashomon",
        instructions=INSTRUCTIONS,
        on_list_tools=listing,
        on_call_tool=calling,
    )


async def _serve(archive: Archive) -> None:
    async with stdio_server() as (requests, answers):
        answering = server(archive)
        await answering.run(requests, answers, answering.create_initialization_options())


def _failed(told: str) -> types.CallToolResult:
    """An answer that a model can read and act on, where an error of the protocol would end its turn."""
    return types.CallToolResult(content=[types.TextContent(type="text", text=told)], is_error=True)


def _described(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=schema(tool.takes),
        output_schema=schema(tool.gives),
        annotations=types.ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False),
    )
