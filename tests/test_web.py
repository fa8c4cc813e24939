"""The pages and the API over an archive: routes, formats, tags, filters, feeds, and what is told of wrong questions."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from xml.etree import ElementTree

import msgspec
import pytest
from asking import BROWSER, Client, Page, archive, own, story_with, web
from hypothesis import given
from hypothesis import strategies as st
from served import ALONE, HOSTILE, client, fill, opened

from rashomon import show
from rashomon.archive import Archive
from rashomon.types import Comparison, FindingKind
from rashomon.web.answer import media_types
from rashomon.web.kept import Kept

# Fixtures, which pytest finds by their names here.
__all__ = ["archive", "own", "web"]

ATOM = "{http://www.w3.org/2005/Atom}"
LISTS = ("/stories", "/search?words=the", "/quotes", "/judge", "/errors")


def _article(archive: Archive, outlet: str) -> str:
    return archive.search("the", outlet=outlet).items[0].article.id


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
    id = story_with(archive, "harbour")
    assert web.get(f"/stories/{id}.json").content == msgspec.json.encode(archive.story(id))
    answer = web.get(f"/stories/{id}/comparison.json")
    assert msgspec.json.decode(answer.content, type=Comparison) == archive.compare(id)
    assert "Where they differ" in web.get(f"/stories/{id}", headers=BROWSER).text


def test_an_article_leads_to_the_story_that_it_is_in(web: Client, archive: Archive) -> None:
    story = story_with(archive, "harbour")
    other = next(a.id for a in archive.story(story).articles if a.id != story)
    for end in ("", ".json", "/comparison.json"):
        answer = web.get(f"/stories/{other}{end}", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (307, f"/stories/{story}{end}")


def test_one_report_is_no_comparison(web: Client, archive: Archive) -> None:
    id = story_with(archive, "clockmaker")
    page = web.get(f"/stories/{id}", headers=BROWSER)
    assert page.status_code == 200
    assert "One report so far" in page.text
    problem = web.get(f"/stories/{id}/comparison.json")
    assert (problem.status_code, problem.json()["error"]) == (409, "TooFewArticles")


def test_an_utterance_has_its_apparatus(web: Client, archive: Archive) -> None:
    id = story_with(archive, "harbour")
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
    seen: dict[str, Page] = {}
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
        seen[at] = page = Page(answer.text)
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
    id = story_with(archive, "harbour")
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
    id = story_with(archive, "harbour")
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
    story = archive.story(story_with(archive, "harbour"))
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


def test_other_methods_are_refused(web: Client) -> None:
    assert web.delete("/stories").status_code in (405, 415)
    assert web.post("/stories", json={}).status_code == 405


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
    kinds: set[FindingKind] = {f.kind for f in archive.compare(story_with(archive, "harbour")).findings}
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
            page = Page(text)
            assert not {"img", "svg", "iframe", "object"} & {tag for tag, _ in page.tags} - (
                {"svg"} if "/stories/" in at else set()
            )
            assert all(a.get("src", "").startswith("/static/") for tag, a in page.tags if tag == "script")  # type: ignore[union-attr]
            assert not [link for link in page.links if link.lower().startswith("javascript:")]
            assert not re.search("[\u202a-\u202e\u2066-\u2069\u200f\u061c\u0007]", text), at
            assert "{{" not in text or "{{ 7 * 7 }}" in re.sub("<[^>]+>", "", text)
        for feed in ("/stories.atom", "/search.atom?words=ferry"):
            assert ElementTree.fromstring(web.get(feed).content).find(f"{ATOM}entry") is not None
