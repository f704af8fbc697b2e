"""Rows into Locust's statistics, many at once: what `log_request` does for each."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

from loadtests.generator.recorder import Row
from loadtests.operations import READ

NANOSECONDS_A_MILLISECOND = 1_000_000


def method_of(kind: str) -> str:
    """What stands in Locust's column of methods."""
    return "read" if kind.startswith(READ) else "command"


def merge_rows(statistics: Any, classes: tuple[Any, Any], rows: list[Row], kinds: list[str]) -> None:
    """Add rows to a `RequestStats`; response times count from the due instant.

    `classes`: Locust's StatsEntry, which is added to another as the master adds those of its workers, and StatsError.
    """
    entry_class, error_class = classes
    by_kind: dict[int, list[Row]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row)
    for kind, of_kind in by_kind.items():
        name, method = kinds[kind], method_of(kinds[kind])
        summary = summary_of(of_kind, name, method)
        for entry in (statistics.entries[name, method], statistics.total):
            entry.extend(entry_class.unserialize(summary, statistics))
        for row in of_kind:
            if row.failed:
                note_error(statistics, error_class, row, name)


def summary_of(rows: list[Row], name: str, method: str) -> dict[str, Any]:
    """Rows of one type as Locust's workers report them."""
    now = time.time()
    times = [round((row.done_ns - row.due_ns) / NANOSECONDS_A_MILLISECOND, 3) for row in rows]
    failures = sum(row.failed for row in rows)
    return {
        "name": name,
        "method": method,
        "last_request_timestamp": now,
        "start_time": now,
        "num_requests": len(rows),
        "num_none_requests": 0,
        "num_failures": failures,
        "total_response_time": sum(times),
        "max_response_time": max(times),
        "min_response_time": min(times),
        "total_content_length": sum(len(row.body) for row in rows),
        "response_times": dict(Counter(rounded(each) for each in times)),
        "num_reqs_per_sec": {int(now): len(rows)},
        "num_fail_per_sec": {int(now): failures} if failures else {},
    }


def rounded(milliseconds: float) -> int:
    """As Locust keeps response times: two digits."""
    for limit, digits in ((100, 0), (1_000, -1), (10_000, -2)):
        if milliseconds < limit:
            return int(round(milliseconds, digits))
    return int(round(milliseconds, -3))


def note_error(statistics: Any, error_class: Any, row: Row, kind: str) -> None:
    """An entry in Locust's table of errors; the failure itself is counted already."""
    error = row.fault or f"status {row.status}"
    key = error_class.create_key(method_of(kind), kind, error)
    if key not in statistics.errors:
        statistics.errors[key] = error_class(method_of(kind), kind, error)
    statistics.errors[key].occurred()
