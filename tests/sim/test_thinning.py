import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.stream_environment import Candidates, Decide, StreamEnvironment
from sim.thinning import BoundExceeded, Thinned

below_one = st.floats(0, 1, exclude_max=True)


def one_block(who: list[int], u: list[float]) -> Callable[[float, float], Candidates | None]:
    """One candidate a second, in the first block only."""
    columns = np.arange(len(who)), np.array(who, dtype=np.int64), np.array(u, dtype=np.float64)
    return lambda start, _: None if start else columns


def always(*bounds: float) -> Callable[[float, float], Any]:
    """The same bounds in every block."""
    return lambda *_: np.array(bounds)


def nobody(who: int, u: float) -> None:
    """An act that must not happen."""
    raise AssertionError(f"{who} acted with {u}")


def run(draw: Any, bound: Any, probability: Callable[[int], float], act: Decide) -> StreamEnvironment:
    """One thinned stream of blocks of 1,000 s, run until it ends."""
    env = StreamEnvironment(block_s=1_000)
    Thinned(draw, bound, probability, act).join(env, "thinned")
    env.run()
    return env


@given(
    st.lists(st.tuples(st.integers(0, 4), below_one), max_size=30),
    st.lists(below_one, min_size=5, max_size=5),
    st.data(),
)
def test_who_acts_does_not_depend_on_the_bound(
    candidates: list[tuple[int, float]], probabilities: list[float], data: st.DataObject
) -> None:
    """Whatever bound above the probability is used, exactly the candidates with u < p act, in order, with u / p."""
    bounds = [data.draw(st.floats(p, 1.5)) for p in probabilities]
    acted: list[tuple[int, float]] = []
    draw = one_block([who for who, _ in candidates], [u for _, u in candidates])
    run(draw, always(*bounds), probabilities.__getitem__, lambda who, u: acted.append((who, u)))
    assert acted == [(who, u / probabilities[who]) for who, u in candidates if u < probabilities[who]]


@given(below_one, st.floats(0, 1))
def test_the_remaining_luck_is_again_in_zero_to_one(u: float, p: float) -> None:
    """The u / p of one who acts is never 1, however close u is to p."""
    acted: list[float] = []
    for luck in (u, float(np.nextafter(p, 0))):
        run(one_block([0], [luck]), always(1), lambda _: p, lambda _, rest: acted.append(rest))
    assert all(0 <= rest < 1 for rest in acted)


def test_the_number_of_acts_matches_theory() -> None:
    """Of 200,000 candidates with bounds above their p, the sum of p act, within 4 standard deviations."""
    rng = np.random.default_rng(20220801)
    p = rng.beta(1, 9, 2_000)
    who = rng.integers(0, len(p), 200_000)
    t, u = rng.uniform(0, 1_000, len(who)), rng.random(len(who))
    acted = np.zeros(len(p), dtype=np.int64)
    rest: list[float] = []

    def act(agent: int, remaining: float) -> None:
        acted[agent] += 1
        rest.append(remaining)

    run(lambda start, _: None if start else (t, who, u), lambda *_: np.minimum(1, 1.3 * p), p.tolist().__getitem__, act)
    chance = p[who]
    assert abs(acted.sum() - chance.sum()) < 4 * np.sqrt((chance * (1 - chance)).sum())
    expected = np.bincount(who, minlength=len(p)) * p
    chi_square = ((acted - expected) ** 2 / (expected * (1 - p))).sum()
    assert abs(chi_square - len(p)) < 4 * np.sqrt(2 * len(p) + (1 / expected).sum())
    gap = np.abs(np.sort(rest) - (np.arange(len(rest)) + 0.5) / len(rest)).max()
    assert gap * np.sqrt(len(rest)) < 1.95, "remaining luck is not uniform (Kolmogorov-Smirnov, 0.1 %)"


def test_probability_is_asked_in_the_state_of_its_moment() -> None:
    """Each act halves the next one's probability at once; the bound stays what it was when the block was drawn."""
    ceiling, willing = np.array([0.8, 0.5]), [0.8, 0.5]
    acted: list[tuple[int, float]] = []

    def act(who: int, u: float) -> None:
        acted.append((who, u))
        willing[who] /= 2
        ceiling[who] = 0.0  # the column that the bound was taken from moves on

    run(one_block([0, 0, 1, 0, 1], [0.4, 0.4, 0.4, 0.1, 0.1]), lambda *_: ceiling, willing.__getitem__, act)
    assert acted == [(0, 0.5), (1, 0.8), (0, 0.25), (1, 0.4)]


def test_only_survivors_are_asked() -> None:
    """A candidate with u at or above its bound is dropped in numpy and costs no call."""
    asked: list[int] = []

    def probability(who: int) -> float:
        asked.append(who)
        return 0.0

    run(one_block([0, 1, 2, 3], [0.3, 0.3, 0.3, 0.0]), always(0.2, 0.3, 0.4, 0.0), probability, nobody)
    assert asked == [2]


@pytest.mark.parametrize("p", [0.3000001, 1.7, -0.1, float("nan")])
def test_a_probability_outside_its_bound_stops_the_run(p: float) -> None:
    """Above the block's bound, below 0, no number: the run stops before the act and names who, when and how much."""
    env = StreamEnvironment(block_s=1_000)
    Thinned(one_block([0, 1], [0.5, 0.1]), always(0.3, 0.3), lambda _: p, nobody).join(env, "shopping")
    with pytest.raises(BoundExceeded, match=rf"^stream 'shopping': agent 1 at 1 has probability {p}, outside \[0, 0.3"):
        env.run()


def test_the_error_survives_the_way_home_from_a_worker_process() -> None:
    """BoundExceeded can be pickled: a worker's replication must not hang the pool that waits for it."""
    error = pickle.loads(pickle.dumps(BoundExceeded("votes", 7, 86_400.5, 0.4, 0.3)))  # noqa: S301 (our own)
    assert (error.stream, error.who, error.time, error.probability, error.bound) == ("votes", 7, 86_400.5, 0.4, 0.3)
    assert str(error).startswith("stream 'votes': agent 7 at 86400.5 has probability 0.4")
