"""Boundary cases that only whoever asked can know, since a repeat is answered and leaves no record.

B13 the same key comes again with other content; B14 a refused command comes again when its cause has gone, and is
refused all the same. A model engine carries the operations out and is asked what it would decide now.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine import Envelope, Rejected
from loadtests.operations import Operation
from loadtests.plan.rehearsal import Rehearsal
from loadtests.references import MADE

OTHER_CONTENT, REFUSED_STILL = "B13", "B14"
MISMATCH = "IDEMPOTENCY_MISMATCH"


def met_by_answers(rehearsal: Rehearsal, operations: Iterable[Operation]) -> set[str]:
    """Carry the operations out, and say which of the two cases came up."""
    met: set[str] = set()
    refused: dict[tuple[str, str], str] = {}
    for operation in operations:
        if operation.is_read:
            continue
        scope = operation.actor, operation.key
        before = refused.get(scope)
        possible = before is not None and _possible(rehearsal, operation)
        outcome = rehearsal.carry_out(MADE, operation)
        code = outcome.code.name if outcome is not None and outcome.code is not None else ""
        if code == MISMATCH:
            met.add(OTHER_CONTENT)
        elif code and before is None:
            refused[scope] = code
        elif code and code == before and possible:
            met.add(REFUSED_STILL)
    return met


def _possible(rehearsal: Rehearsal, operation: Operation) -> bool:
    """True if the command would be accepted now, were it not known."""
    try:
        asked: Envelope = rehearsal.envelope(operation)
        rehearsal.engine.advance(asked.at)
        asked.command.decide(rehearsal.engine.district, rehearsal.engine.district.policy, asked)
    except (KeyError, Rejected):
        return False
    return True
