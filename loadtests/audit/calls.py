"""What an audit looks at: calls, made of an operation of the plan and what came back, whatever the wire looks like.

An `Interpreter` knows one target: it turns exchanges into answers, and an operation back into a request for a script.
Ambiguous outcomes stay ambiguous: a call without a definite answer may have happened at any time after it was sent, or
never. An operation that was retried under its key is one call: sent first, answered by the first definite answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from loadtests.history import Exchange
from loadtests.operations import READ, Operation

Outcome = Literal["ok", "rejected", "unknown", "not_done"]
"""`rejected` is a definite no of the target's rules; `not_done` a definite no for other reasons, or never sent."""


@dataclass(slots=True)
class Answer:
    """What one attempt says; None where the target does not tell.

    `at` is the target's instant, `n` its record number, `events` the first and last sequence number, `view` the events
    of a command, each {type, data}, or the value of a read. `problems` are ids of texts (`audit.problem.<id>`): in
    what the answer breaks the target's own contract.
    """

    outcome: Outcome
    code: str = ""
    at: int | None = None
    n: int | None = None
    events: tuple[int, int] | None = None
    view: Any = None
    details: Mapping[str, Any] | None = None
    replayed: bool = False
    problems: tuple[str, ...] = ()
    status: int = 0


@dataclass(slots=True)
class Attempt:
    """One attempt at an operation: sent and answered, in nanoseconds from the start of the run."""

    sent_ns: int
    done_ns: int | None
    answer: Answer


@dataclass(slots=True)
class Call:
    """An operation and its outcome. `returned_ns` is None where no definite answer came."""

    operation: Operation
    invoked_ns: int
    returned_ns: int | None
    answer: Answer
    attempts: list[Attempt] = field(default_factory=list)
    is_read: bool = False

    @property
    def outcome(self) -> Outcome:
        """What became of it."""
        return self.answer.outcome

    @property
    def kind(self) -> str:
        """Kind of the actor: `resident`."""
        return self.operation.actor.partition(":")[0]

    @property
    def who(self) -> str:
        """Id of the actor: `per_1`."""
        return self.operation.actor.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Request:
    """An operation on the wire, for a script that repeats it; a value `{token}` stands for the actor's credential."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any = None


class Interpreter(Protocol):
    """Knows one target."""

    name: str
    tells: frozenset[str]
    """What answers say: of `n`, `at`, `events`, `view`, `code`, `balance` (a read of one's points)."""

    def attempts(self, operation: Operation, exchanges: Sequence[Exchange]) -> list[Attempt]:
        """The attempts that the exchanges of one operation are, in the order in which they were sent."""

    def request(self, operation: Operation) -> Request:
        """The operation as a request."""

    def credential(self, actor: str) -> Request | None:
        """How a script gets the credential of an actor: the answer's `token`; `{secret}` stands for the operator's."""


def call_of(operation: Operation, attempts: list[Attempt]) -> Call:
    """One call from its attempts; without any it was not sent."""
    call = _joined(operation, attempts)
    call.is_read = operation.type.startswith(READ)
    return call


def _joined(operation: Operation, attempts: list[Attempt]) -> Call:
    if not attempts:
        return Call(operation, 0, None, Answer("not_done"))
    first = attempts[0]
    if len(attempts) == 1:
        done = first.done_ns if first.answer.outcome in ("ok", "rejected") else None
        return Call(operation, first.sent_ns, done, first.answer)
    for attempt in attempts:
        if attempt.answer.outcome in ("ok", "rejected"):
            return Call(operation, first.sent_ns, attempt.done_ns, attempt.answer, attempts)
    unknown = next((each.answer for each in attempts if each.answer.outcome == "unknown"), attempts[-1].answer)
    return Call(operation, first.sent_ns, None, unknown, attempts)
