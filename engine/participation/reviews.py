"""Reviews: an officer takes a response out of the count, or puts it back; points follow, each award at most once (F32).

An award is given right behind the response that earned it, so its number follows that of the last award before: no
index from responses to awards has to be kept. A response put back earns with the review as its evidence, since the
response itself has earned before and the same fact never earns twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.district.points import AwardGranted
from engine.district.questionnaires import Questionnaire, Reason, Response, ResponseInvalidated, ResponseValidated
from engine.kernel.command import Command, Envelope, anyone, command
from engine.kernel.event import Event
from engine.kernel.ids import ID_DIGITS, ResponseId
from engine.kernel.rejection import Rejected
from engine.participation.codes import (
    QST_ALREADY_ANSWERED,
    RESPONSE_FINAL,
    RESPONSE_IS_VALID,
    RESPONSE_NOT_FOUND,
    RESPONSE_NOT_VALID,
)
from engine.points.awards import Fact, earn
from engine.points.clawback import given_for, revoke

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy

OFFICE = {"officer": anyone, "system": anyone}


def find(district: District, response: str) -> tuple[Questionnaire, Response]:
    """The row of a response and its questionnaire; raises if there never was one or it is retired."""
    for questionnaire in district.board.questionnaires.values():
        row = questionnaire.responses.get(response)
        if row is not None:
            return questionnaire, row
    raise Rejected(RESPONSE_FINAL if district.ids.issued(response) else RESPONSE_NOT_FOUND)


def _award(number: int) -> str:
    return f"awd_{number:0{ID_DIGITS}d}"


def final(district: District, response: str, row: Response, at: int) -> bool:
    """True if something as old as what the response earned can no longer be taken back at the instant `at`."""
    first = _award(row.awards_before + 1)
    if first not in district.points.awards:
        return district.ids.issued(first)
    return any(at >= award.final_at for award in _earned(district, response, row))


def _earned(district: District, response: str, row: Response) -> list[AwardGranted]:
    """Awards of a response that still have a row."""
    return given_for(district, row.awards_before, row.review or response)


def take_back(district: District, response: str, row: Response, at: int) -> list[Event]:
    """Revocations of what a response earned, material and moral, as far as nobody has taken it back before."""
    return [
        revoke(district, award, at)
        for award in _earned(district, response, row)
        if district.points.state(award.award) in ("PENDING", "VESTED")
    ]


@command("participation.invalidate_response", OFFICE, (RESPONSE_NOT_FOUND, RESPONSE_FINAL, RESPONSE_NOT_VALID))
class InvalidateResponse(Command):
    """Take a valid response out of the count, and take back what it earned."""

    response: ResponseId
    reason: Reason

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The new verdict and the revocations."""
        questionnaire, row = find(district, self.response)
        if questionnaire.rewarded and final(district, self.response, row, by.at):
            raise Rejected(RESPONSE_FINAL)
        if row.reason:
            raise Rejected(RESPONSE_NOT_VALID, reason=row.reason)
        invalidated = ResponseInvalidated(self.response, questionnaire.id, self.reason)
        return (invalidated, *take_back(district, self.response, row, by.at))


@command(
    "participation.validate_response",
    OFFICE,
    (RESPONSE_NOT_FOUND, RESPONSE_FINAL, RESPONSE_IS_VALID, QST_ALREADY_ANSWERED),
)
class ValidateResponse(Command):
    """Put a response into the count that was judged not valid, if its unit has no other valid one."""

    response: ResponseId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The new verdict, and what the response earns after all."""
        questionnaire, row = find(district, self.response)
        if not row.reason:
            raise Rejected(RESPONSE_IS_VALID)
        person = district.residents.root(row.person)
        other = questionnaire.answered.get(person if questionnaire.unit == "person" else row.unit)
        if other is not None:
            raise Rejected(QST_ALREADY_ANSWERED, response=other)
        review = district.ids.new("rvw")
        validated = ResponseValidated(self.response, questionnaire.id, review)
        if not questionnaire.rewarded:
            return (validated,)
        return (validated, *earn(district, policy, "questionnaire", Fact(person, review, by.at)))
