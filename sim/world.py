"""One run in the making: the clock, the engine, the town, the luck, and the one way to say something to the engine."""

from __future__ import annotations

from typing import Any

from engine import Command, Engine, Envelope, Outcome
from sim.population import Town
from sim.profiles import day_start, profiles_of
from sim.scenario import Scenario
from sim.stream_environment import StreamEnvironment
from sim.streams import RandomStreams

ID_DIGITS = 8


def ids_of(prefix: str, count: int) -> list[str]:
    """Ids of the rows of one of the town's tables."""
    return [f"{prefix}_{row + 1:0{ID_DIGITS}d}" for row in range(count)]


class World:
    """What every agent shares. Time is seconds UTC, blocks of the clock are civil days."""

    def __init__(self, scenario: Scenario, town: Town, engine: Engine, streams: RandomStreams) -> None:
        """A world at the first second of the launch day."""
        self.scenario = scenario
        self.town = town
        self.engine = engine
        self.streams = streams
        self.streams_of_town = RandomStreams(scenario.population.seed)
        self.profiles = profiles_of(scenario.profiles)
        self.start = day_start(scenario.first_day)
        self.stop = day_start(scenario.first_day + scenario.days)
        self.env = StreamEnvironment(self.start)
        self.said = 0
        self.people = ids_of("per", len(town.people))
        self.row_of_person = {person: row for row, person in enumerate(self.people)}
        self.members = ids_of("wkr", len(town.members))
        self.merchants = ids_of("mer", len(town.merchants))
        self.dwellings = ids_of("dwl", len(town.dwellings))
        self.grids = ids_of("grd", len(town.grids))
        self.vacant: list[int] = []  # homes that stand empty; filled when the town is founded

    @property
    def scale(self) -> float:
        """People of this town over people of the scenario."""
        return len(self.town.people) / self.scenario.population.bound_people

    def say(self, command: Command, kind: str, who: str) -> Outcome:
        """Give a command now, as an actor, under a key of its own."""
        self.said = key = self.said + 1
        return self.engine.execute(Envelope(str(key), kind, who, int(self.env.now), command))

    def must(self, command: Command, kind: str, who: str) -> Any:
        """Give a command that can only be refused by a fault of this simulation; returns its first event."""
        outcome = self.say(command, kind, who)
        if outcome.code is not None:
            raise AssertionError(f"{command} was refused: {outcome.code.name} {outcome.details}")
        return outcome.events[0]
