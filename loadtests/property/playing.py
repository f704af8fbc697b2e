"""Playing a script on the live target: a town of its own, each answer beside the engine's.

Two engines are told what the target is told. One knows this town alone, the other has a past: another town, and all
that this run has told the target. Where these two differ, the answer depends on what others left behind in the whole
district (totals, a limit of everybody, a changed policy): it is no reason against the target, and not judged.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from engine import Policy
from engine.catalogue import COMMANDS
from loadtests.adapter import Adapter, Answer
from loadtests.operations import Operation
from loadtests.plan.hunt.small_town import MORNING
from loadtests.property.beside import Beside, Expected
from loadtests.property.comparing import Comparing, Difference, invariant_of
from loadtests.property.naming import Names
from loadtests.property.narrowing import Narrowing
from loadtests.property.scripting import Scripting
from loadtests.property.town import CHANGE
from loadtests.property.visiting import Guard, Visit
from loadtests.references import MADE, TOWN, Reference, resolved

Why = Literal["", "unknown", "past"]
DAY_S = 86_400
PAST_SEED, PAST_OPERATIONS = 7, 150
"""The life of another town that the second engine has seen."""


@dataclass(frozen=True, slots=True)
class Found:
    """A difference, and the operation whose answer shows it; `place` in the script, -1 in the town."""

    place: int
    operation: Operation
    difference: Difference
    invariant: str

    @property
    def signature(self) -> tuple[str, str]:
        """What two findings of one fault have in common."""
        return self.operation.type, self.difference.what


@dataclass(slots=True)
class Counts:
    """What a run has done: answers compared, left out because of the past, without a definite outcome."""

    examples: int = 0
    operations: int = 0
    compared: int = 0
    past: int = 0
    unknown: int = 0
    ended_early: int = 0
    answers: dict[str, Counter[str]] = field(default_factory=dict)

    def answered(self, kind: str, answer: Answer) -> None:
        """One answer more."""
        self.answers.setdefault(kind, Counter())[answer.code or answer.kind] += 1


class Example:
    """One script under way on one visit."""

    def __init__(self, visit: Visit, alone: Beside, lived: Beside, counts: Counts) -> None:
        self._visit = visit
        self._alone, self._lived = alone, lived
        self._counts = counts
        self._known: dict[Reference, Any] = {}
        self._theirs, self._past = Names(), Names()
        lived.forget()

    def play(self, source: str, operations: Sequence[Operation]) -> tuple[Found | None, Why]:
        """The first difference, and why the example ended without one before its end."""
        for place, operation in enumerate(operations):
            found, why = self._one(source, operation)
            if found is not None:
                repeats = any(each.key == operation.key for each in operations[:place] if each.key)
                name = "H04" if repeats else invariant_of(operation.type, found)
                return Found(place if source == MADE else -1, operation, found, name), ""
            if why:
                return None, why
        return None, ""

    def _one(self, source: str, operation: Operation) -> tuple[Difference | None, Why]:
        """Ask the target, then both engines; what refers to something that was never made is left out everywhere."""
        visit, serves = self._visit, self._visit.serves(operation.type)
        said = visit.said(operation)
        try:
            self._alone.filled(said)
            sent = replace(said, data=resolved(said.data, self._known)) if serves else said
        except KeyError:
            return None, ""
        answer = self._asked(source, sent) if serves else None
        at = visit.instant(operation, answer)
        mine = self._alone.told(source, said, at)
        past = self._lived.told(source, replace(said, key=f"{visit.mark}{said.key}"), at)
        if answer is None:
            return None, ""
        if answer.kind not in ("ok", "rejected"):
            self._counts.unknown += 1
            return None, "unknown"
        return self._judged(operation, mine, past, answer)

    def _asked(self, source: str, sent: Operation) -> Answer:
        """The answer, asked for again while it is not known."""
        visit = self._visit
        self._counts.operations += 1
        for attempt in range(visit.tries(sent)):
            if attempt:
                time.sleep(visit.pause_s(sent.type))
            exchanges, made = visit.carry_out(sent)
            answer = visit.understood(sent, exchanges)
            if answer.kind != "unknown":
                break
        self._known.update({Reference(source, sent.n, name): value for name, value in made.items()})
        self._counts.answered(sent.type, answer)
        return answer

    def _judged(
        self, operation: Operation, mine: Expected, past: Expected, answer: Answer
    ) -> tuple[Difference | None, Why]:
        told = Answer(past.kind, past.code, past.view, past.at, details=past.details)
        other = Comparing(self._past, exact=True, timed=False).difference(mine, told)
        visit = self._visit
        timed = visit.driven and not operation.is_read
        comparing = Comparing(self._theirs, exact=visit.exact(operation.type), timed=timed)
        found = comparing.difference(mine, answer)
        if other is None:
            self._counts.compared += 1
            return found, ""
        self._counts.past += 1
        same = mine.kind == past.kind and mine.code == past.code
        if same and (found is None or found.what not in ("outcome", "code")):
            return None, ""
        return (found, "") if same else (None, "past")


class Player:
    """Plays scripts on one target, one after the other; each begins on a morning of its own, with a town of its own."""

    def __init__(self, adapter: Adapter, guard: Guard, policy: Policy, town: Sequence[Operation]) -> None:
        """`policy`: what the target begins with, `town`: what every example begins with."""
        self.guard = guard
        self.counts = Counts()
        self.driven: bool | None = None if "account.at" in adapter.model_dump_json() else False
        self._adapter = adapter
        self._policy = policy
        self._town = list(town)
        self.narrowing = Narrowing(policy, self._town)
        self._lived = _with_a_past(policy, tells_policy=any(each.type == CHANGE for each in self._town))
        self._next_s = _morning_after(self._lived.now)
        self._number = 0

    def play(self, operations: Sequence[Operation]) -> Found | None:
        """The first difference that a script shows."""
        if self.driven is None:
            self.driven = self._look_at_the_clock()
        self.counts.examples += 1
        actors = {each.actor for each in (*self._town, *operations)}
        with self._visit(actors) as visit:
            example = Example(visit, Beside(self._policy), self._lived, self.counts)
            found, why = example.play(TOWN, self._town)
            if found is None and not why:
                visit.settle()
                found, why = example.play(MADE, operations)
        self.counts.ended_early += bool(why)
        self._next_s = _morning_after(max(visit.last_s, self._lived.now))
        return found

    def _visit(self, actors: set[str]) -> Visit:
        self._number += 1
        start_s = self._next_s if self.driven else int(time.time())
        return Visit(self._adapter, self.guard, actors, (self._number, start_s, bool(self.driven)))

    def _look_at_the_clock(self) -> bool:
        """Whether the target takes the instants that it is told. It may be later there, so a second try tells."""
        first = next((each for each in self._town if self._adapter.entry(each.type) is not None), None)
        if first is None:
            return False
        self.driven = True
        for _ in range(2):
            with self._visit({first.actor}) as visit:
                said = visit.said(first)
                exchanges, _ = visit.carry_out(said)
                at = visit.understood(said, exchanges).at
            if at is None or at == visit.instant(first, None):
                return at is not None
            self._next_s = _morning_after(at)
        return False


def _morning_after(at: int) -> int:
    """The next instant with the time of day of every example's start, an hour away at least."""
    return at + 3_600 + (MORNING - at - 3_600) % DAY_S


def _with_a_past(policy: Policy, *, tells_policy: bool) -> Beside:
    """An engine that has seen another town and its life, as a used target has; its policy is still the same."""
    made = Beside(policy)
    kinds = tuple(kind for kind in COMMANDS if kind.actors and not kind.type.startswith("policy."))
    served = frozenset(kind.type for kind in kinds)
    life = Scripting(PAST_SEED, 1.0, kinds=kinds, policy=policy, served=served, tells_policy=tells_policy)
    for source, operations in ((TOWN, life.town), (MADE, life.go(PAST_OPERATIONS))):
        for operation in operations:
            with suppress(KeyError):
                made.told(source, operation, MORNING + (operation.at_s or 0))
    return made
