"""F28 riders of the delivery team: neighbours who are trained, go on duty, carry a few orders at a time and are paid.

F27 offline delivery: a ready order is assigned to a rider (or taken by one), picked up and brought. Who has not been
trained gets no order, nobody carries more than the policy allows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.district.ledger import RID
from engine.district.order_returns import DeliveryFailed, FailReason
from engine.district.orders import OrderAssigned, OrderGivenBack, OrderPickedUp
from engine.district.riders import DutyEnded, DutyStarted, RiderRegistered, RidersPaid, RiderTrained
from engine.kernel.command import Command, Envelope, anyone, command, own
from engine.kernel.event import Event
from engine.kernel.ids import OrderId, RiderId
from engine.kernel.rejection import FORBIDDEN, Code, Rejected
from engine.marketplace.codes import (
    ORDER_OTHER_WAY,
    RIDER_BUSY,
    RIDER_EXISTS,
    RIDER_NOT_FOUND,
    RIDER_OFF_DUTY,
    RIDER_ON_DUTY,
    RIDER_TRAINED,
    RIDER_UNTRAINED,
)
from engine.marketplace.orders import STEP_CODES, delivered, order_in
from engine.marketplace.returns import refund_started
from engine.payments.codes import ORDER_BAD_STATE, ORDER_NOT_FOUND, SETTLE_NOTHING_DUE

if TYPE_CHECKING:
    from engine.district import District
    from engine.district.market import Rider
    from engine.policy import Policy

OFFICE = {"officer": anyone, "system": anyone}
ON_DUTY = {"rider": own("rider"), "officer": anyone}


def carrier(command: Any, district: District, who: str) -> Code | None:
    """Authority of a rider over the orders that were assigned to the rider."""
    order = district.market.orders.get(command.order)
    return FORBIDDEN if order is not None and order.rider != who else None


CARRIER = {"rider": carrier, "officer": anyone}


def _rider(district: District, rider_id: str) -> Rider:
    rider = district.market.riders.get(rider_id)
    if rider is None:
        raise Rejected(RIDER_NOT_FOUND)
    return rider


def _trained(rider: Rider) -> None:
    if rider.state != "TRAINED":
        raise Rejected(RIDER_UNTRAINED)


@command("marketplace.register_rider", OFFICE, (RIDER_EXISTS,))
class RegisterRider(Command):
    """Let somebody join the delivery team."""

    rider: RiderId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A rider who may not carry anything yet."""
        if self.rider in district.market.riders:
            raise Rejected(RIDER_EXISTS)
        return (RiderRegistered(self.rider),)


@command("marketplace.train_rider", OFFICE, (RIDER_NOT_FOUND, RIDER_TRAINED))
class TrainRider(Command):
    """A rider has passed the training."""

    rider: RiderId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A rider who may go on duty."""
        if _rider(district, self.rider).state == "TRAINED":
            raise Rejected(RIDER_TRAINED)
        return (RiderTrained(self.rider),)


@command("marketplace.start_duty", ON_DUTY, (RIDER_NOT_FOUND, RIDER_UNTRAINED, RIDER_ON_DUTY))
class StartDuty(Command):
    """A rider begins to work."""

    rider: RiderId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """The rider on duty."""
        rider = _rider(district, self.rider)
        _trained(rider)
        if rider.on_duty_since is not None:
            raise Rejected(RIDER_ON_DUTY)
        return (DutyStarted(rider.id),)


@command("marketplace.end_duty", ON_DUTY, (RIDER_NOT_FOUND, RIDER_OFF_DUTY, RIDER_BUSY))
class EndDuty(Command):
    """A rider who carries nothing goes home."""

    rider: RiderId

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The rider off duty; the time worked counts."""
        rider = _rider(district, self.rider)
        if rider.on_duty_since is None:
            raise Rejected(RIDER_OFF_DUTY)
        if rider.orders:
            raise Rejected(RIDER_BUSY, carries=len(rider.orders))
        return (DutyEnded(rider.id, by.at - rider.on_duty_since),)


@command(
    "marketplace.assign_order",
    {"rider": own("rider"), **OFFICE},
    (
        ORDER_NOT_FOUND,
        RIDER_NOT_FOUND,
        ORDER_BAD_STATE,
        ORDER_OTHER_WAY,
        RIDER_UNTRAINED,
        RIDER_OFF_DUTY,
        RIDER_BUSY,
    ),
)
class AssignOrder(Command):
    """Give a ready order to a rider, or take one as a rider."""

    order: OrderId
    rider: RiderId

    def decide(self, district: District, policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """The order with its rider; none comes while the rider is on a care visit."""
        if self.order not in district.market.orders and not district.ids.issued(self.order):
            raise Rejected(ORDER_NOT_FOUND)
        rider = _rider(district, self.rider)
        order = order_in(district, self.order, "READY")
        if order.dwelling is None:
            raise Rejected(ORDER_OTHER_WAY)
        _trained(rider)
        if rider.on_duty_since is None:
            raise Rejected(RIDER_OFF_DUTY)
        if len(rider.orders) >= policy.marketplace.rider_orders:
            raise Rejected(RIDER_BUSY, carries=len(rider.orders))
        if district.visits.busy(rider.id):
            raise Rejected(RIDER_BUSY, visit=district.visits.of_visitor[rider.id])
        return (OrderAssigned(order.id, rider.id),)


@command("marketplace.give_back_order", CARRIER, STEP_CODES)
class GiveBackOrder(Command):
    """A rider will not bring an order that was not picked up yet."""

    order: OrderId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """The order waiting for another rider."""
        order = order_in(district, self.order, "ASSIGNED")
        return (OrderGivenBack(order.id, order.rider or ""),)


@command("marketplace.pick_up_order", CARRIER, STEP_CODES)
class PickUpOrder(Command):
    """The rider takes the goods from the merchant."""

    order: OrderId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """The order on its way."""
        order = order_in(district, self.order, "ASSIGNED")
        return (OrderPickedUp(order.id, order.rider or ""),)


@command("marketplace.deliver_order", CARRIER, STEP_CODES)
class DeliverOrder(Command):
    """The rider gives the goods to the buyer."""

    order: OrderId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The order delivered."""
        return (delivered(order_in(district, self.order, "PICKED_UP"), policy, by.at),)


@command("marketplace.fail_delivery", CARRIER, STEP_CODES)
class FailDelivery(Command):
    """The goods cannot reach the buyer."""

    order: OrderId
    reason: FailReason

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The delivery failed; money and points go back."""
        order = order_in(district, self.order, "ASSIGNED", "PICKED_UP")
        return (DeliveryFailed(order.id, self.reason), refund_started(order, policy, by.at))


@command("marketplace.pay_riders", OFFICE, (SETTLE_NOTHING_DUE,))
class PayRiders(Command):
    """Pay every rider what is owed for deliveries."""

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """One line a rider with something due, in the order of ids."""
        due = sorted((rider, fen) for rider, fen in district.ledger.balances[RID].items() if fen > 0)
        if not due:
            raise Rejected(SETTLE_NOTHING_DUE)
        return (RidersPaid(tuple(due), sum(fen for _, fen in due)),)
