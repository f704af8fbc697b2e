"""Activities: places, the waiting list in order, being there, what attendance earns, merges (F08)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.merging.persons import MergePersons
from engine.participation.activities import CancelActivity, HoldActivity, SettleActivity
from engine.participation.registrations import CancelRegistration, CheckInRegistration, JoinActivity
from engine.views.points import available, moral
from tests.engine.participation.gatherings import activity, begun
from tests.engine.participation.square import CALM, Square, Watched, code


def states(square: Square, made: str) -> dict[str, str]:
    """State of the last registration of each person."""
    return {each.person: each.state for each in square.district.board.activities[made].registrations.values()}


def test_who_waits_is_promoted_in_order() -> None:
    """A place that is given back goes to the first who waits; one that nobody waits for is free again."""
    square = Square()
    made = activity(square, places=1)
    for person in ("per_1", "per_2", "per_3"):
        assert square.resident(JoinActivity(person, made)).ok
    row = square.district.board.activities[made]
    assert (row.state, row.confirmed, len(row.waiting)) == ("FULL", 1, 2)
    square.resident(CancelRegistration("per_1", made))
    assert states(square, made) == {"per_1": "CANCELLED", "per_2": "REGISTERED", "per_3": "WAITLISTED"}
    square.resident(CancelRegistration("per_3", made))
    square.resident(CancelRegistration("per_2", made))
    assert (row.state, row.confirmed, len(row.waiting)) == ("OPEN", 0, 0)
    assert square.resident(JoinActivity("per_1", made)).ok, "who gave a place back may register again"


def test_a_closed_activity_still_promotes() -> None:
    """Between the close and the beginning a place that is given back goes to who waits."""
    square = Square()
    made = activity(square, places=1)
    square.resident(JoinActivity("per_1", made))
    square.resident(JoinActivity("per_2", made))
    square.at = square.district.board.activities[made].closes_at
    assert code(square.resident(JoinActivity("per_3", made))) == "ACT_NOT_OPEN"
    assert square.resident(CancelRegistration("per_1", made)).ok
    assert states(square, made)["per_2"] == "REGISTERED"


def test_only_who_was_there_earns() -> None:
    """Points come when the activity is settled, for who was checked in; others did not come or never had a place."""
    square = Square(None, **CALM)
    made = activity(square, places=2)
    for person in ("per_1", "per_2", "per_3"):
        square.resident(JoinActivity(person, made))
    begun(square, made)
    assert square.give(CheckInRegistration("per_1", made), "grid", "wkr_1").ok
    square.office(HoldActivity(made))
    assert code(square.office(CheckInRegistration("per_2", made))) == "ACT_BAD_STATE"
    assert available(square.district, "per_1") == 0
    square.office(SettleActivity(made))
    square.engine.advance(square.at)
    rule = square.district.policy.points.rules
    assert available(square.district, "per_1") == rule["activity"].points
    assert moral(square.district, "per_1") == rule["activity_moral"].points
    assert [available(square.district, person) for person in ("per_2", "per_3")] == [0, 0]
    assert states(square, made) == {"per_1": "COMPLETED", "per_2": "NO_SHOW", "per_3": "CANCELLED"}


def test_an_activity_that_promises_nothing_gives_nothing() -> None:
    """Attendance counts without points."""
    square = Square()
    made = activity(square, rewarded=False)
    square.resident(JoinActivity("per_1", made))
    begun(square, made)
    square.office(CheckInRegistration("per_1", made))
    square.office(HoldActivity(made))
    square.office(SettleActivity(made))
    square.engine.advance(square.at)
    assert states(square, made) == {"per_1": "COMPLETED"}
    assert not square.district.points.awards


def test_a_cancelled_activity_ends_every_registration() -> None:
    """Nobody is promoted into an activity that is off, and its deadlines are gone."""
    square = Square()
    made = activity(square, places=1)
    for person in ("per_1", "per_2"):
        square.resident(JoinActivity(person, made))
    assert square.office(CancelActivity(made)).ok
    assert set(states(square, made).values()) == {"CANCELLED"}
    assert square.district.deadlines.rows() == []


def test_two_rows_of_one_person_keep_one_place() -> None:
    """H11: of two registrations the one that is further stays; the other's place goes to who waits."""
    square = Square()
    made = activity(square, places=2)
    for person in ("per_1", "per_2", "per_3"):
        square.resident(JoinActivity(person, made))
    square.office(MergePersons("per_1", "per_2"))
    square.engine.advance(square.at)
    assert states(square, made)["per_1"] == "CANCELLED"
    assert states(square, made)["per_3"] == "REGISTERED"
    assert square.district.board.activities[made].confirmed == 2
    square.office(MergePersons("per_3", "per_2"))
    square.engine.advance(square.at)
    row = square.district.board.activities[made]
    assert (row.state, row.confirmed) == ("OPEN", 1)
    assert code(square.resident(JoinActivity("per_2", made))) == "REG_DUPLICATE"


STEPS = st.lists(st.tuples(st.sampled_from("jjjjccmi"), st.integers(0, 4), st.integers(0, 4)), max_size=40)


@given(st.integers(1, 4), STEPS)
def test_places_are_never_overbooked(places: int, steps: list[tuple[str, int, int]]) -> None:
    """S22: whatever people do, confirmed places stay within capacity and nobody waits for a free one."""
    square = Watched()
    made = activity(square, places=places)
    for step, one, two in steps:
        person, other = f"per_{one + 1}", f"per_{two + 1}"
        if step == "j":
            square.resident(JoinActivity(person, made))
        elif step == "c":
            square.resident(CancelRegistration(person, made))
        elif step == "m":
            square.office(MergePersons(person, other))
        elif square.at < square.district.board.activities[made].begins_at:
            begun(square, made)
        else:
            square.office(CheckInRegistration(person, made))
        square.engine.advance(square.at)
        row = square.district.board.activities[made]
        taken = [each for each in row.registrations.values() if each.state in ("REGISTERED", "CHECKED_IN")]
        assert row.confirmed == len(taken) <= places
        assert not row.waiting or row.confirmed == places
