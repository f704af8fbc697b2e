"""What channels tell about payments: paid, told once or ten times, in time or late (F34).

The first notice of a payment under way is its success, with exactly the amount that was asked for. A notice for a
closed checkout delivers nothing: the money goes back in full, once. Every other notice repeats what is known.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.district.checkouts import Checkout, CheckoutClosed, NoticeRepeated, PaymentCameLate, PaymentSucceeded
from engine.district.merchants import PurchasePaid
from engine.kernel.command import Command, Envelope, anyone, command
from engine.kernel.event import Event
from engine.kernel.ids import CheckoutId
from engine.kernel.rejection import Rejected
from engine.kernel.units import Name, PositiveFen, after_days
from engine.payments.bills import bill_paid
from engine.payments.channel_refunds import Back, requested
from engine.payments.checkouts import known, of_channel
from engine.payments.codes import (
    CHECKOUT_FINISHED,
    CHECKOUT_NOT_FOUND,
    PAY_AMOUNT_MISMATCH,
    PAY_BAD_STATE,
    PAY_TRADE_MISMATCH,
)
from engine.payments.orders import order_paid
from engine.points.purchase_points import earned

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy


@command(
    "payments.notify_payment",
    {"channel": of_channel, "system": anyone},
    (CHECKOUT_NOT_FOUND, CHECKOUT_FINISHED, PAY_BAD_STATE, PAY_AMOUNT_MISMATCH, PAY_TRADE_MISMATCH),
)
class NotifyPayment(Command):
    """A channel has the money for a checkout: `trade` is its own number of the payment."""

    checkout: CheckoutId
    trade: Name
    amount_fen: PositiveFen

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A success and what follows, money that came late and goes back, or nothing new."""
        row = known(district, self.checkout)
        if not row.channel or self._returned(district, row):
            raise Rejected(PAY_BAD_STATE, state=row.state)
        if self.amount_fen != row.amount_fen:
            raise Rejected(PAY_AMOUNT_MISMATCH, asked_fen=row.amount_fen)
        if row.trade and row.trade != self.trade:
            raise Rejected(PAY_TRADE_MISMATCH, trade=row.trade)
        if row.state in ("PAYING", "UNKNOWN"):
            return self._succeeded(district, policy, row, by.at)
        if row.state == "CLOSED":
            return self._late(district, policy, row, by.at)
        return (NoticeRepeated(row.id, row.trade),)

    def _returned(self, district: District, row: Checkout) -> bool:
        """True if a statement showed this late money before, and an officer has sent it back already."""
        return row.state == "CLOSED" and row.id in district.statements.sent_back

    def _succeeded(self, district: District, policy: Policy, row: Checkout, at: int) -> tuple[Event, ...]:
        try:
            follows = PAID[row.payee.partition("_")[0]](district, policy, row, at)
        except Rejected:  # an order that is paid or cancelled meanwhile
            return (CheckoutClosed(row.id, "payee"), *self._late(district, policy, row, at))
        payment = next((each.payment for each in follows if isinstance(each, PurchasePaid)), None)
        succeeded = PaymentSucceeded(row.id, row.channel, self.trade, row.amount_fen, payment)  # type: ignore[arg-type]
        return (succeeded, *follows)

    def _late(self, district: District, policy: Policy, row: Checkout, at: int) -> tuple[Event, ...]:
        refund = requested(district, policy, Back(row.id, row.channel, row.amount_fen), at)
        late = PaymentCameLate(row.id, refund.channel, self.trade, row.amount_fen, refund.channel_refund)
        return (late, refund)


def _goods(district: District, policy: Policy, row: Checkout, at: int) -> tuple[Event, ...]:
    """A purchase without points, as at a till: refunds, settlement and the report know no difference."""
    merchant = district.trade.merchants[row.payee]
    paid = PurchasePaid(
        payment=district.ids.new("pay"),
        person=district.residents.root(row.person),
        merchant=merchant.id,
        channel=row.channel,  # type: ignore[arg-type]
        goods_fen=row.amount_fen,
        excluded_fen=0,
        points=0,
        value_fen=policy.points.value_fen,
        rate_bp=min(merchant.points_rate_bp, policy.points.deduction_cap_bp),
        lots=(),
        refundable_until=after_days(at, policy.payments.refund_window_days),
    )
    return (paid, *earned(district, policy.points, paid, at))


def _order(district: District, policy: Policy, row: Checkout, at: int) -> tuple[Event, ...]:
    """The order is paid, if it still waits for that."""
    return (order_paid(district, policy, row.payee, row.channel, at),)  # type: ignore[arg-type]


Follows = Callable[["District", "Policy", Checkout, int], tuple[Event, ...]]
PAID: dict[str, Follows] = {"mer": _goods, "utb": bill_paid, "ord": _order}
"""What follows from a success, by what was paid for: the events that move the money from the channel."""
