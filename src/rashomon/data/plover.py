"""PLOVER's tables: event types with their quad classes, modes and contexts by the words that tell them, sectors.

Types, modes, contexts and sectors are those of the PLOVER manual (Open Event Data Alliance, draft of 2021); the word
lists are our own. What the manual splits into CONCEDE and RETREAT older data have as YIELD: so does the model that
gives types, and so does an event of which neither is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

Sector = Literal["GOV", "MIL", "COP", "JUD", "LEG", "SPY", "PTY", "REB", "OPP", "BUS", "EDU", "ELI", "JRN", "LAB",
                 "MED", "REF", "REL", "SOC", "CVL", "CRM", "AGR", "UAF"]  # fmt: skip


SECTORS: frozenset[str] = frozenset(get_args(Sector))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _by_word(table: Mapping[str, str]) -> dict[str, str]:
    """Word -> what it tells; of two the first."""
    found: dict[str, str] = {}
    for name, words in table.items():
        for word in words.split():
            found.setdefault(word, name)
    return found


QUAD: Mapping[str, int] = {
    type: quad
    for quad, types in {
        1: "AGREE CONSULT SUPPORT CONCEDE",
        2: "COOPERATE AID RETREAT YIELD",
        3: "REQUEST ACCUSE REJECT THREATEN",
        4: "PROTEST SANCTION MOBILIZE COERCE ASSAULT",
    }.items()
    for type in types.split()
}
"""Verbal cooperation, material cooperation, verbal conflict, material conflict; as coded, SANCTION is material."""

QUAD_NAMES: Mapping[int, str] = {
    1: "Verbal cooperation",
    2: "Material cooperation",
    3: "Verbal conflict",
    4: "Material conflict",
}

MUTUAL = _words("CONSULT AGREE COOPERATE")
"""Types of which both sides may be called the doer."""
SPOKEN = _words("AGREE REQUEST THREATEN REJECT ACCUSE SUPPORT CONCEDE")
"""Types that are done by saying something, about what may be still to come."""

FUTURE = _words("will 'll ’ll shall would wo 'd ’d")
POSSIBLE = _words("may might can could should must ought")
BINDING = _words("must should need have ought shall")
"""Modal verbs (as lemmas) by which saying something asks for it."""
SAYING = _words(
    "say tell add announce declare state note insist warn claim believe think report argue explain write tweet"
    " maintain reiterate repeat stress vow pledge promise confirm"
)
PLAIN = _words(
    "say tell add state note think believe report explain write tweet argue repeat recall mention describe accord"
    " conclude respond reply ask read know see hear learn find show suggest be have do go come include"
)
"""Verbs (as lemmas) that by themselves do nothing to anybody."""
MEETING_NOUNS = _words("meeting talk negotiation summit consultation visit call discussion")
DEED_NOUNS = MEETING_NOUNS | _words(
    "attack assault bombing strike airstrike raid"
    " shelling invasion annexation occupation killing assassination massacre sanction embargo blockade ban tariff"
    " resignation withdrawal release arrest detention expulsion deployment mobilization protest demonstration rally"
    " riot march ultimatum accusation criticism condemnation investigation probe inquiry lawsuit refusal"
    " rejection veto agreement deal accord treaty ceasefire truce aid assistance donation endorsement demand appeal"
)
PENALTIES = _words("sanction embargo boycott blacklist")
"""What the manual codes as SANCTION; the model has it, with CAMEO, as COERCE."""

MODES: Mapping[str, Mapping[str, str]] = {
    type: _by_word(table)
    for type, table in {
        "CONSULT": {"phone": "phone telephone call videoconference", "visit": "visit host tour",
                    "multilateral": "summit g7 g8 g20 assembly"},
        "RETREAT": {"resign": "resign resignation quit", "ceasefire": "ceasefire truce cease-fire armistice",
                    "release": "release free liberate", "disarm": "disarm demobilize surrender disarmament",
                    "access": "admit inspector", "withdraw": "withdraw withdrawal retreat pullout evacuate cede"},
        "REQUEST": {"meet": "meeting talk negotiation meet negotiate", "yield": "ceasefire release lift withdraw free",
                    "assist": "aid assistance help support money fund", "change": "resign reform resignation change"},
        "REJECT": {"meet": "meeting talk negotiation meet negotiate", "yield": "ceasefire release lift withdraw free",
                   "assist": "aid assistance help money fund", "change": "reform resign change"},
        "ACCUSE": {"investigate": "investigate investigation probe inquiry", "allege": "accuse allege charge indict sue"
                   " lawsuit accusation blame prosecute indictment trial", "disapprove": "criticize criticise condemn"
                   " denounce criticism condemnation oppose slam decry rebuke deplore complain fault blast disapprove"},
        "THREATEN": {"arrest": "arrest jail detain imprison", "expel": "expel", "territory": "occupy annex seize",
                     "violence": "attack strike war bomb kill force retaliate", "relations": "suspend sever relation",
                     "restrict": "blockade boycott ban sanction tariff"},
        "PROTEST": {"hunger": "hunger", "riot": "riot clash", "strike": "strike walkout stoppage", "boycott": "boycott",
                    "obstruct": "block obstruct blockade", "vandalize": "deface vandalize",
                    "demo": "demonstrate demonstration march rally sit-in"},
        "SANCTION": {"convict": "convict guilty sentence conviction", "expel": "expel expulsion",
                     "withdraw": "withdraw withdrawal recall", "discontinue": "sanction embargo suspend sever cut"
                     " freeze halt boycott tariff"},
        "MOBILIZE": {"weapons": "missile tank ship destroyer carrier bomber battery", "police": "police officer",
                     "militia": "militia", "troops": "troop soldier reserve brigade army"},
        "COERCE": {"arrest": "arrest detain jail imprison detention custody", "deport": "deport deportation",
                   "curfew": "curfew", "martial-law": "emergency martial", "censor": "censor censorship",
                   "cyber": "hack cyberattack", "seize": "seize confiscate raid annex annexation occupy occupation"
                   " search", "restrict": "ban restrict bar cordon prohibit"},
        "ASSAULT": {"drone": "drone", "suicide-attack": "suicide", "aerial": "airstrike bomb jet",
                    "heavy-weapons": "shell shelling artillery tank rocket missile",
                    "explosives": "bombing explosive ied mine grenade",
                    "firearms": "shoot gun rifle shooting gunfire", "abduct": "kidnap abduct hijack",
                    "torture": "torture", "sexual": "rape", "targeted": "assassinate assassination execute",
                    "primitive": "stab knife stone machete", "beat": "beat punch kick", "destroy": "demolish destroy",
                    "crowd-control": "teargas baton"},
    }.items()
}  # fmt: skip
"""By type: lemma of a word of the deed -> the mode it tells."""

RETREATING = frozenset(MODES["RETREAT"])
CONCEDING = _words("pardon amnesty acquit apologize apologise lift ease grant promise announce concede reinstate relax")

CONTEXTS: Mapping[str, str] = _by_word(
    {
        "military": "military army navy troop soldier general defense defence missile weapon",
        "intelligence": "intelligence spy espionage",
        "election": "election ballot campaign vote voter",
        "legislative": "legislation bill senate parliament lawmaker",
        "economic": "trade tariff economic economy market investment bank",
        "legal": "court judge lawsuit prosecutor legal trial attorney law",
        "diplomatic": "ambassador diplomat diplomatic envoy embassy treaty summit counterpart",
        "territory": "annexation territory border annex peninsula",
        "human_rights": "rights",
        "peacekeeping": "peacekeeper peacekeeping",
        "migration": "migrant refugee immigrant immigration migration",
        "asylum": "asylum",
        "health": "health hospital disease virus vaccine",
        "disasters": "earthquake flood hurricane wildfire",
        "environment": "climate emission pollution",
        "terrorism": "terrorist terrorism jihadist",
        "cbrn": "nuclear chemical uranium denuclearization",
        "cyber": "hacker cyber hack cyberattack",
        "corruption": "corruption bribe bribery graft",
        "crime": "crime criminal murder robbery",
    }
)
"""Lemma of a word of the deed -> the context it tells."""

DICTIONARY: Mapping[str, str] = _by_word(
    {
        "CONSULT": "meet talk negotiate discuss visit host confer mediate mediation consult negotiation",
        "AGREE": "agree offer promise pledge agreement accept willing",
        "SUPPORT": "support praise endorse defend welcome back recognize congratulate sign",
        "COOPERATE": "cooperate share joint exchange extradite",
        "AID": "aid provide donate give assistance evacuate grant supply",
        "YIELD": "release withdraw resign lift ease surrender ceasefire truce pardon free concede return",
        "REQUEST": "demand request urge ask call appeal must",
        "ACCUSE": "accuse condemn criticize blame investigate sue charge denounce investigation lawsuit complain",
        "REJECT": "reject refuse deny veto decline dismiss",
        "THREATEN": "threaten warn ultimatum threat vow",
        "PROTEST": "protest demonstrate march strike rally riot boycott",
        "SANCTION": "expel suspend withdraw halt cancel sever",
        "MOBILIZE": "mobilize deploy alert",
        "COERCE": "arrest detain seize impose ban deport sanction confiscate jail",
        "ASSAULT": "attack kill bomb shoot strike kidnap shell raid fire storm torture stab hit",
    }
)
"""What a coder by dictionaries would know: the peer that the model is measured against."""

_SECTORS: tuple[tuple[Sector, frozenset[str]], ...] = (
    ("ELI", _words("former ex")),
    ("SPY", _words("intelligence cia fsb mossad spy nsa mi6 mi5 gru")),
    ("COP", _words("police policeman sheriff detective fbi gendarmerie constable")),
    ("JUD", _words("judge court justice tribunal prosecutor judiciary magistrate")),
    ("MIL", _words("army navy military general admiral colonel troop soldier chiefs forces pentagon commander major air"
                   " marines lieutenant captain sergeant brigade")),
    ("REB", _words("rebel insurgent guerrilla separatist taliban militant hezbollah")),
    ("LEG", _words("senator congressman congresswoman lawmaker parliament senate congress lawmakers mp legislator"
                   " representative assembly duma knesset bundestag")),
    ("JRN", _words("journalist reporter newspaper correspondent editor columnist agency broadcaster times post cnn bbc"
                   " reuters interfax tass afp news")),
    ("GOV", _words("president minister secretary premier chancellor governor mayor government ministry ambassador king"
                   " queen prime kremlin administration department envoy diplomat cabinet office official commissioner"
                   " embassy treasury")),
    ("OPP", _words("opposition dissident")),
    ("PTY", _words("party democrats republicans candidate nominee democrat republican")),
    ("BUS", _words("company bank corporation inc corp ceo executive chairman businessman firm ltd co")),
    ("LAB", _words("union workers worker employee staff teamsters")),
    ("EDU", _words("university school professor student teacher college")),
    ("MED", _words("hospital doctor nurse surgeon")),
    ("REL", _words("church bishop pope archbishop imam ayatollah cardinal rabbi pastor priest")),
    ("REF", _words("refugee migrant refugees migrants")),
    ("CRM", _words("gang cartel mafia gunman suspect robber")),
    ("AGR", _words("farmer farmers peasant")),
    ("CVL", _words("protester protesters activist demonstrators demonstrator resident residents civilian civilians"
                   " villagers")),
)  # fmt: skip

BODIES = _words(
    "government official authority troop force police army military navy ambassador ministry court parliament soldier"
    " minister president negotiator lawmaker leader diplomat delegation envoy prosecutor jet plane warplane warship"
    " ship rebel militant fighter gunman group people protester activist citizen resident official counterpart"
    " administration regime intelligence agency spokesman spokeswoman senator judge company firm bank team staff"
    " officer commander general airstrike state republic"
)
"""Nouns (as lemmas) before which a country's name tells whose they are: "Velmish troops"."""


def sector(kind: str, name: str, roles: Iterable[str]) -> Sector | None:
    """The sector of an actor as its office, else its name, tells it; ``None`` where they do not.

    Of a country, the state acts for it: GOV. A place has none.
    """
    if kind == "country":
        return "GOV"
    if kind == "place":
        return None
    for told in ([word for role in roles for word in role.lower().split()], name.lower().replace("-", " ").split()):
        forms = {*told, *(word.removesuffix("s") for word in told)}
        for code, words in _SECTORS:
            if not words.isdisjoint(forms):
                return code
        if kind == "person":
            return None
    return None
