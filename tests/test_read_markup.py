"""Pages of every make give the report's paragraphs, all of them and nothing else. All pages are invented."""

from __future__ import annotations

import json

import pytest

from rashomon.errors import UnreadableInput
from rashomon.read import read_html

TOLD = [
    "A landslide buried the only road to Ambley on Sunday night, and nobody was hurt, the county police said.",
    "“We heard it come down like a train,” said Runa Stolt, who keeps the inn at the end of the valley.",
    "The road will be shut for two weeks at the least, according to the county's engineer Pavel Orth.",
    "Nobody was missing.",
    "A boat carries food and mail across the lake twice a day, and children have their lessons at home.",
    "Orth said that the slope had been on a list of dangerous places for nine years without any work being done.",
]


def page(body: str, head: str = "") -> str:
    title = "<title>Road to Ambley buried</title>"
    return f"<!doctype html><html lang='en'><head>{title}{head}</head><body>{body}</body></html>"


def paragraphs(body: str, head: str = "") -> list[str]:
    return [p.text for p in read_html(page(body, head)).paragraphs]


MENU = "<div id='top'><a href='/'>Home</a> <a href='/n'>News</a> <a href='/w'>Weather</a></div>"
H1 = "<h1>Road to Ambley buried</h1>"


@pytest.mark.parametrize(
    "body",
    [
        f"{MENU}{H1}<div class='txt'>{'<br><br>'.join(TOLD)}</div>",
        f"{MENU}{H1}<div><font size='2'>{'<br/>&nbsp;<br/>'.join(TOLD)}</font></div>",
        f"{H1}<article><p>{'<br><br>'.join(TOLD)}</p></article>",
        f"{MENU}{H1}<table><tr><td>{MENU}</td><td>{'<br><br>'.join(TOLD)}</td></tr></table>",
        f"{H1}<div class='a'>" + "".join(f"<div class='b'><div>{t}</div></div>" for t in TOLD) + "</div>",
        f"{H1}<div>" + "".join(f"<section><span>{t}</span></section>" for t in TOLD) + "</div>",
        f"{H1}<article>{TOLD[0]}<br><br>" + "".join(f"<div>{t}</div>" for t in TOLD[1:]) + "</article>",
    ],
    ids=["breaks", "breaks in font", "breaks in p", "layout table", "nested divs", "spans", "both"],
)
def test_paragraphs_that_are_no_p_elements(body: str) -> None:
    assert paragraphs(body) == TOLD


def test_one_line_break_between_sentences_ends_a_paragraph_and_one_in_a_sentence_does_not() -> None:
    broken = f"<p>{TOLD[0]}<br>{TOLD[1]}</p><p>The engineer<br>Pavel Orth saw the place.</p>"
    assert paragraphs(f"{H1}<article>{broken}<p>{TOLD[4]}</p></article>") == [
        TOLD[0],
        TOLD[1],
        "The engineer Pavel Orth saw the place.",
        TOLD[4],
    ]


def test_prose_among_paragraphs_that_is_no_p_element_itself() -> None:
    body = (
        f"{H1}<article><p>{TOLD[0]}</p><p>{TOLD[1]}</p><div>{TOLD[2]}</div><p>{TOLD[4]}</p><p>{TOLD[5]}</p></article>"
    )
    assert paragraphs(body) == [*TOLD[:3], *TOLD[4:]]


def test_lines_of_the_margin_do_not_become_paragraphs() -> None:
    margin = "<div class='box'><div>The council meets on Friday to speak of the new school.</div></div>"
    report = "".join(f"<p>{t}</p>" for t in TOLD)
    assert paragraphs(f"{H1}<article>{report}</article>{margin}") == TOLD


@pytest.mark.parametrize("name", ["teaser", "article-teaser-text", "premium-content", "paid-content", "meta-lead"])
def test_the_class_of_an_element_does_not_take_the_report_away(name: str) -> None:
    first, rest = ("".join(f"<p>{t}</p>" for t in part) for part in (TOLD[:2], TOLD[2:]))
    assert paragraphs(f"<article>{H1}<div class='{name}'>{first}</div><div>{rest}</div></article>") == TOLD


def test_the_teaser_of_another_report_is_left_out() -> None:
    other = (
        "<div class='teaser'><h3><a href='/ferry'>Ferry runs late</a></h3>"
        "<p>The ferry to Port Sellen ran late on all five days, its owner said, and he blamed the wind.</p></div>"
    )
    assert paragraphs(f"<article>{H1}{''.join(f'<p>{t}</p>' for t in TOLD)}{other}</article>") == TOLD


def test_paragraphs_for_browsers_without_scripts_are_the_pages_own() -> None:
    report = "".join(f"<p>{t}</p>" for t in TOLD[:5])
    hidden = (
        f"<noscript><p>{TOLD[5]}</p></noscript><noscript><p>Please turn on JavaScript to see this page.</p></noscript>"
    )
    assert paragraphs(f"{H1}<article>{report}{hidden}</article>") == TOLD


def stated(body: str) -> str:
    node = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "Road buried", "articleBody": body}
    return f"<script type='application/ld+json'>{json.dumps(node)}</script>"


@pytest.mark.parametrize(
    "body",
    [
        "\n\n".join(TOLD),
        "\r\n\r\n".join(TOLD),
        "\n".join(TOLD),
        "".join(f"<p>{t}</p>" for t in TOLD),
        "".join(f"&lt;p&gt;{t}&lt;/p&gt;" for t in TOLD),
        "<br><br>".join(TOLD),
    ],
)
def test_a_report_that_stands_in_the_pages_data_alone_has_its_paragraphs(body: str) -> None:
    assert paragraphs("<div id='app'></div>", stated(body)) == TOLD


def test_the_pages_data_complete_what_the_page_shows_the_beginning_of() -> None:
    shown = f"{H1}<article><p>{TOLD[0]}</p><p>{TOLD[1][:40]}…</p></article>"
    assert paragraphs(shown, stated("\n\n".join(TOLD))) == TOLD
    whole = "".join(f"<p>{t}</p>" for t in TOLD)
    assert paragraphs(f"{H1}<article>{whole}</article>", stated(" ".join(TOLD))) == TOLD


@pytest.mark.parametrize(
    "box",
    [
        "<div class='paywall'><h3>Read on for €2</h3><p>Want the whole story? Subscribe or log in to go on.</p></div>",
        "<section id='reg-wall'><p>Create a free account to see all we write. Already a member? Log in.</p></section>",
        "<div class='newsletter-signup'><p>Our best stories in your inbox at seven.</p><button>Go</button></div>",
        "<div class='video-player'>Loaded: 12% Remaining time 1:10 Unmute Fullscreen</div>",
        "<div class='audio-player'>Listen 0:00 / 4:11</div>",
        "<p>You've reached your limit of free articles for May.</p>",
        "<p>SIGN UP: The Ambley letter, every Friday</p>",
        "<p>Get the day's headlines in your inbox every morning</p>",
        "<p>This article is for subscribers only</p>",
        "<div>Video player is loading. Current Time 0:00 / Duration 0:40. This is a modal window.</div>",
    ],
)
def test_boxes_of_the_page_are_no_part_of_the_report(box: str) -> None:
    report = [f"<p>{t}</p>" for t in TOLD]
    article = f"<article>{H1}{''.join(report[:2])}{box}{''.join(report[2:])}</article>"
    assert paragraphs(article) == TOLD


def test_a_report_within_a_paywall_or_about_subscriptions_stays() -> None:
    told = [*TOLD, "The paper said it had 900 subscribers, and that a subscription cost less than a cup of tea a week."]
    body = "".join(f"<p>{t}</p>" for t in told)
    assert paragraphs(f"<article>{H1}<div class='paywall'>{body}</div></article>") == told


def test_quotation_elements_are_marked_as_quotations() -> None:
    body = (
        f"<article>{H1}<p>{TOLD[0]}</p><p><q>We shall dig, and <q>soon</q> means now</q>, said Orth, who was there.</p>"
        f"<p>He called it <q>“a mess”</q> and left for the <q>old <b>mill</b></q>, as his office said.</p></article>"
    )
    assert paragraphs(body)[1:] == [
        "“We shall dig, and ‘soon’ means now”, said Orth, who was there.",
        "He called it “a mess” and left for the “old mill”, as his office said.",
    ]


def test_a_front_page_is_no_article() -> None:
    teasers = "".join(
        f"<div><h3><a href='/{i}'>Day {i} of the strike</a></h3><p>The council met for the {i}th time.</p></div>"
        for i in range(9)
    )
    with pytest.raises(UnreadableInput, match="front page"):
        read_html(page(f"<h1>Velm Courier</h1>{teasers}"))
    report = "".join(f"<p>{t}</p>" for t in TOLD)
    assert paragraphs(f"<article>{H1}{report}</article><aside>{teasers}</aside>") == TOLD
