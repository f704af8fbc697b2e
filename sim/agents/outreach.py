"""The grid goes out: care visits that are due, inspections with and without hazards, scans of outdoor codes."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from engine.catalogue import (
    ClearWarning,
    EnterReport,
    FinishVisit,
    IssueOutdoorCode,
    JudgeWarning,
    OpenWarningCase,
    RaiseWarning,
    ReportByCode,
    ScanCases,
    StartVisit,
    TriageReport,
)
from sim.agents.cases import Cases
from sim.agents.grid_members import GridMembers, exponential_s
from sim.agents.marks import digits
from sim.profiles import DAY_S, HOUR_S
from sim.world import World

Steps = Generator[Any, Any, None]
CARE = 2  # priority in a member's queue: after cases and entries
MORNING_S = 7 * HOUR_S
RULES = ("count", "dispersion")


class Outreach:
    """Care, early warning and visitors of a run. `planted` and `found` count hazards."""

    def __init__(self, world: World, members: GridMembers, cases: Cases) -> None:
        """One outdoor code in every grid."""
        self.world = world
        self.members = members
        self.cases = cases
        self.behaviour = world.scenario.behaviour.outreach
        self.codes = [
            world.must(IssueOutdoorCode(grid, None, f"square-{row + 1}"), "officer", "registry").qr
            for row, grid in enumerate(world.grids)
        ]
        self.listed: set[str] = set()
        self._soon: list[str] = []  # whose visit comes up after those of the list
        self.alive: dict[tuple[str, str], int] = {}  # category, grid -> instant at which the hazard is gone
        self.planted = 0
        self.found = 0

    def join(self) -> None:
        """Every morning."""
        self.world.env.process(self._days())

    def _days(self) -> Steps:
        world = self.world
        yield world.env.timeout(MORNING_S)
        for day in range(world.scenario.days):
            luck = world.streams.generator("outreach", day)
            self._plan_care()
            self._planted(luck)
            for _ in range(self._number(luck, self.behaviour.inspections)):
                world.env.process(self._inspection(int(luck.integers(len(world.members))), luck.random(4)))
            for _ in range(self._number(luck, self.behaviour.code_reports)):
                world.env.process(self._scanned(int(luck.integers(len(world.grids))), luck.random(2)))
            for rule in RULES:
                raised = world.say(ScanCases(rule), "system", "clock")  # type: ignore[arg-type]
                for event in raised.events[1:]:
                    world.env.process(self._judged(event, luck.random()))
            yield world.env.timeout(DAY_S)

    def _number(self, luck: np.random.Generator, total: float) -> int:
        return int(luck.poisson(total * self.world.scale / self.world.scenario.days))

    def _plan_care(self) -> None:
        """Whoever is to be visited soon stands on somebody's list, once."""
        lead_s = self.behaviour.care_lead_days * DAY_S
        listed_until = self.world.env.now + lead_s
        due = [plan for plan in self.world.engine.district.care.plans.values() if plan.due <= listed_until + lead_s]
        self._soon = [plan.person for plan in due if plan.due > listed_until]
        for plan in due:
            if plan.due <= listed_until and plan.person not in self.listed:
                self.listed.add(plan.person)
                self.world.env.process(self._care(plan.person))

    def soon_in(self, grid: str) -> str | None:
        """Somebody of a grid who is to be visited soon and stands on nobody's list yet."""
        home = self.world.engine.district.residents.home
        for place, person in enumerate(self._soon):
            where = home(person)
            if where is not None and where.grid == grid:
                return self._soon.pop(place)
        return None

    def _care(self, person: str) -> Steps:
        """A community worker of the grid in which the person lives calls."""
        world = self.world
        home = world.engine.district.residents.home(person)
        if home is None:
            self.listed.discard(person)
            return
        luck = world.streams.generator("outreach.care", int(world.env.now), int(person[-8:].lstrip("x") or 0))
        member = self.members.choose(world.grids.index(home.grid), community=True)
        begun: list[str] = []

        def begins() -> None:
            visit = StartVisit(home.grid, "care", person, None)
            outcome = world.say(visit, "grid", world.members[member])
            begun.extend(each.visit for each in outcome.events)  # type: ignore[attr-defined]

        yield from self.members.does(member, CARE, self.behaviour.care_minutes, begins)
        for visit in begun:
            done = bool(luck.random() < self.behaviour.at_home_share)
            world.say(FinishVisit(visit, done), "grid", world.members[member])
        self.members.visits[member] += 1
        self.listed.discard(person)

    def _planted(self, luck: np.random.Generator) -> None:
        """New hazards, and the cases that people bring because of them."""
        world, behaviour = self.world, self.behaviour
        categories = sorted(world.scenario.policy.reporting.categories)
        for _ in range(self._number(luck, behaviour.hazards)):
            grid, category = int(luck.integers(len(world.grids))), categories[int(luck.integers(len(categories)))]
            life_s = exponential_s(float(luck.random()), behaviour.hazard_days * DAY_S)
            self.planted += 1
            self.alive[category, world.grids[grid]] = int(world.env.now) + life_s
            for _ in range(int(luck.poisson(behaviour.hazard_reports))):
                wait_s = int(life_s * luck.random())
                world.env.process(self._sign(grid, category, wait_s, int(luck.integers(1 << 30))))

    def _sign(self, grid: int, category: str, wait_s: int, number: int) -> Steps:
        """Somebody tells a member of a hazard's sign, as long as it is there."""
        world = self.world
        yield world.env.timeout(wait_s)
        if self._true(category, world.grids[grid]):
            member = self.members.choose(grid, community=True)
            entry = EnterReport("problem", category, world.grids[grid], None)
            made = world.must(entry, "grid", world.members[member])
            luck = world.streams.generator("outreach.sign", number)
            yield from self.cases.handled(made.report, category, luck)

    def _true(self, category: str, grid: str) -> bool:
        return self.alive.get((category, grid), 0) > self.world.env.now

    def _inspection(self, member: int, marks: np.ndarray[Any, Any]) -> Steps:
        """A member looks around one of the own grids in office hours."""
        world, behaviour = self.world, self.behaviour
        yield world.env.timeout(int(marks[0] * 8 * HOUR_S))
        grids = world.town.grids_of_member(member)
        grid = world.grids[int(grids[int(marks[1] * len(grids))])]
        there = sorted(category for category, where in self.alive if where == grid and self._true(category, where))
        seen = marks[2] < (behaviour.found_share if there else behaviour.alarm_share)
        if not seen:
            return
        names = there or sorted(world.scenario.policy.reporting.categories)
        category = names[int(marks[3] * len(names))]
        outcome = world.say(RaiseWarning(grid, None, category, None), "grid", world.members[member])
        if outcome.ok:
            yield from self._judged(outcome.events[0], float(marks[3]))

    def _judged(self, warning: Any, mark: float) -> Steps:
        """An officer finds out whether it is true; a true one becomes a case, and the hazard is gone."""
        world = self.world
        yield world.env.timeout(exponential_s(mark, self.behaviour.judge_hours * HOUR_S))
        place = warning.category, warning.grid
        real = self._true(*place)
        world.must(JudgeWarning(warning.warning, real), "officer", "warning_desk")
        if real:
            self.found += 1
            del self.alive[place]
            made = world.must(OpenWarningCase(warning.warning), "officer", "warning_desk")
            if digits(mark, 0) < self.behaviour.not_ours_share:
                triage = TriageReport(made.report, "reject", None, None, "not_ours")
                world.must(triage, "officer", "desk")
                world.must(ClearWarning(warning.warning), "officer", "warning_desk")
                return
            luck = world.streams.generator("outreach.case", int(warning.warning[-8:]))
            yield from self.cases.handled(made.report, warning.category, luck)

    def _scanned(self, grid: int, marks: np.ndarray[Any, Any]) -> Steps:
        """A visitor reports by an outdoor code during the day."""
        world = self.world
        yield world.env.timeout(int(marks[0] * 12 * HOUR_S))
        categories = sorted(world.scenario.policy.reporting.categories)
        category = categories[int(marks[1] * len(categories))]
        report = ReportByCode(self.codes[grid], None, "problem", category, None, None)
        made = world.must(report, "visitor", f"phone-{grid + 1}")
        luck = world.streams.generator("outreach.scan", int(made.report[-8:]))
        yield from self.cases.handled(made.report, category, luck)
