"""A square with activities and shifts in every state, and every answer of their commands, in the declared order."""

from __future__ import annotations

from engine import Command
from engine.kernel.units import DAY_S, HOUR_S, civil_day, day_start
from engine.merging.persons import MergePersons
from engine.participation.activities import (
    CancelActivity,
    CloseActivity,
    DraftActivity,
    HoldActivity,
    PublishActivity,
    SettleActivity,
)
from engine.participation.registrations import CancelRegistration, CheckInRegistration, JoinActivity
from engine.participation.shifts import AbortShift, BeginShift, EndShift, GiveBackShift, SignShift, VerifyShift
from engine.participation.volunteers import CloseCall, JoinCall, OpenCall, OpenShifts
from tests.engine.participation.square import Square, new_id

FEW: dict[str, object] = {"participation__waiting_places": 1}


def activity(square: Square, places: int = 2, *, rewarded: bool = True, days: int = 1) -> str:
    """An open activity: registering closes after some days, it begins a day later and takes three hours."""
    closes = square.at + days * DAY_S
    begins = closes + DAY_S
    made = new_id(
        square.office(DraftActivity(places, square.at, closes, begins, begins + 3 * HOUR_S, rewarded=rewarded))
    )
    assert square.office(PublishActivity(made)).ok
    return made


def begun(square: Square, made: str) -> None:
    """Move the clock to the moment at which the activity begins."""
    square.at = square.district.board.activities[made].begins_at


def crowd() -> tuple[Square, dict[str, str]]:
    """Activities in every state, with people in every state; names lead to ids. per_6 is unbound, per_7 merged."""
    square = Square(None, **FEW)
    square.bind("per_7", "dwl_2", "family")
    square.office(MergePersons("per_7", "per_3"))
    at = square.at
    named = {"stale": new_id(square.office(DraftActivity(1, at, at + 60, at + 60, at + 120, rewarded=True)))}
    named["held"] = activity(square, days=1)
    square.resident(JoinActivity("per_1", named["held"]))
    begun(square, named["held"])
    square.office(HoldActivity(named["held"]))
    named["begun"] = activity(square, places=2)
    for person in ("per_1", "per_2", "per_3"):
        square.resident(JoinActivity(person, named["begun"]))
    begun(square, named["begun"])
    square.office(CheckInRegistration("per_1", named["begun"]))
    named["open"] = activity(square, places=2)
    square.resident(JoinActivity("per_1", named["open"]))
    named["full"] = activity(square, places=1)
    for person in ("per_1", "per_2"):
        square.resident(JoinActivity(person, named["full"]))
    named["early"] = activity(square)
    square.office(CloseActivity(named["early"]))
    return square, named | roster(square)


def shift(square: Square, call: str, hour: int = 8, hours: int = 2, days: int = 1) -> str:
    """A shift of the call, some days later, from an hour of the day on."""
    start = day_start(civil_day(square.at) + days) + hour * HOUR_S
    return new_id(square.office(OpenShifts(call, start, start + hours * HOUR_S, 1)))


def roster(square: Square) -> dict[str, str]:
    """A call that three have joined, and shifts in every state; the clock stands within `running`."""
    named = {"over_call": new_id(square.office(OpenCall(square.at + 60)))}
    named["call"] = new_id(square.office(OpenCall(square.at + 60 * DAY_S)))
    for person in ("per_1", "per_2", "per_4"):
        square.resident(JoinCall(person, named["call"]))
    named["running"] = shift(square, named["call"], 9)
    named["served"] = shift(square, named["call"], 9)
    square.resident(SignShift("per_1", named["running"]))
    square.resident(SignShift("per_2", named["served"]))
    named["retired"] = shift(square, named["call"], 8)
    square.office(AbortShift(named["retired"]))
    named["filled"] = shift(square, named["call"], 13)
    square.resident(SignShift("per_1", named["filled"]))
    named["overlapping"] = shift(square, named["call"], 14)
    named["late"] = shift(square, named["call"], 10)
    square.resident(SignShift("per_4", named["late"]))
    named["long"] = shift(square, named["call"], 16, 7)
    square.at = square.district.volunteers.shifts[named["running"]].starts_at
    square.resident(BeginShift("per_1", named["running"]))
    square.resident(BeginShift("per_2", named["served"]))
    square.at += HOUR_S
    square.resident(EndShift("per_2", named["served"]))
    return named


TABLE: dict[type[Command], list[tuple[tuple[object, ...], str]]] = {
    DraftActivity: [
        ((1, 5, 5, 5, 6, True), "ACT_BAD_TIMES"),
        ((1, 5, 6, 6, 7, True), "ACT_CLOSES_IN_PAST"),
    ],
    PublishActivity: [
        (("act_9",), "ACTIVITY_NOT_FOUND"),
        (("held",), "ACT_BAD_STATE"),
        (("stale",), "ACT_CLOSES_IN_PAST"),
    ],
    CloseActivity: [(("act_9",), "ACTIVITY_NOT_FOUND"), (("held",), "ACT_BAD_STATE")],
    JoinActivity: [
        (("per_9", "act_9"), "PERSON_NOT_FOUND"),
        (("per_7", "act_9"), "ACTIVITY_NOT_FOUND"),
        (("per_7", "held"), "PERSON_MERGED"),
        (("per_6", "held"), "PERSON_NOT_BOUND"),
        (("per_1", "held"), "ACT_NOT_OPEN"),
        (("per_1", "full"), "REG_DUPLICATE"),
        (("per_3", "full"), "ACT_FULL"),
    ],
    CancelRegistration: [
        (("per_9", "act_9"), "PERSON_NOT_FOUND"),
        (("per_7", "act_9"), "ACTIVITY_NOT_FOUND"),
        (("per_7", "held"), "PERSON_MERGED"),
        (("per_4", "held"), "ACT_BAD_STATE"),
        (("per_4", "begun"), "REG_NONE"),
        (("per_1", "begun"), "REG_BAD_STATE"),
        (("per_2", "begun"), "ACT_NOT_NOW"),
    ],
    CheckInRegistration: [
        (("per_9", "act_9"), "PERSON_NOT_FOUND"),
        (("per_7", "act_9"), "ACTIVITY_NOT_FOUND"),
        (("per_7", "held"), "PERSON_MERGED"),
        (("per_4", "held"), "ACT_BAD_STATE"),
        (("per_4", "open"), "REG_NONE"),
        (("per_2", "full"), "REG_BAD_STATE"),
        (("per_1", "full"), "ACT_NOT_NOW"),
    ],
    HoldActivity: [
        (("act_9",), "ACTIVITY_NOT_FOUND"),
        (("open",), "ACT_BAD_STATE"),
        (("early",), "ACT_NOT_NOW"),
    ],
    SettleActivity: [(("act_9",), "ACTIVITY_NOT_FOUND"), (("open",), "ACT_BAD_STATE")],
    CancelActivity: [(("act_9",), "ACTIVITY_NOT_FOUND"), (("held",), "ACT_BAD_STATE")],
    OpenCall: [((0,), "CALL_CLOSES_IN_PAST")],
    CloseCall: [(("cal_9",), "CALL_NOT_FOUND"), (("over_call",), "CALL_NOT_OPEN")],
    JoinCall: [
        (("per_9", "cal_9"), "PERSON_NOT_FOUND"),
        (("per_7", "cal_9"), "CALL_NOT_FOUND"),
        (("per_7", "over_call"), "PERSON_MERGED"),
        (("per_6", "over_call"), "PERSON_NOT_BOUND"),
        (("per_1", "over_call"), "CALL_NOT_OPEN"),
        (("per_1", "call"), "VOL_DUPLICATE"),
    ],
    OpenShifts: [
        (("cal_9", 1, 1, 1), "CALL_NOT_FOUND"),
        (("over_call", 1, 1, 1), "CALL_NOT_OPEN"),
        (("call", 1, 1, 1), "SHIFT_BAD_TIMES"),
    ],
    SignShift: [
        (("per_9", "shf_9"), "PERSON_NOT_FOUND"),
        (("per_7", "shf_9"), "SHIFT_NOT_FOUND"),
        (("per_7", "running"), "PERSON_MERGED"),
        (("per_6", "running"), "PERSON_NOT_BOUND"),
        (("per_3", "running"), "SHIFT_BAD_STATE"),
        (("per_3", "overlapping"), "VOL_NOT_JOINED"),
        (("per_1", "overlapping"), "SHIFT_OVERLAP"),
        (("per_1", "long"), "SHIFT_DAY_CAP"),
    ],
    GiveBackShift: [
        (("per_9", "shf_9"), "PERSON_NOT_FOUND"),
        (("per_7", "shf_9"), "SHIFT_NOT_FOUND"),
        (("per_7", "running"), "PERSON_MERGED"),
        (("per_2", "running"), "SHIFT_BAD_STATE"),
        (("per_2", "filled"), "SHIFT_NOT_YOURS"),
        (("per_4", "late"), "SHIFT_NOT_NOW"),
    ],
    BeginShift: [
        (("per_9", "shf_9"), "PERSON_NOT_FOUND"),
        (("per_7", "shf_9"), "SHIFT_NOT_FOUND"),
        (("per_7", "running"), "PERSON_MERGED"),
        (("per_2", "running"), "SHIFT_BAD_STATE"),
        (("per_2", "filled"), "SHIFT_NOT_YOURS"),
        (("per_1", "filled"), "SHIFT_NOT_NOW"),
    ],
    EndShift: [
        (("per_9", "shf_9"), "PERSON_NOT_FOUND"),
        (("per_7", "shf_9"), "SHIFT_NOT_FOUND"),
        (("per_7", "filled"), "PERSON_MERGED"),
        (("per_2", "filled"), "SHIFT_BAD_STATE"),
        (("per_2", "running"), "SHIFT_NOT_YOURS"),
    ],
    VerifyShift: [(("shf_9", 1), "SHIFT_NOT_FOUND"), (("running", 1), "SHIFT_BAD_STATE")],
    AbortShift: [(("shf_9",), "SHIFT_NOT_FOUND"), (("retired",), "SHIFT_BAD_STATE")],
}
