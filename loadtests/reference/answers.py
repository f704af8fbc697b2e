"""What the deployment answers: bodies and statuses. Each code has exactly one status, by its class."""

from __future__ import annotations

import itertools
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine import Code, Outcome
from engine.contract import codes
from engine.kernel.rejection import Precedence

STATUS_OF_CLASS: Mapping[Precedence, int] = {
    Precedence.MALFORMED: 400,
    Precedence.AUTH: 403,
    Precedence.IDEMPOTENCY: 422,
    Precedence.CLOCK: 409,
    Precedence.NOT_FOUND: 404,
    Precedence.STATE: 409,
    Precedence.LIMIT: 422,
    Precedence.BALANCE: 402,
    Precedence.INTERNAL: 500,
}
NO_SUCH_PATH = Code("NO_SUCH_PATH", Precedence.NOT_FOUND, "Nothing is served under this path.", door=True)
BAD_METHOD = Code("BAD_METHOD", Precedence.MALFORMED, "The path is not asked for by this method.", door=True)
UNAVAILABLE = Code(
    "UNAVAILABLE", Precedence.INTERNAL, "The deployment is stopping; ask again with the same key.", door=True
)
DOOR_CODES = (NO_SUCH_PATH, BAD_METHOD, UNAVAILABLE)
STATUS_OF_CODE: Mapping[str, int] = {
    "UNAUTHENTICATED": 401,
    "IDEMPOTENCY_IN_PROGRESS": 409,
    "BAD_METHOD": 405,
    "UNAVAILABLE": 503,
}
STATUS: Mapping[str, int] = {
    code.name: STATUS_OF_CODE.get(code.name, STATUS_OF_CLASS[code.precedence]) for code in (*codes(), *DOOR_CODES)
}
RETRYABLE = frozenset({"UNAVAILABLE", "IDEMPOTENCY_IN_PROGRESS"})
PROCESS = secrets.token_hex(6)
NUMBERS = itertools.count(1)
OK = 200


@dataclass(slots=True)
class Answer:
    """A status, a JSON text, and whether it is given again."""

    status: int
    text: str
    replayed: bool = False


def accepted(outcome: Outcome, policy_version: int, *, replayed: bool) -> Answer:
    """The answer to an accepted command; the events are those of its record."""
    events = outcome.events
    view = ",".join([f'{{"type":"{each.type}","data":{each.encode()}}}' for each in events])
    seqs = f"[{outcome.first_seq},{outcome.first_seq + len(events) - 1}]"
    start = f'"status":"ok","at":{outcome.by.at},"n":{outcome.n},"policy":{policy_version}'
    return Answer(OK, f'{{{start},"events":{seqs},"view":[{view}]}}', replayed)


def rejected(outcome: Outcome, *, replayed: bool) -> Answer:
    """The answer to a rejected command; one that left no record has no `n`."""
    assert outcome.code is not None  # noqa: S101 - who calls has looked
    answer = refused(outcome.code, outcome.details, at=outcome.by.at, n=outcome.n)
    answer.replayed = replayed
    return answer


def refused(code: Code, details: Mapping[str, Any] | None = None, *, at: int | None = None, n: int = 0) -> Answer:
    """An error object."""
    rest = dict(details or {})
    error: dict[str, Any] = {"type": code.precedence.name.lower(), "code": code.name, "message": code.meaning}
    if "param" in rest:
        error["param"] = rest.pop("param")
    error |= {"retryable": code.name in RETRYABLE, "request_id": f"{PROCESS}-{next(NUMBERS)}"}
    if rest:
        error["details"] = rest
    if at is not None:
        error["at"] = at
    if n:
        error["n"] = n
    return Answer(STATUS[code.name], json.dumps({"error": error}))
