"""The shortest history that still shows a fault: delta debugging over the operations of a hunt.

Halves, then quarters, down to single operations are left out as long as the fault is still seen; an operation whose
reference is left without a value cannot be given, so what made it stays. At the end no single operation can be spared.
Method: Zeller and Hildebrandt, Simplifying and isolating failure-inducing input (ddmin), 2002.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from loadtests.operations import Operation

Shows = Callable[[Sequence[Operation]], bool]


def shortest(operations: Sequence[Operation], shows: Shows) -> list[Operation]:
    """Fewest operations, none of which can be spared; `shows` must hold for all of them."""
    kept = list(operations)
    parts = 2
    while len(kept) > 1:
        size = -(-len(kept) // parts)
        for start in range(0, len(kept), size):
            rest = kept[:start] + kept[start + size :]
            if shows(rest):
                kept, parts = rest, max(parts - 1, 2)
                break
        else:
            if size == 1:
                break
            parts = min(parts * 2, len(kept))
    return _earlier(kept, shows)


def _earlier(kept: list[Operation], shows: Shows) -> list[Operation]:
    """The same, begun at once: time before the first operation is left out where it does not matter."""
    first = kept[0].at_s or 0
    moved = [replace(each, at_s=(each.at_s or 0) - first + 1) for each in kept]
    return moved if first > 1 and shows(moved) else kept
