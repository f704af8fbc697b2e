"""Points by hand: every single point is a token that lies in a purse, in a purchase, or nowhere any more.

Written as a person with a box of counters would keep it, and not as the engine does: no lots, no sums, no accounts. It
shares with the engine the numbers of the policy and the civil calendar's one formula, stated here once more.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import Any

SHANGHAI_S, DAY_S = 28_800, 86_400
NO_REASON = ""


def midnight_after(at: int, days: int) -> int:
    """The midnight that ends `days` whole civil days after the day of an instant."""
    return ((at + SHANGHAI_S) // DAY_S + 1 + days) * DAY_S - SHANGHAI_S


def day_of(at: int) -> int:
    """Number of the civil day."""
    return (at + SHANGHAI_S) // DAY_S


def month_of(at: int) -> tuple[int, int]:
    """Year and month of the civil day, counted on from 1970 month by month."""
    return _month(day_of(at))


@cache
def _month(day: int) -> tuple[int, int]:
    left, year, month = day, 1970, 1
    while True:
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        length = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
        if left < length:
            return year, month
        left, month = left - length, month + 1
        if month > 12:  # noqa: PLR2004 - of a year
            year, month = year + 1, 1


@dataclass(slots=True, eq=False)
class Token:
    """One material point: when it lapses, and of which batch it is; batches are numbered as they come to be."""

    lapses: int
    batch: int


@dataclass(slots=True)
class Grant:
    """An award: who got how many points by which rule, the tokens of it, whether it waits or was taken back."""

    person: str
    rule: str
    ledger: str
    points: int
    final: int
    waits_until: int | None
    tokens: list[Token] = field(default_factory=list)
    over: bool = False


@dataclass(slots=True)
class Purse:
    """What one person has: tokens, points that wait, points owed, moral points."""

    tokens: list[Token] = field(default_factory=list)
    owed: int = 0
    moral: int = 0

    def ordered(self) -> list[Token]:
        """Tokens in order of use: what lapses first, of equals the older batch."""
        return sorted(self.tokens, key=lambda each: (each.lapses, each.batch))


class Points:
    """All purses and what has been earned. Time only goes forward: `until` lets lapse and vest what is due."""

    def __init__(self) -> None:
        """Nobody has anything."""
        self.purses: defaultdict[str, Purse] = defaultdict(Purse)
        self.grants: dict[str, Grant] = {}
        self.earned: set[tuple[str, str]] = set()
        self.cooled: dict[tuple[str, str], int] = {}
        self.day: list[tuple[int, str, str, str, int]] = []  # day, ledger, rule, person, points: today's grants
        self.month: list[tuple[tuple[int, int], str, str, int]] = []  # month, rule, person, points: this month's
        self.gone_to: dict[str, str] = {}
        self.batches = 0

    def now_called(self, person: str) -> str:
        """The row that a merged row leads to."""
        while person in self.gone_to:
            person = self.gone_to[person]
        return person

    def waiting(self, person: str) -> int:
        """Points granted that have not vested."""
        grants = [each for each in self.grants.values() if each.waits_until is not None and not each.over]
        return sum(each.points for each in grants if self.now_called(each.person) == person)

    def until(self, at: int, rules: Any) -> None:
        """Whatever is due up to an instant happens, in the order of time."""
        due = [each for each in self.grants.values() if each.waits_until is not None and not each.over]
        for grant in sorted(due, key=lambda each: each.waits_until or 0):
            vests = grant.waits_until
            if vests is not None and vests <= at:
                grant.waits_until = None
                self._lapse(vests)
                lapses = midnight_after(vests, rules[grant.rule].validity_days)
                grant.tokens = self.credit(self.now_called(grant.person), grant.points, lapses)
        self._lapse(at)

    def _lapse(self, at: int) -> None:
        for purse in self.purses.values():
            if purse.tokens:
                purse.tokens = [each for each in purse.tokens if each.lapses > at]

    def credit(self, person: str, points: int, lapses: int) -> list[Token]:
        """New points: what is owed is paid one by one first."""
        purse = self.purses[person]
        made: list[Token] = []
        self.batches += 1
        for _ in range(points):
            if purse.owed:
                purse.owed -= 1
            else:
                made.append(Token(lapses, self.batches))
        purse.tokens += made
        return made

    def refusal(self, policy: Any, name: str, fact: tuple[str, str, int]) -> tuple[str, int]:
        """Why a fact earns nothing by a rule, or how many points it earns."""
        person, evidence, at = fact
        rule = policy.rules[name]
        moral = rule.ledger == "MO"
        if not rule.points or not (policy.moral_on if moral else policy.material_on):
            return "POINTS_SWITCHED_OFF", 0
        if (name, evidence) in self.earned:
            return "POINTS_EVIDENCE_USED", 0
        if rule.cooldown_s and at < self.cooled.get((person, name), 0):
            return "POINTS_COOLDOWN", 0
        day, month = day_of(at), month_of(at)
        today = [each for each in self.day if each[0] == day]
        by_month = [each for each in self.month if each[0] == month and each[1] == name]
        caps = (
            ("POINTS_DAILY_CAP", rule.daily_cap, sum(n for *_, r, p, n in today if (r, p) == (name, person))),
            (
                "POINTS_DAILY_CAP",
                policy.moral_daily_cap if moral else policy.material_daily_cap,
                sum(n for _, ledger, _, p, n in today if (ledger, p) == (rule.ledger, person)),
            ),
            ("POINTS_PERIOD_CAP", rule.period_cap, sum(n for *_, p, n in by_month if p == person)),
            ("POINTS_BUDGET_EXHAUSTED", rule.budget_month, sum(n for *_, n in by_month)),
        )
        points = rule.points
        for code, cap, used in caps:
            if cap and used >= cap:
                return code, 0
            points = min(points, cap - used) if cap else points
        return NO_REASON, points

    def grant(self, policy: Any, award: str, name: str, fact: tuple[str, str, int], points: int) -> None:
        """Points for a fact."""
        person, evidence, at = fact
        rule = policy.rules[name]
        self.earned.add((name, evidence))
        self.day = [each for each in self.day if each[0] == day_of(at)]
        self.day.append((day_of(at), rule.ledger, name, person, points))
        self.month = [each for each in self.month if each[0] == month_of(at)]
        self.month.append((month_of(at), name, person, points))
        if rule.cooldown_s:
            self.cooled[person, name] = at + rule.cooldown_s
        waits = at + rule.vest_delay_s if rule.ledger == "MP" and rule.vest_delay_s else None
        final = midnight_after(waits or at, policy.revocation_days)
        grant = self.grants[award] = Grant(person, name, rule.ledger, points, final, waits)
        if rule.ledger == "MO":
            self.purses[person].moral += points
        elif waits is None:
            grant.tokens = self.credit(person, points, midnight_after(at, rule.validity_days))

    def take_back(self, award: str) -> tuple[int, int]:
        """Take an award back: points that were still there, and points that are owed from now on."""
        grant = self.grants[award]
        grant.over = True
        purse = self.purses[self.now_called(grant.person)]
        if grant.ledger == "MO":
            purse.moral -= grant.points
            return grant.points, 0
        if grant.waits_until is not None:
            return grant.points, 0
        own = {id(each) for each in grant.tokens}
        first = [each for each in purse.ordered() if id(each) in own]
        others = [each for each in purse.ordered() if id(each) not in own]
        taken = [*first, *others][: grant.points]
        gone = {id(each) for each in taken}
        purse.tokens = [each for each in purse.tokens if id(each) not in gone]
        purse.owed += grant.points - len(taken)
        return len(taken), grant.points - len(taken)

    def spend(self, person: str, points: int) -> list[Token] | None:
        """So many tokens out of a purse; None when there are too few."""
        purse = self.purses[person]
        if len(purse.tokens) < points:
            return None
        taken = purse.ordered()[:points]
        gone = {id(each) for each in taken}
        purse.tokens = [each for each in purse.tokens if id(each) not in gone]
        return taken

    def give_back(self, person: str, tokens: list[Token], at: int, grace_days: int | None) -> None:
        """Tokens that were spent come back; the first ones pay what is owed, lapsed ones begin anew or are lost."""
        purse = self.purses[self.now_called(person)]
        anew: dict[int, int] = {}
        for token in tokens:
            lapsed = token.lapses <= at
            if lapsed and grace_days is None:
                continue
            if purse.owed:
                purse.owed -= 1
                continue
            if lapsed:
                if token.batch not in anew:
                    self.batches += 1
                    anew[token.batch] = self.batches
                purse.tokens.append(Token(midnight_after(at, grace_days or 0), anew[token.batch]))
            else:
                purse.tokens.append(token)

    def merge(self, person: str, into: str) -> None:
        """Everything of one row goes to another; tokens pay what is owed."""
        self.gone_to[person] = into
        gone, stays = self.purses.pop(person, Purse()), self.purses[into]
        stays.tokens += gone.tokens
        stays.owed += gone.owed
        stays.moral += gone.moral
        while stays.owed and stays.tokens:
            stays.tokens.remove(stays.ordered()[0])
            stays.owed -= 1
        self.day = [(day, ledger, rule, into if who == person else who, n) for day, ledger, rule, who, n in self.day]
        self.month = [(month, rule, into if who == person else who, n) for month, rule, who, n in self.month]
        for (who, rule), at in list(self.cooled.items()):
            if who == person:
                self.cooled[into, rule] = max(at, self.cooled.get((into, rule), 0))
