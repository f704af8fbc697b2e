"""The slow mode: one SimPy process a resident. The oracle of the fast mode: same decisions, another clock.

Each resident waits for the own next moment among everything that may concern them and draws luck from one sequential
generator, in the order of events. Nothing is drawn in blocks, nothing is rejected by a bound; only the distribution of
what happens can be compared with the fast mode, not the single events.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Generator
from heapq import heappop, heappush
from math import exp, log1p
from typing import Any

import numpy as np

from sim.agents.board import Board
from sim.agents.cases import Cases
from sim.agents.newcomers import Newcomers
from sim.agents.residents import Residents
from sim.agents.shoppers import Shoppers
from sim.board_calendar import Opening
from sim.profiles import DAY_S, HOURS, Shape, civil_day, day_factor, day_start, day_weight
from sim.world import World

Act = Callable[[int, float], object]
BATCH = 65_536


class Luck:
    """Uniform numbers one at a time, drawn in batches since a single draw of numpy costs a microsecond."""

    def __init__(self, generator: np.random.Generator) -> None:
        """Numbers of one generator."""
        self._generator = generator
        self._left: list[float] = []

    def uniform(self) -> float:
        """The next number in [0, 1)."""
        if not self._left:
            self._left = self._generator.random(BATCH).tolist()
        return self._left.pop()

    def exponential(self) -> float:
        """The next exponential number of mean 1."""
        return -log1p(-self.uniform())


class Rhythm:
    """A time-varying rate by Lewis & Shedler: candidates at the highest rate, kept by the rate of their hour."""

    def __init__(self, name: str, rate_day: float, shape: Shape, world: World) -> None:
        """`rate_day`: mean number on a mean day; days share the luck that the fast mode draws for them."""
        first, days = world.scenario.first_day, world.scenario.days
        weights = []
        for day in range(first, first + days + 1):
            factor = day_factor(shape, world.streams.generator(f"{name}.day", day))
            weights.append(day_weight(day, shape) * factor)
        self._first = first
        self._weights = weights
        self._hours = (shape.hours * HOURS).tolist()
        self._highest_factor = max(weights) * max(self._hours)
        self.highest = self._highest_factor * rate_day / DAY_S

    def kept(self, at: float, luck: float) -> bool:
        """Whether a candidate at the instant `at` is one."""
        day = civil_day(int(at))
        hour = int(at - day_start(day)) * HOURS // DAY_S
        if not 0 <= day - self._first < len(self._weights):
            return False
        return bool(luck * self._highest_factor < self._weights[day - self._first] * self._hours[hour])


class OneByOne:
    """Residents as processes."""

    def __init__(self, world: World, residents: Residents, agents: tuple[Newcomers, Board, Cases, Shoppers]) -> None:
        """`agents` hold what residents do; this class only wakes them."""
        self.world = world
        self.residents = residents
        self.newcomers, self.board, self.cases, self.shoppers = agents
        self.luck = Luck(world.streams.generator("one by one"))
        self._board = self._things_on_the_board()
        self._rhythms = self._all_rhythms()
        hours = world.profiles.self_service.hours
        self._hour_reach: list[float] = [0.0, *(np.cumsum(hours) / hours.sum()).tolist()]

    def join(self) -> None:
        """Every resident becomes a process."""
        for who in range(len(self.world.town.people)):
            self.world.env.process(self._life(who))

    def _things_on_the_board(self) -> list[tuple[Opening, Act]]:
        chance = self.board.vote_chances().tolist()

        def answers(number: int) -> Act:
            def look(who: int, u: float) -> None:
                p = self.residents.answer_probability(who)
                if u < p:
                    self.board.answer(number, who, u / p)

            return look

        def votes(number: int) -> Act:
            def look(who: int, u: float) -> None:
                if self.residents.bound[who] and u < chance[who]:
                    self.board.cast(number, who, u / chance[who])

            return look

        things = [(opening, answers(opening.number)) for opening in self.board.plan.questionnaires]
        things += [(opening, votes(opening.number)) for opening in self.board.plan.votes]
        return sorted(things, key=lambda thing: thing[0].opens_at)

    def _all_rhythms(self) -> list[tuple[Rhythm, list[float], Act]]:
        """Rhythms with each resident's share of the rate and what a candidate does."""
        people = self.world.town.people
        activity = (people.activity / people.activity.sum(dtype=np.float64)).tolist()
        found = []
        for arrivals, kind in self.cases.arrivals():
            found.append(
                (Rhythm(kind, arrivals.rate_day, arrivals.shape, self.world), activity, self.cases.thought(kind))
            )
        arrivals, read = self.board.reading()
        found.append((Rhythm("reading", arrivals.rate_day, arrivals.shape, self.world), activity, read))
        shops = Rhythm("shopping", self.shoppers.rate_day, self.world.profiles.shops, self.world)
        found.append((shops, self.shoppers.shares(), self._shop))
        return found

    def _shop(self, who: int, u: float) -> None:
        """One purchase with luck of its own."""
        generator = self.luck
        shop = self.shoppers.shop_for(who, u, generator.uniform())
        if self.residents.bound[who] and self.shoppers.is_open(shop):
            normal = np.sqrt(2.0 * generator.exponential()) * np.cos(2.0 * np.pi * generator.uniform())  # Box-Muller
            marks = [generator.uniform() for _ in range(4)]
            self.shoppers.purchase(self.shoppers.lucky(who, shop, float(normal), marks), generator.uniform())

    def _life(self, who: int) -> Generator[Any, Any, None]:
        """Wait for the next moment of this person, whatever it is, and live it."""
        env, luck = self.world.env, self.luck
        agenda: list[tuple[float, int, Act]] = []
        order = 0
        heappush(agenda, (float(self.residents.present_from[who]), order, self.newcomers.adopt))
        rhythms = {}
        for rhythm, shares, act in self._rhythms:
            order -= 1
            if shares[who] > 0 and rhythm.highest > 0:
                rhythms[order] = rhythm, shares[who] * rhythm.highest
                heappush(agenda, (env.now + luck.exponential() / rhythms[order][1], order, act))
        place = 0
        while agenda or place < len(self._board):
            while place < len(self._board) and (not agenda or self._board[place][0].opens_at <= agenda[0][0]):
                opening, look = self._board[place]
                heappush(agenda, (self._moment_of_look(opening), place + 1, look))
                place += 1
            at, key, act = heappop(agenda)
            if at >= self.world.stop:
                return
            yield env.timeout(max(0.0, at - env.now))
            if key in rhythms:
                rhythm, rate = rhythms[key]
                heappush(agenda, (at + luck.exponential() / rate, key, act))
                if not rhythm.kept(at, luck.uniform()):
                    continue
            act(who, luck.uniform())

    def _hour_of(self, luck: float) -> float:
        """An hour of the day by the self-service profile, even within the hour."""
        hour = min(bisect_right(self._hour_reach, luck), HOURS) - 1
        low, high = self._hour_reach[hour : hour + 2]
        return hour + (luck - low) / ((high - low) or 1.0)

    def _moment_of_look(self, opening: Opening) -> float:
        """An exponential time after the opening, cut at the window's end, then an hour of the day."""
        days = (opening.closes_at - opening.opens_at) / DAY_S
        mean = self.world.scenario.behaviour.answering.window_share * days
        after = -mean * log1p(-self.luck.uniform() * (1.0 - exp(-days / mean)))
        midnight = day_start(civil_day(opening.opens_at))
        day = min(civil_day(int(opening.opens_at + after * DAY_S)), civil_day(opening.closes_at - 1))
        at = day_start(day) + self._hour_of(self.luck.uniform()) * DAY_S / HOURS
        late = opening.opens_at + self.luck.uniform() * (DAY_S / HOURS)
        return at if at >= opening.opens_at or day_start(day) > midnight else late
