"""Questionnaires from draft to the day on which their counts are final (F10).

They are final when no award for them can be taken back any more; an officer or the deadline closes them before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.district.questionnaires import (
    AnswerUnit,
    Items,
    Questionnaire,
    QuestionnaireClosed,
    QuestionnaireDrafted,
    QuestionnaireFinal,
    QuestionnaireOpened,
)
from engine.kernel.command import Command, Envelope, anyone, command
from engine.kernel.event import Event
from engine.kernel.ids import QuestionnaireId
from engine.kernel.rejection import Rejected
from engine.kernel.units import Count, Instant, civil_day, day_start
from engine.participation.codes import QST_BAD_STATE, QST_BAD_TERMS, QST_CLOSES_IN_PAST, QUESTIONNAIRE_NOT_FOUND

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy

OFFICE = {"officer": anyone, "system": anyone}


@command("participation.draft_questionnaire", OFFICE, (QST_BAD_TERMS, QST_CLOSES_IN_PAST))
class DraftQuestionnaire(Command):
    """Prepare a questionnaire of `items`, of which at least `required_items` must be answered."""

    items: Items
    required_items: Count
    closes_at: Instant
    rewarded: bool
    unit: AnswerUnit = "person"

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A drafted questionnaire."""
        if self.required_items > self.items:
            raise Rejected(QST_BAD_TERMS)
        if self.closes_at <= by.at:
            raise Rejected(QST_CLOSES_IN_PAST)
        made = district.ids.new("qst")
        return (QuestionnaireDrafted(made, self.items, self.required_items, self.closes_at, self.rewarded, self.unit),)


def _in_state(district: District, claimed: str, state: str) -> Questionnaire:
    questionnaire = district.board.questionnaires.get(claimed)
    if questionnaire is None:
        raise Rejected(QUESTIONNAIRE_NOT_FOUND)
    if questionnaire.state != state:
        raise Rejected(QST_BAD_STATE, state=questionnaire.state)
    return questionnaire


@command("participation.open_questionnaire", OFFICE, (QUESTIONNAIRE_NOT_FOUND, QST_BAD_STATE, QST_CLOSES_IN_PAST))
class OpenQuestionnaire(Command):
    """Let people answer until the questionnaire closes."""

    questionnaire: QuestionnaireId

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """An open questionnaire."""
        if _in_state(district, self.questionnaire, "DRAFT").closes_at <= by.at:
            raise Rejected(QST_CLOSES_IN_PAST)
        return (QuestionnaireOpened(self.questionnaire),)


@command("participation.close_questionnaire", OFFICE, (QUESTIONNAIRE_NOT_FOUND, QST_BAD_STATE))
class CloseQuestionnaire(Command):
    """Close a questionnaire before its time."""

    questionnaire: QuestionnaireId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A closed questionnaire."""
        _in_state(district, self.questionnaire, "OPEN")
        return tuple(close(district, policy, self.questionnaire, by.at))


def close(_district: District, policy: Policy, waiting: str, at: int) -> list[Event]:
    """Deadline `questionnaire_close`: no answers any more; final when what the last answer earned is."""
    return [QuestionnaireClosed(waiting, day_start(civil_day(at) + 1 + policy.points.revocation_days))]


def finalise(_district: District, _policy: Policy, waiting: str, _at: int) -> list[Event]:
    """Deadline `questionnaire_final`: the counts stand."""
    return [QuestionnaireFinal(waiting)]
