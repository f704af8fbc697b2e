"""What a client is told, for whoever walks along and says of each answer whether it can be right.

A witness hears one answer after the other, keeps a picture of its own by hand, and calls no rule. Where a picture may
be wrong through nobody's fault, because two records of a person became one, it says no more about that thing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

Seen = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: what was asked, the code if it was refused, when, the events, or the value of a question.

    `numbers` gives the policy that held at an instant.
    """

    type: str
    asked: Seen
    code: str
    at: int
    events: Sequence[tuple[str, Seen]]
    value: Any
    numbers: Callable[[int], Any]

    @property
    def policy(self) -> Any:
        """The policy that holds now."""
        return self.numbers(self.at)


@dataclass(slots=True)
class Witness:
    """Keeps what differs from its own picture."""

    differences: list[str] = field(default_factory=list)
    compared: int = 0

    def same(self, what: str, said: Any, foreseen: Any) -> None:
        """Compare."""
        self.compared += 1
        if said != foreseen:
            self.differences.append(f"{what}: {said} was said, {foreseen} is right")

    def must(self, what: str, holds: bool) -> None:  # noqa: FBT001 - a sentence and whether it holds
        """Compare with what has to be so."""
        self.compared += 1
        if not holds:
            self.differences.append(f"{what}: not so")


@dataclass(slots=True)
class Homes:
    """Who is bound, as what, and which household is home: from the bindings that answers show."""

    bound: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    home: dict[str, str] = field(default_factory=dict)

    def hear(self, told: Told) -> None:
        """Bindings that begin and end, and records of persons that become one."""
        for wire, said in told.events:
            if wire == "binding.activated":
                row = self.bound.setdefault(said["person"], {})
                row[said["binding"]] = said["relation"], said["household"] or ""
                if said["primary"]:
                    self.home[said["person"]] = said["binding"]
            elif wire == "binding.ended":
                self.bound[said["person"]].pop(said["binding"], None)
                self.home[said["person"]] = said["primary"] or ""
            elif wire == "binding.person_merged":
                self.bound.setdefault(said["into"], {}).update(self.bound.pop(said["person"], {}))
                self.home.pop(said["person"], None)
                self.home[said["into"]] = said["primary"] or ""

    def household(self, person: str) -> str:
        """The household in which a person is at home, if any."""
        return self.bound.get(person, {}).get(self.home.get(person, ""), ("", ""))[1]

    def units(self, unit: str) -> dict[str, str]:
        """Who may vote now, and for which unit."""
        there = {person: rows for person, rows in self.bound.items() if rows}
        if unit == "household":
            return {person: self.household(person) for person in there if self.household(person)}
        owners = {person for person, rows in there.items() if any(each == "owner" for each, _ in rows.values())}
        return {person: person for person in (owners if unit == "owner" else there)}
