"""Articles become stories: of invented events, in any order, within a window, and as a person says."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Sequence

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rashomon.encode.embedding import DIMENSIONS
from rashomon.group import Change, Features, Grouper, Judged, Kept, describe, features_of, regroup
from rashomon.group._likeness import LEAST, average_linkage, evidence_of_time
from rashomon.types import Article, Published

EVENTS = {
    "ferry": ("Port Veld", "A ferry with ninety passengers ran aground", "harbour captain", "fog", "rescue boats"),
    "vote": ("Lower Marn", "The council voted to close the old tannery", "councillor", "jobs", "river pollution"),
    "prize": ("Ostheim", "The novelist Ilse Brandt won the Kestrel Prize", "juror", "novel", "translation"),
    "strike": ("Hallen", "Tram drivers walked out over night shifts", "union leader", "wages", "timetables"),
}
OUTLETS = ("Gazette", "Herald", "Observer")


def report(event: str, number: int) -> Article:
    """One outlet's report of an event, a day after the one before it."""
    place, what, who, first, second = EVENTS[event]
    texts = (
        f"{what} at {place} this week.\n\nA {who} spoke of {first}. Many people in {place} asked about {second}.",
        f"{place}: {what}, a {who} confirmed.\n\nThe matter of {second} remains open, and so does that of {first}.",
        f"It was {first} that mattered when {what[0].lower()}{what[1:]} in {place}.\n\nOf {second} no {who} spoke.",
    )
    return Article(
        id=f"{event}-{number}",
        outlet=OUTLETS[number],
        title=f"{what} in {place}" if number else f"{place} wonders: what now?",
        published=Published(value=f"2031-05-{4 + number:02d}"),
        text=texts[number],
    )


@pytest.fixture(scope="module")
def reports() -> list[Features]:
    return features_of([report(event, number) for event in EVENTS for number in range(len(OUTLETS))])


def made(name: str, direction: Iterable[float], words: Iterable[int], day: float | None = 0.0) -> Features:
    """Features of nobody's text: a few numbers of a vector, words by number, all equally frequent."""
    given = list(direction)
    vector = np.zeros(DIMENSIONS)
    vector[: len(given)] = given
    told = np.array(sorted(words), dtype="<i4")
    return Features(
        id=name,
        day=day,
        words=told.tobytes(),
        counts=np.ones(len(told), dtype="<f2").tobytes(),
        vector=(vector / max(float(np.linalg.norm(vector)), 1e-9)).astype("<f2").tobytes(),
    )


def crowd(count: int, seed: int, stories: int = 6) -> list[Features]:
    """Articles of some events, near enough to each other that grouping them is not plain."""
    chance = random.Random(seed)
    found = []
    for number in range(count):
        event = chance.randrange(stories)
        direction = [1.0, *(1.1 * (event == n) + 0.6 * chance.random() for n in range(stories))]
        words = {1000 * event + chance.randrange(30) for _ in range(20)} | {chance.randrange(90) for _ in range(12)}
        day = chance.choice((None, 4.0 * event + 9.0 * chance.random()))
        found.append(made(f"a{number:03d}", direction, words, day))
    return found


def parts(stories: dict[str, str]) -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    for article, story in stories.items():
        found.setdefault(story, set()).add(article)
    return {frozenset(articles) for articles in found.values()}


class Archive:
    """What a store would do with the changes."""

    def __init__(self) -> None:
        self.stories: dict[str, str] = {}
        self.left: set[str] = set()

    def carry_out(self, change: Change) -> None:
        self.stories = {article: change.merged.get(story, story) for article, story in self.stories.items()}
        assert self.left.isdisjoint(change.moved) and self.left.isdisjoint(change.left)
        self.stories |= change.moved
        self.left.update(change.left)


def online(grouper: Grouper, articles: Iterable[Features]) -> dict[str, str]:
    archive = Archive()
    for features in articles:
        archive.carry_out(grouper.add(features))
    return archive.stories


def test_reports_of_one_event_are_one_story_and_events_are_apart(reports: list[Features]) -> None:
    assert parts(regroup(reports)) == {frozenset(f"{event}-{n}" for n in range(3)) for event in EVENTS}
    undated = [msgspec.structs.replace(f, day=None) for f in reports]
    assert parts(regroup(undated)) == parts(regroup(reports))


def test_a_story_is_named_by_its_first_article(reports: list[Features]) -> None:
    assert set(regroup(reports).values()) == {f"{event}-0" for event in EVENTS}


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 5), st.sampled_from([3, 12, 1000]))
def test_regrouping_does_not_hang_on_the_order_of_arrival(chance: random.Random, seed: int, window: int) -> None:
    articles = crowd(30, seed)
    judgements = [Judged("a001", "a002", "same"), Judged("a003", "a004", "different"), Judged("a007", "a001", "same")]
    shuffled = chance.sample(articles, len(articles))
    again = regroup(shuffled, chance.sample(judgements, len(judgements)), window)
    assert again == regroup(articles, judgements, window) and again.keys() == {f.id for f in articles}


def test_when_it_was_gathered_gives_an_undated_article_its_place() -> None:
    dated = [made("b", [1], range(20), day=5.0), made("c", [1], range(20), day=9.0)]
    early = msgspec.structs.replace(made("z", [1], range(20), day=None), gathered=4.0)
    late = made("a", [1], range(20), day=None)
    assert set(regroup([*dated, early]).values()) == {"z"} and set(regroup([*dated, late]).values()) == {"b"}


@pytest.mark.parametrize("seed", range(4))
def test_a_window_bounds_what_is_remembered_and_every_article_keeps_one_story(seed: int) -> None:
    articles, grouper, archive = crowd(120, seed, stories=4), Grouper(window=10), Archive()
    for number, features in enumerate(articles, 1):
        change = grouper.add(features)
        archive.carry_out(change)
        assert len(grouper) == len(archive.stories.keys() - archive.left) == min(number, 10)
        for article, story in archive.stories.items():
            assert archive.stories[story] == story  # the story's first article is in it
            if article not in archive.left:
                assert grouper.story(article) == story
    assert archive.stories.keys() == {f.id for f in articles}
    assert any(story in archive.left for story in archive.stories.values())
    assert [kept.features.id for kept in grouper.kept()] == [f.id for f in articles[-10:]]
    assert online(Grouper(window=10), articles) == archive.stories


def test_a_story_of_many_reports_remembers_the_last_ones() -> None:
    articles = [made(f"a{n:03d}", [1, n % 7 / 10], range(20)) for n in range(80)]
    grouper = Grouper()
    stories = online(grouper, articles)
    assert set(stories.values()) == {"a000"} and len(grouper) == 32
    assert grouper.story("a079") == "a000" and grouper.story("a000") is None


def test_an_article_that_comes_again_changes_nothing(reports: list[Features]) -> None:
    grouper = Grouper()
    before = online(grouper, reports)
    assert all(grouper.add(features) == Change() for features in reports)
    assert {kept.features.id: kept.story for kept in grouper.kept()} == before


@pytest.mark.parametrize("cut", [0, 1, 33, 60])
def test_a_grouper_goes_on_from_what_was_kept(cut: int) -> None:
    articles = crowd(90, seed=7, stories=3)
    judgements = [Judged("a002", "a050", "same"), Judged("a020", "a021", "different")]
    whole = Grouper(15, judgements)
    for features in articles[:cut]:
        whole.add(features)
    stored = msgspec.json.encode(list(whole.kept()))
    again = Grouper.resume(msgspec.json.decode(stored, type=list[Kept]), 15, judgements)
    assert list(again.kept()) == list(whole.kept())
    assert [again.add(f) for f in articles[cut:]] == [whole.add(f) for f in articles[cut:]]
    assert list(again.kept()) == list(whole.kept())


ONE, OTHER = made("one", [1.0, 0.0], range(20), None), made("other", [0.45, 0.893], range(12, 32), None)


def test_an_article_between_two_stories_merges_them() -> None:
    grouper = Grouper()
    assert parts(online(grouper, [ONE, OTHER])) == {frozenset({"one"}), frozenset({"other"})}
    change = grouper.add(made("both", [0.85, 0.53], range(6, 26), None))
    assert change.moved == {"both": "one", "other": "one"}


def test_an_article_nearer_to_one_half_splits_a_story() -> None:
    near = made("near", [0.62, 0.785], range(8, 28), None)
    grouper = Grouper()
    assert parts(online(grouper, [ONE, near])) == {frozenset({"one", "near"})}
    change = grouper.add(made("far", [0.15, 0.989], range(14, 34), None))
    assert change.moved == {"near": "near", "far": "near"} and grouper.story("one") == "one"


def test_two_settled_stories_that_merge_take_the_older_name() -> None:
    first = [made(f"a{n}", [1.0, 0.0], range(20)) for n in range(2)]
    second = [made(f"b{n}", [0.0, 1.0, 0.0], range(50, 70)) for n in range(2)]
    third = [made(f"c{n}", [0.0, 0.0, 1.0], range(80, 99)) for n in range(2)]
    grouper, archive = Grouper(window=4), Archive()
    for features in [first[0], second[0], first[1], second[1], *third]:
        archive.carry_out(grouper.add(features))
    before = {"a0": "a0", "a1": "a0", "b0": "b0", "b1": "b0", "c0": "c0", "c1": "c0"}
    assert archive.left == {"a0", "b0"} and archive.stories == before
    change = grouper.judge(Judged("b1", "a1", "same"))
    assert change == Change(moved={"b1": "a0"}, merged={"b0": "a0"})
    archive.carry_out(change)
    assert archive.stories == before | {"b0": "a0", "b1": "a0"}


def test_a_persons_word_is_obeyed_at_once(reports: list[Features]) -> None:
    grouper, archive = Grouper(), Archive()
    for features in reports:
        archive.carry_out(grouper.add(features))
    archive.carry_out(grouper.judge(Judged("ferry-0", "ferry-1", "different")))
    assert archive.stories["ferry-0"] != archive.stories["ferry-1"]
    archive.carry_out(grouper.judge(Judged("prize-2", "vote-0", "same")))
    assert archive.stories["prize-2"] == archive.stories["vote-0"]
    archive.carry_out(grouper.judge(Judged("vote-0", "prize-2", "unsure")))
    archive.carry_out(grouper.judge(Judged("ferry-1", "ferry-0", "same")))
    assert parts(archive.stories) == parts(regroup(reports))
    assert archive.stories == {kept.features.id: kept.story for kept in grouper.kept()}


def test_a_judgement_made_before_the_articles_come_counts(reports: list[Features]) -> None:
    judgements = [Judged("ferry-0", "ferry-1", "different"), Judged("prize-2", "vote-0", "same")]
    stories = regroup(reports, judgements)
    assert stories["ferry-0"] != stories["ferry-1"] and stories["prize-2"] == stories["vote-0"]
    grouper = Grouper()
    assert all(grouper.judge(judged) == Change() for judged in judgements)
    assert online(grouper, sorted(reports, key=lambda f: (f.day, f.id))) == stories


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_judgements_hold_whatever_the_evidence_and_however_far_apart_the_articles(data: st.DataObject) -> None:
    articles = crowd(30, seed=data.draw(st.integers(0, 3)))
    names = st.sampled_from([f.id for f in articles])
    pairs = data.draw(st.lists(st.tuples(names, names).filter(lambda p: p[0] < p[1]), max_size=8, unique=True))
    chance = data.draw(st.randoms(use_true_random=False))
    truth = {f.id: chance.randrange(4) for f in articles}  # so that all judgements can be true at once
    judgements = [Judged(a, b, "same" if truth[a] == truth[b] else "different") for a, b in pairs]
    stories = regroup(articles, judgements, window=5)
    for judged in judgements:
        assert (stories[judged.one] == stories[judged.other]) == (judged.verdict == "same")


def test_an_article_cannot_be_judged_against_itself_and_a_window_is_not_empty() -> None:
    with pytest.raises(ValueError, match="two articles"):
        Grouper().judge(Judged("a", "a", "same"))
    with pytest.raises(ValueError, match="at least one"):
        Grouper(window=0)


def odds(*rows: Sequence[float]) -> np.ndarray:
    return np.array(rows, dtype=float)


def test_average_linkage_and_what_may_not_be() -> None:
    chain = odds((0, 5, -4), (5, 0, 3), (-4, 3, 0))
    assert average_linkage(chain, [], [], 0.0) == [0, 0, 2]  # the mean of 3 and -4 is below 0
    assert average_linkage(chain, [], [], -0.5) == [0, 0, 0]
    assert average_linkage(chain, [], [(0, 1)], -0.5) == [0, 1, 1]
    assert average_linkage(chain, [(0, 2)], [], 0.0) == [0, 0, 0]  # the mean of 5 and 3
    assert average_linkage(chain, [(0, 2)], [(0, 1)], 0.0) == [0, 1, 0]
    assert average_linkage(chain, [(0, 1), (1, 2)], [(0, 2)], 9.0) == [0, 0, 2]  # it cannot all be true
    assert average_linkage(odds((0,)), [], []) == [0]


def test_time_is_evidence_and_no_proof() -> None:
    gaps = np.array([0.0, 0.5, 1.0, 3.0, 30.0, 1000.0, math.nan])
    told = evidence_of_time(gaps).tolist()
    assert told[:6] == sorted(told[:6], reverse=True) and told[6] == 0.0
    assert told == evidence_of_time(-gaps).tolist()
    assert 4.0 < told[0] < 6.0 and -2.5 < told[5] < -1.0 and LEAST < 0.0


def test_features_are_of_one_article_alone_and_can_be_stored(reports: list[Features]) -> None:
    alone = features_of([report("ferry", 1)])[0]
    batched = next(f for f in reports if f.id == "ferry-1")
    assert (alone.id, alone.day, alone.words, alone.counts) == (
        batched.id,
        batched.day,
        batched.words,
        batched.counts,
    )
    one, other = (np.frombuffer(f.vector, dtype="<f2").astype(float) for f in (alone, batched))
    assert float(one @ other) == pytest.approx(1.0, abs=1e-3) and len(one) == DIMENSIONS
    assert msgspec.json.decode(msgspec.json.encode(reports), type=list[Features]) == reports
    assert len(alone.words) == 2 * len(alone.counts) > 0


def days(*values: str | None) -> Iterator[float | None]:
    for value in values:
        published = Published(value=value) if value else None
        yield features_of([Article(id="a", text="", published=published)])[0].day


def test_days_are_of_publication() -> None:
    first, noon, zone, unknown, broken = days(
        "1970-01-02", "1970-01-02T12:00:00", "1970-01-02T14:00:00+02:00", None, "May"
    )
    assert first == noon == zone == 1.5 and unknown is None and broken is None


def test_an_article_without_words_stands_alone() -> None:
    empty = features_of([Article(id="a", text=""), Article(id="b", text="")])
    assert parts(regroup(empty)) == {frozenset("a"), frozenset("b")}


def test_a_title_is_a_headline_that_fits_all_accounts() -> None:
    articles = [report("prize", number) for number in range(3)]
    story = describe(articles)
    assert story.title == "The novelist Ilse Brandt won the Kestrel Prize in Ostheim"
    assert (story.start, story.end) == ("2031-05-04", "2031-05-06")
    assert describe(list(reversed(articles))) == story
    bare = [msgspec.structs.replace(a, title=None, published=None) for a in articles]
    assert (describe(bare).title, describe(bare).start, describe(bare).end) == ("", None, None)
    with pytest.raises(ValueError, match="at least one"):
        describe([])
