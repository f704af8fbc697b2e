"""The working calendar: office hours, weekly rest days, statutory holidays, and the days worked to make up for them.

A time limit is a budget of natural or of working seconds. `cal_add` gives the earliest instant by which the budget is
used up, so budgets add: cal_add(cal_add(t, a), b) = cal_add(t, a + b). A limit that ends with the office day ends at
closing time and not next morning.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Annotated

from pydantic import Field, StringConstraints

from engine.kernel.command import STRICT
from engine.kernel.sourced import ASSUMED, PUBLISHED, Status, number
from engine.kernel.units import HOUR_S, MINUTE_S, Name, civil_day, day_start

NOTICE_2021 = "General Office of the State Council, notice on holidays in 2021, No. 27 of 25 November 2020"
NOTICE_2022 = "General Office of the State Council, notice on holidays in 2022, No. 11 of 25 October 2021"
NOTICE_2023 = "General Office of the State Council, notice on holidays in 2023, No. 16 of 8 December 2022"
NORTHERN_HOURS = "assumed; usual office hours in northern China, with a long noon break"
WEEK_DAYS = 7
THURSDAY = 3  # Monday is 0; civil day 0, 1970-01-01, was a Thursday
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()

CivilDate = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
DaySecond = Annotated[int, Field(ge=0, le=24 * HOUR_S)]
Weekday = Annotated[int, Field(ge=0, le=WEEK_DAYS - 1)]


@dataclass(frozen=True, slots=True)
class Festival:
    """One statutory holiday as announced: nobody works from `first` to `last`, everybody on the make-up days."""

    __pydantic_config__ = STRICT
    first: CivilDate
    last: CivilDate
    make_up_days: tuple[CivilDate, ...] = ()
    source: str = "no source given"
    status: Status = ASSUMED

    def __post_init__(self) -> None:
        """Refuse days that no calendar has, and a holiday that ends before it begins."""
        for day in (self.first, self.last, *self.make_up_days):
            date.fromisoformat(day)
        if self.last < self.first:
            raise ValueError(f"a holiday ends before it begins: {self.first} to {self.last}")


def _festivals() -> dict[str, Festival]:
    def announced(notice: str, first: str, last: str, *make_up_days: str) -> Festival:
        return Festival(first, last, make_up_days, notice, PUBLISHED)

    return {
        "mid_autumn_2021": announced(NOTICE_2021, "2021-09-19", "2021-09-21", "2021-09-18"),
        "national_day_2021": announced(NOTICE_2021, "2021-10-01", "2021-10-07", "2021-09-26", "2021-10-09"),
        "new_year_2022": announced(NOTICE_2022, "2022-01-01", "2022-01-03"),
        "spring_festival_2022": announced(NOTICE_2022, "2022-01-31", "2022-02-06", "2022-01-29", "2022-01-30"),
        "tomb_sweeping_2022": announced(NOTICE_2022, "2022-04-03", "2022-04-05", "2022-04-02"),
        "labour_day_2022": announced(NOTICE_2022, "2022-04-30", "2022-05-04", "2022-04-24", "2022-05-07"),
        "dragon_boat_2022": announced(NOTICE_2022, "2022-06-03", "2022-06-05"),
        "mid_autumn_2022": announced(NOTICE_2022, "2022-09-10", "2022-09-12"),
        "national_day_2022": announced(NOTICE_2022, "2022-10-01", "2022-10-07", "2022-10-08", "2022-10-09"),
        "new_year_2023": announced(NOTICE_2023, "2022-12-31", "2023-01-02"),
    }


@dataclass(frozen=True, slots=True)
class CalendarPolicy:
    """When offices work. Days outside the announced years follow the weekly rest days alone."""

    __pydantic_config__ = STRICT
    morning_from_s: DaySecond = number(
        8 * HOUR_S + 30 * MINUTE_S, "seconds after midnight", "offices open", NORTHERN_HOURS, ASSUMED
    )
    morning_until_s: DaySecond = number(
        12 * HOUR_S, "seconds after midnight", "the noon break begins", NORTHERN_HOURS, ASSUMED
    )
    afternoon_from_s: DaySecond = number(
        14 * HOUR_S + 30 * MINUTE_S, "seconds after midnight", "the noon break ends", NORTHERN_HOURS, ASSUMED
    )
    afternoon_until_s: DaySecond = number(
        17 * HOUR_S + 30 * MINUTE_S, "seconds after midnight", "offices close", NORTHERN_HOURS, ASSUMED
    )
    rest_weekdays: tuple[Weekday, ...] = number(
        (5, 6), "weekdays, Monday is 0", "weekly rest days", "State Council rules on working hours, 1995", PUBLISHED
    )
    festivals: dict[Name, Festival] = field(default_factory=_festivals)

    def __post_init__(self) -> None:
        """Refuse hours out of order and a week without work: no limit in working time would ever end."""
        hours = (self.morning_from_s, self.morning_until_s, self.afternoon_from_s, self.afternoon_until_s)
        if list(hours) != sorted(hours) or not self.day_s:
            raise ValueError("office hours must follow one another and leave some time to work")
        if len(set(self.rest_weekdays)) >= WEEK_DAYS:
            raise ValueError("at least one weekday must be a working day")

    @property
    def shifts(self) -> tuple[tuple[int, int], ...]:
        """Office hours of a working day as seconds after midnight, half open."""
        return ((self.morning_from_s, self.morning_until_s), (self.afternoon_from_s, self.afternoon_until_s))

    @property
    def day_s(self) -> int:
        """Working seconds of one working day."""
        return sum(until - start for start, until in self.shifts)

    def works_on(self, day: int) -> bool:
        """True if offices work on the civil day numbered `day`; a make-up day counts more than a holiday or weekend."""
        free, made_up = _announced(tuple(self.festivals.values()))
        if day in made_up:
            return True
        return day not in free and (day + THURSDAY) % WEEK_DAYS not in self.rest_weekdays


@lru_cache(maxsize=16)
def _announced(festivals: tuple[Festival, ...]) -> tuple[frozenset[int], frozenset[int]]:
    """Civil days that the festivals make free, and those that they make working days."""
    free = [day for each in festivals for day in range(_civil(each.first), _civil(each.last) + 1)]
    made_up = [_civil(day) for each in festivals for day in each.make_up_days]
    return frozenset(free), frozenset(made_up)


def _civil(day: str) -> int:
    return date.fromisoformat(day).toordinal() - EPOCH_ORDINAL


def cal_add(start: int, budget_s: int, hours: CalendarPolicy | None = None) -> int:
    """Earliest instant (seconds UTC) at which `budget_s` of natural, or with `hours` of working, time have passed."""
    if hours is None or not budget_s:
        return start + budget_s
    day, left = civil_day(start), budget_s
    while True:
        for opens, closes in _open_on(day, hours):
            worked = closes - max(start, opens)
            if worked >= left:
                return max(start, opens) + left
            left -= max(0, worked)
        day += 1


def cal_between(start: int, end: int, hours: CalendarPolicy | None = None) -> int:
    """Natural, or with `hours` working, seconds in [start, end); 0 for an end before the start."""
    if hours is None:
        return max(0, end - start)
    days = range(civil_day(start), civil_day(end) + 1)
    spans = [span for day in days for span in _open_on(day, hours)]
    return sum(max(0, min(end, closes) - max(start, opens)) for opens, closes in spans)


def _open_on(day: int, hours: CalendarPolicy) -> list[tuple[int, int]]:
    """Instants between which offices work on a civil day."""
    midnight = day_start(day)
    return [(midnight + start, midnight + until) for start, until in hours.shifts] if hours.works_on(day) else []
