"""What a time expression means: TIMEX3 type and value, reckoned from the dates known where it stands.

Values follow TimeML 1.2.1 and, where that is silent, TempEval-3 (UzZaman et al. 2013): the granularity of the
expression is kept, weeks are ISO weeks, a decade is ``199X`` and a century ``18XX``. Nothing is guessed: what cannot be
reckoned is left open with ``X`` or is ``None``.
"""

from __future__ import annotations

import re
from calendar import monthcalendar, monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from rashomon.annotate._timegrammar import DAY_PARTS, DECADES, MONTHS, ORDINALS, SEASONS, WEEKDAYS, Candidate, number
from rashomon.types import TimexType

# ``open`` is what was ahead of a past ("planned to", "was to meet"): it may have come to pass since, or not.
# ``near`` is what something went before ("ahead of the vote on Monday"): the nearest is meant.
Tense = Literal["past", "pluperfect", "present", "future", "open", "near", ""]

_PASTS = ("past", "pluperfect")
_FUTURES = ("future", "open")
_UNITS = {
    "second": "S", "minute": "M", "hour": "H", "day": "D", "week": "W", "fortnight": "W", "month": "M", "quarter": "Q",
    "year": "Y", "weekend": "WE",
}  # fmt: skip
_CLOCK_UNITS = ("second", "minute", "hour")
_BACK = ("ago", "earlier", "previously", "prior", "before", "beforehand", "back")
# Later than this many days or months ahead, a date without a year that could be past is taken by the verb's tense.
_NEAR_DAYS = 100
# A history that names a year farther than this from the last one may only be looking back or ahead.
_ASIDE_YEARS = 5
# A month without a year lies at most so many months after the month last spoken of, or else before it.
_MONTHS_AHEAD = 6
_SEASON_STARTS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}


class TimeReading(NamedTuple):
    """The type and value of an expression and the ISO date from which it was reckoned, if from any."""

    type: TimexType
    value: str | None
    anchor: str | None = None


@dataclass(slots=True)
class Scene:
    """The dates known where an expression stands: the publication, and the day, month and year last spoken of, and the
    moment, where the last was one.

    ``narrative`` holds for texts that tell a past of their own (histories, chronicles): there, months and days go
    with the date last spoken of and not with the day of publication.
    """

    published: date | None
    narrative: bool = False
    day: date | None = None
    month: tuple[int, int] | None = None
    year: int | None = None
    aside: int | None = None
    moment: datetime | None = None

    def now(self) -> date | None:
        """The day from which "last week" or a weekday is told."""
        if self.narrative or self.published is None:
            return self.day
        return self.published

    def then(self) -> date | None:
        """The day from which "two days later" is told."""
        return self.day or (None if self.narrative else self.published)

    def has_course(self) -> bool:
        """Whether what lacks a year goes with the date last spoken of: in a history, or beside a full date."""
        return self.narrative or self.day is not None

    def note(self, value: str) -> None:
        """Remember a date that was spoken of."""
        self._note_moment(value)
        match = re.match(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?|-[A-Z].*)?(?:T.*)?$", value)
        if not match:
            return
        year = int(match[1])
        if self._is_aside(year):
            return
        self.year = year
        self.month = (self.year, int(match[2])) if match[2] else None
        if match[3]:
            self.day = date(self.year, int(match[2]), int(match[3]))
        elif not (self.day and value == self.day.isoformat()[: len(value)]):
            self.day = None

    def _note_moment(self, value: str) -> None:
        """Remember a time of day; its own day, named after it, leaves it as it is."""
        if self.moment is not None and value == self.moment.date().isoformat():
            return
        clock = re.match(r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d", value)
        self.moment = datetime.fromisoformat(clock[0]) if clock else None

    def _is_aside(self, year: int) -> bool:
        """Whether a history leaves its course with this year: one far from the last, until another confirms it."""
        if not self.narrative or self.year is None or abs(year - self.year) <= _ASIDE_YEARS:
            self.aside = None
            return False
        confirmed = self.aside is not None and abs(year - self.aside) <= _ASIDE_YEARS
        self.aside = None if confirmed else year
        return not confirmed


def read(candidate: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    """What a candidate means here; ``None`` if it is no time expression after all."""
    return _READERS[candidate.rule](candidate, scene, tense)


def with_clock(candidate: Candidate, day: str | None) -> TimeReading:
    """A time of day, on a day that is known from beside it (an ISO date), if any."""
    word = " ".join(candidate.parts)
    hour, minute = int(number(candidate.get("hour")) or 12), int(candidate.get("minute") or 0)
    half = candidate.get("half").replace(".", "") or {"morning": "am"}.get(candidate.get("spoken"), "")
    if not half and candidate.get("spoken"):
        half = "pm"
    if half == "am" and hour == 12:
        hour = 0
    elif half == "pm" and hour < 12:
        hour += 12
    if "hour" not in word:
        hour = 24 if candidate.get("midnight") else 12
    zone = "Z" if candidate.get("zone") in {"gmt", "utc"} else ""
    return TimeReading("TIME", f"{day or 'XXXX-XX-XX'}T{hour:02d}:{minute:02d}{zone}", day)


# Dates that name their day, month or year.


def _iso(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    day = _valid(int(c.get("year")), int(c.get("month")), int(c.get("day")))
    if day is None:
        return None
    clock = f"T{c.get('hour')}:{c.get('minute')}" if c.get("hour") else ""
    return TimeReading("TIME" if clock else "DATE", day.isoformat() + clock)


def _slashes(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    """Figures with strokes; day and month stay open where either order would do."""
    first, second, year = int(c.get("first")), int(c.get("second")), int(c.get("year"))
    if year < 100:
        year = _full_year(year, scene)
    orders = {day for day in (_valid(year, first, second), _valid(year, second, first)) if day}
    if not orders:
        return None
    return TimeReading("DATE", orders.pop().isoformat() if len(orders) == 1 else f"{year}-XX-XX")


def _nine_eleven(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    day = date(2001, 9, 11)
    return None if scene.published and scene.published < day else TimeReading("DATE", day.isoformat())


def _date(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    month = MONTHS[c.get("month")[:3]]
    day = ORDINALS.get(c.get("ord"), 0) or int(re.sub(r"\D", "", c.get("day") or c.get("ord")))
    tod = f"T{DAY_PARTS[c.get('tod')]}" if c.get("tod") else ""
    kind: TimexType = "TIME" if tod else "DATE"
    year = c.get("year") or c.get("yearafter")
    anchor = None
    if c.get("yearend"):
        exact = _valid(int(c.get("yearend")) - (month > MONTHS[c.get("monthend")[:3]]), month, day)
    elif year:
        exact = _valid(int(year), month, day)
    elif c.get("shortyear"):
        exact = _valid(_full_year(int(c.get("shortyear")), scene), month, day)
    elif c.get("rel"):
        base, anchor = _related_year(c.get("rel"), scene)
        exact = _valid(base, month, day) if base else None
    else:
        said: dict[str, Tense] = {"last": "past", "next": "future"}
        exact, anchor = _day_without_year(month, day, scene, said.get(c.get("det"), tense))
    if exact is None:
        if not 1 <= day <= monthrange(2000, month)[1] or year or c.get("shortyear"):
            return None
        return TimeReading(kind, f"XXXX-{month:02d}-{day:02d}{tod}")
    return TimeReading(kind, exact.isoformat() + tod, anchor)


def _dayafter(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    """The second day in "March 3-5": in the month just spoken of."""
    if scene.day is None or int(c.get("day")) <= scene.day.day:
        return None
    day = _valid(int(c.get("year") or scene.day.year), scene.day.month, int(c.get("day")))
    return TimeReading("DATE", day.isoformat(), scene.day.isoformat()) if day else None


def _month(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    month = MONTHS[c.get("month")[:3]]
    if c.get("year"):
        return TimeReading("DATE", f"{c.get('year')}-{month:02d}")
    if c.get("rel"):
        year, anchor = _related_year(c.get("rel"), scene)
        return TimeReading("DATE", f"{year:04d}-{month:02d}" if year else f"XXXX-{month:02d}", anchor)
    year, anchor = _year_of_month(month, scene, tense, c.get("det"))
    return TimeReading("DATE", f"{year:04d}-{month:02d}" if year else f"XXXX-{month:02d}", anchor)


def _year(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    text = c.get("edge")
    year = c.get("year")
    if "half" in text:
        return TimeReading("DATE", f"{year}-H{1 if 'first' in text else 2}")
    return TimeReading("DATE", year)


def _bc(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    return TimeReading("DATE", f"BC{int(c.get('bcyear')):04d}")


def _ad(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    return TimeReading("DATE", f"{int(c.get('adyear') or c.get('adyear2')):04d}")


def _yeartail(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    """The second year in "1939-45"."""
    tail = int(c.get("tail"))
    if scene.year is None or tail <= scene.year % 100:
        return None
    return TimeReading("DATE", f"{scene.year // 100 * 100 + tail:04d}", f"{scene.year:04d}")


def _shortyear(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    return TimeReading("DATE", f"{_full_year(int(c.get('short')), scene):04d}")


def _decade(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    if c.get("decade"):
        figures = c.get("decade")
        whole = figures.endswith("00") and figures[:2] != "20"
        return TimeReading("DATE", f"{figures[:2]}XX" if whole else f"{figures[:3]}X")
    ten = int(c.get("short")) // 10 if c.get("short") else DECADES[c.get("word")]
    hundreds = {"nineteen": 19, "eighteen": 18}.get(c.get("hundreds"))
    if hundreds is None:
        hundreds = _full_year(ten * 10, scene) // 100
    return TimeReading("DATE", f"{hundreds}{ten}X")


def _century(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    ordinal = ORDINALS.get(c.get("ord")) or int(re.sub(r"\D", "", c.get("ord")) or 0)
    if c.get("bc"):
        return TimeReading("DATE", f"BC{ordinal - 1:02d}") if ordinal else None
    return TimeReading("DATE", f"{ordinal - 1:02d}XX") if 1 <= ordinal <= 23 else None


def _fiscal(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    return TimeReading("DATE", f"FY{c.get('year')}")


def _quarter(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    names = {"first": 1, "second": 2, "third": 3, "fourth": 4, "final": 4}
    if c.get("half"):
        part, size = f"H{1 if c.get('half') == 'first' else 2}", 6
    else:
        part, size = f"Q{names.get(c.get('quarter')) or int(c.get('quarter')[0])}", 3
    year = c.get("year")
    if year:
        return TimeReading("DATE", f"{year}-{part}")
    if c.get("rel"):
        base, anchor = _related_year(c.get("rel"), scene)
        return TimeReading("DATE", f"{base}-{part}" if base else f"XXXX-{part}", anchor)
    now = scene.now()
    if now is None:
        return TimeReading("DATE", f"XXXX-{part}")
    begun = (int(part[1]) - 1) * size + 1 <= now.month
    chosen = now.year if begun or tense in _FUTURES else now.year - 1
    return TimeReading("DATE", f"{chosen}-{part}", now.isoformat())


def _season(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    code = SEASONS[c.get("season")]
    if c.get("year"):
        return TimeReading("DATE", f"{c.get('year')}-{code}")
    det, rel = c.get("det"), c.get("rel")
    if rel or det in {"that", "that same"}:
        year, anchor = _related_year(rel or det, scene)
        return TimeReading("DATE", f"{year or 'XXXX'}-{code}", anchor)
    if scene.narrative or scene.published is None:
        known = scene.year if scene.has_course() else None
        return TimeReading("DATE", f"{known or 'XXXX'}-{code}", f"{known:04d}" if known else None)
    now = scene.published
    start = _SEASON_STARTS[code]
    within = (now.month - start) % 12 < 3
    # Winter bears the year in which it begins.
    current = now.year - (start == 12 and now.month < 3)
    last = current - 1 if within else (now.year if start < now.month else now.year - 1)
    following = current + 1 if within else last + 1
    if det in {"last", "this past", "the previous"}:
        year = last
    elif det in {"next", "this coming", "the following", "the next"}:
        year = following
    elif within or det == "this":
        year = current
    else:
        year = following if tense in _FUTURES else last
    return TimeReading("DATE", f"{year}-{code}", now.isoformat())


def _holiday(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    def in_year(year: int) -> date:
        return _holiday_date(c.get("holiday").replace("’", "'"), year)

    if c.get("year"):
        return TimeReading("DATE", in_year(int(c.get("year"))).isoformat())
    if scene.narrative or scene.published is None:
        if scene.year is None or not scene.has_course():
            return TimeReading("DATE", None)
        return TimeReading("DATE", in_year(scene.year).isoformat(), f"{scene.year:04d}")
    now = scene.published
    days = [in_year(year) for year in (now.year - 1, now.year, now.year + 1)]
    before, after = max(d for d in days if d <= now), min(d for d in days if d >= now)
    if c.get("det") == "last":
        before = max(d for d in days if d < now)
        return TimeReading("DATE", before.isoformat(), now.isoformat())
    chosen = after if c.get("det") == "next" else _by_tense(before, after, now, tense)
    return TimeReading("DATE", chosen.isoformat(), now.isoformat())


# Dates told from another date.


def _weekday(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    wanted, det = WEEKDAYS[c.get("weekday")], c.get("det")
    tod = f"T{DAY_PARTS[c.get('tod')]}" if c.get("tod") else ""
    kind: TimexType = "TIME" if tod else "DATE"
    relative = det in {"that", "the following", "the previous", "the next"}
    anchor = scene.then() if relative else scene.now()
    if anchor is None:
        return TimeReading(kind, f"XXXX-WXX-{wanted}{tod}")
    back, ahead = (anchor.isoweekday() - wanted) % 7, (wanted - anchor.isoweekday()) % 7
    beyond = {"before last": -7, "after next": 7}.get(c.get("beyond"), 7 if c.get("week") else 0)
    if det in {"last", "this past", "the previous"} or beyond < 0:
        shift = -(back or 7)
    elif c.get("weekago"):
        shift = -back - 7
    elif det in {"next", "this coming", "the following", "the next"} or c.get("beyond"):
        shift = ahead or 7
    elif beyond or (det == "this" and tense not in _PASTS) or (scene.narrative and det != "that"):
        shift = ahead
    else:
        shift = ahead if det != "that" and _is_ahead(back, ahead, tense) else -back
    return TimeReading(kind, (anchor + timedelta(days=shift + beyond)).isoformat() + tod, anchor.isoformat())


def _is_ahead(back: int, ahead: int, tense: Tense) -> bool:
    """Whether the weekday ahead of the publication is meant, not the one before it.

    Six days back is hardly ever meant without "last": where a report came out, it was still the day before.
    """
    if tense in {"open", "near"}:
        return back > 1 if tense == "open" else ahead < back
    return tense == "future" or (ahead == 1 and tense != "pluperfect")


def _nthday(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    """ "The first Monday of March": the day of the month that the rest of the expression names."""
    named = _month(c, scene, tense)
    if named is None or named.value is None or named.value.startswith("X"):
        return TimeReading("DATE", None)
    year, month = map(int, named.value.split("-"))
    nth = c.get("nth").lower()
    ordinal = -1 if nth == "last" else ORDINALS[nth]
    days = [day for week in monthcalendar(year, month) if (day := week[WEEKDAYS[c.get("weekday")] - 1])]
    return TimeReading("DATE", date(year, month, days[ordinal - (ordinal > 0)]).isoformat(), named.anchor)


def _nthweek(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    """ "The last week of April": the week of the calendar that has most of the days so numbered."""
    named = _month(c, scene, tense)
    if named is None or named.value is None or named.value.startswith("X"):
        return TimeReading("DATE", "XXXX-WXX")
    year, month = map(int, named.value.split("-"))
    end = monthrange(year, month)[1]
    midst = end - 3 if c.get("nth").lower() in {"last", "final"} else 7 * ORDINALS[c.get("nth").lower()] - 3
    return _shifted("week", 0, date(year, month, midst))._replace(anchor=named.anchor)


def _weekdays(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    tod = f"T{DAY_PARTS[c.get('tod')]}" if c.get("tod") else ""
    return TimeReading("SET", f"XXXX-WXX-{WEEKDAYS[c.get('weekday')]}{tod}")


def _deictic(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    word = c.get("word")
    tod = {"tonight": "NI", "last night": "NI", "last evening": "EV", "night before last": "NI"}.get(
        word
    ) or DAY_PARTS.get(c.get("tod"), "")
    kind: TimexType = "TIME" if tod else "DATE"
    if scene.published is None or scene.narrative:
        # Said by somebody at a moment that is not known.
        return TimeReading(kind, f"XXXX-XX-XXT{tod}" if tod else ("PRESENT_REF" if word == "today" else "XXXX-XX-XX"))
    days = {
        "yesterday": -1,
        "last night": -1,
        "tomorrow": 1,
        "day before yesterday": -2,
        "last evening": -1,
        "night before last": -2,
        "day after tomorrow": 2,
    }
    day = scene.published + timedelta(days=days.get(word, 0))
    return TimeReading(kind, day.isoformat() + (f"T{tod}" if tod else ""), scene.published.isoformat())


def _sameday(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    anchor = scene.then()
    tod = DAY_PARTS.get(c.get("tod"), "")
    shift = {"the next": 1, "next": 1, "the following": 1, "the previous": -1}.get(c.get("det"), 0)
    shift += {"before": -1, "after": 1}.get(c.get("word"), 0)
    kind: TimexType = "TIME" if tod else "DATE"
    ending = f"T{tod}" if tod else ""
    if anchor is None:
        return TimeReading(kind, f"XXXX-XX-XX{ending}")
    return TimeReading(kind, (anchor + timedelta(days=shift)).isoformat() + ending, anchor.isoformat())


def _unit(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    unit, det = c.get("unit") or "weekend", c.get("det")
    if c.get("beyond"):
        step = -2 if c.get("beyond") == "before last" else 2
        return _shifted_from_scene(unit, step, scene) if scene.narrative else _shifted(unit, step, scene.published)
    if det.removeprefix("the ") in {"past", "coming"} or det == "the last":
        return TimeReading("DURATION", _length_value(1, unit))
    relative = not scene.narrative and det in {"last", "this", "this past", "next", "this coming", "the current"}
    steps = {"last": -1, "this past": -1, "next": 1, "this coming": 1}
    after = {"the next", "the following", "following", "the subsequent"}
    step = steps.get(det, 0) or (1 if det in after else -1 if det.endswith(("previous", "preceding")) else 0)
    step += {"before": -1, "earlier": -1, "after": 1}.get(c.get("word"), 0)
    near = relative or (not scene.narrative and not det and not c.get("word")) or (c.get("edge") and det == "the")
    if near and not scene.narrative:
        anchor = scene.published or scene.day
        if unit == "weekend" and not det and anchor and tense not in _FUTURES and anchor.isoweekday() < 6:
            step = -1
        return _shifted(unit, step, anchor)
    return _shifted_from_scene(unit, step, scene)


def _weekof(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    inner = day_named(c.get("dayref"), scene, tense)
    if inner is None:
        return TimeReading("DATE", "XXXX-WXX")
    return _shifted("week", 0, inner)


def _offset(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    unit, direction = _singular(c.get("unit")), c.get("dir")
    sign = -1 if direction in _BACK else 1
    if "vague" in c.parts or "bare" in c.parts:
        return TimeReading("DATE", "PAST_REF" if sign < 0 else "FUTURE_REF")
    count = number(c.get("count")) if c.get("count") else 0.5 if c.get("halfcount") else 1.0
    if count is None or count > 10_000:
        return None
    if unit in _CLOCK_UNITS:
        moment = scene.moment if direction in {"later", "earlier", "before", "after"} else None
        if moment is None:
            return TimeReading("TIME", None)
        told = moment + timedelta(seconds=sign * count * {"hour": 3600, "minute": 60, "second": 1}[unit])
        return TimeReading("TIME", f"{told:%Y-%m-%dT%H:%M}", moment.date().isoformat())
    if unit in {"decade", "century"} or count != int(count):
        scale = {"decade": 120, "century": 1200, "year": 12, "month": 1}.get(unit)
        if scale is None:
            return TimeReading("DATE", None)
        unit, count = "year", count * scale / 12
    spoken = direction in {"ago", "hence", "from now", "back"}
    if spoken and not scene.narrative:
        return _shifted(unit, sign * round(count), scene.published or scene.day)
    if spoken:
        return TimeReading("DATE", None)
    return _shifted_from_scene(unit, sign * round(count), scene)


# Lengths and repetitions.


def _length(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    unit = _singular(c.get("unit"))
    if c.get("fraction"):
        share = 0.25 if "quarter" in c.get("fraction") else 0.5
        return TimeReading("DURATION", _length_value(share, unit))
    if c.get("adjective").startswith("half"):
        return TimeReading("DURATION", _length_value(0.5, unit))
    vague = c.get("vague") or (c.get("count") if number(c.get("count") or "x") is None else "")
    dozen = {"a dozen": 12, "half a dozen": 6}.get(vague)
    if dozen:
        return TimeReading("DURATION", _length_value(dozen, unit))
    if vague or "bare" in c.parts or c.get("count2") or c.get("plural") or c.get("multi"):
        return TimeReading("DURATION", _length_value(None, unit))
    if c.get("count"):
        count = number(c.get("count"))
        extra = 0.5 if c.get("more") == "and a half" else 0
        return TimeReading("DURATION", _length_value(count + extra if count is not None else None, unit))
    if c.get("article") or c.get("adjective"):
        return TimeReading("DURATION", _length_value(1.5 if c.get("half") else 1, unit))
    return TimeReading("DURATION", _length_value(None, unit))


def _set(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    adverbs = {
        "hourly": "PT1H", "daily": "P1D", "nightly": "XXXX-XX-XXTNI", "weekly": "P1W", "biweekly": "P2W",
        "fortnightly": "P2W", "monthly": "P1M", "quarterly": "P1Q", "yearly": "P1Y", "annually": "P1Y", "annual": "P1Y",
        "everyday": "P1D", "weekends": "XXXX-WXX-WE", "weekdays": "P1D",
    }  # fmt: skip
    word = c.get("adverb") or c.get("everyday")
    if word:
        return TimeReading("SET", adverbs[word])
    tod = f"T{DAY_PARTS[c.get('tod')]}" if c.get("tod") else ""
    if c.get("weekday"):
        return TimeReading("SET", f"XXXX-WXX-{WEEKDAYS[c.get('weekday')]}{tod}")
    if c.get("month"):
        return TimeReading("SET", f"XXXX-{MONTHS[c.get('month')[:3]]:02d}")
    if c.get("season"):
        return TimeReading("SET", f"XXXX-{SEASONS[c.get('season')]}")
    if c.get("weekend"):
        return TimeReading("SET", "XXXX-WXX-WE")
    if tod:
        return TimeReading("SET", f"XXXX-XX-XX{tod}")
    counts = {"other": 2.0, "few": None, "single": 1.0, "": 1.0}
    each = c.get("each")
    return TimeReading("SET", _length_value(counts[each] if each in counts else number(each), _singular(c.get("unit"))))


def _ref(c: Candidate, scene: Scene, tense: Tense) -> TimeReading | None:
    if c.get("present"):
        return TimeReading("DATE", "PRESENT_REF")
    return TimeReading("DATE", "PAST_REF" if c.get("past") else "FUTURE_REF")


_READERS: dict[str, Callable[[Candidate, Scene, Tense], TimeReading | None]] = {
    "iso": _iso, "slashes": _slashes, "nine_eleven": _nine_eleven, "date": _date, "dayafter": _dayafter,
    "month": _month, "year": _year, "bc": _bc, "ad": _ad, "yeartail": _yeartail, "shortyear": _shortyear,
    "decade": _decade, "century": _century, "fiscal": _fiscal, "quarter": _quarter, "season": _season,
    "holiday": _holiday, "weekday": _weekday, "weekdays": _weekdays, "deictic": _deictic, "sameday": _sameday,
    "unit": _unit, "weekof": _weekof, "nthday": _nthday, "nthweek": _nthweek, "offset": _offset, "length": _length,
    "set": _set, "ref": _ref,
}  # fmt: skip


# Reckoning.


def day_named(words: str, scene: Scene, tense: Tense) -> date | None:
    """The day that a few words beside a clock time name: a weekday, "today", "March 6"."""
    text = words.lower()
    if text in {"today", "yesterday", "tomorrow"}:
        shift = {"today": 0, "yesterday": -1, "tomorrow": 1}[text]
        return scene.published + timedelta(days=shift) if scene.published and not scene.narrative else None
    match = re.search(r"([a-z]{3})[a-z]*\.?\s+(\d\d?)(?:,\s+(\d{4}))?$", text)
    if match and match[1] in MONTHS:
        if match[3]:
            return _valid(int(match[3]), MONTHS[match[1]], int(match[2]))
        return _day_without_year(MONTHS[match[1]], int(match[2]), scene, tense)[0]
    weekday = next((name for name in WEEKDAYS if name.startswith(text.rstrip(".")[:3])), None)
    if weekday is None:
        return None
    reading = _weekday(Candidate(0, 0, "weekday", {"weekday": weekday}), scene, tense)
    return date.fromisoformat(reading.value) if reading and reading.value and "X" not in reading.value else None


def _singular(unit: str) -> str:
    return "century" if unit.startswith("centur") else unit.removesuffix("s")


def _length_value(count: float | None, unit: str) -> str:
    """``P2W``, ``PT30M``, ``PXY``: whole numbers where another unit makes them whole."""
    if unit in {"fortnight", "decade", "century"}:
        smaller, times = {"fortnight": ("week", 2), "decade": ("year", 10), "century": ("year", 100)}[unit]
        unit, count = smaller, None if count is None else count * times
    elif unit in {"hour", "minute"} and count is not None and count != int(count):
        unit, count = {"hour": "minute", "minute": "second"}[unit], count * 60
    amount = "X" if count is None else f"{count:g}" if count < 1_000_000 else str(int(count))
    return f"P{'T' if unit in _CLOCK_UNITS else ''}{amount}{_UNITS[unit]}"


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _full_year(short: int, scene: Scene) -> int:
    """The year that two figures mean: in a history that of its century, else the latest not after the publication."""
    if scene.narrative and scene.year:
        return scene.year // 100 * 100 + short
    limit = scene.published.year if scene.published else 1999
    return 2000 + short if 2000 + short <= limit else 1900 + short


def _shifted(unit: str, steps: int, anchor: date | None) -> TimeReading:
    """The ``unit`` that lies ``steps`` units from the one in which ``anchor`` lies."""
    if anchor is None:
        return TimeReading("DATE", None)
    month = anchor.year * 12 + anchor.month - 1 + steps
    try:
        if unit in {"day", "week", "fortnight", "weekend"}:
            day = anchor + timedelta(days=steps * {"day": 1, "fortnight": 14}.get(unit, 7))
            year, week, _ = day.isocalendar()
            value = day.isoformat() if unit == "day" else f"{year:04d}-W{week:02d}"
            value += "-WE" if unit == "weekend" else ""
        elif unit == "month":
            value = f"{month // 12:04d}-{month % 12 + 1:02d}"
        elif unit == "quarter":
            quarter = anchor.year * 4 + (anchor.month - 1) // 3 + steps
            value = f"{quarter // 4:04d}-Q{quarter % 4 + 1}"
        else:
            value = _years(unit, steps, anchor.year)
    except OverflowError:
        return TimeReading("DATE", None)
    return TimeReading("DATE", value, anchor.isoformat())


def _years(unit: str, steps: int, year: int) -> str:
    if unit == "decade":
        return f"{year // 10 + steps:03d}X"
    if unit == "century":
        return f"{year // 100 + steps:02d}XX"
    return f"{year + steps:04d}" if year + steps > 0 else f"BC{1 - year - steps:04d}"


def _shifted_from_scene(unit: str, steps: int, scene: Scene) -> TimeReading:
    """As :func:`_shifted`, from the date last spoken of, as exactly as that is known."""
    if unit in {"year", "decade", "century"} and scene.year is not None:
        return TimeReading("DATE", _years(unit, steps, scene.year), f"{scene.year:04d}")
    if unit in {"month", "quarter"} and scene.month is not None:
        year, month = scene.month
        reading = _shifted(unit, steps, date(year, month, 1))
        return reading._replace(anchor=f"{year:04d}-{month:02d}")
    anchor = scene.day
    if anchor is None and scene.year is None and not scene.narrative:
        anchor = scene.published
    return _shifted(unit, steps, anchor)


def _related_year(rel: str, scene: Scene) -> tuple[int | None, str | None]:
    """The year of "April next year", "August of that year", and the date it was reckoned from."""
    step = {"last": -1, "next": 1, "the following": 1, "the next": 1, "the previous": -1}.get(rel, 0)
    if rel in {"this", "last", "next", "the"} and scene.published and not scene.narrative:
        return scene.published.year + step, scene.published.isoformat()
    if scene.year is None:
        return None, None
    return scene.year + step, f"{scene.year:04d}"


def _day_without_year(month: int, day: int, scene: Scene, tense: Tense) -> tuple[date | None, str | None]:
    if scene.narrative or scene.published is None:
        year, anchor = _year_in_narrative(month, scene)
        return (_valid(year, month, day) if year else None), anchor
    now = scene.published
    days = [d for d in (_valid(now.year + shift, month, day) for shift in (-1, 0, 1)) if d]
    before, after = [d for d in days if d <= now], [d for d in days if d >= now]
    if not before or not after:
        return (days[0] if len(days) == 1 else None), now.isoformat()
    return _by_tense(max(before), min(after), now, tense), now.isoformat()


def _by_tense(before: date, after: date, now: date, tense: Tense) -> date:
    """Which of the two nearest days of one name is meant, as news is written: the near one, else what the verb says."""
    ahead, back = (after - now).days, (now - before).days
    if tense == "open":
        return before if back < ahead else after
    if tense == "future":
        return before if back < 30 and ahead > 300 else after
    return after if ahead < min(_NEAR_DAYS, back) else before


def _year_of_month(month: int, scene: Scene, tense: Tense, det: str) -> tuple[int | None, str | None]:
    """The year of a month without one."""
    if scene.narrative or scene.published is None:
        return _year_in_narrative(month, scene)
    now = scene.published
    anchor = now.isoformat()
    back, ahead = (now.month - month) % 12, (month - now.month) % 12
    if det in {"last", "this past", "the previous"}:
        return now.year - (month >= now.month), anchor
    if det in {"next", "this coming", "the following"}:
        return now.year + (month <= now.month), anchor
    if det == "this" or back == 0:
        return now.year, anchor
    forward = tense in _FUTURES or (tense not in _PASTS and ahead < back and ahead < 4)
    return (now.year + (month < now.month) if forward else now.year - (month > now.month)), anchor


def _year_in_narrative(month: int, scene: Scene) -> tuple[int | None, str | None]:
    """The year of a month where one thing is told after another: that in which it is nearest to the date before it."""
    if not scene.has_course():
        return None, None
    if scene.month is None:
        return scene.year, f"{scene.year:04d}" if scene.year else None
    year, last = scene.month
    ahead = (month - last) % 12
    step = ahead if ahead <= _MONTHS_AHEAD else ahead - 12
    return (year * 12 + last - 1 + step) // 12, f"{year:04d}-{last:02d}"


def _holiday_date(name: str, year: int) -> date:
    fixed = {
        "christmas eve": (12, 24), "christmas": (12, 25), "christmas day": (12, 25), "new year's eve": (12, 31),
        "new year's day": (1, 1), "boxing day": (12, 26), "halloween": (10, 31), "july fourth": (7, 4),
        "fourth of july": (7, 4), "valentine's day": (2, 14), "veterans day": (11, 11), "armistice day": (11, 11),
        "may day": (5, 1),
    }  # fmt: skip
    if name in fixed:
        return date(year, *fixed[name])
    if name.startswith(("easter", "good")):
        shift = {"good friday": -2, "easter monday": 1}.get(name, 0)
        return _easter(year) + timedelta(days=shift)
    # Month, ISO weekday, and the first day of the month on which it can fall.
    floating = {
        "thanksgiving": (11, 4, 22), "labor day": (9, 1, 1), "labour day": (9, 1, 1), "memorial day": (5, 1, 25),
        "martin luther king jr. day": (1, 1, 15), "presidents' day": (2, 1, 15), "election day": (11, 2, 2),
    }  # fmt: skip
    month, weekday, earliest = floating[name.removesuffix(" day") if name.startswith("thanks") else name]
    first = date(year, month, earliest)
    return first + timedelta(days=(weekday - first.isoweekday()) % 7)


def _easter(year: int) -> date:
    """Western Easter Sunday, by the anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, 1991)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    length = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * length) // 451
    month, day = divmod(h + length - 7 * m + 114, 31)
    return date(year, month, day + 1)
