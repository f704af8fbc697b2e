"""Who gets a case: the routing table, the load, the desk of the district."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Policy
from engine.binding.workers import AssignGrid, DismissWorker
from engine.district.cases import DISTRICT_DESK
from engine.policy import Category
from engine.reporting.closing import DisputeReport, ResolveReport
from engine.reporting.dispatch import AcceptReport, DispatchReport, ReturnReport, TransferReport
from tests.engine.reporting.scenes import (
    by_assignee,
    dispatched,
    in_progress,
    resolved,
    row,
    submitted,
    town_of,
    verdict,
)
from tests.towns import Town

CATEGORIES = sorted(Policy().reporting.categories)


def load_by_count(town: Town, worker: str) -> int:
    """A member's unresolved cases, counted over all rows."""
    rows = town.engine.district.cases.reports.values()
    return sum(kept.assignee == worker and kept.state in ("DISPATCHED", "IN_PROGRESS", "SUSPENDED") for kept in rows)


@pytest.mark.parametrize(
    ("category", "worker"), [("dispute", "wkr_5"), ("fever", "wkr_3"), ("safety", "wkr_6"), ("benefits", "wkr_1")]
)
def test_a_dispute_goes_to_the_mediator_and_a_fever_to_the_doctor(category: str, worker: str) -> None:
    """F18: the routing table of kind and category sends each case to a member in charge."""
    town = town_of()
    assert row(town, dispatched(town, category=category)).assignee == worker


def test_what_no_member_is_there_for_goes_to_the_desk_and_is_counted() -> None:
    """F18: grd_2 has no mediator, so its dispute goes to the district's desk, where officers handle it."""
    town = town_of()
    report = dispatched(town, category="dispute", grid="grd_2")
    assert (row(town, report).assignee, town.engine.district.cases.fallbacks) == (DISTRICT_DESK, 1)
    town.must(AcceptReport(report))
    town.must(ResolveReport(report, "rec_1"))
    assert row(town, report).state == "RESOLVED"


def test_the_least_loaded_member_gets_the_case_and_ties_go_by_id() -> None:
    """Cases of grd_1 alternate between its two community workers, lower id first; a resolved case frees its member."""
    town = town_of()
    reports = [dispatched(town) for _ in range(4)]
    assert [row(town, report).assignee for report in reports] == ["wkr_1", "wkr_4", "wkr_1", "wkr_4"]
    for report in (reports[1], reports[3]):
        by_assignee(town, AcceptReport(report))
        by_assignee(town, ResolveReport(report, "pho_1"))
    assert row(town, dispatched(town)).assignee == "wkr_4"


def test_a_member_who_returned_a_case_does_not_get_it_again_in_the_round() -> None:
    """A case does not bounce: returned by one worker it goes to the other, returned by both to the district's desk."""
    town = town_of()
    report = dispatched(town)
    went = [row(town, report).assignee]
    for _ in range(2):
        by_assignee(town, ReturnReport(report, "not_mine"))
        town.must(DispatchReport(report, None))
        went.append(row(town, report).assignee)
    assert went == ["wkr_1", "wkr_4", DISTRICT_DESK]


def test_a_return_ordered_by_an_officer_counts_for_nobody() -> None:
    """The supervisor takes a case back from a member without using up the round's returns."""
    town = town_of()
    report = dispatched(town)
    for _ in range(4):
        town.must(ReturnReport(report, "on_leave"))
        town.must(DispatchReport(report, None))
    assert (row(town, report).returned_by, row(town, report).assignee) == ((), "wkr_1")


def test_cases_of_a_dismissed_member_are_saved_by_an_officer() -> None:
    """A dismissed member can do nothing more; an officer hands the case in progress to another one."""
    town = town_of()
    report = in_progress(town)
    assert row(town, report).assignee == "wkr_1"
    town.must(DismissWorker("wkr_1"))
    town.must(TransferReport(report, "wkr_4"))
    assert (row(town, report).state, row(town, report).assignee) == ("DISPATCHED", "wkr_4")
    assert row(town, report).answered_at == town.clock  # the first answer stays


@pytest.mark.parametrize("dismissed", [True, False])
def test_a_new_round_goes_to_whoever_handled_the_case_if_still_there(*, dismissed: bool) -> None:
    """A disputed case returns to its member, or by rule to another one when that member was dismissed."""
    town = town_of()
    report = resolved(town)
    if dismissed:
        town.must(DismissWorker("wkr_1"))
    town.must(DisputeReport(report), "resident", "per_1")
    assert row(town, report).assignee == ("wkr_4" if dismissed else "wkr_1")


def test_a_case_that_the_desk_handled_goes_back_to_the_desk() -> None:
    """A new member in charge does not get a disputed case that the desk had solved."""
    town = town_of()
    report = dispatched(town, category="dispute", grid="grd_2")
    town.must(AcceptReport(report))
    town.must(ResolveReport(report, "rec_1"))
    town.must(AssignGrid("wkr_5", "grd_2"))
    town.must(DisputeReport(report), "resident", "per_1")
    assert row(town, report).assignee == DISTRICT_DESK


def test_returns_are_counted_anew_in_a_new_round() -> None:
    """Who sent a case back before it was solved by the other may be chosen and send it back again in the next round."""
    town = town_of()
    report = dispatched(town)
    by_assignee(town, ReturnReport(report, "not_mine"))
    town.must(DispatchReport(report, None))
    by_assignee(town, AcceptReport(report))
    by_assignee(town, ResolveReport(report, "pho_1"))
    assert (row(town, report).assignee, row(town, report).returned_by) == ("wkr_4", ("wkr_1",))
    town.must(DismissWorker("wkr_4"))
    town.must(DisputeReport(report), "resident", "per_1")
    assert (row(town, report).assignee, row(town, report).returned_by) == ("wkr_1", ())


def test_the_routing_table_is_policy() -> None:
    """When the mediator is allowed for noise as well and the others are busy, the mediator gets it."""
    town = town_of(Policy().changed({"reporting.categories.noise.kinds": ("mediator",)}))
    assert row(town, dispatched(town, category="noise")).assignee == "wkr_5"


@given(
    wanted=st.lists(st.tuples(st.sampled_from(CATEGORIES), st.sampled_from(["grd_1", "grd_2"])), max_size=12),
    shared=st.booleans(),
)
def test_every_member_chosen_is_active_covers_the_place_and_is_of_an_allowed_kind(
    *, wanted: list[tuple[str, str]], shared: bool
) -> None:
    """T15 for any mix of cases; nobody in charge has less to do; the kept loads are those counted over all rows."""
    town = town_of()
    town.must(DismissWorker("wkr_4"))
    if shared:
        town.must(AssignGrid("wkr_6", "grd_2"))
    grid, categories = town.engine.district.grid, town.engine.district.policy.reporting.categories
    for category, place in wanted:
        report = submitted(town, category=category, grid=place)
        town.must(verdict(report))
        allowed: Category = categories[category]
        loads = {
            worker.id: load_by_count(town, worker.id)
            for worker in grid.workers.values()
            if worker.active and place in worker.grids and worker.kind in allowed.kinds
        }
        town.must(DispatchReport(report, None))
        expected = min(loads, key=lambda worker: (loads[worker], worker)) if loads else DISTRICT_DESK
        assert row(town, report).assignee == expected
    for worker in (*grid.workers, DISTRICT_DESK):
        assert town.engine.district.cases.load(worker) == load_by_count(town, worker)
