"""The log as strangers read it: JSONL, one line an event, and one line a rejection.

    seq, at, type, key, actor, entity, from, to, data; where they apply: lots [[id, points]], postings
    [[ledger, from, to, amount]], and code in a line of type CommandRejected

`entity` is the id of what moved through its state machine, `from` and `to` are states of it (null: it came to be, or
the event moves nothing); `data` are the fields of the event, of a rejection those of the command under the key of its
type. Points in `lots` are positive where they enter a lot, negative where they leave it. Accounts are `kind:owner`.
A deadline's events carry the instant at which they were due as `at`, and the system's clock as actor.

Derived from outcomes as a replay gives them, since a state may follow from more than its event (whether a refund was
the whole rest of a payment).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.district.activities import ACTIVITY_EDGES, REGISTRATION_EDGES
from engine.district.bills import BILL_EDGES
from engine.district.board import ARTICLE_EDGES
from engine.district.cases import REPORT_EDGES
from engine.district.channel_refunds import CHANNEL_REFUND_EDGES
from engine.district.checkouts import CHECKOUT_EDGES
from engine.district.deductions import DEDUCTION_EDGES
from engine.district.grid import CODE_EDGES
from engine.district.ledger import ACCOUNTS
from engine.district.merchants import PAYMENT_EDGES
from engine.district.points import AWARD_EDGES
from engine.district.praises import PRAISE_EDGES
from engine.district.questionnaires import QUESTIONNAIRE_EDGES, RESPONSE_EDGES
from engine.district.residents import BINDING_EDGES, PERSON_EDGES
from engine.district.special_groups import TAG_EDGES
from engine.district.statements import STATEMENT_EDGES
from engine.district.visits import VISIT_EDGES
from engine.district.votes import VOTE_EDGES
from engine.kernel.command import Outcome
from engine.kernel.encoding import canonical
from engine.kernel.event import Event, Posting

REJECTED = "CommandRejected"
To = str | Callable[[Any, Any], str]  # a state, or how it follows from the event and the district after it
Lots = Callable[[Any], list[tuple[str, int]]]


def _granted(event: Any, _district: Any) -> str:
    return "VESTED" if event.vests_at is None else "PENDING"


def _response(event: Any, _district: Any) -> str:
    return "VALID" if event.valid else "INVALID"


def _payment(event: Any, district: Any) -> str:
    state: str = district.trade.returned[event.payment].state
    return state


def _statement(event: Any, _district: Any) -> str:
    return "DISPUTED" if event.open_differences else "RECONCILED"


MOVES: Mapping[str, tuple[str, To]] = {
    "binding.person_registered": ("person", "ACTIVE"),
    "binding.person_merged": ("person", "MERGED"),
    "binding.person_deceased": ("person", "DECEASED"),
    "binding.requested": ("binding", "PENDING_REVIEW"),
    "binding.activated": ("binding", "ACTIVE"),
    "binding.rejected": ("binding", "REJECTED"),
    "binding.ended": ("binding", "ENDED"),
    "binding.qr_issued": ("qr", "LIVE"),
    "binding.outdoor_code_issued": ("qr", "LIVE"),
    "binding.qr_revoked": ("qr", "REVOKED"),
    "binding.special_tagged": ("tag", "SET"),
    "binding.special_untagged": ("tag", "ENDED"),
    "participation.article_published": ("article", "PUBLISHED"),
    "participation.article_archived": ("article", "ARCHIVED"),
    "participation.article_withdrawn": ("article", "WITHDRAWN"),
    "participation.vote_drafted": ("vote", "DRAFT"),
    "participation.vote_opened": ("vote", "OPEN"),
    "participation.vote_closed": ("vote", "CLOSED"),
    "participation.vote_tallied": ("vote", "TALLIED"),
    "participation.vote_annulled": ("vote", "ANNULLED"),
    "participation.questionnaire_drafted": ("questionnaire", "DRAFT"),
    "participation.questionnaire_opened": ("questionnaire", "OPEN"),
    "participation.questionnaire_closed": ("questionnaire", "CLOSED"),
    "participation.questionnaire_final": ("questionnaire", "FINAL"),
    "participation.response_submitted": ("response", _response),
    "participation.response_revised": ("response", _response),
    "participation.response_invalidated": ("response", "INVALID"),
    "participation.response_validated": ("response", "VALID"),
    "participation.activity_drafted": ("activity", "DRAFT"),
    "participation.activity_published": ("activity", "PUBLISHED"),
    "participation.activity_opened": ("activity", "OPEN"),
    "participation.activity_filled": ("activity", "FULL"),
    "participation.activity_freed": ("activity", "OPEN"),
    "participation.activity_closed": ("activity", "CLOSED"),
    "participation.activity_held": ("activity", "HELD"),
    "participation.activity_settled": ("activity", "SETTLED"),
    "participation.activity_cancelled": ("activity", "CANCELLED"),
    "participation.registration_made": ("registration", lambda event, _: "WAITLISTED" if event.waits else "REGISTERED"),
    "participation.registration_promoted": ("registration", "REGISTERED"),
    "participation.registration_cancelled": ("registration", "CANCELLED"),
    "participation.registration_checked_in": ("registration", "CHECKED_IN"),
    "participation.registration_completed": ("registration", "COMPLETED"),
    "participation.registration_missed": ("registration", "NO_SHOW"),
    "reporting.report_submitted": ("report", "SUBMITTED"),
    "reporting.report_triaged": ("report", "TRIAGED"),
    "reporting.report_marked_duplicate": ("report", "DUPLICATE"),
    "reporting.report_rejected": ("report", "REJECTED"),
    "reporting.report_withdrawn": ("report", "WITHDRAWN"),
    "reporting.report_dispatched": ("report", "DISPATCHED"),
    "reporting.report_accepted": ("report", "IN_PROGRESS"),
    "reporting.report_returned": ("report", "TRIAGED"),
    "reporting.report_transferred": ("report", "DISPATCHED"),
    "reporting.report_suspended": ("report", "SUSPENDED"),
    "reporting.report_resumed": ("report", "IN_PROGRESS"),
    "reporting.report_resolved": ("report", "RESOLVED"),
    "reporting.report_closed": ("report", "CLOSED"),
    "reporting.report_reopened": ("report", "DISPATCHED"),
    "reporting.praise_submitted": ("praise", "SUBMITTED"),
    "reporting.praise_verified": ("praise", "VERIFIED"),
    "reporting.praise_rejected": ("praise", "REJECTED"),
    "reporting.praise_published": ("praise", "PUBLISHED"),
    "reporting.praise_awarded": ("praise", "AWARDED"),
    "grid.visit_started": ("visit", "UNDER_WAY"),
    "grid.visit_done": ("visit", "DONE"),
    "grid.visit_broken_off": ("visit", "BROKEN_OFF"),
    "points.award_granted": ("award", _granted),
    "points.award_vested": ("award", "VESTED"),
    "points.award_cancelled": ("award", "CANCELLED"),
    "points.award_revoked": ("award", "REVOKED"),
    "points.deduction_proposed": ("deduction", "PROPOSED"),
    "points.deduction_posted": ("deduction", "POSTED"),
    "points.deduction_declined": ("deduction", "DECLINED"),
    "points.deduction_appealed": ("deduction", "APPEALED"),
    "points.deduction_upheld": ("deduction", "UPHELD"),
    "points.deduction_dismissed": ("deduction", "DISMISSED"),
    "payments.purchase_paid": ("payment", "SUCCEEDED"),
    "payments.purchase_refunded": ("payment", _payment),
    "payments.checkout_opened": ("checkout", "CREATED"),
    "payments.payment_started": ("checkout", "PAYING"),
    "payments.payment_unclear": ("checkout", "UNKNOWN"),
    "payments.payment_succeeded": ("checkout", "SUCCEEDED"),
    "payments.checkout_closed": ("checkout", "CLOSED"),
    "payments.payment_came_late": ("checkout", "LATE_PAID"),
    "payments.late_payment_refunded": ("checkout", "REFUNDED"),
    "payments.channel_refund_requested": ("channel_refund", "REQUESTED"),
    "payments.channel_refund_taken": ("channel_refund", "PROCESSING"),
    "payments.channel_refund_succeeded": ("channel_refund", "SUCCEEDED"),
    "payments.channel_refund_failed": ("channel_refund", "FAILED"),
    "payments.channel_refund_paid_by_hand": ("channel_refund", "PAID_BY_HAND"),
    "payments.bill_issued": ("bill", "DUE"),
    "payments.bill_paid": ("bill", "BILLER_POSTING"),
    "payments.bill_posted": ("bill", "POSTED"),
    "payments.bill_failed": ("bill", "BILLER_FAILED"),
    "payments.bill_refunded": ("bill", "REFUNDED"),
    "payments.bill_withdrawn": ("bill", "WITHDRAWN"),
    "payments.statement_filed": ("statement", _statement),
    "payments.statement_reconciled": ("statement", "RECONCILED"),
}
"""By event type: the field that holds the entity, and the state that it enters. Edges stand in engine/district."""
EDGES = frozenset().union(
    ACTIVITY_EDGES,
    ARTICLE_EDGES,
    AWARD_EDGES,
    BILL_EDGES,
    BINDING_EDGES,
    CHANNEL_REFUND_EDGES,
    CHECKOUT_EDGES,
    DEDUCTION_EDGES,
    CODE_EDGES,
    PAYMENT_EDGES,
    PERSON_EDGES,
    PRAISE_EDGES,
    QUESTIONNAIRE_EDGES,
    REGISTRATION_EDGES,
    REPORT_EDGES,
    RESPONSE_EDGES,
    STATEMENT_EDGES,
    TAG_EDGES,
    VISIT_EDGES,
    VOTE_EDGES,
)
FINAL = {to for _, to in EDGES} - {origin for origin, _ in EDGES}
"""States that nothing leaves, in any of the machines: their entities need not be remembered."""
RETIRED = {"payments.payments_finished": "pay_", "payments.checkouts_finished": "cko_", "points.awards_final": "awd_"}
"""Events after which nothing of a type up to the id `through` moves any more."""


def _opened(event: Any) -> list[tuple[str, int]]:
    return [(event.lot, event.points - event.netted)] if event.lot is not None else []


def _used(event: Any) -> list[tuple[str, int]]:
    return [(lot, -points) for lot, points in event.lots]


LOTS: Mapping[str, Lots] = {
    "points.award_granted": _opened,
    "points.award_vested": _opened,
    "points.award_revoked": _used,
    "points.lot_expired": lambda event: [(event.lot, -event.points)],
    "payments.purchase_paid": _used,
    "payments.purchase_refunded": lambda event: [(lot, points) for _, points, lot, _ in event.restored if lot],
    "binding.person_merged": _used,
}


@dataclass(frozen=True, slots=True)
class Move:
    """What an event does to a state machine; the texts are JSON."""

    entity: str = "null"
    origin: str = "null"
    to: str = "null"


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
            rest = f'"entity":null,"from":null,"key":"{by.key}","seq":null,"to":null,"type":"{REJECTED}"'
            yield f"{{{who},{fields},{rest}}}"
        for place, event in enumerate(outcome.events):
            yield self._line(event, who, by.key, outcome.first_seq + place)

    def _line(self, event: Event, who: str, key: str, seq: int) -> str:
        move = self._move(event)
        lots = LOTS[event.type](event) if event.type in LOTS else []
        postings = [_posting(each) for each in event.postings() if each[-1]]
        return (
            f'{{{who},"data":{event.encode()},"entity":{move.entity},"from":{move.origin},"key":"{key}"'
            + (f',"lots":{canonical(lots)}' if lots else "")
            + (f',"postings":{canonical(postings)}' if postings else "")
            + f',"seq":{seq},"to":{move.to},"type":"{event.type}"}}'
        )

    def _move(self, event: Any) -> Move:
        if event.type in RETIRED:
            prefix, through = RETIRED[event.type], event.through
            gone = [each for each in self._states if each.startswith(prefix) and each <= through]
            for each in gone:
                del self._states[each]
        if event.type not in MOVES:
            return Move()
        field, to = MOVES[event.type]
        entity: str = getattr(event, field)
        state = to if isinstance(to, str) else to(event, self._district)
        before = self._states.pop(entity, None)
        if state not in FINAL:
            self._states[entity] = state
        return Move(f'"{entity}"', f'"{before}"' if before else "null", f'"{state}"')


def _posting(posting: Posting) -> list[str | int]:
    source, source_owner, target, target_owner, amount = posting
    ledger, kind = ACCOUNTS[source]
    return [ledger, f"{kind}:{source_owner}", f"{ACCOUNTS[target][1]}:{target_owner}", amount]
