"""F12 snapshot praise of good deeds: not of oneself, nor by the own household; points once a deed (T22, S11)."""

from __future__ import annotations

from tests.acceptance.wire import Wire

OFFICE = "officer:off_1"


def praise(person: str, praised: str) -> dict[str, object]:
    """What somebody says of somebody."""
    return {"person": person, "praised": praised, "grid": "grd_1", "text": "cleared the snow for everybody"}


def test_oneself_and_the_own_household_are_refused() -> None:
    """per_1 and per_2 live together."""
    town = Wire()
    assert town.refused("reporting.submit_praise", "resident:per_1", **praise("per_1", "per_1")) == "PRS_SELF"
    refused = town.refused("reporting.submit_praise", "resident:per_1", **praise("per_1", "per_2"))
    assert refused == "PRS_SAME_HOUSEHOLD"
    town.close()


def test_the_praised_person_gets_moral_points_once_a_deed() -> None:
    """Verified and published, the deed earns; publishing again is refused and earns nothing more."""
    town = Wire()
    submitted, *_ = town.must("reporting.submit_praise", "resident:per_1", **praise("per_1", "per_3"))
    assert town.refused("reporting.publish_praise", OFFICE, praise=submitted.praise) == "PRS_BAD_STATE"
    town.must("reporting.verify_praise", OFFICE, praise=submitted.praise, ok=True)
    town.must("reporting.publish_praise", OFFICE, praise=submitted.praise)
    earned = town.read("points.balance", OFFICE, person="per_3")["moral"]
    assert earned == town.engine.district.policy.points.rules["praised_moral"].points > 0
    assert town.refused("reporting.publish_praise", OFFICE, praise=submitted.praise) == "PRS_BAD_STATE"
    refused = town.refused(
        "points.grant_award", OFFICE, person="per_3", rule="praised_moral", evidence=submitted.praise
    )
    assert refused == "POINTS_EVIDENCE_USED"
    assert town.read("points.balance", OFFICE, person="per_3")["moral"] == earned
    town.close()
