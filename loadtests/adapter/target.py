"""A target by its adapter: operations become requests, answers become outcomes."""

from __future__ import annotations

import hmac
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from loadtests.adapter.answer import Answer, StepRequest
from loadtests.adapter.document import Accepted, Adapter, Mapped, Money, Rule, Signature, Step
from loadtests.adapter.expression import Expression
from loadtests.adapter.extraction import taking
from loadtests.adapter.template import Absent, Body, Text, as_text
from loadtests.history import Exchange
from loadtests.operations import READ, Operation
from wording import ExitCode, MashangError

ENVIRONMENT = re.compile(r"\$\{env\.([A-Za-z_]\w*)\}")
REFUSED = "refused"
LINE_BREAKS = ("\r", "\n")


def with_environment(text: str, environment: Mapping[str, str]) -> str:
    """`${env.NAME}` filled from the environment; raises MashangError (2) naming one that is not set."""

    def value(found: re.Match[str]) -> str:
        if found[1] not in environment:
            raise MashangError(ExitCode.USAGE, "load.adapter.no_variable", name=found[1])
        return environment[found[1]]

    return ENVIRONMENT.sub(value, text)


@dataclass(frozen=True, slots=True)
class _Step:
    id: str
    method: str
    path: Text
    query: dict[str, Text] | None  # None: all of the data
    headers: dict[str, Text]
    body: Body | None
    form: dict[str, Text] | None
    signature: tuple[Signature, Text, bytes] | None
    outputs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Mapped:
    steps: tuple[_Step, ...]
    commit: str
    rules: tuple[tuple[Expression, Rule], ...]


class AdapterTarget:
    """Compiles the file once; each operation then only fills pieces. `environment` holds what `${env.NAME}` names."""

    def __init__(self, adapter: Adapter, environment: Mapping[str, str] = os.environ) -> None:
        """Raises MashangError: 3 for a template that cannot be read, 2 for a variable that is not set."""
        self.adapter = adapter
        self._environment = environment
        self._mapped: dict[str, _Mapped | None] = {}

    def compile(self, operation: Operation, account: Mapping[str, Any] | None = None) -> list[StepRequest]:
        """The requests of an operation whose later steps need nothing of earlier answers; else use `request`."""
        return [self.request(operation, step.id, account, {}) for step in self._of(operation.type).steps]

    def steps(self, kind: str) -> tuple[str, ...]:
        """The names of the steps of operations of this type, in order."""
        return tuple(step.id for step in self._of(kind).steps)

    def request(
        self, operation: Operation, step: str, account: Mapping[str, Any] | None, outputs: Mapping[str, Any]
    ) -> StepRequest:
        """One step's request. `outputs`: by step what earlier steps gave; raises MashangError (6) if a value lacks."""
        found = next(each for each in self._of(operation.type).steps if each.id == step)
        scope = _scope(operation, account, outputs)
        try:
            return self._filled(found, operation, scope)
        except Absent as lacking:
            raise MashangError(
                ExitCode.INVALID_LOAD, "load.adapter.no_value", name=lacking, operation=operation.type, n=operation.n
            ) from lacking

    def outputs(self, kind: str, exchange: Exchange) -> dict[str, Any]:
        """What a step's answer gives to later steps, by name."""
        step = next(each for each in self._of(kind).steps if each.id == _step_of(exchange, self._of(kind)))
        headers = _lower(exchange.headers)
        return {name: taking(text)(exchange.body, headers) for name, text in step.outputs.items()}

    def interpret(self, operation: Operation, exchanges: Sequence[Exchange]) -> Answer:
        """What the answers mean. A definite answer of any attempt at the committing step beats an unknown one.

        But without an idempotency key a later rejection says nothing of an earlier attempt whose answer is missing.
        """
        mapped = self._of(operation.type)
        committing = [each for each in exchanges if _step_of(each, mapped) == mapped.commit]
        judged = [self._judged(mapped, each) for each in committing]
        keyed = self.adapter.idempotency is not None and bool(operation.key)
        lost = not keyed and any(answer.kind == "unknown" for answer in judged)
        for answer in reversed(judged):
            if answer.kind == "ok" or (answer.kind == "rejected" and not lost):
                return answer
        if judged:
            done = all(answer.kind == "not_done" for answer in judged)
            return judged[-1] if done else Answer("unknown")
        earlier = [self._judged(mapped, each) for each in exchanges]
        return next((each for each in reversed(earlier) if each.kind == "rejected"), Answer("not_done"))

    def _judged(self, mapped: _Mapped, exchange: Exchange) -> Answer:
        if exchange.fault == REFUSED:
            return Answer("not_done")
        headers = _lower(exchange.headers)
        values = {"status": exchange.status, "body": exchange.body, "headers": headers}
        if exchange.fault:
            values[exchange.fault] = True
        for expression, rule in mapped.rules:
            if expression.holds(values):
                return _answer(rule, exchange.body, headers)
        return Answer("unknown")

    def _of(self, kind: str) -> _Mapped:
        if kind not in self._mapped:
            entry = self.adapter.entry(kind)
            self._mapped[kind] = None if entry is None else self._compiled(kind, entry)
        found = self._mapped[kind]
        if found is None:
            raise MashangError(ExitCode.INVALID_LOAD, "load.adapter.incapable", operation=kind)
        return found

    def _compiled(self, kind: str, entry: Mapped) -> _Mapped:
        try:
            steps = tuple(self._step(kind, step) for step in entry.steps)
        except ValueError as wrong:
            raise MashangError(ExitCode.CONTENT, "load.adapter.template", operation=kind, reason=wrong) from wrong
        rules = tuple((Expression(rule.when), rule) for rule in (*entry.outcome, *self.adapter.outcome))
        return _Mapped(steps, entry.commit_point or entry.steps[-1].id, rules)

    def _step(self, kind: str, step: Step) -> _Step:
        money = self.adapter.money
        known = [each for each in self.adapter.auth if each.name == (step.credentials or each.name)][:1]
        headers = {each.name: each.value for who in known for each in who.fixedHeaders} | step.headers
        if self.adapter.idempotency is not None and not kind.startswith(READ):
            headers.setdefault(self.adapter.idempotency.header, "{{key?}}")
        method, _, path = step.call.partition(" ")
        signature = next((who.hmac for who in known if who.hmac is not None), None)
        return _Step(
            step.id,
            method,
            Text(path, money, lambda each: quote(each, safe="")),
            None if isinstance(step.query, str) else _texts(step.query, money),
            {name: Text(with_environment(text, self._environment), money) for name, text in headers.items()},
            None if step.body is None else Body(step.body, money),
            _texts(step.form, money),
            None if signature is None else self._signature(signature),
            step.outputs,
        )

    def _signature(self, signature: Signature) -> tuple[Signature, Text, bytes]:
        secret = with_environment(signature.secret, self._environment).encode()
        return signature, Text(signature.over, self.adapter.money), secret

    def _filled(self, step: _Step, operation: Operation, scope: dict[str, Any]) -> StepRequest:
        query = _pairs(step.query, scope)
        if step.query is None:
            query = [f"{_query(name)}={_query(as_text(value))}" for name, value in operation.data.items()]
        path = step.path.fill(scope) + (f"?{'&'.join(query)}" if query else "")
        headers = [(name, text.fill(scope)) for name, text in step.headers.items() if not text.omitted(scope)]
        body = b""
        if step.body is not None:
            body = step.body.fill(scope)
            headers.append(("Content-Type", "application/json"))
        elif step.form is not None:
            body = "&".join(_pairs(step.form, scope)).encode()
            headers.append(("Content-Type", "application/x-www-form-urlencoded"))
        if step.signature is not None:
            signature, over, secret = step.signature
            signed = over.fill(scope | {"method": step.method, "path": path, "body": body.decode()})
            headers.append((signature.header, hmac.new(secret, signed.encode(), signature.algorithm).hexdigest()))
        if any(each in value for _, value in headers for each in LINE_BREAKS):
            raise MashangError(
                ExitCode.INVALID_LOAD, "load.adapter.line_break", operation=operation.type, n=operation.n
            )
        keyed = self.adapter.idempotency is not None and bool(operation.key)
        return StepRequest(step.id, step.method, path, tuple(headers), body, operation.is_read or keyed)


def _scope(operation: Operation, account: Mapping[str, Any] | None, outputs: Mapping[str, Any]) -> dict[str, Any]:
    subject, _, verb_object = operation.type.removeprefix(READ).partition(".")
    return {
        **operation.data,
        "data": operation.data,
        "actor": operation.actor,
        "key": operation.key or None,
        "n": operation.n,
        "subject": subject,
        "verb_object": verb_object,
        "read": operation.type.removeprefix(READ),
        "account": {} if account is None else account,
        "steps": outputs,
    }


def _texts(texts: Mapping[str, str] | None, money: Money) -> dict[str, Text] | None:
    return None if texts is None else {name: Text(text, money, _query) for name, text in texts.items()}


def _pairs(texts: Mapping[str, Text] | None, scope: Mapping[str, Any]) -> list[str]:
    found = (texts or {}).items()
    return [f"{_query(name)}={text.fill(scope)}" for name, text in found if not text.omitted(scope)]


def _query(text: str) -> str:
    return quote(text, safe="")


def _lower(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {name.lower(): value for name, value in (headers or {}).items()}


def _step_of(exchange: Exchange, mapped: _Mapped) -> str:
    return exchange.step or mapped.steps[-1].id


def _answer(rule: Rule, body: Any, headers: Mapping[str, str]) -> Answer:
    if rule.ok is not None:
        return _accepted(rule.ok, body, headers)
    if rule.error is not None:
        code = taking(rule.error)(body, headers) if rule.error.startswith("$") else rule.error
        return Answer("rejected", str(code)) if code else Answer("unknown")
    return Answer("not_done" if rule.effect == "none" else "unknown")


def _accepted(accepted: Accepted, body: Any, headers: Mapping[str, str]) -> Answer:
    def of(text: str | None) -> Any:
        return None if text is None else taking(text)(body, headers)

    return Answer("ok", view=of(accepted.view), at=_whole(of(accepted.at)), n=_whole(of(accepted.n)))


def _whole(found: Any) -> int | None:
    """A whole number, also out of text, as headers have it."""
    if isinstance(found, str) and found.isascii() and found.isdecimal():
        return int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) else None
