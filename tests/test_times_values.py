"""Comparing TIMEX3 values."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rashomon.data.timex import compatible

_DAYS = st.dates(min_value=date(1583, 1, 1), max_value=date(2600, 1, 1))
_VALUES = st.one_of(
    _DAYS.map(date.isoformat),
    _DAYS.map(lambda d: f"{d:%Y-%m}"),
    _DAYS.map(lambda d: f"{d:%G-W%V}"),
    _DAYS.map(lambda d: f"{d.isoformat()}T15:30"),
    st.sampled_from(
        "PRESENT_REF PAST_REF P2D PT48H PXD P1M P4W P1Y P12M 199 20 BC0480 XXXX-02-16 XXXX-WXX-4 XXXX-02 2017-SU "
        "2017-WI 2017-Q1 2017-H2 FY2017 2017-02-16TMO 2017-02-16TNI 2017-W07-WE XXXX-XX-XXTNI "
        "2017-13 P1Q2W P1.5Y".split()
    ),
    st.text(alphabet="0123456789XPTWQ-.:MDYZ", max_size=12),
)


@pytest.mark.parametrize(
    ("a", "b", "relation"),
    [
        ("2017-02-16", "2017-02-16", "same"),
        ("2017-02", "2017-02-16", "refinement"),
        ("2017", "2017-02", "refinement"),
        ("2017-02-16T15:00", "2017-02-16", "refinement"),
        ("2017-W07", "2017-02-16", "refinement"),
        ("2017-W08", "2017-02-16", "different"),
        ("2017-02-16", "2017-02-17", "different"),
        ("2017-02-16T15:00", "2017-02-16T15:30", "different"),
        ("2017-02-16TAF", "2017-02-16T15:30", "refinement"),
        ("2017-02-16TMO", "2017-02-16T15:30", "different"),
        ("2017-02-16TNI", "2017-02-16", "refinement"),
        ("2017-02-16T15:30Z", "2017-02-16T16:30+01:00", "same"),
        ("2017-02-16T15:30Z", "2017-02-16T15:30", "unknown"),
        ("2017-W09", "2017-02", "unknown"),
        ("199", "1994", "refinement"),
        ("199X", "199", "same"),
        ("20", "1999", "different"),
        ("2017-Q1", "2017-02-16", "refinement"),
        ("2017-SU", "2017-07", "refinement"),
        ("2017-WI", "2017-07", "different"),
        ("2017-W07-WE", "2017-02-18", "refinement"),
        ("BC0480", "BC0479", "different"),
        ("XXXX-02-16", "2017-02-16", "refinement"),
        ("XXXX-02-16", "2017-02-17", "different"),
        ("XXXX-WXX-4", "2017-02-16", "refinement"),
        ("XXXX-WXX-4", "2017-02-17", "different"),
        ("PRESENT_REF", "2017-02-16", "unknown"),
        ("PRESENT_REF", "PRESENT_REF", "unknown"),
        ("P7D", "P1W", "same"),
        ("P12M", "P1Y", "same"),
        ("PT24H", "P1D", "same"),
        ("P2D", "P3D", "different"),
        ("P4W", "P1M", "unknown"),
        ("PXD", "P3D", "unknown"),
        ("P3D", "2017", "unknown"),
    ],
)
def test_how_two_values_stand_to_each_other(a: str, b: str, relation: str) -> None:
    assert compatible(a, b) == relation
    assert compatible(b, a) == relation


@given(_VALUES, _VALUES)
def test_the_order_of_the_two_does_not_matter_and_nothing_crashes(a: str, b: str) -> None:
    assert compatible(a, b) == compatible(b, a)


@given(_VALUES)
def test_a_value_never_contradicts_itself(value: str) -> None:
    assert compatible(value, value) in {"same", "unknown"}


@given(_DAYS, st.integers(min_value=-400, max_value=400))
def test_a_day_is_within_its_week_month_and_year_and_no_other_day(day: date, shift: int) -> None:
    for wider in (f"{day:%Y-%m}", f"{day:%Y}", f"{day:%G-W%V}", f"{day:%Y}"[:3], f"{day:%Y}"[:2]):
        assert compatible(day.isoformat(), wider) == "refinement"
    other = day + timedelta(days=shift)
    assert compatible(day.isoformat(), other.isoformat()) == ("same" if shift == 0 else "different")
