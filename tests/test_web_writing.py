"""What is sent to the server: judgements, reports of findings, reports to compare; comparisons that take long."""

from __future__ import annotations

import asyncio
import html
import threading
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from asking import BROWSER, Client, archive, own, story_with, web
from served import client, opened

from rashomon.archive import Archive
from rashomon.errors import RashomonError, TooFewArticles
from rashomon.jobs import Progress
from rashomon.store import Stories, open_store
from rashomon.types import Comparison
from rashomon.web.comparing import Comparing, Crowded

# Fixtures, which pytest finds by their names here.
__all__ = ["archive", "own", "web"]


# --- judging


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
    id = story_with(archive, "harbour")
    answer = web.post("/judge", json={"one": id, "other": id, "verdict": "same"})
    assert (answer.status_code, "two articles" in answer.json()["detail"]) == (400, True)


def test_a_judgement_is_kept_and_obeyed(own: tuple[Archive, Client]) -> None:
    archive, web = own
    harbour, alone = archive.story(story_with(archive, "harbour")).articles[0].id, story_with(archive, "clockmaker")
    word = {"one": harbour, "other": alone, "verdict": "same", "by": "R.", "note": "a test"}
    answer = web.post("/judge", json=word).json()
    assert answer["obeyed"] and len(set(answer["stories"])) == 1
    assert archive.article(alone).brief.story == archive.article(harbour).brief.story
    (kept,) = archive.judgements().items
    assert (kept.one, kept.other, kept.verdict, kept.by, kept.note) == (harbour, alone, "same", "R.", "a test")


def test_a_form_judges_as_json_does(own: tuple[Archive, Client]) -> None:
    archive, web = own
    one, other = (a.id for a in archive.story(story_with(archive, "cyclists")).articles[:2])
    word = {"one": one, "other": other, "verdict": "different"}
    answer = web.post("/judge", data=word, headers=BROWSER, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/judge?one={one}&other={other}")
    page = web.get(answer.headers["location"], headers=BROWSER).text
    assert "Judged: different events. They are in two stories now." in page
    assert archive.article(one).brief.story != archive.article(other).brief.story


def test_a_finding_is_reported_with_one_click(own: tuple[Archive, Client]) -> None:
    archive, web = own
    story = story_with(archive, "harbour")
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
    story = story_with(archive, "harbour")
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


def test_a_busy_writer_is_told_and_hurts_no_reader(own: tuple[Archive, Client], own_town: Path) -> None:
    archive, web = own
    one, other = (a.id for a in archive.story(story_with(archive, "harbour")).articles[:2])
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


# --- pasted reports


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
        story = story_with(archive, "harbour")
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
        at = f"/stories/{story_with(archive, 'harbour')}"
        page = web.get(at, headers=BROWSER)
        assert page.status_code == 200
        assert "There is nothing to compare" in page.text and "could be analysed" in page.text
        assert web.get(f"{at}/comparison.json").status_code == 409


def test_a_fault_is_told_without_its_trace(own_town: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Archive):
        def compare(self, story: str, *, progress: Progress | None = None, jobs: int = 1) -> Comparison:
            raise ZeroDivisionError("inside")

    with Broken(open_store(str(own_town)), annotators="fast") as archive, client(archive) as web:
        at = f"/stories/{story_with(archive, 'harbour')}"
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
