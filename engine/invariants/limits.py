"""Time limits of cases: due (T19), level (T18), nothing rests past its limit (L01, L02), published states (H12).

A due instant is not computed again but judged: it is right if exactly the budget lies between start and due, and not
yet one second before it. Working time is counted by `working_time`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.district.cases import REPORT_EDGES, UNRESOLVED
from engine.invariants.invariant import Broken, Look, Watcher
from engine.invariants.machines import Machine
from engine.invariants.working_time import worked_s
from engine.kernel.command import Outcome
from engine.kernel.units import DAY_S

OVER = tuple(f"reporting.report_{how}" for how in ("closed", "marked_duplicate", "rejected", "withdrawn"))
REST_DAYS = 90  # a case unresolved for so long stands at the highest level (L02)


@dataclass(slots=True)
class Clock:
    """The limit of a case: class, start and end of this round; level; when it is raised again (0: not)."""

    submitted_at: int
    started_at: int
    tier: str
    due: int
    level: int = 0
    breached: bool = False
    raised_at: int = 0
    suspended_at: int = 0
    waits_until: int = 0


class Limits(Watcher):
    """The clock of every case."""

    ids: ClassVar[tuple[str, ...]] = ("T18", "T19", "L01", "L02", "H12")

    def __init__(self, district: Any, broken: Broken, reports: Machine) -> None:
        """`reports`: the states of cases as the log tells them."""
        super().__init__(district, broken)
        self._reports = reports
        self.clocks: dict[str, Clock] = {}
        self._open: dict[str, Clock] = {}  # those of cases that are not over

    def looks(self) -> Mapping[str, Look]:
        """Events that move due or level, and those that end a case."""
        return {
            "reporting.report_submitted": self.submitted,
            "reporting.report_triaged": self.triaged,
            "reporting.report_suspended": self.suspended,
            "reporting.report_resumed": self.resumed,
            "reporting.sla_breached": self.breached,
            "reporting.report_escalated": self.escalated,
            "reporting.report_resolved": self.resolved,
            "reporting.report_reopened": self.reopened,
            "clock.deadline_fired": self.fired,
            **dict.fromkeys(OVER, self.over),
        }

    def _hours(self, tier: str) -> Any | None:
        policy = self.district.policy
        return policy.calendar if policy.reporting.tiers[tier].working_time else None

    def _exactly(self, span: tuple[int, int], budget_s: int, tier: str) -> bool:
        """True if the end of the span is the first instant by which the budget has passed since its start."""
        start, end = span
        hours = self._hours(tier)
        if worked_s(start, end, hours) != budget_s:
            return False
        return end == start if not budget_s else worked_s(start, end - 1, hours) < budget_s

    def _due(self, event: Any, start: int, tier: str, outcome: Outcome) -> None:
        self.counts["T19"] += 1
        limit_s = self.district.policy.reporting.tiers[tier].limit_s
        if not self._exactly((start, event.due), limit_s, tier):
            seen = f"{event.report} is due at {event.due}, started at {start} with {limit_s} s ({tier})"
            self.broken("T19", seen, outcome, event)

    def submitted(self, event: Any, outcome: Outcome) -> None:
        """The class of the category counts from now on."""
        at = outcome.by.at
        self.clocks[event.report] = self._open[event.report] = Clock(at, at, event.tier, event.due)
        self._due(event, at, event.tier, outcome)

    def triaged(self, event: Any, outcome: Outcome) -> None:
        """Another class counts from submission; a limit that has passed stays as it was."""
        clock = self.clocks[event.report]
        if not clock.breached and event.tier != clock.tier:
            self._due(event, clock.submitted_at, event.tier, outcome)
        elif event.due != clock.due:
            self.broken("T19", f"{event.report} was due at {clock.due}, now at {event.due}", outcome, event)
        clock.tier, clock.due = event.tier, event.due

    def suspended(self, event: Any, outcome: Outcome) -> None:
        """The limit stands still until the case goes on."""
        clock = self.clocks[event.report]
        clock.suspended_at, clock.waits_until = outcome.by.at, event.until

    def resumed(self, event: Any, outcome: Outcome) -> None:
        """Due moves by the time that the limit stood still, and by nothing else."""
        self.counts["T19"] += 1
        clock = self.clocks[event.report]
        paused_s = worked_s(clock.suspended_at, outcome.by.at, self._hours(clock.tier))
        if clock.breached:
            right = event.due == clock.due
        else:
            right = self._exactly((clock.due, event.due), paused_s, clock.tier)
        if not right or event.paused_s != paused_s or outcome.by.at > clock.waits_until:
            seen = f"{event.report} was due at {clock.due}, paused {paused_s} s, now {event.due} after {event.paused_s}"
            self.broken("T19", seen, outcome, event)
        clock.due, clock.suspended_at = event.due, 0

    def reopened(self, event: Any, outcome: Outcome) -> None:
        """A round has its own limit; the level stays."""
        clock = self._open[event.report] = self.clocks[event.report]
        self._due(event, outcome.by.at, clock.tier, outcome)
        clock.started_at, clock.due, clock.breached, clock.raised_at = outcome.by.at, event.due, False, 0

    def breached(self, event: Any, outcome: Outcome) -> None:
        """The limit has passed, once a round; one level up unless the case stands at the top."""
        clock = self.clocks[event.report]
        at_top = clock.level >= self.district.policy.reporting.top_level
        if clock.breached or clock.suspended_at or outcome.by.at < clock.due:
            self.broken("T18", f"{event.report} is breached, {clock}", outcome, event)
        clock.breached = True
        self._level(event, clock.level + (not at_top), outcome)

    def escalated(self, event: Any, outcome: Outcome) -> None:
        """One level up, for a reason: by hand, or by the clock while the case stays overdue."""
        clock = self.clocks[event.report]
        by_clock = outcome.by.who == "clock" and outcome.by.kind == "system"
        if not event.reason or (by_clock and not (clock.breached and outcome.by.at == clock.raised_at)):
            self.broken("T18", f"{event.report} is raised for {event.reason!r}, {clock}", outcome, event)
        self._level(event, clock.level + 1, outcome)

    def _level(self, event: Any, level: int, outcome: Outcome) -> None:
        self.counts["T18"] += 1
        clock = self.clocks[event.report]
        if event.level != level or self.district.cases.reports[event.report].level != level:
            self.broken("T18", f"{event.report} goes from level {clock.level} to {event.level}", outcome, event)
        clock.level, clock.raised_at = event.level, event.escalates_at or 0
        policy = self.district.policy.reporting
        if outcome.by.kind == "system" and outcome.by.who == "clock":
            again = outcome.by.at + policy.escalate_after_s if level < policy.top_level else None
            if event.escalates_at != again:
                self.broken("L01", f"{event} should be raised again at {again}", outcome, event)

    def fired(self, event: Any, outcome: Outcome) -> None:
        """A case at the highest level cannot be raised, and is not looked at again should the policy add a level."""
        if event.kind == "report_escalate" and len(outcome.events) == 1:
            clock = self.clocks[event.waiting]
            if clock.level < self.district.policy.reporting.top_level:
                self.broken("L01", f"{event.waiting} is not raised, {clock}", outcome, event)
            clock.raised_at = 0

    def over(self, event: Any, _outcome: Outcome) -> None:
        """The clock of a case stops, unless it is reopened."""
        self._open.pop(event.report, None)

    def resolved(self, event: Any, _outcome: Outcome) -> None:
        """The limit no longer runs; the reporter has until `closes_at`."""
        clock = self.clocks[event.report]
        clock.waits_until, clock.raised_at = event.closes_at, 0

    def night(self) -> None:
        """Every case that is not over: shown as the log tells it, and not at rest past its limit."""
        rows = self.district.cases.reports
        for report, clock in self._open.items():
            state = self._reports.state(report)
            self.counts["H12"] += 1
            if rows[report].state != state:
                self.broken("H12", f"{report} is shown as {rows[report].state}, the log says {state}", None, None)
            self._rests(report, state, clock)

    def _rests(self, report: str, state: str, clock: Clock) -> None:
        self.counts["L01"] += 1
        at, top = self.district.at, self.district.policy.reporting.top_level
        waits = state in ("SUSPENDED", "RESOLVED")
        late = at > clock.waits_until if waits else at > clock.due and not clock.breached
        forgotten = 0 < clock.raised_at < at and clock.level < top and state != "RESOLVED"
        if late or forgotten:
            self.broken("L01", f"{report} rests in {state} at {at}: {clock}", None, None)
        promised_s = clock.due - clock.started_at + top * self.district.policy.reporting.escalate_after_s
        if state in UNRESOLVED and promised_s < REST_DAYS * DAY_S:
            self.counts["L02"] += 1
            could_rise = clock.level < top and (clock.raised_at > 0 or not clock.breached)
            if at - clock.started_at > REST_DAYS * DAY_S and could_rise:
                self.broken("L02", f"{report} is unresolved at level {clock.level}: {clock}", None, None)

    def whole(self) -> None:
        """How many cases stand in each state: what every published share is made of."""
        shown: dict[str, int] = {}
        for row in self.district.cases.reports.values():
            shown[row.state] = shown.get(row.state, 0) + 1
        for state in sorted({new for _, new in REPORT_EDGES}):
            self.counts["H12"] += 1
            if shown.get(state, 0) != self._reports.count(state):
                seen = f"{shown.get(state, 0)} cases are shown as {state}, the log has {self._reports.count(state)}"
                self.broken("H12", seen, None, None)
