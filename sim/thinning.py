"""Exact thinning: agents whose probability to act depends on the state at the time, as a stream of candidates.

Lewis & Shedler (1979), Simulation of nonhomogeneous Poisson processes by thinning: a process with at least the wanted
rate is drawn, and each of its points is kept with the ratio of the two rates at that point. What numpy can reject from
a bound of a whole block it rejects there; only survivors cost Python.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from simpy.core import SimTime

from sim.stream_environment import Candidates, Column, Decide, Draw, StreamEnvironment


class BoundExceeded(Exception):
    """A probability above the bound that its block was thinned with: candidates were lost, the run is void."""

    def __init__(self, stream: str, who: int, time: SimTime, probability: float, bound: float) -> None:
        super().__init__(stream, who, time, probability, bound)  # all five: it must survive pickling by a worker
        self.stream, self.who, self.time, self.probability, self.bound = stream, who, time, probability, bound

    def __str__(self) -> str:
        return (
            f"stream {self.stream!r}: agent {self.who} at {self.time} has probability {self.probability}, "
            f"outside [0, {self.bound}], the bound of its block: widen the bound"
        )


@dataclass(frozen=True, slots=True)
class Thinned:
    """A stream whose candidates act with a probability that depends on the state at their time; exact thinning.

    Lewis & Shedler (1979): a candidate with u < bound survives the block's drawing in numpy; at its own time
    `probability(who)` is asked, and it acts if u < probability, with u / probability, again uniform in [0, 1).
    """

    draw: Draw
    bound: Callable[[SimTime, SimTime], Column]
    """bound(start, stop): for each agent at least the highest probability it can have in [start, stop)."""
    probability: Callable[[int], float]
    act: Decide

    def join(self, env: StreamEnvironment, name: str) -> None:
        """Add the stream to `env`; at run time BoundExceeded is raised if a probability is above its bound."""
        draw, probability, act = self.draw, self.probability, self.act
        bounds = memoryview(b"")

        def survivors(start: SimTime, stop: SimTime) -> Candidates | None:
            nonlocal bounds
            if (candidates := draw(start, stop)) is None:
                return None
            t, who, u = candidates
            if not len(t):
                return candidates
            bound = np.array(self.bound(start, stop), dtype=np.float64)  # a copy: the agents' columns move on
            bounds = bound.data  # its items are Python floats, twice as fast to compare as numpy's scalars
            kept = u < bound[who]
            return t[kept], who[kept], u[kept]

        def decide(who: int, u: float) -> None:
            p = probability(who)
            if not 0.0 <= p <= bounds[who]:
                raise BoundExceeded(name, who, env.now, p, bounds[who])
            if u < p:
                act(who, u / p)

        env.add_stream(survivors, decide, name)
