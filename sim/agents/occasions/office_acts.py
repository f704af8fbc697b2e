"""Occasions of the office and of visitors: texts that are deleted, the clock, praise by an outdoor code."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from engine.catalogue import PraiseByCode, PublishPraise, Purge, Sweep, VerifyPraise
from sim.agents.outreach import Outreach
from sim.agents.praises import TEXT
from sim.profiles import DAY_S, HOUR_S
from sim.world import World

Steps = Generator[Any, Any, None]
OLD_TEXTS = ("reporting.enter_report.text", "reporting.submit_report.text", "reporting.submit_suggestion.text")


class OfficeActs:
    """What officers and visitors do now and then."""

    def __init__(self, world: World, outreach: Outreach) -> None:
        """`outreach` has the outdoor codes."""
        self.world = world
        self.outreach = outreach

    def code_praise(self, luck: np.random.Generator) -> Steps | bool:
        """A visitor praises somebody where an outdoor code hangs; the desk looks at it."""
        world, row = self.world, int(luck.integers(len(self.outreach.codes)))
        praised = world.people[int(luck.integers(len(world.people)))]
        praise = PraiseByCode(self.outreach.codes[row], None, praised, TEXT)
        made = world.say(praise, "visitor", f"phone-{row + 1}")
        return self._published(made.events[0]) if made.ok else False

    def _published(self, praise: Any) -> Steps:
        yield self.world.env.timeout(HOUR_S)
        self.world.must(VerifyPraise(praise.praise, ok=True), "officer", "desk")
        yield self.world.env.timeout(HOUR_S)
        self.world.must(PublishPraise(praise.praise), "officer", "desk")

    def sweep(self, _luck: np.random.Generator) -> bool:
        """The operator lets everything happen that is due."""
        return self.world.say(Sweep(), "system", "clock").ok

    def purge(self, _luck: np.random.Generator) -> bool:
        """Texts of long ago are deleted."""
        before = int(self.world.env.now) - self.world.scenario.behaviour.occasions.purge_days * DAY_S
        for field in OLD_TEXTS:
            self.world.must(Purge(field, max(0, before)), "officer", "registry")
        return True
