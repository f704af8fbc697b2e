"""Persons and where they are bound, in the order in which they were: a vote asks who was bound when it opened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from loadtests.plan.town.steps import REGISTRY, Step
from loadtests.plan.town.teams import care_steps, consent_steps
from loadtests.plan.town.touched import Touched

REQUEST = ("binding",)


def people_steps(found: Touched, earliest: int) -> Iterator[Step]:
    """Every touched person; what happened before the instant `earliest` happens then."""
    residents = found.district.residents
    for name in found.of("per"):
        row = residents.persons.get(name)
        if row is not None and row.state == "ACTIVE":
            yield from _person(found, row, earliest)
    for name in found.of("per"):  # rows that are closed, once those that they lead to are there
        row = residents.persons.get(name)
        if row is not None and row.state != "ACTIVE":
            yield from _closed(found, row, earliest)


def _person(found: Touched, row: Any, earliest: int) -> Iterator[Step]:
    """The home comes first: otherwise another binding would become it."""
    residents = found.district.residents
    bindings = [residents.bindings[each] for each in row.bindings]
    ever = [each.since for each in bindings if each.state != "PENDING_REVIEW"]
    active = sorted((each for each in bindings if each.state == "ACTIVE"), key=lambda each: each.id != row.home)
    first = max(earliest, min(ever)) if active else earliest
    if not active or first > earliest:
        yield Step(earliest, REGISTRY, "binding.register_person", {"person": row.id})
    for binding in active:
        at = first if binding.id == row.home else max(first, binding.since)
        yield bound(found, binding, at)
        if binding.id == row.home:
            yield from care_steps(found, binding, max(at, binding.since))
            yield from consent_steps(found, row.id, max(at, binding.since))
    for binding in bindings:
        for request in found.story.ways.get(binding.id, ()) if binding.state == "PENDING_REVIEW" else ():
            yield Step(
                request.at,
                f"resident:{row.id}",
                request.type,
                {**request.data, "person": row.id},
                {"binding": binding.id},
            )


def bound(found: Touched, binding: Any, at: int) -> Step:
    """A binding at the door: it needs no code, and a code may be used up."""
    grid = found.district.grid
    worker = next(each.id for each in grid.members(binding.grid))
    data = {"person": binding.person, "dwelling": binding.dwelling, "relation": binding.relation}
    return Step(at, f"grid:{worker}", "binding.worker_bind", data, {"binding": binding.id})


def _closed(found: Touched, row: Any, at: int) -> Iterator[Step]:
    """A row that was merged into another one, or whose person died."""
    if row.merged_into:
        yield Step(at, REGISTRY, "binding.register_person", {"person": row.id})
        root = found.district.residents.root(row.id)
        yield Step(at, REGISTRY, "binding.merge_persons", {"person": row.id, "into": root})
    elif row.bindings:
        last = found.district.residents.bindings[row.bindings[-1]]
        yield bound(found, last, at)
        yield Step(at, REGISTRY, "binding.end_binding", {"binding": last.id, "reason": "deceased"})
