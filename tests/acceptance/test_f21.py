"""F21 travel declaration: a risk area within 14 days changes the health code; nothing is kept too long (P02)."""

from __future__ import annotations

import pytest

from tests.acceptance.ward import AREA, DAY_S, OFFICE, Ward, resident


@pytest.mark.parametrize(
    ("ago_days", "colour"), [(0, "RED"), (13, "RED"), (14, "GREEN")], ids=["today", "13 days ago", "14 days ago"]
)
def test_a_stay_in_a_risk_area_counts_for_fourteen_days(ago_days: int, colour: str) -> None:
    """Who left an area of high risk less than fourteen days ago is red, afterwards green."""
    town = Ward()
    town.must("epidemic.set_risk_level", OFFICE, area=AREA, level="high", from_at=town.at)
    left_at = town.at
    town.at += ago_days * DAY_S
    town.must("epidemic.declare_travel", resident(1), person="per_1", origin=AREA, left_at=left_at)
    assert town.code(1)["colour"] == colour
    town.close()


def test_no_declaration_is_kept_past_its_days() -> None:
    """Thirty days after the day of the declaration neither its row nor its area is left, in state or vault."""
    town = Ward()
    town.must("epidemic.declare_travel", resident(1), person="per_1", origin=AREA, left_at=town.at)
    assert town.values() == [AREA]
    town.at += 30 * DAY_S
    town.code(1)
    assert town.values() == [AREA]
    town.at += DAY_S
    town.code(1)
    assert town.values() == []
    assert town.engine.district.epidemic.travels == {}
    town.close()


def test_a_declaration_is_the_traveller_s_own() -> None:
    """Nobody declares for somebody else, and nobody declares a stay that is still to come."""
    town = Ward()
    stay = {"person": "per_1", "origin": AREA}
    assert town.refused("epidemic.declare_travel", resident(2), **stay, left_at=town.at) == "FORBIDDEN"
    assert town.refused("epidemic.declare_travel", resident(1), **stay, left_at=town.at + 1) == "EPI_IN_FUTURE"
