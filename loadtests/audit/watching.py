"""Layer f, second half: the platform's own invariants over what the target exported.

The exported events are written into rows by the reference engine, and the watchers that guard every run of it look at
them: they state the invariants on their own and call no rule. So what a wrong target decided is named by what it
breaks. What a target exports need not be possible at all; where it cannot be written, the first such event is H02.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from engine import Policy, new_engine, seeded_salt
from engine.catalogue import BY_TYPE
from engine.contract import command_from
from engine.export import REJECTED
from engine.invariants import Violation, attach
from engine.replay import UNFIT, Record, outcome_of
from loadtests.audit.calls import Call
from loadtests.audit.findings import WATCHED, Audit, Finding
from loadtests.operations import Operation
from loadtests.plan.rehearsal import MADE_ID

LAYER: Final = "final_state"
ENOUGH = 20
"""Violations after which the look ends: later ones mostly follow from the first."""
GRANTED, GRANT = "points.award_granted", "points.grant_award"
DEADLINE = "due:"
COMMITTED = "0" * 64
Line = dict[str, Any]
Scope = tuple[str, str]


class Asked:
    """Which operation an exported event came from: by the numbers that its answer said, or else by its key."""

    def __init__(self, operations: Iterable[Operation], answered: Iterable[Call]) -> None:
        """Operations of town and plan, and the calls with their answers."""
        self._by_scope = {(each.actor.partition(":")[0], each.key): each for each in operations if each.key}
        self._by_seq = {call.answer.events[0]: call.operation for call in answered if call.answer.events}

    def operation(self, first: Line) -> Operation | None:
        """The operation of a record; None if nobody here sent it."""
        found = self._by_seq.get(first["seq"]) or self._by_scope.get((first["actor"].partition(":")[0], first["key"]))
        return found if found is not None and found.key == first["key"] and found.type in BY_TYPE else None

    def sent(self, first: Line) -> bool:
        """True if anybody here sent a command under its key."""
        return (first["actor"].partition(":")[0], first["key"]) in self._by_scope


class Watching:
    """Folds exported lines. `scopes` are kind and key of what each violation came with, for whoever knows the plan."""

    def __init__(self, audit: Audit, policy: Policy, asked: Asked) -> None:
        """`policy` is the one with which the target began; `asked` knows what was sent."""
        self._audit = audit
        self._asked = asked
        self._engine = new_engine(policy, salt=seeded_salt(0))
        self._watchers = attach(self._engine, self._report)
        self._scope: Scope = ("", "")
        self._seen = 0
        self._told: set[str] = set()
        self.scopes: list[tuple[Finding, Scope]] = []

    def see(self, lines: Iterable[Line]) -> None:
        """All lines of an export, in order."""
        engine = self._engine
        for record in records(lines):
            if self._seen >= ENOUGH:
                break
            kind, _, _ = record[0]["actor"].partition(":")
            self._scope = (kind, record[0]["key"])
            self._twice(record)
            try:
                outcome = outcome_of(Record(engine.n + 1, "", found_in(record, self._asked), 0), engine.seq)
                if record[0]["seq"] is not None:
                    outcome.first_seq = record[0]["seq"]
                engine.write(outcome)
                engine.record(outcome)
            except UNFIT as wrong:
                self._impossible(record[0], wrong)
                return
        for finding in self._watchers.findings():
            if finding.checked:
                self._audit.checked(LAYER, finding.invariant.id, finding.checked)

    def _twice(self, record: list[Line]) -> None:
        """H03: what was just done stands there again, under a key that nobody sent."""
        first = record[0]
        if first["type"] == REJECTED or first["key"].startswith(DEADLINE):
            return
        told = json.dumps([first["actor"], first["at"], [[each["type"], each["data"]] for each in record]])
        content = MADE_ID.sub("#", told)
        if content in self._told and not self._asked.sent(first):
            detail = f"{first['type']} of {first['actor']} again, under the key {first['key']}"
            self._found("H03", {"n": self._engine.n + 1, "seq": first["seq"] or 0, "detail": detail})
        self._told.add(content)

    def _report(self, violation: Violation) -> None:
        self._found(violation.id, {"n": violation.n, "seq": violation.seq, "detail": violation.detail})

    def _impossible(self, line: Line, wrong: Exception) -> None:
        detail = f"{line['type']} cannot happen here ({type(wrong).__name__}: {wrong})"
        self._found("H02", {"n": self._engine.n + 1, "seq": line["seq"] or 0, "detail": detail})

    def _found(self, name: str, values: dict[str, Any]) -> None:
        self._seen += 1
        finding = Finding(name, LAYER, f"seq {values['seq']}", WATCHED, values)
        self._audit.found(finding)
        self.scopes.append((finding, self._scope))


def records(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """The lines of one record each: events under one key at one instant that follow each other, or one rejection."""
    waiting: list[Line] = []
    for line in lines:
        same = (
            waiting
            and line["type"] != REJECTED
            and waiting[0]["type"] != REJECTED
            and all(line[name] == waiting[0][name] for name in ("actor", "key", "at"))
        )
        if waiting and not same:
            yield waiting
            waiting = []
        waiting.append(line)
    if waiting:
        yield waiting


def found_in(record: list[Line], asked: Asked) -> dict[str, Any]:
    """A journal record, as far as exported lines tell it and the plan says which command it was."""
    first = record[0]
    kind, data = _command(first, asked)
    envelope = {"type": kind, "data": data, "key": first["key"], "actor": first["actor"], "at": first["at"]}
    rejected = first["type"] == REJECTED
    events = [] if rejected else [{"type": each["type"], "data": each["data"]} for each in record]
    return {"envelope": envelope, "events": events, "code": first["code"] if rejected else None}


def _command(first: Line, asked: Asked) -> tuple[str, Any]:
    if first["type"] == REJECTED:
        ((kind, data),) = first["data"].items()
        return kind, data
    if first["actor"] == "system:clock" and first["key"].startswith(DEADLINE):
        return "clock.fire_deadline", {name: first["data"].get(name, "") for name in ("kind", "waiting")}
    operation = asked.operation(first)
    if operation is not None:
        return operation.type, _sealed(operation)
    if first["type"] == GRANTED:
        return GRANT, {name: first["data"][name] for name in ("person", "rule", "evidence")}
    return "clock.sweep", {}


def _sealed(operation: Operation) -> dict[str, Any]:
    """What was sent, with commitments in the place of personal values, as a record has it."""
    kind = BY_TYPE[operation.type]
    whole = json.loads(command_from(operation.type, kind.version, operation.data).encode())  # fields with defaults, too
    return {name: COMMITTED if name in kind.personal and value is not None else value for name, value in whole.items()}
