"""The verdict on a history: ok, violation or unknown.

Objects are judged one by one. Those that take long are searched in turns with budgets that double, so that one hard
object keeps no easy one waiting; what the whole budget does not settle is *unknown*, never *ok*.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from loadtests.linearizability.calls import Call, read_calls
from loadtests.linearizability.judge import in_order, lead_of
from loadtests.linearizability.model import Model
from loadtests.linearizability.parts import in_parts, without_collector
from loadtests.linearizability.search import Search
from loadtests.linearizability.shortest import Explanation, Violation, shortest

__all__ = ["BUDGET", "Explanation", "Verdict", "Violation", "check", "check_file"]

Status = Literal["ok", "violation", "unknown"]
BUDGET = 20_000_000
FIRST_BUDGET = 2_000
REPORTED = 20
PART_BYTES = 8_000_000
"""Histories are judged in parts of about so many bytes, cut by key: what bounds the memory."""


@dataclass(slots=True)
class Verdict:
    """What was found. `seen` counts the candidates that searches looked at: equal for equal histories."""

    status: Status = "ok"
    calls: int = 0
    keys: int = 0
    ambiguous: int = 0
    seen: int = 0
    violations: list[Violation] = field(default_factory=list)
    violated: list[str | None] = field(default_factory=list)
    unknown: list[str | None] = field(default_factory=list)

    def settle(self) -> Verdict:
        """Say the status: a violation is one whatever else is unknown."""
        self.status = "violation" if self.violated else "unknown" if self.unknown else "ok"
        return self


@dataclass(slots=True)
class Pending:
    """An object whose search goes on."""

    key: str | None
    calls: list[Call]
    begin: Any
    lead: int
    search: Search


def check(calls: Iterable[Call], model: Model, budget: int = BUDGET) -> Verdict:
    """Judge calls held in memory. Raises BadCall for a call that is not of this model."""
    verdict = Verdict()
    _judge(_by_key(calls, model), model, verdict, budget)
    return verdict.settle()


def check_file(path: Path, model: Model, budget: int = BUDGET) -> Verdict:
    """Judge the history of a file in bounded memory, in parts cut by key. Raises BadHistory, BadCall."""
    verdict = Verdict()
    with path.open(encoding="utf-8") as file, without_collector():
        calls = read_calls(file)[1]
        parts = max(1, path.stat().st_size // PART_BYTES) if model.by_key else 1
        for part in in_parts(calls, parts):
            _judge(_by_key(part, model), model, verdict, max(0, budget - verdict.seen))
    return verdict.settle()


def _by_key(calls: Iterable[Call], model: Model) -> dict[str | None, list[Call]]:
    found: dict[str | None, list[Call]] = {}
    for call in calls:
        model.check(call)
        found.setdefault(call.key if model.by_key else None, []).append(call)
    return found


def _judge(objects: dict[str | None, list[Call]], model: Model, verdict: Verdict, budget: int) -> None:
    pending: list[Pending] = []
    for key, unordered in objects.items():
        calls = in_order(unordered)
        verdict.keys += 1
        verdict.calls += len(calls)
        verdict.ambiguous += sum(call.type == "info" for call in calls)
        model.prepare(calls)
        begin = model.begin(key)
        lead = lead_of(model, calls, begin)
        if lead.impossible:
            _violated(verdict, model, key, (calls[: lead.length + 1], begin, calls[lead.length]))
        elif lead.length < len(calls):
            search = Search(model, calls[lead.length :], lead.state)
            search.run(min(FIRST_BUDGET, budget))
            pending.append(Pending(key, calls, begin, lead.length, search))
            if search.answer is not None:
                _settled(pending.pop(), model, verdict)
    _in_turns(pending, model, verdict, budget)


def _in_turns(pending: Sequence[Pending], model: Model, verdict: Verdict, budget: int) -> None:
    """Search the hard ones in turns, with budgets that double."""
    share = FIRST_BUDGET
    while pending:
        left = budget - verdict.seen - sum(each.search.seen for each in pending)
        if left <= 0:
            break
        share *= 2
        for each in pending:
            each.search.run(min(share, left))
            if each.search.answer is not None:
                _settled(each, model, verdict)
        pending = [each for each in pending if each.search.answer is None]
    for each in pending:
        verdict.seen += each.search.seen
        verdict.unknown.append(each.key)


def _settled(each: Pending, model: Model, verdict: Verdict) -> None:
    verdict.seen += each.search.seen
    if each.search.answer is False and each.search.blocked is not None:
        blocked = each.search.calls[each.search.blocked]
        _violated(verdict, model, each.key, (each.calls, each.begin, blocked))


def _violated(verdict: Verdict, model: Model, key: str | None, case: tuple[list[Call], Any, Call]) -> None:
    verdict.violated.append(key)
    if len(verdict.violations) < REPORTED:
        verdict.violations.append(shortest(model, *case))
