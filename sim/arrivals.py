"""Candidates: draws for streams, made of uniform numbers by purpose and day, never by policy.

Two kinds. A *look* is one moment at which a person considers one thing on the board, once. *Arrivals* are a Poisson
stream over a weighted crowd, by hour, weekday, month and the luck of the day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.board_calendar import Opening
from sim.profiles import DAY_S, Floats, Seconds, Shape, civil_day, day_factor, day_start, day_weight, sample_times
from sim.streams import RandomStreams

Rows = npt.NDArray[np.int64]
Candidates = tuple[Seconds, Rows, Floats]
NOTHING: Candidates = (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
LATE_START_S = 3_600  # looks of the opening day that fall before the opening happen within the hour after it


class Looks:
    """Everybody's one look at one thing on the board: an exponential time after its opening, within its window.

    Half of the first answers to a campaign come in its first quarter, hence the exponential; the hour of the day
    follows the self-service profile.
    """

    def __init__(self, name: str, opening: Opening, people: int, window_share: float, streams: RandomStreams) -> None:
        """`name` is the purpose; luck is named by it and the opening's number."""
        self._opening = opening
        self._people = people
        self._window_share = window_share
        self._luck = (name, opening.number)
        self._streams = streams
        self._day_of_look: npt.NDArray[np.int16] | None = None
        self._u: Floats | None = None
        self._marks: Any = None

    def draw(self, start: float, stop: float, hours: Floats) -> Candidates | None:
        """Looks in a day; None when the window is over."""
        if start >= self._opening.closes_at:
            self._day_of_look = self._u = self._marks = None
            return None
        if stop <= self._opening.opens_at:
            return NOTHING
        if self._day_of_look is None:
            self._draw_all()
        assert self._day_of_look is not None  # noqa: S101 - for the type checker
        assert self._u is not None  # noqa: S101 - for the type checker
        day = civil_day(int(start))
        who = np.flatnonzero(self._day_of_look == day - civil_day(self._opening.opens_at))
        name, number = self._luck
        t = sample_times(len(who), day, hours, self._streams.generator(f"{name}.hour", number, day))
        early = t < self._opening.opens_at
        t[early] = self._opening.opens_at + (t[early] * 7919) % LATE_START_S  # any fixed spread will do
        return t, who, self._u[who]

    def mark(self, who: int) -> float:
        """A uniform number for what a person does after the look.

        Not u: what is left of u in somebody who acts depends on the probability to act, and that on policy.
        """
        if self._marks is None:
            name, number = self._luck
            self._marks = self._streams.generator(f"{name}.marks", number).random(self._people).data
        return float(self._marks[who])

    def _draw_all(self) -> None:
        name, number = self._luck
        days = (self._opening.closes_at - self._opening.opens_at) / DAY_S
        luck = self._streams.generator(f"{name}.day", number).random(self._people)
        mean = self._window_share * days
        after = -mean * np.log1p(-luck * (1.0 - np.exp(-days / mean)))  # exponential, cut at the window's end
        into_day = (self._opening.opens_at - day_start(civil_day(self._opening.opens_at))) / DAY_S
        last_day = civil_day(self._opening.closes_at - 1) - civil_day(self._opening.opens_at)
        self._day_of_look = np.minimum((after + into_day).astype(np.int16), last_day)
        self._u = self._streams.generator(name, number).random(self._people)


@dataclass(frozen=True)
class Crowd:
    """People with weights; draws rows in proportion."""

    reach: Floats

    @classmethod
    def of(cls, weights: npt.NDArray[Any]) -> Crowd:
        """A crowd by weights."""
        return cls(np.cumsum(weights, dtype=np.float64))

    def rows(self, luck: Floats) -> Rows:
        """Rows for uniform numbers."""
        rows: Rows = np.searchsorted(self.reach, luck * self.reach[-1], side="right").astype(np.int64)
        return rows


class Arrivals:
    """A Poisson stream: `rate_day` is the mean number of candidates on a mean day."""

    def __init__(self, name: str, rate_day: float, crowd: Crowd, shape: Shape, streams: RandomStreams) -> None:
        """`name` is the purpose; luck is named by it and the day."""
        self._name = name
        self.rate_day = rate_day
        self._crowd = crowd
        self.shape = shape
        self._streams = streams

    def draw(self, start: float, _stop: float) -> Candidates:
        """Candidates of a day."""
        day = civil_day(int(start))
        luck = self._streams.generator(f"{self._name}.day", day)
        mean = self.rate_day * day_weight(day, self.shape) * day_factor(self.shape, luck)
        count = int(luck.poisson(mean))
        t = sample_times(count, day, self.shape.hours, self._streams.generator(f"{self._name}.hour", day))
        marks = self._streams.generator(self._name, day).random((2, count))
        return t, self._crowd.rows(marks[0]), marks[1]


def rate_for(total: float, weights: Floats, present_from: Seconds, shape: Shape, horizon: tuple[int, int]) -> float:
    """Candidates on a mean day of the whole crowd, so that those of people present add up to `total` on average.

    A person is present from an instant (seconds UTC) on; `horizon` are the first and the end civil day.
    """
    first, end = horizon
    days = np.arange(first, end)
    day_weights = np.array([day_weight(int(day), shape) for day in days])
    later = np.concatenate([np.cumsum(day_weights[::-1])[::-1], [0.0]])  # weight of a day and all after it
    place = np.clip((present_from + 28_800) // DAY_S - first, 0, len(days))
    part = 1.0 - np.where(place < len(days), (present_from - (place + first) * DAY_S + 28_800) / DAY_S, 0.0)
    own_day = np.where(place < len(days), day_weights[np.minimum(place, len(days) - 1)], 0.0)
    exposure = later[np.minimum(place + 1, len(days))] + own_day * np.clip(part, 0.0, 1.0)
    expected = float((weights * exposure).sum() / weights.sum())
    return total / expected if expected > 0 else 0.0
