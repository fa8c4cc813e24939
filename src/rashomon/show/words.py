"""The words and signs that are the program's own, and how text that is not its own is made harmless to look at."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rashomon.data.timex import date_words
from rashomon.data.wording import NUMERALS
from rashomon.types import CopyKind, EventStatus, FindingGroup, FindingKind, NonConflict, Quote, Stance, VariantKind

KINDS: dict[FindingKind, str] = {
    "quote-wording": "Different words inside quotation marks",
    "quoted-paraphrased": "Quoted by one, paraphrased by another",
    "number": "Number",
    "date": "Date",
    "place": "Place",
    "name": "Name",
    "event-name": "Name of the event",
    "term": "Named differently",
    "strength": "How firmly it is put",
    "attribution": "Who is said to have said it",
    "addressee": "Who is said to have been told",
    "polarity": "One affirms what another negates",
    "cause": "Cause",
    "omission-within": "A part left out",
    "not-a-conflict": "Looks like a conflict, is not",
}
GROUPS: dict[FindingGroup, str] = {
    "facts": "Facts",
    "certainty": "How sure, and who said it",
    "wording": "Wording",
}
NON_CONFLICTS: dict[NonConflict, str] = {
    "refinement": "One account is more exact",
    "update": "A later state of things",
    "scope": "They speak of different extents",
    "translation": "Two translations",
    "rounding": "Rounded",
}
VARIANTS: dict[VariantKind, str] = {
    "spelling": "spelling",
    "punctuation": "punctuation",
    "function-word": "small word",
    "content-word": "another word",
    "insertion": "added",
    "omission": "left out",
    "translation": "translation",
}
COPIES: dict[CopyKind, str] = {
    "duplicate": "the same text",
    "reprint": "a reprint",
    "passage": "passages in common",
}
# What is done in an event of each PLOVER type, where one side does it and another may undergo it.
DEEDS: dict[str, str] = {
    "AGREE": "agreement",
    "CONSULT": "meeting or talk",
    "SUPPORT": "support",
    "CONCEDE": "concession",
    "COOPERATE": "working together",
    "AID": "help",
    "RETREAT": "withdrawal or resignation",
    "YIELD": "concession or withdrawal",
    "REQUEST": "request or demand",
    "ACCUSE": "accusation or investigation",
    "REJECT": "refusal",
    "THREATEN": "threat",
    "PROTEST": "protest",
    "SANCTION": "sanction or break of ties",
    "MOBILIZE": "readying of forces",
    "COERCE": "arrest or force of law",
    "ASSAULT": "attack",
}
DEED_STATUS: dict[EventStatus, str] = {
    "done": "as done",
    "reported": "in somebody’s words",
    "planned": "as planned",
    "denied": "as denied",
}

# Sign and word always stand together, so that neither colour nor a font's glyphs carry the meaning alone.
STANCES: dict[Stance, str] = {"says": "●", "differs": "≠", "denies": "×", "silent": "–"}

# What a cell of the matrix says of a stance where no words of the account stand for it.
STANCE_WORDS: dict[Stance, str] = {
    "says": "tells it",
    "differs": "differs",
    "denies": "denies it",
    "silent": "not found",
}

# And where a passage of a silent account may speak to it.
PERHAPS = "perhaps"

# What is said of words that an article of an earlier day and another story has.
PREDATES = "before the event that they are used for here"

# Words that open with one of these are shown without further quotation marks.
QUOTATION_MARKS = ("“", "”", '"', "„", "«", "»", "‟", "‘‘", "``", "''")

_SMALL = {digits: word for word, digits in NUMERALS.items() if len(digits) == 1 or int(digits) <= 12}

# Control characters, surrogates that cannot be encoded, line and paragraph separators, and Unicode's Bidi_Control:
# in a terminal the first move the cursor or retitle the window, on a page the last reorder the words around them.
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """``text`` with every character that could act instead of being read shown by its number, as ``⟨U+001B⟩``.

    Tabs and line breaks stay; everything else that is not in the class comes back unchanged.
    """
    return _UNSAFE.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


def period_words(start: str | None, end: str | None) -> str:
    """A time span in words; empty if nothing is known."""
    return " – ".join(dict.fromkeys(date_words(value) for value in (start, end) if value))


def stretch_words(start: str, by: str) -> str:
    """The day, week or month that begins on a day (ISO 8601), in words."""
    if by == "week":
        return f"week of {date_words(start)}"
    return date_words(start[:7] if by == "month" else start)


def event_day(date: str | None, first: str | None) -> str:
    """The date of an event; where none is told, the day of the first report."""
    if date:
        return date_words(date)
    return f"first reported {date_words(first)}" if first else "day not known"


def days_earlier(days: int) -> str:
    """“two days earlier”; none is “earlier on the same day”."""
    if days < 2:
        return "a day earlier" if days else "earlier on the same day"
    return f"{_SMALL.get(str(days), days)} days earlier"


def sentence(text: str) -> str:
    """The program's own sentence with a full stop, if it has none."""
    return text if not text or text.endswith((".", "!", "?", "…", ".”")) else f"{text}."


def listed(items: Sequence[str], most: int | None = None) -> str:
    """“a, b and c”; of more than ``most`` only the first, and how many more there are."""
    if most is not None and len(items) > most:
        items = [*items[: most - 1], f"{len(items) - most + 1} more"]
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """“1 account”, “3 accounts”."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def siglum(number: int) -> str:
    """The letter of the n-th account, from 0: A to Z, then AA, AB and so on."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def manner(quote: Quote) -> str:
    """How an attribution words what was said."""
    manners = {"direct": "quoted", "indirect": "paraphrased", "mixed": "quoted in part"}
    return manners[quote.form] + (", negated" if quote.polarity == "negated" else "")
