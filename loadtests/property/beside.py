"""The engine beside the target: it is told the same commands and questions, and says what a right one answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from engine import Envelope, Outcome, Policy, Rejected
from engine.catalogue import BY_TYPE
from engine.contract import command_from
from engine.views.catalogue import READ_BY_NAME
from engine.views.read import Seeing, read_at
from loadtests.operations import READ, Operation
from loadtests.plan.rehearsal import Rehearsal, view_of
from loadtests.references import resolved


@dataclass(frozen=True, slots=True)
class Expected:
    """What a right target answers. `view`: with `events` those of a command, else the value of a read."""

    kind: Literal["ok", "rejected"]
    code: str = ""
    at: int | None = None
    view: Any = None
    details: Any = None
    events: bool = False


class Beside:
    """One engine that lives on; a new story in it begins with `forget`, which drops what references stand for."""

    def __init__(self, policy: Policy) -> None:
        """An empty district under a policy."""
        self.rehearsal = Rehearsal(policy, 0)

    @property
    def now(self) -> int:
        """The instant of its last record, seconds UTC."""
        at: int = self.rehearsal.engine.district.at
        return at

    def forget(self) -> None:
        """References stand for nothing any more; rows stay."""
        self.rehearsal.known.clear()

    def filled(self, operation: Operation) -> dict[str, Any]:
        """Data with what references stand for here; raises KeyError for one that stands for nothing."""
        found: dict[str, Any] = resolved(operation.data, self.rehearsal.known)
        return found

    def told(self, source: str, operation: Operation, at: int) -> Expected:
        """The answer to an operation at an instant; raises KeyError for an open reference."""
        kind, _, who = operation.actor.partition(":")
        filled = self.filled(operation)
        if operation.is_read:
            return self._asked(operation.type.removeprefix(READ), filled, (kind, who), at)
        try:
            command = command_from(operation.type, BY_TYPE[operation.type].version, filled)
        except Rejected as wrong:  # at the door: no engine has seen it
            return Expected("rejected", wrong.code.name)
        outcome = self.rehearsal.engine.execute(Envelope(operation.key, kind, who, max(at, self.now), command))
        if outcome.code is None:
            self.rehearsal.learn(source, operation, outcome)
        return _expected(outcome)

    def _asked(self, name: str, filled: dict[str, Any], actor: tuple[str, str], at: int) -> Expected:
        """What is due by then is fired first."""
        engine, read = self.rehearsal.engine, READ_BY_NAME[name]
        engine.advance(at)
        instant = max(at, self.now)
        seeing = Seeing(instant, engine.sealing.vault)
        try:
            value = read_at(engine.district, read, read.parameters(**filled), actor, seeing)
        except Rejected as wrong:
            return Expected("rejected", wrong.code.name, instant)
        return Expected("ok", "", instant, json.loads(json.dumps(value)))


def _expected(outcome: Outcome) -> Expected:
    at = outcome.by.at
    if outcome.code is not None:
        details = dict(outcome.details) if outcome.details else None
        return Expected("rejected", outcome.code.name, at, None, details)
    return Expected("ok", "", at, view_of(outcome), events=True)
