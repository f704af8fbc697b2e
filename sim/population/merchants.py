"""Merchants: trade, place, size, points rate and first day.

Sizes follow a table of turnover quantiles instead of a formula: the Koubei shops have log standard deviation .57 and
Gini .40 at once, which no lognormal has (it would give Gini .31). Every merchant takes one quantile, so the
concentration is the table's at any scale.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.population.apportion import apportion, labels_of
from sim.population.parameters import MerchantParameters
from sim.population.town import Merchants

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def draw_merchants(
    payees: int,
    people_of_grid: Ints,
    scale: float,
    parameters: MerchantParameters,
    generator: np.random.Generator,
) -> Merchants:
    """`payees` rows; marketplace and offers are scaled beside them and never exceed the wider circle."""
    chance = people_of_grid / people_of_grid.sum()
    joined = min(payees, round(parameters.in_marketplace * scale))
    offering = min(joined, round(parameters.with_special_offers * scale))
    order = generator.permutation(payees)
    rates = np.asarray(parameters.points_rates_bp)[labels_of(apportion(payees, parameters.points_rate_shares))]
    return Merchants(
        trade=generator.permutation(labels_of(apportion(payees, parameters.trade_shares))).astype(np.int8),
        grid=generator.choice(len(chance), size=payees, p=chance).astype(np.int16),
        turnover_weight=generator.permutation(turnover_weights(payees, parameters)).astype(np.float32),
        points_rate_bp=generator.permutation(rates).astype(np.int16),
        in_marketplace=order < joined,
        special_offer=order < offering,
        opening_day=_opening_days(payees, parameters, generator).astype(np.int16),
    )


def turnover_weights(payees: int, parameters: MerchantParameters) -> Floats:
    """Ascending weights with mean 1: the quantile table, log-linear between its levels, at the middle of each rank."""
    middle = (np.arange(payees) + 0.5) / payees
    weights = np.exp(np.interp(middle, parameters.turnover_levels, np.log(parameters.turnover_payments)))
    return np.asarray(weights / weights.mean(), dtype=np.float64)


def _opening_days(payees: int, parameters: MerchantParameters, generator: np.random.Generator) -> Floats:
    """Whole days after launch: exponential, conditioned on at most `opening_last_day`."""
    mean, end = parameters.opening_mean_days, parameters.opening_last_day + 1
    reach = -np.expm1(-end / mean)
    days: Floats = np.floor(-mean * np.log1p(-generator.random(payees) * reach))
    return np.minimum(days, float(parameters.opening_last_day))
