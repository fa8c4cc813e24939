"""Events: which deeds of a text are events, who does them to whom, when, where, and whether they were done at all."""

from __future__ import annotations

from functools import lru_cache

import pytest

import rashomon
from rashomon.annotate import annotate
from rashomon.types import Annotations, Article, Comparison, Event, Published, Span


@lru_cache(maxsize=128)
def annotated(text: str) -> Annotations:
    [one] = annotate([Article(id="a", text=text, published=Published(value="2031-05-09"))])
    return one


def names(one: Annotations, ids: tuple[str, ...]) -> list[str]:
    known = {a.id: a.name for a in one.actors}
    return [known[i] for i in ids]


def only(text: str) -> tuple[str, list[str], list[str], str]:
    """The one event of a text: its type, who does it, to whom, and its status."""
    one = annotated(text)
    [event] = one.events
    return event.type, names(one, event.actors), names(one, event.recipients), event.status


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("French President Anna Korr met Polish Prime Minister Jan Brill in Vienna.",
                     ("CONSULT", ["Anna Korr"], ["Jan Brill"], "done"), id="active"),
        pytest.param("Jan Brill was arrested by Polish police.",
                     ("COERCE", ["Poland"], ["Jan Brill"], "done"), id="passive"),
        pytest.param("Norway condemned Sweden over the raid.", ("ACCUSE", ["Norway"], ["Sweden"], "done"), id="verb"),
        pytest.param("The talks between Norway and Sweden lasted two days.",
                     ("CONSULT", ["Norway", "Sweden"], [], "done"), id="noun-between"),
        pytest.param("Norway imposed economic sanctions on Sweden.",
                     ("SANCTION", ["Norway"], ["Sweden"], "done"), id="sanctions"),
        pytest.param("Norway said Sweden must withdraw its troops.",
                     ("REQUEST", ["Norway"], ["Sweden"], "done"), id="what-must-be-is-asked-for"),
        pytest.param("Norway did not attack Sweden.", ("ASSAULT", ["Norway"], ["Sweden"], "denied"), id="denied"),
        pytest.param("Norway failed to impose sanctions on Sweden.", ("SANCTION", ["Norway"], ["Sweden"], "denied"),
                     id="failed"),
        pytest.param("Norway would not impose sanctions on Sweden.", ("SANCTION", ["Norway"], ["Sweden"], "denied"),
                     id="not-to-come"),
        pytest.param("Anna Korr resigned on Monday.", ("RETREAT", ["Anna Korr"], [], "done"), id="nobody-undergoes-it"),
    ],
)  # fmt: skip
def test_an_event_has_type_parties_and_status(text: str, expected: tuple[str, list[str], list[str], str]) -> None:
    assert only(text) == expected


def test_a_plan_is_no_deed() -> None:
    kind, actors, recipients, status = only("Norway will hold talks with Sweden next week.")
    assert (actors, recipients, status) == (["Norway"], ["Sweden"], "planned")
    assert kind in {"CONSULT", "AGREE"}


def test_what_somebody_else_says_is_reported_and_in_his_voice() -> None:
    one = annotated("Poland attacked a Norwegian convoy, Anna Korr said.")
    [event] = [e for e in one.events if e.type == "ASSAULT"]
    assert event.status == "reported"
    assert names(one, event.voice) == ["Anna Korr"]


@pytest.mark.parametrize(
    "text",
    [
        "Norway lies north of Denmark.",
        "Anna Korr said the weather in Norway was fine.",
        "If Norway attacks Sweden, the ferry will stop.",
        "The ferry struck the pier and sank.",
    ],
)
def test_what_is_no_deed_of_anybody_known_is_no_event(text: str) -> None:
    assert not annotated(text).events


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Norway released a report on Friday.", [], id="a-report-is-not-freed"),
        pytest.param("Norway released two Swedish prisoners on Friday.", ["RETREAT"], id="people-are"),
        pytest.param("Anna Korr returned to Vienna.", [], id="coming-back-gives-nothing-back"),
        pytest.param("A man opened fire in Vienna.", [], id="a-place-is-no-party"),
    ],
)
def test_what_only_sounds_like_a_deed_is_none(text: str, expected: list[str]) -> None:
    assert [event.type for event in annotated(text).events] == expected


def test_what_nobody_does_is_denied() -> None:
    assert only("No minister attacked Norway.") == ("ASSAULT", [], ["Norway"], "denied")


def test_what_somebody_is_accused_of_is_his_deed_and_no_more_than_reported() -> None:
    one = annotated("Norway accused Sweden of attacking Poland.")
    told = {e.type: (names(one, e.actors), names(one, e.recipients), e.status) for e in one.events}
    assert told["ASSAULT"] == (["Sweden"], ["Poland"], "reported")
    assert told["ACCUSE"][0] == ["Norway"]


def test_who_is_named_in_a_group_stands_for_himself() -> None:
    assert only("Anna Korr and the other ministers condemned Sweden.")[1] == ["Anna Korr"]


def test_date_and_place_are_those_of_the_deed() -> None:
    one = annotated("On Monday Anna Korr met Jan Brill in Vienna after a vote in Lisbon in 2029.")
    [event] = one.events
    assert event.date == "2031-05-05"
    assert names(one, (event.place or "",)) == ["Vienna"]


def test_what_is_not_told_stays_open() -> None:
    [event] = annotated("Norway condemned Sweden.").events
    assert (event.date, event.place, event.recipients != ()) == (None, None, True)


def test_told_twice_it_is_one_event_with_both_passages() -> None:
    one = annotated("Anna Korr met Jan Brill in Vienna.\n\nKorr's meeting with Brill was the first of its kind.")
    [event] = one.events
    assert [s.text[:4] for s in event.spans] == ["Anna", "Korr"]


def test_a_denial_is_no_telling_of_the_meeting() -> None:
    one = annotated("Anna Korr met Jan Brill in Vienna. Korr said she and Brill did not discuss fish.")
    assert sorted(e.status for e in one.events if e.type == "CONSULT") == ["denied", "done"]


def test_furniture_does_nothing() -> None:
    text = "Norway attacked Sweden\n\nAnna Korr met Jan Brill in Vienna."
    furniture = Article(
        id="a", text=text, furniture=(Span("a", 0, 22, text[:22]),), paragraphs=(Span("a", 24, len(text), text[24:]),)
    )
    [one] = annotate([furniture])
    assert [e.type for e in one.events] == ["CONSULT"]


def test_spans_are_the_words_of_the_article() -> None:
    one = annotated("On Monday Anna Korr met Jan Brill in Vienna after a vote in Lisbon in 2029.")
    assert [s.text for e in one.events for s in e.spans] == ["Anna Korr met Jan Brill"]
    assert all(s.text == one.article.text[s.start : s.end] for e in one.events for s in e.spans)


def test_an_office_gives_a_sector() -> None:
    one = annotated("French President Anna Korr met General Jan Brill. Norway sent a letter.")
    assert {a.name: a.sector for a in one.actors if a.name in {"Anna Korr", "Jan Brill", "Norway"}} == {
        "Anna Korr": "GOV",
        "Jan Brill": "MIL",
        "Norway": "GOV",
    }


def comparison(*texts: str) -> Comparison:
    articles = [Article(id=f"a{n}", outlet=f"Paper {n}", text=text) for n, text in enumerate(texts, 1)]
    return rashomon.compare(articles, anyway=True)


def compared(*texts: str) -> tuple[Event, ...]:
    return comparison(*texts).events


_REST = " The ferry Hilda takes two hours to cross the sound. Nobody on board was hurt."


def test_one_event_of_two_accounts_is_one_row() -> None:
    [event] = compared(
        "Anna Korr met Jan Brill in Vienna on 4 May 2031." + _REST, "Brill met Anna Korr on 4 May 2031." + _REST
    )
    assert event.accounts == {"a1": "done", "a2": "done"}
    assert {s.article for s in event.spans} == {"a1", "a2"}
    assert event.date == "2031-05-04"


def test_events_of_two_days_are_two_rows() -> None:
    rows = compared("Anna Korr met Jan Brill on 4 May 2031." + _REST, "Anna Korr met Jan Brill on 6 June 2030." + _REST)
    assert [list(e.accounts) for e in rows] == [["a1"], ["a2"]]


_ONE = (
    " The tanker Hilda had lost forty tons of oil off the lighthouse. Volunteers cleaned birds on the beach all night."
)
_OTHER = " Oil leaked from the Hilda near the lighthouse. Divers will look at the hull, said an engineer from the yard."


def test_who_did_it_can_differ() -> None:
    deed = "accused Kestrel Lines of poisoning the bay on Monday."
    told = comparison(f"The Ambley harbour office {deed}{_ONE}", f"Mayor Ida Korn {deed}{_OTHER}")
    [finding] = [f for f in told.findings if f.kind == "attribution"]
    assert [[mark.text for mark in side.marks] for side in finding.sides] == [
        ["The Ambley harbour office"],
        ["Mayor Ida Korn"],
    ]


def test_whether_it_was_done_can_differ() -> None:
    told = comparison(
        f"Anna Korr met Jan Brill in Vienna on 4 May 2031.{_ONE}",
        f"Anna Korr will meet Jan Brill on 4 May 2031.{_OTHER}",
    )
    assert [f.kind for f in told.findings if {s.article for s in f.spans} == {"a1", "a2"}] == ["strength"]
    same = comparison(f"Anna Korr met Jan Brill in Vienna.{_ONE}", f"Anna Korr met Jan Brill on 4 May.{_OTHER}")
    assert not [f for f in same.findings if f.kind in {"strength", "polarity", "attribution"}]
