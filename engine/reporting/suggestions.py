"""Suggestions from submission to the first answer (F13): screened, routed to community or property company, answered.

The answer is promised within a time that counts from submission, whoever has to answer; one that comes later, or not
at all, is counted as late. Complaints are cases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from engine.binding.codes import PERSON_MERGED, PERSON_NOT_BOUND, PERSON_NOT_FOUND
from engine.district.cases import Route
from engine.district.suggestions import (
    LEFT_OUT,
    Suggestion,
    SuggestionAnswered,
    SuggestionMarkedDuplicate,
    SuggestionOverdue,
    SuggestionRouted,
    SuggestionScreened,
    SuggestionSubmitted,
    SuggestionText,
    SuggestionWithdrawn,
)
from engine.kernel.command import Command, Envelope, anyone, command, own
from engine.kernel.event import Event
from engine.kernel.ids import PersonId, SuggestionId
from engine.kernel.rejection import FORBIDDEN, Code, Rejected
from engine.kernel.units import Name, after_days
from engine.reporting.codes import (
    CATEGORY_NOT_FOUND,
    SUG_ANSWERED,
    SUG_BAD_STATE,
    SUG_DUPLICATE_ROOT,
    SUG_HAS_DUPLICATES,
    SUG_ROUTED,
    SUGGESTION_NOT_FOUND,
)
from engine.reporting.standing import actor, bound, member

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy

OFFICE = {"officer": anyone, "system": anyone}
Screening = Literal["pass", "duplicate"]


def suggestion(district: District, claimed: str) -> Suggestion:
    """The suggestion named; rejects an unknown one."""
    row = district.voices.suggestions.get(claimed)
    if row is None:
        raise Rejected(SUGGESTION_NOT_FOUND)
    return row


def in_state(district: District, claimed: str, *states: str) -> Suggestion:
    """The suggestion named, in one of the states; rejects any other."""
    row = suggestion(district, claimed)
    if row.state not in states:
        raise Rejected(SUG_BAD_STATE, state=row.state)
    return row


def _author(command: Any, district: District, who: str) -> Code | None:
    """Authority of the resident who made the suggestion, also under a row that was merged since."""
    row = district.voices.suggestions.get(command.suggestion)
    if row is None:
        return None
    persons = district.residents
    known = who in persons.persons
    return None if known and persons.root(row.person) == persons.root(who) else FORBIDDEN


@command(
    "reporting.submit_suggestion",
    {"resident": own("person")},
    (PERSON_NOT_FOUND, CATEGORY_NOT_FOUND, PERSON_MERGED, PERSON_NOT_BOUND),
)
class SubmitSuggestion(Command):
    """Suggest something to the community or the property company, whichever answers for its category."""

    person: PersonId
    category: Name
    text: SuggestionText | None

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A suggestion with the instant by which it is answered."""
        if self.person not in district.residents.persons:
            raise Rejected(PERSON_NOT_FOUND)
        category = policy.reporting.categories.get(self.category)
        if category is None:
            raise Rejected(CATEGORY_NOT_FOUND)
        bound(district, self.person)
        due = after_days(by.at, policy.reporting.suggestion_answer_days)
        made = district.ids.new("sug")
        return (SuggestionSubmitted(made, self.person, self.category, self.text, category.route, due),)


@command(
    "reporting.withdraw_suggestion",
    {"resident": _author},
    (SUGGESTION_NOT_FOUND, SUG_BAD_STATE, SUG_HAS_DUPLICATES),
)
class WithdrawSuggestion(Command):
    """Take the own suggestion back before it is accepted."""

    suggestion: SuggestionId

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A withdrawn suggestion."""
        row = in_state(district, self.suggestion, "SUBMITTED", "SCREENED")
        if row.duplicates:
            raise Rejected(SUG_HAS_DUPLICATES, duplicates=row.duplicates)
        return (SuggestionWithdrawn(self.suggestion, actor(by)),)


@command("reporting.screen_suggestion", OFFICE, (SUGGESTION_NOT_FOUND, SUG_BAD_STATE, SUG_DUPLICATE_ROOT))
class ScreenSuggestion(Command):
    """Say whether a suggestion is a new one, or repeats another, `of`."""

    suggestion: SuggestionId
    verdict: Screening
    of: SuggestionId | None

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A screened suggestion, or a duplicate of one that goes on."""
        if self.of is not None:
            suggestion(district, self.of)
        in_state(district, self.suggestion, "SUBMITTED")
        if self.verdict == "pass":
            return (SuggestionScreened(self.suggestion, actor(by)),)
        return (SuggestionMarkedDuplicate(self.suggestion, self._root(district), actor(by)),)

    def _root(self, district: District) -> str:
        root = district.voices.suggestions.get(self.of or "")
        if root is not None and root.root:
            root = district.voices.suggestions[root.root]
        if root is None or root.state in ("SUBMITTED", *LEFT_OUT):
            raise Rejected(SUG_DUPLICATE_ROOT, state=root.state if root is not None else "")
        return root.id


@command("reporting.route_suggestion", OFFICE, (SUGGESTION_NOT_FOUND, SUG_BAD_STATE, SUG_ANSWERED, SUG_ROUTED))
class RouteSuggestion(Command):
    """Let the other of community and property company answer."""

    suggestion: SuggestionId
    route: Route

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A suggestion that somebody else answers by the same instant."""
        row = in_state(district, self.suggestion, "SUBMITTED", "SCREENED")
        if row.answered_at is not None:
            raise Rejected(SUG_ANSWERED)
        if row.route == self.route:
            raise Rejected(SUG_ROUTED)
        return (SuggestionRouted(self.suggestion, self.route, actor(by)),)


def answered(row: Suggestion, by: Envelope, topic: str | None = None) -> SuggestionAnswered:
    """The first answer, late from the promised instant on."""
    return SuggestionAnswered(row.id, by.at >= row.answer_due, topic, actor(by))


@command(
    "reporting.answer_suggestion", {**OFFICE, "grid": member}, (SUGGESTION_NOT_FOUND, SUG_BAD_STATE, SUG_ANSWERED)
)
class AnswerSuggestion(Command):
    """Answer a screened suggestion, for the community or the property company."""

    suggestion: SuggestionId

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """An answer, in time or late."""
        row = in_state(district, self.suggestion, "SCREENED")
        if row.answered_at is not None:
            raise Rejected(SUG_ANSWERED)
        return (answered(row, by),)


def overdue(_district: District, _policy: Policy, waiting: str, _at: int) -> list[Event]:
    """Deadline `suggestion_due`: the promised instant passed without an answer."""
    return [SuggestionOverdue(waiting)]
