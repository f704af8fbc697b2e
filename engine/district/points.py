"""Rows and events of points: awards, lots of material points, caps used up, evidence used up.

An award without vesting delay is granted and vested by one event, net of the pending account.
"""

from __future__ import annotations

from bisect import insort
from itertools import takewhile
from typing import TYPE_CHECKING, Literal

from engine.district.evidence import Evidence
from engine.district.ledger import AV, DEBT, ISS, MORAL, MORAL_ISS, NOBODY, PEND
from engine.district.lots import Lot, LotUse, Usage
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

class PointsRows:
    """All rows of points. `wallets` hold lots with something left, in order of use.

    The row of an award is its grant event as long as it may be taken back; `states` and `lots` hold what came after.
    """

    __slots__ = (
        "awards",
        "by_day",
        "by_month",
        "cooled_at",
        "evidence",
        "final_at",
        "states",
        "vested",
        "wallets",
        "whole_day",
    )

    def __init__(self) -> None:
        """Nothing granted."""
        self.awards: dict[str, AwardGranted] = {}
        self.states: dict[str, AwardState] = {}
        self.vested: dict[str, str] = {}
        self.wallets: dict[str, list[Lot]] = {}
        self.evidence = Evidence()
        self.by_day = Usage()  # by rule
        self.by_month = Usage()  # by rule; NOBODY counts all persons together
        self.whole_day = Usage()  # by ledger
        self.cooled_at: dict[tuple[str, str], int] = {}
        self.final_at = -1

    @property
    def usages(self) -> tuple[Usage, Usage, Usage]:
        """What counts grants by person."""
        return (self.by_day, self.by_month, self.whole_day)

    def count(self, granted: AwardGranted, day: int) -> None:
        """Use up evidence, caps and cooldown for a grant on the civil day `day`."""
        rule, person, points = granted.rule, granted.person, granted.points
        self.evidence.use(rule, granted.evidence)
        if day != self.by_day.period:
            self.by_day.turn(day)
            self.whole_day.turn(day)
            self.by_month.turn(civil_month(day))
        self.by_day.used[rule][person] += points
        self.whole_day.used[granted.ledger][person] += points
        of_month = self.by_month.used[rule]
        of_month[person] += points
        of_month[NOBODY] += points
        if granted.cooled_at is not None:
            self.cooled_at[person, rule] = granted.cooled_at

    def state(self, award: str) -> AwardState:
        """State of a living award."""
        return self.states.get(award, "PENDING" if self.awards[award].vests_at is not None else "VESTED")

    def lot_of(self, award: str) -> str | None:
        """The lot that an award opened, if any."""
        return self.vested.get(award, self.awards[award].lot or "") or None

    def open_lot(self, district: District, lot: Lot) -> None:
        """A new lot, usable from now on."""
        district.ids.taken_next("lot")
        self.put(district, lot)

    def put(self, district: District, lot: Lot) -> None:
        """Let a lot stand in its person's wallet and lapse in time; a lot that never left keeps its place."""
        wallet = self.wallets.get(lot.person)
        if not wallet:
            self.wallets[lot.person] = [lot]
        elif wallet[-1].expires_at < lot.expires_at:  # most lots expire last: the newest
            wallet.append(lot)
        elif any(lot is each for each in wallet):
            return
        else:
            insort(wallet, lot)
        district.deadlines.add(lot.expires_at, "lot_expiry", lot.person)

    def take(self, district: District, person: str, uses: tuple[LotUse, ...]) -> list[Lot]:
        """Take points from named lots of a person; a lot that is used up leaves the wallet, and nothing lapses then."""
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
                if not any(lot.expires_at == each.expires_at for each in wallet):
                    district.deadlines.cancel(lot.expires_at, "lot_expiry", person)
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
        district.points.evidence.use(self.rule, self.evidence)


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
        district.points.take(district, self.person, self.lots)
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
