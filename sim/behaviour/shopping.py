"""Shopping by the platform's code, and paying part of it with points.

Purchases: a mean a merchant-day over the horizon (assumed), shared out by merchant turnover and by people's spending.
Redemption: logistic(b0 + b1 * balance / most that may be paid), with a goal gradient (Kivetz 2006: the nearer the goal,
the faster, 25 % at the end).
"""

from __future__ import annotations

from math import log1p

from sim.behaviour.answering import probability
from sim.sourced import Numbers, Parameters, Share, Shares, sourced


class ShoppingBehaviour(Parameters):
    """The section `[behaviour.shopping]`."""

    purchases_merchant_day: float = sourced("purchases", "Mean a merchant and day over the horizon.", ge=0, le=10_000)
    basket_median_fen: Numbers = sourced(
        "fen", "Median basket in retail, repair, housekeeping, catering.", min_length=4, max_length=4
    )
    basket_log_sd: float = sourced("log units", "Spread of baskets (lognormal).", ge=0, le=3)
    age_weights: Numbers = sourced("weight", "How much age group 0-14 ... 70+ buys by code, relative to each other.")
    near_share: Share = sourced("share", "Purchases made in the buyer's usual grid.")
    channel_shares: Shares = sourced("share", "Payments through alipay, wechat, bank.", min_length=3, max_length=3)
    redeem_logits: float = sourced("logits", "b0: level of paying with points when one has some.")
    balance_logits: float = sourced("logits", "b1: effect of ln(1 + balance / most that may be paid).", ge=0)
    refund_share: Share = sourced("share", "Purchases of which something is given back.")
    refund_whole_share: Share = sourced("share", "Of these, those given back as a whole.")
    refund_days: float = sourced("days", "Mean time to a refund (exponential).", gt=0)
    reimburse_days: int = sourced("days", "How often the sponsor pays for redeemed points.", ge=1)


def redeems(balance: int, most: int, behaviour: ShoppingBehaviour) -> float:
    """Probability that a buyer with a balance pays with points; `most` > 0 is what the merchant may take."""
    return probability(behaviour.redeem_logits + behaviour.balance_logits * log1p(balance / most))
