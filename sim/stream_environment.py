"""A SimPy environment in which sorted streams of candidates run beside the heap.

Most people of a town do nothing most of the time. A process for each costs a heap entry, a generator and an event for
every waking (about 10 microseconds at 115,000 residents). Here numpy draws one block (by default a day) of candidate
moments for all of them at once, and each candidate is decided one by one, at its exact time, between the events of the
heap. Queues, cases and deliveries stay ordinary SimPy processes. docs/clock.md defends each decision.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from copy import copy
from heapq import heappush
from math import inf
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from simpy.core import Environment, SimTime
from simpy.events import Event, EventPriority

Column: TypeAlias = NDArray[Any]
Candidates: TypeAlias = tuple[Column, Column, Column]
"""t (seconds, whole or float), who (index of the agent), u (uniform in [0, 1)): three arrays of one length."""
Draw: TypeAlias = Callable[[SimTime, SimTime], Candidates | None]
"""draw(start, stop) gives the candidates with start <= t < stop in any order, or None: the stream has ended."""
Decide: TypeAlias = Callable[[int, float], object]
"""decide(who, u) is called when the clock stands at the candidate's time; what it returns is not read."""

LAST = EventPriority(sys.maxsize)
"""Behind whatever else the heap holds at the same time: heap first, then the stream."""


_Candidate: TypeAlias = tuple[SimTime, Decide, int, float]


class _Stream(NamedTuple):
    name: str
    draw: Draw
    decide: Decide


class StreamEnvironment(Environment):
    """SimPy's environment, with streams of candidates merged into its heap.

    Blocks last `block_s` seconds, counted from `phase_s` (default: the initial time). Without a stream it is SimPy's.
    """

    if not TYPE_CHECKING:  # a property of attrgetter has no type; SimPy's has
        now = property(attrgetter("_now"), doc="As SimPy's, but read without a call of Python: often asked.")

    def __init__(self, initial_time: SimTime = 0, *, block_s: SimTime = 86_400, phase_s: SimTime | None = None) -> None:
        super().__init__(initial_time)
        if not 0 < block_s < inf:
            raise ValueError(f"block_s must be a positive number of seconds, not {block_s}")
        for name in ("process", "timeout", "event", "all_of", "any_of"):
            setattr(self, name, getattr(self, name))  # SimPy binds these early for speed, but not for a subclass
        self._block_s = block_s
        self._phase_s = initial_time if phase_s is None else phase_s
        self._streams: list[_Stream] = []
        self._next_block = -sys.maxsize
        self._opening_due = False
        self._times: Iterator[SimTime] = iter(())  # of the candidates that nobody has taken yet
        self._candidates: Iterator[_Candidate] = iter(())

    def add_stream(self, draw: Draw, decide: Decide, name: str) -> None:
        """Merge a stream in, from the next block that opens, now or later.

        `draw` is called once a block, after every event of the heap up to and at the block's start and before the first
        candidate of the block. Equal times: first the heap, then the streams in the order in which they were added.

        Raises:
            ValueError: another stream has this name.
        """
        if any(stream.name == name for stream in self._streams):
            raise ValueError(f"there is a stream {name!r} already: give this one another name")
        self._streams.append(_Stream(name, draw, decide))
        if not self._opening_due:
            self._await_opening()

    def peek(self) -> SimTime:
        """Time of the next event, candidate or opening of a block; infinity if there is none."""
        return min(super().peek(), next(copy(self._times), inf))

    def _boundary(self, block: int) -> SimTime:
        return self._phase_s + block * self._block_s

    def _await_opening(self) -> None:
        self._next_block = max(self._next_block, -int((self._phase_s - self._now) // self._block_s))
        while self._boundary(self._next_block) < self._now:  # rounding of float blocks must not turn the clock back
            self._next_block += 1
        self._opening_due = True
        self._put_last(self._boundary(self._next_block), self._open_block)

    def _put_last(self, t: SimTime, callback: Callable[[Event], None], value: object = None) -> None:
        """Not `schedule`: now + (t - now) may differ from t in the last bit, and candidates keep their exact time."""
        if t < self._now:
            raise RuntimeError(f"the clock stands at {self._now}, past {t}: a decision must not call run() or step()")
        event = Event(self)
        event._ok, event._value = True, value  # noqa: SLF001 (as SimPy's own Timeout does)
        event.callbacks.append(callback)
        heappush(self._queue, (t, LAST, next(self._eid), event))

    def _open_block(self, _: Event) -> None:
        start, stop = self._boundary(self._next_block), self._boundary(self._next_block + 1)
        drawn: list[tuple[_Stream, Candidates]] = []
        try:
            for stream in tuple(self._streams):
                candidates = stream.draw(start, stop)
                if candidates is None:
                    self._streams.remove(stream)
                else:
                    drawn.append((stream, _checked(stream.name, candidates, start, stop)))
            self._next_block += 1
        finally:  # a draw that failed is asked again by the next run: a stream never dies in silence
            self._opening_due = False
            if self._streams:
                self._await_opening()
        if drawn := [(stream, candidates) for stream, candidates in drawn if len(candidates[0])]:
            self._line_up(drawn)

    def _line_up(self, drawn: list[tuple[_Stream, Candidates]]) -> None:
        """Merge the streams' candidates by time; the sort is stable, so ties keep the order of the streams."""
        t, who, u = (np.concatenate(columns) for columns in zip(*(c for _, c in drawn), strict=True))
        decide = np.fromiter((stream.decide for stream, _ in drawn), dtype=object)
        decide = np.repeat(decide, [len(c[0]) for _, c in drawn])
        order = np.argsort(t, kind="stable")
        self._times = iter(t[order].tolist())
        self._candidates = zip(self._times, *(column[order].tolist() for column in (decide, who, u)), strict=True)
        first = next(self._candidates)
        self._put_last(first[0], self._decide, first)

    def _decide(self, event: Event) -> None:
        """Decide the candidate whose turn it is and, within `run`, all before the next event of the heap.

        The heap is never empty here: while candidates remain, it holds the opening of the next block.
        """
        queue, candidates, upcoming = self._queue, self._candidates, None
        _, decide, who, u = event._value  # noqa: SLF001 (typed Any, unlike value)
        try:
            decide(who, u)
            for t, decide, who, u in candidates if _stepped_by_run() else ():
                if queue[0][0] <= t or t < self._now:
                    upcoming = t, decide, who, u
                    break
                self._now = t
                decide(who, u)
        finally:  # also when a decision stops the run or fails: the next run continues with the next candidate
            upcoming = upcoming or next(candidates, None)
            if upcoming:
                self._put_last(upcoming[0], self._decide, upcoming)


def _stepped_by_run() -> bool:
    """Whether the callback that asks is run by SimPy's `run`; anyone else who steps gets one candidate a step.

    `run` is recognised instead of overridden, so that tracebacks stay SimPy's to the line (its own tests read them).
    """
    caller = sys._getframe(2).f_back  # noqa: SLF001 (0 is this function, 1 the callback, 2 SimPy's step)
    return caller is not None and caller.f_code is Environment.run.__code__


def _checked(name: str, candidates: Candidates, start: SimTime, stop: SimTime) -> Candidates:
    t, who, u = (np.asarray(column) for column in candidates)
    if not t.shape == who.shape == u.shape == (t.size,):
        raise ValueError(f"stream {name!r}: t, who and u must be flat and of one length: {t.shape, who.shape, u.shape}")
    if t.size == 0:
        return t, who, u
    if t.dtype.kind not in "iu":
        t = t.astype(np.float64)  # numpy would round start and stop to the precision of a shorter float
    if not np.all((t >= start) & (t < stop)):
        raise ValueError(f"stream {name!r}: candidates must lie in [{start}, {stop}), not at {t.min()} to {t.max()}")
    if who.dtype.kind not in "iu" or who.min() < 0:
        raise ValueError(f"stream {name!r}: who must be indices of agents, 0 or more, not {who.dtype} {who.min()}")
    if not np.all((u >= 0) & (u < 1)):
        raise ValueError(f"stream {name!r}: u must lie in [0, 1), not in {u.min()} to {u.max()}")
    return t, who.astype(np.int64), u
