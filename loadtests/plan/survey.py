"""Which part of a log a plan is made of: a day, the busiest day, or the busiest hour."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from engine.replay import Journal, Record
from sim.profiles import DAY_S, HOUR_S, civil_day, date_of, day_of, day_start
from wording import ExitCode, MashangError

DEADLINE = "clock.fire_deadline"  # nobody gives it


@dataclass(frozen=True, slots=True)
class Wish:
    """Which part somebody asked for: `day` as a date or counted from 1; `operations` go on into the next days."""

    day: str | None = None
    peak: bool = False
    hours: int | None = None
    operations: int | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """Operations from `start_s` on, before `stop_s`, at most so many; None: without that limit."""

    start_s: int
    stop_s: int | None
    operations: int | None


@dataclass(slots=True)
class Survey:
    """What people said in a log, by hour; the first second, in which the town is founded, is left out."""

    founded_at: int = -1
    by_hour: Counter[int] = field(default_factory=Counter)  # hours since 1970 at +08:00
    head: str = ""

    @property
    def by_day(self) -> Counter[int]:
        """What people said by civil day."""
        found: Counter[int] = Counter()
        for hour, count in self.by_hour.items():
            found[hour * HOUR_S // DAY_S] += count
        return found


def survey(journal: Journal) -> Survey:
    """Count what people said."""
    found = Survey()
    for record in journal:
        envelope = record.found["envelope"]
        at = envelope["at"]
        if found.founded_at < 0:
            found.founded_at = at
        if at > found.founded_at and envelope["type"] != DEADLINE:
            found.by_hour[_hour(at)] += 1
    found.head = journal.head.hex()
    return found


def _hour(at: int) -> int:
    day = civil_day(at)
    return (day * DAY_S + at - day_start(day)) // HOUR_S


def is_said(record: Record) -> bool:
    """True for what somebody said."""
    return bool(record.found["envelope"]["type"] != DEADLINE)


def window_of(found: Survey, wish: Wish) -> Window:
    """The part that was asked for; raises MashangError where nobody said anything, or for a day that is none."""
    days = found.by_day
    if not days:
        raise MashangError(ExitCode.USAGE, "load_plan.empty_source")
    day = _busiest(days) if wish.day is None else _day_named(wish.day, found, max(days))
    start = day_start(day)
    if not days[day]:
        raise MashangError(ExitCode.USAGE, "load_plan.quiet_day", day=date_of(day), busiest=date_of(_busiest(days)))
    if wish.peak:
        hours = Counter({hour: count for hour, count in found.by_hour.items() if hour * HOUR_S // DAY_S == day})
        start += _busiest(hours) * HOUR_S - day * DAY_S
    hours_long = wish.hours or (1 if wish.peak else 24)
    open_end = wish.operations is not None and wish.hours is None
    return Window(start, None if open_end else start + hours_long * HOUR_S, wish.operations)


def _busiest(counts: Counter[int]) -> int:
    """The earliest of the largest."""
    return min(counts, key=lambda each: (-counts[each], each))


def _day_named(text: str, found: Survey, last: int) -> int:
    """The civil day of a date, or of a number counted from the day of the founding."""
    first = civil_day(found.founded_at)
    try:
        day = first + int(text) - 1 if text.isdecimal() else day_of(dt.date.fromisoformat(text))
    except ValueError:
        day = first - 1
    if not first <= day <= last:
        raise MashangError(ExitCode.USAGE, "load_plan.no_such_day", day=text, first=date_of(first), last=date_of(last))
    return day
