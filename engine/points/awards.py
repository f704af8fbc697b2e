"""Earning: one fact earns by a rule at most once, within caps, and can be taken back for a while.

`grant = min(asked, what each cap leaves)`; nothing left is a rejection that uses up nothing (section A5 of
docs/domain.md). One fact earns for one person: a merge or a second binding cannot earn again.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from engine.binding.codes import PERSON_MERGED, PERSON_NOT_FOUND
from engine.district.ledger import DEBT, NOBODY
from engine.district.points import (
    AwardCancelled,
    AwardGranted,
    AwardRevoked,
    AwardsFinal,
    AwardVested,
    AwardWithheld,
    Lot,
    LotExpired,
    LotUse,
)
from engine.kernel.command import Command, Envelope, anyone, command
from engine.kernel.event import Event
from engine.kernel.ids import AwardId, EvidenceId, PersonId
from engine.kernel.rejection import Code, Rejected
from engine.kernel.units import Name, civil_day, civil_month, day_start
from engine.points.codes import (
    AWARD_NOT_FOUND,
    POINTS_ALREADY_REVOKED,
    POINTS_AWARD_FINAL,
    POINTS_BUDGET_EXHAUSTED,
    POINTS_COOLDOWN,
    POINTS_DAILY_CAP,
    POINTS_EVIDENCE_USED,
    POINTS_PERIOD_CAP,
    POINTS_SWITCHED_OFF,
    RULE_NOT_FOUND,
)

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import PointRule, Policy

AWARD_CODES = (
    PERSON_NOT_FOUND,
    RULE_NOT_FOUND,
    PERSON_MERGED,
    POINTS_SWITCHED_OFF,
    POINTS_EVIDENCE_USED,
    POINTS_COOLDOWN,
    POINTS_DAILY_CAP,
    POINTS_PERIOD_CAP,
    POINTS_BUDGET_EXHAUSTED,
)


@command("points.grant_award", {"officer": anyone, "system": anyone}, AWARD_CODES)
class GrantAward(Command):
    """Give a person what a rule of the policy promises for one fact that the platform did not see itself."""

    person: PersonId
    rule: Name
    evidence: EvidenceId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """One award, or the first reason against it."""
        person = district.residents.persons.get(self.person)
        if person is None:
            raise Rejected(PERSON_NOT_FOUND)
        if self.rule not in policy.points.rules:
            raise Rejected(RULE_NOT_FOUND)
        if person.state != "ACTIVE":
            raise Rejected(PERSON_MERGED, into=person.merged_into)
        return (grant(district, policy, self, by.at),)


def grant(district: District, policy: Policy, asked: GrantAward, at: int, ahead: int = 0) -> AwardGranted:
    """The award of a rule for a fact; raises the first reason against it. `ahead` counts awards before it."""
    rule = policy.points.rules[asked.rule]
    points = _allowed(district, policy, asked, rule, at)
    pending = rule.vest_delay_s > 0 and rule.ledger == "MP"
    netted = 0 if rule.ledger == "MO" or pending else min(points, debt(district, asked.person))
    return AwardGranted(
        award=district.ids.new("awd", ahead),
        person=asked.person,
        rule=asked.rule,
        evidence=asked.evidence,
        ledger=rule.ledger,
        points=points,
        netted=netted,
        lot=district.ids.new("lot") if rule.ledger == "MP" and not pending and netted < points else None,
        vests_at=at + rule.vest_delay_s if pending else None,
        expires_at=_expiry(rule.validity_days, at) if rule.ledger == "MP" else 0,
        final_at=day_start(civil_day(at) + 1 + policy.points.revocation_days),
        cooled_at=at + rule.cooldown_s if rule.cooldown_s else None,
    )


def _allowed(district: District, policy: Policy, asked: GrantAward, rule: PointRule, at: int) -> int:
    """What every cap leaves of the rule's points; raises if a state or a cap leaves nothing."""
    today = civil_day(at)
    rows = district.points
    if not (policy.points.material_on if rule.ledger == "MP" else policy.points.moral_on):
        raise Rejected(POINTS_SWITCHED_OFF)
    used = rows.evidence.get(asked.rule)
    if used is not None and asked.evidence in used:
        raise Rejected(POINTS_EVIDENCE_USED)
    if rule.cooldown_s and at < rows.cooled_at.get((asked.person, asked.rule), 0):
        raise Rejected(POINTS_COOLDOWN)
    whole_day = policy.points.material_daily_cap if rule.ledger == "MP" else policy.points.moral_daily_cap
    points = rule.points
    if rule.daily_cap:
        points = _within(points, rule.daily_cap, rows.by_day.of(asked.rule, asked.person, today), POINTS_DAILY_CAP)
    if whole_day:
        points = _within(points, whole_day, rows.by_day.of(rule.ledger, asked.person, today), POINTS_DAILY_CAP)
    if rule.period_cap:
        used_up = rows.by_month.of(asked.rule, asked.person, civil_month(today))
        points = _within(points, rule.period_cap, used_up, POINTS_PERIOD_CAP)
    if rule.budget_month:
        used_up = rows.by_month.of(asked.rule, NOBODY, civil_month(today))
        points = _within(points, rule.budget_month, used_up, POINTS_BUDGET_EXHAUSTED)
    return points


def _within(points: int, cap: int, used: int, code: Code) -> int:
    left = cap - used
    if left <= 0:
        raise Rejected(code, cap=cap)
    return min(points, left)


def _expiry(validity_days: int, at: int) -> int:
    return day_start(civil_day(at) + 1 + validity_days)


def earn(district: District, policy: Policy, act: str, evidence: str, person: str, at: int) -> list[Event]:
    """What an act earns: its material rule `act` and its moral rule `act_moral`, as two entries.

    The act itself stands whatever the caps say: a withheld award says which code withheld it. A rule that is absent,
    gives 0 points or belongs to a ledger that is switched off makes no entry.
    """
    events: list[Event] = []
    granted = 0
    for name in (act, f"{act}_moral"):
        rule = policy.points.rules.get(name)
        if rule is None or not rule.points:
            continue
        try:
            events.append(grant(district, policy, GrantAward(person, name, evidence), at, granted))
            granted += 1
        except Rejected as refused:
            if refused.code is not POINTS_SWITCHED_OFF:
                events.append(AwardWithheld(person, name, evidence, refused.code.name))
    return events


def debt(district: District, person: str) -> int:
    """Points that the person owes after a clawback."""
    return -district.ledger.balance(DEBT, person)


def draw(wallet: list[Lot], points: int, at: int) -> tuple[LotUse, ...] | None:
    """Points from lots usable at the instant `at`, earliest expiry first; None when they do not suffice."""
    uses: list[LotUse] = []
    for lot in wallet:
        if points and lot.available_from <= at < lot.expires_at:
            part = min(points, lot.remaining)
            uses.append((lot.id, part))
            points -= part
    return None if points else tuple(uses)


@command(
    "points.revoke_award",
    {"officer": anyone, "system": anyone},
    (AWARD_NOT_FOUND, POINTS_ALREADY_REVOKED, POINTS_AWARD_FINAL),
)
class RevokeAward(Command):
    """Take an award back once: from its own lot, then from other lots, and what is spent becomes debt."""

    award: AwardId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
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
    if award.vests_at is not None and district.points.state(award.award) == "PENDING":
        return AwardCancelled(award.award, person, award.rule, award.points, award.vests_at)
    if award.ledger == "MO":
        return AwardRevoked(award.award, person, award.rule, "MO", award.points, (), 0)
    wallet = district.points.wallets.get(person, [])
    first = district.points.lot_of(award.award)
    in_order = sorted(wallet, key=lambda lot: lot.id != first)  # stable: its own lot, then earliest expiry first
    covered = min(award.points, sum(lot.remaining for lot in wallet))
    uses = draw(in_order, covered, at) or ()
    taken = sum(points for _, points in uses)
    return AwardRevoked(award.award, person, award.rule, "MP", award.points, uses, award.points - taken)


def vest(district: District, policy: Policy, waiting: str, at: int) -> list[Event]:
    """Deadline `award_vest`: pending points become available, paying debt first."""
    award = district.points.awards[waiting]
    person = district.residents.root(award.person)
    rule = policy.points.rules[award.rule]
    netted = min(award.points, debt(district, person))
    lot = district.ids.new("lot") if netted < award.points else None
    expires_at = _expiry(rule.validity_days, at)
    return [AwardVested(waiting, person, award.rule, award.points, netted, lot, expires_at)]


def expire(district: District, _policy: Policy, waiting: str, at: int) -> list[Event]:
    """Deadline `lot_expiry`: every lot of the person that lapses now posts exactly what is left in it."""
    wallet = district.points.wallets.get(waiting, [])
    return [LotExpired(waiting, lot.id, lot.remaining) for lot in wallet if lot.expires_at <= at]


def finalise(district: District, _policy: Policy, _waiting: str, at: int) -> list[Event]:
    """Deadline `awards_final`: awards whose time is over can no longer be taken back."""
    over = list(takewhile(lambda award: award.final_at <= at, district.points.awards.values()))
    return [AwardsFinal(over[-1].award)] if over else []
