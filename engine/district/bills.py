"""Rows and events of utility bills: water, power, heat and gas, paid by the platform's code (F19)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.district.ledger import BIL, BK, CH, FEE, NOBODY
from engine.district.merchants import Channel
from engine.kernel.event import Event, Posting, event
from engine.kernel.ids import BillerId, BillId, ChannelRefundId, CheckoutId, DwellingId, SettlementId
from engine.kernel.units import Fen, Instant, PositiveFen

if TYPE_CHECKING:
    from engine.district.district import District

Utility = Literal["water", "power", "heat", "gas"]
BillState = Literal["DUE", "BILLER_POSTING", "POSTED", "BILLER_FAILED", "REFUNDED", "WITHDRAWN"]
BILL_EDGES = frozenset(
    {
        ("", "DUE"),
        ("DUE", "BILLER_POSTING"),
        ("DUE", "WITHDRAWN"),
        ("BILLER_POSTING", "POSTED"),
        ("BILLER_POSTING", "BILLER_FAILED"),
        ("POSTED", "BILLER_FAILED"),
        ("BILLER_FAILED", "REFUNDED"),
        ("REFUNDED", "BILLER_POSTING"),
        ("REFUNDED", "WITHDRAWN"),
    }
)


@dataclass(slots=True)
class Biller:
    """A utility company."""

    id: str
    utility: Utility


@dataclass(slots=True)
class Bill:
    """A bill for a dwelling, and what was paid for it."""

    id: str
    biller: str
    dwelling: str
    amount_fen: int
    state: BillState = "DUE"
    fee_fen: int = 0
    channel: str = ""
    checkout: str = ""
    reversible_until: int = 0


class BillRows:
    """Billers and bills. A bill that can no longer be reversed, and one that was withdrawn, leaves the state."""

    __slots__ = ("billers", "bills")

    def __init__(self) -> None:
        """No biller."""
        self.billers: dict[str, Biller] = {}
        self.bills: dict[str, Bill] = {}


@event("payments.biller_registered")
class BillerRegistered(Event):
    """A utility company sends its bills through the platform from now on."""

    biller: BillerId
    utility: Utility

    def apply(self, district: District) -> None:
        """Write the biller."""
        district.bills.billers[self.biller] = Biller(self.biller, self.utility)


@event("payments.bill_issued")
class BillIssued(Event):
    """A dwelling owes a utility company."""

    bill: BillId
    biller: BillerId
    dwelling: DwellingId
    amount_fen: PositiveFen

    def apply(self, district: District) -> None:
        """Write the bill."""
        district.ids.taken_next("utb")
        district.bills.bills[self.bill] = Bill(self.bill, self.biller, self.dwelling, self.amount_fen)


@event("payments.bill_withdrawn")
class BillWithdrawn(Event):
    """The utility company takes an unpaid bill back; the row is over."""

    bill: BillId

    def apply(self, district: District) -> None:
        """Drop the bill."""
        del district.bills.bills[self.bill]


@event("payments.bill_paid")
class BillPaid(Event):
    """The money for a bill is there, its fee beside it; the utility company is asked to post it."""

    bill: BillId
    biller: BillerId
    checkout: CheckoutId
    channel: Channel
    amount_fen: PositiveFen
    fee_fen: Fen
    reversible_until: Instant

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'bill paid'."""
        moved = (CH, self.channel, BIL, self.biller, self.amount_fen)
        return (moved, (CH, self.channel, FEE, NOBODY, self.fee_fen)) if self.fee_fen else (moved,)

    def apply(self, district: District) -> None:
        """Move the money and mark the bill."""
        district.ledger.post(self.postings())
        row = district.bills.bills[self.bill]
        row.state, row.fee_fen, row.channel, row.checkout = "BILLER_POSTING", self.fee_fen, self.channel, self.checkout
        row.reversible_until = self.reversible_until
        district.deadlines.add(self.reversible_until, "bill_final", self.bill)


@event("payments.bill_posted")
class BillPosted(Event):
    """The utility company has the payment in its own accounts."""

    bill: BillId

    def apply(self, district: District) -> None:
        """Mark the bill."""
        district.bills.bills[self.bill].state = "POSTED"


@event("payments.bill_failed")
class BillFailed(Event):
    """The utility company cannot post the payment, or reverses it: bill and fee go back to the payer in full."""

    bill: BillId
    biller: BillerId
    channel: Channel
    amount_fen: PositiveFen
    fee_fen: Fen
    refund: ChannelRefundId

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'bill paid', turned round."""
        moved = (BIL, self.biller, CH, self.channel, self.amount_fen)
        return (moved, (FEE, NOBODY, CH, self.channel, self.fee_fen)) if self.fee_fen else (moved,)

    def apply(self, district: District) -> None:
        """Move the money; the refund stands behind this event."""
        district.ledger.post(self.postings())
        row = district.bills.bills[self.bill]
        district.deadlines.cancel(row.reversible_until, "bill_final", self.bill)
        row.state = "BILLER_FAILED"


@event("payments.bill_refunded")
class BillRefunded(Event):
    """The payer has the money back: the bill can be paid anew."""

    bill: BillId
    refund: ChannelRefundId

    def apply(self, district: District) -> None:
        """Mark the bill."""
        row = district.bills.bills[self.bill]
        row.state, row.fee_fen, row.channel, row.checkout = "REFUNDED", 0, "", ""


@event("payments.bill_final")
class BillFinal(Event):
    """A posted bill can no longer be reversed; the row is over."""

    bill: BillId

    def apply(self, district: District) -> None:
        """Drop the bill."""
        del district.bills.bills[self.bill]


@event("payments.billers_settled")
class BillersSettled(Event):
    """Every utility company with something payable gets it from the bank account, one line a company."""

    settlement: SettlementId
    lines: tuple[tuple[BillerId, PositiveFen], ...]
    total_fen: Fen

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'biller settlement'."""
        return tuple((BIL, biller, BK, NOBODY, amount) for biller, amount in self.lines)

    def apply(self, district: District) -> None:
        """Pay the billers."""
        district.ids.taken_next("stl")
        district.ledger.post(self.postings())
