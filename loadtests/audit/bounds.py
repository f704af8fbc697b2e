"""Layer d: hot counters and caps. No search: what surely was there <= what was shown <= what may have been there.

A contribution that was answered before a look began surely counts; one that was sent before the look ended may count;
one without a definite answer may count from when it was sent, for ever. Two or three numbers a contribution in columns.

    payable:<merchant>   fen owed        looks: reads, lines of settlements        S14
    votes:<vote>         ballots         looks: results                            S20
    valid:<qst>          valid answers   looks: reads                              H14
    moral:<person>       moral points    looks: reads                              H05
    day:<rule>:<person>:<day>            looks: the cap of the policy              S11
    month:<rule>:<month>                 looks: the budget of the policy           S12
"""

from __future__ import annotations

from typing import Any, Final

from engine import Engine
from engine.views.payments import payable_fen
from engine.views.points import moral
from loadtests.audit.calls import Call
from loadtests.audit.counters import NEVER, Counter, Look
from loadtests.audit.findings import Audit, Finding, finding_of
from loadtests.audit.unseen import Unseen
from loadtests.linearizability import Call as Step

LAYER: Final = "bounds"
DAY_S, SHANGHAI_S = 86_400, 28_800
INVARIANT_OF = {"payable": "S14", "votes": "S20", "valid": "H14", "moral": "H05", "reach": "H12"}
LOOKS = {
    "read:payments.payable": ("payable", "merchant"),
    "read:payments.payable_fen": ("payable", "merchant"),
    "read:participation.reach": ("reach", "article"),
    "read:participation.response_counts": ("valid", "questionnaire"),
}


class Bounds:
    """Gathers contributions and looks of all counters; `finish` compares."""

    def __init__(self, engine: Engine, audit: Audit, unseen: Unseen) -> None:
        """`engine` holds the town as the run found it; `unseen` knows what moves without an answer."""
        self._unseen = unseen
        self._district: Any = engine.district
        self._audit = audit
        self._rules = dict(engine.district.policy.points.rules)
        self._counters: dict[str, Counter] = {}
        self._granted: dict[str, int] = {}
        self._unclear: set[str] = set()

    def _of(self, name: str) -> Counter:
        found = self._counters.get(name)
        if found is None:
            found = self._counters[name] = Counter()
        return found

    def see(self, call: Call) -> None:
        """One call with one effect."""
        if call.operation.type.startswith("policy."):
            self._rules = {}
        if call.outcome == "ok":
            if call.is_read:
                self._look(call)
            else:
                for event in call.answer.view or ():
                    add = _ADDED.get(event["type"])
                    if add is not None:
                        add(self, event["data"], call)
        elif call.outcome == "unknown":
            self._unknown(call)

    def _look(self, call: Call) -> None:
        operation, shown = call.operation, call.answer.view
        if operation.type == "read:points.balance" and isinstance(shown, dict) and "moral" in shown:
            self._shown(f"moral:{operation.data.get('person', call.who)}", shown["moral"], call)
        elif operation.type in LOOKS:
            kind, field = LOOKS[operation.type]
            number = shown.get("valid", shown.get("value")) if isinstance(shown, dict) else shown
            if type(number) is int:
                self._shown(f"{kind}:{operation.data.get(field)}", number, call)

    def _shown(self, name: str, number: int, call: Call, own: int = 0) -> None:
        """A look; `own` is what the looking call itself adds afterwards."""
        end = call.returned_ns if call.returned_ns is not None else NEVER
        self._of(name).looks.append((call.invoked_ns, end, number, call.operation.n, own))

    def _paid(self, data: dict[str, Any], call: Call) -> None:
        self._of(f"payable:{data['merchant']}").add(call, data["goods_fen"])

    def _refunded(self, data: dict[str, Any], call: Call) -> None:
        self._of(f"payable:{data['merchant']}").add(call, -data["goods_fen"])

    def _settled(self, data: dict[str, Any], call: Call) -> None:
        for merchant, amount in data["lines"]:
            name = f"payable:{merchant}"
            self._shown(name, amount, call, -amount)
            self._of(name).add(call, -amount)

    def _granted_award(self, data: dict[str, Any], call: Call) -> None:
        if data["ledger"] == "MO":
            self._of(f"moral:{data['person']}").add(call, data["points"])
        if call.answer.at is not None:
            day = (call.answer.at + SHANGHAI_S) // DAY_S
            name = f"{data['rule']}:{data['person']}:{day}"
            self._granted[name] = self._granted.get(name, 0) + data["points"]
            self._within_cap(data, name, call)

    def _within_cap(self, data: dict[str, Any], name: str, call: Call) -> None:
        rule = self._rules.get(data["rule"])
        if rule is None:
            return
        self._audit.checked(LAYER, "S11")
        over = bool(rule.daily_cap) and self._granted[name] > rule.daily_cap
        if over or data["points"] > rule.points:
            values = {"rule": data["rule"], "sum": self._granted[name], "cap": rule.daily_cap or rule.points}
            self._audit.found(finding_of("S11", LAYER, [call], "audit.seen.cap", **values))

    def _revoked(self, data: dict[str, Any], call: Call) -> None:
        if data["ledger"] == "MO":
            self._of(f"moral:{data['person']}").add(call, -data["points"])

    def _deducted(self, data: dict[str, Any], call: Call) -> None:
        self._of(f"moral:{data['person']}").add(call, -data["points"])

    def _upheld(self, data: dict[str, Any], call: Call) -> None:
        """An appeal was right: the points come back."""
        self._of(f"moral:{data['person']}").add(call, data["points"])

    def _archived(self, data: dict[str, Any], call: Call) -> None:
        """Scores begin again from zero, if the year is closed so."""
        for person, score in data["scores"] if data["reset"] else ():
            self._of(f"moral:{person}").add(call, -score)

    def _cast(self, data: dict[str, Any], call: Call) -> None:
        self._of(f"votes:{data['vote']}").add(call, 1)

    def _tallied(self, data: dict[str, Any], call: Call) -> None:
        self._shown(f"votes:{data['vote']}", data["ballots"], call)

    def _answered(self, data: dict[str, Any], call: Call) -> None:
        if data["valid"]:
            self._of(f"valid:{data['questionnaire']}").add(call, 1)

    def _invalidated(self, data: dict[str, Any], call: Call) -> None:
        if not data.get("valid", False):
            self._of(f"valid:{data['questionnaire']}").add(call, -1)

    def _validated(self, data: dict[str, Any], call: Call) -> None:
        self._of(f"valid:{data['questionnaire']}").add(call, 1)

    def _read_article(self, data: dict[str, Any], call: Call) -> None:
        self._of(f"reach:{data['article']}").add(call, 1)

    def _merged(self, _data: dict[str, Any], _call: Call) -> None:
        """Two rows became one: of two answers or receipts of one person one stops counting."""
        self._unclear |= {"valid", "reach"}

    def _unknown(self, call: Call) -> None:
        """What may have happened; what is not known at all makes a counter unclear."""
        data, wire = call.operation.data, call.operation.type
        if wire == "payments.pay_purchase":
            self._of(f"payable:{data['merchant']}").add(call, data["goods_fen"])
        elif wire == "participation.cast_ballot":
            self._of(f"votes:{data['vote']}").add(call, 1)
        elif wire == "participation.submit_response":
            self._of(f"valid:{data['questionnaire']}").add(call, 1)
        elif wire == "participation.read_article":
            self._of(f"reach:{data['article']}").add(call, 1)
        else:
            self._unclear.update(_UNCLEAR.get(wire, ()))

    def finish(self) -> None:
        """Compare every look with its bounds."""
        for name, counter in self._counters.items():
            kind, _, owner = name.partition(":")
            if not counter.looks:
                continue
            self._audit.checked(LAYER, INVARIANT_OF[kind], len(counter.looks))
            for look, least, most in counter.misses(self._initial(kind, owner)):
                if kind in self._unclear or name in self._unclear or self._moves_unseen(kind, owner):
                    self._audit.layers[LAYER].unknown += 1
                else:
                    self._audit.found(_missed(name, look, (least, most), counter.latest(look[0])))

    def _moves_unseen(self, kind: str, owner: str) -> bool:
        """True if an account can change without an answer."""
        if kind == "moral":
            return self._unseen.moral(owner)
        return kind == "payable" and owner in self._unseen.merchants

    def _initial(self, kind: str, owner: str) -> int:
        board = self._district.board
        if kind == "payable":
            return payable_fen(self._district, owner)
        if kind == "moral":
            return moral(self._district, owner)
        rows: dict[str, tuple[dict[str, Any], str]] = {
            "votes": (board.votes, "cast"),
            "valid": (board.questionnaires, "valid"),
            "reach": (board.articles, "reach"),
        }
        table, field = rows[kind]
        return int(getattr(table[owner], field)) if owner in table else 0


_ADDED: dict[str, Any] = {
    "payments.purchase_paid": Bounds._paid,  # noqa: SLF001 - its own functions
    "payments.purchase_refunded": Bounds._refunded,  # noqa: SLF001
    "binding.person_merged": Bounds._merged,  # noqa: SLF001
    "payments.merchants_settled": Bounds._settled,  # noqa: SLF001
    "points.award_granted": Bounds._granted_award,  # noqa: SLF001
    "points.award_revoked": Bounds._revoked,  # noqa: SLF001
    "points.deduction_posted": Bounds._deducted,  # noqa: SLF001
    "points.deduction_upheld": Bounds._upheld,  # noqa: SLF001
    "points.moral_year_archived": Bounds._archived,  # noqa: SLF001
    "participation.ballot_cast": Bounds._cast,  # noqa: SLF001
    "participation.vote_tallied": Bounds._tallied,  # noqa: SLF001
    "participation.response_submitted": Bounds._answered,  # noqa: SLF001
    "participation.response_invalidated": Bounds._invalidated,  # noqa: SLF001
    "participation.response_revised": Bounds._invalidated,  # noqa: SLF001
    "participation.response_validated": Bounds._validated,  # noqa: SLF001
    "participation.article_read": Bounds._read_article,  # noqa: SLF001
    "participation.article_explained": Bounds._read_article,  # noqa: SLF001
}
_UNCLEAR: dict[str, tuple[str, ...]] = {
    "payments.refund_purchase": ("payable",),
    "payments.settle_merchants": ("payable",),
    "payments.open_checkout": ("payable",),
    "marketplace.place_order": ("payable",),
    "participation.revise_response": ("valid",),
    "participation.invalidate_response": ("valid",),
    "participation.validate_response": ("valid",),
    "participation.explain_article": ("reach",),
    "binding.merge_persons": ("valid", "reach"),
}
"""Kinds of counters that a command without a definite answer makes unclear; moral points are `Unseen`'s."""


def _missed(name: str, look: Look, bounds: tuple[int, int], before: list[int]) -> Finding:
    start, end, shown, number, _ = look
    kind, _, owner = name.partition(":")
    step = Step("look", owner, start, end if end < NEVER else None, "ok", shown, None, kind, number)
    values = {"seen": shown, "least": bounds[0], "most": bounds[1]}
    return Finding(INVARIANT_OF[kind], LAYER, name, "audit.seen.bounds", values, [step], step, also=[*before, number])
