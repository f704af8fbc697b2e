"""The lockstep oracle: points and money by hand walk beside an engine, and every answer and balance is compared.

For commands about points and money the answer itself is foreseen. What other commands earn or take back is foreseen
from the fact alone: how many points, for whom, until when. Balances are compared after each command for whoever it
touched. A balance that an event moves which is not told here by hand is left out from then on, and counted.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from engine import Engine, Outcome
from engine.district.ledger import ACCOUNTS
from loadtests.zoo.till import BASIS, Till
from loadtests.zoo.tokens import Points

Seen = dict[str, Any]  # fields of an event
OWNED = {"av", "debt", "pend", "mo", "mer", "ch", "sp"}
"""Kinds of accounts that are told by hand."""


@dataclass(slots=True)
class Lockstep:
    """An observer of one engine; `differences` say what is not as it was foreseen."""

    engine: Engine
    points: Points = field(default_factory=Points)
    till: Till = field(default_factory=Till)
    differences: list[str] = field(default_factory=list)
    compared: int = 0
    unknown: set[tuple[str, str]] = field(default_factory=set)
    touched: set[tuple[str, str]] = field(default_factory=set)
    at: int = 0

    def observe(self, outcome: Outcome) -> None:
        """One record: what is due happens, the answer is foreseen, the events are told by hand."""
        policy = self.engine.district.policy
        self.at = outcome.by.at if outcome.code is None else max(self.at, outcome.by.at)
        self.points.until(self.at, policy.points.rules)
        told = [(each.type, json.loads(each.encode()), each) for each in outcome.events]
        self._answer(outcome, policy)
        for kind, said, event in told:
            way = WAYS.get(kind)
            if way is not None:
                way(self, said, policy)
            elif kind not in BY_TIME:
                self._unheard(event)

    def settled(self) -> None:
        """After a whole command, deadlines before it included: balances of whoever was touched."""
        balances = self.engine.district.ledger.balances
        for kind, owner in sorted(self.touched - self.unknown):
            number = next(place for place, (ledger, name) in enumerate(ACCOUNTS) if (ledger, name) == LEDGER[kind])
            said, foreseen = balances[number].get(owner, 0), self._foreseen(kind, owner)
            self._same(f"{kind} of {owner}", said, foreseen)
        self.touched.clear()

    def _foreseen(self, kind: str, owner: str) -> int:
        purse = self.points.purses[owner]
        ways: dict[str, Callable[[], int]] = {
            "av": lambda: len(purse.tokens),
            "debt": lambda: -purse.owed,
            "pend": lambda: self.points.waiting(owner),
            "mo": lambda: purse.moral,
            "mer": lambda: self.till.merchants[owner],
            "ch": lambda: -self.till.channels[owner],
            "sp": lambda: -self.till.sponsor,
        }
        return ways[kind]()

    def _same(self, what: str, said: Any, foreseen: Any) -> None:
        self.compared += 1
        if said != foreseen:
            self.differences.append(f"{what}: {said} was said, {foreseen} is right")

    def _touch(self, person: str) -> None:
        self.touched |= {(kind, person) for kind in ("av", "debt", "pend", "mo")}

    def _unheard(self, event: Any) -> None:
        """An event that moves value in a way that is not told here."""
        for source, source_owner, target, target_owner, amount in event.postings():
            for account, owner in ((source, source_owner), (target, target_owner)):
                if amount and ACCOUNTS[account][1] in OWNED:
                    self.unknown.add((ACCOUNTS[account][1], owner))

    def _answer(self, outcome: Outcome, policy: Any) -> None:
        """Whether the code is the one that comes out by hand, as far as points and money decide it."""
        command, code = outcome.by.command, outcome.code.name if outcome.code is not None else ""
        if command.type == "payments.pay_purchase":
            self._sale(json.loads(command.encode()), code, policy)
        elif command.type == "payments.refund_purchase":
            data = json.loads(command.encode())
            if ("mer", getattr(self.till.sales.get(data["payment"]), "merchant", "")) not in self.unknown:
                known = self.till.refusal(data["payment"], data["goods_fen"], policy, outcome.by.at)
                self._same(f"refund of {data['payment']}", code, known)
        elif command.type == "points.grant_award" and code in EARNING:
            data = json.loads(command.encode())
            fact = (data["person"], data["evidence"], outcome.by.at)
            self._same(f"award by {data['rule']}", code, self.points.refusal(policy.points, data["rule"], fact)[0])
        elif command.type == "points.revoke_award":
            may = self._revocation(json.loads(command.encode())["award"], outcome.by.at)
            self._same("revocation", min(may) if code in may else code, min(may))

    def _revocation(self, award: str, at: int) -> set[str]:
        """Codes that may be given; of an award that is final and was taken back either may be said."""
        grant = self.points.grants.get(award)
        if grant is None:
            return {"AWARD_NOT_FOUND"}
        final = {"POINTS_AWARD_FINAL"} if at >= grant.final else set()
        return final | ({"POINTS_ALREADY_REVOKED"} if grant.over else set()) or {""}

    def _sale(self, data: dict[str, Any], code: str, policy: Any) -> None:
        if code not in SELLING or ("av", data["person"]) in self.unknown:
            return
        known = ""
        if data["excluded_fen"] > data["goods_fen"]:
            known = "POINTS_EXCLUDED_GOODS"
        elif self.till.too_much(data, policy):
            known = "PAY_CAP_EXCEEDED"
        elif len(self.points.purses[data["person"]].tokens) < data["points"]:
            known = "POINTS_INSUFFICIENT"
        self._same(f"purchase of {data['person']}", code, known)

    def granted(self, said: Seen, policy: Any) -> None:
        """An award: its points, what of them pays debt, and when it lapses and is final."""
        fact = (said["person"], said["evidence"], self.at)
        owed = self.points.purses[said["person"]].owed
        code, points = self.points.refusal(policy.points, said["rule"], fact)
        self._same(f"award {said['award']}", (said["points"], ""), (points, code))
        self.points.grant(policy.points, said["award"], said["rule"], fact, points)
        grant = self.points.grants[said["award"]]
        self._same(f"award {said['award']} is final", said["final_at"], grant.final)
        self._same(f"award {said['award']} waits", said["vests_at"], grant.waits_until)
        if grant.tokens:
            self._same(f"award {said['award']} lapses", said["expires_at"], grant.tokens[0].lapses)
        if ("debt", said["person"]) not in self.unknown and grant.ledger == "MP" and grant.waits_until is None:
            self._same(f"award {said['award']} pays debt", said["netted"], min(owed, points))
        self._touch(said["person"])

    def withheld(self, said: Seen, policy: Any) -> None:
        """A fact that earns nothing."""
        fact = (said["person"], said["evidence"], self.at)
        self._same("award withheld", said["code"], self.points.refusal(policy.points, said["rule"], fact)[0])
        self.points.earned.add((said["rule"], said["evidence"]))

    def taken_back(self, said: Seen, _policy: Any) -> None:
        """A clawback: points that are still there, and debt."""
        _, owed = self.points.take_back(said["award"])
        if not {("av", said["person"]), ("debt", said["person"])} & self.unknown:
            self._same(f"debt of {said['award']}", said.get("debt", 0), owed)
        self._touch(said["person"])

    def paid(self, said: Seen, policy: Any) -> None:
        """A purchase."""
        tokens = self.points.spend(said["person"], said["points"])
        if tokens is None:
            self.unknown.add(("av", said["person"]))
            tokens = []
        self.till.sell(said["payment"], said, tokens, policy, self.at)
        self._same("refundable", said["refundable_until"], self.till.sales[said["payment"]].until)
        self._touch(said["person"])
        self.touched |= {("mer", said["merchant"]), ("ch", said["channel"]), ("sp", "-")}

    def refunded(self, said: Seen, policy: Any) -> None:
        """A refund."""
        if said["payment"] not in self.till.sales:
            return
        sale, back = self.till.take_back(said["payment"], said["goods_fen"], policy)
        right = (len(back), said["goods_fen"] - len(back) * sale.value)
        self._same(f"refund {said['refund']}", (said["points"], said["cash_fen"]), right)
        days = None if policy.points.lapsed_restore == "forfeit" else policy.points.grace_days
        self.points.give_back(sale.person, back, self.at, days)
        self._touch(self.points.now_called(sale.person))
        self.touched |= {("mer", sale.merchant), ("ch", sale.channel), ("sp", "-")}

    def merged(self, said: Seen, _policy: Any) -> None:
        """Two rows become one."""
        self.unknown |= {(kind, said["into"]) for kind, owner in self.unknown if owner == said["person"]}
        self.points.merge(said["person"], said["into"])
        self._touch(said["person"])
        self._touch(said["into"])

    def registered(self, said: Seen, _policy: Any) -> None:
        """A merchant's rate."""
        self.till.rates[said["merchant"]] = said["points_rate_bp"]

    def channel_settled(self, said: Seen, policy: Any) -> None:
        """A channel pays everything less its fee."""
        due = self.till.channels[said["channel"]]
        if ("ch", said["channel"]) not in self.unknown:
            fee = due * policy.payments.channel_fee_bp // BASIS
            self._same(f"settlement of {said['channel']}", (said["net_fen"], said["fee_fen"]), (due - fee, fee))
        self.till.channels[said["channel"]] = 0
        self.touched.add(("ch", said["channel"]))

    def merchants_settled(self, said: Seen, _policy: Any) -> None:
        """Every merchant gets what it is owed."""
        unsure = {owner for kind, owner in self.unknown if kind == "mer"}
        due = sorted((merchant, fen) for merchant, fen in self.till.merchants.items() if fen > 0)
        right = [line for line in due if line[0] not in unsure]
        self._same("settlement", [tuple(line) for line in said["lines"] if line[0] not in unsure], right)
        for merchant, fen in due:
            self.till.merchants[merchant] -= fen
            self.touched.add(("mer", merchant))

    def reimbursed(self, said: Seen, _policy: Any) -> None:
        """The sponsor pays."""
        if ("sp", "-") not in self.unknown:
            self._same("what the sponsor pays too much", max(0, said["amount_fen"] - self.till.sponsor), 0)
        self.till.sponsor -= said["amount_fen"]
        self.touched.add(("sp", "-"))


EARNING = {
    "", "POINTS_SWITCHED_OFF", "POINTS_EVIDENCE_USED", "POINTS_COOLDOWN", "POINTS_DAILY_CAP", "POINTS_PERIOD_CAP",
    "POINTS_BUDGET_EXHAUSTED",
}  # fmt: skip
SELLING = {"", "POINTS_EXCLUDED_GOODS", "PAY_CAP_EXCEEDED", "POINTS_INSUFFICIENT"}
LEDGER = {
    "av": ("MP", "av"),
    "debt": ("MP", "debt"),
    "pend": ("MP", "pend"),
    "mo": ("MO", "mo"),
    "mer": ("CNY", "mer"),
    "ch": ("CNY", "ch"),
    "sp": ("CNY", "sp"),
}
BY_TIME = {"points.award_vested", "points.lot_expired", "points.awards_final", "payments.payments_finished"}
"""What happens by the clock, which is kept by hand as well."""
WAYS: dict[str, Callable[[Lockstep, Seen, Any], None]] = {
    "points.award_granted": Lockstep.granted,
    "points.award_withheld": Lockstep.withheld,
    "points.award_revoked": Lockstep.taken_back,
    "points.award_cancelled": Lockstep.taken_back,
    "payments.merchant_registered": Lockstep.registered,
    "payments.purchase_paid": Lockstep.paid,
    "payments.purchase_refunded": Lockstep.refunded,
    "payments.channel_settled": Lockstep.channel_settled,
    "payments.merchants_settled": Lockstep.merchants_settled,
    "payments.sponsor_reimbursed": Lockstep.reimbursed,
    "binding.person_merged": Lockstep.merged,
}
