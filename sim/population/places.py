"""Where things are: dwellings in buildings, buildings in grids, grids in communities, communities in subdistricts.

Residential buildings follow one another through the grids, grids through the communities, communities through the
subdistricts, so that near numbers are near places. Each grid gets at least one residential building. The other
buildings (workplaces, dormitories, venues) are spread over the grids at random.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.population.apportion import apportion, labels_of, lognormal_weights
from sim.population.parameters import PlaceParameters
from sim.population.town import Buildings, Communities, DwellingKind, Dwellings, Grids

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Places:
    """The tables of places; `subdistricts` is their number."""

    dwellings: Dwellings
    buildings: Buildings
    grids: Grids
    communities: Communities
    subdistricts: int


def lay_out(
    homes: int, place_kind: Ints, scale: float, parameters: PlaceParameters, generator: np.random.Generator
) -> Places:
    """Places for `homes` households (rows 0 to homes-1) and the other places after them."""
    residential = max(1, round(homes / parameters.dwellings_per_building))
    weights = lognormal_weights(residential, parameters.building_size_log_sd, generator)
    home_building = labels_of(apportion(homes, weights, minimum=1))
    other_buildings = -(-len(place_kind) // max(1, round(parameters.places_per_building)))
    place_building = residential + _blocks(len(place_kind), other_buildings)
    grids = max(1, min(round(parameters.grids * scale), residential))
    communities = min(parameters.communities, grids)
    subdistricts = min(parameters.subdistricts, communities)
    building_grid = np.concatenate([_blocks(residential, grids), generator.integers(0, grids, size=other_buildings)])
    return Places(
        dwellings=Dwellings(
            kind=np.concatenate([np.full(homes, DwellingKind.HOME), place_kind]).astype(np.int8),
            building=np.concatenate([home_building, place_building]).astype(np.int32),
        ),
        buildings=Buildings(grid=building_grid.astype(np.int16)),
        grids=Grids(community=_blocks(grids, communities).astype(np.int8)),
        communities=Communities(subdistrict=_blocks(communities, subdistricts).astype(np.int8)),
        subdistricts=subdistricts,
    )


def _blocks(parts: int, wholes: int) -> Ints:
    """Parts 0, 1, 2 ... laid end to end into `wholes` blocks, none empty as long as there are as many parts."""
    return np.arange(parts) * wholes // max(1, parts)
