"""Writes ``docs/commands.md`` from the command line itself: ``make docs``, or ``python docs/commands.py``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from rashomon.cli import app

PAGE = Path(__file__).with_suffix(".md")
_WIDTH = 100
_INTRODUCTION = """\
# Commands

*Written by `make docs` from the command line itself; a test fails where it is out of date.*

Standard output holds the result and nothing else; notes, progress and errors go to standard error, each error on one
line. With `--json` the result is one JSON document; lists come as `{"items": […], "total": n, "offset": n}`. The exit
code is 0, or 1 where there is nothing to show for it (no such story, fewer than two articles, damage found), 2 where
something could not be read, written or understood, 70 for a fault of the program itself.

An archive is a file (SQLite), or a PostgreSQL database by its address. `ingest` and `watch` make it. Ids can be cut
short to any beginning that only one article has; the id of an article also names the story that it is in.

"""


def reference() -> str:
    """The page: all commands in their groups, each with its help."""
    program: Any = typer.main.get_command(app)
    context = program.make_context("rashomon", [], resilient_parsing=True, terminal_width=_WIDTH)
    groups: dict[str, list[str]] = {}
    for name in program.list_commands(context):
        groups.setdefault(program.commands[name].rich_help_panel, []).append(name)
    parts = [_INTRODUCTION]
    for group, names in groups.items():
        parts.append(f"- {group}: " + ", ".join(f"[{name}](#{name})" for name in names) + "\n")
    for name in [name for names in groups.values() for name in names]:
        command = program.commands[name]
        inner = type(context)(command, parent=context, info_name=name, terminal_width=_WIDTH)
        parts.append(f"\n## {name}\n\n```text\n{command.get_help(inner).strip()}\n```\n")
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
