"""Latency from the due instant, and the generator's own lag, on a clock that the test owns."""

from pathlib import Path

import pytest

from loadtests.generator.health import is_valid, lag_of_wait
from loadtests.generator.histograms import figures
from loadtests.generator.reference_target import ReferenceTarget
from loadtests.generator.target import Reply
from loadtests.operations import Operation
from tests.loadtests.generator.fake_time import FakeTransport, faked
from tests.loadtests.generator.runs import operations

SECOND = 10**9
MILLISECOND = 10**6


def due_ms(driver: object) -> dict[str, float]:
    """Figures from the due instant."""
    found: dict[str, float] = figures(driver.recorder.latencies.all_types()["due"])  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize("connections", [1, 8, 1000])
def test_a_stall_is_not_omitted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, connections: int) -> None:
    """A stall of 2 s in 20 s at 200/s gives the analytic p99 of 1.8 s whatever the number of connections."""

    def answers_at(now: int) -> int:
        return 12 * SECOND if 10 * SECOND <= now < 12 * SECOND else now + 10_000

    transport = FakeTransport(connections, answers_at)
    driver = faked(transport, operations(4_000, every_ns=5 * MILLISECOND), tmp_path, monkeypatch)
    assert due_ms(driver)["p99_ms"] == pytest.approx(1_800, rel=0.01)
    assert due_ms(driver)["p95_ms"] == pytest.approx(1_000, rel=0.02)
    assert transport.sent == list(range(4_000))
    assert is_valid(driver.lag.histogram, 5.0)


def test_a_slow_target_is_no_lag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A target that takes half of the load makes operations late by seconds, and the generator is not to blame."""
    transport = FakeTransport(4, lambda now: now + 8 * MILLISECOND, work_ns=20_000)
    driver = faked(transport, operations(2_000, every_ns=MILLISECOND), tmp_path, monkeypatch)
    assert due_ms(driver)["p99_ms"] > 1_500
    assert figures(driver.lag.histogram)["p99_ms"] < 1
    assert driver.recorder.operations == 2_000


@pytest.mark.parametrize("connections", [4, 1000])
def test_a_slow_generator_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, connections: int) -> None:
    """A generator that cannot keep up has a lag of seconds, with few connections as with many: the run is invalid."""
    transport = FakeTransport(connections, lambda now: now + 100_000, work_ns=MILLISECOND)
    driver = faked(transport, operations(2_000, every_ns=MILLISECOND), tmp_path, monkeypatch)
    assert figures(driver.lag.histogram)["p99_ms"] > 500
    assert not is_valid(driver.lag.histogram, 5.0)
    assert driver.recorder.operations == 2_000


def test_nothing_late_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Operations that are all due at once all go out, in order."""
    transport = FakeTransport(2, lambda now: now + MILLISECOND)
    driver = faked(transport, operations(300, every_ns=0), tmp_path, monkeypatch)
    assert transport.sent == list(range(300))
    assert driver.sent == 300


@pytest.mark.parametrize(
    ("late", "waited", "idled", "looked", "lag"),
    [
        (1_000, 1_000, 990, 3, 3),  # the target made it wait
        (1_000, 1_000, 0, 3, 1_000),  # the generator never idled
        (1_000, 1_000, 99, 3, 1_000),  # hardly idled
        (50, 40, 30, 90, 50),  # not later than it is
    ],
)
def test_whose_wait_it_is(late: int, waited: int, idled: int, looked: int, lag: int) -> None:
    """A wait is the generator's own if it hardly idled meanwhile; else only the time since it looked."""
    assert lag_of_wait(late, waited, idled, looked) == lag


def test_server_errors_ring_the_alarm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A target that answers nothing but 500 is left alone before the plan is through."""
    monkeypatch.setattr("tests.loadtests.generator.fake_time.OK", Reply(503, b"", b""))
    transport = FakeTransport(4, lambda now: now + MILLISECOND)
    driver = faked(transport, operations(2_000, every_ns=MILLISECOND), tmp_path, monkeypatch)
    assert driver.stopped == "errors"
    assert len(transport.sent) < 500


def test_reads_are_sent_too() -> None:
    """A read needs no key and may be repeated."""
    read = Operation(0, 0, "read:points.balance", "resident:per_1", "", {"person": "per_1"}, "s")
    request = ReferenceTarget({"resident:per_1": "tok"}).compile(read)
    assert (request.method, request.path) == ("GET", "/v1/read/points.balance?person=per_1")
    assert request.headers == (("Authorization", "Bearer tok"),)
    assert request.repeatable
