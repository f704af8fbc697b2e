"""One run of a scenario: build the town, let the district live, keep what happened."""

from __future__ import annotations

import gc
import resource
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

import engine as rules
from engine import Engine, Sink, Vault
from engine.invariants.watchers import attach
from engine.views import board as board_views
from sim.agents.board import Board
from sim.agents.cases import Cases
from sim.agents.gatherings import Gatherings
from sim.agents.grid_members import GridMembers
from sim.agents.market import Market
from sim.agents.moral_desk import MoralDesk
from sim.agents.newcomers import Newcomers
from sim.agents.occasions import Occasions, Parties
from sim.agents.one_by_one import OneByOne
from sim.agents.outreach import Outreach
from sim.agents.payers import Payers
from sim.agents.residents import Residents
from sim.agents.riders import Riders
from sim.agents.shoppers import Shoppers
from sim.agents.volunteers import Volunteers
from sim.agents.ward import Ward
from sim.founding import found
from sim.large_pages import gather
from sim.measures import Measures
from sim.population import build_town
from sim.profiles import DAY_S
from sim.scenario import Scenario
from sim.streams import RandomStreams
from sim.world import World

KIB_A_MIB = 1024
GATHERING_DAYS = 10  # between two requests for large pages; a district grows by some MiB in that time


class Stopped(Exception):
    """The run was asked to stop; raised at the end of a simulated day, so that nothing is half done."""


@dataclass(slots=True)
class RunOptions:
    """How a scenario is run."""

    days: int | None = None
    scale: float = 1.0
    replication: int = 0
    slow: bool = False
    invariants: bool = True
    sink: Sink | None = None
    vault: Vault | None = None
    progress: Callable[[int, int, int], None] | None = None  # day, days, commands
    stop_asked: Callable[[], bool] = field(default=bool)


class Run:
    """A district alive, day by day."""

    def __init__(self, scenario: Scenario, options: RunOptions) -> None:
        """Builds the town and tells it to a new engine; raises ValueError for an impossible scale."""
        self.scenario = scenario
        self.options = options
        self.days = min(options.days or scenario.days, scenario.days)
        self.started = time.time()
        self._cpu = time.process_time()
        self.days_done = 0
        streams = RandomStreams(scenario.horizon.seed, options.replication)
        town = build_town(scenario.population, RandomStreams(scenario.population.seed), options.scale)
        salt = rules.seeded_salt(scenario.horizon.seed * 1_000_003 + options.replication)
        self.engine: Engine = rules.new_engine(scenario.policy, options.sink, options.vault, salt)
        self.watchers = attach(self.engine, operated=True) if options.invariants else None
        self.world = World(scenario, town, self.engine, streams)
        self.residents = Residents(self.world)
        self.measures = Measures(self.world, self.residents, self.days)
        self.members = GridMembers(self.world)
        self._move_in()

    def _move_in(self) -> None:
        world = self.world
        codes = found(world)
        self.newcomers = Newcomers(world, self.residents, self.members, codes)
        self.board = Board(world, self.residents)
        Gatherings(world, self.residents, self.board.plan.activities).join()
        Volunteers(world, self.residents).join()
        self.cases = Cases(world, self.residents, self.members)
        self.shoppers = Shoppers(world, self.residents)
        slow = self.options.slow
        self.board.join()
        self.shoppers.join(streams=not slow)
        self.cases.join(streams=not slow)
        self.outreach = Outreach(world, self.members, self.cases)
        self.outreach.join()
        payers = Payers(world, self.residents)
        for desk in (payers, MoralDesk(world, self.residents), Ward(world, self.residents, self.board)):
            desk.join()
        self.market = Market(world, self.residents, payers, Riders(world, self.outreach))
        self.market.join()
        Occasions(world, Parties(self.residents, self.newcomers, self.board, payers, self.outreach)).join()
        if slow:
            OneByOne(world, self.residents, (self.newcomers, self.board, self.cases, self.shoppers)).join()
        else:
            world.env.add_stream(self.newcomers.draw, self.newcomers.adopt, "binding")
            self.board.add_streams()
        world.env.process(self._nights())

    def _nights(self) -> Generator[Any, Any, None]:
        """Midnight: counts are taken, progress is shown, a wish to stop is heard."""
        while True:
            yield self.world.env.timeout(DAY_S)
            self._midnight()
            if self.options.stop_asked():
                raise Stopped

    def _midnight(self) -> None:
        self.measures.midnight(self.days_done)
        self.days_done += 1
        if self.days_done % GATHERING_DAYS == 1:
            gather()
        if self.options.progress is not None:
            self.options.progress(self.days_done, self.days, self.measures.commands)

    def live(self) -> None:
        """Run to the end of the horizon; raises Stopped, BrokenInvariant, or OSError of a sink that cannot write."""
        gc.disable()  # nothing here makes cycles, and looking for them among millions of rows costs a tenth of a run
        try:
            self.world.env.run(until=self.world.start + self.days * DAY_S)  # that instant is the next day's
            self._end()
        finally:
            self.measures.close()
            gc.enable()

    def _end(self) -> None:
        """The last deadlines, and the invariants over everything."""
        self.engine.advance(self.world.start + self.days * DAY_S)
        self._midnight()
        if self.watchers is not None:
            self.watchers.whole()

    def findings(self) -> list[dict[str, Any]]:
        """Each invariant with what became of it: checked, vacuous, not checkable."""
        return self.watchers.summary() if self.watchers is not None else []

    def boundaries(self) -> list[dict[str, Any]]:
        """Each boundary case with the record that met it first."""
        return self.watchers.boundaries.summary() if self.watchers is not None else []

    def never_met(self) -> list[str]:
        """Boundary cases that this run did not meet."""
        return self.watchers.boundaries.never() if self.watchers is not None else []

    def news_miss_days(self) -> int:
        """Days on which at least one of the six sections had no item."""
        first = self.scenario.first_day
        missed = board_views.missed_sections(self.engine.district, first, first + self.days_done)
        return len({day for day, _ in missed})

    @property
    def cpu_s(self) -> float:
        """CPU seconds since the start of the run, all threads."""
        return time.process_time() - self._cpu


def peak_mib() -> float:
    """Most memory that this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_A_MIB
