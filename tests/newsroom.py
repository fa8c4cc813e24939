"""A generator of plausible and of nasty news: stories of an invented coast, as several invented outlets tell them.

Articles are composed of blocks of known kind (paragraph, heading, furniture), so that a test knows what is what
without asking the reader. No text holds a word of judgement, so that such a word in a report is the program's own.
"""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as st

from rashomon.types import Article, Published

PEOPLE = (
    ("Ida Korn", "harbour master"),
    ("Otto Brill", "Foreign Minister"),
    ("Mara Lind-Vesk", "mayor of Velm"),
    ("Jón Þorsson", "captain"),
    ("Prime Minister Ada O’Tarn", "head of the government"),
)
OUTLETS = ("Velm Courier", "Radio Sarn", "The Tidewater Post", "North Coast Agency", None)
PLACES = ("Velm", "Upper Sarn", "Oslo", "the Kremlin", "Norway", "the port of Halm")
SPEECHES = (
    "We will not reopen the old bridge before the winter",
    "As the channel fills with silt we expect the council to keep its promise to the fishermen",
    "Nobody was hurt, and nobody should have been there",
    "The treaty gives us nine days to answer; we need three",
    "there is no agreement or clear understanding about a second meeting",
)
INDIRECT = (
    "the bridge would stay closed until spring",
    "the council had promised to pay the fishermen",
    "no one had been hurt",
    "they did not discuss the treaty",
)
SAYING = ("said", "told reporters", "insisted", "warned", "denied", "wrote on Monday", "claimed", "asked")
MARKS = (("“", "”"), ('"', '"'), ("'", "'"), ("‘", "’"), ("«", "»"), ("„", "“"), ("``", "''"), ("“", ""), ("", '"'))
NUMBERS = ("nine", "12", "1,200", "some 40", "3.5 million", "two-thirds", "€70,000", "a dozen", "0", "minus 5")
DATES = ("on Thursday", "on February 16", "in 2014", "last year", "on 3 May 2031", "yesterday", "at noon", "in March")
FACTS = (
    "The ferry Hilda struck the pier at {place} {date}, and {number} people were taken to hospital.",
    "The old bridge at {place} was closed {date} because of heavy rain.",
    "{number} fishermen marched through {place} {date} over the council's alleged support for the dredgers.",
    "{person} met {other} in {place} {date}, the first talks since the treaty was signed.",
    "{person} resigned {date} after it emerged that {number} letters had gone missing.",
    "The council did not vote on the plan, which could cost {number} crowns.",
    "Relations between Norway and {place} worsened as a result of the annexation of the islets.",
    "Neither {person} nor {other} is expected to attend the summit {date}.",
)
SAID = (
    "{open}{speech},{close} {person} {said}.",
    "{open}{speech},{close} {said} {person}, the {role}.",
    "{person} {said}: {open}{speech}.{close}",
    "Asked about {place}, the {role} replied, {open}{speech}.{close}",
    "{person} {said} that {indirect}.",
    "{person} {said} {date} that {indirect} because {open}{speech}{close}.",
    "According to {person}, {indirect}.",
    "The Halm Agency quoted an aide to {person} as saying that {open}{speech}{close}.",
    "He {said} it was not {open}in a position at this hour{close} to answer {other}.",
    "{person} is not {open}{speech}{close}, {other} {said}.",
    "{open}{speech}.\n{open}{indirect}.{close}",
)
HEADINGS = ("Korn Says Bridge Stays Closed", "'Nobody Was Hurt'", "BREAKING", "“No agreement,” Brill says")
FURNITURE = (
    "please wait",
    "0:00 0:01:12 0:00",
    "Share this page",
    "Read more: Otto Brill said “sign up today” in Oslo on Monday.",
    "Ida Korn denied that 12 people were hurt in Velm (file photo)",
    "“Subscribe,” Ida Korn said.",
    "• 16x9 Image",
)
# What wire feeds, paste and malice put between words.
NOISE = (
    "\u202e", "\u2066", "\u2069", "\u200b", "\u00a0", "\ufeff", "🚢👩‍✈️", "e\u0301", "\u0000", "\t", "W" * 400,
    "a-" * 60, "…", "—", "''", "“", "”", '"', ")", "((", "\u2028", "𝔙𝔢𝔩𝔪", "Ωμέγα", "\x1b[31m", "%s {0}",
    "https://velm.example/a?b=c",
)  # fmt: skip
SEPARATORS = ("\n\n", "\n", "\r\n\r\n", "\n \t\n", "\n\n\n\n")


class Block(NamedTuple):
    """A piece of an article: ``paragraph``, ``heading`` or ``furniture``."""

    kind: str
    text: str


def article(id: str, blocks: list[Block], separator: str, outlet: str | None, published: str | None) -> Article:
    """The article that the blocks make, every one marked as what it is."""
    spans: dict[str, list[tuple[int, int]]] = {"paragraph": [], "heading": [], "furniture": []}
    text = ""
    for block in blocks:
        text += separator if text else ""
        spans[block.kind].append((len(text), len(text) + len(block.text)))
        text += block.text
    bare = Article(id=id, text=text)
    return Article(
        id=id,
        outlet=outlet,
        published=Published(value=published) if published else None,
        text=text,
        paragraphs=tuple(bare.span(*s) for s in spans["paragraph"]),
        headings=tuple(bare.span(*s) for s in spans["heading"]),
        furniture=tuple(bare.span(*s) for s in spans["furniture"]),
    )


@st.composite
def sentences(draw: st.DrawFn, facts: tuple[str, ...]) -> str:
    """One of the facts of a story, or somebody's words, with its blanks filled."""
    people = draw(st.permutations(PEOPLE))
    marks = draw(st.sampled_from(MARKS))
    filled = draw(st.sampled_from(facts)).format(
        person=people[0][0],
        role=people[0][1],
        other=people[1][0],
        place=draw(st.sampled_from(PLACES)),
        date=draw(st.sampled_from(DATES)),
        number=draw(st.sampled_from(NUMBERS)),
        speech=draw(st.sampled_from(SPEECHES)),
        indirect=draw(st.sampled_from(INDIRECT)),
        said=draw(st.sampled_from(SAYING)),
        open=marks[0],
        close=marks[1],
    )
    if draw(st.integers(0, 5)) == 0:
        words = filled.split(" ")
        words.insert(draw(st.integers(0, len(words))), draw(st.sampled_from(NOISE)))
        filled = " ".join(words)
    return filled


@st.composite
def blocks(draw: st.DrawFn, facts: tuple[str, ...]) -> Block:
    """A paragraph mostly; else a heading, furniture, or a paragraph with nothing in it."""
    match draw(st.integers(0, 9)):
        case 0:
            return Block("heading", draw(st.sampled_from(HEADINGS)))
        case 1 | 2:
            return Block("furniture", draw(st.sampled_from(FURNITURE)))
        case 3:
            return Block("paragraph", draw(st.sampled_from(("", "  ", "?!", "“”", "—", "W" * 3000, "🚢"))))
        case _:
            return Block("paragraph", " ".join(draw(st.lists(sentences(facts), min_size=1, max_size=3))))


@st.composite
def stories(draw: st.DrawFn) -> tuple[Article, ...]:
    """Two or three accounts that draw on the same few facts."""
    facts = tuple(draw(st.lists(st.sampled_from(FACTS + SAID), min_size=2, max_size=6, unique=True)))
    accounts = []
    for number in range(draw(st.integers(2, 3))):
        made = draw(st.lists(blocks(facts), min_size=1, max_size=7))
        published = draw(st.sampled_from((None, "2031-05-05", "2017-02-16T09:30:00Z")))
        outlet, separator = draw(st.sampled_from(OUTLETS)), draw(st.sampled_from(SEPARATORS))
        accounts.append(article(f"a{number}", made, separator, outlet, published))
    return tuple(accounts)
