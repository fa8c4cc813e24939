"""The two seed articles, referred to by a few words: every actor whom a careful reader finds there."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest
from parts import NO_SEEDS

from rashomon.annotate.document import make_doc
from rashomon.annotate.mentions import resolve_speaker
from rashomon.annotate.pipeline import annotate, load
from rashomon.compare.actors import merge
from rashomon.types import Actor, Annotations, Article

_SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"
pytestmark = pytest.mark.skipif(not _SEEDS.exists(), reason=NO_SEEDS)


@lru_cache(maxsize=2)
def _article(name: str) -> Article:
    return Article(id=name, text=(_SEEDS / f"{name}.txt").read_text(encoding="utf-8"))


@lru_cache(maxsize=2)
def _annotated(name: str) -> Annotations:
    return next(annotate([_article(name)]))


def _named_at(name: str, before: str, words: str) -> tuple[str, str]:
    """Name of the actor and form of the mention on ``words`` in their first place behind ``before``."""
    annotations = _annotated(name)
    start = annotations.article.text.index(before + words) + len(before)
    found = [m for m in annotations.mentions if (m.span.start, m.span.end) == (start, start + len(words))]
    assert len(found) == 1
    actor = next(a for a in annotations.actors if a.id == found[0].actor)
    return actor.name, found[0].form


@pytest.mark.parametrize(
    ("name", "before", "words", "expected"),
    [
        ("000", "New ", "US Secretary of State", ("Rex Tillerson", "role")),
        ("000", "turmoil in ", "Washington", ("Washington", "name")),
        ("000", "Trump and ", "Moscow", ("Russia", "metonym")),
        ("000", "Relations between ", "Washington", ("United States", "metonym")),
        ("000", "the ", "Russian foreign minister", ("Sergei Lavrov", "role")),
        ("000", "since ", "Trump", ("Donald Trump", "name")),
        ("000", "became ", "top US diplomat", ("Rex Tillerson", "role")),
        ("001", "has told his ", "Russian counterpart", ("Sergei Lavrov", "role")),
        ("001", "that the ", "Kremlin", ("Russia", "metonym")),
        ("001", "the ", "U.S. secretary of state", ("Rex Tillerson", "role")),
        ("001", "Britain's ", "Foreign Office", ("Foreign Office", "name")),
        ("001", "after the Tillerson-", "Lavrov", ("Sergei Lavrov", "name")),
        ("001", "the ", "chairman of the U.S. Joint Chiefs of Staff", ("Joseph Dunford", "role")),
        ("001", "current state of ", "U.S.", ("United States", "name")),
        ("001", "current state of U.S.-", "Russian", ("Russia", "nationality")),
        ("001", "Service (", "FSB", ("Federal Security Service", "name")),
        ("001", "meeting of the service in ", "Moscow", ("Moscow", "name")),
        ("001", "result of ", "Moscow", ("Russia", "metonym")),
    ],
)
def test_who_is_named(name: str, before: str, words: str, expected: tuple[str, str]) -> None:
    assert _named_at(name, before, words) == expected


def _spoken_by(phrases: list[tuple[str, str]]) -> list[Actor | None]:
    """Whom the phrases (each behind some words) mean as speakers in the second seed, resolved in order."""
    nlp = load()
    with nlp.select_pipes(disable=["rashomon_quotes", "rashomon_claims"]):
        doc = nlp(make_doc(nlp, _article("001")))
    ids = []
    for before, phrase in phrases:
        start = doc.text.index(before + phrase) + len(before)
        span = doc.char_span(start, start + len(phrase), alignment_mode="expand")
        assert span is not None
        ids.append(resolve_speaker(doc, span))
    actors = {a.id: a for a in doc._.actors}
    return [None if found is None else actors[found] for found in ids]


def test_speakers_without_a_name_of_their_own() -> None:
    aide, office, ministry, it = _spoken_by(
        [
            ("Interfax quoted ", "an aide to Putin"),
            ("focused on what ", "Dunford’s office"),
            ("", "Russia’s Defense Ministry"),
            ("", "It"),
        ]
    )
    assert aide is not None and (aide.kind, aide.name) == ("person", "aide to Putin")
    assert office is not None and (office.kind, office.name) == ("organisation", "Dunford’s office")
    assert ministry is not None and (ministry.name, ministry.country) == ("Defense Ministry", "RUS")
    assert it == ministry


def test_one_cast_for_both() -> None:
    actors, _ = merge([_annotated("000"), _annotated("001")])
    by_name = {a.name: a for a in actors}
    assert {"Moscow", "Kremlin", "Russian"} <= set(by_name["Russia"].aliases)
    assert set(by_name["Rex Tillerson"].roles) >= {"US Secretary of State", "U.S. Secretary of State"}
    for surname in ("Tillerson", "Lavrov", "Trump", "Putin", "Mattis", "Dunford", "Gerasimov"):
        bearers = [a for a in actors if a.name.split()[-1] == surname and a.kind == "person"]
        assert [a.name for a in bearers if a.name[0].isupper()] == [a.name for a in bearers if surname in a.aliases]
