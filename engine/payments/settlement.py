"""Settlement: channels pay what they owe, merchants get what they are owed, the sponsor pays for points (F34, F35).

A settlement pays exactly the payable at its cut; a merchant below zero after refunds is netted next time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.district.ledger import CH, MER, NOBODY, SP
from engine.district.merchants import Channel, ChannelSettled, MerchantsSettled, SponsorReimbursed
from engine.kernel.command import Command, Envelope, anyone, command
from engine.kernel.event import Event
from engine.kernel.rejection import Rejected
from engine.kernel.units import BASIS, PositiveFen
from engine.payments.codes import REIMBURSE_EXCEEDS_DUE, SETTLE_NOTHING_DUE

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy


@command("payments.settle_channel", {"system": anyone, "officer": anyone}, (SETTLE_NOTHING_DUE,))
class SettleChannel(Command):
    """A payment channel pays out what it has collected."""

    channel: Channel

    def decide(self, district: District, policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """Net and fee of everything due; the fee is rounded down to whole fen."""
        due = -district.ledger.balance(CH, self.channel)
        if due <= 0:
            raise Rejected(SETTLE_NOTHING_DUE)
        fee = due * policy.payments.channel_fee_bp // BASIS
        return (ChannelSettled(self.channel, due - fee, fee),)


@command("payments.settle_merchants", {"system": anyone, "officer": anyone}, (SETTLE_NOTHING_DUE,))
class SettleMerchants(Command):
    """Pay every merchant what it is owed now."""

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """One line a merchant with a positive payable, in the order of ids."""
        payable = sorted((owner, fen) for owner, fen in district.ledger.balances[MER].items() if fen > 0)
        if not payable:
            raise Rejected(SETTLE_NOTHING_DUE)
        total = sum(fen for _, fen in payable)
        return (MerchantsSettled(district.ids.new("stl"), tuple(payable), total),)


@command(
    "payments.reimburse_points", {"system": anyone, "officer": anyone}, (SETTLE_NOTHING_DUE, REIMBURSE_EXCEEDS_DUE)
)
class ReimbursePoints(Command):
    """The sponsor pays for points that merchants took."""

    amount_fen: PositiveFen

    def decide(self, district: District, policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A payment of at most what is due, so that each redeemed point is reimbursed exactly once."""
        due = -district.ledger.balance(SP, NOBODY)
        if due <= 0:
            raise Rejected(SETTLE_NOTHING_DUE)
        if self.amount_fen > due:
            raise Rejected(REIMBURSE_EXCEEDS_DUE, due_fen=due)
        below = due - self.amount_fen <= policy.payments.sponsor_limit_fen
        return (SponsorReimbursed(self.amount_fen, district.trade.sponsor_alarm and below),)
