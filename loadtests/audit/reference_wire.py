"""How the reference deployment answers: statuses, codes, the shape of bodies. Judges each answer by the contract."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine import Code
from engine.catalogue import BY_TYPE
from engine.contract import codes
from engine.views.catalogue import READS
from loadtests.audit.calls import Answer, Attempt, Request
from loadtests.history import Exchange
from loadtests.operations import READ, Operation
from loadtests.reference.answers import DOOR_CODES

OK = 200
SERVER_ERRORS = 500
STATUS_OF = {
    "MALFORMED": 400,
    "AUTH": 403,
    "IDEMPOTENCY": 422,
    "CLOCK": 409,
    "NOT_FOUND": 404,
    "STATE": 409,
    "LIMIT": 422,
    "BALANCE": 402,
    "INTERNAL": 500,
}
STATUS_OF_CODE = {"UNAUTHENTICATED": 401, "IDEMPOTENCY_IN_PROGRESS": 409, "BAD_METHOD": 405, "UNAVAILABLE": 503}
NOWHERE = frozenset({"NO_SUCH_PATH", "BAD_METHOD"})
"""What only a wrong path or method should get: from a path of the catalogue it breaks the contract."""
NOT_DONE = NOWHERE | {"IDEMPOTENCY_IN_PROGRESS"}
CODES: dict[str, Code] = {code.name: code for code in (*codes(), *DOOR_CODES)}
DOOR = frozenset(name for name, code in CODES.items() if code.door) - NOWHERE
KERNEL = frozenset({"FORBIDDEN", "OUT_OF_GRID", "IDEMPOTENCY_MISMATCH", "CLOCK_REGRESSION"})
ANSWERABLE = {name: frozenset(code.name for code in kind.codes) | KERNEL | DOOR for name, kind in BY_TYPE.items()}
NOT_FOUND = frozenset(name for name, code in CODES.items() if code.precedence.name == "NOT_FOUND")
ANSWERABLE_READS = {read.name: DOOR | KERNEL | NOT_FOUND | {code.name for code in read.codes} for read in READS}


def status_of(code: Code) -> int:
    """The one status of a code."""
    return STATUS_OF_CODE.get(code.name, STATUS_OF[code.precedence.name])


class ReferenceWire:
    """An interpreter."""

    name = "reference"
    tells = frozenset({"n", "at", "events", "view", "code", "balance"})

    def __init__(self, start_s: int | None = None) -> None:
        """`start_s`: the plan's start, where requests tell a driven clock their instant."""
        self.start_s = start_s

    def attempts(self, operation: Operation, exchanges: Sequence[Exchange]) -> list[Attempt]:
        """One attempt an exchange."""
        found = []
        for each in exchanges:
            answer = self._answer(operation, each)
            done = each.done_ns if answer.outcome != "unknown" else None
            found.append(Attempt(each.sent_ns, done, answer))
        if len(found) > 1:
            found.sort(key=lambda attempt: attempt.sent_ns)
        return found

    def _answer(self, operation: Operation, exchange: Exchange) -> Answer:
        body, status = exchange.body, exchange.status
        if exchange.fault or not status:
            refused = exchange.fault == "refused"  # no connection: nothing was sent
            return Answer("not_done" if refused else "unknown", status=status)
        if status == OK and type(body) is dict:
            return _read(body) if operation.type.startswith(READ) else _accepted(body, exchange)
        if type(body) is dict and type(body.get("error")) is dict:
            return _rejected(operation, status, body["error"])
        outcome = "unknown" if status >= SERVER_ERRORS or status == OK else "not_done"
        return Answer(outcome, status=status, problems=("shape",))  # type: ignore[arg-type]

    def request(self, operation: Operation) -> Request:
        """As the routes are derived from the wire names."""
        headers = {"Authorization": "Bearer {token}"}
        if self.start_s is not None and operation.at_s is not None:
            headers["Mashang-At"] = str(self.start_s + operation.at_s)
        if operation.type.startswith(READ):
            query = "&".join(f"{name}={value}" for name, value in sorted(operation.data.items()))
            name = operation.type.removeprefix(READ)
            return Request("GET", f"/v1/read/{name}" + (f"?{query}" if query else ""), headers)
        subject, _, verb = operation.type.partition(".")
        return Request(
            "POST", f"/v1/{subject}/{verb}", {**headers, "Idempotency-Key": operation.key}, dict(operation.data)
        )

    def credential(self, actor: str) -> Request | None:
        """A token from the operator's door."""
        return Request("POST", "/v1/tokens", {"Authorization": "Bearer {secret}"}, {"actor": actor})


def _read(body: dict[str, Any]) -> Answer:
    at, n = body.get("at"), body.get("n")
    whole = type(at) is int and type(n) is int and "value" in body
    return Answer("ok", "", at, n, None, body.get("value"), status=OK, problems=() if whole else ("shape",))


def _accepted(body: dict[str, Any], exchange: Exchange) -> Answer:
    at, n, view, seqs = body.get("at"), body.get("n"), body.get("view"), body.get("events")
    replayed = False
    if exchange.headers:
        replayed = exchange.headers.get("Idempotent-Replayed", exchange.headers.get("idempotent-replayed")) == "true"
    whole = type(at) is int and type(n) is int and type(view) is list and body.get("status") == "ok"
    if not whole or type(seqs) is not list or seqs[1] - seqs[0] + 1 != len(view):  # type: ignore[arg-type]
        return Answer("ok", "", at, n, None, view if type(view) is list else None, None, replayed, ("shape",), OK)
    return Answer("ok", "", at, n, (seqs[0], seqs[1]), view, None, replayed, () if view else ("no_event",), OK)


def _rejected(operation: Operation, status: int, error: dict[str, Any]) -> Answer:
    code = CODES.get(error.get("code", ""))
    if code is None:
        outcome = "unknown" if status >= SERVER_ERRORS else "rejected"
        return Answer(outcome, str(error.get("code")), status=status, problems=("unknown_code",))  # type: ignore[arg-type]
    problems = []
    if status != status_of(code):
        problems.append("status")
    if operation.type.startswith(READ):
        declared = ANSWERABLE_READS.get(operation.type.removeprefix(READ), DOOR)
    else:
        declared = ANSWERABLE.get(operation.type, DOOR)
    if code.name not in declared:
        problems.append("undeclared")
    if not isinstance(error.get("message"), str) or not isinstance(error.get("retryable"), bool):
        problems.append("shape")
    outcome = "unknown" if code.precedence.name == "INTERNAL" else "rejected"
    if code.name in NOT_DONE:
        outcome = "not_done"
    n = error.get("n")
    return Answer(
        outcome,  # type: ignore[arg-type]
        code.name,
        error.get("at"),
        n or None,
        None,
        None,
        error.get("details"),
        problems=tuple(problems),
        status=status,
    )
