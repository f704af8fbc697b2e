"""`mashang load plan`: a simulated day, or a hunt for bugs, as a folder that a load run takes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from wording import ExitCode, MashangError, Wording

if TYPE_CHECKING:
    from loadtests.plan import Manifest
    from loadtests.plan.making import Asked

SCALE = 0.05
OPERATIONS_OF_A_HUNT = 10_000
OPERATIONS_ON_OBJECTS = 3_000
HOUR_S = 3_600


def plan(
    *,
    source: str | None,
    day: str | None,
    peak: bool,
    hours: int | None,
    speed: float | None,
    rate: float | None,
    ops: int | None,
    profile: str | None,
    adapter: Path | None,
    seed: int | None,
    scale: float | None,
    out: Path | None,
    as_json: bool,
    wording: Wording,
) -> int:
    """Write a plan into a new folder and say what is in it."""
    from loadtests.plan.making import Asked
    from loadtests.plan.survey import Wish

    if speed is not None and rate is not None:
        raise MashangError(ExitCode.USAGE, "load_plan.speed_and_rate")
    asked = Asked(Wish(day, peak, hours, ops), speed or 1.0, rate, 1 if seed is None else seed)
    if (profile == "objects") != (adapter is not None):
        raise MashangError(ExitCode.USAGE, "load_plan.objects_need_adapter")
    if profile in {"hunt", "objects"}:
        for option, given in (
            ("--from", source),
            ("--day", day),
            ("--peak", peak),
            ("--hours", hours),
            ("--speed", speed),
            ("--scale", scale),
        ):
            if given:
                raise MashangError(ExitCode.USAGE, "load_plan.only_day", option=option)
        folder, made = _drawn(asked, adapter, out)
    elif source is None:
        raise MashangError(ExitCode.USAGE, "load_plan.no_source")
    else:
        made, folder = _day(source, scale, asked, out, wording)
    if as_json:
        print(made.model_dump_json(by_alias=True, indent=1))
    else:
        print("\n".join(_lines(made, folder, wording)))
    return ExitCode.FINE


def _day(source: str, scale: float | None, asked: Asked, out: Path | None, wording: Wording) -> tuple[Manifest, Path]:
    """A plan of a run's day, or of a scenario that is simulated for it."""
    from loadtests.plan.making import plan_of_run, plan_of_scenario
    from sim.command_line import scenario_of
    from sim.log_file import find
    from sim.run_folder import new_folder

    path = Path(source)
    if path.exists() and path.suffix != ".toml":
        if scale is not None:
            raise MashangError(ExitCode.USAGE, "load_plan.only_scenario")
        find(path)
        folder = new_folder(out, f"plan-{path.resolve().name}").path
        return plan_of_run(path, asked, folder, wording), folder
    scenario = scenario_of(source, (), None)
    folder = new_folder(out, f"plan-{scenario.name}").path
    print(wording.text("load_plan.simulating", scenario=scenario.name, scale=f"{scale or SCALE:g}"), file=sys.stderr)
    return plan_of_scenario(scenario, scale or SCALE, asked, (folder, wording)), folder


def _drawn(asked: Asked, adapter: Path | None, out: Path | None) -> tuple[Path, Manifest]:
    """A hunt, or the objects of an adapter."""
    from sim.run_folder import new_folder

    if adapter is not None:
        from loadtests.adapter import read_adapter
        from loadtests.plan.objects import plan_of_objects

        found = read_adapter(adapter)
        folder = new_folder(out, f"plan-{adapter.stem}-{asked.seed}").path
        count = asked.wish.operations or OPERATIONS_ON_OBJECTS
        return folder, plan_of_objects(found, asked.seed, count, asked.rate, folder)
    from loadtests.plan.hunt import plan_of_hunt

    folder = new_folder(out, f"plan-hunt-{asked.seed}").path
    return folder, plan_of_hunt(asked.seed, asked.wish.operations or OPERATIONS_OF_A_HUNT, asked.rate, folder)


def _lines(made: Manifest, folder: Path, wording: Wording) -> list[str]:
    """What a person reads of a plan."""
    if made.profile == "objects":
        values = {"operations": f"{made.operations:,}", "rate": f"{made.rate:.4g}", "town": f"{made.town_commands:,}"}
        return [wording.text("load_plan.objects", **values), wording.text("load_plan.where", folder=folder)]
    expected = made.expected
    said = [
        wording.text(
            "load_plan.done",
            operations=f"{made.operations:,}",
            rate=f"{made.rate:.4g}",
            hours=f"{made.span_s / HOUR_S:.4g}",
            town=f"{made.town_commands:,}",
        ),
        wording.text(
            "load_plan.answers",
            accepted=f"{expected.accepted:,}",
            rejected=f"{sum(expected.rejected.values()):,}",
            reads=f"{expected.reads:,}",
        ),
    ]
    if expected.same_as_source is not None:
        same = f"{expected.same_as_source:,}"
        said.append(wording.text("load_plan.same", same=same, operations=f"{made.operations:,}"))
    if expected.differing:
        said.append(wording.text("load_plan.differs", differing="; ".join(expected.differing)))
    return [*said, wording.text("load_plan.where", folder=folder)]
