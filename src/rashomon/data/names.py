"""When two written names may be one name: short and full forms, abbreviations, spellings of a transliterated name.

Nothing here decides that two *people* are one; that needs context (office, country, which other bearers of the name
the text knows). These functions only say what the letters allow.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rashomon.data.countries import entry_at
from rashomon.data.offices import given_name_genders

# Family names that usually stand first (Chinese, Korean, Vietnamese), so that "Kim" is short for "Kim Jong Un".
_FAMILY_FIRST = frozenset(
    "Ban Bo Cao Chen Cho Choi Chung Deng Fan Gao Guo Hong Hu Huang Jang Jiang Jung Kang Kim Lam Lee Leung Li Lim Lin "
    "Liu Lu Luo Ma Mao Moon Nguyen Park Peng Ri Roh Shin Song Sun Tan Tang Tran Tsai Wang Wen Wu Xi Xu Yang Yi Yoon "
    "Yu Zhang Zhao Zheng Zhou Zhu".split()
)
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "esq", "phd", "md"})
_NICKNAMES = (
    "james jim jimmy jamie",
    "william bill billy will liam", "robert rob robbie bob bobby bert", "richard rick dick rich",
    "michael mike mick mickey", "thomas tom tommy", "joseph joe joey", "charles charlie chuck", "edward ed eddie ted",
    "theodore ted teddy", "anthony tony", "andrew andy drew", "daniel dan danny", "david dave", "donald don donnie",
    "benjamin ben benny", "bernard bernie", "christopher chris", "gregory greg", "jeffrey jeff", "geoffrey geoff",
    "kenneth ken kenny", "lawrence larry", "leonard len lenny leo", "matthew matt", "mitchell mitch", "willard mitt",
    "nicholas nick", "patrick pat", "peter pete", "philip phil phillip", "raymond ray", "ronald ron ronnie",
    "samuel sam sammy", "stephen steve steven", "timothy tim", "walter walt", "alexander alex al", "albert al bert",
    "elizabeth liz beth betty lizzie eliza", "katherine kate kathy katie catherine cathy", "margaret maggie meg peggy",
    "susan sue suzanne", "deborah debbie deb", "barbara barb", "patricia pat patty", "rebecca becky", "jennifer jen",
    "jessica jess", "christine chris", "hillary hilary", "john johnny jack jon", "jonathan jon", "joshua josh",
    "zachary zach", "nathaniel nathan nate", "vincent vince", "frederick fred freddie", "eugene gene", "gerald gerry",
    "rudolph rudy", "randolph randy", "terrence terry", "judith judy", "kimberly kim", "victoria vicky", "sandra sandy",
)  # fmt: skip
_NICKNAME = re.compile(r"\s(?:\"[^\"]+\"|'[^']+'|\u201c[^\u201d]+\u201d|\u2018[^\u2019]+\u2019|\([^)]+\))\s")
# Letters that Unicode does not part into a plain one and an accent.
_BARRED = str.maketrans({"đ": "d", "Đ": "D", "ð": "d", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ı": "i", "ß": "ss",
                         "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "þ": "th", "Þ": "Th"})  # fmt: skip
_HYPHENS = str.maketrans({"\u2010": "-", "\u2011": "-"})
_DOTTED = re.compile(r"(?<=\b[A-Za-z])\.")
_INITIALISM_SKIPS = frozenset({"of", "the", "and", "for", "in", "on", "de", "to", "&"})
_ORG_NOISE = frozenset({"the", "of", "for", "and", "&", "inc", "corp", "co", "ltd", "llc", "plc", "group", "'s", "s"})
_ORG_SYNONYMS = {
    "ministry": "department", "defence": "defense", "affairs": "", "organisation": "organization", "centre": "center",
    "programme": "program", "labour": "labor", "committe": "committee",
}  # fmt: skip
# Letters and groups of letters that transliterations from Arabic, Cyrillic and Persian write differently.
_FOLDINGS = tuple(
    (re.compile(pattern), new)
    for pattern, new in (
        (r"kh|gh|q|ck|(?<![sct])c(?=[aou])", "k"), (r"tch|tsch|tj", "ch"), (r"dzh|dj", "j"), (r"dh|th", "d"),
        (r"ph", "f"), (r"ou|oo|w", "u"), (r"v", "f"), (r"ei|ey|ij|ii|iy|yi|ee|y|j(?=[aeiou])", "i"), (r"ae|ai|e", "a"),
        (r"g", "k"), (r"z", "s"), (r"(?<=[a-z])h", ""), (r"o", "u"), (r"(.)\1+", r"\1"), (r"(?<=[a-z])[aiu]$", ""),
    )
)  # fmt: skip


@lru_cache(maxsize=8192)
def fold(name: str) -> str:
    """The name without accents, full stops after single letters and differences of case and apostrophe."""
    plain = unicodedata.normalize("NFKD", name.replace("\u2019", "'").translate(_HYPHENS).translate(_BARRED))
    plain = "".join(c for c in plain if not unicodedata.combining(c) and c != "\u00ad")
    return _DOTTED.sub("", " ".join(plain.split())).casefold()


def plain(name: str) -> str:
    """A name for comparing: case, spacing, full stops and a leading article do not make another name of it."""
    return " ".join(name.casefold().replace(".", "").split()).removeprefix("the ")


@lru_cache(maxsize=8192)
def words(name: str) -> tuple[str, ...]:
    """The folded words of a personal name, without suffixes such as Jr.; parts joined by a hyphen stay joined."""
    found = [w.strip(".,") for w in fold(_NICKNAME.sub(" ", name)).split()]
    kept = tuple(w for w in found if w and w not in _SUFFIXES)
    return kept or tuple(w for w in found if w)


def is_suffix(word: str) -> bool:
    """Whether a word stands behind a personal name and is none itself: "Jr."."""
    return fold(word).strip(".,") in _SUFFIXES


def surname(name: str) -> str:
    """The folded family name as far as form tells it: the first word of "Xi Jinping", else the last."""
    parts = words(name)
    if not parts:
        return ""
    if len(parts) > 1 and family_first(name):
        return parts[0]
    return bare(parts[-1])


def bare(word: str) -> str:
    """A folded surname without an Arabic article: "al-assad" and "assad" are one."""
    return re.sub(r"^(?:al|el|as|ash|an|ar|az)-(?=\w{3})", "", word)


def family_first(name: str) -> bool:
    """Does the name begin with a Chinese, Korean or Vietnamese family name and no English given name?"""
    first, _, rest = name.partition(" ")
    return fold(first).capitalize() in _FAMILY_FIRST and bool(rest) and rest.split()[-1] not in given_name_genders()


def given_name(name: str) -> str:
    """The folded first given name, or ``""`` for a bare surname."""
    parts = words(name)
    if len(parts) < 2:
        return ""
    return parts[1] if family_first(name) else parts[0]


@lru_cache(maxsize=1)
def _nickname_sets() -> dict[str, frozenset[int]]:
    index: dict[str, set[int]] = {}
    for number, line in enumerate(_NICKNAMES):
        for name in line.split():
            index.setdefault(name, set()).add(number)
    return {name: frozenset(numbers) for name, numbers in index.items()}


def given_names_agree(one: str, other: str) -> bool:
    """Equal, an initial of the other, a familiar form of it, or (longer names) another spelling; both folded."""
    if one == other or (len(one) == 1 and other.startswith(one)) or (len(other) == 1 and one.startswith(other)):
        return True
    nicknames, genders = _nickname_sets(), given_name_genders()
    if nicknames.get(one, frozenset()) & nicknames.get(other, frozenset()):
        return True
    if one.rstrip("ae") == other.rstrip("ae") and {one[-1:], other[-1:]} != {"a", "e"}:
        return False  # Martin and Martina, Paul and Paula
    told = {genders.get(one.capitalize(), ""), genders.get(other.capitalize(), "")}
    return told != {"m", "f"} and (spelling_variants(one, other) or _one_letter_apart(one, other, told))


def _one_letter_apart(one: str, other: str, genders: set[str]) -> bool:
    """ "Katrin" and "Kathrin": five letters or more, one of them off, and not the last ("Andrew" and "Andrea")."""
    if one[:-1] == other[:-1] or min(len(one), len(other)) < 5 or one[0] != other[0] or not _one_apart(one, other):
        return False
    return "" in genders or "h" in set(one) ^ set(other)


def is_short_form(short: str, full: str) -> bool:
    """Can ``short`` ("Tillerson", "Rex", "R. Tillerson", "Assad") stand for the fuller name of a person?"""
    few, many = words(short), words(full)
    if not few or len(few) >= len(many):
        return False
    if len(few) == 1:
        ends = {surname(full), bare(many[-1])}
        return bare(few[0]) in ends or (len(many) > 2 and "-".join(many[-2:]).endswith(few[0]))
    if many[-len(few) :] == few:
        return True
    return surname(short) == surname(full) and given_names_agree(given_name(short), given_name(full))


def same_person_name(one: str, other: str) -> bool:
    """Are these two full names the same name: equal but for middle names, initials, accents, familiar forms?"""
    a, b = words(one), words(other)
    if len(a) < 2 or len(b) < 2:
        return a == b
    if generation(one) != generation(other):
        return False
    if _parted(a) == _parted(b):
        return True
    if surname(one) != surname(other):
        return False
    if family_first(one) and family_first(other):
        return _joined(a) == _joined(b)
    if _initials_of(a, b) or _initials_of(b, a):
        return True
    return given_names_agree(given_name(one), given_name(other)) and _middles_agree(a, b)


def _parted(parts: tuple[str, ...]) -> list[str]:
    """The words of a name, double ones parted: "Vik-Harmon" is "Vik Harmon"."""
    return " ".join(parts).replace("-", " ").split()


def _joined(parts: tuple[str, ...]) -> str:
    """The given names of one whose family name stands first, however they are joined ("Jong-un", "Jong Un")."""
    return "".join(parts[1:]).replace("-", "")


def _initials_of(short: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """ "J.P. Marlow" for "Juan Pedro Marlow"; both folded, the surnames alike."""
    return len(short) == 2 and len(full) > 2 and short[0] == "".join(w[0] for w in full[:-1])


def generation(name: str) -> str:
    """``"ii"``, ``"iii"`` or ``"iv"``, if the name ends so; "Jr." tells nothing, since reports often drop it."""
    last = fold(name).split()[-1].strip(".,") if name.split() else ""
    return last if last in {"ii", "iii", "iv"} else ""


def _middles_agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    middle, other_middle = one[1:-1], other[1:-1]
    if not middle or not other_middle or len(middle) != len(other_middle):
        return True
    return all(given_names_agree(a, b) for a, b in zip(middle, other_middle, strict=True))


@lru_cache(maxsize=8192)
def transliteration_key(word: str) -> str:
    """A folded word with the letters made equal that transliterations interchange (Qaddafi, Gaddafi, Kadhafi)."""
    key = bare(fold(word)).replace("-", "").replace("'", "")
    for pattern, new in _FOLDINGS:
        key = pattern.sub(new, key)
    return key


def spelling_variants(one: str, other: str) -> bool:
    """Can two words be spellings of one name: the same transliteration key, letters swapped, or one apart when long?

    Short words must agree exactly: "Hu" and "Wu", "Bush" and "Rush" are different names.
    """
    a, b = bare(fold(one)), bare(fold(other))
    if a == b:
        return True
    if min(len(a), len(b)) < 4:
        return False
    if transliteration_key(a) == transliteration_key(b):
        return True
    swapped = len(a) > 5 and sorted(a) == sorted(b) and a[0] == b[0] and a[-1] == b[-1]
    return swapped or (min(len(a), len(b)) >= 7 and a[0] == b[0] and _one_apart(a, b))


def _one_apart(one: str, other: str) -> bool:
    """Whether two words are equal but for one letter at the most: another one, or one that only one of them has."""
    shorter = min(len(one), len(other))
    at = next((i for i in range(shorter) if one[i] != other[i]), shorter)
    one, other = one[at:], other[at:]
    return one[1:] == other[1:] or one == other[1:] or one[1:] == other


def gender_of(name: str) -> str:
    """``"m"`` or ``"f"`` where the given name is as a rule borne by that gender alone, else ``""``."""
    first = name.split(maxsplit=1)[0] if " " in name else ""
    return given_name_genders().get(first, "")


def initials(name: str) -> str:
    """The capital initials of a name's main words: "Federal Security Service" gives "FSB"'s English "FSS"."""
    parts = [w for w in re.split(r"[\s-]+", name) if w and w.lower() not in _INITIALISM_SKIPS]
    return "".join(w[0] for w in parts if w[0].isupper())


def is_abbreviation(short: str, full: str) -> bool:
    """Is ``short`` ("FBI", "F.B.I.") made of the initials of ``full``, and not just one or two letters long?"""
    letters = short.replace(".", "").upper()
    bare_short = short.replace(".", "")
    return len(letters) >= 3 and bare_short.isalpha() and bare_short.isupper() and initials(full).upper() == letters


@lru_cache(maxsize=8192)
def organisation_key(name: str) -> str:
    """A name for comparison: "the U.S. Department of Defense" and "Defence Department" both give "defense department".

    A country at the beginning is dropped (it is kept as the actor's country), words are put in alphabetical order.
    """
    plain = re.sub(r"^(?:the|The)\s+", "", name.replace("\u2019", "'")).strip()
    entry = entry_at(plain, 0)
    if entry is not None and entry.kind in ("country", "nationality"):
        rest = re.sub(r"^(?:'s|')?\s+", "", plain[len(entry.form) :])
        plain = rest if rest and rest != plain else plain
    parts = (w.strip(".,'") for w in fold(plain).replace("'s ", " ").split())
    kept = {_ORG_SYNONYMS.get(w, w) for w in parts} - _ORG_NOISE - {""}
    return " ".join(sorted(kept)) or fold(name)
