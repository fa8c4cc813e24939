"""Cases for thresholds by which claims are put together on one point, and told to differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from edges import Edge
from tellings import SAME_DAY, compared, found

from rashomon.annotate import annotate
from rashomon.compare.align import Evidence
from rashomon.compare.attributes import attribute_findings
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
from rashomon.types import Article, Claim, Published, Span

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
        return {tuple(int(c.id[1:]) for c in matter.claims) for matter in matters(links, accounts, unread)}

    return read


def matters(links: Sequence[tuple[int, int, float]], accounts: Sequence[int], unread: float | None) -> list[Matter]:
    claims = [
        Claim(id=f"c{n}", article=f"a{account}", spans=(Span(f"a{account}", 10 * n, 10 * n + 5, "words"),))
        for n, account in enumerate(accounts)
    ]
    places: list[tuple[tuple[str, int], Sequence[int]] | None] = [
        None if unread is None else ((claim.article, n), (n,)) for n, claim in enumerate(claims)
    ]
    left = {place[0]: unread for place in places if place and unread is not None}
    evidence = Evidence(claims, {}, places, {(i, j): [] for i, j, _ in links}, {}, left)
    return join(evidence.linked([p for *_, p in links]))


def beside(*links: tuple[int, int, float], accounts: Sequence[int]) -> Callable[[], set[tuple[int, ...]]]:
    """For each point the claims that may speak to it, too."""

    def read() -> set[tuple[int, ...]]:
        return {tuple(int(c.id[1:]) for c in matter.near) for matter in matters(links, accounts, None)}

    return read


TWO = (1, 2)
THREE = (1, 2, 3)
FOUR = (1, 2, 1, 2)
EACH = (1, 2, 3, 4)
ALIKE = ((0, 1, 0.9), (0, 2, 0.9), (1, 2, 0.9))
ACROSS = ((0, 1, 0.9), (2, 3, 0.9), (0, 3, 0.4), (1, 2, 0.4))
TRAINED = (
    Edge("align.TRAINED_BOUNDS (linked)", "reached", together((0, 1, 0.34), accounts=TWO), {(0, 1)}),
    Edge("align.TRAINED_BOUNDS (linked)", "missed", together((0, 1, 0.32), accounts=TWO), set()),
    # The third is as near to one of the two as may be, and hardly or not at all to the other.
    Edge("align.TRAINED_BOUNDS (noted)", "reached",
         together((0, 1, 0.9), (0, 2, 0.47), (1, 2, 0.21), accounts=THREE), {(0, 1, 2)}),
    Edge("align.TRAINED_BOUNDS (noted)", "missed",
         together((0, 1, 0.9), (0, 2, 0.47), (1, 2, 0.19), accounts=THREE), {(0, 1)}),
    Edge("align.TRAINED_BOUNDS (grouped)", "reached",
         together(*ALIKE, (0, 3, 0.4), (1, 3, 0.34), (2, 3, 0.27), accounts=EACH), {(0, 1, 2, 3)}),
    Edge("align.TRAINED_BOUNDS (grouped)", "missed",
         together(*ALIKE, (0, 3, 0.4), (1, 3, 0.3), (2, 3, 0.27), accounts=EACH), {(0, 1, 2)}),
    Edge("points._CLOSER", "reached", together(*ACROSS[:2], (0, 3, 0.4), (1, 2, 0.38), accounts=FOUR),
         {(0, 1, 2, 3)}),
    Edge("points._CLOSER", "missed", together(*ACROSS[:2], (0, 3, 0.37), (1, 2, 0.35), accounts=FOUR),
         {(0, 1), (2, 3)}),
    Edge("align.TRAINED_BOUNDS (near)", "reached", beside((0, 1, 0.9), (0, 2, 0.26), accounts=THREE), {(2,)}),
    Edge("align.TRAINED_BOUNDS (near)", "missed", beside((0, 1, 0.9), (0, 2, 0.24), accounts=THREE), {()}),
    Edge("align.TRAINED_BOUNDS (beside)", "reached",
         beside((0, 1, 0.9), (2, 3, 0.9), (0, 2, 0.36), accounts=(1, 2, 2, 1)), {(0,), (2,)}),
    Edge("align.TRAINED_BOUNDS (beside)", "missed",
         beside((0, 1, 0.9), (2, 3, 0.9), (0, 2, 0.34), accounts=(1, 2, 2, 1)), {()}),
    Edge("points._NEAR", "one of an account", beside((0, 1, 0.9), (0, 2, 0.31), (0, 3, 0.32), accounts=(1, 2, 3, 3)),
         {(3,)}),
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
    Edge("contrasts.CONTRADICTABLE", "a number reached", differing(0.57, *SANK), {"number": 0.594}),
    Edge("contrasts.CONTRADICTABLE", "a number missed", differing(0.53, *SANK), {}),
    Edge("contrasts.CONTRADICTABLE", "a denial reached", differing(0.57, *SOLD_IT), {"polarity": 0.629}),
    Edge("contrasts.CONTRADICTABLE", "a denial missed", differing(0.53, *SOLD_IT), {}),
    Edge("contrasts.CONTRADICTABLE", "a day reached",
         differing(0.57, CLOSED.format("Monday"), CLOSED.format("Tuesday")), {"date": 0.559}),
    Edge("contrasts.CONTRADICTABLE", "a day missed",
         differing(0.53, CLOSED.format("Monday"), CLOSED.format("Tuesday")), {}),
    Edge("contrasts.CONTRADICTABLE", "people reached", differing(0.57, *MARCHED), {"term": 0.384}),
    Edge("contrasts.CONTRADICTABLE", "people missed", differing(0.53, *MARCHED), {}),
    Edge("contrasts.CONTRADICTABLE", "an age reached", differing(0.57, *AGES), {"number": 0.7}),
    Edge("contrasts.CONTRADICTABLE", "an age missed", differing(0.53, *AGES), {}),
    Edge("contrasts.FIRM", "no cause reached", differing(0.72, *SHUT), {"cause": 0.281}),
    Edge("contrasts.FIRM", "no cause missed", differing(0.68, *SHUT), {}),
    Edge("contrasts.FIRM", "speakers reached",
         differing(0.72, f"Ida Korn {STAYS}", f"Otto Brill {STAYS}"), {"attribution": 0.563}),
    Edge("contrasts.FIRM", "speakers missed", differing(0.68, f"Ida Korn {STAYS}", f"Otto Brill {STAYS}"), {}),
    Edge("contrasts.FIRM", "a sum reached",
         differing(0.72, WILL_PAY.format(40), WILL_PAY.format(55)), {"number": 0.683}),
    Edge("contrasts.FIRM", "a sum missed", differing(0.68, WILL_PAY.format(40), WILL_PAY.format(55)), {}),
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

EDGES: tuple[Edge, ...] = (*POINTS, *TRAINED, *WORDS, *CONTRASTS, *NAMING, *PREDICATES, *MATCHING)
