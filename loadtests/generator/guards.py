"""What keeps a load run from doing harm: hard limits on operations, seconds and rate, and an alarm on server errors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from loadtests.generator.target import SERVER_ERROR
from wording import ExitCode, MashangError

SECOND_NS = 1_000_000_000
ANSWERS_LOOKED_AT = 200
MOST_OPERATIONS = 5_000_000
MOST_SECONDS = 14_400
MOST_A_SECOND = 20_000
MOST_ERRORS = 0.5


@dataclass(frozen=True, slots=True)
class Limits:
    """`max_rate`: operations due within any one second; `max_errors`: share of answers 5xx among the last 200."""

    max_operations: int = MOST_OPERATIONS
    max_seconds: int = MOST_SECONDS
    max_rate: int = MOST_A_SECOND
    max_errors: float = MOST_ERRORS


@dataclass(slots=True)
class Alarm:
    """Rings when too many of the last answers were errors of the server: a target that is down is left alone."""

    max_errors: float = MOST_ERRORS
    _was_error: list[bool] = field(default_factory=lambda: [False] * ANSWERS_LOOKED_AT)
    _errors: int = 0
    _at: int = 0

    def rings(self, status: int) -> bool:
        """Take the status of an answer (0: none came; counts neither way)."""
        if not status or (status < SERVER_ERROR and not self._errors):
            return False
        error = status >= SERVER_ERROR
        self._errors += error - self._was_error[self._at]
        self._was_error[self._at] = error
        self._at = (self._at + 1) % ANSWERS_LOOKED_AT
        return self._errors > self.max_errors * ANSWERS_LOOKED_AT


def densest_second(due_ns: Iterable[int]) -> int:
    """The most operations that are due within one second of the schedule, whole seconds from its start."""
    most = count = 0
    second = -1
    for due in due_ns:
        if due // SECOND_NS != second:
            second, count = due // SECOND_NS, 0
        count += 1
        most = max(most, count)
    return most


def refuse_too_dense(due_ns: Iterable[int], limits: Limits) -> None:
    """A schedule above the allowed rate is not started: sending it slower would be another schedule."""
    if (found := densest_second(due_ns)) > limits.max_rate:
        raise MashangError(ExitCode.USAGE, "load.run.too_dense", found=found, limit=limits.max_rate)
