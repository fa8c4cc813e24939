"""Pasted text: layout, furniture, headings, datelines, credits and dates. All reports here are invented."""

from __future__ import annotations

import string
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rashomon.errors import InvalidRecord, UnreadableInput, UnsupportedLanguage
from rashomon.read import read_text
from rashomon.types import Article, Published

LEDE = "The harbour master of Velm closed the old bridge on Saturday after two days of heavy rain."
QUOTE = "“It will stay shut until we know more,” Mayor Tove Lindgren told reporters at the town hall."
DENIAL = "She did not say how long that would take."
ENDING = "The ferry will run through the night for those who work on the far bank of the river Aure."


def paragraphs(article: Article) -> list[str]:
    return [span.text for span in article.paragraphs]


def headings(article: Article) -> list[str]:
    return [span.text for span in article.headings]


def furniture(article: Article) -> list[str]:
    return [span.text for span in article.furniture]


def pasted(*lines: str) -> str:
    return "\n\n".join(lines)


def test_clean_text_is_all_paragraphs_one_a_line() -> None:
    article = read_text("\n".join([LEDE, QUOTE, DENIAL, ENDING]))
    assert paragraphs(article) == [LEDE, QUOTE, DENIAL, ENDING]
    assert not article.headings and not article.furniture


def test_a_body_paragraph_without_a_full_stop_stays() -> None:
    unended = (
        "The county would pay for the repair if the town did the same, the mayor said in Velm on the margins of the "
        "spring fair of the river towns"
    )
    assert paragraphs(read_text("\n".join([LEDE, unended, ENDING]))) == [LEDE, unended, ENDING]


@pytest.mark.parametrize(
    "short", ["He did not.", "“No comment,” she said.", "Why?", "“Too bad!”", "No.", "It was not enough.", "He said:"]
)
def test_short_paragraphs_of_the_body_stay(short: str) -> None:
    assert short in paragraphs(read_text(pasted(LEDE, short, ENDING)))


def test_a_page_around_a_report() -> None:
    """Every kind of furniture about one report: exactly the report is left."""
    caption = "Mayor Tove Lindgren at the old bridge of Velm on the morning of May 17, before the rain came back."
    text = (
        pasted(
            "Skip to main content", "Breaking News", "Velm Closes Its Old Bridge After Floods", f"{caption}\n{caption}"
        )
        + "\n\n"
        + pasted(LEDE, QUOTE, "A Bridge 'With A Past'", DENIAL)
        + "\n\nWATCH: Mayor Explains The Closure\n\nMayor Explains The Closure\nplease wait\n\n0:00 0:01:12 0:00\n\n"
        + pasted(ENDING, "With reporting by Ida Korn in Velm, AFP, and Reuters")
        + "\n  • 16x9 Image\n\n"
        + pasted(
            "Aure Radio has been told to leave the county by its council.",
            "We bring news to 23 valleys where there is no other paper.",
            "To find out more, click here.",
        )
    )
    article = read_text(text, outlet="Aure Radio")
    assert paragraphs(article) == [LEDE, QUOTE, DENIAL, ENDING]
    assert headings(article) == ["Velm Closes Its Old Bridge After Floods", "A Bridge 'With A Past'"]
    assert article.title == "Velm Closes Its Old Bridge After Floods"
    assert article.credits == ("AFP", "Reuters")
    assert "please wait" in furniture(article) and furniture(article).count(caption) == 2
    assert not {"Ida Korn", "Velm"} & set(article.credits)


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement",
        "Share Tweet Email Print",
        "Subscribe to our newsletter",
        "5 min read",
        "Story continues below advertisement",
        "Read more: Ferry gets a second boat",
        "Follow us on Facebook and Instagram",
        "Image caption The bridge at Velm in the spring",
        "The bridge at Velm seen from the ferry. (Tom Lund/AP)",
        "Copyright 2031 The Velm Courier. All rights reserved.",
        "You agree to our privacy policy and terms of service.",
        "This article was updated to add the mayor's reply.",
        "[Photo/Agencies]",
        "0:00 / 1:42",
        "1200 x 800",
        "___",
        "@velmcourier",
    ],
)
def test_page_furniture_amid_the_text(line: str) -> None:
    article = read_text(pasted(LEDE, line, QUOTE, ENDING))
    assert paragraphs(article) == [LEDE, QUOTE, ENDING]
    assert furniture(article) == [line]


@pytest.mark.parametrize(
    "sentence",
    [
        "The paper changed its privacy policy in March, and readers were told to subscribe again by the end of June.",
        "Reuters reported on Friday that the county had known of the cracks since the autumn of the year before.",
        "A photograph of the mayor with the ferryman was shared by thousands, and she thanked them for their comments.",
        "“Click here and you win, that is what it said,” the ferryman told the court in Velm on the second day.",
        "By Thursday, the water had fallen by a metre and the first lorries were let over the bridge again.",
        "Research by the county shows that the bridge carries nine thousand cars on a common working day.",
        "Writing for the court, Judge Anna Holm said the county had known of the cracks and kept silent.",
        "(The ferryman, meanwhile, was not convinced: “Let us see how long this lasts.”)",
        "An aide to the mayor was quoted by Interfax as saying that the bridge would open before the fair.",
    ],
)
def test_sentences_that_only_sound_like_furniture_stay(sentence: str) -> None:
    article = read_text(pasted(LEDE, sentence, ENDING))
    assert paragraphs(article) == [LEDE, sentence, ENDING]
    assert article.credits == ()


def test_related_stories_below_the_report_are_furniture() -> None:
    article = read_text(
        pasted(LEDE, QUOTE, ENDING, "Related stories", "Ferry Gets A Second Boat", "What the river did in 2019")
    )
    assert paragraphs(article) == [LEDE, QUOTE, ENDING]
    assert len(article.furniture) == 3 and not article.headings


def test_a_read_more_link_amid_the_text_does_not_end_it() -> None:
    assert paragraphs(read_text(pasted(LEDE, QUOTE, "Read more", DENIAL, ENDING))) == [LEDE, QUOTE, DENIAL, ENDING]


def test_a_post_above_the_text_is_no_heading() -> None:
    post = "@IdaKorn: “Thank you all. It was an honour to serve. #Ambley”"
    article = read_text(f"Keeper of the weir leaves\n\nIda Korn left at noon.\n\n{post}\n\n{LEDE}\n\n{ENDING}")
    assert post in paragraphs(article)
    assert headings(article) == ["Keeper of the weir leaves"]


def test_the_known_title_is_a_heading_and_not_a_paragraph() -> None:
    title = "The bridge is closed, and nobody knows for how long."
    article = read_text(pasted(title, LEDE, ENDING), title=title)
    assert headings(article) == [title] and paragraphs(article) == [LEDE, ENDING]


def test_a_sentence_repeated_further_on_is_kept_once() -> None:
    article = read_text(pasted(LEDE, QUOTE, ENDING, LEDE))
    assert paragraphs(article) == [LEDE, QUOTE, ENDING]


def test_hard_wrapped_text_yields_whole_paragraphs() -> None:
    bodies = [f"{LEDE} {ENDING}", f"{QUOTE} {DENIAL} {ENDING}", f"{ENDING} {LEDE} {DENIAL}"]
    for width in (60, 72, 80):
        wrapped = read_text("\n\n".join(textwrap.fill(body, width) for body in bodies))
        assert [" ".join(p.split()) for p in paragraphs(wrapped)] == bodies
        indented = read_text("\n".join(textwrap.fill(body, width, initial_indent="    ") for body in bodies))
        assert [" ".join(p.split()) for p in paragraphs(indented)] == bodies


@pytest.mark.parametrize(
    ("dateline", "credits"),
    [
        ("VELM (Reuters) - ", ("Reuters",)),
        ("VELM, Norland (AP) — ", ("AP",)),
        ("(AFP) — ", ("AFP",)),
        ("Velm (dpa) – ", ("DPA",)),
        ("VELM, May 17 (UPI) -- ", ("UPI",)),
        ("VELM (Meridian) — ", ("Meridian",)),
        ("Velm (Meridian News Agency) — ", ("Meridian News Agency",)),
        ("VELM — ", ()),
        ("VELM/AUREHAVN, Norland -- ", ()),
        ("(CNN) ", ()),
    ],
)
def test_the_paragraph_begins_after_its_dateline(dateline: str, credits: tuple[str, ...]) -> None:
    article = read_text(pasted(dateline + LEDE, ENDING), outlet="CNN")
    assert paragraphs(article) == [LEDE, ENDING]
    assert furniture(article) == [dateline.strip()]
    assert article.credits == credits


@pytest.mark.parametrize(
    "opening",
    [
        "Governor Anna Holm (R) said the bridge of Velm would be closed for a week, and perhaps for two.",
        "Sen. Tom Lund (D-Norland) said the bridge of Velm would be closed for a week, and perhaps for two.",
        "The Velm Bridge Board (VBB) said on Friday that the bridge would be closed for a week or two.",
        "Velm — Norland's oldest town — has closed its bridge for a week after two days of heavy rain.",
        "Everybody knew the bridge was old — but nobody had thought that it would be closed before the fair.",
    ],
)
def test_an_opening_that_is_no_dateline_stays_whole(opening: str) -> None:
    article = read_text(pasted(opening, ENDING))
    assert paragraphs(article) == [opening, ENDING] and not article.credits


@pytest.mark.parametrize(
    ("line", "credits"),
    [
        ("The Associated Press contributed to this report.", ("AP",)),
        ("(Reporting by Ida Korn; Editing by Tom Lund)", ()),
        ("Additional reporting by AFP and the Meridian News Agency", ("AFP", "Meridian News Agency")),
        ("Copyright 2031 The Associated Press. All rights reserved.", ("AP",)),
        ("— Reuters", ("Reuters",)),
        ("Material from Agence France-Presse was used in this report.", ("AFP",)),
    ],
)
def test_credit_lines_at_the_end(line: str, credits: tuple[str, ...]) -> None:
    article = read_text(pasted(LEDE, QUOTE, ENDING, line))
    assert paragraphs(article) == [LEDE, QUOTE, ENDING] and furniture(article) == [line]
    assert article.credits == credits


def test_a_credit_in_brackets_at_the_end_of_the_last_paragraph_is_cut_off() -> None:
    article = read_text(pasted(LEDE, ENDING + " (Reporting by Ida Korn; Editing by Tom Lund, Reuters)"))
    assert paragraphs(article) == [LEDE, ENDING] and article.credits == ("Reuters",)
    assert paragraphs(read_text(pasted(LEDE, ENDING + " (AP)"))) == [LEDE, ENDING]


def test_the_byline_gives_author_agency_and_date() -> None:
    article = read_text(
        pasted("Velm Closes Its Old Bridge", "By Ida Korn, Associated Press", "May 17, 2031", LEDE, ENDING)
    )
    assert (article.author, article.credits) == ("Ida Korn", ("AP",))
    assert article.published == Published(value="2031-05-17", inferred=True)
    assert paragraphs(article) == [LEDE, ENDING]


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("Published 17 May 2031", "2031-05-17"),
        ("Published: May 17, 2031 at 10:42 a.m. ET", "2031-05-17"),
        ("Saturday, 17 May 2031", "2031-05-17"),
        ("By Ida Korn | 17 May 2031", "2031-05-17"),
        ("Last updated 17 May 2031", "2031-05-17"),
        ("17 May", None),
        ("Published on Saturday", None),
        ("03/04/2031", None),
        ("Published 31 February 2031", None),
    ],
)
def test_a_publication_date_is_inferred_from_full_dates_only(line: str, value: str | None) -> None:
    article = read_text(pasted("Velm Closes Its Old Bridge", line, LEDE, ENDING))
    assert article.published == (Published(value=value, inferred=True) if value else None)


def test_a_date_in_the_body_is_not_the_publication_date() -> None:
    body = "The bridge was opened on May 17, 1931, by the king, who crossed it on foot with his daughters."
    assert read_text(pasted(LEDE, body, ENDING)).published is None


def test_a_dateline_with_a_year_dates_the_article() -> None:
    article = read_text(pasted("VELM, May 17, 2031 (Reuters) - " + LEDE, ENDING))
    assert article.published == Published(value="2031-05-17", inferred=True)
    assert read_text(pasted("VELM, May 17 (Reuters) - " + LEDE, ENDING)).published is None


def test_front_matter_is_metadata_and_not_text() -> None:
    text = (
        f'---\ntitle: "Old bridge closed"\noutlet: Velm Courier\ndate: 2031-05-17\nlang: en_GB\n---\n{LEDE}\n{ENDING}\n'
    )
    article = read_text(text)
    assert (article.title, article.outlet, article.language) == ("Old bridge closed", "Velm Courier", "en-GB")
    assert article.published == Published(value="2031-05-17")
    assert article.text == f"{LEDE}\n{ENDING}\n"
    assert read_text(text, outlet="Other").outlet == "Other"


def test_rules_that_are_no_front_matter_are_text() -> None:
    assert read_text(f"---\n{LEDE}\n---\n{ENDING}").text.startswith("---")


def test_the_text_is_not_edited_but_for_its_line_ends() -> None:
    text = f"  {LEDE}\r\n\r\n\t{QUOTE} \r{ENDING}"
    assert read_text(text).text == text.replace("\r\n", "\n").replace("\r", "\n")


def test_the_outlet_is_never_invented() -> None:
    assert read_text(pasted(LEDE, ENDING)).outlet is None
    assert read_text(pasted(LEDE, ENDING), url="https://www.velm.example/a").outlet == "velm.example"


def test_another_language_is_refused_by_name() -> None:
    german = "Der Bürgermeister von Velm hat am Samstag die alte Brücke über die Aure gesperrt. " * 4
    with pytest.raises(UnsupportedLanguage, match=r"German \(de\); only English can be analysed"):
        read_text(german)
    with pytest.raises(UnsupportedLanguage, match="French"):
        read_text(LEDE, language="fr")


@pytest.mark.parametrize("short", ["He did not.", LEDE, "Amsterdam en Rotterdam zijn steden."])
def test_short_texts_are_not_refused_for_their_language(short: str) -> None:
    assert read_text(short).text == short


@pytest.mark.parametrize("text", ["", "  \n\t\n", "Advertisement", "Share\nTweet", "a\0b", f"{LEDE}\x1b[2J"])
def test_what_is_no_report_is_refused(text: str) -> None:
    with pytest.raises(UnreadableInput):
        read_text(text)


def test_a_date_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidRecord, match=r"'published' is 'yesterday'.*2031-05-17"):
        read_text(LEDE, published="yesterday")


LINES = st.sampled_from(
    [
        LEDE, QUOTE, DENIAL, ENDING, "Advertisement", "Share", "By Ida Korn", "Related stories", "A Bridge With A Past",
        "VELM (AP) — The bridge is shut.", "(Reporting by Ida Korn)", "Published 17 May 2031", "please wait", "___", "",
        "'Well planned'", "The Associated Press contributed to this report.", "WATCH: A Bridge With A Past",
        "• 16x9 Image",
    ]
)  # fmt: skip
ANY_LINE = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs", "S")), max_size=80)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.one_of(LINES, ANY_LINE), max_size=14),
    st.sampled_from(["\n", "\n\n", "\r\n", "\n \n"]),
    st.text(string.ascii_letters, max_size=12),
)
def test_parts_are_true_trimmed_ordered_and_apart(lines: list[str], gap: str, outlet: str) -> None:
    """The slice law for everything that reading marks, on whatever is pasted; and nothing is lost between the parts."""
    text = gap.join(lines)
    try:
        article = read_text(text, **({"outlet": outlet} if outlet else {}))
    except (UnreadableInput, UnsupportedLanguage):
        return
    parts = (article.paragraphs, article.headings, article.furniture)
    for spans in parts:
        assert list(spans) == sorted(spans, key=lambda s: s.start)
        assert all(s.text == article.text[s.start : s.end] == s.text.strip() != "" for s in spans)
    every = sorted((s for spans in parts for s in spans), key=lambda s: s.start)
    at = 0
    for span in every:
        assert span.start >= at and not article.text[at : span.start].strip()
        at = span.end
    assert not article.text[at:].strip()
    assert read_text(text, **({"outlet": outlet} if outlet else {})) == article


@settings(max_examples=100, deadline=None)
@given(
    st.permutations([LEDE, QUOTE, DENIAL, ENDING]),
    st.sampled_from(["Share", "Advertisement", "Read more", "please wait"]),
)
def test_furniture_put_anywhere_never_becomes_a_paragraph(body: list[str], line: str) -> None:
    for place in range(len(body) + 1):
        article = read_text(pasted(*body[:place], line, *body[place:]))
        assert paragraphs(article) == body


@pytest.mark.parametrize(
    ("line", "credits"),
    [
        ("With material from Reuters.", ("Reuters",)),
        ("With AFP", ("AFP",)),
        ("AFP/dpa", ("AFP", "DPA")),
        ("(AFP, Reuters and agencies)", ("AFP", "Reuters")),
        ("Text: TT", ("TT",)),
        ("AP, with additional reporting by Ida Korn", ("AP",)),
        ("Press Association 2031", ("PA",)),
        ("(Inputs: PTI)", ("PTI",)),
        ("By AFP", ("AFP",)),
        ("With reports from AP and dpa", ("AP", "DPA")),
        ("Distributed by Reuters.", ("Reuters",)),
        ("With agency inputs", ()),
        ("(Except for the headline, this report has not been edited by the Velm Courier's staff.)", ()),
        ("This story was first published by Harbour Watch.", ("Harbour Watch",)),
        ("This article originally appeared in The Lantern on May 3.", ("The Lantern",)),
        ("This article was first published on May 3.", ()),
        ("This report was originally published by the Velm Courier.", ()),
    ],
)
def test_credits_in_every_form_are_furniture_and_name_their_agencies(line: str, credits: tuple[str, ...]) -> None:
    article = read_text(pasted(LEDE, QUOTE, ENDING, line), outlet="Velm Courier")
    assert paragraphs(article) == [LEDE, QUOTE, ENDING] and article.credits == credits


@pytest.mark.parametrize(
    "sentence",
    [
        "With help from Reuters, the owner found a lawyer and took the paper to court.",
        "With Reuters, he had a contract for ten years.",
        "With information from neighbours the police found the boat on Sunday.",
    ],
)
def test_sentences_that_begin_like_a_credit_stay(sentence: str) -> None:
    article = read_text(pasted(LEDE, QUOTE, sentence, ENDING))
    assert sentence in paragraphs(article)


@pytest.mark.parametrize(
    ("line", "author", "published"),
    [
        ("By Ida Korn and AP | Published: 17/05/2031 05:00", "Ida Korn", "2031-05-17"),
        ("By Ida Korn, Tom Lund and Abby Bye | 17.5.2031", "Ida Korn, Tom Lund and Abby Bye", "2031-05-17"),
        ("By IDA KORN and TOBY BYE | Updated: 5/17/2031", "IDA KORN and TOBY BYE", "2031-05-17"),
        ("By Ida Korn, Velm Courier | 2031/05/17", "Ida Korn", "2031-05-17"),
        ("By Ida Korn | Published: 05/06/2031", "Ida Korn", None),
    ],
)
def test_all_names_of_a_byline_and_a_date_in_numbers_that_can_be_one_day_only(
    line: str, author: str, published: str | None
) -> None:
    article = read_text(pasted("Old bridge of Velm is closed", line, LEDE, QUOTE, ENDING))
    assert article.author == author and (article.published and article.published.value) == published
    assert paragraphs(article) == [LEDE, QUOTE, ENDING]
