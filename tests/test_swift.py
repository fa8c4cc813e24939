"""spaCy's components in haste: the same result as without."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.pipeline import AttributeRuler, TrainablePipe
from spacy.tokens import Doc
from thinc.api import NumpyOps

import rashomon
from rashomon.annotate._swift import hasten
from rashomon.annotate.pipeline import DEFAULT_PIPELINE

DEMO = Path(rashomon.__file__).parent / "demo"
ODD = (
    "",
    " \n\n ",
    "Velm",
    "It ain't so; y'all are gonna go, we've gotta. Let's c'm on! There's a bridge, and there were two.",
    "They  met \n\n at 10 a.m. -- \"not a day sooner\", he'd said: 3,000 tonnes' worth (of gravel). Who'd've thought?",
)


@pytest.fixture(scope="module")
def both() -> tuple[Language, Language]:
    return spacy.load(DEFAULT_PIPELINE), hasten(spacy.load(DEFAULT_PIPELINE))


def told(doc: Doc) -> list[tuple[object, ...]]:
    return [
        (t.text, t.tag_, t.pos_, str(t.morph), t.lemma_, t.dep_, t.head.i, t.ent_type_, t.ent_iob_, t.is_sent_start)
        for t in doc
    ]


@lru_cache(maxsize=1)
def ops_of() -> NumpyOps:
    tok2vec = hasten(spacy.load(DEFAULT_PIPELINE)).get_pipe("tok2vec")
    assert isinstance(tok2vec, TrainablePipe)
    return next(node.ops for node in tok2vec.model.walk() if isinstance(node.ops, NumpyOps))


def test_the_same_result(both: tuple[Language, Language]) -> None:
    texts = [*ODD, *(article.text for article in rashomon.read(sorted(map(str, DEMO.glob("*/*.html"))))[0])]
    plain, swift = ([told(doc) for doc in nlp.pipe(texts)] for nlp in both)
    assert sum(map(len, plain)) > 2000
    for text, one, other in zip(texts, plain, swift, strict=True):
        assert one == other, text[:80]


def test_an_article_s_result_is_its_own(both: tuple[Language, Language]) -> None:
    texts = [*ODD, *(article.text for article in rashomon.read(sorted(map(str, DEMO.glob("bridge/*.html"))))[0])]
    _, swift = both
    assert [told(swift(text)) for text in texts] == [told(doc) for doc in swift.pipe(texts, batch_size=99)]


@settings(deadline=None)
@given(st.integers(1, 90), st.sampled_from([(576, 288), (288, 288), (96, 384), (96, 50), (64, 74)]), st.booleans())
def test_a_row_s_product_is_its_own(rows: int, shape: tuple[int, int], given_out: bool) -> None:
    ops = ops_of()
    numbers = np.random.default_rng(rows)
    x, y = (numbers.standard_normal(size).astype(np.float32) for size in ((120, shape[0]), (shape[1], shape[0])))
    whole = ops.gemm(x, y, trans2=True)
    out = np.empty((rows, shape[1]), dtype=np.float32) if given_out else None
    assert np.array_equal(ops.gemm(x[7 : 7 + rows], y, out=out, trans2=True), whole[7 : 7 + rows])
    if out is not None:
        assert np.array_equal(out, whole[7 : 7 + rows])


def test_rules_of_every_kind() -> None:
    """Alternatives, a later rule over an earlier one, expressions, what is not in a set, and rules for two words."""

    def ruler() -> Language:
        nlp = spacy.blank("en")
        rules = nlp.add_pipe("attribute_ruler")
        assert isinstance(rules, AttributeRuler)
        rules.add([[{"LOWER": "a"}], [{"LOWER": "b"}]], {"TAG": "ONE"})
        rules.add([[{"LOWER": {"IN": ["b", "c"]}, "IS_PUNCT": False}]], {"TAG": "TWO"})
        rules.add([[{"ORTH": {"REGEX": "^d+$"}}]], {"TAG": "THREE"})
        rules.add([[{"LOWER": {"NOT_IN": ["a", "b", "c", "d", "dd"]}}]], {"TAG": "FOUR"})
        rules.add([[{"LOWER": "a"}, {"LOWER": "d"}]], {"TAG": "FIVE"}, index=1)
        rules.add([[{"LENGTH": {">=": 4}}]], {"TAG": "SIX"})
        rules.add([[{"LOWER": "e", "OP": "!"}, {"LOWER": "f"}]], {"TAG": "SEVEN"}, index=-1)
        return nlp

    text = "A b c d dd a d e f ffff , f"
    plain, swift = ([t.tag_ for t in nlp(text)] for nlp in (ruler(), hasten(ruler())))
    assert plain == swift
    assert swift[:7] == ["ONE", "TWO", "TWO", "THREE", "THREE", "ONE", "FIVE"]
