"""Time limits: due, pause, breach, escalation (F36).

due = cal_add(start of the round, limit of the class) + what was paused, in natural or working time as the class says.
The class comes from the category at submission, so that a case that nobody looks at is breached too; triage may set
another one, counted from the same start. Only a resumed pause moves `due` afterwards (T19). Pauses are limited over
the whole case, otherwise suspending would hide late cases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.calendar import CalendarPolicy, cal_add, cal_between
from engine.district.case_handling import ReportEscalated, ReportResumed, ReportSuspended, SlaBreached
from engine.district.cases import CLOCK, UNRESOLVED, Report
from engine.kernel.command import Command, Envelope, anyone, command
from engine.kernel.event import Event
from engine.kernel.ids import ReportId
from engine.kernel.rejection import Rejected
from engine.kernel.units import Instant, Name
from engine.reporting.codes import (
    REPORT_NOT_FOUND,
    RPT_BAD_STATE,
    RPT_BAD_UNTIL,
    RPT_LEVEL_LIMIT,
    RPT_NOT_ASSIGNEE,
    SLA_PAUSE_LIMIT,
)
from engine.reporting.standing import actor, case, covers_report, in_hand, member, standing

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy


def _hours(policy: Policy, tier: str) -> CalendarPolicy | None:
    """Office hours if the class counts working time."""
    return policy.calendar if policy.reporting.tiers[tier].working_time else None


def due_from(policy: Policy, tier: str, start: int) -> int:
    """When a limit of the class that starts at `start` has passed."""
    return cal_add(start, policy.reporting.tiers[tier].limit_s, _hours(policy, tier))


@command(
    "reporting.suspend_report",
    {"grid": member, "officer": anyone},
    (REPORT_NOT_FOUND, RPT_BAD_STATE, RPT_NOT_ASSIGNEE, RPT_BAD_UNTIL, SLA_PAUSE_LIMIT),
)
class SuspendReport(Command):
    """Let a case wait until an instant for a reason that the member cannot change."""

    report: ReportId
    until: Instant
    reason: Name

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A suspended case; the whole pause that is asked for must fit into what the case has left."""
        row = case(district, self.report)
        standing(row, "IN_PROGRESS")
        in_hand(row, by)
        if self.until <= by.at:
            raise Rejected(RPT_BAD_UNTIL, now=by.at)
        left = policy.reporting.pause_limit_s - row.paused_s
        if cal_between(by.at, self.until, _hours(policy, row.tier)) > left:
            raise Rejected(SLA_PAUSE_LIMIT, left_s=max(0, left))
        return (ReportSuspended(self.report, self.until, self.reason, actor(by)),)


@command(
    "reporting.resume_report",
    {"grid": member, "officer": anyone},
    (REPORT_NOT_FOUND, RPT_BAD_STATE, RPT_NOT_ASSIGNEE),
)
class ResumeReport(Command):
    """Go on with a suspended case before its pause ends; an officer may order it."""

    report: ReportId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A case in progress with its limit moved by the pause."""
        row = case(district, self.report)
        standing(row, "SUSPENDED")
        if by.kind == "grid":
            in_hand(row, by)
        return (_resumed(policy, row, by.at, actor(by)),)


def _resumed(policy: Policy, row: Report, at: int, who: str) -> ReportResumed:
    hours = _hours(policy, row.tier)
    paused_s = cal_between(at if row.suspended_at is None else row.suspended_at, at, hours)
    due = row.due if row.breached else cal_add(row.due, paused_s, hours)
    return ReportResumed(row.id, due, paused_s, who)


@command(
    "reporting.escalate_report",
    {"grid": covers_report, "officer": anyone},
    (REPORT_NOT_FOUND, RPT_BAD_STATE, RPT_LEVEL_LIMIT),
)
class EscalateReport(Command):
    """Raise an unresolved case one level by hand."""

    report: ReportId
    reason: Name

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The case one level up; when it is overdue, the clock goes on raising it as before."""
        row = case(district, self.report)
        standing(row, *UNRESOLVED)
        if row.level >= policy.reporting.top_level:
            raise Rejected(RPT_LEVEL_LIMIT, level=row.level)
        level = row.level + 1
        again = row.escalates_at if row.escalates_at and level < policy.reporting.top_level else None
        return (ReportEscalated(self.report, level, self.reason, again, actor(by)),)


def breached(policy: Policy, row: Report, at: int) -> SlaBreached:
    """The limit passed at `at`: one level up, and up again after a while unless the case stands at the top."""
    level = max(row.level, min(row.level + 1, policy.reporting.top_level))
    return SlaBreached(row.id, level, _again(policy, level, at))


def _again(policy: Policy, level: int, at: int) -> int | None:
    return at + policy.reporting.escalate_after_s if level < policy.reporting.top_level else None


def breach(district: District, policy: Policy, waiting: str, at: int) -> list[Event]:
    """Deadline `report_due`: the limit of an unresolved case that is not suspended has passed."""
    return [breached(policy, district.cases.reports[waiting], at)]


def escalate(district: District, policy: Policy, waiting: str, at: int) -> list[Event]:
    """Deadline `report_escalate`: an overdue case rises again, also while it is suspended."""
    level = district.cases.reports[waiting].level + 1
    if level > policy.reporting.top_level:  # the policy was changed meanwhile
        return []
    return [ReportEscalated(waiting, level, "overdue", _again(policy, level, at), CLOCK)]


def resume(district: District, policy: Policy, waiting: str, at: int) -> list[Event]:
    """Deadline `report_resume`: the pause is over."""
    return [_resumed(policy, district.cases.reports[waiting], at, CLOCK)]
