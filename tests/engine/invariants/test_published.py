"""Numbers that views publish are the ones that the invariants count from the log (H12)."""

from __future__ import annotations

import pytest

from engine import new_engine, seeded_salt
from engine.invariants import attach
from engine.invariants.machines import Machines
from engine.invariants.responses import Responses
from engine.views.board import response_counts
from engine.views.case_indicators import indicators
from engine.views.residents import by_grid, totals
from tests.engine.invariants.life import Life, lively


@pytest.mark.parametrize("seed", [11, 12])
def test_views_say_what_the_log_says(seed: int) -> None:
    """Indicators of cases, valid responses and bindings are those that the watchers counted from events alone."""
    engine = new_engine(lively(), salt=seeded_salt(seed))
    watchers = attach(engine)
    life = Life(seed, engine)
    life.live(1_200)
    watchers.whole()
    district = engine.district
    machines = next(each for each in watchers.watchers if isinstance(each, Machines))
    cases, bindings = machines.machines["report"], machines.machines["binding"]
    shown = indicators(district.cases.reports.values(), district.at, district.policy.reporting.good_stars)
    left_out = sum(map(cases.count, ("WITHDRAWN", "DUPLICATE", "REJECTED")))
    assert (shown.closed.part, shown.closed.whole) == (cases.count("CLOSED"), shown.submitted - left_out)
    assert shown.submitted == len(cases.states) - 1
    assert totals(district)["bindings"] == bindings.count("ACTIVE")
    assert sum(grid["bindings"] for grid in by_grid(district).values()) == bindings.count("ACTIVE")
    responses = next(each for each in watchers.watchers if isinstance(each, Responses))
    for questionnaire, sheet in responses.sheets.items():
        counts = response_counts(district, questionnaire)
        assert counts is not None
        assert counts.valid == sheet.valid
