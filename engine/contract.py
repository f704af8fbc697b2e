"""What a stranger may know: the schema of every command, the codes in order of precedence, the envelope on the wire."""

from __future__ import annotations

import json
import re
from typing import Any

from pydantic import TypeAdapter, ValidationError

from engine.catalogue import BY_TYPE, COMMANDS
from engine.kernel.command import Command, Envelope
from engine.kernel.rejection import (
    BAD_AMOUNT,
    BAD_VERSION,
    KERNEL_CODES,
    MALFORMED,
    UNKNOWN_TYPE,
    Code,
    Rejected,
)
from engine.kernel.units import LATEST

ENVELOPE_NAMES = frozenset({"type", "v", "key", "actor", "at", "data"})
AMOUNT_ERRORS = frozenset({"greater_than", "greater_than_equal", "less_than_equal", "int_parsing_size"})
ACTOR_KINDS = {kind: kind for command in COMMANDS for kind in command.actors}
"""One string for each kind of actor: a million envelopes need not hold a million of them."""
KEY_LENGTH = 80
PLAIN = re.compile(rf"[!#-\[\]-~]{{1,{KEY_LENGTH}}}")
"""Keys and actors: visible ASCII but for the quote and the backslash, which a journal record would have to escape."""


def adapter(kind: type[Command]) -> TypeAdapter[Any]:
    """The pydantic door of a command class: validates the same dataclass that the engine executes."""
    made = _ADAPTERS.get(kind.type)
    if made is None:
        made = _ADAPTERS[kind.type] = TypeAdapter(kind)
    return made


_ADAPTERS: dict[str, TypeAdapter[Any]] = {}
"""By wire name; made when they are first asked for, since all of them take a second."""


def codes() -> list[Code]:
    """Every code that the engine or a door can answer, in order of precedence."""
    found: dict[str, Code] = {code.name: code for code in KERNEL_CODES}
    for command in COMMANDS:
        found.update({code.name: code for code in command.codes})
    return sorted(found.values(), key=lambda code: code.precedence)


def command_schema(kind: type[Command]) -> dict[str, Any]:
    """JSON Schema of the `data` of a command."""
    return adapter(kind).json_schema()


def command_from(wire: str, version: int, found: Any) -> Command:
    """A validated command; raises Rejected with a code of class malformed."""
    kind = BY_TYPE.get(wire)
    if kind is None:
        raise Rejected(UNKNOWN_TYPE, type=wire[:KEY_LENGTH])
    if type(version) is not int or version != kind.version:
        raise Rejected(BAD_VERSION, spoken=kind.version)
    try:
        made: Command = adapter(kind).validate_json(canonical_text(found))
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        code = BAD_AMOUNT if first["type"] in AMOUNT_ERRORS else MALFORMED
        raise Rejected(code, param=".".join(map(str, first["loc"])), why=first["msg"]) from None
    return made


def canonical_text(found: Any) -> str:
    """JSON text of a parsed value; strict validation of dataclasses reads JSON only."""
    try:
        return json.dumps(found, allow_nan=False)
    except (ValueError, RecursionError, TypeError) as wrong:
        raise Rejected(MALFORMED, why=str(wrong)[:KEY_LENGTH]) from None


def envelope_from(found: Any) -> Envelope:
    """A validated envelope from parsed JSON; raises Rejected with a code of class malformed."""
    if not isinstance(found, dict) or set(found) != ENVELOPE_NAMES:
        raise Rejected(MALFORMED, why=f"an envelope has exactly {', '.join(sorted(ENVELOPE_NAMES))}")
    for name in ("key", "actor", "type"):
        if not isinstance(found[name], str) or not PLAIN.fullmatch(found[name]):
            raise Rejected(MALFORMED, param=name, why=f"1 to {KEY_LENGTH} plain characters, no quote, no backslash")
    kind, _, who = found["actor"].partition(":")
    kind = ACTOR_KINDS.get(kind, kind)
    if not kind or not who:
        raise Rejected(MALFORMED, param="actor", why="an actor is kind:id")
    if type(found["at"]) is not int or not 0 <= found["at"] <= LATEST:
        raise Rejected(MALFORMED, param="at", why=f"an instant is whole seconds UTC, at most {LATEST}")
    command = command_from(found["type"], found["v"], found["data"])
    return Envelope(found["key"], kind, who, found["at"], command)
