"""The wording of English time expressions: which stretches of text are candidates, and their parts.

Patterns are written with a plain blank for "white space, with one line break at most" and with ``{NAME}`` for the
word lists below. What a candidate means, and whether it is a time expression at all where it stands, is decided in
:mod:`rashomon.annotate.times` and :mod:`rashomon.annotate._timevalues`.
"""

# ruff: noqa: E501  (a rule is read more easily on one line than broken up)
from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from rashomon.data.wording import ONES, TENS

_MONTH_NAMES = "January February March April May June July August September October November December".split()
MONTHS = {name[:3].lower(): number for number, name in enumerate(_MONTH_NAMES, 1)}
WEEKDAYS = {
    name: number for number, name in enumerate("monday tuesday wednesday thursday friday saturday sunday".split(), 1)
}
SEASONS = {"spring": "SP", "summer": "SU", "autumn": "FA", "fall": "FA", "winter": "WI"}
DAY_PARTS = {"morning": "MO", "midday": "MI", "afternoon": "AF", "evening": "EV", "night": "NI"}
NUMBERS = ONES | TENS
_ONES, _TENS = [*ONES], [*TENS]
_ORDINAL_WORDS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split()
ORDINALS = {word: n for n, word in enumerate(_ORDINAL_WORDS, 1)} | {"twenty-first": 21}
DECADES = {
    "twenties": 2, "thirties": 3, "forties": 4, "fifties": 5, "sixties": 6, "seventies": 7, "eighties": 8, "nineties": 9,
}  # fmt: skip
HOLIDAYS = (
    r"Christmas(?: (?:Eve|Day))?|New Year['’]s(?: (?:Eve|Day))|Boxing Day|Thanksgiving(?: Day)?|Halloween"
    r"|(?:July Fourth|Fourth of July)|Valentine['’]s Day|Good Friday|Easter(?: (?:Sunday|Monday))?"
    r"|Labou?r Day|Memorial Day|Veterans Day|May Day|Armistice Day|Martin Luther King Jr\. Day|Presidents['’] Day"
    r"|Election Day"
)

_TEENS_AND_TENS = "|".join(sorted([*_ONES[1:], *_TENS], key=len, reverse=True))
_FULL_MONTH = "|".join([*_MONTH_NAMES, *(name.upper() for name in _MONTH_NAMES)])
_SHORT_MONTH = r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"

_LISTS = {
    "FULL": _FULL_MONTH,
    "SHORT": _SHORT_MONTH,
    "MONTH": rf"(?P<month>(?:{_FULL_MONTH})\b|{_SHORT_MONTH}(?:\.|(?= \d)))",
    "MONTH2": rf"(?:(?:{_FULL_MONTH})\b|{_SHORT_MONTH}(?:\.|(?= \d)))",
    "WD": r"(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b",
    "WDNAME": r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Mon|Tues?|Wed|Thur?s?|Fri|Sat|Sun)\.)",
    "DAY": r"(?P<day>(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?)(?!\w|[:.]\d|,\d{3})",
    "YEAR": r"(?P<year>1\d{3}|20\d\d)(?![\d,]\d|\d|\.\d)",
    "SEASON": r"(?P<season>(?i:spring|summer|autumn|fall|winter))\b",
    "TOD": r"(?P<tod>morning|midday|afternoon|evening|night)\b",
    "NUM": rf"(?:\d+ 1/2|\d+½|(?i:(?:an? |{'|'.join(_ONES[1:10])}|\d) ?(?:hundred|thousand))|\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?|(?i:(?:{'|'.join(_TENS)})-(?:{'|'.join(_ONES[1:10])})|{_TEENS_AND_TENS}))",
    "ORD": rf"(?P<ord>(?i:twenty-first|{'|'.join(_ORDINAL_WORDS)})|\d{{1,2}}(?:st|nd|rd|th))\b",
    "UNIT1": r"(?P<unit>second|minute|hour|day|week|fortnight|month|quarter|year|decade|century)\b",
    "UNITS": r"(?P<unit>(?i:seconds|minutes|hours|days|weeks|weekends|fortnights|months|quarters|years|decades|centuries))\b",
    "UNIT": r"(?P<unit>seconds?|minutes?|hours?|days?|weeks?|fortnights?|months?|quarters?|years?|decades?|century|centuries)\b",
    "DATEUNIT": r"(?P<unit>day|week|weekend|month|quarter|year|decade|century)\b",
    "PART": r"(?P<part>(?i:early|late|mid|later|earlier))",
    "EDGE": r"(?P<edge>(?:[Tt]he )?(?i:very )?(?i:end|beginning|start|middle|close|turn|(?:first|second|latter|early|later|opening) part|first half|second half|latter half|rest|remainder) of )",
    "ZONES": r"GMT|UTC|[ECMP][SD]T|ET|PT|BST|CEST?|EET|MSK|JST|IST|(?:local|Eastern|Pacific|Central|Moscow|London|Greenwich Mean) [Tt]ime",
    "TZ": r"(?P<zone>{ZONES})\b",
    "INZONE": r"(?P<bracket>\()?{TZ}(?(bracket)\))",
    "HOLIDAY": rf"(?P<holiday>{HOLIDAYS})\b(?!['’]s?\w)",
    "QUANT": r"(?i:several|a few|few|many|some|a couple of|a couple|couple of|couple|dozens of|a dozen|half a dozen|hundreds of|thousands of|scores of|a number of)",
    "BACK": r"back(?=[.,;:)—]| [—–-]|$| (?:that|when|the|he|she|it|they|we|I|after|before)\b)",
    "MORE": r"(?:(?i:almost|nearly|more than|less than|over|under) )?",
}
# Which day a clock time belongs to, where the day stands next to it.
_LISTS["DAYREF"] = r"(?P<dayref>(?:{WDNAME},? )?{MONTH2} \d\d?(?:, \d{4})?|{WDNAME}|today|tomorrow|yesterday)"

_CLOCK12 = r"(?P<hour>1[0-2]|0?[1-9])(?:[:.](?P<minute>[0-5]\d))?(?::[0-5]\d)?[ -]?(?P<half>[ap]\.m\.|[ap]\.?m\b\.?|A\.M\.|P\.M\.|AM\b|PM\b)"
_CLOCK24 = r"(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)(?![:\d]|\.\d)"

# Rule name, pattern. Of candidates that overlap, the one that starts first and reaches furthest is kept; among equals
# the rule that stands first.
_RULES: tuple[tuple[str, str], ...] = (
    ("iso", r"(?P<year>[12]\d{3})-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])(?:T(?P<hour>\d\d):(?P<minute>\d\d))?(?![\d-])"),
    ("slashes", r"(?<![\d/$£€])(?P<first>\d\d?)/(?P<second>\d\d?)/(?P<year>[12]\d{3}|\d\d)(?![\d/])"),
    ("nine_eleven", r"(?<![\d/])9/11(?![\d/])|(?:September|Sept\.) 11(?:th)?(?=,? (?:terror|attacks?\b|hijack|suicide))"),
    ("clock", rf"{_CLOCK12}(?:(?: |,) ?{{INZONE}})?(?:,? {{DAYREF}})?"),
    ("clock", r"(?i:noon|midday|(?P<midnight>midnight))(?: {TZ})?(?: {DAYREF})?"),
    ("clock", r"(?P<hour>1[0-2]|[1-9])(?::(?P<minute>[0-5]\d))? (?:o['’]clock )?in the (?P<spoken>morning|afternoon|evening)"),
    ("clock", r"(?P<hour>1[0-2]|[1-9]|(?i:" + "|".join(_ONES[1:13]) + r")) o['’]clock(?: (?:in the |at )(?P<spoken>morning|afternoon|evening|night))?"),
    ("clock", rf"{_CLOCK24}(?: ?(?:hours|hrs))? {{INZONE}}(?:,? {{DAYREF}})?"),
    ("clock", r"(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?:(?: ?hours| ?hrs)\b|(?= (?:{ZONES})\b))(?: {TZ})?(?:,? {DAYREF})?"),
    ("clock", rf"(?<=\b[Aa]t\s){_CLOCK24}"),
    ("clock", r"(?P<hour>[01]?\d|2[0-3])h(?P<minute>[0-5]\d)(?: {INZONE})?(?:,? {DAYREF})?(?!\w)"),
    # A day of a month, in either order, with or without year, weekday and part of the day.
    ("date", r"{MONTH} {DAY}(?=(?: ?[-–] ?| and | or | to | through | until | till )(?P<monthend>{MONTH2}) \d\d?(?:st|nd|rd|th)?,? (?P<yearend>1\d{3}|20\d\d))"),
    ("date", r"{DAY} {MONTH}(?=(?: ?[-–] ?| and | or | to | through | until | till )\d\d?(?:st|nd|rd|th)? (?P<monthend>{MONTH2}),? (?P<yearend>1\d{3}|20\d\d))"),
    ("date", r"{MONTH} {DAY}(?=(?:[-–/]| and | or | to )\d\d?(?:st|nd|rd|th)?,? (?P<yearafter>1\d{3}|20\d\d))"),
    ("date", r"(?:(?P<part>[Ee]arly|[Ll]ate) )?(?:(?P<det>(?i:last|this|next)) )?(?:{WDNAME},? )?{MONTH} {DAY}(?:,? {YEAR})?(?:,? {TOD})?"),
    ("date", r"(?:[Tt]he )?{TOD} of (?:{WDNAME},? )?{MONTH} {DAY}(?:,? {YEAR})?"),
    ("date", r"(?:{WDNAME},? )?(?:[Tt]he )?{DAY}(?: of)? {MONTH}(?:,? {YEAR}| (?P<rel>this|last|next|that) year)?(?: {TOD})?"),
    ("date", r"(?:[Tt]he )?{TOD} of (?:[Tt]he )?{DAY}(?: of)? {MONTH}(?:,? {YEAR})?"),
    ("date", r"(?:{WDNAME},? )?{MONTH} {DAY},? (?:of )?(?P<rel>this|last|next|that) year"),
    ("date", r"(?:{WDNAME},? )?the {ORD} of {MONTH}(?:,? {YEAR})?"),
    ("date", r"(?P<day>[0-3]?\d)-(?P<month>{FULL}|{SHORT})-(?:{YEAR}|(?P<shortyear>\d\d)(?![\w-]))"),
    ("date", r"(?P<day>\d\d?)(?=(?:[-–/]| and | or | to )\d\d?(?:st|nd|rd|th)? {MONTH}(?:,? (?P<yearafter>1\d{3}|20\d\d))?)"),
    ("dayafter", r"(?<=\d[-–])(?P<day>\d\d?)(?:,? {YEAR})?(?![\d:%-])"),
    ("dayafter", r"(?:(?<=[\dhtd]\sand\s)|(?<=[\dhtd]\sor\s))(?P<day>\d\d?)(?:st|nd|rd|th)?(?:,? {YEAR})?(?![\d:%.,-]\d|\w|[%-])"),
    # Months.
    ("month", r"(?:{EDGE}|(?:[Tt]he )?{PART}[ -](?:in )?)?(?:the month of )?{MONTH}(?:,? (?:of )?{YEAR})"),
    ("month", r"(?:{EDGE}|(?:[Tt]he )?{PART}[ -](?:in )?)?{MONTH},? (?:of )?(?P<rel>this|last|next|that|that same|the same|the following|the previous|the next) year"),
    ("month", r"{MONTH}(?=(?:[-–/]| and | to | or | through ){MONTH2},? (?P<year>1\d{3}|20\d\d))"),
    ("month", r"(?:{EDGE}|(?:[Tt]he )?{PART}[ -](?:in )?)?(?:(?P<det>(?i:last|this|next|this past|this coming|the following|the previous)) )?{MONTH}"),
    # Years, decades, centuries.
    ("year", r"(?:{EDGE}|(?:[Tt]he )?{PART}(?:-| in (?:the year )?| ))?(?:the year )?{YEAR}(?!['’]?s\b)"),
    ("bc", r"(?:{EDGE}|{PART}[ -])?(?P<bcyear>\d{1,4}) ?(?:BCE?\b|B\.C\b\.?(?:E\.)?)"),
    ("bc", r"(?P<bcyear>\d{1,4})(?=(?:[-–/]| to | and )\d{1,4} ?(?:BC|B\.C\b))"),
    ("ad", r"(?:AD|A\.D\.) (?P<adyear>\d{1,4})\b|(?P<adyear2>\d{1,4}) (?:AD|CE|A\.D\.)(?=\W)"),
    ("yeartail", r"(?<=[12]\d{3}[-–/])(?P<tail>\d\d)(?![\d-])"),
    ("shortyear", r"(?<![\w’'])['’‘](?P<short>\d\d)(?!\d|['’]?s\b)"),
    ("decade", r"(?:(?:{EDGE}|(?:[Tt]he )?{PART}[- ])?(?:[Tt]he )?)(?P<decade>(?:1\d|20)\d0)['’]?s\b"),
    ("decade", r"(?:(?:{EDGE}|(?:[Tt]he )?{PART}[- ])?(?:[Tt]he )?)['’‘]?(?P<short>[2-9]0)['’]?s\b"),
    ("decade", r"(?:(?:{EDGE}|(?:[Tt]he )?{PART}[- ])?(?:[Tt]he )?)(?:(?P<hundreds>(?i:nineteen|eighteen))[- ])?(?P<word>(?i:" + "|".join(DECADES) + r"))\b"),
    ("century", r"(?:(?:{EDGE}|(?:[Tt]he )?{PART}[- ])?(?:[Tt]he )?){ORD}[- ]century(?P<bc> BCE?\b)?(?![- ]old)"),
    ("fiscal", r"(?i:fiscal)(?: year)? {YEAR}"),
    # Quarters, halves, seasons, holidays.
    ("quarter", r"(?:[Tt]he )?(?:(?P<quarter>(?i:first|second|third|fourth|final)|[1-4](?:st|nd|rd|th)) quarter|(?P<half>(?i:first|second|latter)) half)(?:,? (?:of )?(?:[Tt]he )?(?:(?P<edgeof>{YEAR})|(?P<rel>this|last|next|that|the) year))?"),
    ("quarter", r"Q(?P<quarter>[1-4])(?:,? (?:of )?{YEAR})?\b"),
    ("season", r"(?:{EDGE}|(?:[Tt]he )?{PART}[ -](?:in )?)?(?:(?P<det>(?i:last|this|next|that|that same|this past|this coming|the following|the previous|the next|the)) )?{SEASON}(?:,? (?:of )?{YEAR}|,? (?:of )?(?P<rel>this|last|next|that|that same|the same|the following|the previous) year)?"),
    ("season", r"{YEAR} {SEASON}(?=\s[a-z])"),
    ("holiday", r"(?:(?P<det>(?i:last|this|next)) )?{HOLIDAY}(?:,? {YEAR})?"),
    # Weekdays.
    ("weekday", r"(?:(?P<part>[Ee]arly|[Ll]ate) )?(?:(?P<det>(?i:last|this|next|this past|this coming|the following|the previous|that|the next)) )?{WD}(?!s)(?: {TOD})?"),
    ("weekday", r"(?:[Tt]he )?{TOD} of (?P<det>(?i:last|this|next) )?{WD}"),
    # A day in another week or month: "Friday week", "the Sunday before last", "the first Monday of March".
    ("weekday", r"{WD} (?P<week>week)\b(?!['’-])"),
    ("weekday", r"(?i:a (?P<week>week)) (?:on|from) {WD}(?: {TOD})?"),
    ("weekday", r"(?i:a (?P<weekago>week)) ago (?:on )?{WD}(?: {TOD})?"),
    ("weekday", r"(?i:the) {WD} (?P<beyond>(?i:before last|after next))\b"),
    ("nthday", r"(?i:the) (?P<nth>(?i:first|second|third|fourth|last)) {WD} (?:of|in) {MONTH}(?:,? {YEAR}|,? (?P<rel>this|last|next|that) year)?"),
    ("nthweek", r"(?i:the) (?P<nth>(?i:first|second|third|fourth|last|final)) week (?:of|in) {MONTH}(?:,? {YEAR}|,? (?P<rel>this|last|next|that) year)?"),
    ("weekdays", r"(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)s(?: {TOD}s)?\b"),
    # Days told from today or from the day last spoken of.
    ("deictic", r"(?:[Tt]he )?(?P<word>(?i:day before yesterday|day after tomorrow|night before last))\b"),
    ("deictic", r"(?:(?P<part>[Ee]arly|[Ll]ate) )?(?P<word>(?i:today|yesterday|tomorrow))(?:(?:,| early| late)? {TOD})?\b"),
    ("deictic", r"(?P<word>(?i:tonight|last night|last evening))\b"),
    ("deictic", r"(?:(?P<part>[Ee]arly|[Ll]ate) )?(?P<word>(?i:this)) {TOD}"),
    ("sameday", r"(?:(?P<part>[Ee]arly|[Ll]ate|[Ee]arlier|[Ll]ater) )?(?P<det>(?i:that same|the same|that|the next|next|the following|the previous)) {TOD}"),
    ("sameday", r"(?i:the) (?P<tod>night|morning|evening|afternoon|day) (?P<word>before|after)(?! \w)"),
    ("length", r"(?:(?<=\bover\s)|(?<=\bfor\s)|(?<=throughout\s)|(?<=\bwithin\s))(?P<article>the) next {UNIT1}"),
    # A unit of the calendar, told from the publication or from what was last spoken of.
    ("unit", r"(?:(?P<part>(?i:earlier|later|early|late)) (?:in )?)?(?P<det>(?i:last|this past|past|this|next|this coming|coming|the coming|the past|the last|the next|the following|the previous|the preceding|the subsequent|following|previous|that same|the same|that|the current)) {DATEUNIT}"),
    ("unit", r"(?i:the) weekend"),
    ("unit", r"{EDGE}(?P<det>(?i:the|this|last|next|that|the following|the previous)) (?P<unit>week|month|year|decade|century)\b"),
    ("unit", r"(?P<part>(?i:later|earlier|late|early)) in the (?P<unit>week|month|year|decade|century)\b"),
    ("unit", r"(?i:the) (?P<unit>week|month|year|decade) (?P<word>before|after|earlier)(?= ?[.,;:)]|$)"),
    ("weekof", r"(?:[Tt]he )?week of (?P<dayref>{MONTH2} \d\d?(?:, \d{4})?)(?!\d)"),
    # So many units before or after.
    ("offset", r"{MORE}(?:(?i:a) (?:mere |full )?|(?P<count>{NUM})[ -])(?:(?P<another>more) )?{UNIT} (?P<dir>(?i:ago|earlier|later|previously|prior|hence|from now|beforehand|afterwards?|{BACK}))\b"),
    ("offset", r"{MORE}(?P<anhour>(?i:an)) (?P<unit>hour) (?P<dir>(?i:ago|earlier|later))\b"),
    ("offset", r"{MORE}(?P<halfcount>(?i:half a|a half)) (?P<unit>century|decade) (?P<dir>(?i:ago|earlier|later))\b"),
    ("offset", r"{MORE}(?P<count>{NUM}) {UNIT} (?P<dir>before|after)(?= ?[.,;:)]|$)"),
    ("offset", r"(?P<vague>(?:just |only )?{QUANT}(?: short)?) {UNITS} (?P<dir>(?i:ago|earlier|later|previously|hence|from now|afterwards?|{BACK}))\b"),
    ("offset", r"(?P<bare>){UNITS} (?P<dir>(?i:ago|earlier|later))\b"),
    ("unit", r"(?i:the) (?P<unit>week|weekend|month|year) (?P<beyond>(?i:before last|after next))\b"),
    # Lengths of time.
    ("length", r"(?:(?i:the|these|this|those) )?(?P<det>(?i:last|past|next|coming|previous|following|first|final|preceding|recent|opening|subsequent))(?: (?P<count>{NUM}|{QUANT}))?(?: (?:full|fiscal|calendar))? {UNITS}"),
    ("length", r"{MORE}(?P<count>{NUM})(?: (?P<more>more|full|whole|straight|consecutive|additional|long|short|other|extra|and a half))? {UNIT}(?! (?:old|of age)\b)"),
    ("length", r"{MORE}(?P<count>{NUM})(?: to |[-–]| or )(?P<count2>{NUM}) {UNITS}(?! (?:old|of age)\b)"),
    ("length", r"(?P<adjective>(?P<count>{NUM})-(?P<unit>second|minute|hour|day|week|month|quarter|year|decade|century))(?:-long)?(?!-|s\b)"),
    ("length", r"(?P<adjective>(?P<unit>minute|hour|day|week|month|year|decade|century)(?P<plural>s)?-long)\b"),
    ("length", r"(?P<adjective>(?:half-|(?P<multi>multi-))(?P<unit>hour|day|year|century|decade))\b(?!-)"),
    ("length", r"{MORE}(?P<vague>{QUANT})(?: (?:more|short|long|full))? {UNITS}"),
    ("length", r"{MORE}(?P<article>(?i:a|an))(?: (?:full|whole|further))? {UNIT1}(?P<half> and a half)?(?![-–'’])"),
    ("length", r"{MORE}(?i:(?P<fraction>half (?:a|an)|a half|a quarter of a|a quarter[- ]))[ -]?{UNIT1}"),
    ("length", r"(?P<bare>){UNITS}"),
    # What happens again and again.
    ("set", r"(?i:every|each)(?: (?P<each>single|other|few|(?P<count>{NUM})))? (?:{UNIT}|{WD}|{MONTH}|{SEASON}|{TOD}|(?P<weekend>weekend)\b)"),
    ("set", r"(?P<freq>(?i:once|twice|{NUM} times|several times)) (?:a|an|per|each|every) (?P<unit>hour|day|week|month|quarter|year|decade)\b"),
    ("set", r"(?P<per>per|a) (?P<unit>day|week|month|quarter|year|decade)\b(?! (?:ago|earlier|later|before|after))"),
    ("set", r"(?P<adverb>(?i:hourly|daily|nightly|weekly|biweekly|fortnightly|monthly|quarterly|yearly|annually|annual))\b"),
    ("set", r"(?P<everyday>(?i:everyday|weekends|weekdays))\b"),
    # Words for the present, the past and the future.
    ("ref", r"(?P<present>(?i:now|currently|current|nowadays|presently|at present|at the moment|the present|the present day|present-day|the time being|these days))\b"),
    ("ref", r"(?P<past>(?i:recently|recent|lately|the past|those days))\b"),
    ("ref", r"(?P<future>(?i:(?:[Tt]he )?(?:(?:near|immediate|foreseeable|distant) )?future))\b"),
)  # fmt: skip


class Candidate(NamedTuple):
    """A stretch of text ``[start, end)`` that the rule ``rule`` matched, with its named parts."""

    start: int
    end: int
    rule: str
    parts: dict[str, str]

    def get(self, name: str) -> str:
        """A part in lower case, with single blanks; empty if it is absent."""
        return " ".join(self.parts.get(name, "").lower().split())


_NAME = re.compile(r"\{([A-Z]+[12]?)\}")


def _compile(pattern: str) -> re.Pattern[str]:
    """A pattern with its word lists filled in, which must not begin in the midst of a word or number."""
    filled = pattern
    while _NAME.search(filled):
        filled = _NAME.sub(lambda m: _LISTS[m[1]], filled)
    blank = r"(?:[ \t\xa0]*\n[ \t\xa0]*|[ \t\xa0]+)"
    pieces = re.split(r"(\[[^\]]*\]|\(\?<[=!][^)]*\))", filled)
    spaced = [p if p.startswith(("[", "(?<=", "(?<!")) else p.replace(" ", blank) for p in pieces]
    body = "".join(spaced)
    return re.compile(r"(?<!\w)(?<!\d[.,])" + body)


_MONTH_STEMS = tuple(name[:3].lower() for name in _MONTH_NAMES)
_UNIT_STEMS = ("second", "minute", "hour", "day", "week", "fortnight", "month", "quarter", "year", "decade", "centur")
# What a rule cannot match without (in lower case, "#" for any digit): looked for first, because most rules have
# nothing to find in most paragraphs and a substring is found many times faster than a pattern fails.
_NEEDS: dict[str, tuple[str, ...]] = {
    "clock": ("#", "noon", "midday", "midnight", "clock"),
    "date": _MONTH_STEMS,
    "month": _MONTH_STEMS,
    "nine_eleven": ("9/11", "sept"),
    "bc": ("bc", "b.c"),
    "ad": ("ad", "a.d", "ce"),
    "decade": ("0s", "0's", "0’s", "ties"),
    "century": ("centur",),
    "fiscal": ("fiscal",),
    "quarter": ("quarter", "half", "q1", "q2", "q3", "q4"),
    "season": tuple(SEASONS),
    "weekday": ("day",),
    "weekdays": ("days",),
    "nthday": ("day",),
    "nthweek": ("week of", "week in"),
    "deictic": ("day", "morrow", "night", *DAY_PARTS),
    "sameday": ("day", *DAY_PARTS),
    "unit": _UNIT_STEMS,
    "weekof": ("week of",),
    "offset": _UNIT_STEMS,
    "length": _UNIT_STEMS,
    "set": (*_UNIT_STEMS, "every", "each", "daily", "ly", "annual"),
    "ref": ("now", "current", "present", "moment", "being", "days", "recent", "lately", "past", "future"),
} | dict.fromkeys(("iso", "slashes", "dayafter", "year", "yeartail", "shortyear"), ("#",))

_COMPILED = tuple((name, frozenset(_NEEDS.get(name, ())), _compile(pattern)) for name, pattern in _RULES)
_NEEDED = sorted(set().union(*_NEEDS.values()))


def candidates(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Every match of every rule in ``text[start:end]``, overlapping ones too, in order of the rules."""
    present = " ".join(text[start:end].lower().split())
    if any(map(str.isdigit, present)):
        present += "#"
    met = {need for need in _NEEDED if need in present}
    for name, needs, pattern in _COMPILED:
        if needs and met.isdisjoint(needs):
            continue
        for match in pattern.finditer(text, start, end):
            if match.end() > match.start():
                parts = {key: value for key, value in match.groupdict().items() if value is not None}
                yield Candidate(match.start(), match.end(), name, parts)


def number(word: str) -> float | None:
    """The number that a numeral or number word names: ``"12"``, ``"1,200"``, ``"2.5"``, ``"twenty-five"``."""
    text = word.lower().replace(",", "").strip()
    halves = re.fullmatch(r"(\d+)(?:\s+1/2|½)", text)
    if halves:
        return int(halves[1]) + 0.5
    large = re.fullmatch(r"(\w+)\s*(hundred|thousand)", text)
    if large:
        factor = 1.0 if large[1] in {"a", "an"} else number(large[1])
        return None if factor is None else factor * {"hundred": 100, "thousand": 1000}[large[2]]
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    tens, _, ones = text.partition("-")
    if tens in NUMBERS and (not ones or ones in NUMBERS):
        return float(NUMBERS[tens] + NUMBERS.get(ones, 0))
    return None
