"""Praises as processes: a good deed of somebody else is praised, checked in office hours, and published."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from engine.catalogue import PublishPraise, SubmitPraise, VerifyPraise
from sim.agents.grid_members import MINUTE_S, GridMembers
from sim.agents.residents import Residents
from sim.profiles import HOUR_S
from sim.world import World

PRAISE_TRIES = 8  # draws for somebody bound to praise
TEXT = "synthetic case"


class Praises:
    """Every praise of a run."""

    def __init__(self, world: World, residents: Residents, members: GridMembers) -> None:
        """Nobody is praised."""
        self.world = world
        self.residents = residents
        self.members = members

    def _luck(self, who: int) -> np.random.Generator:
        """A praise's own luck, named by its moment and its person: the same under every policy."""
        return self.world.streams.generator("case.praise", int(self.world.env.now), who)

    def praise(self, who: int) -> Generator[Any, Any, None]:
        """A good deed is praised, checked in office hours and published."""
        world, behaviour = self.world, self.world.scenario.behaviour.reporting
        luck = self._luck(who)
        found = (luck.random(PRAISE_TRIES) * len(world.people)).astype(int).tolist()
        praised = next((row for row in found if self.residents.bound[row] and row != who), None)
        if praised is None:
            return
        person, grid = world.people[who], world.grids[int(world.town.people.grid[who])]
        outcome = world.say(SubmitPraise(person, world.people[praised], grid, TEXT), "resident", person)
        if not outcome.ok:
            return
        praise = outcome.events[0].praise  # type: ignore[attr-defined]
        wait = luck.exponential(world.scenario.behaviour.handling.triage_minutes) * MINUTE_S
        yield world.env.timeout(int(wait) + self.members.until_office())
        true = bool(luck.random() < behaviour.praise_verified_share)
        world.must(VerifyPraise(praise, true), "officer", "desk")
        if true:
            yield world.env.timeout(HOUR_S)
            world.must(PublishPraise(praise), "officer", "desk")
