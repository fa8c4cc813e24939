"""Cases for thresholds of a story as a whole: whether it is one, and what and whom it is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from edges import Edge
from quoting import account
from tellings import compared

import rashomon
from rashomon.compare.chains import chains
from rashomon.compare.evidence import Indexed
from rashomon.errors import DifferentEvents
from rashomon.types import Actor, Article, Mention

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

EDGES: tuple[Edge, ...] = (*STORY, *CHAINS)
