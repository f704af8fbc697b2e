"""F10 questionnaires: what is valid is stated, and what is not is counted by reason (S21, H14, L09)."""

from __future__ import annotations

import pytest

from tests.acceptance.wire import Wire

OFFICE = "officer:off_1"
DAY_S = 86_400
ITEMS = 10
GOOD = [1, 2] * (ITEMS // 2)


def opened(town: Wire) -> str:
    """The survey on livelihood projects: ten items, eight required, answered within a day."""
    terms = {"items": ITEMS, "required_items": 8, "closes_at": town.at + DAY_S, "rewarded": True, "unit": "person"}
    (drafted,) = town.must("participation.draft_questionnaire", OFFICE, **terms)
    town.must("participation.open_questionnaire", OFFICE, questionnaire=drafted.questionnaire)
    return str(drafted.questionnaire)


SHEETS: list[tuple[list[int], int, str]] = [
    (GOOD, 60, ""),
    (GOOD, 19, "too_fast"),
    ([1] * ITEMS, 60, "straight_line"),
    ([1, 2, 1, 0, 0, 0, 1, 2, 1, 2], 60, "incomplete"),
]


@pytest.mark.parametrize(("answers", "duration_s", "reason"), SHEETS, ids=["valid", "fast", "line", "gaps"])
def test_the_rule_of_validity_is_stated(answers: list[int], duration_s: int, reason: str) -> None:
    """A sheet is valid when complete, not too fast and no straight line; only a valid one earns."""
    town = Wire()
    sheet = {"person": "per_1", "questionnaire": opened(town), "answers": answers, "duration_s": duration_s}
    response, *earned = town.must("participation.submit_response", "resident:per_1", **sheet)
    assert (response.valid, response.reason) == (not reason, reason)
    assert bool(earned) is not bool(reason)
    town.close()


def test_rejects_are_counted_by_reason_and_a_second_answer_is_refused() -> None:
    """After closing the counts show each reason, and a person who had a valid answer has no second one."""
    town = Wire()
    survey = opened(town)
    for number, (answers, duration_s, _) in enumerate(SHEETS, start=1):
        sheet = {"person": f"per_{number}", "questionnaire": survey, "answers": answers, "duration_s": duration_s}
        town.must("participation.submit_response", f"resident:per_{number}", **sheet)
    again = {"person": "per_1", "questionnaire": survey, "answers": GOOD, "duration_s": 60}
    assert town.refused("participation.submit_response", "resident:per_1", **again) == "QST_ALREADY_ANSWERED"
    town.at += DAY_S
    counts = town.read("participation.questionnaire", OFFICE, questionnaire=survey)["counts"]
    assert counts == {"valid": 1, "invalid": {"incomplete": 1, "straight_line": 1, "too_fast": 1}}
    town.close()
