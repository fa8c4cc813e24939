"""HTML pages: the report without the page around it, and what the page states about itself. All pages are invented."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rashomon.errors import UnreadableInput, UnsupportedLanguage
from rashomon.read import read_html
from rashomon.types import Published

BODY = [
    "Engineers closed the old bridge across the Aure on Saturday after two days of rain, the mayor's office said.",
    "“It will stay shut until we know more,” Mayor Tove Lindgren told reporters at the town hall in the evening.",
    "Nobody was hurt, she said, and the ferry would run through the night for those who work on the far bank.",
    "He did not.",
    "The bridge was built in 1931 and was last repaired nine years ago, according to the records of the county.",
]


def page(head: str = "", above: str = "", below: str = "", *, lang: str = "en", body: list[str] | None = None) -> str:
    report = "".join(f"<p>{p}</p>" for p in (body or BODY))
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        f"<title>Old bridge closed | Velm Courier</title>{head}"
        '</head><body><header><nav><ul><li><a href="/">Home</a></li><li><a href="/w">World</a></li></ul></nav></header>'
        "<div class='cookie-banner'>We use cookies. Accept all.</div>"
        f"<main><article><h1>Old bridge closed</h1>{above}{report}{below}</article></main>"
        "<aside><h3>Most read</h3><ul><li><a href='/x'>Ferry gets a second boat</a></li></ul></aside>"
        "<footer>© 2031 Velm Courier. All rights reserved.</footer></body></html>"
    )


LD = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "Organization", "@id": "https://velm.example/#us", "name": "Velm Courier"},
        {
            "@type": "NewsArticle",
            "headline": "Old bridge of Velm closed",
            "datePublished": "2031-05-17T08:30:00+02:00",
            "dateModified": "2031-05-18T09:00:00Z",
            "author": {"@type": "Person", "name": "Ida Korn"},
            "publisher": {"@id": "https://velm.example/#us"},
            "mainEntityOfPage": {"@type": "WebPage", "@id": "https://velm.example/bridge"},
        },
    ],
}
META = (
    '<meta property="og:site_name" content="Velm Courier Online">'
    '<meta property="og:title" content="Bridge shut">'
    '<meta property="article:published_time" content="2031-05-16T07:00:00+0200">'
    '<meta name="author" content="By Tom Lund">'
    '<link rel="canonical" href="https://velm.example/canonical">'
)


def test_the_text_is_the_paragraphs_of_the_report() -> None:
    article = read_html(page())
    assert [p.text for p in article.paragraphs] == BODY
    assert article.text == "\n\n".join(BODY)
    assert article.title == "Old bridge closed" and article.language == "en"
    assert article.outlet is None and article.published is None and article.author is None


def test_bytes_are_read_by_the_charset_that_the_page_declares() -> None:
    markup = page(body=[*BODY, "The café of Mayor Tove Lindgrén at the bridge was shut on Saturday as well."])
    latin = markup.replace("utf-8", "iso-8859-1").replace("“", '"').replace("”", '"').encode("latin-1")
    assert "Tove Lindgrén" in read_html(latin).text


def test_json_ld_comes_before_meta_elements() -> None:
    script = f'<script type="application/ld+json">{json.dumps(LD)}</script>'
    article = read_html(page(META + script))
    assert (article.outlet, article.title, article.author) == ("Velm Courier", "Old bridge of Velm closed", "Ida Korn")
    assert article.published == Published(value="2031-05-17T08:30:00+02:00")
    assert article.modified == "2031-05-18T09:00:00+00:00" and article.url == "https://velm.example/bridge"


def test_meta_elements() -> None:
    article = read_html(page(META))
    assert (article.outlet, article.title, article.author) == ("Velm Courier Online", "Bridge shut", "Tom Lund")
    assert article.published == Published(value="2031-05-16T07:00:00+02:00")
    assert article.url == "https://velm.example/canonical"


def test_options_come_before_the_page() -> None:
    article = read_html(page(META), outlet="Mine", published="2031-01-01", title="My title", id="bridge")
    assert (article.id, article.outlet, article.title) == ("bridge", "Mine", "My title")
    assert article.published == Published(value="2031-01-01")


@pytest.mark.parametrize(
    ("above", "published"),
    [
        ('<time datetime="2031-05-17T08:30">17 May</time>', Published(value="2031-05-17T08:30:00")),
        ('<span itemprop="datePublished" content="2031-05-17">Saturday</span>', Published(value="2031-05-17")),
        ('<p class="byline">By Ida Korn | 17 May 2031</p>', Published(value="2031-05-17", inferred=True)),
        ('<div class="meta">Published: May 17, 2031, 8:30 a.m.</div>', Published(value="2031-05-17", inferred=True)),
        ('<div class="meta">Published on Saturday</div>', None),
        ('<time datetime="last week">last week</time>', None),
    ],
)
def test_publication_dates_in_the_page(above: str, published: Published | None) -> None:
    assert read_html(page(above=above)).published == published


def test_no_date_is_guessed_from_addresses_and_copyright_years() -> None:
    head = '<link rel="canonical" href="https://velm.example/2031/05/17/bridge">'
    article = read_html(page(head))
    assert article.published is None and article.outlet == "velm.example"


def test_malformed_statements_of_a_page_are_passed_over() -> None:
    broken = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": </script>'
    wrong = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": 5, "datePublished": "soon"}</script>'
    )
    for head in (broken, wrong):
        article = read_html(page(head + META))
        assert article.title == "Bridge shut" and article.published == Published(value="2031-05-16T07:00:00+02:00")


def test_headings_furniture_and_credits_in_the_page() -> None:
    body = [
        "VELM (Meridian) — " + BODY[0],
        BODY[1],
        "Advertisement",
        BODY[2],
        "Sign up for our newsletter to get the news of the day in your inbox.",
    ]
    below = f"<h2>A bridge with a past</h2><p>{BODY[4]}</p><p>The Associated Press contributed to this report.</p>"
    article = read_html(page(below=below, body=body))
    assert [p.text for p in article.paragraphs] == [BODY[0], BODY[1], BODY[2], BODY[4]]
    assert [h.text for h in article.headings] == ["A bridge with a past"]
    assert "VELM (Meridian) —" in [f.text for f in article.furniture]
    assert article.credits == ("Meridian", "AP")


@pytest.mark.parametrize(
    "above",
    [
        '<p class="byline">By Ida Korn, Associated Press</p>',
        '<div class="source">Source: AP</div>',
        '<span class="article-agency">Associated Press</span>',
        '<div class="credits">Additional reporting by AP</div>',
    ],
)
def test_the_agency_named_beside_the_report_is_credited(above: str) -> None:
    assert read_html(page(above=above)).credits == ("AP",)


def test_a_picture_credited_to_an_agency_does_not_credit_the_text() -> None:
    picture = '<figure><img src="a"><figcaption class="credit">The bridge. Photo: Tom Lund/AP</figcaption></figure>'
    assert read_html(page(above=picture)).credits == ()


def test_an_abbreviation_beside_the_agencys_name_is_one_credit() -> None:
    body = ["VELM (MNA) - " + BODY[0], *BODY[1:]]
    article = read_html(page(above='<p class="byline">By Ida Korn, Meridian News Agency</p>', body=body))
    assert article.credits == ("Meridian News Agency",)


def test_the_language_of_the_text_and_not_of_the_template() -> None:
    assert read_html(page(lang="de")).language == "en"
    german = ["Der Bürgermeister hat die alte Brücke über die Aure gesperrt und will sie vorerst nicht öffnen."] * 5
    with pytest.raises(UnsupportedLanguage, match="German"):
        read_html(page(body=[f"{line} {i}" for i, line in enumerate(german)]))
    with pytest.raises(UnsupportedLanguage, match="German"):
        read_html(page(), language="de")


@pytest.mark.parametrize(
    "markup",
    [
        "<html></html>",
        "<html><body><nav><a href='/'>Home</a><a href='/w'>World</a></nav></body></html>",
        "<html><body><form><input name=q><button>Search</button></form></body></html>",
        "<html><body><script>document.write('The bridge is shut.')</script></body></html>",
        "<div>" * 50_000,
        "",
    ],
)
def test_a_page_without_an_article_is_refused(markup: str) -> None:
    with pytest.raises(UnreadableInput, match=r"no article was found|cannot be parsed|is empty"):
        read_html(markup)


TAGS = [
    "p",
    "div",
    "article",
    "h1",
    "h2",
    "ul",
    "li",
    "blockquote",
    "span",
    "time",
    "main",
    "figure",
    "br",
    "table",
    "td",
]
TREES = st.recursive(
    st.sampled_from(
        [*BODY, "Advertisement", "By Ida Korn", "VELM (AP) — The bridge is shut.", "&nbsp;", "&#0;", "<!-- -->"]
    ),
    lambda inner: st.builds(
        lambda tag, parts, name: f"<{tag} class='{name}'>{''.join(parts)}</{tag}>",
        st.sampled_from(TAGS),
        st.lists(inner, max_size=5),
        st.sampled_from(["", "byline", "meta", "credit"]),
    ),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(TREES)
def test_spans_are_true_on_any_page(tree: str) -> None:
    try:
        article = read_html(f"<html><body>{tree}</body></html>")
    except (UnreadableInput, UnsupportedLanguage):
        return
    every = sorted((*article.paragraphs, *article.headings, *article.furniture), key=lambda s: s.start)
    at = 0
    for span in every:
        assert span.text == article.text[span.start : span.end] == span.text.strip() != ""
        assert span.start >= at and not article.text[at : span.start].strip()
        at = span.end
    assert not article.text[at:].strip()


def test_the_address_of_the_page_and_not_of_its_site() -> None:
    front = (
        '<link rel="canonical" href="https://velm.example/"><meta property="og:url" content="https://velm.example/b">'
    )
    assert read_html(page(front)).url == "https://velm.example/b"
    node = {"@type": "NewsArticle", "headline": "Bridge", "url": "https://velm.example"}
    script = f'<script type="application/ld+json">{json.dumps(node)}</script>'
    assert (
        read_html(page(script + '<link rel="canonical" href="https://velm.example/b">')).url == "https://velm.example/b"
    )


@pytest.mark.parametrize(
    ("above", "author"),
    [
        (
            '<p class="byline"><b>By <a rel="author">Ida Korn</a></b>, <a rel="author">Tom Lund</a></p>',
            "Ida Korn, Tom Lund",
        ),
        ('<div class="by">By <a rel="author">Ida Korn</a> and Tom Lund | 17 May 2031</div>', "Ida Korn"),
        ('<div class="byline">By <a rel="author">Ida Korn</a> and Tom Lund | Share</div>', "Ida Korn and Tom Lund"),
    ],
)
def test_all_authors_that_the_page_names_side_by_side(above: str, author: str) -> None:
    beside = '<div class="more"><a rel="author">Una Gray</a> on boats</div>'
    assert read_html(page(above=above, below=beside)).author == author


def test_the_print_version_has_the_articles_title() -> None:
    markup = page().replace("<title>Old bridge", "<title>Print: Old bridge").replace("<h1>Old bridge closed</h1>", "")
    assert read_html(markup, outlet="Velm Courier").title == "Old bridge closed"
