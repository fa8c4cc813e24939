"""The archive through its facade: gathering, stories, revisions, judgements, comparisons that are kept, exports."""

from __future__ import annotations

import csv
import io
import json
import random
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from archived import EVENTS, OUTLETS, many, report, reports, written
from feedserver import NOW as FEED_TIME
from feedserver import FeedServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from killed import work

from rashomon.archive import Archive, open_archive
from rashomon.archive.analysis import lasting_name
from rashomon.archive.passages import edits
from rashomon.errors import RashomonError, StoreError, TooFewArticles, UnknownItem
from rashomon.store import Record, Store, open_store
from rashomon.types import Comparison

NOW = datetime(2031, 4, 1, 12, tzinfo=UTC)


def opened(path: Path, now: datetime = NOW) -> Archive:
    return Archive(open_store(str(path)), annotators="fast", clock=lambda: now)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Twenty-four reports of eight events, annotated; not to be written to."""
    folder = tmp_path_factory.mktemp("archive")
    with opened(folder / "news.db") as archive:
        archive.ingest([written(folder / "news.jsonl", reports())])
        yield archive


@pytest.fixture
def archive(store: Store) -> Iterator[Archive]:
    """An empty archive, of each engine."""
    with Archive(store, annotators="fast", clock=lambda: NOW) as archive:
        yield archive


def dump(archive: Archive) -> dict[str, object]:
    """All that an archive says of its articles and stories."""
    stories = archive.stories(limit=1000)
    assert stories.total == len(stories.items)
    articles = [a for story in stories.items for a in archive.story(story.id).articles]
    return {
        "stories": sorted(msgspec.json.encode(story) for story in stories.items),
        "articles": sorted(msgspec.json.encode(a) for a in articles),
        "errors": sorted((t.input, t.kind, t.message) for t in archive.errors(limit=1000).items),
    }


# --- gathering


def test_the_reports_of_an_event_become_a_story(filled: Archive) -> None:
    stories = filled.stories(limit=100).items
    assert len(stories) == len(EVENTS)
    for story in stories:
        answer = filled.story(story.id)
        assert len(answer.articles) == story.articles == 3
        events = {article.url.rpartition("/")[2] for article in answer.articles if article.url}
        assert len(events) == 1
        assert set(story.outlets) == set(OUTLETS[:3])
        assert answer.lineage.independent == story.independent


def test_reading_the_same_again_changes_nothing(archive: Archive, tmp_path: Path) -> None:
    name = written(tmp_path / "news.jsonl", reports(3))
    first = archive.ingest([name], annotate=False)
    assert (first.new, first.revised, first.unchanged, first.troubles) == (9, 0, 0, 0)
    before = dump(archive)
    again = archive.ingest([name], annotate=False)
    assert (again.new, again.revised, again.unchanged, again.stories) == (0, 0, 9, ())
    assert dump(archive) == before


def test_what_cannot_be_read_is_a_trouble_and_stops_nothing(archive: Archive, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"text": 7}\n' + json.dumps(report(0, 0)) + "\nnot json\n", encoding="utf-8")
    came = archive.ingest([str(bad), str(tmp_path / "absent.html")], annotate=False)
    assert (came.new, came.troubles) == (1, 3)
    told = archive.errors().items
    assert {trouble.input for trouble in told} == {str(bad), str(tmp_path / "absent.html")}
    assert all(trouble.message for trouble in told)


def test_a_missing_archive_is_not_made_by_reading(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such archive"):
        open_archive(str(tmp_path / "none.db"))
    assert not (tmp_path / "none.db").exists()


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, 1000))
def test_grouping_anew_does_not_hang_on_the_order_of_arrival(tmp_path: Path, seed: int) -> None:
    shuffled = reports(5, 4)
    random.Random(seed).shuffle(shuffled)
    found = []
    for name, records in (("one", reports(5, 4)), (f"other{seed}", shuffled)):
        with opened(tmp_path / f"{name}-{seed}.db") as archive:
            archive.ingest([written(tmp_path / f"{name}.jsonl", records)], annotate=False)
            archive.regroup()
            found.append(dump(archive))
    assert found[0] == found[1]


def test_a_second_process_that_wrote_meanwhile_is_noticed(tmp_path: Path) -> None:
    """Two archives over one file take turns; what both wrote is grouped as if one had."""
    with opened(tmp_path / "a.db") as one, opened(tmp_path / "a.db") as other, opened(tmp_path / "b.db") as alone:
        records = reports(4, 4)
        for number, record in enumerate(records):
            name = written(tmp_path / "one.jsonl", [record])
            (one if number % 2 else other).ingest([name], annotate=False)
            alone.ingest([name], annotate=False)
        assert dump(one) == dump(other) == dump(alone)
        assert one.check() == []


def test_a_kill_at_any_instant_loses_nothing(tmp_path: Path) -> None:
    """Fifty kills at random moments while it reads, groups and keeps: the end is that of a run nobody disturbed."""
    file = Path(written(tmp_path / "news.jsonl", many(100)))
    file.write_text(file.read_text() + '{"text": 1}\n')
    command = [sys.executable, str(Path(__file__).parent / "killed.py"), str(tmp_path / "killed"), str(file)]
    done = subprocess.run([*command, "20170216", "50"], capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    work(str(tmp_path / "whole.db"), str(file))
    with opened(tmp_path / "whole.db") as whole:
        for number in range(1, int(done.stdout) + 1):
            with opened(tmp_path / f"killed.{number}") as killed:
                assert dump(killed) == dump(whole)
                assert killed.stats() == whole.stats()
                assert killed.check() == []
        assert whole.stats().articles == 100


class Failing:
    """A store that fails once: at the putting of this number."""

    def __init__(self, store: Store, at: int) -> None:
        self._store, self._left = store, at

    def put(self, records: Iterable[Record]) -> None:
        self._left -= 1
        kept = list(records)
        self._store.put(kept[: len(kept) // 2] if self._left == 0 else kept)
        if self._left == 0:
            raise StoreError("the disk is full")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


@pytest.mark.parametrize("at", range(1, 16, 2))
def test_a_store_that_fails_leaves_what_it_had_and_can_go_on(tmp_path: Path, at: int) -> None:
    file = written(tmp_path / "news.jsonl", reports(3, 2))
    failing: Any = Failing(open_store(str(tmp_path / "failing.db")), at)
    with (
        Archive(failing, annotators="fast", clock=lambda: NOW, batch=2) as archive,
        Archive(open_store(str(tmp_path / "whole.db")), annotators="fast", clock=lambda: NOW, batch=2) as whole,
    ):
        with pytest.raises(StoreError, match="the disk is full"):
            archive.ingest([file], annotate=False)
        assert archive.check() == []
        archive.ingest([file], annotate=False)
        whole.ingest([file], annotate=False)
        assert dump(archive) == dump(whole)
        assert archive.check() == []


def test_an_address_is_that_of_a_feed_or_of_a_page(tmp_path: Path) -> None:
    with FeedServer() as server, opened(tmp_path / "news.db", FEED_TIME) as archive:
        feed = archive.ingest([f"{server.url}/good.xml"], allow_private=True, annotate=False)
        page = archive.ingest([f"{server.url}/page/alone"], allow_private=True, annotate=False, outlet="Velm Echo")
        refused = archive.ingest([f"{server.url}/page/other"], annotate=False)
        assert feed.new >= 1 and feed.troubles == 0
        assert server.times("/good.xml") == 1
        assert (page.new, page.troubles) == (1, 0)
        found = archive.search("bridge").items
        assert len(found) == feed.new + 1
        assert "Velm Echo" in {hit.article.outlet for hit in found}
        assert (refused.new, refused.troubles) == (0, 1)
        assert "private" in archive.errors().items[0].message


def test_a_list_of_feeds_by_its_address_has_each_visited(tmp_path: Path) -> None:
    with FeedServer() as server, opened(tmp_path / "news.db", FEED_TIME) as archive:
        outlines = "".join(
            f'<outline xmlUrl="{server.url}{path}"/>' for path in ("/good.xml", "/gone.xml", "/good.xml")
        )
        server.instead["/list"] = f'<?xml version="1.0"?><opml version="1.0"><body>{outlines}</body></opml>'.encode()
        gathered = archive.ingest([f"{server.url}/list"], allow_private=True, annotate=False)
        assert gathered.new >= 1 and server.times("/good.xml") == 1 and server.times("/gone.xml") >= 1
        assert [trouble.input for trouble in archive.errors().items] == [f"{server.url}/gone.xml"]
        assert not archive.search("outline").items


def test_feeds_are_followed_until_it_is_stopped(tmp_path: Path) -> None:
    listed, stop, came = tmp_path / "feeds.opml", threading.Event(), []
    with FeedServer() as server:
        addresses = [f"{server.url}{path}" for path in ("/good.xml", "/shared/1.xml", "/gone.xml")]
        outlines = "".join(f'<outline type="rss" xmlUrl="{address}"/>' for address in addresses)
        listed.write_text(f"<opml version='2.0'><body>{outlines}</body></opml>")
        stop.set()
        with opened(tmp_path / "news.db", FEED_TIME - timedelta(minutes=1)) as archive:
            assert archive.watch([str(listed)], stop=stop, allow_private=True).new == 0
            assert archive.stats().feeds == 3
        stop.clear()

        def tell(stage: str, done: int, of: int) -> None:
            came.append(done)
            if len(came) == len(addresses):
                stop.set()

        with opened(tmp_path / "news.db", FEED_TIME) as archive:
            gathered = archive.watch(stop=stop, allow_private=True, annotate=False, progress=tell)
            assert gathered.new == archive.stats().articles >= 2
            assert [trouble.input for trouble in archive.errors().items] == [addresses[2]]
            assert archive.check() == []


def test_a_list_of_feeds_that_cannot_be_read_is_named(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "feeds.opml").write_text("<html></html>")
    with pytest.raises(RashomonError, match=r"feeds\.opml"):
        archive.watch([str(tmp_path / "feeds.opml")], stop=threading.Event())


# --- revisions


def test_a_changed_text_is_a_revision_of_its_article(archive: Archive, tmp_path: Path) -> None:
    archive.ingest([written(tmp_path / "first.jsonl", [report(0, n) for n in range(3)])])
    story = archive.stories().items[0]
    came = archive.ingest([written(tmp_path / "second.jsonl", [report(0, 1, version=2)])])
    assert (came.new, came.revised, came.annotated) == (0, 1, 1)
    answer = archive.story(story.id)
    assert len(answer.articles) == 3
    revised = next(article for article in answer.articles if article.revision == 2)
    newest, oldest = archive.article(revised.id), archive.article(revised.id, revision=1)
    assert newest.article.text.startswith(oldest.article.text) and len(newest.revisions) == 2
    (edit,) = archive.diff(revised.id).edits
    assert edit.old_text == "" and "nothing has changed" in edit.new_text
    with pytest.raises(UnknownItem, match="revision 7"):
        archive.article(revised.id, revision=7)
    assert archive.check() == []


@given(st.text("ab \n.", max_size=60), st.text("ab \n.", max_size=60))
def test_edits_make_the_new_text_of_the_old(old: str, new: str) -> None:
    made, at = "", 0
    for edit in edits(old, new):
        assert old[slice(*edit.old)] == edit.old_text and new[slice(*edit.new)] == edit.new_text
        made += old[at : edit.old[0]] + edit.new_text
        at = edit.old[1]
    assert made + old[at:] == new


# --- comparing


def test_a_comparison_is_kept_and_brought_up_to_date(archive: Archive, tmp_path: Path) -> None:
    archive.ingest([written(tmp_path / "first.jsonl", [report(1, n) for n in range(3)])], annotate=False)
    story = archive.stories().items[0].id
    steps: list[str] = []
    first = archive.compare(story, progress=lambda stage, done, of: steps.append(stage))
    assert isinstance(first, Comparison) and len(first.articles) == 3
    assert set(steps) == {"reading", "comparing"}
    steps.clear()
    assert archive.compare(story, progress=lambda stage, done, of: steps.append(stage)) == first
    assert steps == []
    archive.ingest([written(tmp_path / "more.jsonl", [report(1, 3)])], annotate=False)
    counts: list[int] = []
    more = archive.compare(story, progress=lambda stage, done, of: counts.append(of) if stage == "reading" else None)
    assert len(more.articles) == 4
    assert counts == [1], "only the new article is read"


def test_a_story_with_one_report_has_nothing_to_compare(archive: Archive, tmp_path: Path) -> None:
    archive.ingest([written(tmp_path / "one.jsonl", [report(2, 0)])], annotate=False)
    with pytest.raises(TooFewArticles):
        archive.compare(archive.stories().items[0].id)
    with pytest.raises(UnknownItem, match="no such story"):
        archive.compare("nothing")


# --- asking


def test_stories_are_filtered(filled: Archive) -> None:
    def titles(**filters: object) -> list[str]:
        return [story.title for story in filled.stories(limit=100, **filters).items]  # type: ignore[arg-type]

    assert len(titles(outlet="velm courier")) == len(EVENTS)
    assert titles(outlet="Nobody's Gazette") == []
    assert len(titles(since="2031-03-06", until="2031-03-07")) == 2
    (lighthouse,) = titles(words="gannet")
    assert "Lighthouse" in lighthouse
    assert len(titles(independent=99)) == 0
    assert filled.stories(limit=3).total == len(EVENTS)
    with pytest.raises(RashomonError, match="no date"):
        titles(since="yesterday")


def test_search_shows_the_words_where_they_stand(filled: Archive) -> None:
    page = filled.search("oysters")
    assert page.total and all(hit.passages for hit in page.items)
    for hit in page.items:
        text = filled.article(hit.article.id).article.text
        for span in hit.passages:
            assert text[span.start : span.end] == span.text
            assert "oyster" in span.text.lower()
    assert filled.search("").items == ()


def test_quotes_by_speaker(filled: Archive) -> None:
    page = filled.quotes("korn")
    assert page.items
    for said in page.items:
        assert said.speaker is not None and "Korn" in said.speaker
        text = filled.article(said.article).article.text
        assert all(text[span.start : span.end] == span.text for span in said.quote.content)
    heard = filled.search("bang", speaker="Korn")
    assert heard.items and all(hit.said for hit in heard.items)
    assert filled.search("oyster", speaker="Korn").items == ()


# --- judgements


def test_a_word_of_a_person_is_obeyed_and_kept(archive: Archive, tmp_path: Path) -> None:
    archive.ingest([written(tmp_path / "n.jsonl", reports(2))], annotate=False)
    one, other = (archive.story(story.id).articles for story in archive.stories().items)
    joined = archive.judge(one[0].id, other[0].id, "same", by="an editor")
    assert joined.obeyed and len(set(joined.stories)) == 1
    parted = archive.judge(one[0].id, one[1].id, "different")
    assert parted.obeyed and len(set(parted.stories)) == 2
    archive.regroup()
    assert archive.article(one[0].id).brief.story == archive.article(other[0].id).brief.story
    assert archive.article(one[0].id).brief.story != archive.article(one[1].id).brief.story
    assert [word.verdict for word in archive.judgements().items] == ["same", "different"]
    assert archive.check() == []
    with pytest.raises(UnknownItem):
        archive.judge(one[0].id, "nothing", "same")
    with pytest.raises(RashomonError, match="two articles"):
        archive.judge(one[0].id, one[0].id, "same")


def test_a_finding_reported_as_wrong_keeps_its_name_while_the_story_grows(archive: Archive, tmp_path: Path) -> None:
    records = [report(3, n) for n in range(3)]
    records[1]["text"] = records[1]["text"].replace("nobody counted", "nobody weighed")
    archive.ingest([written(tmp_path / "first.jsonl", records)], annotate=False)
    story = archive.stories().items[0].id
    names = {lasting_name(finding) for finding in archive.compare(story).findings}
    assert names
    word = archive.report(story, "f1", by="an editor")
    assert word.other in names and word.note
    archive.ingest([written(tmp_path / "more.jsonl", [report(3, 3), report(3, 4)])], annotate=False)
    assert names & {lasting_name(finding) for finding in archive.compare(story).findings}
    assert archive.judgements(naming=story).items == (archive.judgements().items[0],)
    with pytest.raises(UnknownItem, match="no such finding"):
        archive.report(story, "f999")


# --- the archive itself


def test_an_archive_goes_on_as_it_began(tmp_path: Path) -> None:
    name = str(tmp_path / "news.db")
    with open_archive(name, create=True, annotators="fast") as archive:
        archive.ingest([written(tmp_path / "one.jsonl", [report(0, 0)])])
        assert archive.stats().pending == 0
    with open_archive(name) as archive:
        assert archive.stats().pending == 0
    with open_archive(name, annotators="accurate") as archive:
        assert archive.stats().pending == 1
    with open_archive(name) as archive:
        assert archive.stats().pending == 1


def test_counts_and_soundness(filled: Archive) -> None:
    stats = filled.stats()
    assert (stats.articles, stats.stories, stats.outlets, stats.pending) == (24, 8, 3, 0)
    assert (stats.first, stats.last) == ("2031-03-03", "2031-03-10")
    assert stats.quotes >= 24
    assert filled.check() == []


def test_exports_hold_every_row(filled: Archive) -> None:
    lines = io.BytesIO()
    assert filled.export("articles", lines) == 24
    rows = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert {row["outlet"] for row in rows} == set(OUTLETS[:3])
    table = io.BytesIO()
    filled.export("stories", table, format="csv")
    assert len(list(csv.DictReader(io.StringIO(table.getvalue().decode())))) == 8
    with pytest.raises(RashomonError, match="no such format"):
        filled.export("articles", io.BytesIO(), format="xls")  # type: ignore[arg-type]


def test_parquet_reads_back(filled: Archive) -> None:
    from pyarrow import parquet

    out = io.BytesIO()
    number = filled.export("quotes", out, format="parquet")
    out.seek(0)
    rows = parquet.read_table(out).to_pylist()
    assert len(rows) == number
    for row in rows[:20]:
        text = filled.article(row["article"]).article.text
        assert text[row["start"] : row["end"]].startswith(row["content"].split(" … ")[0])
