"""An item of a collection as a sequential object: made, changed, gone; read one by one and seen in lists."""

from __future__ import annotations

from typing import Any

from loadtests.linearizability import IMPOSSIBLE, Call, Model
from loadtests.linearizability.objects import Counter, KeyValue, Register, Set

PUT, GET, DELETE, LISTED = "put", "get", "delete", "listed"


class Item(KeyValue):
    """`put` fields, `get` -> fields or null, `delete`, `listed` -> true | false."""

    name = "item"
    functions = frozenset({PUT, GET, DELETE, LISTED})
    pure = frozenset({GET, LISTED})

    def step(self, state: Any, call: Call) -> Any:
        """Next value; a list shows an item exactly while it is there."""
        if call.f == LISTED:
            return state if call.type == "info" or call.result == (state is not None) else IMPOSSIBLE
        return super().step(state, call)


class Served(Model):
    """All objects of an adapter as one model: a key begins with the name of its object."""

    name = "served"
    functions = frozenset({"read", "write", "cas", "get", "put", "append", "delete", "add", "remove", "contains"})
    pure = frozenset({"read", "get", "contains", LISTED})

    def __init__(self, kinds: dict[str, str]) -> None:
        """`kinds`: the model of each object by name."""
        super().__init__()
        self._of = {name: MODEL[kind](None) for name, kind in kinds.items()}

    def model_of(self, key: str | None) -> Model:
        """The model of a key's object."""
        return self._of[(key or "").partition(":")[0]]

    def begin(self, key: str | None) -> Any:
        """Nothing is there: names are those of the run, and the items of the town are made like others."""
        return self.model_of(key).begin(None)

    def step(self, state: Any, call: Call) -> Any:
        """As the object's own model."""
        return self.model_of(call.key).step(state, call)

    def check(self, call: Call) -> None:
        """As the object's own model."""
        self.model_of(call.key).check(call)

    def shown(self, state: Any) -> Any:
        """A value, whatever kind of object it is of."""
        return Set().shown(state) if isinstance(state, frozenset) else KeyValue().shown(state)


MODEL: dict[str, type[Model]] = {
    "register": Register, "key-value": KeyValue, "counter": Counter, "set": Set, "collection": Item,
}  # fmt: skip


def projected(found: Any, fields: frozenset[str]) -> Any:
    """The fields of an item that are judged."""
    if not isinstance(found, dict):
        return found
    return {name: value for name, value in found.items() if name in fields}
