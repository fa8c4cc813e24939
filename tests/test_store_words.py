"""Full text: what a person types finds the same on every engine. Texts and names are invented."""

from __future__ import annotations

import time

import pytest
from stores import said, stored

from rashomon.store import Articles, Sayings, Store, Stored

TEXTS = {
    "vote": ("Council votes on bridge", "The council’s members voted twice. Its vice-president, Zoë Brûlé, abstained."),
    "ferry": ("Ferry to Sarn", "Ferries to Upper Sarn leave hourly; the ferryman is relieved. Tickets: 12.50 crowns."),
    "talks": (None, "U.S. envoys met the mayor’s aide in Velm. “We agreed on nothing”, the aide said."),
    "storm": ("Storm", "A stormy night: the STORM felled trees_and_masts near Velm.\n\nBridge traffic was relayed."),
    "naïve": ("On 3 May", "Naive or naïve? ÉTÉ, été, ete. Ελλάδα. Москва. 東京 2031. Straße. ΟΔΟΣ."),
}
EVERYTHING = sorted(TEXTS)


@pytest.fixture
def news(store: Store) -> Store:
    with store.writing():
        for id, (title, text) in TEXTS.items():
            article = stored(id, text, title=title)
            store.put([article, said(f"of {id}", article, text)])
    return store


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        # Words, in any case and form, in title and text; all must stand in the article.
        ("council", ["vote"]),
        ("VOTING", ["vote"]),
        ("storms", ["storm"]),
        ("velm", ["storm", "talks"]),
        ("velm storm", ["storm"]),
        ("sarn ferry", ["ferry"]),
        ("the", ["ferry", "storm", "talks", "vote"]),
        ("to be", []),
        ("bridge", ["storm", "vote"]),
        # Diacritics and marks make no difference.
        ("zoe brule", ["vote"]),
        ("Bru\u0302le\u0301", ["vote"]),
        ("ete", ["naïve"]),
        ("NAÏVE", ["naïve"]),
        ("ΕΛΛΆΔΑ", ["naïve"]),
        ("Ελλα\u0301δα", ["naïve"]),
        ("ελλαδα", []),
        ("οδος", ["naïve"]),
        ("Οδοσ", ["naïve"]),
        ("МОСКВА", ["naïve"]),
        ("東京", ["naïve"]),
        ("straße", ["naïve"]),
        ("councils", ["vote"]),
        ("council's", ["vote"]),
        ("mayor’s aide", ["talks"]),
        ("trees", ["storm"]),
        ("U.S.", ["talks"]),
        ("u.s. envoy", ["talks"]),
        ("12.50", ["ferry"]),
        ("12.5", []),
        ("2031", ["naïve"]),
        # Phrases, and words that a mark joins.
        ('"upper sarn"', ["ferry"]),
        ('"sarn upper"', []),
        ("“upper sarn”", ["ferry"]),
        ("„Upper Sarn“ «leave hourly»", ["ferry"]),
        ('"we agreed on nothing', ["talks"]),
        ('"met the mayor"', ["talks"]),
        ("vice-president", ["vote"]),
        ("president-vice", []),
        ('"on bridge the council"', []),  # the title is not the text's beginning
        # Exclusion.
        ("velm -storm", ["talks"]),
        ("velm −storm", ["talks"]),
        ("-storm velm", ["talks"]),
        ('velm -"felled trees"', ["talks"]),
        ("velm -felled -envoys", []),
        ("the -velm -ferry", ["vote"]),
        ("-velm", []),
        ("velm --storm", ["talks"]),
        ("velm -", ["storm", "talks"]),
        ("velm - storm", ["storm"]),
        # Beginnings.
        ("ferr*", ["ferry"]),
        ("ferrym*", ["ferry"]),
        ("coun* vot*", ["vote"]),
        ("velm -sto*", ["talks"]),
        ('"upper sar*"', ["ferry"]),
        ("vice-pres*", ["vote"]),
        ("rela*", ["storm"]),
        ("*", []),
        # Nothing to be asked, or nothing that means more than its words.
        ("", []),
        (" \t\n", []),
        ("…?!", []),
        ('""', []),
        ('-"', []),
        ("AND", ["storm"]),
        ("velm AND storm", ["storm"]),
        ("NOT velm", []),
        ("OR ferry", []),
        ("NEAR(velm storm)", ["storm"]),
        ("title:storm", []),
        ("text : velm", []),
        ("velm) (storm", ["storm"]),
        ("velm & storm | !x:*", []),
        ("velm' storm\\", ["storm"]),
        ("velm'' <-> storm", ["storm"]),
        ("^storm", ["storm"]),
        ("{storm}", ["storm"]),
        ("velm + storm", ["storm"]),
        ("velm\x00bridge", ["storm"]),
    ],
)
def test_what_a_person_types_finds(news: Store, typed: str, wanted: list[str]) -> None:
    found = sorted(record.id for record in news.find(Articles(words=typed)))
    assert found == wanted
    assert news.count(Articles(words=typed)) == len(wanted)


def test_attributions_are_found_by_their_words(news: Store) -> None:
    def found(typed: str) -> list[str]:
        return sorted(one.id for one in news.find(Sayings(words=typed)))

    assert found("velm") == ["of storm", "of talks"]
    assert found("velm -envoy") == ["of storm"]
    assert found('"upper sar*"') == ["of ferry"]
    assert found("council votes") == ["of vote"]
    assert found("bridge") == ["of storm"]  # titles are not said


def test_the_best_match_comes_first(store: Store) -> None:
    filler = " ".join(f"word{n}" for n in range(60))
    with store.writing():
        store.put([stored("once", f"{filler} ferry {filler}", title="Harbour")])
        store.put([stored("none", filler, title="Harbour")])
        store.put([stored("often", f"Ferry by ferry: the ferry. {filler}", title="Ferry")])
        store.put([stored("title", filler, title="A ferry")])
    found = [record.id for record in store.find(Articles(words="ferry"))]
    assert found[0] == "often"
    assert found[-1] == "once"
    assert [record.id for record in store.find(Articles(words="ferry", limit=2, offset=1))] == found[1:]


def test_what_is_too_long_to_be_typed_is_answered_all_the_same(store: Store) -> None:
    with store.writing():
        store.put([stored("a", " ".join(f"w{n}" for n in range(3000)) + " " + "x" * 9000)])
    whole = " ".join(f"w{n}" for n in range(3000))
    exclusions = " ".join(f"-w{n}" for n in range(5000, 9000))
    began = time.monotonic()
    for typed, wanted in ((whole, 1), (f'"{whole}"', 1), ("x" * 9000, 0), (f"w1 -{'y' * 9000}", 1), ("-" * 99999, 0),
                          (f"{exclusions} w1", 0), ('"' * 9999 + "w5", 1)):  # fmt: skip
        assert store.count(Articles(words=typed)) == wanted
    assert time.monotonic() - began < 10


def test_an_article_longer_than_an_index_takes_is_kept(store: Store) -> None:
    text = " ".join(f"wörd{n}" for n in range(250_000))
    with store.writing():
        store.put([stored("long", text), stored("wide", "Ж" * 300_000)])
    assert store.get(Stored, ["long"])[0].article.text == text
    assert store.count(Articles(words="word17")) == 1
    assert store.check() == []
