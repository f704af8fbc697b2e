"""By which door an entry without a reporter comes: a member on a round, a rider on the way, a merchant at the shop."""

from __future__ import annotations

import numpy as np

from sim.world import World


class Doors:
    """Who tells the platform what somebody of it has seen. Luck of its own: another split moves no other entry."""

    def __init__(self, world: World) -> None:
        """The merchants of each grid."""
        self.world = world
        _, riders, merchants = world.scenario.behaviour.reporting.entry_door_shares
        self._riders_below, self._merchants_below = riders, riders + merchants
        self._shops = world.town.merchants.grid

    def actor(self, grid: int, member: int) -> tuple[str, str]:
        """Kind and id of who enters it. The member does where no rider is on duty, or no shop of the grid is open."""
        world = self.world
        luck = world.streams.generator("case.door", int(world.env.now), member)
        mark = luck.random()
        if mark < self._riders_below:
            found, kind = self._riders(), "rider"
        elif mark < self._merchants_below:
            found, kind = self._merchants(grid), "merchant"
        else:
            found = []
        if not found:
            return "grid", world.members[member]
        return kind, found[int(luck.random() * len(found))]

    def _riders(self) -> list[str]:
        riders = self.world.engine.district.market.riders
        return [name for name, row in riders.items() if row.on_duty_since is not None]

    def _merchants(self, grid: int) -> list[str]:
        registered = self.world.engine.district.trade.merchants
        names = (self.world.merchants[row] for row in np.flatnonzero(self._shops == grid).tolist())
        return [name for name in names if name in registered]
