"""Responses: judged when they are handed in; one valid response a unit, and a valid one earns (F10, F32).

A response is not valid when, in this order, too few items are answered (incomplete), it was filled in faster than a
person reads (too_fast), all answers are the same on a long sheet (straight_line), or the household has answered
already (duplicate). It then earns nothing, and another one may be handed in until the questionnaire closes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.binding.codes import PERSON_MERGED, PERSON_NOT_BOUND, PERSON_NOT_FOUND
from engine.district.questionnaires import Questionnaire, ResponseRevised, ResponseSubmitted, Verdict, household
from engine.kernel.command import Command, Envelope, command, own
from engine.kernel.event import Event
from engine.kernel.ids import PersonId, QuestionnaireId, ResponseId
from engine.kernel.rejection import FORBIDDEN, Code, Rejected
from engine.kernel.units import Count, Seconds
from engine.participation.codes import (
    QST_ALREADY_ANSWERED,
    QST_BAD_SHEET,
    QST_NO_HOUSEHOLD,
    QST_NOT_OPEN,
    QUESTIONNAIRE_NOT_FOUND,
    RESPONSE_FINAL,
    RESPONSE_NOT_FOUND,
    RESPONSE_NOT_VALID,
)
from engine.participation.reviews import final, find, take_back
from engine.points.awards import Fact, earn

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import ParticipationPolicy, Policy


def judged(
    questionnaire: Questionnaire, answers: tuple[int, ...], duration_s: int, rule: ParticipationPolicy
) -> Verdict:
    """Why a sheet is not valid in itself, empty when it is; an answer of 0 is one left blank."""
    if len(answers) != questionnaire.items:
        raise Rejected(QST_BAD_SHEET, items=questionnaire.items)
    answered = questionnaire.items - answers.count(0)
    if answered < questionnaire.required_items:
        return "incomplete"
    if duration_s < rule.least_answer_s:
        return "too_fast"
    if answered >= rule.straight_line_items and answers.count(max(answers)) == answered:
        return "straight_line"
    return ""


@command(
    "participation.submit_response",
    {"resident": own("person")},
    (
        PERSON_NOT_FOUND,
        QUESTIONNAIRE_NOT_FOUND,
        PERSON_MERGED,
        PERSON_NOT_BOUND,
        QST_NOT_OPEN,
        QST_NO_HOUSEHOLD,
        QST_ALREADY_ANSWERED,
        QST_BAD_SHEET,
    ),
)
class SubmitResponse(Command):
    """Hand in a sheet: one answer for each item, 0 for one left blank, and how long it took."""

    person: PersonId
    questionnaire: QuestionnaireId
    answers: tuple[Count, ...]
    duration_s: Seconds

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A response with its verdict, and what a valid one earns."""
        questionnaire = self._open(district)
        taken = self._taken(district, questionnaire)
        reason = judged(questionnaire, self.answers, self.duration_s, policy.participation)
        if taken and not reason:
            reason = "duplicate"
        response = district.ids.new("rsp")
        submitted = ResponseSubmitted(response, self.questionnaire, self.person, self.duration_s, not reason, reason)
        if reason or not questionnaire.rewarded:
            return (submitted,)
        return (submitted, *earn(district, policy, "questionnaire", Fact(self.person, response, by.at)))

    def _open(self, district: District) -> Questionnaire:
        """The questionnaire, after every check of existence and state."""
        person = district.residents.persons.get(self.person)
        if person is None:
            raise Rejected(PERSON_NOT_FOUND)
        questionnaire = district.board.questionnaires.get(self.questionnaire)
        if questionnaire is None:
            raise Rejected(QUESTIONNAIRE_NOT_FOUND)
        if person.state != "ACTIVE":
            raise Rejected(PERSON_MERGED, into=person.merged_into)
        if not person.active_bindings:
            raise Rejected(PERSON_NOT_BOUND)
        if questionnaire.state != "OPEN":
            raise Rejected(QST_NOT_OPEN)
        return questionnaire

    def _taken(self, district: District, questionnaire: Questionnaire) -> bool:
        """True if somebody else of the household has answered; the person's own valid response is a rejection."""
        if questionnaire.unit == "person":
            unit = self.person
        else:
            unit = household(district, self.person)
            if not unit:
                raise Rejected(QST_NO_HOUSEHOLD)
        earlier = questionnaire.answered.get(unit)
        if earlier is None:
            return False
        if district.residents.root(questionnaire.responses[earlier].person) == self.person:
            raise Rejected(QST_ALREADY_ANSWERED, response=earlier)
        return True


def _own_response(command: ReviseResponse, district: District, who: str) -> Code | None:
    """A resident revises own responses only; an unknown one is answered by the decision."""
    for questionnaire in district.board.questionnaires.values():
        row = questionnaire.responses.get(command.response)
        if row is not None:
            return None if district.residents.root(row.person) == who else FORBIDDEN
    return None


@command(
    "participation.revise_response",
    {"resident": _own_response},
    (RESPONSE_NOT_FOUND, RESPONSE_FINAL, QST_NOT_OPEN, RESPONSE_NOT_VALID, QST_BAD_SHEET),
)
class ReviseResponse(Command):
    """Fill in a valid sheet anew while the questionnaire is open; the whole sheet is judged again.

    A revised sheet that is not valid loses what it earned; one whose awards are final can only stay valid.
    """

    response: ResponseId
    answers: tuple[Count, ...]
    duration_s: Seconds

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The new verdict; the time is that of both fillings, since a small change is quick."""
        questionnaire, row = find(district, self.response)
        if questionnaire.rewarded and final(district, self.response, row, by.at):
            raise Rejected(RESPONSE_FINAL)
        if questionnaire.state != "OPEN":
            raise Rejected(QST_NOT_OPEN)
        if row.reason:
            raise Rejected(RESPONSE_NOT_VALID, reason=row.reason)
        duration_s = row.duration_s + self.duration_s
        reason = judged(questionnaire, self.answers, duration_s, policy.participation)
        revised = ResponseRevised(self.response, questionnaire.id, duration_s, not reason, reason)
        return (revised, *take_back(district, self.response, row, by.at)) if reason else (revised,)
