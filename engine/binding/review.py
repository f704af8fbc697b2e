"""Review of bindings whose code did not match (F01): a grid member approves or refuses, or the request lapses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.binding.authority import covers_binding
from engine.binding.bindings import becomes_home, household, refuse_crowd
from engine.binding.codes import BIND_NOT_PENDING, BINDING_NOT_FOUND, GRID_UNSTAFFED, HOUSEHOLD_FULL
from engine.district.residents import Binding, BindingActivated, BindingRejected
from engine.kernel.command import Command, Envelope, anyone, command
from engine.kernel.event import Event
from engine.kernel.ids import BindingId
from engine.kernel.rejection import Rejected

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy

REVIEWERS = {"grid": covers_binding("binding"), "officer": anyone}


def _pending(district: District, binding: str) -> Binding:
    row = district.residents.bindings.get(binding)
    if row is None:
        raise Rejected(BIND_NOT_PENDING if district.ids.issued(binding) else BINDING_NOT_FOUND)
    if row.state != "PENDING_REVIEW":
        raise Rejected(BIND_NOT_PENDING)
    return row


@command("binding.approve_binding", REVIEWERS, (BINDING_NOT_FOUND, BIND_NOT_PENDING, GRID_UNSTAFFED, HOUSEHOLD_FULL))
class ApproveBinding(Command):
    """Let a request become a binding; it is active from now on, not from the day of the scan."""

    binding: BindingId

    def decide(self, district: District, policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """An active binding."""
        row = _pending(district, self.binding)
        dwelling = district.grid.dwellings[row.dwelling]
        refuse_crowd(dwelling, row.relation, district, policy)
        person = district.residents.persons[row.person]
        return (
            BindingActivated(
                row.id,
                row.person,
                row.dwelling,
                row.grid,
                household(district, dwelling, row.relation),
                row.relation,
                row.entered_by,
                becomes_home(district, person, row.relation),
                None,
            ),
        )


@command("binding.reject_binding", REVIEWERS, (BINDING_NOT_FOUND, BIND_NOT_PENDING))
class RejectBinding(Command):
    """Refuse a request."""

    binding: BindingId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A rejected binding."""
        row = _pending(district, self.binding)
        return (BindingRejected(row.id, row.person, "refused"),)


def lapse(district: District, _policy: Policy, waiting: str, _at: int) -> list[Event]:
    """Deadline `binding_review`: a request that nobody looked at is over."""
    return [BindingRejected(waiting, district.residents.bindings[waiting].person, "lapsed")]
