"""Money beside purchases that passes through channels: refunds answered late (L05), bills (S10), billers' pay (T14)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.district.ledger import BACK, BIL, CH
from engine.invariants.books import Books
from engine.invariants.invariant import Broken, Look, Watcher
from engine.kernel.command import Outcome
from engine.kernel.units import civil_day, day_start

OF_PURCHASE = "pay_"  # its refund stands in the books already when the channel is asked for it


class ChannelMoney(Watcher):
    """Refunds through channels, and bills."""

    ids: ClassVar[tuple[str, ...]] = ("L05", "S10", "T14", "T24", "H08")

    def __init__(self, district: Any, broken: Broken, books: Books) -> None:
        """Nothing under way."""
        super().__init__(district, broken)
        self.books = books
        self.due: dict[str, int] = {}  # refund -> until when the channel may take
        self.asked: dict[str, int] = {}  # refund -> fen

    def looks(self) -> Mapping[str, Look]:
        """Events of refunds through channels, and of bills."""
        return {
            "payments.channel_refund_requested": self.requested,
            "payments.channel_refund_succeeded": self.succeeded,
            "payments.channel_refund_failed": self.failed,
            "payments.channel_refund_paid_by_hand": self.by_hand,
            "payments.bill_paid": self.bill_paid,
            "payments.bill_failed": self.bill_failed,
            "payments.billers_settled": self.billers,
        }

    def requested(self, event: Any, outcome: Outcome) -> None:
        """A channel owes what is to go back, until it has."""
        books, amount = self.books, event.amount_fen
        books.channels[event.channel] = books.channels.get(event.channel, 0) + amount
        books.owed_back[event.channel] = books.owed_back.get(event.channel, 0) + amount
        if event.origin.startswith(OF_PURCHASE):
            books.refunded_fen -= amount
        self.due[event.channel_refund] = until = outcome.by.at + self.district.policy.payments.refund_wait_s
        self.asked[event.channel_refund] = amount
        self.counts["T24"] += 1
        if event.due_at != until:
            self.broken("T24", f"{event} is due at another instant than {until}", outcome, event)
        self._owed(event, outcome)

    def _owed(self, event: Any, outcome: Outcome) -> None:
        """What a channel owes, and what is owed back through it."""
        books, balances, channel = self.books, self.district.ledger.balances, event.channel
        self.counts["H08"] += 1
        found = (-balances[CH][channel], balances[BACK][channel])
        if found != (books.channels.get(channel, 0), books.owed_back.get(channel, 0)):
            due, back = books.channels.get(channel, 0), books.owed_back.get(channel, 0)
            seen = f"{channel} owes {found[0]} fen, {found[1]} go back through it; should be {due} and {back}"
            self.broken("H08", seen, outcome, event)

    def _settle(self, event: Any, outcome: Outcome) -> None:
        """The end of a refund: once, and of the amount that was asked for."""
        self.counts["L05"] += 1
        self.due.pop(event.channel_refund, None)
        if self.asked.pop(event.channel_refund, None) != event.amount_fen:
            self.broken("L05", f"{event} is no refund that anybody waits for", outcome, event)
        self.books.owed_back[event.channel] -= event.amount_fen

    def succeeded(self, event: Any, outcome: Outcome) -> None:
        """The payer has it from the channel."""
        self._settle(event, outcome)
        self.books.channels[event.channel] -= event.amount_fen
        self.books.refunded_fen += event.amount_fen
        self._owed(event, outcome)

    def by_hand(self, event: Any, outcome: Outcome) -> None:
        """The payer has it from the bank account."""
        self._settle(event, outcome)
        self.books.paid_out_fen += event.amount_fen
        self._owed(event, outcome)

    def failed(self, event: Any, _outcome: Outcome) -> None:
        """A ticket for somebody: the channel is not waited for any more."""
        self.counts["L05"] += 1
        self.due.pop(event.channel_refund, None)

    def bill_paid(self, event: Any, outcome: Outcome) -> None:
        """The channel owes bill and fee, the company is owed the bill."""
        terms = self.district.policy.payments
        self.counts["T24"] += 1
        until = day_start(civil_day(outcome.by.at) + 1 + terms.bill_reversal_days)
        if event.reversible_until != until or not 0 <= event.fee_fen <= event.amount_fen:
            self.broken("T24", f"{event} is not on today's terms", outcome, event)
        self._bill(event, 1)
        self._company(event, outcome)

    def bill_failed(self, event: Any, outcome: Outcome) -> None:
        """Both are as before; the request that follows is looked at on its own."""
        self._bill(event, -1)
        self._company(event, outcome)
        request = outcome.events[-1]
        whole = (event.refund, event.bill, event.amount_fen + event.fee_fen)
        asked = (request.channel_refund, request.origin, request.amount_fen)  # type: ignore[attr-defined]
        if asked != whole:
            self.broken("S10", f"{event} is followed by a refund of {asked}", outcome, event)

    def _bill(self, event: Any, sign: int) -> None:
        books = self.books
        whole = sign * (event.amount_fen + event.fee_fen)
        books.channels[event.channel] = books.channels.get(event.channel, 0) + whole
        books.billers[event.biller] = books.billers.get(event.biller, 0) + sign * event.amount_fen

    def _company(self, event: Any, outcome: Outcome) -> None:
        """What a company is owed; the channel's side is compared where nothing follows in the record."""
        self.counts["S10"] += 1
        paid = event.type == "payments.bill_paid"
        balances, books = self.district.ledger.balances, self.books
        if balances[BIL][event.biller] != books.billers[event.biller]:
            seen = f"{event.biller} is owed {balances[BIL][event.biller]}, should be {books.billers[event.biller]}"
            self.broken("S10", seen, outcome, event)
        if paid and -balances[CH][event.channel] != books.channels[event.channel]:
            seen = f"{event.channel} owes {-balances[CH][event.channel]}, should be {books.channels[event.channel]}"
            self.broken("S10", seen, outcome, event)

    def billers(self, event: Any, outcome: Outcome) -> None:
        """Each company gets what is payable, all of them, once."""
        books, owed = self.books, self.district.ledger.balances[BIL]
        due = {biller: fen for biller, fen in books.billers.items() if fen > 0}
        self.counts["T14"] += len(event.lines)
        if dict(event.lines) != due or event.total_fen != sum(due.values()) or len(event.lines) != len(due):
            self.broken("T14", f"{event.lines} are paid, payable are {due}", outcome, event)
        for biller, amount in event.lines:
            books.billers[biller] -= amount
            books.paid_out_fen += amount
            if owed[biller] != books.billers[biller]:
                self.broken("T14", f"{biller} is owed {owed[biller]} after {event}", outcome, event)

    def night(self) -> None:
        """No channel is waited for beyond its time."""
        for refund, until in self.due.items():
            self.counts["L05"] += 1
            if until < self.district.at:
                self.broken("L05", f"{refund} is neither done nor a ticket since {until}", None, None)
