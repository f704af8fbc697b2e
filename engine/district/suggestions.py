"""Rows and events of suggestions: screened, routed, answered, and then taken through the stages of being adopted.

Every step stands on the row as (instant, step, actor). Rows stay: a few hundred a year.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import StringConstraints

from engine.district.cases import CASE_TEXT_DAYS, CLOCK, Route, Step
from engine.kernel.event import Event, event
from engine.kernel.ids import AwardId, PersonId, SuggestionId
from engine.kernel.units import Instant, Name, Personal, Text

if TYPE_CHECKING:
    from engine.district.district import District

SuggestionState = Literal[
    "SUBMITTED", "SCREENED", "ACCEPTED", "ADOPTED", "IMPLEMENTED", "DECLINED", "DUPLICATE", "WITHDRAWN"
]
SUGGESTION_EDGES = frozenset(
    {
        ("", "SUBMITTED"),
        ("SUBMITTED", "SCREENED"),
        ("SUBMITTED", "DUPLICATE"),
        ("SUBMITTED", "WITHDRAWN"),
        ("SCREENED", "WITHDRAWN"),
        ("SCREENED", "ACCEPTED"),
        ("ACCEPTED", "ADOPTED"),
        ("ADOPTED", "IMPLEMENTED"),
        ("SCREENED", "DECLINED"),
        ("ACCEPTED", "DECLINED"),
        ("ADOPTED", "DECLINED"),
    }
)
Stage = Literal["ACCEPTED", "ADOPTED", "IMPLEMENTED"]
LEFT_OUT = ("DUPLICATE", "WITHDRAWN")  # nobody owes them an answer
SuggestionText = Annotated[
    str, Personal("what is suggested, to answer it", CASE_TEXT_DAYS), StringConstraints(max_length=2_000)
]


@dataclass(slots=True)
class Suggestion:
    """One suggestion. `overdue` says that the promised instant passed without an answer, for ever.

    `awards_before`: for each stage that was reached, the number of the last award before what the stage earned.
    """

    id: str
    person: str
    category: str
    text: str
    route: Route
    submitted_at: int
    answer_due: int
    state: SuggestionState = "SUBMITTED"
    root: str = ""
    duplicates: int = 0
    answered_at: int | None = None
    overdue: bool = False
    topic: str = ""
    awards_before: tuple[int, ...] = ()
    steps: tuple[Step, ...] = ()


def _stepped(district: District, suggestion: str, step: str, actor: str) -> Suggestion:
    """The row after writing down a step."""
    row = district.voices.suggestions[suggestion]
    row.steps += ((district.at, step, actor),)
    return row


def _owed(district: District, row: Suggestion) -> None:
    """Nobody waits for an answer any more."""
    district.deadlines.cancel(row.answer_due, "suggestion_due", row.id)


@event("reporting.suggestion_submitted")
class SuggestionSubmitted(Event):
    """Somebody suggests something; who answers follows from its category, until `answer_due`."""

    suggestion: SuggestionId
    person: PersonId
    category: Name
    text: Name | None
    route: Route
    answer_due: Instant

    def apply(self, district: District) -> None:
        """Write the suggestion."""
        district.ids.taken_next("sug")
        district.voices.suggestions[self.suggestion] = Suggestion(
            self.suggestion, self.person, self.category, self.text or "", self.route, district.at, self.answer_due
        )
        _stepped(district, self.suggestion, "submitted", "reporter")
        district.deadlines.add(self.answer_due, "suggestion_due", self.suggestion)


@event("reporting.suggestion_screened")
class SuggestionScreened(Event):
    """The suggestion is one that somebody must answer."""

    suggestion: SuggestionId
    actor: Text

    def apply(self, district: District) -> None:
        """Mark it."""
        _stepped(district, self.suggestion, "screened", self.actor).state = "SCREENED"


@event("reporting.suggestion_marked_duplicate")
class SuggestionMarkedDuplicate(Event):
    """Another suggestion, `root`, says the same and goes on for both; `root` is no duplicate itself."""

    suggestion: SuggestionId
    root: SuggestionId
    actor: Text

    def apply(self, district: District) -> None:
        """Point to the root."""
        row = _stepped(district, self.suggestion, "duplicate", self.actor)
        row.state, row.root = "DUPLICATE", self.root
        district.voices.suggestions[self.root].duplicates += 1
        _owed(district, row)


@event("reporting.suggestion_withdrawn")
class SuggestionWithdrawn(Event):
    """Whoever made the suggestion takes it back."""

    suggestion: SuggestionId
    actor: Text

    def apply(self, district: District) -> None:
        """Mark it."""
        row = _stepped(district, self.suggestion, "withdrawn", self.actor)
        row.state = "WITHDRAWN"
        _owed(district, row)


@event("reporting.suggestion_routed")
class SuggestionRouted(Event):
    """Somebody else shall answer; the promised instant stays."""

    suggestion: SuggestionId
    route: Route
    actor: Text

    def apply(self, district: District) -> None:
        """Set the route."""
        _stepped(district, self.suggestion, f"routed:{self.route}", self.actor).route = self.route


@event("reporting.suggestion_answered")
class SuggestionAnswered(Event):
    """The first answer, `late` from the promised instant on; by the outcome of a `topic` if one is named."""

    suggestion: SuggestionId
    late: bool
    topic: Name | None
    actor: Text

    def apply(self, district: District) -> None:
        """Write down the answer."""
        row = _stepped(district, self.suggestion, "answered", self.actor)
        row.answered_at, row.topic = district.at, self.topic or ""
        _owed(district, row)


@event("reporting.suggestion_overdue")
class SuggestionOverdue(Event):
    """The promised instant passed without an answer."""

    suggestion: SuggestionId

    def apply(self, district: District) -> None:
        """Count it as late, whenever the answer comes."""
        _stepped(district, self.suggestion, "overdue", CLOCK).overdue = True


@event("reporting.suggestion_advanced")
class SuggestionAdvanced(Event):
    """The suggestion reaches its next stage, and earns in the same record."""

    suggestion: SuggestionId
    stage: Stage
    actor: Text

    def apply(self, district: District) -> None:
        """Mark the stage, and remember behind which award its own follow."""
        row = _stepped(district, self.suggestion, self.stage.lower(), self.actor)
        row.state = self.stage
        row.awards_before += (district.ids.last.get("awd", 0),)


@event("reporting.suggestion_declined")
class SuggestionDeclined(Event):
    """The suggestion is not carried out after all; `awards` are taken back, each in a record right after this one."""

    suggestion: SuggestionId
    reason: Name
    awards: tuple[AwardId, ...]
    actor: Text

    def apply(self, district: District) -> None:
        """Mark it, and let the awards be taken back at this instant."""
        _stepped(district, self.suggestion, f"declined:{self.reason}", self.actor).state = "DECLINED"
        for award in self.awards:
            district.deadlines.add(district.at, "award_take_back", award)
