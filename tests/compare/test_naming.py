"""What accounts call the same thing, gathering, power and person; and what is no other name."""

from __future__ import annotations

import pytest
from tellings import Found, found

TENSION = "Tension has grown since"
LACE = "Lace from Ireland, figs from Lebanon, wool from Wales, pears from Poland and silk from Laos are for sale."


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param("Brill spoke of Norway's alleged support for Sweden.",
                     "Brill spoke of Norway's support for Sweden.",
                     {"strength": (("alleged support",), ("support",))}, id="hedged-and-bare"),
        pytest.param("Brill spoke of Norway's alleged support for Sweden.",
                     "Brill spoke of Norway's suspected support for Sweden.", {}, id="hedged-in-two-ways"),
        pytest.param("Brill spoke of Norway's alleged support for Sweden.",
                     "Brill spoke of Denmark's support for Spain.", {}, id="hedged-of-other-powers"),
        pytest.param(f"{TENSION} Norway's illegal annexation of Greenland in 2014.",
                     f"{TENSION} Norway's annexation of Greenland in 2014.",
                     {"term": (("illegal annexation",), ("annexation",))}, id="judged-and-bare"),
        pytest.param(f"{TENSION} Norway's illegal annexation of Greenland in 2014.",
                     f"{TENSION} Norway's illegal annexation of Greenland in 2014.", {}, id="judged-by-both"),
        pytest.param(f"{TENSION} Norway's illegal annexation of Greenland in 2014.",
                     f"{TENSION} Sweden's annexation of Jersey in 2014.", {}, id="judged-of-other-powers"),
        pytest.param("Brill spoke of Norway's aggressive neighbours in Sweden.",
                     "Brill spoke of Norway's neighbours in Sweden.", {}, id="judged-but-no-event"),
        pytest.param(f"{TENSION} Norway's annexation of Greenland in 2014. {LACE}",
                     f"{TENSION} Norway's seizure of Greenland in 2014.",
                     {"term": (("annexation",), ("seizure",))}, id="two-words-for-one-taking"),
        pytest.param(f"{TENSION} Norway's annexation of Greenland in 2014. {LACE}",
                     f"{TENSION} Norway's seizure of Greenland in 2014. Norway's annexation of Greenland cost money.",
                     {}, id="words-varied-within-an-account"),
        pytest.param("Otto Brill met Ida Korn at the G8 summit in Oslo.",
                     "Otto Brill met Ida Korn at a meeting of the G8 foreign ministers in Oslo.",
                     {"event-name": (("G8 summit in Oslo",), ("meeting of the G8 foreign ministers in Oslo",))},
                     id="one-gathering"),
        pytest.param("Otto Brill met Ida Korn at the G8 summit in Oslo.",
                     "Otto Brill met Ida Korn at a Group of 8 (G8) meeting of ministers in Oslo.",
                     {"event-name": (("G8 summit in Oslo",), ("Group of 8 (G8) meeting of ministers in Oslo",))},
                     id="a-name-with-a-number-stays-whole"),
        pytest.param("Otto Brill met Ida Korn at the G8 summit in Oslo.",
                     "Otto Brill met Ida Korn at a conference on herring in Bergen.", {}, id="two-gatherings"),
        pytest.param("Otto Brill spoke at the Velm Herring Summit on Monday.",
                     "Otto Brill spoke at a conference of the Herring Fund on Monday.", {}, id="one-word-of-a-name"),
    ],
)  # fmt: skip
def test_noun_phrases(one: str, other: str, expected: Found) -> None:
    assert found(one, other) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param("The Kremlin signed the treaty on fishing.", "Russia signed the treaty on fishing.",
                     {"term": (("Kremlin",), ("Russia",))}, id="a-seat-and-a-country"),
        pytest.param("The Kremlin signed the treaty on fishing.",
                     "The Kremlin signed the treaty on fishing for Russia.", {}, id="a-seat-in-both"),
        pytest.param("Russia signed the treaty on fishing.", "Russia signed the treaty on fishing again.", {},
                     id="a-country-in-both"),
        pytest.param("The treaty on fishing was signed in Moscow.", "The treaty on fishing was signed in Russia.", {},
                     id="a-capital-that-is-a-place"),
    ],
)  # fmt: skip
def test_powers_called_by_their_seats(one: str, other: str, expected: Found) -> None:
    assert found(one, other) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Jonas Haverbeck", "Jonas Haverbek", {"name": (("Jonas Haverbeck",), ("Jonas Haverbek",))}),
        ("Jonas Briebel", "Jonas Breibel", {"name": (("Jonas Briebel",), ("Jonas Breibel",))}),
        ("Mohamed Haverbeck", "Mohammed Haverbeck", {}),
        ("Steve Haverbeck", "Steven Haverbeck", {}),
        ("J. Haverbeck", "Jonas Haverbeck", {}),
        ("Haverbeck", "Jonas Haverbeck", {}),
        ("Jonas Haverbeck", "Ronald Haverbeck", {}),
        ("JONAS HAVERBECK", "Jonas Haverbeck", {}),
    ],
)
def test_spellings_of_a_person(one: str, other: str, expected: Found) -> None:
    told = "Captain {} left the harbour of Velm with the ferry Hilda."
    assert found(told.format(one), told.format(other)) == expected
