"""Care visits: a day for everybody who is tagged, raised when it is missed (F29, L13)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.administration import ChangePolicy
from engine.binding.bindings import RegisterPerson, WorkerBind
from engine.binding.moving import EndBinding
from engine.binding.special_groups import TagSpecial, UntagSpecial
from engine.grid.visits import FinishVisit, StartVisit
from engine.kernel.units import after_days
from engine.merging.persons import MergePersons
from engine.views.grid import care_by_grid
from tests.engine.grid.scenes import cared_town, plan, set_out, visited
from tests.engine.reporting.scenes import DAY
from tests.towns import MORNING, Town, code_of

DUE = after_days(MORNING, 30)


def level(town: Town, at: int, person: str = "per_1") -> int:
    """How far the visit to a person was raised at an instant."""
    town.engine.advance(at)
    return int(plan(town, person).level)


def test_a_visit_is_due_from_the_first_tag_on() -> None:
    """Thirty whole days after the first tag; a second tag moves nothing, the end of the last one ends the plan."""
    town = cared_town()
    assert plan(town).due == DUE
    town.must(TagSpecial("per_1", "veteran", "doc_3"), "grid", "wkr_1", at=MORNING + 3 * DAY)
    assert plan(town).due == DUE
    town.must(UntagSpecial("tag_00000001"), "grid", "wkr_1")
    assert plan(town).due == DUE
    town.must(UntagSpecial("tag_00000003"), "grid", "wkr_1")
    assert plan(town) is None


def test_an_overdue_visit_is_raised_to_the_top_and_falls_when_somebody_came() -> None:
    """L13: level 1 at the due instant, one more every three days up to the district, 0 after the visit."""
    town = cared_town()
    assert level(town, DUE - 1) == 0
    assert [level(town, at) for at in (DUE, DUE + 4 * DAY, DUE + 8 * DAY, DUE + 90 * DAY)] == [1, 2, 3, 3]
    assert [(each.grid, each.overdue, each.levels) for each in care_by_grid(town.engine.district)] == [
        ("grd_1", 1, {"3": 1}),
        ("grd_2", 1, {"3": 1}),
    ]
    visited(town, DUE + 90 * DAY)
    assert (plan(town).level, plan(town).due) == (0, after_days(town.clock, 30))


def test_a_visit_in_vain_changes_nothing() -> None:
    """Whoever did not open the door goes on waiting."""
    town = cared_town()
    visited(town, MORNING + DAY, done=False)
    assert plan(town).due == DUE


def test_a_member_visits_only_where_the_person_lives() -> None:
    """The grid of the visit must be one in which the person is bound."""
    town = cared_town()
    assert code_of(town.say(StartVisit("grd_1", "care", "per_4", None), "grid", "wkr_1")) == "VISIT_ELSEWHERE"
    assert code_of(town.say(StartVisit("grd_2", "care", "per_4", None), "grid", "wkr_1")) == "OUT_OF_GRID"
    assert code_of(town.say(StartVisit("grd_1", "care", "per_3", None), "grid", "wkr_1")) == "CARE_NOT_PLANNED"


def test_a_death_during_a_visit_leaves_no_plan() -> None:
    """The visit can be ended, and nobody is to be visited any more."""
    town = cared_town()
    visit = set_out(town)
    town.must(EndBinding("bnd_00000001", "deceased"))
    done = town.must(FinishVisit(visit, done=True), "grid", "wkr_1")
    assert done.events[0].due is None  # type: ignore[attr-defined]
    assert plan(town) is None


@pytest.mark.parametrize("first", ["per_1", "per_7"])
def test_of_two_rows_the_earlier_visit_stays(first: str) -> None:
    """A person with two rows waits no longer than either of them did; a visit of the row that went counts."""
    town = cared_town()
    town.must(RegisterPerson("per_7"))
    town.must(WorkerBind("per_7", "dwl_2", "visitor"), "grid", "wkr_1")
    town.must(TagSpecial("per_7", "veteran", "doc_7"), "grid", "wkr_1", at=MORNING + 5 * DAY)
    if first == "per_7":
        visited(town, MORNING + 6 * DAY)
    dues = plan(town).due, plan(town, "per_7").due
    visit = set_out(town, person="per_7")
    town.must(MergePersons("per_7", "per_1"))
    assert plan(town).due == min(dues)
    town.must(FinishVisit(visit, done=True), "grid", "wkr_1", at=town.clock + 60)
    assert plan(town).due == after_days(town.clock, 30)


def test_a_policy_with_fewer_levels_stops_raising() -> None:
    """A visit that stands at the new top stays there."""
    town = cared_town()
    town.must(ChangePolicy((("reporting.top_level", "1"),), DUE + DAY))
    assert [level(town, at) for at in (DUE, DUE + 4 * DAY, DUE + 40 * DAY)] == [1, 1, 1]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=8))
def test_nobody_waits_longer_than_the_policy_without_being_raised(pauses: list[int]) -> None:
    """L13: whenever visits come, whoever had the last one more than thirty whole days ago is raised, nobody else."""
    town = cared_town()
    last = MORNING
    for pause in pauses:
        town.engine.advance(town.clock + pause * DAY)
        late = town.engine.district.at >= after_days(last, 30)
        assert (plan(town).level > 0) == late
        visited(town, town.engine.district.at)
        last = town.clock
