"""The command line run within the process of the tests."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from rashomon.cli import main


class Outcome(NamedTuple):
    """How a run of the command line ended: exit code, standard output, the lines of standard error."""

    code: int
    out: str
    err: list[str]

    @property
    def json(self) -> Any:
        """The one document on standard output."""
        assert self.out.endswith("\n") and self.out.count("\n") == 1
        return json.loads(self.out)


Run = Callable[..., Outcome]


def spans_in(value: Any) -> Iterator[dict[str, Any]]:
    """Every span anywhere in what was read from JSON."""
    if isinstance(value, dict):
        if {"article", "start", "end", "text"} <= value.keys():
            yield value
        value = list(value.values())
    if isinstance(value, list | tuple):
        for inner in value:
            yield from spans_in(inner)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """The command line within this process, as ``rashomon ARGUMENTS``."""

    def _run(*arguments: str | Path, stdin: bytes = b"") -> Outcome:
        monkeypatch.setattr(sys, "argv", ["rashomon", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capfd.readouterr()
        with pytest.raises(SystemExit) as leaving:
            main()
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return Outcome(int(leaving.value.code or 0), out, err.splitlines())

    return _run
