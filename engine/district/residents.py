"""Rows and events of persons and bindings; a household is what its dwelling's active members make.

A household opens with the first active binding of a dwelling as owner, tenant or family and closes with the last.
Ended bindings stay: moving house keeps its history, and who was bound at an instant of the past can be told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from engine.kernel.event import Event, event
from engine.kernel.ids import BindingId, DwellingId, GridId, HouseholdId, PersonId, QrId
from engine.kernel.units import NEVER, Instant, Token

if TYPE_CHECKING:
    from engine.district.district import District

PersonState = Literal["ACTIVE", "MERGED", "DECEASED"]
PERSON_EDGES = frozenset({("", "ACTIVE"), ("ACTIVE", "MERGED"), ("ACTIVE", "DECEASED")})
Relation = Literal["owner", "tenant", "family", "worker", "visitor"]
MEMBER_RELATIONS = ("owner", "tenant", "family")  # who lives there; workers and visitors make no household
BindingState = Literal["PENDING_REVIEW", "ACTIVE", "REJECTED", "ENDED"]
BINDING_EDGES = frozenset(
    {
        ("", "ACTIVE"),
        ("", "PENDING_REVIEW"),
        ("PENDING_REVIEW", "ACTIVE"),
        ("PENDING_REVIEW", "REJECTED"),
        ("ACTIVE", "ENDED"),
    }
)
EndReason = Literal["moved", "deceased", "error", "merged", "transferred"]
RejectReason = Literal["refused", "lapsed", "merged", "deceased"]
EnteredBy = Annotated[str, Token]  # id of the grid member, empty for the person's own scan


@dataclass(slots=True)
class Person:
    """A synthetic person: an opaque id, all bindings ever made (rejected ones excepted), the primary one in `home`."""

    id: str
    registered_at: int
    entered_by: str = ""
    state: PersonState = "ACTIVE"
    merged_into: str = ""
    active_bindings: int = 0
    home: str = ""
    bindings: tuple[str, ...] = ()


@dataclass(slots=True)
class Binding:
    """A person at a dwelling, active while since <= at < until; one under review has no household."""

    id: str
    person: str
    dwelling: str
    grid: str
    household: str
    relation: Relation
    entered_by: str
    state: BindingState
    since: int
    until: int = NEVER
    reason: EndReason | Literal[""] = ""


class ResidentRows:
    """Persons and bindings by id, bindings under review with their deadline, and the counts of the district."""

    __slots__ = ("bindings", "bound_count", "household_count", "merged", "persons", "reviews")

    def __init__(self) -> None:
        """Nobody."""
        self.persons: dict[str, Person] = {}
        self.merged: dict[str, tuple[str, ...]] = {}
        self.bindings: dict[str, Binding] = {}
        self.reviews: dict[str, int] = {}
        self.bound_count = 0
        self.household_count = 0

    def root(self, person: str) -> str:
        """The person that a row stands for after merges."""
        while self.persons[person].merged_into:
            person = self.persons[person].merged_into
        return person

    def rows_of(self, person: str) -> tuple[str, ...]:
        """Ids of all rows that stand for the same person: the root first, then those merged into it, O(1)."""
        root = self.root(person)
        return (root, *self.merged.get(root, ()))

    def home(self, person: str) -> Binding | None:
        """The primary active binding (`dwelling`, `household`, `grid`) of the person, O(1); None if unbound."""
        row = self.persons.get(self.root(person)) if person in self.persons else None
        return self.bindings[row.home] if row is not None and row.home else None

    def active(self, person: Person) -> list[Binding]:
        """Active bindings of a person, in the order in which they were made."""
        found = [self.bindings[each] for each in person.bindings]
        return [each for each in found if each.state == "ACTIVE"]

    def binding_at(self, person: Person, dwelling: str) -> Binding | None:
        """The person's binding to a dwelling that is active or under review."""
        for each in person.bindings:
            binding = self.bindings[each]
            if binding.dwelling == dwelling and binding.state != "ENDED":
                return binding
        return None

    def bound_at(self, person: str, instant: int) -> bool:
        """True if the person had an active binding at an instant, past ones included; False for strangers."""
        if person not in self.persons:
            return False
        for each in self.persons[self.root(person)].bindings:
            binding = self.bindings[each]
            if binding.since <= instant < binding.until and binding.state != "PENDING_REVIEW":
                return True
        return False

    def same_household(self, one: str, other: str) -> bool:
        """True if two persons are members of one household now; nobody unbound is."""
        return any(each in self._households(other) for each in self._households(one))

    def _households(self, person: str) -> list[str]:
        row = self.persons.get(self.root(person)) if person in self.persons else None
        return [each.household for each in self.active(row) if each.household] if row is not None else []


@event("binding.person_registered")
class PersonRegistered(Event):
    """The base knows a person; `entered_by` names the grid member who entered them, if any."""

    person: PersonId
    entered_by: EnteredBy

    def apply(self, district: District) -> None:
        """Write the person."""
        district.residents.persons[self.person] = Person(self.person, district.at, self.entered_by)


@event("binding.requested")
class BindingRequested(Event):
    """A code was live but belongs to another dwelling: a grid member looks before `review_until`."""

    binding: BindingId
    person: PersonId
    dwelling: DwellingId
    grid: GridId
    relation: Relation
    qr: QrId
    review_until: Instant

    def apply(self, district: District) -> None:
        """Write a binding that counts nowhere yet."""
        rows = district.residents
        district.ids.taken_next("bnd")
        district.deadlines.add(self.review_until, "binding_review", self.binding)
        rows.reviews[self.binding] = self.review_until
        rows.persons[self.person].bindings += (self.binding,)
        rows.bindings[self.binding] = Binding(
            self.binding, self.person, self.dwelling, self.grid, "", self.relation, "", "PENDING_REVIEW", district.at
        )
        use_code(district, self.qr)


@event("binding.activated")
class BindingActivated(Event):
    """A person is bound from now on; `household` is the one joined or opened, `primary` says that this is home."""

    binding: BindingId
    person: PersonId
    dwelling: DwellingId
    grid: GridId
    household: HouseholdId | None
    relation: Relation
    entered_by: EnteredBy
    primary: bool
    qr: QrId | None

    def apply(self, district: District) -> None:
        """Write the binding, its household and the counts."""
        rows = district.residents
        person = rows.persons[self.person]
        if self.binding in rows.reviews:
            end_review(district, self.binding)
            binding = rows.bindings[self.binding]
            binding.state, binding.since, binding.household = "ACTIVE", district.at, self.household or ""
        else:
            self._write(district, person)
        if self.household is not None:
            join(district, self.dwelling, self.household)
        district.grid.grids[self.grid].active_bindings += 1
        person.active_bindings += 1
        rows.bound_count += person.active_bindings == 1
        if self.primary:
            person.home = self.binding

    def _write(self, district: District, person: Person) -> None:
        district.ids.taken_next("bnd")
        person.bindings += (self.binding,)
        district.residents.bindings[self.binding] = Binding(
            self.binding,
            person.id,
            self.dwelling,
            self.grid,
            self.household or "",
            self.relation,
            self.entered_by,
            "ACTIVE",
            district.at,
        )
        if self.qr is not None:
            use_code(district, self.qr)


@event("binding.rejected")
class BindingRejected(Event):
    """A request is over without a binding; its row is retired."""

    binding: BindingId
    person: PersonId
    reason: RejectReason

    def apply(self, district: District) -> None:
        """Drop the row."""
        rows = district.residents
        end_review(district, self.binding)
        del rows.bindings[self.binding]
        person = rows.persons[self.person]
        person.bindings = tuple(each for each in person.bindings if each != self.binding)


@event("binding.ended")
class BindingEnded(Event):
    """A binding is over. `primary` is the person's home from now on, if any."""

    binding: BindingId
    person: PersonId
    dwelling: DwellingId
    reason: EndReason
    primary: BindingId | None

    def apply(self, district: District) -> None:
        """Close the binding, and its household with the last member."""
        rows = district.residents
        binding, person = rows.bindings[self.binding], rows.persons[self.person]
        binding.state, binding.until, binding.reason = "ENDED", district.at, self.reason
        if binding.household:
            leave(district, self.dwelling)
        district.grid.grids[binding.grid].active_bindings -= 1
        person.active_bindings -= 1
        rows.bound_count -= not person.active_bindings
        person.home = self.primary or ""


@event("binding.person_deceased")
class PersonDeceased(Event):
    """A person has died; the bindings and tags end beside this event."""

    person: PersonId

    def apply(self, district: District) -> None:
        """Close the person's row."""
        district.residents.persons[self.person].state = "DECEASED"


def use_code(district: District, qr: str) -> None:
    """Count one use of a code that has a limit."""
    code = district.grid.codes[qr]
    if code.uses_left > 0:
        code.uses_left -= 1


def end_review(district: District, binding: str) -> None:
    """A binding waits for nobody any more."""
    district.deadlines.cancel(district.residents.reviews.pop(binding), "binding_review", binding)


def join(district: District, dwelling: str, household: str) -> None:
    """One member more at a dwelling; the first one opens the household."""
    row = district.grid.dwellings[dwelling]
    if row.household != household:
        row.household = household
        district.ids.taken_next("hh")
        district.residents.household_count += 1
    row.members += 1


def leave(district: District, dwelling: str) -> None:
    """One member fewer at a dwelling; with the last one the household closes."""
    row = district.grid.dwellings[dwelling]
    row.members -= 1
    if not row.members:
        row.household = ""
        district.residents.household_count -= 1
