"""The script of a hunt: what was sent so far, carried out on a model engine, with names for what that made."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from engine import Command, Policy
from engine.catalogue import BY_TYPE
from engine.views.points import available
from loadtests.operations import Operation
from loadtests.plan.hunt.drawing import UNMADE, Candidate, Drawing
from loadtests.plan.hunt.measures import CLIENTS, MAKERS, SETTLE_NS
from loadtests.plan.hunt.small_town import MORNING, town
from loadtests.plan.pace import NANOSECONDS
from loadtests.plan.rehearsal import Answers, Rehearsal, made_in, view_of
from loadtests.references import MADE, TOWN, Reference, replaced


@dataclass(slots=True)
class Script:
    """The operations of a hunt so far, and the model that has carried them out.

    `makers` are the kinds of commands that have made something, by the prefix of its id.
    """

    seed: int
    rate: float
    luck: Random = field(init=False)
    rehearsal: Rehearsal = field(init=False)
    drawing: Drawing = field(init=False)
    town: list[Operation] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    names: dict[str, Reference] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    due_ns: int = 0
    most: int = 0
    at: int = MORNING + 1
    hot: str = "per_1"
    policy: Policy = field(default_factory=Policy)
    fresh: list[str] = field(default_factory=list)
    makers: dict[str, set[type[Command]]] = field(
        default_factory=lambda: {prefix: {BY_TYPE[wire]} for prefix, wire in MAKERS.items()}
    )

    def __post_init__(self) -> None:
        """The town is told; nothing is hunted yet."""
        self.luck = Random(self.seed)  # noqa: S311 - a schedule that anybody can make again, no secret
        self.rehearsal = Rehearsal(self.policy, MORNING)
        for operation in self.before():
            outcome = self.rehearsal.carry_out(TOWN, operation)
            if outcome is None or outcome.code is not None:
                raise AssertionError(f"the town of hunts refuses {operation}")
            self.town.append(operation)
            self.name(TOWN, operation, view_of(outcome))
        self.rehearsal.answers = Answers()
        self.drawing = Drawing(self.rehearsal.engine, self.luck, self.seed)
        self.turn_to(self.at)
        self.policy = self.district.policy

    def before(self) -> Iterable[Operation]:
        """The commands of the town."""
        return town()

    @property
    def district(self) -> Any:
        """The model's state."""
        return self.rehearsal.engine.district

    def turn_to(self, at: int) -> None:
        """Time passes: what is due by then has happened; nothing of before is still under way."""
        if at > self.at and self.operations and self.operations[-1].due_ns == self.due_ns:
            self.settle(len(self.operations) - 1)
        self.at = self.drawing.now = max(at, self.district.at)
        self.rehearsal.engine.advance(self.at)
        self.drawing.pools.forget()
        row = self.district.residents.persons.get(self.hot)
        if row is None or row.state != "ACTIVE" or not row.active_bindings:
            bound = [each.id for each in self.district.residents.persons.values() if each.active_bindings]
            self.hot = max(bound, key=lambda each: (available(self.district, each), each), default=self.hot)

    def settle(self, first: int) -> None:
        """What comes next is sent when the answers to the operations from number `first` on are there."""
        self.due_ns += SETTLE_NS + round((len(self.operations) - first) * NANOSECONDS / self.rate)

    def send(self, candidate: Candidate, intent: str, key: str = "") -> None:
        """Put a command into the plan and tell it to the model."""
        said = self.said(json.loads(candidate.command.encode()))
        actor = f"{candidate.kind}:{candidate.who}"
        self.put(candidate.command.type, actor, key or f"hunt{self.seed}-{len(self.operations)}", (said, intent))

    def said(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Values with references in place of what was made here."""
        names = self.names
        found: dict[str, Any] = replaced(dict(values), lambda text: names[text].text() if text in names else text)
        return found

    def put(self, wire: str, actor: str, key: str, said: tuple[dict[str, Any], str]) -> None:
        """One operation more, up to `most`; `said` are its data and its intent."""
        data, intent = said
        n = len(self.operations)
        if n >= self.most:
            return
        shard = f"client:{self.luck.randrange(CLIENTS)}"
        operation = Operation(n, self.due_ns, wire, actor, key, data, shard, intent, self.at - MORNING)
        self.operations.append(operation)
        self.counts[intent] += 1
        self.counts["of hot"] += self.hot in (actor.partition(":")[2], data.get("person"))
        outcome = self.rehearsal.carry_out(MADE, operation)
        self.drawing.pools.forget()
        if outcome is not None and outcome.code is None:
            self.name(MADE, operation, view_of(outcome))

    def name(self, source: str, operation: Operation, view: list[dict[str, Any]]) -> None:
        """Remember by which reference to call what an answer says was made."""
        for name, value in made_in(view, operation.data, operation.actor).items():
            further = "__" in name  # of several rows that one answer makes, hunts go after the first
            if value not in self.names and not value.endswith(UNMADE) and not further:
                self.names[value] = Reference(source, operation.n, name)
                self.fresh.append(value)
                if source == MADE and operation.type in BY_TYPE:
                    self.makers.setdefault(value.partition("_")[0], set()).add(BY_TYPE[operation.type])
