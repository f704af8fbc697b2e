"""What judging a history costs: CPU seconds and memory for a day of many accounts, calls a second for hot ones.

    python benchmarks/linearizability.py [--calls N] [--json]

`day`: purses of 115,000 residents, most of them touched a few times, each account's calls by one client with answers
that show the balance, one answer in two hundred lost; written to a file and judged from it (`check_file`), so reading
counts. `overlap`: one account, so many clients at once. CPU seconds of this process; peak memory of a child process.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from loadtests.linearizability import MODELS, Call, Header, check, check_file, write_calls

RESIDENTS = 115_000
CLIENTS = (1, 2, 5, 20)
TOGETHER, LOST, EARN, SPEND = 0.02, 0.005, 0.5, 0.85  # shares of the day's calls
ADD, SHOWN = 0.6, 0.5  # shares of a crowd's calls


def day(path: Path, count: int) -> None:
    """Write a day of `count` calls."""
    luck = Random(1)
    balances: dict[int, int] = {}
    free_at: dict[int, int] = {}

    def calls() -> object:
        for number in range(count):
            who = min(int(luck.expovariate(1 / 30_000)), RESIDENTS - 1)
            start = max(number * 50, free_at.get(who, 0) - (luck.random() < TOGETHER) * 400)
            end = start + luck.randrange(200, 2_000)
            free_at[who] = end + 1
            have = balances.get(who, 0)
            points = luck.randrange(1, 6)
            kind = luck.random()
            lost = luck.random() < LOST
            if kind < EARN or have < points:
                f, have, value = "earn", have + points, {"points": points}
            elif kind < SPEND:
                f, have, value = "spend", have - points, {"points": points}
            else:
                f, value = "read", None
            balances[who] = have
            result = None if lost else {"available": have}
            yield Call(f, value, start, None if lost else end, "info" if lost else "ok", result, f"per_{who}", who)

    write_calls(path, Header("points"), calls())  # type: ignore[arg-type]


def crowd(count: int, clients: int) -> list[Call]:
    """One account, `clients` at once; half of the answers show the balance."""
    luck = Random(clients)
    have, made = 0, []
    for number in range(count):
        add = luck.random() < ADD or not have
        have += 1 if add else -1
        start, end = number * 100 - luck.randrange(50 * clients), number * 100 + luck.randrange(1 + 50 * clients)
        result = {"available": have} if luck.random() < SHOWN else None
        made.append(
            Call("earn" if add else "spend", {"points": 1}, start, end, "ok", result, "per_1", number % clients)
        )
    return made


def judged(path: Path) -> None:
    """In a child process: judge a file, and say what it took."""
    began = time.process_time()
    verdict = check_file(path, MODELS["points"]())
    used = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"status": verdict.status, "calls": verdict.calls, "cpu_s": round(used, 2), "peak_mib": peak}))


def _child(path: Path) -> str:
    command = [sys.executable, __file__, "--judge", str(path)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - this very file


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--judge", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.judge:
        judged(options.judge)
        return
    found: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "day.jsonl"
        day(path, options.calls)
        found["day"] = json.loads(_child(path))
    for clients in CLIENTS:
        calls = crowd(20_000, clients)
        began = time.process_time()
        verdict = check(calls, MODELS["points"]())
        used = time.process_time() - began
        assert verdict.status == "ok", verdict.status
        found[f"overlap {clients}"] = {"calls_a_second": round(len(calls) / used), "seen": verdict.seen}
    if options.json:
        print(json.dumps(found, indent=1))
        return
    for name, each in found.items():
        print(f"{name:<12} {each}")


if __name__ == "__main__":
    main()
