"""The policy of the log, as changes from the policy with which every fresh system starts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from engine import Policy

OWN = ("version", "effective_from")  # a system counts its own versions
WHOLE = ("points.rules",)  # rules may be new, and are told whole
SWITCHES: Mapping[str, Any] = {
    "points.material_daily_cap": 0,
    "points.moral_daily_cap": 0,
    "points.material_on": True,
    "points.moral_on": True,
}
"""How the town gives points: without caps of the whole day."""
Changes = list[tuple[str, str]]


def changes_between(before: Policy, after: Policy) -> Changes:
    """What `after` says differently, as pairs of path and JSON text."""
    found = _differing(before.document(), after.document(), "")
    return [(path, json.dumps(value, separators=(",", ":"))) for path, value in found]


def _differing(before: Any, after: Any, path: str) -> Iterator[tuple[str, Any]]:
    for name, value in after.items():
        where = f"{path}.{name}" if path else name
        old = before.get(name)
        if where in OWN or value == old:
            continue
        if isinstance(value, dict) and path not in WHOLE:
            yield from _differing(old or {}, value, where)
        else:
            yield where, value


def switched(policy: Policy | None) -> Changes:
    """The switches as the town needs them, or as a policy has them."""
    if policy is None:
        return [(path, json.dumps(value)) for path, value in SWITCHES.items()]
    return [(path, json.dumps(getattr(policy.points, path.partition(".")[2]))) for path in SWITCHES]


def switched_off() -> Changes:
    """No points for what is only told again."""
    return [("points.material_on", "false"), ("points.moral_on", "false")]
