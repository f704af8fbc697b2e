"""Numbers of the grid's own work: kinds of members, visits, care for special groups, early warning."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

from engine.district.grid import ROOT_KIND
from engine.kernel.command import STRICT
from engine.kernel.sourced import ASSUMED, ESTIMATED, PUBLISHED, Status, number
from engine.kernel.units import HOUR_S, Count, Days, Name, Seconds

FOUR_KINDS = "China Community News, 2022-08-09: four kinds of grid members are named, and others"


@dataclass(frozen=True, slots=True)
class GridKind:
    """A kind of grid members; which cases it handles stands with the categories of cases."""

    __pydantic_config__ = STRICT
    shown: bool = True
    cares: bool = False
    source: str = FOUR_KINDS
    status: Status = PUBLISHED


def _kinds() -> dict[str, GridKind]:
    named = {ROOT_KIND: True, "police_officer": False, "family_doctor": True, "mediator": False}
    others = GridKind(shown=False, source=f"{FOUR_KINDS}; what the others do is assumed", status=ASSUMED)
    return {**{name: GridKind(cares=cares) for name, cares in named.items()}, "other": others}


@dataclass(frozen=True, slots=True)
class GridPolicy:
    """Grid members at work: kinds, visits, care, early warning."""

    __pydantic_config__ = STRICT
    daily_minutes: Annotated[int, Field(ge=1)] = number(
        360,
        "minutes a civil day",
        "a member with more minutes of visits on one day is flagged as overloaded",
        "assumed; six hours of eight outside meetings",
        ASSUMED,
    )
    visit_limit_minutes: Annotated[int, Field(ge=1, le=1_440)] = number(
        240, "minutes", "a visit that nobody ends is broken off after this time", "assumed", ASSUMED
    )
    care_days: Annotated[int, Field(ge=1, le=366)] = number(
        30,
        "civil days",
        "a person of a special group is visited within so many days of the tag or the last visit",
        "assumed; monthly visits are usual",
        ASSUMED,
    )
    care_notice_days: Days = number(
        7, "civil days", "how long before it is due a care visit stands on the members' lists", "assumed", ASSUMED
    )
    care_escalate_days: Annotated[int, Field(ge=1, le=366)] = number(
        3, "civil days", "an overdue care visit is raised one level further after so many days", "assumed", ASSUMED
    )
    warning_window_days: Annotated[int, Field(ge=1, le=366)] = number(
        14, "civil days", "how far back the rules of early warning look", "assumed", ASSUMED
    )
    warning_cases: Annotated[int, Field(ge=2)] = number(
        3,
        "cases",
        "so many cases of one category at one place within the window raise a warning (rule of counts), and fewer "
        "raise none (rule of dispersion)",
        "assumed",
        ASSUMED,
    )
    warning_deviations_hundredths: Count = number(
        300,
        "hundredths of a standard deviation",
        "how far above the mean of all grids a grid's cases of one category must lie (rule of dispersion)",
        "assumed; three standard deviations are usual in process control",
        ASSUMED,
    )
    warning_dispersion_bp: Annotated[int, Field(ge=10_000)] = number(
        18_000,
        "basis points of the mean",
        "variance of daily requests, which come in bursts, over their mean (rule of dispersion)",
        "computed: animal reports of Boston 2015 to 2019, 21 a day, variance over mean 1.8 after weekday and trend",
        ESTIMATED,
    )
    warning_case_s: Seconds = number(
        2 * HOUR_S, "seconds", "a verified warning has a case at the latest after this time", "assumed", ASSUMED
    )
    kinds: dict[Name, GridKind] = field(default_factory=_kinds)

    def __post_init__(self) -> None:
        """Refuse a table of kinds without the one that every grid needs."""
        if ROOT_KIND not in self.kinds:
            raise ValueError(f"kinds: {ROOT_KIND} is missing, of which each grid with bound residents has a member")
