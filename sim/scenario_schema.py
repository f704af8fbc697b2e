"""JSON Schema of scenario files: completion, units and meanings in an editor, and a first check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import Policy
from engine.policy import provenance as policy_provenance
from sim.scenario import HEADER, SCHEMA_VERSION, SECTIONS
from sim.scenario_policy import POLICY_SECTIONS
from sim.sourced import STATUSES, Parameters, nested_model

JSON_TYPES: Mapping[type, str] = {bool: "boolean", int: "integer", str: "string"}
OF_EVERY_FIGURE: Mapping[str, Any] = {
    "source": {"type": "string", "pattern": r"\S"},
    "status": {"enum": list(STATUSES)},
    "range": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
    "note": {"type": "string"},
}
UNREAD = ("title", "unit", "description")  # keys of pydantic's schema that say nothing more here


def scenario_schema() -> dict[str, Any]:
    """JSON Schema of scenario files: each figure as a bare value or with unit, source and status."""
    properties: dict[str, Any] = {
        "schema_version": {"const": SCHEMA_VERSION},
        **{name: {"type": "string"} for name in HEADER[1:]},
        **{name: _section(model) for name, model in SECTIONS.items()},
        **{name: _table() for name in POLICY_SECTIONS},
    }
    for row in policy_provenance(Policy()):
        place = properties
        *parents, last = row.path.split(".")
        for name in parents:
            place = place.setdefault(name, _table())["properties"]
        place[last] = _figure(_policy_value(row.path), row.unit, row.meaning)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"mashang scenario, version {SCHEMA_VERSION}",
        **_table(),
        "properties": properties,
        "$defs": OF_EVERY_FIGURE,
    }


def _table() -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": {}}


def _section(model: type[Parameters]) -> dict[str, Any]:
    plain = model.model_json_schema()
    found = _table()
    for name, field in model.model_fields.items():
        nested = nested_model(field)
        if nested is not None:
            found["properties"][name] = _section(nested)
        else:
            extra = field.json_schema_extra
            unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
            found["properties"][name] = _figure(plain["properties"][name], unit, field.description or "")
    return found


def _policy_value(path: str) -> dict[str, Any]:
    value: Any = Policy().document()
    for name in path.split("."):
        value = value[name]
    return {"type": "array" if isinstance(value, list | tuple) else JSON_TYPES[type(value)]}


def _figure(value: Mapping[str, Any], unit: str, meaning: str) -> dict[str, Any]:
    bare = {key: each for key, each in value.items() if key not in UNREAD}
    full = {
        "type": "object",
        "additionalProperties": False,
        "required": ["value", "unit", "source", "status"],
        "properties": {
            "value": bare,
            "unit": {"const": unit},
            **{name: {"$ref": f"#/$defs/{name}"} for name in OF_EVERY_FIGURE},
        },
    }
    return {"description": f"{meaning} [{unit}]", "anyOf": [bare, full]}
