"""F32 earning: an act never earns twice, daily caps, rejected answers give back once, two entries an act (T22)."""

from __future__ import annotations

from tests.acceptance.wire import Wire

OFFICE, DAY_S = "officer:off_1", 86_400


def balance(town: Wire, person: str) -> tuple[int, int]:
    """Material and moral points of a person."""
    shown = town.read("points.balance", OFFICE, person=person)
    return shown["available"] - shown["debt"], shown["moral"]


def test_an_act_earns_material_and_moral_points_once() -> None:
    """A service is told twice: two entries the first time, none the second time."""
    town = Wire()
    for rule in ("service", "service_moral"):
        fact = {"person": "per_1", "rule": rule, "evidence": "ev_shift-1"}
        town.must("points.grant_award", OFFICE, **fact)
        assert town.refused("points.grant_award", OFFICE, **fact) == "POINTS_EVIDENCE_USED"
        assert town.refused("points.grant_award", OFFICE, **{**fact, "person": "per_2"}) == "POINTS_EVIDENCE_USED"
    assert balance(town, "per_1") == (10, 5)
    town.close()


def test_a_day_has_a_cap_and_the_next_one_begins_at_midnight() -> None:
    """Three services fill the day's 30 points; the fourth is refused and uses nothing up; tomorrow it earns."""
    town = Wire()
    for number in range(3):
        town.must("points.grant_award", OFFICE, person="per_1", rule="service", evidence=f"ev_{number}")
    fourth = {"person": "per_1", "rule": "service", "evidence": "ev_4"}
    assert town.refused("points.grant_award", OFFICE, **fourth) == "POINTS_DAILY_CAP"
    town.at += DAY_S
    town.must("points.grant_award", OFFICE, **fourth)
    assert balance(town, "per_1") == (40, 0)
    town.close()


def test_what_a_rejected_answer_earned_is_taken_back_once() -> None:
    """A questionnaire earns by two rules; the answer turns out not to be genuine; both go back, and only once."""
    town = Wire()
    drafted, *_ = town.must(
        "participation.draft_questionnaire", OFFICE,
        items=3, required_items=2, closes_at=town.at + 5 * DAY_S, rewarded=True,
    )  # fmt: skip
    sheet = drafted.questionnaire
    town.must("participation.open_questionnaire", OFFICE, questionnaire=sheet)
    answer = {"person": "per_1", "questionnaire": sheet, "answers": (1, 2, 3), "duration_s": 60}
    answered, *earned = town.must("participation.submit_response", "resident:per_1", **answer)
    assert [each.ledger for each in earned] == ["MP", "MO"]
    assert balance(town, "per_1") == (2, 1)
    town.must("participation.invalidate_response", OFFICE, response=answered.response, reason="not_genuine")
    assert balance(town, "per_1") == (0, 0)
    again = town.refused("participation.invalidate_response", OFFICE, response=answered.response, reason="not_genuine")
    assert again == "RESPONSE_NOT_VALID"
    for award in earned:
        assert town.refused("points.revoke_award", OFFICE, award=award.award) == "POINTS_ALREADY_REVOKED"
    town.close()
