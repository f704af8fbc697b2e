"""Models of the usual objects: register with compare-and-swap, key-value store, counter, set."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, ClassVar

from loadtests.linearizability.calls import Call
from loadtests.linearizability.model import IMPOSSIBLE, BadCall, Model, State, frozen, whole

PAIR = 2
Held = tuple[Hashable, Any]  # a value as something hashable, and as it is shown


class Register(Model):
    """One value a key: `read` -> value, `write` value, `cas` [old, new] -> true | false.

    A `cas` that is `ok` without a result did swap. A `fail` may have other causes than another value, so it says
    nothing.
    """

    name = "register"
    functions = frozenset({"read", "write", "cas"})
    pure = frozenset({"read"})

    def begin(self, key: str | None) -> State:
        """`initial`: the value of every key, or an object of values by key; null if it is not said."""
        by_key = isinstance(self.initial, dict) and key is not None
        return frozen(self.initial.get(key) if by_key else self.initial)

    def step(self, state: Any, call: Call) -> State:
        """Next value."""
        if call.f == "read":
            return state if call.type == "info" or frozen(call.result) == state else IMPOSSIBLE
        if call.f == "write":
            return frozen(call.value)
        old, new = call.value
        swaps = frozen(old) == state
        if call.type == "ok" and call.result is not None and bool(call.result) != swaps:
            return IMPOSSIBLE
        if call.type == "ok" and call.result is None and not swaps:
            return IMPOSSIBLE
        return frozen(new) if swaps else state

    def check(self, call: Call) -> None:
        """A compare-and-swap has two values."""
        super().check(call)
        if call.f == "cas" and not (isinstance(call.value, list) and len(call.value) == PAIR):
            raise BadCall(call.number, "`cas` needs [old, new] as value")

    def shown(self, state: Any) -> Any:
        """The value."""
        return thawed(state)


def thawed(found: Any) -> Any:
    """What `frozen` froze, as plain values."""
    if not isinstance(found, tuple):
        return found
    kind, *parts = found
    if kind == "object":
        return {name: thawed(value) for name, value in parts}
    return [thawed(each) for each in parts] if kind == "list" else parts[0]


class KeyValue(Model):
    """A store by key: `get` -> value or null, `put` value, `append` text, `delete`; only reads are judged."""

    name = "key-value"
    functions = frozenset({"get", "put", "append", "delete"})
    pure = frozenset({"get"})

    def begin(self, key: str | None) -> State:
        """`initial`: an object of values by key; a key that is not there has null."""
        return frozen(self.initial.get(key)) if isinstance(self.initial, dict) else None

    def step(self, state: Any, call: Call) -> State:
        """Next value; an append makes a text longer, or begins one."""
        match call.f:
            case "get":
                return state if call.type == "info" or frozen(call.result) == state else IMPOSSIBLE
            case "put":
                return frozen(call.value)
            case "append":
                return f"{state or ''}{call.value}"
        return None

    def shown(self, state: Any) -> Any:
        """The value."""
        return thawed(state)


class Counter(Model):
    """A number a key: `add` amount (-> the number after it, if it answers one), `read` -> number."""

    name = "counter"
    functions = frozenset({"add", "read"})
    pure: ClassVar[frozenset[str]] = frozenset({"read"})

    def begin(self, key: str | None) -> State:
        """`initial`: the number of every key, or numbers by key; 0 if it is not said."""
        found = self.initial.get(key) if isinstance(self.initial, dict) else self.initial
        return int(found or 0)

    def step(self, state: Any, call: Call) -> State:
        """Next number."""
        after = state if call.f == "read" else state + call.value
        if call.type == "info" or (call.f == "add" and call.result is None) or call.result == after:
            return after
        return IMPOSSIBLE

    def check(self, call: Call) -> None:
        """Amounts are whole numbers."""
        super().check(call)
        if call.f == "add":
            whole(call, call.value)


class Set(Model):
    """A set a key: `add`, `remove` (-> true if that changed it), `contains` -> true | false, `read` -> list."""

    name = "set"
    functions = frozenset({"add", "remove", "contains", "read"})
    pure = frozenset({"read", "contains"})

    def begin(self, key: str | None) -> State:
        """`initial`: elements of every key, or lists of elements by key."""
        found = self.initial.get(key) if isinstance(self.initial, dict) else self.initial
        return frozenset(map(frozen, found or ()))

    def step(self, state: Any, call: Call) -> State:
        """Next set."""
        if call.f == "read":
            shown = call.result if call.type == "ok" else state
            return state if len(shown) == len(state) and state.issuperset(map(frozen, shown)) else IMPOSSIBLE
        element = frozen(call.value)
        inside = element in state
        if call.f == "contains":
            return state if call.type == "info" or bool(call.result) == inside else IMPOSSIBLE
        changes = inside if call.f == "remove" else not inside
        if call.type == "ok" and isinstance(call.result, bool) and call.result != changes:
            return IMPOSSIBLE
        if not changes:
            return state
        return state - {element} if inside else state | {element}

    def check(self, call: Call) -> None:
        """A read answers a list."""
        super().check(call)
        if call.f == "read" and call.type == "ok" and not isinstance(call.result, list):
            raise BadCall(call.number, "`read` of a set answers a list")

    def shown(self, state: Any) -> Any:
        """The elements."""
        return sorted((thawed(each) for each in state), key=repr)
