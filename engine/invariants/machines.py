"""State machines (T01): one byte of state for each entity that the engine ever numbered, and the edges of the district.

Ids of a type are counters, so the state of `rsp_00000042` is byte 42 of the responses'. Persons have ids from outside:
of them only those whose row is closed are remembered, and a second registration shows in the number of rows.
Payments are looked at by `purchases` and `refunds`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, ClassVar

from engine.district.activities import ACTIVITY_EDGES, REGISTRATION_EDGES
from engine.district.bills import BILL_EDGES
from engine.district.board import ARTICLE_EDGES
from engine.district.cases import REPORT_EDGES
from engine.district.channel_refunds import CHANNEL_REFUND_EDGES
from engine.district.checkouts import CHECKOUT_EDGES
from engine.district.deductions import DEDUCTION_EDGES
from engine.district.grid import CODE_EDGES
from engine.district.hazards import WARNING_EDGES
from engine.district.market import OFFER_EDGES, ORDER_EDGES
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
from engine.invariants.invariant import Broken, Look, Watcher
from engine.kernel.command import Outcome
from engine.kernel.ids import ID_DIGITS

EDGE_BITS, SPARSE = 8, 4_096  # an edge is one number, old state and new; a number far ahead costs no memory
Edges = frozenset[tuple[str, str]]
State = Callable[[Any], str]
EDGES: dict[str, Edges] = {
    "activity": ACTIVITY_EDGES,
    "article": ARTICLE_EDGES,
    "award": AWARD_EDGES,
    "bill": BILL_EDGES,
    "binding": BINDING_EDGES,
    "channel_refund": CHANNEL_REFUND_EDGES,
    "checkout": CHECKOUT_EDGES,
    "deduction": DEDUCTION_EDGES,
    "offer": OFFER_EDGES,
    "order": ORDER_EDGES,
    "call": CALL_EDGES, "post": POST_EDGES, "shift": SHIFT_EDGES, "suggestion": SUGGESTION_EDGES, "topic": TOPIC_EDGES,
    "praise": PRAISE_EDGES,
    "qr": CODE_EDGES,
    "questionnaire": QUESTIONNAIRE_EDGES,
    "registration": REGISTRATION_EDGES,
    "report": REPORT_EDGES,
    "response": RESPONSE_EDGES,
    "statement": STATEMENT_EDGES,
    "tag": TAG_EDGES,
    "visit": VISIT_EDGES,
    "warning": WARNING_EDGES,
    "vote": VOTE_EDGES,
}  # fmt: skip
"""Field of an event that names the entity -> edges of its machine."""
STEPS: dict[str, tuple[str, str | State]] = {
    "binding.activated": ("binding", "ACTIVE"),
    "binding.ended": ("binding", "ENDED"),
    "binding.outdoor_code_issued": ("qr", "LIVE"),
    "binding.qr_issued": ("qr", "LIVE"),
    "binding.qr_revoked": ("qr", "REVOKED"),
    "binding.rejected": ("binding", "REJECTED"),
    "binding.requested": ("binding", "PENDING_REVIEW"),
    "binding.special_tagged": ("tag", "SET"),
    "binding.special_untagged": ("tag", "ENDED"),
    "participation.activity_cancelled": ("activity", "CANCELLED"),
    "participation.activity_closed": ("activity", "CLOSED"),
    "participation.activity_drafted": ("activity", "DRAFT"),
    "participation.activity_filled": ("activity", "FULL"),
    "participation.activity_freed": ("activity", "OPEN"),
    "participation.activity_held": ("activity", "HELD"),
    "participation.activity_opened": ("activity", "OPEN"),
    "participation.activity_published": ("activity", "PUBLISHED"),
    "participation.activity_settled": ("activity", "SETTLED"),
    "grid.visit_broken_off": ("visit", "BROKEN_OFF"),
    "grid.visit_done": ("visit", "DONE"),
    "grid.visit_started": ("visit", "UNDER_WAY"),
    "grid.warning_raised": ("warning", "RAISED"),
    "grid.warning_verified": ("warning", "VERIFIED"),
    "grid.warning_dismissed": ("warning", "FALSE_ALARM"),
    "grid.warning_case_opened": ("warning", "CASE_OPENED"),
    "grid.warning_cleared": ("warning", "CLEARED"),
    "marketplace.delivery_failed": ("order", "DELIVERY_FAILED"),
    "marketplace.escrow_returned": ("order", "REFUNDED"),
    "marketplace.offer_closed": ("offer", "CLOSED"),
    "marketplace.offer_published": ("offer", "PUBLISHED"),
    "marketplace.offer_withdrawn": ("offer", "WITHDRAWN"),
    "marketplace.order_accepted": ("order", "ACCEPTED"),
    "marketplace.order_assigned": ("order", "ASSIGNED"),
    "marketplace.order_cancelled": ("order", "CANCELLED"),
    "marketplace.order_completed": ("order", "COMPLETED"),
    "marketplace.order_delivered": ("order", "DELIVERED"),
    "marketplace.order_given_back": ("order", "READY"),
    "marketplace.order_paid": ("order", "PAID"),
    "marketplace.order_picked_up": ("order", "PICKED_UP"),
    "marketplace.order_placed": ("order", "PLACED"),
    "marketplace.order_ready": ("order", "READY"),
    "marketplace.order_rejected": ("order", "REJECTED"),
    "marketplace.refund_started": ("order", "REFUNDING"),
    "participation.article_archived": ("article", "ARCHIVED"),
    "participation.article_published": ("article", "PUBLISHED"),
    "participation.article_withdrawn": ("article", "WITHDRAWN"),
    "participation.call_closed": ("call", "CLOSED"),
    "participation.call_opened": ("call", "OPEN"),
    "participation.questionnaire_closed": ("questionnaire", "CLOSED"),
    "participation.questionnaire_drafted": ("questionnaire", "DRAFT"),
    "participation.questionnaire_final": ("questionnaire", "FINAL"),
    "participation.questionnaire_opened": ("questionnaire", "OPEN"),
    "participation.registration_cancelled": ("registration", "CANCELLED"),
    "participation.registration_checked_in": ("registration", "CHECKED_IN"),
    "participation.registration_completed": ("registration", "COMPLETED"),
    "participation.registration_made": ("registration", lambda event: "WAITLISTED" if event.waits else "REGISTERED"),
    "participation.registration_missed": ("registration", "NO_SHOW"),
    "participation.registration_promoted": ("registration", "REGISTERED"),
    "participation.response_invalidated": ("response", "INVALID"),
    "participation.response_revised": ("response", lambda event: "VALID" if event.valid else "INVALID"),
    "participation.response_submitted": ("response", lambda event: "VALID" if event.valid else "INVALID"),
    "participation.response_validated": ("response", "VALID"),
    "participation.shift_aborted": ("shift", "ABORTED"),
    "participation.shift_begun": ("shift", "RUNNING"),
    "participation.shift_given_back": ("shift", "OPEN"),
    "participation.shift_missed": ("shift", "NO_SHOW"),
    "participation.shift_opened": ("shift", "OPEN"),
    "participation.shift_served": ("shift", "SERVED"),
    "participation.shift_settled": ("shift", "SETTLED"),
    "participation.shift_signed": ("shift", "FILLED"),
    "participation.shift_verified": ("shift", "VERIFIED"),
    "participation.vote_annulled": ("vote", "ANNULLED"),
    "participation.vote_closed": ("vote", "CLOSED"),
    "participation.vote_drafted": ("vote", "DRAFT"),
    "participation.vote_opened": ("vote", "OPEN"),
    "participation.vote_tallied": ("vote", "TALLIED"),
    "payments.bill_failed": ("bill", "BILLER_FAILED"),
    "payments.bill_issued": ("bill", "DUE"),
    "payments.bill_paid": ("bill", "BILLER_POSTING"),
    "payments.bill_posted": ("bill", "POSTED"),
    "payments.bill_refunded": ("bill", "REFUNDED"),
    "payments.bill_withdrawn": ("bill", "WITHDRAWN"),
    "payments.channel_refund_failed": ("channel_refund", "FAILED"),
    "payments.channel_refund_paid_by_hand": ("channel_refund", "PAID_BY_HAND"),
    "payments.channel_refund_requested": ("channel_refund", "REQUESTED"),
    "payments.channel_refund_succeeded": ("channel_refund", "SUCCEEDED"),
    "payments.channel_refund_taken": ("channel_refund", "PROCESSING"),
    "payments.checkout_closed": ("checkout", "CLOSED"),
    "payments.checkout_opened": ("checkout", "CREATED"),
    "payments.late_payment_refunded": ("checkout", "REFUNDED"),
    "payments.payment_came_late": ("checkout", "LATE_PAID"),
    "payments.payment_started": ("checkout", "PAYING"),
    "payments.payment_succeeded": ("checkout", "SUCCEEDED"),
    "payments.payment_unclear": ("checkout", "UNKNOWN"),
    "payments.statement_filed": ("statement", lambda event: "DISPUTED" if event.open_differences else "RECONCILED"),
    "payments.statement_reconciled": ("statement", "RECONCILED"),
    "points.deduction_appealed": ("deduction", "APPEALED"),
    "points.deduction_declined": ("deduction", "DECLINED"),
    "points.deduction_dismissed": ("deduction", "DISMISSED"),
    "points.deduction_posted": ("deduction", "POSTED"),
    "points.deduction_proposed": ("deduction", "PROPOSED"),
    "points.deduction_upheld": ("deduction", "UPHELD"),
    "points.award_cancelled": ("award", "CANCELLED"),
    "points.award_granted": ("award", lambda event: "VESTED" if event.vests_at is None else "PENDING"),
    "points.award_revoked": ("award", "REVOKED"),
    "points.award_vested": ("award", "VESTED"),
    "reporting.post_hidden": ("post", "HIDDEN"),
    "reporting.post_retracted": ("post", "RETRACTED"),
    "reporting.posted": ("post", "SHOWN"),
    "reporting.praise_awarded": ("praise", "AWARDED"),
    "reporting.praise_published": ("praise", "PUBLISHED"),
    "reporting.praise_rejected": ("praise", "REJECTED"),
    "reporting.praise_submitted": ("praise", "SUBMITTED"),
    "reporting.praise_verified": ("praise", "VERIFIED"),
    "reporting.report_accepted": ("report", "IN_PROGRESS"),
    "reporting.report_closed": ("report", "CLOSED"),
    "reporting.report_dispatched": ("report", "DISPATCHED"),
    "reporting.report_marked_duplicate": ("report", "DUPLICATE"),
    "reporting.report_rejected": ("report", "REJECTED"),
    "reporting.report_reopened": ("report", "DISPATCHED"),
    "reporting.report_resolved": ("report", "RESOLVED"),
    "reporting.report_resumed": ("report", "IN_PROGRESS"),
    "reporting.report_returned": ("report", "TRIAGED"),
    "reporting.report_submitted": ("report", "SUBMITTED"),
    "reporting.report_suspended": ("report", "SUSPENDED"),
    "reporting.report_transferred": ("report", "DISPATCHED"),
    "reporting.report_triaged": ("report", "TRIAGED"),
    "reporting.report_withdrawn": ("report", "WITHDRAWN"),
    "reporting.suggestion_advanced": ("suggestion", lambda event: str(event.stage)),
    "reporting.suggestion_declined": ("suggestion", "DECLINED"),
    "reporting.suggestion_marked_duplicate": ("suggestion", "DUPLICATE"),
    "reporting.suggestion_screened": ("suggestion", "SCREENED"),
    "reporting.suggestion_submitted": ("suggestion", "SUBMITTED"),
    "reporting.suggestion_withdrawn": ("suggestion", "WITHDRAWN"),
    "reporting.topic_closed": ("topic", "CLOSED"),
    "reporting.topic_concluded": ("topic", "CONCLUDED"),
    "reporting.topic_opened": ("topic", "OPEN"),
}
"""Event -> entity and the state in which it leaves it."""
PERSON_STEPS = {"binding.person_merged": "MERGED", "binding.person_deceased": "DECEASED"}


class Machine:
    """States of all entities of one kind; state 0 is before there is one."""

    __slots__ = ("edges", "names", "numbers", "states")

    def __init__(self, edges: Edges) -> None:
        """Nothing there; numbers begin at 1."""
        self.names = ("", *sorted({state for edge in edges for state in edge} - {""}))
        self.numbers = {name: number for number, name in enumerate(self.names)}
        self.edges = frozenset(self.numbers[old] << EDGE_BITS | self.numbers[new] for old, new in edges)
        self.states = bytearray(1)

    def step(self, number: int, new: int) -> str | None:
        """Put an entity into a state; what is wrong with that, if anything."""
        states = self.states
        if number == len(states):
            states.append(new)
            old = 0
        elif number > len(states):
            expected = len(states)
            if number < expected + SPARSE:  # else every later one would be out of its place, too
                states += bytes((*bytes(number - expected), new))
            return f"is made while number {expected} is the next one"
        else:
            old = states[number]
            states[number] = new
        if old << EDGE_BITS | new in self.edges:
            return None
        return f"goes from {self.names[old] or 'nothing'} to {self.names[new]}"

    def state(self, entity: str) -> str:
        """State of an entity, empty if there is none."""
        number = int(entity[-ID_DIGITS:])
        return self.names[self.states[number]] if number < len(self.states) else ""

    def count(self, state: str) -> int:
        """How many entities stand in a state."""
        return self.states.count(self.numbers[state])


class Machines(Watcher):
    """Every step of every entity."""

    ids: ClassVar[tuple[str, ...]] = ("T01",)

    def __init__(self, district: Any, broken: Broken) -> None:
        """Nothing there."""
        super().__init__(district, broken)
        self.machines = {kind: Machine(edges) for kind, edges in EDGES.items()}
        self.steps = 0
        self.registered = 0
        self._closed: dict[str, str] = {}  # persons whose row is closed -> how

    def looks(self) -> Mapping[str, Look]:
        """Every event that changes a state."""
        looks = {name: self._look(kind, state) for name, (kind, state) in STEPS.items()}
        return {**looks, "binding.person_registered": self._registered, **dict.fromkeys(PERSON_STEPS, self._person)}

    def _look(self, kind: str, state: str | State) -> Look:
        """A look at one event type, made once so that nothing is looked up by name later."""
        step, entity, numbers = self.machines[kind].step, attrgetter(kind), self.machines[kind].numbers
        always = numbers[state] if isinstance(state, str) else 0

        def look(event: Any, outcome: Outcome) -> None:
            self.steps += 1
            named = entity(event)
            new = always or numbers[state(event)]  # type: ignore[operator]
            wrong = step(int(named[-ID_DIGITS:]), new)
            if wrong is not None:
                self.broken("T01", f"{named} {wrong}", outcome, event)

        return look

    def _registered(self, event: Any, outcome: Outcome) -> None:
        """A new person makes one row more."""
        self.steps += 1
        self.registered += 1
        if len(self.district.residents.persons) != self.registered:
            self.broken("T01", f"{event.person} is registered a second time", outcome, event)
            self.registered = len(self.district.residents.persons)

    def _person(self, event: Any, outcome: Outcome) -> None:
        self.steps += 1
        edge = (self._closed.get(event.person, "ACTIVE"), PERSON_STEPS[event.type])
        if edge not in PERSON_EDGES:
            self.broken("T01", f"{event.person} goes from {edge[0]} to {edge[1]}", outcome, event)
        self._closed[event.person] = edge[1]

    def checked(self) -> Mapping[str, int]:
        """Every step counts."""
        return {"T01": self.steps}
