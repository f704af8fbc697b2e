from __future__ import annotations

from typing import Any

import pytest

from sim.population import PopulationParameters
from sim.sourced import STATUSES, read_section
from tests.sim import kangbashi


def with_figure(path: str, **change: Any) -> dict[str, Any]:
    """The scenario section with one figure changed; a change to None takes the key away."""
    whole = kangbashi.section("population")
    table, names = whole, path.split(".")
    for name in names[:-1]:
        table[name] = dict(table[name])
        table = table[name]
    figure = {**table[names[-1]], **change}
    table[names[-1]] = {key: value for key, value in figure.items() if value is not None}
    return whole


@pytest.mark.parametrize(
    ("path", "change", "sentence"),
    [
        ("bound_people", {"value": 0}, "bound_people is 0: a town needs people, give 1 or more"),
        ("bound_people", {"value": 40_000}, "totals must fall: bound_people, then community_people"),
        ("bound_people", {"value": "many"}, "population.bound_people: input should be a valid integer"),
        ("bound_people", {"value": True}, "population.bound_people: input should be a valid integer"),
        (
            "bound_people",
            {"unit": "households"},
            "population.bound_people is given in 'households': give it in 'people'",
        ),
        ("bound_people", {"status": "guessed"}, "status 'guessed': use one of published, estimated, assumed"),
        ("bound_people", {"source": None}, "population.bound_people has no source"),
        ("bound_people", {"source": " "}, "population.bound_people has an empty source"),
        (
            "bound_people",
            {"range": [2, 1]},
            "population.bound_people has the range .*: give two numbers, low then high",
        ),
        ("bound_people", {"range": 5}, "population.bound_people has the range 5: give two numbers"),
        ("bound_people", {"sorce": "x"}, "population.bound_people has an unknown key sorce"),
        ("community_people", {"value": 110_000}, "3.71 bound people a household do not fit"),
        ("households.size_shares", {"value": [0.5, 0.4]}, "size_shares: shares must sum to 1, these sum to 0.9"),
        ("households.child_place_weights", {"value": [1.0]}, "first of child_place_weights must be 0"),
        ("others.people_per_place", {"value": [25.0]}, "give 4 values, for workers, students"),
        ("members.kind_shares", {"value": [0.0, 1.0, 0.0, 0.0, 0.0]}, "every grid needs a community worker"),
        ("merchants.in_marketplace", {"value": 1_200}, "merchants must fall: payees"),
        ("merchants.points_rates_bp", {"value": [500, 1000, 1500, 2000, 30_000]}, "at most 10000"),
        ("merchants.turnover_levels", {"value": [0.0, 0.5, 0.4, 0.6, 0.7, 0.8, 0.9, 1.0]}, "rise from 0 to 1"),
        (
            "traits.activity_gamma_k",
            {"value": 0.0},
            "population.traits.activity_gamma_k: input should be greater than 0",
        ),
    ],
)
def test_a_wrong_figure_is_refused_in_one_sentence(path: str, change: dict[str, Any], sentence: str) -> None:
    """Zero people, totals that do not fit, wrong types, units, statuses and sums are named, on one line."""
    with pytest.raises(ValueError, match=sentence) as error:
        read_section(PopulationParameters, with_figure(path, **change), "population")
    assert "\n" not in str(error.value)


def test_unknown_missing_and_bare_parameters_are_refused() -> None:
    """A key that nobody knows, a parameter left out, or a number without source is named with what to do."""
    whole = kangbashi.section("population")
    with pytest.raises(ValueError, match=r"population\.bound_peeple is not a known parameter: remove it"):
        read_section(PopulationParameters, {**whole, "bound_peeple": {}}, "population")
    with pytest.raises(ValueError, match=r"population\.bound_people is a bare value: write"):
        read_section(PopulationParameters, {**whole, "bound_people": 115_000}, "population")
    del whole["bound_people"]
    with pytest.raises(ValueError, match=r"population\.bound_people is missing"):
        read_section(PopulationParameters, whole, "population")


def test_every_figure_says_where_it_comes_from() -> None:
    """Each number of the section has unit, meaning, source and status, and the published totals are marked so."""
    rows = read_section(PopulationParameters, kangbashi.section("population"), "population")[1]
    assert len(rows) == len({row.path for row in rows}) > 45
    assert all(row.unit and row.meaning and row.source and row.status in STATUSES for row in rows)
    ranges = {row.path: row.range for row in rows if row.range}
    assert ranges["population.traits.activity_gamma_k"] == (0.67, 1.56)
    published = {row.path.rsplit(".", 1)[1] for row in rows if row.status == "published"}
    assert published >= {"bound_people", "community_people", "community_households", "grid_members", "payees"}
