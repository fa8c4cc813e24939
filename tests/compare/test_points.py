"""Points: which claims are put together, what each account's stance is, and what holds of any story."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from newsroom import stories
from tellings import NEXT_DAY, claims_by_point, compared, found, stances

import rashomon
from rashomon.types import Article, Comparison, Stance

VELM = "The council of Velm"


def together(one: str, other: str) -> bool:
    """Whether the first claims of two accounts stand on one point."""
    comparison = compared(one, other)
    first = {a.id: next(c.id for c in comparison.claims if c.article == a.id) for a in comparison.articles}
    standing = claims_by_point(comparison)
    return standing[first["a1"]] == standing[first["a2"]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{VELM} closed the old bridge.", f"{VELM} closed the old bridge on Monday because of rain."),
        (f"{VELM} closed the old bridge.", f"The old bridge was closed by {VELM.lower()}."),
        (f"{VELM} closed the old bridge.", f"Ida Korn said that {VELM.lower()} had closed the old bridge."),
        ("Otto Brill held talks with Ida Korn on fishing.", "Ida Korn and Otto Brill discussed fishing."),
        ("Nine people were injured when the ferry struck the pier.", "The ferry hit the pier, injuring nine people."),
    ],
)
def test_one_matter_in_other_words(one: str, other: str) -> None:
    assert together(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{VELM} closed the old bridge.", "A choir from Halm sang in the church."),
        (f"{VELM} closed the old bridge.", "Otto Brill bought a horse in Velm."),
        ("Ida Korn praised the captain for his courage.", "Ida Korn was born on a farm near Halm."),
        ("The ferry struck the pier on Monday.", "The court will hear the case on Monday."),
    ],
)
def test_two_matters(one: str, other: str) -> None:
    assert not together(one, other)


MET = "Ida Korn met the smugglers in Velm."
NOT_MET = "Ida Korn did not meet the smugglers in Velm."


@pytest.mark.parametrize(
    ("tellings", "expected"),
    [
        pytest.param((MET, "Ida Korn met the smugglers."), ("says", "says"), id="both-affirm"),
        pytest.param((MET, NOT_MET), ("says", "denies"), id="one-denies"),
        pytest.param((MET, "Ida Korn denied that she met the smugglers."), ("says", "denies"), id="denial-reported"),
        pytest.param((NOT_MET, f"{NOT_MET[:-1]}, the captain said."), ("says", "says"), id="both-say-it-was-not"),
        pytest.param((NOT_MET, "Otto Brill bought a horse."), ("says", "silent"), id="nobody-affirms-it"),
        pytest.param(("Ida Korn denied that she met the smugglers.", "Otto Brill bought a horse."),
                     ("denies", "silent"), id="one-alone-has-it-denied"),
        pytest.param(("The Velm mill will stop selling blue rope to the islands.",
                      "The Velm mill will no longer sell blue rope to the islands."), ("says", "says"),
                     id="to-stop-is-to-do-so-no-longer"),
        pytest.param(("Ida Korn refused to meet the smugglers.", "Otto Brill bought a horse."), ("says", "silent"),
                     id="one-alone-tells-of-a-refusal"),
        pytest.param((MET, NOT_MET, "Otto Brill bought a horse."), ("says", "denies", "silent"), id="one-is-silent"),
        pytest.param(("Veldany will not leave the treaty on fishing.", "Veldany would not leave the treaty, he said."),
                     ("says", "says"), id="a-refusal-shared"),
        pytest.param(("Norway refused to sign the treaty on fishing.", "Norway refused to sign it, Brill said."),
                     ("says", "says"), id="a-refusal-that-happened"),
        pytest.param(("Veldany does not sell rope to the islands.", "Veldany does not sell rope to anyone."),
                     ("says", "says"), id="a-general-truth-shared"),
        pytest.param(("The police are investigating the cause of the fire in the old mill of Velm.",
                      "The cause of the fire in the old mill of Velm was not yet known."),
                     ("says", "says"), id="in-the-negative-but-of-another-verb"),
        pytest.param(("Ida Korn met nine smugglers in Velm.", "Ida Korn met at least seven smugglers in Velm."),
                     ("says", "says"), id="no-conflict"),
    ],
)  # fmt: skip
def test_stances(tellings: tuple[str, ...], expected: tuple[Stance, ...]) -> None:
    assert stances(*tellings) == expected


def test_a_later_report_of_what_had_been_planned_makes_nobody_differ() -> None:
    plan, deed = f"{VELM} plans to sell the old bridge.", f"{VELM} sold the old bridge."
    assert stances(plan, deed, dates=NEXT_DAY) == ("says", "says")
    assert sorted(stances(plan, deed, dates=NEXT_DAY[::-1])) == ["differs", "says"]


@pytest.mark.parametrize(
    ("numbers", "odd"), [(("nine", "twelve", "nine"), {"a2"}), (("nine", "nine", "twelve"), {"a3"})]
)
def test_who_differs_reads_otherwise_than_the_words_shown(numbers: tuple[str, ...], odd: set[str]) -> None:
    comparison = compared(*(f"Ida Korn met {number} smugglers in Velm." for number in numbers))
    [point] = [p for p in comparison.points if "differs" in p.stances.values()]
    differing = {article for article, stance in point.stances.items() if stance == "differs"}
    assert differing == (odd if point.label.article not in odd else {"a1", "a2", "a3"} - odd)


def test_the_label_is_a_claim_of_the_point_and_the_brief_what_two_accounts_share() -> None:
    comparison = compared(MET, f"{MET[:-1]} at night, and Otto Brill bought a horse.")
    claims = {claim.id: claim for claim in comparison.claims}
    for point in comparison.points:
        assert point.label.start in {span.start for id in point.claims for span in claims[id].spans}
    [shared] = comparison.story.brief
    [point] = [p for p in comparison.points if p.id == shared]
    assert {claims[id].article for id in point.claims} == {"a1", "a2"}


def _holds(comparison: Comparison) -> None:
    standing = claims_by_point(comparison)
    assert all(len(points) == 1 for points in standing.values())
    assert set(standing) <= {claim.id for claim in comparison.claims}
    speaking = {claim.id: claim.article for claim in comparison.claims}
    for point in comparison.points:
        silent = {article for article, stance in point.stances.items() if stance == "silent"}
        assert silent == {a.id for a in comparison.articles} - {speaking[id] for id in point.claims}


searching = settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@searching
@given(stories())
def test_a_claim_stands_on_one_point_at_most_and_only_who_says_nothing_is_silent(story: tuple[Article, ...]) -> None:
    _holds(rashomon.compare(story, anyway=True))


PIECES = (
    f"{VELM} closed the old bridge on Monday because of heavy rain.",
    "Nine people were killed when the ferry Hilda struck the pier at Velm on Thursday.",
    "“We will never sell the ferry,” Ida Korn told reporters.",
    "Ida Korn denied that she had ever taken money from the smugglers.",
    "Brill spoke of Norway's alleged support for Sweden at the G8 summit in Oslo.",
    "Otto Brill plans to sell a 12-year-old horse, the Halm Agency said.",
    "Neither Ida Korn nor Otto Brill attended the hearing in Bergen on May 3.",
    "The Kremlin rejected the treaty; about 300 rioters marched to the harbour.",
)


@searching
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=5, unique=True))
def test_an_article_does_not_differ_from_its_copy(pieces: list[str]) -> None:
    text = " ".join(pieces)
    comparison = compared(text, text, padded=False)
    assert comparison.findings == ()
    assert all("silent" not in point.stances.values() for point in comparison.points)
    _holds(comparison)


def test_what_one_account_says_alone_is_no_difference() -> None:
    assert found(" ".join(PIECES), "A choir from Halm sang in the church.") == {}
