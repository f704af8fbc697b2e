"""The engine against the barest ledger: what rules, journal, compression and hash chain cost, as a ratio in one run.

    python benchmarks/engine.py [--commands N] [--persons N] [--rounds R] [--seed N] [--json]

baseline  pre-built tuples (key, debtor, creditor, amount): look the key up in a dict, refuse overdrafts, debit, credit,
          store the key
engine    as many pre-built envelopes, each validated by the door: 40 % awards (most of them material points with a lot
          each), 35 % purchases (seven of ten with points), 15 % refunds, 10 % rejected; journal written to a file,
          hash-chained and compressed; 4,500 commands a simulated day, so that lots lapse and days and months turn

A rehearsal chooses the commands, so that each is accepted or rejected as meant; the measured runs must agree. Garbage
collection is frozen and off for both. CPU seconds of the process, all threads, and wall seconds; each round measures
the baseline before and after the engine, and the result is the median of the rounds' ratios.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.mixes.engine_mix import BLOCK, envelopes, town
from engine import Engine, Envelope

COMMANDS = 1_000_000
PERSONS = 115_000  # bound people of the published totals
TOO_MUCH = 2**60
REQUIRED_RATIO = 15.0
GOAL_RATIO = 10.0
Transfer = tuple[str, str, str, int]


def baseline(transfers: list[Transfer], balances: dict[str, int]) -> int:
    """The barest ledger; returns how many transfers it refused."""
    done: dict[str, bool] = {}
    refused = 0
    for key, debtor, creditor, amount in transfers:
        if key in done:
            continue
        if balances[debtor] < amount:
            done[key] = False
            refused += 1
        else:
            balances[debtor] -= amount
            balances[creditor] += amount
            done[key] = True
    return refused


def execute(engine: Engine, given: list[Envelope]) -> int:
    """All commands, then the journal is closed; returns how many were rejected."""
    answer = engine.execute
    refused = 0
    for by in given:
        if answer(by).code is not None:
            refused += 1
    assert engine.chain is not None
    engine.chain.close()
    return refused


def transfers_like(given: list[Envelope], persons: int, seed: int) -> tuple[list[Transfer], dict[str, int]]:
    """As many transfers under the same keys between as many accounts; one of ten is more than the debtor has."""
    rng = random.Random(seed)
    accounts = [f"per_{n:06}" for n in range(persons)]
    amounts = [1_000] * 9 + [TOO_MUCH]
    transfers = [(each.key, rng.choice(accounts), rng.choice(accounts), rng.choice(amounts)) for each in given]
    return transfers, dict.fromkeys(accounts, 10_000_000)


def measured(work: Callable[[], int]) -> tuple[float, float, int]:
    """CPU seconds of all threads, wall seconds, and what the work returned."""
    gc.collect()
    gc.freeze()
    gc.disable()
    wall, cpu = time.perf_counter(), time.process_time()
    answer = work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    gc.enable()
    gc.unfreeze()
    return cpu, wall, answer


def measure(commands: int, persons: int, rounds: int, seed: int) -> dict[str, Any]:
    """Rounds of baseline, engine, baseline, so that a machine that grows slower does so for both."""
    given = envelopes(commands, persons, seed)
    transfers, balances = transfers_like(given, persons, seed)
    lines: dict[str, list[float]] = {name: [] for name in ("cpu", "wall", "ratio_cpu", "ratio_wall", "baseline_cpu")}
    size, records = 0, 0
    for _ in range(rounds):
        before = measured(lambda: baseline(transfers, dict(balances)))
        with tempfile.TemporaryDirectory() as folder:
            journal = Path(folder) / "journal.gz"
            engine = town(persons, journal)
            first = engine.n
            cpu, wall, refused = measured(lambda engine=engine: execute(engine, given))  # type: ignore[misc]
            size, records = journal.stat().st_size, engine.n - first
        after = measured(lambda: baseline(transfers, dict(balances)))
        assert refused == sum(kind == "rejected" for kind in BLOCK) * (commands // len(BLOCK)) or commands % len(BLOCK)
        base_cpu, base_wall = (before[0] + after[0]) / 2, (before[1] + after[1]) / 2
        found = (cpu, wall, cpu / base_cpu, wall / base_wall, base_cpu)
        for line, value in zip(lines.values(), found, strict=True):
            line.append(value)
    return {
        "machine": machine(),
        "commands": commands,
        "persons": persons,
        "records": records,
        "journal_bytes": size,
        "seed": seed,
        "rounds": {name: [round(value, 3) for value in values] for name, values in lines.items()},
        "engine_us": round(statistics.median(lines["cpu"]) / commands * 1e6, 2),
        "baseline_us": round(statistics.median(lines["baseline_cpu"]) / commands * 1e6, 3),
        "ratio_cpu": round(statistics.median(lines["ratio_cpu"]), 2),
        "ratio_wall": round(statistics.median(lines["ratio_wall"]), 2),
    }


def machine() -> dict[str, str]:
    """What the seconds depend on."""
    cpus = Path("/proc/cpuinfo")
    lines = cpus.read_text(encoding="utf-8").splitlines() if cpus.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "cpu": f"{len(models) or 1} x {models[0] if models else platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": platform.system(),
    }


def table(result: dict[str, Any]) -> str:
    """The result for people."""
    return "\n".join(
        [
            ", ".join(f"{key} {value}" for key, value in result["machine"].items()),
            f"{result['commands']:,} commands of {result['persons']:,} persons",
            f"{result['records']:,} journal records in {result['journal_bytes'] / 1e6:.0f} MB, expiries included",
            f"median of {len(result['rounds']['cpu'])} rounds",
            f"{'':<10} {'CPU us a command':>17}",
            f"{'baseline':<10} {result['baseline_us']:>17.2f}",
            f"{'engine':<10} {result['engine_us']:>17.2f}",
            f"engine / baseline: {result['ratio_cpu']} in CPU time of all threads, {result['ratio_wall']} in wall time",
        ]
    )


def main() -> int:
    """1 if the full size was measured and the engine was more than 15 times slower than the baseline, else 0."""
    parser = argparse.ArgumentParser(description="The engine with its journal against the barest ledger loop.")
    parser.add_argument("--commands", type=int, default=COMMANDS)
    parser.add_argument("--persons", type=int, default=PERSONS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="one JSON document instead of the table")
    options = parser.parse_args()
    if min(options.commands, options.persons, options.rounds) < 1:
        parser.error("--commands, --persons and --rounds must be 1 or more")
    result = measure(options.commands, options.persons, options.rounds, options.seed)
    full = options.commands >= COMMANDS and options.persons >= PERSONS
    met = result["ratio_cpu"] <= REQUIRED_RATIO
    result["required"] = {"ratio": REQUIRED_RATIO, "goal": GOAL_RATIO, "full_size": full, "met": met}
    print(json.dumps(result, indent=2) if options.json else table(result))
    if full and not met:
        ratio = result["ratio_cpu"]
        print(f"{ratio} times slower than the baseline, at most {REQUIRED_RATIO} required", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
