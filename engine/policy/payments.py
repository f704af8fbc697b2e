"""Numbers of purchases by the platform's code, refunds and settlement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.kernel.command import STRICT
from engine.kernel.sourced import ASSUMED, number
from engine.kernel.units import BasisPoints, Days, Fen


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
