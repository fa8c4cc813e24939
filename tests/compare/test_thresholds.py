"""Every number by which the comparison decides, held from both sides.

An edge is a small case that lies a little on one side of a threshold, and what is made of it. Halve a threshold or
raise it by half, and an edge of its name fails: one that is reached no more, or one that was missed and is reached now.
So a threshold is moved on purpose, together with its edges, or not at all.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pytest
from quoting import Says, account, rendered
from tellings import SAME_DAY, compared, found

import rashomon
from rashomon.annotate import annotate
from rashomon.compare._collation import related
from rashomon.compare.align import Evidence
from rashomon.compare.attributes import attribute_findings
from rashomon.compare.chains import chains
from rashomon.compare.contrasts import Scene
from rashomon.compare.differences import differences
from rashomon.compare.equivalents import in_marks, misspelt, quoted_otherwise
from rashomon.compare.evidence import Indexed, Statement
from rashomon.compare.matching import Matcher
from rashomon.compare.naming import spelt_differently
from rashomon.compare.points import Matter, join
from rashomon.compare.predicates import Predicate
from rashomon.compare.quantities import Bound, Quantity, relation
from rashomon.compare.story import cast
from rashomon.compare.utterances import collate, findings
from rashomon.errors import DifferentEvents
from rashomon.types import Actor, Annotations, Article, Claim, Finding, Mention, Published, Span, Utterance


class Edge(NamedTuple):
    """A case on one side of a threshold (``module.NAME``), what reads it, and how it must read.

    ``reached`` is the side on which the program does something: puts on one point, tells of a difference, links.
    """

    threshold: str
    side: str
    read: Callable[[], object]
    expected: object


# News: sentences among others, compared as articles.


def joined(*tellings: str) -> Callable[[], bool]:
    """Whether the first claims of all accounts stand on one point."""

    def read() -> bool:
        comparison = compared(*tellings)
        first = {next(c.id for c in comparison.claims if c.article == a.id) for a in comparison.articles}
        return any(first <= set(point.claims) for point in comparison.points)

    return read


def told(kind: str, *tellings: str, dates: tuple[str, ...] = SAME_DAY) -> Callable[[], bool]:
    """Whether a difference of a kind is told."""
    return lambda: kind in found(*tellings, dates=dates)


def marked(kind: str, *tellings: str) -> Callable[[], object]:
    """The words that the first side of a difference marks."""
    return lambda: found(*tellings)[kind][0]


SOLD = "Otto Brill sold the ferry Hilda to a farmer."
PAID = "A farmer paid Otto Brill ten crowns for the Hilda."
COWS = "A farmer from Halm bought the ferry Hilda for his cows."
BRIDGE = "The council of Velm closed the old bridge."
DRIVERS = "Drivers of lorries must do without the old bridge."
LORRIES = "Lorries may no longer cross the old bridge."
MINISTERS = "Otto Brill met Ida Korn at a meeting of the G8 foreign ministers in Oslo."
SUMMIT = "Otto Brill met Ida Korn at the G8 summit {}."
SEIZED = "Tension has grown since Norway's seizure of Greenland."
ANNEXED = "Tension has grown since Norway's annexation of Greenland."
FOR_SALE = "Lace from Ireland, figs from Lebanon, wool from Wales, pears from Poland and silk from Laos are for sale."

POINTS = (
    Edge("align.LOGISTIC_BOUNDS (linked)", "reached", joined(BRIDGE, "The old bridge was shut by the town."), True),
    Edge("align.LOGISTIC_BOUNDS (linked)", "missed", joined(BRIDGE, LORRIES), False),
    # Three accounts: the third is as near to one of the two as may be, and far from the other.
    Edge("align.LOGISTIC_BOUNDS (noted)", "reached",
         joined(LORRIES, DRIVERS, "Buses will not cross the bridge until spring."), True),
    Edge("align.LOGISTIC_BOUNDS (noted)", "missed", joined(SOLD, COWS, "Brill sold his boat."), False),
    Edge("align.LOGISTIC_BOUNDS (grouped)", "reached",
         joined(SOLD, "The ferry was sold to a farmer from Halm.", "Brill sold his boat."), True),
    Edge("align.LOGISTIC_BOUNDS (grouped)", "missed",
         joined(SOLD, PAID, "Harbour master Ida Korn sold the ferry."), False),
)  # fmt: skip


# Claims that are said to be linked with given probabilities, by the trained model.


def together(
    *links: tuple[int, int, float], accounts: Sequence[int], unread: float | None = None
) -> Callable[[], set[tuple[int, ...]]]:
    """Which claims (by number; each of the given account) are put together; how likely is what went unread of them."""

    def read() -> set[tuple[int, ...]]:
        claims = [
            Claim(id=f"c{n}", article=f"a{account}", spans=(Span(f"a{account}", 10 * n, 10 * n + 5, "words"),))
            for n, account in enumerate(accounts)
        ]
        places: list[tuple[tuple[str, int], Sequence[int]] | None] = [
            None if unread is None else ((claim.article, n), (n,)) for n, claim in enumerate(claims)
        ]
        left = {place[0]: unread for place in places if place and unread is not None}
        evidence = Evidence(claims, {}, places, {(i, j): [] for i, j, _ in links}, {}, left)
        found = join(evidence.linked([p for *_, p in links]))
        return {tuple(int(c.id[1:]) for c in matter.claims) for matter in found}

    return read


TWO = (1, 2)
THREE = (1, 2, 3)
FOUR = (1, 2, 1, 2)
EACH = (1, 2, 3, 4)
ALIKE = ((0, 1, 0.9), (0, 2, 0.9), (1, 2, 0.9))
ACROSS = ((0, 1, 0.9), (2, 3, 0.9), (0, 3, 0.4), (1, 2, 0.4))
TRAINED = (
    Edge("align.TRAINED_BOUNDS (linked)", "reached", together((0, 1, 0.31), accounts=TWO), {(0, 1)}),
    Edge("align.TRAINED_BOUNDS (linked)", "missed", together((0, 1, 0.29), accounts=TWO), set()),
    # The third is as near to one of the two as may be, and hardly or not at all to the other.
    Edge("align.TRAINED_BOUNDS (noted)", "reached",
         together((0, 1, 0.9), (0, 2, 0.31), (1, 2, 0.21), accounts=THREE), {(0, 1, 2)}),
    Edge("align.TRAINED_BOUNDS (noted)", "missed",
         together((0, 1, 0.9), (0, 2, 0.31), (1, 2, 0.19), accounts=THREE), {(0, 1)}),
    Edge("align.TRAINED_BOUNDS (grouped)", "reached",
         together(*ALIKE, (0, 3, 0.31), (1, 3, 0.24), (2, 3, 0.22), accounts=EACH), {(0, 1, 2, 3)}),
    Edge("align.TRAINED_BOUNDS (grouped)", "missed",
         together(*ALIKE, (0, 3, 0.31), (1, 3, 0.21), (2, 3, 0.21), accounts=EACH), {(0, 1, 2)}),
    Edge("points._CLOSER", "reached", together(*ACROSS[:2], (0, 3, 0.32), (1, 2, 0.3), accounts=FOUR),
         {(0, 1, 2, 3)}),
    Edge("points._CLOSER", "missed", together(*ACROSS[:2], (0, 3, 0.3), (1, 2, 0.28), accounts=FOUR),
         {(0, 1), (2, 3)}),
    Edge("align.ALONE", "reached", together((0, 1, 0.019), accounts=TWO), {(0,), (1,)}),
    Edge("align.ALONE", "missed", together((0, 1, 0.021), accounts=TWO), set()),
    Edge("align._UNSEEN", "reached", together((0, 1, 0.01), accounts=TWO, unread=-3.9), set()),
    Edge("align._UNSEEN", "missed", together((0, 1, 0.01), accounts=TWO, unread=-4.1), {(0,), (1,)}),
)  # fmt: skip


# Words inside quotation marks, and names.


def otherwise(one: str, other: str) -> Callable[[], list[str]]:
    """The words of one quotation that another of the same speech has otherwise."""

    def read() -> list[str]:
        given = [Article(id=id, text=f"“{said},” Ida Korn said.") for id, said in (("a1", one), ("a2", other))]
        left, right = (Indexed(annotated) for annotated in annotate(given, annotators="fast"))
        own, theirs = (in_marks(a, a.article.span(0, len(a.article.text))) for a in (left, right))
        return [left.word(i) for i, _ in quoted_otherwise(left, own, right, theirs)]

    return read


WORDS = (
    Edge("equivalents._LIKE", "reached", lambda: misspelt("simmons", "symons"), True),
    Edge("equivalents._LIKE", "missed", lambda: misspelt("harris", "norris"), False),
    Edge("equivalents._ONE_SPEECH", "reached",
         otherwise("We sold nine boats to him", "We bought ten boats for him"), ["sold", "nine", "to"]),
    Edge("equivalents._ONE_SPEECH", "missed",
         otherwise("We sold nine ships to him", "We bought ten boats for him"), []),
)  # fmt: skip


# Two claims that are said to speak to one matter with a given probability.


def differing(
    score: float, one: str, other: str, *, dates: tuple[str, str] = SAME_DAY[:2]
) -> Callable[[], dict[str, float]]:
    """The differences between the first claims of two accounts, by kind (or class), and their weights."""

    def read() -> dict[str, float]:
        texts = ("a1", one, dates[0]), ("a2", other, dates[1])
        played = cast(list(annotate(Article(id=id, text=t, published=Published(value=d)) for id, t, d in texts)))
        accounts = {account.article.id: account for account in played.accounts}
        scene = Scene(accounts, {id: id for id in accounts}, {a.id: a for a in played.actors}, {"a1": 0, "a2": 1}, 0.5)
        first = [account.annotated.claims[0] for account in played.accounts]
        matter = Matter(first, {(first[0].id, first[1].id): score})
        found = [*differences(matter, scene), *attribute_findings([matter], scene)]
        return {finding.nonconflict or finding.kind: finding.weight for finding in found}

    return read


LANDED = ("The rebels landed in Norway on Monday.", "The rebels landed in Denmark on Monday.")
SANK = ("Nine boats sank in the storm.", "Twelve boats sank in the storm.")
SOLD_IT = ("The council sold the bridge to the fishermen.", "The council did not sell the bridge to the fishermen.")
CLOSED = "Ida Korn closed the old bridge on {}."
SHUT = ("The council closed the old bridge because of cracks.", "The council closed the old bridge.")
STAYS = "said the old bridge would stay closed until the ice had gone."
WILL_PAY = "The council will pay the builders €{} million for the new bridge."
MARCHED = ("About 310 marchers blocked the bridge.", "About 310 rioters blocked the bridge.")
AGES = ("A 4-year-old boy was pulled from the water.", "Divers pulled a 6-year-old boy from the water.")
MAY_SELL = ("The council may sell the old bridge to a bank.", "The council will sell the old bridge to a bank.")
SMUGGLERS = ("Ida Korn met nine smugglers in Velm.", "Ida Korn met twelve smugglers in Velm on {}.")


def on_days(one: str, other: str, *, dates: tuple[str, str] = SAME_DAY[:2]) -> Callable[[], dict[str, float]]:
    """The differences between two accounts that give a day for one thing."""
    return differing(1.0, CLOSED.format(one), CLOSED.format(other), dates=dates)


CONTRASTS = (
    Edge("contrasts.CONTRADICTABLE", "a number reached", differing(0.67, *SANK), {"number": 0.654}),
    Edge("contrasts.CONTRADICTABLE", "a number missed", differing(0.63, *SANK), {}),
    Edge("contrasts.CONTRADICTABLE", "a denial reached", differing(0.67, *SOLD_IT), {"polarity": 0.692}),
    Edge("contrasts.CONTRADICTABLE", "a denial missed", differing(0.63, *SOLD_IT), {}),
    Edge("contrasts.CONTRADICTABLE", "a day reached",
         differing(0.67, CLOSED.format("Monday"), CLOSED.format("Tuesday")), {"date": 0.615}),
    Edge("contrasts.CONTRADICTABLE", "a day missed",
         differing(0.63, CLOSED.format("Monday"), CLOSED.format("Tuesday")), {}),
    Edge("contrasts.CONTRADICTABLE", "people reached", differing(0.67, *MARCHED), {"term": 0.423}),
    Edge("contrasts.CONTRADICTABLE", "people missed", differing(0.63, *MARCHED), {}),
    Edge("contrasts.CONTRADICTABLE", "an age reached", differing(0.67, *AGES), {"number": 0.7}),
    Edge("contrasts.CONTRADICTABLE", "an age missed", differing(0.63, *AGES), {}),
    Edge("contrasts.FIRM", "no cause reached", differing(0.82, *SHUT), {"cause": 0.306}),
    Edge("contrasts.FIRM", "no cause missed", differing(0.78, *SHUT), {}),
    Edge("contrasts.FIRM", "speakers reached",
         differing(0.82, f"Ida Korn {STAYS}", f"Otto Brill {STAYS}"), {"attribution": 0.612}),
    Edge("contrasts.FIRM", "speakers missed", differing(0.78, f"Ida Korn {STAYS}", f"Otto Brill {STAYS}"), {}),
    Edge("contrasts.FIRM", "a sum reached",
         differing(0.82, WILL_PAY.format(40), WILL_PAY.format(55)), {"number": 0.743}),
    Edge("contrasts.FIRM", "a sum missed", differing(0.78, WILL_PAY.format(40), WILL_PAY.format(55)), {}),
    # However loosely two claims match, a difference has three tenths of the weight that it has where they surely do.
    Edge("contrasts._LEAST_SURE", "surely", differing(1.0, *SANK), {"number": 0.85}),
    Edge("contrasts._LEAST_SURE", "loosely", differing(0.6, *LANDED), {"place": 0.54}),
    Edge("contrasts._DAYS", "reached", differing(1.0, SMUGGLERS[0], SMUGGLERS[1].format("May 5")), {"number": 0.85}),
    Edge("contrasts._DAYS", "missed", differing(1.0, SMUGGLERS[0], SMUGGLERS[1].format("May 4")), {}),
    Edge("contrasts._SAME_NEWS", "reached",
         on_days("May 7", "May 8", dates=("2031-05-07", "2031-05-09")), {"date": 0.8}),
    Edge("contrasts._SAME_NEWS", "missed", on_days("May 7", "May 8", dates=("2031-05-07", "2031-05-10")), {}),
    Edge("detectors._SAME_PLAN", "reached", differing(0.77, *MAY_SELL), {"strength": 0.545}),
    Edge("detectors._SAME_PLAN", "missed", differing(0.73, *MAY_SELL), {}),
)  # fmt: skip

NAMING = (
    Edge("naming._ENOUGH", "reached", told("term", f"{ANNEXED} {FOR_SALE}", SEIZED), True),
    Edge("naming._ENOUGH", "missed",
         told("term", f"{ANNEXED} Lace from Ireland and figs from Lebanon are for sale.", SEIZED), False),
    Edge("naming._MOST_WORDS", "reached",
         marked("event-name", SUMMIT.format("in Oslo of ministers from nine northern islands on the future of herring"),
                MINISTERS),
         ("G8 summit in Oslo of ministers from nine northern islands on the future of herring",)),
    Edge("naming._MOST_WORDS", "missed",
         marked("event-name", SUMMIT.format("between the rich northern islands in the old and windy town hall against"
                                            " smugglers"), MINISTERS),
         ("G8 summit between the rich northern islands in the old and windy town hall",)),
    Edge("naming (how alike two spellings are)", "reached", lambda: spelt_differently("Haverbeck", "Haverbek"), True),
    Edge("naming (how alike two spellings are)", "missed", lambda: spelt_differently("Haverbeck", "Havelmann"), False),
)  # fmt: skip


# Words in common, of which "dredger", "silt" and the like are as rare as words can be.


def predicate(*words: str) -> Predicate:
    nothing: frozenset[str] = frozenset()
    return Predicate(
        span=Span("a", 0, 0, ""), stems=nothing, governors=nothing, agents=nothing, patients=nothing, times=(),
        places=(), words=frozenset(words), past=True, negations=0, is_copula=False, is_light=False, people=(),
        topic=nothing, modals=nothing, objects=nothing, nations=nothing,
    )  # fmt: skip


def covered(one: str, other: str) -> Callable[[], bool]:
    return lambda: predicate(*one.split()).is_covered_by(predicate(*other.split()))


def nearly_same(one: str, other: str) -> Callable[[], bool]:
    return lambda: predicate(*one.split()).says_nearly_the_same(predicate(*other.split()))


def counted(one: float, bound: Bound, other: float, other_bound: Bound = "exact") -> Callable[[], str]:
    span = Span("a", 0, 0, "")
    return lambda: relation(Quantity(one, "boat", bound, span), Quantity(other, "boat", other_bound, span))


PREDICATES = (
    Edge("predicates._LEAST_WORDS", "reached", covered("dredger silt", "dredger silt pier"), True),
    Edge("predicates._LEAST_WORDS", "missed", covered("dredger", "dredger silt pier"), False),
    Edge("predicates (covered by)", "reached", covered("dredger silt", "dredger quay herring"), True),
    Edge("predicates (covered by)", "missed", covered("dredger silt pier", "dredger quay herring"), False),
    Edge("predicates (nearly the same)", "reached", nearly_same("dredger silt", "dredger silt pier"), True),
    Edge("predicates (nearly the same)", "missed", nearly_same("dredger silt pier", "dredger silt quay"), False),
    Edge("quantities (a bound far off)", "reached", counted(6, "least", 10), "refinement"),
    Edge("quantities (a bound far off)", "missed", counted(3, "least", 10), "different"),
    Edge("quantities (about)", "reached", counted(190, "about", 207), "rounding"),
    Edge("quantities (about)", "missed", counted(190, "about", 213), "different"),
    Edge("quantities (rounded to hundreds)", "reached", counted(2_060, "exact", 2_100), "rounding"),
    Edge("quantities (rounded to hundreds)", "missed", counted(2_043, "exact", 2_100), "different"),
    Edge("quantities (rounded to a tenth)", "reached", counted(1_850, "exact", 2_000), "rounding"),
    Edge("quantities (rounded to a tenth)", "missed", counted(1_780, "exact", 2_000), "different"),
    Edge("quantities (rounded at all)", "reached", counted(96, "exact", 100), "rounding"),
    Edge("quantities (rounded at all)", "missed", counted(152, "exact", 150), "different"),
)  # fmt: skip


# Evidence for one matter, of built statements among others.

OTHERS = tuple(
    Statement(
        article=f"a{n % 2 + 1}",
        text=f"Number {n}.",
        words=frozenset({f"word{n}"}),
        events=frozenset(),
        actors=frozenset({f"actor{n}"}),
    )
    for n in range(18)
)


def likelihood(one: dict[str, str], other: dict[str, str] | None = None, *, thorough: bool = True) -> float:
    """How likely two statements in the same words speak to one matter, by what they are said to have in common."""
    pair = [_statement(f"a{n}", has) for n, has in enumerate((one, one if other is None else other), 1)]
    matcher = Matcher([*pair, *OTHERS], thorough=thorough)
    return round(float(matcher.probabilities(slice(0, 1))[0, 1]), 2)


def _statement(article: str, has: dict[str, str]) -> Statement:
    kinds: dict[str, Any] = dict.fromkeys(("words", "events", "actors"), frozenset())
    kinds |= {kind: frozenset(items.split()) for kind, items in has.items() if kind != "quantities"}
    counted = tuple(Quantity(9, unit, "exact", Span(article, 0, 0, "")) for unit in has.get("quantities", "").split())
    return Statement(article=article, text="The crane was moved at night.", quantities=counted, **kinds)


def likely(one: dict[str, str], other: dict[str, str] | None = None) -> Callable[[], float]:
    return lambda: likelihood(one, other)


def embedded(has: dict[str, str]) -> Callable[[], bool]:
    """Whether it is looked at how alike the meaning of two statements is."""
    return lambda: likelihood(has, thorough=False) == likelihood(has)


# What each kind of evidence makes of two statements that mean the same (0.55 by that alone).
MATCHING = (
    Edge("matching._INTERCEPT", "nothing else", likely({}), 0.55),
    Edge("matching._COEFFICIENTS", "words", likely({"words": "trawler quay"}), 0.88),
    Edge("matching._COEFFICIENTS", "event words", likely({"events": "dredg sink"}), 0.6),
    Edge("matching._COEFFICIENTS", "the one actor", likely({"actors": "korn"}), 0.44),
    Edge("matching._COEFFICIENTS", "one actor of four",
         likely({"actors": "korn brill lind orn"}, {"actors": "korn teil sorn ask"}), 0.65),
    Edge("matching._COEFFICIENTS", "a number", likely({"quantities": "boat"}), 0.79),
    Edge("matching._COEFFICIENTS", "a date", likely({"times": "2031-05-09"}), 0.73),
    Edge("matching._COEFFICIENTS", "the main word", likely({"heads": "dredg"}), 0.7),
    Edge("matching._COEFFICIENTS", "who does it", likely({"actors": "korn", "participants": "korn"}), 0.55),
    Edge("matching._COEFFICIENTS", "what it is done to", likely({"participants": "dredger"}), 0.57),
    Edge("matching._COEFFICIENTS", "done to the same", likely({"heads": "dredg", "participants": "dredger"}), 0.82),
    Edge("matching._COEFFICIENTS", "the topic", likely({"topic": "tie:korn tie:brill"}), 0.77),
    Edge("matching._COEFFICIENTS", "what is counted", likely({"counts": "kill:undergoer"}), 0.84),
    Edge("matching._WORTH_EMBEDDING", "reached", embedded({"times": "2031-05-09"}), True),
    Edge("matching._WORTH_EMBEDDING", "missed", embedded({"topic": "tie:korn"}), False),
)  # fmt: skip


# A story as a whole.

FOG = (
    "Fog kept the ferry Hilda in port for three days. Passengers slept in the church. The captain said that the pier"
    " could not be seen."
)
WAGES = "The union of the dockers signed a treaty on wages with the port. Otto Brill called it a victory."
STORM = (
    "A storm sank nine boats off the coast on Monday. The harbour office closed the port. Ida Korn, the harbour master,"
    " told fishermen to stay at home."
)
PEOPLE = "Ida Korn,Otto Brill,Mara Lind,Jonas Haver,Piet Sorn,Lise Teil,Hana Orn,Karl Vesk,Rosa Dahl,Emil Fann".split(
    ","
)
OTHER_PEOPLE = "Anna Berg,Carl Dorn,Eva Frank,Gustav Holm,Inga Jansen,Kurt Lang,Maria Nord,Oskar Pohl".split(",")
BOUGHT = "cow goat horse mule donkey sheep duck goose turkey pony camel".split()
BUYERS = "mayor bishop judge baker brewer tailor cobbler captain pilot teacher sculptor".split()


def separated(one: str, other: str) -> str:
    """What is said of two articles that report two events; empty where they may report one."""
    try:
        rashomon.compare([Article(id="a", text=one), Article(id="b", text=other)])
    except DifferentEvents as error:
        return str(error)
    return ""


def separating(one: Sequence[str], other: Sequence[str]) -> list[int]:
    """How many names are shown of those in either of two articles and in no other."""
    texts = (f"{', '.join(names)} and some friends {what}." for names, what in ((one, "sang"), (other, "slept")))
    return [len(side.split(",")) for side in separated(*texts).partition("apart: ")[2].partition(")")[0].split(" / ")]


def in_both(*sentences: tuple[str, str]) -> Callable[[], tuple[int, int, int]]:
    """How many points two accounts share in brief, and how many people and places they are said to be about."""

    def read() -> tuple[int, int, int]:
        story = compared(*(" ".join(side) for side in zip(*sentences, strict=True))).story
        return len(story.brief), len(story.actors), len(story.places)

    return read


STORY = (
    Edge("coherence.SAME_EVENT", "reached", lambda: separated(FOG, WAGES) == "", True),
    Edge("coherence.SAME_EVENT", "missed", lambda: separated(FOG, STORM) == "", False),
    Edge("coherence._SHOWN", "of seven and eight", lambda: separating(PEOPLE[:7], OTHER_PEOPLE), [4, 4]),
    Edge("story._BRIEF", "of eleven points", lambda: in_both(*(
        (f"The {who} bought a {what}.", f"A {what} was bought by the {who}.")
        for who, what in zip(BUYERS, BOUGHT, strict=True)
    ))()[0], 7),
    Edge("story._WHO", "of ten people", lambda: in_both(*(
        (f"{who} bought a {what}.", f"A {what} was bought by {who}.")
        for who, what in zip(PEOPLE, BOUGHT, strict=False)
    ))()[1], 6),
    Edge("story._WHO", "of ten places", lambda: in_both(*(
        (f"{what} was sold in {where}.", f"In {where} they sold {what}.")
        for what, where in zip(BOUGHT, "Norway Denmark Spain Poland Malta Kenya Brazil Canada Japan Egypt".split(),
                               strict=False)
    ))()[2], 6),
)  # fmt: skip


def party(people: str, body: str) -> Callable[[], bool]:
    """Whether a party's body is taken for the party."""

    def read() -> bool:
        one = account("courier", f"The {people} met on Monday. The {body} met on Tuesday.", parse=True)
        actors = (Actor(id="people", name=people, kind="group"), Actor(id="body", name=body, kind="organisation"))
        named = (one.article.span(one.article.text.index(a.name), one.article.text.index(f"{a.name} met") + len(a.name))
                 for a in actors)  # fmt: skip
        mentions = tuple(Mention(span=span, actor=a.id, form="name") for span, a in zip(named, actors, strict=True))
        told = msgspec.structs.replace(one, actors=actors, mentions=mentions)
        return any(len(chain.spans) == 2 for chain in chains([Indexed(told)], {a.id: a for a in actors}))

    return read


CHAINS = (
    Edge("chains._SHORTEST_PARTY_STEM", "reached", party("Greens", "Green Council"), True),
    Edge("chains._SHORTEST_PARTY_STEM", "missed", party("Whigs", "Whig Council"), False),
)


# Quotations: what is one act of speech, where fragments stand in it, what renders it.

TARIFF = "Of the tariff: “{}” {}"
VELMISH = "She, speaking in Velmish: “{}” {}"
SPEAKERS = {"tarn": "Ada Tarn said.", "witness": "a witness said."}


def quoting(
    one: str, other: str, *, frame: str = "“{}” {}", speaker: str = "tarn", parse: bool = False
) -> list[Annotations]:
    """Two accounts that quote a speaker, each with its own words."""
    return [
        account(id, frame.format(said, SPEAKERS[speaker]), Says(speaker, said), parse=parse)
        for id, said in (("courier", one), ("herald", other))
    ]


def one_speech(one: str, other: str, **how: Any) -> Callable[[], bool]:
    """Whether two quotations are taken for one act of speech."""
    return lambda: len(collate(quoting(one, other, **how))) == 1


def _utterance(accounts: Sequence[Annotations]) -> Utterance:
    return max(collate(accounts), key=lambda u: len(u.base.text))


def placed(one: str, other: str) -> Callable[[], list[str]]:
    """The fragments of the other quotation that stand in the one."""
    return lambda: [f.span.text for f in _utterance(quoting(one, other)).fragments]


def readings(one: str, other: str) -> Callable[[], list[tuple[str, str]]]:
    """Where the other quotation departs from the one: the words of the one, and those of the other."""
    return lambda: [(v.base, v.reading) for v in _utterance(quoting(one, other)).variants]


GOOD_DAY = "that was not a good day for all of us, and we wept"
FERRIES = "The ferries to the northern islands stop on Monday."
PIER = "The pier closes in the last week of spring."
WIDOWS = "Nobody asked the widows and orphans of the drowned sailors about it before."
UNASKED = (
    "Nobody asked the widows and orphans of the drowned sailors or the masters of the nine lighthouses or the bakers"
    " and brewers of the lower town or the teachers of the school behind the mill or the old keepers of the goats and"
    " bees and geese on the islets beyond the bay who need salt and bread and flour and oil and letters and medicine"
).split()


def unasked(words: int) -> str:
    return f"{FERRIES} {' '.join(UNASKED[:words])}. {PIER}"


def put_in(words: int) -> str:
    more = " ".join("with bread and salt for every one of the cold and hungry keepers".split()[:words])
    return f"{FERRIES[:-1]} {more}. {PIER}"


UTTERANCES = (
    Edge("utterances._SHARED", "reached", one_speech(GOOD_DAY, "that was not a good day"), True),
    Edge("utterances._SHARED", "missed",
         one_speech("it was good for all of us, and for the herring", "it was good for all of us"), False),
    Edge("utterances._ALIGNED", "reached",
         one_speech("a disgraceful day for workers", "a shameful day for workers", frame=TARIFF), True),
    Edge("utterances._ALIGNED", "missed",
         one_speech("a disgraceful day for good people", "a shameful day for good people", frame=TARIFF), False),
    Edge("utterances._RARE", "reached", one_speech("it was a disgrace, no more and no less", "a disgrace"), True),
    Edge("utterances._RARE", "missed",
         one_speech("they were good people, no more and no less", "good people"), False),
    Edge("utterances._TWIN", "reached",
         one_speech("a disgraceful day for workers", "a shameful day for workers", frame=TARIFF), True),
    Edge("utterances._TWIN", "missed",
         one_speech("disgraceful day for workers", "shameful day for workers", frame=TARIFF), False),
    Edge("utterances._MATTER", "reached",
         one_speech("a disgraceful day for workers", "a shameful day for workers",
                    frame="Of the tariff, a tariff like her tariff, she: “{}”"), True),
    Edge("utterances._MATTER", "missed",
         one_speech("a disgraceful day for workers", "a shameful day for workers",
                    frame="Her country was this: “{}”"), False),
    Edge("utterances._CUT", "reached", placed(unasked(50), f"{FERRIES} {PIER}"), [f"{FERRIES} {PIER[:-1]}"]),
    Edge("utterances._CUT", "missed", placed(unasked(66), f"{FERRIES} {PIER}"), [FERRIES[:-1], PIER[:-1]]),
    Edge("utterances._PUT_IN", "reached", placed(f"{FERRIES} {PIER} {WIDOWS}", put_in(7)), [put_in(7)[:-1]]),
    Edge("utterances._PUT_IN", "missed", placed(f"{FERRIES} {PIER} {WIDOWS}", put_in(10)), [FERRIES[:-1], PIER[:-1]]),
    Edge("utterances._LEAST_TRANSLATED", "reached",
         one_speech("The negotiations have failed", "Our talks ended badly", frame=VELMISH), True),
    Edge("utterances._LEAST_TRANSLATED", "missed",
         one_speech("The negotiations failed", "Our talks ended badly", frame=VELMISH), False),
    Edge("utterances._SAME_MEANING", "reached",
         one_speech("We shall win the vote", "Victory is certain for us", frame=VELMISH), True),
    Edge("utterances._SAME_MEANING", "missed",
         one_speech("The ferry was rotten", "Our ship had holes everywhere", frame=VELMISH), False),
)  # fmt: skip

HUNGER = (
    "Nobody told the islanders that the ferry would stop in the {} winter and nobody asked them what they would eat"
    " until spring"
)
PROMISE = "The council promised bread and work to the fishermen"
WATER = "If the bank closes the brewery at the harbour"
INSPECT = "The engineers {} the bridge and the inspectors of the {}inspected bridge"
SELL = "The bank will sell the brewery of the town"

COLLATION = (
    Edge("_collation._COMMON_WEIGHT", "reached", one_speech(GOOD_DAY, "that was not a good day"), True),
    Edge("_collation._COMMON_WEIGHT", "missed",
         one_speech("they were good people, no more and no less", "good people"), False),
    Edge("_collation._NAME_WEIGHT", "reached",
         one_speech("The ferries go to Oslo and Bergen on Monday", "Oslo and Bergen", parse=True), True),
    Edge("_collation._NAME_WEIGHT", "missed",
         one_speech("The ferries go to Velm, Oslo and Bergen on Monday", "Velm, Oslo and Bergen", speaker="witness",
                    parse=True), False),
    Edge("_collation._STEM", "reached", lambda: related("ferry", "ferryman"), True),
    Edge("_collation._STEM", "missed", lambda: related("tide", "tides"), False),
    # Words put for others at one place, not words left out beside words put in.
    Edge("_collation._MISMATCH", "three words for one",
         readings(HUNGER.format("middle of the"), HUNGER.format("coming")), [("middle of the", "coming")]),
    Edge("_collation._GAP_OPEN", "three words for one",
         readings(HUNGER.format("middle of the"), HUNGER.format("coming")), [("middle of the", "coming")]),
    # What ends otherwise ends there: one word alike, a whole line later, is not enough to go on for.
    *(Edge(f"_collation.{name}", "an end of its own",
           placed(f"{PROMISE} of the islands and then gave them neither bread nor work but only a bill",
                  f"{PROMISE} and sent a bill"), [PROMISE])
      for name in ("_MATCH", "_MISMATCH", "_GAP_OPEN", "_GAP_MORE")),
    # But three words alike at the end are.
    *(Edge(f"_collation.{name}", "three words at the end",
           readings(f"{WATER} the brewers will close the bank and then the whole town will have to drink water",
                    f"{WATER} we will drink water"),
           [("the brewers", "we"), ("close the bank and then the whole town will have to", "")])
      for name in ("_MATCH", "_MISMATCH", "_GAP_OPEN", "_GAP_MORE")),
    Edge("_collation._RELATED", "another form near by",
         readings("If the bank closes the brewery at the harbour the brewers will close the bank and then the whole"
                  " town will have to drink water",
                  "If the bank closed the bank and then the whole town will have to drink water"),
         [("closes", "closed"), ("brewery at the harbour the brewers will close the", "")]),
    Edge("_collation._RELATED", "another form far off",
         readings(INSPECT.format("inspect", "engineers inspect the engineering of the "),
                  INSPECT.format("inspected", "")),
         [("inspect", "inspected"), ("the engineers inspect the engineering of", "")]),
    Edge("_collation._REACH", "reached", readings(f"{SELL} and abandon all of us", f"{SELL} and leave us"),
         [("abandon all of", "leave")]),
    Edge("_collation._REACH", "missed",
         placed(f"{SELL} because nobody ever thought of stopping it", f"{SELL} because no one dared to touch it"),
         [f"{SELL} because"]),
)  # fmt: skip


def reasons(quote: str, clause: str) -> Callable[[], list[str]]:
    """What is said of an account that renders what another quotes."""

    def read() -> list[str]:
        accounts = rendered(quote, clause)
        return [finding.reason for finding in findings(collate(accounts), accounts)]

    return read


def renders(quote: str, clause: str) -> Callable[[], bool]:
    """Whether a clause is taken to render what another account quotes."""
    return lambda: any(utterance.paraphrases for utterance in collate(rendered(quote, clause)))


def drops(quote: str, clause: str) -> Callable[[], list[str]]:
    """The phrases of a quotation that a rendering does without."""

    def read() -> list[str]:
        [utterance] = collate(rendered(quote, clause))
        return [utterance.base.text[slice(*at)] for p in utterance.paraphrases for at in p.drops]

    return read


GRANITE = "We shall repair the broken lock with granite from the quarry"
SEARCHED = "The divers searched the wreck with astonishing patience and found the bell"
LIST = "The divers found bells, chains, hooks, ropes, lamps, bottles, candles, coins, rings, plates, cups and spoons"
HAD_FOUND = "the divers had found chains and a bell under sand and mud"
PIRATES = (
    "beside the hooks of pirates while widows sang psalms and priests prayed for sailors and captains and cooks"
    " and goats"
)
BARGE = "The Herald says “barge” where The Courier quotes “ferry”."
OWN_WORDS = "The Herald says in its own words what The Courier quotes"

PARAPHRASES = (
    Edge("_paraphrases._SHARED", "reached", renders(GRANITE, "there was granite in the quarry"), True),
    Edge("_paraphrases._SHARED", "missed", renders("That was a big wreck", "the big wreck would stay"), False),
    Edge("_paraphrases._SHARE", "reached",
         renders("The divers searched the wreck and found chains and bottles and candles",
                 "divers prayed for bottles at the wreck while widows sang psalms"), True),
    Edge("_paraphrases._SHARE", "missed",
         renders(f"{LIST} beside the wreck of the steamer",
                 "a bottle of rum, a barrel of herring, a sack of flour, a goat, a fiddle, a drum, a pipe and a lamp"
                 " had kept the hungry divers of Velm alive on the wreck"), False),
    Edge("_paraphrases._SHARE_OF_OTHER", "two words reached",
         renders(GRANITE, "there was granite in the quarry"), True),
    Edge("_paraphrases._SHARE_OF_OTHER", "two words missed", renders(SEARCHED, "the divers had searched"), False),
    Edge("_paraphrases._SHARE_OF_OTHER", "three words reached", renders(SEARCHED, "divers found a bell"), True),
    Edge("_paraphrases._SHARE_OF_OTHER", "three words missed",
         renders(f"{SEARCHED} of the old steamer among rusty chains and empty bottles", "divers found a bell"), False),
    Edge("_paraphrases._SHARE_OF_OTHER", "four words reached",
         renders("The divers found bells and chains", f"{HAD_FOUND} {PIRATES}"), True),
    Edge("_paraphrases._SHARE_OF_OTHER", "four words missed",
         renders("The divers found bells and chains", f"{HAD_FOUND} and weeds and shells {PIRATES} and geese and pigs"
                 " and bakers and brewers and tailors and cobblers and smiths"), False),
    # A word that the account with the quotation has three times tells something; a common word does not.
    Edge("_paraphrases._TELLING", "reached",
         reasons("We will not reopen the canal until this ferry is repaired. A ferry is a ferry",
                 "they would not reopen the canal until the barge was repaired"), [BARGE]),
    Edge("_paraphrases._TELLING", "missed",
         lambda: [s.text for u in collate(rendered("We will go back to work on Monday",
                                                   "her people would go back to work on Monday"))
                  for p in u.paraphrases for s in p.adds], []),
    Edge("_paraphrases._RUN", "reached",
         renders("We will go back to work on Monday", "her people would go back to work on Monday"), True),
    Edge("_paraphrases._RUN", "missed",
         renders("We will go back to work on Monday", "people would go back to work"), False),
    Edge("_paraphrases._RUN_CONTENT", "reached",
         renders("We will take it back to our people if we can", "they would take it back to our people"), True),
    Edge("_paraphrases._RUN_CONTENT", "missed",
         renders("We will put it to the people in this place", "they would put it to the people"), False),
    Edge("_paraphrases._WORTH", "reached",
         drops("The divers will search the wreck with the army", "the divers would search that wreck"),
         ["with the army"]),
    Edge("_paraphrases._WORTH", "missed",
         drops("The divers will search the wreck with the police", "the divers would search that wreck"), []),
    Edge("_paraphrases._FLANKS", "reached",
         reasons("We shall repair the ferry quickly", "they would repair the barge quickly"), [BARGE]),
    Edge("_paraphrases._FLANKS", "missed",
         reasons("We shall sink this ferry and the steamer", "they would sink a barge and a steamer"),
         [f"{OWN_WORDS}."]),
)  # fmt: skip


def first(accounts: Sequence[Annotations]) -> Finding:
    """The weightiest finding on quotations."""
    return findings(collate(accounts), accounts)[0]


LIGHTHOUSE = "We will not sell the old lighthouse while {} still live beneath its lamp"


def weighs(one: str, other: str, **how: Any) -> Callable[[], tuple[str, float]]:
    """The kind and weight of the difference between two quotations of one speaker."""

    def read() -> tuple[str, float]:
        finding = first(quoting(f"{one} and always", other, **how))
        return finding.nonconflict or finding.kind, finding.weight

    return read


def with_other_words(letters: int) -> Callable[[], bool]:
    """Whether the words that two quotations differ in are shown in the line on them."""
    was = "patient poor families with seven goats and pigs and many geese and old ducks"[:letters]
    return lambda: was in first(quoting(f"{LIGHTHOUSE.format(was)} and always", LIGHTHOUSE.format("lawyers"))).reason


def half_quoted(words: int) -> Callable[[], list[str]]:
    """The kinds of findings on an account that quotes the first words of what the other quotes, and renders it."""
    said = "The divers searched the rusty wreck with astonishing patience and found a bell of silver under the sand"
    part, clause = " ".join(said.split()[:words]), "divers had been finding that silver bell in the sand"

    def read() -> list[str]:
        accounts = [
            account("courier", f"“{said},” Ada Tarn said.", Says("tarn", said), parse=True),
            account("herald", f"“{part},” Ada Tarn said. Ada Tarn said {clause}.", Says("tarn", part),
                    Says("tarn", clause, indirect=True), parse=True),
        ]  # fmt: skip
        return [finding.kind for finding in findings(collate(accounts), accounts)]

    return read


LAMPS = "The divers searched the wreck for the bell with lamps and ropes"
SIGNED = "We shall sign the treaty on herring and on cod before the winter comes"

QUOTE_FINDINGS = (
    Edge("_quote_findings._WEIGHTS", "content-word",
         weighs(LIGHTHOUSE.format("families"), LIGHTHOUSE.format("goats")), ("quote-wording", 0.85)),
    Edge("_quote_findings._WEIGHTS", "insertion",
         weighs(LIGHTHOUSE.format("families"), LIGHTHOUSE.format("hungry families")), ("quote-wording", 0.55)),
    Edge("_quote_findings._WEIGHTS", "omission",
         weighs(LIGHTHOUSE.format("hungry families"), LIGHTHOUSE.format("families")), ("quote-wording", 0.55)),
    Edge("_quote_findings._WEIGHTS", "function-word",
         weighs(LIGHTHOUSE.format("the families"), LIGHTHOUSE.format("our families")), ("quote-wording", 0.25)),
    Edge("_quote_findings._WEIGHTS", "translation",
         weighs("The negotiations have broken down", "Our talks ended in failure yesterday", frame=VELMISH),
         ("translation", 0.3)),
    Edge("_quote_findings._GRAVE", "a number",
         weighs(LIGHTHOUSE.format("seven families"), LIGHTHOUSE.format("nine families")), ("quote-wording", 0.95)),
    Edge("_quote_findings._SLIGHT", "stress",
         weighs(LIGHTHOUSE.format("families"), LIGHTHOUSE.format("families really")), ("quote-wording", 0.4)),
    Edge("_quote_findings._MOVED", "words at another place",
         weighs("The guild is trying to corrupt, once again, the election of our old lighthouse keeper",
                "The guild is trying once again to corrupt the election of our old lighthouse keeper"),
         ("quote-wording", 0.25)),
    Edge("_quote_findings._PARAPHRASED", "rendered",
         lambda: first(rendered(LAMPS, "divers had been searching that wreck by the light of lamps")).weight, 0.4),
    Edge("_quote_findings._OMITTED", "without its condition",
         lambda: first(rendered("We will reopen the canal to barges if the regional parliament approves the subsidy",
                                "they will reopen the canal to barges")).weight, 0.65),
    Edge("_quote_findings._SHOWN", "reached", with_other_words(54), True),
    Edge("_quote_findings._SHOWN", "missed", with_other_words(70), False),
    Edge("_quote_findings._IN_A_ROW", "reached",
         reasons(LAMPS, "the tired divers with lamps had searched the wreck for the bell of a king"),
         [f"{OWN_WORDS}, without “ropes”."]),
    Edge("_quote_findings._IN_A_ROW", "missed",
         reasons(f"{LAMPS} all night",
                 "the tired sailors and the divers searched the wreck for the bell with lamps before dawn came"), []),
    Edge("_quote_findings._MOSTLY_QUOTED", "reached", half_quoted(5), ["quoted-paraphrased"]),
    Edge("_quote_findings._MOSTLY_QUOTED", "missed", half_quoted(9), []),
)  # fmt: skip


def heard(said: str) -> Callable[[], list[tuple[str, float]]]:
    """The kinds and weights of findings on words that were said to two newspapers."""

    def read() -> list[tuple[str, float]]:
        accounts = [
            account(id, f"“{said},” she told {paper}.", Says("tarn", said, to=paper))
            for id, paper in (("courier", "Port Gazette"), ("herald", "Radio North"))
        ]
        return [(finding.kind, finding.weight) for finding in findings(collate(accounts), accounts)]

    return read


def put(one: str, other: str) -> Callable[[], list[tuple[str, float]]]:
    """The kinds and weights of findings on the same words under two attributions, read in articles."""
    words = "“The ferry was rotten from bow to stern and nobody cared,”"
    return lambda: [
        (f.kind, f.weight) for f in compared(f"{words} {one}.", f"{words} {other}.").findings if f.utterance
    ]


PARTIES = (
    Edge("_parties._OTHER_SPEAKER", "two speakers", put("Ida Korn said", "Otto Brill said"), [("attribution", 0.9)]),
    Edge("_parties._OTHER_ADDRESSEE", "two hearers", heard("The ferry was rotten from bow to stern"),
         [("addressee", 0.5)]),
    Edge("_parties._LESS_FIRM", "claimed and said", put("Ida Korn claimed", "Ida Korn said"), [("strength", 0.6)]),
    Edge("_parties._LEAST_WORDS", "reached", heard("The ferry was rotten"), [("addressee", 0.5)]),
    Edge("_parties._LEAST_WORDS", "missed", heard("The rotten ferry"), []),
)  # fmt: skip

EDGES = (
    *POINTS, *TRAINED, *WORDS, *CONTRASTS, *NAMING, *PREDICATES, *MATCHING, *STORY, *CHAINS, *UTTERANCES, *COLLATION,
    *PARAPHRASES, *QUOTE_FINDINGS, *PARTIES,
)  # fmt: skip
# Numbers that decide nothing, each with the reason.
NO_THRESHOLDS = {
    "align._ROWS": "how many claims are scored at a time: it bounds the memory",
    **dict.fromkeys(
        "align._COEFFICIENTS align._INTERCEPT relations._COEFFICIENTS relations._INTERCEPT".split(),
        "fitted to what the trained model gives; test_pairs.py and the floors on annotated stories hold the outcome",
    ),
    **dict.fromkeys(("tellings._SAID", "tellings._NAME"), "which of the shared words head a point, in test_align.py"),
    "relations._LIKELIEST": "how many kinds are tried on the words; one more or less changes next to nothing",
    "contrasts._UPDATE": "where a report's own update stands among the findings; what is one is in test_differences.py",
    "revisions._NEAR_EDGE": "how far from its edges a report's note on itself is looked for",
    **dict.fromkeys(
        "align._PARTNERS align._WORTH align._WORTH_INTERCEPT align._UNREAD".split(),
        "which pairs the trained model reads, and what others count: it bounds the time",
    ),
    **dict.fromkeys(
        "align._FUNCTION_WEIGHT align._FAR_AHEAD relations._MARKED relations._PAIRED relations._LOOKED_UP"
        " relations._WORDING relations.SHOWN tellings.ANSWERED tellings._SURELY tellings._MOST tellings._WHOLE"
        " relations._OMITTED relations._RUNS checks._COUNTING story._SURE story._COUNTED checks._ANSWERED"
        " checks._FAMILY detectors._TELLING events._WEIGHT".split(),
        "how what the trained model gives is read and shown; test_pairs.py and the floors hold the outcome",
    ),
    "matching._ROWS": "how many statements are looked at at a time: it bounds the memory",
    "quantities._SCALES": "what words for numbers mean",
}


@pytest.mark.parametrize("edge", [pytest.param(e, id=f"{e.threshold}-{e.side}".replace(" ", "-")) for e in EDGES])
def test_edges(edge: Edge) -> None:
    assert edge.read() == edge.expected


def test_every_threshold_has_an_edge() -> None:
    """Whoever adds a number to the comparison says by a case or two what it decides."""
    held = {edge.threshold for edge in EDGES} | NO_THRESHOLDS.keys()
    there = _thresholds()
    new, gone = sorted(there - held), sorted(name for name in held - there if "(" not in name)
    assert not new, f"without an edge (or a reason in NO_THRESHOLDS): {', '.join(new)}"
    assert not gone, f"no longer there: {', '.join(gone)}"


def _thresholds() -> set[str]:
    """The numbers, and tables of numbers, that modules of the comparison name in capitals."""
    package = importlib.import_module("rashomon.compare.story").__package__ or ""
    path = importlib.import_module("rashomon").__path__
    names = [module.name for module in pkgutil.iter_modules([f"{path[0]}/compare"])]
    return {
        f"{name}.{constant}"
        for name in names
        for constant, value in _own(importlib.import_module(f"{package}.{name}")).items()
        if re.fullmatch(r"_?[A-Z][A-Z_]*", constant) and _is_number(value)
    }


def _own(module: Any) -> dict[str, Any]:
    """What a module assigns itself and does not import."""
    source = (module.__loader__.get_source(module.__name__) or "").splitlines()
    assigned = {match[1] for line in source if (match := re.match(r"(\w+)(?:: [^=]+)? = ", line))}
    return {name: value for name, value in vars(module).items() if name in assigned}


def _is_number(value: object) -> bool:
    if isinstance(value, dict):
        return bool(value) and all(isinstance(v, (int, float)) for v in value.values())
    return isinstance(value, (int, float, np.number, np.ndarray)) and not isinstance(value, bool)
