"""Numbers of purchases by the platform's code, refunds and settlement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from engine.kernel.command import STRICT
from engine.kernel.sourced import ASSUMED, number
from engine.kernel.units import DAY_S, HOUR_S, LONGEST_DAYS, MINUTE_S, BasisPoints, Days, Fen

Wait = Annotated[int, Field(ge=1, le=LONGEST_DAYS * DAY_S)]


@dataclass(frozen=True, slots=True)
class PaymentsPolicy:
    """Purchases by the platform's code, refunds, settlement."""

    __pydantic_config__ = STRICT
    refund_window_days: Days = number(
        7, "civil days", "how long a purchase can be refunded after the day of payment", "assumed", ASSUMED
    )
    refund_order: Literal["pro_rata", "cash_first", "points_first"] = number(
        "pro_rata",
        "choice",
        "which part of a purchase comes back first; pro rata is the only one that turns neither points into cash "
        "nor cash into points",
        "assumed; all three are in use",
        ASSUMED,
    )
    merchant_limit_fen: Fen = number(
        100_000, "fen", "how far refunds may drive what a merchant is owed below zero", "assumed", ASSUMED
    )
    channel_fee_bp: BasisPoints = number(
        38,
        "basis points of the amount",
        "fee that a payment channel keeps",
        "assumed; usual rate of QR payments",
        ASSUMED,
    )
    sponsor_limit_fen: Fen = number(
        5_000_000, "fen", "what the sponsor of points may owe before an alarm is raised", "assumed", ASSUMED
    )
    checkout_wait_s: Wait = number(
        15 * MINUTE_S,
        "seconds",
        "how long a checkout waits for its payer; then it closes, or, once a channel was asked, that is queried",
        "assumed; payment apps let a code live for 5 minutes to some hours",
        ASSUMED,
    )
    query_wait_s: Wait = number(
        HOUR_S,
        "seconds",
        "how long a channel is queried about a payment of which nothing is known; then the checkout closes",
        "assumed",
        ASSUMED,
    )
    checkout_days: Days = number(
        30,
        "civil days",
        "how long a checkout is remembered after the day on which it was opened; later notices go to suspense",
        "assumed; a year at the large channels",
        ASSUMED,
    )
    refund_wait_s: Wait = number(
        3 * DAY_S,
        "seconds",
        "how long a channel may take for a refund; then it is a ticket to be paid by hand",
        "assumed; channels promise one to three working days",
        ASSUMED,
    )
    statement_slack_days: Days = number(
        1,
        "civil days",
        "how many daily statements a payment may be missing from before it is booked to suspense",
        "assumed; the usual second look on the day after next",
        ASSUMED,
    )
    bill_fee_bp: BasisPoints = number(
        0, "basis points of the bill", "what the platform charges for passing on a bill", "assumed", ASSUMED
    )
    bill_reversal_days: Days = number(
        7,
        "civil days",
        "how long a utility company can reverse a bill it has posted, after the day of payment",
        "assumed",
        ASSUMED,
    )
