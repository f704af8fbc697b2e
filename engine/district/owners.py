"""What owners own, for votes by area and heads, and what the law asks of such a vote.

Civil Code of the PRC, article 278: owners of at least two thirds of the exclusive area, and at least two thirds of the
owners, take part; an ordinary matter needs more than half of both among those who take part, a major one (items 6 to
8: raising repair funds, rebuilding, other use of common parts) at least three quarters of both. That is law, no policy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from engine.district.district import District

Matter = Literal["", "ordinary", "major"]
"""What owners decide by area and heads; empty: votes are counted by head only."""
Holdings = dict[str, tuple[int, tuple[str, ...]]]
"""Dwelling -> its floor area in 0.01 m2, and its owners."""
TAKE_PART = (2, 3)  # at least that part of all
CARRIED = {"ordinary": (1, 2), "major": (3, 4)}  # of those who take part: more than, and at least
YES, NO = 0, 1  # the options of such a vote


def holdings(district: District) -> Holdings:
    """Dwellings with a floor area and their owners, as bound now."""
    owners: dict[str, tuple[str, ...]] = {}
    residents = district.residents
    for person in residents.persons.values():
        for binding in residents.active(person):
            if binding.relation == "owner":
                owners[binding.dwelling] = (*owners.get(binding.dwelling, ()), person.id)
    areas = {dwelling: district.grid.dwellings[dwelling].area_dm2 for dwelling in owners}
    return {dwelling: (areas[dwelling], persons) for dwelling, persons in owners.items() if areas[dwelling]}


def merged(owned: Holdings, gone: str, kept: str) -> Holdings:
    """The holdings with one row of a person in the place of two."""
    return {
        dwelling: (area, tuple(dict.fromkeys(kept if each == gone else each for each in persons)))
        for dwelling, (area, persons) in owned.items()
    }
