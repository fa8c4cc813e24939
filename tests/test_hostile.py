"""What an attack on readers, annotators, crawler and server found, and every kind of it: told, bounded, or harmless.

All people, places and outlets are invented.
"""

from __future__ import annotations

import gc
import itertools
import os
import re
import socket
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import uvicorn
from feedserver import FeedServer
from hypothesis import example, given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient
from served import HOSTILE, client, fill, opened

import rashomon
from rashomon.annotate import annotate
from rashomon.errors import AnalysisError, FetchError
from rashomon.read import crawl, opml, read_html, read_text, stream
from rashomon.read import fetch as fetching
from rashomon.read.crawl import Crawler
from rashomon.read.feeds import parse
from rashomon.read.inputs import Problem
from rashomon.types import Annotations, Article
from rashomon.web import waiting
from rashomon.web.access import Access

REPORT = (
    "The lock keeper of Ambley shut the weir on Monday after a barge ran aground.\n\n"
    "{}\n\nAnna Brandt, who heads the canal board, said that nobody was hurt and that the weir would open on Friday."
)
OTHER = (
    "A barge ran aground at Ambley and the weir was shut, the canal board said on Monday.\n\n"
    "{}\n\nNobody was hurt, said Anna Brandt, its head. The weir will open on Thursday."
)
HEADERS = {"content-type": "application/json"}


def annotated(text: str, problems: list[AnalysisError] | None = None) -> Annotations:
    return next(iter(annotate([Article(id="a", text=text)], annotators="fast", problems=problems)))


# --- symbols, salads of words, sentences without an end


@pytest.mark.parametrize("symbols", ["“♘ ➛” said Anna Brandt.", "❤❤❤", "⯯ ⯯⯯", "“⺐ ⊖᭚”, he said.", "```\n$ ⇃ ♣\n```"])
def test_symbols_alone_make_no_claim(symbols: str) -> None:
    articles = [
        read_text(text.format(symbols), outlet=outlet, published="2031-03-04")
        for text, outlet in ((REPORT, "Ambley Post"), (OTHER, "Sellen Mail"))
    ]
    compared = rashomon.compare(articles, annotators="fast")
    assert compared.claims and compared.points
    assert all(any(c.isalnum() for span in claim.spans for c in span.text) for claim in compared.claims)


SALAD = (
    "said that to according Thursday Monday 2031 the of Anna Brandt Velm , . “ ” ' \" - ( ) “Yes,” told : ; the board "
    "was shut not 3 million on March 4 : who which and but 's ⯯ ( ) of the ministers 10:30 last week he they – ’ & \n\n"
).split(" ")


@settings(max_examples=60, deadline=None)
@example(words=["2031", "that", "to", "Thursday", "according", "that"])
@given(words=st.lists(st.sampled_from(SALAD), min_size=1, max_size=60))
def test_no_salad_of_words_defeats_an_annotator(words: list[str]) -> None:
    text = " ".join(words).strip()
    found = annotated(text)
    spans = [span for claim in found.claims for span in claim.spans] + [m.span for m in found.mentions]
    spans += [t.span for t in found.times] + [span for q in found.quotes for span in (*q.content, *q.quoted)]
    assert all(0 <= s.start < s.end and s.text == text[s.start : s.end] for s in spans)


@pytest.mark.parametrize(
    "endless",
    [
        '"' * 1000,
        "😀" * 1000,
        "(" * 1000,
        "the council and the mayor with a boat and " * 20,
        "𝐀 " * 500,
        "Anna Brandt " * 99,
    ],
    ids=["marks", "emoji", "brackets", "no full stop", "letters", "names"],
)
def test_the_time_for_a_sentence_without_an_end_grows_as_its_length_does(endless: str) -> None:
    annotated(endless)
    taken = []
    for times in (2, 8):
        begun = time.process_time()
        annotated(endless * times)
        taken.append(time.process_time() - begun)
    assert taken[1] < 2 * 4 * taken[0]


def test_a_sentence_that_does_not_end_is_cut_and_that_is_said() -> None:
    problems: list[AnalysisError] = []
    text = "the weir and the barge " * 280
    found = annotated(f"{text}\n\nThe weir is shut. It opens on Friday.", problems)
    assert [p.message for p in problems] == [
        "has no full stop for more than 500 words; such a sentence was cut in 2 places"
    ]
    assert found.sentences[-1].text == "It opens on Friday."
    quiet: list[AnalysisError] = []
    found = annotated("The weir is shut until Friday. " * 200, quiet)
    assert not quiet and {s.text for s in found.sentences} == {"The weir is shut until Friday."}


# --- characters that markup cannot hold

WRITTEN = {
    "&#xD83D;&#xDEA2; x": "🚢 x",
    "&#55357;&#56994; x": "🚢 x",
    "&amp;#xD83D;&amp;#xDEA2; x": "🚢 x",
    "a &#xD800; b": "a b",
    "a &#xDEA2;&#xD83D; b": "a b",
    "a&#0; b&#x1F;": "a b",
    "a &#xD7FF; b": "a \ud7ff b",
    "a &#57344; b": "a \ue000 b",
}


@pytest.mark.parametrize(("written", "meant"), WRITTEN.items())
def test_surrogates_become_characters_or_nothing(written: str, meant: str) -> None:
    item = f'<item><title>{written}</title><link a="{written}">https://velm.example/1</link></item>'
    feed = parse(f"<rss><channel><title>{written}</title>{item}</channel></rss>".encode(), "https://velm.example/")
    assert [feed.title, feed.entries[0].title] == [meant, meant]
    listed = f'<opml><body><outline text="{written}" xmlUrl="https://velm.example/f"/></body></opml>'
    assert opml.parse(listed.encode())[0].title == meant
    page = "".join(f"<p>{part}</p>" for part in REPORT.format("The board met.").split("\n\n"))
    article = read_html(f"<html><head><title>{written}</title></head><body><article>{page}<p>The crew said: {written}, "
                        f"and went home for the night.</p></article></body></html>")  # fmt: skip
    assert meant.split(maxsplit=1)[0] in article.text
    article.text.encode()


# --- what one input may cost


def test_of_the_troubles_of_one_file_the_first_are_told_and_how_many_more_there_are(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": [""] * 5000, "id": ["x"] * 5000}), tmp_path / "many.parquet")
    good = tmp_path / "good.txt"
    good.write_text(REPORT.format("The board met."))
    found = list(stream([str(tmp_path / "many.parquet"), str(good)]))
    problems = [one for one in found if isinstance(one, Problem)]
    assert len(problems) == 1001 and isinstance(found[-1], Article)
    assert problems[-1].message == "4,000 more like these could not be read"
    assert problems[-1].input == str(tmp_path / "many.parquet")


def test_robots_txt_are_kept_within_a_bound(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    asked_for = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **more: asked_for("127.0.0.1", *rest, **more))
    monkeypatch.setattr(crawl, "_ROBOTS_BYTES", 32 * 1024)
    monkeypatch.setattr(crawl, "_ROBOTS_TOGETHER", 128 * 1024)
    moments = itertools.count(0.0, 60.0)
    with FeedServer() as server:
        server.robots = "User-agent: *\n" + "".join(f"Disallow: /*q*z*{n}$\n" for n in range(4000))
        with Crawler(allow_private=True, sleep=lambda _: None, clock=lambda: next(moments)) as crawler:
            tracemalloc.start()
            for n in range(12):
                crawler.get(f"http://site{n}.example:{server.port}/page/1", obey_robots=True)
            gc.collect()
            kept = tracemalloc.get_traced_memory()[0]
            tracemalloc.stop()
    assert "is larger than 32 kB; what comes after them is left out" in caplog.text
    assert kept < 24 * 2**20


@pytest.mark.parametrize(
    "address",
    [
        *("192.0.0.192", "168.63.129.16", "100.100.100.200", "192.88.99.1", "fec0::1", "64:ff9b:1::a00:1", "5f00::1"),
        *("3fff::1", "::7f00:1", "::ffff:168.63.129.16", "2002:c000:c0::", "64:ff9b::a83f:8110"),
    ],
)
def test_addresses_of_clouds_and_relays_are_none_of_the_public(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (address, 443))])
    with pytest.raises(FetchError, match="private or reserved"):
        fetching.checked_addresses("velm.example", 443, allow_private=False)
    assert fetching.checked_addresses("velm.example", 443, allow_private=True)


def test_other_ports_than_those_of_the_web_are_asked_only_where_that_is_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("93.184.215.14", 0))])
    assert fetching.checked_addresses("velm.example", 80, allow_private=False) == ["93.184.215.14"]
    for port in (22, 6379, 8080):
        with pytest.raises(FetchError, match=f"leads to port {port}"):
            fetching.checked_addresses("velm.example", port, allow_private=False)
        assert fetching.checked_addresses("velm.example", port, allow_private=True)


# --- the server

BROWSER = {"accept": "text/html"}


def test_every_list_has_a_page_for_each_of_its_parts(own_town: Path) -> None:
    with opened(own_town) as archive, client(archive) as web:
        story = archive.stories(words="harbour").items[0]
        two = [brief.id for brief in archive.story(story.id).articles[:2]]
        for _ in range(3):
            archive.judge(two[0], two[1], "same")
        missing = [str(own_town.parent / f"{name}.txt") for name in "abc"]
        archive.ingest(missing)
        paths = web.get("/openapi.json").json()["paths"]
        lists = {
            path
            for path, verbs in paths.items()
            if "offset" in {p["name"] for p in verbs.get("get", {}).get("parameters", ())}
        }
        asked = {
            "/search": "?words=the",
            "/speakers/{name}": "",
            "/quotes": "?speaker=Hallam",
            "/relations": "?one=Aldous&other=Hallam",
        }
        assert {"/stories", "/judge", "/errors", *asked} <= lists
        for path in lists:
            at = path.replace("{name}", "Petra%20Hallam") + asked.get(path, "")
            join = "&" if "?" in at else "?"
            answer = web.get(at, headers={"accept": "application/json"}).json()
            total = answer.get("events", answer)["total"]
            assert total > 1, at
            for offset in (0, 1, total - 1):
                page = web.get(f"{at}{join}limit=1&offset={offset}", headers=BROWSER)
                assert page.status_code == 200, (at, offset, page.text[:200])
                assert f"{offset + 1} to {offset + 1} of {total}" in page.text, (at, offset)


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = fill(tmp_path_factory.mktemp("hostile") / "h.db", HOSTILE, annotate=False)
    with opened(path) as archive, client(archive) as asking:
        yield asking


@pytest.mark.parametrize("nested", ["[" * 60_000, '{"a":' * 60_000, '{"one": ' + "[" * 5000 + "]" * 5000 + "}"])
@pytest.mark.parametrize("at", ["/judge", "/compare"])
def test_deeply_nested_json_is_refused(web: TestClient[Any], at: str, nested: str) -> None:
    if len(nested) > 64 * 1024 and at == "/judge":
        nested = nested[: 60 * 1024]
    answer = web.post(at, content=nested, headers=HEADERS)
    assert (answer.status_code, answer.json()["status"]) == (400, 400)
    assert "nested too deeply" in answer.json()["detail"]


@pytest.mark.parametrize(
    "host",
    [
        *("[::1]evil.example", "localhost:evil.example", "[::1", "::1]", "localhost:", "localhost:80:80", "[::1]:x"),
        *("localhost.evil.example", "user@localhost", "localhost/x", "127.0.0.1 evil", "", "localhost:123456"),
    ],
)
def test_only_a_whole_host_is_ours(host: str) -> None:
    assert Access().answers_to(host) is (host == "localhost:")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]", "[::1]:65535"])
def test_our_own_hosts_are(host: str) -> None:
    assert Access().answers_to(host)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "FROBNICATE"])
def test_other_methods_are_refused(web: TestClient[Any], method: str) -> None:
    answer = web.request(method, "/judge", content=b"x")
    assert answer.status_code == 405 and answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"


SERVER = """
from rashomon.web import waiting, serve
waiting._LONGEST_SILENCE = 3.0
serve({path!r}, port=0)
"""


def test_silent_connections_keep_nobody_out(town: Path) -> None:
    script = SERVER.format(path=str(town))
    with subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            found = re.search(r"http://127\.0\.0\.1:(\d+)", server.stderr.readline())
            assert found
            port, silent = int(found[1]), []
            for number in range(210):
                silent.append(socket.create_connection(("127.0.0.1", port)))
                begun = (b"", b"G", b"POST /judge HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 9\r\n\r\n{")[
                    number % 3
                ]
                silent[-1].sendall(begun)
            for _ in range(5):
                assert httpx.get(f"http://127.0.0.1:{port}/stories.json", timeout=20).status_code == 200
            time.sleep(3.5)
            for one in silent:
                one.settimeout(20)
                try:
                    while one.recv(4096):
                        pass
                except ConnectionError:
                    pass
            assert httpx.get(f"http://127.0.0.1:{port}/stories.json", timeout=20).status_code == 200
        finally:
            server.kill()


MUCH = 12 * 2**20
SILENCE = 1.0


async def much(scope: Any, receive: Any, send: Any) -> None:
    """An application that answers with more than the system keeps for somebody who does not read."""
    length = str(MUCH).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
    await send({"type": "http.response.body", "body": b"x" * MUCH})


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[uvicorn.Server]:
    """A server in a thread that waits for a second."""
    monkeypatch.setattr(waiting, "_LONGEST_SILENCE", SILENCE)
    config = uvicorn.Config(much, port=0, log_level="error", lifespan="off", http=waiting.Impatient)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server
    server.should_exit = True
    thread.join()


def asking(server: uvicorn.Server, request: bytes) -> socket.socket:
    """A connection that asked and has read nothing but the first of the answer."""
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.settimeout(20)
    one.connect(server.servers[0].sockets[0].getsockname())
    one.sendall(request)
    assert one.recv(12) == b"HTTP/1.1 200"
    return one


@pytest.mark.parametrize("more", [b"", b"connection: close\r\n", b"\r\nGET / HTTP/1.1\r\nhost: a\r\n"])
def test_who_asks_and_never_reads_is_not_waited_for(impatient: uvicorn.Server, more: bytes) -> None:
    with asking(impatient, b"GET / HTTP/1.1\r\nhost: a\r\n" + more + b"\r\n"):
        end = time.monotonic() + 20
        while impatient.server_state.connections:
            assert time.monotonic() < end
            time.sleep(0.05)


def test_who_reads_slowly_gets_all(impatient: uvicorn.Server) -> None:
    with asking(impatient, b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n") as one:
        begun = time.monotonic()
        taken = pieces = 0
        while more := one.recv(2**20):
            taken, pieces = taken + len(more), pieces + 1
            if pieces % 64 == 0:
                time.sleep(0.02)
        assert taken > MUCH and time.monotonic() - begun > SILENCE


# --- full disks and folders that cannot be written to

RASHOMON = [sys.executable, "-m", "rashomon"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
@pytest.mark.parametrize("arguments", [["schema", "comparison"], ["--help"], ["--version"], ["stories", "TOWN"]])
def test_a_full_disk_is_said_in_one_line(arguments: list[str], town: Path) -> None:
    command = [*RASHOMON, *(str(town) if one == "TOWN" else one for one in arguments)]
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(command, check=False, stdout=full, stderr=subprocess.PIPE, text=True)
    assert ended.returncode == 2
    assert ended.stderr == "rashomon: standard output: cannot be written: No space left on device\n"


def test_who_has_read_enough_is_not_complained_about() -> None:
    with subprocess.Popen([*RASHOMON, "schema", "comparison"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        assert run.stdout is not None and run.stderr is not None
        run.stdout.close()
        assert run.stderr.read() == b""


# Root may write everywhere, unless that right is taken away.
AS_ANYBODY = (
    [] if os.getuid() else ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-all"]
)


@pytest.mark.skipif(bool(AS_ANYBODY) and not which("setpriv"), reason="root can write to every folder")
def test_an_archive_in_a_folder_that_cannot_be_written_to_can_be_read(town: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ro"
    folder.mkdir()
    with opened(town) as archive:
        story = archive.stories(words="harbour").items[0].id
    (folder / "d.db").write_bytes(town.read_bytes())
    (folder / "d.db").chmod(0o444)
    folder.chmod(0o555)
    file = str(folder / "d.db")

    def run(*arguments: str) -> tuple[int, str, str]:
        command = [*AS_ANYBODY, *RASHOMON, *arguments]
        ended = subprocess.run(command, check=False, capture_output=True, text=True)
        return ended.returncode, ended.stdout, ended.stderr

    for arguments in (
        ["stories", file],
        ["search", file, "harbour"],
        ["quotes", file],
        ["check", file],
        ["stats", file],
    ):
        code, out, err = run(*arguments)
        assert code == 0 and "rashomon: " not in err, (arguments, out, err)
    code, out, err = run("compare", file, story, "--json")
    assert code == 0 and '"schema"' in out, err
    code, out, err = run("ingest", file, str(Path(rashomon.__file__).parent / "demo" / "bridge"))
    assert (code, out) == (2, "") and "opened for reading only" in err
