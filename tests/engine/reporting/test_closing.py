"""Closing, rating, reopening, and what a case earns."""

from __future__ import annotations

import pytest

from engine import Policy
from engine.binding.bindings import RegisterPerson
from engine.binding.moving import EndBinding
from engine.district.cases import ReportKind
from engine.merging.persons import MergePersons
from engine.reporting.closing import ConfirmReport, DisputeReport, RateReport, ReopenReport, ResolveReport
from engine.reporting.dispatch import AcceptReport, DispatchReport
from engine.reporting.intake import EnterReport
from engine.views.points import available, moral
from tests.engine.reporting.scenes import (
    DAY,
    HOUR,
    by_assignee,
    closed,
    dispatched,
    in_progress,
    resolved,
    row,
    submitted,
    town_of,
    triaged,
    verdict,
)
from tests.towns import MORNING, Town, code_of

WINDOW = 7 * DAY


def say(town: Town, command: object, at: int | None = None) -> str:
    """The reporter gives the command; the name of the answer."""
    return code_of(town.say(command, "resident", "per_1", at=at))  # type: ignore[arg-type]


def test_a_resolved_case_closes_by_itself_after_72_hours() -> None:
    """A second before it is RESOLVED and can still be disputed, at 72 hours it is CLOSED by the clock."""
    town = town_of()
    report = resolved(town)
    town.engine.advance(town.clock + 72 * HOUR - 1)
    assert row(town, report).state == "RESOLVED"
    town.engine.advance(town.clock + 72 * HOUR)
    kept = row(town, report)
    assert (kept.state, kept.closed_by, kept.closed_at, kept.assignee) == ("CLOSED", "auto", town.clock + 72 * HOUR, "")


@pytest.mark.parametrize("command", [ConfirmReport, DisputeReport])
def test_at_72_hours_the_clock_is_first(command: type) -> None:
    """What the reporter says at the very instant of closing finds a closed case."""
    town = town_of()
    report = resolved(town)
    assert say(town, command(report), town.clock + 72 * HOUR) == "RPT_BAD_STATE"


@pytest.mark.parametrize("command", [ReopenReport, lambda report: RateReport(report, 4)])
@pytest.mark.parametrize(("at", "answer"), [(WINDOW - 1, "ok"), (WINDOW, "RPT_REOPEN_WINDOW")])
def test_the_window_after_closing_is_half_open(command: object, at: int, answer: str) -> None:
    """T17: on the last second of seven days a case can be reopened and rated, at seven days no more."""
    town = town_of()
    report = closed(town)
    assert say(town, command(report), town.clock + at) == answer  # type: ignore[operator]


def test_the_window_counts_from_the_deadline_that_closed() -> None:
    """A case closed by the clock unnoticed for days has its window from the instant at which it closed."""
    town = town_of()
    report = resolved(town)
    closed_at = town.clock + 72 * HOUR
    assert say(town, ReopenReport(report), closed_at + WINDOW) == "RPT_REOPEN_WINDOW"


def test_a_case_has_two_more_rounds_disputed_or_reopened() -> None:
    """T17: a third dispute or reopening is refused, whichever the first two were."""
    town = town_of()
    report = resolved(town)
    assert say(town, DisputeReport(report)) == "ok"
    for again in (ReopenReport, DisputeReport):
        by_assignee(town, AcceptReport(report))
        by_assignee(town, ResolveReport(report, "pho_2"))
        if again is ReopenReport:
            assert say(town, ConfirmReport(report)) == "ok"
            assert say(town, ReopenReport(report)) == "ok"
    assert row(town, report).round == 3
    assert say(town, DisputeReport(report)) == "RPT_REOPEN_LIMIT"
    assert say(town, ConfirmReport(report)) == "ok"
    assert say(town, ReopenReport(report)) == "RPT_REOPEN_LIMIT"


def test_one_rating_a_round() -> None:
    """T16: a rating closes; a second one is refused; the next round asks anew and the new rating counts."""
    town = town_of()
    report = resolved(town)
    assert say(town, RateReport(report, 2)) == "ok"
    assert (row(town, report).state, row(town, report).closed_by) == ("CLOSED", "rating")
    assert say(town, RateReport(report, 5)) == "RPT_ALREADY_RATED"
    assert say(town, ReopenReport(report)) == "ok"
    assert row(town, report).stars == 0
    by_assignee(town, AcceptReport(report))
    by_assignee(town, ResolveReport(report, "pho_2"))
    assert say(town, RateReport(report, 5)) == "ok"
    assert row(town, report).stars == 5


def test_the_first_acceptance_is_the_answer() -> None:
    """F13: answered when a member first takes the case on, late from the due instant on, not again in later rounds."""
    town = town_of()
    early, late = dispatched(town, kind="complaint"), dispatched(town, kind="complaint")
    by_assignee(town, AcceptReport(early), at=row(town, early).due - 1)
    by_assignee(town, AcceptReport(late), at=row(town, late).due)
    assert (row(town, early).answered_late, row(town, late).answered_late) == (False, True)
    first = row(town, early).answered_at
    by_assignee(town, ResolveReport(early, "pho_1"))
    town.must(DisputeReport(early), "resident", "per_1")
    by_assignee(town, AcceptReport(early), at=town.clock + DAY)
    assert row(town, early).answered_at == first


@pytest.mark.parametrize(("category", "route"), [("property_service", "property"), ("community_service", "community")])
def test_a_complaint_is_routed_to_the_property_company_or_the_community(category: str, route: str) -> None:
    """F13: the category says who answers."""
    town = town_of()
    assert row(town, submitted(town, kind="complaint", category=category)).route == route


def test_a_problem_report_earns_when_it_is_first_resolved() -> None:
    """F32: 5 material and 2 moral points at the first solution, nothing at the second, and only for its reporter."""
    town = town_of()
    report = in_progress(town)
    district = town.engine.district
    assert (available(district, "per_1"), moral(district, "per_1")) == (0, 0)
    for _ in range(2):
        answer = by_assignee(town, ResolveReport(report, "pho_1"), at=town.clock + HOUR)
        awards = [event.type for event in answer.events if event.type.startswith("points.")]
        assert awards == (["points.award_granted"] * 2 if row(town, report).round == 1 else [])
        assert (available(district, "per_1"), moral(district, "per_1")) == (5, 2)
        assert row(town, report).resolved_at == MORNING + HOUR  # the first time
        town.must(DisputeReport(report), "resident", "per_1")
        by_assignee(town, AcceptReport(report))
    assert moral(district, "per_2") == 0


def test_a_complaint_never_earns() -> None:
    """F32: a complaint earns nothing, neither at triage nor at its solution."""
    town = town_of()
    resolved(town, kind="complaint", person="per_4")
    assert not town.engine.district.points.awards


def test_rejected_duplicate_and_entered_cases_earn_nothing() -> None:
    """Only a resident's own case that was accepted earns."""
    town = town_of()
    district = town.engine.district
    root = triaged(town, person="per_4")
    for word, other in (("reject", {"reason": "not_ours"}), ("duplicate", {"of": root})):
        town.must(verdict(submitted(town), word, **other))  # type: ignore[arg-type]
    kinds: tuple[ReportKind, ...] = ("complaint", "problem")
    for kind in kinds:
        told = town.must(EnterReport(kind, "facilities", "grd_1", None), "grid", "wkr_1")
        entry = told.events[0].report  # type: ignore[attr-defined]
        town.must(verdict(entry))
        town.must(DispatchReport(entry, None))
        by_assignee(town, AcceptReport(entry))
        by_assignee(town, ResolveReport(entry, "pho_1"))
    assert district.ledger.rows()["MO:mo"] == {}


def test_the_reward_follows_the_person_through_a_merge_and_ends_with_death() -> None:
    """A case of a row merged since earns for the row that stays; a reporter who has died earns nothing."""
    town = town_of()
    one, other = in_progress(town, person="per_5"), in_progress(town, person="per_3")
    town.must(MergePersons("per_5", "per_6"))
    home = town.engine.district.residents.persons["per_3"].home
    town.must(EndBinding(home, "deceased"))
    by_assignee(town, ResolveReport(one, "pho_1"))
    by_assignee(town, ResolveReport(other, "pho_1"))
    district = town.engine.district
    assert (moral(district, "per_6"), moral(district, "per_5"), moral(district, "per_3")) == (2, 0, 0)
    town.must(RateReport(one, 5), "resident", "per_6")  # and the row that stays speaks for the case


def test_daily_caps_withhold_points_and_the_case_goes_on() -> None:
    """With a cap of 5 a day the second report earns no material points; its solution stands."""
    town = town_of(Policy().changed({"points.rules.report.daily_cap": 5}))
    resolved(town)
    second = resolved(town)
    assert (row(town, second).state, available(town.engine.district, "per_1")) == ("RESOLVED", 5)
    assert moral(town.engine.district, "per_1") == 4


def test_a_stranger_without_a_row_may_not_speak_for_a_case() -> None:
    """Ids that nobody has, and persons who are not the reporter, are refused before anything else is looked at."""
    town = town_of()
    report = resolved(town)
    town.must(RegisterPerson("per_7"))
    for who in ("per_7", "per_99"):
        assert code_of(town.say(ConfirmReport(report), "resident", who)) == "FORBIDDEN"
