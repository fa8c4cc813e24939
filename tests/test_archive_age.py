"""How old quotations are: an older article of the archive has the same words inside quotation marks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from served import client, fill, opened
from stores import stored
from typer.testing import CliRunner

from rashomon.archive import Archive
from rashomon.cli.app import app
from rashomon.mcp.tools import TOOLS
from rashomon.store import Earlier, Query, Said, Store, StoryEntry
from rashomon.types import Published, Quote, QuoteForm

WORDS = "We will not sell a single acre of the common land at Ambley while I hold this office"
SEVEN = "sell a single acre of the common"


def put(store: Store, id: str, story: str, published: str | None, *words: str, form: QuoteForm = "direct") -> None:
    """An article in which the mayor says these words, one after the other; mixed: of which the last are quoted."""
    record = stored(id, " ".join(f"Edda Holm: “{part}”." for part in words), story=story, outlet=f"Outlet {id}")
    article = msgspec.structs.replace(record.article, published=Published(value=published) if published else None)
    moment = datetime.fromisoformat(published or "2031-01-01")
    moment += timedelta(hours=12 if len(published or "") == len("2031-01-01") else 0)
    day = (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(days=1)
    content = tuple(article.span(at, at + len(part)) for part in words for at in [article.text.index(part)])
    quoted = {"direct": content, "mixed": content[-1:], "indirect": ()}[form]
    content = content if form == "direct" else (article.span(0, len(article.text)),)
    quote = Quote(id="q", form=form, content=content, quoted=quoted)
    with store.writing():
        store.put([msgspec.structs.replace(record, article=article, day=day)])
        store.put([Said(id=f"{id}:q", article=id, quote=quote, speaker="Edda Holm")])


def begin(store: Store, story: str, start: str) -> None:
    with store.writing():
        store.put([StoryEntry(id=story, start=start, end=start, articles=1)])


def earlier(store: Store, id: str = "new") -> Earlier | None:
    [found] = [one.earlier for one in Archive(store).quotes().items if one.article == id]
    return found


def test_words_that_an_older_article_of_another_story_quotes_are_older_than_the_event(store: Store) -> None:
    begin(store, "dam", "2031-05-05")
    put(store, "late", "land", "2031-05-04", WORDS)
    put(store, "b", "land", "2031-05-03", WORDS)
    put(store, "a", "land", "2031-05-03", WORDS)
    put(store, "new", "dam", "2031-05-05", f"{WORDS}, and not a tree")
    found = earlier(store)
    assert found is not None
    # The first by date, then by id; both passages as they stand.
    assert (found.article, found.outlet, found.published, found.story) == ("a", "Outlet a", "2031-05-03", "land")
    assert (found.days, found.predates) == (2, True)
    assert (found.passage.text, found.words.text) == (WORDS, f"{WORDS}, and not a tree")
    assert found.passage.article == "a" and found.words.article == "new"
    assert [earlier(store, id) is None for id in ("a", "b", "late")] == [True, True, False]


@pytest.mark.parametrize(
    ("before", "now", "days", "predates"),
    [
        # The same story, another day: older, but of its event.
        (("dam", "2031-05-03"), ("dam", "2031-05-05"), 2, False),
        # Another story, but the one that has the words now had begun before.
        (("land", "2031-05-03"), ("dam", "2031-05-07"), 4, False),
        (("land", "2031-05-01"), ("dam", "2031-05-07"), 6, True),
        # Of one day: only earlier by the clock, and in another story.
        (("land", "2031-05-02T08:00:00Z"), ("dam", "2031-05-02T09:00:00Z"), 0, False),
        (("land", "2031-05-02T10:00:00+02:00"), ("dam", "2031-05-02T09:00:00Z"), 0, False),
        (("land", "2031-05-02"), ("dam", "2031-05-02T23:00:00Z"), None, False),
        (("dam", "2031-05-02T08:00:00Z"), ("dam", "2031-05-02T23:00:00Z"), None, False),
        (("dam", "2031-05-02T08:00:00Z"), ("dam", "2031-05-03T00:30:00+03:00"), None, False),
        # Later, however the clocks are set.
        (("land", "2031-05-02T23:00:00-05:00"), ("dam", "2031-05-03T03:00:00Z"), None, False),
        # No date, no age.
        (("land", None), ("dam", "2031-05-07"), None, False),
        (("land", "2031-05-01"), ("dam", None), None, False),
    ],
)  # fmt: skip
def test_age_is_what_the_dates_bear_out(
    store: Store, before: tuple[str, str | None], now: tuple[str, str], days: int | None, predates: bool
) -> None:
    begin(store, "dam", "2031-05-02")
    put(store, "old", *before, WORDS)
    put(store, "new", *now, WORDS)
    found = earlier(store)
    assert (found.days if found else None, found is not None and found.predates) == (days, predates)


def test_words_of_the_same_day_and_story_hide_no_later_use_elsewhere(store: Store) -> None:
    begin(store, "dam", "2031-05-02")
    put(store, "own", "dam", "2031-05-02T08:00:00Z", WORDS)
    put(store, "other", "land", "2031-05-02T09:00:00Z", WORDS)
    put(store, "new", "dam", "2031-05-02T10:00:00Z", WORDS)
    assert earlier(store) is None


@pytest.mark.parametrize(
    ("words", "now", "same"),
    [
        ((WORDS,), (WORDS.upper().replace(" ", " \u00a0 "),), True),
        (("Don’t sell a single acre of the common",), ("don't sell a single acre of THE common!",), True),
        # Eight words in a row, wherever they begin; not seven, nor eight with one between them.
        (("a b c d we do sell a single acre of the", "never"), (WORDS,), False),
        ((f"Whoever asks, we will not {SEVEN} land, ever",), (f"I say it again: {SEVEN} land is not for sale",), True),
        ((f"Whoever asks, we will not {SEVEN}, ever",), (f"I say it again: {SEVEN} is not for sale",), False),
        (("sell a single acre of all the common land",), (WORDS,), False),
        ((f"don't {SEVEN[:-7]}",), (f"don’t {SEVEN[:-7]}",), False),
        # What only the speaker's name keeps asunder is one.
        (("We will not sell a single acre", "of the common land at Ambley"), (WORDS,), True),
        # A form of a word is another word.
        ((WORDS.replace("acre", "acres"),), ("not sell a single acre of the common land",), False),
    ],
)  # fmt: skip
def test_the_same_words_are_eight_in_a_row(
    store: Store, words: tuple[str, ...], now: tuple[str, ...], same: bool
) -> None:
    put(store, "old", "land", "2031-05-01", *words)
    put(store, "new", "dam", "2031-05-02", *now)
    assert (earlier(store) is not None) == same


@pytest.mark.parametrize(("form", "same"), [("mixed", True), ("indirect", False)])
def test_only_what_stands_inside_quotation_marks_counts(store: Store, form: QuoteForm, same: bool) -> None:
    put(store, "old", "land", "2031-05-01", "There was a vote", WORDS, form=form)
    put(store, "new", "dam", "2031-05-02", WORDS)
    assert (earlier(store) is not None) == same
    put(store, "newest", "mill", "2031-05-03", WORDS, "There was a vote", form=form)
    assert earlier(store, "newest") is None


def test_a_page_of_quotations_asks_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        put(store, f"{number}", f"s{number % 5}", f"2031-05-{number + 1:02}", WORDS, f"For the {number}. time I say no")
    asked: list[Query[Any]] = []
    find = store.find

    def counted(query: Query[Any]) -> Iterator[Any]:
        asked.append(query)
        return find(query)

    monkeypatch.setattr(store, "find", counted)
    items = Archive(store).quotes(limit=12).items
    assert len(asked) == 2  # for the quotations, and for their age
    assert [one.earlier.days if one.earlier else None for one in items] == [*range(11, 0, -1), None]


# The same in every answer of an archive that was gathered.

OLD = {
    "outlet": "Ambley Herald", "title": "Ambley keeps its common land", "published": "2031-05-04",
    "url": "https://herald.example/land",
    "text": "The council of Ambley rejected an offer for the common land on Monday.\n\n"
    f"“{WORDS}”, said Mayor Edda Holm after the vote in the town hall.\n\n"
    "Sheep have grazed on the common of Ambley since the mill was built.",
}  # fmt: skip
NEW = {
    "outlet": "Sellen <Post>", "title": "Cracks found in the dam of Port Sellen", "published": "2031-05-06",
    "url": "https://post.example/dam",
    "text": "Engineers found cracks in the dam above Port Sellen and opened its gates.\n\n"
    "The lake behind the dam fell by a metre within hours, and the turbines stood still.\n\n"
    f"“{WORDS}”, said Mayor Edda Holm of Ambley.",
}  # fmt: skip
AGAIN = NEW | {
    "outlet": "Tarn Post", "url": "https://tarn.example/dam", "published": "2031-05-07",
    "text": f"The gates of the cracked dam above Port Sellen stay open, its engineers said.\n\n{NEW['text']}",
}  # fmt: skip


@pytest.fixture(scope="module")
def dam(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two stories; the mayor's words of the first are used in the second."""
    path = fill(tmp_path_factory.mktemp("dam") / "news.db", [OLD, NEW, AGAIN])
    with opened(path) as archive:
        of = {brief.outlet: brief.id for one in archive.stories().items for brief in archive.story(one.id).articles}
        for outlet in ("Sellen <Post>", "Tarn Post"):
            archive.judge(of["Ambley Herald"], of[outlet], "different")
        archive.judge(of["Sellen <Post>"], of["Tarn Post"], "same")
    return path


@pytest.fixture
def ids(dam: Path) -> Iterator[dict[str, str]]:
    """The articles by the first word of their outlet, and the story of the dam."""
    with opened(dam) as archive:
        briefs = [brief for one in archive.stories().items for brief in archive.story(one.id).articles]
    yield {(brief.outlet or "").split()[0]: brief.id for brief in briefs} | {"dam": briefs[0].story or ""}


def test_the_command_line_says_when_and_where_words_were_first_seen(dam: Path, ids: dict[str, str]) -> None:
    def told(*arguments: str) -> str:
        result = CliRunner().invoke(app, [arguments[0], str(dam), *arguments[1:]])
        assert result.exit_code == 0, result.output
        return " ".join(result.output.split())

    seen = f"in Ambley Herald (4 May 2031), {ids['Ambley'][:9]}: before the event that they are used for here"
    assert f"first seen two days earlier, {seen}" in told("quotes", "--article", ids["Sellen"])
    story = told("story", ids["dam"])
    assert "Words said before" in story
    assert f"first seen two days earlier, {seen}" in story and f"first seen three days earlier, {seen}" in story
    assert f"first seen three days earlier, {seen}" in told("article", ids["Tarn"])
    assert "first seen" not in told("article", ids["Ambley"]) + told("quotes", "--article", ids["Ambley"])
    article = json.loads(CliRunner().invoke(app, ["article", str(dam), ids["Tarn"], "--json"]).stdout)
    assert [one["earlier"]["days"] for one in article["older"]] == [3]


def test_pages_and_answers_say_it_too(dam: Path, ids: dict[str, str]) -> None:
    with opened(dam) as archive, client(archive) as asking:
        [first] = [one.earlier for one in archive.article(ids["Sellen"]).older]
        assert first is not None
        link = f"/articles/{first.article}?at={first.passage.start}-{first.passage.end}#"
        archive.compare(ids["dam"])
        for address in ("/quotes", "/speakers/Edda%20Holm", f"/stories/{ids['dam']}", f"/articles/{ids['Sellen']}"):
            page = asking.get(address, headers={"accept": "text/html"}).text
            assert "first seen two days earlier, in <a href=" in page and link in page, address
            assert "<b>before the event that they are used for here</b>" in page and "<Post>" not in page, address
        page = asking.get(f"/articles/{ids['Ambley']}", headers={"accept": "text/html"}).text
        assert "first seen" not in page and 'id="older"' not in page
        story = asking.get(f"/stories/{ids['dam']}", headers={"accept": "application/json"}).json()
        assert {one["article"]: one["earlier"]["days"] for one in story["older"]} == {ids["Sellen"]: 2, ids["Tarn"]: 3}
        tools = {tool.name: tool for tool in TOOLS}
        told = json.loads(msgspec.json.encode(tools["story"].answer(archive, {"story": ids["dam"]})))
        assert told["older"] == story["older"]
        text = archive.article(ids["Tarn"]).article.text
        for start, number in ((0, 0), (text.index(WORDS) - 1, 1)):
            part = {"article": ids["Tarn"], "start": start, "length": 200}
            assert len(msgspec.to_builtins(tools["article"].answer(archive, part))["older"]) == number
