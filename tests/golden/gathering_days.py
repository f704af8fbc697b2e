"""Days of the golden log on which people come together and speak up: activities, volunteers, suggestions, a topic."""

from __future__ import annotations

from engine.kernel.command import Command
from engine.participation.activities import DraftActivity, HoldActivity, PublishActivity, SettleActivity
from engine.participation.registrations import CancelRegistration, CheckInRegistration, JoinActivity
from engine.participation.shifts import BeginShift, EndShift, GiveBackShift, SignShift, VerifyShift
from engine.participation.volunteers import JoinCall, OpenCall, OpenShifts
from engine.reporting.deliberation import CloseTopic, ConcludeTopic, OpenTopic, PostInTopic
from engine.reporting.stages import AcceptSuggestion, AdoptSuggestion, DeclineSuggestion
from engine.reporting.suggestions import RouteSuggestion, ScreenSuggestion, SubmitSuggestion
from tests.purses import DAY_S
from tests.towns import MORNING

HOUR_S = 3_600
Said = tuple[int, str, Command]  # seconds since the one before, actor as kind:id, command


def office(command: Command, after_s: int = 60) -> Said:
    """An officer says something."""
    return after_s, "officer:off_1", command


def person(number: int, command: Command, after_s: int = 60) -> Said:
    """A resident says something."""
    return after_s, f"resident:per_{number}", command


GATHERINGS = [
    office(DraftActivity(1, MORNING, MORNING + DAY_S, MORNING + 2 * DAY_S, MORNING + 20 * DAY_S, rewarded=True)),
    office(PublishActivity("act_00000001")),
    *[person(each, JoinActivity(f"per_{each}", "act_00000001")) for each in (1, 2, 6, 1)],
    person(1, CancelRegistration("per_1", "act_00000001")),
    person(3, JoinActivity("per_3", "act_00000001")),
]
SERVICE = [
    office(OpenCall(MORNING + 6 * DAY_S)),
    *[person(each, JoinCall(f"per_{each}", "cal_00000001")) for each in (1, 2, 1)],
    office(OpenShifts("cal_00000001", MORNING + 12 * HOUR_S, MORNING + 15 * HOUR_S, 3)),
    person(1, SignShift("per_1", "shf_00000001")),
    person(1, SignShift("per_1", "shf_00000002")),
    person(2, SignShift("per_2", "shf_00000002")),
    person(2, GiveBackShift("per_2", "shf_00000002")),
]
VOICES = [
    person(3, SubmitSuggestion("per_3", "property_service", "一盏灯")),
    office(ScreenSuggestion("sug_00000001", "pass", None)),
    person(4, SubmitSuggestion("per_4", "greening", None)),
    office(ScreenSuggestion("sug_00000002", "duplicate", "sug_00000001")),
    office(RouteSuggestion("sug_00000001", "community")),
    office(OpenTopic(MORNING + DAY_S)),
    person(2, PostInTopic("per_2", "top_00000001", "在门口放一条长椅")),
    office(CloseTopic("top_00000001")),
    office(ConcludeTopic("top_00000001", "a bench in May", ("sug_00000001",))),
    office(AcceptSuggestion("sug_00000001")),
    office(AdoptSuggestion("sug_00000001")),
    office(DeclineSuggestion("sug_00000001", "no_money")),
]
SERVED = [
    person(1, BeginShift("per_1", "shf_00000001"), HOUR_S),
    person(1, EndShift("per_1", "shf_00000001"), HOUR_S),
    (HOUR_S, "grid:wkr_1", VerifyShift("shf_00000001", 50)),
]
HELD = [
    office(CheckInRegistration("per_2", "act_00000001"), 3 * DAY_S),
    office(CheckInRegistration("per_3", "act_00000001")),
    office(HoldActivity("act_00000001")),
    office(SettleActivity("act_00000001")),
]
