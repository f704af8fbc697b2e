"""More uniform numbers out of the digits of one: for what is rare, so that no stream of luck has to draw for it."""

from __future__ import annotations

PRIMES = (7_919, 104_729, 1_299_709)


def digits(u: float, place: int) -> float:
    """A number in [0, 1) out of the later digits of `u`; `place` (0 to 2) names it."""
    return (u * PRIMES[place]) % 1.0
