"""Cases as the log tells them: who may have one (S25, T15), its reporter's word (T16, T17), duplicates (S26)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.district.cases import ASSIGNED, DISTRICT_DESK
from engine.invariants.invariant import Broken, Look, Watcher
from engine.kernel.command import Outcome

ON_THE_LIST = ("DISPATCHED", "IN_PROGRESS", "SUSPENDED")


@dataclass(slots=True)
class Handling:
    """Who has a case, in which round, who sent it back in this one, and what its reporter said."""

    round: int = 1
    assignee: str = ""
    before: str = ""
    returned_by: tuple[str, ...] = ()
    rated_round: int = 0
    closes_at: int = 0
    closed_at: int = 0


class Cases(Watcher):
    """Every case from member to member, and back to its reporter."""

    ids: ClassVar[tuple[str, ...]] = ("S25", "S26", "T15", "T16", "T17")

    def __init__(self, district: Any, broken: Broken) -> None:
        """No case."""
        super().__init__(district, broken)
        self.cases: dict[str, Handling] = {}
        self._touched: set[str] = set()

    def looks(self) -> Mapping[str, Look]:
        """Events of cases."""
        return {
            "reporting.report_submitted": self.submitted,
            "reporting.report_triaged": self.touched,
            "reporting.report_marked_duplicate": self.duplicate,
            "reporting.report_rejected": self.touched,
            "reporting.report_withdrawn": self.touched,
            "reporting.report_dispatched": self.dispatched,
            "reporting.report_transferred": self.transferred,
            "reporting.report_returned": self.returned,
            "reporting.report_accepted": self.touched,
            "reporting.report_suspended": self.touched,
            "reporting.report_resumed": self.touched,
            "reporting.report_resolved": self.resolved,
            "reporting.report_rated": self.rated,
            "reporting.report_closed": self.closed,
            "reporting.report_reopened": self.reopened,
        }

    def submitted(self, event: Any, _outcome: Outcome) -> None:
        """A case."""
        self.cases[event.report] = Handling()
        self._touched.add(event.report)

    def touched(self, event: Any, _outcome: Outcome) -> None:
        """The row changed."""
        self._touched.add(event.report)

    def duplicate(self, event: Any, outcome: Outcome) -> None:
        """The root is another case, accepted and no duplicate."""
        self._touched.add(event.report)
        self._root(event.report, event.root, outcome)

    def _root(self, report: str, root: str, outcome: Outcome | None) -> None:
        self.counts["S26"] += 1
        row = self.district.cases.reports.get(root)
        if row is None or root == report or row.root or row.state in ("DUPLICATE", "SUBMITTED"):
            self.broken("S26", f"{report} is a duplicate of {root}: {row and (row.state, row.root)}", outcome, None)

    def dispatched(self, event: Any, outcome: Outcome) -> None:
        """To a member, named or by rule; to the desk only if all who fit have sent it back."""
        case = self._goes_to(event, outcome)
        if event.worker == DISTRICT_DESK:
            left = [each for each in self._fitting(event.report) if each not in case.returned_by]
            if left:
                self.broken("T15", f"{event.report} goes to the desk, {left} are there for it", outcome, event)

    def transferred(self, event: Any, outcome: Outcome) -> None:
        """From one member to another one."""
        before = self.cases[event.report].assignee
        self._goes_to(event, outcome)
        if event.worker == before:
            self.broken("T15", f"{event.report} is transferred to who has it", outcome, event)

    def _goes_to(self, event: Any, outcome: Outcome) -> Handling:
        self.counts["T15"] += 1
        self._touched.add(event.report)
        case = self.cases[event.report]
        desk = event.worker == DISTRICT_DESK
        fits = desk or event.worker in self._fitting(event.report)
        if not fits or desk is not getattr(event, "fallback", False):
            self.broken("T15", f"{event.report} goes to {event.worker}, who does not fit", outcome, event)
        case.before, case.assignee = case.assignee or case.before, event.worker
        return case

    def _fitting(self, report: str) -> list[str]:
        """Active members of an allowed kind who cover the place, found among all members of the district."""
        row, rows = self.district.cases.reports[report], self.district.grid
        kinds = self.district.policy.reporting.categories[row.category].kinds
        candidates = [rows.workers[each] for each in rows.grids[row.grid].workers]
        return [each.id for each in candidates if each.active and row.grid in each.grids and each.kind in kinds]

    def returned(self, event: Any, outcome: Outcome) -> None:
        """The member sends it back, no oftener than a round allows."""
        self._touched.add(event.report)
        case = self.cases[event.report]
        self.counts["T15"] += 1
        if event.counted:
            limit = self.district.policy.reporting.return_limit
            if outcome.by.who != case.assignee or len(case.returned_by) >= limit:
                seen = f"{event.report} of {case.assignee} is sent back by {outcome.by.who} after {case.returned_by}"
                self.broken("T15", seen, outcome, event)
            case.returned_by += (case.assignee,)
        case.before, case.assignee = case.assignee, ""

    def resolved(self, event: Any, _outcome: Outcome) -> None:
        """The reporter has until `closes_at`."""
        self._touched.add(event.report)
        self.cases[event.report].closes_at = event.closes_at

    def _by_reporter(self, event: Any, outcome: Outcome) -> bool:
        by, residents = outcome.by, self.district.residents
        reporter = self.district.cases.reports[event.report].reporter
        return bool(reporter) and by.kind == "resident" and residents.root(by.who) == residents.root(reporter)

    def rated(self, event: Any, outcome: Outcome) -> None:
        """By the reporter, once a round, and after closing only within the window."""
        self.counts["T16"] += 1
        self._touched.add(event.report)
        case = self.cases[event.report]
        if not self._by_reporter(event, outcome) or case.rated_round >= case.round:
            seen = f"{event.report} is rated by {outcome.by.who} in round {case.round}, before in {case.rated_round}"
            self.broken("T16", seen, outcome, event)
        if case.closed_at:
            self._in_window(case, event, outcome)
        case.rated_round = case.round

    def _in_window(self, case: Handling, event: Any, outcome: Outcome) -> None:
        self.counts["T17"] += 1
        until = case.closed_at + self.district.policy.reporting.reopen_window_s
        if not case.closed_at or outcome.by.at >= until:
            self.broken("T17", f"{event.report}, closed at {case.closed_at}, comes back after {until}", outcome, event)

    def closed(self, event: Any, outcome: Outcome) -> None:
        """By the reporter, or by the clock at its instant."""
        self.counts["T16"] += 1
        self._touched.add(event.report)
        case = self.cases[event.report]
        by_clock = event.closed_by == "auto"
        fits = outcome.by.at == case.closes_at if by_clock else self._by_reporter(event, outcome)
        if not fits:
            seen = f"{event.report} is closed ({event.closed_by}) by {outcome.by.who} at {outcome.by.at}"
            self.broken("T16", seen, outcome, event)
        case.closed_at = outcome.by.at
        case.before, case.assignee = case.assignee, ""

    def reopened(self, event: Any, outcome: Outcome) -> None:
        """The next round, for who had it if still fit."""
        case = self.cases[event.report]
        if not self._by_reporter(event, outcome):
            self.broken("T16", f"{event.report} is reopened by {outcome.by.who}", outcome, event)
        self.counts["T17"] += 1
        if event.round != case.round + 1 or case.round > self.district.policy.reporting.reopen_rounds:
            self.broken("T17", f"{event.report} goes from round {case.round} to {event.round}", outcome, event)
        if event.cause == "reopen":
            self._in_window(case, event, outcome)
        case.round, case.returned_by, case.closed_at = event.round, (), 0
        before = case.assignee or case.before
        self._goes_to(event, outcome)
        if event.worker == DISTRICT_DESK != before and self._fitting(event.report):
            self.broken("T15", f"{event.report} goes to the desk, members are there for it", outcome, event)

    def night(self) -> None:
        """Rows that changed."""
        for report in sorted(self._touched):
            self._row(self.district.cases.reports[report])
        self._touched.clear()

    def _row(self, row: Any) -> None:
        self.counts["S25"] += 1
        case = self.cases.get(row.id)
        on_list = row.id in self.district.cases.open_of.get(row.assignee, ())
        if bool(row.assignee) is not (row.state in ASSIGNED) or on_list is not (row.state in ON_THE_LIST):
            self.broken("S25", f"{row.id} is {row.state}, assignee {row.assignee}, on the list: {on_list}", None, None)
        if case is not None and (case.assignee, case.round) != (row.assignee, row.round):
            self.broken("S25", f"{row.id} is with {row.assignee} in round {row.round}, should be {case}", None, None)
        if (row.state == "DUPLICATE") is not bool(row.root):
            self.broken("S26", f"{row.id} is {row.state} of {row.root}", None, None)
        if row.root:
            self._root(row.id, row.root, None)

    def whole(self) -> None:
        """All cases."""
        for row in self.district.cases.reports.values():
            self._row(row)
