"""What grid members and riders did, by kind and civil day; and how long each one has been on visits today.

A member's own minutes are kept for the current day only: 449 members in a year of days would weigh more than all cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.kernel.units import civil_day

if TYPE_CHECKING:
    from engine.district.district import District


@dataclass(slots=True)
class DayWork:
    """One kind on one civil day: cases resolved, visits ended, minutes on visits, members flagged as overloaded."""

    events: int = 0
    visits: int = 0
    minutes: int = 0
    overloaded: int = 0


class WorkRows:
    """Work by (kind, civil day), and of each visitor the last day with its minutes."""

    __slots__ = ("days", "today")

    def __init__(self) -> None:
        """Nothing done."""
        self.days: dict[tuple[str, int], DayWork] = {}
        self.today: dict[str, tuple[int, int]] = {}

    def on(self, kind: str, at: int) -> DayWork:
        """The row of a kind on the day of the instant `at`; made when it is first asked for."""
        return self.days.setdefault((kind, civil_day(at)), DayWork())

    def minutes_on(self, visitor: str, day: int) -> int:
        """Minutes of a visitor on visits that ended on a civil day, if it is the last one with any."""
        last, minutes = self.today.get(visitor, (-1, 0))
        return minutes if last == day else 0


def kind_of(district: District, who: str) -> str:
    """Kind of a grid member; whoever is none (a rider, the district's desk) is named by what the id says."""
    worker = district.grid.workers.get(who)
    return worker.kind if worker is not None else "rider" if who.startswith("rid_") else who


def spent(district: District, visitor: str, minutes: int) -> None:
    """Count a visit that has just ended; the minute that goes past the daily limit flags the visitor once a day."""
    rows, limit = district.work, district.policy.grid.daily_minutes
    row = rows.on(kind_of(district, visitor), district.at)
    before = rows.minutes_on(visitor, civil_day(district.at))
    row.visits += 1
    row.minutes += minutes
    row.overloaded += before <= limit < before + minutes
    rows.today[visitor] = (civil_day(district.at), before + minutes)
