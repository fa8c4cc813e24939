"""Comparing TIMEX3 values (TimeML 1.2.1, ISO 8601) with each other, and putting them in words.

A value names one or more stretches of the calendar, or a length of time, or nothing definite. Two values are
compared by these, not by their spelling: ``2017-W07`` and ``2017-02-16`` are the week and a day in it.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Literal

Relation = Literal["same", "refinement", "different", "unknown"]
# A stretch of time, in minutes since a fixed instant, [start, end).
_Stretch = tuple[int, int]

_DAY = 24 * 60
_CALENDAR = re.compile(r"(BC)?(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$")
_WEEK = re.compile(r"(\d{4})-W(\d{1,2})(?:-(\d|WE))?$")
_PART = re.compile(r"(\d{4})-(SP|SU|FA|WI|Q[1-4]|H[12])$")
_COARSE = re.compile(r"(\d{3})X?$|(\d\d)(?:XX)?$")
_CLOCK = re.compile(r"(\d\d)(?::?(\d\d)(?::?(\d\d)(?:\.\d+)?)?)?(Z|[+-]\d\d(?::?\d\d)?)?$")
_LENGTH = re.compile(r"P(?=.)(?:([\d.]+)(CE|DE|Y|Q|M|W|D))?(?:T(?=.)(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?)?$")

# Seasons overlap at their edges, because speakers disagree where one ends; winter lies at both ends of its year.
_SEASONS = {
    "SP": (((0, 3, 1), (0, 6, 22)),),
    "SU": (((0, 6, 1), (0, 9, 24)),),
    "FA": (((0, 9, 1), (0, 12, 22)),),
    "WI": (((-1, 12, 1), (0, 3, 22)), ((0, 12, 1), (1, 3, 22))),
}
# Parts of the day, in hours from midnight; a night runs on into the next day.
_DAY_PARTS = {"MO": ((4, 12),), "MI": ((11, 14),), "AF": ((12, 18),), "EV": ((17, 24),), "NI": ((0, 6), (18, 30)),
              "DT": ((6, 18),)}  # fmt: skip
_MONTHS = {"Y": 12.0, "M": 1.0, "Q": 3.0, "DE": 120.0, "CE": 1200.0}

# What the words of a value are made of.
_MONTH_NAMES = "January February March April May June July August September October November December".split()
_SEASON_NAMES = {"SP": "spring", "SU": "summer", "FA": "autumn", "WI": "winter"}
_DAYTIMES = {"MO": "morning", "MI": "midday", "AF": "afternoon", "EV": "evening", "NI": "night", "DT": "by day"}
_SHARES = {"Q": "quarter", "H": "half"}
_ORDINALS = {"1": "first", "2": "second", "3": "third", "4": "fourth"}
_DATE = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?")
_WEEK_WORDS = re.compile(r"(?P<year>\d{4})-W(?P<week>\d\d)(?:-(?P<day>[1-7]|WE))?")
_CODE = re.compile(r"^X|X$|_REF$|^P[\dXT]|^FY")
_CLOCK_WORDS = re.compile(r"T(?P<clock>\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?P<zone>Z|[+-]\d\d:?\d\d)?")


def compatible(a: str, b: str) -> Relation:
    """How two TIMEX3 values stand to each other.

    ``same``: they name one time (``P1W`` and ``P7D`` too). ``refinement``: one lies within the other, or leaves
    unknown (``X``) what the other tells, and all that both tell agrees. ``different``: they cannot both hold.
    ``unknown``: one is not definite (``PRESENT_REF``, ``PXD``), they overlap in part, or they are of different kinds,
    a date and a duration.
    """
    if a.startswith("P") or b.startswith("P"):
        return _compare_lengths(a, b)
    if a == b:
        return "same" if _stretches(a) or "X" in a or a.startswith("FY") else "unknown"
    if "XX" in _rough_date(a) or "XX" in _rough_date(b):
        return _compare_partial(a, b)
    if _is_part_of_day(a, b) or _is_part_of_day(b, a):
        return "refinement"
    if _in_zone(a) != _in_zone(b) and "T" in a and "T" in b:
        return "unknown"
    return _compare_stretches(_stretches(a), _stretches(b))


def _is_part_of_day(inner: str, outer: str) -> bool:
    """A night belongs to the day it begins on, though it runs on into the next."""
    return inner.startswith(outer + "T") and bool(_stretches(inner))


def _in_zone(value: str) -> bool:
    match = _CLOCK.match(value.partition("T")[2])
    return bool(match and match[4])


def _rough_date(value: str) -> str:
    """The date part of a value that has places for year, month and day or week and weekday; else nothing."""
    day = value.split("T", maxsplit=1)[0]
    return day if re.match(r"[\dX]{4}-", day) else ""


def _compare_stretches(left: list[_Stretch], right: list[_Stretch]) -> Relation:
    if not left or not right:
        return "unknown"
    if left == right:
        return "same"
    if _within(left, right) or _within(right, left):
        return "refinement"
    if all(x[1] <= y[0] or y[1] <= x[0] for x in left for y in right):
        return "different"
    return "unknown"


def _within(inner: list[_Stretch], outer: list[_Stretch]) -> bool:
    return all(any(y[0] <= x[0] and x[1] <= y[1] for y in outer) for x in inner)


def _compare_partial(a: str, b: str) -> Relation:
    """Compare values of which one leaves places open, place by place."""
    (day_a, _, time_a), (day_b, _, time_b) = a.partition("T"), b.partition("T")
    if ("W" in day_a) != ("W" in day_b):
        day_a, day_b = _in_weeks(day_a), _in_weeks(day_b)
        if not day_a or not day_b:
            return "unknown"
    for left, right in zip(day_a.split("-"), day_b.split("-"), strict=False):
        if "X" not in left + right and left != right:
            return "different"
    if (
        time_a
        and time_b
        and _compare_stretches(_stretches_of_clock(time_a), _stretches_of_clock(time_b)) == "different"
    ):
        return "different"
    return "refinement"


def _in_weeks(day: str) -> str:
    """A full calendar date in week notation, ``2017-W07-4``; week notation as it is; nothing for anything else."""
    if "W" in day:
        return day
    try:
        year, week, weekday = date.fromisoformat(day).isocalendar()
    except ValueError:
        return ""
    return f"{year:04d}-W{week:02d}-{weekday}"


def _stretches(value: str) -> list[_Stretch]:
    """The stretches of time that a definite date or time names; none for anything else."""
    day, _, clock = value.partition("T")
    days = _stretches_of_day(day)
    if not clock or len(days) != 1 or days[0][1] - days[0][0] != _DAY:
        return [] if clock else days
    return [(days[0][0] + start, days[0][0] + end) for start, end in _stretches_of_clock(clock)]


def _stretches_of_day(day: str) -> list[_Stretch]:
    if match := _CALENDAR.match(day):
        era, year, month, number = match.groups()
        return _calendar(1 - int(year) if era else int(year), month, number)
    if match := _WEEK.match(day):
        return _week(int(match[1]), int(match[2]), match[3])
    if match := _PART.match(day):
        return _part_of_year(int(match[1]), match[2])
    if match := _COARSE.match(day):
        size = 10 if match[1] else 100
        first = int(match[1] or match[2]) * size
        return [(_minute(first, 1, 1), _minute(first + size, 1, 1))]
    return []


def _calendar(year: int, month: str | None, number: str | None) -> list[_Stretch]:
    if month is None:
        return [(_minute(year, 1, 1), _minute(year + 1, 1, 1))]
    if not 1 <= int(month) <= 12:
        return []
    following = (year + int(month) // 12, int(month) % 12 + 1)
    first, last = _minute(year, int(month), 1), _minute(*following, 1)
    if number is None:
        return [(first, last)]
    start = first + (int(number) - 1) * _DAY
    return [(start, start + _DAY)] if first <= start < last else []


def _week(year: int, week: int, day: str | None) -> list[_Stretch]:
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError:
        return []
    start = _minute(monday.year, monday.month, monday.day)
    if day is None:
        return [(start, start + 7 * _DAY)]
    if day == "WE":
        return [(start + 5 * _DAY, start + 7 * _DAY)]
    return [(start + (int(day) - 1) * _DAY, start + int(day) * _DAY)] if 1 <= int(day) <= 7 else []


def _part_of_year(year: int, part: str) -> list[_Stretch]:
    if part in _SEASONS:
        return [
            (_minute(year + start[0], *start[1:]), _minute(year + end[0], *end[1:])) for start, end in _SEASONS[part]
        ]
    months = 3 if part[0] == "Q" else 6
    first = (int(part[1]) - 1) * months
    last = first + months
    return [(_minute(year, first + 1, 1), _minute(year + last // 12, last % 12 + 1, 1))]


def _stretches_of_clock(clock: str) -> list[_Stretch]:
    """Minutes from midnight, of Universal Time where the clock names a zone."""
    if clock in _DAY_PARTS:
        return [(start * 60, end * 60) for start, end in _DAY_PARTS[clock]]
    match = _CLOCK.match(clock)
    if not match or int(match[1]) > 24:
        return []
    start = int(match[1]) * 60 + int(match[2] or 0)
    zone = match[4] or "Z"
    if zone != "Z":
        digits = zone[1:].replace(":", "")
        start -= (1 if zone[0] == "+" else -1) * (int(digits[:2]) * 60 + int(digits[2:] or 0))
    return [(start, start + (60 if match[2] is None else 1))]


def _compare_lengths(a: str, b: str) -> Relation:
    if a.endswith("_REF") or b.endswith("_REF"):
        return "unknown"
    left, right = _length(a), _length(b)
    if left is None or right is None:
        return "unknown"
    if left == right:
        return "same"
    # A month has no fixed number of days: four weeks and a month are neither the same nor plainly different.
    if left[0] != right[0]:
        (unit, size), (_, other) = (left, right) if left[0] == "months" else (right, left)
        return "unknown" if unit == "months" and 28 <= other / _DAY / size <= 31 else "different"
    return "different"


def _length(value: str) -> tuple[str, float] | None:
    """A duration in months or in minutes; ``None`` for one that names no number."""
    match = _LENGTH.match(value)
    if not match:
        return None
    try:
        hours, minutes, seconds = (float(part or 0) for part in match.group(3, 4, 5))
        size = float(match[1] or 0)
    except ValueError:
        return None
    clock = hours * 60 + minutes + seconds / 60
    if match[2] in _MONTHS:
        return None if clock else ("months", size * _MONTHS[match[2]])
    return "minutes", clock + size * {"W": 7 * _DAY, "D": _DAY}.get(match[2] or "D", 0)


def _minute(year: int, month: int, day: int) -> int:
    """The minute at which a day of the proleptic Gregorian calendar begins, for years before 1 too.

    Days are counted as in Hinnant, "chrono-compatible low-level date algorithms" (days_from_civil).
    """
    year -= month <= 2
    era, year_of_era = divmod(year, 400)
    day_of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return (era * 146097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year) * _DAY


def moment(value: str) -> datetime | None:
    """An ISO 8601 date or date and time as a moment, by UTC where it names no zone; ``None`` for anything else."""
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def calendar_day(value: str) -> date | None:
    """The day of an ISO 8601 date or date and time; ``None`` for anything else, a month alone among it."""
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


def may_be_one(one: str | None, other: str | None) -> bool:
    """Whether two dates (TIMEX3 values) can be one, as far as they are told."""
    return one is None or other is None or one.startswith(other) or other.startswith(one)


def first_and_last_day(value: str) -> tuple[str, str] | None:
    """The days (ISO 8601) between which a TIMEX3 date lies; ``None`` for one that names no days, or none of our era."""
    stretches = _stretches_of_day(value.partition("T")[0])
    if not stretches:
        return None
    epoch = _minute(1970, 1, 1)
    first, last = min(start for start, _ in stretches), max(end for _, end in stretches) - 1
    try:
        start, end = (date(1970, 1, 1) + timedelta(days=(at - epoch) // _DAY) for at in (first, last))
    except OverflowError:
        return None
    return start.isoformat(), end.isoformat()


def date_words(value: str) -> str:
    """An ISO 8601 date (any granularity) or TIMEX3 value as a reader would write it.

    Empty for a code that names no stretch of the calendar (``XXXX-WXX``, ``PAST_REF``); other text comes back as it is.
    """
    if week := _WEEK_WORDS.fullmatch(value):
        return _week_words(int(week["year"]), int(week["week"]), week["day"])
    if coarse := _COARSE.match(value):
        return f"the {coarse[1]}0s" if coarse[1] else _century_words(int(coarse[2]) + 1)
    found = _DATE.match(value)
    day = _day_words(found) if found is not None else None
    if found is None or day is None:
        return "" if _CODE.search(value) else value
    rest = value[found.end() :]
    if not rest:
        return day
    if clock := _CLOCK_WORDS.fullmatch(rest):
        zone = clock["zone"] or ""
        return f"{day}, {clock['clock']}" + (" UTC" if zone in ("Z", "+00:00") else f" UTC{zone}" if zone else "")
    part = rest[1:]
    if rest[0] == "-" and part in _SEASON_NAMES:
        return f"{_SEASON_NAMES[part]} {day}"
    if rest[0] == "-" and part[:1] in _SHARES and part[1:] in _ORDINALS:
        return f"the {_ORDINALS[part[1:]]} {_SHARES[part[0]]} of {day}"
    if rest[0] == "T" and part in _DAYTIMES:
        return f"{day}, {_DAYTIMES[part]}"
    # The rest tells of nothing definite ("2017-XX"): what stands before it does.
    return day if "X" in rest else value


def _week_words(year: int, week: int, day: str | None) -> str:
    try:
        first = date.fromisocalendar(year, week, int(day) if day and day.isdigit() else 6 if day else 1)
    except ValueError:
        return ""
    what = "" if day and day.isdigit() else "the weekend of " if day else "the week of "
    return what + date_words(first.isoformat())


def _century_words(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number % 100 not in {11, 12, 13} else 0, "th")
    return f"the {number}{ending} century"


def _day_words(found: re.Match[str]) -> str | None:
    """“16 February 2017”, “February 2017” or “2017”; ``None`` if there is no such month."""
    year, month, day = found["year"], found["month"], found["day"]
    if month is None:
        return year
    if not 1 <= int(month) <= 12:
        return None
    name = f"{_MONTH_NAMES[int(month) - 1]} {year}"
    return f"{int(day)} {name}" if day else name
