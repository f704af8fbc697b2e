"""Purses: stretches about the points and money of one person, from the first award to what is left at midnight.

Every rule of points meets another one here: a cap that is just reached when the day changes in one time zone and not in
the other, a purchase in the second in which its points lapse, a refund of points that have lapsed meanwhile, an award
that is taken back when it is spent, debt that the next award pays, two records of one person that become one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from engine import Command
from engine.catalogue import BY_TYPE
from loadtests.plan.hunt.drawing import LIMITS, Candidate
from loadtests.plan.hunt.edges import edge, with_number
from loadtests.plan.hunt.measures import FEWEST, FILLING_MOST, RACE_SHARE, TRIES
from loadtests.plan.hunt.moments import DAY_S, SHANGHAI_S
from loadtests.plan.hunt.threads import Threads

GRANT, REVOKE = BY_TYPE["points.grant_award"], BY_TYPE["points.revoke_award"]
PAY, REFUND = BY_TYPE["payments.pay_purchase"], BY_TYPE["payments.refund_purchase"]
BIND = BY_TYPE["binding.worker_bind"]
SETTLING = (
    "payments.settle_merchants",
    "payments.reimburse_points",
    "payments.settle_channel",
    "payments.settle_merchants",
)
SALES = 3
"""Purchases in one stretch, at most."""


@dataclass(slots=True)
class Purses(Threads):
    """A hunt that dwells on purses."""

    def purse(self) -> None:
        """One stretch about one person."""
        self.luck.choice(STRETCHES)(self, self.somebody())

    def somebody(self) -> str:
        """Whom a stretch is about."""
        bound = [each.id for each in self.district.residents.persons.values() if each.active_bindings]
        return self.hot if self.luck.random() < 0.5 or not bound else self.luck.choice(bound)  # noqa: PLR2004 - a coin

    def found(self, kind: type[Command], **forced: list[str]) -> Candidate:
        """A command about some things, by the prefixes of their ids."""
        self.drawing.forced = dict(forced)
        found = self.drawing.best(kind, TRIES)
        self.drawing.forced = {}
        return found

    def tell(self, found: Candidate, intent: str = "any") -> str:
        """A command; the id of what it made, empty if nothing."""
        before = len(self.fresh)
        self.step([found], intent)
        return next(iter(self.fresh[before:]), "")

    def award(self, person: str, rule: str) -> Candidate:
        """An award by a rule, with new evidence."""
        found = self.found(GRANT, per=[person])
        given: Any = found.command
        named = replace(found, command=replace(given, person=person, rule=rule))
        return self.drawing.asked(self.drawing.with_evidence(named))

    def _rules(self, ledger: str) -> list[str]:
        rules = self.district.policy.points.rules
        return [name for name, rule in rules.items() if rule.ledger == ledger and rule.points]

    def _fill(self, person: str, rule: str) -> Candidate:
        """Awards until a cap refuses one, which is sent as well; what the cap refuses comes back."""
        for _ in range(FILLING_MOST):
            found = self.award(person, rule)
            if not found.accepted:
                break
            self.tell(found)
        self.send(found, "boundary")
        return found

    def _buy(self, person: str, share: int = 1) -> str:
        """A purchase by as many points as are possible, or a part of them; its id."""
        found = self.found(PAY, per=[person])
        if not found.accepted:
            return ""
        command: Any = found.command
        dear = with_number(found, "goods_fen", max(command.goods_fen, 330_000))
        pair = edge(self.drawing, dear, "points", upward=True) if self.drawing.asked(dear).accepted else None
        if pair is None:
            return self.tell(found)
        whole: Any = pair[0].command
        if share > 1:
            return self.tell(self.drawing.asked(with_number(pair[0], "points", whole.points // share)))
        self.send(pair[1], "boundary")
        made = self.tell(pair[0], "boundary")
        if self.luck.random() < RACE_SHARE:
            self.race(pair[0])
        return made

    def _give_back(self, payments: list[str]) -> None:
        """Refunds in parts, the last of which is a fen too much."""
        for payment in payments:
            found = self.found(REFUND, pay=[payment])
            if found.accepted and not self.parts(found):
                self.tell(found, "boundary")

    def _midnight(self) -> None:
        """The last second before the next midnight of one of two time zones; the platform knows only one."""
        offset_s = self.luck.choice((SHANGHAI_S, 0))
        self.turn_to(((self.at + offset_s) // DAY_S + 1) * DAY_S - offset_s - 1)

    def _balance(self, person: str) -> None:
        first = len(self.operations)
        self.ask_about([person])
        self.settle(first)

    def capped(self, person: str) -> None:
        """A cap is reached just before a midnight, and asked again in the next second."""
        rules = [name for name in self._rules("MP") + self._rules("MO") if name != "gift"]
        capped = [name for name in rules if self.award(person, name).answer in {"ok", *LIMITS}]
        if not capped:
            return
        rule = self.luck.choice(capped)
        self._midnight()
        self._fill(person, rule)
        self.turn_to(self.at + 1)
        self.tell(self.award(person, rule), "boundary")
        self._balance(person)

    def lapsing(self, person: str) -> None:
        """Points are spent in the last second, in the second in which they lapse, and come back afterwards."""
        rule = self.luck.choice(("gift", "hourly", "gift"))
        self.tell(self.award(person, rule))
        self.turn_to(self.at + self.luck.choice((60, DAY_S // 2, DAY_S, DAY_S)))
        paid = [self._buy(person, share=2)]
        lapse = min((lot.expires_at for lot in self.district.points.wallets.get(person, ())), default=0)
        if lapse <= self.at:
            return
        if lapse - self.at > DAY_S:  # a purchase can be given back for a day after its own
            self.turn_to(lapse - DAY_S // 2)
            paid.append(self._buy(person, share=2))
        self.turn_to(lapse - 1)
        last = self.found(PAY, per=[person])
        self.turn_to(lapse)
        self.send(self.drawing.asked(last), "boundary")
        self._balance(person)
        self._give_back([each for each in paid if each])
        self._balance(person)

    def owing(self, person: str) -> None:
        """An award is taken back when it is spent; the next ones pay the debt; it is taken back once more."""
        award = self.tell(self.award(person, "gift"))
        paid = [self._buy(person) for _ in range(self.luck.randint(1, SALES))]
        if award:
            back = self.found(REVOKE, awd=[award])
            self.tell(back)
            self._balance(person)
            self.send(self.drawing.asked(back), "race")
        for rule in self.luck.sample(self._rules("MP"), 3):
            self.tell(self.award(person, rule))
        self._balance(person)
        self._give_back([each for each in paid if each])
        self._balance(person)

    def settling(self, person: str) -> None:
        """Purchases at every merchant, and everybody is paid, the sponsor's share in parts."""
        self.tell(self.award(person, "gift"))
        for merchant in list(self.district.trade.merchants)[:SALES]:
            found = self.found(PAY, per=[person], mer=[merchant])
            if found.accepted:
                self.tell(self._with_points(found))
        self.ask_about(list(self.district.trade.merchants)[:SALES])
        for wire in self.luck.sample(SETTLING, len(SETTLING)):
            found = self.found(BY_TYPE[wire])
            limited = found.accepted and wire == "payments.reimburse_points"
            pair = edge(self.drawing, found, "amount_fen", upward=True) if limited else None
            for each in reversed(pair or (found,)):
                self.tell(each, "boundary")
        self.ask_about(list(self.district.trade.merchants)[:SALES])

    def _with_points(self, found: Candidate) -> Candidate:
        """The same purchase with one point, if it has none."""
        one = self.drawing.asked(with_number(found, "points", max(1, found.command.points)))  # type: ignore[attr-defined]
        return one if one.accepted else found

    def merging(self, person: str) -> None:
        """A second record of a person has points of both kinds as well, and the two become one."""
        other = self.newcomer()
        if not other:
            return
        for who in (other, person):
            for ledger in ("MO", "MP"):
                self.tell(self.award(who, self.luck.choice(self._rules(ledger))))
            self._balance(who)
        found = self.found(BY_TYPE["binding.merge_persons"], per=[person])
        given: Any = found.command
        self.tell(self.drawing.asked(replace(found, command=replace(given, person=other, into=person))))
        self._balance(person)

    def newcomer(self) -> str:
        """A person whom nobody knows yet is bound to a dwelling; empty if that is not possible now."""
        name = self.drawing.newcomer()
        homes = [each.dwelling for each in self.district.residents.bindings.values() if each.state == "ACTIVE"]
        found = self.found(BIND, per=[name], **({"dwl": homes} if homes else {}))
        if not found.accepted:
            return ""
        self.tell(found)
        return name

    def populate(self) -> None:
        """Nobody can vote in an empty town: people come as long as there are few."""
        residents = self.district.residents.persons
        while sum(bool(each.active_bindings) for each in residents.values()) < FEWEST:
            if len(self.operations) >= self.most or not self.newcomer():
                return


STRETCHES: tuple[Callable[[Purses, str], None], ...] = (
    Purses.capped,
    Purses.capped,
    Purses.lapsing,
    Purses.lapsing,
    Purses.owing,
    Purses.owing,
    Purses.settling,
    Purses.merging,
)
