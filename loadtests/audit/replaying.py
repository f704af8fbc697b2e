"""Layer b: the calls once more, in the order of the target's record numbers, on a fresh reference engine.

Every answer must be the engine's: code, number, instant, events. Where a number is missing in the history (an answer
was lost, somebody else was at work), the target's exported log says which call without a definite answer stands there.
Without an export, such calls are tried in its place. That is a guess: once one was needed, a difference may be its
fault, so it ends the comparison and is counted as unknown, never reported. The layer says from which number on. Records
of deadlines are fired by the engine itself.
"""

from __future__ import annotations

import heapq
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from engine import Engine, Envelope, Outcome, Rejected
from engine.contract import command_from
from engine.views.catalogue import READ_BY_NAME
from engine.views.read import read_now
from loadtests.audit.calls import Call
from loadtests.audit.findings import REPLAYED, UNNAMED, Audit, finding_of
from loadtests.audit.naming import AT_ITS_INSTANT, name_of_codes, name_of_event, name_of_read
from loadtests.operations import READ, Operation

LAYER: Final = "replay"
COMMITMENT = re.compile(r"[0-9a-f]{64}")
ENVELOPE_VERSION = 1
MOST_WAITING = 50_000
ENOUGH = 20
"""Differences after which a replay stops: the first one is what matters, later ones mostly follow from it."""


def envelope(operation: Operation, at: int) -> Envelope | None:
    """An operation as the engine takes it; None for one that the door refuses."""
    kind, _, who = operation.actor.partition(":")
    try:
        return Envelope(operation.key, kind, who, at, command_from(operation.type, ENVELOPE_VERSION, operation.data))
    except Rejected:
        return None


def events_of(outcome: Outcome) -> list[dict[str, Any]]:
    """The events of an outcome as an answer shows them."""
    return [{"type": each.type, "data": json.loads(each.encode())} for each in outcome.events]


def comparable(found: Any) -> Any:
    """Events without commitments: their salt is the target's own."""
    if isinstance(found, dict):
        return {name: comparable(value) for name, value in found.items()}
    if isinstance(found, (list, tuple)):
        return [comparable(each) for each in found]
    return "#" if isinstance(found, str) and COMMITMENT.fullmatch(found) else found


Scope = tuple[str, str]  # kind of actor, key


class Position(NamedTuple):
    """Where a command stands in an exported log: its first event, or the last one before its rejection; its instant."""

    seq: int
    at: int
    rejected: bool


def scope_of(call: Call) -> Scope:
    """The kind of the actor and the key."""
    return call.kind, call.operation.key


@dataclass(slots=True)
class Waiting:
    """Calls that the replay has not come to, by record number; reads stand behind the command of their number."""

    heap: list[tuple[int, int, int, Call]] = field(default_factory=list)
    unknown: list[Call] = field(default_factory=list)
    pushed: int = 0

    def push(self, call: Call) -> None:
        """One more."""
        if call.answer.n is not None:
            self.pushed += 1
            heapq.heappush(self.heap, (call.answer.n, int(call.operation.is_read), self.pushed, call))
        elif call.outcome == "unknown" and not call.operation.is_read:
            self.unknown.append(call)


class Replay:
    """One pass. `engine` holds the town as the run found it, and is changed."""

    def __init__(self, engine: Engine, audit: Audit, positions: Mapping[Scope, Position] | None) -> None:
        """`positions` of the calls without a definite answer, where the target has exported its log."""
        self._engine = engine
        self._audit = audit
        self._positions = positions
        self._shown: dict[str, list[Any]] = {}
        self._differences = 0
        self._lost = self._guessed = 0

    def run(self, calls: Iterable[Call]) -> None:
        """Replay calls that come about in the order of their numbers."""
        waiting = Waiting()
        for call in calls:
            if self._over:
                self._audit.layers[LAYER].unknown += 1
                continue
            waiting.push(call)
            while waiting.heap and len(waiting.heap) > MOST_WAITING and not self._over:
                self._next(waiting)
        while waiting.heap and not self._over:
            self._next(waiting)
        layer = self._audit.layers[LAYER]
        layer.unknown += len(waiting.heap)
        if self._lost:
            layer.reason, layer.values = "audit.reason.gap", {"n": self._lost}
        elif not waiting.pushed:
            layer.reason = "audit.reason.no_numbers"

    @property
    def _over(self) -> bool:
        return bool(self._lost) or self._differences >= ENOUGH

    def _next(self, waiting: Waiting) -> None:
        n, is_read, _, call = heapq.heappop(waiting.heap)
        if is_read:
            self._read(call, n)
            return
        at = call.answer.at or 0
        if self._engine.n >= n:
            # Only the first one can tell: once a record lacks, every later number is behind.
            self._differs(call, f"n={self._engine.n + 1}", UNNAMED if self._differences else "H01")
            return
        self._fire_until(at, n)
        if self._engine.n < n - 1 and not self._fill(n - 1, call, waiting):
            self._lost = self._engine.n + 1
            return
        self._compare(call, at)

    def _fire_until(self, at: int, n: int) -> None:
        """Deadlines that are due by now are records of their own, as many as there is room for before number n."""
        deadlines = self._engine.district.deadlines
        while deadlines.next_due <= at and self._engine.n < n - 1:
            self._engine.advance(deadlines.next_due)

    def _fill(self, until: int, before: Call, waiting: Waiting) -> bool:
        """Try calls of unknown outcome for missing numbers, the oldest first."""
        if self._positions is not None:
            return self._fill_by_export(until, waiting, self._positions)
        self._guessed = self._guessed or self._engine.n + 1
        latest = before.returned_ns or 0
        for call in sorted(waiting.unknown, key=lambda each: each.invoked_ns):
            if self._engine.n >= until or call.invoked_ns > latest:
                break
            by = envelope(call.operation, before.answer.at or 0)
            waiting.unknown.remove(call)
            if by is not None:
                self._engine.execute(by)
        return self._engine.n == until

    def _fill_by_export(self, until: int, waiting: Waiting, positions: Mapping[Scope, Position]) -> bool:
        """The exported log says which of them happened, where and when."""
        while self._engine.n < until:
            here = next((each for each in waiting.unknown if self._stands_here(positions.get(scope_of(each)))), None)
            if here is None:
                return False
            waiting.unknown.remove(here)
            at = positions[scope_of(here)].at
            by = envelope(here.operation, at)
            self._fire_until(at, until)
            if by is None or self._engine.execute(by).n == 0:
                return False
        return True

    def _stands_here(self, position: Position | None) -> bool:
        if position is None:
            return False
        return position.seq == self._engine.seq + (not position.rejected)

    def _compare(self, call: Call, at: int) -> None:
        by = envelope(call.operation, at)
        if by is None:
            self._differs(call, "MALFORMED")
            return
        late = self._late(at)
        outcome = self._engine.execute(by)
        self._audit.checked(LAYER, "H06")
        answer = call.answer
        code = outcome.code.name if outcome.code is not None else ""
        if code != answer.code:
            self._differs(call, f"{code or 'ok'} n={outcome.n}", name_of_codes(code, answer.code))
        elif outcome.n != answer.n:
            self._differs(call, f"{code or 'ok'} n={outcome.n}", AT_ITS_INSTANT.get(late, UNNAMED))
        elif code:
            details = dict(answer.details or {})
            expected = dict(outcome.details or {})
            if answer.details is not None and details != expected:
                self._differs(call, f"{code} {expected}", name_of_codes(code, code))
        elif answer.view is not None:
            self._events(call, comparable(events_of(outcome)), comparable(answer.view))

    def _late(self, at: int) -> str:
        """The kind of what should have happened by itself by now, and has no record of the target's; or nothing."""
        deadlines = self._engine.district.deadlines
        return deadlines.first()[1] if deadlines.next_due <= at else ""

    def _events(self, call: Call, expected: list[dict[str, Any]], shown: list[dict[str, Any]]) -> None:
        if expected == shown:
            return
        pairs = zip(expected, shown, strict=False)
        one = next(((made, seen) for made, seen in pairs if made != seen), None)
        self._differs(call, _first_difference(expected, shown), name_of_event(*one) if one else UNNAMED)

    def _read(self, call: Call, n: int) -> None:
        """A read shows the state after the record that it names."""
        if self._engine.n > n:
            return
        self._fire_until(call.answer.at or 0, n + 1)
        if self._engine.n != n:
            return
        expected = self._value(call)
        self._audit.checked(LAYER, "H06")
        shown = comparable(call.answer.view)
        question = f"{call.operation.type} {sorted(call.operation.data.items())}"
        before = self._shown.setdefault(question, [])
        if expected == shown:
            before.append(expected)
        elif shown in before:
            self._differs(call, str(expected), "H07")
        else:
            self._differs(call, str(expected), name_of_read(call.operation.type.removeprefix(READ)))

    def _value(self, call: Call) -> Any:
        """What the engine shows; None where it refuses the read."""
        read = READ_BY_NAME[call.operation.type.removeprefix(READ)]
        try:
            asked = read.parameters(**call.operation.data)
            return comparable(
                read_now(self._engine.district, read, asked, (call.kind, call.who), self._engine.sealing.vault)
            )
        except (Rejected, TypeError):
            return None

    def _differs(self, call: Call, expected: str, name: str = UNNAMED) -> None:
        if self._guessed:
            self._lost = self._guessed
            self._audit.layers[LAYER].unknown += 1
            return
        self._differences += 1
        answer = call.answer
        seen = f"{answer.code or 'ok'} n={answer.n}" if not call.operation.is_read else str(answer.view)
        finding = finding_of(name, LAYER, [call], REPLAYED, seen=seen, expected=expected, n=answer.n)
        finding.expected = expected
        self._audit.found(finding)


def _first_difference(expected: list[dict[str, Any]], shown: Any) -> str:
    made, seen = comparable(expected), comparable(shown)
    for one, other in zip(made, seen, strict=False):
        if one != other:
            fields = [name for name in one["data"] if one["data"].get(name) != other.get("data", {}).get(name)]
            return f"{one['type']} { ({name: one['data'][name] for name in fields}) }"
    return f"{len(made)} events"


def give_town(operations: Iterable[Operation], engine: Engine, at: int, start: int | None = None) -> int:
    """Give the commands of a town to an engine; returns how many it refused.

    Each at its own instant, which counts from the start of the plan; all at the instant `at` where the plan says none.
    """
    refused = 0
    for operation in operations:
        own = start is not None and operation.at_s is not None
        by = envelope(operation, start + operation.at_s if own else at)  # type: ignore[operator]  # both are there
        refused += by is None or not engine.execute(by).ok
    if start is not None:
        engine.advance(start)
    return refused
