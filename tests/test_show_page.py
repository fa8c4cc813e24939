"""The self-contained page: its laws, read off the markup it produces."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from html.parser import HTMLParser

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from show_story import calm_story, empty_story, hostile_story, lake_story, wide_story

from rashomon.show import page
from rashomon.show.gist import differing
from rashomon.show.nesting import Element, nest
from rashomon.show.words import siglum, visible
from rashomon.types import Comparison, Finding, Side

VOID = {"meta", "br", "rect", "link", "img", "input", "hr"}
HOSTILE = [
    "<script>window.stolen=1</script>",
    '"><img src=x onerror="window.stolen=1">',
    "' onmouseover='window.stolen=1",
    "</style><script>window.stolen=1</script>",
    "]]><!--",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:window.stolen=1",
    "\x1b[31m\x00\x07\u202ered\u2066\u2069",
    "\r\n\tline\r",
    "\ud800 alone",
    "&lt;b&gt; &amp; &#60;",
    "   ",
    "a" * 300,
]


class Parsed(HTMLParser):
    """The elements of a page: tag, attributes, text. Fails when tags do not nest."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str], str]] = []
        self._open: list[tuple[str, dict[str, str], list[str]]] = []
        self.feed(html)
        self.close()
        assert not self._open, self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), (tag, attrs)
        kept = {name: value or "" for name, value in attrs}
        if tag in VOID:
            self.found.append((tag, kept, ""))
        else:
            self._open.append((tag, kept, []))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}, ""))

    def handle_endtag(self, tag: str) -> None:
        opened, attrs, text = self._open.pop()
        assert opened == tag, (opened, tag)
        self.found.append((tag, attrs, "".join(text)))

    def handle_data(self, data: str) -> None:
        for _, _, text in self._open:
            text.append(data)


def shown_slice(attrs: dict[str, str]) -> tuple[str, int, int]:
    """The letter of the account that an element shows a slice of, and which one."""
    letter, start, end = attrs["data-at"].split()
    return letter, int(start), int(end)


def letters(comparison: Comparison) -> dict[str, str]:
    """The article that each letter stands for."""
    return {siglum(n): visible(a.id) for n, a in enumerate(comparison.articles)}


def assert_slices(comparison: Comparison, parsed: Parsed) -> int:
    """Law 1: whatever claims to be a slice of an article is that slice. Returns how many were checked."""
    texts = {visible(a.id): a.text for a in comparison.articles}
    checked = 0
    for tag, attrs, text in parsed.found:
        if "data-at" in attrs:
            letter, start, end = shown_slice(attrs)
            assert text == visible(texts[letters(comparison)[letter]][start:end]), (tag, attrs)
            checked += 1
    return checked


STORIES = {
    "lake": lake_story(),
    "calm": calm_story(),
    "empty": empty_story(),
    "wide": wide_story(12),
    **{f"hostile-{n}": hostile_story(evil) for n, evil in enumerate(HOSTILE)},
}


@pytest.fixture(params=sorted(STORIES))
def story(request: pytest.FixtureRequest) -> Comparison:
    return STORIES[request.param]


def test_every_quoted_string_is_a_slice(story: Comparison) -> None:
    parsed = Parsed(page(story))
    checked = assert_slices(story, parsed)
    assert checked >= len(story.articles)
    assert unplaced(parsed) <= {"mark"}
    samples = [a for t, a, _ in parsed.found if t == "mark" and "data-at" not in a]
    told = any(point.tellings for point in story.points)
    # In a telling marks lie within its passage; outside of tellings only the sample words of the keys are no article's.
    assert len(samples) - marked_in_tellings(story) == 2 + told


def unplaced(parsed: Parsed) -> set[str]:
    """The kinds of elements that quote and neither are a slice of an article nor made of such slices."""
    placed = {text for _, a, text in parsed.found if "data-at" in a}
    return {
        tag
        for tag, attrs, text in parsed.found
        if tag in ("q", "blockquote", "mark") and attrs.get("class") != "sample" and "data-at" not in attrs
        if not set(text.split(" … ")) <= placed
    }


def marked_in_tellings(comparison: Comparison) -> int:
    return sum(status == "other" for point in comparison.points for t in point.tellings for status, _ in differing(t))


def test_every_link_within_the_page_has_a_target(story: Comparison) -> None:
    parsed = Parsed(page(story))
    ids = [attrs["id"] for _, attrs, _ in parsed.found if "id" in attrs]
    assert len(ids) == len(set(ids))
    links = {attrs["href"] for tag, attrs, _ in parsed.found if tag == "a" and attrs["href"].startswith("#")}
    assert {link[1:] for link in links} <= set(ids)
    assert all(re.fullmatch(r"[\w.-]+", id) for id in ids)


def test_every_passage_leads_to_its_place() -> None:
    comparison = lake_story()
    html = page(comparison)
    for finding in comparison.findings:
        for side in finding.sides:
            span = side.passage
            slug = span.article if len(span.article) < 17 else "F"
            assert f'href="#a-{slug}-{span.start}-{span.end}"' in html
            assert f'id="a-{slug}-{span.start}-{span.end}"' in html


def test_nothing_is_fetched_and_only_its_own_script_runs(story: Comparison) -> None:
    html = page(story)
    parsed = Parsed(html)
    policy = next(a["content"] for t, a, _ in parsed.found if a.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    for tag in ("style", "script"):
        texts = [text for t, _, text in parsed.found if t == tag]
        assert len(texts) == 1
        digest = base64.b64encode(hashlib.sha256(texts[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
        assert "url(" not in texts[0] and "@import" not in texts[0]
    for tag, attrs, _ in parsed.found:
        assert tag not in {"img", "iframe", "object", "embed", "link", "base", "form", "b-evil"}
        assert not {"src", "style", "srcset", "action", "data"} & set(attrs)
        assert not [name for name in attrs if name.startswith("on")]
        if tag == "a" and not attrs["href"].startswith("#"):
            assert attrs["href"].startswith(("https://", "http://")) and "noopener" in attrs["rel"]


def test_nothing_in_the_page_acts(story: Comparison) -> None:
    html = page(story)
    assert html == visible(html)
    html.encode()
    assert html == page(story)


def test_the_page_has_one_headline_landmarks_and_labelled_tables() -> None:
    parsed = Parsed(page(lake_story()))
    tags = [tag for tag, _, _ in parsed.found]
    assert [tags.count(t) for t in ("h1", "main", "nav", "footer")] == [1, 1, 1, 1]
    assert next(a for t, a, _ in parsed.found if t == "html")["lang"] == "en"
    assert all(a["scope"] in ("row", "col") for t, a, _ in parsed.found if t == "th")
    assert tags.count("caption") == tags.count("table")


def test_the_differences_open_the_page_facts_first() -> None:
    comparison = lake_story()
    html = page(comparison)
    ids = ("brief", "findings", "matrix", "shared", "openings", "alone", "quotes", "timeline", "articles")
    order = [html.index(f'id="{id}"') for id in ids]
    assert order == sorted(order)
    accounts, findings = html[order[0] : order[1]], html[order[1] : order[2]]
    assert "6 accounts, 5 of them independent." in accounts
    assert "Northern Wire and Daily Lantern print the text of Northern Wire and count once." in accounts
    titles = [findings.index(f">{title} <span") for title in ("Facts", "How sure, and who said it", "Wording")]
    assert titles == sorted(titles)
    shown = re.sub("<[^>]+>", "", findings)
    assert [f.reason for f in comparison.findings if f.kind == "number" and f.reason not in shown] == []
    assert not [f for f in comparison.findings if f.kind == "not-a-conflict" and f.reason in shown]
    points = {point.id: point for point in comparison.points}
    for id in comparison.story.brief:
        assert points[id].label.text.split(" ", 3)[3][:20] in html[order[3] : order[4]]


def test_a_page_without_differences_says_what_to_read_instead() -> None:
    calm = page(calm_story())
    assert "No difference was named." in calm and 'id="findings"' in calm
    assert "No two passages were found that tell one matter." in page(empty_story())


def test_what_is_unknown_says_so() -> None:
    html = page(lake_story())
    for words in ("date unknown", "Account F (no outlet given)", "speaker not identified", "(inferred from the text)"):
        assert words in html
    text = re.sub("<[^>]+>", "", html)
    assert "nightfall is not resolved" in text


def test_every_finding_and_every_text_is_there() -> None:
    comparison = lake_story()
    parsed = Parsed(page(comparison))
    text = "\n".join(text for tag, _, text in parsed.found if tag == "main")
    assert [f.id for f in comparison.findings if f.reason not in text] == []
    shown = {
        (letters(comparison)[at[0]], *at[1:])
        for at in (shown_slice(a) for t, a, _ in parsed.found if t in ("p", "h4") and "data-at" in a)
    }
    for article in comparison.articles:
        for span in (*article.paragraphs, *article.headings, *article.furniture):
            assert (article.id, span.start, span.end) in shown


def test_furniture_is_shown_and_quoted_nowhere() -> None:
    comparison = lake_story()
    furniture = [span for article in comparison.articles for span in article.furniture]
    for tag, attrs, _ in Parsed(page(comparison)).found:
        if "data-at" in attrs and tag != "p":
            letter, start, end = shown_slice(attrs)
            for span in furniture:
                assert end <= span.start or start >= span.end or letters(comparison)[letter] != span.article


def test_findings_over_the_same_passages_show_them_once() -> None:
    html = page(lake_story())
    findings = html[html.index('id="findings"') : html.index('id="alone"')]
    both = re.findall(r"Two dates are given.*?Two places are given.*?</section>", findings, flags=re.S)
    assert len(both) == 1 and both[0].count("<blockquote") == 2
    assert both[0].count("<mark") == 4


def test_words_that_are_left_out_leave_a_sign_at_their_place() -> None:
    comparison = lake_story()
    gap = comparison.utterances[0].variants[1].spans[0]
    parsed = Parsed(page(comparison))
    assert gap.start == gap.end
    assert [a["aria-label"] for t, a, text in parsed.found if a.get("class") == "gap" and text == ""]


def test_a_story_of_ten_is_light_and_one_of_fifty_is_folded() -> None:
    assert len(page(lake_story()).encode()) < 150_000
    assert len(page(wide_story(10)).encode()) < 300_000
    started = time.perf_counter()
    html = page(wide_story(50, points=60))
    assert time.perf_counter() - started < 20
    assert len(html.encode()) < 3_000_000
    assert "more accounts</summary>" in html


def test_no_verdict_in_the_programs_words() -> None:
    verdicts = re.compile(
        r"\b(true|truth|false|wrong|correct|incorrect|misleading|lies?|biased?|accurate|fake|debunk)\b", re.I
    )
    for comparison in (calm_story(), empty_story()):
        text = re.sub(r"<(style|script)>.*?</\1>", "", page(comparison), flags=re.S)
        assert not verdicts.findall(re.sub("<[^>]+>", " ", text))


TEXT = st.text(alphabet=st.sampled_from("ab <>&\"'\r\n\u202e\x1bé漢"), min_size=1, max_size=30)


@settings(deadline=None)
@given(st.data(), TEXT)
def test_overlapping_ranges_nest_and_keep_every_character(data: st.DataObject, text: str) -> None:
    bounds = st.integers(0, len(text))
    ranges = data.draw(st.lists(st.tuples(bounds, bounds, st.booleans()), max_size=6))
    start, end = sorted((data.draw(bounds), data.draw(bounds)))
    elements = [
        Element(min(a, b), max(a, b), "span", id=f"e{n}", account="X" if marked else None)
        for n, (a, b, marked) in enumerate(ranges)
    ]
    html = nest(text, start, end, elements)
    parsed = Parsed(f"<main>{html}</main>")
    assert parsed.found[-1][2] == visible(text[start:end])
    ids = [attrs["id"] for _, attrs, _ in parsed.found if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {f"e{n}" for n, e in enumerate(elements) if max(e.start, start) < min(e.end, end)} <= set(ids)
    for _, attrs, inner in parsed.found:
        if "data-at" in attrs:
            _, first, last = shown_slice(attrs)
            assert inner == visible(text[first:last])


@settings(deadline=None)
@given(st.data(), TEXT)
def test_an_anchor_is_not_cut_by_what_it_crosses(data: st.DataObject, text: str) -> None:
    bounds = st.integers(0, len(text))
    ranges = data.draw(st.lists(st.tuples(bounds, bounds), max_size=6))
    start, end = sorted((data.draw(bounds), data.draw(bounds)))
    layers = [Element(min(a, b), max(a, b), "span", {"class": f"c{n}"}) for n, (a, b) in enumerate(ranges)]
    parsed = Parsed(f"<main>{nest(text, 0, len(text), [*layers, Element(start, end, 'span', id='anchor')])}</main>")
    assert [inner for _, attrs, inner in parsed.found if attrs.get("id")] == [visible(text[start:end])]
    for n, layer in enumerate(layers):
        pieces = [inner for _, attrs, inner in parsed.found if attrs.get("class") == f"c{n}"]
        assert "".join(pieces) == visible(text[layer.start : layer.end])


@settings(deadline=None, max_examples=40)
@given(st.text(min_size=1, max_size=20))
def test_no_text_whatever_breaks_the_slice_law(evil: str) -> None:
    comparison = hostile_story(evil)
    html = page(comparison)
    assert assert_slices(comparison, Parsed(html)) > 4
    assert html == visible(html)


def test_a_difference_found_pair_by_pair_is_shown_once_with_names_as_in_the_report() -> None:
    comparison = wide_story(4)
    a, b, c = (article.paragraphs[0] for article in comparison.articles[:3])
    pairs = [((a, b), "Gazette of Ward 1 (a0) and another."), ((a, c), "Second pair"), ((b, c), "Third pair")]
    findings = tuple(
        Finding(
            id=f"pair{n}",
            kind="attribution",
            point="p0",
            reason=reason,
            sides=tuple(Side(article=span.article, passage=span) for span in spans),
        )
        for n, (spans, reason) in enumerate(pairs)
    )
    html = page(msgspec.structs.replace(comparison, findings=findings))
    section = html[html.index('id="findings"') : html.index('id="matrix"')]
    assert section.count("<blockquote") == 3
    assert section.count("Who is said to have said it</a></h") == 1
    assert "Gazette of Ward 1 and another." in section and "Second pair." in section
    assert all(f'id="f-pair{n}"' in section for n in range(3))


def test_a_headline_that_stands_in_no_text_is_still_given_to_its_outlet() -> None:
    comparison = calm_story()
    first = msgspec.structs.replace(comparison.articles[0], title="The library reopened")
    html = page(msgspec.structs.replace(comparison, articles=(first, comparison.articles[1])))
    assert "“The library reopened”" in html and "Headline of" in html
    assert "Headline of" not in page(comparison)
