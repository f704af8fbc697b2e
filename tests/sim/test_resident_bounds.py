"""Bounds of a block: no resident is ever likelier to answer than the bound with which the block was thinned."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.agents.residents import Residents
from sim.board_calendar import Opening, calendar_of, most_open
from sim.profiles import DAY_S
from sim.run import Run, RunOptions
from sim.scenario import load_scenario
from tests.sim.lives import life

LEVERS = (
    (),
    ("behaviour.answering.habit_logits=0.0",),
    ("behaviour.answering.fatigue_logits=0.0",),
    ("behaviour.answering.fatigue_logits=0.0", "behaviour.answering.habit_logits=0.0"),
    ("behaviour.answering.habit_logits=9.0", "behaviour.answering.habit_rate=3.0"),
    ("behaviour.answering.intercept_logits=-1000.0",),
    ("behaviour.answering.intercept_logits=1000.0",),
    ("behaviour.answering.fatigue_logits=5.0", "behaviour.answering.fatigue_days=0.1"),
    ("horizon.as_of_date=2021-09-19", "behaviour.answering.fatigue_logits=0.0", "behaviour.answering.habit_logits=9.0"),
)


@cache
def residents(settings: tuple[str, ...]) -> Residents:
    """Somebody's columns to try states on."""
    return Run(load_scenario(settings=settings), RunOptions(scale=0.0005)).residents


@given(
    settings=st.sampled_from(LEVERS),
    standing=st.floats(-9, 9),
    fatigue=st.floats(0, 30),
    age_days=st.floats(0, 300),
    answers=st.integers(0, 200),
    moments=st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=5),
    answered=st.lists(st.booleans(), min_size=5, max_size=5),
)
def test_no_probability_exceeds_its_bound(
    settings: tuple[str, ...],
    standing: float,
    fatigue: float,
    age_days: float,
    answers: int,
    moments: list[float],
    answered: list[bool],
) -> None:
    """Whatever the fatigue and habit of a day's start, at any moment of the day and after any answers in it."""
    found = residents(settings)
    env, who, day = found.world.env, 0, 400
    start = found.world.start + day * DAY_S
    found.bound[who] = 1
    found.standing[who] = standing
    found.present_from[who] = start
    found.fatigue[who], found.fatigue_at[who] = fatigue, start - age_days * DAY_S
    found.answers[who] = answers
    found._bounds_until = -1.0
    highest = float(found.answer_bounds(start, start + DAY_S)[who])
    for moment, acts in zip(sorted(moments)[: found._answers_a_day], answered, strict=False):
        env._now = start + moment * DAY_S
        assert 0.0 <= found.answer_probability(who) <= highest <= 1.0 + 1e-8
        if acts:
            found.answered(who)


def test_a_bound_is_worth_something() -> None:
    """In a fresh district the bound lies above the probability of most people, yet by less than a tenth of it."""
    found = life(days=30).run.residents
    start = found.world.start + 30 * DAY_S
    found._bounds_until = -1.0
    bounds = found.answer_bounds(start, start + DAY_S)
    present = np.flatnonzero(found.bound_column)
    ratio = [bounds[who] / found.answer_probability(int(who)) for who in present]
    assert len(present) > 20
    assert 1.0 < float(np.mean(ratio)) < 1.1


def test_nobody_acts_before_adoption() -> None:
    """People who have not come yet have bound and probability zero."""
    found = life(days=30).run.residents
    start = found.world.start + 30 * DAY_S
    found._bounds_until = -1.0
    absent = np.flatnonzero(found.present_from >= start + DAY_S)
    assert len(absent)
    assert not found.answer_bounds(start, start + DAY_S)[absent].any()
    assert found.answer_probability(int(absent[0])) == 0.0


def test_how_many_questionnaires_are_open_at_once() -> None:
    """Counted by civil days, both ends of a window included; none of none."""
    hour, day = 3_600, 86_400
    noon = 4 * hour  # at +08:00
    one, two = Opening(0, noon, 16 * hour + 2 * day), Opening(1, noon + 2 * day, 16 * hour + 4 * day)
    three = Opening(2, noon + 3 * day, 16 * hour + 4 * day)
    assert most_open([]) == 0
    assert most_open([one]) == 1
    assert most_open([one, two]) == 2
    assert most_open([one, three]) == 1
    scenario = load_scenario()
    plan = calendar_of(scenario.board, scenario.first_day, scenario.first_day + scenario.days)
    assert 4 <= most_open(plan.questionnaires) <= 6


@pytest.mark.parametrize("settings", LEVERS)
def test_no_bound_is_exceeded_in_a_run(settings: tuple[str, ...]) -> None:
    """BoundExceeded is raised by no run, not even when all 81 questionnaires fall into five days."""
    assert life(settings=settings, scale=0.002, days=120).run.days_done > 0


@pytest.mark.slow
@pytest.mark.parametrize("replication", range(20))
def test_no_bound_is_exceeded_in_many_districts(replication: int) -> None:
    """Twenty replications of the whole year."""
    assert life(replication=replication).run.days_done == 329


def test_rounding_breaks_no_bound() -> None:
    """Without fatigue and habit bound and probability are one formula, in numpy and in math: they may not cross."""
    found = residents(LEVERS[3])
    start = found.world.start + 400 * DAY_S
    draws = np.random.default_rng(7)
    found.present_from[:] = start
    found.bound_column[:] = 1
    for _ in range(300):
        found._standing[:] = draws.uniform(-9, 9, len(found._standing))
        found._bounds_until = -1.0
        bounds = found.answer_bounds(start, start + DAY_S).tolist()
        assert all(found.answer_probability(who) <= bound for who, bound in enumerate(bounds))
