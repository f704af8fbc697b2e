"""First guesses at a shorter script, made with the engine alone: what the right answer to the last step needs.

A difference mostly needs what its right answer needs: the purchase before its refund, the award before the purchase. So
the steps are tried first without which the engine would answer the last one otherwise; then those that were accepted,
then all but the questions. The target says which of the guesses still shows the difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine import Policy
from loadtests.operations import Operation
from loadtests.plan.hunt.small_town import MORNING
from loadtests.property.beside import Beside, Expected
from loadtests.property.naming import Names
from loadtests.references import MADE, TOWN
from loadtests.shrinking import Shrinking, Step, needed

TRIALS, SECONDS = 200, 15.0


class Narrowing:
    """For one town under one policy."""

    def __init__(self, policy: Policy, town: Sequence[Operation]) -> None:
        self._policy = policy
        self._town = town

    def guesses(self, script: Sequence[Operation]) -> Iterator[list[Operation]]:
        """Shorter scripts with the same last step, the shortest guess first."""
        answers = self._answers(script)
        last = script[-1]
        wanted = answers[-1]
        if wanted is not None:

            def same(steps: Sequence[Step]) -> bool:
                found = self._answers(_operations([*steps, last]))[-1]
                return found is not None and _alike(wanted, found)

            shortest = Shrinking(same, TRIALS, SECONDS).shortest(script[:-1])
            yield _operations(needed([*shortest, last]))
        pairs = list(zip(script[:-1], answers[:-1], strict=True))
        done = [each for each, answer in pairs if answer is not None and answer.kind == "ok" and not each.is_read]
        yield _operations(needed([*done, last]))
        yield _operations(needed([*(each for each in script[:-1] if not each.is_read), last]))

    def _answers(self, script: Sequence[Operation]) -> list[Expected | None]:
        """The right answer to each step; None for one that refers to what was never made."""
        beside = Beside(self._policy)
        for operation in self._town:
            beside.told(TOWN, operation, MORNING + (operation.at_s or 0))
        return [_answer(beside, operation) for operation in script]


def _answer(beside: Beside, operation: Operation) -> Expected | None:
    try:
        return beside.told(MADE, operation, 0 if operation.is_read else MORNING + (operation.at_s or 0))
    except KeyError:
        return None


def _alike(one: Expected, other: Expected) -> bool:
    """The same but for the names of what was made."""
    if (one.kind, one.code) != (other.kind, other.code):
        return False
    return not Names().differs([one.view, one.details], [other.view, other.details])


def _operations(steps: Sequence[Step]) -> list[Operation]:
    return [each for each in steps if isinstance(each, Operation)]
