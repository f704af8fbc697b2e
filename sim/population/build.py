"""From parameters to a town. Each part draws from its own stream: a change in one leaves the luck of the others."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.population import grid_members, merchants
from sim.population.households import BoundMembers, draw_bound, draw_members, draw_sizes
from sim.population.others import draw_others
from sim.population.parameters import PopulationParameters
from sim.population.people import PeopleDraft
from sim.population.places import lay_out
from sim.population.town import Households, Town
from sim.streams import RandomStreams

Ints = npt.NDArray[np.int64]

# Row numbers and grid numbers have fixed widths; this scale (5.75 million people) is far inside them.
LARGEST_SCALE = 50


@dataclass(frozen=True)
class ScaledTotals:
    """The totals at a scale, rounded; at least one of each once there are people."""

    people: int
    community_people: int
    households: int
    grid_members: int
    payees: int


def totals_at(parameters: PopulationParameters, scale: float) -> ScaledTotals:
    """The totals multiplied by `scale`; ValueError with one sentence for a scale that leaves nobody or is too large."""
    if not (math.isfinite(scale) and 0 < scale <= LARGEST_SCALE):
        raise ValueError(f"The scale is {scale}: give a number above 0 and at most {LARGEST_SCALE}.")
    people = round(parameters.bound_people * scale)
    if people < 1:
        needed = 1 / parameters.bound_people
        raise ValueError(
            f"A scale of {scale} leaves 0 people: a town needs people, give a scale of {needed:.2g} or more."
        )
    households = max(1, round(parameters.community_households * scale))
    return ScaledTotals(
        people=people,
        community_people=max(households, round(parameters.community_people * scale)),
        households=households,
        grid_members=max(1, round(parameters.members.grid_members * scale)),
        payees=max(1, round(parameters.merchants.payees * scale)),
    )


def build_town(parameters: PopulationParameters, streams: RandomStreams, scale: float = 1.0) -> Town:
    """The town of `parameters` at `scale`, the same for the same streams (use `RandomStreams(parameters.seed)`).

    Exact at scale 1: bound people, community people, households, grid members, payees; at another scale the rounded
    products. Raises ValueError with one sentence for an impossible scale.
    """
    totals = totals_at(parameters, scale)
    others_count = totals.people - totals.community_people
    beyond_70 = parameters.households.years_beyond_70
    others = draw_others(others_count, beyond_70, parameters.others, streams.generator("town.others"))
    sizes, bound = _community(totals, parameters, streams)
    places = lay_out(totals.households, others.place_kind, scale, parameters.places, streams.generator("town.places"))
    dwelling = np.concatenate([bound.household, totals.households + others.place])
    person_grid = places.buildings.grid[places.dwellings.building[dwelling]].astype(np.int64)
    people_of_grid = np.bincount(person_grid, minlength=len(places.grids))
    shops = merchants.draw_merchants(
        totals.payees, people_of_grid, scale, parameters.merchants, streams.generator("town.merchants")
    )
    homes = _households(sizes, bound, parameters.households.owner_share, streams.generator("town.owners"))
    members, cover = grid_members.appoint(totals.grid_members, people_of_grid, parameters.members)
    return Town(
        people=PeopleDraft(bound, others, homes, places, dwelling).finish(shops, parameters.traits, streams),
        households=homes,
        dwellings=places.dwellings,
        buildings=places.buildings,
        grids=places.grids,
        communities=places.communities,
        subdistricts=places.subdistricts,
        members=members,
        cover=cover,
        merchants=shops,
    )


def _community(
    totals: ScaledTotals, parameters: PopulationParameters, streams: RandomStreams
) -> tuple[Ints, BoundMembers]:
    prior = parameters.households
    sizes = draw_sizes(totals.households, totals.community_people, prior, streams.generator("town.households"))
    everybody = draw_members(sizes, totals.community_people, prior, streams.generator("town.ages"))
    return sizes, draw_bound(everybody, totals.community_people, prior, streams.generator("town.binding"))


def _households(sizes: Ints, bound: BoundMembers, owner_share: float, generator: np.random.Generator) -> Households:
    bound_members = np.bincount(bound.household, minlength=len(sizes))
    return Households(
        members=sizes.astype(np.uint8),
        bound_members=bound_members.astype(np.uint8),
        first_person=(np.cumsum(bound_members) - bound_members).astype(np.int32),
        owns_home=generator.random(len(sizes)) < owner_share,
    )
