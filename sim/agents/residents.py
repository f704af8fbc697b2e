"""Residents as columns: what of each person's state matters for the next decision.

numpy columns serve the bounds of a whole block, memoryviews of the same memory serve single decisions: reading one
costs a third of a numpy item.
"""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np

from sim.behaviour.answering import LARGEST_LOGITS, habit_term, probability, reward_term, standing_term
from sim.board_calendar import calendar_of, most_open
from sim.profiles import DAY_S, Floats
from sim.world import World

ROUNDING = 1e-9  # numpy and math differ in the last digit of exp; a bound must not be below its probability for it


class Residents:
    """Columns of everybody: bound or not, how tired of answering, how used to it, how their last case went."""

    def __init__(self, world: World) -> None:
        """Nobody is bound."""
        self.world = world
        people = world.town.people
        count = len(people)
        behaviour = world.scenario.behaviour.answering
        self.bound_column = np.zeros(count, np.uint8)
        self.present_from = np.zeros(count, np.int64)  # instant of adoption: nobody acts before it
        self._bound_at = np.full(count, 2**62, np.int64)
        self.bound_at: Any = self._bound_at.data
        self._fatigue = np.zeros(count)
        self._fatigue_at = np.full(count, float(world.start))
        self._answers = np.zeros(count, np.int32)
        self._standing = np.array(
            [
                standing_term(activity, group, community=kind == 0, behaviour=behaviour)
                for activity, group, kind in zip(
                    people.activity.tolist(), people.age_group.tolist(), people.kind.tolist(), strict=True
                )
            ]
        )
        self._standing += people.motivation_logits
        self.bound: Any = self.bound_column.data
        self.fatigue: Any = self._fatigue.data
        self.fatigue_at: Any = self._fatigue_at.data
        self.answers: Any = self._answers.data
        self.standing: Any = self._standing.data
        self._level_of: object = None
        self._level = 0.0
        first, days = world.scenario.first_day, world.scenario.days
        self._answers_a_day = most_open(calendar_of(world.scenario.board, first, first + days).questionnaires)
        self._bounds_until, self._bounds = -1.0, np.zeros(0)  # of the block drawn last: all questionnaires share them
        self.mood: dict[int, float] = {}  # factor on reporting after a first case
        self.special = set(np.flatnonzero(people.special_group).tolist())

    def reward_logits(self) -> float:
        """What the policy in force adds to answering: material reward and recognition."""
        behaviour = self.world.scenario.behaviour.answering
        points = self.world.engine.district.policy.points
        material = points.rules.get("questionnaire")
        moral = points.rules.get("questionnaire_moral")
        paid = material.points * points.value_fen if material is not None and points.material_on else 0
        praised = moral is not None and moral.points > 0 and points.moral_on
        return reward_term(paid, behaviour) + (behaviour.moral_logits if praised else 0.0)

    def answer_probability(self, who: int) -> float:
        """Probability that a person who looks at a questionnaire now answers it."""
        if not self.bound[who]:
            return 0.0
        behaviour = self.world.scenario.behaviour.answering
        tired = self.fatigue[who]
        if tired:
            tired *= exp((self.fatigue_at[who] - self.world.env.now) / (behaviour.fatigue_days * DAY_S))
        habit = habit_term(self.answers[who], behaviour) if self.answers[who] else 0.0
        return probability(self.standing[who] + self.level() + habit - behaviour.fatigue_logits * tired)

    def level(self) -> float:
        """Intercept and reward, the same for everybody; computed once a policy."""
        policy = self.world.engine.district.policy
        if policy is not self._level_of:
            self._level_of = policy
            self._level = self.world.scenario.behaviour.answering.intercept_logits + self.reward_logits()
        return self._level

    def answer_bounds(self, _start: float, stop: float) -> Floats:
        """The highest probability that each person can have within a block that ends at `stop`.

        Fatigue fades until the end of the block, and every questionnaire that is open may be answered in it, which
        adds habit; an answer's own fatigue only lowers the probability.
        """
        if stop == self._bounds_until:
            return self._bounds
        behaviour = self.world.scenario.behaviour.answering
        tired = self._fatigue * np.exp((self._fatigue_at - stop) / (behaviour.fatigue_days * DAY_S))
        habit = behaviour.habit_logits * (1.0 - np.exp(-behaviour.habit_rate * (self._answers + self._answers_a_day)))
        logits = self._standing + self.level() + habit - behaviour.fatigue_logits * tired
        self._bounds_until = stop
        highest = (1.0 + ROUNDING) / (1.0 + np.exp(-np.maximum(logits, -LARGEST_LOGITS)))
        self._bounds = np.where(self.present_from < stop, highest, 0.0)
        return self._bounds

    def answered(self, who: int) -> None:
        """A person has just answered: one more request, one step of habit."""
        now = float(self.world.env.now)
        fade = exp((self.fatigue_at[who] - now) / (self.world.scenario.behaviour.answering.fatigue_days * DAY_S))
        self.fatigue[who] = self.fatigue[who] * fade + 1.0
        self.fatigue_at[who] = now
        self.answers[who] += 1
