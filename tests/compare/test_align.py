"""Links and tellings by the trained model: what hangs on what, and what is seen in plain cases."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pytest
from tellings import articles
from test_snapshots import bundled

import rashomon
import rashomon.types
from rashomon.annotate import annotate
from rashomon.compare import align, cast
from rashomon.compare.align import Links, Trained, trained
from rashomon.compare.evidence import Indexed
from rashomon.encode import alignment as model
from rashomon.types import Article, Comparison, Point, Telling

HARBOUR = (
    "Two fishermen died on Monday when a crane fell on the quay of Velm, the harbour office said."
    " Ida Korn, who runs the harbour, called it a tragedy.",
    "A crane that toppled over in Velm's port killed 2 fishermen. “This is a tragedy,” said harbour chief Ida Korn.",
    "Three fishermen were killed in Velm by a falling crane, according to the police.",
)


@lru_cache(maxsize=1)
def compared() -> Comparison:
    return rashomon.compare(articles(*HARBOUR), anyway=True)


def links(given: Sequence[Article]) -> Links:
    return trained().links(cast(list(annotate(given, annotators="fast"))).accounts)


def likely(found: Links) -> dict[frozenset[tuple[str, int]], float]:
    """The links by where their claims stand."""
    places = [(c.article, c.spans[0].start) for c in found.claims]
    return {frozenset((places[link.one], places[link.other])): link.probability for link in found.links}


def about(word: str) -> Point:
    """The point that most accounts share of those that are told, or headed, with a word."""
    found = [p for p in compared().points if word in p.label.text or any(word in t.passage.text for t in p.tellings)]
    return max(found, key=lambda p: len(p.tellings))


def statuses(telling: Telling) -> dict[str, str]:
    text = {a.id: a.text for a in compared().articles}[telling.article]
    return {text[word.start : word.end]: word.status for word in telling.words}


def test_links_do_not_hang_on_the_order_of_the_accounts() -> None:
    given = articles(*HARBOUR)
    assert likely(links(given)) == likely(links(given[::-1]))


def test_what_is_read_of_a_pair_hangs_on_its_two_texts_alone() -> None:
    accounts = cast(list(annotate(articles(*HARBOUR), annotators="fast"))).accounts
    encoded = [
        model.encode(
            model.read_text(a.article.text, [(s.start, s.end) for s in a.annotated.sentences]), trained()._networks
        )
        for a in accounts
    ]
    pairs = [(encoded[0], i, encoded[1], j) for i in range(3) for j in range(3)]
    together = model.join(pairs, trained()._networks)
    for pair, reading in zip(pairs, together, strict=True):
        [alone] = model.join([pair], trained()._networks)
        assert reading.same == alone.same and reading.left == alone.left
        for one, other in zip((*reading.told, reading.link), (*alone.told, alone.link), strict=True):
            assert np.array_equal(one, other)
    for pair, difference in zip(pairs, model.differ(pairs, trained()._networks), strict=True):
        [lone] = model.differ([pair], trained()._networks)
        assert np.array_equal(difference.kinds, lone.kinds) and abs(float(lone.kinds.sum()) - 1) < 1e-5
        for one, other in zip(difference.marks, lone.marks, strict=True):
            assert np.array_equal(one, other)


def test_how_two_claims_differ_is_said_where_it_is_asked_and_turns_with_them() -> None:
    found = links(articles(*HARBOUR))
    asked = [(link.one, link.other) for link in found.links[:1]]
    compared_ = trained().compared(found, asked)
    told = [key for key, pair in compared_.pairs.items() if pair.difference is not None]
    assert told == [found.key(*asked[0])[0]]
    ahead, back = compared_.pair(*asked[0]), compared_.pair(*asked[0][::-1])
    assert ahead is not None and back is not None and ahead.difference is not None and back.difference is not None
    for one, other in zip(ahead.difference.marks, back.difference.marks[::-1], strict=True):
        assert np.array_equal(one, other)
    assert all(pair.difference is None for pair in found.pairs.values())


def test_a_pair_that_is_turned_twice_is_itself() -> None:
    found = links(articles(*HARBOUR))
    pair = next(iter(found.pairs.values()))
    again = pair.turned().turned()
    assert again.reading.left == pair.reading.left and np.array_equal(again.reading.link, pair.reading.link)
    assert np.array_equal(pair.turned().reading.answers, pair.reading.answers.T)


def test_a_text_without_words_is_read() -> None:
    networks = trained()._networks
    empty, full = (model.encode(model.read_text(t, s), networks) for t, s in (("", []), ("A crane fell.", [(0, 13)])))
    assert model.likeness(empty, full, networks).shape == (0, 1) and model.join([], networks) == []
    assert Trained(networks).links([]).links == []


def seven() -> list[Indexed]:
    """The accounts of the larger bundled story."""
    return cast(list(annotate(bundled()["demo/harbour"], annotators="fast"))).accounts


def test_no_sentence_is_told_to_stand_alone_unseen() -> None:
    """Of few accounts each is read with one of every other account, of many with one of some account at least."""
    few = cast(list(annotate(articles(*HARBOUR), annotators="fast"))).accounts
    read = {(own[0], own[1], other[0]) for pair in trained().links(few).pairs for own, other in (pair, pair[::-1])}
    assert read == {
        (one.article.id, number, other.article.id)
        for one in few
        for other in few
        for number in range(len(one.annotated.sentences))
        if one is not other
    }
    many = seven()
    pairs = trained().links(many).pairs
    assert {sentence for pair in pairs for sentence in pair} == {
        (one.article.id, number) for one in many for number in range(len(one.annotated.sentences))
    }


def test_where_time_is_short_what_is_likeliest_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    accounts = seven()
    whole = trained().links(accounts)
    monkeypatch.setattr(align, "_READ", len(whole.pairs) // 2)
    part = trained().links(accounts)
    assert part.pairs.keys() < whole.pairs.keys() and len(part.pairs) == len(whole.pairs) // 2
    assert len(part.links) > 0.65 * len(whole.links)  # a half at random would find half of them


def test_one_matter_in_other_words_is_told_side_by_side() -> None:
    point = about("crane")
    assert {t.article for t in point.tellings} == {"a1", "a2", "a3"}
    assert all(any(word in t.passage.text for word in ("killed", "died")) for t in point.tellings)


def test_a_number_in_other_signs_is_shared_and_another_number_is_not() -> None:
    telling = {t.article: statuses(t) for t in about("crane").tellings}
    assert telling["a2"]["fishermen"] == "shared" and telling["a3"]["Three"] == "other"


def test_only_words_of_other_accounts_answer() -> None:
    for telling in (t for p in compared().points for t in p.tellings):
        text = telling.passage.text
        for word in telling.words:
            assert text[word.start - telling.passage.start : word.end - telling.passage.start].strip()
            assert (word.status == "other") == bool(word.answers)
            assert all(answer.article != telling.article for answer in word.answers)
        assert telling.value is None or telling.value.text in text


def test_where_nothing_was_found_the_nearest_sentence_is_named() -> None:
    sentences = {a: {s.text for s in rashomon_sentences(a)} for a in ("a1", "a2", "a3")}
    for point in compared().points:
        silent = {article for article, stance in point.stances.items() if stance == "silent"}
        assert set(point.nearest) == silent
        assert all(span.text in sentences[article] for article, span in point.nearest.items())


def rashomon_sentences(article: str) -> Sequence[rashomon.types.Span]:
    [given] = [a for a in articles(*HARBOUR) if a.id == article]
    return next(iter(annotate([given], annotators="fast"))).sentences


def test_what_is_told_in_one_account_only_has_no_tellings() -> None:
    apart = articles("A crane was repaired in the harbour.", "The head of the museum was dismissed, police said.")
    points = (*compared().points, *rashomon.compare(apart, anyway=True).points)
    for point in points:
        speaking = [stance for stance in point.stances.values() if stance != "silent"]
        assert bool(point.tellings) == (len(speaking) > 1)
    assert any(not p.tellings for p in points)


def test_what_heads_a_point_is_words_that_no_account_has_otherwise() -> None:
    shared = [p for p in compared().points if len(p.tellings) > 1]
    assert shared
    for point in shared:
        telling = next(t for t in point.tellings if t.passage.start <= point.label.start < t.passage.end)
        inside = [w for w in telling.words if point.label.start <= w.start < point.label.end]
        assert inside and all(word.status == "shared" for word in inside), point.label.text


def test_a_verb_that_one_account_postpones_differs_on_both_sides() -> None:
    texts = ("The harbour office has closed the old ferry pier.", "The harbour office may close the old ferry pier.")
    comparison = rashomon.compare(articles(*texts), anyway=True)
    (point,) = [p for p in comparison.points if len(p.tellings) > 1 and "ferry pier" in p.label.text]
    words = {a.id: a.text for a in comparison.articles}
    marked = [{words[t.article][w.start : w.end]: w.status for w in t.words} for t in point.tellings]
    assert marked[0]["closed"] == marked[1]["close"] == "other" and marked[0]["pier"] == "shared"


def differing(*texts: str) -> list[dict[str, list[str]]]:
    """By telling the words that are set off in it, with what answers each."""
    comparison = rashomon.compare(articles(*texts), anyway=True)
    words = {a.id: a.text for a in comparison.articles}
    (point,) = [p for p in comparison.points if len(p.tellings) > 1]
    return [
        {words[t.article][w.start : w.end]: [a.text for a in w.answers] for w in t.words if w.status != "shared"}
        for t in point.tellings
    ]


def test_a_word_that_another_account_qualifies_differs_on_both_sides() -> None:
    plain, qualified = differing(
        "The harbour office has the use of the old ferry pier until May.",
        "The harbour office has the exclusive use of the old ferry pier until May.",
    )
    assert plain == {"use": ["exclusive use"]} and list(qualified) == ["exclusive"]


def test_of_a_quotation_what_only_one_account_has_differs_on_both_sides() -> None:
    short, long = differing(
        "“The old ferry pier should have been closed months ago,” Ida Korn told the council of Velm.",
        "“The old ferry pier should have been closed many months ago,” Ida Korn told the council of Velm.",
    )
    assert short == {"months": ["many", "months"]} and list(long) == ["many"]


def test_a_word_that_an_account_has_in_either_of_two_sentences_is_shared() -> None:
    comparison = rashomon.compare(
        articles(
            "Ida Korn asked the council of Velm to close the old ferry pier for good.",
            "“We must close the old ferry pier,” Ida Korn told the council of Velm."
            " Ida Korn asked the council of Velm to close the old ferry pier at once.",
        ),
        anyway=True,
    )
    (point,) = [p for p in comparison.points if len(p.tellings) > 2]
    telling = next(t for t in point.tellings if t.article == "a1")
    assert {telling.passage.text[w.start : w.end]: w.status for w in telling.words}["ferry"] == "shared"


def test_what_a_finding_sets_off_is_set_off_in_the_tellings() -> None:
    fined, both = differing(
        "The court of Velm ordered Ida Korn to pay 1 million crowns to one of the judges.",
        "Ida Korn was ordered to pay two million crowns to the judges of Velm, while 22 others were ordered to pay"
        " one million crowns to the union.",
    )
    assert fined["1"] == ["two million"] and "two" in both and "million" not in fined


def test_small_words_count_inside_quotation_marks_and_nowhere_else() -> None:
    texts = (
        "“We cannot be the sheriff for the whole coast,” Ida Korn told the council of Velm.",
        "“We cannot be the sheriff to the whole coast,” Ida Korn said in the council of Velm.",
    )
    comparison = rashomon.compare(articles(*texts), anyway=True)
    words = {a.id: a.text for a in comparison.articles}
    told = [t for p in comparison.points if len(p.tellings) > 1 for t in p.tellings]
    found = {words[t.article][w.start : w.end] for t in told for w in t.words if w.status != "shared"}
    assert {"for", "to"} <= found and "the" not in found and "in" not in found
