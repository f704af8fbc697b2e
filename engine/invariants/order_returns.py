"""What of orders comes back, judged as refunds of purchases are: the same split, the same lots, last use first.

Before completion all points go back, to the very lots they came from, and those of a lapsed lot expire (T11 for a hold,
T07 for an escrow). After completion goods come back in parts (S08, T07, T08).
"""

from __future__ import annotations

from typing import Any, ClassVar

from engine.invariants.books import Books
from engine.invariants.invariant import Broken
from engine.invariants.machines import Machine
from engine.invariants.refunds import Back, Refunds
from engine.kernel.command import Outcome
from engine.kernel.event import Event
from engine.kernel.ids import ID_DIGITS


class ReturnedWhole(Refunds):
    """Holds and escrows that are given back."""

    def whole_order(self, event: Any, placed: Any, outcome: Outcome) -> None:
        """All points of an order that was not completed."""
        back = event.points - event.forfeited
        if event.points != placed.points:
            self.broken("T07", f"{event.points} of {placed.points} points come back", outcome, event)
        self._lots(event, placed, Back(), outcome)
        self.books.gain(event.person, back)
        self.books.expired += event.forfeited

    def _forfeits(self) -> bool:
        """No days of grace: the points were never spent."""
        return True


class ReleasedHolds(ReturnedWhole):
    """The same said of holds."""

    ids: ClassVar[tuple[str, ...]] = (*Refunds.ids, "T11")

    def __init__(self, district: Any, broken: Broken, books: Books) -> None:
        """What is wrong with the lots of a hold is T11."""
        self._said = broken
        super().__init__(district, self._of_hold, books)

    def _of_hold(self, name: str, detail: str, outcome: Outcome | None = None, event: Event | None = None) -> None:
        """A method, no lambda: a snapshot of a deployment takes watchers along."""
        self._said("T11" if name == "T07" else name, detail, outcome, event)


class OrderRefunds(Refunds):
    """Refunds of completed orders."""

    def __init__(self, district: Any, broken: Broken, books: Books, machine: Machine) -> None:
        """`machine` holds the states of orders."""
        super().__init__(district, broken, books)
        self._machine = machine

    def refund(self, event: Any, placed: Any, refundable_until: int, outcome: Outcome) -> None:
        """One refund of an order that was placed so."""
        if outcome.by.at >= refundable_until:
            self.broken("T01", f"{event.order} is finished, yet {event.goods_fen} fen come back", outcome, event)
        before = self.back.setdefault(event.order, Back())
        self._split(event, placed, before, outcome)
        self._lots(event, placed, before, outcome)
        self._sums(event, placed, before, outcome)
        self._money(event, outcome)
        self.books.gain(event.person, event.points - event.forfeited)
        self.books.expired += event.forfeited

    def _state(self, event: Any, paid: Any, back: Back, outcome: Outcome) -> None:
        """A refund of the rest ends the order, any other one goes on."""
        state = "REFUNDED" if back.goods_fen == paid.goods_fen else "PART_REFUNDED"
        self.counts["T01"] += 1
        wrong = self._machine.step(int(event.order[-ID_DIGITS:]), self._machine.numbers[state])
        if wrong is not None or self.district.market.orders[event.order].state != state:
            self.broken("T01", f"{event.order} {wrong}", outcome, event)
