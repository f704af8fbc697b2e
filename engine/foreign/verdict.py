"""The verdict on a foreign log: for each invariant checked, vacuous, not checkable and why; and what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.invariants import BY_ID, Finding, Invariant, Violation
from engine.invariants.invariant import LEVELS, Level, Status

MORE_THAN_A_LOG = {"A0": "answers", "A1": "reads", "E1": "events", "E2": "lots", "E3": "postings", "S": "state"}
KEPT = 200
"""Violations kept in full; all are counted."""


@dataclass(frozen=True, slots=True)
class Found:
    """One violation and the lines of its record, so that a person finds it in the file."""

    violation: Violation
    line: int
    first_line: int
    raw: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Judged:
    """One invariant: its status, how often it was looked at, how often broken, and why it could not be looked at."""

    invariant: Invariant
    status: Status
    checked: int
    broken: int
    needs: str
    """Evidence that is missing, a value of `MORE_THAN_A_LOG`; "absent" if no history shows it; else empty."""


@dataclass(slots=True)
class Verdict:
    """All that a log says."""

    lines: int = 0
    records: int = 0
    events: int = 0
    level: Level = "E3"
    judged: list[Judged] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    found: list[Found] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)
    implied: Counter[str] = field(default_factory=Counter)
    left_out: int = 0
    """Events that name what began outside of an incomplete log."""

    def note(self, found: Found) -> None:
        """One violation more."""
        name = found.violation.id
        self.counts[name] += 1
        if self.counts[name] == 1 or len(self.found) < KEPT:
            self.found.append(found)

    def close(self, level: Level, findings: list[Finding], more: Mapping[str, int]) -> None:
        """Judge every invariant by the evidence that there was; what needs more is forgotten."""
        self.level = level
        self.judged = [_judged(each, level, self.counts, more) for each in findings]
        beyond = {each.invariant.id for each in self.judged if each.status == "not checkable"}
        self.found = [each for each in self.found if each.violation.id not in beyond]
        for name in sorted(beyond):
            self.counts.pop(name, None)


def _judged(finding: Finding, level: Level, counts: Mapping[str, int], more: Mapping[str, int]) -> Judged:
    invariant, checked = finding.invariant, finding.checked + more.get(finding.invariant.id, 0)
    if LEVELS.index(invariant.level) > LEVELS.index(level):
        return Judged(invariant, "not checkable", 0, 0, MORE_THAN_A_LOG[invariant.level])
    if invariant.absent and not more.get(invariant.id):
        return Judged(invariant, "not checkable", 0, 0, "absent")
    if finding.status == "not checkable" and not checked:
        return Judged(invariant, "not checkable", 0, 0, "operated")
    broken = counts.get(invariant.id, 0)
    return Judged(invariant, "checked" if checked or broken else "vacuous", checked, broken, "")


SENTENCES = {name: each.sentence for name, each in BY_ID.items()}
