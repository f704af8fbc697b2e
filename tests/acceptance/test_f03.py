"""F03 person and housing base: 41,488 persons in 29,638 households; moving keeps history (S17, S18)."""

from __future__ import annotations

import numpy as np

from engine.views.residents import history
from sim.population import build_town
from sim.streams import RandomStreams
from tests.acceptance.wire import Wire
from tests.sim import kangbashi

OFFICE = "officer:off_1"


def test_the_synthetic_town_has_the_published_persons_and_households() -> None:
    """At full scale persons and households of communities are the published ones within 1 %: 1.40 a household."""
    population = kangbashi.population()
    town = build_town(population, RandomStreams(population.seed))
    persons, households = int(np.sum(town.people.household >= 0)), len(town.households)
    assert abs(persons - 41_488) <= 415
    assert abs(households - 29_638) <= 296
    assert round(persons / households, 2) == 1.40


def test_moving_house_keeps_its_history() -> None:
    """The old household closes with its last member, the new one opens, and both bindings can be told."""
    town = Wire()
    town.must("binding.transfer_binding", OFFICE, binding="bnd_00000003", dwelling="dwl_4")
    told = history(town.engine.district, "per_3")
    assert [(each.dwelling, each.state, each.reason) for each in told] == [
        ("dwl_2", "ENDED", "transferred"),
        ("dwl_4", "ACTIVE", ""),
    ]
    assert told[0].until == told[1].since == town.at
    grid = town.engine.district.grid
    assert (grid.dwellings["dwl_2"].household, grid.dwellings["dwl_4"].members) == ("", 1)
    assert town.read("district.totals", OFFICE)["households"] == 3
    town.must("binding.end_binding", "resident:per_3", binding=told[1].id, reason="moved")
    assert town.read("district.totals", OFFICE)["households"] == 2
    town.close()
