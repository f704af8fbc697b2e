"""The JSON Schema of scenario files: fresh, complete, and of the same mind as the reader."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from sim.scenario import load_scenario
from sim.scenario_file import BASELINE, BUNDLED, bundled_names
from sim.scenario_schema import scenario_schema
from tests.sim.schemas import complaints
from tests.style.sources import ROOT


def document(name: str) -> dict[str, Any]:
    """A bundled scenario as it stands in its file."""
    return tomllib.loads((BUNDLED / f"{name}.toml").read_text("utf-8"))


def figures(schema: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every figure of the schema with its path."""
    for name, part in schema["properties"].items():
        where = f"{path}.{name}" if path else name
        if "anyOf" in part and "description" in part:
            yield where, part
        elif "properties" in part:
            yield from figures(part, where)


def test_the_schema_in_the_repository_is_fresh() -> None:
    """schemas/scenario-1.json is what the code says; `make schemas` writes it again."""
    kept = json.loads((ROOT / "schemas" / "scenario-1.json").read_text("utf-8"))
    assert kept == json.loads(json.dumps(scenario_schema())), "run `make schemas`"


def test_the_schema_knows_every_figure_and_its_unit() -> None:
    """No figure of a scenario or of the policy is missing, none is left over, each has its unit and meaning."""
    rows = {row.path: row for row in load_scenario().provenance}
    found = dict(figures(scenario_schema()))
    assert found.keys() == rows.keys()
    for path, part in found.items():
        assert part["description"] == f"{rows[path].meaning} [{rows[path].unit}]"
        assert part["anyOf"][1]["properties"]["unit"] == {"const": rows[path].unit}


@pytest.mark.parametrize("name", bundled_names())
def test_bundled_scenarios_are_valid_by_the_schema(name: str) -> None:
    """An editor finds nothing to mark in them."""
    schema = scenario_schema()
    assert not list(complaints(document(name), schema, schema))


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonsense": 1},
        {"schema_version": 2},
        {"points": {"deduction_cap_bp": "many"}},
        {"points": {"deduction_cap": 2000}},
        {"points": {"rules": {"vote": {"points": 1.5}}}},
        {"board": {"questionnaires": -1}},
        {"board": {"questionnaires": {"value": 1}}},
        {"board": {"questionnaires": {"value": 1, "unit": "people", "source": "x", "status": "assumed"}}},
        {"board": {"questionnaires": {"value": 1, "unit": "questionnaires", "source": "x", "status": "guessed"}}},
        {"board": {"questionnaires": {"value": 1, "unit": "questionnaires", "source": " ", "status": "assumed"}}},
        {"population": {"bound_people": 10**9}},
        {"behaviour": {"shopping": {"near_share": 1.5}}},
        {"behaviour": {"handling": {"work_minutes": [1.0]}}},
    ],
)
def test_the_schema_marks_what_the_reader_refuses(wrong: dict[str, Any]) -> None:
    """Unknown keys, wrong types, units, statuses and bounds are marked before anything is run."""
    schema = scenario_schema()
    assert list(complaints({"extends": BASELINE, **wrong}, schema, schema))
