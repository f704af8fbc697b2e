"""Numbers of the epidemic functions: until when they are on, how far back they look, how long traces are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated

from pydantic import Field, StringConstraints

from engine.kernel.command import STRICT
from engine.kernel.sourced import ASSUMED, number
from engine.kernel.units import HOUR_S, MINUTE_S, Seconds, day_start

LONGEST_WINDOW_DAYS = 21  # no rule looks further back, and no trace is forgotten before
LONGEST_KEPT_DAYS = 30
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
Window = Annotated[int, Field(ge=1, le=LONGEST_WINDOW_DAYS)]
LastDay = Annotated[str, StringConstraints(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")]
OBSERVED = "assumed; the usual period of observation until mid-2022 was 14 days"


@lru_cache(maxsize=64)
def end_of(last_day: str) -> int:
    """First instant after a civil date; 0 for none. Raises ValueError for a date that no calendar has."""
    return day_start(date.fromisoformat(last_day).toordinal() - EPOCH_ORDINAL + 1) if last_day else 0


@dataclass(frozen=True, slots=True)
class EpidemicPolicy:
    """Health code, tests, check-ins, travel, risk areas."""

    __pydantic_config__ = STRICT
    last_day: LastDay = number(
        "",
        "civil date; empty: off",
        "last day on which the epidemic functions work; at its end all that they hold is deleted",
        "assumed; off unless a scenario or a change of policy switches them on",
        ASSUMED,
    )
    test_valid_s: Annotated[Seconds, Field(ge=HOUR_S, le=LONGEST_WINDOW_DAYS * 24 * HOUR_S)] = number(
        48 * HOUR_S,
        "seconds",
        "how long after sampling a negative test counts",
        "assumed; 48 hours were usual",
        ASSUMED,
    )
    positive_days: Window = number(
        10, "times 24 hours", "how long after sampling a positive test counts without a later one", "assumed", ASSUMED
    )
    exposure_days: Window = number(14, "times 24 hours", "how long after a close contact it counts", OBSERVED, ASSUMED)
    travel_days: Window = number(
        14, "times 24 hours", "how long after leaving a risk area the stay counts", OBSERVED, ASSUMED
    )
    contact_window_s: Annotated[Seconds, Field(le=24 * HOUR_S)] = number(
        30 * MINUTE_S,
        "seconds",
        "most time between two check-ins at one place that make a close contact",
        "assumed",
        ASSUMED,
    )
    contact_days: Window = number(
        4,
        "times 24 hours",
        "how long before the sample of a positive test contacts are looked for",
        "assumed; two to four days before the first sign were usual",
        ASSUMED,
    )
    look_s: Seconds = number(
        15 * MINUTE_S, "seconds", "how long a logged look at results or contacts is answered", "assumed", ASSUMED
    )
    kept_days: Annotated[int, Field(ge=LONGEST_WINDOW_DAYS, le=LONGEST_KEPT_DAYS)] = number(
        30,
        "civil days",
        "how many days after its own a day's traces are kept",
        "assumed; the shortest that rules allow is 21",
        ASSUMED,
    )

    def __post_init__(self) -> None:
        """Refuse a date that no calendar has."""
        end_of(self.last_day)

    @property
    def ends_at(self) -> int:
        """First instant (seconds UTC) at which the functions no longer work; 0 where they never do."""
        return end_of(self.last_day)
