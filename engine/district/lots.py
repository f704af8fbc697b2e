"""Lots of material points, and how much of each cap is used up: the rows that awards, purchases and refunds share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.district.ledger import AV, EXP, NOBODY
from engine.kernel.event import Event, Posting, event
from engine.kernel.ids import LotId, PersonId
from engine.kernel.units import Instant, Points

if TYPE_CHECKING:
    from engine.district.district import District

LotUse = tuple[LotId, Points]  # a lot and how much of it
Restored = tuple[LotId, Points, LotId | None, Instant]  # lot used, points back, lot that takes them, its expiry


@dataclass(slots=True)
class Lot:
    """Material points of one award: usable while available_from <= at < expires_at."""

    expires_at: int
    id: str
    person: str
    rule: str
    quantity: int
    remaining: int
    available_from: int

    def __lt__(self, other: Lot) -> bool:
        """Order of use: earliest expiry first, then lot id."""
        return (self.expires_at, self.id) < (other.expires_at, other.id)


def reopen(district: District, used: Iterable[Lot], restored: Iterable[Restored]) -> None:
    """Points go back into the lots they came from, or into new ones that the entries name; the rest goes nowhere."""
    lots = {lot.id: lot for lot in used}
    for lot_id, points, into, expires_at in restored:
        lot = lots[lot_id]
        if into == lot_id:
            lot.remaining += points
            district.points.put(district, lot)
        elif into is not None:
            district.points.open_lot(
                district, Lot(expires_at, into, lot.person, lot.rule, points, points, district.at)
            )


@event("points.lot_expired")
class LotExpired(Event):
    """A lot lapsed with something left in it."""

    person: PersonId
    lot: LotId
    points: Points

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'lot expired'."""
        return ((AV, self.person, EXP, NOBODY, self.points),)

    def apply(self, district: District) -> None:
        """Empty the lot."""
        district.ledger.post(self.postings())
        district.points.take(district, self.person, ((self.lot, self.points),))


def _counts() -> defaultdict[str, int]:
    return defaultdict(int)


class Usage:
    """Points granted in the current period, by what a cap is about (a rule or a ledger) and by person."""

    __slots__ = ("period", "used")

    def __init__(self) -> None:
        """Nothing used."""
        self.period = -1
        self.used: defaultdict[str, defaultdict[str, int]] = defaultdict(_counts)

    def of(self, what: str, who: str, period: int) -> int:
        """Points of `what` that `who` got in the period numbered `period`; a new period starts from nothing."""
        used = self.used.get(what) if period == self.period else None
        return used.get(who, 0) if used is not None else 0

    def turn(self, period: int) -> None:
        """Start a new period if it is one."""
        if period != self.period:
            self.period = period
            self.used.clear()

    def move(self, person: str, into: str) -> None:
        """Caps hold for the person, not for the row: what both rows got in the period counts together."""
        for used in self.used.values():
            if person in used:
                used[into] += used.pop(person)
