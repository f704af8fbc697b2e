"""Refunds in parts: an exact split into cash and points, after which the rest can always be refunded (F33).

State: G goods, p points, F fen a point, R and P refunded so far, cash = G - p*F, C = R - P*F. For a refund of x:
lo = max(0, ceil((x - (cash - C)) / F)), hi = min(p - P, x // F); the policy's target is clamped into [lo, hi]. For
x = G - R both bounds are p - P, so a full refund in any parts returns exactly what was paid (section A8).

Pro rata, x must also be able to return its own share of the points: else 700 refunds of one fen would give back all
cash of a purchase of 1,000 fen and leave its 30 points of 10 fen in goods worth 300. So after any parts the points
still used exceed the pro-rata share of what remains by less than one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from engine.district.ledger import MER
from engine.district.merchants import PaymentsFinished, PurchasePaid, PurchaseRefunded, Returned
from engine.kernel.command import Command, Envelope, anyone, command
from engine.kernel.event import Event
from engine.kernel.ids import PaymentId
from engine.kernel.rejection import FORBIDDEN, Code, Rejected
from engine.kernel.units import PositiveFen
from engine.payments.channel_refunds import Back, requested
from engine.payments.codes import (
    PAYMENT_NOT_FOUND,
    REFUND_EXCEEDS_PAID,
    REFUND_MERCHANT_FUNDS,
    REFUND_NOT_REPRESENTABLE,
    REFUND_WINDOW_CLOSED,
)
from engine.points.restoring import last_used, restore

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy


def _own_sale(command: RefundPurchase, district: District, who: str) -> Code | None:
    """A merchant refunds own sales only; an unknown payment is answered by the decision."""
    payment = district.trade.payments.get(command.payment)
    return FORBIDDEN if payment is not None and payment.merchant != who else None


@command(
    "payments.refund_purchase",
    {"merchant": _own_sale, "officer": anyone},
    (
        PAYMENT_NOT_FOUND,
        REFUND_WINDOW_CLOSED,
        REFUND_EXCEEDS_PAID,
        REFUND_NOT_REPRESENTABLE,
        REFUND_MERCHANT_FUNDS,
    ),
)
class RefundPurchase(Command):
    """Give back `goods_fen` of a purchase, split into cash and points."""

    payment: PaymentId
    goods_fen: PositiveFen

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A refund, or the reason against it."""
        payment = district.trade.payments.get(self.payment)
        if payment is None:
            raise Rejected(REFUND_WINDOW_CLOSED if district.ids.issued(self.payment) else PAYMENT_NOT_FOUND)
        if by.at >= payment.refundable_until:
            raise Rejected(REFUND_WINDOW_CLOSED)
        returned = district.trade.returned.get(self.payment, Returned())
        left = payment.goods_fen - returned.goods_fen
        if self.goods_fen > left:
            raise Rejected(REFUND_EXCEEDS_PAID, left_fen=left)
        points = split(payment, returned, self.goods_fen, policy.payments.refund_order)
        if points is None:
            raise Rejected(REFUND_NOT_REPRESENTABLE, suggest=larger(payment, left, self.goods_fen))
        payable = district.ledger.balance(MER, payment.merchant) - self.goods_fen
        if payable < -policy.payments.merchant_limit_fen:
            raise Rejected(REFUND_MERCHANT_FUNDS)
        refunded = _refunded(district, policy, Asked(payment, returned, self.goods_fen, points, by.at))
        return (refunded, *_through_channel(district, policy, refunded, by.at))


class Sale(Protocol):
    """What a split needs to know of a purchase or an order."""

    @property
    def goods_fen(self) -> int:
        """G: goods after discounts, without a delivery fee."""

    @property
    def points(self) -> int:
        """p: points that paid a part."""

    @property
    def value_fen(self) -> int:
        """F: what a point was worth."""

    @property
    def cash_fen(self) -> int:
        """What was paid in money."""


def _bounds(payment: Sale, returned: Returned, goods_fen: int) -> tuple[int, int]:
    """Fewest and most points that a refund of `goods_fen` may return."""
    value = payment.value_fen
    cash_left = payment.cash_fen - (returned.goods_fen - returned.points * value)
    fewest = max(0, -((cash_left - goods_fen) // value))
    most = min(payment.points - returned.points, goods_fen // value)
    return fewest, most


def split(payment: Sale, returned: Returned, goods_fen: int, order: str) -> int | None:
    """Points of a refund of `goods_fen` under the policy's order, or None when no fitting whole split exists."""
    fewest, most = _bounds(payment, returned, goods_fen)
    if fewest > most:
        return None
    if order == "cash_first":
        return fewest
    if order == "points_first":
        return most
    share_before = payment.points * returned.goods_fen // payment.goods_fen
    share = payment.points * (returned.goods_fen + goods_fen) // payment.goods_fen
    wanted = share - returned.points
    if min(wanted, share - share_before) > most:
        return None
    return min(max(wanted, fewest), most)


def larger(payment: Sale, left_fen: int, goods_fen: int) -> int:
    """A larger refund that has a split: the next multiple of a point's value, or the whole remainder."""
    value = payment.value_fen
    return min(left_fen, -(-goods_fen // value) * value)


@dataclass(slots=True)
class Asked:
    """A refund that was found possible: `points` of `goods_fen` come back at the instant `at`."""

    payment: PurchasePaid
    returned: Returned
    goods_fen: int
    points: int
    at: int


def _refunded(district: District, policy: Policy, asked: Asked) -> PurchaseRefunded:
    """The refund event; points of a person in debt pay the debt before they reopen a lot."""
    payment, points = asked.payment, asked.points
    used = district.trade.uses.get(payment.payment, [])
    parts = last_used(used, payment.lots, asked.returned.points, points)
    returned = restore(district, payment.person, parts, asked.at, grace(policy))
    return PurchaseRefunded(
        refund=district.ids.new("rfd"),
        payment=payment.payment,
        person=returned.person,
        merchant=payment.merchant,
        channel=payment.channel,
        goods_fen=asked.goods_fen,
        cash_fen=asked.goods_fen - points * payment.value_fen,
        points=points,
        value_fen=payment.value_fen,
        restored=returned.restored,
        netted=returned.netted,
        forfeited=returned.forfeited,
    )


def _through_channel(district: District, policy: Policy, refunded: PurchaseRefunded, at: int) -> tuple[Event, ...]:
    """The request to the channel, where a checkout was paid; a till gives the money back at once."""
    if not refunded.cash_fen or refunded.payment not in district.checkouts.of_payment:
        return ()
    return (requested(district, policy, Back(refunded.payment, refunded.channel, refunded.cash_fen), at),)


def grace(policy: Policy) -> int | None:
    """Civil days of a new lot for points that come back after theirs has lapsed; None where they are forfeit."""
    return None if policy.points.lapsed_restore == "forfeit" else policy.points.grace_days


def finish(district: District, _policy: Policy, _waiting: str, at: int) -> list[Event]:
    """Deadline `payments_finish`: payments whose refund window is over are retired."""
    over = ""
    for payment in district.trade.payments.values():
        if payment.refundable_until > at:
            break
        over = payment.payment
    return [PaymentsFinished(over)] if over else []
