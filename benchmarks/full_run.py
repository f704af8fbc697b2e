"""The full run against its named baseline: the naive SimPy clock on empty events, in turn, in the same script.

    python benchmarks/full_run.py [--scale F] [--rounds N] [--json]

Prints CPU seconds, commands, commands a second and peak memory of `mashang run` (the run alone and with tables and
report), CPU seconds of one SimPy process a resident on 5.4 million empty events, and their ratio. Exits 1 if the full
district needs more CPU than that baseline, or more than 400 MiB.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESIDENTS, EVENTS = 115_000, 5_400_000
MOST_MIB = 400
KIB_A_MIB = 1_024
NAIVE = (
    "import sys; from benchmarks.clock import naive_clock_cpu_seconds;"
    "print(naive_clock_cpu_seconds(int(sys.argv[1]), int(sys.argv[2])))"
)


def main() -> int:
    """Rounds in turn, then a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rows = [_round(asked.scale) for _ in range(asked.rounds)]
    found: dict[str, Any] = {name: median(row[name] for row in rows) for name in rows[0]}
    found |= {
        "ratio": median(row["run_cpu_s"] / row["naive_cpu_s"] for row in rows),
        "ratios": [round(row["run_cpu_s"] / row["naive_cpu_s"], 3) for row in rows],
        "rounds": asked.rounds,
        "scale": asked.scale,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, CPython {platform.python_version()}",
    }
    if asked.json:
        print(json.dumps(found))
    else:
        _print(found)
    whole = asked.scale == 1.0
    return int(whole and (found["ratio"] > 1 or found["peak_mib"] > MOST_MIB))


def _round(scale: float) -> dict[str, float]:
    """The baseline, then the run, each in a process of its own."""
    residents, events = round(RESIDENTS * scale), round(EVENTS * scale)
    naive = float(_python("-c", NAIVE, str(residents), str(events))[0])
    with tempfile.TemporaryDirectory() as folder:
        line = ("mashang.py", "run", "--scale", str(scale), "--out", f"{folder}/run", "--json", "--progress", "none")
        said, used = _python(*line)
        manifest = json.loads(said)
        size = Path(folder, "run", "journal.jsonl.gz").stat().st_size
    return {
        "naive_cpu_s": naive,
        "run_cpu_s": manifest["cpu_s"],
        "with_report_cpu_s": used.ru_utime + used.ru_stime,
        "commands": manifest["commands"],
        "commands_a_cpu_s": manifest["commands"] / manifest["cpu_s"],
        "peak_mib": used.ru_maxrss / KIB_A_MIB,
        "journal_mb": size / 1e6,
    }


def _python(*words: str) -> tuple[str, resource.struct_rusage]:
    """What a process printed, and what it and its own children used; not the largest child of this benchmark."""
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as complained:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(  # noqa: S603 - our own files
            [sys.executable, *words], cwd=ROOT, env=environment, stdout=said, stderr=complained, text=True
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            complained.seek(0)
            sys.exit(f"{words[0]} failed: {complained.read()[-1000:]}")
        said.seek(0)
        return said.read(), used


def _print(found: dict[str, Any]) -> None:
    print(f"{found['machine']}, scale {found['scale']:g}, medians of {found['rounds']} rounds")
    for name, form in (
        ("naive_cpu_s", ".1f"),
        ("run_cpu_s", ".1f"),
        ("with_report_cpu_s", ".1f"),
        ("ratio", ".2f"),
        ("commands", ",.0f"),
        ("commands_a_cpu_s", ",.0f"),
        ("peak_mib", ".0f"),
        ("journal_mb", ".0f"),
    ):
        print(f"  {name:18s} {found[name]:>12{form}}")


if __name__ == "__main__":
    sys.exit(main())
