"""Purchases by the platform's code: points pay up to the merchant's rate, never more than the cap (F33, F34, F35).

E = goods less excluded goods; `points * value * 10000 <= E * rate` in whole numbers, never by a rounded product:
`round(E * 0.3)` overshoots at E = 2 fen (section A8 of docs/domain.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.binding.codes import GRID_NOT_FOUND, PERSON_MERGED, PERSON_NOT_BOUND, PERSON_NOT_FOUND
from engine.district.ledger import NOBODY, SP
from engine.district.merchants import Channel, Merchant, MerchantRegistered, PurchasePaid, SponsorAlarmRaised, Trade
from engine.kernel.command import Command, Envelope, anyone, command, own
from engine.kernel.event import Event
from engine.kernel.ids import GridId, MerchantId, PersonId
from engine.kernel.rejection import Rejected
from engine.kernel.units import BASIS, BasisPoints, Fen, Points, PositiveFen, after_days
from engine.payments.codes import (
    MERCHANT_EXISTS,
    MERCHANT_NOT_FOUND,
    PAY_CAP_EXCEEDED,
    POINTS_EXCLUDED_GOODS,
    POINTS_INSUFFICIENT,
)
from engine.points.awards import draw
from engine.points.purchase_points import earned

if TYPE_CHECKING:
    from engine.district import District
    from engine.district.residents import Person
    from engine.policy import Policy


@command("payments.register_merchant", {"officer": anyone, "system": anyone}, (GRID_NOT_FOUND, MERCHANT_EXISTS))
class RegisterMerchant(Command):
    """Let a shop or stall take the platform's code."""

    merchant: MerchantId
    grid: GridId
    trade: Trade
    points_rate_bp: BasisPoints

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A registered merchant."""
        if self.grid not in district.grid.grids:
            raise Rejected(GRID_NOT_FOUND)
        if self.merchant in district.trade.merchants:
            raise Rejected(MERCHANT_EXISTS)
        return (MerchantRegistered(self.merchant, self.grid, self.trade, self.points_rate_bp),)


@command(
    "payments.pay_purchase",
    {"resident": own("person")},
    (
        PERSON_NOT_FOUND,
        MERCHANT_NOT_FOUND,
        PERSON_MERGED,
        PERSON_NOT_BOUND,
        POINTS_EXCLUDED_GOODS,
        PAY_CAP_EXCEEDED,
        POINTS_INSUFFICIENT,
    ),
)
class PayPurchase(Command):
    """Pay a purchase at a till or stall, `points` of it by material points and the rest through a channel."""

    person: PersonId
    merchant: MerchantId
    channel: Channel
    goods_fen: PositiveFen
    excluded_fen: Fen
    points: Points

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A paid purchase; an alarm beside it when the sponsor's due passes its limit."""
        person, merchant = self._parties(district)
        rate = min(merchant.points_rate_bp, policy.points.deduction_cap_bp)
        value = policy.points.value_fen
        if self.points * value * BASIS > (self.goods_fen - self.excluded_fen) * rate:
            raise Rejected(PAY_CAP_EXCEEDED, max=most_points(self.goods_fen - self.excluded_fen, rate, value))
        lots = draw(district.points.wallets.get(self.person, []), self.points, by.at) if self.points else ()
        if lots is None:
            raise Rejected(POINTS_INSUFFICIENT)
        paid = PurchasePaid(
            district.ids.new("pay"),
            person.id,
            merchant.id,
            self.channel,
            self.goods_fen,
            self.excluded_fen,
            self.points,
            value,
            rate,
            lots,
            after_days(by.at, policy.payments.refund_window_days),
        )
        more = sponsor_alarm(district, policy, self.points * value) if self.points else ()
        if policy.points.purchase_fen_a_point:
            more = (*more, *earned(district, policy.points, paid, by.at))
        return (paid, *more)

    def _parties(self, district: District) -> tuple[Person, Merchant]:
        """Who buys and who sells, after every check of existence and state."""
        person = district.residents.persons.get(self.person)
        if person is None:
            raise Rejected(PERSON_NOT_FOUND)
        merchant = district.trade.merchants.get(self.merchant)
        if merchant is None:
            raise Rejected(MERCHANT_NOT_FOUND)
        if person.state != "ACTIVE":
            raise Rejected(PERSON_MERGED, into=person.merged_into)
        if self.points and not person.active_bindings:
            raise Rejected(PERSON_NOT_BOUND)
        if self.excluded_fen > self.goods_fen:
            raise Rejected(POINTS_EXCLUDED_GOODS)
        return person, merchant


def most_points(eligible_fen: int, rate_bp: int, value_fen: int) -> int:
    """The most points that may pay goods worth `eligible_fen` at a rate; 0 for a few fen."""
    return eligible_fen * rate_bp // (BASIS * value_fen)


def sponsor_alarm(district: District, policy: Policy, more_fen: int) -> tuple[Event, ...]:
    """An alarm at the sale that takes the sponsor's due over its limit, or finds it there without an alarm.

    It stays on until the sponsor pays. Refunds may bring the due below the limit meanwhile: crossing it again is told.
    """
    before = -district.ledger.balance(SP, NOBODY)
    due, limit = before + more_fen, policy.payments.sponsor_limit_fen
    if due <= limit or (district.trade.sponsor_alarm and before > limit):
        return ()
    return (SponsorAlarmRaised(due, limit),)
