"""Every kind of finding, and every way to one, reaches the comparison: a detector that falls silent is noticed here."""

from __future__ import annotations

from typing import NamedTuple, get_args

import pytest
from tellings import NEXT_DAY, SAME_DAY, compared

import rashomon
from rashomon.data.kinds import group_of
from rashomon.show.words import KINDS
from rashomon.types import FindingKind, NonConflict


class Told(NamedTuple):
    """Two accounts, the kind of finding (or class of what is no conflict) that is told, and a word that it marks."""

    kind: str
    way: str
    one: str
    other: str
    marked: str
    dates: tuple[str, ...] = SAME_DAY


STRUCK = "when the ferry Hilda struck the pier at Velm"
BRIDGE = "The council of Velm {} the old bridge to the fishermen."
ROTTEN = "“The ferry was rotten from bow to stern and nobody cared,”"
STAYS = "said the old bridge would stay closed until the ice had gone."
HILDA = "Captain {} left the harbour of {} with the ferry Hilda."
CANAL = "We will reopen the canal to barges if the regional parliament approves the subsidy"
FOR_SALE = "Lace from Ireland, figs from Lebanon, wool from Wales, pears from Poland and silk from Laos are for sale."

TOLD = (
    Told("number", "of people", f"Nine people were killed {STRUCK}.", f"Twelve people were killed {STRUCK}.", "Twelve"),
    Told("number", "under other names", "About 1,000 marchers blocked the bridge at Velm.",
         "Some 300 rioters blocked the bridge at Velm.", "300"),
    Told("number", "of years", "A 4-year-old boy was pulled from the water at Velm.",
         "Divers pulled a 6-year-old boy from the water at Velm.", "6-year-old"),
    Told("date", "of a deed", "Mayor Ida Korn closed the old bridge on Monday.",
         "Mayor Ida Korn closed the old bridge on Tuesday.", "Tuesday"),
    Told("place", "of a deed", "Otto Brill met the fishermen in Norway on Monday.",
         "Otto Brill met the fishermen in Denmark on Monday.", "Denmark"),
    Told("name", "of a person", HILDA.format("Jonas Haverbeck", "Velm"), HILDA.format("Jonas Haverbek", "Velm"),
         "Jonas Haverbek"),
    Told("name", "of a place", "Otto Brill met the fishermen in Bergen on Monday.",
         "Otto Brill met the fishermen in Bergin on Monday.", "Bergin"),
    Told("event-name", "by a shared name", "Otto Brill met Ida Korn at the G8 summit in Oslo.",
         "Otto Brill met Ida Korn at a meeting of the G8 foreign ministers in Oslo.", "G8 summit in Oslo"),
    Told("term", "for a deed", f"Tension has grown since Norway's annexation of Greenland in 2014. {FOR_SALE}",
         "Tension has grown since Norway's seizure of Greenland in 2014.", "seizure"),
    Told("term", "that judges", "Tension has grown since Norway's illegal annexation of Greenland in 2014.",
         "Tension has grown since Norway's annexation of Greenland in 2014.", "illegal annexation"),
    Told("term", "for a power", "The Kremlin signed the treaty on fishing.", "Russia signed the treaty on fishing.",
         "Kremlin"),
    Told("term", "for people", "About 310 marchers blocked the bridge at Velm.",
         "Some 300 rioters blocked the bridge at Velm.", "rioters"),
    Told("strength", "of a claim", "Ida Korn allegedly took money from the smugglers.",
         "Ida Korn took money from the smugglers.", "allegedly took"),
    Told("strength", "of a plan", BRIDGE.format("may sell"), BRIDGE.format("will sell"), "may sell"),
    Told("strength", "of a noun", "Brill spoke of Norway's alleged support for Sweden.",
         "Brill spoke of Norway's support for Sweden.", "alleged support"),
    Told("strength", "of a quotation", f"{ROTTEN} Ida Korn claimed.", f"{ROTTEN} Ida Korn said.", "claimed"),
    Told("attribution", "of a statement", f"Ida Korn {STAYS}", f"Otto Brill {STAYS}", "Otto Brill"),
    Told("attribution", "of a quotation", f"{ROTTEN} Ida Korn said.", f"{ROTTEN} Otto Brill said.", "Otto Brill"),
    Told("addressee", "by name", f"{ROTTEN} Ida Korn told Otto Brill.", f"{ROTTEN} Ida Korn told Mara Lind.",
         "Mara Lind"),
    Told("addressee", "by sort", f"{ROTTEN} Ida Korn told reporters.", f"{ROTTEN} Ida Korn told parliament.",
         "parliament"),
    Told("addressee", "by occasion", f"{ROTTEN} Ida Korn said in an interview.",
         f"{ROTTEN} Ida Korn wrote on Twitter.", "on Twitter"),
    Told("polarity", "of a deed", "The council of Velm approved the plan for a new bridge on Monday.",
         "The council of Velm did not approve the plan for a new bridge.", "did not approve"),
    Told("cause", "and another", "The council of Velm closed the old bridge because of heavy rain.",
         "The council of Velm closed the old bridge because of cracks in its pillars.", "because of heavy rain"),
    Told("cause", "and none", "The council of Velm closed the old bridge because of heavy rain.",
         "The council of Velm closed the old bridge.", "because of heavy rain"),
    Told("quote-wording", "of two quotations", f"{ROTTEN} Ida Korn said.",
         "“The ferry was battered from bow to stern and nobody cared,” Ida Korn said.", "battered"),
    Told("quoted-paraphrased", "of one quotation",
         "“The divers searched the wreck with astonishing patience and found the bell,” Ida Korn said.",
         "Ida Korn said the divers had searched the wreck.", "with astonishing patience"),
    Told("omission-within", "of a condition", f"“{CANAL},” Ida Korn said.",
         "Ida Korn said they will reopen the canal to barges.", "if the regional parliament approves the subsidy"),
    Told("omission-within", "of a negation", "“The engineers did not inspect the rusted sluice gates,” Ida Korn said.",
         "Ida Korn said the engineers inspected the rusted gates.", "not"),
    Told("omission-within", "of a number", "“The flood destroyed forty cottages along the embankment,” Ida Korn said.",
         "Ida Korn said the flood destroyed cottages.", "forty"),
    Told("omission-within", "of a hedge", "“The dam might collapse before the autumn rains,” Ida Korn said.",
         "Ida Korn said the dam will collapse before autumn.", "might"),
    Told("omission-within", "of a party", "“Denmark and Norway will dredge the harbour of Velm,” Ida Korn said.",
         "Ida Korn said Denmark would dredge the harbour of Velm.", "Norway"),
    Told("update", "of a count", f"Nine people were killed {STRUCK}.", f"Twelve people were killed {STRUCK}.", "Twelve",
         NEXT_DAY),
    Told("update", "of a plan", BRIDGE.format("plans to sell"), BRIDGE.format("sold"), "plans to sell", NEXT_DAY),
    Told("update", "of a denial", "The council of Velm has not yet approved the plan for a new bridge.",
         "The council of Velm has approved the plan for a new bridge.", "has not yet approved", NEXT_DAY),
    Told("refinement", "of a count", f"At least four people were killed {STRUCK}.", f"Six people were killed {STRUCK}.",
         "four"),
    Told("refinement", "of a day", "Mayor Ida Korn closed the old bridge on Monday.",
         "Mayor Ida Korn closed the old bridge in May.", "Monday"),
    Told("scope", "of a count", f"Nine people were killed {STRUCK}.", f"Forty people were killed or injured {STRUCK}.",
         "Forty"),
    Told("rounding", "of a count", f"About 200 people were injured {STRUCK}.", f"203 people were injured {STRUCK}.",
         "203"),
    Told("translation", "of a quotation", "“The negotiations have broken down,” Ida Korn said in Norwegian here.",
         "“Our talks ended in failure yesterday,” Ida Korn said in Norwegian.", "Our talks ended in failure yesterday"),
)  # fmt: skip


@pytest.mark.parametrize("told", [pytest.param(t, id=f"{t.kind}-{t.way}".replace(" ", "-")) for t in TOLD])
def test_what_differs_is_told(told: Told) -> None:
    comparison = compared(told.one, told.other, dates=told.dates)
    found = [f for f in comparison.findings if told.kind in (f.kind, f.nonconflict)]
    if "quotation" in told.way:
        found = [f for f in found if f.utterance is not None]
    assert told.marked in [mark.text.strip("”“,") for f in found for side in f.sides for mark in side.marks]


def test_no_kind_is_left_out() -> None:
    kinds = {told.kind for told in TOLD}
    assert {*get_args(FindingKind)} == {*KINDS}
    assert {kind for kind in get_args(FindingKind) if group_of(kind) is None} == {"not-a-conflict"}
    assert kinds == {*get_args(FindingKind), *get_args(NonConflict)} - {"not-a-conflict"}


def test_reprints_are_held_to_their_numbers_and_dates() -> None:
    quake = (
        "An earthquake of magnitude {} struck {} kilometres off Velm at {} on Tuesday.\n\n"
        "Nobody was hurt and no houses {} damaged, and no flood warning was issued for the coast.\n\n"
        "The depth was put at ten kilometres. People near the shore may have felt it, the weather office said."
    )
    night, noon = quake.format("4.1", 30, "3 a.m.", "were"), quake.format("5.0", 80, "9 p.m.", "are")
    comparison = rashomon.compare([rashomon.read_text(text, published="2031-05-06") for text in (night, noon)])
    assert comparison.lineage.independent == 1
    told = {f.kind: [[mark.text for mark in side.marks] for side in f.sides] for f in comparison.findings}
    assert told == {"number": [["4.1", "30"], ["5.0", "80"]], "date": [["3 a.m."], ["9 p.m."]]}
    assert sorted(set(comparison.points[0].stances.values())) == ["differs", "says"]
