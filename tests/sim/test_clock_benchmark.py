"""The three clocks that `benchmarks/clock.py` compares do the same work."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "clock.py"


@pytest.fixture(scope="module")
def clock() -> ModuleType:
    """The benchmark, as its neighbours import it."""
    spec = importlib.util.spec_from_file_location("benchmark_of_the_clock", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_three_ways_activate_the_same_residents_in_the_same_order(clock: ModuleType) -> None:
    """One process per resident, one per stream, and the stream environment: 3,000 equal activations in equal order."""
    activations = clock.draw_activations(residents=50, events=3_000, seed=5)
    expected = [
        (int(who), float(u)) for _, who, u in sorted(zip(activations.t, activations.who, activations.u, strict=True))
    ]
    for way in clock.WAYS:
        seen: list[tuple[int, float]] = []
        way(activations, lambda who, u, seen=seen: seen.append((who, u)))
        assert seen == expected, way.__name__


def test_the_yardstick_of_the_other_benchmarks_is_cpu_seconds(clock: ModuleType) -> None:
    """A hundred times the events cost more CPU."""
    assert 0 < clock.naive_clock_cpu_seconds(10, 200, 1) < clock.naive_clock_cpu_seconds(10, 20_000, 1)


def test_a_small_size_can_be_tried_from_the_command_line() -> None:
    """The JSON names the machine, what was run, and that the small size proves nothing about the requirement."""
    size = ("--residents", "20", "--events", "2000", "--rounds", "1")
    printed = subprocess.run([sys.executable, str(SCRIPT), *size, "--json"], capture_output=True, text=True, check=True)
    result = json.loads(printed.stdout)
    assert (result["residents"], result["events"], result["required"]["full_size"]) == (20, 2000, False)
    assert set(result["ways"]) == {"stream", "arrival", "naive"}
    assert result["ways"]["naive"]["times_faster_than_naive"] == 1
    wrong = subprocess.run([sys.executable, str(SCRIPT), "--events", "0"], capture_output=True, text=True, check=False)
    assert (wrong.returncode, "must be 1 or more" in wrong.stderr) == (2, True)
