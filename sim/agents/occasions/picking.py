"""Who or what an occasion is about: a few draws for somebody who fits, never a look at everybody."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from sim.agents.residents import Residents
from sim.world import World

DRAWS = 30


def somebody(world: World, residents: Residents, luck: np.random.Generator) -> str | None:
    """A bound person, None if the draws found none."""
    for row in luck.integers(len(world.people), size=DRAWS).tolist():
        if residents.bound[row]:
            return str(world.people[row])
    return None


def one_of(rows: Collection[Any], luck: np.random.Generator) -> Any:
    """One of some rows, None of no rows."""
    return list(rows)[int(luck.integers(len(rows)))] if rows else None


def worker_for(world: World, grid: str) -> str | None:
    """The first community worker of a grid."""
    members = world.engine.district.grid.members(grid)
    return next((each.id for each in members if each.kind == "community_worker"), None)


def worker_of(world: World, person: str) -> str | None:
    """The first community worker of the grid in which a person lives."""
    home = world.engine.district.residents.home(person)
    return None if home is None else worker_for(world, home.grid)
