"""Binding: when the people who are bound by the as-of date bind, alone or with a grid member's help.

Adoption follows Bass: F(t) = (1 - e^-(p+q)t) / (1 + (q/p) e^-(p+q)t). The town holds those who had bound by the as-of
date, since that is what the published total counts; so the model says when, not whether, and F is cut at the last day
of the campaign. Whoever cannot bind alone asks for a visit instead and is entered when a grid member comes.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.sourced import Parameters, Share, sourced

Floats = npt.NDArray[np.float64]
YEAR_DAYS = 365.0


class BindingBehaviour(Parameters):
    """The section `[behaviour.binding]`."""

    innovation_year: float = sourced("1/year", "Bass p: adoption from outside.", gt=0)
    imitation_year: float = sourced("1/year", "Bass q: adoption by imitation.", ge=0)
    last_days: int = sourced("days", "Days before the as-of date after which nobody new turns up.", ge=0)
    visit_minutes: float = sourced("minutes", "A grid member's visit to enter one person, way included.", gt=0)
    merge_share: Share = sourced("share", "Entered people who later bind themselves once more and are merged.")
    merge_days: float = sourced("days", "Mean time until such a second binding (exponential).", gt=0)
    review_share: Share = sourced("share", "Scans whose code is of another dwelling, so that a member reviews them.")
    move_share_year: Share = sourced("share a year", "Households with one bound person that move house in a year.")
    tag_days: float = sourced("days", "Mean time from binding to the tag of a special group (exponential).", gt=0)


def adoption_days(u: Floats, horizon_days: float, behaviour: BindingBehaviour) -> Floats:
    """Days from launch to adoption by inversion of the Bass curve cut at the horizon; u uniform in [0, 1)."""
    p, q = behaviour.innovation_year / YEAR_DAYS, behaviour.imitation_year / YEAR_DAYS
    end = max(horizon_days - behaviour.last_days, 1.0)
    reached = u * bass(np.array(end), p, q)
    return np.log((1.0 + reached * q / p) / (1.0 - reached)) / (p + q)


def bass(days: Floats, p: float, q: float) -> Floats:
    """Share that has adopted after `days` at rates p and q a day."""
    fading = np.exp(-(p + q) * days)
    return np.asarray((1.0 - fading) / (1.0 + q / p * fading))
