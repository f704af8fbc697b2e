"""Time limits: due instants, pauses, breaches and escalation, to the second."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Policy
from engine.calendar import CalendarPolicy, cal_add, cal_between
from engine.reporting.closing import ConfirmReport, DisputeReport, ReopenReport, ResolveReport
from engine.reporting.dispatch import AcceptReport, DispatchReport
from engine.reporting.limits import EscalateReport, ResumeReport, SuspendReport
from tests.engine.reporting.scenes import (
    DAY,
    HOUR,
    LIMIT,
    by_assignee,
    closed,
    in_progress,
    resolved,
    row,
    submitted,
    suspended,
    town_of,
    verdict,
)
from tests.towns import MORNING, code_of

WORKING = Policy().changed({"reporting.tiers.general.working_time": True, "reporting.tiers.general.limit_s": 30 * HOUR})


def steps(town: object, report: str) -> list[tuple[int, str]]:
    """Instants and steps of a case."""
    return [(at, step) for at, step, _ in row(town, report).steps]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("category", "limit_s"), [("safety", 2 * HOUR), ("utilities", DAY), ("facilities", 7 * DAY), ("benefits", 15 * DAY)]
)
def test_the_four_classes_of_the_hotline(category: str, limit_s: int) -> None:
    """Emergencies have two hours, water, power, heat and gas a day, the rest a week, hard ones fifteen days."""
    town = town_of()
    assert row(town, submitted(town, category=category)).due == town.clock + limit_s


def test_a_case_that_nobody_looks_at_rises_to_the_top_by_itself() -> None:
    """F36, L01: breached at its due instant, not a second before, then raised every 24 hours up to level 3."""
    town = town_of()
    report = submitted(town)
    due = town.clock + LIMIT
    town.engine.advance(due - 1)
    assert (row(town, report).level, row(town, report).late) == (0, False)
    town.engine.advance(due)
    assert (row(town, report).level, row(town, report).late) == (1, True)
    town.engine.advance(due + 30 * DAY)
    assert steps(town, report)[1:] == [(due, "breached:1"), (due + DAY, "escalated:2"), (due + 2 * DAY, "escalated:3")]


@pytest.mark.parametrize(("early_s", "late"), [(1, False), (0, True)])
def test_resolving_at_the_due_instant_is_late(early_s: int, *, late: bool) -> None:
    """One second before due is in time; at due the breach comes first."""
    town = town_of()
    report = in_progress(town)
    by_assignee(town, ResolveReport(report, "pho_1"), at=row(town, report).due - early_s)
    town.engine.advance(town.clock + DAY)
    assert (row(town, report).late, row(town, report).level) == (late, int(late))


def test_a_resolved_case_is_raised_no_more() -> None:
    """The clock stops calling once an overdue case is resolved."""
    town = town_of()
    report = in_progress(town)
    by_assignee(town, ResolveReport(report, "pho_1"), at=row(town, report).due + DAY)
    town.engine.advance(town.clock + 2 * DAY)
    assert row(town, report).level == 2


def test_triage_sets_another_class_from_the_same_start() -> None:
    """A case triaged as hard has fifteen days from submission, one triaged as urgent too late is breached at once."""
    town = town_of()
    hard, urgent = submitted(town), submitted(town)
    start = town.clock
    town.must(verdict(hard, tier="hard"), at=start + 3 * HOUR)
    answer = town.must(verdict(urgent, tier="urgent"))
    assert row(town, hard).due == start + 15 * DAY
    assert [event.type for event in answer.events] == ["reporting.report_triaged", "reporting.sla_breached"]
    assert (row(town, urgent).due, row(town, urgent).level) == (start + 2 * HOUR, 1)
    town.engine.advance(start + 14 * DAY)
    assert (row(town, hard).level, row(town, urgent).level) == (0, 3)


@pytest.mark.parametrize(("early_s", "events"), [(1, 1), (0, 2)])
def test_a_class_whose_limit_ends_with_triage_is_breached_by_it(early_s: int, events: int) -> None:
    """Triaged as urgent a second before two hours are over: in time; at two hours: breached in the same answer."""
    town = town_of()
    report = submitted(town)
    answer = town.must(verdict(report, tier="urgent"), at=town.clock + 2 * HOUR - early_s)
    assert len(answer.events) == events


def test_triage_does_not_undo_a_breach() -> None:
    """A longer class given after the limit had passed leaves due, breach and the further raising as they were."""
    town = town_of()
    report = submitted(town, category="safety")
    due = town.clock + 2 * HOUR
    answer = town.must(verdict(report, tier="hard"), at=due + HOUR)
    assert answer.events[0].due == due  # type: ignore[attr-defined]
    assert (row(town, report).due, row(town, report).tier, row(town, report).late) == (due, "hard", True)
    town.engine.advance(due + DAY)
    assert row(town, report).level == 2


def test_a_pause_moves_due_by_its_length_and_ends_by_itself() -> None:
    """T19: suspended for a day, resumed by the clock at `until`, due a day later than before."""
    town = town_of()
    report = suspended(town, DAY)
    due, until = row(town, report).due, town.clock + DAY
    town.engine.advance(until - 1)
    assert row(town, report).state == "SUSPENDED"
    town.engine.advance(until)
    assert (row(town, report).state, row(town, report).due, row(town, report).paused_s) == (
        "IN_PROGRESS",
        due + DAY,
        DAY,
    )
    town.engine.advance(due + DAY - 1)
    assert not row(town, report).late
    town.engine.advance(due + DAY)
    assert row(town, report).late


def test_resuming_early_moves_due_by_what_was_paused_only() -> None:
    """A pause of a day broken off after an hour moves due by an hour, and the rest can be used later."""
    town = town_of()
    report = suspended(town, DAY)
    due, worker = row(town, report).due, row(town, report).assignee
    town.must(ResumeReport(report), "grid", worker, at=town.clock + HOUR)
    assert (row(town, report).due, row(town, report).paused_s) == (due + HOUR, HOUR)
    town.engine.advance(town.clock + DAY)  # the old end of the pause does nothing any more
    assert row(town, report).state == "IN_PROGRESS"


@pytest.mark.parametrize(("over_s", "answer"), [(0, "ok"), (1, "SLA_PAUSE_LIMIT")])
def test_pauses_of_a_case_are_limited_together(over_s: int, answer: str) -> None:
    """Two days and three days make five, which is the limit; a second more is refused and says what is left."""
    town = town_of()
    report = suspended(town, 2 * DAY)
    town.engine.advance(town.clock + 2 * DAY)
    town.clock += 2 * DAY
    ask = SuspendReport(report, town.clock + 3 * DAY + over_s, "rain")
    outcome = town.say(ask, "grid", row(town, report).assignee)
    assert code_of(outcome) == answer
    assert (outcome.details or {}).get("left_s") == (3 * DAY if over_s else None)


def test_an_overdue_case_is_raised_also_while_it_is_suspended() -> None:
    """Suspending after the breach moves neither due nor the next call, so it hides nothing."""
    town = town_of()
    report = in_progress(town)
    due = row(town, report).due
    by_assignee(town, SuspendReport(report, due + 3 * DAY, "rain"), at=due + HOUR)
    town.engine.advance(due + DAY)
    assert (row(town, report).state, row(town, report).level) == ("SUSPENDED", 2)
    answer = by_assignee(town, ResumeReport(report), at=due + 3 * DAY - 1)
    assert answer.events[0].due == due  # type: ignore[attr-defined]
    assert (row(town, report).state, row(town, report).level, row(town, report).due) == ("IN_PROGRESS", 3, due)


def test_escalation_by_hand_comes_on_top_of_the_clock() -> None:
    """Raised by hand to 1, breached to 2, raised by the clock to 3; a case at 3 by hand is breached without a level."""
    town = town_of()
    one, three = submitted(town), submitted(town)
    due = town.clock + LIMIT
    town.must(EscalateReport(one, "child"), "grid", "wkr_1")
    for level in range(3):
        town.must(EscalateReport(three, f"reason-{level}"))
    town.engine.advance(due + 10 * DAY)
    assert [step for _, step in steps(town, one)][1:] == ["escalated:1", "breached:2", "escalated:3"]
    assert [step for _, step in steps(town, three)][-1] == "breached:3"
    assert row(town, three).late


def test_by_hand_to_the_top_stops_the_clock() -> None:
    """An overdue case raised to level 3 by hand is not raised again."""
    town = town_of()
    report = submitted(town)
    town.engine.advance(town.clock + LIMIT)
    for at in (1, 2):
        town.must(EscalateReport(report, "fire"), at=MORNING + LIMIT + at * HOUR)
    town.engine.advance(town.clock + 10 * DAY)
    assert [step for _, step in steps(town, report)][1:] == ["breached:1", "escalated:2", "escalated:3"]


@pytest.mark.parametrize("bring", [resolved, closed])
def test_a_new_round_has_a_new_limit_and_keeps_the_level(bring: object) -> None:
    """T18: due counts from the dispute or reopening, the level does not fall, returns are counted anew."""
    town = town_of()
    report = bring(town)  # type: ignore[operator]
    row(town, report).level = 2
    again = DisputeReport(report) if bring is resolved else ReopenReport(report)
    town.must(again, "resident", "per_1", at=town.clock + DAY)
    assert (row(town, report).round, row(town, report).due, row(town, report).level) == (2, town.clock + LIMIT, 2)
    town.engine.advance(town.clock + LIMIT)
    assert (row(town, report).level, row(town, report).late) == (3, True)


def test_a_round_that_was_late_is_followed_by_one_that_can_be_late_again() -> None:
    """Breached in the first round and again in the second, one level up each time."""
    town = town_of()
    report = in_progress(town)
    by_assignee(town, ResolveReport(report, "pho_1"), at=row(town, report).due)
    town.must(DisputeReport(report), "resident", "per_1")
    assert (row(town, report).late, row(town, report).breached) == (True, False)
    town.engine.advance(town.clock + LIMIT)
    assert [step for _, step in steps(town, report) if step.startswith("breached")] == ["breached:1", "breached:2"]


def test_a_limit_in_working_time_pauses_and_runs_in_office_hours() -> None:
    """Thirty working hours from Wednesday morning; a pause over the holiday costs only the hours offices work."""
    town = town_of(WORKING)
    report = in_progress(town)
    hours, due = CalendarPolicy(), row(town, report).due
    assert due == cal_add(town.clock, 30 * HOUR, hours)
    start = town.clock + 3 * DAY  # Saturday 18 September 08:00, a make-up day before Mid-Autumn
    by_assignee(town, SuspendReport(report, start + 4 * DAY, "holiday"), at=start)
    town.engine.advance(start + 4 * DAY)  # Wednesday 08:00
    assert row(town, report).paused_s == hours.day_s
    assert row(town, report).due == cal_add(due, hours.day_s, hours)


@given(spells=st.lists(st.tuples(st.integers(1, 2 * DAY), st.integers(1, DAY)), max_size=5), working=st.booleans())
def test_due_is_start_and_limit_and_what_was_paused(spells: list[tuple[int, int]], *, working: bool) -> None:
    """However often a case is paused: due = start + limit + paused, in the time that its class counts."""
    town = town_of(WORKING if working else None)
    hours = CalendarPolicy() if working else None
    report = in_progress(town)
    start, limit, paused = town.clock, 30 * HOUR if working else LIMIT, 0
    for wait, pause in spells:
        at = town.clock + wait
        if at >= row(town, report).due:
            break
        asked = cal_between(at, at + pause, hours)
        answer = town.say(SuspendReport(report, at + pause, "rain"), "grid", row(town, report).assignee, at=at)
        if answer.code is not None:
            assert paused + asked > 5 * DAY
            continue
        paused += asked
        town.engine.advance(at + pause)
        town.clock = at + pause
    assert row(town, report).due == cal_add(start, limit + paused, hours)
    assert row(town, report).paused_s == paused <= 5 * DAY


def test_a_shorter_limit_never_lowers_the_number_of_breaches() -> None:
    """M8: the same cases under a limit of a day instead of a week are breached at least as often."""
    counts = []
    for limit_s in (DAY, LIMIT):
        town = town_of(Policy().changed({"reporting.tiers.general.limit_s": limit_s}))
        start = town.clock
        for number in range(6):
            report = submitted(town)
            town.must(verdict(report))
            town.must(DispatchReport(report, None))
            by_assignee(town, AcceptReport(report))
            by_assignee(town, ResolveReport(report, "pho_1"), at=town.clock + number * 2 * DAY)
            town.must(ConfirmReport(report), "resident", "per_1")
        assert start < town.clock
        counts.append(sum(kept.late for kept in town.engine.district.cases.reports.values()))
    assert counts == [5, 2]
