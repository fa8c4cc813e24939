"""Who does what to whom as syntax shows it: a frame for each verb, and each noun that names a deed, with its parts.

A frame's *clause* is what the deed is told in: what depends on its head, but for clauses that tell a thing of their
own. Its *agents* and *patients* are the heads of the phrases that name them; a frame may lack either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Token

from rashomon.data.event_nouns import names_people
from rashomon.data.plover import BINDING, DEED_NOUNS, FUTURE, MEETING_NOUNS, MODES, SAYING

Names = Callable[[Token], bool]
"""Whether a word is the head of a phrase that names somebody."""

_VERBAL = frozenset({"VERB", "AUX"})
_RELATIVE = frozenset({"who", "which", "that"})
_OWN_CLAUSE = frozenset({"relcl", "advcl", "parataxis", "csubj"})
_SHARES = frozenset({"conj", "advcl", "xcomp", "pcomp", "acl"})
# Prepositions that lead to whom a deed is done to, the surest first.
_TOWARDS = "against with between on upon to toward towards for at from of into over in".split()
_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
_OBJECTS = frozenset({"dobj", "dative", "obj"})
# Verbs of which the object is what is talked about.
_TOPICAL = frozenset({"discuss", "debate", "address", "raise", "broach"})
_PERSONAL = frozenset({"he", "she", "it", "they", "we", "i"})
_UNREAL = frozenset({"if", "unless", "whether"})
_BEFORE = frozenset({"amod", "compound", "nmod"})
_LONGEST = 48  # words of a clause
_DEEPEST = 6  # steps from a verb to the one it takes its subject from


@dataclass(slots=True)
class Frame:
    """One deed: its head, who does it to whom (heads of phrases) and the words it is told in, in order.

    ``steps`` are the verbs from the head down to the one that says what is done ("agreed to hold": both). ``told`` are
    the words that name the agents and the patients, where they are known better than by syntax.
    """

    head: Token
    agents: tuple[Token, ...]
    patients: tuple[Token, ...]
    clause: tuple[Token, ...]
    steps: tuple[Token, ...]
    told: tuple[set[int], set[int]] | None = None

    def marked(self, within: Iterable[Token] | None = None) -> list[tuple[str, str]]:
        """The words of the clause, or of ``within``, and their lemmas; ``A`` is who does it, ``B`` whom it is done to.

        The deed is told by the rest. What negates it is left out, unless it is of the future ("will not accept").
        """
        marks = dict.fromkeys(self.patient_words(), "B") | dict.fromkeys(self.agent_words(), "A")
        left_out = {t.i for t in self.negations()} if not self.is_ahead() else set()
        found: list[tuple[str, str]] = []
        for token in self.clause if within is None else within:
            mark = marks.get(token.i)
            if token.i in left_out or token.is_space or (mark and found and found[-1][0] == mark):
                continue
            found.append((mark, mark) if mark else (token.text, token.lemma_.lower()))
        return found

    def agent_words(self) -> set[int]:
        """The words that name who does it, with the clauses that tell more of them."""
        return self.told[0] if self.told else {t.i for head in self.agents for t in head.subtree}

    def patient_words(self) -> set[int]:
        """The same of whom it is done to."""
        return self.told[1] if self.told else {t.i for head in self.patients for t in head.subtree}

    def negations(self) -> list[Token]:
        """What negates the head: "not", "never"; or that nobody does it."""
        return [c for c in self.steps[0].children if c.dep_ == "neg" or (c.dep_ in _SUBJECTS and is_nobody(c))]

    def is_ahead(self) -> bool:
        """Whether a modal or an infinitive puts the deed in the future."""
        return any(c.dep_ == "aux" and c.lower_ in FUTURE for c in self.head.children)


def is_nobody(subject: Token) -> bool:
    """Whether a noun stands for nobody: "no minister"."""
    return subject.lower_ in {"nobody", "none"} or any(c.dep_ == "det" and c.lower_ == "no" for c in subject.children)


def frames(doc: Doc, names: Names) -> Iterator[Frame]:
    """The frames of a document, in the order of their heads; none of what is only supposed ("if they attack")."""
    for token in doc:
        if token.pos_ in _VERBAL:
            if _tells(token):
                yield _verbal(token, names)
        elif token.pos_ == "NOUN" and token.lemma_.lower() in DEED_NOUNS:
            yield _nominal(token, names)


def phrase(head: Token) -> list[Token]:
    """The words of a noun phrase, without the clauses that hang on it, or a place or date that hangs on a name."""
    cut = {
        t.i
        for child in head.subtree
        if (child.dep_ in {"relcl", "acl", "advcl"} or _is_adverbial(child)) and child.i > head.i
        for t in child.subtree
    }
    found = [t for t in head.subtree if t.i not in cut]
    while len(found) > 1 and (found[-1].is_punct or found[-1].is_space or found[-1].tag_ == "POS"):
        found.pop()
    while len(found) > 1 and (found[0].is_punct or found[0].is_space):
        found.pop(0)
    return found


def _is_adverbial(child: Token) -> bool:
    """Whether a preposition behind a name belongs to the deed: "met Jan Brill in Velm"."""
    return child.dep_ == "prep" and child.head.pos_ == "PROPN" and child.lower_ in {"in", "at", "on", "near", "after"}


def _tells(verb: Token) -> bool:
    if verb.dep_ in {"aux", "auxpass", "xcomp", "amod", "compound"} or verb.tag_ == "MD":
        return False
    if verb.pos_ == "AUX" and not any(c.dep_ in {"acomp", "prep", "xcomp"} for c in verb.children):
        return False
    above = [verb, *verb.ancestors]
    return not any(c.lower_ in _UNREAL for a in above if a.pos_ in _VERBAL for c in a.children if c.dep_ == "mark")


def _verbal(verb: Token, names: Names) -> Frame:
    steps = _steps(verb)
    clause = _clause(verb)
    agents, patients = _subjects(verb)
    # In "sanctions imposed on Velm" a deed is done, and Velm undergoes it.
    if not patients or all(p.lemma_.lower() in DEED_NOUNS and not names(p) for p in patients):
        inside = {t.i for t in clause} | {t.i for p in patients for t in p.subtree}
        taken = {t.i for a in agents for t in a.subtree}
        patients = next(([t] for t in _below(patients) if names(t)), []) or _patients(steps, names, taken, inside)
    return Frame(verb, tuple(_joined(agents)), tuple(_joined(patients)), clause, steps)


def _steps(verb: Token) -> tuple[Token, ...]:
    steps = [verb]
    while True:
        below = [
            c
            for up in (steps[-1], *(c for c in steps[-1].children if c.dep_ == "acomp"))
            for c in up.children
            if c.dep_ == "xcomp" and c.pos_ in _VERBAL
        ]
        if not below or len(steps) > _DEEPEST:
            return tuple(steps)
        steps.append(below[0])


def _clause(head: Token) -> tuple[Token, ...]:
    cut: set[int] = set()
    for token in head.subtree:
        if token is head or token.i == head.i:
            continue
        own = token.dep_ in _OWN_CLAUSE or (token.dep_ == "conj" and token.pos_ in _VERBAL)
        if own:
            cut.update(t.i for t in token.subtree)
    words = [t for t in head.subtree if t.i not in cut and not t.is_space]
    if len(words) > _LONGEST:
        at = next(n for n, t in enumerate(words) if t.i == head.i)
        start = max(0, min(at - _LONGEST // 2, len(words) - _LONGEST))
        words = words[start : start + _LONGEST]
    if head.dep_ == "acl":  # "sanctions imposed on Velm": the noun says what is done
        words.insert(0, head.head)
    while len(words) > 1 and words[-1].is_punct:
        words.pop()
    while len(words) > 1 and (words[0].is_punct or words[0].dep_ in {"cc", "mark"}):
        words.pop(0)
    return tuple(words)


def _subjects(verb: Token, depth: int = 0) -> tuple[list[Token], list[Token]]:
    """Who does it, and in the passive whom it is done to."""
    children = list(verb.children)
    passive = [_antecedent(c, verb) for c in children if c.dep_ == "nsubjpass"]
    doers = [_antecedent(c, verb) for c in children if c.dep_ == "nsubj"]
    doers += [p for c in children if c.dep_ == "agent" for p in c.children if p.dep_ == "pobj"]
    if verb.dep_ == "acl":
        if verb.tag_ == "VBN":
            return doers, [*passive, verb.head]
        noun = verb.head
        if noun.dep_ in _OBJECTS and noun.head.pos_ in _VERBAL and depth < _DEEPEST:
            return doers or _subjects(noun.head, depth + 1)[0], passive
        return doers or [noun], passive
    if doers or passive:
        return [one for d in doers for one in (_speaker(d, verb), *_joined([d])[1:])], passive
    if accused := accused_of(verb):
        return accused, []
    if verb.dep_ in _SHARES and depth < _DEEPEST:
        above = verb.head
        while above.pos_ not in _VERBAL and above.head.i != above.i:
            above = above.head
        if above.pos_ in _VERBAL:
            doers, passive = _subjects(above, depth + 1)
            undergoes = verb.tag_ == "VBN" and bool(passive)
            return ([], passive) if undergoes else (doers or passive, [])
    return [], []


def accused_of(verb: Token) -> list[Token]:
    """Who is said to have done what a verb tells, where it is an accusation: "accused Lind of releasing it"."""
    leads = verb.head
    if verb.dep_ != "pcomp" or leads.lower_ not in {"of", "for"}:
        return []
    above = next((t for t in leads.ancestors if t.pos_ in _VERBAL), None)
    if above is None or above.lemma_.lower() not in MODES["ACCUSE"]:
        return []
    passive = [c for c in above.children if c.dep_ == "nsubjpass"]
    return passive or [c for c in above.children if c.dep_ in _OBJECTS]


def _antecedent(subject: Token, verb: Token) -> Token:
    """What a relative pronoun stands for."""
    return verb.head if subject.lower_ in _RELATIVE and verb.dep_ == "relcl" else subject


def _speaker(subject: Token, verb: Token) -> Token:
    """Of "they said they would leave", whoever "they" are, the one is the other."""
    above = verb.head
    if subject.lower_ in _PERSONAL and verb.dep_ == "ccomp" and above.lemma_.lower() in SAYING:
        return next((c for c in above.children if c.dep_ == "nsubj"), subject)
    return subject


def _patients(steps: Iterable[Token], names: Names, taken: set[int], inside: set[int]) -> list[Token]:
    """Whom it is done to: the first place in the clause, from the likeliest on, that names somebody.

    Where none does, the object, whatever it is.
    """
    rest: list[Token] = []
    for verb in steps:
        if asks(verb):
            found = [c for c in _complements(verb) if names(c)]
            if found:
                return found[:1]
        objects = [c for c in verb.children if c.dep_ in _OBJECTS and c.i not in taken and c.lower_ not in _RELATIVE]
        topic = verb.lemma_.lower() in _TOPICAL
        people = [o for o in objects if o.pos_ == "NOUN" and names_people(o.lemma_.lower(), o.text) and o.i in inside]
        if people and not topic:
            return people[:1]
        below = () if topic else (*objects, *_below(objects))
        for place in (*below, *_led_to([verb]), *_complements(verb)):
            if place.i in inside and place.i not in taken and names(place):
                return [place]
        rest += [o for o in objects if o.pos_ != "PRON" and o.i in inside]
    return rest[:1]


def asks(verb: Token) -> bool:
    """Whether somebody says what must be: "Lind said Velm must pay"."""
    if verb.lemma_.lower() not in SAYING:
        return False
    below = [c for c in verb.children if c.dep_ == "ccomp" and not any(t.is_quote for t in c.subtree)]
    return any(m.lemma_.lower() in BINDING for c in below for m in c.children if m.dep_ == "aux")


def _below(objects: Iterable[Token]) -> Iterator[Token]:
    """Within an object: whose it is, and what its prepositions lead to."""
    for object_ in objects:
        yield from (c for c in object_.children if c.dep_ == "poss")
        yield from _led_to([object_])
        yield from (c for c in object_.children if c.dep_ in {"amod", "compound", "nmod"})


def _led_to(heads: Iterable[Token]) -> Iterator[Token]:
    """The nouns behind the prepositions of some words, and behind those of these nouns."""
    found = [(p, c) for h in heads for p in h.children if p.dep_ in {"prep", "dative"} for c in p.children
             if c.dep_ in {"pobj", "pcomp"} and p.lower_ in _TOWARDS]  # fmt: skip
    for _, noun in sorted(found, key=lambda pair: (_TOWARDS.index(pair[0].lower_), pair[0].i)):
        yield noun
        yield from (c for c in noun.children if c.dep_ == "poss")
        yield from _led_to([noun])


def _complements(verb: Token) -> Iterator[Token]:
    """Whom a clause is about that a verb governs: "urged Velm to leave", "demanded that Velm leave"."""
    for clause in verb.children:
        if clause.dep_ in {"ccomp", "xcomp", "advcl"}:
            yield from (c for c in clause.children if c.dep_ in {"nsubj", "nsubjpass"})
            if clause.dep_ == "ccomp":
                yield from (c for c in clause.children if c.dep_ in _OBJECTS)


def _nominal(noun: Token, names: Names) -> Frame:
    """A deed that a noun names: "Ambley's talks with Velm", "the attack by rebels on the port"."""
    led = {p.lower_: [c for c in p.children if c.dep_ == "pobj"] for p in noun.children if p.dep_ in {"prep", "agent"}}
    owners = [c for c in noun.children if c.dep_ == "poss" and names(c)]
    # "Lind and Kast's talks": the parser has one of them hang on the noun.
    owners = [c for c in noun.children if owners and c.dep_ == "nmod" and names(c)] + owners
    owners = owners or [t for c in noun.children if c.dep_ in _BEFORE for t in c.subtree if names(t)]
    agents = owners or led.get("by", []) or _between(noun, names) or [t for t in led.get("of", []) if names(t)]
    taken = {t.i for a in agents for t in a.subtree}
    patients = [t for t in _led_to([noun]) if t.i not in taken and t.head.lower_ != "of" and names(t)]
    if not agents and patients:
        agents = [a for a in _around(noun) if a.i not in {t.i for p in patients for t in p.subtree}]
    return Frame(noun, tuple(_joined(agents)), tuple(_joined(patients[:1])), _clause(noun), (noun,))


def _between(noun: Token, names: Names) -> list[Token]:
    """Both of those between whom it is; the first may hang on the second as if it were its title."""
    led = [c for p in noun.children if p.lower_ == "between" for c in p.children if c.dep_ == "pobj"]
    first = [c for one in led for c in one.children if c.dep_ in {"nmod", "conj"} and names(c)]
    return sorted([*led, *first], key=lambda t: t.i)


def _around(noun: Token) -> list[Token]:
    """Who takes part in what a noun names, said beside it: "after talks with Velm, the minister said"."""
    if noun.dep_ == "nsubj":  # of two subjects the parser has taken one for what stands before the other
        return [c for c in noun.head.children if c.dep_ == "nsubj" and c.i != noun.i]
    if noun.dep_ == "dobj":
        return _subjects(noun.head)[0] if noun.lemma_.lower() in MEETING_NOUNS else []
    preposition = noun.head
    verb = preposition.head
    if noun.dep_ != "pobj" or preposition.lower_ not in {"after", "during", "before", "in", "at"}:
        return []
    return _subjects(verb)[0] if verb.pos_ in _VERBAL else []


def _joined(heads: Iterable[Token]) -> list[Token]:
    """With the nouns that "and" joins to them."""
    found: list[Token] = []
    for head in heads:
        found.append(head)
        # An apposition may have come between: "Lind, the envoy, and Kast".
        for one in (head, *(c for c in head.children if c.dep_ == "appos")):
            found += [c for c in one.conjuncts if c.i > head.i and c.pos_ in {"NOUN", "PROPN", "PRON"}]
    return list(dict.fromkeys(found))
