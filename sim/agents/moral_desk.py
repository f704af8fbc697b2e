"""The moral desk: now and then a member proposes a deduction, some are appealed, a second officer decides."""

from __future__ import annotations

from collections.abc import Generator
from datetime import date
from typing import Any

from engine.catalogue import AppealDeduction, ArchiveMoralYear, DecideAppeal, ProposeDeduction, ReviewDeductions
from sim.agents.residents import Residents
from sim.profiles import DAY_S, MONTH_DAYS, day_of, day_start
from sim.world import World

EVIDENCE = "ev_photo-{number:08d}"


class MoralDesk:
    """Deductions of moral points, and the archive at the end of a year."""

    def __init__(self, world: World, residents: Residents) -> None:
        """No deduction yet."""
        self.world = world
        self.residents = residents
        self._facts = 0

    def join(self) -> None:
        """Months pass, and years."""
        self.world.env.process(self._months())
        self.world.env.process(self._years())

    def _months(self) -> Generator[Any, Any, None]:
        world, behaviour = self.world, self.world.scenario.behaviour.paying
        rules = sorted(world.scenario.policy.points.deductions)
        for month in range(1 + world.scenario.days // MONTH_DAYS):
            luck = world.streams.generator("moral.deductions", month)
            for _ in range(int(luck.poisson(behaviour.deductions_month * world.scale))):
                who, rule = int(luck.integers(len(world.people))), rules[int(luck.integers(len(rules)))]
                world.env.process(self._deduction(who, rule, luck.random(4).tolist()))
            yield world.env.timeout(MONTH_DAYS * DAY_S)

    def _deduction(self, who: int, rule: str, marks: list[float]) -> Generator[Any, Any, None]:
        """Proposed within the month, reviewed the next day where the policy says so, perhaps appealed."""
        world, behaviour = self.world, self.world.scenario.behaviour.paying
        yield world.env.timeout(int(marks[0] * MONTH_DAYS * DAY_S))
        if not self.residents.bound[who]:
            return
        self._facts += 1
        person = world.people[who]
        proposal = ProposeDeduction(person, rule, EVIDENCE.format(number=self._facts))
        proposed = world.say(proposal, "officer", "moral_desk")
        if not proposed.ok:
            return
        name = proposed.events[0].deduction  # type: ignore[attr-defined]
        yield world.env.timeout(DAY_S)
        if len(proposed.events) == 1:
            world.say(ReviewDeductions((name,), ()), "officer", "council")
        if marks[1] < behaviour.appeal_share and world.say(AppealDeduction(name), "resident", person).ok:
            yield world.env.timeout(DAY_S)
            world.must(DecideAppeal(name, marks[2] < behaviour.upheld_share), "officer", "council")

    def _years(self) -> Generator[Any, Any, None]:
        """On the first day of a year the one before is archived."""
        world = self.world
        year = date.fromordinal(date(1970, 1, 1).toordinal() + world.scenario.first_day).year
        while (due := day_start(day_of(date(year + 1, 1, 1)))) < world.stop:
            yield world.env.timeout(due - world.env.now)
            world.must(ArchiveMoralYear(year), "officer", "moral_desk")
            year += 1
