"""The baseline's sections as the scenario gives them, for tests of single modules."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from sim.population import PopulationParameters
from sim.profiles import ProfileParameters
from sim.sourced import read_section

SIM = Path(__file__).resolve().parents[2] / "sim"


def section(name: str) -> dict[str, Any]:
    """A fresh copy of one section, from its own part file or from the scenario it was merged into."""
    for path in (
        SIM / "population" / f"kangbashi_2022.{name}.toml.part",
        SIM / f"kangbashi_2022.{name}.toml.part",
        SIM / "scenarios" / "kangbashi_2022.toml",
    ):
        if path.exists():
            return dict(tomllib.loads(path.read_text(encoding="utf-8"))[name])
    raise FileNotFoundError(f"no scenario holds the section [{name}]")


@cache
def population() -> PopulationParameters:
    """The baseline's population parameters."""
    return read_section(PopulationParameters, section("population"), "population")[0]


@cache
def profiles() -> ProfileParameters:
    """The baseline's profile parameters."""
    return read_section(ProfileParameters, section("profiles"), "profiles")[0]


def changed(section: str, **values: Any) -> PopulationParameters:
    """The baseline with some values of one table replaced."""
    plain = population().model_dump()
    (plain[section] if section else plain).update(values)
    return PopulationParameters.model_validate(plain)
