"""The scorer of stories: its measures give published values, its peers are as good as they can be made."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rashomon_evals.floors import with_accounts
from rashomon_evals.partitions import adjusted_information, adjusted_rand
from rashomon_evals.stories import _single_pass, agreement, read_gold, score

# From the tests of scikit-learn, whose AMI of these is 0.27821, and near 0.38 of them 110 times over.
ONE = [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3]
OTHER = [1, 1, 1, 1, 2, 1, 2, 2, 2, 2, 3, 1, 3, 3, 3, 2, 2]


def test_measures_give_the_values_of_scikit_learn() -> None:
    assert adjusted_information(ONE, OTHER) == pytest.approx(27.821, abs=1e-3)
    assert adjusted_information(ONE * 110, OTHER * 110) == pytest.approx(38, abs=1)
    assert adjusted_rand([0, 0, 1, 1], [0, 0, 1, 2]) == pytest.approx(57.1428, abs=1e-3)
    assert adjusted_rand([0, 0, 1, 1], [0, 1, 0, 1]) == pytest.approx(-50.0)
    assert adjusted_rand([0, 0, 0, 0], [0, 1, 2, 3]) == adjusted_information([0, 0, 0, 0], [0, 1, 2, 3]) == 0.0


@given(st.lists(st.integers(0, 4), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_what_agrees_is_100_whatever_the_labels(labels: list[int], chance: random.Random) -> None:
    renamed = [f"story {7 - label}" for label in labels]
    assert all(value == pytest.approx(100.0) for value in agreement(labels, renamed).values())
    other = [chance.randrange(3) for _ in labels]
    assert adjusted_rand(labels, other) == pytest.approx(adjusted_rand(other, labels))
    assert adjusted_information(labels, other) == pytest.approx(adjusted_information(other, labels), abs=1e-6)


def test_chance_is_nought() -> None:
    chance = random.Random(1)
    gold, predicted = ([chance.randrange(20) for _ in range(2000)] for _ in range(2))
    assert abs(adjusted_rand(gold, predicted)) < 1 and abs(adjusted_information(gold, predicted)) < 1
    assert agreement([0, 0, 1, 1], [0, 1, 0, 1])["ari"] == 0.0


def test_a_single_pass_takes_threshold_and_age() -> None:
    cosines = np.array([[1.0, 0.6, 0.5, 0.0], [0.6, 1.0, 0.1, 0.0], [0.5, 0.1, 1.0, 0.9], [0.0, 0.0, 0.9, 1.0]])
    days = np.array([0.0, 1.0, 2.0, 9.0])
    assert _single_pass(cosines, days, 0.55, 30.0).tolist() == [0, 0, 1, 1]
    assert _single_pass(cosines, days, 0.25, 30.0).tolist() == [0, 0, 0, 0]
    assert _single_pass(cosines, days, 0.55, 3.0).tolist() == [0, 0, 1, 2]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = []
    for place, what in (("Port Veld", "A ferry sank"), ("Lower Marn", "A bridge fell"), ("Hallen", "Drivers struck")):
        for outlet in ("Gazette", "Herald"):
            text = f"{what} at {place}, the {outlet} learned.\n\nThe mayor of {place} spoke of a dark day for {place}."
            rows.append({"id": place, "story": place, "set": outlet.lower(), "title": what, "text": text})
    rows[0]["published"] = "2031-05-09"
    rows[1]["published"] = "some day"
    (tmp_path / "stories").mkdir()
    path = tmp_path / "stories" / "stories.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_ids_that_come_again_and_dates_that_are_none_cost_nothing(file: Path) -> None:
    told = read_gold(file)
    assert len({one.article.id for one in told}) == 6 and {one.article.title for one in told} == {
        "A ferry sank",
        "A bridge fell",
        "Drivers struck",
    }
    found = score(file)
    assert found.documents == 6 and found.data == "stories"
    assert found.scores["bcubed.f1"] == found.scores["ari"] == found.scores["ami"] == pytest.approx(100.0)
    assert found.scores["peer.tfidf.bcubed.f1"] == pytest.approx(100.0)


def test_each_set_can_be_scored_alone(file: Path) -> None:
    with with_accounts(file.parents[1], file.parent) as gold:
        assert {path.name for path in (gold / "streams").iterdir()} == {"gazette.jsonl", "herald.jsonl"}
        alone = read_gold(gold / "streams" / "herald.jsonl")
        assert [one.set for one in alone] == ["herald"] * 3
