"""A ledger that posts what a foreign log declares, and not what its events would."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from engine.district.ledger import ACCOUNTS, Ledger
from engine.foreign.entry import Posted
from engine.kernel.event import Posting

NUMBERS = {(ledger, kind): number for number, (ledger, kind) in enumerate(ACCOUNTS)}
MORAL = "MO"
Told = Callable[[str], str] | None


class UnknownAccount(Exception):
    """A posting names an account that the ledger has not."""


class DeclaredLedger(Ledger):
    """Balances by what lines declare; an event whose line declares nothing posts for itself."""

    __slots__ = ("declared",)

    def __init__(self) -> None:
        """Nothing declared."""
        super().__init__()
        self.declared = False

    def declare(self, postings: Iterable[Posted], told: Told) -> None:
        """Post what a line declares; what the event says itself is not posted until `declared` is False again."""
        self.declared = True
        for ledger, source, target, amount in postings:
            for account, moved in ((source, -amount), (target, amount)):
                if account is None:
                    continue
                kind, _, owner = account.partition(":")
                number = NUMBERS.get((ledger, kind))
                if number is None:
                    raise UnknownAccount(f"{ledger} {kind}")
                self.balances[number][owner if told is None else told(owner)] += moved

    def post(self, postings: Iterable[Posting]) -> None:
        """What an event says it moves, where its line does not declare it."""
        if not self.declared:
            super().post(postings)


def several(postings: Iterable[Posted]) -> bool:
    """Whether a line posts in the moral ledger and in another one."""
    ledgers = {ledger for ledger, _, _, _ in postings}
    return MORAL in ledgers and len(ledgers) > 1


def one_sided(postings: Iterable[Posted]) -> bool:
    """Whether something comes from nowhere or goes nowhere."""
    return any((source is None) is not (target is None) and amount for _, source, target, amount in postings)
