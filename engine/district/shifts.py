"""Events of shifts: opened, signed, given back, begun, served, verified, settled, missed or aborted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from engine.district.volunteers import Shift
from engine.kernel.event import Event, event
from engine.kernel.ids import CallId, PersonId, ShiftId
from engine.kernel.units import Count, Instant

if TYPE_CHECKING:
    from engine.district.district import District

AbortReason = Literal["unfilled", "call_closed", "unverified", "office", "merged"]


def _retire(district: District, shift: str) -> None:
    """Drop a shift with all that waits for it."""
    row = district.volunteers.shifts[shift]
    for due, kind in (
        (row.starts_at, "shift_begin"),
        (row.ends_at, "shift_end"),
        (row.verify_until, "shift_lapse"),
        (row.settles_at, "shift_settle"),
    ):
        district.deadlines.cancel(due, kind, shift)
    district.volunteers.retire(row)


@event("participation.shift_opened")
class ShiftOpened(Event):
    """One volunteer is wanted from `starts_at` to `ends_at`; the minutes can be verified until `verify_until`."""

    shift: ShiftId
    call: CallId
    starts_at: Instant
    ends_at: Instant
    verify_until: Instant

    def apply(self, district: District) -> None:
        """Write the shift."""
        rows = district.volunteers
        district.ids.taken_next("shf")
        rows.open(Shift(self.shift, self.call, self.starts_at, self.ends_at, self.verify_until))
        district.deadlines.add(self.starts_at, "shift_begin", self.shift)


@event("participation.shift_signed")
class ShiftSigned(Event):
    """A volunteer takes the shift."""

    shift: ShiftId
    person: PersonId

    def apply(self, district: District) -> None:
        """Assign it."""
        rows = district.volunteers
        row = rows.shifts[self.shift]
        row.state = "FILLED"
        rows.assign(row, district.residents.persons[self.person].id)
        district.deadlines.cancel(row.starts_at, "shift_begin", self.shift)
        district.deadlines.add(row.ends_at, "shift_end", self.shift)


@event("participation.shift_given_back")
class ShiftGivenBack(Event):
    """The volunteer cannot come; somebody else may take the shift."""

    shift: ShiftId

    def apply(self, district: District) -> None:
        """Free it."""
        row = district.volunteers.shifts[self.shift]
        row.state = "OPEN"
        district.volunteers.assign(row, "")
        district.deadlines.cancel(row.ends_at, "shift_end", self.shift)
        district.deadlines.add(row.starts_at, "shift_begin", self.shift)


@event("participation.shift_begun")
class ShiftBegun(Event):
    """The volunteer says to be there."""

    shift: ShiftId

    def apply(self, district: District) -> None:
        """Keep the instant."""
        row = district.volunteers.shifts[self.shift]
        row.state, row.came_at = "RUNNING", district.at
        district.deadlines.cancel(row.ends_at, "shift_end", self.shift)
        district.deadlines.add(row.verify_until, "shift_lapse", self.shift)


@event("participation.shift_served")
class ShiftServed(Event):
    """The volunteer says to be done."""

    shift: ShiftId

    def apply(self, district: District) -> None:
        """Keep the instant."""
        row = district.volunteers.shifts[self.shift]
        row.state, row.left_at = "SERVED", district.at


@event("participation.shift_verified")
class ShiftVerified(Event):
    """Both parties agree on `minutes` within [came_at, left_at) of the shift; they stand from `settles_at` on."""

    shift: ShiftId
    person: PersonId
    came_at: Instant
    left_at: Instant
    minutes: Count
    settles_at: Instant

    def apply(self, district: District) -> None:
        """Let the minutes count."""
        row = district.volunteers.shifts[self.shift]
        row.state, row.minutes, row.settles_at = "VERIFIED", self.minutes, self.settles_at
        district.volunteers.count(row, self.minutes)
        district.deadlines.cancel(row.verify_until, "shift_lapse", self.shift)
        district.deadlines.add(self.settles_at, "shift_settle", self.shift)


@event("participation.shift_settled")
class ShiftSettled(Event):
    """The minutes stand for ever, and earn in the same record; the row is retired."""

    shift: ShiftId
    person: PersonId
    minutes: Count

    def apply(self, district: District) -> None:
        """Drop the row."""
        _retire(district, self.shift)


@event("participation.shift_missed")
class ShiftMissed(Event):
    """Whoever signed did not come; the row is retired."""

    shift: ShiftId
    person: PersonId

    def apply(self, district: District) -> None:
        """Drop the row."""
        _retire(district, self.shift)


@event("participation.shift_aborted")
class ShiftAborted(Event):
    """The shift counts for nobody; minutes verified before no longer count, and the row is retired."""

    shift: ShiftId
    reason: AbortReason

    def apply(self, district: District) -> None:
        """Drop the row."""
        rows = district.volunteers
        row = rows.shifts[self.shift]
        if row.minutes:
            rows.count(row, -row.minutes)
        _retire(district, self.shift)
