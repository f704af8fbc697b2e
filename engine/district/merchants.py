"""Rows and events of merchants and payments: purchases by code, refunds, settlement, the sponsor of points."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Literal

from engine.district.ledger import AV, BK, CH, COST, DEBT, EXP, MER, NOBODY, RED, SP
from engine.district.lots import Lot, LotUse, Restored, reopen
from engine.kernel.event import Event, Posting, event
from engine.kernel.ids import GridId, MerchantId, PaymentId, PersonId, RefundId, SettlementId
from engine.kernel.units import BasisPoints, Fen, Instant, Points, PositiveFen

if TYPE_CHECKING:
    from engine.district.district import District

Trade = Literal["retail", "repair", "housekeeping", "catering"]
Channel = Literal["alipay", "wechat", "bank"]
PaymentState = Literal["SUCCEEDED", "PART_REFUNDED", "REFUNDED"]
PAYMENT_EDGES = frozenset(
    {
        ("", "SUCCEEDED"),
        ("SUCCEEDED", "PART_REFUNDED"),
        ("SUCCEEDED", "REFUNDED"),
        ("PART_REFUNDED", "PART_REFUNDED"),
        ("PART_REFUNDED", "REFUNDED"),
        ("SUCCEEDED", "FINISHED"),
        ("PART_REFUNDED", "FINISHED"),
        ("REFUNDED", "FINISHED"),
    }
)


@dataclass(slots=True)
class Merchant:
    """A shop or stall: its trade, grid, and the share of goods that points may pay there."""

    id: str
    grid: str
    trade: Trade
    points_rate_bp: int
    registered_at: int


@dataclass(slots=True)
class Returned:
    """What of a purchase has come back so far: goods in fen (R), points (P), and the state that follows."""

    goods_fen: int = 0
    points: int = 0
    state: PaymentState = "SUCCEEDED"


class MerchantRows:
    """Merchants, and purchases within their refund window in the order of their ids.

    The row of a purchase is its event; `returned` holds what refunds did to it, `uses` the lots it drew from.
    """

    __slots__ = ("earned", "finish_at", "merchants", "payments", "returned", "sponsor_alarm", "uses")

    def __init__(self) -> None:
        """No merchant."""
        self.merchants: dict[str, Merchant] = {}
        self.payments: dict[str, PurchasePaid] = {}
        self.returned: dict[str, Returned] = {}
        self.uses: dict[str, list[Lot]] = {}
        self.earned: dict[str, list[Any]] = {}  # purchase -> points that it has earned, fen a point, their lot
        self.finish_at = -1
        self.sponsor_alarm = False


@event("payments.merchant_registered")
class MerchantRegistered(Event):
    """A shop or stall takes the platform's code from now on."""

    merchant: MerchantId
    grid: GridId
    trade: Trade
    points_rate_bp: BasisPoints

    def apply(self, district: District) -> None:
        """Write the merchant."""
        district.ids.taken(self.merchant)
        district.trade.merchants[self.merchant] = Merchant(
            self.merchant, self.grid, self.trade, self.points_rate_bp, district.at
        )


@event("payments.purchase_paid")
class PurchasePaid(Event):
    """A purchase by the platform's code. Points may not pay `excluded_fen` of the goods (E = goods - excluded)."""

    payment: PaymentId
    person: PersonId
    merchant: MerchantId
    channel: Channel
    goods_fen: PositiveFen
    excluded_fen: Fen
    points: Points
    value_fen: Fen
    rate_bp: BasisPoints
    lots: tuple[LotUse, ...]
    refundable_until: Instant

    @property
    def cash_fen(self) -> int:
        """What was paid in money."""
        return self.goods_fen - self.points * self.value_fen

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'QR merchant pay'."""
        if not self.points:
            return ((CH, self.channel, MER, self.merchant, self.goods_fen),)
        deducted = self.points * self.value_fen
        return (
            (CH, self.channel, MER, self.merchant, self.goods_fen - deducted),
            (SP, NOBODY, MER, self.merchant, deducted),
            (AV, self.person, RED, self.merchant, self.points),
        )

    def apply(self, district: District) -> None:
        """Move money and points, draw from the lots, keep the payment for its refund window."""
        district.ledger.post(self.postings())
        district.ids.taken_next("pay")
        rows = district.trade
        if self.points:
            rows.uses[self.payment] = district.points.take(district, self.person, self.lots)
        rows.payments[self.payment] = self
        if self.refundable_until > rows.finish_at:
            rows.finish_at = self.refundable_until
            district.deadlines.add(self.refundable_until, "payments_finish", NOBODY)


@event("payments.purchase_refunded")
class PurchaseRefunded(Event):
    """`goods_fen` of a purchase come back as `cash_fen` and `points`.

    Points go back in reverse order of use: into their lot, into a new lot with days of grace, or they are forfeit
    (no lot); `netted` of the points pay debt first.
    """

    refund: RefundId
    payment: PaymentId
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
        """Section A7, row 'refund x of g after completion'."""
        cash = (MER, self.merchant, CH, self.channel, self.cash_fen)
        if not self.points:
            return (cash,)
        kept = self.points - self.netted - self.forfeited
        moved = [cash, (MER, self.merchant, SP, NOBODY, self.points * self.value_fen)]
        moved.append((RED, self.merchant, AV, self.person, kept))
        if self.netted:
            moved.append((RED, self.merchant, DEBT, self.person, self.netted))
        if self.forfeited:
            moved.append((RED, self.merchant, EXP, NOBODY, self.forfeited))
        return tuple(moved)

    def apply(self, district: District) -> None:
        """Move money and points back and reopen lots."""
        district.ledger.post(self.postings())
        district.ids.taken_next("rfd")
        rows = district.trade
        returned = rows.returned.setdefault(self.payment, Returned())
        returned.goods_fen += self.goods_fen
        returned.points += self.points
        whole = returned.goods_fen == rows.payments[self.payment].goods_fen
        returned.state = "REFUNDED" if whole else "PART_REFUNDED"
        if self.payment in rows.earned:
            district.deadlines.add(district.at, "purchase_unearn", self.payment)
        reopen(district, rows.uses.get(self.payment, ()), self.restored)


@event("payments.payments_finished")
class PaymentsFinished(Event):
    """The refund window of every payment up to `through` is over; their rows are retired."""

    through: PaymentId

    def apply(self, district: District) -> None:
        """Drop the rows; payments stand in the order of their ids."""
        rows = district.trade
        for payment in list(takewhile(lambda each: each <= self.through, rows.payments)):
            del rows.payments[payment]
            rows.returned.pop(payment, None)
            rows.uses.pop(payment, None)
            rows.earned.pop(payment, None)


@event("payments.channel_settled")
class ChannelSettled(Event):
    """A payment channel pays what it owes, less its fee, to the bank account."""

    channel: Channel
    net_fen: Fen
    fee_fen: Fen

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'channel settles T+1'."""
        return ((BK, NOBODY, CH, self.channel, self.net_fen), (COST, NOBODY, CH, self.channel, self.fee_fen))

    def apply(self, district: District) -> None:
        """Move the money."""
        district.ledger.post(self.postings())


@event("payments.merchants_settled")
class MerchantsSettled(Event):
    """Every merchant with something payable at the cut gets it from the bank account, one line a merchant."""

    settlement: SettlementId
    lines: tuple[tuple[MerchantId, PositiveFen], ...]
    total_fen: Fen

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'merchant settlement'."""
        return tuple((MER, merchant, BK, NOBODY, amount) for merchant, amount in self.lines)

    def apply(self, district: District) -> None:
        """Pay the merchants."""
        district.ids.taken_next("stl")
        district.ledger.post(self.postings())


@event("payments.sponsor_reimbursed")
class SponsorReimbursed(Event):
    """The sponsor of points pays for redeemed points; an alarm that was on goes off when the due falls below."""

    amount_fen: Fen
    alarm_off: bool

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'sponsor reimburses'."""
        return ((BK, NOBODY, SP, NOBODY, self.amount_fen),)

    def apply(self, district: District) -> None:
        """Move the money."""
        district.ledger.post(self.postings())
        if self.alarm_off:
            district.trade.sponsor_alarm = False


@event("payments.sponsor_alarm_raised")
class SponsorAlarmRaised(Event):
    """The sponsor owes more than the agreed limit."""

    due_fen: Fen
    limit_fen: Fen

    def apply(self, district: District) -> None:
        """Remember that the alarm is on."""
        district.trade.sponsor_alarm = True
