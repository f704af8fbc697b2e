"""Taking awards back: from the award's own lot, then from other lots, and what is spent becomes debt (A5; F30, F31).

Any later credit pays that debt first. Some days after an award was vested it is final.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from engine.district.points import AwardCancelled, AwardGranted, AwardRevoked, AwardsFinal
from engine.kernel.command import Command, Envelope, anyone, command
from engine.kernel.event import Event
from engine.kernel.ids import ID_DIGITS, AwardId
from engine.kernel.rejection import Rejected
from engine.points.awards import draw
from engine.points.codes import AWARD_NOT_FOUND, POINTS_ALREADY_REVOKED, POINTS_AWARD_FINAL

if TYPE_CHECKING:
    from engine.district import District
    from engine.district.lots import LotUse
    from engine.policy import Policy


@command(
    "points.revoke_award",
    {"officer": anyone, "system": anyone},
    (AWARD_NOT_FOUND, POINTS_ALREADY_REVOKED, POINTS_AWARD_FINAL),
)
class RevokeAward(Command):
    """Take an award back, once."""

    award: AwardId

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A cancelled or revoked award, or the reason against it."""
        award = district.points.awards.get(self.award)
        if award is None:
            raise Rejected(POINTS_AWARD_FINAL if district.ids.issued(self.award) else AWARD_NOT_FOUND)
        if district.points.state(award.award) in ("REVOKED", "CANCELLED"):
            raise Rejected(POINTS_ALREADY_REVOKED)
        if by.at >= award.final_at:
            raise Rejected(POINTS_AWARD_FINAL)
        return (revoke(district, award, by.at),)


def revoke(district: District, award: AwardGranted, at: int) -> Event:
    """The event that takes a living award back, from whoever the person's row was merged into."""
    person = district.residents.root(award.person)
    if district.points.state(award.award) == "PENDING":
        return AwardCancelled(award.award, person, award.rule, award.points, award.vests_at or at)
    if award.ledger == "MO":
        return AwardRevoked(award.award, person, award.rule, "MO", award.points, (), 0)
    uses, owed = taken_back(district, person, award.points, district.points.lot_of(award.award), at)
    return AwardRevoked(award.award, person, award.rule, "MP", award.points, uses, owed)


def taken_back(
    district: District, person: str, points: int, first: str | None, at: int
) -> tuple[tuple[LotUse, ...], int]:
    """Points out of a person's lots, the lot `first` before all others, and what is left to be owed."""
    wallet = district.points.wallets.get(person, [])
    in_order = sorted(wallet, key=lambda lot: lot.id != first)  # stable: its own lot, then earliest expiry first
    uses = draw(in_order, min(points, sum(lot.remaining for lot in wallet)), at) or ()
    return uses, points - sum(taken for _, taken in uses)


def given_for(district: District, before: int, evidence: str) -> list[AwardGranted]:
    """Awards for a fact that still have a row: given one behind the other, the first behind number `before`."""
    found: list[AwardGranted] = []
    while True:
        award = district.points.awards.get(f"awd_{before + 1 + len(found):0{ID_DIGITS}d}")
        if award is None or award.evidence != evidence:
            return found
        found.append(award)


def take_back(district: District, _policy: Policy, waiting: str, at: int) -> list[Event]:
    """Deadline `award_take_back`: what a fact earned that no longer counts, unless it was taken back or is final."""
    award = district.points.awards.get(waiting)
    if award is None or at >= award.final_at or district.points.state(waiting) not in ("PENDING", "VESTED"):
        return []
    return [revoke(district, award, at)]


def finalise(district: District, _policy: Policy, _waiting: str, at: int) -> list[Event]:
    """Deadline `awards_final`: awards whose time is over can no longer be taken back."""
    over = list(takewhile(lambda award: award.final_at <= at, district.points.awards.values()))
    return [AwardsFinal(over[-1].award)] if over else []
