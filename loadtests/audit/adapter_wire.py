"""How any target answers, by its adapter: an interpreter for the audit, and what answers give to later operations."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from loadtests.adapter import Adapter, AdapterTarget
from loadtests.adapter import Answer as Understood
from loadtests.adapter.credentials import Login
from loadtests.adapter.document import Mapped
from loadtests.adapter.hatch import Hatch
from loadtests.adapter.target import CONFIRM, RESOLVE
from loadtests.audit.calls import Answer, Attempt, Call, Request, call_of
from loadtests.audit.named import NAMED
from loadtests.history import Exchange
from loadtests.operations import READ, Operation

BEARER = "{token}"
OURS = {CONFIRM, RESOLVE}


class AdapterWire:
    """As `calls.Interpreter`."""

    def __init__(self, adapter: Adapter, name: str, environment: Mapping[str, str]) -> None:
        """`environment`: the audit needs no secret, so any mapping will do that has what the file names."""
        self.name = name
        self.by = AdapterTarget(adapter, environment)
        self.by.issued = self._issued
        self._scripted = AdapterTarget(adapter, environment)
        self._scripted.issued = self._issued
        self._scripted.known = {"seed": NAMED["seed"]}
        self._scripted.hatch = Hatch()  # the user's class needs what only a run has
        self.objects = adapter.objects
        self.tells = frozenset({"view", "code", "at", "n"})

    def attempts(self, operation: Operation, exchanges: Sequence[Exchange]) -> list[Attempt]:
        """One attempt an exchange of the committing step, which is the operation in the history."""
        if not exchanges or self.by.adapter.entry(operation.type) is None:
            return []
        commit = self.by.commit(operation.type)
        sent = sorted(exchanges, key=lambda each: each.sent_ns)
        committing = [each for each in sent if (each.step or commit) == commit]
        if not committing:
            own = [each for each in sent if each.step not in OURS]
            answer = self._answer(operation, self.by.interpret(operation, own), own[-1].status)
            return [Attempt(own[0].sent_ns, own[-1].done_ns, answer)]
        found = [self._attempt(operation, each) for each in committing]
        if not (self.by.adapter.idempotency is not None and operation.key):
            _rejections_settle_nothing_earlier(found)
        self._resolved(operation, found, sent)
        return found

    def _attempt(self, operation: Operation, exchange: Exchange) -> Attempt:
        understood = self.by.judged(operation, exchange)
        answer = self._answer(operation, understood, exchange.status)
        return Attempt(exchange.sent_ns, None if answer.outcome == "unknown" else exchange.done_ns, answer)

    def _resolved(self, operation: Operation, found: list[Attempt], sent: Sequence[Exchange]) -> None:
        """An unknown outcome that a later answer shows to have happened, between its request and that answer."""
        if any(each.answer.outcome != "unknown" for each in found):
            return
        shown = next((each for each in sent if each.step == RESOLVE and self.by.happened(operation.type, each)), None)
        if shown is not None:
            found[0].answer = Answer("ok")
            found[0].done_ns = shown.done_ns

    def _answer(self, operation: Operation, understood: Understood, status: int) -> Answer:
        entry = self.by.adapter.entry(operation.type)
        ours = operation.is_read or self._is_of_object(operation) or (entry is not None and self._tells_events(entry))
        view = understood.view if ours else None
        problems = ("unmapped",) if understood.kind == "unknown" and 0 < status < 500 else ()  # noqa: PLR2004 - 5xx
        told = Answer(understood.kind, understood.code, understood.at, understood.n, understood.sequence, view)
        told.details, told.problems, told.status = understood.details, problems, status
        return told

    def _is_of_object(self, operation: Operation) -> bool:
        return operation.type.removeprefix(READ).partition(".")[0] in self.objects

    def _tells_events(self, entry: Mapped) -> bool:
        rules = (*entry.outcome, *self.by.adapter.outcome)
        return any(rule.ok is not None and rule.ok.events for rule in rules)

    def confirmed(self, operation: Operation, exchanges: Sequence[Exchange]) -> Iterator[Call]:
        """The reads that followed an operation by the file's wish."""
        asked = [each for each in exchanges if each.step == CONFIRM]
        read = self.by.confirming(operation) if asked else None
        if read is not None:
            yield call_of(read, [self._attempt(read, each) for each in asked])

    def made(self, operation: Operation, exchange: Exchange) -> Mapping[str, Any]:
        """Values that later operations of the plan refer to."""
        if self.by.adapter.entry(operation.type) is None:
            return {}
        commit = self.by.commit(operation.type)
        return self.by.judged(operation, exchange).made if (exchange.step or commit) == commit else {}

    def request(self, operation: Operation) -> Request:
        """The committing step; what earlier steps would give stands in it by its name."""
        made = self._scripted.request(operation, self.by.commit(operation.type), NAMED["account"], NAMED["steps"])
        headers = {name: value for name, value in made.headers if name != "Content-Type"}
        body: Any = None
        if made.body:
            try:
                body = json.loads(made.body)
            except ValueError:
                body = made.body.decode(errors="replace")
                headers["Content-Type"] = "application/x-www-form-urlencoded"
        return Request(made.method, made.path, headers, body)

    def _issued(self, credentials: str, _actor: str) -> Mapping[str, str]:
        login = self._login(credentials)
        if login is None or login.token is None:
            return {}
        return {login.token.httpHeaderName: f"{login.token.headerPrefix}{BEARER}{login.token.headerPostfix}"}

    def _login(self, credentials: str) -> Login | None:
        found = [each.loginEndpointAuth for each in self.by.adapter.auth if each.name == credentials]
        return found[0] if found else None

    def credential(self, actor: str) -> Request | None:  # noqa: ARG002 - logins of a file need the secrets of its user
        """None: who repeats a script logs in by hand and puts the token in its place."""
        return None


def _rejections_settle_nothing_earlier(found: list[Attempt]) -> None:
    """Without a key a rejection says nothing of an earlier attempt whose answer is missing."""
    lost = False
    for each in found:
        if lost and each.answer.outcome == "rejected":
            each.answer = Answer("unknown", each.answer.code, status=each.answer.status)
            each.done_ns = None
        lost = lost or each.answer.outcome == "unknown"
