"""Shifts: signed, served, verified by a second party, settled (F15).

The volunteer says when the service began and ended, somebody of the office or the grid says how many minutes it was;
the lesser of the two counts, within the minutes that the policy lets a person serve on a civil day. The minutes can be
taken back until they are settled; then they earn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.binding.authority import on_duty
from engine.binding.codes import PERSON_MERGED, PERSON_NOT_BOUND, PERSON_NOT_FOUND
from engine.district.shifts import (
    ShiftAborted,
    ShiftBegun,
    ShiftGivenBack,
    ShiftMissed,
    ShiftServed,
    ShiftSettled,
    ShiftSigned,
    ShiftVerified,
)
from engine.district.volunteers import Shift
from engine.kernel.command import Command, Envelope, anyone, command, own
from engine.kernel.event import Event
from engine.kernel.ids import PersonId, ShiftId
from engine.kernel.rejection import Rejected
from engine.kernel.units import MINUTE_S, Count
from engine.participation.codes import (
    SHIFT_BAD_STATE,
    SHIFT_DAY_CAP,
    SHIFT_NOT_FOUND,
    SHIFT_NOT_NOW,
    SHIFT_NOT_YOURS,
    SHIFT_OVERLAP,
    VOL_NOT_JOINED,
)
from engine.participation.people import active, bound, known
from engine.points.awards import Fact, earn

if TYPE_CHECKING:
    from engine.district import District
    from engine.district.residents import Person
    from engine.policy import Policy

VERIFIERS = {"officer": anyone, "system": anyone, "grid": on_duty}
MINE = (PERSON_NOT_FOUND, SHIFT_NOT_FOUND, PERSON_MERGED, SHIFT_BAD_STATE, SHIFT_NOT_YOURS)


def _shift(district: District, claimed: str) -> Shift | None:
    """The living shift named, None for one that was retired; rejects an unknown one."""
    row = district.volunteers.shifts.get(claimed)
    if row is None and not district.ids.issued(claimed):
        raise Rejected(SHIFT_NOT_FOUND)
    return row


def _standing(row: Shift | None, *states: str) -> Shift:
    """The shift in one of the states; rejects any other, and one that is over."""
    if row is None or row.state not in states:
        raise Rejected(SHIFT_BAD_STATE, state="over" if row is None else row.state)
    return row


def _mine(district: District, by: Any, *states: str) -> Shift:
    """The shift that a volunteer names and has, in one of the states."""
    person = known(district, by.person)
    row = _shift(district, by.shift)
    active(person)
    row = _standing(row, *states)
    if row.person != by.person:
        raise Rejected(SHIFT_NOT_YOURS)
    return row


def _minutes(row: Shift) -> int:
    """Minutes that count, or that are planned."""
    return row.minutes if row.state == "VERIFIED" else (row.ends_at - row.starts_at) // MINUTE_S


@command(
    "participation.sign_shift",
    {"resident": own("person")},
    (
        PERSON_NOT_FOUND,
        SHIFT_NOT_FOUND,
        PERSON_MERGED,
        PERSON_NOT_BOUND,
        SHIFT_BAD_STATE,
        VOL_NOT_JOINED,
        SHIFT_OVERLAP,
        SHIFT_DAY_CAP,
    ),
)
class SignShift(Command):
    """Take a free shift of a call that one has joined."""

    person: PersonId
    shift: ShiftId

    def decide(self, district: District, policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A filled shift."""
        person = known(district, self.person)
        row = _shift(district, self.shift)
        bound(person)
        row = _standing(row, "OPEN")
        self._fits(district, policy, row, person)
        return (ShiftSigned(self.shift, self.person),)

    def _fits(self, district: District, policy: Policy, row: Shift, person: Person) -> None:
        """The volunteer has time, and the day has minutes left."""
        rows = district.volunteers
        if person.id not in rows.calls[row.call].volunteers:
            raise Rejected(VOL_NOT_JOINED)
        others = rows.of(person.id)
        clash = next((each for each in others if each.overlaps(row)), None)
        if clash is not None:
            raise Rejected(SHIFT_OVERLAP, shift=clash.id)
        planned = [_minutes(each) for each in others if each.day == row.day and each.state != "VERIFIED"]
        total = sum(planned) + rows.counted(person.id, row.day) + _minutes(row)
        if total > policy.participation.service_day_minutes:
            raise Rejected(SHIFT_DAY_CAP, cap=policy.participation.service_day_minutes)


@command("participation.give_back_shift", {"resident": own("person")}, (*MINE, SHIFT_NOT_NOW))
class GiveBackShift(Command):
    """Say, before it begins, that one cannot come."""

    person: PersonId
    shift: ShiftId

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A free shift, or none where the call is closed."""
        row = _mine(district, self, "FILLED")
        if by.at >= row.starts_at:
            raise Rejected(SHIFT_NOT_NOW, starts=row.starts_at)
        if district.volunteers.calls[row.call].state == "CLOSED":
            return (ShiftAborted(self.shift, "call_closed"),)
        return (ShiftGivenBack(self.shift),)


@command("participation.begin_shift", {"resident": own("person")}, (*MINE, SHIFT_NOT_NOW))
class BeginShift(Command):
    """Check in: say to be there, from shortly before the shift begins until it ends."""

    person: PersonId
    shift: ShiftId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A running shift."""
        row = _mine(district, self, "FILLED")
        if not row.starts_at - policy.participation.check_in_early_s <= by.at < row.ends_at:
            raise Rejected(SHIFT_NOT_NOW, starts=row.starts_at)
        return (ShiftBegun(self.shift),)


@command("participation.end_shift", {"resident": own("person")}, MINE)
class EndShift(Command):
    """Check out: say to be done."""

    person: PersonId
    shift: ShiftId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A served shift, to be verified."""
        _mine(district, self, "RUNNING")
        return (ShiftServed(self.shift),)


@command("participation.verify_shift", VERIFIERS, (SHIFT_NOT_FOUND, SHIFT_BAD_STATE))
class VerifyShift(Command):
    """Say, as the second party, how many minutes a served shift was."""

    shift: ShiftId
    minutes: Count

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The minutes on which both agree, within what the day has left."""
        row = _standing(_shift(district, self.shift), "SERVED")
        rule = policy.participation
        came_at, left_at = row.served
        left = rule.service_day_minutes - district.volunteers.counted(row.person, row.day)
        minutes = max(0, min(self.minutes, (left_at - came_at) // MINUTE_S, left))
        settles_at = by.at + rule.service_settle_s
        return (ShiftVerified(self.shift, row.person, came_at, left_at, minutes, settles_at),)


@command("participation.abort_shift", {"officer": anyone, "system": anyone}, (SHIFT_NOT_FOUND, SHIFT_BAD_STATE))
class AbortShift(Command):
    """Call a shift off, or take back minutes that are not settled."""

    shift: ShiftId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A shift that counts for nobody."""
        _standing(_shift(district, self.shift), "OPEN", "FILLED", "RUNNING", "SERVED", "VERIFIED")
        return (ShiftAborted(self.shift, "office"),)


def begin(_district: District, _policy: Policy, waiting: str, _at: int) -> list[Event]:
    """Deadline `shift_begin`: nobody took the shift."""
    return [ShiftAborted(waiting, "unfilled")]


def end(district: District, _policy: Policy, waiting: str, _at: int) -> list[Event]:
    """Deadline `shift_end`: whoever signed did not come."""
    return [ShiftMissed(waiting, district.volunteers.shifts[waiting].person)]


def lapse(_district: District, _policy: Policy, waiting: str, _at: int) -> list[Event]:
    """Deadline `shift_lapse`: nobody has verified the service in time."""
    return [ShiftAborted(waiting, "unverified")]


def abort_double(_district: District, _policy: Policy, waiting: str, _at: int) -> list[Event]:
    """Deadline `shift_double`: two rows of one person had shifts at the same time."""
    return [ShiftAborted(waiting, "merged")]


def settle(district: District, policy: Policy, waiting: str, at: int) -> list[Event]:
    """Deadline `shift_settle`: the minutes stand, and a service of some minutes earns."""
    row = district.volunteers.shifts[waiting]
    settled = ShiftSettled(waiting, row.person, row.minutes)
    if not row.minutes or district.residents.persons[row.person].state != "ACTIVE":
        return [settled]
    return [settled, *earn(district, policy, "service", Fact(row.person, waiting, at))]
