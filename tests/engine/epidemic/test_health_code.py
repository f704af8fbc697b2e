"""The health code: a truth table, an expiry that can be relied on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.district.epidemic import Level
from engine.epidemic.health_code import LEVELS, Colour, LastTest, colour
from engine.kernel.units import DAY_S, HOUR_S
from engine.views.epidemic import health_code
from tests.engine.epidemic.ward import Ward

TABLE: list[tuple[bool, Level, str]] = [
    (False, "low", "GREEN GREEN RED"),
    (False, "medium", "YELLOW GREEN RED"),
    (False, "high", "RED YELLOW RED"),
    (True, "low", "RED YELLOW RED"),
    (True, "medium", "RED YELLOW RED"),
    (True, "high", "RED YELLOW RED"),
]
TESTS: tuple[LastTest, ...] = ("none", "negative", "positive")


@pytest.mark.parametrize(("exposed", "area", "colours"), TABLE)
def test_the_truth_table(exposed: bool, area: Level, colours: str) -> None:  # noqa: FBT001 - a row of a table
    """Each of the eighteen cases has the colour that the table says."""
    assert " ".join(colour(test, exposed=exposed, area=area) for test in TESTS) == colours


def test_the_table_is_whole() -> None:
    """Every case stands in the table once."""
    assert {(exposed, area) for exposed, area, _ in TABLE} == {(e, a) for e in (False, True) for a in LEVELS}


CHANGES = [
    (48 * HOUR_S - 1, "GREEN"),
    (48 * HOUR_S, "YELLOW"),
    (14 * DAY_S - 1, "YELLOW"),
    (14 * DAY_S, "GREEN"),
]


@pytest.mark.parametrize(("later_s", "expected"), CHANGES)
def test_a_stay_counts_for_fourteen_days_and_a_negative_test_for_two(later_s: int, expected: Colour) -> None:
    """F21: who declares a stay in an area of medium risk is yellow without a test; each input ends at its second."""
    ward = Ward()
    ward.level("area-7", "medium")
    ward.travel("per_1", "area-7")
    assert ward.code("per_1").colour == "YELLOW"
    ward.test("per_1", "negative")
    ward.pass_(later_s)
    assert ward.code("per_1").colour == expected


def test_a_positive_test_is_red_until_a_later_negative_one() -> None:
    """The last sample counts, whenever its result came."""
    ward = Ward()
    ward.test("per_1", "positive")
    assert ward.code("per_1").colour == "RED"
    ward.test("per_1", "negative", HOUR_S)
    assert ward.code("per_1").colour == "RED"
    ward.pass_(DAY_S)
    ward.test("per_1", "negative")
    assert ward.code("per_1").colour == "GREEN"


def test_an_exposure_can_be_taken_back() -> None:
    """The last verdict about a check-in counts; another check-in has a verdict of its own."""
    ward = Ward()
    first, second = ward.check_in("per_1", "market"), ward.check_in("per_1", "school")
    ward.judge("per_1", first, "close_contact")
    assert ward.code("per_1").colour == "RED"
    ward.judge("per_1", second, "cleared")
    assert ward.code("per_1").exposed
    ward.judge("per_1", first, "cleared")
    assert ward.code("per_1").colour == "GREEN"


def test_danger_found_later_counts_for_those_who_left_before() -> None:
    """A level that rises after somebody has left counts, one that falls afterwards does not help."""
    ward = Ward()
    ward.travel("per_1", "area-7")
    ward.level("area-7", "high", HOUR_S)
    ward.level("area-7", "low", 2 * HOUR_S)
    assert ward.code("per_1").colour == "GREEN"
    assert ward.code("per_1").expires_at == ward.now + HOUR_S
    ward.pass_(HOUR_S)
    assert ward.code("per_1").colour == "RED"
    ward.pass_(DAY_S)
    assert ward.code("per_1").colour == "RED"


def test_there_is_no_code_while_the_functions_are_off_or_for_a_stranger() -> None:
    """Off, nobody has a colour."""
    ward = Ward()
    assert health_code(ward.town.engine.district, "per_99", ward.vault, ward.now) is None
    ward.pass_(400 * DAY_S)
    assert health_code(ward.town.engine.district, "per_1", ward.vault, ward.now) is None


ACTS = st.lists(
    st.tuples(
        st.sampled_from(("negative", "positive", "travel", "medium", "high", "low", "contact", "cleared")),
        st.integers(0, 20 * DAY_S),
        st.integers(0, 3 * DAY_S),
    ),
    min_size=1,
    max_size=6,
)


@given(ACTS, st.integers(0, 40 * DAY_S))
def test_a_code_holds_until_its_expiry(acts: list[tuple[str, int, int]], later_s: int) -> None:
    """Nothing but news changes a code before the instant that it shows; at that instant something it rests on ends."""
    ward = Ward()
    for act, ago_s, pause_s in acts:
        if act in ("negative", "positive"):
            ward.test("per_1", act, ago_s)
        elif act == "travel":
            ward.travel("per_1", "area-7", ago_s)
        elif act in ("contact", "cleared"):
            verdict = "close_contact" if act == "contact" else act
            ward.judge("per_1", ward.check_in("per_1", "market"), verdict)
        else:
            ward.level("area-7", act, ago_s)
        ward.pass_(pause_s + 1)
    shown = ward.code("per_1")
    assert shown.expires_at > ward.now
    ward.pass_(min(later_s, shown.expires_at - ward.now - 1))
    assert ward.code("per_1") == shown
