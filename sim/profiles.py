"""The shape of the day, the week and the year: when things happen, never how many.

A shape has 24 hour shares, seven weekday shares (Monday first), twelve month factors and the spread of whole days.
Reports and shops go opposite ways over a week: reports fall at the weekend, shops rise. The district published no
shapes; all come from public data sets of other places (named in the scenario) or are assumed.

Civil days count from 1970-01-01 at +08:00, without daylight saving: `civil_day = (at + 28800) // 86400`, `at` in
seconds UTC. A report curve that peaks at 4 a.m. is a clock bug: some open data shift the hours by the offset twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from pydantic import model_validator

from sim.sourced import Numbers, Parameters, Share, Shares, sourced

Floats = npt.NDArray[np.float64]
Seconds = npt.NDArray[np.int64]

ZONE_OFFSET_S = 28_800
DAY_S = 86_400
HOUR_S = 3_600
HOURS = 24
WEEKDAYS = 7
MONTHS = 12
MONTH_DAYS = 30  # for what happens about once a month, whatever the calendar says
_FIRST_WEEKDAY = 3  # civil day 0 was a Thursday; Monday is 0
_NIGHT_FROM_HOUR, _NIGHT_UNTIL_HOUR = 18, 6
_NIGHT_TOLERANCE = 0.001
_EPOCH_ORDINAL = dt.date(1970, 1, 1).toordinal()


class ProfileParameters(Parameters):
    """The section `[profiles]` of a scenario; shares may miss 1 by rounding, shapes are normalised."""

    self_service_hours: Shares = sourced("share", "Hours 0 to 23 of reports that residents file themselves.")
    staff_hours: Shares = sourced("share", "Hours 0 to 23 of entries made by staff.")
    message_board_hours: Shares = sourced("share", "Hours 0 to 23 of suggestions and complaints.")
    shop_hours: Shares = sourced("share", "Hours 0 to 23 of payments in shops.")
    shop_night_share: Share = sourced("share", "Payments between 18 and 6 h: shop_hours must add up to it.")
    self_service_weekdays: Shares = sourced("share", "Monday to Sunday of reports that residents file themselves.")
    staff_weekdays: Shares = sourced("share", "Monday to Sunday of entries made by staff.")
    message_board_weekdays: Shares = sourced("share", "Monday to Sunday of suggestions and complaints.")
    shop_weekdays: Shares = sourced("share", "Monday to Sunday of payments in shops.")
    report_months: Numbers = sourced("factor", "January to December of all reports, 1 = mean month.")
    report_day_gamma_k: float = sourced("shape", "Gamma shape of the day factor of reports.", gt=0)
    message_board_day_gamma_k: float = sourced("shape", "The same of suggestions and complaints.", gt=0)
    shop_day_cv: float = sourced("ratio", "Sd / mean of a district's payments a day, weekdays included.", ge=0, le=1)

    @model_validator(mode="after")
    def _lengths_fit(self) -> Self:
        for suffix, length in (("_hours", HOURS), ("_weekdays", WEEKDAYS), ("_months", MONTHS)):
            for name in type(self).model_fields:
                if name.endswith(suffix) and len(getattr(self, name)) != length:
                    raise ValueError(f"{name} needs {length} values, {len(getattr(self, name))} were given")
        if sum(self.report_months) <= 0:
            raise ValueError("report_months must not all be 0")
        night = night_share(_normalised(self.shop_hours))
        if abs(night - self.shop_night_share) > _NIGHT_TOLERANCE:
            raise ValueError(
                f"shop_hours put {night:.4f} between 18 and 6 h, not shop_night_share {self.shop_night_share}"
            )
        return self


@dataclass(frozen=True)
class Shape:
    """When one kind of thing happens. Arrays are read-only.

    `hours`: 24 shares of a day. `weekdays`: 7 factors, Monday first, mean 1. `months`: 12 factors, mean 1. `day_cv`:
    coefficient of variation of whole days beside weekday and month; 0 means none.
    """

    hours: Floats
    weekdays: Floats
    months: Floats
    day_cv: float

    def __post_init__(self) -> None:
        """Freezes the arrays."""
        for column in (self.hours, self.weekdays, self.months):
            column.setflags(write=False)


@dataclass(frozen=True)
class Profiles:
    """The four shapes of a scenario."""

    self_service: Shape
    staff: Shape
    message_board: Shape
    shops: Shape


def profiles_of(parameters: ProfileParameters) -> Profiles:
    """Normalised shapes from a scenario's numbers."""
    months = _mean_one(parameters.report_months)
    flat = np.ones(MONTHS)
    report_cv = parameters.report_day_gamma_k**-0.5
    board_cv = parameters.message_board_day_gamma_k**-0.5
    shops = _mean_one(parameters.shop_weekdays)
    # The published spread of a district's days holds the weekdays too; the day factor gets only what they leave
    # unexplained.
    shop_cv = max(0.0, parameters.shop_day_cv**2 - float(shops.var())) ** 0.5
    return Profiles(
        self_service=_shape(parameters.self_service_hours, parameters.self_service_weekdays, months, report_cv),
        staff=_shape(parameters.staff_hours, parameters.staff_weekdays, months, report_cv),
        message_board=_shape(parameters.message_board_hours, parameters.message_board_weekdays, months, board_cv),
        shops=_shape(parameters.shop_hours, parameters.shop_weekdays, flat, shop_cv),
    )


def _shape(hours: tuple[float, ...], weekdays: tuple[float, ...], months: Floats, day_cv: float) -> Shape:
    return Shape(_normalised(hours), _mean_one(weekdays), months, day_cv)


def _normalised(shares: Sequence[float]) -> Floats:
    values = np.asarray(shares, dtype=np.float64)
    return np.asarray(values / values.sum(), dtype=np.float64)


def _mean_one(factors: Sequence[float]) -> Floats:
    values = np.asarray(factors, dtype=np.float64)
    return np.asarray(values / values.mean(), dtype=np.float64)


def night_share(hours: Floats) -> float:
    """Share of a day between 18 and 6 h."""
    return float(hours[_NIGHT_FROM_HOUR:].sum() + hours[:_NIGHT_UNTIL_HOUR].sum())


def civil_day(at: int) -> int:
    """Days since 1970-01-01 at +08:00 of an instant in seconds UTC."""
    return (at + ZONE_OFFSET_S) // DAY_S


def day_start(day: int) -> int:
    """The first second of a civil day, in seconds UTC."""
    return day * DAY_S - ZONE_OFFSET_S


def date_of(day: int) -> dt.date:
    """The calendar date of a civil day."""
    return dt.date.fromordinal(_EPOCH_ORDINAL + day)


def day_of(date: dt.date) -> int:
    """The civil day of a calendar date."""
    return date.toordinal() - _EPOCH_ORDINAL


def weekday_of(day: int) -> int:
    """0 for Monday to 6 for Sunday."""
    return (day + _FIRST_WEEKDAY) % WEEKDAYS


def day_weight(day: int, shape: Shape) -> float:
    """Expected number on this day over that on a mean day: weekday factor times month factor."""
    return float(shape.weekdays[weekday_of(day)] * shape.months[date_of(day).month - 1])


def day_weights(first_day: int, days: int, shape: Shape) -> Floats:
    """Weights of `days` days from `first_day`; divide by their sum to share out a total over a horizon."""
    return np.array([day_weight(day, shape) for day in range(first_day, first_day + days)])


def day_factor(shape: Shape, generator: np.random.Generator) -> float:
    """The luck of a whole day, shared by everything on it: gamma with mean 1 and the shape's `day_cv`.

    Poisson counts around `mean * day_factor` are negative binomial with size k = 1/day_cv**2: variance over mean is 1
    + mean/k. For reports 1 + 24/31 = 1.8. Take the generator from a stream named for the purpose and the day.
    """
    if shape.day_cv == 0:
        return 1.0
    k = shape.day_cv**-2
    return float(generator.gamma(k, 1.0 / k))


def sample_times(count: int, day: int, hours: Floats, generator: np.random.Generator) -> Seconds:
    """`count` instants (seconds UTC, in order of drawing) on a civil day, by 24 hour shares, even within the hour.

    One uniform number an instant, by inversion: the first instants stay the same when `count` grows, so that runs stay
    paired.
    """
    reach = np.concatenate([[0.0], np.cumsum(hours)])
    reach /= reach[-1]
    within = np.interp(generator.random(count), reach, np.arange(HOURS + 1) * float(HOUR_S))
    seconds: Seconds = np.minimum(within.astype(np.int64), DAY_S - 1)
    return seconds + day_start(day)
