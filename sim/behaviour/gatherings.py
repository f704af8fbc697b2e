"""Who comes together: calls for activities and calls for volunteers, their sizes and their rhythm.

Volunteers were recruited for the epidemic: over 700 had joined by 21 January 2022, most of them in that month, and
4,583 by August. Recruits of a day are Poisson; the expected numbers follow those two published totals, with a surge in
January before the first of them was counted.
"""

from __future__ import annotations

import datetime as dt
from typing import Self

import numpy as np
from pydantic import model_validator

from sim.profiles import Floats, date_of, day_of
from sim.sourced import Parameters, Share, sourced

MOST = 1_000_000
JANUARY = 1


class ActivityBehaviour(Parameters):
    """The section `[behaviour.activities]`; how many there are stands in `[board]`."""

    places: float = sourced("persons", "Places of an activity, at scale 1.", ge=1, le=2_000)
    interested: float = sourced("persons", "Mean number who want a place of one, at scale 1 (Poisson).", ge=0, le=MOST)
    cancelled_share: Share = sourced("share", "Registrations that are given back a day later.")
    attendance_share: Share = sourced("share", "Of those with a place, who come.")


class VolunteeringBehaviour(Parameters):
    """The section `[behaviour.volunteering]`."""

    recruits: float = sourced("persons", "Volunteers over the whole horizon, each once a call.", ge=0, le=MOST)
    early_recruits: float = sourced("persons", "Of these, before the early date.", ge=0, le=MOST)
    early_until: dt.date = sourced("date", "Date to which the early volunteers are counted.")
    surge_factor: float = sourced("factor", "How many more join on a day of January before that date.", gt=0, le=1_000)
    call_days: int = sourced("days", "How long a call is open; then the next one opens.", ge=1, le=366)
    shift_share: Share = sourced("share", "Volunteers who take a shift.")
    shift_hours: int = sourced("hours", "Length of a shift.", ge=1, le=8)
    attendance_share: Share = sourced("share", "Signed shifts to which the volunteer comes.")
    given_back_share: Share = sourced("share", "Of those who do not come, who give their shift back in time.")
    aborted_share: Share = sourced("share", "Shifts that the office calls off at their start, for the weather say.")
    verify_hours: float = sourced("hours", "Mean time from the end of a shift to its verification (exponential).", gt=0)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.early_recruits > self.recruits:
            raise ValueError("early_recruits must not exceed recruits")
        return self


def recruits_by_day(behaviour: VolunteeringBehaviour, first_day: int, end_day: int) -> Floats:
    """Expected volunteers of each civil day in [first_day, end_day), at scale 1: before and after the early date."""
    days = np.arange(first_day, end_day)
    early = days < day_of(behaviour.early_until)
    surge = np.array([date_of(int(day)).month == JANUARY for day in days]) & early
    weights = np.where(surge, behaviour.surge_factor, 1.0)
    expected = np.zeros(len(days))
    for part, total in ((early, behaviour.early_recruits), (~early, behaviour.recruits - behaviour.early_recruits)):
        if part.any():
            expected[part] = weights[part] * (total / weights[part].sum())
    return expected
