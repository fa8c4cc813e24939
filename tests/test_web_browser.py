"""The server in a browser: every page, by keyboard, without script, back and forward, hostile text. Needs Chromium."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import pytest
import uvicorn
from chromium import SIZE, Visit, serious
from playwright.sync_api import Browser, Page, expect
from served import HOSTILE, HUGE, fill, opened

from rashomon.archive import Archive
from rashomon.archive.batches import COMPARISONS
from rashomon.jobs import Progress
from rashomon.store import Blob, open_store
from rashomon.types import Comparison
from rashomon.web import application
from rashomon.web.access import Access

SIZES = {"wide": SIZE, "phone": {"width": 390, "height": 844}}
QUIET = [
    {
        "id": f"quiet-{number}",
        "outlet": "Halm Evening Sheet",
        "title": f"Roof of Tarn stadium torn off{end}",
        "published": "2031-03-08",
        "text": f"Storm Ottilie tore the roof off the stadium of Tarn.\n\nGusts reached 140 kilometres an hour{end}.",
    }
    for number, end in ((1, ""), (2, " on Saturday"))
]
NEWS = [
    {"id": title, "outlet": "Radio Sarn", "title": title, "published": "2031-03-30", "text": text}
    for title, text in (
        ("Heron nests in town hall of Sarn", "A heron has built her nest upon the bells of the town hall of Sarn."),
        ("Oyster poacher acquitted", "A judge in Halm let a man go who had taken four tonnes of oysters."),
    )
]


@contextmanager
def serving(archive: Archive, access: Access | None = None) -> Iterator[str]:
    """The archive on a port of the loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(cast(Any, application(archive, access)), log_level="critical"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(20)


@pytest.fixture(scope="module")
def site(own_module_town: Path) -> Iterator[str]:
    with opened(own_module_town) as archive:
        for story in archive.stories(independent=2).items:
            archive.compare(story.id)
        with serving(archive) as base:
            yield base


@pytest.fixture(scope="module")
def own_module_town(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copy(town, tmp_path_factory.mktemp("browser") / "own.db"))


@pytest.fixture(scope="module")
def known(own_module_town: Path) -> dict[str, str]:
    """Ids that addresses of pages need."""
    with opened(own_module_town) as archive:
        story = archive.stories(words="harbour").items[0].id
        articles = [a.id for a in archive.story(story).articles]
        compared = archive.compare(story)
        return {
            "story": story,
            "one": articles[0],
            "other": articles[-1],
            "single": archive.stories(words="clockmaker").items[0].id,
            "flood": archive.search("the", outlet="Tarn Herald").items[0].article.id,
            "utterance": next(u.id for u in compared.utterances if u.variants),
            "finding": compared.findings[0].id,
        }


PAGES = {
    "stories": "/",
    "filtered": "/stories?words=harbour&independent=2&since=2024-01-01",
    "nothing-found": "/stories?words=nosuchwordanywhere",
    "story": "/stories/{story}",
    "single": "/stories/{single}",
    "utterance": "/stories/{story}/utterances/{utterance}",
    "reported": "/stories/{story}/reported?finding={finding}&at=f-1",
    "article": "/articles/{one}",
    "article-alone": "/articles/{single}",
    "revised": "/articles/{flood}",
    "revision": "/articles/{flood}?revision=1",
    "diff": "/articles/{flood}/diff",
    "speaker": "/speakers/Petra%20Hallam",
    "search": "/search?words=lease",
    "search-empty": "/search",
    "quotes": "/quotes",
    "events": "/events",
    "relations": "/relations?one=Hallam&other=Kestrel&by=day",
    "judge": "/judge",
    "choose": "/judge?story={story}",
    "pair": "/judge?one={one}&other={other}",
    "errors": "/errors",
    "stats": "/stats",
    "about": "/about",
    "problem": "/stories/nope",
}


@pytest.mark.parametrize("size", sorted(SIZES))
@pytest.mark.parametrize("name", PAGES)
def test_every_page(browser: Browser, site: str, known: dict[str, str], name: str, size: str) -> None:
    visit = Visit(browser, site + PAGES[name].format(**known), viewport=SIZES[size])
    missing = [m for m in visit.messages if not (name == "problem" and "404" in m)]
    assert missing == []
    assert visit.outside(site) == []
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]["width"]
    assert visit.page.locator("h1").count() == 1
    # What a page has is the same on both; what overlaps or is hidden differs where there are tables, forms and layers.
    if size == "wide" or name in ("stories", "story", "article", "pair", "choose"):
        assert serious(visit.page) == []


@pytest.mark.parametrize("name", ["stories", "pair", "speaker", "diff"])
def test_in_the_dark(browser: Browser, site: str, known: dict[str, str], name: str) -> None:
    visit = Visit(browser, site + PAGES[name].format(**known), color_scheme="dark")
    background = visit.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert sum(int(part) for part in background[4:-1].split(",")) < 150
    assert serious(visit.page) == []


def test_keyboard_only(browser: Browser, site: str, known: dict[str, str]) -> None:
    page = Visit(browser, f"{site}/").page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "list", "the skip link"
    _tab_to(page, "input[name=words]", back=True)
    page.keyboard.type("harbour")
    page.keyboard.press("Enter")
    page.wait_for_url("**/stories?words=harbour**")
    _tab_to(page, f"a[href='/stories/{known['story']}']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/stories/{known['story']}")
    page.goto(site + PAGES["pair"].format(**known))
    _tab_to(page, "button[value=unsure]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Judged: cannot tell.")


def _tab_to(page: Page, selector: str, *, back: bool = False) -> None:
    for _ in range(200):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline == "solid", "one sees where one is"
            return
    pytest.fail(f"no way to {selector} by keyboard")


def test_without_script(browser: Browser, site: str, known: dict[str, str]) -> None:
    page = Visit(browser, f"{site}/", java_script_enabled=False).page
    page.get_by_text("More filters").click()
    page.get_by_label("Outlet").fill("radio orr")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".stories li")).to_have_count(1)
    page.locator(".stories a").first.click()
    expect(page.get_by_role("heading", name="Where they differ")).to_be_visible()
    page.goto(site + PAGES["pair"].format(**known))
    page.get_by_role("button", name="Cannot tell").click()
    expect(page.get_by_role("status")).to_contain_text("Judged: cannot tell.")
    page.goto(site + PAGES["story"].format(**known))
    page.get_by_role("button", name="Report as wrong").first.click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    page.get_by_role("link", name="Back to the story").click()
    expect(page.locator(":target")).to_be_visible()
    assert "#f-" in page.url


def test_back_and_forward(browser: Browser, site: str, known: dict[str, str]) -> None:
    page = Visit(browser, f"{site}/").page
    page.get_by_label("Words in a report").fill("harbour")
    page.get_by_role("button", name="Show").click()
    page.locator(".stories a").first.click()
    page.locator("main q a").first.click()
    page.wait_for_url("**/articles/**")
    trail = [page.url]
    for _ in range(3):
        page.go_back()
        trail.append(page.url)
    assert [urlsplit(url).path for url in trail[1:]] == [f"/stories/{known['story']}", "/stories", "/"]
    page.go_forward()
    expect(page.get_by_label("Words in a report")).to_have_value("harbour")
    page.go_forward()
    page.go_forward()
    assert page.url == trail[0]


def test_a_deep_link_leads_to_its_passage(browser: Browser, site: str, known: dict[str, str]) -> None:
    page = Visit(browser, site + PAGES["story"].format(**known)).page
    links = page.locator("main blockquote a, main q a")
    for number in (0, links.count() // 2, links.count() - 1):
        href = links.nth(number).get_attribute("href")
        words = links.nth(number).text_content()
        assert href and words
        other = page.context.new_page()
        other.goto(site + href)
        target = other.locator(":target")
        expect(target).to_be_in_viewport()
        assert words.split()[0] in (target.text_content() or "")
        other.close()
    page.goto(f"{site}/search?words=lease")
    page.locator(".hits q a").first.click()
    expect(page.locator(":target")).to_be_in_viewport()


def test_new_stories_are_offered_and_nothing_moves(browser: Browser, own_town: Path) -> None:
    with opened(own_town) as archive, serving(archive) as base:
        visit = Visit(browser, "about:blank")
        page = visit.page
        page.clock.install()
        page.goto(f"{base}/")
        before = page.locator(".stories li").first.bounding_box()
        page.clock.fast_forward(31_000)
        page.wait_for_timeout(300)
        expect(page.locator("#news")).to_be_empty()
        page.clock.fast_forward(31_000)
        page.wait_for_timeout(300)
        fill(own_town, NEWS)
        page.clock.fast_forward(31_000)
        expect(page.locator("#news")).to_have_text("2 new or changed stories")
        assert page.locator(".stories li").first.bounding_box() == before
        assert page.title().startswith("(2) ")
        page.locator("#news a").click()
        expect(page.locator("details .stories")).to_contain_text("Heron nests")
        assert visit.messages == []


class _Slow(Archive):
    """An archive that compares when it is let to."""

    go = threading.Event()

    def compare(self, story: str, *, progress: Progress | None = None, jobs: int = 1) -> Comparison:
        if progress:
            progress("reading", 3, 7)
        assert self.go.wait(60)
        return super().compare(story, progress=progress)


@pytest.mark.parametrize("script", [True, False])
def test_a_page_waits_for_its_comparison(browser: Browser, own_town: Path, script: bool) -> None:
    _Slow.go.clear()
    store = open_store(str(own_town))
    archive = _Slow(store, annotators="fast")
    with archive, serving(archive) as base:
        story = archive.stories(words="cyclists").items[0].id
        with store.writing():  # another test may have had it compared before the copy was made
            store.drop(Blob, [(COMPARISONS, story)])
        visit = Visit(browser, f"{base}/stories/{story}", java_script_enabled=script)
        expect(visit.page.get_by_role("heading", name="The reports are being compared")).to_be_visible()
        if script:
            assert serious(visit.page) == []
        expect(visit.page.locator("#progress")).to_have_text("Read 3 of 7 new reports.", timeout=15_000)
        _Slow.go.set()
        expect(visit.page.get_by_role("heading", name="Where they differ")).to_be_visible(timeout=30_000)
        assert visit.messages == []


def test_the_token_is_asked_for_once(browser: Browser, town: Path) -> None:
    token = "a token that is long enough"
    with opened(town) as archive, serving(archive, Access(None, token)) as base:
        visit = Visit(browser, f"{base}/quotes")
        assert urlsplit(visit.page.url).path == "/login"
        assert serious(visit.page) == []
        visit.page.get_by_label("Token").fill("wrong")
        visit.page.get_by_role("button", name="Enter").click()
        expect(visit.page.get_by_role("alert")).to_be_visible()
        visit.page.get_by_label("Token").fill(token)
        visit.page.get_by_role("button", name="Enter").click()
        expect(visit.page.get_by_role("heading", name="Quotes")).to_be_visible()
        visit.page.goto(f"{base}/stats")
        expect(visit.page.get_by_role("heading", name="Statistics")).to_be_visible()
        assert [m for m in visit.messages if "403" not in m] == []


def test_another_site_can_change_nothing(browser: Browser, own_town: Path) -> None:
    """A page of another origin that posts a form here by itself."""
    with opened(own_town) as archive, serving(archive) as base:
        one, other = (a.id for a in archive.story(archive.stories(words="harbour").items[0].id).articles[:2])
        page = Visit(browser, "about:blank").page
        page.route("http://evil.example/", lambda route: route.fulfill(content_type="text/html", body=(
            f"<form method=post action='{base}/judge'><input name=one value='{one}'><input name=other value='{other}'>"
            "<input name=verdict value=same></form><script>document.forms[0].submit()</script>"
        )))  # fmt: skip
        with page.expect_response(f"{base}/judge") as answered:
            page.goto("http://evil.example/")
        assert answered.value.status == 403
        assert archive.judgements().total == 0


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    path = fill(tmp_path_factory.mktemp("hostile") / "evil.db", HOSTILE, [HUGE], annotate=False)
    with opened(path) as archive, serving(archive) as base:
        (story,) = archive.stories(words="ferry").items
        articles = [a.id for a in archive.story(story.id).articles]
        huge = archive.stories(words="dredger").items[0].id
        archive.compare(story.id)
        yield base, [
            "/", f"/stories/{story.id}", *(f"/articles/{id}" for id in articles), "/search?words=ferry", "/quotes",
            f"/judge?one={articles[0]}&other={articles[1]}", "/speakers/Ida%20Korn", f"/stories/{huge}",
            f"/stories/{story.id}/utterances/{archive.compare(story.id).utterances[0].id}", f"/articles/{huge}",
        ]  # fmt: skip


def test_hostile_text_does_nothing(browser: Browser, hostile: tuple[str, list[str]]) -> None:
    base, addresses = hostile
    for address in addresses:
        visit = Visit(browser, base + address, viewport=SIZES["phone"])
        visit.page.mouse.move(200, 300)
        assert visit.page.evaluate("window.stolen") is None, address
        assert visit.messages == [], address
        assert visit.outside(base) == [], address
        assert visit.page.locator("main script, main style, main img, a[href^='javascript']").count() == 0
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390, address


def test_a_story_page_is_small_and_needs_no_script(browser: Browser, site: str, known: dict[str, str]) -> None:
    page = Visit(browser, "about:blank").page
    sizes: list[int] = []
    page.on("response", lambda response: sizes.append(len(response.body())))
    page.goto(site + PAGES["story"].format(**known), wait_until="networkidle")
    assert sum(sizes) < 300_000
    assert page.evaluate("[...document.scripts].every(s => s.defer)"), "nothing waits for a script to be painted"


@pytest.mark.parametrize("kind", ["empty", "quiet"])
def test_archives_with_little_in_them(browser: Browser, tmp_path: Path, kind: str) -> None:
    """Nothing at all; and two reports of one outlet in which nobody speaks."""
    path = fill(tmp_path / "little.db", *([QUIET] if kind == "quiet" else []))
    with opened(path) as archive, serving(archive) as base:
        pages = ["/", "/search?words=roof", "/quotes", "/judge", "/errors", "/stats", "/speakers/Nobody"]
        for story in archive.stories().items:
            if story.articles > 1:
                archive.compare(story.id)
            pages += [f"/stories/{story.id}", f"/articles/{story.id}"]
        assert len(pages) == (9 if kind == "quiet" else 7)
        for address in pages:
            visit = Visit(browser, base + address)
            assert visit.messages == [], address
            assert address not in ("/", pages[-1]) or serious(visit.page) == []
