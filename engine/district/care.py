"""Care for people of special groups: when each one is to be visited, and how far an overdue visit was raised.

A person has a plan while a tag is in force, in whichever group. The plan goes with the last tag and follows a merge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.kernel.event import Event, event
from engine.kernel.ids import PersonId
from engine.kernel.units import Count, Instant

if TYPE_CHECKING:
    from engine.district.district import District


@dataclass(slots=True)
class CarePlan:
    """When a person is to be visited; `level` 0 until the visit is overdue. `raised_at` is 0 where nothing follows."""

    person: str
    due: int
    level: int = 0
    raised_at: int = 0


class CareRows:
    """Plans by person, in the order in which they were made."""

    __slots__ = ("plans",)

    def __init__(self) -> None:
        """Nobody needs care."""
        self.plans: dict[str, CarePlan] = {}


def _wait(district: District, plan: CarePlan, until: int) -> None:
    plan.raised_at = until
    if until:
        district.deadlines.add(until, "care_due", plan.person)


def plan_visit(district: District, person: str, due: int, level: int = 0) -> CarePlan:
    """Let the next visit to a person be due at an instant, whatever was planned before."""
    plan = district.care.plans.get(person)
    if plan is None:
        name = district.residents.persons[person].id  # the row's string, not the command's copy
        plan = district.care.plans[name] = CarePlan(name, due)
    district.deadlines.cancel(plan.raised_at, "care_due", person)
    plan.due, plan.level = due, level
    _wait(district, plan, due)
    return plan


def end_plan(district: District, person: str) -> CarePlan | None:
    """Forget a person's plan; the one that there was."""
    plan = district.care.plans.pop(person, None)
    if plan is not None:
        district.deadlines.cancel(plan.raised_at, "care_due", person)
    return plan


def merge_plans(district: District, gone: str, kept: str) -> None:
    """Of two plans of one person the one that is due earlier stays, with its level."""
    moved = end_plan(district, gone)
    own = district.care.plans.get(kept)
    if moved is None or (own is not None and own.due <= moved.due):
        return
    until = moved.raised_at
    plan = plan_visit(district, kept, moved.due, moved.level)
    district.deadlines.cancel(plan.raised_at, "care_due", plan.person)
    _wait(district, plan, until)


@event("grid.care_planned")
class CarePlanned(Event):
    """A person of a special group is to be visited before `due`."""

    person: PersonId
    due: Instant

    def apply(self, district: District) -> None:
        """Write the plan and let its day come."""
        plan_visit(district, self.person, self.due)


@event("grid.care_overdue")
class CareOverdue(Event):
    """Nobody has visited the person in time: the visit is raised to a level, and once more at `again`."""

    person: PersonId
    level: Count
    again: Instant | None

    def apply(self, district: District) -> None:
        """Raise the level; the deadline that brought this has been taken off the list."""
        plan = district.care.plans[self.person]
        plan.level = self.level
        _wait(district, plan, self.again or 0)
