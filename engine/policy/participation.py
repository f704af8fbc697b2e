"""Numbers of news, votes, questionnaires, activities and volunteers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from engine.kernel.command import STRICT
from engine.kernel.sourced import ASSUMED, number
from engine.kernel.units import DAY_S, MINUTE_S, Count, Days, Seconds


@dataclass(frozen=True, slots=True)
class ParticipationPolicy:
    """News, votes, questionnaires, activities, volunteers."""

    __pydantic_config__ = STRICT
    least_answer_s: Seconds = number(
        20, "seconds", "an answer given faster is not valid (too_fast)", "assumed; survey practice", ASSUMED
    )
    straight_line_items: Annotated[int, Field(ge=2)] = number(
        8,
        "items",
        "from that many answers on, a sheet on which all answers are the same is not valid (straight_line)",
        "assumed; survey practice looks for it on long sheets only",
        ASSUMED,
    )
    read_receipt_days: Days = number(
        30,
        "civil days",
        "how long after its day an article counts its readers; later only their number is kept",
        "assumed; news are read within days",
        ASSUMED,
    )
    ballot_change: bool = number(False, "switch", "a ballot may be changed until the vote closes", "assumed", ASSUMED)
    waiting_places: Count = number(
        20, "persons an activity", "how many may wait for a place that is given back; 0: nobody", "assumed", ASSUMED
    )
    check_in_early_s: Seconds = number(
        30 * MINUTE_S,
        "seconds",
        "how long before an activity or a shift people check in",
        "assumed",
        ASSUMED,
    )
    service_day_minutes: Count = number(
        480, "minutes a person and civil day", "most minutes of volunteers' service that count", "assumed", ASSUMED
    )
    service_verify_days: Annotated[int, Field(ge=0, le=30)] = number(
        7,
        "civil days",
        "how long after its day a shift can be verified",
        "assumed",
        ASSUMED,
    )
    service_settle_s: Seconds = number(
        DAY_S, "seconds", "how long verified minutes can be taken back before they earn", "assumed", ASSUMED
    )
