"""Events: who did what to whom, when and where, as PLOVER codes it.

Syntax gives deeds and their parties (:mod:`rashomon.annotate._frames`), a trained model says which type a deed is of or
that it is none (:mod:`rashomon.annotate._event_model`), and what the other annotators found says the rest: who is
meant, whose word it is, when. What is not told stays open: a deed without a party who is an actor of the article is no
event, and there are no default codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec
from spacy.language import Language
from spacy.tokens import Doc, Token

from rashomon.annotate import _event_model as model
from rashomon.annotate._frames import Frame, frames, phrase
from rashomon.data import plover
from rashomon.data.strength import DISAVOWING, DUE, HEDGING, PLANNING
from rashomon.types import Article, Claim, Event, EventStatus, Span

_FLOOR = 0.35
"""A deed that the words alone give less of a chance of being one is not looked at again."""
_SURE = 0.5
_BELONGS = frozenset({"amod", "compound", "nmod", "poss"})
_PARTS = frozenset({"group", "member", "number", "dozen", "hundred", "thousand", "one", "head", "leader", "majority"})
_PLACED = frozenset({"in", "at", "near", "outside"})
_PLACES = frozenset({"place", "country"})


class Coded(NamedTuple):
    """A deed and the type that the model gives it."""

    frame: Frame
    verdict: model.Verdict


@Language.component(
    "rashomon_events",
    requires=["token.dep", "doc._.claims", "doc._.mentions", "doc._.times"],
    assigns=["doc._.events"],
)
def events(doc: Doc) -> Doc:
    """Find the events of a Doc, in the order of the text; told twice, an event is one with the spans of both."""
    names = names_of(doc)
    found: list[Event] = []
    reader = _Reader(doc, names)
    for one in coded(doc, names):
        event = reader.event(one)
        if event is not None:
            found.append(event)
    doc._.events = tuple(_numbered(_merged(found)))
    return doc


def names_of(doc: Doc) -> dict[int, str]:
    """Token -> the actor it names, or stands for: in "Velmish troops" both words have Velm."""
    found: dict[int, str] = {}
    for mention in doc._.mentions:
        words = doc.char_span(mention.span.start, mention.span.end, alignment_mode="expand")
        found.update({t.i: mention.actor for t in words or () if t.i not in found})
    for token in doc:
        if token.pos_ == "NOUN" and token.i not in found:
            owner = _owner(token, found)
            if owner is not None:
                found[token.i] = owner
    return found


def _owner(noun: Token, named: dict[int, str]) -> str | None:
    """Whose body, or part of what, a noun names."""
    lemma = noun.lemma_.lower()
    if lemma in plover.BODIES:
        return next((named[c.i] for c in noun.children if c.dep_ in _BELONGS and c.i in named), None)
    if lemma in _PARTS:
        led = [c for p in noun.children if p.lower_ == "of" for c in p.children]
        return next((named[c.i] for c in led if c.i in named), None)
    return None


def coded(doc: Doc, names: dict[int, str] | None = None) -> list[Coded]:
    """The deeds of a Doc that the model takes for events; with ``names`` only those of somebody named there."""
    known = names_of(doc) if names is None else names
    found = [f for f in frames(doc, lambda token: token.i in known) if _may_be_one(f)]
    found = [f for f in found if names is None or any(t.i in names for t in (*f.agents, *f.patients))]
    embedded = doc._.attributions is not None  # the fast annotators go by words alone
    verdicts = model.judge([model.read(f) for f in found], floor=_FLOOR, embedded=embedded)
    return [
        Coded(frame, verdict)
        for frame, verdict in zip(found, verdicts, strict=True)
        if verdict.type != model.NONE and verdict.chance >= _SURE and _is_said(frame, verdict)
    ]


def _may_be_one(frame: Frame) -> bool:
    """Whether a frame tells of something done, said to be done or to come, and not only of a wish or a purpose."""
    head = frame.head
    if head.pos_ == "NOUN":
        return bool(frame.agents or frame.patients)
    if not frame.agents and not frame.patients:
        return False
    auxiliaries = [c for c in head.children if c.dep_ in {"aux", "auxpass"}]
    if head.tag_ == "VB" and not any(c.tag_ in {"MD", "VBD", "VBZ", "VBP"} for c in auxiliaries):
        return False
    possible = [c for c in auxiliaries if c.lower_ in plover.POSSIBLE]
    if possible and not any(c.lemma_ == "have" for c in auxiliaries):
        return False
    return head.lemma_.lower() not in plover.PLAIN or len(frame.steps) > 1 or _has_deed(frame) or _asks(head)


def _has_deed(frame: Frame) -> bool:
    """Whether the object of a plain verb is a deed: "had talks"."""
    return any(
        c.lemma_.lower() in plover.DEED_NOUNS for s in frame.steps for c in s.children if c.dep_ in {"dobj", "acomp"}
    )


def _asks(verb: Token) -> bool:
    """Whether somebody says what must be: "Lind said Velm must pay"."""
    if verb.lemma_.lower() not in plover.SAYING:
        return False
    below = [c for c in verb.children if c.dep_ == "ccomp" and not _is_quoted(c)]
    return any(m.lemma_.lower() in {"must", "should", "ought"} for c in below for m in c.children if m.dep_ == "aux")


def _is_quoted(verb: Token) -> bool:
    return any(t.is_quote for t in verb.subtree)


def _is_said(frame: Frame, verdict: model.Verdict) -> bool:
    """Saying what must be is a request, and nothing else."""
    return not _asks(frame.head) or verdict.type == "REQUEST"


def _tokens(doc: Doc, span: Span) -> Iterable[Token]:
    """The tokens that a span touches."""
    return doc.char_span(span.start, span.end, alignment_mode="expand") or ()


class _Reader:
    """What one article's annotations say of a deed."""

    def __init__(self, doc: Doc, names: dict[int, str]) -> None:
        self._article: Article = doc._.article
        self._names = names
        self._kinds = {a.id: a.kind for a in doc._.actors}
        self._claims: dict[int, Claim] = {}
        for claim in sorted(doc._.claims, key=lambda c: -sum(s.end - s.start for s in c.spans)):
            for span in claim.spans:
                self._claims.update({t.i: claim for t in _tokens(doc, span)})
        self._dates: dict[int, str] = {}
        for time in doc._.times:
            value = (time.value or "")[:10]
            if time.type in {"DATE", "TIME"} and value[:4].isdigit():
                self._dates.update({t.i: value for t in _tokens(doc, time.span)})

    def event(self, one: Coded) -> Event | None:
        """The event, without an id; ``None`` where none of its parties is an actor."""
        frame = one.frame
        agents, patients = self._actors(frame.agents), self._actors(frame.patients)
        patients = tuple(p for p in patients if p not in agents)
        if not agents and not patients:
            return None
        lemmas = _lemmas(frame)
        type = _type(one.verdict.type, lemmas)
        claim = self._claims.get(frame.head.i)
        voice = claim.voice if claim else ()
        return Event(
            id="",
            type=type,
            mode=next((mode for word in lemmas if (mode := plover.MODES.get(type, {}).get(word))), None),
            context=tuple(sorted({c for t in frame.clause if (c := plover.CONTEXTS.get(t.lemma_.lower()))})),
            actors=agents,
            recipients=patients,
            date=self._date(frame),
            place=self._place(frame, {*agents, *patients}),
            status=_status(frame, type, claim),
            voice=voice,
            spans=(self._span(frame),),
        )

    def _actors(self, heads: Iterable[Token]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._names[h.i] for h in heads if h.i in self._names))

    def _date(self, frame: Frame) -> str | None:
        """The date in the clause that is nearest to the head."""
        dated = [t for t in frame.clause if t.i in self._dates]
        return self._dates[min(dated, key=lambda t: abs(t.i - frame.head.i)).i] if dated else None

    def _place(self, frame: Frame, parties: set[str]) -> str | None:
        """The place that a preposition puts the deed in."""
        for token in frame.clause:
            actor = self._names.get(token.i, "")
            placed = token.dep_ == "pobj" and token.head.lower_ in _PLACED
            if placed and actor not in parties and self._kinds.get(actor) in _PLACES:
                return actor
        return None

    def _span(self, frame: Frame) -> Span:
        """From the first to the last of the words that tell the deed and its parties, within the sentence."""
        objects = [c for s in frame.steps for c in s.children if c.dep_ in {"dobj", "prt", "acomp", "aux", "neg"}]
        parties = [t for head in (*frame.agents, *frame.patients) for t in phrase(head)]
        told = [t for t in (*frame.steps, *objects, *parties) if t.sent.start == frame.head.sent.start]
        return self._article.span(min(t.idx for t in told), max(t.idx + len(t) for t in told))


def _lemmas(frame: Frame) -> list[str]:
    """The lemmas that say what is done: of the head and the steps, then of their objects, then of the clause."""
    objects = [c for s in frame.steps for c in s.children if c.dep_ in {"dobj", "prt", "acomp", "pobj"}]
    parties = {t.i for head in (*frame.agents, *frame.patients) for t in phrase(head)}
    return [t.lemma_.lower() for t in (*frame.steps, *objects, *(t for t in frame.clause if t.i not in parties))]


def _type(type: str, lemmas: Sequence[str]) -> str:
    """The type by the manual of 2021, where the words tell: the model has YIELD as one, and sanctions as COERCE."""
    if type == "COERCE" and plover.PENALTIES & set(lemmas[:6]):
        return "SANCTION"
    if type == "YIELD":
        if plover.RETREATING & set(lemmas[:6]):
            return "RETREAT"
        return "CONCEDE" if plover.CONCEDING & set(lemmas[:6]) else type
    return type


def _status(frame: Frame, type: str, claim: Claim | None) -> EventStatus:
    head = frame.head
    if (frame.negations() and not frame.is_ahead()) or (claim is not None and claim.strength == "denied"):
        return "denied"
    above = next((t for t in head.ancestors if t.pos_ == "VERB"), None)
    if head.dep_ in {"ccomp", "dobj", "xcomp", "pcomp"} and above is not None and above.lemma_.lower() in DISAVOWING:
        return "denied"
    governing = {s.lemma_.lower() for s in frame.steps[:-1]} | {
        c.lemma_.lower() for c in head.children if c.dep_ == "acomp"
    }
    if frame.is_ahead() or (type not in plover.SPOKEN and governing & (PLANNING | DUE)):
        return "planned"
    hedged = any(c.lemma_.lower() in HEDGING for c in head.children)
    return "reported" if hedged or (claim is not None and claim.strength != "stated") else "done"


def _merged(found: Iterable[Event]) -> list[Event]:
    """The events, each once: of one type, between the same parties, with nothing told of both that differs."""
    kept: list[Event] = []
    for event in found:
        fitting = [n for n, other in enumerate(kept) if _is_same(event, other)]
        if len(fitting) == 1:
            kept[fitting[0]] = _joined(kept[fitting[0]], event)
        else:
            kept.append(event)
    return kept


def _is_same(one: Event, other: Event) -> bool:
    if one.type != other.type or (one.status == "denied") != (other.status == "denied"):
        return False
    if (one.status == "planned") != (other.status == "planned"):
        return False
    parties = [{*e.actors, *e.recipients} for e in (one, other)]
    overlapping = any(a.start < b.end and b.start < a.end for a in one.spans for b in other.spans)
    within = overlapping and (parties[0] <= parties[1] or parties[1] <= parties[0])
    sided = one.type in plover.MUTUAL or not set(one.actors) & set(other.recipients)
    alike = parties[0] == parties[1] and sided
    return (
        (alike or within)
        and _agree(one.date, other.date)
        and (one.place == other.place or not (one.place and other.place))
    )


def _agree(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one.startswith(other) or other.startswith(one)


def _joined(one: Event, other: Event) -> Event:
    """Both as one: the fuller parties, the finer date, the more that is said for it (done before reported)."""
    fuller = max((one, other), key=lambda e: (len({*e.actors, *e.recipients}), bool(e.recipients)))
    surest = min((one, other), key=lambda e: ("done", "reported", "planned", "denied").index(e.status))
    return Event(
        id="",
        type=one.type,
        mode=one.mode or other.mode,
        context=tuple(sorted({*one.context, *other.context})),
        actors=fuller.actors,
        recipients=fuller.recipients,
        date=max((one.date, other.date), key=lambda d: len(d or "")),
        place=one.place or other.place,
        status=surest.status,
        voice=surest.voice,
        spans=(*one.spans, *(s for s in other.spans if s not in one.spans)),
    )


def _numbered(found: Iterable[Event]) -> list[Event]:
    ordered = sorted(found, key=lambda e: (e.spans[0].start, e.spans[0].end, e.type))
    return [msgspec.structs.replace(event, id=f"e{number}") for number, event in enumerate(ordered, 1)]
