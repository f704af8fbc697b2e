"""The small town of reporting's tests, with people who need care."""

from __future__ import annotations

from typing import Any

from engine import Policy
from engine.binding.special_groups import TagSpecial
from engine.grid.hazards import RaiseWarning
from engine.grid.visits import FinishVisit, StartVisit
from tests.engine.reporting.scenes import town_of
from tests.towns import Town

MINUTE = 60


def cared_town(**policy: Any) -> Town:
    """The town with per_1 (dwl_1, grd_1) and per_4 (dwl_3, grd_2) tagged; policy numbers by path, `__` for a dot."""
    town = town_of(Policy().changed({name.replace("__", "."): value for name, value in policy.items()}))
    town.must(TagSpecial("per_1", "elderly_alone", "doc_1"), "grid", "wkr_1")
    town.must(TagSpecial("per_4", "disabled", "doc_2"), "grid", "wkr_2")
    return town


def set_out(town: Town, worker: str = "wkr_1", grid: str = "grd_1", person: str = "per_1") -> str:
    """A care visit under way; its id."""
    answer = town.must(StartVisit(grid, "care", person, None), "grid", worker)
    return str(answer.events[0].visit)  # type: ignore[attr-defined]


def visited(town: Town, at: int | None = None, *, done: bool = True, **where: str) -> None:
    """A care visit of half an hour that begins at an instant."""
    town.clock = max(town.clock, at or 0)
    visit = set_out(town, **where)
    town.must(FinishVisit(visit, done), "grid", where.get("worker", "wkr_1"), at=town.clock + 30 * MINUTE)


def raised(town: Town, worker: str = "wkr_1", grid: str = "grd_1", building: str | None = None) -> str:
    """A warning of an inspection; its id."""
    answer = town.must(RaiseWarning(grid, building, "facilities", None), "grid", worker)
    return str(answer.events[0].warning)  # type: ignore[attr-defined]


def plan(town: Town, person: str = "per_1") -> Any:
    """The care plan of a person, None without one."""
    return town.engine.district.care.plans.get(person)
