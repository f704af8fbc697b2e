"""A part of a log as operations: who gives what when, with references in place of ids that the target will make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from loadtests.operations import Operation
from loadtests.plan.pace import Pace
from loadtests.plan.rehearsal import ACCEPTED, made_in, name_of
from loadtests.plan.spoken import spoken
from loadtests.plan.story import Said
from loadtests.plan.town.steps import Teller
from loadtests.references import MADE, Reference, reference_of

SHARED = ("report", "praise", "binding")
"""Fields that name what several people work on in turn: its steps keep their order, whoever takes them."""
SHOWN = 20


@dataclass(slots=True)
class Told:
    """The operations, and how many got the answer of the log; `differing` tells of the first that did not."""

    operations: list[Operation] = field(default_factory=list)
    same: int = 0
    differing: list[str] = field(default_factory=list)


def tell_day(teller: Teller, day: list[Said], pace: Pace, seed: int) -> Told:
    """Operations of a part of a log, carried out after the town as they come."""
    told = Told()
    for operation, answer in _operations(teller, day, pace, seed):
        told.operations.append(operation)
        outcome = teller.rehearsal.carry_out(MADE, operation)
        found = name_of(outcome.code) if outcome is not None else "not possible"
        if found == answer:
            told.same += 1
        elif len(told.differing) < SHOWN:
            told.differing.append(f"{operation.n} {operation.type}: {answer}, {found}")
    return told


def _operations(teller: Teller, day: list[Said], pace: Pace, seed: int) -> Iterator[tuple[Operation, str]]:
    """Each operation with its answer in the log; what it made there has a name from then on."""
    start_s = teller.rehearsal.start_s
    for n, said in enumerate(day):
        data = teller.renamed(spoken(said.type, said.data))
        at_s = said.at - start_s
        key = f"plan{seed}-{n}"
        operation = Operation(
            n, pace.due_ns(at_s), said.type, said.actor, key, data, shard_of(said.actor, data), "day", at_s
        )
        yield operation, said.code or ACCEPTED
        for name, value in made_in(said.view, said.data, said.actor).items():
            teller.names.setdefault(value, Reference(MADE, n, name))


def shard_of(actor: str, data: dict[str, Any]) -> str:
    """What keeps the order: a case, praise or request that several people work on, else the actor."""
    for name in SHARED:
        found = reference_of(data.get(name))
        if found is not None:
            return found.text()[1:]
    return actor
