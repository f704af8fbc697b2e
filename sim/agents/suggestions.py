"""Suggestions as processes: screened and routed in office hours, answered, and taken as far as they come."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from engine.catalogue import (
    AcceptSuggestion,
    AdoptSuggestion,
    AnswerSuggestion,
    DeclineSuggestion,
    ImplementSuggestion,
    RouteSuggestion,
    ScreenSuggestion,
    SubmitSuggestion,
    WithdrawSuggestion,
)
from sim.agents.grid_members import MINUTE_S, GridMembers
from sim.agents.marks import digits
from sim.agents.praises import TEXT
from sim.profiles import DAY_S
from sim.world import World

Steps = Generator[Any, Any, None]
OTHER = {"community": "property", "property": "community"}


class Suggestions:
    """Every suggestion of a run."""

    def __init__(self, world: World, members: GridMembers) -> None:
        """Nobody has suggested anything."""
        self.world = world
        self.members = members
        self._categories = sorted(world.scenario.policy.reporting.categories)
        self._last = ""

    def suggest(self, who: int) -> Steps:
        """A resident suggests something; luck is named by its moment and its person, the same under every policy."""
        world, behaviour = self.world, self.world.scenario.behaviour
        luck = world.streams.generator("case.suggestion", int(world.env.now), who)
        marks = luck.random(6)
        category = self._categories[int(marks[0] * len(self._categories))]
        person = world.people[who]
        made = world.must(SubmitSuggestion(person, category, TEXT), "resident", person)
        wait = luck.exponential(behaviour.handling.triage_minutes) * MINUTE_S
        yield world.env.timeout(int(wait) + self.members.until_office())
        if digits(float(marks[1]), 0) < behaviour.suggestions.withdrawn_share:
            world.say(WithdrawSuggestion(made.suggestion), "resident", person)
            return
        if marks[1] < behaviour.reporting.duplicate_share and self._repeats(made.suggestion):
            return
        world.must(ScreenSuggestion(made.suggestion, "pass", None), "officer", "desk")
        self._last = made.suggestion
        if marks[2] < behaviour.suggestions.reroute_share:
            world.must(RouteSuggestion(made.suggestion, OTHER[made.route]), "officer", "desk")  # type: ignore[arg-type]
        yield from self._decided(made.suggestion, marks[3:].tolist(), luck)

    def _repeats(self, suggestion: str) -> bool:
        """True if the suggestion could be led to the one before it."""
        if not self._last:
            return False
        return self.world.say(ScreenSuggestion(suggestion, "duplicate", self._last), "officer", "desk").ok

    def _decided(self, suggestion: str, marks: list[float], luck: np.random.Generator) -> Steps:
        """The answer, and the stages after it."""
        world, behaviour = self.world, self.world.scenario.behaviour.suggestions
        yield world.env.timeout(int(luck.exponential(behaviour.answer_days) * DAY_S) + self.members.until_office())
        world.must(AnswerSuggestion(suggestion), "officer", "desk")
        stages = (
            (behaviour.accepted_share, AcceptSuggestion(suggestion), True),
            (behaviour.adopted_share, AdoptSuggestion(suggestion), False),
            (behaviour.implemented_share, ImplementSuggestion(suggestion), True),
        )
        for mark, (share, stage, no_is_said) in zip(marks, stages, strict=True):
            days = luck.exponential(behaviour.decision_days)
            yield world.env.timeout(int(days * DAY_S) + self.members.until_office())
            if mark >= share:
                if no_is_said:
                    world.must(DeclineSuggestion(suggestion, "not_now"), "officer", "desk")
                return
            world.must(stage, "officer", "desk")
