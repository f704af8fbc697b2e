"""The steps of scripts: the operations of a finding, with those that made what they name, as a plan of their own.

A fresh target numbers what it makes anew, so a script refers to things as the plan does (`$made:<n>:<field>`), and
brings along every operation that it refers to, however indirectly. What the town made is the town's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from loadtests.audit.auditing import policy_of
from loadtests.audit.background import Background
from loadtests.audit.findings import Finding
from loadtests.audit.run_folder import RunFolder, lines_of, read_exchanges
from loadtests.operations import Operation
from loadtests.references import MADE, Reference, reference_of, references_in, replaced

NEVER = 2**62
MOST_PLANNED = 20_000
"""Operations of a plan that is read whole, so that what came before a finding is looked for."""
NANOSECONDS = 1_000_000_000
Span = tuple[int, int]  # sent first, answered: nanoseconds from the start of the run


class Written(NamedTuple):
    """The operations of one script in waves: those of one wave were under way at once."""

    waves: list[list[Operation]]

    @property
    def operations(self) -> list[Operation]:
        """All of them, in their order."""
        return [each for wave in self.waves for each in wave]

    def renumbered(self) -> Written:
        """As a plan: numbers from 0, a wave is due at once, and references to the new numbers."""
        numbers = {each.n: place for place, each in enumerate(self.operations)}
        waves = [
            [replace(each, n=numbers[each.n], due_ns=due, data=_moved(each, numbers)) for each in wave]
            for due, wave in enumerate(self.waves)
        ]
        return Written(waves)


class Closure:
    """Looks up in the plan and the histories of a run what the scripts of some findings need."""

    def __init__(self, run: RunFolder, findings: Sequence[Finding], town: Sequence[Operation] = ()) -> None:
        """Reads the plan once or, of a large one, as often as things are named; and the histories once."""
        self._pace = run.plan.get("speed") or 1
        count, start_s = run.plan.get("operations"), run.plan.get("start_s")
        small = isinstance(count, int) and count <= MOST_PLANNED
        wanted = {each.n for finding in findings for each in finding.operations}
        self._planned = _all(run) if small else _named(run, wanted)
        self._spans = _spans(run, self._planned)
        self._background = None
        if small and isinstance(start_s, int):
            planned = [self._timed(n) for n in sorted(self._planned)]
            self._background = Background(policy_of(run.plan), start_s, town, planned)

    def of(self, finding: Finding) -> Written:
        """The script of a finding: its operations, what must have come before, and what made the things they name."""
        numbers = {each.n for each in finding.operations}
        if self._background is not None:
            numbers.update(self._background.of(self._planned[n] for n in numbers))
        waiting = list(numbers)
        while waiting:
            for n in needs(self._planned[waiting.pop()]):
                if n not in numbers:
                    numbers.add(n)
                    waiting.append(n)
        return Written(self._waves(numbers))

    def _waves(self, numbers: Iterable[int]) -> list[list[Operation]]:
        found: list[list[Operation]] = []
        until = -1
        for n in sorted(numbers, key=lambda each: (self._spans.get(each, (NEVER, 0))[0], each)):
            start, end = self._spans.get(n, (NEVER, NEVER))
            if found and start <= until:
                found[-1].append(self._timed(n))
            else:
                found.append([self._timed(n)])
            until = max(until, end)
        return found

    def _timed(self, n: int) -> Operation:
        """With the instant that a driven clock was told, also where it followed from when the operation was due."""
        operation = self._planned[n]
        if operation.at_s is not None:
            return operation
        return replace(operation, at_s=int(operation.due_ns * self._pace) // NANOSECONDS)


def _all(run: RunFolder) -> dict[int, Operation]:
    return {line["n"]: Operation(**line) for line in lines_of(run.operations)}


def _named(run: RunFolder, wanted: set[int]) -> dict[int, Operation]:
    """Some operations of a plan, and those that they name."""
    planned: dict[int, Operation] = {}
    while missing := wanted - planned.keys():
        planned |= {line["n"]: Operation(**line) for line in lines_of(run.operations) if line["n"] in missing}
        if missing - planned.keys():
            break
        wanted = wanted | {n for operation in planned.values() for n in needs(operation)}
    return planned


def needs(operation: Operation) -> list[int]:
    """The operations that made what an operation names."""
    return [each.n for each in references_in(operation.data) if each.source == MADE]


def _moved(operation: Operation, numbers: Mapping[int, int]) -> dict[str, object]:
    def moved(text: str) -> str:
        found = reference_of(text)
        if found is None or found.source != MADE:
            return text
        return Reference(MADE, numbers[found.n], found.field).text()

    made: dict[str, object] = replaced(operation.data, moved)
    return made


def _spans(run: RunFolder, wanted: Mapping[int, Operation]) -> dict[int, Span]:
    """When the run sent them, and when it got an answer."""
    found: dict[int, Span] = {}
    for path in run.histories:
        for each in read_exchanges(path, wanted):
            sent, done = found.get(each.op, (NEVER, -1))
            found[each.op] = min(sent, each.sent_ns), max(done, each.done_ns)
    return found
