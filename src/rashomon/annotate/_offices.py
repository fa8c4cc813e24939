"""Office phrases: "U.S. Secretary of State", "Russia's ambassador to the US", "chairman of the Joint Chiefs of Staff".

A phrase is the noun of the office, what stands before it and belongs to it (a country, an organisation, adjectives)
and a complement behind it. Whether it names somebody is decided elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rashomon.annotate._words import Hit, Words
from rashomon.data.names import is_suffix
from rashomon.data.offices import (
    given_name_genders,
    office_compounds,
    office_heads,
    office_modifiers,
    office_words,
    titles,
)

# Words in front that say nothing of the office itself; they are left out of the phrase.
_LEADING = frozenset({"new", "newly", "elected", "appointed", "late", "likely", "longtime", "long-time", "embattled",
                      "disgraced", "veteran", "then", "current", "leading", "ousted", "retired",
                      "firebrand"})  # fmt: skip
# What has one leader: worth keeping in "the union's leader" and "the leader of the party".
_LED = frozenset({"union", "party", "opposition", "senate", "house", "council"})
_OF_COUNTRY = frozenset({"of"})
_COMPLEMENTS = frozenset({"of", "for", "to", "at"})
_NOT_AN_OFFICE_BEFORE = frozenset(
    {"motors", "electric", "mills", "dynamics", "assembly", "county", "league", "museum", "airport", "hospital",
     "department", "ministry", "office", "committee", "party", "street", "avenue", "award", "cup"}
)  # fmt: skip
# Abbreviated offices before a name; the others among the titles ("Mr.") tell no office.
_SHORT_OFFICES = frozenset(
    {"sen.", "rep.", "gov.", "gen.", "col.", "adm.", "lt.", "capt.", "sgt.", "maj.", "cmdr.", "prof.", "brig.", "det.",
     "sen", "rep", "gov", "gen", "col", "adm", "lt", "capt", "sgt", "maj", "prof", "rev.", "sheikh", "cpl.", "amb."}
)  # fmt: skip


@dataclass(slots=True)
class Office:
    """An office phrase: words ``first`` to ``last`` (included), its noun ``head``, what it says of its holder.

    ``fixed`` are the words of the phrase that are no part of any name. ``country`` is that of the holder.
    ``core`` holds the words that tell this office from others, without countries.
    """

    first: int
    last: int
    head: int
    gender: str = ""
    country: str | None = None
    core: frozenset[str] = frozenset()
    fixed: set[int] = field(default_factory=set)
    counterpart: bool = False


class OfficeFinder:
    """Finds the office phrases of one Doc, given its gazetteer hits."""

    def __init__(self, words: Words, hits: list[Hit]) -> None:
        self._words = words
        self._ending = {hit.last: hit for hit in hits}
        self._starting = {hit.first: hit for hit in hits}
        heads = office_heads()
        self._surnames = {words.lower[i] for i in range(len(words)) if words.lower[i] in heads and self._is_surname(i)}
        self._organisations = {e.end - 1: e.start for e in words.doc.ents if e.label_ == "ORG" and len(e) > 1}

    def find(self) -> list[Office]:
        """The office phrases in order; they do not overlap."""
        found: list[Office] = []
        i, size = 0, len(self._words)
        while i < size:
            last = self._noun(i)
            if last is None:
                i += 1
                continue
            while last + 1 < size and (following := self._noun(last + 1)) is not None:
                if self._words.head[last] not in range(last + 1, following + 1):
                    break
                i, last = last + 1, following
            office = self._phrase(i, last, found[-1].last if found else -1)
            found.append(office)
            i = office.last + 1
        return found

    def _noun(self, i: int) -> int | None:
        """The last word of the office noun that begins at word ``i``, or ``None``."""
        words = self._words
        lower = words.lower[i]
        for phrase in office_compounds().get(lower, ()):
            if tuple(words.lower[i : i + len(phrase)]) == phrase:
                return i + len(phrase) - 1
        if lower in _SHORT_OFFICES and words.capital(i) and words.capital(i + 1):
            return i
        if lower not in office_heads() or words.pos[i] not in ("NOUN", "PROPN"):
            return None
        if self._is_surname(i) or self._is_known_surname(i):
            return None
        following = words.lower[i + 1] if i + 1 < len(words) else ""
        return None if following in _NOT_AN_OFFICE_BEFORE and words.capital(i + 1) else i

    def _is_surname(self, i: int) -> bool:
        """ "Peter King", "Lena Bishop": an office in form, but behind a given name."""
        words = self._words
        before = words.lower[i - 1] if i > 0 else ""
        if not words.capital(i) or not words.capital(i - 1) or not words.together(i - 1, i):
            return False
        if words.text[i - 1] in given_name_genders():
            return True
        office = before in office_heads() or before in titles() or before in office_modifiers()
        ends = not words.capital(i + 1) or is_suffix(words.lower[i + 1])
        return words.label[i - 1] == "PERSON" and not office and ends

    def _is_known_surname(self, i: int) -> bool:
        """ "King said", where somebody in the text is called Peter King."""
        words = self._words
        if words.lower[i] not in self._surnames or not words.capital(i) or words.capital(i + 1):
            return False
        return words.lower[i - 1] != "the" if i else True

    def _phrase(self, noun: int, last: int, floor: int) -> Office:
        words = self._words
        office = Office(noun, last, last, fixed=set(range(noun, last + 1)))
        lower = words.lower[last]
        office.gender = office_heads().get(lower, "") or titles().get(lower, "")
        office.counterpart = lower == "counterpart"
        self._extend_left(office, floor)
        while words.text[office.first - 1] == "-" and office.first - 2 > floor and words.capital(office.first - 2):
            office.first -= 2
        while office.first < noun and words.lower[office.first] in _LEADING:
            office.fixed.add(office.first)
            office.first += 1
            while office.first < noun and not words.text[office.first][0].isalnum():
                office.first += 1
        if not words.capital(last + 1) or words.lower[last + 1] in _COMPLEMENTS:
            self._extend_right(office)
        office.core = self._core(office)
        return office

    def _extend_left(self, office: Office, floor: int) -> None:
        words = self._words
        j = office.first - 1
        while j > floor and words.together(j, office.head):
            hit = self._ending.get(j)
            if words.is_possessive(j):
                j = self._possessor(office, j, floor)
                break
            if hit is not None and hit.first > floor:
                if hit.entry.kind == "place" or (hit.entry.kind == "capital" and hit.entry.country != "USA"):
                    break
                office.country = office.country or hit.entry.country
                j = hit.first - 1
            elif j in self._organisations and self._organisations[j] > floor and self._is_organisation(j):
                j = self._organisations[j] - 1
            elif words.lower[j] in office_modifiers():
                office.fixed.add(j)
                j -= 1
            elif words.text[j] == "-" and words.lower[j - 1] in ("ex", "vice", "co", "then", "far", "right", "left"):
                office.fixed.update((j, j - 1))
                j -= 2
            elif words.lower[j] in office_heads() and words.head[j] in range(j + 1, office.head + 1):
                office.fixed.add(j)
                j -= 1
            elif self._adjective_of_people(j):
                j -= 1
            else:
                break
        first = j + 1
        while first < office.head and (words.lower[first] == "the" or not words.text[first][0].isalnum()):
            first += 1
        office.first = min(first, office.first)

    def _adjective_of_people(self, j: int) -> bool:
        """A nationality or a faith that no table knows ("the Velian envoy")."""
        words = self._words
        if not words.capital(j) or words.text[j].isupper() or words.tag[j] != "JJ":
            return False
        return words.label[j] == "NORP" or words.sentence[j - 1] == words.sentence[j]

    def _is_organisation(self, last: int) -> bool:
        words = self._words
        if words.lower[last] in ("party", "department", "ministry", "committee", "council", "army"):
            return True
        return words.pos[last] == "PROPN" and words.lower[last] not in office_modifiers()

    def _possessor(self, office: Office, mark: int, floor: int) -> int:
        """Take in the owner before a possessive mark if it is a country or a body; where to go on."""
        hit = self._ending.get(mark - 1)
        if hit is not None and hit.first > floor and hit.entry.kind != "place":
            office.country = office.country or hit.entry.country
            return hit.first - 1
        if self._words.lower[mark - 1] in _LED:
            return mark - 2
        start = self._organisations.get(mark - 1)
        return start - 1 if start is not None and start > floor else mark

    def _extend_right(self, office: Office) -> None:
        words = self._words
        j = office.last + 1
        if j >= len(words) or words.lower[j] not in _COMPLEMENTS:
            return
        preposition, j = words.lower[j], j + 1
        if j < len(words) and words.lower[j] in ("the", "its", "his", "her", "their"):
            j += 1
        start = j
        while j < len(words) and words.together(office.head, j):
            hit = self._starting.get(j)
            if words.label[j] == "PERSON" or words.lower[j] in titles() or words.lower[j] in office_heads():
                return
            if preposition == "of" and j == start and words.lower[j] in _LED and words.text[j].islower():
                office.last = j
                return
            if hit is not None:
                if preposition in _OF_COUNTRY and j == start and hit.entry.kind != "place":
                    office.country = office.country or hit.entry.country
                j = hit.last + 1
            elif self._inside_name(j):
                j += 1
            else:
                break
        if j > start:
            office.last = j - 1

    def _inside_name(self, j: int) -> bool:
        """A capitalised proper noun, or a small word between two of one name."""
        words, token = self._words, self._words.doc[j]
        if words.pos[j] == "PROPN" and words.capital(j):
            return True
        if (
            words.text[j] == "-"
            and words.plain[words.end[j] : words.end[j] + 1].isalpha()
            and words.start[j] == words.end[j - 1]
        ):
            return words.capital(j + 1)
        if words.lower[j] not in ("of", "on", "and", "for", "&") and not words.is_possessive(j):
            return False
        return token.ent_iob_ == "I" and j + 1 < len(self._words) and self._words.doc[j + 1].ent_iob_ == "I"

    def _core(self, office: Office) -> frozenset[str]:
        """The office's own words and those of its organisation, without the countries."""
        words = self._words
        kept: list[str] = []
        i = office.first
        while i <= office.last:
            hit = self._starting.get(i)
            if hit is not None and hit.entry.kind in ("country", "nationality", "capital"):
                i = hit.last + 1
                continue
            kept.append(words.text[i])
            i += 1
        return office_words(" ".join(kept).replace(" - ", "-"))
