from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.population import (
    MemberKind,
    PersonKind,
    PopulationParameters,
    Relation,
    SpecialGroup,
    Standing,
    Town,
    build_town,
    columns_of,
    totals_at,
)
from sim.population.apportion import apportion
from sim.population.town import Columns
from sim.streams import RandomStreams
from tests.sim import kangbashi
from tests.sim.kangbashi import changed

ROOT = Path(__file__).resolve().parents[2]
SEEDS = st.integers(0, 2**64)
SCALES = st.one_of(st.floats(1e-5, 0.002), st.floats(0.002, 0.05), st.sampled_from([0.01, 0.1, 0.25]))


@pytest.fixture(scope="module")
def town() -> Town:
    """The full baseline town."""
    return build_town(kangbashi.population(), RandomStreams(kangbashi.population().seed))


def check_identities(town: Town, parameters: PopulationParameters, scale: float) -> None:
    """What holds in every town, at any seed and scale."""
    totals = totals_at(parameters, scale)
    people, homes = town.people, town.households
    community = people.kind == PersonKind.COMMUNITY
    assert (len(people), int(community.sum()), len(homes)) == (
        totals.people,
        totals.community_people,
        totals.households,
    )
    assert (len(town.members), len(town.merchants)) == (totals.grid_members, totals.payees)
    check_households(town, community)
    check_places(town)
    check_members(town)
    check_merchants(town, parameters)


def check_households(town: Town, community: np.ndarray) -> None:
    """People and households agree; guardians are grown up and at home; others have neither household nor tag."""
    people, homes = town.people, town.households
    household = people.household[community]
    assert (np.diff(household) >= 0).all()
    assert (people.household[~community] == -1).all()
    assert np.array_equal(np.bincount(household, minlength=len(homes)), homes.bound_members)
    assert np.array_equal(np.searchsorted(household, np.arange(len(homes))), homes.first_person)
    assert (homes.bound_members >= 1).all()
    assert (homes.bound_members <= homes.members).all()
    assert np.array_equal(people.household_members[community], homes.members[household])
    assert (people.dwelling[community] == household).all()
    guarded = people.age_years < 14
    assert np.array_equal(people.guardian >= 0, guarded)
    guardians = people.guardian[guarded]
    assert (people.age_years[guardians] >= 18).all()
    assert np.array_equal(people.household[guardians], people.household[guarded])
    assert not people.binds_alone[guarded].any()
    assert np.array_equal(people.standing == Standing.RESIDENT, community)
    family = [Relation.OWNER, Relation.TENANT, Relation.FAMILY]
    assert np.array_equal(np.isin(people.relation, family), community)
    heads = np.isin(people.relation, [Relation.OWNER, Relation.TENANT]) & community
    assert np.bincount(people.household[heads], minlength=len(homes)).max() <= 1
    assert (heads | (people.household_members > 1))[community].all()
    assert np.array_equal(people.relation[heads] == Relation.OWNER, homes.owns_home[people.household[heads]])
    assert np.array_equal(people.relation == Relation.WORKER, people.standing == Standing.WORKER)
    assert (people.special_group[~community] == SpecialGroup.NONE).all()


def check_places(town: Town) -> None:
    """Each row lies in the row above it, and no place is empty."""
    people = town.people
    assert np.array_equal(town.dwellings.building[people.dwelling], people.building)
    assert np.array_equal(town.buildings.grid[people.building], people.grid)
    assert np.array_equal(town.grids.community[people.grid], people.community)
    assert np.array_equal(town.communities.subdistrict[people.community], people.subdistrict)
    every: list[tuple[np.ndarray, Columns]] = [
        (people.dwelling, town.dwellings),
        (town.dwellings.building, town.buildings),
        (people.grid, town.grids),
        (town.grids.community, town.communities),
    ]
    for column, table in every:
        assert np.array_equal(np.unique(column), np.arange(len(table)))
    assert np.array_equal(np.unique(town.communities.subdistrict), np.arange(town.subdistricts))


def check_members(town: Town) -> None:
    """Every kind there is covers every grid; the first kinds are there first."""
    grids = len(town.grids)
    assert town.members.covers.sum() == len(town.cover)
    assert (town.members.covers >= 1).all()
    assert np.array_equal(np.repeat(np.arange(len(town.members)), town.members.covers), town.cover.member)
    for kind in np.unique(town.members.kind):
        covered = town.cover.grid[town.members.kind[town.cover.member] == kind]
        assert np.array_equal(np.unique(covered), np.arange(grids))
    present = min(len(town.members), len(MemberKind))
    assert set(range(present)) == set(np.unique(town.members.kind).tolist())


def check_merchants(town: Town, parameters: PopulationParameters) -> None:
    """Offers within the marketplace, rates of the list, days in bounds, shoppers where merchants are."""
    shops = town.merchants
    assert (shops.in_marketplace | ~shops.special_offer).all()
    assert np.isin(shops.points_rate_bp, parameters.merchants.points_rates_bp).all()
    assert shops.turnover_weight.mean() == pytest.approx(1, rel=1e-5)
    assert shops.opening_day.min() >= 0
    assert shops.opening_day.max() <= parameters.merchants.opening_last_day
    assert np.isin(town.people.shopping_grid, shops.grid).all()


def test_the_full_town_has_the_published_totals(town: Town) -> None:
    """115,000 bound, 41,488 of them in 29,638 households, 449 members, 1,000 payees, 800 and 141 merchants: exactly."""
    check_identities(town, kangbashi.population(), 1.0)
    assert len(town.people) == 115_000
    assert int((town.people.kind == PersonKind.COMMUNITY).sum()) == 41_488
    assert (len(town.households), len(town.members), len(town.merchants)) == (29_638, 449, 1_000)
    assert (int(town.merchants.in_marketplace.sum()), int(town.merchants.special_offer.sum())) == (800, 141)
    assert (len(town.grids), len(town.communities), town.subdistricts) == (150, 19, 4)


@given(SEEDS, SCALES)
def test_identities_hold_at_every_scale_and_seed(seed: int, scale: float) -> None:
    """Rows refer to rows that exist, nobody is lost, every grid has its community worker, at any scale and seed."""
    check_identities(build_town(kangbashi.population(), RandomStreams(seed), scale), kangbashi.population(), scale)


def test_a_town_can_be_larger_than_the_district() -> None:
    """Twice the district has twice the people, households, members, merchants and grids."""
    double = build_town(kangbashi.population(), RandomStreams(1), 2)
    check_identities(double, kangbashi.population(), 2)
    assert (len(double.people), len(double.households), len(double.members)) == (230_000, 59_276, 898)
    assert (len(double.merchants), len(double.grids)) == (2_000, 300)


def test_a_hundredth_of_the_district_is_a_town() -> None:
    """At scale .01: 1,150 people, 415 of them in 296 households, four members of the four named kinds, 10 payees."""
    small = build_town(kangbashi.population(), RandomStreams(1), 0.01)
    counts = (len(small.people), int((small.people.kind == 0).sum()), len(small.households), len(small.merchants))
    assert counts == (1_150, 415, 296, 10)
    assert small.members.kind.tolist() == [0, 1, 2, 3]


@given(SEEDS, st.integers(1, 60), st.integers(0, 60), st.integers(0, 60))
def test_any_totals_that_fit_make_a_town(seed: int, homes: int, more: int, others: int) -> None:
    """Other districts than this one: any numbers of households, people beside the first, and others."""
    community = homes + min(more, int(0.8 * homes))
    parameters = changed("", community_households=homes, community_people=community, bound_people=community + others)
    check_identities(build_town(parameters, RandomStreams(seed)), parameters, 1.0)


def test_people_who_live_alone_are_grown_up() -> None:
    """In a town of one-person households nobody is under 18, though the age bands begin at 15."""
    parameters = changed("", community_households=500, community_people=500, bound_people=500)
    plain = parameters.model_dump()
    plain["households"]["size_shares"] = [1.0]
    plain["households"]["census_age_shares"] = [0.0, 0.9122, 0.0391, 0.0487]
    town = build_town(PopulationParameters.model_validate(plain), RandomStreams(1))
    assert town.people.age_years.min() == 18
    assert (town.people.household_members == 1).all()


def test_the_same_seed_makes_the_same_town_in_another_process() -> None:
    """Equal bytes in every column under another PYTHONHASHSEED; another seed makes another town."""
    script = (
        "from tests.sim import kangbashi; from sim.population import build_town; from sim.streams import RandomStreams;"
        "print(build_town(kangbashi.population(), RandomStreams(5), 0.02).digest())"
    )
    here = build_town(kangbashi.population(), RandomStreams(5), 0.02).digest()
    for hash_seed in ("1", "77"):
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        command = [sys.executable, "-c", script]
        there = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
        assert there.strip() == here
    assert build_town(kangbashi.population(), RandomStreams(6), 0.02).digest() != here


def test_changing_one_part_leaves_the_luck_of_the_others() -> None:
    """With other tenure and other merchants the same people keep age, home, skill, activity and motivation."""
    base = build_town(kangbashi.population(), RandomStreams(5), 0.05)
    for parameters in (changed("households", owner_share=0.1), changed("merchants", payees=1_500)):
        other = build_town(parameters, RandomStreams(5), 0.05)
        for name in ("age_years", "household", "grid", "binds_alone", "activity", "motivation_logits", "special_group"):
            assert np.array_equal(getattr(base.people, name), getattr(other.people, name)), name
        assert other.digest() != base.digest()


def test_columns_are_read_only_and_small(town: Town) -> None:
    """No run can change the town it shares with another; all columns together take less than 8 MB."""
    for name, column in columns_of(town):
        assert not column.flags.writeable, name
    assert town.size_bytes < 8_000_000


@given(st.integers(0, 10_000), st.lists(st.floats(0.001, 1), min_size=1, max_size=30), st.integers(0, 3))
def test_apportioning_keeps_the_total(total: int, weights: list[float], minimum: int) -> None:
    """Parts sum to the total and reach the minimum; without one each is within one of its exact share."""
    if total < minimum * len(weights):
        with pytest.raises(ValueError, match="cannot be split"):
            apportion(total, weights, minimum)
        return
    parts = apportion(total, weights, minimum)
    assert parts.sum() == total
    assert parts.min() >= minimum
    exact = total * np.array(weights) / sum(weights)
    assert np.abs(apportion(total, weights) - exact).max() < 1 + 1e-6
    assert (parts[exact >= minimum] <= exact[exact >= minimum] + 1).all()


@pytest.mark.parametrize("scale", [0, -1, float("nan"), float("inf"), 51, 1e-6])
def test_a_scale_that_leaves_no_town_is_refused(scale: float) -> None:
    """Zero, negative, endless, too large or so small that nobody is left: one sentence that says what to give."""
    with pytest.raises(ValueError, match="scale") as error:
        build_town(kangbashi.population(), RandomStreams(1), scale)
    assert "give a" in str(error.value)
    assert "\n" not in str(error.value)
