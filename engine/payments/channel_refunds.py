"""Refunds through a channel (F34): asked for at once, answered later; what a channel cannot do is a manual ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from engine.district.bills import BillRefunded
from engine.district.channel_refunds import (
    ChannelRefund,
    ChannelRefundFailed,
    ChannelRefundPaidByHand,
    ChannelRefundRequested,
    ChannelRefundSucceeded,
    ChannelRefundTaken,
)
from engine.district.checkouts import LatePaymentRefunded
from engine.kernel.command import Command, Envelope, anyone, command
from engine.kernel.event import Event
from engine.kernel.ids import ChannelRefundId
from engine.kernel.rejection import FORBIDDEN, Code, Rejected
from engine.payments.codes import REFUND_BAD_STATE, REFUND_NOT_FOUND

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy


class Back(NamedTuple):
    """What goes back: for what (its id), through which channel, how many fen."""

    origin: str
    channel: str
    amount_fen: int


def requested(district: District, policy: Policy, back: Back, at: int) -> ChannelRefundRequested:
    """The request for a refund through a channel."""
    due_at = at + policy.payments.refund_wait_s
    origin, channel, amount_fen = back
    return ChannelRefundRequested(district.ids.new("crf"), origin, channel, amount_fen, due_at)  # type: ignore[arg-type]


def _of_channel(command: Any, district: District, who: str) -> Code | None:
    """Authority of the channel that was asked."""
    row = district.channel_refunds.get(command.channel_refund)
    return FORBIDDEN if row is not None and row.channel != who else None


def _row(district: District, claimed: str, *states: str) -> ChannelRefund:
    row = district.channel_refunds.get(claimed)
    if row is None:
        over = district.ids.issued(claimed)
        raise Rejected(REFUND_BAD_STATE, state="over") if over else Rejected(REFUND_NOT_FOUND)
    if row.state not in states:
        raise Rejected(REFUND_BAD_STATE, state=row.state)
    return row


@command("payments.answer_refund", {"channel": _of_channel, "system": anyone}, (REFUND_NOT_FOUND, REFUND_BAD_STATE))
class AnswerRefund(Command):
    """What a channel says of a refund: it works on it, it is done, or it cannot be done."""

    channel_refund: ChannelRefundId
    answer: Literal["processing", "succeeded", "failed"]

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """The refund a step further; done, what it was for is done, too."""
        states = ("REQUESTED",) if self.answer == "processing" else ("REQUESTED", "PROCESSING")
        row = _row(district, self.channel_refund, *states)
        if self.answer == "processing":
            return (ChannelRefundTaken(row.id),)
        if self.answer == "failed":
            return (ChannelRefundFailed(row.id, "channel"),)
        done = ChannelRefundSucceeded(row.id, row.channel, row.amount_fen)  # type: ignore[arg-type]
        return (done, *_origin(row))


@command("payments.pay_refund_by_hand", {"officer": anyone}, (REFUND_NOT_FOUND, REFUND_BAD_STATE))
class PayRefundByHand(Command):
    """Work off a manual ticket: the money goes back from the bank account."""

    channel_refund: ChannelRefundId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A refund that is done."""
        row = _row(district, self.channel_refund, "FAILED")
        done = ChannelRefundPaidByHand(row.id, row.channel, row.amount_fen)  # type: ignore[arg-type]
        return (done, *_origin(row))


def _origin(row: ChannelRefund) -> tuple[Event, ...]:
    """What follows for what a refund was for; purchases and differences were settled when it was asked."""
    if row.origin.startswith("cko_"):
        return (LatePaymentRefunded(row.origin, row.id),)
    return (BillRefunded(row.origin, row.id),) if row.origin.startswith("utb_") else ()


def overdue(_district: District, _policy: Policy, waiting: str, _at: int) -> list[Event]:
    """Deadline `channel_refund_due`: the channel has not answered; somebody must look."""
    return [ChannelRefundFailed(waiting, "no_answer")]
