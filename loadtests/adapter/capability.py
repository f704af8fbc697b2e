"""What an adapter can serve, and which invariants can therefore be checked through it: read from the file alone.

A level of evidence (see `engine.invariants.invariant`) needs: A0 a command whose answer is taken as the engine's events
(`ok: {view: ..., events: true}`); A1 a read of a subject of ours as well; E1 and above an export of events that carries
that much. An invariant of subjects of which no command is served would hold emptily and is none of the checkable.
What the file says and the API does not do shows in a run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine import District, Policy
from engine.catalogue import COMMANDS
from engine.invariants import INVARIANTS, Invariant, Watchers
from loadtests.adapter.document import Adapter, Mapped
from loadtests.operations import READ

LEVELS = ("A0", "A1", "E1", "E2", "E3", "S")
Why = Literal["", "absent", "no_operations", "no_answers", "no_reads", "no_export", "export_too_small"]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Types of commands that the adapter has and lacks, its reads, and by invariant why it cannot be checked or ''."""

    served: tuple[str, ...]
    lacking: tuple[str, ...]
    reads: tuple[str, ...]
    invariants: dict[str, Why]

    @property
    def checkable(self) -> tuple[str, ...]:
        """Ids of invariants that can be checked."""
        return tuple(name for name, why in self.invariants.items() if not why)


def capabilities(adapter: Adapter) -> Capabilities:
    """The matrix of one adapter."""
    entries = {kind.type: adapter.entry(kind.type) for kind in COMMANDS}
    served = tuple(name for name, entry in entries.items() if entry is not None)
    subjects = {_subject(name) for name in served}
    reads = tuple(name for name in adapter.operations if name.startswith(READ))
    ours = {_subject(name) for name in entries} | {"*"}
    evidence = _Evidence(
        any(entry is not None and _tells_events(adapter, entry) for entry in entries.values()),
        any(_subject(name.removeprefix(READ)) in ours for name in reads),
        adapter.export.level if adapter.export is not None else "",
    )
    concerned = _subjects_of_invariants()
    found: dict[str, Why] = {}
    for each in INVARIANTS:
        needed = concerned.get(each.id, set())
        idle = not each.absent and bool(needed) and not needed & subjects
        found[each.id] = "no_operations" if idle else evidence.lacks(each)
    return Capabilities(served, tuple(name for name in entries if name not in served), reads, found)


@dataclass(frozen=True, slots=True)
class _Evidence:
    answers: bool
    reads: bool
    level: str

    def lacks(self, invariant: Invariant) -> Why:
        """What an invariant needs that is not there."""
        needed = LEVELS.index(invariant.level)
        if invariant.absent:
            return "absent"
        if not self.answers:
            return "no_answers"
        if needed >= LEVELS.index("A1") and not self.reads:
            return "no_reads"
        if needed >= LEVELS.index("E1"):
            return "no_export" if not self.level else "export_too_small" if LEVELS.index(self.level) < needed else ""
        return ""


def _subject(name: str) -> str:
    return name.partition(".")[0]


def _subjects_of_invariants() -> dict[str, set[str]]:
    """By invariant the subjects whose events its watcher looks at."""
    found: dict[str, set[str]] = {}
    for watcher in Watchers(District(Policy())).watchers:
        for name in watcher.ids:
            found.setdefault(name, set()).update(_subject(event) for event in watcher.looks())
    return found


def _tells_events(adapter: Adapter, entry: Mapped) -> bool:
    return any(rule.ok is not None and rule.ok.events for rule in (*entry.outcome, *adapter.outcome))
