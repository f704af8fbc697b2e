"""Working time, stated once more: counted day by day from the policy's table of hours, rest days and holidays."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine.kernel.units import civil_day, day_start

EPOCH = date(1970, 1, 1).toordinal()


def works_on(day: int, calendar: Any) -> bool:
    """True if offices work on the civil day: made-up days do, then announced holidays and rest days do not."""
    shown = date.fromordinal(EPOCH + day)
    text = shown.isoformat()
    if any(text in festival.make_up_days for festival in calendar.festivals.values()):
        return True
    free = any(festival.first <= text <= festival.last for festival in calendar.festivals.values())
    return not free and shown.weekday() not in calendar.rest_weekdays


def worked_s(start: int, end: int, calendar: Any | None) -> int:
    """Working seconds in [start, end) by a calendar; natural seconds without one."""
    if calendar is None:
        return max(end - start, 0)
    hours = (
        (calendar.morning_from_s, calendar.morning_until_s),
        (calendar.afternoon_from_s, calendar.afternoon_until_s),
    )
    total = 0
    for day in range(civil_day(start), civil_day(end) + 1):
        if works_on(day, calendar):
            midnight = day_start(day)
            for opens, closes in hours:
                total += max(min(end, midnight + closes) - max(start, midnight + opens), 0)
    return total
