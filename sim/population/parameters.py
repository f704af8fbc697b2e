"""What a town is made of: the `[population]` section of a scenario, each number with unit and meaning, none defaulted.

The published totals fix how many; age bands come from the 2020 census; almost everything else is assumed, and says so
in the scenario.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from pydantic import model_validator

from sim.sourced import LARGEST_SEED, Integers, MeanAndSpread, Numbers, Parameters, Share, ShareList, Shares, sourced

# Ages are whole years; a group runs from its start to the year before the next group's start.
AGE_GROUPS = ("0-14", "15-24", "25-44", "45-59", "60-69", "70+")
AGE_GROUP_STARTS = (0, 15, 25, 45, 60, 70)
GUARDED_BELOW_AGE = 14  # Personal Information Protection Law: below this age a guardian consents
ADULT_AGE = 18
_WHOLE_PRICE_BP = 10_000


def _of_length(length: int, what: str, *lists: Sequence[object]) -> None:
    for values in lists:
        if len(values) != length:
            raise ValueError(f"give {length} values, {what}; {len(values)} were given")


class HouseholdParameters(Parameters):
    """Community households, all members; those who are bound are drawn from them."""

    size_shares: Shares = sourced("share", "Households of 1, 2, 3 ... members, to the largest.", min_length=1)
    census_age_shares: Shares = sourced("share", "All community people aged 0-14, 15-59, 60-64, 65+.")
    working_age_shares: Shares = sourced("share", "Those aged 15-59 by 15-24, 25-44, 45-59.")
    aged_70_share: Share = sourced("share", "Those aged 65+ who are 70 or older.")
    years_beyond_70: float = sourced("years", "Mean years above 70 of those aged 70+ (exponential).", ge=0, le=30)
    child_place_weights: Numbers = sourced(
        "weight", "Chance that member 1, 2, 3 ... is a child; the last serves all later."
    )
    parent_age_years: MeanAndSpread = sourced("years", "Age of the first member where children live: mean, sd.")
    childless_age_years: MeanAndSpread = sourced("years", "Age of the first member where none live: mean, sd.")
    generation_gap_years: float = sourced("years", "From first member to grown child or parent.", gt=0, le=50)
    grandparent_share: Share = sourced("share", "Adults after the second who are a parent, not a grown child.")
    owner_share: Share = sourced("share", "Households that own their dwelling; the others rent it.")
    bound_under_14_share: Share = sourced("share", "Bound community people under 14 (bound by a guardian).")
    binding_weights: Numbers = sourced("weight", "Relative chance to be bound, by age group 0-14 ... 70+.")

    @model_validator(mode="after")
    def _lists_fit(self) -> Self:
        _of_length(4, "for 0-14, 15-59, 60-64, 65+", self.census_age_shares)
        _of_length(3, "for 15-24, 25-44, 45-59", self.working_age_shares)
        _of_length(len(AGE_GROUPS), f"one for each age group ({', '.join(AGE_GROUPS)})", self.binding_weights)
        if not self.child_place_weights or self.child_place_weights[0] != 0:
            raise ValueError("the first of child_place_weights must be 0: the first member of a household is an adult")
        if min(self.binding_weights[1:]) <= 0:
            raise ValueError("binding_weights must be above 0 from age 15 on: everybody who is grown up may bind")
        return self


class OtherParameters(Parameters):
    """Bound people who are no community residents; the source does not describe them."""

    standing_shares: Shares = sourced("share", "Workers, students, visitors, people of other banners.")
    worker_age_shares: Shares = sourced("share", "Workers by age group 15-24 ... 70+.")
    student_age_shares: Shares = sourced("share", "Students by age group 15-24 ... 70+.")
    visitor_age_shares: Shares = sourced("share", "Visitors by age group 15-24 ... 70+.")
    banner_age_shares: Shares = sourced("share", "People of other banners by age group 15-24 ... 70+.")
    people_per_place: Numbers = sourced("people", "Mean size of a place, for each of the four standings.")
    place_size_log_sd: float = sourced("log units", "Spread of place sizes (lognormal).", ge=0, le=3)

    @model_validator(mode="after")
    def _lists_fit(self) -> Self:
        _of_length(4, "for workers, students, visitors, other banners", self.standing_shares, self.people_per_place)
        _of_length(len(AGE_GROUPS) - 1, "for the age groups from 15-24 to 70+", *self.age_shares)
        if min(self.people_per_place) < 1:
            raise ValueError("people_per_place must be at least 1")
        return self

    @property
    def age_shares(self) -> tuple[tuple[float, ...], ...]:
        """Shares by age group 15-24 ... 70+, one tuple for each of the four standings."""
        return self.worker_age_shares, self.student_age_shares, self.visitor_age_shares, self.banner_age_shares


class PlaceParameters(Parameters):
    """Subdistricts, communities, grids, buildings."""

    subdistricts: int = sourced("subdistricts", "Subdistricts of the district.", ge=1, le=100)
    communities: int = sourced("communities", "Communities at any scale, but no more than grids.", ge=1, le=100)
    grids: int = sourced("grids", "Grids at scale 1; each dwelling lies in exactly one.", ge=1, le=600)
    dwellings_per_building: float = sourced("dwellings", "Mean homes in a residential building.", ge=1)
    building_size_log_sd: float = sourced("log units", "Spread of homes per building (lognormal).", ge=0, le=2)
    places_per_building: float = sourced("places", "Mean workplaces, ... in other buildings.", ge=1)


class MemberParameters(Parameters):
    """Grid members."""

    grid_members: int = sourced("members", "Grid members at scale 1.", ge=1, le=100_000)
    kind_shares: Shares = sourced("share", "Community workers, police officers, family doctors, mediators, others.")

    @model_validator(mode="after")
    def _lists_fit(self) -> Self:
        _of_length(5, "for community workers, police officers, family doctors, mediators, others", self.kind_shares)
        if self.kind_shares[0] == 0:
            raise ValueError("the first of kind_shares must be above 0: every grid needs a community worker")
        return self


class TraitParameters(Parameters):
    """How people differ, beside age and home."""

    activity_gamma_k: float = sourced("shape", "Gamma shape of the activity multiplier (mean 1).", gt=0, le=100)
    motivation_sd_logits: float = sourced("logits", "Standard deviation of own motivation (mean 0).", ge=0, le=5)
    bind_alone_shares: ShareList = sourced("share", "Can bind without help, by age group 0-14 ... 70+.")
    elderly_alone_tag_share: Share = sourced("share", "Tagged among community people aged 60+ who live alone.")
    disabled_shares: ShareList = sourced("share", "Community people tagged disabled, by age group 0-14 ... 70+.")
    low_income_shares: ShareList = sourced("share", "Community people tagged low income, by age group 0-14 ... 70+.")
    veteran_shares: ShareList = sourced("share", "Community people tagged veteran, by age group 0-14 ... 70+.")
    shop_near_home_share: Share = sourced("share", "People who shop mostly in their own grid, if it has a merchant.")
    spending_log_sd: float = sourced("log units", "Spread of the spending weight (lognormal, mean 1).", ge=0, le=3)

    @model_validator(mode="after")
    def _lists_fit(self) -> Self:
        by_age = (self.bind_alone_shares, self.disabled_shares, self.low_income_shares, self.veteran_shares)
        _of_length(len(AGE_GROUPS), f"one for each age group ({', '.join(AGE_GROUPS)})", *by_age)
        return self


class MerchantParameters(Parameters):
    """Shops and stalls that are paid through the platform's code."""

    payees: int = sourced(
        "merchants", "Shops and stalls that take the aggregated payment, at scale 1.", ge=1, le=1_000_000
    )
    in_marketplace: int = sourced("merchants", "Of these, merchants of the marketplace.", ge=0)
    with_special_offers: int = sourced("merchants", "Of those, merchants with special offers.", ge=0)
    trade_shares: Shares = sourced("share", "Payees in retail, repair, housekeeping, catering.")
    turnover_levels: ShareList = sourced("share", "Shares of merchants, from 0 to 1, rising.", min_length=2)
    turnover_payments: Numbers = sourced("payments a day", "Turnover at these levels; only its shape is used.")
    points_rates_bp: Integers = sourced("basis points", "Rates to choose from: share of a price payable in points.")
    points_rate_shares: Shares = sourced("share", "Merchants that choose each of these rates.")
    opening_mean_days: float = sourced("days", "Mean wait from launch to the first day (exponential).", gt=0)
    opening_last_day: int = sourced("days", "Latest first day of a merchant, counted from launch.", ge=0, le=3650)

    @model_validator(mode="after")
    def _lists_fit(self) -> Self:
        _of_length(4, "for retail, repair, housekeeping, catering", self.trade_shares)
        _of_length(len(self.points_rates_bp), "one for each points rate", self.points_rate_shares)
        _of_length(len(self.turnover_levels), "one for each turnover level", self.turnover_payments)
        if not self.payees >= self.in_marketplace >= self.with_special_offers:
            raise ValueError("merchants must fall: payees, then in_marketplace, then with_special_offers")
        if max(self.points_rates_bp) > _WHOLE_PRICE_BP:
            raise ValueError("points_rates_bp must be at most 10000, the whole price")
        levels = self.turnover_levels
        if levels[0] != 0 or levels[-1] != 1 or list(levels) != sorted(set(levels)):
            raise ValueError("turnover_levels must rise from 0 to 1")
        if min(self.turnover_payments) <= 0 or list(self.turnover_payments) != sorted(self.turnover_payments):
            raise ValueError("turnover_payments must be above 0 and must not fall")
        return self


class PopulationParameters(Parameters):
    """The section `[population]`: who is bound by the as-of date, and the town around them."""

    seed: int = sourced("seed", "Seed of the town: the same people in all runs that share it.", ge=0, le=LARGEST_SEED)
    bound_people: int = sourced("people", "People bound by the as-of date, at scale 1.", le=6_000_000)
    community_people: int = sourced("people", "Of these, residents of communities.", ge=1)
    community_households: int = sourced("households", "Households of communities with at least one bound person.", ge=1)
    households: HouseholdParameters
    others: OtherParameters
    places: PlaceParameters
    members: MemberParameters
    traits: TraitParameters
    merchants: MerchantParameters

    @model_validator(mode="after")
    def _totals_fit(self) -> Self:
        if self.bound_people < 1:
            raise ValueError(f"bound_people is {self.bound_people}: a town needs people, give 1 or more")
        if not self.bound_people >= self.community_people >= self.community_households:
            raise ValueError("totals must fall: bound_people, then community_people, then community_households")
        shares = self.households.size_shares
        mean_size = sum(size * share for size, share in enumerate(shares, start=1)) / sum(shares)
        bound_size = self.community_people / self.community_households
        if bound_size > mean_size * (1 - self.households.census_age_shares[0]):
            raise ValueError(
                f"{bound_size:.2f} bound people a household do not fit {mean_size:.2f} members a household with so many"
                " children: lower community_people, or raise size_shares"
            )
        return self
