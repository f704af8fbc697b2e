"""F25 money and points of an order that come back: hold released, escrow returned, refunds after completion.

Before completion points go back to the very lots they came from, and lapse with a lot that has lapsed meanwhile. After
completion goods come back in parts as those of a purchase do, and the delivery fee apart, in cash (sections A5, A8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.district.ledger import MER
from engine.district.merchants import Returned
from engine.district.order_returns import EscrowReturned, FeeRefunded, OrderRefunded, PointsReturned, RefundStarted
from engine.kernel.command import Command, Envelope, anyone, command
from engine.kernel.event import Event
from engine.kernel.ids import OrderId
from engine.kernel.rejection import FORBIDDEN, Code, Rejected
from engine.kernel.units import PositiveFen, after_days
from engine.marketplace.codes import REFUND_NO_FEE
from engine.payments.codes import (
    ORDER_BAD_STATE,
    ORDER_NOT_FOUND,
    REFUND_EXCEEDS_PAID,
    REFUND_MERCHANT_FUNDS,
    REFUND_NOT_REPRESENTABLE,
    REFUND_WINDOW_CLOSED,
)
from engine.payments.refunds import grace, larger, split
from engine.points.restoring import Return, last_used, restore

if TYPE_CHECKING:
    from engine.district import District
    from engine.district.market import Order
    from engine.district.merchants import Channel
    from engine.policy import Policy


def refund_started(order: Order, policy: Policy, at: int) -> RefundStarted:
    """A paid order goes no further; the channel needs its time."""
    return RefundStarted(order.id, at + policy.marketplace.refund_s)


def _whole(district: District, order: Order, at: int) -> Return:
    parts = last_used(order.uses, order.lots, 0, order.points)
    return restore(district, order.person, parts, at, None)


def hold_released(district: District, order: Order, at: int) -> tuple[Event, ...]:
    """Points of an unpaid order, back with their person; nothing for an order without points."""
    if not order.points:
        return ()
    back = _whole(district, order, at)
    return (PointsReturned(order.id, back.person, order.points, back.restored, back.netted, back.forfeited),)


def escrow_returned(district: District, policy: Policy, order: Order, at: int) -> EscrowReturned:
    """Everything that was paid for an order, back with its buyer."""
    back = _whole(district, order, at)
    return EscrowReturned(
        order=order.id,
        person=back.person,
        channel=_channel(order),
        cash_fen=order.cash_fen,
        fee_fen=order.fee_fen,
        points=order.points,
        restored=back.restored,
        netted=back.netted,
        forfeited=back.forfeited,
        finish_at=after_days(at, policy.payments.refund_window_days),
    )


def _channel(order: Order) -> Channel:
    if order.channel is None:
        raise AssertionError(f"{order.id} was never paid")
    return order.channel


def _own_sale(command: RefundOrder, district: District, who: str) -> Code | None:
    """A merchant refunds own orders only; an unknown order is answered by the decision."""
    order = district.market.orders.get(command.order)
    return FORBIDDEN if order is not None and order.merchant != who else None


def _completed(district: District, order_id: str, at: int) -> Order:
    """An order that was completed and can still be refunded."""
    order = district.market.orders.get(order_id)
    if order is None:
        raise Rejected(REFUND_WINDOW_CLOSED if district.ids.issued(order_id) else ORDER_NOT_FOUND)
    if order.entered("COMPLETED") is None:
        raise Rejected(ORDER_BAD_STATE, state=order.state)
    if at >= order.refundable_until:
        raise Rejected(REFUND_WINDOW_CLOSED)
    return order


@command(
    "marketplace.refund_order",
    {"merchant": _own_sale, "officer": anyone},
    (
        ORDER_NOT_FOUND,
        ORDER_BAD_STATE,
        REFUND_WINDOW_CLOSED,
        REFUND_EXCEEDS_PAID,
        REFUND_NOT_REPRESENTABLE,
        REFUND_MERCHANT_FUNDS,
    ),
)
class RefundOrder(Command):
    """Give back `goods_fen` of a completed order, split into cash and points."""

    order: OrderId
    goods_fen: PositiveFen

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A refund, or the reason against it."""
        order = _completed(district, self.order, by.at)
        returned = Returned(*district.market.returned.get(order.id, (0, 0)))
        left = order.goods_fen - returned.goods_fen
        if self.goods_fen > left:
            raise Rejected(REFUND_EXCEEDS_PAID, left_fen=left)
        points = split(order, returned, self.goods_fen, policy.payments.refund_order)
        if points is None:
            raise Rejected(REFUND_NOT_REPRESENTABLE, suggest=larger(order, left, self.goods_fen))
        payable = district.ledger.balance(MER, order.merchant) - self.goods_fen
        if payable < -policy.payments.merchant_limit_fen:
            raise Rejected(REFUND_MERCHANT_FUNDS)
        parts = last_used(order.uses, order.lots, returned.points, points)
        back = restore(district, order.person, parts, by.at, grace(policy))
        return (self._refunded(district, order, back, points),)

    def _refunded(self, district: District, order: Order, back: Return, points: int) -> OrderRefunded:
        return OrderRefunded(
            refund=district.ids.new("rfd"),
            order=order.id,
            person=back.person,
            merchant=order.merchant,
            channel=_channel(order),
            goods_fen=self.goods_fen,
            cash_fen=self.goods_fen - points * order.value_fen,
            points=points,
            value_fen=order.value_fen,
            restored=back.restored,
            netted=back.netted,
            forfeited=back.forfeited,
        )


@command(
    "marketplace.refund_delivery_fee",
    {"officer": anyone},
    (ORDER_NOT_FOUND, ORDER_BAD_STATE, REFUND_WINDOW_CLOSED, REFUND_NO_FEE),
)
class RefundDeliveryFee(Command):
    """Give the delivery fee of a completed order back, in cash and apart from the goods."""

    order: OrderId

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The fee refunded, once."""
        order = _completed(district, self.order, by.at)
        if order.rider is None or not order.fee_fen or order.fee_refunded:
            raise Rejected(REFUND_NO_FEE)
        return (FeeRefunded(order.id, order.rider, _channel(order), order.fee_fen),)
