"""What differs between two accounts of one matter, kind by kind; and what only looks as if it did."""

from __future__ import annotations

import re
from typing import NamedTuple, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tellings import NEXT_DAY, OTHERWISE, SAME_DAY, Found, compared, found

import rashomon
from rashomon.compare.quantities import Bound, Quantity, quantities, relation
from rashomon.compare.speakers import are_two_people
from rashomon.types import Actor, ActorKind, Article, Published, Span, Token

UNDATED: tuple[str, ...] = ()
DAY_BEFORE = NEXT_DAY[::-1]


class Case(NamedTuple):
    """Two tellings, and all that is found of them."""

    name: str
    one: str
    other: str
    expected: Found
    dates: tuple[str, ...] = SAME_DAY

    def check(self) -> None:
        assert found(self.one, self.other, dates=self.dates) == self.expected


def cases(*told: Case) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", [pytest.param(c, id=c.name.replace(" ", "-")) for c in told])


STRUCK = "when the ferry Hilda struck the pier at Velm"


@cases(
    Case("two counts", f"Nine people were killed {STRUCK}.", f"Twelve people were killed {STRUCK}.",
         {"number": (("Nine",), ("Twelve",))}),
    Case("more the next day", f"Nine people were killed {STRUCK}.", f"Twelve people were killed {STRUCK}.",
         {"update": (("Nine",), ("Twelve",))}, NEXT_DAY),
    Case("fewer the next day", f"Nine people were killed {STRUCK}.", f"Twelve people were killed {STRUCK}.",
         {"number": (("Nine",), ("Twelve",))}, DAY_BEFORE),
    Case("undated", f"Nine people were killed {STRUCK}.", f"Twelve people were killed {STRUCK}.",
         {"number": (("Nine",), ("Twelve",))}, UNDATED),
    Case("in words and in figures", f"Six people were killed {STRUCK}.", f"Six (6) people were killed {STRUCK}.", {}),
    Case("other things counted", f"Nine people were killed {STRUCK}.", f"Twelve boats were sunk {STRUCK}.", {}),
    Case("another accident, long before", f"Nine people were killed {STRUCK} on Thursday.",
         "In 2019 four people were killed when the ferry Anna struck the pier at Velm.", {}),
    Case("wider scope", f"Nine people were killed {STRUCK}.", f"Forty people were killed or injured {STRUCK}.",
         {"scope": (("Nine",), ("Forty",))}),
    Case("rounded", f"About 200 people were injured {STRUCK}.", f"203 people were injured {STRUCK}.",
         {"rounding": (("200",), ("203",))}),
    Case("a bound that holds", f"At least four people were killed {STRUCK}.", f"Six people were killed {STRUCK}.",
         {"refinement": (("four",), ("Six",))}),
    Case("a bound that is broken", f"At least eight people were killed {STRUCK}.", f"Six people were killed {STRUCK}.",
         {"number": (("eight",), ("Six",))}),
    Case("sums of money", "The council of Velm will pay the builders €40 million for the new bridge.",
         "The council of Velm will pay the builders €55 million for the new bridge.",
         {"number": (("40 million",), ("55 million",))}),
    Case("ages of a child", "A 4-year-old boy was pulled from the water at Velm.",
         "Divers pulled a 6-year-old boy from the water at Velm.", {"number": (("4-year-old",), ("6-year-old",))}),
    Case("two children", "A 4-year-old boy and a 6-year-old boy were pulled from the water at Velm.",
         "Divers pulled a 6-year-old boy from the water at Velm.", {}),
    Case("a boy and a girl", "A 4-year-old boy was pulled from the water at Velm.",
         "Divers pulled a 6-year-old girl from the water at Velm.", {}),
    Case("lengths of boats", "A 12-metre-long boat was pulled from the water at Velm.",
         "Divers pulled a 30-metre-long boat from the water at Velm.", {}),
)  # fmt: skip
def test_numbers(case: Case) -> None:
    case.check()


def test_counts_that_two_dated_reports_explain_are_an_update_in_an_undated_one_too() -> None:
    nine, twelve = (f"{n} people were killed {STRUCK}" for n in ("Nine", "Twelve"))
    third = f"{twelve}, the harbour office said."
    assert list(found(f"{nine}.", f"{twelve}.", third, dates=(*NEXT_DAY, ""))) == ["update"]
    assert list(found(f"{nine}.", f"{twelve}.", third, dates=("2031-05-09", "", ""))) == ["number"]


def test_two_printings_of_one_text_are_dated_each_by_itself() -> None:
    nine, twelve = (f"{n} people were killed {STRUCK} on Thursday." for n in ("Nine", "Twelve"))
    reprinted = compared(nine, twelve, dates=NEXT_DAY, padded=False)
    assert reprinted.lineage.independent == 1
    assert [f.nonconflict for f in reprinted.findings] == ["update"]


KORN = "Mayor Ida Korn closed"
MET = "Otto Brill met the fishermen in"


@cases(
    Case("the note names the count that stood there", f"Twelve people were killed {STRUCK}.",
         f"Correction: An earlier version of this report said twelve had died.\nNine people were killed {STRUCK}.",
         {"update": (("Twelve",), ("Nine",))}),
    Case("the note names it in figures, at the end", f"Twelve people were killed {STRUCK}.",
         f"Nine people were killed {STRUCK}.\nThis article has been corrected: it had said 12 people were killed.",
         {"update": (("Twelve",), ("Nine",))}),
    Case("another paper's note of something else", f"Twelve people were killed {STRUCK}.",
         f"(Corrects name of mayor)\nNine people were killed {STRUCK}.", {"number": (("Twelve",), ("Nine",))}),
    Case("a later count of one day", f"Nine people were killed {STRUCK}.",
         f"UPDATE 2-Ferry strikes pier\nTwelve people were killed {STRUCK}.", {"update": (("Nine",), ("Twelve",))}),
    Case("an earlier correction", f"Twelve people were killed {STRUCK}.",
         f"(Corrects number of dead from twelve)\nFourteen people were killed {STRUCK}.",
         {"number": (("Twelve",), ("Fourteen",))}, DAY_BEFORE),
    Case("somebody who corrects something", f"Twelve people were killed {STRUCK}.",
         f"Nine people were killed {STRUCK}. The mayor corrected the number from twelve.",
         {"number": (("Twelve",), ("Nine",))}),
)  # fmt: skip
def test_what_a_report_corrects_or_updates_is_no_dispute(case: Case) -> None:
    case.check()


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("CORRECTED-Old bridge closed", "update"),
        ("Old bridge closed (updated)", "update"),
        ("Corrected plans for the old bridge", "date"),
        (None, "date"),
    ],
)
def test_a_paper_that_says_it_revises_its_own_report_disputes_nothing(title: str | None, kind: str) -> None:
    texts = (f"{KORN} the old bridge at Velm on {day}." for day in ("Monday", "Tuesday"))
    first, second = (
        Article(id=f"a{n}", outlet="The Velm Courier", title=named, text=f"{text}\n{otherwise}",
                published=Published(value="2031-05-09"))
        for n, (named, text, otherwise) in enumerate(zip((None, title), texts, OTHERWISE, strict=False), 1)
    )  # fmt: skip
    comparison = rashomon.compare([first, second], anyway=True, annotators="fast")
    assert kind in {f.nonconflict or f.kind for f in comparison.findings}
    [point] = [p for p in comparison.points if comparison.claims[0].id in p.claims]
    assert ("differs" in point.stances.values()) == (kind == "date")


@cases(
    Case("two days", f"{KORN} the old bridge at Velm on Monday.", f"{KORN} the old bridge at Velm on Tuesday.",
         {"date": (("Monday",), ("Tuesday",))}),
    Case("a day and its month", f"{KORN} the old bridge at Velm on Monday.", f"{KORN} the old bridge at Velm in May.",
         {"refinement": (("Monday",), ("May",))}),
    Case("one day in two ways", f"{KORN} the old bridge at Velm on Monday.", f"{KORN} the old bridge at Velm on May 5.",
         {}),
    Case("another object", f"{KORN} the old bridge on Monday.", f"{KORN} the fish market on Tuesday.", {}),
    Case("another thing sent", "Otto Brill sent the first patrol boat to the islets on Monday.",
         "Otto Brill sent a letter to the fishermen on Tuesday.", {}),
    Case("a bound and a day", f"{KORN} the old bridge at Velm in May.", f"{KORN} the old bridge at Velm before Monday.",
         {}),
    Case("what was and what will be", f"{KORN} the old bridge at Velm on Monday.",
         "Mayor Ida Korn will close the old bridge at Velm on Sunday.", {}),
)  # fmt: skip
def test_dates(case: Case) -> None:
    case.check()


@cases(
    Case("two countries", f"{MET} Norway on Monday.", f"{MET} Denmark on Monday.",
         {"place": (("Norway",), ("Denmark",))}),
    Case("two towns", f"{MET} Oslo on Monday.", f"{MET} Bergen on Monday.", {"place": (("Oslo",), ("Bergen",))}),
    Case("a town and a country", f"{MET} Oslo on Monday.", f"{MET} Norway on Monday.", {}),
    Case("side by side unsaid", f"{MET} California.", f"{MET} Oakland.", {"place": (("California",), ("Oakland",))}),
    Case("one in the other", f"{MET} California.", f"{MET} Oakland. The talks in Oakland, California, took an hour.",
         {}),
    Case("others met", f"{MET} Norway on Monday.", "Otto Brill met the shipowners in Denmark on Monday.", {}),
)  # fmt: skip
def test_places(case: Case) -> None:
    case.check()


VELM = "The council of Velm"
NEW_BRIDGE = "the plan for a new bridge"


@cases(
    Case("done and not done", f"{VELM} approved {NEW_BRIDGE} on Monday.", f"{VELM} did not approve {NEW_BRIDGE}.",
         {"polarity": (("approved",), ("did not approve",))}),
    Case("not on one day and done on another", f"{VELM} did not approve {NEW_BRIDGE} on Monday.",
         f"{VELM} approved {NEW_BRIDGE} on Tuesday.", {"date": (("Monday",), ("Tuesday",))}),
    Case("is so and is not so", "Veldany sells rope to the islands.", "Veldany does not sell rope to the islands.",
         {"polarity": (("sells",), ("does not sell",))}),
    Case("another thing offered", "Ida Korn was offered a desk job by the premier of Veldany.",
         "Ida Korn was never offered the ministry by the premier of Veldany.", {}),
    Case("will and did not", f"{VELM} will approve {NEW_BRIDGE}.", f"{VELM} did not approve {NEW_BRIDGE}.", {}),
    Case("told of and done", f"Otto Brill broke the promise that {VELM.lower()} will approve {NEW_BRIDGE}.",
         f"{VELM} will not approve {NEW_BRIDGE}.", {}),
    Case("not, in two ways", f"Under no condition did {VELM.lower()} approve {NEW_BRIDGE}.",
         f"{VELM} did not approve {NEW_BRIDGE}.", {}),
    Case("stop and no longer", "Otto Brill said the firm would stop selling cheap rope to Veldany.",
         "Otto Brill said the firm would no longer sell cheap rope to Veldany.", {}),
    Case("a denial and its words", "Ida Korn denied that she had ever taken money from the smugglers.",
         "“I have never taken money from the smugglers,” Ida Korn said.", {}),
    Case("not yet and then", f"{VELM} has not yet approved {NEW_BRIDGE}.", f"{VELM} has approved {NEW_BRIDGE}.",
         {"update": (("has not yet approved",), ("has approved",))}, NEXT_DAY),
    Case("not yet and the day before", f"{VELM} has not yet approved {NEW_BRIDGE}.",
         f"{VELM} has approved {NEW_BRIDGE}.",
         {"polarity": (("has not yet approved",), ("has approved",))}, DAY_BEFORE),
)  # fmt: skip
def test_polarity(case: Case) -> None:
    case.check()


SOLD = f"{VELM} sold the old bridge to the fishermen."
TOOK = "Ida Korn took money from the smugglers."


@cases(
    Case("alleged and a fact", "Ida Korn allegedly took money from the smugglers.", TOOK,
         {"strength": (("allegedly took",), ("took",))}),
    Case("claimed and a fact", "Otto Brill claimed that Ida Korn took money from the smugglers.", TOOK,
         {"strength": (("claimed", "took"), ("took",))}),
    Case("said and a fact", "Otto Brill said that Ida Korn took money from the smugglers.", TOOK, {}),
    Case("planned and done the next day", f"{VELM} plans to sell the old bridge to the fishermen.", SOLD,
         {"update": (("plans to sell",), ("sold",))}, NEXT_DAY),
    Case("planned and done that day", f"{VELM} plans to sell the old bridge to the fishermen.", SOLD,
         {"update": (("plans to sell",), ("sold",))}),
    Case("planned and done the day before", f"{VELM} plans to sell the old bridge to the fishermen.", SOLD,
         {"strength": (("plans to sell",), ("sold",))}, DAY_BEFORE),
    Case("considered and done that day", f"{VELM} considered selling the old bridge to the fishermen.", SOLD,
         {"strength": (("considered selling",), ("sold",))}),
    Case("considered and planned", f"{VELM} is considering selling the old bridge to the fishermen.",
         f"{VELM} plans to sell the old bridge to the fishermen.",
         {"strength": (("is considering selling",), ("plans to sell",))}),
    Case("may and will", f"{VELM} may sell the old bridge to the fishermen.",
         f"{VELM} will sell the old bridge to the fishermen.", {"strength": (("may sell",), ("will sell",))}),
    Case("two plans in other words", f"{VELM} plans to sell the old bridge to the fishermen.",
         f"{VELM} will sell the old bridge to the fishermen.", {}),
    Case("alleged and planned", "Ida Korn allegedly will sell the old bridge to the fishermen.",
         "Ida Korn plans to sell the old bridge to the fishermen.", {}),
    Case("alleged of another thing", "Ida Korn allegedly took the harbour keys from the smugglers.", TOOK, {}),
)  # fmt: skip
def test_strength(case: Case) -> None:
    case.check()


STAYS = "said the old bridge would stay closed until the ice had gone."


@cases(
    Case("two people", f"Ida Korn {STAYS}", f"Otto Brill {STAYS}", {"attribution": (("Ida Korn",), ("Otto Brill",))}),
    Case("the same thing in another statement", "Ida Korn said the old bridge of Velm is dear to the fishermen.",
         "Otto Brill said the old bridge of Velm was sold to the fishermen.", {}),
    Case("the contrary", f"Ida Korn {STAYS}",
         "Otto Brill said the old bridge would hardly stay closed until the ice had gone.", {}),
    Case("a surname", f"Ida Korn {STAYS}", f"Korn {STAYS}", {}),
    Case("an office", f"Ida Korn {STAYS}", f"The mayor {STAYS}", {}),
    Case("another surname", f"Ida Korn {STAYS}", f"Brill {STAYS}", {}),
    Case("a body", f"Ida Korn {STAYS}", f"The Velm Council {STAYS}", {}),
    Case("a pronoun", f"Ida Korn {STAYS}", f"Otto Brill is a sailor. He {STAYS}", {}),
    Case("other words", f"Ida Korn {STAYS}", "Otto Brill said the old bridge would be sold to the fishermen.", {}),
)  # fmt: skip
def test_attribution(case: Case) -> None:
    case.check()


CLOSED = f"{VELM} closed the old bridge"


@cases(
    Case("two causes", f"{CLOSED} because of heavy rain.", f"{CLOSED} because of a strike by the keepers.",
         {"cause": (("because of heavy rain",), ("because of a strike by the keepers",))}),
    Case("a cause and none", f"{CLOSED} because of heavy rain.", f"{CLOSED}.",
         {"cause": (("because of heavy rain",), ())}),
    Case("a cause that names who is told of", "The voters of Velm rejected the pact with the fishermen because the"
         " fishermen had broken their word.", "The voters of Velm rejected the pact with the fishermen.",
         {"cause": (("because the fishermen had broken their word",), ())}),
    Case("one cause, other connectives", f"{CLOSED} because of heavy rain.",
         f"{CLOSED} as a result of the heavy rain.", {}),
    Case("one cause, clause and phrase", f"{CLOSED} because the rain was heavy.", f"{CLOSED} due to heavy rain.", {}),
    Case("causes of other closures", f"{CLOSED} because of heavy rain.",
         f"{VELM} closed the fish market because of rats.", {}),
    Case("a conflict over something", "Ida Korn resigned over the smugglers' money.",
         "Ida Korn resigned because of her poor health.",
         {"cause": (("over the smugglers' money",), ("because of her poor health",))}),
    Case("over is a place", "Ida Korn crossed the wide bay of Velm over the ice.",
         "Ida Korn crossed the wide bay of Velm because of the fog.", {"cause": ((), ("because of the fog",))}),
    Case("due to meet", "Otto Brill and Ida Korn are due to meet the fishermen in Velm.",
         "Otto Brill and Ida Korn meet the fishermen in Velm.", {}),
)  # fmt: skip
def test_causes(case: Case) -> None:
    case.check()


@cases(
    Case("two nouns", "Rioters blocked the bridge at Velm.", "Striking dockers blocked the bridge at Velm.",
         {"term": (("Rioters",), ("Striking dockers",))}),
    Case("two nouns for whom it befell", "The council of Velm arrested the rioters at the bridge.",
         "The council of Velm arrested three dockers at the bridge.", {"term": (("rioters",), ("dockers",))}),
    Case("people", "People blocked the bridge at Velm.", "Striking dockers blocked the bridge at Velm.", {}),
    Case("one noun", "Angry dockers blocked the bridge at Velm.", "Striking dockers blocked the bridge at Velm.", {}),
    Case("other deeds", "Rioters blocked the bridge at Velm.", "Striking dockers swept the bridge at Velm.", {}),
    Case("other objects", "Nine rioters blocked the bridge in Oslo on Monday after the vote on the treaty with Sweden.",
         "Nine dockers blocked the railway in Oslo on Monday after the vote on the treaty with Sweden.", {}),
    Case("counted", "About 1,000 marchers blocked the bridge at Velm.", "Some 300 rioters blocked the bridge at Velm.",
         {"number": (("1,000",), ("300",)), "term": (("marchers",), ("rioters",))}),
    Case("people of a nation counted", "About 1,000 marchers blocked the bridge at Velm.",
         "Some 300 Norwegian rioters blocked the bridge at Velm.", {}),
    Case("anybody counted", "About 1,000 people blocked the bridge at Velm.",
         "Some 300 rioters blocked the bridge at Velm.", {}),
    Case("counted about alike", "About 310 marchers blocked the bridge at Velm.",
         "Some 300 rioters blocked the bridge at Velm.", {"term": (("marchers",), ("rioters",))}),
)  # fmt: skip
def test_what_people_are_called(case: Case) -> None:
    case.check()


@pytest.mark.parametrize(
    ("one", "other", "two"),
    [
        (("Ida Korn", "person"), ("Otto Brill", "person"), True),
        (("Ida Korn", "person"), ("Ida Brill", "person"), False),
        (("Ida Korn", "person"), ("KORN Anna", "person"), False),
        (("Ida Korn", "person"), ("Brill", "person"), False),
        (("Ida Korn", "person"), ("the harbour master", "person"), False),
        (("Ida Korn", "person"), ("Velm Council", "organisation"), False),
    ],
)
def test_two_people_are_two_by_their_full_names(
    one: tuple[str, ActorKind], other: tuple[str, ActorKind], two: bool
) -> None:
    a, b = (Actor(id=name, name=name, kind=kind) for name, kind in (one, other))
    assert are_two_people(a, b) == are_two_people(b, a) == two


BOUNDS = st.sampled_from(get_args(Bound))
VALUES = st.integers(0, 10**7).map(float)


def _quantity(value: float, bound: Bound) -> Quantity:
    return Quantity(value, "boat", bound, Span("a", 0, 0, ""))


@given(VALUES, BOUNDS, VALUES, BOUNDS)
def test_the_relation_of_two_counts_is_symmetric(one: float, bound: Bound, other: float, other_bound: Bound) -> None:
    a, b = _quantity(one, bound), _quantity(other, other_bound)
    assert relation(a, b) == relation(b, a)
    assert (relation(a, b) == "same") == (one == other)


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_two_exact_counts_that_are_not_round_differ(value: int, more: int) -> None:
    one, other = value - value % 100 + 1, value + more - (value + more) % 100 + 2
    assert relation(_quantity(one, "exact"), _quantity(other, "exact")) == "different"


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_a_bound_refines_only_what_it_admits(value: int, more: int) -> None:
    low, high = _quantity(value, "exact"), _quantity(value + more + 1, "least")
    assert relation(low, high) != "refinement"
    assert relation(_quantity(value, "most"), _quantity(value + more + 1, "exact")) != "refinement"


ONES = ("", *"one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen".split())  # fmt: skip
TENS = ("", "", *"twenty thirty forty fifty sixty seventy eighty ninety".split())


def _spelled(value: int, joint: str) -> str:
    """A number below 10,000 in words; ``joint`` is what stands before the tens ("and" or nothing)."""
    if value == 0:
        return "zero"
    thousands, hundreds, rest = value // 1000, value // 100 % 10, value % 100
    tens = ONES[rest] if rest < 20 else "-".join(filter(None, (TENS[rest // 10], ONES[rest % 10])))
    words = [f"{ONES[thousands]} thousand" if thousands else "", f"{ONES[hundreds]} hundred" if hundreds else ""]
    return " ".join(filter(None, [*words, joint if any(words) and rest else "", tens]))


def _counted(number: str) -> list[float]:
    """The values read off "<number> boats", with the number's words hanging on the noun, in marked-off tokens."""
    text = f"{number} boats"
    pieces = list(re.finditer(r"[^\s-]+|-", text))
    last = len(pieces) - 1
    tokens = [Token(m.start(), m.end(), m[0], "NUM", "CD", "nummod", last, "CARDINAL", 0) for m in pieces[:-1]] + [
        Token(pieces[-1].start(), pieces[-1].end(), "boat", "NOUN", "NNS", "ROOT", last, "", 0)
    ]
    found = quantities(Article(id="a", text=text), tokens, (), 0, len(tokens))
    assert all(q.unit == "boat" and q.span.text == number for q in found)
    return [q.value for q in found]


@given(st.integers(0, 9999), st.sampled_from(["", "and"]))
@example(1005, "and")
@example(221, "and")
def test_spelled_out_numbers_are_read(value: int, joint: str) -> None:
    assert _counted(_spelled(value, joint)) == [value]


@given(st.integers(0, 10**9))
def test_figures_are_read_with_and_without_separators(value: int) -> None:
    assert _counted(f"{value}") == _counted(f"{value:,}") == [value]


@given(st.integers(1, 999), st.sampled_from([("thousand", 10**3), ("million", 10**6), ("billion", 10**9)]))
def test_figures_before_a_scale_are_read(value: int, scale: tuple[str, int]) -> None:
    assert _counted(f"{value} {scale[0]}") == [value * scale[1]]
