"""The pages and the API: routes, formats, tags, filters, who may ask, and what is told when something is wrong."""

from __future__ import annotations

import asyncio
import html
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from xml.etree import ElementTree

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.testing import TestClient
from served import ALONE, HOSTILE, client, fill, opened

from rashomon import show
from rashomon.archive import Archive
from rashomon.errors import RashomonError, StoreError, TooFewArticles
from rashomon.jobs import Progress
from rashomon.store import Stories, open_store
from rashomon.types import Comparison, FindingKind
from rashomon.web import serve
from rashomon.web.access import Access, rules
from rashomon.web.answer import media_types
from rashomon.web.comparing import Comparing, Crowded
from rashomon.web.kept import Kept

Client = TestClient[Any]
ATOM = "{http://www.w3.org/2005/Atom}"
BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
TOKEN = "a token that is long enough"
LISTS = ("/stories", "/search?words=the", "/quotes", "/judge", "/errors")


@pytest.fixture(scope="module")
def archive(town: Path) -> Iterator[Archive]:
    with opened(town) as archive:
        yield archive


@pytest.fixture(scope="module")
def web(archive: Archive) -> Iterator[Client]:
    with client(archive) as asking:
        for words in ("harbour", "cyclists"):
            assert asking.get(f"/stories/{_story(archive, words)}/comparison.json").status_code == 200
        yield asking


@pytest.fixture
def own(own_town: Path) -> Iterator[tuple[Archive, Client]]:
    """An archive that may be written to, and somebody who asks."""
    with opened(own_town, patience=0.3) as archive, client(archive) as asking:
        yield archive, asking


def _story(archive: Archive, words: str) -> str:
    return archive.stories(words=words).items[0].id


def _article(archive: Archive, outlet: str) -> str:
    return archive.search("the", outlet=outlet).items[0].article.id


class _Page(HTMLParser):
    """The links, ids and elements of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags.append((tag, told))
        if href := told.get("href" if tag in ("a", "link") else "src"):
            self.links.append(href)
        if name := told.get("id"):
            self.ids.append(name)


# --- what there is


def test_stories_are_the_archives(web: Client, archive: Archive) -> None:
    answer = web.get("/stories.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.content == msgspec.json.encode(archive.stories())
    page = web.get("/", headers=BROWSER).text
    for story in archive.stories().items:
        assert story.title in page
        assert f'href="/stories/{story.id}"' in page


FILTERS: list[dict[str, Any]] = [
    {"words": "harbour"},
    {"words": '"police cleared" -envoy'},
    {"since": "2024-05-01"},
    {"until": "2024-04-01"},
    {"outlet": "radio orr"},
    {"actor": "Petra Hallam"},
    {"place": "Halvik"},
    {"independent": 5},
    {"words": "no such words anywhere"},
]


@pytest.mark.parametrize("asked", FILTERS, ids=str)
def test_filters_are_the_archives(web: Client, archive: Archive, asked: dict[str, Any]) -> None:
    found = archive.stories(**asked)
    assert found.total < archive.stories().total
    assert web.get("/stories.json", params=asked).content == msgspec.json.encode(found)
    # A form sends its empty fields, too.
    empty = dict.fromkeys(("words", "since", "until", "outlet", "actor", "place", "independent", "limit"), "")
    assert web.get("/stories.json", params=empty | asked).content == msgspec.json.encode(found)


def test_a_story_and_its_comparison(web: Client, archive: Archive) -> None:
    id = _story(archive, "harbour")
    assert web.get(f"/stories/{id}.json").content == msgspec.json.encode(archive.story(id))
    answer = web.get(f"/stories/{id}/comparison.json")
    assert msgspec.json.decode(answer.content, type=Comparison) == archive.compare(id)
    assert "Where they differ" in web.get(f"/stories/{id}", headers=BROWSER).text


def test_an_article_leads_to_the_story_that_it_is_in(web: Client, archive: Archive) -> None:
    story = _story(archive, "harbour")
    other = next(a.id for a in archive.story(story).articles if a.id != story)
    for end in ("", ".json", "/comparison.json"):
        answer = web.get(f"/stories/{other}{end}", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (307, f"/stories/{story}{end}")


def test_one_report_is_no_comparison(web: Client, archive: Archive) -> None:
    id = _story(archive, "clockmaker")
    page = web.get(f"/stories/{id}", headers=BROWSER)
    assert page.status_code == 200
    assert "One report so far" in page.text
    problem = web.get(f"/stories/{id}/comparison.json")
    assert (problem.status_code, problem.json()["error"]) == (409, "TooFewArticles")


def test_an_utterance_has_its_apparatus(web: Client, archive: Archive) -> None:
    id = _story(archive, "harbour")
    utterance = next(u for u in archive.compare(id).utterances if u.variants)
    at = f"/stories/{id}/utterances/{utterance.id}"
    assert web.get(f"{at}.json").content == msgspec.json.encode(utterance)
    assert utterance.variants[0].reading in web.get(at, headers=BROWSER).text
    assert web.get(f"/stories/{id}/utterances/nope.json").status_code == 404


def test_an_article_and_its_revisions(web: Client, archive: Archive) -> None:
    id = _article(archive, "Tarn Herald")
    assert web.get(f"/articles/{id}.json").content == msgspec.json.encode(archive.article(id))
    assert web.get(f"/articles/{id}.json?revision=1").content == msgspec.json.encode(archive.article(id, revision=1))
    assert web.get(f"/articles/{id}/diff.json").content == msgspec.json.encode(archive.diff(id))
    now, then = (web.get(f"/articles/{id}{end}", headers=BROWSER).text for end in ("", "?revision=1"))
    assert "Two anglers" in now
    assert "Two anglers" not in then
    assert "<ins>Two anglers were hurt at the mill." in web.get(f"/articles/{id}/diff", headers=BROWSER).text
    assert web.get(f"/articles/{id}.json?revision=3").status_code == 404


def test_the_page_of_an_article_that_was_not_compared_shows_its_quotes(web: Client, archive: Archive) -> None:
    id = _article(archive, ALONE["outlet"])
    page = web.get(f"/articles/{id}", headers=BROWSER).text
    (said,) = archive.quotes(article=id).items
    assert said.speaker is not None
    assert f'id="{show.anchor(said.quote.content[0])}"' in page
    assert said.speaker in page


def test_a_speaker_is_told_by_story_with_readings(web: Client, archive: Archive) -> None:
    said = archive.quotes("Petra Hallam", limit=100)
    answer = web.get("/speakers/Petra%20Hallam.json?limit=100").json()
    assert answer["total"] == said.total == sum(len(spoken["said"]) for spoken in answer["stories"])
    (spoken,) = answer["stories"]
    compared = archive.compare(spoken["story"])
    assert spoken["utterances"]
    assert {u["id"] for u in spoken["utterances"]} <= {u.id for u in compared.utterances if u.variants}
    page = web.get("/speakers/Petra%20Hallam", headers=BROWSER).text
    assert "disgraceful" in page and "shameful" in page


SEARCHES: list[dict[str, Any]] = [
    {"words": "warehouse"},
    {"words": "lease", "speaker": "Hallam"},
    {"words": "fire", "outlet": "VTV News"},
]


def test_search_and_quotes_are_the_archives(web: Client, archive: Archive) -> None:
    for asked in SEARCHES:
        found = archive.search(**asked)
        assert found.total
        assert web.get("/search.json", params=asked).content == msgspec.json.encode(found)
    found_quotes = archive.quotes("Hallam", since="2024-03-15")
    assert web.get("/quotes.json?speaker=Hallam&since=2024-03-15").content == msgspec.json.encode(found_quotes)


def test_the_archive_itself(web: Client, archive: Archive) -> None:
    assert web.get("/stats.json").content == msgspec.json.encode(archive.stats())
    assert web.get("/errors.json").content == msgspec.json.encode(archive.errors())
    assert web.get("/about.json").json()["comparison"] == "rashomon.comparison/2"


def test_every_link_leads_somewhere(web: Client) -> None:
    """From the first page on, as far as links go; a fragment must be on the page that it is of."""
    seen: dict[str, _Page] = {}
    waiting = ["/"]
    anchors: set[tuple[str, str]] = set()
    while waiting and len(seen) < 250:
        at = waiting.pop()
        if at in seen:
            continue
        answer = web.get(at, headers=BROWSER)
        assert answer.status_code == 200, at
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        seen[at] = page = _Page(answer.text)
        assert len(page.ids) == len(set(page.ids)), at
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                bookmark = link.startswith("javascript:") and "/compare?address=" in link
                assert bookmark or parts.scheme in ("https", "http", "data"), link
                continue
            path = f"{parts.path or urlsplit(at).path}{'?' + parts.query if parts.query else ''}" if parts.path else at
            waiting.append(path)
            if parts.fragment:
                anchors.add((path, unquote(parts.fragment)))
    assert {urlsplit(at).path.split("/")[1] for at in seen} >= {"stories", "articles", "speakers", "judge", "about"}
    assert len(anchors) > 50
    assert [a for a in anchors if a[0] in seen and a[1] not in seen[a[0]].ids] == []


def test_the_articles_of_a_story_stand_on_one_page(web: Client, archive: Archive) -> None:
    id = _story(archive, "harbour")
    text = web.get(f"/stories/{id}/articles", headers=BROWSER).text
    for brief in archive.story(id).articles:
        article = archive.article(brief.id).article
        last = article.paragraphs[-1].text.split()[-3:]
        assert " ".join(last) in html.unescape(re.sub("<[^>]+>", "", text))
    assert (
        'id="pair-tools"' in text
        and f'href="/stories/{id}/articles"' in web.get(f"/stories/{id}", headers=BROWSER).text
    )
    other = next(a.id for a in archive.story(id).articles if a.id != id)
    moved = web.get(f"/stories/{other}/articles", headers=BROWSER, follow_redirects=False)
    assert moved.headers["location"] == f"/stories/{id}/articles"


def test_every_passage_on_every_page_is_a_slice_of_its_article(web: Client, archive: Archive) -> None:
    id = _story(archive, "harbour")
    pages = [f"/stories/{id}", f"/stories/{id}/articles", *(f"/articles/{a.id}" for a in archive.story(id).articles)]
    checked = 0
    for at in pages:
        text = web.get(at, headers=BROWSER).text
        # Elements that hold nothing but the slice: the text up to the first tag begins it.
        letters = json.loads(html.unescape(text.partition('data-accounts="')[2].partition('"')[0]))
        for letter, start, end, shown in re.findall(r'data-at="(\w+) (\d+) (\d+)"[^>]*>(?:<a [^>]*>)?([^<&]+)', text):
            whole = archive.article(letters[letter]).article.text[int(start) : int(end)]
            assert whole.startswith(shown.replace("\n", "")[: len(whole)]) or whole.startswith(shown), (at, shown)
            checked += 1
    assert checked > 100


# --- parts of lists, formats, tags


@pytest.mark.parametrize("at", ["/stories", "/search?words=the", "/quotes?speaker=hallam"])
def test_parts_follow_each_other_to_the_end(web: Client, at: str) -> None:
    start = f"{at}{'&' if '?' in at else '?'}limit="
    whole = web.get(f"{start}100", headers={"accept": "application/json"}).json()
    found: list[Any] = []
    here: str | None = f"{start}2"
    while here:
        answer = web.get(here, headers={"accept": "application/json"})
        found += answer.json()["items"]
        links = dict(re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers.get("link", "")))
        nexts = [to for to, rel in links.items() if rel == "next"]
        assert ("prev" in links.values()) == (answer.json()["offset"] > 0)
        here = nexts[0] if nexts else None
    assert found == whole["items"]
    assert len(found) == whole["total"]


@pytest.mark.parametrize("end", ["limit=0", "limit=101", "limit=x", "offset=-1", "offset=99999999999999999999"])
@pytest.mark.parametrize("at", LISTS)
def test_parts_are_bounded(web: Client, at: str, end: str) -> None:
    answer = web.get(f"{at}{'&' if '?' in at else '?'}{end}", headers={"accept": "application/json"})
    assert answer.status_code == 400
    assert end.partition("=")[0] in answer.json()["detail"]


EVERYTHING = [*LISTS, "/", "/stats", "/about", "/speakers/Petra%20Hallam", "/stories?words=harbour", "/openapi.json"]


@pytest.mark.parametrize("at", EVERYTHING)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_what_has_not_changed_is_not_sent_again(web: Client, at: str, accept: str) -> None:
    first = web.get(at, headers={"accept": accept})
    tag = first.headers["etag"]
    assert re.fullmatch(r'"[\w=-]{16,}"', tag)
    assert "Accept" in first.headers["vary"]
    for header in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = web.get(at, headers={"accept": accept, "if-none-match": header})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert web.get(at, headers={"accept": accept, "if-none-match": '"other"'}).content == first.content


def test_tags_tell_formats_and_contents_apart(own: tuple[Archive, Client]) -> None:
    archive, web = own
    story = archive.story(_story(archive, "harbour"))
    paths = ("/judge", f"/stories/{story.story.id}", "/stories")
    kinds: list[dict[str, str]] = [{"accept": "application/json"}, {"accept": "text/html"}]
    web.get(f"/stories/{story.story.id}/comparison.json")
    before = {(at, kind["accept"]): web.get(at, headers=kind).headers["etag"] for at in paths for kind in kinds}
    assert len(set(before.values())) == len(before)
    one, other = story.articles[0].id, story.articles[1].id
    assert web.post("/judge", json={"one": one, "other": other, "verdict": "different"}).status_code == 200
    web.get(f"/stories/{story.story.id}/comparison.json")
    after = {(at, kind["accept"]): web.get(at, headers=kind).headers["etag"] for at in paths for kind in kinds}
    assert [at for at in before if before[at] == after[at]] == []


@pytest.mark.parametrize("at", [*LISTS, "/stats", "/about"])
def test_the_suffix_asks_for_json_as_the_header_does(web: Client, at: str) -> None:
    path, _, query = at.partition("?")
    by_suffix = web.get(f"{path}.json?{query}", headers=BROWSER)
    by_header = web.get(at, headers={"accept": "application/json"})
    assert by_suffix.content == by_header.content
    assert web.get(at, headers=BROWSER).headers["content-type"] == "text/html; charset=utf-8"
    assert web.get(at, headers={"accept": "application/pdf"}).status_code == 406


def test_head_tells_all_but_the_body(web: Client) -> None:
    got, head = web.get("/stories.json"), web.head("/stories.json")
    assert head.content == b""
    assert head.headers["etag"] == got.headers["etag"]


@given(st.lists(st.tuples(st.sampled_from(["text/html", "application/json", "*/*"]), st.integers(0, 10)), max_size=5))
def test_media_types_are_in_the_order_of_their_weights(asked: list[tuple[str, int]]) -> None:
    header = ", ".join(f"{name}; q={weight / 10}" for name, weight in asked)
    wanted = [(name, weight) for name, weight in asked if weight]
    assert media_types(header) == [name for name, _ in sorted(wanted, key=lambda pair: -pair[1])]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 60)), max_size=30))
def test_no_more_is_kept_than_may_be(puts: list[tuple[int, int]]) -> None:
    kept = Kept(100)
    for key, size in puts:
        kept.put(bytes([key]), bytes([key]) * size)
        assert kept.get(bytes([key])) == bytes([key]) * size
        assert sum(len(kept.get(bytes([n])) or b"") for n in range(6)) <= 100


# --- what is wrong


@pytest.mark.parametrize(
    "at", ["/nope", "/stories/nope", "/articles/nope", "/articles/nope/diff", "/stories/nope/comparison"]
)
def test_what_there_is_not(web: Client, at: str) -> None:
    answer = web.get(at, headers={"accept": "application/json"})
    assert answer.status_code == answer.json()["status"] == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(answer.json()) >= {"type", "title", "status", "detail"}
    page = web.get(at, headers=BROWSER)
    assert page.status_code == 404
    assert "<h1>There is no such page</h1>" in page.text


@pytest.mark.parametrize(
    "at",
    [
        "/stories.json?since=yesterday",
        "/stories.json?until=2024-02-30",
        "/search.json?words=x&since=%F0",
        "/quotes.json?until=0",
        "/stories.json?words=%00",
        "/stories/%00.json",
        "/stories.json?independent=-1",
        f"/stories.json?words={'x' * 1001}",
        "/articles/x.json?revision=0",
        "/articles/x.json?at=1-",
    ],
)
def test_what_cannot_be_asked_for(web: Client, at: str) -> None:
    answer = web.get(at)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


def test_a_date_that_is_none_is_named(web: Client) -> None:
    assert "yesterday" in web.get("/stories.json?since=yesterday").json()["detail"]
    assert "yesterday" in web.get("/stories?since=yesterday", headers=BROWSER).text


BODIES = [
    (b'{"one": "a"}', "application/json", 400),
    (b'{"one": "a", "other": "b", "verdict": "perhaps"}', "application/json", 400),
    (b'{"one": "a", "other": "b", "verdict": "same", "more": 1}', "application/json", 400),
    (b'{"one": 1, "other": "b", "verdict": "same"}', "application/json", 400),
    (b'{"one": "\\ud800", "other": "b", "verdict": "same"}', "application/json", 400),
    (b"[]", "application/json", 400),
    (b"", "application/json", 400),
    (b"\xff", "application/json", 400),
    (b"one=%ff&other=b&verdict=same", "application/x-www-form-urlencoded", 400),
    (b"one=a&other=b", "application/x-www-form-urlencoded", 400),
    (b"one", "text/plain", 415),
    (b'{"one": "' + b"a" * 70_000 + b'"}', "application/json", 413),
    (b'{"one": "nope", "other": "nope too", "verdict": "same"}', "application/json", 404),
]


@pytest.mark.parametrize(("body", "kind", "status"), BODIES, ids=[str(body[:60]) for body, _, _ in BODIES])
def test_bodies_that_make_no_sense(web: Client, body: bytes, kind: str, status: int) -> None:
    answer = web.post("/judge", content=body, headers={"content-type": kind})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_a_judgement_is_about_two(web: Client, archive: Archive) -> None:
    id = _story(archive, "harbour")
    answer = web.post("/judge", json={"one": id, "other": id, "verdict": "same"})
    assert (answer.status_code, "two articles" in answer.json()["detail"]) == (400, True)


def test_other_methods_are_refused(web: Client) -> None:
    assert web.delete("/stories").status_code in (405, 415)
    assert web.post("/stories", json={}).status_code == 405


# --- judging


def test_a_judgement_is_kept_and_obeyed(own: tuple[Archive, Client]) -> None:
    archive, web = own
    harbour, alone = archive.story(_story(archive, "harbour")).articles[0].id, _story(archive, "clockmaker")
    word = {"one": harbour, "other": alone, "verdict": "same", "by": "R.", "note": "a test"}
    answer = web.post("/judge", json=word).json()
    assert answer["obeyed"] and len(set(answer["stories"])) == 1
    assert archive.article(alone).brief.story == archive.article(harbour).brief.story
    (kept,) = archive.judgements().items
    assert (kept.one, kept.other, kept.verdict, kept.by, kept.note) == (harbour, alone, "same", "R.", "a test")


def test_a_form_judges_as_json_does(own: tuple[Archive, Client]) -> None:
    archive, web = own
    one, other = (a.id for a in archive.story(_story(archive, "cyclists")).articles[:2])
    word = {"one": one, "other": other, "verdict": "different"}
    answer = web.post("/judge", data=word, headers=BROWSER, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/judge?one={one}&other={other}")
    page = web.get(answer.headers["location"], headers=BROWSER).text
    assert "Judged: different events. They are in two stories now." in page
    assert archive.article(one).brief.story != archive.article(other).brief.story


def test_a_finding_is_reported_with_one_click(own: tuple[Archive, Client]) -> None:
    archive, web = own
    story = _story(archive, "harbour")
    finding = archive.compare(story).findings[0]
    page = web.get(f"/stories/{story}", headers=BROWSER).text
    assert f'action="/stories/{story}/report"' in page
    form = {"finding": finding.id, "at": f"f-{finding.id}"}
    thanks = web.post(f"/stories/{story}/report", data=form, headers=BROWSER)
    assert thanks.status_code == 200
    assert f'href="/stories/{story}#f-{finding.id}"' in thanks.text
    word = {"finding": finding.id, "by": "R.", "note": "they mean the same"}
    answer = web.post(f"/stories/{story}/report", json=word)
    first, second = archive.judgements().items
    assert answer.json() | {"number": second.number} == msgspec.to_builtins(second)
    assert (first.about, first.one, first.note, first.by) == ("finding", story, finding.reason, None)
    assert (second.other, second.note, second.by) == (first.other, "they mean the same", "R.")
    assert "they mean the same" in web.get("/judge", headers=BROWSER).text
    assert web.post(f"/stories/{story}/report", json={"finding": "nope"}).status_code == 404
    marked = web.get(f"/stories/{story}", headers=BROWSER).text
    assert "reported this as wrong" in marked and "reported this as wrong" not in page


def test_a_report_asks_for_a_reason_and_can_be_taken_back(own: tuple[Archive, Client]) -> None:
    archive, web = own
    story = _story(archive, "harbour")
    finding = archive.compare(story).findings[0]
    at = f"/stories/{story}/report"
    asked = web.post(at, data={"finding": finding.id}, headers=BROWSER)
    assert "What is wrong with it?" in asked.text
    told = web.post(
        at, data={"finding": finding.id, "reason": "They say the same", "note": "both one"}, headers=BROWSER
    )
    assert "Your reason" in told.text and "They say the same: both one" in told.text
    assert [word.note for word in archive.judgements().items][-1] == "They say the same: both one"
    assert len(archive.reported(story)) == 1
    back = web.post(at, data={"finding": finding.id, "take_back": "yes"}, headers=BROWSER)
    assert "counts as one again" in back.text and archive.reported(story) == frozenset()
    assert "reported this as wrong" not in web.get(f"/stories/{story}", headers=BROWSER).text


ONE = "The council of Velm closed the old bridge on Monday.\n\nNobody was hurt, Mayor Ida Korn said."
OTHER = "The old bridge in Velm was closed on Tuesday.\n\nTwo people were hurt, Mayor Ida Korn said."


def _until_done(web: Client, at: str) -> Any:
    for _ in range(200):
        answer = web.get(at, headers=BROWSER)
        if answer.status_code != 202:
            return answer
        assert "being compared" in answer.text
        time.sleep(0.1)
    raise AssertionError("it takes too long")


def test_pasted_reports_are_compared(web: Client, archive: Archive) -> None:
    before = archive.stats()
    form = {"report1": ONE, "outlet1": "Velm Courier", "report2": OTHER, "outlet2": "Radio <b>Sarn</b>", "report3": " "}
    answer = web.post("/compare", data=form, headers=BROWSER, follow_redirects=False)
    assert answer.status_code == 303
    at = answer.headers["location"]
    page = _until_done(web, at)
    assert "Velm Courier" in page.text and "Radio &lt;b&gt;Sarn" in page.text and "Where they differ" in page.text
    assert "sha256-" in page.headers["content-security-policy"], "its own style and script are let run"
    record = msgspec.json.decode(web.get(at, headers={"accept": "application/json"}).content, type=Comparison)
    assert [a.outlet for a in record.articles] == ["Velm Courier", "Radio <b>Sarn</b>"]
    assert archive.stats() == before, "nothing of it is kept"


@pytest.mark.parametrize(
    ("reports", "status", "why"),
    [
        ({"report1": ONE}, 409, "at least two reports"),
        ({}, 409, "at least two reports"),
        ({"report1": ONE, "report2": ONE}, 409, "one report"),
        ({"report1": ONE, "report2": "article nothing"}, 404, "no such article"),
        ({"report1": ONE, "report2": "http://127.0.0.1:1/x"}, 400, "private"),
        ({"report1": ONE, "report2": "?!"}, 400, "no paragraph"),
        ({"report1": ONE, "elsewhere": OTHER}, 400, "elsewhere"),
    ],
)
def test_what_cannot_be_compared_is_told(web: Client, reports: dict[str, str], status: int, why: str) -> None:
    answer = web.post("/compare", json=reports)
    for _ in range(100):
        if answer.status_code != 202:
            break
        time.sleep(0.1)
        answer = web.get(answer.url.path, headers={"accept": "application/json"})
    assert (answer.status_code, why in answer.text) == (status, True), answer.text


def test_ticked_reports_and_those_of_the_bookmark_stand_in_the_form(web: Client, archive: Archive) -> None:
    found = archive.search("terminal").items[0].article
    page = web.get("/search?words=terminals", headers=BROWSER).text
    assert f'name="article" value="{found.id}"' in page and "<mark>terminal</mark>" in page
    there = "https://news.example/a?b=1&c=2"
    page = web.get("/compare", params={"article": [found.id], "address": [there]}, headers=BROWSER).text
    assert f"article {found.id}</textarea>" in page and (found.title or "") in html.unescape(page)
    assert html.escape(there) in page and "javascript:void(open(" in page
    assert web.get("/compare?article=nope", headers=BROWSER).status_code == 404
    assert web.get("/compare/nope", headers=BROWSER).status_code == 404


def test_a_busy_writer_is_told_and_hurts_no_reader(own: tuple[Archive, Client], own_town: Path) -> None:
    archive, web = own
    one, other = (a.id for a in archive.story(_story(archive, "harbour")).articles[:2])
    held, release = threading.Event(), threading.Event()

    def write() -> None:
        store = open_store(str(own_town))
        with store.writing():
            held.set()
            release.wait(30)
        store.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert held.wait(10)
        answer = web.post("/judge", json={"one": one, "other": other, "verdict": "same"})
        assert (answer.status_code, answer.json()["error"], answer.headers["retry-after"]) == (503, "ArchiveBusy", "5")
        assert "another process" in answer.json()["detail"]
        assert web.get("/stories.json").status_code == 200
    finally:
        release.set()
        writer.join()
    assert web.post("/judge", json={"one": one, "other": other, "verdict": "same"}).status_code == 200


# --- comparisons that take long


class _Slow(Archive):
    """An archive that compares when it is let to."""

    def __init__(self, *told: Any, **named: Any) -> None:
        super().__init__(*told, **named)
        self.begun, self.go = threading.Semaphore(0), threading.Event()
        self.times = 0

    def compare(self, story: str, *, progress: Progress | None = None, jobs: int = 1) -> Comparison:
        self.times += 1
        if progress:
            progress("reading", 1, 7)
        self.begun.release()
        assert self.go.wait(30)
        return super().compare(story, progress=progress)


def test_a_page_tells_that_its_comparison_is_being_worked_out(own_town: Path) -> None:
    archive = _Slow(open_store(str(own_town)), annotators="fast")
    with archive, client(archive) as web:
        story = _story(archive, "harbour")
        at = f"/stories/{story}"
        waiting = web.get(at, headers=BROWSER)
        assert waiting.status_code == 202
        assert waiting.headers["cache-control"] == "no-store"
        assert '<noscript><meta http-equiv="refresh"' in waiting.text
        assert archive.begun.acquire(timeout=10)
        assert "Read 1 of 7 new reports." in web.get(at, headers=BROWSER).text
        assert web.get(f"{at}/utterances/u1", headers=BROWSER).status_code == 202
        start = time.monotonic()
        assert web.get("/stories.json").status_code == 200
        assert time.monotonic() - start < 1
        assert archive.times == 1, "each story once at a time"
        archive.go.set()
        assert web.get(f"{at}/comparison.json").status_code == 200
        assert web.get(at, headers=BROWSER).status_code == 200
        assert archive.times == 1, "what is kept is not worked out again"


def test_stories_that_changed_are_described_while_one_reads(own_town: Path) -> None:
    store = open_store(str(own_town))
    before = list(store.find(Stories()))
    with store.writing():
        store.put(msgspec.structs.replace(entry, title="", outlets=(), independent=0, stale=True) for entry in before)
    store.close()
    with opened(own_town) as archive, client(archive) as web:
        assert "Being described" in web.get("/", headers=BROWSER).text
        for _ in range(100):
            told = web.get("/stories.json").json()["items"]
            if not any(story["stale"] for story in told):
                break
            time.sleep(0.1)
        assert told == msgspec.json.decode(msgspec.json.encode(before))


def test_what_cannot_be_compared_says_so(own_town: Path) -> None:
    class Poor(Archive):
        def compare(self, story: str, *, progress: Progress | None = None, jobs: int = 1) -> Comparison:
            raise TooFewArticles("has fewer than two articles that could be analysed", input=story)

    with Poor(open_store(str(own_town)), annotators="fast") as archive, client(archive) as web:
        at = f"/stories/{_story(archive, 'harbour')}"
        page = web.get(at, headers=BROWSER)
        assert page.status_code == 200
        assert "There is nothing to compare" in page.text and "could be analysed" in page.text
        assert web.get(f"{at}/comparison.json").status_code == 409


def test_a_fault_is_told_without_its_trace(own_town: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Archive):
        def compare(self, story: str, *, progress: Progress | None = None, jobs: int = 1) -> Comparison:
            raise ZeroDivisionError("inside")

    with Broken(open_store(str(own_town)), annotators="fast") as archive, client(archive) as web:
        at = f"/stories/{_story(archive, 'harbour')}"
        for answer in (web.get(at, headers=BROWSER), web.get(f"{at}/comparison.json")):
            assert answer.status_code == 500
            assert "inside" not in answer.text and "Traceback" not in answer.text
    assert "ZeroDivisionError" in caplog.text


def test_comparisons_wait_for_each_other_and_too_many_are_turned_away() -> None:
    running: list[str] = []
    most = 0
    go = threading.Event()

    def compare(story: str, progress: Progress) -> object:
        nonlocal most
        running.append(story)
        most = max(most, len(running))
        go.wait(30)
        running.remove(story)
        return None

    comparing = Comparing(compare)
    works = [comparing.begin("0")]
    while not running:
        time.sleep(0.01)
    with pytest.raises(Crowded):
        for number in range(1000):
            works.append(comparing.begin(str(number)))
    assert len({id(work) for work in works}) < 100
    assert works[-1].state.stage == "waiting"
    go.set()
    assert all(work.finished.wait(30) for work in works)
    assert most == 1
    assert comparing.begin("0") is not works[0]


def test_the_error_of_a_comparison_is_for_one_who_asks() -> None:
    def compare(story: str, progress: Progress) -> object:
        raise RashomonError("no")

    comparing = Comparing(compare)
    work = comparing.begin("s")
    assert asyncio.run(work.wait(10))
    assert str(work.error) == "no"
    assert comparing.begin("s") is work
    comparing.done_with(work)
    assert comparing.begin("s") is not work


# --- who may ask


@pytest.mark.parametrize(("host", "status"), [
    ("localhost:8000", 200), ("127.0.0.1", 200), ("[::1]:8000", 200), ("LOCALHOST", 200),
    ("evil.example", 421), ("localhost.evil.example", 421), ("127.0.0.1.evil.example:80", 421), ("", 421),
])  # fmt: skip
def test_on_the_loopback_only_its_own_names_are_answered(web: Client, host: str, status: int) -> None:
    assert web.get("/about.json", headers={"host": host}).status_code == status


@pytest.mark.parametrize(("headers", "status"), [
    ({}, 404),
    ({"origin": "http://127.0.0.1"}, 404),
    ({"sec-fetch-site": "same-origin", "origin": "null"}, 404),
    ({"origin": "https://evil.example"}, 403),
    ({"origin": "http://127.0.0.1:9"}, 403),
    ({"origin": "http://127.0.0.1.evil.example"}, 403),
    ({"origin": "null"}, 403),
    ({"sec-fetch-site": "cross-site"}, 403),
    ({"sec-fetch-site": "same-site", "origin": "http://127.0.0.1"}, 403),
])  # fmt: skip
def test_no_other_site_can_change_anything(web: Client, headers: dict[str, str], status: int) -> None:
    word = {"one": "nope", "other": "nope too", "verdict": "same"}
    assert web.post("/judge", json=word, headers=headers).status_code == status
    assert web.post("/judge", data=word, headers=headers).status_code == status


@pytest.mark.parametrize(("site", "mode", "status"), [
    ("same-origin", "cors", 200), ("none", "navigate", 200), ("cross-site", "navigate", 200),
    ("cross-site", "no-cors", 403), ("cross-site", "cors", 403), ("same-site", "no-cors", 403),
])  # fmt: skip
def test_no_other_site_can_load_anything_into_its_pages(web: Client, site: str, mode: str, status: int) -> None:
    headers = {"sec-fetch-site": site, "sec-fetch-mode": mode}
    for at in ("/stories.json", "/static/web.css"):
        assert web.get(at, headers=headers).status_code == status


@pytest.fixture(scope="module")
def guarded(archive: Archive) -> Iterator[Client]:
    with client(archive, Access(None, TOKEN), "http://news.example") as asking:
        yield asking


def test_without_the_token_nothing_is_told(guarded: Client) -> None:
    guarded.cookies.clear()
    for at in ("/", "/stories.json", "/openapi.json", "/nope", "/stories.atom", "/openapi/openapi.json"):
        answer = guarded.get(at)
        assert (answer.status_code, answer.headers["www-authenticate"][:6]) == (401, "Bearer")
    page = guarded.get("/stories?words=x", headers=BROWSER, follow_redirects=False)
    assert (page.status_code, page.headers["location"]) == (303, "/login?next=%2Fstories%3Fwords%3Dx")
    assert guarded.post("/judge", json={}).status_code == 401
    for wrong in ("Bearer nope", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer", "", "Bearer \xe9"):
        header = [(b"authorization", wrong.encode("latin-1"))]
        assert guarded.get("/about.json", headers=header).status_code == 401
    assert guarded.get("/about.json", headers={"cookie": f"rashomon={TOKEN}"}).status_code == 401
    assert guarded.get("/about.json", headers={"cookie": "rashomon=;;\x7f=;"}).status_code == 401


def test_the_token_opens(guarded: Client) -> None:
    guarded.cookies.clear()
    assert guarded.get("/about.json", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert guarded.get("/static/web.css").status_code == 200
    assert guarded.get("/login", headers=BROWSER).status_code == 200
    wrong = guarded.post("/login", data={"token": "nope"}, headers=BROWSER)
    assert (wrong.status_code, "set-cookie" in wrong.headers) == (403, False)
    right = guarded.post(
        "/login", data={"token": TOKEN, "next": "/about.json"}, headers=BROWSER, follow_redirects=False
    )
    assert (right.status_code, right.headers["location"]) == (303, "/about.json")
    cookie = right.headers["set-cookie"]
    assert TOKEN not in cookie
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert guarded.get("/about.json").status_code == 200
    guarded.cookies.clear()
    by_link = guarded.get("/login", params={"token": TOKEN}, follow_redirects=False)
    assert (by_link.status_code, by_link.headers["location"]) == (303, "/")
    assert guarded.get("/about.json").status_code == 200


@pytest.mark.parametrize(
    "to", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:x", "", "/\n/evil.example"]
)
def test_entering_leads_nowhere_else(guarded: Client, to: str) -> None:
    answer = guarded.get("/login", params={"token": TOKEN, "next": to}, follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_rules_for_hosts() -> None:
    assert rules("127.0.0.1", None).token is None
    assert rules("::1", None).hosts
    made = rules("0.0.0.0", None)
    assert made.hosts is None and made.token is not None and len(made.token) > 30
    assert made.token != rules("0.0.0.0", None).token
    assert rules("127.0.0.1", TOKEN).token == TOKEN
    assert not rules("news.example", TOKEN).admits({})
    with pytest.raises(RashomonError, match="too short"):
        rules("0.0.0.0", "short")


@pytest.mark.parametrize("at", ["/", "/stories.json", "/nope", "/static/page.css", "/stories?since=x", "/favicon.ico"])
def test_every_answer_keeps_a_browser_from_doing_more(web: Client, at: str) -> None:
    headers = web.get(at, headers=BROWSER).headers
    policy = dict(part.partition(" ")[::2] for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_no_page_has_anything_inline(web: Client, archive: Archive) -> None:
    story = _story(archive, "harbour")
    pages = [
        "/",
        f"/stories/{story}",
        f"/articles/{story}",
        "/quotes",
        "/judge",
        "/stats",
        "/about",
        "/nope",
        "/search",
    ]
    for at in pages:
        page = _Page(web.get(at, headers=BROWSER).text)
        for tag, attributes in page.tags:
            assert tag != "style", at
            assert tag != "script" or attributes.get("src", "").startswith("/static/"), at  # type: ignore[union-attr]
            assert not [name for name in attributes if name.startswith("on") or name == "style"], (at, tag)


def test_files_may_be_kept_for_good(web: Client) -> None:
    links = [link for link in _Page(web.get("/", headers=BROWSER).text).links if link.startswith("/static/")]
    assert len(links) == 4
    for link in links:
        answer = web.get(link)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert "immutable" not in web.get(link.partition("?")[0]).headers["cache-control"]
    assert web.get("/static/nope.css").status_code == 404
    assert web.get("/static/%2e%2e%2fsite.py").status_code == 404


# --- feeds


def test_stories_as_a_feed(web: Client, archive: Archive) -> None:
    answer = web.get("/stories.atom?words=harbour")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)
    found = archive.stories(words="harbour").items
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == [story.title for story in found]
    assert [entry.find(f"{ATOM}link").get("href") for entry in entries] == [  # type: ignore[union-attr]
        f"http://127.0.0.1/stories/{story.id}" for story in found
    ]
    for of in (feed, *entries):
        assert of.findtext(f"{ATOM}id", "").startswith("urn:uuid:")
        assert of.findtext(f"{ATOM}updated", "").endswith("Z")
    assert web.get("/stories.atom?words=harbour", headers={"if-none-match": answer.headers["etag"]}).status_code == 304


def test_findings_as_a_feed(web: Client, archive: Archive) -> None:
    kinds: set[FindingKind] = {f.kind for f in archive.compare(_story(archive, "harbour")).findings}
    feed = ElementTree.fromstring(web.get("/search.atom?words=dock").content)
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == len({entry.findtext(f"{ATOM}id") for entry in entries}) > 3
    assert {(entry.findtext(f"{ATOM}title") or "").partition(":")[0] for entry in entries} <= {
        show.environment().globals["w"].KINDS[kind]  # type: ignore[attr-defined]
        for kind in kinds
    }
    # What is not compared yet is a story.
    (flood,) = ElementTree.fromstring(web.get("/search.atom?words=anglers").content).findall(f"{ATOM}entry")
    assert (flood.findtext(f"{ATOM}title") or "").startswith("Flood")


# --- archives of other kinds


@pytest.mark.parametrize("at", [*EVERYTHING, "/stories.atom", "/search.atom?words=x"])
def test_an_empty_archive(tmp_path: Path, at: str) -> None:
    with opened(tmp_path / "empty.db") as archive, client(archive) as web:
        for headers in (BROWSER, {}):
            assert web.get(at, headers=headers).status_code == 200
        assert "There is no story yet" in web.get("/", headers=BROWSER).text


def test_hostile_text_is_text(tmp_path: Path) -> None:
    path = fill(tmp_path / "evil.db", HOSTILE, annotate=False)
    with opened(path) as archive, client(archive) as web:
        (story,) = archive.stories().items
        assert story.articles == 2
        assert web.get(f"/stories/{story.id}/comparison.json").status_code == 200
        articles = [a.id for a in archive.story(story.id).articles]
        for at in (
            "/", f"/stories/{story.id}", *(f"/articles/{id}" for id in articles), "/search?words=ferry", "/quotes",
            f"/judge?one={articles[0]}&other={articles[1]}", f"/judge?story={story.id}", "/speakers/Ida%20Korn",
            f"/stories?words={quote(HOSTILE[0]['author'])}&outlet={quote(HOSTILE[1]['outlet'])}",
            f"/stories?since={quote(HOSTILE[0]['author'])}",
        ):  # fmt: skip
            text = web.get(at, headers=BROWSER).text
            page = _Page(text)
            assert not {"img", "svg", "iframe", "object"} & {tag for tag, _ in page.tags} - (
                {"svg"} if "/stories/" in at else set()
            )
            assert all(a.get("src", "").startswith("/static/") for tag, a in page.tags if tag == "script")  # type: ignore[union-attr]
            assert not [link for link in page.links if link.lower().startswith("javascript:")]
            assert not re.search("[\u202a-\u202e\u2066-\u2069\u200f\u061c\u0007]", text), at
            assert "{{" not in text or "{{ 7 * 7 }}" in re.sub("<[^>]+>", "", text)
        for feed in ("/stories.atom", "/search.atom?words=ferry"):
            assert ElementTree.fromstring(web.get(feed).content).find(f"{ATOM}entry") is not None


# --- the server itself


def test_it_serves_until_it_is_told_to_stop(town: Path) -> None:
    script = f"from rashomon.web import serve; serve({str(town)!r}, port=0)"
    with subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        line = server.stderr.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert address, line
        assert httpx.get(f"{address.group()}/stories.json").json()["total"] > 1
        server.send_signal(signal.SIGINT)
        assert server.wait(20) == 0
        assert server.stderr.read() == ""


def test_others_need_the_token_that_it_prints_once(town: Path) -> None:
    script = f"from rashomon.web import serve; serve({str(town)!r}, host='0.0.0.0', port=0)"
    with subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        lines = [server.stderr.readline() for _ in range(2)]
        entry = re.search(r"http://0\.0\.0\.0:(\d+)/login\?token=(\S+)", lines[1])
        assert entry, lines
        base = f"http://127.0.0.1:{entry[1]}"
        assert httpx.get(f"{base}/stories.json").status_code == 401
        assert httpx.get(f"{base}/stories.json", headers={"authorization": f"Bearer {entry[2]}"}).status_code == 200
        server.terminate()
        server.wait(20)


def test_what_keeps_it_from_serving_is_said(town: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(RashomonError, match=f"127.0.0.1:{port}: the server cannot listen there"):
            serve(str(town), port=port)
    with pytest.raises(StoreError, match="no such archive"):
        serve(str(tmp_path / "nope.db"), port=0)
    with pytest.raises(RashomonError, match="too short"):
        serve(str(town), host="0.0.0.0", token="short")
    with pytest.raises(RashomonError, match="the server cannot listen there"):
        serve(str(town), host="name.invalid", port=0, token=TOKEN)
