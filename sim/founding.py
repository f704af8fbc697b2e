"""The town is told to the engine by ordinary commands: places, codes, grid members."""

from __future__ import annotations

from engine.catalogue import (
    AddBuilding,
    AddDwelling,
    AppointWorker,
    AssignGrid,
    IntroduceWorker,
    IssueQr,
    OpenCommunity,
    OpenGrid,
)
from sim.behaviour.owning import home_areas_dm2
from sim.population.town import MemberKind
from sim.world import World, ids_of

REGISTRY = ("officer", "registry")
OFFICE_DOOR = "the community's office"
VACANT_SHARE = 0.01  # of homes; they let a household of one move (assumed)


def found(world: World) -> list[str]:
    """Tell the engine the town; returns the printed code of each dwelling."""
    town = world.town
    communities = ids_of("com", len(town.communities))
    buildings = ids_of("bld", len(town.buildings))
    for community, subdistrict in zip(communities, town.communities.subdistrict.tolist(), strict=True):
        world.must(OpenCommunity(community, f"sub_{subdistrict + 1}"), *REGISTRY)
    for grid, row in zip(world.grids, town.grids.community.tolist(), strict=True):
        world.must(OpenGrid(grid, communities[row]), *REGISTRY)
    for member, kind in zip(world.members, town.members.kind.tolist(), strict=True):
        world.must(AppointWorker(member, MemberKind(kind).label), *REGISTRY)
        world.must(IntroduceWorker(member, f"synthetic {member}", OFFICE_DOOR), *REGISTRY)
    for row, grid_row in zip(town.cover.member.tolist(), town.cover.grid.tolist(), strict=True):
        world.must(AssignGrid(world.members[row], world.grids[grid_row]), *REGISTRY)
    for building, row in zip(buildings, town.buildings.grid.tolist(), strict=True):
        world.must(AddBuilding(building, world.grids[row]), *REGISTRY)
    return _dwellings(world, buildings)


def _dwellings(world: World, buildings: list[str]) -> list[str]:
    codes = []
    places = world.town.dwellings.building.tolist()
    spare = max(1, round(len(world.town.households) * VACANT_SHARE))
    vacant = ids_of("dwl", len(places) + spare)[len(places) :]
    areas = home_areas_dm2(world.scenario.behaviour.occasions, len(world.town.households), world.streams_of_town)
    for place, dwelling in enumerate([*world.dwellings, *vacant]):
        building = buildings[places[place if place < len(places) else (place * 7) % len(world.town.households)]]
        area_dm2 = areas[place] if place < len(areas) else 0  # workplaces and dormitories have no owners who vote
        world.must(AddDwelling(dwelling, building, area_dm2), *REGISTRY)
        codes.append(str(world.must(IssueQr(dwelling), *REGISTRY).qr))
    world.vacant = list(range(len(world.dwellings), len(world.dwellings) + spare))
    world.dwellings += vacant
    return codes
