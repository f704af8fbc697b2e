"""The numbers that gates bound: over the whole run, or by window of due time.

Latency from the due time has one value an operation, from its due instant to the end of its last exchange; from the
send time one value a whole answer. Percentiles are observed values: the smallest with at least so many at or below it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadtests.verdict.gates import LATENCY, Gate
from loadtests.verdict.load_run import NANOSECONDS_A_SECOND, LoadRun
from loadtests.verdict.measured import NEVER, Flags, Measured, Whole

GRACE_NS = NANOSECONDS_A_SECOND
"""An operation counts as achieved in its window if it was answered before the window ended, or this much later."""
NANOSECONDS_A_MILLISECOND = 1e6


@dataclass(frozen=True, slots=True)
class Value:
    """A number; `at_s` is the start of the window that it is from, None for the whole run; `note` ends a text's id."""

    value: float
    at_s: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """Nothing could be measured; `reason` is the last part of a text's id."""

    reason: str


def values_of(run: LoadRun, measured: Measured, gate: Gate) -> list[Value] | Missing:
    """The values that a gate looks at, one a window in which there is something to measure."""
    if gate.metric.startswith("audit."):
        return _of_audit(run, gate.metric)
    if gate.metric.startswith("generator."):
        return _of_lag(run, measured, gate.metric.rpartition("lag.")[2])
    found = list(_of_operations(measured, gate))
    return found or Missing("no_operations")


def _of_audit(run: LoadRun, metric: str) -> list[Value] | Missing:
    if run.audit is None:
        return Missing("no_audit")
    layers = run.audit["layers"]
    checked, unknown = (sum(layer[name] for layer in layers) for name in ("checked", "unknown"))
    if not checked:
        return Missing("nothing_audited")
    if metric == "audit.violations":
        return [Value(float(sum(run.audit["violations"].values())))]
    return [Value(unknown / (checked + unknown))]


def _of_lag(run: LoadRun, measured: Measured, percentile: str) -> list[Value] | Missing:
    """As the generator measured it; else from the history, which also holds what the target made it wait."""
    if (told := run.lag.get(f"{percentile}_ms")) is not None:
        return [Value(told)]
    sent = measured.sent_ns != NEVER
    if not sent.any():
        return Missing("no_operations")
    late = np.maximum(measured.sent_ns[sent] - measured.due_ns[sent], 0)
    return [Value(statistic(late, percentile) / NANOSECONDS_A_MILLISECOND, note="lag_of_history")]


def _of_operations(measured: Measured, gate: Gate) -> Iterator[Value]:
    covered = np.array([gate.covers(kind) for kind in measured.types], dtype=bool)
    window_ns = (gate.window_s or 0) * NANOSECONDS_A_SECOND
    if named := LATENCY.fullmatch(gate.metric):
        due_ns, latency_ns = latencies(measured, named[1], covered)
        for at_ns, part in windows(due_ns, window_ns):
            yield Value(statistic(latency_ns[part], named[2]) / NANOSECONDS_A_MILLISECOND, _seconds(at_ns))
        return
    chosen = measured.offered & covered[measured.kind]
    good = ~measured.unexpected()
    for at_ns, part in windows(measured.due_ns[chosen], window_ns):
        if gate.metric == "throughput.achieved_over_offered":
            until = int(measured.due_ns[chosen].max()) if at_ns is None else at_ns + window_ns
            done = measured.answered[chosen][part] & (measured.done_ns[chosen][part] <= until + GRACE_NS)
            yield Value(float(done.mean()), _seconds(at_ns))
        else:
            yield Value(float(1 - good[chosen][part].mean()), _seconds(at_ns))


def _seconds(at_ns: int | None) -> int | None:
    return None if at_ns is None else at_ns // NANOSECONDS_A_SECOND


def latencies(measured: Measured, clock: str, covered: Flags) -> tuple[Whole, Whole]:
    """Due instants and latencies on a clock, in nanoseconds, of the operations whose types are covered."""
    if clock == "due":
        chosen = (measured.done_ns != NEVER) & covered[measured.kind]
        due = measured.due_ns[chosen]
        return due, measured.done_ns[chosen] - due
    exchanges = measured.exchanges
    chosen = exchanges.whole & covered[measured.exchange_kind]
    return exchanges.due_ns[chosen], exchanges.done_ns[chosen] - exchanges.sent_ns[chosen]


def windows(due_ns: Whole, window_ns: int) -> Iterator[tuple[int | None, NDArray[np.intp]]]:
    """The start of each window in which something was due, in nanoseconds, and the places of what was."""
    if not len(due_ns):
        return
    if not window_ns:
        yield None, np.arange(len(due_ns))
        return
    number = due_ns // window_ns
    order = np.argsort(number, kind="stable")
    bounds = np.flatnonzero(np.diff(number[order])) + 1
    for part in np.split(order, bounds):
        yield int(number[part[0]]) * window_ns, part


def statistic(values: Whole, name: str) -> float:
    """`p99.9`, `max` or `mean` of values."""
    if name == "max":
        return float(values.max())
    if name == "mean":
        return float(values.mean())
    return float(np.quantile(values, float(name[1:]) / 100, method="inverted_cdf"))
