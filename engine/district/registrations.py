"""Events of registrations: made, promoted, given back, checked in, completed or missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.district.activities import Activity, CancelReason, Registration
from engine.kernel.event import Event, event
from engine.kernel.ids import ActivityId, PersonId, RegistrationId

if TYPE_CHECKING:
    from engine.district.district import District


def _row(district: District, activity: str, registration: str) -> tuple[Activity, Registration]:
    row = district.board.activities[activity]
    return row, row.registrations[registration]


@event("participation.registration_made")
class RegistrationMade(Event):
    """A person has a place, or `waits` for one."""

    registration: RegistrationId
    activity: ActivityId
    person: PersonId
    waits: bool

    def apply(self, district: District) -> None:
        """Write the registration."""
        district.ids.taken_next("reg")
        row = district.board.activities[self.activity]
        person = district.residents.persons[self.person].id
        row.registrations[self.registration] = Registration(person, "WAITLISTED" if self.waits else "REGISTERED")
        row.living[person] = self.registration
        if self.waits:
            row.waiting[self.registration] = None
        else:
            row.confirmed += 1


@event("participation.registration_promoted")
class RegistrationPromoted(Event):
    """The first who waits gets the place that was given back."""

    registration: RegistrationId
    activity: ActivityId

    def apply(self, district: District) -> None:
        """Confirm it."""
        row, registration = _row(district, self.activity, self.registration)
        registration.state = "REGISTERED"
        del row.waiting[self.registration]
        row.confirmed += 1


@event("participation.registration_cancelled")
class RegistrationCancelled(Event):
    """The registration no longer counts: given back, the activity is off, no place came free, or a second row's."""

    registration: RegistrationId
    activity: ActivityId
    reason: CancelReason

    def apply(self, district: District) -> None:
        """Free the place or the turn."""
        row, registration = _row(district, self.activity, self.registration)
        if registration.state == "WAITLISTED":
            del row.waiting[self.registration]
        else:
            row.confirmed -= 1
        registration.state = "CANCELLED"
        if row.living.get(registration.person) == self.registration:
            del row.living[registration.person]


@event("participation.registration_checked_in")
class RegistrationCheckedIn(Event):
    """The person is there."""

    registration: RegistrationId
    activity: ActivityId

    def apply(self, district: District) -> None:
        """Mark it."""
        _row(district, self.activity, self.registration)[1].state = "CHECKED_IN"


@event("participation.registration_completed")
class RegistrationCompleted(Event):
    """The person was there and the activity was held."""

    registration: RegistrationId
    activity: ActivityId

    def apply(self, district: District) -> None:
        """Mark it."""
        _row(district, self.activity, self.registration)[1].state = "COMPLETED"


@event("participation.registration_missed")
class RegistrationMissed(Event):
    """The person had a place and did not come."""

    registration: RegistrationId
    activity: ActivityId

    def apply(self, district: District) -> None:
        """Mark it."""
        _row(district, self.activity, self.registration)[1].state = "NO_SHOW"
