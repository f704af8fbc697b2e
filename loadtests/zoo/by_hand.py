"""Hearing what happened and telling it by hand: which answers are right, and what everybody should have.

For commands about points and money the answer itself is foreseen. What other commands earn or take back is foreseen
from the fact alone: how many points, for whom, until when. A balance that an event moves which is not told here by
hand is left out from then on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from engine.kernel.event import EVENTS, Event
from loadtests.zoo.till import BASIS, Till
from loadtests.zoo.tokens import Points, Token

NOBODY = "-"
HOLDERS = ("per_", "mer_", "grd_", "com_", "wkr_", "dwl_")
"""Ids of those who have something, and of places: what names one of these is not about all that they ever did."""
Seen = dict[str, Any]  # fields of a command or an event


@dataclass(slots=True)
class Heard:
    """A command, how it was answered, and what came of it: events by name and fields, in their order."""

    type: str
    data: Seen
    code: str
    at: int
    events: Iterable[tuple[str, Seen]] = ()


@dataclass(slots=True)
class ByHand:
    """Points and money by hand. `differences` say what is not as it was foreseen, `unknown` which balances are not."""

    points: Points = field(default_factory=Points)
    till: Till = field(default_factory=Till)
    differences: list[str] = field(default_factory=list)
    compared: int = 0
    unknown: set[tuple[str, str]] = field(default_factory=set)
    touched: set[tuple[str, str]] = field(default_factory=set)
    at: int = 0
    linked: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    deaf: bool = False  # deadlines are not heard: there may be awards that nobody told of

    def hear(self, heard: Heard, policy: Any) -> None:
        """What is due happens, the answer is foreseen, the events are told by hand."""
        self.at = max(self.at, heard.at)
        self.points.until(self.at, policy.points.rules)
        self._answer(heard, policy)
        for kind, said in heard.events:
            way = WAYS.get(kind)
            if way is not None:
                way(self, said, policy)
            elif kind not in BY_TIME:
                self._untold(kind, said)

    def _untold(self, kind: str, said: Seen) -> None:
        """An event that is not told by hand: if it moves value, then of whoever it, or what it names, ever named."""
        names = {value for value in said.values() if isinstance(value, str)}
        things = [name for name in names if "_" in name and not name.startswith(HOLDERS)]
        for name in things:
            self.linked[name] |= names
        if EVENTS[kind].postings is not Event.postings:
            self.lose({NOBODY, *names, *(other for name in things for other in self.linked[name])})

    def lose(self, owners: Iterable[str]) -> None:
        """Nothing is foreseen any more of what these have."""
        self.unknown |= {(kind, owner) for owner in owners for kind in OWNED}

    def same(self, what: str, said: Any, foreseen: Any) -> None:
        """Compare."""
        self.compared += 1
        if said != foreseen:
            self.differences.append(f"{what}: {said} was said, {foreseen} is right")

    def foreseen(self, kind: str, owner: str) -> int:
        """A balance as the ledger would have it."""
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

    def _touch(self, person: str) -> None:
        self.touched |= {(kind, person) for kind in ("av", "debt", "pend", "mo")}

    def _answer(self, heard: Heard, policy: Any) -> None:
        """Whether the code is the one that comes out by hand, as far as points and money decide it."""
        data, code = heard.data, heard.code
        if heard.type == "payments.pay_purchase":
            self._sale(data, code, policy)
        elif heard.type == "payments.refund_purchase":
            if ("mer", getattr(self.till.sales.get(data["payment"]), "merchant", "")) not in self.unknown:
                known = self.till.refusal(data["payment"], data["goods_fen"], policy, self.at)
                self.same(f"refund of {data['payment']}", code, known)
        elif heard.type == "points.grant_award" and code in EARNING and data["rule"] in policy.points.rules:
            fact = (data["person"], data["evidence"], self.at)
            known = self.points.refusal(policy.points, data["rule"], fact)[0]
            if known or ("av", data["person"]) not in self.unknown:  # what is not known has used up more, never less
                self.same(f"award by {data['rule']}", code, known)
        elif heard.type == "points.revoke_award" and (data["award"] in self.points.grants or not self.deaf):
            may = self._revocation(data["award"], self.at)
            self.same("revocation", min(may) if code in may else code, min(may))

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
        self.same(f"purchase of {data['person']}", code, known)

    def granted(self, said: Seen, policy: Any) -> None:
        """An award: its points, what of them pays debt, and when it lapses and is final."""
        if said["rule"] not in policy.points.rules:
            self.lose((said["person"],))
            return
        fact = (said["person"], said["evidence"], self.at)
        owed = self.points.purses[said["person"]].owed
        code, points = self.points.refusal(policy.points, said["rule"], fact)
        if ("av", said["person"]) in self.unknown and not code:
            points = min(said["points"], points)
        self.same(f"award {said['award']}", (said["points"], ""), (points, code))
        self.points.grant(policy.points, said["award"], said["rule"], fact, points)
        grant = self.points.grants[said["award"]]
        self.same(f"award {said['award']} is final", said["final_at"], grant.final)
        self.same(f"award {said['award']} waits", said["vests_at"], grant.waits_until)
        if grant.tokens:
            self.same(f"award {said['award']} lapses", said["expires_at"], grant.tokens[0].lapses)
        if ("debt", said["person"]) not in self.unknown and grant.ledger == "MP" and grant.waits_until is None:
            self.same(f"award {said['award']} pays debt", said["netted"], min(owed, points))
        self._touch(said["person"])

    def withheld(self, said: Seen, policy: Any) -> None:
        """A fact that earns nothing."""
        fact = (said["person"], said["evidence"], self.at)
        if said["rule"] in policy.points.rules and ("av", said["person"]) not in self.unknown:
            self.same("award withheld", said["code"], self.points.refusal(policy.points, said["rule"], fact)[0])
        self.points.earned.add((said["rule"], said["evidence"]))

    def taken_back(self, said: Seen, _policy: Any) -> None:
        """A clawback: points that are still there, and debt."""
        if said["award"] not in self.points.grants:
            self.lose((said["person"],))
            return
        _, owed = self.points.take_back(said["award"])
        if not {("av", said["person"]), ("debt", said["person"])} & self.unknown:
            self.same(f"debt of {said['award']}", said.get("debt", 0), owed)
        self._touch(said["person"])

    def paid(self, said: Seen, policy: Any) -> None:
        """A purchase."""
        tokens = self.points.spend(said["person"], said["points"])
        if tokens is None:
            self.lose((said["person"],))
            tokens = [Token(self.at, 0) for _ in range(said["points"])]
        self.till.sell(said["payment"], said, tokens, policy, self.at)
        self.same("refundable", said["refundable_until"], self.till.sales[said["payment"]].until)
        self._touch(said["person"])
        self.touched |= {("mer", said["merchant"]), ("ch", said["channel"]), ("sp", "-")}

    def refunded(self, said: Seen, policy: Any) -> None:
        """A refund."""
        if said["payment"] not in self.till.sales:
            return
        sale, back = self.till.take_back(said["payment"], said["goods_fen"], policy)
        right = (len(back), said["goods_fen"] - len(back) * sale.value)
        self.same(f"refund {said['refund']}", (said["points"], said["cash_fen"]), right)
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
            self.same(f"settlement of {said['channel']}", (said["net_fen"], said["fee_fen"]), (due - fee, fee))
        self.till.channels[said["channel"]] = 0
        self.touched.add(("ch", said["channel"]))

    def merchants_settled(self, said: Seen, _policy: Any) -> None:
        """Every merchant gets what it is owed."""
        unsure = {owner for kind, owner in self.unknown if kind == "mer"}
        due = sorted((merchant, fen) for merchant, fen in self.till.merchants.items() if fen > 0)
        right = [line for line in due if line[0] not in unsure]
        self.same("settlement", [tuple(line) for line in said["lines"] if line[0] not in unsure], right)
        for merchant, fen in due:
            self.till.merchants[merchant] -= fen
            self.touched.add(("mer", merchant))

    def reimbursed(self, said: Seen, _policy: Any) -> None:
        """The sponsor pays."""
        if ("sp", "-") not in self.unknown:
            self.same("what the sponsor pays too much", max(0, said["amount_fen"] - self.till.sponsor), 0)
        self.till.sponsor -= said["amount_fen"]
        self.touched.add(("sp", "-"))


EARNING = {
    "", "POINTS_SWITCHED_OFF", "POINTS_EVIDENCE_USED", "POINTS_COOLDOWN", "POINTS_DAILY_CAP", "POINTS_PERIOD_CAP",
    "POINTS_BUDGET_EXHAUSTED",
}  # fmt: skip
SELLING = {"", "POINTS_EXCLUDED_GOODS", "PAY_CAP_EXCEEDED", "POINTS_INSUFFICIENT"}
OWNED = ("av", "debt", "pend", "mo", "mer", "ch", "sp")
"""Kinds of accounts that are told by hand."""
BY_TIME = {"points.award_vested", "points.lot_expired", "points.awards_final", "payments.payments_finished"}
"""What happens by the clock, which is kept by hand as well."""
WAYS: dict[str, Callable[[ByHand, Seen, Any], None]] = {
    "points.award_granted": ByHand.granted,
    "points.award_withheld": ByHand.withheld,
    "points.award_revoked": ByHand.taken_back,
    "points.award_cancelled": ByHand.taken_back,
    "payments.merchant_registered": ByHand.registered,
    "payments.purchase_paid": ByHand.paid,
    "payments.purchase_refunded": ByHand.refunded,
    "payments.channel_settled": ByHand.channel_settled,
    "payments.merchants_settled": ByHand.merchants_settled,
    "payments.sponsor_reimbursed": ByHand.reimbursed,
    "binding.person_merged": ByHand.merged,
}
