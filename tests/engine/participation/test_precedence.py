"""Every answer of every command of participation, in the declared order: each row has the next one's fault too."""

from __future__ import annotations

import pytest

from engine import Command, digest
from engine.catalogue import COMMANDS
from engine.kernel.units import DAY_S
from engine.merging.persons import MergePersons
from engine.participation.news import ExplainArticle, PublishArticle, ReadArticle, WithdrawArticle
from engine.participation.questionnaires import CloseQuestionnaire, DraftQuestionnaire, OpenQuestionnaire
from engine.participation.responses import ReviseResponse, SubmitResponse
from engine.participation.reviews import InvalidateResponse, ValidateResponse
from engine.participation.votes import AnnulVote, CastBallot, ChangeBallot, CloseVote, DraftVote, OpenVote
from tests.engine.participation.gatherings import TABLE as GATHERINGS
from tests.engine.participation.square import GOOD, NOON, Square, code, new_id

LATE = NOON + 40 * DAY_S  # when the rows below are tried


def mess(*, change: bool) -> tuple[Square, dict[str, str]]:
    """A town with something in every state: rows merged, dead drafts, final responses. Names lead to ids."""
    square = Square(participation__ballot_change=change, points__revocation_days=10)
    square.bind("per_7", "dwl_2", "family")
    named: dict[str, str] = {"archived": new_id(square.office(PublishArticle("community")))}
    named["stale_vote"] = new_id(square.office(DraftVote(2, 1, "owner", NOON + DAY_S, 0, "ordinary")))
    named["owners_vote"] = new_id(square.office(DraftVote(2, 1, "owner", LATE + DAY_S, 0, "ordinary")))
    named["stale_qst"] = new_id(square.office(DraftQuestionnaire(2, 1, NOON + DAY_S, rewarded=True)))
    named["retired"] = new_id(square.answer("per_1", square.questionnaire()))
    long = new_id(square.office(DraftQuestionnaire(10, 8, LATE + DAY_S, rewarded=True)))
    square.office(OpenQuestionnaire(long))
    named["final"] = new_id(square.answer("per_1", long))
    square.office(MergePersons("per_7", "per_3"))
    square.at = LATE
    named["read"] = new_id(square.office(PublishArticle("community")))
    square.resident(ReadArticle("per_1", named["read"]))
    named["withdrawn"] = new_id(square.office(PublishArticle("community")))
    square.office(WithdrawArticle(named["withdrawn"]))
    named["vote"] = square.vote()
    square.cast("per_1", named["vote"], 0)
    named["tallied"] = square.vote()
    square.office(CloseVote(named["tallied"]))
    named["annulled"] = square.vote()
    square.office(AnnulVote(named["annulled"]))
    return square, named | answered(square)


def answered(square: Square) -> dict[str, str]:
    """Questionnaires and responses of every kind that still has a row."""
    named = {"qst": square.questionnaire(), "home_qst": square.questionnaire(unit="household")}
    named["valid"] = new_id(square.answer("per_1", named["qst"]))
    named["invalid"] = new_id(square.answer("per_2", named["qst"], duration_s=1))
    named["second_try"] = new_id(square.answer("per_4", named["qst"], duration_s=1))
    square.answer("per_4", named["qst"])
    named["closed_qst"] = square.questionnaire()
    named["closed_invalid"] = new_id(square.answer("per_1", named["closed_qst"], duration_s=1))
    square.office(CloseQuestionnaire(named["closed_qst"]))
    return named


TABLE: dict[type[Command], list[tuple[tuple[object, ...], str]]] = {
    PublishArticle: [],
    WithdrawArticle: [(("art_9",), "ARTICLE_NOT_FOUND"), (("withdrawn",), "ARTICLE_WITHDRAWN")],
    ReadArticle: [
        (("per_9", "art_9"), "PERSON_NOT_FOUND"),
        (("per_7", "art_9"), "ARTICLE_NOT_FOUND"),
        (("per_7", "withdrawn"), "PERSON_MERGED"),
        (("per_6", "withdrawn"), "PERSON_NOT_BOUND"),
        (("per_1", "withdrawn"), "ARTICLE_WITHDRAWN"),
        (("per_1", "archived"), "ARTICLE_ARCHIVED"),
        (("per_1", "read"), "ARTICLE_ALREADY_READ"),
    ],
    ExplainArticle: [
        (("per_9", "art_9"), "PERSON_NOT_FOUND"),
        (("per_7", "art_9"), "ARTICLE_NOT_FOUND"),
        (("per_7", "withdrawn"), "PERSON_MERGED"),
        (("per_1", "withdrawn"), "ARTICLE_WITHDRAWN"),
        (("per_1", "archived"), "ARTICLE_ARCHIVED"),
        (("per_1", "read"), "ARTICLE_ALREADY_READ"),
    ],
    DraftVote: [
        ((2, 3, "person", LATE, 0, "major"), "VOTE_BAD_TERMS"),
        ((2, 1, "person", LATE, 0, "major"), "VOTE_BAD_MATTER"),
        ((2, 1, "owner", LATE, 0, "major"), "VOTE_CLOSES_IN_PAST"),
    ],
    OpenVote: [
        (("vot_9",), "VOTE_NOT_FOUND"),
        (("tallied",), "VOTE_BAD_STATE"),
        (("stale_vote",), "VOTE_CLOSES_IN_PAST"),
        (("owners_vote",), "VOTE_NO_AREA"),
    ],
    CastBallot: [
        (("per_9", "vot_9", ()), "PERSON_NOT_FOUND"),
        (("per_7", "vot_9", ()), "VOTE_NOT_FOUND"),
        (("per_7", "tallied", ()), "PERSON_MERGED"),
        (("per_6", "tallied", ()), "VOTE_NOT_OPEN"),
        (("per_6", "vote", ()), "VOTE_NOT_ELIGIBLE"),
        (("per_1", "vote", ()), "VOTE_ALREADY_CAST"),
        (("per_2", "vote", ()), "VOTE_BAD_CHOICE"),
    ],
    ChangeBallot: [
        (("per_9", "vot_9", ()), "PERSON_NOT_FOUND"),
        (("per_7", "vot_9", ()), "VOTE_NOT_FOUND"),
        (("per_7", "tallied", ()), "PERSON_MERGED"),
        (("per_6", "tallied", ()), "VOTE_NOT_OPEN"),
        (("per_6", "vote", ()), "VOTE_NOT_ELIGIBLE"),
        (("per_2", "vote", ()), "VOTE_CHANGE_OFF"),
        (("per_2", "vote", ()), "VOTE_NO_BALLOT"),
        (("per_1", "vote", ()), "VOTE_BAD_CHOICE"),
    ],
    CloseVote: [(("vot_9",), "VOTE_NOT_FOUND"), (("tallied",), "VOTE_BAD_STATE")],
    AnnulVote: [(("vot_9",), "VOTE_NOT_FOUND"), (("annulled",), "VOTE_BAD_STATE")],
    DraftQuestionnaire: [
        ((2, 3, LATE, True), "QST_BAD_TERMS"),
        ((2, 2, LATE, True), "QST_CLOSES_IN_PAST"),
    ],
    OpenQuestionnaire: [
        (("qst_9",), "QUESTIONNAIRE_NOT_FOUND"),
        (("closed_qst",), "QST_BAD_STATE"),
        (("stale_qst",), "QST_CLOSES_IN_PAST"),
    ],
    CloseQuestionnaire: [(("qst_9",), "QUESTIONNAIRE_NOT_FOUND"), (("closed_qst",), "QST_BAD_STATE")],
    SubmitResponse: [
        (("per_9", "qst_9", (), 0), "PERSON_NOT_FOUND"),
        (("per_7", "qst_9", (), 0), "QUESTIONNAIRE_NOT_FOUND"),
        (("per_7", "closed_qst", (), 0), "PERSON_MERGED"),
        (("per_6", "closed_qst", (), 0), "PERSON_NOT_BOUND"),
        (("per_5", "closed_qst", (), 0), "QST_NOT_OPEN"),
        (("per_5", "home_qst", (), 0), "QST_NO_HOUSEHOLD"),
        (("per_1", "qst", (), 0), "QST_ALREADY_ANSWERED"),
        (("per_5", "qst", (), 0), "QST_BAD_SHEET"),
    ],
    ReviseResponse: [
        (("rsp_9", (), 0), "RESPONSE_NOT_FOUND"),
        (("retired", (), 0), "RESPONSE_FINAL"),
        (("closed_invalid", (), 0), "QST_NOT_OPEN"),
        (("invalid", (), 0), "RESPONSE_NOT_VALID"),
        (("valid", (), 0), "QST_BAD_SHEET"),
    ],
    InvalidateResponse: [
        (("rsp_9", "not_genuine"), "RESPONSE_NOT_FOUND"),
        (("final", "not_genuine"), "RESPONSE_FINAL"),
        (("invalid", "not_genuine"), "RESPONSE_NOT_VALID"),
    ],
    ValidateResponse: [
        (("rsp_9",), "RESPONSE_NOT_FOUND"),
        (("retired",), "RESPONSE_FINAL"),
        (("valid",), "RESPONSE_IS_VALID"),
        (("second_try",), "QST_ALREADY_ANSWERED"),
    ],
}
ROWS = [(kind, values, answer) for kind, rows in TABLE.items() for values, answer in rows]


def who_gives(square: Square, command: Command) -> tuple[str, str]:
    """An actor who may give the command."""
    if "resident" not in command.actors:
        return ("grid", "wkr_1") if "grid" in command.actors else ("officer", "office")
    named = getattr(command, "person", None)
    if named is None:
        rows = square.district.board.questionnaires.values()
        found = [each.responses[command.response] for each in rows if command.response in each.responses]  # type: ignore[attr-defined]
        named = found[0].person if found else "per_1"
    return "resident", named


@pytest.mark.parametrize(("kind", "values", "answer"), ROWS, ids=lambda value: getattr(value, "type", None))
def test_the_earlier_code_answers_and_nothing_changes(
    kind: type[Command], values: tuple[object, ...], answer: str
) -> None:
    """A9, T02: of several reasons the one declared first is given, and the state stays as it was."""
    square, named = mess(change=answer != "VOTE_CHANGE_OFF")
    command = kind(*[named.get(value, value) if isinstance(value, str) else value for value in values])
    before = digest(square.district)
    done = square.give(command, *who_gives(square, command))
    assert code(done) == answer
    assert digest(square.district) == before


def test_the_table_holds_every_code_in_order() -> None:
    """Each command of the subject stands in the table with exactly the codes that it declares, in their order."""
    ours = [kind for kind in COMMANDS if kind.type.startswith("participation.") and kind not in GATHERINGS]
    declared = {kind: [each.name for each in kind.codes] for kind in ours}
    assert {kind: [answer for _, answer in rows] for kind, rows in TABLE.items()} == declared
    for kind in declared:
        classes = [each.precedence for each in kind.codes]
        assert classes == sorted(classes), f"{kind.type} declares a code before one of an earlier class"


@pytest.mark.parametrize("kind", [kind for kind in TABLE if "resident" in kind.actors], ids=lambda kind: kind.type)
def test_residents_act_for_themselves(kind: type[Command]) -> None:
    """Whoever acts for somebody else is refused, before anything is looked up; so is every other kind of actor."""
    square, named = mess(change=True)
    values = {
        ReadArticle: ("per_2", named["read"]),
        CastBallot: ("per_2", named["vote"], (0,)),
        ChangeBallot: ("per_2", named["vote"], (0,)),
        SubmitResponse: ("per_5", named["qst"], GOOD, 60),
        ReviseResponse: (named["valid"], GOOD, 60),
    }[kind]
    for actor in (("resident", "per_4"), ("grid", "wkr_1"), ("merchant", "mer_1"), ("officer", "office")):
        assert code(square.give(kind(*values), *actor)) == "FORBIDDEN"


@pytest.mark.parametrize("kind", [kind for kind in TABLE if "officer" in kind.actors], ids=lambda kind: kind.type)
def test_only_the_office_runs_the_board(kind: type[Command]) -> None:
    """Residents, grid members and merchants neither publish nor open, close, annul or judge."""
    square = Square()
    arity = len(kind.__dataclass_fields__)  # type: ignore[attr-defined]
    for actor in (("resident", "per_1"), ("grid", "wkr_1"), ("merchant", "mer_1")):
        assert code(square.give(kind(*[0] * arity), *actor)) == "FORBIDDEN"
