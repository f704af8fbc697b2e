"""Visits (F17, F29): a grid member sets out, and says when it is done or that nobody was there.

The engine takes the minutes between the two words, so nobody states them twice. A visit that nobody ends is broken off
after `grid.visit_limit_minutes`: without that bound one forgotten word would keep the visitor busy for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.binding.authority import covers_grid
from engine.binding.codes import GRID_NOT_FOUND, PERSON_MERGED, PERSON_NOT_FOUND
from engine.district.visits import Purpose, Visit, VisitBrokenOff, VisitDone, VisitStarted
from engine.grid.codes import (
    CARE_NOT_PLANNED,
    VISIT_BUSY,
    VISIT_ELSEWHERE,
    VISIT_INCOMPLETE,
    VISIT_NOT_FOUND,
    VISIT_OVER,
)
from engine.kernel.command import Command, Envelope, command
from engine.kernel.event import Event
from engine.kernel.ids import GridId, PersonId, ReportId, VisitId
from engine.kernel.rejection import FORBIDDEN, OUT_OF_GRID, Code, Rejected
from engine.kernel.units import MINUTE_S, after_days
from engine.reporting.codes import REPORT_NOT_FOUND
from engine.reporting.standing import alive, case

if TYPE_CHECKING:
    from engine.district import District
    from engine.district.market import Rider
    from engine.policy import Policy

NAMES = {
    "collect": ((True, False), (False, False)),  # somebody whom the base does not know yet has no id
    "care": ((True, False),),
    "handle": ((False, True),),
    "round": ((False, False),),
}
"""Purpose -> whether a visit names a person, and a case."""


def on_trip(command: StartVisit, district: District, who: str) -> Code | None:
    """Authority of a rider who brings an order into the grid: a care visit on the way, and nothing else."""
    rider = district.market.riders.get(who)
    if rider is None or rider.on_duty_since is None or command.purpose != "care":
        return FORBIDDEN
    return None if command.grid in grids_on_way(district, rider) else OUT_OF_GRID


def grids_on_way(district: District, rider: Rider) -> set[str]:
    """Grids into which a rider brings the orders that are being carried."""
    bound_for = [district.market.orders[each].dwelling for each in rider.orders]
    return {district.grid.dwellings[each].grid for each in bound_for if each is not None}


@command(
    "grid.start_visit",
    {"grid": covers_grid("grid"), "rider": on_trip},
    (
        GRID_NOT_FOUND,
        PERSON_NOT_FOUND,
        REPORT_NOT_FOUND,
        VISIT_INCOMPLETE,
        PERSON_MERGED,
        VISIT_ELSEWHERE,
        CARE_NOT_PLANNED,
        VISIT_BUSY,
    ),
)
class StartVisit(Command):
    """Set out in a grid: to collect what a person cannot enter alone, to care, to handle a case, or on a round."""

    grid: GridId
    purpose: Purpose
    person: PersonId | None
    report: ReportId | None

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A visit under way."""
        if self.grid not in district.grid.grids:
            raise Rejected(GRID_NOT_FOUND)
        if self.person is not None and self.person not in district.residents.persons:
            raise Rejected(PERSON_NOT_FOUND)
        if self.report is not None:
            case(district, self.report)
        if (self.person is not None, self.report is not None) not in NAMES[self.purpose]:
            raise Rejected(VISIT_INCOMPLETE)
        self._there(district)
        busy_with = district.visits.of_visitor.get(by.who)
        if busy_with is not None:
            raise Rejected(VISIT_BUSY, visit=busy_with)
        lapses_at = by.at + policy.grid.visit_limit_minutes * MINUTE_S
        visit = district.ids.new("vis")
        return (VisitStarted(visit, by.who, self.purpose, self.grid, self.person, self.report, lapses_at),)

    def _there(self, district: District) -> None:
        """Reject what does not lie in the grid, and care for somebody who has no plan."""
        if self.report is not None and district.cases.reports[self.report].grid != self.grid:
            raise Rejected(VISIT_ELSEWHERE)
        if self.person is None:
            return
        alive(district, self.person)
        homes = district.residents.active(district.residents.persons[self.person])
        if self.purpose == "care" and all(each.grid != self.grid for each in homes):
            raise Rejected(VISIT_ELSEWHERE)
        if self.purpose == "care" and self.person not in district.care.plans:
            raise Rejected(CARE_NOT_PLANNED)


def _visiting(command: FinishVisit, district: District, who: str) -> Code | None:
    """Authority of the member or rider who is on the visit."""
    if not district.grid.active(who) and who not in district.market.riders:
        return FORBIDDEN
    visit = district.visits.under_way.get(command.visit)
    return None if visit is None or visit.visitor == who else FORBIDDEN


@command("grid.finish_visit", {"grid": _visiting, "rider": _visiting}, (VISIT_NOT_FOUND, VISIT_OVER))
class FinishVisit(Command):
    """End the own visit: done, or broken off because nobody was there."""

    visit: VisitId
    done: bool

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The end of the visit; a care visit that was done makes the next one due `grid.care_days` later."""
        visit = district.visits.under_way.get(self.visit)
        if visit is None:
            raise Rejected(VISIT_OVER if district.ids.issued(self.visit) else VISIT_NOT_FOUND)
        minutes = minutes_of(visit, by.at)
        if not self.done:
            return (VisitBrokenOff(visit.id, minutes, "nobody_there"),)
        cared = visit.purpose == "care" and district.residents.root(visit.person) in district.care.plans
        return (VisitDone(visit.id, minutes, after_days(by.at, policy.grid.care_days) if cared else None),)


def minutes_of(visit: Visit, at: int) -> int:
    """Minutes from the start of a visit until an instant, the last one counted as a whole."""
    return -((visit.started_at - at) // MINUTE_S)


def lapse(district: District, _policy: Policy, waiting: str, at: int) -> list[Event]:
    """Deadline `visit_lapse`: nobody has said that a visit is over."""
    return [VisitBrokenOff(waiting, minutes_of(district.visits.under_way[waiting], at), "lapsed")]
