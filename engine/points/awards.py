"""Earning: one fact earns by a rule at most once, within caps; points vest later, and lots lapse (F30, F32).

`grant = min(asked, what each cap leaves)`; nothing left is a rejection that uses up nothing (section A5 of
docs/domain.md). One fact earns for one person: a merge or a second binding cannot earn again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.binding.codes import PERSON_MERGED, PERSON_NOT_FOUND
from engine.district.ledger import DEBT, NOBODY
from engine.district.lots import Lot, LotExpired, LotUse
from engine.district.points import AwardGranted, AwardVested, AwardWithheld
from engine.kernel.command import Command, Envelope, anyone, command
from engine.kernel.event import Event
from engine.kernel.ids import EvidenceId, PersonId
from engine.kernel.rejection import Code, Rejected
from engine.kernel.units import Name, after_days, civil_day, civil_month
from engine.points.codes import (
    POINTS_BUDGET_EXHAUSTED,
    POINTS_COOLDOWN,
    POINTS_DAILY_CAP,
    POINTS_EVIDENCE_USED,
    POINTS_PERIOD_CAP,
    POINTS_SWITCHED_OFF,
    RULE_NOT_FOUND,
)
from engine.policy import MORAL_SUFFIX

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import PointRule, PointsPolicy, Policy

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


class Fact(NamedTuple):
    """What earns: the person, whose row must be active, the id that proves it, and the instant."""

    person: str
    evidence: str
    at: int


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
        return (grant(district, policy.points, self.rule, Fact(person.id, self.evidence, by.at)),)


def earn(district: District, policy: Policy, act: str, fact: Fact) -> list[Event]:
    """What a fact earns as an `act`: by its material rule `act` and its moral rule `act_moral`, as two entries.

    The act itself stands whatever the caps say: a withheld award says which code withheld it. A rule that is absent or
    switched off makes no entry. The two never share a ledger, so neither sees the other's caps or debt.
    """
    events: list[Event] = []
    granted = 0
    for name in (act, act + MORAL_SUFFIX):
        if name not in policy.points.rules:
            continue
        try:
            events.append(grant(district, policy.points, name, fact, granted))
            granted += 1
        except Rejected as refused:
            if refused.code is not POINTS_SWITCHED_OFF:
                events.append(AwardWithheld(fact.person, name, fact.evidence, refused.code.name))
    return events


def grant(district: District, policy: PointsPolicy, name: str, fact: Fact, ahead: int = 0) -> AwardGranted:
    """The award of the rule `name` for a fact; raises the first reason against it. `ahead` counts awards before it."""
    person, evidence, at = fact
    rule = policy.rules[name]
    ledger = rule.ledger
    points = _allowed(district, policy, rule, name, fact)
    netted, lot, vests_at, expires_at = 0, None, None, 0
    if ledger == "MP" and rule.vest_delay_s:
        vests_at = at + rule.vest_delay_s
    elif ledger == "MP":
        netted = min(points, debt(district, person))
        lot = district.ids.new("lot") if netted < points else None
        expires_at = after_days(at, rule.validity_days)
    final_at = after_days(vests_at or at, policy.revocation_days)
    cooled_at = at + rule.cooldown_s if rule.cooldown_s else None
    award = district.ids.new("awd", ahead)
    return AwardGranted(
        award, person, name, evidence, ledger, points, netted, lot, vests_at, expires_at, final_at, cooled_at
    )


def _allowed(district: District, policy: PointsPolicy, rule: PointRule, name: str, fact: Fact) -> int:
    """What every cap leaves of the rule's points; raises if a state or a cap leaves nothing."""
    rows = district.points
    person, evidence, at = fact
    material = rule.ledger == "MP"
    if not rule.points or not (policy.material_on if material else policy.moral_on):
        raise Rejected(POINTS_SWITCHED_OFF)
    if rows.evidence.used(name, evidence):
        raise Rejected(POINTS_EVIDENCE_USED)
    if rule.cooldown_s and at < rows.cooled_at.get((person, name), 0):
        raise Rejected(POINTS_COOLDOWN)
    points = rule.points
    day = civil_day(at)
    whole_day_cap = policy.material_daily_cap if material else policy.moral_daily_cap
    if rule.daily_cap:
        points = _within(points, rule.daily_cap, rows.by_day.of(name, person, day), POINTS_DAILY_CAP)
    if whole_day_cap:
        points = _within(points, whole_day_cap, rows.whole_day.of(rule.ledger, person, day), POINTS_DAILY_CAP)
    if rule.period_cap:
        points = _within(points, rule.period_cap, rows.by_month.of(name, person, civil_month(day)), POINTS_PERIOD_CAP)
    if rule.budget_month:
        used = rows.by_month.of(name, NOBODY, civil_month(day))
        points = _within(points, rule.budget_month, used, POINTS_BUDGET_EXHAUSTED)
    return points


def _within(points: int, cap: int, used: int, code: Code) -> int:
    left = cap - used
    if left <= 0:
        raise Rejected(code, cap=cap)
    return min(points, left)


def debt(district: District, person: str) -> int:
    """Points that the person owes after a clawback."""
    return -district.ledger.balances[DEBT].get(person, 0)


def draw(wallet: list[Lot], points: int, at: int) -> tuple[LotUse, ...] | None:
    """Points from lots usable at the instant `at`, earliest expiry first; None when they do not suffice."""
    uses: list[LotUse] = []
    for lot in wallet:
        if not points:
            break
        if lot.available_from <= at < lot.expires_at:
            part = min(points, lot.remaining)
            uses.append((lot.id, part))
            points -= part
    return None if points else tuple(uses)


def vest(district: District, policy: Policy, waiting: str, at: int) -> list[Event]:
    """Deadline `award_vest`: pending points become available, paying debt first; their validity counts from now."""
    award = district.points.awards[waiting]
    person = district.residents.root(award.person)
    netted = min(award.points, debt(district, person))
    lot = district.ids.new("lot") if netted < award.points else None
    expires_at = after_days(at, policy.points.rules[award.rule].validity_days)
    return [AwardVested(waiting, person, award.rule, award.points, netted, lot, expires_at)]


def expire(district: District, _policy: Policy, waiting: str, at: int) -> list[Event]:
    """Deadline `lot_expiry`: every lot of the person that lapses now posts exactly what is left in it."""
    wallet = district.points.wallets.get(waiting, [])
    return [LotExpired(waiting, lot.id, lot.remaining) for lot in wallet if lot.expires_at <= at]
