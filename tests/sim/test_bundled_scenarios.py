"""The scenarios that come with the project."""

from __future__ import annotations

import datetime as dt
import tomllib

from sim.scenario import load_scenario
from sim.scenario_file import BASELINE, BUNDLED, bundled_names
from tests.style.sources import ROOT


def test_the_ready_scenarios_turn_what_their_names_say() -> None:
    """Each bundled variant differs from the baseline in the named numbers and in no other."""
    plain = {row.path: row.value for row in load_scenario().provenance}
    turned = {}
    for name in bundled_names():
        rows = {row.path: row.value for row in load_scenario(name).provenance}
        turned[name] = {path: value for path, value in rows.items() if plain[path] != value}
    assert turned == {
        BASELINE: {},
        "cap_20": {"points.deduction_cap_bp": 2000},
        "no_points": {"points.material_on": False, "points.moral_on": False},
        "fewer_members": {"population.members.grid_members": 299},
        "platform_off": {
            "board.questionnaires": 0,
            "board.early_questionnaires": 0,
            "board.votes": 0,
            "behaviour.reporting.problem_reports": 0.0,
            "behaviour.reporting.suggestions": 0.0,
            "behaviour.reporting.complaints": 0.0,
            "behaviour.reporting.praises": 0.0,
            "behaviour.reporting.member_entries": 7596.0,
            "behaviour.reporting.entry_door_shares": [1.0, 0.0, 0.0],
            "behaviour.handling.triage_minutes": 240.0,
            "behaviour.quarrels.untold_cases": 189.0,
        },
    }
    assert abs(299 / 449 - 2 / 3) < 0.001


def test_the_horizon_counts_both_ends() -> None:
    """From 15 September 2021 to 9 August 2022 there are 329 days."""
    found = load_scenario()
    assert found.days == (dt.date(2022, 8, 9) - dt.date(2021, 9, 15)).days + 1 == 329
    assert load_scenario(settings=["horizon.as_of_date=2021-09-15"]).days == 1


def test_bundled_files_name_the_schema_for_editors() -> None:
    """The first line of each bundled scenario points an editor to the schema in the repository."""
    for path in BUNDLED.glob("*.toml"):
        first = path.read_text("utf-8").splitlines()[0]
        assert first.startswith("#:schema "), path.name
        assert (path.parent / first.removeprefix("#:schema ")).resolve() == ROOT / "schemas" / "scenario-1.json"
        assert tomllib.loads(path.read_text("utf-8"))["schema_version"] == 1
