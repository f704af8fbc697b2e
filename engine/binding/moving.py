"""Moving house, moving away, a wrong entry, a person's death: bindings end, their history stays (F03).

Who moves house keeps relation and history: the old binding ends and the new one begins in one command, so that nobody
is unbound or bound twice in between, and the old household counts one member fewer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from engine.binding.authority import covers, covers_binding
from engine.binding.bindings import activation, next_home, refuse_crowd, refuse_duplicate
from engine.binding.codes import (
    BIND_DUPLICATE,
    BIND_ENDED,
    BIND_NOT_ACTIVE,
    BINDING_NOT_FOUND,
    DWELLING_NOT_FOUND,
    GRID_UNSTAFFED,
    HOUSEHOLD_FULL,
)
from engine.district.residents import Binding, BindingEnded, BindingRejected, EndReason, PersonDeceased
from engine.district.special_groups import SpecialUntagged
from engine.kernel.command import Command, Envelope, anyone, command
from engine.kernel.event import Event
from engine.kernel.ids import BindingId, DwellingId
from engine.kernel.rejection import FORBIDDEN, Code, Rejected

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy


def _known(district: District, binding: str) -> Binding | None:
    """The row of a binding; None for a rejected one, whose row is retired."""
    row = district.residents.bindings.get(binding)
    if row is None and not district.ids.issued(binding):
        raise Rejected(BINDING_NOT_FOUND)
    return row


def _active(row: Binding | None) -> Binding:
    if row is None or row.state == "ENDED":
        raise Rejected(BIND_ENDED)
    if row.state != "ACTIVE":
        raise Rejected(BIND_NOT_ACTIVE)
    return row


def ended(district: District, row: Binding, reason: EndReason) -> BindingEnded:
    """The end of an active binding, with the home that the person has afterwards."""
    person = district.residents.persons[row.person]
    return BindingEnded(row.id, row.person, row.dwelling, reason, next_home(district, person, row.id))


@command(
    "binding.transfer_binding",
    {"grid": covers("dwelling"), "officer": anyone, "system": anyone},
    (
        DWELLING_NOT_FOUND,
        BINDING_NOT_FOUND,
        BIND_DUPLICATE,
        BIND_ENDED,
        BIND_NOT_ACTIVE,
        GRID_UNSTAFFED,
        HOUSEHOLD_FULL,
    ),
)
class TransferBinding(Command):
    """Move a person from one dwelling to another; the grid member at the new one vouches for the move."""

    binding: BindingId
    dwelling: DwellingId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The old binding ended and a new one active."""
        dwelling = district.grid.dwellings.get(self.dwelling)
        if dwelling is None:
            raise Rejected(DWELLING_NOT_FOUND)
        row = _known(district, self.binding)
        if row is not None:
            refuse_duplicate(district, district.residents.persons[row.person], dwelling.id)
        old = _active(row)
        refuse_crowd(dwelling, old.relation, district, policy)
        person = district.residents.persons[old.person]
        new = activation(district, person, dwelling, old.relation)
        new.entered_by = by.who if by.kind == "grid" else ""
        new.primary = new.primary or person.home == old.id
        end = BindingEnded(old.id, old.person, old.dwelling, "transferred", new.binding if new.primary else person.home)
        return (end, new)


def _resident_ends(command: EndBinding, district: District, who: str) -> Code | None:
    """A resident ends own bindings, and tells nobody's death."""
    row = district.residents.bindings.get(command.binding)
    if command.reason == "deceased":
        return FORBIDDEN
    return FORBIDDEN if row is not None and row.person != who else None


@command(
    "binding.end_binding",
    {"resident": _resident_ends, "grid": covers_binding("binding"), "officer": anyone, "system": anyone},
    (BINDING_NOT_FOUND, BIND_ENDED, BIND_NOT_ACTIVE),
)
class EndBinding(Command):
    """End a binding; a death ends all bindings and tags of the person and closes the person's row."""

    binding: BindingId
    reason: Literal["moved", "deceased", "error"]

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """One ended binding, or all that a death ends."""
        row = _active(_known(district, self.binding))
        return _death(district, row.person) if self.reason == "deceased" else (ended(district, row, self.reason),)


def _death(district: District, who: str) -> tuple[Event, ...]:
    """Every binding and tag of the person ends; points stay in the wallet until they lapse."""
    rows = district.residents
    events: list[Event] = []
    person = rows.persons[who]
    for each in person.bindings:
        row = rows.bindings[each]
        if row.state == "ACTIVE":
            events.append(BindingEnded(row.id, who, row.dwelling, "deceased", None))
        elif row.state == "PENDING_REVIEW":
            events.append(BindingRejected(row.id, who, "deceased"))
    events.extend(SpecialUntagged(tag, who, "deceased") for tag in district.special_groups.tags_of.get(who, ()))
    return (*events, PersonDeceased(who))
