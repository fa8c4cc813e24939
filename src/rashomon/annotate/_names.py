"""Where names stand in a Doc and what kind of thing each names: spaCy's entities, mended and put to a vote.

The statistical tagger labels the same name differently from sentence to sentence and swallows offices and verbs
("State Rex Tillerson", "Tillerson Tells Lavrov"). Here its entities only say where to look: words of offices are cut
out, pieces that are two known names are parted, and each written form gets one kind for the whole article.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from spacy.tokens import Span

from rashomon.annotate._offices import Office
from rashomon.annotate._words import Hit, Words
from rashomon.data.names import family_first, is_short_form
from rashomon.data.offices import given_name_genders, office_heads, titles
from rashomon.types import ActorKind

_ENTITIES: dict[str, ActorKind] = {
    "PERSON": "person",
    "ORG": "organisation",
    "GPE": "place",
    "LOC": "place",
    "FAC": "place",
    "NORP": "group",
    "PRODUCT": "organisation",
}
ORGANISATION_WORDS = frozenset(
    "academy administration agency alliance army assembly association authority bank board brigade bureau cabinet "
    "campaign center centre church club coalition college command commission committee commons company conference "
    "confederation congress corporation corps council court department directorate embassy federation force forces "
    "foundation front fund government guard group hospital house inc inc. institute institution journal league "
    "legislature library ltd ltd. magazine ministry mission movement museum network news newspaper observatory office "
    "organisation organization parliament party police post press program project school senate service services "
    "society staff supreme times treasury tribune tribunal trust union university authority co co. corp corp. llc plc "
    "airlines airways air motors systems technologies industries partners holdings media radio television tv "
    "initiative caucus secretariat chamber registry watch defence defense tribe tribes pac maritime shipping lines "
    "electronics semiconductor semiconductors software pharmaceuticals petroleum".split()
)
# Nouns in apposition to a company's or a newspaper's name.
_COMPANY_NOUNS = frozenset(
    "company firm giant maker group chain retailer carrier bank newspaper startup start-up agency outlet network "
    "charity union airline supplier manufacturer operator website magazine broadcaster chipmaker automaker insurer "
    "organisation organization party".split()
)
# What companies and other bodies have, and what people have.
_CORPORATE = frozenset(
    "board share stock executive employee shareholder management customer product headquarters subsidiary revenue "
    "profit earnings chip website bid offer takeover engineer smartphone investor".split()
)
# What is called after the person who leads it.
_LED_BY = frozenset("administration presidency campaign era camp cabinet loyalist appointee inauguration".split())
_STRUCTURES = frozenset("bridge dam tunnel avenue square county valley stadium arena".split())
_BIDS = frozenset({"bid", "takeover"})
# Offices that a body may have as well: "the tournament's organiser, Telgas".
_ALSO_BODIES = frozenset(
    "author chief contractor counterpart expert founder head leader manager operative organiser organizer predecessor "
    "publisher rival successor".split()
)
_PRIVATE = frozenset(
    "wife husband son daughter father mother brother sister presidency death life face candidacy tweet birthday".split()
)
_GOVERNMENT_WORDS = frozenset(
    "army navy air parliament government ministry embassy consulate department office police guard force forces senate "
    "congress court military marines marine coast border treasury council assembly duma legislature cabinet supreme "
    "constitutional central national intelligence security joint state house agency service justice defense defence "
    "foreign interior presidential federal".split()
)
# Names that end so are of laws, feasts, prizes and contests: things that do not act.
_NO_ACTORS = frozenset(
    "accord act agreement amendment award bill bowl constitution cup day deal easter games medal pipeline prize "
    "protocol series treaty war summit festival olympics plan".split()
)
_BELIEFS = frozenset(
    "islam christianity judaism catholicism hinduism buddhism god allah bible quran koran internet christmas easter "
    "ramadan".split()
)
_LONE = frozenset(
    "university school company department ministry committee center centre office agency inc corp co".split()
)
_PARTISAN = frozenset("republican republicans democrat democratic democrats conservative labour tory gop meet".split())
_MARKS = frozenset("\"'()\u201c\u201d\u2018\u2019")
_LONGEST_NAME = 6  # words; more are a list that lost its commas
# The tagger repeats its errors: however often a name occurs, its labels weigh no more than this; so do verbs of speech.
_MOST_LABEL_VOTES = 6
_MOST_SPEECH_VOTES = 2
_OFTEN = 4  # occurrences from which a person would have been introduced
_TITLE_CASE = 0.8  # the share of longer words with a capital that makes a line a headline
_PRONOUN_GENDERS = {"he": "m", "his": "m", "him": "m", "she": "f", "her": "f"}
_FINITE = frozenset({"VBZ", "VBD", "VBP", "MD", "PRP", "PRP$"})
_ELIDED = re.compile(r"[ODL]['\u2019][A-Z]\w")
_OPENERS = frozenset({"DET", "CCONJ", "SCONJ", "ADP", "ADV", "AUX", "PRON", "VERB"})
_SPEECH = frozenset(
    "say tell add argue claim note warn insist explain reply respond ask announce declare deny suggest think believe "
    "acknowledge admit recall tweet write describe call vow urge promise testify joke quip recount"
    "".split()
)


@dataclass(slots=True)
class Name:
    """A name in the text: words ``first`` to ``last`` (included), the tagger's label, and what the vote made of it.

    ``gender`` is told by a title ("Mr."), ``led`` says that an office or a title stands directly before.
    ``country`` is that of a gazetteer entry, a nationality in front or a possessor.
    """

    first: int
    last: int
    form: str
    label: str
    kind: ActorKind = "organisation"
    gender: str = ""
    led: bool = False
    country: str | None = None
    hit: Hit | None = None
    titled: bool = False

    @property
    def several(self) -> bool:
        """Is it of more than one word?"""
        return " " in self.form


class NameFinder:
    """Finds the names of one Doc that are not plainly the gazetteer's, and votes on their kinds."""

    def __init__(self, words: Words, hits: list[Hit], offices: list[Office]) -> None:
        self._words = words
        self._fixed = {i for office in offices for i in office.fixed}
        self._before = {office.last for office in offices}
        self._hit_at = {i: hit for hit in hits for i in range(hit.first, hit.last + 1)}
        self._headlines = _headline_words(words)

    def find(self) -> list[Name]:
        """The names, in order, with their kinds."""
        nicknamed = self._nicknamed()
        taken = {i for name in nicknamed for i in range(name.first, name.last + 1)}
        pieces = [name for piece in self._pieces() for name in self._names(*piece)]
        names = nicknamed + [n for n in pieces if n.first not in taken and n.last not in taken]
        names = self._in_headlines(self._part(names))
        self._vote(names)
        names = self._without_common_words(self._all_supported(names))
        kinds = {n.form: n.kind for n in names}
        names += self._recover(names, kinds)
        names.sort(key=lambda n: (n.first, n.last))
        return names

    # -- where names stand -------------------------------------------------------------------------------------

    def _pieces(self) -> list[tuple[int, int, str]]:
        """Entities without the words of offices, then runs of capitalised proper nouns that no entity covers."""
        words = self._words
        pieces: list[tuple[int, int, str]] = []
        covered: set[int] = set()
        for entity in words.doc.ents:
            if entity.label_ in _ENTITIES:
                end = self._stretched(entity)
                covered.update(range(entity.start, end))
                pieces += [(a, b, entity.label_) for a, b in self._cut(entity.start, end, entity.label_)]
            elif entity.label_ in (
                "DATE",
                "TIME",
                "MONEY",
                "CARDINAL",
                "ORDINAL",
                "PERCENT",
                "QUANTITY",
            ) or (entity.label_ == "WORK_OF_ART" and not self._speaks(entity)):
                covered.update(range(entity.start, entity.end))
        i = 0
        while i < len(words):
            j = i
            while j < len(words) and j not in covered and self._proper(j) and words.together(i, j):
                j += 1
            if j > i:
                pieces.append((i, j, ""))
            i = j + 1
        return pieces

    def _speaks(self, entity: Span) -> bool:
        """Behind a closing quotation mark the tagger takes a speaker's name for the title of a work."""
        words, last = self._words, entity.end - 1
        named = len(entity) < 4 and all(
            words.pos[i] == "PROPN" and words.capital(i) for i in range(entity.start, last + 1)
        )
        return named and words.dep[last] == "nsubj" and words.lemma[words.head[last]] in _SPEECH

    def _stretched(self, entity: Span) -> int:
        """Where a person's name ends that the tagger cut short of its surname."""
        end: int = entity.end
        if entity.label_ == "PERSON":
            while end < len(self._words) and not self._words.label[end] and self._proper(end):
                if not self._words.together(end - 1, end):
                    break
                end += 1
        return end

    def _proper(self, i: int) -> bool:
        words = self._words
        if _ELIDED.match(words.text[i]):
            return i not in self._fixed
        return words.pos[i] == "PROPN" and words.capital(i) and i not in self._fixed and i not in self._hit_at

    def _cut(self, start: int, end: int, label: str) -> list[tuple[int, int]]:
        """The parts of ``[start, end)`` between words of offices, commas, line breaks and possessive marks."""
        words = self._words
        parts: list[tuple[int, int]] = []
        at = start
        organisation = end - start > 1 and words.lower[end - 1] in ORGANISATION_WORDS
        for i in range(start, end + 1):
            if i == end or self._breaks(i, organisation) or (label == "PERSON" and words.tag[i] in _FINITE):
                if i > at:
                    parts.append((at, i))
                at = i + 1
        return parts

    def _breaks(self, i: int, organisation: bool) -> bool:
        words = self._words
        if words.text[i].isspace() or words.text[i] in (",", "(", ")", "[", "]", '"', "\u201c", "\u201d", ":", ";"):
            return True
        return (words.is_possessive(i) and not organisation) or (i in self._fixed and not organisation)

    def _names(self, start: int, end: int, label: str) -> list[Name]:
        """The name in words ``[start, end)``, trimmed of articles, titles and marks; none if nothing is left."""
        words = self._words
        gender, titled = "", False
        while start < end:
            lower = words.lower[start]
            if lower in titles() and start + 1 < end and lower != "st.":
                gender, titled = gender or titles()[lower], True
            elif not self._opens(start, end):
                break
            start += 1
        if label == "PERSON" and end - start > 1 and words.tag[start][:2] == "VB" and not gender:
            start += 1
        end = self._hyphenated_end(start, self._trimmed_end(start, end))
        if self._name_before(start, end, label):
            start -= 1
        while start > 1 and words.text[start - 1] == "/" and words.capital(start - 2) and self._glued(start - 1):
            start -= 2
        if words.lower[end - 1] in (_BELIEFS | _LONE if end - start == 1 else _NO_ACTORS):
            return []
        if start >= end or not any(c.isupper() for c in words.text[start]) or words.label[start] == "CARDINAL":
            return []
        if not titled and start > 0 and words.lower[start - 1] in titles():
            gender, titled = titles()[words.lower[start - 1]], True
        if label == "PERSON" and end - start > _LONGEST_NAME:
            return []
        form = words.surface(start, end - 1)
        if len(form) == 1 and not titled:
            return []  # a party ("Ana Petrov (R)"), a mark of a transcript ("Q:")
        led = titled or (start - 1 in self._before and start - 1 in self._fixed)
        return [Name(start, end - 1, form, label, gender=gender, led=led, titled=titled)]

    def _trimmed_end(self, start: int, end: int) -> int:
        """Without possessive and other marks and small words at the end."""
        words = self._words
        while end > start:
            last = words.text[end - 1]
            mark = words.is_possessive(end - 1) or not (last[-1].isalnum() or (last[-1] == "." and len(last) > 1))
            if not mark and not (self._small(end - 1) and end - start > 1):
                break
            end -= 1
        return end

    def _name_before(self, start: int, end: int, label: str) -> bool:
        """Did the tagger leave out the first word of a name?"""
        if label == "PERSON" and self._given_name_before(start):
            return True
        if label in ("GPE", "ORG") and self._first_name_before(start, end):
            return True
        return self._family_name_before(start, end)

    def _given_name_before(self, start: int) -> bool:
        """Did the tagger leave a given name out in front of the surname?"""
        words, i = self._words, start - 1
        if i < 0 or words.label[i] or words.text[i] not in given_name_genders():
            return False
        return self._proper(i) and words.together(i, start) and words.text[start] not in given_name_genders()

    def _family_name_before(self, start: int, end: int) -> bool:
        """Did the tagger leave out a family name that stands first ("Nguyễn" of "Nguyễn Đình Lâm")?"""
        words, i = self._words, start - 1
        if i < 0 or words.label[i] or not words.capital(i) or not words.together(i, start) or i in self._fixed:
            return False
        return not words.text[i].isascii() and family_first(words.surface(i, end - 1))

    def _first_name_before(self, start: int, end: int) -> bool:
        """Does a word that the tagger passed over make an apposition of one word a name ("…, Ana Prado, said")?"""
        words, i = self._words, start - 1
        if i < 1 or end - start > 1 or words.label[i] or words.text[i - 1] != "," or not self._proper(i):
            return False
        return words.dep[i] == "compound" and words.head[i] == start and self._beside_office(start)

    def _beside_office(self, i: int) -> bool:
        """Is the word in apposition to an office that only a person can have?"""
        words, head = self._words, self._words.head[i]
        office = words.lower[head] in office_heads() and words.lower[head] not in _ALSO_BODIES
        return words.dep[i] == "appos" and words.tag[head] == "NN" and office

    def _glued(self, i: int) -> bool:
        """No white space on either side of word ``i``."""
        return self._words.end[i - 1] == self._words.start[i] and self._words.end[i] == self._words.start[i + 1]

    def _opens(self, start: int, end: int) -> bool:
        """Is the first word of a piece no part of the name: an article, "Both", a party before a person's name?"""
        words = self._words
        lower = words.lower[start]
        if lower in ("the", "a", "an", "of") or not words.text[start][0].isalnum() or self._small(start):
            return True
        if end - start < 2:
            return False
        if lower in _PARTISAN and end - start > 2 and words.lower[end - 1] not in ORGANISATION_WORDS:
            return True
        return words.pos[start] in _OPENERS and words.text[start + 1][0].isupper() and words.tag[start] != "NNP"

    def _hyphenated_end(self, start: int, end: int) -> int:
        """Korean given names go on in lower case behind a hyphen ("Moon Jae-in"), full names in a second surname."""
        words = self._words
        if end + 1 < len(words) and words.text[end] == "-" and words.end[end - 1] == words.start[end]:
            follows = words.end[end] == words.start[end + 1] and words.text[end + 1][0].isalpha()
            if follows and end - start == 2 and family_first(words.surface(start, end - 1)):
                return end + 2
            alone = not words.capital(end + 2) and words.pos[min(end + 2, len(words) - 1)] not in ("NOUN", "ADJ")
            if follows and end - start > 1 and words.capital(end + 1) and alone and words.pos[end + 1] == "PROPN":
                return end + 2
        return end

    def _small(self, i: int) -> bool:
        text = self._words.text[i]
        return text.islower() and not text.startswith(("al", "el", "bin", "de", "van", "von", "ibn"))

    def _nicknamed(self) -> list[Name]:
        """Names with a nickname in quotation marks or brackets: William "Mo" Harper."""
        words = self._words
        found: list[Name] = []
        for i in range(1, len(words) - 3):
            if words.text[i] not in _MARKS or words.text[i + 2] not in _MARKS or not words.capital(i + 1):
                continue
            if not (self._proper(i - 1) and self._proper(i + 3)) or not words.together(i - 1, i + 3):
                continue
            if words.text[i - 1] in given_name_genders() or words.text[i] != "(":
                found.append(Name(i - 1, i + 3, words.surface(i - 1, i + 3), "PERSON"))
        return found

    # -- what is no name ----------------------------------------------------------------------------------------

    def _in_headlines(self, names: list[Name]) -> list[Name]:
        """In a line in title case capitals tell nothing: only what the report itself names, or plainly a full name."""
        outside = [n for n in names if n.first not in self._headlines]
        known = {n.form: n.label for n in outside}
        known |= {n.form.split()[-1]: "PERSON" for n in outside if n.several and n.label == "PERSON"}
        kept: list[Name] = []
        for name in names:
            if name.first not in self._headlines or name.form in known or self._is_plain(name):
                kept.append(name)
            elif (part := self._known_part(name, known)) is not None:
                kept.append(part)
        return kept

    def _is_plain(self, name: Name) -> bool:
        if name.label == "PERSON":
            return name.last == name.first + 1 and self._words.text[name.first] in given_name_genders()
        return name.label == "ORG" and name.several and self._words.lower[name.last] in ORGANISATION_WORDS

    def _known_part(self, name: Name, known: dict[str, str]) -> Name | None:
        """The longest, then first, run of words within ``name`` that is a known name."""
        for length in range(min(name.last - name.first, _LONGEST_NAME), 0, -1):
            for first in range(name.first, name.last - length + 2):
                form = self._words.surface(first, first + length - 1)
                if form in known:
                    return Name(first, first + length - 1, form, known[form])
        return None

    def _without_common_words(self, names: list[Name]) -> list[Name]:
        """Without single words that are capitalised only because they begin something ("Exit polls", "Warehouse 9")."""
        words = self._words
        surnames = {n.form.split()[-1] for n in names if n.several and n.kind == "person"}
        names = [n for n in names if n.form.lower() + "." not in titles()]
        safe = surnames | {n.form for n in names if n.led} | given_name_genders().keys()
        counts = Counter(n.form for n in names)
        small = {w for w, pos in zip(words.text, words.pos, strict=True) if w.islower() and pos != "PROPN"}
        return [
            n
            for n in names
            if n.several or n.form in safe or counts[n.form] > 2 or not self._is_common(n, small, counts[n.form])
        ]

    def _is_common(self, name: Name, small: set[str], count: int) -> bool:
        words, i = self._words, name.first
        if name.form.lower() in small and not name.form.isupper():
            return True
        following = words.text[i + 1] if i + 1 < len(words) else ""
        if name.kind == "person" and following.isdigit():
            return True
        begins = i == 0 or words.sentence[i - 1] != words.sentence[i]
        return count == 1 and begins and not words.tag[i].startswith("NNP")

    # -- one kind for each form --------------------------------------------------------------------------------

    def _part(self, names: list[Name]) -> list[Name]:
        """Part pieces made of two known surnames: "Lavrov-Kerry", "Kerry Tells Lavrov"."""
        known = {form for form in self._surnames(names) if self._elsewhere(form, names)}
        parted: list[Name] = []
        for name in names:
            spots = [i for i in range(name.first, name.last + 1) if self._words.text[i] in known]
            verbs = any(self._words.tag[i][0] == "V" or self._words.text[i] in "-–/" for i in self._inside(name))
            ends = len(spots) == 2 and (spots[0], spots[1]) == (name.first, name.last) and not verbs
            if len(spots) > 1 and (verbs or (ends and name.last - name.first > 1)):
                parted += [Name(i, i, self._words.text[i], "PERSON") for i in spots]
            else:
                parted.append(name)
        return parted

    def _elsewhere(self, surname: str, names: list[Name]) -> bool:
        """Is the surname also found alone, or behind a given name or an office?"""
        return any(n.form == surname or (n.form.endswith(" " + surname) and len(n.form.split()) == 2) for n in names)

    def _inside(self, name: Name) -> range:
        return range(name.first + 1, name.last)

    def _surnames(self, names: list[Name]) -> set[str]:
        full = {n.form for n in names if n.several and (n.led or n.label == "PERSON") and not self._odd(n)}
        single = {n.form for n in names if not n.several and "-" not in n.form and (n.led or n.label == "PERSON")}
        return {form.split()[-1] for form in full} | single

    def _odd(self, name: Name) -> bool:
        return any(self._words.tag[i][0] == "V" or self._words.text[i] == "-" for i in self._inside(name))

    def _vote(self, names: list[Name]) -> None:
        ballots: dict[str, Counter[ActorKind]] = defaultdict(Counter)
        labels: dict[str, Counter[ActorKind]] = defaultdict(Counter)
        spoken: Counter[str] = Counter()
        forms: dict[str, list[Name]] = defaultdict(list)
        for name in names:
            forms[name.form].append(name)
            ballots[name.form].update(self._ballot(name))
            if name.label:
                labels[name.form][_ENTITIES[name.label]] += 2
            spoken[name.form] += self._is_speaker(name)
        for form, ballot in ballots.items():
            votes = labels[form].total()
            for kind, count in labels[form].items():
                ballot[kind] += count if votes <= _MOST_LABEL_VOTES else round(_MOST_LABEL_VOTES * count / votes)
            ballot["person"] += min(spoken[form], _MOST_SPEECH_VOTES)
            if " " not in form and len(forms[form]) >= _OFTEN and not any(n.led for n in forms[form]):
                ballot["person"] -= 3  # people are introduced by a full name or a title
        lone = {f for f, b in ballots.items() if " " not in f and labels[f]["person"] and _winner(b) == "person"}
        for form, ballot in ballots.items():
            if form.split()[-1] in lone and " " in form and not labels[form]["place"]:
                ballot["person"] += 4
        people = [f for f, b in ballots.items() if " " in f and _winner(b) == "person"]
        surnames = {form.split()[-1] for form in people}
        for form, ballot in ballots.items():
            if any(is_short_form(form, full) for full in people if full != form):
                ballot["person"] += 1000
            if any(form.endswith(" " + full) for full in people):
                ballot["person"] += 1000
            if form.endswith("s") and form[:-1] in surnames and " " not in form:
                ballot["group"] += 1000
        for name in names:
            name.kind = _winner(ballots[name.form])

    def _ballot(self, name: Name) -> Counter[ActorKind]:
        """The evidence of what surrounds one occurrence, in votes; the tagger's two may be outvoted."""
        words = self._words
        votes: Counter[ActorKind] = Counter()
        last = words.lower[name.last]
        hit = self._hit_at.get(name.first)
        if hit is not None and hit.last == name.last and hit.entry.kind == "place":
            votes["place"] += 6
        if last in ORGANISATION_WORDS or (
            name.several and words.lower[name.first] in ("university", "bank", "ministry")
        ):
            votes["organisation"] += 8
        elif name.several and last in _STRUCTURES and not name.led:
            votes["place"] += 9
        elif name.led:
            votes["person"] += 1000 if name.titled else 50
        if name.several and words.text[name.first] in given_name_genders():
            votes["person"] += 4
        if name.form.isupper() and len(name.form) > 1 and not name.several:
            votes["organisation"] += 3
            votes["place"] += 8 if self._is_dateline(name) else 0
        if name.last + 2 < len(words) and words.text[name.last + 1] == "," and self._is_age(name.last + 2):
            votes["person"] += 1000
        if any(c.isdigit() for c in name.form):
            votes["person"] -= 1000
        self._surroundings(name, votes)
        self._syntax(name, votes)
        return votes

    def _surroundings(self, name: Name, votes: Counter[ActorKind]) -> None:
        """What the words right before and behind tell."""
        words = self._words
        before = words.lower[name.first - 1] if name.first else ""
        after = words.lower[name.last + 1] if name.last + 1 < len(words) else ""
        name_start = words.start[name.first]
        if before == "the":
            votes["person"] -= 3
        if before in _COMPANY_NOUNS and not name.led:
            votes["organisation"] += 6
        if (
            after == ":"
            and name.form.isupper()
            and "\n" in words.raw[words.end[max(name.first - 1, 0)] - 1 : name_start]
        ):
            votes["person"] += 5  # "MARLOW:" in a transcript
        if after in ("himself", "herself"):
            votes["person"] += 1000
        if after == "," and name.last + 2 < len(words):
            relative = words.lower[name.last + 2]
            votes["organisation"] += 2 * (relative == "which")
            hit = self._hit_at.get(name.last + 2)
            if hit is not None and hit.entry.kind == "place" and name.label != "PERSON" and not name.led:
                votes["place"] += 6
            after = relative
        votes["person"] += after in ("who", "whose")

    def _syntax(self, name: Name, votes: Counter[ActorKind]) -> None:
        """What the governing word and the pronouns behind tell."""
        words, head = self._words, self._root(name)
        dep, governor = words.dep[head], words.head[head]
        lemma, last_word = words.lemma[governor].lower(), words.lower[name.last]
        if dep in ("nsubj", "nsubjpass"):
            votes["person"] += 4 * self._is_taken_up(head)
            votes["place"] -= 2 * self._is_speaker(name)
        if dep in ("poss", "compound", "nmod") and lemma in _CORPORATE and name.label in ("PERSON", "ORG", ""):
            votes["organisation"] += 3
        if self._beside_office(head) and last_word not in ORGANISATION_WORDS:
            votes["person"] += 6
        if dep == "poss" and lemma in _PRIVATE:
            votes["person"] += 3
        if dep in ("compound", "nmod") and lemma in _LED_BY and not name.several and not name.form.isupper():
            votes["person"] += 4
        if dep == "pobj" and words.lower[governor] == "in":
            if words.lemma[words.head[governor]].lower() in ("share", "stake"):
                votes["organisation"] += 6
            elif name.label not in ("PERSON", "ORG"):
                votes["place"] += 1
        if dep == "pobj" and words.lower[governor] == "for" and words.lemma[words.head[governor]] in _BIDS:
            votes["organisation"] += 3
        apposed = range(name.last + 2, min(name.last + 9, len(words)))
        if any(words.dep[i] == "appos" and words.head[i] == head and words.lower[i] in _COMPANY_NOUNS for i in apposed):
            votes["organisation"] += 6

    def _is_speaker(self, name: Name) -> bool:
        head = self._root(name)
        if self._words.tag[name.last] in ("NNS", "NNPS"):
            return False
        return speaks(self._words, head)

    def _is_dateline(self, name: Name) -> bool:
        """Capitals at the beginning of a paragraph, before a dash or an agency in brackets."""
        words = self._words
        before = words.raw[words.end[name.first - 1] - 1 : words.start[name.first]] if name.first else "\n"
        behind = words.text[name.last + 1 : name.last + 4]
        return "\n" in before and any(mark in behind for mark in ("-", "--", "–", "—", "("))

    def _is_taken_up(self, subject: int) -> bool:
        """Does a pronoun for a person follow in the sentence, with no other name between?"""
        words = self._words
        for i in range(subject + 1, min(subject + 15, len(words))):
            if words.sentence[i] != words.sentence[subject] or words.label[i] in ("PERSON", "ORG"):
                return False
            if words.lower[i] in ("he", "she", "his", "her", "him"):
                return not words.quoted[i]
        return False

    def _is_age(self, i: int) -> bool:
        text = self._words.text[i]
        return text.isdigit() and 10 < int(text) < 110 and self._words.text[min(i + 1, len(self._words) - 1)] in ",.)"

    def _root(self, name: Name) -> int:
        for i in range(name.last, name.first - 1, -1):
            if not name.first <= self._words.head[i] <= name.last or self._words.head[i] == i:
                return i
        return name.last

    def _all_supported(self, names: list[Name]) -> list[Name]:
        """Without what nothing speaks for; a full name is as good as its last word is ("Mai" for "Tran Thi Mai")."""
        kept = {name.first: name for name in names if name.label or self._supported(name)}
        people = {name.form for name in kept.values() if name.kind == "person" and not name.several}
        for name in names:
            if name.several and name.form.split()[-1] in people:
                kept.setdefault(name.first, name).kind = "person"
        return [name for name in names if name.first in kept]

    def _supported(self, name: Name) -> bool:
        """Is there enough to make a name of capitalised words that the tagger passed over?"""
        words = self._words
        if name.led or (words.lower[name.last] in ORGANISATION_WORDS and name.several):
            return True
        if name.several and words.text[name.first] in given_name_genders():
            return True
        head = self._root(name)
        return speaks(words, head) and words.tag[head] == "NNP"

    def _recover(self, names: list[Name], kinds: dict[str, ActorKind]) -> list[Name]:
        """Occurrences of known surnames and names of one word that the tagger passed over entirely."""
        words = self._words
        covered = {i for n in names for i in range(n.first, n.last + 1)}
        known: dict[str, ActorKind] = {
            f: k for f, k in kinds.items() if " " not in f and k in ("person", "organisation")
        }
        known |= {n.form.split()[-1]: "person" for n in names if n.kind == "person" and n.several}
        found = []
        for i, text in enumerate(words.text):
            if text in known and i not in covered and i not in self._fixed and i not in self._hit_at:
                if words.capital(i + 1) and words.pos[min(i + 1, len(words) - 1)] == "PROPN" and i + 1 not in covered:
                    continue
                found.append(Name(i, i, text, "", known[text]))
        return found


def _headline_words(words: Words) -> set[int]:
    """The words of lines in title case: four longer words or more, nearly all with a capital, and no full stop."""
    found: set[int] = set()
    line: list[int] = []
    for i in range(len(words) + 1):
        if i < len(words) and "\n" not in words.raw[words.end[i - 1] if i else 0 : words.end[i]]:
            line.append(i)
            continue
        longer = [j for j in line if len(words.text[j]) > 3 and words.text[j].isalpha()]
        capitals = sum(words.capital(j) for j in longer)
        if len(longer) > 3 and capitals >= _TITLE_CASE * len(longer) and words.text[line[-1]] != ".":
            found.update(line)
        line = [i]
    return found


def speaks(words: Words, i: int) -> bool:
    """Is the word the subject of a verb of speech, or in apposition to it?"""
    if words.dep[i] == "appos":
        i = words.head[i]
    return words.dep[i] == "nsubj" and words.lemma[words.head[i]] in _SPEECH


def _winner(ballot: Counter[ActorKind]) -> ActorKind:
    order: tuple[ActorKind, ...] = ("person", "organisation", "place", "group", "country")
    return max(order, key=lambda kind: (ballot[kind], -order.index(kind)))


def is_state_body(words: Words, first: int, last: int) -> bool:
    """Do words ``first`` to ``last`` name an organ of a state ("Defense Ministry", "Joint Chiefs of Staff")?"""
    return any(words.lower[i] in _GOVERNMENT_WORDS for i in range(first, last + 1))


def form_genders(words: Words, names: list[Name]) -> dict[str, str]:
    """The gender that pronouns behind it in its sentence give to each short name that is written without a title."""
    told: dict[str, Counter[str]] = defaultdict(Counter)
    for name in names:
        if name.titled or words.dep[name.last] != "nsubj":
            continue
        for i in range(name.last + 1, min(name.last + 25, len(words))):
            if words.sentence[i] != words.sentence[name.last] or words.label[i] == "PERSON":
                break
            if (gender := _PRONOUN_GENDERS.get(words.lower[i])) and not words.quoted[i]:
                told[name.form][gender] += 1
                break
    genders: dict[str, str] = {}
    for form, votes in told.items():
        male, female = votes["m"], votes["f"]
        if max(male, female) >= max(2, 3 * min(male, female)):
            genders[form] = "m" if male > female else "f"
    return genders
