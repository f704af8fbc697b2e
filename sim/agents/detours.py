"""Detours of a case that a member has in hand: raised by the desk, suspended for a day, handed to somebody else."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from engine.catalogue import AcceptReport, EscalateReport, ResumeReport, SuspendReport, TransferReport
from sim.agents.grid_members import GridMembers
from sim.agents.marks import digits
from sim.profiles import DAY_S
from sim.world import World


class Detours:
    """What a share of the cases meets before it is resolved."""

    def __init__(self, world: World, members: GridMembers) -> None:
        """`members` are those who can take a case over."""
        self.world = world
        self.members = members

    def taken(self, report: str, worker: str, mark: float) -> Generator[Any, Any, str]:
        """The detours of a case in progress, by a uniform number; returns who has it in the end."""
        behaviour = self.world.scenario.behaviour.reporting
        if digits(mark, 0) < behaviour.urged_share:
            self.world.say(EscalateReport(report, "urged"), "officer", "desk")
        if digits(mark, 1) < behaviour.suspended_share:
            yield from self._suspended(report, worker)
        if digits(mark, 2) < behaviour.transferred_share:
            worker = self._handed_over(report, worker)
        return worker

    def _suspended(self, report: str, worker: str) -> Generator[Any, Any, None]:
        """A day's wait within the two that were asked for."""
        until = int(self.world.env.now) + 2 * DAY_S
        if self.world.say(SuspendReport(report, until, "waits_for_a_part"), "grid", worker).ok:
            yield self.world.env.timeout(DAY_S)
            self.world.say(ResumeReport(report), "grid", worker)

    def _handed_over(self, report: str, worker: str) -> str:
        """Another member of the grid and of a kind for the case takes it over, if there is one."""
        district = self.world.engine.district
        row = district.cases.reports[report]
        kinds = district.policy.reporting.categories[row.category].kinds
        others = (each.id for each in district.grid.members(row.grid) if each.kind in kinds and each.id != worker)
        other: str | None = next((each for each in others if each in self.members.row_of), None)
        if other is None or not self.world.say(TransferReport(report, other), "grid", worker).ok:
            return worker
        self.world.must(AcceptReport(report), "grid", other)
        return other
