"""The time change: life is told faster or slower, and its shape stays.

Every operation keeps its instant in the town; only when it is due changes, by one factor for all. A speed is a binary
fraction, so that whoever multiplies it as a float gets the same instants.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

NANOSECONDS = 1_000_000_000
GRAIN = 1 << 20
"""Speeds are whole parts of it: finer than anybody can tell, and exact as a float."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds of the town's time in one second of load."""

    speed: Fraction

    def due_ns(self, at_s: int) -> int:
        """When what happens `at_s` seconds from the start is due: rounded up, so that its second has begun."""
        return -(-at_s * NANOSECONDS * self.speed.denominator // self.speed.numerator)


def at_speed(speed: float) -> Pace:
    """A pace by its speed, to the grain."""
    return Pace(Fraction(max(1, round(Fraction(speed) * GRAIN)), GRAIN))


def at_rate(rate: float, operations: int, span_s: int) -> Pace:
    """The pace at which so many operations in so many seconds of the town come at a mean rate a second."""
    if not operations or not span_s:
        return at_speed(1)
    return at_speed(float(Fraction(rate) * span_s / operations))


def mean_rate(pace: Pace, operations: int, span_s: int) -> float:
    """Operations a second on average."""
    return round(float(Fraction(operations, span_s) * pace.speed), 6) if span_s else float(operations)
