"""Which lines of a pasted page are the report, which its headings, and which belong to the page.

Law 3: furniture never speaks. So a line that shows itself to be the page's is marked; but what might be the report
stays the report, for a paragraph that is lost cannot be missed by anybody who reads the result.

The evidence, strongest first; each rule has a name that ``Mark.rule`` carries:

- *form*: no words, a player's times, an image's size, nothing but phrases of web pages (``data/page_phrases.txt``);
- *labels and notices*: "WATCH:", "Image caption", a photo credit, "Sign up for …", "Follow … on …", "click here";
- *credits*: byline, publication line, credit line, copyright;
- *repetition*: a caption or a player's title stands twice, a report says things once;
- *shape*: a line in title case, or short and without a sentence's end, among paragraphs that have one, is a heading;
- *place*: short lines above the headline are navigation; what follows the credits at the end is about the outlet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from rashomon.data import table
from rashomon.read import credits
from rashomon.read.credits import page_pattern
from rashomon.read.layout import Unit

Kind = Literal["paragraph", "heading", "furniture"]


class Mark(NamedTuple):
    """What a unit is, and the name of the rule that says so."""

    kind: Kind
    rule: str


_PARAGRAPH = Mark("paragraph", "default")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?…]\s?[\"”’'»)\]]*$|[.!?…]\s*\[\+?\d+(?: chars)?\]$")
_OPEN_END = re.compile(r"[,;:(—–-]$")
_POST = re.compile(r"@\w{2,30}\s*:\s*\S")
_QUOTED = re.compile(r"[\"“][^\"”]*[\"”]?")

_PLAYER = re.compile(r"(?:-?\d{1,2}:\d{2}(?::\d{2})?[\s/|•·-]*)+")
_IMAGE_SIZE = re.compile(r"[•\s]*\d{1,5}\s*[x×]\s*\d{1,5}(?:\s*(?:px|pixels|image))?", re.IGNORECASE)
_PICTURED = re.compile(
    r"\((?:(?:top |far )?(?:left|right|centre|center)|(?:\w+ )?from (?:left|right)|pictured)\)|, pictured(?:,| )"
)
_AGENCY_OR_LIBRARY = (
    r"(?:AP|AFP|EPA|EFE|Reuters|REUTERS|Associated Press|ASSOCIATED PRESS|Getty(?: Images)?|AFP/Getty Images|Alamy"
    r"|Shutterstock|Rex Features|REX|PA(?: Wire| Images)?|Splash News|WireImage|Bloomberg|TASS|Xinhua|Yonhap|Kyodo"
    r"|Corbis|iStock)"
)
_PHOTO_CREDIT_END = re.compile(
    rf"\((?:[^()]*[/|]\s*)?(?:[^()]*\bvia\s)?(?:{_AGENCY_OR_LIBRARY}|[Pp]ool|[Ff]ile|[Hh]andout)"
    r"(?:[ ,/][^()]{0,30})?\)$"
    r"|[(\[](?:AP |EPA |Reuters )?[Pp]hoto(?:graph)?s?(?: by|:|/| courtesy)[^()\[\]]{2,80}[)\]]"
    r"(?:\s*\([^()]{0,30}\))?$"
    r"|\([A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){1,3} ?/ ?[A-Z][^()]{1,60}\)$"
)
_PHOTO_CREDIT = re.compile(
    rf"(?:[A-Z][\w.’'-]+ ){{0,4}}[A-Z][\w.’'-]+\s*/\s*(?:[A-Z][\w.’'-]+[ /]?){{1,4}}(?:via {_AGENCY_OR_LIBRARY}.*)?"
    rf"|{_AGENCY_OR_LIBRARY}(?:\s*[/|]\s*[^.]{{0,60}})?|(?:[A-Z][\w.’'-]+ ){{0,5}}via {_AGENCY_OR_LIBRARY}"
)
_LIBRARY_LEADS = re.compile(rf"(?:AP:\s?)?{_AGENCY_OR_LIBRARY}\s+[A-Z0-9]|GETTY\s|REUTERS/|AP Photo")
_SUPPLIED = re.compile(r"[A-Z .'-]{3,30}, [A-Z]{2,}(?:, [A-Z]{2,})? - [A-Z]{3,9} \d{1,2}: ")
_KICKER = re.compile(
    r"[A-Z][A-Z/&’' ]{2,30}:|(?:UPDATE[D]?|BREAKING|CORRECTION|EXCLUSIVE)\b[^a-z]{0,5}.{0,30}(?:--|—|–|:)"
)
_READERS = re.compile(r"\b(?:you|your|yours|we|our|us)\b", re.IGNORECASE)
_COMMENTS = re.compile(
    r"(?:\d+ |view |all |leave a |post a |add a |show )?(?:comments?|replies|responses)(?: ?\(\d+\))?|leave a reply",
    re.I,
)
# A title case line of another story in brackets, a stage direction: "[Five things to know …]", "(APPLAUSE)".
_BRACKETED = re.compile(r"\[[^\[\]]*\]|\((?![^()]*[.!?][\"”’']*\))[^()]*\)")
_SMALL_WORDS = frozenset(
    "a an and as at but by for from if in into is nor not of off on onto or out over per so than that the to up upon "
    "via vs versus was with your his her its be are after about amid against between".split()
)
_LONGEST_FURNITURE = 2000  # characters
_HEADLINE_WORDS = 22
_SHORT_HEADING_WORDS = 9


def mark(units: Sequence[Unit], *, title: str | None = None, outlet: str | None = None) -> list[Mark]:
    """What each unit is: paragraph, heading or furniture. ``title`` and ``outlet`` are used where they are known."""
    marks = [_by_itself(unit) for unit in units]
    _mark_repeats(units, marks, title)
    _spare_last_paragraph(units, marks)
    _mark_headings(units, marks, title)
    _mark_head(units, marks)
    _mark_tail(units, marks, outlet)
    return marks


def fold(text: str) -> str:
    """The words of a text, for comparing lines."""
    return " ".join(_WORD.findall(text.casefold()))


@lru_cache(maxsize=1)
def _phrases() -> tuple[frozenset[str], int]:
    phrases = frozenset(phrase for (phrase,) in table("page_phrases.txt"))
    return phrases, max(phrase.count(" ") + 1 for phrase in phrases)


def _only_page_phrases(text: str) -> bool:
    """Whether a line is made up of phrases of web pages, one after another."""
    phrases, longest = _phrases()
    words = ["0" if w.isdigit() else w for w in re.findall(r"[^\W_]+", text.casefold())]
    if not words or len(words) > 70:
        return False
    reached = [True] + [False] * len(words)
    for end in range(1, len(words) + 1):
        reached[end] = any(
            reached[start] and " ".join(words[start:end]) in phrases for start in range(max(0, end - longest), end)
        )
    return reached[-1]


def _by_itself(unit: Unit) -> Mark:
    """What a unit is by its own form, wherever it stands."""
    text = unit.text
    if len(text) > _LONGEST_FURNITURE:
        return _PARAGRAPH
    words = len(_WORD.findall(text))
    for rule, applies in _FORMS:
        if applies(text, words):
            return Mark("furniture", rule)
    return Mark("heading", "markup") if unit.heading else _PARAGRAPH


def _is_phrases(text: str, words: int) -> bool:
    if re.search('["“”]', text) or (words < 3 and text.endswith(".")):
        return False
    return _only_page_phrases(text)


def _is_caption(text: str, words: int) -> bool:
    if words > 200:
        return False
    unended = not _SENTENCE_END.search(text)
    if page_pattern("caption").match(text) or _SUPPLIED.match(text) or (words <= 80 and _PHOTO_CREDIT_END.search(text)):
        return True
    if page_pattern("caption-anywhere").search(text) and not re.search('["“]', text):
        return True
    return words <= 60 and bool(_PICTURED.search(text) or (unended and _LIBRARY_LEADS.match(text)))


def _is_notice(text: str, words: int) -> bool:
    if words > 90:
        return False
    opening = re.sub(r"^(?:update[d]?\s*:)?[(*•_\s–—-]*", "", text, flags=re.IGNORECASE)
    return bool(page_pattern("notice").match(opening) or page_pattern("notice-anywhere").search(_QUOTED.sub(" ", text)))


def _is_dateline_line(text: str, words: int) -> bool:
    if words <= 4 and re.fullmatch(r"[A-Z][\w.' ]+(?:, [A-Z][\w. ]+)? ?(?:--|[—–])", text):
        return True
    found = credits.dateline(text, None) if words <= 8 and re.search(r"[)—–-]$", text) else None
    return found is not None and found.length >= len(text)


_FORMS = (
    ("no words", lambda text, words: not any(c.isalpha() for c in text) or (len(text) <= 2 and text.isalpha())),
    ("player", lambda text, words: bool(_PLAYER.fullmatch(text))),
    ("image size", lambda text, words: bool(_IMAGE_SIZE.fullmatch(text))),
    ("page phrases", _is_phrases),
    ("label", lambda text, words: words <= 60 and bool(page_pattern("label").match(text))),
    ("copyright", lambda text, words: credits.is_copyright(text)),
    ("credit", lambda text, words: credits.is_credit(text)),
    ("publication line", lambda text, words: credits.published_on(text) is not None),
    ("byline", lambda text, words: credits.byline(text) is not None),
    ("agency", lambda text, words: words <= 8 and bool(credits.agency_line(text))),
    ("photo credit", lambda text, words: words <= 12 and bool(_PHOTO_CREDIT.fullmatch(text))),
    ("caption", _is_caption),
    ("notice", _is_notice),
    ("dateline", _is_dateline_line),
    ("bracketed", lambda text, words: words <= 20 and bool(_BRACKETED.fullmatch(text))),
    ("kicker", lambda text, words: words <= 6 and bool(_KICKER.fullmatch(text))),
    ("handle", lambda text, words: words <= 6 and bool(re.fullmatch(r"(?:[\w .]{0,30}[:(]?\s*)?@\w{2,30}\)?", text))),
    (
        "address",
        lambda text, words: bool(re.fullmatch(r"(?:[\w ]{0,30}:\s*)?(?:https?://|www\.|pic\.twitter)\S+", text)),
    ),
)


def _spare_last_paragraph(units: Sequence[Unit], marks: list[Mark]) -> None:
    """What ends in "(AP)" is mostly a caption; but last of all and right after a paragraph it is the report's own end,
    signed by the agency."""
    last = next((i for i in range(len(units) - 1, 0, -1) if marks[i].rule in ("caption", "default")), 0)
    if last == 0 or marks[last].rule != "caption" or marks[last - 1].kind != "paragraph":
        return
    signed = re.search(r"[.!?][\"”]?\s*\(([^()]{2,30})\)$", units[last].text)
    if signed and credits.agency(signed.group(1)) and not page_pattern("caption").match(units[last].text):
        marks[last] = _PARAGRAPH


def _mark_repeats(units: Sequence[Unit], marks: list[Mark], title: str | None) -> None:
    """A caption or a player's title stands twice on end; what comes again further on is a teaser or a pull quote.

    Of the latter one telling is kept, a whole sentence if there is one: the report may well say it.
    """
    places: dict[str, list[int]] = {}
    for i, unit in enumerate(units):
        places.setdefault(fold(_LABEL_WORD.sub("", unit.text)), []).append(i)
    for words, at in places.items():
        sentences = [i for i in at if _SENTENCE_END.search(units[i].text)]
        if len(at) < 2 or words.count(" ") < (7 if sentences else 2) or words == fold(title or ""):
            continue
        # (Somebody's words that stand twice on end are a quote and its picture's text, or a slip: one stays.)
        spoken = any(units[i].text.startswith(('"', "“")) for i in at)
        doubled = not spoken and any(b - a == 1 for a, b in pairwise(at))
        kept = None if doubled or (not sentences and _LABEL_WORD.match(units[at[0]].text)) else (sentences or at)[0]
        for i in at:
            if i != kept and marks[i].kind == "paragraph":
                marks[i] = Mark("furniture", "repeated")


_LABEL_WORD = re.compile(r"^(?:WATCH|VIDEO|PHOTOS?|LISTEN|RELATED|READ MORE|GALLERY)\s*[:|]\s*", re.IGNORECASE)


def _title_case(text: str, share: float = 0.8) -> bool:
    words = [w for w in _WORD.findall(text) if w.casefold() not in _SMALL_WORDS and not w[0].isdigit()]
    return len(words) >= 2 and sum(w[0].isupper() for w in words) >= share * len(words)


def _mark_headings(units: Sequence[Unit], marks: list[Mark], title: str | None) -> None:
    headline = fold(title) if title else None
    ended = [bool(_SENTENCE_END.search(u.text)) for u, m in zip(units, marks, strict=True) if m.kind == "paragraph"]
    # Only where the paragraphs do end like sentences does a line that does not stand out.
    regular = sum(ended) >= 0.5 * len(ended)
    titled = False
    following = _following_paragraphs(units, marks)
    for i, unit in enumerate(units):
        if headline and fold(unit.text) == headline and marks[i].rule in ("default", "repeated", "markup"):
            marks[i] = Mark("furniture", "headline again") if titled else Mark("heading", "headline")
            titled = True
        elif marks[i].kind == "paragraph" and _is_heading(unit.text, i == 0, following[i], regular):
            marks[i] = Mark("heading", "shape")


def _following_paragraphs(units: Sequence[Unit], marks: Sequence[Mark]) -> list[str]:
    """For each unit the text of the next one that is a paragraph so far."""
    found: list[str] = []
    text = ""
    for unit, m in zip(reversed(units), reversed(marks), strict=True):
        found.append(text)
        text = unit.text if m.kind == "paragraph" else text
    return found[::-1]


def _is_heading(text: str, is_first: bool, following: str, regular: bool) -> bool:
    words = len(_WORD.findall(text))
    if words > _HEADLINE_WORDS or _OPEN_END.search(text) or "(@" in text or _POST.search(text):
        return False
    if text.count("“") != text.count("”"):
        return False
    if following[:1].islower():
        return False
    bare = text.strip("-–—*• ")
    if re.fullmatch('[\'‘"“][^.?!"”]+[\'’"”]', bare) and words <= 8:
        return True
    if _SENTENCE_END.search(text):
        # A question may be a headline; a sentence with a full stop only as the very first line, all in title case.
        asks = text.endswith("?") and (_title_case(text) or text.isupper())
        return words >= 4 and (asks or (is_first and text.endswith(".") and _title_case(text, 1.0)))
    if _title_case(text) or text.isupper():
        return True
    return regular and words <= _SHORT_HEADING_WORDS and not re.search('["“”]', text)


def _is_body(unit: Unit, mark: Mark) -> bool:
    """A paragraph that is surely the report's: a sentence's length and end."""
    return mark.kind == "paragraph" and len(_WORD.findall(unit.text)) >= 8 and bool(_SENTENCE_END.search(unit.text))


def _mark_head(units: Sequence[Unit], marks: list[Mark]) -> None:
    """Above the first paragraph: the headline and what is under it are headings, short lines above it navigation."""
    first = next((i for i, (u, m) in enumerate(zip(units, marks, strict=True)) if _is_body(u, m)), 0)
    for i in range(first):
        words = len(_WORD.findall(units[i].text))
        unended = not any(form.search(units[i].text) for form in (_SENTENCE_END, _OPEN_END, _POST))
        if marks[i].kind == "paragraph" and unended and words <= _HEADLINE_WORDS + 8:
            marks[i] = Mark("heading", "above the text")
    top = headline_index(units, marks)
    for i in range(top if top is not None else 0):
        if marks[i].kind == "heading" and marks[i].rule != "markup":
            marks[i] = Mark("furniture", "above the headline")


def headline_index(units: Sequence[Unit], marks: Sequence[Mark]) -> int | None:
    """Which unit is the headline: the one that equals the title, else the first heading of four words or more that
    stands above the first paragraph, else the first heading there."""
    first = next((i for i, (u, m) in enumerate(zip(units, marks, strict=True)) if _is_body(u, m)), len(units))
    above = [i for i in range(first) if marks[i].kind == "heading"]
    exact = [i for i in above if marks[i].rule == "headline"]
    long = [i for i in above if len(_WORD.findall(units[i].text)) >= 4]
    return next(iter(exact + long + above), None)


def _mark_tail(units: Sequence[Unit], marks: list[Mark], outlet: str | None) -> None:
    """Below the credits, or a heading such as "Comments" or "Related stories", nothing is the report's any more."""
    ends = [i for i, (u, m) in enumerate(zip(units, marks, strict=True)) if _is_body(u, m)]
    if not ends:
        return
    start = _tail_start(units, marks)
    if start is not None:
        for i in range(start, len(units)):
            if marks[i].kind != "furniture":
                marks[i] = Mark("furniture", "after the credits")
        ends = [i for i in ends if i < start]
    for i in range(ends[-1] + 1 if ends else 0, len(units)):
        if marks[i].kind == "heading" and marks[i].rule != "headline":
            marks[i] = Mark("furniture", "after the text")
    _mark_about_outlet(units, marks, outlet)


def _tail_start(units: Sequence[Unit], marks: Sequence[Mark]) -> int | None:
    """The first unit after the report's end: after a credit or copyright line in the last part of the text, or at a
    heading over comments or other stories, if what follows is too little to be the report's other half."""
    total = sum(len(u.text) for u in units)
    before = 0
    for i, (unit, m) in enumerate(zip(units, marks, strict=True)):
        rest = total - before - len(unit.text)
        if before > total * 0.3 and rest < 0.5 * before:
            if m.rule in ("credit", "copyright") and not credits.is_of_picture(unit.text):
                return i + 1
            opens_list = _COMMENTS.fullmatch(unit.text) or (
                page_pattern("more-stories").fullmatch(unit.text) and m.kind == "furniture"
            )
            if opens_list and not _has_long_report(units[i + 1 :], marks[i + 1 :]):
                return i + 1
        before += len(unit.text)
    return None


def _has_long_report(units: Sequence[Unit], marks: Sequence[Mark]) -> bool:
    """Whether much of what follows has the form of a report's paragraphs (a "Read more" link stands amid the text)."""
    return any(_is_body(u, m) for u, m in zip(units, marks, strict=True))


def _mark_about_outlet(units: Sequence[Unit], marks: list[Mark], outlet: str | None) -> None:
    """The last paragraphs are the outlet's own notice if they name it and address the reader ("we", "you")."""
    if outlet is None:
        return
    named = re.compile(rf"(?<!\w){re.escape(outlet)}(?!\w)")
    for i in range(len(units) - 1, -1, -1):
        if marks[i].kind == "furniture":
            continue
        outside = _QUOTED.sub(" ", units[i].text)
        if marks[i].kind != "paragraph" or not (named.search(outside) and _READERS.search(outside)):
            return
        marks[i] = Mark("furniture", "about the outlet")
