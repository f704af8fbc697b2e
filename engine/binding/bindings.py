"""Binding a person to a dwelling: by the resident's scan, or by a grid member for those who cannot (F01, F02).

A scan binds at once when its code is live and was printed for the dwelling that the resident names. A live code of
another dwelling may be a neighbour's slip or a trick, so a grid member looks first; a dead code binds nobody. The
first binding as a member (owner, tenant, family) is the person's home; work and visits are home only without one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.binding.authority import covers
from engine.binding.codes import (
    BIND_DUPLICATE,
    BIND_QR_OUTDOOR,
    DWELLING_NOT_FOUND,
    GRID_UNSTAFFED,
    HOUSEHOLD_FULL,
    PERSON_EXISTS,
    PERSON_MERGED,
    PERSON_NOT_FOUND,
    QR_NOT_FOUND,
)
from engine.binding.places import DEAD_CODES, OFFICE, refuse_dead
from engine.district.residents import (
    MEMBER_RELATIONS,
    BindingActivated,
    BindingRequested,
    Person,
    PersonRegistered,
    Relation,
)
from engine.kernel.command import Command, Envelope, command, own
from engine.kernel.event import Event
from engine.kernel.ids import DwellingId, PersonId, QrId
from engine.kernel.rejection import Rejected
from engine.kernel.units import civil_day, day_start

if TYPE_CHECKING:
    from engine.district import District
    from engine.district.grid import Dwelling
    from engine.policy import Policy


@command("binding.register_person", OFFICE, (PERSON_EXISTS,))
class RegisterPerson(Command):
    """Put a person into the base, not bound to anything."""

    person: PersonId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A registered person."""
        if self.person in district.residents.persons:
            raise Rejected(PERSON_EXISTS)
        return (PersonRegistered(self.person, ""),)


@command(
    "binding.scan_bind",
    {"resident": own("person")},
    (
        DWELLING_NOT_FOUND,
        QR_NOT_FOUND,
        BIND_DUPLICATE,
        *DEAD_CODES,
        BIND_QR_OUTDOOR,
        PERSON_MERGED,
        GRID_UNSTAFFED,
        HOUSEHOLD_FULL,
    ),
)
class ScanBind(Command):
    """Bind oneself by scanning a printed code; a person whom the base does not know is registered."""

    person: PersonId
    qr: QrId
    dwelling: DwellingId
    relation: Relation

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """An active binding, or a request when the code was printed for another dwelling."""
        dwelling = district.grid.dwellings.get(self.dwelling)
        if dwelling is None:
            raise Rejected(DWELLING_NOT_FOUND)
        code = district.grid.codes.get(self.qr)
        if code is None:
            raise Rejected(QR_NOT_FOUND)
        person = district.residents.persons.get(self.person)
        refuse_duplicate(district, person, dwelling.id)
        refuse_dead(code, by.at)
        if code.kind != "dwelling":
            raise Rejected(BIND_QR_OUTDOOR)
        refuse_closed(person)
        refuse_crowd(dwelling, self.relation, district, policy)
        if code.place == dwelling.id:
            known = person if person is not None else Person(self.person, by.at)
            made: Event = activation(district, known, dwelling, self.relation, code.id)
        else:
            due = day_start(civil_day(by.at) + 1 + policy.binding.review_days)
            made = BindingRequested(
                district.ids.new("bnd"), self.person, dwelling.id, dwelling.grid, self.relation, code.id, due
            )
        return (made,) if person is not None else (PersonRegistered(self.person, ""), made)


@command(
    "binding.worker_bind",
    {"grid": covers("dwelling")},
    (DWELLING_NOT_FOUND, BIND_DUPLICATE, PERSON_MERGED, GRID_UNSTAFFED, HOUSEHOLD_FULL),
)
class WorkerBind(Command):
    """Bind somebody at the door; the grid member who covers the dwelling vouches for them in place of a code."""

    person: PersonId
    dwelling: DwellingId
    relation: Relation

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """An active binding with the name of the grid member."""
        dwelling = district.grid.dwellings.get(self.dwelling)
        if dwelling is None:
            raise Rejected(DWELLING_NOT_FOUND)
        person = district.residents.persons.get(self.person)
        refuse_duplicate(district, person, dwelling.id)
        refuse_closed(person)
        refuse_crowd(dwelling, self.relation, district, policy)
        known = person if person is not None else Person(self.person, by.at)
        made = activation(district, known, dwelling, self.relation)
        made.entered_by = by.who
        return (made,) if person is not None else (PersonRegistered(self.person, by.who), made)


def activation(
    district: District, person: Person, dwelling: Dwelling, relation: Relation, qr: str | None = None
) -> BindingActivated:
    """A new active binding of a person; the row of one whom the base does not know yet is made for the question."""
    return BindingActivated(
        district.ids.new("bnd"),
        person.id,
        dwelling.id,
        dwelling.grid,
        household(district, dwelling, relation),
        relation,
        "",
        becomes_home(district, person, relation),
        qr,
    )


def household(district: District, dwelling: Dwelling, relation: Relation) -> str | None:
    """The household that a binding joins, or the new one that it opens; None for workers and visitors."""
    if relation not in MEMBER_RELATIONS:
        return None
    return dwelling.household or district.ids.new("hh")


def becomes_home(district: District, person: Person, relation: Relation) -> bool:
    """True if a new binding would be the person's primary one."""
    if not person.home:
        return True
    return relation in MEMBER_RELATIONS and district.residents.bindings[person.home].relation not in MEMBER_RELATIONS


def next_home(district: District, person: Person, ending: str) -> str | None:
    """The primary binding once the binding `ending` is over: the earliest as a member, else the earliest."""
    if person.home != ending:
        return person.home
    left = [each for each in district.residents.active(person) if each.id != ending]
    left.sort(key=lambda each: each.relation not in MEMBER_RELATIONS)
    return left[0].id if left else None


def refuse_duplicate(district: District, person: Person | None, dwelling: str) -> None:
    """Raise BIND_DUPLICATE, naming the first binding, if the person is bound to the dwelling or waits for it."""
    if person is not None and person.bindings:
        first = district.residents.binding_at(person, dwelling)
        if first is not None:
            raise Rejected(BIND_DUPLICATE, first=first.id)


def refuse_closed(person: Person | None) -> None:
    """Raise PERSON_MERGED for a person whose row is closed."""
    if person is not None and person.state != "ACTIVE":
        raise Rejected(PERSON_MERGED, into=person.merged_into)


def refuse_crowd(dwelling: Dwelling, relation: Relation, district: District, policy: Policy) -> None:
    """Raise if the grid has no community worker, or the household no room for one member more."""
    if not district.grid.grids[dwelling.grid].community_workers:
        raise Rejected(GRID_UNSTAFFED, grid=dwelling.grid)
    limit = policy.binding.household_limit
    if dwelling.members >= limit and relation in MEMBER_RELATIONS:
        raise Rejected(HOUSEHOLD_FULL, limit=limit)


def living(district: District, person: str) -> Person:
    """The row of a person; raises PERSON_NOT_FOUND, or PERSON_MERGED for one whose row is closed."""
    row = district.residents.persons.get(person)
    if row is None:
        raise Rejected(PERSON_NOT_FOUND, person=person)
    refuse_closed(row)
    return row
