"""Playing a script against a fresh deployment in this process, and judging what came back."""

from __future__ import annotations

import gc
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loadtests.audit import Audit, ReferenceWire, RunFolder, audit_run
from loadtests.bugs import Bug, planted
from loadtests.detection.inside import Inside
from loadtests.operations import Operation, write_operations
from loadtests.references import MADE, TOWN
from loadtests.shrinking import Step

__all__ = ["EVERY", "Play", "Stage", "Step", "play", "room", "settle", "with_marks"]
EVERY = 250
"""Operations between two ends of the process."""


@dataclass(slots=True)
class Stage:
    """What a script begins with: the plan's document, its town, and the seed of what gets lost."""

    plan: dict[str, Any]
    town: list[Operation]
    seed: int = 0


def with_marks(operations: Sequence[Operation]) -> list[Step]:
    """Operations with ends of the process between them: orderly ones, and in the middle of a commit, in turns."""
    found: list[Step] = []
    for place, operation in enumerate(operations):
        if place and place % EVERY == 0:
            found.append("crash" if place // EVERY % 2 == 0 else "restart")
        found.append(operation)
    return found


class Play:
    """A deployment under way, and the run folder that tells of it."""

    def __init__(self, stage: Stage, folder: Path, bug: Bug | None) -> None:
        """Begin: the town is told."""
        self.stage = stage
        self.run = folder / "run"
        self.run.mkdir()
        self._bug = bug
        self._sent: list[Operation] = []
        with planted(bug):
            self.inside = Inside(folder, stage.plan["start_s"], stage.seed)
            self.inside.send(TOWN, stage.town)

    def go(self, steps: Iterable[Step]) -> None:
        """Some steps more."""
        with planted(self._bug):
            wave: list[Operation] = []
            for step in steps:
                if isinstance(step, Operation):
                    wave.append(step)
                    continue
                self._send(wave)
                wave = []
                if step == "restart" and not self.inside.down:
                    self.inside.restart()
                elif step == "crash":
                    self.inside.crashes = True
            self._send(wave)

    def _send(self, operations: list[Operation]) -> None:
        self._sent += operations
        self.inside.send(MADE, operations)

    def judged(self) -> Audit:
        """The audit of what was sent so far."""
        write_operations(self.run / "town.jsonl.gz", self.stage.town)
        write_operations(self.run / "operations.jsonl.gz", self._sent)
        (self.run / "plan.json").write_text(json.dumps(self.stage.plan), encoding="utf-8")
        with planted(self._bug):
            self.inside.write(self.run)
        return audit_run(RunFolder(self.run), ReferenceWire(self.stage.plan["start_s"]))

    def close(self) -> None:
        """End."""
        with planted(self._bug):
            self.inside.close()


@contextmanager
def play(stage: Stage, bug: Bug | None, steps: Iterable[Step] = ()) -> Iterator[Play]:
    """A play in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="detection-", dir=room()) as folder:
        made = Play(stage, Path(folder), bug)
        try:
            made.go(steps)
            yield made
        finally:
            made.close()


def settle() -> None:
    """Let the collector forget what is there already: each audit would have it look through everything."""
    gc.collect()
    gc.freeze()


def room() -> str | None:
    """Where files are that nobody keeps: in memory where there is such a place."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - each play makes a folder of its own there
