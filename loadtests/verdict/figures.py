"""The figures that page, JSON and table files share: by type of operation, over time, by end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loadtests.verdict.load_run import NANOSECONDS_A_SECOND
from loadtests.verdict.measured import NEVER, Flags, Measured, Whole
from loadtests.verdict.metrics import NANOSECONDS_A_MILLISECOND, latencies, statistic, windows
from loadtests.verdict.outcomes import End

STATISTICS = ("p50", "p90", "p95", "p99", "p99.9", "max")
CLOCKS = ("due", "sent")
MOST_STEPS = 300
STEPS_S = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)
SHORT_STEPS_S = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
SHORT_RUN_S = 20
MOST_STEPS_OF_SHORT_RUN = 50
TIMED = ("p50", "p99")


@dataclass(frozen=True, slots=True)
class OperationFigures:
    """One type of operation, or all: `kind` is empty. Latencies in milliseconds by clock and statistic."""

    kind: str
    offered: int
    answered: int
    unexpected: int
    latency_ms: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of time: what was due in it, what was answered in it, latencies in milliseconds by clock and statistic."""

    from_s: float
    offered_a_second: float
    achieved_a_second: float
    unexpected: int
    latency_ms: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class EndFigures:
    """How many operations of one type ended so."""

    kind: str
    end: End
    count: int


def operations_of(measured: Measured) -> list[OperationFigures]:
    """All types together, then each by its name."""
    every = np.ones(len(measured.types), dtype=bool)
    alone = {name: np.array([kind == name for kind in measured.types], dtype=bool) for name in sorted(measured.types)}
    return [_figures(measured, name, covered) for name, covered in {"": every, **alone}.items()]


def _figures(measured: Measured, kind: str, covered: Flags) -> OperationFigures:
    chosen = measured.offered & covered[measured.kind]
    return OperationFigures(
        kind,
        int(chosen.sum()),
        int((chosen & measured.answered).sum()),
        int((chosen & measured.unexpected()).sum()),
        {clock: _statistics(latencies(measured, clock, covered)[1], STATISTICS) for clock in CLOCKS},
    )


def _statistics(latency_ns: Whole, names: tuple[str, ...]) -> dict[str, float]:
    if not len(latency_ns):
        return {}
    return {name: statistic(latency_ns, name) / NANOSECONDS_A_MILLISECOND for name in names}


def ends_of(measured: Measured) -> list[EndFigures]:
    """Operations by type and end, the most frequent first."""
    counted = Counter(
        zip(measured.kind[measured.offered].tolist(), measured.end[measured.offered].tolist(), strict=True)
    )
    found = [EndFigures(measured.types[kind], measured.ends[end], count) for (kind, end), count in counted.items()]
    return sorted(found, key=lambda each: (-each.count, each.kind, each.end.name))


def step_s(measured: Measured) -> float:
    """The length of a step of time: so that a chart has at most a few hundred; less than a second in a short run."""
    span_s = measured.span_ns / NANOSECONDS_A_SECOND
    if span_s < SHORT_RUN_S:
        return next((each for each in SHORT_STEPS_S if span_s / each <= MOST_STEPS_OF_SHORT_RUN), 1)
    return next((each for each in STEPS_S if span_s / each <= MOST_STEPS), STEPS_S[-1])


def steps_of(measured: Measured) -> list[Step]:
    """The run over time, without gaps."""
    length_s = step_s(measured)
    length_ns = round(length_s * NANOSECONDS_A_SECOND)
    count = max(1, round(measured.span_ns / length_ns))
    lengths_s = np.full(count, float(length_s))
    lengths_s[-1] = max(measured.span_ns / NANOSECONDS_A_SECOND - (count - 1) * length_s, length_s / 2)
    offered = _a_second(measured.due_ns[measured.offered], length_ns, lengths_s)
    answered = _a_second(measured.done_ns[measured.answered], length_ns, lengths_s)
    unexpected = _a_second(measured.due_ns[measured.unexpected()], length_ns, np.ones(count))
    timed = {clock: _timed(measured, clock, length_ns) for clock in CLOCKS}
    return [
        Step(
            round(at * length_s, 2),
            float(offered[at]),
            float(answered[at]),
            int(unexpected[at]),
            {clock: timed[clock].get(at * length_ns, {}) for clock in CLOCKS},
        )
        for at in range(count)
    ]


def _a_second(at_ns: Whole, length_ns: int, lengths_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Counts by step, divided by its length; a last piece shorter than half a step belongs to the step before."""
    step = np.minimum(at_ns // length_ns, len(lengths_s) - 1)
    return np.asarray(np.bincount(step, minlength=len(lengths_s)) / lengths_s, dtype=np.float64)


def _timed(measured: Measured, clock: str, length_ns: int) -> dict[int, dict[str, float]]:
    due_ns, latency_ns = latencies(measured, clock, np.ones(len(measured.types), dtype=bool))
    return {at_ns or 0: _statistics(latency_ns[part], TIMED) for at_ns, part in windows(due_ns, length_ns)}


def late_ms(measured: Measured) -> dict[str, float]:
    """How much later than due operations were first sent: the generator's lag, and what the target made them wait."""
    sent = measured.sent_ns != NEVER
    late = np.maximum(measured.sent_ns[sent] - measured.due_ns[sent], 0)
    return _statistics(late, STATISTICS)
