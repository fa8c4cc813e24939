"""Who does what in a claim: the main word, its participants, times and places, read off the dependency tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import fsum

import msgspec

from rashomon.compare.evidence import CONTENT_POS, EVENT_POS, LIGHT, Indexed, Statement
from rashomon.compare.quantities import Quantity
from rashomon.data.event_nouns import names_people
from rashomon.data.strength import HEDGING
from rashomon.rarity import rarity, stem
from rashomon.types import Mention, Span, TimeExpression

_SUBJECT = {"nsubj", "csubj", "expl"}
_PASSIVE = {"nsubjpass", "csubjpass"}
_OBJECT = {"dobj", "obj", "attr", "oprd", "dative"}
_PLACE_PREPOSITIONS = {"in", "at", "near", "outside", "inside", "off"}
_EMPTY = {"thing", "way", "one", "part", "time", "lot"}
_NEGATING = {"no", "never", "nobody", "nothing", "none", "neither", "hardly", "scarcely", "barely"}
_LEAST_WORDS = 2
_PLACE_KINDS = {"place", "country"}


class Predicate(msgspec.Struct, frozen=True):
    """The main word of a claim (``span``, ``stems``), the verbs that govern it, and what stands around it.

    ``agents`` and ``patients`` hold actor ids and stems of head nouns, active and passive alike. ``words`` holds the
    stems of the content words of the claim but for dates, numbers and words that say little. ``past`` tells that it is
    put as having happened, ``negations`` how many negating words it has anywhere. ``people`` holds the common nouns,
    with what stands right before them, by which it names the people who do it or undergo it. ``topic`` holds the
    subject's head noun with each actor in its phrase ("ties between A and B": ``tie:A``, ``tie:B``). ``objects`` holds
    the direct object: the actors that its head names, else the stems of its phrase but for names.
    ``modals`` holds the modal verbs, ``nations`` the countries whose the subject is ("Russian ships").
    """

    span: Span
    stems: frozenset[str]
    governors: frozenset[str]
    agents: frozenset[str]
    patients: frozenset[str]
    times: tuple[TimeExpression, ...]
    places: tuple[Mention, ...]
    words: frozenset[str]
    past: bool
    negations: int
    is_copula: bool
    is_light: bool
    people: tuple[Span, ...]
    topic: frozenset[str]
    modals: frozenset[str]
    objects: frozenset[str]
    nations: frozenset[str]

    @property
    def days(self) -> list[str]:
        """The dates (TIMEX3 values) at which it is put."""
        return [t.value for t in self.times if t.value and t.type == "DATE"]

    def shares_subject(self, other: Predicate) -> bool:
        """Whether both tell of the same doer, or else of the same thing done to, and not of two countries' ones."""
        foreign = self.nations and other.nations and not self.nations & other.nations
        return not foreign and bool(self.agents & other.agents or self.patients & other.patients)

    def has_other_object(self, other: Predicate) -> bool:
        """Whether both are done to something, and their objects have nothing in common ("a desk job", "the ministry").

        An actor may be what the other describes: that leaves it open.
        """
        described = [{o for o in p.objects if o[0] == "~"} for p in (self, other)]
        comparable = bool(described[0]) == bool(described[1])
        return bool(self.objects and other.objects) and comparable and not self.objects & other.objects

    def says_nearly_the_same(self, other: Predicate) -> bool:
        """Whether most of what both say together is in both (at least 0.6), and neither is scant."""
        return self._share(other, _weight(self.words | other.words)) >= 0.6

    def is_covered_by(self, other: Predicate) -> bool:
        """Whether much of what the lesser of the two says is in both (at least 0.45), and neither is scant."""
        return self._share(other, min(_weight(self.words), _weight(other.words))) >= 0.45

    def _share(self, other: Predicate, whole: float) -> float:
        """The weight of what both say as a share of the whole; 0 where either is scant."""
        enough = min(len(self.words), len(other.words)) >= _LEAST_WORDS
        return _weight(self.words & other.words) / whole if enough and whole else 0.0


def _weight(words: Iterable[str]) -> float:
    """The summed rarity of stems, rounded so that the order of summing cannot show."""
    return round(fsum(rarity(w) for w in words), 9)


def predicate(account: Indexed, spans: Sequence[Span]) -> Predicate:
    """Read the predicate of what the spans say."""
    inside = account.tokens_in(spans)
    head = account.head_of(spans)
    main, governors = _main(account, head, set(inside))
    chain = {head, main}
    agents, patients = _participants(account, chain, set(inside))
    return Predicate(
        span=_verb_group(account, head, main),
        stems=frozenset(s for verb in (main, *account.joined(main)) for s in _stems(account, verb)),
        governors=frozenset(governors),
        agents=frozenset(agents),
        patients=frozenset(patients),
        times=tuple(t for t in account.times_in(spans) if _attached(account, t.span, chain)),
        places=tuple(_places(account, spans, chain)),
        people=tuple(_people(account, chain, set(inside))),
        topic=frozenset(_topic(account, chain)),
        objects=frozenset(_objects(account, main, set(inside))),
        nations=frozenset(_nations(account, chain)),
        modals=frozenset(_modals(account, chain)),
        is_light=account.tokens[main].lemma.lower() in LIGHT,
        is_copula=account.tokens[main].lemma.lower() in {"be", "have"},
        past=_is_past(account, {head, main}),
        negations=sum(account.tokens[i].dep == "neg" or account.word(i) in _NEGATING for i in inside),
        words=frozenset(_words(account, spans, inside)),
    )


def statement(indexed: Indexed, spans: Sequence[Span]) -> Statement:
    """The evidence of the statement that the spans make."""
    told = predicate(indexed, spans)
    counted = indexed.quantities_in(spans)
    mentions = indexed.mentions_in(spans)
    named = {i for m in mentions if m.form != "nominal" for i in indexed.token_range(m.span)}
    named |= {i for t in indexed.times_in(spans) for i in indexed.token_range(t.span)}
    others = [indexed.tokens[i] for i in indexed.tokens_in(spans) if i not in named]
    plain = [t for t in others if t.pos in CONTENT_POS and t.pos != "PROPN" and t.lemma.strip()]
    names = {f"name:{t.lemma.lower()}" for t in others if t.pos == "PROPN"}
    return Statement(
        article=indexed.article.id,
        text=" ".join(s.text for s in spans),
        words=frozenset(stem(t.lemma) for t in plain),
        events=frozenset(stem(t.lemma) for t in plain if t.pos in EVENT_POS and t.lemma.lower() not in LIGHT),
        actors=frozenset(m.actor for m in mentions) | names,
        heads=told.stems,
        participants=told.agents | told.patients,
        topic=told.topic,
        counts=frozenset(_counts(indexed, counted)),
        quantities=counted,
        times=frozenset(
            t.value for t in indexed.times_in(spans) if t.value and t.type == "DATE" and t.value[:1] != "P"
        ),
    )


def _verb_group(account: Indexed, head: int, main: int) -> Span:
    """The main word with the auxiliaries, negations and hedges right before it: "did not use", "allegedly fired"."""
    first = main
    while first - 1 >= 0:
        before = account.tokens[first - 1]
        if before.dep == "advmod" and before.head == main and account.tokens[first - 2].dep in {"aux", "neg"}:
            # "has not yet approved"
            first -= 1
            continue
        telling = before.dep in {"aux", "auxpass", "neg"} or before.lemma.lower() in HEDGING
        if not (telling and before.head in {head, main, first}) and not (first - 1 == head or before.dep == "aux"):
            break
        first -= 1
    return account.article.span(account.tokens[first].start, account.tokens[main].end)


def _counts(account: Indexed, counted: Iterable[Quantity]) -> Iterator[str]:
    """What counted people do or undergo: "31 people were injured" counts ``injur undergoer``."""
    for quantity in counted:
        role = account.role(quantity.span)
        if names_people(quantity.unit, quantity.unit + "s") and role in {"doer", "undergoer"}:
            yield from (f"{governor} {role}" for governor in sorted(account.governor(quantity.span) - LIGHT))


def _is_past(account: Indexed, chain: set[int]) -> bool:
    """Whether the verb is in the past or perfect, and no modal stands before it."""
    near = [account.tokens[i] for verb in chain for i in (verb, *account.children(verb))]
    tags = {t.tag for t in near if t.pos in {"VERB", "AUX"}}
    perfect = any(t.dep == "aux" and t.lemma.lower() == "have" for t in near)
    return "MD" not in tags and ("VBD" in tags or perfect)


def _main(account: Indexed, head: int, members: set[int]) -> tuple[int, list[str]]:
    """The word that says what happens: behind verbs of planning, trying and beginning stands the one they govern."""
    governors: list[str] = []
    while True:
        tokens = account.tokens
        # "was ready to work": the adjective's complement says what happens.
        through = [i for i in account.children(head) if tokens[i].dep == "acomp" and tokens[head].lemma.lower() == "be"]
        inner = [
            i
            for above in (head, *through)
            for i in account.children(above)
            if tokens[i].dep == "xcomp" and i in members and tokens[i].pos == "VERB"
        ]
        if not inner:
            return head, governors
        governors.append(tokens[head].lemma.lower())
        head = inner[0]


def _stems(account: Indexed, main: int) -> Iterator[str]:
    """The stem of the main word; of its object or complement where the word alone says little (``hold talks``)."""
    token = account.tokens[main]
    if token.lemma.lower() not in LIGHT:
        yield stem(token.lemma)
        return
    for i in account.children(main):
        child = account.tokens[i]
        if child.dep in _OBJECT | {"acomp"} and child.lemma.lower() not in LIGHT and child.pos in CONTENT_POS:
            yield stem(child.lemma)


def _participants(account: Indexed, chain: set[int], members: set[int]) -> tuple[set[str], set[str]]:
    agents: set[str] = set()
    patients: set[str] = set()
    for verb in sorted(chain):
        # In "the club was given no tickets" the club undergoes it; tickets would make any two such sentences alike.
        passive = any(account.tokens[i].dep in _PASSIVE for i in account.children(verb))
        for i in account.children(verb):
            dep = account.tokens[i].dep
            if dep in _SUBJECT:
                agents |= set(_named(account, i))
            elif dep in _PASSIVE or (dep in _OBJECT and i in members and not passive):
                patients |= set(_named(account, i))
            elif dep == "agent":
                agents |= {name for j in account.children(i) for name in _named(account, j)}
    return agents, patients


def _words(account: Indexed, spans: Sequence[Span], inside: Sequence[int]) -> Iterator[str]:
    """The stems of the content words, without the dates and numbers that may be what two claims differ in."""
    dated = {i for t in account.times_in(spans) for i in account.token_range(t.span)}
    for i in inside:
        token = account.tokens[i]
        if token.pos in CONTENT_POS and token.pos != "NUM" and i not in dated and token.lemma.lower() not in LIGHT:
            yield stem(token.lemma)


def _topic(account: Indexed, chain: set[int]) -> Iterator[str]:
    for verb in sorted(chain):
        for i in account.children(verb):
            token = account.tokens[i]
            if token.dep in _SUBJECT | _PASSIVE and token.pos == "NOUN":
                inside = {m.actor for j in account.subtree(i) for m in account.mentions_at(account.tokens[j].start)}
                yield from sorted(f"{stem(token.lemma)}:{actor}" for actor in inside)


def _modals(account: Indexed, chain: set[int]) -> Iterator[str]:
    """The modal verbs before the verb, wherever an adverb stands ("could also")."""
    yield from (account.word(i) for verb in chain for i in account.children(verb) if account.tokens[i].tag == "MD")


def _nations(account: Indexed, chain: set[int]) -> Iterator[str]:
    subjects = [i for verb in chain for i in account.children(verb) if account.tokens[i].dep in _SUBJECT | _PASSIVE]
    for i in (j for subject in subjects for j in account.children(subject)):
        if account.tokens[i].dep in {"amod", "compound", "nmod", "poss"}:
            named = account.mentions_at(account.tokens[i].start)
            yield from sorted(m.actor for m in named if account.kind(m.actor) == "country")


def _objects(account: Indexed, main: int, members: set[int]) -> Iterator[str]:
    """The actors that the direct object's head names, else the stems of its phrase but for names, each behind a ~."""
    for i in account.children(main):
        if account.tokens[i].dep not in {"dobj", "obj", "ccomp"} or i not in members:
            continue
        named = {m.actor for m in account.mentions_at(account.tokens[i].start)}
        if named:
            yield from sorted(named)
            continue
        for j in sorted(account.subtree(i) & members):
            token = account.tokens[j]
            if token.pos in {"NOUN", "VERB", "ADJ"} and token.lemma.lower() not in LIGHT | _EMPTY:
                yield f"~{stem(token.lemma)}"


def _people(account: Indexed, chain: set[int], members: set[int]) -> Iterator[Span]:
    """Noun phrases for unnamed people among the participants: "striking miners", not "Mayor Dow" or "they"."""
    for verb in sorted(chain):
        for i in account.children(verb):
            token = account.tokens[i]
            word = account.article.text[token.start : token.end]
            if i not in members or token.dep not in _SUBJECT | _PASSIVE | _OBJECT or token.pos != "NOUN":
                continue
            if names_people(token.lemma.lower(), word) and not account.mentions_at(token.start):
                before = [j for j in account.children(i) if account.tokens[j].dep in {"amod", "compound"} and j < i]
                first = min([j for b in before for j in account.subtree(b)] + [i])
                yield account.article.span(account.tokens[first].start, token.end)


def _named(account: Indexed, noun: int) -> Iterator[str]:
    """The actors that a noun phrase's head (or a noun joined to it by "and") names, else the stem of the head."""
    token = account.tokens[noun]
    mentions = [m for m in account.mentions_at(token.start) if m.span.end <= max(token.end, m.span.end)]
    if mentions:
        yield from sorted({m.actor for m in mentions})
    elif token.pos in {"NOUN", "PROPN", "NUM"} and token.lemma.lower() not in _EMPTY:
        yield stem(token.lemma)
    for i in account.children(noun):
        if account.tokens[i].dep == "conj":
            yield from _named(account, i)


def _attached(account: Indexed, span: Span, chain: set[int]) -> bool:
    """Whether the nearest verb above a span is one of the chain."""
    inside = account.token_range(span)
    if not inside:
        return False
    return account.verb_above(account.top(inside)) in chain


def _places(account: Indexed, spans: Sequence[Span], chain: set[int]) -> Iterable[Mention]:
    for mention in account.mentions_in(spans):
        if mention.form != "name" or account.kind(mention.actor) not in _PLACE_KINDS:
            continue
        top = account.top(account.token_range(mention.span))
        preposition = account.tokens[top].head
        if (
            account.tokens[preposition].lemma.lower() in _PLACE_PREPOSITIONS
            and account.tokens[preposition].head in chain
        ):
            yield mention
