"""Books kept beside the district: what every event should have moved, worked out from its fields, not from postings.

`net` of a person is granted - spent + restored - expired - taken back. Since points pay debt before they are available,
net and pending alone say what must be available and what is owed: no split between lot and debt is believed.
Lots stand in arrays by the number in their id, 24 bytes each, and are never forgotten.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import Any

from engine.kernel.units import NEVER, civil_day, civil_month

SPARSE = 4_096  # a lot numbered further beyond the next one is not kept: it must not cost its number in memory
LOT_NUMBER = len("lot_")  # where the number begins in the id of a lot


@dataclass(slots=True)
class Holding:
    """Points of one person: ever granted (material), net (see above), pending part of it, moral score."""

    granted: int = 0
    net: int = 0
    pending: int = 0
    moral: int = 0

    @property
    def available(self) -> int:
        """What must be available."""
        return max(self.net - self.pending, 0)

    @property
    def owed(self) -> int:
        """What must be owed."""
        return max(self.pending - self.net, 0)


@dataclass(slots=True)
class Till:
    """One merchant: what it is owed in fen, since when without a break, and points redeemed there."""

    owed_fen: int = 0
    owed_since: int = NEVER
    redeemed: int = 0
    points_rate_bp: int = 0
    rate_bp: int = 0  # the one above, or the policy's cap if that is lower


class Lots:
    """What is left in each lot by its number, what it began with, when it expires; what is left by expiry."""

    __slots__ = ("by_expiry", "expires_at", "quantity", "remaining")

    def __init__(self) -> None:
        """No lot; numbers begin at 1."""
        self.quantity = array("q", (0,))
        self.remaining = array("q", (0,))
        self.expires_at = array("q", (0,))
        self.by_expiry: dict[int, int] = {}

    def open(self, lot: str, points: int, expires_at: int) -> bool:
        """A new lot; False if its number is not the next one (numbers that were left out hold nothing)."""
        number = int(lot[LOT_NUMBER:])
        left_out = number - len(self.remaining)
        if not 0 <= left_out < SPARSE:
            return False
        if left_out:
            for column in (self.quantity, self.remaining, self.expires_at):
                column.extend([0] * left_out)
        self.quantity.append(points)
        self.remaining.append(points)
        self.expires_at.append(expires_at)
        self.by_expiry[expires_at] = self.by_expiry.get(expires_at, 0) + points
        return not left_out

    def _number(self, lot: str) -> int:
        """Place of a lot; a lot that nobody opened is the empty one at place 0."""
        number = int(lot[LOT_NUMBER:])
        return number if number < len(self.remaining) else 0

    def move(self, lot: str, points: int) -> int:
        """Points into (or, negative, out of) a lot; what is left in it then."""
        number = self._number(lot)
        left = self.remaining[number] = self.remaining[number] + points
        expires_at = self.expires_at[number]
        self.by_expiry[expires_at] = self.by_expiry.get(expires_at, 0) + points
        return left

    def began_with(self, lot: str) -> int:
        """What a lot began with."""
        return self.quantity[self._number(lot)]

    def left(self, lot: str) -> int:
        """What is left in a lot."""
        return self.remaining[self._number(lot)]

    def expiry(self, lot: str) -> int:
        """When a lot expires."""
        return self.expires_at[self._number(lot)]


class Books:
    """All balances as they should be.

    `moved` and `moved_moral` hold persons of the present record, `touched` those with material points since last night.
    """

    def __init__(self, district: Any) -> None:
        """Nothing moved yet."""
        self._persons = district.residents.persons
        self.holdings: dict[str, Holding] = {}
        self.tills: dict[str, Till] = {}
        self.lots = Lots()
        self.channels: dict[str, int] = {}
        self.issued: dict[str, int] = {}
        self.moral_issued: dict[str, int] = {}
        self.moral_archived = 0
        self.outstanding = 0
        self.held: dict[str, int] = {}  # points reserved by unpaid orders, by person
        self.held_points = self.escrow_points = 0  # of all persons, of all orders
        self.riders: dict[str, int] = {}  # fen owed for deliveries
        self.expired = 0
        self.sponsor_due_fen = 0
        self.unclaimed: dict[int, int] = {}  # month of redemption -> fen that the sponsor has not paid yet
        self.reimbursed_fen = 0
        self.billers: dict[str, int] = {}  # what each utility company is owed
        self.owed_back: dict[str, int] = {}  # by channel: refunds that it has not confirmed
        self.suspense_fen = self.written_off_fen = 0
        self.refunded_fen = self.settled_fen = self.fees_fen = self.paid_out_fen = 0
        self.moved: list[str] = []
        self.moved_moral: list[str] = []
        self.touched: set[str] = set()
        self.touched_moral: set[str] = set()

    def holding(self, person: str) -> Holding:
        """The holding of a person."""
        found = self.holdings.get(person)
        if found is None:
            known = self._persons[person].id  # the row's string: a second one would weigh more than the holding
            found = self.holdings[known] = Holding()
        return found

    def till(self, merchant: str) -> Till:
        """The till of a merchant."""
        found = self.tills.get(merchant)
        if found is None:
            found = self.tills[merchant] = Till()
        return found

    def gain(self, person: str, points: int) -> Holding:
        """Points that a person has more (or, negative, less), whatever of them is pending or pays debt."""
        holding = self.holdings.get(person) or self.holding(person)
        self.moved.append(person)
        holding.net += points
        self.outstanding += points
        return holding

    def hold(self, person: str, points: int) -> int:
        """Points that a person has more (or, negative, less) on hold; what is on hold then."""
        self.held_points += points
        left = self.held[person] = self.held.get(person, 0) + points
        if not left:
            del self.held[person]
        return left

    def gain_moral(self, person: str, points: int) -> None:
        """Moral points that a person has more (or, negative, less)."""
        holding = self.holdings.get(person) or self.holding(person)
        self.moved_moral.append(person)
        holding.moral += points

    def redeem(self, at: int, value_fen: int) -> None:
        """The sponsor owes more: points redeemed at an instant."""
        self.sponsor_due_fen += value_fen
        month = civil_month(civil_day(at))
        self.unclaimed[month] = self.unclaimed.get(month, 0) + value_fen

    def restore(self, value_fen: int) -> None:
        """The sponsor owes less: points came back. They count against the newest month, as refunds follow soon."""
        self.sponsor_due_fen -= value_fen
        self._settle(value_fen, list(self.unclaimed)[::-1])

    def reimburse(self, value_fen: int) -> None:
        """The sponsor pays for the oldest points first."""
        self.sponsor_due_fen -= value_fen
        self.reimbursed_fen += value_fen
        self._settle(value_fen, list(self.unclaimed))

    def _settle(self, value_fen: int, months: list[int]) -> None:
        for month in months:
            part = min(max(self.unclaimed[month], 0), value_fen)
            self.unclaimed[month] -= part
            value_fen -= part
        if value_fen and months:
            self.unclaimed[max(months)] -= value_fen
        for month in [each for each in self.unclaimed if not self.unclaimed[each]]:
            del self.unclaimed[month]
