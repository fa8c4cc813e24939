"""Time expressions: found by a grammar over the text, told from look-alikes by the syntax, resolved to ISO values.

TIMEX3 types and values follow TimeML 1.2.1 (Saurí et al. 2006). Relative expressions are reckoned from the day of
publication, or from the date last spoken of ("two days later"); texts that tell a past of their own are recognised by
their many years, and there months and days without a year go with the date last spoken of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc, Token

from rashomon.annotate._timegrammar import MONTHS, Candidate, candidates
from rashomon.annotate._timevalues import Scene, Tense, TimeReading, day_named, read, with_clock
from rashomon.annotate.document import register
from rashomon.data.timex import calendar_day
from rashomon.types import Article, TimeExpression

# From so many years named on, and with so few weekdays and the like, a text is taken for a history.
_HISTORY_YEARS = 6
_HISTORY_RATIO = 3

_BEFORE_YEAR = frozenset(
    "in since by of from until till during before after to through throughout between around about circa early late "
    "mid the and or for as year".split()
)
_BEFORE_COUNT = frozenset("about almost and around as for nearly of or over some than to up with".split())
_NUMBERED = frozenset(
    "apartment article badge bill box bus case cell chapter channel clause code directive district docket extension "
    "ext flat flight gate highway invoice item line locker lot model no number order page paragraph phone platform "
    "precinct psalm ref regulation resolution room route seat section serial suite tel unit verse version ward".split()
)
_BEFORE_LENGTH = frozenset(
    "for in within after over than nearly almost about under took take takes taking lasting lasted last lasts spent "
    "spend until every just only exactly around roughly approximately least another through throughout during wait "
    "waited beyond full per barely".split()
)
_BEFORE_BARE = frozenset("for over in within took lasting lasted last spent through wait waited after take".split())
_AFTER_BARE = frozenset("of before after following into since prior earlier later".split())
_BEFORE_MONTH = frozenset(
    "in by since of from until till during before after to through throughout between early late mid this last next "
    "and or for as on mid- end each every the".split()
)
_PLANS = frozenset(
    "expected scheduled planned due slated deadline upcoming plan plans planning expects intends hopes".split()
)
# By these a day that was set has gone by.
_PASSING = frozenset("blew blown expired lapsed missed passed".split())
# Before what tells when something is done, and so does not name what comes after it.
_ADVERBIAL = frozenset("on by until till from since after before".split())
# What is named after these lay ahead of something, and may have come to pass.
_FOREGOING = frozenset("advance ahead before".split())
# With these "until" names when it is to be done, and not how long it went on.
_PUT_OFF = frozenset(
    "adjourned banned barred closed deferred delayed extended gave given had have jailed moved ordered postponed "
    "pushed put remanded rescheduled shelved suspended told".split()
)
# What is named after a day before it has come to pass.
_AHEAD = frozenset(
    "ballot ceremony conference deadline debate election elections game hearing match meeting referendum session "
    "summit talks vote".split()
)
_NEWSPAPERS = frozenset(
    "times telegraph mirror express mail herald post independent night live world age star sun mercury news show "
    "edition school".split()
)
_AMOUNT_BEFORE = re.compile(r"[$£€#№%+/.]\s?$")
_AMOUNT_AFTER = re.compile(
    r"\s?[%°]|-(?:mile|foot|feet|met|pound|strong|seat|page|member|man\b)"
    r"|\s?(?:k?g|k?m|[cm]m|kt|mg|lbs?|ft|mph|kph|km/h|hp|cc|rpm|[kMG]Wh?|[MG]B)\b"
)
# Figures in groups: a phone number, a card, a serial number.
_FIGURES = re.compile(r"\+?\d+(?:[ \xa0.-]\d+)+")
_YEARS_IN_A_ROW = re.compile(r"[12]\d{3}(?:[ \xa0-][12]\d{3})*(?:-\d\d)?")
_STREETS = frozenset("avenue ave boulevard court drive lane place road rd square street st terrace way".split())
_BEFORE_CLOCK = frozenset("about around at between by from since till to until".split())
# What is told of a quarter of a game.
_GAMES = frozenset(
    "ball basket coach defense game halftime innings match points quarterback rebounds score scored scoring team "
    "touchdown touchdowns win yard yards".split()
)
_HEAT = frozenset("degrees high highs low lows mercury temperature temperatures".split())
_AFTER_YEAR = re.compile(r"[)–:,-]")
_ZONES_APART = 13  # hours, at most, between what two clocks show; one that shows more is a day on or back
_LEADS_TO_DAY = re.compile(r"\b(?:on|of|,)\s*$|^[\s,]*(?:\([^)]*\)|\))?\s*$")
_DAY_BEFORE = re.compile(r"\b([A-Z][A-Za-z]{2,8})\.?\s\d\d?(?:st|nd|rd|th)?([-–]|,?\s(?:and|or|to)\s(?:the\s)?)$")
# A name in quotation marks: what stands before its last words, and its end.
_OPENS_NAME = re.compile(r"(?:[\"“]|``|(?<!\w)['‘])((?:[A-Z][\w'’&.-]* )*)$")
_CLOSES_NAME = re.compile(r"([.,]?)(?:[\"”]|''|['’](?!\w))")
_FORCED = frozenset("bloody black super cyber ruby".split())
_EXPLICIT = frozenset(("date", "month", "year", "iso"))
_NEWS_WORDS = frozenset(("last", "this", "next"))
_CURRENT = frozenset(("weekday", "deictic"))


class _Page(NamedTuple):
    """A Doc and its text, which spaCy would put together anew each time it is asked for."""

    doc: Doc
    text: str


@Language.component(
    "rashomon_times",
    requires=["token.tag", "token.dep", "token.head", "doc.sents", "doc.ents"],
    assigns=["doc._.times"],
)
def times(doc: Doc) -> Doc:
    """Find and resolve the time expressions of a Doc: ``doc._.times``, in order, never overlapping."""
    register()
    article: Article = doc._.article
    page = _Page(doc, doc.text)
    found = list(_chosen(page, article))
    published = _published(article)
    scene = Scene(published, narrative=_is_history(found, published))
    readings = _read_all(page, found, scene)
    doc._.times = tuple(
        TimeExpression(span=article.span(c.start, c.end), type=r.type, value=r.value, anchor=r.anchor)
        for c, r in readings
    )
    return doc


def _published(article: Article) -> date | None:
    """The day of publication, where it is known to the day and lies in the years that Gregorian dates are told in."""
    told = calendar_day(article.published.value) if article.published else None
    return told if told is not None and 1500 < told.year < 3000 else None


def _chosen(page: _Page, article: Article) -> Iterator[Candidate]:
    """The candidates that stand, of those that overlap the first and longest."""
    for paragraph in article.paragraphs:
        end = paragraph.start
        near = candidates(page.text, paragraph.start, paragraph.end)
        for c in sorted(near, key=lambda c: (c.start, -c.end)):
            if c.start >= end and _stands(page, c):
                yield c
                end = c.end


def _is_history(found: list[Candidate], published: date | None) -> bool:
    """Whether a text tells of years long before its publication and hardly ever of the days around it."""
    latest = published.year - 2 if published else 2100
    years = sum(c.rule == "bc" or (c.rule in _EXPLICIT and int(c.get("year") or 9999) <= latest) for c in found)
    current = sum(c.rule in _CURRENT or c.get("dir") == "ago" or c.get("det") in _NEWS_WORDS for c in found)
    return years >= _HISTORY_YEARS and years > _HISTORY_RATIO * current


def _read_all(page: _Page, found: list[Candidate], scene: Scene) -> list[tuple[Candidate, TimeReading]]:
    """Read the candidates in the order of the text, each in the light of those before it."""
    readings: list[tuple[Candidate, TimeReading]] = []
    for number, c in enumerate(found):
        tense = _tense(page, c)
        if c.rule == "clock":
            reading: TimeReading | None = _clock(page, found, number, scene, tense)
        else:
            reading = read(c, scene, tense)
        if reading is None:
            continue
        readings.append((c, reading))
        if reading.type in {"DATE", "TIME"} and reading.value and not _is_beside(page, c, reading.value, scene, tense):
            scene.note(reading.value)
    return readings


def _is_beside(page: _Page, c: Candidate, value: str, scene: Scene, tense: Tense) -> bool:
    """Whether a history only looks back or ahead with a date of another year, and goes on where it was.

    It does with "the previous year", a year that something is called by ("the 1815 treaty"), "since 1815", what had
    been before, and what was planned.
    """
    if not scene.narrative or scene.year is None or not re.match(r"\d{4}(?!\d)", value):
        return False
    year = int(value[:4])
    if year > scene.year:
        return c.rule == "year" and tense in {"future", "open"}
    if year == scene.year:
        return False
    told_back = c.get("det").endswith(("previous", "preceding")) or c.get("dir") in {"earlier", "before", "previously"}
    before = _word(page, c, -1)
    since = before is not None and before.lower_ == "since"
    last = _token(page, c.end - 1)
    names = c.rule == "year" and last.dep_ in {"nummod", "compound", "nmod"} and last.head.i > last.i
    return told_back or since or names or tense == "pluperfect"


def _clock(page: _Page, found: list[Candidate], number: int, scene: Scene, tense: Tense) -> TimeReading:
    """A time of day with its day: named within it, next to it ("at 9 a.m. on Friday"), or last spoken of.

    Of two clocks that tell one moment ("3.42pm local time (1442 GMT) on Thursday") the day is that of the one outside
    the brackets, unless it stands inside them.
    """
    c = found[number]
    other = _in_other_zone(page, found, number)
    day, is_inside = _day_beside(page, found, number, scene, tense)
    if other is not None and other < number:
        if not is_inside:
            return with_clock(c, _on_another_clock(_clock(page, found, other, scene, tense), c))
    elif other is not None and day is None:
        day, is_inside = _day_beside(page, found, other, scene, tense)
        if day is not None and is_inside:
            return with_clock(c, _on_another_clock(with_clock(found[other], day.isoformat()), c))
    day = day or scene.then()
    return with_clock(c, day.isoformat() if day else None)


def _day_beside(
    page: _Page, found: list[Candidate], number: int, scene: Scene, tense: Tense
) -> tuple[date | None, bool]:
    """The day that is named within a time of day or behind it, if any, and whether no bracket closes before it."""
    c = found[number]
    if c.get("dayref"):
        return day_named(c.parts["dayref"], scene, tense), True
    if number + 1 < len(found) and found[number + 1].rule in {"date", "weekday", "deictic", "iso"}:
        between = page.text[c.end : found[number + 1].start]
        if re.fullmatch(r"[^.;!?]{0,30}", between) and _LEADS_TO_DAY.search(between):
            following = read(found[number + 1], scene, tense)
            value = following.value[:10] if following and following.value else ""
            day = date.fromisoformat(value) if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else None
            return day, ")" not in between
    return None, False


def _in_other_zone(page: _Page, found: list[Candidate], number: int) -> int | None:
    """The number of the clock that tells the same moment: the two next to each other, the second in brackets."""
    for first, second in ((number, number + 1), (number - 1, number)):
        if first >= 0 and second < len(found) and found[first].rule == found[second].rule == "clock":
            between = page.text[found[first].end : found[second].start]
            if re.fullmatch(r"\s*[(\[]\s*", between):
                return second if first == number else first
    return None


def _on_another_clock(known: TimeReading, c: Candidate) -> str | None:
    """The day of a time of day that tells the moment of another one: no two zones are more than 14 hours apart."""
    hours = [int((r.value or "").partition("T")[2][:2]) for r in (known, with_clock(c, None))]
    if known.anchor is None:
        return None
    apart = hours[0] - hours[1]
    shift = 1 if apart > _ZONES_APART else -1 if apart < -_ZONES_APART else 0
    return (date.fromisoformat(known.anchor) + timedelta(days=shift)).isoformat()


# What only looks like a time expression.


def _stands(page: _Page, c: Candidate) -> bool:
    """Whether a candidate is a time expression where it stands."""
    token = _token(page, c.start)
    before, after = _word(page, c, -1), _word(page, c, +1)
    if c.rule in {"weekday", "deictic", "month", "season", "ref", "unit"} and _is_quoted_name(page.text, c):
        return False
    if token.ent_type_ == "PERSON" and c.rule in {"month", "season", "weekday", "ref"}:
        return False
    if c.rule in {"date", "month"} and before is not None and before.text == "Long" and c.get("month") == "march":
        return False
    if c.rule == "month":
        return _month_stands(page, c, before)
    if c.rule in {"year", "yeartail"}:
        return _year_stands(page, c, before, after)
    if c.rule == "clock":
        return _clock_stands(page, c, before, after)
    if c.rule == "season":
        return _season_stands(page, c, before, after)
    if c.rule in {"weekday", "weekdays", "deictic", "unit"}:
        return _day_stands(page, c, before, after)
    if c.rule == "length":
        return _length_stands(page, c, before, after)
    if c.rule in {"set", "ref", "quarter", "decade", "shortyear", "dayafter"}:
        return _other_stands(page, c, before, after)
    return True


def _is_quoted_name(text: str, c: Candidate) -> bool:
    """Whether a candidate ends a name in quotation marks, as of a programme, all of whose words have capitals."""
    closing = _CLOSES_NAME.match(text, c.end)
    opening = _OPENS_NAME.search(text, max(0, c.start - 40), c.start)
    if not (closing and opening and text[c.start : c.end].istitle()):
        return False
    return bool(opening[1].strip()) or not closing[1]


def _clock_stands(page: _Page, c: Candidate, before: Token | None, after: Token | None) -> bool:
    """Not so many hours, a price or a rate."""
    words = page.text[c.start : c.end].lower()
    if re.fullmatch(r"[12]\d{3} ?(?:hours|hrs)", words):
        return before is not None and before.lower_ in _BEFORE_CLOCK and (after is None or after.lower_ != "of")
    if re.fullmatch(r"\d\d?\.\d\d", words):
        return after is None or not (after.tag_ in {"NN", "NNS", "$"} or after.lower_ in {"percent", "%"})
    return True


def _month_stands(page: _Page, c: Candidate, before: Token | None) -> bool:
    """Not the modal, the verb, the name or the adjective."""
    if c.get("year") or c.get("rel") or c.get("det") or c.get("edge") or c.get("part"):
        return True
    token = _token(page, c.end - 1)
    word = c.get("month").rstrip(".")
    if word in {"march", "may", "august"}:
        if token.tag_ in {"MD", "VB", "VBP", "VBD", "VBZ"} or token.ent_type_ in {"PERSON", "GPE", "ORG", "FAC"}:
            return False
        if token.text.isupper():
            return False
        if before is not None and before.lower_ in _BEFORE_MONTH:
            return True
        return token.ent_type_ == "DATE" and (before is None or before.tag_ in {"IN", "DT", ",", ":", "-LRB-", "CC"})
    named = token.ent_type_ in {"PERSON", "GPE", "ORG"}
    return not named or bool(before and before.lower_ in _BEFORE_MONTH)


def _year_stands(page: _Page, c: Candidate, before: Token | None, after: Token | None) -> bool:
    """Not an amount, a flight or the name of a plan."""
    text = page.text
    token = _token(page, c.end - 1)
    if _AMOUNT_BEFORE.search(text[max(0, c.start - 2) : c.start]) or _AMOUNT_AFTER.match(text[c.end : c.end + 9]):
        return False
    if _is_in_figures(text, c):
        return False
    if c.get("part") or c.get("edge") or c.rule == "yeartail":
        return True
    dated = token.ent_type_ == "DATE"
    counted = after is not None and after.tag_ == "NNS" and after.i == token.i + 1
    if _is_count(token, before) or _is_of_a_house(token, before):
        return False
    if before is not None and before.lower_ in _NUMBERED:
        return False
    if before is not None and before.tag_.startswith("NN") and before.text[0].isupper():
        return (dated and before.ent_type_ == "DATE") or _is_dateline(text, c)
    if counted and (before is None or before.lower_ in _BEFORE_COUNT):
        return False
    known = before is not None and before.lower_ in (_BEFORE_YEAR if not counted else {"the", "since"})
    return dated or known or _is_dateline(text, c)


def _is_in_figures(text: str, c: Candidate) -> bool:
    """Whether a year stands among groups of figures, as in a phone number: not two of them, nor years alone."""
    start = text.rfind("\n", 0, c.start) + 1
    for run in _FIGURES.finditer(text, max(start, c.start - 40), c.end + 40):
        if run.start() < c.end and c.start < run.end():
            groups = re.split(r"[ \xa0.-]", run[0])
            odd = len(groups) > 2 or groups[0].startswith(("0", "+"))
            return odd and not _YEARS_IN_A_ROW.fullmatch(run[0])
    return False


def _is_count(token: Token, before: Token | None) -> bool:
    """Whether a verb, or a count before it, makes of a number the count of what follows ("scored 1984 points")."""
    head = token.head
    counts = token.dep_ == "nummod" and head.tag_ in {"NNS", "NNPS"} and token.i < head.i <= token.i + 3
    if not counts or before is None:
        return False
    if before.tag_ == "CC" and before.i > 0:
        return before.nbor(-1).tag_ not in {"CD", "NNP", "IN"}
    return before.tag_.startswith("VB")


def _is_of_a_house(token: Token, before: Token | None) -> bool:
    """Whether a number is that of a house in a street."""
    street = next((t for t in token.doc[token.i + 1 : token.i + 4] if t.lower_.rstrip(".") in _STREETS), None)
    named = street is not None and all(t.text[0].isupper() for t in token.doc[token.i + 1 : street.i + 1])
    return named and (before is None or before.tag_ not in {"DT", "POS", "PRP$"})


def _is_dateline(text: str, c: Candidate) -> bool:
    """A year in brackets, in a range, or at the head of a line."""
    alone = re.search(r"[(\n–-]\s?$|^$", text[max(0, c.start - 2) : c.start])
    if alone and _AFTER_YEAR.match(text[c.end : c.end + 1]):
        return True
    opens = re.match(r"[–-](?:\d\d){1,2}\b", text[c.end : c.end + 6])
    closes = re.search(r"\b[12]\d{3}[–-]$", text[max(0, c.start - 6) : c.start])
    return bool(opens or closes)


def _season_stands(page: _Page, c: Candidate, before: Token | None, after: Token | None) -> bool:
    """Not the fall of a government, a spring of water, a game or a palace."""
    if c.get("year") or c.get("rel"):
        return True
    token = _token(page, c.end - 1)
    det = c.get("det")
    beside = {before.tag_ if before else "", after.tag_ if after else ""}
    if token.text[0].isupper() and beside & {"NNP", "NNPS"}:
        return False
    if before is not None and before.tag_ in {"JJ", "NNP"} and c.get("season") == "spring" and token.text[0].isupper():
        return False
    if c.get("season") in {"fall", "spring"} and det in {"", "the"} and not c.get("part"):
        if token.tag_.startswith("VB") or token.ent_type_ != "DATE":
            return False
        return not (after is not None and after.lower_ in {"of", "in", "from"} and c.get("season") == "fall")
    return True


def _day_stands(page: _Page, c: Candidate, before: Token | None, after: Token | None) -> bool:
    """Not a newspaper, a broadcast or a day that history has named."""
    token = _token(page, c.end - 1)
    if c.rule == "weekday" and c.get("det") == "" and before is not None and before.lower_ in _FORCED:
        return False
    if c.rule in {"weekday", "deictic"} and token.text[0].isupper():
        if after is not None and after.lower_ in _NEWSPAPERS and after.text[0].isupper():
            return False
        if c.rule == "deictic" and c.get("word") == "today" and not token.is_sent_start:
            return before is None or before.is_punct or before.tag_ == "``"
    return not (c.rule == "unit" and c.get("unit") == "day" and c.get("det") in {"this", "past", "last"})


def _length_stands(page: _Page, c: Candidate, before: Token | None, after: Token | None) -> bool:
    """Not an age, a bare noun, or a count that is no length of time."""
    text = page.text
    if re.match(r"[- ](?:old|on-|year-old|of age)\b", text[c.end : c.end + 9]) or re.search(
        r"light-$", text[: c.start]
    ):
        return False
    previous = before.lower_ if before is not None else ""
    following = after.lower_ if after is not None else ""
    if c.get("det") == "last" and _token(page, c.start).tag_.startswith("VB"):
        return False
    if c.get("unit") == "quarters" and (following == "of" or c.get("vague")):
        return False
    if "bare" in c.parts:
        if text[c.start - 1 : c.start] == "-":
            return False
        joined = before is not None and before.i == _token(page, c.start).i - 1
        if previous in {"these", "those"} or (c.get("unit") == "seconds" and previous not in {"for", "in", "within"}):
            return False
        if following == "of" and before is not None and before.tag_[:2] in {"JJ", "DT"}:
            return False
        return (joined and previous in _BEFORE_BARE) or following in _AFTER_BARE
    if c.get("article"):
        if c.get("unit") == "second":
            return False
        return previous in _BEFORE_LENGTH or following in {"before", "after", "into"} or bool(c.get("half"))
    if c.get("count") in {"one", "1"} and c.get("unit") == "day":
        return previous in _BEFORE_LENGTH or following in {"before", "after", "of"}
    if (
        c.get("count")
        and c.get("unit").startswith("second")
        and not c.get("unit").endswith("s")
        and "adjective" not in c.parts
    ):
        return c.get("count") in {"one", "1"}
    return previous not in {"aged", "age", "$", "£", "€"} and following != "old"


def _other_stands(page: _Page, c: Candidate, before: Token | None, after: Token | None) -> bool:
    token = _token(page, c.end - 1)
    first = _token(page, c.start)
    if c.rule == "set" and c.get("per") == "a":
        rated = before is not None and (
            before.ent_type_ in {"MONEY", "CARDINAL", "QUANTITY", "PERCENT"} or before.tag_ == "CD"
        )
        return rated or (token.dep_ == "npadvmod" and before is not None and before.tag_ in {"NNS", "NNPS"})
    if c.rule == "set" and c.get("adverb"):
        if token.text[0].isupper() and not token.is_sent_start:
            return False
        # "the Velm daily Stern", "the daily said": a newspaper.
        named = after is not None and after.tag_ in {"NNP", "NNPS"}
        return not named and not (token.tag_ == "NN" and token.dep_ in {"nsubj", "dobj", "pobj", "appos", "conj"})
    if c.rule == "ref":
        if c.get("past") == "the past" and after is not None and after.tag_ in {"CD", "JJ", "NN", "NNS"}:
            return False
        return not (first.text[0].isupper() and not first.is_sent_start and after is not None and after.tag_ == "NNP")
    if c.rule == "quarter" and not (c.get("year") or c.get("rel")):
        if any(t.lower_ in _GAMES for t in token.sent):
            return False
        return not c.get("half") and (token.ent_type_ == "DATE" or c.get("quarter") == "fourth")
    if c.rule == "decade" and (c.get("short") or c.get("word")):
        if c.get("short") and any(t.lower_ in _HEAT for t in token.sent):
            return False
        aged = before is not None and before.lower_ in {"his", "her", "their", "my", "our", "your", "its"}
        return not aged and bool(
            re.match(r"(?i)(?:the|early|late|mid|['’‘]|nineteen|eighteen)", page.text[c.start : c.end])
        )
    if c.rule == "shortyear":
        return token.ent_type_ == "DATE" or bool(before and before.lower_ in {"in", "since", "of", "from", "the"})
    if c.rule == "dayafter":
        day = _DAY_BEFORE.search(page.text[max(0, c.start - 20) : c.start])
        joined = day is not None and (day[2] in "-–" or not (after is not None and after.tag_.startswith("NN")))
        return joined and day is not None and day[1][:3].lower() in MONTHS
    return True


# Syntax.


def _token(page: _Page, offset: int) -> Token:
    """The token that covers an offset."""
    doc = page.doc
    low, high = 0, len(doc) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if doc[middle].idx <= offset:
            low = middle
        else:
            high = middle - 1
    return doc[low]


def _head(page: _Page, c: Candidate) -> Token:
    """The token of a candidate on which its others depend."""
    doc = page.doc
    first, last = _token(page, c.start).i, _token(page, c.end - 1).i
    return next((t for t in doc[first : last + 1] if not first <= t.head.i <= last), doc[last])


def _word(page: _Page, c: Candidate, side: int) -> Token | None:
    """The word before (-1) or after (+1) a candidate in its sentence."""
    doc = page.doc
    token = _token(page, c.start if side < 0 else c.end - 1)
    while True:
        if side < 0 and token.is_sent_start:
            return None
        at = token.i + side
        if not 0 <= at < len(doc) or (side > 0 and doc[at].is_sent_start):
            return None
        token = doc[at]
        if not token.is_space:
            return token


def _tense(page: _Page, c: Candidate) -> Tense:
    """The tense of the clause in which a candidate stands."""
    before = _word(page, c, -1)
    if before is not None and before.lower_ == "since":
        return "past"
    adverbial = before is not None and before.lower_ in _ADVERBIAL
    if before is not None and before.lower_ == "on" and before.i > before.sent.start and before.nbor(-1).tag_ == "VBD":
        return "past"  # "said on Monday it would close", whatever the parser makes of it
    through: Token | None = None
    child = token = _head(page, c)
    for above in token.ancestors:
        if above.lower_ in _PLANS or (above.lower_ == "set" and above.tag_ == "VBN"):
            return "past" if _is_over(above) else "open" if _is_of_the_past(above) else "future"
        if above.lower_ in _FOREGOING and above.tag_ in {"IN", "NN", "RB"}:
            return "near"
        if above.tag_.startswith("NN") and child.dep_ in {"poss", "compound", "nmod", "amod"} and not adverbial:
            through = above
        if above.tag_.startswith("VB") or above.tag_ == "MD":
            tense = _tense_of_verb(above)
            if tense in {"future", "open"} and through is not None and through.lower_ not in _AHEAD:
                # "ways around Tuesday's ruling": what is named after a day has mostly been.
                return "past"
            if child.lower_ == "until" and not _is_negated(above):
                return "future" if tense == "present" or above.lower_ in _PUT_OFF else tense
            if tense:
                return tense
        child = above
    return ""


def _is_negated(verb: Token) -> bool:
    return any(child.dep_ == "neg" or child.lower_ == "had" for child in verb.children)


def _verb_above(token: Token) -> Token | None:
    return next((above for above in token.ancestors if above.tag_.startswith("VB")), None)


def _is_over(plan: Token) -> bool:
    """Whether what was planned has come and gone: "missed Monday's deadline", "did not pay by Friday's deadline"."""
    verb = _verb_above(plan) or plan
    undone = {"did", "not"} <= {child.lower_.replace("n't", "not").replace("n’t", "not") for child in verb.children}
    passed = any(t.lower_ in _PASSING for t in (verb, *plan.children))
    return plan.tag_.startswith("NN") and (undone or passed)


def _is_of_the_past(plan: Token) -> bool:
    """Whether somebody planned in the past ("was due to", "planned"), or it is told in the past what came of a plan."""
    if plan.tag_ == "VBD":
        return True
    helped = any(child.dep_ in {"aux", "auxpass"} for child in plan.children)
    verb = plan if helped else _verb_above(plan) or plan
    return verb.tag_ == "VBD" or any(child.lower_ in {"was", "were", "had", "did"} for child in verb.children)


def _tense_of_verb(verb: Token) -> Tense:
    helpers = {child.lower_ for child in verb.children if child.dep_ in {"aux", "auxpass"}}
    if "could" in helpers and "have" not in helpers and any(child.dep_ == "neg" for child in verb.children):
        return "past"
    if helpers & {"will", "'ll", "’ll", "wo", "shall", "may", "must", "should", "can", "could", "might", "would"}:
        return "past" if "have" in helpers else "future"
    if "to" in helpers:
        return "past" if "have" in helpers else "open" if _is_governed_by_past(verb) else "future"
    if "had" in helpers:
        return "pluperfect"
    if verb.tag_ == "VBD" or helpers & {"was", "were", "did", "has", "have", "been", "'ve", "’ve"}:
        return "past"
    if verb.tag_ == "VBG":
        return "future" if helpers & {"is", "are", "'s", "’s", "'re", "’re", "am"} else ""
    if verb.tag_ == "VBN":
        return "past" if not helpers else ""
    return "present" if verb.tag_ in {"VBP", "VBZ"} else ""


def _is_governed_by_past(verb: Token) -> bool:
    """Whether the verb above an infinitive, if any, tells of the past."""
    above = _verb_above(verb)
    return above is not None and _tense_of_verb(above) in {"past", "pluperfect"}
