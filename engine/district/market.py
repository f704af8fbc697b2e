"""Rows of the marketplace: offers, orders on their way or within their refund window, riders, delivery times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from engine.district.lots import Lot, LotUse
from engine.district.merchants import Channel
from engine.kernel.units import HOUR_S, MINUTE_S, civil_day, day_start

OfferState = Literal["PUBLISHED", "WITHDRAWN", "CLOSED"]
OFFER_EDGES = frozenset({("", "PUBLISHED"), ("PUBLISHED", "WITHDRAWN"), ("PUBLISHED", "CLOSED")})
RiderState = Literal["REGISTERED", "TRAINED"]
RIDER_EDGES = frozenset({("", "REGISTERED"), ("REGISTERED", "TRAINED")})
OrderState = Literal[
    "PLACED",
    "PAID",
    "ACCEPTED",
    "READY",
    "ASSIGNED",
    "PICKED_UP",
    "DELIVERED",
    "COMPLETED",
    "CANCELLED",
    "REJECTED",
    "DELIVERY_FAILED",
    "REFUNDING",
    "PART_REFUNDED",
    "REFUNDED",
]
ORDER_EDGES = frozenset(
    {
        ("", "PLACED"),
        ("PLACED", "PAID"),
        ("PLACED", "CANCELLED"),
        ("PAID", "ACCEPTED"),
        ("PAID", "REJECTED"),
        ("PAID", "CANCELLED"),
        ("ACCEPTED", "READY"),
        ("ACCEPTED", "CANCELLED"),
        ("READY", "ASSIGNED"),
        ("READY", "DELIVERED"),
        ("READY", "DELIVERY_FAILED"),
        ("ASSIGNED", "READY"),
        ("ASSIGNED", "PICKED_UP"),
        ("ASSIGNED", "DELIVERY_FAILED"),
        ("PICKED_UP", "DELIVERED"),
        ("PICKED_UP", "DELIVERY_FAILED"),
        ("DELIVERED", "COMPLETED"),
        ("CANCELLED", "REFUNDING"),
        ("REJECTED", "REFUNDING"),
        ("DELIVERY_FAILED", "REFUNDING"),
        ("REFUNDING", "REFUNDED"),
        ("COMPLETED", "PART_REFUNDED"),
        ("COMPLETED", "REFUNDED"),
        ("PART_REFUNDED", "PART_REFUNDED"),
        ("PART_REFUNDED", "REFUNDED"),
        ("COMPLETED", "FINISHED"),
        ("PART_REFUNDED", "FINISHED"),
        ("CANCELLED", "FINISHED"),
        ("REFUNDED", "FINISHED"),
    }
)
CARRIED = ("ASSIGNED", "PICKED_UP")  # states in which a rider has the order


@dataclass(slots=True)
class Offer:
    """A price for a while: open while opens_at <= at < closes_at, `sold` of at most `stock` items."""

    id: str
    merchant: str
    price_fen: int
    stock: int
    opens_at: int
    closes_at: int
    state: OfferState = "PUBLISHED"
    sold: int = 0


@dataclass(slots=True)
class Order:
    """One order. `goods_fen` is after discounts and without the delivery fee; a rider brings it iff `dwelling` is set.

    `lots` says which points pay, `uses` are their rows; `due_at` is when the present state ends by itself (0: never);
    `steps` hold every state with the instant at which the order came into it.
    """

    id: str
    person: str
    merchant: str
    dwelling: str | None
    offer: str | None
    quantity: int
    goods_fen: int
    excluded_fen: int
    points: int
    value_fen: int
    rate_bp: int
    fee_fen: int
    lots: tuple[LotUse, ...]
    hold_expires: int
    state: OrderState = "PLACED"
    channel: Channel | None = None
    rider: str | None = None
    due_at: int = 0
    fulfil_by: int = 0
    promised_at: int = 0
    refundable_until: int = 0
    fee_refunded: bool = False
    uses: list[Lot] = field(default_factory=list)
    steps: tuple[tuple[int, str], ...] = ()

    @property
    def cash_fen(self) -> int:
        """What of the goods is paid in money."""
        return self.goods_fen - self.points * self.value_fen

    def entered(self, state: str) -> int | None:
        """Instant at which the order last came into a state; None if it never did."""
        return next((at for at, step in reversed(self.steps) if step == state), None)


@dataclass(slots=True)
class Rider:
    """A rider of the delivery team: what was done and earned so far, and which orders are being carried."""

    id: str
    registered_at: int
    state: RiderState = "REGISTERED"
    on_duty_since: int | None = None
    worked_s: int = 0
    delivered: int = 0
    earned_fen: int = 0
    orders: tuple[str, ...] = ()


@dataclass(slots=True)
class Deliveries:
    """Deliveries by riders whose payment fell into one hour of the day: how many by whole minutes, how many late."""

    by_minute: dict[int, int] = field(default_factory=dict)
    late: int = 0


class MarketRows:
    """Offers, orders and riders by id; delivery times by hour of the day (+08:00), which stay when orders go."""

    __slots__ = ("deliveries", "offers", "orders", "returned", "riders")

    def __init__(self) -> None:
        """An empty marketplace."""
        self.offers: dict[str, Offer] = {}
        self.orders: dict[str, Order] = {}
        self.returned: dict[str, tuple[int, int]] = {}  # order -> goods in fen (R) and points (P) refunded so far
        self.riders: dict[str, Rider] = {}
        self.deliveries: dict[int, Deliveries] = {}

    def lots(self) -> Iterator[Lot]:
        """Every lot that an order reserved, captured or spent."""
        for order in self.orders.values():
            yield from order.uses

    def count_delivery(self, order: Order, at: int) -> None:
        """Count how long a rider's delivery took from the payment on."""
        paid_at = order.entered("PAID") or at
        hour = (paid_at - day_start(civil_day(paid_at))) // HOUR_S
        found = self.deliveries.setdefault(hour, Deliveries())
        minutes = (at - paid_at) // MINUTE_S
        found.by_minute[minutes] = found.by_minute.get(minutes, 0) + 1
        found.late += at > order.promised_at

