"""Close contacts: the same place within the window, as a comparison of all pairs finds them."""

from __future__ import annotations

from itertools import count
from random import Random

import pytest

from engine.district.epidemic import CheckIn
from engine.epidemic.contacts import ScreenContacts
from engine.kernel.units import DAY_S, HOUR_S, MINUTE_S
from engine.views.epidemic import close_contacts, near
from tests.engine.epidemic.ward import DOCTOR, Ward

WORLDS = 1_000
World = list[tuple[CheckIn, str]]


def _world(luck: Random) -> World:
    """Some people at few places, instants close to each other and in order."""
    instants = sorted(luck.randrange(4 * HOUR_S) for _ in range(luck.randrange(40)))
    numbers, people, places = count(1), luck.randrange(1, 9), luck.randrange(1, 5)
    return [
        (
            CheckIn(f"chk_{next(numbers):08d}", f"per_{luck.randrange(people)}", at, ""),
            f"place-{luck.randrange(places)}",
        )
        for at in instants
    ]


def _every_pair(world: World, mine: frozenset[str], since: int, window_s: int) -> set[str]:
    """The oracle: each check-in of somebody else beside each own one."""
    return {
        other.id
        for own, place in world
        for other, there in world
        if own.person in mine and other.person not in mine and own.at >= since
        if place == there and abs(own.at - other.at) <= window_s
    }


def test_contacts_are_those_of_a_comparison_of_all_pairs() -> None:
    """F22: on a thousand random worlds the same set is found as by brute force, each check-in once, in order."""
    found_some = 0
    for seed in range(WORLDS):
        luck = Random(seed)  # noqa: S311 - seeded worlds, no secrets
        world, mine = _world(luck), frozenset({"per_0", f"per_{luck.randrange(9)}"})
        since, window_s = luck.choice((0, HOUR_S)), luck.choice((0, 1, 30 * MINUTE_S, HOUR_S))
        found = [each.id for each in near(world, mine, since, window_s)]
        assert found == sorted(set(found))
        assert set(found) == _every_pair(world, mine, since, window_s)
        found_some += bool(found)
    assert found_some > WORLDS // 4


@pytest.mark.parametrize(("later_s", "expected"), [(30 * MINUTE_S, ["per_2"]), (30 * MINUTE_S + 1, [])])
def test_the_window_ends_at_its_second(later_s: int, expected: list[str]) -> None:
    """Two check-ins thirty minutes apart are a contact, one second more is none; another place never is."""
    ward = Ward()
    ward.check_in("per_1", "market")
    ward.check_in("per_3", "school")
    ward.pass_(later_s)
    ward.check_in("per_2", "market")
    ward.test("per_1", "positive")
    ward.town.must(ScreenContacts("per_1"), "grid", DOCTOR)
    found = close_contacts(ward.town.engine.district, "per_1", ward.vault)
    assert [each.person for each in found] == expected


def test_contacts_are_looked_for_from_four_days_before_the_sample() -> None:
    """A meeting longer ago than the policy's days before the positive sample is none."""
    ward = Ward()
    for person in ("per_1", "per_2"):
        ward.check_in(person, "market")
    ward.pass_(4 * DAY_S + 1)
    for person in ("per_1", "per_3"):
        ward.check_in(person, "market")
    ward.test("per_1", "positive")
    assert [each.person for each in close_contacts(ward.town.engine.district, "per_1", ward.vault)] == ["per_3"]
