"""Volunteers as processes: calls one after the other, recruits of each day, a shift for those who take one."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from engine.catalogue import (
    AbortShift,
    BeginShift,
    CloseCall,
    EndShift,
    GiveBackShift,
    JoinCall,
    OpenCall,
    OpenShifts,
    SignShift,
    VerifyShift,
)
from sim.agents.marks import digits
from sim.agents.residents import Residents
from sim.arrivals import Crowd
from sim.behaviour.gatherings import recruits_by_day
from sim.profiles import DAY_S, HOUR_S, civil_day, day_start, sample_times
from sim.world import World

Steps = Generator[Any, Any, None]
ASKED_HOUR = 9  # the office asks for tomorrow's shifts
SHIFT_START_HOURS = (9, 14)
TRIES = 3  # days on which a volunteer looks for a free shift
MINUTE_S = 60


class Volunteers:
    """Every call for volunteers of a run."""

    def __init__(self, world: World, residents: Residents) -> None:
        """Plans the expected recruits of each day."""
        self.world = world
        self.residents = residents
        first = world.scenario.first_day
        behaviour = world.scenario.behaviour.volunteering
        self._expected = recruits_by_day(behaviour, first, first + world.scenario.days) * world.scale
        self._call = ""
        self._asked = 0.0

    def join(self) -> None:
        """Calls, recruits and shifts are processes."""
        for process in (self._calls(), self._recruits(), self._asks()):
            self.world.env.process(process)

    def _calls(self) -> Steps:
        """A call after the other."""
        length = self.world.scenario.behaviour.volunteering.call_days * DAY_S
        while True:
            before, self._call = self._call, self.world.must(OpenCall(self._closes_at(length)), "officer", "board").call
            if before:  # the office closes a call itself once the next one is out
                self.world.must(CloseCall(before), "officer", "board")
            yield self.world.env.timeout(length)

    def _closes_at(self, length_s: int) -> int:
        """A call closes by itself if nobody does it within an hour."""
        return int(self.world.env.now) + length_s + HOUR_S

    def _recruits(self) -> Steps:
        """At midnight the day's recruits are drawn among those who are bound; luck is named by the day."""
        world = self.world
        for expected in self._expected.tolist():
            day = civil_day(int(world.env.now))
            luck = world.streams.generator("volunteers", day)
            count = int(luck.poisson(expected))
            weights = world.town.people.activity * self.residents.bound_column
            if count and weights.any():
                who = Crowd.of(weights).rows(luck.random(count)).tolist()
                t = sample_times(count, day, world.profiles.self_service.hours, luck).tolist()
                for person, at in zip(who, t, strict=True):
                    world.env.process(self._volunteer(person, int(at)))
            yield world.env.timeout(day_start(day + 1) - world.env.now)

    def _volunteer(self, who: int, at: int) -> Steps:
        """Somebody joins the call, and takes a shift if there is one."""
        world, behaviour = self.world, self.world.scenario.behaviour.volunteering
        luck = world.streams.generator("volunteer", at, who)
        marks = luck.random(3)
        yield world.env.timeout(max(0, at - int(world.env.now)))
        person, call = world.people[who], self._call
        if not world.say(JoinCall(person, call), "resident", person).ok or marks[0] >= behaviour.shift_share:
            return
        for _ in range(TRIES):
            shift = self._free(call, marks[1])
            if shift and world.say(SignShift(person, shift), "resident", person).ok:
                yield from self._serves(person, shift, float(marks[2]), luck)
                return
            yield world.env.timeout(DAY_S)

    def _free(self, call: str, mark: float) -> str:
        """A free shift of a call, empty if there is none."""
        rows = self.world.engine.district.volunteers
        free = [each for each in rows.calls[call].shifts if rows.shifts[each].state == "OPEN"]
        return free[int(mark * len(free))] if free else ""

    def _serves(self, person: str, shift: str, mark: float, luck: np.random.Generator) -> Steps:
        """A signed shift: given back in time, missed, or begun, served, verified by a grid member."""
        world, behaviour = self.world, self.world.scenario.behaviour.volunteering
        starts = world.engine.district.volunteers.shifts[shift].starts_at
        comes = mark < behaviour.attendance_share
        if not comes and digits(mark, 0) < behaviour.given_back_share:
            world.say(GiveBackShift(person, shift), "resident", person)
            return
        yield world.env.timeout(starts - int(world.env.now))
        if comes and digits(mark, 1) < behaviour.aborted_share:
            world.say(AbortShift(shift), "officer", "board")
            return
        if not comes or not world.say(BeginShift(person, shift), "resident", person).ok:
            return
        yield world.env.timeout(behaviour.shift_hours * HOUR_S)
        world.say(EndShift(person, shift), "resident", person)
        yield world.env.timeout(int(luck.exponential(behaviour.verify_hours) * HOUR_S))
        member = world.members[int(luck.random() * len(world.members))]
        world.say(VerifyShift(shift, behaviour.shift_hours * HOUR_S // MINUTE_S), "grid", member)

    def _asks(self) -> Steps:
        """Each morning the office asks for as many volunteers for tomorrow as it can expect."""
        world, behaviour = self.world, self.world.scenario.behaviour.volunteering
        yield world.env.timeout(ASKED_HOUR * HOUR_S)
        for place, expected in enumerate(self._expected.tolist()):
            self._asked += expected * behaviour.shift_share
            wanted, tomorrow = int(self._asked), day_start(civil_day(int(world.env.now)) + 1)
            self._asked -= wanted
            if wanted:
                starts = tomorrow + SHIFT_START_HOURS[place % len(SHIFT_START_HOURS)] * HOUR_S
                shifts = OpenShifts(self._call, starts, starts + behaviour.shift_hours * HOUR_S, min(wanted, 100))
                world.must(shifts, "officer", "board")
            yield world.env.timeout(DAY_S)
