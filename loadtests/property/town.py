"""The town of an example: the street of the hunts, told in the order in which a used target can take it.

The policy comes first and names every number of it: whatever earlier examples have changed holds no longer. From the
next second on the street is built. A target that cannot change its policy keeps its own (`--policy` says which).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from engine import Policy
from engine.policy.document import ADDED_TO
from loadtests.operations import Operation
from loadtests.plan.hunt.small_town import LIVELY, MORNING, OFFICER, town

CHANGE = "policy.change"
PROVENANCE = frozenset({"source", "status"})
BUILT_S = 1
"""Seconds after its start at which the street of a town is built."""


WIDE = 10**8
"""A limit of the whole district that no run reaches: what earlier examples spent must not bind later ones."""


def wanted_policy(changes: Mapping[str, Any] | None) -> Policy:
    """What holds in the town: that of hunts with wide budgets, or the published one with the user's changes."""
    if changes is not None:
        return Policy().changed(dict(changes))
    lively = Policy().changed({**LIVELY, "payments.sponsor_limit_fen": WIDE})
    return lively.changed({f"points.rules.{name}.budget_month": 0 for name in lively.points.rules})


def town_of(policy: Policy, *, changes_policy: bool) -> Iterator[Operation]:
    """Its commands, numbered as the references to them are: those of the street keep the numbers that they have."""
    street = [each for each in town() if each.type != CHANGE]
    if changes_policy:
        told = {"changes": [*_numbers(policy)], "effective_from": MORNING + BUILT_S}
        yield Operation(len(street), 0, CHANGE, OFFICER, "key-0", told, "town", "town", 0)
    for operation in street:
        yield replace(operation, at_s=BUILT_S)


def _numbers(policy: Policy) -> Iterator[list[str]]:
    """Every number of the policy as path and JSON text; rows that a table may gain are told whole."""
    yield from _told([], {name: rows for name, rows in policy.document().items() if isinstance(rows, dict)})


def _told(path: list[str], value: Any) -> Iterator[list[str]]:
    if isinstance(value, dict) and path[:-1] not in ADDED_TO:
        for name, inner in value.items():
            if name not in PROVENANCE:
                yield from _told([*path, name], inner)
    else:
        yield [".".join(path), json.dumps(value, ensure_ascii=False, separators=(",", ":"))]
