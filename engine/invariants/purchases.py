"""Purchases: exact deduction (S09), money that moved (S10, S14, S15), terms (T24), states (T01), lots used in order.

A purchase without points is two thirds of all commands: its look is one function that compares whole numbers only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.district.ledger import CH, MER, NOBODY, RED, SP
from engine.invariants.books import Books
from engine.invariants.invariant import Broken, Look, Watcher
from engine.invariants.lots import LotUses
from engine.kernel.command import Outcome
from engine.kernel.units import BASIS, civil_day, day_start

PAID = ("S09", "S10", "S14", "T01", "T24")


class Purchases(Watcher):
    """Every purchase on its own."""

    ids: ClassVar[tuple[str, ...]] = (*PAID, "S15", "S05", "T04", "T05")

    def __init__(self, district: Any, broken: Broken, books: Books) -> None:
        """No purchase."""
        super().__init__(district, broken)
        self.books = books
        self.uses = LotUses(district, broken, books, self.counts)
        self.paid_count = 0
        self._last = ""
        self._due = district.ledger.balances[CH]
        self._owed = district.ledger.balances[MER]
        self._policy: Any = None
        self._tomorrow = self._value_fen = self._refundable_until = 0

    def looks(self) -> Mapping[str, Look]:
        """Purchases and merchants."""
        return {"payments.purchase_paid": self.paid, "payments.merchant_registered": self.registered}

    def registered(self, event: Any, outcome: Outcome) -> None:
        """A merchant, with the share of goods that points may pay there."""
        till = self.books.till(event.merchant)
        till.points_rate_bp = event.points_rate_bp
        self._terms(outcome.by.at)

    def _terms(self, at: int) -> None:
        """The numbers that hold on this civil day under this policy."""
        policy = self._policy = self.district.policy
        self._value_fen = policy.points.value_fen
        self._tomorrow = day_start(civil_day(at) + 1)
        self._refundable_until = day_start(civil_day(at) + 1 + policy.payments.refund_window_days)
        for till in self.books.tills.values():
            till.rate_bp = min(till.points_rate_bp, policy.points.deduction_cap_bp)

    def paid(self, event: Any, outcome: Outcome) -> None:
        """A purchase."""
        at = outcome.by.at
        books = self.books
        if at >= self._tomorrow or self.district.policy is not self._policy:
            self._terms(at)
        self.paid_count += 1
        goods, merchant, channel = event.goods_fen, event.merchant, event.channel
        if event.payment <= self._last:
            self.broken("T01", f"{event.payment} is not new after {self._last}", outcome, event)
        self._last = event.payment
        cash = goods
        if event.points:
            cash -= self._with_points(event, outcome)
        elif event.lots or not 0 <= event.excluded_fen <= goods:
            self.broken("S09", f"{event}", outcome, event)
        till = books.tills.get(merchant) or books.till(merchant)
        if till.owed_fen <= 0:
            till.owed_since = at
        till.owed_fen += goods
        due = books.channels[channel] = books.channels.get(channel, 0) + cash
        if self._due[channel] != -due:
            self.broken("S10", f"{channel} owes {-self._due[channel]} fen, should owe {due}", outcome, event)
        if self._owed[merchant] != till.owed_fen:
            self.broken("S14", f"{merchant} is owed {self._owed[merchant]}, should be {till.owed_fen}", outcome, event)
        if (
            event.value_fen != self._value_fen
            or event.refundable_until != self._refundable_until
            or event.rate_bp != till.rate_bp
        ):
            self.broken("T24", f"{event} is not on today's terms", outcome, event)

    def _with_points(self, event: Any, outcome: Outcome) -> int:
        """Points leave their lots and the sponsor owes their value; the value in fen."""
        books, points = self.books, event.points
        deducted: int = points * event.value_fen
        if deducted * BASIS > (event.goods_fen - event.excluded_fen) * event.rate_bp:
            self.broken("S09", f"{points} points are more than {event.rate_bp} of {event.goods_fen}", outcome, event)
        if sum(used for _, used in event.lots) != points:
            self.broken("S05", f"{points} points from lots {event.lots}", outcome, event)
        self.uses.take(event, event.lots, outcome)
        books.gain(event.person, -points)
        till = books.till(event.merchant)
        till.redeemed += points
        books.redeem(outcome.by.at, deducted)
        balances = self.district.ledger.balances
        self.counts["S15"] += 1
        if balances[SP][NOBODY] != -books.sponsor_due_fen:
            seen = f"the sponsor owes {-balances[SP][NOBODY]} fen, should owe {books.sponsor_due_fen}"
            self.broken("S15", seen, outcome, event)
        limit = self.district.policy.payments.sponsor_limit_fen
        if books.sponsor_due_fen > limit and not self.district.trade.sponsor_alarm:
            self.broken("S15", f"the sponsor owes {books.sponsor_due_fen} of {limit} fen, no alarm", outcome, event)
        if balances[RED][event.merchant] != till.redeemed:
            seen = f"{balances[RED][event.merchant]} points redeemed at {event.merchant}, should be {till.redeemed}"
            self.broken("S15", seen, outcome, event)
        return deducted

    def checked(self) -> Mapping[str, int]:
        """Every purchase counts for all that is said of purchases."""
        return {**self.counts, **dict.fromkeys(PAID, self.paid_count)}
