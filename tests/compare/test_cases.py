"""Invented stories in which accounts word one matter differently, as news does: what must be shown, and what must not.

What fails today is marked so, with the reason; the mark must go when it turns.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

import pytest
from rich.console import Console

import rashomon
from rashomon.types import Article, Comparison, Finding, Point, Span

# Of an expected passage, the share that a shown one must cover.
COVERED = 0.4


class Seen:
    """The comparison of a story, asked about passages: a few words of an account, by its letter."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        self._texts = {article.id: article.text for article in comparison.articles}
        self._claims = {claim.id: claim for claim in comparison.claims}
        self._names = {actor.id: actor.name for actor in comparison.actors}

    def finding(self, kinds: str, **passages: str) -> bool:
        """Whether a finding of one of the kinds (any kind, if none is named) has all the passages among its sides."""
        found = [f for f in self.comparison.findings if not kinds or f.kind in kinds.split()]
        return any(self._has_all(_sides(finding), passages) for finding in found)

    def named(self, kind: str, words: str) -> bool:
        """Whether the line on a finding of a kind names some words."""
        return any(f.kind == kind and words in f.reason for f in self.comparison.findings)

    def point(self, **passages: str) -> bool:
        """Whether the passages stand on one point."""
        return any(self._on(passages))

    def agreed(self, **passages: str) -> bool:
        """Whether the passages stand on one point, and all their accounts are said to say so."""
        return any(all(p.stances[a] == "says" for a in passages) for p in self._on(passages))

    def alone(self, **passage: str) -> bool:
        """Whether a passage stands on points that no other account is on, and on no others."""
        points = list(self._on(passage))
        return bool(points) and all(len(self._accounts(point)) == 1 for point in points)

    def label(self, **passage: str) -> bool:
        """Whether a point that several accounts share is worded with a passage."""
        [(account, words)] = passage.items()
        shared = [p.label for p in self.comparison.points if len(self._accounts(p)) > 1]
        return any(label.article == account and words in label.text for label in shared)

    def denied(self, **passage: str) -> bool:
        """Whether an account is said to deny what a passage says."""
        [account] = passage
        return any(point.stances[account] == "denies" for point in self._on(passage))

    def spoken(self, speaker: str, **passage: str) -> bool:
        """Whether a passage is given to a speaker."""
        quotes = [q for q in self.comparison.quotes if self._has_all(q.content, passage)]
        return any(speaker in self._names.get(quote.speaker or "", "") for quote in quotes)

    def one_account(self, *articles: str) -> bool:
        """Whether articles count as one independent account."""
        return any(set(articles) <= set(group) for group in self.comparison.lineage.groups)

    def copied(self, source: str, target: str) -> bool:
        """Whether one article is said to be the source of another."""
        return any((edge.source, edge.target) == (source, target) for edge in self.comparison.lineage.edges)

    def credited(self, agency: str, article: str) -> bool:
        """Whether an article is known to credit an agency."""
        return any(agency in one.credits for one in self.comparison.articles if one.id == article)

    def top(self) -> str:
        """The report as a terminal prints it, up to the first heading: who reports."""
        console = Console(file=io.StringIO(), width=100)
        rashomon.report(self.comparison, console=console)
        assert isinstance(console.file, io.StringIO)
        return console.file.getvalue().partition("───")[0]

    def _on(self, passages: dict[str, str]) -> Iterator[Point]:
        for point in self.comparison.points:
            if self._has_all([span for id in point.claims for span in self._claims[id].spans], passages):
                yield point

    def _accounts(self, point: Point) -> set[str]:
        return {self._claims[id].article for id in point.claims}

    def _has_all(self, spans: list[Span] | tuple[Span, ...], passages: dict[str, str]) -> bool:
        return all(self._covers(spans, account, words) for account, words in passages.items())

    def _covers(self, spans: list[Span] | tuple[Span, ...], account: str, words: str) -> bool:
        start = self._texts[account].index(words)
        end = start + len(words)
        shared = [min(s.end, end) - max(s.start, start) for s in spans if s.article == account]
        return max(shared, default=0) >= COVERED * len(words)


def _sides(finding: Finding) -> list[Span]:
    return [side.passage for side in finding.sides]


class Case(NamedTuple):
    """What must hold of a story, and why it does not hold today (empty: it does)."""

    story: str
    name: str
    holds: Callable[[Seen], bool]
    today: str = ""


# Who publishes, when, and the paragraphs.
ACCOUNTS: dict[str, dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "trams": {
        "a": ("Lorn Gazette", "2031-10-02", (
            "Premier Hedda Quist signed the transport budget on Wednesday evening.",
            "Some 5,200 workers were sent home when the paper mill shut, the owner Kolvar said.",
            "The budget grants $85 million for new trams in Lorn.",
            "The Brenna tunnel will open to lorries by 9 October.",
        )),
        "b": ("The Upper Lorn Mail", "2031-10-02", (
            "Premier Hedda Quist is about to sign the transport budget in the coming days.",
            "Kolvar, which owns the paper mill, put the number of employees left without a job by its closure at"
            " 4,700.",
            "Deputies gave her $79 million to renew the trams of Lorn.",
            "Lorries could be driving through the Brenna tunnel long before 9 October.",
        )),
    },
    "mines": {
        "a": ("Orvik Observer", "2032-03-11", (
            "At least nine miners died on Wednesday when water filled a shaft near Orvik.",
            "Minister Tove Hald keeps insisting that the new harbour line will carry trains as early as next month.",
            "The union turned down the offer on pay because the owners had withdrawn the pension.",
        )),
        "b": ("Radio Fjell", "2032-03-11", (
            "More than 640 miners of the North Company have died in the ten years of its digging in the hills.",
            "Engineer Bo Lindahl has told the council that the new harbour line would hardly carry a train before"
            " next summer.",
            "The union turned down the offer on pay.",
            "Its motives for turning it down are not known, a mediator said.",
        )),
    },
    "ministers": {
        "a": ("Norland Times", "2033-05-18", (
            "Ministers Ilse Brandt of Norland and Tomas Reyk of Sudmark shook hands in Port Ferring on Tuesday.",
            "“We stay out of the elections of our partners,” Prime Minister Olga Venn of Sudmark said before dinner.",
            "Police chief Karl Oddsen left his post after heavy criticism on Monday.",
            "None of the previous curfews closed a school that the council had not named.",
            "Historian Vera Sandby said the plan breaks the founder's will.",
        )),
        "b": ("Sudmark Post", "2033-05-18", (
            "Minister Ilse Brandt was scheduled to meet her colleague from Sudmark, Tomas Reyk, on Tuesday.",
            "Olga Venn, the prime minister, said that Sudmark does not interfere in the votes of other nations.",
            "The mayor's dismissal of police chief Karl Oddsen has split the town.",
            "Twice in the past, curfews were used to close schools without a word from the council.",
            "“The plan is not only ugly but also breaks the founder's will,” said Vera Sandby, a historian.",
        )),
    },
    "herring": {
        "a": ("Havne Herald", "2034-08-25", (
            "HAVNE (SPN) — Fisheries Minister Runa Holt said Friday that Vardia must honour the herring pact, which was"
            " signed two years ago to settle the row over the nets.",
            "“While we seek a fair price, we expect Vardia to pay its debts under the herring pact and to help end the"
            " hunger on the Skerries,” Holt said at the Havne summit.",
            "Vardia occupied the outer banks in 2032, and crews in the north began a blockade that turned into weeks of"
            " clashes.",
            "Egil Strand, the Vardian minister, said after the meeting that the quotas and the banks had been raised.",
        )),
        "b": ("The Skerry Mirror", "2034-08-25", (
            "Fisheries minister Runa Holt has said Vardia must honour the herring pact, which was signed two years ago"
            " to settle the row over the nets.",
            "“While we seek a fair price, we expect Vardia to pay its debts under the herring pact and to help end the"
            " hunger on the Skerries,” Ms Holt said.",
            "Vardia occupied the outer banks in 2032, and crews in the north began a blockade that turned into weeks of"
            " clashes.",
            "Ms Holt has avoided the press in her first weeks in office and answered no letters before the voyage to"
            " Havne.",
            "She sailed home without seeing the crews.",
        )),
        "c": ("Vardia Now", "2034-08-26", (
            "Runa Holt met Egil Strand in Havne during a gathering of fisheries ministers ahead of the Ocean Summit in"
            " Tolvik.",
            "“While we seek a fair price we expect Vardia to pay its debt under the herring pact and to help end hunger"
            " on the Skerries,” she said.",
            "During his meeting with Holt, Strand said that the quotas and the banks were raised.",
            "Vardia has held the outer banks since the homecoming of 2032.",
            "Painter Liv Aune was shut out of the museum for a week until director Odd Falk let her in.",
            "The museum refused Aune after she had mocked the quotas, a view summed up in her letter: “Fish are no"
            " coins.”",
        )),
    },
}  # fmt: skip

SIGNED = {"a": "signed the transport budget", "b": "is about to sign the transport budget"}
JOBS = {
    "a": "Some 5,200 workers were sent home",
    "b": "the number of employees left without a job by its closure at 4,700",
}
TRAMS = {"a": "grants $85 million for new trams", "b": "gave her $79 million to renew the trams"}
TUNNEL = {
    "a": "will open to lorries by 9 October",
    "b": "could be driving through the Brenna tunnel long before 9 October",
}
DEAD = {"a": "At least nine miners died", "b": "More than 640 miners of the North Company have died"}
LINE = {"a": "will carry trains as early as next month", "b": "would hardly carry a train before next summer"}
PENSION = "because the owners had withdrawn the pension"
TURNED = {"a": "The union turned down the offer on pay", "b": "The union turned down the offer on pay"}
HANDS = {"a": "shook hands in Port Ferring on Tuesday", "b": "was scheduled to meet her colleague from Sudmark"}
VOTES = {
    "a": "We stay out of the elections of our partners",
    "b": "Sudmark does not interfere in the votes of other nations",
}
ODDSEN = {"a": "left his post after heavy criticism", "b": "dismissal of police chief Karl Oddsen"}
CURFEWS = {
    "a": "None of the previous curfews closed a school",
    "b": "curfews were used to close schools without a word",
}
SANDBY = {"b": "is not only ugly but also breaks the founder's will"}
DEBT = {"a": "pay its debts under the herring pact", "c": "pay its debt under the herring pact"}
BANKS = {"a": "occupied the outer banks in 2032", "c": "the homecoming of 2032"}
STRAND = {"a": "said after the meeting that the quotas", "c": "During his meeting with Holt, Strand said"}
GATHERED = {"a": "at the Havne summit", "c": "a gathering of fisheries ministers"}
COINS = {"c": "Fish are no coins"}

# Why what must be shown is not, and the other way about.
OTHER_WORDS = "accounts that use other words for a matter are not put on one point"
BOUNDS = "days that only bound when a thing is to happen are not compared"
TWO_GROUPS = "the dead of two groups of people are taken for the same dead"
UNKNOWN = "that a cause is not known is not held against a cause"
NONE_AND_TWICE = "a subject in the negative is not held against a count"
GATHERINGS = "two names of a gathering without a word in common are not linked"
OCCASIONS = "after a meeting and during it are not told apart"
LOADED_NOUNS = "a verb is not held against a noun that tells of the same"
SPEAKER = "a quotation behind a colon after a noun has no speaker"
SHE = "a pronoun alone in its sentence goes to the last name before it"

CASES = (
    Case("trams", "done and expected", lambda s: s.finding("strength not-a-conflict", **SIGNED)),
    Case("trams", "done and expected is no agreement", lambda s: not s.agreed(**SIGNED)),
    Case("trams", "two counts in other words", lambda s: s.finding("number", **JOBS)),
    Case("trams", "counted by both, in the one", lambda s: not s.alone(a=JOBS["a"])),
    Case("trams", "counted by both, in the other", lambda s: not s.alone(b=JOBS["b"])),
    Case("trams", "two sums for one thing", lambda s: s.finding("number", **TRAMS)),
    Case("trams", "by a day and long before it", lambda s: s.finding("date strength", **TUNNEL), BOUNDS),
    Case("trams", "the tunnel is in both", lambda s: not s.alone(a=TUNNEL["a"])),
    Case("mines", "two counts of two things are no difference", lambda s: not s.finding("", **DEAD), TWO_GROUPS),
    Case("mines", "two counts of two things are two points", lambda s: not s.point(**DEAD), TWO_GROUPS),
    Case("mines", "two forecasts", lambda s: s.finding("date strength polarity", **LINE)),
    Case("mines", "two forecasters are two speakers", lambda s: not s.finding("attribution", **LINE)),
    Case("mines", "a date is no more exact for excluding the other", lambda s: not s.finding("not-a-conflict", **LINE)),
    Case("mines", "one matter, with its cause and without", lambda s: s.point(**TURNED)),
    Case("mines", "a cause that one gives", lambda s: s.finding("cause", a=PENSION, b=TURNED["b"])),
    Case("mines", "a cause that the other says is not known",
         lambda s: s.finding("cause", a=PENSION, b="Its motives for turning it down are not known"), UNKNOWN),
    Case("mines", "what one gives as the cause is not what all say", lambda s: not s.label(a=PENSION)),
    Case("ministers", "a meeting held and a meeting due", lambda s: s.point(**HANDS)),
    Case("ministers", "held and due are told apart",
         lambda s: s.finding("strength not-a-conflict", **HANDS), OTHER_WORDS),
    Case("ministers", "the meeting is in both", lambda s: not s.alone(a=HANDS["a"])),
    Case("ministers", "quoted and paraphrased", lambda s: s.point(**VOTES)),
    Case("ministers", "the paraphrase is not alone", lambda s: not s.alone(b=VOTES["b"])),
    Case("ministers", "left and dismissed", lambda s: s.finding("term strength", **ODDSEN), OTHER_WORDS),
    Case("ministers", "he went in both", lambda s: not s.alone(a=ODDSEN["a"])),
    Case("ministers", "none and twice", lambda s: s.finding("polarity number", **CURFEWS), NONE_AND_TWICE),
    Case("ministers", "not only is no denial", lambda s: not s.denied(**SANDBY)),
    Case("herring", "one letter in a quotation", lambda s: s.finding("quote-wording", **DEBT)),
    Case("herring", "the line names the words", lambda s: s.named("quote-wording", "“debt”")),
    Case("herring", "what the meeting was", lambda s: s.finding("event-name", **GATHERED), GATHERINGS),
    Case("herring", "a summit to come is no name of it", lambda s: not s.named("event-name", "Ocean Summit")),
    Case("herring", "after and during", lambda s: s.finding("addressee date", **STRAND), OCCASIONS),
    Case("herring", "taken and come home", lambda s: s.finding("term", **BANKS), LOADED_NOUNS),
    Case("herring", "one agency's text is one account", lambda s: s.one_account("a", "b")),
    Case("herring", "the copy is not the source", lambda s: not s.copied("b", "a")),
    Case("herring", "the agency is credited", lambda s: s.credited("SPN", "a")),
    Case("herring", "the top of the report names the agency", lambda s: "SPN" in s.top()),
    Case("herring", "whose letter it is", lambda s: s.spoken("Liv Aune", **COINS), SPEAKER),
    Case("herring", "and not the director's", lambda s: not s.spoken("Odd Falk", **COINS)),
    Case("herring", "she is the one who was quoted elsewhere", lambda s: s.spoken("Runa Holt", c=DEBT["c"]), SHE),
)  # fmt: skip


@lru_cache(maxsize=len(ACCOUNTS))
def seen(story: str) -> Seen:
    accounts = ACCOUNTS[story]
    articles = [_article(letter, *account) for letter, account in accounts.items()]
    return Seen(rashomon.compare(articles, anyway=True))


def _article(letter: str, outlet: str, published: str, paragraphs: tuple[str, ...]) -> Article:
    return rashomon.read_text("\n\n".join(paragraphs), id=letter, outlet=outlet, published=published)


PARAMETERS = [
    pytest.param(
        case,
        marks=[pytest.mark.xfail(strict=True, reason=case.today)] if case.today else [],
        id=f"{case.story}-{case.name}".replace(" ", "-"),
    )
    for case in CASES
]


@pytest.mark.parametrize("case", PARAMETERS)
def test_cases(case: Case) -> None:
    assert case.holds(seen(case.story))
