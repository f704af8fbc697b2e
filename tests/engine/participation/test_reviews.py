"""Reviews of responses: out of the count and back, each award taken back at most once (F32, H14), and merges (H11)."""

from __future__ import annotations

import pytest

from engine.district.questionnaires import QUESTIONNAIRE_EDGES, RESPONSE_EDGES
from engine.kernel.units import DAY_S, civil_day, day_start
from engine.merging.persons import MergePersons
from engine.participation.questionnaires import CloseQuestionnaire, DraftQuestionnaire, OpenQuestionnaire
from engine.participation.responses import ReviseResponse
from engine.participation.reviews import InvalidateResponse, ValidateResponse
from engine.points.clawback import RevokeAward
from engine.views.board import ResponseCounts, response_counts
from engine.views.points import available, debt, moral
from tests.engine.participation.square import GOOD, Square, code, new_id, types


def purse(square: Square, person: str) -> tuple[int, int]:
    """Material and moral points of a person."""
    return available(square.district, person), moral(square.district, person)


def sweep(square: Square) -> None:
    """Fire what is due."""
    square.engine.advance(square.at)


def test_an_invalidated_response_gives_back_what_it_earned_once() -> None:
    """F32: earning of a rejected answer is taken back once, material and moral, and not a second time."""
    square = Square()
    qst = square.questionnaire()
    response = new_id(square.answer("per_1", qst))
    square.answer("per_2", qst)
    done = square.office(InvalidateResponse(response, "not_genuine"))
    assert types(done)[1:] == ["points.award_revoked", "points.award_revoked"]
    assert purse(square, "per_1") == (0, 0)
    assert purse(square, "per_2") == (2, 1), "the award behind it belongs to somebody else"
    assert code(square.office(InvalidateResponse(response, "not_genuine"))) == "RESPONSE_NOT_VALID"
    assert response_counts(square.district, qst) == ResponseCounts(1, {"not_genuine": 1})


def test_an_award_taken_back_before_is_left_alone() -> None:
    """T09: what an officer revoked already is not revoked again with the response."""
    square = Square()
    qst = square.questionnaire()
    done = square.answer("per_1", qst)
    assert square.office(RevokeAward(done.events[1].award)).ok  # type: ignore[attr-defined]
    back = square.office(InvalidateResponse(new_id(done), "not_genuine"))
    assert [each.ledger for each in back.events[1:]] == ["MO"]  # type: ignore[attr-defined]
    assert (purse(square, "per_1"), debt(square.district, "per_1")) == ((0, 0), 0)


def test_a_pending_award_is_cancelled() -> None:
    """Points that still wait are cancelled when the response is invalidated."""
    square = Square(points__rules__questionnaire__vest_delay_s=DAY_S)
    qst = square.questionnaire()
    back = square.office(InvalidateResponse(new_id(square.answer("per_1", qst)), "not_genuine"))
    assert types(back)[1:] == ["points.award_cancelled", "points.award_revoked"]


def test_a_response_put_back_earns_again() -> None:
    """F31, F32: an upheld objection gives back what was taken; the review is the fact, and one award stays in force."""
    square = Square()
    qst = square.questionnaire()
    response = new_id(square.answer("per_1", qst))
    for _ in range(2):
        square.office(InvalidateResponse(response, "not_genuine"))
        assert purse(square, "per_1") == (0, 0)
        back = square.office(ValidateResponse(response))
        assert {each.evidence for each in back.events[1:]} == {back.events[0].review}  # type: ignore[attr-defined]
        assert purse(square, "per_1") == (2, 1)
    assert response_counts(square.district, qst) == ResponseCounts(1, {"not_genuine": 0})


def test_a_response_judged_wrongly_at_once_may_be_put_into_the_count() -> None:
    """An officer may find a fast sheet valid; it earns what it did not earn before."""
    square = Square()
    qst = square.questionnaire()
    response = new_id(square.answer("per_1", qst, duration_s=1))
    assert square.office(ValidateResponse(response)).ok
    assert purse(square, "per_1") == (2, 1)
    assert code(square.office(ValidateResponse(response))) == "RESPONSE_IS_VALID"
    assert code(square.answer("per_1", qst)) == "QST_ALREADY_ANSWERED"


def test_a_unit_has_one_valid_response() -> None:
    """S21: a response is not put back where another valid one stands."""
    square = Square()
    qst = square.questionnaire()
    first = new_id(square.answer("per_1", qst, duration_s=1))
    second = square.answer("per_1", qst)
    back = square.office(ValidateResponse(first))
    assert code(back) == "QST_ALREADY_ANSWERED"
    assert back.details == {"response": new_id(second)}


def test_a_review_without_reward_moves_no_points() -> None:
    """A questionnaire that does not award takes nothing back and gives nothing."""
    square = Square()
    qst = square.questionnaire(rewarded=False)
    response = new_id(square.answer("per_1", qst))
    assert types(square.office(InvalidateResponse(response, "not_genuine"))) == ["participation.response_invalidated"]
    assert types(square.office(ValidateResponse(response))) == ["participation.response_validated"]


@pytest.mark.parametrize(("seconds", "answer"), [(-1, ""), (0, "RESPONSE_FINAL")])
def test_verdicts_are_final_on_the_second(seconds: int, answer: str) -> None:
    """A closed questionnaire's verdicts change until its final instant, half open; then only the counts stay."""
    square = Square(points__revocation_days=3)
    qst = square.questionnaire()
    square.at += DAY_S
    valid, fast = new_id(square.answer("per_1", qst)), new_id(square.answer("per_2", qst, duration_s=1))
    square.office(CloseQuestionnaire(qst))
    square.at = day_start(civil_day(square.at) + 4) + seconds
    assert code(square.office(InvalidateResponse(valid, "not_genuine"))) == answer
    assert code(square.office(ValidateResponse(fast))) == answer
    row = square.district.board.questionnaires[qst]
    assert (row.state, len(row.responses), row.valid) == (("CLOSED", 2, 1) if not answer else ("FINAL", 0, 1))


def test_a_response_with_final_awards_stays_valid() -> None:
    """H14: in a long questionnaire a response whose award can no longer be taken back cannot be taken out either."""
    square = Square(points__revocation_days=1)
    qst = square.questionnaire()
    response = new_id(square.answer("per_1", qst))
    square.at += 3 * DAY_S
    assert square.district.board.questionnaires[qst].state == "OPEN"
    assert code(square.office(InvalidateResponse(response, "not_genuine"))) == "RESPONSE_FINAL"
    revised = square.give(ReviseResponse(response, (1,) * 10, 30), "resident", "per_1")
    assert code(revised) == "RESPONSE_FINAL"
    assert purse(square, "per_1") == (2, 1)


def test_points_that_wait_long_do_not_outlive_the_verdict() -> None:
    """T09: while material points still wait, the moral ones may be final already; then the response stands."""
    square = Square(points__revocation_days=1, points__rules__questionnaire__vest_delay_s=5 * DAY_S)
    qst = square.questionnaire()
    response = new_id(square.answer("per_1", qst))
    square.at += 3 * DAY_S
    assert code(square.office(InvalidateResponse(response, "not_genuine"))) == "RESPONSE_FINAL"
    assert purse(square, "per_1") == (0, 1)


def test_a_merge_leaves_one_valid_response() -> None:
    """H11, S21: of two valid responses of one person one stays, and the other gives back its points right after."""
    square = Square()
    qst = square.questionnaire()
    gone = new_id(square.answer("per_4", qst))
    kept = new_id(square.answer("per_3", qst))
    assert square.office(MergePersons("per_4", "per_3")).ok
    assert purse(square, "per_3") == (4, 2), "the merge itself keeps every award"
    assert response_counts(square.district, qst) == ResponseCounts(1, {"duplicate": 1})
    sweep(square)
    assert purse(square, "per_3") == (2, 1)
    assert code(square.answer("per_3", qst)) == "QST_ALREADY_ANSWERED"
    assert code(square.office(ValidateResponse(gone))) == "QST_ALREADY_ANSWERED"
    assert square.office(InvalidateResponse(kept, "not_genuine")).ok
    assert square.office(ValidateResponse(gone)).ok
    assert purse(square, "per_3") == (2, 1)
    assert code(square.answer("per_3", qst)) == "QST_ALREADY_ANSWERED"


def test_a_merge_hands_the_answer_on() -> None:
    """H11: who answered under the row that went has answered; reviews and revisions find the person."""
    square = Square()
    qst = square.questionnaire()
    response = new_id(square.answer("per_4", qst))
    square.office(MergePersons("per_4", "per_3"))
    assert code(square.answer("per_3", qst)) == "QST_ALREADY_ANSWERED"
    assert square.give(ReviseResponse(response, GOOD, 9), "resident", "per_3").ok
    assert square.office(InvalidateResponse(response, "not_genuine")).ok
    assert purse(square, "per_3") == (0, 0)
    assert square.answer("per_3", qst).ok


def test_every_edge_of_a_questionnaire_and_no_other() -> None:
    """T01: each command in each state takes an edge of the table or is refused; the clock takes the last one."""
    seen = {("", "DRAFT")}
    for before in ("DRAFT", "OPEN", "CLOSED", "FINAL"):
        for verb in (OpenQuestionnaire, CloseQuestionnaire):
            square = Square()
            qst = new_id(square.office(DraftQuestionnaire(3, 3, square.at + 90 * DAY_S, rewarded=True)))
            rows = square.district.board.questionnaires
            if before != "DRAFT":
                square.office(OpenQuestionnaire(qst))
            if before in ("CLOSED", "FINAL"):
                square.office(CloseQuestionnaire(qst))
            if before == "FINAL":
                square.at += 60 * DAY_S
                sweep(square)
                seen.add(("CLOSED", rows[qst].state))
            done = square.office(verb(qst))
            if done.ok:
                seen.add((before, rows[qst].state))
            else:
                assert (code(done), rows[qst].state) == ("QST_BAD_STATE", before)
    assert seen == QUESTIONNAIRE_EDGES


def test_every_edge_of_a_response_and_no_other() -> None:
    """T01: each command on a valid or invalid response takes an edge of the table or is refused."""
    seen = set()
    verbs = {
        "revise": lambda each: ReviseResponse(each, GOOD, 9),
        "spoil": lambda each: ReviseResponse(each, (1,) * 10, 9),
        "invalidate": lambda each: InvalidateResponse(each, "not_genuine"),
        "validate": ValidateResponse,
    }
    for before, duration_s in (("VALID", 90), ("INVALID", 1)):
        for name, verb in verbs.items():
            square = Square()
            qst = square.questionnaire()
            response = new_id(square.answer("per_1", qst, duration_s=duration_s))
            row = square.district.board.questionnaires[qst].responses[response]
            seen.add(("", row.state))
            assert row.state == before
            actor = ("resident", "per_1") if name in ("revise", "spoil") else ("officer", "office")
            done = square.give(verb(response), *actor)
            if done.ok:
                seen.add((before, row.state))
            else:
                assert (code(done), row.state) == (
                    "RESPONSE_IS_VALID" if name == "validate" else "RESPONSE_NOT_VALID", before,
                )  # fmt: skip
    assert seen == RESPONSE_EDGES
