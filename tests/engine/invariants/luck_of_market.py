"""What people of a random life order, deliver and send back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.kernel.units import DAY_S, HOUR_S

OFTEN = {
    "marketplace.publish_offer": 2,
    "marketplace.place_order": 12,
    "payments.pay_order": 9,
    "marketplace.accept_order": 6,
    "marketplace.ready_order": 6,
    "marketplace.assign_order": 6,
    "marketplace.pick_up_order": 5,
    "marketplace.deliver_order": 6,
    "marketplace.confirm_order": 4,
    "marketplace.refund_order": 4,
    "marketplace.start_duty": 2,
}
RARE = {
    "marketplace.end_duty",
    "marketplace.fail_delivery",
    "marketplace.reject_order",
    "marketplace.withdraw_offer",
}
WANTED: dict[str, tuple[str, ...]] = {
    "marketplace.accept_order": ("PAID",),
    "marketplace.cancel_order": ("PLACED", "PAID", "ACCEPTED"),
    "marketplace.confirm_order": ("DELIVERED",),
    "marketplace.deliver_order": ("PICKED_UP",),
    "marketplace.fail_delivery": ("ASSIGNED", "PICKED_UP"),
    "marketplace.give_back_order": ("ASSIGNED",),
    "marketplace.hand_over_order": ("READY",),
    "marketplace.assign_order": ("READY",),
    "marketplace.pick_up_order": ("ASSIGNED",),
    "marketplace.place_order": ("PUBLISHED",),
    "marketplace.ready_order": ("ACCEPTED",),
    "marketplace.refund_delivery_fee": ("COMPLETED", "PART_REFUNDED"),
    "marketplace.refund_order": ("COMPLETED", "PART_REFUNDED"),
    "marketplace.reject_order": ("PAID",),
    "payments.pay_order": ("PLACED",),
}
LIVELY = {
    "marketplace.hold_s": 6 * DAY_S,
    "marketplace.accept_s": 8 * DAY_S,
    "marketplace.fulfil_s": 30 * DAY_S,
    "marketplace.confirm_s": 2 * DAY_S,
    "marketplace.delivery_fee_fen": 300,
    "marketplace.commission_bp": 150,
    "marketplace.rider_orders": 1,
}


def _merchant(life: Any) -> Any:
    """A merchant, and with it one of its offers or none, which the next fields name."""
    offers = life.engine.district.market.offers
    likely = 0.5 if any(each.state == "PUBLISHED" for each in offers.values()) else 0.05
    life.offered = life.some(offers, "ofr") if life.luck.random() < likely else None
    row = offers.get(life.offered or "")
    return row.merchant if row is not None and life.luck.random() < 0.95 else life.luck.choice(("mer_1", "mer_2"))


def _quantity(life: Any) -> Any:
    """At times more than there is, at times none of an offer, or some of nothing."""
    return life.luck.choice((1, 1, 2, 4)) if (life.offered is not None) == (life.luck.random() < 0.97) else 0


def _on_duty(life: Any) -> Any:
    """A rider on duty most of the time, the first ones more often than others."""
    riders = life.engine.district.market.riders
    names = [each.id for each in riders.values() if each.on_duty_since is not None and life.luck.random() < 0.9]
    return life.luck.choice(names[:2] or sorted(riders) or ["rid_9"])


NAMED: dict[str, Callable[[Any], Any]] = {
    "marketplace.place_order.merchant": _merchant,
    "marketplace.place_order.offer": lambda life: life.offered,
    "marketplace.place_order.goods_fen": lambda life: life.luck.choice((0 if life.offered else 1, 700, 2_000, 12_345)),
    "marketplace.place_order.points": lambda life: life.luck.choice((0, 1, 1, 2, 9)),
    "marketplace.assign_order.rider": _on_duty,
    "marketplace.register_rider.rider": lambda life: f"rid_{life.luck.randrange(1, 5)}",
    "marketplace.fail_delivery.reason": lambda life: life.luck.choice(("buyer_absent", "goods_damaged")),
    "offer": lambda life: life.some(life.engine.district.market.offers, "ofr"),
    "opens_at": lambda life: life.at + life.luck.choice((0, 0, 0, HOUR_S)),
    "order": lambda life: life.some(life.engine.district.market.orders, "ord"),
    "price_fen": lambda life: life.luck.choice((1, 50, 700)),
    "quantity": _quantity,
    "rider": lambda life: life.some(life.engine.district.market.riders, "rid"),
    "stock": lambda life: life.luck.choice((1, 2, 3, 5)),
}
