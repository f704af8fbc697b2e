"""Running the replications of a comparison: two processes, scenarios in turn, results kept as they come."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from engine.invariants import BrokenInvariant
from sim.outcomes import headline_outcomes, outcomes_by_age
from sim.processes import Apart, Died, later
from sim.run import Run, RunOptions
from sim.run_folder import Folder, new_folder
from sim.scenario import Scenario
from wording import ExitCode, MashangError, Wording

DEFAULT_REPS = 5
MOST_WORKERS = 8  # a full district takes a third of a GiB each
Job = tuple[Scenario, int, int | None, float]  # scenario, replication, days, scale


@dataclass(frozen=True, slots=True)
class Done:
    """What a comparison has come to: every finished run in `results`, stopped by Ctrl-C or not."""

    folder: Folder
    results: list[dict[str, Any]]
    interrupted: bool


def one_run(job: Job) -> dict[str, Any]:
    """One replication of one scenario, without journal; what it gave, as plain values."""
    scenario, replication, days, scale = job
    run = Run(scenario, RunOptions(days=days, scale=scale, replication=replication))
    run.live()
    return {
        "scenario": scenario.name,
        "title": dict(scenario.title),
        "replication": replication,
        "seed": scenario.horizon.seed,
        "scale": scale,
        "days": run.days,
        "outcomes": headline_outcomes(run),
        "by_age": outcomes_by_age(run),
        "cpu_s": run.cpu_s,
    }


def differences(first: Scenario, other: Scenario) -> dict[str, Any]:
    """Figures of `other` that differ from those of `first`: path -> value as plain JSON."""
    before = {row.path: row.value for row in first.provenance}
    changed = {row.path: row.value for row in other.provenance if before.get(row.path) != row.value}
    return {path: value.isoformat() if isinstance(value, dt.date) else value for path, value in changed.items()}


def compare_scenarios(
    scenarios: Sequence[Scenario],
    size: tuple[int | None, int | None, float | None],
    out: Path | None,
    wording: Wording,
) -> Done:
    """Run every scenario `reps` times; `size` is reps, days, scale. Results are kept one by one in `results.jsonl`.

    Ctrl-C ends it early, and what has finished is handed back. Raises MashangError for two scenarios of one name, for
    two seeds, a broken invariant, or a run that died.
    """
    reps, days, scale = size
    names = [scenario.name for scenario in scenarios]
    if len(set(names)) < len(names):
        raise MashangError(ExitCode.CONTENT, "compare.same_name", name=next(n for n in names if names.count(n) > 1))
    for scenario in scenarios:
        if scenario.horizon.seed != scenarios[0].horizon.seed:
            raise MashangError(ExitCode.CONTENT, "compare.other_seed", name=scenario.name, base=names[0])
    folder = new_folder(out, "compare-" + "-".join(names))
    jobs: list[Job] = [
        (scenario, rep, days, scale or 1.0) for rep in range(reps or DEFAULT_REPS) for scenario in scenarios
    ]
    turned = {scenario.name: differences(scenarios[0], scenario) for scenario in scenarios}
    results: list[dict[str, Any]] = []
    print(wording.text("compare.begins", runs=len(jobs), folder=str(folder.path)), file=sys.stderr)
    with (folder.path / "results.jsonl").open("w", encoding="utf-8") as kept, closing(_results(jobs)) as coming:
        try:
            for result in coming:
                results.append(result | {"overrides": turned[result["scenario"]]})
                kept.write(json.dumps(results[-1], ensure_ascii=False) + "\n")
                kept.flush()
                values = {"name": result["scenario"], "rep": result["replication"] + 1, "cpu": f"{result['cpu_s']:.0f}"}
                print(wording.text("compare.ran", done=len(results), runs=len(jobs), **values), file=sys.stderr)
        except KeyboardInterrupt:
            return Done(folder, results, interrupted=True)
        except BrokenInvariant as broken:
            raise _broken(broken, folder, scenarios[0].horizon.seed) from broken
        except Died as dead:
            where = str(folder.path)
            raise MashangError(ExitCode.USAGE, "compare.run_died", done=len(results), folder=where) from dead
    return Done(folder, results, interrupted=False)


def _broken(broken: BrokenInvariant, folder: Folder, seed: int) -> MashangError:
    violation = broken.violation
    return MashangError(
        ExitCode.BROKEN,
        "run.invariant_broken",
        id=violation.id,
        sentence=violation.sentence,
        detail=violation.detail,
        n=violation.n,
        seed=seed,
        folder=str(folder.path),
    )


def _results(jobs: Sequence[Job]) -> Generator[dict[str, Any]]:
    """Results as they come, from as many processes as there are cores; whoever stops listening ends them all."""
    workers = min(os.cpu_count() or 1, MOST_WORKERS)
    waiting, running = list(reversed(jobs)), dict[Any, Apart]()
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                with later():  # no process may be started that nobody knows of
                    started = Apart(one_run, waiting.pop())
                    running[started.answer] = started
            for answer in wait(list(running)):
                result = running[answer].result()
                running.pop(answer).end()
                yield result
    finally:
        for each in running.values():
            each.end()


def print_comparison(found: Mapping[str, Any], wording: Wording) -> None:
    """Differences at a terminal, one table a variant."""
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 110)
    for variant in found["variants"]:
        title = wording.text("compare.table", name=variant["name"], base=found["base"], reps=found["reps"])
        table = Table(title=title, title_justify="left")
        table.add_column(wording.text("compare.column.outcome"))
        for name in ("base", "variant", "difference", "low", "high", "verdict"):
            table.add_column(wording.text(f"compare.column.{name}"), justify="right")
        for row in variant["outcomes"]:
            shown = [
                _shown(row[name], row["unit"]) for name in ("base_mean", "variant_mean", "difference", "low", "high")
            ]
            table.add_row(wording.text(f"compare.outcome.{row['key']}"), *shown, _verdict(row, wording))
        console.print(table)


def _shown(value: float, unit: str) -> str:
    return f"{value:.2%}" if unit == "share" else f"{value:,.1f}" if unit == "hours" else f"{value:,.0f}"


def _verdict(row: Mapping[str, Any], wording: Wording) -> str:
    if row["low"] == row["high"] == 0:
        return wording.text("compare.verdict.same")
    if row["low"] > 0:
        return wording.text("compare.verdict.more")
    if row["high"] < 0:
        return wording.text("compare.verdict.less")
    if row["needs_more"] is None:
        return wording.text("compare.verdict.never")
    return wording.text("compare.verdict.open", more=row["needs_more"])
