"""Values for the fields of a body: drawn ones that are recognized when they are read back, and fixed ones."""

from __future__ import annotations

from typing import Any

from loadtests.adapter.drafting.openapi import OpenApi

TEXT_LENGTH = 10
LARGEST = 1_000
FORMATS = {
    "date-time": "2022-06-01T08:00:00Z",
    "date": "2022-06-01",
    "time": "08:00:00Z",
    "email": "mashang-{{n}}@example.org",
    "uuid": "00000000-0000-4000-8000-000000000001",
    "uri": "https://example.org/{{n}}",
    "url": "https://example.org/{{n}}",
    "ipv4": "192.0.2.1",
    "byte": "bWFzaGFuZw==",
}
DEEPEST = 6


def drawn(schema: dict[str, Any]) -> dict[str, Any] | None:
    """How a field can be drawn; None where only a fixed value will do."""
    kind = _type_of(schema)
    if isinstance(values := schema.get("enum"), list) and all(isinstance(each, str | int) for each in values):
        return {"kind": "one_of", "of": values}
    if kind == "boolean":
        return {"kind": "boolean"}
    if kind == "integer":
        return _whole(schema)
    if kind == "string" and not schema.get("format") and not schema.get("pattern"):
        fits = schema.get("minLength", 0) <= TEXT_LENGTH <= schema.get("maxLength", TEXT_LENGTH)
        return {"kind": "text"} if fits else None
    return None


def _whole(schema: dict[str, Any]) -> dict[str, Any] | None:
    low = schema.get("minimum", schema.get("exclusiveMinimum", 0))
    high = schema.get("maximum", schema.get("exclusiveMaximum", LARGEST))
    if not isinstance(low, int) or not isinstance(high, int) or isinstance(low, bool) or isinstance(high, bool):
        low, high = 1, LARGEST
    low, high = low + ("exclusiveMinimum" in schema), high - ("exclusiveMaximum" in schema)
    high = max(min(high, low + LARGEST), low)
    step = schema.get("multipleOf", 1)
    return {"kind": "integer", "min": low, "max": high} if step == 1 else None


def fixed(api: OpenApi, schema: Any, deep: int = 0) -> Any:
    """A value that the schema allows, the same each time: its example, its default, or the least that will do."""
    schema = api.at(schema)
    for name in ("example", "default", "const"):
        if schema.get(name) is not None:
            return schema[name]
    if schema.get("examples"):
        return next(iter(schema["examples"]))
    if schema.get("enum"):
        return schema["enum"][0]
    kind = _type_of(schema)
    if kind == "object" and deep < DEEPEST:
        needed = schema.get("required", [])
        properties = schema.get("properties", {})
        return {name: fixed(api, properties[name], deep + 1) for name in needed if name in properties}
    if kind == "array":
        least = schema.get("minItems", 0)
        return [fixed(api, schema.get("items", {}), deep + 1)] * least if deep < DEEPEST else []
    return _scalar(kind, schema)


def _scalar(kind: str, schema: dict[str, Any]) -> Any:
    if kind in {"integer", "number"}:
        return schema.get("minimum", 1)
    if kind == "boolean":
        return True
    if kind == "null":
        return None
    least = schema.get("minLength", 0)
    return FORMATS.get(schema.get("format", ""), "mashang"[: schema.get("maxLength", 99)].ljust(least, "g"))


def _type_of(schema: dict[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "null")
    if kind is None:
        kind = "object" if "properties" in schema else "string"
    return str(kind)
