"""F20 show health code: derived from test, exposure and risk area by a table; expiry shown (P01, P04)."""

from __future__ import annotations

import pytest

from tests.acceptance.ward import AREA, DAY_S, DOCTOR, HOUR_S, OFFICE, Ward, resident


def test_a_resident_shows_the_code_with_its_expiry() -> None:
    """Green; yellow after a stay in an area of medium risk; green while a negative test holds; red once exposed."""
    town = Ward()
    assert town.code(1)["colour"] == "GREEN"
    town.must("epidemic.set_risk_level", OFFICE, area=AREA, level="medium", from_at=town.at)
    town.must("epidemic.declare_travel", resident(1), person="per_1", origin=AREA, left_at=town.at)
    assert town.code(1) == {
        "colour": "YELLOW",
        "test": "none",
        "exposed": False,
        "area": "medium",
        "expires_at": town.at + 14 * DAY_S,
    }
    town.must("epidemic.record_result", DOCTOR, person="per_1", sample_at=town.at, result="negative")
    shown = town.code(1)
    assert (shown["colour"], shown["test"], shown["expires_at"]) == ("GREEN", "negative", town.at + 48 * HOUR_S)
    town.at += 48 * HOUR_S
    assert town.code(1)["colour"] == "YELLOW", "from its last second on the test no longer counts"
    entered, *_ = town.must("epidemic.check_in", resident(1), person="per_1", place="market")
    town.must("epidemic.judge_exposure", DOCTOR, person="per_1", check_in=entered.check_in, verdict="close_contact")
    assert town.code(1)["colour"] == "RED"
    town.close()


@pytest.mark.parametrize("actor", ["resident:per_2", "grid:wkr_1", "merchant:mer_1", "officer:off_1"])
def test_nobody_else_sees_it(actor: str) -> None:
    """The code is the person's to show, and the family doctor's to see."""
    town = Ward()
    assert town.read_refused("epidemic.health_code", actor, person="per_1") == "FORBIDDEN"
    assert town.read("epidemic.health_code", DOCTOR, person="per_1")["colour"] == "GREEN"


def test_off_unless_a_policy_switches_it_on_with_an_end_date() -> None:
    """Without a last day nobody has a code; after it nobody has one any more, and nothing is left."""
    assert Ward(last_day="").read_refused("epidemic.health_code", resident(1), person="per_1") == "FORBIDDEN"
    town = Ward()
    town.must("epidemic.record_result", DOCTOR, person="per_1", sample_at=town.at, result="positive")
    town.at = town.end - 1
    assert town.code(1)["expires_at"] == town.end
    town.at = town.end
    assert town.read_refused("epidemic.health_code", resident(1), person="per_1") == "FORBIDDEN"
    assert town.values() == []
    town.close()
