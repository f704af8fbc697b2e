"""Merging: a person whom a grid member entered turns out to be one who has bound alone (F02, H11).

Nothing doubles and nothing is lost: of two bindings to one dwelling one stays, balances add up, points of one row pay
the debt of the other, evidence that has earned stays used, a second ballot or answer stops counting. Rows of the past
go on naming the row that went; it leads to the one that stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.binding.bindings import living, next_home
from engine.binding.codes import MERGE_ITSELF, PERSON_MERGED, PERSON_NOT_FOUND
from engine.district.board import ActsMerged
from engine.district.ledger import AV, DEBT, HELD, MORAL, PEND
from engine.district.merging import PersonMerged
from engine.district.residents import MEMBER_RELATIONS, Binding, BindingEnded, BindingRejected
from engine.kernel.command import Command, Envelope, anyone, command
from engine.kernel.event import Event
from engine.kernel.ids import PersonId
from engine.kernel.rejection import Rejected
from engine.points.awards import draw

if TYPE_CHECKING:
    from engine.district import District
    from engine.district.residents import Person
    from engine.policy import Policy


@command(
    "binding.merge_persons",
    {"officer": anyone, "system": anyone},
    (PERSON_NOT_FOUND, MERGE_ITSELF, PERSON_MERGED),
)
class MergePersons(Command):
    """Merge the row `person` into the row `into`, which stays."""

    person: PersonId
    into: PersonId

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """Doubled bindings over, then everything else moved."""
        for each in (self.person, self.into):
            if each not in district.residents.persons:
                raise Rejected(PERSON_NOT_FOUND, person=each)
        if self.person == self.into:
            raise Rejected(MERGE_ITSELF)
        person, into = living(district, self.person), living(district, self.into)
        over = _doubled(district, person, into)
        events: list[Event] = [_over(district, each) for each in over]
        return (*events, _merged(district, person, into, over, by.at), ActsMerged(person.id, into.id))


def _doubled(district: District, person: Person, into: Person) -> list[Binding]:
    """Of each two living bindings to one dwelling, the one that goes."""
    rows = district.residents
    found: list[Binding] = []
    for each in [rows.bindings[binding] for binding in person.bindings]:
        other = rows.binding_at(into, each.dwelling) if each.state != "ENDED" else None
        if other is not None:
            found.append(min(each, other, key=_standing))
    return found


def _standing(binding: Binding) -> tuple[bool, bool]:
    """What decides which of two bindings stays: active before requested, member before worker or visitor.

    Of equals the row that stays keeps its own, since `min` takes the first one.
    """
    return (binding.state == "ACTIVE", binding.relation in MEMBER_RELATIONS)


def _over(district: District, binding: Binding) -> Event:
    if binding.state == "PENDING_REVIEW":
        return BindingRejected(binding.id, binding.person, "merged")
    person = district.residents.persons[binding.person]
    return BindingEnded(binding.id, binding.person, binding.dwelling, "merged", next_home(district, person, binding.id))


def _merged(district: District, person: Person, into: Person, over: list[Binding], at: int) -> PersonMerged:
    ledger = district.ledger
    available, owed = ledger.balance(AV, person.id), -ledger.balance(DEBT, person.id)
    total = available + ledger.balance(AV, into.id)
    netted = min(total, owed - ledger.balance(DEBT, into.id))
    wallets = district.points.wallets
    wallet = sorted([*wallets.get(person.id, []), *wallets.get(into.id, [])])
    return PersonMerged(
        person=person.id,
        into=into.id,
        available=available,
        pending=ledger.balance(PEND, person.id),
        held=ledger.balance(HELD, person.id),
        debt=owed,
        moral=ledger.balance(MORAL, person.id),
        netted=netted,
        lots=draw(wallet, netted, at) or (),
        primary=_home(district, person, into, over),
    )


def _home(district: District, person: Person, into: Person, over: list[Binding]) -> str | None:
    """The home of both together: the earliest binding as a member, else the earliest."""
    gone = {each.id for each in over}
    both = [*district.residents.active(person), *district.residents.active(into)]
    left = [each for each in both if each.id not in gone]
    left.sort(key=lambda each: (each.relation not in MEMBER_RELATIONS, each.since, each.id))
    return left[0].id if left else None
