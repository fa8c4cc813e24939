"""The pages of a server: the same laws, and every link from one page to another finds its place there."""

from __future__ import annotations

import re
import time
from urllib.parse import quote, unquote

import msgspec
import pytest
from show_story import LAST_REVISION, calm_story, empty_story, hostile_story, lake_story, wide_story, wired_story
from test_show_page import HOSTILE, Parsed, assert_slices, shown_slice, unplaced

from rashomon.errors import UnknownItem
from rashomon.show import Links, anchor, article_page, articles_page, assets, environment, page, utterance_page
from rashomon.show.words import visible
from rashomon.types import Article, Comparison, Quote


def links(story: str = "/stories/s1", report: str | None = "/stories/s1/reports") -> Links:
    return Links(
        article=lambda id: f"/articles/{quote(id, safe='', errors='replace')}",
        speaker=lambda name: f"/speakers/{quote(name, safe='', errors='replace')}",
        utterance=lambda id: f"{story}/utterances/{quote(id, safe='', errors='replace')}",
        story=story,
        assets="/static/",
        navigation=(("Stories", "/"), ("Quotes", "/quotes")),
        report=report,
    )


def site(comparison: Comparison) -> dict[str, str]:
    """Every page of a story by its address."""
    here = links()
    pages = {here.story: page(comparison, links=here)}
    pages[f"{here.story}/articles"] = articles_page(comparison, here)
    for utterance in comparison.utterances:
        pages[here.utterance(utterance.id)] = utterance_page(comparison, utterance.id, here)
    for article in comparison.articles:
        pages[here.article(article.id)] = article_page(article, here, comparison=comparison)
    return pages


STORIES = {
    "lake": lake_story(),
    "calm": calm_story(),
    "empty": empty_story(),
    "wired": wired_story(4),
    "hostile": hostile_story(HOSTILE[0]),
    "odd": hostile_story(HOSTILE[7]),
}


@pytest.fixture(scope="module", params=sorted(STORIES))
def story(request: pytest.FixtureRequest) -> Comparison:
    return STORIES[request.param]


@pytest.fixture(scope="module")
def pages(story: Comparison) -> dict[str, str]:
    return site(story)


def test_every_quoted_string_on_every_page_is_a_slice(story: Comparison, pages: dict[str, str]) -> None:
    for address, html in pages.items():
        parsed = Parsed(html)
        assert assert_slices(story, parsed) > 0 or address == links().story
        assert unplaced(parsed) <= {"mark"}


def test_every_link_between_the_pages_finds_its_place(pages: dict[str, str]) -> None:
    ids = {address: set(re.findall(r'\bid="([^"]+)"', html)) for address, html in pages.items()}
    followed = 0
    for address, html in pages.items():
        for tag, attrs, _ in Parsed(html).found:
            if tag != "a":
                continue
            to, _, fragment = attrs["href"].partition("#")
            to = to or address
            if to in pages:
                followed += 1
                assert not fragment or fragment in ids[to], (address, attrs["href"])
            else:
                own = to.removeprefix(links().story) in {"/comparison.json", "/differences.csv"}
                assert own or to.startswith(("/speakers/", "/quotes", "https://")) or to == "/", attrs["href"]
    assert followed > len(pages)


def test_the_pages_are_made_of_nothing_but_themselves_and_the_assets(pages: dict[str, str]) -> None:
    for html in pages.values():
        assert html == visible(html)
        for tag, attrs, text in Parsed(html).found:
            assert tag not in {"img", "iframe", "object", "embed", "base", "style", "b-evil"}
            assert "style" not in attrs and not [name for name in attrs if name.startswith("on")]
            if tag == "link":
                assert attrs["href"].startswith(("/static/page.css?v=", "data:image/svg+xml,"))
            if tag == "script":
                assert attrs["src"].startswith("/static/page.js?v=") and not text
            if tag == "form":
                assert attrs["action"] == "/stories/s1/reports" and attrs["method"] == "post"


def test_the_same_story_gives_the_same_pages(story: Comparison, pages: dict[str, str]) -> None:
    assert site(story) == pages


def test_the_assets_are_what_the_pages_ask_for() -> None:
    asked = set(re.findall(r"/static/([\w.]+)\?v=[0-9a-f]{12}", page(calm_story(), links=links())))
    assert asked == set(assets())
    assert all(text.strip() for text in assets().values())


def test_every_finding_can_be_reported_once_and_leads_back_to_it() -> None:
    comparison = lake_story()
    html = page(comparison, links=links())
    found = re.findall(r'name="finding" value="([^"]+)"><input type="hidden" name="at" value="([^"]+)"', html)
    assert sorted(finding for finding, _ in found) == sorted(f.id for f in comparison.findings)
    assert all(f'id="{at}"' in html for _, at in found)
    assert "<form" not in page(comparison, links=links(report=None))
    assert "<form" not in page(comparison)


def test_the_story_is_the_same_on_a_server_and_in_a_file() -> None:
    comparison = lake_story()
    alone, linked = (Parsed(html) for html in (page(comparison), page(comparison, links=links())))

    def shown(parsed: Parsed) -> list[str]:
        return [text for tag, _, text in parsed.found if tag in ("q", "blockquote", "caption", "h2", "td")]

    rest = shown(alone)
    for text in shown(linked):
        assert text in rest
    assert "The articles in full" not in shown(linked)


def test_an_act_of_speech_says_who_has_which_words_and_what_is_dropped() -> None:
    text = " ".join(re.sub("<[^>]+>", "", utterance_page(lake_story(), "u1", links())).split())
    assert "Ilse Brandt-Okonkwo" in text and "carried by 4 accounts of 6" in text
    assert "C Northern Wire, D Daily Lantern" in text, "accounts with the very same words stand together"
    readings = text[text.index("Where the readings part") : text.index("Who has which words")]
    assert "“the water”" not in readings  # quotation marks are the style sheet's
    assert "the water A" in readings and "] water B" in readings and "not there B" in readings
    witnesses = text[text.index("Who has which words") :]
    assert "Leaves out We came here to listen" in witnesses
    assert "paraphrases" in witnesses and "Adds but gave no date" in witnesses
    assert "Different words inside quotation marks" in text


def test_an_utterance_that_is_not_there_is_named() -> None:
    with pytest.raises(UnknownItem, match="u99"):
        utterance_page(lake_story(), "u99", links())


def test_an_article_has_its_layers_and_its_place() -> None:
    comparison = lake_story()
    article = comparison.articles[1]
    html = article_page(article, links(), comparison=comparison)
    parsed = Parsed(html)
    boxes = {a["id"]: "checked" in a for tag, a, _ in parsed.found if tag == "input" and a.get("type") == "checkbox"}
    assert boxes == {"show-quotes": True, "show-times": True, "show-actors": False, "show-claims": False}
    classes = [a.get("class", "") for _, a, _ in parsed.found]
    assert {"said", "told", "when", "name"} <= set(classes)
    assert "claim is-denies" in classes and "claim is-differs" in classes and "claim is-shared" in classes
    assert 'href="/stories/s1#p-p3"' in html and 'href="/stories/s1#f-f1"' in html
    assert "one of 6 accounts, 5 of them independent" in re.sub("<[^>]+>", "", html)
    shown = {shown_slice(a)[1:] for t, a, _ in parsed.found if t in ("p", "h4") and "data-at" in a}
    blocks = (*article.paragraphs, *article.headings, *article.furniture)
    assert {(s.start, s.end) for s in blocks} <= shown


def test_an_article_without_a_comparison_shows_what_is_given() -> None:
    comparison = lake_story()
    article = comparison.articles[0]
    quotes = tuple(q for q in comparison.quotes if q.content[0].article == article.id)
    sentence = article.span(article.paragraphs[2].start, article.paragraphs[2].start + 15)
    html = article_page(article, links(), quotes=quotes, actors=comparison.actors, passages=(sentence,))
    assert f'id="{anchor(sentence)}"' in html and all(f'id="{anchor(q.content[0])}"' in html for q in quotes)
    assert "Ilse Brandt-Okonkwo" in html and "Its place in the story" not in html and 'id="show-times"' not in html


def test_a_text_that_was_not_the_one_compared_is_not_annotated_with_its_offsets() -> None:
    comparison = lake_story()
    old = comparison.articles[0]
    fresh = msgspec.structs.replace(old, text="Corrected. " + old.text, paragraphs=(), headings=(), furniture=())
    html = article_page(fresh, links(), comparison=comparison)
    assert "which compares another revision of this text" in html
    assert 'class="said"' not in html and "Its place in the story" not in html
    late = Article(id="late", text=old.text)
    assert "whose comparison does not have it yet" in article_page(late, links(), comparison=comparison)
    assert "that is not compared yet" in article_page(old, links())
    assert "In a story" not in re.sub("<[^>]+>", "", article_page(old, links(story="")))


def test_revisions_are_listed_and_what_changed_is_shown_in_place() -> None:
    article, revisions, edits = LAST_REVISION
    html = article_page(article, links(), revision=2, revisions=revisions, edits=edits)
    parsed = Parsed(html)
    assert [text for tag, _, text in parsed.found if tag == "del"] == [old for _, _, old, _ in edits if old]
    for tag, attrs, text in parsed.found:
        if tag == "ins":
            _, start, end = shown_slice(attrs)
            assert text == article.text[start:end]
    assert sum(tag == "ins" for tag, _, _ in parsed.found) == sum(bool(new) for *_, new in edits)
    assert 'href="/articles/r?revision=1"' in html and "¶2" in html
    assert "4 March 2031, 18:30 UTC" in html


def test_a_quote_of_a_paragraph_of_a_megabyte_is_drawn_in_time() -> None:
    text = "The clerk read on. " * 55_000
    bare = Article(id="long", text=text.strip())
    article = msgspec.structs.replace(bare, paragraphs=(bare.span(0, len(bare.text)),))
    quotes = [Quote(id=f"q{n}", form="direct", content=(bare.span(n * 190, n * 190 + 18),)) for n in range(400)]
    started = time.perf_counter()
    html = article_page(article, links(), quotes=quotes)
    assert time.perf_counter() - started < 5
    assert html.count('class="said"') == 400


def test_story_pages_are_light() -> None:
    for comparison in (wide_story(10), wired_story(10), lake_story()):
        html = page(comparison, links=links())
        files = sum(len(text.encode()) for text in assets().values())
        assert len(html.encode()) + files < 300_000
    assert len(page(wide_story(40, points=60), links=links()).encode()) < 1_000_000


def test_forty_copies_of_one_wire_are_told_once_and_drawn_as_a_star() -> None:
    comparison = wired_story(40)
    html = page(comparison, links=links())
    section = html[html.index('id="lineage"') : html.index("</section>", html.index('id="lineage"'))]
    drawing = section[section.index("<svg") : section.rindex("</svg>")]
    assert drawing.count('class="tip"') == 40 and drawing.count('class="agency"') == 1
    assert section.count('<details class="edge"') == 39
    assert len(comparison.lineage.edges) == 780 and "741 pairs" in section
    assert "Fold 39 copies" in html


def test_other_templates_extend_the_frame_and_cannot_write_unsafe_text(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    (folder / "own.html.j2").write_text(
        '{% extends "frame.html.j2" %}{% block title %}Own{% endblock %}'
        '{% block main %}<p>{{ words }}</p><p>{{ "2031-03-04"|date_words }}</p>{% endblock %}'
    )
    template = environment(folder).get_template("own.html.j2")
    html = template.render(words="<b>\u202e", links=links(), here="/quotes")
    assert "<p>&lt;b&gt;⟨U+202E⟩</p>" in html and "<p>4 March 2031</p>" in html
    current = [a for tag, a, _ in Parsed(html).found if tag == "a" and "aria-current" in a]
    assert [a["href"] for a in current] == ["/quotes"]
    assert template.render(words="", links=None).count("<style>") == 1


def test_names_of_speakers_lead_to_their_pages() -> None:
    addresses = set(re.findall(r'href="/speakers/([^"]+)"', page(lake_story(), links=links())))
    assert {unquote(name) for name in addresses} >= {"Ilse Brandt-Okonkwo", "Daoud Rahimi"}
