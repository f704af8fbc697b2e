"""Numbers of cases: limits of time, categories and who handles them, returns, reopening, ratings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from engine.kernel.command import STRICT
from engine.kernel.sourced import ASSUMED, Status, number
from engine.kernel.units import DAY_S, HOUR_S, MINUTE_S, Count, Days, Name, Seconds

HOTLINE_12345 = "Beijing 12345 hotline, draft standard of December 2021"


@dataclass(frozen=True, slots=True)
class Tier:
    """A class of time limit: how long until the case must be resolved, in natural or working time."""

    __pydantic_config__ = STRICT
    limit_s: Annotated[int, Field(ge=MINUTE_S)]
    working_time: bool = False
    source: str = HOTLINE_12345
    status: Status = ASSUMED


def _tiers() -> dict[str, Tier]:
    return {
        "urgent": Tier(2 * HOUR_S),
        "utility": Tier(24 * HOUR_S),
        "general": Tier(7 * DAY_S),
        "hard": Tier(15 * DAY_S),
    }


@dataclass(frozen=True, slots=True)
class Category:
    """What a case is about: which kinds of grid members handle it, its class of time limit, who answers for it."""

    __pydantic_config__ = STRICT
    kinds: tuple[Name, ...]
    tier: Name = "general"
    route: Literal["community", "property"] = "community"
    source: str = "assumed; the four kinds are published, a dispute goes to the mediator and a fever to the doctor"
    status: Status = ASSUMED


def _categories() -> dict[str, Category]:
    worker = ("community_worker",)
    return {
        "facilities": Category((*worker, "other")),
        "sanitation": Category((*worker, "other")),
        "greening": Category((*worker, "other")),
        "utilities": Category((*worker, "other"), "utility", "property"),
        "property_service": Category((*worker, "other"), "general", "property"),
        "parking": Category((*worker, "police_officer"), "general", "property"),
        "noise": Category(("police_officer", *worker)),
        "safety": Category(("police_officer",), "urgent"),
        "dispute": Category(("mediator",)),
        "fever": Category(("family_doctor",), "urgent"),
        "health": Category(("family_doctor",)),
        "benefits": Category(worker, "hard"),
        "community_service": Category(worker),
        "other": Category((*worker, "other")),
    }


@dataclass(frozen=True, slots=True)
class ReportingPolicy:
    """Cases: problem reports, complaints, grid members' own entries; suggestions, deliberation, praise."""

    __pydantic_config__ = STRICT
    auto_close_s: Seconds = number(
        72 * HOUR_S, "seconds", "a resolved case that nobody confirms, rates or disputes closes", "assumed", ASSUMED
    )
    reopen_window_s: Seconds = number(
        7 * DAY_S, "seconds", "how long after closing the reporter may reopen a case", "assumed", ASSUMED
    )
    reopen_rounds: Count = number(2, "rounds", "how often a case may be reopened or disputed", "assumed", ASSUMED)
    return_limit: Count = number(
        2, "returns a round", "how often a case may be sent back before the supervisor must decide", "assumed", ASSUMED
    )
    pause_limit_s: Seconds = number(
        5 * DAY_S,
        "seconds a case",
        "most time that suspensions may add to the limit, else suspending hides late cases",
        "assumed",
        ASSUMED,
    )
    escalate_after_s: Seconds = number(
        24 * HOUR_S,
        "seconds",
        "a breached case still open is raised one level further after this time",
        "assumed",
        ASSUMED,
    )
    praise_pair_month: Count = number(
        1, "praises a month", "most praises of one person by one other person", "assumed", ASSUMED
    )
    suggestion_answer_days: Days = number(
        7, "civil days", "how long after its day a suggestion is answered; later counts as late", HOTLINE_12345, ASSUMED
    )
    topic_posts: Count = number(20, "posts a person and topic", "most that one person posts", "assumed", ASSUMED)
    top_level: Annotated[int, Field(ge=1)] = number(
        3,
        "level",
        "highest level that a case is raised to: grid 0, community 1, sub-district 2, district 3",
        "assumed",
        ASSUMED,
    )
    good_stars: Annotated[int, Field(ge=1, le=5)] = number(
        4, "stars of 5", "a rating from here on counts as satisfied", "assumed; the district defines no scale", ASSUMED
    )
    overload_cases: Count = number(
        20, "open cases", "a grid member with more open cases than this is flagged as overloaded", "assumed", ASSUMED
    )
    tiers: dict[Name, Tier] = field(default_factory=_tiers)
    categories: dict[Name, Category] = field(default_factory=_categories)

    def __post_init__(self) -> None:
        """Refuse a category whose class of time limit is not in the table: its cases would have no due instant."""
        for name, category in self.categories.items():
            if category.tier not in self.tiers:
                raise ValueError(f"category {name} names the time limit {category.tier}, which the table lacks")
