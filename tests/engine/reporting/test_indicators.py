"""Indicators with their denominators: by hand on a small town, and as identities on any rows."""

from __future__ import annotations

from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from engine.district.cases import Report
from engine.reporting.closing import DisputeReport, RateReport, ReopenReport, ResolveReport
from engine.reporting.dispatch import AcceptReport
from engine.views.case_indicators import DENOMINATORS, Indicators, Share, indicators
from tests.engine.reporting.scenes import BRING, DAY, STATES, by_assignee, entered, resolved, row, submitted, town_of


def test_a_small_town_by_hand() -> None:
    """One case in each state, two ratings, one grid entry: every share has the parts that one counts by hand."""
    town = town_of()
    for state in STATES:
        BRING[state](town)  # the duplicate brings its root, which is triaged, so there are eleven
    for stars in (5, 3):
        town.must(RateReport(resolved(town), stars), "resident", "per_1")
    reopened = BRING["CLOSED"](town)
    town.must(ReopenReport(reopened), "resident", "per_1")
    entered(town)
    rows = town.engine.district.cases.reports.values()
    found = indicators(rows, town.clock, 4)
    assert (found.submitted, found.withdrawn, found.duplicate, found.rejected) == (15, 1, 1, 1)
    assert found.answered == Share(7, 12)  # in progress, suspended, resolved, closed, two rated, reopened
    assert found.resolved == Share(4, 12)  # the reopened one is none
    assert found.closed == Share(3, 12)
    assert found.rated == Share(2, 3)
    assert found.satisfied == Share(1, 2)
    assert found.satisfied_at_least == Share(1, 3)
    assert (found.reopened, found.unresolved) == (1, 8)
    assert found.answered_late == Share(0, 7)


def test_silence_after_resolving_is_not_satisfaction() -> None:
    """F37: a case closed by the clock without a rating stands beside the satisfied share and not in it."""
    town = town_of()
    resolved(town)
    town.engine.advance(town.clock + 3 * DAY)
    found = indicators(town.engine.district.cases.reports.values(), town.clock + 3 * DAY, 4)
    assert found.closed_by_clock_unrated == 1
    assert (found.satisfied, found.rated, found.satisfied_at_least) == (Share(0, 0), Share(0, 1), Share(0, 1))
    assert found.satisfied.bp is None


def test_an_entry_without_reporter_is_no_silent_voice() -> None:
    """A grid member's own entry cannot be rated and stands in no denominator of satisfaction."""
    town = town_of()
    report = entered(town)
    row(town, report).state = "CLOSED"
    found = indicators(town.engine.district.cases.reports.values(), town.clock, 4)
    assert (found.closed, found.rated) == (Share(1, 1), Share(0, 0))


def test_a_missing_answer_is_late_once_due() -> None:
    """F13: unanswered until a second before due it is not judged, at due it is late."""
    town = town_of()
    due = row(town, submitted(town, kind="complaint")).due
    rows = town.engine.district.cases.reports.values()
    assert indicators(rows, due - 1, 4).answered_late == Share(0, 0)
    assert indicators(rows, due, 4).answered_late == Share(1, 1)


def test_a_disputed_case_is_no_longer_resolved() -> None:
    """F36: resolved means reached and not reopened."""
    town = town_of()
    report = resolved(town)
    rows = town.engine.district.cases.reports.values()
    assert indicators(rows, town.clock, 4).resolved == Share(1, 1)
    town.must(DisputeReport(report), "resident", "per_1")
    assert indicators(rows, town.clock, 4).resolved == Share(0, 1)
    by_assignee(town, AcceptReport(report))
    by_assignee(town, ResolveReport(report, "pho_2"))
    found = indicators(rows, town.clock, 4)
    assert (found.resolved, found.reopened) == (Share(0, 1), 1)


def test_every_share_states_its_denominator() -> None:
    """No share without a sentence on what it is divided by."""
    shares = {field.name for field in fields(Indicators) if field.type == "Share"}
    assert shares == set(DENOMINATORS)


@st.composite
def any_report(draw: st.DrawFn) -> Report:
    """A row with whatever the indicators look at."""
    kept = Report("rpt_1", "problem", "resident", "noise", "grd_1", draw(st.sampled_from(["", "per_1"])), "", "", "",
                  "community", 0, "general", draw(st.integers(0, 9)))  # fmt: skip
    kept.state = draw(st.sampled_from(STATES))
    kept.grid = draw(st.sampled_from(["grd_1", "grd_2"]))
    kept.round, kept.stars = draw(st.integers(1, 3)), draw(st.integers(0, 5))
    kept.late, kept.answered_late = draw(st.booleans()), draw(st.booleans())
    kept.answered_at = draw(st.none() | st.integers(0, 9))
    kept.closed_by = draw(st.sampled_from(["auto", "rating", "confirm"]))
    return kept


@given(rows=st.lists(any_report()), at=st.integers(0, 12), good=st.integers(1, 5))
def test_indicators_of_grids_add_up(rows: list[Report], at: int, good: int) -> None:
    """F05: every count of the district is the sum over its grids, parts never exceed wholes, order does not matter."""
    whole = indicators(rows, at, good)
    parts = [indicators([kept for kept in rows if kept.grid == grid], at, good) for grid in ("grd_1", "grd_2")]
    assert whole == indicators(reversed(rows), at, good)
    for field in fields(Indicators):
        total, ones = getattr(whole, field.name), [getattr(part, field.name) for part in parts]
        if isinstance(total, Share):
            assert 0 <= total.part <= total.whole
            assert (total.part, total.whole) == (sum(one.part for one in ones), sum(one.whole for one in ones))
        else:
            assert total == sum(ones)
    assert whole.satisfied_at_least.part == whole.satisfied.part
    assert (
        whole.closed.part <= whole.closed.whole == whole.submitted - whole.withdrawn - whole.duplicate - whole.rejected
    )
