"""Quarrels among neighbours over what nobody has put right: a formula over open cases, a result of the model only.

quarrels = rate a year / 365.25 * (days that cases stood open + untold problems * days until they end by themselves).
That quarrels grow with the time for which a problem stays is assumed, and so is how many problems nobody would tell
without the platform: nothing of it was measured, so the result says what follows from the assumption, not what is.
"""

from __future__ import annotations

from collections.abc import Iterable

from sim.sourced import Parameters, sourced

YEAR_DAYS = 365.25


class QuarrelBehaviour(Parameters):
    """The section `[behaviour.quarrels]`."""

    quarrels_year: float = sourced("quarrels", "Quarrels that one open problem brings in a year.", ge=0, le=10_000)
    untold_cases: float = sourced("cases", "Problems over the horizon that nobody tells, at scale 1.", ge=0, le=1e7)
    untold_days: float = sourced("days", "How long a problem that nobody tells stays.", ge=0, le=3_650)


def expected_quarrels(open_days: Iterable[float], behaviour: QuarrelBehaviour, part: float) -> float:
    """Expected number: `open_days` of each case, `part` of the district and the horizon that was simulated."""
    untold = behaviour.untold_cases * behaviour.untold_days * part
    return behaviour.quarrels_year / YEAR_DAYS * (sum(open_days) + untold)
