"""The ward: people who check in, declare travel and are tested while there is an epidemic; members at the door.

After a positive result an officer looks for close contacts and says of each what it was. A region elsewhere is of high
risk in the months of the surge. Candidates are drawn by day and purpose, never by policy.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Any

import numpy as np

from engine.catalogue import (
    CheckIn,
    DeclareTravel,
    ExplainArticle,
    JudgeExposure,
    ReadResults,
    RecordResult,
    ScreenContacts,
    SetRiskLevel,
)
from engine.views.epidemic import close_contacts
from sim.agents.board import Board
from sim.agents.marks import digits
from sim.agents.residents import Residents
from sim.behaviour.epidemic import Act, rates
from sim.profiles import DAY_S, HOUR_S, date_of, day_start, sample_times
from sim.world import World

LABORATORY, OFFICE = "laboratory", "epidemic_office"
PLACES = 12  # shops and halls whose codes are scanned
LATELY = 60  # of so many who were out last, one is tested
REGION, ELSEWHERE = "region-1", 4  # one of so many regions that people come from
AWAY_S, RESULT_S = 3 * DAY_S, 8 * HOUR_S  # back for at most so long, from the sample to the result
SURGE_WEIGHT = 1.0  # from this weight on the region is of high risk
OLD = 4  # first of the age groups 60-69 and 70+
RECENT = 12  # items that are explained


class Ward:
    """Everything that an epidemic makes people do on the platform, and items explained to older people."""

    def __init__(self, world: World, residents: Residents, board: Board) -> None:
        """Nobody is ill."""
        self.world = world
        self.residents = residents
        self.board = board
        self.behaviour = world.scenario.behaviour.epidemic
        self._older = np.flatnonzero(world.town.people.age_group >= OLD).tolist()
        self._risk = "low"
        self._lately: list[int] = []

    def join(self) -> None:
        """One process gives each day its candidates."""
        self.world.env.process(self._days())

    def _on(self) -> bool:
        ends_at: int = self.world.engine.district.policy.epidemic.ends_at
        return int(self.world.env.now) < ends_at

    def _days(self) -> Generator[Any, Any, None]:
        world, acts = self.world, self._acts()
        first = world.scenario.first_day
        for day in range(first, first + world.scenario.days):
            on = self._on()
            if on:
                self._region(day)
            for at, act, who, u in self._drawn(day, rates(self.behaviour, date_of(day).month - 1, on=on)):
                yield world.env.timeout(max(0, at - world.env.now))
                acts[act](who, u)
            yield world.env.timeout(day_start(day + 1) - world.env.now)

    def _acts(self) -> Mapping[Act, Callable[[int, float], None]]:
        return {"check_in": self._checks_in, "travel": self._travels, "test": self._tested, "explain": self._explains}

    def _drawn(self, day: int, means: Mapping[Act, float]) -> list[tuple[int, Act, int, float]]:
        """Instant, act, person and a uniform number of each candidate of a day, in order."""
        world, found = self.world, list[tuple[int, Act, int, float]]()
        hours = world.profiles.self_service.hours
        for act, mean in means.items():
            luck = world.streams.generator(f"epidemic.{act}", day)
            count = int(luck.poisson(mean * world.scale))
            marks = luck.random((2, count))
            instants = sample_times(count, day, hours, luck).tolist()
            people = (marks[0] * len(world.people)).astype(int).tolist()
            found += [(int(at), act, who, u) for at, who, u in zip(instants, people, marks[1].tolist(), strict=True)]
        return sorted(found)

    def _region(self, day: int) -> None:
        """The level of the region, when it changes."""
        wanted = "high" if self.behaviour.month_weights[date_of(day).month - 1] >= SURGE_WEIGHT else "low"
        if wanted != self._risk:
            self._risk = wanted
            now = int(self.world.env.now)
            self.world.say(SetRiskLevel(REGION, wanted, now), "officer", OFFICE)  # type: ignore[arg-type]

    def _checks_in(self, who: int, u: float) -> None:
        if self.residents.bound[who]:
            person = self.world.people[who]
            self._lately = [*self._lately[1 - LATELY :], who]
            self.world.say(CheckIn(person, f"place-{int(u * PLACES)}"), "resident", person)

    def _travels(self, who: int, u: float) -> None:
        if self.residents.bound[who]:
            person, region = self.world.people[who], f"region-{1 + int(u * ELSEWHERE)}"
            left_at = int(self.world.env.now) - int(u * AWAY_S)
            self.world.say(DeclareTravel(person, region, left_at), "resident", person)

    def _tested(self, who: int, u: float) -> None:
        """A result of somebody who was out lately; a positive one is followed by a look for contacts."""
        if self._lately:
            who = self._lately[who % len(self._lately)]
        if not self.residents.bound[who]:
            return
        world, person = self.world, self.world.people[who]
        result = "positive" if u < self.behaviour.positive_share else "negative"
        sampled = int(world.env.now) - RESULT_S
        done = world.say(RecordResult(person, sampled, result), "officer", LABORATORY)  # type: ignore[arg-type]
        if done.ok and digits(u, 0) < self.behaviour.read_share:
            world.say(ReadResults(person), "resident", person)
        if done.ok and result == "positive":
            self._screened(person)

    def _screened(self, person: str) -> None:
        world = self.world
        if world.say(ScreenContacts(person), "officer", OFFICE).ok:
            for each in close_contacts(world.engine.district, person, world.engine.sealing.vault):
                world.say(JudgeExposure(each.person, each.check_in, "close_contact"), "officer", OFFICE)

    def _explains(self, who: int, u: float) -> None:
        """A community worker of the grid explains one of the latest items to somebody of 60 or more."""
        older = self._older[who % len(self._older)] if self._older else who
        home = self.world.engine.district.residents.home(self.world.people[older])
        latest = self.board.articles[-RECENT:]
        if home is None or not latest:
            return
        members = self.world.engine.district.grid.members(home.grid)
        worker = next((each.id for each in members if each.kind == "community_worker"), None)
        if worker is not None:
            _, article = latest[int(u * len(latest))]
            self.world.say(ExplainArticle(self.world.people[older], article), "grid", worker)
