"""F36 event handling: answered, resolved and closed are three shares, shown apart, none tuned (H12, L01, T18)."""

from __future__ import annotations

from engine.views.case_indicators import indicators
from sim.targets import targets_sheet
from tests.acceptance.cases import DAY_S, HOUR_S, Cases


def test_three_words_are_three_shares() -> None:
    """Of four cases one waits, one is answered, one is solved and open for objection, one was reopened."""
    town = Cases()
    _, answered, solved, reopened = (town.reported(person) for person in ("per_1", "per_2", "per_3", "per_6"))
    town.taken(answered)
    town.solved(reopened)
    town.must("reporting.confirm_report", "resident:per_6", report=reopened)
    town.at += HOUR_S
    town.must("reporting.reopen_report", "resident:per_6", report=reopened)
    town.solved(solved)
    reports = town.engine.district.cases.reports.values()
    shown = indicators(reports, town.at, 4)
    assert (shown.answered.part, shown.resolved.part, shown.closed.part) == (3, 1, 0)
    assert shown.answered.whole == shown.resolved.whole == shown.closed.whole == 4
    town.at += 4 * DAY_S
    town.engine.advance(town.at)
    assert indicators(reports, town.at, 4).closed.part == 1, "nobody objected: the clock closes"
    town.close()


def test_the_published_share_is_compared_with_all_three() -> None:
    """99.8 % has no stated definition: the targets sheet sets each of the three beside it, none is built in."""
    simulated = {"answered_share": 0.9981, "resolved_share": 0.95, "closed_share": 0.99}
    rows = {row.key: row for row in targets_sheet(simulated, 1.0, whole=True)}
    for key, share in simulated.items():
        assert rows[key].published == 0.998
        assert rows[key].simulated == share
    nearest = min(simulated, key=lambda key: abs(rows[key].simulated - rows[key].published))  # type: ignore[operator]
    assert nearest == "answered_share"
