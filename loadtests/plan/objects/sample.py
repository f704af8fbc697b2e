"""Each function of each object once or twice, in an order in which a right target answers all of them."""

from __future__ import annotations

from typing import Any

from loadtests.adapter import Adapter
from loadtests.adapter.objects import Drawn, Thing
from loadtests.operations import READ, Operation
from loadtests.references import MADE, Reference

ID = "id"
ORDERS: dict[str, tuple[str, ...]] = {
    "register": ("read:read", "write", "read:read", "cas", "read:read"),
    "key-value": ("read:get", "put", "read:get", "append", "read:get", "delete", "read:get"),
    "counter": ("read:read", "add", "read:read", "add", "read:read"),
    "set": ("read:read", "add", "read:contains", "read:read", "remove", "read:read"),
    "collection": ("create", "read:get", "read:list", "update", "read:get", "delete", "read:get"),
}
VALUES = {"write": "first", "cas": "second", "put": "first", "append": "second"}


def sample_of(adapter: Adapter) -> list[Operation]:
    """The operations, by one client an object; what the adapter has no entry for is left out."""
    found: list[Operation] = []
    for name, thing in adapter.objects.items():
        held: str | None = None
        made = ""
        for function in ORDERS[thing.model]:
            kind = thing.types(name)[function]
            if adapter.entry(kind) is None:
                continue
            said = _said(name, thing, function, (held, made))
            n = len(found)
            if function == "create":
                made = Reference(MADE, n, ID).text()
            if function in VALUES:
                held = VALUES[function]
            key = "" if function.startswith(READ) else f"check-{n}"
            found.append(Operation(n, n, kind, f"client:{name}_0", key, said, name, "hot", 0))
    return found


def _said(name: str, thing: Thing, function: str, known: tuple[str | None, str]) -> dict[str, Any]:
    held, made = known
    if thing.model == "collection":
        said: dict[str, Any] = {} if function in {"create", "read:list"} else {ID: made or "unknown"}
        if function in {"create", "update"}:
            said["value"] = {field: _value(drawn, function) for field, drawn in thing.fields.items()}
        return said
    said = {ID: f"{name}-0"}
    if function == "cas":
        return said | {"old": held, "new": VALUES["cas"]}
    if thing.model == "counter":
        return said | ({"amount": 3} if function == "add" else {})
    if thing.model == "set":
        return said | ({"value": "b"} if function != "read:read" else {})
    return said | ({"value": VALUES[function]} if function in VALUES else {})


def _value(drawn: Drawn, function: str) -> Any:
    changed = function == "update"
    if drawn.kind == "text":
        return "samplebb" if changed else "samplecc"
    if drawn.kind == "boolean":
        return changed
    if drawn.kind == "one_of":
        return drawn.of[-1 if changed else 0]
    return drawn.max if changed else drawn.min
