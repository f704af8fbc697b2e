"""Responses: the validity rule, counts by reason, one valid response a unit, what it earns (F10, F32)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.binding.moving import EndBinding
from engine.district.questionnaires import Questionnaire
from engine.participation.questionnaires import CloseQuestionnaire
from engine.participation.responses import ReviseResponse, judged
from engine.policy import ParticipationPolicy
from engine.views.board import ResponseCounts, may_still_answer, open_questionnaires, response_counts
from engine.views.points import available, moral
from tests.engine.participation.square import GOOD, Square, code, new_id, types

RULE = ParticipationPolicy(least_answer_s=20, straight_line_items=8)
SHEET = Questionnaire("qst_1", 10, 8, 9, rewarded=True, unit="person")


@pytest.mark.parametrize(
    ("answers", "duration_s", "reason"),
    [
        (GOOD, 20, ""),
        (GOOD, 19, "too_fast"),
        ((0, 0, *GOOD[2:]), 20, ""),
        ((0, 0, 0, *GOOD[3:]), 20, "incomplete"),
        ((0, 0, 0, *GOOD[3:]), 19, "incomplete"),  # what is missing is said before how fast it went
        ((4,) * 10, 20, "straight_line"),
        ((4,) * 10, 19, "too_fast"),
        ((0, 0, *(4,) * 8), 20, "straight_line"),
        ((3, *(4,) * 9), 20, ""),
        ((4,) * 9 + (5,), 20, ""),
        ((0,) * 10, 90, "incomplete"),
    ],
)
def test_a_sheet_is_judged_by_the_first_reason_that_applies(
    answers: tuple[int, ...], duration_s: int, reason: str
) -> None:
    """F10: complete, not too fast, not all the same; the earlier reason is the one that counts."""
    assert judged(SHEET, answers, duration_s, RULE) == reason


def test_a_short_sheet_may_have_equal_answers() -> None:
    """Three equal answers on a sheet of three say nothing about care."""
    sheet = Questionnaire("qst_1", 3, 3, 9, rewarded=True, unit="person")
    assert judged(sheet, (2, 2, 2), 30, RULE) == ""


@given(
    answers=st.lists(st.integers(0, 3), min_size=10, max_size=10).map(tuple),
    required=st.integers(0, 10),
    duration_s=st.integers(0, 60),
)
def test_the_verdict_is_the_stated_rule(answers: tuple[int, ...], required: int, duration_s: int) -> None:
    """F10: a sheet is valid exactly if enough is answered, slowly enough, and a long sheet is not all the same."""
    sheet = Questionnaire("qst_1", 10, required, 9, rewarded=True, unit="person")
    given_answers = [answer for answer in answers if answer]
    straight = len(given_answers) >= 8 and len(set(given_answers)) == 1
    valid = len(given_answers) >= required and duration_s >= 20 and not straight
    assert (judged(sheet, answers, duration_s, RULE) == "") == valid


def test_valid_and_invalid_are_counted_by_reason() -> None:
    """F10: valid answers are counted, and the others by reason; an invalid one leaves the way free for another try."""
    square = Square()
    qst = square.questionnaire()
    for answers, duration_s in ((GOOD, 3), ((0,) * 10, 60), ((1,) * 10, 60), (GOOD, 4)):
        tried = square.answer("per_1", qst, answers, duration_s)
        assert types(tried) == ["participation.response_submitted"], "an invalid sheet earns nothing"
    assert may_still_answer(square.district, qst, "per_1")
    assert square.answer("per_1", qst).ok
    assert not may_still_answer(square.district, qst, "per_1")
    assert code(square.answer("per_1", qst)) == "QST_ALREADY_ANSWERED"
    assert response_counts(square.district, qst) == ResponseCounts(
        1, {"incomplete": 1, "straight_line": 1, "too_fast": 2}
    )
    assert response_counts(square.district, "qst_none") is None


def test_a_valid_response_earns_material_and_moral_points() -> None:
    """F32, L09: two entries at once, each citing the response; without a reward there are none."""
    square = Square()
    rewarded, plain = square.questionnaire(), square.questionnaire(rewarded=False)
    done = square.answer("per_1", rewarded)
    assert types(done)[1:] == ["points.award_granted", "points.award_granted"]
    assert [(each.rule, each.ledger, each.evidence) for each in done.events[1:]] == [  # type: ignore[attr-defined]
        ("questionnaire", "MP", new_id(done)), ("questionnaire_moral", "MO", new_id(done)),
    ]  # fmt: skip
    assert types(square.answer("per_1", plain)) == ["participation.response_submitted"]
    assert (available(square.district, "per_1"), moral(square.district, "per_1")) == (2, 1)


def test_a_response_stands_when_a_cap_withholds_its_points() -> None:
    """F32: beyond the daily cap the answer still counts; the material entry says why it is withheld."""
    square = Square(points__material_daily_cap=2)
    first, second = square.questionnaire(), square.questionnaire()
    square.answer("per_1", first)
    done = square.answer("per_1", second)
    assert types(done)[1:] == ["points.award_withheld", "points.award_granted"]
    assert square.district.board.questionnaires[second].valid == 1
    assert (available(square.district, "per_1"), moral(square.district, "per_1")) == (2, 2)


def test_a_repeat_of_a_submission_is_answered_and_not_counted() -> None:
    """H04: the same key gives the same answer; the questionnaire counts one."""
    square = Square()
    qst = square.questionnaire()
    at = square.at
    first = square.answer("per_1", qst)
    repeat = square.engine.execute(first.by)
    assert repeat is first
    assert square.at == at
    assert square.district.board.questionnaires[qst].valid == 1


@pytest.mark.parametrize(("seconds", "answer"), [(-1, ""), (0, "QST_NOT_OPEN")])
def test_a_questionnaire_closes_on_the_second(seconds: int, answer: str) -> None:
    """An answer counts until closing time, half open."""
    square = Square()
    qst = square.questionnaire()
    square.at = square.district.board.questionnaires[qst].closes_at + seconds
    assert code(square.answer("per_1", qst)) == answer
    assert open_questionnaires(square.district) == ((qst,) if seconds < 0 else ())


def test_closing_early_cancels_the_deadline() -> None:
    """A questionnaire closed by an officer is not closed again by the clock."""
    square = Square()
    qst = square.questionnaire()
    assert square.office(CloseQuestionnaire(qst)).ok
    assert code(square.answer("per_1", qst)) == "QST_NOT_OPEN"
    waiting = [(kind, ids) for _, kind, ids in square.district.deadlines.rows()]
    assert waiting == [("questionnaire_final", [qst])]


def test_only_bound_persons_answer() -> None:
    """F01: who is not bound is refused, and so is who has moved away."""
    square = Square()
    qst = square.questionnaire()
    assert code(square.answer("per_6", qst)) == "PERSON_NOT_BOUND"
    square.office(EndBinding(square.district.residents.persons["per_4"].home, "moved"))
    assert code(square.answer("per_4", qst)) == "PERSON_NOT_BOUND"
    assert not may_still_answer(square.district, qst, "per_4")


def test_a_household_answers_once() -> None:
    """F10, S21: the second member's sheet is a duplicate that earns nothing; the first member gets a rejection."""
    square = Square()
    qst = square.questionnaire(unit="household")
    assert square.answer("per_1", qst).ok
    second = square.answer("per_2", qst)
    assert [(each.valid, each.reason) for each in second.events] == [(False, "duplicate")]  # type: ignore[attr-defined]
    assert code(square.answer("per_1", qst)) == "QST_ALREADY_ANSWERED"
    assert code(square.answer("per_5", qst)) == "QST_NO_HOUSEHOLD"
    assert not may_still_answer(square.district, qst, "per_2")
    assert response_counts(square.district, qst) == ResponseCounts(1, {"duplicate": 1})


def test_a_sheet_has_one_answer_an_item() -> None:
    """A sheet of another length is refused and counted nowhere."""
    square = Square()
    qst = square.questionnaire()
    for answers in (GOOD[:-1], (*GOOD, 1), ()):
        assert code(square.answer("per_1", qst, answers)) == "QST_BAD_SHEET"
    assert response_counts(square.district, qst) == ResponseCounts(0, {})


def revise(square: Square, response: str, answers: tuple[int, ...] = GOOD, duration_s: int = 5) -> str:
    """The answer to a revision by per_1."""
    return code(square.give(ReviseResponse(response, answers, duration_s), "resident", "per_1"))


def test_a_revision_is_judged_as_a_whole() -> None:
    """A quick small change stays valid since both times add up; it earns nothing more."""
    square = Square()
    qst = square.questionnaire()
    response = new_id(square.answer("per_1", qst, duration_s=30))
    assert revise(square, response, (2, *GOOD[1:])) == ""
    assert square.district.board.questionnaires[qst].responses[response].duration_s == 35
    assert available(square.district, "per_1") == 2
    assert response_counts(square.district, qst) == ResponseCounts(1, {})


def test_a_revision_that_is_not_valid_loses_its_points() -> None:
    """F32: what a response earned goes when it stops being valid; a new sheet may then earn."""
    square = Square()
    qst = square.questionnaire()
    response = new_id(square.answer("per_1", qst))
    assert revise(square, response, (1,) * 10) == ""
    assert (available(square.district, "per_1"), moral(square.district, "per_1")) == (0, 0)
    assert revise(square, response) == "RESPONSE_NOT_VALID"
    assert square.answer("per_1", qst).ok
    assert (available(square.district, "per_1"), moral(square.district, "per_1")) == (2, 1)
    assert response_counts(square.district, qst) == ResponseCounts(1, {"straight_line": 1})


def test_a_revision_of_somebody_else_is_forbidden() -> None:
    """Only who handed a sheet in revises it; an unknown one is not found."""
    square = Square()
    qst = square.questionnaire()
    response = new_id(square.answer("per_2", qst))
    assert revise(square, response) == "FORBIDDEN"
    assert revise(square, "rsp_99999999") == "RESPONSE_NOT_FOUND"
