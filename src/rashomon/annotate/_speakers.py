"""Whom a speaker's phrase means: a name, an office, a description or a pronoun, or somebody the text does not name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from spacy.tokens import Doc
from spacy.tokens import Span as SpacySpan

from rashomon.annotate._cast import Cast, Form, Player, Use
from rashomon.annotate._holders import core_of, holders
from rashomon.annotate._names import ORGANISATION_WORDS
from rashomon.annotate._offices import Office
from rashomon.annotate._words import Words
from rashomon.data.countries import entry_at
from rashomon.data.offices import office_heads
from rashomon.types import ActorKind

_GENDERED = {"he": "m", "she": "f", "him": "m", "her": "f", "his": "m"}
_PRONOUNS = frozenset({"he", "she", "it", "they", "him", "her", "them", "his", "their", "its"})
_PERSONAL = frozenset({"i", "we", "you", "one", "us", "me", "this", "that", "these", "those", "there", "which", "what"})
_DETERMINERS = frozenset(
    {"the", "a", "an", "this", "that", "these", "those", "some", "his", "her", "its", "their", "our"}
)
_INDEFINITE = frozenset(
    "a an another some one two three four five several many few any other most no all both more".split()
)
_PEOPLE_NOUNS = frozenset(
    "man woman mother father wife husband son daughter brother sister widow boy girl teenager person friend neighbor "
    "neighbour colleague resident witness survivor victim suspect defendant student teacher professor protester "
    "demonstrator supporter opponent critic voter soldier fighter worker farmer shopkeeper driver insider source "
    "refugee migrant parent relative cousin uncle aunt grandmother grandfather bystander passenger nurse physician "
    "physicist scholar interpreter assistant successor donor ally citizen lobbyist anchor moderator host user blogger "
    "pundit observer planner somebody someone everyone nobody anyone none".split()
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
    "university magazine".split()
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
_ANSWERS = frozenset({"reply", "respond", "answer", "retort"})  # said by another than the one who spoke last
_COUNTRY_NOUNS = frozenset({"country", "nation", "government", "kingdom", "state", "republic"})
_STOPS = re.compile(r"^(?:,|\(|\)|--?|–|—|;|:|who|whom|whose|which|that)$")


def resolve(doc: Doc, cast: Cast, speaker: SpacySpan) -> str | None:
    """The actor's id (see ``mentions.resolve_speaker``); records the mention and remembers who spoke."""
    words: Words = doc.user_data["rashomon_words"]
    phrase = _Phrase.of(words, speaker)
    if phrase is None:
        return None
    resolver = _Resolver(words, cast, doc.user_data["rashomon_offices"])
    player, form = resolver.resolve(phrase)
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
        gender = _GENDERED.get(lower)
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
        first, last = span.start, span.end - 1
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


def _inside_word(words: Words, i: int) -> bool:
    """A hyphen with no white space around it."""
    return words.text[i] == "-" and words.end[i - 1] == words.start[i]


def _root(words: Words, first: int, last: int) -> int:
    for i in range(first, last + 1):
        outward = not first <= words.head[i] <= last or words.head[i] == i
        if outward and words.pos[i] in ("NOUN", "PROPN", "PRON", "NUM", "ADJ", "DET"):
            return i
    return last


class _Resolver:
    def __init__(self, words: Words, cast: Cast, offices: list[Office]) -> None:
        self._words = words
        self._cast = cast
        self._offices = offices

    def resolve(self, phrase: _Phrase) -> tuple[Player | None, Form | None]:
        """The actor meant, and the form of the mention to add (``None``: it is a mention already)."""
        words = self._words
        lower = words.lower[phrase.root]
        if phrase.first == phrase.last and (lower in _PRONOUNS or lower in _PERSONAL or lower == "who"):
            return self._pronoun(phrase.root), "pronoun"
        if self._is_pair(phrase):
            return self._pair(phrase)
        use = self._use_at_root(phrase)
        if use is not None:
            return self._actor_of(use), None
        apposed = self._name_in_apposition(phrase)
        if apposed is not None:
            return apposed, "nominal"
        office = next((o for o in self._offices if o.first <= phrase.root <= o.last), None)
        if office is not None and office.first <= phrase.root <= office.last:
            return self._office(phrase, office)
        return self._description(phrase)

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
        coordinated = any(word in ("and", "or") for word in self._words.lower[phrase.first : phrase.last])
        return [u for u in ending if u.player.kind == "person"] if coordinated and self._one_person(phrase) else []

    def _name_in_apposition(self, phrase: _Phrase) -> Player | None:
        """ "Another partner, Ana Petrov": the description's holder, named between commas at the end."""
        comma = phrase.last + 1
        if comma >= phrase.whole or self._words.text[comma] != ",":
            return None
        behind = (u for u in self._cast.uses.values() if u.first == comma + 1 and u.last == phrase.whole)
        return next((u.player for u in behind if u.form == "name" and u.player.kind == "person"), None)

    def _actor_of(self, use: Use) -> Player:
        """A capital that speaks is its government, wherever else it is a town."""
        player = use.player
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
        return not self._one_person(phrase)

    def _pair(self, phrase: _Phrase) -> tuple[Player | None, Form | None]:
        """The two together, as a group of their own; "he and Marlow" is no name for one."""
        words = self._words
        if words.pos[phrase.root] == "PRON":
            return None, None
        return self._cast.unnamed(words.surface(phrase.first, phrase.last), "group", plural=True), "nominal"

    def _one_person(self, phrase: _Phrase) -> bool:
        """ "Real estate mogul and television star Rex Harmon": descriptions joined before a single name."""
        inside = [u for u in self._cast.uses.values() if phrase.first <= u.first and u.last <= phrase.last]
        people = {u.player for u in inside if u.player.kind == "person"}
        ends = any(u.last == phrase.last and u.form == "name" for u in inside)
        before = self._words.lower[phrase.first : phrase.last]
        return len(people) == 1 and ends and not any(word in ("the", "a", "an") for word in before[1:])

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
            return self._described_before(phrase) or self._unnamed(phrase), "nominal"
        if office.first - phrase.first > 1:
            return None, None
        recent = list(dict.fromkeys(u.player for u in self._recent_people(phrase.root, 3)))
        if len(found) > 1:
            found = [p for p in recent if p in found]
        vague = office.country is None and len(office.core) < 2
        if len(found) == 1 and not (vague and self._another_speaks(phrase.root, found[0])):
            return found[0], "role"
        return None, None

    def _another_speaks(self, i: int, player: Player) -> bool:
        """Did somebody else speak in the sentence before, or has this person not been named of late?"""
        near = [p for j, p in sorted(self._cast.spoken.items()) if self._near(j, i, 2) and p.kind == "person"]
        if near:
            return near[-1] is not player
        return all(u.player is not player for u in self._recent_people(i, 6))

    def _described_before(self, phrase: _Phrase) -> Player | None:
        """ "The official", after "an official of the ministry": the one unnamed actor of that noun."""
        if self._words.lower[phrase.first] != "the" or phrase.last != phrase.root:
            return None
        noun = self._words.lemma[phrase.root].lower()
        before = [p for j, p in self._cast.spoken.items() if j < phrase.root and not p.named and p.noun == noun]
        unique = list(dict.fromkeys(before))
        return unique[0] if len(unique) == 1 else None

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
        if words.pos[phrase.root] == "PROPN" and words.capital(phrase.root):
            return self._untagged_name(phrase)
        alone = phrase.root == phrase.last and words.lower[phrase.root] in _NOBODY
        if alone or noun in _PERSONAL or words.pos[phrase.root] not in ("NOUN", "NUM", "ADJ", "DET", "PRON"):
            return None, None
        if self._kind(phrase) is None:
            return None, None
        return self._described_before(phrase) or self._unnamed(phrase), "nominal"

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
        return (None, None) if bearers else (self._unnamed(phrase), "nominal")

    def _organisation_again(self, phrase: _Phrase, noun: str) -> tuple[Player | None, Form | None]:
        before = [u for u in self._cast.ordered() if u.last < phrase.first and u.player.kind == "organisation"]
        recent = [u for u in before if self._words.sentence[phrase.root] - self._words.sentence[u.last] <= 3]
        called = recent if noun in _GENERIC else before
        named = list(dict.fromkeys(u.player for u in called if noun in u.player.name.lower().split()))
        if len(named) == 1:
            return named[0], "nominal"
        if named:
            return None, None
        sentence = self._words.sentence[phrase.root]
        near = list(
            dict.fromkeys(u.player for u in before if sentence - self._words.sentence[u.last] <= 2 and u.player.named)
        )
        if len(near) == 1 and noun in _GENERIC:
            return near[0], "nominal"
        return (None, None) if near else (self._unnamed(phrase), "nominal")

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
        if noun in office_heads() or noun in _PEOPLE_NOUNS:
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

    def _pronoun(self, i: int) -> Player | None:
        lower = self._words.lower[i]
        if lower in _PERSONAL:
            return None
        if lower == "who":
            return self._relative(i)
        if lower in _GENDERED:
            return self._person(i, _GENDERED[lower])
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

    def _recent_people(self, i: int, reach: int) -> list[Use]:
        sentence = self._words.sentence[i]
        return [
            u
            for u in self._cast.ordered()
            if u.player.kind == "person" and u.last < i and sentence - self._words.sentence[u.last] <= reach
        ]

    def _person(self, i: int, gender: str) -> Player | None:
        """The person of that gender who stands out: spoke last, was the subject, was named nearest."""
        scores: dict[Player, float] = {}
        for use in self._recent_people(i, 3):
            if use.player.gender() in ("", gender):
                score = self._prominence(use, i) + (0.5 if use.player.gender() == gender else 0.0)
                scores[use.player] = max(scores.get(use.player, -9.0), score)
        near = [p for j, p in sorted(self._cast.spoken.items()) if self._near(j, i, 3) and p in scores]
        if near and self._words.lemma[self._words.head[i]].lower() in _ANSWERS:
            scores.pop(near[-1])
            near = [p for p in near if p in scores]
        for player in set(near):
            scores[player] += 2.5 if player is near[-1] else 1.0
        return _clear_winner(scores)

    def _near(self, j: int, i: int, reach: int) -> bool:
        return j < i and self._words.sentence[i] - self._words.sentence[j] <= reach

    def _prominence(self, use: Use, i: int) -> float:
        words = self._words
        distance = words.sentence[i] - words.sentence[use.last]
        root = use.last
        for j in range(use.last, use.first - 1, -1):
            if not use.first <= words.head[j] <= use.last:
                root = j
        score = -1.5 * distance
        if words.dep[root] in ("nsubj", "nsubjpass"):
            score += 2.0 if distance or words.quoted[use.first] else 3.5
        elif words.dep[root] == "attr":
            score += 1.0
        elif words.dep[root] in ("poss", "compound", "nmod"):
            score -= 0.5
        if words.quoted[use.first]:
            score -= 2.0
        return score

    def _thing(self, i: int, *, plural: bool) -> Player | None:
        """ "It said", "they said": whoever spoke in the sentence before or was its subject, if not a person."""
        words = self._words
        sentence = words.sentence[i]
        for j in sorted((j for j in self._cast.spoken if self._near(j, i, 2)), reverse=True):
            return self._if_fitting(self._cast.spoken[j], plural)
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


def _clear_winner(scores: dict[Player, float]) -> Player | None:
    ranked = sorted(scores.items(), key=lambda pair: -pair[1])
    if not ranked:
        return None
    if len(ranked) == 1 or ranked[0][1] - ranked[1][1] >= 1.0:
        return ranked[0][0]
    return None
