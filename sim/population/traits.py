"""How people differ beside age and home: skill, activity, motivation, special-group tags, shopping."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.population.apportion import lognormal_weights
from sim.population.parameters import GUARDED_BELOW_AGE, TraitParameters
from sim.population.town import Reals, Shorts, SpecialGroup

Ints = npt.NDArray[np.integer]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_ELDERLY_FROM_AGE = 60
# Skill is a rank: people above this line can bind without help, whatever share of their age group that is.
_SKILL_TO_BIND = 0.5


@dataclass(frozen=True)
class Skill:
    """`binds_alone` exactly where `digital_skill` reaches .5 and the person is at least 14."""

    binds_alone: Flags
    digital_skill: Reals


def draw_skill(age_years: Ints, age_group: Ints, parameters: TraitParameters, generator: np.random.Generator) -> Skill:
    """Skill between 0 and 1, with the stated share of each age group able to bind alone."""
    able = np.asarray(parameters.bind_alone_shares)[age_group]
    rank = 1.0 - generator.random(len(able))  # in (0, 1]: a share of 0 means nobody, a share of 1 everybody
    can = rank <= able
    below = np.where(can, rank / np.maximum(able, 1e-12), (rank - able) / np.maximum(1.0 - able, 1e-12))
    low = np.nextafter(np.float32(_SKILL_TO_BIND), np.float32(0))
    skill = np.where(can, 1.0 - _SKILL_TO_BIND * below, np.minimum(_SKILL_TO_BIND * (1.0 - below), low))
    return Skill(can & (age_years >= GUARDED_BELOW_AGE), skill.astype(np.float32))


def draw_activity(people: int, parameters: TraitParameters, generator: np.random.Generator) -> Reals:
    """Gamma multipliers with mean 1 and variance 1/k (participation is unequal: Polis k .67 to 1.56)."""
    shape = parameters.activity_gamma_k
    return generator.gamma(shape, 1.0 / shape, people).astype(np.float32)


def draw_motivation(people: int, parameters: TraitParameters, generator: np.random.Generator) -> Reals:
    """Own motivation in logits, mean 0."""
    return generator.normal(0.0, parameters.motivation_sd_logits, people).astype(np.float32)


def draw_spending(people: int, parameters: TraitParameters, generator: np.random.Generator) -> Reals:
    """Spending weights, lognormal with mean 1."""
    return lognormal_weights(people, parameters.spending_log_sd, generator).astype(np.float32)


def draw_tags(
    age_years: Ints,
    age_group: Ints,
    household_members: Ints,
    parameters: TraitParameters,
    generator: np.random.Generator,
) -> npt.NDArray[np.int8]:
    """One tag at most: the first that fits of elderly alone, disabled, low income, veteran.

    Community people only, that is where `household_members` is above 0.
    """
    people = len(age_years)
    alone = (age_years >= _ELDERLY_FROM_AGE) & (household_members == 1)
    chances = {
        SpecialGroup.VETERAN: np.asarray(parameters.veteran_shares)[age_group],
        SpecialGroup.LOW_INCOME: np.asarray(parameters.low_income_shares)[age_group],
        SpecialGroup.DISABLED: np.asarray(parameters.disabled_shares)[age_group],
        SpecialGroup.ELDERLY_ALONE: np.where(alone, parameters.elderly_alone_tag_share, 0.0),
    }
    tags = np.full(people, SpecialGroup.NONE, dtype=np.int8)
    for tag, chance in chances.items():  # later ones overwrite: the first in precedence stands last
        tags[(household_members > 0) & (generator.random(people) < chance)] = tag
    return tags


def draw_shopping_grid(
    own_grid: Ints, turnover_of_grid: Floats, parameters: TraitParameters, generator: np.random.Generator
) -> Shorts:
    """The grid where a person shops: the own one in the stated share if it has a merchant, else drawn by turnover."""
    people = len(own_grid)
    near = (generator.random(people) < parameters.shop_near_home_share) & (turnover_of_grid[own_grid] > 0)
    reach = np.cumsum(turnover_of_grid)
    far = np.searchsorted(reach / reach[-1], generator.random(people), side="right")
    return np.where(near, own_grid, far).astype(np.int16)
