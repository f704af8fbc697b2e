"""F37 satisfaction rating: good among rated, rated at all, and a bound if the silent were unhappy (T16)."""

from __future__ import annotations

from engine.views.case_indicators import indicators
from tests.acceptance.cases import DAY_S, Cases


def test_both_shares_and_the_bound_are_shown() -> None:
    """Three cases close: one rated five stars, one rated two, one by the clock without a word."""
    town = Cases()
    for person, stars in (("per_1", 5), ("per_2", 2), ("per_3", 0)):
        case = town.reported(person)
        town.solved(case)
        if stars:
            town.must("reporting.rate_report", f"resident:{person}", report=case, stars=stars)
    town.at += 4 * DAY_S
    town.engine.advance(town.at)
    shown = indicators(town.engine.district.cases.reports.values(), town.at, 4)
    assert (shown.satisfied.part, shown.satisfied.whole) == (1, 2)
    assert (shown.rated.part, shown.rated.whole) == (2, 3)
    assert (shown.satisfied_at_least.part, shown.satisfied_at_least.whole) == (1, 3)
    town.close()


def test_only_the_reporter_rates_and_once_a_round() -> None:
    """A neighbour or the member who solved it cannot rate; the reporter cannot rate twice."""
    town = Cases()
    case = town.reported("per_1")
    town.solved(case)
    for actor in ("resident:per_2", "grid:wkr_1", "officer:off_1"):
        assert town.refused("reporting.rate_report", actor, report=case, stars=5) == "FORBIDDEN"
    town.must("reporting.rate_report", "resident:per_1", report=case, stars=5)
    assert town.refused("reporting.rate_report", "resident:per_1", report=case, stars=1) == "RPT_ALREADY_RATED"
    town.close()
