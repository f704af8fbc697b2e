"""F25 paying an order: its money goes into escrow, its points from hold to escrow, while the hold lasts and once only.

`order_paid` is what any successful payment of an order leads to: `payments.pay_order`, which succeeds at once, or the
checkout that `payments.check_out_order` opens. The order's own steps belong to the marketplace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.district.merchants import Channel
from engine.district.orders import OrderPaid
from engine.kernel.command import Command, Envelope, command
from engine.kernel.event import Event
from engine.kernel.ids import OrderId
from engine.kernel.rejection import FORBIDDEN, Code, Rejected
from engine.payments.checkouts import opened, under_way
from engine.payments.codes import HOLD_EXPIRED, ORDER_BAD_STATE, ORDER_BEING_PAID, ORDER_NOT_FOUND

if TYPE_CHECKING:
    from typing import Any

    from engine.district import District
    from engine.district.market import Order
    from engine.policy import Policy


def buyer(command: Any, district: District, who: str) -> Code | None:
    """Authority of a resident over the own orders; an unknown order is answered by the decision."""
    order = district.market.orders.get(command.order)
    return FORBIDDEN if order is not None and district.residents.root(order.person) != who else None


def known_order(district: District, order_id: str) -> Order:
    """The row of an order; raises ORDER_NOT_FOUND, for one that is over long since ORDER_BAD_STATE."""
    order = district.market.orders.get(order_id)
    if order is None:
        if district.ids.issued(order_id):
            raise Rejected(ORDER_BAD_STATE, state="FINISHED")
        raise Rejected(ORDER_NOT_FOUND)
    return order


def order_paid(district: District, policy: Policy, order_id: str, channel: Channel, at: int) -> OrderPaid:
    """What a successful payment of the order through `channel` leads to; raises what `payments.pay_order` answers."""
    order = known_order(district, order_id)
    if order.state == "CANCELLED" and order.steps[-1][0] == order.hold_expires:
        raise Rejected(HOLD_EXPIRED)
    if order.state != "PLACED":
        raise Rejected(ORDER_BAD_STATE, state=order.state)
    numbers = policy.marketplace
    fulfil_by = at + numbers.fulfil_s
    return OrderPaid(
        order=order.id,
        person=district.residents.root(order.person),
        channel=channel,
        cash_fen=order.cash_fen,
        fee_fen=order.fee_fen,
        points=order.points,
        accept_by=min(at + numbers.accept_s, fulfil_by),
        promised_at=at + numbers.promise_s,
        fulfil_by=fulfil_by,
    )


@command("payments.pay_order", {"resident": buyer}, (ORDER_NOT_FOUND, HOLD_EXPIRED, ORDER_BAD_STATE))
class PayOrder(Command):
    """Pay an order at once through a channel: goods less points, and the delivery fee."""

    order: OrderId
    channel: Channel

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The order paid, waiting for its merchant."""
        return (order_paid(district, policy, self.order, self.channel, by.at),)


@command(
    "payments.check_out_order",
    {"resident": buyer},
    (ORDER_NOT_FOUND, HOLD_EXPIRED, ORDER_BAD_STATE, ORDER_BEING_PAID),
)
class CheckOutOrder(Command):
    """Pay an order by the one code of all payment apps (F34); money that comes after the hold has ended goes back."""

    order: OrderId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """An open checkout over goods less points, and the delivery fee."""
        paid = order_paid(district, policy, self.order, "bank", by.at)  # any channel: only whether it could be paid now
        checkout = under_way(district, self.order)
        if checkout is not None:
            raise Rejected(ORDER_BEING_PAID, checkout=checkout)
        return (opened(district, policy, by, (paid.person, self.order, paid.cash_fen + paid.fee_fen)),)
