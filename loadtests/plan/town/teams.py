"""Riders, care and visits: who brings orders, who is to be visited, and who is on the way at the start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_type_hints

from engine.catalogue import BY_TYPE
from loadtests.plan.spoken import literals
from loadtests.plan.town.steps import REGISTRY, Step
from loadtests.plan.town.touched import Touched


def team_steps(found: Touched, at: int) -> Iterator[Step]:
    """Riders as far as they have come, and visits that somebody is on; nothing before the instant `at`."""
    riders = found.district.market.riders
    for row in (riders[each] for each in found.of("rid") if each in riders):
        yield Step(at, REGISTRY, "marketplace.register_rider", {"rider": row.id})
        if row.state == "TRAINED":
            yield Step(at, REGISTRY, "marketplace.train_rider", {"rider": row.id})
        if row.on_duty_since is not None:
            yield Step(max(at, row.on_duty_since), f"rider:{row.id}", "marketplace.start_duty", {"rider": row.id})
    workers = found.district.grid.workers
    for visit in found.district.visits.under_way.values():
        if visit.visitor in workers:  # a rider's visit hangs on orders that are not told
            data = {
                "grid": visit.grid,
                "purpose": visit.purpose,
                "person": visit.person or None,
                "report": visit.report or None,
            }
            stands = {"visit": visit.id}
            yield Step(max(at, visit.started_at), f"grid:{visit.visitor}", "grid.start_visit", data, stands)


def care_steps(found: Touched, binding: Any, at: int) -> Iterator[Step]:
    """A tag, whichever it was, for somebody who is to be visited: with it comes the plan of care."""
    if binding.person in found.district.care.plans:
        worker = next(each.id for each in found.district.grid.members(binding.grid))
        evidence = f"evd_{binding.person.partition('_')[2]}"
        groups = literals(get_type_hints(BY_TYPE["binding.tag_special"])["tag"])
        data = {"person": binding.person, "tag": groups[0], "evidence": evidence}
        yield Step(at, f"grid:{worker}", "binding.tag_special", data)
