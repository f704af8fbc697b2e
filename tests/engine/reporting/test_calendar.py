"""Natural and working time, Chinese holidays and make-up days included."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Policy
from engine.calendar import EPOCH_ORDINAL, CalendarPolicy, cal_add, cal_between
from engine.policy import provenance

HOURS = CalendarPolicy()
START, END = date(2021, 9, 1), date(2022, 12, 31)
INSTANTS = st.integers(min_value=1_630_425_600, max_value=1_672_531_199)  # September 2021 to December 2022
BUDGETS = st.integers(min_value=0, max_value=20 * HOURS.day_s)


def at(text: str) -> int:
    """Instant of a civil date and time at +08:00."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) - 28_800


def working(day: date) -> bool:
    """Whether offices work on a date."""
    return HOURS.works_on(day.toordinal() - EPOCH_ORDINAL)


HOLIDAYS = [
    ("2021-09-19", 3), ("2021-10-01", 7), ("2022-01-01", 3), ("2022-01-31", 7), ("2022-04-03", 3), ("2022-04-30", 5),
    ("2022-06-03", 3), ("2022-09-10", 3), ("2022-10-01", 7), ("2022-12-31", 3),
]  # fmt: skip
MAKE_UP = [
    "2021-09-18", "2021-09-26", "2021-10-09", "2022-01-29", "2022-01-30", "2022-04-02", "2022-04-24", "2022-05-07",
    "2022-10-08", "2022-10-09",
]  # fmt: skip


@pytest.mark.parametrize(("first", "days"), HOLIDAYS)
def test_nobody_works_on_an_announced_holiday(first: str, days: int) -> None:
    """Each holiday of the notices is free for its number of days."""
    start = date.fromisoformat(first)
    assert not any(working(start + timedelta(days=n)) for n in range(days))


@pytest.mark.parametrize("day", MAKE_UP)
def test_make_up_days_are_weekend_days_that_are_worked(day: str) -> None:
    """Each make-up day of the notices is a Saturday or Sunday and a working day."""
    made_up = date.fromisoformat(day)
    assert made_up.weekday() >= 5
    assert working(made_up)


def test_all_other_days_follow_the_week() -> None:
    """Besides holidays and make-up days, Monday to Friday are worked and weekends free: 249 days of work in 2022."""
    free = {date.fromisoformat(first) + timedelta(days=n) for first, days in HOLIDAYS for n in range(days)}
    for n in range((END - START).days + 1):
        day = START + timedelta(days=n)
        if day not in free and day.isoformat() not in MAKE_UP:
            assert working(day) == (day.weekday() < 5), day
    assert sum(working(date(2022, 1, 1) + timedelta(days=n)) for n in range(365)) == 249


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2021-09-15 09:00", 1, "2021-09-15 10:00"),
        ("2021-09-15 11:30", 1, "2021-09-15 15:00"),  # over the noon break
        ("2021-09-15 11:00", 1, "2021-09-15 12:00"),  # ends with the morning, not after the break
        ("2021-09-15 16:30", 1, "2021-09-15 17:30"),  # ends at closing time, not next morning
        ("2021-09-15 20:00", 1, "2021-09-16 09:30"),
        ("2021-09-17 17:00", 1, "2021-09-18 09:00"),  # Friday evening into a make-up Saturday
        ("2021-09-18 17:30", 1, "2021-09-22 09:30"),  # over Mid-Autumn
        ("2021-09-30 17:00", 1, "2021-10-08 09:00"),  # over National Day
        ("2022-01-30 17:00", 1, "2022-02-07 09:00"),  # make-up Sunday, then Spring Festival
    ],
)
def test_working_hours_skip_nights_breaks_and_holidays(start: str, hours: int, due: str) -> None:
    """A budget of working hours ends where a clerk would say that it ends."""
    assert cal_add(at(start), hours * 3_600, HOURS) == at(due)


def test_five_working_days_over_national_day_take_fourteen_days() -> None:
    """Five working days from Thursday 30 September 2021 in the morning end on Friday 13 days later."""
    assert cal_add(at("2021-09-30 08:30"), 5 * HOURS.day_s, HOURS) == at("2021-10-12 17:30")


def test_natural_time_is_plain_addition() -> None:
    """Without hours a limit runs day and night."""
    assert cal_add(at("2021-09-30 23:00"), 7 * 86_400) == at("2021-10-07 23:00")
    assert cal_between(100, 250) == 150
    assert cal_between(250, 100) == 0


@given(INSTANTS, BUDGETS, BUDGETS)
def test_budgets_add(start: int, one: int, other: int) -> None:
    """Two budgets one after the other end when their sum ends, so a resumed limit loses and gains nothing."""
    assert cal_add(cal_add(start, one, HOURS), other, HOURS) == cal_add(start, one + other, HOURS)


@given(INSTANTS, BUDGETS)
def test_the_limit_is_the_earliest_instant_with_the_budget_used_up(start: int, budget: int) -> None:
    """Exactly the budget passes until due, and one second less until the second before."""
    due = cal_add(start, budget, HOURS)
    assert cal_between(start, due, HOURS) == budget
    if budget:
        assert cal_between(start, due - 1, HOURS) == budget - 1


@given(INSTANTS, BUDGETS)
def test_seconds_are_counted_one_by_one(start: int, length: int) -> None:
    """Working seconds between two instants are those of a clerk who looks at the clock every minute."""
    start -= start % 60
    end = start + min(length, 86_400) // 60 * 60
    minutes = range(start, end, 60)
    local = [datetime.fromtimestamp(each + 28_800, UTC) for each in minutes]
    inside = [
        each
        for each in local
        if working(each.date())
        and (510 <= each.hour * 60 + each.minute < 720 or 870 <= each.hour * 60 + each.minute < 1050)
    ]
    assert cal_between(start, end, HOURS) == 60 * len(inside)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("calendar.morning_from_s", 50_000, "follow one another"),
        ("calendar.rest_weekdays", (0, 1, 2, 3, 4, 5, 6), "one weekday must be a working day"),
        ("calendar.festivals.labour_day_2022.first", "2022-02-30", "out of range"),
        ("calendar.festivals.labour_day_2022.first", "2022-05-05", "ends before it begins"),
        ("reporting.categories.noise.tier", "whenever", "which the table lacks"),
    ],
)
def test_a_calendar_without_sense_is_refused(path: str, value: object, said: str) -> None:
    """Hours out of order, a week without work, a day that does not exist, a category without a limit: ValueError."""
    with pytest.raises(ValueError, match=said):
        Policy().changed({path: value})


def test_holidays_carry_their_notices() -> None:
    """Every holiday of the policy is marked published and names a notice of the State Council."""
    rows = [row for row in provenance(Policy()) if row.path.startswith("calendar.festivals.")]
    assert len(rows) == 30
    assert {row.status for row in rows} == {"published"}
    assert all("State Council, notice" in row.source for row in rows)
