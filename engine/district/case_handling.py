"""Events of a case being handled: dispatch, acceptance, return, transfer, suspension, breach and escalation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.district.cases import CLOCK, Level, start_limit, stepped
from engine.kernel.event import Event, event
from engine.kernel.ids import ReportId, WorkerId
from engine.kernel.units import Instant, Name, Seconds, Text

if TYPE_CHECKING:
    from engine.district.district import District


@event("reporting.report_dispatched")
class ReportDispatched(Event):
    """A member has the case to accept; with `fallback` the district's desk, since no member was there for it."""

    report: ReportId
    worker: Name
    fallback: bool
    actor: Text

    def apply(self, district: District) -> None:
        """Put the case on the member's list."""
        row = stepped(district, self.report, f"dispatched:{self.worker}", self.actor)
        row.state = "DISPATCHED"
        district.cases.assign(row, self.worker)


@event("reporting.report_accepted")
class ReportAccepted(Event):
    """The member takes the case on: the first acceptance is the first answer, late from the due instant on."""

    report: ReportId
    late: bool
    actor: Text

    def apply(self, district: District) -> None:
        """Write down the answer."""
        row = stepped(district, self.report, "accepted", self.actor)
        row.state = "IN_PROGRESS"
        if row.answered_at is None:
            row.answered_at, row.answered_late = district.at, self.late


@event("reporting.report_returned")
class ReportReturned(Event):
    """The member sends the case back; `counted` unless the supervisor took it back."""

    report: ReportId
    reason: Name
    counted: bool
    actor: Text

    def apply(self, district: District) -> None:
        """Take the case off the member's list and remember who returned it in this round."""
        row = stepped(district, self.report, f"returned:{self.reason}", self.actor)
        row.state = "TRIAGED"
        if self.counted:
            row.returned_by += (row.assignee,)
        district.cases.release(row)


@event("reporting.report_transferred")
class ReportTransferred(Event):
    """Another member shall go on with the case and has to accept it."""

    report: ReportId
    worker: WorkerId
    actor: Text

    def apply(self, district: District) -> None:
        """Move the case from one list to the other."""
        row = stepped(district, self.report, f"transferred:{self.worker}", self.actor)
        row.state = "DISPATCHED"
        district.cases.release(row)
        district.cases.assign(row, self.worker)


@event("reporting.report_suspended")
class ReportSuspended(Event):
    """Nothing can be done before `until`. A limit that has not passed stands still; a breach goes on being raised."""

    report: ReportId
    until: Instant
    reason: Name
    actor: Text

    def apply(self, district: District) -> None:
        """Stop the limit."""
        row = stepped(district, self.report, f"suspended:{self.reason}", self.actor)
        row.state = "SUSPENDED"
        row.suspended_at, row.waits_until = district.at, self.until
        district.deadlines.cancel(row.due, "report_due", row.id)
        district.deadlines.add(self.until, "report_resume", row.id)


@event("reporting.report_resumed")
class ReportResumed(Event):
    """Handling goes on; `due` has moved by `paused_s` of the limit's own time unless the limit had passed before."""

    report: ReportId
    due: Instant
    paused_s: Seconds
    actor: Text

    def apply(self, district: District) -> None:
        """Let the limit run again."""
        row = stepped(district, self.report, "resumed", self.actor)
        row.state = "IN_PROGRESS"
        row.suspended_at = None
        row.paused_s += self.paused_s
        district.deadlines.cancel(row.waits_until, "report_resume", row.id)
        if not row.breached:
            start_limit(district, row, self.due)


@event("reporting.sla_breached")
class SlaBreached(Event):
    """The limit passed without a solution, once a round; the case rises one level and again at `escalates_at`."""

    report: ReportId
    level: Level
    escalates_at: Instant | None

    def apply(self, district: District) -> None:
        """Raise the case."""
        row = stepped(district, self.report, f"breached:{self.level}", CLOCK)
        row.breached = row.late = True
        row.level = self.level
        district.deadlines.cancel(row.due, "report_due", row.id)
        _raise_again(district, self.report, self.escalates_at)


@event("reporting.report_escalated")
class ReportEscalated(Event):
    """The case rises one level: by hand with a reason, or because it stayed overdue."""

    report: ReportId
    level: Level
    reason: Name
    escalates_at: Instant | None
    actor: Text

    def apply(self, district: District) -> None:
        """Raise the case."""
        row = stepped(district, self.report, f"escalated:{self.level}", self.actor)
        row.level = self.level
        _raise_again(district, self.report, self.escalates_at)


def _raise_again(district: District, report: str, at: int | None) -> None:
    """Let the case be raised again at an instant, or not at all."""
    row = district.cases.reports[report]
    district.deadlines.cancel(row.escalates_at, "report_escalate", report)
    row.escalates_at = at or 0
    if at is not None:
        district.deadlines.add(at, "report_escalate", report)
