"""Care visits (F29): each person of a special group has a day by which somebody calls.

A visit that is overdue is raised level by level, as late cases are, until somebody has been there: a list of people
whom nobody visited would otherwise only grow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.district.care import CareOverdue
from engine.kernel.event import Event
from engine.kernel.units import after_days

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy


def overdue(district: District, policy: Policy, waiting: str, at: int) -> list[Event]:
    """Deadline `care_due`: nobody has visited the person in time, or since the visit was raised."""
    top = policy.reporting.top_level
    before = district.care.plans[waiting].level
    level = max(before, min(before + 1, top))  # at the top it stays, also when a policy has lowered the top
    return [CareOverdue(waiting, level, after_days(at, policy.grid.care_escalate_days) if level < top else None)]
