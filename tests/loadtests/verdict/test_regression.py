"""The bootstrap over blocks of time says 95 % and means about 95 %, with values that hang together."""

import numpy as np
import pytest

from loadtests.verdict.regression import Samples, compared

SECOND = 1_000_000_000
RUNS = 240


def latencies(luck: np.random.Generator, factor: float = 1.0, *, clustered: bool = True) -> Samples:
    """60 seconds at 100 a second; seconds have moods of their own, so that neighbours resemble each other."""
    due = np.arange(6_000, dtype=np.int64) * (SECOND // 100)
    mood = np.repeat(luck.normal(0, 0.25 if clustered else 0.0, 30), 200)
    values = factor * 20e6 * np.exp(mood + 0.3 * luck.standard_normal(len(due)))
    return due, values.astype(np.int64)


@pytest.mark.slow
@pytest.mark.parametrize("percentile", [50.0, 99.0])
def test_the_interval_holds_the_truth_about_as_often_as_it_says(percentile: float) -> None:
    """Of intervals at 95 % between runs of equal speed, 88 % or more hold zero; hardly one calls 15 % certain."""
    luck = np.random.default_rng(11)
    held = certain = 0
    for _ in range(RUNS):
        found = compared(latencies(luck), latencies(luck), percentile)
        assert found is not None
        held += found.low <= 0 <= found.high
        certain += found.low > 0.15
    assert held >= 0.88 * RUNS
    assert certain <= 0.03 * RUNS


def test_it_is_no_yes_man() -> None:
    """Twice as slow is found to be beyond 15 % practically always, though seconds differ by a quarter."""
    luck = np.random.default_rng(12)
    found = [compared(latencies(luck), latencies(luck, 2.0), 99.0) for _ in range(30)]
    assert sum(each is not None and each.low > 0.15 for each in found) >= 29


def test_blocks_are_what_makes_it_honest() -> None:
    """Values that hang together in time get a wider interval than the same values in any order."""
    luck = np.random.default_rng(13)
    before, after = latencies(luck), latencies(luck)
    mixed = [(due, luck.permutation(values)) for due, values in (before, after)]
    clustered, single = compared(before, after, 50.0), compared(mixed[0], mixed[1], 50.0)
    assert clustered is not None
    assert single is not None
    assert clustered.high - clustered.low > 2 * (single.high - single.low)


def test_the_same_runs_get_the_same_answer() -> None:
    """Resamples come from a seed."""
    luck = np.random.default_rng(14)
    before, after = latencies(luck), latencies(luck)
    assert compared(before, after, 99.0) == compared(before, after, 99.0)


def test_a_change_is_measured() -> None:
    """Without moods of the seconds the estimate is near the factor, and a wider confidence gives a wider interval."""
    luck = np.random.default_rng(15)
    before, after = latencies(luck, clustered=False), latencies(luck, 1.3, clustered=False)
    narrow, wide = (compared(before, after, 50.0, confidence) for confidence in (0.9, 0.99))
    assert narrow is not None
    assert wide is not None
    assert narrow.change == pytest.approx(0.3, abs=0.05)
    assert wide.low < narrow.low < narrow.change < narrow.high < wide.high


def test_nothing_comes_of_nothing() -> None:
    """Without values, or with few blocks of time, there is no interval."""
    empty = np.zeros(0, dtype=np.int64)
    luck = np.random.default_rng(16)
    due, values = latencies(luck)
    assert compared((empty, empty), (due, values), 50.0) is None
    assert compared((due[:150], values[:150]), (due, values), 50.0) is None
