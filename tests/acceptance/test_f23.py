"""F23 test results: for the person, the family doctor, a minor's guardian, nobody else; every look logged (P03)."""

from __future__ import annotations

import pytest

from tests.acceptance.ward import DAY_S, DOCTOR, OFFICE, Ward, resident


def family() -> Ward:
    """per_2 is a minor whose guardian is per_1, and was tested."""
    town = Ward()
    town.must("epidemic.record_result", DOCTOR, person="per_2", sample_at=town.at, result="negative")
    town.must("epidemic.register_guardian", "grid:wkr_1", person="per_2", guardian="per_1", until=town.at + 30 * DAY_S)
    return town


@pytest.mark.parametrize("actor", [resident(2), resident(1), DOCTOR], ids=["person", "guardian", "doctor"])
def test_those_whom_it_concerns_see_a_result(actor: str) -> None:
    """After a reading that stands in the log the result is shown."""
    town = family()
    sampled_at = town.at
    (reading,) = town.must("epidemic.read_results", actor, person="per_2")
    assert f"{reading.asker}:{reading.who}" == actor
    shown = town.read("epidemic.results", actor, person="per_2")
    assert shown == [{"sample_at": sampled_at, "result": "negative"}]
    town.close()


@pytest.mark.parametrize("actor", [resident(3), "grid:wkr_1", "grid:wkr_2", "merchant:mer_1", OFFICE])
def test_nobody_else_does(actor: str) -> None:
    """A neighbour, a community worker, a merchant and an office get neither a reading nor an answer."""
    town = family()
    assert town.refused("epidemic.read_results", actor, person="per_2") == "FORBIDDEN"
    assert town.read_refused("epidemic.results", actor, person="per_2") == "FORBIDDEN"
    town.close()


def test_a_guardian_sees_a_minor_s_and_only_until_the_minor_is_of_age() -> None:
    """The guardian's sight ends at its instant, and never reaches another person."""
    town = family()
    assert town.refused("epidemic.read_results", resident(1), person="per_3") == "FORBIDDEN"
    town.at += 30 * DAY_S - 1
    town.must("epidemic.read_results", resident(1), person="per_2")
    town.at += 1
    assert town.refused("epidemic.read_results", resident(1), person="per_2") == "FORBIDDEN"
    assert town.read_refused("epidemic.results", resident(1), person="per_2") == "FORBIDDEN"
    town.close()
