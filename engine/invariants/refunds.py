"""Refunds: what came back (S08), the split (T08), the lots (T07), the states of payments (T01).

The split is not computed again but judged. Points d of a refund of x fen are whole and possible if 0 <= P + d <= p and
0 <= x - d*F <= cash left. The policy aims at the largest whole share, at 0, or at all; d is right if it is possible and
one point more or less towards the aim would pass it or would not be possible. Parts that are all pro rata never return
a whole point less than their share: else many small ones would bring all cash back and leave points for some goods.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.district.ledger import MER, NOBODY, SP
from engine.district.merchants import PAYMENT_EDGES
from engine.invariants.books import Books
from engine.invariants.invariant import Broken, Look, Watcher
from engine.kernel.command import Outcome
from engine.kernel.units import civil_day, day_start


@dataclass(slots=True)
class Back:
    """What of a purchase has come back: goods in fen (R), points (P), its state."""

    goods_fen: int = 0
    points: int = 0
    state: str = "SUCCEEDED"
    pro_rata: bool = True  # every part so far


class Refunds(Watcher):
    """Every refund against the purchase and what came back before."""

    ids: ClassVar[tuple[str, ...]] = ("S05", "S08", "S14", "S15", "T01", "T07", "T08")

    def __init__(self, district: Any, broken: Broken, books: Books) -> None:
        """Nothing refunded."""
        super().__init__(district, broken)
        self.books = books
        self.back: dict[str, Back] = {}
        self._finished = ""

    def looks(self) -> Mapping[str, Look]:
        """Refunds, and payments that can no longer be refunded."""
        return {"payments.purchase_refunded": self.refunded, "payments.payments_finished": self.finished}

    def finished(self, event: Any, outcome: Outcome) -> None:
        """The window of payments up to one is over."""
        self.counts["T01"] += 1
        if event.through <= self._finished:
            self.broken("T01", f"{event.through} was finished before {self._finished}", outcome, event)
        first = next(iter(self.district.trade.payments), None)
        if first is not None and first <= event.through:
            self.broken("T01", f"{first} goes on, though finished", outcome, event)
        self._finished = event.through
        for payment in [each for each in self.back if each <= event.through]:
            del self.back[payment]

    def refunded(self, event: Any, outcome: Outcome) -> None:
        """A refund."""
        paid = self.district.trade.payments.get(event.payment)
        if paid is None or event.payment <= self._finished or outcome.by.at >= paid.refundable_until:
            self.broken("T01", f"{event.payment} is finished, yet {event.goods_fen} fen come back", outcome, event)
            return
        before = self.back.setdefault(paid.payment, Back())
        self._split(event, paid, before, outcome)
        self._lots(event, paid, before, outcome)
        self._sums(event, paid, before, outcome)
        self._money(event, outcome)
        books = self.books
        books.gain(event.person, event.points - event.forfeited)
        books.expired += event.forfeited

    def _sums(self, event: Any, paid: Any, back: Back, outcome: Outcome) -> None:
        """What has come back in all, never more than was paid."""
        back.goods_fen += event.goods_fen
        back.points += event.points
        cash = back.goods_fen - back.points * paid.value_fen
        cash_paid = paid.goods_fen - paid.points * paid.value_fen
        self.counts["S08"] += 1
        whole = 0 <= back.goods_fen <= paid.goods_fen and 0 <= back.points <= paid.points and 0 <= cash <= cash_paid
        if not whole or event.cash_fen != event.goods_fen - event.points * paid.value_fen or event.goods_fen <= 0:
            self.broken("S08", f"{back} of {paid}, cash {cash} of {cash_paid}", outcome, event)
        self._state(event, paid, back, outcome)

    def _state(self, event: Any, paid: Any, back: Back, outcome: Outcome) -> None:
        """A refund of the rest ends the payment, any other one goes on."""
        edge = (back.state, "REFUNDED" if back.goods_fen == paid.goods_fen else "PART_REFUNDED")
        self.counts["T01"] += 1
        if edge not in PAYMENT_EDGES or self.district.trade.returned[paid.payment].state != edge[1]:
            self.broken("T01", f"payment {paid.payment} goes from {edge[0]} to {edge[1]}", outcome, event)
        back.state = edge[1]

    def _split(self, event: Any, paid: Any, before: Back, outcome: Outcome) -> None:
        """The points are the possible number nearest to the aim."""
        value, points = paid.value_fen, event.points
        cash_left = paid.goods_fen - paid.points * value - (before.goods_fen - before.points * value)

        def possible(some: int) -> bool:
            cash = event.goods_fen - some * value
            return bool(0 <= some <= paid.points - before.points and 0 <= cash <= cash_left)

        def beyond(some: int) -> bool:
            """More points than the policy aims at."""
            order: str = self.district.policy.payments.refund_order
            if order != "pro_rata":
                return order == "cash_first" and some > 0
            returned_fen = before.goods_fen + event.goods_fen
            return bool((before.points + some) * paid.goods_fen > paid.points * returned_fen)

        self.counts["T08"] += 1
        wrong = possible(points - 1) if beyond(points) else possible(points + 1) and not beyond(points + 1)
        before.pro_rata = before.pro_rata and self.district.policy.payments.refund_order == "pro_rata"
        if before.pro_rata:
            came_back = before.points + points + 1
            wrong = wrong or came_back * paid.goods_fen <= paid.points * (before.goods_fen + event.goods_fen)
        if wrong or not possible(points):
            self.broken("T08", f"{points} points of {event.goods_fen} fen after {before} of {paid}", outcome, event)

    def _lots(self, event: Any, paid: Any, before: Back, outcome: Outcome) -> None:
        """Points of a purchase are numbered in order of use; the last ones that are still out come back first."""
        self.counts["T07"] += 1
        stop = paid.points - before.points
        start = stop - event.points
        due: dict[str, int] = {}
        number = 0
        for lot, used in paid.lots:
            share = min(number + used, stop) - max(number, start)
            number += used
            if share > 0:
                due[lot] = share
        lapsed = {lot for lot in due if outcome.by.at >= self.books.lots.expiry(lot)}
        forfeited = sum(due[lot] for lot in sorted(lapsed)) if self._forfeits() else 0
        owed = self.books.holding(event.person).owed
        netted = min(owed, event.points - forfeited)
        if (event.forfeited, event.netted) != (forfeited, netted):
            seen = f"{event.forfeited} forfeit and {event.netted} for debt, should be {forfeited} and {netted}"
            self.broken("T07", seen, outcome, event)
        self._restored(event, due, lapsed, outcome)

    def _forfeits(self) -> bool:
        return str(self.district.policy.points.lapsed_restore) == "forfeit"

    def _restored(self, event: Any, due: dict[str, int], lapsed: set[str], outcome: Outcome) -> None:
        """Each entry goes where it belongs, last use first; debt takes the points that were used first."""
        expected: list[tuple[str, int]] = []
        debt = event.netted
        for lot, share in due.items():
            pays = 0 if lot in lapsed and self._forfeits() else min(share, debt)
            debt -= pays
            if share > pays:
                expected.append((lot, share - pays))
        if [(lot, points) for lot, points, _, _ in event.restored] != expected[::-1]:
            self.broken("T07", f"{event.restored} came back, due were {expected[::-1]}", outcome, event)
        grace = day_start(civil_day(outcome.by.at) + 1 + self.district.policy.points.grace_days)
        for lot, points, into, expires_at in event.restored:
            self.counts["S05"] += 1
            if lot not in lapsed:
                fits = into == lot and self._back_into(lot, points)
            elif self._forfeits():
                fits = into is None
            else:
                fits = expires_at == grace and into is not None and self.books.lots.open(into, points, expires_at)
            if not fits:
                self.broken("T07", f"{points} points of {lot} went to {into}, expiring {expires_at}", outcome, event)

    def _back_into(self, lot: str, points: int) -> bool:
        return self.books.lots.move(lot, points) <= self.books.lots.began_with(lot)

    def _money(self, event: Any, outcome: Outcome) -> None:
        """The merchant gives back all, the channel and the sponsor get their parts."""
        books, balances = self.books, self.district.ledger.balances
        till = books.till(event.merchant)
        till.owed_fen -= event.goods_fen
        till.redeemed -= event.points
        books.channels[event.channel] -= event.cash_fen
        books.refunded_fen += event.cash_fen
        books.restore(event.points * event.value_fen)
        self.counts["S14"] += 1
        limit = self.district.policy.payments.merchant_limit_fen
        if balances[MER][event.merchant] != till.owed_fen or till.owed_fen < -limit:
            seen = f"{event.merchant} is owed {balances[MER][event.merchant]}, should be {till.owed_fen}, limit {limit}"
            self.broken("S14", seen, outcome, event)
        self.counts["S15"] += 1
        if balances[SP][NOBODY] != -books.sponsor_due_fen:
            seen = f"the sponsor owes {-balances[SP][NOBODY]} fen, should owe {books.sponsor_due_fen}"
            self.broken("S15", seen, outcome, event)
