"""A target by its adapter, as the generator sees it: every operation is a course of one or more steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loadtests.adapter import AdapterTarget, Answer, StepRequest
from loadtests.adapter.target import CONFIRM, RESOLVE
from loadtests.adapter.understanding import headers_of
from loadtests.generator.answers import exchange_of
from loadtests.generator.recorder import kept
from loadtests.generator.session import Session
from loadtests.generator.target import STOPPED, Reply, Request, Steps, outcome_unknown
from loadtests.history import Exchange
from loadtests.operations import Operation
from wording import MashangError

FIRST_ERROR = 400


class LiveTarget:
    """As `target.Target`. `session` holds accounts and logins; `expired` the logins that somebody should renew."""

    def __init__(self, adapter_target: AdapterTarget, session: Session) -> None:
        self.by = adapter_target
        self.session = session
        self.kept_headers = headers_of(adapter_target.adapter)
        self.expired: set[tuple[str, str]] = set()
        adapter_target.issued = session.headers
        adapter_target.known = session.known()

    def serves(self, kind: str) -> bool:
        """True if the file has an entry for operations of this type."""
        return self.by.adapter.entry(kind) is not None

    def compile(self, operation: Operation) -> Steps:
        """The course of an operation; its first request is made now."""
        return Course(self, operation)

    def is_open(self, reply: Reply) -> bool:
        """Unused: courses know their answers."""
        return outcome_unknown(reply)

    def is_failure(self, reply: Reply) -> bool:
        """Unused: courses know their answers."""
        return outcome_unknown(reply)

    def account(self, operation: Operation) -> Mapping[str, Any]:
        """What templates find as `account`; `account.at` is the instant of the town, where the plan says its start."""
        session = self.session
        found = session.accounts.get(operation.actor, {})
        if session.start_s is None or operation.is_read:
            return found
        offset_s = operation.at_s
        if offset_s is None:
            offset_s = int(operation.due_ns * session.pace) // 1_000_000_000
        return {**found, "at": session.start_s + offset_s}


class Course(Steps):
    """One operation under way."""

    def __init__(self, target: LiveTarget, operation: Operation) -> None:
        self._target = target
        self._operation = operation
        self._outputs: dict[str, Any] = {}
        self._generation = 0
        self._asked = 0
        self._reply: Reply | None = None
        self._exchange: Exchange
        self._understood = Answer("unknown")
        self._answer = Answer("unknown")
        self.pause_ns = 0

    def first(self) -> tuple[str, Request]:
        """The first step."""
        step = self._target.by.steps(self._operation.type)[0]
        return step, self._request(step)

    def _request(self, step: str) -> Request:
        target, operation = self._target, self._of(step)
        of = step if operation is self._operation else target.by.steps(operation.type)[-1]
        credentials = target.by.step(operation.type, of).credentials
        self._generation = target.session.generation(credentials, operation.actor)
        return as_request(target.by.request(operation, of, target.account(operation), self._outputs))

    def _of(self, step: str) -> Operation:
        """The operation that a step belongs to: a confirming read is one of its own."""
        if step == CONFIRM:
            return self._target.by.confirming(self._operation) or self._operation
        return self._operation

    def renewed(self, step: str) -> Request | None:
        """Made anew where it says the instant, or where its login was renewed since."""
        target, operation = self._target, self._of(step)
        of = target.by.step(operation.type, step if step != CONFIRM else target.by.steps(operation.type)[-1])
        if of.fresh or self._generation != target.session.generation(of.credentials, operation.actor):
            return self._request(step)
        return None

    def _look(self, step: str, reply: Reply) -> tuple[Exchange, Answer]:
        """What a reply means; asked several times of the same one."""
        if self._reply is not reply:
            target, operation = self._target, self._of(step)
            names = target.kept_headers
            headers = kept(reply.head, names) if names and reply.head else {}
            self._reply = reply
            self._exchange = exchange_of(reply, operation.n, step, headers)
            self._understood = target.by.judged(operation, self._exchange)
        return self._exchange, self._understood

    def is_open(self, step: str, reply: Reply) -> bool:
        """An outcome that the file's rules do not settle, or a login that has run out."""
        exchange, answer = self._look(step, reply)
        if step == RESOLVE:
            return outcome_unknown(reply)
        return answer.kind == "unknown" or self._is_expired(step, exchange)

    def is_failure(self, step: str, reply: Reply) -> bool:
        """An outcome that is not known, and a request that the target did not take."""
        if step == RESOLVE:
            return outcome_unknown(reply)
        return self._look(step, reply)[1].kind in {"unknown", "not_done"}

    def did_nothing(self, step: str, reply: Reply) -> bool:
        """A login that has run out, or a connection that was refused."""
        return super().did_nothing(step, reply) or self._is_expired(step, self._look(step, reply)[0])

    def _is_expired(self, step: str, exchange: Exchange) -> bool:
        target, operation = self._target, self._of(step)
        if not target.by.is_expired(exchange):
            return False
        of = step if step != CONFIRM else target.by.steps(operation.type)[-1]
        credentials = target.by.step(operation.type, of).credentials
        if self._generation == target.session.generation(credentials, operation.actor):
            target.expired.add((credentials, operation.actor))
        return True

    def on_step(self, step: str, reply: Reply) -> tuple[str, Request] | None:
        """The next step of the file; behind the one that commits, asking what became of it, and the confirming read."""
        self.pause_ns = 0
        by, kind = self._target.by, self._operation.type
        exchange, answer = self._look(step, reply)
        if step == CONFIRM or reply.fault == STOPPED:
            return None
        if step == RESOLVE:
            return self._asked_again(exchange)
        if step == by.commit(kind):
            self._answer = answer
            if answer.kind == "unknown" and by.resolve(kind).by == "read":
                return self._resolving()
            if answer.kind != "ok":
                return self._confirming()
        elif reply.fault or answer.kind == "rejected" or reply.status >= FIRST_ERROR:
            return None
        self._outputs[step] = by.outputs(kind, exchange)
        names = by.steps(kind)
        place = names.index(step) + 1
        return self._try(names[place]) if place < len(names) else self._confirming()

    def _asked_again(self, exchange: Exchange) -> tuple[str, Request] | None:
        by, kind = self._target.by, self._operation.type
        if by.happened(kind, exchange):
            self._answer = Answer("ok")
            return self._confirming()
        if self._asked >= by.resolve(kind).max:
            return self._confirming()
        return self._resolving()

    def _resolving(self) -> tuple[str, Request] | None:
        self._asked += 1
        self.pause_ns = self._target.by.resolve(self._operation.type).pause_ms * 1_000_000
        return self._try(RESOLVE)

    def _confirming(self) -> tuple[str, Request] | None:
        """Whatever the outcome is, if something may have happened."""
        if self._answer.kind not in {"ok", "unknown"} or self._target.by.confirming(self._operation) is None:
            return None
        return self._try(CONFIRM)

    def _try(self, step: str) -> tuple[str, Request] | None:
        """The step, unless an earlier answer did not give what it needs: the operation ends there."""
        try:
            return step, self._request(step)
        except MashangError:
            return None

    def made(self) -> Mapping[str, Any]:
        """What the committing answer made."""
        return self._answer.made


def as_request(made: StepRequest) -> Request:
    """As transports take it."""
    return Request(made.method, made.path, made.headers, made.body, made.repeatable)
