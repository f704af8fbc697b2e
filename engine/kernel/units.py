"""Units of the platform: money in fen, points in whole points, shares in basis points, time in whole seconds UTC.

Civil days are counted at +08:00 (Asia/Shanghai, no daylight saving), intervals are half open: [from, to).
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Annotated

from pydantic import Field, StringConstraints

MINUTE_S = 60
HOUR_S = 3_600
DAY_S = 86_400
SHANGHAI_OFFSET_S = 28_800  # China has one zone, UTC+8, and no summer time
BASIS = 10_000  # basis points in a whole
MEDIAN_BP, NINTH_DECILE_BP = 5_000, 9_000  # shares of a whole that reports ask for
LARGEST = 2**53 - 1  # JSON numbers beyond it are not exact in every reader
LATEST = 32_503_651_200  # 3000-01-01 at +08:00; calendars end with year 9999, and deadlines reach beyond an instant
LONGEST_DAYS = 36_525  # a hundred years
NEVER = 2**62  # later than any instant of a log


class Token:
    """Marks a string whose characters need no escaping in JSON: the compiled encoder writes it as it stands."""


class Personal:
    """Marks a field that never stands in a journal record: the record holds a commitment, the vault the value."""

    def __init__(self, purpose: str, retention_days: int) -> None:
        """`purpose` says why the field is kept, `retention_days` for how many civil days at most."""
        self.purpose = purpose
        self.retention_days = retention_days


Instant = Annotated[int, Field(ge=0, le=LATEST)]
Seconds = Annotated[int, Field(ge=0, le=LONGEST_DAYS * DAY_S)]
Days = Annotated[int, Field(ge=0, le=LONGEST_DAYS)]
Fen = Annotated[int, Field(ge=0, le=LARGEST)]
PositiveFen = Annotated[int, Field(gt=0, le=LARGEST)]
Points = Annotated[int, Field(ge=0, le=LARGEST)]
Area = Annotated[int, Field(ge=0, le=10_000_000_000)]  # 0.01 m2, up to a square kilometre
PositivePoints = Annotated[int, Field(gt=0, le=LARGEST)]
BasisPoints = Annotated[int, Field(ge=0, le=BASIS)]
Count = Annotated[int, Field(ge=0, le=LARGEST)]
Year = Annotated[int, Field(ge=1970, le=2999)]
PositiveCount = Annotated[int, Field(gt=0, le=LARGEST)]
Text = Annotated[str, StringConstraints(max_length=4_000)]
Name = Annotated[str, Token, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,80}$")]


def civil_day(at: int) -> int:
    """Number of the civil day at +08:00 that holds the instant `at` (seconds UTC); day 0 is 1970-01-01."""
    return (at + SHANGHAI_OFFSET_S) // DAY_S


def day_start(day: int) -> int:
    """First instant (seconds UTC) of the civil day `day` at +08:00."""
    return day * DAY_S - SHANGHAI_OFFSET_S


def after_days(at: int, days: int) -> int:
    """First instant after the `days` whole civil days that follow the day of the instant `at`."""
    return _after_days((at + SHANGHAI_OFFSET_S) // DAY_S, days)


@lru_cache(maxsize=1024)
def _after_days(day: int, days: int) -> int:
    return day_start(day + 1 + days)  # one number for all that is due then: thousands of rows hold it


_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


def civil_year(day: int) -> int:
    """Calendar year that holds the civil day."""
    return date.fromordinal(_EPOCH_ORDINAL + day).year


@lru_cache(maxsize=1024)
def civil_month(day: int) -> int:
    """Number of the calendar month that holds the civil day: 12 * year + month - 1."""
    found = date.fromordinal(_EPOCH_ORDINAL + day)
    return found.year * 12 + found.month - 1
