"""Reads of the grid's own work."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from engine.kernel.command import own
from engine.kernel.units import Count
from engine.views.grid import care_by_grid, overloaded_today, own_members, routing, task_list, workload_by_day
from engine.views.read import ANYBODY, OFFICE, NoParameters, OfPerson, OfWorker, Parameters, Read, Value

if TYPE_CHECKING:
    from engine.district import District


@dataclass(slots=True)
class SinceDay(Parameters):
    """A civil day, counted from 1970-01-01 at +08:00."""

    since_day: Count


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
    Read("grid.workload", "Work by kind and day, and who is overloaded today.", SinceDay, OFFICE, (), _workload),
    Read(
        "grid.care",
        "Care visits by grid: persons, and overdue ones by level.",
        NoParameters,
        OFFICE,
        (),
        lambda district, _asked: [asdict(each) for each in care_by_grid(district)],
    ),
)
