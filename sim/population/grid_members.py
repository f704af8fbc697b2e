"""Grid members: kinds and the grids they cover.

Every kind covers every grid, so that a resident finds one of each kind: a kind with as many members as grids has one
or more a grid, more where more people are bound; a kind with fewer members has each cover several neighbouring grids.
Only a town with fewer members than kinds lacks kinds, the last ones first: the community worker is always there.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.population.apportion import apportion, labels_of
from sim.population.parameters import MemberParameters
from sim.population.town import Cover, GridMembers

Ints = npt.NDArray[np.int64]


def appoint(members: int, people_of_grid: Ints, parameters: MemberParameters) -> tuple[GridMembers, Cover]:
    """`members` rows (one at least) and their pairs with grids; `people_of_grid` counts the bound people of each."""
    shares = np.asarray(parameters.kind_shares)
    wanted = np.flatnonzero(shares > 0)[:members]
    minimum = np.zeros(len(shares), dtype=np.int64)
    minimum[wanted] = 1
    kinds = apportion(members, shares, minimum)
    pairs = [_cover(int(count), people_of_grid) for count in kinds if count]
    member, grid, before = [], [], 0
    for own_member, own_grid in pairs:
        member.append(own_member + before)
        grid.append(own_grid)
        before += int(own_member[-1]) + 1
    members_of_pair = np.concatenate(member)
    covers = np.bincount(members_of_pair, minlength=members)
    first = np.cumsum(covers) - covers
    table = GridMembers(
        kind=labels_of(kinds).astype(np.int8), first_cover=first.astype(np.int32), covers=covers.astype(np.int16)
    )
    return table, Cover(member=members_of_pair.astype(np.int32), grid=np.concatenate(grid).astype(np.int16))


def _cover(members: int, people_of_grid: Ints) -> tuple[Ints, Ints]:
    """Pairs (member, grid) of one kind, by member."""
    grids = len(people_of_grid)
    if members >= grids:
        return np.arange(members), labels_of(apportion(members, (people_of_grid + 1).tolist(), minimum=1))
    return np.arange(grids) * members // grids, np.arange(grids)
