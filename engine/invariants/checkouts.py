"""Checkouts: one success of exactly what was asked (T12), late money goes back (T13), nobody waits for ever (L04).

The books note what each checkout asked for and until when its time runs; whatever a channel tells, and how often, is
held against that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.invariants.invariant import Broken, Look, Watcher
from engine.kernel.command import Outcome
from engine.kernel.units import NEVER, civil_day, day_start

REQUEST = "payments.channel_refund_requested"


@dataclass(slots=True)
class Asked:
    """One checkout: what it asks for, until when it may wait, whether money came in time, late or twice."""

    payee: str
    amount_fen: int
    over_by: int
    succeeded: bool = False
    late: bool = False


class Checkouts(Watcher):
    """Every checkout from the code shown to its end."""

    ids: ClassVar[tuple[str, ...]] = ("T12", "T13", "T24", "L04")

    def __init__(self, district: Any, broken: Broken) -> None:
        """Nobody pays."""
        super().__init__(district, broken)
        self.asked: dict[str, Asked] = {}

    def looks(self) -> Mapping[str, Look]:
        """Events of checkouts."""
        return {
            "payments.checkout_opened": self.opened,
            "payments.payment_unclear": self.unclear,
            "payments.payment_succeeded": self.succeeded,
            "payments.checkout_closed": self.closed,
            "payments.payment_came_late": self.late,
            "payments.notice_repeated": self.repeated,
            "payments.checkouts_finished": self.finished,
        }

    def opened(self, event: Any, outcome: Outcome) -> None:
        """A checkout, on today's terms."""
        terms, at = self.district.policy.payments, outcome.by.at
        self.asked[event.checkout] = Asked(event.payee, event.amount_fen, at + terms.checkout_wait_s)
        finish_at = day_start(civil_day(at) + 1 + terms.checkout_days)
        self.counts["T24"] += 1
        if (event.closes_at, event.finish_at) != (at + terms.checkout_wait_s, finish_at):
            self.broken("T24", f"{event} is not on today's terms", outcome, event)

    def unclear(self, event: Any, outcome: Outcome) -> None:
        """The channel is queried: once, and for as long as the policy says."""
        self.asked[event.checkout].over_by = until = outcome.by.at + self.district.policy.payments.query_wait_s
        self.counts["T24"] += 1
        if event.closes_at != until:
            self.broken("T24", f"{event} waits for another time than until {until}", outcome, event)

    def succeeded(self, event: Any, outcome: Outcome) -> None:
        """One success, of what was asked for, with what was paid for beside it."""
        self.counts["T12"] += 1
        row = self.asked.get(event.checkout)
        if row is None or row.succeeded or row.late or row.over_by == NEVER:
            self.broken("T12", f"{event.checkout} succeeds after {row}", outcome, event)
            return
        row.succeeded, row.over_by = True, NEVER
        others = [each for each in outcome.events if each is not event and each.type != "points.purchase_earned"]
        moved = [_moved(each) for each in others]
        if event.amount_fen != row.amount_fen or moved != [(row.payee, row.amount_fen)]:
            self.broken("T12", f"{event.amount_fen} fen for {moved}, asked was {row}", outcome, event)

    def closed(self, event: Any, outcome: Outcome) -> None:
        """Over without money."""
        row = self.asked[event.checkout]
        self.counts["T12"] += 1
        if row.succeeded:
            self.broken("T12", f"{event.checkout} closes after its success", outcome, event)
        row.over_by = NEVER

    def late(self, event: Any, outcome: Outcome) -> None:
        """Money for a closed checkout: one refund of all of it, nothing delivered."""
        self.counts["T13"] += 1
        row = self.asked[event.checkout]
        after = [each for each in outcome.events if each is not event and each.type != "payments.checkout_closed"]
        back = [(each.type, getattr(each, "origin", ""), getattr(each, "amount_fen", 0)) for each in after]
        whole = [(REQUEST, event.checkout, row.amount_fen)]
        if row.succeeded or row.late or row.over_by != NEVER or event.amount_fen != row.amount_fen or back != whole:
            self.broken("T13", f"late money of {row} is followed by {back}", outcome, event)
        row.late = True

    def repeated(self, event: Any, outcome: Outcome) -> None:
        """What is known is told again: nothing may follow."""
        row = self.asked[event.checkout]
        self.counts["T12"] += 1
        if not (row.succeeded or row.late) or len(outcome.events) > 1:
            self.broken("T12", f"a notice for {row} counts as repeated", outcome, event)

    def finished(self, event: Any, outcome: Outcome) -> None:
        """Checkouts that are over for long are forgotten; none that still waits."""
        self.counts["L04"] += 1
        for checkout in [each for each in self.asked if each <= event.through]:
            if self.asked.pop(checkout).over_by != NEVER:
                self.broken("L04", f"{checkout} is retired while it waits", outcome, event)

    def night(self) -> None:
        """No checkout waits beyond its time."""
        for checkout, row in self.asked.items():
            if row.over_by != NEVER:
                self.counts["L04"] += 1
                if row.over_by < self.district.at:
                    self.broken("L04", f"{checkout} should be over since {row.over_by}", None, None)


def _moved(event: Any) -> tuple[str, int]:
    """For whom, and how many fen, an event takes from a channel."""
    if event.type == "payments.purchase_paid":
        return event.merchant, event.cash_fen
    if event.type == "payments.bill_paid":
        return event.bill, event.amount_fen + event.fee_fen
    if event.type == "marketplace.order_paid":
        return event.order, event.cash_fen + event.fee_fen
    return event.type, 0
