"""Intake: a resident reports, a grid member enters, somebody decides whether it is ours (F11).

A duplicate points to a case that was accepted and is no duplicate itself, however the first of the chain was named:
otherwise its reporter would wait for a case that nobody handles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from engine.binding.authority import covers_grid
from engine.binding.codes import (
    BUILDING_NOT_FOUND,
    GRID_NOT_FOUND,
    PERSON_MERGED,
    PERSON_NOT_BOUND,
    PERSON_NOT_FOUND,
    PLACE_ELSEWHERE,
)
from engine.binding.places import building_in
from engine.district.cases import (
    NOT_COUNTED,
    CasePlace,
    CaseText,
    Report,
    ReportKind,
    ReportMarkedDuplicate,
    ReportRejected,
    ReportSubmitted,
    ReportTriaged,
    ReportWithdrawn,
    Source,
)
from engine.kernel.command import Command, Envelope, anyone, command, own
from engine.kernel.event import Event
from engine.kernel.ids import BuildingId, GridId, PersonId, ReportId
from engine.kernel.rejection import Rejected
from engine.kernel.units import Name
from engine.points.awards import Fact, earn
from engine.reporting.codes import (
    CATEGORY_NOT_FOUND,
    REPORT_NOT_FOUND,
    RPT_BAD_STATE,
    RPT_DUPLICATE_ROOT,
    RPT_HAS_DUPLICATES,
    RPT_INCOMPLETE,
    TIER_NOT_FOUND,
)
from engine.reporting.limits import breached, due_from
from engine.reporting.standing import actor, bound, case, covers_report, entered, reporter, riding, selling, standing

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Category, Policy

Verdict = Literal["accept", "duplicate", "reject"]


SOURCES: dict[str, Source] = {"grid": "grid", "rider": "rider", "merchant": "merchant"}  # by the kind of who enters
ENTERED = (GRID_NOT_FOUND, CATEGORY_NOT_FOUND, BUILDING_NOT_FOUND, PLACE_ELSEWHERE)


def _category(district: District, policy: Policy, asked: SubmitReport | EnterReport) -> Category:
    """The category of a case whose grid exists."""
    if asked.grid not in district.grid.grids:
        raise Rejected(GRID_NOT_FOUND)
    category = policy.reporting.categories.get(asked.category)
    if category is None:
        raise Rejected(CATEGORY_NOT_FOUND)
    return category


@command(
    "reporting.submit_report",
    {"resident": own("person")},
    (PERSON_NOT_FOUND, GRID_NOT_FOUND, CATEGORY_NOT_FOUND, PERSON_MERGED, PERSON_NOT_BOUND),
)
class SubmitReport(Command):
    """A resident reports a problem or complains, about a place in any grid."""

    person: PersonId
    kind: ReportKind
    category: Name
    grid: GridId
    text: CaseText | None
    place: CasePlace | None

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A case with the limit of its category."""
        if self.person not in district.residents.persons:
            raise Rejected(PERSON_NOT_FOUND)
        category = _category(district, policy, self)
        bound(district, self.person)
        return (
            ReportSubmitted(
                district.ids.new("rpt"),
                self.kind,
                "resident",
                self.category,
                self.grid,
                self.person,
                None,
                self.text,
                self.place,
                category.route,
                category.tier,
                due_from(policy, category.tier, by.at),
            ),
        )


@command("reporting.enter_report", {"grid": covers_grid("grid"), "rider": riding, "merchant": selling}, ENTERED)
class EnterReport(Command):
    """A grid member, a rider on duty (F29) or a merchant at the shop enters what was seen, or told without a phone."""

    kind: ReportKind
    category: Name
    grid: GridId
    text: CaseText | None
    building: BuildingId | None = None

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A case without a reporter: nobody confirms or rates it, so it closes by the clock."""
        category = _category(district, policy, self)
        building_in(district, self.building, self.grid)
        return (
            ReportSubmitted(
                district.ids.new("rpt"),
                self.kind,
                SOURCES[by.kind],
                self.category,
                self.grid,
                None,
                by.who,
                self.text,
                None,
                category.route,
                category.tier,
                due_from(policy, category.tier, by.at),
                self.building,
            ),
        )


@command(
    "reporting.triage_report",
    {"officer": anyone, "system": anyone, "grid": covers_report},
    (REPORT_NOT_FOUND, TIER_NOT_FOUND, RPT_BAD_STATE, RPT_INCOMPLETE, RPT_DUPLICATE_ROOT),
)
class TriageReport(Command):
    """Decide what becomes of a case: accepted (`tier` None keeps the category's limit), duplicate `of`, rejected."""

    report: ReportId
    verdict: Verdict
    tier: Name | None
    of: ReportId | None
    reason: Name | None

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The verdict."""
        row = case(district, self.report)
        if self.of is not None:
            case(district, self.of)
        if self.tier is not None and self.tier not in policy.reporting.tiers:
            raise Rejected(TIER_NOT_FOUND)
        standing(row, "SUBMITTED")
        if self.verdict == "accept":
            return self._accepted(policy, row, by)
        if self.verdict == "duplicate":
            return (ReportMarkedDuplicate(self.report, self._root(district), actor(by)),)
        if self.reason is None:
            raise Rejected(RPT_INCOMPLETE)
        return (ReportRejected(self.report, self.reason, actor(by)),)

    def _accepted(self, policy: Policy, row: Report, by: Envelope) -> tuple[Event, ...]:
        """The limit counts from submission, so a stricter class than the category's may have passed already."""
        tier = self.tier or row.tier
        due = row.due if row.breached or tier == row.tier else due_from(policy, tier, row.submitted_at)
        events: list[Event] = [ReportTriaged(self.report, tier, due, actor(by))]
        if due <= by.at and not row.breached:
            events.append(breached(policy, row, by.at))
        return tuple(events)

    def _root(self, district: District) -> str:
        if self.of is None:
            raise Rejected(RPT_INCOMPLETE)
        root = district.cases.reports[self.of]
        if root.root:
            root = district.cases.reports[root.root]
        if root.state == "SUBMITTED" or root.state in NOT_COUNTED:
            raise Rejected(RPT_DUPLICATE_ROOT, state=root.state)
        return root.id


def earned(district: District, policy: Policy, row: Report, at: int) -> list[Event]:
    """What a problem report earns its reporter, once; a case without a reporter earns nothing.

    Whoever reported by an outdoor code earns only when bound by then (F38).
    """
    if not row.reporter:
        return []
    person = district.residents.root(row.reporter)
    standing_there = district.residents.persons[person]
    if standing_there.state != "ACTIVE" or (row.source == "code" and not standing_there.active_bindings):
        return []
    return earn(district, policy, "report", Fact(person, row.id, at))


@command(
    "reporting.withdraw_report",
    {"resident": reporter, "grid": entered},
    (REPORT_NOT_FOUND, RPT_BAD_STATE, RPT_HAS_DUPLICATES),
)
class WithdrawReport(Command):
    """Take the own case back, as long as nobody has been sent."""

    report: ReportId

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A withdrawn case."""
        row = case(district, self.report)
        standing(row, "SUBMITTED", "TRIAGED")
        if row.duplicates:
            raise Rejected(RPT_HAS_DUPLICATES, duplicates=row.duplicates)
        return (ReportWithdrawn(self.report, actor(by)),)
