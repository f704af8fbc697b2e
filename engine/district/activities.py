"""Rows and events of calls for activities, and of the registrations for their places.

A registration is confirmed, or it waits; who waits is promoted in the order of registering. Rows stay: a district
calls for a dozen activities a year.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from engine.kernel.event import Event, event
from engine.kernel.ids import ActivityId
from engine.kernel.units import Instant

if TYPE_CHECKING:
    from engine.district.district import District

ActivityState = Literal["DRAFT", "PUBLISHED", "OPEN", "FULL", "CLOSED", "HELD", "SETTLED", "CANCELLED"]
ACTIVITY_EDGES = frozenset(
    {
        ("", "DRAFT"),
        ("DRAFT", "PUBLISHED"),
        ("PUBLISHED", "OPEN"),
        ("OPEN", "FULL"),
        ("FULL", "OPEN"),
        ("OPEN", "CLOSED"),
        ("FULL", "CLOSED"),
        ("CLOSED", "HELD"),
        ("HELD", "SETTLED"),
        ("DRAFT", "CANCELLED"),
        ("PUBLISHED", "CANCELLED"),
        ("OPEN", "CANCELLED"),
        ("FULL", "CANCELLED"),
        ("CLOSED", "CANCELLED"),
    }
)
RegistrationState = Literal["REGISTERED", "WAITLISTED", "CHECKED_IN", "COMPLETED", "NO_SHOW", "CANCELLED"]
REGISTRATION_EDGES = frozenset(
    {
        ("", "REGISTERED"),
        ("", "WAITLISTED"),
        ("WAITLISTED", "REGISTERED"),
        ("REGISTERED", "CHECKED_IN"),
        ("CHECKED_IN", "COMPLETED"),
        ("REGISTERED", "NO_SHOW"),
        ("REGISTERED", "CANCELLED"),
        ("WAITLISTED", "CANCELLED"),
        ("CHECKED_IN", "CANCELLED"),  # two rows of one person were both there
    }
)
CancelReason = Literal["own", "activity", "no_place", "merged"]
Places = Annotated[int, Field(ge=1, le=2_000)]  # a hall or a market; a bound keeps one record readable
ONGOING = ("OPEN", "FULL", "CLOSED")  # somebody may still come


@dataclass(slots=True)
class Registration:
    """A person's place at an activity, or in its waiting list."""

    person: str
    state: RegistrationState


@dataclass(slots=True)
class Activity:
    """A call with `places`. `living` leads from a person to the registration that counts; `waiting` is in order."""

    id: str
    places: int
    opens_at: int
    closes_at: int
    begins_at: int
    ends_at: int
    rewarded: bool
    state: ActivityState = "DRAFT"
    confirmed: int = 0
    registrations: dict[str, Registration] = field(default_factory=dict)
    living: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, None] = field(default_factory=dict)

    def merge(self, gone: str, kept: str) -> tuple[str, ...]:
        """Let `kept` stand for `gone`; the registration that thereby is one too many, if any.

        Of two the one that is further stays: present before confirmed before waiting, of equals that of `kept`.
        """
        if gone not in self.living or self.state == "SETTLED":
            return ()
        moved = self.living.pop(gone)
        first = self.living.get(kept)
        if first is None:
            self.living[kept] = moved
            self.registrations[moved].person = kept
            return ()
        further = min(first, moved, key=lambda each: STANDING.index(self.registrations[each].state))
        self.living[kept] = further
        self.registrations[further].person = kept
        return (moved if further == first else first,)


STANDING: tuple[RegistrationState, ...] = ("CHECKED_IN", "REGISTERED", "WAITLISTED")


@event("participation.activity_drafted")
class ActivityDrafted(Event):
    """An activity with `places` is planned: people register from `opens_at` to `closes_at`."""

    activity: ActivityId
    places: Places
    opens_at: Instant
    closes_at: Instant
    begins_at: Instant
    ends_at: Instant
    rewarded: bool

    def apply(self, district: District) -> None:
        """Write the activity."""
        district.ids.taken_next("act")
        district.board.activities[self.activity] = Activity(
            self.activity, self.places, self.opens_at, self.closes_at, self.begins_at, self.ends_at, self.rewarded
        )


@event("participation.activity_published")
class ActivityPublished(Event):
    """Everybody may read of the activity; registering opens and closes at its instants."""

    activity: ActivityId

    def apply(self, district: District) -> None:
        """Show it."""
        row = district.board.activities[self.activity]
        row.state = "PUBLISHED"
        district.deadlines.add(row.opens_at, "registration_open", self.activity)


@event("participation.activity_opened")
class ActivityOpened(Event):
    """People may register."""

    activity: ActivityId

    def apply(self, district: District) -> None:
        """Open it until it closes."""
        row = district.board.activities[self.activity]
        row.state = "OPEN"
        district.deadlines.cancel(row.opens_at, "registration_open", self.activity)
        district.deadlines.add(row.closes_at, "registration_close", self.activity)


@event("participation.activity_filled")
class ActivityFilled(Event):
    """The last place is taken: who registers now waits."""

    activity: ActivityId

    def apply(self, district: District) -> None:
        """Mark it."""
        district.board.activities[self.activity].state = "FULL"


@event("participation.activity_freed")
class ActivityFreed(Event):
    """A place is free again, and nobody waits for it."""

    activity: ActivityId

    def apply(self, district: District) -> None:
        """Mark it."""
        district.board.activities[self.activity].state = "OPEN"


@event("participation.activity_closed")
class ActivityClosed(Event):
    """Nobody registers any more; places that are given back still go to who waits."""

    activity: ActivityId

    def apply(self, district: District) -> None:
        """Close it."""
        row = district.board.activities[self.activity]
        row.state = "CLOSED"
        district.deadlines.cancel(row.closes_at, "registration_close", self.activity)


@event("participation.activity_held")
class ActivityHeld(Event):
    """The activity took place; nobody is checked in any more."""

    activity: ActivityId

    def apply(self, district: District) -> None:
        """Mark it."""
        district.board.activities[self.activity].state = "HELD"


@event("participation.activity_settled")
class ActivitySettled(Event):
    """Attendance stands. Each one who was there earns in a record of its own, right after this one."""

    activity: ActivityId

    def apply(self, district: District) -> None:
        """Let every attendance be completed at this instant."""
        row = district.board.activities[self.activity]
        row.state = "SETTLED"
        for name, registration in row.registrations.items():
            if registration.state == "CHECKED_IN":
                district.deadlines.add(district.at, "registration_complete", name)


@event("participation.activity_cancelled")
class ActivityCancelled(Event):
    """The activity does not take place."""

    activity: ActivityId

    def apply(self, district: District) -> None:
        """Take it off the board."""
        row = district.board.activities[self.activity]
        row.state = "CANCELLED"
        district.deadlines.cancel(row.opens_at, "registration_open", self.activity)
        district.deadlines.cancel(row.closes_at, "registration_close", self.activity)
