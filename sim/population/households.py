"""Community households: all members with ages that follow the census, then the members who are bound.

Three steps, each exact in its totals:
1. sizes: the shares of households by size, as whole numbers;
2. ages: children go to places behind the first member; all ages are drawn from the census bands and handed out in the
   order of a score (the age that the place in the household suggests), so that bands stay exact while partners are
   near in age, parents a generation older than children, and older parents have older children;
3. bound people: one adult of each household (the first binder, who is the guardian of its children), then others by
   weight until the published number is reached. Children under 14 are bound in a stated share, each in a household
   with a bound adult.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.population.apportion import apportion, labels_of
from sim.population.parameters import ADULT_AGE, AGE_GROUP_STARTS, GUARDED_BELOW_AGE, HouseholdParameters

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_CHILD_AGES = (0, 15)
_OLDEST_AGE = 99
_PARTNER_AGE_GAP_SD = 3.0  # years; assumed, only orders the ages within a household


@dataclass(frozen=True)
class AllMembers:
    """All members of all households, by household and place (0 is the first member, an adult)."""

    household: Ints
    place: Ints
    age_years: Ints


@dataclass(frozen=True)
class BoundMembers:
    """The bound ones, by household and place; `first_binder` marks one adult a household."""

    household: Ints
    place: Ints
    age_years: Ints
    first_binder: npt.NDArray[np.bool_]


def age_group_of(age_years: npt.NDArray[np.integer]) -> npt.NDArray[np.int8]:
    """Row of AGE_GROUPS for ages in whole years."""
    return (np.searchsorted(AGE_GROUP_STARTS, age_years, side="right") - 1).astype(np.int8)


def draw_sizes(households: int, people: int, parameters: HouseholdParameters, generator: np.random.Generator) -> Ints:
    """Members of each household; in all at least `people`, whom they must hold once some are bound."""
    sizes = labels_of(apportion(households, parameters.size_shares)) + 1
    short = max(0, people - int(sizes.sum()))  # only where rounding leaves a handful of households
    sizes += apportion(short, np.ones(households))
    return generator.permutation(sizes)


def draw_members(
    sizes: Ints, bound: int, parameters: HouseholdParameters, generator: np.random.Generator
) -> AllMembers:
    """Places and ages of all members; `bound` of them, the smaller part, must be free to be grown up."""
    household = labels_of(sizes)
    place = np.arange(len(household)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    is_child = _draw_children(place, bound, parameters, generator)
    age = np.empty(len(household), dtype=np.int64)
    adults = np.flatnonzero(~is_child)
    has_child = np.zeros(len(sizes), dtype=bool)
    has_child[household[is_child]] = True
    score = _age_scores(household, place, has_child, parameters, generator)[adults]
    age[adults] = _hand_out(_adult_ages(len(adults), parameters, generator), score, place[adults] == 0)
    children = np.flatnonzero(is_child)
    parent_age = age[place == 0][household[children]]
    age[children] = _child_ages(parent_age, parameters, generator)
    return AllMembers(household, place, age)


def _draw_children(
    place: Ints, bound: int, parameters: HouseholdParameters, generator: np.random.Generator
) -> npt.NDArray[np.bool_]:
    weights = np.asarray(parameters.child_place_weights)[np.minimum(place, len(parameters.child_place_weights) - 1)]
    children = min(
        round(parameters.census_age_shares[0] * len(place)), len(place) - bound, int(np.count_nonzero(weights))
    )
    is_child = np.zeros(len(place), dtype=bool)
    is_child[_pick(children, weights, generator)] = True
    return is_child


def _child_ages(parent_age: Ints, parameters: HouseholdParameters, generator: np.random.Generator) -> Ints:
    """Ages even over 0 to 14, the older ones mostly to the older parents."""
    ages = np.sort(generator.integers(*_CHILD_AGES, size=len(parent_age)))
    score = parent_age + generator.normal(0.0, parameters.parent_age_years[1], len(parent_age))
    result = np.empty_like(ages)
    result[np.argsort(score, kind="stable")] = ages
    return result


def _pick(count: int, weights: Floats, generator: np.random.Generator) -> Ints:
    """`count` rows without repetition, by weight (Efraimidis and Spirakis 2006); those of weight 0 only if need be."""
    waits = generator.exponential(size=len(weights))
    with np.errstate(divide="ignore"):
        waits /= weights
    return np.argsort(waits, kind="stable")[:count]


def _adult_ages(count: int, parameters: HouseholdParameters, generator: np.random.Generator) -> Ints:
    """Ages from 15 on, ascending, exact by census band."""
    _, working, early_sixties, elderly = parameters.census_age_shares
    old = parameters.aged_70_share
    bands = [working * share for share in parameters.working_age_shares] + [
        early_sixties,
        elderly * (1 - old),
        elderly * old,
    ]
    counts = apportion(count, bands)
    starts, stops = (15, 25, 45, 60, 65), (25, 45, 60, 65, 70)
    drawn = [generator.integers(low, high, size=n) for low, high, n in zip(starts, stops, counts, strict=False)]
    drawn.append(ages_beyond_70(int(counts[-1]), parameters.years_beyond_70, generator))
    return np.sort(np.concatenate(drawn))


def ages_beyond_70(count: int, mean_years: float, generator: np.random.Generator) -> Ints:
    """Ages of the oldest group: 70 and an exponential number of years, at most 99."""
    return np.minimum(70 + generator.exponential(mean_years, count), _OLDEST_AGE).astype(np.int64)


def _age_scores(
    household: Ints,
    place: Ints,
    has_child: npt.NDArray[np.bool_],
    parameters: HouseholdParameters,
    generator: np.random.Generator,
) -> Floats:
    """The age that the place in the household suggests; only its order is used."""
    homes = len(has_child)
    first = np.where(
        has_child,
        generator.normal(*parameters.parent_age_years, homes),
        generator.normal(*parameters.childless_age_years, homes),
    )
    score = first[household] + np.where(place == 0, 0.0, generator.normal(0.0, _PARTNER_AGE_GAP_SD, len(household)))
    older = generator.random(len(household)) < parameters.grandparent_share
    step = np.where(older, parameters.generation_gap_years, -parameters.generation_gap_years)
    return np.where(place > 1, score + step, score)


def _hand_out(ages: Ints, score: Floats, is_first: npt.NDArray[np.bool_]) -> Ints:
    """Ascending ages to ascending scores, save that nobody under 18 heads a household."""
    order = np.argsort(score, kind="stable")
    minors = min(int(np.searchsorted(ages, ADULT_AGE)), int(np.count_nonzero(~is_first)))
    may_be_minor = order[~is_first[order]][:minors]
    taken = np.zeros(len(order), dtype=bool)
    taken[may_be_minor] = True
    result = np.empty(len(order), dtype=np.int64)
    result[may_be_minor] = ages[:minors]
    result[order[~taken[order]]] = np.maximum(ages[minors:], ADULT_AGE)
    return result


def draw_bound(
    members: AllMembers, bound: int, parameters: HouseholdParameters, generator: np.random.Generator
) -> BoundMembers:
    """`bound` of the members, at least one adult of each household among them."""
    age = members.age_years
    weights = np.asarray(parameters.binding_weights)[age_group_of(age)]
    first = _first_binders(members.household, age, weights, generator)
    homes = int(members.household[-1]) + 1
    is_guarded = age < GUARDED_BELOW_AGE
    children = min(round(parameters.bound_under_14_share * bound), int(is_guarded.sum()), bound - homes)
    chosen = first.copy()
    chosen[_pick(children, is_guarded.astype(np.float64), generator)] = True
    # a weight so small that a 14-year-old of weight 0 is taken only when nobody else is left
    rest = np.where(chosen | is_guarded, 0.0, np.maximum(weights, 1e-12))
    chosen[_pick(bound - homes - children, rest, generator)] = True
    rows = np.flatnonzero(chosen)
    return BoundMembers(members.household[rows], members.place[rows], age[rows], first[rows])


def _first_binders(
    household: Ints, age: Ints, weights: Floats, generator: np.random.Generator
) -> npt.NDArray[np.bool_]:
    adults = np.flatnonzero(age >= ADULT_AGE)
    waits = generator.exponential(size=len(adults)) / weights[adults]
    order = adults[np.lexsort((waits, household[adults]))]
    _, starts = np.unique(household[order], return_index=True)
    first = np.zeros(len(household), dtype=bool)
    first[order[starts]] = True
    return first
