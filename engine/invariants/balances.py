"""Balances of the ledger against the books: by person at once (S02, S06, T10, H05, H10), the rest each night.

Every entry of the books moves value from one side to the other. So the sum of what touched accounts differ from the
books by is the sum of the ledger (S01), as long as all others agree; on the first of a month all accounts are added up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from engine.district.ledger import (
    ACCOUNTS,
    ARCHIVE,
    AV,
    BK,
    CH,
    COST,
    DEBT,
    ESC_POINTS,
    EXP,
    HELD,
    ISS,
    MORAL,
    MORAL_ISS,
    NOBODY,
    PEND,
    RED,
)
from engine.invariants.books import Books, Holding
from engine.invariants.invariant import Broken, Watcher
from engine.kernel.command import Outcome

OF_PERSON = ("S02", "S06", "T10", "H05", "H10")
CREDITS = (
    "points.purchase_earned",
    "points.award_granted",
    "points.award_vested",
    "payments.purchase_refunded",
    "binding.person_merged",
    "marketplace.points_returned",
    "marketplace.escrow_returned",
    "marketplace.order_refunded",
)


class Balances(Watcher):
    """What the ledger and the wallets say, and what they should."""

    ids: ClassVar[tuple[str, ...]] = ("S01", "S03", "S05", "S07", "H08", "L08", *OF_PERSON)

    def __init__(self, district: Any, broken: Broken, books: Books) -> None:
        """Nothing moved."""
        super().__init__(district, broken)
        self.books = books
        self._balances = district.ledger.balances
        pairs = zip(ACCOUNTS, self._balances, strict=True)
        self._money = [accounts for (ledger, _), accounts in pairs if ledger == "CNY"]
        self._persons = 0

    def moved(self, outcome: Outcome | None) -> None:
        """Persons whose points this record moved."""
        books = self.books
        if books.moved:
            for person in books.moved:
                self._person(person, books.holdings[person], outcome)
            books.touched.update(books.moved)
            books.moved.clear()
        if books.moved_moral:
            for person in books.moved_moral:
                self._moral(person, books.holdings[person], outcome)
            books.touched_moral.update(books.moved_moral)
            books.moved_moral.clear()

    def _person(self, person: str, holding: Holding, outcome: Outcome | None) -> None:
        """One person's balances: as the books have them, not negative, not both."""
        self._persons += 1
        balances = self._balances
        available = balances[AV].get(person, 0)
        owed = -balances[DEBT].get(person, 0)
        pending = balances[PEND].get(person, 0)
        net = holding.net
        if available < 0:
            self.broken("S02", f"{person} has {available} points available", outcome, None)
        if owed < 0 or (owed and available):
            name = "T10" if owed > 0 and _credits(outcome) else "S06"
            self.broken(name, f"{person} has {available} points available and owes {owed}", outcome, None)
        if available + pending - owed != net or pending != holding.pending:
            seen = f"{person}: available {available}, pending {pending}, owed {owed}; net {net} of {holding}"
            self.broken("H05", seen, outcome, None)
        if available > holding.granted:
            self.broken("H10", f"{person} shows {available} of {holding.granted} points granted", outcome, None)

    def _moral(self, person: str, holding: Holding, outcome: Outcome | None) -> None:
        """One person's moral score."""
        self.counts["H05"] += 1
        score = self._balances[MORAL].get(person, 0)
        if score != holding.moral:
            self.broken("H05", f"{person}: moral score {score}, should be {holding.moral}", outcome, None)

    def night(self) -> None:
        """Wallets of those whose points moved, lots that lapsed, and all small accounts."""
        self.moved(None)
        self._wallets(sorted(self.books.touched))
        self._sums()
        self._received()
        self._lapsed()
        self.books.touched.clear()
        self.books.touched_moral.clear()

    def _wallets(self, persons: Iterable[str]) -> None:
        """The lots of persons; who has none has nothing available."""
        wallet_of, available = self.district.points.wallets.get, self._balances[AV]
        for person in persons:
            wallet = wallet_of(person)
            if wallet or available.get(person):
                self._wallet(person, wallet or ())
            self.counts["S03"] += 1

    def _wallet(self, person: str, wallet: Sequence[Any]) -> None:
        """The lots of a person: in order of use, and together what is available."""
        total = expires_at = 0
        name, at = "", self.district.at
        for lot in wallet:
            remaining = lot.remaining
            total += remaining
            if not 0 < remaining <= lot.quantity:
                self.broken("S05", f"{lot}", None, None)
            behind = lot.expires_at > expires_at or (lot.expires_at == expires_at and lot.id > name)
            if not behind or lot.person != person or lot.available_from > at:
                self.broken("S03", f"{lot} stands behind {name} in the wallet of {person}", None, None)
            expires_at, name = lot.expires_at, lot.id
        self.counts["S05"] += len(wallet)
        if total != self._balances[AV].get(person, 0):
            seen = f"lots of {person} hold {total}, available are {self._balances[AV].get(person, 0)}"
            self.broken("S03", seen, None, None)

    def _sums(self) -> None:
        """Differences of touched accounts from the books, by ledger; and points issued against where they are."""
        books, balances = self.books, self._balances
        nets = [self._net(person) - books.holdings[person].net for person in sorted(books.touched)]
        points = sum(nets)
        points += sum(balances[ISS].values()) + sum(books.issued.values())
        points += sum(balances[RED].values()) - sum(till.redeemed for till in books.tills.values())
        points += balances[EXP].get(NOBODY, 0) - books.expired
        points += sum(balances[HELD].values()) - books.held_points
        points += sum(balances[ESC_POINTS].values()) - books.escrow_points
        moral = sum(balances[MORAL].get(each, 0) - books.holdings[each].moral for each in sorted(books.touched_moral))
        moral += sum(balances[MORAL_ISS].values()) + sum(books.moral_issued.values())
        moral += sum(balances[ARCHIVE].values()) - books.moral_archived
        money = sum(sum(accounts.values()) for accounts in self._money)
        for ledger, total in (("MP", points), ("MO", moral), ("CNY", money)):
            self.counts["S01"] += 1
            if total:
                self.broken("S01", f"{ledger} sums to {total}", None, None)
        self.counts["S07"] += 1
        gone = sum(balances[RED].values()) + balances[EXP].get(NOBODY, 0)
        under_way = sum(balances[HELD].values()) + sum(balances[ESC_POINTS].values())
        if sum(books.issued.values()) != books.outstanding + under_way + gone:
            seen = f"issued {books.issued}, persons have {books.outstanding}, orders {under_way}, gone {gone}"
            self.broken("S07", seen, None, None)

    def _net(self, person: str) -> int:
        balances = self._balances
        net: int = balances[AV].get(person, 0) + balances[PEND].get(person, 0) + balances[DEBT].get(person, 0)
        return net

    def _received(self) -> None:
        """Every fen from a channel or the sponsor is somewhere."""
        books, balances = self.books, self._balances
        due, bank = -sum(balances[CH].values()), -balances[BK].get(NOBODY, 0)
        fees = -balances[COST].get(NOBODY, 0) - books.written_off_fen
        received = sum(books.channels.values()) + books.refunded_fen + books.settled_fen + books.fees_fen
        came, went = received + books.reimbursed_fen, books.refunded_fen + books.paid_out_fen
        self.counts["H08"] += 1
        if came != went + due + bank + fees:
            seen = f"received {came}, refunded and paid out {went}, due {due}, in the bank {bank}, fees {fees}"
            self.broken("H08", seen, None, None)

    def _lapsed(self) -> None:
        """Nothing is left in lots that lapsed before the last instant seen."""
        by_expiry = self.books.lots.by_expiry
        for expires_at in [each for each in by_expiry if each < self.district.at]:
            self.counts["L08"] += 1
            left = by_expiry.pop(expires_at)
            if left:
                self.broken("L08", f"lots that lapsed at {expires_at} still hold {left} points", None, None)

    def whole(self) -> None:
        """All accounts of all persons, and every ledger added up."""
        books, balances = self.books, self._balances
        self._everyone()
        self._wallets(books.holdings)
        for wallet in self.district.points.wallets.values():
            for lot in wallet:
                if lot.remaining != books.lots.left(lot.id):
                    self.broken("S05", f"{lot}; {books.lots.left(lot.id)} should be left", None, None)
        sums: dict[str, int] = {}
        for (ledger, _), accounts in zip(ACCOUNTS, balances, strict=True):
            sums[ledger] = sums.get(ledger, 0) + sum(accounts.values())
        for ledger, total in sums.items():
            self.counts["S01"] += 1
            if total:
                self.broken("S01", f"{ledger} sums to {total}", None, None)
        self.counts["S07"] += 1
        nets = sum(sum(balances[each].values()) for each in (AV, PEND, DEBT, HELD, ESC_POINTS))
        issued = -sum(balances[ISS].values())
        if issued != nets + sum(balances[RED].values()) + balances[EXP].get(NOBODY, 0):
            self.broken("S07", f"issued {issued}, all persons have {nets}", None, None)

    def _everyone(self) -> None:
        """All balances of all persons; where a quick look finds a difference, a second one says which."""
        balances = self._balances
        available, owed, pending = balances[AV].get, balances[DEBT].get, balances[PEND].get
        moral = balances[MORAL].get
        for person, holding in self.books.holdings.items():
            has, debt, waits = available(person, 0), -owed(person, 0), pending(person, 0)
            plain = has >= 0 and debt >= 0 and not (has and debt) and has <= holding.granted
            if not plain or has + waits - debt != holding.net or waits != holding.pending:
                self._person(person, holding, None)
            if moral(person, 0) != holding.moral:
                self._moral(person, holding, None)
        self._persons += len(self.books.holdings)
        self.counts["H05"] += len(self.books.holdings)

    def checked(self) -> Mapping[str, int]:
        """A look at a person counts for all that is said of persons."""
        balances = dict.fromkeys(OF_PERSON, self._persons)
        return {**self.counts, **balances, "H05": self._persons + self.counts["H05"]}


def _credits(outcome: Outcome | None) -> bool:
    return outcome is not None and any(event.type in CREDITS for event in outcome.events)
