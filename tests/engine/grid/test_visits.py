"""Visits: one at a time, minutes counted by the engine, work by kind and day, overload flagged (F17)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.administration import Sweep
from engine.binding.workers import DismissWorker
from engine.grid.visits import FinishVisit, StartVisit
from engine.kernel.units import civil_day
from engine.views.grid import overloaded_today, task_list, workload_by_day
from tests.engine.grid.scenes import MINUTE, cared_town, set_out, visited
from tests.engine.reporting.scenes import HOUR, dispatched, resolved
from tests.towns import MORNING, Town, code_of


def round_of(town: Town, minutes: int, worker: str = "wkr_1") -> None:
    """A round of some minutes."""
    visit = town.must(StartVisit("grd_1", "round", None, None), "grid", worker).events[0].visit  # type: ignore[attr-defined]
    town.must(FinishVisit(visit, done=True), "grid", worker, at=town.clock + minutes * MINUTE)


def kinds_of_today(town: Town) -> dict[str, tuple[int, int, int, int]]:
    """Events, visits, minutes and overloaded members by kind on the day of the town."""
    today = civil_day(town.engine.district.at)
    return {
        each.kind: (each.events, each.visits, each.minutes, each.overloaded)
        for each in workload_by_day(town.engine.district, today)
    }


@pytest.mark.parametrize(("seconds", "minutes"), [(0, 0), (1, 1), (60, 1), (61, 2), (1_800, 30)])
def test_a_begun_minute_counts_as_a_whole_one(seconds: int, minutes: int) -> None:
    """The engine takes the time between the two words, whatever anybody says."""
    town = cared_town()
    visit = set_out(town)
    done = town.must(FinishVisit(visit, done=True), "grid", "wkr_1", at=town.clock + seconds)
    assert done.events[0].minutes == minutes  # type: ignore[attr-defined]


def test_a_member_is_on_one_visit_at_a_time() -> None:
    """A second visit is refused and names the first; another member may set out meanwhile."""
    town = cared_town()
    first = set_out(town)
    again = town.say(StartVisit("grd_1", "round", None, None), "grid", "wkr_1")
    assert (code_of(again), again.details) == ("VISIT_BUSY", {"visit": first})
    assert code_of(town.say(StartVisit("grd_1", "round", None, None), "grid", "wkr_4")) == "ok"
    town.must(FinishVisit(first, done=False), "grid", "wkr_1")
    assert code_of(town.say(StartVisit("grd_1", "round", None, None), "grid", "wkr_1")) == "ok"


@pytest.mark.parametrize(("early", "answer"), [(1, "ok"), (0, "VISIT_OVER")])
def test_a_visit_that_nobody_ends_is_broken_off(early: int, answer: str) -> None:
    """At its last second it can still be ended, from the limit on it is over; a dismissed member's visit ends so."""
    town = cared_town(grid__visit_limit_minutes=90)
    visit = set_out(town, "wkr_4")
    if not early:
        town.must(DismissWorker("wkr_4"))
    member = "wkr_4" if early else "wkr_1"
    at = town.clock + 90 * MINUTE - early
    assert code_of(town.say(FinishVisit(visit, done=True), "grid", member, at=at)) == answer
    assert not town.engine.district.visits.busy("wkr_4")


def test_work_stands_by_kind_and_day() -> None:
    """F17: cases resolved, visits and minutes of each kind; a visit that was broken off has taken its time, too."""
    town = cared_town()
    resolved(town)
    visited(town)
    visited(town, done=False, worker="wkr_3")
    round_of(town, 45)
    assert kinds_of_today(town) == {"community_worker": (1, 2, 75, 0), "family_doctor": (0, 1, 30, 0)}
    town.clock += 24 * HOUR
    round_of(town, 5)
    assert kinds_of_today(town) == {"community_worker": (0, 1, 5, 0)}
    days = {each.day for each in workload_by_day(town.engine.district)}
    assert days == {civil_day(MORNING), civil_day(MORNING) + 1}


def test_overload_is_flagged_once_a_member_and_day() -> None:
    """The minute that passes the policy's number flags the member; more of the same day flags nobody again."""
    town = cared_town(grid__daily_minutes=60)
    round_of(town, 60)
    assert (kinds_of_today(town)["community_worker"][3], overloaded_today(town.engine.district)) == (0, ())
    round_of(town, 1)
    round_of(town, 50)
    assert kinds_of_today(town)["community_worker"][3] == 1
    assert overloaded_today(town.engine.district) == (("wkr_1", "community_worker", 111),)
    town.clock += 24 * HOUR
    round_of(town, 10)
    assert overloaded_today(town.engine.district) == ()


def test_the_list_of_a_member_holds_what_is_due() -> None:
    """F17: own cases, and from the notice days on the visits of the grids covered, if the kind cares; due first."""
    town = cared_town()
    report = dispatched(town)
    holder = town.engine.district.cases.reports[report].assignee
    assert [(each.what, each.about) for each in task_list(town.engine.district, holder)] == [("handle", report)]
    town.must(Sweep(), at=MORNING + 25 * 24 * HOUR)
    doctor = task_list(town.engine.district, "wkr_3")
    assert [(each.what, each.about, each.overdue) for each in doctor] == [("visit", "per_1", False)]
    assert [each.what for each in task_list(town.engine.district, "wkr_5")] == []  # a mediator
    assert [each.about for each in task_list(town.engine.district, "wkr_2")] == ["per_4"]
    assert task_list(town.engine.district, "wkr_99") == ()


@given(st.lists(st.tuples(st.sampled_from(["wkr_1", "wkr_3", "wkr_4"]), st.integers(0, 200)), max_size=12))
def test_minutes_by_kind_are_the_sum_of_the_visits(visits: list[tuple[str, int]]) -> None:
    """Whatever was visited by whom, a day's minutes of a kind are those of its members' visits of that day."""
    town = cared_town()
    expected: dict[tuple[str, int], int] = {}
    for worker, minutes in visits:
        round_of(town, minutes, worker)
        kind = town.engine.district.grid.workers[worker].kind
        key = kind, civil_day(town.clock)
        expected[key] = expected.get(key, 0) + minutes
    assert {(each.kind, each.day): each.minutes for each in workload_by_day(town.engine.district)} == expected
