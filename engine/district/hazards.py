"""Early warnings of hidden problems: raised by an inspection or by a rule over cases, judged, handled, cleared.

A rule lists the cases that it saw; a case is listed once, so that the same reports raise no second warning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import StringConstraints

from engine.district.cases import CASE_TEXT_DAYS, Step
from engine.kernel.event import Event, event
from engine.kernel.ids import BuildingId, GridId, ReportId, WarningId
from engine.kernel.units import Count, Instant, Name, Personal, Text

if TYPE_CHECKING:
    from engine.district.district import District

Rule = Literal["count", "dispersion"]
WarningSource = Literal["member", "rider", "count", "dispersion"]
WarningState = Literal["RAISED", "VERIFIED", "FALSE_ALARM", "CASE_OPENED", "CLEARED"]
WARNING_EDGES = frozenset(
    {
        ("", "RAISED"),
        ("RAISED", "VERIFIED"),
        ("RAISED", "FALSE_ALARM"),
        ("VERIFIED", "CASE_OPENED"),
        ("CASE_OPENED", "CLEARED"),
    }
)
HazardText = Annotated[
    str, Personal("what was found, to judge the warning", CASE_TEXT_DAYS), StringConstraints(max_length=2_000)
]


@dataclass(slots=True)
class Hazard:
    """One warning. `cases` are those that a rule saw, `case` the one that was opened, empty before.

    `case_due` is the instant by which a verified warning has its case, 0 before it is verified.
    """

    id: str
    source: WarningSource
    category: str
    grid: str
    building: str
    text: str
    cases: tuple[str, ...]
    raised_at: int
    state: WarningState = "RAISED"
    case: str = ""
    case_due: int = 0
    steps: tuple[Step, ...] = ()


class HazardRows:
    """Warnings by id; cases that a rule has listed, with their warning; how often each rule was applied."""

    __slots__ = ("listed", "scans", "warnings")

    def __init__(self) -> None:
        """No warning."""
        self.warnings: dict[str, Hazard] = {}
        self.listed: dict[str, str] = {}
        self.scans: dict[str, int] = {}


def _stepped(district: District, warning: str, state: WarningState, actor: str) -> Hazard:
    row = district.hazards.warnings[warning]
    row.state = state
    row.steps += ((district.at, state.lower(), actor),)
    return row


@event("grid.cases_scanned")
class CasesScanned(Event):
    """A rule of early warning looked at the cases since an instant; what it raises stands beside this event."""

    rule: Rule
    since: Instant
    seen: Count

    def apply(self, district: District) -> None:
        """Count the scan."""
        district.hazards.scans[self.rule] = district.hazards.scans.get(self.rule, 0) + 1


@event("grid.warning_raised")
class WarningRaised(Event):
    """Something may be wrong at a place: a building, or a grid where none is named."""

    warning: WarningId
    source: WarningSource
    category: Name
    grid: GridId
    building: BuildingId | None
    text: Name | None
    cases: tuple[ReportId, ...]
    actor: Text

    def apply(self, district: District) -> None:
        """Write the warning and mark its cases as listed."""
        district.ids.taken_next("wrn")
        rows = district.hazards
        cases = tuple(district.cases.reports[each].id for each in self.cases)
        place = self.category, self.grid, self.building or ""
        rows.warnings[self.warning] = Hazard(self.warning, self.source, *place, self.text or "", cases, district.at)
        rows.listed.update(dict.fromkeys(cases, self.warning))
        _stepped(district, self.warning, "RAISED", self.actor)


@event("grid.warning_verified")
class WarningVerified(Event):
    """The warning is true: it has a case before `case_due`."""

    warning: WarningId
    case_due: Instant
    actor: Text

    def apply(self, district: District) -> None:
        """Let the case come."""
        row = _stepped(district, self.warning, "VERIFIED", self.actor)
        row.case_due = self.case_due
        district.deadlines.add(self.case_due, "warning_case", row.id)


@event("grid.warning_dismissed")
class WarningDismissed(Event):
    """Nothing was wrong."""

    warning: WarningId
    actor: Text

    def apply(self, district: District) -> None:
        """Mark the warning."""
        _stepped(district, self.warning, "FALSE_ALARM", self.actor)


@event("grid.warning_case_opened")
class WarningCaseOpened(Event):
    """The warning is handled as a case, which was submitted in the same record."""

    warning: WarningId
    report: ReportId
    actor: Text

    def apply(self, district: District) -> None:
        """Tie both together."""
        row = _stepped(district, self.warning, "CASE_OPENED", self.actor)
        row.case = district.cases.reports[self.report].id
        district.deadlines.cancel(row.case_due, "warning_case", row.id)


@event("grid.warning_cleared")
class WarningCleared(Event):
    """The case of the warning is over."""

    warning: WarningId
    actor: Text

    def apply(self, district: District) -> None:
        """Mark the warning."""
        _stepped(district, self.warning, "CLEARED", self.actor)
