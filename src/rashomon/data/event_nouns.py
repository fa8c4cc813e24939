"""Nouns that name an event, and nouns that name people: what accounts may call differently and mean the same."""

from __future__ import annotations

# By kind, so that only words for the same sort of thing are held against each other.
EVENT_NOUNS: dict[str, frozenset[str]] = {
    kind: frozenset(words.split())
    for kind, words in {
        "gathering": "summit meeting talk talks conference congress assembly session gathering forum negotiation"
        " hearing"
        " convention encounter dialogue discussion consultation visit",
        "protest": "protest demonstration rally march riot unrest uprising revolt rebellion disturbance clash clashes"
        " mob vigil sit-in blockade picket strike walkout insurrection coup mutiny revolution",
        "attack": "attack assault bombing raid strike airstrike shelling ambush massacre killing shooting"
        " murder"
        " assassination slaughter terrorism bloodbath execution offensive operation invasion incursion"
        " intervention aggression"
        " war conflict crisis campaign fighting violence hostilities",
        "mishap": "accident crash collision disaster tragedy incident catastrophe explosion blast fire derailment"
        " collapse spill leak outbreak flood",
        "taking": "annexation reunification accession occupation seizure takeover integration absorption incorporation"
        " return liberation",
        "measure": "sanction sanctions embargo measure measures ban blockade restriction restrictions tariff levy",
        "agreement": "agreement deal accord pact treaty settlement truce ceasefire compromise bargain",
        "vote": "vote election referendum poll ballot plebiscite",
        "leaving": "resignation departure dismissal firing ouster removal exit sacking",
    }.items()
}


def kinds_of(lemma: str) -> frozenset[str]:
    """The kinds of event that a noun can name; empty for other nouns."""
    return frozenset(kind for kind, words in EVENT_NOUNS.items() if lemma in words)


_PEOPLE = frozenset(
    "people person man woman child youth crowd mob gang troop force police officer cop thug rebel militant radical"
    " fanatic guerrilla patriot hero terrorist insurgent separatist demonstrator protester activist rioter looter"
    " striker worker docker miner farmer student migrant refugee illegal alien asylum seeker settler occupier resident"
    " citizen civilian national foreigner soldier fighter gunman shooter attacker assailant suspect criminal victim"
    " survivor hostage prisoner detainee inmate supporter opponent critic dissident traitor loyalist hardliner"
    " lawmaker legislator politician minister official bureaucrat executive boss employee staff crew passenger family"
    " relative widow mourner witness neighbour neighbor bystander onlooker".split()
)
_PEOPLE_ENDINGS = ("ers", "ors", "ists", "ants", "ees", "ians")


def names_people(lemma: str, word: str) -> bool:
    """Whether a common noun names people: by a list, or by the ending of its plural."""
    return lemma in _PEOPLE or word.lower().endswith(_PEOPLE_ENDINGS)
