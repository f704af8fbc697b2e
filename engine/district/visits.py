"""Rows and events of visits: a grid member or a rider calls on a person, a case or a place for some minutes.

A visit is a row while it is under way. Afterwards its minutes stand in the work of its day (`work`), and a care visit
in the plan of the person (`care`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.district.care import plan_visit
from engine.district.work import spent
from engine.kernel.event import Event, event
from engine.kernel.ids import GridId, PersonId, ReportId, VisitId
from engine.kernel.units import Count, Instant, Name

if TYPE_CHECKING:
    from engine.district.district import District

Purpose = Literal["collect", "care", "handle", "round"]
BrokenOff = Literal["nobody_there", "lapsed"]
VISIT_EDGES = frozenset({("", "UNDER_WAY"), ("UNDER_WAY", "DONE"), ("UNDER_WAY", "BROKEN_OFF")})


@dataclass(slots=True)
class Visit:
    """A visit under way; `person` or `report` says whom or what it is for, empty where the purpose has none."""

    id: str
    visitor: str
    purpose: Purpose
    grid: str
    person: str
    report: str
    started_at: int
    lapses_at: int


class VisitRows:
    """Visits under way by id, and the one that each visitor is on."""

    __slots__ = ("of_visitor", "under_way")

    def __init__(self) -> None:
        """Nobody is on the way."""
        self.under_way: dict[str, Visit] = {}
        self.of_visitor: dict[str, str] = {}

    def busy(self, visitor: str) -> bool:
        """True while a grid member or a rider is on a visit."""
        return visitor in self.of_visitor


def _ended(district: District, visit: str, minutes: int) -> Visit:
    row = district.visits.under_way.pop(visit)
    del district.visits.of_visitor[row.visitor]
    district.deadlines.cancel(row.lapses_at, "visit_lapse", row.id)
    spent(district, row.visitor, minutes)
    return row


@event("grid.visit_started")
class VisitStarted(Event):
    """Somebody is on a visit from now on, until `lapses_at` at the latest."""

    visit: VisitId
    visitor: Name
    purpose: Purpose
    grid: GridId
    person: PersonId | None
    report: ReportId | None
    lapses_at: Instant

    def apply(self, district: District) -> None:
        """Write the visit."""
        district.ids.taken_next("vis")
        rows = district.visits
        rows.under_way[self.visit] = Visit(
            self.visit,
            self.visitor,
            self.purpose,
            self.grid,
            self.person or "",
            self.report or "",
            district.at,
            self.lapses_at,
        )
        rows.of_visitor[self.visitor] = self.visit
        district.deadlines.add(self.lapses_at, "visit_lapse", self.visit)


@event("grid.visit_done")
class VisitDone(Event):
    """The visit has served its purpose; after a care visit the next one is due at `due`."""

    visit: VisitId
    minutes: Count
    due: Instant | None

    def apply(self, district: District) -> None:
        """Count the minutes; a visited person waits for the next visit."""
        row = _ended(district, self.visit, self.minutes)
        if self.due is not None:
            plan_visit(district, district.residents.root(row.person), self.due)


@event("grid.visit_broken_off")
class VisitBrokenOff(Event):
    """The visit has not served its purpose; the time is spent all the same."""

    visit: VisitId
    minutes: Count
    reason: BrokenOff

    def apply(self, district: District) -> None:
        """Count the minutes."""
        _ended(district, self.visit, self.minutes)
