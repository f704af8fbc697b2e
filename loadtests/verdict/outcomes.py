"""What became of an operation, in the words of the platform, and whether that is an answer that a run may get."""

from __future__ import annotations

from dataclasses import dataclass

from engine.contract import codes
from loadtests.audit.calls import Call, Outcome

KNOWN = {code.name: code for code in codes()}
NEVER_RIGHT = frozenset({"INTERNAL", "UNAUTHENTICATED"})
"""Codes that no operation of a plan may get."""
ONLY_WHEN_HUNTING = frozenset({"MALFORMED", "IDEMPOTENCY"})
"""Classes of codes that a simulated day does not ask for; a bug-hunting plan does."""


@dataclass(frozen=True, slots=True)
class End:
    """`name`: the code of a refusal, `ok`, `http_502`, a fault of the wire (`timeout`), `no_answer` or `not_sent`."""

    name: str
    outcome: Outcome
    expected: bool


def end_of(call: Call, fault: str) -> End:
    """The end of an operation; `fault` is what the wire did to its last exchange, or empty."""
    answer = call.answer
    if not call.attempts and call.invoked_ns == 0 and not answer.status and not fault and call.outcome == "not_done":
        return End("not_sent", "not_done", expected=False)
    if call.outcome == "ok":
        return End("ok", "ok", expected=True)
    if answer.code:
        return End(answer.code, call.outcome, expected=_is_expected(call))
    if fault:
        return End(fault, call.outcome, expected=False)
    if answer.status:
        return End(f"http_{answer.status}", call.outcome, expected=False)
    return End("no_answer", call.outcome, expected=False)


def _is_expected(call: Call) -> bool:
    """A refusal by the rules of the platform is a right answer; whether it was the right one, the audit says."""
    code = KNOWN.get(call.answer.code)
    if code is None and call.outcome == "rejected" and "unknown_code" not in call.answer.problems:
        return True  # a code of another system, whose adapter says that it is a no
    if call.outcome != "rejected" or code is None or code.name in NEVER_RIGHT:
        return False
    return call.operation.intent != "day" or code.precedence.name not in ONLY_WHEN_HUNTING
