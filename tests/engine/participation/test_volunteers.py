"""Volunteers: once a call, shifts that do not overlap, minutes of two parties, the day's cap, merges (F15)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernel.units import DAY_S, HOUR_S
from engine.merging.persons import MergePersons
from engine.participation.shifts import AbortShift, BeginShift, EndShift, GiveBackShift, SignShift, VerifyShift
from engine.participation.volunteers import CloseCall, JoinCall, OpenCall, OpenShifts
from engine.views.points import available, moral
from tests.engine.participation.gatherings import shift
from tests.engine.participation.square import CALM, Square, Watched, code, new_id


def joined(square: Square, *persons: str) -> str:
    """A call with volunteers."""
    call = new_id(square.office(OpenCall(square.at + 60 * DAY_S)))
    for person in persons:
        assert square.resident(JoinCall(person, call)).ok
    return call


def serve(square: Square, person: str, name: str, hours: int = 2) -> None:
    """A person signs a shift, comes at its beginning and stays for some hours."""
    assert square.resident(SignShift(person, name)).ok
    square.at = square.district.volunteers.shifts[name].starts_at
    assert square.resident(BeginShift(person, name)).ok
    square.at += hours * HOUR_S
    assert square.resident(EndShift(person, name)).ok


def settle(square: Square) -> None:
    """Let verified minutes settle."""
    square.at += square.district.policy.participation.service_settle_s
    square.engine.advance(square.at)


@pytest.mark.parametrize(("stated", "hours", "minutes"), [(600, 2, 120), (45, 2, 45), (600, 3, 120), (600, 1, 60)])
def test_the_lesser_of_two_statements_counts(stated: int, hours: int, minutes: int) -> None:
    """Minutes are those on which volunteer and verifier agree, within the shift of two hours."""
    square = Watched(None, **CALM)
    name = shift(square, joined(square, "per_1"))
    serve(square, "per_1", name, hours)
    (verified,) = square.give(VerifyShift(name, stated), "grid", "wkr_1").events
    assert verified.minutes == minutes  # type: ignore[attr-defined]


def test_a_served_shift_earns_when_it_is_settled() -> None:
    """Material and moral points come as two entries a day after verification, and the row is gone."""
    square = Watched(None, **CALM)
    name = shift(square, joined(square, "per_1"))
    serve(square, "per_1", name)
    square.office(VerifyShift(name, 120))
    assert available(square.district, "per_1") == 0
    settle(square)
    rules = square.district.policy.points.rules
    assert available(square.district, "per_1") == rules["service"].points
    assert moral(square.district, "per_1") == rules["service_moral"].points
    rows = square.district.volunteers
    assert (rows.shifts, rows.living, rows.minutes, rows.days) == ({}, {}, {}, {})


def test_minutes_of_a_day_end_at_the_cap() -> None:
    """Of two shifts of a day the second one counts only what the cap has left, even when the cap fell in between."""
    square = Watched(None, participation__service_day_minutes=200)
    call = joined(square, "per_1")
    morning, noon = shift(square, call, 8), shift(square, call, 12, 1)
    for name, hours in ((morning, 2), (noon, 1)):
        serve(square, "per_1", name, hours)
    square.office(VerifyShift(noon, 60))
    late = shift(square, call, 20, 1, days=0)
    assert code(square.resident(SignShift("per_1", late))) == "SHIFT_DAY_CAP"
    (verified,) = square.office(VerifyShift(morning, 500)).events
    assert verified.minutes == 120  # type: ignore[attr-defined]
    assert square.resident(SignShift("per_1", shift(square, call, 9))).ok, "another day is another day"


def test_who_does_not_come_is_counted_as_missing() -> None:
    """A signed shift that nobody began is missed at its end; one that nobody signed is off at its beginning."""
    square = Watched()
    call = joined(square, "per_1")
    signed, free = shift(square, call, 8), shift(square, call, 8)
    square.resident(SignShift("per_1", signed))
    seen: list[str] = []
    square.engine.watch.setdefault("participation.shift_missed", []).append(lambda event, _: seen.append(event.shift))
    square.engine.watch.setdefault("participation.shift_aborted", []).append(
        lambda event, _: seen.append(f"{event.shift} {event.reason}")
    )
    square.at += 3 * DAY_S
    square.engine.advance(square.at)
    assert seen == [f"{free} unfilled", signed]


def test_what_nobody_verifies_lapses() -> None:
    """A served shift counts for nobody when its time is over."""
    square = Watched()
    name = shift(square, joined(square, "per_1"))
    serve(square, "per_1", name)
    square.at += 9 * DAY_S
    assert code(square.office(VerifyShift(name, 60))) == "SHIFT_BAD_STATE"


def test_minutes_can_be_taken_back_until_they_are_settled() -> None:
    """An aborted shift gives its minutes back to the day, and earns nothing."""
    square = Watched()
    name = shift(square, joined(square, "per_1"))
    serve(square, "per_1", name)
    square.office(VerifyShift(name, 60))
    assert square.office(AbortShift(name)).ok
    settle(square)
    assert available(square.district, "per_1") == 0
    assert not square.district.volunteers.minutes


def test_a_closed_call_keeps_who_has_signed() -> None:
    """Free shifts are off with the call; a signed one goes on, and is off when it is given back."""
    square = Watched()
    call = joined(square, "per_1")
    signed, free = shift(square, call), shift(square, call)
    square.resident(SignShift("per_1", signed))
    square.office(CloseCall(call))
    assert list(square.district.volunteers.shifts) == [signed]
    assert code(square.resident(SignShift("per_1", free))) == "SHIFT_BAD_STATE"
    assert square.resident(GiveBackShift("per_1", signed)).ok
    assert not square.district.volunteers.shifts


def test_a_shift_over_midnight_is_two() -> None:
    """Minutes are counted by civil day, so a shift lies within one."""
    square = Square()
    call = joined(square, "per_1")
    start = square.at + 10 * HOUR_S
    assert code(square.office(OpenShifts(call, start, start + 4 * HOUR_S, 1))) == "SHIFT_BAD_TIMES"


def test_two_rows_of_one_person_serve_once() -> None:
    """H11: of two shifts at one time the one that is less far ends; membership and minutes are one."""
    square = Watched()
    call = joined(square, "per_1", "per_2")
    one, two, other = shift(square, call), shift(square, call), shift(square, call, 14)
    for person, name in (("per_1", one), ("per_2", two), ("per_1", other)):
        square.resident(SignShift(person, name))
    square.office(MergePersons("per_1", "per_2"))
    square.engine.advance(square.at)
    rows = square.district.volunteers
    assert list(rows.calls[call].volunteers) == ["per_2"]
    assert {each: row.person for each, row in rows.shifts.items()} == {two: "per_2", other: "per_2"}


STEPS = st.lists(st.tuples(st.sampled_from("ssbbeevgamtT"), st.integers(0, 3), st.integers(0, 5)), max_size=40)


@given(STEPS)
def test_any_history_keeps_shifts_apart(steps: list[tuple[str, int, int]]) -> None:
    """S23: whatever volunteers, verifiers and merges do, nobody serves twice at a time or beyond the day's minutes."""
    square = Watched(None, participation__service_day_minutes=180, participation__check_in_early_s=DAY_S)
    call = joined(square, "per_1", "per_2", "per_3", "per_4")
    names = [shift(square, call, hour, hours) for hour in (8, 9, 11) for hours in (1, 2)]
    for step, one, two in steps:
        person, name = f"per_{one + 1}", names[two]
        if step == "s":
            square.resident(SignShift(person, name))
        elif step == "b":
            square.resident(BeginShift(person, name))
        elif step == "e":
            square.resident(EndShift(person, name))
        elif step == "v":
            square.office(VerifyShift(name, 40 * two))
        elif step == "g":
            square.resident(GiveBackShift(person, name))
        elif step == "a":
            square.office(AbortShift(name))
        elif step == "m":
            square.office(MergePersons(person, f"per_{two + 1}"))
        else:
            square.at += HOUR_S * (two if step == "t" else 10)
        square.engine.advance(square.at)
        rows = square.district.volunteers
        assert {each for mine in rows.living.values() for each in mine} == {
            each.id for each in rows.shifts.values() if each.person
        }
