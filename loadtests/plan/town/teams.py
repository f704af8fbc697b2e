"""Riders, care and visits: who brings orders, who is to be visited, and who is on the way at the start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_type_hints

from engine.catalogue import BY_TYPE
from loadtests.plan.spoken import literals
from loadtests.plan.town.steps import REGISTRY, Step
from loadtests.plan.town.touched import Touched


def team_steps(found: Touched, at: int) -> Iterator[Step]:
    """Riders as far as they have come, and visits that somebody is on; nothing before the instant `at`.

    A rider is on duty from the beginning of the town on, since orders of many days are told, and off at its end.
    """
    riders = found.district.market.riders
    for row in (riders[each] for each in found.of("rid") if each in riders):
        yield Step(at, REGISTRY, "marketplace.register_rider", {"rider": row.id})
        if row.state == "TRAINED":
            yield Step(at, REGISTRY, "marketplace.train_rider", {"rider": row.id})
            yield Step(at, f"rider:{row.id}", "marketplace.start_duty", {"rider": row.id})
    workers = found.district.grid.workers
    for visit in found.district.visits.under_way.values():
        data = {
            "grid": visit.grid,
            "purpose": visit.purpose,
            "person": visit.person or None,
            "report": visit.report or None,
        }
        actor = f"{'grid' if visit.visitor in workers else 'rider'}:{visit.visitor}"
        yield Step(max(at, visit.started_at), actor, "grid.start_visit", data, {"visit": visit.id})


def home_steps(found: Touched, at: int) -> Iterator[Step]:
    """Riders who are off duty at the start go home."""
    riders = found.district.market.riders
    for row in (riders[each] for each in found.of("rid") if each in riders):
        if row.state == "TRAINED" and row.on_duty_since is None:
            yield Step(at, f"rider:{row.id}", "marketplace.end_duty", {"rider": row.id})


def care_steps(found: Touched, binding: Any, at: int) -> Iterator[Step]:
    """A tag, whichever it was, for somebody who is to be visited: with it comes the plan of care."""
    if binding.person in found.district.care.plans:
        worker = next(each.id for each in found.district.grid.members(binding.grid))
        evidence = f"evd_{binding.person.partition('_')[2]}"
        groups = literals(get_type_hints(BY_TYPE["binding.tag_special"])["tag"])
        data = {"person": binding.person, "tag": groups[0], "evidence": evidence}
        tags = found.district.special_groups.tags_of.get(binding.person, ())
        yield Step(at, f"grid:{worker}", "binding.tag_special", data, {"tag": tags[0]} if tags else {})


def consent_steps(found: Touched, person: str, at: int) -> Iterator[Step]:
    """The optional purposes to which a person has agreed."""
    for purpose in found.district.special_groups.consents.get(person, {}):
        data = {"person": person, "purpose": purpose}
        yield Step(at, f"resident:{person}", "binding.give_consent", data)
