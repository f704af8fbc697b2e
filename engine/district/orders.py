"""Events of an order from its placing to its completion, each of which puts it into a state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.district.ledger import AV, CH, ESC, ESC_POINTS, FEE, HELD, MER, NOBODY, RED, RID, SP
from engine.district.lots import LotUse
from engine.district.market import CARRIED, Order, OrderState
from engine.district.merchants import Channel
from engine.kernel.event import Event, Posting, event
from engine.kernel.ids import DwellingId, MerchantId, OfferId, OrderId, PersonId, RiderId
from engine.kernel.units import BasisPoints, Count, Fen, Instant, Points, PositiveFen

if TYPE_CHECKING:
    from engine.district.district import District

END = "order_end"  # kinds of deadline: the present state of an order ends by itself
FINISH = "orders_finish"


def enter(district: District, order: Order, state: OrderState, due_at: int = 0) -> None:
    """Put an order into a state that ends by itself at `due_at` (0: never)."""
    if order.due_at:
        district.deadlines.cancel(order.due_at, END, order.id)
    if order.rider is not None and order.state in CARRIED and state not in CARRIED:
        rider = district.market.riders[order.rider]
        rider.orders = tuple(each for each in rider.orders if each != order.id)
    order.state, order.due_at = state, due_at
    order.steps += ((district.at, state),)
    if due_at:
        district.deadlines.add(due_at, END, order.id)


def end(district: District, order: Order, finish_at: int) -> None:
    """The order is over; its row goes once it can no longer be refunded."""
    order.refundable_until = finish_at
    district.deadlines.add(finish_at, FINISH, NOBODY)


@event("marketplace.order_placed")
class OrderPlaced(Event):
    """An order waits for its payment; its points are on hold until then, and lapse with the hold only.

    `goods_fen` counts `quantity` items of the offer, if any, at its price. Points may not pay `excluded_fen` of it.
    """

    order: OrderId
    person: PersonId
    merchant: MerchantId
    dwelling: DwellingId | None
    offer: OfferId | None
    quantity: Count
    goods_fen: PositiveFen
    excluded_fen: Fen
    points: Points
    value_fen: Fen
    rate_bp: BasisPoints
    fee_fen: Fen
    lots: tuple[LotUse, ...]
    hold_expires: Instant

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'order placed'."""
        return ((AV, self.person, HELD, self.person, self.points),) if self.points else ()

    def apply(self, district: District) -> None:
        """Write the order, reserve its lots and its items."""
        district.ledger.post(self.postings())
        district.ids.taken_next("ord")
        order = Order(
            self.order,
            self.person,
            self.merchant,
            self.dwelling,
            self.offer,
            self.quantity,
            self.goods_fen,
            self.excluded_fen,
            self.points,
            self.value_fen,
            self.rate_bp,
            self.fee_fen,
            self.lots,
            self.hold_expires,
        )
        order.uses = district.points.take(district, self.person, self.lots)
        district.market.orders[self.order] = order
        if self.offer is not None:
            district.market.offers[self.offer].sold += self.quantity
        enter(district, order, "PLACED", self.hold_expires)


@event("marketplace.order_paid")
class OrderPaid(Event):
    """The money is in escrow, and so are the points. Unless accepted before `accept_by` the order is rejected."""

    order: OrderId
    person: PersonId
    channel: Channel
    cash_fen: Fen
    fee_fen: Fen
    points: Points
    accept_by: Instant
    promised_at: Instant
    fulfil_by: Instant

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'order paid'."""
        money = (CH, self.channel, ESC, self.order, self.cash_fen + self.fee_fen)
        return (money, (HELD, self.person, ESC_POINTS, self.order, self.points)) if self.points else (money,)

    def apply(self, district: District) -> None:
        """Move money and points."""
        district.ledger.post(self.postings())
        order = district.market.orders[self.order]
        order.channel = self.channel
        order.promised_at, order.fulfil_by = self.promised_at, self.fulfil_by
        enter(district, order, "PAID", self.accept_by)


@event("marketplace.order_accepted")
class OrderAccepted(Event):
    """The merchant prepares the order."""

    order: OrderId

    def apply(self, district: District) -> None:
        """It must be delivered in time from now on."""
        order = district.market.orders[self.order]
        enter(district, order, "ACCEPTED", order.fulfil_by)


@event("marketplace.order_ready")
class OrderReady(Event):
    """The order waits for a rider, or at the counter."""

    order: OrderId

    def apply(self, district: District) -> None:
        """Step on."""
        order = district.market.orders[self.order]
        enter(district, order, "READY", order.fulfil_by)


@event("marketplace.order_assigned")
class OrderAssigned(Event):
    """A rider will bring the order."""

    order: OrderId
    rider: RiderId

    def apply(self, district: District) -> None:
        """The rider has one order more."""
        order = district.market.orders[self.order]
        order.rider = self.rider
        district.market.riders[self.rider].orders += (self.order,)
        enter(district, order, "ASSIGNED", order.fulfil_by)


@event("marketplace.order_given_back")
class OrderGivenBack(Event):
    """The rider will not bring it after all; it waits for another one."""

    order: OrderId
    rider: RiderId

    def apply(self, district: District) -> None:
        """The rider has one order less."""
        order = district.market.orders[self.order]
        enter(district, order, "READY", order.fulfil_by)
        order.rider = None


@event("marketplace.order_picked_up")
class OrderPickedUp(Event):
    """The rider has the goods."""

    order: OrderId
    rider: RiderId

    def apply(self, district: District) -> None:
        """Step on."""
        order = district.market.orders[self.order]
        enter(district, order, "PICKED_UP", order.fulfil_by)


@event("marketplace.order_delivered")
class OrderDelivered(Event):
    """The buyer has the goods, from a rider or (no rider) at the counter; completed at `complete_at` unless before."""

    order: OrderId
    rider: RiderId | None
    complete_at: Instant

    def apply(self, district: District) -> None:
        """The rider has one order less; count the delivery."""
        order = district.market.orders[self.order]
        enter(district, order, "DELIVERED", self.complete_at)
        if self.rider is not None:
            district.market.riders[self.rider].delivered += 1
            district.market.count_delivery(order, district.at)


@event("marketplace.order_completed")
class OrderCompleted(Event):
    """The escrow goes to the merchant, the rider and, as points redeemed, to the sponsor's account."""

    order: OrderId
    merchant: MerchantId
    rider: RiderId | None
    cash_fen: Fen
    fee_fen: Fen
    points: Points
    value_fen: Fen
    commission_fen: Fen
    refundable_until: Instant

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'order completed'."""
        order, merchant = self.order, self.merchant
        moved: list[Posting] = [(ESC, order, MER, merchant, self.cash_fen)]
        if self.rider is not None and self.fee_fen:
            moved.append((ESC, order, RID, self.rider, self.fee_fen))
        if self.points:
            moved.append((SP, NOBODY, MER, merchant, self.points * self.value_fen))
            moved.append((ESC_POINTS, order, RED, merchant, self.points))
        if self.commission_fen:
            moved.append((MER, merchant, FEE, NOBODY, self.commission_fen))
        return tuple(moved)

    def apply(self, district: District) -> None:
        """Move money and points; the order can be refunded from now on."""
        district.ledger.post(self.postings())
        order = district.market.orders[self.order]
        enter(district, order, "COMPLETED")
        end(district, order, self.refundable_until)
        if self.rider is not None:
            district.market.riders[self.rider].earned_fen += self.fee_fen


@event("marketplace.orders_finished")
class OrdersFinished(Event):
    """Nothing of these orders can change any more; their rows are retired."""

    orders: tuple[OrderId, ...]

    def apply(self, district: District) -> None:
        """Drop the rows."""
        for order in self.orders:
            del district.market.orders[order]
            district.market.returned.pop(order, None)
