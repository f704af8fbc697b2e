"""The OpenAPI document, derived from the catalogues of commands and reads."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter

from engine import Code, Command
from engine.catalogue import COMMANDS
from engine.contract import KEY_LENGTH, command_schema
from engine.kernel.rejection import (
    BAD_AMOUNT,
    CLOCK_REGRESSION,
    FORBIDDEN,
    IDEMPOTENCY_MISMATCH,
    INTERNAL,
    MALFORMED,
    OUT_OF_GRID,
    UNAUTHENTICATED,
)
from engine.kernel.units import LATEST
from engine.views.catalogue import READS
from engine.views.read import Read
from loadtests.reference.answers import STATUS, UNAVAILABLE

Schema = dict[str, Any]
OF_ALL = (MALFORMED, UNAUTHENTICATED, FORBIDDEN, OUT_OF_GRID, UNAVAILABLE)
OF_COMMANDS = (*OF_ALL, BAD_AMOUNT, IDEMPOTENCY_MISMATCH, CLOCK_REGRESSION, INTERNAL)
WHOLE: Schema = {"type": "integer", "minimum": 0}
TEXT: Schema = {"type": "string"}
KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "pattern": rf"^[!#-\[\]-~]{{1,{KEY_LENGTH}}}$"},
}
ACCEPTED: Schema = {
    "type": "object",
    "required": ["status", "at", "n", "policy", "events", "view"],
    "properties": {
        "status": {"const": "ok"},
        "at": WHOLE,
        "n": WHOLE,
        "policy": WHOLE,
        "events": {"type": "array", "items": WHOLE, "minItems": 2, "maxItems": 2},
        "view": {
            "type": "array",
            "items": {"type": "object", "required": ["type", "data"], "properties": {"type": TEXT, "data": {}}},
        },
    },
}
SEEN: Schema = {
    "type": "object",
    "required": ["at", "n", "value"],
    "properties": {"at": WHOLE, "n": WHOLE, "value": {}},
}


def path_of(kind: type[Command]) -> str:
    """Where a command is given."""
    return "/v1/" + kind.type.replace(".", "/", 1)


def path_of_read(read: Read) -> str:
    """Where a read is asked for."""
    return f"/v1/read/{read.name}"


def error_schema(names: Iterable[str]) -> Schema:
    """An error object with one of some codes."""
    error = {
        "type": "object",
        "required": ["type", "code", "message", "retryable", "request_id"],
        "properties": {
            "type": TEXT,
            "code": {"enum": sorted(names)},
            "message": TEXT,
            "param": TEXT,
            "retryable": {"type": "boolean"},
            "request_id": TEXT,
            "details": {"type": "object"},
            "at": WHOLE,
            "n": WHOLE,
        },
    }
    return {"type": "object", "required": ["error"], "properties": {"error": error}}


def responses(good: Schema, codes: Iterable[Code]) -> Schema:
    """The answer to what is accepted, and an error object for each status that a code has."""
    found: Schema = {"200": {"description": "Done.", "content": _json(good)}}
    by_status: dict[int, dict[str, Code]] = {}
    for code in codes:
        by_status.setdefault(STATUS[code.name], {})[code.name] = code
    for status, those in sorted(by_status.items()):
        told = " ".join(f"{code.name}: {code.meaning}" for code in those.values())
        found[str(status)] = {"description": told, "content": _json(error_schema(those))}
    return found


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def _at(*, required: bool) -> Schema:
    schema = {"type": "integer", "minimum": 0, "maximum": LATEST}
    return {"name": "Mashang-At", "in": "header", "required": required, "schema": schema}


def _told(kind: type) -> str:
    return (inspect.getdoc(kind) or "").partition("\n")[0]


def _command(kind: type[Command], *, driven: bool) -> Schema:
    """One operation; who may give it stands beside the standard's words."""
    answered = responses(ACCEPTED, (*OF_COMMANDS, *kind.codes))
    answered["200"]["headers"] = {"Idempotent-Replayed": {"description": "The answer is a repeat.", "schema": TEXT}}
    return {
        "operationId": kind.type,
        "summary": _told(kind),
        "parameters": [KEY, _at(required=True)] if driven else [KEY],
        "requestBody": {"required": True, "content": _json(command_schema(kind))},
        "responses": answered,
        "security": [{"token": []}],
        "x-actors": list(kind.actors),
    }


def _read(read: Read, *, driven: bool) -> Schema:
    properties: Mapping[str, Schema] = TypeAdapter(read.parameters).json_schema().get("properties", {})
    asked: list[Schema] = [
        {"name": name, "in": "query", "required": True, "schema": schema} for name, schema in properties.items()
    ]
    return {
        "operationId": f"read:{read.name}",
        "summary": read.meaning,
        "parameters": [*asked, _at(required=False)] if driven else asked,
        "responses": responses(SEEN, (*OF_ALL, *read.codes)),
        "security": [{"token": []}],
        "x-actors": list(read.actors),
    }


def document(*, driven: bool) -> Schema:
    """The whole document."""
    paths: Schema = {path_of(kind): {"post": _command(kind, driven=driven)} for kind in COMMANDS}
    paths |= {path_of_read(read): {"get": _read(read, driven=driven)} for read in READS}
    paths |= _beside()
    return {
        "openapi": "3.1.0",
        "info": {"title": "mashang reference deployment", "version": "1"},
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "operator": {"type": "http", "scheme": "bearer", "description": "The operator's secret."},
            }
        },
    }


def _beside() -> Schema:
    """What is served beside the catalogues."""
    anything: Schema = {"type": "object"}
    wanted: Schema = {"type": "object", "required": ["actor"], "additionalProperties": False}
    wanted["properties"] = {"actor": TEXT, "seconds": {"type": "integer", "minimum": 1}}
    pages = [{"name": name, "in": "query", "required": False, "schema": WHOLE} for name in ("after", "limit")]
    return {
        "/v1/tokens": {
            "post": {
                "operationId": "tokens.issue",
                "requestBody": {"required": True, "content": _json(wanted)},
                "responses": responses(anything, (MALFORMED, UNAUTHENTICATED)),
                "security": [{"operator": []}],
            }
        },
        "/v1/events": {
            "get": {
                "operationId": "events.export",
                "parameters": pages,
                "responses": responses(anything, OF_ALL),
                "security": [{"token": []}],
            }
        },
        "/healthz": {"get": {"operationId": "health", "responses": responses(anything, ())}},
        "/readyz": {"get": {"operationId": "ready", "responses": responses(anything, (UNAVAILABLE,))}},
    }
