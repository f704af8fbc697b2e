"""Every boundary case is met by hunts, or the build fails: what is never tried is not tested."""

from __future__ import annotations

import pytest

from engine import Policy
from engine.invariants import BY_ANSWERS, OBLIGATIONS, Watchers, attach
from loadtests.plan.hunt.hunting import Hunt
from loadtests.plan.hunt.repeats import met_by_answers
from loadtests.plan.hunt.small_town import MORNING, town
from loadtests.plan.hunt.walking import WALK_FROM, WALK_ROOM
from loadtests.plan.rehearsal import Rehearsal
from loadtests.references import TOWN

SECOND = 2


def told() -> tuple[Rehearsal, Watchers]:
    """The street of a hunt, watched from its first command."""
    rehearsal = Rehearsal(Policy(), MORNING)
    watchers = attach(rehearsal.engine)
    for operation in town():
        rehearsal.carry_out(TOWN, operation)
    return rehearsal, watchers


def met(hunt: Hunt) -> set[str]:
    """The boundary cases of a hunt; every invariant holds on the way."""
    rehearsal, watchers = told()
    return met_by_answers(rehearsal, hunt.operations) | set(watchers.boundaries.met)


@pytest.fixture(scope="module")
def second() -> Hunt:
    """Another hunt that is long enough for the walk."""
    hunt = Hunt(SECOND, 200.0)
    hunt.go(WALK_FROM)
    return hunt


def test_hunts_meet_every_boundary_case(hunt: Hunt, second: Hunt) -> None:
    """Two hunts of some thousand operations meet all of them."""
    missed = {each.id for each in OBLIGATIONS} - met(hunt) - met(second)
    assert not missed


def test_the_walk_sets_up_what_chance_seldom_brings(second: Hunt) -> None:
    """Each case of the walk is met within its operations, and those come at the end."""
    walked = [each for each in second.operations if each.key.startswith("walk")]
    assert 60 < len(walked) <= WALK_ROOM
    assert WALK_FROM - WALK_ROOM <= walked[0].n < walked[-1].n < WALK_FROM
    rehearsal, watchers = told()
    found = met_by_answers(rehearsal, walked)
    found |= set(watchers.boundaries.met)
    assert {"B03", "B04", "B11", "B13", "B14", "B16", "B17", "B20", "B21"} <= found


def test_a_quiet_street_meets_none() -> None:
    """Nothing is met that did not happen: the town alone has no boundary case."""
    _, watchers = told()
    assert not watchers.boundaries.met
    assert all(row["n"] is None for row in watchers.boundaries.summary())


def test_a_short_hunt_has_no_walk() -> None:
    """Hunts of a few thousand operations, as trials of faults use them, are chance alone."""
    hunt = Hunt(SECOND, 200.0)
    hunt.go(200)
    assert not [each for each in hunt.operations if each.key.startswith("walk")]


def test_looks_go_when_their_cases_are_met(second: Hunt) -> None:
    """At night an engine stops to look for what was met; the other looks stay."""
    rehearsal, watchers = told()
    looks = {name: len(rehearsal.engine.watch[name]) for name in watchers.waiting}
    met_by_answers(rehearsal, second.operations)
    watchers.whole()
    gone = looks.keys() - watchers.waiting.keys()
    assert "payments.payment_came_late" in gone
    assert all(len(rehearsal.engine.watch[name]) == looks[name] - 1 for name in gone)
    assert all(len(rehearsal.engine.watch[name]) == looks[name] for name in watchers.waiting)


def test_two_cases_are_for_whoever_asks() -> None:
    """Of all cases a log shows all but the two that are about repeats."""
    assert BY_ANSWERS == ("B13", "B14")
