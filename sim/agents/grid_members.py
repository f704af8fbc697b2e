"""Grid members: people with one pair of hands, office hours and a queue of work."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import simpy

from engine.calendar import cal_add
from sim.population.town import MemberKind
from sim.profiles import civil_day
from sim.world import World

MINUTE_S = 60


class GridMembers:
    """All grid members of the district: a resource each, and how busy they were."""

    def __init__(self, world: World) -> None:
        """Nobody has anything to do."""
        self.world = world
        count = len(world.town.members)
        self.kinds = [MemberKind(int(kind)).label for kind in world.town.members.kind]
        self.desks = [simpy.PriorityResource(world.env) for _ in range(count)]
        self.waiting = [0] * count
        self.cases = [0] * count
        self.visits = [0] * count
        self.entries = [0] * count
        self.busy_s = [0] * count
        self.minutes_of_day: dict[tuple[int, int], int] = {}
        self.of_grid: list[list[int]] = [[] for _ in range(len(world.town.grids))]
        for member, grid in zip(world.town.cover.member.tolist(), world.town.cover.grid.tolist(), strict=True):
            self.of_grid[grid].append(member)
        self.row_of = {worker: row for row, worker in enumerate(world.members)}

    def choose(self, grid: int, *, community: bool = False) -> int:
        """The member with the shortest queue who covers a grid; ties go to the first."""
        covering = self.of_grid[grid]
        if community:
            covering = [member for member in covering if self.kinds[member] == "community_worker"]
        return min(covering, key=lambda member: (self.waiting[member], member))

    def work(
        self, grid: int, priority: int, minutes: float, *, community: bool = False
    ) -> Generator[Any, Any, int]:
        """Let a member of the grid do a piece of work; returns who did it."""
        member = self.choose(grid, community=community)
        yield from self.does(member, priority, minutes)
        return member

    def does(
        self, member: int, priority: int, minutes: float, begins: Callable[[], Any] = bool, *, at_once: bool = False
    ) -> Generator[Any, Any, None]:
        """Let one member do a piece of work: wait for the member and, unless `at_once`, for office hours.

        `begins` is called when the work starts.
        """
        env = self.world.env
        self.waiting[member] += 1
        with self.desks[member].request(priority=priority) as turn:
            yield turn
            if not at_once:
                yield env.timeout(self.until_office())
            begins()
            seconds = round(minutes * MINUTE_S)
            yield env.timeout(seconds)
        self.waiting[member] -= 1
        self.busy_s[member] += seconds
        key = member, civil_day(int(env.now))
        self.minutes_of_day[key] = self.minutes_of_day.get(key, 0) + seconds // MINUTE_S

    def until_office(self) -> float:
        """Seconds until the office is open; 0 in office hours."""
        now = int(self.world.env.now)
        return cal_add(now, 1, self.world.engine.district.policy.calendar) - 1 - now

    def overloaded_days(self) -> dict[int, int]:
        """Days on which a member worked longer than the scenario calls a day, by member."""
        limit = self.world.scenario.behaviour.handling.daily_minutes
        found: dict[int, int] = {}
        for (member, _), minutes in self.minutes_of_day.items():
            if minutes > limit:
                found[member] = found.get(member, 0) + 1
        return found


def exponential_s(u: float, mean_s: float) -> int:
    """Whole seconds of an exponential wait from a uniform number."""
    return int(-mean_s * np.log1p(-u))


