"""Points of persons: given by rules of the town's own, since what earned them is long over.

A lot that lapses while the plan lasts keeps its own day. All others of a person are one: which of two lots that both
outlive the plan a purchase draws from, no answer tells. Amounts are sums of powers of two, each given by a rule without
caps: a dozen rules in place of one for every amount. Rules of real acts are not used, or their caps would be used up.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from engine.views.points import available, debt, moral
from loadtests.plan.town.steps import REGISTRY, Step
from loadtests.plan.town.touched import Touched
from sim.profiles import civil_day

LONG_DAYS = 3_650
"""Validity of points that outlive the plan."""
LATE, MORAL = "", "moral"
TILL_MERCHANT, TILL_PERSON = "mer_town-till", "per_town-till"
TILL_RATE_BP = 3_000
BASIS = 10_000  # basis points in a whole
DEDUCTED = ("POSTED", "APPEALED", "DISMISSED")
"""States of a deduction whose points are gone; of an upheld appeal they are back."""


@dataclass(slots=True)
class Purse:
    """What the town gives a person, by kind (`LATE`, `MORAL`, or the instant at which it lapses), and the debt."""

    person: str
    gives: Counter[str] = field(default_factory=Counter)
    debt: int = 0


def purses_of(found: Touched, span: tuple[int, int]) -> list[Purse]:
    """What each touched person needs: the balance, what sliced purchases take out again, less what today brings.

    `span`: the instants at which the plan begins and ends.
    """
    today = {kind: earned_today(found, span[0], ledger) for kind, ledger in ((LATE, "MP"), (MORAL, "MO"))}
    made = []
    taken, deducted = _taken_by_purchases(found), _deducted(found)
    for name in found.of("per"):
        if name in found.district.residents.persons:
            purse = _purse(found.district, name, span[1])
            purse.gives[LATE] = max(0, purse.gives[LATE] + taken[name] - today[LATE][name])
            purse.gives[MORAL] = max(0, moral(found.district, name) + deducted[name] - today[MORAL][name])
            made.append(purse)
    return made


def _purse(district: Any, name: str, stop_s: int) -> Purse:
    purse = Purse(name, debt=debt(district, name))
    for lot in district.points.wallets.get(name, ()):
        purse.gives[str(lot.expires_at) if lot.expires_at <= stop_s else LATE] += lot.remaining
    return purse


def _taken_by_purchases(found: Touched) -> Counter[str]:
    """Points that purchases of the town take and its refunds do not bring back."""
    trade, residents = found.district.trade, found.district.residents
    taken: Counter[str] = Counter()
    for name in found.of("pay"):
        row = trade.payments.get(name)
        if row is not None:
            back = trade.returned[name].points if name in trade.returned else 0
            taken[residents.root(row.person)] += row.points - back
    for name in found.of("ord"):
        order = found.district.market.orders.get(name)
        if order is not None:  # whatever came back of it is spent again at the till
            taken[residents.root(order.person)] += order.points
    return taken


def _deducted(found: Touched) -> Counter[str]:
    """Moral points that deductions of the town take."""
    taken: Counter[str] = Counter()
    for name in found.of("ded"):
        row = found.district.deductions.deductions.get(name)
        if row is not None and row.state in DEDUCTED:
            taken[found.district.residents.root(row.person)] += row.points
    return taken


def rule_name(kind: str, bit: int) -> str:
    """The rule that gives 2 to the power of `bit` points of a kind."""
    return f"town_{kind or 'late'}_{bit}{'_moral' if kind == MORAL else ''}"


def rule_changes(purses: Iterable[Purse], given_at: int) -> list[tuple[str, str]]:
    """The town's rules as changes of the policy, for awards at the instant `given_at`."""
    most: Counter[str] = Counter({LATE: 1})
    for purse in purses:
        for kind, points in (purse.gives | Counter({LATE: purse.debt})).items():
            most[kind] = max(most[kind], points)
    found = []
    for kind, points in sorted(most.items()):
        days = LONG_DAYS if kind in (LATE, MORAL) else civil_day(int(kind)) - civil_day(given_at) - 1
        for bit in range(points.bit_length()):
            rule = {"ledger": "MO" if kind == MORAL else "MP", "points": 1 << bit, "validity_days": days}
            found.append((f"points.rules.{rule_name(kind, bit)}", json.dumps(rule, separators=(",", ":"))))
    return found


def gift_steps(purses: Iterable[Purse], at: int) -> Iterator[Step]:
    """The awards."""
    number = 0
    for purse in purses:
        for kind, points in sorted(purse.gives.items()):
            for bit in range(points.bit_length()):
                if points >> bit & 1:
                    number += 1
                    yield gift(purse.person, rule_name(kind, bit), f"ev_town-{number}", at)


def gift(person: str, rule: str, evidence: str, at: int) -> Step:
    """One award."""
    return Step(at, REGISTRY, "points.grant_award", {"person": person, "rule": rule, "evidence": evidence})


def debt_steps(purses: Iterable[Purse], policy: Any, at: int) -> Iterator[Step]:
    """Debt comes from taking back what was spent: given, spent at the till, revoked."""
    for purse in purses:
        owed = [bit for bit in range(purse.debt.bit_length()) if purse.debt >> bit & 1]
        names = [f"debt of {purse.person}: {bit}" for bit in owed]
        for bit, name in zip(owed, names, strict=True):
            given = gift(purse.person, rule_name(LATE, bit), f"ev_debt-{purse.person[4:]}-{bit}"[:43], at)
            yield Step(at, given.actor, given.type, given.data, {"award": name})
        if owed:
            yield spending(purse.person, purse.debt, policy, at)
        for name in names:
            yield Step(at, REGISTRY, "points.revoke_award", {"award": name})


def spending(person: str, points: int, policy: Any, at: int) -> Step:
    """Points spent at the town's own till, with goods that are just dear enough."""
    rate = max(1, min(TILL_RATE_BP, policy.points.deduction_cap_bp))
    goods = -(-points * policy.points.value_fen * BASIS // rate)
    return buying(person, (TILL_MERCHANT, "alipay"), (goods, points), at)


def buying(person: str, where: tuple[str, str], amounts: tuple[int, int], at: int) -> Step:
    """A purchase at a merchant through a channel, of goods in fen with points."""
    data = {
        "person": person,
        "merchant": where[0],
        "channel": where[1],
        "goods_fen": amounts[0],
        "excluded_fen": 0,
        "points": amounts[1],
    }
    return Step(at, f"resident:{person}", "payments.pay_purchase", data)


def surplus_steps(found: Touched, told: Any, at: int) -> Iterator[Step]:
    """Whoever has more in the town than in the log spends the rest: points of today may have been spent today."""
    for name in found.of("per"):
        if name in told.residents.persons:
            rest = available(told, name) - available(found.district, name)
            if rest > 0:
                yield spending(name, rest, told.policy, at)


def today_steps(found: Touched, start_s: int, at: int) -> Iterator[Step]:
    """What persons have earned on the civil day of the start, by the same rules: caps of the day are used up as far."""
    points, policy = found.district.points, found.district.policy.points
    if points.by_day.period != civil_day(start_s):
        return
    number = 0
    persons = set(found.of("per"))
    for name, used in sorted(points.by_day.used.items()):
        rule = policy.rules.get(name)
        for person in sorted(persons & used.keys()) if rule is not None and rule.points else ():
            for _ in range(-(-used[person] // rule.points)):
                number += 1
                yield gift(person, name, f"ev_today-{number}", at)


def earned_today(found: Touched, start_s: int, ledger: str) -> Counter[str]:
    """Points of a ledger that `today_steps` will give, by person."""
    points, policy = found.district.points, found.district.policy.points
    sums: Counter[str] = Counter()
    if points.by_day.period == civil_day(start_s):
        for name, used in points.by_day.used.items():
            if name in policy.rules and policy.rules[name].ledger == ledger:
                sums.update(used)
    return sums
