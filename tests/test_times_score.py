"""The scorer of time expressions, on gold documents of our own making and on the published ones where present."""

from __future__ import annotations

from pathlib import Path

import pytest
from parts import NO_GOLD
from rashomon_evals import digest_of

from rashomon.errors import InvalidRecord, MissingInput

_GOLD = Path(__file__).resolve().parents[2] / "shared" / "gold" / "times"
_TML = """<?xml version="1.0" ?>
<TimeML><DOCID>x</DOCID>
<DCT><TIMEX3 tid="t0" type="DATE" value="2021-06-16" functionInDocument="CREATION_TIME">June 16</TIMEX3></DCT>
<TITLE>Nothing</TITLE>
<TEXT>

Smith &amp; Sons of Orlen <EVENT eid="e1">closed</EVENT> <TIMEX3 tid="t1" type="DATE" value="{monday}">Monday</TIMEX3>,
and the strike went on for <TIMEX3 tid="t2" type="DURATION" value="P2D">two days</TIMEX3> in
<TIMEX3 tid="t3" type="DATE" value="2019-04">that April of 2019</TIMEX3>, in
<TIMEX3 tid="t4" type="DATE" value="2018">the good year</TIMEX3>.
</TEXT>
</TimeML>
"""
_KEY = """<DOC><DATETIME> <TIMEX2 val="2009-12-19T17:00:00">2009-12-19T17:00:00</TIMEX2> </DATETIME>
<TEXT>
The Duke of Velm fled on <TIMEX2 val="1813-10-20">20 October 1813</TIMEX2> after <TIMEX2 val="P2W">two weeks</TIMEX2>.
</TEXT></DOC>
"""


def test_the_measures_of_tempeval(tmp_path: Path) -> None:
    from rashomon_evals.times import score

    (tmp_path / "a.tml").write_text(_TML.format(monday="2021-06-07"), encoding="utf-8")
    seen: list[tuple[int, int]] = []
    result = score(tmp_path, lambda done, total: seen.append((done, total)))
    # Three of four are found, one of them with another span; all have the gold type, and two the gold value.
    assert (result.task, result.documents, seen) == ("times", 1, [(1, 1)])
    assert result.digest == digest_of([tmp_path / "a.tml"])
    assert result.scores["relaxed.precision"] == 100.0
    assert result.scores["relaxed.recall"] == 75.0
    assert result.scores["strict.f1"] == pytest.approx(200 * 2 / 7, abs=0.01)
    assert result.scores["type.f1"] == result.scores["relaxed.f1"] == pytest.approx(200 * 3 / 7, abs=0.01)
    assert result.scores["value.f1"] == pytest.approx(200 * 2 / 7, abs=0.01)


def test_timex2_is_read_and_preferred_to_its_conversion(tmp_path: Path) -> None:
    from rashomon_evals.times import score

    (tmp_path / "w.key.xml").write_text(_KEY, encoding="utf-8")
    (tmp_path / "w.tml").write_text(_TML.format(monday="2021-06-07"), encoding="utf-8")
    (tmp_path / "w.key.apf.xml").write_text("<x/>", encoding="utf-8")
    result = score(tmp_path)
    assert result.documents == 1
    assert result.scores["value.f1"] == result.scores["type.f1"] == result.scores["strict.f1"] == 100.0


def test_a_folder_without_gold_and_a_broken_document_are_named(tmp_path: Path) -> None:
    from rashomon_evals.times import score

    with pytest.raises(MissingInput, match=str(tmp_path)):
        score(tmp_path)
    (tmp_path / "b.tml").write_text("<TimeML></TimeML>", encoding="utf-8")
    with pytest.raises(InvalidRecord, match=r"b\.tml"):
        score(tmp_path)


def test_the_digest_hangs_on_names_and_contents_only(tmp_path: Path) -> None:
    files = []
    for place in ("one", "two"):
        for name in ("a", "b"):
            file = tmp_path / place / name
            file.parent.mkdir(exist_ok=True)
            file.write_text(name)
            files.append(file)
    here, there = files[:2], files[2:]
    assert digest_of(here) == digest_of(reversed(there))
    there[0].write_text("other")
    assert digest_of(here) != digest_of(there)


@pytest.mark.skipif(not _GOLD.is_dir(), reason=NO_GOLD)
def test_news_are_dated_better_than_by_the_published_rules() -> None:
    from rashomon_evals.times import score

    scores = score(_GOLD / "aquaint").scores
    assert scores["value.f1"] > 72.9
    assert scores["strict.f1"] > 81.8
    assert scores["relaxed.f1"] > 90.7
