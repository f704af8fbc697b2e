"""Properties of the order in which StreamEnvironment does things, against references that know no heap and no numpy."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from simpy.events import Event

from sim.stream_environment import Candidates, StreamEnvironment

HORIZON = 30
whole = st.integers(0, HORIZON - 1)  # whole numbers make ties
broken = st.floats(0, HORIZON, exclude_max=True, allow_subnormal=False)
columns = st.lists(st.lists(whole, max_size=12) | st.lists(whole | broken, max_size=12), max_size=4)
"""Times of some streams: unsorted, with ties within and between them, whole or floats."""
block_lengths = st.sampled_from([1, 3, 7, 10, 100, 0.7, 2.5])


@dataclass
class Plan:
    """Streams, events that the heap holds from the start, and what each happening puts into the heap."""

    streams: list[list[float]]
    heap: list[float]
    block_s: float
    delays: list[list[float]] = field(default_factory=lambda: [[]])
    """The k-th happening schedules events after delays[k % len(delays)], as long as k is below 40."""


plans = st.builds(Plan, columns, st.lists(whole | broken, max_size=12), block_lengths)
lively = st.builds(
    Plan,
    columns,
    st.lists(whole | broken, max_size=6),
    block_lengths,
    st.lists(st.lists(st.sampled_from([0, 0, 1, 2.5, 4]), max_size=2), min_size=1, max_size=5),
)
Log = list[tuple[float, Any]]


def drawing(times: list[float], end: float) -> Callable[[float, float], Candidates | None]:
    """A draw that gives whole times as integers, and ends its stream at `end`."""
    t = np.array(times, dtype=np.float64 if any(isinstance(time, float) for time in times) else np.int64)

    def draw(start: float, stop: float) -> Candidates | None:
        inside = np.flatnonzero((t >= start) & (t < stop))
        return None if start >= end else (t[inside], inside, np.zeros(len(inside)))

    return draw


def prepared(plan: Plan, stop_at: int = 0) -> tuple[StreamEnvironment, Log, Event]:
    """An environment that follows the plan, its log of (now, what), and an event triggered by happening `stop_at`."""
    env, log = StreamEnvironment(block_s=plan.block_s), Log()
    stop = env.event()

    def happen(what: Any) -> None:
        number = len(log)
        log.append((env.now, what))
        if len(log) == stop_at:
            stop.succeed(what)
        for delay in plan.delays[number % len(plan.delays)] if number < 40 else ():
            wait(delay, ("after", number, delay))

    def wait(delay: float, what: Any) -> None:
        env.timeout(delay).callbacks.append(lambda _: happen(what))

    for place, times in enumerate(plan.streams):
        env.add_stream(drawing(times, HORIZON), partial(decide, happen, place), f"stream {place}")
    for number, time in enumerate(plan.heap):
        wait(time, ("heap", number))
    return env, log, stop


def decide(happen: Callable[[Any], None], place: int, who: int, _: float) -> None:
    """A candidate of the stream at `place` happens."""
    happen((place, who))


def reference(plan: Plan) -> Log:
    """The same by looking for what comes first in all that waits: (time, heap first, order of registration)."""
    log: Log = []
    waiting: list[tuple[float, int, int, int, Any]]
    waiting = [(time, 0, number, 0, ("heap", number)) for number, time in enumerate(plan.heap)]
    for place, times in enumerate(plan.streams):
        waiting += [(time, 1, place, who, (place, who)) for who, time in enumerate(times)]
    scheduled = len(plan.heap)
    while waiting:
        first = min(waiting)
        waiting.remove(first)
        number = len(log)
        log.append((first[0], first[4]))
        for delay in plan.delays[number % len(plan.delays)] if number < 40 else ():
            waiting.append((first[0] + delay, 0, scheduled, 0, ("after", number, delay)))
            scheduled += 1
    return log


@given(plans)
def test_the_order_is_that_of_one_sort(plan: Plan) -> None:
    """Heap events and candidates happen in the order of one stable sort by (time, heap first, registration)."""
    env, log, _ = prepared(plan)
    env.run()
    happenings = [(time, 0, number, 0) for number, time in enumerate(plan.heap)]
    happenings += [(time, 1, place, who) for place, times in enumerate(plan.streams) for who, time in enumerate(times)]
    expected = [(h[0], ("heap", h[2]) if h[1] == 0 else (h[2], h[3])) for h in sorted(happenings)]
    assert log == expected


@given(lively)
def test_decisions_that_schedule_events_keep_the_order(plan: Plan) -> None:
    """What decisions and events put into the heap, at once or later, runs in its order, too."""
    env, log, _ = prepared(plan)
    env.run()
    assert log == reference(plan)


@given(lively, st.lists(whole | broken | st.integers(0, 60), max_size=6))
def test_stopping_and_continuing_changes_nothing(plan: Plan, stops: list[float]) -> None:
    """run(until=10) and run(until=20) do what run(until=20) does, wherever the stops lie, also inside a block."""
    env, log, _ = prepared(plan)
    for stop in sorted(stops):
        if stop > env.now:
            env.run(until=stop)
            assert abs(env.now - stop) < 1e-12  # SimPy's run goes to now + (until - now): the last bit may differ
            assert log == [(time, what) for time, what in reference(plan) if time < env.now]
    env.run()
    assert log == reference(plan)


@given(lively, st.lists(st.booleans(), max_size=20))
def test_single_steps_change_nothing(plan: Plan, steps: list[bool]) -> None:
    """Steps do one thing each, at the time that peek told; steps and runs can be mixed."""
    env, log, _ = prepared(plan)
    for run in steps:
        before, promised = len(log), env.peek()
        if promised == float("inf"):
            break
        if run:
            env.run(until=promised + 1)
            continue
        env.step()
        assert env.now == promised
        assert len(log) - before <= 1
    env.run()
    assert log == reference(plan)


@given(lively, st.integers(1, 30))
def test_a_stop_by_a_happening_changes_nothing(plan: Plan, number: int) -> None:
    """run(until=event) ends when a happening has triggered the event, a decision at once; the rest follows later."""
    env, log, stop = prepared(plan, stop_at=number)
    expected = reference(plan)
    if len(expected) >= number:
        what = env.run(until=stop)
        assert what == log[number - 1][1]
        assert len(log) == number or what[0] in {"heap", "after"}
    env.run()
    assert log == expected
