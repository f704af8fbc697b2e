"""Numbers of the marketplace: holds, orders, deliveries, riders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from engine.kernel.command import STRICT
from engine.kernel.sourced import ASSUMED, number
from engine.kernel.units import DAY_S, HOUR_S, MINUTE_S, BasisPoints, Fen, Seconds

LongerThanNothing = Annotated[int, Field(ge=1, le=366 * DAY_S)]


@dataclass(frozen=True, slots=True)
class MarketplacePolicy:
    """Orders for goods and services of the neighbourhood, and the riders who bring them."""

    __pydantic_config__ = STRICT
    hold_s: LongerThanNothing = number(
        30 * MINUTE_S,
        "seconds",
        "how long an order may wait for its payment; its points stay on hold for as long",
        "field practice: half an hour at delivery platforms",
        ASSUMED,
    )
    accept_s: LongerThanNothing = number(
        30 * MINUTE_S, "seconds", "how long a merchant may take to accept a paid order", "assumed", ASSUMED
    )
    promise_s: Seconds = number(
        HOUR_S, "seconds", "a rider's delivery later than that after the payment counts as late", "assumed", ASSUMED
    )
    fulfil_s: LongerThanNothing = number(
        3 * DAY_S,
        "seconds",
        "how long after its payment an order may be under way before its money goes back",
        "assumed; repairs and housekeeping come by appointment",
        ASSUMED,
    )
    confirm_s: LongerThanNothing = number(
        DAY_S, "seconds", "a delivered order that nobody confirms is completed after that", "assumed", ASSUMED
    )
    refund_s: Seconds = number(
        MINUTE_S,
        "seconds",
        "how long a channel takes to give the money of an order back that goes no further",
        "assumed; payment interfaces answer within a minute",
        ASSUMED,
    )
    delivery_fee_fen: Fen = number(300, "fen an order", "what a delivery costs the buyer", "assumed", ASSUMED)
    commission_bp: BasisPoints = number(
        0,
        "basis points of the goods",
        "what the platform keeps of a completed order",
        "assumed; a platform of the district takes nothing",
        ASSUMED,
    )
    rider_orders: Annotated[int, Field(ge=1)] = number(
        3, "orders", "most orders that a rider carries at a time", "assumed", ASSUMED
    )
