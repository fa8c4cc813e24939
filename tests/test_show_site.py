"""The pages of a server in a browser, under the policy that the server sends: links, layers, back and forward."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import chromium
import pytest
from playwright.sync_api import Browser
from show_story import LAST_REVISION, calm_story, empty_story, hostile_story, lake_story, wide_story, wired_story
from test_show_linked import links, site
from test_show_page import HOSTILE

from rashomon.show import article_page, assets
from rashomon.show.words import visible

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
STORY = "/stories/s1"
STORIES = {
    "lake": lake_story(),
    "calm": calm_story(),
    "empty": empty_story(),
    "wide": wide_story(40, points=30),
    "wired": wired_story(40),
    **{f"hostile-{n}": hostile_story(evil) for n, evil in enumerate(HOSTILE)},
}


class Site(ThreadingHTTPServer):
    """Pages by address on the loopback, as a server gives them; what was posted is kept."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.pages: dict[str, str] = {}
        self.posted: list[dict[str, list[str]]] = []
        self.address = f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    server: Site

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        name = path.removeprefix("/static/")
        if name in assets():
            kind = "text/css" if name.endswith("css") else "text/javascript"
            self._send(assets()[name], kind)
        elif path in self.server.pages:
            self._send(self.server.pages[path], "text/html")
        else:
            self._send("<title>no such page</title>", "text/html", 404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.posted.append(parse_qs(body))
        self.send_response(303)
        self.send_header("Location", f"{STORY}#{parse_qs(body)['at'][0]}")
        self.end_headers()

    def _send(self, text: str, kind: str, status: int = 200) -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture(scope="module")
def server() -> Iterator[Site]:
    with Site() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class Visit(chromium.Visit):
    """A visit to a page of the site, which has the pages of a story now, unless it goes on with what it has."""

    def __init__(self, browser: Browser, server: Site, name: str, path: str = STORY, **context: Any) -> None:
        if name:
            server.pages = site(STORIES[name])
        super().__init__(browser, server.address + path, **context)


UTTERANCE, ARTICLE = f"{STORY}/utterances/u1", "/articles/courier"


@pytest.mark.parametrize("path", [STORY, UTTERANCE, ARTICLE])
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_no_serious_barrier_no_error_and_nothing_from_elsewhere(
    browser: Browser, server: Site, path: str, scheme: str, width: int
) -> None:
    size = {"width": width, "height": 800}
    visit = Visit(browser, server, "lake", path, color_scheme=scheme, viewport=size)
    visit.page.wait_for_load_state("networkidle")
    assert visit.messages == []
    assert all(url.startswith((server.address, "data:image/svg+xml")) for url in visit.requests)
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    visit = Visit(browser, server, "", path, color_scheme=scheme, viewport=size, bypass_csp=True)
    for box in visit.page.locator(".layers input").all():
        box.check()
    visit.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert chromium.serious(visit.page) == []


@pytest.mark.parametrize("name", ["wide", "wired", "calm", "empty"])
@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_of_any_size_scrolls_sideways(browser: Browser, server: Site, name: str, width: int) -> None:
    visit = Visit(browser, server, name, viewport={"width": width, "height": 800})
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    article = next(path for path in server.pages if path.startswith("/articles/"))
    visit.page.goto(server.address + article)
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    assert visit.messages == []


@pytest.mark.parametrize("script", [True, False])
def test_a_passage_opens_its_article_there_and_back_leads_back(browser: Browser, server: Site, script: bool) -> None:
    page = Visit(browser, server, "lake", java_script_enabled=script).page
    link = page.locator("#findings blockquote a").nth(2)
    words = link.inner_text()
    link.click()
    page.wait_for_url("**/articles/*#a-*")
    deep = page.url
    target = page.locator(":target")
    assert target.inner_text() == words
    box = target.bounding_box()
    assert box is not None and 0 <= box["y"] < 900
    colour = "e => getComputedStyle(e).backgroundColor"
    assert target.evaluate(colour) not in ("rgba(0, 0, 0, 0)", page.locator("body").evaluate(colour))
    page.go_back()
    page.wait_for_url(f"**{STORY}")
    assert link.is_visible()
    page.go_forward()
    page.wait_for_url(deep)
    assert page.locator(":target").inner_text() == words


def test_a_place_without_an_anchor_of_its_own_leads_to_its_paragraph(browser: Browser, server: Site) -> None:
    page = Visit(browser, server, "lake", f"{ARTICLE}#a-70-73").page
    arrived = page.locator(".arrived")
    assert arrived.count() == 1 and "Foreign ministers" in arrived.inner_text()
    page.evaluate("location.hash = 'a-99999-100000'")
    page.wait_for_function("document.querySelectorAll('.arrived').length === 0")


@pytest.mark.parametrize("script", [True, False])
def test_layers_are_taken_away_and_put_back_by_the_keyboard(browser: Browser, server: Site, script: bool) -> None:
    page = Visit(browser, server, "lake", "/articles/vbs.html", java_script_enabled=script).page
    seen = "e => { const s = getComputedStyle(e); return s.backgroundImage + s.backgroundColor + s.borderBottomStyle; }"
    for layer, element, note in (
        ("quotes", ".said", ".of-quotes"),
        ("times", ".when", ".of-times"),
        ("actors", ".name", ".of-actors"),
        ("claims", ".claim.is-differs", ".of-claims"),
    ):
        box = page.locator(f"#show-{layer}")
        if not box.is_checked():
            assert not page.locator(note).first.is_visible()
            box.press("Space")
        marked = page.locator(f".text {element}").first
        on = marked.evaluate(seen)
        assert page.locator(note).first.is_visible()
        box.press("Space")
        assert marked.evaluate(seen) != on
        assert page.locator(f"{note}:visible").count() == 0
        box.press("Space")
        assert marked.evaluate(seen) == on
    assert "illegal blockade" in page.locator(".text").inner_text()


def test_a_wrong_finding_is_reported_with_one_press_and_one_is_back_at_it(browser: Browser, server: Site) -> None:
    page = Visit(browser, server, "lake", java_script_enabled=False).page
    server.posted.clear()
    page.locator("#f-f5 .report button").press("Enter")
    page.wait_for_url(f"**{STORY}#f-f5")
    assert server.posted == [{"finding": ["f5"], "at": ["f-f5"]}]


def test_the_keyboard_reaches_everything_on_an_article(browser: Browser, server: Site) -> None:
    page = Visit(browser, server, "lake", ARTICLE).page
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        place, style = page.evaluate(
            """() => {
                const at = document.activeElement;
                return [[...document.querySelectorAll('*')].indexOf(at), getComputedStyle(at).outlineStyle];
            }"""
        )
        reached.append(place)
        assert style == "solid"
    assert reached == sorted(set(reached))


def test_the_navigation_is_there_and_says_where_one_is(browser: Browser, server: Site) -> None:
    page = Visit(browser, server, "calm").page
    assert page.locator("nav.site a").all_inner_texts() == ["Stories", "Quotes"]


def test_revisions_are_seen_in_their_place(browser: Browser, server: Site) -> None:
    article, revisions, edits = LAST_REVISION
    server.pages = {"/articles/r": article_page(article, links(), revision=2, revisions=revisions, edits=edits)}
    page = Visit(browser, server, "", "/articles/r").page
    changes = page.locator(".changes li p").all_inner_texts()
    assert [" ".join(text.split()) for text in changes] == [
        "The board met on Monday Tuesday.",
        "Nobody was heard. It put off its vote, again.",
        "It put off its vote, again.",
    ]
    assert page.locator(".revisions [aria-current]").inner_text().startswith("2")


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_text_does_nothing_on_any_page(browser: Browser, server: Site, number: int) -> None:
    visit = Visit(browser, server, f"hostile-{number}")
    story = STORIES[f"hostile-{number}"]
    for path in server.pages:
        visit.page.goto(server.address + path)
        assert visit.page.evaluate("window.stolen") is None
        assert visit.page.locator("main script, main style, main img").count() == 0
    assert visit.messages == []
    assert all(url.startswith((server.address, "data:image/svg+xml")) for url in visit.requests)
    visit.page.goto(server.address + links().article(story.articles[0].id))
    assert visit.page.evaluate("document.querySelector('.full .para p').textContent") == visible(story.articles[0].text)


def test_the_story_is_painted_without_script(browser: Browser, server: Site) -> None:
    visit = Visit(browser, server, "lake", java_script_enabled=False)
    text = visit.page.locator("main").inner_text()
    for finding in STORIES["lake"].findings:
        assert finding.reason in text
    assert visit.page.locator(".tools:visible").count() == 0
    assert visit.page.locator("#matrix tbody tr:visible").count() == 8
