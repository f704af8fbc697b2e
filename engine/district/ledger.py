"""Double entry: every fen and every point goes from one account to another (section A7 of docs/domain.md).

`a > b x` moves x from a to b: balance[a] -= x, balance[b] += x, so each ledger sums to zero and assets, costs,
issuers and debts carry negative balances. An account is a number here; `ACCOUNTS` names its ledger and kind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from engine.kernel.event import Posting

ACCOUNTS = (
    ("CNY", "ch"),  # due from a payment channel
    ("CNY", "bk"),  # bank
    ("CNY", "sp"),  # due from the points sponsor
    ("CNY", "mer"),  # owed to a merchant
    ("CNY", "cost"),  # channel fees, differences written off
    ("CNY", "fee"),  # the platform's own earnings
    ("CNY", "bil"),  # owed to a biller
    ("CNY", "back"),  # owed back to payers: refunds that a channel has not confirmed
    ("CNY", "sus"),  # suspense: what a channel's statement and the ledger say differently
    ("CNY", "esc"),  # paid for an order that is not completed
    ("CNY", "rid"),  # owed to a rider for deliveries
    ("MP", "iss"),  # issuer contra, by rule
    ("MP", "pend"),  # granted, not vested
    ("MP", "av"),  # available to a person
    ("MP", "red"),  # redeemed at a merchant
    ("MP", "exp"),  # expired or forfeited
    ("MP", "debt"),  # owed by a person after a clawback
    ("MP", "held"),  # reserved by a person's unpaid orders
    ("MP", "esc"),  # captured for an order that is not completed
    ("MO", "iss"),  # issuer contra, by rule
    ("MO", "mo"),  # moral score of a person
    ("MO", "arc"),  # scores of a year that began again from zero
)
_NUMBERS = range(len(ACCOUNTS))
CH, BK, SP, MER, COST, FEE, BIL, BACK, SUS, ESC, RID = _NUMBERS[:11]
ISS, PEND, AV, RED, EXP, DEBT, HELD, ESC_POINTS, MORAL_ISS, MORAL, ARCHIVE = _NUMBERS[11:]
NOBODY = "-"  # owner of accounts of which there is one


class Ledger:
    """Balances by account and owner, in fen or points."""

    __slots__ = ("balances",)

    def __init__(self) -> None:
        """All balances zero."""
        self.balances: list[defaultdict[str, int]] = [defaultdict(int) for _ in ACCOUNTS]

    def post(self, postings: Iterable[Posting]) -> None:
        """Move every amount; amounts are never negative."""
        balances = self.balances
        for source, source_owner, target, target_owner, amount in postings:
            balances[source][source_owner] -= amount
            balances[target][target_owner] += amount

    def balance(self, account: int, owner: str = NOBODY) -> int:
        """Balance of one account, without opening it."""
        return self.balances[account].get(owner, 0)

    def totals(self) -> dict[str, int]:
        """Sum over all accounts by ledger; each is zero unless the engine is broken (S01)."""
        sums = dict.fromkeys((ledger for ledger, _ in ACCOUNTS), 0)
        for (ledger, _), balances in zip(ACCOUNTS, self.balances, strict=True):
            sums[ledger] += sum(balances.values())
        return sums

    def rows(self) -> dict[str, dict[str, int]]:
        """Non-zero balances by `ledger:kind` and owner, for the digest."""
        return {
            f"{ledger}:{kind}": {owner: n for owner, n in balances.items() if n}
            for (ledger, kind), balances in zip(ACCOUNTS, self.balances, strict=True)
        }
