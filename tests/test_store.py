"""What every store must do, on every engine: one contract, through the protocol alone."""

from __future__ import annotations

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stores import PARAGRAPHS, Opening, happened, numbered, said, stored

from rashomon.errors import ArchiveBusy, StoreError
from rashomon.store import (
    Articles,
    Blob,
    Events,
    Feed,
    Feeds,
    Judgement,
    Judgements,
    Party,
    Query,
    Record,
    Revisions,
    Said,
    Sayings,
    Seen,
    Shelf,
    Store,
    Stored,
    Stories,
    StoryEntry,
    StoryEvent,
    Trouble,
    Troubles,
    Who,
)
from rashomon.types import Article, Published, Quote, Span


def put(store: Store, *records: Record) -> None:
    with store.writing():
        store.put(records)


def ids(store: Store, query: Query[Any]) -> list[str]:
    """What a query finds, by id; ``count`` must say the same, and any page of it must be that part of the whole."""
    found = [record.id for record in store.find(query)]
    if query.limit is None and not query.offset:
        assert store.count(query) == len(found)
        page = msgspec.structs.replace(query, limit=2, offset=1)
        assert [record.id for record in store.find(page)] == found[1:3]
        assert store.count(page) == len(found)
        assert [record.id for record in store.find(msgspec.structs.replace(query, offset=2))] == found[2:]
        assert list(store.find(msgspec.structs.replace(query, limit=0))) == []
    return found


# Articles


def test_an_article_comes_back_as_it_was_put(store: Store) -> None:
    text = "Port  notice\n\nThe ferry leaves at 9. – Menu"
    whole = Article(
        id="inner",
        outlet="Radio Sarn",
        title="Ferry",
        published=Published(value="2031-05", inferred=True),
        modified="2031-06-01",
        author="J. Vask",
        url="https://sarn.example/f",
        language="en",
        text=text,
        paragraphs=(Span("inner", 14, 36, text[14:36]),),
        headings=(Span("inner", 0, 12, text[:12]),),
        furniture=(Span("inner", 39, 43, text[39:]),),
        credits=("North Coast Agency",),
    )
    bare = Article(id="b", text="")
    one = Stored(id="outer", article=whole, digest="1", gathered="g", day=-1.5, actors=("A", "B"), places=("C",))
    other = Stored(id="b", article=bare, digest="2", gathered="h", day=0.25, story="s", annotated="fast/1", revision=3)
    put(store, one, other)
    assert store.get(Stored, ["b", "outer"]) == [numbered(other, 2), numbered(one, 1)]
    assert list(store.find(Articles())) == [numbered(one, 1), numbered(other, 2)]


def test_spans_that_break_the_slice_law_come_back_as_they_were(store: Store) -> None:
    spans = (Span("x", 0, 3, "The"), Span("a", 0, 3, "not"), Span("a", 2, 900, "beyond"), Span("a", -3, -1, "b"))
    one = stored("a")
    one = msgspec.structs.replace(one, article=msgspec.structs.replace(one.article, headings=spans))
    put(store, one)
    assert store.get(Stored, ["a"]) == [numbered(one, 1)]


def test_get_follows_the_order_of_the_keys_and_passes_over_what_is_not_there(store: Store) -> None:
    put(store, *(stored(f"a{n}") for n in range(1200)))
    keys = [f"a{n}" for n in range(1199, -1, -1)]
    assert [record.id for record in store.get(Stored, ["none", *keys, "a7", "nor this"])] == [*keys, "a7"]
    assert store.get(Stored, []) == []


def test_articles_are_found_by_arrival_and_by_what_is_asked_of_them(store: Store) -> None:
    put(
        store,
        stored("c", story="s", day=10.0, annotated="fast/1"),
        stored("a", story="s", day=12.0, outlet="VELM courier", annotated="accurate/1"),
        stored("b", story="t", day=11.0, outlet=None),
        stored("d", day=9.5, outlet="Straße 7", annotated="fast/2"),
    )
    assert ids(store, Articles()) == ["c", "a", "b", "d"]
    assert ids(store, Articles(story="s")) == ["c", "a"]
    assert ids(store, Articles(outlet="velm COURIER")) == ["c", "a"]
    assert ids(store, Articles(outlet="STRASSE 7")) == ["d"]
    assert ids(store, Articles(outlet="velm")) == []
    assert ids(store, Articles(since=10.0, until=11.0)) == ["c", "b"]
    assert ids(store, Articles(pending="fast/1")) == ["a", "b", "d"]
    assert ids(store, Articles(pending="none has it")) == ["c", "a", "b", "d"]
    assert ids(store, Articles(beyond=2)) == ["b", "d"]
    assert ids(store, Articles(begins="")) == ["c", "a", "b", "d"]
    assert ids(store, Articles(begins="b")) == ["b"]
    assert ids(store, Articles(begins="b%")) == []
    assert ids(store, Articles(beyond=1, pending="fast/2", story="s")) == ["a"]


def test_an_article_keeps_its_number_and_no_number_is_given_twice(store: Store) -> None:
    put(store, stored("a"), stored("b"), stored("c"))
    with store.writing():
        store.drop(Stored, ["c", "not there"])
    put(store, stored("d"), stored("a", story="s"))
    assert [(record.id, record.number) for record in store.find(Articles())] == [("a", 1), ("b", 2), ("d", 4)]


def test_a_higher_revision_pushes_the_one_before_it_among_the_revisions(store: Store) -> None:
    first = stored("a", "The bridge is open.", day=1.0, annotated="v")
    second = stored("a", "The bridge is closed.", revision=2, day=2.0, title=None)
    third = stored("a", "The bridge is gone.", revision=5, day=2.0, outlet="Radio Sarn")
    put(store, first, stored("b"), second, third)
    wanted = [numbered(record, 1) for record in (first, second, third)]
    assert list(store.find(Revisions(article="a"))) == wanted
    assert list(store.find(Revisions(article="a", limit=1, offset=1))) == wanted[1:2]
    assert store.count(Revisions(article="a", limit=1)) == 3
    assert list(store.find(Revisions(article="none"))) == []
    assert store.get(Stored, ["a"]) == wanted[2:]
    assert ids(store, Articles()) == ["a", "b"]
    assert ids(store, Articles(words="closed")) == ids(store, Articles(words="open")) == []
    assert ids(store, Articles(words="gone")) == ["a"]
    assert ids(store, Articles(outlet="radio sarn")) == ["a"]
    # One that is not the newest is put in its own place.
    put(store, msgspec.structs.replace(first, annotated="w"))
    assert [record.annotated for record in store.find(Revisions(article="a"))] == ["w", None, None]
    assert store.check() == []
    with store.writing():
        store.drop(Stored, ["a"])
    assert store.count(Revisions(article="a")) == 0
    assert ids(store, Articles(words="gone")) == []


def test_the_same_revision_again_replaces_what_was_kept_of_it(store: Store) -> None:
    put(store, stored("a", "The bridge is open."), stored("b"))
    moved = stored("a", "The bridge is open.", story="s", annotated="v", actors=("Ida Korn",))
    put(store, moved, entry("s", changed="1"))
    assert store.get(Stored, ["a"]) == [numbered(moved, 1)]
    assert ids(store, Articles(words="open", story="s")) == ["a"]
    edited = stored("a", "The bridge is shut.", title="Shut")
    put(store, edited)
    assert store.get(Stored, ["a"]) == [numbered(edited, 1)]
    assert (ids(store, Articles(words="open")), ids(store, Articles(words="shut"))) == ([], ["a"])
    assert store.count(Revisions(article="a")) == 1
    assert store.check() == []


# Stories


def entry(id: str, **more: Any) -> StoryEntry:
    return StoryEntry(id=id, **more)


def test_stories_are_found_newest_change_first(store: Store) -> None:
    bridge = entry("b", title="The bridge", start="2031-05-01", end="2031-05-09", changed="2031-05-09T00:00:00Z",
                   articles=3, independent=2, outlets=("Velm Courier", "Radio Sarn"),
                   actors=("Ida KORN",), places=("Velm",))  # fmt: skip
    ferry = entry("f", start="2031-05-09", end="2031-06-01", changed="2031-06-01T00:00:00Z", independent=1,
                  outlets=("Radio Sarn",), stale=True)  # fmt: skip
    undated = entry("a", changed="2031-05-09T00:00:00Z")
    put(store, bridge, ferry, undated)
    assert store.get(StoryEntry, ["b", "f"]) == [bridge, ferry]
    assert ids(store, Stories()) == ["f", "b", "a"]
    assert ids(store, Stories(since="2031-05-09", until="2031-05-09")) == ["f", "b"]
    assert ids(store, Stories(until="2031-05-08")) == ["b"]
    assert ids(store, Stories(since="2031-05-10")) == ["f"]
    assert ids(store, Stories(outlet="RADIO sarn")) == ["f", "b"]
    assert ids(store, Stories(outlet="radio")) == []
    assert ids(store, Stories(actor="ida korn", place="velm")) == ids(store, Stories(actor="KORN")) == ["b"]
    assert ids(store, Stories(actor="ida brill")) == ids(store, Stories(place="-")) == []
    assert ids(store, Stories(actor="velm")) == []
    assert ids(store, Stories(independent=1)) == ["f", "b"]
    assert (ids(store, Stories(stale=True)), ids(store, Stories(stale=False))) == (["f"], ["b", "a"])
    put(store, msgspec.structs.replace(bridge, outlets=("Tidewater Post",), changed="2031-07-01T00:00:00Z"))
    assert ids(store, Stories(outlet="radio sarn")) == ["f"]
    assert ids(store, Stories(outlet="tidewater post")) == ["b"]
    assert ids(store, Stories()) == ["b", "f", "a"]
    with store.writing():
        store.drop(StoryEntry, ["b", "none"])
    assert ids(store, Stories(outlet="tidewater post")) == []
    assert store.check() == []


def test_stories_are_found_by_the_words_of_their_articles(store: Store) -> None:
    put(store, entry("s", changed="1"), entry("t", changed="2"), entry("u", changed="3"))
    put(store, stored("a", "Nets are mended.", story="s"), stored("b", "A net.", story="t"), stored("c", "A net."))
    put(store, stored("d", "More nets.", story="s"))
    assert ids(store, Stories(words="net")) == ["t", "s"]
    assert ids(store, Stories(words="mended net")) == ["s"]
    assert ids(store, Stories(words="…")) == []


# Attributions


def test_attributions_know_their_article_and_come_newest_first(store: Store) -> None:
    put(store, entry("s", changed="1"), entry("t", changed="1"))
    old = stored("a", day=1.0, story="s")
    new = stored("b", day=2.0, outlet="Radio Sarn")
    sayings = [
        said("2", old, "We will not reopen the bridge before the winter"),
        said("1", old, "met on Tuesday", speaker="Otto Brill"),
        said("3", new, "vote on the old bridge", speaker=None),
    ]
    put(store, *sayings, old, new)
    got = store.get(Said, ["1", "3"])
    published = "2031-05-06T07:08:09Z"
    assert got[0] == msgspec.structs.replace(sayings[1], story="s", outlet="Velm Courier", published=published)
    assert got[1] == msgspec.structs.replace(sayings[2], outlet="Radio Sarn", published=published)
    assert ids(store, Sayings()) == ["3", "1", "2"]
    assert ids(store, Sayings(article="a")) == ids(store, Sayings(story="s")) == ["1", "2"]
    assert ids(store, Sayings(outlet="radio SARN")) == ["3"]
    assert ids(store, Sayings(since=2.0)) == ["3"]
    assert ids(store, Sayings(until=1.0, words="reopening")) == ["2"]
    assert ids(store, Sayings(words="bridge -winter")) == ["3"]
    # What an article says of itself may change; an attribution says what its article says now.
    put(store, msgspec.structs.replace(old, story="t", day=3.0))
    assert [one.story for one in store.find(Sayings())] == ["t", "t", None]
    with store.writing():
        store.drop(Said, ["a"])
    assert ids(store, Sayings()) == ["3"]
    assert ids(store, Sayings(words="reopen")) == []
    assert store.check() == []


def test_speakers_are_found_by_whole_words_of_their_names(store: Store) -> None:
    article = stored("a")
    names = ("Ida Korn", "Korn, Ida-Marie", "Otto Korner", "Jón Þorsson", None, "Peters")
    put(store, article, *(said(str(n), article, "bridge", speaker=name) for n, name in enumerate(names)))
    assert ids(store, Sayings(speaker="korn")) == ["0", "1"]
    assert ids(store, Sayings(speaker="IDA korn")) == ["0", "1"]
    assert ids(store, Sayings(speaker="marie ida")) == ["1"]
    assert ids(store, Sayings(speaker="jon")) == ids(store, Sayings(speaker="Jón þorsson")) == ["3"]
    assert ids(store, Sayings(speaker="peter")) == []
    assert ids(store, Sayings(speaker="korn", words="winter")) == []
    assert ids(store, Sayings(speaker="-")) == []
    put(store, said("0", article, "winter", speaker="Otto Brill"))
    assert ids(store, Sayings(speaker="ida")) == ["1"]
    assert ids(store, Sayings(speaker="brill", words="winter")) == ["0"]


# Events


def party(name: str, country: str | None = None, sector: str | None = None) -> Party:
    return Party(name=name, kind="person", country=country, sector=sector)


KORN = party("Ida Korn", "NOR", "GOV")
BRILL = party("Otto Brill", "SWE", "MIL")
VESK = party("Mara Vesk", "NOR", "MIL")


def test_events_are_found_by_what_they_are_latest_first(store: Store) -> None:
    one, other = stored("a", story="s"), stored("b", story="s")
    put(store, entry("s", changed="1"), entry("t", changed="1"), one, other)
    met = happened("s:1", "s", one, other)
    struck = happened("t:1", "t", one, type="ASSAULT", quad=4, first="2031-05-01", last="2031-05-31")
    asked = happened("s:2", "s", one, type="REQUEST", quad=3, first=None, last=None)
    put(store, met, struck, asked)
    assert ids(store, Events()) == ["s:1", "t:1", "s:2"]
    assert store.get(StoryEvent, ["t:1", "s:1"]) == [struck, met]
    assert ids(store, Events(limit=1, offset=1)) == ["t:1"] and store.count(Events(limit=1)) == 3
    assert ids(store, Events(type="ASSAULT")) == ids(store, Events(story="t")) == ["t:1"]
    # The days of an event may be many: it is found by any of them. One of no known day is found by none.
    assert ids(store, Events(since="2031-05-07")) == ids(store, Events(until="2031-05-05")) == ["t:1"]
    assert ids(store, Events(independent=2)) == ["s:1"]
    with store.writing():
        store.drop(StoryEvent, ["s"])
        store.put([msgspec.structs.replace(struck, first="2031-06-01", last="2031-06-01")])
    assert [event.first for event in store.find(Events())] == ["2031-06-01"]
    assert store.check() == []


def test_events_are_found_by_one_party_that_is_all_that_is_asked(store: Store) -> None:
    article = stored("a", story="s")
    put(store, entry("s", changed="1"), article)
    put(
        store,
        happened("1", "s", article, actors=(KORN,), recipients=(BRILL,)),
        happened("2", "s", article, actors=(BRILL, VESK), recipients=()),
    )
    assert ids(store, Events(actor=Who(name="KORN ida"))) == ids(store, Events(recipient=Who(name="brill"))) == ["1"]
    assert ids(store, Events(actor=Who(name="ida brill"))) == ids(store, Events(actor=Who(name="ida vesk"))) == []
    assert ids(store, Events(actor=Who(country="NOR"))) == ["1", "2"]
    assert ids(store, Events(party=Who(country="NOR", sector="MIL"))) == ["2"]
    assert ids(store, Events(party=Who(country="SWE", sector="GOV"))) == ids(store, Events(party=Who(name="–"))) == []


def test_events_between_two_are_what_one_does_to_the_other_or_both_do_together(store: Store) -> None:
    article = stored("a", story="s")
    put(store, entry("s", changed="1"), article)
    there = {"actors": (KORN,), "recipients": (BRILL,)}
    put(
        store,
        happened("1", "s", article, type="ACCUSE", **there),
        happened("2", "s", article, type="ACCUSE", actors=(BRILL,), recipients=(KORN,)),
        happened("3", "s", article, type="CONSULT", actors=(KORN, BRILL), recipients=()),
        # Both do it to a third, or only one of them has to do with it.
        happened("4", "s", article, type="ACCUSE", actors=(KORN, BRILL), recipients=(VESK,)),
        happened("5", "s", article, type="CONSULT", actors=(KORN,), recipients=()),
    )
    korn, brill = Who(name="korn"), Who(name="otto brill")
    assert ids(store, Events(between=(korn, brill))) == ids(store, Events(between=(brill, korn))) == ["1", "2", "3"]
    assert ids(store, Events(between=(korn, Who(country="NOR")))) == ["4"]
    assert ids(store, Events(between=(korn, brill), type="CONSULT")) == ["3"]


# The rest


def test_the_same_trouble_is_kept_once_and_counted(store: Store) -> None:
    def trouble(day: int, message: str = "gone", input: str = "a.html", kind: str = "fetch", times: int = 1) -> Trouble:
        when = f"2031-05-{day:02}T00:00:00Z"
        return Trouble(input=input, kind=kind, message=message, first=when, last=when, times=times)

    put(store, trouble(2), trouble(3, kind="read"), trouble(5, times=2), trouble(4, input="z" * 5000))
    put(store, trouble(1), trouble(3, message="slow"))
    first, last = "2031-05-01T00:00:00Z", "2031-05-05T00:00:00Z"
    counted = Trouble(input="a.html", kind="fetch", message="gone", first=first, last=last, times=4)
    wanted = [counted, trouble(4, input="z" * 5000), trouble(3, message="slow"), trouble(3, kind="read")]
    assert list(store.find(Troubles())) == wanted
    assert list(store.find(Troubles(kind="fetch"))) == wanted[:3]
    assert (store.count(Troubles()), store.count(Troubles(kind="fetch", limit=1))) == (4, 3)
    assert store.get(Trouble, ["z" * 5000, "a.html"]) == [wanted[1], wanted[0], wanted[2], wanted[3]]
    with store.writing():
        store.drop(Trouble, ["a.html", "none"])
    assert list(store.find(Troubles())) == wanted[1:2]


def test_no_judgement_is_overwritten(store: Store) -> None:
    one = Judgement(one="a", other="b", verdict="same", given="1", by="Mara", note="both on the vote")
    two = Judgement(one="a", other="b", verdict="different", given="2")
    three = Judgement(about="finding", one="s", other="f3", verdict="different", given="0")
    put(store, one, one, two)
    put(store, three)
    wanted = [msgspec.structs.replace(j, number=n) for n, j in enumerate((one, one, two, three), 1)]
    assert list(store.find(Judgements())) == wanted
    assert list(store.find(Judgements(about="finding"))) == wanted[3:]
    assert list(store.find(Judgements(naming="b", limit=2))) == wanted[:2]
    assert store.count(Judgements(naming="a", about="articles")) == 3
    assert store.get(Judgement, ["3", "x", "99"]) == wanted[2:3]
    with store.writing():
        store.drop(Judgement, ["4", "x"])
    put(store, two)
    assert [judgement.number for judgement in store.find(Judgements())] == [1, 2, 3, 5]


def test_feeds_are_due_by_their_day_until_they_are_gone(store: Store) -> None:
    long = "https://velm.example/" + "b" * 5000
    feeds = [
        Feed(url="https://velm.example/a", title="Velm", etag='"x"', modified="m", checked="c", due="2031-05-02",
             interval=60.5, failures=2),
        Feed(url=long, due="2031-05-03"),
        Feed(url="https://velm.example/c", due="2031-05-01", gone=True),
        Feed(url="https://velm.example/d"),
    ]  # fmt: skip
    put(store, *reversed(feeds))
    assert list(store.find(Feeds())) == feeds
    assert list(store.find(Feeds(due="2031-05-02"))) == [feeds[0], feeds[3]]
    assert store.count(Feeds(due="2031-05-03", limit=1)) == 3
    changed = msgspec.structs.replace(feeds[1], title="Long")
    put(store, changed)
    assert store.get(Feed, [long, "https://velm.example/none"]) == [changed]
    with store.writing():
        store.drop(Feed, [long])
    assert store.get(Feed, [long]) == []


def test_addresses_are_remembered(store: Store) -> None:
    url = "https://velm.example/?q=" + "é" * 3000
    one = Seen(url=url, read="2031-05-01", article="a", etag="e", modified="m", attempts=3)
    two = Seen(url="https://velm.example/", read="2031-05-02")
    put(store, one, two)
    assert store.get(Seen, [two.url, url]) == [two, one]
    put(store, msgspec.structs.replace(one, attempts=0))
    assert store.get(Seen, [url])[0].attempts == 0
    with store.writing():
        store.drop(Seen, [url, "none"])
    assert store.get(Seen, [two.url, url]) == [two]


def test_blobs_lie_on_their_shelf_by_place(store: Store) -> None:
    blobs = [Blob(shelf="s", key=f"k{n % 7}{n}", data=bytes([n, 0, 255]), place=n // 10) for n in range(30)]
    other = Blob(shelf="t", key="k00", data=b"")
    put(store, *blobs, other)
    wanted = sorted(blobs, key=lambda blob: (blob.place, blob.key))
    assert list(store.find(Shelf(shelf="s"))) == wanted
    assert list(store.find(Shelf(shelf="s", limit=3, offset=9))) == wanted[9:12]
    assert (store.count(Shelf(shelf="s")), store.count(Shelf(shelf="u"))) == (30, 0)
    replaced = msgspec.structs.replace(blobs[0], data=b"new", place=9)
    put(store, replaced)
    assert list(store.find(Shelf(shelf="s")))[-1] == replaced
    assert store.get(Blob, [("t", "k00"), ("s", "k00"), ("s", "none")]) == [other, replaced]
    with store.writing():
        store.drop(Blob, [("s", "k00"), ("s", "none")])
    assert store.get(Blob, [("s", "k00"), ("t", "k00")]) == [other]


# Transactions


def test_what_fails_inside_a_transaction_leaves_nothing(store: Store, opening: Opening) -> None:
    put(store, stored("a"))
    with pytest.raises(ZeroDivisionError), store.writing():
        store.put([stored("b"), stored("a", revision=2), Blob(shelf="s", key="k", data=b"")])
        store.drop(Stored, ["a"])
        assert ids(store, Articles()) == ["b"]
        raise ZeroDivisionError
    for one in (store, opening()):
        assert list(one.find(Articles())) == [numbered(stored("a"), 1)]
        assert one.count(Shelf(shelf="s")) == 0
    put(store, stored("c"))
    assert [record.number for record in store.find(Articles())] == [1, 2]


def test_an_error_that_was_passed_over_keeps_the_transaction_from_being_kept(store: Store) -> None:
    with pytest.raises(StoreError, match="too long"), store.writing():
        store.put([stored("a")])
        with pytest.raises(StoreError, match="the name 'kkkkk"):
            store.put([Blob(shelf="s", key="k" * 1001, data=b"")])
    assert store.count(Articles()) == 0


def test_numbers_that_no_engine_has_are_refused(store: Store) -> None:
    for bad in (
        Blob(shelf="s", key="k", data=b"", place=2**63),
        stored("a", day=float("nan")),
        Feed(url="f", interval=float("inf")),
    ):
        with pytest.raises(StoreError):
            put(store, bad)
    assert (store.count(Shelf(shelf="s")), store.count(Articles())) == (0, 0)


def test_what_is_put_is_seen_inside_at_once_and_outside_at_the_end(store: Store, opening: Opening) -> None:
    other = opening()
    with store.writing():
        store.put([stored("a"), entry("s", changed="1"), said("1", stored("a"), "bridge")])
        for one, wanted in ((store, 1), (other, 0)):
            assert len(one.get(Stored, ["a"])) == wanted
            assert len(list(one.find(Articles(words="bridge")))) == wanted
            queries: Sequence[Query[Any]] = (Articles(), Stories(), Sayings(speaker="korn"), Articles(limit=5))
            assert [one.count(query) for query in queries] == [wanted] * 4
    assert ids(other, Articles(words="bridge")) == ["a"]


def test_writing_is_asked_for_once_and_before_anything_is_put(store: Store) -> None:
    with pytest.raises(StoreError, match="only possible while writing"):
        store.put([stored("a")])
    with pytest.raises(StoreError, match="only possible while writing"):
        store.drop(Stored, ["a"])
    with store.writing():
        store.put([stored("a")])
        with pytest.raises(StoreError, match="is being written to already"), store.writing():
            raise AssertionError
        store.put([stored("b")])
    assert ids(store, Articles()) == ["a", "b"]


def test_a_second_writer_waits_and_is_then_told_that_the_archive_is_busy(store: Store, opening: Opening) -> None:
    other = opening(patience=0.2)
    with store.writing():
        with pytest.raises(ArchiveBusy, match=r"another process .* within 0.2 seconds"), other.writing():
            raise AssertionError
        assert other.count(Articles()) == 0
    put(other, stored("a"))
    assert ids(store, Articles()) == ["a"]


def test_a_search_sees_what_was_there_when_its_first_record_was_asked_for(store: Store, opening: Opening) -> None:
    records = [stored(f"a{n}", story="s", day=float(n)) for n in range(1200)]
    put(
        store, *records, *(Blob(shelf="s", key=f"{n:04}", data=b"x" * 99) for n in range(1200)), entry("s", changed="1")
    )
    reader = opening()
    queries: Sequence[Query[Any]] = (Articles(), Articles(limit=1190), Articles(words="velm"), Shelf(shelf="s"))
    before = [list(reader.find(query)) for query in queries]
    searches = [reader.find(query) for query in queries]
    begun = [next(search) for search in searches]
    put(store, *(stored(f"a{n}", "Rewritten.", revision=2) for n in range(0, 1200, 3)), stored("new"))
    with store.writing():
        store.drop(Blob, [("s", f"{n:04}") for n in range(600, 1200)])
    for first, search, wanted in zip(begun, searches, before, strict=True):
        assert [first, *search] == wanted
    assert reader.count(Articles()) == 1201


def test_a_search_inside_a_transaction_does_not_see_what_is_put_after_it_began(store: Store) -> None:
    blobs = [Blob(shelf="s", key=f"{n:04}", data=b"", place=n) for n in range(700)]
    articles = [numbered(stored(f"a{n}", day=float(n)), n + 1) for n in range(600)]
    put(store, *blobs, *articles)
    questions: Sequence[tuple[Query[Any], Sequence[Record]]] = (
        (Shelf(shelf="s"), blobs),
        (Articles(), articles),
        (Articles(words="bridge", limit=550), articles[:550]),
        (Articles(since=0.0), articles),
        (Revisions(article="a5"), articles[5:6]),
    )
    for query, wanted in questions:
        with pytest.raises(ZeroDivisionError), store.writing():
            search = store.find(query)
            first = next(search)
            store.put(msgspec.structs.replace(blob, place=900 - blob.place) for blob in blobs)
            store.put(stored(article.id, "Rewritten.", revision=2, day=-article.day) for article in articles)
            store.put(stored(f"new {n}", day=float(n)) for n in range(600))
            store.drop(Blob, [("s", f"{n:04}") for n in range(300, 700)])
            store.drop(Stored, [f"a{n}" for n in range(400, 600)])
            assert [first, *search] == wanted
            raise ZeroDivisionError


def test_a_search_does_not_outlive_the_transaction_that_it_began_in(store: Store) -> None:
    with store.writing():
        store.put([stored("a"), stored("b")])
        search = store.find(Articles())
        next(search)
    with pytest.raises(StoreError, match="after the transaction"):
        next(search)


def test_the_threads_of_a_process_share_a_store(store: Store) -> None:
    numbers = range(40)

    def count_up(_: int) -> None:
        with store.writing():
            kept = store.get(Blob, [("numbers", "count")])
            put = int(kept[0].data) + 1 if kept else 1
            store.put([Blob(shelf="numbers", key="count", data=b"%d" % put), stored(f"a{put}")])

    with store.writing(), ThreadPoolExecutor(1) as other:
        store.put([stored("a0")])
        assert other.submit(ids, store, Articles()).result() == []
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(count_up, numbers))
        found = list(threads.map(lambda _: ids(store, Articles()), numbers))
    assert store.get(Blob, [("numbers", "count")])[0].data == b"40"
    assert found == [[f"a{n}" for n in range(41)]] * 40


def test_closing_twice_is_harmless_and_what_is_closed_says_so(opening: Opening) -> None:
    store = opening()
    store.close()
    store.close()
    for ask in (lambda: store.count(Articles()), lambda: next(store.find(Articles())), store.check):
        with pytest.raises(StoreError, match="was closed"):
            ask()
    with pytest.raises(StoreError, match="was closed"), store.writing():
        raise AssertionError


def test_what_is_only_read_cannot_be_written(store: Store, opening: Opening) -> None:
    put(store, stored("a"))
    reader = opening(readonly=True)
    assert ids(reader, Articles(words="bridge")) == ["a"]
    assert reader.check() == []
    with pytest.raises(StoreError, match="opened for reading only"), reader.writing():
        raise AssertionError


def test_an_archive_that_is_only_to_be_read_must_be_there(url: str, opening: Opening) -> None:
    with pytest.raises(StoreError, match="there is no"):
        opening(readonly=True)
    opening().close()
    assert opening(readonly=True).count(Articles()) == 0


def test_records_that_name_others_that_are_not_there_are_named(store: Store) -> None:
    article = stored("a", story="lost")
    put(store, happened("e", "nowhere", article))
    put(store, article, said("1", stored("gone"), "bridge"), Seen(url="https://velm.example/", read="r", article="b"))
    assert store.check() == [
        "article a: the story that it belongs to is missing",
        "attribution 1: its article is missing",
        "event e: its story is missing",
        "address https://velm.example/: the article that it gave is missing",
    ]


# Whatever it is that comes


_ODD = st.text(st.characters(codec="utf-8") | st.sampled_from("\x00\ud800\udfff\U0010ffff\u200b\u0301ß"), max_size=40)
_NAME = st.none() | _ODD


@st.composite
def _articles(draw: st.DrawFn) -> Article:
    text = draw(_ODD)
    id = draw(_ODD)
    ends = st.integers(0, len(text))
    spans = st.lists(st.tuples(ends, ends).map(sorted), max_size=3)

    def some() -> tuple[Span, ...]:
        return tuple(Span(id, start, end, text[start:end]) for start, end in draw(spans))

    published = draw(st.none() | st.builds(Published, value=_ODD, inferred=st.booleans()))
    return Article(id=id, text=text, outlet=draw(_NAME), title=draw(_NAME), published=published, modified=draw(_NAME),
                   author=draw(_NAME), url=draw(_NAME), language=draw(_NAME), paragraphs=some(), headings=some(),
                   furniture=some(), credits=tuple(draw(st.lists(_ODD, max_size=2))))  # fmt: skip


def _kept(value: Any) -> Any:
    """The value with what no engine can keep as U+FFFD: what a store must give back."""
    if isinstance(value, str):
        return "".join("\ufffd" if char == "\x00" or "\ud800" <= char <= "\udfff" else char for char in value)
    if isinstance(value, tuple):
        return tuple(map(_kept, value))
    if isinstance(value, msgspec.Struct):
        fields = {name: _kept(getattr(value, name)) for name in value.__struct_fields__}
        return type(value)(**fields)
    return value


_SETTINGS = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@_SETTINGS
@given(_articles(), _ODD, st.lists(_ODD, max_size=2).map(tuple), st.floats(-1e6, 1e6), st.integers(1, 9))
def test_any_article_comes_back_equal(
    store: Store, article: Article, id: str, names: tuple[str, ...], day: float, revision: int
) -> None:
    record = Stored(id=id, article=article, digest=id, gathered=id, day=day, revision=revision, story=id or None,
                    annotated=id, actors=names, places=names)  # fmt: skip
    with store.writing():
        store.drop(Stored, [id])
        store.put([record])
        (inside,) = store.get(Stored, [id])
    assert store.get(Stored, [id]) == [inside] == list(store.find(Articles(story=id or None, beyond=inside.number - 1)))
    assert inside == numbered(_kept(record), inside.number)
    assert list(store.find(Revisions(article=id))) == [inside]


@_SETTINGS
@given(_ODD, st.lists(st.tuples(st.integers(0, 60), _ODD), min_size=1, max_size=3), st.integers(0, 20), _NAME)
def test_any_attribution_comes_back_equal(
    store: Store, id: str, parts: list[tuple[int, str]], inner: int, speaker: str | None
) -> None:
    content = tuple(Span("a", start, start + len(text), text) for start, text in parts)
    first = content[0]
    quoted = (Span("a", first.start, first.start + inner, first.text[:inner]), Span("b", 0, 1, "x"), first)
    quote = Quote(id="q", form="direct", content=content, quoted=quoted, cue=first, chain=("x", "y"), confidence=0.25)
    with store.writing():
        store.put([stored("a"), Said(id=id, article="a", quote=quote, speaker=speaker)])
    (got,) = store.get(Said, [id])
    assert (got.quote, got.speaker, got.id) == (_kept(quote), _kept(speaker), _kept(id))


@_SETTINGS
@given(_ODD)
def test_nothing_that_a_person_types_is_an_error(store: Store, typed: str) -> None:
    queries: Sequence[Query[Any]] = (
        Articles(words=typed),
        Articles(outlet=typed),
        Articles(pending=typed),
        Stories(words=typed),
        Stories(actor=typed),
        Sayings(words=typed),
        Sayings(speaker=typed),
        Judgements(naming=typed),
    )
    for query in queries:
        assert store.count(query) == len(list(store.find(query))) == 0


def test_every_article_is_found_by_any_of_its_words(store: Store) -> None:
    rng = random.Random(5)
    letters = "aeiourstlnmé"
    articles = [
        stored(f"a{n}", " ".join("".join(rng.choices(letters, k=5)) for _ in range(30)), title=None) for n in range(40)
    ]
    put(store, *articles)
    for record in articles:
        word = rng.choice(record.article.text.split())
        assert record.id in ids(store, Articles(words=word.upper()))
        assert record.id in ids(store, Articles(words=f'"{record.article.text[6:29]}"'))
    assert PARAGRAPHS[0] not in {record.article.text for record in store.find(Articles())}
