"""Rows of volunteers: calls, who has joined them, shifts of one volunteer each, and minutes by civil day.

A shift leaves the rows when it can change no more; minutes of a day stay for as long as a shift of that day lives,
since they bound what may still be counted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from engine.kernel.event import Event, event
from engine.kernel.ids import CallId, PersonId
from engine.kernel.units import Instant, civil_day

if TYPE_CHECKING:
    from engine.district.district import District

CallState = Literal["OPEN", "CLOSED"]
CALL_EDGES = frozenset({("", "OPEN"), ("OPEN", "CLOSED")})
ShiftState = Literal["OPEN", "FILLED", "RUNNING", "SERVED", "VERIFIED", "SETTLED", "NO_SHOW", "ABORTED"]
SHIFT_EDGES = frozenset(
    {
        ("", "OPEN"),
        ("OPEN", "FILLED"),
        ("FILLED", "OPEN"),
        ("FILLED", "RUNNING"),
        ("FILLED", "NO_SHOW"),
        ("RUNNING", "SERVED"),
        ("SERVED", "VERIFIED"),
        ("VERIFIED", "SETTLED"),
        ("OPEN", "ABORTED"),
        ("FILLED", "ABORTED"),
        ("RUNNING", "ABORTED"),
        ("SERVED", "ABORTED"),
        ("VERIFIED", "ABORTED"),
    }
)
ShiftCount = Annotated[int, Field(ge=1, le=100)]  # told in one record
STANDING: tuple[ShiftState, ...] = ("FILLED", "RUNNING", "SERVED", "VERIFIED")  # how far a volunteer has come


@dataclass(slots=True)
class Call:
    """A call for volunteers: who has joined, when, and its living shifts."""

    id: str
    closes_at: int
    state: CallState = "OPEN"
    volunteers: dict[str, int] = field(default_factory=dict)
    shifts: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class Shift:
    """One volunteer's time [starts_at, ends_at) of one civil day; instants that have not come are 0.

    `came_at` and `left_at` are what the volunteer says, `minutes` what both parties agree on.
    """

    id: str
    call: str
    starts_at: int
    ends_at: int
    verify_until: int
    state: ShiftState = "OPEN"
    person: str = ""
    came_at: int = 0
    left_at: int = 0
    minutes: int = 0
    settles_at: int = 0

    @property
    def day(self) -> int:
        """The civil day of the shift."""
        return civil_day(self.starts_at)

    @property
    def served(self) -> tuple[int, int]:
        """The interval that the volunteer was there within the shift."""
        until = min(max(self.left_at, self.starts_at), self.ends_at)
        return min(max(self.came_at, self.starts_at), until), until

    def overlaps(self, other: Shift) -> bool:
        """True if the two have a second in common."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


class VolunteerRows:
    """Calls and living shifts by id; each person's living shifts; living shifts and minutes that count by civil day."""

    __slots__ = ("calls", "days", "living", "minutes", "shifts")

    def __init__(self) -> None:
        """Nobody was called."""
        self.calls: dict[str, Call] = {}
        self.shifts: dict[str, Shift] = {}
        self.days: dict[int, int] = {}
        self.living: dict[str, dict[str, None]] = {}
        self.minutes: dict[int, dict[str, int]] = {}

    def of(self, person: str) -> list[Shift]:
        """A person's living shifts."""
        return [self.shifts[each] for each in self.living.get(person, ())]

    def counted(self, person: str, day: int) -> int:
        """Minutes of a civil day that count for a person."""
        return self.minutes.get(day, {}).get(person, 0)

    def count(self, shift: Shift, minutes: int) -> None:
        """Let minutes of a shift count, or no longer count where they are negative."""
        of_day = self.minutes.setdefault(shift.day, {})
        of_day[shift.person] = of_day.get(shift.person, 0) + minutes

    def assign(self, shift: Shift, person: str) -> None:
        """Give a shift to a person, or to nobody."""
        if shift.person:
            mine = self.living[shift.person]
            del mine[shift.id]
            if not mine:
                del self.living[shift.person]
        shift.person = person
        if person:
            self.living.setdefault(person, {})[shift.id] = None

    def open(self, shift: Shift) -> None:
        """A new shift."""
        self.shifts[shift.id] = shift
        self.calls[shift.call].shifts[shift.id] = None
        self.days[shift.day] = self.days.get(shift.day, 0) + 1

    def retire(self, shift: Shift) -> None:
        """Drop a shift that can change no more, and the minutes of a day that no shift can add to."""
        self.assign(shift, "")
        del self.shifts[shift.id]
        del self.calls[shift.call].shifts[shift.id]
        self.days[shift.day] -= 1
        if not self.days[shift.day]:
            del self.days[shift.day]
            self.minutes.pop(shift.day, None)

    def merge(self, gone: str, kept: str) -> tuple[str, ...]:
        """Let `kept` stand for `gone`; shifts that thereby overlap: of two the one that is less far, or of `gone`."""
        for call in self.calls.values():
            joined_at = call.volunteers.pop(gone, None)
            if joined_at is not None:
                call.volunteers.setdefault(kept, joined_at)
        for of_day in self.minutes.values():
            if gone in of_day:
                of_day[kept] = of_day.get(kept, 0) + of_day.pop(gone)
        mine, doubled = self.of(kept), dict[str, None]()
        for shift in self.of(gone):
            for other in mine:
                if shift.overlaps(other):
                    doubled[min(shift, other, key=lambda each: STANDING.index(each.state)).id] = None
            self.assign(shift, kept)
        return tuple(doubled)


@event("participation.call_opened")
class CallOpened(Event):
    """Volunteers are called for, until `closes_at`."""

    call: CallId
    closes_at: Instant

    def apply(self, district: District) -> None:
        """Write the call."""
        district.ids.taken_next("cal")
        district.volunteers.calls[self.call] = Call(self.call, self.closes_at)
        district.deadlines.add(self.closes_at, "call_close", self.call)


@event("participation.call_closed")
class CallClosed(Event):
    """Nobody joins any more; shifts that somebody has signed go on."""

    call: CallId

    def apply(self, district: District) -> None:
        """Close it."""
        row = district.volunteers.calls[self.call]
        row.state = "CLOSED"
        district.deadlines.cancel(row.closes_at, "call_close", self.call)


@event("participation.volunteer_joined")
class VolunteerJoined(Event):
    """A person is a volunteer of the call, once."""

    call: CallId
    person: PersonId

    def apply(self, district: District) -> None:
        """Write it down."""
        person = district.residents.persons[self.person].id
        district.volunteers.calls[self.call].volunteers[person] = district.at
