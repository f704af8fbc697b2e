"""Points that purchases earn (T24), and that go back with their goods (T09): judged without a floor.

g points for goods of x fen at f fen a point are right if g*f <= x and (g+1)*f > x.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.district.purchase_points import PURCHASE
from engine.invariants.books import Books
from engine.invariants.invariant import Broken, Look, Watcher
from engine.invariants.lots import LotUses
from engine.kernel.command import Outcome
from engine.kernel.units import civil_day, day_start


class PurchasePoints(Watcher):
    """Every purchase that earns, and every refund of one."""

    ids: ClassVar[tuple[str, ...]] = ("T09", "T24", "S05", "T04", "T05")

    def __init__(self, district: Any, broken: Broken, books: Books) -> None:
        """Nothing earned."""
        super().__init__(district, broken)
        self.books = books
        self.uses = LotUses(district, broken, books, self.counts)
        self.kept: dict[str, list[int]] = {}  # payment -> points, fen a point, goods that are kept
        self.lots: dict[str, str | None] = {}
        self.waiting: set[str] = set()

    def looks(self) -> Mapping[str, Look]:
        """Purchases that earn, refunds, and what follows from them."""
        return {
            "points.purchase_earned": self.earned,
            "payments.purchase_refunded": self.refunded,
            "points.purchase_unearned": self.unearned,
            "payments.payments_finished": self.finished,
        }

    def _whole(self, payment: str) -> bool:
        points, each, goods = self.kept[payment]
        return points * each <= goods < (points + 1) * each

    def earned(self, event: Any, outcome: Outcome) -> None:
        """Points for the goods of the purchase in the same record."""
        terms, paid = self.district.policy.points, self.district.trade.payments[event.payment]
        self.kept[event.payment] = [event.points, event.fen_a_point, paid.goods_fen]
        self.lots[event.payment] = event.lot
        expires_at = day_start(civil_day(outcome.by.at) + 1 + terms.purchase_validity_days)
        self.counts["T24"] += 1
        instants = (terms.purchase_fen_a_point, expires_at)
        if (event.fen_a_point, event.expires_at) != instants or not self._whole(event.payment):
            self.broken("T24", f"{event} for {paid.goods_fen} fen of goods", outcome, event)
        points = event.points - event.netted
        opened = event.lot is None if not points else self.books.lots.open(event.lot, points, event.expires_at)
        if not opened:
            self.broken("S05", f"{event.lot} is not the next lot, or holds {points}", outcome, event)
        self.books.gain(event.person, event.points).granted += event.points
        self.books.issued[PURCHASE] = self.books.issued.get(PURCHASE, 0) + event.points

    def refunded(self, event: Any, _outcome: Outcome) -> None:
        """Goods came back: what they had earned goes right afterwards."""
        if event.payment in self.kept:
            self.kept[event.payment][2] -= event.goods_fen
            self.waiting.add(event.payment)

    def unearned(self, event: Any, outcome: Outcome) -> None:
        """Exactly what was earned too much, from its own lot first; what is spent is owed."""
        self.kept[event.payment][0] -= event.points
        self.counts["T09"] += 1
        available = self.books.holding(event.person).available
        taken = sum(points for _, points in event.lots)
        fits = taken + event.debt == event.points and taken == min(event.points, available)
        if not fits or not self._whole(event.payment):
            self.broken("T09", f"{taken} of {available} taken, {event.debt} owed of {event}", outcome, event)
        self.books.gain(event.person, -event.points)
        self.books.issued[PURCHASE] -= event.points
        self.uses.take(event, event.lots, outcome, self.lots[event.payment])

    def finished(self, event: Any, _outcome: Outcome) -> None:
        """Nothing goes back any more; a refund came before this instant, so it has been settled."""
        for payment in [each for each in self.kept if each <= event.through]:
            if payment in self.waiting:
                self._settled(payment)
                self.waiting.discard(payment)
            del self.kept[payment], self.lots[payment]

    def _settled(self, payment: str) -> None:
        self.counts["T09"] += 1
        if not self._whole(payment):
            self.broken("T09", f"{payment} has points, fen a point, goods: {self.kept[payment]}", None, None)

    def night(self) -> None:
        """After refunds nobody has kept points for goods that are not kept."""
        if self.district.deadlines.next_due <= self.district.at:  # a refund of this instant has not been settled yet
            return
        for payment in sorted(self.waiting):
            self._settled(payment)
        self.waiting.clear()
