"""Comparisons: interval arithmetic against brute force, pairing, and what is kept when one is broken off."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.compare import comparison, interval, t_quantile
from sim.compare_run import differences
from sim.outcomes import BY_AGE, HEADLINES, headline_outcomes, outcomes_by_age
from sim.population.parameters import AGE_GROUPS
from sim.scenario import load_scenario
from tests.sim.lives import life

DIFFERENCES = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40)


def t_probability(t: float, degrees: int) -> float:
    """P(-t < T < t) of Student's t, its density integrated by Simpson's rule in an angle: T = sqrt(n) tan(angle)."""
    angles = np.linspace(0.0, math.atan(t / math.sqrt(degrees)), 20_001)
    density = np.cos(angles) ** (degrees - 1)
    weights = np.ones(len(angles))
    weights[1:-1:2], weights[2:-1:2] = 4.0, 2.0
    integral = float((density * weights).sum()) * angles[1] / 3
    log_scale = math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2) - math.log(math.pi) / 2
    return float(2 * math.exp(log_scale) * integral)


@pytest.mark.parametrize("degrees", [*range(1, 36), 50, 100, 1_000])
def test_the_quantiles_are_those_of_students_t(degrees: int) -> None:
    """Between minus and plus the quantile lies 95 % of the distribution, by numerical integration."""
    assert t_probability(t_quantile(degrees), degrees) == pytest.approx(0.95, abs=5e-5)


def test_an_interval_by_hand() -> None:
    """Differences 1, 2, 3, 4: mean 2.5, sd 1.291, so 2.5 -+ 3.182 * 1.291 / 2."""
    found = interval([1.0, 2.0, 3.0, 4.0])
    half = 3.182 * math.sqrt(5 / 3) / 2
    assert (found.difference, found.low, found.high) == pytest.approx((2.5, 2.5 - half, 2.5 + half))
    assert found.needs_more == 0


@given(DIFFERENCES)
def test_an_interval_against_numpy(values: list[float]) -> None:
    """Mean and half width agree with numpy's mean and standard deviation, and the mean is in the middle."""
    found = interval(values)
    half = t_quantile(len(values) - 1) * float(np.std(values, ddof=1)) / math.sqrt(len(values))
    assert found.difference == pytest.approx(float(np.mean(values)), rel=1e-9, abs=1e-6)
    assert (found.high - found.low) / 2 == pytest.approx(half, rel=1e-9, abs=1e-6)
    assert found.low <= found.difference <= found.high


@given(DIFFERENCES, st.floats(0.001, 1000))
def test_units_do_not_matter(values: list[float], factor: float) -> None:
    """Yuan or fen: the interval scales with its differences, what is settled stays settled."""
    one, other = interval(values), interval([value * factor for value in values])
    assert other.high - other.low == pytest.approx((one.high - one.low) * factor, rel=1e-6, abs=1e-9)


def test_how_many_more_runs_are_needed() -> None:
    """0 when the sign is settled or nothing differs, a number when some more would do, None when hardly any would."""
    assert interval([0.0, 0.0, 0.0]).needs_more == 0
    assert interval([5.0, 5.0]).needs_more == 0
    assert interval([-1.0, 1.0]).needs_more is None
    more = interval([-1.0, 1.0, 1.0, -1.0, 0.5, 0.2]).needs_more
    assert more is not None
    assert 50 < more < 10_000
    with pytest.raises(ValueError, match="at least two replications"):
        interval([1.0])


def test_an_interval_covers_the_truth_as_often_as_it_says() -> None:
    """Of 4,000 studies of five replications with a true difference of 3, 95 % cover it (within 4 standard errors)."""
    draws = np.random.default_rng(20220809).normal(3.0, 2.0, (4_000, 5))
    covered = sum(found.low <= 3.0 <= found.high for found in map(interval, draws.tolist()))
    assert abs(covered / 4_000 - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 4_000)


def finished(name: str, replication: int, value: float) -> dict[str, Any]:
    """A run's result in which every outcome has the same value."""
    return {
        "scenario": name,
        "title": {"zh": name, "en": name},
        "replication": replication,
        "seed": 1,
        "scale": 1.0,
        "days": 329,
        "overrides": {},
        "outcomes": dict.fromkeys(HEADLINES, value),
        "by_age": {key: dict.fromkeys(AGE_GROUPS, value) for key in BY_AGE},
    }


def test_only_whole_replications_are_compared() -> None:
    """A replication that not every scenario finished is left out, for all of them, whatever the order of arrival."""
    results = [finished("b", 1, 4.0), finished("a", 0, 1.0), finished("a", 2, 9.0), finished("b", 0, 2.0)]
    results += [finished("a", 1, 2.0), finished("c", 0, 5.0), finished("c", 1, 7.0), finished("c", 2, 7.0)]
    found = comparison(results, ["a", "b", "c"])
    assert (found["reps"], found["seeds"]) == (2, ["1/0", "1/1"])
    assert [variant["name"] for variant in found["variants"]] == ["b", "c"]
    outcome = found["variants"][1]["outcomes"][0]
    assert (outcome["per_seed"], outcome["base_mean"], outcome["variant_mean"]) == ([4.0, 5.0], 1.5, 6.0)
    row = found["variants"][0]["by_age"][0]
    assert (row["difference"], row["key"], row["group"]) == (1.5, BY_AGE[0], AGE_GROUPS[0])


@pytest.mark.parametrize("results", [[], [finished("a", 0, 1.0)], [finished("a", 0, 1.0), finished("b", 0, 1.0)]])
def test_fewer_than_two_whole_replications_compare_nothing(results: Sequence[dict[str, Any]]) -> None:
    """Nothing done, one scenario done, one replication done: no variant, no made-up interval."""
    assert comparison(results, ["a", "b"])["variants"] == []


def test_what_a_variant_turns_is_told_with_its_value() -> None:
    """The figures that differ from the base scenario, policy and people alike, as plain values."""
    base = load_scenario()
    assert differences(base, load_scenario("cap_20")) == {"points.deduction_cap_bp": 2000}
    assert differences(base, load_scenario("fewer_members")) == {"population.members.grid_members": 299}
    later = load_scenario(settings=["horizon.as_of_date=2022-08-10"])
    assert differences(base, later) == {"horizon.as_of_date": "2022-08-10"}
    assert differences(base, base) == {}


def outcomes(*settings: str, replication: int, scale: float = 0.005) -> dict[str, float]:
    """Headline outcomes of a small district."""
    return headline_outcomes(life(settings=settings, scale=scale, replication=replication, days=120).run)


def test_a_policy_that_touches_nothing_changes_nothing() -> None:
    """Another limit on refunds by the channel fee: every headline outcome, in total and by age, is exactly the same."""
    for replication in (0, 1):
        one = life(scale=0.005, replication=replication, days=120).run
        other = life(settings=("payments.channel_fee_bp=60",), scale=0.005, replication=replication, days=120).run
        assert headline_outcomes(one) == headline_outcomes(other)
        assert outcomes_by_age(one) == outcomes_by_age(other)


def test_a_policy_acts_only_where_it_can() -> None:
    """No points at all: fewer answers, nothing paid; binding, ballots, reports and purchases stay as they were."""
    one = outcomes(replication=0)
    other = headline_outcomes(life("no_points", scale=0.005, days=120).run)
    assert other["points_issued"] == other["points_redeemed"] == other["points_outstanding"] == 0
    assert one["points_issued"] > 0
    assert other["questionnaire_answers"] < one["questionnaire_answers"]
    for same in ("bound_people", "ballots", "events_handled", "purchases", "member_hours"):
        assert other[same] == one[same], same


@pytest.mark.slow
def test_shared_luck_makes_a_small_lever_visible() -> None:
    """A lever of 2 %: the difference of two runs varies at least 20 times less on shared luck than on separate luck."""
    lever = "behaviour.answering.intercept_logits=-3.925"
    answers = np.array(
        [
            [
                headline_outcomes(life(settings=settings, replication=replication).run)["questionnaire_answers"]
                for replication in range(20)
            ]
            for settings in ((), (lever,))
        ]
    )
    paired = float(np.var(answers[1] - answers[0], ddof=1))
    independent = float(np.var(answers, axis=1, ddof=1).sum())
    print(f"mean {answers.mean():.0f}, paired sd {paired**0.5:.1f}, ratio {independent / paired:.0f}")  # noqa: T201
    assert (answers[1] - answers[0]).mean() > 0
    assert independent / paired >= 20
    assert NormalDist().inv_cdf(0.975) == pytest.approx(1.959964)
