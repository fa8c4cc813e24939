"""What goes where: the result to standard output, all else to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rashomon.errors import RashomonError

if TYPE_CHECKING:
    from rich.console import Console


def write(data: bytes) -> None:
    """Bytes of the result."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def document(record: object) -> None:
    """The result as one JSON document on one line."""
    import msgspec

    write(msgspec.json.encode(record) + b"\n")


def console() -> Console:
    """Where a result for people goes."""
    from rich.console import Console

    return Console()


def silence() -> None:
    """Have nothing more written to standard output, not even what Python still holds of it."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def note(message: str) -> None:
    """A line that is not the result; nothing where it is empty."""
    if message:
        with suppress(OSError):  # there is nobody to tell
            print(message, file=sys.stderr)


def complain(error: RashomonError) -> None:
    """One line for an error."""
    note(f"rashomon: {error}")


@contextmanager
def progress(worth: bool = True) -> Iterator[Any]:
    """A bar on standard error, where that is a terminal and the work is worth one; else ``None``.

    It is called with what is being done, how much of it is done and how much there is (0: not known).
    """
    if not worth or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def tick(stage: str, done: int, of: int) -> None:
            told = stage if of else f"{stage} {done}"
            bar.update(task, description=told, completed=done or of, total=of or None)

        yield tick


def check_writable(file: Path | None) -> None:
    """Complain of a file that cannot be written before the work is done, not after. ``-`` is standard output."""
    if file is None or str(file) == "-":
        return
    if file.is_dir():
        raise RashomonError("cannot be written: it is a folder; name a file", input=str(file))
    if not file.absolute().parent.is_dir():
        raise RashomonError("cannot be written: its folder does not exist", input=str(file))
