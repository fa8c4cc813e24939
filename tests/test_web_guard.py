"""Who may ask the server and what a browser may do with its answers: hosts, tokens, headers; how it starts and ends."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from asking import BROWSER, Client, Page, archive, story_with, web
from served import client

from rashomon.archive import Archive
from rashomon.errors import RashomonError, StoreError
from rashomon.web import serve
from rashomon.web.access import Access, rules

# Fixtures, which pytest finds by their names here.
__all__ = ["archive", "web"]

TOKEN = "a token that is long enough"


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
    story = story_with(archive, "harbour")
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
        page = Page(web.get(at, headers=BROWSER).text)
        for tag, attributes in page.tags:
            assert tag != "style", at
            assert tag != "script" or attributes.get("src", "").startswith("/static/"), at  # type: ignore[union-attr]
            assert not [name for name in attributes if name.startswith("on") or name == "style"], (at, tag)


def test_files_may_be_kept_for_good(web: Client) -> None:
    links = [link for link in Page(web.get("/", headers=BROWSER).text).links if link.startswith("/static/")]
    assert len(links) == 4
    for link in links:
        answer = web.get(link)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert "immutable" not in web.get(link.partition("?")[0]).headers["cache-control"]
    assert web.get("/static/nope.css").status_code == 404
    assert web.get("/static/%2e%2e%2fsite.py").status_code == 404


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
