"""Work for workers that can be told to die, in a module of its own so that a worker can load it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path


def doubled(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Each number twice over, with the process that did it; over 13 the process dies, over a negative one it fails."""
    for number in numbers:
        if number == 13:
            os.kill(os.getpid(), signal.SIGKILL)
        if number < 0:
            raise ValueError(f"no double of {number}")
    print("what a library prints is no answer")
    return [(2 * number, os.getpid()) for number in numbers]


def dies_once(files: Sequence[str]) -> list[str]:
    """The file's name; where the file is there it is removed and the process dies."""
    for file in files:
        if Path(file).exists():
            Path(file).unlink()
            os.kill(os.getpid(), signal.SIGKILL)
    return list(files)


def sleeps(files: Sequence[str]) -> list[str]:
    """Never gets there; the files say that it began."""
    for file in files:
        Path(file).touch()
        time.sleep(600)
    return list(files)
