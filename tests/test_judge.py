"""A model of one's own as judge, played by a server on the loopback that answers as each test wants it to."""

from __future__ import annotations

import html
import json
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from running import Outcome, Run

import rashomon
from rashomon import Judge
from rashomon.archive import open_archive
from rashomon.encode.alignment import KINDS
from rashomon.errors import JudgeError
from rashomon.judge import KEY, _opinion
from rashomon.types import Comparison, Finding, Opinion

ANNEXED = (
    "Residents of Ambley welcomed the annexation of the old pier by the town of Velm on Monday.\n\n"
    "Mayor Jona Reed said the town would pay for the repairs.\n\n"
    "The pier has been closed since a storm in March.\n\n"
    "Anglers hope to come back in May, when the railings are mended."
)
TAKEN = (
    "The old pier of Ambley belongs to the town of Velm now: on Monday residents welcomed the takeover of the pier.\n\n"
    "The repairs would be paid for by the town, according to Mayor Jona Reed.\n\n"
    "A storm forced the harbour office to close the pier in March.\n\n"
    "The owner of the pier café, Petra Osk, fears for her lease."
)
REPORTS = [{"id": "a", "outlet": "Ambley Post", "text": ANNEXED}, {"id": "b", "outlet": "Velm Courier", "text": TAKEN}]
LINKS = 3
RIGHT = {"kind": "term", "one": ["annexation"], "other": ["takeover"]}
NONE = {"kind": "none", "one": [], "other": []}
SECRET = "sk-not-to-be-seen-4711"
QUESTIONS = [(f"Velm has {n} piers.", f"Velm has {n + 1} piers.") for n in range(6)]


class Reply(NamedTuple):
    """What the server does: a status, bytes in pieces, the length it promises, seconds before each piece."""

    pieces: tuple[bytes, ...]
    status: int = 200
    promised: int | None = None
    wait: float = 0.0
    location: str | None = None


def said(content: str) -> Reply:
    """The model says this."""
    return Reply((json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode(),))


Answer = Callable[[dict[str, str]], Reply]


class Server:
    """A server on the loopback; ``asked`` are the requests that came: address, headers, body."""

    def __init__(self) -> None:
        self.answer: Answer = lambda _: said(json.dumps(NONE))
        self.asked: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                outer.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                reply = outer.answer(json.loads(body["messages"][-1]["content"]))
                self.send_response(reply.status)
                promised = sum(map(len, reply.pieces)) if reply.promised is None else reply.promised
                self.send_header("content-length", str(promised))
                if reply.location:
                    self.send_header("location", reply.location)
                self.end_headers()
                for piece in reply.pieces:
                    time.sleep(reply.wait)
                    try:
                        self.wfile.write(piece)
                        self.wfile.flush()
                    except OSError:  # nobody waits any more
                        return
                self.close_connection = True

            def log_message(self, *_: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"
        Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def says(self, about: str, answer: dict[str, Any]) -> None:
        """Of the sentences with these words it says this, of all others that they differ in nothing."""
        self.answer = lambda asked: said(json.dumps(answer if about in asked["one"] + asked["other"] else NONE))


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    monkeypatch.delenv(KEY, raising=False)


@pytest.fixture(scope="module")
def unjudged() -> Comparison:
    return rashomon.compare(REPORTS)


def _judged(server: Server, *, seconds: float = 20.0, model: str = "tiny", annotators: Any = "accurate") -> Comparison:
    return rashomon.compare(REPORTS, judge=Judge(server.url, model, seconds=seconds), annotators=annotators)


def _resting(comparison: Comparison) -> list[Finding]:
    assert comparison.judge
    return [finding for finding in comparison.findings if finding.id in comparison.judge.findings]


def _bare(comparison: Comparison) -> Comparison:
    """All but what says that a judge was asked."""
    return msgspec.structs.replace(comparison, judge=msgspec.UNSET, versions=rashomon.stages.versions())


@pytest.mark.parametrize("annotators", ["accurate", "fast"])
def test_a_right_answer_makes_a_finding_that_says_whose_it_is(server: Server, annotators: str) -> None:
    server.says("annexation", RIGHT)
    found = _judged(server, annotators=annotators)
    (finding,) = _resting(found)
    assert (finding.kind, finding.confidence) == ("term", None)
    assert [(side.article, side.reading) for side in finding.sides] == [("a", "annexation"), ("b", "takeover")]
    texts = {article.id: article.text for article in found.articles}
    assert all(texts[s.article][s.start : s.end] == s.text for s in finding.spans)
    assert found.judge and (found.judge.links, found.judge.asked, found.judge.counted) == (LINKS, LINKS, LINKS)
    assert (found.judge.refused, found.judge.unanswered) == (0, 0)
    assert found.versions.models["judge"] == found.judge.model == "tiny"


def test_only_linked_sentences_are_asked_about_and_always_in_the_same_way(server: Server) -> None:
    _judged(server)
    asked = [json.loads(body["messages"][-1]["content"]) for _, _, body in server.asked]
    assert len(asked) == LINKS
    assert all(pair["one"] in ANNEXED and pair["other"] in TAKEN for pair in asked)
    for path, headers, body in server.asked:
        assert path == "/v1/chat/completions" and "authorization" not in headers
        assert (body["model"], body["temperature"], body["stream"]) == ("tiny", 0, False)
        assert isinstance(body["seed"], int)
    assert all(f"\n{kind}: " in server.asked[0][2]["messages"][0]["content"] for kind in KINDS)


@pytest.mark.parametrize(
    "answer",
    [
        {"kind": "scandal", "one": ["annexation"], "other": ["takeover"]},
        {"kind": "", "one": ["annexation"], "other": ["takeover"]},
        {"kind": "term", "one": ["seizure"], "other": ["takeover"]},
        {"kind": "term", "one": ["annexation"], "other": ["land grab"]},
        {"kind": "term", "one": ["annex"], "other": ["takeover"]},
        {"kind": "term", "one": ["Annexation"], "other": ["takeover"]},
        {"kind": "term", "one": ["annexation", "stolen"], "other": ["takeover"]},
        {"kind": "term", "one": ["annexation"], "other": []},
        {"kind": "term", "one": ["Velm"], "other": ["Velm"]},
        {"kind": "number", "one": ["annexation"], "other": ["takeover"]},
        {"kind": "term", "one": [" "], "other": [""]},
        {"kind": "term", "one": 7, "other": ["takeover"]},
        {"kind": "term", "one": [["annexation"]], "other": ["takeover"]},
        {"kind": ["term"], "one": ["annexation"], "other": ["takeover"]},
        {},
    ],
    ids=str,
)
def test_an_answer_of_no_kind_of_ours_or_with_other_words_does_not_count(
    server: Server, unjudged: Comparison, answer: dict[str, Any]
) -> None:
    server.says("annexation", answer)
    found = _judged(server)
    assert found.judge and (found.judge.refused, found.judge.findings) == (1, ())
    assert _bare(found).findings == unjudged.findings


def test_what_the_model_holds_for_none_goes_but_not_what_was_looked_up(server: Server) -> None:
    demo = Path(rashomon.__file__).parent / "demo" / "harbour"
    articles, _ = rashomon.read(
        [str(demo / f"{page}.html") for page in ("sellen-courier", "torren-observer", "vtv-news")]
    )
    plain = rashomon.compare(articles)
    found = rashomon.compare(articles, judge=Judge(server.url, "tiny"))
    assert found.judge and found.judge.findings == () and found.judge.counted == found.judge.asked
    assert len(found.findings) < len(plain.findings)
    for looked_up in (lambda f: f.confidence is None, lambda f: f.kind == "number"):
        before, after = ({f.spans for f in one.findings if looked_up(f)} for one in (plain, found))
        assert before and before <= after


def test_a_server_that_hangs_is_waited_for_three_times(server: Server, unjudged: Comparison) -> None:
    server.answer = lambda _: Reply((b" ",), wait=30)
    begun = time.monotonic()
    assert Judge(server.url, "tiny", seconds=0.2).opinions(QUESTIONS) == [None] * len(QUESTIONS)
    assert len(server.asked) == 3 and time.monotonic() - begun < 5
    found = _judged(server, seconds=0.2)
    assert found.judge and (found.judge.unanswered, found.judge.findings) == (LINKS, ())
    assert _bare(found) == unjudged


def test_a_server_that_sends_a_little_now_and_then_is_not_waited_for(server: Server) -> None:
    server.answer = lambda _: Reply((b" ",) * 200, wait=0.1)
    begun = time.monotonic()
    assert Judge(server.url, "tiny", seconds=0.5).opinions(QUESTIONS[:1]) == [None]
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "reply",
    [
        Reply((b'{"choices": [{"mess',), promised=1000),
        Reply((b'{"choices": [{"mess',)),
        Reply((b"<html>Bad gateway</html>",), status=502),
        Reply((b"{}",), status=429),
        Reply((b"[]",)),
        Reply((b'{"choices": [{"message": {"content": null}}]}',)),
        Reply((b"x" * 100_000,) * 30),
    ],
    ids=["breaks off", "cut", "502", "busy", "nothing", "no words", "too long"],
)
def test_what_is_no_whole_answer_leaves_our_own_standing(server: Server, unjudged: Comparison, reply: Reply) -> None:
    server.answer = lambda _: reply
    found = _judged(server)
    assert found.judge and (found.judge.unanswered, found.judge.refused) == (LINKS, 0)
    assert _bare(found) == unjudged


def test_after_an_answer_the_server_is_asked_on(server: Server) -> None:
    turns = iter([Reply((), status=500), said("{}"), Reply((), status=500), Reply((), status=500), said("{}")])
    server.answer = lambda _: next(turns)
    answers = Judge(server.url, "tiny").opinions(QUESTIONS[:5])
    assert [opinion is None for opinion in answers] == [True, False, True, True, False]


def test_the_same_question_is_asked_once_and_of_each_model_anew(server: Server, tmp_path: Path) -> None:
    server.says("annexation", RIGHT)
    first = _judged(server)
    assert len(server.asked) == LINKS
    server.answer = lambda _: Reply((), status=500)
    assert _judged(server) == first and len(server.asked) == LINKS
    turned = rashomon.compare(REPORTS[::-1], judge=Judge(server.url, "tiny"))
    assert turned.judge and turned.judge.unanswered == 0 and len(server.asked) == LINKS
    assert [{*f.spans} for f in turned.findings] == [{*f.spans} for f in first.findings]
    _judged(server, model="other")
    assert len(server.asked) == 2 * LINKS
    kept = list((tmp_path / "cache").rglob("judge.sqlite"))
    assert len(kept) == 1


@pytest.mark.parametrize("spoilt", ["damaged", "folder"])
def test_a_cache_that_cannot_be_used_is_done_without(server: Server, tmp_path: Path, spoilt: str) -> None:
    cache = tmp_path / "answers"
    if spoilt == "folder":
        cache.mkdir()
    else:
        cache.write_bytes(b"no database" * 500)
    judge = Judge(server.url, "tiny", cache=cache)
    for _ in range(2):
        assert [opinion and opinion.kind for opinion in judge.opinions(QUESTIONS[:1])] == ["none"]
    assert len(server.asked) == 2


def test_no_more_is_asked_than_is_allowed_the_likeliest_links_first(server: Server) -> None:
    _judged(server)
    first = [body["messages"] for _, _, body in server.asked]
    found = rashomon.compare(REPORTS, judge=Judge(server.url, "other", most=2))
    assert found.judge and (found.judge.links, found.judge.asked) == (LINKS, 2)
    assert [body["messages"] for _, _, body in server.asked[LINKS:]] == first[:2]


def test_a_key_comes_from_the_environment_and_is_never_shown(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(KEY, SECRET)
    server.answer = lambda _: Reply((json.dumps({"error": {"message": f"bad {SECRET}"}}).encode(),), status=400)
    judge = Judge(server.url, "tiny")
    for status in (400, 401):
        server.answer = lambda _, s=status: Reply(  # type: ignore[misc]
            (json.dumps({"error": {"message": f"bad {SECRET}"}}).encode(),), status=s
        )
        with pytest.raises(JudgeError) as refused:
            judge.opinions(QUESTIONS[:1])
        assert SECRET not in str(refused.value) + repr(refused.value) + repr(judge)
    assert server.asked[0][1]["authorization"] == f"Bearer {SECRET}"
    server.says("annexation", RIGHT)
    assert SECRET.encode() not in msgspec.json.encode(_judged(server))
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    monkeypatch.setenv(KEY, "two\nlines")
    with pytest.raises(JudgeError, match=f"the key in {KEY}: it has characters that no key has"):
        judge.opinions(QUESTIONS[:1])


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Reply((b'{"error": {"message": "model \\"tiny\\" not found"}}',), status=404), r"404 when asked .* not found"),
        (Reply((b'{"error": "no such model"}',), status=404), "'tiny': no such model; check both"),
        (Reply((b"<h1>Not here</h1>",), status=404), "HTTP status 404 when asked for the model 'tiny'; check both"),
        (Reply((b"",), status=401), f"wants a key; put it in {KEY}"),
        (Reply((b"",), status=307, location="http://news.example/v1"), "leads to another address"),
    ],
)
def test_a_server_that_refuses_is_an_error_that_says_what_to_do(server: Server, reply: Reply, told: str) -> None:
    server.answer = lambda _: reply
    with pytest.raises(JudgeError, match=told) as refused:
        Judge(server.url, "tiny").opinions(QUESTIONS)
    assert refused.value.input == server.url and len(server.asked) == 1


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://models.example/v1", "not on this machine, and the texts would go there unencrypted"),
        ("http://192.168.1.7:11434/v1", "not on this machine"),
        ("http://127.0.0.1.models.example/v1", "not on this machine"),
        ("http://0.0.0.0:11434/v1", "not on this machine"),
        ("localhost:11434", "no http or https address"),
        ("file:///etc/hosts", "no http or https address"),
        ("http://", "no http or https address"),
        ("https://[::1/v1", "is no address"),
        ("http://localhost:many/v1", "is no address"),
        (f"https://me:{SECRET}@models.example/v1", "has a name or password in it"),
        (f"ftp://me:{SECRET}@models.example/v1", "no http or https address"),
        ("", "no http or https address"),
    ],
)
def test_an_address_is_on_this_machine_or_https(url: str, told: str) -> None:
    with pytest.raises(JudgeError, match=told) as refused:
        Judge(url, "tiny")
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("url", ["https://models.example/v1", "http://localhost:11434", "http://[::1]:8080/v1"])
def test_addresses_that_may_be_asked(url: str) -> None:
    assert Judge(url, "tiny").url == url


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/", "/v1/chat/completions"])
def test_the_address_may_be_given_in_whole_or_in_part(server: Server, path: str) -> None:
    Judge(server.url.removesuffix("/v1") + path, "tiny").opinions(QUESTIONS[:1])
    assert server.asked[0][0] == "/v1/chat/completions"


@pytest.mark.parametrize(
    "answer",
    [
        '{"kind": "number", "one": ["40"], "other": "48"}',
        '<think>Is it {"kind": "term"}?</think>\n```json\n{"kind": " Number ", "one": ["40"], "other": ["48"]}\n```',
        'Here it is: {"kind": "number", "one": ["40"], "other": ["48"]} I hope this helps {}',
    ],
)
def test_what_stands_around_an_answer_is_passed_over(answer: str) -> None:
    assert _opinion(answer) == Opinion("number", (("40",), ("48",)))


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from('{}[]":,<think>/ kindone\x00\ud8001'), max_size=60) | st.text(max_size=30))
def test_no_answer_defeats_the_reader(answer: str) -> None:
    assert isinstance(_opinion(answer).kind, str)


# --- the command line and what it shows


@pytest.fixture
def run(run: Run, tmp_path: Path) -> Run:
    """``rashomon compare`` of the two reports, with these options."""
    file = tmp_path / "pier.jsonl"
    file.write_text("\n".join(map(json.dumps, REPORTS)), encoding="utf-8")

    def _run(*options: str | Path, of: tuple[str | Path, ...] = (file,)) -> Outcome:
        told = run("compare", *of, *options)
        assert "Traceback" not in told.out
        return told

    return _run


def test_the_report_says_which_findings_rest_on_the_model(server: Server, run: Run, tmp_path: Path) -> None:
    server.says("annexation", RIGHT)
    page, table = tmp_path / "report.html", tmp_path / "table.csv"
    options = ("--judge", server.url, "--judge-model", "tiny")
    shown = run(*options, "--html", page, "--csv", table)
    asked = f"The model tiny was asked about {LINKS} of {LINKS} links"
    note = f"{asked}; 1 finding rests on its word alone and is marked."
    assert shown.code == 0 and note in " ".join(shown.out.split())
    assert " ".join(shown.out.split()).count("Named by tiny.") == 1
    written = html.unescape(page.read_text(encoding="utf-8"))
    assert note in written and written.count("Named by tiny.") == 1
    assert ",tiny," in table.read_text(encoding="utf-8")
    document = json.loads(run(*options, "--json").out)
    (id,) = document["judge"]["findings"]
    assert [f["kind"] for f in document["findings"] if f["id"] == id] == ["term"]
    plain = run("--json")
    assert "judge" not in json.loads(plain.out) and len(server.asked) == LINKS


def test_a_silent_server_is_told_of_once(server: Server, run: Run) -> None:
    server.answer = lambda _: Reply((b" ",), wait=30)
    shown = run("--judge", server.url, "--judge-model", "tiny", "--judge-seconds", "0.2")
    told = "gave no answer to 3 of 3 questions within 0.2 seconds each; there the program's own stands"
    assert (shown.code, shown.err) == (0, [f"rashomon: {server.url}: {told}"])
    assert "3 questions had no answer" in " ".join(shown.out.split())


def test_errors_of_the_command_line_are_one_line(run: Run, own_archive: Path) -> None:
    nobody = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    url = f"http://127.0.0.1:{nobody.server_port}/v1"
    nobody.server_close()
    with open_archive(str(own_archive)) as archive:
        story = archive.stories().items[0].id
    for outcome, told in (
        (run("--judge", url, "--judge-model", "tiny"), f"{url}: cannot be reached; start the server"),
        (run("--judge", url), "--judge: needs --judge-model NAME"),
        (run("--judge-model", "tiny"), "--judge-model: needs --judge URL"),
        (
            run("--judge", "http://models.example", "--judge-model", "tiny"),
            "http://models.example: is not on this machine",
        ),
        (run("--judge", url, "--judge-model", " "), f"{url}: needs the name of a model"),
        (run("--judge", url, "--judge-model", "x", of=(own_archive, story)), "--judge is for files and addresses"),
    ):
        assert (outcome.code, outcome.out, len(outcome.err)) == (2, "", 1)
        assert told in outcome.err[0]
