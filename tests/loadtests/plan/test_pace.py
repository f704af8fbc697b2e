"""The time change is exact: nothing is lost, the order and the shape stay."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from loadtests.plan.pace import NANOSECONDS, at_rate, at_speed, mean_rate

SPEEDS = st.one_of(st.floats(0.001, 100_000), st.integers(1, 86_400).map(float))
INSTANTS = st.lists(st.integers(0, 90 * 86_400), min_size=1, max_size=50).map(sorted)


@given(SPEEDS, INSTANTS)
def test_an_instant_survives_the_change(speed: float, instants: list[int]) -> None:
    """Whoever multiplies a due time by the speed, even as a float, gets the second that it stands for."""
    pace = at_speed(speed)
    told = float(pace.speed)
    assert Fraction(told) == pace.speed
    for at_s in instants:
        due_ns = pace.due_ns(at_s)
        assert due_ns * pace.speed // NANOSECONDS == at_s
        assert int(due_ns * told) // NANOSECONDS == at_s


@given(SPEEDS, INSTANTS)
def test_shape_and_count_stay(speed: float, instants: list[int]) -> None:
    """Due times are as many, in the same order, and in the same proportions to a nanosecond."""
    pace = at_speed(speed)
    dues = [pace.due_ns(each) for each in instants]
    assert dues == sorted(dues)
    for at_s, due_ns in zip(instants, dues, strict=True):
        assert 0 <= due_ns - at_s * NANOSECONDS / pace.speed < 1


@given(st.floats(0.01, 10_000), st.integers(1, 10**6), st.integers(1, 90 * 86_400))
def test_a_rate_is_reached(rate: float, operations: int, span_s: int) -> None:
    """The mean rate of the stretched plan is the wished one, as near as the grain of speeds allows."""
    pace = at_rate(rate, operations, span_s)
    grain = operations / span_s / (1 << 20)
    assert abs(mean_rate(pace, operations, span_s) - rate) <= grain + 1e-6


def test_nothing_to_stretch_keeps_its_pace() -> None:
    """A plan without operations or without length has speed 1."""
    assert at_rate(5, 0, 10).speed == at_rate(5, 10, 0).speed == 1
