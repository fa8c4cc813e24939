"""The scorer of attributions: its measures on figures worked out by hand, its reading of standoff files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rashomon_evals.quotes import Attribution, form_of, measure, read_gold, score

from rashomon.errors import MissingInput

TEXT = "Holm said that the port was shut. “It fell,” Brandt said. “We know.”"


def at(*parts: str) -> frozenset[int]:
    """The tokens of parts of TEXT, named by what they say."""
    found: set[int] = set()
    for part in parts:
        start = TEXT.index(part)
        at = start
        for word in part.split(" "):
            found.add(at)
            at += len(word) + 1
    return frozenset(found)


INDIRECT = Attribution(at("Holm"), at("said"), at("that the port was shut"))


def test_a_perfect_prediction_scores_a_hundred() -> None:
    scores = measure([(TEXT, [INDIRECT], [INDIRECT])])
    assert {name: value for name, value in scores.items() if "direct" not in name and "mixed" not in name} == {
        f"{kind}.{way}.f1": 100.0 for kind in ("speaker", "cue", "content") for way in ("exact", "begin", "overlap")
    } | {"link.f1": 100.0}
    assert scores["content.indirect.exact.f1"] == 100.0


def test_overlap_is_the_jaccard_index_of_the_best_match() -> None:
    short = Attribution(at("Holm"), at("said"), at("the port was shut"))
    scores = measure([(TEXT, [INDIRECT], [short])])
    assert scores["content.exact.f1"] == 0.0
    assert scores["content.begin.f1"] == 0.0
    assert scores["content.overlap.f1"] == 80.0  # four of five tokens
    assert scores["link.f1"] == 100.0


def test_a_link_needs_the_speaker_and_half_the_content() -> None:
    stranger = Attribution(at("Brandt"), at("said"), at("that the port was shut"))
    part = Attribution(at("Holm"), at("said"), at("was shut"))
    assert measure([(TEXT, [INDIRECT], [stranger])])["link.f1"] == 0.0
    assert measure([(TEXT, [INDIRECT], [part])])["link.f1"] == 0.0
    # one gold attribution serves one prediction: precision 1/2, recall 1
    assert measure([(TEXT, [INDIRECT], [INDIRECT, INDIRECT])])["link.f1"] == pytest.approx(66.67)


def test_a_span_that_serves_twice_counts_once() -> None:
    again = Attribution(at("Holm"), at("Brandt"), at("shut"))
    scores = measure([(TEXT, [INDIRECT, again], [INDIRECT])])
    assert scores["speaker.exact.f1"] == 100.0
    assert scores["content.exact.f1"] == pytest.approx(66.67)


@pytest.mark.parametrize(
    ("content", "form"),
    [
        ("that the port was shut", "indirect"),
        ("“It fell,”", "direct"),
        ("that “it fell”", "direct"),
        ("that the port “fell” again", "mixed"),
        ("''It fell,''", "direct"),
        ('the "port" is shut', "mixed"),
    ],
)
def test_form(content: str, form: str) -> None:
    tokens = frozenset(m.start() for m in re.finditer(r"''|\w+|[^\w\s]", content))
    assert form_of(content, tokens) == form


STANDOFF = """T1\tSource 0 4\tHolm
T2\tCue 5 9\tsaid
T3\tContent 10 32\tthat the port was shut
T4\tAttribution 5 9\tsaid
E1\tAttribution:T4 Content:T3 Cue:T2 Source:T1
T5\tContent 34 44;58 68\t“It fell,” “We know.”
T6\tSource 45 51\tBrandt
T7\tCue 52 56\tsaid
E2\tAttribution:T8 Content:T5 Cue:T7 Source:T6
"""


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    (tmp_path / "text").mkdir()
    (tmp_path / "attributions").mkdir()
    (tmp_path / "text" / "post_2030-01-01_port.txt").write_bytes(TEXT.encode())
    (tmp_path / "attributions" / "post_2030-01-01_port_aa.ann").write_bytes(STANDOFF.encode())
    (tmp_path / "attributions" / "post_2030-01-01_port_bb.ann").write_bytes(b"")
    return tmp_path


def test_reading_takes_the_first_annotator_and_joins_what_is_in_pieces(gold: Path) -> None:
    (article,) = read_gold(gold)
    assert article.text == TEXT
    assert [len(a.content) for a in article.attributions] == [5, 10]
    assert article.files[1].name.endswith("_aa.ann")


def test_line_ends_are_kept_so_that_offsets_hold(gold: Path) -> None:
    (gold / "text" / "post_2030-01-01_port.txt").write_bytes(b"One.\r\nTwo.")
    assert read_gold(gold)[0].text == "One.\r\nTwo."


def test_scoring_a_folder(gold: Path) -> None:
    seen: list[tuple[int, int]] = []
    result = score(gold, lambda done, total: seen.append((done, total)))
    assert (result.task, result.documents, seen) == ("quotes", 1, [(1, 1)])
    assert result.scores["content.exact.f1"] == 100.0
    assert result.scores["link.f1"] == 100.0
    assert len(result.digest) == 64


def test_a_folder_without_gold_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingInput, match=str(tmp_path)):
        read_gold(tmp_path)
