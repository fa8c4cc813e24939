"""What pairs of statements share is counted the same however the table is cut, and as one would by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rashomon
from rashomon.compare.evidence import Statement, Weights
from rashomon.compare.matching import FEATURES, Matcher
from rashomon.encode import embedding
from rashomon.types import Article

WORDS = st.frozensets(st.sampled_from(["ferri", "quay", "crane", "strike", "dock", "tide"]))


def _statements(bags: list[frozenset[str]]) -> list[Statement]:
    return [
        Statement(article=f"a{n % 3}", text="", words=bag, events=frozenset(), actors=bag, times=bag)
        for n, bag in enumerate(bags)
    ]


@settings(deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=12))
def test_shared_words_actors_and_times_are_counted_as_by_hand(bags: list[frozenset[str]]) -> None:
    statements = _statements(bags)
    weights = Weights(statements)
    table = Matcher(statements).features(slice(None))
    for i, a in enumerate(bags):
        for j, b in enumerate(bags):
            if i == j:  # nobody asks for a statement beside itself
                continue
            norms = sum(map(weights.word, a)) * sum(map(weights.word, b))
            cosine = sum(map(weights.word, a & b)) / norms**0.5 if norms else 0.0
            assert table[i, j, FEATURES.index("words cosine")] == pytest.approx(cosine, abs=1e-4)
            shared = min(sum(map(weights.actor, a & b)), 2.0)
            assert table[i, j, FEATURES.index("actors shared")] == pytest.approx(shared, abs=1e-5)
            assert table[i, j, FEATURES.index("times")] == bool(a & b)


@settings(deadline=None)
@given(st.lists(WORDS, min_size=2, max_size=12), st.data())
def test_rows_scored_by_themselves_score_as_in_the_whole_table(bags: list[frozenset[str]], data: st.DataObject) -> None:
    matcher = Matcher(_statements(bags))
    start = data.draw(st.integers(0, len(bags) - 1))
    stop = data.draw(st.integers(start + 1, len(bags)))
    part = matcher.probabilities(slice(start, stop))
    assert np.allclose(part, matcher.probabilities(slice(None))[start:stop], atol=1e-6)


WORD = st.sampled_from("the ferry was held at quay overnight 300 , unloadings".split())
SENTENCE = st.lists(WORD, max_size=30).map(" ".join)


@settings(deadline=None)
@given(st.lists(SENTENCE, min_size=1, max_size=20))
def test_the_vector_of_a_text_does_not_hang_on_the_texts_beside_it(texts: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedding, "_memory", embedding._Memory(0))
        together = embedding.embed(texts)
        alone = [embedding.embed([text])[0] for text in texts]
    assert np.array_equal(together, alone)
    assert np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-6)


def test_a_text_too_long_for_the_parser_is_told_and_the_others_are_compared() -> None:
    short = [
        Article(id="a", text="The mayor of Orlen said that the bridge would be closed."),
        Article(id="b", text="The bridge would close, the mayor of Orlen said."),
    ]
    problems: list[rashomon.errors.AnalysisError] = []
    comparison = rashomon.compare([*short, Article(id="long", text="x. " * 340_000)], problems=problems)
    assert [article.id for article in comparison.articles] == ["a", "b"]
    assert [problem.input for problem in problems] == ["long"]
    assert "too long" in problems[0].message
