"""A small town with points and money in it: short words for tests of points, payments and the policy."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from engine import Engine, MemorySink, Outcome, Policy, new_engine, seeded_salt
from engine.administration import ChangePolicy, Sweep
from engine.district.ledger import AV, DEBT, EXP, MORAL, NOBODY, PEND
from engine.merging.persons import MergePersons
from engine.payments.purchases import PayPurchase
from engine.payments.refunds import RefundPurchase
from engine.points.awards import GrantAward
from engine.points.clawback import RevokeAward
from tests.towns import MORNING, Town, code_of, small_town

DAY_S = 86_400
MIDNIGHT = MORNING + 16 * 3_600  # the first one after the town was built, 2021-09-16 00:00 at +08:00
GIFT = {"ledger": "MP", "points": 100, "validity_days": 180}


def rule(**fields: Any) -> dict[str, Any]:
    """A rule of material points without caps, but for the fields that are given."""
    return {**GIFT, **fields}


@dataclass
class Purse:
    """The small town. `at` is the instant of the next command; unless a rule `gift` is given it gives 100 points."""

    town: Town
    facts: int = 0

    @property
    def engine(self) -> Engine:
        """The engine of the town."""
        return self.town.engine

    @property
    def at(self) -> int:
        """The instant of the next command."""
        return self.town.clock

    @at.setter
    def at(self, at: int) -> None:
        self.town.clock = at

    def award(self, person: str = "per_1", rule: str = "gift", evidence: str | None = None) -> Outcome:
        """Give points for a new fact, or for `evidence`."""
        self.facts += 1
        return self.town.say(GrantAward(person, rule, evidence or f"ev_{self.facts}"), "system", "awards")

    def pay(self, points: int, goods_fen: int = 1_000_000, person: str = "per_1", excluded_fen: int = 0) -> Outcome:
        """Buy at mer_1, where points pay up to 30 %."""
        command = PayPurchase(person, "mer_1", "wechat", goods_fen, excluded_fen, points)
        return self.town.say(command, "resident", person)

    def refund(self, payment: str, goods_fen: int) -> Outcome:
        """Give back part of a purchase at mer_1."""
        return self.town.say(RefundPurchase(payment, goods_fen), "merchant", "mer_1")

    def revoke(self, award: str) -> Outcome:
        """Take an award back."""
        return self.town.say(RevokeAward(award))

    def merge(self, person: str, into: str) -> None:
        """Merge two rows."""
        self.town.must(MergePersons(person, into))

    def change(self, after_s: int, **numbers: Any) -> Outcome:
        """Announce a change of policy; `points__value_fen=5` stands for the path points.value_fen."""
        pairs = tuple((path_of(name), json_of(value)) for name, value in numbers.items())
        return self.town.say(ChangePolicy(pairs, self.at + after_s))

    def sweep(self) -> None:
        """Let everything happen that is due."""
        self.town.must(Sweep(), "system", "clock")

    def lots(self, person: str = "per_1") -> list[tuple[str, int]]:
        """What is left in each lot of a person, in order of use."""
        return [(lot.id, lot.remaining) for lot in self.engine.district.points.wallets.get(person, [])]

    def balance(self, account: int, owner: str = "per_1") -> int:
        """A balance of the ledger."""
        found: int = self.engine.district.ledger.balance(account, owner)
        return found

    def purse(self, person: str = "per_1") -> dict[str, int]:
        """What a person has: available, pending, debt, moral points; and what has expired of all persons."""
        return {
            "available": self.balance(AV, person),
            "pending": self.balance(PEND, person),
            "debt": -self.balance(DEBT, person),
            "moral": self.balance(MORAL, person),
            "expired": self.balance(EXP, NOBODY),
        }


def path_of(name: str) -> str:
    """The path of a number that a test names with two underscores for each dot."""
    return name.replace("__", ".")


def json_of(value: Any) -> str:
    """JSON text of a value."""
    return json.dumps(value)


def purse(sink: MemorySink | None = None, /, **numbers: Any) -> Purse:
    """A town under a policy with these numbers; the caps of a whole day are off unless they are given."""
    free = {"points__material_daily_cap": 0, "points__rules__gift": GIFT, "payments__merchant_limit_fen": 10**9}
    policy = Policy().changed({path_of(name): value for name, value in {**free, **numbers}.items()})
    return Purse(small_town(new_engine(policy, sink, salt=seeded_salt(1))))


def first(outcome: Outcome) -> Any:
    """The first event of an accepted command."""
    assert outcome.ok, f"{outcome.by.command} was answered by {code_of(outcome)} {outcome.details}"
    return outcome.events[0]


def said(outcome: Outcome) -> str:
    """Name of the code, `ok` for an accepted command."""
    return code_of(outcome)

