"""F24 risk-area query: a level changes by date, and a question about an instant gets the level valid then (P01)."""

from __future__ import annotations

from tests.acceptance.ward import AREA, DAY_S, OFFICE, Ward, resident


def test_the_level_of_an_instant_is_the_one_valid_then() -> None:
    """Medium today, high from tomorrow, low again in a week: each day is answered by its own level."""
    town = Ward()
    today = town.at
    for days, level in ((0, "medium"), (1, "high"), (7, "low")):
        town.must("epidemic.set_risk_level", OFFICE, area=AREA, level=level, from_at=today + days * DAY_S)
    instants = {-1: {}, 0: {AREA: "medium"}, DAY_S - 1: {AREA: "medium"}, DAY_S: {AREA: "high"}, 7 * DAY_S: {}}
    for actor in (resident(1), "merchant:mer_1", "grid:wkr_1"):
        for later_s, expected in instants.items():
            assert town.read("epidemic.risk_areas", actor, at=today + later_s) == expected
    town.close()


def test_the_past_is_not_rewritten() -> None:
    """A level is set from now or a later instant on, by an officer."""
    town = Ward()
    said = {"area": AREA, "level": "high"}
    assert town.refused("epidemic.set_risk_level", OFFICE, **said, from_at=town.at - 1) == "EPI_IN_PAST"
    assert town.refused("epidemic.set_risk_level", resident(1), **said, from_at=town.at) == "FORBIDDEN"
    town.close()
