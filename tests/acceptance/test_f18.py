"""F18 kinds of grid member: a routing table of kinds and categories, fallbacks counted, new kinds by policy (T15)."""

from __future__ import annotations

import pytest

from engine.kernel.units import DAY_S
from tests.acceptance.grid_door import OFFICER, Door


def sent(door: Door, category: str, grid: str = "grd_1") -> str:
    """Who gets a case of a category by rule."""
    told = {"person": "per_1", "kind": "problem", "category": category, "grid": grid, "text": None, "place": None}
    report = door.made("report", "resident:per_1", "reporting.submit_report", **told)
    door.says(OFFICER, "reporting.triage_report", report=report, verdict="accept", tier=None, of=None, reason=None)
    return door.made("worker", OFFICER, "reporting.dispatch_report", report=report, worker=None)


def fallbacks(door: Door) -> dict[str, int]:
    """Cases by category that met no member, as everybody may read them."""
    table = door.asks("resident:per_1", "grid.routing")
    return {row["category"]: row["fallbacks"] for row in table if row["fallbacks"]}


def four_kinds() -> Door:
    """The small town with a mediator and a police officer in grd_1."""
    door = Door()
    for worker, kind in (("wkr_4", "police_officer"), ("wkr_5", "mediator")):
        door.says(OFFICER, "binding.appoint_worker", worker=worker, kind=kind)
        door.says(OFFICER, "binding.assign_grid", worker=worker, grid="grd_1")
    return door


@pytest.mark.parametrize(
    ("category", "worker"),
    [("dispute", "wkr_5"), ("fever", "wkr_3"), ("safety", "wkr_4"), ("benefits", "wkr_1")],
)
def test_a_case_goes_to_the_kind_of_its_category(category: str, worker: str) -> None:
    """A dispute to the mediator, a fever to the doctor, safety to the police officer, benefits to the worker."""
    door = four_kinds()
    assert sent(door, category) == worker
    assert fallbacks(door) == {}
    door.close()


def test_what_nobody_is_there_for_goes_to_the_desk_and_is_counted() -> None:
    """grd_2 has no mediator: its disputes go to the district, and the table says how many did."""
    door = four_kinds()
    assert [sent(door, "dispute", "grd_2"), sent(door, "dispute", "grd_2")] == ["district_desk", "district_desk"]
    assert fallbacks(door) == {"dispute": 2}
    door.close()


def test_the_table_of_kinds_is_policy() -> None:
    """A planner adds a kind and routes a category to it; before that nobody can be appointed to it."""
    door = four_kinds()
    legal = {"worker": "wkr_8", "kind": "legal_adviser"}
    assert door.code(OFFICER, "binding.appoint_worker", **legal) == "KIND_NOT_FOUND"
    changes = [
        ["grid.kinds.legal_adviser", '{"shown": true}'],
        ["reporting.categories.dispute.kinds", '["legal_adviser", "mediator"]'],
    ]
    door.says(OFFICER, "policy.change", changes=changes, effective_from=door.at + DAY_S)
    door.wait(DAY_S)
    door.says(OFFICER, "binding.appoint_worker", **legal)
    door.says(OFFICER, "binding.assign_grid", worker="wkr_8", grid="grd_2")
    assert sent(door, "dispute", "grd_2") == "wkr_8"
    seen = door.asks("resident:per_4", "grid.own_members", person="per_4")
    assert [each["role"] for each in seen] == ["community_worker", "legal_adviser"]
    door.close()
