"""Places, grid members, codes and shops: all grids and members, since cases are sent by who has the fewest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from loadtests.plan.town.steps import REGISTRY, Step
from loadtests.plan.town.touched import Touched


def place_steps(found: Touched, at: int) -> Iterator[Step]:
    """Communities, grids, members; buildings and dwellings that are named; codes; merchants."""
    grid = found.district.grid

    def office(wire: str, **data: Any) -> Step:
        return Step(at, REGISTRY, wire, data)

    for community in grid.communities.values():
        yield office("binding.open_community", community=community.id, subdistrict=community.subdistrict)
    for row in grid.grids.values():
        yield office("binding.open_grid", grid=row.id, community=row.community)
    yield from _members(found, at)
    dwellings = [grid.dwellings[each] for each in found.of("dwl") if each in grid.dwellings]
    for building in dict.fromkeys([each.building for each in dwellings] + found.of("bld")):
        if building in grid.buildings:
            yield office("binding.add_building", building=building, grid=grid.buildings[building].grid)
    for dwelling in dwellings:
        area_dm2 = dwelling.area_dm2
        yield office("binding.add_dwelling", dwelling=dwelling.id, building=dwelling.building, area_dm2=area_dm2)
    yield from _codes(found, at)
    yield from _shops(found, at)


def _members(found: Touched, at: int) -> Iterator[Step]:
    for worker in found.district.grid.workers.values():
        if worker.active:
            yield Step(at, REGISTRY, "binding.appoint_worker", {"worker": worker.id, "kind": worker.kind})
            for each in worker.grids:
                yield Step(at, REGISTRY, "binding.assign_grid", {"worker": worker.id, "grid": each})


def _shops(found: Touched, at: int) -> Iterator[Step]:
    trade = found.district.trade
    for row in (trade.merchants[each] for each in found.of("mer") if each in trade.merchants):
        names = ("grid", "trade", "points_rate_bp")
        said = {"merchant": row.id, **{name: getattr(row, name) for name in names}}
        yield Step(at, REGISTRY, "payments.register_merchant", said)
    for biller in found.district.bills.billers.values():
        yield Step(at, REGISTRY, "payments.register_biller", {"biller": biller.id, "utility": biller.utility})


def _issued(found: Touched, row: Any, at: int) -> Step:
    """A code printed anew, for a home or for a spot out of doors."""
    spot = found.district.grid.spots.get(row.id)
    if spot is None:
        return Step(at, REGISTRY, "binding.issue_qr", {"dwelling": row.place}, {"qr": row.id})
    data = {"grid": spot.grid, "building": spot.building or None, "spot": spot.name}
    return Step(at, REGISTRY, "binding.issue_outdoor_code", data, {"qr": row.id})


def _codes(found: Touched, at: int) -> Iterator[Step]:
    codes = found.district.grid.codes
    for row in (codes[each] for each in found.of("qr") if each in codes):
        yield _issued(found, row, at)
        if row.revoked:
            yield Step(at, REGISTRY, "binding.revoke_qr", {"qr": row.id})
