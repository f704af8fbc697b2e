"""All objects of the town that are judged one by one, as one model: a key says of which kind its object is.

    purse:<person>              points (Account)                                H05, S02, S06, T04 to T10
    sale:<payment>              a purchase and its refunds                      S08, T08
    fact:<rule>:<evidence>      a fact earns by a rule once                     T22
    answer:<questionnaire>:<p>  one valid response a person                     S21
    ballot:<vote>:<unit>        one ballot a person, household or owner         S20
    receipt:<article>:<person>  one receipt a person and article                H06
    entity:<id>                 moves along the edges of its state machine      T01

Where objects stood when the run began is asked of the engine that was given the town's commands; an object that it
does not know begins empty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from engine import Engine
from engine.views.points import debt
from loadtests.audit.objects import Sale, moved, refunded, refusal_fits
from loadtests.audit.purse import Account, Purse
from loadtests.linearizability import IMPOSSIBLE, Call, Model

INVARIANT_OF = {
    "purse": "H05",
    "sale": "T08",
    "fact": "T22",
    "answer": "S21",
    "ballot": "S20",
    "receipt": "H06",
    "entity": "T01",
}
FREE, TAKEN = 0, 1


class Town(Model):
    """The model; `engine` holds the town as the run found it."""

    name = "town"
    functions = frozenset(
        {"earn", "spend", "refund", "revoke", "read", "pay", "return", "take", "move"},
    )
    pure = frozenset({"read"})
    judges_refusals = True

    def __init__(self, engine: Engine) -> None:
        """The engine is only read."""
        super().__init__()
        self._district: Any = engine.district
        self._order: str = engine.district.policy.payments.refund_order
        self.account = Account()
        self._uses: dict[str, list[str]] = {}
        for payment in self._district.trade.uses:
            self._uses.setdefault(self._district.trade.payments[payment].person, []).append(payment)
        self._begins: dict[str, Callable[[str], Any]] = {
            "purse": self._purse,
            "sale": self._sale,
            "fact": self._fact,
            "answer": self._answer,
            "ballot": self._ballot,
            "receipt": self._receipt,
            "entity": self._entity,
        }

    def prepare(self, calls: Sequence[Call]) -> None:
        """An account remembers what is asked back only."""
        if (calls[0].key or "").startswith("purse:"):
            self.account.prepare(calls)

    def begin(self, key: str | None) -> Any:
        """The object as the run found it."""
        kind, _, rest = (key or "").partition(":")
        return self._begins[kind](rest)

    def step(self, state: Any, call: Call) -> Any:
        """Next state of an object of any kind."""
        match call.f:
            case "take":
                return IMPOSSIBLE if state == TAKEN and call.type == "ok" else TAKEN
            case "pay":
                return IMPOSSIBLE if state is not None else Sale(*call.value["sale"])
            case "return":
                return refunded(state, call, self._order)
            case "move":
                return _moved(state, call.value["to"])
        return self.account.step(state, call)

    def refuses(self, state: Any, call: Call) -> bool:
        """Whether an object can refuse so."""
        if call.f == "take":
            return bool(state == TAKEN)
        if call.f == "return":
            return refusal_fits(state, call, self._order)
        return self.account.refuses(state, call)

    def again(self, call: Call) -> Call:
        """As the account says."""
        return self.account.again(call) if call.f in self.account.functions else super().again(call)

    def shown(self, state: Any) -> Any:
        """As plain values."""
        if isinstance(state, Purse):
            return self.account.shown(state)
        return state._asdict() if isinstance(state, Sale) else state

    def _purse(self, person: str) -> Purse:
        wallet = self._district.points.wallets.get(person, ())
        lots = tuple((lot.expires_at, lot.id, lot.remaining) for lot in wallet)
        uses = tuple((payment, self._still_out(payment)) for payment in self._uses.get(person, ()))
        return Purse(lots, sum(lot[2] for lot in lots), debt(self._district, person), -1, uses)

    def _still_out(self, payment: str) -> tuple[tuple[int, str, int], ...]:
        """What a purchase before the run drew from lots and has not come back, in order of use."""
        trade = self._district.trade
        back = trade.returned[payment].points if payment in trade.returned else 0
        parts: list[tuple[int, str, int]] = []
        pairs = zip(trade.uses[payment], trade.payments[payment].lots, strict=True)
        for lot, (_, used) in reversed(list(pairs)):
            gone = min(back, used)
            back -= gone
            if used > gone:
                parts.append((lot.expires_at, lot.id, used - gone))
        return tuple(reversed(parts))

    def _sale(self, payment: str) -> Sale | None:
        paid = self._district.trade.payments.get(payment)
        if paid is None:
            return None
        back = self._district.trade.returned.get(payment)
        goods_back, points_back = (back.goods_fen, back.points) if back is not None else (0, 0)
        return Sale(paid.goods_fen, paid.points, paid.value_fen, goods_back, points_back)

    def _fact(self, rest: str) -> int:
        rule, _, evidence = rest.partition(":")
        return TAKEN if self._district.points.evidence.used(rule, evidence) else FREE

    def _answer(self, rest: str) -> int:
        questionnaire, _, person = rest.partition(":")
        found = self._district.board.questionnaires.get(questionnaire)
        if found is None:
            return FREE
        mine = (each.person == person and not each.reason for each in found.responses.values())
        return TAKEN if any(mine) else FREE

    def _ballot(self, rest: str) -> int:
        vote, _, unit = rest.partition(":")
        found = self._district.board.votes.get(vote)
        return TAKEN if found is not None and unit in found.ballots else FREE

    def has_award_of(self, person: str, awards: set[str]) -> bool:
        """True if one of the awards was given to the person before the run."""
        given = self._district.points.awards
        return any(award in given and given[award].person == person for award in awards)

    def unit_of(self, vote: str, person: str) -> str | None:
        """What votes for a person in a vote that was open when the run began; None if that is not known."""
        found = self._district.board.votes.get(vote)
        unit: str | None = found.entitled.get(person) if found is not None else None
        return unit

    def _receipt(self, rest: str) -> int:
        article, _, person = rest.partition(":")
        found = self._district.board.articles.get(article)
        return TAKEN if found is not None and person in found.readers else FREE

    def _entity(self, entity: str) -> str | None:
        return None if self._district.ids.issued(entity) else ""


def _moved(state: Any, targets: Sequence[str]) -> Any:
    for target in targets:
        state = moved(state, target)
        if state is IMPOSSIBLE:
            return state
    return state
