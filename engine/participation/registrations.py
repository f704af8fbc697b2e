"""Registering for an activity: a place or a turn, giving it back, being there, and what attendance earns (F08)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.binding.authority import on_duty
from engine.binding.codes import PERSON_MERGED, PERSON_NOT_BOUND, PERSON_NOT_FOUND
from engine.district.activities import ONGOING, Activity, ActivityFilled, ActivityFreed
from engine.district.registrations import (
    RegistrationCancelled,
    RegistrationCheckedIn,
    RegistrationCompleted,
    RegistrationMade,
    RegistrationPromoted,
)
from engine.kernel.command import Command, Envelope, anyone, command, own
from engine.kernel.event import Event
from engine.kernel.ids import ActivityId, PersonId
from engine.kernel.rejection import Rejected
from engine.participation.activities import activity
from engine.participation.codes import (
    ACT_BAD_STATE,
    ACT_FULL,
    ACT_NOT_NOW,
    ACT_NOT_OPEN,
    ACTIVITY_NOT_FOUND,
    REG_BAD_STATE,
    REG_DUPLICATE,
    REG_NONE,
)
from engine.participation.people import active, bound, known
from engine.points.awards import Fact, earn

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy


@command(
    "participation.join_activity",
    {"resident": own("person")},
    (
        PERSON_NOT_FOUND,
        ACTIVITY_NOT_FOUND,
        PERSON_MERGED,
        PERSON_NOT_BOUND,
        ACT_NOT_OPEN,
        REG_DUPLICATE,
        ACT_FULL,
    ),
)
class JoinActivity(Command):
    """Register for an activity: a place while there is one, else a turn in the waiting list."""

    person: PersonId
    activity: ActivityId

    def decide(self, district: District, policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A registration, and the activity full by the last place."""
        person = known(district, self.person)
        row = activity(district, self.activity)
        bound(person)
        if row.state not in ("OPEN", "FULL"):
            raise Rejected(ACT_NOT_OPEN, state=row.state)
        if self.person in row.living:
            raise Rejected(REG_DUPLICATE, registration=row.living[self.person])
        waits = row.state == "FULL"
        if waits and len(row.waiting) >= policy.participation.waiting_places:
            raise Rejected(ACT_FULL, waiting=len(row.waiting))
        made = RegistrationMade(district.ids.new("reg"), self.activity, self.person, waits)
        last = not waits and row.confirmed + 1 == row.places
        return (made, ActivityFilled(self.activity)) if last else (made,)


def _own_registration(row: Activity, person: str) -> str:
    """The living registration of a person; rejects whoever has none."""
    found = row.living.get(person)
    if found is None:
        raise Rejected(REG_NONE)
    return found


def given_back(row: Activity, registration: str) -> list[Event]:
    """What follows when a registration ends before the activity is held: its place goes to the first who waits."""
    if row.registrations[registration].state == "WAITLISTED" or row.state not in ONGOING:
        return []
    first = next((each for each in row.waiting if each != registration), None)
    if first is not None:
        return [RegistrationPromoted(first, row.id)]
    return [ActivityFreed(row.id)] if row.state == "FULL" else []


@command(
    "participation.cancel_registration",
    {"resident": own("person")},
    (PERSON_NOT_FOUND, ACTIVITY_NOT_FOUND, PERSON_MERGED, ACT_BAD_STATE, REG_NONE, REG_BAD_STATE, ACT_NOT_NOW),
)
class CancelRegistration(Command):
    """Give the own place or turn back, before the activity begins."""

    person: PersonId
    activity: ActivityId

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A registration that no longer counts, and who gets its place."""
        person = known(district, self.person)
        row = activity(district, self.activity)
        active(person)
        if row.state not in ONGOING:
            raise Rejected(ACT_BAD_STATE, state=row.state)
        registration = _own_registration(row, self.person)
        if row.registrations[registration].state == "CHECKED_IN":
            raise Rejected(REG_BAD_STATE, state="CHECKED_IN")
        if by.at >= row.begins_at:
            raise Rejected(ACT_NOT_NOW, begins=row.begins_at)
        return (RegistrationCancelled(registration, self.activity, "own"), *given_back(row, registration))


@command(
    "participation.check_in_registration",
    {"officer": anyone, "system": anyone, "grid": on_duty},
    (PERSON_NOT_FOUND, ACTIVITY_NOT_FOUND, PERSON_MERGED, ACT_BAD_STATE, REG_NONE, REG_BAD_STATE, ACT_NOT_NOW),
)
class CheckInRegistration(Command):
    """Say that a person with a place is there, from shortly before the activity begins until it ends."""

    person: PersonId
    activity: ActivityId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A registration checked in."""
        person = known(district, self.person)
        row = activity(district, self.activity)
        active(person)
        if row.state not in ONGOING:
            raise Rejected(ACT_BAD_STATE, state=row.state)
        registration = _own_registration(row, self.person)
        if row.registrations[registration].state != "REGISTERED":
            raise Rejected(REG_BAD_STATE, state=row.registrations[registration].state)
        if not row.begins_at - policy.participation.check_in_early_s <= by.at < row.ends_at:
            raise Rejected(ACT_NOT_NOW, begins=row.begins_at)
        return (RegistrationCheckedIn(registration, self.activity),)


def _holding(district: District, registration: str) -> Activity:
    return next(each for each in district.board.activities.values() if registration in each.registrations)


def complete(district: District, policy: Policy, waiting: str, at: int) -> list[Event]:
    """Deadline `registration_complete`: an attendance of a settled activity stands, and earns if that was promised."""
    row = _holding(district, waiting)
    completed = RegistrationCompleted(waiting, row.id)
    person = district.residents.root(row.registrations[waiting].person)
    if not row.rewarded or district.residents.persons[person].state != "ACTIVE":
        return [completed]
    return [completed, *earn(district, policy, "activity", Fact(person, waiting, at))]


def cancel_double(district: District, _policy: Policy, waiting: str, _at: int) -> list[Event]:
    """Deadline `registration_double`: two rows of one person had registered; one of the two places is given back."""
    row = _holding(district, waiting)
    return [RegistrationCancelled(waiting, row.id, "merged"), *given_back(row, waiting)]
