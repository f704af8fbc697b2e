"""F17 grid helper: each member's list of what to collect, visit and handle; work by kind and day; overload (H12)."""

from __future__ import annotations

from engine.kernel.units import DAY_S, civil_day
from tests.acceptance.grid_door import OFFICER, Door

ME = "grid:wkr_1"
HOUR_S = 3_600


def busy() -> Door:
    """The small town where wkr_1 has a binding to look at, a person to visit soon, and a case to handle."""
    door = Door({"grid.care_days": 5, "grid.daily_minutes": 60})
    scan = {"person": "per_7", "qr": door.town.codes["dwl_1"], "dwelling": "dwl_2", "relation": "family"}
    door.says("resident:per_7", "binding.scan_bind", **scan)
    door.says(ME, "binding.tag_special", person="per_1", tag="elderly_alone", evidence="doc_1")
    place = {"category": "sanitation", "grid": "grd_1", "text": None}
    report = door.made("report", ME, "reporting.enter_report", kind="problem", **place)
    door.says(OFFICER, "reporting.triage_report", report=report, verdict="accept", tier=None, of=None, reason=None)
    door.says(OFFICER, "reporting.dispatch_report", report=report, worker=None)
    return door


def test_the_list_of_a_member_has_all_three_kinds_of_work() -> None:
    """Collect, visit and handle stand on one list, the most urgent first; it is the member's own."""
    door = busy()
    listed = door.asks(ME, "grid.tasks", worker="wkr_1")
    assert [(each["what"], each["about"]) for each in listed] == [
        ("collect", "bnd_00000007"),
        ("visit", "per_1"),
        ("handle", "rpt_00000001"),
    ]
    assert door.asks("grid:wkr_2", "grid.tasks", worker="wkr_2") == []
    assert door.asks("grid:wkr_2", "grid.tasks", worker="wkr_1") == "FORBIDDEN"
    assert door.asks(OFFICER, "grid.tasks", worker="wkr_1") == "FORBIDDEN"  # names people whom somebody has tagged


def test_work_of_the_day_by_kind_with_overload_flagged() -> None:
    """Cases resolved, visits and their minutes a day and kind; the member with more than 60 minutes is flagged."""
    door = busy()
    door.says(ME, "reporting.accept_report", report="rpt_00000001")
    handle = {"grid": "grd_1", "purpose": "handle", "person": None, "report": "rpt_00000001"}
    visit = door.made("visit", ME, "grid.start_visit", **handle)
    door.says(ME, "grid.finish_visit", visit=visit, done=True, after_s=40 * 60)
    door.says(ME, "reporting.resolve_report", report="rpt_00000001", evidence="pho_1")
    care = {"grid": "grd_1", "purpose": "care", "person": "per_1", "report": None}
    visit = door.made("visit", ME, "grid.start_visit", **care)
    door.says(ME, "grid.finish_visit", visit=visit, done=True, after_s=25 * 60)
    today = civil_day(door.at)
    assert door.asks(OFFICER, "grid.workload", since_day=today) == {
        "days": [{"kind": "community_worker", "day": today, "events": 1, "visits": 2, "minutes": 65, "overloaded": 1}],
        "overloaded_today": [{"worker": "wkr_1", "kind": "community_worker", "minutes": 65}],
    }
    door.wait(DAY_S)
    assert door.asks(OFFICER, "grid.workload", since_day=today + 1) == {"days": [], "overloaded_today": []}
    door.close()
