"""The terminal report: readable at any width, with and without colour, inert whatever an article contains."""

from __future__ import annotations

import io
import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from show_story import LONG_OUTLET, calm_story, empty_story, hostile_story, lake_story, wide_story
from test_show_page import HOSTILE

from rashomon.data.timex import date_words
from rashomon.show import report
from rashomon.show.words import siglum, visible
from rashomon.types import Comparison, Published

WIDTHS = (20, 40, 80, 120, 200)
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def printed(
    comparison: Comparison, width: int = 80, *, full: bool = False, colour: bool = False, no_color: bool = False
) -> str:
    """The report as it would arrive in a pipe, or on a terminal with colours."""
    file = io.StringIO()
    terminal = {"force_terminal": True, "color_system": "truecolor"} if colour else {}
    console = Console(file=file, width=width, no_color=no_color, **terminal)  # type: ignore[arg-type]
    report(comparison, console, full=full)
    return file.getvalue()


def unfolded(text: str) -> str:
    return " ".join(text.split())


def passages(text: str) -> list[str]:
    """What stands behind a bar, joined into one line each, without the marks."""
    found: list[list[str]] = []
    bar = re.compile(r"\s*│ (.*)")
    inside = False
    for line in text.splitlines():
        match = bar.fullmatch(line)
        if match:
            found = [*found, []] if not inside else found
            found[-1].append(match[1])
        inside = match is not None
    return [unfolded(" ".join(lines)) for lines in found]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("full", [False, True])
def test_no_line_is_wider_than_the_console(width: int, full: bool) -> None:
    for comparison in (lake_story(), calm_story(), empty_story(), wide_story(30)):
        lines = printed(comparison, width, full=full).splitlines()
        assert [line for line in lines if cell_len(line) > width] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_a_pipe_gets_the_same_words_without_colour(width: int) -> None:
    plain, coloured = printed(lake_story(), width), printed(lake_story(), width, colour=True)
    assert "\x1b" not in plain and "\x1b[1" in coloured
    for sign in ("*", "\n", " ", "│"):
        plain, coloured = plain.replace(sign, ""), ESCAPE.sub("", coloured).replace(sign, "")
    if width < 80:  # where passages stand abreast, the stars move the lines
        assert plain == coloured
    assert sorted(plain) == sorted(coloured)


def test_differing_words_are_set_off_in_either_mode() -> None:
    assert "*Twelve* villages" in printed(lake_story())
    assert "\x1b[1;4mTwelve\x1b[0m villages" in printed(lake_story(), colour=True)
    monochrome = printed(lake_story(), colour=True, no_color=True)
    assert "*Twelve*" in ESCAPE.sub("", monochrome)
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", monochrome)


@pytest.mark.parametrize("width", [40, 80])
def test_every_passage_is_a_slice(width: int) -> None:
    comparison = lake_story()
    texts = [unfolded(article.text) for article in comparison.articles]
    found = passages(printed(comparison, width, full=True))
    assert len(found) > 30
    for passage in found:
        assert any(passage.replace("*", "") in text for text in texts), passage


def test_every_passage_is_followed_by_its_place() -> None:
    comparison = lake_story()
    lines = printed(comparison, 100, full=True).splitlines()
    names = {a.outlet for a in comparison.articles if a.outlet} | {"Account F (no outlet given)"}
    single = [n for n, line in enumerate(lines) if line.strip().startswith("│") and line.count("│") == 1]
    ends = [n for n in single if not lines[n + 1].strip().startswith("│") and cell_len(lines[n + 1]) < 45]
    assert len(ends) > 5
    for n in ends:
        assert any(name in lines[n + 1] for name in names) and "¶" in lines[n + 1], lines[n + 1]


def test_the_report_opens_with_the_differences_facts_first() -> None:
    text = printed(lake_story())
    order = [
        "6 accounts, 5 of them independent",
        "Where they differ",
        "Facts",
        "Who says what",
        "most accounts share",
    ]
    assert [text.index(words) for words in order] == sorted(text.index(words) for words in order)
    differ = text[text.index("Where they differ") : text.index("Who says what")]
    assert differ.index("Facts") < differ.index("Number.")
    assert "rounded" not in text
    shared = text[text.index("most accounts share") :]
    assert "Foreign ministers of Velmark and Tamaria met" in shared
    assert "told by 5 of 6 accounts, 4 independent" in unfolded(shared)


def test_a_matrix_where_it_fits_and_lists_where_not() -> None:
    wide, narrow = printed(lake_story(), 150), printed(lake_story(), 40)
    row = r"● “Twelve” +≠ “At least fift… +● tells it +● tells it +≠ “ten villages” +– not found"
    assert re.search(row, wide)
    assert not re.search(row, narrow)
    for text in (printed(lake_story(), 150, full=True), printed(lake_story(), 40, full=True)):
        signs = ("● tells it", "≠ “", "× denies it", "– not found", "not a denial")
        assert all(sign in unfolded(text) for sign in signs)


@pytest.mark.parametrize("accounts", [2, 6, 10])
def test_the_default_is_a_screen_or_two(accounts: int) -> None:
    text = printed(wide_story(accounts, points=60))
    assert len(text.splitlines()) <= 80, text


def test_the_default_is_moderate_and_says_how_to_see_the_rest() -> None:
    comparison = wide_story(8, points=120)
    short, full = printed(comparison), printed(comparison, full=True)
    assert len(short.splitlines()) <= 80 and len(full.splitlines()) > 400
    assert re.search(r"\+ \d+ more points; --full shows all", short)
    assert re.search(r"\+ \d+ more differences; --full shows all", short)
    assert "--full shows all" not in full


def test_full_gives_everything() -> None:
    comparison = lake_story()
    text = unfolded(printed(comparison, 70, full=True))
    assert [f.id for f in comparison.findings if f.reason not in text] == []
    for article in comparison.articles:
        for span in (*article.paragraphs, *article.headings, *article.furniture):
            assert unfolded(span.text) in text
    for words in (
        "Who is called what",
        "What happened, and when",
        "autumn 2031",
        "Who prints whose text",
        "[page furniture]",
        "is not resolved",
    ):
        assert words in text
    assert "Northern Wire › an aide to President Matei Sorescu: quoted in part" in text
    assert "speaker not identified: paraphrased" in text
    assert "Daoud Rahimi: paraphrased, negated" in text


def test_a_calm_story_stays_calm() -> None:
    text = printed(calm_story())
    assert "No difference was named." in text
    assert "Facts" not in text and "Wording" not in text
    assert "No point was found that two independent accounts share." in printed(empty_story())


@pytest.mark.parametrize(
    "evil", [*HOSTILE, "[bold red]x[/bold red]", "[link=https://a.example]y[/link]", ":smile:", "\\[a]"]
)
@pytest.mark.parametrize("full", [False, True])
def test_hostile_text_is_inert(evil: str, full: bool) -> None:
    text = printed(hostile_story(evil), 400, full=full)
    assert text == visible(text) and "\r" not in text and "\t" not in text
    assert "".join(visible(evil).split()) in "".join(text.split())
    coloured = printed(hostile_story(evil), 400, full=full, colour=True)
    assert "\x1b]" not in coloured
    assert "\x1b" not in ESCAPE.sub("", coloured)


@settings(deadline=None, max_examples=40)
@given(st.text(min_size=1, max_size=20), st.integers(1, 130))
def test_no_text_and_no_width_breaks_the_report(evil: str, width: int) -> None:
    text = printed(hostile_story(evil), width, full=True)
    assert text == visible(text)
    text.encode()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_an_output_that_is_not_unicode_still_gets_a_report(encoding: str) -> None:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding)
    report(lake_story(), Console(file=file, width=80), full=True)
    file.flush()
    assert "The Kessan Courier par. 3" in raw.getvalue().decode(encoding)


def test_accounts_of_one_outlet_are_told_apart() -> None:
    comparison = wide_story(3)
    same = [
        a.__class__(**{f: getattr(a, f) for f in a.__struct_fields__} | {"outlet": "Gazette"})
        for a in comparison.articles
    ]
    text = printed(
        comparison.__class__(
            **{f: getattr(comparison, f) for f in comparison.__struct_fields__} | {"articles": tuple(same)}
        )
    )
    assert all(f"Gazette ({letter})" in text for letter in "ABC")


def test_an_account_is_shown_with_whose_text_it_is_and_no_hour_that_nobody_knows() -> None:
    comparison = wide_story(3)
    known = Published(value="2031-06-01T08:30:00"), Published(value="2031-06-01T00:00:00"), None
    credits = ("AP", "dpa"), ("AP", "dpa"), ("Gazette of Ward 3",)
    articles = tuple(
        msgspec.structs.replace(a, published=p, credits=c)
        for a, p, c in zip(comparison.articles, known, credits, strict=True)
    )
    text = unfolded(printed(msgspec.structs.replace(comparison, articles=articles)))
    assert "1 June 2031, 08:30" in text and "00:00" not in text
    assert "A and B credit AP and dpa." in text


def test_long_names_are_kept_whole() -> None:
    assert LONG_OUTLET in unfolded(printed(lake_story(), 40))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2017", "2017"),
        ("2017-02", "February 2017"),
        ("2017-02-06", "6 February 2017"),
        ("2031-03-04T18:20:00+01:00", "4 March 2031, 18:20 UTC+01:00"),
        ("2031-03-04T18:20Z", "4 March 2031, 18:20 UTC"),
        ("2031-03-04TEV", "4 March 2031, evening"),
        ("2031-W07", "the week of 10 February 2031"),
        ("2031-W07-WE", "the weekend of 15 February 2031"),
        ("2031-W07-4", "13 February 2031"),
        ("2031-W99", ""),
        ("203", "the 2030s"),
        ("18XX", "the 19th century"),
        ("2031-02-XX", "February 2031"),
        ("2031-SP", "spring 2031"),
        ("2031-13-01", "2031-13-01"),
        ("PRESENT_REF", ""),
        ("XXXX-03", ""),
        ("XXXX-WXX", ""),
        ("2031-Q1", "the first quarter of 2031"),
        ("20310304", "20310304"),
        ("", ""),
    ],
)
def test_dates_in_words(value: str, words: str) -> None:
    assert date_words(value) == words


def test_sigla_are_letters_and_never_repeat() -> None:
    assert [siglum(n) for n in (0, 25, 26, 27, 51, 52)] == ["A", "Z", "AA", "AB", "AZ", "BA"]
    assert len({siglum(n) for n in range(1000)}) == 1000
