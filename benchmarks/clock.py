"""The bare clock: what the same activations cost under three ways of telling time, as ratios within one run.

    python benchmarks/clock.py [--residents N] [--events N] [--rounds R] [--seed N] [--json]

All three visit the same residents at the same moments; a resident's behaviour is one counter increment.
  naive    one SimPy process per resident, sleeping from each of its moments to the next
  arrival  one SimPy process for the whole stream that sleeps between candidates, as SimPy's manual models arrivals
  stream   StreamEnvironment: unsorted candidates of a day, sorted, merged with the heap and decided one by one
The moments are drawn by numpy beforehand for all three (uniform in 330 days, so each resident's gaps are exponential):
random numbers are nobody's cost. CPU seconds of the process, building the processes included. Median of the rounds.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import statistics
import sys
import time
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sim.stream_environment import Candidates, StreamEnvironment

DAY_S = 86_400
DAYS = 330
RESIDENTS = 115_000  # bound people of the published totals
EVENTS = 5_400_000  # about one activation a resident and week
REQUIRED_RATIO = 12.0  # stream against naive, at full size
GOAL_RATIO = 20.0

Activate = Callable[[int, float], None]


@dataclass(frozen=True, slots=True)
class Activations:
    """t (float seconds in [0, 330 days)), who (index of the resident), u (uniform): unsorted, of one length."""

    residents: int
    t: NDArray[np.float64]
    who: NDArray[np.int64]
    u: NDArray[np.float64]


def draw_activations(residents: int, events: int, seed: int) -> Activations:
    """Conditional on their number, the moments of a Poisson process are independent and uniform."""
    rng = np.random.Generator(np.random.Philox(seed))
    t = rng.uniform(0, DAYS * DAY_S, events)
    return Activations(residents, t, rng.integers(0, residents, events), rng.random(events))


def naive(activations: Activations, activate: Activate) -> float:
    """CPU seconds of one process per resident."""
    order = np.lexsort((activations.t, activations.who))
    t, u = activations.t[order].data, activations.u[order].data  # items of a memoryview are Python floats
    ends = np.searchsorted(activations.who[order], np.arange(activations.residents + 1)).tolist()

    def resident(env: simpy.Environment, who: int, moments: Iterable[tuple[float, float]]) -> Generator[simpy.Event]:
        for moment, luck in moments:
            yield env.timeout(moment - env.now)
            activate(who, luck)

    def build() -> simpy.Environment:
        env = simpy.Environment()
        for who in range(activations.residents):
            own = slice(ends[who], ends[who + 1])
            env.process(resident(env, who, zip(t[own], u[own], strict=True)))
        return env

    return cpu_seconds(build)


def arrival(activations: Activations, activate: Activate) -> float:
    """CPU seconds of one process per stream."""
    order = np.argsort(activations.t)
    columns = (activations.t[order].data, activations.who[order].data, activations.u[order].data)

    def arrivals(env: simpy.Environment) -> Generator[simpy.Event]:
        for moment, who, luck in zip(*columns, strict=True):
            yield env.timeout(moment - env.now)
            activate(who, luck)

    def build() -> simpy.Environment:
        env = simpy.Environment()
        env.process(arrivals(env))
        return env

    return cpu_seconds(build)


def stream(activations: Activations, activate: Activate) -> float:
    """CPU seconds of the stream environment; sorting each day's candidates is part of them."""
    order = np.argsort(activations.t // DAY_S, kind="stable")
    t, who, u = activations.t[order], activations.who[order], activations.u[order]
    ends = np.searchsorted(t // DAY_S, np.arange(DAYS + 1))

    def draw(start: float, stop: float) -> Candidates | None:
        day = int(start) // DAY_S
        own = slice(ends[day], ends[day + 1])
        return (t[own], who[own], u[own]) if stop <= DAYS * DAY_S else None

    def build() -> simpy.Environment:
        env = StreamEnvironment(block_s=DAY_S)
        env.add_stream(draw, activate, "activations")
        return env

    return cpu_seconds(build)


def cpu_seconds(build: Callable[[], simpy.Environment]) -> float:
    """Build the environment and run it to its end."""
    gc.collect()
    began = time.process_time()
    env = build()
    env.run(until=DAYS * DAY_S)
    return time.process_time() - began


def counted(way: Callable[[Activations, Activate], float], activations: Activations) -> float:
    """CPU seconds of one way; it must have activated everybody as often as drawn."""
    count = 0

    def activate(_who: int, _u: float) -> None:
        nonlocal count
        count += 1

    spent = way(activations, activate)
    assert count == len(activations.t), f"{way.__name__}: {count} activations instead of {len(activations.t)}"
    return spent


def naive_clock_cpu_seconds(residents: int = RESIDENTS, events: int = EVENTS, seed: int = 1) -> float:
    """What one SimPy process per resident spends on empty events: the yardstick of the other benchmarks."""
    return counted(naive, draw_activations(residents, events, seed))


WAYS = (stream, arrival, naive)


def measure(residents: int, events: int, rounds: int, seed: int) -> dict[str, Any]:
    """Rounds interleaved, so that a machine that grows slower or faster does so for all three."""
    spent: dict[str, list[float]] = {way.__name__: [] for way in WAYS}
    for number in range(rounds):
        activations = draw_activations(residents, events, seed + number)
        for way in WAYS:
            spent[way.__name__].append(counted(way, activations))
    rows = {
        name: {
            "cpu_s": [round(s, 3) for s in seconds],
            "median_cpu_s": round(statistics.median(seconds), 3),
            "activations_per_s": round(events / statistics.median(seconds)),
            "times_faster_than_naive": round(statistics.median(map(_ratio, spent["naive"], seconds)), 2),
        }
        for name, seconds in spent.items()
    }
    return {"machine": machine(), "residents": residents, "events": events, "days": DAYS, "seed": seed, "ways": rows}


def _ratio(naive_s: float, other_s: float) -> float:
    return naive_s / other_s


def machine() -> dict[str, str]:
    """What the seconds depend on."""
    cpus = Path("/proc/cpuinfo")
    lines = cpus.read_text(encoding="utf-8").splitlines() if cpus.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "cpu": f"{len(models) or 1} x {models[0] if models else platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "numpy": np.__version__,
        "simpy": simpy.__version__,
        "system": platform.system(),
    }


def table(result: dict[str, Any]) -> str:
    """The result for people."""
    lines = [
        ", ".join(f"{key} {value}" for key, value in result["machine"].items()),
        f"{result['residents']:,} residents, {result['events']:,} activations in {result['days']} days",
        f"median of {len(result['ways']['naive']['cpu_s'])} rounds; times naive: median of the rounds' ratios",
        f"{'way':<8} {'CPU s':>8} {'activations/s':>14} {'x naive':>8}",
    ]
    lines += [
        f"{name:<8} {row['median_cpu_s']:>8.2f} {row['activations_per_s']:>14,} {row['times_faster_than_naive']:>8.1f}"
        for name, row in result["ways"].items()
    ]
    return "\n".join(lines)


def main() -> int:
    """1 if the full size was measured and the stream was less than 12 times faster than naive, else 0."""
    parser = argparse.ArgumentParser(description="CPU seconds of the bare clock in three ways, as ratios in one run.")
    parser.add_argument("--residents", type=int, default=RESIDENTS)
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="one JSON document instead of the table")
    options = parser.parse_args()
    if min(options.residents, options.events, options.rounds) < 1:
        parser.error("--residents, --events and --rounds must be 1 or more")
    result = measure(options.residents, options.events, options.rounds, options.seed)
    ratio = result["ways"]["stream"]["times_faster_than_naive"]
    full = options.residents >= RESIDENTS and options.events >= EVENTS
    met = ratio >= REQUIRED_RATIO
    result["required"] = {"ratio": REQUIRED_RATIO, "goal": GOAL_RATIO, "full_size": full, "met": met}
    print(json.dumps(result, indent=2) if options.json else table(result))
    if full and not met:
        print(f"stream is {ratio} times faster than naive; at least {REQUIRED_RATIO} are required", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
