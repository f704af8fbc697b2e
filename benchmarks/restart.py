"""How long does the reference deployment take to be ready again with a million events behind it?

    python benchmarks/restart.py [--events N] [--rounds R] [--json]

Two stores of purchases, both left by a process that ended without a word, so that what followed the last snapshot has
to be folded:

  a year        a purchase every 25 seconds; refund windows and keys are over for most, as in the district
  a day         all within one day: every answer still binds, every purchase can still be refunded; the worst there is

Each is opened by a process of its own; told are the seconds until the engine can answer, by the wall clock and of a
core, and of a core once more for folding the whole log without a snapshot.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.reference import purchases, town
from loadtests.reference.desk import Desk, Said

ROOT = Path(__file__).resolve().parent.parent
BATCH = 500
DAY_S = 80_000
STORES = {"a year": 25.0, "a day": None}
"""Seconds between two purchases; None: as many as fit into a day."""


def fill(store: Path, count: int, apart_s: float) -> None:
    """Say a town and its purchases, and end without a word."""
    desk = Desk(store, "driven")
    said = town()
    last = max(by.at for by in said)
    for start in range(0, count, BATCH):
        bought = purchases(min(BATCH, count - start), start)
        for place, by in enumerate(bought, start):
            by.at = last + int(place * apart_s)
        desk.begin()
        for by in (*said, *bought):
            answer = desk.say(Said(by.key, (by.kind, by.who), by.command, by.at))
            assert answer.status == 200 or by in said  # noqa: PLR2004 - accepted
        said = []
        desk.commit()
    os._exit(0)


def opening(store: Path, *, verify: bool) -> None:
    """Open a store, and print what it took."""
    wall_s, cpu_s = time.monotonic(), time.process_time()
    desk = Desk(store, "driven", verify=verify)
    taken = {"wall_s": time.monotonic() - wall_s, "cpu_s": time.process_time() - cpu_s}
    print(json.dumps({**taken, "events": desk.engine.seq, "folded": desk.engine.n - desk.opened.from_n}))
    desk.close(broken=True)


def asked(*words: str) -> dict[str, Any]:
    """This script in a process of its own."""
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, __file__, *words], capture_output=True, text=True, check=True, cwd=ROOT
    )
    found: dict[str, Any] = json.loads(done.stdout or "{}")
    return found


def measured(name: str, events: int, rounds: int) -> dict[str, Any]:
    """One of the stores."""
    apart_s = STORES[name] or DAY_S / events
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "town.db"
        asked("--fill", str(store), "--events", str(events), "--apart", str(apart_s))
        quick = [asked("--open", str(store)) for _ in range(rounds)]
        whole = asked("--open", str(store), "--verify")
    median = {name: statistics.median(each[name] for each in quick) for name in ("wall_s", "cpu_s")}
    return {"store": name, **median, **{k: quick[0][k] for k in ("events", "folded")}, "whole_cpu_s": whole["cpu_s"]}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    for hidden in ("--fill", "--open", "--apart"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    parser.add_argument("--verify", action="store_true", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.fill:
        fill(Path(wanted.fill), wanted.events, float(wanted.apart))
    elif wanted.open:
        opening(Path(wanted.open), verify=wanted.verify)
    else:
        for name in STORES:
            found = measured(name, wanted.events, wanted.rounds)
            print(json.dumps(found) if wanted.json else "  ".join(f"{key} {value}" for key, value in found.items()))


if __name__ == "__main__":
    main()
