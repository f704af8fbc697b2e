"""Closing: resolved with evidence, confirmed, rated or left to the clock, disputed or reopened (F36).

Only the reporter or the clock closes a case (T16). A rating belongs to a round; a new round asks anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.district.case_closing import ReopenCause, ReportClosed, ReportRated, ReportReopened, ReportResolved
from engine.district.cases import CLOCK, DISTRICT_DESK, Report, Stars
from engine.district.hazards import WarningCleared
from engine.kernel.command import Command, Envelope, anyone, command
from engine.kernel.event import Event
from engine.kernel.ids import EvidenceId, ReportId
from engine.kernel.rejection import Rejected
from engine.reporting.codes import (
    REPORT_NOT_FOUND,
    RPT_ALREADY_RATED,
    RPT_BAD_STATE,
    RPT_NOT_ASSIGNEE,
    RPT_REOPEN_LIMIT,
    RPT_REOPEN_WINDOW,
)
from engine.reporting.dispatch import chosen, fit
from engine.reporting.intake import earned
from engine.reporting.limits import due_from
from engine.reporting.standing import actor, case, in_hand, member, reporter, standing

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy


@command(
    "reporting.resolve_report",
    {"grid": member, "officer": anyone},
    (REPORT_NOT_FOUND, RPT_BAD_STATE, RPT_NOT_ASSIGNEE),
)
class ResolveReport(Command):
    """Say that it is done, with evidence such as a photo or a record."""

    report: ReportId
    evidence: EvidenceId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A resolved case; a problem report earns when it is resolved for the first time."""
        row = case(district, self.report)
        standing(row, "IN_PROGRESS")
        in_hand(row, by)
        closes_at = by.at + policy.reporting.auto_close_s
        resolved = ReportResolved(self.report, self.evidence, closes_at, actor(by))
        earns = row.kind == "problem" and row.resolved_at is None
        return (resolved, *earned(district, policy, row, by.at)) if earns else (resolved,)


@command("reporting.confirm_report", {"resident": reporter}, (REPORT_NOT_FOUND, RPT_BAD_STATE))
class ConfirmReport(Command):
    """The reporter agrees that it is solved."""

    report: ReportId

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A closed case."""
        standing(case(district, self.report), "RESOLVED")
        return (ReportClosed(self.report, "confirm", actor(by)),)


@command(
    "reporting.rate_report",
    {"resident": reporter},
    (REPORT_NOT_FOUND, RPT_BAD_STATE, RPT_REOPEN_WINDOW, RPT_ALREADY_RATED),
)
class RateReport(Command):
    """The reporter gives one to five stars: a resolved case closes by it, a closed one may follow (F36, F37)."""

    report: ReportId
    stars: Stars

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The rating, and the case closed if it was not."""
        row = case(district, self.report)
        standing(row, "RESOLVED", "CLOSED")
        rated = ReportRated(self.report, self.stars, actor(by))
        if row.state == "RESOLVED":
            return (rated, ReportClosed(self.report, "rating", actor(by)))
        _in_window(policy, row, by.at)
        if row.stars:
            raise Rejected(RPT_ALREADY_RATED)
        return (rated,)


def _in_window(policy: Policy, row: Report, at: int) -> None:
    """Reject what comes `reopen_window_s` after closing or later: the window is half open like every interval."""
    over = (row.closed_at or 0) + policy.reporting.reopen_window_s
    if at >= over:
        raise Rejected(RPT_REOPEN_WINDOW, closed=row.closed_at or 0)


@command("reporting.dispute_report", {"resident": reporter}, (REPORT_NOT_FOUND, RPT_BAD_STATE, RPT_REOPEN_LIMIT))
class DisputeReport(Command):
    """The reporter says of a resolved case that it is not solved."""

    report: ReportId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The next round."""
        row = case(district, self.report)
        standing(row, "RESOLVED")
        return (_reopened(district, policy, row, by, "dispute"),)


@command(
    "reporting.reopen_report",
    {"resident": reporter},
    (REPORT_NOT_FOUND, RPT_BAD_STATE, RPT_REOPEN_WINDOW, RPT_REOPEN_LIMIT),
)
class ReopenReport(Command):
    """The reporter says of a closed case that it is not solved after all."""

    report: ReportId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The next round."""
        row = case(district, self.report)
        standing(row, "CLOSED")
        _in_window(policy, row, by.at)
        return (_reopened(district, policy, row, by, "reopen"),)


def _reopened(district: District, policy: Policy, row: Report, by: Envelope, cause: ReopenCause) -> ReportReopened:
    """Another round, for whoever handled the case if still fit for it, with a limit from now on."""
    if row.round > policy.reporting.reopen_rounds:
        raise Rejected(RPT_REOPEN_LIMIT, rounds=policy.reporting.reopen_rounds)
    before = row.assignee or row.handled_by
    stays = before == DISTRICT_DESK or fit(district, policy, row, before)
    worker = before if stays else chosen(district, policy, row, ())
    due = due_from(policy, row.tier, by.at)
    return ReportReopened(row.id, cause, row.round + 1, worker, worker == DISTRICT_DESK, due, actor(by))


def close(district: District, _policy: Policy, waiting: str, _at: int) -> list[Event]:
    """Deadline `report_close`: nobody has confirmed, rated or disputed a resolved case. Its warning is cleared."""
    warning = district.cases.reports[waiting].warning
    closed = ReportClosed(waiting, "auto", CLOCK)
    return [closed, WarningCleared(warning, CLOCK)] if warning else [closed]
