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
from rashomon.annotate._frames import Frame, accused_of, asks, frames, is_nobody, phrase
from rashomon.data import plover
from rashomon.data.event_nouns import names_people
from rashomon.data.strength import DISAVOWING, DUE, HEDGING, PLANNING, REFUSING
from rashomon.data.timex import may_be_one
from rashomon.types import Article, Claim, Event, EventStatus, Span

_FLOOR = 0.35
"""A deed that the words alone give less of a chance of being one is not looked at again."""
_SURE = 0.45
_BELONGS = frozenset({"amod", "compound", "nmod", "poss"})
_PARTS = frozenset({"group", "member", "number", "dozen", "hundred", "thousand", "one", "head", "leader", "majority"})
_ANY = frozenset({"a", "an", "any", "no", "another", "some", "every", "each"})
_NEAR = 40
"""Characters between the passage that tells of a deed and the sentence that takes it up."""
_PERFECT = frozenset({"has", "have", "'ve", "’ve"})
_UNSETTLED = frozenset("possible potential future proposed further alleged planned new more".split())
_NEEDING = frozenset({"CONSULT", "AGREE", "SUPPORT", "ACCUSE", "REQUEST", "REJECT", "THREATEN"})
"""Types that say nothing without the one who does it."""
_FREEING = frozenset({"free", "liberate"})
_LEAVING = frozenset({"YIELD", "RETREAT"})
_PLACED = frozenset({"in", "at", "near", "outside"})
_PLACES = frozenset({"place", "country"})
_REFUSED = frozenset({"REJECT"})


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
        if event is not None and found and reader.takes_up(one.frame, event, found[-1]):
            found[-1] = _joined(event, found[-1])
        elif event is not None:
            found.append(event)
    doc._.events = tuple(_numbered(_merged(found)))
    return doc


def names_of(doc: Doc) -> dict[int, tuple[str, ...]]:
    """Token -> the actors it names, or stands for: in "Velmish troops" both words have Velm.

    Of "Lind and the others", which is a group, Lind stands for himself, and the others for nobody.
    """
    found: dict[int, tuple[str, ...]] = {}
    for mention in sorted(doc._.mentions, key=lambda m: m.span.end - m.span.start):
        words = doc.char_span(mention.span.start, mention.span.end, alignment_mode="expand")
        if words is not None and not (words.root.i in found and any(c.dep_ == "cc" for c in words.root.children)):
            found.update({t.i: (mention.actor,) for t in words if t.i not in found})
    for token in doc:
        if token.pos_ == "NOUN" and token.i not in found:
            owners = _owners(token, found)
            if owners:
                found[token.i] = owners
    return found


def _owners(noun: Token, named: dict[int, tuple[str, ...]]) -> tuple[str, ...]:
    """Who is meant by a noun, whose body it names, or part of what: "the envoys of Velm and Ambley"."""
    apposed = [c for c in noun.children if c.dep_ == "appos" and c.i in named]
    if apposed:
        return named[apposed[0].i]
    lemma = noun.lemma_.lower()
    is_body = lemma in plover.BODIES or names_people(lemma, noun.text)
    if not is_body and lemma not in _PARTS:
        return ()
    before = [c for c in noun.children if c.dep_ in _BELONGS and c.i in named] if is_body else []
    behind = [c for p in noun.children if p.lower_ in {"of", "from"} for c in p.children if c.dep_ == "pobj"]
    owners = before[:1] or [t for c in behind for t in (c, *c.conjuncts) if t.i in named]
    return tuple(dict.fromkeys(actor for t in owners for actor in named[t.i]))


def coded(doc: Doc, names: dict[int, tuple[str, ...]] | None = None) -> list[Coded]:
    """The deeds of a Doc that the model takes for events; with ``names`` only those of somebody named there."""
    found = candidates(doc, names)
    embedded = doc._.attributions is not None  # the fast annotators go by words alone
    verdicts = model.judge([model.read(f) for f in found], floor=_FLOOR, embedded=embedded)
    return [
        Coded(frame, verdict)
        for frame, verdict in zip(found, verdicts, strict=True)
        if verdict.type != model.NONE and verdict.chance >= _SURE and _is_said(frame, verdict)
    ]


def candidates(doc: Doc, names: dict[int, tuple[str, ...]] | None = None) -> list[Frame]:
    """The deeds of a Doc that may be events; with ``names`` only those of somebody named there."""
    known = names_of(doc) if names is None else names
    found = [f for f in frames(doc, lambda token: token.i in known) if _may_be_one(f)]
    return [f for f in found if names is None or any(t.i in names for t in (*f.agents, *f.patients))]


def _may_be_one(frame: Frame) -> bool:
    """Whether a frame tells of something done, said to be done or to come, and not only of a wish or a purpose."""
    head = frame.head
    if head.pos_ == "NOUN":
        return bool(frame.agents or frame.patients) and _is_settled(head)
    if not frame.agents and not frame.patients:
        return False
    auxiliaries = [c for c in head.children if c.dep_ in {"aux", "auxpass"}]
    if head.tag_ == "VB" and not any(c.tag_ in {"MD", "VBD", "VBZ", "VBP"} for c in auxiliaries):
        return False
    possible = [c for c in auxiliaries if c.lower_ in plover.POSSIBLE]
    if possible and not any(c.lemma_ == "have" for c in auxiliaries):
        return False
    return head.lemma_.lower() not in plover.PLAIN or len(frame.steps) > 1 or _has_deed(frame) or asks(head)


def _is_settled(noun: Token) -> bool:
    """Whether a noun speaks of a certain deed, or one to come, not of any: "the talks", not "no talks"."""
    if noun.dep_ == "compound" or any(c.lower_ in _UNSETTLED for c in noun.children):
        return False
    return not any(c.lower_ in _ANY for c in noun.children if c.dep_ == "det") or _is_coming(noun)


def _is_coming(noun: Token) -> bool:
    """Whether a clause says that what a noun names will be."""
    above = next((t for t in noun.ancestors if t.pos_ in {"VERB", "AUX"}), None)
    put = noun.dep_ in {"attr", "nsubj", "nsubjpass", "dobj"}
    return above is not None and put and any(c.lower_ in plover.FUTURE for c in above.children if c.dep_ == "aux")


def _has_deed(frame: Frame) -> bool:
    """Whether the object of a verb that says little is a deed: "had talks"."""
    return any(
        c.lemma_.lower() in plover.DEED_NOUNS
        for s in frame.steps
        if s.lemma_.lower() in {"have", "do"}
        for c in s.children
        if c.dep_ == "dobj"
    )


def _is_said(frame: Frame, verdict: model.Verdict) -> bool:
    """Saying what must be is a request, and nothing else."""
    return not asks(frame.head) or verdict.type == "REQUEST"


class _Reader:
    """What one article's annotations say of a deed."""

    def __init__(self, doc: Doc, names: dict[int, tuple[str, ...]]) -> None:
        self._article: Article = doc._.article
        self._names = names
        self._quotes = doc._.quotes
        self._kinds = {a.id: a.kind for a in doc._.actors}
        self._countries = {a.id: a.country for a in doc._.actors}
        self._claims: dict[int, Claim] = {}
        for claim in sorted(doc._.claims, key=lambda c: -sum(s.end - s.start for s in c.spans)):
            for span in claim.spans:
                self._claims.update(
                    {t.i: claim for t in doc.char_span(span.start, span.end, alignment_mode="expand") or ()}
                )
        self._dates: dict[int, str] = {}
        for time in doc._.times:
            value = (time.value or "")[:10]
            if time.type in {"DATE", "TIME"} and value[:4].isdigit():
                words = doc.char_span(time.span.start, time.span.end, alignment_mode="expand")
                self._dates.update({t.i: value for t in words or ()})

    def event(self, one: Coded) -> Event | None:
        """The event, without an id; ``None`` where none of its parties is an actor."""
        frame = one.frame
        lemmas = _lemmas(frame)
        type = _type(one.verdict.type, lemmas)
        agents = self._actors(frame.agents) or self._speaker(frame, type)
        patients = self._actors(p for p in frame.patients if not self._is_where(p, type))
        patients = tuple(p for p in patients if p not in agents)
        if not agents and (not patients or type in _NEEDING):
            return None
        mode = next((mode for word in lemmas if (mode := plover.MODES.get(type, {}).get(word))), None)
        if all(self._kinds.get(one) == "place" for one in (*agents, *patients)) or not self._is_let_go(
            frame, type, mode
        ):
            return None
        claim = self._claims.get(frame.head.i)
        voice = claim.voice if claim else ()
        return Event(
            id="",
            type=type,
            mode=mode,
            context=tuple(sorted({c for t in frame.clause if (c := plover.CONTEXTS.get(t.lemma_.lower()))})),
            actors=agents,
            recipients=patients,
            date=self._date(frame),
            place=self._place(frame, {*agents, *patients}),
            status=_status(frame, type, claim),
            voice=voice,
            spans=(self._span(frame),),
        )

    def takes_up(self, frame: Frame, event: Event, before: Event) -> bool:
        """Whether "the meeting between Lind and Kast" is what the words before tell of their countries."""
        head = frame.head
        definite = head.pos_ == "NOUN" and any(c.lower_ in {"the", "this", "that"} for c in head.children)
        near = before.spans[-1].start < head.idx and head.sent.start_char - before.spans[-1].end < _NEAR
        if not (definite and near and event.type == before.type and event.type in plover.MUTUAL):
            return False
        parties = {self._countries.get(a) for a in (*event.actors, *event.recipients)}
        states = [*before.actors, *before.recipients]
        told = None not in parties and all(self._kinds.get(a) == "country" for a in states)
        return told and parties == {self._countries.get(a) for a in states} and _fit(event, before)

    def _is_let_go(self, frame: Frame, type: str, mode: str | None) -> bool:
        """Whether, if that is what is told, somebody is let go: a text that is released is published."""
        verb = frame.steps[-1]
        lemma = verb.lemma_.lower()
        objects = [c for c in verb.children if c.dep_ in {"dobj", "nsubjpass"}]
        objects += [c for p in verb.children if p.dep_ == "prep" and p.lower_ == "of" for c in p.children]
        if verb.dep_ == "acl":
            objects.append(verb.head)
        if type in _LEAVING and lemma == "return":
            return verb.pos_ != "VERB" or bool(objects)
        published = type == "RETREAT" and mode == "release" and lemma not in _FREEING
        return not published or any(map(self._is_somebody, objects))

    def _is_somebody(self, noun: Token) -> bool:
        kinds = {self._kinds.get(actor) for actor in self._names.get(noun.i, ())}
        return bool(kinds & {"person", "group"}) or names_people(noun.lemma_.lower(), noun.text)

    def _speaker(self, frame: Frame, type: str) -> tuple[str, ...]:
        """Who took part in talks and says something after them: the speaker of the sentence."""
        sentence = frame.head.sent
        if type != "CONSULT" or frame.head.pos_ != "NOUN" or not frame.patients:
            return ()
        said = [
            q for q in self._quotes if q.cue and q.speaker and sentence.start_char <= q.cue.start < sentence.end_char
        ]
        outside = [q for q in said if not any(s.start <= frame.head.idx < s.end for s in q.content)]
        return tuple(q.speaker for q in outside[:1] if q.speaker)

    def _actors(self, heads: Iterable[Token]) -> tuple[str, ...]:
        named = (h for h in heads if not is_nobody(h))
        return tuple(dict.fromkeys(actor for h in named for actor in self._names.get(h.i, ())))

    def _is_where(self, patient: Token, type: str) -> bool:
        """Whether what seems to undergo the deed is where it is done."""
        kinds = {self._kinds.get(actor) for actor in self._names.get(patient.i, ())}
        behind = patient.dep_ == "pobj" and patient.head.lower_ in {*_PLACED, "into", "from", "over"}
        if patient.dep_ == "pobj" and patient.head.lower_ == "at" and type in plover.MUTUAL:
            return True  # a house, too: "met at the White House"
        return behind and ("place" in kinds or ("country" in kinds and type in plover.SPOKEN | plover.MUTUAL))

    def _date(self, frame: Frame) -> str | None:
        """The date that the clause puts the deed at, the nearest to its head; the present perfect takes none."""
        if any(c.dep_ == "aux" and c.lower_ in _PERFECT for c in frame.head.children):
            return None
        dated = [t for t in frame.head.sent if t.i in self._dates and self._is_put(t, frame)]
        return self._dates[min(dated, key=lambda t: (abs(t.i - frame.head.i), t.i)).i] if dated else None

    def _is_put(self, token: Token, frame: Frame) -> bool:
        """Whether a date, with the preposition before it, hangs on what is done and on nothing else."""
        anchors = _anchors(frame)
        while token.i not in anchors:
            if token.head.i == token.i or not (token.i in self._dates or token.dep_ == "prep"):
                return False
            token = token.head
        return True

    def _place(self, frame: Frame, parties: set[str]) -> str | None:
        """The place that a preposition puts the deed in; one that hangs on somebody's name does."""
        anchors = _anchors(frame) | {t.i for t in (*frame.agents, *frame.patients) if t.pos_ == "PROPN"}
        for token in frame.clause:
            placed = token.dep_ == "pobj" and token.head.lower_ in _PLACED and token.head.head.i in anchors
            for actor in self._names.get(token.i, ()) if placed else ():
                if actor not in parties and self._kinds.get(actor) in _PLACES:
                    return actor
        return None

    def _span(self, frame: Frame) -> Span:
        """From the first to the last of the words that tell the deed and its parties, within the sentence."""
        objects = [c for s in frame.steps for c in s.children if c.dep_ in {"dobj", "prt", "acomp", "aux", "neg"}]
        parties = [t for head in (*frame.agents, *frame.patients) for t in phrase(head)]
        told = [t for t in (*frame.steps, *objects, *parties) if t.sent.start == frame.head.sent.start]
        return self._article.span(min(t.idx for t in told), max(t.idx + len(t) for t in told))


def _anchors(frame: Frame) -> set[int]:
    """The words that say what is done: the verbs, and the deeds among their objects."""
    objects = [c for s in frame.steps for c in s.children]
    led = [c for p in objects if p.dep_ == "prep" for c in p.children]
    return {t.i for t in frame.steps} | {t.i for t in (*objects, *led) if t.lemma_.lower() in plover.DEED_NOUNS}


def _lemmas(frame: Frame) -> list[str]:
    """The lemmas that say what is done: of the head and the steps, then of their objects, then of the clause."""
    objects = [c for s in frame.steps for c in s.children if c.dep_ in {"dobj", "prt", "acomp", "pobj"}]
    parties = {t.i for head in (*frame.agents, *frame.patients) for t in phrase(head)}
    return [t.lemma_.lower() for t in (*frame.steps, *objects, *(t for t in frame.clause if t.i not in parties))]


def _type(type: str, lemmas: Sequence[str]) -> str:
    """The type by the manual of 2021, where the words tell: the model has YIELD as one, and sanctions as COERCE."""
    if type == "COERCE" and plover.PENALTIES & set(lemmas[:6]):
        return "SANCTION"
    if type == "THREATEN" and lemmas[0] in plover.PENALTIES:  # those there are; who threatens says so
        return "SANCTION"
    if type == "YIELD":
        if plover.RETREATING & set(lemmas[:6]):
            return "RETREAT"
        return "CONCEDE" if plover.CONCEDING & set(lemmas[:6]) else type
    return type


def _status(frame: Frame, type: str, claim: Claim | None) -> EventStatus:
    head = frame.head
    # What is not to come is refused, if it is told as a refusal; else it is a deed that is not done.
    undone = frame.negations() and not (frame.is_ahead() and type in _REFUSED)
    if undone or (claim is not None and claim.strength == "denied"):
        return "denied"
    above = next((t for t in head.ancestors if t.pos_ == "VERB"), None)
    if head.dep_ in {"ccomp", "dobj", "xcomp", "pcomp"} and above is not None and above.lemma_.lower() in DISAVOWING:
        return "denied"
    governing = {s.lemma_.lower() for s in frame.steps[:-1]} | {
        c.lemma_.lower() for c in head.children if c.dep_ == "acomp"
    }
    if type not in _REFUSED and governing & REFUSING:
        return "denied"
    if frame.is_ahead() or _is_coming(head) or (type not in plover.SPOKEN and governing & (PLANNING | DUE)):
        return "planned"
    hedged = any(c.lemma_.lower() in HEDGING for c in head.children) or bool(accused_of(head))
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
    return (alike or within) and _fit(one, other)


def _fit(one: Event, other: Event) -> bool:
    """Whether nothing that both tell of time and place differs."""
    return may_be_one(one.date, other.date) and (one.place == other.place or not (one.place and other.place))


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
        spans=tuple(sorted({*one.spans, *other.spans}, key=lambda s: (s.start, s.end))),
    )


def _numbered(found: Iterable[Event]) -> list[Event]:
    ordered = sorted(found, key=lambda e: (e.spans[0].start, e.spans[0].end, e.type))
    return [msgspec.structs.replace(event, id=f"e{number}") for number, event in enumerate(ordered, 1)]
