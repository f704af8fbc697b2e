"""Early warning (F39): hidden problems of property and buildings, found by an inspection or by a rule over cases.

Two rules look at the cases of the last `grid.warning_window_days`, each over cases that no warning has listed yet:

    count        so many cases of one category at one building, or in one grid where no building is named
    dispersion   so many cases of one category in one grid, and more than the mean of all grids by a number of standard
                 deviations: n > m + z sqrt(v m) with m = N / grids and variance over mean v, since requests come in
                 bursts; in whole numbers (n G - N)^2 * 10^8 > z_hundredths^2 * v_bp * N * G

Which mechanism the published 2,000 warnings came from is not known; both rules and inspections are assumed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from engine.binding.authority import covers_grid
from engine.binding.codes import BUILDING_NOT_FOUND, GRID_NOT_FOUND, PLACE_ELSEWHERE
from engine.binding.places import building_in
from engine.district.cases import CLOCK, Report, ReportSubmitted
from engine.district.hazards import (
    CasesScanned,
    Hazard,
    HazardText,
    Rule,
    WarningCaseOpened,
    WarningCleared,
    WarningDismissed,
    WarningRaised,
    WarningSource,
    WarningVerified,
)
from engine.grid.codes import WARNING_NOT_FOUND, WRN_BAD_STATE, WRN_CASE_GOES_ON
from engine.kernel.command import Command, Envelope, anyone, command
from engine.kernel.event import Event
from engine.kernel.ids import BuildingId, GridId, WarningId
from engine.kernel.rejection import FORBIDDEN, OUT_OF_GRID, Code, Rejected
from engine.kernel.units import BASIS, DAY_S, Name
from engine.reporting.codes import CATEGORY_NOT_FOUND
from engine.reporting.limits import due_from
from engine.reporting.standing import actor, riding

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy

OFFICE = {"officer": anyone, "system": anyone}
NO_SIGN = ("WITHDRAWN", "REJECTED")  # of duplicates each one is a sign of its own
OVER = ("CLOSED", "WITHDRAWN", "REJECTED", "DUPLICATE")
HUNDREDTHS = 100
Place = tuple[str, str, str]  # category, grid, building


@command(
    "grid.raise_warning",
    {"grid": covers_grid("grid"), "rider": riding},
    (GRID_NOT_FOUND, BUILDING_NOT_FOUND, CATEGORY_NOT_FOUND, PLACE_ELSEWHERE),
)
class RaiseWarning(Command):
    """Say what an inspection has found: something that nobody has reported may be wrong."""

    grid: GridId
    building: BuildingId | None
    category: Name
    text: HazardText | None

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A warning to be judged."""
        if self.grid not in district.grid.grids:
            raise Rejected(GRID_NOT_FOUND)
        if self.building is not None and self.building not in district.grid.buildings:
            raise Rejected(BUILDING_NOT_FOUND)
        if self.category not in policy.reporting.categories:
            raise Rejected(CATEGORY_NOT_FOUND)
        building_in(district, self.building, self.grid)
        made = district.ids.new("wrn")
        source: WarningSource = "rider" if by.kind == "rider" else "member"
        return (WarningRaised(made, source, self.category, self.grid, self.building, self.text, (), actor(by)),)


@command("grid.scan_cases", OFFICE, ())
class ScanCases(Command):
    """Let a rule look at the cases of the window; asked every night, it raises each warning on the first night."""

    rule: Rule

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The scan, and a warning for each place that the rule finds."""
        since = max(0, by.at - policy.grid.warning_window_days * DAY_S)
        recent = list(_recent(district, since))
        fresh: dict[Place, list[Report]] = {}
        for row in recent:
            if row.id not in district.hazards.listed:
                fresh.setdefault(_place(row, self.rule), []).append(row)
        everywhere: dict[str, int] = {}
        for row in recent:
            everywhere[row.category] = everywhere.get(row.category, 0) + 1
        grids = len(district.grid.grids)
        found = [
            (place, rows)
            for place, rows in fresh.items()
            if len(rows) >= policy.grid.warning_cases
            and (self.rule == "count" or _stands_out(policy, len(rows), everywhere[place[0]], grids))
        ]
        raised = (
            WarningRaised(
                district.ids.new("wrn", ahead), self.rule, category, grid, building or None, None, _ids(rows), actor(by)
            )
            for ahead, ((category, grid, building), rows) in enumerate(found)
        )
        return (CasesScanned(self.rule, since, len(recent)), *raised)


def _recent(district: District, since: int) -> Iterator[Report]:
    """Cases submitted since an instant, the newest first, without those that are no sign and those of warnings."""
    for row in reversed(district.cases.reports.values()):
        if row.submitted_at < since:
            return
        if row.state not in NO_SIGN and row.source != "warning":
            yield row


def _place(row: Report, rule: Rule) -> Place:
    return row.category, row.grid, row.building if rule == "count" else ""


def _ids(rows: list[Report]) -> tuple[str, ...]:
    return tuple(sorted(row.id for row in rows))


def _stands_out(policy: Policy, here: int, everywhere: int, grids: int) -> bool:
    """True if `here` lies above the mean of the grids by more than the policy's number of standard deviations."""
    excess = here * grids - everywhere
    variance = policy.grid.warning_deviations_hundredths**2 * policy.grid.warning_dispersion_bp * everywhere * grids
    return excess > 0 and excess**2 * HUNDREDTHS**2 * BASIS > variance


def _covers(command: Any, district: District, who: str) -> Code | None:
    """Authority of a grid member who covers the place of the warning."""
    row = district.hazards.warnings.get(command.warning)
    if row is None:
        return None
    if not district.grid.active(who):
        return FORBIDDEN
    return None if district.grid.covers(who, row.grid) else OUT_OF_GRID


JUDGES = {**OFFICE, "grid": _covers}


def _standing(district: District, warning: str, state: str) -> Hazard:
    row = district.hazards.warnings.get(warning)
    if row is None:
        raise Rejected(WARNING_NOT_FOUND)
    if row.state != state:
        raise Rejected(WRN_BAD_STATE, state=row.state)
    return row


@command("grid.judge_warning", JUDGES, (WARNING_NOT_FOUND, WRN_BAD_STATE))
class JudgeWarning(Command):
    """Say whether there is something wrong at the place."""

    warning: WarningId
    real: bool

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A verified warning, which has a case at the latest after `grid.warning_case_s`, or a false alarm."""
        row = _standing(district, self.warning, "RAISED")
        if not self.real:
            return (WarningDismissed(row.id, actor(by)),)
        return (WarningVerified(row.id, by.at + policy.grid.warning_case_s, actor(by)),)


@command("grid.open_warning_case", JUDGES, (WARNING_NOT_FOUND, WRN_BAD_STATE))
class OpenWarningCase(Command):
    """Let a verified warning be handled as a case, sooner than the clock would."""

    warning: WarningId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A problem with source `warning`; nobody reported it, so it closes by the clock."""
        return _opened(district, policy, _standing(district, self.warning, "VERIFIED"), by.at, actor(by))


def _opened(district: District, policy: Policy, row: Hazard, at: int, who: str) -> tuple[Event, ...]:
    category = policy.reporting.categories[row.category]
    report = district.ids.new("rpt")
    submitted = ReportSubmitted(
        report,
        "problem",
        "warning",
        row.category,
        row.grid,
        None,
        who,
        row.text or None,
        None,
        category.route,
        category.tier,
        due_from(policy, category.tier, at),
        row.building or None,
        None,
        row.id,
    )
    return (submitted, WarningCaseOpened(row.id, report, who))


def open_case(district: District, policy: Policy, waiting: str, at: int) -> list[Event]:
    """Deadline `warning_case`: nobody has opened the case of a verified warning (L10)."""
    return list(_opened(district, policy, district.hazards.warnings[waiting], at, CLOCK))


@command("grid.clear_warning", JUDGES, (WARNING_NOT_FOUND, WRN_BAD_STATE, WRN_CASE_GOES_ON))
class ClearWarning(Command):
    """Say that a warning is over whose case came to an end without closing; a closed one clears it by itself."""

    warning: WarningId

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A cleared warning."""
        row = _standing(district, self.warning, "CASE_OPENED")
        state = district.cases.reports[row.case].state
        if state not in OVER:
            raise Rejected(WRN_CASE_GOES_ON, state=state)
        return (WarningCleared(row.id, actor(by)),)
