"""Writes ``docs/commands.md`` and the man page ``docs/rashomon.1`` from the command line itself: ``make docs``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import typer

from rashomon.cli.app import app

PAGE = Path(__file__).with_suffix(".md")
MAN = Path(__file__).with_name("rashomon.1")
_WIDTH = 100
_EXIT_CODES = """\
0, or 1 where there is nothing to show for it (no such story, fewer than two articles, damage found), 2 where
something could not be read, written or understood, 70 for a fault of the program itself."""
_STREAMS = """\
Standard output holds the result and nothing else; notes, progress and errors go to standard error, each error on one
line."""
_INTRODUCTION = f"""\
# Commands

*Written by `make docs` from the command line itself; a test fails where it is out of date.*

{_STREAMS} With `--json` the result is one JSON document; lists come as `{{"items": […], "total": n, "offset": n}}`.
The exit code is {_EXIT_CODES}

An archive is a file (SQLite), or a PostgreSQL database by its address. `ingest` and `watch` make it. Ids can be cut
short to any beginning that only one article has; the id of an article also names the story that it is in.

The shell completes commands and options after `rashomon --install-completion` (bash, zsh, fish, PowerShell) and a new
terminal; `rashomon --show-completion` prints what that would install, for a place of your own. The wheel brings this
page as a manual page: `man rashomon`, or `man .venv/share/man/man1/rashomon.1`.

"""


def reference() -> str:
    """The page: all commands in their groups, each with its help."""
    groups: dict[str, list[str]] = {}
    for name, command, _ in _commands():
        groups.setdefault(command.rich_help_panel, []).append(name)
    parts = [_INTRODUCTION]
    for group, names in groups.items():
        parts.append(f"- {group}: " + ", ".join(f"[{name}](#{name})" for name in names) + "\n")
    for name, command, context in _commands():
        parts.append(f"\n## {name}\n\n```text\n{command.get_help(context).strip()}\n```\n")
    return "".join(parts)


def manual() -> str:
    """The man page (section 1): the same, in roff."""
    described = str(app.info.help)
    parts = [
        '.TH RASHOMON 1 "" "Rashomon" "User Commands"\n',
        f".SH NAME\nrashomon \\- {_roff(described[0].lower() + described[1:].rstrip('.'))}\n",
        ".SH SYNOPSIS\n.B rashomon\n[\\-\\-version] [\\-\\-help] COMMAND [ARGUMENTS]\n",
        f".SH DESCRIPTION\n{_roff(_STREAMS)}\n",
        ".SH COMMANDS\n",
    ]
    for name, command, context in _commands():
        arguments = " ".join(command.collect_usage_pieces(context)[1:])
        parts.append(f'.SS "rashomon {_roff(name)} [OPTIONS] {_roff(arguments)}"\n{_roff(command.help.strip())}\n')
        for parameter in command.get_params(context):
            record = parameter.get_help_record(context)
            if record is not None:
                named = (
                    parameter.metavar if parameter.param_type_name == "argument" and parameter.metavar else record[0]
                )
                parts.append(f".TP\n.B {_roff(named)}\n{_roff(record[1])}\n")
    parts.append(f".SH EXIT STATUS\n{_roff(_EXIT_CODES)}\n")
    return "".join(parts)


def _commands() -> list[tuple[str, Any, Any]]:
    """Each command's name, itself and a context to ask it in, group by group."""
    program: Any = typer.main.get_command(app)
    context = program.make_context("rashomon", [], resilient_parsing=True, terminal_width=_WIDTH)
    return [
        (name, command, type(context)(command, parent=context, info_name=name, terminal_width=_WIDTH))
        for name in program.list_commands(context)
        for command in [program.commands[name]]
    ]


def _roff(text: str) -> str:
    """Text as roff prints it unchanged: its own marks escaped, no line that it takes for a request."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", escaped)]
    return "\n.PP\n".join(re.sub(r"^(?=[.'])", r"\\&", part) for part in paragraphs)


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
    MAN.write_text(manual(), encoding="utf-8")
