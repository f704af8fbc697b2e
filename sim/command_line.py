"""What `mashang run | compare | report | config show | schema` do; the front door parses the words."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sim.profiles import date_of
from sim.scenario import Scenario, load_scenario
from sim.scenario_file import BASELINE, ScenarioError, bundled_names, find
from sim.targets import TargetRow
from wording import ExitCode, MashangError, Wording

PREVIEW_FROM_SCALE = 0.1  # a smaller run is its own preview
PREVIEW_FROM_DAYS = 60
LONGEST_LABEL = 40  # of a figure that is turned for a comparison, from its end


def scenario_of(name: str | None, settings: Sequence[str], seed: int | None) -> Scenario:
    """A scenario by name or path; raises MashangError for a missing file or wrong content."""
    wanted = name or BASELINE
    try:
        return load_scenario(wanted, settings, seed, os.environ)
    except FileNotFoundError as wrong:
        known = ", ".join(bundled_names())
        raise MashangError(ExitCode.USAGE, "scenario.not_found", scenario=wanted, known=known) from wrong
    except OSError as wrong:
        reason = wrong.strerror or str(wrong)
        raise MashangError(ExitCode.USAGE, "scenario.not_readable", scenario=wanted, reason=reason) from wrong
    except ScenarioError as wrong:
        raise MashangError(ExitCode.CONTENT, "scenario.not_valid", reason=str(wrong)) from wrong


def run(
    *,
    scenario: str | None,
    days: int | None,
    scale: float | None,
    seed: int | None,
    settings: Sequence[str],
    out: Path | None,
    as_json: bool,
    excel: bool,
    slow: bool,
    no_report: bool,
    progress: str | None,
    wording: Wording,
) -> int:
    """Simulate a scenario into a new folder and say where its results are."""
    from sim.progress import Progress
    from sim.run_folder import new_folder
    from sim.simulate import Asked, sheet_of, simulate

    found = scenario_of(scenario, settings, seed)
    _refuse_long(days, found, wording)
    _refuse_scale(found, scale)
    folder = new_folder(out, f"{found.name}-{found.horizon.seed}")
    asked = Asked(days, scale or 1.0, slow, found.settings, excel, not no_report, wording)
    _say(wording.text("run.begins", scenario=found.name, seed=found.horizon.seed, folder=str(folder.path)))
    if _wants_preview(days, asked.scale, found, as_json=as_json, slow=slow):
        _show_preview(found, days, wording)
    with Progress(progress, found.first_day, wording, wording.text("run.progress.label")) as shown:
        done = simulate(found, asked, folder, shown)
    rows = sheet_of(done)
    if as_json:
        print((folder.path / "manifest.json").read_text(encoding="utf-8"))
    else:
        _print_sheet(rows, wording, wording.text("run.sheet.title", scale=f"{asked.scale:g}", days=done.days_done))
        _say(
            wording.text(
                "run.done",
                commands=f"{done.measures.commands:,}",
                cpu=f"{done.cpu_s:.1f}",
                invariants=sum(row["status"] == "checked" for row in done.findings()),
            )
        )
        if never := done.never_met():
            _say(wording.text("boundaries.never", ids=", ".join(never)))
        name = "report.html" if asked.report else "tables"
        print(wording.text("run.where", path=str(folder.path / name)))
    return ExitCode.FINE


def _refuse_scale(scenario: Scenario, scale: float | None) -> None:
    """A scale that leaves nobody, or too many, is refused before anything is written."""
    from sim.population.build import totals_at

    try:
        totals_at(scenario.population, scale or 1.0)
    except ValueError as wrong:
        raise MashangError(ExitCode.CONTENT, "scenario.not_valid", reason=str(wrong)) from wrong


def _refuse_long(days: int | None, scenario: Scenario, wording: Wording) -> None:
    if days is not None and days > scenario.days:
        _say(wording.text("run.days_cut", days=days, most=scenario.days))


def _wants_preview(days: int | None, scale: float, scenario: Scenario, *, as_json: bool, slow: bool) -> bool:
    long_enough = days is None or min(days, scenario.days) >= PREVIEW_FROM_DAYS
    return scale >= PREVIEW_FROM_SCALE and long_enough and not as_json and not slow


def _show_preview(scenario: Scenario, days: int | None, wording: Wording) -> None:
    """A small town first: something to look at within seconds, labelled as what it is."""
    from sim.simulate import PREVIEW_SCALE, preview

    rows = preview(scenario, days)
    _print_sheet(rows, wording, wording.text("run.preview.title", percent=f"{PREVIEW_SCALE:.0%}"), stderr=True)


def _print_sheet(rows: Sequence[TargetRow], wording: Wording, title: str, *, stderr: bool = False) -> None:
    """The targets sheet at a terminal."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    table.add_column(wording.text("run.sheet.total"))
    for name in ("published", "simulated", "deviation", "within"):
        table.add_column(wording.text(f"run.sheet.{name}"), justify="right")
    for row in rows:
        table.add_row(wording.text(f"report.target.{row.key}"), *_cells(row, wording))
    Console(stderr=stderr, width=None if (sys.stderr if stderr else sys.stdout).isatty() else 100).print(table)


def _cells(row: TargetRow, wording: Wording) -> tuple[str, str, str, str]:
    published = _number(row.key, row.published)
    if published and row.qualifier != "exact":
        published = wording.text(f"report.qualifier.{row.qualifier}", value=published)
    off = ""
    if row.published and row.simulated is not None and row.qualifier != "at_most":
        off = f"{row.simulated / row.published - 1:+.1%}"
    within = "" if row.within is None else wording.text("run.sheet.inside" if row.within else "run.sheet.outside")
    return published, _number(row.key, row.simulated), off, within


def _number(key: str, value: float | None) -> str:
    """A total as a whole number, a share as per cent, nothing where there is none."""
    if value is None:
        return ""
    return f"{value:.2%}" if key.endswith(("_share", "_share_low", "_rate_max")) else f"{value:,.0f}"


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def compare(
    *,
    base: str,
    variants: Sequence[str],
    settings: Sequence[str],
    reps: int | None,
    seed: int | None,
    days: int | None,
    scale: float | None,
    out: Path | None,
    as_json: bool,
    wording: Wording,
) -> int:
    """Run scenarios side by side on the same luck and say what differs."""
    from sim.compare import comparison
    from sim.compare_run import compare_scenarios

    if not variants and not settings:
        raise MashangError(ExitCode.USAGE, "compare.nothing")
    scenarios = [scenario_of(name, (), seed) for name in (base, *variants)]
    scenarios += [_turned(base, each, seed) for each in settings]
    for scenario in scenarios:
        _refuse_scale(scenario, scale)
    done = compare_scenarios(scenarios, (reps, days, scale), out, wording)
    where = str(done.folder.path)
    found = comparison(done.results, [scenario.name for scenario in scenarios])
    if not found["variants"]:
        raise MashangError(ExitCode.INTERRUPTED, "compare.interrupted", done=len(done.results), folder=where)
    (done.folder.path / "comparison.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    from sim.report import write_comparison

    page = write_comparison(done.folder.path, found, wording.page_language)
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        from sim.compare_run import print_comparison

        print_comparison(found, wording)
        print(wording.text("run.where", path=str(page)))
    if done.interrupted:
        raise MashangError(
            ExitCode.INTERRUPTED, "compare.interrupted_whole", done=len(done.results), reps=found["reps"], folder=where
        )
    return ExitCode.FINE


def _turned(base: str, setting: str, seed: int | None) -> Scenario:
    """The base with one figure turned, named after it: `deduction_cap_bp-2000`."""
    label = "".join(each if (each.isalnum() and each.isascii()) or each in "_-" else "-" for each in setting)
    name = label[-LONGEST_LABEL:].strip("-")
    return replace(scenario_of(base, (setting,), seed), name=name, title={"zh": setting, "en": setting})


def report(*, run: Path, wording: Wording) -> int:
    """Write the report of a run folder again."""
    from sim.report import write_report
    from sim.simulate import reopened

    folder = reopened(run)
    print(wording.text("run.where", path=str(write_report(folder.path, wording.page_language))))
    return ExitCode.FINE


def config_show(*, scenario: str | None, origin: bool, settings: Sequence[str], wording: Wording) -> int:
    """The resolved scenario: every number, with `origin` where it comes from."""
    found = scenario_of(scenario, settings, None)
    print(f"# {found.name}  {find(scenario or BASELINE).name}  {date_of(found.first_day)}  {found.days} d")
    for row in found.provenance:
        line = f"{row.path} = {json.dumps(row.value, ensure_ascii=False, default=str)}"
        if origin:
            place = found.origins.get(row.path, wording.text("config.default"))
            line += f"  # {row.unit}; {row.status}; {row.source}  <- {place}"
        print(line)
    return ExitCode.FINE


def schema(*, wording: Wording) -> int:  # noqa: ARG001 - a schema has no language
    """The JSON Schema of scenario files, for editors."""
    from sim.scenario_schema import scenario_schema

    print(json.dumps(scenario_schema(), ensure_ascii=False, indent=1))
    return ExitCode.FINE
