"""F25 an order after its payment: accepted, ready, handed over or brought, confirmed; or it ends by itself.

A state that somebody forgets ends by itself (deadline `order_end`), so every paid order is completed or refunded:
unpaid it is cancelled, unanswered rejected, under way for too long cancelled or failed, unconfirmed completed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.district.order_returns import DeliveryFailed, OrderCancelled, OrderRejected
from engine.district.orders import OrderAccepted, OrderCompleted, OrderDelivered, OrderReady, OrdersFinished
from engine.kernel.command import Command, Envelope, anyone, command
from engine.kernel.event import Event
from engine.kernel.ids import OrderId
from engine.kernel.rejection import FORBIDDEN, Code, Rejected
from engine.kernel.units import BASIS, after_days
from engine.marketplace.codes import ORDER_OTHER_WAY
from engine.marketplace.returns import escrow_returned, hold_released, refund_started
from engine.payments.codes import ORDER_BAD_STATE, ORDER_NOT_FOUND
from engine.payments.orders import buyer, known_order
from engine.payments.purchases import sponsor_alarm

if TYPE_CHECKING:
    from engine.district import District
    from engine.district.market import Order, OrderState
    from engine.policy import Policy

STEP_CODES = (ORDER_NOT_FOUND, ORDER_BAD_STATE)


def seller(command: Any, district: District, who: str) -> Code | None:
    """Authority of a merchant over the own orders; an unknown order is answered by the decision."""
    order = district.market.orders.get(command.order)
    return FORBIDDEN if order is not None and order.merchant != who else None


def order_in(district: District, order_id: str, *states: OrderState) -> Order:
    """The order, which must be in one of the states; raises ORDER_NOT_FOUND or ORDER_BAD_STATE."""
    order = known_order(district, order_id)
    if order.state not in states:
        raise Rejected(ORDER_BAD_STATE, state=order.state)
    return order


@command("marketplace.accept_order", {"merchant": seller, "officer": anyone}, STEP_CODES)
class AcceptOrder(Command):
    """The merchant takes a paid order."""

    order: OrderId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """The order accepted."""
        return (OrderAccepted(order_in(district, self.order, "PAID").id),)


@command("marketplace.reject_order", {"merchant": seller, "officer": anyone}, STEP_CODES)
class RejectOrder(Command):
    """The merchant does not take a paid order."""

    order: OrderId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The order rejected; its money and points go back."""
        order = order_in(district, self.order, "PAID")
        return (OrderRejected(order.id, "merchant"), refund_started(order, policy, by.at))


@command("marketplace.ready_order", {"merchant": seller, "officer": anyone}, STEP_CODES)
class ReadyOrder(Command):
    """The order is prepared."""

    order: OrderId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """It waits for a rider, or for its buyer."""
        return (OrderReady(order_in(district, self.order, "ACCEPTED").id),)


@command(
    "marketplace.hand_over_order", {"merchant": seller, "officer": anyone}, (*STEP_CODES, ORDER_OTHER_WAY)
)
class HandOverOrder(Command):
    """The merchant gives the goods to the buyer, or has done the service, without a rider."""

    order: OrderId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The order delivered."""
        order = order_in(district, self.order, "READY")
        if order.dwelling is not None:
            raise Rejected(ORDER_OTHER_WAY)
        return (delivered(order, policy, by.at),)


@command("marketplace.confirm_order", {"resident": buyer, "officer": anyone}, STEP_CODES)
class ConfirmOrder(Command):
    """The buyer says that everything is there."""

    order: OrderId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The order completed: everybody gets what is due."""
        return _completed(district, policy, order_in(district, self.order, "DELIVERED"), by.at)


@command("marketplace.cancel_order", {"resident": buyer, "officer": anyone}, STEP_CODES)
class CancelOrder(Command):
    """The buyer no longer wants an order that is not ready yet."""

    order: OrderId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The order cancelled; what is on hold is free, what is paid goes back."""
        order = order_in(district, self.order, "PLACED", "PAID", "ACCEPTED")
        if order.state == "PLACED":
            return _unpaid(district, policy, order, "buyer", by.at)
        return (_cancelled(order, policy, "buyer", by.at), refund_started(order, policy, by.at))


def delivered(order: Order, policy: Policy, at: int) -> OrderDelivered:
    """The order with its buyer."""
    return OrderDelivered(order.id, order.rider, at + policy.marketplace.confirm_s)


def _cancelled(order: Order, policy: Policy, reason: Any, at: int) -> OrderCancelled:
    return OrderCancelled(order.id, reason, after_days(at, policy.payments.refund_window_days))


def _unpaid(district: District, policy: Policy, order: Order, reason: Any, at: int) -> tuple[Event, ...]:
    return (_cancelled(order, policy, reason, at), *hold_released(district, order, at))


def _completed(district: District, policy: Policy, order: Order, at: int) -> tuple[Event, ...]:
    """The escrow divided; an alarm beside it when the sponsor's due passes its limit."""
    completed = OrderCompleted(
        order=order.id,
        merchant=order.merchant,
        rider=order.rider,
        cash_fen=order.cash_fen,
        fee_fen=order.fee_fen,
        points=order.points,
        value_fen=order.value_fen,
        commission_fen=order.goods_fen * policy.marketplace.commission_bp // BASIS,
        refundable_until=after_days(at, policy.payments.refund_window_days),
    )
    alarm = sponsor_alarm(district, policy, order.points * order.value_fen) if order.points else ()
    return (completed, *alarm)


def lapse(district: District, policy: Policy, waiting: str, at: int) -> list[Event]:
    """Deadline `order_end`: nobody did what the present state waits for."""
    order = district.market.orders[waiting]
    match order.state:
        case "PLACED":
            return [*_unpaid(district, policy, order, "not_paid", at)]
        case "DELIVERED":
            return [*_completed(district, policy, order, at)]
        case "REFUNDING":
            return [escrow_returned(district, policy, order, at)]
        case "PAID":
            stopped: Event = OrderRejected(order.id, "no_answer")
        case "ACCEPTED":
            stopped = _cancelled(order, policy, "not_prepared", at)
        case _:
            stopped = DeliveryFailed(order.id, "late")
    return [stopped, refund_started(order, policy, at)]


def finish(district: District, _policy: Policy, _waiting: str, at: int) -> list[Event]:
    """Deadline `orders_finish`: orders that are over and can no longer be refunded are retired."""
    over = [order.id for order in district.market.orders.values() if 0 < order.refundable_until <= at]
    return [OrdersFinished(tuple(over))] if over else []
