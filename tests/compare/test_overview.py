"""The overview: how the accounts open, who gets to speak, where each matter stands."""

from __future__ import annotations

from functools import lru_cache

import msgspec

import rashomon
from rashomon.data.kinds import group_of
from rashomon.types import Article, Comparison, Published

FIRST = (
    "The council of Velm closed the old bridge on Monday.\n\n"
    "“Nobody was hurt,” Ida Korn said.\n\n"
    "Otto Brill said that lorries would have to drive through Halm. “We are sorry,” he said."
)
SECOND = (
    "Lorries must drive through Halm, Otto Brill said.\n\n"
    "The old bridge of Velm was closed by the council on Monday after cracks were found."
)


@lru_cache(maxsize=1)
def compared() -> Comparison:
    given = [
        Article(id=id, outlet=f"Paper {id}", text=text, published=Published(value="2031-05-09"))
        for id, text in (("a", FIRST), ("b", SECOND))
    ]
    return rashomon.compare([with_paragraphs(one) for one in given], anyway=True)


def with_paragraphs(one: Article) -> Article:
    """The article with its paragraphs, as reading it would give them."""
    spans, at = [], 0
    for paragraph in one.text.split("\n\n"):
        spans.append(one.span(at, at + len(paragraph)))
        at += len(paragraph) + 2
    return Article(id=one.id, outlet=one.outlet, text=one.text, published=one.published, paragraphs=tuple(spans))


def test_each_speaker_has_what_each_account_lets_them_say() -> None:
    comparison = compared()
    names = {actor.id: actor.name for actor in comparison.actors}
    voices = {(names[v.actor], v.article): v for v in comparison.overview.voices}
    assert set(voices) == {("Ida Korn", "a"), ("Otto Brill", "a"), ("Otto Brill", "b")}
    korn, brill = voices["Ida Korn", "a"], voices["Otto Brill", "a"]
    assert (korn.quotes, korn.words, korn.paragraph) == (1, 3, 2)
    assert brill.quotes == 2 and brill.paragraph == 3 and brill.words >= 10
    assert voices["Otto Brill", "b"].paragraph == 1


def test_the_headline_of_a_story_neither_counts_nor_shouts_where_another_does_not() -> None:
    titles = "BRIDGE HORROR stuns Velm", "Two hurt as the old bridge of Velm is closed", "Velm shuts its bridge"
    given = [
        msgspec.structs.replace(with_paragraphs(Article(id=f"t{n}", text=FIRST)), title=title)
        for n, title in enumerate(titles)
    ]
    assert rashomon.compare(given, anyway=True).story.title == titles[2]
    assert rashomon.compare(given[:2], anyway=True).story.title in titles[:2]


def test_prominence_is_the_first_paragraph_in_which_an_account_tells_a_point() -> None:
    comparison = compared()
    (closed,) = [
        p
        for p in comparison.points
        if len({t.article for t in p.tellings}) > 1 and "bridge" in p.tellings[0].passage.text
    ]
    assert comparison.overview.prominence[closed.id] == {"a": 1, "b": 2}


def test_leads_are_first_paragraphs_and_a_text_without_headline_has_none() -> None:
    overview = compared().overview
    assert overview.headlines == ()
    assert [lead.span.text for lead in overview.leads] == [
        FIRST.split("\n\n", maxsplit=1)[0],
        SECOND.split("\n\n", maxsplit=1)[0],
    ]


def test_every_finding_has_the_group_of_its_kind() -> None:
    for finding in compared().findings:
        assert finding.group == group_of(finding.kind)
        assert (finding.group is None) == (finding.kind == "not-a-conflict")
        assert finding.confidence is None or 0.0 <= finding.confidence <= 1.0
