"""What the text calls its people beside their names: "the singer Ana Petrov", "Ana Petrov, a singer"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from rashomon.annotate._cast import Player, Use
from rashomon.annotate._names import ORGANISATION_WORDS, Name
from rashomon.annotate._words import Words
from rashomon.data.offices import office_heads

PEOPLE_NOUNS = frozenset(
    "man woman mother father wife husband son daughter brother sister widow boy girl teenager person friend neighbor "
    "neighbour colleague resident witness survivor victim suspect defendant student teacher professor protester "
    "demonstrator supporter opponent critic voter soldier fighter worker farmer shopkeeper driver insider source "
    "refugee migrant parent relative cousin uncle aunt grandmother grandfather bystander passenger nurse physician "
    "physicist scholar interpreter assistant successor donor ally citizen lobbyist anchor moderator host user blogger "
    "pundit observer planner somebody someone everyone nobody anyone none".split()
)
# What a report calls somebody whom it has just named, without having said that it is what he is.
EPITHETS = frozenset(
    "singer rapper actor actress comedian comic musician songwriter filmmaker entertainer billionaire tycoon "
    "mogul magnate entrepreneur industrialist lawmaker legislator congressman congresswoman senator governor "
    "politician democrat republican candidate nominee frontrunner front-runner hopeful incumbent challenger "
    "footballer striker midfielder goalkeeper quarterback sprinter boxer champion golfer novelist playwright "
    "laureate economist astronaut".split()
)
# Nouns for people that may as well stand beside the name of a firm.
_ALSO_THINGS = frozenset({"model", "star"})
_ALSO_FIRMS = _ALSO_THINGS | frozenset(
    "publisher contractor rival organizer organiser manager operative author successor predecessor leader counterpart "
    "operator partner founder expert host anchor ally opponent critic supporter donor head chief user source".split()
)
# A party's adherent is called by a word with a capital and is yet no name.
_ADHERENTS = frozenset(
    "republican democrat conservative liberal tory socialist communist libertarian nationalist islamist".split()
)


class Descriptions:
    """The nouns beside the names of one Doc."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._hung: dict[int, list[int]] = defaultdict(list)
        for i, dep in enumerate(words.dep):
            if dep in ("appos", "attr"):
                self._hung[words.head[i]].append(i)

    def beside(self, first: int, last: int) -> Iterator[int]:
        """The nouns that describe the name of words ``first`` to ``last``."""
        words = self._words
        if (
            first
            and words.tag[first - 1] == "NN"
            and words.text[first - 1].islower()
            and words.together(first - 1, last)
        ):
            yield first - 1
        verb = words.head[last]
        hung = [j for i in range(first, last + 1) for j in self._hung.get(i, ())]
        if words.dep[last] == "nsubj" and words.lemma[verb] == "be":
            hung += self._hung.get(verb, [])
        yield from (j for j in hung if j > last and words.tag[j] == "NN")

    def of_people(self, uses: Iterable[Use]) -> dict[str, list[Player]]:
        """For each describing noun the people it is said of, in the order of the text."""
        found: dict[str, list[Player]] = defaultdict(list)
        for use in uses:
            if use.form == "name" and use.player.kind == "person":
                for noun in map(self._words.lower.__getitem__, self.beside(use.first, use.last)):
                    if _is_personal(noun) and use.player not in found[noun]:
                        found[noun].append(use.player)
        return found

    def set_kinds(self, names: list[Name]) -> None:
        """A name beside which stands what only a person can be is a person's; "Democrat" is nobody's."""
        for name in names:
            if not name.several and name.form.lower().removesuffix("s") in _ADHERENTS:
                name.kind = "group"
        told = {n.form for n in names if n.kind == "organisation" and n.hit is None and self._told_person(n)}
        for name in names:
            if name.form in told:
                name.kind = "person"

    def _told_person(self, name: Name) -> bool:
        words = self._words
        if name.form.isupper() or words.lower[name.last] in ORGANISATION_WORDS or name.country is not None:
            return False
        nouns = (words.lower[j] for j in self.beside(name.first, name.last))
        return any(_is_personal(noun) and noun not in _ALSO_FIRMS for noun in nouns)


def _is_personal(noun: str) -> bool:
    return noun in PEOPLE_NOUNS or noun in office_heads() or noun in EPITHETS or noun in _ALSO_THINGS
