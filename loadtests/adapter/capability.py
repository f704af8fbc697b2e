"""What an adapter can serve, and which invariants can therefore be checked through it: read from the file alone.

A level of evidence (see `engine.invariants.invariant`) needs: A0 a command whose answer is taken; A1 a read as well;
E1 and above an export of events that carries that much. What the file says and the API does not do shows in a run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.catalogue import COMMANDS
from engine.invariants import INVARIANTS, Invariant
from loadtests.adapter.document import Adapter, Mapped
from loadtests.operations import READ

LEVELS = ("A0", "A1", "E1", "E2", "E3", "S")
Why = Literal["", "absent", "no_answers", "no_reads", "no_export", "export_too_small"]


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
    answered = any(entry is not None and _takes_an_answer(adapter, entry) for entry in entries.values())
    reads = tuple(name for name in adapter.operations if name.startswith(READ))
    level = adapter.export.level if adapter.export is not None else ""
    found = {each.id: _why(each, answered=answered, reads=bool(reads), level=level) for each in INVARIANTS}
    return Capabilities(served, tuple(name for name in entries if name not in served), reads, found)


def _takes_an_answer(adapter: Adapter, entry: Mapped) -> bool:
    return any(rule.ok is not None and rule.ok.view is not None for rule in (*entry.outcome, *adapter.outcome))


def _why(invariant: Invariant, *, answered: bool, reads: bool, level: str) -> Why:
    needed = LEVELS.index(invariant.level)
    if invariant.absent:
        return "absent"
    if not answered:
        return "no_answers"
    if needed >= LEVELS.index("A1") and not reads:
        return "no_reads"
    if needed >= LEVELS.index("E1"):
        return "no_export" if not level else "export_too_small" if LEVELS.index(level) < needed else ""
    return ""
