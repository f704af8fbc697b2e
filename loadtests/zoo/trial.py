"""One life of an engine, right or wrong: commands one after the other, and all that an oracle may look at later.

The oracles that need the living engine look while it lives (state, lockstep). What it wrote and what it answered are
kept for the others (trace, answers), which look when the planted bug is gone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from engine import Engine, MemorySink, Policy, Rejected, new_engine, seeded_salt
from engine.invariants import Violation, attach
from engine.views.catalogue import READ_BY_NAME
from engine.views.read import read_now
from loadtests.operations import READ, Operation
from loadtests.plan.hunt.small_town import MORNING, town
from loadtests.plan.rehearsal import Rehearsal
from loadtests.reference.answers import accepted, refused, rejected
from loadtests.references import MADE, TOWN, resolved
from loadtests.zoo.lockstep import Lockstep

OTHERS = ("trace", "answers", "lockstep")
"""Oracles that need no look at the rows."""
STOPPED = "STOPPED"
"""What is named where an engine breaks down by itself: a row that it needs is not there."""


@dataclass(frozen=True, slots=True)
class Catch:
    """What an oracle found: after how many commands of the hunt, and the invariant, or what differs."""

    commands: int
    name: str
    detail: str


@dataclass(slots=True)
class Answer:
    """What a client got for one operation; `body` is JSON text. Without `status` it could not be sent."""

    operation: Operation
    status: int = 0
    body: str = "null"


@dataclass(slots=True)
class Trial:
    """The life itself; the rehearsal knows what was made, and by which reference to call it."""

    rehearsal: Rehearsal
    sink: MemorySink
    lockstep: Lockstep
    state: Catch | None = None
    differs: Catch | None = None
    town_answers: list[Answer] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    records: list[int] = field(default_factory=list)  # number of the last record after each operation
    given: int = 0

    @property
    def engine(self) -> Engine:
        """The engine that lives."""
        return self.rehearsal.engine

    def note(self, violation: Violation) -> None:
        """The state oracle speaks."""
        if self.state is None:
            self.state = Catch(self.given, violation.id, violation.detail)

    def compare(self) -> None:
        """After a whole operation: the lockstep oracle speaks."""
        self.lockstep.settled()
        if self.differs is None and self.lockstep.differences:
            self.differs = Catch(self.given, "LOCKSTEP", self.lockstep.differences[0])

    def tell(self, source: str, operation: Operation) -> Answer:
        """Give one operation; a fault that stops the engine is a catch of the state oracle."""
        answer = Answer(operation)
        try:
            said = resolved(operation.data, self.rehearsal.known)
        except KeyError:  # it refers to what was never made
            return answer
        answer.operation = replace(operation, data=said)
        try:
            if operation.is_read:
                self._read(answer)
            else:
                self._command(source, answer)
        except Exception as fault:  # noqa: BLE001 - whatever a wrong engine raises
            if self.state is None:
                self.state = Catch(self.given, STOPPED, f"{type(fault).__name__}: {fault}")
        return answer

    def _command(self, source: str, answer: Answer) -> None:
        engine, before = self.engine, self.engine.n
        try:
            outcome = engine.execute(self.rehearsal.envelope(answer.operation))
        except Rejected as wrong:  # at the door: malformed
            self._put(answer, refused(wrong.code, wrong.details))
            return
        replayed = 0 < outcome.n <= before
        if outcome.code is not None:
            self._put(answer, rejected(outcome, replayed=replayed))
            return
        self._put(answer, accepted(outcome, engine.district.policy.version, replayed=replayed))
        self.rehearsal.learn(source, answer.operation, outcome)

    def _read(self, answer: Answer) -> None:
        operation, engine = answer.operation, self.engine
        kind, _, who = operation.actor.partition(":")
        at = max(engine.district.at, MORNING + (operation.at_s or 0))
        engine.advance(at)
        read = READ_BY_NAME[operation.type.removeprefix(READ)]
        try:
            asked = read.parameters(**operation.data)
            value = read_now(engine.district, read, asked, (kind, who), engine.sealing.vault)
        except Rejected as wrong:
            self._put(answer, refused(wrong.code, wrong.details, at=at))
            return
        answer.status, answer.body = 200, json.dumps({"at": at, "n": engine.n, "value": value})

    def _put(self, answer: Answer, said: Any) -> None:
        answer.status, answer.body = said.status, said.text


def trial(operations: Iterable[Operation], only: str = "") -> Trial:
    """A life in the town of hunts; it ends early when the engine has stopped.

    `only` names the one oracle that will look: what only others need is left out, and what it has found ends the life.
    """
    sink = MemorySink()
    engine = new_engine(Policy(), sink, salt=seeded_salt(0))
    rehearsal = Rehearsal(Policy(), MORNING)
    rehearsal.engine = engine
    life = Trial(rehearsal, sink, Lockstep(engine))
    watchers = None if only in OTHERS else attach(engine, life.note)
    if only in ("", "lockstep"):
        engine.observers.append(life.lockstep)
    life.town_answers = [life.tell(TOWN, operation) for operation in town()]
    for operation in operations:
        life.given += 1
        life.answers.append(life.tell(MADE, operation))
        life.records.append(engine.n)
        life.compare()
        if engine.stopped or (only and (life.state or life.differs)):
            return life
        if watchers is not None and life.state is not None:  # it has spoken; the others still listen
            engine.watch.clear()
            engine.observers.remove(watchers)
            watchers = None
        if life.differs is not None and life.lockstep in engine.observers:
            engine.observers.remove(life.lockstep)
    if life.state is None and watchers is not None:
        watchers.whole()
    if engine.chain is not None:
        engine.chain.close()
    return life
