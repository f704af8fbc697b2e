"""Rows and events of questionnaires and responses.

Answers themselves stand in the command's record only. Rows of responses live until the questionnaire is final, that
is until no award for them can be taken back; then only the counts stay.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from engine.kernel.event import Event, event
from engine.kernel.ids import EvidenceId, PersonId, QuestionnaireId, ResponseId
from engine.kernel.units import Count, Instant, Seconds

if TYPE_CHECKING:
    from engine.district.district import District

QuestionnaireState = Literal["DRAFT", "OPEN", "CLOSED", "FINAL"]
QUESTIONNAIRE_EDGES = frozenset({("", "DRAFT"), ("DRAFT", "OPEN"), ("OPEN", "CLOSED"), ("CLOSED", "FINAL")})
ResponseState = Literal["VALID", "INVALID"]
RESPONSE_EDGES = frozenset(
    {
        ("", "VALID"),
        ("", "INVALID"),
        ("VALID", "VALID"),  # revised
        ("VALID", "INVALID"),
        ("INVALID", "VALID"),
    }
)
# Why a response is not valid, in the order in which it is judged; "not_genuine" is found by an officer only.
Reason = Literal["incomplete", "too_fast", "straight_line", "duplicate", "not_genuine"]
Verdict = Literal["", "incomplete", "too_fast", "straight_line", "duplicate", "not_genuine"]
AnswerUnit = Literal["person", "household"]
Items = Annotated[int, Field(ge=1, le=1_000)]  # a sheet that people can fill in


@dataclass(slots=True)
class Response:
    """One sheet handed in. `reason` is why it is not valid, empty for a valid one.

    What it earned follows the award numbered `awards_before`, with the response as evidence, or the review if any.
    """

    person: str
    unit: str
    duration_s: int
    reason: Verdict
    awards_before: int
    review: str = ""

    @property
    def state(self) -> ResponseState:
        """Whether the response counts."""
        return "INVALID" if self.reason else "VALID"


@dataclass(slots=True)
class Questionnaire:
    """A sheet of `items`, of which at least `required_items` must be answered; one valid response a unit.

    `answered` leads from a unit to its valid response; `invalid` counts the others by reason.
    """

    id: str
    items: int
    required_items: int
    closes_at: int
    rewarded: bool
    unit: AnswerUnit
    state: QuestionnaireState = "DRAFT"
    valid: int = 0
    invalid: dict[str, int] = field(default_factory=dict)
    answered: dict[str, str] = field(default_factory=dict)
    responses: dict[str, Response] = field(default_factory=dict)

    def count(self, response: str, row: Response) -> None:
        """Count a response by its present verdict."""
        if row.reason:
            self.invalid[row.reason] = self.invalid.get(row.reason, 0) + 1
        else:
            self.valid += 1
            self.answered[row.unit] = response

    def discount(self, row: Response) -> None:
        """Forget the present verdict of a response, before another one is counted."""
        if row.reason:
            self.invalid[row.reason] -= 1
        else:
            self.valid -= 1
            del self.answered[row.unit]

    def judge(self, response: str, reason: Verdict) -> Response:
        """Put another verdict in the place of the present one."""
        row = self.responses[response]
        self.discount(row)
        row.reason = reason
        self.count(response, row)
        return row

    def merge(self, gone: str, kept: str) -> tuple[str, ...]:
        """Let `kept` stand for `gone`; the response that thereby is one too many, if any, is a duplicate now."""
        response = self.answered.get(gone)
        if response is None or self.unit == "household":
            return ()
        if kept in self.answered:
            self.judge(response, "duplicate")
            return (response,)
        self.answered[kept] = self.answered.pop(gone)
        self.responses[response].unit = kept
        return ()


def last_award(district: District) -> int:
    """Number of the newest award."""
    return district.ids.last.get("awd", 0)


def household(district: District, person: str) -> str:
    """The household in which a person is at home; empty for who works in the district or visits it."""
    home = district.residents.home(person)
    return home.household if home is not None else ""


@event("participation.questionnaire_drafted")
class QuestionnaireDrafted(Event):
    """A questionnaire stands ready to be opened."""

    questionnaire: QuestionnaireId
    items: Items
    required_items: Count
    closes_at: Instant
    rewarded: bool
    unit: AnswerUnit

    def apply(self, district: District) -> None:
        """Write the questionnaire."""
        district.ids.taken_next("qst")
        district.board.questionnaires[self.questionnaire] = Questionnaire(
            self.questionnaire, self.items, self.required_items, self.closes_at, self.rewarded, self.unit
        )


@event("participation.questionnaire_opened")
class QuestionnaireOpened(Event):
    """The questionnaire takes responses until it closes."""

    questionnaire: QuestionnaireId

    def apply(self, district: District) -> None:
        """Open it."""
        questionnaire = district.board.questionnaires[self.questionnaire]
        questionnaire.state = "OPEN"
        district.deadlines.add(questionnaire.closes_at, "questionnaire_close", self.questionnaire)


@event("participation.questionnaire_closed")
class QuestionnaireClosed(Event):
    """No response any more; verdicts may still change until `final_at`."""

    questionnaire: QuestionnaireId
    final_at: Instant

    def apply(self, district: District) -> None:
        """Close it."""
        questionnaire = district.board.questionnaires[self.questionnaire]
        questionnaire.state = "CLOSED"
        district.deadlines.cancel(questionnaire.closes_at, "questionnaire_close", self.questionnaire)
        district.deadlines.add(self.final_at, "questionnaire_final", self.questionnaire)


@event("participation.questionnaire_final")
class QuestionnaireFinal(Event):
    """The counts stand; rows of responses are retired."""

    questionnaire: QuestionnaireId

    def apply(self, district: District) -> None:
        """Drop the rows."""
        questionnaire = district.board.questionnaires[self.questionnaire]
        questionnaire.state, questionnaire.answered, questionnaire.responses = "FINAL", {}, {}


@event("participation.response_submitted")
class ResponseSubmitted(Event):
    """A sheet was handed in and judged at once; `reason` says why it is not valid."""

    response: ResponseId
    questionnaire: QuestionnaireId
    person: PersonId
    duration_s: Seconds
    valid: bool
    reason: Verdict

    def apply(self, district: District) -> None:
        """Keep the response under its unit."""
        district.ids.taken_next("rsp")
        questionnaire = district.board.questionnaires[self.questionnaire]
        person = district.residents.persons[self.person].id  # the row's string, not the command's copy
        unit = person if questionnaire.unit == "person" else household(district, person)
        row = Response(person, unit, self.duration_s, self.reason, last_award(district))
        questionnaire.responses[self.response] = row
        questionnaire.count(self.response, row)


@event("participation.response_revised")
class ResponseRevised(Event):
    """A valid sheet was filled in anew and judged anew; `duration_s` is the time of both together."""

    response: ResponseId
    questionnaire: QuestionnaireId
    duration_s: Seconds
    valid: bool
    reason: Verdict

    def apply(self, district: District) -> None:
        """Judge the response."""
        row = district.board.questionnaires[self.questionnaire].judge(self.response, self.reason)
        row.duration_s = self.duration_s


@event("participation.response_invalidated")
class ResponseInvalidated(Event):
    """An officer found a response not valid; its unit may answer again while the questionnaire is open."""

    response: ResponseId
    questionnaire: QuestionnaireId
    reason: Reason

    def apply(self, district: District) -> None:
        """Judge the response."""
        district.board.questionnaires[self.questionnaire].judge(self.response, self.reason)


@event("participation.response_validated")
class ResponseValidated(Event):
    """An officer found a response valid after all; the review is the fact that earns what the first verdict did not."""

    response: ResponseId
    questionnaire: QuestionnaireId
    review: EvidenceId

    def apply(self, district: District) -> None:
        """Judge the response; a merged person's unit is the person they are now."""
        district.ids.taken_next("rvw")
        questionnaire = district.board.questionnaires[self.questionnaire]
        row = questionnaire.responses[self.response]
        if questionnaire.unit == "person":
            row.unit = district.residents.root(row.person)
        row.review, row.awards_before = self.review, last_award(district)
        questionnaire.judge(self.response, "")
