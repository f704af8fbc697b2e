"""Layer a: each answer by itself, and numbers and instants across answers: neither runs backwards (H01, H07, T03)."""

from __future__ import annotations

from array import array
from typing import Final

import numpy as np

from loadtests.audit.calls import Call
from loadtests.audit.findings import CONTRACT, Audit, Finding, finding_of

LAYER: Final = "conformance"
PROBLEM_INVARIANTS = {"no_event": "T03"}
"""Which invariant is broken by an answer that breaks the target's contract; by most, none but the contract."""


class Conformance:
    """Looks at every call as it comes; `finish` looks at what only all of them show."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit
        self._commands, self._reads = Numbers(), Numbers()

    def see(self, call: Call) -> None:
        """One call."""
        answer = call.answer
        if call.outcome == "not_done" and not answer.status:
            return
        self._audit.layers[LAYER].checked += 1
        if answer.problems:
            for problem in answer.problems:
                name = PROBLEM_INVARIANTS.get(problem, CONTRACT)
                values = {"status": answer.status, "code": answer.code or "-"}
                self._audit.found(finding_of(name, LAYER, [call], f"audit.problem.{problem}", **values))

    def unreadable(self, call: Call) -> None:
        """An answer that is none to what was asked: its events lack what such events have."""
        values = {"status": call.answer.status, "code": call.answer.code or "-"}
        self._audit.found(finding_of(CONTRACT, LAYER, [call], "audit.problem.shape", **values))

    def effect(self, call: Call) -> None:
        """One call with one effect, repeats put together: its number and its instant."""
        answer = call.answer
        if call.returned_ns is not None and answer.n is not None and answer.at is not None:
            (self._reads if call.is_read else self._commands).add(call)

    def finish(self) -> None:
        """Numbers and instants against real time."""
        commands, reads = self._commands, self._reads
        if not len(commands.n):
            layer = self._audit.layers[LAYER]
            layer.reason = layer.reason or "audit.reason.no_numbers"
            return
        self._audit.checked(LAYER, "H01", len(commands.n))
        returned, n = commands.by_return()
        for place in commands.behind(returned, n, strictly=True):
            self._found("H01", "audit.seen.number", commands, place)
        for place in commands.instants_fall():
            self._found("H01", "audit.seen.instant", commands, place)
        for place in commands.events_overlap():
            self._found("T03", "audit.seen.events", commands, place)
        if len(reads.n):
            self._audit.checked(LAYER, "H07", len(reads.n))
            for place in reads.behind(returned, n, strictly=False):
                self._found("H07", "audit.seen.old_read", reads, place)

    def _found(self, name: str, text: str, numbers: Numbers, place: int) -> None:
        operation, n, at = int(numbers.op[place]), int(numbers.n[place]), int(numbers.at[place])
        self._audit.found(Finding(name, LAYER, f"op {operation}", text, {"op": operation, "n": n, "at": at}))


class Numbers:
    """Columns: when calls were asked and answered, and the numbers that their answers say."""

    def __init__(self) -> None:
        self.op, self.invoked, self.returned = array("q"), array("q"), array("q")
        self.n, self.at, self.first, self.last = array("q"), array("q"), array("q"), array("q")

    def add(self, call: Call) -> None:
        """One call."""
        answer = call.answer
        first, last = answer.events or (0, 0)
        self.op.append(call.operation.n)
        self.invoked.append(call.invoked_ns)
        self.returned.append(call.returned_ns or 0)
        self.n.append(answer.n or 0)
        self.at.append(answer.at or 0)
        self.first.append(first)
        self.last.append(last)

    def by_return(self) -> tuple[np.ndarray, np.ndarray]:
        """Instants of answers in order, and the highest number that had been answered by each."""
        returned, n = np.asarray(self.returned), np.asarray(self.n)
        order = np.argsort(returned, kind="stable")
        return returned[order], np.maximum.accumulate(n[order])

    def behind(self, returned: np.ndarray, highest: np.ndarray, *, strictly: bool) -> list[int]:
        """Calls asked after an answer with a higher number was there (`strictly`: or the same one)."""
        before = np.searchsorted(returned, np.asarray(self.invoked), side="left") - 1
        known = np.where(before >= 0, highest[np.maximum(before, 0)], 0)
        n = np.asarray(self.n)
        return [int(place) for place in np.flatnonzero(n <= known if strictly else n < known)]

    def instants_fall(self) -> list[int]:
        """Calls whose instant lies before that of a lower number."""
        order = np.argsort(np.asarray(self.n), kind="stable")
        at = np.asarray(self.at)[order]
        return [int(order[place + 1]) for place in np.flatnonzero(np.diff(at) < 0)]

    def events_overlap(self) -> list[int]:
        """Accepted calls whose events do not lie behind those of a lower number."""
        accepted = np.flatnonzero(np.asarray(self.first))
        order = accepted[np.argsort(np.asarray(self.n)[accepted], kind="stable")]
        first, last = np.asarray(self.first)[order], np.asarray(self.last)[order]
        return [int(order[place + 1]) for place in np.flatnonzero(first[1:] <= last[:-1])]
