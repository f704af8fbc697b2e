"""Rows and events of points: awards, lots of material points, caps used up, evidence used up.

An award without vesting delay is granted and vested by one event, net of the pending account.
"""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Literal

from engine.district.ledger import AV, DEBT, EXP, ISS, MORAL, MORAL_ISS, NOBODY, PEND
from engine.kernel.event import Event, Posting, event
from engine.kernel.ids import AwardId, EvidenceId, LotId, PersonId
from engine.kernel.units import Instant, Name, Points, civil_day, civil_month

if TYPE_CHECKING:
    from engine.district.district import District

LedgerName = Literal["MP", "MO"]
AwardState = Literal["PENDING", "VESTED", "REVOKED", "CANCELLED"]
AWARD_EDGES = frozenset(
    {("", "PENDING"), ("", "VESTED"), ("PENDING", "VESTED"), ("PENDING", "CANCELLED"), ("VESTED", "REVOKED")}
)
LotUse = tuple[LotId, Points]  # a lot and how much of it


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


class Usage:
    """How much of a cap is used up in the current period; a new period starts from nothing."""

    __slots__ = ("period", "used")

    def __init__(self) -> None:
        """Nothing used."""
        self.period = -1
        self.used: dict[str, dict[str, int]] = {}

    def of(self, what: str, who: str, period: int) -> int:
        """Points of `what` (a rule or a ledger) that `who` got in the period numbered `period`."""
        return self.used.get(what, {}).get(who, 0) if period == self.period else 0

    def add(self, what: str, who: str, points: int) -> None:
        """Count a grant in the current period."""
        used = self.used.get(what)
        if used is None:
            used = self.used[what] = {}
        used[who] = used.get(who, 0) + points

    def turn(self, period: int) -> None:
        """Start a new period if it is one."""
        if period != self.period:
            self.period = period
            self.used = {}


class PointsRows:
    """All rows of points. `wallets` hold lots with something left, in order of use.

    The row of an award is its grant event as long as it may be taken back; `states` and `lots` hold what came after.
    """

    __slots__ = ("awards", "by_day", "by_month", "cooled_at", "evidence", "final_at", "states", "vested", "wallets")

    def __init__(self) -> None:
        """Nothing granted."""
        self.awards: dict[str, AwardGranted] = {}
        self.states: dict[str, AwardState] = {}
        self.vested: dict[str, str] = {}
        self.wallets: dict[str, list[Lot]] = {}
        self.evidence: dict[str, set[str]] = {}
        self.by_day = Usage()
        self.by_month = Usage()
        self.cooled_at: dict[tuple[str, str], int] = {}
        self.final_at = -1

    def count(self, granted: AwardGranted, day: int) -> None:
        """Use up caps, evidence and cooldown for a grant on the civil day `day`."""
        evidence = self.evidence.get(granted.rule)
        if evidence is None:
            evidence = self.evidence[granted.rule] = set()
        evidence.add(granted.evidence)
        if day != self.by_day.period:
            self.by_day.turn(day)
            self.by_month.turn(civil_month(day))
        self.by_day.add(granted.rule, granted.person, granted.points)
        self.by_day.add(granted.ledger, granted.person, granted.points)
        self.by_month.add(granted.rule, granted.person, granted.points)
        self.by_month.add(granted.rule, NOBODY, granted.points)
        if granted.cooled_at is not None:
            self.cooled_at[granted.person, granted.rule] = granted.cooled_at

    def state(self, award: str) -> AwardState:
        """State of a living award."""
        return self.states.get(award, "PENDING" if self.awards[award].vests_at is not None else "VESTED")

    def lot_of(self, award: str) -> str | None:
        """The lot that an award opened, if any."""
        return self.vested.get(award, self.awards[award].lot or "") or None

    def open_lot(self, district: District, lot: Lot) -> None:
        """A new lot, usable from now on."""
        district.ids.taken_next("lot")
        self.put(lot)
        district.deadlines.add(lot.expires_at, "lot_expiry", lot.person)

    def put(self, lot: Lot) -> None:
        """Let a lot stand in its person's wallet; a lot that never left keeps its place."""
        wallet = self.wallets.setdefault(lot.person, [])
        if not wallet or wallet[-1] < lot:
            wallet.append(lot)
        elif not any(lot is each for each in wallet):
            insort(wallet, lot)

    def take(self, person: str, uses: tuple[LotUse, ...]) -> list[Lot]:
        """Take points from named lots of a person; a lot that is used up leaves the wallet."""
        wallet = self.wallets.get(person, [])  # who has only moral points, or none left, has no wallet to take from
        taken: list[Lot] = []
        for lot_id, points in uses:
            place = 0
            while wallet[place].id != lot_id:
                place += 1
            lot = wallet[place]
            lot.remaining -= points
            taken.append(lot)
            if not lot.remaining:
                del wallet[place]
        return taken


@event("points.award_granted")
class AwardGranted(Event):
    """Points for one fact. Of material points `netted` pays debt first and the rest is a lot; moral points have none.

    With `vests_at` the points wait in an account of their own until then. The award is final from `final_at` on.
    """

    award: AwardId
    person: PersonId
    rule: Name
    evidence: EvidenceId
    ledger: LedgerName
    points: Points
    netted: Points
    lot: LotId | None
    vests_at: Instant | None
    expires_at: Instant
    final_at: Instant
    cooled_at: Instant | None

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, rows 'award granted' and 'award vested'."""
        if self.ledger == "MO":
            return ((MORAL_ISS, self.rule, MORAL, self.person, self.points),)
        if self.vests_at is not None:
            return ((ISS, self.rule, PEND, self.person, self.points),)
        rest = (ISS, self.rule, AV, self.person, self.points - self.netted)
        return (rest, (ISS, self.rule, DEBT, self.person, self.netted)) if self.netted else (rest,)

    def apply(self, district: District) -> None:
        """Write the award, its lot, the caps and the evidence."""
        rows = district.points
        at = district.at
        district.ledger.post(self.postings())
        district.ids.taken_next("awd")
        rows.awards[self.award] = self
        rows.count(self, civil_day(at))
        if self.final_at > rows.final_at:
            rows.final_at = self.final_at
            district.deadlines.add(self.final_at, "awards_final", self.award)
        if self.vests_at is not None:
            district.deadlines.add(self.vests_at, "award_vest", self.award)
        elif self.lot is not None:
            points = self.points - self.netted
            rows.open_lot(district, Lot(self.expires_at, self.lot, self.person, self.rule, points, points, at))


@event("points.award_vested")
class AwardVested(Event):
    """Pending points become available: `netted` pays debt, the rest is a lot."""

    award: AwardId
    person: PersonId
    rule: Name
    points: Points
    netted: Points
    lot: LotId | None
    expires_at: Instant

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'award vested'."""
        return (
            (PEND, self.person, DEBT, self.person, self.netted),
            (PEND, self.person, AV, self.person, self.points - self.netted),
        )

    def apply(self, district: District) -> None:
        """Move the points and open the lot."""
        rows = district.points
        district.ledger.post(self.postings())
        rows.states[self.award] = "VESTED"
        if self.lot is not None:
            points = self.points - self.netted
            rows.vested[self.award] = self.lot
            rows.open_lot(
                district, Lot(self.expires_at, self.lot, self.person, self.rule, points, points, district.at)
            )


@event("points.award_withheld")
class AwardWithheld(Event):
    """A fact that earns nothing since a cap is reached: the act stands, the code says why there are no points."""

    person: PersonId
    rule: Name
    evidence: EvidenceId
    code: Name

    def apply(self, district: District) -> None:
        """Use up the evidence, so that the fact cannot earn later either."""
        district.points.evidence.setdefault(self.rule, set()).add(self.evidence)


@event("points.award_cancelled")
class AwardCancelled(Event):
    """A pending award is taken back before it vested."""

    award: AwardId
    person: PersonId
    rule: Name
    points: Points
    vests_at: Instant

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'award cancelled'."""
        return ((PEND, self.person, ISS, self.rule, self.points),)

    def apply(self, district: District) -> None:
        """Return the points to the issuer."""
        district.ledger.post(self.postings())
        district.points.states[self.award] = "CANCELLED"
        district.deadlines.cancel(self.vests_at, "award_vest", self.award)


@event("points.award_revoked")
class AwardRevoked(Event):
    """Points are taken back: from `lots`, and what is spent already becomes `debt` of the person."""

    award: AwardId
    person: PersonId
    rule: Name
    ledger: LedgerName
    points: Points
    lots: tuple[LotUse, ...]
    debt: Points

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, rows 'award revoked' and 'moral deduction'."""
        if self.ledger == "MO":
            return ((MORAL, self.person, MORAL_ISS, self.rule, self.points),)
        return (
            (AV, self.person, ISS, self.rule, self.points - self.debt),
            (DEBT, self.person, ISS, self.rule, self.debt),
        )

    def apply(self, district: District) -> None:
        """Take the points from the lots and book the debt."""
        district.ledger.post(self.postings())
        district.points.take(self.person, self.lots)
        district.points.states[self.award] = "REVOKED"


@event("points.awards_final")
class AwardsFinal(Event):
    """Awards up to `through` can no longer be taken back; their rows are retired."""

    through: AwardId

    def apply(self, district: District) -> None:
        """Drop the rows; awards stand in the order of their ids."""
        rows = district.points
        for award in list(takewhile(lambda each: each <= self.through, rows.awards)):
            del rows.awards[award]
            rows.states.pop(award, None)
            rows.vested.pop(award, None)


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
        district.points.take(self.person, ((self.lot, self.points),))
