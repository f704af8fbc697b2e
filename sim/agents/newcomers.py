"""Newcomers: people bind alone with their household's code, or a grid member comes and enters them."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from engine.catalogue import ApproveBinding, MergePersons, ScanBind, TagSpecial, TransferBinding, WorkerBind
from sim.agents.grid_members import GridMembers
from sim.agents.residents import Residents
from sim.behaviour.binding import YEAR_DAYS, adoption_days
from sim.population.town import Relation, SpecialGroup
from sim.profiles import DAY_S, ZONE_OFFSET_S, Floats, sample_times
from sim.world import ID_DIGITS, World

SECOND_SELF = "per_9"  # ids of second, self-made rows of entered people
ROUTINE, ENTRY = 2, 1  # priorities of a member's work: entering people goes before rounds


class Newcomers:
    """Binding, and what follows from it: merges of double rows, tags of special groups, moving house."""

    def __init__(self, world: World, residents: Residents, members: GridMembers, codes: list[str]) -> None:
        """`codes` are the printed codes by dwelling."""
        self.world = world
        self.residents = residents
        self.members = members
        self.codes = codes
        count = len(world.town.people)
        behaviour = world.scenario.behaviour.binding
        days = adoption_days(world.streams.generator("binding").random(count), world.scenario.days, behaviour)
        hours = world.profiles.self_service.hours
        within = sample_times(count, 0, hours, world.streams.generator("binding.hour")) + ZONE_OFFSET_S
        self.residents.present_from[:] = world.start + days.astype(np.int64) * DAY_S + within
        self._order = np.argsort(self.residents.present_from, kind="stable")
        self._times = self.residents.present_from[self._order]
        self._marks = world.streams.generator("binding.marks").random((4, count))
        self._homes = np.flatnonzero(world.town.dwellings.kind == 0)

    def draw(self, start: float, stop: float) -> tuple[Any, Any, Floats]:
        """Everybody whose time has come within a block; no luck is left, so u is 0."""
        low, high = np.searchsorted(self._times, [start, stop])
        return self._times[low:high], self._order[low:high], np.zeros(high - low)

    def adopt(self, who: int, _u: float) -> None:
        """A person wants to be bound now."""
        people = self.world.town.people
        if people.binds_alone[who]:
            self._scan(who)
        else:
            self.world.env.process(self._entered(who))

    def _relation(self, who: int) -> str:
        return Relation(int(self.world.town.people.relation[who])).label

    def _scan(self, who: int) -> None:
        world = self.world
        person, dwelling = world.people[who], int(world.town.people.dwelling[who])
        astray = self._marks[0, who] < world.scenario.behaviour.binding.review_share
        code = self.codes[(dwelling + 1) % len(self.codes)] if astray else self.codes[dwelling]
        scan = ScanBind(person, code, world.dwellings[dwelling], self._relation(who))  # type: ignore[arg-type]
        outcome = world.say(scan, "resident", person)
        if outcome.code is not None:
            raise AssertionError(f"{person} could not bind: {outcome.code.name} {outcome.details}")
        binding = outcome.events[-1].binding  # type: ignore[attr-defined]
        if astray and len(self.codes) > 1:
            world.env.process(self._reviewed(who, binding))
        else:
            self._bound(who)

    def _reviewed(self, who: int, binding: str) -> Generator[Any, Any, None]:
        """A grid member compares the code with the dwelling."""
        grid = int(self.world.town.people.grid[who])
        worker = yield from self.members.work(grid, ENTRY, self.world.scenario.behaviour.handling.triage_minutes)
        outcome = self.world.say(ApproveBinding(binding), "grid", self.world.members[worker])
        if outcome.ok:
            self._bound(who)
        else:  # the review came too late: the person scans again, with the right code
            self._marks[0, who] = 1.0
            self._scan(who)

    def _entered(self, who: int) -> Generator[Any, Any, None]:
        """A community worker comes and enters the person."""
        world = self.world
        grid = int(world.town.people.grid[who])
        minutes = world.scenario.behaviour.binding.visit_minutes
        worker = yield from self.members.work(grid, ENTRY, minutes, community=True)
        dwelling = world.dwellings[int(world.town.people.dwelling[who])]
        entry = WorkerBind(world.people[who], dwelling, self._relation(who))  # type: ignore[arg-type]
        outcome = world.say(entry, "grid", world.members[worker])
        if outcome.code is not None:
            raise AssertionError(f"{entry} was refused: {outcome.code.name} {outcome.details}")
        self.members.visits[worker] += 1
        self._bound(who)
        if self._marks[1, who] < world.scenario.behaviour.binding.merge_share:
            world.env.process(self._second_self(who))

    def _bound(self, who: int) -> None:
        world, behaviour = self.world, self.world.scenario.behaviour.binding
        self.residents.bound[who] = 1
        self.residents.bound_at[who] = int(world.env.now)
        if who in self.residents.special:
            world.env.process(self._tagged(who))
        household = int(world.town.people.household[who])
        if household >= 0 and world.town.households.bound_members[household] == 1:
            left_years = (world.stop - world.env.now) / DAY_S / YEAR_DAYS
            if self._marks[2, who] < behaviour.move_share_year * left_years:
                world.env.process(self._moves(who))

    def _second_self(self, who: int) -> Generator[Any, Any, None]:
        """An entered person gets a phone, binds once more, and an officer merges the two rows."""
        world = self.world
        mean = world.scenario.behaviour.binding.merge_days * DAY_S
        yield world.env.timeout(int(-mean * np.log1p(-self._marks[3, who])))
        first, second = world.people[who], f"{SECOND_SELF}{who + 1:0{ID_DIGITS - 1}d}"
        home = world.engine.district.residents.home(first)  # people move
        dwelling = int(home.dwelling[-ID_DIGITS:]) - 1
        world.row_of_person[second] = who
        scan = ScanBind(second, self.codes[dwelling], world.dwellings[dwelling], self._relation(who))  # type: ignore[arg-type]
        world.must(scan, "resident", second)
        world.must(MergePersons(first, second), "officer", "registry")
        world.people[who] = second

    def _tagged(self, who: int) -> Generator[Any, Any, None]:
        """At a round, a community worker tags a person of a special group."""
        world = self.world
        mean = world.scenario.behaviour.binding.tag_days * DAY_S
        yield world.env.timeout(int(-mean * np.log1p(-self._marks[3, who])))
        home = world.engine.district.residents.home(world.people[who])
        grid = world.grids.index(home.grid)  # people move
        minutes = world.scenario.behaviour.binding.visit_minutes
        worker = yield from self.members.work(grid, ROUTINE, minutes, community=True)
        group = SpecialGroup(int(world.town.people.special_group[who])).label
        tag = TagSpecial(world.people[who], group, f"doc_{who + 1}")  # type: ignore[arg-type]
        world.say(tag, "grid", world.members[worker])

    def _moves(self, who: int) -> Generator[Any, Any, None]:
        """A household of one bound person moves to a home that stands empty."""
        world = self.world
        left = world.stop - world.env.now
        yield world.env.timeout(int(left * (1.0 - self._marks[3, who])))
        spare = world.vacant.pop() if world.vacant else None
        if spare is not None:
            home = world.engine.district.residents.home(world.people[who])
            world.must(TransferBinding(home.id, world.dwellings[spare]), "officer", "registry")
            world.vacant.append(int(world.town.people.dwelling[who]))
