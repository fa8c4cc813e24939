"""Whom a speaker's phrase means: a name, an office, a description or a pronoun, or somebody the text does not name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Doc
from spacy.tokens import Span as SpacySpan

from rashomon.annotate._cast import Cast, Form, Player, Use
from rashomon.annotate._descriptions import EPITHETS, PEOPLE_NOUNS, Descriptions
from rashomon.annotate._holders import apposed_name, core_of, holders
from rashomon.annotate._names import ORGANISATION_WORDS
from rashomon.annotate._offices import Office
from rashomon.annotate._scene import GENDERED, Scene
from rashomon.annotate._words import Words
from rashomon.data.countries import entry_at
from rashomon.data.names import fold
from rashomon.data.names import words as name_words
from rashomon.data.offices import office_heads
from rashomon.types import ActorKind

_PRONOUNS = frozenset({"he", "she", "it", "they", "him", "her", "them", "his", "their", "its"})
_PERSONAL = frozenset({"i", "we", "you", "one", "us", "me", "this", "that", "these", "those", "there", "which", "what"})
_DETERMINERS = frozenset(
    {"the", "a", "an", "this", "that", "these", "those", "some", "his", "her", "its", "their", "our"}
)
_INDEFINITE = frozenset(
    "a an another some one two three four five several many few any other most no all both more".split()
)
_ORGANISATION_NOUNS = ORGANISATION_WORDS | frozenset(
    "firm business bureau regime watchdog retailer carrier airline lender automaker manufacturer publisher broadcaster "
    "outlet website site blog paper daily weekly channel station tabloid think-tank nonprofit charity union panel body "
    "militia faction coalition bloc insurer team legislature military organisers judiciary presidency militants "
    "report statement document memo letter poll survey study indictment complaint filing lawsuit email article "
    "editorial release account transcript text book ad ruling order law bill resolution tweet post message study story "
    "data figure video recording cable dispatch note petition brief side world public electorate team crew delegation "
    "family couple crowd jury majority minority camp readout research analysis".split()
)
# How an organisation is taken up again: a word that its name contains, or one that fits any.
_GENERIC = frozenset(
    "company firm group organisation organization agency newspaper paper bank party service body network union airline "
    "university magazine tabloid daily weekly carrier retailer automaker manufacturer chipmaker lender".split()
)
_PRESS = frozenset("newspaper paper magazine tabloid daily weekly".split())
_FIRMS = frozenset("company firm airline bank carrier retailer automaker manufacturer chipmaker lender".split())
_PRESS_NAMES = frozenset(
    "times post news journal herald tribune magazine newspaper network radio television tv press gazette telegraph "
    "guardian courier daily observer star sun mirror enquirer wire "
    "cnn cnbc nbc msnbc cbs abc bbc npr fox reuters bloomberg".split()
)
_PUBLIC = frozenset(
    "ministry department senate congress house court party parliament police university army union commission "
    "committee council agency administration office service".split()
)
_MANY = frozenset({"people", "police", "some", "many", "others", "both"})
_QUANTITIES = frozenset("quarter third half number percent majority dozen handful couple group pair".split())
_NOBODY = frozenset(
    "some many most others other few several everyone everybody someone somebody anyone anybody nobody none each both "
    "all those these two three four five half either neither".split()
)
# Nouns in -er and -or that are no people.
_THINGS = frozenset(
    "matter letter paper order offer number quarter corner center chapter power factor error floor door river water "
    "weather winter summer september october november december answer border career computer counter cover danger "
    "disaster dinner effort encounter finger gender hour labor layer murder paper picture poster prayer remainder "
    "rumor shelter sector shoulder terror timber tower transfer trigger user-error vector behavior color favor honor "
    "humor minor monitor motor odor savior".split()
)
# What is read out for who wrote it.
_DOCUMENTS = frozenset(
    "statement memo letter email e-mail message post tweet report poll survey release note text".split()
)
_AGED = 100  # sentences within which an age is still known
_COUNTRY_NOUNS = frozenset({"country", "nation", "government", "kingdom", "state", "republic"})
_NAME_WORDS = re.compile(r"[\w.-]+")
_STOPS = re.compile(r"^(?:,|\(|\)|--?|–|—|;|:|who|whom|whose|which|that)$")


def resolve(doc: Doc, cast: Cast, speaker: SpacySpan, said: Sequence[tuple[int, int]] = ()) -> str | None:
    """The actor's id (see ``mentions.resolve_speaker``); records the mention and remembers who spoke."""
    words: Words = doc.user_data["rashomon_words"]
    phrase = _Phrase.of(words, speaker)
    if phrase is None:
        return None
    if "rashomon_resolver" not in doc.user_data:
        doc.user_data["rashomon_resolver"] = _Resolver(words, cast, doc.user_data["rashomon_offices"])
    resolver: _Resolver = doc.user_data["rashomon_resolver"]
    player, form = resolver.resolve(phrase, said)
    if player is None:
        return None
    if form is not None:
        start, end = words.start[phrase.first], words.end[phrase.last]
        cast.use(Use(start, end, phrase.first, phrase.last, player, form))
        cast.publish(doc)
    cast.spoken[phrase.root] = player
    return player.id


def observe_pronouns(words: Words, cast: Cast) -> None:
    """Let pronouns that can refer to one person only tell that person's gender."""
    people: dict[int, list[Use]] = {}
    for use in cast.ordered():
        if use.player.kind == "person" and use.form == "name":
            people.setdefault(words.sentence[use.first], []).append(use)
    for i, lower in enumerate(words.lower):
        gender = GENDERED.get(lower)
        if gender is None:
            continue
        near = [u for s in (words.sentence[i] - 1, words.sentence[i]) for u in people.get(s, ()) if u.last < i]
        if near and all(u.player is near[0].player for u in near):
            near[0].player.genders[gender] += 1


@dataclass(frozen=True, slots=True)
class _Phrase:
    """The nominal core of a speaker's span: words ``first`` to ``last``, its head ``root``; no appositions.

    ``whole`` is the last word of all that was given.
    """

    first: int
    last: int
    root: int
    whole: int

    @classmethod
    def of(cls, words: Words, span: SpacySpan) -> _Phrase | None:
        first, last = _behind_dateline(words, span.start, span.end), span.end - 1
        while first <= last and not any(c.isalnum() for c in words.text[first]):
            first += 1
        while last >= first and not any(c.isalnum() for c in words.text[last]):
            last -= 1
        if first > last:
            return None
        root = _root(words, first, last)
        whole = last
        for i in range(max(first, root) + 1, last + 1):
            if _STOPS.match(words.lower[i]) and not _inside_word(words, i):
                last = i - 1
                break
        return cls(first, max(last, root), root, whole)


def _may_be_called(noun: str, player: Player) -> bool:
    """No newspaper is "the company", no ministry "the newspaper"."""
    words = set(player.name.lower().split())
    if noun in _PRESS:
        return not words & (ORGANISATION_WORDS - _PRESS_NAMES)
    return noun not in _FIRMS or not words & (_PRESS_NAMES | _PUBLIC)


def _behind_dateline(words: Words, first: int, end: int) -> int:
    """Where a phrase begins that the parser took together with the place of writing ("OSLO — Ana Petrov")."""
    i = first
    while i < end and (words.text[i].isupper() or words.text[i] in (",", ".", "(", ")")):
        i += 1
    return i + 1 if first < i < end - 1 and words.text[i] in ("—", "–", "--") else first


def _inside_word(words: Words, i: int) -> bool:
    """A hyphen with no white space around it."""
    return words.text[i] == "-" and words.end[i - 1] == words.start[i]


def _root(words: Words, first: int, last: int) -> int:
    for i in range(first, last + 1):
        outward = not first <= words.head[i] <= last or words.head[i] == i
        if outward and words.pos[i] in ("NOUN", "PROPN", "PRON", "NUM", "ADJ", "DET"):
            return i
    return last


def _joined(name: str) -> tuple[str, ...]:
    """The folded words of a full name as one, either way round."""
    parts = ["".join(c for c in word if c.isalpha()) for word in name_words(name)]
    return ("".join(parts), "".join(parts[1:] + parts[:1])) if len(parts) > 1 else ()


class _Resolver:
    def __init__(self, words: Words, cast: Cast, offices: list[Office]) -> None:
        self._words = words
        self._cast = cast
        self._offices = offices
        self._scene = Scene(words, cast)
        self._called = Descriptions(words).of_people(cast.ordered())

    def resolve(self, phrase: _Phrase, said: Sequence[tuple[int, int]]) -> tuple[Player | None, Form | None]:
        """The actor meant, and the form of the mention to add (``None``: it is a mention already)."""
        words = self._words
        lower = words.lower[phrase.root]
        inserted = self._inserted(phrase)
        if inserted is not None:
            return inserted, "nominal"
        if words.text[phrase.first].startswith("@"):
            return self._of_handle(words.text[phrase.first]), "nominal"
        if lower == "old" and words.lower[phrase.first] == "the":
            return self._aged(phrase), "nominal"
        if phrase.first == phrase.last and (lower in _PRONOUNS or lower in _PERSONAL or lower == "who"):
            return self._pronoun(phrase.root, said), "pronoun"
        if self._is_pair(phrase):
            return self._pair(phrase)
        use, apposed = self._use_at_root(phrase), self._name_in_apposition(phrase)
        if use is not None and (apposed in (None, use.player) or use.form == "name"):
            return self._actor_of(use), None
        apposed = apposed or self._apposed_to(phrase) or self._issuer(phrase)
        if apposed is not None:
            return apposed, "nominal"
        office = next((o for o in self._offices if o.first <= phrase.root <= o.last), None)
        if office is not None and office.first <= phrase.root <= office.last:
            return self._office(phrase, office)
        return self._description(phrase)

    def _inserted(self, phrase: _Phrase) -> Player | None:
        """ "He [Mayor Petrov]": the one person whom the report names in brackets within quoted words."""
        words = self._words
        if "[" not in words.text[phrase.first : phrase.whole]:
            return None
        opened = words.text.index("[", phrase.first)
        within = [u for u in self._cast.uses.values() if opened < u.first and u.last <= phrase.whole]
        people = {u.player.id: u.player for u in within if u.form == "name" and u.player.kind == "person"}
        return next(iter(people.values())) if len(people) == 1 else None

    def _of_handle(self, handle: str) -> Player | None:
        """The one person whose names an account's handle joins: "@AnaPetrov", "@petrov_ana", "@RealAnaPetrov".

        Where nobody is called by such names, the one whom the text calls by the last of them alone: Petrov.
        """
        letters = "".join(c for c in fold(handle) if c.isalpha())
        people = self._cast.people()
        found = [player for player in people if any(form in letters for form in _joined(player.name))]
        if not found:
            last = fold(re.split(r"(?<=[a-z])(?=[A-Z])|_", handle.strip("@_"))[-1])
            found = [player for player in people if last and fold(player.name) == last != fold(handle.strip("@"))]
        return found[0] if len(found) == 1 else None

    # -- names -------------------------------------------------------------------------------------------------

    def _use_at_root(self, phrase: _Phrase) -> Use | None:
        """The mention that contains the phrase's head; a name before a role, the longer before the shorter."""
        fitting = [
            u
            for u in self._cast.uses.values()
            if u.first <= phrase.root <= u.last and u.form != "pronoun" and u.last <= phrase.last
        ]
        if not fitting:
            fitting = self._name_behind_office(phrase) or self._name_at_end(phrase)
        fitting = [u for u in fitting if u.form != "nationality" or u.last == phrase.last]
        return max(fitting, key=lambda u: (u.form != "nominal", u.last - u.first, u.form == "name"), default=None)

    def _name_behind_office(self, phrase: _Phrase) -> list[Use]:
        """The parser may take the office for the head of "Foreign Minister Ana Petrov"."""
        at_end = [u for u in self._cast.uses.values() if u.last == phrase.last and u.form == "name"]
        ends = {o.last for o in self._offices if phrase.first <= o.first <= phrase.root <= o.last}
        return [u for u in at_end if u.player.kind == "person" and u.first - 1 in ends]

    def _name_at_end(self, phrase: _Phrase) -> list[Use]:
        """A description in front of the only name of the phrase, joined or not."""
        ending = [u for u in self._cast.uses.values() if u.last == phrase.last and u.form == "name"]
        people = [u for u in ending if u.player.kind == "person"]
        if any(u.first - 1 == phrase.root and self._words.tag[phrase.root] == "NN" for u in people):
            return people
        coordinated = any(word in ("and", "or") for word in self._words.lower[phrase.first : phrase.last])
        return people if coordinated and self._one_person(phrase) else []

    def _name_in_apposition(self, phrase: _Phrase) -> Player | None:
        """ "Another partner, Ana Petrov of Velm": the description's holder, named behind a comma."""
        people = (u for u in self._cast.uses.values() if u.form == "name" and u.player.kind == "person")
        use = apposed_name(self._words, phrase.last, {u.first: u for u in people if u.last <= phrase.whole})
        return use.player if use is not None else None

    def _apposed_to(self, phrase: _Phrase) -> Player | None:
        """ "Ana Petrov, a senator who": the person whom the phrase describes."""
        words, root = self._words, phrase.root
        if words.dep[root] != "appos" or words.tag[root] in ("NNS", "NNPS"):
            return None
        behind = (u for u in self._cast.uses.values() if u.first <= words.head[root] <= u.last < phrase.first)
        return next((u.player for u in behind if u.form == "name" and u.player.kind == "person"), None)

    def _issuer(self, phrase: _Phrase) -> Player | None:
        """ "A memo from Mayor Ana Petrov": a document speaks for who is named as its author."""
        words, root = self._words, phrase.root
        if words.lemma[root].lower() not in _DOCUMENTS:
            return None
        by = next((i for i in range(root + 1, phrase.last) if words.lower[i] in ("from", "by")), None)
        if by is None or words.head[by] != root:
            return None
        named = [u for u in self._cast.uses.values() if by < u.first and u.last <= phrase.last and u.form == "name"]
        named = [u for u in named if words.head[u.last] == by and u.player.kind in ("person", "organisation")]
        return named[0].player if len(named) == 1 else None

    def _actor_of(self, use: Use) -> Player | None:
        """A capital that speaks is its government, wherever else it is a town; nobody where several bear a surname."""
        player = use.player
        if player.kind == "person" and " " not in player.name and len(self._cast.bearers(player.name)) > 1:
            return None
        if player.kind != "place":
            return player
        entry = entry_at(self._words.plain, use.start)
        if entry is None or entry.kind != "capital" or entry.country is None or entry.name == "Brussels":
            return player
        country = self._cast.country(entry.country)
        country.forms.setdefault(entry.name)
        self._cast.uses[(use.start, use.end)] = Use(use.start, use.end, use.first, use.last, country, "metonym")
        self._cast.publish(self._words.doc)
        return country

    def _is_pair(self, phrase: _Phrase) -> bool:
        """ "Petrov and Marlow": two heads, and not a name with "and" in it or two descriptions of one person."""
        words = self._words
        span = range(phrase.first, phrase.last + 1)
        joined = [i for i in span if words.dep[i] == "conj" and words.head[i] == phrase.root]
        joined = [i for i in joined if words.pos[i] in ("PROPN", "NOUN")]
        if not joined or not any(words.lower[i] in ("and", "or", "&") for i in span):
            return False
        if any(u.first <= phrase.root and joined[0] <= u.last for u in self._cast.uses.values()):
            return False
        return not self._one_person(phrase) and not self._two_offices(joined[0], phrase)

    def _pair(self, phrase: _Phrase) -> tuple[Player | None, Form | None]:
        """The two together, as a group of their own; "he and Marlow" is no name for one."""
        words = self._words
        if words.pos[phrase.root] == "PRON":
            return None, None
        return self._cast.unnamed(words.surface(phrase.first, phrase.last), "group", plural=True), "nominal"

    def _one_person(self, phrase: _Phrase) -> bool:
        """ "Real estate mogul and television star Rex Harmon": descriptions joined before a single name."""
        words = self._words
        inside = [u for u in self._cast.uses.values() if phrase.first <= u.first and u.last <= phrase.last]
        people = {u.player for u in inside if u.player.kind == "person"}
        ends = any(u.last == phrase.last and u.form == "name" and u.player.kind == "person" for u in inside)
        before = range(phrase.first + 1, phrase.last)
        several = any(words.lower[i] in ("the", "a", "an") or words.tag[i] == "NNS" for i in before)
        return len(people) == 1 and ends and not several and words.tag[phrase.first] != "NNS"

    def _two_offices(self, other: int, phrase: _Phrase) -> bool:
        """ "The company's founder and chief executive" is one person: no second article, no name."""
        words = self._words
        heads = (words.lemma[i].lower() in office_heads() for i in (phrase.root, other))
        singular = all(words.tag[i] in ("NN", "NNP") for i in (phrase.root, other))
        between = words.lower[phrase.root + 1 : other]
        return singular and all(heads) and not any(w in _DETERMINERS or w == "," for w in between)

    # -- offices and descriptions ------------------------------------------------------------------------------

    def _office(self, phrase: _Phrase, office: Office) -> tuple[Player | None, Form | None]:
        words = self._words
        before = words.lower[phrase.first]
        if before in _INDEFINITE or (
            before not in _DETERMINERS and office.country is None and not words.capital(phrase.first)
        ):
            return self._unnamed(phrase), "nominal"
        found = holders(self._cast, core_of(words, office), office.country)
        if not found:
            return self._again(phrase)
        if office.first - phrase.first > 1:
            return None, None
        recent = list(dict.fromkeys(u.player for u in self._scene.people(phrase.root, 3)))
        if len(found) > 1:
            found = [p for p in recent if p in found]
        vague = office.country is None and len(office.core) < 2
        if len(found) == 1 and not (vague and self._another_speaks(phrase.root, found[0])):
            return found[0], "role"
        return None, None

    def _another_speaks(self, i: int, player: Player) -> bool:
        """Did somebody else speak in the sentence before, or has this person not been named of late?"""
        near = [p for p in self._scene.speakers(i, 2) if p.kind == "person"]
        if near:
            return near[-1] is not player
        return all(u.player is not player for u in self._scene.people(i, 6))

    def _again(self, phrase: _Phrase) -> tuple[Player | None, Form | None]:
        """Somebody whom the text has called so before, by name or without one; else an actor of its own."""
        if self._words.lower[phrase.first] == "the" and phrase.last == phrase.root:
            player = self._called_so(phrase) or self._described_before(phrase)
            if player is not None:
                return player, "nominal"
            player = self._by_epithet(phrase)
            if player is not None:
                return player, "nominal"
        return self._unnamed(phrase), "nominal"

    def _called_so(self, phrase: _Phrase) -> Player | None:
        """ "The singer", after "the singer Ana Petrov": the one person of whom that noun is said."""
        words = self._words
        if any(words.pos[i] == "PROPN" for i in range(phrase.first + 1, phrase.root)):
            return None
        recent = {u.player for u in self._scene.people(phrase.root, 4)}
        called = [p for p in self._called.get(words.lower[phrase.root], []) if p in recent]
        return called[0] if len(called) == 1 else None

    def _described_before(self, phrase: _Phrase) -> Player | None:
        """ "The official", after "an official of the ministry": the one unnamed actor of that noun.

        What the phrase says more must have been said before: "the mayor's team" is not "the governor's team".
        """
        words = self._words
        noun = words.lemma[phrase.root].lower()
        more = {words.lower[i] for i in range(phrase.first + 1, phrase.root) if words.text[i][0].isalnum()}
        before = [p for j, p in self._cast.spoken.items() if j < phrase.root and not p.named and p.noun == noun]
        before = [p for p in before if p.plural == self._plural(phrase)]
        unique = [p for p in dict.fromkeys(before) if more <= set(_NAME_WORDS.findall(p.name.lower()))]
        if len(unique) > 1:
            unique = [p for p in dict.fromkeys(self._scene.speakers(phrase.root, 3)) if p in unique][-1:]
        return unique[0] if len(unique) == 1 else None

    def _by_epithet(self, phrase: _Phrase) -> Player | None:
        """ "The singer", where nobody was called so: the person the text is about, if one stands out."""
        words, root = self._words, phrase.root
        noun = words.lower[root]
        if noun not in EPITHETS or words.tag[root] not in ("NN", "NNP"):
            return None
        others = (i for i, word in enumerate(words.lower) if word == noun and i != root)
        if any(words.lower[j] in _INDEFINITE for i in others for j in range(max(i - 3, 0), i)):
            return None
        return self._scene.stands_out((u for u in self._scene.people(root, 2) if u.player.named), root)

    def _aged(self, phrase: _Phrase) -> Player | None:
        """ "The 43-year-old": whose age that is, else who stands out if no age is told."""
        words = self._words
        age = next((words.text[i] for i in range(phrase.first, phrase.root) if words.text[i].isdigit()), "")
        people = [u for u in self._scene.people(phrase.root, _AGED) if u.form == "name"]
        told = {u.player: words.text[u.last + 2] for u in people if words.text[u.last + 1 : u.last + 2] == [","]}
        bearers = [player for player, said in told.items() if said == age]
        if bearers:
            return bearers[0] if len(bearers) == 1 else None
        unaged = [u for u in self._scene.people(phrase.root, 2) if not told.get(u.player, "").isdigit()]
        return self._scene.stands_out((u for u in unaged if u.player.named), phrase.root)

    def _description(self, phrase: _Phrase) -> tuple[Player | None, Form | None]:
        """ "The ministry", "the company", "the country": what was named before; else an actor without a name."""
        words = self._words
        noun = words.lemma[phrase.root].lower()
        bare = phrase.last == phrase.root and words.lower[phrase.first] == "the"
        bare = bare and all(words.pos[i] in ("NOUN", "ADJ") for i in range(phrase.first + 1, phrase.root))
        if bare and words.tag[phrase.root] in ("NN", "NNP"):
            if noun in _COUNTRY_NOUNS:
                return None, None
            if noun in _GENERIC or noun in ORGANISATION_WORDS:
                return self._organisation_again(phrase, noun)
        if words.pos[phrase.root] == "PROPN" and words.capital(phrase.root) and noun not in EPITHETS:
            return self._untagged_name(phrase)
        alone = phrase.root == phrase.last and words.lower[phrase.root] in _NOBODY
        common = words.pos[phrase.root] in ("NOUN", "NUM", "ADJ", "DET", "PRON") or noun in EPITHETS
        if alone or noun in _PERSONAL or not common:
            return None, None
        if self._kind(phrase) is None:
            return self._called_so(phrase) if words.lower[phrase.first] == "the" else None, "nominal"
        return self._again(phrase)

    def _untagged_name(self, phrase: _Phrase) -> tuple[Player | None, Form | None]:
        """A proper noun in which the tagger saw no name: one that is known, or a name of its own."""
        words = self._words
        first = last = phrase.root
        while first > phrase.first and words.pos[first - 1] == "PROPN" and words.capital(first - 1):
            first -= 1
        form = words.surface(first, last)
        bearers = self._cast.bearers(form)
        if len(bearers) == 1:
            self._cast.use(Use(words.start[first], words.end[last], first, last, bearers[0], "name"))
            self._cast.publish(words.doc)
            return bearers[0], None
        if not bearers and self._is_label(first, last):
            player = self._cast.short_person(form, "", [])
            self._cast.use(Use(words.start[first], words.end[last], first, last, player, "name"))
            self._cast.publish(words.doc)
            return player, None
        return (None, None) if bearers else (self._unnamed(phrase), "nominal")

    def _is_label(self, first: int, last: int) -> bool:
        """ "MARLOW:" at the start of a line of a transcript."""
        words = self._words
        opens = first == 0 or "\n" in words.raw[words.end[first - 1] - 1 : words.start[first]]
        return opens and words.text[last + 1 : last + 2] == [":"]

    def _organisation_again(self, phrase: _Phrase, noun: str) -> tuple[Player | None, Form | None]:
        scene, root = self._scene, phrase.root
        before = [u for u in self._cast.ordered() if u.last < phrase.first and u.player.kind == "organisation"]
        recent = [u for u in before if scene.near(u.last, root, 3)]
        called = recent if noun in _GENERIC else before
        named = list(dict.fromkeys(u.player for u in called if noun in u.player.name.lower().split()))
        if len(named) == 1:
            return named[0], "nominal"
        if named:
            return None, None
        near = [u for u in before if u.player.named and scene.near(u.last, root, 2)]
        if not near or noun not in _GENERIC or phrase.first + 1 < root:
            return self._unnamed(phrase), "nominal"
        fitting = [u for u in near if _may_be_called(noun, u.player)]
        if fitting and len({u.player for u in near}) == 1:
            return fitting[0].player, "nominal"
        return scene.stands_out(fitting, root), "nominal"

    def _unnamed(self, phrase: _Phrase) -> Player:
        """An actor of its own for a description: its kind by its noun, its country by the nationality in it."""
        words = self._words
        first = phrase.first
        while first < phrase.root and words.lower[first] in _DETERMINERS - {"his", "her", "its", "their", "our"}:
            first += 1
        player = self._cast.unnamed(
            words.surface(first, phrase.last), self._kind(phrase) or "group", plural=self._plural(phrase)
        )
        player.noun = words.lemma[phrase.root].lower()
        inside = [
            u.player.country
            for u in self._cast.uses.values()
            if phrase.first <= u.first and u.last < phrase.root and u.player.kind in ("country", "organisation")
        ]
        player.country = player.country or next((c for c in inside if c), None)
        return player

    def _plural(self, phrase: _Phrase) -> bool:
        words, root = self._words, phrase.root
        if words.lower[root] in _QUANTITIES and root < phrase.last and words.lower[root + 1] == "of":
            return True
        return words.tag[root] in ("NNS", "NNPS") or words.lower[root] in _MANY

    def _kind(self, phrase: _Phrase) -> ActorKind | None:
        """By the noun; ``None`` for what can neither speak nor be read out ("the course")."""
        noun = self._words.lemma[phrase.root].lower()
        if self._plural(phrase):
            return "group"
        if self._is_title(phrase):
            return "organisation"
        if noun in office_heads() or noun in PEOPLE_NOUNS or noun in EPITHETS:
            return "person"
        if noun in _ORGANISATION_NOUNS:
            return "organisation"
        if noun in _THINGS or not noun.endswith(("er", "or", "ist", "ian", "man", "woman")):
            return "organisation" if self._words.pos[phrase.root] == "PROPN" else None
        return "person"

    def _is_title(self, phrase: _Phrase) -> bool:
        """ "The Observer" is a newspaper: a capital behind the article, where the noun is no office."""
        words, root = self._words, phrase.root
        alone = (
            phrase.first == root - 1 and words.lower[phrase.first] == "the" and words.lower[root] not in office_heads()
        )
        return alone and words.capital(root) and not words.text[root].isupper()

    # -- pronouns ----------------------------------------------------------------------------------------------

    def _pronoun(self, i: int, said: Sequence[tuple[int, int]]) -> Player | None:
        lower = self._words.lower[i]
        if lower in _PERSONAL:
            return None
        if lower == "who":
            return self._relative(i)
        if lower in GENDERED:
            return self._scene.person(i, said)
        return self._thing(i, plural=lower in ("they", "them", "their"))

    def _relative(self, i: int) -> Player | None:
        """The antecedent of "who" is the noun that its clause modifies."""
        words = self._words
        verb = words.head[i]
        if words.dep[verb] != "relcl":
            return None
        antecedent = words.head[verb]
        fitting = [u for u in self._cast.uses.values() if u.first <= antecedent <= u.last and u.player.kind == "person"]
        return fitting[0].player if fitting else None

    def _thing(self, i: int, *, plural: bool) -> Player | None:
        """ "It said", "they said": whoever spoke in the sentence before or was its subject, if not a person."""
        words = self._words
        sentence = words.sentence[i]
        spoke = self._scene.speakers(i, 2)
        if spoke:
            return self._if_fitting(spoke[-1], plural)
        subjects = [
            u
            for u in self._cast.ordered()
            if words.sentence[u.last] == sentence - 1 and words.dep[u.last] == "nsubj" and not words.quoted[u.last]
        ]
        found = list(dict.fromkeys(u.player for u in subjects))
        return self._if_fitting(found[0], plural) if len(found) == 1 else None

    def _if_fitting(self, player: Player, plural: bool) -> Player | None:
        if player.kind in ("person", "place"):
            return None
        return player if plural == (player.plural or player.kind == "group") else None
