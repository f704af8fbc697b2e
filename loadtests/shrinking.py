"""The shortest script: what can be left out while something still shows.

Halves first, then ever smaller pieces, then single steps (delta debugging). A step that refers to what a removed one
would have made is not sent and does not count. What happened long before stays at its own instant.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from loadtests.operations import Operation
from loadtests.references import MADE, references_in

TRIALS = 400
SECONDS = 60.0
Mark = Literal["restart", "crash"]
"""An end of the target's process between two operations: an orderly one, and one in the middle of a commit."""
Step = Operation | Mark
Shows = Callable[[Sequence[Step]], bool]


@dataclass
class Shrinking:
    """A search under way; `shows` tells whether a script still shows what it is about."""

    shows: Shows
    trials: int = TRIALS
    seconds: float = SECONDS

    def __post_init__(self) -> None:
        """The clock starts."""
        self._ends = time.process_time() + self.seconds

    def shortest(self, steps: Sequence[Step]) -> list[Step]:
        """The shortest script that was found in time; every step of it is needed unless time was up."""
        found = list(steps)
        size = max(1, len(found) // 2)
        while True:
            before = len(found)
            found = self._without_pieces(found, size)
            if self._over:
                return found
            if size > 1:
                size = max(1, size // 2)
            elif len(found) == before:
                return found

    def _without_pieces(self, steps: list[Step], size: int) -> list[Step]:
        place = len(steps)
        while place > 0 and not self._over:
            first = max(0, place - size)
            shorter = needed(steps[:first] + steps[place:])
            if len(shorter) < len(steps) and self._still(shorter):
                steps = shorter
            place = min(first, len(steps))
        return steps

    def _still(self, steps: Sequence[Step]) -> bool:
        self.trials -= 1
        return self.shows(steps)

    @property
    def _over(self) -> bool:
        return self.trials <= 0 or time.process_time() > self._ends


def needed(steps: Sequence[Step]) -> list[Step]:
    """Steps without those that refer to operations that are not among them."""
    kept: list[Step] = []
    there: set[int] = set()
    for step in steps:
        if isinstance(step, Operation):
            if any(each.source == MADE and each.n not in there for each in references_in(step.data)):
                continue
            there.add(step.n)
        kept.append(step)
    return kept
