"""Fetching: a loopback server for what servers do, a resolver in its place for where names may lead."""

from __future__ import annotations

import importlib
import socket
import time
from collections.abc import Iterator

import pytest
from loopback import Answering, listening

from rashomon.errors import FetchError
from rashomon.read import read
from rashomon.read.fetch import fetch

PAGE = (
    b"<html lang=en><head><title>Old bridge closed</title></head><body><article>"
    b"<p>The harbour master of Velm closed the old bridge on Saturday after two days of heavy rain.</p>"
    b"<p>The ferry will run through the night for those who work on the far bank of the river.</p>"
    b"</article></body></html>"
)


class _Handler(Answering):
    def get(self) -> None:
        route = self.path.split("?")[0].strip("/")
        if route.startswith("status-"):
            self.send_error(int(route.removeprefix("status-")))
        elif route.startswith("hops-"):
            left = int(route.removeprefix("hops-"))
            self.redirect(f"/hops-{left - 1}" if left else "/bridge")
        elif route == "elsewhere":
            self.redirect(self.path.partition("?")[2])
        elif route == "picture":
            self.answer(b"\x89PNG", "image/png")
        elif route == "big":
            self.answer(b"<p>" + b"The bridge is shut. " * 100_000, "text/html")
        elif route == "slow":
            self._slow()
        elif route == "latin":
            self.answer(PAGE.replace(b"Velm", b"V\xe9lm"), "text/html; charset=iso-8859-1")
        elif route == "host":
            self.answer(f"The host of this page was given as {self.headers['host']}.".encode(), "text/plain")
        else:
            self.answer(PAGE, "text/html; charset=utf-8")

    def _slow(self) -> None:
        """A byte every tenth of a second: no single read ever times out."""
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        for _ in range(50):
            try:
                self.wfile.write(b" ")
                self.wfile.flush()
            except OSError:
                return
            time.sleep(0.1)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with listening(_Handler) as address:
        yield address


def refused(url: str, *, allow_private: bool = True, max_bytes: int = 1_000_000) -> str:
    articles, problems = read([url], allow_private=allow_private, max_bytes=max_bytes)
    assert not articles and len(problems) == 1
    assert isinstance(problems[0].error, FetchError) and problems[0].input == url
    return problems[0].message


def test_a_page_is_fetched(server: str) -> None:
    articles, problems = read([f"{server}/bridge.html"], allow_private=True)
    assert not problems and len(articles) == 1
    assert (articles[0].id, articles[0].title, len(articles[0].paragraphs)) == ("bridge", "Old bridge closed", 2)
    assert articles[0].url == f"{server}/bridge.html" and articles[0].outlet == "127.0.0.1"


def test_the_charset_of_the_server_is_used(server: str) -> None:
    articles, _ = read([f"{server}/latin"], allow_private=True)
    assert "Vélm" in articles[0].text


def test_redirects_are_followed_but_not_for_ever(server: str) -> None:
    articles, _ = read([f"{server}/hops-4"], allow_private=True)
    assert articles[0].url == f"{server}/bridge"
    assert refused(f"{server}/hops-5") == "redirects more than 5 times"


def test_a_server_that_fails_does_not_stop_the_others(server: str) -> None:
    articles, problems = read([f"{server}/status-503", f"{server}/bridge", f"{server}/status-404"], allow_private=True)
    assert len(articles) == 1
    assert ["503" in problems[0].message, "404" in problems[1].message] == [True, True]


def test_what_is_not_text_or_too_large_is_refused(server: str) -> None:
    assert "'image/png', not a page of text" in refused(f"{server}/picture")
    assert "is larger than 1 MB" in refused(f"{server}/big")


def test_the_time_limit_is_one_for_the_whole_answer(server: str) -> None:
    begun = time.monotonic()
    with pytest.raises(FetchError, match=r"no complete answer within 0\.5 seconds"):
        fetch(f"{server}/slow", max_bytes=1000, allow_private=True, seconds=0.5)
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "10.0.0.7",
        "192.168.1.1",
        "169.254.169.254",
        "0.0.0.0",
        "[::ffff:127.0.0.1]",
        "2130706433",
    ],
)
def test_private_addresses_are_refused(host: str) -> None:
    assert "a private or reserved address" in refused(f"http://{host}/", allow_private=False)


def _resolve(monkeypatch: pytest.MonkeyPatch, names: dict[str, list[str]]) -> list[str]:
    """Put a table in the resolver's place; returns the list of names that are asked for."""
    asked: list[str] = []

    def table(host: str, port: int, *_: object, **__: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        asked.append(host)
        found = names.get(host, [host] if host[:1].isdigit() else [])
        if not found:
            raise socket.gaierror("no such name")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", table)
    return asked


def test_every_address_of_a_name_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    _resolve(monkeypatch, {"two-faced.example": ["93.184.216.34", "127.0.0.1"]})
    assert "'two-faced.example', a private or reserved address" in refused(
        "http://two-faced.example/", allow_private=False
    )


def test_a_redirect_to_a_private_address_is_refused(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first hop is let through as if it were public; the second is not."""
    fetching = importlib.import_module("rashomon.read.fetch")
    monkeypatch.setattr(fetching, "_is_public", lambda address: address == "127.0.0.1")
    monkeypatch.setattr(fetching, "_PORTS", (80, 443, int(server.rpartition(":")[2])))
    for target in ("http://10.0.0.7/admin", "http://[::1]/", "http://169.254.169.254/latest"):
        assert "a private or reserved address" in refused(f"{server}/elsewhere?{target}", allow_private=False)
    assert "only http and https" in refused(f"{server}/elsewhere?file:///etc/passwd", allow_private=False)


def test_the_connection_goes_to_the_address_that_was_checked(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name is resolved once, by us; the server still sees the name. A second answer could not lead elsewhere."""
    asked = _resolve(monkeypatch, {"velm.example": ["127.0.0.1"]})
    port = server.rpartition(":")[2]
    articles, problems = read([f"http://velm.example:{port}/host"], allow_private=True)
    assert not problems and f"velm.example:{port}" in articles[0].text
    assert asked.count("velm.example") == 1 and articles[0].outlet == "velm.example"


@pytest.mark.parametrize(
    "url", ["http://", "http://[", "http://velm.invalid/", "http://a b/", "http://:80/", "https://x:99999/"]
)
def test_addresses_that_lead_nowhere(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _resolve(monkeypatch, {})
    assert refused(url, allow_private=False)


def test_a_port_where_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "could not be fetched" in refused(f"http://127.0.0.1:{port}/")
