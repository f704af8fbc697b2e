"""The owners' part of a verdict (T21), stated once more: by fractions of the law, from bindings and ballots alone."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

Owned = dict[str, tuple[int, set[str]]]  # dwelling -> floor area, its owners
TWO_THIRDS, HALF, THREE_QUARTERS = Fraction(2, 3), Fraction(1, 2), Fraction(3, 4)


def owned_by(district: Any) -> Owned:
    """Dwellings with an area, and who owns them by an active binding."""
    found: Owned = {}
    for binding in district.residents.bindings.values():
        area = district.grid.dwellings[binding.dwelling].area_dm2
        if area and binding.state == "ACTIVE" and binding.relation == "owner":
            found.setdefault(binding.dwelling, (area, set()))[1].add(binding.person)
    return found


def agreed_of(owned: Owned, ballots: Mapping[str, tuple[int, ...]]) -> tuple[int, int, int]:
    """Areas of all, of those who take part, of those whose voting owners all say yes."""
    voting = [(area, {ballots[each] for each in sorted(persons & ballots.keys())}) for area, persons in owned.values()]
    whole = sum(area for area, _ in owned.values())
    return whole, sum(area for area, said in voting if said), sum(area for area, said in voting if said == {(0,)})


def verdict(
    matter: str, electorate: int, ballots: Mapping[str, tuple[int, ...]], areas: tuple[int, int, int]
) -> tuple[bool, tuple[int, ...]]:
    """Whether enough took part, and the option that leads."""
    whole, part, agreed = areas
    yes = sum(choice == (0,) for choice in ballots.values())
    if not ballots or Fraction(len(ballots), electorate) < TWO_THIRDS or Fraction(part, whole) < TWO_THIRDS:
        return False, ()
    heads, space = Fraction(yes, len(ballots)), Fraction(agreed, part)
    carried = min(heads, space) >= THREE_QUARTERS if matter == "major" else min(heads, space) > HALF
    return True, (0,) if carried else (1,)
