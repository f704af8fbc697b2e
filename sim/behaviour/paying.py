"""Paying by channel: bills of utility companies and checkouts at shops, with what goes wrong on the way.

Numbers are of the whole district of the scenario; a smaller town has its part. How a payment ends is drawn before
anybody pays: in order, abandoned by its payer, paid late, paid without a notice, or as it should be.
"""

from __future__ import annotations

from typing import Literal

from sim.sourced import Numbers, Parameters, Share, sourced

Fate = Literal["paid", "abandoned", "late", "lost"]


class PayingBehaviour(Parameters):
    """The section `[behaviour.paying]`."""

    bills_month: float = sourced("bills", "Utility bills a month that are paid through the platform.", ge=0)
    bill_median_fen: Numbers = sourced("fen", "Median bill of water, power, heat, gas.", min_length=4, max_length=4)
    bill_log_sd: float = sourced("log units", "Spread of bills (lognormal).", ge=0, le=3)
    bill_wait_days: float = sourced("days", "Mean time from a bill to its payment (exponential).", gt=0)
    failed_share: Share = sourced("share", "Payments of bills that the company cannot post.")
    checkouts_day: float = sourced("checkouts", "Purchases a day that are paid through a checkout.", ge=0)
    abandoned_share: Share = sourced("share", "Checkouts that the payer gives up.")
    cancelled_share: Share = sourced("share", "Of those given up, which the payer cancels by a tap.")
    unpaid_told_share: Share = sourced("share", "Of those given up, of which the channel says that nobody paid.")
    late_share: Share = sourced("share", "Checkouts whose notice comes after they are closed.")
    lost_share: Share = sourced("share", "Checkouts whose money comes and whose notice never does.")
    refund_hours: float = sourced("hours", "Mean time that a channel takes for a refund (exponential).", gt=0)
    refund_failed_share: Share = sourced("share", "Refunds that a channel cannot do.")
    deductions_month: float = sourced("deductions", "Deductions of moral points a month.", ge=0)
    appeal_share: Share = sourced("share", "Deductions that are appealed.")
    upheld_share: Share = sourced("share", "Appeals that are right.")


def fate(luck: float, behaviour: PayingBehaviour) -> Fate:
    """How a payment ends, by one uniform number."""
    for name, share in (
        ("abandoned", behaviour.abandoned_share),
        ("late", behaviour.late_share),
        ("lost", behaviour.lost_share),
    ):
        if luck < share:
            return name  # type: ignore[return-value]
        luck -= share
    return "paid"
