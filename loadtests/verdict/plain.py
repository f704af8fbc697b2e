"""A verdict as plain values: verdict.json, described by schemas/verdict-1.json."""

from __future__ import annotations

from typing import Any

from loadtests.verdict.figures import ends_of, operations_of
from loadtests.verdict.judging import Judged, Verdict
from loadtests.verdict.load_run import NANOSECONDS_A_SECOND, LoadRun
from loadtests.verdict.measured import Measured

VERSION = 1


def plain(run: LoadRun, measured: Measured, verdict: Verdict) -> dict[str, Any]:
    """All figures; latencies in milliseconds, None where nothing was measured."""
    return {
        "version": VERSION,
        "verdict": verdict.result,
        "exit_code": int(verdict.exit_code),
        "run": run.path.name,
        "stopped": run.stopped,
        "counts": not verdict.broken,
        "seconds": round(measured.span_ns / NANOSECONDS_A_SECOND, 3),
        "gates": [_gate(judged) for judged in verdict.gates],
        "operations": [
            {
                "type": each.kind or "all",
                "offered": each.offered,
                "answered": each.answered,
                "unexpected": each.unexpected,
                "latency_ms": {clock: _rounded(found) for clock, found in each.latency_ms.items()},
            }
            for each in operations_of(measured)
        ],
        "ends": [
            {"type": each.kind, "end": each.end.name, "expected": each.end.expected, "count": each.count}
            for each in ends_of(measured)
        ],
        "generator": {"lag": run.lag, "exchanges": len(measured.exchanges.op)},
        "faults": [
            {"fault": each.kind, "from_s": each.from_s, "to_s": each.to_s, "hit": each.hit} for each in measured.faults
        ],
        "audit": _audit(run),
    }


def _rounded(found: Any) -> dict[str, float]:
    return {name: round(value, 3) for name, value in found.items()}


def _gate(judged: Judged) -> dict[str, Any]:
    gate, worst, interval = judged.gate, judged.worst, judged.interval
    return {
        "metric": gate.metric,
        "op": gate.op,
        "window": gate.window,
        "level": gate.level,
        "wanted": gate.wanted,
        "unit": gate.unit if interval is None else "ratio",
        "status": judged.status,
        "value": None if worst is None else worst.value,
        "window_from_s": None if worst is None else worst.at_s,
        "change": None
        if interval is None
        else {"estimate": interval.change, "low": interval.low, "high": interval.high},
        "reason": judged.reason,
    }


def _audit(run: LoadRun) -> dict[str, Any] | None:
    if run.audit is None:
        return None
    return {
        "verdict": str(run.audit.get("verdict")),
        "violations": run.audit["violations"],
        "layers": [
            {"name": each["name"], "status": each["status"], "checked": each["checked"], "unknown": each["unknown"]}
            for each in run.audit["layers"]
        ],
    }
