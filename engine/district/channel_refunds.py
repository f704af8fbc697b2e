"""Rows and events of refunds through a channel: asked for at once, answered later, or paid by hand.

Between asking and answer the money is owed to the payer: account `back` of the channel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.district.checkouts import Moved
from engine.district.ledger import BACK, BK, CH, NOBODY
from engine.district.merchants import Channel
from engine.kernel.event import Event, Posting, event
from engine.kernel.ids import ChannelRefundId, EvidenceId
from engine.kernel.units import Instant, PositiveFen

if TYPE_CHECKING:
    from engine.district.district import District

ChannelRefundState = Literal["REQUESTED", "PROCESSING", "SUCCEEDED", "FAILED", "PAID_BY_HAND"]
FailedBy = Literal["channel", "no_answer"]
CHANNEL_REFUND_EDGES = frozenset(
    {
        ("", "REQUESTED"),
        ("REQUESTED", "PROCESSING"),
        ("REQUESTED", "SUCCEEDED"),
        ("REQUESTED", "FAILED"),
        ("PROCESSING", "SUCCEEDED"),
        ("PROCESSING", "FAILED"),
        ("FAILED", "PAID_BY_HAND"),
    }
)


@dataclass(slots=True)
class ChannelRefund:
    """Money on its way back: for what (a late checkout, a bill, a refund of a purchase, a difference), how far."""

    id: str
    origin: str
    channel: str
    amount_fen: int
    due_at: int
    state: ChannelRefundState = "REQUESTED"


@event("payments.channel_refund_requested")
class ChannelRefundRequested(Event):
    """A channel is asked to give `amount_fen` back to the payer."""

    channel_refund: ChannelRefundId
    origin: EvidenceId
    channel: Channel
    amount_fen: PositiveFen
    due_at: Instant

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'refund through a channel'."""
        return ((CH, self.channel, BACK, self.channel, self.amount_fen),)

    def apply(self, district: District) -> None:
        """Write the refund and wait for the channel."""
        district.ids.taken_next("crf")
        district.ledger.post(self.postings())
        district.channel_refunds[self.channel_refund] = ChannelRefund(
            self.channel_refund, self.origin, self.channel, self.amount_fen, self.due_at
        )
        district.deadlines.add(self.due_at, "channel_refund_due", self.channel_refund)


@event("payments.channel_refund_taken")
class ChannelRefundTaken(Event):
    """The channel works on the refund."""

    channel_refund: ChannelRefundId

    def apply(self, district: District) -> None:
        """Mark the refund."""
        district.channel_refunds[self.channel_refund].state = "PROCESSING"


@event("payments.channel_refund_succeeded")
class ChannelRefundSucceeded(Event):
    """The payer has the money; the row is over."""

    channel_refund: ChannelRefundId
    channel: Channel
    amount_fen: PositiveFen

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'refund through a channel'."""
        return ((BACK, self.channel, CH, self.channel, self.amount_fen),)

    def apply(self, district: District) -> None:
        """Move the money; the channel's next statement should show it."""
        district.ledger.post(self.postings())
        row = district.channel_refunds.pop(self.channel_refund)
        district.deadlines.cancel(row.due_at, "channel_refund_due", row.id)
        district.checkouts.unstated[row.id, "refunded"] = Moved(row.channel, row.amount_fen, district.at)


@event("payments.channel_refund_failed")
class ChannelRefundFailed(Event):
    """The channel cannot give the money back, or has not answered in time: a ticket to be paid by hand."""

    channel_refund: ChannelRefundId
    by: FailedBy

    def apply(self, district: District) -> None:
        """Mark the refund; nobody waits for the channel any more."""
        row = district.channel_refunds[self.channel_refund]
        row.state = "FAILED"
        district.deadlines.cancel(row.due_at, "channel_refund_due", row.id)


@event("payments.channel_refund_paid_by_hand")
class ChannelRefundPaidByHand(Event):
    """An officer has paid the money back from the bank account; the row is over."""

    channel_refund: ChannelRefundId
    channel: Channel
    amount_fen: PositiveFen

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'refund through a channel'."""
        return ((BACK, self.channel, BK, NOBODY, self.amount_fen),)

    def apply(self, district: District) -> None:
        """Move the money."""
        district.ledger.post(self.postings())
        del district.channel_refunds[self.channel_refund]
