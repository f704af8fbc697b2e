"""Stages of a suggestion after its answer (F13): accepted, adopted, carried out; each earns, a later no takes it back.

Each stage earns by its own material and moral rule, as two entries. What a declined suggestion has earned is taken
back right after the decision, one award a record, as far as awards can still be taken back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.district.suggestions import Stage, Suggestion, SuggestionAdvanced, SuggestionDeclined
from engine.kernel.command import Command, Envelope, anyone, command
from engine.kernel.event import Event
from engine.kernel.ids import SuggestionId
from engine.kernel.rejection import Rejected
from engine.kernel.units import Name
from engine.points.awards import Fact, earn
from engine.points.clawback import given_for
from engine.reporting.codes import SUG_BAD_STATE, SUG_NOT_ANSWERED, SUGGESTION_NOT_FOUND
from engine.reporting.standing import actor
from engine.reporting.suggestions import answered, in_state

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy

OFFICE = {"officer": anyone, "system": anyone}
ACTS: dict[Stage, str] = {
    "ACCEPTED": "suggestion",
    "ADOPTED": "suggestion_adopted",
    "IMPLEMENTED": "suggestion_implemented",
}


def _advance(district: District, policy: Policy, row: Suggestion, stage: Stage, by: Envelope) -> tuple[Event, ...]:
    """The next stage, and what it earns whoever made the suggestion."""
    advanced = SuggestionAdvanced(row.id, stage, actor(by))
    person = district.residents.root(row.person)
    if district.residents.persons[person].state != "ACTIVE":
        return (advanced,)
    return (advanced, *earn(district, policy, ACTS[stage], Fact(person, row.id, by.at)))


@command("reporting.accept_suggestion", OFFICE, (SUGGESTION_NOT_FOUND, SUG_BAD_STATE, SUG_NOT_ANSWERED))
class AcceptSuggestion(Command):
    """Say of an answered suggestion that it is a good one."""

    suggestion: SuggestionId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """An accepted suggestion."""
        row = in_state(district, self.suggestion, "SCREENED")
        if row.answered_at is None:
            raise Rejected(SUG_NOT_ANSWERED)
        return _advance(district, policy, row, "ACCEPTED", by)


@command("reporting.adopt_suggestion", OFFICE, (SUGGESTION_NOT_FOUND, SUG_BAD_STATE))
class AdoptSuggestion(Command):
    """Decide that an accepted suggestion shall be carried out."""

    suggestion: SuggestionId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """An adopted suggestion."""
        return _advance(district, policy, in_state(district, self.suggestion, "ACCEPTED"), "ADOPTED", by)


@command("reporting.implement_suggestion", OFFICE, (SUGGESTION_NOT_FOUND, SUG_BAD_STATE))
class ImplementSuggestion(Command):
    """Say that an adopted suggestion has been carried out."""

    suggestion: SuggestionId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """An implemented suggestion."""
        return _advance(district, policy, in_state(district, self.suggestion, "ADOPTED"), "IMPLEMENTED", by)


@command("reporting.decline_suggestion", OFFICE, (SUGGESTION_NOT_FOUND, SUG_BAD_STATE))
class DeclineSuggestion(Command):
    """Say no to a suggestion, at any stage before it is carried out, with a reason; that is an answer, too."""

    suggestion: SuggestionId
    reason: Name

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A declined suggestion, and which awards go."""
        row = in_state(district, self.suggestion, "SCREENED", "ACCEPTED", "ADOPTED")
        found = [each.award for before in row.awards_before for each in given_for(district, before, row.id)]
        earned = dict.fromkeys(found)  # stages that nobody else earned between stand one behind the other
        awards = tuple(each for each in earned if district.points.state(each) in ("PENDING", "VESTED"))
        declined = SuggestionDeclined(row.id, self.reason, awards, actor(by))
        return (declined,) if row.answered_at is not None else (answered(row, by), declined)
