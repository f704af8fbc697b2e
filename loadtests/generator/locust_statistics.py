"""What a worker did into Locust's statistics, a second at a time: what `log_request` does for each request."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from loadtests.generator.recorder import Batch, Row
from loadtests.operations import READ

NANOSECONDS_A_MILLISECOND = 1_000_000
STEPS = ((100, 1), (1_000, 10), (10_000, 100), (np.inf, 1_000))
"""Locust keeps response times to two digits: below the first number in milliseconds rounded to the second."""


def method_of(kind: str) -> str:
    """What stands in Locust's column of methods."""
    return "read" if kind.startswith(READ) else "command"


class Merging:
    """Gathers batches; `merge` adds them to a `RequestStats`. Response times count from the due instant."""

    def __init__(self, statistics: Any, entry_class: Any, error_class: Any) -> None:
        """`entry_class`: StatsEntry, added to another as the master adds its workers'; `error_class`: StatsError."""
        self._statistics = statistics
        self._entry_class = entry_class
        self._error_class = error_class
        self._batches: list[Batch] = []

    def add(self, batch: Batch) -> None:
        """Keep a batch until the next `merge`."""
        self._batches.append(batch)

    def merge(self, kinds: list[str]) -> None:
        """Everything so far is in the statistics."""
        batches, self._batches = self._batches, []
        for index in sorted({kind for batch in batches for kind in batch.kinds()}):
            name = kinds[index]
            summary = summary_of(batches, index, name)
            for entry in (self._statistics.entries[name, method_of(name)], self._statistics.total):
                entry.extend(self._entry_class.unserialize(summary, self._statistics))
        for batch in batches:
            if batch.failed.any():
                for row in map(Row._make, batch.rows):
                    if row.failed:
                        self._note_error(row, kinds[row.kind])

    def _note_error(self, row: Row, kind: str) -> None:
        """An entry in Locust's table of errors; the failure itself is counted already."""
        error = row.fault or f"status {row.status}"
        key = self._error_class.create_key(method_of(kind), kind, error)
        if key not in self._statistics.errors:
            self._statistics.errors[key] = self._error_class(method_of(kind), kind, error)
        self._statistics.errors[key].occurred()


def summary_of(batches: list[Batch], index: int, name: str) -> dict[str, Any]:
    """Rows of one type as Locust's workers report them."""
    now = time.time()
    ours = [batch.kind == index for batch in batches]
    each = zip(batches, ours, strict=True)
    times = np.concatenate([batch.from_due_ns[of_kind] for batch, of_kind in each]) / NANOSECONDS_A_MILLISECOND
    failures = sum(int((batch.failed & of_kind).sum()) for batch, of_kind in zip(batches, ours, strict=True))
    rounded, counts = np.unique(two_digits(times), return_counts=True)
    return {
        "name": name,
        "method": method_of(name),
        "last_request_timestamp": now,
        "start_time": now,
        "num_requests": len(times),
        "num_none_requests": 0,
        "num_failures": failures,
        "total_response_time": float(times.sum()),
        "max_response_time": float(times.max()),
        "min_response_time": float(times.min()),
        "total_content_length": sum(len(row[7]) for batch in batches for row in batch.rows if row[2] == index),
        "response_times": dict(zip(rounded.tolist(), counts.tolist(), strict=True)),
        "num_reqs_per_sec": {int(now): len(times)},
        "num_fail_per_sec": {int(now): failures} if failures else {},
    }


def two_digits(milliseconds: np.typing.NDArray[np.float64]) -> np.typing.NDArray[np.int64]:
    """Rounded as Locust rounds."""
    places = [milliseconds < limit for limit, _ in STEPS]
    return np.select(places, [np.rint(milliseconds / step) * step for _, step in STEPS]).astype(np.int64)
