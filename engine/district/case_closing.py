"""Events of a case coming to its end: resolved, rated, closed, and opened again for another round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from engine.district.cases import Round, Stars, start_limit, stepped, stop_limit
from engine.district.work import kind_of
from engine.kernel.event import Event, event
from engine.kernel.ids import EvidenceId, ReportId
from engine.kernel.units import Instant, Name, Text

if TYPE_CHECKING:
    from engine.district.district import District

ClosedBy = Literal["confirm", "rating", "auto"]
ReopenCause = Literal["dispute", "reopen"]


@event("reporting.report_resolved")
class ReportResolved(Event):
    """The member says that it is done and shows it; at `closes_at` the case closes unless somebody speaks."""

    report: ReportId
    evidence: EvidenceId
    closes_at: Instant
    actor: Text

    def apply(self, district: District) -> None:
        """Stop the limit; the member keeps the case until it closes, but not on the list of work."""
        row = stepped(district, self.report, f"resolved:{self.evidence}", self.actor)
        row.state = "RESOLVED"
        if row.resolved_at is None:
            row.resolved_at = district.at
        row.waits_until = self.closes_at
        stop_limit(district, row)
        district.work.on(kind_of(district, row.assignee), district.at).events += 1
        district.cases.open_of[row.assignee].pop(row.id, None)
        district.deadlines.add(self.closes_at, "report_close", row.id)


@event("reporting.report_rated")
class ReportRated(Event):
    """The reporter's judgement of this round."""

    report: ReportId
    stars: Stars
    actor: Text

    def apply(self, district: District) -> None:
        """Write down the stars."""
        stepped(district, self.report, f"rated:{self.stars}", self.actor).stars = self.stars


@event("reporting.report_closed")
class ReportClosed(Event):
    """The case is over unless it is reopened within the window."""

    report: ReportId
    closed_by: ClosedBy
    actor: Text

    def apply(self, district: District) -> None:
        """Close the case."""
        row = stepped(district, self.report, f"closed:{self.closed_by}", self.actor)
        row.state, row.closed_by, row.closed_at = "CLOSED", self.closed_by, district.at
        district.deadlines.cancel(row.waits_until, "report_close", row.id)
        district.cases.release(row)


@event("reporting.report_reopened")
class ReportReopened(Event):
    """A new round: the reporter says that it is not solved. Its limit starts anew; the level stays."""

    report: ReportId
    cause: ReopenCause
    round: Round
    worker: Name
    fallback: bool
    due: Instant
    actor: Text

    def apply(self, district: District) -> None:
        """Start the round."""
        row = stepped(district, self.report, f"{self.cause}:{self.round}", self.actor)
        district.deadlines.cancel(row.waits_until, "report_close", row.id)
        district.cases.release(row)
        row.state, row.round = "DISPATCHED", self.round
        row.closed_at, row.closed_by, row.stars = None, "", 0
        row.breached, row.returned_by = False, ()
        district.cases.assign(row, self.worker)
        start_limit(district, row, self.due)
