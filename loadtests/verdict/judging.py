"""Gates against a run: pass, fail or invalid. What cannot be measured never passes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from loadtests.audit.calls import Interpreter
from loadtests.verdict.gates import LATENCY, Gate
from loadtests.verdict.load_run import LoadRun, open_run
from loadtests.verdict.measured import Measured, measure
from loadtests.verdict.metrics import Missing, Value, latencies, values_of
from loadtests.verdict.regression import Interval, Samples, compared
from wording import ExitCode, MashangError

Status = Literal["pass", "warn", "fail", "invalid"]
Result = Literal["pass", "fail", "invalid"]


@dataclass(frozen=True, slots=True)
class Judged:
    """What a gate says. `reason` ends a text's id: why nothing was measured, or why nothing is settled."""

    gate: Gate
    status: Status
    worst: Value | None = None
    interval: Interval | None = None
    reason: str = ""


@dataclass(slots=True)
class Baselines:
    """Runs to compare with: one for all gates, or each gate's own, seen from the folder of the gates file."""

    named: Path | None
    gates_folder: Path
    interpreter: Interpreter
    _opened: dict[Path, Measured] = field(default_factory=dict)

    def of(self, gate: Gate) -> Measured:
        """The run that a gate compares with; raises MashangError if none is named, or it cannot be read."""
        own = gate.relative.baseline if gate.relative is not None else None
        path = self.named or (self.gates_folder / own if own is not None else None)
        if path is None:
            raise MashangError(ExitCode.USAGE, "verdict.no_baseline", gate=gate.name)
        if path not in self._opened:
            self._opened[path] = measure(open_run(path), self.interpreter)
        return self._opened[path]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result over all gates."""

    gates: tuple[Judged, ...]
    broken: str = ""
    """How the run ended if the generator says that it does not count."""

    @property
    def result(self) -> Result:
        """Invalid wins: a run that does not count cannot fail either."""
        found = {judged.status for judged in self.gates}
        return "invalid" if self.broken or "invalid" in found else "fail" if "fail" in found else "pass"

    @property
    def exit_code(self) -> ExitCode:
        """0, 1 or 6."""
        return {"pass": ExitCode.FINE, "fail": ExitCode.FINDINGS, "invalid": ExitCode.INVALID_LOAD}[self.result]

    def counted(self, status: Status) -> int:
        """How many gates say so."""
        return sum(judged.status == status for judged in self.gates)


def judge(run: LoadRun, measured: Measured, gates: list[Gate], baselines: Baselines) -> Verdict:
    """All gates. Raises MashangError for a baseline that is missing."""
    return Verdict(
        tuple(
            _against_baseline(measured, gate, baselines) if gate.relative is not None else _bounded(run, measured, gate)
            for gate in gates
        ),
        run.broken,
    )


def _bounded(run: LoadRun, measured: Measured, gate: Gate) -> Judged:
    values = values_of(run, measured, gate)
    if isinstance(values, Missing):
        return _unmeasured(gate, values.reason)
    worst = (max if gate.max is not None else min)(values, key=lambda each: each.value)
    if gate.holds(worst.value):
        return Judged(gate, "pass", worst, reason=worst.note)
    if gate.level == "warn":
        return Judged(gate, "warn", worst, reason=worst.note)
    return Judged(gate, "invalid" if gate.metric.startswith("generator.") else "fail", worst, reason=worst.note)


def _unmeasured(gate: Gate, reason: str) -> Judged:
    return Judged(gate, "warn" if gate.level == "warn" else "invalid", reason=reason)


def _against_baseline(measured: Measured, gate: Gate, baselines: Baselines) -> Judged:
    relative, named = gate.relative, LATENCY.fullmatch(gate.metric)
    if relative is None or named is None:
        raise ValueError(gate.metric)  # gates.py lets none of these through
    before, after = _samples(baselines.of(gate), gate, named[1]), _samples(measured, gate, named[1])
    if not len(before[0]) or not len(after[0]):
        return _unmeasured(gate, "no_operations")
    interval = compared(before, after, float(named[2][1:]), relative.confidence)
    if interval is None:
        return _unmeasured(gate, "too_short")
    if interval.high <= relative.limit:
        return Judged(gate, "pass", None, interval)
    if interval.low > relative.limit:
        return Judged(gate, gate.level, None, interval)
    return Judged(gate, "warn", None, interval, "unsettled")


def _samples(measured: Measured, gate: Gate, clock: str) -> Samples:
    return latencies(measured, clock, np.array([gate.covers(kind) for kind in measured.types], dtype=bool))
