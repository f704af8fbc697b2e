"""Instants in commands: which fields hold one, and what they become on a target that has a clock of its own."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache
from typing import Any, get_args, get_type_hints

from engine.catalogue import BY_TYPE, COMMANDS, DraftVote
from loadtests.operations import Operation

INSTANT = get_type_hints(DraftVote, include_extras=True)["closes_at"]
"""The engine's type of instants."""


@cache
def instant_fields(wire: str) -> tuple[str, ...]:
    """Names of the fields of a command that hold an instant, by their annotations; none for a read."""
    kind = BY_TYPE.get(wire)
    if kind is None:
        return ()
    hints = get_type_hints(kind, include_extras=True)
    return tuple(each.name for each in fields(kind) if _holds_instant(hints[each.name]))  # type: ignore[arg-type]


def _holds_instant(hint: Any) -> bool:
    return hint == INSTANT or any(_holds_instant(each) for each in get_args(hint) if each is not int)


def all_instants() -> dict[str, tuple[str, ...]]:
    """The fields by command, for the plan's manifest."""
    found = {kind.type: instant_fields(kind.type) for kind in COMMANDS}
    return {wire: names for wire, names in found.items() if names}


def shifted(operation: Operation, start_s: int, sent_at: int, begins_at: int) -> Operation:
    """The operation for a target with a wall clock, which is sent it at `sent_at` and begins the plan at `begins_at`.

    What lies after the start of the plan keeps its distance from the start. What lies before it (a town's history is
    told within seconds) keeps its distance from the operation itself: a policy announced for the next second is.
    """
    names = instant_fields(operation.type)
    if not names:
        return operation
    own = start_s + (operation.at_s or 0)
    moved = {
        name: value - start_s + begins_at if value >= start_s else value - own + sent_at
        for name in names
        if type(value := operation.data.get(name)) is int
    }
    return replace(operation, data={**operation.data, **moved})
