"""The JSON Schema of a line, from the event classes; `python -m sim.event_schema > schemas/events-1.json` writes it."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from engine import catalogue  # noqa: F401 - declares every event
from engine.export import REJECTED
from engine.foreign.terms import FORMAT, LOG_LEVELS, PROFILES, VERSION
from engine.kernel.event import EVENTS
from engine.kernel.units import LATEST

URL = "https://json-schema.org/draft/2020-12/schema"
TEXT = {"type": "string", "minLength": 1, "maxLength": 200}
MAYBE_TEXT = {"type": ["string", "null"]}
NUMBER = {"type": ["integer", "null"]}


def _pairs(*kinds: Any) -> dict[str, Any]:
    return {"type": "array", "prefixItems": list(kinds), "items": False, "minItems": len(kinds)}


def line_parts() -> dict[str, Any]:
    """The parts of a line that are the same for every type."""
    view = {name: {"type": "integer"} for name in ("available", "pending", "debt", "moral", "held")}
    person = {"type": "object", "properties": {"person": {"type": "string"}, **view}, "required": ["person"]}
    return {
        "seq": NUMBER,
        "n": NUMBER,
        "at": {"type": "integer", "minimum": 0, "maximum": LATEST},
        "type": TEXT,
        "key": TEXT,
        "actor": {**TEXT, "pattern": ":"},
        "entity": MAYBE_TEXT,
        "from": MAYBE_TEXT,
        "to": MAYBE_TEXT,
        "data": {"type": "object"},
        "code": TEXT,
        "lots": {"type": "array", "items": _pairs({"type": "string"}, {"type": "integer"})},
        "postings": {"type": "array", "items": _pairs(TEXT, MAYBE_TEXT, MAYBE_TEXT, {"type": "integer"})},
        "view": {"anyOf": [person, {"type": "array", "items": person}]},
        "replayed": {"type": "boolean"},
    }


def schema() -> dict[str, Any]:
    """The whole schema: a header, a rejection, or an event whose type says which fields `data` has."""
    flags = {name: {"type": "boolean"} for name in ("complete", "dense", "operated", "own_ids")}
    header = {
        "properties": {
            "log": {"const": FORMAT},
            "version": {"const": VERSION},
            "level": {"enum": [*LOG_LEVELS, None]},
            "profile": {"enum": sorted(PROFILES)},
            "policy": {"type": ["object", "null"]},
            **flags,
        },
        "required": ["log", "version"],
        "additionalProperties": False,
    }
    names = {name: kind.__name__ for name, kind in sorted(EVENTS.items())}
    rules = [
        {
            "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
            "then": {"properties": {"data": {"$ref": f"#/$defs/{kind}"}}},
        }
        for name, kind in names.items()
    ]
    refused = {
        "if": {"properties": {"type": {"const": REJECTED}}, "required": ["type"]},
        "then": {"required": ["code"]},
    }
    line = {
        "properties": line_parts(),
        "required": ["at", "type", "key", "actor", "data"],
        "allOf": [refused, *rules],
    }
    return {
        "$schema": URL,
        "title": "A line of a log that mashang check reads",
        "type": "object",
        "anyOf": [header, line],
        "$defs": _definitions(names),
    }


def _definitions(names: dict[str, str]) -> dict[str, Any]:
    """By class name: names and types of the fields. Lines may leave fields out, so none is required."""
    found: dict[str, Any] = {}
    for wire, name in names.items():
        made = TypeAdapter(EVENTS[wire]).json_schema(ref_template="#/$defs/{model}")
        found.update({inner: _bare(each) for inner, each in made.pop("$defs", {}).items()})
        found[name] = _bare(made)
    return dict(sorted(found.items()))


TYPES = ("type", "anyOf", "items", "prefixItems", "minItems", "properties", "$ref")


def _bare(made: Any) -> Any:
    """A schema without bounds, patterns, titles: those of ids and amounts are this platform's own."""
    if isinstance(made, list):
        return [_bare(each) for each in made]
    if not isinstance(made, dict):
        return made
    kept = {name: _bare(value) for name, value in made.items() if name in TYPES and name != "properties"}
    if "properties" in made:
        kept["properties"] = {name: _bare(value) for name, value in made["properties"].items()}
    if "enum" in made or "const" in made:
        kept.setdefault("type", "string")
    return kept
