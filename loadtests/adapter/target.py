"""A target by its adapter: operations become requests, answers become outcomes."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from loadtests.adapter.answer import Answer, StepRequest
from loadtests.adapter.compiled import CompiledStep, Compiler, key_header_of
from loadtests.adapter.document import Adapter, Mapped, Resolve, Step
from loadtests.adapter.expression import Expression
from loadtests.adapter.hatch import Hatch, hatch_of
from loadtests.adapter.template import Absent
from loadtests.adapter.understanding import Rules, Values, outputs_of, understood
from loadtests.history import Exchange
from loadtests.operations import READ, Operation
from wording import ExitCode, MashangError

RESOLVE, CONFIRM = "resolve", "confirm"
Issued = Callable[[str, str], Mapping[str, str]]
"""Headers that a login gave, by the name of the credentials and the actor."""


@dataclass(frozen=True, slots=True)
class _Mapped:
    steps: dict[str, CompiledStep]
    order: tuple[str, ...]
    commit: str
    rules: Rules
    resolve: Resolve
    happened: Expression | None


class AdapterTarget:
    """Compiles the file once; each operation then only fills pieces. `environment` holds what `${env.NAME}` names.

    `issued` and `known` may be set by whoever logs in: headers of a login, and names for templates (`run`, `seed`).
    """

    def __init__(self, adapter: Adapter, environment: Mapping[str, str] = os.environ) -> None:
        """Raises MashangError: 3 for a template that cannot be read, 2 for a variable that is not set."""
        self.adapter = adapter
        self.issued: Issued = lambda _credentials, _actor: {}
        self.known: Mapping[str, Any] = {}
        self.hatch: Hatch = hatch_of(adapter.python)
        self._compiler = Compiler(adapter, environment)
        self._mapped: dict[str, _Mapped | None] = {}
        self._expired = tuple(Expression(each.expired) for each in adapter.auth if each.expired is not None)

    def compile(self, operation: Operation, account: Mapping[str, Any] | None = None) -> list[StepRequest]:
        """The requests of an operation whose later steps need nothing of earlier answers; else use `request`."""
        return [self.request(operation, step, account, {}) for step in self.steps(operation.type)]

    def steps(self, kind: str) -> tuple[str, ...]:
        """The names of the steps of operations of this type, in order."""
        return self._of(kind).order

    def commit(self, kind: str) -> str:
        """The step that makes an operation of this type happen."""
        return self._of(kind).commit

    def resolve(self, kind: str) -> Resolve:
        """How an unknown outcome of this type is found out."""
        return self._of(kind).resolve

    def step(self, kind: str, step: str) -> CompiledStep:
        """A step as it was compiled."""
        return self._of(kind).steps[step]

    def request(
        self, operation: Operation, step: str, account: Mapping[str, Any] | None, outputs: Mapping[str, Any]
    ) -> StepRequest:
        """One step's request. `outputs`: by step what earlier steps gave; raises MashangError (6) if a value lacks."""
        found = self.step(operation.type, step)
        scope = {**_scope(operation), **self.known, "account": {} if account is None else account, "steps": outputs}
        if run := self.known.get("run"):  # a plan may be sent twice: keys and names of an earlier run are others
            scope |= {"key": f"{run}-{operation.key}"} if operation.key else {}
            scope |= {"fresh_id": f"{run}-{scope['id']}"} if "id" in operation.data else {}
        keyed = self.adapter.idempotency is not None and bool(operation.key)
        try:
            made = found.fill(
                scope,
                self.issued(found.credentials, operation.actor),
                repeatable=operation.is_read or keyed or step == RESOLVE,
            )
        except Absent as lacking:
            raise MashangError(
                ExitCode.INVALID_LOAD, "load.adapter.no_value", name=lacking, operation=operation.type, n=operation.n
            ) from lacking
        except ValueError as wrong:
            raise MashangError(
                ExitCode.INVALID_LOAD, "load.adapter.line_break", operation=operation.type, n=operation.n
            ) from wrong
        return self.hatch.request(operation, made, outputs)

    def outputs(self, kind: str, exchange: Exchange) -> dict[str, Any]:
        """What a step's answer gives to later steps, by name."""
        mapped = self._of(kind)
        return outputs_of(mapped.steps[_step_of(exchange, mapped)].outputs, exchange)

    def judged(self, operation: Operation, exchange: Exchange) -> Answer:
        """What one exchange of an operation means by itself."""
        answer = understood(self._of(operation.type).rules, exchange, self._expired)
        return self.hatch.answer(operation, exchange, answer)

    def is_expired(self, exchange: Exchange) -> bool:
        """True if the answer says that a login has run out: nothing was done."""
        return bool(self._expired) and any(each.holds(Values(exchange)) for each in self._expired)

    def happened(self, kind: str, exchange: Exchange) -> bool:
        """True if the answer to the resolving request shows that the operation happened."""
        shows = self._of(kind).happened
        return shows is not None and not exchange.fault and shows.holds(Values(exchange))

    def interpret(self, operation: Operation, exchanges: Sequence[Exchange]) -> Answer:
        """What the answers mean. A definite answer of any attempt at the committing step beats an unknown one.

        But without an idempotency key a later rejection says nothing of an earlier attempt whose answer is missing.
        """
        mapped = self._of(operation.type)
        committing = [each for each in exchanges if _step_of(each, mapped) == mapped.commit]
        judged = [self.judged(operation, each) for each in committing]
        keyed = self.adapter.idempotency is not None and bool(operation.key)
        lost = not keyed and any(answer.kind == "unknown" for answer in judged)
        for answer in reversed(judged):
            if answer.kind == "ok" or (answer.kind == "rejected" and not lost):
                return answer
        if judged:
            if any(each.step == RESOLVE and self.happened(operation.type, each) for each in exchanges):
                return Answer("ok")
            done = all(answer.kind == "not_done" for answer in judged)
            return judged[-1] if done else Answer("unknown")
        earlier = [self.judged(operation, each) for each in exchanges]
        return next((each for each in reversed(earlier) if each.kind == "rejected"), Answer("not_done"))

    def confirming(self, operation: Operation) -> Operation | None:
        """The read that follows an operation, if the file wants one."""
        entry = self.adapter.entry(operation.type)
        if entry is None or entry.confirm is None:
            return None
        scope = _scope(operation)
        read = {name: self._compiler.text(text) for name, text in entry.confirm.data.items()}
        values = {
            name: text.only_place.value(scope) if text.only_place is not None else text.fill(scope)
            for name, text in read.items()
        }
        return replace(operation, type=f"{READ}{entry.confirm.read}", key="", data=values, intent=CONFIRM)

    def lone(self, steps: Sequence[Step]) -> list[CompiledStep]:
        """Steps that belong to no operation (seed, teardown). Raises MashangError (3) for what cannot be read."""
        try:
            return [self._compiler.step(step) for step in steps]
        except ValueError as wrong:
            raise MashangError(ExitCode.CONTENT, "load.adapter.template", operation="-", reason=wrong) from wrong

    def _of(self, kind: str) -> _Mapped:
        if kind not in self._mapped:
            entry = self.adapter.entry(kind)
            self._mapped[kind] = None if entry is None else self._compiled(kind, entry)
        found = self._mapped[kind]
        if found is None:
            raise MashangError(ExitCode.INVALID_LOAD, "load.adapter.incapable", operation=kind)
        return found

    def _compiled(self, kind: str, entry: Mapped) -> _Mapped:
        key_header = key_header_of(self.adapter, kind)
        try:
            steps = {step.id: self._compiler.step(step, key_header=key_header) for step in entry.steps}
            order = tuple(steps)
            if entry.resolve.call is not None:
                asking = Step(id=RESOLVE, call=entry.resolve.call, query=entry.resolve.query)
                steps[RESOLVE] = self._compiler.step(asking)
        except ValueError as wrong:
            raise MashangError(ExitCode.CONTENT, "load.adapter.template", operation=kind, reason=wrong) from wrong
        rules = tuple((Expression(rule.when), rule) for rule in (*entry.outcome, *self.adapter.outcome))
        happened = Expression(entry.resolve.happened) if entry.resolve.happened is not None else None
        return _Mapped(steps, order, entry.commit_point or order[-1], rules, entry.resolve, happened)


def _scope(operation: Operation) -> dict[str, Any]:
    subject, _, verb_object = operation.type.removeprefix(READ).partition(".")
    return {
        "fresh_id": operation.data.get("id"),
        **operation.data,
        "data": operation.data,
        "actor": operation.actor,
        "key": operation.key or None,
        "n": operation.n,
        "subject": subject,
        "verb_object": verb_object,
        "read": operation.type.removeprefix(READ),
    }


def _step_of(exchange: Exchange, mapped: _Mapped) -> str:
    return exchange.step or mapped.order[-1]
