"""Events of an order that is not completed, or not kept: cancelled, rejected, failed, refunded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from engine.district.ledger import AV, CH, DEBT, ESC, ESC_POINTS, EXP, HELD, MER, NOBODY, RED, RID, SP
from engine.district.lots import Restored, reopen
from engine.district.market import OrderState
from engine.district.merchants import Channel
from engine.district.orders import end, enter
from engine.kernel.event import Event, Posting, event
from engine.kernel.ids import MerchantId, OrderId, PersonId, RefundId, RiderId
from engine.kernel.units import Fen, Instant, Points, PositiveFen

if TYPE_CHECKING:
    from engine.district.district import District

CancelReason = Literal["buyer", "not_paid", "not_prepared"]
RejectReason = Literal["merchant", "no_answer"]
FailReason = Literal["buyer_absent", "goods_damaged", "late"]


def _stop(district: District, order_id: str, state: OrderState) -> None:
    """The order goes no further: a rider who has it is free, its items can be bought again."""
    order = district.market.orders[order_id]
    enter(district, order, state)
    if order.offer is not None:
        district.market.offers[order.offer].sold -= order.quantity


@event("marketplace.order_cancelled")
class OrderCancelled(Event):
    """The buyer does not want it, did not pay in time, or the merchant did not prepare it in time."""

    order: OrderId
    reason: CancelReason
    finish_at: Instant

    def apply(self, district: District) -> None:
        """Stop it; an unpaid one is over, a paid one goes on to its refund."""
        order = district.market.orders[self.order]
        unpaid = order.state == "PLACED"
        _stop(district, self.order, "CANCELLED")
        if unpaid:
            end(district, order, self.finish_at)


@event("marketplace.order_rejected")
class OrderRejected(Event):
    """The merchant does not take the order, or did not answer in time."""

    order: OrderId
    reason: RejectReason

    def apply(self, district: District) -> None:
        """Stop it."""
        _stop(district, self.order, "REJECTED")


@event("marketplace.delivery_failed")
class DeliveryFailed(Event):
    """The goods did not reach the buyer."""

    order: OrderId
    reason: FailReason

    def apply(self, district: District) -> None:
        """Stop it."""
        _stop(district, self.order, "DELIVERY_FAILED")


@event("marketplace.points_returned")
class PointsReturned(Event):
    """The hold of an unpaid order is released: its points go back to their lots, those of a lapsed lot expire."""

    order: OrderId
    person: PersonId
    points: Points
    restored: tuple[Restored, ...]
    netted: Points
    forfeited: Points

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'hold released'."""
        person, kept = self.person, self.points - self.netted - self.forfeited
        return (
            (HELD, person, AV, person, kept),
            (HELD, person, DEBT, person, self.netted),
            (HELD, person, EXP, NOBODY, self.forfeited),
        )

    def apply(self, district: District) -> None:
        """Move the points."""
        district.ledger.post(self.postings())
        reopen(district, district.market.orders[self.order].uses, self.restored)


@event("marketplace.refund_started")
class RefundStarted(Event):
    """A paid order goes no further: the channel gives the money back by `refund_at`."""

    order: OrderId
    refund_at: Instant

    def apply(self, district: District) -> None:
        """Wait for the channel."""
        enter(district, district.market.orders[self.order], "REFUNDING", self.refund_at)


@event("marketplace.escrow_returned")
class EscrowReturned(Event):
    """All money of an order that was never completed is back with the buyer, and so are the points."""

    order: OrderId
    person: PersonId
    channel: Channel
    cash_fen: Fen
    fee_fen: Fen
    points: Points
    restored: tuple[Restored, ...]
    netted: Points
    forfeited: Points
    finish_at: Instant

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'order cancelled after payment'."""
        money = (ESC, self.order, CH, self.channel, self.cash_fen + self.fee_fen)
        if not self.points:
            return (money,)
        return (
            money,
            (ESC_POINTS, self.order, AV, self.person, self.points - self.netted - self.forfeited),
            (ESC_POINTS, self.order, DEBT, self.person, self.netted),
            (ESC_POINTS, self.order, EXP, NOBODY, self.forfeited),
        )

    def apply(self, district: District) -> None:
        """Move money and points."""
        district.ledger.post(self.postings())
        order = district.market.orders[self.order]
        reopen(district, order.uses, self.restored)
        enter(district, order, "REFUNDED")
        end(district, order, self.finish_at)


@event("marketplace.order_refunded")
class OrderRefunded(Event):
    """`goods_fen` of a completed order come back as `cash_fen` and `points`, split and restored as of a purchase."""

    refund: RefundId
    order: OrderId
    person: PersonId
    merchant: MerchantId
    channel: Channel
    goods_fen: PositiveFen
    cash_fen: Fen
    points: Points
    value_fen: Fen
    restored: tuple[Restored, ...]
    netted: Points
    forfeited: Points

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'refund of an order after completion'."""
        cash = (MER, self.merchant, CH, self.channel, self.cash_fen)
        if not self.points:
            return (cash,)
        return (
            cash,
            (MER, self.merchant, SP, NOBODY, self.points * self.value_fen),
            (RED, self.merchant, AV, self.person, self.points - self.netted - self.forfeited),
            (RED, self.merchant, DEBT, self.person, self.netted),
            (RED, self.merchant, EXP, NOBODY, self.forfeited),
        )

    def apply(self, district: District) -> None:
        """Move money and points back and reopen lots."""
        district.ledger.post(self.postings())
        district.ids.taken_next("rfd")
        rows = district.market
        order = rows.orders[self.order]
        goods_fen, points = rows.returned.get(self.order, (0, 0))
        rows.returned[self.order] = goods_fen + self.goods_fen, points + self.points
        whole = goods_fen + self.goods_fen == order.goods_fen
        enter(district, order, "REFUNDED" if whole else "PART_REFUNDED")
        reopen(district, order.uses, self.restored)


@event("marketplace.fee_refunded")
class FeeRefunded(Event):
    """The delivery fee of a completed order comes back in cash, apart from the goods."""

    order: OrderId
    rider: RiderId
    channel: Channel
    fee_fen: PositiveFen

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'delivery fee refunded'."""
        return ((RID, self.rider, CH, self.channel, self.fee_fen),)

    def apply(self, district: District) -> None:
        """Move the money."""
        district.ledger.post(self.postings())
        district.market.orders[self.order].fee_refunded = True
        district.market.riders[self.rider].earned_fen -= self.fee_fen
