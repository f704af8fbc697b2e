"""Uses of lots: earliest expiry first (T04), while they may be used (T05), never more than is left (S05)."""

from __future__ import annotations

from typing import Any

from engine.invariants.books import Books
from engine.invariants.invariant import Broken
from engine.kernel.command import Outcome

Uses = tuple[tuple[str, int], ...]


class LotUses:
    """Takes points from lots in the books, and says whether they were the right ones."""

    __slots__ = ("books", "broken", "counts", "wallets")

    def __init__(self, district: Any, broken: Broken, books: Books, counts: dict[str, int]) -> None:
        """`counts` of the watcher that asks."""
        self.broken = broken
        self.books = books
        self.counts = counts
        self.wallets = district.points.wallets

    def take(self, event: Any, uses: Uses, outcome: Outcome, own: str | None = None) -> None:
        """Points of `uses` leave their lots; `own`, the lot of a revoked award, goes before all others."""
        lots = self.books.lots
        at, counts, last = outcome.by.at, self.counts, len(uses) - 1
        before = (0, "")
        for place, (lot, points) in enumerate(uses):
            left = lots.move(lot, -points)
            counts["S05"] += 1
            counts["T05"] += 1
            counts["T04"] += 1
            if left < 0 or points <= 0:
                self.broken("S05", f"{points} points out of {lot} leave {left}", outcome, event)
            order = (lots.expiry(lot), lot)
            if at >= order[0]:
                self.broken("T05", f"{lot} expired at {order[0]}, used at {at}", outcome, event)
            if lot == own:
                order = (0, "")
            if (place and order <= before) or (place < last and left):
                self.broken("T04", f"{lot} is used behind {before[1]}, {left} stay in it", outcome, event)
            before = order
        if uses and before[0]:
            self._first_left(event, before, outcome)

    def _first_left(self, event: Any, last: tuple[int, str], outcome: Outcome) -> None:
        """No lot that should have been used before the last one has anything left."""
        person = event.into if hasattr(event, "into") else event.person
        for lot in self.wallets.get(person, ()):
            if lot.available_from <= outcome.by.at:
                if (lot.expires_at, lot.id) < last and lot.remaining:
                    self.broken("T04", f"{last[1]} is used while {lot.id} holds {lot.remaining}", outcome, event)
                return
