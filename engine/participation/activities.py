"""Calls for activities from draft to the day on which attendance is settled (F08).

A place is confirmed as long as there is one; then people wait, as many as the policy allows, and each place that is
given back goes to the first of them. Only who was checked in, at an activity that was held, earns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.district.activities import (
    ONGOING,
    Activity,
    ActivityCancelled,
    ActivityClosed,
    ActivityDrafted,
    ActivityHeld,
    ActivityOpened,
    ActivityPublished,
    ActivitySettled,
    Places,
)
from engine.district.registrations import (
    RegistrationCancelled,
    RegistrationMissed,
)
from engine.kernel.command import Command, Envelope, anyone, command
from engine.kernel.event import Event
from engine.kernel.ids import ActivityId
from engine.kernel.rejection import Rejected
from engine.kernel.units import Instant
from engine.participation.codes import (
    ACT_BAD_STATE,
    ACT_BAD_TIMES,
    ACT_CLOSES_IN_PAST,
    ACT_NOT_NOW,
    ACTIVITY_NOT_FOUND,
)

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy

OFFICE = {"officer": anyone, "system": anyone}


def activity(district: District, claimed: str) -> Activity:
    """The activity named; rejects an unknown one."""
    row = district.board.activities.get(claimed)
    if row is None:
        raise Rejected(ACTIVITY_NOT_FOUND)
    return row


def in_state(district: District, claimed: str, *states: str) -> Activity:
    """The activity named, in one of the states; rejects any other."""
    row = activity(district, claimed)
    if row.state not in states:
        raise Rejected(ACT_BAD_STATE, state=row.state)
    return row


@command("participation.draft_activity", OFFICE, (ACT_BAD_TIMES, ACT_CLOSES_IN_PAST))
class DraftActivity(Command):
    """Plan an activity with `places`: registering from `opens_at` to `closes_at`, then it begins and ends."""

    places: Places
    opens_at: Instant
    closes_at: Instant
    begins_at: Instant
    ends_at: Instant
    rewarded: bool

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A drafted activity."""
        if not self.opens_at < self.closes_at <= self.begins_at < self.ends_at:
            raise Rejected(ACT_BAD_TIMES)
        if self.closes_at <= by.at:
            raise Rejected(ACT_CLOSES_IN_PAST)
        made = district.ids.new("act")
        drafted = ActivityDrafted(
            made, self.places, self.opens_at, self.closes_at, self.begins_at, self.ends_at, self.rewarded
        )
        return (drafted,)


@command("participation.publish_activity", OFFICE, (ACTIVITY_NOT_FOUND, ACT_BAD_STATE, ACT_CLOSES_IN_PAST))
class PublishActivity(Command):
    """Show an activity to everybody."""

    activity: ActivityId

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A published activity, open if its instant has come."""
        row = in_state(district, self.activity, "DRAFT")
        if row.closes_at <= by.at:
            raise Rejected(ACT_CLOSES_IN_PAST)
        published = ActivityPublished(self.activity)
        return (published, ActivityOpened(self.activity)) if row.opens_at <= by.at else (published,)


def opens(_district: District, _policy: Policy, waiting: str, _at: int) -> list[Event]:
    """Deadline `registration_open`: people may register."""
    return [ActivityOpened(waiting)]


@command("participation.close_activity", OFFICE, (ACTIVITY_NOT_FOUND, ACT_BAD_STATE))
class CloseActivity(Command):
    """Take no more registrations, before the time."""

    activity: ActivityId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A closed activity."""
        in_state(district, self.activity, "OPEN", "FULL")
        return (ActivityClosed(self.activity),)


def closes(_district: District, _policy: Policy, waiting: str, _at: int) -> list[Event]:
    """Deadline `registration_close`: nobody registers any more."""
    return [ActivityClosed(waiting)]


@command("participation.hold_activity", OFFICE, (ACTIVITY_NOT_FOUND, ACT_BAD_STATE, ACT_NOT_NOW))
class HoldActivity(Command):
    """Say that an activity took place; who still waits for a place has not got one."""

    activity: ActivityId

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A held activity without a waiting list."""
        row = in_state(district, self.activity, "CLOSED")
        if by.at < row.begins_at:
            raise Rejected(ACT_NOT_NOW, begins=row.begins_at)
        left = [RegistrationCancelled(each, self.activity, "no_place") for each in row.waiting]
        return (ActivityHeld(self.activity), *left)


@command("participation.settle_activity", OFFICE, (ACTIVITY_NOT_FOUND, ACT_BAD_STATE))
class SettleActivity(Command):
    """Say that the list of who was there is right."""

    activity: ActivityId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A settled activity, and who did not come; who did is completed right after."""
        row = in_state(district, self.activity, "HELD")
        missed = [name for name, each in row.registrations.items() if each.state == "REGISTERED"]
        return (ActivitySettled(self.activity), *[RegistrationMissed(each, self.activity) for each in missed])


@command("participation.cancel_activity", OFFICE, (ACTIVITY_NOT_FOUND, ACT_BAD_STATE))
class CancelActivity(Command):
    """Call an activity off before it is held; every registration ends."""

    activity: ActivityId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A cancelled activity and its registrations, who waits first so that nobody is promoted for nothing."""
        row = in_state(district, self.activity, "DRAFT", "PUBLISHED", *ONGOING)
        waiting = list(row.waiting)
        over = [*waiting, *[each for each in row.living.values() if each not in row.waiting]]
        return (
            ActivityCancelled(self.activity),
            *[RegistrationCancelled(each, self.activity, "activity") for each in over],
        )
