"""Operations of a plan: who asks what of a system, and when it is due. Plan, generator, adapters and audit share it.

A plan is a folder: `plan.json` says where it comes from (source, seed, speed, policy, number of operations),
`town.jsonl.gz` holds the commands that bring an empty system into the state it needs, `operations.jsonl.gz` the
operations in the order in which they are due. Lines are JSON objects, so that other tools can read and write them.

Ids that a target makes itself are not known beforehand, so values refer to them: `"$made:<n>:<field>"` is what the
answer to operation n of the plan says in that field, `"$town:<n>:<field>"` the same of a command of the town. The field
is the first of its name in the answer's `view`, event by event (`loadtests/references.py`).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

READ = "read:"  # what the type of an operation that changes nothing begins with


@dataclass(slots=True)
class Operation:
    """One operation: a command of the catalogue by its wire name, or a read (`read:points.balance`).

    Nobody changes one. It is not frozen, because a million are made of a plan, and that would take three times as long.

    `n` is dense from 0 in the order of `due_ns` (nanoseconds from the start of the plan; 0 in a town). Operations of
    one `shard` (by default the actor) stay on one worker and in order. `intent` says why it is there: `town`, `day` for
    the simulated day itself, else the hunting pattern (`duplicate`, `key_reuse`, `hot`, `boundary`, `read`).
    A `key` is what the system is told as the idempotency key; reads have none.

    `at_s` is the instant that a target with a driven clock is told: whole seconds from the plan's `start_s`, below zero
    in a town, never falling in the order of `n`. None: it follows from `due_ns`. It stands apart from `due_ns` since
    one may be stretched without the other: load can be faster than life and still meet midnight to the second.
    """

    n: int
    due_ns: int
    type: str
    actor: str
    key: str
    data: dict[str, Any]
    shard: str
    intent: str = "day"
    at_s: int | None = None

    @property
    def is_read(self) -> bool:
        """True if it changes nothing."""
        return self.type.startswith(READ)

    def line(self) -> str:
        """As one line of a plan."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))


def operation_from(line: str) -> Operation:
    """The operation that a line of a plan holds; raises ValueError or TypeError for anything else."""
    return Operation(**json.loads(line))


def write_operations(path: Path, operations: Iterable[Operation]) -> int:
    """Write operations as gzipped lines, the same bytes whenever they are the same; returns how many."""
    count = 0
    with path.open("wb") as raw, gzip.GzipFile("", "wb", compresslevel=1, fileobj=raw, mtime=0) as file:
        for operation in operations:
            file.write(f"{operation.line()}\n".encode())
            count += 1
    return count


def read_operations(path: Path) -> Iterator[Operation]:
    """The operations of a file, one by one."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield operation_from(line)
