"""What accounts of orders must hold after an event: holds (S04), escrow (S16), channels (S10), dues (S14, S15)."""

from __future__ import annotations

from typing import Any

from engine.district.ledger import CH, ESC, ESC_POINTS, HELD, MER, NOBODY, RED, SP
from engine.invariants.books import Books
from engine.invariants.invariant import Broken, Watcher
from engine.kernel.command import Outcome
from engine.kernel.units import civil_day, day_start


class OrderAccounts(Watcher):
    """Comparisons of the books with the ledger that events of orders share."""

    def __init__(self, district: Any, broken: Broken, books: Books) -> None:
        """Nothing ordered."""
        super().__init__(district, broken)
        self.books = books
        self._balances = district.ledger.balances

    def _days_on(self, at: int) -> int:
        return day_start(civil_day(at) + 1 + int(self.district.policy.payments.refund_window_days))

    def _terms(self, event: Any, outcome: Outcome, said: tuple[int, ...], right: tuple[int, ...]) -> None:
        """What an event says must be what the policy of the instant says."""
        self.counts["T24"] += 1
        if said != right:
            self.broken("T24", f"{event} says {said}, the terms are {right}", outcome, event)

    def _hold(self, event: Any, outcome: Outcome, points: int) -> None:
        """Points of the event's person come on hold, or (negative) leave it."""
        self.counts["S04"] += 1
        person = event.person
        held, seen = self.books.hold(person, points), self._balances[HELD].get(person, 0)
        if seen != held:
            self.broken("S04", f"{person} has {seen} on hold, should be {held}", outcome, event)

    def _escrow(self, event: Any, outcome: Outcome, holds: tuple[int, int]) -> None:
        """Fen and points that the escrow of the event's order must hold."""
        self.counts["S16"] += 1
        seen = self._balances[ESC].get(event.order, 0), self._balances[ESC_POINTS].get(event.order, 0)
        if seen != holds:
            self.broken("S16", f"the escrow of {event.order} holds {seen}, should be {holds}", outcome, event)

    def _channel(self, event: Any, outcome: Outcome, fen: int) -> None:
        """A channel owes more (or, negative, less)."""
        self.counts["S10"] += 1
        books = self.books
        due = books.channels[event.channel] = books.channels.get(event.channel, 0) + fen
        if self._balances[CH][event.channel] != -due:
            self.broken("S10", f"{event.channel} owes {-self._balances[CH][event.channel]}, not {due}", outcome, event)

    def _settled(self, merchant: str, event: Any, outcome: Outcome) -> None:
        """What the merchant is owed, what was redeemed there, what the sponsor owes."""
        self.counts["S14"] += 1
        self.counts["S15"] += 1
        till, balances = self.books.till(merchant), self._balances
        if balances[MER].get(merchant, 0) != till.owed_fen:
            self.broken("S14", f"{merchant} is owed {balances[MER][merchant]}, not {till.owed_fen}", outcome, event)
        due, redeemed = -balances[SP].get(NOBODY, 0), balances[RED].get(merchant, 0)
        if (due, redeemed) != (self.books.sponsor_due_fen, till.redeemed):
            seen = f"the sponsor owes {due}, not {self.books.sponsor_due_fen}; {merchant} took {redeemed} points"
            self.broken("S15", seen, outcome, event)
