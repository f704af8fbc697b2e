"""Where every number of a policy comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from engine.kernel.sourced import Status
from engine.policy.document import Policy

RULE_UNITS = {
    "points": ("points", "what one fact earns"),
    "taken": ("points", "what one fact costs"),
    "daily_cap": ("points a person and civil day; 0: none", "most that the rule gives a person on one civil day"),
    "period_cap": ("points a person and month; 0: none", "most that the rule gives a person in one calendar month"),
    "cooldown_s": ("seconds", "least time between two awards of the rule to one person"),
    "validity_days": ("civil days", "how long material points can be used after the day on which they came"),
    "vest_delay_s": ("seconds", "how long material points wait before they can be used"),
    "budget_month": ("points a month; 0: none", "most that the rule gives all persons together in one month"),
    "limit_s": ("seconds", "time in which a case of this class must be resolved"),
    "working_time": ("switch", "the limit counts office hours only"),
    "kinds": ("kinds of grid members", "who handles cases of this category, any of them"),
    "tier": ("class of time limit", "the class of a case of this category unless triage says otherwise"),
    "route": ("choice", "who answers suggestions and complaints of this category"),
    "shown": ("switch", "residents see the members of this kind in their own grid"),
    "cares": ("switch", "care visits that are due stand on the lists of this kind"),
    "first": ("civil date", "first day off"),
    "last": ("civil date", "last day off"),
    "make_up_days": ("civil dates", "weekend days worked instead"),
}


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where one number of the policy comes from."""

    path: str
    value: int | str | bool
    unit: str
    meaning: str
    source: str
    status: Status


def provenance(policy: Policy) -> Iterator[Provenance]:
    """Every number of the policy with its unit, meaning, source and status."""
    for section in fields(policy):
        rows = getattr(policy, section.name)
        if is_dataclass(rows):
            for each in fields(rows):
                yield from _provenance(f"{section.name}.{each.name}", getattr(rows, each.name), each.metadata)


def _provenance(path: str, value: Any, marks: Mapping[str, Any]) -> Iterator[Provenance]:
    if not isinstance(value, dict):
        yield Provenance(path, _shown(value), marks["unit"], marks["meaning"], marks["source"], marks["status"])
        return
    for name, row in value.items():
        for each in fields(row):
            if each.name in RULE_UNITS:
                unit, meaning = RULE_UNITS[each.name]
                yield Provenance(
                    f"{path}.{name}.{each.name}", _shown(getattr(row, each.name)), unit, meaning, row.source, row.status
                )


def _shown(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else value
