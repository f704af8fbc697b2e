"""One district in parts (F05): where each object lies, and metrics whose sums over the grids are those of the district.

What concerns a place lies in its grid, what concerns a person in the grid of the primary binding. People at home in no
grid stand under the name NOWHERE, so that sums lose nobody. News, votes and questionnaires are the whole district's and
lie in no grid. `district_totals` counts everything once more without looking at grids: that both agree is a check.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from engine.views.grid import grid_of
from engine.views.residents import by_grid, totals

if TYPE_CHECKING:
    from engine.district import District

NOWHERE = "nowhere"
"""In the place of a grid for who or what lies in none."""


def metrics_by_grid(district: District) -> dict[str, Counter[str]]:
    """Every metric of every grid, zeros left out; NOWHERE only where something is counted there."""
    found = by_grid(district)
    for grid, metric, count in _counted(district):
        if count:
            found.setdefault(grid or NOWHERE, Counter())[metric] += count
    return found


def _counted(district: District) -> Iterator[tuple[str, str, int]]:
    """Grid, metric and count of everything besides homes and people."""
    yield from _told(district)
    for visit in district.visits.under_way.values():
        yield visit.grid, "visits_under_way", 1
    for plan in district.care.plans.values():
        grid = grid_of(district, plan.person)
        yield grid, "care", 1
        yield grid, "care.overdue", int(plan.level > 0)
    for merchant in district.trade.merchants.values():
        yield merchant.grid, "merchants", 1
    for spot in district.grid.spots.values():
        yield spot.grid, "outdoor_codes", 1
    for row_of_grid in district.grid.grids.values():
        yield row_of_grid.id, "members_serving", len(row_of_grid.workers)


def _told(district: District) -> Iterator[tuple[str, str, int]]:
    """Cases, praises and warnings."""
    for row in district.cases.reports.values():
        for metric in ("cases", f"cases.{row.state.lower()}", f"cases.by_{row.source}"):
            yield row.grid, metric, 1
    for praise in district.praises.praises.values():
        yield praise.grid, "praises", 1
    for hazard in district.hazards.warnings.values():
        for metric in ("warnings", f"warnings.{hazard.state.lower()}", f"warnings.by_{hazard.source}"):
            yield hazard.grid, metric, 1


def district_totals(district: District) -> Counter[str]:
    """The same metrics of the whole district, counted without grids."""
    reports = district.cases.reports.values()
    hazards = district.hazards.warnings.values()
    found = totals(district)
    found.update(f"cases.{row.state.lower()}" for row in reports)
    found.update(f"cases.by_{row.source}" for row in reports)
    found.update(f"warnings.{row.state.lower()}" for row in hazards)
    found.update(f"warnings.by_{row.source}" for row in hazards)
    found.update(
        {
            "cases": len(reports),
            "praises": len(district.praises.praises),
            "warnings": len(hazards),
            "visits_under_way": len(district.visits.under_way),
            "care": len(district.care.plans),
            "care.overdue": sum(plan.level > 0 for plan in district.care.plans.values()),
            "merchants": len(district.trade.merchants),
            "outdoor_codes": len(district.grid.spots),
            "members_serving": sum(len(each.grids) for each in district.grid.workers.values() if each.active),
        }
    )
    return Counter({name: count for name, count in sorted(found.items()) if count})


def _person(district: District, name: str) -> str:
    return grid_of(district, name)


def _code(district: District, name: str) -> str:
    code = district.grid.codes[name]
    return code.place if code.kind == "outdoor" else district.grid.dwellings[code.place].grid


Placing = Callable[["District", str], str]
PLACES: Mapping[str, Placing] = {
    "bld": lambda district, name: district.grid.buildings[name].grid,
    "bnd": lambda district, name: district.residents.bindings[name].grid,
    "dwl": lambda district, name: district.grid.dwellings[name].grid,
    "grd": lambda district, name: district.grid.grids[name].id,
    "mer": lambda district, name: district.trade.merchants[name].grid,
    "pay": lambda district, name: district.trade.merchants[district.trade.payments[name].merchant].grid,
    "per": _person,
    "prs": lambda district, name: district.praises.praises[name].grid,
    "qr": _code,
    "rpt": lambda district, name: district.cases.reports[name].grid,
    "tag": lambda district, name: grid_of(district, district.special_groups.tags[name].person),
    "vis": lambda district, name: district.visits.under_way[name].grid,
    "wrn": lambda district, name: district.hazards.warnings[name].grid,
}
"""By the prefix of ids: the grid in which an object lies; KeyError for one that is not there (any more)."""


def place_of(district: District, name: str) -> tuple[str, str, str] | None:
    """Subdistrict, community and grid of an object by its id; empty ones for a person at home nowhere.

    None for what is not there, and for what belongs to the whole district.
    """
    placing = PLACES.get(name.partition("_")[0])
    try:
        grid = placing(district, name) if placing is not None else None
    except KeyError:
        return None
    if grid is None:
        return None
    if not grid:
        return "", "", ""
    community = district.grid.grids[grid].community
    return district.grid.communities[community].subdistrict, community, grid
