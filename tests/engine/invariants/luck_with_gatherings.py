"""What people of a random life do when they come together or speak up: activities, volunteers, suggestions, topics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.kernel.units import DAY_S, HOUR_S, civil_day, day_start

OFTEN = {
    "participation.draft_activity": 2,
    "participation.publish_activity": 3,
    "participation.join_activity": 7,
    "participation.check_in_registration": 2,
    "participation.cancel_registration": 2,
    "participation.join_call": 3,
    "participation.open_call": 2,
    "participation.open_shifts": 3,
    "participation.sign_shift": 6,
    "participation.begin_shift": 4,
    "participation.end_shift": 4,
    "participation.verify_shift": 3,
    "reporting.submit_suggestion": 2,
    "reporting.screen_suggestion": 3,
    "reporting.answer_suggestion": 2,
    "reporting.accept_suggestion": 2,
    "reporting.adopt_suggestion": 2,
    "reporting.post_in_topic": 2,
}
RARE = {
    "participation.abort_shift",
    "participation.cancel_activity",
    "participation.close_activity",
    "participation.close_call",
}
WANTED: dict[str, tuple[str, ...]] = {
    "participation.close_activity": ("OPEN", "FULL"),
    "participation.hold_activity": ("CLOSED",),
    "participation.join_activity": ("OPEN", "FULL"),
    "participation.publish_activity": ("DRAFT",),
    "participation.settle_activity": ("HELD",),
    "participation.begin_shift": ("FILLED",),
    "participation.close_call": ("OPEN",),
    "participation.end_shift": ("RUNNING",),
    "participation.give_back_shift": ("FILLED",),
    "participation.join_call": ("OPEN",),
    "participation.open_shifts": ("OPEN",),
    "participation.sign_shift": ("OPEN",),
    "participation.verify_shift": ("SERVED",),
    "reporting.accept_suggestion": ("SCREENED",),
    "reporting.adopt_suggestion": ("ACCEPTED",),
    "reporting.answer_suggestion": ("SCREENED",),
    "reporting.close_topic": ("OPEN",),
    "reporting.conclude_topic": ("CLOSED",),
    "reporting.decline_suggestion": ("ACCEPTED", "ADOPTED"),
    "reporting.implement_suggestion": ("ADOPTED",),
    "reporting.post_in_topic": ("OPEN",),
    "reporting.screen_suggestion": ("SUBMITTED",),
}
LIVELY = {
    "participation.waiting_places": 2,
    "participation.service_day_minutes": 500,
    "participation.check_in_early_s": 9 * DAY_S,
    "reporting.suggestion_answer_days": 2,
}


def _crowded(life: Any) -> tuple[str, str]:
    """An activity, and a person who has registered for it; of an instant always the same."""
    found = [each for each in life.engine.district.board.activities.values() if each.living]
    going = [each for each in found if each.state in ("OPEN", "FULL", "CLOSED")] or found
    if not going:
        return "act_1", "per_1"
    place = going[life.given % len(going)]
    persons = list(place.living)
    return place.id, persons[life.given % len(persons)]


def _duty(life: Any) -> tuple[str, str]:
    """A shift in a state in which the command finds it, and who has it; of an instant always the same."""
    found = list(life.engine.district.volunteers.shifts.values())
    found = [each for each in found if each.state in life.wanted] or found
    if not found:
        return "shf_1", "per_1"
    shift = found[life.given % len(found)]
    return shift.id, shift.person or "per_1"


def _volunteer(life: Any, shift: str) -> str:
    rows = life.engine.district.volunteers
    joined = list(rows.calls[rows.shifts[shift].call].volunteers) if shift in rows.shifts else []
    return str(life.luck.choice(joined or ["per_1"]))


def _discussed(life: Any) -> tuple[str, ...]:
    rows = life.engine.district.voices.suggestions.values()
    found = [each.id for each in rows if each.state in ("SCREENED", "ACCEPTED", "ADOPTED")]
    return tuple(found[-2:])


def _soon(life: Any, hours: tuple[int, ...]) -> int:
    day: int = day_start(civil_day(life.at) + 12)
    return day + int(life.luck.choice(hours)) * HOUR_S


NAMED: dict[str, Callable[[Any], Any]] = {
    "participation.draft_vote.matter": lambda _life: "",
    "activity": lambda life: life.some(life.engine.district.board.activities, "act"),
    "participation.cancel_registration.activity": lambda life: _crowded(life)[0],
    "participation.cancel_registration.person": lambda life: _crowded(life)[1],
    "participation.check_in_registration.activity": lambda life: _crowded(life)[0],
    "participation.check_in_registration.person": lambda life: _crowded(life)[1],
    "participation.draft_activity.begins_at": lambda life: life.at + life.luck.choice((12, 14)) * DAY_S,
    "participation.draft_activity.closes_at": lambda life: life.at + life.luck.choice((9, 12)) * DAY_S,
    "participation.draft_activity.ends_at": lambda life: life.at + 30 * DAY_S,
    "participation.draft_activity.opens_at": lambda life: life.at + life.luck.choice((0, 0, 3)) * DAY_S,
    "places": lambda life: life.luck.choice((1, 2, 2)),
    "call": lambda life: life.some(life.engine.district.volunteers.calls, "cal"),
    "shift": lambda life: _duty(life)[0],
    "participation.begin_shift.person": lambda life: _duty(life)[1],
    "participation.end_shift.person": lambda life: _duty(life)[1],
    "participation.give_back_shift.person": lambda life: _duty(life)[1],
    "participation.open_call.closes_at": lambda life: life.at + 40 * DAY_S,
    "participation.sign_shift.person": lambda life: _volunteer(life, _duty(life)[0]),
    "participation.verify_shift.minutes": lambda life: life.luck.choice((0, 30, 60, 600)),
    "participation.open_shifts.starts_at": lambda life: _soon(life, (8, 9, 10)),
    "participation.open_shifts.ends_at": lambda life: _soon(life, (12, 17)),
    "reporting.conclude_topic.outcome": lambda _life: "the bench stays",
    "post": lambda life: life.some(life.engine.district.voices.posts, "pst"),
    "suggestion": lambda life: life.some(life.engine.district.voices.suggestions, "sug"),
    "suggestions": _discussed,
    "topic": lambda life: life.some(life.engine.district.voices.topics, "top"),
    "reporting.screen_suggestion.of": lambda life: life.some(list(life.engine.district.voices.suggestions), "sug"),
    "reporting.screen_suggestion.verdict": lambda life: life.luck.choice(("pass", "pass", "pass", "duplicate")),
}
