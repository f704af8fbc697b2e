"""Dispatch: who gets a case (F18, F36).

By rule: an active member who covers the place, of a kind that the category allows, who has not sent it back in this
round, with the fewest unresolved cases; ties by id. Where nobody is left the district's desk gets it, and that is
counted: a case must not bounce for days between members who are not in charge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.binding.codes import WORKER_NOT_FOUND
from engine.district.case_handling import ReportAccepted, ReportDispatched, ReportReturned, ReportTransferred
from engine.district.cases import DISTRICT_DESK, Report
from engine.kernel.command import Command, Envelope, anyone, command
from engine.kernel.event import Event
from engine.kernel.ids import ReportId, WorkerId
from engine.kernel.rejection import Rejected
from engine.kernel.units import Name
from engine.reporting.codes import (
    REPORT_NOT_FOUND,
    RPT_BAD_STATE,
    RPT_NOT_ASSIGNEE,
    RPT_RETURN_LIMIT,
    RPT_WORKER_UNFIT,
)
from engine.reporting.standing import actor, case, covers_report, in_hand, member, standing

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy


def fit(district: District, policy: Policy, row: Report, worker: str) -> bool:
    """True if the member is active, covers the place of the case and is of a kind allowed for its category."""
    kinds = policy.reporting.categories[row.category].kinds
    return district.grid.covers(worker, row.grid) and district.grid.workers[worker].kind in kinds


def chosen(district: District, policy: Policy, row: Report, returned_by: tuple[str, ...]) -> str:
    """The member whom the rule chooses for a case, or the district's desk; whoever sent it back is passed over."""
    kinds = policy.reporting.categories[row.category].kinds
    fitting = [each.id for each in district.grid.members(row.grid) if each.kind in kinds]
    left = [each for each in fitting if each not in returned_by]
    return min(left, key=lambda each: (district.cases.load(each), each), default=DISTRICT_DESK)


def _named(district: District, worker: str) -> None:
    if worker not in district.grid.workers:
        raise Rejected(WORKER_NOT_FOUND)


@command(
    "reporting.dispatch_report",
    {"officer": anyone, "system": anyone, "grid": covers_report},
    (REPORT_NOT_FOUND, WORKER_NOT_FOUND, RPT_BAD_STATE, RPT_WORKER_UNFIT),
)
class DispatchReport(Command):
    """Send a case to a member; without a name the rule chooses."""

    report: ReportId
    worker: WorkerId | None

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A dispatched case."""
        row = case(district, self.report)
        if self.worker is not None:
            _named(district, self.worker)
        standing(row, "TRIAGED")
        if self.worker is not None and not fit(district, policy, row, self.worker):
            raise Rejected(RPT_WORKER_UNFIT)
        worker = self.worker or chosen(district, policy, row, row.returned_by)
        return (ReportDispatched(self.report, worker, worker == DISTRICT_DESK, actor(by)),)


@command(
    "reporting.accept_report",
    {"grid": member, "officer": anyone},
    (REPORT_NOT_FOUND, RPT_BAD_STATE, RPT_NOT_ASSIGNEE),
)
class AcceptReport(Command):
    """Take on the case that was sent: the first acceptance is the first answer to the reporter."""

    report: ReportId

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A case in progress."""
        row = case(district, self.report)
        standing(row, "DISPATCHED")
        in_hand(row, by)
        return (ReportAccepted(self.report, by.at >= row.due, actor(by)),)


@command(
    "reporting.return_report",
    {"grid": member, "officer": anyone},
    (REPORT_NOT_FOUND, RPT_BAD_STATE, RPT_NOT_ASSIGNEE, RPT_RETURN_LIMIT),
)
class ReturnReport(Command):
    """Send a case back as not in charge; an officer may take it back from a member, which counts as no return."""

    report: ReportId
    reason: Name

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A case to be dispatched again."""
        row = case(district, self.report)
        standing(row, "DISPATCHED")
        counted = by.kind == "grid"
        if counted:
            in_hand(row, by)
            if len(row.returned_by) >= policy.reporting.return_limit:
                raise Rejected(RPT_RETURN_LIMIT, limit=policy.reporting.return_limit)
        return (ReportReturned(self.report, self.reason, counted, actor(by)),)


@command(
    "reporting.transfer_report",
    {"grid": member, "officer": anyone},
    (REPORT_NOT_FOUND, WORKER_NOT_FOUND, RPT_BAD_STATE, RPT_NOT_ASSIGNEE, RPT_WORKER_UNFIT),
)
class TransferReport(Command):
    """Hand a case in progress to another member, who has to accept it; an officer may order it."""

    report: ReportId
    worker: WorkerId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A dispatched case."""
        row = case(district, self.report)
        _named(district, self.worker)
        standing(row, "IN_PROGRESS")
        if by.kind == "grid":
            in_hand(row, by)
        if self.worker == row.assignee or not fit(district, policy, row, self.worker):
            raise Rejected(RPT_WORKER_UNFIT)
        return (ReportTransferred(self.report, self.worker, actor(by)),)
