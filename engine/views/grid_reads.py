"""Reads of the grid's own work."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from engine.grid.codes import WARNING_NOT_FOUND
from engine.kernel.command import own
from engine.kernel.ids import EvidenceId, RiderId, WarningId
from engine.kernel.rejection import FORBIDDEN, OUT_OF_GRID, Code, Rejected
from engine.kernel.units import Count
from engine.views.district import district_totals, metrics_by_grid, place_of
from engine.views.grid import (
    care_by_grid,
    care_on_way,
    overloaded_today,
    own_members,
    routing,
    task_list,
    workload_by_day,
)
from engine.views.hazards import warning_seen, warning_shares
from engine.views.read import ANYBODY, OFFICE, NoParameters, OfPerson, OfWorker, Parameters, Read, Value

if TYPE_CHECKING:
    from engine.district import District


@dataclass(slots=True)
class SinceDay(Parameters):
    """A civil day, counted from 1970-01-01 at +08:00."""

    since_day: Count


@dataclass(slots=True)
class OnTheWay(Parameters):
    """A rider."""

    rider: RiderId


@dataclass(slots=True)
class OfWarning(Parameters):
    """An early warning."""

    warning: WarningId


@dataclass(slots=True)
class OfObject(Parameters):
    """Anything with an id."""

    named: EvidenceId


def _place(district: District, asked: OfObject) -> Value:
    found = place_of(district, asked.named)
    if found is None:
        return None
    subdistrict, community, grid = found
    return {"subdistrict": subdistrict, "community": community, "grid": grid}


def _covering(asked: OfWarning, district: District, who: str) -> Code | None:
    row = district.hazards.warnings.get(asked.warning)
    if row is None or not district.grid.active(who):
        return FORBIDDEN
    return None if district.grid.covers(who, row.grid) else OUT_OF_GRID


def _warning(district: District, asked: OfWarning) -> Value:
    found = warning_seen(district, asked.warning)
    if found is None:
        raise Rejected(WARNING_NOT_FOUND)
    return asdict(found)


def _workload(district: District, asked: SinceDay) -> Value:
    return {
        "days": [asdict(each) for each in workload_by_day(district, asked.since_day)],
        "overloaded_today": [
            {"worker": worker, "kind": kind, "minutes": minutes} for worker, kind, minutes in overloaded_today(district)
        ],
    }


GRID_READS: tuple[Read, ...] = (
    Read(
        "grid.own_members",
        "Grid members of a resident's own grid: role, name, contact.",
        OfPerson,
        {"resident": own("person"), **OFFICE},
        (),
        lambda district, asked, vault: [asdict(each) for each in own_members(district, asked.person, vault)],
        opens=True,
    ),
    Read(
        "grid.routing",
        "Which kinds of members handle which category, and how many cases met none.",
        NoParameters,
        ANYBODY,
        (),
        lambda district, _asked: [asdict(each) for each in routing(district)],
    ),
    Read(
        "grid.tasks",
        "All that waits for a grid member: bindings to look at, care visits, cases.",
        OfWorker,
        {"grid": own("worker")},  # not the office: it names whom somebody has tagged
        (),
        lambda district, asked: [asdict(each) for each in task_list(district, asked.worker)],
    ),
    Read(
        "grid.care_on_way",
        "Care visits that are due where a rider brings orders.",
        OnTheWay,
        {"rider": own("rider")},
        (),
        lambda district, asked: [asdict(each) for each in care_on_way(district, asked.rider)],
    ),
    Read("grid.workload", "Work by kind and day, and who is overloaded today.", SinceDay, OFFICE, (), _workload),
    Read(
        "grid.care",
        "Care visits by grid: persons, and overdue ones by level.",
        NoParameters,
        OFFICE,
        (),
        lambda district, _asked: [asdict(each) for each in care_by_grid(district)],
    ),
    Read(
        "grid.metrics",
        "Every metric by grid, and of the district.",
        NoParameters,
        OFFICE,
        (),
        lambda district, _asked: {"district": district_totals(district), "grids": metrics_by_grid(district)},
    ),
    Read("grid.place", "Subdistrict, community and grid of an object.", OfObject, OFFICE, (), _place),
    Read(
        "grid.warning",
        "An early warning with its source, the cases that it rests on, and its steps.",
        OfWarning,
        {"grid": _covering, **OFFICE},
        (WARNING_NOT_FOUND,),
        _warning,
    ),
    Read(
        "grid.warning_shares",
        "Early warnings by source, and how many of the judged ones were true.",
        NoParameters,
        OFFICE,
        (),
        lambda district, _asked: [asdict(each) for each in warning_shares(district)],
    ),
)
