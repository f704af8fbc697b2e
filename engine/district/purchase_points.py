"""Events of points that a purchase earns, and of those that go back when its goods do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.district.ledger import AV, DEBT, ISS
from engine.district.lots import Lot, LotUse
from engine.kernel.event import Event, Posting, event
from engine.kernel.ids import LotId, PaymentId, PersonId
from engine.kernel.units import Instant, Points, PositiveFen, PositivePoints

if TYPE_CHECKING:
    from engine.district.district import District

PURCHASE = "purchase"  # issuer of these points in the ledger


@event("points.purchase_earned")
class PurchaseEarned(Event):
    """Points for goods: `netted` pays debt first, the rest is a lot."""

    payment: PaymentId
    person: PersonId
    points: PositivePoints
    fen_a_point: PositiveFen
    netted: Points
    lot: LotId | None
    expires_at: Instant

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'purchase earns'."""
        rest = (ISS, PURCHASE, AV, self.person, self.points - self.netted)
        return (rest, (ISS, PURCHASE, DEBT, self.person, self.netted)) if self.netted else (rest,)

    def apply(self, district: District) -> None:
        """Move the points and open the lot."""
        district.ledger.post(self.postings())
        district.trade.earned[self.payment] = [self.points, self.fen_a_point, self.lot or ""]
        if self.lot is not None:
            points = self.points - self.netted
            lot = Lot(self.expires_at, self.lot, self.person, PURCHASE, points, points, district.at)
            district.points.open_lot(district, lot)


@event("points.purchase_unearned")
class PurchaseUnearned(Event):
    """Goods came back, and with them points that they had earned: from `lots`; what is spent becomes `debt`."""

    payment: PaymentId
    person: PersonId
    points: PositivePoints
    lots: tuple[LotUse, ...]
    debt: Points

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'purchase earns', turned round."""
        return (
            (AV, self.person, ISS, PURCHASE, self.points - self.debt),
            (DEBT, self.person, ISS, PURCHASE, self.debt),
        )

    def apply(self, district: District) -> None:
        """Take the points."""
        district.ledger.post(self.postings())
        district.points.take(district, self.person, self.lots)
        district.trade.earned[self.payment][0] -= self.points
