"""The log as strangers read it: JSONL, one line an event, and one line a rejection.

    seq, n, at, type, key, actor, entity, from, to, data; where they apply: lots [[id, points]], postings
    [[ledger, from, to, amount]], and code in a line of type CommandRejected

`n` is the number of the record, the same in all lines of one command. `entity` is the id of what moved through its
state machine, `from` and `to` are states of it (null: it came to be, or the event moves nothing); `data` are the fields
of the event, of a rejection those of the command under the key of its type. Points in `lots` are positive where they
enter a lot, negative where they leave it. Accounts are `kind:owner`.
A deadline's events carry the instant at which they were due as `at`, and the system's clock as actor.

Derived from outcomes as a replay gives them, since a state may follow from more than its event (whether a refund was
the whole rest of a payment).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from engine.district.activities import ACTIVITY_EDGES, REGISTRATION_EDGES
from engine.district.bills import BILL_EDGES
from engine.district.board import ARTICLE_EDGES
from engine.district.cases import REPORT_EDGES
from engine.district.channel_refunds import CHANNEL_REFUND_EDGES
from engine.district.checkouts import CHECKOUT_EDGES
from engine.district.deductions import DEDUCTION_EDGES
from engine.district.grid import CODE_EDGES
from engine.district.hazards import WARNING_EDGES
from engine.district.ledger import ACCOUNTS
from engine.district.market import OFFER_EDGES, ORDER_EDGES, RIDER_EDGES
from engine.district.merchants import PAYMENT_EDGES
from engine.district.moves import MOVES
from engine.district.points import AWARD_EDGES
from engine.district.praises import PRAISE_EDGES
from engine.district.questionnaires import QUESTIONNAIRE_EDGES, RESPONSE_EDGES
from engine.district.residents import BINDING_EDGES, PERSON_EDGES
from engine.district.special_groups import TAG_EDGES
from engine.district.statements import STATEMENT_EDGES
from engine.district.suggestions import SUGGESTION_EDGES
from engine.district.topics import POST_EDGES, TOPIC_EDGES
from engine.district.visits import VISIT_EDGES
from engine.district.volunteers import CALL_EDGES, SHIFT_EDGES
from engine.district.votes import VOTE_EDGES
from engine.kernel.command import Outcome
from engine.kernel.encoding import canonical
from engine.kernel.event import Event, Posting

__all__ = ["EDGES", "FINAL", "LOTS", "MOVES", "REJECTED", "RETIRED", "Export", "Move"]

REJECTED = "CommandRejected"
Lots = Callable[[Any], list[tuple[str, int]]]
EDGES = frozenset().union(
    ACTIVITY_EDGES, ARTICLE_EDGES, AWARD_EDGES, BILL_EDGES, BINDING_EDGES, CALL_EDGES, CHANNEL_REFUND_EDGES,
    CHECKOUT_EDGES, CODE_EDGES, DEDUCTION_EDGES, OFFER_EDGES, ORDER_EDGES, PAYMENT_EDGES, PERSON_EDGES, POST_EDGES,
    PRAISE_EDGES, QUESTIONNAIRE_EDGES, REGISTRATION_EDGES, REPORT_EDGES, RESPONSE_EDGES, RIDER_EDGES, SHIFT_EDGES,
    STATEMENT_EDGES, SUGGESTION_EDGES, TAG_EDGES, TOPIC_EDGES, VISIT_EDGES, VOTE_EDGES, WARNING_EDGES,
)  # fmt: skip
FINAL = {to for _, to in EDGES} - {origin for origin, _ in EDGES}
"""States that nothing leaves, in any of the machines: their entities need not be remembered."""
RETIRED = {"payments.payments_finished": "pay_", "payments.checkouts_finished": "cko_", "points.awards_final": "awd_"}
"""Events after which nothing of a type up to the id `through` moves any more."""
FINISHED = "marketplace.orders_finished"  # names its orders one by one: they end in another order than they began


def _opened(event: Any) -> list[tuple[str, int]]:
    return [(event.lot, event.points - event.netted)] if event.lot is not None else []


def _used(event: Any) -> list[tuple[str, int]]:
    return [(lot, -points) for lot, points in event.lots]


def _back(event: Any) -> list[tuple[str, int]]:
    return [(lot, points) for _, points, lot, _ in event.restored if lot]


LOTS: Mapping[str, Lots] = {
    "points.award_granted": _opened,
    "points.award_vested": _opened,
    "points.award_revoked": _used,
    "points.lot_expired": lambda event: [(event.lot, -event.points)],
    "points.purchase_earned": _opened,
    "points.purchase_unearned": _used,
    "payments.purchase_paid": _used,
    "payments.purchase_refunded": _back,
    "marketplace.order_placed": _used,
    "marketplace.points_returned": _back,
    "marketplace.escrow_returned": _back,
    "marketplace.order_refunded": _back,
    "binding.person_merged": _used,
}


class Move(NamedTuple):
    """What an event does to a state machine: which entity goes from where to where; None: it came to be, or no move."""

    entity: str | None = None
    origin: str | None = None
    to: str | None = None


NO_MOVE = Move()


class Export:
    """Derives lines from the outcomes of one log, in their order. Remembers the state of every entity that may move."""

    def __init__(self, district: Any) -> None:
        """`district` is the one that the outcomes were written to."""
        self._district = district
        self._states: dict[str, str] = {}

    def lines(self, outcome: Outcome) -> Iterator[str]:
        """The lines of one outcome, canonical JSON; its events stand written in the district."""
        by = outcome.by
        who = f'"actor":"{by.kind}:{by.who}","at":{by.at}'
        if outcome.code is not None:
            fields = f'"code":"{outcome.code.name}","data":{{"{by.command.type}":{by.command.encode()}}}'
            numbered = f'"n":{outcome.n},"seq":null'
            rest = f'"entity":null,"from":null,"key":"{by.key}",{numbered},"to":null,"type":"{REJECTED}"'
            yield f"{{{who},{fields},{rest}}}"
        for place, event in enumerate(outcome.events):
            yield self._line(event, who, outcome, place)

    def _line(self, event: Event, who: str, outcome: Outcome, place: int) -> str:
        entity, origin, to = ("null" if each is None else f'"{each}"' for each in self.move(event))
        lots = LOTS[event.type](event) if event.type in LOTS else []
        postings = [_posting(each) for each in event.postings() if each[-1]]
        return (
            f'{{{who},"data":{event.encode()},"entity":{entity},"from":{origin},"key":"{outcome.by.key}"'
            + (f',"lots":{canonical(lots)}' if lots else "")
            + f',"n":{outcome.n}'
            + (f',"postings":{canonical(postings)}' if postings else "")
            + f',"seq":{outcome.first_seq + place},"to":{to},"type":"{event.type}"}}'
        )

    def move(self, event: Any) -> Move:
        """What an event does to a state machine; events in their order, each once."""
        if event.type in RETIRED:
            prefix, through = RETIRED[event.type], event.through
            gone = [each for each in self._states if each.startswith(prefix) and each <= through]
            for each in gone:
                del self._states[each]
        if event.type == FINISHED:
            for each in event.orders:
                self._states.pop(each, None)
        if event.type not in MOVES:
            return NO_MOVE
        field, to = MOVES[event.type]
        entity: str = getattr(event, field)
        state = to if isinstance(to, str) else to(event, self._district)
        before = self._states.pop(entity, None)
        if state not in FINAL:
            self._states[entity] = state
        return Move(entity, before, state)


def _posting(posting: Posting) -> list[str | int]:
    source, source_owner, target, target_owner, amount = posting
    ledger, kind = ACCOUNTS[source]
    return [ledger, f"{kind}:{source_owner}", f"{ACCOUNTS[target][1]}:{target_owner}", amount]
