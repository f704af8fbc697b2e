"""The detection table: which planted bugs the hunts find, how soon, by which invariant, and in how short a script.

    python -m benchmarks.detection --seeds 5 --out detection.jsonl --resume --shard 1/2

A line a bug and seed, as soon as it is known; `--resume` leaves out what has a line. `--table FILE...` makes the table
of files of lines. `--right N` hunts N times on the right deployment, where nothing may be found. `--tool` measures the
same bugs by other means: property tests, schemathesis, or statuses alone.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from loadtests.bugs import BUGS, Bug
from loadtests.detection.case import Result, run_case
from loadtests.detection.other_table import other_table
from loadtests.detection.other_tools import TOOLS, Seen, run_tool
from loadtests.detection.table import HUNTS, table

RIGHT = "-"
Wanted = tuple[Bug | None, int]


def revision() -> str:
    """The commit of this checkout."""
    told = subprocess.run(["git", "describe", "--always", "--dirty"], check=True, capture_output=True, text=True)  # noqa: S607
    return told.stdout.strip()


def wanted(options: argparse.Namespace) -> Iterator[Wanted]:
    """Every case, seed by seed: a first whole table is there soon."""
    bugs = [BUGS[name] for name in options.bug] if options.bug else list(BUGS.values())
    for seed in range(1, options.seeds + 1):
        for bug in bugs:
            yield bug, seed
    for seed in range(1, options.right + 1):
        yield None, seed


def known(path: Path, tool: str) -> set[tuple[str, int]]:
    """The cases of a tool that have a line."""
    if not path.exists():
        return set()
    rows: list[dict[str, Any]] = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return {(row["bug"], row["seed"]) for row in rows if row.get("tool", HUNTS) == tool}


def run(options: argparse.Namespace) -> None:
    """Cases of this shard that have no line yet."""
    number, count = map(int, options.shard.split("/"))
    done = known(options.out, options.tool) if options.resume else set()
    told = revision()
    with tempfile.TemporaryDirectory() as folder:
        plans = options.plans or Path(folder)
        for place, (bug, seed) in enumerate(wanted(options)):
            name = bug.name if bug is not None else RIGHT
            if place % count != number - 1 or (name, seed) in done:
                continue
            result: Result | Seen
            if options.tool == HUNTS:
                result = run_case(bug, seed, plans, shrink=not options.no_scripts)
            else:
                result = run_tool(options.tool, bug, seed, plans)
            result.revision = told
            with options.out.open("a", encoding="utf-8") as file:
                file.write(f"{result.line()}\n")
            seen = result.invariant or ("something" if result.found else "nothing")
            shown = f"{seen} after {result.operations} in {result.seconds} s"
            print(f"{name} {seed}: {shown}, script {result.script}", flush=True)


def main() -> None:
    """Measure, or make the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--right", type=int, default=0)
    parser.add_argument("--tool", choices=(HUNTS, *TOOLS), default=HUNTS)
    parser.add_argument("--bug", action="append", choices=sorted(BUGS))
    parser.add_argument("--out", type=Path, default=Path("detection.jsonl"))
    parser.add_argument("--plans", type=Path, help="where hunts are kept")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--shard", default="1/1", metavar="i/n")
    parser.add_argument("--no-scripts", action="store_true")
    parser.add_argument("--table", type=Path, nargs="+", metavar="FILE")
    options = parser.parse_args()
    if options.table:
        lines = [line for path in options.table for line in path.read_text("utf-8").splitlines()]
        rows = [json.loads(line) for line in lines]
        tables = table(rows), other_table(rows)
        print("\n".join(each for each in tables if each), end="")
    else:
        run(options)


if __name__ == "__main__":
    main()
