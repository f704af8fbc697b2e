"""Steps of a town: commands in the words of the log that the plan is made from, in the order of their instants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import Outcome, Policy
from loadtests.operations import Operation
from loadtests.plan.rehearsal import Rehearsal
from loadtests.plan.town.numbering import Changes
from loadtests.references import TOWN, Reference, replaced

REGISTRY = "officer:registry"
MOST_CHANGES = 100
"""Numbers changed by one command, so that no body grows beyond what a door takes."""


@dataclass(frozen=True, slots=True)
class Step:
    """A command at an instant. Ids are those of the log; `stands` says which id of the log a field of the answer is."""

    at: int
    actor: str
    type: str
    data: Mapping[str, Any]
    stands: Mapping[str, str] = field(default_factory=dict)  # field of the view -> id of the log


def office(at: int, changes: Changes, effective_from: int) -> Iterator[Step]:
    """Changes of the policy, in portions."""
    for first in range(0, len(changes), MOST_CHANGES):
        portion = [list(each) for each in changes[first : first + MOST_CHANGES]]
        yield Step(at, REGISTRY, "policy.change", {"changes": portion, "effective_from": effective_from})


class Teller:
    """Tells steps to a fresh engine and writes them down with references in place of what the engine makes."""

    def __init__(self, policy: Policy, start_s: int, seed: int) -> None:
        """`start_s`: the instant at which the plan begins. `seed` is part of every key."""
        self.rehearsal = Rehearsal(policy, start_s)
        self.names: dict[str, Reference] = {}
        self.town: list[Operation] = []
        self.refused: list[str] = []
        self._seed = seed
        self._given = 0

    @property
    def district(self) -> Any:
        """The state that the steps have made so far."""
        return self.rehearsal.engine.district

    def renamed(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Data with references in place of ids of the log that something made since."""
        names = self.names
        found: dict[str, Any] = replaced(dict(data), lambda text: names[text].text() if text in names else text)
        return found

    def tell(self, step: Step) -> Outcome | None:
        """Give a step; a refused one is noted and left out."""
        n = len(self.town)
        self._given += 1  # a refused step leaves its key used up
        at = max(step.at, self.district.at)
        operation = Operation(
            n,
            0,
            step.type,
            step.actor,
            f"town{self._seed}-{self._given}",
            self.renamed(step.data),
            "town",
            "town",
            at - self.rehearsal.start_s,
        )
        outcome = self.rehearsal.carry_out(TOWN, operation)
        if outcome is None or outcome.code is not None:
            answer = outcome.code.name if outcome is not None and outcome.code is not None else "not possible"
            self.refused.append(f"{step.type} {dict(step.data)}: {answer}")
            return outcome
        self.town.append(operation)
        for name, known_as in step.stands.items():
            self.names[known_as] = Reference(TOWN, n, name)
        return outcome
