"""Rows and events of checkouts: one code for all payment apps, from the code shown to the money received.

A checkout is what happens before a purchase, a bill or an order is paid. The payer opens it, goes to a channel, and the
channel tells the outcome once or several times, at once, late, or never. A purchase at a till needs none of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Literal

from engine.district.merchants import Channel
from engine.kernel.event import Event, event
from engine.kernel.ids import ChannelRefundId, CheckoutId, PayeeId, PaymentId, PersonId
from engine.kernel.units import Instant, Name, PositiveFen

if TYPE_CHECKING:
    from engine.district.district import District

CheckoutState = Literal["CREATED", "PAYING", "UNKNOWN", "SUCCEEDED", "CLOSED", "LATE_PAID", "REFUNDED"]
ClosedBy = Literal["payer", "office", "timeout", "channel", "no_answer", "payee"]
CHECKOUT_EDGES = frozenset(
    {
        ("", "CREATED"),
        ("CREATED", "PAYING"),
        ("CREATED", "CLOSED"),
        ("PAYING", "SUCCEEDED"),
        ("PAYING", "UNKNOWN"),
        ("PAYING", "CLOSED"),
        ("UNKNOWN", "SUCCEEDED"),
        ("UNKNOWN", "CLOSED"),
        ("CLOSED", "LATE_PAID"),
        ("LATE_PAID", "REFUNDED"),
    }
)
UNDER_WAY = ("CREATED", "PAYING", "UNKNOWN")
OVER = ("SUCCEEDED", "CLOSED", "REFUNDED")
Kind = Literal["paid", "refunded"]
Entry = tuple[str, Kind]  # a checkout that was paid, or a refund through a channel that was confirmed


@dataclass(slots=True)
class Checkout:
    """A payment that somebody began: what it is for, how much, and how far it has come."""

    id: str
    person: str
    payee: str
    amount_fen: int
    opened_at: int
    closes_at: int
    state: CheckoutState = "CREATED"
    channel: str = ""
    trade: str = ""  # the channel's own number of the payment
    payment: str = ""  # the purchase that came of it


@dataclass(slots=True)
class Moved:
    """Money that a channel should show on its next statement."""

    channel: str
    amount_fen: int
    at: int


class CheckoutRows:
    """Checkouts in the order of their ids, which of them is open for a payee, and what no statement has shown yet."""

    __slots__ = ("checkouts", "finish_at", "of_payment", "open_for", "unstated")

    def __init__(self) -> None:
        """Nobody pays."""
        self.checkouts: dict[str, Checkout] = {}
        self.open_for: dict[str, str] = {}  # bill or order -> its checkout under way
        self.of_payment: dict[str, str] = {}  # purchase -> its checkout
        self.unstated: dict[Entry, Moved] = {}
        self.finish_at = -1


@event("payments.checkout_opened")
class CheckoutOpened(Event):
    """Somebody is shown a code to pay `amount_fen` for goods of a merchant, a bill or an order."""

    checkout: CheckoutId
    person: PersonId
    payee: PayeeId
    amount_fen: PositiveFen
    closes_at: Instant
    finish_at: Instant

    def apply(self, district: District) -> None:
        """Write the checkout."""
        rows = district.checkouts
        district.ids.taken_next("cko")
        rows.checkouts[self.checkout] = Checkout(
            self.checkout, self.person, self.payee, self.amount_fen, district.at, self.closes_at
        )
        if not self.payee.startswith("mer_"):
            rows.open_for[self.payee] = self.checkout
        district.deadlines.add(self.closes_at, "checkout_close", self.checkout)
        if self.finish_at > rows.finish_at:
            rows.finish_at = self.finish_at
            district.deadlines.add(self.finish_at, "checkouts_finish", self.checkout)


@event("payments.payment_started")
class PaymentStarted(Event):
    """The payer has chosen a channel, and that is asked for the money."""

    checkout: CheckoutId
    channel: Channel

    def apply(self, district: District) -> None:
        """Mark the checkout."""
        row = district.checkouts.checkouts[self.checkout]
        row.state, row.channel = "PAYING", self.channel


@event("payments.payment_unclear")
class PaymentUnclear(Event):
    """Time is over and nobody has said whether the money came: the channel is queried until `closes_at`."""

    checkout: CheckoutId
    closes_at: Instant

    def apply(self, district: District) -> None:
        """Mark the checkout and wait for the answer."""
        row = district.checkouts.checkouts[self.checkout]
        row.state, row.closes_at = "UNKNOWN", self.closes_at
        district.deadlines.add(self.closes_at, "checkout_close", self.checkout)


def _received(district: District, checkout: str, trade: str) -> Checkout:
    """The row of a checkout whose money a channel has now, and will have to show."""
    rows = district.checkouts
    row = rows.checkouts[checkout]
    row.trade = trade
    rows.unstated[checkout, "paid"] = Moved(row.channel, row.amount_fen, district.at)
    return row


def _over(district: District, row: Checkout) -> None:
    district.deadlines.cancel(row.closes_at, "checkout_close", row.id)
    district.checkouts.open_for.pop(row.payee, None)


@event("payments.payment_succeeded")
class PaymentSucceeded(Event):
    """The channel has the money; what was paid for follows in the same record. `payment` is the purchase, if any."""

    checkout: CheckoutId
    channel: Channel
    trade: Name
    amount_fen: PositiveFen
    payment: PaymentId | None

    def apply(self, district: District) -> None:
        """Mark the checkout."""
        row = _received(district, self.checkout, self.trade)
        row.state = "SUCCEEDED"
        if self.payment is not None:
            row.payment = self.payment
            district.checkouts.of_payment[self.payment] = self.checkout
        _over(district, row)


@event("payments.checkout_closed")
class CheckoutClosed(Event):
    """The checkout is over without money: by the payer, the office, the channel's word, or time."""

    checkout: CheckoutId
    by: ClosedBy

    def apply(self, district: District) -> None:
        """Mark the checkout."""
        row = district.checkouts.checkouts[self.checkout]
        row.state = "CLOSED"
        _over(district, row)


@event("payments.payment_came_late")
class PaymentCameLate(Event):
    """Money came for a closed checkout: nothing is delivered for it, all of it goes back by `refund`."""

    checkout: CheckoutId
    channel: Channel
    trade: Name
    amount_fen: PositiveFen
    refund: ChannelRefundId

    def apply(self, district: District) -> None:
        """Mark the checkout; the refund stands behind this event."""
        _received(district, self.checkout, self.trade).state = "LATE_PAID"


@event("payments.notice_repeated")
class NoticeRepeated(Event):
    """The channel tells once more what is known: nothing follows."""

    checkout: CheckoutId
    trade: Name

    def apply(self, district: District) -> None:
        """Nothing to write."""


@event("payments.late_payment_refunded")
class LatePaymentRefunded(Event):
    """The money that came late is back with the payer."""

    checkout: CheckoutId
    refund: ChannelRefundId

    def apply(self, district: District) -> None:
        """Mark the checkout."""
        district.checkouts.checkouts[self.checkout].state = "REFUNDED"


@event("payments.checkouts_finished")
class CheckoutsFinished(Event):
    """Every checkout up to `through` is over for so long that no notice is expected; their rows are retired."""

    through: CheckoutId

    def apply(self, district: District) -> None:
        """Drop the rows; checkouts stand in the order of their ids."""
        rows = district.checkouts
        for checkout in list(takewhile(lambda each: each <= self.through, rows.checkouts)):
            rows.of_payment.pop(rows.checkouts.pop(checkout).payment, None)
