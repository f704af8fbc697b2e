"""A worker's share of a plan, compiled ahead of its due times: whole shards, in order, whatever the number of workers.

Values of a plan may refer to what an earlier operation made (`"$made:<n>:<field>"`) or a command of the town
(`"$town:<n>:<field>"`): the field of that name in the answer's view. Such an operation is compiled once the answer is
there.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from loadtests.generator.target import Request, Steps, Target
from loadtests.generator.transport import Job
from loadtests.operations import Operation
from loadtests.references import MADE, PATTERN, Reference, fields_of, references_in, resolved

AHEAD = 100_000
"""Operations that are compiled before they are due, at most; more of them cost memory only."""


def worker_of(shard: str, workers: int) -> int:
    """The worker that a shard belongs to: the same in every run and on every machine."""
    return zlib.crc32(shard.encode()) % workers


def wanted_of(source: str, *files: Path) -> dict[int, set[str]]:
    """Which fields of which operations are referred to in a plan's files; lines are searched, not parsed."""
    found: dict[int, set[str]] = {}
    for path in files:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                if f"${source}:" in line:
                    for of, n, name in PATTERN.findall(line):
                        if of == source:
                            found.setdefault(int(n), set()).add(name)
    return found


def fields_made(body: bytes) -> dict[str, Any]:
    """Fields of the events in an answer's view; none where it has no view."""
    try:
        return fields_of(json.loads(body)["view"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


@dataclass(frozen=True, slots=True)
class Share:
    """Which part of a plan a worker sends, and when: due times are multiplied by `stretch` and cut at the limits."""

    worker: int = 0
    workers: int = 1
    stretch: Fraction = Fraction(1)
    max_operations: int | None = None
    max_ns: int | None = None


@dataclass(slots=True)
class Feed:
    """Jobs in the order of their due times.

    `prepare` is the transport's; `known` holds values that were made, `wanted` the names of those that will be asked
    for, by operation (`wanted_of` finds them before the run: whoever asks may come long after the answer).
    """

    operations: Iterator[Operation]
    target: Target
    prepare: Callable[[Request], Any]
    share: Share = field(default_factory=Share)
    kinds: list[str] = field(default_factory=list)
    known: dict[Reference, Any] = field(default_factory=dict)
    jobs: deque[Job] = field(default_factory=deque)
    open: dict[int, Operation] = field(default_factory=dict)
    wanted: dict[int, set[str]] = field(default_factory=dict)
    source: str = MADE
    seen: int = 0
    planned: int = 0
    incapable: int = 0
    cut: bool = False
    exhausted: bool = False
    _kind_of: dict[str, int] = field(default_factory=dict)

    def fill(self, count: int) -> int:
        """Compile up to `count` more operations of this worker; how many there were."""
        made = 0
        while made < count and not self.exhausted and len(self.jobs) < AHEAD:
            operation = next(self.operations, None)
            if operation is None:
                self.exhausted = True
                break
            made += self._take(operation)
        return made

    def _take(self, operation: Operation) -> int:
        share = self.share
        due_ns = operation.due_ns * share.stretch.numerator // share.stretch.denominator
        beyond = share.max_operations is not None and self.seen >= share.max_operations
        if beyond or (share.max_ns is not None and due_ns >= share.max_ns):
            self.exhausted = self.cut = True
            return 0
        self.seen += 1
        if worker_of(operation.shard, share.workers) != share.worker:
            return 0
        if not self.target.serves(operation.type):
            self.incapable += 1
            return 0
        self.planned += 1
        job = Job(operation.n, self._kind(operation.type), due_ns, operation.shard)
        if any(references_in(operation.data)):
            self.open[job.n] = operation
            self.try_to_resolve(job)
        else:
            self.compile(job, operation)
        self.jobs.append(job)
        return 1

    def _kind(self, wire_type: str) -> int:
        found = self._kind_of.get(wire_type)
        if found is None:
            found = self._kind_of[wire_type] = len(self.kinds)
            self.kinds.append(wire_type)
        return found

    def compile(self, job: Job, operation: Operation) -> None:
        """Make the bytes of a job."""
        compiled = self.target.compile(operation)
        if isinstance(compiled, Request):
            self.set_request(job, compiled)
        else:
            job.steps = compiled
            self.begin(job, compiled)

    def begin(self, job: Job, steps: Steps) -> None:
        """The first step of an operation that has several."""
        job.step, request = steps.first()
        self.set_request(job, request)

    def set_request(self, job: Job, request: Request) -> None:
        """What a job sends next."""
        job.request = request
        job.wire = self.prepare(request)

    def try_to_resolve(self, job: Job) -> list[Reference]:
        """Compile a job that waits for answers; what it still lacks."""
        operation = self.open[job.n]
        missing = [each for each in references_in(operation.data) if each not in self.known]
        if not missing:
            del self.open[job.n]
            self.compile(job, replace(operation, data=resolved(operation.data, self.known)))
        return missing

    def asked_of(self, job: Job, body: bytes) -> dict[str, Any]:
        """What later operations ask of the answer to an operation."""
        names = self.wanted[job.n]
        made = fields_made(body) if job.steps is None else job.steps.made()
        return {name: value for name, value in made.items() if name in names}

    def tell(self, n: int, found: Mapping[str, Any]) -> None:
        """Values that operation `n` made."""
        for name, value in found.items():
            self.known[Reference(self.source, n, name)] = value
