from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
import simpy
from simpy.core import StopSimulation
from simpy.events import EventPriority

from sim.stream_environment import Candidates, StreamEnvironment

Log = list[tuple[float, Any]]


def moments(*times: float) -> Callable[[float, float], Candidates]:
    """A draw of fixed candidates; who is the candidate's number."""
    t = np.array(times, dtype=np.int64 if all(isinstance(time, int) for time in times) else np.float64)

    def draw(start: float, stop: float) -> Candidates:
        inside = np.flatnonzero((t >= start) & (t < stop))
        return t[inside], inside, np.zeros(len(inside))

    return draw


def town(times: Sequence[float], *, block_s: float = 10) -> tuple[StreamEnvironment, Log]:
    """An environment with one stream that logs (now, who)."""
    env, log = StreamEnvironment(block_s=block_s), []
    env.add_stream(moments(*times), lambda who, _: log.append((env.now, who)), "log")
    return env, log


def test_decisions_see_the_exact_time_whole_numbers_stay_whole() -> None:
    """A decision sees env.now equal to its candidate's time to the last bit, as an int if the stream's times are."""
    for times in [(3, 14, 1_700_000_000), (0.1 + 0.2, 12.3456789012345, 1e9 / 3)]:
        env, log = town(times, block_s=1e9)
        env.run(until=2e9)
        assert log == [(time, who) for who, time in enumerate(times)]
        assert [type(now) for now, _ in log] == [type(time) for time in times]


def test_heap_comes_before_streams_and_streams_in_their_order() -> None:
    """At equal times: events of the heap of any priority, then the streams in the order in which they were added."""
    env, log = StreamEnvironment(block_s=10), []
    env.add_stream(moments(7, 7), lambda who, _: log.append(("first", who)), "first")
    env.add_stream(moments(7, 7), lambda who, _: log.append(("second", who)), "second")
    for priority in (1, 0, 99):
        event = env.event()
        event._ok, event._value = True, ("heap", priority)
        event.callbacks.append(lambda event: log.append(event.value))
        env.schedule(event, EventPriority(priority), delay=7)
    env.run(until=8)
    heap = [("heap", 0), ("heap", 1), ("heap", 99)]
    assert log == [*heap, ("first", 0), ("first", 1), ("second", 0), ("second", 1)]


def test_what_a_decision_schedules_now_runs_before_the_next_candidate() -> None:
    """Processes, requests and interrupts that a decision starts are served before a candidate of the same time."""
    env, log = StreamEnvironment(), []
    desk = simpy.Resource(env, capacity=1)

    def sleeper() -> Any:
        try:
            yield env.timeout(100)
        except simpy.Interrupt as interrupt:
            log.append((env.now, f"woken by {interrupt.cause}"))

    def visit(who: int) -> Any:
        with desk.request() as turn:
            yield turn
            log.append((env.now, f"visit {who}"))
            yield env.timeout(3)

    def decide(who: int, _: float) -> None:
        assert env.active_process is None
        log.append((env.now, f"decision {who}"))
        env.process(visit(who))
        if who == 1:
            asleep.interrupt(who)

    asleep = env.process(sleeper())
    env.add_stream(moments(5, 5, 6), decide, "visits")
    env.run(until=20)
    assert log == [
        (5, "decision 0"),
        (5, "visit 0"),
        (5, "decision 1"),
        (5, "woken by 1"),
        (6, "decision 2"),
        (8, "visit 1"),
        (11, "visit 2"),
    ]


def test_draw_is_called_once_a_block_after_all_that_happened_before_it() -> None:
    """Draw sees what the heap did up to and at the block's start, and every decision of the block before."""
    env, fixed = StreamEnvironment(5, block_s=10), moments(5, 14, 15, 25)
    acts: list[Any] = []
    seen: list[Any] = []

    def draw(start: float, stop: float) -> Candidates:
        seen.append((start, stop, env.now, list(acts)))
        return fixed(start, stop)

    def at(delay: float, name: str) -> None:
        env.timeout(delay).callbacks.append(lambda _: acts.append(name))

    env.add_stream(draw, lambda who, _: acts.append(who), "drawn")
    at(10, "heap at 15")
    at(0, "heap at 5")
    at(9, "heap at 14")
    env.run(until=30)
    assert seen == [
        (5, 15, 5, ["heap at 5"]),
        (15, 25, 15, ["heap at 5", 0, "heap at 14", 1, "heap at 15"]),
        (25, 35, 25, ["heap at 5", 0, "heap at 14", 1, "heap at 15", 2]),
    ]


@pytest.mark.parametrize(
    ("initial_time", "phase", "added_at", "first"),
    [(0, None, 0, 0), (7, None, 7, 7), (7, 0, 7, 10), (-7, 0, -7, 0), (0, 3, 0, 3), (0, 0, 10, 10), (0, 0, 10.5, 20)],
)
def test_a_stream_begins_with_the_next_block(
    initial_time: float, phase: float | None, added_at: float, first: float
) -> None:
    """A stream takes part from the first boundary at or after the moment at which it was added."""
    env, blocks = StreamEnvironment(initial_time, block_s=10, phase_s=phase), []
    if added_at > initial_time:
        env.run(until=added_at)

    def draw(start: float, stop: float) -> Candidates:
        blocks.append((start, stop))
        return moments()(start, stop)

    env.add_stream(draw, print, "late")
    env.run(until=first + 15)
    assert blocks == [(first, first + 10), (first + 10, first + 20)]


def test_rounded_block_bounds_do_not_turn_the_clock_back() -> None:
    """Where a block's bound falls short of the present by rounding, the stream begins one block later."""
    phase, block_s, now = -0.601263318782324, 0.1, 3.8987366812176765
    assert phase + 45 * block_s == np.nextafter(now, 0)
    env, starts = StreamEnvironment(now, block_s=block_s, phase_s=phase), []
    env.add_stream(lambda start, _: starts.append(start), print, "rounded")
    env.run()
    assert starts == [phase + 46 * block_s]


def test_a_decision_adds_a_stream() -> None:
    """A stream that a decision adds joins in the next block, not in the one that is open."""
    env, log = StreamEnvironment(block_s=10), []

    def decide(who: int, _: float) -> None:
        log.append((env.now, "old"))
        if who == 0:
            env.add_stream(moments(5, 15), lambda *_: log.append((env.now, "new")), "new")

    env.add_stream(moments(3, 17), decide, "old")
    env.run(until=20)
    assert log == [(3, "old"), (15, "new"), (17, "old")]


def test_a_stream_ends_and_another_begins() -> None:
    """Draw says None when its stream has ended; run() returns when all have; another stream can begin afterwards."""
    env, log = StreamEnvironment(block_s=10), []
    fixed = moments(3, 13)
    env.add_stream(lambda a, b: fixed(a, b) if a < 20 else None, lambda *_: log.append(env.now), "short")
    env.run()
    assert (log, env.now, env.peek()) == ([3, 13], 20, float("inf"))
    env.add_stream(lambda a, b: moments(25, 31)(a, b) if a < 40 else None, lambda *_: log.append(env.now), "short")
    env.run()
    assert log == [3, 13, 31]  # the block from 20 had been opened already


def test_step_decides_one_candidate_and_peek_tells_its_time() -> None:
    """SimPy's documented loop `while env.peek() < until: env.step()` stops before a candidate at `until`."""
    env, log = town([1, 2, 2, 9, 12])
    while env.peek() < 2:
        env.step()
    assert log == [(1, 0)]
    env.step()
    assert log == [(1, 0), (2, 1)]
    while env.peek() < 13:
        env.step()
    assert [now for now, _ in log] == [1, 2, 2, 9, 12]


def test_peek_within_a_decision_tells_the_next_candidate() -> None:
    """While run() decides many candidates at a stretch, peek() still tells the time of what comes next."""
    env, peeks = StreamEnvironment(block_s=10), []
    env.add_stream(moments(1, 4, 6), lambda *_: peeks.append(env.peek()), "peeking")
    env.timeout(5)
    env.run(until=8)
    assert peeks == [4, 5, 8]


def test_candidates_between_two_events_cost_the_heap_nothing() -> None:
    """run() puts into the heap once a block, not once a candidate: this is where the speed comes from."""
    env, log = town(range(1_000), block_s=1_000)
    env.run(until=999.5)
    assert len(log) == 1_000
    assert next(env._eid) < 10


def test_run_until_an_event_that_a_decision_triggers() -> None:
    """run(until=event) returns the event's value at the decision's time; the rest comes with the next run."""
    env, log = StreamEnvironment(block_s=10), []
    done = env.event()

    def decide(who: int, _: float) -> None:
        log.append(env.now)
        if who == 1:
            done.succeed("done")

    env.add_stream(moments(2, 4, 4, 6), decide, "work")
    assert (env.run(until=done), env.now, log) == ("done", 4, [2, 4])
    env.run(until=7)
    assert log == [2, 4, 4, 6]


@pytest.mark.parametrize("error", [StopSimulation("enough"), ValueError("a bug in a decision")])
def test_a_decision_that_stops_or_fails_is_not_repeated(error: Exception) -> None:
    """StopSimulation ends the run, any other error surfaces as it is; the next run goes on with the next candidate."""
    env, log = StreamEnvironment(block_s=10), []

    def decide(who: int, _: float) -> None:
        log.append(who)
        if who in {0, 2, 4}:
            raise error

    env.add_stream(moments(1, 2, 3, 4, 9, 11), decide, "stops")
    for decided in (1, 3, 5):
        if isinstance(error, StopSimulation):
            assert env.run(until=12) == "enough"
        else:
            with pytest.raises(ValueError, match="a bug in a decision") as raised:
                env.run(until=12)
            assert raised.value is error
        assert log == list(range(decided))
    env.run(until=13)
    assert log == list(range(6))


def test_a_failed_event_surfaces() -> None:
    """An event that a decision fails, and nobody defuses, ends the run with its exception."""
    env = StreamEnvironment()
    env.add_stream(moments(1), lambda *_: env.event().fail(RuntimeError("no rider")), "failing")
    with pytest.raises(RuntimeError, match="no rider"):
        env.run(until=2)


def test_run_inside_a_decision_is_refused() -> None:
    """The clock never goes back: a decision that runs past later candidates breaks the run with a sentence."""
    env = StreamEnvironment()
    env.add_stream(moments(1, 2), lambda *_: env.run(until=env.now + 5), "nested")
    with pytest.raises(RuntimeError, match=r"past 2: a decision must not call run\(\) or step\(\)"):
        env.run(until=10)


def test_a_draw_that_fails_is_asked_again() -> None:
    """A stream does not die in silence: after an error in its draw the next run draws the same block."""
    env, blocks = StreamEnvironment(block_s=10), []

    def draw(start: float, stop: float) -> Candidates:
        blocks.append(start)
        if len(blocks) == 2:
            raise OSError("no candidates today")
        return moments(5, 15)(start, stop)

    log: list[float] = []
    env.add_stream(draw, lambda *_: log.append(env.now), "failing")
    with pytest.raises(OSError, match="no candidates today"):
        env.run(until=20)
    env.run(until=20)
    assert (blocks, log) == ([0, 10, 10], [5, 15])


def test_settings_are_checked() -> None:
    """A block of no length and a name that is taken are refused with a sentence."""
    for block_s in (0, -1, float("inf"), float("nan")):
        with pytest.raises(ValueError, match="block_s must be a positive number of seconds"):
            StreamEnvironment(block_s=block_s)
    env = StreamEnvironment()
    env.add_stream(moments(), print, "votes")
    with pytest.raises(ValueError, match="there is a stream 'votes' already"):
        env.add_stream(moments(), print, "votes")
