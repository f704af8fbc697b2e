"""The detection table: bug by seed by oracle, commands to the first catch, and the length after shrinking.

Lines stand in a JSONL file as they are found, so that a table of hours can be made in several sittings and by several
machines: what stands there is not done again, and each line names the revision that it was measured at.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from loadtests.bugs import BUGS, Bug, planted
from loadtests.detection.shrinking import Shrinking, needed
from loadtests.operations import Operation
from loadtests.plan.hunt.hunting import Hunt
from loadtests.references import MADE, references_in
from loadtests.zoo.oracles import ORACLES, Oracle, answered, traced
from loadtests.zoo.replaying import write_history
from loadtests.zoo.trial import Catch, Trial, trial

RIGHT = "(none)"
RATE = 200.0
SHRINKING_S = 10.0
"""Processor time for one history."""
OF_ENGINE = ("retry", "boundary", "aggregate")
"""Kinds of bugs that a single client shows on an engine without a door; the others need a deployment."""


@dataclass(slots=True)
class Row:
    """One bug under one seed. `shrunk` are the operations of the shortest history, None where it was not looked for."""

    bug: str
    seed: int
    commands: int
    revision: str
    catches: dict[str, Catch | None] = field(default_factory=dict)
    shrunk: int | None = None

    @property
    def first(self) -> Catch | None:
        """The earliest catch of any oracle."""
        found = [each for each in self.catches.values() if each is not None]
        return min(found, key=lambda each: each.commands, default=None)

    def line(self) -> str:
        """As one line of the file."""
        return json.dumps(asdict(self), ensure_ascii=False)


def row_from(line: str) -> Row:
    """A line read again."""
    said = json.loads(line)
    said["catches"] = {name: each and Catch(**each) for name, each in said["catches"].items()}
    return Row(**said)


def engine_bugs() -> dict[str, Bug]:
    """The planted bugs that are in the engine itself."""
    return {name: bug for name, bug in BUGS.items() if bug.kind in OF_ENGINE}


def rows_of(path: Path) -> list[Row]:
    """What stands in a file already; half a last line, of a sitting that was cut off, is left out."""
    if not path.exists():
        return []
    lines = path.read_text("utf-8").splitlines(keepends=True)
    return [row_from(line) for line in lines if line.endswith("\n")]


@dataclass(slots=True)
class Sitting:
    """One sitting at the table: which cases, and where lines go."""

    bugs: Sequence[str]
    seeds: Sequence[int]
    commands: int
    path: Path
    revision: str
    shard: tuple[int, int] = (1, 1)

    def cases(self) -> list[tuple[int, str]]:
        """What is left to do, seed by seed, so that each hunt is made once."""
        done = {(row.seed, row.bug) for row in rows_of(self.path)}
        wanted = [(seed, bug) for seed in self.seeds for bug in self.bugs]
        mine = [case for place, case in enumerate(wanted) if place % self.shard[1] == self.shard[0] - 1]
        return [case for case in mine if case not in done]

    def rows(self) -> Iterator[Row]:
        """Do what is left, and write each row down."""
        hunts: dict[int, list[Operation]] = {}
        shrunk = {row.bug for row in rows_of(self.path) if row.shrunk is not None}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            for seed, bug in self.cases():
                if seed not in hunts:
                    hunts = {seed: Hunt(seed, RATE).go(self.commands)}
                row, short = judged(bug, hunts[seed], shrink=bug not in shrunk)
                row.seed, row.commands, row.revision = seed, self.commands, self.revision
                if short is not None:
                    shrunk.add(bug)
                    write_history(self.path.with_name(f"{bug}.json"), bug, short)
                file.write(row.line() + "\n")
                file.flush()
                yield row


def judged(bug: str, operations: Sequence[Operation], *, shrink: bool) -> tuple[Row, list[Operation] | None]:
    """One case: a life with the bug, judged by every oracle, and the shortest history that still shows it."""
    row = Row(bug, 0, 0, "")
    life = lived(bug, operations)
    row.catches = dict(verdicts(life))
    found = row.first
    if found is None or not shrink or bug == RIGHT:
        return row, None
    oracle = next(name for name in ORACLES if row.catches[name] is found)
    shrinking = Shrinking(lambda some: shows(bug, some, oracle), seconds=SHRINKING_S)
    whole = [each for each in needed(operations[: found.commands]) if isinstance(each, Operation)]
    near = about(whole)
    short = [
        each for each in shrinking.shortest(near if shrinking.shows(near) else whole) if isinstance(each, Operation)
    ]
    row.shrunk = len(short)
    return row, short


def about(operations: Sequence[Operation]) -> list[Operation]:
    """Operations that name something that the last one names, and what made the things they name."""
    named = words(operations[-1])
    wanted = {each.n for each in operations if words(each) & named}
    for each in reversed(operations):
        if each.n in wanted:
            wanted.update(found.n for found in references_in(each.data) if found.source == MADE)
    return [each for each in operations if each.n in wanted]


def words(operation: Operation) -> set[str]:
    """Ids that an operation names."""
    said = {each for each in operation.data.values() if isinstance(each, str) and "_" in each}
    return said | {operation.actor.partition(":")[2], operation.key}


def lived(bug: str, operations: Iterable[Operation], only: str = "") -> Trial:
    """A life of an engine with a bug, or of the right one."""
    with planted(BUGS.get(bug)):
        return trial(operations, only)


def verdicts(life: Trial) -> Iterator[tuple[Oracle, Catch | None]]:
    """What each oracle says of a life that is over."""
    for name in ORACLES:
        yield name, LOOKS[name](life)


LOOKS: dict[Oracle, Callable[[Trial], Catch | None]] = {
    "state": lambda life: life.state,
    "trace": traced,
    "answers": answered,
    "lockstep": lambda life: life.differs,
}


def shows(bug: str, steps: Sequence[Any], oracle: Oracle) -> bool:
    """Whether an oracle finds a bug in fewer operations, and nothing in them on a right engine."""
    operations = [each for each in steps if isinstance(each, Operation)]
    if LOOKS[oracle](lived(bug, operations, oracle)) is None:
        return False
    return LOOKS[oracle](lived(RIGHT, operations, oracle)) is None


def summary(rows: Sequence[Row]) -> dict[str, Any]:
    """The figures of a table: how many bugs were caught, from answers alone, after how much, and false alarms."""
    bugs = sorted({row.bug for row in rows} - {RIGHT})
    of = {bug: [row for row in rows if row.bug == bug] for bug in bugs}
    right = [row for row in rows if row.bug == RIGHT]
    lengths = [row.shrunk for row in rows if row.shrunk is not None]
    by_oracle = {
        name: sum(all(row.catches.get(name) is not None for row in of[bug]) for bug in bugs) for name in ORACLES
    }
    return {
        "bugs": len(bugs),
        "caught_in_every_seed": sum(all(row.first is not None for row in of[bug]) for bug in bugs),
        "caught_in_some_seed": sum(any(row.first is not None for row in of[bug]) for bug in bugs),
        "caught_in_every_seed_by": by_oracle,
        "median_shrunk": median(lengths) if lengths else None,
        "right_commands": sum(row.commands for row in right),
        "false_alarms": sum(row.first is not None for row in right),
    }
