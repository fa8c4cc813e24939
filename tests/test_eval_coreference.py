"""The coreference measures give the figures that were published for worked examples, and hold their laws."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rashomon_evals.coreference import b_cubed, best_match, ceaf_e, conll, muc

# Pradhan et al. (2014), section 4: predicted mentions differ from the gold ones.
GOLD = [set("abc"), set("defg")]
PREDICTED = [set("ab"), set("cd"), set("fghi")]
# Bagga and Baldwin (1998), figures 1 to 3: the same two links too many, once between small chains, once between large.
TRUTH = [set("12345"), set("67"), set("89ABC")]
SMALL = [set("12345"), set("6789ABC")]
LARGE = [set("1234589ABC"), set("67")]


def test_worked_example_of_the_reference_scorer() -> None:
    assert muc(GOLD, PREDICTED) == pytest.approx((40.0, 40.0, 40.0))
    assert b_cubed(GOLD, PREDICTED) == pytest.approx((50.0, 100 * 35 / 84, 45.45), abs=0.01)
    assert ceaf_e(GOLD, PREDICTED) == pytest.approx((43.33, 65.0, 52.0), abs=0.01)
    assert conll(GOLD, PREDICTED)["conll.f1"] == pytest.approx((40 + 45.4545 + 52) / 3, abs=0.01)


def test_worked_example_of_b_cubed() -> None:
    assert muc(TRUTH, SMALL)[:2] == pytest.approx((90.0, 100.0))
    assert muc(TRUTH, LARGE)[:2] == pytest.approx((90.0, 100.0))
    assert b_cubed(TRUTH, SMALL)[:2] == pytest.approx((76.19, 100.0), abs=0.01)
    assert b_cubed(TRUTH, LARGE)[:2] == pytest.approx((58.33, 100.0), abs=0.01)


def test_best_match_weighs_gold_chains_by_size() -> None:
    gold = [set("abcd"), set("xy")]
    predicted = [set("abcz"), set("d"), set("pq")]
    assert best_match(gold, predicted) == pytest.approx((100 * (4 * 0.75) / 6, 100 * 3 / 6, 100 * (4 * 0.75) / 6))


def test_nothing_predicted_scores_nothing() -> None:
    for measure in (muc, b_cubed, ceaf_e, best_match):
        assert measure(GOLD, []) == (0.0, 0.0, 0.0)


_labels = st.lists(st.integers(0, 4), min_size=1, max_size=9)


def chains(labels: list[int]) -> list[set[int]]:
    return [{i for i, label in enumerate(labels) if label == name} for name in sorted(set(labels))]


@given(_labels)
def test_every_measure_is_full_for_the_gold_chains(labels: list[int]) -> None:
    found = chains(labels)
    assert b_cubed(found, found) == ceaf_e(found, found) == best_match(found, found) == pytest.approx((100,) * 3)
    linked = any(len(chain) > 1 for chain in found)
    assert muc(found, found).f1 == pytest.approx(100 if linked else 0)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=9))
def test_exchange_of_sides_exchanges_precision_and_recall(labels: list[tuple[int, int]]) -> None:
    one, other = chains([a for a, _ in labels]), chains([b for _, b in labels])
    for measure in (muc, b_cubed, ceaf_e):
        there, back = measure(one, other), measure(other, one)
        assert (there.precision, there.recall) == pytest.approx((back.recall, back.precision))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=9))
def test_ceaf_finds_the_best_assignment(labels: list[tuple[int, int]]) -> None:
    one, other = sorted((chains([a for a, _ in labels]), chains([b for _, b in labels])), key=len)
    best = max(
        sum(2 * len(a & b) / (len(a) + len(b)) for a, b in zip(one, chosen, strict=True))
        for chosen in permutations(other, len(one))
    )
    assert ceaf_e(one, other).recall == pytest.approx(100 * best / len(one))
