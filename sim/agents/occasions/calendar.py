"""When the occasions come: each kind so often over the horizon, at an hour of the office, tried again until it fits."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.agents.board import Board
from sim.agents.newcomers import Newcomers
from sim.agents.occasions.assemblies import Assemblies
from sim.agents.occasions.board_acts import BoardActs
from sim.agents.occasions.money_acts import MoneyActs
from sim.agents.occasions.office_acts import OfficeActs
from sim.agents.occasions.registry_acts import RegistryActs
from sim.agents.outreach import Outreach
from sim.agents.payers import Payers
from sim.agents.residents import Residents
from sim.profiles import DAY_S, HOUR_S
from sim.world import World

Steps = Generator[Any, Any, None]
Act = Callable[[np.random.Generator], Any]
"""Does it, or not now (False); what takes time comes back as a process."""
FIRST, LAST = 0.12, 0.9  # of the horizon: before, few are bound; after, what follows would not be over
FROM_HOUR, HOURS = 9, 8
TRIES = 40  # days on which something that does not fit is tried again


@dataclass(frozen=True)
class Parties:
    """Whom the occasions concern."""

    residents: Residents
    newcomers: Newcomers
    board: Board
    payers: Payers
    outreach: Outreach


class Occasions:
    """Every occasion of a run."""

    def __init__(self, world: World, parties: Parties) -> None:
        """Nothing has happened."""
        self.world = world
        self.behaviour = world.scenario.behaviour.occasions
        residents = parties.residents
        self.registry = RegistryActs(world, residents, parties.newcomers.codes)
        self.board = BoardActs(world, residents, parties.board)
        self.money = MoneyActs(world, residents, parties.payers)
        self.office = OfficeActs(world, parties.outreach)
        self.assemblies = Assemblies(world, residents)

    def join(self) -> None:
        """Each kind of occasion is a process."""
        for name, act in self._acts().items():
            self.world.env.process(self._repeated(name, self._scaled(name), act))
        for name, act in self._whole().items():
            self.world.env.process(self._repeated(name, getattr(self.behaviour, name), act))
        self.board.join()
        self.money.join()

    def _scaled(self, name: str) -> int:
        wanted: int = getattr(self.behaviour, name)
        return max(1, round(wanted * self.world.scale)) if wanted else 0

    def _acts(self) -> Mapping[str, Act]:
        """Occasions in proportion to the town."""
        registry, board, money, office = self.registry, self.board, self.money, self.office
        return {
            "codes_replaced": registry.code_replaced,
            "members_tried": registry.member_tried,
            "guests": registry.guest,
            "requests_refused": registry.request_refused,
            "tags_read": registry.tags_read,
            "tags_withdrawn": registry.tag_withdrawn,
            "consents": registry.consent,
            "guardians": registry.guardian,
            "articles_withdrawn": board.article_withdrawn,
            "ballots_changed": board.ballot_changed,
            "responses_revised": board.response_revised,
            "responses_reviewed": board.response_reviewed,
            "prizes": money.prize,
            "bills_withdrawn": money.bill_withdrawn,
            "bills_reversed": money.bill_reversed,
            "offers_withdrawn": money.offer_withdrawn,
            "code_praises": office.code_praise,
            "sweeps": office.sweep,
        }

    def _whole(self) -> Mapping[str, Act]:
        """Occasions of the office, as many in a small town as in a large one."""
        return {
            "activities_called_off": self.board.activity_called_off,
            "topics": self.assemblies.topic,
            "owners_votes": self.assemblies.owners_vote,
            "purges": self.office.purge,
        }

    def _repeated(self, name: str, count: int, act: Act) -> Steps:
        """All occasions of a kind; luck is named by the kind, never by policy."""
        world = self.world
        luck = world.streams.generator(f"occasion.{name}")
        days = world.scenario.days
        drawn = np.sort(FIRST * days + (LAST - FIRST) * days * luck.random(count)).astype(int).tolist()
        seconds = (luck.random(count) * HOURS * HOUR_S).astype(int).tolist()
        for number, (day, second) in enumerate(zip(drawn, seconds, strict=True)):
            at = world.start + day * DAY_S + FROM_HOUR * HOUR_S + second
            yield world.env.timeout(max(0, at - world.env.now))
            world.env.process(self._once(name, number, act))

    def _once(self, name: str, number: int, act: Act) -> Steps:
        for again in range(TRIES):
            done = act(self.world.streams.generator(f"occasion.{name}", number, again))
            if done:
                if done is not True:
                    yield from done
                return
            yield self.world.env.timeout(DAY_S)
