"""What people come together for, as it may be shown: activities and places, calls for volunteers and shifts.

How many have a place or have joined is everybody's to know, who has only that person's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.kernel.command import own
from engine.kernel.ids import ActivityId, CallId, PersonId
from engine.kernel.rejection import Rejected
from engine.participation.codes import ACTIVITY_NOT_FOUND, CALL_NOT_FOUND
from engine.views.read import ANYBODY, OFFICE, OfPerson, Parameters, Read, Value

if TYPE_CHECKING:
    from engine.district import District
    from engine.district.activities import Activity


@dataclass(slots=True)
class OfActivity(Parameters):
    """An activity."""

    activity: ActivityId


@dataclass(slots=True)
class OfRegistration(Parameters):
    """A person at an activity."""

    person: PersonId
    activity: ActivityId


@dataclass(slots=True)
class OfCall(Parameters):
    """A call for volunteers."""

    call: CallId


def open_calls(district: District) -> tuple[str, ...]:
    """Ids of calls that volunteers may join now."""
    return tuple(each.id for each in district.volunteers.calls.values() if each.state == "OPEN")


def recruits(district: District) -> int:
    """Volunteers of all calls, each once a call (F15)."""
    return sum(len(each.volunteers) for each in district.volunteers.calls.values())


def open_activities(district: District) -> tuple[str, ...]:
    """Ids of activities for which people register now."""
    return tuple(each.id for each in district.board.activities.values() if each.state in ("OPEN", "FULL"))


def _activity(district: District, claimed: str) -> Activity:
    row = district.board.activities.get(claimed)
    if row is None:
        raise Rejected(ACTIVITY_NOT_FOUND)
    return row


def _places(district: District, asked: OfActivity) -> Value:
    row = _activity(district, asked.activity)
    completed = sum(each.state == "COMPLETED" for each in row.registrations.values())
    return {
        "state": row.state,
        "places": row.places,
        "confirmed": row.confirmed,
        "waiting": len(row.waiting),
        "completed": completed,
        "closes_at": row.closes_at,
        "begins_at": row.begins_at,
        "ends_at": row.ends_at,
    }


def _registration(district: District, asked: OfRegistration) -> Value:
    """The state of the person's registration and the turn in the waiting list, from 1; 0: none."""
    row = _activity(district, asked.activity)
    known = asked.person in district.residents.persons
    found = row.living.get(district.residents.root(asked.person)) if known else None
    if found is None:
        return {"registration": None, "state": None, "turn": 0}
    turn = list(row.waiting).index(found) + 1 if found in row.waiting else 0
    return {"registration": found, "state": row.registrations[found].state, "turn": turn}


def _call(district: District, asked: OfCall) -> Value:
    row = district.volunteers.calls.get(asked.call)
    if row is None:
        raise Rejected(CALL_NOT_FOUND)
    free = [district.volunteers.shifts[each] for each in row.shifts]
    return {
        "state": row.state,
        "closes_at": row.closes_at,
        "volunteers": len(row.volunteers),
        "free": [[each.id, each.starts_at, each.ends_at] for each in free if each.state == "OPEN"],
    }


def _shifts(district: District, asked: OfPerson) -> Value:
    """The person's living shifts; those that are over stand in the log."""
    return [
        {
            "shift": each.id,
            "state": each.state,
            "starts_at": each.starts_at,
            "ends_at": each.ends_at,
            "minutes": each.minutes,
        }
        for each in district.volunteers.of(asked.person)
    ]


GATHERING_READS: tuple[Read, ...] = (
    Read("participation.activity", "An activity and its places.", OfActivity, ANYBODY, (ACTIVITY_NOT_FOUND,), _places),
    Read(
        "participation.registration",
        "A person's registration for an activity.",
        OfRegistration,
        {"resident": own("person"), **OFFICE},
        (ACTIVITY_NOT_FOUND,),
        _registration,
    ),
    Read("participation.call", "A call and its free shifts.", OfCall, ANYBODY, (CALL_NOT_FOUND,), _call),
    Read(
        "participation.shifts",
        "A volunteer's shifts.",
        OfPerson,
        {"resident": own("person"), **OFFICE},
        (),
        _shifts,
    ),
)
