"""What calls say about single objects: the steps that the models judge, derived from the events that answers show.

A call without a definite answer gives a step that may have happened or not. Where what it would have changed is known
only in part (which lot an award would have opened, whether a cap would have cut it), the object is `partly` known: it
is judged, but what does not fit counts as unknown, never as a violation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

from engine.export import MOVES
from loadtests.audit.calls import Call
from loadtests.audit.keys import Town
from loadtests.audit.objects import BEFORE
from loadtests.audit.unseen import Unseen
from loadtests.linearizability import Call as Step

NOT_ENTITIES = ("points.", "payments.", "participation.response_", "binding.person_")
"""Events whose entities are judged as accounts, sales and answers, or come to be once."""
MOVED = {wire: each for wire, each in MOVES.items() if not wire.startswith(NOT_ENTITIES)}
REFUSED_ONCE = {
    ("points.grant_award", "POINTS_EVIDENCE_USED"): ("fact", "rule", "evidence"),
    ("participation.submit_response", "QST_ALREADY_ANSWERED"): ("answer", "questionnaire", "person"),
    ("participation.read_article", "ARTICLE_ALREADY_READ"): ("receipt", "article", "person"),
}
TAKEN_BY = {
    "points.grant_award": ("fact", "rule", "evidence"),
    "participation.submit_response": ("answer", "questionnaire", "person"),
    "participation.read_article": ("receipt", "article", "person"),
}
PLAIN_PAYMENTS = ("payments.pay_purchase", "payments.refund_purchase", "payments.settle_merchants")
Data = dict[str, Any]
Made = tuple[str, str, Data]  # key, function, value


class Facts:
    """Derives steps; gathers which objects are known only in part."""

    def __init__(self, town: Town, refunded: set[str], unseen: Unseen) -> None:
        """`town` knows which unit votes for whom; `refunded` are the purchases that somebody gives back."""
        self.town = town
        self.unseen = unseen
        self.refunded = refunded
        self.partly: set[str] = set()
        self.any_unknown = False
        self.any_way_lost = False
        self.unknown_refunds: set[str] = set()
        self.unknown_revocations: set[str] = set()
        self._by_event: dict[str, Callable[[Data, Call], Iterator[Made]]] = {
            "points.award_granted": self._granted,
            "points.award_revoked": self._revoked,
            "payments.purchase_paid": self._paid,
            "payments.purchase_refunded": self._refunded,
            "participation.response_submitted": self._answered,
            "participation.ballot_cast": self._cast,
            "participation.article_read": self._receipt,
            "participation.article_explained": self._receipt,
            "participation.response_invalidated": self._reviewed,
            "participation.response_validated": self._reviewed,
            "participation.response_revised": self._reviewed,
            "binding.person_merged": self._merged,
            "points.purchase_earned": self._earned,
        }

    def knows_in_part(self, key: str, steps: Sequence[Step]) -> bool:
        """True if something of unknown effect may have happened to the object of a key."""
        parts = key.split(":")
        if any(part in self.partly for part in parts[1:]):
            return True
        if self.any_unknown and parts[0] in ("sale", "entity") and not began(steps):
            return True
        if parts[0] != "purse":
            return False
        return self.any_way_lost or self.unseen.purse(parts[1]) or self._purse_in_part(parts[1], steps)

    def _purse_in_part(self, person: str, steps: Sequence[Step]) -> bool:
        values = [(step, step.value or {}) for step in steps]
        bought = {value.get("ref") for step, value in values if step.f == "spend"}
        lost_purchase = any(step.f == "spend" and step.type == "info" for step in steps)
        for step, value in values:
            if value.get("ref") in self.unknown_refunds or value.get("of") in self.unknown_refunds:
                return True
            if value.get("award") in self.unknown_revocations:
                return True
            if step.f == "refund" and lost_purchase and value["of"] not in bought:
                return True
        return self.town.has_award_of(person, self.unknown_revocations)

    def steps(self, call: Call) -> Iterator[Step]:
        """The steps of one call."""
        if call.outcome == "ok":
            yield from self._read(call) if call.is_read else self._happened(call)
        elif call.outcome == "rejected":
            yield from self._refused(call)
        elif call.outcome == "unknown" and not call.is_read:
            yield from self._unknown(call)

    def _happened(self, call: Call) -> Iterator[Step]:
        moves: dict[str, list[str]] = {}
        for event in call.answer.view or ():
            wire, data = event["type"], event["data"]
            look = self._by_event.get(wire)
            if look is not None:
                for key, f, value in look(data, call):
                    yield _step(call, key, (f, value), "ok")
            if wire in MOVED:
                field, to = MOVED[wire]
                state = to if isinstance(to, str) else state_of(data, to)
                moves.setdefault(data[field], []).append(state)
                self.partly.update([] if state else [data[field]])
        for entity, targets in moves.items():
            yield _step(call, f"entity:{entity}", ("move", {"to": targets}), "ok")

    def _granted(self, data: Data, call: Call) -> Iterator[Made]:
        if call.operation.type == "points.grant_award":
            yield f"fact:{data['rule']}:{data['evidence']}", "take", {}
        if data["ledger"] != "MP" or data["vests_at"] is not None:
            return
        value = {
            "points": data["points"],
            "netted": data["netted"],
            "ref": data["lot"],
            "expires": data["expires_at"],
            "award": data["award"],
            "at": call.answer.at,
        }
        yield f"purse:{data['person']}", "earn", value

    def _revoked(self, data: Data, call: Call) -> Iterator[Made]:
        if data["ledger"] == "MP":
            value = {"points": data["points"], "lots": data["lots"], "debt": data["debt"], "at": call.answer.at}
            yield f"purse:{data['person']}", "revoke", value

    def _paid(self, data: Data, call: Call) -> Iterator[Made]:
        points, payment = data["points"], data["payment"]
        if payment in self.refunded:
            yield f"sale:{payment}", "pay", {"sale": [data["goods_fen"], points, data["value_fen"]]}
        if points:
            value = {"points": points, "ref": payment, "lots": data["lots"], "at": call.answer.at}
            yield f"purse:{data['person']}", "spend", value

    def _refunded(self, data: Data, call: Call) -> Iterator[Made]:
        payment, points = data["payment"], data["points"]
        value = {"goods": data["goods_fen"], "points": points, "cash": data["cash_fen"]}
        yield f"sale:{payment}", "return", value
        if points:
            back = {name: data[name] for name in ("restored", "netted", "forfeited")}
            yield f"purse:{data['person']}", "refund", {"of": payment, "points": points, "at": call.answer.at, **back}

    def _answered(self, data: Data, _call: Call) -> Iterator[Made]:
        if data["valid"]:
            yield f"answer:{data['questionnaire']}:{data['person']}", "take", {}

    def _cast(self, data: Data, _call: Call) -> Iterator[Made]:
        unit = self.town.unit_of(data["vote"], data["person"]) or data["person"]
        yield f"ballot:{data['vote']}:{unit}", "take", {}

    def _receipt(self, data: Data, _call: Call) -> Iterator[Made]:
        yield f"receipt:{data['article']}:{data['person']}", "take", {}

    def _reviewed(self, data: Data, _call: Call) -> Iterator[Made]:
        """A review frees a unit or binds it; the event does not say whose, so the questionnaire is known in part."""
        self.partly.add(data["questionnaire"])
        return iter(())

    def _merged(self, data: Data, _call: Call) -> Iterator[Made]:
        self.partly.update(str(value) for value in data.values() if isinstance(value, str))
        return iter(())

    def _earned(self, data: Data, call: Call) -> Iterator[Made]:
        value = {"points": data["points"], "netted": data["netted"], "ref": data["lot"], "expires": data["expires_at"]}
        yield f"purse:{data['person']}", "earn", {**value, "award": None, "at": call.answer.at}

    def _read(self, call: Call) -> Iterator[Step]:
        if call.operation.type == "read:points.balance" and isinstance(call.answer.view, dict):
            person = call.operation.data.get("person", call.who)
            shown = {name: call.answer.view[name] for name in ("available", "debt") if name in call.answer.view}
            yield _step(call, f"purse:{person}", ("read", None), "ok", {**shown, "at": call.answer.at})

    def _refused(self, call: Call) -> Iterator[Step]:
        operation, code = call.operation, call.answer.code
        data = operation.data
        if code == "POINTS_INSUFFICIENT":
            value = {"points": data["points"], "at": call.answer.at}
            yield _step(call, f"purse:{data['person']}", ("spend", value), "fail", "insufficient")
        elif operation.type == "payments.refund_purchase":
            value = {"goods": data["goods_fen"], "details": dict(call.answer.details or {})}
            yield _step(call, f"sale:{data['payment']}", ("return", value), "fail", code)
        elif (operation.type, code) in REFUSED_ONCE:
            kind, first, second = REFUSED_ONCE[operation.type, code]
            yield _step(call, f"{kind}:{data[first]}:{data[second]}", ("take", {}), "fail", code)
        elif code == "VOTE_ALREADY_CAST":
            unit = self.town.unit_of(data["vote"], data["person"])
            if unit is not None:
                yield _step(call, f"ballot:{data['vote']}:{unit}", ("take", {}), "fail", code)

    def _unknown(self, call: Call) -> Iterator[Step]:
        operation = call.operation
        data, wire = operation.data, operation.type
        self.any_unknown = True
        if wire == "payments.pay_purchase" and data["points"]:
            yield _step(call, f"purse:{data['person']}", ("spend", {"points": data["points"]}), "info")
        elif wire == "payments.refund_purchase":
            self.unknown_refunds.add(data["payment"])
            yield _step(call, f"sale:{data['payment']}", ("return", {"goods": data["goods_fen"]}), "info")
        elif wire in TAKEN_BY:
            kind, first, second = TAKEN_BY[wire]
            yield _step(call, f"{kind}:{data[first]}:{data[second]}", ("take", {}), "info")
        elif wire == "participation.cast_ballot":
            unit = self.town.unit_of(data["vote"], data["person"]) or data["person"]
            yield _step(call, f"ballot:{data['vote']}:{unit}", ("take", {}), "info")
        # A notice says which checkout, not whose points it moves.
        self.any_way_lost |= wire.startswith("payments.") and wire not in PLAIN_PAYMENTS
        if wire == "points.revoke_award":
            self.unknown_revocations.add(data["award"])
        for name in ("report", "praise", "vote", "questionnaire", "article", "binding", "response", "tag", "qr"):
            if name in data and wire not in TAKEN_BY and wire != "participation.cast_ballot":
                self.partly.add(data[name])


def state_of(data: Data, to: Callable[[Any, Any], str]) -> str:
    """The state that follows from an event; empty where rows are needed as well."""
    try:
        return to(SimpleNamespace(**data), None)
    except AttributeError:
        return ""


def began(steps: Sequence[Step]) -> bool:
    """True if a step shows how the object came to be; one that was lost may have made it."""
    return any(step.f == "pay" or (step.f == "move" and "" in BEFORE.get(step.value["to"][0], ())) for step in steps)


def _step(call: Call, key: str, done: tuple[str, Any], kind: Any, result: Any = None) -> Step:
    operation = call.operation
    end = call.returned_ns if kind != "info" else None
    return Step(done[0], done[1], call.invoked_ns, end, kind, result, key, operation.actor, operation.n)
