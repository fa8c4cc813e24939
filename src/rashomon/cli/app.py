"""The program itself: its groups of commands, its way of failing, and what several commands have in common."""

from __future__ import annotations

import os
import re
import sys
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from rashomon.cli.streams import complain, note, silence
from rashomon.errors import RashomonError, missing, told
from rashomon.types import Annotators

if TYPE_CHECKING:
    from rashomon.archive import Archive

# The groups in which ``--help`` lists the commands, in this order.
COMPARE = "Compare reports"
GATHER = "Gather reports in an archive"
ASK = "Ask an archive"
JUDGE = "Judge what it found"
KEEP = "Look after an archive"
SCALE = "Work on many machines"
SERVE = "Open an archive to others"
FIGURES = "Formats and figures"
_GROUPS = (COMPARE, GATHER, ASK, JUDGE, KEEP, SCALE, SERVE, FIGURES)

# Whatever click Typer stands on (its own or the package), this is that click's error for a wrong command line.
_UsageError: type[Exception] = typer.BadParameter.__bases__[0]
_PASSWORD = re.compile(r"(://[^:/@?]*:).*(?=@)|([?&]password=)[^&]*")
_INTERNAL = 70  # sysexits.h: EX_SOFTWARE


class _Grouped(TyperGroup):
    """Lists its commands group by group. (Typer's own groups want rich, which would double the time of ``--help``.)"""

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted(self.commands, key=lambda name: _GROUPS.index(self._group(name)))

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        names = self.list_commands(ctx)
        widest = max(map(len, names))
        for group in _GROUPS:
            rows = [
                (name.ljust(widest), self.commands[name].get_short_help_str(formatter.width - widest - 6))
                for name in names
                if self._group(name) == group
            ]
            with formatter.section(group):
                formatter.write_dl(rows)

    def _group(self, name: str) -> str:
        group: str = getattr(self.commands[name], "rich_help_panel", "")
        return group


app = typer.Typer(
    name="rashomon",
    cls=_Grouped,
    help="One event, every telling: see where reports of the same event agree, differ and are silent.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

# A parameter that has no default, or one that its help tells in words.
argument = partial(typer.Argument, show_default=False)
option = partial(typer.Option, show_default=False)

ArchiveName = Annotated[str, argument(metavar="ARCHIVE", help="An archive: a file, or a postgresql:// address.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Limit = Annotated[int, typer.Option(min=1, help="How many to list.")]
Offset = Annotated[int, typer.Option(min=0, help="How many to skip before the first.")]
Since = Annotated[str | None, option(metavar="DATE", help="From this day on (2017-02-16).")]
Until = Annotated[str | None, option(metavar="DATE", help="Up to this day.")]
Outlet = Annotated[str | None, option(help="Only from this outlet.")]
By = Annotated[str | None, option(metavar="NAME", help="Who says so.")]
Why = Annotated[str | None, option("--note", metavar="TEXT", help="Why.")]
AllowPrivate = Annotated[bool, typer.Option("--allow-private", help="Fetch from private addresses too.")]
OutletOf = Annotated[str | None, option(metavar="NAME", help="Outlet of all inputs.")]
PublishedOf = Annotated[str | None, option(metavar="DATE", help="Publication date of all inputs (ISO 8601).")]
LanguageOf = Annotated[str | None, option(help="Language of all inputs (en).")]
Pipeline = Annotated[str | None, option(help="An installed spaCy pipeline to use.")]
How = Annotated[
    Annotators | None,
    option(help="Who said what: by rules alone, or as a trained model reads it. An archive keeps its choice."),
]
Jobs = Annotated[int | None, option("--jobs", "-j", min=1, metavar="N", help="Processes to use [default: all].")]


def opened(
    archive: str,
    *,
    create: bool = False,
    annotators: Annotators | None = None,
    pipeline: str | None = None,
) -> Archive:
    """An archive, to be used in a ``with``.

    Raises:
        StoreError: there is no such archive, and it is not to be made.
        MissingPart: what archives need is not installed.
    """
    from rashomon.archive import open_archive

    return open_archive(archive, create=create, annotators=annotators, pipeline=pipeline)


def shown(archive: str) -> str:
    """An archive's name as it may stand in a log: without the password of its address."""
    return _PASSWORD.sub(r"\1\2***", archive)


def main() -> None:
    """Run the command line; every error is one line and an exit code, also one of the program's own."""
    try:
        status = app(prog_name="rashomon", standalone_mode=False)
        sys.stdout.flush()
    except RashomonError as error:
        complain(error)
        status = error.exit_code
    except _UsageError as error:
        note(_usage(error))
        status = 2
    except OSError as error:  # a full disk, a closed pipe: what is left unwritten cannot be written at the end, either
        silence()
        status = _surroundings(error)
    except ImportError as error:  # what is looked for by name says more; this is what nobody thought could be missing
        complain(missing(error))
        status = missing(error).exit_code
    except Exception as error:
        if os.environ.get("RASHOMON_DEBUG"):
            raise
        said = f"internal error ({told(error)}); please report it, with the traceback that RASHOMON_DEBUG=1 shows"
        note(f"rashomon: {said}")
        status = _INTERNAL
    sys.exit(status)


def _surroundings(error: OSError) -> int:
    """Say what the system refused, unless whoever read the result had enough of it; gives the exit code."""
    if isinstance(error, BrokenPipeError):
        return 1
    named = error.filename if isinstance(error.filename, str) else None
    failed = "cannot be read or written" if named else "cannot be written"
    complain(RashomonError(f"{failed}: {error.strerror or told(error)}", input=named or "standard output"))
    return 2


def _usage(error: Any) -> str:
    """A usage error in one line; the help itself where the command line says nothing at all."""
    message: str = error.format_message()
    if "\n" in message:
        return message
    command = error.ctx.command_path if error.ctx is not None else "rashomon"
    return f"{command}: {message.rstrip('.')} (see {command} --help)"


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    """One event, every telling: see where reports of the same event agree, differ and are silent."""
    if version:
        from rashomon import __version__

        print(f"rashomon {__version__}")
        raise typer.Exit
