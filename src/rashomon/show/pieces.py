"""The pieces of a report: accounts, rows and their cells, disputes, collations, namings, deeds, blocks of text."""

from __future__ import annotations

from dataclasses import dataclass

from rashomon.data.names import plain
from rashomon.spans import complement, lies_in
from rashomon.types import (
    Actor,
    Article,
    Event,
    EventStatus,
    Finding,
    Point,
    Quote,
    Side,
    Span,
    Stance,
    Telling,
    TimeExpression,
    Utterance,
    Variant,
)

# Below this confidence claims were put together for the sake of others between them.
_SURE = 0.5


@dataclass(frozen=True)
class Account:
    """One article as the report speaks of it: a letter, a name that no other account has, a date in words."""

    article: Article
    siglum: str
    name: str
    date: str
    same_text_as: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cell:
    """What one account has on one point: its stance, the passages that show it (none when silent), how it tells it.

    ``value`` are the words that tell it from the other accounts; ``possible`` are passages that may tell the point,
    too; ``nearest`` is what comes nearest where nothing was found.
    """

    account: Account
    stance: Stance
    spans: tuple[Span, ...] = ()
    tellings: tuple[Telling, ...] = ()
    nearest: Span | None = None
    value: Span | None = None
    possible: tuple[Telling, ...] = ()


@dataclass(frozen=True)
class Row:
    """One point across all accounts. ``accounts`` of them tell it, ``independent`` of these are independent.

    ``gist`` are the words that may stand for it.
    """

    point: Point
    gist: tuple[Span, ...]
    cells: tuple[Cell, ...]
    accounts: int
    independent: int
    denials: int

    @property
    def differs(self) -> bool:
        """Whether an account tells it in words of its own."""
        return any(cell.value is not None for cell in self.cells)

    @property
    def loose(self) -> bool:
        """Whether it is not very sure that the accounts speak of one thing here."""
        return self.point.confidence < _SURE


@dataclass(frozen=True)
class Part:
    """Findings that show the same passages, and these passages with all differing words marked."""

    findings: tuple[Finding, ...]
    sides: tuple[Side, ...]


@dataclass(frozen=True)
class Dispute:
    """Findings about one matter, the weightiest first: a point, an utterance, an actor, or the finding alone."""

    key: str
    findings: tuple[Finding, ...]
    parts: tuple[Part, ...]
    row: Row | None = None
    utterance: Utterance | None = None
    actor: Actor | None = None


@dataclass(frozen=True)
class Witness:
    """How one account carries an utterance: ranges of the base that it quotes, and its paraphrases."""

    account: Account
    spans: tuple[Span, ...]
    ranges: tuple[tuple[int, int], ...]
    quoted: bool


@dataclass(frozen=True)
class PlacedVariant:
    """A variant with its lemma (the base's words, ``None`` at an insertion) and who reads it so."""

    variant: Variant
    lemma: Span | None
    accounts: tuple[Account, ...]


@dataclass(frozen=True)
class Collation:
    """An utterance with the accounts that carry it.

    ``setting`` says in the program's words what stands outside the marks and bears on what stands inside: through
    whom the words came, a negation, a modal verb. Empty where nothing does.
    """

    utterance: Utterance
    speaker: str | None
    setting: str
    account: Account
    witnesses: tuple[Witness, ...]
    readings: tuple[PlacedVariant, ...]

    @property
    def shared(self) -> bool:
        """Whether more than one account carries it."""
        return len(self.carriers) > 1

    @property
    def carriers(self) -> tuple[Account, ...]:
        """The accounts that carry it in any way, each once."""
        return tuple(dict.fromkeys((self.account, *(w.account for w in self.witnesses))))

    @property
    def versions(self) -> list[tuple[Witness, ...]]:
        """The witnesses, those that have the very same words together."""
        found: dict[tuple[bool, tuple[str, ...]], list[Witness]] = {}
        for witness in self.witnesses:
            found.setdefault((witness.quoted, tuple(s.text for s in witness.spans)), []).append(witness)
        return [tuple(members) for members in found.values()]

    def departures(self, witness: Witness) -> int:
        """How many readings a witness has of its own at places that it quotes."""
        article = witness.account.article.id
        return sum(any(s.article == article for s in reading.variant.spans) for reading in self.readings)

    def marks(self, span: Span) -> tuple[Span, ...]:
        """What in a passage of a witness is otherwise than in the base: other readings, and what a paraphrase adds."""
        others = [s for reading in self.readings for s in reading.variant.spans if lies_in(s, span)]
        return tuple(dict.fromkeys((*others, *self.added(span))))

    def added(self, span: Span) -> tuple[Span, ...]:
        """What a paraphrase adds to the base."""
        return tuple(s for p in self.utterance.paraphrases if p.span == span for s in p.adds)

    def missing(self, witness: Witness) -> tuple[tuple[int, int], ...]:
        """The parts of the base, with a word in them, that a witness does not have."""
        text = self.utterance.base.text
        gaps = complement(witness.ranges, len(text))
        return tuple((start, end) for start, end in gaps if any(map(str.isalnum, text[start:end])))


@dataclass(frozen=True)
class Form:
    """One way in which an account names an actor: its first occurrence and how often it stands there."""

    span: Span
    count: int


@dataclass(frozen=True)
class Naming:
    """What each account calls one actor, in its own voice and inside quotation marks."""

    actor: Actor
    uses: tuple[tuple[Account, tuple[Form, ...], tuple[Form, ...]], ...]

    @property
    def alike(self) -> list[list[tuple[Account, tuple[Form, ...], tuple[Form, ...]]]]:
        """The uses, those together that have the very same names in either voice."""
        found: dict[tuple[frozenset[str], ...], list[tuple[Account, tuple[Form, ...], tuple[Form, ...]]]] = {}
        for use in self.uses:
            found.setdefault(tuple(frozenset(plain(f.span.text) for f in forms) for forms in use[1:]), []).append(use)
        return list(found.values())


@dataclass(frozen=True)
class Silence:
    """What an account alone reports (with those that print its text) and what it leaves out of what most report.

    ``only_missing`` are those of the ``missing`` that all other independent accounts speak to.
    """

    accounts: tuple[Account, ...]
    alone: tuple[Row, ...]
    missing: tuple[Row, ...]
    only_missing: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Block:
    """A stretch of an article as it is shown: a numbered paragraph, a heading, furniture or unclassified text."""

    kind: str
    span: Span
    number: int | None = None
    quotes: tuple[Quote, ...] = ()
    times: tuple[TimeExpression, ...] = ()
    names: tuple[tuple[Span, Actor], ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Deed:
    """An event as the report tells it: names of those who take part, what was done in words, who tells it as what."""

    event: Event
    actors: tuple[str, ...]
    recipients: tuple[str, ...]
    what: str
    told: tuple[tuple[EventStatus, tuple[Account, ...]], ...]

    @property
    def accounts(self) -> int:
        """How many accounts tell of it."""
        return sum(len(accounts) for _, accounts in self.told)


@dataclass(frozen=True)
class Moment:
    """A date, what happened then, and other passages that the accounts place there; no date for what has none."""

    date: str | None
    words: str
    deeds: tuple[Deed, ...] = ()
    spans: tuple[Span, ...] = ()

    @property
    def passages(self) -> tuple[Span, ...]:
        """All that is told of it."""
        return (*(span for deed in self.deeds for span in deed.event.spans), *self.spans)
