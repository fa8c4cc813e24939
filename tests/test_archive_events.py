"""Events over an archive: what its stories tell of, once each, and what came to pass between two over time."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from served import NOW, client, fill, opened

from rashomon.archive import Archive
from rashomon.archive.analysis import put_events
from rashomon.archive.batches import Batch, keep
from rashomon.errors import RashomonError
from rashomon.mcp.tools import TOOLS
from rashomon.store import Blob, Events, StoryEvent

_REST = (
    "The ferry Hilda takes two hours to cross the sound between the two harbours, and on that day the fog was thick.",
    "The customs house of Port Sellen had been painted yellow for the visit, which the gardeners thought too bright.",
)
MET = "Norwegian Foreign Minister Anna Korr met Swedish Defence Minister Jan Brill in Port Sellen on 4 May 2031."
BLAMED = "Norway condemned Sweden on 21 May 2031."


def report(outlet: str, published: str, title: str, *paragraphs: str) -> dict[str, str]:
    address = f"https://{outlet.partition(' ')[0].lower()}.example/ministers"
    text = "\n\n".join(paragraphs)
    return {"outlet": outlet, "title": title, "published": published, "url": address, "text": text}


# Two outlets print the same, a third tells it in its own words; and another story of the same two countries.
MEETING = [
    report("Velm Courier", "2031-05-05", "Ministers meet in Port Sellen", MET, *_REST),
    report("Ambley Herald", "2031-05-05", "Ministers meet in Port Sellen", MET, *_REST),
    report("Tarn Post", "2031-05-06", "Fog as ministers meet in Port Sellen",
           "Jan Brill, the Swedish minister, met Anna Korr on 4 May 2031.",
           "It was foggy at Port Sellen. The ferry Hilda came late, and the painters of the customs house watched."),
]  # fmt: skip
QUARREL = [
    report("Radio Sarn", "2031-05-23", "Herring quotas cut to a third", BLAMED,
           "Norwegian Foreign Minister Anna Korr will visit Sweden in June 2031.",
           "Herring quotas at the Marrick bank had been cut, and eleven trawlers lay idle."),
]  # fmt: skip


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two stories of Norway and Sweden; not to be written to."""
    return fill(tmp_path_factory.mktemp("sound") / "sound.db", [*MEETING, *QUARREL])


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return fill(tmp_path / "own.db", [*MEETING, *QUARREL])


def only(archive: Archive, **asked: Any) -> StoryEvent:
    [event] = archive.events(**asked).items
    return event


def test_an_event_is_one_however_many_reports_tell_of_it(sound: Path) -> None:
    with opened(sound) as archive:
        event = only(archive, type="consult", actor="korr")
        story = archive.story(event.story)
        texts = {brief.id: archive.article(brief.id).article.text for brief in story.articles}
    assert {account.article for account in event.accounts} == set(texts) and len(texts) == 3
    # Two of the three have one text.
    assert event.independent == story.lineage.independent == 2
    assert (event.date, event.first, event.last, event.quad) == ("2031-05-04", "2031-05-04", "2031-05-04", 1)
    assert {party.country for party in (*event.actors, *event.recipients)} == {"NOR", "SWE"}
    for span in (span for account in event.accounts for span in account.spans):
        assert texts[span.article][span.start : span.end] == span.text and "Brill" in span.text


def test_events_are_found_by_who_takes_part(sound: Path) -> None:
    with opened(sound) as archive:
        assert only(archive, actor="Norway", type="ACCUSE").recipients[0].name == "Sweden"
        assert archive.events(actor="Sweden", type="ACCUSE").total == 0
        # A country stands for all who are of it, by name or code; a person's name for those who bear its words.
        assert archive.events(country="SWE").total == archive.events(country="sweden").total == 3
        assert only(archive, recipient="BRILL jan").type == "CONSULT"
        assert archive.events(sector="gov").total == 3 and archive.events(country="SWE", sector="MIL").total == 0
        assert only(archive, independent=2).type == "CONSULT"
        assert [e.type for e in archive.events(since="2031-05-05", until="2031-05-31").items] == ["ACCUSE"]
        page = archive.events(limit=1, offset=1)
        assert (page.total, len(page.items), page.items[0].type) == (3, 1, "ACCUSE")


@pytest.mark.parametrize("asked", [{"type": "DANCE"}, {"country": "Velm"}, {"sector": "FOX"}, {"since": "soon"}])
def test_what_there_is_not_is_told(sound: Path, asked: dict[str, Any]) -> None:
    with opened(sound) as archive, pytest.raises(RashomonError, match="is no "):
        archive.events(**asked)


def test_relations_count_what_was_done_by_period_and_direction(sound: Path) -> None:
    with opened(sound) as archive:
        months = archive.relations("Sweden", "NOR")
        weeks = archive.relations("Norway", "Sweden", by="week")
        people = archive.relations("Anna Korr", "Brill", by="day")
    assert (months.one, months.other) == ("Sweden", "Norway")
    [may] = months.periods
    assert (may.start, may.end) == ("2031-05-01", "2031-05-31")
    assert (may.counts.verbal_cooperation, may.counts.verbal_conflict, may.counts.total) == (1, 1, 2)
    # It is Norway that condemns; the meeting is of both.
    assert (months.by_one.total, months.by_other.verbal_conflict) == (0, 1)
    # What is to be held is not counted with what was, and listed with it.
    assert (months.total.total, months.planned, months.denied, months.events.total) == (2, 1, 0, 3)
    assert [(week.start, week.end, week.counts.total) for week in weeks.periods] == [
        ("2031-04-28", "2031-05-04", 1),
        ("2031-05-19", "2031-05-25", 1),
    ]
    assert [day.start for day in people.periods] == ["2031-05-04"]


def test_an_event_told_by_month_only_is_in_no_week_of_it(tmp_path: Path) -> None:
    vague = report("Radio Sarn", "2031-05-13", "Herring", "Norway condemned Sweden in April 2031.", *_REST)
    with opened(fill(tmp_path / "vague.db", [vague])) as archive:
        weeks, months = (archive.relations("Norway", "Sweden", by=by) for by in ("week", "month"))
    assert (weeks.periods, weeks.undated.total, weeks.total.total) == ((), 1, 1)
    assert [month.start for month in months.periods] == ["2031-04-01"] and months.undated.total == 0


def test_without_a_date_an_event_has_the_day_of_its_first_report(tmp_path: Path) -> None:
    with opened(
        fill(tmp_path / "a.db", [report("Radio Sarn", "2031-05-13", "Herring", "Norway condemned Sweden.")])
    ) as one:
        event = only(one)
    assert (event.date, event.first, event.last) == (None, "2031-05-13", "2031-05-13")


def test_the_events_of_a_compared_story_are_those_of_its_comparison(own: Path) -> None:
    with opened(own) as archive:
        event = only(archive, type="CONSULT", actor="korr")
        comparison = archive.compare(event.story)
        told = {(e.type, frozenset(e.accounts)) for e in comparison.events}
        kept = archive.events(story=event.story).items
        assert {(e.type, frozenset(a.article for a in e.accounts)) for e in kept} == told
        assert archive.check() == []


def test_a_revision_takes_its_events_along(own: Path) -> None:
    revised = MEETING[2] | {"text": MEETING[2]["text"].replace("met Anna Korr", "wrote to her about fish")}
    with opened(fill(own, [revised])) as archive:
        event = only(archive, type="CONSULT", actor="korr")
        assert {account.outlet for account in event.accounts} == {"Velm Courier", "Ambley Herald"}
        assert archive.check() == []


def test_until_a_revision_is_looked_at_nothing_is_shown_of_the_text_before_it(own: Path) -> None:
    with opened(own) as archive:
        event = only(archive, type="ACCUSE")
        before = archive.article(event.accounts[0].article).article
        after = msgspec.structs.replace(before, text=f"Corrected. {before.text}", paragraphs=())
        keep(archive._store, archive._grouping, Batch(articles=[after]), NOW)
        assert archive.events(type="ACCUSE").total == 0


def test_articles_that_are_not_annotated_have_no_events(tmp_path: Path) -> None:
    path = fill(tmp_path / "later.db", QUARREL, annotate=False)
    with opened(path) as archive:
        assert (archive.events().total, archive.stats().pending) == (0, 1)
        archive.ingest([])
        assert archive.events(type="ACCUSE").total == archive.stats().events - 1 == 1


def test_an_archive_from_before_there_were_events_gets_them(own: Path) -> None:
    with opened(own) as archive:
        before = archive.events().items
        with archive._store.writing():
            archive._store.drop(Blob, [("settings", "events")])
            for story in {event.story for event in before}:
                put_events(archive._store, story, [])
        assert archive.events().total == 0
        archive.ingest([])
        assert archive.events().items == before


def test_a_story_that_is_no_more_leaves_no_events(own: Path) -> None:
    with opened(own) as archive:
        one, other = (archive.events(type=type).items[-1].accounts[0].article for type in ("CONSULT", "ACCUSE"))
        archive.judge(one, other, "same")
        stories = {entry.id for entry in archive.stories().items}
        assert {event.story for event in archive._store.find(Events())} <= stories
        assert archive.events().total == 3 and archive.check() == []


def test_events_are_exported_in_the_columns_of_polecat(sound: Path) -> None:
    with opened(sound) as archive:
        lines, table = io.BytesIO(), io.BytesIO()
        assert archive.export("plover", lines) == archive.export("plover", table, format="csv") == 3
    rows = [json.loads(line) for line in lines.getvalue().splitlines()]
    row = next(row for row in rows if row["Event Type"] == "ACCUSE")
    assert {name: row[name] for name in (
        "Event Date", "Quad Code", "Actor Name", "Actor Country", "Primary Actor Sector", "Recipient Name",
        "Recipient Country", "Source", "Publication Date", "Status", "Event Text",
    )} == {
        "Event Date": "2031-05-21", "Quad Code": "VERBAL CONFLICT", "Actor Name": "Norway", "Actor Country": "NOR",
        "Primary Actor Sector": "GOV", "Recipient Name": "Sweden", "Recipient Country": "SWE", "Source": "Radio Sarn",
        "Publication Date": "2031-05-23", "Status": "done", "Event Text": "Norway condemned Sweden",
    }  # fmt: skip
    # What is not known is empty, not guessed.
    assert (row["Latitude"], row["Wikipedia Actor ID"]) == (None, None)
    read = list(csv.DictReader(io.StringIO(table.getvalue().decode())))
    assert list(read[0])[:8] == ["Event ID", "Event Date", "Event Type", "Event Mode", "Intensity", "Quad Code",
                                 "Contexts", "Actor Name"]  # fmt: skip
    assert [one["Event ID"] for one in read] == [one["Event ID"] for one in rows]


def test_the_pages_and_the_api_show_events_and_the_history_of_two(sound: Path) -> None:
    html = {"accept": "text/html"}
    with opened(sound) as archive, client(archive) as asking:
        listed = asking.get("/events", params={"country": "Norway", "limit": 2})
        assert listed.json()["total"] == 3 and 'rel="next"' in listed.headers["link"]
        assert asking.get("/events", params={"type": "DANCE"}).status_code == 400
        page = asking.get("/events", params={"type": "ACCUSE"}, headers=html).text
        assert "Norway condemned Sweden" in page and "/relations?one=Norway&amp;other=Sweden" in page
        # A form sends its empty fields, too.
        empty = {"actor": "", "type": "", "sector": "", "since": "", "country": "", "independent": "0"}
        assert "3 events" in asking.get("/events", params=empty, headers=html).text
        pair = {"one": "Norway", "other": "Sweden", "by": "week"}
        assert asking.get("/relations", params=pair).json()["total"]["total"] == 2
        drawn = asking.get("/relations", params=pair, headers=html).text
        assert drawn.count("<rect") == 2 and 'aria-hidden="true"' in drawn
        assert '<th scope="row">week of 19 May 2031</th>' in drawn and "1 only planned" in drawn
        assert "The history of two" in asking.get("/relations", headers=html).text
        assert asking.get("/relations").json()["periods"] == []
        story = archive.events(type="ACCUSE").items[0].story
        assert f"/events?story={story}" in asking.get(f"/stories/{story}", headers=html).text


def test_a_model_is_given_the_same(sound: Path) -> None:
    tools = {tool.name: tool for tool in TOOLS}
    with opened(sound) as archive:
        assert tools["events"].answer(archive, {"type": "ACCUSE"}) == archive.events(type="ACCUSE")
        asked = {"one": "Norway", "other": "Sweden", "by": "day"}
        assert tools["relations"].answer(archive, asked) == archive.relations("Norway", "Sweden", by="day", limit=10)
        with pytest.raises(RashomonError, match="wrong arguments"):
            tools["relations"].answer(archive, {"one": "Norway"})
