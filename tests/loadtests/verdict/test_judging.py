"""Each metric passes, fails, warns and makes a run invalid where it has to."""

from pathlib import Path
from typing import Any

import pytest

from loadtests.audit import ReferenceWire
from loadtests.verdict.gates import Gate
from loadtests.verdict.judging import Baselines, Verdict, judge
from loadtests.verdict.load_run import open_run
from loadtests.verdict.measured import measure
from tests.loadtests.verdict.runs import LAG, MadeRun, bad_audit, clean_audit
from wording import ExitCode, MashangError

LATE = MadeRun(waits=lambda _n, at: 2000.0 if 10 <= at < 12 else 0.0)
LOST = MadeRun(answers=dict.fromkeys(range(0, 900, 45), (0, None, "timeout")))
SHORT = MadeRun(unsent=frozenset(range(300, 400)))
CASES: list[tuple[MadeRun, dict[str, Any], str, str]] = [
    (MadeRun(), {"metric": "latency.due.p99", "max": "100ms"}, "pass", ""),
    (MadeRun(), {"metric": "latency.due.p99", "max": "10ms"}, "fail", ""),
    (MadeRun(), {"metric": "latency.due.p99", "max": "10ms", "level": "warn"}, "warn", ""),
    (MadeRun(), {"metric": "latency.due.p99", "op": "no.such", "max": "10ms"}, "invalid", "no_operations"),
    (MadeRun(), {"metric": "latency.due.p99", "op": "no.such", "max": "1s", "level": "warn"}, "warn", "no_operations"),
    (LATE, {"metric": "latency.due.p99", "max": "1s"}, "fail", ""),
    (LATE, {"metric": "latency.sent.p99", "max": "1s"}, "pass", ""),
    (LATE, {"metric": "latency.due.p90", "max": "1s"}, "pass", ""),
    (LATE, {"metric": "latency.due.p90", "max": "1s", "window": "5s"}, "fail", ""),
    (LATE, {"metric": "latency.due.max", "op": "points.*", "max": "1s"}, "fail", ""),
    (LATE, {"metric": "latency.sent.mean", "op": "read:*", "max": "1s"}, "pass", ""),
    (LATE, {"metric": "latency.due.p50", "min": "1s"}, "fail", ""),
    (MadeRun(), {"metric": "throughput.achieved_over_offered", "min": "99%"}, "pass", ""),
    (SHORT, {"metric": "throughput.achieved_over_offered", "min": "99%"}, "fail", ""),
    (SHORT, {"metric": "throughput.achieved_over_offered", "min": "85%"}, "pass", ""),
    (SHORT, {"metric": "throughput.achieved_over_offered", "min": "85%", "window": "10s"}, "fail", ""),
    (LATE, {"metric": "throughput.achieved_over_offered", "min": "99%", "window": "1s"}, "fail", ""),
    (LATE, {"metric": "throughput.achieved_over_offered", "min": "99%"}, "pass", ""),
    (MadeRun(), {"metric": "errors.unexpected.ratio", "max": 0}, "pass", ""),
    (LOST, {"metric": "errors.unexpected.ratio", "max": "1%"}, "fail", ""),
    (LOST, {"metric": "errors.unexpected.ratio", "max": "3%"}, "pass", ""),
    (LOST, {"metric": "errors.unexpected.ratio", "op": "read:*", "max": 0}, "pass", ""),
    (MadeRun(audit=clean_audit()), {"metric": "audit.violations", "max": 0}, "pass", ""),
    (MadeRun(audit=bad_audit()), {"metric": "audit.violations", "max": 0}, "fail", ""),
    (MadeRun(audit=bad_audit()), {"metric": "audit.violations", "max": 0, "level": "warn"}, "warn", ""),
    (MadeRun(), {"metric": "audit.violations", "max": 0}, "invalid", "no_audit"),
    (MadeRun(audit=clean_audit(0)), {"metric": "audit.violations", "max": 0}, "invalid", "nothing_audited"),
    (MadeRun(audit=clean_audit(990, 10)), {"metric": "audit.unknown.ratio", "max": "1%"}, "pass", ""),
    (MadeRun(audit=clean_audit(989, 11)), {"metric": "audit.unknown.ratio", "max": "1%"}, "fail", ""),
    (MadeRun(), {"metric": "generator.lag.p99", "max": "5ms"}, "pass", ""),
    (MadeRun(manifest={"lag": LAG | {"p99_ms": 5.1}}), {"metric": "generator.lag.p99", "max": "5ms"}, "invalid", ""),
    (
        MadeRun(manifest={"lag": LAG | {"p99_ms": 5.1}}),
        {"metric": "generator.lag.p99", "max": "5ms", "level": "warn"},
        "warn",
        "",
    ),
    (MadeRun(manifest=None), {"metric": "generator.lag.p99", "max": "5ms"}, "pass", "lag_of_history"),
    (
        MadeRun(manifest=None, waits=lambda _n, _at: 9.0),
        {"metric": "generator.lag.p99", "max": "5ms"},
        "invalid",
        "lag_of_history",
    ),
]


def judged(folder: Path, *gates: dict[str, Any], baseline: Path | None = None) -> Verdict:
    """A run folder under gates."""
    run = open_run(folder)
    baselines = Baselines(baseline, folder.parent, ReferenceWire())
    return judge(run, measure(run, ReferenceWire()), [Gate(**gate) for gate in gates], baselines)


@pytest.mark.parametrize(("run", "gate", "status", "reason"), CASES)
def test_a_gate(tmp_path: Path, run: MadeRun, gate: dict[str, Any], status: str, reason: str) -> None:
    """The gate says what its number and its level ask for, and a verdict of this gate alone follows it."""
    verdict = judged(run.write(tmp_path / "run"), gate)
    (found,) = verdict.gates
    assert (found.status, found.reason) == (status, reason)
    assert verdict.result == {"warn": "pass"}.get(status, status)


def test_every_metric_has_its_cases() -> None:
    """The table above lets each metric pass, miss and, where it can, be unmeasured."""
    told = {(case[1]["metric"].split(".p")[0], case[2]) for case in CASES}
    for metric in ("latency.due", "throughput.achieved_over_offered", "errors.unexpected.ratio", "audit.violations"):
        assert {(metric, "pass"), (metric, "fail")} <= told
    assert {("audit.violations", "invalid"), ("generator.lag", "invalid"), ("latency.due", "invalid")} <= told


def test_the_worst_window_is_named(tmp_path: Path) -> None:
    """A gate over windows shows the worst value and where its window starts."""
    verdict = judged(LATE.write(tmp_path / "run"), {"metric": "latency.due.p50", "max": "1s", "window": "2s"})
    worst = verdict.gates[0].worst
    assert worst is not None
    assert worst.at_s == 10
    assert worst.value > 2000


def test_invalid_wins_over_fail(tmp_path: Path) -> None:
    """A run that does not count is invalid, whatever else it missed."""
    gates: list[dict[str, Any]] = [
        {"metric": "latency.due.p99", "max": "1ms"},
        {"metric": "generator.lag.p99", "max": "0.1ms"},
    ]
    folder = MadeRun().write(tmp_path / "run")
    assert judged(folder, *gates).exit_code == ExitCode.INVALID_LOAD
    assert judged(folder, gates[0]).exit_code == ExitCode.FINDINGS


@pytest.mark.parametrize(
    ("manifest", "result"),
    [
        ({"ended": "done", "valid": True}, "pass"),
        ({"ended": "cut", "valid": True}, "pass"),
        ({"ended": "interrupted", "valid": True}, "pass"),
        ({"ended": "errors", "valid": False}, "invalid"),
        ({"ended": "running"}, "invalid"),
        ({"ended": "done", "valid": False, "settings": {"lag_limit_ms": 5.0}, "lag": LAG}, "invalid"),
        ({"ended": "done", "valid": False, "settings": {"lag_limit_ms": 0.1}, "lag": LAG}, "pass"),
    ],
)
def test_what_the_generator_says_of_the_run(tmp_path: Path, manifest: dict[str, Any], result: str) -> None:
    """A run that its generator takes for broken does not count, whatever the gates; its lag is left to the gates."""
    folder = MadeRun(manifest=manifest).write(tmp_path / "run")
    assert judged(folder, {"metric": "latency.due.p99", "max": "1s"}).result == result


RELATIVE: dict[str, Any] = {"metric": "latency.due.p50", "relative": {"max_regression": "15%"}}


@pytest.mark.parametrize(
    ("median_ms", "status", "reason"), [(20.0, "pass", ""), (30.0, "fail", ""), (23.0, "warn", "unsettled")]
)
def test_a_regression(tmp_path: Path, median_ms: float, status: str, reason: str) -> None:
    """Half as slow again is certainly beyond 15 %, the same speed is not, and 15 % itself is not settled."""
    before = MadeRun(seed=5).write(tmp_path / "before")
    after = MadeRun(seed=6, median_ms=median_ms).write(tmp_path / "after")
    (found,) = judged(after, RELATIVE, baseline=before).gates
    assert (found.status, found.reason) == (status, reason)
    assert found.interval is not None
    assert found.interval.low < found.interval.change < found.interval.high


def test_a_baseline_is_found_from_the_gates_file(tmp_path: Path) -> None:
    """A gate may name its baseline, seen from the folder of the gates file; without any the gate is refused."""
    MadeRun(seed=5).write(tmp_path / "before")
    after = MadeRun(seed=6).write(tmp_path / "after")
    own = {"metric": "latency.due.p50", "relative": {"max_regression": "15%", "baseline": "before"}}
    assert judged(after, own).result == "pass"
    with pytest.raises(MashangError) as refused:
        judged(after, RELATIVE)
    assert refused.value.exit_code == ExitCode.USAGE


def test_a_run_too_short_to_compare_is_not_measured(tmp_path: Path) -> None:
    """One second has too few blocks of time: the gate makes the run invalid instead of guessing."""
    before = MadeRun(seed=5, seconds=1).write(tmp_path / "before")
    after = MadeRun(seed=6, seconds=1).write(tmp_path / "after")
    (found,) = judged(after, RELATIVE, baseline=before).gates
    assert (found.status, found.reason) == ("invalid", "too_short")
