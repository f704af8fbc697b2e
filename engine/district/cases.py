"""Rows of cases: problem reports, complaints and grid members' own entries, and the events of intake.

A case never leaves the rows: a few thousand a year, and the public list, the KPIs and the way of a duplicate to its
root need all of them. Every step stands on the row as (instant, step, actor).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints

from engine.kernel.event import Event, event
from engine.kernel.ids import BuildingId, GridId, PersonId, ReportId, WarningId
from engine.kernel.units import Instant, Name, Personal, Text

if TYPE_CHECKING:
    from engine.district.district import District

ReportKind = Literal["problem", "complaint"]
Source = Literal["resident", "grid", "rider", "merchant", "code", "warning"]
Route = Literal["community", "property"]
ReportState = Literal[
    "SUBMITTED", "TRIAGED", "DISPATCHED", "IN_PROGRESS", "SUSPENDED", "RESOLVED",
    "CLOSED", "REJECTED", "DUPLICATE", "WITHDRAWN",
]  # fmt: skip
REPORT_EDGES = frozenset(
    {
        ("", "SUBMITTED"),
        ("SUBMITTED", "TRIAGED"),
        ("SUBMITTED", "DUPLICATE"),
        ("SUBMITTED", "REJECTED"),
        ("SUBMITTED", "WITHDRAWN"),
        ("TRIAGED", "WITHDRAWN"),
        ("TRIAGED", "DISPATCHED"),
        ("DISPATCHED", "IN_PROGRESS"),
        ("DISPATCHED", "TRIAGED"),
        ("IN_PROGRESS", "DISPATCHED"),
        ("IN_PROGRESS", "SUSPENDED"),
        ("IN_PROGRESS", "RESOLVED"),
        ("SUSPENDED", "IN_PROGRESS"),
        ("RESOLVED", "CLOSED"),
        ("RESOLVED", "DISPATCHED"),
        ("CLOSED", "DISPATCHED"),
    }
)
UNRESOLVED = ("SUBMITTED", "TRIAGED", "DISPATCHED", "IN_PROGRESS", "SUSPENDED")  # the time limit concerns these
ASSIGNED = ("DISPATCHED", "IN_PROGRESS", "SUSPENDED", "RESOLVED")  # these have an assignee, no other has (S25)
NOT_COUNTED = ("WITHDRAWN", "DUPLICATE", "REJECTED")  # left out of every KPI's denominator (section A4)
DISTRICT_DESK = "district_desk"  # no member's id: takes what no member is there for, officers act for it
CLOCK = "clock"  # actor of a step that a deadline took
CASE_TEXT_DAYS = 365  # a case can be looked back on for a year; assumed
CaseText = Annotated[
    str, Personal("what happened, to handle the case", CASE_TEXT_DAYS), StringConstraints(max_length=2_000)
]
CasePlace = Annotated[
    str, Personal("where it is, to handle the case", CASE_TEXT_DAYS), StringConstraints(max_length=200)
]
Stars = Annotated[int, Field(ge=1, le=5)]
Round = Annotated[int, Field(ge=1)]
Level = Annotated[int, Field(ge=0)]
Step = tuple[int, str, str]  # instant, step, actor


@dataclass(slots=True)
class Report:
    """One case. `due` is meant for the current round; instants that have not come are None, missing ids are empty.

    `level` only rises, over all rounds: otherwise a case that is reopened again and again would never be looked at
    higher up. `late` says that some round missed its limit, `breached` that this one did.
    """

    id: str
    kind: ReportKind
    source: Source
    category: str
    grid: str
    reporter: str
    entered_by: str
    text: str
    place: str
    route: Route
    submitted_at: int
    tier: str
    due: int
    state: ReportState = "SUBMITTED"
    assignee: str = ""
    handled_by: str = ""
    root: str = ""
    duplicates: int = 0
    round: int = 1
    level: int = 0
    breached: bool = False
    late: bool = False
    returned_by: tuple[str, ...] = ()
    suspended_at: int | None = None
    paused_s: int = 0
    waits_until: int = 0
    escalates_at: int = 0
    answered_at: int | None = None
    answered_late: bool = False
    resolved_at: int | None = None
    closed_at: int | None = None
    closed_by: str = ""
    stars: int = 0
    building: str = ""
    spot: str = ""
    warning: str = ""
    steps: tuple[Step, ...] = ()


class CaseRows:
    """Cases by id, each member's unresolved cases in the order in which they came, and how many met no member."""

    __slots__ = ("fallbacks", "fallbacks_of", "open_of", "reports")

    def __init__(self) -> None:
        """No case."""
        self.reports: dict[str, Report] = {}
        self.open_of: dict[str, dict[str, None]] = {}
        self.fallbacks = 0
        self.fallbacks_of: dict[str, int] = {}  # by category

    def load(self, worker: str) -> int:
        """How many unresolved cases a member has."""
        return len(self.open_of.get(worker, ()))

    def assign(self, report: Report, worker: str) -> None:
        """Let a member have the case from now on."""
        report.assignee = worker
        self.open_of.setdefault(worker, {})[report.id] = None
        if worker == DISTRICT_DESK:
            self.fallbacks += 1
            self.fallbacks_of[report.category] = self.fallbacks_of.get(report.category, 0) + 1

    def release(self, report: Report) -> None:
        """Take the case off its member's list."""
        if report.assignee:
            report.handled_by = report.assignee
            self.open_of[report.assignee].pop(report.id, None)
            report.assignee = ""


def stepped(district: District, report: str, step: str, actor: str) -> Report:
    """The row of a case after writing down a step; a step named by a state leads there."""
    row = district.cases.reports[report]
    row.steps += ((district.at, step, actor),)
    return row


def start_limit(district: District, row: Report, due: int) -> None:
    """Let the time limit end at `due`."""
    row.due = due
    district.deadlines.add(due, "report_due", row.id)


def stop_limit(district: District, row: Report) -> None:
    """The time limit no longer runs, and nobody is called any more."""
    district.deadlines.cancel(row.due, "report_due", row.id)
    district.deadlines.cancel(row.escalates_at, "report_escalate", row.id)
    row.escalates_at = 0


@event("reporting.report_submitted")
class ReportSubmitted(Event):
    """A case came in; its category gives the time limit until triage says otherwise.

    `spot` is the place that an outdoor code filled in, `warning` the early warning that the case is about.
    """

    report: ReportId
    kind: ReportKind
    source: Source
    category: Name
    grid: GridId
    person: PersonId | None
    entered_by: Name | None
    text: Name | None
    place: Name | None
    route: Route
    tier: Name
    due: Instant
    building: BuildingId | None = None
    spot: Name | None = None
    warning: WarningId | None = None

    def apply(self, district: District) -> None:
        """Write the case and start its limit."""
        district.ids.taken_next("rpt")
        row = district.cases.reports[self.report] = Report(
            self.report,
            self.kind,
            self.source,
            self.category,
            self.grid,
            self.person or "",
            self.entered_by or "",
            self.text or "",
            self.place or "",
            self.route,
            district.at,
            self.tier,
            self.due,
        )
        row.building, row.spot, row.warning = self.building or "", self.spot or "", self.warning or ""
        stepped(district, self.report, "submitted", self.entered_by or "reporter")
        start_limit(district, row, self.due)


@event("reporting.report_triaged")
class ReportTriaged(Event):
    """The case is ours to handle. A limit that has passed already stays as it was: a breach is not undone."""

    report: ReportId
    tier: Name
    due: Instant
    actor: Text

    def apply(self, district: District) -> None:
        """Set the class of the limit."""
        row = stepped(district, self.report, "triaged", self.actor)
        row.state, row.tier = "TRIAGED", self.tier
        if not row.breached:
            stop_limit(district, row)
            start_limit(district, row, self.due)


@event("reporting.report_marked_duplicate")
class ReportMarkedDuplicate(Event):
    """Another case, `root`, is about the same and goes on for both; `root` is no duplicate itself."""

    report: ReportId
    root: ReportId
    actor: Text

    def apply(self, district: District) -> None:
        """Point to the root."""
        row = stepped(district, self.report, "duplicate", self.actor)
        row.state, row.root = "DUPLICATE", self.root
        district.cases.reports[self.root].duplicates += 1
        stop_limit(district, row)


@event("reporting.report_rejected")
class ReportRejected(Event):
    """The case is not for us; the reason is told to the reporter."""

    report: ReportId
    reason: Name
    actor: Text

    def apply(self, district: District) -> None:
        """Close the case without handling it."""
        row = stepped(district, self.report, f"rejected:{self.reason}", self.actor)
        row.state = "REJECTED"
        stop_limit(district, row)


@event("reporting.report_withdrawn")
class ReportWithdrawn(Event):
    """Whoever brought the case takes it back."""

    report: ReportId
    actor: Text

    def apply(self, district: District) -> None:
        """Close the case without handling it."""
        row = stepped(district, self.report, "withdrawn", self.actor)
        row.state = "WITHDRAWN"
        stop_limit(district, row)
