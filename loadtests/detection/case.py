"""One case of the detection table: a bug and a seed, hunts until the first violation, and the script of it.

A hunt has a thousand operations on a fresh deployment; after some of them it is audited. Ten hunts are the most, and a
case ends after sixty seconds of processor time: what was not found by then was not found.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from loadtests.audit import Audit
from loadtests.bugs import Bug
from loadtests.detection.playing import Stage, Step, play, settle, with_marks
from loadtests.detection.shrinking import Shrinking, needed, shows_in
from loadtests.operations import Operation
from loadtests.plan import read_plan
from loadtests.plan.hunt import plan_of_hunt

HUNT = 1_000
LOOKS = (250, 500, 1_000)
"""Operations of a hunt after which it is audited."""
HUNTS = 10
SECONDS = 60.0
RATE = 200.0


@dataclass(slots=True)
class Result:
    """What became of a case: operations that were sent until an audit found something, and what it named first."""

    bug: str
    kind: str
    seed: int
    found: bool = False
    operations: int = 0
    invariant: str = ""
    right: bool = False
    layer: str = ""
    others: list[str] = field(default_factory=list)
    script: int | None = None
    steps: list[str] = field(default_factory=list)
    down: str = ""
    seconds: float = 0.0
    shrink_seconds: float = 0.0
    revision: str = ""

    def line(self) -> str:
        """As one line of a file of results."""
        return json.dumps(asdict(self), ensure_ascii=False)


def hunt(plans: Path, seed: int) -> tuple[Stage, list[Operation]]:
    """A hunt of a seed; it is made once."""
    folder = plans / f"hunt-{seed}-{HUNT}"
    if not (folder / "plan.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        plan_of_hunt(seed, HUNT, RATE, folder)
    plan = read_plan(folder)
    stage = Stage(json.loads((folder / "plan.json").read_text("utf-8")), list(plan.town()), seed)
    return stage, list(plan.operations())


def run_case(bug: Bug | None, seed: int, plans: Path, *, shrink: bool = True, hunts: int = HUNTS) -> Result:
    """Hunt until something is found, and shrink what shows it."""
    result = Result(bug.name if bug else "-", bug.kind if bug else "-", seed)
    began = time.process_time()
    for number in range(hunts):
        stage, operations = hunt(plans, seed * 100 + number)
        settle()
        steps = with_marks(operations)
        found = _hunted(stage, bug, steps, lambda: time.process_time() - began > SECONDS)
        result.operations = number * HUNT + found.sent
        result.down = found.down or result.down
        result.seconds = round(time.process_time() - began, 2)
        if found.audit is not None:
            _named(result, bug, found.audit)
            if shrink:
                _shrunk(result, bug, stage, found.steps)
            break
        if result.seconds > SECONDS:
            break
    return result


@dataclass(slots=True)
class Hunted:
    """How far a hunt came; the audit is there if it found something."""

    sent: int
    steps: list[Step]
    audit: Audit | None = None
    down: str = ""


def _hunted(stage: Stage, bug: Bug | None, steps: list[Step], over: Callable[[], bool]) -> Hunted:
    with play(stage, bug) as made:
        told: list[Step] = []
        sent = 0
        for look in LOOKS:
            more = _until(steps[len(told) :], look - sent)
            made.go(more)
            told += more
            sent += sum(isinstance(each, Operation) for each in more)
            audit = made.judged()
            if audit.findings:
                return Hunted(sent, told, audit, made.inside.down)
            if over() or made.inside.down:
                break
        return Hunted(sent, told, None, made.inside.down)


def _until(steps: list[Step], count: int) -> list[Step]:
    found: list[Step] = []
    for step in steps:
        if isinstance(step, Operation):
            if not count:
                break
            count -= 1
        found.append(step)
    return found


def _named(result: Result, bug: Bug | None, audit: Audit) -> None:
    first = audit.findings[0]
    result.found, result.invariant, result.layer = True, first.id, first.layer
    result.right = bug is not None and first.id in bug.breaks
    result.others = sorted(set(audit.counts) - {first.id})


def _shrunk(result: Result, bug: Bug | None, stage: Stage, steps: list[Step]) -> None:
    began = time.process_time()
    shows = shows_in(stage, bug, result.invariant)
    shortest = Shrinking(shows).shortest(needed(steps))
    result.script = len(shortest)
    result.steps = [_told(each) for each in shortest]
    result.shrink_seconds = round(time.process_time() - began, 2)


def _told(step: Step) -> Any:
    if isinstance(step, Operation):
        return f"{step.at_s} {step.actor} {step.type} {json.dumps(step.data, ensure_ascii=False)} key={step.key}"
    return step
