"""Rows and events of persons, households and bindings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.kernel.event import Event, event
from engine.kernel.ids import PersonId

if TYPE_CHECKING:
    from engine.district.district import District

PersonState = Literal["ACTIVE", "MERGED", "DECEASED"]


@dataclass(slots=True)
class Person:
    """A synthetic person: an opaque id, and how many bindings are active."""

    id: str
    registered_at: int
    entered_by: str = ""
    state: PersonState = "ACTIVE"
    merged_into: str = ""
    active_bindings: int = 0


class ResidentRows:
    """Persons by id."""

    __slots__ = ("persons",)

    def __init__(self) -> None:
        """Nobody."""
        self.persons: dict[str, Person] = {}

    def root(self, person: str) -> str:
        """The person that a row stands for after merges."""
        while self.persons[person].merged_into:
            person = self.persons[person].merged_into
        return person


@event("binding.person_registered")
class PersonRegistered(Event):
    """The base knows a person; `entered_by` names the grid member who entered them, if any."""

    person: PersonId
    entered_by: str

    def apply(self, district: District) -> None:
        """Write the person."""
        district.residents.persons[self.person] = Person(self.person, district.at, self.entered_by)
