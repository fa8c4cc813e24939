"""The page in a browser: links, keyboard, script on and off, accessibility, hostile text. Needs a system Chromium."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from chromium import Visit, serious
from playwright.sync_api import Browser, Page
from show_story import calm_story, empty_story, hostile_story, lake_story, wide_story
from test_show_page import HOSTILE

from rashomon.show import page as write_page
from rashomon.show.words import visible
from rashomon.types import Comparison

STORIES: dict[str, Callable[[], Comparison]] = {
    "lake": lake_story,
    "calm": calm_story,
    "empty": empty_story,
    "wide": lambda: wide_story(14, points=90),
    "narrow": lambda: wide_story(10, points=12),
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    return {name: _written(folder / f"{name}.html", make()) for name, make in STORIES.items()}


def _written(file: Path, comparison: Comparison) -> Path:
    file.write_bytes(write_page(comparison).encode())
    return file


@pytest.mark.parametrize("name", sorted(STORIES))
def test_no_error_and_no_request(browser: Browser, files: dict[str, Path], name: str) -> None:
    visit = Visit(browser, files[name])
    visit.page.wait_for_load_state("networkidle")
    assert visit.messages == []
    assert visit.requests == [files[name].as_uri()]


@pytest.mark.parametrize(
    ("name", "scheme", "width"),
    [
        ("lake", "light", 390),
        ("lake", "dark", 1280),
        ("calm", "dark", 390),
        ("empty", "light", 1280),
        ("narrow", "light", 1280),
    ],
)
def test_no_serious_barrier(browser: Browser, files: dict[str, Path], name: str, scheme: str, width: int) -> None:
    visit = Visit(browser, files[name], color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True)
    visit.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert serious(visit.page) == []


@pytest.mark.parametrize("width", [320, 700, 1000, 2000])
@pytest.mark.parametrize("name", sorted(STORIES))
def test_the_page_never_scrolls_sideways(browser: Browser, files: dict[str, Path], name: str, width: int) -> None:
    visit = Visit(browser, files[name], viewport={"width": width, "height": 900})
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("script", [True, False])
def test_a_passage_leads_to_its_place(browser: Browser, files: dict[str, Path], script: bool) -> None:
    page = Visit(browser, files["lake"], java_script_enabled=script, reduced_motion="reduce").page
    link = page.locator("#findings blockquote a").first
    words = link.inner_text()
    link.click()
    page.wait_for_url("**#a-*")
    target = page.locator(":target")
    assert target.inner_text() == words
    page.wait_for_timeout(200)
    box = target.bounding_box()
    assert box is not None and 0 <= box["y"] < 900


def test_a_target_is_highlighted(browser: Browser, files: dict[str, Path]) -> None:
    page = Visit(browser, files["lake"]).page
    colour = "e => getComputedStyle(e).backgroundColor"
    passage = page.locator(".full [id^='a-']").first
    before = passage.evaluate(colour)
    page.goto(f"{page.url}#{passage.get_attribute('id')}")
    assert passage.evaluate(colour) != before


@pytest.mark.parametrize("script", [True, False])
def test_a_folded_target_unfolds(browser: Browser, files: dict[str, Path], script: bool) -> None:
    page = Visit(browser, files["wide"], java_script_enabled=script).page
    folded = page.locator("#findings .rest .what").last
    assert not folded.is_visible()
    page.goto(f"{page.url}#{folded.get_attribute('id')}")
    page.wait_for_timeout(300)
    assert folded.is_visible()


def test_everything_can_be_read_without_script(browser: Browser, files: dict[str, Path]) -> None:
    page = Visit(browser, files["lake"], java_script_enabled=False).page
    text = page.locator("main").inner_text()
    for finding in lake_story().findings:
        assert finding.reason in text
    assert not page.locator(".tools").first.is_visible(), "what needs the script is not offered without it"


def test_kinds_can_be_chosen(browser: Browser, files: dict[str, Path]) -> None:
    page = Visit(browser, files["lake"]).page
    page.locator("#finding-tools [name=kind]").select_option("cause")
    assert page.locator("#findings .finding:visible").count() == 1
    assert "because of the closure" in page.locator("#findings .finding:visible").inner_text()
    page.locator("#finding-tools [name=kind]").select_option("")
    assert page.locator("#findings .finding:visible").count() > 5
    page.locator("#finding-tools [name=by]").select_option("F")
    shown = page.locator("#findings .finding:visible")
    assert shown.count() == 1 and "The Lake Sorrel summit" in shown.inner_text()
    assert page.locator("#finding-tools output").inner_text() == "1 shown"


def test_what_is_chosen_stands_in_the_address(browser: Browser, files: dict[str, Path]) -> None:
    page = Visit(browser, files["lake"]).page
    choice = page.locator("#finding-tools [name=kind]")
    choice.select_option("wording")
    assert page.locator("#findings .group:visible").count() == 1
    shown = page.locator("#findings .finding:visible").all_inner_texts()
    assert shown and page.url.endswith("?differ=wording")
    page.reload()
    assert choice.input_value() == "wording"
    assert page.locator("#findings .finding:visible").all_inner_texts() == shown
    page.goto(f"{files['lake'].as_uri()}?differ=nonsense")
    assert choice.input_value() == "" and page.locator("#findings .group:visible").count() > 1


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_the_first_difference_stands_on_the_first_screen(
    browser: Browser, files: dict[str, Path], width: int, height: int
) -> None:
    page = Visit(browser, files["lake"], viewport={"width": width, "height": height}).page
    bottoms = (
        page.locator("#findings .finding")
        .first.locator("blockquote")
        .evaluate_all("found => found.slice(0, 2).map(e => e.getBoundingClientRect().bottom)")
    )
    assert len(bottoms) == 2 and max(bottoms) <= height


def _column(page: Page, siglum: str) -> list[str]:
    cells = page.locator(f"#matrix td[data-by='{siglum}']:visible").all()
    return [cell.get_attribute("class") or "silent" for cell in cells]


def test_two_articles_are_read_beside_each_other(browser: Browser, files: dict[str, Path]) -> None:
    page = Visit(browser, files["lake"]).page
    tools = page.locator("#pair-tools")
    tools.locator("[name=one]").select_option("C")
    tools.locator("[name=beside]").select_option("D")
    assert page.locator("#articles article.full:visible").count() == 2
    assert "one=C" in page.url and "beside=D" in page.url
    rows = page.locator("#articles .beside").evaluate_all(
        """all => all.map(e => [e.closest("article").dataset.account, e.getBoundingClientRect().top,
            e.getBoundingClientRect().left, e.dataset.points.split(" ")])"""
    )
    left, right = ([row for row in rows if row[0] == by] for by in "CD")
    assert left and len(left) == len(right)
    for one, other in zip(left, right, strict=True):
        assert one[1] == other[1] and one[2] < other[2], "paragraphs on one matter stand in one row"
        assert set(one[3]) & set(other[3])
    tops = page.locator("#articles .para:visible").evaluate_all(
        """all => all.map(e => [e.closest("article").dataset.account, e.getBoundingClientRect().top])"""
    )
    for by in "CD":
        own = [top for account, top in tops if account == by]
        assert own == sorted(own) and len(own) == len(set(own)), "each article keeps its order"
    tools.locator("[name=beside]").select_option("C")
    assert "two different" in tools.inner_text() and page.locator("#articles .beside").count() == 0
    page.goto(page.url.replace("beside=C", "beside=D"))
    assert page.locator("#articles .beside").count() == 2 * len(left), "the address brings it back"


def test_the_matrix_is_sorted_by_an_account_and_back(browser: Browser, files: dict[str, Path]) -> None:
    page = Visit(browser, files["lake"]).page
    before = _column(page, "E")
    button = page.locator("#matrix th[data-by='E'] button")
    order = ["denies", "differs", "says", "silent"]
    for way, wanted in (
        ("ascending", sorted(before, key=order.index)),
        ("descending", sorted(before, key=order.index, reverse=True)),
        ("none", before),
    ):
        button.press("Enter")
        assert page.locator("#matrix th[data-by='E']").get_attribute("aria-sort") == way
        assert _column(page, "E") == wanted
    page.locator("#matrix [name=order]").select_option("words")
    texts = page.locator("#matrix tbody th q").all_inner_texts()
    assert texts == page.evaluate("all => [...all].sort((a, b) => a.localeCompare(b))", texts)


def test_the_matrix_is_filtered_by_words_stance_and_account(browser: Browser, files: dict[str, Path]) -> None:
    page = Visit(browser, files["lake"]).page
    tools = page.locator("#matrix-tools")
    rows = page.locator("#matrix tbody tr:visible")
    everything = rows.count()
    tools.locator("[name=words]").fill("VILLAGES")
    assert rows.count() == 1 and "Twelve villages" in rows.inner_text()
    tools.locator("[name=words]").fill("")
    tools.locator("[name=stance]").select_option("differs denies")
    parted = sum("≠" in text or "×" in text for text in _signs(page))
    assert 0 < rows.count() == parted < everything
    assert tools.locator("output").inner_text() == f"{parted} of {everything}"
    tools.locator("[name=by]").select_option("A")
    assert set(_column(page, "A")) == {"denies"}
    tools.locator("[name=stance]").select_option("")
    assert rows.count() == everything


def _signs(page: Page) -> list[str]:
    """For each row of the matrix that is to be seen, the signs that the style sheet puts before its stances."""
    signs: list[str] = page.locator("#matrix tbody tr:visible").evaluate_all(
        """rows => rows.map(row => [...row.querySelectorAll('td > *')]
            .map(e => getComputedStyle(e, '::before').content).join(' '))"""
    )
    return signs


def test_copies_fold_and_unfold(browser: Browser, files: dict[str, Path]) -> None:
    page = Visit(browser, files["lake"]).page
    button = page.locator("#matrix [name=copies]")
    assert button.inner_text() == "Fold 1 copy" and _column(page, "D")
    button.press("Enter")
    assert _column(page, "D") == [] and _column(page, "C")
    assert not page.locator("#matrix th[data-by='D']").is_visible()
    button.press("Enter")
    assert _column(page, "D")


def test_many_points_are_folded_until_asked_for(browser: Browser, files: dict[str, Path]) -> None:
    page = Visit(browser, files["wide"]).page
    rows = page.locator("#matrix tbody tr:visible")
    assert rows.count() == 25
    page.locator("#matrix [name=words]").fill("item 88,")
    assert rows.count() == 1, "what is folded is found"
    page.locator("#matrix [name=words]").fill("")
    page.locator("#matrix-more").press("Enter")
    assert rows.count() == 90
    without = Visit(browser, files["wide"], java_script_enabled=False).page
    assert without.locator("#matrix tbody tr:visible").count() == 90


def test_a_link_to_what_is_filtered_away_brings_it_back(browser: Browser, files: dict[str, Path]) -> None:
    page = Visit(browser, files["lake"]).page
    page.locator("#matrix [name=words]").fill("villages")
    page.evaluate("location.hash = 'p-p7'")
    page.wait_for_function("getComputedStyle(document.getElementById('p-p7')).display !== 'none'")
    assert page.locator("#matrix [name=words]").input_value() == ""


@pytest.mark.parametrize(("name", "row"), [("lake", "p-p7"), ("wide", "p-p40")])
def test_a_point_that_a_link_leads_to_is_not_under_the_heads(
    browser: Browser, files: dict[str, Path], name: str, row: str
) -> None:
    page = Visit(browser, files[name]).page
    page.evaluate(f"location.hash = '{row}'")
    page.wait_for_function("document.querySelector(':target')")
    page.wait_for_timeout(100)
    target, head = page.locator(":target").bounding_box(), page.locator("#matrix th[data-by='A']").bounding_box()
    assert target and head
    assert head["y"] + head["height"] <= target["y"] + 1 < 900 - target["height"]


@pytest.mark.parametrize("name", ["lake", "wide"])
def test_heads_and_points_stay_in_sight(browser: Browser, files: dict[str, Path], name: str) -> None:
    page = Visit(browser, files[name]).page
    if name == "wide":
        page.locator("#matrix .scroll").evaluate("e => { e.scrollIntoView(); e.scrollTo(300, 900); }")
    else:
        page.locator("#matrix tbody tr").nth(4).evaluate("e => e.scrollIntoView()")
    box = page.locator("#matrix .scroll").bounding_box()
    head = page.locator("#matrix th[data-by='F']").bounding_box()
    point = page.locator("#matrix tbody tr th").nth(6).bounding_box()
    assert box and head and point
    assert abs(head["y"] - max(box["y"], 0)) < 2, "the names of the accounts stand above the rows"
    assert abs(point["x"] - box["x"]) < 2, "the points stand left of the stances"


def test_the_keyboard_walks_in_reading_order(browser: Browser, files: dict[str, Path]) -> None:
    page = Visit(browser, files["lake"]).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    tops = []
    for _ in range(60):
        page.keyboard.press("Tab")
        tops.append(
            page.evaluate(
                """() => {
                    const all = [...document.querySelectorAll('*')], at = document.activeElement;
                    const style = getComputedStyle(at);
                    return [all.indexOf(at), style.outlineStyle, parseFloat(style.outlineWidth)];
                }"""
            )
        )
    assert [place for place, _, _ in tops] == sorted({place for place, _, _ in tops})
    assert all(style == "solid" and width >= 2 for _, style, width in tops)


def test_the_skip_link_reaches_the_brief(browser: Browser, files: dict[str, Path]) -> None:
    page = Visit(browser, files["lake"]).page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "brief"


def test_print_has_the_folded_parts_and_no_controls(browser: Browser, files: dict[str, Path]) -> None:
    page = Visit(browser, files["wide"]).page
    assert page.pdf(format="A4")[:5] == b"%PDF-"
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert not page.locator(".tools:visible").count()


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_text_does_nothing(browser: Browser, tmp_path: Path, number: int) -> None:
    evil = HOSTILE[number]
    visit = Visit(browser, _written(tmp_path / "evil.html", hostile_story(evil)))
    page = visit.page
    for link in page.locator("a[href^='javascript']").all():
        pytest.fail(f"a link that runs: {link.get_attribute('href')}")
    page.mouse.move(300, 300)
    assert page.evaluate("window.stolen") is None
    assert page.locator("main script, main style, main img").count() == 0
    assert visit.messages == []
    assert len(visit.requests) == 1
    shown = page.evaluate("document.querySelector('.full .para p').textContent")
    text = hostile_story(evil).articles[0].text
    assert shown == visible(text)
