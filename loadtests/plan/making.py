"""Making a plan of a simulated day: from the folder of a run, or from a scenario that is run for it."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import FileSink, Policy
from loadtests.plan.day import tell_day
from loadtests.plan.instants import all_instants
from loadtests.plan.manifest import Manifest, write_plan
from loadtests.plan.pace import Pace, at_rate, at_speed, mean_rate
from loadtests.plan.rehearsal import Answers
from loadtests.plan.story import Story, story_of
from loadtests.plan.survey import Survey, Window, Wish, survey, window_of
from loadtests.plan.town import town_of
from sim.log_file import LogFile, find
from sim.profiles import civil_day, date_of, day_of
from sim.run import Run, RunOptions
from sim.scenario import Scenario
from wording import ExitCode, MashangError, Wording


@dataclass(frozen=True, slots=True)
class Asked:
    """What a plan of a day shall be; `rate` excludes `speed`."""

    wish: Wish
    speed: float = 1.0
    rate: float | None = None
    seed: int = 1


def plan_of_run(run: Path, asked: Asked, out: Path, wording: Wording) -> Manifest:
    """Write the plan of a run's day into a folder that is there. Raises MashangError."""
    log = find(run)
    told = log.manifest or {}
    origin = {"kind": "run", "scenario": told.get("scenario", ""), "scale": float(told.get("scale", 1.0))}
    return _plan_of_log(log, origin, asked, (out, wording))


def plan_of_scenario(scenario: Scenario, scale: float, asked: Asked, place: tuple[Path, Wording]) -> Manifest:
    """Run a scenario at a scale, to its end or to the day that was asked for, and plan as of a run."""
    with tempfile.TemporaryDirectory(prefix="mashang-plan-") as folder:
        path = Path(folder) / "journal.jsonl.gz"
        _simulated(scenario, (scale, _days_of(scenario, asked.wish)), path)
        origin = {"kind": "scenario", "scenario": scenario.name, "scale": scale}
        return _plan_of_log(LogFile(path, None), origin, asked, place)


def _days_of(scenario: Scenario, wish: Wish) -> int | None:
    """How many days have to be simulated; None for all: the busiest day, or operations without end, need them."""
    if wish.day is None or wish.operations is not None:
        return None
    try:
        number = (
            int(wish.day) if wish.day.isdecimal() else day_of(dt.date.fromisoformat(wish.day)) - scenario.first_day + 1
        )
    except ValueError:
        return None  # refused with the first and last day, once they are known
    return number + (wish.hours or 24) // 24 if 0 < number <= scenario.days else None


def _simulated(scenario: Scenario, size: tuple[float, int | None], path: Path) -> None:
    """Run a scenario at a scale for so many days into a log."""
    try:
        run = Run(scenario, RunOptions(scale=size[0], days=size[1], invariants=False, sink=FileSink(path)))
    except ValueError as wrong:
        raise MashangError(ExitCode.CONTENT, "scenario.not_valid", reason=str(wrong)) from wrong
    with _closed(run):
        run.live()


@contextmanager
def _closed(run: Run) -> Iterator[None]:
    try:
        yield
    finally:
        if run.engine.chain is not None:
            run.engine.chain.close()


def _plan_of_log(log: LogFile, origin: dict[str, Any], asked: Asked, place: tuple[Path, Wording]) -> Manifest:
    out, wording = place
    found: Survey = log.read(survey, wording)
    window = window_of(found, asked.wish)
    story: Story = log.read(lambda journal: story_of(journal, window), wording)
    if not story.day:
        raise MashangError(ExitCode.USAGE, "load_plan.empty_source")
    first, last = civil_day(window.start_s), civil_day(story.day[-1].at)
    origin |= {"head": found.head, "first_day": date_of(first).isoformat(), "days": last - first + 1}
    return _written(story, window, asked, (origin, out))


def _written(story: Story, window: Window, asked: Asked, place: tuple[dict[str, Any], Path]) -> Manifest:
    span_s = (window.stop_s or story.day[-1].at + 1) - window.start_s
    pace = pace_of(asked, len(story.day), span_s)
    teller = town_of(story, window.start_s, window.start_s + span_s, asked.seed)
    teller.rehearsal.answers = Answers()
    told = tell_day(teller, story.day, pace, asked.seed)
    expected = {
        **teller.rehearsal.answers.told(),
        "town_refused": len(teller.refused),
        "same_as_source": told.same,
        "differing": tuple(told.differing),
    }
    return write_plan(
        place[1],
        teller.town,
        told.operations,
        profile="day",
        source=place[0],
        seed=asked.seed,
        start_s=window.start_s,
        town_at=window.start_s + (teller.town[0].at_s or 0),
        span_s=span_s,
        speed=float(pace.speed),
        rate=mean_rate(pace, len(told.operations), span_s),
        town=f"{place[0]['scenario'] or 'log'}, {place[0]['first_day']}",
        policy=Policy().document(),
        expected=expected,
        instants=all_instants(),
    )


def pace_of(asked: Asked, operations: int, span_s: int) -> Pace:
    """The time change that was asked for."""
    return at_speed(asked.speed) if asked.rate is None else at_rate(asked.rate, operations, span_s)
