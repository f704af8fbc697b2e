"""Deadlines of the town: what must happen at an instant even if nobody comes.

They are fired at their own instant, before any later command is decided: a decision never meets a state in which a
deadline has passed unnoticed, so inserting sweeps anywhere changes no answer.
"""

from __future__ import annotations

from heapq import heappop, heappush

from engine.kernel.units import NEVER

Slot = tuple[int, str]  # instant, kind of deadline


class Deadlines:
    """Ids that wait for an instant; of one instant, kinds fire in the order of their names, ids as they were added."""

    __slots__ = ("_heap", "_slots", "next_due")

    def __init__(self) -> None:
        """Nothing waits."""
        self._heap: list[Slot] = []
        self._slots: dict[Slot, dict[str, None]] = {}
        self.next_due = NEVER

    def add(self, due: int, kind: str, waiting: str) -> None:
        """Let `waiting` (an id) be fired at `due`."""
        slot = (due, kind)
        ids = self._slots.get(slot)
        if ids is None:
            ids = self._slots[slot] = {}
            heappush(self._heap, slot)
            self.next_due = self._heap[0][0]
        ids[waiting] = None

    def cancel(self, due: int, kind: str, waiting: str) -> None:
        """Forget a deadline; one that never was is no fault."""
        slot = (due, kind)
        ids = self._slots.get(slot)
        if ids is not None:
            ids.pop(waiting, None)
            if not ids:
                del self._slots[slot]
                self._settle()

    def first(self) -> tuple[int, str, str]:
        """Instant, kind and id of what fires next; only when `next_due` is not NEVER."""
        due, kind = slot = self._heap[0]
        return due, kind, next(iter(self._slots[slot]))

    def _settle(self) -> None:
        while self._heap and self._heap[0] not in self._slots:
            heappop(self._heap)
        self.next_due = self._heap[0][0] if self._heap else NEVER

    def rows(self) -> list[list[object]]:
        """All that waits, in order, for the digest."""
        return [[due, kind, sorted(ids)] for (due, kind), ids in sorted(self._slots.items())]
