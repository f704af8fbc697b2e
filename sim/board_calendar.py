"""What the platform's editors put on the board, and when: questionnaires, votes, activities, news."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from pydantic import model_validator

from sim.profiles import HOUR_S, civil_day, day_of, day_start
from sim.sourced import Parameters, sourced
from sim.streams import RandomStreams

SETTLED_DAYS = 2  # an activity is held and settled after registering has closed
OPENING_HOUR = 9  # the office opens, so does what it publishes


class BoardParameters(Parameters):
    """The section `[board]`; none of these numbers is scaled."""

    questionnaires: int = sourced("questionnaires", "Over the whole horizon.", ge=0, le=10_000)
    early_questionnaires: int = sourced("questionnaires", "Of these, before the early date.", ge=0)
    early_until: dt.date = sourced("date", "Date to which the early questionnaires are counted.")
    questionnaire_days: int = sourced("days", "How long a questionnaire is open.", ge=1, le=365)
    questionnaire_items: int = sourced("items", "Items of a questionnaire.", ge=1, le=100)
    required_items: int = sourced("items", "Of these, items that must be answered.", ge=0, le=100)
    votes: int = sourced("votes", "Over the whole horizon.", ge=0, le=10_000)
    vote_days: int = sourced("days", "How long a vote is open.", ge=1, le=365)
    vote_options: int = sourced("options", "Options of a vote.", ge=2, le=100)
    activities: int = sourced("activities", "Over the whole horizon.", ge=0, le=10_000)
    activity_days: int = sourced("days", "How long people can register for an activity.", ge=1, le=365)
    articles_day: float = sourced("items a day", "News items over all six sections, on average.", ge=0, le=10_000)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.early_questionnaires > self.questionnaires:
            raise ValueError("early_questionnaires must not exceed questionnaires")
        if self.required_items > self.questionnaire_items:
            raise ValueError("required_items must not exceed questionnaire_items")
        return self


@dataclass(frozen=True, slots=True)
class Opening:
    """One thing on the board: its number, and when it opens and closes (seconds UTC, half open)."""

    number: int
    opens_at: int
    closes_at: int


@dataclass(frozen=True)
class Calendar:
    """Everything that will be on the board within a horizon."""

    questionnaires: tuple[Opening, ...]
    votes: tuple[Opening, ...]
    activities: tuple[Opening, ...]


def calendar_of(parameters: BoardParameters, first_day: int, end_day: int) -> Calendar:
    """Openings between two civil days (the last excluded), evenly spaced, all closed before the end.

    Questionnaires come slowly before the early date and faster after it, as published: 8 in the first four months, 81
    after eleven.
    """
    last = max(first_day, end_day - 1 - parameters.questionnaire_days)
    early_end = min(max(day_of(parameters.early_until), first_day), last)
    early = _spread(first_day, early_end, parameters.early_questionnaires)
    late = _spread(early_end, last, parameters.questionnaires - parameters.early_questionnaires)
    votes = _spread(first_day, max(first_day, end_day - 1 - parameters.vote_days), parameters.votes)
    before_settled = max(first_day, end_day - 1 - parameters.activity_days - SETTLED_DAYS)
    activities = _spread(first_day, before_settled, parameters.activities)
    return Calendar(
        tuple(_opening(place, day, parameters.questionnaire_days) for place, day in enumerate(early + late)),
        tuple(_opening(place, day, parameters.vote_days) for place, day in enumerate(votes)),
        tuple(_opening(place, day, parameters.activity_days) for place, day in enumerate(activities)),
    )


def most_open(openings: Sequence[Opening]) -> int:
    """How many of these things are open on one civil day, at most."""
    days = [(civil_day(each.opens_at), civil_day(each.closes_at - 1)) for each in openings]
    return max((sum(first <= day <= last for first, last in days) for day, _ in days), default=0)


def _spread(first_day: int, last_day: int, count: int) -> list[int]:
    """`count` days, evenly spaced between two days, the middle of each share."""
    return [first_day + int((place + 0.5) * (last_day - first_day) / count) for place in range(count)]


def _opening(number: int, day: int, days: int) -> Opening:
    opens_at = day_start(day) + OPENING_HOUR * HOUR_S
    return Opening(number, opens_at, day_start(day + days))


def articles_on(day: int, parameters: BoardParameters, streams: RandomStreams) -> tuple[int, ...]:
    """Sections (0 to 5) of the items published on a civil day: a Poisson number, sections even."""
    generator = streams.generator("news", day)
    return tuple(int(section) for section in generator.integers(0, 6, generator.poisson(parameters.articles_day)))
