"""Activities as processes: called for, registered for, given back, attended, settled."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from engine.catalogue import (
    CancelRegistration,
    CheckInRegistration,
    DraftActivity,
    HoldActivity,
    JoinActivity,
    PublishActivity,
    SettleActivity,
)
from sim.agents.residents import Residents
from sim.arrivals import Crowd
from sim.board_calendar import Opening
from sim.profiles import DAY_S, HOUR_S
from sim.world import World

Steps = Generator[Any, Any, None]
BEGIN_HOUR, HOURS = 10, 3  # of the day on which registering has closed
MEAN_WAIT = 3  # of the window: who wants a place looks early, as at questionnaires


class Gatherings:
    """Every activity of a run."""

    def __init__(self, world: World, residents: Residents, plan: tuple[Opening, ...]) -> None:
        """`plan` says when each of them is open for registering."""
        self.world = world
        self.residents = residents
        self.plan = plan
        self._crowd = Crowd.of(world.town.people.activity)

    def join(self) -> None:
        """Each activity is a process."""
        for opening in self.plan:
            self.world.env.process(self._called(opening))

    def _called(self, opening: Opening) -> Steps:
        """One activity; all luck is drawn at its opening, named by its number: the same under every policy."""
        world, behaviour = self.world, self.world.scenario.behaviour.activities
        yield world.env.timeout(opening.opens_at - world.env.now)
        luck = world.streams.generator("activity", opening.number)
        count = int(luck.poisson(behaviour.interested * world.scale))
        who = self._crowd.rows(luck.random(count)).tolist()
        window = opening.closes_at - opening.opens_at
        waits = np.minimum(luck.exponential(window / MEAN_WAIT, count), window - 1).astype(int).tolist()
        marks = luck.random((2, count)).tolist()
        begins = opening.closes_at + BEGIN_HOUR * HOUR_S
        ends = begins + HOURS * HOUR_S
        places = max(1, round(behaviour.places * world.scale))
        draft = DraftActivity(places, opening.opens_at, opening.closes_at, begins, ends, rewarded=True)
        name = world.must(draft, "officer", "board").activity
        world.must(PublishActivity(name), "officer", "board")
        for person, wait, mark in zip(who, waits, marks[0], strict=True):
            world.env.process(self._interested(name, person, wait, mark))
        yield world.env.timeout(begins - world.env.now)
        comes = {person: mark < behaviour.attendance_share for person, mark in zip(who, marks[1], strict=True)}
        self._attended(name, {world.people[person]: there for person, there in comes.items()})
        yield world.env.timeout(ends - world.env.now)
        world.must(HoldActivity(name), "officer", "board")
        yield world.env.timeout(DAY_S)
        world.must(SettleActivity(name), "officer", "board")

    def _interested(self, name: str, who: int, wait: int, mark: float) -> Steps:
        """Somebody wants a place, and may give it back the day after."""
        world = self.world
        yield world.env.timeout(wait)
        if not self.residents.bound[who]:
            return
        person = world.people[who]
        joined = world.say(JoinActivity(person, name), "resident", person).ok
        if joined and mark < world.scenario.behaviour.activities.cancelled_share:
            yield world.env.timeout(DAY_S)
            world.say(CancelRegistration(person, name), "resident", person)

    def _attended(self, name: str, comes: dict[str, bool]) -> None:
        """Who has a place and comes is checked in."""
        row = self.world.engine.district.board.activities[name]
        for person, registration in list(row.living.items()):
            if comes.get(person, False) and row.registrations[registration].state == "REGISTERED":
                self.world.must(CheckInRegistration(person, name), "officer", "board")
