"""Calls for volunteers and the shifts that they open (F15). A person joins a call once, and takes shifts afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.binding.codes import PERSON_MERGED, PERSON_NOT_BOUND, PERSON_NOT_FOUND
from engine.district.shifts import ShiftAborted, ShiftOpened
from engine.district.volunteers import Call, CallClosed, CallOpened, ShiftCount, VolunteerJoined
from engine.kernel.command import Command, Envelope, anyone, command, own
from engine.kernel.event import Event
from engine.kernel.ids import CallId, PersonId
from engine.kernel.rejection import Rejected
from engine.kernel.units import Instant, after_days, civil_day
from engine.participation.codes import (
    CALL_CLOSES_IN_PAST,
    CALL_NOT_FOUND,
    CALL_NOT_OPEN,
    SHIFT_BAD_TIMES,
    VOL_DUPLICATE,
)
from engine.participation.people import bound, known

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy

OFFICE = {"officer": anyone, "system": anyone}


def call(district: District, claimed: str) -> Call:
    """The call named; rejects an unknown one."""
    row = district.volunteers.calls.get(claimed)
    if row is None:
        raise Rejected(CALL_NOT_FOUND)
    return row


def _open(row: Call) -> None:
    if row.state != "OPEN":
        raise Rejected(CALL_NOT_OPEN)


@command("participation.open_call", OFFICE, (CALL_CLOSES_IN_PAST,))
class OpenCall(Command):
    """Call for volunteers until an instant."""

    closes_at: Instant

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """An open call."""
        if self.closes_at <= by.at:
            raise Rejected(CALL_CLOSES_IN_PAST)
        return (CallOpened(district.ids.new("cal"), self.closes_at),)


@command("participation.close_call", OFFICE, (CALL_NOT_FOUND, CALL_NOT_OPEN))
class CloseCall(Command):
    """Take no more volunteers, before the time."""

    call: CallId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A closed call."""
        _open(call(district, self.call))
        return tuple(closes(district, policy, self.call, by.at))


def closes(district: District, _policy: Policy, waiting: str, _at: int) -> list[Event]:
    """Deadline `call_close`: nobody joins any more, and shifts that nobody took are off."""
    rows = district.volunteers
    free = [each for each in rows.calls[waiting].shifts if rows.shifts[each].state == "OPEN"]
    return [CallClosed(waiting), *[ShiftAborted(each, "call_closed") for each in free]]


@command(
    "participation.join_call",
    {"resident": own("person")},
    (PERSON_NOT_FOUND, CALL_NOT_FOUND, PERSON_MERGED, PERSON_NOT_BOUND, CALL_NOT_OPEN, VOL_DUPLICATE),
)
class JoinCall(Command):
    """Become a volunteer of a call."""

    person: PersonId
    call: CallId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A volunteer, once a call."""
        person = known(district, self.person)
        row = call(district, self.call)
        bound(person)
        _open(row)
        if self.person in row.volunteers:
            raise Rejected(VOL_DUPLICATE)
        return (VolunteerJoined(self.call, self.person),)


@command("participation.open_shifts", OFFICE, (CALL_NOT_FOUND, CALL_NOT_OPEN, SHIFT_BAD_TIMES))
class OpenShifts(Command):
    """Ask for some volunteers of a call at the same time: each is a shift of its own, of one civil day."""

    call: CallId
    starts_at: Instant
    ends_at: Instant
    shifts: ShiftCount

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """Open shifts. One over midnight is two: minutes are counted by civil day."""
        _open(call(district, self.call))
        if not by.at < self.starts_at < self.ends_at or civil_day(self.starts_at) != civil_day(self.ends_at - 1):
            raise Rejected(SHIFT_BAD_TIMES)
        until = after_days(self.ends_at, policy.participation.service_verify_days)
        return tuple(
            ShiftOpened(district.ids.new("shf", ahead), self.call, self.starts_at, self.ends_at, until)
            for ahead in range(self.shifts)
        )
