"""Volunteers' service: verified intervals of a person do not overlap, and their minutes a day are bounded (S23).

Kept from the events alone: the window of each living shift, and what each person has served in the last weeks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

from engine.invariants.invariant import Broken, Look, Watcher
from engine.kernel.command import Outcome
from engine.kernel.units import DAY_S, MINUTE_S, civil_day

KEPT_DAYS = 60  # a shift is verified within `service_verify_days`, 30 at most, of its own day


class Served(NamedTuple):
    """A verified interval, half open, and the minutes of it that count."""

    shift: str
    came_at: int
    left_at: int
    minutes: int


class Services(Watcher):
    """Every shift from its opening to its last step."""

    ids: ClassVar[tuple[str, ...]] = ("S23",)

    def __init__(self, district: Any, broken: Broken) -> None:
        """Nobody serves."""
        super().__init__(district, broken)
        self.windows: dict[str, tuple[int, int]] = {}
        self.served: dict[str, list[Served]] = {}
        self._person: dict[str, str] = {}  # of verified shifts that are not settled
        self._next_day = 0

    def looks(self) -> Mapping[str, Look]:
        """Events of shifts."""
        return {
            "participation.shift_opened": self.opened,
            "participation.shift_signed": self.signed,
            "participation.shift_verified": self.verified,
            "participation.shift_settled": self.over,
            "participation.shift_missed": self.over,
            "participation.shift_aborted": self.aborted,
            "participation.acts_merged": self.merged,
        }

    def opened(self, event: Any, _outcome: Outcome) -> None:
        """The window of a shift."""
        self.windows[event.shift] = (event.starts_at, event.ends_at)

    def signed(self, event: Any, outcome: Outcome) -> None:
        """Nobody takes two shifts at the same time; rows of living shifts say which ones a person has."""
        self.counts["S23"] += 1
        starts, ends = self.windows[event.shift]
        for other in self.district.volunteers.of(event.person):
            first, last = self.windows[other.id]
            if other.id != event.shift and first < ends and starts < last:
                self.broken("S23", f"{event.person} has {event.shift} and {other.id} at once", outcome, event)

    def verified(self, event: Any, outcome: Outcome) -> None:
        """An interval within its shift, apart from all others, with minutes that fit into it and into the day."""
        self.counts["S23"] += 1
        starts, ends = self.windows[event.shift]
        length_s = event.left_at - event.came_at
        if not (starts <= event.came_at <= event.left_at <= ends) or event.minutes * MINUTE_S > length_s:
            self.broken("S23", f"{event} within [{starts}, {ends})", outcome, event)
        served = self.served.setdefault(event.person, [])
        for other in served:
            if event.came_at < other.left_at and other.came_at < event.left_at:
                self.broken("S23", f"{event.shift} overlaps {other.shift} of {event.person}", outcome, event)
        day = civil_day(starts)
        total = event.minutes + sum(each.minutes for each in served if civil_day(each.came_at) == day)
        cap = self.district.policy.participation.service_day_minutes
        if event.minutes and total > cap:
            self.broken("S23", f"{event.person} has {total} minutes on day {day}, cap {cap}", outcome, event)
        served.append(Served(event.shift, event.came_at, event.left_at, event.minutes))
        self._person[event.shift] = event.person

    def over(self, event: Any, _outcome: Outcome) -> None:
        """A shift that can change no more."""
        del self.windows[event.shift]
        self._person.pop(event.shift, None)

    def aborted(self, event: Any, outcome: Outcome) -> None:
        """What was verified no longer counts."""
        person = self._person.get(event.shift, "")
        if person:
            self.served[person] = [each for each in self.served[person] if each.shift != event.shift]
        self.over(event, outcome)

    def merged(self, event: Any, _outcome: Outcome) -> None:
        """Two rows of one person served as one; what overlaps and is not settled is aborted right after."""
        gone = self.served.pop(event.gone, [])
        if gone:
            self.served.setdefault(event.kept, []).extend(gone)
            self._person.update({each.shift: event.kept for each in gone if each.shift in self._person})

    def night(self) -> None:
        """Forget days to which no minute can be added any more."""
        if self.district.at < self._next_day:
            return
        self._next_day = self.district.at + DAY_S
        oldest = self.district.at - KEPT_DAYS * DAY_S
        for person in [each for each, served in self.served.items() if served[:1] and served[0].left_at < oldest]:
            self.served[person] = [each for each in self.served[person] if each.left_at >= oldest]
