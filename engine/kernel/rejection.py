"""Answers that say no: a closed list of codes in order of precedence. A rejection is an answer, not a fault."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Precedence(IntEnum):
    """Class of a code; a lower one is answered first (section A1 of docs/domain.md)."""

    MALFORMED = 1
    AUTH = 2
    IDEMPOTENCY = 3
    CLOCK = 4
    NOT_FOUND = 5
    STATE = 6
    LIMIT = 7
    BALANCE = 8
    INTERNAL = 9


@dataclass(frozen=True, slots=True)
class Code:
    """One answer: its name, its class, whether only a door can give it, and one sentence on what it means."""

    name: str
    precedence: Precedence
    meaning: str
    door: bool = False


class Rejected(Exception):
    """Raised by a decision; carries the code and what the caller may need to know (integers, strings)."""

    def __init__(self, code: Code, **details: int | str) -> None:
        """`details` are part of the answer and of the journal record."""
        super().__init__(code.name)
        self.code = code
        self.details = details


MALFORMED = Code("MALFORMED", Precedence.MALFORMED, "The body is not what the schema of the command says.", door=True)
UNKNOWN_TYPE = Code("UNKNOWN_TYPE", Precedence.MALFORMED, "No command has this type.", door=True)
BAD_VERSION = Code("BAD_VERSION", Precedence.MALFORMED, "The command is not spoken in this version.", door=True)
BAD_AMOUNT = Code("BAD_AMOUNT", Precedence.MALFORMED, "An amount is not a whole number in its range.", door=True)
UNAUTHENTICATED = Code("UNAUTHENTICATED", Precedence.AUTH, "Nobody has shown who is asking.", door=True)
FORBIDDEN = Code("FORBIDDEN", Precedence.AUTH, "This actor may not give this command, or not for somebody else.")
OUT_OF_GRID = Code("OUT_OF_GRID", Precedence.AUTH, "The grid member does not cover this place.")
IDEMPOTENCY_MISMATCH = Code(
    "IDEMPOTENCY_MISMATCH", Precedence.IDEMPOTENCY, "The key was used for another command within its retention."
)
IDEMPOTENCY_IN_PROGRESS = Code(
    "IDEMPOTENCY_IN_PROGRESS", Precedence.IDEMPOTENCY, "The same key is being decided right now.", door=True
)
CLOCK_REGRESSION = Code("CLOCK_REGRESSION", Precedence.CLOCK, "The instant lies before that of an earlier answer.")
INTERNAL = Code("INTERNAL", Precedence.INTERNAL, "The engine broke; nothing was changed.", door=True)

KERNEL_CODES = (
    MALFORMED,
    UNKNOWN_TYPE,
    BAD_VERSION,
    BAD_AMOUNT,
    UNAUTHENTICATED,
    FORBIDDEN,
    OUT_OF_GRID,
    IDEMPOTENCY_MISMATCH,
    IDEMPOTENCY_IN_PROGRESS,
    CLOCK_REGRESSION,
    INTERNAL,
)
