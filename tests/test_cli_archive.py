"""The command line over an archive: a command for each of its verbs, one document with ``--json``, else lines."""

from __future__ import annotations

import csv
import io
import json
import re
import runpy
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from demo_archive import AFTER, BEFORE, FAST, SCRIPT, STORIES, TITLES, process, revision
from hypothesis import given
from hypothesis import strategies as st
from loopback import Answering, listening
from postgresql import Server
from rich.console import Console
from running import Run

from rashomon.archive import open_archive
from rashomon.archive.answers import Revision
from rashomon.archive.passages import edits
from rashomon.cli.listings import show_diff
from rashomon.types import Article

HARBOUR = "Order restored in Port Sellen after riot at terminal"
BRIDGE = "Ambley: cyclists get their own lane over the river"
FLOOD = re.compile(r"^(a[0-9a-f]{8})  Flood takes bridge at Lower Tarn", re.M)
COMMANDS = Path(__file__).parents[1] / "docs" / "commands.py"


def _ids(run: Run, archive: Path | str) -> dict[str, str]:
    """The stories' whole ids by their titles."""
    return {entry["title"]: entry["id"] for entry in run("stories", archive, "--json").json["items"]}


def test_ingesting_tells_what_came_of_it_and_the_same_again_changes_nothing(run: Run, own_archive: Path) -> None:
    folder = STORIES / "bridge"
    again = run("ingest", own_archive, folder, *FAST, "--json")
    assert (again.code, again.err) == (0, [])
    assert again.json == {"new": 0, "revised": 0, "unchanged": 4, "annotated": 0, "troubles": 0, "stories": []}
    told = run("ingest", own_archive, folder, *FAST)
    assert (told.code, told.err) == (0, []) and told.out.startswith("0 new, 0 revised, 4 unchanged")
    pending = run("ingest", own_archive, *FAST)
    assert (pending.code, pending.err) == (0, []) and pending.out.startswith("0 new")


def test_an_input_that_cannot_be_read_is_told_kept_and_stops_nothing(run: Run, own_archive: Path) -> None:
    code, out, err = run("ingest", own_archive, "gone.txt", STORIES / "bridge", *FAST)
    assert code == 0 and out.endswith("; 1 error\n")
    assert err == ["rashomon: gone.txt: there is no such file or directory"]
    code, out, err = run("ingest", own_archive, *(f"gone-{number}.txt" for number in range(14)), *FAST)
    assert code == 2 and len(err) == 11 and err[-1].startswith("rashomon: 4 more could not be read; rashomon errors ")
    listed = run("errors", own_archive, "--json", "--limit", "3").json
    assert listed["total"] == 16 and len(listed["items"]) == 3
    assert run("errors", own_archive, "--kind", "MissingInput", "--json").json["total"] == 16
    code, out, err = run("errors", own_archive, "--kind", "FetchError")
    assert (code, out, err) == (0, "", ["No error was found."])
    assert "gone-13.txt\n    there is no such file or directory" in run("errors", own_archive).out


def test_stories_are_listed_and_filtered(run: Run, demo_archive: Path) -> None:
    with open_archive(str(demo_archive)) as archive:
        expected = archive.stories()
    listed = run("stories", demo_archive, "--json")
    assert [entry["id"] for entry in listed.json["items"]] == [entry.id for entry in expected.items]
    assert (listed.json["total"], listed.err) == (3, [])
    plain = run("stories", demo_archive)
    assert plain.err == [] and HARBOUR in plain.out and BRIDGE in plain.out
    assert "7 reports, 6 independent" in plain.out
    for entry in expected.items:
        assert f"{entry.id[:9]}  " in plain.out
    for filters, title in (
        (("--independent", "6"), HARBOUR),
        (("--until", "2024-04-01"), HARBOUR),
        (("--outlet", "radio orr"), BRIDGE),
        (("--place", "Ambley"), BRIDGE),
        (("--actor", "Karin Aldous"), HARBOUR),
        (("picket",), HARBOUR),
    ):
        assert list(_titles(run("stories", demo_archive, *filters, "--json").json)) == [title], filters
    part = run("stories", demo_archive, "--limit", "1", "--offset", "1")
    assert part.err == ["2 to 2 of 3 stories; --offset 2 shows the next"] and len(FLOOD.findall(part.out)) <= 1
    assert run("stories", demo_archive, "--offset", "9").err == ["There are no more than 3 stories."]
    nothing = run("stories", demo_archive, "zeppelin")
    assert nothing == (0, "", ["No story was found."])
    wrong = run("stories", demo_archive, "--since", "yesterday")
    assert (wrong.code, wrong.out, wrong.err) == (2, "", ["rashomon: yesterday: is no date; write it as 2017-02-16"])


def _titles(page: dict[str, Any]) -> Iterator[str]:
    return (entry["title"] for entry in page["items"])


def test_a_story_is_shown_by_any_beginning_of_its_id_or_of_an_articles(run: Run, demo_archive: Path) -> None:
    story = _ids(run, demo_archive)[HARBOUR]
    whole = run("story", demo_archive, story, "--json").json
    assert len(whole["articles"]) == 7 and whole["lineage"]["independent"] == 6
    for article in whole["articles"]:
        assert run("story", demo_archive, article["id"][:9], "--json").json == whole
    plain = run("story", demo_archive, story[:9])
    assert plain.err == [] and plain.out.startswith(f"{HARBOUR}\n{story[:9]} · ")
    for told in ("7 reports, 6 independent", "Petra Hallam", "INFERNO AT THE DOCKS", "date not known"):
        assert told in plain.out
    assert "Coast and Country Online has the same text as The Halvik Daily, credited to NPA." in plain.out
    ambiguous = run("story", demo_archive, "a")
    assert ambiguous.code == 1 and "more than one id begins so" in ambiguous.err[0]
    for name in ("zzz", "", "a" * 400, "%", "a\U0010ffff"):
        code, out, err = run("story", demo_archive, name)
        assert (code, out, len(err)) == (1, "", 1) and "there is no such story" in err[0]


def test_a_story_is_compared_as_files_are(run: Run, demo_archive: Path, tmp_path: Path) -> None:
    story = _ids(run, demo_archive)[BRIDGE]
    kept = run("compare", demo_archive, story[:9], "--json")
    assert (kept.code, kept.err) == (0, [])
    of_files = run("compare", STORIES / "bridge", *FAST, "--json").json
    found = [
        sorted(sorted(telling["passage"]["text"] for telling in point["tellings"]) for point in document["points"])
        for document in (kept.json, of_files)
    ]
    assert found[0] == found[1] and found[0] and len(kept.json["articles"]) == 4
    page = tmp_path / "story.html"
    report = run("compare", demo_archive, story, "--html", page)
    assert (report.code, report.err) == (0, [f"Wrote {page}"]) and "What most accounts share" in report.out
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_what_compare_cannot_make_of_an_archive_is_told(run: Run, demo_archive: Path, tmp_path: Path) -> None:
    page = str(STORIES / "bridge" / "radio-orr.html")
    for arguments, told in (
        ((demo_archive,), f"is an archive, with no story named; name one story of it (rashomon stories {demo_archive}"),
        ((demo_archive, "a", "b"), "is an archive, with several stories or files named"),
        ((page, demo_archive), "is an archive; name it first, and then one of its stories"),
        ((demo_archive, demo_archive), "is an archive; name it first"),
        ((demo_archive, "a1", "--outlet", "X"), "is an archive; --outlet is for files and addresses"),
        ((demo_archive, "a1", "--anyway"), "is an archive; --anyway is for files and addresses"),
    ):
        code, out, err = run("compare", *arguments)
        assert (code, out, len(err)) == (2, "", 1) and err[0].startswith(f"rashomon: {demo_archive}: {told}"), err
    unknown = run("compare", demo_archive, "zzz")
    assert (unknown.code, unknown.out) == (1, "") and "there is no such story" in unknown.err[0]
    flood = _ids(run, demo_archive)[TITLES[1]]
    alone = run("compare", demo_archive, flood)
    assert (alone.code, alone.out, len(alone.err)) == (1, "", 1) and "fewer than two articles" in alone.err[0]
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE t (x)")
    stranger = run("compare", other, "a1")
    assert stranger.code == 2 and stranger.err == [f"rashomon: {other}: this is a SQLite database, but no archive"]


def test_a_search_shows_passages_that_have_the_words(run: Run, demo_archive: Path) -> None:
    found = run("search", demo_archive, "leases", "--json").json
    assert found["total"] == len(found["items"]) == 7
    for hit in found["items"]:
        text = run("article", demo_archive, hit["article"]["id"], "--json").json["article"]["text"]
        assert hit["passages"]
        for span in hit["passages"]:
            assert text[span["start"] : span["end"]] == span["text"] and "lease" in span["text"].lower()
    plain = run("search", demo_archive, "leases", "--outlet", "VTV News")
    assert plain.err == [] and "VTV News · 15 March 2024" in plain.out and "│ " in plain.out
    phrase = run("search", demo_archive, '"cut the ribbon"', "--json").json
    assert 0 < phrase["total"] < 4
    assert run("search", demo_archive, "--json", "--", "lease", "-ribbon").json["total"] == 7
    assert run("search", demo_archive, "zeppelin") == (0, "", ["No report was found."])


def test_what_a_speaker_says_is_found(run: Run, demo_archive: Path) -> None:
    said = run("search", demo_archive, "lease", "--speaker", "aldous", "--json").json
    assert said["items"] and all("Aldous" in one["speaker"] for hit in said["items"] for one in hit["said"])
    plain = run("search", demo_archive, "lease", "--speaker", "aldous")
    assert "Karin Aldous · paraphrased\n           │ " in plain.out
    quotes = run("quotes", demo_archive, "--speaker", "Forster", "--json").json
    assert quotes["items"] and {one["speaker"] for one in quotes["items"]} == {"Lena Forster"}
    listed = run("quotes", demo_archive, "--speaker", "Forster", "--limit", "1")
    assert listed.err == [f"1 to 1 of {quotes['total']} quotations; --offset 1 shows the next"]
    assert "Lena Forster · " in listed.out
    story = _ids(run, demo_archive)[BRIDGE]
    within = run("quotes", demo_archive, "--story", story[:8], "--json", "--limit", "99").json
    assert within["total"] == len(within["items"]) and {one["story"] for one in within["items"]} == {story}
    article = within["items"][0]["article"]
    alone = run("quotes", demo_archive, "--article", article[:9], "--json").json
    assert alone["items"] and {one["article"] for one in alone["items"]} == {article}
    assert run("quotes", demo_archive, "--speaker", "Nobody") == (0, "", ["No quotation was found."])


def test_an_article_is_shown_with_its_revisions(run: Run, demo_archive: Path) -> None:
    flood = _ids(run, demo_archive)[TITLES[1]]
    now = run("article", demo_archive, flood[:9])
    assert now.out.startswith(
        f"{TITLES[1]}\nTarn Herald · 24 March 2031\nhttps://tarn-herald.example/flood\n{flood} · "
    )
    assert "revision 2 of 2" in now.out and " ".join(AFTER.split()) in " ".join(now.out.split())
    before = run("article", demo_archive, flood, "--revision", "1", "--json").json
    assert before["article"]["text"].strip() == BEFORE and len(before["revisions"]) == 2
    none = run("article", demo_archive, flood, "--revision", "3")
    assert (none.code, none.err) == (1, [f"rashomon: {flood}: there is no revision 3; it has 2"])


def test_a_difference_is_marked_word_by_word(run: Run, demo_archive: Path) -> None:
    flood = _ids(run, demo_archive)[TITLES[1]]
    plain = run("diff", demo_archive, flood[:9])
    told = " ".join(plain.out.split())
    assert "footbridge at Lower Tarn on [-Monday night-]{+Tuesday morning+}." in told
    assert "{+Two anglers were hurt at the mill.+}" in told
    assert f"Title [-{TITLES[0]}-]{{+{TITLES[1]}+}}" in told
    assert "Runa Olt" not in told and "…" in told
    document = run("diff", demo_archive, flood, "--json").json
    for edit in document["edits"]:
        assert BEFORE[slice(*edit["old"])] == edit["old_text"] and AFTER[slice(*edit["new"])] == edit["new_text"]
    coloured = process("diff", demo_archive, flood, FORCE_COLOR="1", TERM="xterm-256color", NO_COLOR="").stdout
    assert "\x1b[" in coloured and "[-Monday" not in coloured and "Monday night" in coloured
    orr = run("search", demo_archive, "bridge", "--outlet", "Radio Orr", "--json").json["items"][0]["article"]["id"]
    assert run("diff", demo_archive, orr) == (0, "", ["There is one revision of this article only."])


WORDS = st.lists(st.sampled_from(["the", "old", "bridge", "is", "shut", "\n", "open.", "Velm"]), max_size=12)


@given(WORDS, WORDS)
def test_a_difference_shows_all_that_was_taken_out_and_put_in(old: list[str], new: list[str]) -> None:
    before, after = " ".join(old), " ".join(new)
    revision = Revision(
        article="a", old=1, new=2, old_gathered="2031-03-01", new_gathered="2031-03-02", edits=edits(before, after)
    )
    console = Console(file=io.StringIO(), width=400, color_system=None)
    show_diff(revision, Article(id="a", text=before), Article(id="a", text=after), console)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    for pattern, texts in (
        (r"\[-(.*?)-\]", [edit.old_text for edit in revision.edits]),
        (r"\{\+(.*?)\+\}", [edit.new_text for edit in revision.edits]),
    ):
        # Lines are wrapped at a width that is good to read.
        assert " ".join(re.findall(pattern, " ".join(shown.split()))).split() == " ".join(texts).split()


def test_judgements_are_kept_and_obeyed(run: Run, own_archive: Path) -> None:
    story = _ids(run, own_archive)[BRIDGE]
    articles = [one["id"] for one in run("story", own_archive, story, "--json").json["articles"]]
    flood = _ids(run, own_archive)[TITLES[1]]
    same = run(
        "judge", own_archive, flood[:9], articles[0][:9], "same", "--by", "Ida", "--note", "one bridge", "--json"
    )
    assert same.json["obeyed"] and len(set(same.json["stories"])) == 1
    assert len(run("story", own_archive, flood, "--json").json["articles"]) == 5
    apart = run("judge", own_archive, flood, articles[0], "different")
    assert (apart.code, apart.err) == (0, []) and apart.out.startswith("They are in two stories, ")
    listed = run("judgements", own_archive)
    assert listed.err == [] and listed.out.index("= same") < listed.out.index("≠ different")
    assert "Ida · " in listed.out and "one bridge" in listed.out
    assert run("judgements", own_archive, articles[0][:9], "--json").json["total"] == 2
    assert run("judgements", own_archive, articles[1], "--json").json["total"] == 0
    for arguments, code in (
        ((flood, flood, "same"), 2),
        ((flood, "zzz", "same"), 1),
        ((flood, articles[0], "perhaps"), 2),
    ):
        wrong = run("judge", own_archive, *arguments)
        assert (wrong.code, wrong.out, len(wrong.err)) == (code, "", 1)


def test_a_finding_is_reported(run: Run, own_archive: Path) -> None:
    story = _ids(run, own_archive)[HARBOUR]
    finding = run("compare", own_archive, story, "--json").json["findings"][0]["id"]
    kept = run("report", own_archive, story[:9], finding, "--by", "Ida", "--json")
    name = kept.json["other"]
    assert (kept.json["one"], kept.json["by"], kept.json["note"] != "") == (story, "Ida", True)
    assert run("report", own_archive, story, finding) == (0, "", ["Kept."])
    judgements = run("judgements", own_archive, "--json").json["items"]
    assert [(one["about"], one["one"], one["other"], one["by"]) for one in judgements] == [
        ("finding", story, name, "Ida"),
        ("finding", story, name, None),
    ]
    assert f"{story[:9]}  finding {name}  no finding" in run("judgements", own_archive).out
    wrong = run("report", own_archive, story, "f999")
    assert (wrong.code, wrong.out, len(wrong.err)) == (1, "", 1) and "no such finding" in wrong.err[0]


def test_events_and_what_came_to_pass_between_two(run: Run, demo_archive: Path) -> None:
    found = run("events", demo_archive, "--json", "--limit", "99").json
    assert found["total"] == len(found["items"]) == run("stats", demo_archive, "--json").json["events"] > 3
    protests = run("events", demo_archive, "--type", "protest", "--json").json["items"]
    assert protests and {event["type"] for event in protests} == {"PROTEST"}
    listed = run("events", demo_archive, "--limit", "1")
    assert listed.err == [f"1 to 1 of {found['total']} events; --offset 1 shows the next"]
    first = found["items"][0]
    assert first["type"] in listed.out and first["accounts"][0]["outlet"] in listed.out
    assert run("events", demo_archive, "--actor", "Nobody") == (0, "", ["No event was found."])
    wrong = run("events", demo_archive, "--type", "DANCE")
    assert wrong.code == 2 and "is no type of event; there are: ACCUSE, " in wrong.err[0]
    pair = ("Dockworkers", "Kestrel")
    told = run("relations", demo_archive, *pair, "--by", "week", "--json").json
    assert (told["by"], told["events"]["total"] >= told["total"]["total"] > 0) == ("week", True)
    plain = run("relations", demo_archive, *pair, "--by", "week")
    assert re.search(r"^week of \w.+ 2024( +[\d–]+){5}$", plain.out, re.M), plain.out
    assert re.search(rf"^all +.* {told['total']['total']}$", plain.out, re.M)
    assert run("relations", demo_archive, "Hallam", "Nobody").err == ["No event was found."]


def test_counts_and_regrouping(run: Run, own_archive: Path) -> None:
    counts = run("stats", own_archive, "--json").json
    assert (counts["articles"], counts["stories"], counts["outlets"], counts["troubles"]) == (12, 3, 12, 1)
    assert (counts["first"], counts["last"]) == ("2024-03-14", "2031-03-24") and counts["quotes"] > 50
    rows = dict(re.findall(r"^(\w+) +(\d+)", run("stats", own_archive).out, re.M))
    assert {rows["articles"], rows["stories"], rows["errors"]} == {"12", "3", "1"}
    # A story is named by its first article: in the order of arrival before, in that of their days now.
    assert run("regroup", own_archive, "--json").json["changed"] < 12
    assert run("regroup", own_archive) == (0, "0 reports changed story\n", [])
    assert run("stats", own_archive, "--json").json == counts


def test_damage_is_found(run: Run, own_archive: Path) -> None:
    assert run("check", own_archive) == (0, "", ["Nothing is wrong."])
    assert run("check", own_archive, "--json").json == {"items": [], "total": 0, "offset": 0}
    with sqlite3.connect(own_archive) as connection:
        connection.execute("DELETE FROM stories")
    mended = run("check", own_archive)
    assert mended.code == 1 and mended.out and mended.err == []
    assert run("check", own_archive) == (0, "", ["Nothing is wrong."])
    with sqlite3.connect(own_archive) as connection:
        connection.execute("DELETE FROM articles WHERE number = 1")
    damaged = run("check", own_archive)
    assert damaged.code == 1 and damaged.out and damaged.err == []
    told = run("check", own_archive, "--json")
    assert told.code == 1 and told.json["items"] == damaged.out.splitlines()


def test_tables_are_exported(run: Run, demo_archive: Path, tmp_path: Path) -> None:
    lines = tmp_path / "articles.jsonl"
    done = run("export", demo_archive, "articles", "-o", lines)
    assert done == (0, "", [f"Wrote 12 rows to {lines}"])
    articles = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    table = tmp_path / "articles.csv"
    told = run("export", demo_archive, "articles", "--output", table, "--json")
    assert told.json == {"rows": 12, "format": "csv", "file": str(table)}
    with table.open(encoding="utf-8", newline="") as file:
        assert [row["text"] for row in csv.DictReader(file)] == [article["text"] for article in articles]
    columns = tmp_path / "quotes.parquet"
    assert run("export", demo_archive, "quotes", "-o", columns).code == 0
    parquet = pytest.importorskip("pyarrow.parquet")
    assert parquet.read_table(columns).num_rows == run("stats", demo_archive, "--json").json["quotes"]
    stories = run("export", demo_archive, "stories", "--format", "jsonl", "-o", "-")
    assert stories.err == [] and {json.loads(line)["title"] for line in stories.out.splitlines()} >= {HARBOUR, BRIDGE}


def test_an_export_that_fails_leaves_what_was_there(run: Run, demo_archive: Path, tmp_path: Path) -> None:
    for target in (tmp_path, tmp_path / "nowhere" / "a.csv"):
        code, out, err = run("export", demo_archive, "stories", "-o", target)
        assert (code, out, len(err)) == (2, "", 1) and err[0].startswith(f"rashomon: {target}: cannot be written")
    kept = tmp_path / "kept.jsonl"
    kept.write_text("mine", encoding="utf-8")
    broken = tmp_path / "broken.db"
    shutil.copy(demo_archive, broken)
    with sqlite3.connect(broken) as connection:
        connection.execute("DROP TABLE documents")
    failed = run("export", broken, "articles", "-o", kept)
    assert failed.code == 2 and len(failed.err) == 1
    assert kept.read_text(encoding="utf-8") == "mine" and sorted(tmp_path.glob(".*")) == []
    assert run("export", demo_archive, "stories", "-o", "-", "--json").code == 2


ASKING: dict[str, tuple[str, ...]] = {
    "stories": (),
    "story": ("a1",),
    "search": ("bridge",),
    "quotes": (),
    "events": (),
    "relations": ("Hallam", "Aldous"),
    "article": ("a1",),
    "diff": ("a1",),
    "judge": ("a1", "a2", "same"),
    "report": ("a1", "f1"),
    "judgements": (),
    "stats": (),
    "errors": (),
    "check": (),
    "regroup": (),
    "export": ("stories", "-o", "-"),
    "mcp": (),
    "serve": ("--port", "0"),
    "ingest": (),
    "watch": (),
}


@pytest.mark.parametrize("command", ASKING)
def test_an_archive_that_is_not_there_is_not_made(command: str, run: Run, tmp_path: Path) -> None:
    missing = tmp_path / "missing.db"
    code, out, err = run(command, missing, *ASKING[command])
    assert (code, out) == (2, "")
    assert err == [f"rashomon: {missing}: there is no such archive; rashomon ingest makes one"]
    assert list(tmp_path.iterdir()) == []


def test_a_database_is_an_archive_by_its_address(run: Run, postgresql: Server, tmp_path: Path) -> None:
    address = postgresql.url(schema=postgresql.schema())
    made = run("ingest", address, revision(tmp_path, 0), "--no-annotate", "--json")
    assert (made.code, made.err, made.json["new"], made.json["annotated"]) == (0, [], 1, 0)
    story = _ids(run, address)[TITLES[0]]
    assert run("search", address, "footbridge", "--json").json["items"][0]["article"]["id"] == story
    alone = run("compare", address, story[:9])
    assert (alone.code, alone.out, len(alone.err)) == (1, "", 1) and "fewer than two articles" in alone.err[0]
    secret = run("compare", "postgresql://ida:s3cr:t@db.example/news")
    assert (secret.code, secret.out, len(secret.err)) == (2, "", 1)
    assert "ida:***@db.example/news: is an archive, with no story named" in secret.err[0]
    assert "s3cr" not in secret.err[0]


def test_what_is_no_archive_is_told(run: Run, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("The bridge is shut.", encoding="utf-8")
    for command in ("stories", "stats"):
        code, out, err = run(command, text)
        assert (code, out, len(err)) == (2, "", 1) and err[0].startswith(f"rashomon: {text}: this is no archive")
    assert text.read_text(encoding="utf-8") == "The bridge is shut."
    code, out, err = run("watch", tmp_path / "new.db", text)
    assert (code, out, len(err)) == (2, "", 1) and str(text) in err[0]


@pytest.mark.parametrize("columns", [40, 60, 100])
def test_lists_fit_the_terminal_and_are_plain_in_a_pipe(
    columns: int, run: Run, demo_archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    ids = _ids(run, demo_archive)
    for command in (
        ("stories",),
        ("story", ids[HARBOUR]),
        ("search", "lease"),
        ("search", "lease", "--speaker", "Aldous"),
        ("quotes",),
        ("events",),
        ("relations", "Aldous", "Hallam"),
        ("article", ids[HARBOUR]),
        ("diff", ids[TITLES[1]]),
        ("stats",),
        ("errors",),
    ):
        code, out, _ = run(command[0], demo_archive, *command[1:])
        lines = [line for line in out.splitlines() if not re.search(r"https?://|/\S{30}", line)]
        assert code == 0 and lines and "\x1b" not in out, command
        assert max(map(len, lines)) <= columns, command
    limited = process("stories", demo_archive, PYTHONIOENCODING="ascii", COLUMNS=str(columns))
    assert limited.returncode == 0 and limited.stdout.isascii()


class _Feed(Answering):
    """A feed of one article, and the article."""

    def get(self) -> None:
        base = f"http://{self.headers['host']}"
        pages = {
            "/feed": (
                "application/rss+xml",
                f"<rss version='2.0'><channel><title>Tarn Herald</title><link>{base}/</link><item>"
                f"<title>{TITLES[0]}</title><link>{base}/flood.html</link></item></channel></rss>",
            ),
            "/flood.html": (
                "text/html",
                f"<html><head><title>{TITLES[0]}</title></head><body><article><h1>{TITLES[0]}</h1>"
                + "".join(f"<p>{paragraph}</p>" for paragraph in AFTER.split("\n\n"))
                + "</article></body></html>",
            ),
        }
        kind, text = pages.get(self.path, ("text/plain", ""))
        self.answer(text.encode(), f"{kind}; charset=utf-8", 200 if text else 404)


@pytest.fixture
def feed() -> Iterator[str]:
    with listening(_Feed) as address:
        yield f"{address}/feed"


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM], ids=lambda end: end.name)
def test_watching_goes_on_until_it_is_stopped(end: signal.Signals, feed: str, run: Run, tmp_path: Path) -> None:
    archive = tmp_path / "watched.db"
    watching = subprocess.Popen(
        [*SCRIPT, "watch", str(archive), feed, "--allow-private", "--no-annotate", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        _until(lambda: archive.exists() and run("stories", archive, "flood").out != "", watching)
        watching.send_signal(end)
        out, err = watching.communicate(timeout=60)
    finally:
        watching.kill()
    assert watching.returncode == 0 and "Traceback" not in err, err
    assert json.loads(out)["new"] == 1 and err.startswith("Stopping")
    assert run("check", archive).code == 0
    assert run("stats", archive, "--json").json["feeds"] == 1


def _until(done: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 90
    while not done():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_watching_nothing_is_refused(run: Run, demo_archive: Path) -> None:
    code, out, err = run("watch", demo_archive)
    assert (code, out, err) == (
        2,
        "",
        [f"rashomon: {demo_archive}: follows no feed yet; name one, or a list of feeds (OPML)"],
    )


@pytest.mark.parametrize(
    ("missing", "command", "extra"),
    [("sqlalchemy", "stories", "archive"), ("mcp", "mcp", "archive,mcp"), ("litestar", "serve", "archive,web")],
)
def test_a_part_that_is_not_installed_is_named(missing: str, command: str, extra: str, demo_archive: Path) -> None:
    program = f"import sys; sys.modules[{missing!r}] = None; from rashomon.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, command, str(demo_archive)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1), done.stderr
    assert f"rashomon[{extra}]" in done.stderr


def test_commands_are_listed_in_groups_of_which_each_has_its_own(run: Run) -> None:
    helped = run("--help").out
    groups = re.findall(r"^(\S.*):$", helped, re.M)
    assert groups[0] == "Options" and groups[1] == "Compare reports" and groups[-1] == "Formats and figures"
    listed = re.findall(r"^  (\w+) +\S", helped.partition("Compare reports:")[2], re.M)
    assert len(listed) == len(set(listed)) and set(listed) == {*ASKING, "compare", "demo", "schema", "eval", "scale"}
    assert listed.index("demo") < listed.index("ingest") < listed.index("stories") < listed.index("schema")


def test_the_reference_of_the_commands_is_up_to_date() -> None:
    written = runpy.run_path(str(COMMANDS))
    assert written["PAGE"].read_text(encoding="utf-8") == written["reference"](), "make docs writes it anew"
