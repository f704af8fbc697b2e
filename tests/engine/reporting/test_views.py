"""What people see of cases: the reporter step by step, everybody without personal data, members their work."""

from __future__ import annotations

from dataclasses import asdict, fields

import pytest

from engine import Policy
from engine.binding.bindings import RegisterPerson
from engine.district.cases import DISTRICT_DESK
from engine.kernel.units import civil_day
from engine.merging.persons import MergePersons
from engine.reporting.closing import ConfirmReport, RateReport, ResolveReport
from engine.reporting.dispatch import AcceptReport, DispatchReport
from engine.views.cases import ClosedCase, at_the_desk, case_story, closed_cases, own_cases, tasks, workload
from tests.engine.reporting.scenes import (
    DAY,
    HOUR,
    by_assignee,
    closed,
    dispatched,
    duplicate,
    entered,
    in_progress,
    row,
    submitted,
    suspended,
    town_of,
    verdict,
)
from tests.towns import Town


def test_a_reporter_follows_the_own_case_step_by_step() -> None:
    """F11, F40: every step has its instant and its actor, the reporter stands there without a name."""
    town = town_of()
    start, report = town.clock, submitted(town)
    town.must(verdict(report), "grid", "wkr_1", at=start + HOUR)
    town.must(DispatchReport(report, None), "system", "desk", at=start + 2 * HOUR)
    by_assignee(town, AcceptReport(report), at=start + 3 * HOUR)
    by_assignee(town, ResolveReport(report, "pho_1"), at=start + DAY)
    town.must(RateReport(report, 5), "resident", "per_1", at=start + 2 * DAY)
    story = case_story(town.engine.district, report, "per_1")
    assert story is not None
    assert story.state == "CLOSED"
    assert story.steps == (
        (start, "submitted", "reporter"),
        (start + HOUR, "triaged", "wkr_1"),
        (start + 2 * HOUR, "dispatched:wkr_1", "system:desk"),
        (start + 3 * HOUR, "accepted", "wkr_1"),
        (start + DAY, "resolved:pho_1", "wkr_1"),
        (start + 2 * DAY, "rated:5", "reporter"),
        (start + 2 * DAY, "closed:rating", "reporter"),
    )


def test_nobody_else_sees_the_story() -> None:
    """Other residents, strangers and a grid member's entry give nothing; a merged row gives the case to who stays."""
    town = town_of()
    report, entry = submitted(town), entered(town)
    district = town.engine.district
    assert [case_story(district, report, who) for who in ("per_2", "per_99")] == [None, None]
    assert case_story(district, entry, "per_1") is None
    assert case_story(district, "rpt_00009999", "per_1") is None
    town.must(RegisterPerson("per_7"))
    town.must(MergePersons("per_1", "per_7"))
    assert case_story(district, report, "per_7") is not None
    assert own_cases(district, "per_7") == (report,)
    assert own_cases(district, "per_99") == ()


def test_the_reporter_of_a_duplicate_learns_where_it_goes_on() -> None:
    """A duplicate names the case that goes on for both."""
    town = town_of()
    report = duplicate(town)
    story = case_story(town.engine.district, report, "per_1")
    assert story is not None
    assert (story.state, story.duplicate_of) == ("DUPLICATE", row(town, report).root)


def test_the_public_list_has_closed_cases_and_nothing_personal() -> None:
    """F40: closed cases only; no person, member, words or exact place, and days instead of seconds."""
    town = town_of()
    report = closed(town, text="lamp broken", place="east gate")
    in_progress(town)
    (shown,) = closed_cases(town.engine.district)
    assert (shown.report, shown.community, shown.grid, shown.closed_day) == (
        report,
        "com_1",
        "grd_1",
        civil_day(town.clock),
    )
    assert shown.handled_by_kind == "community_worker"
    kept = row(town, report)
    personal = {kept.reporter, kept.text, kept.place, kept.handled_by, str(kept.submitted_at)}
    assert personal.isdisjoint(str(value) for value in asdict(shown).values())
    assert {field.name for field in fields(ClosedCase)}.isdisjoint({"reporter", "text", "place", "steps", "entered_by"})
    assert closed_cases(town.engine.district, "com_1") == (shown,)
    assert closed_cases(town.engine.district, "com_2") == ()


def test_a_members_tasks_stand_in_order_of_urgency() -> None:
    """F17: the case that is due first is on top; resolved cases are off the list; overdue ones are marked."""
    town = town_of()
    slow = dispatched(town, category="benefits")
    by_assignee(town, AcceptReport(slow))
    dispatched(town, category="benefits")  # goes to the other community worker
    quick = dispatched(town, category="utilities")
    assert [task.report for task in tasks(town.engine.district, "wkr_1")] == [quick, slow]
    town.engine.advance(town.clock + DAY)
    assert [task.overdue for task in tasks(town.engine.district, "wkr_1")] == [True, False]
    by_assignee(town, ResolveReport(slow, "rec_1"), at=town.clock + DAY)
    assert [task.report for task in tasks(town.engine.district, "wkr_1")] == [quick]
    assert tasks(town.engine.district, "wkr_99") == ()


@pytest.mark.parametrize(("limit", "overloaded"), [(2, False), (1, True)])
def test_the_workload_counts_by_state_and_flags_overload(limit: int, *, overloaded: bool) -> None:
    """F17: every active member has a line, the district's desk too once it has cases."""
    town = town_of(Policy().changed({"reporting.overload_cases": limit}))
    for bring in (dispatched, suspended):
        bring(town, category="dispute")
    dispatched(town, category="dispute", grid="grd_2")
    loads = {load.worker: load for load in workload(town.engine.district)}
    assert sorted(loads) == [DISTRICT_DESK, "wkr_1", "wkr_2", "wkr_3", "wkr_4", "wkr_5", "wkr_6"]
    mediator = loads["wkr_5"]
    assert (mediator.kind, mediator.waiting, mediator.in_progress, mediator.suspended) == ("mediator", 1, 0, 1)
    assert (mediator.unresolved, mediator.overloaded) == (2, overloaded)
    assert loads["wkr_1"].unresolved == 0
    assert at_the_desk(town.engine.district) == (1, 1)
    town.must(AcceptReport(row_of_desk(town)))
    assert next(load for load in workload(town.engine.district) if load.worker == DISTRICT_DESK).in_progress == 1


def row_of_desk(town: Town) -> str:
    """The only case at the district's desk."""
    (report,) = tasks(town.engine.district, DISTRICT_DESK)
    return report.report


def test_confirming_takes_no_part_in_the_load() -> None:
    """A resolved case weighs on nobody, whether it is closed or not."""
    town = town_of()
    report = in_progress(town)
    by_assignee(town, ResolveReport(report, "pho_1"))
    assert all(load.unresolved == 0 for load in workload(town.engine.district))
    town.must(ConfirmReport(report), "resident", "per_1")
    assert all(load.unresolved == 0 for load in workload(town.engine.district))
