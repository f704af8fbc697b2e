from __future__ import annotations

import numpy as np
import pytest

from sim.population import (
    MemberKind,
    PersonKind,
    SpecialGroup,
    Town,
    build_town,
)
from sim.population.households import AllMembers, draw_members, draw_sizes
from sim.population.merchants import turnover_weights
from sim.population.traits import draw_activity
from sim.streams import RandomStreams
from tests.sim import kangbashi
from tests.sim.kangbashi import changed

# For a mean of n draws: a false alarm once in about 150,000 tests.
SIGMAS = 4.5


@pytest.fixture(scope="module")
def town() -> Town:
    """The full baseline town."""
    return build_town(kangbashi.population(), RandomStreams(kangbashi.population().seed))


@pytest.fixture(scope="module")
def members() -> AllMembers:
    """All members of the baseline's households, bound or not."""
    streams, prior = RandomStreams(9), kangbashi.population().households
    sizes = draw_sizes(29_638, 41_488, prior, streams.generator("sizes"))
    return draw_members(sizes, 41_488, prior, streams.generator("ages"))


def test_all_members_follow_the_census_bands(members: AllMembers) -> None:
    """0-14 20.74 %, 15-59 70.48 %, 60+ 8.78 %, 65+ 4.87 % of all community people: exact to a person or two."""
    age = members.age_years
    for share, wanted in (
        ((age < 15).mean(), 0.2074),
        (((age >= 15) & (age < 60)).mean(), 0.7048),
        ((age >= 60).mean(), 0.0878),
        ((age >= 65).mean(), 0.0487),
    ):
        assert share == pytest.approx(wanted, abs=2 / len(age))


def test_households_follow_the_size_prior(members: AllMembers) -> None:
    """28, 33, 24, 10, 3.5 and 1.5 % of the households have 1 to 6 members, exact to a household."""
    sizes = np.bincount(np.bincount(members.household), minlength=7)[1:]
    wanted = np.array([0.28, 0.33, 0.24, 0.10, 0.035, 0.015]) * len(np.unique(members.household))
    assert np.abs(sizes - wanted).max() < 1


def test_households_hang_together(members: AllMembers) -> None:
    """The first member is grown up, partners are near in age, and parents are a generation older than the children."""
    age, place = members.age_years, members.place
    assert age[place == 0].min() >= 18
    partner = np.flatnonzero((place == 1) & (age >= 18))
    assert np.corrcoef(age[partner], age[partner - 1])[0, 1] > 0.9
    first_age = age[place == 0][members.household]
    child = age < 15
    assert 22 < (first_age - age)[child].mean() < 35
    assert np.quantile((first_age - age)[child], 0.05) > 16


def test_bound_community_people_are_mostly_grown_up(town: Town) -> None:
    """Two in a hundred are under 14 and have a guardian; the bound are 60 % of all members, 1.40 a household."""
    people = town.people
    community = people.kind == PersonKind.COMMUNITY
    assert (people.age_years[community] < 14).mean() == pytest.approx(0.02, abs=1e-4)
    assert (people.age_years[~community] >= 15).all()
    assert int(community.sum()) / len(town.households) == pytest.approx(1.400, abs=0.0005)
    assert int(community.sum()) / int(town.households.members.sum()) == pytest.approx(0.60, abs=0.02)


def test_three_in_ten_of_the_old_can_bind_alone(town: Town) -> None:
    """Of those aged 60+ about 30 % bind without help, in each group the stated share; skill says the same."""
    people, shares = town.people, kangbashi.population().traits.bind_alone_shares
    assert people.binds_alone[people.age_years >= 60].mean() == pytest.approx(0.30, abs=0.03)
    for group, share in enumerate(shares):
        own = people.binds_alone[(people.age_group == group) & (people.age_years >= 14)]
        assert own.mean() == pytest.approx(share, abs=SIGMAS * np.sqrt(share * (1 - share) / len(own)))
    of_age = people.age_years >= 14
    assert np.array_equal((people.digital_skill >= 0.5)[of_age], people.binds_alone[of_age])
    assert people.digital_skill.min() >= 0
    assert people.digital_skill.max() <= 1


@pytest.mark.parametrize("shape", [0.67, 1.0, 1.56])
def test_activity_is_gamma_with_mean_one(shape: float) -> None:
    """Mean 1 and variance 1/k over the range of the evidence, within 4.5 standard errors from the gamma's moments."""
    n = 115_000
    activity = draw_activity(n, changed("traits", activity_gamma_k=shape).traits, RandomStreams(4).generator("a"))
    assert activity.mean(dtype=float) == pytest.approx(1, abs=SIGMAS * np.sqrt(1 / shape / n))
    fourth = (3 + 6 / shape) / shape**2
    assert activity.var(dtype=float) == pytest.approx(1 / shape, abs=SIGMAS * np.sqrt((fourth - shape**-2) / n))


def test_motivation_and_spending_have_their_moments(town: Town) -> None:
    """Motivation has mean 0 and the stated spread; spending has mean 1."""
    n, traits = len(town.people), kangbashi.population().traits
    motivation = town.people.motivation_logits
    assert motivation.mean(dtype=float) == pytest.approx(0, abs=SIGMAS * traits.motivation_sd_logits / np.sqrt(n))
    assert motivation.std(dtype=float) == pytest.approx(traits.motivation_sd_logits, rel=SIGMAS / np.sqrt(2 * n))
    spread = np.sqrt(np.expm1(traits.spending_log_sd**2) / n)
    assert town.people.spending_weight.mean(dtype=float) == pytest.approx(1, abs=SIGMAS * spread)


def test_special_groups_are_where_they_belong(town: Town) -> None:
    """The tag "elderly alone" only on those aged 60+ in a household of one; disability rises with age."""
    people = town.people
    alone = people.special_group == SpecialGroup.ELDERLY_ALONE
    assert alone.sum() > 500
    assert (people.age_years[alone] >= 60).all()
    assert (people.household_members[alone] == 1).all()
    disabled = people.special_group == SpecialGroup.DISABLED
    resident = people.kind == PersonKind.COMMUNITY
    assert (
        disabled[resident & (people.age_years >= 45)].mean() > 2 * disabled[resident & (people.age_years < 45)].mean()
    )


@pytest.mark.parametrize("payees", [100, 1_000, 3_000])
def test_turnover_is_as_concentrated_as_the_evidence(payees: int) -> None:
    """Gini .40, top tenth 32 %, top fifth 47.5 %, log standard deviation .57, at any number of merchants."""
    weights = turnover_weights(payees, kangbashi.population().merchants)
    ranks = 2 * np.arange(1, payees + 1) - payees - 1
    assert float(ranks @ weights) / (payees * weights.sum()) == pytest.approx(0.40, abs=0.05)
    assert weights[-payees // 10 :].sum() / weights.sum() == pytest.approx(0.32, abs=0.02)
    assert weights[-payees // 5 :].sum() / weights.sum() == pytest.approx(0.475, abs=0.02)
    assert np.log(weights).std() == pytest.approx(0.57, abs=0.05)


def test_merchants_stay_below_the_published_cap_and_open_early(town: Town) -> None:
    """No merchant's rate is above 30 %; half of them are open within three weeks, not all on the first day."""
    assert town.merchants.points_rate_bp.max() <= 3_000
    assert np.median(town.merchants.opening_day) < 21
    assert (town.merchants.opening_day == 0).mean() < 0.1


def test_tenure_follows_the_owner_share(town: Town) -> None:
    """72 % of the households own their home, within chance."""
    share, homes = kangbashi.population().households.owner_share, len(town.households)
    assert town.households.owns_home.mean() == pytest.approx(share, abs=SIGMAS * np.sqrt(share * (1 - share) / homes))


def test_members_go_where_people_are(town: Town) -> None:
    """Of the community workers above one a grid more stand where more people are bound."""
    workers = town.members.kind[town.cover.member] == MemberKind.COMMUNITY_WORKER
    in_grid = np.bincount(town.cover.grid[workers], minlength=len(town.grids))
    bound = np.bincount(town.people.grid, minlength=len(town.grids))
    assert bound[in_grid > 1].mean() > bound[in_grid == 1].mean()
    assert town.grids_of_member(0).tolist() == [0]
