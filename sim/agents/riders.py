"""Riders as processes: on duty by day, one order after the other from the shop to the door."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import numpy as np
from simpy import Store

from engine.catalogue import (
    AssignOrder,
    DeliverOrder,
    EndDuty,
    FailDelivery,
    FinishVisit,
    GiveBackOrder,
    PayRiders,
    PickUpOrder,
    RegisterRider,
    StartDuty,
    StartVisit,
    TrainRider,
)
from sim.agents.grid_members import MINUTE_S
from sim.agents.marks import digits
from sim.agents.outreach import Outreach
from sim.profiles import DAY_S, HOUR_S
from sim.world import World, ids_of

PAY_DAYS, PAY_HOUR = 7, 3  # riders are paid every week, by night


class Riders:
    """The delivery team. `ready` takes ready orders, each with its luck and what follows once it has arrived."""

    def __init__(self, world: World, outreach: Outreach) -> None:
        """A team in proportion to the town, at least one rider if there is a team; `outreach` knows whom to visit."""
        self.world = world
        self.outreach = outreach
        wanted = world.scenario.behaviour.ordering.riders
        self.names = ids_of("rid", max(round(wanted * world.scale), min(wanted, 1)))
        self.ready: Store = Store(world.env)

    def join(self) -> None:
        """Everybody is registered and trained; duty begins."""
        for name in self.names:
            self.world.must(RegisterRider(name), "officer", "registry")
            self.world.must(TrainRider(name), "officer", "registry")
            self.world.env.process(self._days(name))
        if self.names:
            self.world.env.process(self._payday())

    def _days(self, name: str) -> Generator[Any, Any, None]:
        """On duty every day."""
        world, behaviour = self.world, self.world.scenario.behaviour.ordering
        for day in range(world.scenario.days):
            begin = world.start + day * DAY_S + behaviour.duty_from_hour * HOUR_S
            yield world.env.timeout(max(0, begin - int(world.env.now)))
            world.must(StartDuty(name), "rider", name)
            yield from self._orders(name, world.start + day * DAY_S + behaviour.duty_to_hour * HOUR_S)
            world.must(EndDuty(name), "rider", name)

    def _orders(self, name: str, until: int) -> Generator[Any, Any, None]:
        """One order after the other until the hour."""
        env = self.world.env
        while env.now < until:
            asked = self.ready.get()
            yield asked | env.timeout(until - env.now)
            if not asked.triggered:
                asked.cancel()
                return
            given: Any = asked.value
            yield from self._bring(name, *given)

    def _bring(
        self, name: str, order: str, luck: np.random.Generator, arrived: Callable[[], None]
    ) -> Generator[Any, Any, None]:
        """To the shop, and to the door."""
        world, behaviour = self.world, self.world.scenario.behaviour.ordering
        there, back = luck.exponential(behaviour.way_minutes, 2) * MINUTE_S
        mark = float(luck.random())
        if not world.say(AssignOrder(order, name), "rider", name).ok:
            return  # it waited for too long
        if digits(mark, 0) < behaviour.give_back_share:
            world.say(GiveBackOrder(order), "rider", name)
            self.ready.put((order, luck, arrived))
            return
        yield world.env.timeout(int(there))
        if not world.say(PickUpOrder(order), "rider", name).ok:
            return
        yield world.env.timeout(int(back))
        if digits(mark, 1) < behaviour.care_share:
            yield from self._looks_in(name, order)
        if mark < behaviour.fail_share:
            world.say(FailDelivery(order, "buyer_absent"), "rider", name)
        elif world.say(DeliverOrder(order), "rider", name).ok:
            arrived()

    def _looks_in(self, name: str, order: str) -> Generator[Any, Any, None]:
        """A care visit on the way, to somebody in the grid of the order's door who is to be visited soon."""
        world, district = self.world, self.world.engine.district
        grid = district.grid.dwellings[district.market.orders[order].dwelling].grid
        person = self.outreach.soon_in(grid)
        if person is None:
            return
        begun = world.say(StartVisit(grid, "care", person, None), "rider", name)
        if begun.ok:
            yield world.env.timeout(int(world.scenario.behaviour.ordering.care_minutes * MINUTE_S))
            world.say(FinishVisit(begun.events[0].visit, done=True), "rider", name)  # type: ignore[attr-defined]

    def _payday(self) -> Generator[Any, Any, None]:
        """Every week what is owed is paid."""
        yield self.world.env.timeout(PAY_HOUR * HOUR_S)
        while True:
            yield self.world.env.timeout(PAY_DAYS * DAY_S)
            self.world.say(PayRiders(), "system", "treasury")
