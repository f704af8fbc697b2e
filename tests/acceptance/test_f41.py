"""F41 lower cost of governing: a run without the platform is a view of the model, not a fact (L01, L02)."""

from __future__ import annotations

import pytest

from sim.outcomes import headline_outcomes
from sim.scenario import load_scenario
from tests.sim.lives import life
from wording import Wording

DAYS, SCALE = 60, 0.02


def test_quarrels_and_staff_hours_are_compared_with_a_run_without_the_platform() -> None:
    """Both runs meet the same people; without the platform no resident reports, and more quarrels are expected."""
    plain = life(scale=SCALE, days=DAYS).run
    off = life("platform_off", scale=SCALE, days=DAYS).run
    found, other = headline_outcomes(plain), headline_outcomes(off)
    assert found["bound_people"] == other["bound_people"]
    sources = {row.source for row in off.engine.district.cases.reports.values()}
    assert "resident" not in sources
    assert other["quarrels"] > found["quarrels"] > 0
    assert found["member_hours"] > 0
    assert other["member_hours"] > 0


@pytest.mark.parametrize(("lang", "said"), [("en", "not a fact"), ("zh", "并非事实")])
def test_it_is_stated_as_a_result_of_the_model(lang: str, said: str) -> None:
    """The scenario's title and the outcome's name say so, and every number that it turns is marked as assumed."""
    assert said in load_scenario("platform_off").title[lang]
    assert said in Wording(lang).text("report.outcome.quarrels")
    turned = [row for row in load_scenario("platform_off").provenance if row.path.startswith("behaviour.quarrels.")]
    assert {row.status for row in turned} == {"assumed"}
