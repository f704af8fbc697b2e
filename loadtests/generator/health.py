"""Did the generator itself keep up? Its lag: how much later it sent than it could have.

An operation can be sent once it is due and a connection is free. Where none is free, the target makes it wait, and that
is no lag; unless the answers that would free one have arrived and lie unread because the generator is busy. So a wait
is the generator's own if it hardly idled meanwhile, and otherwise the time since it last looked for answers is.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from loadtests.generator.histograms import figures, new_histogram, record_all

HARDLY_IDLE = 10
"""A wait with less than one tenth of idling in it is the generator's own."""
RECORDED_AT_ONCE = 1_024
LIMIT_MS = 5.0
"""Default for the largest p99 of the lag with which a run is valid."""


class Lag:
    """The lag of one worker, in an HDR histogram (microseconds)."""

    def __init__(self) -> None:
        self.histogram = new_histogram()
        self._values_ns: list[int] = []

    def add(self, lag_ns: int) -> None:
        """Remember the lag of one sending."""
        self._values_ns.append(lag_ns)
        if len(self._values_ns) >= RECORDED_AT_ONCE:
            self.settle()

    def settle(self) -> None:
        """Everything so far is in the histogram."""
        values, self._values_ns = self._values_ns, []
        record_all(self.histogram, np.array(values, dtype=np.int64))

    def encoded(self) -> str:
        """The histogram as text."""
        self.settle()
        return str(self.histogram.encode().decode())


def lag_of_wait(late_ns: int, waited_ns: int, idled_ns: int, looked_ago_ns: int) -> int:
    """The lag of an operation that waited for a connection.

    `late_ns`: since it was due; `waited_ns`: since it found no connection; `idled_ns`: how much of that the generator
    idled; `looked_ago_ns`: busy time since it looked for answers before the one that freed the connection.
    """
    if idled_ns * HARDLY_IDLE < waited_ns:
        return late_ns
    return min(looked_ago_ns, late_ns)


def is_valid(lag: Any, limit_ms: float) -> bool:
    """True if the generator kept up: the 99th percentile of its lag is within the limit, or nothing was sent."""
    found = figures(lag)
    return not found["count"] or bool(found["p99_ms"] <= limit_ms)
