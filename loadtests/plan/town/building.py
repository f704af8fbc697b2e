"""The town of a plan, in the order of its instants.

    first second        the policy, and rules for points that the town gives
    second second       places, members, shops, people, points
    third second on     points are off; cases, praises, purchases and the board come as they came
    the last minute     points are on again; what this day has used up of caps; what merchants and the sponsor are owed

The first second lies in the civil day before everything that is told, so that no cap of the plan's day is used up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine import Policy
from loadtests.plan.story import Story
from loadtests.plan.town.books import keep_books, points_of_the_till
from loadtests.plan.town.numbering import changes_between, switched, switched_off
from loadtests.plan.town.people import people_steps
from loadtests.plan.town.places import place_steps
from loadtests.plan.town.purses import (
    LATE,
    TILL_MERCHANT,
    TILL_PERSON,
    TILL_RATE_BP,
    Purse,
    debt_steps,
    gift_steps,
    purses_of,
    rule_changes,
    surplus_steps,
    today_steps,
)
from loadtests.plan.town.steps import REGISTRY, Step, Teller, office
from loadtests.plan.town.teams import home_steps, team_steps
from loadtests.plan.town.touched import Touched, touched_by
from loadtests.plan.town.ways import answer_steps, earliest_of, way_steps
from sim.profiles import civil_day, day_start

ACTS_S, ON_S, TODAY_S, SPENT_S, BOOKS_S = 120, 60, 30, 20, 10
"""Seconds before the start: last acts, points on again, points of today, what is too much, the books."""


@dataclass(frozen=True, slots=True)
class Span:
    """When the town begins, and the plan begins and ends."""

    town_at: int
    start_s: int
    stop_s: int


def town_of(story: Story, start_s: int, stop_s: int, seed: int) -> Teller:
    """The town told to a fresh engine; `names` of the answer leads from ids of the log to what they are called now."""
    found = touched_by(story)
    earliest = min(start_s, earliest_of(found) or start_s)
    span = Span(day_start(civil_day(earliest) - 1), start_s, stop_s)
    teller = Teller(Policy(), start_s, seed)
    purses = [*purses_of(found, (start_s, stop_s)), Purse(TILL_PERSON)]
    purses[-1].gives[LATE] = points_of_the_till(found)
    for step in _founding(found, purses, span):
        teller.tell(step)
    begun = span.town_at + 1
    told = [*people_steps(found, begun), *way_steps(found), *team_steps(found, begun)]
    acts = sorted([*told, *answer_steps(found, start_s - ACTS_S)], key=lambda each: each.at)
    first = [each for each in acts if each.at == span.town_at + 1]
    for step in (*first, *_gifts(found, purses, span), *acts[len(first) :]):
        teller.tell(step)
    _last_minute(found, teller, span)
    return teller


def _founding(found: Touched, purses: list[Purse], span: Span) -> Iterator[Step]:
    """The policy, the places, and a till of the town's own with somebody who buys there."""
    at = span.town_at
    changes = dict(changes_between(Policy(), found.district.policy))
    changes |= dict(switched(None)) | dict(rule_changes(purses, at + 1))
    yield from office(at, list(changes.items()), at + 1)
    yield from place_steps(found, at + 1)
    grid = found.district.grid
    dwelling = grid.dwellings[found.of("dwl")[0]]
    yield Step(
        at + 1,
        REGISTRY,
        "payments.register_merchant",
        {"merchant": TILL_MERCHANT, "grid": dwelling.grid, "trade": "retail", "points_rate_bp": TILL_RATE_BP},
    )
    worker = grid.members(dwelling.grid)[0].id
    data = {"person": TILL_PERSON, "dwelling": dwelling.id, "relation": "visitor"}
    yield Step(at + 1, f"grid:{worker}", "binding.worker_bind", data)


def _gifts(found: Touched, purses: list[Purse], span: Span) -> Iterator[Step]:
    """Points, then none any more until the last minute."""
    at = span.town_at + 1
    yield from debt_steps(purses, found.district.policy, at)
    yield from gift_steps(purses, at)
    yield from office(at, switched_off(), at + 1)
    yield from office(at, switched(found.district.policy), span.start_s - ON_S)


def _last_minute(found: Touched, teller: Teller, span: Span) -> None:
    """What this day has used up of caps, the books, and what the log announces for later."""
    for step in today_steps(found, span.start_s, span.start_s - TODAY_S):
        teller.tell(step)
    for step in surplus_steps(found, teller.district, span.start_s - SPENT_S):
        teller.tell(step)
    for step in home_steps(found, span.start_s - BOOKS_S):
        teller.tell(step)
    keep_books(found, teller, span.start_s - BOOKS_S)
    for effective_from, changes in found.district.announced.values():
        for step in office(span.start_s - 1, list(changes), effective_from):
            teller.tell(step)
