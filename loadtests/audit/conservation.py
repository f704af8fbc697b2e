"""Layer e: what holds across keys. Each answer's money and points balance in themselves; nothing comes from nowhere."""

from __future__ import annotations

from typing import Any, Final

from engine import Engine
from engine.views.points import available, debt, pending
from loadtests.audit.calls import Call
from loadtests.audit.findings import Audit, Finding, finding_of
from loadtests.audit.unseen import Unseen

LAYER: Final = "conservation"
BASIS = 10_000


class Conservation:
    """Looks at every call with one effect."""

    def __init__(self, engine: Engine, audit: Audit, unseen: Unseen) -> None:
        """`engine` holds the town as the run found it; `unseen` knows what moves without an answer."""
        self._unseen = unseen
        self._district: Any = engine.district
        self._audit = audit
        self._unclear = False
        self._rates_stand = True
        self._most: dict[str, tuple[int, int]] = {}
        self._granted: dict[str, int] = {}
        self._out: dict[str, int] = {}
        self._into: dict[str, str] = {}
        for paid in self._district.trade.payments.values():
            if paid.points:
                self._out[paid.person] = self._out.get(paid.person, 0) + paid.points

    def see(self, call: Call) -> None:
        """One call."""
        operation = call.operation
        if operation.type.startswith("policy."):
            self._rates_stand = False
        if call.outcome == "unknown" and not call.is_read:
            self._unclear = True
        if call.outcome != "ok":
            return
        if call.is_read:
            self._highest(call)
        else:
            self._happened(call)

    def _happened(self, call: Call) -> None:
        facts: set[tuple[str, str]] = set()
        for event in call.answer.view or ():
            wire, data = event["type"], event["data"]
            if wire == "payments.purchase_paid":
                self._paid(data, call)
            elif wire == "payments.purchase_refunded":
                self._refunded(data, call)
            elif wire == "points.award_granted":
                self._granted_award(data, call, facts)
            elif wire == "points.purchase_earned":
                self._granted[data["person"]] = self._granted.get(data["person"], 0) + data["points"]
            elif wire == "participation.vote_tallied":
                self._tallied(data, call)
            elif wire == "binding.person_merged":
                self._into[data["person"]] = data["into"]

    def _wrong(self, name: str, call: Call, text: str, **values: Any) -> None:
        self._audit.found(finding_of(name, LAYER, [call], text, **values))

    def _paid(self, data: dict[str, Any], call: Call) -> None:
        """S09, S10: points pay no more than the rate allows; cash and points sum to the goods asked for."""
        self._audit.checked(LAYER, "S10")
        points, value, goods = data["points"], data["value_fen"], data["goods_fen"]
        asked = call.operation.data
        drawn = sum(part for _, part in data["lots"]) if data["lots"] else 0
        said = call.operation.type != "payments.pay_purchase" or (
            goods == asked["goods_fen"] and points == asked["points"] and data["merchant"] == asked["merchant"]
        )
        if drawn != points or points * value > goods or not said:
            self._wrong("S10", call, "audit.seen.purchase", points=points, drawn=drawn, goods=goods)
        if points:
            self._audit.checked(LAYER, "S09")
            eligible = goods - data["excluded_fen"]
            if points * value * BASIS > eligible * data["rate_bp"] or self._too_high(data):
                self._wrong("S09", call, "audit.seen.rate", points=points, eligible=eligible, rate=data["rate_bp"])

    def _too_high(self, data: dict[str, Any]) -> bool:
        """True if a rate is above the policy's or the merchant's; not after the policy was changed in the run."""
        known = self._district.trade.merchants.get(data["merchant"])
        cap: int = self._district.policy.points.deduction_cap_bp
        most = min(cap, known.points_rate_bp) if known is not None else cap
        return self._rates_stand and data["rate_bp"] > most

    def _refunded(self, data: dict[str, Any], call: Call) -> None:
        """S08: cash and points of a refund sum to the goods returned; points go back, pay debt or are forfeit."""
        self._audit.checked(LAYER, "S08")
        back = sum(part for _, part, _, _ in data["restored"])
        whole = data["cash_fen"] + data["points"] * data["value_fen"] == data["goods_fen"] and data["cash_fen"] >= 0
        asked = call.operation.data.get("goods_fen", data["goods_fen"]) == data["goods_fen"]
        if not (whole and asked and back + data["netted"] == data["points"]):
            self._wrong("S08", call, "audit.seen.refund", goods=data["goods_fen"], cash=data["cash_fen"], back=back)

    def _granted_award(self, data: dict[str, Any], call: Call, facts: set[tuple[str, str]]) -> None:
        """T22 within one answer; and what is granted to a person in total (H10)."""
        fact = (data["rule"], data["evidence"])
        self._audit.checked(LAYER, "T22")
        if fact in facts:
            self._wrong("T22", call, "audit.seen.fact", rule=fact[0], evidence=fact[1])
        facts.add(fact)
        if data["ledger"] == "MP":
            self._granted[data["person"]] = self._granted.get(data["person"], 0) + data["points"]

    def _tallied(self, data: dict[str, Any], call: Call) -> None:
        """S20: the counts of the options sum to the choices of the ballots, which are no more than the electorate."""
        self._audit.checked(LAYER, "S20")
        vote = self._district.board.votes.get(data["vote"])
        choices = vote.choices if vote is not None else None
        total = sum(data["counts"])
        wrong = total != data["ballots"] * choices if choices is not None else total < data["ballots"]
        if wrong or (vote is not None and vote.electorate and data["ballots"] > vote.electorate):
            self._wrong("S20", call, "audit.seen.tally", counts=total, ballots=data["ballots"])

    def _highest(self, call: Call) -> None:
        """Keep, for each person, the read that showed the most."""
        shown = call.answer.view
        if call.operation.type == "read:points.balance" and isinstance(shown, dict) and "available" in shown:
            person = call.operation.data.get("person", call.who)
            if shown["available"] > self._most.get(person, (-1, 0))[0]:
                self._most[person] = (shown["available"], call.operation.n)

    def finish(self) -> None:
        """H10: nobody shows more points than there were and were granted; it needs every grant's answer."""
        layer = self._audit.layers[LAYER]
        if self._unclear:
            layer.reason = "audit.reason.unknown_grants"
            return
        most: dict[str, int] = {}
        for person in {*self._most, *self._out, *self._granted, *self._into}:
            had = available(self._district, person) + pending(self._district, person) + debt(self._district, person)
            sums = had + self._out.get(person, 0) + self._granted.get(person, 0)
            most[self._root(person)] = most.get(self._root(person), 0) + sums
        for person, (shown, number) in self._most.items():
            self._audit.checked(LAYER, "H10")
            limit = most[self._root(person)]
            if shown > limit and self._unseen.purse(person):
                layer.unknown += 1
            elif shown > limit:
                values = {"seen": shown, "most": limit}
                self._audit.found(Finding("H10", LAYER, person, "audit.seen.granted", values, also=[number]))

    def _root(self, person: str) -> str:
        """Who has what a person had: records of one person are merged, maybe several times."""
        for _ in range(len(self._into) + 1):
            if person not in self._into:
                break
            person = self._into[person]
        return person
