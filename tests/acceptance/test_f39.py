"""F39 early warning: each warning names its source, a rule lists its cases, precision is a number (L10)."""

from __future__ import annotations

from engine.kernel.units import HOUR_S
from tests.acceptance.grid_door import OFFICER, Door

ME = "grid:wkr_1"


def test_a_rule_over_repeated_cases_lists_them() -> None:
    """Three cases of one category at one building within two weeks: a warning of source `count` with these cases."""
    door = Door()
    said = {"kind": "problem", "category": "facilities", "grid": "grd_1", "text": None, "building": "bld_1"}
    cases = [door.made("report", ME, "reporting.enter_report", **said, after_s=HOUR_S) for _ in range(3)]
    warning = door.says("system:clock", "grid.scan_cases", rule="count")[1].warning
    seen = door.asks(ME, "grid.warning", warning=warning)
    assert (seen["source"], seen["cases"], seen["building"], seen["state"]) == (
        "count", tuple(cases), "bld_1", "RAISED",
    )  # fmt: skip
    assert door.asks("grid:wkr_2", "grid.warning", warning=warning) == "OUT_OF_GRID"
    door.close()


def test_an_inspection_becomes_a_case_that_is_handled_and_clears_it() -> None:
    """Raised by a member, verified, opened as a case by the clock after two hours, closed, cleared."""
    door = Door()
    found = {"grid": "grd_1", "building": "bld_1", "category": "safety", "text": "cracks in the wall"}
    warning = door.made("warning", ME, "grid.raise_warning", **found)
    door.says(OFFICER, "grid.judge_warning", warning=warning, real=True)
    door.wait(2 * HOUR_S)
    seen = door.asks(OFFICER, "grid.warning", warning=warning)
    assert (seen["source"], seen["state"]) == ("member", "CASE_OPENED")
    case = seen["case"]
    door.says(OFFICER, "reporting.triage_report", report=case, verdict="accept", tier=None, of=None, reason=None)
    door.says(OFFICER, "reporting.dispatch_report", report=case, worker=None)
    door.says(OFFICER, "reporting.accept_report", report=case)  # no police officer here: the district's desk
    door.says(OFFICER, "reporting.resolve_report", report=case, evidence="pho_1")
    door.wait(80 * HOUR_S)
    steps = [step for _, step, _ in door.asks(OFFICER, "grid.warning", warning=warning)["steps"]]
    assert steps == ["raised", "verified", "case_opened", "cleared"]
    door.close()


def test_shares_by_source_and_precision() -> None:
    """One of two inspections was a false alarm: precision 50 %, and every source is named."""
    door = Door()
    for real in (True, False):
        found = {"grid": "grd_1", "building": None, "category": "facilities", "text": None}
        warning = door.made("warning", ME, "grid.raise_warning", **found)
        door.says(OFFICER, "grid.judge_warning", warning=warning, real=real)
    shares = {row["source"]: row for row in door.asks(OFFICER, "grid.warning_shares")}
    assert set(shares) == {"member", "rider", "count", "dispersion"}
    assert shares["member"]["precision"] == {"part": 1, "whole": 2}
    assert shares["count"]["raised"] == 0
    door.close()
