"""Values of a random life for the grid's own work: visits, warnings, outdoor codes."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from engine.kernel.units import DAY_S

TROUBLE_DAYS = 15
"""As long something is broken at one place, and most of what comes in is about it: else no rule ever warns."""


def _somebody(life: Any) -> str | None:
    """Whoever scans an outdoor code: a visitor without a row in half of all cases."""
    persons = sorted(life.engine.district.residents.persons)
    return life.luck.choice(persons) if life.luck.random() < 0.5 else None


def _visited(life: Any) -> tuple[str | None, str | None, str, str]:
    """Person, case, purpose and grid of one visit that mostly makes sense; the same for all fields of a command."""
    drawn = Random(life.given)  # noqa: S311 - a test, the same in every run
    district = life.engine.district
    purpose = drawn.choice(("care", "care", "care", "collect", "handle", "round"))
    persons = list(district.care.plans) or ["per_1"]
    person = drawn.choice(persons) if purpose == "care" else "per_2" if purpose == "collect" else None
    report = drawn.choice(list(district.cases.reports) or ["rpt_1"]) if purpose == "handle" else None
    home = district.residents.home(person) if person in district.residents.persons else None
    row = district.cases.reports.get(report)
    grid = home.grid if home is not None else row.grid if row is not None else "grd_1"
    return person, report, purpose, grid if drawn.random() < 0.95 else "grd_2"


def _category(life: Any) -> str:
    """What a case is about."""
    categories = sorted(life.engine.district.policy.reporting.categories)
    usual: str = life.luck.choice(categories)
    trouble = _trouble(life)
    return trouble.choice(categories) if trouble is not None else usual


def _grid(life: Any) -> str:
    """Where a case is."""
    usual: str = life.luck.choice(sorted(life.engine.district.grid.grids))
    trouble = _trouble(life)
    return trouble.choice(("grd_1", "grd_2")) if trouble is not None else usual


def _trouble(life: Any) -> Random | None:
    """The luck of what is broken at the time, for the command in the making; None if that is about something else."""
    if Random(life.given).random() < 0.3:  # noqa: S311 - a test, the same in every run
        return None
    return Random(f"{life.seed} {life.at // (TROUBLE_DAYS * DAY_S)}")  # noqa: S311 - a test, the same in every run


GRID_VALUES: dict[str, Callable[[Any], Any]] = {
    "binding.appoint_worker.kind": lambda life: life.luck.choice(sorted(life.engine.district.policy.grid.kinds)),
    "grid.start_visit.person": lambda life: _visited(life)[0],
    "grid.start_visit.report": lambda life: _visited(life)[1],
    "grid.start_visit.purpose": lambda life: _visited(life)[2],
    "grid.start_visit.grid": lambda life: _visited(life)[3],
    "warning": lambda life: life.some(life.engine.district.hazards.warnings, "wrn"),
    "reporting.report_by_code.qr": lambda life: life.some(life.engine.district.grid.spots, "qr"),
    "reporting.report_by_code.person": _somebody,
    "reporting.praise_by_code.qr": lambda life: life.some(life.engine.district.grid.spots, "qr"),
    "reporting.praise_by_code.person": _somebody,
    "reporting.submit_report.category": _category,
    "reporting.submit_report.grid": _grid,
    "reporting.enter_report.category": _category,
    "reporting.enter_report.grid": _grid,
    "grid.scan_cases.rule": lambda life: life.luck.choice(("count", "dispersion")),
    "spot": lambda life: life.luck.choice(("gate-1", "square")),
    "visit": lambda life: life.some(life.engine.district.visits.under_way, "vis"),
}
"""Field, or `command.field` -> a value for it."""
