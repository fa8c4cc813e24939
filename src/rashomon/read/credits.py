"""Datelines, bylines and credit lines: whose text it says it is, and when and where it was filed.

An agency merely mentioned in the report ("Interfax quoted an aide") is a speaker, not a credit; only the places where
a page credits its text count: a dateline, a byline, a credit line at the end, a copyright line.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from rashomon.data import table
from rashomon.read.metadata import FULL_DATE, MONTH, named_date

_DASH = r"(?:-{1,2}|[–—―]|–-)"
_DAY = rf"(?:{MONTH}\s+\d{{1,2}}(?:,?\s+\d{{4}})?|\d{{1,2}}\s+{MONTH}(?:\s+\d{{4}})?)"
_CAP = r"[A-ZÀ-Ý][\w.’'-]*"
_CAPS = r"[A-ZÀ-Ý][A-ZÀ-Ý.’'-]+"
_REGION = rf"(?:,\s+{_CAP}(?:\s+{_CAP}){{0,2}}){{0,2}}"
_UPPER_PLACE = rf"{_CAPS}(?:[ /]{_CAPS}){{0,4}}{_REGION}"
_TITLE_PLACE = rf"{_CAP}(?:[ /](?:{_CAP}|de|del|di|la|of|sur)){{0,3}}{_REGION}"
_IN_PARENTHESES = r"\((?P<agency>[^():\n]{2,40})\)"
# "BONN, Feb 16 (Reuters) -", "(AP) —", "Bonn (dpa) –": what follows must begin a sentence.
_BEGINS = r"(?=[\"“‘'«]?[A-ZÀ-Ý0-9]|\Z)"
_WITH_AGENCY = re.compile(
    rf"(?:(?P<place>{_UPPER_PLACE}|{_TITLE_PLACE}),?\s*)?(?P<day>{_DAY}\s*)?{_IN_PARENTHESES}"
    rf"\s*(?P<dash>{_DASH}|:)?\s*{_BEGINS}"
)
_PLACE_ONLY = re.compile(rf"(?P<place>{_UPPER_PLACE})(?:,\s*(?P<day>{_DAY}))?\s*{_DASH}\s*{_BEGINS}")
# A town in mixed case, unless a second dash shows that the words between are an aside ("Elba — Italy's isle — is").
_TOWN_ONLY = re.compile(rf"(?P<place>{_TITLE_PLACE})\s+[–—]\s+{_BEGINS}(?![^.!?\n]*[–—])")
# The dash of a dateline whose place was lost in copying.
_LEFT_OVER = re.compile(rf"(?:--|[–—])\s+{_BEGINS}")
_OUTLET_DASH = re.compile(rf"(?:(?P<place>{_TITLE_PLACE})\s+)?(?P<agency>[A-Z][A-Z/&]{{1,7}})\s*[—–]\s*{_BEGINS}")
# Words in capitals before a dash that name no place.
_NOT_PLACES = frozenset(
    "UPDATE UPDATED UPDATES CORRECTION CORRECTED EXCLUSIVE ANALYSIS OPINION FILE BREAKING WATCH VIDEO PHOTO PHOTOS "
    "NATO EU UN GOP FBI CIA NASA WHO NOTE EDITOR LIVE READ MORE".split()
)
# "(R)", "(D-Calif.)", "(I-Vt.)": a party, not an agency.
_PARTY = re.compile(r"[A-Z]|[A-Z]{1,3}[-–][A-Z][A-Za-z.]*")
_AGENCY_WORDS = re.compile(r"\b(?:News|Press|Wire|Newswire|Agency|Agence|Agentur|Service|Media|Dispatch)\b")

_COPYRIGHT = re.compile(r"(?i:copyright\b|\(c\)\s|©)\s*(?i:©|\(c\))?\s*(?:\d{4}|(?i:by)\b|[A-Z])")
_RIGHTS = re.compile(
    r"all rights reserved|may not be (?:published|reproduced|reprinted),? (?:\w|without)", re.IGNORECASE
)
_BYLINE = re.compile(
    r"(?i:byline:|text by|reported by|by):?\s+"
    rf"(?P<names>{_CAP}(?:(?:,? and |, | & | ){_CAP}|\s+(?:de|van|von|al|bin|der|la|in|for|of|the)\b)*)"
)
_PUBLICATION = re.compile(
    r"(?:first |last |originally )?(?:published|posted|updated|modified|created|filed|issued|date)(?: on| at)?:?\s*",
    re.IGNORECASE,
)
_DATE_DRESSING = re.compile(
    r"\b(?:\d{1,2}(?::\d{2}){0,2}\s*(?:a\.?m\.?|p\.?m\.?)?|a\.?m|p\.?m|[A-Z]{2,4}|at|on|"
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)\b|[\s,|•·:.()–—-]",
    re.IGNORECASE,
)
_TRAILER = re.compile(
    r"(?P<credit>[(\[](?:(?:additional |with )?(?:reporting|writing|editing|compiled|translation|source)s?\b"
    r"|copyright|©)[^\n]*|[(\[](?:[^()\n]{2,30})[)\]])$",
    re.IGNORECASE,
)

_AGENCY_DRESSING = re.compile(
    r"^(?:(?:sources?|via|agency|agencies|text|story|report|words|from|inputs?|with|by|credit)\s*:\s*|(?:with|via|by|from)\s+)"
    r"|(?:copyright|\(c\)|©)\s*|,?\s+(?:19|20)\d\d$|^(?:19|20)\d\d\s+",
    re.IGNORECASE,
)
_BETWEEN_NAMES = re.compile(r"\s*[/,;+|]\s*(?:and\s+)?|\s+(?:and|&)\s+")
_NAMELESS = frozenset(("agencies", "agency", "news agencies", "wires", "wire services", "staff", "others"))
_WIRES = re.compile(r"\b(?:news |wire )?(?:agencies|agency|wires?)\b", re.IGNORECASE)
_FIRST_PUBLISHED = re.compile(
    r"(?:this|the) (?:\w+ )?(?:article|story|post|report|piece|text)(?: \w+)? (?:was |has been |is )?"
    r"(?:(?:originally|first|also) )?"
    r"(?:published|appeared|ran|republished|reprinted|reproduced|syndicated|provided|supplied)"
    r"(?: here)?(?: with permission)? (?:by|on|in|at|from)\s+(?P<name>(?:the )?[A-Z][^.,;(]{1,50})",
    re.IGNORECASE,
)

# What services write that give only a text's beginning: "[+2317 chars]".
_CUT_OFF = re.compile(r"\+\s?\d[\d,. ]*(?:char(?:acter)?s|words)(?: truncated)?", re.IGNORECASE)

Stamp = Literal["published", "updated", "date"]


_LONGEST_CREDIT = 600  # characters
_LONGEST_DATELINE = 300


class Dateline(NamedTuple):
    """A dateline at the start of a paragraph: its length, the agency it names, and its date if it gives the year."""

    length: int
    agency: str | None
    published: str | None


@lru_cache(maxsize=1)
def _agencies() -> tuple[dict[str, str], re.Pattern[str]]:
    """Canonical names by form (as written for short capitals, folded for the rest), and a pattern for any form."""
    forms: dict[str, str] = {}
    for canonical, spellings in table("agencies.tsv"):
        for spelling in spellings.split("|"):
            forms[spelling if _is_short(spelling) else spelling.casefold()] = canonical
    longest_first = sorted(forms, key=lambda f: (-len(f), f))
    either = "|".join(re.escape(f) if _is_short(f) else f"(?i:{re.escape(f)})" for f in longest_first)
    return forms, re.compile(rf"(?<![\w@.])(?:{either})(?!\w)(?!\.(?:com|org|net))")


@lru_cache(maxsize=16)
def page_pattern(rule: str) -> re.Pattern[str]:
    """The patterns of one rule of ``data/page_patterns.tsv`` as one."""
    found = [pattern for name, pattern in table("page_patterns.tsv") if name == rule]
    return re.compile("|".join(found), re.NOFLAG if rule == "label" else re.IGNORECASE)


def _is_short(form: str) -> bool:
    return len(form) <= 5 and form.isalpha()


def agency(name: str) -> str | None:
    """The canonical name of a known agency, or ``None``."""
    forms, _ = _agencies()
    name = " ".join(name.split()).strip(" .,-–—/")
    return forms.get(name) or forms.get(name.casefold())


def agency_line(text: str) -> list[str]:
    """The agencies that a line consists of ("— Reuters", "(AP)", "Text: TT", "dpa/AP", "Press Association 2024")."""
    names = _AGENCY_DRESSING.sub("", text.strip("—–-()[]/* ."))
    parts = [part for part in _BETWEEN_NAMES.split(names) if part and part.casefold() not in _NAMELESS]
    found = [_agency_or_alike(part) for part in parts]
    return [name for name in found if name] if all(found) else []


def _agency_or_alike(name: str) -> str | None:
    """The agency that a name is: a known one, or one that is called so ("Delta News Agency")."""
    found = agencies_in(name)
    return found[0] if found and (agency(name) or same_name(found[0], name)) else None


def agencies_in(text: str) -> list[str]:
    """Every known agency that a credit line names, in order, and names made like an agency's ("Delta News Agency")."""
    forms, pattern = _agencies()
    found = [(m.start(), forms.get(m.group()) or forms[m.group().casefold()]) for m in pattern.finditer(text)]
    generic = re.finditer(rf"(?:{_CAP} ){{1,3}}(?:News Agency|Press Agency|News Service|Newswire|Wire Service)\b", text)
    taken = [(m.start(), m.end()) for m in pattern.finditer(text)]
    for match in generic:
        if not any(s < match.end() and match.start() < e for s, e in taken):
            found.append((match.start(), re.sub(r"^(?:The|And|With|By)\s+", "", match.group())))
    return list(dict.fromkeys(name for _, name in sorted(found)))


def same_name(a: str | None, b: str | None) -> bool:
    """Whether two outlets' names are one but for case, punctuation, a leading "The" and a host's other parts."""
    return bool(a and b) and bool(_name_forms(a or "") & _name_forms(b or ""))


def _name_forms(name: str) -> set[str]:
    folded = name.casefold().strip()
    # "edition.cnn.com" stands for "cnn" as well; top-level domains and the like name nobody.
    parts = folded.split(".")[:-1] if re.fullmatch(r"[\w-]+(?:\.[\w-]+)+", folded) else []
    names = [re.sub(r"^the\s+", "", folded), *(p for p in parts if p not in ("www", "co", "com", "edition"))]
    return {form for n in names if (form := re.sub(r"[\W_]+", "", n))}


def dateline(text: str, outlet: str | None) -> Dateline | None:
    """The dateline that a paragraph begins with, if it does. ``length`` counts its characters and the space after."""
    text = text[:_LONGEST_DATELINE]
    for pattern in (_WITH_AGENCY, _OUTLET_DASH, _PLACE_ONLY, _TOWN_ONLY, _LEFT_OVER):
        match = pattern.match(text)
        if match and match.end() > 0 and _plausible(match, outlet):
            groups = match.groupdict()
            name = groups.get("agency")
            day = FULL_DATE.search(groups.get("day") or "")
            credit = None if name is None or (same_name(name, outlet) and not agency(name)) else _credited(name)
            return Dateline(match.end(), credit, named_date(day) if day else None)
    return None


def _credited(name: str) -> str:
    known = agencies_in(name)
    return known[0] if known else " ".join(name.split())


def _plausible(match: re.Match[str], outlet: str | None) -> bool:
    groups = match.groupdict()
    place, name = groups.get("place"), groups.get("agency")
    if place and set(re.findall(r"\w+", place.split(",")[0])) & _NOT_PLACES:
        return False
    if match.re is _LEFT_OVER:
        return True
    if name is None:
        return place is not None and len(place) > 3
    known = bool(agencies_in(name)) or same_name(name, outlet)
    if match.re is _OUTLET_DASH:
        return known or (place is not None and not place.isupper() and name not in _NOT_PLACES)
    if place is None:
        return known or (name.isupper() and len(name) <= 6) or bool(_AGENCY_WORDS.search(name))
    if known:
        return groups.get("dash") is not None or (name.isupper() and not agencies_in(place))
    if groups.get("dash") is None or _PARTY.fullmatch(name) or not re.fullmatch(rf"{_CAP}(?:[ /]{_CAP}){{0,4}}", name):
        return False
    return place.split(",")[0].isupper() or bool(_AGENCY_WORDS.search(name))


def is_credit(text: str) -> bool:
    """Whether a line says whose reporting the text is ("With reporting by …", "… contributed to this report")."""
    if len(text) > 500 or text.count(" ") > 70:
        return False
    opening = text.lstrip("([—–-•*_ ")
    # "Reuters, with additional reporting by Ida Korn".
    first, _, rest = opening.partition(", ")
    if page_pattern("credit").match(opening) or (page_pattern("credit").match(rest) and agency_line(first)):
        return True
    # Words that a report may begin with as well, unless they name an agency and nothing follows.
    named = page_pattern("credit-named").fullmatch(opening.rstrip(")]. ")) and (not rest or agency_line(rest))
    if named and (agencies_in(text) or _WIRES.search(text)):
        return True
    return bool(page_pattern("credit-anywhere").search(text)) and text.count(" ") <= 40 and not re.search('["“”]', text)


def first_published_by(text: str) -> str | None:
    """The outlet that a note names as the one that printed the text first ("first published on The Conversation")."""
    match = _FIRST_PUBLISHED.match(text.lstrip("([—–-•*_ "))
    if match is None:
        return None
    name = re.split(rf"\s+(?:on|and|under|with|as|in)\s|\s{MONTH}\b", match["name"])[0].strip(" )]")
    is_day = re.match(rf"{MONTH}\b|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b", name)
    return name if name[:1].isupper() and not is_day else None


def is_copyright(text: str) -> bool:
    """Whether a line is a copyright notice."""
    return len(text) <= 400 and bool(_COPYRIGHT.match(text) or _RIGHTS.search(text))


def byline(text: str) -> str | None:
    """The names in a byline, without agency and date, or ``None`` if the line is none."""
    unended = not re.search(r"[.?!:][\"”’')\]]*$", text)
    if len(text) > 160 or not (unended or re.match("byline:", text, re.IGNORECASE)):
        return None
    match = _BYLINE.match(text)
    if not match:
        return None
    rest = text[match.end() :]
    if rest.strip() and not re.match(r"\s*[,|•·/(\[–—-]|\s+(?:\d|for\b|in\b)", rest):
        return None
    first, *more = re.split(r"\s+(?:in|for|of)\s+", match.group("names"))[0].split(",")
    # "A, B and C" are three; of "A, B" the second may be a paper, an office or a town.
    is_list = bool(more) and re.search(r"(?:^|\s)(?:and|&)\s", more[-1]) and not re.search(r"\s(?:and|&)\s", first)
    return _people(", ".join(part.strip() for part in (first, *more)) if is_list else first.strip()) or None


def _people(names: str) -> str:
    """The names without those of agencies ("Ida Korn and AP"), unless there are no others."""
    parts = re.split(r"(\s*,\s+and\s+|\s*,\s+|\s+(?:and|&)\s+)", names)
    kept = [i for i in range(0, len(parts), 2) if agency(parts[i]) is None]
    if not kept or 2 * len(kept) > len(parts):
        return names
    return parts[kept[0]] + "".join(parts[i - 1] + parts[i] for i in kept[1:])


def without_outlet(title: str, outlet: str) -> str:
    """The title without "| The Harbour Post" at its end."""
    marks = (" | ", " - ", " – ", " — ", " :: ")
    head, mark, tail = max((title.rpartition(mark) for mark in marks), key=lambda parts: len(parts[0]))
    return head if mark and same_name(tail, outlet) else title


def published_on(text: str) -> tuple[str, Stamp] | None:
    """The full date of a publication line and what the line says of it (a bare date says nothing).

    A line counts if it holds nothing but a date and its dressing, or opens with "Published", "Updated" and the like,
    or is a byline that ends in a date.
    """
    if len(text) > 160:
        return None
    # "Delta News | Updated: 3 May 2031": the part with the date is looked at by itself as well.
    parts = [text, *(part.strip() for part in re.split(r"[|•·]", text)[1:])]
    return next((found for part in parts if (found := _publication_date(part))), None)


def _publication_date(text: str) -> tuple[str, Stamp] | None:
    match = FULL_DATE.search(text)
    if not match:
        return None
    value = named_date(match)
    if value is None:
        return None
    opening = _PUBLICATION.match(text)
    before, after = text[: match.start()], text[match.end() :]
    if opening:
        before = before[opening.end() :]
    rest = re.sub(r"^T[\d:.Z+-]+", "", after)
    bare = not _DATE_DRESSING.sub("", before) and not _DATE_DRESSING.sub("", rest)
    if opening and (bare or len(before) < 12):
        return value, "updated" if re.search("updated|modified", opening.group(), re.IGNORECASE) else "published"
    if bare:
        return value, "date"
    return (value, "published") if byline(before.strip(" ,|•·–—-")) is not None else None


def trailing_credit(text: str) -> int:
    """Where a paragraph's closing credit begins ("… (Reporting by X; editing by Y)", "… (AP)"), or its length."""
    match = _TRAILER.search(text, max(1, len(text) - _LONGEST_CREDIT))
    if not match:
        return len(text)
    inside = match.group("credit").strip("()[] ")
    is_credit_here = (
        is_credit(inside)
        or is_copyright(inside)
        or _CUT_OFF.fullmatch(inside) is not None
        or (agency(inside) is not None and text[: match.start()].rstrip()[-1:] in tuple('.!?"”'))
    )
    return match.start() if is_credit_here else len(text)


def is_of_picture(text: str) -> bool:
    """Whether a credit speaks of a picture rather than of the text."""
    return bool(re.search(r"photo|image|picture|getty|video", text, re.IGNORECASE))


def merged(names: list[str]) -> tuple[str, ...]:
    """Names once each; an abbreviation beside the name it abbreviates ("MNA", "Meridian News Agency") is dropped."""
    initials = {"".join(w[0] for w in name.split()).casefold() for name in names if " " in name}
    return tuple(dict.fromkeys(n for n in names if " " in n or n.casefold() not in initials))
