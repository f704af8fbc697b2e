"""What a sequential object does: the step from one state to the next, and what is known about calls without a state.

A model is pure: states are hashable, `step` looks at nothing else. `pure` DECLARES the calls that never change the
state; that is never inferred from what one call did in one state: a compare-and-swap that changed nothing here may
change something there.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from loadtests.linearizability.calls import Call

State = Any  # hashable
IMPOSSIBLE: Any = object()
"""What `step` returns when the call cannot have this result in this state."""


class BadCall(ValueError):
    """A call that the model does not know, or whose value it cannot read; `number` is its place in the history."""

    def __init__(self, number: int, problem: str) -> None:
        super().__init__(f"call {number}: {problem}")
        self.number = number
        self.problem = problem


class Model:
    """One sequential object, or one object a key."""

    name: ClassVar[str]
    functions: ClassVar[frozenset[str]]
    pure: ClassVar[frozenset[str]] = frozenset()
    by_key: ClassVar[bool] = True
    judges_refusals: ClassVar[bool] = False

    def __init__(self, initial: Any = None) -> None:
        """`initial` is what a header says about the beginning; raises BadCall if it is not for this model."""
        self.initial = initial

    def prepare(self, calls: Sequence[Call]) -> None:
        """Look at all calls of an object before it is judged: what none of them asks for need not be kept."""

    def begin(self, key: str | None) -> State:
        """The state before the first call of a key."""
        raise NotImplementedError

    def step(self, state: Any, call: Call) -> State:
        """The state after a call, or IMPOSSIBLE. The result of a call of type `info` is not known."""
        raise NotImplementedError

    def refuses(self, state: Any, call: Call) -> bool:  # noqa: ARG002 - a model that judges refusals says otherwise
        """True if a call of type `fail` can be refused so in this state."""
        return True

    def check(self, call: Call) -> None:
        """Raise BadCall for a call that `step` could not read."""
        if call.f not in self.functions:
            raise BadCall(call.number, f"model {self.name} has no `{call.f}`, only {', '.join(sorted(self.functions))}")

    def again(self, call: Call) -> Call:
        """The same call once more, at any time after it started: what a system does that applies it twice."""
        return replace(call, type="info", end=None, result=None)

    def shown(self, state: Any) -> Any:
        """A state as plain values, for a report."""
        return state


def whole(call: Call, found: Any, what: str = "value") -> int:
    """A whole number of a call; raises BadCall for anything else."""
    if type(found) is not int:
        raise BadCall(call.number, f"`{call.f}` needs a whole number as {what}, not {found!r:.40}")
    return found


def frozen(found: Any) -> Hashable:
    """A JSON value as something hashable; objects lose the order of their names."""
    if isinstance(found, dict):
        return ("object", *sorted((name, frozen(value)) for name, value in found.items()))
    if isinstance(found, list):
        return ("list", *map(frozen, found))
    if isinstance(found, (bool, float)):
        return (type(found).__name__, found)  # 1 == True == 1.0 in Python, and nowhere else
    return found  # type: ignore[no-any-return]
