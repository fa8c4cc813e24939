"""Time expressions in sentences of our own, through the pipeline's component."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from parts import NO_SEEDS
from spacy.language import Language

import rashomon.annotate.times  # noqa: F401  (it registers the component)
from rashomon.annotate.document import make_doc, register
from rashomon.annotate.pipeline import DEFAULT_PIPELINE
from rashomon.types import Article, Published, TimeExpression

_SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"


@lru_cache(maxsize=1)
def _nlp() -> Language:
    register()
    nlp = spacy.load(DEFAULT_PIPELINE, exclude=["lemmatizer", "attribute_ruler"])
    nlp.add_pipe("rashomon_paragraphs", before="parser")
    nlp.add_pipe("rashomon_times")
    return nlp


def _times(text: str, published: str | None = None) -> tuple[TimeExpression, ...]:
    article = Article(id="a", text=text, published=Published(value=published) if published else None)
    doc = _nlp()(make_doc(_nlp(), article))
    found: tuple[TimeExpression, ...] = doc._.times
    return found


def _values(text: str, published: str | None = "2021-06-16") -> list[tuple[str, str, str | None]]:
    return [(t.span.text, t.type, t.value) for t in _times(text, published)]


# 16 June 2021 is a Wednesday.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The mayor of Orlen resigned on Monday.", [("Monday", "DATE", "2021-06-14")]),
        ("The mayor of Orlen resigned on Wednesday.", [("Wednesday", "DATE", "2021-06-16")]),
        ("The council will vote on Friday.", [("Friday", "DATE", "2021-06-18")]),
        ("The council voted last Friday.", [("last Friday", "DATE", "2021-06-11")]),
        ("The council will meet next Tuesday.", [("next Tuesday", "DATE", "2021-06-22")]),
        ("The bridge fell on March 3.", [("March 3", "DATE", "2021-03-03")]),
        ("The bridge fell on November 3.", [("November 3", "DATE", "2020-11-03")]),
        ("The bridge will open on November 3.", [("November 3", "DATE", "2021-11-03")]),
        ("The bridge fell on 3 March 2019.", [("3 March 2019", "DATE", "2019-03-03")]),
        ("The treaty was signed in February 2017.", [("February 2017", "DATE", "2017-02")]),
        ("The treaty was signed in 2017.", [("2017", "DATE", "2017")]),
        ("The factory closed in December.", [("December", "DATE", "2020-12")]),
        ("The factory closed last week.", [("last week", "DATE", "2021-W23")]),
        ("The factory closed last month.", [("last month", "DATE", "2021-05")]),
        ("The factory closed last year.", [("last year", "DATE", "2020")]),
        ("The factory closed two years ago.", [("two years ago", "DATE", "2019")]),
        ("The factory closed three months ago.", [("three months ago", "DATE", "2021-03")]),
        ("The factory closed 11 days ago.", [("11 days ago", "DATE", "2021-06-05")]),
        ("The factory closed yesterday.", [("yesterday", "DATE", "2021-06-15")]),
        ("The factory closed yesterday morning.", [("yesterday morning", "TIME", "2021-06-15TMO")]),
        ("The factory closed on Monday evening.", [("Monday evening", "TIME", "2021-06-14TEV")]),
        ("The factory closed in the summer of 2019.", [("the summer of 2019", "DATE", "2019-SU")]),
        ("The factory closed last fall.", [("last fall", "DATE", "2020-FA")]),
        ("Profits rose in the third quarter of 2019.", [("the third quarter of 2019", "DATE", "2019-Q3")]),
        ("Such songs were loved in the 1990s.", [("the 1990s", "DATE", "199X")]),
        ("Such songs were loved in the 19th century.", [("the 19th century", "DATE", "18XX")]),
        ("They talked for two days.", [("two days", "DURATION", "P2D")]),
        ("They held a three-hour meeting.", [("three-hour", "DURATION", "PT3H")]),
        ("They talked for several weeks.", [("several weeks", "DURATION", "PXW")]),
        ("They talked for half an hour.", [("half an hour", "DURATION", "PT30M")]),
        ("Nothing has changed over the past decade.", [("the past decade", "DURATION", "P10Y")]),
        ("The ferry sails every Monday.", [("every Monday", "SET", "XXXX-WXX-1")]),
        ("The ferry sails twice a week.", [("twice a week", "SET", "P1W")]),
        ("They are now in Orlen.", [("now", "DATE", "PRESENT_REF")]),
        ("Nobody knows what the future will bring.", [("the future", "DATE", "FUTURE_REF")]),
        ("The blast came at 10:35 a.m. on Tuesday.",
         [("10:35 a.m.", "TIME", "2021-06-15T10:35"), ("Tuesday", "DATE", "2021-06-15")]),
        ("Soldiers came at seven o'clock on Tuesday.",
         [("seven o'clock", "TIME", "2021-06-15T07:00"), ("Tuesday", "DATE", "2021-06-15")]),
        ("Talks will resume at 9 p.m. Thursday.", [("9 p.m. Thursday", "TIME", "2021-06-17T21:00")]),
        ("They marched on Christmas Eve.", [("Christmas Eve", "DATE", "2020-12-24")]),
        ("The law dates from 480 BC.", [("480 BC", "DATE", "BC0480")]),
        ("It has been at its lowest since mid-August.", [("mid-August", "DATE", "2020-08")]),
        ("The lock was mended a few weeks back.", [("a few weeks back", "DATE", "PAST_REF")]),
        ("She said so last evening.", [("last evening", "TIME", "2021-06-15TEV")]),
        ("The journey will last 22 days.", [("22 days", "DURATION", "P22D")]),
        ("It will cost nine crowns over the next decade.", [("the next decade", "DURATION", "P10Y")]),
        ("They waited 5 1/2 hours.", [("5 1/2 hours", "DURATION", "PT330M")]),
        ("The oak stood for two hundred years.", [("two hundred years", "DURATION", "P200Y")]),
        ("They voted on May 6 and 7.", [("May 6", "DATE", "2021-05-06"), ("7", "DATE", "2021-05-07")]),
        ("It rained from November 15 to February 2, 2019.",
         [("November 15", "DATE", "2018-11-15"), ("February 2, 2019", "DATE", "2019-02-02")]),
        ("The ship sank at 4:50 p.m. on Monday. Twenty minutes later help came.",
         [("4:50 p.m.", "TIME", "2021-06-14T16:50"), ("Monday", "DATE", "2021-06-14"),
          ("Twenty minutes later", "TIME", "2021-06-14T17:10")]),
        ("He wrote to her in advance of Friday's vote.", [("Friday", "DATE", "2021-06-18")]),
        ("``Today is a day of joy,'' she said.", [("Today", "DATE", "2021-06-16")]),
    ],
)  # fmt: skip
def test_expressions_are_resolved_against_the_day_of_publication(
    text: str, expected: list[tuple[str, str, str | None]]
) -> None:
    assert _values(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The army left on 4 May 2019. Two days later the rebels came.", ["2019-05-04", "2019-05-06"]),
        ("The army left on 4 May 2019. The next day the rebels came.", ["2019-05-04", "2019-05-05"]),
        ("The army left on 4 May 2019. That same day the rebels came.", ["2019-05-04", "2019-05-04"]),
        ("The army left on 4 May 2019. The following month the rebels came.", ["2019-05-04", "2019-06"]),
        ("The army left on 4 May 2019. Rebels had come the previous year.", ["2019-05-04", "2018"]),
        ("The army left on 4 May 2019. Rebels had come three months earlier.", ["2019-05-04", "2019-02"]),
    ],
)
def test_some_are_told_from_the_date_last_spoken_of(text: str, expected: list[str]) -> None:
    assert [value for _, _, value in _values(text)] == expected


def test_a_history_dates_its_months_from_the_years_it_tells_of() -> None:
    text = (
        "War broke out in 1811. In March 1812 the Duke of Velm crossed the river. By June he held the south. "
        "In 1813 he was beaten, and on 20 October 1813 he fled. In December the peace was signed. "
        "It was broken in 1815, in 1816 and again in 1818."
    )
    values = [value for _, _, value in _values(text)]
    assert values == ["1811", "1812-03", "1812-06", "1813", "1813-10-20", "1813-12", "1815", "1816", "1818"]


@pytest.mark.parametrize(
    "aside",
    [
        "He thus kept what he had won the previous year.",
        "He broke the 1811 treaty.",
        "He had come to the throne in 1811.",
        "It was his first victory since 1811.",
        "He planned to cross the sea in 1813.",
    ],
)
def test_a_history_that_looks_aside_goes_on_where_it_was(aside: str) -> None:
    text = (
        f"In March 1812 the Duke of Velm crossed the river. {aside} In May he held the south. "
        "He was beaten in 1813, in 1815, in 1816, in 1817 and again in 1818."
    )
    values = [value for _, _, value in _values(text)]
    assert values[0] == "1812-03"
    assert values[2] == "1812-05"


def test_a_glance_at_a_far_year_does_not_lead_a_history_astray() -> None:
    text = (
        "War broke out in 1811. In March 1812 the Duke of Velm crossed the river, as his forefathers had in 1604. "
        "In May he held the south. He was beaten in 1813, in 1815, in 1816 and again in 1818."
    )
    values = [value for _, _, value in _values(text)]
    assert values == ["1811", "1812-03", "1604", "1812-05", "1813", "1815", "1816", "1818"]


@pytest.mark.parametrize(
    "text",
    [
        "Prime Minister Theresa May may resign.",
        "They march to the square, and nobody may stop them.",
        "Some 2,014 people came, and 1950 soldiers stood by.",
        "The plan is called Vision 2030, and Flight 1549 was late.",
        "The Sunday Times reported it.",
        'He told "Velm News Sunday" and the "Today" show so.',
        "The paper Velm Daily and the Orlen daily Stern said so.",
        "The cells store 35 gigawatt-hours.",
        "The Reds beat the Harbour Men 8-7.",
        "A Long March 5 rocket flew.",
        "Three quarters of the men went, and in some quarters it was argued.",
        "Velm scored all its points in the third quarter.",
        "She came second, for the second time.",
        "The 44-year-old teacher is 44 years old.",
        "The Group of 20 met.",
        "He took the fall for it.",
        "The fall of the city was a shock.",
        "It cost $2017 and then £1999.",
        "Ring 0144 2016 1998 or +44 1632 1960.",
        "Her card was 4417 1234 1987 5678.",
        "He scored 1984 points and made 2012 saves.",
        "She earned 1975 career points.",
        "The parcel weighs 1999 kg and stands 1850 metres up.",
        "They live at 1958 Dock Street in ward 1999.",
        "An Aero 1900 and a Korv 2000 landed.",
        "The pound stood at 1.25 dollars.",
        "The mercury climbed into the 90s.",
    ],
)
def test_what_only_looks_like_a_time_is_left_alone(text: str) -> None:
    assert _values(text) == []


def test_an_attack_named_by_its_day_is_not_of_the_year_of_publication() -> None:
    assert _values("He recalled the 9/11 attacks.") == [("9/11", "DATE", "2001-09-11")]
    assert _values("He recalled the September 11 attacks.") == [("September 11", "DATE", "2001-09-11")]


# 16 June 2021 is a Wednesday.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The barn burned until late Monday night.", [("late Monday night", "TIME", "2021-06-14TNI")]),
        ("The trial was postponed until Monday.", [("Monday", "DATE", "2021-06-21")]),
        ("The bridge is closed until Monday.", [("Monday", "DATE", "2021-06-21")]),
        ("On Friday morning crews will mend the sluice.", [("Friday morning", "TIME", "2021-06-18TMO")]),
        ("The owners talked of ways around Monday's ruling.", [("Monday", "DATE", "2021-06-14")]),
        ("The mayor could not be reached on Monday.", [("Monday", "DATE", "2021-06-14")]),
        ("A fair planned for Tuesday was called off.", [("Tuesday", "DATE", "2021-06-15")]),
        ("The mayor said on Tuesday it would not impose a toll.", [("Tuesday", "DATE", "2021-06-15")]),
        ("The mayor did not impose a toll by Monday's deadline.", [("Monday", "DATE", "2021-06-14")]),
        ("The council blew past the Oct. 1 deadline by a month.", [("Oct. 1", "DATE", "2020-10-01")]),
        ("A fair planned for Friday was called off.", [("Friday", "DATE", "2021-06-18")]),
        ("Velm held a feast to mark the opening on Tuesday.", [("Tuesday", "DATE", "2021-06-15")]),
        ("The mayor of Orlen resigned on Thursday.", [("Thursday", "DATE", "2021-06-17")]),
        ("The mayor of Orlen had resigned on Thursday.", [("Thursday", "DATE", "2021-06-10")]),
        ("The ferry returns on Friday week.", [("Friday week", "DATE", "2021-06-25")]),
        ("The ferry returns a week on Friday.", [("a week on Friday", "DATE", "2021-06-25")]),
        ("The ferry left a week ago Friday.", [("a week ago Friday", "DATE", "2021-06-04")]),
        ("The ferry left the Sunday before last.", [("the Sunday before last", "DATE", "2021-06-06")]),
        ("The ferry left the week before last.", [("the week before last", "DATE", "2021-W22")]),
        ("The ferry left the night before last.", [("the night before last", "TIME", "2021-06-14TNI")]),
        ("The fair opens on the first Monday of July.", [("the first Monday of July", "DATE", "2021-07-05")]),
        ("The fair opens in the last week of July.", [("the last week of July", "DATE", "2021-W30")]),
        ("The fair opened in the first week of May 2019.", [("the first week of May 2019", "DATE", "2019-W18")]),
        ("The Fair Opens on The First Monday of July.", [("The First Monday of July", "DATE", "2021-07-05")]),
        ("The fair opened on the last Friday in May 2019.",
         [("the last Friday in May 2019", "DATE", "2019-05-31")]),
        ("The day before yesterday divers went down.", [("The day before yesterday", "DATE", "2021-06-14")]),
        ("They dive again the day after tomorrow.", [("the day after tomorrow", "DATE", "2021-06-18")]),
    ],
)  # fmt: skip
def test_a_day_of_the_week_goes_with_the_tense_and_the_day_of_publication(
    text: str, expected: list[tuple[str, str, str | None]]
) -> None:
    assert _values(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The quake struck at 4.10am local time (0210 GMT) on Monday.",
         ["2021-06-14T04:10", "2021-06-14T02:10Z", "2021-06-14"]),
        ("The quake struck at 11.10pm local time (0310 GMT) on Monday.",
         ["2021-06-14T23:10", "2021-06-15T03:10Z", "2021-06-14"]),
        ("The quake struck at 11:10 p.m. (0310 GMT Tuesday).", ["2021-06-14T23:10", "2021-06-15T03:10Z"]),
        ("The quake struck at 7 a.m. on Tuesday (2100 GMT on Monday).",
         ["2021-06-15T07:00", "2021-06-15", "2021-06-14T21:00Z", "2021-06-14"]),
        ("The quake struck on Monday at 7 a.m. (2100 GMT).", ["2021-06-14", "2021-06-14T07:00", "2021-06-13T21:00Z"]),
        ("It was felt at 1542 local time on Monday.", ["2021-06-14T15:42", "2021-06-14"]),
        ("Polls close at 20h00 on Monday.", ["2021-06-14T20:00", "2021-06-14"]),
        ("The lock was opened at midday on Monday.", ["2021-06-14T12:00", "2021-06-14"]),
    ],
)  # fmt: skip
def test_clocks_of_two_zones_tell_one_moment_on_the_day_named_beside_them(text: str, expected: list[str]) -> None:
    assert [value for _, _, value in _values(text)] == expected


def test_without_a_date_to_reckon_from_no_year_is_guessed() -> None:
    text = "The treaty of 2014 was read out. He came on February 16, left on Thursday and called yesterday."
    assert [value for _, _, value in _values(text, None)] == ["2014", "XXXX-02-16", "XXXX-WXX-4", "XXXX-XX-XX"]


def test_a_full_date_in_the_text_stands_in_for_the_day_of_publication() -> None:
    found = _times("The talks opened on 16 February 2017. He came on Thursday and left on February 18.")
    assert [(t.value, t.anchor) for t in found][1:] == [("2017-02-16", "2017-02-16"), ("2017-02-18", "2017-02")]


def test_the_anchor_is_the_date_reckoned_from() -> None:
    assert [t.anchor for t in _times("He came on Monday, 3 May 2021, and left last week.", "2021-06-16")] == [
        None,
        "2021-06-16",
    ]


_PIECES = st.sampled_from(
    "on January 20|in 2014|two days later|the 1990s|last week|every day|at 9:30 a.m.|, the mayor said.|\n\n|May|now|"
    "Thursday|31 February 2016|9/11|the end of the year|in the|of|32|Q4 2019|BC|12/13/14|year|a|–|…|for weeks".split(
        "|"
    )
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(_PIECES, min_size=1, max_size=12).map(" ".join),
    st.sampled_from([None, "2017-02-16", "2020-02-29T23:59:00Z", "2017", "soon", "0001-01-01", "9999-12-31"]),
)
def test_spans_are_slices_in_order_and_never_overlap(text: str, published: str | None) -> None:
    at = 0
    found = _times(text, published)
    for expression in found:
        span = expression.span
        assert at <= span.start < span.end
        assert span.text == text[span.start : span.end]
        assert span.text == span.text.strip()
        at = span.end
    assert found == _times(text, published)


@pytest.mark.skipif(not _SEEDS.is_dir(), reason=NO_SEEDS)
def test_the_dates_of_the_seeds() -> None:
    expected = {
        "000.txt": {
            ("Thursday", "2017-02-16"),
            ("Monday", "2017-02-13"),
            ("January 20", "2017-01-20"),
            ("2014", "2014"),
        },
        "001.txt": {("February 16", "2017-02-16"), ("2014", "2014")},
    }
    for line in (_SEEDS / "manifest.jsonl").read_text().splitlines():
        entry = json.loads(line)
        text = (_SEEDS / entry["path"]).read_text()
        found = {(t.span.text, t.value) for t in _times(text, entry["published"])}
        assert expected[entry["path"]] <= found
