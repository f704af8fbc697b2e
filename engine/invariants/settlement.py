"""Settlement: exactly what is payable (T14), the sponsor (S15, H09), and the deadlines of a treasury (L06, L07)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.district.ledger import CH, MER, NOBODY, SP
from engine.invariants.books import Books
from engine.invariants.invariant import Broken, Look, Watcher
from engine.invariants.working_time import works_on
from engine.kernel.command import Outcome
from engine.kernel.units import BASIS, civil_day, civil_month

CLAIM_DAYS = 31  # civil days after a month's end in which its points are claimed; assumed, monthly accounts


class Settlement(Watcher):
    """Money that leaves the accounts."""

    ids: ClassVar[tuple[str, ...]] = ("S14", "S15", "T14", "T24", "H09")

    def __init__(self, district: Any, broken: Broken, books: Books, *, operated: bool) -> None:
        """`operated`: a treasury settles and claims, so its deadlines hold."""
        super().__init__(district, broken)
        self.books = books
        self._operated = operated
        if operated:
            self.counts.update(L06=0, L07=0)

    def looks(self) -> Mapping[str, Look]:
        """Settlements."""
        return {
            "payments.channel_settled": self.channel,
            "payments.merchants_settled": self.merchants,
            "payments.sponsor_reimbursed": self.sponsor,
        }

    def channel(self, event: Any, outcome: Outcome) -> None:
        """A channel pays all that it owes, less its fee in whole fen."""
        books = self.books
        due = books.channels.get(event.channel, 0)
        fee_bp = self.district.policy.payments.channel_fee_bp
        self.counts["T14"] += 1
        if event.net_fen + event.fee_fen != due or self.district.ledger.balances[CH][event.channel]:
            self.broken("T14", f"{event} settles {due} fen", outcome, event)
        self.counts["T24"] += 1
        if not event.fee_fen * BASIS <= due * fee_bp < (event.fee_fen + 1) * BASIS:
            self.broken("T24", f"{event}: fee of {due} fen at {fee_bp} basis points", outcome, event)
        books.channels[event.channel] = due - event.net_fen - event.fee_fen
        books.settled_fen += event.net_fen
        books.fees_fen += event.fee_fen

    def merchants(self, event: Any, outcome: Outcome) -> None:
        """Each merchant gets what is payable, all of them, once."""
        tills, owed = self.books.tills, self.district.ledger.balances[MER]
        for merchant, amount in event.lines:
            till = self.books.till(merchant)
            self.counts["T14"] += 1
            self.counts["S14"] += 1
            if amount != till.owed_fen or amount <= 0:
                self.broken("T14", f"{merchant} gets {amount}, payable are {till.owed_fen}", outcome, event)
            till.owed_fen -= amount
            if owed[merchant] != till.owed_fen:
                self.broken("S14", f"{merchant} is owed {owed[merchant]}, should be {till.owed_fen}", outcome, event)
            self.books.paid_out_fen += amount
        left = next((merchant for merchant, till in tills.items() if till.owed_fen > 0), None)
        if left is not None or event.total_fen != sum(amount for _, amount in event.lines):
            self.broken("T14", f"{event.total_fen} fen in all, {left} is left out", outcome, event)

    def sponsor(self, event: Any, outcome: Outcome) -> None:
        """The sponsor pays for points that are redeemed and not yet paid for."""
        books = self.books
        self.counts["H09"] += 1
        if not 0 < event.amount_fen <= books.sponsor_due_fen:
            self.broken("H09", f"{event.amount_fen} fen reimbursed of {books.sponsor_due_fen}", outcome, event)
        books.reimburse(event.amount_fen)
        self.counts["S15"] += 1
        due = -self.district.ledger.balances[SP][NOBODY]
        if due != books.sponsor_due_fen:
            self.broken("S15", f"the sponsor owes {due} fen, should owe {books.sponsor_due_fen}", outcome, event)

    def night(self) -> None:
        """Who waits for money for too long."""
        if not self._operated:
            return
        today = civil_day(self.district.at)
        due_on: dict[int, int] = {}
        for merchant, till in self.books.tills.items():
            if till.owed_fen > 0:
                self.counts["L06"] += 1
                since = civil_day(till.owed_since)
                if since not in due_on:
                    due_on[since] = _next_working_day(since, self.district.policy.calendar)
                if today > due_on[since]:
                    self.broken("L06", f"{merchant} waits for {till.owed_fen} fen since {till.owed_since}", None, None)
        month = civil_month(today - CLAIM_DAYS)
        for redeemed_in, due in self.books.unclaimed.items():
            self.counts["L07"] += 1
            if redeemed_in < month and due > 0:
                self.broken("L07", f"{due} fen of month {redeemed_in} are not reimbursed", None, None)


def _next_working_day(day: int, calendar: Any) -> int:
    day += 1
    while not works_on(day, calendar):
        day += 1
    return day
