"""An epidemic in the district: check-ins, travel, tests, by a month's weight; and items explained at the door.

Numbers are of the whole district of the scenario; a smaller town has its part. Weights by calendar month make the
surge of the winter of 2022, in which the platform recruited its volunteers; none of these numbers was published.
"""

from __future__ import annotations

from typing import Literal

from sim.sourced import Numbers, Parameters, Share, sourced

MONTHS = 12
Act = Literal["check_in", "travel", "test", "explain"]


class EpidemicBehaviour(Parameters):
    """The section `[behaviour.epidemic]`; nothing of it but explaining happens while the functions are off."""

    check_ins_day: float = sourced("check-ins", "Check-ins a day at weight 1.", ge=0, le=1_000_000)
    travels_day: float = sourced("declarations", "Travel declarations a day at weight 1.", ge=0, le=1_000_000)
    tests_day: float = sourced("tests", "Results a day at weight 1.", ge=0, le=1_000_000)
    positive_share: Share = sourced("share", "Results that are positive.")
    read_share: Share = sourced("share", "Results that the person looks up at once.")
    month_weights: Numbers = sourced("factor", "Weight of January ... December.", min_length=MONTHS, max_length=MONTHS)
    explained_day: float = sourced(
        "visits", "Visits a day at which a member explains an item to somebody of 60 or more.", ge=0, le=1_000_000
    )


def rates(behaviour: EpidemicBehaviour, month: int, *, on: bool) -> dict[Act, float]:
    """Mean numbers of a day in a calendar month (0 is January), of the whole district."""
    weight = behaviour.month_weights[month] if on else 0.0
    return {
        "check_in": behaviour.check_ins_day * weight,
        "travel": behaviour.travels_day * weight,
        "test": behaviour.tests_day * weight,
        "explain": behaviour.explained_day,
    }
