"""Layer f, second half: the platform's own invariants over what the target exported.

The exported events are written into rows by the reference engine, and the watchers that guard every run of it look at
them: they state the invariants on their own and call no rule. So what a wrong target decided is named by what it
breaks. What a target exports need not be possible at all; where it cannot be written, the first such event is H02.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from engine import Policy, new_engine, seeded_salt
from engine.export import REJECTED
from engine.invariants import Violation, attach
from engine.replay import UNFIT, Record, outcome_of
from loadtests.audit.findings import WATCHED, Audit, Finding

LAYER: Final = "final_state"
ENOUGH = 20
"""Violations after which the look ends: later ones mostly follow from the first."""
GRANTED, GRANT = "points.award_granted", "points.grant_award"
DEADLINE = "due:"
Line = dict[str, Any]
Scope = tuple[str, str]


class Watching:
    """Folds exported lines. `scopes` are kind and key of what each violation came with, for whoever knows the plan."""

    def __init__(self, audit: Audit, policy: Policy) -> None:
        """`policy` is the one with which the target began."""
        self._audit = audit
        self._engine = new_engine(policy, salt=seeded_salt(0))
        self._watchers = attach(self._engine, self._report)
        self._scope: Scope = ("", "")
        self._seen = 0
        self.scopes: list[tuple[Finding, Scope]] = []

    def see(self, lines: Iterable[Line]) -> None:
        """All lines of an export, in order."""
        engine = self._engine
        for record in records(lines):
            if self._seen >= ENOUGH:
                break
            kind, _, _ = record[0]["actor"].partition(":")
            self._scope = (kind, record[0]["key"])
            try:
                outcome = outcome_of(Record(engine.n + 1, "", found_in(record), 0), engine.seq)
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


def found_in(record: list[Line]) -> dict[str, Any]:
    """A journal record, as far as exported lines tell it; the command is told where an invariant looks at it."""
    first = record[0]
    kind, data = _command(first)
    envelope = {"type": kind, "data": data, "key": first["key"], "actor": first["actor"], "at": first["at"]}
    if first["type"] == REJECTED:
        return {"envelope": envelope, "events": [], "code": first["code"]}
    return {
        "envelope": envelope,
        "events": [{"type": each["type"], "data": each["data"]} for each in record],
        "code": None,
    }


def _command(first: Line) -> tuple[str, Any]:
    if first["type"] == REJECTED:
        ((kind, data),) = first["data"].items()
        return kind, data
    if first["actor"] == "system:clock" and first["key"].startswith(DEADLINE):
        return "clock.fire_deadline", {
            "kind": first["data"].get("kind", ""),
            "waiting": first["data"].get("waiting", ""),
        }
    if first["type"] == GRANTED:
        return GRANT, {name: first["data"][name] for name in ("person", "rule", "evidence")}
    return "clock.sweep", {}
